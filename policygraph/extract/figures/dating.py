"""A quantity in its context and the times of its section in, when it is due out: `(year, first, reason)`.

The time that governs a value is dealt out to it, stands beside it or in front of it in its sentence, is given for the
whole part, stands at the head of the paragraph, or in a heading above; `governing` takes the first of these, in that
order. Where the text gives none, what is to be reached is due in the plan's last year, and what is reported was so in
the period reported on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from policygraph.extract.figures.contexts import Context
from policygraph.extract.figures.times import Calendar, Time, find_times
from policygraph.extract.figures.words import FUTURE_SECTIONS, PAST_SECTIONS
from policygraph.extract.structure.outline import Part
from policygraph.extract.structure.passages import Passage

__all__ = [
    "COSTS",
    "WEAK",
    "Due",
    "Governing",
    "Section",
    "baseline_year",
    "due_of_observation",
    "due_of_target",
    "first_year",
    "governing",
    "past_year",
    "read_section",
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
    #: It says what has to be met by those who take part: 申报条件, 认定标准.
    requirement: bool = False


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
COSTS = {"leading": 0.05, "heading": 0.05, "plan": 0.1, "undated": 0.15}
#: Times that say within the year, whichever year that is.
WEAK = frozenset({"全年", "年内", "年底", "年底前", "年末", "当年", "本年度", "本年"})
_COMPLETED = re.compile(r".{0,12}(?:完成|建成|完工|实现|达到|到位|竣工|投)")
_DUE = re.compile(r"(?:完成|办结|整改)?(?:时限|期限)(?:要求)?[：:]\s?|完成时间[：:]\s?|时间节点[：:]\s?")
#: Kinds of values that are summed up, or averaged, from a first year on.
_SINCE = ("average-annual-growth", "cumulative")


def governing(context: Context, kind: str, section: Section, leading: Time | None, dealt: Time | None) -> Governing:
    """The time that governs a value of a kind, the first that there is."""
    multiple = kind.startswith("multiple")
    before = _before(context, multiple=multiple)
    exact = [time for time in before if time.printed not in WEAK]
    sources = (
        Governing(dealt),
        Governing(None if multiple else _beside(context)),  # 2025年的3倍 is no time of what grows
        Governing(exact[-1] if exact else None),
        Governing(_behind(context)),
        Governing(section.due),
        Governing(leading if leading and leading.printed not in WEAK else None, "leading"),
        Governing(section.heading, "heading"),
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
    times = [time for time in _times_of(context) if time.role not in ("baseline", "each") and time.end <= at]
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


def due_of_target(given: Governing, calendar: Calendar) -> Due:
    """When what is to be reached is due: as given, else in the last year of the plan."""
    due = _as_given(given)
    if due.year is None and calendar.last is not None:
        return Due(calendar.last, due.first, "plan")
    return due


def due_of_observation(given: Governing, section: Section, role: str) -> Due:
    """When what is reported was so: as given, else in the period reported on.

    `role` is that of the time; a baseline whose number is told (由2015年的52.3%) is one of the past.
    """
    due, now = _as_given(given), section.calendar.now
    year, first = due.year, due.first
    if section.retrospective and given.time and given.time.inferred and role == "by":
        year = None
    if given.time and given.time.role == "past" and not given.time.inferred:
        first = None
    if year is None or (role in ("by", "span") and now is not None and year > now):
        return Due(past_year(section), first, "period")
    return Due(year, first, due.reason)


def _as_given(given: Governing) -> Due:
    time = given.time
    reason = "heading" if given.source == "heading" else None
    if time is None or time.year is None:
        return Due(None, None, reason)
    return Due(time.year, time.first, reason or ("reckoned" if time.inferred else None))


def first_year(kind: str, due: Due, calendar: Calendar) -> int | None:
    """The year from which a target is summed up or averaged, where only the plan gives one."""
    first = calendar.first
    if kind in _SINCE and due.first is None and first is not None and (due.year is None or first <= due.year):
        return first
    return None


def past_year(section: Section) -> int | None:
    """The year that a section reports on."""
    heading, now = section.heading, section.calendar.now
    if heading and heading.year and (heading.role != "by" or now is None or heading.year <= now):
        return heading.year
    if now is None:
        return None
    return now - 1 if section.retrospective else now


# ── what a section says ───────────────────────────────────────────────────────────────────────────


def read_section(text: str, part: Part, calendar: Calendar) -> Section:
    """What the headings above a part, its cells and its own lines say of the time of all in it."""
    return Section(
        calendar,
        _looks_back(part),
        _heading_time(text, part, calendar),
        _due(text, part, calendar),
        any(_REQUIREMENTS.search(other.label) for other in part.lineage() if other.parent),
    )


_REQUIREMENTS = re.compile(
    r"(?:申报|申请|认定|入驻|评定|评选|准入|支持|享受|基本)(?:的)?(?:条件|标准|要求)|(?:建设|认定|申报)指[引南]$"
)


def _looks_back(part: Part) -> bool:
    """Whether a part is in a section that looks back: 发展目标 below 发展基础与总体思路 is not."""
    for other in part.lineage():
        if other.parent and PAST_SECTIONS.search(other.label):
            return True
        if other.parent and FUTURE_SECTIONS.search(other.label):
            return False
    return False


def _due(text: str, part: Part, calendar: Calendar) -> Time | None:
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
        if time := _time_in_label(other.label, calendar):
            return time
    return None


def _time_in_label(label: str, calendar: Calendar) -> Time | None:
    times = [
        time for time in find_times(label, calendar) if time.role not in ("baseline", "each") and time.month is None
    ]
    if times:
        return times[-1]
    if yearly := re.match(r"((?:19|20)[0-9]{2})年?度?", label):
        return find_times(yearly[1] + "年", calendar)[0]
    return None
