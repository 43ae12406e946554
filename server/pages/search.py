"""The page of the search: words in, the things and the passages of texts that are meant out, so many at once.

`kind`, `document`, `area` and `year` choose among the things; with `in=texts` the passages are listed, of all documents
or of the one that is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext

from policygraph.search_index import FACETS

from ..graph import passages, quotations
from ..graph.labels import names
from ..graph.search import find
from ..service import service
from ..web.names import expand
from ..web.request import RequestContext, request_context
from . import page

__all__ = ["blueprint"]

blueprint = Blueprint("search", __name__)

#: How many things or passages a page shows, and how many passages stand below things.
_AT_ONCE, _BELOW = 30, 3
#: Facet -> what it is called.
_FACETS = {
    "kind": lazy_gettext("Kind"),
    "document": lazy_gettext("Document"),
    "area": lazy_gettext("Area"),
    "year": lazy_gettext("Year"),
}


@blueprint.get("/search")
def search() -> Response:
    """What is found, the best first."""
    words = request.args.get("q", "").strip()
    chosen = {name: _value(name) for name in FACETS}
    start = max(0, request.args.get("from", 0, int))
    in_texts = request.args.get("in") == "texts"
    with request_context(service()) as context:

        def ask() -> Mapping[str, Any]:
            content = _passages(context, words, chosen, start) if in_texts else _things(context, words, chosen, start)
            after = start + _AT_ONCE
            return {**content, "after": after if after < content["total"] else None}

        return page(
            context,
            "search.html",
            ask,
            also=quotations.state(),
            wanted=words,
            start=start,
            before=max(0, start - _AT_ONCE) if start else None,
            chosen=chosen,
            facet_names=_FACETS,
            in_texts=in_texts,
        )


def _value(name: str) -> str:
    """The value that is chosen of a facet: a year, or an IRI by its short name."""
    value = request.args.get(name, "")
    return expand(value) if value and name != "year" else value


def _things(context: RequestContext, words: str, chosen: dict[str, str], start: int) -> dict[str, Any]:
    hits = find(context, words, start, _AT_ONCE, chosen)
    # passages are of documents: they are not told apart by the class of a thing, its area or its year
    is_free = not any(chosen[name] for name in ("kind", "area", "year"))
    texts = passages.find(context, words, chosen["document"], 0, 0 if start else _BELOW) if is_free else None
    return {"hits": hits, "texts": texts, "total": hits.total, "names": _named(context, hits.names.by_iri, texts)}


def _passages(context: RequestContext, words: str, chosen: dict[str, str], start: int) -> dict[str, Any]:
    texts = passages.find(context, words, chosen["document"], start, _AT_ONCE)
    return {"hits": None, "texts": texts, "total": texts.total, "names": _named(context, {}, texts)}


def _named(context: RequestContext, labels: Mapping[str, Any], texts: passages.Passages | None) -> Any:
    return names(context, {*labels, *(texts.documents if texts else ())})
