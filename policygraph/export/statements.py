"""Exports of statements: the graph, a document or a plan in the formats of RDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pyoxigraph as ox

from policygraph import records, vocab
from policygraph.export.registry import CUT, EVIDENCE, Export, Material, Wanted, Writer, optional_library
from policygraph.formats import rdf
from policygraph.messages import Message, message

__all__ = ["statements"]


def _named(write: Callable[[list[ox.Quad], vocab.Names], bytes]) -> Writer:
    """The writer of a format that has prefixes."""
    return lambda material: write(material.quads, material.names)


def _statements(write: Callable[[list[ox.Quad]], bytes]) -> Writer:
    return lambda material: write(material.quads)


def _compact(material: Material) -> bytes:
    terms = records.read_context(material.folders, []).terms
    with optional_library():
        from policygraph.formats import jsonld  # noqa: PLC0415 - its library is optional
    return jsonld.compact(material.quads, terms, material.names)


def _nested(material: Material) -> bytes:
    terms = records.read_context(material.folders, []).terms
    with optional_library():
        from policygraph.formats import jsonld  # noqa: PLC0415 - its library is optional
    return jsonld.nested(material.quads, material.wanted.plan, terms, material.names)


def _jelly(material: Material) -> bytes:
    with optional_library():
        from policygraph.formats import jelly  # noqa: PLC0415 - its library is optional
    return jelly.write(material.quads)


def _of_statements(options: Wanted) -> Sequence[str]:
    return ["export/plan" if options.plan else "export/document" if options.document else "export/whole"]


#: Exports of statements: name -> media type, writer, what it is.
_STATEMENTS: Mapping[str, tuple[str, Writer, Message]] = {
    "graph.ttl": (
        "text/turtle",
        _named(rdf.turtle),
        message("Turtle: the union of the graphs, with prefixes, sorted"),
    ),
    "graph.nt": (
        "application/n-triples",
        _statements(rdf.n_triples),
        message("N-Triples: the union of the graphs, sorted lines"),
    ),
    "graph.nq": (
        "application/n-quads",
        _statements(rdf.n_quads),
        message("N-Quads: with named graphs, canonical (RDFC-1.0)"),
    ),
    "graph.trig": (
        "application/trig",
        _named(rdf.trig),
        message("TriG: with named graphs and prefixes, sorted"),
    ),
    "graph.rdf": (
        "application/rdf+xml",
        _named(rdf.rdf_xml),
        message("RDF/XML: the union of the graphs, for tools that read XML only"),
    ),
    "graph.jsonld": (
        "application/ld+json",
        _compact,
        message("JSON-LD: compact, in the keys of the records"),
    ),
    "graph.jelly": (
        "application/x-jelly-rdf",
        _jelly,
        message("Jelly: binary RDF with named graphs"),
    ),
    "plan.jsonld": (
        "application/ld+json",
        _nested,
        message("JSON-LD: one plan, its parts nested in the order of the text"),
    ),
}


def statements() -> Iterable[Export]:
    """Every export of statements."""
    for name, (media_type, writer, about) in _STATEMENTS.items():
        is_plan = name.startswith("plan.")
        takes = EVIDENCE | {"inferred", "plan"} | (frozenset() if is_plan else CUT)
        needs = frozenset(["plan"]) if is_plan else frozenset()
        yield Export(name, media_type, about, _of_statements, writer, takes, needs)
