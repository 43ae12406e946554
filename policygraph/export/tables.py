"""Exports of tables: one by one for data frames, all together for spreadsheets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from policygraph.export.registry import (
    CUT,
    DATASET,
    EVIDENCE,
    TEXTS,
    Export,
    Material,
    Wanted,
    Writer,
    of_one,
    optional_library,
)
from policygraph.formats import metadata, tables
from policygraph.messages import Message, message

__all__ = ["TABLES", "of_tables"]


class _Table(NamedTuple):
    """A table: the options that narrow it, and what it holds."""

    narrows: frozenset[str]
    about: Message


_OF_PLANS = frozenset(["plan", "document"])
#: The tables of figures, which are read beside the words that state them.
_QUOTED = frozenset(["targets", "observations"])
#: Table -> what it is; those that nothing narrows are what the others name, and always whole.
TABLES: Mapping[str, _Table] = {
    "documents": _Table(frozenset(), message("documents and their articles, a row for each")),
    "plans": _Table(_OF_PLANS, message("plans, a row for each")),
    "elements": _Table(_OF_PLANS, message("elements of plans, in the order of the text")),
    "targets": _Table(_OF_PLANS, message("targets, normalised to their units, with the values as printed")),
    "observations": _Table(frozenset(["document"]), message("observations: values that documents report as reached")),
    "roles": _Table(_OF_PLANS, message("responsibilities: who does what for which element")),
    "counts": _Table(_OF_PLANS, message("declared counts, with the numbers that are enumerated")),
    "areas": _Table(frozenset(), message("areas")),
    "indicators": _Table(frozenset(), message("indicators")),
    "organisations": _Table(frozenset(), message("organisations and groups")),
}


def _of_figures(table: str, options: Wanted) -> Sequence[str]:
    """The rows of a table, and where they are quoted the texts that are registered."""
    return [f"tables/{table}", *([f"service/{TEXTS}"] if options.quotations else [])]


def _all_tables(options: Wanted) -> Sequence[str]:
    """All tables that are of what is wanted: a document has observations, a plan has none."""
    return [
        f"tables/{name}" for name, each in TABLES.items() if not each.narrows or options.values.keys() <= each.narrows
    ]


def _described_tables(options: Wanted) -> Sequence[str]:
    return [*_all_tables(options), f"store/{DATASET}"]


def _delimited(delimiter: str) -> Writer:
    return lambda material: tables.delimited(material.tables[0], delimiter, has_mark=material.wanted.bom)


def _of_all(write: Callable[[metadata.Dataset, list[tables.Table]], bytes]) -> Writer:
    return lambda material: write(material.dataset, material.tables)


def _crate(material: Material) -> bytes:
    """An RO-Crate says when it was issued: today, or the day that SOURCE_DATE_EPOCH names."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    return metadata.crate(material.dataset, material.tables, moment.date().isoformat())


def _workbook(material: Material) -> bytes:
    with optional_library():
        from policygraph.formats import workbook  # noqa: PLC0415 - its library is optional
    return workbook.write(material.tables, material.wanted.language)


def _parquet(material: Material) -> bytes:
    with optional_library():
        from policygraph.formats import parquet  # noqa: PLC0415 - its library is optional
    return parquet.write(material.tables[0])


#: Format of one table -> media type, writer, and the options it takes beside the table's own.
_TABLE_FORMATS: Mapping[str, tuple[str, Writer, frozenset[str]]] = {
    "csv": ("text/csv", _delimited(","), frozenset(["bom", "only"])),
    "tsv": ("text/tab-separated-values", _delimited("\t"), frozenset(["bom", "only"])),
    "parquet": ("application/vnd.apache.parquet", _parquet, frozenset(["only"])),
}
#: Exports of all tables together: name -> media type, writer, what it reads, what it is in zh and en.
_ALL_TABLES: Mapping[str, tuple[str, Writer, Callable[[Wanted], Sequence[str]], Message]] = {
    "tables.xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _workbook,
        _all_tables,
        message("Excel: a sheet for each table, headers frozen, cells typed, no formula ever"),
    ),
    "tables.zip": (
        "application/zip",
        _of_all(metadata.package),
        _described_tables,
        message("Data Package: all tables as CSV, with datapackage.json and croissant.json"),
    ),
    "crate.zip": (
        "application/zip",
        _crate,
        _described_tables,
        message("RO-Crate: the same with ro-crate-metadata.json, for repositories of research data"),
    ),
    "datapackage.json": (
        "application/json",
        _of_all(metadata.data_package),
        _described_tables,
        message("the descriptor of the CSV tables: columns, types, primary and foreign keys"),
    ),
    "croissant.json": (
        "application/ld+json",
        _of_all(metadata.croissant),
        _described_tables,
        message("Croissant: record sets of the CSV tables, for machine learning and dataset search"),
    ),
}


def of_tables() -> Iterable[Export]:
    """Every export of tables."""
    for table, (narrows, about) in TABLES.items():
        is_quoted = table in _QUOTED
        reads = partial(_of_figures, table) if is_quoted else partial(of_one, f"tables/{table}")
        switches = EVIDENCE | (frozenset(["quotations"]) if is_quoted else frozenset())
        for ending, (media_type, writer, takes) in _TABLE_FORMATS.items():
            yield Export(f"{table}.{ending}", media_type, about, reads, writer, switches | takes | narrows)
    for name, (media_type, writer, which, about) in _ALL_TABLES.items():
        switches = EVIDENCE | (frozenset(["only"]) if name.endswith(".xlsx") else frozenset())
        yield Export(name, media_type, about, which, writer, switches | CUT)
