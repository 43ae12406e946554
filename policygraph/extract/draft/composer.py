"""What was read from a text in, a draft record out, with the entries it proposes for the reference data.

The draft is written in the keys of `ontology/context.yaml`, like a record that a curator wrote. Beside them every
statement has the `rule` that made it and its `confidence`; below `REVIEW_BELOW` it is marked `needsReview`. What was
inferred says so, and why. English labels are placeholders (`_names.UNTRANSLATED`) until somebody has translated them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policygraph.extract.actors.areas import area_in
from policygraph.extract.actors.roles import Agent, Assignment, Group, Mechanism
from policygraph.extract.clauses import Clause
from policygraph.extract.concepts import Concepts
from policygraph.extract.draft.entries import REVIEW_BELOW, Entry, evidence, fragment, inferred, insert, sure
from policygraph.extract.draft.gazetteer import Gazetteer, Proposals, placeholder
from policygraph.extract.draft.measured import Measured, identity
from policygraph.extract.draft.places import Places
from policygraph.extract.figures.statements import Statements
from policygraph.extract.metadata import Metadata
from policygraph.extract.structure.outline import Outline, Part

__all__ = ["REVIEW_BELOW", "Draft", "Reading", "compose"]


#: Name of a section -> the class of what it is, the class of what stands in it.
_ZONES = (
    (re.compile(r"原则"), "Principle", "Principle"),
    (re.compile(r"指导思想|总体要求|总体思路|工作思路|发展思路"), "GuidingIdeology", None),
    (re.compile(r"目标"), "OverallGoal", "SubGoal"),
    (
        re.compile(
            r"(?:组织|实施|政策|要素|工作|措施|制度|强化|服务)保障|保障(?:措施|机制|体系)$|组织实施|组织领导|工作要求|有关要求"
            r"|推进机制|附则|督导考核|加强领导"
        ),
        "Safeguard",
        "Safeguard",
    ),
)
_WRAPPERS = re.compile(
    r"(?:重点|主要|工作|具体|目标)任务|重点(?:举措|工作)|主要(?:举措|措施|工作)|工作(?:举措|措施|重点)"
)
_LONGEST_ZONE_NAME = 14
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
        self.places = Places(reading.metadata, slug, gazetteer, self.proposals)

    # ── the whole ─────────────────────────────────────────────────────────────────────────────────

    def draft(self, file_name: str, data: bytes) -> Draft:
        plan = self._plan()
        for part in self.reading.outline.root.walk():
            if part.parent:
                self._element(part)
        self._mechanisms()
        self._clauses()
        self._counts()
        observations = self._values()
        self._assign()
        self._groups()
        self._positionings()
        readings = self._readings(plan)
        cited = self._cited(plan)
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
        record["events"] = self._events()
        record["readings"] = readings
        record["observations"] = observations
        record["issues"] = list(self._issues())
        source = {
            "id": f"source:{self.slug}",
            "type": "SourceText",
            "label": {
                "zh": f"{self.reading.metadata.title[:60]}文本",
                "en": f"Text of: {placeholder(self.reading.metadata.title[:60])}",
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
        told = self.reading.metadata
        start, end = self.reading.outline.title or told.plan_span
        record: Entry = {
            "id": f"document:{self.slug}",
            "type": "PolicyDocument",
            "label": {"zh": told.title, "en": placeholder(told.title)},
            "documentKind": told.document_kind,
            "coversArea": self.places.area,
        }
        authors = [
            self.reading.text[left:right] for kind, left, right in self.reading.outline.asides if kind == "byline"
        ]
        if authors:
            record["printedAuthors"] = list(dict.fromkeys(authors))
        if told.date:
            record["publicationDate"] = told.date
        elif told.calendar.now:
            record |= {"publicationYear": str(told.calendar.now)} | inferred({"hasPublicationDate": "date"})
        record["evidence"] = evidence([(start, end)])
        return record

    def _plan(self) -> Entry:
        told = self.reading.metadata
        name = (
            re.sub(r"\s?[（(][^（）()]*(?:19|20)\d\d[^（）()]*[）)]$", "", told.plan)
            if len(told.plan) > 60
            else told.plan
        )
        plan: Entry = {
            "id": f"plan:{self.slug}",
            "label": {"zh": name, "en": placeholder(name)},
            "planKind": told.plan_kind,
            "coversArea": self.places.area,
        }
        if told.level:
            plan["level"] = told.level
        years = {"periodStart": told.calendar.first, "periodEnd": told.calendar.last}
        plan |= {key: str(year) for key, year in years.items() if year}
        if told.period_printed and told.period_printed in self.reading.text[slice(*told.plan_span)]:
            plan["printedPeriod"] = told.period_printed
        if told.period_inferred and any(years.values()):
            names = {"periodStart": "hasPeriodStart", "periodEnd": "hasPeriodEnd"}
            plan |= inferred({names[key]: "document" for key, year in years.items() if year})
        issuers = [
            self.places.agent(Agent(self.reading.text[start:end].strip(), start, end)) for start, end in told.issuers
        ]
        if issuers:
            plan["issuedBy"] = list(dict.fromkeys(issuers))
        plan["evidence"] = evidence([told.plan_span])
        self.entries[id(self.reading.outline.root)] = plan
        return plan

    # ── elements ──────────────────────────────────────────────────────────────────────────────────

    def _element(self, part: Part) -> None:
        parent = self.entries[id(part.parent)]
        siblings = parent.setdefault("parts", [])
        base = "" if part.parent is self.reading.outline.root else f"{parent['id']}-"
        entry: Entry = {"id": f"{base or 'e'}{len(siblings) + 1}", "type": self._class_of(part)}
        if part.marker:
            entry["number"] = part.marker.printed
        entry["label"] = {"zh": part.label, "en": placeholder(part.label)}
        entry |= sure(part.confidence, part.rule)
        entry["evidence"] = evidence([(part.start, part.end)])
        siblings.append(entry)
        self.entries[id(part)] = entry

    def _class_of(self, part: Part) -> str:
        """The class of an element: that of the section it names or stands in, else task group, task or measure."""
        own = part.label if len(part.label) <= _LONGEST_ZONE_NAME else ""
        parent = part.parent
        inside = self.entries[id(parent)].get("type") if parent and parent.parent else None
        for pattern, kind, _ in _ZONES:
            if own and inside not in ("Task", "Measure") and pattern.search(own) and not _WRAPPERS.search(own):
                return kind
        for _, kind, inner in _ZONES:
            if inner and inside in (kind, inner):
                return inner
        if parent and parent.style == "box":
            return "Project"
        if parent and ("TaskGroup", len(parent.parts)) in self._declared.get(id(parent), ()):
            return "TaskGroup"
        if part.style.startswith("worded") or inside in ("Task", "Measure", "Project"):
            return "Measure"
        height = _height(part)
        level = sum(1 for other in part.lineage() if other.parent and not _WRAPPERS.search(other.label))
        least = 1 if level <= 1 or part.style in ("part", "chapter", "box") else 2
        return "TaskGroup" if height >= least else "Task"

    def _mechanisms(self) -> None:
        for mechanism in self.reading.mechanisms:
            holder = self.entries[id(mechanism.part)]
            siblings = holder.setdefault("parts", [])
            number = sum(entry["type"] == "GovernanceMechanism" for entry in siblings) + 1
            label = mechanism.label
            entry: Entry = {
                "id": f"{self._base(mechanism.part)}mech-{number}",
                "type": "GovernanceMechanism",
                "label": {"zh": label, "en": placeholder(label)},
                "frequency": mechanism.frequency,
                "printedPeriod": mechanism.printed,
                **sure(0.8, "mechanism/frequency"),
                "evidence": evidence([(mechanism.start, mechanism.end)]),
            }
            insert(siblings, entry)

    def _clauses(self) -> None:
        """Puts the measures and goals that sentences state among the parts they stand between."""
        said: dict[str, Entry] = {}
        for clause in self.reading.clauses:
            holder = self.entries[id(clause.part)]
            key = f"{holder['id']} {clause.label}"
            if key in said:
                said[key]["evidence"] += [fragment((clause.start, clause.end))]
                continue
            siblings = holder.setdefault("parts", [])
            number = sum(entry["rule"].startswith("clause/") for entry in siblings) + 1
            said[key] = {
                "id": f"{self._base(clause.part)}c{number}",
                "type": clause.kind,
                "label": {"zh": clause.label, "en": placeholder(clause.label)},
                **sure(clause.confidence, f"clause/{clause.kind.lower()}"),
                "evidence": evidence([(clause.start, clause.end)]),
            }
            insert(siblings, said[key])

    def _base(self, part: Part) -> str:
        return "" if part.parent is None else f"{self.entries[id(part)]['id']}-"

    # ── numbers ───────────────────────────────────────────────────────────────────────────────────

    def _counts(self) -> None:
        seen: dict[tuple[str, str, int], Entry] = {}
        for count in self.reading.statements.counts:
            holder = self.entries[id(count.part)]
            key = (holder["id"], count.counted, count.number)
            if key in seen:
                seen[key]["evidence"] += [fragment((count.start, count.end))]
                continue
            claims = holder.setdefault("counts", [])
            entry: Entry = {
                "id": f"{self._base(count.part)}count-{len(claims) + 1}",
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
        known: dict[tuple[object, ...], Entry] = {}
        told: dict[int, Entry] = {}
        values = self.reading.statements.values
        measured = Measured(self.places, values)
        for value in values:
            entry = measured.value(value)
            if entry is None:
                continue
            first = known.setdefault(identity(value, entry), entry)
            told[id(value)] = first
            if first is not entry:
                if first["printedValue"] == entry["printedValue"]:
                    first["evidence"] += entry["evidence"]
            else:
                self._place_value(entry, value.part, value.role, observations)
        for comparison in self.reading.statements.comparisons:
            for entry in measured.comparison(comparison):
                self._place_value(entry, comparison.part, comparison.role, observations)
        for value in values:
            one, other = told.get(id(value)), told.get(id(value.alternative))
            if one and other and one is not other and value.role == "target":
                one["alternativeTo"], other["alternativeTo"] = other["id"], one["id"]
        return observations

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
        known: dict[tuple[str, str, str], Entry] = {}
        for assignment in self.reading.assignments:
            holder = self.entries[id(assignment.part)]
            agent = self.places.agent(assignment.agent)
            key = (holder["id"], agent, assignment.role)
            if key in known:
                known[key]["evidence"] += [fragment(assignment.evidence)]
                continue
            assigned = holder.setdefault("responsibilities", [])
            known[key] = {
                "id": f"{self._base(assignment.part)}r{len(assigned) + 1}",
                "agent": agent,
                "role": assignment.role,
                **sure(assignment.confidence, assignment.rule),
                "evidence": [fragment(assignment.evidence)],
            }
            assigned.append(known[key])

    def _groups(self) -> None:
        for group in self.reading.groups:
            entry = self.proposals.entry("organisation", group.name, self.places.area_slug)
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

    def _positionings(self) -> None:
        known: dict[tuple[str, str], Entry] = {}
        for positioning in self.reading.concepts.positionings:
            area = self.places.of_positioning(positioning)
            span = fragment((positioning.start, positioning.end))
            if (area, positioning.label) in known:
                entry = known[area, positioning.label]
                entry["evidence"] += [span]
                continue
            holder = self.entries[id(positioning.part)].setdefault("positionings", [])
            known[area, positioning.label] = {
                "id": f"{self._base(positioning.part)}pos-{len(holder) + 1}",
                "label": {"zh": positioning.label, "en": placeholder(positioning.label)},
                "ofArea": area,
                **sure(0.8 if positioning.area else 0.65, "positioning/verb"),
                "evidence": [span],
            }
            holder.append(known[area, positioning.label])

    def _readings(self, plan: Entry) -> list[Entry]:
        """What the text says its formulas consist of; those that the graph does not know are proposed."""
        readings: list[Entry] = []
        for initiative in self.reading.concepts.initiatives.values():
            known = self.gazetteer.find("initiative", initiative.name)
            if known is None:
                if not initiative.components:
                    continue
                entry = self.proposals.entry("initiative", initiative.name)
                entry |= {"type": "Initiative"}
                known = str(entry["id"])
                self.places.mentioned.setdefault(known, []).extend(initiative.places)
            if not initiative.components:
                continue
            number = len(readings) + 1
            spans = [span for _, span in initiative.components]
            readings.append(
                {
                    "id": f"reading-{number}",
                    "readsInitiative": known,
                    "readIn": self.entries[id(initiative.part)]["id"] if initiative.part else plan["id"],
                    **sure(0.8, "reading/numerals"),
                    "evidence": evidence([(spans[0][0], spans[-1][1])]),
                    "components": [
                        {
                            "id": f"reading-{number}-{place}",
                            "label": {"zh": words, "en": placeholder(words)},
                            "evidence": [fragment(span)],
                        }
                        for place, (words, span) in enumerate(initiative.components, start=1)
                    ],
                }
            )
        return readings

    def _events(self) -> list[Entry]:
        for event in self.reading.concepts.events:
            entry = self.proposals.entry("event", event.label, self.slug)
            span = fragment((event.start, event.end))
            if "eventKind" in entry:
                entry["evidence"] += [span]
                continue
            entry["eventKind"] = event.kind
            if event.year and event.month and event.day:
                entry["date"] = f"{event.year}-{event.month:02d}-{event.day:02d}"
            entry |= sure(0.7, "event/meeting")
            entry["evidence"] = [span]
        return self.proposals.of("event")

    # ── what else ─────────────────────────────────────────────────────────────────────────────────

    def _cited(self, plan: Entry) -> list[Entry]:
        """The plans that the text names in 《》: what is implemented and what is only cited."""
        text = self.reading.text
        own = re.sub(r"[\s（(].*", "", self.reading.metadata.plan)
        cited: dict[str, Entry] = {}
        for match in _CITED.finditer(text):
            name = re.sub(r"\s+", "", match["name"])
            kind = next((kind for word, kind in _CITED_KINDS if re.search(rf"{word}(?:[（(].*[）)])?$", name)), None)
            if kind is None or (own and (own in name or name in self.reading.metadata.plan)):
                continue
            relation = "implements" if _IMPLEMENTED.search(text, max(0, match.start() - 24), match.start()) else "cites"
            identifier = self.gazetteer.written.get("plan", {}).get(name)
            if identifier is None:
                entry = self.proposals.entry("plan", name)
                identifier = str(entry["id"])
                if identifier in cited:
                    entry["evidence"].append(fragment(match.span("name")))
                else:
                    entry |= {"planKind": kind} | self._cited_area(name)
                    entry |= sure(0.85, "plan/cited")
                    entry["evidence"] = [fragment(match.span("name"))]
                    cited[identifier] = entry
            else:
                self.places.mentioned.setdefault(identifier, []).append(match.span("name"))
            if identifier != plan["id"] and identifier not in plan.get("implements", ()):
                plan.setdefault(relation, [])
                plan[relation] = list(dict.fromkeys([*plan[relation], identifier]))
        return list(cited.values())

    def _cited_area(self, name: str) -> Entry:
        """The area of a plan that its name begins with."""
        named = area_in(name)
        known = self.gazetteer.find("area", named[0]) if named else None
        if named and named[0] == self.reading.metadata.area:
            return {"coversArea": self.places.area}
        if known:
            return {"coversArea": known}
        return {"coversArea": "area:china"} if name.startswith(("国家", "中国", "全国", "国务院", "中共中央")) else {}

    def _mention(self) -> None:
        for identifier, spans in self.gazetteer.mentions(
            self.reading.text, ("area", "organisation", "initiative"), self.places.area
        ).items():
            self.places.mentioned.setdefault(identifier, []).extend(spans)

    def _issues(self) -> Iterator[Entry]:
        """Where numbers do not follow one another, and what the scan repeated or displaced."""
        number = 0
        for gap in self.reading.outline.gaps:
            marker = gap.part.marker
            if marker is None:
                continue
            number += 1
            printed = marker.printed
            kind = "repetition" if gap.repeats else "omission"
            yield {
                "id": f"issue-{number}",
                "issueKind": kind,
                "decision": {
                    "zh": f"编号“{printed}”不接前一编号，此处应为第 {gap.expected} 项；照印著录，不补不改。",
                    "en": f"{_said(marker.number)} does not follow the number before it: {gap.expected} was due. "
                    "Recorded as printed.",
                },
                "affects": [self.entries[id(gap.part)]["id"]],
                **sure(0.9, "numbering/gap"),
                "evidence": [fragment((marker.start, marker.start + len(printed)))],
            }
        said = {
            "repeat": (
                "repetition",
                "此段前文已印，只著录一次。",
                "The paragraph is printed before; it is recorded once.",
            ),
            "displaced": (
                "displacement",
                "此段接前文被截断的一句，连读。",
                "The paragraph goes on with a sentence that was cut; they are read together.",
            ),
        }
        for kind, start, end in self.reading.outline.asides:
            if kind in said:
                number += 1
                issue, zh, en = said[kind]
                yield {
                    "id": f"issue-{number}",
                    "issueKind": issue,
                    "decision": {"zh": zh, "en": en},
                    "affects": [f"document:{self.slug}"],
                    **sure(0.8, f"layout/{kind}"),
                    "evidence": [fragment((start, end))],
                }

    def _words(self, start: int, end: int) -> str:
        return re.sub(r"\s+", "", self.reading.text[start:end])


#: Section of a record -> what it is counted as.
_COUNTED_SECTIONS = {"parts": "elements", "targets": "targets", "responsibilities": "roles", "counts": "counts"}


def _said(number: int | None) -> str:
    return f"The number {number}" if number is not None else "The number printed here"


def _height(part: Part) -> int:
    """How many levels of headings stand below a part."""
    below = [other for other in part.parts if not other.style.startswith("worded")]
    return 1 + max(_height(other) for other in below) if below else 0
