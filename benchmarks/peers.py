"""Servers to be measured, each in a process of its own over the same quads: started, ready, and ended.

with serving("oxigraph", quads, folder) as peer: …     # peer.port, peer.path
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NAMES", "Peer", "constant", "is_installed", "serving"]

_READY = 60.0
_RDFLIB = """
import sys, rdflib, uvicorn
from rdflib_endpoint import SparqlEndpoint
graph = rdflib.Dataset(default_union=True)
graph.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
"""
_CONSTANT = """
import socketserver, sys
BODY = b"HTTP/1.1 200 OK\\r\\nContent-Length: 6400\\r\\n\\r\\n" + b"x" * 6400
class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        while self.request.recv(65536):
            self.request.sendall(BODY)
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that is ready: its port, and the path of its endpoint."""

    port: int
    path: str
    pid: int


def _ours(build: Path, port: int, _: Path) -> tuple[Sequence[str], Mapping[str, str], str]:
    options = {"client_seconds": "1e9", "client_errors": "1e9", "client_queries": "1000", "watch": "0"}
    environ = {f"POLICYGRAPH_SERVER_{name.upper()}": value for name, value in options.items()}
    command = [sys.executable, "-m", "policygraph", "serve", "--port", str(port), "--build", str(build)]
    return command, environ, "/sparql"


def _oxigraph(build: Path, port: int, folder: Path) -> tuple[Sequence[str], Mapping[str, str], str]:
    program = str(Path(sys.executable).with_name("oxigraph"))
    store = folder / "oxigraph"
    load = [program, "load", "--location", str(store), "--file", str(build / "policygraph.nq")]
    subprocess.run(load, check=True, capture_output=True)  # noqa: S603 - our own command
    subprocess.run([program, "optimize", "--location", str(store)], check=True, capture_output=True)  # noqa: S603
    bind = ["--location", str(store), "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    return [program, "serve-read-only", *bind], {}, "/query"


def _rdflib(build: Path, port: int, _: Path) -> tuple[Sequence[str], Mapping[str, str], str]:
    return [sys.executable, "-c", _RDFLIB, str(build / "policygraph.nq"), str(port)], {}, "/"


#: Server -> its command, what its environment adds, and the path of its endpoint; what it needs is made ready first.
_SERVERS: Mapping[str, Callable[[Path, int, Path], tuple[Sequence[str], Mapping[str, str], str]]] = {
    "policygraph": _ours,
    "oxigraph": _oxigraph,
    "rdflib-endpoint": _rdflib,
}
NAMES = tuple(_SERVERS)


def is_installed(name: str) -> bool:
    """Whether a server can be measured here."""
    return {
        "policygraph": True,
        "oxigraph": Path(sys.executable).with_name("oxigraph").exists(),
        "rdflib-endpoint": all(importlib.util.find_spec(each) for each in ("rdflib_endpoint", "uvicorn")),
    }[name]


@contextmanager
def serving(name: str, build: Path, folder: Path, more: Mapping[str, str] | None = None) -> Iterator[Peer]:
    """A server over a build, ended with the block; `more` is added to its environment."""
    port = _free()
    command, environ, path = _SERVERS[name](build, port, folder)
    with _running(command, {**environ, **(more or {})}, port) as process:
        yield Peer(port, path, process.pid)


@contextmanager
def constant() -> Iterator[Peer]:
    """A server that answers 6.4 kB whatever it is asked: what the generator can reach at most."""
    port = _free()
    with _running([sys.executable, "-c", _CONSTANT, str(port)], {}, port) as process:
        yield Peer(port, "/", process.pid)


@contextmanager
def _running(command: Sequence[str], environ: Mapping[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=nowhere, stderr=nowhere)  # noqa: S603
    try:
        _wait(process, port)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _READY
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server on port {port} did not start")


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
