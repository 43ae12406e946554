"""The competency queries of a build and the parameters of a request in, a page of the answer out: REST without SPARQL.

The whole answer is computed once for an edition of the graph and kept; pages are cut from it, so that they fit together
and the total is known.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, request

from policygraph.datatypes import PARAMETER_TYPES
from policygraph.messages import message
from policygraph.queries import Query, Value, with_values

from ..formats import ANSWERS
from ..graph.catalogue import catalogue, competency_query
from ..graph.labels import in_rows, names
from ..graph.thing import require_known
from ..routes import JSON, LABEL, TEXT, WORDS, Route, Schema, obj
from ..service import service
from ..web.answers import compose
from ..web.ask import answer, job_for, run, solutions
from ..web.names import shorten
from ..web.negotiation import required
from ..web.protocol import in_address, require_snapshot
from ..web.request import RequestContext, request_context
from ..web.urls import root
from .parameters import Selection, read
from .writers import WRITERS, Page

__all__ = ["ROUTES", "about", "blueprint"]

blueprint = Blueprint("api", __name__, url_prefix="/api")

_PARAMETER = {"name": TEXT, "type": {"enum": list(PARAMETER_TYPES)}, "default": LABEL}
_QUESTION = {
    "name": TEXT,
    "question": WORDS,
    "why": WORDS,
    "chart": TEXT,
    "parameters": {"type": "array", "items": obj(_PARAMETER)},
    "url": TEXT,
}
#: The addresses of single questions are those of the build: `openapi` describes them.
ROUTES = (
    Route(
        "/api/queries",
        "questions",
        message("The questions that the graph answers, and their parameters"),
        JSON,
        Schema("Catalogue", obj({"queries": {"type": "array", "items": obj(_QUESTION)}})),
    ),
)


@blueprint.get("/queries")
def listed() -> Response:
    """The competency questions of the build: what each asks and why, its parameters, its address."""
    with request_context(service()) as context:
        choice = required({"json": ANSWERS["json"]})

        def write() -> tuple[bytes, int]:
            entries = [about(query) for query in catalogue(context).values()]
            return (json.dumps({"queries": entries}, ensure_ascii=False, indent=1) + "\n").encode(), len(entries)

        return compose(context, f" catalogue at {root()}", choice, write)


@blueprint.get("/queries/<name>")
def answered(name: str) -> Response:
    """A page of the answer to one of them."""
    with request_context(service()) as context:
        query = competency_query(context, name)
        selection = read(query, in_address(request, context.service.settings))
        require_snapshot(selection.snapshot, context.pool.snapshot)
        require_known(context, selection.given)
        choice = required(ANSWERS, selection.format)
        context.record.form = "SELECT"
        text = with_values(query, selection.values)
        is_volatile = context.service.check(query.text).is_volatile
        whole = run(context, job_for(context, text, "tsv"))[0] if is_volatile else answer(context, text, "tsv")
        lines = whole.split(b"\n")[:-1]
        total = len(lines) - 1

        def write() -> tuple[bytes, int]:
            page = _page(context, query, selection, lines)
            return WRITERS[choice.name](page).encode(), len(page.rows)

        response = compose(
            context,
            json.dumps([name, text, _next(selection, total), selection.key]),
            choice,
            write,
            is_pinned=bool(selection.snapshot),
            is_volatile=is_volatile,
        )
        response.headers["Policygraph-Total"] = str(total)
        _link(response, selection, total, context.pool.snapshot)
        return response


def about(query: Query) -> dict[str, Any]:
    """What the catalogue says of a query."""
    return {
        "name": query.name,
        "question": {language: query.header_text("question", language) for language in ("zh", "en")},
        "why": {language: query.header_text("why", language) for language in ("zh", "en")},
        "chart": query.header_text("chart"),
        "parameters": [{"name": each.name, "type": each.type, "default": each.default} for each in query.parameters],
        "url": f"{root()}api/queries/{query.name}",
    }


def _page(context: RequestContext, query: Query, selection: Selection, lines: Sequence[bytes]) -> Page:
    """The rows that are asked for: a page is cut before anything is read of it."""
    cut = selection.cut(lines)
    columns = [name.removeprefix("?") for name in cut[0].decode().split("\t")]
    table = solutions(b"\n".join([*cut, b""]), ox.QueryResultsFormat.TSV)
    variables = [name.removeprefix("?") for name in lines[0].decode().split("\t")]
    with_iris = {
        name for line in lines[1:] for name, term in zip(variables, line.split(b"\t"), strict=True) if term[:1] == b"<"
    }
    description = about(query)
    return Page(
        columns,
        table,
        names(context, in_rows(table)).by_iri,
        {
            "query": query.name,
            "question": description["question"],
            "parameters": {name: [_short(term) for term in terms] for name, terms in selection.values.items()},
            "snapshot": context.pool.snapshot,
            "total": len(lines) - 1,
            "limit": selection.limit,
            "offset": selection.offset,
            "next": _next(selection, len(lines) - 1),
        },
        [name for name in columns if name in with_iris] if selection.labels else [],
        selection.labels,
        selection.has_mark,
    )


def _short(term: Value) -> str:
    return shorten(term.value) if isinstance(term, ox.NamedNode) else term.value


def _link(response: Response, selection: Selection, total: int, snapshot: str) -> None:
    """The pages beside this one, and a permanent link to it (RFC 8288); the description (RFC 8631)."""
    links = {
        "next": _next(selection, total),
        "prev": _at(max(0, selection.offset - selection.limit)) if selection.offset else None,
        "bookmark": _at(selection.offset, snapshot=snapshot),
        "service-desc": f"{root()}openapi.json",
    }
    response.headers["Link"] = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items() if url)


def _next(selection: Selection, total: int) -> str | None:
    after = selection.offset + selection.limit
    return _at(after) if after < total else None


def _at(offset: int, **more: str) -> str:
    """The address of this request with another offset."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in ("offset", *more)]
    pairs += [("offset", str(offset))] if offset else []
    return f"{root()}{request.path.lstrip('/')}?{urlencode([*pairs, *more.items()])}".rstrip("?")
