"""Things and properties in, the values of these of those out, as terms, in the JSON of both versions, and compared.

Numbers are compared as decimals, so that 12, 12.0 and 1.2e1 are one; a thing by its id or by any of its names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox
from rapidfuzz import fuzz

from policygraph import vocab
from policygraph.queries import Term
from policygraph.search_index import fold

from ..graph.labels import Names
from ..web.ask import rows
from ..web.names import expand, names
from ..web.request import RequestContext

__all__ = ["AT_ONCE", "Values", "as_iri", "in_json", "objects", "read", "similarity"]

#: How many things are asked for in one query.
AT_ONCE = 500
#: Thing -> property -> values, in a fixed order.
Values = Mapping[str, Mapping[str, Sequence[Term]]]
_XSD = vocab.PREFIXES["xsd"]
_WHOLE = frozenset(
    _XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "gYear")
)
_FRACTIONS = frozenset(_XSD + name for name in ("decimal", "double", "float"))
#: Datatype of moments -> what completes one to a date and time.
_MOMENTS = {_XSD + "dateTime": "", _XSD + "date": "T00:00:00Z"}


def as_iri(text: str) -> ox.NamedNode | None:
    """The thing or term that an IRI or a short name with a known prefix names; None for any other text."""
    prefix, colon, rest = text.partition(":")
    if not colon or not (rest.startswith("//") or prefix in names().prefixes):
        return None
    try:
        return ox.NamedNode(expand(text))
    except (ValueError, KeyError):
        return None


def read(context: RequestContext, things: Iterable[str], properties: Iterable[str]) -> Values:
    """The values of properties of things, all by IRI."""
    nodes = [ox.NamedNode(iri) for iri in dict.fromkeys(things)]
    wanted = [ox.NamedNode(iri) for iri in dict.fromkeys(properties)]
    values: dict[str, dict[str, list[Term]]] = {}
    for start in range(0, len(nodes), AT_ONCE) if wanted else ():
        some = {"thing": nodes[start : start + AT_ONCE], "property": wanted}
        for row in rows(context, "reconcile-values", some):
            values.setdefault(row["thing"].value, {}).setdefault(row["property"].value, []).append(row["value"])
    return values


def objects(values: Values) -> set[str]:
    """The things and terms among the values."""
    return {
        term.value
        for of_thing in values.values()
        for terms in of_thing.values()
        for term in terms
        if isinstance(term, ox.NamedNode)
    }


def similarity(term: Term, text: str, labels: Names) -> float:
    """How far a value is what a text says, from 0 to 1."""
    if isinstance(term, ox.NamedNode):
        node = as_iri(text)
        if node is not None:
            return float(node == term)
        texts: Iterable[str] = labels.by_iri.get(term.value, {}).values()
        return max((fuzz.ratio(fold(text), fold(each)) / 100 for each in texts), default=0.0)
    one, other = _number(term.value), _number(text)
    if one is not None and other is not None:
        return float(one == other)
    return fuzz.ratio(fold(text), fold(term.value)) / 100


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip()) if text.isascii() and "_" not in text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def in_json(term: Term, labels: Names, language: str, *, has_language: bool) -> dict[str, Any]:
    """A value as an extension response has it; `has_language` tells the language of texts, which 1.0 knows."""
    if isinstance(term, ox.NamedNode):
        name, spoken = labels.label_with_language(term.value, language)
        return {"id": term.value, "name": name, **({"lang": spoken} if has_language and spoken else {})}
    if not isinstance(term, ox.Literal):
        return {"str": term.value}
    datatype = term.datatype.value
    number = _number(term.value)
    if datatype in _WHOLE and number is not None:
        return {"int": int(number)}
    if datatype in _FRACTIONS and number is not None:
        return {"float": int(number) if number == number.to_integral_value() else float(number)}
    if datatype in _MOMENTS and len(term.value) >= len("2026-01-01") and not term.value.startswith("-"):
        return {"date": term.value[:10] + _MOMENTS[datatype] if _MOMENTS[datatype] else term.value}
    return {"str": term.value, **({"lang": term.language} if has_language and term.language else {})}
