"""A store or the rows of a view in, networkx graphs out: plan hierarchies, who works with whom, and what they show.

Nodes are IRIs (strings) with `label_zh`, `label_en` and `kind`, those of a hierarchy also with `number` (as printed)
and `targets` (how many they set); every attribute is a string or a number, so that GraphML and GEXF can hold it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.formats import graph_files
from policygraph.queries import Rows, Term
from policygraph.store import labels_of
from policygraph.vocab import pg

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FILES", "Place", "cycles", "graph_of", "hierarchy", "measures", "of_rows", "unfold", "warm"]

#: Ending of a file for graph tools -> what writes a graph as one, its nodes labelled in a language.
FILES: dict[str, Callable[[nx.Graph, str], bytes]] = {
    "graphml": graph_files.graphml,
    "gexf": graph_files.gexf,
    "cyjs": graph_files.cytoscape,
}

#: Variables of a view that say of what it is, and nothing of a node or an edge.
_PARAMETERS = frozenset(["plan", "document"])
#: Datatype -> the value that graph files know; all else is text.
_READERS: dict[str, Callable[[str], Any]] = {
    vocab.PREFIXES["xsd"] + "integer": int,
    vocab.PREFIXES["xsd"] + "decimal": float,
    vocab.PREFIXES["xsd"] + "boolean": lambda text: text == "true",
}


def warm() -> None:
    """Loads networkx, which takes some tenths of a second once."""
    import networkx  # noqa: F401, PLC0415 - slow to import


def hierarchy(store: ox.Store, plan: str) -> nx.DiGraph:
    """A plan and all its parts, an edge from each whole to each of its parts with the part's `ordinal`.

    Raises KeyError for an IRI that the store does not know.
    """
    import networkx as nx  # noqa: PLC0415 - slow to import

    root = ox.NamedNode(plan)
    if not any(True for _ in store.quads_for_pattern(root, None, None)):
        raise KeyError(plan)
    graph = nx.DiGraph()
    waiting = [root]
    while waiting:
        whole = waiting.pop()
        if graph.nodes.get(whole.value):
            continue
        graph.add_node(whole.value, **_attributes(store, whole), **_part_attributes(store, whole))
        for quad in store.quads_for_pattern(None, pg("isPartOf"), whole):
            if isinstance(quad.subject, ox.NamedNode):
                graph.add_edge(whole.value, quad.subject.value, ordinal=_ordinal(store, quad.subject))
                waiting.append(quad.subject)
    return graph


@dataclass(slots=True)
class Place:
    """The position of a node when a hierarchy is laid out as a tree; positions are numbered in reading order.

    A node has a place for each of its wholes, and its parts stand below one of them only, the one nearest to the root:
    `first` is the number of that place, at that place itself its own. `is_cycle` says that it is above this one: the
    node is a part of itself. `hidden` counts its parts that are too deep to be told.
    """

    number: int
    node: str
    depth: int
    parent: int
    children: list[int] = field(default_factory=list)
    first: int = -1
    is_cycle: bool = False
    hidden: int = 0

    @property
    def is_repeated(self) -> bool:
        """Whether the parts of this node are listed at another position."""
        return self.first != self.number


def unfold(graph: nx.DiGraph, root: str, depth: int | None = None) -> list[Place]:
    """The places of a hierarchy as a tree from a root on, in reading order, down to a depth (0 is the root alone)."""
    owners = _owners(graph, root)
    places: list[Place] = []
    firsts: dict[str, int] = {}
    waiting = [(root, -1)]
    while waiting:
        node, parent = waiting.pop()
        number, above = len(places), places[parent] if parent >= 0 else None
        place = Place(number, node, above.depth + 1 if above else 0, parent)
        places.append(place)
        if above:
            above.children.append(number)
        if owners[node] != (above.node if above else None):
            continue
        firsts[node] = number
        parts = _parts(graph, node)
        if depth is None or place.depth < depth:
            waiting += [(part, number) for part in reversed(parts)]
        else:
            place.hidden = len(parts)
    for place in places:
        place.first = firsts[place.node]
        place.is_cycle = place.is_repeated and _is_above(places, place.first, place.parent)
    return places


def _owners(graph: nx.DiGraph, root: str) -> dict[str, str | None]:
    """Node -> the whole below which its parts are listed: by the shortest path from the root, the earlier of two."""
    owners: dict[str, str | None] = {root: None}
    waiting = deque([root])
    while waiting:
        whole = waiting.popleft()
        for part in _parts(graph, whole):
            if part not in owners:
                owners[part] = whole
                waiting.append(part)
    return owners


def _parts(graph: nx.DiGraph, whole: str) -> list[str]:
    """The parts of a whole in the order of the document."""
    return sorted(graph.successors(whole), key=lambda part: (graph.edges[whole, part]["ordinal"], part))


def _is_above(places: list[Place], target: int, place: int) -> bool:
    while place > target:
        place = places[place].parent
    return place == target


def graph_of(nodes: Mapping[str, Mapping[str, Any]], edges: Iterable[tuple[str, str, int]]) -> nx.DiGraph:
    """A hierarchy of nodes with their attributes and of edges (whole, part, ordinal), from wherever they are known."""
    import networkx as nx  # noqa: PLC0415 - slow to import

    graph = nx.DiGraph()
    for node, attributes in nodes.items():
        graph.add_node(node, **attributes)
    for whole, part, ordinal in edges:
        graph.add_edge(whole, part, ordinal=ordinal)
    return graph


def of_rows(nodes: Rows, edges: Rows, *, is_directed: bool) -> nx.Graph:
    """A graph from the rows of a view's two queries: nodes by `id`, edges by `from` and `to`, the rest attributes.

    Numbers and truth values have their types. An edge to something that is no node of the view is left out.
    """
    import networkx as nx  # noqa: PLC0415 - slow to import

    graph = nx.DiGraph() if is_directed else nx.Graph()
    for row in nodes.rows:
        attributes = _typed(nodes.variables, row)
        graph.add_node(attributes.pop("id"), **attributes)
    for row in edges.rows:
        attributes = _typed(edges.variables, row)
        start, end = attributes.pop("from"), attributes.pop("to")
        if start in graph and end in graph:
            graph.add_edge(start, end, **attributes)
    return graph


def _typed(variables: list[str], row: Sequence[Term | None]) -> dict[str, Any]:
    pairs = zip(variables, row, strict=True)
    return {name: _value(term) for name, term in pairs if term is not None and name not in _PARAMETERS}


def _value(term: Term) -> Any:
    reader = _READERS.get(term.datatype.value) if isinstance(term, ox.Literal) else None
    return reader(term.value) if reader else term.value


def cycles(graph: nx.DiGraph) -> list[list[str]]:
    """The cycles of a hierarchy, each from its smallest IRI on, in order: a sound plan has none."""
    import networkx as nx  # noqa: PLC0415 - slow to import

    loops = [_from_smallest(cycle) for cycle in nx.simple_cycles(graph)]
    return sorted(loops)


def _from_smallest(cycle: list[str]) -> list[str]:
    start = cycle.index(min(cycle))
    return cycle[start:] + cycle[:start]


def measures(graph: nx.DiGraph, root: str) -> dict[str, int]:
    """Of what hangs below a root: parts, leaves, depth (edges to the deepest part), breadth (most parts of a whole)."""
    import networkx as nx  # noqa: PLC0415 - slow to import

    depths = nx.single_source_shortest_path_length(graph, root)
    degrees = [graph.out_degree(node) for node in depths]
    return {
        "elements": len(depths) - 1,
        "leaves": degrees.count(0),
        "depth": max(depths.values()),
        "breadth": max(degrees),
    }


def centrality(graph: nx.Graph) -> dict[str, dict[str, float]]:
    """Node -> how many it is joined with, and its betweenness: the share of shortest ways between others over it."""
    import networkx as nx  # noqa: PLC0415 - slow to import

    plain = graph.to_undirected()
    between = nx.betweenness_centrality(plain)
    return {node: {"degree": degree, "betweenness": round(between[node], 4)} for node, degree in plain.degree()}


def _attributes(store: ox.Store, node: ox.NamedNode) -> dict[str, Any]:
    labels = labels_of(store, node)
    attributes: dict[str, Any] = {f"label_{language}": labels.get(language, "") for language in ("zh", "en")}
    ours = vocab.PREFIXES["pg"]
    kinds = sorted(
        quad.object.value.removeprefix(ours)
        for quad in store.quads_for_pattern(node, vocab.rdf_type, None)
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(ours)
    )
    special = [kind for kind in kinds if kind not in ("Goal", "Organisation", "PlanElement")]
    attributes["kind"] = (special or kinds or [""])[0]
    return attributes


def _part_attributes(store: ox.Store, node: ox.NamedNode) -> dict[str, Any]:
    printed = (quad.object for quad in store.quads_for_pattern(node, pg("hasPrintedNumber"), None))
    setting = {quad.subject for quad in store.quads_for_pattern(None, pg("isSetBy"), node)}
    return {
        "number": min((value.value for value in printed if isinstance(value, ox.Literal)), default=""),
        "targets": sum(_is_target(store, thing) for thing in setting),
    }


def _is_target(store: ox.Store, thing: ox.NamedNode | ox.BlankNode | ox.Triple) -> bool:
    return any(True for _ in store.quads_for_pattern(thing, vocab.rdf_type, pg("IndicatorTarget")))


def _ordinal(store: ox.Store, node: ox.NamedNode) -> int:
    ordinals = (quad.object for quad in store.quads_for_pattern(node, pg("hasOrdinal"), None))
    return next((int(value.value) for value in ordinals if isinstance(value, ox.Literal)), 0)
