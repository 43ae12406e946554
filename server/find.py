"""Words in, the things that are meant out: the search as an API route, and what the page of the search stands on.

The index is made of the labels of one edition of the graph, by a query like any other, when somebody searches it first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, request

from . import looks
from .answers import compose
from .asking import Asking, asking
from .formats import ANSWERS
from .index import Found, Index
from .names import Names, names
from .negotiation import required
from .pages import address
from .reading import rows
from .service import service
from .wishes import count

__all__ = ["LIMIT", "MOST", "Hits", "blueprint", "find"]

blueprint = Blueprint("find", __name__)

_JSON = {"json": ANSWERS["json"]}
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


def find(asked: Asking, text: str, start: int = 0, limit: int = LIMIT) -> Hits:
    """The things that are meant by some words, the best first."""
    index = asked.service.indexes.of(asked.pool.edition, lambda: _index(asked))
    total, shown = index.find(text[:_LONGEST], looks.language(), start, limit)
    things = [ox.NamedNode(each.thing) for each in shown]
    kinds: dict[str, str] = {}
    wholes: dict[str, str] = {}
    for row in rows(asked, "page-kinds", {"thing": things}) if things else ():
        kinds.setdefault(row["thing"].value, row["kind"].value)
    for row in rows(asked, "search-within", {"thing": things}) if things else ():
        wholes.setdefault(row["thing"].value, row["whole"].value)
    known = names(asked, {*(each.thing for each in shown), *kinds.values(), *wholes.values()})
    return Hits(total, shown, kinds, wholes, known)


def _index(asked: Asking) -> Index:
    return Index(
        (row["thing"].value, row["label"].value, getattr(row["label"], "language", "") or "", "alias" in row)
        for row in rows(asked, "search-labels")
    )


@blueprint.get("/api/search")
def search() -> Response:
    """The things of which a label holds the words of `q`."""
    with asking(service()) as asked:
        choice = required(_JSON)
        language, text = looks.language(), request.args.get("q", "")
        limit = count("limit", request.args.get("limit", str(LIMIT)), 1, MOST)
        start = count("offset", request.args.get("offset", "0"), 0, 2**31)

        def write() -> tuple[bytes, int]:
            hits = find(asked, text, start, limit)
            content = {
                "query": text,
                "snapshot": asked.pool.snapshot,
                "total": hits.total,
                "results": [_result(hits, each, language) for each in hits.shown],
            }
            return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode(), len(hits.shown)

        key = json.dumps([" search", language, text, start, limit, request.script_root])
        response = compose(asked, key, choice, write)
        response.vary.update(("Accept-Language", "Cookie"))
        return response


def _result(hits: Hits, each: Found, language: str) -> dict[str, Any]:
    kind, whole = hits.kinds.get(each.thing), hits.wholes.get(each.thing)
    return {
        "iri": each.thing,
        "href": address(each.thing),
        "label": hits.names.label(each.thing, language),
        "labels": dict(hits.names.found.get(each.thing, {})),
        "matched": each.label,
        "kind": hits.names.label(kind, language) if kind else None,
        "class": kind,
        "within": {"iri": whole, "label": hits.names.label(whole, language)} if whole else None,
    }
