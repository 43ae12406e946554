"""A parameter of an address in, the thing that it names out: chosen from a list, or by words where that would be long.

A list of choices costs the more the larger the graph is. Above `MOST` a page offers a field in its place: what is
written into it is a short name, an IRI, or words of a name. With scripts the field suggests what is meant.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from policygraph.vocab import pg

from ..graph.hierarchy import node
from ..graph.search import index_of
from ..web import preferences
from ..web.ask import rows
from ..web.names import expand, shorten
from ..web.request import RequestContext

__all__ = ["AREAS", "MOST", "PLANS", "chosen_thing", "kinds_of"]

#: Choices of a list; where there are more, a field takes its place.
MOST = 400
#: What may be chosen, as classes: the narrower ones count too.
PLANS, AREAS = (pg("Plan").value,), (pg("AdministrativeArea").value,)
_LONGEST = 200


def chosen_thing(context: RequestContext, name: str, kinds: Sequence[str]) -> str:
    """The short name of the thing that a parameter names; what it says where it names none, empty where it is empty."""
    words = request.args.get(name, "").strip()[:_LONGEST]
    if not words or ":" in words:
        return shorten(expand(words)) if words else ""
    chosen = {"kind": kinds_of(context, kinds)}
    hits = index_of(context).find(words, preferences.language(), 0, 1, chosen).shown
    return shorten(hits[0].thing) if hits else words


def kinds_of(context: RequestContext, kinds: Sequence[str]) -> list[str]:
    """The IRIs of classes and of those below them."""
    values = {"class": [node(kind) for kind in kinds]}
    return sorted({row["narrower"].value for row in rows(context, "narrower-classes", values)})
