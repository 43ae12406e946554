"""A thing and what it is directly linked with: as a list by relation, and as a graph that a reader lets grow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, url_for

from policygraph.draw import symbols

from ..failures import RequestError
from ..graph.answer_table import AnswerTable, Cell
from ..graph.citations import row_label, wanted
from ..graph.hierarchy import Part, described, node
from ..service import service
from ..web import preferences
from ..web.ask import rows
from ..web.names import shorten
from ..web.request import RequestContext, request_context
from ..web.urls import address
from . import data, page
from .take_home import file_of, offered, wanted_format

__all__ = ["blueprint"]

blueprint = Blueprint("neighbours", __name__, url_prefix="/neighbours")


@dataclass(frozen=True, slots=True)
class _Link:
    """One statement: its property, whether it is said of the thing or of its neighbour, and the neighbour."""

    property: str
    label: str
    is_forward: bool
    neighbour: Part


@blueprint.get("")
def neighbours() -> Response:
    """The neighbourhood of the thing that `of` names."""
    with request_context(service()) as context:
        thing = wanted("of")
        if wanted_format():
            return file_of(context, "neighbours", shorten(thing), lambda: _table(*_around(context, thing)))

        def ask() -> Mapping[str, Any]:
            centre, links = _around(context, thing)
            groups: dict[tuple[bool, str], list[_Link]] = {}
            for link in links:
                groups.setdefault((link.is_forward, link.label), []).append(link)
            return {
                "centre": centre,
                "groups": groups,
                "marks": symbols,
                "data": {**_graph_json(centre, links), "url": url_for(".around")},
            }

        return page(context, "neighbours.html", ask, formats=offered())


@blueprint.get("/around")
def around() -> Response:
    """The same for a graph that grows: nodes and edges."""
    with request_context(service()) as context:
        thing = wanted("of")
        return data(context, lambda: _graph_json(*_around(context, thing)))


def _around(context: RequestContext, thing: str) -> tuple[Part, list[_Link]]:
    solutions = rows(context, "neighbours", {"thing": node(thing)})
    parts = described(context, list(dict.fromkeys([thing, *(row["neighbour"].value for row in solutions)])))
    if thing not in parts:
        raise RequestError("not-found", path=shorten(thing))
    links: dict[tuple[str, str, str], _Link] = {}
    for row in solutions:
        iri, property_ = row["neighbour"].value, row["property"].value
        direction = row["direction"].value
        if iri in parts and iri != thing:
            label = row_label(row, "property") or shorten(property_)
            links.setdefault((property_, direction, iri), _Link(property_, label, direction == "out", parts[iri]))
    return parts[thing], list(links.values())


def _table(centre: Part, links: list[_Link]) -> AnswerTable:
    """The neighbours as rows: the relation, which way it points, and the neighbour with its class."""
    spoken = preferences.language()
    me = Cell(centre.label(spoken), iri=centre.iri)
    rows_ = [
        [
            *((me, other) if link.is_forward else (other, me)),
            Cell(link.label, iri=link.property),
            Cell(link.neighbour.kind_label(spoken)),
        ]
        for link in links
        for other in [Cell(link.neighbour.label(spoken), iri=link.neighbour.iri)]
    ]
    return AnswerTable(("from", "to", "relation", "class"), rows_)


def _graph_json(centre: Part, links: list[_Link]) -> dict[str, Any]:
    """Nodes and edges as scripts read them; an edge points as the statement does."""
    spoken = preferences.language()
    nodes = {part.iri: _node(part, spoken) for part in [centre, *(link.neighbour for link in links)]}
    edges = [
        {
            "source": centre.iri if link.is_forward else link.neighbour.iri,
            "target": link.neighbour.iri if link.is_forward else centre.iri,
            "label": link.label,
        }
        for link in links
    ]
    return {"centre": centre.iri, "nodes": list(nodes.values()), "edges": edges}


def _node(part: Part, language: str) -> dict[str, Any]:
    mark = symbols.of_kind(part.kind)
    return {
        "iri": part.iri,
        "href": address(part.iri),
        "label": part.label(language),
        "kindLabel": part.kind_label(language),
        "light": mark.light,
        "dark": mark.dark,
    }
