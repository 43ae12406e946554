"""SERVICE: an endpoint of the list is asked, exactly as the standard says; nobody else is, whatever is tried."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import serving
import stores
from stores import Faulty, Request, response
from test_gate import ATTACKS

from policygraph import vocab
from server import Settings, create_app
from server.failures import RequestError
from server.service import Service
from server.syntax.gate import check, check_update
from server.syntax.service_clauses import Clause
from server.workers import addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

HERE = "http://a.org/sparql"
SETTINGS = Settings(query_bytes=70_000, service_allowed=(HERE,))
JSON = "application/sparql-results+json"
ROW = '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"http://x/1"}}]}}'


# The gate: which clauses are taken


def _refusal(text: str) -> str | None:
    try:
        check(text, SETTINGS)
    except RequestError as error:
        return error.kind
    return None


@pytest.mark.parametrize(("attack", "kind"), ATTACKS.items(), ids=lambda value: value[:40])
def test_what_is_refused_without_a_list_is_refused_with_one(attack: str, kind: str) -> None:
    """It may be told more exactly: which endpoint, or what is not clear."""
    kinds = {kind, "service-not-allowed", "service-unclear"} if kind == "service" else {kind}
    assert _refusal(attack) in kinds


#: Attack with an endpoint of the list near at hand -> the kind of problem it is refused as.
UNSURE = {
    "SELECT * { ?e a <x:Endpoint> SERVICE ?e { ?s ?p ?o } }": "service-unclear",
    "SELECT * { SERVICE SILENT $e { ?s ?p ?o } }": "service-unclear",
    f"PREFIX ex: <{HERE}> SELECT * {{ SERVICE ex: {{ ?s ?p ?o }} }}": "service-unclear",
    "PREFIX ex: <http://a.org/> SELECT * { SERVICE ex:sparql { ?s ?p ?o } }": "service-unclear",
    "SELECT * { SERVICE <http://b.org/sparql> { ?s ?p ?o } }": "service-not-allowed",
    "SELECT * { SERVICE SILENT <http://b.org/sparql> { ?s ?p ?o } }": "service-not-allowed",
    f"SELECT * {{ SERVICE <{HERE}#> {{ ?s ?p ?o }} }}": "service-not-allowed",
    f"SELECT * {{ SERVICE <{HERE}/../x> {{ ?s ?p ?o }} }}": "service-not-allowed",
    "SELECT * { SERVICE <http://A.org/sparql> { ?s ?p ?o } }": "service-not-allowed",
    "SELECT * { SERVICE <http://a.org:80/sparql> { ?s ?p ?o } }": "service-not-allowed",
    "SELECT * { SERVICE <http://a.org/sp\\u0061rql> { ?s ?p ?o } }": "service-not-allowed",
    "BASE <http://a.org/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }": "service-not-allowed",
    f"SELECT * {{ SERVICE <{HERE}> {{ SERVICE <{HERE}> {{ ?s ?p ?o }} }} }}": "service-nested",
    f"SELECT * {{ SERVICE <{HERE}> {{ ?s ?p true SERVICE <http://b.org/> {{}} }} }}": "service-nested",
    f"SELECT * {{ SERVICE <{HERE}> {{ ?s ?p ?o": "service-unclear",
    f"SELECT * {{ SERVICE <{HERE}> . {{ ?s ?p ?o }} }}": "service-unclear",
    f"SELECT * {{ SERVICE 1 <{HERE}> {{ ?s ?p ?o }} }}": "service-unclear",
    f"SELECT * {{ SERVICE <{HERE}> ( ?s ) }}": "service-unclear",
    "SELECT * { SERVICE": "service-unclear",
    "SELECT * { SERVICE SILENT": "service-unclear",
    f"SELECT * {{ ?s ?p trueSERVICE<{HERE}>{{ ?s ?p ?o }} }}": "service",
    f"SELECT * {{ SERVICESILENT <{HERE}> {{ ?s ?p ?o }} }}": "service",
    f"SELECT * {{ SERVICE <{HERE}> {{}} ?s ?p trueSERVICE <http://b.org/> {{}} }}": "service",
    f"SELECT * {{ SERVICE <{HERE}> {{ ?s ?p 'x }} }}": "open-string",
    f"SELECT * {{ SERVICE <{HERE}> {{ FILTER(?a<'>' || ?b) }} }}": "ambiguous",
    f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{HERE}> {{ ?s ?p ?o }} }}": "update",
    f"SELECT * {{ SERVICE <{HERE}> {{ }} }} ; DROP ALL": "update",
    f"SELECT * {{ SERVICE <{HERE}> {{ ?s ?p ?o }} ; DROP ALL ; {{ }} }}": "update",
    "SELECT * {" + f" SERVICE <{HERE}> {{ ?s ?p ?o }}" * 9 + "}": "service-too-many",
    f"SELECT * {{ SERVICE <{HERE}> " + "{" * 70 + "}" * 70 + "}": "too-nested",
}


@pytest.mark.parametrize(("attack", "kind"), UNSURE.items(), ids=lambda value: value[:60])
def test_a_clause_that_is_not_certain_is_refused(attack: str, kind: str) -> None:
    assert _refusal(attack) == kind


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_an_update_asks_nobody_whatever_is_on_the_list(silent: str) -> None:
    with pytest.raises(RequestError) as caught:
        check_update(f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE {silent}<{HERE}> {{ ?s ?p ?o }} }}", SETTINGS)
    assert caught.value.kind == "service"


def test_a_clause_is_cut_out_whole() -> None:
    text = (
        "PREFIX x: <http://x/> # SERVICE <http://b.org/> {}\n"
        f'SELECT * {{ "SERVICE" x:service ?o . service # here\n silent<{HERE}>{{ ?s x:p "}}" , """}}""" # }}\n }} }}'
    )
    start = text.index("service # here")
    group = text[text.index("{ ?s") : -2]
    prologue = text[: text.index("SELECT")]
    expected = Clause(start, len(text) - 2, HERE, f"{prologue}SELECT * WHERE {group}", is_silent=True)
    checked = check(text, SETTINGS)
    assert (checked.services, checked.is_volatile) == ((expected,), True)


# What it means: as pyoxigraph, which asks endpoints itself, has it


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stores.Oxigraph]:
    """An endpoint that holds other data."""
    quads = tmp_path_factory.mktemp("other") / "other.nq"
    lines = [
        f'<{serving.ID}a/t1> <http://o.org/note> "one\\n\\"two\\" \\\\ 三"@zh .',
        f'<{serving.ID}a/t1> <http://o.org/weight> "1.50"^^<{vocab.PREFIXES["xsd"]}decimal> .',
        f'<{serving.ID}a/t2> <http://o.org/weight> "2"^^<{vocab.PREFIXES["xsd"]}integer> .',
        f'<{serving.ID}a/t3> <http://o.org/weight> "2"^^<{vocab.PREFIXES["xsd"]}integer> .',
    ]
    quads.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with stores.oxigraph(quads) as started:
        yield started


@pytest.fixture(scope="module")
def odd() -> Iterator[Faulty]:
    with stores.faulty() as server:
        yield server


@pytest.fixture(scope="module")
def federated(folder: Path, other: stores.Oxigraph, odd: Faulty) -> Iterator[Service]:
    """A service that may ask two endpoints of this machine, and some that are not where they should be."""
    service = Service(_settings(folder, other, odd))
    yield service
    service.close()


@pytest.fixture(scope="module")
def hurried(folder: Path, other: stores.Oxigraph, odd: Faulty) -> Iterator[Service]:
    """The same, for endpoints that never end: it gives them half a second."""
    service = Service(replace(_settings(folder, other, odd), service_seconds=0.5))
    yield service
    service.close()


def _settings(folder: Path, other: stores.Oxigraph, odd: Faulty) -> Settings:
    inside = [f"http://{host}:{odd.port}/sparql" for host in INSIDE]
    return Settings(
        build=folder,
        workers=2,
        memory=256,
        deadline=60.0,  # no clock of these tests but those that are meant: a loaded machine is slow
        watch=0,
        client_errors=1e6,
        service_allowed=(other.url, odd.url, odd.url + "/next", *inside),
        service_private=("127.0.0.1/32",),
        service_seconds=60.0,
        service_bytes=5000,
    )


@pytest.fixture
def client(federated: Service) -> FlaskClient:
    return create_app(service=federated).test_client()


def _ask(client: FlaskClient, query: str) -> Any:
    """The rows, or the problem."""
    answer = client.post("/sparql?format=json", data=query.encode(), content_type="application/sparql-query")
    if answer.status_code == 200:
        solutions = ox.parse_query_results(answer.data, ox.QueryResultsFormat.JSON)
        return Counter(_rows(solutions))
    content = answer.get_json(force=True)
    return content["type"].rpartition("/")[2], content.get("message")


def _rows(solutions: Any) -> list[tuple[str, ...]]:
    if isinstance(solutions, ox.QueryBoolean):
        return [(str(bool(solutions)),)]
    names = sorted(variable.value for variable in solutions.variables)
    return [tuple(f"{name}={solution[name]}" for name in names) for solution in solutions]


FEDERATED = [
    "SELECT * { ?t a pg:Task SERVICE <{url}> {{ ?t o:weight ?w }} }",
    "SELECT * { ?t a pg:Task OPTIONAL { SERVICE <{url}> {{ ?t o:note ?n }} } }",
    "SELECT * { { ?t a pg:Task } UNION { SERVICE <{url}> {{ ?t o:weight ?w }} } }",
    "SELECT * { ?t a pg:Task MINUS { SERVICE <{url}> {{ ?t o:note ?n }} } }",
    "SELECT * { ?t a pg:Task FILTER EXISTS { SERVICE <{url}> {{ ?t o:note ?n }} } }",
    "SELECT * { SERVICE <{url}> {{ ?t o:weight ?w OPTIONAL {{ ?t o:note ?n }} }} }",
    "SELECT * { SERVICE <{url}> {{ ?t o:weight ?w }} SERVICE <{url}> {{ ?t o:note ?n }} }",
    "SELECT (SUM(?w) AS ?s) { SERVICE SILENT <{url}> {{ SELECT ?w {{ ?t o:weight ?w }} ORDER BY ?w LIMIT 2 }} }",
    "SELECT * { SERVICE <{url}> {{ <https://w3id.org/policygraph/id/a/t1> o:note ?n }} ?t a pg:Task }",
    "SELECT * { SERVICE <{url}> {{ id:none o:note ?n }} ?t a pg:Task }",
    "ASK { SERVICE <{url}> {{ <https://w3id.org/policygraph/id/a/t3> o:weight 2 }} }",
    "BASE <http://o.org/> SELECT * { SERVICE <{url}> {{ ?t <weight> ?w }} FILTER(?w > 1.7) }",
]


@pytest.mark.parametrize("query", FEDERATED)
def test_a_clause_means_what_the_engine_takes_it_to_mean(
    client: FlaskClient, folder: Path, other: stores.Oxigraph, query: str
) -> None:
    text = "PREFIX o: <http://o.org/>\n" + query.replace("{{", "{").replace("}}", "}").replace("{url}", other.url)
    store = ox.Store()
    store.bulk_load(path=str(folder / "policygraph.nq"), format=ox.RdfFormat.N_QUADS)
    expected = Counter(_rows(store.query(text, prefixes=vocab.PREFIXES, use_default_graph_as_union=True)))
    assert (_ask(client, text), bool(expected)) == (expected, "id:none" not in query)


def test_the_graph_around_a_clause_does_not_go_with_it(client: FlaskClient, other: stores.Oxigraph) -> None:
    """The endpoint has its own graphs (SPARQL 1.1 Federated Query 4); pyoxigraph would ask for `GRAPH ?g` there."""
    clause = f"SERVICE <{other.url}> {{ ?t <http://o.org/weight> ?w }}"
    text = f"SELECT ?t ?w {{ GRAPH <{serving.TWO}> {{ ?t a pg:Task {clause} }} }}"
    two = ox.Literal("2", datatype=ox.NamedNode(vocab.PREFIXES["xsd"] + "integer"))
    assert _ask(client, text) == Counter([(f"t=<{serving.ID}a/t2>", f"w={two}")])


def test_an_answer_from_elsewhere_is_not_kept(client: FlaskClient, other: stores.Oxigraph) -> None:
    query = f"SELECT * {{ SERVICE <{other.url}> {{ ?s ?p ?o }} }}"
    answer = client.get("/sparql", query_string={"query": query})
    assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("no-store", False)


def test_a_mistake_after_a_clause_is_told_where_it_is(client: FlaskClient, other: stores.Oxigraph) -> None:
    query = f"SELECT * {{\n SERVICE <{other.url}> {{\n  ?s ?p ?o\n }}\n ?x foo:y 1\n}}"
    answer = client.get("/sparql", query_string={"query": query})
    content = answer.get_json(force=True)
    assert (content["type"].rpartition("/")[2], content["line"], content["column"]) == ("syntax", 5, 5)


# What an endpoint can do wrong


def says(answer: bytes | Callable[[socket.socket], None]) -> Callable[[socket.socket, Request], None]:
    def act(sock: socket.socket, _: Request) -> None:
        if isinstance(answer, bytes):
            sock.sendall(answer)
        else:
            answer(sock)

    return act


def _slow(sock: socket.socket) -> None:
    """A byte now and then, so that no single wait is long, until the client leaves."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nContent-Length: 1000000\r\n\r\n"
    sock.sendall(head.encode())
    sock.settimeout(0.1)
    while True:
        sock.sendall(b" ")
        with suppress(TimeoutError):
            if not sock.recv(1):
                return


def _silent(sock: socket.socket) -> None:
    """Nothing, until the client leaves."""
    while sock.recv(1):
        pass


def _endless(sock: socket.socket) -> None:
    sock.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    while True:
        sock.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")


BLANK = ROW.replace('"uri","value":"http://x/1"', '"bnode","value":"b"')
WRONG: dict[str, tuple[bytes | Callable[[socket.socket], None], str]] = {
    "an answer without an end": (_endless, "its answer has more than 5000 bytes"),
    "an answer that is too large": (response(ROW + " " * 5000, JSON), "its answer has more than 5000 bytes"),
    "a byte now and then": (_slow, "it took more than 0.5 seconds"),
    "silence": (_silent, "it took more than 0.5 seconds"),
    "half an answer": (response(ROW, JSON)[:-5], "its answer broke off"),
    "an error": (response("no", "text/html", status="503 Busy"), "status 503"),
    "a page": (response("<html>", "text/html"), "its answer is text/html, not a table"),
    "no table": (response('{"head":{},"boolean":true}', JSON), "it gave no table"),
    "blank nodes": (response(BLANK, JSON), "its answer has blank nodes, which mean nothing here"),
    "a term that is none": (
        response(ROW.replace("http://x/1", "x> . ?s ?p ?o } #"), JSON),
        "its answer cannot be read: Invalid uri value: Invalid IRI code point '>'",
    ),
    "an entity of XML": (
        response(
            '<!DOCTYPE s [<!ENTITY a "b">]><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/>'
            "<results><result>&a;</result></results></sparql>",
            "application/sparql-results+xml",
        ),
        "its answer cannot be read: ",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_endpoint_that_does_wrong_fails_the_query_and_silent_passes_it_over(
    federated: Service, hurried: Service, odd: Faulty, case: str
) -> None:
    answer, message = WRONG[case]
    client = create_app(service=hurried if answer in (_slow, _silent) else federated).test_client()
    odd.answer = says(answer)
    query = f"SELECT ?x {{ BIND(1 AS ?y) SERVICE <{odd.url}> {{ ?x ?p ?o }} }}"
    kind, said = _ask(client, query)
    assert (kind, said[: len(message)]) == ("service-failed", message)
    assert _ask(client, query.replace("SERVICE", "SERVICE SILENT")) == Counter([("x=None",)])


def test_what_comes_back_is_data_and_never_query(client: FlaskClient, odd: Faulty) -> None:
    """A literal that would end the VALUES block, were it not escaped."""
    evil = "'\\\"\n) } UNION { ?s ?p ?o } #"
    odd.answer = says(
        response(ROW.replace('"uri","value":"http://x/1"', f'"literal","value":{json.dumps(evil)}'), JSON)
    )
    got = _ask(client, f"SELECT ?x {{ SERVICE <{odd.url}> {{ ?x ?p ?o }} }}")
    assert got == Counter([(f"x={ox.Literal(evil)}",)])


def test_an_endpoint_gets_no_more_than_it_needs(client: FlaskClient, odd: Faulty) -> None:
    odd.answer = says(response(ROW, JSON))
    _ask(client, f"PREFIX x: <http://x/> SELECT ?x {{ SERVICE <{odd.url}> {{ ?x a pg:Task , x:y }} ?x ?secret 1 }}")
    request = odd.requests[-1]
    sent = f"PREFIX pg: <{vocab.BASE}ontology#> PREFIX x: <http://x/> SELECT * WHERE {{ ?x a pg:Task , x:y }}"
    assert (request.pairs, sorted(request.headers)) == (
        [("query", f"BASE <http://localhost/sparql> {sent}")],
        ["Accept", "Accept-Encoding", "Content-Length", "Content-Type", "Host", "User-Agent"],
    )


# Where a connection may lead

#: Hosts that are this machine or one that only it can see, and their likes, as an attacker writes them.
INSIDE = [
    *("localhost", "127.0.0.2", "127.1.1", "2130706434", "0x7f000002", "0177.0.0.2", "0.0.0.0", "0"),  # noqa: S104
    *("[::1]", "[::]", "[::ffff:127.0.0.2]", "[::127.0.0.2]"),
]


@pytest.mark.parametrize("host", [host for host in INSIDE if host != "localhost"])
def test_an_endpoint_of_the_list_that_stands_inside_is_not_asked(client: FlaskClient, odd: Faulty, host: str) -> None:
    """Private networks are open where `service_private` says so: here 127.0.0.1, and nothing else."""
    odd.answer = says(response(ROW, JSON))
    before = len(odd.requests)
    kind, said = _ask(client, f"SELECT ?x {{ SERVICE <http://{host}:{odd.port}/sparql> {{ ?x ?p ?o }} }}")
    assert (kind, len(odd.requests) - before) == ("service-failed", 0)
    assert said == f"{host}:{odd.port}: its address is not one of the public internet"


ADDRESSES = {
    "93.184.216.34": True,
    "2606:2800:220:1:248:1893:25c8:1946": True,
    "10.0.0.1": False,
    "172.16.5.4": False,
    "192.168.1.1": False,
    "100.100.100.200": False,  # shared space, where a cloud keeps its metadata
    "169.254.169.254": False,  # link-local: metadata of most clouds
    "168.63.129.16": False,  # public, and yet inside
    "fd00:ec2::254": False,
    "fe80::1": False,
    "224.0.0.1": False,
    "239.1.1.1": False,
    "ff02::1": False,
    "240.0.0.1": False,
    "255.255.255.255": False,
    "0.0.0.0": False,  # noqa: S104 - it is refused
    "192.0.2.1": False,
    "198.18.0.1": False,
    "::ffff:10.0.0.1": False,
    "::ffff:93.184.216.34": True,
    "64:ff9b::a00:1": False,  # 10.0.0.1 behind NAT64
    "2002:a00:1::1": False,  # 10.0.0.1 as 6to4
    "2001:0:a00:1::1": False,  # Teredo
    "::a00:1": False,
}


@pytest.mark.parametrize(("address", "expected"), ADDRESSES.items())
def test_only_addresses_of_the_public_internet_may_be_connected_to(address: str, expected: bool) -> None:
    assert addresses.public()(address) == expected


def test_a_private_network_is_open_where_it_is_named() -> None:
    may = addresses.public(["10.1.0.0/16"])
    assert [may(address) for address in ("10.1.2.3", "::ffff:10.1.2.3", "10.2.2.3")] == [True, True, False]


def test_a_name_that_changes_its_address_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: public when it is looked at, private when it is connected to."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    asked, connected = [], []

    def lookup(host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: connected.append(address))
    addresses.connect("rebinding.example.org", 80, 1, addresses.public()).close()
    assert (asked, connected) == (["rebinding.example.org"], [("93.184.216.34", 80)])


def test_a_name_with_an_address_inside_leads_to_the_one_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("127.0.0.1", "93.184.216.34")]
    connected: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: connected.append(address))
    addresses.connect("both.example.org", 80, 1, addresses.public()).close()
    assert connected == [("93.184.216.34", 80)]


# Redirects


def _redirect(target: str, status: str = "307 Moved") -> bytes:
    return response("", JSON, f"Location: {target}", status=status)


REDIRECTS = {
    "to an address inside": ("http://169.254.169.254/latest", "which may not be asked"),
    "to another scheme": ("file:///etc/passwd", "which may not be asked"),
    "to another path of the same host": ("/admin", "which may not be asked"),
    "to an endpoint of the list inside": (
        "http://[::1]:{port}/sparql",
        "its address is not one of the public internet",
    ),
    "to itself": ("/sparql", "it sends on and on"),
}


@pytest.mark.parametrize("case", REDIRECTS)
def test_a_redirect_is_looked_at_like_any_endpoint(client: FlaskClient, odd: Faulty, case: str) -> None:
    target, words = REDIRECTS[case]
    odd.answer = says(_redirect(target.format(port=odd.port)))
    kind, said = _ask(client, f"SELECT ?x {{ SERVICE <{odd.url}> {{ ?x ?p ?o }} }}")
    assert (kind, said.endswith(words)) == ("service-failed", True)


def test_a_redirect_to_an_endpoint_of_the_list_is_followed(client: FlaskClient, odd: Faulty) -> None:
    def act(sock: socket.socket, request: Request) -> None:
        is_first = request.line.startswith("POST /sparql ")
        sock.sendall(_redirect("/sparql/next", "302 Found") if is_first else response(ROW, JSON))

    odd.answer = act
    got = _ask(client, f"SELECT ?x {{ SERVICE <{odd.url}> {{ ?x ?p ?o }} }}")
    assert got == Counter([("x=<http://x/1>",)])


def test_a_query_with_slow_endpoints_ends_at_its_deadline(client: FlaskClient, odd: Faulty) -> None:
    """Each may take a minute and is passed over then; the query waits for the first of them no longer than it may."""
    odd.answer = says(_silent)
    before = len(odd.requests)
    clauses = f"SERVICE SILENT <{odd.url}> {{ ?x ?p ?o }} " * 8
    answer = client.get("/sparql", query_string={"query": f"SELECT ?x {{ {clauses} }}", "timeout": "0.8"})
    assert (answer.status_code, len(odd.requests) - before <= 1) == (503, True)


def test_no_thread_outlives_its_errand() -> None:
    until = time.monotonic() + 60
    while any(thread.name == "feed" for thread in threading.enumerate()) and time.monotonic() < until:
        time.sleep(0.05)
    assert [thread.name for thread in threading.enumerate() if thread.name == "feed"] == []


def test_a_remote_store_and_an_endpoint_work_together(folder: Path, other: stores.Oxigraph) -> None:
    """The clause is asked by us, its rows go to the store: that never sees the keyword."""
    with stores.faulty() as between, stores.oxigraph(folder / "policygraph.nq", "--union-default-graph") as store:
        between.answer = lambda sock, request: sock.sendall(_forward(store.port, request))
        service = Service(
            Settings(
                store=between.url,
                workers=1,
                spares=0,
                watch=0,
                service_allowed=(other.url,),
                service_private=("127.0.0.0/8",),
            )
        )
        client = create_app(service=service).test_client()
        query = f"SELECT ?t ?w {{ ?t a pg:Task SERVICE <{other.url}> {{ ?t <http://o.org/weight> ?w }} }}"
        try:
            got = _ask(client, query)
        finally:
            service.close()
    assert got == Counter(
        [
            (
                f"t=<{serving.ID}a/t1>",
                f"w={ox.Literal('1.5', datatype=ox.NamedNode(vocab.PREFIXES['xsd'] + 'decimal'))}",
            ),
            (f"t=<{serving.ID}a/t2>", f"w={ox.Literal('2', datatype=ox.NamedNode(vocab.PREFIXES['xsd'] + 'integer'))}"),
        ]
    )
    assert [request.body for request in between.requests if "SERVICE" in request.body] == []


def _forward(port: int, request: Request) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {name: request.headers[name] for name in ("Accept", "Content-Type")}
    connection.request("POST", "/query", request.body, headers)
    answer = connection.getresponse()
    sent = response(answer.read().decode(), answer.headers["Content-Type"], status=f"{answer.status} {answer.reason}")
    connection.close()
    return sent
