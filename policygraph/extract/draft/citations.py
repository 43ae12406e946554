"""The plans that a text names in, their entries out: proposed where the graph has none, implemented or only cited."""

from __future__ import annotations

import re

from policygraph.extract.actors.areas import area_in
from policygraph.extract.draft.entries import Entry, fragment, sure
from policygraph.extract.draft.places import Places
from policygraph.extract.metadata import Metadata
from policygraph.extract.plans_cited import Cited, read_cited

__all__ = ["cite"]

#: How a text speaks of its own area.
_OWN = re.compile(r"^(?:我|本|全)[省市县区州旗]")


def cite(text: str, metadata: Metadata, plan: Entry, places: Places) -> list[Entry]:
    """The plans that a text names; the entry `plan` gets what it implements and cites."""
    own = re.sub(r"[\s（(《》].*", "", metadata.plan.strip("《"))
    proposals: dict[str, Entry] = {}
    relations: dict[str, list[str]] = {"implements": [], "cites": []}
    for cited in read_cited(text):
        name = _OWN.sub(metadata.area or "", cited.name) if metadata.area else cited.name
        if own and (own in name or name in metadata.plan):
            continue
        identifier = places.gazetteer.written.get("plan", {}).get(name)
        if identifier:
            places.mentioned.setdefault(identifier, []).append(cited.span)
        else:
            identifier = _propose(name, cited, metadata, places, proposals)
        if identifier != plan["id"]:
            relations["implements" if cited.is_implemented else "cites"].append(identifier)
    implemented = list(dict.fromkeys(relations["implements"]))
    others = [identifier for identifier in dict.fromkeys(relations["cites"]) if identifier not in implemented]
    plan |= {key: names for key, names in (("implements", implemented), ("cites", others)) if names}
    return list(proposals.values())


def _propose(name: str, cited: Cited, metadata: Metadata, places: Places, proposals: dict[str, Entry]) -> str:
    """The id of the proposal of a plan, made where there is none."""
    entry = places.proposals.entry("plan", name)
    identifier = str(entry["id"])
    if identifier in proposals:
        entry["evidence"].append(fragment(cited.span))
    else:
        entry |= {"planKind": cited.kind} | _area(name, metadata, places)
        entry |= sure(0.85, "plan/cited") if cited.is_titled else sure(0.76, "plan/named")
        entry["evidence"] = [fragment(cited.span)]
        proposals[identifier] = entry
    return identifier


def _area(name: str, metadata: Metadata, places: Places) -> Entry:
    """The area of a plan that its name begins with."""
    named = area_in(name)
    identifier = places.gazetteer.find("area", named[0]) if named else None
    if named and named[0] == metadata.area:
        return {"coversArea": places.area}
    if identifier:
        return {"coversArea": identifier}
    return {"coversArea": "area:china"} if name.startswith(("国家", "中国", "全国", "国务院", "中共中央")) else {}
