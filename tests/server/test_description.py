"""What the endpoint says of itself, and what is found at well-known places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rdflib
import serving
from rdflib import RDF, URIRef, Variable

from policygraph import vocab
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


def _ask(client: FlaskClient, query: str) -> list[tuple[str, ...]]:
    """The rows of a query as SIB's editor sends it: with a parameter of its own, and for SPARQL JSON."""
    headers = {"Accept": "application/sparql-results+json"}
    content = client.get("/sparql", query_string={"ac": "1", "query": query}, headers=headers).get_json(force=True)
    names = content["head"]["vars"]
    return [tuple(row.get(name, {}).get("value", "") for name in names) for row in content["results"]["bindings"]]


def test_an_editor_finds_the_prefixes(client: FlaskClient) -> None:
    rows = _ask(
        client,
        """PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix""",
    )
    assert dict(rows) == vocab.PREFIXES


def test_an_editor_finds_each_example_once(client: FlaskClient) -> None:
    rows = _ask(
        client,
        """PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?example ?comment ?query WHERE {
          ?example a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query .
        } ORDER BY ?example""",
    )
    assert rows == [
        (
            f"{serving.ID}query/competency/{query.name}",
            f"{query.header_text('question')} {query.header_text('question', 'en')}",
            query.text,
        )
        for query in serving.CATALOGUE
    ]


def test_an_editor_finds_what_a_thing_of_a_class_may_say(client: FlaskClient) -> None:
    """The nested partitions of SIB's void-generator: a class, its properties, the classes and datatypes of values."""
    rows = _ask(
        client,
        """PREFIX void: <http://rdfs.org/ns/void#>
        PREFIX void-ext: <http://ldf.fi/void-ext#>
        SELECT DISTINCT ?class ?property ?triples ?target ?datatype WHERE {
          ?partition void:class ?class ; void:propertyPartition ?inner .
          ?inner void:property ?property .
          OPTIONAL { ?inner void:triples ?triples }
          OPTIONAL {
            { ?inner void:classPartition [ void:class ?target ] }
            UNION { ?inner void-ext:datatypePartition [ void-ext:datatype ?datatype ] }
          }
        } ORDER BY ?class ?property""",
    )
    short = [tuple(vocab.shorten(value) for value in row) for row in rows]
    assert short == [
        ("owl:Class", "rdf:type", "1", "", ""),
        ("owl:Class", "skos:prefLabel", "2", "", "rdf:langString"),
        ("pg:Plan", "rdf:type", "1", "owl:Class", ""),
        ("pg:Plan", "skos:prefLabel", "2", "", "rdf:langString"),
        ("pg:Task", "rdf:type", "2", "", ""),
        ("pg:Task", "pg:hasOrdinal", "2", "", "xsd:integer"),
        ("pg:Task", "pg:isPartOf", "2", "pg:Plan", ""),
    ]


def test_an_example_is_told_its_endpoint_and_its_form(client: FlaskClient) -> None:
    graph = _description(client, "/sparql")
    example = URIRef(f"{serving.ID}query/competency/cq-01-tasks")
    sh, schema = rdflib.Namespace(vocab.PREFIXES["sh"]), rdflib.Namespace(vocab.PREFIXES["schema"])
    told = {name: set(map(str, graph.objects(example, name))) for name in (RDF.type, schema.target, schema.keywords)}
    assert told == {
        RDF.type: {str(sh.SPARQLExecutable), str(sh.SPARQLSelectExecutable)},
        schema.target: {str(ENDPOINT)},
        schema.keywords: {"plan", "task"},
    }


def test_the_description_is_negotiated_and_has_a_tag(client: FlaskClient) -> None:
    first = client.get("/sparql", headers={"Accept": "application/n-triples"})
    again = client.get("/sparql", headers={"Accept": "application/n-triples", "If-None-Match": first.headers["ETag"]})
    refused = client.get("/.well-known/void", headers={"Accept": "text/csv"})
    assert (first.mimetype, again.status_code, refused.status_code) == ("application/n-triples", 304, 406)
