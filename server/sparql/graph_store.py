"""Whole graphs read and written: SPARQL 1.1 Graph Store HTTP Protocol, graphs named in the address (4.2).

    GET /graph-store?graph=…      everyone
    PUT POST DELETE …             curators; a POST without a graph makes one

The default graph is the union of all others: it can be read, and what is written names its graph.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, Response, request

from policygraph import vocab

from ..failures import RequestError
from ..formats import TRIPLES, Choice
from ..linked_data.description import whole_graphs
from ..service import service
from ..service.cache import tag
from ..web.answers import Question, deliver
from ..web.negotiation import required
from ..web.protocol import in_address
from ..web.request import RequestContext, request_context
from .update import admit, apply, body, require_absolute, require_unchanged

__all__ = ["BODIES", "blueprint"]

blueprint = Blueprint("graph_store", __name__)

#: Media types of bodies that are taken: those that hold one graph, under media types that are used for RDF only.
BODIES = tuple(form.media_types[0] for form in TRIPLES.values())
#: Parameters of an address, and whether they have a value.
_PARAMETERS = ("graph", "default", "force", "format")


@blueprint.get("/graph-store")
def get() -> Response:
    """A graph (5.2), with HEAD (5.6)."""
    with request_context(service()) as context:
        arguments = _parameters(context)
        graph = _graph(arguments)
        if graph is None and "default" not in arguments:
            raise RequestError("which-graph")
        choice = required(TRIPLES, arguments.get("format"))
        return deliver(context, _question(context, _stored(context, graph), choice))


@blueprint.put("/graph-store")
def put() -> Response:
    """The body becomes the graph (5.3)."""
    return _write("put")


@blueprint.post("/graph-store")
def post() -> Response:
    """The body is added to the graph, or to a new one (5.5)."""
    return _write("post")


@blueprint.delete("/graph-store")
def delete() -> Response:
    """The graph goes (5.4)."""
    return _write("delete")


def _write(what: str) -> Response:
    with request_context(service()) as context:
        curator = admit(context)
        arguments = _parameters(context)
        graph = _graph(arguments)
        if "default" in arguments:
            raise RequestError("default-graph")
        if graph is None and what != "post":
            raise RequestError("which-graph")
        named = graph or f"{vocab.GRAPH}added/{uuid.uuid4()}"
        is_there = named in context.pool.graphs
        if what == "delete" and not is_there:
            raise RequestError("no-graph", graph=named)
        job = {
            "do": what,
            "graph": named,
            "media_type": request.mimetype,
            "before": require_unchanged(context, _tags(context, named), exists=is_there),
            "what": {"method": request.method, "graph": named},
        }
        status = 200 if is_there else 201
        content = b"" if what == "delete" else _content()
        response = apply(context, curator, job, content, force=_values(arguments, "force"), status=status)
        if response.status_code == 201:
            response.headers["Location"] = named
        return response


def _content() -> bytes:
    if request.mimetype not in BODIES:
        raise RequestError("body-type", given=request.headers.get("Content-Type", ""), wanted=", ".join(BODIES))
    return body()


def _parameters(context: RequestContext) -> Mapping[str, str]:
    """The parameters of the address, each once. Raises RequestError for a graph that is named in two ways (4.2)."""
    arguments: dict[str, str] = {}
    for name, value in in_address(request, context.service.settings):
        if name in arguments:
            raise RequestError("repeated", name=name, count=2)
        if name in _PARAMETERS:
            arguments[name] = value
    if "graph" in arguments and "default" in arguments:
        raise RequestError("which-graph")
    return arguments


def _values(arguments: Mapping[str, str], name: str) -> list[str]:
    return [arguments[name]] if name in arguments else []


def _graph(arguments: Mapping[str, str]) -> str | None:
    if "graph" in arguments:
        require_absolute(arguments["graph"])
    return arguments.get("graph")


def _stored(context: RequestContext, graph: str | None) -> list[str]:
    """The graphs to read: one, or all of them where none is named."""
    if graph is not None and graph not in context.pool.graphs:
        raise RequestError("no-graph", graph=graph)
    return context.pool.graphs if graph is None else [graph]


def _question(context: RequestContext, graphs: list[str], choice: Choice) -> Question:
    key = graphs[0] if len(graphs) == 1 else "default graph"
    return whole_graphs(graphs, "", key, choice, context.service)


def _tags(context: RequestContext, graph: str) -> list[str]:
    """The entity tags that a GET of the graph gives, in every format and coding."""
    questions = [
        _question(context, [graph], Choice(name, kind)) for name, form in TRIPLES.items() for kind in form.media_types
    ]
    tags = [tag(context.pool.edition, each.key, each.dataset, each.choice.media_type) for each in questions]
    return [name + coding for name in tags for coding in ("", "-gzip")]
