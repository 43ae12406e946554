"""Many clients of every kind at once while everything else goes wrong: nothing wrong is ever returned.

    make soak             # or: python -m benchmarks.soak [--seconds 600] [--clients 200] [--build build] [--calm]

Light queries, heavy ones with a deadline, broken ones, answers beyond the bounds, and clients that leave. Every answer
is compared with what it has to be: the whole of it, or a problem of the right kind. Meanwhile workers, zygote and
writer are killed, builds are reloaded and updated, clients trickle, sip and send what is no request, the wall clock
jumps (where there is a C compiler), a second server reads the same build, and two builds are made at once (`storms`).
In the end all places are filled, every request was counted, nothing waited by the wall clock, and memory and
descriptors of all processes are what they were.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlencode

import click
from werkzeug.security import generate_password_hash

from benchmarks import peers
from benchmarks.storms import HALVES, Storm, WallClock, builds, kinds_of, marks, storms
from policygraph.cli.terminal import Terminal

__all__ = ["Result", "judge", "soak", "storm"]

_QUERIES = Path(__file__).parent / "queries" / "soak"
#: Problems that any query may meet in such a crowd: no place, no patience, a worker that was shot.
_CROWD = frozenset(["busy", "too-many-requests", "crash"])
#: Kind of query -> parameters beside it, and the problems it may have; None stands for its answer.
_KINDS: Mapping[str, tuple[Mapping[str, str], frozenset[str | None]]] = {
    "light": ({"format": "csv"}, frozenset([None])),
    "fresh": ({"format": "csv"}, frozenset([None])),
    "heavy": ({"timeout": "1"}, frozenset(["timeout"])),
    "broken": ({}, frozenset(["syntax"])),
    "huge": ({"format": "csv", "timeout": "2"}, frozenset(["too-many-rows", "answer-too-large", "timeout"])),
}
_PAUSE = 0.5
_TOKEN = "soak.secret"  # noqa: S105 - of a server that ends with the soak
#: A build is taken up soon; slow clients are told so soon; one address holds all clients.
_OPTIONS: Mapping[str, str] = {
    f"POLICYGRAPH_SERVER_{name}": value
    for name, value in {"WATCH": "1", "REQUEST_SECONDS": "10", "CLIENT_CONNECTIONS": "1000"}.items()
}
#: Descriptors that a server may have more in the end than before, idle both times.
_SPARE = 16
#: How much more memory the processes may hold in the end than after the first third, and the MiB the cache may fill.
_GROWTH, _CACHE = 1.25, 64


@dataclass(slots=True)
class Result:
    """What was seen: answers by kind and outcome, what was wrong, requests sent and answered, memory in MiB."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    sent: int = 0
    answered: int = 0
    counted: int = 0
    killed: int = 0
    memory: list[float] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)
    storms: Counter[str] = field(default_factory=Counter)


def judge(kind: str, status: int, body: bytes, expected: bytes) -> tuple[str, str | None]:
    """The outcome of an answer, and what is wrong with it."""
    allowed = _KINDS[kind][1]
    if status == 200:
        is_right = None in allowed and body == expected
        return "ok", None if is_right else f"{kind}: 200 with {len(body)} bytes that are not the answer"
    try:
        problem = json.loads(body)["type"].rpartition("/")[2]
    except (ValueError, KeyError):
        return str(status), f"{kind}: {status} without a problem document: {body[:80]!r}"
    is_right = problem in allowed | _CROWD
    return problem, None if is_right else f"{kind}: the problem {problem}"


def soak(build: Path, seconds: float, clients: int) -> Result:
    """Runs it with workers killed and nothing else; `wrong` is empty where all is well."""
    result = Result()
    with tempfile.TemporaryDirectory() as place, peers.serving("policygraph", build, Path(place)) as peer:
        target = _target(peer)
        stop = threading.Event()
        threads = [
            *_crowd(target, result, stop, clients),
            threading.Thread(target=_shoot, args=(peer.pid, result, stop), daemon=True),
        ]
        _run(threads, peer, result, stop, seconds)
        _settle(peer, target, result)
    return result


def storm(build: Path, seconds: float, clients: int, root: Path, *, has_clock: bool) -> Result:
    """Runs it over a copy of a build of the project in `root` with every storm; `wrong` is empty where all is well.

    The wall clock jumps where that is wanted and a C compiler is there.
    """
    result, stop = Result(), threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(build.resolve(), place / "first")
        (place / "build").symlink_to("first")
        clock = WallClock(place) if has_clock and WallClock.is_possible() else None
        with (
            peers.serving("policygraph", place / "build", place, _environment(clock)) as peer,
            peers.serving("policygraph", place / "build", place, _OPTIONS) as second,
        ):
            target = _target(peer)
            blow = Storm(peer.pid, peer.port, _TOKEN, stop, clock=clock)
            result.descriptors.append(_descriptors(peer.pid))
            threads = [threading.Thread(target=each, args=(blow,), daemon=True) for each in storms()]
            threads.append(threading.Thread(target=builds, args=(root, place / "twice", blow), daemon=True))
            threads += _crowd(target, result, stop, clients)
            threads += [
                threading.Thread(target=_read_marks, args=(port, result, stop), daemon=True)
                for port in (peer.port, second.port)
            ]
            _run(threads, peer, result, stop, seconds)
            result.storms.update(blow.counts)
            result.killed = blow.counts["workers killed"]
            result.wrong += blow.wrong
            _settle(peer, target, result)
            _agree([peer, second], result)
            result.descriptors.append(_descriptors(peer.pid))
            if result.descriptors[-1] > result.descriptors[0] + _SPARE:
                result.wrong.append(f"descriptors have grown from {result.descriptors[0]} to {result.descriptors[-1]}")
            if clock and clock.waits:
                result.wrong.append(f"{clock.waits} waits until a moment of the wall clock")
        with peers.serving("policygraph", place / "twice", place) as third:
            if _get(third.port, target.paths["light"]) != (200, target.expected):
                result.wrong.append("what two builds at once have made does not answer the light query")
    return result


def _environment(clock: WallClock | None) -> dict[str, str]:
    """The options of the server that is stormed: a curator, and a clock that can be set."""
    return {
        **_OPTIONS,
        "POLICYGRAPH_SERVER_CURATORS": "soak+force=" + generate_password_hash(_TOKEN, "scrypt:1024:8:1"),
        **(clock.environ if clock else {}),
    }


def _crowd(target: _Target, result: Result, stop: threading.Event, clients: int) -> list[threading.Thread]:
    lock = threading.Lock()
    return [
        threading.Thread(target=_client, args=(target, result, lock, stop, seed), daemon=True)
        for seed in range(clients)
    ]


def _run(
    threads: list[threading.Thread], server: peers.Peer, result: Result, stop: threading.Event, seconds: float
) -> None:
    for thread in threads:
        thread.start()
    for part in (1, 2):
        time.sleep(seconds * part / 3)
        result.memory.append(_memory(server.pid))
        result.descriptors.append(_descriptors(server.pid))
    stop.set()
    until = time.monotonic() + 240
    for thread in threads:
        thread.join(max(0.1, until - time.monotonic()))
    result.wrong += ["a client or a storm does not end"] * any(thread.is_alive() for thread in threads)


def _target(peer: peers.Peer) -> _Target:
    texts = {kind: (_QUERIES / f"{kind}.rq").read_text(encoding="utf-8") for kind in _KINDS}
    paths = {kind: f"{peer.path}?{urlencode({**_KINDS[kind][0], 'query': texts[kind]})}" for kind in _KINDS}
    return _Target(peer.port, paths, _get(peer.port, paths["light"])[1])


def _read_marks(port: int, result: Result, stop: threading.Event) -> None:
    """Reads what updates change together, from one server: never one without the other."""
    path = "/sparql?" + urlencode({"query": HALVES, "format": "csv", "stream": "0"})
    while not stop.wait(0.1):
        try:
            status, body = _get(port, path)
        except (OSError, HTTPException) as error:
            result.wrong.append(f"marks: {type(error).__name__} {error}")
            continue
        result.storms["marks read"] += 1
        fault = marks(body) if status == 200 else judge("light", status, body, b"")[1]
        result.wrong += [fault] if fault else []


def _agree(servers: list[peers.Peer], result: Result) -> None:
    """Both servers serve the last build in the end."""
    snapshots: set[str | None] = set()
    for _ in range(60):
        snapshots = {_snapshot(peer.port) for peer in servers}
        if len(snapshots) == 1 and None not in snapshots:
            return
        time.sleep(0.5)
    result.wrong.append(f"two servers over one build serve {len(snapshots)} snapshots in the end")


def _snapshot(port: int) -> str | None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/sparql?query=ASK%7B%7D")
        return connection.getresponse().getheader("Policygraph-Snapshot")
    finally:
        connection.close()


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@dataclass(frozen=True, slots=True)
class _Target:
    """The server that is soaked: what it is target, and the answer to the light query."""

    port: int
    paths: Mapping[str, str]
    expected: bytes


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _client(target: _Target, result: Result, lock: threading.Lock, stop: threading.Event, seed: int) -> None:
    port, paths, expected = target.port, target.paths, target.expected
    chance = random.Random(seed)  # noqa: S311 - which query comes next is no secret
    while not stop.is_set():
        kind = chance.choices([*paths, "leaving"], [40, 30, 4, 15, 4, 7])[0]
        path = paths.get(kind, "")
        if kind == "fresh":  # no cache has it, and its answer is that of the light one
            path += quote(f" LIMIT {chance.randrange(10**6, 10**9)}")
        started = time.monotonic()
        try:
            if kind == "leaving":
                outcome, fault = _leave(port, paths["heavy"]), None
            else:
                outcome, fault = judge(kind, *_get(port, path), expected)
        except (OSError, HTTPException) as error:
            seconds = time.monotonic() - started
            outcome, fault = "broken off", f"{kind}: {type(error).__name__} {error} after {seconds:.0f} s"
        with lock:
            result.sent += 1
            result.answered += kind != "leaving"
            result.outcomes[kind, outcome] += 1
            result.wrong += [fault] if fault else []
        stop.wait(chance.random() * 0.2)


def _leave(port: int, path: str) -> str:
    """Asks and goes away."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(0.1)
    return "left"


def _shoot(pid: int, result: Result, stop: threading.Event) -> None:
    """Kills one of the workers, which are the children of the server's child, every now and then."""
    chance = random.Random(0)  # noqa: S311 - which worker dies is no secret
    while not stop.wait(_PAUSE):
        workers = kinds_of(pid)["worker"]
        if workers:
            try:
                os.kill(chance.choice(workers), signal.SIGKILL)
            except ProcessLookupError:
                continue
            result.killed += 1


def _memory(pid: int) -> float:
    """MiB that a server, its zygotes and their workers hold, what they share counted once; without who writes."""
    kinds = kinds_of(pid)
    total = 0
    for process in [pid, *kinds["zygote"], *kinds["worker"]]:
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(rollup.partition("\nPss:")[2].split()[0])
    return total / 1024


def _settle(peer: peers.Peer, target: _Target, result: Result) -> None:
    """What must be true when all is over."""
    time.sleep(1)
    until = time.monotonic() + 60 * bool(result.storms)
    while time.monotonic() < until and len(kinds_of(peer.pid)["zygote"]) > 1:  # the old build goes with its last query
        time.sleep(0.5)
    status, body = _get(peer.port, target.paths["light"])
    if (status, body) != (200, target.expected):
        result.wrong.append(f"after the storm a light query is {status}")
    lines = _get(peer.port, "/metrics")[1].decode().splitlines()
    counts = [float(line.rpartition(" ")[2]) for line in lines if line.startswith("policygraph_queries_total")]
    # the first and the last light query are ours; who left may have gone before the request was read
    result.counted = int(sum(counts)) - 2
    others = sum(result.storms.values())  # updates, slow readers and readers of marks are counted too
    if not result.answered <= result.counted <= result.sent + others:
        result.wrong.append(
            f"{result.counted} queries are counted, of {result.answered} answered and {result.sent} sent"
        )
    result.memory.append(_memory(peer.pid))
    if result.memory[-1] > _GROWTH * result.memory[0] + _CACHE:
        result.wrong.append(f"memory has grown from {result.memory[0]:.0f} to {result.memory[-1]:.0f} MiB")


@click.command()
@click.option("--seconds", default=600.0, show_default=True)
@click.option("--clients", default=200, show_default=True)
@click.option("--build", "folder", type=click.Path(path_type=Path, exists=True), default=Path("build"))
@click.option("--root", type=click.Path(path_type=Path, exists=True), default=Path(), help="The project, to build it.")
@click.option("--clock/--no-clock", default=True, help="Let the server's wall clock jump.")
@click.option("--calm", is_flag=True, help="Kill workers, and nothing else.")
def main(seconds: float, clients: int, folder: Path, root: Path, *, clock: bool, calm: bool) -> None:
    """Soaks a server and tells what was seen; exit status 1 where anything was wrong."""
    terminal = Terminal("en")
    result = soak(folder, seconds, clients) if calm else storm(folder, seconds, clients, root, has_clock=clock)
    for (kind, outcome), count in sorted(result.outcomes.items()):
        terminal.print(f"{kind:<8} {outcome:<18} {count:7,}")
    terminal.print(
        f"{result.sent:,} requests, {result.counted:,} counted by the service, {result.killed} workers killed"
    )
    for name, count in sorted(result.storms.items()):
        terminal.print(f"{name:<28} {count:7,}")
    terminal.print("memory in MiB: " + ", ".join(f"{each:.0f}" for each in result.memory))
    terminal.print("descriptors: " + ", ".join(map(str, result.descriptors)))
    for fault, count in Counter(result.wrong).most_common(20):
        terminal.print(f"WRONG {count:,} times: {fault}")
    sys.exit(1 if result.wrong else 0)


if __name__ == "__main__":
    main()
