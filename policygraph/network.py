"""A store in, networkx graphs out: plan hierarchies, who works with whom, and what they show.

Nodes are IRIs (strings) with `label_zh`, `label_en` and `kind`; every attribute is a string or a number, so that
GraphML and GEXF can hold it.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox

from policygraph import vocab
from policygraph.store import labels_of
from policygraph.vocab import pg

__all__ = ["WRITERS", "co_responsibility", "cycles", "hierarchy", "measures", "without", "write"]

#: File ending -> networkx's writer of the format.
WRITERS = {".graphml": nx.write_graphml, ".gexf": nx.write_gexf}


def hierarchy(store: ox.Store, plan: str) -> nx.DiGraph:
    """A plan and all its parts, an edge from each whole to each of its parts with the part's `ordinal`.

    Raises KeyError for an IRI that the store does not know.
    """
    root = ox.NamedNode(plan)
    if not any(True for _ in store.quads_for_pattern(root, None, None)):
        raise KeyError(plan)
    graph = nx.DiGraph()
    waiting = [root]
    while waiting:
        whole = waiting.pop()
        if graph.nodes.get(whole.value):
            continue
        graph.add_node(whole.value, **_attributes(store, whole))
        for quad in store.quads_for_pattern(None, pg("isPartOf"), whole):
            if isinstance(quad.subject, ox.NamedNode):
                graph.add_edge(whole.value, quad.subject.value, ordinal=_ordinal(store, quad.subject))
                waiting.append(quad.subject)
    return graph


def co_responsibility(store: ox.Store) -> nx.Graph:
    """Agents, with an edge between two that are assigned to the same element; `weight` is to how many."""
    agents: dict[str, set[ox.NamedNode]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, pg("assignsElement"), None):
        for assigned in store.quads_for_pattern(quad.subject, pg("assignsAgent"), None):
            if isinstance(quad.object, ox.NamedNode) and isinstance(assigned.object, ox.NamedNode):
                agents[quad.object.value].add(assigned.object)
    graph = nx.Graph()
    for group in agents.values():
        for agent in group:
            graph.add_node(agent.value, **_attributes(store, agent))
        for one, other in combinations(sorted(group, key=str), 2):
            weight = graph.get_edge_data(one.value, other.value, {"weight": 0})["weight"]
            graph.add_edge(one.value, other.value, weight=weight + 1)
    return graph


def cycles(graph: nx.DiGraph) -> list[list[str]]:
    """The cycles of a hierarchy, each from its smallest IRI on, in order: a sound plan has none."""
    found = [_from_smallest(cycle) for cycle in nx.simple_cycles(graph)]
    return sorted(found)


def _from_smallest(cycle: list[str]) -> list[str]:
    start = cycle.index(min(cycle))
    return cycle[start:] + cycle[:start]


def without(store: ox.Store, graph: nx.DiGraph, name: str) -> list[str]:
    """The leaves of a hierarchy at which no `pg:<name>` points: isSetBy (targets), assignsElement (agents)."""
    return sorted(
        node
        for node, degree in graph.out_degree()
        if degree == 0 and not any(True for _ in store.quads_for_pattern(None, pg(name), ox.NamedNode(node)))
    )


def measures(graph: nx.DiGraph) -> dict[str, int]:
    """Nodes, leaves, depth (edges from the root to the deepest part) and breadth (most parts of one whole)."""
    depths = nx.single_source_shortest_path_length(graph, next(iter(graph))) if graph else {}
    return {
        "nodes": graph.number_of_nodes(),
        "leaves": sum(degree == 0 for _, degree in graph.out_degree()),
        "depth": max(depths.values(), default=0),
        "breadth": max((degree for _, degree in graph.out_degree()), default=0),
    }


def write(graph: nx.Graph, path: Path) -> None:
    """Writes a graph in the format of the file's ending. Raises ValueError, naming the endings, for another."""
    writer = WRITERS.get(path.suffix)
    if writer is None:
        raise ValueError(f"{path.name}: the ending is not one of {', '.join(WRITERS)}")
    writer(graph, path)


def _attributes(store: ox.Store, node: ox.NamedNode) -> dict[str, Any]:
    found = labels_of(store, node)
    attributes: dict[str, Any] = {f"label_{language}": found.get(language, "") for language in ("zh", "en")}
    ours = vocab.PREFIXES["pg"]
    kinds = sorted(
        quad.object.value.removeprefix(ours)
        for quad in store.quads_for_pattern(node, vocab.rdf_type, None)
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(ours)
    )
    special = [kind for kind in kinds if kind not in ("Goal", "Organisation", "PlanElement")]
    attributes["kind"] = (special or kinds or [""])[0]
    return attributes


def _ordinal(store: ox.Store, node: ox.NamedNode) -> int:
    found = (quad.object for quad in store.quads_for_pattern(node, pg("hasOrdinal"), None))
    return next((int(value.value) for value in found if isinstance(value, ox.Literal)), 0)
