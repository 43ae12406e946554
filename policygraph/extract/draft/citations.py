"""The plans that a text names in, their entries out: proposed where the graph has none, implemented or only cited."""

from __future__ import annotations

import re

from policygraph.extract.actors.areas import area_in
from policygraph.extract.draft.entries import Entry, fragment, sure
from policygraph.extract.draft.places import Places, also_called
from policygraph.extract.metadata import Metadata
from policygraph.extract.plans_cited import Cited, read_cited
from policygraph.linking import Decision, Plan, short_forms

__all__ = ["cite"]

#: How a text speaks of its own area.
_OWN = re.compile(r"^(?:我|本|全)[省市县区州旗]")


def cite(text: str, metadata: Metadata, plan: Entry, places: Places) -> list[Entry]:
    """The plans that a text names; the entry `plan` gets what it implements and cites."""
    own = re.sub(r"[\s（(《》].*", "", metadata.plan.strip("《"))
    proposals: dict[str, Entry] = {}
    relations: dict[str, list[str]] = {"implements": [], "cites": []}
    years = (str(plan.get("periodStart", "")), str(plan.get("periodEnd", "")))
    itself, shorts = Plan(str(plan["id"]), plan["label"]["zh"], places.area, *years), short_forms(text)
    for cited in read_cited(text):
        name = _OWN.sub(metadata.area or "", cited.name) if metadata.area else cited.name
        if own and (own in name or name in metadata.plan):
            continue
        identifier = places.gazetteer.written.get("plan", {}).get(name)
        if identifier:
            places.mentioned.setdefault(identifier, []).append(cited.span)
        else:
            decision = places.resolver.plan(name, places.scope, itself, shorts)
            identifier = decision.identifier
            if decision.is_new:
                entry = _propose(decision, cited, metadata, places, proposals)
                also_called(entry, re.sub(r"\s+", "", text[slice(*cited.span)]))
            elif identifier != plan["id"]:
                places.mentioned.setdefault(identifier, []).append(cited.span)
        if identifier != plan["id"]:
            relations["implements" if cited.is_implemented else "cites"].append(identifier)
    implemented = list(dict.fromkeys(relations["implements"]))
    others = [identifier for identifier in dict.fromkeys(relations["cites"]) if identifier not in implemented]
    plan |= {key: names for key, names in (("implements", implemented), ("cites", others)) if names}
    return list(proposals.values())


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
