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
from policygraph.quantity.english import english
from policygraph.queries import Column, Query, Rows, Term

__all__ = [
    "ONLY",
    "PRINTED",
    "WORDS",
    "Table",
    "delimited",
    "in_one_language",
    "rows_in_one_language",
    "table",
    "unguarded",
    "with_words",
    "zipped",
]

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


def in_one_language(table: Table, language: str) -> Table:
    """The table with the columns of one language only, as `rows_in_one_language` has them; as it is for none."""
    rows = rows_in_one_language(Rows([column.name for column in table.columns], list(map(list, table.rows))), language)
    by_name = {column.name: column for column in table.columns}
    columns = [by_name.get(name) or _in_english(by_name[name.removesuffix("En")]) for name in rows.variables]
    return replace(table, columns=columns, rows=rows.rows)


def rows_in_one_language(rows: Rows, language: str) -> Rows:
    """An answer without the columns that are in another language; as it is where none is named.

    `zh` and `areaZh` are labels in Chinese. For readers of English a value as printed is put into English, and called
    `printedEn` for `printed`; words of the text, classifiers and numbers as printed have no English and fall away.
    """
    if not language:
        return rows
    other = {"zh": "en", "en": "zh"}[language]
    names = [name for name in rows.variables if name != other and not name.endswith(other.title())]
    if language == "en":
        names = [name for name in names if name not in _CHINESE]
    at = [rows.variables.index(name) for name in names]
    is_glossed = [language == "en" and PRINTED.search(name) is not None for name in names]
    kept = [
        [_glossed(row[place]) if is_value else row[place] for place, is_value in zip(at, is_glossed, strict=True)]
        for row in rows.rows
    ]
    heads = [f"{name}En" if is_value else name for name, is_value in zip(names, is_glossed, strict=True)]
    return Rows(heads, kept)


#: What the option of that name does, for people.
ONLY = message("Columns in one language only: labels, and the values that are printed.")
#: Columns of words as the texts print them, which nobody has put into English.
_CHINESE = frozenset({"quotation", "classifier", "number", "printedIndicator", "printedRole", "printedIn"})
#: Columns of values as the texts print them: `printed`, `targetPrinted`, `printedValue`, `printedCount`.
PRINTED = re.compile("^printed(?:Value|Count)?$|Printed$")


def _in_english(column: Column) -> Column:
    """The column of values as printed, of their English."""
    return replace(column, name=f"{column.name}En", title=message("{title}, in English", title=column.title))


def _glossed(term: Term | None) -> ox.Literal | None:
    words = english(term.value) if term else ""
    return ox.Literal(words) if words else None


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
