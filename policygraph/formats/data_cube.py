"""Triples of the cube's cells in, a whole RDF Data Cube out: its structure stands in `ontology/cube.ttl`.

The integrity constraints of the Recommendation (section 11.4) are `queries/cube/`: a row is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from policygraph import queries, store, vocab

__all__ = ["faults", "whole"]


def whole(cells: Iterable[ox.Quad], ontology: Path) -> list[ox.Quad]:
    """The structure of the cube (from the ontology's folder) and its cells."""
    return [*store.turtle(ontology / "cube.ttl", vocab.GRAPH_REFERENCE), *cells]


def faults(quads: Iterable[ox.Quad], checks: Iterable[queries.Query]) -> dict[str, list[str]]:
    """Name of an integrity constraint -> the nodes that break it, in order; constraints that hold are left out."""
    held = store.in_memory(quads)
    faulty = {check.name: sorted(str(row[0]) for row in queries.run(check, held).rows) for check in checks}
    return {name: nodes for name, nodes in faulty.items() if nodes}
