"""The rows of a table's query in, files for spreadsheets and data frames out: CSV and TSV.

A table is a query file of queries/tables/ whose header declares its columns, one row for each thing. Excel and Parquet
are written by `workbook` and `parquet`, whose libraries come with the extra `export`; `metadata` describes the files.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from policygraph.messages import message
from policygraph.queries import Column, Query, Rows, Term

__all__ = ["WORDS", "Table", "delimited", "table", "unguarded", "with_words", "zipped"]

Value = str | int | float | bool | None

#: The columns that go when places in the texts are not wanted.
_EVIDENCE = "evidence"
#: The column of the words that stand at these places.
WORDS = Column("quotation", "text", "", message("words of the text"))
#: The time of every file in an archive: the same content is the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: Types of columns whose cells are no texts.
_NUMBERS = frozenset({"boolean", "decimal", "integer", "year"})
#: How a text begins that a spreadsheet computes, guards before it included, so that they can be taken away again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, its titles in zh and en, its columns, and rows of terms in their order."""

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Term | None]]

    def values(self) -> list[list[Value]]:
        """The rows as values of Python: numbers, truth values and words; None where there is nothing."""
        types = [column.type for column in self.columns]
        return [[_value(term, kind) for term, kind in zip(row, types, strict=True)] for row in self.rows]


def table(query: Query, rows: Rows, *, has_evidence: bool = True) -> Table:
    """The table of a query: the columns that its header declares, of what it selects."""
    columns = [column for column in query.columns if has_evidence or column.name != _EVIDENCE]
    places = [rows.variables.index(column.name) for column in columns]
    header = {
        key: {language: query.header_text(key, language) for language in ("zh", "en")} for key in ("title", "why")
    }
    name = query.name.rpartition("/")[2]
    return Table(name, header["title"], header["why"], columns, [[row[place] for place in places] for row in rows.rows])


def with_words(table: Table, words: Callable[[Sequence[str]], str]) -> Table:
    """The table with a column of what stands at the places of each row, made by `words`, as its last."""
    at = [column.name for column in table.columns].index(_EVIDENCE)
    texts = [words(place.value.split(" ")) if (place := row[at]) else "" for row in table.rows]
    rows = [[*row, ox.Literal(text) if text else None] for row, text in zip(table.rows, texts, strict=True)]
    return replace(table, columns=[*table.columns, WORDS], rows=rows)


def _value(term: Term | None, kind: str) -> Value:
    if term is None:
        return None
    if kind in ("integer", "year"):
        return int(term.value)
    if kind == "decimal":
        return float(term.value)
    return term.value == "true" if kind == "boolean" else term.value


def delimited(table: Table, delimiter: str = ",", *, has_mark: bool = False) -> bytes:
    """CSV or TSV in UTF-8, its lines ended by a line feed, numbers as the graph writes them; `has_mark` for Excel.

    With the mark, a text that a spreadsheet would compute has an apostrophe before it (CWE-1236), which `unguarded`
    takes away.
    """
    texts = [has_mark and column.type not in _NUMBERS for column in table.columns]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows(
        [_guarded(_word(term)) if is_text else _word(term) for term, is_text in zip(row, texts, strict=True)]
        for row in table.rows
    )
    return ((_BOM if has_mark else "") + buffer.getvalue()).encode()


def _word(term: Term | None) -> str:
    return term.value if term else ""


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """A text without the apostrophe that keeps a spreadsheet from computing it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file that is the same for the same files, whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
