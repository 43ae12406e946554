"""What a build costs, against the naive pipeline on the same files in the same run; writes benchmarks/RESULTS.md.

    make bench            # or: python -m benchmarks.build [--runs 3] [--without-peer] [--documents N] [--corpus DIR]

The peer does with each library what its first page shows: rdflib reads the records as JSON-LD, owlrl closes the graph,
one run of pySHACL validates all of it. It makes no hygiene checks, no evidence checks and writes only Turtle.

Every figure is the processor time of a process of its own, all its threads and children together, without the time
that importing takes: other work on the machine falls on it less than on the clock. Memory is the peak of the process.
"""

from __future__ import annotations

import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
import pyoxigraph as ox
import rdflib

from benchmarks.corpus import make
from policygraph import __version__, build, paths, queries, records, store
from policygraph.build import Documents
from policygraph.cache import Cache
from policygraph.cli.terminal import Terminal

__all__ = ["QUESTIONS", "Cost", "Row", "commit", "corpus_of", "machine", "section", "shipped", "write_section"]

RESULTS = Path(__file__).with_name("RESULTS.md")
#: What the row of all competency queries is called.
QUESTIONS = "all competency queries"
_LIBRARIES = ("pyoxigraph", "rdflib", "owlrl", "pyshacl")


@dataclass(frozen=True)
class Cost:
    """What one act took: processor seconds, seconds by the clock, the peak of memory in MB, and the quads it made."""

    seconds: float
    clock: float
    peak: int
    quads: int


def _cold(root: Path, output: Path) -> int:
    folders = paths.find(root)
    return _written(build.run(folders, documents=Documents(Cache(None))), output)


def _warm(root: Path, output: Path) -> int:
    return _written(build.run(paths.find(root)), output)


def _written(graph: build.Graph, output: Path) -> int:
    if not graph.is_valid:
        raise click.ClickException(graph.findings[0].text())
    build.write(graph, output)
    return graph.size


def _naive(root: Path, output: Path) -> int:
    import owlrl  # noqa: PLC0415 - only the peer needs it
    import pyshacl  # noqa: PLC0415

    folders = paths.find(root)
    graph = rdflib.Graph()
    for name in ("policy", "concepts", "alignments"):
        graph.parse(folders.ontology / f"{name}.ttl")
    ontology = store.turtle(folders.ontology / "policy.ttl", ox.NamedNode("urn:ontology"))
    context = records.read_context(folders, ontology)
    for path in records.files(folders):
        graph.parse(data=json.dumps(records.as_jsonld(path, context), ensure_ascii=False), format="json-ld")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    shapes = rdflib.Graph()
    for path in sorted(path for folder in folders.shapes for path in folder.glob("*.ttl")):
        shapes.parse(path)
    pyshacl.validate(graph, shacl_graph=shapes)
    graph.serialize(output, format="turtle")
    return len(graph)


def _questions(root: Path, output: Path) -> int:
    """All competency queries on a build that is there."""
    folders, opened = paths.find(root), build.open_build(output)
    started = _used()
    for query in queries.read_all(*folders.queries_of("competency")):
        queries.run(query, opened, names=folders.names)
    _loaded[0] = started
    return len(opened)


#: Name of an act -> what does it, in a process of its own.
_ACTS: Mapping[str, Callable[[Path, Path], int]] = {
    "cold": _cold,
    "warm": _warm,
    "naive": _naive,
    "questions": _questions,
}
#: The processor time at which the act proper starts.
_loaded = [0.0]


def _used() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _measured(act: str, root: Path, output: Path, runs: int = 1) -> Cost:
    """The median cost of an act. Raises RuntimeError where it fails, with the last line of what it said."""
    command = [sys.executable, "-m", "benchmarks.build", "--act", act, str(root), str(output)]
    costs = []
    for _ in range(runs):
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
        if done.returncode:
            raise RuntimeError(f"{act}, status {done.returncode}: {done.stderr.strip().rpartition(chr(10))[2]}")
        costs.append(Cost(**json.loads(done.stdout.splitlines()[-1])))
    return _median(costs)


def _median(costs: Sequence[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.seconds)[(len(costs) - 1) // 2]


def _act(name: str, root: Path, output: Path) -> None:
    """Does one act and prints what it took."""
    _loaded[0], started = _used(), time.perf_counter()
    quads = _ACTS[name](root, output)
    seconds, clock = _used() - _loaded[0], time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "clock": clock, "peak": peak, "quads": quads}) + "\n")


def _copy(folders: paths.Folders, to: Path) -> Path:
    """The shipped project where its records may be changed, with the texts where they are at hand."""
    for name in ("ontology", "shapes", "queries"):
        (to / name).symlink_to(folders.root / name)
    shutil.copytree(folders.data, to / "data")
    return to


def _change(root: Path) -> None:
    """Changes a label of the largest record."""
    path = max((root / "data" / "records").glob("*.yaml"), key=lambda path: path.stat().st_size)
    text = path.read_text(encoding="utf-8")
    start = re.search(r"en: (?=[A-Z])", text)
    if start is None:
        raise click.ClickException(f"{path} has no English label")
    path.write_text(f"{text[: start.end()]}Changed {text[start.end() :]}", encoding="utf-8")


Row = tuple[str, Cost, float | None]


def shipped(runs: int, *, with_peer: bool) -> list[Row]:
    """The shipped graph from clean, with one changed record, by the naive pipeline, and asked all its questions."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        _copy(paths.find(), root)
        output = Path(folder) / "build"
        cold = _measured("cold", root, output, runs)
        _measured("warm", root, output)
        warm = []
        for _ in range(runs):
            _change(root)
            warm.append(_measured("warm", root, output))
        rows: list[Row] = [
            ("build from clean: load, infer, check, write all formats", cold, None),
            ("build with one changed record", _median(warm), None),
            (QUESTIONS, _measured("questions", root, output, runs), None),
        ]
        if with_peer:
            naive = _measured("naive", root, Path(folder) / "naive.ttl")
            rows = [(name, cost, naive.seconds / cost.seconds) for name, cost, _ in rows[:2]] + rows[2:]
            rows.append(("naive pipeline: rdflib, owlrl, one pySHACL run", naive, None))
        return rows


def corpus_of(root: Path) -> list[Row]:
    """A corpus from clean, and with one changed record."""
    number = len(list((root / "data" / "records").glob("*.yaml")))
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "build"
        cold = _measured("cold", root, output)
        _measured("warm", root, output)
        _change(root)
        warm = _measured("warm", root, output)
    return [
        (f"{number} documents from clean", cold, None),
        (f"{number} documents, one changed", warm, cold.seconds / warm.seconds),
    ]


def _table(rows: Sequence[Row]) -> str:
    lines = [
        "| what | CPU s | s by the clock | peak MB | quads | kB a quad | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, cost, ratio in rows:
        size = f"{cost.peak * 1024 / cost.quads:.2f}"
        times = f"{ratio:.1f} ×" if ratio else ""
        lines.append(
            f"| {name} | {cost.seconds:.2f} | {cost.clock:.1f} | {cost.peak} | {cost.quads:,} | {size} | {times} |"
        )
    return "\n".join(lines) + "\n"


def machine() -> str:
    """The machine without its name."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    load = os.getloadavg()[0]
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return (
        f"{model}, {os.cpu_count()} cores, load average {load:.0f}; Python {platform.python_version()}, "
        f"policygraph {__version__}, {libraries}"
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def commit() -> str:
    """The short hash of the commit that is measured; `none` outside a clone."""
    command = ["git", "-C", str(RESULTS.parent), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return "none"


@click.command()
@click.option("--runs", default=3, show_default=True)
@click.option("--corpus", multiple=True, type=click.Path(path_type=Path, exists=True), help="A project to measure too.")
@click.option("--documents", multiple=True, type=click.IntRange(5), help="Measure a corpus of so many documents too.")
@click.option("--without-peer", is_flag=True, help="Leave out the naive pipeline, which takes minutes.")
@click.option("--write/--no-write", default=True, help="Write benchmarks/RESULTS.md.")
@click.option("--act", hidden=True, nargs=3, type=str)
def main(
    runs: int,
    corpus: tuple[Path, ...],
    documents: tuple[int, ...],
    act: tuple[str, str, str] | None,
    *,
    without_peer: bool,
    write: bool,
) -> None:
    """Measures the build of the shipped graph and of corpora; prints a table with the ratio to the peer."""
    if act:
        _act(act[0], Path(act[1]), Path(act[2]))
        return
    rows = shipped(runs, with_peer=not without_peer)
    for root in corpus:
        rows += corpus_of(root)
    for count in documents:
        with tempfile.TemporaryDirectory() as folder:
            rows += corpus_of(make(Path(folder) / "corpus", count))
    table = _table(rows)
    Terminal("en").print(table)
    if write:
        today = datetime.now(UTC).date()
        write_section(
            f"# Results of building\n\n`python -m benchmarks.build`, {today}, commit {commit()}. {machine()}.\n\n"
            "The ratio is to the naive pipeline; for a corpus with one changed document, to its build from clean.\n"
            "Evidence is checked where the source texts are at hand.\n\n" + table
        )


def section(name: str) -> str:
    """A section of RESULTS.md as it is; nothing where there is none."""
    return _around(name)[1]


def write_section(section: str, name: str = "build") -> None:
    """Puts a section of RESULTS.md in the place of the one before; what others have written there stays.

    The file is replaced at once: whoever is interrupted leaves the old one or the new one.
    """
    before, _, after = _around(name)
    written = RESULTS.with_suffix(".new")
    written.write_text(f"{before}<!-- {name} -->\n{section}<!-- /{name} -->\n{after}", encoding="utf-8")
    written.replace(RESULTS)


def _around(name: str) -> tuple[str, str, str]:
    """What stands in RESULTS.md before a section, in it and behind it; a new section comes first."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else ""
    before, mark, rest = text.partition(f"<!-- {name} -->\n")
    if not mark:
        return "", "", f"\n{text}"
    within, _, after = rest.partition(f"<!-- /{name} -->\n")
    return before, within, after


if __name__ == "__main__":
    main()
