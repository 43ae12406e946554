"""The rows of a table's query in, files for spreadsheets and data frames out: CSV, TSV, and a data package of CSV.

A table is a query file of queries/tables/ whose header declares its columns, one row for each thing. Excel and Parquet
are written by `_workbook` and `_parquet`, whose libraries come with the extra `export`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policygraph.queries import Column, Query, Rows, Term

__all__ = ["Table", "delimited", "descriptor", "package", "table", "zipped"]

Value = str | int | float | bool | None

_LICENSE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
_PROFILES = "https://datapackage.org/profiles/2.0/"
#: Type of a column -> type and format of a Table Schema field.
_FIELDS = {
    "key": ("string", "uri"),
    "iri": ("string", "uri"),
    "iris": ("string", "default"),
    "text": ("string", "default"),
    "word": ("string", "default"),
    "integer": ("integer", "default"),
    "decimal": ("number", "default"),
    "year": ("year", "default"),
    "boolean": ("boolean", "default"),
}
#: The columns that go when places in the texts are not wanted.
_EVIDENCE = "evidence"
#: The time of every file in an archive: the same content is the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
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
    header = {key: {language: query.said(key, language) for language in ("zh", "en")} for key in ("title", "why")}
    name = query.name.rpartition("/")[2]
    return Table(name, header["title"], header["why"], columns, [[row[place] for place in places] for row in rows.rows])


def _value(term: Term | None, kind: str) -> Value:
    if term is None:
        return None
    if kind in ("integer", "year"):
        return int(term.value)
    if kind == "decimal":
        return float(term.value)
    return term.value == "true" if kind == "boolean" else term.value


def delimited(table: Table, delimiter: str = ",", *, has_mark: bool = False) -> bytes:
    """CSV or TSV in UTF-8, its lines ended by a line feed, numbers as the graph writes them; `has_mark` for Excel."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([term.value if term else "" for term in row] for row in table.rows)
    return ((_BOM if has_mark else "") + buffer.getvalue()).encode()


def descriptor(tables: Sequence[Table]) -> bytes:
    """`datapackage.json` for the tables as CSV files beside it (Data Package 2.0, Table Schema 2.0).

    A column that names rows of a table is a foreign key where that table is there too.
    """
    names = {table.name for table in tables}
    package = {
        "$schema": _PROFILES + "datapackage.json",
        "name": "policygraph",
        "title": "政策结构知识图谱 · Knowledge graph of policy structure",
        "licenses": [_LICENSE],
        "resources": [_resource(table, names) for table in tables],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(table: Table, names: set[str]) -> dict[str, Any]:
    content = delimited(table)
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "title": _both(table.title),
        "description": _both(table.about),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "$schema": _PROFILES + "tableschema.json",
            "fields": [_field(column) for column in table.columns],
            "primaryKey": [column.name for column in table.columns if column.type == "key"],
            "foreignKeys": [
                {"fields": [column.name], "reference": _reference(column, table)}
                for column in table.columns
                if column.table in names
            ],
            "missingValues": [""],
        },
    }


def _reference(column: Column, table: Table) -> dict[str, Any]:
    """The key that a column names; a table that names its own rows leaves itself out."""
    other = {} if column.table == table.name else {"resource": column.table}
    return {**other, "fields": ["id"]}


def _field(column: Column) -> dict[str, Any]:
    kind, form = _FIELDS[column.type]
    constraints = {"constraints": {"required": True, "unique": True}} if column.type == "key" else {}
    return {"name": column.name, "type": kind, "format": form, "title": _both(column.title), **constraints}


def _both(labels: Mapping[str, str]) -> str:
    return f"{labels['zh']} · {labels['en']}"


def package(tables: Sequence[Table]) -> bytes:
    """A zip file of `datapackage.json` and the CSV files it describes."""
    files = {f"{table.name}.csv": delimited(table) for table in tables}
    return zipped({"datapackage.json": descriptor(tables), **files})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file that is the same for the same files, whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
