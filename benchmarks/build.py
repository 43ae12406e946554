"""How long a build takes, against the naive pipeline on the same files in the same run.

    make bench            # or: python -m benchmarks.build [--runs 3] [--without-peer]

The peer does with each library what its first page shows: rdflib reads the records as JSON-LD, owlrl closes the graph,
one run of pySHACL validates all of it. It makes no hygiene checks, no evidence checks and writes only Turtle.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
import owlrl
import pyoxigraph as ox
import pyshacl
import rdflib

from policygraph import build, infer, paths, queries, records, store, validate, vocab
from policygraph.cli.terminal import Terminal


def _timed(act: Callable[[], object], runs: int) -> float:
    """The median seconds of several runs."""
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _whole_build(folders: paths.Folders, output: Path) -> None:
    build.write(build.run(folders), output)


def _naive_build(folders: paths.Folders, output: Path) -> None:
    graph = rdflib.Graph()
    for name in ("policy", "concepts", "alignments"):
        graph.parse(folders.ontology / f"{name}.ttl")
    for document in _as_jsonld(folders):
        graph.parse(data=document, format="json-ld")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    shapes = rdflib.Graph()
    for path in sorted(path for folder in folders.shapes for path in folder.glob("*.ttl")):
        shapes.parse(path)
    pyshacl.validate(graph, shacl_graph=shapes)
    graph.serialize(output, format="turtle")


def _as_jsonld(folders: paths.Folders) -> list[str]:
    ontology = store.turtle(folders.ontology / "policy.ttl", ox.NamedNode("urn:ontology"))
    context = records.read_context(folders, ontology)
    return [json.dumps(records.as_jsonld(path, context), ensure_ascii=False) for path in records.files(folders)]


def _one_record(folders: paths.Folders) -> Callable[[], float]:
    """One changed record: read, its consequences added to those of the others, its graph validated."""
    graph = build.load(folders)
    context = records.read_context(folders, graph.ontology)
    changed = max((folders.data / "records").glob("*.yaml"), key=lambda path: path.stat().st_size)
    name = f"/document/{changed.stem}"
    others = [quad for quad in graph.asserted if not quad.graph_name.value.endswith(name)]
    _, shapes = validate.read_shapes(*folders.shapes)
    rules = infer.compile_rules(graph.ontology)

    def act() -> float:
        closure = infer.Materialiser(rules)
        closure.add(others)
        started = time.perf_counter()
        record, _ = records.load_file(changed, folders, context)
        if record is None:
            raise click.ClickException(f"{changed} cannot be read")
        closure.add(record.quads)
        types = (ox.Quad(*fact) for fact in closure.facts if fact[1] == vocab.rdf_type)
        validate.check_shapes({record.graph: record.quads}, validate.types_of(types), shapes)
        return time.perf_counter() - started

    return act


def _all_questions(folders: paths.Folders) -> Callable[[], object]:
    graph = build.load(folders)
    build.infer(graph)
    opened = store.in_memory(graph.quads)
    catalogue = queries.read_all(*folders.queries_of("competency"))
    return lambda: [queries.run(query, opened) for query in catalogue]


@click.command()
@click.option("--runs", default=3, show_default=True)
@click.option("--root", type=click.Path(path_type=Path), help="A folder with ontology/ data/ shapes/ queries/.")
@click.option("--without-peer", is_flag=True, help="Leave out the naive pipeline, which takes minutes.")
def main(runs: int, root: Path | None, without_peer: bool) -> None:
    """Times the build, one changed record and all competency queries; prints medians and the ratio to the peer."""
    folders = paths.find(root)
    lines: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        ours = _timed(lambda: _whole_build(folders, Path(folder) / "build"), runs)
        lines.append(("build from clean: load, infer, check, write all formats", ours))
        one = _one_record(folders)
        lines.append(("one changed record: read, infer, validate", statistics.median(one() for _ in range(runs))))
        lines.append(("all competency queries", _timed(_all_questions(folders), runs)))
        if not without_peer:
            peer = _timed(lambda: _naive_build(folders, Path(folder) / "naive.ttl"), 1)
            lines.append(("naive pipeline: rdflib, owlrl, one pySHACL run (1 run)", peer))
            lines.append(("ratio naive : ours", peer / ours))
    for name, seconds in lines:
        Terminal("en").print(f"{name:<60} {seconds:9.2f}{'' if name.startswith('ratio') else ' s'}")


if __name__ == "__main__":
    main()
