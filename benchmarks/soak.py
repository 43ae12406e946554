"""Many clients of every kind at once while workers are killed under them: nothing wrong is ever returned.

    make soak             # or: python -m benchmarks.soak [--seconds 60] [--clients 200] [--build build]

Light queries, heavy ones with a deadline, broken ones, answers beyond the bounds, and clients that leave. Every answer
is compared with what it has to be: the whole of it, or a problem of the right kind. In the end all places are filled,
every request was counted, and the memory of all processes is what it was.
"""

from __future__ import annotations

import json
import os
import random
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

from benchmarks import peers
from policygraph.cli.terminal import Terminal

__all__ = ["Result", "judge", "soak"]

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
    """Runs it; `wrong` is empty where all is well."""
    result = Result()
    texts = {kind: (_QUERIES / f"{kind}.rq").read_text(encoding="utf-8") for kind in _KINDS}
    with tempfile.TemporaryDirectory() as place, peers.serving("policygraph", build, Path(place)) as peer:
        paths = {kind: f"{peer.path}?{urlencode({**_KINDS[kind][0], 'query': texts[kind]})}" for kind in _KINDS}
        expected = _get(peer.port, paths["light"])[1]
        target = _Target(peer.port, paths, expected)
        stop = threading.Event()
        lock = threading.Lock()
        threads = [
            threading.Thread(target=_client, args=(target, result, lock, stop, seed), daemon=True)
            for seed in range(clients)
        ]
        threads.append(threading.Thread(target=_shoot, args=(peer.pid, result, stop), daemon=True))
        for thread in threads:
            thread.start()
        for part in (1, 2):
            time.sleep(seconds * part / 3)
            result.memory.append(_memory(peer.pid))
        stop.set()
        for thread in threads:
            thread.join(40)
        _settle(peer, paths["light"], expected, result)
    return result


@dataclass(frozen=True, slots=True)
class _Target:
    """The server that is soaked: its port, the paths of the queries, and the answer to the light query."""

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
        try:
            if kind == "leaving":
                outcome, fault = _leave(port, paths["heavy"]), None
            else:
                outcome, fault = judge(kind, *_get(port, path), expected)
        except (OSError, HTTPException) as error:
            outcome, fault = "broken off", f"{kind}: {type(error).__name__} {error}"
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
        workers = [worker for zygote in _children(pid) for worker in _children(zygote)]
        if workers:
            try:
                os.kill(chance.choice(workers), signal.SIGKILL)
            except ProcessLookupError:
                continue
            result.killed += 1


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _memory(pid: int) -> float:
    """MiB that a process and its descendants hold, what they share counted once."""
    total = 0
    for process in [pid, *_children(pid), *(each for child in _children(pid) for each in _children(child))]:
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(rollup.partition("\nPss:")[2].split()[0])
    return total / 1024


def _settle(peer: peers.Peer, path: str, expected: bytes, result: Result) -> None:
    """What must be true when all is over."""
    time.sleep(1)
    status, body = _get(peer.port, path)
    if (status, body) != (200, expected):
        result.wrong.append(f"after the storm a light query is {status}")
    lines = _get(peer.port, "/metrics")[1].decode().splitlines()
    counts = [float(line.rpartition(" ")[2]) for line in lines if line.startswith("policygraph_queries_total")]
    # the first and the last light query are ours; who left may have gone before the request was read
    result.counted = int(sum(counts)) - 2
    if not result.answered <= result.counted <= result.sent:
        result.wrong.append(
            f"{result.counted} queries are counted, of {result.answered} answered and {result.sent} sent"
        )
    result.memory.append(_memory(peer.pid))
    if result.memory[-1] > _GROWTH * result.memory[0] + _CACHE:
        result.wrong.append(f"memory has grown from {result.memory[0]:.0f} to {result.memory[-1]:.0f} MiB")


@click.command()
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--clients", default=200, show_default=True)
@click.option("--build", "folder", type=click.Path(path_type=Path, exists=True), default=Path("build"))
def main(seconds: float, clients: int, folder: Path) -> None:
    """Soaks a server and tells what was seen; exit status 1 where anything was wrong."""
    terminal = Terminal("en")
    result = soak(folder, seconds, clients)
    for (kind, outcome), count in sorted(result.outcomes.items()):
        terminal.print(f"{kind:<8} {outcome:<18} {count:7,}")
    terminal.print(
        f"{result.sent:,} requests, {result.counted:,} counted by the service, {result.killed} workers killed"
    )
    terminal.print("memory in MiB: " + ", ".join(f"{each:.0f}" for each in result.memory))
    for fault, count in Counter(result.wrong).most_common(20):
        terminal.print(f"WRONG {count:,} times: {fault}")
    sys.exit(1 if result.wrong else 0)


if __name__ == "__main__":
    main()
