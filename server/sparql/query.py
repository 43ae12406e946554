"""The SPARQL endpoint: a query in, its answer out; without a query, what the endpoint is."""

from __future__ import annotations

import json
import time

from flask import Blueprint, Response, request

from policygraph.messages import message

from ..failures import RequestError
from ..formats import GRAPHS, TABLES, family, media_types
from ..linked_data.description import describe
from ..routes import FORMAT, SNAPSHOT, TEXT, Argument, Route
from ..service import service
from ..service.curators import Curator
from ..service.journal import digest
from ..syntax.excerpt import excerpt
from ..web.answers import Question, deliver
from ..web.ask import Row, run, solutions
from ..web.negotiation import required
from ..web.preferences import language
from ..web.protocol import FORM, QUERY, Operation, Update, read
from ..web.request import RequestContext, request_context
from ..web.urls import root
from ..workers.job_types import QueryJob
from .explain import body, explain
from .jobs import admitted, job_of, permanent_link
from .update import admit, apply, require_unchanged

__all__ = ["ROUTES", "blueprint"]

blueprint = Blueprint("sparql", __name__)

_GRAPHS = {"type": "array", "items": TEXT}
ROUTES = (
    Route(
        "/sparql",
        "sparql",
        message("A SPARQL 1.1 query; without one, what the endpoint is"),
        (*media_types(TABLES, GRAPHS), "application/json"),
        {},
        (
            Argument("query", TEXT, message("The query's text")),
            Argument("default-graph-uri", _GRAPHS, message("Graphs of the default graph")),
            Argument("named-graph-uri", _GRAPHS, message("Named graphs of the dataset")),
            FORMAT,
            Argument("stream", {"enum": ["0", "1"]}, message("1: send while the query runs")),
            Argument("timeout", {"type": "number", "exclusiveMinimum": 0}, message("Seconds that the query may take")),
            SNAPSHOT,
            Argument("explain", {"enum": ["empty"]}, message("Why the query has no result, instead of its result")),
        ),
        body=QUERY,
    ),
)


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """SPARQL 1.1 Protocol 2.1 (query) and 2.2 (update), and Service Description 2 for a GET without a query."""
    with request_context(service()) as context:
        curator = admit(context) if context.service.writer and _may_be_update() else None
        operation = read(request, context.service.settings, _refusal(context, curator))
        if isinstance(operation, Update):
            assert curator is not None  # noqa: S101 - `read` has refused the update of anybody else
            return _updated(context, curator, operation)
        if operation is None:
            return deliver(context, describe(context, root(), required(GRAPHS)))
        if operation.is_explain:
            return _explanation(context, operation)
        response = deliver(context, _question(context, operation))
        _link(response, operation, context.pool.snapshot)
        return response


def _may_be_update() -> bool:
    """Whether a token counts: comparing one takes a scrypt, which no read is worth, whatever token comes with it."""
    if request.method != "POST" or request.mimetype == QUERY or "Authorization" not in request.headers:
        return False
    is_short = 0 < (request.content_length or 0) <= (request.max_content_length or 0)
    return not (request.mimetype == FORM and is_short and b"update" not in request.get_data())


def _refusal(context: RequestContext, curator: Curator | None) -> str | None:
    """The problem that an update of this client is."""
    if context.service.writer is None:
        return "updates-elsewhere" if context.service.settings.is_remote else "update"
    return None if curator else "unauthorized"


def _updated(context: RequestContext, curator: Curator, update: Update) -> Response:
    job = {
        "do": "update",
        "base": root() + "sparql",
        "using": update.using,
        "using_named": update.using_named,
        "before": require_unchanged(context, ()),
        "what": {"update": update.text, "using": update.using, "usingNamed": update.using_named},
    }
    return apply(context, curator, job, update.text.encode(), force=update.force)


def _question(context: RequestContext, operation: Operation) -> Question:
    checked = admitted(context, operation)
    choice = required(family(checked.form), operation.format)
    job = job_of(context, operation, checked, choice.name)
    return Question(
        job,
        checked.normal,
        (operation.default, operation.named, (root(),)),
        choice,
        is_volatile=checked.is_volatile,
        is_stream=operation.is_stream,
        is_pinned=operation.snapshot is not None,
    )


def _explanation(context: RequestContext, operation: Operation) -> Response:
    """Why the query of an operation has no result, as JSON; all its questions together have the time of one query."""
    checked = admitted(context, operation)
    if checked.services:
        raise RequestError("unexplained", word="SERVICE", **excerpt(operation.text, checked.services[0].start))
    job = job_of(context, operation, checked, "json")
    until = time.monotonic() + job["seconds"]

    def left() -> QueryJob:
        seconds = until - time.monotonic()
        if seconds <= 0:
            raise RequestError("timeout", seconds=operation.seconds)
        return {**job, "seconds": seconds}

    def ask(text: str) -> list[Row]:
        return solutions(run(context, {**left(), "text": text})[0], TABLES["json"].engine)

    frame = body(context.service.questions["check-only"].text)
    outline = json.loads(run(context, {**left(), "do": "outline", "frame": frame})[0])
    spoken = language()
    report = explain(outline, ask, context.service.questions, spoken)
    context.record.query, context.record.format, context.record.rows = (
        digest(checked.normal),
        "explain",
        len(report["steps"]),
    )
    response = Response(json.dumps(report, ensure_ascii=False) + "\n", mimetype="application/json")
    response.headers["Policygraph-Snapshot"] = context.pool.snapshot
    response.headers["Content-Language"] = spoken
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    return response


def _link(response: Response, operation: Operation, snapshot: str) -> None:
    """A permanent link to this answer, which names the snapshot (RFC 8288; rel=bookmark)."""
    link = permanent_link(operation, root(), snapshot)
    if link:
        response.headers["Link"] = link
