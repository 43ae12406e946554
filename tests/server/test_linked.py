"""Linked data: an IRI is looked up, and what it means comes in the format that suits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
import serving
from flask import Response
from rdflib import RDF, SKOS, Literal, URIRef
from serving import ID

from policygraph import vocab
from server import create_app
from server.linked_data.documents import show_pages

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from server.service import Service
    from server.web.request import RequestContext

PLAN, TASK = URIRef(ID + "plan/a"), URIRef(ID + "a/t1")
PG = rdflib.Namespace(vocab.PREFIXES["pg"])
FOAF = rdflib.Namespace(vocab.PREFIXES["foaf"])
DOCUMENT = URIRef("http://localhost/about/id/plan/a")
SUFFIXES = ("ttl", "nt", "jsonld", "rdf")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def _kind(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json(force=True)["type"].rpartition("/")[2]


def _graph(data: bytes, suffix: str) -> rdflib.Graph:
    form = ox.RdfFormat.from_extension(suffix)
    lines = ox.serialize([quad.triple for quad in ox.parse(data, form)], format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=lines, format="nt")


def _links(response: TestResponse) -> dict[str, str]:
    """Relation (and media type) -> address."""
    found = {}
    for link in response.headers["Link"].split(", "):
        address, _, rest = link.partition("; ")
        found[rest.replace("rel=", "").replace("type=", "").replace('"', "")] = address.strip("<>")
    return found


@pytest.mark.parametrize("path", ["id/plan/a", "concept/x/y", "id/甲/乙"])
def test_a_thing_leads_to_the_document_about_it(client: FlaskClient, path: str) -> None:
    response = client.get(f"/{path}?format=nt")
    url = f"http://localhost/about/{path.replace('甲', '%E7%94%B2').replace('乙', '%E4%B9%99')}"
    assert (response.status_code, response.headers["Location"], response.data, "Content-Type" in response.headers) == (
        303,
        url + "?format=nt",
        b"",
        False,
    )
    assert response.headers["Link"] == f'<{url}>; rel="describedby"'


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_thing_is_described_in_every_format(client: FlaskClient, suffix: str) -> None:
    """Its own statements, what leads to it, the labels of what stands on the other side, and the document itself."""
    response = client.get(f"/about/id/plan/a.{suffix}")
    found = _graph(response.data, suffix)
    expected = {
        (PLAN, RDF.type, PG.Plan),
        (PLAN, SKOS.prefLabel, Literal("甲方案", "zh")),
        (PLAN, SKOS.prefLabel, Literal("plan A", "en")),
        (PG.Plan, SKOS.prefLabel, Literal("方案", "zh")),
        (PG.Plan, SKOS.prefLabel, Literal("plan", "en")),
        (TASK, PG.isPartOf, PLAN),
        (URIRef(ID + "a/t2"), PG.isPartOf, PLAN),
        (DOCUMENT, RDF.type, FOAF.Document),
        (DOCUMENT, FOAF.primaryTopic, PLAN),
        (DOCUMENT, URIRef(vocab.expand("void:inDataset")), URIRef(vocab.BASE + "graph/meta#dataset")),
        (DOCUMENT, URIRef(vocab.expand("dcterms:license")), URIRef("https://creativecommons.org/licenses/by/4.0/")),
    }
    assert set(found) == expected


def test_turtle_starts_with_the_thing_and_has_the_prefixes_it_uses(client: FlaskClient) -> None:
    lines = client.get("/about/id/plan/a").text.splitlines()
    prefixes = {line.split()[1] for line in lines if line.startswith("@prefix")}
    first = next(line for line in lines if not line.startswith("@prefix"))
    assert (prefixes, first) == ({"pg:", "plan:", "skos:", "rdf:", "foaf:", "void:", "dcterms:"}, "plan:a a pg:Plan ;")


def test_blank_nodes_and_evidence_are_followed(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On the way to where a statement stands in the text, nothing has to be looked up twice."""
    trig = """GRAPH graph:ontology {
      plan:a pg:hasEvidence <https://w3id.org/policygraph/id/source/x#char=1,2> ; pg:has [ pg:in [ pg:deep 1 ] ] .
      <https://w3id.org/policygraph/id/source/x#char=1,2> oa:hasSelector <https://w3id.org/policygraph/id/selector/x> .
      <https://w3id.org/policygraph/id/selector/x> oa:start 1 ; oa:end 2 .
    }"""
    link = tmp_path_factory.mktemp("evidence") / "build"
    serving.write_build(link, trig)
    with serving.served(link) as client:
        found = rdflib.Graph().parse(data=client.get("/about/id/plan/a.nt").data, format="nt")
    path = PG.hasEvidence / URIRef(vocab.expand("oa:hasSelector")) / URIRef(vocab.expand("oa:start"))
    assert [value.toPython() for value in found.objects(PLAN, path)] == [1]
    deep = list(found.objects(PLAN, PG["has"] / PG["in"]))
    assert [list(found.objects(node, PG.deep)) for node in deep] == [[Literal(1)]]


def test_a_document_tells_its_other_forms(client: FlaskClient) -> None:
    response = client.get("/about/id/plan/a", headers={"Accept": "application/ld+json"})
    assert (response.headers["Content-Location"], "Accept" in response.vary) == (f"{DOCUMENT}.jsonld", True)
    assert _links(response) == {
        "canonical": str(DOCUMENT),
        "describes": str(PLAN),
        "describedby": "http://localhost/.well-known/void",
        "alternate; text/turtle": f"{DOCUMENT}.ttl",
        "alternate; application/n-triples": f"{DOCUMENT}.nt",
        "alternate; application/rdf+xml": f"{DOCUMENT}.rdf",
        "alternate; text/html": f"{DOCUMENT}.html",
        "alternate; text/csv": f"{DOCUMENT}.csv",
        f"alternate; {XLSX}": f"{DOCUMENT}.xlsx",
    }


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A request for a document -> its status and media type.
NEGOTIATED = {
    ("/about/id/plan/a", "*/*"): (200, "text/turtle"),
    ("/about/id/plan/a", "text/turtle;q=0.5, application/rdf+xml"): (200, "application/rdf+xml"),
    ("/about/id/plan/a", "image/png"): (406, "application/problem+json"),
    ("/about/id/plan/a", "application/trig"): (406, "application/problem+json"),
    ("/about/id/plan/a.nt", "text/html"): (200, "application/n-triples"),
    ("/about/id/plan/a?format=jsonld", "text/html"): (200, "application/ld+json"),
    ("/about/id/plan/a.csv", "text/html"): (200, "text/csv"),
    ("/about/id/plan/a?format=xlsx", "*/*"): (200, XLSX),
    ("/about/id/plan/a", "text/csv"): (200, "text/csv"),
    ("/ontology.csv", "*/*"): (200, "text/csv"),
    ("/graph/document/one.csv", "*/*"): (406, "application/problem+json"),
    ("/ontology", "*/*"): (200, "text/turtle"),
    ("/ontology.rdf", "*/*"): (200, "application/rdf+xml"),
    ("/graph/document/one", "application/trig"): (200, "application/trig"),
    ("/graph/document/one.nq", "*/*"): (200, "application/n-quads"),
    ("/graph/document/one", "image/png"): (406, "application/problem+json"),
}


@pytest.mark.parametrize(("path", "accept"), NEGOTIATED)
def test_the_format_is_negotiated_or_named(client: FlaskClient, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == NEGOTIATED[path, accept]


def test_those_who_prefer_html_get_the_page(running: Service) -> None:
    app = create_app(service=running)

    def view(context: RequestContext, iri: str, _form: str) -> Response:
        return Response(f"<h1>{iri} of {context.pool.snapshot[:1]}</h1>", mimetype="text/html")

    show_pages(app, view)
    client = app.test_client()
    page, data = (client.get("/about/id/plan/a", headers={"Accept": kind}) for kind in (BROWSER, "text/turtle"))
    assert page.text.startswith(f"<h1>{PLAN} of ")
    assert (page.headers["Content-Location"], _links(page)["alternate; text/turtle"]) == (
        f"{DOCUMENT}.html",
        f"{DOCUMENT}.ttl",
    )
    assert (data.mimetype, _links(data)["alternate; text/html"]) == ("text/turtle", f"{DOCUMENT}.html")
    assert client.get("/ontology.html").text.startswith(f"<h1>{vocab.BASE}ontology of ")


def test_the_ontology_and_graphs_answer_themselves(client: FlaskClient) -> None:
    ontology = rdflib.Graph().parse(data=client.get("/ontology.nt").data, format="nt")
    assert set(ontology.subjects()) == {PG.Plan}
    graph = ox.parse(client.get("/graph/document/one.trig").data, ox.RdfFormat.TRIG)
    assert {(quad.subject.value, quad.graph_name.value) for quad in graph} == {
        (str(PLAN), serving.ONE),
        (str(TASK), serving.ONE),
    }


def test_a_description_has_a_tag_and_is_kept(client: FlaskClient) -> None:
    first = client.get("/about/id/plan/a")
    again = client.get("/about/id/plan/a", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Link"]) == (304, b"", first.headers["Link"])


#: An address that leads nowhere -> what is nearest.
NEAREST = {
    "/about/id/plan/b": ID + "plan/a",
    "/about/id/plam/a": ID + "plan/a",
    "/about/id/plan/a%20b": ID + "plan/a",
    "/graph/document/on": serving.ONE,
    "/about/concept/nothing/like/it": "-",
}


@pytest.mark.parametrize("path", NEAREST)
def test_what_is_not_there_is_told_with_the_nearest(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (_kind(response), response.get_json(force=True)["near"].split(", ")[0]) == (
        (404, "unknown-thing"),
        NEAREST[path],
    )
