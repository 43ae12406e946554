"""`/api/search`: words in, the things that are meant out as JSON."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from policygraph.messages import message
from policygraph.search_index import FACETS

from ..formats import ANSWERS
from ..graph.search import LIMIT, MOST, Hits, find
from ..routes import COUNT, JSON, LABEL, LANG, OFFSET, TEXT, Argument, Route, Schema, obj
from ..service import service
from ..service.label_index import Hit
from ..web import preferences
from ..web.answers import compose
from ..web.names import expand
from ..web.negotiation import required
from ..web.request import request_context
from ..web.urls import address
from .parameters import count

__all__ = ["ROUTES", "blueprint"]

blueprint = Blueprint("find", __name__)

_JSON = {"json": ANSWERS["json"]}
_HIT = {
    "iri": TEXT,
    "href": TEXT,
    "label": TEXT,
    "labels": {"type": "object", "additionalProperties": TEXT},
    "matched": TEXT,
    "kind": LABEL,
    "class": LABEL,
    "within": {**obj({"iri": TEXT, "label": TEXT}), "type": ["object", "null"]},
}
ROUTES = (
    Route(
        "/api/search",
        "questions",
        message("The things of which a label holds all the words, the best first"),
        JSON,
        Schema(
            "Hits",
            obj(
                {
                    "query": TEXT,
                    "corrected": {**TEXT, "type": ["string", "null"]},
                    "snapshot": TEXT,
                    "total": COUNT,
                    "facets": {
                        "type": "object",
                        "additionalProperties": {
                            "type": "array",
                            "items": obj({"value": TEXT, "label": TEXT, "total": COUNT}),
                        },
                    },
                    "results": {"type": "array", "items": obj(_HIT)},
                }
            ),
        ),
        (
            Argument("q", TEXT, message("The words, with spaces between")),
            Argument(
                "hits.limit",
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
                message("How many at most"),
            ),
            OFFSET,
            Argument("hits.kind", TEXT, message("The class that things must have, by its short name or IRI")),
            Argument("hits.document", TEXT, message("The document that they must be of")),
            Argument("hits.area", TEXT, message("The area that they must be of")),
            Argument("hits.year", TEXT, message("The year that they must be of")),
            LANG,
        ),
    ),
)


@blueprint.get("/api/search")
def search() -> Response:
    """The things of which a label holds the words of `q`."""
    with request_context(service()) as context:
        choice = required(_JSON)
        language, text = preferences.language(), request.args.get("q", "")
        limit = count("limit", request.args.get("limit", str(LIMIT)), 1, MOST)
        start = count("offset", request.args.get("offset", "0"), 0, 2**31)

        chosen = {name: request.args.get(name, "") for name in FACETS}
        chosen = {name: expand(value) if value and name != "year" else value for name, value in chosen.items()}

        def write() -> tuple[bytes, int]:
            hits = find(context, text, start, limit, chosen)
            content = {
                "query": text,
                "corrected": hits.words or None,
                "snapshot": context.pool.snapshot,
                "total": hits.total,
                "facets": {
                    name: [_facet(hits, name, value, number, language) for value, number in offered]
                    for name, offered in hits.facets.items()
                },
                "results": [_result(hits, each, language) for each in hits.shown],
            }
            return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode(), len(hits.shown)

        key = json.dumps([" search", language, text, start, limit, chosen, request.script_root])
        response = compose(context, key, choice, write)
        response.vary.update(("Accept-Language", "Cookie"))
        return response


def _result(hits: Hits, each: Hit, language: str) -> dict[str, Any]:
    kind, whole = hits.kinds.get(each.thing), hits.wholes.get(each.thing)
    return {
        "iri": each.thing,
        "href": address(each.thing),
        "label": hits.names.label(each.thing, language),
        "labels": dict(hits.names.by_iri.get(each.thing, {})),
        "matched": each.label,
        "kind": hits.names.label(kind, language) if kind else None,
        "class": kind,
        "within": {"iri": whole, "label": hits.names.label(whole, language)} if whole else None,
    }


def _facet(hits: Hits, name: str, value: str, number: int, language: str) -> dict[str, Any]:
    """A value of a facet, what it is called, and how many things it would leave."""
    label = value if name == "year" else hits.names.label(value, language)
    return {"value": value, "label": label, "total": number}
