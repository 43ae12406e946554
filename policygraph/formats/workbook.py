"""Tables in, an Excel workbook out: a sheet for each, its header frozen, its cells typed, no cell ever a formula.

And back: the cells of a workbook as words, numbers written as people write them.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from policygraph.formats.tables import Table, Value, zipped
from policygraph.messages import text_in

__all__ = ["read", "write"]

#: Widths of columns, in characters: what is longer is cut by the next cell and seen when the cell is chosen.
_NARROWEST, _WIDEST = 8, 48
_HEADER = {
    "font": Font(bold=True),
    "fill": PatternFill("solid", fgColor="DDE7EE"),
    "alignment": Alignment(wrap_text=True),
}
_MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_EPOCH = rb"\g<1>1980-01-01T00:00:00Z"
#: The largest whole number that Excel keeps exactly.
_EXACT = 10**15
_LONGEST_CELL = 32767
#: What a cell holds as `_xHHHH_` (ISO/IEC 29500-1 22.9.2.19): what XML 1.0 cannot hold, carriage returns, which it
#: would read as line feeds, and the underscore of a text that looks like such an escape.
_ESCAPED = re.compile("[^\t\n\\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def write(tables: Sequence[Table], language: str) -> bytes:
    """The workbook. Headers and names of sheets are in one language (zh, en), the cells in both."""
    book = Workbook(write_only=True)
    for table in tables:
        _fill(book.create_sheet(text_in(table.title, language)), table, language)
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return zipped({name: _MADE.sub(_EPOCH, archive.read(name)) for name in archive.namelist()})


def read(data: bytes) -> dict[str, list[list[str]]]:
    """Name of a sheet -> its rows of words, the header first; an empty cell is an empty word.

    Raises zipfile.BadZipFile for what is no workbook.
    """
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return {sheet.title: [[_word(value) for value in row] for row in sheet.values] for sheet in book.worksheets}


def _word(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else _ESCAPE.sub(_plain, str(value))


def _plain(escape: re.Match[str]) -> str:
    """The character of an escape, if it is one that `write` escapes: Excel itself writes no other."""
    character = chr(int(escape[1], 16))
    return character if character == "_" or _ESCAPED.match(character) else escape[0]


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text[:_LONGEST_CELL])


def _fill(sheet: WriteOnlyWorksheet, table: Table, language: str) -> None:
    header = [text_in(column.title, language) for column in table.columns]
    rows = table.values()
    for place, width in enumerate(_widths([header, *rows]), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"
    cells = [WriteOnlyCell(sheet, _escaped(title)) for title in header]
    for cell in cells:
        for name, style in _HEADER.items():
            setattr(cell, name, style)
    sheet.append(cells)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _widths(rows: Iterable[Sequence[Value]]) -> list[int]:
    longest = [max(_length(value) for value in column) for column in zip(*rows, strict=True)]
    return [min(max(length + 1, _NARROWEST), _WIDEST) for length in longest]


def _length(value: Value) -> int:
    """How many half-width characters a value takes: a Chinese one takes two."""
    text = "" if value is None else str(value)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> WriteOnlyCell:
    """A cell of the value's type. A text stays a text, whatever it starts with: `=1+1` is not computed."""
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, _escaped(value))
        cell.data_type = "s"
        return cell
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
    cell = WriteOnlyCell(sheet, int(value) if is_whole and value is not None else value)
    if isinstance(value, float):
        cell.number_format = "#,##0" if is_whole else "#,##0.####"
    return cell
