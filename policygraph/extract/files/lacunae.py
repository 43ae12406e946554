"""Rows of a recognised page in, the same rows out, those marked in or behind which words of the picture are missing.

A recogniser is as sure as ever of what is left of a line under a stain or out of focus, and tells nothing of the rest.
What is missing shows in the setting: a column is justified and its paragraphs are indented, so that a line that is not
full ends a paragraph, and a line at the left edge goes on with the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from policygraph.extract.files.layout import Line
from policygraph.extract.structure.numbering import marker_at

__all__ = ["marked"]

#: The fewest rows of a column, and the least share of them that are full.
_LEAST_ROWS, _LEAST_FULL = 6, 0.4
#: The least share of the rows behind one that is not full that begin a paragraph, for paragraphs to be told by that.
_LEAST_INDENTED = 0.5
#: How near to the right edge a full row ends, and how far from the left one a paragraph begins, in heights of a letter.
_RAGGED, _INDENT = 1.9, 1.2
#: The distance of two rows, in distances of most, that has room for one between them.
_ROOM = 1.6
#: How much rows of one text differ in the height of their letters.
_ALIKE = 0.25
#: Signs with which a sentence, a quotation or a bracket ends.
_ENDS = "。！!？?；;：:”’」』）)》】〕…"


@dataclass(frozen=True, slots=True)
class _Column:
    """A stretch of rows with its edges, the distance of its rows, and the height of its letters."""

    rows: Sequence[Line]
    left: float
    right: float
    pitch: float
    size: float

    @classmethod
    def of(cls, rows: Sequence[Line]) -> _Column | None:
        """The column that rows are; None where they are no justified text with indented paragraphs."""
        if len(rows) < _LEAST_ROWS:
            return None
        column = cls(
            rows,
            sorted(row.left for row in rows)[len(rows) // 4],
            sorted(row.right for row in rows)[len(rows) * 3 // 4],
            sorted(above.top - below.top for above, below in pairwise(rows))[len(rows) // 2],
            sorted(row.size for row in rows)[len(rows) // 2],
        )
        full = sum(map(column.is_full, rows))
        after = [column.begins(below) for above, below in pairwise(rows) if not column.is_full(above)]
        is_prose = full >= _LEAST_FULL * len(rows) and sum(after) >= _LEAST_INDENTED * len(after)
        return column if is_prose else None

    def is_full(self, row: Line) -> bool:
        return row.right >= self.right - _RAGGED * self.size

    def begins(self, row: Line) -> bool:
        """Whether a row begins a paragraph or an item."""
        return row.left > self.left + _INDENT * self.size or marker_at(row.text, 0) is not None

    def is_of_text(self, row: Line) -> bool:
        """Whether a row is set in the letters of the column, as a caption or a headline is not."""
        return abs(row.size - self.size) <= _ALIKE * self.size

    def lacks_between(self, above: Line, below: Line) -> bool:
        """Whether words are missing between two rows that follow each other."""
        if not (self.is_of_text(above) and self.is_of_text(below)):
            return False
        is_open = self.is_full(above) and above.text[-1] not in _ENDS
        if self.begins(below):
            return is_open
        if above.top - below.top > _ROOM * self.pitch:
            # below a heading there is room for a picture
            return self.is_full(above) or not self.begins(above)
        return not self.is_full(above)

    def lacks_behind(self, following: Sequence[Line]) -> bool:
        """Whether words are missing between the last row and the column beside it, or at the end of the page."""
        last = self.rows[-1]
        beside = following[0] if following and self.is_of_text(following[0]) else None
        if beside is None or not self.is_of_text(last):
            return self.is_of_text(last) and not self.begins(last) and last.text[-1] not in _ENDS
        if following[-1].top < last.top - _ROOM * self.pitch and beside.left > last.right:
            return True
        if beside.top < self.rows[0].top - _ROOM * self.pitch and beside.left > last.right:
            return True
        if self.begins(last) and not self.is_full(last):
            return False
        return not self.is_full(last) and last.text[-1] not in _ENDS


def marked(regions: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The rows of stretches that follow each other; a gap within a row is one in a column alone, which has none."""
    followings = [*regions[1:], ()]
    return [list(_marked(region, following)) for region, following in zip(regions, followings, strict=True)]


def _marked(rows: Sequence[Line], following: Sequence[Line]) -> Sequence[Line]:
    column = _Column.of(rows)
    if column is None:
        return [replace(row, is_cut=False) for row in rows]
    lacks = [column.lacks_between(above, below) for above, below in pairwise(rows)]
    lacks.append(column.lacks_behind(following))
    return [replace(row, is_cut=row.is_cut or lack) for row, lack in zip(rows, lacks, strict=True)]
