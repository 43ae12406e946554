"""An outline in, what its sentences say in numbers out: targets, observations, declared counts, with their reasons.

A sentence is read clause by clause. The noun in front of a quantity, or the one behind its classifier, is what is
measured; the verb between them says which kind of value it is; the time that governs it stands before it in the
sentence, at the head of the paragraph, or in the headings above. A number that measures nothing of the plan's (a cap
on a subsidy, the size of an enterprise, a date, a meeting) is a mention and makes no statement.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice, pairwise

from policygraph.extract.figures.changes import Change, read_changes
from policygraph.extract.figures.tables import read_table
from policygraph.extract.figures.times import Calendar, Time, find_times
from policygraph.extract.figures.words import (
    BENEFITS,
    BUILT,
    CHANGED,
    CLASSES_COUNTED,
    COMPARATORS_WITH,
    COMPARED_WITH,
    COUNTS,
    DECLARING,
    EMPTY_NOUNS,
    FUTURE,
    FUTURE_SECTIONS,
    LEADING_VERBS,
    PAST,
    PAST_SECTIONS,
    PREDICATES,
    PREDICATES_OF_LEVEL,
    SCOPES,
    TOTALS,
    TRAILING_WORDS,
    WORKED_ON,
    value_kind,
)
from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Passage, Span
from policygraph.quantity import Quantity, QuantityError, distribute, find

__all__ = ["Comparison", "Count", "Statements", "Value", "read_statements"]


@dataclass(slots=True)
class Value:
    """A value that a part sets or reports: what is measured, how much, by when, and how sure each of it is."""

    part: Part
    #: `target` or `observation`.
    role: str
    #: The evidence: from the words of the indicator to the end of the quantity.
    start: int
    end: int
    indicator: str
    quantity: Quantity
    kind: str
    rule: str
    confidence: float
    time: Time | None = None
    year: int | None = None
    first: int | None = None
    baseline: int | None = None
    #: What a change is measured from: 由98.6亿元增加到156.3亿元.
    before: Decimal | None = None
    #: Property -> why it was inferred, as a key of `_draft.REASONS`.
    inferred: dict[str, str] = field(default_factory=dict)
    #: The words of the clause in front of the quantity, for names of areas.
    words: str = ""
    alternative: Value | None = None
    #: The unit, where it is printed apart from the quantity.
    unit: str | None = None
    #: Further places that print the same.
    also: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Comparison:
    """A value that has no number: above that of the nation or the province."""

    part: Part
    start: int
    end: int
    indicator: str
    comparator: str
    #: The areas it is compared with, as printed.
    areas: list[str]
    printed: str
    year: int | None
    role: str


@dataclass(slots=True)
class Count:
    """A count that the text declares: of what class, how many, and of which part."""

    part: Part
    start: int
    end: int
    counted: str
    number: int
    rule: str
    confidence: float


_SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;\n]?")
_COMMA = re.compile(r"[，,：:](?![0-9]{3}(?![0-9]))")
_JOINERS = "、和或及与以及/—, ，"


@dataclass(slots=True)
class Statements:
    """What an outline says in numbers."""

    values: list[Value] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)


def read_statements(text: str, outline: Outline, calendar: Calendar) -> Statements:
    """The values, counts and comparisons of an outline, in the order of the text."""
    told = Statements()
    for part in outline.root.walk():
        reader = _Reader(text, part, calendar)
        for pieces in part.paragraphs:
            reader.paragraph(Passage(text, pieces))
        for rows in part.tables:
            reader.table(text, rows)
        told.values += reader.values
        told.counts += reader.counts
        told.comparisons += reader.comparisons
    told.values = _merged(told.values)
    return told


class _Clause:
    """A clause of a sentence: where it is, and the times and quantities in it."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class _Reader:
    """The walk over the text of one part."""

    def __init__(self, text: str, part: Part, calendar: Calendar) -> None:
        self.text = text
        self.part = part
        self.calendar = calendar
        self.values: list[Value] = []
        self.counts: list[Count] = []
        self.comparisons: list[Comparison] = []
        self._retrospective = _looks_back(part)
        self._heading_time = _heading_time(text, part, calendar)
        self._due = _due(text, part, calendar)
        self._leading: Time | None = None
        self._label_end = 0
        #: Start of a quantity -> what it has changed from.
        self._changes: dict[int, Change] = {}
        #: Whether the last quantity was built or added: the verb holds for the list that follows.
        self._built = False
        self._subject = ""
        self._subject_start = 0

    def paragraph(self, passage: Passage) -> None:
        """One paragraph; a time at the head of a sentence governs what follows in it."""
        self.text = text = passage.text
        self._leading, self._subject, self._built = None, "", False
        self._label_end = passage.local(self.part.end) if self.part.parent else 0
        quantities, self._changes = read_changes(text, find(text))
        times = find_times(text, self.calendar)
        known = len(self.values), len(self.counts)
        taken = self._claims()
        place_of_quantity = place_of_time = 0
        for sentence in _SENTENCE.finditer(text):
            own_quantities, own_times = list[Quantity](), list[Time]()
            while place_of_quantity < len(quantities) and quantities[place_of_quantity].start < sentence.end():
                own_quantities.append(quantities[place_of_quantity])
                place_of_quantity += 1
            while place_of_time < len(times) and times[place_of_time].start < sentence.end():
                own_times.append(times[place_of_time])
                place_of_time += 1
            self._sentence(sentence.start(), sentence.end(), own_quantities, own_times, taken)
        self._compare(passage)
        for value in self.values[known[0] :]:
            value.start, value.end = passage.span(value.start, value.end)
        for count in self.counts[known[1] :]:
            count.start, count.end = passage.span(count.start, count.end)

    def table(self, text: str, rows: list[Span]) -> None:
        """The values of a table: what is to come is a target, what is over an observation."""
        last, now = self.calendar.last, self.calendar.now
        for cell in read_table(text, rows):
            year = cell.year if cell.year is not None else last
            past = year is not None and (
                year < (now or year) or (now is not None and year < (self.calendar.first or now))
            )
            kind = cell.kind or ("per-capita" if cell.indicator.startswith(("人均", "每")) else "level")
            value = Value(
                self.part,
                "observation" if past else "target",
                cell.start,
                cell.end,
                cell.indicator.removesuffix("增长").removesuffix("降低") if kind.endswith("rate") else cell.indicator,
                replace(cell.quantity, printed=cell.printed),
                kind,
                "observation/table" if past else "target/table",
                0.85,
                year=year,
                unit=cell.unit,
            )
            if kind == "average-annual-growth" and self.calendar.first:
                value.first, value.inferred["first"] = self.calendar.first, "plan"
            if cell.year is None and last is not None:
                value.inferred["year"] = "plan"
            self.values.append(value)

    # ── counts ────────────────────────────────────────────────────────────────────────────────────

    def _claims(self) -> set[int]:
        """Notes the declared counts of the paragraph; the places of their words."""
        taken = set[int]()
        last = -9
        for claim in COUNTS.finditer(self.text):
            noun = claim["noun"] or claim["inner"] or ""
            whole = re.sub("^ ?(?:个|项|条|大类?|类|件)", "", claim["printed"].removeprefix(claim["number"]))
            counted = CLASSES_COUNTED.get(whole) or CLASSES_COUNTED.get(noun, "Task")
            front = self.text[max(0, claim.start() - 60) : claim.start()]
            front = front[max(front.rfind(stop) for stop in "。；;\n") + 1 :]
            bracketed = claim["bracketed"] is not None
            listed = claim.start() - last <= 4
            declared = DECLARING.search(front) is not None
            if bracketed and claim.end() > self._label_end + 1:
                continue
            if not bracketed and (not (declared or listed) or BUILT.search(front) or front.endswith(("“", "‘"))):
                continue
            number = _whole_number(claim["number"])
            if number is None:
                continue
            start, end = claim.span("printed")
            last = claim.end("printed")
            taken.update(range(start, end))
            self.counts.append(
                Count(self.part, start, end, counted, number, "count/declared", 0.85 if declared else 0.75)
            )
        for total in TOTALS.finditer(self.text):
            start, end = total.span("printed")
            if start not in taken and (number := _whole_number(total["number"])):
                taken.update(range(start, end))
                self.counts.append(Count(self.part, start, end, "Task", number, "count/total", 0.7))
        return taken

    def _compare(self, passage: Passage) -> None:
        """Notes what is to be above or below the value of another area: 增速高于全国、全省平均水平."""
        for match in COMPARED_WITH.finditer(self.text):
            noun = _strip_scope(match["noun"])
            noun = re.sub(r"(?:增速|增长速度|增幅|水平|增长)$", "", noun)
            if not 2 <= len(noun) <= 24 or match["noun"].endswith(("上", "不")):
                continue
            start = match.start("noun") + match["noun"].index(noun[:2])
            retrospective = self._retrospective or PAST.search(match["noun"]) is not None
            year = self._past_year() if retrospective else self.calendar.last
            self.comparisons.append(
                Comparison(
                    self.part,
                    *passage.span(start, match.end()),
                    noun,
                    COMPARATORS_WITH[match["verb"]],
                    re.split("[、和及与]", match["areas"]),
                    match["printed"],
                    year,
                    "observation" if retrospective else "target",
                )
            )

    # ── one sentence ──────────────────────────────────────────────────────────────────────────────

    def _sentence(self, start: int, end: int, quantities: list[Quantity], times: list[Time], taken: set[int]) -> None:
        head = self.text[start:end].lstrip(" 　—－-“")
        for time in times:
            opens = time is times[0] and head.startswith(time.printed) and not (self._leading and time.printed in _WEAK)
            if time.role not in ("baseline", "each") and (opens or _ANNOUNCED.match(self.text, time.end)):
                self._leading = time
        clauses = self._clauses(start, end)
        previous: Quantity | None = None
        done: Value | None = None
        told: list[Value] = []
        spread = self._spread(start, end, quantities, times, clauses)
        last = next((time for time in reversed(times) if time.role in ("by", "span", "past")), None)
        starts, openings = [time.start for time in times], [each.start for each in clauses]
        for place, quantity in enumerate(quantities):
            if quantity.start not in spread:
                spread |= self._again(place, quantities, told)
            at = self._subject_of(quantity).start
            first, whole = (clauses[max(0, bisect_right(openings, each) - 1)] for each in (at, quantity.start))
            # bounded, so that a text without punctuation costs no more than another
            clause = _Clause(max(first.start, at - _WIDEST), min(whole.end, quantity.end + _WIDEST))
            low = bisect_left(starts, quantity.start - 2 * _WIDEST)
            near = times[max(0, low - 2) : bisect_right(starts, quantity.end + _WIDEST)]
            if quantity.start in taken:
                previous, done = quantity, None
                continue
            if self._is_mention(quantity, clause, near):
                continue
            value = self._value(
                quantity, clause, near, previous=previous, before=done, end=end, dealt=spread.get(quantity.start)
            )
            if value:
                between = self.text[previous.end : quantity.start] if previous else ""
                if done and between.startswith("或"):
                    value.alternative = done
                if done and between == "或":
                    value.kind, value.indicator = done.kind, done.indicator
                self.values.append(value)
                told.append(value)
                done = value
            previous = quantity
        if last and self.text[end - 1] in "；;":
            self._leading = last

    def _clauses(self, start: int, end: int) -> list[_Clause]:
        cuts = [start, *(match.end() for match in _COMMA.finditer(self.text, start, end)), end]
        return [_Clause(left, right) for left, right in pairwise(cuts) if left < right]

    def _spread(
        self, start: int, end: int, quantities: list[Quantity], times: list[Time], clauses: list[_Clause]
    ) -> dict[int, tuple[Time | None, str]]:
        """What 分别 deals out: start of a quantity -> its time, its noun."""
        dealt: dict[int, tuple[Time | None, str]] = {}
        for match in islice(_EACH.finditer(self.text, start, end), _MOST_DEALT):  # no sentence has more
            for key, value in self._dealt(match.start(), quantities, times, clauses).items():
                dealt.setdefault(key, value)
        return dealt

    def _dealt(
        self, at: int, quantities: list[Quantity], times: list[Time], clauses: list[_Clause]
    ) -> dict[int, tuple[Time | None, str]]:
        """What the 分别 at a place deals out."""
        following = [quantity for quantity in quantities if quantity.end > at]
        row = self._row(following)
        if len(row) < 2:
            return {}
        clause = next((each for each in clauses if each.start <= at < each.end), clauses[-1])
        dealt = [time for time in times if time.role in ("by", "past", "span") and time.end <= at + 2]
        front = self.text[clause.start : at]
        for time in reversed(times):
            if clause.start <= time.start and time.end <= at:
                front = front.replace(time.printed, "")
        if len(dealt) >= len(row):
            noun = _noun_behind(self.text, row[-1], clause.end) if not _strip_scope(front.strip("、和")) else ""
            return {quantity.start: (time, noun) for quantity, time in zip(row, dealt[-len(row) :], strict=True)}
        if len(row) == 2 and "城乡" in front:
            front = front.replace("城乡", "城镇、农村", 1)
        names = [name for name in _LINKS.split(_strip_scope(front)) if name]
        if len(names) >= len(row):
            names = _completed(names[-len(row) :])
            return {quantity.start: (None, name) for quantity, name in zip(row, names, strict=True)}
        return {}

    def _row(self, quantities: list[Quantity]) -> list[Quantity]:
        """The quantities that stand in one list with the first."""
        row = quantities[:1]
        for quantity in quantities[1:]:
            between = self.text[row[-1].end : quantity.start]
            if len(between) > 6 or re.search(r"[，,；;]", between):
                break
            row.append(quantity)
        return row

    def _again(self, place: int, quantities: list[Quantity], told: list[Value]) -> dict[int, tuple[Time | None, str]]:
        """What a list without nouns says again of the values before it: 达到5万元和2万元，增长5%、7%."""
        row = self._row(quantities[place : place + _MOST_DEALT])
        values = told[-len(row) :]
        if not 2 <= len(row) == len(values) < _MOST_DEALT:
            return {}
        front = self.text[values[-1].end : row[0].start]
        if not _AGAIN.fullmatch(front):
            return {}
        names = {value.indicator for value in values}
        if len(names) == len(row):
            return {quantity.start: (None, value.indicator) for quantity, value in zip(row, values, strict=True)}
        if len(names) == 1 and all(value.time for value in values):
            return {quantity.start: (value.time, value.indicator) for quantity, value in zip(row, values, strict=True)}
        return {}

    def _is_mention(self, quantity: Quantity, clause: _Clause, times: list[Time]) -> bool:
        """Whether a number measures nothing of the plan's."""
        text = self.text
        before, behind = text[clause.start : quantity.start], text[quantity.end : clause.end]
        if any(time.start < quantity.end and quantity.start < time.end for time in times):
            return True
        near = before[-24:]
        if re.search(r"出席|列席|参加会议|应到|实到", text[max(0, quantity.start - 40) : quantity.start]):
            return True
        paid = quantity.unit in ("unit:CCY_CNY", "unit:CCY_USD", "unit:PERCENT")
        if paid and (BENEFITS.search(near) or BENEFITS.search(behind[:10])):
            return True
        if quantity.unit == "pgunit:percentage-point" and _ABOVE.search(near):
            return True
        if quantity.printed.startswith("第") and quantity.classifier != "位":
            return True
        if _quoted(text, quantity, clause) or text[max(0, quantity.start - 1) : quantity.start] in ("《", "〔"):
            return True
        if quantity.unit in _TIMES and not re.search(
            r"(?:到|至|在|压缩|缩短|提高|达|不超过|为|减少|降低)$", before[-6:]
        ):
            return True
        small = re.fullmatch(r"[一二两三四五六七八九十][个大项类种支条层级次轮批部份名者点路]", quantity.printed)
        if small and not re.search(LEADING_VERBS, before[-6:]):
            return True
        if re.match(r"[一-鿿]{2,14}[0-9]+[个家座处所条项]", behind):
            return True  # 年出栏10万头养殖基地2个
        if re.match(r"\s*(?:原则上)?每(?:名|个|位|户|家|人|县|乡|镇|村|支)", text[clause.start : clause.end]):
            return True
        return _is_attribute(quantity, behind)

    def _value(
        self,
        quantity: Quantity,
        clause: _Clause,
        times: list[Time],
        *,
        previous: Quantity | None,
        before: Value | None,
        end: int,
        dealt: tuple[Time | None, str] | None,
    ) -> Value | None:
        text, change = self.text, self._changes.get(quantity.start)
        left = clause.start
        if previous and previous.end > clause.start:
            left = previous.end
            while left < quantity.start and text[left] in _JOINERS:
                left += 1
        noun, verb, start = self._noun(left, self._subject_of(quantity), times)
        noun = "" if _YEARS_ALONE.fullmatch(noun) else noun
        stop = quantity.end
        label, confidence, rule = noun, 0.9, "value/noun-in-front"
        behind = _noun_behind(text, quantity, clause.end)
        if dealt and dealt[1]:
            label, rule = dealt[1], "value/distributed"
        elif behind and not (change and noun):
            label, rule = behind, "value/noun-behind"
            stop = quantity.end + text[quantity.end : clause.end].index(behind) + len(behind)
        elif not noun or noun in EMPTY_NOUNS or noun.startswith(("占", "同比", "环比")):
            label, confidence, rule = self._inherited(noun)
            start = self._subject_start if self._subject else min(start, quantity.start)
        if not label or len(label) > _LONGEST_NOUN:
            return None
        if rule == "value/noun-in-front":
            self._subject, self._subject_start = label, start
        words = text[left : quantity.start]
        kind = value_kind(quantity, words, verb, label)
        if before and not words.strip(_JOINERS) and before.quantity.unit == quantity.unit:
            kind = before.kind
        inherits = rule == "value/subject-of-the-sentence" and not label.endswith("比重") and kind == "share"
        if before and inherits and before.quantity.unit == quantity.unit and not CHANGED.search(words):
            kind = before.kind
        counts = quantity.classifier is not None
        listed = self._built and counts and not verb and not PREDICATES_OF_LEVEL.search(words)
        worked = rule == "value/noun-behind" and WORKED_ON.match(text, stop) is not None
        if kind == "level" and (listed or worked):
            kind = "increment"
        self._built = kind == "increment" and counts
        value = Value(
            self.part,
            "target",
            min(start, quantity.start),
            stop,
            label,
            quantity,
            kind,
            rule,
            confidence,
            words=text[clause.start : quantity.start],
        )
        earlier = [time for time in times if change and change.when[0] <= time.start < change.when[1]]
        self._date(value, [time for time in times if time not in earlier], dealt[0] if dealt else None, end)
        self._decide(value, clause)
        return _changed(value, change, earlier) if change else value

    def _subject_of(self, quantity: Quantity) -> Quantity:
        """The quantity that the noun stands in front of: the first of a change."""
        change = self._changes.get(quantity.start)
        return change.before if change else quantity

    def _inherited(self, noun: str) -> tuple[str, float, str]:
        """The indicator of a quantity that has no noun of its own: that of the sentence, else the heading's."""
        if self._subject:
            label = self._subject + noun if noun.startswith("占") else self._subject
            return label, 0.8, "value/subject-of-the-sentence"
        label = self.part.label
        return (noun if noun.startswith("占") else label if 2 <= len(label) <= 20 else ""), 0.5, "value/heading"

    def _noun(self, left: int, quantity: Quantity, times: list[Time]) -> tuple[str, str, int]:
        """The noun in front of a quantity, the verb that led it, and where the noun starts."""
        text = self.text
        front = text[left : quantity.start]
        start = left
        for time in times:
            if left <= time.start and time.end <= quantity.start:
                cut = time.end - left
                before = text[left : time.start]
                if time.role == "baseline" or (
                    time.start > left and len(before.strip()) > 1 and not re.search(r"[到在]$", before)
                ):
                    # the time stands between the noun and its verb
                    front = front.replace(time.printed, " " * len(time.printed), 1)
                else:
                    front, start = " " * cut + text[time.end : quantity.start], left
        stripped = front.rstrip()
        if quantity.classifier == "位":
            stripped = _RANKED.sub("", stripped)
        predicate = PREDICATES.search(stripped)
        stripped = stripped[: predicate.start()] if predicate else stripped
        body = stripped.lstrip(" 　，,、：:—“\"'（(")
        start = left + len(stripped) - len(body)
        if (gap := re.search(r"\s+(?=\S)", body)) and len(body) - gap.end() > 1:
            body, start = body[gap.end() :], start + gap.end()
        body, start = _after_scope(body, start)
        verb = ""
        while leading := re.match(LEADING_VERBS, body):
            verb, start = verb + leading[0], start + leading.end()
            body = body[leading.end() :]
            start, body = start + len(body) - len(body.lstrip("、")), body.lstrip("、")
        body, start = _after_scope(body, start)
        body = re.sub(r"\s+", "", body)
        if (quotes := body.count("”") - body.count("“")) > 0:
            body = body.replace("”", "", quotes)
        if any(time.role == "baseline" and not text[time.end : quantity.start].strip() for time in times):
            body = _COMPARING.sub("", body)
        return body.rstrip("的，,、由从"), verb or (predicate[0] if predicate else ""), start

    # ── times and roles ───────────────────────────────────────────────────────────────────────────

    def _date(self, value: Value, times: list[Time], dealt: Time | None, end: int) -> None:
        """The year of a value: dealt out, in its sentence, at the head of the paragraph, or in a heading."""
        at = value.quantity.start
        dated = [time for time in times if time.role not in ("baseline", "each")]
        baselines = [time for time in times if time.role == "baseline" and time.end <= at]
        if baselines and self._same_clause(baselines[-1].end, at):
            value.baseline = baselines[-1].year
        multiple = value.kind.startswith("multiple")
        before = [time for time in dated if time.end <= at and not (multiple and self.text[time.end : at] == "的")]
        beside = [
            time
            for time in times
            if time.year and not multiple and self.text[time.end : at] in ("的", "年的", "底的", "末的")
        ]
        exact = [time for time in before if time.printed not in _WEAK]
        behind = [time for time in dated if time.start >= value.quantity.end and time.role == "by"]
        chosen = dealt or (beside[-1] if beside else exact[-1] if exact else None)
        if chosen is None and behind and _COMPLETED.match(self.text[behind[0].end : end]):
            chosen = behind[0]
        chosen = chosen or self._due
        if chosen is None and self._leading and self._leading.printed not in _WEAK:
            chosen, value.confidence = self._leading, value.confidence - 0.05
        if chosen is None and self._heading_time:
            chosen, value.confidence = self._heading_time, value.confidence - 0.05
            value.inferred["year"] = "heading"
        if chosen is None and before:
            chosen = before[-1]
        value.time = chosen
        if chosen and chosen.year is not None:
            value.year, value.first = chosen.year, chosen.first
            if chosen.inferred:
                value.inferred["year"] = value.inferred.get("year", "reckoned")

    def _same_clause(self, left: int, right: int) -> bool:
        return not re.search("[，,；;]", self.text[left:right])

    def _decide(self, value: Value, clause: _Clause) -> None:
        """Whether a value is to be reached or is reported as reached, and the year of what has none."""
        text = self.text
        sentence = text[max(0, clause.start - 60) : value.quantity.start]
        sentence = sentence[max(sentence.rfind(stop) for stop in "。；;") + 1 :]
        role = value.time.role if value.time else ""
        if role == "baseline":  # 由2015年的52.3%: the number is that of the year
            role, value.baseline = "past", None
        ahead = FUTURE.search(sentence) is not None
        now = self.calendar.now
        past = role == "past" or (role == "now" and not ahead)
        if role != "past" and PAST.search(text[clause.start : clause.end]) and not ahead:
            past = True
        later = now is not None and (value.year or 0) > now
        by = role == "by" and value.time is not None and not value.time.inferred
        if self._retrospective and not (later and (by or (ahead and role in ("by", "span")))):
            past = True
        if past:
            value.role = "observation"
            standing = role == "now" or (value.time is not None and value.time.printed.startswith(("截至", "截止")))
            if standing and value.kind == "increment" and not value.quantity.unit.endswith("percentage-point"):
                value.kind = "level"
            if self._retrospective and value.time and value.time.inferred and role == "by":
                value.year = None
            if value.year is None or (role in ("by", "span") and now is not None and value.year > now):
                value.year = self._past_year()
                value.inferred["year"] = "period"
            value.rule = value.rule.replace("value/", "observation/")
            if value.time and value.time.role == "past" and value.first and not value.time.inferred:
                value.first = None
        else:
            if value.year is None and self.calendar.last is not None:
                value.year = self.calendar.last
                value.inferred["year"] = "plan"
                value.confidence -= 0.1
            value.rule = value.rule.replace("value/", "target/")
            value.confidence -= 0.0 if value.year else 0.15
        if value.kind in ("average-annual-growth", "cumulative") and value.role == "target" and value.first is None:
            first = self.calendar.first
            if first is not None and (value.year is None or first <= value.year):
                value.first = first
                value.inferred["first"] = "plan"

    def _past_year(self) -> int | None:
        if self._heading_time and self._heading_time.year and self._heading_time.role != "by":
            return self._heading_time.year
        now = self.calendar.now
        if self._heading_time and self._heading_time.year and (now is None or self._heading_time.year <= now):
            return self._heading_time.year
        if now is None:
            return None
        return now - 1 if self._retrospective else now


#: Where a rank is one: 进入全省, 保持东北, 位居全国同类城市.
_RANKED = re.compile(
    r"(?:综合)?(?:进入|位居|位列|居|列|保持|稳居|跻身|迈入|跃居|排名|排在|达到)?(?:全国|全省|全市|全区|全县|东北"
    r"|世界|国内|省内|[一-鿿]{2,3}省|[一-鿿]{1,3}地区)[^，。、]{0,8}$"
)
#: Times that say within the year, whichever year that is.
_WEAK = frozenset({"全年", "年内", "年底", "年底前", "年末", "当年", "本年度", "本年"})
#: How much above another area's value: the comparison is read, not the points.
_ABOVE = re.compile(r"(?:高于|快于|低于|优于|超过)[^，,。；;]{1,12}?(?:水平|增速|增幅|均值)?$")
#: A colon behind a time: what follows is for that time.
_ANNOUNCED = re.compile(r"(?:度|的)?(?:主要|预期|工作|总体|年度)*目标(?:任务)?(?:为|是)?[：:]")
_COMPLETED = re.compile(r".{0,12}(?:完成|建成|完工|实现|达到|到位|竣工|投)")
#: A place or a body that does what follows, and is not measured.
_ACTOR = re.compile(
    r"(?:我们|本届政府|[一-鿿]{2,6}(?:市|县|区|省|州|旗|政府|市委|县委|区委))"
    r"(?=将|要|已|计划|力争|完成|新建|新增|建成|累计|改造|统筹|安排|确保|争取|实施|推进)"
)
#: What links the names of a list, and is part of another word in 普及率 and 和谐.
_LINKS = re.compile(r"、|(?<![普以涉触波危遍])及|(?<![共平温饱])和(?![谐平])|与(?!会)")
#: Words that share what follows the other: 城市、农村居民收入.
_PAIRED = frozenset(
    {"城市", "农村", "城镇", "乡村", "城区", "中央", "地方", "省级", "市级", "县级", "国家级", "公办", "民办"}
    | {"男性", "女性", "小学", "初中", "高中"}
)
#: 比2020年 in front of 翻一番: the word that compares, and no part of a noun.
_COMPARING = re.compile(r"(?:(?<![占环对])比|较)$")
#: What the names of a list share where the last alone has it, and names too short to be measured by themselves.
_SHARED = re.compile(r"(?:总产量|产量|总产值|产值|增加值|面积|里程|占比|比重|浓度|覆盖率|普及率|利用率|合格率|达标率)$")
_SHORT = re.compile(r"(?!就业|消费|投资|税收|出口|进口|外贸|外资|存款|贷款|人口)[一-鿿]{2,4}(?<![率比重值量额入数])")
_EACH = re.compile("分别")
#: A list of values that another says again is shorter than this; a sentence deals out fewer.
_MOST_DEALT = 8
#: What stands between two lists of values of the same things.
_AGAIN = re.compile(
    r"[，,](?:并|且|同比|均|都|将|要|分别|比上年|较上年|比去年|较去年|年均|预计|力争|各|约)*"
    r"(?:增长|提高|提升|上升|增加|递增|下降|降低|减少|回落|占比|增速)?(?:分别|到|至|为|达到?|约|超过|各)*"
)
_YEARS_ALONE = re.compile(r"(?:近|过去|前)?(?:[一二两三四五六七八九十]|\d{1,2})年(?:来|间|内)?")
_DUE = re.compile(r"(?:完成|办结|整改)?(?:时限|期限)(?:要求)?[：:]\s?|完成时间[：:]\s?|时间节点[：:]\s?")
#: How far around a quantity its clause is looked at.
_WIDEST = 120
_LONGEST_NOUN = 48
_TIMES = frozenset(f"pgunit:{unit}" for unit in ("year", "month", "week", "day", "working-day", "hour", "minute"))


def _changed(value: Value, change: Change, times: list[Time]) -> Value:
    """A value with what it is measured from, and when that was."""
    value.before, value.unit = change.before.value, change.unit
    value.rule = f"{value.role}/changed"
    for time in times:
        value.baseline = time.year
        if time.inferred:
            value.inferred["baseline"] = "reckoned"
    return value


def _whole_number(printed: str) -> int | None:
    try:
        return int(distribute(printed + "个")[0].value)
    except (QuantityError, ValueError):
        return None


def _due(text: str, part: Part, calendar: Calendar) -> Time | None:
    """The time that a part gives for all of it: 完成时限：2024年6月底前."""
    for pieces in part.paragraphs:
        passage = Passage(text, pieces)
        if (label := _DUE.search(passage.text)) and (times := find_times(passage.text, calendar, label.end())):
            return times[0] if times[0].start <= label.end() + 2 else None
    return None


def _heading_time(text: str, part: Part, calendar: Calendar) -> Time | None:
    """The time that the row of a table gives, or the nearest heading above names."""
    for head, cell in part.cells:
        if re.search(r"时限|时间|期限", head) and (given := find_times(text[slice(*cell)], calendar)):
            return given[-1]
    for other in part.lineage():
        if other.parent is None:
            return None
        found = find_times(other.label, calendar)
        times = [time for time in found if time.role not in ("baseline", "each") and time.month is None]
        if times:
            return times[-1]
        if yearly := re.match(r"((?:19|20)[0-9]{2})年?度?", other.label):
            return find_times(yearly[1] + "年", calendar)[0]
    return None


def _looks_back(part: Part) -> bool:
    """Whether a part is in a section that looks back: 发展目标 below 发展基础与总体思路 is not."""
    for other in part.lineage():
        if other.parent and PAST_SECTIONS.search(other.label):
            return True
        if other.parent and FUTURE_SECTIONS.search(other.label):
            return False
    return False


def _quoted(text: str, quantity: Quantity, clause: _Clause) -> bool:
    """Whether a quantity stands in a short quotation, as a name does."""
    opened = max(text.rfind("“", clause.start, quantity.start), text.rfind("《", clause.start, quantity.start))
    if opened < 0 or quantity.start - opened > 16:
        return False
    closed = min((at for at in (text.find("”", opened), text.find("》", opened)) if at >= 0), default=-1)
    return quantity.end <= closed <= opened + 24 and not re.search(r"[，,]", text[opened:closed])


def _is_attribute(quantity: Quantity, behind: str) -> bool:
    """Whether a quantity says which thing is meant: 亿元以上项目, 投资12亿元的工程, 65岁以上老人."""
    if (
        behind.startswith("的")
        and len(behind) > 2
        and not re.match(r"的(?:目标|水平|速度|增速|比例|规模|要求)", behind)
    ):
        return True
    counted = quantity.classifier is not None
    noun = re.match(
        r"(?:以上|级)?[一-鿿]{0,4}?(?:项目|企业|产业|集群|工程|园区|单位|老年?人|老人|人口|以上|人群|面板|生产线"
        r"|GDP|地区生产"
        r"|产值能耗|增加值能耗|规模)",
        behind,
    )
    return not counted and noun is not None


#: Verbs behind the noun that a classifier counts.
_STOPPING = re.compile(
    r"(?<=.)(?:开工|完工|竣工|建设|投用|投入|实现|达到|达标|纳入|列入|上云|完成|改造|整治|治理|修复|安全评估|开展"
    r"|通过|参与"
    r"|建成|得到|享受|全覆盖|分别)"
)


def _noun_behind(text: str, quantity: Quantity, stop: int) -> str:
    """The noun that a classifier counts, behind it; empty where something else stands there."""
    if quantity.unit != "unit:NUM" or quantity.classifier in (None, "位", "倍", "人次", "户次"):
        return ""
    behind = text[quantity.end : min(stop, quantity.end + 40)]
    match = re.match(r"(?:以上)?(?P<noun>[^，,。；;：:、和\n！（(]{2,30})", behind)
    if not match:
        return ""
    noun = match["noun"]
    noun = _STOPPING.split(noun)[0]
    noun = TRAILING_WORDS.sub("", noun).strip()
    if len(noun) < 2 or re.match(r"(?:左右|以上|以内|不等|的|并|且|及|以|为|在|到|至|等|是|占|与|由|实现)", noun):
        return ""
    return noun


def _completed(names: list[str]) -> list[str]:
    """城市居民收入 of 城市、农村居民收入, 粮食产量 of 粮食、蔬菜产量: short names share what follows in the last."""
    last = names[-1]
    head = _SHARED.search(last)
    if head and len(head[0]) < len(last) and all(_SHORT.fullmatch(name) for name in names[:-1]):
        return [*(name + head[0] for name in names[:-1]), last]
    return [name + last[len(name) :] if name in _PAIRED and len(last) > len(name) + 2 else name for name in names]


def _after_scope(body: str, start: int) -> tuple[str, int]:
    """A noun phrase without the words in front that say where or when in general: 全市, 力争, 每年."""
    while scope := re.match(SCOPES, body) or _ACTOR.match(body):
        if not scope[0]:
            break
        body, start = body[scope.end() :], start + scope.end()
    return body, start


def _strip_scope(front: str) -> str:
    body = _after_scope(front.strip(" 　，,"), 0)[0]
    predicate = PREDICATES.search(body)
    return body[: predicate.start()] if predicate else body


#: A value is compared with so many others of the same figure, unit and kind, the last ones.
_MOST_COMPARED = 200


def _merged(values: list[Value]) -> list[Value]:
    """Values without those that a heading and its text say twice; the places of both stay."""
    told: dict[int, Value] = {}
    said: dict[tuple[Decimal, str, str, str], list[Value]] = {}
    for value in values:
        quantity = value.quantity
        key = (quantity.value, quantity.unit + str(quantity.classifier), value.kind, value.role)
        # the same figure again and again, as in a list of a thousand lines, is not compared with all of them
        for first in said.get(key, [])[-_MOST_COMPARED:]:
            alike = first.indicator in value.indicator or value.indicator in first.indicator
            if alike and first.part is value.part and first.year == value.year:
                if first.quantity.printed == quantity.printed:  # evidence holds the printed value
                    first.also.append((value.start, value.end))
                break
            if alike and _is_headline(first):  # the text says it in full: it takes the place of its headline
                if first.quantity.printed == quantity.printed:
                    value.also += [(first.start, first.end), *first.also]
                del told[id(first)]
                said[key].remove(first)
                said[key].append(value)
                told[id(value)] = value
                break
        else:
            said.setdefault(key, []).append(value)
            told[id(value)] = value
    return list(told.values())


def _is_headline(value: Value) -> bool:
    """Whether a value stands in a heading without a number, or in front of all parts, as in newspapers."""
    part = value.part
    if part.parent is None:
        return bool(part.parts)
    return part.marker is None and part.bare and value.end <= part.end
