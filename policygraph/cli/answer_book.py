"""The answer of a query in, a workbook out: a sheet of its rows, and one that says where they are from, to be cited."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from policygraph import paths, queries, vocab
from policygraph.datatypes import PARAMETER_TYPES
from policygraph.formats import tables
from policygraph.manifest import read_manifest
from policygraph.messages import message, text_in

__all__ = ["Source", "written"]


class Source(NamedTuple):
    """What a table was asked of: the project, the folder of its build, and the parameters that were given."""

    folders: paths.Folders
    build: Path
    given: Mapping[str, str]


#: How long the name of a sheet may be (ECMA-376 18.2.19).
_SHEET = 31
_KINDS = {vocab.expand(PARAMETER_TYPES[kind].name): kind for kind in ("boolean", "decimal", "integer", "year")}
#: As many digits of a snapshot id as pages cite.
_SHORT = 12


def written(query: queries.Query, rows: queries.Rows, source: Source, language: str) -> bytes:
    """The workbook, its cells typed. Raises MissingLibraryError without the extra."""
    from policygraph.export import optional_library  # noqa: PLC0415 - no other answer needs it

    with optional_library():
        from policygraph.formats import workbook  # noqa: PLC0415 - its library is optional
    columns = [
        queries.Column(name, _kind(rows, place), "", {language: name}) for place, name in enumerate(rows.variables)
    ]
    about = {language: query.header_text("question", language)}
    table = tables.Table(query.name, {language: query.name[:_SHEET]}, about, columns, rows.rows)
    return workbook.write([table, _provenance(query, source, language)], language)


def _provenance(query: queries.Query, source: Source, language: str) -> tables.Table:
    """The question, what it was asked of, and a reference in the form of GB/T 7714-2015, 8.8."""
    settings, snapshot = source.folders.settings, str(read_manifest(source.build).get("snapshot", ""))
    graph = settings.name if language == "zh" else settings.name_en
    question = query.header_text("question", language)
    values = {each.name: each.default for each in query.parameters if each.default} | dict(source.given)
    given = ", ".join(f"{name}={value}" for name, value in values.items())
    reference = message(
        "{publisher}. {title}[DB]. Snapshot {snapshot}. {address}",
        publisher=settings.publisher or graph,
        title=f"{question} ({given})" if given else question,
        snapshot=snapshot[:_SHORT],
        address=settings.base,
    )
    lines = {
        message("Question"): question,
        message("Query"): query.name,
        message("Parameters"): given,
        message("Graph"): graph,
        message("Address"): settings.base,
        message("Snapshot"): snapshot,
        message("To be cited as"): text_in(reference, language),
    }
    title = message("Source")
    columns = [queries.Column(name, "text", "", title) for name in ("what", "words")]
    rows = [[ox.Literal(text_in(what, language)), ox.Literal(words)] for what, words in lines.items()]
    return tables.Table("source", title, title, columns, rows)


def _kind(rows: queries.Rows, place: int) -> str:
    """The type of a column: that of its literals where they agree, else text."""
    kinds = {_KINDS.get(term.datatype.value, "text") for row in rows.rows if isinstance(term := row[place], ox.Literal)}
    return kinds.pop() if len(kinds) == 1 else "decimal" if kinds == {"integer", "decimal"} else "text"
