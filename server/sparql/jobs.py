"""An operation of the protocol in, the job that a worker evaluates out."""

from __future__ import annotations

from collections.abc import Mapping

from ..settings import Settings
from ..syntax.gate import Checked
from ..syntax.prologue import standalone
from ..web.protocol import Operation, require_snapshot, require_stored
from ..web.request import RequestContext
from ..web.urls import root
from ..workers.job_types import Bounds, QueryJob, ServiceOrder, bounds_of, query_job

__all__ = ["admitted", "job_of"]

#: Rows of a streamed answer: its bytes are its bound.
_UNBOUNDED = 2**62


def _services(checked: Checked, base: str, prefixes: Mapping[str, str]) -> list[ServiceOrder]:
    """The SERVICE clauses for the job, each with a query that its endpoint can take by itself."""
    return [
        {
            "start": clause.start,
            "end": clause.end,
            "endpoint": clause.endpoint,
            "is_silent": clause.is_silent,
            "query": standalone(clause.query, prefixes, base),
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


def job_of(context: RequestContext, operation: Operation, checked: Checked, form: str) -> QueryJob:
    """The job of an operation that was admitted, its answer in a format of formats.py."""
    # relative IRIs are resolved against the endpoint (SPARQL 1.1 Query 4.1.1.2), so it is part of what is asked
    base = root() + "sparql"
    return query_job(
        operation.text,
        form,
        _bounds(context.service.settings, operation),
        base=base,
        default=operation.default,
        named=operation.named,
        has_from=checked.has_from,
        services=_services(checked, base, context.pool.names.prefixes),
    )


def _bounds(settings: Settings, operation: Operation) -> Bounds:
    if operation.is_stream:
        return {"seconds": operation.seconds, "rows": _UNBOUNDED, "bytes": settings.stream_bytes}
    return {**bounds_of(settings), "seconds": operation.seconds}
