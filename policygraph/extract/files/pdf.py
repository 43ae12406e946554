"""A PDF in, the lines of its text out: paragraphs put together again, tables row by row, no heads and page numbers.

pdfium says which characters stand where, and which lines are ruled. Pages whose text is only a picture are told as
`empty`; with an engine, `scan` reads them.
"""

from __future__ import annotations

import ctypes
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from policygraph.errors import PolicygraphError
from policygraph.extract.files.layout import Item, Line, Table, furniture, ordered, paragraphs, pattern
from policygraph.extract.files.ruled_tables import Grid, Rule, grids
from policygraph.extract.files.scan import DOUBTFUL, UNREAD, lines_of_image
from policygraph.extract.files.table_rows import lines_of

__all__ = ["Pages", "PasswordError", "lines_of_pages", "read_pages"]

#: The largest thickness, in points, of a rectangle that is taken for a ruled line.
_THIN = 2.0
#: The number of ruled lines in a document after which tables are no longer looked for.
_MOST_RULES = 200_000
#: A page is rendered at so many times 72 dots an inch to be read.
_SCALE = 200 / 72
#: A gap of so many widths of a character parts what stands in one row of two columns.
_GAP = 1.6


class PasswordError(PolicygraphError, ValueError):
    """A PDF that is encrypted with a password."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The paragraphs of a PDF, what was dropped at the edges of its pages, and which pages (from 1) have no text."""

    lines: list[str]
    dropped: list[str]
    empty: list[int]
    number: int
    #: Pages that were read from their pictures, and their lines that were not read surely (UNREAD: not all of it).
    read: list[int] = field(default_factory=list)
    doubtful: list[tuple[str, float]] = field(default_factory=list)


#: A character with its box: left, bottom, right, top.
_Character = tuple[str, float, float, float, float]


def read_pages(data: bytes, engine: Callable[[Any], Any] | None = None) -> Pages:
    """The text of a PDF; with an `engine` (`scan.reader`), pages without text are read from their pictures.

    Raises PasswordError for an encrypted one, ValueError for what is no PDF.
    """
    # 50 ms that no other command should pay for
    import pypdfium2  # noqa: PLC0415
    from pypdfium2 import raw  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise PasswordError("the file asks for a password") from None
        raise ValueError(str(error)) from None
    with document:
        pages: list[list[Item]] = []
        budget = _MOST_RULES
        read: list[int] = []
        for number in range(len(document)):
            try:
                page = document[number]
                rules = list(_rules(page, raw)) if budget > 0 else []
                budget -= len(rules)
                items = _items(page, raw, rules)
                if not items and engine:
                    items = lines_of_image(page.render(scale=_SCALE).to_pil().convert("RGB"), engine)
                    read += [number + 1] if items else []
                pages.append(items)
                page.close()
            except pypdfium2.PdfiumError:
                # a damaged page is told as one without text
                pages.append([])
    return replace(lines_of_pages(pages), read=read)


def lines_of_pages(pages: Sequence[list[Item]]) -> Pages:
    """The lines of pages whose items are known: from a PDF, or read from pictures."""
    empty = [number for number, items in enumerate(pages, start=1) if not items]
    dropped: Counter[str] = Counter()
    regions: list[list[Item]] = []
    for page, marked in zip(pages, furniture(pages), strict=True):
        dropped.update(pattern(page[place]) for place in marked)
        regions += ordered([item for place, item in enumerate(page) if place not in marked])
    lines: list[str] = []
    for paragraph in paragraphs(regions):
        lines += [paragraph] if isinstance(paragraph, str) else lines_of(paragraph)
    doubtful = [
        (item.text, UNREAD if item.is_cut else item.confidence)
        for region in regions
        for item in region
        if isinstance(item, Line) and (item.is_cut or item.confidence < DOUBTFUL)
    ]
    return Pages(lines, sorted(dropped), empty, len(pages), doubtful=doubtful)


def _items(page: Any, raw: Any, rules: Sequence[Rule]) -> list[Item]:
    """The printed lines of a page and its tables, in the order in which pdfium has their characters."""
    tables = list(grids(rules))
    cells: dict[int, dict[tuple[int, int], list[_Character]]] = defaultdict(lambda: defaultdict(list))
    rows: list[list[_Character]] = [[]]
    text = page.get_textpage()
    try:
        for place in range(text.count_chars()):
            character = chr(raw.FPDFText_GetUnicode(text, place))
            if character in "\r\n":
                rows.append([])
            elif character >= " " and character not in "\ufffe\uffff":
                box = text.get_charbox(place, loose=True)
                at = _cell_of(tables, box)
                if at:
                    cells[at[0]][at[1]].append((character, *box))
                else:
                    rows[-1].append((character, *box))
    finally:
        text.close()
    items: list[Item] = [line for row in rows for line in _line(row)]
    split: list[Item] = [line for row in rows for piece in _pieces(row) for line in _line(piece)]
    if len(split) > len(items) and len(ordered(split)) > 1:
        items = split
    for number, grid in enumerate(tables):
        words = {cell: _words(characters) for cell, characters in cells[number].items()}
        if words:
            _insert(items, Table(grid.filled(words), grid.rows[0]))
    return items


def _cell_of(tables: Sequence[Grid], box: tuple[float, float, float, float]) -> tuple[int, tuple[int, int]] | None:
    left, bottom, right, top = box
    for number, grid in enumerate(tables):
        if cell := grid.cell((left + right) / 2, (bottom + top) / 2):
            return number, cell
    return None


def _insert(items: list[Item], table: Table) -> None:
    """Puts a table behind the line that stands nearest above it."""
    above = [place for place, item in enumerate(items) if item.top >= table.top]
    items.insert(min(above, key=lambda place: items[place].top) + 1 if above else 0, table)


def _rules(page: Any, raw: Any) -> Iterator[Rule]:
    """The straight lines that are drawn on a page, and the edges of rectangles."""
    for path in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3):
        matrix = path.get_matrix()
        points: list[tuple[float, float]] = []
        for number in range(raw.FPDFPath_CountSegments(path)):
            segment = raw.FPDFPath_GetPathSegment(path, number)
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
                yield from _straight(points)
                points = []
            points.append(matrix.on_point(x.value, y.value))
            if raw.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        yield from _straight(points)


def _straight(points: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    for (x, y), (right, top) in pairwise(points):
        if abs(x - right) <= _THIN < abs(y - top):
            yield Rule(True, (x + right) / 2, min(y, top), max(y, top))
        elif abs(y - top) <= _THIN < abs(x - right):
            yield Rule(False, (y + top) / 2, min(x, right), max(x, right))


def _line(row: Sequence[_Character]) -> Iterator[Line]:
    words = "".join(character for character, *_ in row).strip()
    printed = [box for box in row if not box[0].isspace()]
    if words and printed:
        size = max(top - bottom for _, _, bottom, _, top in printed)
        yield Line(
            words,
            min(left for _, left, *_ in printed),
            max(right for _, _, _, right, _ in printed),
            max(top for *_, top in printed),
            size,
        )


def _pieces(row: Sequence[_Character]) -> Iterator[list[_Character]]:
    """A row cut at its wide gaps."""
    piece: list[_Character] = []
    for character in row:
        if character[0].isspace() and character[1] == character[3]:
            continue  # a blank that pdfium put in
        if piece and character[1] - piece[-1][3] > _GAP * max(1.0, character[4] - character[2]):
            yield piece
            piece = []
        piece.append(character)
    yield piece


def _words(characters: Sequence[_Character]) -> str:
    """The words of a cell, a line for each that is printed."""
    lines: list[str] = []
    last: _Character | None = None
    for character in characters:
        height = character[4] - character[2]
        if last is None or abs(character[2] - last[2]) > max(2.0, height * 0.6):
            lines.append("")
        lines[-1] += character[0]
        last = character if not character[0].isspace() else last or character
    return "\n".join(line.strip() for line in lines if line.strip())
