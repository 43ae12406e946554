"""A request in, its account out: who asks, what it may cost, which build it reads from, what is written of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from flask import g, request

from ..failures import RequestError
from ..service import Service
from ..service.journal import Record
from ..service.rate_limit import Visit, client
from ..workers.pool import Pool
from . import names
from .problems import PROBLEMS

__all__ = ["RequestContext", "current", "note", "request_context"]


@dataclass(slots=True)
class RequestContext:
    """One request while it is answered: the pool it reads from, what it costs, what is written of it."""

    service: Service
    pool: Pool
    visit: Visit
    record: Record
    stack: ExitStack = field(default_factory=ExitStack)


@contextmanager
def request_context(service: Service) -> Iterator[RequestContext]:
    """Admits the client, holds the build, and charges and writes down what happened, when all has been sent.

    Raises RequestError("too-many-requests") for a client that has overspent.
    """
    with ExitStack() as stack:
        record = Record()
        visit = stack.enter_context(_account(service, record))
        pool = stack.enter_context(service.current.use())
        record.snapshot = pool.snapshot
        names.hold(pool.about)
        context = g.request_context = RequestContext(service, pool, visit, record, stack)
        try:
            yield context
        except RequestError as failure:
            note(context, failure)
            raise


def current() -> RequestContext | None:
    """The request that is being answered, where one was admitted."""
    context: RequestContext | None = g.get("request_context")
    return context


@contextmanager
def _account(service: Service, record: Record) -> Iterator[Visit]:
    started = time.monotonic()
    name = client(request.environ, service.settings.trusted_proxies)
    try:
        with service.budget.visit(name) as visit:
            yield visit
    except RequestError as failure:
        record.outcome = failure.kind
        raise
    except Exception:
        record.outcome = "internal"
        raise
    finally:
        record.ms = round((time.monotonic() - started) * 1000, 3)
        service.journal.write(record)


def note(context: RequestContext, failure: RequestError) -> None:
    """Writes a failure into the request's account: what it was, and whether the client is charged for it."""
    context.record.outcome = failure.kind
    context.visit.is_fault = PROBLEMS[failure.kind].is_fault
