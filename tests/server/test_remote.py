"""The same front over a store elsewhere: what it is sent, what comes back, and what a store can do wrong."""

from __future__ import annotations

import json
import logging
import re
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import pytest
import serving
import stores
from stores import Faulty, Request, response

from policygraph import vocab
from server import ServiceError, Settings, create_app
from server.failures import RequestError
from server.service import Service
from server.workers.jobs import Run
from server.workers.outbound import Errands
from server.workers.remote_pool import RemotePool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

XSD_DURATION = f"{vocab.PREFIXES['xsd']}duration"
JSON, NTRIPLES = "application/sparql-results+json", "application/n-triples"
GRAPH = f"{vocab.GRAPH}document/one"
#: What a store answers that holds a build of one graph with two triples.
DATASET = {
    "head": {"vars": ["snapshot", "version", "graph", "triples"]},
    "results": {
        "bindings": [
            {
                "snapshot": {"type": "literal", "value": "abc"},
                "version": {"type": "literal", "value": "1"},
                "graph": {"type": "uri", "value": GRAPH},
                "triples": {"type": "literal", "value": "2"},
            }
        ]
    },
}
ROW = '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"http://x/1"}}]}}'
#: A row as Virtuoso writes it.
LOOSE = (
    '\n{ "head": { "link": [], "vars": ["x"] },\n  "results": { "distinct": false, "ordered": true, "bindings": [\n'
    '    { "x": { "type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#decimal", "value": "1.5" }},\n'
    '    { "x": { "type": "literal", "xml:lang": "zh", "value": "甲" }} ] } }\n'
)


@pytest.fixture(scope="module")
def store() -> Iterator[Faulty]:
    with stores.faulty() as server:
        yield server


@pytest.fixture(scope="module")
def made(store: Faulty) -> Iterator[RemotePool]:
    """A pool over that store, with one worker: what a test leaves undone, the next one meets."""
    store.answer = says(b"")
    pool = RemotePool(Path(), Settings(store=store.url, workers=1, spares=0, memory=128))
    yield pool
    pool.close()


def says(answer: bytes | Callable[[socket.socket], None]) -> Callable[[socket.socket, Request], None]:
    """A store that holds a build, and gives this answer to everything else."""

    def act(sock: socket.socket, request: Request) -> None:
        if stores.is_about_the_dataset(request):
            sock.sendall(response(json.dumps(DATASET), JSON))
        elif isinstance(answer, bytes):
            sock.sendall(answer)
        else:
            answer(sock)

    return act


def ask(pool: RemotePool, text: str = "SELECT ?x { ?x ?y ?z }", **given: Any) -> bytes | tuple[str, dict[str, object]]:
    """The answer, or the problem."""
    dataset = {"default": None, "named": None, "has_from": False, "base": None}
    bounds = {"seconds": 60.0, "rows": 1000, "bytes": 1_000_000}
    job = {"do": "query", "text": text, "format": "csv", **dataset, **bounds, **given}
    try:
        return b"".join(Run(pool, job, 5))
    except RequestError as error:
        return error.kind, error.details


def test_what_the_store_says_of_itself_is_what_is_served(made: RemotePool) -> None:
    assert (made.snapshot, made.graphs, made.quads) == ("abc", [GRAPH, vocab.GRAPH_META.value], 2)


#: Values as Virtuoso writes them, and a literal that looks like one.
ODD = (
    '{ "head": { "vars": ["u", "v", "w", "x", "y", "z"] }, "results": { "bindings": [ { '
    '"u": { "type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#duration", "value": "604800.0" }, '
    '"v": { "type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#duration", "value": "15" }, '
    '"w": { "type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#nonNegativeInteger", '
    '"value": "7" }, '
    '"x": { "type": "bnode", "value": "nodeID://b1" }, '
    '"y": { "type": "literal", "value": "\\"bnode\\", \\"value\\": \\"nodeID://" }, '
    '"z": { "type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#boolean", "value": "1" } } ] } }'
)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_values_of_virtuoso_are_read_as_a_local_store_has_them_wherever_its_answer_is_cut(
    store: Faulty, made: RemotePool, size: int
) -> None:
    def in_pieces(sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = response(ODD, JSON)
        for start in range(0, len(data), size):
            sock.sendall(data[start : start + size])

    store.answer = says(in_pieces)
    durations = "\t".join(f'"{text}"^^<http://www.w3.org/2001/XMLSchema#duration>' for text in ("P7D", "P1Y3M"))
    expected = r'7	_:b1	"\"bnode\", \"value\": \"nodeID://"	true'
    assert ask(made, format="tsv") == f"?u\t?v\t?w\t?x\t?y\t?z\n{durations}\t{expected}\n".encode()


def test_decimals_of_jena_are_read_as_a_local_store_has_them(store: Faulty, made: RemotePool) -> None:
    kind = f"{vocab.PREFIXES['xsd']}decimal"
    values = ("100.0", "-0.50", "12.25", "7")
    rows = ", ".join(
        f'{{ "x": {{ "type": "literal" , "datatype": "{kind}" , "value": "{value}" }} }}' for value in values
    )
    store.answer = says(response(f'{{"head":{{"vars":["x"]}},"results":{{"bindings":[{rows}]}}}}', JSON))
    assert ask(made) == b"x\r\n100\r\n-0.5\r\n12.25\r\n7\r\n"


def test_durations_of_virtuoso_in_a_graph_are_read_as_a_local_store_has_them(store: Faulty, made: RemotePool) -> None:
    """Those that have their letters stay as they are."""
    kept = ("86400.0", "90000.0", "0", "24", "P1M")
    lines = [f'<http://x/{n}>\t<http://x/p>\t"{text}"^^<{XSD_DURATION}> .' for n, text in enumerate(kept)]
    store.answer = says(response("\n".join(lines), NTRIPLES))
    expected = ("P1D", "P1DT3600S", "P0M", "P2Y", "P1M")
    assert (
        ask(made, "CONSTRUCT WHERE { ?x ?y ?z }", format="ntriples")
        == "".join(
            f'<http://x/{n}> <http://x/p> "{text}"^^<{XSD_DURATION}> .\n' for n, text in enumerate(expected)
        ).encode()
    )


@pytest.mark.parametrize(("body", "expected"), [(ROW, "x\r\nhttp://x/1\r\n"), (LOOSE, "x\r\n1.5\r\n甲\r\n")])
def test_a_table_is_written_anew_whatever_the_store_makes_of_it(
    store: Faulty, made: RemotePool, body: str, expected: str
) -> None:
    store.answer = says(response(body, JSON))
    assert ask(made) == expected.encode()


def test_a_graph_is_written_with_our_prefixes(store: Faulty, made: RemotePool) -> None:
    store.answer = says(
        response(f"<{vocab.ID}plan/a>\t<{vocab.rdf_type.value}> <{vocab.BASE}ontology#Plan> .", NTRIPLES)
    )
    answer = ask(made, "DESCRIBE plan:a", format="turtle")
    assert isinstance(answer, bytes)
    assert answer.decode().splitlines()[-1] == "plan:a a pg:Plan ."


QUERY = "# a\nSELECT ?x { ?x a pg:Plan }"
ALL = [GRAPH, vocab.GRAPH_META.value]
#: Options, what the worker says -> what is sent beside the query.
SENDING: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = {
    "a default graph that is the union": ({}, {}, []),
    "one that is not": (
        {"store_graphs": "listed"},
        {},
        [*(("default-graph-uri", iri) for iri in ALL), *(("named-graph-uri", iri) for iri in ALL)],
    ),
    "a dataset of the protocol": (
        {"store_graphs": "listed"},
        {"default": [GRAPH], "named": ["g:g"], "is_union": False},
        [("default-graph-uri", GRAPH), ("named-graph-uri", "g:g")],
    ),
    "a dataset without named graphs": (
        {},
        {"default": [GRAPH], "named": [], "is_union": False},
        [("default-graph-uri", GRAPH), ("named-graph-uri", f"{vocab.GRAPH}none")],
    ),
    "a dataset of the query": ({"store_graphs": "listed"}, {"is_union": False}, []),
    "milliseconds": ({"store_timeout": "milliseconds"}, {}, [("timeout", "6000")]),
    "seconds": ({"store_timeout": "seconds"}, {}, [("timeout", "6")]),
    "a unit": ({"store_timeout": "unit"}, {}, [("timeout", "6s")]),
}


@pytest.mark.parametrize("case", SENDING)
def test_a_store_is_sent_what_it_needs_to_know(case: str) -> None:
    options, wanted, expected = SENDING[case]
    errands = Errands(Settings(store="http://example.org/sparql?x=1", **options))
    errands.graphs = ALL
    said = {"text": QUERY, "is_graph": False, "is_union": True, "default": None, "named": None, **wanted}
    errand = errands.errand(said, {"seconds": 5.0})
    assert (errand.url, parse_qsl(errand.body.decode())) == (
        "http://example.org/sparql?x=1",
        [("query", QUERY), *expected],
    )


def test_a_request_has_no_more_headers_than_it_needs(store: Faulty, made: RemotePool) -> None:
    store.answer = says(response(ROW, JSON))
    ask(made, QUERY)
    request = store.requests[-1]
    assert request.headers.pop("User-Agent").startswith("policygraph/")
    assert (request.line, request.pairs, request.headers) == (
        "POST /sparql HTTP/1.1",
        [("query", f"PREFIX pg: <{vocab.BASE}ontology#> {QUERY}")],
        {
            "Host": f"127.0.0.1:{store.port}",
            "Accept": "application/sparql-results+json, application/sparql-results+xml;q=0.9",
            "Accept-Encoding": "identity",
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(request.body)),
        },
    )


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"STORE_USER": "dba", "STORE_PASSWORD": "密码"}, "Basic ZGJhOuWvhueggQ=="),
        ({"STORE_TOKEN": "abc"}, "Bearer abc"),
    ],
)
def test_credentials_come_from_the_environment(environ: dict[str, str], expected: str) -> None:
    settings = Settings.read(None, {f"POLICYGRAPH_SERVER_{name}": value for name, value in environ.items()})
    said = {"text": QUERY, "is_graph": True, "is_union": True, "default": None, "named": None}
    assert Errands(settings).errand(said, {"seconds": 5.0}).headers["Authorization"] == expected
    assert all(value not in repr(settings) for name, value in environ.items() if name != "STORE_USER")


def _chunked(sock: socket.socket) -> None:
    """Chunks without the last one."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n"
    sock.sendall(head.encode() + f"{len(ROW):x}\r\n{ROW}\r\n".encode())


def endless(answer: bytes) -> bytes:
    """An answer that does not say how long it is: it ends with the connection."""
    return re.sub(rb"Content-Length: \d+\r\n", b"", answer)


SHORT = response(ROW, JSON)
#: What a store does -> what is told of it. Nothing of it may be taken for a whole answer.
FAULTS: dict[str, tuple[bytes | Callable[[socket.socket], None], str]] = {
    "fewer bytes than it said": (SHORT[:-5], "its answer broke off"),
    "chunks without an end": (_chunked, "its answer broke off"),
    "no visible end": (
        endless(response("<sparql/>", "application/sparql-results+xml")),
        "its answer does not show where it ends (no length, no chunks)",
    ),
    "a part, and then no more": (
        endless(SHORT)[:-1],
        "its answer cannot be read: Parser error at line 1 column 90: Object values must be followed by a comma to add "
        "a new value or a curly bracket to end the object (line 1)",
    ),
    "an error with 200": (response("Oops", "text/html"), "its answer is text/html, not a table"),
    "an error where a row should be": (
        response(ROW[:-3] + ",error", JSON),
        "its answer cannot be read: Parser error at line 1 column 89: Unexpected char: 'e' (line 1)",
    ),
    "an error with a trace": (
        response("Bad query\n\tat org.example.Main(Main.java:1)", "text/plain", status="500 Oops"),
        "status 500: Bad query",
    ),
    "an error page": (response("<p>secret</p>", "text/html", status="401 No"), "status 401"),
    "a part of the answer": (
        response(ROW, JSON, "X-SQL-State: S1TAT"),
        "it gave a part of the answer (S1TAT)",
    ),
    "as many rows as it gives at most": (
        response(ROW, JSON, "X-SPARQL-MaxRows: 1"),
        "it gives no more than 1 rows (Virtuoso: raise ResultSetMaxRows)",
    ),
    "bytes that are packed": (
        response(ROW, JSON, "Content-Encoding: gzip"),
        "its answer is encoded (gzip)",
    ),
    "another address": (
        response("", JSON, "Location: http://127.0.0.1:1/", status="307 Moved"),
        "it sends on to http://127.0.0.1:1/ (status 307), which may not be asked",
    ),
    "nothing": (b"", "it closed the connection without an answer"),
    "no HTTP": (b"220 mail.example.org\r\n", "220 mail.example.org\r\n"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_a_store_does_wrong_is_a_problem_and_never_an_answer(store: Faulty, made: RemotePool, case: str) -> None:
    answer, message = FAULTS[case]
    store.answer = says(answer)
    got = ask(made)
    store.answer = says(response(ROW, JSON))
    again = ask(made)
    assert (got, again) == (("store-failed", {"message": message}), b"x\r\nhttp://x/1\r\n")


def test_json_that_ends_with_the_connection_is_whole_when_it_can_be_read(store: Faulty, made: RemotePool) -> None:
    """Fuseki answers so where it is told to close."""
    store.answer = says(endless(SHORT))
    assert ask(made) == b"x\r\nhttp://x/1\r\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<http://x/1> <http://x/2> <http://x/3> .\nTimeout", "its answer cannot be read: "),
        ("<http://x/1> <http://x/2> ", "its answer cannot be read: "),
    ],
)
def test_a_graph_that_ends_in_an_error_is_a_problem(store: Faulty, made: RemotePool, body: str, message: str) -> None:
    store.answer = says(response(body, NTRIPLES))
    got = ask(made, "DESCRIBE plan:a", format="ntriples")
    assert isinstance(got, tuple)
    assert (got[0], str(got[1]["message"])[: len(message)]) == ("store-failed", message)


def _stalling(store: Faulty, before: bytes = b"") -> threading.Event:
    """A store that sends the beginning of an answer and then nothing; the event tells that its client has left."""
    left = threading.Event()

    def stall(sock: socket.socket) -> None:
        sock.sendall(before)
        if not sock.recv(1):
            left.set()

    store.answer = says(stall)
    return left


@pytest.mark.parametrize("before", [b"", SHORT[:-5]], ids=["before its answer", "within it"])
def test_a_store_that_stalls_is_left_at_the_deadline(store: Faulty, made: RemotePool, before: bytes) -> None:
    left = _stalling(store, before)
    got = ask(made, seconds=0.3)
    assert (got, left.wait(60)) == (("timeout", {"seconds": 0.3}), True)


def test_a_store_is_told_that_the_client_has_left(store: Faulty, made: RemotePool) -> None:
    left = _stalling(store)
    run = Run(made, {"do": "query", "text": "ASK {}", "format": "csv", "seconds": 10.0, **_WHOLE}, 5, lambda: True)
    with pytest.raises(RequestError) as caught:
        b"".join(run)
    assert (caught.value.kind, left.wait(60)) == ("gone", True)


_WHOLE = {"default": None, "named": None, "has_from": False, "base": None, "rows": 9, "bytes": 999}


def test_an_answer_without_an_end_stops_at_the_bounds(store: Faulty, made: RemotePool) -> None:
    def endless(sock: socket.socket) -> None:
        row = '{"x":{"type":"uri","value":"http://x/1"}}'
        sock.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        start = '{"head":{"vars":["x"]},"results":{"bindings":[' + row
        sock.sendall(f"{len(start):x}\r\n{start}\r\n".encode())
        while True:
            sock.sendall(f"{len(row) + 1:x}\r\n,{row}\r\n".encode())

    store.answer = says(endless)
    got = [ask(made), ask(made, rows=10**9)]
    store.answer = says(response(ROW, JSON))
    assert (got, ask(made)) == (
        [("too-many-rows", {"limit": 1000}), ("answer-too-large", {"limit": 1_000_000})],
        b"x\r\nhttp://x/1\r\n",
    )


@pytest.mark.parametrize(
    "query",
    [
        "DEFINE get:soft 'replace' SELECT * FROM <http://x/> { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o OPTION (transitive) }",
        "SELECT * { ?s ?p",
    ],
)
def test_what_is_not_sparql_is_not_sent(store: Faulty, made: RemotePool, query: str) -> None:
    """A store's own extensions may fetch what they like: only what our parser knows goes there."""
    store.answer = says(response(ROW, JSON))
    before = len(store.requests)
    got = ask(made, query)
    assert (got[0], len(store.requests) - before) == ("syntax", 0)


def test_service_is_not_passed_on(store: Faulty, made: RemotePool) -> None:
    """Even where no gate stands before: the store would follow it."""
    store.answer = says(response(ROW, JSON))
    before = len(store.requests)
    got = ask(made, "SELECT * { SERVICE <http://a.org/> { ?s ?p ?o } }")
    assert (got, len(store.requests) - before) == (("service", {}), 0)


def _refusal(store_url: str, **options: Any) -> str:
    with pytest.raises(ServiceError) as caught:
        RemotePool(Path(), Settings(store=store_url, workers=1, spares=0, **options))
    return str(caught.value)


def test_a_store_that_is_down_stops_the_start() -> None:
    port = stores.free_port()
    url = f"http://127.0.0.1:{port}/sparql"
    assert _refusal(url) == f"the store at {url} cannot be served: 127.0.0.1:{port}: Connection refused"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "it holds no build: load policygraph.trig or policygraph.nq, all graphs of it"),
        (["abc", "def"], "it holds more than one build: load each into an empty store"),
    ],
)
def test_a_store_that_holds_no_build_or_two_stops_the_start(store: Faulty, rows: list[str], words: str) -> None:
    kept: list[dict[str, Any]] = DATASET["results"]["bindings"]  # type: ignore[assignment]
    bindings = [{**kept[0], "snapshot": {"type": "literal", "value": row}} for row in rows]
    body = json.dumps({**DATASET, "results": {"bindings": bindings}})
    store.answer = lambda sock, _: sock.sendall(response(body, JSON))
    assert _refusal(store.url) == f"the store at {store.url} cannot be served: {words}"


# The whole service, over a store that runs everywhere


@pytest.fixture(scope="module")
def elsewhere(folder: Path) -> Iterator[stores.Oxigraph]:
    with stores.oxigraph(folder / "policygraph.nq") as started:
        yield started


@pytest.fixture(scope="module")
def over(elsewhere: stores.Oxigraph) -> Iterator[Service]:
    settings = Settings(store=elsewhere.url, store_graphs="listed", workers=2, memory=256, deadline=60.0, watch=0)
    service = Service(settings)
    yield service
    service.close()


@pytest.fixture
def remote(over: Service) -> FlaskClient:
    return create_app(service=over).test_client()


PATHS = {
    "a table": "/sparql?" + urlencode({"query": serving.TASKS, "format": "json"}),
    "a yes": "/sparql?" + urlencode({"query": "ASK { plan:a a pg:Plan }", "format": "xml"}),
    "a graph": "/sparql?" + urlencode({"query": "CONSTRUCT WHERE { ?s pg:isPartOf ?o ; pg:hasOrdinal 1 }"}),
    "one graph of the dataset": "/sparql?"
    + urlencode({"query": "SELECT ?s { ?s a pg:Task }", "default-graph-uri": serving.ONE, "format": "tsv"}),
    "graphs by name": "/sparql?" + urlencode({"query": "SELECT DISTINCT ?g { GRAPH ?g {} } ORDER BY ?g"}),
    "a relative IRI": "/sparql?" + urlencode({"query": "CONSTRUCT { <#a> <b> plan:a } {}", "format": "nt"}),
    "the description of the endpoint": "/sparql",
    "the description of the dataset": "/.well-known/void",
    "a mistake": "/sparql?" + urlencode({"query": "SELECT ?s {\n  ?s a pg:Task ]"}),
}


@pytest.mark.parametrize("case", PATHS)
def test_a_remote_store_answers_as_a_local_build_does(client: FlaskClient, remote: FlaskClient, case: str) -> None:
    got = [each.get(PATHS[case], headers={"Accept-Language": "zh"}) for each in (client, remote)]
    assert [(a.status_code, a.content_type, a.text, a.headers.get("Policygraph-Snapshot")) for a in got[1:]] == [
        (a.status_code, a.content_type, a.text, a.headers.get("Policygraph-Snapshot")) for a in got[:1]
    ]


def test_an_answer_of_a_remote_store_is_kept(remote: FlaskClient, elsewhere: stores.Oxigraph) -> None:
    first = remote.get(PATHS["a table"])
    again = remote.get(PATHS["a table"], headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_the_index_of_the_search_may_be_larger_than_an_answer(tmp_path: Path) -> None:
    """It grows with the graph: at 250 documents it was too large, and nothing could be searched."""
    plans = "".join(f'plan:p{number} a pg:Plan ; skos:prefLabel "乙{number}"@zh . ' for number in range(300))
    serving.write_build(tmp_path / "build", f"{serving.TRIG}\nGRAPH <{serving.ONE}> {{ {plans} }}")
    with stores.oxigraph(tmp_path / "build" / "policygraph.nq", "--union-default-graph") as store:
        service = Service(Settings(store=store.url, workers=1, spares=0, watch=0, answer_bytes=20_000))
        try:
            answer = create_app(service=service).test_client().get("/api/search?q=乙299").get_json()
        finally:
            service.close()
    assert [each["iri"] for each in answer["results"]] == [f"{vocab.ID}plan/p299"]


def test_whether_the_build_stands_here_too_is_told(
    elsewhere: stores.Oxigraph, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "policygraph.server")
    for build in (folder, tmp_path):
        RemotePool(build, Settings(store=elsewhere.url, store_graphs="listed", workers=1, spares=0)).close()
    assert [record.getMessage() for record in caplog.records] == [
        f"the build in {folder} is the one in the store: what was prepared with it is used",
        f"{tmp_path} is not the build in the store: what it has prepared is asked of the store; "
        "name a copy with --build",
    ]


def test_a_new_load_is_taken_up_and_a_store_that_goes_is_told(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    link = tmp_path / "build"
    serving.write_build(link, serving.TRIG.replace("pg:hasOrdinal 2", "pg:hasOrdinal 3"))
    caplog.set_level(logging.INFO, "policygraph.server")
    with stores.oxigraph(folder / "policygraph.nq", "--union-default-graph") as store:
        service = Service(Settings(store=store.url, workers=1, spares=0, watch=0.1))
        client = create_app(service=service).test_client()
        path = "/sparql?" + urlencode({"query": "SELECT ?n { ?s pg:hasOrdinal ?n } ORDER BY ?n", "format": "csv"})
        try:
            before = client.get(path)
            store.load(link / "policygraph.nq")
            assert _comes(lambda: client.get(path).text == "n\r\n1\r\n3\r\n")
            assert client.get(path).headers["ETag"] != before.headers["ETag"]
            store.process.terminate()
            store.process.wait(10)
            assert _comes(lambda: client.get("/readyz").status_code == 503)
            problem = client.get(path.replace("%3Fn", "%3Fm"), headers={"Accept-Language": "en"}).get_json(force=True)
        finally:
            service.close()
    host = store.url.split("/")[2]
    assert (problem["status"], problem["detail"]) == (503, f"{host}: Connection refused")
    told = [record.message for record in caplog.records if "the store at" in record.message]
    # a look between the two halves of a load finds no build, and tells of that before
    assert told[-1] == f"the store at {store.url}: {host}: Connection refused"


def _comes(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()
