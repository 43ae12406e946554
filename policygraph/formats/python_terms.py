"""Terms of RDF in, values of Python out."""

from __future__ import annotations

import pyoxigraph as ox

from policygraph import datatypes, vocab
from policygraph.queries import Term

__all__ = ["Plain", "plain"]

Plain = datatypes.Plain | None

#: Other names that XML Schema has for whole and real numbers -> the datatype that they are read as.
_DERIVED = {
    **dict.fromkeys(("xsd:int", "xsd:long", "xsd:short", "xsd:byte", "xsd:positiveInteger"), "xsd:integer"),
    **dict.fromkeys(("xsd:double", "xsd:float"), "xsd:decimal"),
}


def plain(term: Term | None) -> Plain:
    """A value of Python: numbers, truth values, dates, years as integers; all else as text, IRIs whole.

    >>> plain(ox.Literal("2025", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear")))
    2025
    """
    if not isinstance(term, ox.Literal):
        return None if term is None else term.value if isinstance(term, ox.NamedNode) else str(term)
    name = vocab.shorten(term.datatype.value)
    datatype = datatypes.DATATYPES.get(_DERIVED.get(name, name))
    if datatype is None:
        return term.value
    try:
        return datatype.read(term.value)
    except ValueError:  # a year or a day with a time zone
        return term.value
