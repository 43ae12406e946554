"""A quantity in its context and the times of its section in, when it is due out: `(year, first, reason)`.

The time that governs a value is dealt out to it, stands beside it or in front of it in its sentence, is given for the
whole part, stands at the head of the paragraph, or in a heading above; `governing` takes the first of these, in that
order. Where the text gives none, what is to be reached is due in the plan's last year, and what is reported was so in
the period reported on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from policygraph.extract.figures.contexts import Context
from policygraph.extract.figures.times import Calendar, Time, find_times
from policygraph.extract.figures.words import FUTURE_SECTIONS, PAST_SECTIONS
from policygraph.extract.structure.outline import Part
from policygraph.extract.structure.passages import Passage, Span
from policygraph.quantity.value_words import CHANGES, FALLING, RISING

__all__ = [
    "CHANGED",
    "COSTS",
    "SUMMED",
    "WEAK",
    "Due",
    "Governing",
    "Section",
    "baseline_year",
    "due_in_section",
    "due_of_observation",
    "due_of_target",
    "first_year",
    "governing",
    "looks_back",
    "past_year",
    "read_section",
    "review_of",
    "section_at",
    "years_of_change",
]


@dataclass(frozen=True, slots=True)
class Section:
    """What the headings above a part, and the part itself, say of the time of all in it."""

    calendar: Calendar
    #: It is in a section that looks back.
    retrospective: bool = False
    #: The time that a row of a table gives, or the nearest heading names.
    heading: Time | None = None
    #: The time that the part gives for all of it: 完成时限：2024年6月底前.
    due: Time | None = None
    #: Where it stands in the text: in a paragraph of its own, so that its own places are none of the value's paragraph.
    due_place: Span | None = None
    #: The time that the text of a part above gives for what stands below: “十五五”期间力争实现以下目标：
    above: Time | None = None
    #: The years that a review goes over, where it is of several: 过去五年.
    review: Time | None = None
    #: The part says that it goes on: 完成时限：长期.
    open_ended: bool = False
    #: It says what has to be met by those who take part: 申报条件, 认定标准.
    requirement: bool = False
    #: Of a heading that looks both ways (发展成就和主要目标): where what looks ahead begins, the time of what is past.
    turn: int | None = None
    past: Time | None = None


class Governing(NamedTuple):
    """The time that governs a value, and where it was taken from: a key of `COSTS`, or in its own sentence."""

    time: Time | None
    source: str = "sentence"


class Due(NamedTuple):
    """When a value is to be reached, or was: the year, the first year of a span, and why the year was inferred."""

    year: int | None
    first: int | None = None
    reason: str | None = None


#: Where the year was taken from -> what that costs of the confidence.
COSTS = {"leading": 0.05, "above": 0.05, "heading": 0.05, "plan": 0.1, "undated": 0.15}
#: Times that say within the year, whichever year that is.
WEAK = frozenset({"全年", "年内", "年底", "年底前", "年末", "当年", "本年度", "本年"})
_COMPLETED = re.compile(r".{0,12}(?:完成|建成|完工|实现|达到|到位|竣工|投)")
_DUE = re.compile(r"(?:完成|办结|整改)?(?:时限|期限)(?:要求)?[：:]\s?|完成时间[：:]\s?|时间节点[：:]\s?")
#: Kinds of values that are summed up, or averaged, from a first year on.
_SINCE = ("average-annual-growth", "cumulative", "per-year")
#: Kinds of values that say how much something has changed.
CHANGED = CHANGES - {"rank"} | {"increment"}
#: Kinds of observations that are those of all the years reported on.
SUMMED = frozenset({"increment", "cumulative", "average-annual-growth", "percentage-point-change", "multiple-increase"})
#: Behind a year, the aims of a later time that something else is set for: 综合考虑2035年远景目标、…，提出….
_FAR_AIM = re.compile("的?(?:远景|远期|愿景|中长期)(?:目标|规划|纲要|任务){0,2}[、的要需和与及]")
#: Over how many years something has changed, in front of how much: 5年增长18.7%, 五年累计提高4个百分点.
_OVER_YEARS = re.compile(
    rf"(?<![0-9第续每])(?P<years>[2-9]|1[0-9]|[二两三四五六七八九十])年(?:来|间|里|内)?(?:累计|总共|共)?"
    rf"(?:{'|'.join((*RISING, *FALLING))})(?:了|约|近|超过|超|逾)?$"
)
_DIGITS = {digit: number for number, digit in enumerate("二三四五六七八九十", start=2)} | {"两": 2}
_LONG = re.compile(r"(?:长期|持续|常态|永久|全程|每年)")


#: Rates of one year: 三到五年内 in a heading is no year of theirs.
_OF_ONE_YEAR = frozenset({"growth-rate", "reduction-rate"})


def governing(context: Context, kind: str, section: Section, leading: Time | None, dealt: Time | None) -> Governing:
    """The time that governs a value of a kind, the first that there is."""
    multiple = kind.startswith("multiple")
    before = _before(context, multiple=multiple)
    heading = None if kind in _OF_ONE_YEAR and section.heading and section.heading.earliest else section.heading
    exact = [time for time in before if time.printed not in WEAK]
    sources = (
        Governing(dealt),
        Governing(None if multiple else _beside(context)),  # 2025年的3倍 is no time of what grows
        Governing(exact[-1] if exact else None),
        Governing(_behind(context)),
        Governing(section.due),
        Governing(leading if leading and leading.printed not in WEAK else None, "leading"),
        Governing(section.above, "above"),
        Governing(heading, "heading"),
        Governing(before[-1] if before else None),
    )
    return next((source for source in sources if source.time), Governing(None))


def _times_of(context: Context) -> list[Time]:
    """The times near a quantity, but those of what it has changed from."""
    earlier = context.times_of_change
    return [time for time in context.times if time not in earlier]


def _before(context: Context, *, multiple: bool) -> list[Time]:
    """The times in front of a quantity."""
    at = context.quantity.start
    times = [
        time
        for time in _times_of(context)
        if time.role not in ("baseline", "each") and time.end <= at and not _FAR_AIM.match(context.text, time.end)
    ]
    return [time for time in times if not (multiple and context.text[time.end : at] == "的")]


def _beside(context: Context) -> Time | None:
    """The time that stands right in front of a quantity, whatever it says: 2025年的."""
    of = ("的", "年的", "底的", "末的")
    times = (time for time in reversed(_times_of(context)) if time.year)
    return next((time for time in times if context.text[time.end : context.quantity.start] in of), None)


def _behind(context: Context) -> Time | None:
    """A year behind a quantity in which it is done: 3座，2027年底前建成."""
    times = [time for time in _times_of(context) if time.role not in ("baseline", "each")]
    first = next((time for time in times if time.start >= context.quantity.end and time.role == "by"), None)
    return first if first and _COMPLETED.match(context.text[first.end : context.stop]) else None


def baseline_year(context: Context) -> int | None:
    """The year that a value is compared with, where its own clause names one: 比2020年下降5%."""
    at = context.quantity.start
    baselines = [time for time in _times_of(context) if time.role == "baseline" and time.end <= at]
    if baselines and not re.search("[，,；;]", context.text[baselines[-1].end : at]):
        return baselines[-1].year
    return None


def due_of_target(given: Governing, section: Section) -> Due:
    """When what is to be reached is due: as given, else in the last year of the plan; never, where it goes on."""
    due, calendar = _as_given(given), section.calendar
    if section.open_ended and due.year is None:
        return due
    if due.year is None and calendar.last is not None:
        return Due(calendar.last, due.first, "plan")
    return due


def due_in_section(section: Section) -> Due:
    """When what names no time of its own is due: as its part, the text above or a heading says, else with the plan."""
    sources = (Governing(section.due), Governing(section.above, "above"), Governing(section.heading, "heading"))
    return due_of_target(next((source for source in sources if source.time), Governing(None)), section)


def due_of_observation(given: Governing, section: Section, role: str) -> Due:
    """When what is reported was so: as given, else in the period reported on.

    `role` is that of the time; a baseline whose number is told (由2015年的52.3%) is one of the past.
    """
    due, now = _as_given(given), section.calendar.now
    if given.time is None or (section.review and given.source == "heading"):
        return _reviewed(section)
    year, first = due.year, due.first
    if section.retrospective and given.time and given.time.inferred and role in ("by", "span"):
        year = None
    if year is None or (role in ("by", "span") and now is not None and year > now):
        past = past_year(section)
        is_before = first is not None and past is not None and first <= past
        return Due(past, first, "period") if is_before else _reviewed(section)
    return Due(year, first, due.reason)


def _reviewed(section: Section) -> Due:
    """The years that a section reports on; the first only where it goes over several."""
    review = section.review
    if review and review.year:
        return Due(review.year, review.first, "period")
    return Due(past_year(section), None, "period")


def _as_given(given: Governing) -> Due:
    time = given.time
    reason = given.source if given.source in ("heading", "above") else None
    if time is None or time.year is None:
        return Due(None, None, reason)
    return Due(time.year, time.first, reason or ("reckoned" if time.inferred else None))


def first_year(kind: str, due: Due, calendar: Calendar) -> int | None:
    """The year from which a target is summed up or averaged, where only the plan gives one."""
    first = calendar.first
    if kind in _SINCE and due.first is None and first is not None and (due.year is None or first <= due.year):
        return first
    return None


def years_of_change(words: str) -> int | None:
    """Over how many years a value is said to have changed by the words in front of it; None where they do not say.

    >>> years_of_change("，5年增长"), years_of_change("五年累计提高"), years_of_change("2025年增长")
    (5, 5, None)
    """
    match = _OVER_YEARS.search(words)
    return (_DIGITS.get(match["years"]) or int(match["years"])) if match else None


def past_year(section: Section) -> int | None:
    """The year that a section reports on."""
    heading, now = section.heading, section.calendar.now
    if heading and heading.year and (heading.role != "by" or now is None or heading.year <= now):
        return heading.year
    if now is None:
        return None
    return now - 1 if section.retrospective else now


# ── what a section says ───────────────────────────────────────────────────────────────────────────


def read_section(text: str, part: Part, calendar: Calendar, turns: dict[int, int] | None = None) -> Section:
    """What the headings above a part, its cells and its own lines say of the time of all in it.

    `turns` keeps where headings that look both ways turn, so that their text is read once.
    """
    due, due_place, open_ended = _due(text, part, calendar)
    heading, above = _inherited(text, part, calendar)
    both = next((other for other in part.lineage() if other.parent and _LOOKS_BOTH_WAYS.search(other.label)), None)
    times = find_times(both.label, calendar) if both else []
    turns = {} if turns is None else turns
    if both and id(both) not in turns:
        turns[id(both)] = _turn(text, both, calendar)
    return Section(
        calendar,
        looks_back(text, part, calendar),
        heading,
        due,
        due_place,
        above,
        open_ended=open_ended,
        requirement=any(_REQUIREMENTS.search(other.label) for other in part.lineage() if other.parent),
        turn=turns.get(id(both)),
        past=next((time for time in times if time.role == "past"), None),
    )


#: A heading of what was and of what is to be: “十四五”时期发展成就和“十五五”时期主要目标任务, 发展基础与总体思路.
_LOOKS_BOTH_WAYS = re.compile(
    rf"(?:{PAST_SECTIONS.pattern}).{{0,12}}?(?:和|与|及|、)[^和与及、]{{0,16}}(?:{FUTURE_SECTIONS.pattern})[一-鿿]{{0,4}}$"
)
#: What opens the part of such a section that looks ahead, beside a time to come.
_OPENS_AHEAD = re.compile(r"^.{0,6}(?:今后|未来|下一步|总体思路|总体要求|总的要求|指导思想|(?:主要|发展)目标)")


def section_at(section: Section, place: int) -> Section:
    """A section as it is at a place: of a heading that looks both ways, what stands there looks back or ahead."""
    if section.turn is None:
        return section
    if place < section.turn:
        return replace(section, retrospective=True, heading=section.past, above=None)
    return replace(section, retrospective=False)


def _turn(text: str, part: Part, calendar: Calendar) -> int:
    """Where a part begins to look ahead: its first paragraph that opens with a time to come; else its end."""
    past = calendar.now or max(
        (time.year or 0 for time in find_times(part.label, calendar) if time.role == "past"), default=0
    )
    places = sorted(pieces[0][0] for each in part.walk() for pieces in each.paragraphs if pieces)
    for place in places:
        opening = text[place : place + _OPENING].partition("\n")[0]
        times = find_times(opening, calendar)
        is_later = any((time.year or 0) > past and time.role in ("by", "span") for time in times)
        if place >= part.end and (is_later or _OPENS_AHEAD.search(opening)):
            return place
    return len(text)


_REQUIREMENTS = re.compile(
    r"(?:申报|申请|认定|入驻|评定|评选|准入|支持|享受|基本)(?:的)?(?:条件|标准|要求)|(?:建设|认定|申报)指[引南]$"
)


def looks_back(text: str, part: Part, calendar: Calendar) -> bool:
    """Whether a part is in a section that looks back: 发展目标 below 发展基础与总体思路 is not.

    The heading says so; where it says neither, the words that open the section: 2025年是…。一年来，….
    """
    for other in part.lineage():
        if other.parent and PAST_SECTIONS.search(other.label):
            return True
        if other.parent and FUTURE_SECTIONS.search(other.label):
            return False
        if other.parent and other.depth == 1 and _opens_as_review(text, other, calendar):
            return True
    return False


#: What reports on a year that is over, in the first words of a section.
_YEAR_OVER = re.compile(r"(?:^|[。，])(?:过去(?:的)?一年|一年来)|(?<!\d)(?P<year>20\d\d)年是")


def _opens_as_review(text: str, part: Part, calendar: Calendar) -> bool:
    """Whether the first paragraph of a section, behind its heading, opens with the year that is over."""
    openings = [Passage(text, pieces).text[:_OPENING] for pieces in part.paragraphs[:2]]
    years = [match["year"] for opening in openings for match in _YEAR_OVER.finditer(opening)]
    return bool(years) and all(year is None or int(year) < (calendar.now or 0) for year in years)


def _due(text: str, part: Part, calendar: Calendar) -> tuple[Time | None, Span | None, bool]:
    """The time behind a label of the part, its place, and whether the label says that there is none: 完成时限：长期."""
    for pieces in part.paragraphs:
        passage = Passage(text, pieces)
        if label := _DUE.search(passage.text):
            if _LONG.match(passage.text, label.end()):
                return None, None, True
            time = next(iter(find_times(passage.text, calendar, label.end())), None)
            if time and time.start <= label.end() + 2:
                return time, passage.span(time.start, time.end), False
            if time:
                return None, None, False
    return None, None, False


#: A text that announces what stands below it.
_ANNOUNCES = re.compile(r"(?:目标|任务|指标|如下|以下)[^。；;\n]{0,12}[：:。]?\s*$|[：:]\s*$")
#: How much of such a text is looked at.
_ANNOUNCEMENT = 120


#: What opens the review of one year, in the first words of a paragraph.
_ONE_YEAR = re.compile(r"过去一年|一年来|(?:刚刚?)?过去的?20\d\d年|20\d\d年(?:是|，|以来|极)|去年|上一年|过去的一年")
#: Whom a speaker turns to, in front of the first words.
_SALUTATION = re.compile(r"[\s　]*(?:各位代表|同志们|各位委员|各位同志)[！!，,：:]")
_OPENING = 40


def review_of(text: str, review: Time | None, calendar: Calendar) -> Time | None:
    """The years that a paragraph, and those behind it, go over: 过去五年, “十四五”时期; None where it is one year."""
    salutation = _SALUTATION.match(text)
    opening = text[salutation.end() if salutation else 0 :][:_OPENING]
    spans = [time for time in find_times(opening, calendar) if time.role == "past" and time.first and time.year]
    spans = [time for time in spans if not time.printed.startswith("近")]  # 近三年 is the time of one value
    several = [time for time in spans if (time.year or 0) - (time.first or 0) >= 2]
    single = _ONE_YEAR.search(opening)
    # 2025年是“十四五”收官之年 is of one year, until a sentence goes over several: 五年来，…
    free = (
        time
        for time in several
        if not (single and single.end() <= time.start and "。" not in opening[single.end() : time.start])
    )
    return next(free, None if single else review)


def _inherited(text: str, part: Part, calendar: Calendar) -> tuple[Time | None, Time | None]:
    """The time that a part has from its row in a table or the nearest heading, or from the nearest text above it.

    The first is that of a heading, the second that of a text which announces what stands below: 到2028年实现以下目标.
    """
    for head, cell in part.cells:
        if re.search(r"时限|时间|期限", head) and (given := find_times(text[slice(*cell)], calendar)):
            return given[-1], None
    for other in part.lineage():
        if other.parent and (time := _time_in_label(other.label, calendar)):
            return time, None
        if other is not part and (time := _announced(text, other, calendar)):
            return None, time
    return None, None


def _announced(text: str, part: Part, calendar: Calendar) -> Time | None:
    """The time in the last words of a part, where they announce what stands below it."""
    if not part.paragraphs:
        return None
    last = Passage(text, part.paragraphs[-1]).text[-_ANNOUNCEMENT:]
    last = re.split(r"[。；;](?=.)", last.rstrip())[-1]
    if not _ANNOUNCES.search(last):
        return None
    times = [time for time in find_times(last, calendar) if time.role in ("by", "span") and time.year]
    return times[-1] if times else None


def _time_in_label(label: str, calendar: Calendar) -> Time | None:
    times = [
        time for time in find_times(label, calendar) if time.role not in ("baseline", "each") and time.month is None
    ]
    if times:
        # 2025年和“十四五”时期回顾: the paragraphs that go over several years say so themselves
        single = [time for time in times if time.role == "past" and time.first is None]
        several = any(time.role == "past" and time.first for time in times)
        return single[-1] if single and several else times[-1]
    if yearly := re.match(r"((?:19|20)[0-9]{2})年?度?", label):
        return find_times(yearly[1] + "年", calendar)[0]
    return None
