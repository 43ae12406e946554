"""What a query costs grows with its answer: every query file, asked of 5 documents and of 40, against a plain scan.

The engine counts no operations, so CPU time is compared, and only as a ratio: the growth of a query with the growth
of a scan that was measured a moment before. A query that seems to grow too fast is measured again, each time beside the
scan, and the least of its times counts: a busy machine makes the test slower, and does not fail it.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import paths, queries, vocab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygraph import build
    from policygraph.queries import Query

FOLDERS = paths.find()
#: Folders of queries that read the whole graph; those of queries/cube are the standard's, and read an export of it.
ASKED = ("analysis", "competency", "derive", "export", "hygiene", "service", "store", "summary", "tables", "views")
#: Folders whose queries are never asked without their parameters.
BOUND_ONLY = ("export", "service")
#: How many times the shipped documents, all but the first under other names: 40 documents.
COPIES = 8
#: Times that the growth of a query may exceed the growth of a scan, or of its own answer where that grows faster.
ROOM = 2.0
#: Times that a query about one thing may take in the larger graph, where its answer stays as it is.
FLAT = 4.0
#: What is less is taken for this, in seconds: parsing and planning, and the clock's grain.
FLOOR = 0.001
#: Times that a measurement is repeated before a query is found to grow too fast.
ATTEMPTS = 4
SCAN = queries.parse("scan", "SELECT ?thing ?label WHERE { ?thing a ?class ; skos:prefLabel ?label }")
#: Kinds of things that all documents share, as in a corpus of one country; the others are each copy's own.
SHARED = "indicator|unit|directive|person|glossary"
_NAME = re.compile(
    rf"(?<=<)({re.escape(vocab.ID)}(?!(?:{SHARED})/)[^/>#]+(?:/[^/>#]+)?|{re.escape(vocab.document_graph('').value)}[^>]+)"
)
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
#: Queries about one thing that still read all statements of some predicate: linear, which FLAT would not allow.
SCANNING = frozenset(
    {
        "analysis/tasks?plan",
        "competency/cq-01-plan-tree?plan",
        "competency/cq-02-declared-counts?plan",
        "competency/cq-03-count-sums?plan",
        "competency/cq-04-counts-by-part?plan",
        "competency/cq-06-aspirations?hedge&plan",
        "competency/cq-12-numbers-in-order?document",
        "competency/cq-14-conflicting-values?indicator",
        "competency/cq-16-different-denominators?indicator",
        "competency/cq-18-initiative-readings?initiative",
        "competency/cq-21-said-twice?document",
        "competency/cq-22-reading-issues?document",
        "competency/cq-23-districts-and-targets?city",
        "competency/cq-27-documents?document",
        "competency/cq-30-ranks-and-words?plan",
        "competency/cq-37-plan-families?whole",
        "competency/cq-40-targets-year-by-year?plan",
        "competency/cq-49-silence?indicator&area",
        "competency/cq-50-tone?area",
        "competency/cq-51-promised-and-reached?area&indicator",
        "competency/cq-52-initiative-spread?initiative&area",
        "competency/cq-53-set-above-only?area&part&indicator",
        "competency/cq-54-everywhere-or-only-here?indicator",
        "export/document?document",
        "export/plan?plan",
        "service/evidence?thing",
        "service/part_counts?part",
        "service/shared_indicators?one&other",
        "service/subtree?whole",
        "tables/counts?plan&document",
        "tables/elements?plan&document",
        "tables/observations?document",
        "tables/plans?plan&document",
        "views/hierarchy-edges?plan&document",
    }
)
#: Compares all pairs of plans and only then picks those of one: neither flat nor linear, and as old as the question.
UNHELD = frozenset({"analysis/overlap?plan"})


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


CASES = {name: query for name, query in _cases() if name not in UNHELD}


def _copied(lines: list[str], number: int) -> Iterator[str]:
    """The lines that speak of what is not shared, each thing and its Chinese words under another name."""
    for line in lines:
        renamed = _NAME.sub(rf"\1-copy{number}", line)
        if renamed != line:
            is_own = renamed.split(" ", 1)[0] != line.split(" ", 1)[0]
            yield renamed.replace('"@zh ', f'{number}"@zh ') if is_own else renamed


def _store(lines: list[str], copies: int) -> ox.Store:
    opened = ox.Store()
    for number in range(copies):
        text = "\n".join(_copied(lines, number) if number else lines)
        opened.bulk_load(text, format=ox.RdfFormat.N_QUADS)
    return opened


@pytest.fixture(scope="module")
def graphs(built: build.Graph) -> tuple[ox.Store, ox.Store]:
    """The shipped graph of 5 documents, and one of 40."""
    lines = (ox.serialize(built.quads, format=ox.RdfFormat.N_QUADS) or b"").decode().splitlines()
    return _store(lines, 1), _store(lines, COPIES)


def _measured(query: Query, graph: ox.Store) -> tuple[float, int]:
    """CPU seconds, and rows or triples of the answer."""
    started = time.process_time()
    solutions = graph.query(query.text, prefixes=vocab.PREFIXES, use_default_graph_as_union=True)
    assert not isinstance(solutions, ox.QueryBoolean)
    rows = len(list(solutions))
    return time.process_time() - started, rows


def _least(query: Query, graph: ox.Store, times: int) -> tuple[float, int]:
    return min(_measured(query, graph) for _ in range(times))


def _exceeds(name: str, query: Query, graphs: tuple[ox.Store, ox.Store]) -> float:
    """By how many times a query grows faster than it may; the least times of all attempts count."""
    small, large = graphs
    is_flat = "?" in name and name not in SCANNING
    before = after = excess = float("inf")
    for _ in range(ATTEMPTS):
        seconds, few = _least(query, small, 3)
        before = min(before, max(seconds, FLOOR))
        seconds, many = _least(query, large, 1)
        after = min(after, seconds)
        answer = many / max(few, 1)
        allowed = FLAT * max(answer, 1)
        if not is_flat:
            allowed = ROOM * max(answer, COPIES, _least(SCAN, large, 1)[0] / _least(SCAN, small, 3)[0])
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


def test_what_is_excepted_is_asked() -> None:
    every = {name for name, _ in _cases()}
    assert every >= SCANNING | UNHELD
