"""A table for people in, a file of it out: CSV, XLSX or JSON, in the language of the page and with its columns.

Where a column names things, one with their IRIs stands behind it, so that a row can be taken back to the graph. Turtle
has what the graph says of the things that the table names, and of no others.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import pyoxigraph as ox
from flask import Response, request

from policygraph import vocab
from policygraph.formats.tables import Table
from policygraph.messages import pmessage
from policygraph.queries import Column, Value, with_values

from ..failures import RequestError
from ..formats import Choice
from ..graph.answer_table import AnswerTable, Cell, answer_table, unlabelled
from ..graph.hierarchy import pieces
from ..graph.labels import names
from ..web import preferences
from ..web.ask import Row, answer, rows
from ..web.names import path as path_of
from ..web.request import RequestContext
from . import keep
from .wording import head

__all__ = ["FORMATS", "VARIABLE", "can_write", "file_of", "of_query", "of_rows", "offered", "wanted_format"]

#: Format of a download -> what it is called.
FORMATS = {"csv": "CSV", "xlsx": "Excel", "json": "JSON", "ttl": "Turtle"}
_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "ttl": "text/turtle",
}
#: A variable of a query's text.
VARIABLE = re.compile(r"[?$](\w+)")
_XSD = vocab.PREFIXES["xsd"]
_DATATYPES = {kind: ox.NamedNode(_XSD + kind) for kind in ("integer", "decimal", "boolean")}


def can_write(name: str) -> bool:
    """Whether a format can be written here: a workbook needs the extra `export`."""
    return name != "xlsx" or find_spec("openpyxl") is not None


def wanted_format() -> str:
    """The format that the address asks for, empty for the page itself. Raises RequestError for an unknown one."""
    name = request.args.get("format", "")
    if name and (name not in FORMATS or not can_write(name)):
        formats = ", ".join(each for each in FORMATS if can_write(each))
        raise RequestError(
            "bad-parameter", name="format", value=name, wanted=pmessage("a list", "{formats}", formats=formats)
        )
    return name


def file_of(
    context: RequestContext, name: str, title: str, make: Callable[[], AnswerTable], *, also: str = ""
) -> Response:
    """The response with the table as a file in the format that the address names."""
    form = wanted_format()

    def write() -> bytes:
        return _turtle(context, make()) if form == "ttl" else _WRITERS[form](title, make())

    response = keep(context, Choice(form, _MEDIA[form]), write, also=also)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def offered() -> dict[str, str]:
    """The formats that can be written here, and what they are called."""
    return {form: called for form, called in FORMATS.items() if can_write(form)}


def of_query(
    context: RequestContext, query: str, values: Mapping[str, Value | Sequence[Value]] | None = None
) -> AnswerTable:
    """The table of one of the service's own questions."""
    return of_rows(context, query, rows(context, query, values))


def of_rows(context: RequestContext, query: str, solutions: Sequence[Row]) -> AnswerTable:
    """The table of some rows of the answer to one of the service's own questions."""
    text = context.service.questions[query].text
    used = {name for row in solutions for name in row}
    variables = [name for name in dict.fromkeys(VARIABLE.findall(text)) if name in used]
    labels = names(context, unlabelled(variables, solutions, text))
    return answer_table(variables, solutions, labels, preferences.language(), text=text)


def _with_iris(table: AnswerTable) -> tuple[list[tuple[str, str]], list[list[Cell | None]]]:
    """Columns as head and type, and the rows, with a column of IRIs behind each that names things."""
    if not table.columns:
        return [(head("label"), "text")], []  # without rows the types of the columns are not known
    columns: list[tuple[str, str]] = []
    places: list[tuple[int, bool]] = []
    for place, name in enumerate(table.columns):
        columns.append((head(name), table.type(place)))
        places.append((place, False))
        if any(cell and cell.iri for row in table.rows if (cell := row[place])):
            columns.append((f"{head(name)} (IRI)", "text"))
            places.append((place, True))
    rows = [[_iri(row[place]) if is_iri else row[place] for place, is_iri in places] for row in table.rows]
    return columns, rows


def _iri(cell: Cell | None) -> Cell | None:
    return Cell(cell.iri) if cell and cell.iri else None


def _csv(_: str, table: AnswerTable) -> bytes:
    columns, rows = _with_iris(table)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([title for title, _ in columns])
    writer.writerows([cell.text if cell else "" for cell in row] for row in rows)
    # Excel reads a file without the byte order mark in another encoding
    return ("\ufeff" + buffer.getvalue()).encode()


def _turtle(context: RequestContext, table: AnswerTable) -> bytes:
    """What the graph says of the things that the table names; vocabulary is not repeated."""
    things = dict.fromkeys(cell.iri for row in table.rows for cell in row if cell and cell.iri and path_of(cell.iri))
    query = context.service.questions["statements"]
    written = [answer(context, with_values(query, {"thing": some}), "turtle") for some in pieces(sorted(things))]
    return b"\n".join(written) or b"# no things\n"


def _json(title: str, table: AnswerTable) -> bytes:
    columns, rows = _with_iris(table)
    content = {
        "title": title,
        "rows": [
            {name: _value(cell) for (name, _), cell in zip(columns, row, strict=True)} for row in rows
        ],
    }  # fmt: skip
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _value(cell: Cell | None) -> Any:
    if cell is None:
        return None
    readers: Mapping[str, Callable[[str], Any]] = {
        "integer": int,
        "decimal": float,
        "boolean": lambda text: text == "true",
    }
    return readers.get(cell.type, str)(cell.text)


def _xlsx(title: str, table: AnswerTable) -> bytes:
    from policygraph.formats import workbook  # noqa: PLC0415 - an extra that a service may be without

    columns, rows = _with_iris(table)
    spoken = preferences.language()
    sheet = "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "1"
    heads = [Column(str(at), kind, "", {spoken: name}) for at, (name, kind) in enumerate(columns)]
    terms: Sequence[Sequence[ox.Literal | None]] = [
        [_literal(cell, column.type) for cell, column in zip(row, heads, strict=True)] for row in rows
    ]
    return workbook.write([Table("table", {spoken: sheet}, {spoken: title}, heads, terms)], spoken)


def _literal(cell: Cell | None, kind: str) -> ox.Literal | None:
    if cell is None:
        return None
    return ox.Literal(cell.text, datatype=_DATATYPES[kind]) if kind in _DATATYPES else ox.Literal(cell.text)


_WRITERS: Mapping[str, Callable[[str, AnswerTable], bytes]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}
