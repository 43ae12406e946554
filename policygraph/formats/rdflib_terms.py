"""Terms and triples in, those of rdflib out."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib

from policygraph import vocab
from policygraph.queries import Term

__all__ = ["dataset", "graph", "native"]


def native(term: Term | None) -> rdflib.term.Identifier | None:
    """The term as rdflib has it.

    >>> native(ox.Literal("浑南", language="zh"))
    rdflib.term.Literal('浑南', lang='zh')
    """
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    datatype = None if term.language else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype)


def graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """The triples as a graph of rdflib, with our prefixes."""
    result = rdflib.Graph()
    for prefix, namespace in vocab.PREFIXES.items():
        result.bind(prefix, namespace)
    result.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    return result


def dataset(quads: Iterable[ox.Quad]) -> rdflib.Dataset:
    """The quads as a dataset of rdflib, each graph by its name, with our prefixes."""
    result = rdflib.Dataset()
    for prefix, namespace in vocab.PREFIXES.items():
        result.bind(prefix, namespace)
    graphs: dict[str, rdflib.Graph] = {}
    for quad in quads:
        name = quad.graph_name
        if isinstance(name, ox.DefaultGraph):
            context = result.default_graph
        else:
            context = graphs.setdefault(name.value, result.graph(native(name)))
        triple = [native(term) for term in quad.triple]
        context.add((triple[0], triple[1], triple[2]))
    return result
