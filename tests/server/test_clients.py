"""What clients of other stores send: said twice, in other words, in empty fields; and names written in escapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from serving import ID, ONE

from server.failures import RequestError
from server.syntax.escapes import decoded

if TYPE_CHECKING:
    from flask.testing import FlaskClient

TASKS = "query=SELECT%20*%20%7B%20%3Ft%20a%20pg%3ATask%20%7D"
TRIPLES = "query=CONSTRUCT%20WHERE%20%7B%20%3Ft%20a%20pg%3ATask%20%7D"
RESULTS = "application/sparql-results+json"

#: Parameters and Accept header -> the status and media type of the answer.
FORMATS = {
    "SPARQLWrapper, TSV": (TASKS, "format=tsv&format=text/tab-separated-values", "*/*", "text/tab-separated-values"),
    "SPARQLWrapper, N3": (TRIPLES, "format=n3", "text/turtle, application/n-triples", "text/turtle"),
    "SPARQLWrapper, RDF/XML": (TRIPLES, "format=rdf%2Bxml&format=application/rdf%2Bxml", "*/*", "application/rdf+xml"),
    "SPARQLWrapper, JSON-LD": (TRIPLES, "format=json-ld&format=application/x-json", "*/*", "application/ld+json"),
    "the second is known": (TASKS, "format=pretty&format=csv", "*/*", "text/csv"),
    "none is known, Accept is": (TASKS, "format=auto", "text/csv", "text/csv"),
    "none is known": (TASKS, "format=auto", "*/*", None),
    "of the other family": (TASKS, "format=turtle", "text/csv", None),
    "a blank for a plus": (TASKS, "format=application/sparql-results+json", "text/csv", RESULTS),
    "N3 by Accept": (TRIPLES, "", "text/n3", "text/n3"),
    "Virtuoso's form": (
        TASKS,
        "timeout=0&default-graph-uri=&named-graph-uri=&format=&snapshot=&stream=",
        "*/*",
        RESULTS,
    ),
    "an empty time-out": (TASKS, "timeout=", "*/*", RESULTS),
}


@pytest.mark.parametrize(("query", "parameters", "accept", "media_type"), FORMATS.values(), ids=FORMATS)
def test_a_client_gets_what_it_means(
    client: FlaskClient, query: str, parameters: str, accept: str, media_type: str | None
) -> None:
    answer = client.get(f"/sparql?{query}&{parameters}", headers={"Accept": accept})
    expected = (200, media_type) if media_type else (406, "application/problem+json")
    assert (answer.status_code, answer.mimetype) == expected


@pytest.mark.parametrize(
    ("dataset", "count"),
    [
        (f"default-graph-uri={ONE}", 1),
        ("default-graph-uri=http://example.org/none", 0),
        (f"default-graph-uri=http://example.org/none&default-graph-uri={ONE}", 1),
        (f"named-graph-uri={ONE}", 0),
    ],
)
def test_a_graph_that_is_not_stored_is_empty(client: FlaskClient, dataset: str, count: int) -> None:
    assert len(client.get(f"/sparql?{TASKS}&{dataset}").get_json(force=True)["results"]["bindings"]) == count


#: A text -> what is meant: escapes are read where neither strings nor IRIs read them, and only once.
ESCAPES = {
    r"SELECT ?\u03B1 { ?\U000003B1 a p\u0067:Task }": "SELECT ?α { ?α a pg:Task }",
    r'"\u0022" <\u0041> # \u0041': r'"\u0022" <\u0041> # \u0041',
    r"'''\u0027''' \\u0041": r"'''\u0027''' \\u0041",
    r"\u005Cu0041": r"\u0041",
    "no escape": "no escape",
}


@pytest.mark.parametrize(("text", "meant"), ESCAPES.items())
def test_escapes_of_codepoints_are_read_once(text: str, meant: str) -> None:
    assert decoded(text) == meant


@pytest.mark.parametrize("escape", [r"\uD800", r"\U00110000"])
def test_an_escape_of_what_is_no_character_is_refused(escape: str) -> None:
    with pytest.raises(RequestError) as caught:
        decoded(f"ASK {{ ?{escape} ?p ?o }}")
    assert caught.value.details == {"message": f"{escape} is no character"}


def test_a_name_in_escapes_is_asked_for(client: FlaskClient) -> None:
    query = r"SELECT ?\u03B1 { ?\u03B1 a p\u0067:Task } ORDER BY ?\u03B1"
    answer = client.post("/sparql?format=csv", data=query.encode(), content_type="application/sparql-query")
    assert answer.text == f"α\r\n{ID}a/t1\r\n{ID}a/t2\r\n"


def test_a_keyword_in_escapes_does_not_pass_the_gate(client: FlaskClient) -> None:
    query = r"ASK { SERV\u0049CE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    answer = client.post("/sparql", data=query.encode(), content_type="application/sparql-query")
    assert (answer.status_code, answer.get_json(force=True)["type"].rpartition("/")[2]) == (400, "service")
