"""An IRI of ours in, the document about it out, in the format that the client negotiates (linked data).

The path below the service mirrors the path below the base of our IRIs. A thing or a concept cannot be sent, so
`/id/…` and `/concept/…` lead by 303 to the document about it, `/about/id/…`, which is negotiated ("Cool URIs for the
Semantic Web", section 4.2, one generic document). The ontology's terms are names within `/ontology#`, and a graph is a
document: both answer themselves (section 4.1). A suffix names one format of a document: `.ttl .nt .jsonld .rdf`, and
where there are pages `.html .csv .xlsx`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, request

from policygraph import vocab
from policygraph.describe import dataset
from policygraph.messages import message

from ..formats import GRAPHS, PAGE, TRIPLES, Choice, Formats, media_types
from ..graph.thing import describe, serialise, unknown
from ..routes import FORMAT, MISSING, PATH, Argument, Route
from ..service import service
from ..web.answers import compose, deliver
from ..web.names import names
from ..web.names import path as path_of
from ..web.negotiation import required
from ..web.request import RequestContext, request_context
from ..web.urls import root
from .description import whole_graphs

__all__ = ["ROUTES", "View", "blueprint", "show_pages"]

blueprint = Blueprint("linked", __name__)

#: Writes what people get of an IRI in a format, the page or its tables; raises RequestError where there is nothing.
View = Callable[[RequestContext, str, str], Response]
_VIEW = "policygraph.view"
#: Suffix of a document -> its format.
_SUFFIXES: Mapping[str, str] = {
    "ttl": "turtle",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "rdf": "rdfxml",
    "trig": "trig",
    "nq": "nquads",
    "html": "html",
    "csv": "csv",
    "xlsx": "xlsx",
}


def show_pages(app: Flask, view: View, formats: Formats = PAGE) -> None:
    """Lets those who prefer HTML have it: `view` is asked for the page of a thing, a concept or the ontology.

    `formats` are those that it writes.
    """
    app.extensions[_VIEW] = view, formats


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that is asked for: the IRI it is about, its path without suffix, and the format that is named."""

    iri: str
    path: str
    format: str | None

    @property
    def url(self) -> str:
        """Its own address, whatever the format."""
        return root() + _quoted(self.path)


def _quoted(path: str) -> str:
    return quote(path, safe="/!$&'()*+,;=:@~")


_TAG = "linked data"
#: What the way to a document may answer.
_REDIRECTED = (*MISSING, 414, 500)
ROUTES = (
    Route(
        "/id/{path}",
        _TAG,
        message("A thing: the way to the document about it"),
        (),
        {},
        (PATH,),
        _REDIRECTED,
        303,
    ),
    Route(
        "/concept/{path}",
        _TAG,
        message("A concept: the way to the document about it"),
        (),
        {},
        (PATH,),
        _REDIRECTED,
        303,
    ),
    Route(
        "/about/{kind}/{path}",
        _TAG,
        message("What the graph says of a thing or a concept"),
        media_types(TRIPLES),
        {},
        (Argument("kind", {"enum": ["id", "concept"]}, message("A thing or a concept"), "path"), PATH, FORMAT),
    ),
    Route("/ontology", _TAG, message("Every term of the ontology"), media_types(TRIPLES), {}, (FORMAT,)),
    Route(
        "/ontology.{suffix}",
        _TAG,
        message("The ontology in the format of a suffix"),
        media_types(TRIPLES),
        {},
        (Argument("suffix", {"enum": ["ttl", "nt", "jsonld", "rdf"]}, message("The format's suffix"), "path"),),
    ),
    Route("/graph/{path}", _TAG, message("A named graph"), media_types(GRAPHS), {}, (PATH, FORMAT)),
)


@blueprint.get("/id/<path:path>")
@blueprint.get("/concept/<path:path>")
def thing(path: str) -> Response:  # noqa: ARG001 - the whole path is what counts
    """The way from a thing to the document about it (RFC 9110 15.4.4)."""
    url = f"{root()}about{_quoted(request.path)}"
    query = request.query_string.decode("latin-1")
    response = Response(status=303)
    del response.headers["Content-Type"]
    response.headers["Location"] = url + f"?{query}" * bool(query)
    response.headers["Link"] = f'<{url}>; rel="describedby"'
    return response


@blueprint.get("/about/<any(id, concept):kind>/<path:path>")
def about(kind: str, path: str) -> Response:
    """What the graph says of a thing."""
    document = _document("about/", f"{kind}/{path}")
    with request_context(service()) as context:

        def answer(choice: Choice) -> Response:
            def write() -> tuple[bytes, int]:
                statements = [*describe(context, document.iri), *_of_document(context, document)]
                return serialise(statements, GRAPHS[choice.name].engine), len(statements)

            return compose(context, f" about {document.iri} at {root()}", choice, write)

        return _sent(context, document, TRIPLES, answer)


@blueprint.get("/ontology")
@blueprint.get("/ontology.<suffix>")
def ontology(suffix: str = "") -> Response:
    """Every term of the ontology, with the concept schemes and alignments that belong to it."""
    document = _document("", "ontology" + f".{suffix}" * bool(suffix))
    with request_context(service()) as context:

        def answer(choice: Choice) -> Response:
            return deliver(context, whole_graphs([vocab.GRAPH_ONTOLOGY.value], "", "ontology", choice, context.service))

        if document.iri != vocab.BASE + "ontology":
            raise unknown(context, document.iri)
        return _sent(context, document, TRIPLES, answer)


@blueprint.get("/graph/<path:path>")
def graph(path: str) -> Response:
    """A named graph; where the format has graphs, under its name."""
    document = _document("", f"graph/{path}")
    with request_context(service()) as context:

        def answer(choice: Choice) -> Response:
            return deliver(context, whole_graphs([document.iri], "", document.iri, choice, context.service))

        if document.iri not in context.pool.graphs:
            raise unknown(context, document.iri, context.pool.graphs)
        return _sent(context, document, GRAPHS, answer, has_page=False)


def _document(folder: str, path: str) -> _Document:
    stem, _, suffix = path.rpartition(".")
    if stem and suffix in _SUFFIXES:
        return _Document(names().at(stem), folder + stem, _SUFFIXES[suffix])
    return _Document(names().at(path), folder + path, request.args.get("format"))


def _of_document(context: RequestContext, document: _Document) -> list[ox.Triple]:
    """What is said of the document itself: what it is about, of which dataset it is, under which licence."""
    node = ox.NamedNode(document.url)
    facts = (
        (vocab.rdf_type.value, ox.NamedNode(vocab.expand("foaf:Document"))),
        (vocab.expand("foaf:primaryTopic"), ox.NamedNode(document.iri)),
        (vocab.expand("void:inDataset"), dataset(context.pool.names.base)),
        (vocab.expand("dcterms:license"), ox.NamedNode(context.pool.about.licence)),
    )
    return [ox.Triple(node, ox.NamedNode(name), value) for name, value in facts]


def _sent(
    context: RequestContext,
    document: _Document,
    formats: Formats,
    answer: Callable[[Choice], Response],
    *,
    has_page: bool = True,
) -> Response:
    """The document in the format that suits, or its page; and the ways to its other forms (RFC 8288)."""
    view, viewed = current_app.extensions.get(_VIEW, (None, {})) if has_page else (None, {})
    offered = {**formats, **viewed}
    choice = required(offered, document.format)
    response = view(context, document.iri, choice.name) if choice.name in viewed else answer(choice)
    response.vary.add("Accept")
    addresses = {name: f"{document.url}.{suffix}" for suffix, name in _SUFFIXES.items() if name in offered}
    response.headers["Content-Location"] = addresses[choice.name]
    response.headers["Link"] = ", ".join(
        [
            f'<{document.url}>; rel="canonical"',
            f'<{_iri(document.iri)}>; rel="describes"',
            f'<{root()}.well-known/void>; rel="describedby"',
            *(
                f'<{address}>; rel="alternate"; type="{offered[name].media_types[0]}"'
                for name, address in addresses.items()
                if name != choice.name
            ),
        ]
    )
    return response


def _iri(iri: str) -> str:
    """An IRI as a header can hold it: a URI (RFC 3987 3.1)."""
    path = path_of(iri)
    return iri.removesuffix(path) + _quoted(path)
