"""One query worker: jobs in on a socket, answers out, in a process that can be killed at any moment.

It is forked by the zygote with the graph already in memory, shuts the doors it does not need (no file to open, no
socket, no core dump, bounded memory), and then answers one job after another until its socket closes. Everything that
parses what a stranger wrote happens here.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from policygraph import vocab
from policygraph.casts import FUNCTIONS
from policygraph.corrections import for_store
from policygraph.formats import rdf, xml_text
from policygraph.grammar import MistakeError
from policygraph.process_limits import limit, size
from policygraph.text_reuse import Text, passages

from ..failures import JobError
from ..formats import GRAPHS, TABLES
from ..syntax.diagnose import diagnose
from ..syntax.excerpt import excerpt
from ..syntax.patterns import outline
from ..syntax.service_prefixes import renamed
from .job_types import read_query
from .messages import DATA, END, FAIL, JOB, QUESTION, Inbox, framed, send, send_json
from .prefixes import used_prefixes
from .remote_store import Elsewhere, Store, filled
from .row_count import Counter, Statements, counter

__all__ = ["SOCKET", "Job", "answer", "reply", "run", "shut_doors"]

Job = Mapping[str, Any]
Quads = Iterable[ox.Quad | ox.Triple]

#: The descriptor a worker talks on; those below are the standard ones, those above are closed.
SOCKET = 3
#: Results that are tables.
_TABLE = (ox.QuerySolutions, ox.QueryBoolean)
#: Formats that hold graphs under their names.
_NAMED = ("trig", "nquads")
#: Formats that are XML, which cannot hold everything that RDF can.
_XML = ("xml", "rdfxml")
#: Bytes of an answer that go as one message: fewer to wake for, and the rows of most answers are counted at once.
_PIECE = 256 * 1024
#: Bytes that one minor fault makes a process's own. The engine's counts of readers stand in the quads, so that to read
#: one is to write to it, and the kernel copies the page that was shared since the fork.
_PAGE = resource.getpagesize()
#: Seconds after its deadline at which a worker that was not killed ends itself.
_GRACE = 1.0


class _Outlet:
    """Where an answer is written: on to the socket, counted, and stopped at the caps. To the engine it is a file.

    What is written is held until it is worth a message, and the last goes with the end of the answer, unless the client
    wants each at once.
    """

    def __init__(
        self, sock: socket.socket, most_bytes: int, most_rows: int, rows: Counter | None, *, is_eager: bool = False
    ) -> None:
        self._sock, self._is_eager = sock, is_eager
        self._held: list[bytes] = []
        self._size = 0
        self._most_bytes, self._most_rows = most_bytes, most_rows
        self.rows = rows
        self.bytes = 0
        self.failure: JobError | None = None
        self._last = b""

    def whole(self) -> None:
        """All is written: the rows of what is still held are counted before the end is said."""
        self._last = self._counted()

    def write(self, data: Any, /) -> int:
        self.bytes += len(data)
        if self.bytes > self._most_bytes:
            self._stop("answer-too-large", limit=self._most_bytes)
        self._held.append(bytes(data))
        self._size += len(data)
        if self._is_eager or self._size >= _PIECE:
            send(self._sock, DATA, self._counted())
        return len(data)

    def flush(self) -> None:
        """Nothing: what is held goes with the end."""

    def _counted(self) -> bytes:
        """What is held, its rows counted."""
        piece = self._held[0] if len(self._held) == 1 else b"".join(self._held)
        self._held, self._size = [], 0
        if self.rows and self.rows.add(piece) > self._most_rows:
            self._stop("too-many-rows", limit=self._most_rows)
        return piece

    def finish(self, rows: int, milliseconds: float) -> None:
        """The end of the answer, with what was counted."""
        held = framed(DATA, self._last) if self._last else b""
        copied = resource.getrusage(resource.RUSAGE_SELF).ru_minflt * _PAGE
        summary = f'{{"rows": {rows}, "bytes": {self.bytes}, "ms": {round(milliseconds, 3)}, "copied": {copied}}}'
        self._sock.sendall(held + framed(END, summary.encode()))

    def _stop(self, kind: str, **details: object) -> None:
        self.failure = JobError(kind, **details)
        raise self.failure


def shut_doors(memory: int) -> None:
    """Limits this process to what a query needs; `memory` is in bytes, beyond its present use.

    With every descriptor below the limit in use no file and no socket can be opened, so that SERVICE cannot connect
    and nothing can be read or written; a store on disk has its files open already. The stack grows to 64 MiB: brackets
    that the gate lets pass do not overflow it.
    """
    limit(resource.RLIMIT_STACK, 64 * 1024 * 1024, hard=False)
    limit(resource.RLIMIT_AS, size() + memory)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, 0)
    limit(resource.RLIMIT_NOFILE, max(int(path.name) for path in Path("/proc/self/fd").iterdir()) + 1)
    with suppress(OSError):
        while True:  # a store may have left gaps
            os.open(os.devnull, os.O_RDONLY)


def run(store: Store, memory: int) -> None:
    """Answers jobs on descriptor 3 until the other side closes it; never returns to the zygote's code."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    sock = socket.socket(fileno=SOCKET)
    shut_doors(memory)
    inbox = Inbox()
    while (messages := inbox.take(sock)) is not None:
        # the next job comes when this one has been answered; what else comes was fetched for one that has failed since
        for kind, payload in messages:
            if read := _JOBS.get(kind):
                answer(store, sock, read(payload))
    os._exit(0)


def answer(store: Store, sock: socket.socket, job: Job) -> None:
    """Answers one job as `reply` does, in a process that ends where that takes too long."""
    # the kernel ends this process even where the front, which would kill it, has died
    signal.setitimer(signal.ITIMER_REAL, job["seconds"] + _GRACE)
    try:
        reply(store, sock, job)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def reply(store: Store, sock: socket.socket, job: Job) -> None:
    """Writes DATA messages and then END with what was counted, or FAIL with the kind of problem."""
    started = time.monotonic()
    try:
        outlet = _HANDLERS[job["do"]](store, sock, job)
        rows = outlet.rows.total if outlet.rows else 0
        if isinstance(store, Elsewhere):
            store.finish(rows)
        outlet.finish(rows, (time.monotonic() - started) * 1000)
    except JobError as failure:
        send_json(sock, FAIL, {"kind": failure.kind, **failure.details})
    except MemoryError:
        send_json(sock, FAIL, {"kind": "memory"})
    finally:
        if isinstance(store, Elsewhere):
            store.forget()


def _query(store: Store, sock: socket.socket, job: Job) -> _Outlet:
    result = _evaluate(store, sock, job)
    if not isinstance(result, _TABLE):
        return _write_graph(store, sock, job, result)
    if job["format"] not in TABLES:
        raise JobError("syntax", message=f"a table cannot be written as {job['format']}")
    rows = counter(job["format"]) if isinstance(result, ox.QuerySolutions) else None
    form = TABLES[job["format"]].engine
    return _write(store, sock, job, rows, lambda output: result.serialize(output, form))


def _prefixes(job: Job) -> dict[str, str]:
    """The prefixes that need no declaration in the build that the job reads."""
    prefixes: dict[str, str] = job.get("prefixes", vocab.PREFIXES)
    return prefixes


def _evaluate(store: Store, sock: socket.socket, job: Job) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """The result, not yet drawn. A dataset of the protocol replaces that of the query (SPARQL Protocol 2.1.4)."""
    dataset: dict[str, Any] = {"use_default_graph_as_union": True}
    if job["default"] is not None:
        dataset = {"default_graph": _graphs_of(job["default"]), "named_graphs": _graphs_of(job["named"])}
    elif job["has_from"]:
        dataset = {}
    text = renamed(job["text"])
    if job.get("services"):
        text = filled(sock, {**job, "text": text})
    try:
        prefixes = used_prefixes(_prefixes(job), text)
        if isinstance(store, ox.Store):
            dataset["custom_functions"] = FUNCTIONS
            text = for_store(text, store, {"base_iri": job["base"], "prefixes": prefixes, **dataset})
        return store.query(text, base_iri=job["base"], prefixes=prefixes, **dataset)
    except SyntaxError as error:
        raise JobError("syntax", **diagnose(job["text"], str(error), _prefixes(job))) from None
    except (ValueError, RuntimeError, OSError) as error:
        raise JobError("evaluation", message=str(error)) from None


def _graphs_of(iris: Iterable[str]) -> list[ox.NamedNode]:
    """The graphs of the protocol's dataset; one that is not stored is empty, as with FROM: nothing is ever fetched."""
    try:
        return [ox.NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise JobError("bad-request", message=f"a graph of the dataset is not an IRI: {error}") from None


def _graphs(store: Store, sock: socket.socket, job: Job) -> _Outlet:
    """Whole named graphs, under their names where the format has them, and triples that the front gives."""
    quads = list(ox.parse(input=job["extra"], format=ox.RdfFormat.N_TRIPLES))
    for iri in job["graphs"]:
        quads += _whole(store, ox.NamedNode(iri))
    return _write_graph(store, sock, job, rdf.by_graph(quads) if job["format"] in _NAMED else rdf.union(quads))


def _outline(store: Store, sock: socket.socket, job: Job) -> _Outlet:
    """The patterns of a query one by one, as JSON; a query that the engine refuses is refused in the same words.

    `frame` is a query that evaluates nothing of what stands in it.
    """
    nothing = ox.Store()
    try:
        patterns = outline(job["text"], job["base"], _prefixes(job))
    except MistakeError as mistake:
        _evaluate(nothing, sock, job)
        raise JobError("unexplained", word=mistake.token.text, **excerpt(job["text"], mistake.token.start)) from None
    framed = job["frame"].replace("#dataset", patterns["dataset"] + "\n").replace("#pattern", patterns["whole"] + "\n")
    try:
        _evaluate(nothing, sock, {**job, "text": patterns["prologue"] + "\n" + framed})
    except JobError:
        _evaluate(nothing, sock, job)
        raise
    return _write(store, sock, job, None, lambda output: output.write(json.dumps(patterns).encode()))


def _passages(store: Store, sock: socket.socket, job: Job) -> _Outlet:
    """The passages that texts share, as JSON: the fields of each, those of its places within theirs."""
    shared = [astuple(each) for each in passages(Text(*each) for each in job["texts"])]
    return _write(store, sock, job, None, lambda output: output.write(json.dumps(shared).encode()))


def _whole(store: Store, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    if isinstance(store, Elsewhere):
        return store.graph(graph)
    return store.quads_for_pattern(None, None, None, graph)


def _write_graph(
    store: Store, sock: socket.socket, job: Job, content: Iterable[ox.Quad] | Iterable[ox.Triple]
) -> _Outlet:
    if job["format"] not in GRAPHS:
        raise JobError("syntax", message=f"a graph cannot be written as {job['format']}")
    rows = Statements()
    form = GRAPHS[job["format"]].engine
    prefixes = rdf.readable(_prefixes(job))
    statements = rows.drawn(content)
    return _write(store, sock, job, rows, lambda output: ox.serialize(statements, output, form, prefixes=prefixes))


def _write(
    store: Store, sock: socket.socket, job: Job, rows: Counter | None, serialise: Callable[[IO[bytes]], object]
) -> _Outlet:
    outlet = _Outlet(sock, job["bytes"], job["rows"], rows, is_eager=job.get("is_eager", False))
    try:
        if job.get("format") in _XML:
            writer = xml_text.Writer(cast("IO[bytes]", outlet))
            serialise(cast("IO[bytes]", writer))
            writer.finish()
        else:
            serialise(cast("IO[bytes]", outlet))
        outlet.whole()
    except xml_text.UnsayableError:
        raise JobError("unsayable", format=job["format"]) from None
    except (ValueError, RuntimeError, OSError, SyntaxError, JobError) as error:
        raise outlet.failure or _reason(store, error) from None
    return outlet


def _reason(store: Store, error: Exception) -> JobError:
    return store.reason(error) if isinstance(store, Elsewhere) else JobError("evaluation", message=str(error))


#: Kind of a message -> how the job in it is read. From bytes, json would guess their encoding first.
_JOBS: Mapping[bytes, Callable[[bytes], Job]] = {
    QUESTION: read_query,
    JOB: lambda payload: json.loads(payload.decode()),
}
_HANDLERS: Mapping[str, Callable[[Store, socket.socket, Job], _Outlet]] = {
    "query": _query,
    "graphs": _graphs,
    "outline": _outline,
    "passages": _passages,
}
