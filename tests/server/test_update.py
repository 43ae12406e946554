"""Writing through the app: SPARQL 1.1 Protocol 2.2 and Graph Store Protocol (sections cited), over a small project."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
import rdflib
from rdflib import RDF, SH
from serving import ALICE, BOB, CURATORS

from policygraph import build, vocab
from policygraph.build import edit
from server import Settings, create_app
from server.service import Service, curators

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

LABEL, ALIAS = vocab.expand("skos:prefLabel"), vocab.expand("skos:altLabel")
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
GRAPH = vocab.document_graph("pioneer").value
REFERENCE = vocab.GRAPH_REFERENCE.value
ADDED = "https://example.org/graph"
TASK = vocab.ID + "pioneer/g1-t1"
LABELS = f"SELECT ?l {{ <{TASK}> skos:prefLabel ?l }} ORDER BY ?l"


@pytest.fixture(scope="module")
def edited(curated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the build, for the tests of this module to edit."""
    return shutil.copytree(curated, tmp_path_factory.mktemp("edited") / "copy", symlinks=True)


@pytest.fixture(scope="module")
def running(edited: Path) -> Iterator[Service]:
    service = Service(
        Settings(build=edited / "build", workers=2, watch=0, curators=CURATORS, client_errors=1e6, update_bytes=200_000)
    )
    yield service
    service.close()


@pytest.fixture
def client(running: Service) -> FlaskClient:
    return create_app(service=running).test_client()


def _update(client: FlaskClient, text: str, headers: dict[str, str] | None = None, **parameters: Any) -> TestResponse:
    pairs = {name.replace("_", "-"): value for name, value in parameters.items()}
    path = f"/sparql?{urlencode(pairs, doseq=True)}"
    return client.post(path, data=text.encode(), content_type=UPDATE, headers=ALICE if headers is None else headers)


def _relabel(old: str, new: str) -> str:
    return (
        f'DELETE DATA {{ GRAPH <{GRAPH}> {{ <{TASK}> skos:prefLabel "{old}"@en }} }} ; '
        f'INSERT DATA {{ GRAPH <{GRAPH}> {{ <{TASK}> skos:prefLabel "{new}"@en }} }}'
    )


def _kind(response: TestResponse) -> tuple[int, str]:
    assert response.mimetype == "application/problem+json", response.text
    return response.status_code, response.get_json(force=True)["type"].rpartition("/")[2]


def _csv(client: FlaskClient, query: str) -> list[str]:
    return client.get("/sparql?" + urlencode({"query": query, "format": "csv"})).text.splitlines()[1:]


def _snapshot(client: FlaskClient) -> str:
    return client.head("/sparql").headers["Policygraph-Snapshot"]


# who may write


#: Headers -> the problem of an update and of a write to a graph.
STRANGERS = {
    "nobody": ({}, (401, "unauthorized")),
    "a wrong token": ({"Authorization": "Bearer alice.wrong"}, (401, "unauthorized")),
    "another scheme": ({"Authorization": "Basic YWxpY2U6c2VjcmV0"}, (401, "unauthorized")),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_is_told_to_bring_a_token(client: FlaskClient, who: str) -> None:
    headers, problem = STRANGERS[who]
    answers = [
        _update(client, "CLEAR ALL", headers),
        client.post("/sparql", data="update=CLEAR+ALL", content_type=FORM, headers=headers),
        client.put(f"/graph-store?graph={GRAPH}", data=b"", content_type="text/turtle", headers=headers),
        client.post("/graph-store", data=b"", content_type="text/turtle", headers=headers),
        client.delete(f"/graph-store?graph={GRAPH}", headers=headers),
    ]
    assert [_kind(answer) for answer in answers] == [problem] * 5
    assert all(answer.headers["WWW-Authenticate"].startswith('Bearer realm="policygraph"') for answer in answers)


#: Requests that read, with a token that nobody has.
READS: dict[str, dict[str, Any]] = {
    "by GET": {"query_string": "query=ASK%7B%7D"},
    "by POST": {"method": "POST", "data": b"ASK {}", "content_type": "application/sparql-query"},
    "by a form": {"method": "POST", "data": "query=ASK%7B%7D", "content_type": FORM},
    "of the description": {},
}


@pytest.mark.parametrize("case", READS)
def test_a_wrong_token_costs_a_read_nothing(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    """The comparison takes 32 MiB and 0.1 s; it is made for what can be an update."""
    compared: list[str] = []

    def compare(_: object, token: str) -> bool:
        compared.append(token)
        return False

    monkeypatch.setattr(curators, "check_password_hash", compare)
    wrong = {"Authorization": "Bearer alice.wrong"}
    assert (client.open("/sparql", headers=wrong, **READS[case]).status_code, compared) == (200, [])
    form = client.post("/sparql", data="update=CLEAR+ALL", content_type=FORM, headers=wrong)
    assert (form.status_code, compared) == (401, ["alice.wrong"])


#: Updates that empty all graphs.
SWEEPING = ("CLEAR ALL", "DROP ALL", "CLEAR SILENT NAMED", f"DROP GRAPH <{GRAPH}> ; DROP NAMED")


@pytest.mark.parametrize("text", SWEEPING)
def test_emptying_all_graphs_needs_force(client: FlaskClient, edited: Path, text: str) -> None:
    folder = (edited / "build").resolve()
    refused = _update(client, text, {**BOB, "Accept-Language": "en"})
    words = text.rpartition(" ; ")[2]
    assert _kind(refused) == (403, "sweeping")
    assert refused.get_json(force=True)["detail"].startswith(f"{words} takes everything that can be written")
    assert (edited / "build").resolve() == folder


def test_a_damaged_build_is_not_taken_up(edited: Path, tmp_path: Path) -> None:
    """The one that is served stays, whatever comes; a service does not start with it."""
    from server import ServiceError

    shutil.copytree(edited, tmp_path / "copy", symlinks=True)
    output = tmp_path / "copy" / "build"
    service = Service(Settings(build=output, workers=1, watch=0))
    try:
        served = service.current.edition
        damaged = shutil.copytree(output.resolve(), output.resolve().with_name("damaged"))
        path = damaged / "policygraph.nq"
        path.write_bytes(path.read_bytes()[:-200])
        output.unlink()
        output.symlink_to(damaged)
        with pytest.raises(ServiceError, match=r"is damaged: policygraph\.nq has \d+ bytes"):
            service.current.take_up()
        assert service.current.edition == served
        with pytest.raises(ServiceError, match="is damaged"):
            Service(Settings(build=output, workers=1, watch=0))
    finally:
        service.close()


def test_wrong_tokens_use_up_the_budget_of_a_client(edited: Path, tmp_path: Path) -> None:
    shutil.copytree(edited, tmp_path / "copy", symlinks=True)
    settings = Settings(
        build=tmp_path / "copy" / "build",
        workers=1,
        watch=0,
        curators=CURATORS,
        client_errors=2,
        client_errors_rate=0.01,
    )
    service = Service(settings)
    try:
        own = create_app(service=service).test_client()
        wrong = {"Authorization": "Bearer alice.wrong"}
        assert [_update(own, "CLEAR ALL", wrong).status_code for _ in range(3)] == [401, 401, 429]
        assert _update(own, "CLEAR ALL").status_code == 429
    finally:
        service.close()


def test_where_nobody_may_write_it_is_said(edited: Path) -> None:
    service = Service(Settings(build=edited / "build", workers=1, watch=0))
    try:
        own = create_app(service=service).test_client()
        answers = [
            _update(own, "CLEAR ALL"),
            own.post("/sparql", data="update=CLEAR+ALL", content_type=FORM, headers=ALICE),
            own.put(f"/graph-store?graph={GRAPH}", data=b"", content_type="text/turtle", headers=ALICE),
            own.delete("/graph-store?default", headers=ALICE),
        ]
        assert [_kind(answer) for answer in answers] == [
            (415, "media-type"),
            (400, "update"),
            (403, "updates-off"),
            (403, "updates-off"),
        ]
        assert "SPARQL11Update" not in own.get("/sparql").text
        assert own.get(f"/graph-store?graph={GRAPH}").status_code == 200
    finally:
        service.close()


def test_the_description_says_that_updates_are_taken(client: FlaskClient) -> None:
    graph = rdflib.Graph().parse(data=client.get("/sparql").data, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    assert set(graph.objects(None, sd.supportedLanguage)) == {sd.SPARQL11Query, sd.SPARQL11Update}


# what is refused: nothing of it makes a build


_ONES = "+1" * 90_000
_LONG = "INSERT DATA { GRAPH <g:g> { # " + "x" * 200_000 + "\n} }"
#: Update -> its problem.
REFUSED: dict[str, tuple[str, dict[str, Any], tuple[int, str]]] = {
    "what is not SPARQL": ("CLEAR XYZ", {}, (400, "word")),
    "what is half of it": ("INSERT DATA { GRAPH <g:g> {", {}, (400, "update-syntax")),
    "LOAD": ("LOAD <http://127.0.0.1:9/>", {}, (400, "load")),
    "SERVICE": (
        f"INSERT {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} WHERE {{ SERVICE <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}",
        {},
        (400, "service"),
    ),
    "no graph": ("INSERT DATA { <a:a> <b:b> 1 }", {}, (400, "default-graph")),
    "no graph, by way of a copy": ("MOVE <g:g> TO DEFAULT", {}, (400, "default-graph")),
    "the inferred": (
        f"INSERT DATA {{ GRAPH <{vocab.GRAPH_INFERRED.value}> {{ <a:a> <b:b> 1 }} }}",
        {},
        (403, "derived-graph"),
    ),
    "the description": (
        f"DELETE WHERE {{ GRAPH <{vocab.GRAPH_META.value}> {{ ?s ?p ?o }} }}",
        {},
        (403, "derived-graph"),
    ),
    "the ontology": (f"CLEAR GRAPH <{vocab.GRAPH_ONTOLOGY.value}>", {}, (403, "derived-graph")),
    "two datasets": (
        f"WITH <{GRAPH}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        {"using_graph_uri": GRAPH},
        (400, "two-datasets"),
    ),
    "two named datasets": (
        f"DELETE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} USING <{GRAPH}> WHERE {{ ?s ?p ?o }}",
        {"using_named_graph_uri": GRAPH},
        (400, "two-datasets"),
    ),
    "a dataset of no IRI": (
        f"DELETE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}",
        {"using_graph_uri": "a> <b"},
        (400, "bad-parameter"),
    ),
    "force without permission": ("CLEAR ALL", {"force": ""}, (403, "force-forbidden")),
    "a strange force": ("CLEAR ALL", {"force": "maybe"}, (400, "bad-parameter")),
    "a triple term": (
        f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <a:a> <b:b> <<( <a:a> <b:b> 1 )>> }} }}",
        {},
        (400, "triple-term"),
    ),
    "too long a text": (_LONG, {}, (413, "body-too-large")),
    "a stack that overflows": (
        f"INSERT {{ GRAPH <{GRAPH}> {{ ?s ?p 1 }} }} WHERE {{ FILTER(1{_ONES}) }}",
        {},
        (500, "too-deep"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_update_is_refused_and_changes_nothing(client: FlaskClient, edited: Path, case: str) -> None:
    text, parameters, problem = REFUSED[case]
    folder = (edited / "build").resolve()
    assert _kind(_update(client, text, **parameters)) == problem
    assert (edited / "build").resolve() == folder


def test_what_refuses_an_update_in_a_worker_is_told_in_the_language_of_the_client(client: FlaskClient) -> None:
    """The worker can read no catalogue: it says which message, and the front what that is in Chinese."""
    text = f"DELETE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    response = _update(client, text, {**ALICE, "Accept-Language": "zh"}, using_graph_uri="a> <b")
    content = response.get_json()
    assert (content["detail"], content["wanted"]) == ("graph 不能是“a> <b”；应为 IRI。", "IRI")


#: Request to the endpoint that is no update as the protocol has it -> its problem.
BAD_REQUESTS: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "by GET": ({"query_string": "update=CLEAR+ALL"}, (400, "update-get")),
    "two updates": (
        {"method": "POST", "data": "update=CLEAR+ALL&update=CLEAR+ALL", "content_type": FORM},
        (400, "repeated"),
    ),
    "a query beside it": (
        {"method": "POST", "data": "update=CLEAR+ALL&query=ASK%7B%7D", "content_type": FORM},
        (400, "bad-request"),
    ),
    "another media type": ({"method": "POST", "data": b"CLEAR ALL", "content_type": "text/plain"}, (415, "media-type")),
    "another charset": (
        {"method": "POST", "data": "CLEAR ALL".encode("utf-16"), "content_type": UPDATE + "; charset=utf-16"},
        (415, "media-type"),
    ),
    "what is not UTF-8": ({"method": "POST", "data": b"CLEAR ALL # \xff", "content_type": UPDATE}, (400, "not-utf8")),
    "an update as a query": (
        {"method": "POST", "data": b"CLEAR ALL", "content_type": "application/sparql-query"},
        (400, "update"),
    ),
}


@pytest.mark.parametrize("case", BAD_REQUESTS)
def test_what_is_no_update_is_a_problem(client: FlaskClient, case: str) -> None:
    request, problem = BAD_REQUESTS[case]
    assert _kind(client.open("/sparql", headers=ALICE, **request)) == problem


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
REMOTE = json.dumps({"@context": "http://127.0.0.1:9/context", "@id": "a:a"})
#: Write of a graph -> its problem.
BAD_GRAPHS: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "a DOCTYPE": ({"data": BOMB, "content_type": "application/rdf+xml"}, (400, "doctype")),
    "a remote context": ({"data": REMOTE, "content_type": "application/ld+json"}, (400, "rdf-syntax")),
    "broken Turtle": ({"data": "<a:a> <b:b>", "content_type": "text/turtle"}, (400, "rdf-syntax")),
    "what is not UTF-8": ({"data": b"<a:a> <b:b> '\xff' .", "content_type": "text/turtle"}, (400, "not-utf8")),
    "another charset": ({"data": b"", "content_type": "text/turtle; charset=gbk"}, (415, "body-type")),
    "a graph in a graph": ({"data": "<g:g> { <a:a> <b:b> 1 }", "content_type": "application/trig"}, (415, "body-type")),
    "plain XML": ({"data": "<a/>", "content_type": "application/xml"}, (415, "body-type")),
    "a compressed body": (
        {"data": b"", "content_type": "text/turtle", "headers": {**ALICE, "Content-Encoding": "gzip"}},
        (415, "body-type"),
    ),
    "too much": ({"data": b"#" * 200_001, "content_type": "text/turtle"}, (413, "body-too-large")),
    "no graph": ({"query_string": "", "data": "", "content_type": "text/turtle"}, (400, "which-graph")),
    "two graphs": ({"query_string": f"graph={GRAPH}&graph={GRAPH}", "data": ""}, (400, "repeated")),
    "a graph and the default": ({"query_string": f"graph={GRAPH}&default", "data": ""}, (400, "which-graph")),
    "the default graph": (
        {"query_string": "default", "data": "", "content_type": "text/turtle"},
        (400, "default-graph"),
    ),
    "a relative IRI": ({"query_string": "graph=pioneer", "data": ""}, (400, "bad-parameter")),
    "no IRI": ({"query_string": "graph=a%3Ab%20c", "data": ""}, (400, "bad-parameter")),
    "a derived graph": (
        {"query_string": f"graph={vocab.GRAPH_INFERRED.value}", "data": "", "content_type": "text/turtle"},
        (403, "derived-graph"),
    ),
    "a stale state": (
        {"data": "", "content_type": "text/turtle", "headers": {**ALICE, "If-Match": '"other"'}},
        (412, "precondition"),
    ),
    "a weak tag": (
        {"data": "", "content_type": "text/turtle", "headers": {**ALICE, "If-Match": 'W/"{snapshot}"'}},
        (412, "precondition"),
    ),
    "a graph that should not be there": (
        {"data": "", "content_type": "text/turtle", "headers": {**ALICE, "If-None-Match": "*"}},
        (412, "precondition"),
    ),
    "a graph that should be there": (
        {
            "query_string": "graph=x:none",
            "data": "",
            "content_type": "text/turtle",
            "headers": {**ALICE, "If-Match": "*"},
        },
        (412, "precondition"),
    ),
    "a graph that is not there": ({"query_string": "graph=x:none", "method": "DELETE"}, (404, "no-graph")),
}


@pytest.mark.parametrize("case", BAD_GRAPHS)
def test_a_write_of_a_graph_is_refused_and_changes_nothing(client: FlaskClient, edited: Path, case: str) -> None:
    request, problem = BAD_GRAPHS[case]
    folder = (edited / "build").resolve()
    given = {"method": "PUT", "query_string": f"graph={GRAPH}", "headers": ALICE, **request}
    current = _snapshot(client)
    given["headers"] = {name: value.replace("{snapshot}", current) for name, value in given["headers"].items()}
    assert _kind(client.open("/graph-store", **given)) == problem
    assert (edited / "build").resolve() == folder


def test_a_violation_is_told_and_not_written(client: FlaskClient, edited: Path) -> None:
    folder = (edited / "build").resolve()
    text = f'DELETE DATA {{ GRAPH <{GRAPH}> {{ <{TASK}> skos:prefLabel "做强装备制造"@zh }} }}'
    refused = _update(client, text, {**ALICE, "Accept-Language": "zh"})
    content = refused.get_json(force=True)
    assert (_kind(refused), content["title"], content["count"]) == ((422, "invalid"), "更新会造成错误", 1)
    assert content["findings"] == [
        {
            "severity": "Violation",
            "check": "needsPrefLabel/minCount",
            "node": TASK,
            "label": None,
            "message": content["findings"][0]["message"],
            "new": True,
        }
    ]
    report = _update(client, text, {**ALICE, "Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=report.data, format="turtle")
    nodes = [str(graph.value(result, SH.focusNode)) for result in graph.subjects(SH.resultSeverity, SH.Violation)]
    assert (report.status_code, report.mimetype, nodes) == (422, "text/turtle", [TASK])
    assert len(list(graph.subjects(RDF.type, SH.ValidationReport))) == 1
    assert (edited / "build").resolve() == folder


# what is written


def test_an_update_is_seen_once_it_is_answered(client: FlaskClient, edited: Path) -> None:
    """In both forms of the protocol (2.2.1, 2.2.2); the answer names the snapshot, and a stale writer is told."""
    before = _snapshot(client)
    assert _csv(client, LABELS) == ["Strengthen equipment manufacturing", "做强装备制造"]
    first = _update(client, _relabel("Strengthen equipment manufacturing", "A"), {**ALICE, "If-Match": f'"{before}"'})
    after = first.headers["Policygraph-Snapshot"]
    assert first.get_json() == {
        "number": 1,
        "before": before,
        "after": after,
        "forced": False,
        "added": 1,
        "removed": 1,
        "findings": [],
    }
    assert (_csv(client, LABELS), _snapshot(client)) == (["A", "做强装备制造"], after)
    stale = _update(client, _relabel("A", "B"), {**ALICE, "If-Match": f'"{before}"'})
    assert _kind(stale) == (412, "precondition")
    form = urlencode({"update": _relabel("A", "Strengthen equipment manufacturing")})
    second = client.post("/sparql", data=form, content_type=FORM, headers=ALICE)
    assert (second.status_code, second.headers["Policygraph-Snapshot"], _snapshot(client)) == (200, before, before)
    journal = [json.loads(line) for line in edit.journal_of(edited / "build").read_text("utf-8").splitlines()]
    assert [(entry["number"], entry["who"], entry["before"], entry["after"]) for entry in journal] == [
        (1, "alice", before, after),
        (2, "alice", after, before),
    ]
    assert journal[0]["added"] == [f'<{TASK}> <{LABEL}> "A"@en <{GRAPH}> .']
    assert "secret" not in edit.journal_of(edited / "build").read_text("utf-8")


def test_an_update_that_changes_nothing_makes_no_build(client: FlaskClient, edited: Path) -> None:
    folder, before = (edited / "build").resolve(), _snapshot(client)
    answer = _update(client, f"DELETE DATA {{ GRAPH <{GRAPH}> {{ <a:a> <b:b> 1 }} }} ; CREATE GRAPH <x:none>")
    assert answer.get_json() == {
        "before": before,
        "after": before,
        "forced": False,
        "added": 0,
        "removed": 0,
        "findings": [],
    }
    assert (edited / "build").resolve() == folder


#: Dataset of the request -> how many things a pattern finds that the graph defines.
DATASETS: list[tuple[dict[str, Any], str, int]] = [
    ({}, "?s a pg:Task", 1),
    ({}, "?s a pg:PlanElement", 2),  # inferred: the union holds it
    ({"using_graph_uri": GRAPH}, "?s a pg:Task", 1),
    ({"using_graph_uri": REFERENCE}, "?s a pg:Task", 0),
    ({"using_graph_uri": [REFERENCE, GRAPH]}, "?s a pg:Task . ?city a pg:City", 1),
    ({"using_named_graph_uri": GRAPH}, "GRAPH ?g { ?s a ?k } FILTER (?k IN (pg:Task, pg:City))", 1),
    ({"using_named_graph_uri": GRAPH}, "?s a pg:Task", 0),
]


@pytest.mark.parametrize(("parameters", "pattern", "count"), DATASETS)
def test_a_where_reads_the_dataset_of_the_request_or_the_union(
    client: FlaskClient, parameters: dict[str, Any], pattern: str, count: int
) -> None:
    """2.2.3. What would be added violates the shapes, and the report counts it: nothing is written."""
    text = f"INSERT {{ GRAPH <{GRAPH}> {{ ?s pg:hasColour 1 }} }} WHERE {{ {pattern} }}"
    answer = _update(client, text, **parameters)
    found = answer.get_json(force=True)["findings"]
    assert len({each["node"] for each in found if each["check"].endswith("/closed")}) == count


def test_a_graph_is_written_read_and_deleted(client: FlaskClient, edited: Path) -> None:
    """5.2 to 5.6: 201 for what is new, 200 for what was there, 404 for what is not; a GET's tag holds for a write."""
    path = f"/graph-store?graph={quote(ADDED, safe='')}"
    area = vocab.ID + "area/pioneer"
    content = f'<{area}> <{ALIAS}> "先锋"@zh .\n'
    assert _kind(client.get(path)) == (404, "no-graph")
    assert client.head(path).status_code == 404
    put = client.put(path, data=content.encode(), content_type="text/turtle", headers={**ALICE, "If-None-Match": "*"})
    assert (put.status_code, put.headers["Location"], put.get_json()["added"]) == (201, ADDED, 1)
    got = client.get(path, headers={"Accept": "application/n-triples"})
    assert (got.status_code, got.mimetype, got.text) == (200, "application/n-triples", content)
    head = client.head(path, headers={"Accept": "application/n-triples"})
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])
    more = content.replace("先锋", "先锋城")
    same = {**ALICE, "If-Match": got.headers["ETag"]}
    post = client.post(path, data=more.encode(), content_type="text/turtle", headers=same)
    assert (post.status_code, post.get_json()["added"]) == (200, 1)
    assert _kind(client.delete(path, headers=same)) == (412, "precondition")
    gone = client.delete(path, headers=ALICE)
    assert (gone.status_code, gone.get_json()["removed"], client.get(path).status_code) == (200, 2, 404)


def test_what_is_got_and_put_back_is_no_change(client: FlaskClient, edited: Path) -> None:
    """In every format: the spelling of the evidence comes along, and numbers as the store writes them."""
    path, folder = f"/graph-store?graph={GRAPH}", (edited / "build").resolve()
    for media_type in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
        got = client.get(path, headers={"Accept": media_type})
        put = client.put(path, data=got.data, content_type=media_type, headers=ALICE)
        assert (put.status_code, put.get_json()["added"], put.get_json()["removed"]) == (200, 0, 0)
    assert (edited / "build").resolve() == folder


def test_the_default_graph_is_the_union(client: FlaskClient) -> None:
    got = client.get("/graph-store?default", headers={"Accept": "application/n-triples"})
    count = int(_csv(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0])
    assert (got.status_code, len(set(got.text.splitlines()))) == (200, count)


def test_a_graph_without_a_name_gets_one(client: FlaskClient) -> None:
    area = vocab.ID + "area/pioneer"
    content = f'<{area}> <{ALIAS}> "先锋"@zh .\n'
    post = client.post("/graph-store", data=content.encode(), content_type="text/turtle", headers=ALICE)
    path = f"/graph-store?graph={quote(post.headers['Location'], safe='')}"
    assert (post.status_code, client.get(path + "&format=nt").text) == (201, content)
    assert client.delete(path, headers=ALICE).status_code == 200


def test_with_force_a_violation_is_written_and_said(edited: Path, tmp_path: Path) -> None:
    """CLEAR ALL takes what may be written and leaves the rest; the manifest says that it was forced."""
    shutil.copytree(edited, tmp_path / "copy", symlinks=True)
    output = tmp_path / "copy" / "build"
    service = Service(Settings(build=output, workers=1, watch=0, curators=CURATORS))
    try:
        own = create_app(service=service).test_client()
        text = f'DELETE DATA {{ GRAPH <{GRAPH}> {{ <{TASK}> skos:prefLabel "做强装备制造"@zh }} }}'
        assert _kind(_update(own, text, BOB)) == (422, "invalid")
        forced = _update(own, text, BOB, force="")
        said = forced.get_json()
        assert (forced.status_code, said["forced"], said["findings"][0]["node"]) == (200, True, TASK)
        manifest = build.read_manifest(output)
        assert (manifest["edited"]["forced"], manifest["findings"]["Violation"]) == (True, 1)
        assert _kind(_update(own, _relabel("Strengthen equipment manufacturing", "A"))) == (422, "invalid")
        assert _update(own, "CLEAR ALL", BOB, force="1").status_code == 200
        graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
        assert _csv(own, graphs) == [vocab.GRAPH_META.value, vocab.GRAPH_ONTOLOGY.value]
    finally:
        service.close()


def test_a_build_that_cannot_be_edited_stops_the_start(edited: Path, tmp_path: Path) -> None:
    from server import ServiceError

    folder = shutil.copytree((edited / "build").resolve(), tmp_path / "build")
    with pytest.raises(ServiceError, match="is not a link to a build: run `policygraph build` first"):
        Service(Settings(build=folder, workers=1, watch=0, curators=CURATORS))
