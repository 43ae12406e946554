"""The plans that a text names in, their entries out: proposed where the graph has none, implemented or only cited."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from policygraph.extract.actors.areas import area_in
from policygraph.extract.draft.entries import Entry, fragment, sure
from policygraph.extract.draft.places import Places, also_called
from policygraph.extract.metadata import Metadata
from policygraph.extract.plans_cited import Cited, read_cited
from policygraph.linking import Decision, Plan, read_title, short_forms

__all__ = ["cite"]

#: How a text speaks of its own area.
_OWN = re.compile(r"^(?:我|本|全)[省市县区州旗]")
#: A title that is a kind of plan alone: the one of that kind that the text named last.
_KIND_ALONE = re.compile(
    r"(?P<noun>规划纲要|纲要|规划|建议|总体方案|方案|计划|意见|措施|清单|要点)[（(]?(?:草案)?[）)]?"
)


def cite(text: str, metadata: Metadata, plan: Entry, places: Places) -> list[Entry]:
    """The plans that a text names; the entry `plan` gets what it takes over from, implements and cites."""
    own = re.sub(r"[\s（(《》].*", "", metadata.plan.strip("《"))
    proposals: dict[str, Entry] = {}
    relations: dict[str, list[str]] = {"succeeds": [], "implements": [], "cites": []}
    years = (str(plan.get("periodStart", "")), str(plan.get("periodEnd", "")))
    itself, shorts = Plan(str(plan["id"]), plan["label"]["zh"], places.area, *years), short_forms(text)
    before: list[tuple[str, bool]] = []
    for cited in read_cited(text):
        name = _full_name(cited, metadata, before, shorts)
        if name is None:
            continue
        before.append((name, cited.is_titled))
        if cited.is_made and metadata.area and not read_title(name, places.resolver.areas, places.scope).area:
            name = f"{metadata.area}{name}"
        is_earlier = _is_earlier(name, itself, places)
        is_before = is_earlier or cited.is_succeeded  # an earlier plan may bear the same title
        if own and (own in name or name in metadata.plan) and not is_before:
            continue
        listed = places.gazetteer.written.get("plan", {}).get(name)
        decision = None if listed else places.resolver.plan(name, places.scope, None if is_before else itself, shorts)
        identifier = decision.identifier if decision else str(listed)
        if decision and decision.is_new:
            entry = _propose(decision, cited, metadata, places, proposals)
            also_called(entry, re.sub(r"\s+", "", text[slice(*cited.span)]))
        elif listed or identifier != plan["id"]:
            places.mentioned.setdefault(identifier, []).append(cited.span)
        if identifier != plan["id"]:
            is_ours = is_earlier or _is_of(identifier, proposals.get(identifier, {}), places)
            relations[_relation(cited, is_ours=is_ours)].append(identifier)
    plan |= _each_once(relations)
    return list(proposals.values())


def _full_name(
    cited: Cited, metadata: Metadata, before: Sequence[tuple[str, bool]], shorts: Mapping[str, str]
) -> str | None:
    """The name of a plan with that of the area; None for a kind alone, where the text has named none of that kind."""
    name = _OWN.sub(metadata.area or "", cited.name) if metadata.area else cited.name
    match = _KIND_ALONE.fullmatch(name)
    return _named_last(match["noun"], cited, before, shorts, name) if match else name


def _named_last(
    noun: str, cited: Cited, before: Sequence[tuple[str, bool]], shorts: Mapping[str, str], name: str
) -> str | None:
    """The full name of a plan that is called after its kind alone (《纲要草案》); None where the text named none."""
    if not cited.is_titled or name in shorts:
        return shorts.get(name)
    titles = [other for other, is_titled in before if is_titled]
    return next((other for other in reversed(titles) if re.search(rf"{noun}(?:[（(].*[）)]|草案)?$", other)), None)


def _relation(cited: Cited, *, is_ours: bool) -> str:
    """What a document's own plan has to do with one that its text names."""
    if cited.is_succeeded and is_ours:
        return "succeeds"
    return "implements" if cited.is_implemented else "cites"


def _each_once(relations: dict[str, list[str]]) -> dict[str, list[str]]:
    """Each plan in the first relation that has it: what is succeeded is not only cited."""
    taken: set[str] = set()
    once: dict[str, list[str]] = {}
    for key, identifiers in relations.items():
        if kept := [each for each in dict.fromkeys(identifiers) if each not in taken]:
            once[key] = kept
            taken.update(kept)
    return once


def _is_earlier(name: str, own: Plan, places: Places) -> bool:
    """Whether a name is that of the document's own plan in an earlier period."""
    areas = places.resolver.areas
    title, mine = read_title(name, areas, places.scope), read_title(own.title, areas, places.scope)
    first = mine.first or own.first
    return title.words == mine.words and "" < title.first < first and title.area in ("", mine.area, own.area)


def _is_of(identifier: str, entry: Entry, places: Places) -> bool:
    """Whether a plan may be one that the document's own area made: no other area is known of it."""
    area = entry.get("coversArea") or places.gazetteer.within.get(identifier, "")
    return area in ("", places.area)


def _propose(
    decision: Decision, cited: Cited, metadata: Metadata, places: Places, proposals: dict[str, Entry]
) -> Entry:
    """The proposal of a plan, made where there is none; it notes where it is named."""
    entry = places.proposals.of_decision(decision)
    identifier = decision.identifier
    if identifier in proposals:
        entry["evidence"].append(fragment(cited.span))
    else:
        entry |= {"planKind": cited.kind} | _area(decision, metadata, places)
        entry |= sure(0.85, "plan/cited") if cited.is_titled else sure(0.76, "plan/named")
        entry["evidence"] = [fragment(cited.span)]
        proposals[identifier] = entry
    return entry


def _area(decision: Decision, metadata: Metadata, places: Places) -> Entry:
    """The area of a plan that its name begins with."""
    if decision.area:
        return {"coversArea": decision.area}
    name = decision.name
    named = area_in(name)
    identifier = places.gazetteer.find("area", named[0]) if named else None
    if named and named[0] == metadata.area:
        return {"coversArea": places.area}
    if identifier:
        return {"coversArea": identifier}
    return {"coversArea": "area:china"} if name.startswith(("国家", "中国", "全国", "国务院", "中共中央")) else {}
