"""The values of an indicator in, a chart's points, lines and ticks out, laid out in a box of fixed size.

Values share an axis only where they have a kind and a unit in common; the chart is of the kind and unit that most
values have, and says how many others it leaves out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

__all__ = ["Chart", "Line", "Point", "Tick", "chart"]

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 50, 40
#: Colours of lines, distinguishable with colour-vision deficiencies (Okabe and Ito).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_OTHERS = "#666666"
#: Language -> the units in which large amounts are printed, the largest first.
_SCALES = {"zh": ((1e8, "亿"), (1e4, "万")), "en": ((1e9, " bn"), (1e6, " m"))}

Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Point:
    """A value: its position, whether it is a target, and its tooltip."""

    x: float
    y: float
    is_target: bool
    tooltip: str


@dataclass(frozen=True, slots=True)
class Line:
    """The values of one area, in order of years, with their colour and the height at which their name stands."""

    name: str
    colour: str
    points: Sequence[Point]
    label_y: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis, at a place."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its words, its lines, and the ticks of its axes. `left_out` counts values of other kinds and units."""

    title: str
    unit: str
    lines: Sequence[Line]
    years: Sequence[Tick]
    amounts: Sequence[Tick]
    left_out: int


def chart(title: str, records: Iterable[Mapping[str, Any]], language: str) -> Chart:
    """A chart of the rows of queries/service/trajectory.rq, with a name in a language (zh or en) for each area."""
    suffix = language.capitalize()
    rows = {record["value"]: record for record in records}.values()
    dated = [row for row in rows if row["amount"] is not None and _year(row) is not None]
    if not dated:
        return Chart(title, "", [], [], [], len(rows))
    kinds = Counter((row["kind"], row["unit"]) for row in dated)
    common = max(kinds, key=lambda key: (kinds[key], str(key)))
    drawn_rows = [row for row in dated if (row["kind"], row["unit"]) == common]
    years = sorted({_year(row) for row in drawn_rows})
    top = _ceiling(max([row["amount"] for row in drawn_rows] + [0.0]))
    bottom = -_ceiling(max([-row["amount"] for row in drawn_rows] + [0.0]))
    x, y = _scale(years[0] - 0.5, years[-1] + 0.5, LEFT, WIDTH - RIGHT), _scale(bottom, top, HEIGHT - BOTTOM, TOP)
    areas = sorted(drawn_rows, key=lambda row: (row[f"area{suffix}"] or "", _year(row), row["amount"]))
    grouped = [(name, list(group)) for name, group in groupby(areas, key=lambda row: row[f"area{suffix}"] or "")]
    lines = [
        Line(name, colour, [_point(row, x, y, suffix) for row in group], 0)
        for (name, group), colour in zip(grouped, [*_COLOURS, *[_OTHERS] * len(grouped)], strict=False)
    ]
    words = " · ".join(filter(None, (drawn_rows[0][f"kind{suffix}"], drawn_rows[0][f"unit{suffix}"])))
    ticks = [bottom + (top - bottom) * step / 4 for step in range(5)]
    return Chart(
        title,
        words,
        _spread(lines),
        [Tick(x(year), str(year)) for year in years],
        [Tick(y(value), _amount(value, language)) for value in ticks],
        len(rows) - len(drawn_rows),
    )


def _point(row: Mapping[str, Any], x: Scale, y: Scale, suffix: str) -> Point:
    return Point(x(_year(row)), y(row["amount"]), row["class"].endswith("#IndicatorTarget"), _tooltip(row, suffix))


def _amount(value: float, language: str) -> str:
    scales = ((scale, name) for scale, name in _SCALES.get(language, _SCALES["en"]) if abs(value) >= scale)
    scale, name = next(scales, (1, ""))
    return f"{value / scale:,.6g}{name}"


def _year(row: Mapping[str, Any]) -> Any:
    """The year of a value, also of a month."""
    year = str(row["year"])[:4]
    return int(year) if year.isdigit() else None


def _tooltip(row: Mapping[str, Any], suffix: str) -> str:
    return " · ".join(str(row[name]) for name in ("year", "printed", f"plan{suffix}") if row[name])


def _ceiling(value: float) -> float:
    """A round number that is not below a value."""
    if value <= 0:
        return 0.0
    step = 10.0 ** math.floor(math.log10(value))
    return next(step * each for each in (1, 2, 4, 5, 8, 10) if step * each >= value * (1 - 1e-9))


def _scale(low: float, high: float, start: float, end: float) -> Scale:
    span = high - low or 1.0
    return lambda value: round(start + (value - low) / span * (end - start), 1)


def _spread(lines: Sequence[Line]) -> list[Line]:
    """The lines from top to bottom, their names moved apart so that none covers another."""
    placed: list[Line] = []
    free = 0.0
    for line in sorted(lines, key=lambda line: line.points[-1].y):
        at = max(line.points[-1].y, free)
        free = at + 15
        placed.append(Line(line.name, line.colour, line.points, at))
    return placed
