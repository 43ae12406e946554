"""The page of the search: words in, the things and the passages of texts that are meant out, so many at once.

`kind`, `document`, `area` and `year` choose among the things; with `in=texts` the passages are listed, of all documents
or of the one that is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext

from policygraph.search_index import FACETS

from ..graph import passages, quotations
from ..graph.answer_table import AnswerTable, Cell
from ..graph.labels import Names, names
from ..graph.search import find
from ..service import service
from ..web import preferences
from ..web.names import expand
from ..web.request import RequestContext, request_context
from ..web.urls import root
from . import page, paging
from .take_home import file_of, offered, wanted_format

__all__ = ["blueprint"]

blueprint = Blueprint("search", __name__)

#: How many things or passages a page shows, and how many passages stand below things.
_AT_ONCE, _BELOW = 30, 3
#: How many a file has.
_IN_A_FILE = 1000
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
    start = paging.start()
    in_texts = request.args.get("in") == "texts"
    with request_context(service()) as context:
        if wanted_format():
            table = _passages_table if in_texts else _things_table
            return file_of(context, "search", words, lambda: table(context, words, chosen), also=quotations.state())

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
            formats=offered(),
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


def _things_table(context: RequestContext, words: str, chosen: dict[str, str]) -> AnswerTable:
    """The things that are meant, the best first: the name that was met, the class, and what they are in."""
    language = preferences.language()
    hits = find(context, words, 0, _IN_A_FILE, chosen)
    rows = [
        [
            Cell(hits.names.label(each.thing, language), iri=each.thing),
            Cell(each.label, "text", each.language),
            _named_cell(hits.kinds.get(each.thing), hits.names, language),
            _named_cell(hits.wholes.get(each.thing), hits.names, language),
        ]
        for each in hits.shown
    ]
    return AnswerTable(("thing", "label", "class", "whole"), rows)


def _passages_table(context: RequestContext, words: str, chosen: dict[str, str]) -> AnswerTable:
    """The passages: the document, the words with what stands around them, and the address of the place."""
    language = preferences.language()
    texts = passages.find(context, words, chosen["document"], 0, _IN_A_FILE)
    labels = names(context, texts.documents)
    rows = [
        [
            Cell(labels.label(each.document, language), iri=each.document),
            Cell(each.quotation.before + each.quotation.words + each.quotation.after),
            Cell(urljoin(root(), each.address)),
        ]
        for each in texts.shown
    ]
    return AnswerTable(("document", "words", "place"), rows)


def _named_cell(iri: str | None, labels: Names, language: str) -> Cell | None:
    return Cell(labels.label(iri, language), iri=iri) if iri else None


def _named(context: RequestContext, labels: Mapping[str, Any], texts: passages.Passages | None) -> Any:
    return names(context, {*labels, *(texts.documents if texts else ())})
