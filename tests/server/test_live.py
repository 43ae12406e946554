"""A real server on the loopback: what only a process with a socket can show."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
import serving
from serving import CROSS_PRODUCT, ENDLESS, ID, TASKS, Live, children, live, meanwhile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TASKS_CSV = f"task\r\n{ID}a/t1\r\n{ID}a/t2\r\n".encode()
#: A third task in a third document: another snapshot.
MORE = serving.TRIG.replace("document/two> {", "document/two> { <https://w3id.org/policygraph/id/a/t3> a pg:Task . ")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    link = tmp_path_factory.mktemp("live") / "build"
    serving.write_build(link)
    with live(link, is_fresh=True, workers=3, client_queries=100, client_seconds=1e6, client_errors=1e6) as started:
        yield started


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A build that a test may change."""
    link = tmp_path / "build"
    serving.write_build(link)
    return link


def _raw(server: Live, query: str, version: str = "1.1", **parameters: str) -> socket.socket:
    """A connection on which a GET has been sent and nothing been read."""
    path = "/sparql?" + urlencode({"query": query, **parameters})
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    connection.sendall(f"GET {path} HTTP/{version}\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    return connection


def test_a_query_is_answered(server: Live) -> None:
    status, headers, body = server.ask(TASKS, format="csv")
    assert (status, headers["Content-Type"], int(headers["Content-Length"]), body) == (
        200,
        "text/csv; charset=utf-8",
        len(body),
        TASKS_CSV,
    )
    assert "Server" not in headers


def test_a_download_goes_on_where_it_broke_off(server: Live) -> None:
    """The server sends files by itself: ranges must hold there too."""

    def get(**headers: str) -> tuple[int, str, bytes]:
        connection = server.connect()
        connection.request(
            "GET", "/download/policygraph.nq", headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        answer = connection.getresponse()
        try:
            return answer.status, answer.headers["ETag"], answer.read()
        finally:
            connection.close()

    status, entity, whole = get()
    half = len(whole) // 2
    assert (status, get(Range=f"bytes=0-{half - 1}")) == (200, (206, entity, whole[:half]))
    assert get(Range=f"bytes={half}-", If_Range=entity) == (206, entity, whole[half:])
    assert get(Range=f"bytes={half}-", If_Range='"of another build"') == (200, entity, whole)


def test_the_worker_of_a_client_that_has_left_is_killed_long_before_its_deadline(server: Live) -> None:
    connection = _raw(server, CROSS_PRODUCT, timeout="20")
    time.sleep(0.5)
    left = time.monotonic()
    connection.close()
    while not any(record["outcome"] == "gone" for record in server.records()):
        assert time.monotonic() - left < 10
        time.sleep(0.01)


def test_a_worker_that_has_copied_its_share_of_the_graph_is_replaced_by_the_loop(folder: Path) -> None:
    with live(folder, workers=1, spares=0, copies=1) as server:
        zygote = next(pid for pid in children(server.process.pid) if children(pid))
        before = children(zygote)
        assert server.ask(TASKS)[0] == 200
        until = time.monotonic() + 30
        while not (after := children(zygote)) or after == before:
            assert time.monotonic() < until
            time.sleep(0.02)
        assert (len(before), len(after), set(before) & set(after)) == (1, 1, set())


def test_a_stream_that_fails_breaks_the_connection(server: Live) -> None:
    connection = server.connect()
    connection.request("GET", "/sparql?" + urlencode({"query": ENDLESS, "stream": "1", "timeout": "0.5"}))
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
    connection.close()
    assert "Traceback" not in server.errors.read_text()


def test_clients_that_read_slowly_keep_no_thread(own: Path) -> None:
    """Large answers wait on disk for their readers: more readers than threads, and still the next query is answered."""
    with live(own, threads=4, workers=1, waiting=2, client_queries=100) as server, ExitStack() as readers:
        for count in range(1, 7):
            readers.enter_context(_raw(server, serving.large_rows(12_000), format="csv"))
            until = time.monotonic() + 10
            while len(server.records()) < count and time.monotonic() < until:
                time.sleep(0.02)
        got = [(record["outcome"], record["bytes"]) for record in server.records()]
        assert got == [("ok", 12_000 * 2002 + 3)] * 6
        assert server.ask(TASKS, format="csv")[2] == TASKS_CSV


def test_http_1_0_gets_no_stream_as_it_could_not_see_it_break(server: Live) -> None:
    with _raw(server, ENDLESS, "1.0", stream="1", timeout="0.5") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.0 503 ")


def test_a_light_query_stays_fast_beside_cross_products(server: Live) -> None:
    """Twenty are answered before those end (the slowest in twenty: 7 ms on a quiet machine)."""
    seconds = 20.0
    busy = [_raw(server, CROSS_PRODUCT, timeout=str(seconds)) for _ in range(2)]
    time.sleep(0.2)
    started = time.monotonic()
    statuses = [server.ask(f"{TASKS} LIMIT {n + 10}", format="csv")[0] for n in range(20)]
    for connection in busy:
        connection.close()
    assert (statuses, time.monotonic() - started < seconds / 2) == ([200] * 20, True)


def test_too_much_is_told_when_to_come_back(own: Path) -> None:
    with live(own, client_seconds=0.2, client_seconds_rate=0.01) as server:
        assert server.ask(CROSS_PRODUCT, timeout="0.5")[0] == 503
        status, headers, _ = server.ask(TASKS)
        assert (status, 20 <= int(headers["Retry-After"]) <= 60) == (429, True)
        assert server.get("/readyz") == (200, b"ready\n")


def test_too_many_errors_are_told_when_to_come_back(own: Path) -> None:
    with live(own, client_errors=2, client_errors_rate=0.01) as server:
        statuses = [server.ask("SELECT")[0] for _ in range(3)]
        status, headers, _ = server.ask(TASKS)
        assert (statuses, status, 90 <= int(headers["Retry-After"]) <= 100) == ([400, 400, 429], 429, True)


def test_one_client_has_so_many_places(own: Path) -> None:
    with live(own, client_queries=2) as server:
        busy = [_raw(server, CROSS_PRODUCT, timeout="20") for _ in range(2)]
        until = time.monotonic() + 10  # both have been taken in by then
        while (status := server.ask(TASKS)[0]) == 200 and time.monotonic() < until:
            time.sleep(0.05)
        assert status == 429
        for connection in busy:
            connection.close()


@pytest.mark.parametrize("notice", ["the link", "SIGHUP"])
def test_a_new_build_is_taken_up_without_dropping_a_request(own: Path, notice: str) -> None:
    """Clients ask all the while: each answer is whole, of the old graph or of the new, and in the end of the new."""
    with live(own, watch=0.05 if notice == "the link" else 0, client_queries=100) as server:
        before = server.ask("ASK {}")[1]["Policygraph-Snapshot"]
        seen: set[tuple[int, str, int]] = set()

        def ask() -> None:
            status, headers, body = server.ask(TASKS, format="csv")
            seen.add((status, headers["Policygraph-Snapshot"], body.count(b"\n") - 1))

        with meanwhile(ask, threads=4), ThreadPoolExecutor(1) as client:
            slow = client.submit(server.ask, CROSS_PRODUCT, timeout="1.5") if notice == "SIGHUP" else None
            after = serving.write_build(own, MORE)
            if notice == "SIGHUP":
                server.process.send_signal(signal.SIGHUP)
            until = time.monotonic() + 30
            while server.ask("ASK {}")[1]["Policygraph-Snapshot"] != after and time.monotonic() < until:
                time.sleep(0.02)
        assert seen | {(200, after, 3)} == {(200, before, 2), (200, after, 3)}
        assert server.ask(TASKS, format="csv")[2].count(b"\n") == 4
        if slow:
            assert slow.result()[0] == 503
        # the old zygote has gone: what is left is one with its workers
        until = time.monotonic() + 5
        while len(children(server.process.pid)) > 8 and time.monotonic() < until:
            time.sleep(0.05)
        assert len(children(server.process.pid)) == 8


def test_a_broken_build_leaves_the_old_one_in_place(own: Path) -> None:
    with live(own, watch=0.05) as server:
        (own.parent / "broken").mkdir()
        (own.parent / "new-link").symlink_to("broken")
        (own.parent / "new-link").rename(own)
        until = time.monotonic() + 10
        while "the old one stays" not in server.errors.read_text() and time.monotonic() < until:
            time.sleep(0.05)
        assert server.ask(TASKS, format="csv")[2] == TASKS_CSV
        assert "the new build cannot be served, the old one stays: no build in" in server.errors.read_text()


def test_a_zygote_that_dies_is_replaced(own: Path) -> None:
    with live(own, watch=0.05, workers=2) as server:
        zygote = next(pid for pid in children(server.process.pid) if children(pid))
        os.kill(zygote, signal.SIGKILL)
        until = time.monotonic() + 10
        while not [pid for pid in children(server.process.pid) if children(pid)] and time.monotonic() < until:
            time.sleep(0.05)
        assert server.ask(TASKS, format="csv")[2] == TASKS_CSV


def _idle(server: Live) -> bytes:
    """How many workers wait, as the service says."""
    (line,) = (line for line in server.get("/metrics")[1].splitlines() if line.startswith(b"policygraph_workers_idle "))
    return line


def test_stopping_lets_requests_end_and_leaves_no_process(own: Path) -> None:
    with live(own) as server:
        started, idle = children(server.process.pid), _idle(server)
        with ThreadPoolExecutor(1) as client:
            slow = client.submit(server.ask, CROSS_PRODUCT, timeout="1")
            while _idle(server) == idle and not slow.done():
                time.sleep(0.02)
            server.process.send_signal(signal.SIGTERM)
            assert slow.result()[0] == 503
        assert server.process.wait(5) == 0
        assert [pid for pid in started if _is_running(pid)] == []
        with pytest.raises(ConnectionRefusedError):
            server.ask("ASK {}")


def test_stopping_lets_a_slow_reader_read_to_the_end(own: Path) -> None:
    with live(own) as server, _raw(server, serving.large_rows(12_000), format="csv") as reader:
        server.wait_for_record(10)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with reader.makefile("rb") as answer:
            assert len(answer.read().partition(b"\r\n\r\n")[2]) == 12_000 * 2002 + 3
        assert server.process.wait(5) == 0


def test_a_killed_server_leaves_no_process(own: Path) -> None:
    with live(own) as server:
        started = children(server.process.pid)
        server.process.kill()
        server.process.wait(5)
        until = time.monotonic() + 5
        while any(map(_is_running, started)) and time.monotonic() < until:
            time.sleep(0.02)
        assert [pid for pid in started if _is_running(pid)] == []


def test_a_busy_worker_that_is_left_alone_ends_by_itself(own: Path) -> None:
    """Front and zygote are killed in the middle of a query: the kernel's timer ends the worker after its deadline."""
    with live(own) as server:
        zygote, *workers = children(server.process.pid)
        idle = sum(map(_ticks, workers))
        with _raw(server, CROSS_PRODUCT, timeout="3"):
            until = time.monotonic() + 20
            while sum(map(_ticks, workers)) < idle + 10 and time.monotonic() < until:
                time.sleep(0.02)
            for pid in (zygote, server.process.pid):
                os.kill(pid, signal.SIGKILL)
            left = [len(workers)]
            while left[-1] and time.monotonic() < until:
                time.sleep(0.02)
                left += {sum(map(_is_running, workers))} - {left[-1]}
        # what has nothing to do ends with them, the busy one later and last
        assert left[-2:] == [1, 0]


def _ticks(pid: int) -> int:
    """The hundredths of a second that a process has computed."""
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
        return int(file.read().rpartition(")")[2].split()[11])


def _is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _start(folder: Path, **options: object) -> str:
    """What a server that does not start says."""
    with pytest.raises(AssertionError) as caught:
        Live(folder, options)
    return str(caught.value).removeprefix("the server did not start: ").strip()


def test_a_port_that_is_taken_is_told(own: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert _start(own, port=port) == (
            f"error: cannot listen on 127.0.0.1:{port}: "
            "another program listens there; stop it, or choose another `port`"
        )


def test_a_build_that_is_missing_is_told(tmp_path: Path) -> None:
    assert _start(tmp_path / "build") == f"error: no build in {tmp_path}/build: run `policygraph build` first"
