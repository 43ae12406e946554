"""An operation of the protocol in, the job that a worker evaluates out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote_plus

from ..settings import Settings
from ..syntax.gate import Checked
from ..syntax.prologue import standalone
from ..web.protocol import Operation, require_snapshot
from ..web.request import RequestContext
from ..web.urls import root
from ..workers.job_types import Bounds, QueryJob, ServiceOrder, bounds_of, query_job

__all__ = ["admitted", "bounds_for", "job_of", "permanent_link"]

#: A link longer than this is left out: headers have bounds of their own.
_LONGEST_LINK = 4000
#: Each byte as it stands in an address.
_QUOTED = [quote_plus(bytes([byte])) for byte in range(256)]
_LINE_END = quote_plus("\n")
#: Characters of a line that is remembered.
_SHORT_LINE = 1024
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
    context.record.form = checked.form or ""
    return checked


def job_of(context: RequestContext, operation: Operation, checked: Checked, form: str) -> QueryJob:
    """The job of an operation that was admitted, its answer in a format of formats.py."""
    # relative IRIs are resolved against the endpoint (SPARQL 1.1 Query 4.1.1.2), so it is part of what is asked
    base = root() + "sparql"
    return query_job(
        operation.text,
        form,
        bounds_for(context.service.settings, operation),
        base=base,
        default=operation.default,
        named=operation.named,
        has_from=checked.has_from,
        is_eager=operation.is_stream,
        services=_services(checked, base, context.pool.names.prefixes),
    )


def permanent_link(operation: Operation, root: str, snapshot: str) -> str | None:
    """The Link header of a permanent link to an answer, which names the snapshot (RFC 8288; rel=bookmark)."""
    pairs = [("query", operation.text), ("snapshot", snapshot)]
    pairs += [("default-graph-uri", iri) for iri in operation.default or ()]
    pairs += [("named-graph-uri", iri) for iri in operation.named or ()]
    pairs += [("format", operation.format)] if operation.format else []
    link = f"{root}sparql?{'&'.join(f'{name}={_quoted(value)}' for name, value in pairs)}"
    return f'<{link}>; rel="bookmark"' if len(link) <= _LONGEST_LINK else None


def _quoted(text: str) -> str:
    """As `quote_plus`, in a third of its time, and sooner where its lines are remembered: most are those of before."""
    lines = text.split("\n")
    return _LINE_END.join([_line(line) if len(line) <= _SHORT_LINE else _line_of(line) for line in lines])


def _line_of(line: str) -> str:
    return "".join(map(_QUOTED.__getitem__, line.encode()))


_line = lru_cache(1024)(_line_of)


def bounds_for(settings: Settings, operation: Operation) -> Bounds:
    """What the answer to an operation may cost."""
    if operation.is_stream:
        return {"seconds": operation.seconds, "rows": _UNBOUNDED, "bytes": settings.stream_bytes}
    return {**bounds_of(settings), "seconds": operation.seconds}
