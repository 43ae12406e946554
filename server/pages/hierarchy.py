"""The hierarchy of a plan: a page with its outline, the levels that its tree opens, and files to take home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from policygraph import draw, network
from policygraph.draw import symbols
from policygraph.draw.picture import COLOURINGS, picture
from policygraph.queries import with_values

from ..failures import RequestError
from ..formats import Choice
from ..graph.answer_table import AnswerTable, Cell, text_cell
from ..graph.citations import row_label, wanted
from ..graph.hierarchy import Hierarchy, Part, described, grow, named, node, parts_of, ways
from ..service import service
from ..web import preferences
from ..web.ask import answer, part
from ..web.names import shorten
from ..web.request import RequestContext, request_context
from ..web.urls import address
from . import data, keep, page, paging
from .take_home import file_of, of_query, offered, wanted_format

__all__ = ["blueprint"]

blueprint = Blueprint("hierarchy", __name__, url_prefix="/hierarchy")

#: The most parts of a page at first, of a sunburst or a treemap, and of a file.
_AT_FIRST, _AT_A_GLANCE, _IN_A_FILE = 400, 2000, 12_000
_LEVELS_IN_A_FILE = 200
#: Plans to choose from that a page shows.
_PLANS = 400
_WORDS = 200


@blueprint.get("")
def hierarchy() -> Response:
    """Without `of` the plans to choose from; else the hierarchy of a thing."""
    with request_context(service()) as context:
        if not request.args.get("of"):
            if wanted_format():
                return file_of(context, "hierarchies", "hierarchies", lambda: of_query(context, "hierarchies"))
            return page(context, "hierarchies.html", lambda: _plans(context), formats=offered())
        root = wanted("of")
        if wanted_format():
            return file_of(context, root.rpartition("/")[2], shorten(root), lambda: _table(context, root))

        def ask() -> Mapping[str, Any]:
            grown = _grown(context, root, _AT_FIRST)
            spoken, places = preferences.language(), network.unfold(_graph(grown), root)
            return {
                "grown": grown,
                "marks": symbols,
                "places": places,
                "firsts": {place.first for place in places if place.is_repeated},
                "legend": _legend(grown, spoken),
                "data": {
                    "root": grown.root.iri,
                    "parts": {iri: _part_json(part, spoken) for iri, part in grown.parts.items()},
                    "children": {iri: [part.iri for part in below] for iri, below in grown.children.items()},
                    "marks": _marks(),
                    "order": {"type": [*symbols.KINDS, ""], "targets": list(symbols.TARGETS)},
                    "urls": {
                        "parts": url_for(".parts"),
                        "named": url_for(".matches"),
                        "whole": url_for(".whole"),
                        "svg": url_for(".export", ending="svg"),
                    },
                },
            }

        return page(context, "hierarchy.html", ask, endings=_ENDINGS, formats=_tables(), wanted=shorten(root))


def _tables() -> dict[str, str]:
    """The formats of the outline as a table; Turtle is among the files, whole."""
    return {name: called for name, called in offered().items() if name != "ttl"}


def _table(context: RequestContext, root: str) -> AnswerTable:
    """The outline as rows, in reading order: each part once, with what it stands in."""
    grown, spoken = _grown_whole(context, root), preferences.language()
    places = network.unfold(_graph(grown), root)
    rows_: list[list[Cell | None]] = []
    for place in places:
        if place.is_repeated:
            continue
        part = grown.parts[place.node]
        above = grown.parts[places[place.parent].node] if place.depth else None
        rows_.append(
            [
                Cell(str(place.depth), "integer"),
                text_cell(part.number),
                Cell(part.label(spoken), iri=part.iri),
                Cell(part.kind_label(spoken)),
                Cell(above.label(spoken), iri=above.iri) if above else None,
                Cell(str(part.targets), "integer"),
            ]
        )
    return AnswerTable(("depth", "number", "part", "class", "whole", "targets"), rows_)


def _plans(context: RequestContext) -> Mapping[str, Any]:
    """The plans that have a hierarchy, each with its name, so many at once."""
    start = paging.start()
    listed, total = part(context, "hierarchies", start, _PLANS)
    return {
        "plans": [(row_label(row, "") or shorten(row["plan"].value), row) for row in listed],
        "total": total,
        **paging.turns(start, _PLANS, total),
    }


def _grown(context: RequestContext, root: str, most: int) -> Hierarchy:
    grown = grow(context, root, most)
    if grown is None:
        raise RequestError("not-found", path=shorten(root))
    return grown


def _grown_whole(context: RequestContext, root: str) -> Hierarchy:
    """All that is below a root. Raises RequestError where that is more than a file may hold."""
    grown = grow(context, root, _IN_A_FILE, _LEVELS_IN_A_FILE)
    if grown is not None and not grown.is_whole:
        raise RequestError("too-many-rows", limit=_IN_A_FILE)
    return grown or _grown(context, root, 1)


def _part_json(part: Part, language: str) -> dict[str, Any]:
    """A part as scripts read it."""
    return {
        "href": address(part.iri),
        "label": part.label(language),
        "number": part.number,
        "kind": part.kind if part.kind in symbols.KINDS else "",
        "kindLabel": part.kind_label(language),
        "targets": "own" if part.targets else "below" if part.targets_within else "none",
        "targetCount": part.targets,
        "parts": part.parts,
        "wholes": part.wholes,
    }


def _legend(grown: Hierarchy, language: str) -> list[tuple[symbols.Mark, str, int]]:
    """The classes of the parts that are told: mark, label, and how many."""
    counts = Counter((symbols.of_kind(part.kind), part.kind_label(language)) for part in grown.parts.values())
    order = [*symbols.KINDS.values(), symbols.OTHER]

    def place(item: tuple[tuple[symbols.Mark, str], int]) -> int:
        # an area, or another whole that is no plan, has a mark of its own
        return order.index(item[0][0]) if item[0][0] in order else len(order)

    return [(*entry, count) for entry, count in sorted(counts.items(), key=place)]


def _marks() -> dict[str, dict[str, dict[str, str]]]:
    """Colouring -> what it tells apart -> the mark."""
    tables = {"type": {**symbols.KINDS, "": symbols.OTHER}, "targets": symbols.TARGETS}
    return {
        colouring: {name: {"path": mark.path, "light": mark.light, "dark": mark.dark} for name, mark in table.items()}
        for colouring, table in tables.items()
    }


@blueprint.get("/parts")
def parts() -> Response:
    """The parts of one thing, in order, for a tree that opens it."""
    with request_context(service()) as context:
        whole = wanted("of")
        spoken = preferences.language()
        return data(
            context,
            lambda: [{"iri": part.iri, **_part_json(part, spoken)} for part in parts_of(context, [whole])[whole]],
        )


@blueprint.get("/named")
def matches() -> Response:
    """The parts below a thing whose name holds the words `q`, each with the way to it."""
    with request_context(service()) as context:
        root, words = wanted("of"), request.args.get("q", "").strip()[:_WORDS]

        def write() -> list[dict[str, Any]]:
            paths = ways(context, root, named(context, root, words)) if words else {}
            parts = described(context, sorted({step for way in paths.values() for step in way}))
            spoken = preferences.language()
            return [
                {"iri": thing, "way": way, "labels": [parts[step].label(spoken) for step in way if step in parts]}
                for thing, way in sorted(paths.items(), key=lambda item: (len(item[1]), item[0]))
            ]

        return data(context, write)


@blueprint.get("/whole")
def whole() -> Response:
    """As much of a hierarchy as can be seen at a glance, nested, each part at the first place where it stands."""
    with request_context(service()) as context:
        root = wanted("of")

        def write() -> dict[str, Any]:
            grown = _grown(context, root, _AT_A_GLANCE)
            spoken = preferences.language()
            places = network.unfold(_graph(grown), root)
            nodes = [{"iri": place.node, **_part_json(grown.parts[place.node], spoken)} for place in places]
            for place in reversed(places):
                nodes[place.number]["children"] = [
                    nodes[child] for child in place.children if not places[child].is_repeated
                ]
            return {"isWhole": grown.is_whole, "tree": nodes[0]}

        return data(context, write)


def _graph(grown: Hierarchy) -> Any:
    """The hierarchy as a graph of networkx, whose nodes have the attributes of `network.hierarchy`."""
    nodes = {
        iri: {
            "label_zh": part.labels.get("zh", ""),
            "label_en": part.labels.get("en", ""),
            "kind": part.kind,
            "number": part.number,
            "targets": part.targets,
        }
        for iri, part in grown.parts.items()
    }
    edges = [(above, part.iri, part.ordinal) for above, below in grown.children.items() for part in below]
    return network.graph_of(nodes, edges)


@dataclass(frozen=True, slots=True)
class _Ending:
    """A file that a reader can take home: its name for people, its format, and what writes it."""

    name: str
    choice: Choice
    write: Callable[[RequestContext, str], bytes]


def _drawn(ending: str) -> Callable[[RequestContext, str], bytes]:
    def write(context: RequestContext, root: str) -> bytes:
        colouring, paper = _one_of("colour", COLOURINGS), _one_of("paper", draw.THEMES)
        grown, spoken = _grown_whole(context, root), preferences.language()
        kinds = {part.kind: part.kind_label(spoken) for part in grown.parts.values()}
        drawing = picture(_graph(grown), root, kinds, language=spoken, colouring=colouring)
        return draw.text(drawing, ending, paper).encode()

    return write


def _one_of(name: str, offered: Mapping[str, object]) -> str:
    """A parameter that is one of some words, the first where it is not given. Raises RequestError for another."""
    value = request.args.get(name, next(iter(offered)))
    if value not in offered:
        words = ", ".join(offered)
        raise RequestError("bad-parameter", name=name, value=value, wanted=words)
    return value


def _for_tools(ending: str) -> Callable[[RequestContext, str], bytes]:
    def write(context: RequestContext, root: str) -> bytes:
        return network.FILES[ending](_graph(_grown_whole(context, root)), preferences.language())

    return write


def _turtle(context: RequestContext, root: str) -> bytes:
    _grown(context, root, 1)
    return answer(context, with_values(context.service.questions["subtree"], {"whole": node(root)}), "turtle")


#: Ending of a file -> what it is.
_ENDINGS = {
    "svg": _Ending("SVG", Choice("svg", "image/svg+xml"), _drawn(".svg")),
    "ttl": _Ending("Turtle", Choice("turtle", "text/turtle"), _turtle),
    "graphml": _Ending("GraphML", Choice("graphml", "application/graphml+xml"), _for_tools("graphml")),
    "gexf": _Ending("GEXF", Choice("gexf", "application/gexf+xml"), _for_tools("gexf")),
    "cyjs": _Ending("Cytoscape", Choice("cytoscape", "application/json"), _for_tools("cyjs")),
    "dot": _Ending("Graphviz", Choice("dot", "text/vnd.graphviz"), _drawn(".dot")),
    "mmd": _Ending("Mermaid", Choice("mermaid", "text/vnd.mermaid"), _drawn(".mmd")),
}


@blueprint.get("/hierarchy.<ending>")
def export(ending: str) -> Response:
    """The hierarchy of a thing as a file, whole: one with more parts than a file may hold is refused."""
    with request_context(service()) as context:
        if ending not in _ENDINGS:
            raise RequestError("not-found", path=request.path)
        root, media = wanted("of"), _ENDINGS[ending]
        response = keep(context, media.choice, lambda: media.write(context, root))
        name = root.rstrip("/").rpartition("/")[2].rpartition("#")[2]
        disposition = "inline" if "inline" in request.args else "attachment"
        response.headers.set("Content-Disposition", disposition, filename=f"{name}.{ending}")
        return response
