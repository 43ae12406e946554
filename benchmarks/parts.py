"""What is measured in, the measures of one part of `make bench` out, each as it is taken.

Each part is measured as its own module does it. One figure that cannot be taken is a line that says so; a part raises
where nothing more can be measured.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import build, corpus, extract, linking, pages, serving
from benchmarks.table import Measure
from policygraph import build as builds
from policygraph import paths
from policygraph.base import Tables
from policygraph.cli.terminal import Terminal
from policygraph.extract import read_gazetteer
from policygraph.linking import Resolver

__all__ = ["PARTS", "Part", "Scope"]

_ROOT = Path(__file__).resolve().parents[1]
#: Milliseconds that the first request for a page may take, CPU seconds of all competency queries and of a million
#: characters, times a quiet p95, and the precision of linked names.
_PAGE, _QUESTIONS, _READING, _BESIDE, _PRECISION = 200.0, 1.0, 16.0, 1.2, 0.98
#: What a quick run measures of pages and queries.
_FEW_PAGES, _FEW_QUERIES = 3, "cq-02 or is_found"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is measured: a build, documents of a corpus, the seconds of a figure, and whether it is a trial."""

    build: Path
    documents: int
    seconds: float
    is_quick: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What measures a part, and the seconds by the clock that it may take: three times a quiet machine's and more."""

    measure: Callable[[Scope], Iterator[Measure]]
    bound: float


def _rows(rows: Iterator[build.Row], beside: str, goals: Iterator[float]) -> Iterator[Measure]:
    for name, cost, ratio in rows:
        figure = f"{cost.seconds:.2f} CPU s, {cost.peak} MB"
        goal = next(goals, None) if ratio else None
        if name == build.QUESTIONS:
            yield Measure(name, figure, goal=f"≤ {_QUESTIONS:g} CPU s", is_met=cost.seconds <= _QUESTIONS)
        elif ratio and goal:
            yield Measure.at_least(name, figure, beside, ratio, goal)
        else:
            yield Measure(name, figure, beside if ratio else "", ratio)


def _builds(scope: Scope) -> Iterator[Measure]:
    """The build against the naive pipeline, and a corpus."""
    yield from _rows(iter(build.shipped(1, with_peer=not scope.is_quick)), "naive", iter((20.0, 50.0)))
    with tempfile.TemporaryDirectory() as folder:
        root = corpus.make(Path(folder) / "corpus", scope.documents)
        yield from _rows(iter(build.corpus_of(root)), "from clean", iter(()))


def _serving(scope: Scope) -> Iterator[Measure]:
    """The endpoint against others, by processor time of a request, and light answers beside a runaway."""
    figures = serving.figures_of(serving.QUERIES, scope.build, scope.seconds, Terminal("en"))
    for (peer, goals), name in itertools.product(serving.TARGETS.items(), serving.QUERIES):
        for is_cold, goal in zip((True, False), goals, strict=True):
            what = f"{name}, {'cold' if is_cold else 'repeated'}"
            yield from _beside(
                what, figures.get(("policygraph", name, is_cold)), peer, figures.get((peer, name, is_cold)), goal
            )
    quiet, beside = serving.beside_a_runaway(scope.build, scope.seconds)
    goal_text = f"≤ {_BESIDE:g} ×"
    yield Measure(
        "light p95 beside a runaway",
        f"{beside:.2f} ms",
        f"quiet: {quiet:.2f} ms",
        beside / quiet,
        goal_text,
        beside / quiet <= _BESIDE,
    )


def _beside(
    what: str, ours: Mapping[str, float] | None, peer: str, theirs: Mapping[str, float] | None, goal: float
) -> Iterator[Measure]:
    """One figure beside a peer's. A peer that is not here has none; one that did not answer has no ratio."""
    if ours is None or not ours["answered"]:
        yield Measure.failed(what, "no answer in the time", f"≥ {goal:g} ×")
    elif ours["failed"]:
        yield Measure.failed(what, f"{ours['failed']:.0f} answers are no 200", f"≥ {goal:g} ×")
    elif theirs is not None and theirs["answered"] > theirs["failed"]:
        figure, beside = f"{ours['cpu']:.3f} CPU ms", f"{peer}: {theirs['cpu']:.3f} CPU ms"
        yield Measure.at_least(what, figure, beside, theirs["cpu"] / max(ours["cpu"], 1e-6), goal)
    elif theirs is not None:
        yield Measure(what, f"{ours['cpu']:.3f} CPU ms", f"{peer}: no answer in the time")


def _pages(scope: Scope) -> Iterator[Measure]:
    """The first request for each kind of page at so many documents."""
    os.environ.pop("POLICYGRAPH_SOURCES", None)
    with tempfile.TemporaryDirectory() as folder:
        root = corpus.make(Path(folder) / "corpus", scope.documents)
        output = Path(folder) / "build"
        builds.write(builds.run(paths.find(root)), output)
        for name, address in itertools.islice(pages.PAGES.items(), _FEW_PAGES if scope.is_quick else None):
            what = f"{name}, {scope.documents} documents"
            try:  # whatever one page does, the others are measured
                spent = pages.cost(output, address)[0]
            except Exception as error:
                yield Measure.failed(what, f"{type(error).__name__}: {error}", f"≤ {_PAGE:g} CPU ms")
            else:
                yield Measure.at_most(what, spent, "CPU ms", _PAGE)


def _reading(scope: Scope) -> Iterator[Measure]:
    gazetteer = read_gazetteer(paths.find())
    extract.warm_up(gazetteer)
    for length in (10_000,) if scope.is_quick else (10_000, 100_000):
        spent = sum(extract.seconds_of(length, gazetteer)) / length * 1_000_000
        yield Measure.at_most(f"extraction at {length:,} characters", spent, "CPU s a million", _READING)


def _linking(scope: Scope) -> Iterator[Measure]:  # noqa: ARG001 - all parts have one form
    """The judged names."""
    base, names = _ROOT / "data" / "base", _ROOT / "benchmarks" / "names"
    resolver = Resolver.of(Tables(base, base))
    for kind in ("areas", "bodies"):
        begin = time.process_time()
        result = linking.score(kind, linking.rows(names / f"{kind}.csv"), resolver.areas, resolver.bodies)
        spent = (time.process_time() - begin) * 1000 / max(1, 2 * result.judged)
        figure = f"precision {result.precision:.3f}, recall {result.recall:.3f}, {spent:.2f} CPU ms a name"
        goal = f"precision ≥ {_PRECISION:g}"
        yield Measure(f"{result.judged} pairs of {kind}", figure, goal=goal, is_met=result.precision >= _PRECISION)


def _growth(scope: Scope) -> Iterator[Measure]:
    """Every query file at 5 and at 40 documents."""
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", str(_ROOT / "tests" / "bench_query_growth.py")]
    command += ["-k", _FEW_QUERIES] if scope.is_quick else []
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=_ROOT)  # noqa: S603 - our own tests
    lines = done.stdout.strip().splitlines() or [f"status {done.returncode}"]
    yield Measure("queries at 5 and 40 documents", lines[-1], "", None, "none fails", is_met=done.returncode == 0)
    for line in lines:
        if match := re.match(r"(?:FAILED|ERROR) \S*?(?:\[(.+?)\])?(?: - (.*))?$", line):
            yield Measure.failed(match[1] or "a query", match[2] or "grows too fast")


#: Part -> what measures it. All bounds together are more than a run may take: a run ends when its own time is over.
PARTS: Mapping[str, Part] = {
    "build": Part(_builds, 600),
    "serving": Part(_serving, 480),
    "pages": Part(_pages, 600),
    "extract": Part(_reading, 120),
    "linking": Part(_linking, 120),
    "growth": Part(_growth, 600),
}
