"""The query page and what its editor completes with, without a browser: of whatever ontology a build has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import serving

from policygraph import build, describe, vocab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

#: An ontology that is not ours: a class that a shape describes, and one of which there are only things.
OTHER = """
GRAPH graph:ontology {
  <http://example.org/Bridge> a owl:Class ; skos:prefLabel "桥"@zh , "bridge"@en .
  <http://example.org/spans> a owl:ObjectProperty ; skos:prefLabel "跨越"@zh , "spans"@en ;
    schema:domainIncludes <http://example.org/Bridge> .
}
GRAPH <https://w3id.org/policygraph/graph/document/one> {
  <http://example.org/liao> a <http://example.org/River> ; <http://example.org/runsInto> <http://example.org/sea> .
}
"""
SHAPES = [("http://example.org/Bridge", "http://example.org/hasHeight")]


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A service over a build with that ontology."""
    link = tmp_path_factory.mktemp("other") / "build"
    serving.write_build(link, OTHER, SHAPES)
    with serving.served(link) as client:
        yield client


def test_properties_fit_a_class_by_shapes_by_the_ontology_and_by_use(other: FlaskClient) -> None:
    found = other.get("/api/vocabulary").get_json()
    bridge, river = "http://example.org/Bridge", "http://example.org/River"
    assert {name: found["of"][name] for name in (bridge, river)} == {
        bridge: ["http://example.org/hasHeight", "http://example.org/spans"],
        river: ["http://example.org/runsInto", "rdf:type"],
    }
    assert {bridge, river} <= set(found["classes"])
    assert (found["labels"][bridge], found["labels"][river]) == ({"en": "bridge", "zh": "桥"}, {})
    assert found["prefixes"] == vocab.PREFIXES


def test_shapes_are_read_as_what_a_class_may_have(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
        :BridgeShape sh:targetClass :Bridge ; sh:property :height, [ sh:path [ sh:inversePath :crosses ] ] .
        :height sh:path :hasHeight ; sh:minCount 1 .
        :Loose sh:property :height .""",
        encoding="utf-8",
    )
    assert describe.allowed(tmp_path) == SHAPES


def test_a_build_says_what_its_classes_may_have(shipped_build: Path) -> None:
    query = """ASK { GRAPH graph:meta {
      ?shape sh:targetClass pg:Plan ; sh:property/sh:path pg:hasPeriodStart
      FILTER NOT EXISTS { ?shape sh:property/sh:path pg:hasValue } } }"""
    assert build.open_build(shipped_build).query(query, prefixes=vocab.PREFIXES)


def test_iris_are_named_in_the_readers_language(client: FlaskClient) -> None:
    plan = vocab.expand("plan:a")
    found = client.get("/api/labels", query_string={"iri": [plan, "http://example.org/x"], "lang": "zh"}).get_json()
    assert found["things"] == {
        plan: {"label": "甲方案", "language": "zh", "name": "plan:a", "href": "/id/plan/a"},
        "http://example.org/x": {
            "label": None,
            "language": None,
            "name": "http://example.org/x",
            "href": "http://example.org/x",
        },
    }


@pytest.mark.parametrize("iris", [["no IRI"], [f"http://example.org/{number}" for number in range(201)]])
def test_what_cannot_be_named_is_refused(client: FlaskClient, iris: list[str]) -> None:
    answer = client.get("/api/labels", query_string={"iri": iris})
    assert (answer.status_code, answer.get_json()["name"]) == (400, "iri")


def _shown(client: FlaskClient, query: str) -> str:
    return client.get("/query", query_string={"query": query, "show": "1", "lang": "en"}).text


def test_the_page_answers_without_scripts(client: FlaskClient) -> None:
    table = _shown(client, "SELECT ?plan ?none { ?plan a pg:Plan }")
    assert '<th scope="col">plan</th><th scope="col">none</th>' in table
    assert '<a href="/id/plan/a">plan A</a>' in table
    assert '<p class="verdict">No</p>' in _shown(client, "ASK { ?plan a pg:Task ; pg:isPartOf pg:Plan }")
    turtle = _shown(client, "CONSTRUCT WHERE { ?task pg:hasOrdinal 1 }").partition('<pre tabindex="0">')[2]
    text = turtle.partition("</pre>")[0].replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
    (triple,) = ox.parse(text, ox.RdfFormat.TURTLE)
    assert triple.subject == ox.NamedNode(vocab.ID + "a/t1")


def test_an_answer_that_changes_by_itself_is_not_kept(client: FlaskClient) -> None:
    assert len({_shown(client, "SELECT (RAND() AS ?x) {}") for _ in range(2)}) == 2


def test_values_are_written_into_the_text_of_a_question(client: FlaskClient) -> None:
    page = client.get("/query?example=cq-01-tasks&plan=plan:b&lang=en").text
    text = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert text.startswith("#+ question: Which tasks does a plan have?\n#+ chart: table\nSELECT ?plan")
    assert "VALUES ?plan { &lt;https://w3id.org/policygraph/id/plan/b&gt; }" in text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/query?example=cq-99", 404),
        ("/query?example=cq-02-values&year=soon", 400),
        ("/query?query=SELECT+%7B&show=1", 400),
        ("/query?query=SELECT+%7B", 200),
        ("/query?query=&show=1", 200),
    ],
)
def test_what_cannot_be_shown_is_refused(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address, headers={"Accept": "text/html"}).status_code == status


def test_bundles_are_sent_compressed_to_who_takes_it(client: FlaskClient) -> None:
    address = client.get("/query").text.partition('<script type="module" src="')[2].partition('"')[0]
    found = []
    for coding in ("identity", "gzip"):
        with client.get(address, headers={"Accept-Encoding": coding}) as answer:
            found.append((answer.headers.get("Content-Encoding"), answer.mimetype, len(answer.data)))
    (plain, *one), (packed, *other) = found
    assert (plain, packed, one[0], other[0]) == (None, "gzip", "text/javascript", "text/javascript")
    assert other[1] < one[1]
