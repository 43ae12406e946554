"""What the tests of the service share: a small build, and a server of its own for those that stop or break it."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pyoxigraph as ox
from werkzeug.security import generate_password_hash

from policygraph import __version__, build, describe, queries, search_index, statistics, store, vocab
from policygraph.formats import rdf
from server import Settings, create_app
from server.service import Service
from tests.server import starter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[2]

#: Two documents about one plan and its two tasks.
TRIG = """
GRAPH graph:ontology { pg:Plan a owl:Class ; skos:prefLabel "方案"@zh , "plan"@en . }
GRAPH <https://w3id.org/policygraph/graph/document/one> {
  plan:a a pg:Plan ; skos:prefLabel "甲方案"@zh , "plan A"@en .
  <https://w3id.org/policygraph/id/a/t1> a pg:Task ; pg:isPartOf plan:a ; pg:hasOrdinal 1 .
}
GRAPH <https://w3id.org/policygraph/graph/document/two> {
  <https://w3id.org/policygraph/id/a/t2> a pg:Task ; pg:isPartOf plan:a ; pg:hasOrdinal 2 .
}
"""
ONE = "https://w3id.org/policygraph/graph/document/one"
TWO = "https://w3id.org/policygraph/graph/document/two"
ID = vocab.ID

TASKS = "SELECT ?task WHERE { ?task a pg:Task } ORDER BY ?task"

#: Seconds of work for any engine, and a few bytes of answer: fifty values to the sixth power.
_VALUES = [f"VALUES ?{name} {{ {' '.join(map(str, range(50)))} }}" for name in "abcdef"]
CROSS_PRODUCT = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(_VALUES)} }}"
#: An answer without an end that anyone would wait for.
ENDLESS = CROSS_PRODUCT.replace("(COUNT(*) AS ?n)", "*")


#: Competency questions of the small build: one whose answer has every kind of term, and one with every type of value.
CATALOGUE = [
    queries.parse(
        "cq-01-tasks",
        """#+ question: 方案有哪些任务？
#+ question@en: Which tasks does a plan have?
#+ why: 试验
#+ why@en: For tests.
#+ param plan: iri plan:a
#+ param task: iri
#+ chart: table
SELECT ?plan ?task ?ordinal ?share ?label ?none
WHERE {
  ?task pg:isPartOf ?plan ; pg:hasOrdinal ?ordinal .
  OPTIONAL { ?plan skos:prefLabel ?label FILTER (LANG(?label) = "zh") }
  BIND (?ordinal / 4 AS ?share)
}
ORDER BY ?plan ?task
""",
    ),
    queries.parse(
        "cq-02-values",
        """#+ question: 给了什么值？
#+ question@en: Which values are given?
#+ why: 试验
#+ why@en: For tests.
#+ param year: year 2025
#+ param words: string 甲
#+ param number: integer 3
#+ param share: decimal 1.5
#+ param flag: boolean true
#+ param day: date 2025-12-31
#+ chart: table
SELECT ?year ?words ?number ?share ?flag ?day
WHERE { }
ORDER BY ?year ?words ?number ?share ?flag ?day
""",
    ),
]


def write_build(link: Path, trig: str = TRIG, shapes: Sequence[tuple[str, str]] = ()) -> str:
    """A build as the service reads it: quads, meta graph and manifest, behind a link that is swapped; its snapshot."""
    prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in vocab.PREFIXES.items())
    return write_quads(link, list(ox.parse(input=prefixes + trig, format=ox.RdfFormat.TRIG)), CATALOGUE, shapes)


def write_quads(
    link: Path, given: list[ox.Quad], catalogue: list[queries.Query], shapes: Sequence[tuple[str, str]] = ()
) -> str:
    """The same of quads, competency queries, and what the shapes allow."""
    snapshot, quads = build.snapshot(given)
    meta = describe.describe(
        statistics.of_lines(rdf.lines(quads)), {"competency": catalogue}, snapshot, __version__, shapes
    )
    folder = link.parent / hashlib.sha256(os.urandom(8)).hexdigest()[:8]
    folder.mkdir()
    ox.serialize([*quads, *meta], str(folder / "policygraph.nq"), ox.RdfFormat.N_QUADS)
    (folder / "manifest.json").write_text(json.dumps({"snapshot": snapshot}), encoding="utf-8")
    _write_index(quads, folder)
    new = link.parent / "new-link"
    new.symlink_to(folder)
    new.rename(link)
    return snapshot


def _write_index(quads: list[ox.Quad], folder: Path) -> None:
    """What a build has for the search: without it, each service makes its own, and reads all of Pinyin for that."""
    graph = store.in_memory(quads)
    asked = {query.name: query for query in queries.read_all(ROOT / "queries" / "service")}
    labels, facts = (queries.run(asked[name], graph).rows for name in (search_index.LABELS, search_index.FACTS))
    search_index.write(search_index.of_store(labels, facts), folder)


def large_rows(count: int) -> str:
    """A query for so many rows of 2,000 characters each."""
    parts = ",".join(["'0123456789'"] * 200)
    return f"SELECT (CONCAT({parts}) AS ?x) {{ {' '.join(_VALUES)} }} LIMIT {count}"


#: What a curator sends along, and what of it the service knows; fast hashes, as the slow ones are tested by themselves.
ALICE, BOB = ({"Authorization": f"Bearer {name}.secret"} for name in ("alice", "bob"))
CURATORS = tuple(
    f"{name}{right}=" + generate_password_hash(f"{name}.secret", "scrypt:1024:8:1")
    for name, right in (("alice", ""), ("bob", "+force"))
)

_PROGRAM = """
import sys
import server
try:
    server.serve(server.Settings.read())
except server.ServiceError as error:
    sys.exit(f"error: {error}")
"""


class Live:
    """A server in a process of its own, on a free port of the loopback.

    It is a fork of one that has imported the service (starter.py); with `is_fresh` it starts as users start it.
    """

    def __init__(self, folder: Path, options: dict[str, object], *, is_fresh: bool = False) -> None:
        given = {"build": folder, "port": 0, **options}
        environ = {f"POLICYGRAPH_SERVER_{name.upper()}": str(value) for name, value in given.items()}
        self.log = folder.parent / f"log-{os.urandom(4).hex()}"
        self.errors = self.log.with_suffix(".err")
        with self.log.open("wb") as out, self.errors.open("wb") as err:
            self.process: starter.Process | subprocess.Popen[bytes]
            environ = {**os.environ, **environ}
            if is_fresh:
                command = [sys.executable, "-W", "error", "-c", _PROGRAM]
                self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=err)
            else:
                self.process = starter.start(environ, out.fileno(), err.fileno())
        self.port = self._port()

    def _port(self) -> int:
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            said = self.errors.read_text()
            if "/sparql answers" in said:
                return int(said.split("/sparql answers")[0].rpartition(":")[2])
            time.sleep(0.02)
        raise AssertionError(f"the server did not start: {self.errors.read_text()}")

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, query: str, **parameters: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a GET."""
        connection = self.connect()
        try:
            connection.request("GET", "/sparql?" + urlencode({"query": query, **parameters}))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, bytes]:
        connection = self.connect()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def records(self) -> list[dict[str, Any]]:
        """The lines of the journal."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def wait_for_record(self, seconds: float) -> dict[str, Any]:
        """The last line of the journal, when there is one."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.log.read_text().endswith("\n"):
            time.sleep(0.02)
        return self.records()[-1]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@contextmanager
def live(folder: Path, *, is_fresh: bool = False, **options: object) -> Iterator[Live]:
    """A server that is stopped when the block is left, whatever happens in it."""
    server = Live(folder, options, is_fresh=is_fresh)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def meanwhile(act: Callable[[], object], threads: int = 1) -> Iterator[None]:
    """Does something again and again in threads until the block is left, however it is left.

    What goes wrong in a thread is raised at the end of the block, unless something has gone wrong there.
    """
    stop = threading.Event()

    def again() -> None:
        while not stop.is_set():
            act()

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(again) for _ in range(threads)]
        try:
            yield
        finally:
            stop.set()
        for each in running:
            each.result()


def children(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    return [each for own in own_children(pid) for each in (own, *children(own))]


def own_children(pid: int) -> list[int]:
    """The processes that a process has started itself, and that have not ended."""
    started: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            started.append(int(path.parent.name))
    return started


@contextmanager
def served(folder: Path) -> Iterator[FlaskClient]:
    """A client of a service over a build of its own, without a network."""
    service = Service(Settings(build=folder, workers=1, memory=256, watch=0))
    try:
        yield create_app(service=service).test_client()
    finally:
        service.close()
