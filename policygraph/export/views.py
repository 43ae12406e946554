"""Exports of views: hierarchies, co-responsibility, alignments, and initiatives, for graph tools."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from policygraph import network
from policygraph.draw import diagram_text
from policygraph.draw.symbols import THEMES, of_kind
from policygraph.export.registry import CUT, Export, Material, Wanted, Writer
from policygraph.formats import graph_files
from policygraph.messages import message

__all__ = ["VIEWS", "of_views"]


@dataclass(frozen=True, slots=True)
class View:
    """A view: whether its edges are directed, its description in zh and en, and the label of its edges, if any."""

    is_directed: bool
    about: Mapping[str, str]
    edge_label: str = ""


#: View -> what it is; its nodes and edges are queries/views/<view>-nodes.rq and -edges.rq.
VIEWS: Mapping[str, View] = {
    "hierarchy": View(
        True,
        message("graph of plans and their parts, from each whole to its parts"),
    ),
    "co-responsibility": View(
        False,
        message("graph of those who are responsible for the same elements"),
        "weight",
    ),
    "alignment": View(
        True,
        message("graph of elements of different plans that are aligned"),
        "relation",
    ),
    "initiatives": View(
        True,
        message("graph of plans and the initiatives they read or concern"),
    ),
}

Graph = Any  # networkx has no types


def _graph(material: Material, view: View) -> Graph:
    return network.of_rows(*material.rows, is_directed=view.is_directed)


def _file(view: View, name: str) -> Writer:
    """The writer of a view in one of the formats of graph tools."""

    def write(material: Material) -> bytes:
        return graph_files.WRITERS[name](_graph(material, view), material.wanted.language)

    return write


def _text(write: Callable[[diagram_text.Diagram, Any], str]) -> Callable[[View], Writer]:
    """A writer of `diagram_text`, for a view."""
    return lambda view: lambda material: write(_diagram(material, view), THEMES["light"]).encode()


#: Format -> media type, and its writer for a view.
_FORMATS: Mapping[str, tuple[str, Callable[[View], Writer]]] = {
    "graphml": ("application/graphml+xml", partial(_file, name="graphml")),
    "gexf": ("application/gexf+xml", partial(_file, name="gexf")),
    "cyjs": ("application/json", partial(_file, name="cyjs")),
    "dot": ("text/vnd.graphviz", _text(diagram_text.dot)),
    "mmd": ("text/vnd.mermaid", _text(diagram_text.mermaid)),
}


def of_views() -> Iterable[Export]:
    """Every export of views."""
    for name, view in VIEWS.items():
        for ending, (media_type, writer) in _FORMATS.items():
            yield Export(f"{name}.{ending}", media_type, view.about, _reads(name), writer(view), CUT)


def _reads(name: str) -> Callable[[Wanted], list[str]]:
    return lambda _: [f"views/{name}-nodes", f"views/{name}-edges"]


def _diagram(material: Material, view: View) -> diagram_text.Diagram:
    """The view as boxes and lines, its words in the language wanted."""
    graph, language = _graph(material, view), material.wanted.language
    names = {node: f"n{place}" for place, node in enumerate(graph)}
    kinds = {
        attributes["kind"]: attributes.get(f"kind_{language}", attributes["kind"])
        for _, attributes in graph.nodes(data=True)
    }
    counts = {
        kind: sum(attributes["kind"] == kind for _, attributes in graph.nodes(data=True)) for kind in sorted(kinds)
    }
    return diagram_text.Diagram(
        material.queries_run[0].header_text("title", language),
        [
            diagram_text.Box(
                names[node], _words(node, attributes, language), kinds[attributes["kind"]], of_kind(attributes["kind"])
            )
            for node, attributes in graph.nodes(data=True)
        ],
        [
            diagram_text.Line(names[start], names[end], _edge_label(attributes, view.edge_label, language))
            for start, end, attributes in graph.edges(data=True)
        ],
        [(of_kind(kind), f"{kinds[kind]} {count}") for kind, count in counts.items()],
        view.is_directed,
    )


def _words(node: str, attributes: Mapping[str, Any], language: str) -> str:
    other = "zh" if language == "en" else "en"
    label = attributes.get(f"label_{language}") or attributes.get(f"label_{other}") or node
    return f"{attributes['number']} {label}" if attributes.get("number") else label


def _edge_label(attributes: Mapping[str, Any], name: str, language: str) -> str:
    """The words on an edge: a relation by its label, a weight above one."""
    value = attributes.get(f"{name}_{language}", attributes.get(name, ""))
    return "" if value == 1 else str(value)
