"""Things in, where their texts say so out; a row's own words in the reader's language; what an address asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import request

from policygraph.datatypes import PARAMETER_TYPES

from ..failures import RequestError
from ..web import preferences
from ..web.ask import Row, rows
from ..web.names import expand
from ..web.request import RequestContext, current
from ..web.urls import place_address
from .hierarchy import node, pieces
from .labels import names
from .plan_names import plan_names

__all__ = ["Place", "cited", "pick", "row_label", "wanted"]


@dataclass(frozen=True, slots=True)
class Place:
    """One span of a document that a thing was read from; the document's name is empty where it has none.

    `address` is where it is read.
    """

    iri: str
    document: str
    span: str
    address: str


def cited(context: RequestContext, things: Iterable[str]) -> dict[str, list[Place]]:
    """Thing -> the places it was read from, in order."""
    evidence = [row for some in pieces(dict.fromkeys(things)) for row in rows(context, "evidence", {"thing": some})]
    documents = names(context, {row["document"].value for row in evidence if "document" in row})
    by_thing: dict[str, dict[str, Place]] = {}
    for row in evidence:
        span = f"{row['start'].value}–{row['end'].value}" if "start" in row else ""
        iri, document = row["evidence"].value, row["document"].value if "document" in row else ""
        label = documents.label(document, preferences.language()) if document in documents.by_iri else ""
        by_thing.setdefault(row["thing"].value, {}).setdefault(
            iri, Place(iri, label, span, place_address(iri, document))
        )
    return {thing: list(places.values()) for thing, places in by_thing.items()}


def row_label(row: Row, name: str) -> str:
    """A label of a row in the reader's language, else in the other, else nothing.

    It stands in the columns `planZh` and `planEn` for `plan`, and in `zh` and `en` for an empty name. Plans that are
    called alike are called by their area too (plan_names).
    """
    columns = [f"{name}{language.title()}" if name else language for language in ("zh", "en")]
    if preferences.language() == "en":
        columns.reverse()
    label = next((row[column].value for column in columns if column in row), "")
    context = current()
    return plan_names(context).in_row(row, label) if context and label else label


def pick(name: str, offered: Sequence[str]) -> str:
    """What a reader chose of what is offered, by a parameter; the first where nothing or something else is chosen."""
    chosen = request.args.get(name, "")
    return chosen if chosen in offered else next(iter(offered), "")


def wanted(name: str) -> str:
    """The IRI of a parameter, by itself or by its short name. Raises RequestError where it is missing or no IRI."""
    value = request.args.get(name, "")
    try:
        return node(expand(value)).value if value else _refuse(name, value)
    except ValueError:
        return _refuse(name, value)


def _refuse(name: str, value: str) -> str:
    datatype = PARAMETER_TYPES["iri"]
    raise RequestError("bad-parameter", name=name, value=value, wanted=datatype.about)
