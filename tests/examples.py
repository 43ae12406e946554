"""Reads the examples that break a shape or a hygiene query, and those that pass.

An example is a Turtle or TriG file. In `xfail` its first lines say what must be found in it, and nothing else:

    #! x/task-1: needsParent/minCount
    #! it is part of nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from policygraph import infer, paths, store, vocab

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = paths.find(ROOT)
#: The graph that a Turtle example is read into: the record of a document.
EXAMPLE_GRAPH = vocab.document_graph("x")


@cache
def ontology() -> list[ox.Quad]:
    """The quads of the shipped ontology."""
    names = ("policy", "concepts", "alignments")
    return [quad for name in names for quad in store.turtle(FOLDERS.ontology / f"{name}.ttl", vocab.GRAPH_ONTOLOGY)]


@cache
def _rules() -> infer.Rules:
    return infer.compile_rules(ontology())


def read(path: Path, graph: ox.NamedNode = EXAMPLE_GRAPH) -> list[ox.Quad]:
    """The quads of an example: of the graphs that TriG names, or of the one given."""
    if path.suffix == ".trig":
        return list(ox.parse(path=str(path), format=ox.RdfFormat.TRIG))
    return store.turtle(path, graph)


def closure(quads: list[ox.Quad]) -> list[ox.Quad]:
    """What follows from an example's quads, as the build infers it."""
    materialiser = infer.Materialiser(_rules())
    materialiser.add(quads)
    lines = infer.lines_of(materialiser.facts.difference(infer.stated(quads)))
    return list(ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS))


def expected(path: Path) -> list[str]:
    """The lines of an example that say what must be found in it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return sorted(line.removeprefix("#! ") for line in lines if line.startswith("#! "))
