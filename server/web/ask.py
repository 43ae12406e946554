"""A query file and values in, its rows out: the service's own queries, evaluated in workers like those of clients.

    for row in rows(context, "catalogue"):
        row["query"].value

The front evaluates nothing, so the same file is asked of a local build and of a remote store. What a query of the
service's own (queries/service/) takes counts for the client whose request needs it; answers are kept by edition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox
from flask import request

from policygraph.prepared import FORM, answer_of
from policygraph.queries import Query, Term, Value, received, with_values

from ..failures import RequestError
from ..front.wsgi import GONE
from ..service.cache import Entry, plain, tag
from ..workers.job_types import Job, QueryJob, bounds_of, query_job
from ..workers.jobs import Run
from .request import RequestContext

__all__ = ["Row", "about", "answer", "job_for", "kept", "part", "rows", "run", "solutions", "start", "triples"]

#: A solution: variable -> term, without the variables that are unbound.
Row = dict[str, Term]


def rows(
    context: RequestContext, query: Query | str, values: Mapping[str, Value | Sequence[Value]] | None = None
) -> list[Row]:
    """The solutions of a SELECT, in its order; `query` is one of the service's own by name, or any other.

    Parameters are bound as terms, lists to any of their terms; those without a value stay free.
    Raises RequestError where there is no whole answer, and QueryError for a parameter that the query does not have.
    What was answered when the build was written (prepared.py) is taken from there.
    """
    text = _bound(context, query, values)
    if (prepared := answer_of(context.pool.folder, text)) is not None:
        return solutions(prepared.whole(), FORM)
    return _fetched(context, text)


def part(
    context: RequestContext,
    query: Query | str,
    start: int,
    count: int,
    values: Mapping[str, Value | Sequence[Value]] | None = None,
) -> tuple[list[Row], int]:
    """So many solutions from one on, and how many there are: of a prepared answer no more than these are read."""
    text = _bound(context, query, values)
    if (prepared := answer_of(context.pool.folder, text)) is not None:
        return solutions(prepared.part(start, count), FORM), prepared.total
    whole = _fetched(context, text)
    return whole[start : start + count], len(whole)


def about(context: RequestContext, query: str, parameter: str, things: Iterable[str]) -> list[Row]:
    """The solutions of one of the service's own queries for some values of a parameter, all of them IRIs.

    Where the whole answer was prepared they are read from it: the parameter is then the first variable of the query,
    and what it is ordered by.
    """
    nodes = [ox.NamedNode(iri) for iri in things]
    if (prepared := answer_of(context.pool.folder, context.service.questions[query].text)) is not None:
        return [row for each in nodes for row in solutions(prepared.about(each.value), FORM)]
    return rows(context, query, {parameter: nodes}) if nodes else []


def _fetched(context: RequestContext, text: str) -> list[Row]:
    return solutions(answer(context, text, "json"), ox.QueryResultsFormat.JSON)


def triples(
    context: RequestContext, query: Query | str, values: Mapping[str, Value | Sequence[Value]] | None = None
) -> list[ox.Triple]:
    """The triples of a CONSTRUCT, as `rows` has those of a SELECT."""
    content = answer(context, _bound(context, query, values), "ntriples")
    return [quad.triple for quad in ox.parse(input=content, format=ox.RdfFormat.N_TRIPLES)]


def _bound(context: RequestContext, query: Query | str, values: Mapping[str, Value | Sequence[Value]] | None) -> str:
    question = context.service.questions[query] if isinstance(query, str) else query
    return with_values(question, values or {})


def solutions(content: bytes, form: ox.QueryResultsFormat) -> list[Row]:
    """The solutions that an answer of a worker says."""
    answer = received(content, form)
    return [
        {name: term for name, term in zip(answer.variables, row, strict=True) if term is not None}
        for row in answer.rows
    ]


def answer(context: RequestContext, text: str, form: str) -> bytes:
    """The whole answer to a query's text in a format of formats.py, kept beside those of clients."""
    return kept(context, tag(context.pool.edition, text, (), f"read as {form}"), lambda: job_for(context, text, form))


def kept(context: RequestContext, key: str, make: Callable[[], Job]) -> bytes:
    """The whole answer to a job, kept beside those of clients under a tag. Raises RequestError.

    What another request is asking already is waited for: after a new build many want the same at once.
    """
    cache = context.service.cache
    while (entry := cache.get(key)) is None and (making := cache.begin(key)):
        seconds = context.service.settings.deadline
        if not making.wait(seconds):
            raise RequestError("timeout", seconds=seconds)
        if making.entry:
            return plain(making.entry)
    if entry is None:
        try:
            body, summary = run(context, make())
            entry = Entry(body, summary["rows"])
        finally:
            cache.end(key, entry)
    return plain(entry)


def run(context: RequestContext, job: Job) -> tuple[bytes, Mapping[str, Any]]:
    """The whole answer to a job and what was counted, its time charged to the client. Raises RequestError."""
    running = start(context, job)
    try:
        return b"".join(running), running.summary
    finally:
        context.visit.seconds += running.seconds


def job_for(context: RequestContext, text: str, form: str) -> QueryJob:
    """The job of a query that is the project's own: over the union of all graphs, within the bounds of every query."""
    return query_job(text, form, bounds_of(context.service.settings))


def start(context: RequestContext, job: Job) -> Run:
    """A job in a worker, given up where its client leaves."""
    is_gone = request.environ.get(GONE, lambda: False)
    return Run(context.pool, job, min(context.service.settings.queue, job["seconds"]), is_gone)
