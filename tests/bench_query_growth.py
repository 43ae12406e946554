"""What a query costs grows with its answer: every query file, asked of 5 documents and of 40, against a plain scan.

The engine counts no operations, so CPU time is compared, and only as a ratio: the growth of a query with the growth
of a scan that was measured a moment before. A query that seems to grow too fast is measured again, each time beside the
scan, and the least of its times counts: a busy machine makes the test slower, and does not fail it. Each measurement is
made by a process of its own, which is ended when it takes too long: the engine cannot be called off.

The graphs are built from a corpus of benchmarks/corpus.py. It takes minutes, and is run by `make bench` or by hand:

    python -m pytest tests/bench_query_growth.py
"""

from __future__ import annotations

import json
import os
import select
import signal
import time
from typing import TYPE_CHECKING, NoReturn

import pyoxigraph as ox
import pytest

from benchmarks import corpus
from policygraph import build, paths, queries, store, vocab
from policygraph.cache import Cache
from policygraph.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policygraph.queries import Query

FOLDERS = paths.find()
#: Folders of queries that read the whole graph; those of queries/cube are the standard's, and read an export of it.
ASKED = ("analysis", "competency", "derive", "export", "hygiene", "service", "store", "summary", "tables", "views")
#: Folders whose queries are never asked without their parameters.
BOUND_ONLY = ("export", "service")
#: Documents of the smaller graph, and how many times as many the larger one has.
DOCUMENTS, COPIES = 5, 8
#: Seconds by the clock after which a measurement is given up.
LIMIT = 120.0
#: Times that the growth of a query may exceed the growth of a scan, or of its own answer where that grows faster.
ROOM = 2.0
#: Times that a query about one thing may take in the larger graph, where its answer stays as it is.
FLAT = 4.0
#: What is less is taken for this, in seconds: parsing and planning, and the clock's grain.
FLOOR = 0.001
#: Times that a measurement is repeated before a query is found to grow too fast.
ATTEMPTS = 4
SCAN = queries.parse("scan", "SELECT ?thing ?label WHERE { ?thing a ?class ; skos:prefLabel ?label }")
#: Parameter -> one value that the shipped graph has an answer for.
ONE = {
    "area": "area:hunnan",
    "document": "document:three-year-plan-2023",
    "hedge": "concept:hedge/strive",
    "indicator": "indicator:high-tech-enterprises",
    "initiative": "initiative:one-hub-four-centres",
    "one": "plan:shenyang-three-year-action-2023",
    "other": "plan:shenyang-special-action-2022",
    "part": "plan:shenyang-three-year-action-2023",
    "plan": "plan:shenyang-three-year-action-2023",
    "thing": "plan:shenyang-three-year-action-2023",
    "whole": "plan:shenyang-three-year-action-2023",
}


def _cases() -> Iterator[tuple[str, Query]]:
    """Each query with a name for the case: without parameters, and with those that it has a value for."""
    for folder in ASKED:
        for query in queries.read_all(FOLDERS.queries / folder):
            if "#pattern" in query.text:
                continue  # a frame for patterns that a person writes
            name = f"{folder}/{query.name}"
            if not query.parameters or folder not in BOUND_ONLY:
                yield name, query
            values = {each.name: value for each in query.parameters if (value := each.default or ONE.get(each.name))}
            if values:
                yield f"{name}?{'&'.join(values)}", queries.bound(query, values)
        if len(values) > 1 and query.header.get("kept") == "build":  # it may do without any, and so with one alone
            yield from ((f"{name}?{each}", queries.bound(query, {each: value})) for each, value in values.items())


CASES = dict(_cases())


def _store(folder: Path, documents: int) -> ox.Store:
    """The graph of a corpus, which has no violations."""
    folders = paths.find(corpus.make(folder, documents))
    graph = build.run(folders, documents=build.Documents(Cache(None)))
    assert [finding.text() for finding in graph.findings if finding.severity is Severity.VIOLATION] == []
    return store.in_memory(graph.quads)


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> tuple[ox.Store, ox.Store]:
    """The graph of 5 documents, and one of 40."""
    folder = tmp_path_factory.mktemp("corpora")
    return _store(folder / "small", DOCUMENTS), _store(folder / "large", DOCUMENTS * COPIES)


def _measured(query: Query, graph: ox.Store) -> tuple[float, int]:
    """CPU seconds, and rows or triples of the answer. Raises AssertionError where there is none within the limit."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _answer(query, graph, writing)
    os.close(writing)
    try:
        is_late = not select.select([reading], [], [], LIMIT)[0]
        if is_late:
            os.kill(child, signal.SIGKILL)
        result = os.read(reading, 100)
    finally:
        os.close(reading)
        os.waitpid(child, 0)
    assert result, f"{query.name}: {'no answer' if is_late else 'no whole answer'} in {LIMIT:g} s"
    seconds, rows = json.loads(result)
    return seconds, rows


def _answer(query: Query, graph: ox.Store, writing: int) -> NoReturn:
    """Ends the process, whatever comes."""
    try:
        started = time.process_time()
        solutions = graph.query(query.text, prefixes=vocab.PREFIXES, use_default_graph_as_union=True)
        assert not isinstance(solutions, ox.QueryBoolean)
        rows = len(list(solutions))
        os.write(writing, json.dumps([time.process_time() - started, rows]).encode())
    finally:
        os._exit(0)


def _least(query: Query, graph: ox.Store, times: int) -> tuple[float, int]:
    return min(_measured(query, graph) for _ in range(times))


def _exceeds(name: str, query: Query, graphs: tuple[ox.Store, ox.Store]) -> float:
    """By how many times a query grows faster than it may; the least times of all attempts count."""
    small, large = graphs
    is_flat = "?" in name
    before = after = excess = float("inf")
    for _ in range(ATTEMPTS):
        seconds, few = _least(query, small, 2)
        before = min(before, max(seconds, FLOOR))
        seconds, many = _least(query, large, 1)
        after = min(after, seconds)
        answer = many / max(few, 1)
        allowed = FLAT * max(answer, 1) if is_flat else ROOM * max(answer, COPIES)
        if not is_flat and after / before > allowed:
            allowed = max(allowed, ROOM * _least(SCAN, large, 1)[0] / _least(SCAN, small, 3)[0])
        excess = after / before / allowed
        if excess <= 1:
            break
    return excess


@pytest.mark.parametrize("name", CASES)
def test_a_query_grows_with_its_answer(name: str, graphs: tuple[ox.Store, ox.Store]) -> None:
    assert _exceeds(name, CASES[name], graphs) <= 1


def test_a_query_that_looks_at_all_for_each_row_is_found(graphs: tuple[ox.Store, ox.Store]) -> None:
    """A join inside an EXISTS is made anew for every row: this is how the queries once were."""
    text = """SELECT ?target ?plan WHERE {
      ?target a pg:IndicatorTarget ; pg:isSetWithin ?plan .
      FILTER NOT EXISTS { ?target pg:isSetWithin ?inner . ?inner a pg:Plan ; pg:isWithin ?plan }
    }"""
    assert _exceeds("quadratic", queries.parse("quadratic", text), graphs) > 1
