"""JSON of a client in, reconciliation and extension queries out, the same for both versions of the API.

Reconciliation API 0.2 sections 4.1 and 7.3, 1.0 draft sections “Structure of a Reconciliation Query” and “Data
Extension Query Requests”. What has another shape is refused with the field that has it.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policygraph.messages import Message, message

from ..failures import RequestError

__all__ = [
    "BATCH",
    "CANDIDATES",
    "IDS",
    "MOST_CANDIDATES",
    "PROPERTIES",
    "Condition",
    "Extension",
    "Query",
    "batch",
    "batch_1",
    "extension",
    "parsed",
]

#: Queries of a batch at most, and conditions of a query.
BATCH, _CONDITIONS = 50, 20
#: Candidates of a query: where it does not say, and at most.
CANDIDATES, MOST_CANDIDATES = 10, 50
#: Things and properties of an extension query at most.
IDS, PROPERTIES = 200, 20
#: Values of a condition at most.
_VALUES = 20
_STRICTNESS = ("any", "should", "all")
_QUANTIFIERS = ("any", "all", "none")
_SORTS = ("name", "id", "property")
#: Fields of a query in either version.
_FIELDS = ("query", "type", "limit", "properties", "type_strict")
_FIELDS_1 = ("conditions", "type", "limit", "lang", "dir")
Json = Any


@dataclass(frozen=True, slots=True)
class Condition:
    """What a thing should have: a name, an id, or a value of a property; values are texts, ids of things too."""

    sort: str
    values: tuple[str, ...]
    property: str = ""
    quantifier: str = "any"
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: conditions, classes (`strictness` says how they bind), and how many candidates at most."""

    conditions: tuple[Condition, ...]
    types: tuple[str, ...] = ()
    strictness: str = "any"
    limit: int = CANDIDATES

    @property
    def names(self) -> tuple[Condition, ...]:
        """The conditions on what a thing is called or identified by."""
        return tuple(each for each in self.conditions if each.sort != "property")

    @property
    def properties(self) -> tuple[Condition, ...]:
        """The conditions on values of properties."""
        return tuple(each for each in self.conditions if each.sort == "property")


@dataclass(frozen=True, slots=True)
class Extension:
    """Things, and the properties whose values are wanted, each with how many values at most (0: all)."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, int], ...]


def parsed(name: str, text: str) -> Json:
    """The JSON value of a parameter or body. Raises RequestError for a text that is none or cannot be sent on."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")  # halves of surrogate pairs, NaN
    except (ValueError, RecursionError):
        raise _bad(name, text, message("JSON")) from None
    return value


def batch(value: Json) -> dict[str, Query]:
    """The queries of a batch of 0.2, by the client's keys. Raises RequestError."""
    queries = _object("queries", value)
    _bounded("queries", queries, BATCH)
    return {key: _query(_closed_object(each, _FIELDS)) for key, each in queries.items()}


def batch_1(value: Json) -> list[Query]:
    """The queries of a batch of 1.0, in their order. Raises RequestError."""
    queries = _array("queries", _object("queries", value).get("queries"))
    _bounded("queries", queries, BATCH)
    return [_query_1(_closed_object(each, _FIELDS_1)) for each in queries]


def extension(value: Json) -> Extension:
    """An extension query, which both versions write alike. Raises RequestError."""
    content = _object("extend", value)
    ids = [_text("ids", each) for each in _array("ids", content.get("ids"))]
    properties = [_object("properties", each) for each in _array("properties", content.get("properties"))]
    _bounded("ids", ids, IDS)
    _bounded("properties", properties, PROPERTIES)
    return Extension(
        tuple(dict.fromkeys(ids)),
        tuple((_text("properties.id", each.get("id")), _setting(each.get("settings"))) for each in properties),
    )


def _query(value: Mapping[str, Json]) -> Query:
    named = [Condition("name", (_text("query", value["query"]),))] if value.get("query") else []
    valued = [
        Condition("property", _values(each.get("v")), _text("properties.pid", each.get("pid")))
        for each in (_object("properties", each) for each in _array("properties", value.get("properties") or []))
    ]
    types = value.get("type") or []
    listed = [types] if isinstance(types, str) else _array("type", types)
    strictness = _one_of("type_strict", value.get("type_strict") or "any", _STRICTNESS)
    return _checked([*named, *valued], [_text("type", _id_of(each)) for each in listed], strictness, value)


def _query_1(value: Mapping[str, Json]) -> Query:
    conditions = [
        _condition(_object("conditions", each)) for each in _array("conditions", value.get("conditions") or [])
    ]
    types = [_text("type", value["type"])] if value.get("type") else []
    return _checked(conditions, types, "any", value)


def _checked(conditions: list[Condition], types: list[str], strictness: str, value: Mapping[str, Json]) -> Query:
    if not conditions:
        raise _bad("queries", json.dumps(value, ensure_ascii=False), message("a name or a value of a property"))
    _bounded("conditions", conditions, _CONDITIONS)
    _bounded("type", types, _CONDITIONS)
    limit = value.get("limit")
    if limit is None:
        limit = CANDIDATES
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit < 1:
        raise _bad("limit", limit, message("a whole number from {low} to {high}", low=1, high=MOST_CANDIDATES))
    return Query(tuple(conditions), tuple(types), strictness, int(min(limit, MOST_CANDIDATES)))


def _condition(value: Mapping[str, Json]) -> Condition:
    sort = _one_of("matchType", value.get("matchType"), _SORTS)
    if value.get("matchQualifier"):
        raise _bad("matchQualifier", value["matchQualifier"], message("left out: none is offered"))
    required = value.get("required", False)
    if not isinstance(required, bool):
        raise _bad("required", required, message("either true or false"))
    return Condition(
        sort,
        _values(value.get("propertyValue")),
        _text("propertyId", value.get("propertyId")) if sort == "property" else "",
        _one_of("matchQuantifier", value.get("matchQuantifier") or "any", _QUANTIFIERS),
        required,
    )


def _values(value: Json) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    _bounded("v", values, _VALUES)
    return tuple(_value(each) for each in values)


def _value(value: Json) -> str:
    plain = _id_of(value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, int | float):
        return json.dumps(plain)
    return _text("v", plain)


def _id_of(value: Json) -> Json:
    """The id of what is given as a thing or a class, and any other value as it is."""
    return value.get("id") if isinstance(value, dict) else value


def _setting(settings: Json) -> int:
    """The setting `limit` of a property, which clients send as a number or as its digits."""
    limit = _object("settings", settings or {}).get("limit", 0)
    text = str(limit).strip() or "0"
    if isinstance(limit, bool) or not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise _bad("limit", limit, message("a whole number from {low} to {high}", low=0, high=999_999_999))
    return int(text)


def _object(name: str, value: Json) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise _bad(name, value, message("a JSON object"))
    return value


def _closed_object(value: Json, fields: Sequence[str]) -> Mapping[str, Json]:
    """An object that has no other fields than these."""
    content = _object("queries", value)
    for name in content:
        if name not in fields:
            near = difflib.get_close_matches(name, fields, 1, 0)[0]
            raise RequestError("unknown-parameter", name=name[:100], near=near, known=", ".join(fields))
    return content


def _array(name: str, value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise _bad(name, value, message("a JSON array"))
    return value


def _text(name: str, value: Json) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _bad(name, value, message("a text that is not empty"))
    return value.strip()


def _one_of(name: str, value: Json, choices: Sequence[str]) -> str:
    if value not in choices:
        raise _bad(name, value, message("one of {choices}", choices=", ".join(choices)))
    return str(value)


def _bounded(name: str, values: Sequence[object] | Mapping[str, object], most: int) -> None:
    if len(values) > most:
        raise RequestError("batch-too-large", name=name, count=len(values), limit=most)


def _bad(name: str, value: Json, wanted: Message) -> RequestError:
    return RequestError("bad-parameter", name=name, value=str(value)[:200], wanted=wanted)
