"""The build's terms in, what an editor completes with out: classes, their properties, prefixes, labels in zh and en.

Which properties fit a class is what its shapes allow, what the ontology notes, and what its things have by inference;
all of it is in the graph, so that any build with any ontology is completed by its own. `/api/labels` names IRIs.
"""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, request

from policygraph import vocab
from policygraph.messages import message

from ..failures import RequestError
from ..formats import ANSWERS
from ..graph.labels import names
from ..routes import JSON, LABEL, LANG, NAMES, TEXT, Argument, Route, Schema, obj
from ..service import service
from ..web import preferences
from ..web.answers import compose
from ..web.ask import rows
from ..web.names import shorten
from ..web.negotiation import required
from ..web.request import RequestContext, request_context
from ..web.urls import address
from .parameters import LABELS_AT_ONCE

__all__ = ["ROUTES", "blueprint"]

blueprint = Blueprint("vocabulary", __name__, url_prefix="/api")

_JSON = {"json": ANSWERS["json"]}
_LABELS_OF = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": TEXT}}
_NAMED = obj({"label": LABEL, "language": LABEL, "name": TEXT, "href": TEXT})
ROUTES = (
    Route(
        "/api/vocabulary",
        "questions",
        message(
            "Classes, properties, prefixes and their labels, and what fits each class: what an editor completes with"
        ),
        JSON,
        Schema(
            "Vocabulary",
            obj(
                {
                    "snapshot": TEXT,
                    "prefixes": {"type": "object", "additionalProperties": TEXT},
                    "classes": NAMES,
                    "properties": NAMES,
                    "of": {"type": "object", "additionalProperties": NAMES},
                    "labels": _LABELS_OF,
                }
            ),
        ),
    ),
    Route(
        "/api/labels",
        "questions",
        message("What IRIs are called, and the addresses of their pages"),
        JSON,
        Schema("Labels", obj({"snapshot": TEXT, "things": {"type": "object", "additionalProperties": _NAMED}})),
        (
            Argument(
                "iri",
                {"type": "array", "items": {"type": "string", "format": "iri"}, "maxItems": LABELS_AT_ONCE},
                message("The IRIs, repeated"),
            ),
            LANG,
        ),
    ),
)


@blueprint.get("/vocabulary")
def vocabulary() -> Response:
    """Prefixes, classes and properties (ours first, then those that are used most), and which go together."""
    with request_context(service()) as context:
        choice = required(_JSON)

        def write() -> tuple[bytes, int]:
            terms = _terms(context)
            return (json.dumps(terms, ensure_ascii=False) + "\n").encode(), len(terms["labels"])

        return compose(context, " vocabulary", choice, write)


def _terms(context: RequestContext) -> dict[str, Any]:
    pairs = [(row["sort"].value, row["term"].value) for row in rows(context, "terms")]
    terms = sorted(pairs, key=lambda term: not term[1].startswith(vocab.PREFIXES["pg"]))
    labels = names(context, (iri for _, iri in terms))
    of: dict[str, list[str]] = {}
    for row in rows(context, "properties-of-classes"):
        of.setdefault(shorten(row["class"].value), []).append(shorten(row["property"].value))
    return {
        "snapshot": context.pool.snapshot,
        "prefixes": dict(context.pool.names.prefixes),
        "classes": [shorten(iri) for sort, iri in terms if sort == "class"],
        "properties": [shorten(iri) for sort, iri in terms if sort == "property"],
        "of": of,
        "labels": {shorten(iri): labels.by_iri.get(iri, {}) for _, iri in terms},
    }


@blueprint.get("/labels")
def labels() -> Response:
    """The labels of the IRIs of `iri`, in the reader's language where there is one, and the addresses of the pages."""
    with request_context(service()) as context:
        choice = required(_JSON)
        iris = [_iri(text) for text in dict.fromkeys(request.args.getlist("iri"))]
        if len(iris) > LABELS_AT_ONCE:
            words = message("given at most {count} times", count=LABELS_AT_ONCE)
            raise RequestError("bad-parameter", name="iri", value=len(iris), wanted=words)
        language = preferences.language()

        def write() -> tuple[bytes, int]:
            labels = names(context, iris)
            named = {iri: _named(iri, *labels.label_with_language(iri, language)) for iri in iris}
            content = {"snapshot": context.pool.snapshot, "things": named}
            return (json.dumps(content, ensure_ascii=False) + "\n").encode(), len(named)

        key = json.dumps([" labels", language, iris, request.script_root])
        response = compose(context, key, choice, write)
        response.vary.update(("Accept-Language", "Cookie"))
        return response


def _iri(text: str) -> str:
    try:
        return ox.NamedNode(text).value
    except ValueError:
        raise RequestError("bad-parameter", name="iri", value=text, wanted=message("an IRI")) from None


def _named(iri: str, label: str, spoken: str) -> dict[str, str | None]:
    """The label, None for what has none; its language, None where it is ours; the short name; the address."""
    name = shorten(iri)
    return {"label": label if label != name else None, "language": spoken or None, "name": name, "href": address(iri)}
