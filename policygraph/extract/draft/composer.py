"""What was read from a text in, a draft record out, with the entries it proposes for the reference data.

The draft is written in the keys of `ontology/context.yaml`, like a record that a curator wrote. Beside them every
statement has the `rule` that made it and its `confidence`; below `REVIEW_BELOW` it is marked `needsReview`. What was
inferred says so, and why. English labels are composed of known words, or the Chinese ones, and marked so.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from policygraph.extract.actors.agent import Agent
from policygraph.extract.actors.mechanisms import Group, Mechanism
from policygraph.extract.actors.roles import Assignment
from policygraph.extract.clauses import Clause
from policygraph.extract.concepts import Concepts
from policygraph.extract.draft import codings
from policygraph.extract.draft.citations import cite
from policygraph.extract.draft.entries import REVIEW_BELOW, Entry, evidence, fragment, inferred, insert, sure
from policygraph.extract.draft.gazetteer import Gazetteer, Proposals
from policygraph.extract.draft.issues import reading_issues
from policygraph.extract.draft.kinds import class_of
from policygraph.extract.draft.measured import Measured, benefit, identity, month_due
from policygraph.extract.draft.named import position, propose_events, read_formulas
from policygraph.extract.draft.places import Places, also_called
from policygraph.extract.figures.counts import holder_of
from policygraph.extract.figures.statements import Count, Statements
from policygraph.extract.imprint import attachments
from policygraph.extract.metadata import Metadata
from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Span

__all__ = ["REVIEW_BELOW", "Draft", "Reading", "compose"]


@dataclass(slots=True)
class Reading:
    """All that was read from one text."""

    text: str
    outline: Outline
    metadata: Metadata
    statements: Statements
    assignments: list[Assignment]
    groups: list[Group]
    mechanisms: list[Mechanism]
    concepts: Concepts
    clauses: list[Clause]
    #: Places that were read from a picture and not surely, and how surely.
    doubts: list[tuple[int, int, float]] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A record, the entries it proposes for `data/reference/`, and that of its text for `data/sources.yaml`."""

    record: Entry
    reference: list[Entry]
    source: Entry

    def counted(self) -> Counter[str]:
        """How many elements, targets, responsibilities and so on it has, and how many of all wait for review."""
        numbers: Counter[str] = Counter(
            observations=len(self.record.get("observations", ())), issues=len(self.record.get("issues", ()))
        )
        numbers["proposals"] = len(self.reference)
        pending: list[Any] = [self.record]
        while pending:
            thing = pending.pop()
            if isinstance(thing, dict):
                numbers["review"] += "needsReview" in thing
                for section, name in _COUNTED_SECTIONS.items():
                    numbers[name] += len(thing.get(section, ()))
                numbers["mechanisms"] += thing.get("type") == "GovernanceMechanism"
                pending += thing.values()
            elif isinstance(thing, list):
                pending += thing
        numbers["elements"] -= numbers["mechanisms"]
        return numbers


def compose(reading: Reading, slug: str, file_name: str, data: bytes, gazetteer: Gazetteer) -> Draft:
    """The draft of a reading; `data` are the bytes that evidence is counted in, UTF-8."""
    return _Composer(reading, slug, gazetteer).draft(file_name, data)


class _Composer:
    """The walk over a reading; it hands out ids and proposals."""

    def __init__(self, reading: Reading, slug: str, gazetteer: Gazetteer) -> None:
        self.reading = reading
        self.slug = slug
        self.gazetteer = gazetteer
        self.proposals = Proposals(gazetteer)
        self.entries: dict[int, Entry] = {}
        #: What the text of a part says of its parts: how many of which class.
        self._declared: dict[int, set[tuple[str, int]]] = {}
        for count in reading.statements.counts:
            self._declared.setdefault(id(count.part), set()).add((count.counted, count.number))
        self.places = Places(reading, slug, gazetteer, self.proposals)

    # ── the whole ─────────────────────────────────────────────────────────────────────────────────

    def draft(self, file_name: str, data: bytes) -> Draft:
        plan = self._plan()
        for part in self.reading.outline.root.walk():
            if part.parent:
                self._element(part)
        self._mechanisms()
        stated = self._clauses()
        codings.propose(self.reading.text, self.reading.outline, self.reading.metadata.calendar, self.entries, stated)
        self._counts()
        observations = self._values()
        self._benefits()
        self._assign()
        self._groups()
        position(self.reading.concepts, self.entries, self.places)
        readings = read_formulas(self.reading.concepts, self.entries, plan, self.places)
        cited = cite(self.reading.text, self.reading.metadata, plan, self.places)
        record = self._document()
        self._mention()
        record["mentions"] = [
            {"id": identifier, "evidence": evidence(spans)}
            for identifier, spans in sorted(self.places.mentioned.items())
            if spans
        ]
        record["plans"] = [plan, *cited]
        record["organisations"] = self.proposals.of("organisation")
        record["people"] = self.proposals.of("person")
        record["events"] = propose_events(self.reading.concepts, self.places)
        record["readings"] = readings
        record["observations"] = observations
        record["issues"] = list(
            reading_issues(
                self.reading.outline,
                self.entries,
                f"document:{self.slug}",
                self.reading.doubts,
                _yearless(self.reading.statements) if self.reading.metadata.calendar.now is None else (),
            )
        )
        source = {
            "id": f"source:{self.slug}",
            "type": "SourceText",
            "label": {
                "zh": f"{self.reading.metadata.title[:60]}文本",
                "en": f"Text of: {self.gazetteer.english(self.reading.metadata.title[:60])}",
            },
            "fileName": file_name,
            "textOf": f"document:{self.slug}",
            "sha256": hashlib.sha256(data).hexdigest(),
            "length": str(len(self.reading.text)),
        }
        return Draft(
            {key: value for key, value in record.items() if value},
            self.proposals.of("area", "indicator", "initiative"),
            source,
        )

    def _document(self) -> Entry:
        metadata = self.reading.metadata
        start, end = self.reading.outline.title or metadata.plan_span
        record: Entry = {
            "id": f"document:{self.slug}",
            "type": "PolicyDocument",
            "label": {"zh": metadata.title, "en": self.gazetteer.english(metadata.title)},
            "documentKind": metadata.document_kind,
            "reviewStatus": "machine-read",
            "coversArea": self.places.area,
        }
        authors = [
            self.reading.text[left:right] for kind, left, right in self.reading.outline.asides if kind == "byline"
        ]
        if authors:
            record["printedAuthors"] = list(dict.fromkeys(authors))
        if titles := attachments(self.reading.text, self.reading.outline):
            record["printedAttachments"] = titles
        if metadata.date:
            record["publicationDate"] = metadata.date
        elif metadata.month:
            record["publicationMonth"] = metadata.month
        elif metadata.calendar.now:
            record |= {"publicationYear": str(metadata.calendar.now)} | inferred({"hasPublicationDate": "date"})
        record["evidence"] = evidence([(start, end)])
        return record

    def _plan(self) -> Entry:
        metadata = self.reading.metadata
        name = (
            re.sub(r"\s?[（(][^（）()]*(?:19|20)\d\d[^（）()]*[）)]$", "", metadata.plan)
            if len(metadata.plan) > 60
            else metadata.plan
        )
        plan: Entry = {
            "id": f"plan:{self.slug}",
            "label": {"zh": name, "en": self.gazetteer.english(name)},
            "planKind": metadata.plan_kind,
            "coversArea": self.places.area,
        }
        if metadata.level:
            plan["level"] = metadata.level
        years = {"periodStart": metadata.calendar.first, "periodEnd": metadata.calendar.last}
        plan |= {key: str(year) for key, year in years.items() if year}
        if metadata.period_printed and metadata.period_printed in self.reading.text[slice(*metadata.plan_span)]:
            plan["printedPeriod"] = metadata.period_printed
        if metadata.period_inferred and any(years.values()):
            names = {"periodStart": "hasPeriodStart", "periodEnd": "hasPeriodEnd"}
            plan |= inferred({names[key]: "document" for key, year in years.items() if year})
        issuers = [
            self.places.agent(Agent(self.reading.text[start:end].strip(), start, end))
            for start, end in metadata.issuers
        ]
        if issuers:
            plan["issuedBy"] = list(dict.fromkeys(issuers))
        plan["evidence"] = evidence([metadata.plan_span])
        self.entries[id(self.reading.outline.root)] = plan
        return plan

    # ── elements ──────────────────────────────────────────────────────────────────────────────────

    def _element(self, part: Part) -> None:
        parent = self.entries[id(part.parent)]
        if part.is_time:
            self.entries[id(part)] = parent
            return
        above = parent.get("type") if part.parent and part.parent.parent else None
        siblings = parent.setdefault("parts", [])
        base = "" if part.parent is self.reading.outline.root else f"{parent['id']}-"
        entry: Entry = {"id": f"{base or 'e'}{len(siblings) + 1}", "type": class_of(part, above, self._declared)}
        if part.marker:
            entry["number"] = part.marker.printed
        entry["label"] = {"zh": part.label, "en": self.gazetteer.english(part.label)}
        entry |= sure(part.confidence, part.rule)
        entry["evidence"] = evidence([(part.start, part.end)])
        siblings.append(entry)
        self.entries[id(part)] = entry

    def _mechanisms(self) -> None:
        for mechanism in self.reading.mechanisms:
            holder = self.entries[id(mechanism.part)]
            siblings = holder.setdefault("parts", [])
            number = sum(entry["type"] == "GovernanceMechanism" for entry in siblings) + 1
            label = mechanism.label
            entry: Entry = {
                "id": f"{self._base(mechanism.part)}mech-{number}",
                "type": "GovernanceMechanism",
                "label": {"zh": label, "en": self.gazetteer.english(label)},
                "frequency": mechanism.frequency,
                "printedPeriod": mechanism.printed,
                **sure(0.8, "mechanism/frequency"),
                "evidence": evidence([(mechanism.start, mechanism.end)]),
            }
            insert(siblings, entry)

    def _clauses(self) -> list[tuple[Clause, Entry]]:
        """Puts the measures and goals that sentences state among the parts they stand between; gives them."""
        stated: list[tuple[Clause, Entry]] = []
        entries: dict[str, Entry] = {}
        for clause in self.reading.clauses:
            holder = self.entries[id(clause.part)]
            key = f"{holder['id']} {clause.label}"
            if key in entries:
                entries[key]["evidence"] += [fragment((clause.start, clause.end))]
                continue
            siblings = holder.setdefault("parts", [])
            number = sum(entry["rule"].startswith("clause/") for entry in siblings) + 1
            entries[key] = {
                "id": f"{self._base(clause.part)}c{number}",
                "type": clause.kind,
                "label": {"zh": clause.label, "en": self.gazetteer.english(clause.label)},
                **sure(clause.confidence, f"clause/{clause.kind.lower()}"),
                "evidence": evidence([(clause.start, clause.end)]),
            }
            insert(siblings, entries[key])
            stated.append((clause, entries[key]))
        return stated

    def _base(self, part: Part) -> str:
        return "" if part.parent is None else f"{self.entries[id(part)]['id']}-"

    # ── numbers ───────────────────────────────────────────────────────────────────────────────────

    def _counts(self) -> None:
        seen: dict[tuple[str, str, int], Entry] = {}
        owners = _owners(self.reading.statements.counts)
        for count in self.reading.statements.counts:
            part = owners[id(count)]
            holder = self.entries[id(part)]
            key = (holder["id"], count.counted, count.number)
            if first := seen.get(key):
                _add_place(first, self._words(count.start, count.end), fragment((count.start, count.end)))
                continue
            claims = holder.setdefault("counts", [])
            entry: Entry = {
                "id": f"{self._base(part)}count-{len(claims) + 1}",
                "countsClass": count.counted,
                "declared": str(count.number),
                "printedCount": self._words(count.start, count.end),
                **sure(count.confidence, count.rule),
                "evidence": evidence([(count.start, count.end)]),
            }
            seen[key] = entry
            claims.append(entry)

    def _values(self) -> list[Entry]:
        """Puts the targets under the parts that set them; the observations."""
        observations: list[Entry] = []
        distinct: dict[tuple[object, ...], Entry] = {}
        months: dict[int, int | None] = {}
        entries: dict[int, Entry] = {}
        values = self.reading.statements.values
        measured = Measured(self.places, values)
        #: Values whatever their years: what no words date repeats the goal of the same value.
        undated: dict[tuple[object, ...], Entry] = {}
        for value in values:
            entry = measured.value(value)
            if entry is None:
                continue
            alike = undated.get(identity(value, entry, dated=False)) if value.inferred.get("year") == "plan" else None
            first = alike or distinct.setdefault(identity(value, entry), entry)
            month = months[id(entry)] = month_due(value)
            if first is not entry and month and months[id(first)] and month != months[id(first)]:
                # the same figure in June and in December is two goals
                first = distinct.setdefault((*identity(value, entry), month), entry)
            if first is entry:
                undated.setdefault(identity(value, entry, dated=False), entry)
            entries[id(value)] = first
            if first is not entry:
                if first["printedValue"] == entry["printedValue"]:
                    first["evidence"] += evidence([(value.start, value.end), *value.also])
            else:
                self._place_value(entry, value.part, value.role, observations)
        for comparison in self.reading.statements.comparisons:
            for entry in measured.comparison(comparison):
                self._place_value(entry, comparison.part, comparison.role, observations)
        for value in values:
            one, other = entries.get(id(value)), entries.get(id(value.alternative))
            if one and other and one is not other and value.role == "target":
                one["alternativeTo"], other["alternativeTo"] = other["id"], one["id"]
        return observations

    def _benefits(self) -> None:
        """Puts the terms of benefits under the parts that grant them."""
        for term in self.reading.statements.terms:
            entry = benefit(term, self.gazetteer)
            holder = self.entries[id(term.part)].setdefault("benefits", [])
            entry["id"] = f"{self._base(term.part)}b{len(holder) + 1}"
            holder.append(entry)

    def _place_value(self, entry: Entry, part: Part, role: str, observations: list[Entry]) -> None:
        """Puts a target under the part that sets it, an observation with the others, and gives it its id."""
        if role == "observation":
            entry["id"] = f"obs-{len(observations) + 1}"
            observations.append(entry)
        else:
            holder = self.entries[id(part)].setdefault("targets", [])
            entry["id"] = f"{self._base(part)}t{len(holder) + 1}"
            holder.append(entry)

    # ── who ───────────────────────────────────────────────────────────────────────────────────────

    def _assign(self) -> None:
        distinct: dict[tuple[str, str, str], Entry] = {}
        for assignment in self.reading.assignments:
            holder = self.entries[id(assignment.part)]
            agent = self.places.agent(assignment.agent)
            key = (holder["id"], agent, assignment.role)
            if key in distinct:
                distinct[key]["evidence"] += [fragment(assignment.evidence)]
                continue
            assigned = holder.setdefault("responsibilities", [])
            distinct[key] = {
                "id": f"{self._base(assignment.part)}r{len(assigned) + 1}",
                **_also(self.entries[id(other)]["id"] for other in assignment.others),
                "agent": agent,
                "role": assignment.role,
                **sure(assignment.confidence, assignment.rule),
                "evidence": [fragment(assignment.evidence)],
            }
            assigned.append(distinct[key])

    def _groups(self) -> None:
        for group in self.reading.groups:
            decision = self.gazetteer.resolver.body(group.name, self.places.scope_at(group.start))
            entry = (
                self.proposals.of_decision(decision)
                if decision.identifier and decision.is_new
                else self.proposals.entry("organisation", group.name, self.places.area_slug)
            )
            also_called(entry, group.name)
            span = fragment((group.start, group.end))
            if "type" in entry:
                entry["evidence"] += [span]
                continue
            entry |= {
                "type": "LeadingGroup" if group.kind == "leading-group" else "Organisation",
                "organisationKind": group.kind,
            }
            if group.host:
                entry["hostedBy"] = self.places.agent(group.host)
            entry |= sure(0.85, "organisation/set-up")
            entry["evidence"] = [span]

    # ── what is named ─────────────────────────────────────────────────────────────────────────────

    # ── what else ─────────────────────────────────────────────────────────────────────────────────

    def _mention(self) -> None:
        for identifier, spans in self.gazetteer.mentions(
            self.reading.text, ("area", "organisation", "initiative"), self.places.area
        ).items():
            kept = [
                span for span in spans if self.places.means_here(self.reading.text[slice(*span)], identifier, span[0])
            ]
            if kept:
                self.places.mentioned.setdefault(identifier, []).extend(kept)

    def _words(self, start: int, end: int) -> str:
        return re.sub(r"\s+", "", self.reading.text[start:end])


#: An issue names so many places at most.
_MOST_PLACES = 20


def _yearless(statements: Statements) -> list[Span]:
    """The places of values that are said of a time without a year: 今年底前, 三年内."""
    values = (value for value in statements.values if value.time and value.time.inferred and value.year is None)
    return sorted({(value.start, value.end) for value in values})[:_MOST_PLACES]


#: A smaller number of parts may be declared of two parts, and mean others.
_LEAST_REPEATED = 10


def _owners(counts: Iterable[Count]) -> dict[int, Part]:
    """The part that each count is of: another's that declares it too, where its own has parts and not so many.

    What a newspaper or a report says again of a list (共提出28项重点任务) is one claim with several places.
    """
    owners: dict[int, Part] = {}
    alike: dict[tuple[str, int], list[Count]] = {}
    for count in counts:
        owners[id(count)] = count.part
        if count.number >= _LEAST_REPEATED and count.part.parts:
            alike.setdefault((count.counted, count.number), []).append(count)
    for several in alike.values():
        borne_out = [count for count in several if count.number in holder_of(count.part, 0).sizes]
        owner = (borne_out or several)[0].part
        owners |= {id(count): owner for count in several if count not in borne_out}
    return owners


def _add_place(entry: Entry, printed: str, place: str) -> None:
    """Adds a place to a count, and its words where they are others."""
    forms = entry["printedCount"] if isinstance(entry["printedCount"], list) else [entry["printedCount"]]
    if printed not in forms:
        entry["printedCount"] = [*forms, printed]
    entry["evidence"] += [place]


#: Section of a record -> what it is counted as.
_COUNTED_SECTIONS = {
    "parts": "elements",
    "targets": "targets",
    "responsibilities": "roles",
    "counts": "counts",
    "classifications": "codings",
}


def _also(elements: Iterable[str]) -> Entry:
    """The other elements that one assignment is for."""
    names = list(elements)
    return {"element": names} if names else {}
