"""Terms in, xsd:integer, xsd:decimal and truth values out: what the engine computes otherwise than SPARQL 1.1.

The casts are those of XPath F&O 19.1.2. The engine loses digits of a double: xsd:integer(1e5) is 99999 there, 28.6亿元
in 万 is 285999. Here a double becomes the shortest decimal that no other double is nearer to, as in Jena and Saxon:
0.1e0 is 0.1.

    store.query(text, custom_functions=FUNCTIONS)
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal

import pyoxigraph as ox

from policygraph import vocab

__all__ = ["FUNCTIONS", "TRUTH"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_XSD = vocab.PREFIXES["xsd"]
_INTEGER, _DECIMAL = ox.NamedNode(_XSD + "integer"), ox.NamedNode(_XSD + "decimal")
_FLOATS = frozenset({_XSD + "double", _XSD + "float"})
_TEXTS = frozenset({_XSD + "string"})
#: Datatypes that are decimals or integers, whose lexical form is read like that of a text.
_NUMBERS = frozenset(
    _XSD + name
    for name in (
        *("decimal", "integer", "long", "int", "short", "byte", "nonPositiveInteger", "negativeInteger"),
        *("nonNegativeInteger", "positiveInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_LEXICAL = {
    _INTEGER: re.compile(r"[+-]?[0-9]+"),
    _DECIMAL: re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
}
_BLANKS = " \t\r\n"
#: What the engine can hold: integers of 64 bits, decimals of 128 bits with 18 of their digits behind the point.
_LARGEST_INTEGER = 2**63
_LARGEST_DECIMAL = Decimal(2**127).scaleb(-18, Context(prec=60))
_STEP = Decimal("1e-18")
_EXACT = Context(prec=400)


def _integer(term: Term, *more: Term) -> ox.Literal | None:
    """19.1.2.4: the fraction is cut off. None, an error in SPARQL, for what has no such value."""
    number = None if more else _number(term, _INTEGER)
    if number is None:
        return None
    value = int(number.to_integral_value(ROUND_DOWN))
    return ox.Literal(str(value), datatype=_INTEGER) if -_LARGEST_INTEGER <= value < _LARGEST_INTEGER else None


def _decimal(term: Term, *more: Term) -> ox.Literal | None:
    """19.1.2.3: the decimal that is numerically closest. None, an error in SPARQL, for what has no such value."""
    number = None if more else _number(term, _DECIMAL)
    if number is None or abs(number) >= _LARGEST_DECIMAL:
        return None
    text = f"{number.quantize(_STEP, ROUND_HALF_EVEN, _EXACT):f}".rstrip("0").rstrip(".")
    return ox.Literal("0" if text == "-0" else text, datatype=_DECIMAL)


def _number(term: Term, target: ox.NamedNode) -> Decimal | None:
    if not isinstance(term, ox.Literal) or term.language:
        return None
    datatype, text = term.datatype.value, term.value.strip(_BLANKS)
    if datatype in _FLOATS:
        return _of_float(text, datatype)
    if datatype == _XSD + "boolean":
        return {"true": Decimal(1), "1": Decimal(1), "false": Decimal(0), "0": Decimal(0)}.get(text)
    lexical = _LEXICAL[target if datatype in _TEXTS else _DECIMAL]
    return Decimal(text) if datatype in _TEXTS | _NUMBERS and lexical.fullmatch(text) else None


def _of_float(text: str, datatype: str) -> Decimal | None:
    try:
        value = float(text)
        if datatype == _XSD + "float":
            value = struct.unpack("f", struct.pack("f", value))[0]
        return Decimal(repr(value)) if math.isfinite(value) else None
    except (ValueError, OverflowError):
        return None


def _truth(term: Term, *more: Term) -> Term | None:
    """17.2.2 for a text in a language, which has no effective boolean value in the engine; other terms as they are."""
    if more or not isinstance(term, ox.Literal) or not term.language:
        return None if more else term
    return ox.Literal(bool(term.value))


#: The function that a condition is put into which may be a text in a language.
TRUTH = ox.NamedNode(vocab.BASE + "function/truth")
#: Name of a function -> what does it.
FUNCTIONS: Mapping[ox.NamedNode, Callable[..., Term | None]] = {
    _INTEGER: _integer,
    _DECIMAL: _decimal,
    TRUTH: _truth,
}
