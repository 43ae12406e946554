"""An outline in, what kind of document it is out: its plan's name and kind, its period, area, issuers and dates."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from policygraph.extract.actors.areas import AREA_KINDS, covered_area
from policygraph.extract.figures.times import Calendar, years_in
from policygraph.extract.structure.outline import Outline
from policygraph.extract.structure.passages import Span

__all__ = ["Metadata", "read_metadata"]


@dataclass(slots=True)
class Metadata:
    """What is said about a document as a whole; spans tell where, None where it was inferred."""

    title: str
    plan: str
    plan_span: Span
    plan_kind: str
    document_kind: str
    level: str | None
    calendar: Calendar
    period_printed: str | None
    period_inferred: bool
    area: str | None
    area_kind: str
    issuers: list[Span] = field(default_factory=list)
    date: str | None = None


#: How a title ends -> the kind of plan; the first that fits.
_PLAN_KINDS = (
    (r"三年行动|三年.{0,6}(?:计划|方案)", "three-year-action-plan"),
    (r"五年规划|“十[二三四五六]五”.{0,20}规划|五年.{0,4}规划", "five-year-plan"),
    (r"纲要", "outline"),
    (r"国土空间|空间.{0,4}规划", "spatial-plan"),
    (r"(?:区|县).{0,16}规划", "district-plan"),
    (r"规划", "five-year-plan"),
    (r"专项行动", "special-action"),
    (r"实施方案|工作方案", "implementation-plan"),
    (r"年度.{0,6}(?:计划|方案)|20\d\d年.{0,16}(?:计划|方案)", "annual-action-plan"),
    (r"行动(?:计划|方案)|行动", "action-plan"),
    (r"改革.{0,8}(?:方案|试点)", "reform-plan"),
    (r"清单|台账|任务分[工解]|分工", "task-list"),
    (r"意见", "implementation-opinion"),
    (r"(?:若干)?(?:政策)?措施|十条|条措施", "measure-package"),
    (r"政策", "policy-package"),
    (r"方案", "implementation-plan"),
    (r"工作要点|工作报告|重点工作|要点|纪要|通知", "annual-action-plan"),
    (r"计划", "programme"),
)
_PROMULGATED = re.compile(r"(?:印发|发布|公布|下发)《?(?P<name>[^《》]{4,80}?)》?的(?:通知|决定|公告)")
_RANGE = re.compile(r"[（(]?(?P<first>(?:19|20)\d\d)年?\s?[—–\-~～－至到]+\s?(?P<last>(?:19|20)\d\d)年?[）)]?")
_FIVE_YEARS = re.compile(r"“?(?P<plan>十[二三四五六]五)”?|第(?P<ordinal>十[二三四五六])个五年")
_FIRST_OF_FIVE = {"十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031}
_SPANNED = re.compile(
    r"(?P<count>[二两三四五六七八九十])年(?:行动|攻坚|提升|倍增|实施|工作|专项|滚动|发展|计划|规划|建设|整治"
    r"|[^，。]{0,12}(?:行动|计划|方案))"
)
_COUNTS = {"二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_PLAN_NOUNS = "方案|计划|规划|纲要|意见|清单|措施|决定|办法"
#: What a headline says of a plan, and its name does not.
_HEADLINE = re.compile("出台|发布|推出|公布|解读|部署|审议|迎来")
_NAMED = rf"[^《》]{{4,60}}?(?:{_PLAN_NOUNS})(?:[（(][^（）()]{{2,24}}[）)])?"
#: A plan that is released: 发布《…行动方案（2024—2026年）》, 《…》正式出台.
_RELEASED = re.compile(
    rf"(?:发布|出台|印发|公布|推出|下发|通过|审议通过)(?:了|的)?[^，。；《》]{{0,8}}《(?P<name>{_NAMED})》"
    rf"|《(?P<released>{_NAMED})》[^，。；《》]{{0,12}}(?:发布|出台|印发|公布|审议通过)"
)
_DATE = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(?:(\d{1,2})日)?")
_DOCKET = re.compile(r"[〔\[（(【](20\d\d)[〕\]）)】]")
_GOAL_YEAR = re.compile(r"(?:到|至|力争到|确保到)(20\d\d)年")
#: A year with the words behind it, in its clause.
_YEAR_SAID = re.compile(
    r"(?<!是)(?P<until>到|至|力争|力争在)?(?P<year>20\d\d)年(?!来|前|以来|代|的|\d{1,2}月\d{1,2}日)(?P<words>[^。；\n]{0,40})"
)
_AHEAD = re.compile(r"将|力争|计划|目标|争取|要(?!求|素|闻|点)|拟|预计|重点工作|底前|分别")
_BEHIND = re.compile(r"完成|增长|获|已|成功|累计|荣")
_SPREAD_YEARS = re.compile(r"(?:20\d\d年、){1,5}20\d\d年分别")
_NEXT_YEAR = re.compile(r"明年|来年")
_NEAR_GOAL = re.compile(
    r"(?:用|经过|通过|未来|今后|再用)(?P<count>[二两三四五六七八九十])年(?:左右)?(?:的)?(?:时间|努力|左右|奋斗)"
)
#: The first year to reach behind a heading of goals.
_FIRST_GOAL = re.compile(r"目标[^\n。]{0,8}[\n。：:][^。]{0,120}?(?:到|至)(?P<year>20\d\d)年")
_GOALS_OF = re.compile(r"(20\d\d)年(?:度)?(?:的)?(?:主要)?(?:预期)?(?:工作)?目标")
_ISSUER = re.compile(
    r"(?:中共)?[一-鿿]{2,14}?(?:人民政府|政府|委员会|市委|县委|区委|州委|省委|委)(?:办公室|办公厅)?(?=[\s　]|关于|$)"
)
#: Documents whose tasks are those of the year, where they say nothing else.
_YEARLY = re.compile(r"(?:通知|纪要|要点|清单|台账|任务分[解工]|年度.{0,8}(?:计划|方案))$")
_HEAD = 600
_FIRST_PAGES = 4000


def read_metadata(text: str, outline: Outline, known_areas: dict[str, str] | None = None) -> Metadata:
    """What a text says about itself. `known_areas` are names of areas that need no suffix to be told."""
    title_span = outline.title or _first_line(text, outline)
    title = re.sub(r"\s+", " ", text[slice(*title_span)]).strip(" #*")
    press = sum(kind in ("byline", "caption") for kind, *_ in outline.asides) > 0 or "本报讯" in text[:_HEAD]
    plan, plan_span = (press and _announced(text, title)) or _plan_name(text, title_span)
    asides = {kind: (start, end) for kind, start, end in reversed(outline.asides)}
    calendar, printed, inferred = _calendar(text, title, outline, asides, plan if press else title)
    area, kind = covered_area(text, (title, plan), outline, known_areas or {})
    return Metadata(
        title=title,
        plan=plan,
        plan_span=plan_span,
        plan_kind=next((kind for pattern, kind in _PLAN_KINDS if re.search(pattern, plan)), "action-plan"),
        document_kind="newspaper-page" if press else "official-document",
        level=AREA_KINDS[kind][1] if kind in AREA_KINDS else None,
        calendar=calendar,
        period_printed=printed,
        period_inferred=inferred,
        area=area,
        area_kind=AREA_KINDS[kind][0] if kind in AREA_KINDS else kind,
        issuers=_issuers(text, title_span, outline),
        date=_publication(text, outline),
    )


def _first_line(text: str, outline: Outline) -> Span:
    if outline.root.parts:
        part = outline.root.parts[0]
        if outline.root.paragraphs and outline.root.paragraphs[0][0][0] < part.start:
            start = outline.root.paragraphs[0][0][0]
            end = re.compile(r"[。\n]|$").search(text, start, start + 60)
            return start, end.start() if end else min(start + 60, outline.root.paragraphs[0][0][1])
        return part.start, part.end
    if outline.root.paragraphs:
        start, stop = outline.root.paragraphs[0][0]
        end = re.compile(r"[。！？；，,\n]").search(text, start, min(stop, start + 60))
        return start, end.start() if end and end.start() > start else min(stop, start + 60)
    return 0, min(len(text), 40)


def _plan_name(text: str, title_span: Span) -> tuple[str, Span]:
    """The name of the plan: what a notice promulgates, else the title without its issuers."""
    title = text[slice(*title_span)]
    if match := _PROMULGATED.search(title):
        start, end = match.span("name")
    else:
        about = re.search(r"关于(?=.{4,}(?:意见|方案|通知|决定|报告|计划|措施)(?:[（(].*[）)])?\s*$)", title, re.DOTALL)
        start, end = (about.start() if about else 0), len(title)
    return re.sub(r"\s+", " ", title[start:end]).strip(" #*《》"), (title_span[0] + start, title_span[0] + end)


def _announced(text: str, title: str) -> tuple[str, Span] | None:
    """The plan that a newspaper reports to be released, where its headline is not the plan's own name."""
    if re.search(rf"(?:{_PLAN_NOUNS})(?:[（(].*[）)])?$", title) and not _HEADLINE.search(title):
        return None
    match = _RELEASED.search(text, 0, _FIRST_PAGES)
    group = match and ("name" if match["name"] else "released")
    return (re.sub(r"\s+", "", match[group]), match.span(group)) if match and group else None


def _calendar(
    text: str, title: str, outline: Outline, asides: dict[str, Span], plan: str
) -> tuple[Calendar, str | None, bool]:
    """The year of the document and the years of its plan, as printed or reckoned."""
    now = _now(text, title, asides, outline)
    if plan != title and (match := _RANGE.search(plan)):
        first, last = int(match["first"]), int(match["last"])
        dated = any(kind == "date" for kind, *_ in outline.asides)
        return (
            Calendar(now if now and dated else min(now or first, first), first, last),
            match[0].strip("（()）"),
            False,
        )
    if match := _RANGE.search(title):
        first, last = int(match["first"]), int(match["last"])
        return Calendar(now or first, first, last), match[0].strip("（()）"), False
    if match := _FIVE_YEARS.search(title):
        first = _FIRST_OF_FIVE[(match["plan"] or match["ordinal"])[:2]]
        return Calendar(now or first, first, first + 4), match[0], False
    if (match := _SPANNED.search(title)) and now:
        return Calendar(now, now, now + _COUNTS[match["count"]] - 1), match[0], True
    yearly = _title_years(title)
    if yearly:
        return Calendar(now or yearly[0], yearly[0], yearly[0]), f"{yearly[0]}年", False
    if title.endswith("工作报告") and now:
        return Calendar(now, now, now), None, True
    if now and (match := _NEAR_GOAL.search(text[:_FIRST_PAGES])):
        return Calendar(now, now, now + _COUNTS[match["count"]]), None, True
    if (match := _RANGE.search(text[:_HEAD])) and now and int(match["first"]) <= now <= int(match["last"]):
        return Calendar(now, int(match["first"]), int(match["last"])), None, True
    if (match := _FIRST_GOAL.search(text)) and (not now or int(match["year"]) >= now):
        return Calendar(now, now, int(match["year"])), None, True
    years = _GOAL_YEAR.findall(text) or _GOALS_OF.findall(text)
    goals = Counter(int(year) for year in years if not now or int(year) >= now)
    if goals:
        goal = max(year for year, count in goals.items() if count == max(goals.values()))
        return Calendar(now, now, goal), None, True
    if now and _NEXT_YEAR.search(text) and not _YEARLY.search(title):
        return Calendar(now, now, now + 1), None, True
    return Calendar(now, now, now if _YEARLY.search(title) else None), None, True


def _title_years(title: str) -> list[int]:
    """The years of a title, those of a date in it aside; 奔向2022 names one too."""
    without = _DATE.sub("", title)
    return years_in(without) or [int(year) for year in re.findall(r"(?<!\d)(20[0-4]\d)(?![\d〕\]）)年])", without)]


def _now(text: str, title: str, asides: dict[str, Span], outline: Outline) -> int | None:
    """The year in which the document speaks."""
    for kind in ("date", "docket"):
        if kind in asides and (found := re.search(r"20\d\d", text[slice(*asides[kind])])):
            return int(found[0])
    beside = text[: (outline.title or (0, 0))[1] + 120] if outline.title else ""
    if found := _DATE.search(beside) or _DOCKET.search(beside):
        return int(found[1])
    if match := _RANGE.search(title):
        return int(match["first"])
    if match := _FIVE_YEARS.search(title):
        return _FIRST_OF_FIVE[(match["plan"] or match["ordinal"])[:2]]
    if years := _title_years(title):
        return years[0]
    return _spoken(text)


def _spoken(text: str) -> int | None:
    """The year in which a text without a date speaks: after what it reports, not after what it announces."""
    ahead, behind = set[int](), set[int]()
    for match in _YEAR_SAID.finditer(text):
        year, words = int(match["year"]), match["words"]
        if match["until"] or _AHEAD.search(words):
            ahead.add(year)
        elif _BEHIND.search(words):
            behind.add(year)
    for match in _SPREAD_YEARS.finditer(text):
        ahead.update(int(year) for year in re.findall(r"20\d\d", match[0]))
    ahead.update(int(match["first"]) for match in _RANGE.finditer(text[:_HEAD]) if 2000 <= int(match["first"]) <= 2060)
    behind -= ahead
    later = [year for year in ahead if not behind or year > max(behind)]
    if behind:
        return min([max(behind) + 1, *later])
    if ahead:
        return min(ahead) - (1 if _NEXT_YEAR.search(text) else 0)
    return None


def _issuers(text: str, title_span: Span, outline: Outline) -> list[Span]:
    """The bodies named in front of the title's 关于, or signed below."""
    front = text[slice(*title_span)]
    about = front.find("关于")
    found = [
        (title_span[0] + match.start(), title_span[0] + match.end())
        for match in _ISSUER.finditer(front[: about if about > 0 else 0])
    ]
    return found or [(start, end) for kind, start, end in outline.asides if kind == "signature"][:3]


#: A line below the title that says when and where, not what: ——2024年1月16日在…会议上, （2024年1月16日…通过）.
_BELOW_TITLE = re.compile(r"(?m)^[ \t　]*(?:[—－-]{1,2}|[（(]).{4,80}$")
_BELOW = 160


def _publication(text: str, outline: Outline) -> str | None:
    """The date that a line of its own prints, or one that stands below the title: the day of a report's meeting."""
    spans = [(start, end) for kind, start, end in outline.asides if kind == "date"]
    if not spans and outline.title:
        end = outline.title[1]
        spans = [match.span() for match in _BELOW_TITLE.finditer(text, end, end + _BELOW)]
    for start, end in spans:
        if match := _DATE.search(text, start, end):
            return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}" if match[3] else None
    return None
