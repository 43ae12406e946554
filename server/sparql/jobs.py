"""An operation of the protocol in, the job that a worker evaluates out."""

from __future__ import annotations

from typing import Any

from policygraph import vocab

from ..settings import Settings
from ..syntax.gate import Checked
from ..syntax.prologue import standalone
from ..web.protocol import Operation, require_snapshot, require_stored
from ..web.request import RequestContext
from ..web.urls import root

__all__ = ["admitted", "job_of"]

#: Rows of a streamed answer: its bytes are its bound.
_UNBOUNDED = 2**62


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


def admitted(context: RequestContext, operation: Operation) -> Checked:
    """What the gate knows of the query of an operation that may be run."""
    require_snapshot(operation.snapshot, context.pool.snapshot)
    checked = context.service.check(operation.text)
    require_stored(operation, context.pool.graphs)
    context.record.form = checked.form or ""
    return checked


def job_of(context: RequestContext, operation: Operation, checked: Checked, form: str) -> dict[str, Any]:
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
        **_bounds(context.service.settings, is_stream=operation.is_stream),
    }


def _bounds(settings: Settings, *, is_stream: bool) -> dict[str, int]:
    if is_stream:
        return {"rows": _UNBOUNDED, "bytes": settings.stream_bytes}
    return {"rows": settings.rows, "bytes": settings.answer_bytes}
