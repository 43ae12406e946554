"""HTTP as RFC 9112 has it, over a real socket: what is malformed, slow, or many, and what stays in order."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import pytest
import serving
from serving import ID, TASKS, Live, live

from server import Settings, create_app
from server.front.connection import Connection, Limits
from server.front.crowd import Crowd
from server.service import Service
from server.service.rate_limit import client
from server.sparql.direct import Direct
from server.web.protocol import FORM, QUERY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.front.exchange import Exchange

PATH = "/sparql?" + urlencode({"query": TASKS, "format": "csv"})
CSV = f"task\r\n{ID}a/t1\r\n{ID}a/t2\r\n".encode()
HOST = "Host: localhost\r\n"


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory) -> Path:
    link = tmp_path_factory.mktemp("front") / "build"
    serving.write_build(link)
    return link


@pytest.fixture(scope="module")
def server(link: Path) -> Iterator[Live]:
    with live(link, workers=2, client_queries=100, client_seconds=1e6, client_errors=1e6) as started:
        yield started


@pytest.fixture(scope="module")
def in_process(link: Path) -> Iterator[Service]:
    """The same build behind Flask alone."""
    service = Service(Settings(build=link, workers=1, watch=0, client_errors=1e6))
    yield service
    service.close()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    link = tmp_path / "build"
    serving.write_build(link)
    return link


def _connect(server: Live) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=20)


def _until_closed(connection: socket.socket) -> bytes:
    """All that the server sends before it closes the connection."""
    data = b""
    while piece := connection.recv(65536):
        data += piece
    return data


def _exchange(server: Live, *parts: str | bytes) -> bytes:
    """What the server answers to some bytes before it closes the connection."""
    with _connect(server) as connection:
        for part in parts:
            connection.sendall(part.encode() if isinstance(part, str) else part)
        return _until_closed(connection)


def _statuses(data: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", data)]


ASK = f"GET {PATH} HTTP/1.1\r\n{HOST}"
CLOSE = "Connection: close\r\n\r\n"
_POST = f"POST /sparql HTTP/1.1\r\n{HOST}Content-Type: application/sparql-query\r\n"

#: What may be two requests to somebody else on the way, or none -> the status; the connection is closed behind it.
MALFORMED = {
    "length and chunks": (f"{_POST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", 400),
    "chunks and length": (f"{_POST}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG", 400),
    "two lengths": (f"{_POST}Content-Length: 6\r\nContent-Length: 6\r\n\r\nASK {{}}", 400),
    "a list of lengths": (f"{_POST}Content-Length: 6, 6\r\n\r\nASK {{}}", 400),
    "a signed length": (f"{_POST}Content-Length: +6\r\n\r\nASK {{}}", 400),
    "another coding": (f"{_POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "chunks of HTTP/1.0": (f"{_POST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".replace("1.1", "1.0"), 400),
    "no host": (f"GET {PATH} HTTP/1.1\r\n\r\n", 400),
    "two hosts": (f"{ASK}{HOST}\r\n", 400),
    "a host that is none": (f"GET {PATH} HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    "a host with a user": (f"GET {PATH} HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
    "a host that would end a link": (f'GET {PATH} HTTP/1.1\r\nHost: x>; rel="y"\r\n\r\n', 400),
    "an empty host": (f"GET {PATH} HTTP/1.1\r\nHost: \r\n\r\n", 400),
    "a folded header": (f"{ASK}A: b\r\n c\r\n\r\n", 400),
    "a space before the colon": (f"{ASK}A : b\r\n\r\n", 400),
    "line ends without CR": (f"GET {PATH} HTTP/1.1\nHost: localhost\n\n", 400),
    "a zero byte": (f"{ASK}A: b\0c\r\n\r\n", 400),
    "a fragment": (f"GET /#a HTTP/1.1\r\n{HOST}\r\n", 400),
    "a tunnel": ("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n", 400),
    "HTTP/2": (f"GET / HTTP/2.0\r\n{HOST}\r\n", 505),
    "HTTP/0.9": ("GET /\r\n\r\n", 505),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40), 400),
    "no HTTP": ("hello, is anybody there?\r\n", 400),
    "too long a head": (f"{ASK}A: {'b' * 200_000}\r\n\r\n", 431),
    "too many headers": (ASK + "A: b\r\n" * 300 + "\r\n", 431),
}


@pytest.mark.parametrize(("request_bytes", "status"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_is_refused_and_the_connection_closed(
    server: Live, request_bytes: str | bytes, status: int
) -> None:
    answer = _exchange(server, request_bytes)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (_statuses(answer), json.loads(body)["status"], b"Link:" in head) == ([status], status, False)


@pytest.mark.parametrize(
    ("line", "status"),
    {
        "GET /healthz HTTP/1.1": 200,
        "GET /healthz HTTP/1.0": 200,
        "HEAD /healthz HTTP/1.1": 200,
        "GET http://localhost/healthz HTTP/1.1": 200,
        "GET /#a HTTP/1.1": 400,
        "GET  / HTTP/1.1": 400,
        "GET / HTTP/1.1 ": 400,
        "GET /a b HTTP/1.1": 400,
        "GET healthz HTTP/1.1": 400,
        "get / HTTP/1.1": 400,
        "GET / HTTP/2.0": 505,
        "CONNECT localhost:443 HTTP/1.1": 400,
    }.items(),
)
def test_the_same_fields_as_before_do_not_make_a_request_sound(server: Live, line: str, status: int) -> None:
    """The fields of a GET that follows another are read once; whatever else is new is read as on a new connection."""
    again = f"{line}\r\n{HOST}\r\n"
    # what is answered by HTTP/1.0 or refused ends the connection
    end = f"{ASK}{CLOSE}" if status == 200 and line.endswith("1.1") else ""
    assert _statuses(_exchange(server, f"{ASK}\r\n", again + end))[:2] == [200, status]
    assert _statuses(_exchange(server, again + end))[:1] == [status]


@pytest.mark.parametrize("query", ["q=浑南", "q=a b"])
def test_an_address_that_is_not_encoded_is_told_so(server: Live, query: str) -> None:
    answer = _exchange(server, f"GET /search?{query} HTTP/1.1\r\n{HOST}\r\n")
    detail = "the address has a space or a character beyond ASCII: percent-encode it, as curl --data-urlencode does"
    assert (_statuses(answer), json.loads(answer.partition(b"\r\n\r\n")[2])["detail"]) == ([400], detail)


def test_requests_are_answered_in_their_order(server: Live) -> None:
    """Three at once, the same bytes and others, with a body between them: each answered whole, and none twice."""
    body = "ASK {}"
    post = f"{_POST}Content-Length: {len(body)}\r\n\r\n{body}"
    answer = _exchange(server, f"{ASK}\r\n{ASK}\r\n{post}GET /healthz HTTP/1.1\r\n{HOST}\r\n{ASK}{CLOSE}")
    bodies = re.split(rb"HTTP/1\.1 200 OK\r\n.*?\r\n\r\n", answer, flags=re.DOTALL)
    assert bodies == [b"", CSV, CSV, b'{"head":{},"boolean":true}', b"ok\n", CSV]


def _non_blocking(pid: int) -> list[str]:
    """The sockets to other processes of this machine that a process does not wait at."""
    local = {line.split()[6] for line in Path("/proc/net/unix").read_text().splitlines()[1:]}
    folder = Path(f"/proc/{pid}")
    sockets = {path.name: path.readlink().name for path in (folder / "fd").iterdir() if path.is_symlink()}
    flags = {
        name: int(re.findall(r"flags:\s*(\d+)", (folder / "fdinfo" / name).read_text())[0], 8)
        for name, target in sockets.items()
        if target.startswith("socket:[") and target[8:-1] in local
    }
    return [name for name in flags if flags[name] & os.O_NONBLOCK]


def test_a_worker_that_has_answered_is_waited_for_in_the_middle_of_a_message(server: Live) -> None:
    """The loop polls its socket, which libuv makes non-blocking: a page would fail where an answer comes in pieces."""
    before = _non_blocking(server.process.pid)
    assert server.ask("SELECT ?one { VALUES ?one { 'asked once' } }")[0] == 200
    assert _non_blocking(server.process.pid) == before


def test_a_request_may_come_byte_by_byte(server: Live) -> None:
    request = f"{_POST}Transfer-Encoding: chunked\r\n{CLOSE}2;a=b\r\nAS\r\n4\r\nK {{}}\r\n0\r\nHost: other\r\n\r\n"
    answer = _exchange(server, *(request[n : n + 1] for n in range(len(request))))
    assert (_statuses(answer), answer.partition(b"\r\n\r\n")[2]) == ([200], b'{"head":{},"boolean":true}')


def test_chunks_end_where_they_say_and_the_next_request_follows(server: Live) -> None:
    chunked = f"{_POST}Transfer-Encoding: chunked\r\n\r\n6\r\nASK {{}}\r\n0\r\n\r\n"
    assert _statuses(_exchange(server, f"{chunked}{chunked}{ASK}{CLOSE}")) == [200, 200, 200]


#: A request that is unusual and sound -> the statuses of the answers, and what the last one's body is.
SOUND = {
    "an absolute address": (f"GET http://example.org{PATH} HTTP/1.1\r\n{HOST}{CLOSE}", [200], CSV),
    "an address of IPv6": (f"GET {PATH} HTTP/1.1\r\nHost: [::1]:8000\r\n{CLOSE}", [200], CSV),
    "HTTP/1.0": (f"GET {PATH} HTTP/1.0\r\n\r\n", [200], CSV),
    "HTTP/1.0 that stays": (
        f"GET {PATH} HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET {PATH} HTTP/1.0\r\n\r\n",
        [200, 200],
        CSV,
    ),
    "empty lines first": (f"\r\n\r\n{ASK}{CLOSE}", [200], CSV),
    "only the head": (f"HEAD {PATH} HTTP/1.1\r\n{HOST}{CLOSE}", [200], b""),
    "another protocol offered": (f"{ASK}Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", [200], CSV),
    "permission first": (f"{_POST}Expect: 100-continue\r\nContent-Length: 6\r\n{CLOSE}ASK {{}}", [100, 200], None),
}


@pytest.mark.parametrize(("request_text", "statuses", "body"), SOUND.values(), ids=SOUND)
def test_what_is_sound_is_answered(server: Live, request_text: str, statuses: list[int], body: bytes | None) -> None:
    answer = _exchange(server, request_text)
    assert _statuses(answer) == statuses
    assert body is None or answer.rpartition(b"\r\n\r\n")[2] == body or answer.endswith(b"\r\n\r\n" + body)


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_who_sends_too_much_can_read_why(server: Live, framing: str) -> None:
    """The whole body is sent before anything is read: a connection that is reset at once would lose the answer."""
    size = 3_000_000
    head = _POST + (f"Content-Length: {size}\r\n\r\n" if framing == "length" else "Transfer-Encoding: chunked\r\n\r\n")
    body = b"x" * size if framing == "length" else b"%x\r\n%b\r\n0\r\n\r\n" % (size, b"x" * size)
    answer = _exchange(server, head, *(body[n : n + 65536] for n in range(0, len(body), 65536)))
    assert (_statuses(answer), json.loads(answer.partition(b"\r\n\r\n")[2])["type"].rpartition("/")[2]) == (
        [413],
        "body-too-large",
    )


@pytest.mark.parametrize("value", ["1_0", "١", " 1", "1 ", "0x1", "+1", "1e", "Infinity"])
def test_a_time_out_is_a_number(server: Live, value: str) -> None:
    assert server.ask(TASKS, timeout=value)[0] == 400


def test_half_open_connections_of_one_client_shut_nobody_out(own: Path) -> None:
    with live(own, client_connections=40, connections=60) as server, ExitStack() as stack:
        early = stack.enter_context(_connect(server))
        early.sendall(f"{ASK}\r\n".encode())
        before = early.recv(65536)
        for number in range(200):
            connection = stack.enter_context(_connect(server))
            connection.sendall(b"" if number % 2 else b"GET /healthz HT")
        assert server.get("/healthz") == (200, b"ok\n")
        early.sendall(f"{ASK}\r\n".encode())
        assert _statuses(before + early.recv(65536)) == [200, 200]


@pytest.mark.parametrize("start", ["GET / HTTP/1.1\r\nA: ", f"{_POST}Content-Length: 1000\r\n\r\nASK "])
def test_who_trickles_a_request_is_told_that_its_time_is_over(own: Path, start: str) -> None:
    with live(own, request_seconds=1) as server, _connect(server) as connection:
        connection.sendall(start.encode())
        connection.settimeout(0.2)
        answer = b""
        until = time.monotonic() + 30
        while not answer and time.monotonic() < until:
            connection.sendall(b"b")
            try:
                answer = connection.recv(65536)
            except TimeoutError:
                continue
        assert _statuses(answer) == [408]


def test_a_connection_that_says_nothing_is_closed(own: Path) -> None:
    with live(own, request_seconds=0.5, idle_seconds=0.5) as server, _connect(server) as silent:
        assert silent.recv(10) == b""
        with _connect(server) as used:
            used.sendall(f"{ASK}\r\n".encode())
            assert _statuses(_until_closed(used)) == [200]


@dataclass(eq=False)
class _Guest:
    client: str
    since: float
    is_waiting: bool = True
    deadline: float = float("inf")
    is_busy: bool = False
    has_gone: bool = False

    def expire(self, now: float) -> None:
        self.has_gone = now >= self.deadline

    def drop(self) -> None:
        self.has_gone = True


def test_the_newest_that_waits_makes_room() -> None:
    crowd = Crowd(most=10, most_of_one=3)
    first, busy, newest, late = (_Guest("a", n, n != 1) for n in range(4))
    other = _Guest("b", 9)
    assert [crowd.add(guest) for guest in (first, busy, newest, other, late)] == [True] * 5
    assert [guest.has_gone for guest in (first, busy, newest, other, late)] == [False, False, True, False, False]


def test_who_has_the_most_makes_room_for_others() -> None:
    crowd = Crowd(most=4, most_of_one=10)
    crowded = [_Guest("a", n) for n in range(3)]
    for guest in (*crowded, _Guest("b", 7), _Guest("c", 8)):
        assert crowd.add(guest)
    assert ([guest.has_gone for guest in crowded], crowd.count) == ([False, False, True], 4)


def test_where_all_are_answered_nobody_makes_room() -> None:
    crowd = Crowd(most=10, most_of_one=2)
    assert [crowd.add(_Guest("a", n, is_waiting=False)) for n in range(3)] == [True, True, False]


def test_who_is_over_time_is_told_and_others_are_not() -> None:
    crowd = Crowd(most=10, most_of_one=10)
    guests = [_Guest("a", 0, deadline=deadline) for deadline in (5.0, 5.1)]
    for guest in guests:
        crowd.add(guest)
    crowd.sweep(5.0)
    assert [guest.has_gone for guest in guests] == [True, False]


def test_a_client_of_ipv6_is_its_network() -> None:
    names = [client({"REMOTE_ADDR": address}, ()) for address in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1")]
    assert names == ["2001:db8::/64", "2001:db8::/64", "2001:db8:0:1::/64"]


class _Transport:
    """What a connection writes to, which takes everything and sends nothing."""

    has_gone = False

    def get_extra_info(self, name: str) -> tuple[str, int]:
        return {"peername": ("192.0.2.1", 5), "sockname": ("192.0.2.2", 80)}[name]

    def set_write_buffer_limits(self, high: int) -> None: ...

    def get_write_buffer_size(self) -> int:
        return 10**6

    def write(self, data: bytes) -> None: ...

    def abort(self) -> None:
        self.has_gone = True


class _Clock:
    now = 100.0

    def time(self) -> float:
        return self.now


class _File:
    """Answers every request with a megabyte."""

    def repeated(self, *_: object) -> bool:
        return False

    def most(self, _: object) -> int:
        return 0

    def handle(self, exchange: Exchange) -> None:
        exchange.write(b"x" * 2**20)


def test_who_reads_nothing_has_a_minute_and_a_second_for_each_kibibyte() -> None:
    crowd, clock, transport = Crowd(10, 10), _Clock(), _Transport()
    connection = Connection(_File(), crowd, Limits(1, 1, 1000), cast("Any", clock), lambda peer: (peer, False))
    connection.connection_made(cast("Any", transport))
    connection.data_received(f"GET / HTTP/1.1\r\n{HOST}\r\n".encode())
    connection.pause_writing()
    ends = []
    for clock.now in (100 + 60 + 1023, 100 + 60 + 1025):
        crowd.sweep(clock.now)
        ends.append(transport.has_gone)
    assert ends == [False, True]


def test_one_query_more_than_processors_runs_while_queries_are_tiny(in_process: Service) -> None:
    loop = asyncio.new_event_loop()
    direct = Direct(in_process, cast("Any", None), cast("Any", None), loop)
    processors = len(os.sched_getaffinity(0))
    most = [direct._most_fresh]
    for seconds in (0.0004, 0.004):
        for _ in range(100):
            direct.took(seconds)
        most.append(direct._most_fresh)
    loop.close()
    assert most == [processors, processors + 1, processors]


#: Requests to the endpoint, of which most are answered without Flask, and all must be answered as Flask does.
ALIKE = {
    "a table": {"query": TASKS},
    "a format": {"query": TASKS, "format": "csv"},
    "a graph": {"query": "CONSTRUCT WHERE { ?task a pg:Task }"},
    "a truth": {"query": "ASK {}"},
    "a volatile one": {"query": "SELECT (RAND() * 0 AS ?x) {}"},
    "a snapshot": {"query": TASKS, "snapshot": "SNAPSHOT"},
    "another snapshot": {"query": TASKS, "snapshot": "0"},
    "a dataset": {"query": "SELECT * { ?s a pg:Task }", "default-graph-uri": serving.ONE},
    "Chinese": {"query": 'SELECT * { ?s skos:prefLabel "甲方案"@zh } # 、~*\'()'},
    "lines that are like each other": {"query": "SELECT * {\n  ?s a pg:Task .\n\n  ?s a pg:Task .\r\n} # end\n"},
    "a string over lines": {"query": "SELECT * { BIND('''{\nSELECT\n''' AS ?x) }"},
    "a prefix behind a keyword": {"query": "SELECT * { FILTERxsd:boolean('true') }"},
    "a long answer": {"query": serving.large_rows(200)},
    "a time-out": {"query": TASKS, "timeout": "5"},
    "a time-out that is none": {"query": TASKS, "timeout": "soon"},
    "no format": {"query": TASKS, "format": "png"},
    "no endpoint": {"query": "SELECT * { SERVICE <http://example.org/> {} }"},
    "an update": {"query": "INSERT DATA { <a:a> <b:b> 1 }"},
    "a mistake": {"query": "SELECT * {"},
}
#: Header fields that change an answer, or could.
FIELDS = {
    "plain": {"Accept-Encoding": "identity"},
    "gzip": {"Accept-Encoding": "gzip"},
    "another origin": {
        "Origin": "https://example.org",
        "Accept": "text/csv;q=0.5, application/sparql-results+xml, */*;q=0.1",
    },
    "no format of ours": {"Accept": "image/png"},
}
#: How a request is sent: the method, and the media type of its body.
WAYS = {"GET": ("GET", ""), "HEAD": ("HEAD", ""), "form": ("POST", FORM), "body": ("POST", QUERY)}


def _sent(way: str, parameters: dict[str, str], fields: dict[str, str]) -> tuple[str, str, bytes, dict[str, str]]:
    """Method, address, body and header fields of a request."""
    method, media_type = WAYS[way]
    given, body = parameters, b""
    if media_type == FORM:
        given, body = {}, urlencode(parameters).encode()
    elif media_type == QUERY:
        given = {name: value for name, value in parameters.items() if name != "query"}
        body = parameters["query"].encode()
    address = "/sparql" + ("?" + urlencode(given) if given else "")
    return method, address, body, {**fields, **({"Content-Type": media_type} if media_type else {})}


@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize("way", WAYS)
def test_the_answer_is_that_of_flask_to_the_last_header(
    server: Live, in_process: Service, way: str, fields: dict[str, str]
) -> None:
    """Asked three times each: of a worker, of the cache, and, where that is known, by its bytes; then conditionally."""
    with in_process.current.use() as pool:
        snapshot = pool.snapshot
    flask = create_app(service=in_process).test_client()
    fields = {**fields, "Host": f"127.0.0.1:{server.port}", "Accept-Language": "en"}
    with closing(server.connect()) as connection:
        for name, parameters in ALIKE.items():
            parameters = {key: value.replace("SNAPSHOT", snapshot) for key, value in parameters.items()}  # noqa: PLW2901
            method, address, body, sent = _sent(way, parameters, fields)
            tag = ""
            for number in range(4):
                sent = {**sent, "If-None-Match": tag} if number == 3 else sent
                expected = flask.open(address, method=method, data=body or None, headers=sent)
                connection.request(method, address, body or None, sent)
                answer = connection.getresponse()
                kept = {key: value for key, value in answer.getheaders() if key not in ("Date", "Connection")}
                given = (answer.status, kept, answer.read())
                assert (name, given) == (name, (expected.status_code, dict(expected.headers), expected.data))
                tag = expected.headers.get("ETag", "")
