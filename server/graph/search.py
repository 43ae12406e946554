"""Words in, the things that are meant out, the best first.

The index is made of the labels of one edition of the graph, by a query like any other, when somebody searches it first.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from ..service.label_index import Found, Index
from ..web import preferences
from ..web.ask import rows
from ..web.request import RequestContext
from .labels import Names, names

__all__ = ["LIMIT", "MOST", "Hits", "find"]

#: Results at once: unless asked otherwise, and at most. Words longer than this are none.
LIMIT, MOST, _LONGEST = 20, 100, 200


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: how much in all, the part that is shown, the class of each and what it stands in, their names."""

    total: int
    shown: list[Found]
    kinds: dict[str, str]
    wholes: dict[str, str]
    names: Names


def find(context: RequestContext, text: str, start: int = 0, limit: int = LIMIT) -> Hits:
    """The things that are meant by some words, the best first."""
    index = context.service.indexes.of(context.pool.edition, lambda: _index(context))
    total, page = index.find(text[:_LONGEST], preferences.language(), start, limit)
    things = [ox.NamedNode(each.thing) for each in page]
    kinds: dict[str, str] = {}
    wholes: dict[str, str] = {}
    for row in rows(context, "page-kinds", {"thing": things}) if things else ():
        kinds.setdefault(row["thing"].value, row["kind"].value)
    for row in rows(context, "search-within", {"thing": things}) if things else ():
        wholes.setdefault(row["thing"].value, row["whole"].value)
    labels = names(context, {*(each.thing for each in page), *kinds.values(), *wholes.values()})
    return Hits(total, page, kinds, wholes, labels)


def _index(context: RequestContext) -> Index:
    return Index(
        (row["thing"].value, row["label"].value, getattr(row["label"], "language", "") or "", "alias" in row)
        for row in rows(context, "search-labels")
    )
