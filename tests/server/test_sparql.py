"""The endpoint, rule by rule of the SPARQL 1.1 Protocol (sections cited), over a small build."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import rdflib
import serving
from serving import ID, ONE, TASKS, TWO

from server.formats import GRAPHS, TABLES
from server.settings import Settings
from server.sparql.jobs import permanent_link
from server.web.protocol import plain

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
TASKS_CSV = f"task\r\n{ID}a/t1\r\n{ID}a/t2\r\n"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a pg:Task }"


def _get(client: FlaskClient, query: str, headers: dict[str, str] | None = None, **parameters: Any) -> TestResponse:
    pairs = {name.replace("_", "-"): value for name, value in parameters.items()}
    return client.get("/sparql?" + urlencode({"query": query, **pairs}, doseq=True), headers=headers)


def _kind(response: TestResponse) -> tuple[int, str]:
    """Status and kind of a problem document."""
    assert response.mimetype == "application/problem+json"
    content = response.get_json(force=True)
    assert (content["status"], content.keys() >= {"type", "title", "detail"}) == (response.status_code, True)
    return response.status_code, content["type"].rpartition("/")[2]


# 2.1.1 to 2.1.3: three ways to ask


def test_a_query_is_asked_in_three_ways(client: FlaskClient) -> None:
    answers = [
        client.get("/sparql?" + urlencode({"query": TASKS, "format": "csv"})),
        client.post("/sparql", data=urlencode({"query": TASKS, "format": "csv"}), content_type=FORM),
        client.post("/sparql?format=csv", data=TASKS.encode(), content_type=QUERY),
        client.post("/sparql?format=csv", data=TASKS.encode(), content_type=QUERY + "; charset=UTF-8"),
    ]
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, TASKS_CSV)] * 4


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    path = "/sparql?" + urlencode({"query": TASKS, "format": "csv"})
    got, head = client.get(path), client.head(path)
    unlike = ("Date",)
    assert (head.status_code, head.data) == (200, b"")
    assert {k: v for k, v in head.headers if k not in unlike} == {k: v for k, v in got.headers if k not in unlike}


def test_options_tells_the_methods(client: FlaskClient) -> None:
    response = client.options("/sparql")
    assert (response.status_code, set(response.headers["Allow"].split(", ")), response.data) == (
        200,
        {"GET", "HEAD", "POST", "OPTIONS"},
        b"",
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method)
    assert (_kind(response), response.headers["Allow"]) == ((405, "method"), "GET, HEAD, OPTIONS, POST")


#: A request that the protocol does not allow -> its problem.
BAD_REQUESTS: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "two queries": ({"query_string": "query=ASK%7B%7D&query=ASK%7B%7D"}, (400, "repeated")),
    "no query in the address": ({"query_string": "format=csv"}, (400, "no-query")),
    "no query in the form": ({"method": "POST", "data": "format=csv", "content_type": FORM}, (400, "no-query")),
    "a query in both": (
        {"method": "POST", "query_string": "query=ASK%7B%7D", "data": b"ASK {}", "content_type": QUERY},
        (400, "repeated"),
    ),
    "an update by GET": ({"query_string": "update=CLEAR+ALL"}, (400, "update")),
    "an update in a form": ({"method": "POST", "data": "update=CLEAR+ALL", "content_type": FORM}, (400, "update")),
    "an update as such": (
        {"method": "POST", "data": b"CLEAR ALL", "content_type": "application/sparql-update"},
        (415, "media-type"),
    ),
    "an update as a query": ({"method": "POST", "data": b"CLEAR ALL", "content_type": QUERY}, (400, "update")),
    "no media type": ({"method": "POST", "data": b"ASK {}", "content_type": ""}, (415, "media-type")),
    "another media type": ({"method": "POST", "data": b"ASK {}", "content_type": "text/plain"}, (415, "media-type")),
    "RDF/XML": (
        {"method": "POST", "data": b"<!DOCTYPE x [<!ENTITY a 'b'>]>", "content_type": "application/rdf+xml"},
        (415, "media-type"),
    ),
    "a compressed body": (
        {
            "method": "POST",
            "data": gzip.compress(b"ASK {}"),
            "content_type": QUERY,
            "headers": {"Content-Encoding": "gzip"},
        },
        (415, "media-type"),
    ),
    "another charset": (
        {"method": "POST", "data": "ASK {}".encode("utf-16"), "content_type": QUERY + "; charset=utf-16"},
        (415, "media-type"),
    ),
    "a body that is not UTF-8": (
        {"method": "POST", "data": b"ASK { ?s ?p '\xff' }", "content_type": QUERY},
        (400, "not-utf8"),
    ),
    "a form that is not UTF-8": (
        {"method": "POST", "data": b"query=ASK+%7B+%3Fs+%3Fp+%27%FF%27+%7D", "content_type": FORM},
        (400, "not-utf8"),
    ),
    "an address that is not UTF-8": ({"query_string": "query=ASK%7B%3Fs+%3Fp+%27%FF%27%7D"}, (400, "not-utf8")),
    "raw bytes in a form": (
        {"method": "POST", "data": "query=中".encode(), "content_type": FORM},
        (400, "bad-request"),
    ),
    "too many parameters": ({"query_string": "a=&" * 1001 + "query=ASK%7B%7D"}, (400, "bad-request")),
    "a body that is too large": (
        {"method": "POST", "data": b"#" * 300_000, "content_type": QUERY},
        (413, "body-too-large"),
    ),
    "a query that is too long": (
        {"method": "POST", "data": b"ASK {} " + b"#" * 70_000, "content_type": QUERY},
        (413, "query-too-long"),
    ),
    "an address that is too long": ({"query_string": "query=" + "x" * 70_000}, (414, "uri-too-long")),
    "what is not SPARQL": ({"query_string": "query=" + quote("SELECT * WHERE {")}, (400, "syntax")),
    "nothing": ({"query_string": "query="}, (400, "syntax")),
    "a format that is unknown": ({"query_string": "query=ASK%7B%7D&format=pdf"}, (406, "not-acceptable")),
    "a graph format for a table": ({"query_string": "query=ASK%7B%7D&format=turtle"}, (406, "not-acceptable")),
    "what cannot be accepted": (
        {"query_string": "query=ASK%7B%7D", "headers": {"Accept": "image/png"}},
        (406, "not-acceptable"),
    ),
    "a strange time-out": ({"query_string": "query=ASK%7B%7D&timeout=soon"}, (400, "bad-parameter")),
    "a negative time-out": ({"query_string": "query=ASK%7B%7D&timeout=-1"}, (400, "bad-parameter")),
    "a time-out that is no number": ({"query_string": "query=ASK%7B%7D&timeout=nan"}, (400, "bad-parameter")),
    "a strange switch": ({"query_string": "query=ASK%7B%7D&stream=maybe"}, (400, "bad-parameter")),
    "a graph that is no IRI": ({"query_string": "query=ASK%7B%7D&default-graph-uri=a%20b"}, (400, "bad-request")),
    "a snapshot of another time": ({"query_string": "query=ASK%7B%7D&snapshot=abc"}, (410, "other-snapshot")),
}


@pytest.mark.parametrize("case", BAD_REQUESTS)
def test_a_bad_request_is_a_problem(client: FlaskClient, case: str) -> None:
    request, problem = BAD_REQUESTS[case]
    assert _kind(client.open("/sparql", **request)) == problem


@pytest.mark.parametrize("text", ["%41", "%2541", "a+b", "a&b=c", "中文", "100%"])
def test_no_form_is_decoded_twice(client: FlaskClient, text: str) -> None:
    query = f'SELECT ("{text}" AS ?x) {{}}'
    data = urlencode({"query": query, "format": "csv"})
    answers = [
        client.get("/sparql?" + data).text,
        client.post("/sparql", data=data, content_type=FORM).text,
        client.post("/sparql?format=csv", data=query.encode(), content_type=QUERY).text,
    ]
    assert answers == [f"x\r\n{text}\r\n"] * 3


# 2.1.4: the dataset


#: Dataset -> tasks in the default graph, tasks in named graphs.
DATASETS: list[tuple[dict[str, Any], str, tuple[int, int]]] = [
    ({}, "", (2, 2)),
    ({"default_graph_uri": ONE}, "", (1, 0)),
    ({"default_graph_uri": [ONE, TWO]}, "", (2, 0)),
    ({"named_graph_uri": TWO}, "", (0, 1)),
    ({"default_graph_uri": ONE, "named_graph_uri": [ONE, TWO]}, "", (1, 2)),
    ({}, f"FROM <{ONE}>", (1, 0)),
    ({}, f"FROM <{ONE}> FROM NAMED <{TWO}>", (1, 1)),
    ({}, f"FROM NAMED <{TWO}>", (0, 1)),
    ({"default_graph_uri": TWO, "named_graph_uri": TWO}, f"FROM <{ONE}> FROM <{TWO}>", (1, 1)),
]


@pytest.mark.parametrize(("parameters", "clause", "expected"), DATASETS)
def test_the_dataset_of_the_protocol_goes_before_that_of_the_query(
    client: FlaskClient, parameters: dict[str, Any], clause: str, expected: tuple[int, int]
) -> None:
    query = f"""SELECT (SUM(?d) AS ?default) (SUM(?n) AS ?named) {clause} WHERE {{
        {{ ?s a pg:Task BIND(1 AS ?d) BIND(0 AS ?n) }}
        UNION {{ GRAPH ?g {{ ?s a pg:Task }} BIND(0 AS ?d) BIND(1 AS ?n) }}
    }}"""
    answer = _get(client, query, format="csv", **parameters)
    assert (answer.status_code, answer.text) == (200, "default,named\r\n{},{}\r\n".format(*expected))


# 2.1.5: formats


TABLE = {
    "json": f'{{"head":{{"vars":["task"]}},"results":{{"bindings":[{{"task":{{"type":"uri","value":"{ID}a/t1"}}}}]}}}}',
    "xml": '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="task"/>'
    f'</head><results><result><binding name="task"><uri>{ID}a/t1</uri></binding></result></results></sparql>',
    "csv": f"task\r\n{ID}a/t1\r\n",
    "tsv": f"?task\n<{ID}a/t1>\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_written_in_every_format(client: FlaskClient, name: str) -> None:
    media_type = TABLES[name].media_types[0]
    answer = _get(client, TASKS + " LIMIT 1", {"Accept": media_type})
    expected = media_type + ("; charset=utf-8" if media_type.startswith("text/") else "")
    assert (answer.status_code, answer.content_type, answer.text) == (200, expected, TABLE[name])


@pytest.mark.parametrize(("query", "expected"), [("ASK {}", True), ("ASK { <a:a> <b:b> <c:c> }", False)])
def test_a_yes_or_no_is_written_in_every_format(client: FlaskClient, query: str, expected: bool) -> None:
    word = str(expected).lower()
    written = {name: _get(client, query, format=name).text for name in TABLES}
    assert written == {
        "json": f'{{"head":{{}},"boolean":{word}}}',
        "xml": '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head></head>'
        f"<boolean>{word}</boolean></sparql>",
        "csv": word,
        "tsv": word,
    }


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s pg:isPartOf ?o }", "DESCRIBE plan:a"])
def test_a_graph_is_the_same_in_every_format(client: FlaskClient, query: str, name: str) -> None:
    answer = _get(client, query, {"Accept": GRAPHS[name].media_types[0]})
    got = _triples(answer, name)
    part = "https://w3id.org/policygraph/ontology#isPartOf"
    plan = rdflib.URIRef(ID + "plan/a")
    expected = (
        {(rdflib.URIRef(f"{ID}a/t{n}"), rdflib.URIRef(part), plan) for n in (1, 2)}
        if query.startswith("CONSTRUCT")
        else {
            (plan, rdflib.RDF.type, rdflib.URIRef("https://w3id.org/policygraph/ontology#Plan")),
            (plan, rdflib.SKOS.prefLabel, rdflib.Literal("甲方案", "zh")),
            (plan, rdflib.SKOS.prefLabel, rdflib.Literal("plan A", "en")),
        }
    )
    assert (answer.status_code, got) == (200, expected)


def _triples(answer: TestResponse, name: str) -> set[Any]:
    """What rdflib reads; formats that may have graphs, and here hold the default graph alone, by way of N-Triples."""
    if name not in ("trig", "nquads", "jsonld"):
        return set(rdflib.Graph().parse(data=answer.data, format=answer.mimetype))
    quads = list(ox.parse(input=answer.data, format=GRAPHS[name].engine))
    assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}
    lines = ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES)
    return set(rdflib.Graph().parse(data=lines, format="nt"))


def test_turtle_is_written_with_our_prefixes(client: FlaskClient) -> None:
    answer = _get(client, "CONSTRUCT { plan:a a pg:Plan } WHERE {}")
    lines = answer.text.splitlines()
    assert (answer.content_type, lines[-1]) == ("text/turtle; charset=utf-8", "plan:a a pg:Plan .")
    assert "@prefix pg: <https://w3id.org/policygraph/ontology#> ." in lines


def test_a_relative_iri_is_resolved_against_the_endpoint(client: FlaskClient) -> None:
    answers = [_get(client, "CONSTRUCT { <s> <#p> <> } WHERE {}", {"Host": host}, format="nt") for host in ("a", "b")]
    assert [answer.text for answer in answers] == [
        f"<http://{host}/s> <http://{host}/sparql#p> <http://{host}/sparql> .\n" for host in "ab"
    ]
    assert answers[0].headers["ETag"] != answers[1].headers["ETag"]


# 2.1.6: whole, or visibly failed


def test_a_time_out_is_a_problem_document_in_the_clients_language(client: FlaskClient) -> None:
    answers = [_get(client, serving.CROSS_PRODUCT, {"Accept-Language": tag}, timeout="0.2") for tag in ("zh-CN", "en")]
    problem = {"type": "https://w3id.org/policygraph/problem/timeout", "status": 503, "seconds": 0.2}
    assert [answer.get_json(force=True) for answer in answers] == [
        {**problem, "title": "查询超时", "detail": "查询在 0.2 秒内没有完成，已被终止；没有返回任何部分结果。"},
        {
            **problem,
            "title": "The query took too long",
            "detail": "It was not done in 0.2 seconds and was stopped; no part of it is returned.",
        },
    ]
    assert [(a.status_code, a.headers["Content-Language"], a.headers["Vary"]) for a in answers] == [
        (503, "zh", "Accept, Accept-Language, Cookie"),
        (503, "en", "Accept, Accept-Language, Cookie"),
    ]


@pytest.mark.parametrize("name", TABLES)
def test_no_format_ends_early_with_200(client: FlaskClient, name: str) -> None:
    """At the bound of rows, of bytes, and at the deadline: a problem, never a part."""
    many = serving.ENDLESS + " LIMIT 2001"
    large = serving.large_rows(1100)
    got = [_kind(_get(client, many, format=name)), _kind(_get(client, large, format=name))]
    got.append(_kind(_get(client, serving.CROSS_PRODUCT, format=name, timeout="0.1")))
    assert got == [(422, "too-many-rows"), (422, "answer-too-large"), (503, "timeout")]


def test_an_answer_at_its_bound_is_whole_and_has_its_length(client: FlaskClient) -> None:
    answer = _get(client, serving.ENDLESS + " LIMIT 2000", format="csv")
    assert (answer.status_code, answer.text.count("\n")) == (200, 2001)
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_an_answer_that_waits_on_disk_is_the_same(client: FlaskClient) -> None:
    query = serving.large_rows(900)
    plain = _get(client, query, format="csv")
    packed = _get(client, query, {"Accept-Encoding": "gzip"}, format="csv")
    expected = "x\r\n" + f"{'0123456789' * 200}\r\n" * 900
    assert (plain.text, gzip.decompress(packed.data).decode()) == (expected, expected)
    assert [int(a.headers["Content-Length"]) for a in (plain, packed)] == [len(plain.data), len(packed.data)]
    plain.close()
    packed.close()


def test_a_stream_is_the_same_without_a_bound_on_rows(client: FlaskClient) -> None:
    query = serving.ENDLESS + " LIMIT 5000"
    answer = _get(client, query, format="csv", stream="1")
    assert (answer.status_code, answer.text.count("\n"), "Content-Length" in answer.headers) == (200, 5001, False)


def test_a_stream_that_fails_before_its_first_byte_is_a_problem(client: FlaskClient) -> None:
    assert _kind(_get(client, "SELECT * {", stream="1")) == (400, "syntax")


def test_a_worker_that_dies_is_a_problem(client: FlaskClient) -> None:
    got = _kind(_get(client, serving.ENDLESS + " ORDER BY DESC(?a + ?b)"))
    assert (got, _get(client, TASKS, format="csv").text) == ((500, "memory"), TASKS_CSV)


# Part 8: answers that can be cited


def test_an_answer_that_the_client_holds_is_not_sent_again(client: FlaskClient) -> None:
    first = _get(client, TASKS)
    spaced = _get(
        client, f"# again\n{TASKS}  ".replace(" WHERE", "\n\tWHERE"), {"If-None-Match": first.headers["ETag"]}
    )
    other = _get(client, TASKS + " LIMIT 1", {"If-None-Match": first.headers["ETag"]})
    assert (spaced.status_code, spaced.data, other.status_code) == (304, b"", 200)
    kept = ("ETag", "Vary", "Cache-Control", "Policygraph-Snapshot")
    assert [spaced.headers[name] for name in kept] == [first.headers[name] for name in kept]
    assert first.headers["ETag"].startswith('"')


def test_every_format_and_encoding_has_a_tag_of_its_own(client: FlaskClient) -> None:
    query = serving.ENDLESS + " LIMIT 100"
    tags = {
        _get(client, query, {"Accept-Encoding": encoding}, format=name).headers["ETag"]
        for name in TABLES
        for encoding in ("identity", "gzip")
    }
    assert len(tags) == 8


def test_a_compressed_answer_is_the_same(client: FlaskClient) -> None:
    query = serving.ENDLESS + " LIMIT 200"
    plain, packed = _get(client, query), _get(client, query, {"Accept-Encoding": "gzip, br"})
    refused = _get(client, query, {"Accept-Encoding": "gzip;q=0"})
    assert (packed.headers["Content-Encoding"], gzip.decompress(packed.data)) == ("gzip", plain.data)
    assert ("Content-Encoding" in refused.headers, refused.data) == (False, plain.data)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept, Accept-Encoding"


def test_an_answer_that_changes_each_time_is_not_kept(client: FlaskClient) -> None:
    first, second = (_get(client, "SELECT (RAND() AS ?x) {}") for _ in range(2))
    assert first.data != second.data
    assert [("ETag" in a.headers, a.headers["Cache-Control"]) for a in (first, second)] == [(False, "no-store")] * 2


def test_the_permanent_link_names_the_snapshot_and_gives_the_same(client: FlaskClient) -> None:
    first = _get(client, COUNT, format="csv", default_graph_uri=ONE)
    snapshot = first.headers["Policygraph-Snapshot"]
    pairs = [("query", COUNT), ("snapshot", snapshot), ("default-graph-uri", ONE), ("format", "csv")]
    link = f"http://localhost/sparql?{urlencode(pairs)}"
    assert first.headers["Link"] == f'<{link}>; rel="bookmark"'
    again = client.get(link)
    assert (again.data, again.headers["Cache-Control"]) == (first.data, "public, max-age=86400")
    assert first.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(
    "text", ["ASK {}", "ASK {\n}\n", "# 中 +%&\r\n\nASK { ?s ?p 'ä/~*()' }", "ASK {} #" + "x" * 1100]
)
def test_a_permanent_link_has_the_query_as_a_form_sends_it(text: str) -> None:
    operation = plain(text, Settings())
    link = f"http://localhost/sparql?{urlencode({'query': text, 'snapshot': 'abc'})}"
    assert permanent_link(operation, "http://localhost/", "abc") == f'<{link}>; rel="bookmark"'


def test_a_problem_is_not_kept(client: FlaskClient) -> None:
    answer = _get(client, "SELECT * {")
    assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("no-store", False)


def test_an_error_tells_where_it_is_and_nothing_of_our_own(client: FlaskClient) -> None:
    content = _get(client, "SELECT *\nWHERE { ?s foo:bar ?o }").get_json(force=True)
    assert content["detail"].startswith("Line 2, column 12: The prefix foo: is not declared")
    assert [word for word in ("Traceback", ".py", "/usr", "server") if word in json.dumps(content)] == []


#: Query -> the formats that cannot hold its answer.
UNSAYABLE = {
    'SELECT ("a\\u000Bb" AS ?x) {}': ("xml",),
    'SELECT ("a\\u0000b" AS ?x) {}': ("xml",),
    'SELECT ("\\uFFFE" AS ?x) {}': ("xml",),
    'CONSTRUCT { <a:a> <http://example.org/p> "a\\u0007b" } {}': ("rdfxml",),
    "CONSTRUCT { <a:a> <http://example.org/b#1> 1 } {}": ("rdfxml",),
}


@pytest.mark.parametrize("query", UNSAYABLE)
def test_what_xml_cannot_hold_is_no_answer_in_xml(client: FlaskClient, query: str) -> None:
    """XML 1.0 2.2: an answer is whole or visibly failed; the other formats have it."""
    for name in UNSAYABLE[query]:
        assert _kind(_get(client, query, format=name)) == (406, "unsayable")
    others = ("json", "csv", "tsv") if "SELECT" in query else ("turtle", "ntriples", "jsonld")
    assert [_get(client, query, format=name).status_code for name in others] == [200] * 3


def test_a_carriage_return_is_kept_in_xml(client: FlaskClient) -> None:
    """XML 1.0 2.11: a parser reads a bare one as a line feed."""
    answer = _get(client, 'SELECT ("l1\\rl2" AS ?x) {}', format="xml").data
    assert b"<literal>l1&#13;l2</literal>" in answer
    (row,) = ox.parse_query_results(answer, format=ox.QueryResultsFormat.XML)
    assert row["x"] == ox.Literal("l1\rl2")


def test_casts_keep_the_digits_of_a_double(client: FlaskClient) -> None:
    """XPath F&O 19.1.2.3 and 19.1.2.4; test_casts.py has a hundred."""
    answer = _get(client, "SELECT (xsd:integer(1e5) AS ?a) (xsd:decimal(2.5e12) AS ?b) {}", format="csv")
    assert answer.text == "a,b\r\n100000,2500000000000\r\n"
