"""The title of a plan and its scope in, the plan out: among those at hand by title, area and period, or a new one.

A title is the same with and without 《》, its issuer, 关于印发…的通知 and the note 征求意见稿. One title of two areas,
or of two periods, is two plans. A short form (《纲要》, 本行动计划) means what the document names so, or its own plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from policygraph.linking.areas import COUNTRY, Areas
from policygraph.linking.decision import Candidate, Decision, Scope
from policygraph.linking.identifiers import new_identifier
from policygraph.linking.spelling import LONGEST_NAME, bare

__all__ = ["Plan", "Plans", "Title", "read_title", "short_forms"]

_PROMULGATED = re.compile(
    r"^(?P<issuer>.{0,40}?)(?:关于)?(?:印发|发布|公布|下发|转发)(?P<title>.{4,}?)的?(?:通知|公告|决定)$"
)
_ISSUED = re.compile(r"^(?P<issuer>.{2,40}?(?:政府|委员会|办公[厅室]|[厅局委部院办]))关于(?P<title>.{4,})$")
_DRAFT = re.compile(
    r"（(?:征求意见稿|公开征求意见稿|试行|暂行|草案|送审稿|修订|修订版|讨论稿|审议稿|印发稿)[^（）]{0,6}）|征求意见稿$|草案$"
)
_PERIOD = re.compile(r"（?(?P<first>(?:19|20)\d\d)年?(?:-|～|~|至|到)(?P<last>(?:19|20)\d\d)年?）?")
#: A five-year plan, by its number: 第十四个五年, “十四五”.
_FIVE_YEARS = re.compile(
    r"第十(?P<number>[一二三四五六七八])个五年|[“\"]?十(?P<short>[一二三四五六七八])五[”\"]?(?:时期)?"
)
#: The first year of the eleventh, and of each after it five years later.
_ELEVENTH = 2006
_YEAR = re.compile(r"（?(?P<year>20\d\d)年?(?:度)?）?")
#: What a decision about a plan says in front of its title: 中共…委关于制定…的建议.
_DECIDED = re.compile(r"^(?:关于)?(?:制定|编制)(?=.{6})")
_PARTY = re.compile(r"^(?:中国共产党|中共)")
#: The area of the issuer, in front of a title.
_LEVEL = re.compile(r"^(?:自治区|[全我本][省市县区州旗])")
#: An action that is called a strategy too.
_STRATEGY = re.compile(r"(行动)战略$")
_SOFT = re.compile(r"关于|的|和|与|及|、|，|的实施|[“”\"《》（）]")
_NATIONAL = re.compile(r"^(?:国务院|国家|全国|中国|中华人民共和国|中共中央|中央)")
_OWN = re.compile(r"(?:本|该|此)(?:行动计划|行动方案|实施方案|实施意见|方案|规划|纲要|意见|措施|计划|办法|政策|清单)")
_SHORT = re.compile(
    r"《(?P<title>[^《》]{4,80})》\s*[（(](?:以下|下)?(?:统?简称)[:：]?\s*[“\"《]*(?P<short>[^（()）》”\"]{2,16})[》”\"]*[）)]"
)
#: A near title is a candidate from this likeness on, never linked by itself.
_NEAR = 0.86
_SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart: what it says, of which area, in which years."""

    words: str
    area: str = ""
    first: str = ""
    last: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.words, self.first, self.last


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan at hand: its id, its title as printed, the area it covers, its years."""

    identifier: str
    title: str
    area: str = ""
    first: str = ""
    last: str = ""


def read_title(printed: str, areas: Areas, scope: Scope) -> Title:
    """A title without its brackets, issuer and notes; its area where it begins with one or its issuer does."""
    words = _DRAFT.sub("", bare(printed))
    issuer = ""
    for pattern in (_PROMULGATED, _ISSUED):
        if match := pattern.match(words):
            issuer, words = issuer or match["issuer"], match["title"]
    words = _DECIDED.sub("", _DRAFT.sub("", words.strip("《》")))
    words, first, last = _without_period(words)
    words = _DRAFT.sub("", words)
    area = ""
    name, decision = areas.leading(words, scope)
    if _NATIONAL.match(words) or _NATIONAL.match(issuer):
        area = COUNTRY
        words = re.sub(r"^(?:中华人民共和国|全国|国家(?!级))", "", words)
    elif decision and decision.identifier and len(words) - len(name) >= 3:
        area, words = decision.identifier, words[len(name) :]
    elif issuer:
        _, decision = areas.leading(_PARTY.sub("", issuer), scope)
        area = decision.identifier if decision else ""
        words = _LEVEL.sub("", words)
    words = _STRATEGY.sub(r"\1", words)
    return Title(_SOFT.sub("", words), area, first, last)


def _without_period(words: str) -> tuple[str, str, str]:
    """A title without its years, and the first and the last of them; empty where it has none."""
    if match := _PERIOD.search(words):
        years = match["first"], match["last"]
    elif match := _FIVE_YEARS.search(words):
        first = _ELEVENTH + 5 * "一二三四五六七八".index(match["number"] or match["short"])
        years = str(first), str(first + 4)
    elif match := _YEAR.search(words):
        years = match["year"], match["year"]
    else:
        return words, "", ""
    return words[: match.start()] + words[match.end() :], *years


def short_forms(text: str) -> dict[str, str]:
    """The short forms that a document says it uses, without brackets -> the full titles: （以下简称《纲要》）."""
    return {bare(match["short"]): match["title"] for match in _SHORT.finditer(text)}


@dataclass
class Plans:
    """The plans that titles are looked up among."""

    areas: Areas
    _by_words: dict[str, list[tuple[Title, Plan]]] = field(default_factory=dict)

    def add(self, plan: Plan) -> None:
        """Takes in a plan; its own area and years are used where its title has none."""
        title = read_title(plan.title, self.areas, Scope(plan.area))
        whole = Title(title.words, plan.area or title.area, title.first or plan.first, title.last or plan.last)
        if whole.words:
            self._by_words.setdefault(whole.words, []).append((whole, plan))

    @classmethod
    def of(cls, plans: Iterable[Plan], areas: Areas) -> Plans:
        """A table of plans; of several with one id, the first."""
        table = cls(areas)
        taken = set[str]()
        for plan in sorted(plans, key=lambda each: (each.identifier, each.title)):
            if plan.identifier not in taken:
                taken.add(plan.identifier)
                table.add(plan)
        return table

    def resolve(
        self, printed: str, scope: Scope, own: Plan | None = None, shorts: Iterable[tuple[str, str]] = ()
    ) -> Decision:
        """The plan that a title means in a document whose own plan is `own` and that uses some short forms."""
        name = bare(printed)
        full = dict(shorts).get(name)
        if own and (_OWN.fullmatch(name) or self._is_own(full or printed, own, scope)):
            return Decision("plan", name, scope, own.identifier, "plan/own", 0.95)
        title = read_title(full or printed[: 2 * LONGEST_NAME], self.areas, scope)
        plans = self._of_title(title, scope)
        candidates = tuple(Candidate(plan.identifier, plan.title[:80], 0.95) for plan in plans[:5])
        if len(plans) == 1:
            return Decision(
                "plan",
                name,
                scope,
                plans[0].identifier,
                "plan/short-form" if full else "plan/title",
                0.95,
                plans[0].title,
                area=plans[0].area,
                candidates=candidates,
            )
        near = () if plans else self._near(title, scope)
        return Decision(
            "plan",
            name,
            scope,
            self._new_identifier(title),
            "plan/several-of-this-title" if plans else "plan/new",
            0.6 if plans or near else 0.85,
            (full or printed)[:LONGEST_NAME],
            is_new=True,
            area=title.area,
            candidates=candidates or near,
        )

    def _of_title(self, title: Title, scope: Scope) -> list[Plan]:
        """The plans that a cited title fits: those of the area that it names, where there are some."""
        fitting = [plan for other, plan in self._by_words.get(title.words, ()) if self._fits(title, other, scope)]
        return [plan for plan in fitting if plan.area == title.area] or fitting

    def _new_identifier(self, title: Title) -> str:
        """The id of a plan that no table has; it follows from the words, the years and the area of its title."""
        of = self.areas.places[title.area].slug if title.area in self.areas.places else ""
        return new_identifier("plan", "|".join((title.words, title.first, title.last)), of)

    def _is_own(self, printed: str, own: Plan, scope: Scope) -> bool:
        """Whether a title is that of the document's own plan."""
        title = read_title(printed[: 2 * LONGEST_NAME], self.areas, scope)
        mine = read_title(own.title, self.areas, Scope(own.area))
        return title.words == mine.words and self._fits(title, replace(mine, area=own.area or mine.area), scope)

    def _fits(self, title: Title, other: Title, scope: Scope) -> bool:
        """Whether a cited title may be that of a plan: the same years, and an area that the document speaks from."""
        if title.first and other.first and title.key[1:] != other.key[1:]:
            return False
        if title.area and other.area:
            return title.area == other.area
        return not other.area or self.areas.lies_in(scope.area, other.area)

    def _near(self, title: Title, scope: Scope) -> tuple[Candidate, ...]:
        """Plans whose titles are much like one, for a person to judge."""
        if len(title.words) < _SHORTEST:
            return ()
        near = []
        for words, entries in self._by_words.items():
            if words[:2] != title.words[:2] and words[-4:] != title.words[-4:]:
                continue
            matcher = SequenceMatcher(None, title.words, words, autojunk=False)
            if matcher.real_quick_ratio() < _NEAR or matcher.quick_ratio() < _NEAR or matcher.ratio() < _NEAR:
                continue
            score = round(matcher.ratio(), 2)
            near += [
                Candidate(plan.identifier, plan.title[:80], score)
                for other, plan in entries
                if self._fits(title, other, scope)
            ]
        return tuple(sorted(near, key=lambda each: (-each.score, each.identifier))[:5])
