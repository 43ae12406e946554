"""The title, the issuers and the text of a document in, the area that it is about out.

The title says it, completed by the issuer where two areas have one name (朝阳区); else the issuer, the occasion that a
line below the title names (在福建省第十四届人民代表大会…), else what the text names most.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from policygraph.linking.areas import COUNTRY, Areas, stem_of
from policygraph.linking.decision import Decision, Scope

__all__ = ["own_area"]

#: How much of a text is read for its area, in characters and lines.
_HEAD = 4000
_LINES = 40
_LINE_LENGTH = 80
#: Lines that say whose a document is.
_TELLING = re.compile(
    r"政府工作报告|人民代表大会|[省市县区州旗]长|自治区主席|人民政府|委员会|管委会|[厅局办]公?室?(?:文件|关于|印发|发布)|(?:方案|规划|纲要|意见|措施|办法|计划|清单)[）)》\s]*$"
)
#: Where the name of an area may begin: behind these.
_BEFORE = re.compile(r"^(?:\d{4}年|中共|中国共产党|关于|在|[—－\-（(《“]|来源[:：]|当前位置[:：]?|首页|\s)*")
#: An occasion that says whose a report is: 在福建省第十四届人民代表大会第四次会议上.
_OCCASION = re.compile(r"在(?P<words>[一-鿿]{2,16})第[一二三四五六七八九十百]{1,4}(?:届|次)")
#: A town or subdistrict at the beginning of a title.
_TOWNSHIP = re.compile(r"^(?P<name>[一-鿿]{2,6}?(?:街道|镇|乡))(?![一-鿿]?(?:村|级|容))")
_SIGNED = re.compile(r"(?:局|厅|委|办|部|政府|委员会|办公室|中心|管委会)\s*(?:\d{4}年|$)")


#: How sure each way is where it settles on one area.
_CONFIDENCE = {"own/title": 0.95, "own/issuer": 0.9, "own/line": 0.9, "own/most-named": 0.76}


def own_area(
    areas: Areas, titles: Sequence[str], issuers: Iterable[str], text: str, year: int | None = None
) -> Decision:
    """What a document is about. `titles` are that of the document and of its plan, `issuers` the bodies that sign it.

    The decision has no identifier where nothing says it; its name is then empty or what no table has.
    """
    signed = [decision for _, decision in _named(areas, issuers, year) if decision.identifier]
    lines = [line.strip() for line in text[:_HEAD].splitlines()[:_LINES]]
    telling = [line for line in lines if len(line) <= _LINE_LENGTH and _TELLING.search(line)]
    behind = [line for line in text[-600:].splitlines() if len(line) <= _LINE_LENGTH and _SIGNED.search(line)]
    held = [match["words"] for words in (*titles, "".join(lines)[: _LINES * 20]) for match in _OCCASION.finditer(words)]
    telling = [*held, *telling]
    occasions = [decision for _, decision in _named(areas, [*telling, *behind], year) if decision.identifier]
    for rule, words in (("own/title", titles), ("own/issuer", list(issuers)), ("own/line", [*telling, *behind])):
        for name, decision in _named(areas, words, year):
            settled = _settle(areas, name, decision, [*signed, *occasions], text, year)
            if settled:
                return _as_own(settled, rule)
    return _township(areas, titles, text, year) or _most_named(areas, text, year)


def _township(areas: Areas, titles: Iterable[str], text: str, year: int | None) -> Decision | None:
    """The town or subdistrict that a title begins with, in the county that the text names in front of it."""
    for title in titles:
        if not (match := _TOWNSHIP.match(title)):
            continue
        for place in re.finditer(re.escape(match["name"]), text):
            front = text[max(0, place.start() - 12) : place.start()]
            for start in range(len(front) - 1):
                decision = areas.resolve(front[start:], Scope("", year)) if areas.ends_as_name(front[start:]) else None
                if decision and decision.identifier and decision.concept in ("county", "prefecture"):
                    return _as_own(areas.resolve(match["name"], Scope(decision.identifier, year)), "own/title")
    return None


def _named(areas: Areas, texts: Iterable[str], year: int | None) -> Iterator[tuple[str, Decision]]:
    """The first area that each text names where it begins, with the scope of no document."""
    for words in texts:
        begin = _BEFORE.match(words)
        rest = words[begin.end() :] if begin else words
        name, decision = areas.leading(rest[:40], Scope("", year))
        if decision and decision.identifier != COUNTRY:
            yield name, decision


def _settle(  # noqa: PLR0917 – what the document says
    areas: Areas, name: str, decision: Decision, others: Sequence[Decision], text: str, year: int | None
) -> Decision | None:
    """The area that a name means, with the help of other lines of the document and of its text."""
    for other in others:
        if other.identifier != decision.identifier:
            closer = areas.resolve(name, Scope(other.identifier, year))
            if closer.identifier and (
                areas.lies_in(other.identifier, closer.identifier) or areas.lies_in(closer.identifier, other.identifier)
            ):
                return closer
    if decision.identifier and len(decision.candidates) < 2:
        return decision
    counted = Counter(
        {each.identifier: _times_named_above(areas, each.identifier, text) for each in decision.candidates}
    )
    ranking = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    if ranking and ranking[0][1] and (len(ranking) == 1 or ranking[0][1] > ranking[1][1]):
        return areas.resolve(name, Scope(ranking[0][0], year))
    return decision if decision.identifier else None


def _times_named_above(areas: Areas, identifier: str, text: str) -> int:
    """How often a text names what an area lies in, below the whole country."""
    return sum(text.count(stem_of(place.zh)) for place in areas.chain(identifier)[1:] if place.identifier != COUNTRY)


def _as_own(decision: Decision, rule: str) -> Decision:
    return Decision(
        "area",
        decision.name,
        decision.scope,
        decision.identifier,
        rule,
        max(decision.confidence, _CONFIDENCE[rule]) if decision.identifier else decision.confidence,
        decision.label,
        is_new=decision.is_new,
        area=decision.area,
        concept=decision.concept,
        candidates=decision.candidates,
    )


def _most_named(areas: Areas, text: str, year: int | None) -> Decision:
    """The area whose full name the head of a text prints most, if at least twice and more than any other."""
    head = text[:_HEAD]
    counted: Counter[str] = Counter()
    for match in re.finditer(r"[一-鿿]{1,8}?(?:自治[区州县旗]|[省市县区旗])", head):
        words = match[0]
        for start in range(len(words) - 1):
            if areas.is_administrative(words[start:]):
                counted[words[start:]] += 1
                break
    ranking = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    if ranking and ranking[0][1] > 1 and (len(ranking) == 1 or ranking[0][1] > ranking[1][1]):
        decision = areas.resolve(ranking[0][0], Scope("", year))
        if settled := _settle(areas, ranking[0][0], decision, (), text, year):
            return _as_own(settled, "own/most-named")
    return Decision("area", "", Scope("", year), "", "own/unknown", 0.3)
