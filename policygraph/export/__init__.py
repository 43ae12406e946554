"""A store and what is wanted in, a file for other tools out: every export is a row of one table.

An export is called like its file (`graph.ttl`, `targets.csv`): what it holds, and the format. It reads the answers to
query files and nothing else, so that the same line serves the command line, the service and a store elsewhere.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from itertools import groupby

import pyoxigraph as ox

from policygraph import queries
from policygraph.export.profiles import profiles
from policygraph.export.registry import (
    OPTIONS,
    Export,
    ExportError,
    Material,
    MissingLibraryError,
    Wanted,
    optional_library,
)
from policygraph.export.statements import statements
from policygraph.export.tables import TABLES, of_tables
from policygraph.export.views import VIEWS, of_views
from policygraph.paths import Folders

__all__ = [
    "EXPORTS",
    "OPTIONS",
    "TABLES",
    "VIEWS",
    "Export",
    "ExportError",
    "Material",
    "MissingLibraryError",
    "Wanted",
    "find",
    "listed",
    "optional_library",
    "questions",
    "run",
    "write",
]

#: Every export, by its name.
EXPORTS: Mapping[str, Export] = {
    export.name: export for export in (*statements(), *profiles(), *of_tables(), *of_views())
}


def listed() -> list[tuple[str, Mapping[str, str]]]:
    """The table for people: names, those of one content together (`targets.csv .tsv .parquet`), and what they are."""
    groups = groupby(EXPORTS.values(), key=lambda export: export.about)
    return [(_together([export.name for export in group]), about) for about, group in groups]


def _together(names: list[str]) -> str:
    return " ".join([names[0], *(f".{name.partition('.')[2]}" for name in names[1:])])


def find(name: str) -> Export:
    """The export of a name. Raises ExportError with the nearest names for one that is not there."""
    if name not in EXPORTS:
        near = ", ".join(difflib.get_close_matches(name, EXPORTS, n=3, cutoff=0.4))
        raise ExportError(f"there is no export “{name}”" + (f"; did you mean {near}?" if near else ""))
    return EXPORTS[name]


def questions(export: Export, folders: Folders, options: Wanted) -> list[queries.Query]:
    """The queries that an export reads, with what is wanted bound in their texts: to be asked as they are.

    Raises ExportError where what is wanted does not go with the export.
    """
    refused = sorted(options.non_defaults - export.takes)
    if refused:
        accepted = ", ".join(sorted(export.takes)) or "none"
        raise ExportError(f"{export.name} does not take {', '.join(refused)}; it takes: {accepted}")
    if missing := sorted(export.needs - options.non_defaults):
        raise ExportError(f"{export.name} is of one {missing[0]}: say which")
    if options.plan and options.document:
        raise ExportError("of a plan or of a document, not of both")
    files = (queries.read(folders.queries / f"{name}.rq") for name in export.reads(options))
    return [queries.bound(query, options.values) for query in files]


def write(export: Export, material: Material) -> bytes:
    """The file. Raises ExportError where a library is missing, or the plan or document wanted has no statements."""
    if material.wanted.values and material.is_empty:
        named = material.names.shorten(*material.wanted.values.values())
        raise ExportError(f"the graph holds nothing of {named} for {export.name}")
    return export.write(material)


def run(name: str, store: ox.Store, folders: Folders, options: Wanted) -> bytes:
    """An export of a store of the project: its queries asked, its file written. Raises ExportError."""
    export = find(name)
    files = questions(export, folders, options)
    rows = [queries.answer(query, store, folders.names) for query in files]
    return write(export, Material(folders, options, files, rows, folders.names))
