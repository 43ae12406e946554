"""Tables for people in, a file of them out: CSV, XLSX or JSON, in the language of the page and with its columns.

Where a column names things, one with their IRIs stands behind it, so that a row can be taken back to the graph. Turtle
has what the graph says of the things that the tables name, and of no others. A page of several tables is a workbook
with a sheet for each; as CSV it is one table, whose first column says which of them a row is of.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import pyoxigraph as ox
from flask import Response, request

from policygraph import vocab
from policygraph.formats.tables import Table
from policygraph.messages import pmessage
from policygraph.queries import Column, Value, with_values

from ..failures import RequestError
from ..formats import SHEETS, Choice
from ..graph.answer_table import VARIABLE, AnswerTable, Cell, answer_table, unlabelled, without_printed
from ..graph.hierarchy import pieces
from ..graph.labels import names
from ..web import preferences
from ..web.ask import Row, answer, rows
from ..web.names import path as path_of
from ..web.request import RequestContext
from . import keep
from .wording import head

__all__ = [
    "FORMATS",
    "MEDIA_TYPES",
    "Tables",
    "can_write",
    "documents",
    "file_of",
    "of_query",
    "of_rows",
    "offered",
    "wanted_format",
]

#: What a page shows: one table, or several under their titles.
Tables = AnswerTable | Mapping[str, AnswerTable]

#: Format of a download -> what it is called.
FORMATS = {"csv": "CSV", "xlsx": "Excel", "json": "JSON", "ttl": "Turtle"}
#: Format of a download -> its media type.
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": SHEETS["xlsx"].media_types[0],
    "json": "application/json",
    "ttl": "text/turtle",
}
#: Suffix of what the graph says of a thing, whole -> what it is called, and its media type.
_RDF = {
    "ttl": ("Turtle", "text/turtle"),
    "jsonld": ("JSON-LD", "application/ld+json"),
    "nt": ("N-Triples", "application/n-triples"),
    "rdf": ("RDF/XML", "application/rdf+xml"),
}
#: The column that says of which table a row is, and how long the name of a sheet may be (ECMA-376 18.2.19).
_SECTION, _SHEET = "section", 31
_XSD = vocab.PREFIXES["xsd"]
_DATATYPES = {kind: ox.NamedNode(_XSD + kind) for kind in ("integer", "decimal", "boolean")}


def can_write(name: str) -> bool:
    """Whether a format can be written here: a workbook needs the extra `export`."""
    return name != "xlsx" or find_spec("openpyxl") is not None


def wanted_format() -> str:
    """The format that the address asks for, empty for the page itself.

    Raises RequestError for an unknown one, and for one whose library is not installed.
    """
    name = request.args.get("format", "")
    if name in FORMATS and not can_write(name):
        raise RequestError("export-missing", name=FORMATS[name])
    if name and name not in FORMATS:
        formats = ", ".join(each for each in FORMATS if can_write(each))
        raise RequestError(
            "bad-parameter", name="format", value=name, wanted=pmessage("a list", "{formats}", formats=formats)
        )
    return name


def _wanted_language() -> str:
    """The one language whose words the address asks for, empty for all: `only`. Raises RequestError for no language."""
    only = request.args.get("only", "")
    if only not in ("", "zh", "en"):
        raise RequestError(
            "bad-parameter", name="only", value=only, wanted=pmessage("a list", "{formats}", formats="zh, en")
        )
    return only


def file_of(
    context: RequestContext, name: str, title: str, make: Callable[[], Tables], *, also: str = "", form: str = ""
) -> Response:
    """The response with the tables as a file in a format, else in that which the address names."""
    form = form or wanted_format()
    only = _wanted_language()

    def write() -> bytes:
        tables = make()
        named = {title: tables} if isinstance(tables, AnswerTable) else tables
        if only == "en":
            named = {name: without_printed(table) for name, table in named.items()}
        return _turtle(context, named) if form == "ttl" else _WRITERS[form](title, named)

    response = keep(context, Choice(form, MEDIA_TYPES[form]), write, also=also)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form}")
    return response


def offered() -> dict[str, str]:
    """The formats that can be written here, and what they are called."""
    return {form: called for form, called in FORMATS.items() if can_write(form)}


def documents() -> dict[str, tuple[str, str]]:
    """Suffix of the document about a thing -> what it is called, and its media type."""
    sheets = {name: (FORMATS[name], form.media_types[0]) for name, form in SHEETS.items() if can_write(name)}
    return sheets | _RDF


def of_query(
    context: RequestContext, query: str, values: Mapping[str, Value | Sequence[Value]] | None = None
) -> AnswerTable:
    """The table of one of the service's own questions."""
    return of_rows(context, query, rows(context, query, values))


def of_rows(context: RequestContext, query: str, solutions: Sequence[Row], fixed: Sequence[str] = ()) -> AnswerTable:
    """The table of some rows of the answer to one of the service's own questions; `fixed` are variables left out."""
    text = context.service.questions[query].text
    used = {name for row in solutions for name in row}
    variables = [name for name in dict.fromkeys(VARIABLE.findall(text)) if name in used]
    labels = names(context, unlabelled(variables, solutions, text))
    return answer_table(variables, solutions, labels, preferences.language(), fixed, text=text)


def _with_iris(table: AnswerTable) -> tuple[list[tuple[str, str]], list[list[Cell | None]]]:
    """Columns as head and type, and the rows, with a column of IRIs behind each that names things."""
    if not table.columns:
        return [(head("label"), "text")], []  # without rows the types of the columns are not known
    columns: list[tuple[str, str]] = []
    places: list[tuple[int, bool]] = []
    for place, title in enumerate(_heads(table.columns).values()):
        columns.append((title, table.type(place)))
        places.append((place, False))
        if any(cell and cell.iri for row in table.rows if (cell := row[place])):
            columns.append((f"{title} (IRI)", "text"))
            places.append((place, True))
    rows = [[_iri(row[place]) if is_iri else row[place] for place, is_iri in places] for row in table.rows]
    return columns, rows


def _heads(columns: Sequence[str]) -> dict[str, str]:
    """Column -> its head, no two the same: where a language has one word for two, the second says its variable."""
    heads: dict[str, str] = {}
    for name in columns:
        title = head(name)
        heads[name] = title if title not in heads.values() else f"{title} ({name})"
    return heads


def _iri(cell: Cell | None) -> Cell | None:
    return Cell(cell.iri) if cell and cell.iri else None


def _csv(_: str, tables: Mapping[str, AnswerTable]) -> bytes:
    columns, rows = _with_iris(_joined(tables))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([title for title, _ in columns])
    writer.writerows([cell.text if cell else "" for cell in row] for row in rows)
    # Excel reads a file without the byte order mark in another encoding
    return ("\ufeff" + buffer.getvalue()).encode()


def _joined(tables: Mapping[str, AnswerTable]) -> AnswerTable:
    """One table of all: its columns are those of each, once, after one that names the table of a row."""
    if len(tables) == 1:
        return next(iter(tables.values()))
    columns = list(dict.fromkeys(name for table in tables.values() for name in table.columns))
    rows: list[list[Cell | None]] = []
    for title, table in tables.items():
        for row in table.rows:
            cells = dict(zip(table.columns, row, strict=True))
            rows.append([Cell(title), *(cells.get(name) for name in columns)])
    return AnswerTable([_SECTION, *columns], rows)


def _turtle(context: RequestContext, tables: Mapping[str, AnswerTable]) -> bytes:
    """What the graph says of the things that the tables name; vocabulary is not repeated."""
    cells = (cell for table in tables.values() for row in table.rows for cell in row)
    things = dict.fromkeys(cell.iri for cell in cells if cell and cell.iri and path_of(cell.iri))
    query = context.service.questions["statements"]
    written = [answer(context, with_values(query, {"thing": some}), "turtle") for some in pieces(sorted(things))]
    return b"\n".join(written) or b"# no things\n"


def _json(title: str, tables: Mapping[str, AnswerTable]) -> bytes:
    parts = [{"title": name, "rows": _objects(table)} for name, table in tables.items()]
    content = {**parts[0], "title": title} if len(parts) == 1 else {"title": title, "tables": parts}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _objects(table: AnswerTable) -> list[dict[str, Any]]:
    columns, rows = _with_iris(table)
    return [{name: _value(cell) for (name, _), cell in zip(columns, row, strict=True)} for row in rows]


def _value(cell: Cell | None) -> Any:
    if cell is None:
        return None
    readers: Mapping[str, Callable[[str], Any]] = {
        "integer": int,
        "decimal": float,
        "boolean": lambda text: text == "true",
    }
    return readers.get(cell.type, str)(cell.text)


def _xlsx(_: str, tables: Mapping[str, AnswerTable]) -> bytes:
    from policygraph.formats import workbook  # noqa: PLC0415 - an extra that a service may be without

    spoken = preferences.language()
    names = _sheet_names(tables)
    return workbook.write([_sheet(names[title], title, table, spoken) for title, table in tables.items()], spoken)


def _sheet_names(titles: Iterable[str]) -> dict[str, str]:
    """Title -> the name of its sheet: without the signs that Excel does not take, cut, and no two the same."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for number, title in enumerate(titles, 1):
        plain = "".join(letter for letter in title if letter not in "[]:*?/\\'").strip()[:_SHEET] or "1"
        name = plain if plain.lower() not in used else f"{plain[: _SHEET - 4]} {number}"
        used.add(name.lower())
        names[title] = name
    return names


def _sheet(name: str, title: str, table: AnswerTable, spoken: str) -> Table:
    columns, rows = _with_iris(table)
    heads = [Column(str(at), kind, "", {spoken: name}) for at, (name, kind) in enumerate(columns)]
    terms: Sequence[Sequence[ox.Literal | None]] = [
        [_literal(cell, column.type) for cell, column in zip(row, heads, strict=True)] for row in rows
    ]
    return Table("table", {spoken: name}, {spoken: title}, heads, terms)


def _literal(cell: Cell | None, kind: str) -> ox.Literal | None:
    if cell is None:
        return None
    return ox.Literal(cell.text, datatype=_DATATYPES[kind]) if kind in _DATATYPES else ox.Literal(cell.text)


_WRITERS: Mapping[str, Callable[[str, Mapping[str, AnswerTable]], bytes]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}
