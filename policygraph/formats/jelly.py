"""Quads in, Jelly out (the binary RDF of jelly-rdf.github.io): one delimited stream of quads.

Prefixes are left out: pyjelly's generic reader (0.8.2) fails on declarations of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import pyoxigraph as ox
from pyjelly.integrations.generic.generic_sink import IRI, BlankNode, DefaultGraph, Literal, Quad
from pyjelly.integrations.generic.serialize import flat_stream_to_file
from pyjelly.jelly import LOGICAL_STREAM_TYPE_FLAT_QUADS
from pyjelly.serialize.streams import SerializerOptions

from policygraph import vocab
from policygraph.formats import rdf

__all__ = ["write"]

#: Datatypes that go without saying: pyoxigraph names them, Jelly does not.
_IMPLICIT = {vocab.PREFIXES["xsd"] + "string", vocab.PREFIXES["rdf"] + "langString"}


def write(quads: Iterable[ox.Quad]) -> bytes:
    """The quads, each graph by its name, in the order of canonical N-Quads."""
    ordered = (
        Quad(_term(quad.subject), _term(quad.predicate), _term(quad.object), _term(quad.graph_name))
        for quad in rdf.canonical(quads)[1]
    )
    output = io.BytesIO()
    flat_stream_to_file(ordered, output, SerializerOptions(logical_type=LOGICAL_STREAM_TYPE_FLAT_QUADS))
    return output.getvalue()


def _term(term: object) -> object:
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.BlankNode):
        return BlankNode(term.value)
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        return Literal(term.value, term.language, None if datatype in _IMPLICIT else datatype)
    return DefaultGraph
