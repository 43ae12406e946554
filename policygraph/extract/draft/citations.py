"""A text in, the plans that it names out: what is implemented and what is only cited."""

from __future__ import annotations

import re

from policygraph.extract.actors.areas import area_in
from policygraph.extract.draft.entries import Entry, fragment, sure
from policygraph.extract.draft.places import Places, also_called
from policygraph.extract.metadata import Metadata
from policygraph.linking import Decision

__all__ = ["cite"]

_CITED = re.compile(r"《(?P<name>[^《》]{4,60})》")
_CITED_KINDS = (
    ("规划", "five-year-plan"),
    ("纲要", "outline"),
    ("行动计划", "action-plan"),
    ("行动方案", "action-plan"),
    ("实施方案", "implementation-plan"),
    ("方案", "implementation-plan"),
    ("意见", "implementation-opinion"),
    ("清单", "task-list"),
    ("计划", "programme"),
    ("措施", "measure-package"),
)
_IMPLEMENTED = re.compile(r"(?:贯彻|落实|根据|按照|依据|依照|执行|对照)[^。；《》]{0,16}$")


def cite(text: str, metadata: Metadata, plan: Entry, places: Places) -> list[Entry]:
    """The plans named in 《》, proposed where the graph has none; the entry `plan` gets what it implements."""
    own = re.sub(r"[\s（(].*", "", metadata.plan)
    cited: dict[str, Entry] = {}
    for match in _CITED.finditer(text):
        name = re.sub(r"\s+", "", match["name"])
        kind = next((kind for word, kind in _CITED_KINDS if re.search(rf"{word}(?:[（(].*[）)])?$", name)), None)
        if kind is None or (own and (own in name or name in metadata.plan)):
            continue
        relation = "implements" if _IMPLEMENTED.search(text, max(0, match.start() - 24), match.start()) else "cites"
        identifier = places.gazetteer.written.get("plan", {}).get(name) or ""
        decision = None if identifier else places.resolver.plan(name, places.scope, str(plan["id"]))
        if decision is not None:
            identifier = decision.identifier
        if decision is not None and decision.is_new:
            entry = places.proposals.of_decision(decision)
            also_called(entry, name)
            if identifier in cited:
                entry["evidence"].append(fragment(match.span("name")))
            else:
                entry |= {"planKind": kind} | _area(name, decision, metadata, places)
                entry |= sure(0.85, "plan/cited")
                entry["evidence"] = [fragment(match.span("name"))]
                cited[identifier] = entry
        else:
            places.mentioned.setdefault(identifier, []).append(match.span("name"))
        if identifier != plan["id"] and identifier not in plan.get("implements", ()):
            plan.setdefault(relation, [])
            plan[relation] = list(dict.fromkeys([*plan[relation], identifier]))
    return list(cited.values())


def _area(name: str, decision: Decision, metadata: Metadata, places: Places) -> Entry:
    """The area of a plan that its name begins with."""
    if decision.area:
        return {"coversArea": decision.area}
    named = area_in(name)
    identifier = places.gazetteer.find("area", named[0]) if named else None
    if named and named[0] == metadata.area:
        return {"coversArea": places.area}
    if identifier:
        return {"coversArea": identifier}
    return {"coversArea": "area:china"} if name.startswith(("国家", "中国", "全国", "国务院", "中共中央")) else {}
