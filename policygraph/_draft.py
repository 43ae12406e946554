"""What was read from a text in, a draft record out, with the entries it proposes for the reference data.

The draft is written in the keys of `ontology/context.yaml`, like a record that a curator wrote. Beside them every
statement has the `rule` that made it and its `confidence`; below `REVIEW_BELOW` it is marked `needsReview`. What was
inferred says so, and why. English labels are placeholders (`_names.UNTRANSLATED`) until somebody has translated them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policygraph._clauses import Clause
from policygraph._concepts import Concepts, Positioning
from policygraph._metadata import Metadata, area_in
from policygraph._names import Gazetteer, Proposals, area_class, placeholder
from policygraph._passages import Span
from policygraph._roles import Agent, Assignment, Group, Mechanism
from policygraph._statements import Comparison, Statements, Value
from policygraph._structure import Outline, Part

__all__ = ["REVIEW_BELOW", "Draft", "Reading", "compose"]

Entry = dict[str, Any]

#: Statements that are less sure than this are marked for review.
REVIEW_BELOW = 0.75

#: Why a property was inferred -> the reason in zh and en.
REASONS = {
    "plan": ("原文未写期限，取方案的终止年。", "The text gives no year; the plan's last year is taken."),
    "first": ("原文未写起始年，取方案的起始年。", "The text gives no first year; the plan's first year is taken."),
    "heading": ("年份印在标题中，不在句中。", "The year is printed in a heading, not in the sentence."),
    "reckoned": ("年份由文件年份推算。", "The year is reckoned from that of the document."),
    "period": ("原文未写年份，取所述时期。", "The text gives no year; that of the period reported on is taken."),
    "document": (
        "原文未写起止年，由文件年份和所列目标推定。",
        "No years are given; they are told by the document's year and its goals.",
    ),
    "date": ("原文未印日期，由文中年份推定。", "No date is printed; the year is told by those in the text."),
}
_HEDGES = {
    "力争": "strive",
    "努力": "strive",
    "力求": "strive",
    "争取": "seek",
    "预计": "expect",
    "预期": "expect",
    "有望": "expect",
    "确保": "ensure",
    "保证": "ensure",
    "原则上": "basically",
}
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
#: Unit -> the dimension of an indicator measured in it.
_DIMENSIONS = {
    "unit:CCY_CNY": "currency",
    "unit:CCY_USD": "currency",
    "unit:PERCENT": "ratio",
    "pgunit:percentage-point": "ratio",
    "unit:NUM": "count",
    "unit:M2": "area",
    "unit:HA": "area",
    "pgunit:mu": "area",
    "unit:KiloM": "length",
    "unit:TON_Metric": "mass",
    "pgunit:jin": "mass",
    "pgunit:tonne-of-standard-coal": "energy",
    "pgunit:cubic-metre": "volume",
    "pgunit:microgram-per-cubic-metre": "concentration",
    "pgunit:kilowatt": "energy",
    "pgunit:kilowatt-hour": "energy",
    "pgunit:degree-celsius": "temperature",
}
_TIME = frozenset(f"pgunit:{unit}" for unit in ("year", "month", "week", "day", "working-day", "hour", "minute"))
#: Kinds whose value has a dimension of its own, whatever the indicator's is.
_CHANGES = frozenset(
    {
        "growth-rate",
        "average-annual-growth",
        "reduction-rate",
        "percentage-point-change",
        "rank",
        "multiple",
        "multiple-increase",
    }
)
_MONEY = re.compile(r"值|收入|投资|额|支出|外资|GDP|资金|消费|进出口|税|贷款|存款|资产")
_DIMENSION_WORDS = {
    "count": "数量",
    "currency": "金额",
    "ratio": "比率",
    "area": "面积",
    "length": "长度",
    "mass": "重量",
    "time": "时间",
    "energy": "用能",
    "volume": "容量",
}
_ORGANISATION_KINDS = (
    (r"领导小组|专班|联席会议|协调小组|推进组|工作组", "leading-group"),
    (r"指挥部", "headquarters"),
    (r"纪委|监委", "discipline-inspection"),
    (r"审计局|审计厅", "audit"),
    (r"人大", "legislature"),
    (r"政协", "consultative-conference"),
    (r"政府$|街道办事处$|乡镇$|街道$|（街道）$", "government"),
    (r"(?:宣传|组织|统战|政法|网信|编)(?:部|委|办)|党校|市委办|县委办|区委办|省委办", "party-department"),
    (r"党委$|市委$|县委$|区委$|省委$|州委$|工委$", "party-committee"),
    (r"管委会$", "zone-committee"),
    (r"银行|保险|金融|基金|信贷", "financial-institution"),
    (r"大学|学院|学校|中学|小学|职校", "school"),
    (r"研究院|研究所|科学院", "research-institute"),
    (r"总工会|工会|团委|妇联|残联|科协|文联|工商联|红十字", "mass-organisation"),
    (r"电视台|日报|晚报|传媒|报社|融媒体", "media"),
    (r"集团|公司|企业|国资", "enterprise"),
    (r"协会|商会|联盟|联合会", "alliance"),
    (r"社区|村|居委会", "community-organisation"),
    (r"办公室$|办公厅$", "office"),
    (r"服务中心|医院", "service-centre"),
)
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
_ENDING = re.compile(r"(?:数量|总数|总量|个数|家数|数)$")


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


def fragment(span: Span) -> str:
    """A span as the evidence of a record."""
    return f"#char={span[0]},{span[1]}"


class _Composer:
    """The walk over a reading; it hands out ids and proposals."""

    def __init__(self, reading: Reading, slug: str, gazetteer: Gazetteer) -> None:
        self.reading = reading
        self.slug = slug
        self.gazetteer = gazetteer
        self.proposals = Proposals(gazetteer)
        self.entries: dict[int, Entry] = {}
        self.mentioned: dict[str, list[Span]] = {}
        self._area_slug = ""
        self._area = self._own_area()
        self._dimensions: dict[str, str] = {}

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
            {"id": identifier, "evidence": _evidence(spans)}
            for identifier, spans in sorted(self.mentioned.items())
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
            "coversArea": self._area,
        }
        authors = [
            self.reading.text[left:right] for kind, left, right in self.reading.outline.asides if kind == "byline"
        ]
        if authors:
            record["printedAuthors"] = list(dict.fromkeys(authors))
        if told.date:
            record["publicationDate"] = told.date
        elif told.calendar.now:
            record |= {"publicationYear": str(told.calendar.now)} | _inferred({"hasPublicationDate": "date"})
        record["evidence"] = _evidence([(start, end)])
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
            "coversArea": self._area,
        }
        if told.level:
            plan["level"] = told.level
        years = {"periodStart": told.calendar.first, "periodEnd": told.calendar.last}
        plan |= {key: str(year) for key, year in years.items() if year}
        if told.period_printed and told.period_printed in self.reading.text[slice(*told.plan_span)]:
            plan["printedPeriod"] = told.period_printed
        if told.period_inferred and any(years.values()):
            names = {"periodStart": "hasPeriodStart", "periodEnd": "hasPeriodEnd"}
            plan |= _inferred({names[key]: "document" for key, year in years.items() if year})
        issuers = [
            self._organisation(Agent(self.reading.text[start:end].strip(), start, end)) for start, end in told.issuers
        ]
        if issuers:
            plan["issuedBy"] = list(dict.fromkeys(issuers))
        plan["evidence"] = _evidence([told.plan_span])
        self.entries[id(self.reading.outline.root)] = plan
        return plan

    # ── areas ─────────────────────────────────────────────────────────────────────────────────────

    def _own_area(self) -> str:
        """The id of the area the document is about, proposed where the graph does not know it."""
        told = self.reading.metadata
        name = told.area
        known = self.gazetteer.find("area", name) if name else None
        if known:
            self._area_slug = known.partition(":")[2]
            return known
        if name:
            entry = self.proposals.entry("area", name)
            entry |= {"type": told.area_kind if name != told.area_kind else area_class(name)}
            entry["label"] = entry.pop("label")
        else:
            kind = {"Province": "省", "City": "市", "District": "县（区）"}.get(told.area_kind, "市")
            entry = self.proposals.entry("area", f"本{kind}（{self.slug}）")
            entry |= {"type": told.area_kind, "id": f"area:of-{self.slug}"}
            entry["label"] = {
                "zh": f"本{kind}（文中未写其名：{self.slug}）",
                "en": f"the area of {self.slug}, which the text does not name",
            }
        entry["locatedIn"] = "area:china"
        self._area_slug = entry["id"].partition(":")[2]
        return str(entry["id"])

    def _area_of(self, words: str, indicator: str) -> tuple[str, str]:
        """The area that a clause names in front of its indicator, and the indicator without the name."""
        best = ""
        for name in self.gazetteer.names.get("area", {}):
            if len(name) > max(1, len(best)) and name in words and not _GENERAL_AREAS.search(name):
                best = name if self.gazetteer.here(name, self.gazetteer.names["area"][name], self._area) else best
        if best:
            identifier = self.gazetteer.names["area"][best]
            if self.gazetteer.lies_in(identifier, self._area):
                return identifier, indicator.removeprefix(best) or indicator
        return self._area, indicator

    # ── elements ──────────────────────────────────────────────────────────────────────────────────

    def _element(self, part: Part) -> None:
        parent = self.entries[id(part.parent)]
        siblings = parent.setdefault("parts", [])
        base = "" if part.parent is self.reading.outline.root else f"{parent['id']}-"
        entry: Entry = {"id": f"{base or 'e'}{len(siblings) + 1}", "type": self._class_of(part)}
        if part.marker:
            entry["number"] = part.marker.printed
        entry["label"] = {"zh": part.label, "en": placeholder(part.label)}
        entry |= _sure(part.confidence, part.rule)
        entry["evidence"] = _evidence([(part.start, part.end)])
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
                **_sure(0.8, "mechanism/frequency"),
                "evidence": _evidence([(mechanism.start, mechanism.end)]),
            }
            _insert(siblings, entry)

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
                **_sure(clause.confidence, f"clause/{clause.kind.lower()}"),
                "evidence": _evidence([(clause.start, clause.end)]),
            }
            _insert(siblings, said[key])

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
                **_sure(count.confidence, count.rule),
                "evidence": _evidence([(count.start, count.end)]),
            }
            seen[key] = entry
            claims.append(entry)

    def _values(self) -> list[Entry]:
        """Puts the targets under the parts that set them; the observations."""
        observations: list[Entry] = []
        known: dict[tuple[object, ...], Entry] = {}
        told: dict[int, Entry] = {}
        values = self.reading.statements.values
        for value in values:  # what is measured in its own unit fixes the dimension
            if value.kind not in _CHANGES:
                self._dimensions.setdefault(_bare(value.indicator), _dimension(value))
        for value in values:
            entry = self._value(value)
            if entry is None:
                continue
            first = known.setdefault(_identity(value, entry), entry)
            told[id(value)] = first
            if first is not entry:
                if first["printedValue"] == entry["printedValue"]:
                    first["evidence"] += entry["evidence"]
            else:
                self._place_value(entry, value.part, value.role, observations)
        for comparison in self.reading.statements.comparisons:
            for entry in self._comparison(comparison):
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

    def _comparison(self, comparison: Comparison) -> Iterator[Entry]:
        """A relative value for each area that is compared with, where the graph knows it."""
        if comparison.year is None and comparison.role == "observation":
            return
        bare = _bare(comparison.indicator)
        known = self.gazetteer.find("indicator", comparison.indicator) or self.gazetteer.find("indicator", bare)
        for name in comparison.areas:
            area = self._area_named(name)
            if area is None:
                continue
            if known is None:
                entry = self.proposals.entry("indicator", bare)
                entry |= {"type": "Indicator", "dimension": entry.get("dimension", "ratio")}
                known = str(entry["id"])
            yield {
                "id": "",
                "ofIndicator": known,
                "ofArea": self._area,
                "valueKind": "relative",
                "comparator": comparison.comparator,
                "comparesWithArea": area,
                **(
                    {"deadline" if comparison.role == "target" else "year": str(comparison.year)}
                    if comparison.year
                    else {}
                ),
                "printedValue": comparison.printed,
                **(
                    _inferred({"hasDeadline" if comparison.role == "target" else "inPeriod": "plan"})
                    if comparison.year
                    else {}
                ),
                **_sure(0.8, f"{comparison.role}/compared"),
                "evidence": _evidence([(comparison.start, comparison.end)]),
            }

    def _area_named(self, name: str) -> str | None:
        """The area that a name means here: 全国, or 全省 where the province of the document is known."""
        name = {"国家": "全国", "省": "全省", "市": "全市"}.get(name, name)
        known = self.gazetteer.find("area", name)
        if known and self.gazetteer.here(name, known, self._area):
            return known
        if name in ("全省", "全市"):
            above = self.gazetteer.within.get(self._area, "")
            wanted = {"全省": "Province", "全市": "City"}[name]
            return above if self.gazetteer.classes.get(above) == wanted else None
        return None

    def _value(self, value: Value) -> Entry | None:
        quantity = value.quantity
        kind, confidence = value.kind, value.confidence
        if kind == "share" and (quantity.value > Decimal(100) or quantity.value < 0):
            kind, confidence = "level", confidence - 0.2
        area, name = self._area_of(value.words, value.indicator)
        comparator = quantity.comparator
        if (
            comparator is None
            and kind == "rank"
            and (quantity.printed.startswith("前") or quantity.classifier == "强" or "强" in quantity.printed)
        ):
            comparator = "lteq"
        entry: Entry = {
            "id": "",
            "ofIndicator": self._indicator(name, value),
            "ofArea": area,
            "value": str(quantity.value),
        }
        if quantity.upper is not None:
            entry["upperValue"] = str(quantity.upper)
        entry["inUnit"] = quantity.unit
        if quantity.classifier:
            entry["classifier"] = quantity.classifier
        entry |= {"valueKind": kind, "comparator": comparator or "eq"}
        if quantity.hedge and value.role == "target":
            entry["hedge"] = _HEDGES.get(quantity.hedge, "strive")
        self._compared(entry, value, kind)
        if value.year is None and value.role == "observation":
            return None
        if value.first and value.first != value.year and value.role == "target":
            entry["periodStart"] = str(value.first)
        if value.year is not None:
            entry["deadline" if value.role == "target" else "year"] = str(value.year)
        if value.baseline and (value.year is None or value.baseline < value.year):
            entry["baselineYear"] = str(value.baseline)
        entry["printedValue"] = quantity.printed
        if value.unit:
            entry["printedUnit"] = value.unit
        names = {"year": "hasDeadline" if value.role == "target" else "inPeriod", "first": "hasPeriodStart"}
        inferred = {
            names[key]: "first" if key == "first" else why
            for key, why in value.inferred.items()
            if key != "first" or "periodStart" in entry
        }
        if value.year is None:
            inferred.pop("hasDeadline", None)
        entry |= _inferred(inferred)
        entry |= _sure(confidence, value.rule)
        entry["evidence"] = _evidence([(value.start, value.end), *value.also])
        return entry

    def _compared(self, entry: Entry, value: Value, kind: str) -> None:
        """Among whom a rank is one."""
        if kind != "rank":
            return
        words = value.words[-16:]
        for name in ("全国", "全省", "东北", *self.gazetteer.names.get("area", {})):
            if name in words and (identifier := self.gazetteer.find("area", name)):
                entry["comparesWithArea"] = identifier
                return
        if match := re.search(r"(?:全国|全省|全市|全区|全县|全球|世界|国内|省内|同类[^，。]{1,6})$", words):
            entry["referenceGroup"] = {"zh": match[0], "en": placeholder(match[0])}

    def _indicator(self, name: str, value: Value) -> str:
        """The id of an indicator; one that is known with another dimension is another indicator."""
        bare = _bare(name)
        dimension = _dimension(value)
        for candidate in dict.fromkeys((name, bare, f"{bare}数量", f"{bare}数")):
            known = self.gazetteer.find("indicator", candidate)
            if known and (value.kind in _CHANGES or self.gazetteer.dimensions.get(known) == dimension):
                return known
        settled = self._dimensions.setdefault(
            bare, ("currency" if _MONEY.search(bare) else "count") if value.kind in _CHANGES else dimension
        )
        if value.kind not in _CHANGES and settled != dimension:
            bare, settled = f"{bare}（{_DIMENSION_WORDS.get(dimension, dimension)}）", dimension
        entry = self.proposals.entry("indicator", bare)
        entry |= {"type": "Indicator", "dimension": settled}
        return str(entry["id"])

    # ── who ───────────────────────────────────────────────────────────────────────────────────────

    def _assign(self) -> None:
        known: dict[tuple[str, str, str], Entry] = {}
        for assignment in self.reading.assignments:
            holder = self.entries[id(assignment.part)]
            agent = self._organisation(assignment.agent)
            key = (holder["id"], agent, assignment.role)
            if key in known:
                known[key]["evidence"] += [fragment(assignment.evidence)]
                continue
            assigned = holder.setdefault("responsibilities", [])
            known[key] = {
                "id": f"{self._base(assignment.part)}r{len(assigned) + 1}",
                "agent": agent,
                "role": assignment.role,
                **_sure(assignment.confidence, assignment.rule),
                "evidence": [fragment(assignment.evidence)],
            }
            assigned.append(known[key])

    def _organisation(self, agent: Agent) -> str:
        """The id of an agent, proposed where the graph does not know it; its place is noted either way."""
        name = agent.name
        full = self._full_name(name)
        kind = "person" if agent.person else "organisation"
        for candidate in (full, name) if full != name else (name,):
            known = self.gazetteer.written.get(kind, {}).get(candidate)
            if known and name in self.gazetteer.written[kind] and self.gazetteer.here(candidate, known, self._area):
                self.mentioned.setdefault(known, []).append((agent.start, agent.end))
                return known
        entry = self.proposals.entry(kind, full, "" if agent.person or full != name else self._area_slug)
        span = fragment((agent.start, agent.end))
        if "type" in entry:
            entry["evidence"] += [span]
        else:
            if full != name:
                entry["altLabel"] = {"zh": [name]}
            entry["type"] = "Person" if agent.person else "OrganisationGroup" if agent.open_ended else "Organisation"
            if agent.open_ended:
                entry["openEnded"] = "true"
            if not agent.person:
                entry["organisationKind"] = next(
                    (kind for pattern, kind in _ORGANISATION_KINDS if re.search(pattern, name)), "government-department"
                )
            entry["evidence"] = [span]
        return str(entry["id"])

    def _full_name(self, name: str) -> str:
        """市财政局 of 临江市 is 临江市财政局."""
        area = self.reading.metadata.area
        if (
            area
            and name[0] in "市县区州省旗"
            and area.endswith(name[0])
            and not name.startswith(
                ("市场", "区块", "省级", "市级", "县级", "区级", "市直", "县直", "区直", "省直", "州直")
            )
        ):
            return area + name[1:]
        return name

    def _groups(self) -> None:
        for group in self.reading.groups:
            entry = self.proposals.entry("organisation", group.name, self._area_slug)
            span = fragment((group.start, group.end))
            if "type" in entry:
                entry["evidence"] += [span]
                continue
            entry |= {
                "type": "LeadingGroup" if group.kind == "leading-group" else "Organisation",
                "organisationKind": group.kind,
            }
            if group.host:
                entry["hostedBy"] = self._organisation(group.host)
            entry |= _sure(0.85, "organisation/set-up")
            entry["evidence"] = [span]

    # ── what is named ─────────────────────────────────────────────────────────────────────────────

    def _positionings(self) -> None:
        known: dict[tuple[str, str], Entry] = {}
        for positioning in self.reading.concepts.positionings:
            area = self._area_of_positioning(positioning)
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
                **_sure(0.8 if positioning.area else 0.65, "positioning/verb"),
                "evidence": [span],
            }
            holder.append(known[area, positioning.label])

    def _area_of_positioning(self, positioning: Positioning) -> str:
        """The area that the sentence names, else that of the document."""
        for start in range(max(0, len(positioning.area or "") - 1)):
            if known := self.gazetteer.find("area", (positioning.area or "")[start:]):
                return known
        named = area_in(positioning.area) if positioning.area else None
        if named and named[0] != self.reading.metadata.area:
            entry = self.proposals.entry("area", named[0])
            entry |= {"type": area_class(named[0]), "locatedIn": self._area}
            return str(entry["id"])
        return self._area

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
                self.mentioned.setdefault(known, []).extend(initiative.places)
            if not initiative.components:
                continue
            number = len(readings) + 1
            spans = [span for _, span in initiative.components]
            readings.append(
                {
                    "id": f"reading-{number}",
                    "readsInitiative": known,
                    "readIn": self.entries[id(initiative.part)]["id"] if initiative.part else plan["id"],
                    **_sure(0.8, "reading/numerals"),
                    "evidence": _evidence([(spans[0][0], spans[-1][1])]),
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
            entry |= _sure(0.7, "event/meeting")
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
                    entry |= _sure(0.85, "plan/cited")
                    entry["evidence"] = [fragment(match.span("name"))]
                    cited[identifier] = entry
            else:
                self.mentioned.setdefault(identifier, []).append(match.span("name"))
            if identifier != plan["id"] and identifier not in plan.get("implements", ()):
                plan.setdefault(relation, [])
                plan[relation] = list(dict.fromkeys([*plan[relation], identifier]))
        return list(cited.values())

    def _cited_area(self, name: str) -> Entry:
        """The area of a plan that its name begins with."""
        named = area_in(name)
        known = self.gazetteer.find("area", named[0]) if named else None
        if named and named[0] == self.reading.metadata.area:
            return {"coversArea": self._area}
        if known:
            return {"coversArea": known}
        return {"coversArea": "area:china"} if name.startswith(("国家", "中国", "全国", "国务院", "中共中央")) else {}

    def _mention(self) -> None:
        for identifier, spans in self.gazetteer.mentions(
            self.reading.text, ("area", "organisation", "initiative"), self._area
        ).items():
            self.mentioned.setdefault(identifier, []).extend(spans)

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
                **_sure(0.9, "numbering/gap"),
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
                    **_sure(0.8, f"layout/{kind}"),
                    "evidence": [fragment((start, end))],
                }

    def _words(self, start: int, end: int) -> str:
        return re.sub(r"\s+", "", self.reading.text[start:end])


#: Section of a record -> what it is counted as.
_COUNTED_SECTIONS = {"parts": "elements", "targets": "targets", "responsibilities": "roles", "counts": "counts"}
_GENERAL_AREAS = re.compile(r"^(?:中国|全国|国家|东北|东北地区|全省|全市)$")


def _said(number: int | None) -> str:
    return f"The number {number}" if number is not None else "The number printed here"


def _height(part: Part) -> int:
    """How many levels of headings stand below a part."""
    below = [other for other in part.parts if not other.style.startswith("worded")]
    return 1 + max(_height(other) for other in below) if below else 0


def _sure(confidence: float, rule: str) -> Entry:
    sure = max(0.1, min(1.0, round(confidence, 2)))
    entry: Entry = {"confidence": f"{sure:g}", "rule": rule}
    return entry | ({"needsReview": "true"} if sure < REVIEW_BELOW else {})


def _inferred(reasons: dict[str, str]) -> Entry:
    """The keys that say what was inferred and why."""
    if not reasons:
        return {}
    said = [REASONS[why] for why in dict.fromkeys(reasons.values())]
    return {
        "isInferred": "true",
        "infers": list(reasons),
        "reason": {"zh": "".join(zh for zh, _ in said), "en": " ".join(en for _, en in said)},
    }


def _evidence(spans: Iterable[Span]) -> list[str]:
    return [fragment(span) for span in sorted(set(spans)) if span[0] < span[1]]


def _settle(record: Entry) -> None:
    """Puts the evidence of everything in the order of the text, each place once."""
    pending: list[Any] = [record]
    while pending:
        thing = pending.pop()
        if isinstance(thing, dict):
            if "evidence" in thing:
                thing["evidence"] = sorted(set(thing["evidence"]), key=_place)
            pending += thing.values()
        elif isinstance(thing, list):
            pending += thing


def _place(evidence: str) -> tuple[int, int]:
    start, _, end = evidence.partition("=")[2].partition(",")
    return int(start), int(end)


def _insert(siblings: list[Entry], entry: Entry) -> None:
    """Puts a part among others in the order of the text; most come last."""
    at = len(siblings)
    while at and _start(siblings[at - 1]) > _start(entry):
        at -= 1
    siblings.insert(at, entry)


def _start(entry: Entry) -> int:
    return _place(entry["evidence"][0])[0]


def _identity(value: Value, entry: Entry) -> tuple[object, ...]:
    """What makes two values one and the same statement."""
    keys = (
        "ofIndicator",
        "ofArea",
        "valueKind",
        "value",
        "inUnit",
        "deadline",
        "year",
        "periodStart",
        "comparesWithArea",
    )
    return (value.role, *(entry.get(key) for key in keys), entry.get("referenceGroup", {}).get("zh"))


def _bare(name: str) -> str:
    bare = _ENDING.sub("", name)
    return bare if len(bare) > 1 else name


def _dimension(value: Value) -> str:
    if value.quantity.unit in _TIME:
        return "time"
    return _DIMENSIONS.get(value.quantity.unit, "count")
