"""Values and comparisons of a reading in, their entries out: indicator, area, quantity, kind, years, reasons.

An indicator that the graph knows is used where its dimension fits; any other is proposed, one for each dimension that
the text measures it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from policygraph.extract.draft.entries import Entry, evidence, inferred, sure
from policygraph.extract.draft.gazetteer import Gazetteer
from policygraph.extract.draft.places import Places
from policygraph.extract.figures.statements import Comparison, Term, Value
from policygraph.quantity import Quantity
from policygraph.quantity.value_words import CHANGES, COUNTING

__all__ = ["HEDGES", "Measured", "benefit", "identity", "month_due"]

HEDGES = {
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


#: How sure it is at most that a value is that of the region which its sentence began with.
_OF_A_REGION = 0.7
_LAST_MONTH = 12


class Measured:
    """The indicators of one document, and the entries of their values."""

    def __init__(self, places: Places, values: Iterable[Value]) -> None:
        self.places = places
        self._dimensions: dict[str, str] = {}
        for value in values:  # what is measured in its own unit fixes the dimension
            if value.kind not in CHANGES:
                self._dimensions.setdefault(_bare(value.indicator), self._dimension(value))

    def comparison(self, comparison: Comparison) -> Iterator[Entry]:
        """A relative value for each area that is compared with, where the graph knows it."""
        if comparison.year is None and comparison.role == "observation":
            return
        indicator = self._of(comparison.indicator, "", "relative")
        for name in comparison.areas:
            area = self.places.named(name)
            if area is None:
                continue
            yield {
                "id": "",
                "ofIndicator": indicator,
                "ofArea": self.places.scope_at(comparison.start).area,
                "valueKind": "relative",
                "comparator": comparison.comparator,
                "comparesWithArea": area,
                **_hedged(comparison.hedge, comparison.role),
                **(
                    {"deadline" if comparison.role == "target" else "year": str(comparison.year)}
                    if comparison.year
                    else {}
                ),
                "printedValue": comparison.printed,
                **(
                    inferred({"hasDeadline" if comparison.role == "target" else "inPeriod": comparison.why})
                    if comparison.year and comparison.why
                    else {}
                ),
                **sure(0.8, f"{comparison.role}/compared"),
                "evidence": evidence([(comparison.start, comparison.end)]),
            }

    def value(self, value: Value) -> Entry | None:
        """The entry of a value, without an id; None for an observation of no known year."""
        if value.year is None and value.role == "observation":
            return None
        quantity, is_target = value.quantity, value.role == "target"
        kind, confidence = _kind(value)
        area, name, of_region = self.places.in_words(value.words, value.indicator, value.start)
        entry: Entry = {
            "id": "",
            "ofIndicator": self._indicator(name, value),
            "ofArea": area,
            **_amount(quantity),
            "valueKind": kind,
            "comparator": _comparator(quantity, kind),
        }
        entry |= _hedged(quantity.hedge, value.role)
        self._compared(entry, value, kind)
        entry |= _years(value)
        if value.before is not None:
            entry["baselineValue"] = f"{value.before:f}"
        entry["printedValue"] = quantity.printed
        if value.unit:
            entry["printedUnit"] = value.unit
        if self._is_printed_otherwise(name, entry["ofIndicator"], value):
            entry["printedIndicator"] = name
        if value.binding is not None and is_target:
            entry["binding"] = "true" if value.binding else "false"
        entry |= inferred(_reasons(value, entry) | ({"ofArea": of_region} if of_region else {}))
        entry |= sure(min(confidence, _OF_A_REGION) if of_region else confidence, value.rule)
        when = [value.when] if value.when and not value.start <= value.when[0] < value.end else []
        entry["evidence"] = evidence([(value.start, value.end), *value.also, *when])
        return entry

    def _compared(self, entry: Entry, value: Value, kind: str) -> None:
        """Among whom a rank is one."""
        if kind != "rank":
            return
        words = value.words[-16:]
        for name in ("全国", "全省", "东北", *self.places.gazetteer.names.get("area", {})):
            if name in words and (identifier := self.places.named(name)):
                entry["comparesWithArea"] = identifier
                return
        if match := re.search(r"(?:全国|全省|全市|全区|全县|全球|世界|国内|省内|同类[^，。]{1,6})$", words):
            entry["referenceGroup"] = {"zh": match[0], "en": self.places.gazetteer.english(match[0])}

    def _is_printed_otherwise(self, name: str, identifier: str, value: Value) -> bool:
        """Whether the places of a value print the name, and the indicator is called otherwise; lists share names."""
        if name == self.places.label_of(identifier):
            return False
        spans = [(value.start, value.end), *value.also]
        printed = (re.sub(r"\s+", "", self.places.text[start:end]) for start, end in spans)
        return len(name) > 1 and any(name in words for words in printed)

    def _indicator(self, name: str, value: Value) -> str:
        """The id of an indicator; one that is known with another dimension is another indicator."""
        return self._of(name, self._dimension(value), value.kind)

    def _dimension(self, value: Value) -> str:
        """The dimension of the unit of a value; `count` where the unit is not described in the data."""
        return self.places.gazetteer.unit_dimensions.get(value.quantity.unit, "count")

    def _of(self, name: str, dimension: str, kind: str) -> str:
        """The id of the indicator that a name means for a value, proposed where nothing has it.

        A change (5%) does not tell the dimension of what changes: that is told by other values of the document, else
        by the name.
        """
        bare = _bare(name)
        wanted = "" if kind in CHANGES or not dimension else dimension
        gazetteer = self.places.gazetteer
        for candidate in dict.fromkeys((name, bare, f"{bare}数量", f"{bare}数")):
            identifier = gazetteer.find("indicator", candidate)
            if identifier and (not wanted or gazetteer.dimensions.get(identifier) == wanted):
                return identifier
        settled = wanted or self._dimensions.get(bare, "")
        decision = self.places.resolver.indicator(name, settled, "" if settled else kind, self.places.scope)
        if not decision.is_new:
            return decision.identifier
        entry = self.places.proposals.of_decision(decision)
        entry |= {"type": "Indicator", "dimension": decision.concept}
        return decision.identifier


#: Words that name a beneficiary -> a concept of `concept/beneficiary`; the first that fits.
_BENEFICIARIES = (
    (re.compile(r"毕业生|毕业年度"), "graduates"),
    (re.compile(r"高层次|人才|专家|博士|硕士|团队"), "talent"),
    (re.compile(r"创业者|创业人员|创业主体|个人创业|OPC"), "entrepreneurs"),
    (re.compile(r"农民工"), "migrant-workers"),
    (re.compile(r"退役军人"), "veterans"),
    (re.compile(r"残疾"), "disabled-people"),
    (re.compile(r"老年|老人|养老"), "older-people"),
    (re.compile(r"困难|低保|特困|低收入"), "low-income"),
    (re.compile(r"学生|学员"), "students"),
    (re.compile(r"婴幼|儿童|家庭.{0,4}[一二三]孩"), "children"),
    (re.compile(r"农户|农民|农村居民"), "farmers"),
    (re.compile(r"劳动者|职工|从业人员|求职|失业|就业人员"), "workers"),
    (re.compile(r"购房|租房|业主"), "home-owners"),
    (re.compile(r"消费者|购车|购买"), "consumers"),
    (re.compile(r"游客"), "visitors"),
    (re.compile(r"银行|金融|投资机构|创投|基金|保险|担保"), "financial-institutions"),
    (re.compile(r"高校|院所|科研|实验室|大学|研究院"), "research-institutions"),
    (re.compile(r"中小|小微|个体工商户|初创"), "small-enterprises"),
    (re.compile(r"高新技术|专精特新|独角兽|瞪羚|科技型|科创|单项冠军"), "technology-based-enterprises"),
    (re.compile(r"民营"), "private-enterprises"),
    (re.compile(r"国有|国企"), "state-enterprises"),
    (re.compile(r"外资|外商"), "foreign-enterprises"),
    (re.compile(r"规上|工业企业|制造业"), "industrial-enterprises"),
    (re.compile(r"投资者|投资方|项目方|投资主体"), "investors"),
    (re.compile(r"企业|公司|单位|机构|平台|园区|基地|载体|孵化器|市场主体|商户|店|运营"), "enterprises"),
    (re.compile(r"社区|行政村|村集体"), "communities"),
    (re.compile(r"县|区|街道|乡镇"), "governments"),
    (re.compile(r"协会|商会|社会组织|志愿"), "social-organisations"),
    (re.compile(r"居民|群众|市民|个人"), "residents"),
)


def _hedged(hedge: str | None, role: str) -> Entry:
    """How firmly a target is meant; what is reported is not hedged."""
    return {"hedge": HEDGES.get(hedge, "strive")} if hedge and role == "target" else {}


def benefit(term: Term, gazetteer: Gazetteer) -> Entry:
    """The entry of a term of a benefit, without an id."""
    quantity = term.quantity
    entry: Entry = {
        "id": "",
        "benefitKind": term.kind,
        **_amount(quantity),
        "comparator": term.comparator,
        "printedValue": quantity.printed,
    }
    group = next((name for words, name in _BENEFICIARIES if words.search(term.beneficiary)), None)
    if group:
        entry["grantedTo"] = group
    if term.beneficiary:
        entry["printedBeneficiary"] = term.beneficiary
    if term.purpose:
        entry["grantedFor"] = {"zh": term.purpose, "en": gazetteer.english(term.purpose)}
    if term.frequency:
        entry["frequency"] = term.frequency
    entry |= sure(term.confidence, term.rule)
    entry["evidence"] = evidence([(term.start, term.end), *([term.beneficiary_span] if term.beneficiary_span else [])])
    return entry


def identity(value: Value, entry: Entry, *, dated: bool = True) -> tuple[object, ...]:
    """What makes two values one and the same statement; `dated`, their years too."""
    years = ("deadline", "year", "periodStart") if dated else ()
    keys = ("ofIndicator", "ofArea", "valueKind", "value", "inUnit", *years, "comparesWithArea")
    return (value.role, *(entry.get(key) for key in keys), entry.get("referenceGroup", {}).get("zh"))


def month_due(value: Value) -> int | None:
    """The month in which a value is due, where the text says more than the year: 12 for 2026年底前; None where not."""
    return (value.time.month or _LAST_MONTH) if value.when and value.time else None


def _amount(quantity: Quantity) -> Entry:
    """A number with its unit, and with the upper end of a range and the classifier of a count."""
    entry: Entry = {"value": f"{quantity.value:f}"}
    if quantity.upper is not None:
        entry["upperValue"] = f"{quantity.upper:f}"
    entry["inUnit"] = quantity.unit
    if quantity.classifier:
        entry["classifier"] = quantity.classifier
    return entry


def _kind(value: Value) -> tuple[str, float]:
    """The kind of a value and its confidence; a share outside 0 to 100 is taken for a level."""
    is_share = 0 <= value.quantity.value <= Decimal(100)
    return (value.kind, value.confidence) if value.kind != "share" or is_share else ("level", value.confidence - 0.2)


def _comparator(quantity: Quantity, kind: str) -> str:
    """The comparator as printed; a rank among the first so many (前十, 50强) is at most that."""
    is_among = quantity.printed.startswith("前") or "强" in (quantity.classifier or "") + quantity.printed
    return quantity.comparator or ("lteq" if kind == "rank" and is_among else "eq")


def _years(value: Value) -> Entry:
    """When a value is to be reached or was, from when on, against which year, and the words that say it finer."""
    years = {
        "periodStart": value.first if value.first != value.year else None,
        "deadline" if value.role == "target" else "year": value.year,
        "earliestDeadline": value.earliest,
        "baselineYear": value.baseline
        if value.baseline and (value.year is None or value.baseline < value.year)
        else None,
    }
    entry: Entry = {key: str(year) for key, year in years.items() if year}
    if value.when and value.time:
        entry["printedPeriod"] = value.time.printed
    return entry


def _reasons(value: Value, entry: Entry) -> dict[str, str]:
    """The properties of an entry that were inferred, and why."""
    names = {
        "year": ("deadline", "hasDeadline") if value.role == "target" else ("year", "inPeriod"),
        "first": ("periodStart", "hasPeriodStart"),
        "baseline": ("baselineYear", "hasBaselineYear"),
        "unit": ("inUnit", "hasUnit"),
    }
    reasons = {names[key]: "first" if key == "first" else why for key, why in value.inferred.items()}
    return {name: why for (key, name), why in reasons.items() if key in entry}


def _bare(name: str) -> str:
    bare = COUNTING.sub("", name)
    return bare if len(bare) > 1 else name
