"""The service asks the graph for itself: query files in, terms out, in a worker and from the cache."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from serving import ID

from policygraph import queries
from server import create_app
from server.failures import RequestError
from server.formats import Choice
from server.service.cache import Making
from server.web import ask
from server.web.answers import compose
from server.web.ask import job_for, rows, start
from server.web.request import RequestContext, request_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.service import Service

ORDINALS = queries.parse(
    "ordinals",
    "#+ param task: iri\n#+ param plan: iri\n"
    "SELECT ?task ?ordinal ?label WHERE { ?task pg:isPartOf ?plan ; pg:hasOrdinal ?ordinal OPTIONAL"
    "{ ?task skos:prefLabel ?label } } ORDER BY ?task",
)
ONE, TWO = (ox.NamedNode(f"{ID}a/t{n}") for n in (1, 2))


def _row(task: ox.NamedNode, ordinal: int) -> dict[str, ox.NamedNode | ox.Literal]:
    return {"task": task, "ordinal": ox.Literal(ordinal)}


@pytest.fixture
def context(running: Service) -> Iterator[RequestContext]:
    with create_app(service=running).test_request_context("/"), request_context(running) as admitted:
        yield admitted


def test_rows_are_terms_without_what_is_unbound(context: RequestContext) -> None:
    assert rows(context, ORDINALS) == [_row(ONE, 1), _row(TWO, 2)]


def test_a_parameter_is_a_term_or_a_list(context: RequestContext) -> None:
    assert rows(context, ORDINALS, {"task": TWO}) == [_row(TWO, 2)]
    assert rows(context, ORDINALS, {"task": [ONE, TWO], "plan": ox.NamedNode(ID + "plan/a")}) == rows(context, ORDINALS)
    assert rows(context, ORDINALS, {"task": []}) == []


def test_an_answer_is_kept_and_costs_its_client_once(context: RequestContext) -> None:
    first = rows(context, ORDINALS, {"plan": ox.NamedNode(ID + "plan/a")})
    cost = context.visit.seconds
    assert cost > 0
    assert (rows(context, ORDINALS, {"plan": ox.NamedNode(ID + "plan/a")}), context.visit.seconds) == (first, cost)


def test_what_the_front_writes_costs_its_client_too(context: RequestContext) -> None:
    def write() -> tuple[bytes, int]:
        until = time.thread_time() + 0.03
        while time.thread_time() < until:
            pass
        return b"{}", 0

    for _ in range(2):
        compose(context, " for a test", Choice("json", "application/json"), write)
    assert 0.03 <= context.visit.seconds < 0.06


def test_what_cannot_be_answered_is_said(context: RequestContext) -> None:
    with pytest.raises(RequestError) as caught:
        rows(context, queries.parse("broken", "SELECT ?x WHERE {"))
    assert caught.value.kind == "syntax"
    with pytest.raises(queries.QueryError):
        rows(context, ORDINALS, {"part": ONE})


def test_every_query_of_the_service_runs_and_says_what_it_asks_and_why(context: RequestContext) -> None:
    for query in context.service.questions.values():
        said = [key for key in ("question", "question@en", "why", "why@en") if not query.header.get(key)]
        run = start(context, job_for(context, query.text, "turtle" if "\nCONSTRUCT" in query.text else "json"))
        assert (query.name, said, bool(b"".join(run))) == (query.name, [], True)


@pytest.mark.parametrize("is_made", [True, False], ids=["made", "not made"])
def test_what_another_request_is_asking_is_waited_for(
    running: Service, monkeypatch: pytest.MonkeyPatch, is_made: bool
) -> None:
    """Four want the same at once: one asks, and where it gets no answer another one does."""
    jobs: list[object] = []
    are_waiting = threading.Event()
    app = create_app(service=running)

    def slow(context: RequestContext, job: object) -> tuple[bytes, dict[str, int]]:
        jobs.append(job)
        assert are_waiting.wait(30)
        if len(jobs) == 1 and not is_made:
            raise RequestError("crash")
        return b"answer", {"rows": 7}

    def want(_: int) -> bytes | str:
        try:
            with app.test_request_context("/"), request_context(running) as context:
                return ask.kept(context, f"four {is_made}", lambda: job_for(context, "ASK {}", "json"))
        except RequestError as failure:
            return failure.kind
        except Exception as failure:
            return repr(failure)

    waits: list[float] = []
    original = Making.wait

    def counted(making: Making, seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 3:
            are_waiting.set()
        return original(making, seconds)

    monkeypatch.setattr(ask, "run", slow)
    monkeypatch.setattr(Making, "wait", counted)
    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(want, range(4)), key=str)
    expected = [b"answer"] * 4 if is_made else [b"answer"] * 3 + ["crash"]
    assert (answers, len(jobs)) == (expected, 1 if is_made else 2)


def test_who_waits_longer_than_the_deadline_is_told_so(
    context: RequestContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = context.service.cache
    assert cache.begin("never") is None
    monkeypatch.setattr(context.service, "settings", replace(context.service.settings, deadline=0.01))
    with pytest.raises(RequestError, match="timeout"):
        ask.kept(context, "never", lambda: job_for(context, "ASK {}", "json"))
    cache.end("never", None)
