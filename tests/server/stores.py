"""Other SPARQL stores for the tests: one that runs everywhere, and one that does what it should not."""

from __future__ import annotations

import hashlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Until something listens there. Raises AssertionError where that does not come to pass."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{process.args} does not listen on {port}")


def send(port: int, method: str, path: str, body: bytes, media_type: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {"Content-Type": media_type})
    answer = connection.getresponse()
    assert answer.status < 300, (answer.status, answer.read())
    connection.close()


class Oxigraph:
    """`oxigraph serve` on a port of its own, in memory; a heavy query ends after two seconds."""

    def __init__(self, options: list[str]) -> None:
        self.port = free_port()
        program = Path(sys.executable).with_name("oxigraph")
        bind = f"127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [program, "serve", "--bind", bind, "--timeout-s", "2", *options], stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port, self.process)
        self.url = f"http://{bind}/query"

    def load(self, quads: Path) -> None:
        """What is in a file of N-Quads, and nothing else."""
        send(self.port, "POST", "/update", b"DROP ALL", "application/sparql-update")
        send(self.port, "POST", "/store", quads.read_bytes(), "application/n-quads")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def oxigraph(quads: Path, *options: str) -> Iterator[Oxigraph]:
    """A store that holds a build."""
    store = Oxigraph(list(options))
    try:
        store.load(quads)
        yield store
    finally:
        store.stop()


@dataclass
class Request:
    """What a store was sent."""

    line: str
    headers: dict[str, str]
    body: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body, keep_blank_values=True)


@dataclass
class Faulty:
    """An endpoint that answers as it is told to, byte by byte. `requests` is what it was sent."""

    answer: Callable[[socket.socket, Request], None] = lambda *_: None
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/sparql"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with sock, sock.makefile("rb") as file:
            lines = [line.decode().strip() for line in iter(file.readline, b"\r\n") if line]
            if not lines:
                return
            headers = dict(line.split(": ", 1) for line in lines[1:])
            body = file.read(int(headers.get("Content-Length", 0))).decode()
            request = Request(lines[0], headers, body)
            self.requests.append(request)
            try:
                self.answer(sock, request)
            except OSError:
                return

    def close(self) -> None:
        # an accept that waits is not ended by a close
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


@contextmanager
def faulty() -> Iterator[Faulty]:
    server = Faulty()
    try:
        yield server
    finally:
        server.close()


def response(body: str, media_type: str, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer with its length."""
    data = body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + data


def is_about_the_dataset(request: Request) -> bool:
    """Whether it asks which build a store holds."""
    return bool(re.search("dcterms:identifier", dict(request.pairs).get("query", "")))


#: The Fuseki that is tested: its version, and the SHA-256 of its one jar as it was fetched.
FUSEKI = "5.2.0"
_FUSEKI_SHA256 = "a437520f68a763a18d96aa56fa4fde967f41b9d9a8cb8571b1e15d99624f83bd"


def fuseki_jar() -> Path | None:
    """Fuseki's jar where Maven keeps it (`mvn dependency:get`, see .ci/run). Raises AssertionError if it is another."""
    name = f"jena-fuseki-server-{FUSEKI}.jar"
    path = Path.home() / ".m2/repository/org/apache/jena/jena-fuseki-server" / FUSEKI / name
    if not path.is_file():
        return None
    assert hashlib.sha256(path.read_bytes()).hexdigest() == _FUSEKI_SHA256, f"{path} is not what was published"
    return path


@contextmanager
def fuseki(jar: Path, quads: Path, folder: Path) -> Iterator[str]:
    """The address of a Fuseki of its own that holds a file of N-Quads in memory."""
    java = shutil.which("java")
    assert java, "no Java"
    port = free_port()
    # unlike other Java programs of the tests (conftest.py) it answers for long enough to be compiled well
    command = [
        java,
        "-XX:TieredStopAtLevel=4",
        "-Xmx1g",
        "-jar",
        jar,
        "--localhost",
        "--port",
        str(port),
        "--file",
        quads,
        "/policy",
    ]
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
    try:
        wait_for_port(port, process, 120)
        yield f"http://127.0.0.1:{port}/policy/sparql"
    finally:
        process.kill()
        process.wait(10)


_VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextmanager
def virtuoso(quads: Path, folder: Path, rows: int) -> Iterator[str]:
    """The address of a Virtuoso of its own, with a database in a folder, that holds a file of N-Quads.

    It gives so many rows at most.
    """
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(sql=sql, http=http, folder=folder, rows=rows))
    program, client = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    assert program, "virtuoso-opensource is not installed"
    assert client, "virtuoso-opensource has no isql-vt"
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen([program, "-f", "-c", "virtuoso.ini"], cwd=folder, stdout=out, stderr=out)
    try:
        wait_for_port(http, process)
        shutil.copy(quads, folder / "load.nq")
        loading = f"ld_dir('{folder}', 'load.nq', 'http://example.org/'); rdf_loader_run(); checkpoint;"
        subprocess.run([client, f"127.0.0.1:{sql}", "dba", "dba", f"exec={loading}"], check=True, capture_output=True)
        yield f"http://127.0.0.1:{http}/sparql"
    finally:
        process.kill()
        process.wait(10)
