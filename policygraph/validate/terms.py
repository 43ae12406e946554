"""Terms of pyoxigraph in, those of rdflib out."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox
import rdflib

__all__ = ["node", "plain_graph", "quietly", "to_rdflib"]


@contextmanager
def quietly() -> Iterator[None]:
    """Suppresses rdflib's warnings about ill-typed literals, which the shapes report."""
    log = logging.getLogger("rdflib.term")
    was_disabled, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.disabled = was_disabled


def plain_graph() -> rdflib.Graph:
    """An empty graph of rdflib's own, of triples without contexts, which pySHACL asks for them in half the time."""
    return rdflib.Graph("SimpleMemory", bind_namespaces="none")


@quietly()
def to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """A graph of rdflib's own: pySHACL is many times slower on one that wraps another store."""
    graph = plain_graph()
    for quad in quads:
        graph.add((node(quad.subject), rdflib.URIRef(quad.predicate.value), node(quad.object)))
    return graph


def node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> rdflib.term.Node:
    """A term as rdflib has it, its text as written. Raises ValueError for a quoted triple."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Triple):
        raise ValueError(f"shapes cannot look into a quoted triple: {term}")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = rdflib.URIRef(term.datatype.value)
    plain = datatype == rdflib.XSD.string
    return rdflib.Literal(term.value, datatype=None if plain else datatype, normalize=False)
