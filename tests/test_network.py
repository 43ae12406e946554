"""Plan hierarchies as networkx graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pyoxigraph as ox
import pytest

from policygraph import network

if TYPE_CHECKING:
    pass

ID = "https://w3id.org/policygraph/id/"
PLAN, GROUP, TASK = f"{ID}plan/pioneer", f"{ID}pioneer/g1", f"{ID}pioneer/g1-t1"


def test_a_plan_is_a_tree_of_labelled_nodes(pioneer: ox.Store) -> None:
    graph = network.hierarchy(pioneer, PLAN)
    assert dict(graph.nodes(data=True)) == {
        PLAN: {
            "label_zh": "先锋市行动方案",
            "label_en": "Action plan of Pioneer City",
            "kind": "Plan",
            "number": "",
            "targets": 0,
        },
        GROUP: {
            "label_zh": "发展产业",
            "label_en": "Develop industry",
            "kind": "TaskGroup",
            "number": "（一）",
            "targets": 1,
        },
        TASK: {
            "label_zh": "做强装备制造",
            "label_en": "Strengthen equipment manufacturing",
            "kind": "Task",
            "number": "1.",
            "targets": 0,
        },
    }
    assert sorted(graph.edges(data="ordinal")) == [(PLAN, GROUP, 1), (GROUP, TASK, 1)][::-1]


def test_measures_tell_depth_and_breadth(pioneer: ox.Store) -> None:
    graph = network.hierarchy(pioneer, PLAN)
    assert network.measures(graph, PLAN) == {"elements": 2, "leaves": 1, "depth": 2, "breadth": 1}
    assert network.measures(graph, TASK) == {"elements": 0, "leaves": 1, "depth": 0, "breadth": 0}


def test_the_one_between_others_is_the_most_central() -> None:
    graph = nx.Graph([("a", "b"), ("b", "c"), ("b", "d")])
    graph.add_node("alone")
    assert network.centrality(graph) == {
        "a": {"degree": 1, "betweenness": 0.0},
        "b": {"degree": 3, "betweenness": 0.5},
        "c": {"degree": 1, "betweenness": 0.0},
        "d": {"degree": 1, "betweenness": 0.0},
        "alone": {"degree": 0, "betweenness": 0.0},
    }


def test_a_cycle_is_named_from_its_smallest_node() -> None:
    assert network.cycles(nx.DiGraph([("c", "a"), ("a", "b"), ("b", "c"), ("c", "d")])) == [["a", "b", "c"]]


def test_a_tree_has_no_cycle(pioneer: ox.Store) -> None:
    assert network.cycles(network.hierarchy(pioneer, PLAN)) == []


def _told(places: list[network.Place]) -> list[str]:
    """Places as indented lines: the node, `>` and the place where it stands in full, `o` for a cycle, `+` for parts
    that are not told."""
    return [
        f"{'  ' * place.depth}{place.node}"
        + f" >{place.first}" * place.is_repeated
        + " o" * place.is_cycle
        + f" +{place.hidden}" * bool(place.hidden)
        for place in places
    ]


def _graph(*edges: str) -> nx.DiGraph:
    graph = nx.DiGraph()
    for ordinal, edge in enumerate(edges):
        graph.add_edge(edge[0], edge[1], ordinal=ordinal)
    return graph


@pytest.mark.parametrize(
    ("edges", "depth", "told"),
    [
        (("ab", "ac", "bd"), None, ["a", "  b", "    d", "  c"]),
        (("ab", "ac", "bd"), 1, ["a", "  b +1", "  c"]),
        (("ab", "ac", "bd"), 0, ["a +2"]),
        # a part of two wholes: its parts stand below the whole that comes first
        (("ab", "ac", "bd", "cd", "de"), None, ["a", "  b", "    d", "      e", "  c", "    d >2"]),
        # and if one is nearer to the root, there
        (("ab", "bc", "cd", "ad", "de"), None, ["a", "  b", "    c", "      d >4", "  d", "    e"]),
        (("ab", "bc", "cd", "ad", "de"), 1, ["a", "  b +1", "  d +1"]),
        # cycles, the shortest too
        (("ab", "bc", "ca"), None, ["a", "  b", "    c", "      a >0 o"]),
        (("aa", "ab"), None, ["a", "  a >0 o", "  b"]),
        # one child below two branches of which one closes a cycle
        (("ab", "ac", "bc", "cb"), None, ["a", "  b", "    c >3", "  c", "    b >1"]),
    ],
)
def test_a_hierarchy_is_told_as_a_tree_that_ends(edges: tuple[str, ...], depth: int | None, told: list[str]) -> None:
    assert _told(network.unfold(_graph(*edges), "a", depth)) == told


def test_a_hierarchy_may_be_as_deep_as_it_likes() -> None:
    graph = nx.DiGraph()
    graph.add_edges_from(((n, n + 1) for n in range(5000)), ordinal=1)
    assert [place.depth for place in network.unfold(graph, 0)] == list(range(5001))


def test_an_unknown_plan_is_refused(pioneer: ox.Store) -> None:
    with pytest.raises(KeyError):
        network.hierarchy(pioneer, f"{ID}plan/none")
