"""The benchmarks in, one table of them out, with ratios and goals: `make bench`, into benchmarks/RESULTS.md.

    python -m benchmarks [--only build --only serving …] [--documents 50] [--build build]

Each part is measured as its own module does it. Ratios are to the peer that is named, in the same run; where processor
time is compared, other work on the machine falls on both. With `--only`, the file is left as it is.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from benchmarks import build, corpus, extract, pages, serving
from policygraph import build as builds
from policygraph import paths
from policygraph.cli.terminal import Terminal
from policygraph.extract import read_gazetteer

__all__: list[str] = []

_ROOT = Path(__file__).resolve().parents[1]
#: Milliseconds that the first request for a page may take, CPU seconds a million characters, and times a quiet p95.
_PAGE, _READING, _BESIDE = 200.0, 16.0, 1.2


@dataclass(frozen=True, slots=True)
class _Measure:
    """A line of the table: what was measured, what it took, what it is compared with, and the goal."""

    what: str
    figure: str
    beside: str = ""
    ratio: float | None = None
    goal: str = ""
    is_met: bool | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """What is measured: a build, the number of documents of a corpus, the seconds of a figure."""

    build: Path
    documents: int
    seconds: float
    terminal: Terminal


def _at_least(what: str, figure: str, beside: str, ratio: float, goal: float) -> _Measure:
    return _Measure(what, figure, beside, ratio, f"≥ {goal:g} ×", ratio >= goal)


def _at_most(what: str, value: float, unit: str, goal: float) -> _Measure:
    return _Measure(what, f"{value:.1f} {unit}", "", None, f"≤ {goal:g} {unit}", value <= goal)


def _builds(run: _Run) -> Iterator[_Measure]:
    """The build against the naive pipeline, and a corpus."""
    goals = iter((20.0, 50.0))
    for name, cost, ratio in build.shipped(1, with_peer=True):
        figure = f"{cost.seconds:.2f} CPU s, {cost.peak} MB"
        yield _at_least(name, figure, "naive", ratio, next(goals)) if ratio else _Measure(name, figure)
    with tempfile.TemporaryDirectory() as folder:
        for name, cost, ratio in build.corpus_of(corpus.make(Path(folder) / "corpus", run.documents)):
            figure = f"{cost.seconds:.2f} CPU s, {cost.peak} MB"
            yield _Measure(name, figure, "from clean" if ratio else "", ratio)


def _serving(run: _Run) -> Iterator[_Measure]:
    """The endpoint against others, by processor time of a request, and light answers beside a runaway."""
    figures = serving.figures_of(serving.QUERIES, run.build, run.seconds, run.terminal)
    for (peer, goals), name in itertools.product(serving.TARGETS.items(), serving.QUERIES):
        for is_cold, goal in zip((True, False), goals, strict=True):
            ours, theirs = figures["policygraph", name, is_cold], figures.get((peer, name, is_cold))
            if theirs and theirs["rate"]:
                what = f"{name}, {'cold' if is_cold else 'repeated'}"
                beside = f"{peer}: {theirs['cpu']:.3f} CPU ms"
                yield _at_least(what, f"{ours['cpu']:.3f} CPU ms", beside, theirs["cpu"] / max(ours["cpu"], 1e-6), goal)
    quiet, beside_ = serving.beside_a_runaway(run.build, run.seconds)
    ratio, is_met = beside_ / quiet, beside_ / quiet <= _BESIDE
    yield _Measure(
        "light p95 beside a runaway", f"{beside_:.2f} ms", f"quiet: {quiet:.2f} ms", ratio, f"≤ {_BESIDE:g} ×", is_met
    )


def _pages(run: _Run) -> Iterator[_Measure]:
    """The first request for each kind of page at so many documents."""
    os.environ.pop("POLICYGRAPH_SOURCES", None)
    with tempfile.TemporaryDirectory() as folder:
        root = corpus.make(Path(folder) / "corpus", run.documents)
        output = Path(folder) / "build"
        builds.write(builds.run(paths.find(root)), output)
        for name, address in pages.PAGES.items():
            spent = pages.cost(output, address)[0]
            yield _at_most(f"{name}, {run.documents} documents", spent, "CPU ms", _PAGE)


def _reading(run: _Run) -> Iterator[_Measure]:  # noqa: ARG001 - all parts have one form
    gazetteer = read_gazetteer(paths.find())
    extract.warm_up(gazetteer)
    for length in (10_000, 100_000):
        spent = sum(extract.seconds_of(length, gazetteer)) / length * 1_000_000
        yield _at_most(f"extraction at {length:,} characters", spent, "CPU s a million", _READING)


def _growth(run: _Run) -> Iterator[_Measure]:  # noqa: ARG001
    """Every query file at 5 and at 40 documents."""
    command = [sys.executable, "-m", "pytest", "-q", str(_ROOT / "tests" / "bench_query_growth.py")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=_ROOT)  # noqa: S603 - our own tests
    last = done.stdout.strip().rpartition("\n")[2]
    faults = re.search(r"(\d+) (?:failed|error)", last)
    yield _Measure("queries at 5 and 40 documents", last, "", None, "none fails", not faults and done.returncode == 0)


_PARTS: Mapping[str, Callable[[_Run], Iterator[_Measure]]] = {
    "build": _builds,
    "serving": _serving,
    "pages": _pages,
    "extract": _reading,
    "growth": _growth,
}


def _line(part: str, measure: _Measure) -> str:
    ratio = f"{measure.ratio:.2f} ×" if measure.ratio is not None else ""
    verdict = "" if measure.is_met is None else "yes" if measure.is_met else "no"
    cells = (part, measure.what, measure.figure, measure.beside, ratio, measure.goal, verdict)
    return f"| {' | '.join(cells)} |"


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(_PARTS)), help="One part; the file is left as it is.")
@click.option("--documents", default=50, show_default=True, type=click.IntRange(6), help="Size of the corpus.")
@click.option("--seconds", default=2.0, show_default=True, help="How long each figure of the endpoint is taken.")
@click.option("--build", "folder", type=click.Path(path_type=Path, exists=True), default=Path("build"))
def main(only: tuple[str, ...], documents: int, seconds: float, folder: Path) -> None:
    """Measures everything, prints one table, and writes it into benchmarks/RESULTS.md."""
    terminal = Terminal("en")
    run = _Run(folder, documents, seconds, terminal)
    head = ["| part | what | figure | beside | ratio | goal | met |", "| --- | --- | ---: | --- | ---: | ---: | --- |"]
    lines = []
    for part in only or _PARTS:
        for measure in _PARTS[part](run):
            lines.append(_line(part, measure))
            click.echo(lines[-1], err=True)  # as it comes: the whole takes half an hour
    table = "\n".join([*head, *lines]) + "\n"
    terminal.print(table)
    if not only:
        day = datetime.now(UTC).date()
        introduction = f"`make bench`, {day}, commit {build.commit()}. {build.machine()}."
        build.write_section(f"# Results in one table\n\n{introduction}\n\n{table}", "all")


if __name__ == "__main__":
    main()
