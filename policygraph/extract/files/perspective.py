"""Boxes of the lines of a photographed page in, the same boxes as on a page that lies flat and upright out.

A page seen from the side has lines that run together and columns that lean, each a little differently: over a
broadsheet by more than the width of a gutter. Two fields are fitted, how lines slope and how the edges of columns lean;
what lies along them is level and upright afterwards. Places are in dots, y downwards.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

__all__ = ["Box", "flattened"]

#: The corners of a box: left and right of its upper edge, right and left of its lower one.
Box = Sequence[Sequence[float]]

#: A box so many times as long as it is high tells how its line slopes.
_LONG = 5
#: The fewest long boxes that the slope of lines is fitted to by place; fewer tell one slope for the page.
_LEAST_LONG = 16
#: The fewest lines under one another whose edges tell how a column leans.
_LEAST_LINES = 6
#: The next line of a column: how near and how far, in heights, how much of the narrower is shared, how like in height.
_NEAR, _FAR, _OVERLAP, _LIKE = 0.5, 2.5, 0.5, 1.4
#: Pairs of edges that a lean is read from are so many lines apart, in parts of the column.
_APART = 3
#: The largest lean of an edge, across to down; how near to it, in heights, lines reach it; the least share that does.
_STEEP, _REACHES, _MOST = 0.4, 0.25, 0.4
#: Residuals of so many median deviations are outliers of a fit, which is made so many times.
_OUTLYING, _ROUNDS = 3.0, 4
#: The share of the width of a page over which columns are spread, for their lean to be fitted by place.
_SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class _Edges:
    """Where a line begins and ends, its middle from above, and the height of its letters."""

    left: float
    right: float
    middle: float
    height: float

    @classmethod
    def of(cls, box: NDArray[float64]) -> _Edges:
        top, foot = float(box[:2, 1].mean()), float(box[2:, 1].mean())
        return cls(float(box[[0, 3], 0].mean()), float(box[1:3, 0].mean()), (top + foot) / 2, foot - top)

    def is_under(self, line: _Edges) -> bool:
        """Whether it is mostly below a line, on a row of its own, in letters of that size."""
        shared = min(self.right, line.right) - max(self.left, line.left)
        narrower = min(self.right - self.left, line.right - line.left)
        low, high = sorted((self.height, line.height))
        return (
            self.middle - line.middle >= _NEAR * line.height and shared >= _OVERLAP * narrower and high <= _LIKE * low
        )


def flattened(boxes: Sequence[Box]) -> list[list[tuple[float, float]]]:
    """The boxes moved so that lines are level and the edges of columns upright, in their order."""
    if not len(boxes):
        return []
    import numpy  # noqa: PLC0415 - comes with the extra

    corners = numpy.asarray(boxes, dtype=float)
    middle = (corners.max(axis=(0, 1)) + corners.min(axis=(0, 1))) / 2
    scale = max(float((corners.max(axis=(0, 1)) - corners.min(axis=(0, 1))).max()) / 2, 1.0)
    placed = (corners - middle) / scale
    slope, levelled = _levelled(placed)
    upright = _upright(levelled, -slope)
    return [[(float(x), float(y)) for x, y in box] for box in upright * scale + middle]


def _levelled(placed: NDArray[float64]) -> tuple[float, NDArray[float64]]:
    """The median slope of long lines, and the corners with lines level; a sheet that is bent is straightened."""
    import numpy  # noqa: PLC0415

    along = placed[:, 1] - placed[:, 0] + placed[:, 2] - placed[:, 3]
    lengths = numpy.hypot(along[:, 0], along[:, 1]) / 2
    heights = numpy.hypot(*(placed[:, 3] - placed[:, 0]).T)
    is_long = lengths > _LONG * heights
    if not is_long.any():
        return 0.0, placed
    slopes = along[is_long, 1] / along[is_long, 0]
    slope = float(numpy.median(slopes))
    x, y = placed[..., 0], placed[..., 1]
    if len(slopes) < _LEAST_LONG:
        rise = slope * x
    else:
        centres = placed[is_long].mean(axis=1)
        terms = numpy.stack([numpy.ones(len(slopes)), *centres.T, centres[:, 0] ** 2], axis=1)
        a, b, c, d = _fitted(terms, slopes, lengths[is_long])
        rise = a * x + b * x**2 / 2 + c * x * y + d * x**3 / 3
    return slope, numpy.stack([x, y - rise], axis=-1)


def _upright(placed: NDArray[float64], lean: float) -> NDArray[float64]:
    """The corners with the edges of columns upright; `lean` is that of a page that is only turned."""
    import numpy  # noqa: PLC0415

    samples = numpy.array([sample for column in _columns(placed) for sample in _leans(placed[column])]).reshape(-1, 3)
    places, leans, weights = samples.T
    x, y = placed[..., 0], placed[..., 1]
    if not len(samples):
        return numpy.stack([x - lean * y, y], axis=-1)
    if numpy.ptp(places) < _SPREAD * numpy.ptp(x):
        return numpy.stack([x - numpy.average(leans, weights=weights) * y, y], axis=-1)
    a, b = _fitted(numpy.stack([numpy.ones(len(leans)), places], axis=1), leans, weights)
    # the place at which an edge meets the middle of the page, which its lean is a function of
    foot = (x - a * y) / (1 + b * y)
    return numpy.stack([foot, y], axis=-1)


def _fitted(terms: NDArray[float64], values: NDArray[float64], weights: NDArray[float64]) -> NDArray[float64]:
    """The coefficients of the terms by weighted least squares, what lies far from them left out."""
    import numpy  # noqa: PLC0415

    keeps = numpy.ones(len(values), dtype=bool)
    for _ in range(_ROUNDS):
        root = numpy.sqrt(weights[keeps])
        coefficients = numpy.linalg.lstsq(terms[keeps] * root[:, None], values[keeps] * root, rcond=None)[0]
        distances = numpy.abs(values - terms @ coefficients)
        keeps = distances <= _OUTLYING * max(float(numpy.median(distances)), 1e-6)
    return numpy.asarray(coefficients)


def _columns(placed: NDArray[float64]) -> list[list[int]]:
    """Lines under one another, each with the nearest below it that is of its size and mostly under it."""
    lines = [_Edges.of(box) for box in placed]
    order = sorted(range(len(lines)), key=lambda place: lines[place].middle)
    #: the line that a column goes on with -> its lines so far
    growing: dict[int, list[int]] = {}
    columns = []
    for at, place in enumerate(order):
        column = [*growing.pop(place, []), place]
        below = _below(lines, order[at + 1 :], lines[place], growing)
        if below is None:
            columns.append(column)
        else:
            growing[below] = column
    return [column for column in columns if len(column) >= _LEAST_LINES]


def _below(lines: Sequence[_Edges], places: Sequence[int], line: _Edges, taken: Container[int]) -> int | None:
    """The place of the line that is next under a line, of those farther down in their order; None where none is."""
    for place in places:
        other = lines[place]
        if other.middle - line.middle > _FAR * line.height:
            return None
        if place not in taken and other.is_under(line):
            return place
    return None


def _leans(column: NDArray[float64]) -> list[tuple[float, float, float]]:
    """Of the left and the right edge of a column that most of its lines reach: its place, its lean, and their weight.

    Some lines are indented, others short: an edge is where most lie on one straight line.
    """
    import numpy  # noqa: PLC0415

    height = float(numpy.median(column[:, 3, 1] - column[:, 0, 1]))
    samples = []
    for corners in ((0, 3), (1, 2)):
        across, down = column[:, corners, :].mean(axis=1).T
        first, second = numpy.triu_indices(len(column), k=max(1, len(column) // _APART))
        leans = (across[second] - across[first]) / (down[second] - down[first])
        leans = leans[numpy.abs(leans) < _STEEP]
        if not len(leans):
            continue
        feet = across - leans[:, None] * down
        # for each lean, at the place of each line: how many lines begin (end) there
        meets = numpy.abs(feet[:, :, None] - feet[:, None, :]) < _REACHES * height
        lean, place = numpy.unravel_index(meets.sum(axis=2).argmax(), feet.shape)
        reaches = meets[lean, place]
        if reaches.sum() < max(_LEAST_LINES - 1, _MOST * len(column)):
            continue
        slope, foot = numpy.polyfit(down[reaches], across[reaches], 1)
        samples.append((float(foot), float(slope), float(reaches.sum() * numpy.ptp(down[reaches]) ** 2)))
    return samples
