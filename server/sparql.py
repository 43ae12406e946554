"""The SPARQL endpoint: a query in, its answer out; without a query, what the endpoint is."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from policygraph import vocab

from .answers import Question, deliver
from .asking import Asking, asking
from .curating import admit, apply, require_unchanged
from .curators import Curator
from .description import describe
from .excerpts import excerpt
from .explain import body, explain
from .failures import RequestError
from .formats import GRAPHS, TABLES, family
from .gate import Checked
from .journal import digest
from .looks import language
from .negotiation import required
from .prologue import standalone
from .protocol import Operation, Update, read, require_snapshot, require_stored
from .reading import Row, run, solutions
from .service import service
from .settings import Settings

__all__ = ["admitted", "blueprint", "job_of", "root"]

blueprint = Blueprint("sparql", __name__)

#: Rows of a streamed answer: its bytes are its bound.
_UNBOUNDED = 2**62
#: A link longer than this is left out: headers have bounds of their own.
_LONGEST_LINK = 4000


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """SPARQL 1.1 Protocol 2.1 (query) and 2.2 (update), and Service Description 2 for a GET without a query."""
    with asking(service()) as asked:
        curator = admit(asked) if asked.service.writer and "Authorization" in request.headers else None
        operation = read(request, asked.service.settings, _refusal(asked, curator))
        if isinstance(operation, Update):
            assert curator is not None  # noqa: S101 - `read` has refused the update of anybody else
            return _updated(asked, curator, operation)
        if operation is None:
            return deliver(asked, describe(asked, root(), required(GRAPHS)))
        if operation.is_explain:
            return _explanation(asked, operation)
        response = deliver(asked, _question(asked, operation))
        _link(response, operation, asked.pool.snapshot)
        return response


def _refusal(asked: Asking, curator: Curator | None) -> str | None:
    """The problem that an update of this client is."""
    if asked.service.writer is None:
        return "updates-elsewhere" if asked.service.settings.is_remote else "update"
    return None if curator else "unauthorized"


def _updated(asked: Asking, curator: Curator, update: Update) -> Response:
    job = {
        "do": "update",
        "base": root() + "sparql",
        "using": update.using,
        "using_named": update.using_named,
        "before": require_unchanged(asked, ()),
        "what": {"update": update.text, "using": update.using, "usingNamed": update.using_named},
    }
    return apply(asked, curator, job, update.text.encode(), force=update.force)


def root() -> str:
    """The service's own address, ending in a slash."""
    public = service().settings.public_url
    return public.rstrip("/") + "/" if public else request.url_root


def _question(asked: Asking, operation: Operation) -> Question:
    checked = admitted(asked, operation)
    choice = required(family(checked.form), operation.format)
    job = job_of(asked, operation, checked, choice.name)
    return Question(
        job,
        checked.normal,
        (operation.default, operation.named, (job["base"],)),
        choice,
        is_volatile=checked.is_volatile,
        is_stream=operation.is_stream,
        is_pinned=operation.snapshot is not None,
    )


def _services(checked: Checked, base: str) -> list[dict[str, Any]]:
    """The SERVICE clauses for the job, each with a query that its endpoint can take by itself."""
    return [
        {
            "start": clause.start,
            "end": clause.end,
            "endpoint": clause.endpoint,
            "is_silent": clause.is_silent,
            "query": standalone(clause.query, vocab.PREFIXES, base),
        }
        for clause in checked.services
    ]


def admitted(asked: Asking, operation: Operation) -> Checked:
    """What the gate knows of the query of an operation that may be run."""
    require_snapshot(operation.snapshot, asked.pool.snapshot)
    checked = asked.service.check(operation.text)
    require_stored(operation, asked.pool.graphs)
    asked.record.form = checked.form or ""
    return checked


def job_of(asked: Asking, operation: Operation, checked: Checked, form: str) -> dict[str, Any]:
    """The job of an operation that was admitted, its answer in a format of formats.py."""
    # relative IRIs are resolved against the endpoint (SPARQL 1.1 Query 4.1.1.2), so it is part of what is asked
    base = root() + "sparql"
    return {
        "do": "query",
        "text": operation.text,
        "base": base,
        "default": operation.default,
        "named": operation.named,
        "has_from": checked.has_from,
        "services": _services(checked, base),
        "format": form,
        "seconds": operation.seconds,
        **_bounds(asked.service.settings, is_stream=operation.is_stream),
    }


def _explanation(asked: Asking, operation: Operation) -> Response:
    """Why the query of an operation has no result, as JSON; all its questions together have the time of one query."""
    checked = admitted(asked, operation)
    if checked.services:
        raise RequestError("unexplained", word="SERVICE", **excerpt(operation.text, checked.services[0].start))
    job = job_of(asked, operation, checked, "json")
    until = time.monotonic() + job["seconds"]

    def left() -> dict[str, Any]:
        seconds = until - time.monotonic()
        if seconds <= 0:
            raise RequestError("timeout", seconds=operation.seconds)
        return {**job, "seconds": seconds}

    def ask(text: str) -> list[Row]:
        return solutions(run(asked, {**left(), "text": text})[0], TABLES["json"].engine)

    frame = body(asked.service.questions["check-only"].text)
    outline = json.loads(run(asked, {**left(), "do": "outline", "frame": frame})[0])
    spoken = language()
    told = explain(outline, ask, asked.service.questions, spoken)
    asked.record.query, asked.record.format, asked.record.rows = digest(checked.normal), "explain", len(told["steps"])
    response = Response(json.dumps(told, ensure_ascii=False) + "\n", mimetype="application/json")
    response.headers["Policygraph-Snapshot"] = asked.pool.snapshot
    response.headers["Content-Language"] = spoken
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    return response


def _bounds(settings: Settings, *, is_stream: bool) -> dict[str, int]:
    if is_stream:
        return {"rows": _UNBOUNDED, "bytes": settings.stream_bytes}
    return {"rows": settings.rows, "bytes": settings.answer_bytes}


def _link(response: Response, operation: Operation, snapshot: str) -> None:
    """A permanent link to this answer, which names the snapshot (RFC 8288; rel=bookmark)."""
    pairs = [("query", operation.text), ("snapshot", snapshot)]
    pairs += [("default-graph-uri", iri) for iri in operation.default or ()]
    pairs += [("named-graph-uri", iri) for iri in operation.named or ()]
    pairs += [("format", operation.format)] if operation.format else []
    link = f"{root()}sparql?{urlencode(pairs)}"
    if len(link) <= _LONGEST_LINK:
        response.headers["Link"] = f'<{link}>; rel="bookmark"'
