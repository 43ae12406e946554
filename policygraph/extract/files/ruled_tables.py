"""The ruled lines of a page in, the grids that they make out: which cell a place is in.

Lines that meet are one table. A cell that a line does not cut goes on in the next: it is told in each row that it
spans, as in tables of other files.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["Grid", "Rule", "grids"]

#: The distance, in points, up to which lines are taken for one.
_NEAR = 2.5
#: The most ruled lines of a page; a page with more is taken for a drawing.
_MOST_RULES = 2_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along an edge of the page, from its lower or left end to the other."""

    is_vertical: bool
    at: float
    start: float
    end: float


@dataclass(slots=True)
class Grid:
    """The lines of one table: edges of columns from the left, of rows from the top."""

    columns: list[float]
    rows: list[float]
    rules: Sequence[Rule]
    _owners: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    #: The lines on each edge of a column and of a row, by its place.
    _ruled: dict[tuple[bool, float], list[Rule]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule in self.rules:
            edges = self.columns if rule.is_vertical else self.rows
            self._ruled.setdefault((rule.is_vertical, _nearest(edges, rule.at)), []).append(rule)
        for row in range(len(self.rows) - 1):
            for column in range(len(self.columns) - 1):
                self._owners[row, column] = self._owner(row, column)

    def _owner(self, row: int, column: int) -> tuple[int, int]:
        """The first cell that no line parts from this one, to its left or above."""
        middle = (self.rows[row] + self.rows[row + 1]) / 2
        if column and not self._is_ruled(self.columns[column], middle, vertical=True):
            return self._owners[row, column - 1]
        center = (self.columns[column] + self.columns[column + 1]) / 2
        if row and not self._is_ruled(self.rows[row], center, vertical=False):
            return self._owners[row - 1, column]
        return row, column

    def _is_ruled(self, at: float, across: float, *, vertical: bool) -> bool:
        return any(rule.start - _NEAR <= across <= rule.end + _NEAR for rule in self._ruled.get((vertical, at), ()))

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell that a place is in, None outside."""
        if not (self.columns[0] <= x <= self.columns[-1] and self.rows[-1] <= y <= self.rows[0]):
            return None
        column = min(bisect_right(self.columns, x), len(self.columns) - 1) - 1
        row = min(bisect_right([-edge for edge in self.rows], -y), len(self.rows) - 1) - 1
        return self._owners[max(0, row), max(0, column)]

    def filled(self, words: dict[tuple[int, int], str]) -> tuple[tuple[str, ...], ...]:
        """The rows with the words of their cells; a cell over several rows has them in each."""
        return tuple(
            tuple(
                words.get(owner, "") if (owner := self._owners[row, column])[1] == column else ""
                for column in range(len(self.columns) - 1)
            )
            for row in range(len(self.rows) - 1)
        )


def grids(rules: Iterable[Rule]) -> Iterator[Grid]:
    """The tables that lines make: those with two rows and two columns at least."""
    lines = list(rules)
    if len(lines) > _MOST_RULES:
        return
    for group in _connected(lines):
        columns = _edges(rule.at for rule in group if rule.is_vertical)
        rows = _edges(rule.at for rule in group if not rule.is_vertical)[::-1]
        if len(columns) > 2 and len(rows) > 2:
            yield Grid(columns, rows, group)


def _nearest(edges: Sequence[float], at: float) -> float:
    return min(edges, key=lambda edge: abs(edge - at))


def _edges(places: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _NEAR:
            edges.append(place)
    return edges


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """The lines in groups of those that meet, by the boxes that the groups take up."""
    boxes: list[tuple[float, float, float, float, list[Rule]]] = []
    for rule in sorted(rules, key=lambda rule: (not rule.is_vertical, rule.at, rule.start)):
        if rule.is_vertical:
            box = (rule.at, rule.start, rule.at, rule.end, [rule])
        else:
            box = (rule.start, rule.at, rule.end, rule.at, [rule])
        apart: list[tuple[float, float, float, float, list[Rule]]] = []
        for other in boxes:
            if _meet(box, other):
                box = (
                    min(box[0], other[0]),
                    min(box[1], other[1]),
                    max(box[2], other[2]),
                    max(box[3], other[3]),
                    other[4] + box[4],
                )
            else:
                apart.append(other)
        boxes = [*apart, box]
    return [box[4] for box in boxes]


def _meet(
    box: tuple[float, float, float, float, list[Rule]], other: tuple[float, float, float, float, list[Rule]]
) -> bool:
    return (
        box[0] <= other[2] + _NEAR
        and other[0] <= box[2] + _NEAR
        and box[1] <= other[3] + _NEAR
        and other[1] <= box[3] + _NEAR
    )
