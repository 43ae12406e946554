"""A PDF in, the lines of its text out: paragraphs put together again, without page numbers and running heads.

pdfium says which characters stand where. A line is full where it reaches the right edge of the text; what follows a
full line goes on with it, unless it is indented or begins with a number. What stands at the edge of most pages is no
text of the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policygraph.errors import PolicygraphError
from policygraph.extract.structure.numbering import marker_at

__all__ = ["Pages", "PasswordError", "read_pages"]

_PAGE_NUMBER = re.compile(r"[\s—–\-－·第共页/0-9０-９]{1,16}")
#: So many lines at the top and at the bottom of a page may be its furniture.
_EDGE = 2
#: What stands at the edge of so many pages, and of half of them, is.
_LEAST_PAGES = 3
#: How near the right edge a full line ends, in widths of a character.
_RAGGED = 2.5
_INDENT = 1.2
_STOPS = "。！!？?；;：:"


class PasswordError(PolicygraphError, ValueError):
    """A PDF that asks for a password."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The paragraphs of a PDF, what was dropped at the edges of its pages, and which pages (from 1) have no text."""

    lines: list[str]
    dropped: list[str]
    empty: list[int]
    number: int


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    size: float


def read_pages(data: bytes) -> Pages:
    """The text of a PDF.

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
        pages: list[list[_Line]] = []
        for number in range(len(document)):
            try:
                pages.append(list(_lines(document[number], raw)))
            except pypdfium2.PdfiumError:
                # a damaged page is told as one without text
                pages.append([])
    empty = [number for number, lines in enumerate(pages, start=1) if not lines]
    furniture = _furniture(pages)
    dropped: Counter[str] = Counter()
    kept: list[list[_Line]] = []
    for page, marked in zip(pages, furniture, strict=True):
        kept.append([line for place, line in enumerate(page) if place not in marked])
        dropped.update(_pattern(page[place].text) for place in marked)
    return Pages(_paragraphs(kept), sorted(dropped), empty, len(pages))


def _lines(page: Any, raw: Any) -> Iterator[_Line]:
    """The printed lines of a page from top to bottom, as pdfium has put their characters together."""
    text = page.get_textpage()
    try:
        row: list[tuple[str, float, float, float, float]] = []
        for place in range(text.count_chars()):
            character = chr(raw.FPDFText_GetUnicode(text, place))
            if character in "\r\n":
                yield from _line(row)
                row = []
            elif character >= " " and character not in "\ufffe\uffff":
                row.append((character, *text.get_charbox(place)))
        yield from _line(row)
    finally:
        text.close()


def _line(row: Sequence[tuple[str, float, float, float, float]]) -> Iterator[_Line]:
    words = "".join(character for character, *_ in row).strip()
    printed = [box for box in row if not box[0].isspace()]
    if words and printed:
        size = max(top - bottom for _, _, bottom, _, top in printed)
        yield _Line(
            words,
            min(left for _, left, *_ in printed),
            max(right for _, _, _, right, _ in printed),
            max(top for *_, top in printed),
            size,
        )


def _furniture(pages: Sequence[Sequence[_Line]]) -> list[set[int]]:
    """For each page the places of its lines that are no text: numbers, and what the edges of most pages have."""
    edges = [_edge(page) for page in pages]
    seen = Counter(
        pattern for page, edge in zip(pages, edges, strict=True) for pattern in {_pattern(page[n].text) for n in edge}
    )
    least = max(_LEAST_PAGES, len(pages) / 2)
    return [
        {
            place
            for place in edge
            if (seen[_pattern(page[place].text)] >= least and marker_at(page[place].text, 0) is None)
            or (len(page) > 1 and _PAGE_NUMBER.fullmatch(page[place].text) and place in (0, len(page) - 1))
        }
        for page, edge in zip(pages, edges, strict=True)
    ]


def _edge(page: Sequence[_Line]) -> set[int]:
    order = sorted(range(len(page)), key=lambda place: -page[place].top)
    return {*order[:_EDGE], *order[-_EDGE:]}


def _pattern(text: str) -> str:
    """A line with # for its numbers: 第3页 and 第4页 are one."""
    return re.sub(r"[0-9０-９]+", "#", text)


def _paragraphs(pages: Sequence[Sequence[_Line]]) -> list[str]:
    """The lines of all pages as paragraphs; one may go on over a page."""
    found: list[str] = []
    before: _Line | None = None
    for page in pages:
        if not page:
            continue
        right = max(line.right for line in page)
        left = min(line.left for line in page)
        width = sorted(line.size for line in page)[len(page) // 2] or 1.0
        for line in page:
            if before is not None and _goes_on(before, line, left, right, width):
                glue = " " if found[-1][-1].isascii() and line.text[0].isascii() and found[-1][-1].isalnum() else ""
                found[-1] += glue + line.text
            else:
                found.append(line.text)
            before = line
    return found


def _goes_on(before: _Line, line: _Line, left: float, right: float, width: float) -> bool:
    is_full = before.right >= right - _RAGGED * width
    is_indented = line.left > left + _INDENT * width
    alike = abs(before.size - line.size) <= 0.25 * width
    if not is_full or not alike or marker_at(line.text, 0) is not None:
        return False
    return not (is_indented and (before.text[-1] in _STOPS or before.left < line.left - _INDENT * width))
