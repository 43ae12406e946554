"""An outline in, what its sentences say in numbers out: targets, observations, declared counts, with their reasons.

    paragraph ─ contexts ─► a quantity in its clause ─┬─ benefits ─► a term of what a measure grants
                                                      ├─ mentions ─► nothing of the plan's
                                                      ├─ nouns, distribution ─► what is measured
                                                      ├─ words ─► which kind of value
                                                      ├─ dating ─► (year, first, reason)
                                                      └─ role ─► target or observation
    beside: counts (declared counts), tables, changes (由…到…), merging (what is said twice)

The noun in front of a quantity, or the one behind its classifier, is what is measured; the verb between them says which
kind of value it is; the time that governs it stands before it in the sentence, at the head of the paragraph, or in the
headings above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from policygraph.extract.figures import benefits, dating, role
from policygraph.extract.figures.changes import Change, read_changes
from policygraph.extract.figures.contexts import JOINERS, Context, Sentence, hedge_in, sentences
from policygraph.extract.figures.counts import Declared, Holder, count_in_title, declared_counts, holder_of
from policygraph.extract.figures.distribution import Share, dealt_out, repeated
from policygraph.extract.figures.mentions import mention
from policygraph.extract.figures.merging import merged
from policygraph.extract.figures.nouns import noun_behind, noun_in_front, without_scope
from policygraph.extract.figures.tables import Cell, read_table
from policygraph.extract.figures.times import Calendar, Time, find_times
from policygraph.extract.figures.values import Comparison, Count, Statements, Term, Value
from policygraph.extract.figures.words import (
    CHANGED,
    COMPARATORS_WITH,
    COMPARED_WITH,
    EMPTY_NOUNS,
    MONEY,
    PAST,
    PREDICATES_OF_LEVEL,
    WORKED_ON,
    value_kind,
)
from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Passage
from policygraph.quantity import find
from policygraph.quantity.value_words import RISING, RISING_RATES

__all__ = ["Comparison", "Count", "Statements", "Term", "Value", "read_statements"]

#: What stands behind a noun in a comparison with another area and is no part of its name.
_COMPARED_BY = re.compile(rf"(?:{'|'.join((*RISING_RATES, *RISING))}|水平)$")


def read_statements(
    text: str, outline: Outline, calendar: Calendar, *, granting: bool = False, requiring: bool = False
) -> Statements:
    """The values, terms, counts and comparisons of an outline, in the order of the text.

    `granting` says that the document is one of measures or policies, which grants more than it aims at; `requiring`
    that it is a guide to what has to be met.
    """
    statements = Statements()
    review: Time | None = None
    turns: dict[int, int] = {}
    for part in outline.root.walk():
        section = dating.read_section(text, part, calendar, turns)
        section = replace(section, requirement=section.requirement or requiring)
        looks_back = dating.section_at(section, part.start).retrospective
        review = review if part.depth > 1 and looks_back else None
        for pieces in part.paragraphs:
            passage = Passage(text, pieces)
            here = dating.section_at(section, pieces[0][0] if pieces else part.start)
            review = dating.review_of(passage.text, review, calendar) if here.retrospective else None
            paragraph = _Paragraph(part, replace(here, review=review), passage, granting)
            statements.counts += paragraph.counts()
            statements.values += paragraph.values()
            statements.terms += paragraph.terms
            statements.comparisons += paragraph.comparisons()
        for rows in part.tables:
            statements.values += (_of_cell(cell, part, calendar) for cell in read_table(text, rows))
    statements.values = merged(statements.values)
    count = count_in_title(text[slice(*outline.title)], _numbered(outline.root)) if outline.title else None
    if outline.title and count:
        span = outline.title[0] + count.start, outline.title[0] + count.end
        declared = Count(outline.root, *span, count.counted, count.number, count.rule, count.confidence)
        statements.counts.insert(0, declared)
    return statements


def _numbered(root: Part) -> Holder:
    """The numbers of parts below a plan, and of those with a number: 施行说明 is none of ten measures."""
    holder = holder_of(root, 0)
    return holder._replace(sizes=holder.sizes | {sum(part.marker is not None for part in root.parts)})


@dataclass(slots=True)
class _Thread:
    """What runs on from one quantity of a paragraph to the next."""

    #: The time at the head of a sentence governs what follows it.
    leading: Time | None = None
    #: The noun that was measured last, and where it starts.
    subject: str = ""
    subject_start: int = 0
    #: Whether the last quantity was built or added: the verb holds for the list that follows.
    built: bool = False
    #: Whether a term of a benefit stands before, in the sentence or in front of its semicolon.
    granted: bool = False


#: Stages of what is built, which name nothing alone.
_STAGE = re.compile(r"(?:新|全部)?(?:开工|投产|竣工|投运|投用|完工|并网|交付|通车|签约|落地|开业|达产|续建|动工)")
_STAGE_AT_END = re.compile(f"(?:{_STAGE.pattern})$")


class _Label(NamedTuple):
    """What a quantity measures: its name, where the evidence starts and stops, the verb, and how it was told."""

    name: str
    start: int
    stop: int
    verb: str
    rule: str
    confidence: float


_YEARS_ALONE = re.compile(r"(?:近|过去|前)?(?:[一二两三四五六七八九十]|\d{1,2})年(?:来|间|内)?")
#: A colon behind a time: what follows is for that time.
_ANNOUNCED = re.compile(r"(?:度|的)?(?:主要|预期|工作|总体|年度)*目标(?:任务)?(?:为|是)?[：:]")
_LONGEST_NOUN = 48


@dataclass
class _Paragraph:
    """One paragraph of a part: what it says in numbers, each told in places of the whole text."""

    part: Part
    section: dating.Section
    passage: Passage
    granting: bool = False
    declared: list[Declared] = field(default_factory=list)
    #: The terms of benefits that its values were told from.
    terms: list[Term] = field(default_factory=list)
    thread: _Thread = field(default_factory=_Thread)

    def __post_init__(self) -> None:
        label_end = self.passage.local(self.part.end) if self.part.parent else 0
        holder = holder_of(self.part, label_end)
        self.declared = declared_counts(self.passage.text, holder, reported=self.section.retrospective)

    def counts(self) -> Iterator[Count]:
        """The counts that it declares."""
        for each in self.declared:
            span = self.passage.span(each.start, each.end)
            yield Count(self.part, *span, each.counted, each.number, each.rule, each.confidence)

    def values(self) -> Iterator[Value]:
        """The values that it sets or reports; a time at the head of a sentence governs what follows in it."""
        text = self.passage.text
        quantities, changes = read_changes(text, find(text))
        claims = (each for each in self.declared if each.rule != "count/listed")  # 建成甲、乙等2个基地 is a target too
        taken = {place for each in claims for place in range(each.start, each.end)}
        for sentence in sentences(text, quantities, find_times(text, self.section.calendar)):
            for value in self._in_sentence(sentence, changes, taken):
                value.start, value.end = self.passage.span(value.start, value.end)
                yield value

    def comparisons(self) -> Iterator[Comparison]:
        """What is to be above or below the value of another area: 增速高于全国、全省平均水平."""
        for match in COMPARED_WITH.finditer(self.passage.text):
            noun = _COMPARED_BY.sub("", without_scope(match["noun"]))
            if not 2 <= len(noun) <= 24 or match["noun"].endswith(("上", "不")):
                continue
            start = match.start("noun") + match["noun"].index(noun[:2])
            reported = self.section.retrospective or PAST.search(match["noun"]) is not None
            due = dating.due_in_section(self.section)
            yield Comparison(
                self.part,
                *self.passage.span(start, match.end()),
                noun,
                COMPARATORS_WITH[match["verb"]],
                re.split("[、和及与]", match["areas"]),
                match["printed"],
                dating.past_year(self.section) if reported else due.year,
                "observation" if reported else "target",
                "plan" if reported else due.reason or "",
                hedge_in(self.passage.text[match.start() : match.start("printed")]),
            )

    def _in_sentence(self, sentence: Sentence, changes: Mapping[int, Change], taken: set[int]) -> list[Value]:
        """The values of a sentence, in places of the paragraph."""
        text = sentence.text
        if text[sentence.start - 1 : sentence.start] not in ("；", ";"):
            self.thread.subject = ""
            if self.section.review and self.thread.leading and self.thread.leading.first is None:
                self.thread.leading = None  # among what five years have brought, one year is that of its sentence
        self.thread.leading = _leading(sentence, self.thread.leading)
        shares = dealt_out(sentence)
        values: list[Value] = []
        before: Value | None = None
        previous = None
        for place, context in enumerate(sentence.contexts(changes)):
            quantity, context.previous = context.quantity, previous
            if quantity.start not in shares:
                shares |= repeated(text, sentence.quantities[place:], values)
            if quantity.start in taken:
                previous, before = quantity, None
                continue
            if rule := self._grants(context):
                self.terms.append(self._term(context, rule))
                previous, before, self.thread.granted = quantity, None, True
                continue
            if mention(context):
                continue
            if value := self._value(context, before, shares.get(quantity.start, _NO_SHARE)):
                values.append(value)
                before = value
            previous = quantity
        last = next((time for time in reversed(sentence.times) if time.role in ("by", "span", "past")), None)
        goes_on = text[sentence.end - 1] in "；;"
        if last and goes_on:
            self.thread.leading = last
        self.thread.granted = self.thread.granted and goes_on
        return values

    def _grants(self, context: Context) -> str | None:
        """The rule by which a quantity is a term of a benefit; a report on what was granted has none."""
        if self.section.retrospective and not self.granting:
            return None
        frame = benefits.Frame(context, self.granting, self.thread.granted, self.section.requirement)
        return benefits.frame_of(frame)

    def _term(self, context: Context, rule: str) -> Term:
        """A quantity as a term of what the part grants."""
        words, at = benefits.beneficiary_of(context)
        quantity, kind = context.quantity, benefits.kind_of(context, rule)
        return Term(
            self.part,
            *self.passage.span(quantity.start, quantity.end),
            quantity,
            kind,
            f"benefit/{re.sub('[^a-z]+', '-', rule)}",
            benefits.RULES[rule].confidence,
            words,
            self.passage.span(at, at + len(words)) if words else None,
            benefits.purpose_of(context),
            benefits.frequency_of(context),
            benefits.comparator_of(context, kind),
        )

    def _value(self, context: Context, before: Value | None, share: Share) -> Value | None:
        """What a quantity says; None where it has no noun. `before` is the value in front of it in its sentence."""
        quantity, change = context.quantity, context.change
        label = self._label(context, share)
        if not label.name or len(label.name) > _LONGEST_NOUN:
            return None
        if label.rule == "noun-in-front":
            self.thread.subject, self.thread.subject_start = label.name, label.start
        kind = self._kind(context, label, before)
        given = dating.governing(context, kind, self.section, self.thread.leading, share.time)
        rule = role.decide(role.evidence_of(context, given, self.section, continues=_is_reported(before)))
        value = Value(
            self.part,
            rule.role,
            *_enclosed(context.text, min(label.start, quantity.start), label.stop),
            label.name,
            replace(quantity, hedge=context.hedge, comparator=quantity.comparator or share.comparator),
            kind,
            f"{rule.role}/{label.rule}",
            label.confidence - dating.COSTS.get(given.source, 0),
            time=given.time,
            baseline=None if given.time and given.time.role == "baseline" else dating.baseline_year(context),
            words=context.front,
        )
        _date(value, given, self.section)
        if given.time and given.source in ("sentence", "leading") and _FINER.search(given.time.printed):
            of_part = given.time is self.section.due
            value.when = self.section.due_place if of_part else self.passage.span(given.time.start, given.time.end)
        if _is_sum(value):
            value.quantity, value.inferred["unit"] = replace(value.quantity, unit="unit:CCY_CNY"), "sum"
        if before and context.between.startswith("或"):
            value.alternative = before
            if context.between == "或":
                value.kind, value.indicator = before.kind, before.indicator
        return _changed(value, change, context.times_of_change) if change else value

    def _label(self, context: Context, share: Share) -> _Label:
        """What a quantity measures: dealt out, behind it, in front of it, or taken over from what stands before."""
        quantity = context.quantity
        noun, verb, start = noun_in_front(context.text, context.left, context.subject, context.times)
        noun = "" if _YEARS_ALONE.fullmatch(noun) or noun == "在建" else noun
        if self.thread.subject and _STAGE.fullmatch(noun):
            # 新能源开工1600万千瓦、投产1000万千瓦: what the stage is one of stands before
            name = _STAGE_AT_END.sub("", self.thread.subject) + noun
            return _Label(name, self.thread.subject_start, quantity.end, verb, "subject-of-the-sentence", 0.8)
        if share.noun:
            return _Label(share.noun, start, quantity.end, verb, "distributed", 0.9)
        behind = noun_behind(context.text, quantity, context.end)
        if behind and not (context.change and noun):
            stop = context.text.index(behind, quantity.end) + len(behind)
            return _Label(behind, start, stop, verb, "noun-behind", 0.9)
        if noun and noun not in EMPTY_NOUNS and not noun.startswith(("占", "同比", "环比")):
            return _Label(noun, start, quantity.end, verb, "noun-in-front", 0.9)
        if self.thread.subject:
            name = self.thread.subject + noun if noun.startswith("占") else self.thread.subject
            start = self.thread.subject_start
            return _Label(name, start, quantity.end, verb, "subject-of-the-sentence", 0.8)
        heading = _HALVES.split(self.part.label)[0]
        heading = heading if 2 <= len(heading) <= _LONGEST_HEADING else ""
        name = noun if noun.startswith("占") else heading
        return _Label(name, min(start, quantity.start), quantity.end, verb, "heading", 0.5)

    def _kind(self, context: Context, label: _Label, before: Value | None) -> str:
        """The value kind of a quantity; in a list that of the one before, where it has no words of its own."""
        quantity, words = context.quantity, context.words
        kind = _of_list(context, label, before, value_kind(quantity, words, label.verb, label.name))
        if kind in _AMOUNTS and _is_yearly(context, before):
            kind = "per-year"
        counts = quantity.classifier is not None
        listed = self.thread.built and counts and not label.verb and not PREDICATES_OF_LEVEL.search(words)
        worked = label.rule == "noun-behind" and WORKED_ON.match(context.text, label.stop) is not None
        if kind == "level" and (listed or worked):
            kind = "increment"
        self.thread.built = kind == "increment" and counts
        return kind


_AMOUNTS = ("level", "increment")


def _of_list(context: Context, label: _Label, before: Value | None, kind: str) -> str:
    """The kind of the value before, for one of the same unit that has no words, or no noun and no verb of change."""
    if before is None or before.quantity.unit != context.quantity.unit:
        return kind
    inherits = label.rule == "subject-of-the-sentence" and not label.name.endswith("比重") and kind == "share"
    if not context.words.strip(JOINERS) or (inherits and not CHANGED.search(context.words)):
        return before.kind
    return kind


def _is_yearly(context: Context, before: Value | None) -> bool:
    """Whether so many are meant in each year: 20项/年, and what follows in a list (每年举办赛事10场、培训1000人次)."""
    follows = before is not None and before.kind == "per-year" and "，" not in context.between
    return follows or context.behind.startswith(("/年", "每年"))


#: Times whose month, half or quarter of the year a deadline cannot say.
_FINER = re.compile(r"月|底前|半年|季度|之前|年前")
_NO_SHARE = Share(None, "")
_LONGEST_HEADING = 20
#: What stands between the halves of a heading: 资金支持——让好项目活下去.
_HALVES = re.compile(r"\s?(?:——|[｜|])")


#: A heading that stands in the line of its text: **抓好项目：**.
_LABEL_IN_BOLD = re.compile(r"(?:\*\*)?[^*，,。；;]{2,30}[:：。]?\*\*[:：]?\s?")


def _leading(sentence: Sentence, leading: Time | None) -> Time | None:
    """The time that governs what follows in a paragraph: at the head of the sentence, or announced with a colon."""
    head = sentence.text[sentence.start : sentence.end].lstrip(" 　—－-“")
    if label := _LABEL_IN_BOLD.match(head):
        head = head[label.end() :]
    for time in sentence.times:
        first = time is sentence.times[0] and head.startswith(time.printed)
        opens = first and not (leading and time.printed in dating.WEAK)
        if time.role not in ("baseline", "each") and (opens or _ANNOUNCED.match(sentence.text, time.end)):
            leading = time
    return leading


_OPENED_BY = {"”": "“", "）": "（", ")": "(", "》": "《"}


def _enclosed(text: str, start: int, stop: int) -> tuple[int, int]:
    """A statement with the sign in front of it that is closed in it, and the one behind it that is opened in it."""
    for closing, opening in _OPENED_BY.items():
        surplus = text.count(opening, start, stop) - text.count(closing, start, stop)
        if surplus < 0 and text[start - 1 : start] == opening:
            start -= 1
        elif surplus > 0 and text[stop : stop + 1] == closing:
            stop += 1
    return start, stop


def _date(value: Value, given: dating.Governing, section: dating.Section) -> None:
    """Puts in the years of a value, with why they were inferred and what that costs of its confidence."""
    if value.role == "observation":
        time_role = "" if given.time is None else "past" if given.time.role == "baseline" else given.time.role
        due = dating.due_of_observation(given, section, time_role)
        standing = time_role == "now" or (given.time and given.time.printed.startswith(("截至", "截止")))
        if standing and value.kind == "increment" and not value.quantity.unit.endswith("percentage-point"):
            value.kind = "level"
    else:
        due = dating.due_of_target(given, section)
        value.confidence -= dating.COSTS["plan"] if due.reason == "plan" else 0
        value.confidence -= 0 if due.year else dating.COSTS["undated"]
    value.year, value.first = due.year, _first(value, due)
    if value.role == "target" and given.time and given.time.earliest:
        value.earliest = given.time.earliest
    if due.reason:
        value.inferred["year"] = due.reason
    since = dating.first_year(value.kind, due, section.calendar) if value.role == "target" else None
    if since is not None:
        value.first, value.inferred["first"] = since, "plan"


def _first(value: Value, due: dating.Due) -> int | None:
    """The first of the years that a value is of; of what is observed, that of a sum or of a change over years."""
    if value.role != "observation":
        return due.first
    if due.year and value.kind in dating.CHANGED and (years := dating.years_of_change(value.words)):
        return due.year - years + 1
    return due.first if value.kind in dating.SUMMED else None


def _is_reported(before: Value | None) -> bool:
    """Whether the value before was told as reached by its own words, and not by its section."""
    return before is not None and before.role == "observation" and "period" in before.inferred.values()


def _is_sum(value: Value) -> bool:
    """Whether a number of ten thousands or more has no unit because it is one of money: 总收入超1000万."""
    quantity = value.quantity
    bare = quantity.unit == "unit:NUM" and quantity.classifier is None and value.kind in ("level", "increment")
    return bare and re.search("[万亿]", quantity.printed) is not None and MONEY.search(value.indicator) is not None


def _changed(value: Value, change: Change, times: list[Time]) -> Value:
    """A value with what it is measured from, and when that was."""
    value.before, value.unit = change.before.value, change.unit
    value.rule = f"{value.role}/changed"
    for time in times:
        value.baseline = time.year
        if time.inferred:
            value.inferred["baseline"] = "reckoned"
    return value


def _of_cell(cell: Cell, part: Part, calendar: Calendar) -> Value:
    """The value of a cell of a table: what is to come is a target, what is over an observation."""
    year = cell.year if cell.year is not None else calendar.last
    kind = cell.kind or ("per-capita" if cell.indicator.startswith(("人均", "每")) else "level")
    role_of_cell = "observation" if _is_over(year, calendar) else "target"
    value = Value(
        part,
        role_of_cell,
        cell.start,
        cell.end,
        cell.indicator.removesuffix("增长").removesuffix("降低") if kind.endswith("rate") else cell.indicator,
        replace(cell.quantity, printed=cell.printed),
        kind,
        f"{role_of_cell}/table",
        0.85,
        year=year,
        unit=cell.unit,
        binding=cell.binding,
    )
    if kind == "average-annual-growth" and calendar.first:
        value.first, value.inferred["first"] = calendar.first, "plan"
    if cell.year is None and calendar.last is not None:
        value.inferred["year"] = "plan"
    return value


def _is_over(year: int | None, calendar: Calendar) -> bool:
    """Whether a year of a table is before the document's reference year, or before its plan begins."""
    begin = max(calendar.now or 0, calendar.first or 0)
    return year is not None and year < begin
