"""What the endpoint says of itself, and what is found at well-known places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rdflib
import serving
from rdflib import RDF, URIRef, Variable

from policygraph.describe import DATASET
from server.formats import GRAPHS, TABLES

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
ENDPOINT = URIRef("http://localhost/sparql")


def _description(client: FlaskClient, path: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=client.get(path).data, format="turtle")


def test_the_endpoint_describes_itself(client: FlaskClient) -> None:
    graph = _description(client, "/sparql")
    told = {
        "endpoint": set(graph.objects(ENDPOINT, SD.endpoint)),
        "language": set(graph.objects(ENDPOINT, SD.supportedLanguage)),
        "feature": set(graph.objects(ENDPOINT, SD.feature)),
        "formats": len(set(graph.objects(ENDPOINT, SD.resultFormat))),
        "dataset": set(graph.objects(ENDPOINT, SD.defaultDataset)),
    }
    assert told == {
        "endpoint": {ENDPOINT},
        "language": {SD.SPARQL11Query},
        "feature": {SD.UnionDefaultGraph},
        "formats": len(TABLES) + len(GRAPHS),
        "dataset": {URIRef(DATASET.value)},
    }


def test_the_description_names_every_graph_that_can_be_asked_for(client: FlaskClient) -> None:
    graph = _description(client, "/sparql")
    dataset = graph.value(ENDPOINT, SD.defaultDataset)
    named = {str(graph.value(node, SD.name)) for node in graph.objects(dataset, SD.namedGraph)}
    base = "https://w3id.org/policygraph/graph/"
    assert named == {serving.ONE, serving.TWO, base + "ontology", base + "meta"}
    assert {str(node) for node in graph.subjects(RDF.type, SD.NamedGraph)} == {f"{ENDPOINT}#{iri}" for iri in named}


def test_the_description_holds_the_counts_of_the_dataset(client: FlaskClient) -> None:
    expected = {"https://w3id.org/policygraph/ontology#Plan": 1, "https://w3id.org/policygraph/ontology#Task": 2}
    for path in ("/sparql", "/.well-known/void"):
        rows = _description(client, path).query(
            "SELECT ?class ?n { ?d void:classPartition [ void:class ?class ; void:entities ?n ] }",
            initNs={"void": VOID},
        )
        counts = {str(row[Variable("class")]): int(row[Variable("n")]) for row in rows.bindings}
        assert {kind: counts[kind] for kind in expected} == expected


def test_the_description_is_negotiated_and_has_a_tag(client: FlaskClient) -> None:
    first = client.get("/sparql", headers={"Accept": "application/n-triples"})
    again = client.get("/sparql", headers={"Accept": "application/n-triples", "If-None-Match": first.headers["ETag"]})
    refused = client.get("/.well-known/void", headers={"Accept": "text/csv"})
    assert (first.mimetype, again.status_code, refused.status_code) == ("application/n-triples", 304, 406)
