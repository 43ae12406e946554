"""Concepts of a reading in, their entries out: positionings under the parts that state them, formulas read, events."""

from __future__ import annotations

from collections.abc import Mapping

from policygraph.extract.concepts import Concepts
from policygraph.extract.draft.entries import Entry, evidence, fragment, sure
from policygraph.extract.draft.places import Places

__all__ = ["position", "propose_events", "read_formulas"]


def position(concepts: Concepts, entries: Mapping[int, Entry], places: Places) -> None:
    """Puts the positionings under the parts that state them. `entries` has the id of a part -> its entry."""
    positioned: dict[tuple[str, str], Entry] = {}
    for positioning in concepts.positionings:
        area = places.of_positioning(positioning)
        span = fragment((positioning.start, positioning.end))
        if (area, positioning.label) in positioned:
            positioned[area, positioning.label]["evidence"] += [span]
            continue
        part = positioning.part
        holder = entries[id(part)]
        base = "" if part.parent is None else f"{holder['id']}-"
        siblings = holder.setdefault("positionings", [])
        entry: Entry = {
            "id": f"{base}pos-{len(siblings) + 1}",
            "label": {"zh": positioning.label, "en": places.gazetteer.english(positioning.label)},
            "ofArea": area,
            **sure(0.8 if positioning.area else 0.65, "positioning/verb"),
            "evidence": [span],
        }
        positioned[area, positioning.label] = entry
        siblings.append(entry)


def read_formulas(concepts: Concepts, entries: Mapping[int, Entry], plan: Entry, places: Places) -> list[Entry]:
    """What the text says its formulas consist of; those that the graph does not know are proposed."""
    readings: list[Entry] = []
    for initiative in concepts.initiatives.values():
        if not initiative.components:
            continue
        identifier = places.gazetteer.find("initiative", initiative.name)
        if identifier is None:
            decision = places.resolver.initiative(initiative.name, places.scope)
            identifier = decision.identifier
            if decision.is_new:
                entry = places.proposals.of_decision(decision)
                entry |= {"type": "Initiative"}
            places.mentioned.setdefault(identifier, []).extend(initiative.places)
        name = f"reading-{len(readings) + 1}"
        spans = [span for _, span in initiative.components]
        readings.append(
            {
                "id": name,
                "readsInitiative": identifier,
                "readIn": entries[id(initiative.part)]["id"] if initiative.part else plan["id"],
                **sure(0.8, "reading/numerals"),
                "evidence": evidence([(spans[0][0], spans[-1][1])]),
                "components": [
                    {
                        "id": f"{name}-{place}",
                        "label": {"zh": words, "en": places.gazetteer.english(words)},
                        "evidence": [fragment(span)],
                    }
                    for place, (words, span) in enumerate(initiative.components, start=1)
                ],
            }
        )
    return readings


def propose_events(concepts: Concepts, places: Places) -> list[Entry]:
    """The meetings and releases, each once with all its places."""
    for event in concepts.events:
        entry = places.proposals.entry("event", event.label, places.slug)
        span = fragment((event.start, event.end))
        if "eventKind" in entry:
            entry["evidence"] += [span]
            continue
        entry["eventKind"] = event.kind
        if event.year and event.month and event.day:
            entry["date"] = f"{event.year}-{event.month:02d}-{event.day:02d}"
        entry |= sure(0.7, "event/meeting")
        entry["evidence"] = [span]
    return places.proposals.of("event")
