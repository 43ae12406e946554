"""Terms of RDF in, values of Python out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pyoxigraph as ox

from policygraph import vocab
from policygraph.queries import Term

__all__ = ["Plain", "plain"]

Plain = str | int | float | bool | datetime.date | None

_INTEGERS = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
#: Local name of an XSD datatype -> what reads it; a year with a time zone, and all else, is the text that it is.
_READERS: dict[str, Callable[[str], Plain]] = {
    **dict.fromkeys(_INTEGERS, int),
    **dict.fromkeys(("decimal", "double", "float"), float),
    "boolean": lambda text: text in ("true", "1"),
    "date": lambda text: datetime.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text,
    "gYear": lambda text: int(text) if re.fullmatch(r"\d{4}", text) else text,
}


def plain(term: Term | None) -> Plain:
    """A value of Python: numbers, truth values, dates, years as integers; all else as text, IRIs whole.

    >>> plain(ox.Literal("2025", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear")))
    2025
    """
    if not isinstance(term, ox.Literal):
        return None if term is None else term.value if isinstance(term, ox.NamedNode) else str(term)
    reader = _READERS.get(term.datatype.value.removeprefix(vocab.PREFIXES["xsd"]))
    return reader(term.value) if reader else term.value
