"""Quads in, what shapes look at out: the quads of each graph, and the classes of each thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from policygraph import vocab

__all__ = ["by_graph", "types_of"]


def by_graph(quads: Iterable[ox.Quad]) -> dict[ox.NamedNode, list[ox.Quad]]:
    """The quads of each named graph, by its name."""
    parts: dict[ox.NamedNode, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            parts[quad.graph_name].append(quad)
    return dict(parts)


def types_of(quads: Iterable[ox.Quad]) -> dict[str, set[str]]:
    """IRI -> the IRIs of its classes."""
    types: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        is_type = quad.predicate == vocab.rdf_type
        if is_type and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            types[quad.subject.value].add(quad.object.value)
    return dict(types)
