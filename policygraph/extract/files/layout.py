"""Printed lines with their places in, paragraphs out: columns read one after the other, without heads and page numbers.

A line is full where it reaches the right edge of its column; what follows a full line goes on with it, unless it is
indented or begins with a number. What stands at the edge of most pages is no text of the document. A page has columns
where a gutter runs between lines that are full on both sides of it; what crosses the gutter stands between.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policygraph.extract.structure.numbering import marker_at

__all__ = ["Item", "Line", "Table", "furniture", "ordered", "paragraphs", "pattern"]


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its words, its edges (up is more), the height of its letters, and how surely it was read.

    Where `is_cut`, words in it or behind it were not read.
    """

    text: str
    left: float
    right: float
    top: float
    size: float
    confidence: float = 1.0
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table on a page: its rows, and its upper edge."""

    rows: tuple[tuple[str, ...], ...]
    top: float


Item = Line | Table

_PAGE_NUMBER = re.compile(r"[\s—–\-－·第共页/0-9０-９]{1,16}")
#: The number of lines at the top and at the bottom of a page that may be page furniture.
_EDGE = 2
#: The fewest pages, and at least half of all, with a line at the edge that is furniture; two if it is set apart.
_LEAST_PAGES = 3
#: How near the right edge a full line ends, in widths of a character.
_RAGGED = 2.5
_INDENT = 1.2
_TWO = 2
_SMALLER = 0.85
_STOPS = "。！!？?；;：:"
#: The fewest lines of a column, and the fewest of ten that are full; the gutter is in character widths.
_LEAST_LINES = 5
_FULL_OF_TEN = 6
#: Fewer are enough where almost all lines begin at one edge: titles, dates and last lines are short.
_FULL_OF_TEN_ALIGNED, _ALIGNED_OF_TEN = 4, 9
#: The most lines of a page for which columns are looked for.
_MOST_LINES = 1500
_GUTTER = 0.9
#: The height of an empty strip over the whole page that parts articles.
_STRIP = 0.8
#: The percentage of lines that may cross a gutter, and of those that may end in it.
_CROSSING, _ENDING = 25, 5


def furniture(pages: Sequence[Sequence[Item]]) -> list[set[int]]:
    """For each page the places of its lines that are no text: numbers, and what the edges of most pages have."""
    edges = [_edge(page) for page in pages]
    counts = Counter(
        words for page, edge in zip(pages, edges, strict=True) for words in {pattern(page[n]) for n in edge}
    )
    least = max(_LEAST_PAGES, len(pages) / 2)
    return [
        {
            place
            for place in edge
            if _is_number(page, place, edge)
            or _recurs(page[place], counts, least)
            or (len(pages) == _TWO and _recurs(page[place], counts, _TWO) and _is_apart(page, place))
        }
        for page, edge in zip(pages, edges, strict=True)
    ]


def _is_number(page: Sequence[Item], place: int, edge: Sequence[int]) -> bool:
    """Whether a line is the number of its page: the outermost one, and nothing else."""
    item = page[place]
    is_outermost = place in (edge[0], edge[-1]) and len(page) > 1
    return is_outermost and isinstance(item, Line) and _PAGE_NUMBER.fullmatch(item.text) is not None


def _recurs(item: Item, counts: Counter[str], least: float) -> bool:
    """Whether a line stands at the edge of so many pages, and is no item of a list."""
    return isinstance(item, Line) and counts[pattern(item)] >= least and marker_at(item.text, 0) is None


def _is_apart(page: Sequence[Item], place: int) -> bool:
    """Whether a line is printed smaller than most, or stands farther from the others than they from each other."""
    item = page[place]
    sizes = sorted(other.size for other in page if isinstance(other, Line))
    if isinstance(item, Line) and item.size < _SMALLER * sizes[len(sizes) // 2]:
        return True
    tops = sorted(item.top for item in page)
    gaps = sorted(above - below for below, above in pairwise(tops))
    nearest = min(abs(item.top - top) for top in tops if top != item.top) if len(set(tops)) > 1 else 0.0
    return bool(gaps) and nearest > 1.5 * gaps[len(gaps) // 2]


def _edge(page: Sequence[Item]) -> list[int]:
    """The places of the lines nearest to the upper and the lower edge, from top to bottom."""
    order = sorted(range(len(page)), key=lambda place: -page[place].top)
    return list(dict.fromkeys([*order[:_EDGE], *order[-_EDGE:]]))


def pattern(item: Item) -> str:
    """A line with # for its numbers: 第3页 and 第4页 are one."""
    return re.sub(r"[0-9０-９]+", "#", item.text) if isinstance(item, Line) else ""


# ── columns ───────────────────────────────────────────────────────────────────────────────────────────────────


def ordered(page: Sequence[Item]) -> list[list[Item]]:
    """The items of a page in reading order, a list for each stretch that has edges of its own."""
    if below := _next_article(page):
        above = [item for item in page if item not in below]
        return [*ordered(above), *ordered(below)]
    lines = [item for item in page if isinstance(item, Line)]
    gutter = _gutter(lines)
    if gutter is None:
        return [list(page)] if page else []
    regions: list[list[Item]] = []
    for band in _bands(page, gutter):
        if isinstance(band, tuple):
            regions += [region for side in band for region in ordered(side)]
        elif band:
            regions.append(band)
    return regions


def _next_article(page: Sequence[Item]) -> list[Item]:
    """What stands under an empty strip that runs over the whole page, where it begins with a headline; else nothing.

    Columns end at such a strip: what is below it is an article of its own.
    """
    items = sorted(page, key=lambda item: -item.top)
    lines = [item for item in items if isinstance(item, Line)]
    if len(lines) != len(items) or not _LEAST_LINES < len(lines) <= _MOST_LINES:
        return []
    width = sorted(line.size for line in lines)[len(lines) // 2]
    foot = lines[0].top
    for place, line in enumerate(lines):
        is_headline = line.size >= _LARGER * width
        if place >= _LEAST_LINES and is_headline and foot - line.top >= _STRIP * width:
            return list(items[place:])
        foot = min(foot, line.top - line.size)
    return []


def _bands(page: Sequence[Item], gutter: float) -> Iterator[list[Item] | tuple[list[Item], list[Item]]]:
    """From top to bottom what crosses the gutter, and between it the two sides."""
    left: list[Item] = []
    right: list[Item] = []
    crossing: list[Item] = []
    for item in sorted(page, key=lambda item: -item.top):
        crosses = isinstance(item, Table) or (item.left < gutter < item.right)
        if crosses:
            if left or right:
                yield left, right
                left, right = [], []
            crossing.append(item)
            continue
        if crossing:
            yield crossing
            crossing = []
        (left if isinstance(item, Line) and item.right <= gutter else right).append(item)
    yield crossing
    if left or right:
        yield left, right


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where two columns meet; None where there is one."""
    if not 2 * _LEAST_LINES <= len(lines) <= _MOST_LINES:
        return None
    width = sorted(line.size for line in lines)[len(lines) // 2] or 1.0
    candidates = sorted({line.right for line in lines})
    best: tuple[float, float] | None = None
    for edge in candidates:
        behind = [line.left for line in lines if line.left > edge]
        inside = [line for line in lines if line.left <= edge < line.right]
        if not behind or len(inside) * 100 > _CROSSING * len(lines):
            continue
        start = min(behind)
        # lines that end in the gap are a column that it is no edge of: its short lines end before it
        if sum(line.right < start for line in inside) * 100 > _ENDING * len(lines):
            continue
        gap = start - edge
        if gap >= _GUTTER * width and (best is None or gap > best[0]):
            middle = edge + gap / 2
            if _are_columns(lines, middle, width):
                best = gap, middle
    return best[1] if best else None


def _are_columns(lines: Sequence[Line], middle: float, width: float) -> bool:
    """Whether lines on both sides of a place are full, in one column or in more, and stand beside each other."""
    sides = [line for line in lines if line.right <= middle], [line for line in lines if line.left >= middle]
    if min(map(len, sides)) < _LEAST_LINES:
        return False
    if not all(_is_column(side, width) or _has_column(side, middle, width) for side in sides):
        return False
    low = max(min(line.top for line in side) for side in sides)
    high = min(max(line.top for line in side) for side in sides)
    return high - low > 3 * width


def _is_column(side: Sequence[Line], width: float) -> bool:
    """Whether most lines reach from the left edge of their stretch to its right edge."""
    right, left = max(line.right for line in side), min(line.left for line in side)
    aligned = [line for line in side if line.left <= left + 3 * width]
    full = 10 * sum(line.right >= right - _RAGGED * width for line in aligned)
    least = _FULL_OF_TEN_ALIGNED if 10 * len(aligned) >= _ALIGNED_OF_TEN * len(side) else _FULL_OF_TEN
    return full >= least * len(side) and right - left >= 6 * width


def _has_column(side: Sequence[Line], middle: float, width: float) -> bool:
    """Whether the lines of a side that stand at the gutter are a column, and there are more beside them."""
    edge = min(line.left for line in side)
    if edge >= middle:
        beside = [line for line in side if line.left <= edge + 3 * width]
    else:
        end = max(line.right for line in side)
        starts = sorted(line.left for line in side if line.right >= end - _RAGGED * width)
        first = starts[len(starts) // 2] - 3 * width
        beside = [line for line in side if line.left >= first]
    return min(len(beside), len(side) - len(beside)) >= _LEAST_LINES and _is_column(beside, width)


# ── paragraphs ────────────────────────────────────────────────────────────────────────────────────────────────


def paragraphs(regions: Sequence[Sequence[Item]]) -> list[str | list[list[str]]]:
    """The paragraphs of stretches of lines, and the rows of tables; a paragraph, or a table, may go on in the next."""
    blocks: list[str | list[list[str]]] = []
    before: Line | None = None
    for region in regions:
        lines = [item for item in region if isinstance(item, Line)]
        right = max((line.right for line in lines), default=0.0)
        left = min((line.left for line in lines), default=0.0)
        width = sorted(line.size for line in lines)[len(lines) // 2] if lines else 1.0
        for item in region:
            last = blocks[-1] if blocks else None
            if isinstance(item, Table):
                _add_table(blocks, last, item)
                before = None
            elif before is not None and isinstance(last, str) and _goes_on(before, item, left, right, width or 1.0):
                blocks[-1] = last + _glue(last, item.text) + item.text
                before = item
            else:
                blocks.append(item.text)
                before = item
    return blocks


def _add_table(blocks: list[str | list[list[str]]], last: str | list[list[str]] | None, table: Table) -> None:
    """Puts a table behind the paragraphs, or its rows into the table that it goes on with."""
    rows = [list(row) for row in table.rows]
    if isinstance(last, list) and len(last[0]) == len(rows[0]):
        last += rows[1:] if rows[0] == last[0] else rows
    else:
        blocks.append(rows)


def _glue(before: str, text: str) -> str:
    """What stands between two lines of a paragraph: a blank between Latin words; a number may run over the end."""
    if before[-1].isdigit() and (text[0].isdigit() or text[0] in ".,%"):
        return ""
    return " " if before[-1].isascii() and text[0].isascii() and before[-1].isalnum() else ""


#: How much larger than most letters those of a headline are, and how far apart its rows stand, in heights of a row.
_LARGER, _APART = 1.3, 1.9
#: How far the middles or the beginnings of the rows of a headline may be apart, in widths of a letter.
_SHIFTED = 1.5


def _is_headline(before: Line, line: Line, width: float) -> bool:
    """Whether two lines are rows of one headline: large alike, close, and set under one another."""
    size = min(before.size, line.size)
    is_large = size >= _LARGER * width and max(before.size, line.size) <= (1 + _ALIKE) * size
    is_close = 0 < before.top - line.top <= _APART * max(before.size, line.size)
    shift = min(abs(before.left - line.left), abs(before.left + before.right - line.left - line.right) / 2)
    return is_large and is_close and shift <= _SHIFTED * size and before.text[-1] not in _STOPS + "》"


#: How much letters of one size may differ, in heights of a letter.
_ALIKE = 0.25


def _goes_on(before: Line, line: Line, left: float, right: float, width: float) -> bool:
    if marker_at(line.text, 0) is None and _is_headline(before, line, width):
        return True
    # the last line of a page or column has edges of its own there
    is_full = before.right >= right - _RAGGED * width or before.left > right or before.top < line.top
    is_indented = line.left > left + _INDENT * width
    alike = abs(before.size - line.size) <= _ALIKE * width
    if not is_full or not alike or marker_at(line.text, 0) is not None:
        return False
    if before.top < line.top and before.text[-1] in _STOPS:
        return False
    return not (is_indented and (before.text[-1] in _STOPS or before.left < line.left - _INDENT * width))
