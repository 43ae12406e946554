"""A graph in, findings out: what its shapes (SHACL) and its hygiene queries (SPARQL) say is wrong.

Shapes look at one graph at a time; what looks across things or documents is a query of `queries/hygiene/`, where a row
is a fault. Both speak as findings, and `report` writes them all as one validation report (SHACL, section 3.6).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from policygraph import queries, store, vocab
from policygraph.cache import NOTHING_KEPT, Cache, key_of
from policygraph.findings import Fault, Finding, Severity
from policygraph.messages import message
from policygraph.paths import Folders
from policygraph.validate.compiled import UnknownConstructError
from policygraph.validate.graphs import by_graph, types_of
from policygraph.validate.hygiene import Answer, check_hygiene, rows_by, rows_of
from policygraph.validate.narrowing import Narrowed, Survey, Terms, is_of_statements, is_place, narrowed, sources_of
from policygraph.validate.report import read_report, report
from policygraph.validate.shapes import (
    SHAPE,
    WRONG_TYPE,
    Shapes,
    check_ontology,
    check_shapes,
    parse_shapes,
    read_shapes,
    shape_files,
)

__all__ = [
    "SHAPE",
    "WRONG_TYPE",
    "Answer",
    "Narrowed",
    "Shapes",
    "Survey",
    "Terms",
    "UnknownConstructError",
    "by_graph",
    "check",
    "check_across",
    "check_hygiene",
    "check_ontology",
    "check_shapes",
    "is_of_statements",
    "is_place",
    "narrowed",
    "parse_shapes",
    "read_report",
    "read_shapes",
    "report",
    "rows_by",
    "rows_of",
    "shape_files",
    "sources_of",
    "types_of",
]

#: What is kept of an ontology in which nothing was found.
_SOUND = b"sound"
_NOT_COMPILED = Fault(
    "shapes_not_compiled",
    message("the shapes have {construct}, which is not compiled: pySHACL decides alone, ten times as slowly."),
    severity=Severity.INFO,
)


def check(
    folders: Folders,
    ontology: Sequence[ox.Quad],
    asserted: Sequence[ox.Quad],
    inferred: Sequence[ox.Quad],
) -> list[Finding]:
    """All findings of shapes and hygiene queries about the ontology and the data, the inferred quads included."""
    whole = store.in_memory([*ontology, *asserted, *inferred])
    about_data = read_shapes(*folders.shapes)[1]
    return [
        *check_shapes(by_graph(asserted), types_of([*asserted, *inferred]), about_data),
        *check_across(folders, ontology, whole),
    ]


def check_across(
    folders: Folders,
    ontology: Sequence[ox.Quad],
    whole: ox.Store,
    answer: Answer | None = None,
    cache: Cache = NOTHING_KEPT,
) -> list[Finding]:
    """The findings of shapes about the ontology, and of hygiene queries over the whole graph.

    `answer` gives the rows of a query, as check_hygiene has it. That the same files of the ontology have been found
    sound by the same shapes is kept in `cache`.
    """
    return [
        *_of_shapes(folders, ontology, cache),
        *check_hygiene(whole, queries.read_all(*folders.queries_of("hygiene")), folders.names, answer),
    ]


def _of_shapes(folders: Folders, ontology: Sequence[ox.Quad], cache: Cache) -> list[Finding]:
    """What shapes about the ontology find in it, and which shapes are not compiled."""
    about_ontology, about_data = shape_files(*folders.shapes)
    key = _key_of_ontology(folders, (*about_ontology, b"", *about_data)) if cache.keeps else ""
    if key and cache.get(key) == _SOUND:
        return []
    shapes = parse_shapes(about_ontology)
    findings = [
        *_not_compiled(shapes, parse_shapes(about_data)),
        *check_ontology(_without_own(ontology, folders), shapes),
    ]
    if key and not findings:
        cache.put(key, _SOUND)
    return findings


def _key_of_ontology(folders: Folders, shapes: Sequence[bytes]) -> str:
    """The key of the check of an ontology: its files, whose blank nodes have no other names in them, and the shapes."""
    places = [folder for folder in (folders.ontology, folders.own_ontology) if folder]
    files = [path.read_bytes() for place in places for path in sorted(place.glob("*.ttl"))]
    return key_of("ontology", (f"{folders.names.base} {folders.is_shipped}".encode(), *files, b"", *shapes))


def _without_own(ontology: Sequence[ox.Quad], folders: Folders) -> Sequence[ox.Quad]:
    """The statements of the ontology but for those about terms of the project, whose style is its own affair."""
    own = folders.names.base
    if folders.is_shipped or own == vocab.BASE:
        return ontology
    return [q for q in ontology if not (isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(own))]


def _not_compiled(*shapes: Shapes) -> Iterator[Finding]:
    """Findings for constructs of a project's shapes that the compiler lacks; pySHACL checks them."""
    for each in shapes:
        if each.unknown:
            yield _NOT_COMPILED.finding(construct=each.unknown)
