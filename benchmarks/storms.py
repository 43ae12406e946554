"""A server and its files in, what can befall them out: kills, reloads, updates, slow and broken clients, clock jumps.

Each storm is a function that runs until it is told to stop and counts what it does. Nothing of it may change what a
client is answered, but for problems of the right kind.
"""

from __future__ import annotations

import mmap
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from policygraph import vocab

__all__ = ["HALVES", "MARK", "Storm", "WallClock", "builds", "children", "clock", "kinds_of", "marks", "storms"]

#: The library that shifts the wall clock of a process, and what compiles it.
_LIBRARY = Path(__file__).parent / "clock" / "wall_clock.c"
_COMPILER = ("cc", "-shared", "-fPIC", "-O2")
#: The two statements that each update changes together, in two graphs.
MARK = "urn:soak:mark"
_THINGS = ("urn:soak:one", "urn:soak:other")
_GRAPHS = (vocab.GRAPH_REFERENCE.value, vocab.document_graph("soak").value)
HALVES = f"SELECT ?one ?other {{ <{_THINGS[0]}> <{MARK}> ?one . <{_THINGS[1]}> <{MARK}> ?other }}"
#: Seconds between two blows of a kind.
_WORKER, _ZYGOTE, _WRITER, _RELOAD, _CLOCK = 0.5, 17.0, 149.0, 7.0, 5.0
#: Seconds by which the clock is off, one after the other: an hour, a day, a year, ten years.
_JUMPS = (3600, -86400, 0, 31622400, -315360000, 0)
#: What the library and this side share: the offset in seconds, and a count of waits.
_SECONDS, _OFFSET = struct.Struct("=q"), struct.Struct("=qq")
#: Requests that are none, and heads that never end.
_BROKEN = (
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\x00" * 512,
    b"GET " + b"a" * 200_000,
    b"BREW /pot HTTP/1.1\r\nHost: a\r\nContent-Length: 1_0\r\n\r\n",
)


class WallClock:
    """The wall clock of processes that start with its `environ`. Raises CalledProcessError where it cannot be compiled.

    Only what they read of CLOCK_REALTIME is off, as with a clock that is set: sleeps and timed waits are the kernel's
    own. libfaketime does more: it stands in for the waits too, behind a lock that a killed process may leave locked.
    """

    def __init__(self, folder: Path) -> None:
        library, self._file = folder / "wall_clock.so", folder / "wall_clock"
        subprocess.run([*_COMPILER, "-o", str(library), str(_LIBRARY)], check=True)  # noqa: S603 - our own source
        self._file.write_bytes(bytes(_OFFSET.size))
        #: what the environment of a process adds
        self.environ = {"LD_PRELOAD": str(library), "WALL_CLOCK": str(self._file)}

    @staticmethod
    def is_possible() -> bool:
        """Whether there is a compiler."""
        return shutil.which(_COMPILER[0]) is not None

    def set(self, offset: int) -> None:
        """Lets the clock be off by so many seconds, from now on."""
        with self._file.open("r+b") as file, mmap.mmap(file.fileno(), _OFFSET.size) as shared:
            shared[: _SECONDS.size] = _SECONDS.pack(offset)

    @property
    def waits(self) -> int:
        """Waits until a moment of the wall clock, which a clock that is set lets go wrong."""
        return int(_OFFSET.unpack(self._file.read_bytes())[1])


@dataclass(slots=True)
class Storm:
    """What a storm is let loose on, and what it has done: counts by kind, and what was wrong."""

    pid: int
    port: int
    token: str
    stop: threading.Event
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    number: int = 0
    clock: WallClock | None = None


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    started: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            started += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return started


def kinds_of(pid: int) -> Mapping[str, list[int]]:
    """The processes of a server: zygotes, their workers, and the one that writes."""
    kinds: dict[str, list[int]] = {"zygote": [], "worker": [], "writer": []}
    for child in children(pid):
        try:
            command = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        if b"update_process" in command:
            kinds["writer"] += [child, *children(child)]
        elif b"zygote" in command:
            kinds["zygote"].append(child)
            kinds["worker"] += children(child)
    return kinds


def _killing(kind: str, seconds: float) -> Callable[[Storm], None]:
    def kill(storm: Storm) -> None:
        chance = random.Random(kind)  # noqa: S311 - who dies is no secret
        while not storm.stop.wait(seconds):
            if chosen := kinds_of(storm.pid)[kind]:
                try:
                    os.kill(chance.choice(chosen), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                storm.counts[f"{kind}s killed"] += 1

    return kill


def _reload(storm: Storm) -> None:
    while not storm.stop.wait(_RELOAD):
        os.kill(storm.pid, signal.SIGHUP)
        storm.counts["reloads"] += 1


def _write(storm: Storm) -> None:
    """One update after another, each of which changes two graphs together."""
    while not storm.stop.wait(0.2):
        number = storm.number + 1
        statements = " ".join(
            f'GRAPH <{graph}> {{ <{thing}> <{MARK}> "{number}" }}'
            for thing, graph in zip(_THINGS, _GRAPHS, strict=True)
        )
        taken = " ".join(f"GRAPH <{graph}> {{ ?thing{at} <{MARK}> ?old{at} }}" for at, graph in enumerate(_GRAPHS))
        text = f"DELETE {{ {taken} }} INSERT {{ {statements} }} WHERE {{ OPTIONAL {{ {taken} }} }}"
        status = _post(storm, text)
        storm.counts[f"updates: {status or 'cut off'}"] += 1
        if status == 200 or status in (500, 503, 0):
            storm.number = number
        else:
            storm.wrong.append(f"an update is {status}")


def _post(storm: Storm, text: str) -> int:
    connection = HTTPConnection("127.0.0.1", storm.port, timeout=180)
    headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {storm.token}"}
    try:
        connection.request("POST", "/sparql?force=1", text.encode(), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def marks(body: bytes) -> str | None:
    """What is wrong with an answer to HALVES in CSV: the two marks differ."""
    lines = body.decode().split("\r\n")[1:-1]
    halves = [line for line in lines if len(set(line.split(","))) != 1]
    return f"half an update is served: {halves[0]}" if halves else None


def _break(storm: Storm) -> None:
    """Bytes that are no request: they are told so or closed, and nobody else notices."""
    chance = random.Random(1)  # noqa: S311 - what is sent is no secret
    while not storm.stop.wait(0.05):
        try:
            with socket.create_connection(("127.0.0.1", storm.port), timeout=20) as connection:
                connection.sendall(chance.choice(_BROKEN))
                answer = connection.recv(100)
        except OSError:
            storm.counts["broken clients: closed"] += 1
            continue
        kind = answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/1.1 ") else "closed"
        storm.counts[f"broken clients: {kind}"] += 1
        if kind.startswith(("2", "5")):
            storm.wrong.append(f"a broken request is answered with {kind}")


def _trickle(storm: Storm) -> None:
    """A head that comes byte by byte, until the server has had enough."""
    while not storm.stop.is_set():
        try:
            with socket.create_connection(("127.0.0.1", storm.port), timeout=20) as connection:
                connection.settimeout(0.5)
                for byte in b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"a" * 1000:
                    connection.sendall(bytes([byte]))
                    if storm.stop.wait(0.3):
                        return
        except OSError:
            storm.counts["slow senders closed"] += 1


def _sip(storm: Storm) -> None:
    """A large answer that is read a little at a time, or not at all."""
    request = b"GET /download/policygraph.nq HTTP/1.1\r\nHost: localhost\r\n\r\n"
    while not storm.stop.is_set():
        try:
            with socket.create_connection(("127.0.0.1", storm.port), timeout=20) as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.sendall(request)
                while connection.recv(1024):
                    if storm.stop.wait(0.5):
                        return
        except OSError:
            pass
        storm.counts["slow readers gone"] += 1


def clock(storm: Storm) -> None:
    """The clock of the server jumps, hours and years, forward and back."""
    at = 0
    while storm.clock is not None and not storm.stop.wait(_CLOCK):
        storm.clock.set(_JUMPS[at % len(_JUMPS)])
        storm.counts["clock jumps"] += 1
        at += 1


def builds(root: Path, output: Path, storm: Storm) -> None:
    """Two builds of a project into one folder at once: both end well, and one whole build is there."""
    command = [sys.executable, "-m", "policygraph", "--root", str(root), "build", "--output", str(output)]
    for _ in range(2):
        running = [
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603 - our own command
            for _ in range(2)
        ]
        for process in running:
            _, errors = process.communicate()
            storm.counts[f"builds side by side: exit {process.returncode}"] += 1
            if process.returncode:
                storm.wrong.append(f"a build beside another: {errors.decode(errors='replace')[-200:]}")
        if storm.stop.is_set():
            return


def storms() -> list[Callable[[Storm], None]]:
    """Every storm, those of clients several times."""
    kills = [_killing("worker", _WORKER), _killing("zygote", _ZYGOTE), _killing("writer", _WRITER)]
    return [*kills, _reload, _write, clock, *[_break] * 3, *[_trickle] * 20, *[_sip] * 10]
