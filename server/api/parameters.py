"""The parameters of an address in, the selection of a competency query's answer out: values, which page, which form."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from policygraph.datatypes import PARAMETER_TYPES
from policygraph.messages import message
from policygraph.queries import Parameter, Query, QueryError, Value, defaults

from ..failures import RequestError
from ..formats import ANSWERS
from ..routes import BOM, OFFSET, SNAPSHOT, Argument
from ..web.names import names

__all__ = ["LABELS_AT_ONCE", "LIMIT", "MOST", "RESERVED", "Selection", "count", "read"]

#: Rows of a page where nothing is said, and the most that may be asked for.
LIMIT, MOST = 1000, 10_000
#: IRIs that `/api/labels` names at once, at most.
LABELS_AT_ONCE = 200
#: The parameters that a client may give beside those of the query.
RESERVED: Mapping[str, Argument] = {
    argument.name: argument
    for argument in (
        Argument(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
            message("Rows of a page"),
        ),
        OFFSET,
        Argument("answer.format", {"enum": list(ANSWERS)}, message("The format; goes before Accept")),
        Argument("labels", {"enum": ["zh", "en"]}, message("A column of labels behind each of IRIs")),
        BOM,
        SNAPSHOT,
    )
}
#: What other interfaces call a parameter -> its name here.
_MEANT = {"lang": "labels", "language": "labels", "page_size": "limit", "start": "offset"}


@dataclass(frozen=True, slots=True)
class Selection:
    """What a client selects of a query: the values of its parameters, and which page of the answer, how.

    `given` are the values that the address has; `values` has the defaults of the other parameters too.
    """

    values: Mapping[str, Sequence[Value]]
    given: Mapping[str, Sequence[Value]]
    format: str | None
    limit: int
    offset: int
    labels: str | None
    has_mark: bool
    snapshot: str | None

    @property
    def key(self) -> list[object]:
        """Whatever of it changes the answer beside the values: the rest of the key under which answers are kept."""
        apart = ("values", "given", "format", "snapshot")
        return [getattr(self, field.name) for field in fields(self) if field.name not in apart]

    def cut(self, lines: Sequence[bytes]) -> list[bytes]:
        """The page of an answer in SPARQL's TSV, which has a line for the variables and one for each row."""
        return [lines[0], *lines[1 + self.offset : 1 + self.offset + self.limit]]


def read(query: Query, pairs: Iterable[tuple[str, str]]) -> Selection:
    """The selection of an address. Raises RequestError for an unknown name and for a value of another type."""
    parameters = {each.name: each for each in query.parameters}
    arguments: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in parameters and name not in RESERVED:
            names = [*parameters, *RESERVED]
            near = _MEANT.get(name) or difflib.get_close_matches(name, names, 1, 0)[0]
            raise RequestError("unknown-parameter", name=name, near=near, known=", ".join(names))
        arguments.setdefault(name, []).append(value)
    for name in RESERVED:
        if len(arguments.get(name, ())) > 1:
            raise RequestError("repeated", name=name, count=len(arguments[name]))
    reserved = {name: values[0] for name, values in arguments.items() if name in RESERVED}
    given = _values(parameters, arguments)
    return Selection(
        {**_defaults(query, arguments), **given},
        given,
        reserved.get("format"),
        count("limit", reserved.get("limit", str(LIMIT)), 1, MOST),
        count("offset", reserved.get("offset", "0"), 0, 2**31),
        _one_of("labels", reserved.get("labels"), {"zh": "zh", "en": "en"}),
        bool(_one_of("bom", reserved.get("bom"), {"1": "1", "0": ""})),
        reserved.get("snapshot"),
    )


def _defaults(query: Query, arguments: Mapping[str, object]) -> dict[str, Sequence[Value]]:
    """The default of every parameter that is not given; one that is given and empty stays free."""
    return {name: [term] for name, term in defaults(query, names()).items() if name not in arguments}


def _values(parameters: Mapping[str, Parameter], arguments: Mapping[str, list[str]]) -> dict[str, Sequence[Value]]:
    return {
        name: [_term(parameters[name], value) for value in values if value]
        for name, values in arguments.items()
        if name in parameters and any(values)
    }


def _term(parameter: Parameter, value: str) -> Value:
    try:
        return parameter.term(value, names())
    except QueryError:
        datatype = PARAMETER_TYPES[parameter.type]
        raise _bad(parameter.name, value, datatype.about) from None


def count(name: str, value: str, low: int, high: int) -> int:
    """A whole number of the address. Raises RequestError("bad-parameter") outside its bounds."""
    if not (value.isascii() and value.isdecimal() and len(value) <= 10 and low <= int(value) <= high):
        raise _bad(name, value, message("a whole number from {low} to {high}", low=low, high=high))
    return int(value)


def _one_of(name: str, value: str | None, known_values: Mapping[str, str]) -> str | None:
    if value is not None and value not in known_values:
        one, other = known_values
        raise _bad(name, value, message("{one} or {other}", one=one, other=other))
    return known_values[value] if value is not None else None


def _bad(name: str, value: str, kind: Mapping[str, str]) -> RequestError:
    return RequestError("bad-parameter", name=name, value=value, wanted=kind)
