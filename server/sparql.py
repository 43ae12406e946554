"""The SPARQL endpoint: a query in, its answer out; without a query, what the endpoint is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from policygraph import vocab

from .answers import Question, deliver
from .asking import Asking, asking
from .description import describe
from .formats import GRAPHS, family
from .gate import Checked
from .negotiation import required
from .prologue import standalone
from .protocol import Operation, read, require_snapshot, require_stored
from .service import service
from .settings import Settings

__all__ = ["blueprint", "root"]

blueprint = Blueprint("sparql", __name__)

#: Rows of a streamed answer: its bytes are its bound.
_UNBOUNDED = 2**62
#: A link longer than this is left out: headers have bounds of their own.
_LONGEST_LINK = 4000


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """SPARQL 1.1 Protocol 2.1 (query), and SPARQL 1.1 Service Description 2 for a GET without a query."""
    with asking(service()) as asked:
        operation = read(request, asked.service.settings)
        if operation is None:
            return deliver(asked, describe(asked, root(), required(GRAPHS)))
        response = deliver(asked, _question(asked, operation))
        _link(response, operation, asked.pool.snapshot)
        return response


def root() -> str:
    """The service's own address, ending in a slash."""
    public = service().settings.public_url
    return public.rstrip("/") + "/" if public else request.url_root


def _question(asked: Asking, operation: Operation) -> Question:
    pool, settings = asked.pool, asked.service.settings
    require_snapshot(operation.snapshot, pool.snapshot)
    checked = asked.service.check(operation.text)
    require_stored(operation, pool.graphs)
    asked.record.form = checked.form or ""
    choice = required(family(checked.form), operation.format)
    # relative IRIs are resolved against the endpoint (SPARQL 1.1 Query 4.1.1.2), so it is part of what is asked
    base = root() + "sparql"
    job = {
        "do": "query",
        "text": operation.text,
        "base": base,
        "default": operation.default,
        "named": operation.named,
        "has_from": checked.has_from,
        "services": _services(checked, base),
        "format": choice.name,
        "seconds": operation.seconds,
        **_bounds(settings, is_stream=operation.is_stream),
    }
    return Question(
        job,
        checked.normal,
        (operation.default, operation.named, (base,)),
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
