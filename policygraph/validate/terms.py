"""Terms of pyoxigraph in, those of rdflib out; and whether a text is well typed, as rdflib has it."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal

import pyoxigraph as ox
import rdflib

from policygraph import vocab

__all__ = ["is_well_typed", "node", "plain_graph", "quietly", "to_rdflib"]

_XSD = vocab.PREFIXES["xsd"]
#: Datatype -> texts that are certainly well typed: nearly all that occur.
_PLAIN: Mapping[str, re.Pattern[str]] = {
    _XSD + name: re.compile(pattern)
    for name, pattern in {
        "boolean": "true|false",
        "date": "[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
        "decimal": r"-?[0-9]{1,18}(\.[0-9]{1,18})?",
        "gYear": "[12][0-9]{3}",
        "gYearMonth": "[12][0-9]{3}-(0[1-9]|1[0-2])",
        "integer": "-?[0-9]{1,18}",
        "nonNegativeInteger": "[0-9]{1,18}",
        "positiveInteger": "[1-9][0-9]{0,17}",
    }.items()
}
#: Datatype -> the class of Python that pySHACL asks of a value of it, beyond that the value is well typed.
_VALUES: Mapping[str, type] = {
    _XSD + "boolean": bool,
    _XSD + "date": date,
    _XSD + "dateTime": datetime,
    _XSD + "decimal": Decimal,
    _XSD + "float": float,
    _XSD + "integer": int,
    _XSD + "time": time,
}


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


def is_well_typed(text: str, datatype: str) -> bool:
    """Whether pySHACL takes a literal with the datatype as one of it (SHACL, section 4.1.2)."""
    plain = _PLAIN.get(datatype)
    if plain and plain.fullmatch(text):
        return True
    with quietly():
        literal = rdflib.Literal(text, datatype=rdflib.URIRef(datatype), normalize=False)
    return not literal.ill_typed and isinstance(literal.value, _VALUES.get(datatype, object))


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
