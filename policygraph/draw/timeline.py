"""Documents with their dates in, a line of time as SVG out: a row for each, its mark at its date, arcs between them.

A date of a month or a year is as long as that; a document without a date has its mark left of the axis. Who is first is
told by the shape of the mark and in words, never by colour alone.
"""

from __future__ import annotations

import calendar
import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

from policygraph.draw.svg import FAMILY, add_text, document, number
from policygraph.draw.symbols import Mark, Theme
from policygraph.draw.text_width import shortened, width, wrap
from policygraph.text import clean

__all__ = ["MARKS", "Event", "Link", "Timeline", "period", "ticks", "write"]

#: Standing of a document -> its mark: the first, one of several that may be, a later one, one without a date.
MARKS: Mapping[str, Mark] = {
    "first": Mark("star", "#bf360c", "#ffab91"),
    "among-first": Mark("diamond", "#9a5b00", "#ffe082"),
    "later": Mark("circle", "#1976d2", "#64b5f6"),
    "undated": Mark("ring", "#616161", "#bdbdbd"),
}
#: Sizes in CSS pixels: names, from them to the axis, the axis, arcs, and the words behind these.
_MARGIN, _ROW, _NAMES, _BEFORE, _AXIS, _ARCS, _REMARKS = 16, 38, 330, 34, 400, 58, 150
_TITLE, _LINE, _FONT, _SMALL, _SIGN = 19, 26, 13, 11, 12
#: The most ticks of an axis; a tick stands at every so many months.
_MOST_TICKS, _STEPS = 9, (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)


@dataclass(frozen=True, slots=True)
class Event:
    """One document: its name, its date (ISO 8601: a day, a month, a year, or empty), its standing, a key of MARKS.

    `more` stands in small letters beneath the name, `tooltip` says all, `href` leads to the place; they may be empty.
    """

    name: str
    date: str
    standing: str
    more: str = ""
    tooltip: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Wording that a later document shares with an earlier one: their places among the events, and what it is."""

    earlier: int
    later: int
    text: str
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A line of time: its title, what is seen in a few words, its events in rows, arcs between them, signs and notes.

    `legend` says what the marks of MARKS mean that are used.
    """

    title: str
    description: str
    events: Sequence[Event]
    links: Sequence[Link] = ()
    legend: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    language: str = "en"


def period(date: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day of a date (ISO 8601); None where it is none.

    >>> period("2026-02")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    parts = date.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        return None
    year, month, day = (*map(int, parts), 0, 0)[:3]
    try:
        start = datetime.date(year, month or 1, day or 1)
        last = calendar.monthrange(year, month or 12)[1]
        return start, start if day else datetime.date(year, month or 12, last)
    except (ValueError, calendar.IllegalMonthError):
        return None


def ticks(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Days for the signs of an axis, at the beginning of months or years, the first not after `first`.

    >>> [str(day) for day in ticks(datetime.date(2025, 12, 25), datetime.date(2026, 2, 3))]
    ['2025-12-01', '2026-01-01', '2026-02-01', '2026-03-01']
    """
    low, high = first.year * 12 + first.month - 1, last.year * 12 + last.month
    step = next((each for each in _STEPS if math.ceil((high - low // each * each) / each) < _MOST_TICKS), _STEPS[-1])
    start = low // step * step
    count = math.ceil((high - start) / step)
    months = [start + step * at for at in range(count + 1)]
    return [datetime.date(month // 12, month % 12 + 1, 1) for month in months if month < 9999 * 12]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days -> places on the axis, in pixels."""

    signs: Sequence[datetime.date]
    left: float

    def place(self, day: datetime.date) -> float:
        first, last = self.signs[0].toordinal(), self.signs[-1].toordinal()
        return self.left + _AXIS * (day.toordinal() - first) / max(1, last - first)


def write(picture: Timeline, theme: Theme, *, is_alone: bool = True) -> tuple[str, tuple[int, int]]:
    """The document, and its width and height in CSS pixels; alone it has its title, and paper behind it."""
    margin = _MARGIN if is_alone else 2
    broad = _NAMES + _BEFORE + _AXIS + _ARCS + _REMARKS
    wide = broad + 2 * margin
    title = wrap(clean(picture.title), broad / _TITLE) if is_alone else []
    described = wrap(clean(picture.description), broad / _FONT) if is_alone else []
    top = margin + len(title) * _LINE + len(described) * 18 + (14 if is_alone else 0) + 24
    rows = [top + _ROW * at + _ROW / 2 for at in range(len(picture.events))]
    bottom = top + _ROW * len(picture.events)
    foot = _foot(picture, theme, broad)
    high = math.ceil(bottom + 14 + foot[1] + margin)
    called = {"aria-label": f"{clean(picture.title)}. {clean(picture.description)}"}
    root = document(picture.language, (wide, high), called, family=FAMILY, font=_FONT, ink=theme.ink)
    if is_alone:
        SubElement(root, "rect", {"width": str(wide), "height": str(high), "fill": theme.paper})
    for at, line in enumerate(title):
        add_text(root, line, (margin, margin + _TITLE + at * _LINE), _TITLE, {"font-weight": "bold"})
    for at, line in enumerate(described):
        place = (margin, margin + len(title) * _LINE + 12 + at * 18)
        add_text(root, line, place, _FONT, {"fill": theme.quiet})
    spans = [period(event.date) for event in picture.events]
    days = [day for span in spans if span for day in span]
    scale = _Scale(ticks(min(days), max(days)), margin + _NAMES + _BEFORE) if days else None
    if scale:
        _axis(root, scale, theme, (top, bottom))
    places = [
        _row(root, event, span, scale, at=(margin, y), theme=theme)
        for event, span, y in zip(picture.events, spans, rows, strict=True)
    ]
    _arcs(root, picture.links, places, margin + _NAMES + _BEFORE + _AXIS + 10, theme)
    foot[0].set("transform", f"translate({margin} {bottom + 14})")
    root.append(foot[0])
    return tostring(root, encoding="unicode") + "\n", (wide, high)


def _axis(root: Element, scale: _Scale, theme: Theme, ends: tuple[float, float]) -> None:
    is_yearly = all(day.month == 1 for day in scale.signs)
    group = SubElement(root, "g", {"stroke": theme.line, "stroke-opacity": "0.45", "aria-hidden": "true"})
    words = SubElement(root, "g", {"text-anchor": "middle"})
    for day in scale.signs:
        x = scale.place(day)
        SubElement(group, "path", {"d": f"M{number(x)} {number(ends[0])}V{number(ends[1])}"})
        add_text(
            words,
            f"{day.year}" if is_yearly else f"{day.year}-{day.month:02d}",
            (x, ends[0] - 8),
            10,
            {"fill": theme.quiet},
        )


def _row(
    root: Element,
    event: Event,
    span: tuple[datetime.date, datetime.date] | None,
    scale: _Scale | None,
    *,
    at: tuple[float, float],
    theme: Theme,
) -> tuple[float, float]:
    """Draws a document; where its arcs begin and end."""
    name, attributes = ("a", {"href": event.href}) if event.href else ("g", {})
    group = SubElement(root, name, attributes)
    left, y = at
    box = {"x": number(left), "y": number(y - _ROW / 2 + 1), "width": str(_NAMES), "height": str(_ROW - 2), "rx": "3"}
    ground = SubElement(group, "rect", {**box, "fill": "none", "pointer-events": "all"})
    if event.tooltip:
        SubElement(ground, "title").text = clean(f"{event.name}: {event.tooltip}")
    style = {"font-weight": "600"} if event.standing == "first" else {}
    add_text(group, shortened(clean(event.name), _NAMES / _FONT), (left, y - 2), _FONT, style)
    add_text(group, shortened(clean(event.more), _NAMES / _SMALL), (left, y + 13), _SMALL, {"fill": theme.quiet})
    mark = MARKS[event.standing]
    colour = _colour(theme, mark)
    if scale is None or span is None:
        x = left + _NAMES + _BEFORE / 2 - 4
    else:
        x, end = scale.place(span[0]), scale.place(span[1])
        if end > x:
            bar = {"x": number(x), "y": number(y - 3), "width": number(end - x), "height": "6", "rx": "3"}
            SubElement(root, "rect", {**bar, "fill": colour, "fill-opacity": "0.35"})
        x = (x + end) / 2
    sign = {"transform": f"translate({number(x - _SIGN / 2)} {number(y - _SIGN / 2)})", "fill": colour}
    SubElement(root, "path", {**sign, "d": mark.path, "fill-rule": "evenodd"})
    return x, y


def _arcs(
    root: Element, links: Sequence[Link], places: Sequence[tuple[float, float]], right: float, theme: Theme
) -> None:
    """Arcs from the earlier to the later document, at the right of the axis, longer ones farther out."""
    group = SubElement(root, "g", {"fill": "none", "stroke": theme.ink, "stroke-opacity": "0.6", "stroke-width": "1.2"})
    words = SubElement(root, "g", {"fill": theme.quiet})
    most = max((abs(places[link.later][1] - places[link.earlier][1]) for link in links), default=1.0) or 1.0
    for link in links:
        (x, y), (to, end) = places[link.earlier], places[link.later]
        out = right + 8 + (_ARCS + 4) * math.sqrt(abs(end - y) / most)
        curve = " ".join(map(number, (out, y, out, end, right, end)))
        path = f"M{number(x + 9)} {number(y)}H{number(right)}C{curve}H{number(to + 9)}l5 -3.5m-5 3.5l5 3.5"
        line = SubElement(group, "path", {"d": path})
        SubElement(line, "title").text = clean(link.tooltip or link.text)
        add_text(words, clean(link.text), (right + _ARCS, end + 4), 10, {})


def _foot(picture: Timeline, theme: Theme, broad: int) -> tuple[Element, float]:
    """What the marks mean, and the notes; and how high they are."""
    group, left, top = Element("g"), 0.0, 0.0
    for standing, words in picture.legend.items():
        wide = 20 + width(clean(words)) * 12
        if left and left + wide > broad:
            left, top = 0.0, top + 22
        sign = {"transform": f"translate({number(left)} {number(top)})", "fill": _colour(theme, MARKS[standing])}
        SubElement(group, "path", {**sign, "d": MARKS[standing].path, "fill-rule": "evenodd"})
        add_text(group, clean(words), (left + 18, top + 10.5), 12, {})
        left += wide + 16
    top += 22 if picture.legend else 0
    for note in picture.notes:
        for line in wrap(clean(note), broad / 12):
            add_text(group, line, (0, top + 12), 12, {"fill": theme.quiet})
            top += 17
    return group, top


def _colour(theme: Theme, mark: Mark) -> str:
    return f"light-dark({mark.light},{mark.dark})" if theme.name == "page" else theme.colour(mark)
