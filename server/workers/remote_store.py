"""A request of a worker to the front in, an answer of a SERVICE endpoint or a remote store out.

`Elsewhere` stands where a worker's own store would stand: it takes the same calls and gives the same results, so that
every job that a worker knows is answered from a remote SPARQL 1.1 store too. A query is parsed here before it is sent:
what is not SPARQL 1.1 (a store's own extensions, which may read files or fetch what they like) goes nowhere.
"""

from __future__ import annotations

import io
import json
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any, cast

import pyoxigraph as ox

from policygraph import vocab
from policygraph.queries import Query

from ..failures import JobError
from ..syntax.prologue import asks_others, standalone, with_dataset
from .messages import ASK, DATA, FAIL, Channel, send_json

__all__ = ["Elsewhere", "Remote", "Store", "fetch", "filled"]

#: Media type -> how it is read: what is asked for (outbound.py); no other types are read.
_TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_XSD = vocab.PREFIXES["xsd"].encode()
_GRAPHS = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}


def _decimal(match: re.Match[bytes]) -> bytes:
    """A decimal without noughts that say nothing, as a local store writes it."""
    before, whole, fraction, after = match.groups()
    digits = fraction.rstrip(b"0")
    return before + whole + (b"." + digits if digits else b"") + after


def _duration(match: re.Match[bytes]) -> bytes:
    """A duration of which Virtuoso has kept its months, or its seconds where the number has a point."""
    before, number, point, after = match.groups()
    count = int(number)
    if point is None:
        years, months = divmod(count, 12)
        text = "P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    else:
        days, seconds = divmod(count, 86_400)
        text = "P" + (f"{days}D" if days or not seconds else "") + (f"T{seconds}S" if seconds else "")
    return b"".join((before, text.encode(), after))


#: Media type -> what a store writes in its way, and the same as a local store has it. Virtuoso: blank nodes have
#: labels, integers are of one type, yes and no are words, durations have their letters. Jena: decimals are as short as
#: can be. Within a string none of it can stand so: its quotation marks are escaped there.
_MENDED: Mapping[str, Sequence[tuple[re.Pattern[bytes], bytes | Callable[[re.Match[bytes]], bytes]]]] = {
    "application/sparql-results+json": (
        (re.compile(rb'"bnode", "value": "nodeID://'), b'"bnode", "value": "'),
        (re.compile(rb'"datatype": "%snonNegativeInteger"' % _XSD), b'"datatype": "%sinteger"' % _XSD),
        (
            re.compile(rb'"datatype": "%sboolean", "value": "1"' % _XSD),
            b'"datatype": "%sboolean", "value": "true"' % _XSD,
        ),
        (
            re.compile(rb'"datatype": "%sboolean", "value": "0"' % _XSD),
            b'"datatype": "%sboolean", "value": "false"' % _XSD,
        ),
        (re.compile(rb'("datatype": "%sduration", "value": ")(\d{1,18})(\.\d{1,9})?(")' % _XSD), _duration),
        (re.compile(rb'("datatype": "%sdecimal" ?, "value": ")(-?\d{1,40})\.(\d{1,40})(")' % _XSD), _decimal),
    ),
    "application/n-triples": ((re.compile(rb'(")(\d{1,18})(\.\d{1,9})?("\^\^<%sduration>)' % _XSD), _duration),),
}
#: No less than the longest text that is mended.
_LONGEST = 160
#: What is sent of a dataset -> what pyoxigraph calls it.
_DATASET = {"default": "default_graph", "named": "named_graphs"}

Graphs = Sequence[ox.NamedNode] | None


class Remote(io.RawIOBase):
    """The bytes of one answer, as the front sends them on; `kind` is its media type.

    Reading raises JobError where the answer is not whole; only one that was read to its end was. `most_rows` is how
    many rows its store gives at most, where it says so: an answer of so many may be a part.
    """

    def __init__(self, channel: Channel, head: Mapping[str, Any]) -> None:
        self._channel = channel
        self.kind: str = head["type"]
        self.most_rows: int | None = head["most_rows"]
        self.failure: JobError | None = None
        self._is_over = False
        self._held = memoryview(b"")
        self._tail = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        """The next bytes, no more than there is room for: the engine dies of more."""
        if not self._held:
            self._held = memoryview(self._next())
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size

    def _next(self) -> bytes:
        """The next bytes; none at the end."""
        if self.kind not in _MENDED:
            return self._receive()
        piece = b""
        while not piece and not (self._is_over and not self._tail):
            whole = self._tail + self._receive()
            for pattern, new in _MENDED[self.kind]:
                whole = pattern.sub(new, whole)
            cut = len(whole) if self._is_over else max(0, len(whole) - _LONGEST)
            piece, self._tail = whole[:cut], whole[cut:]
        return piece

    def _receive(self) -> bytes:
        if self._is_over:
            return b""
        kind, payload = self._channel.receive()
        if kind == DATA:
            return payload
        self._is_over = True
        if kind == FAIL:
            self.failure = _failure(payload)
            raise self.failure
        return b""

    def drain(self) -> None:
        """Reads to the end: raises JobError where that does not come."""
        while self._next():
            pass


def _failure(payload: bytes) -> JobError:
    details = json.loads(payload)
    return JobError(details.pop("kind"), **details)


def fetch(sock: socket.socket, order: Mapping[str, Any]) -> Remote:
    """An answer that the front fetches for this worker. Raises JobError where there is none."""
    send_json(sock, ASK, order)
    channel = Channel(sock)
    kind, payload = channel.receive()
    if kind == FAIL:
        raise _failure(payload)
    return Remote(channel, json.loads(payload))


def filled(sock: socket.socket, job: Mapping[str, Any]) -> str:
    """A query's text with each SERVICE clause replaced by what its endpoint answered, as VALUES.

    A clause is evaluated by itself and then joined (SPARQL 1.1 Federated Query 2), so its solutions written out mean
    the same. The lines after it keep their numbers.
    """
    text: str = job["text"]
    for number, clause in reversed(list(enumerate(job.get("services", ())))):
        values = _values(sock, number, clause)
        old = text[clause["start"] : clause["end"]]
        pad = "\n" * old.count("\n")
        text = f"{text[: clause['start']]}{values}{pad}{text[clause['end'] :]}"
    return text


def _values(sock: socket.socket, number: int, clause: Mapping[str, Any]) -> str:
    endpoint = clause["endpoint"]
    try:
        remote = fetch(sock, {"service": number})
        try:
            return _table(remote, endpoint)
        finally:
            with suppress(JobError):
                remote.drain()
    except JobError:
        if clause["is_silent"]:
            return "{}"  # one solution that binds nothing
        raise


def _table(remote: Remote, endpoint: str) -> str:
    """The solutions of a whole answer, as a VALUES block."""
    try:
        solutions = _read(remote, "service-failed", endpoint=endpoint)
        if not isinstance(solutions, ox.QuerySolutions):
            raise JobError("service-failed", endpoint=endpoint, message="it gave no table")
        rows = [f"({' '.join(_written(term, endpoint) for term in row)})" for row in solutions]
        remote.drain()
    except (SyntaxError, ValueError, OSError) as error:
        message = f"its answer cannot be read: {error}"
        raise remote.failure or JobError("service-failed", endpoint=endpoint, message=message) from None
    if remote.most_rows is not None and len(rows) >= remote.most_rows:
        message = f"it gives no more than {remote.most_rows} rows"
        raise JobError("service-failed", endpoint=endpoint, message=message)
    names = [f"?{variable.value}" for variable in solutions.variables]
    return f"VALUES ({' '.join(names)}) {{ {' '.join(rows)} }}"


def _written(term: Any, endpoint: str) -> str:
    if term is None:
        return "UNDEF"
    if isinstance(term, (ox.NamedNode, ox.Literal)):
        return str(term)
    raise JobError("service-failed", endpoint=endpoint, message="its answer has blank nodes, which mean nothing here")


def _read(remote: Remote, problem: str, **details: str) -> ox.QuerySolutions | ox.QueryBoolean:
    """A table in whichever of the standard's formats it came."""
    if remote.kind not in _TABLES:
        raise JobError(problem, message=f"its answer is {remote.kind}, not a table", **details)
    try:
        return ox.parse_query_results(cast("IO[bytes]", remote), _TABLES[remote.kind])
    except (SyntaxError, ValueError, OSError) as error:
        raise remote.failure or JobError(problem, message=f"its answer cannot be read: {error}", **details) from None


class Elsewhere:
    """The graph of a remote store, by way of the front. `whole` is the query for all triples of a dataset.

    What is read of it is whole only when `finish` has found nothing to say. One answer is read at a time: the next
    query ends the one before.
    """

    def __init__(self, sock: socket.socket, whole: Query) -> None:
        self._sock = sock
        self._whole = whole
        self._empty = ox.Store()
        self._remote: Remote | None = None

    def query(self, query: str, **options: Any) -> Any:
        """As `Store.query` of pyoxigraph; a graph comes as an iterator of triples. Raises JobError."""
        if self._remote:
            self._remote.drain()
            self._remote = None
        if asks_others(query):
            raise JobError("service")  # the store would follow it
        parsed = self._empty.query(query, base_iri=options.get("base_iri"), prefixes=options.get("prefixes"))
        is_graph = isinstance(parsed, ox.QueryTriples)
        del parsed
        settled = with_dataset(query, is_given=options.get("default_graph") is not None)
        sent = standalone(settled, options.get("prefixes") or {}, options.get("base_iri"))
        dataset = {key: _iris(options.get(name)) for key, name in _DATASET.items()}
        is_union = bool(options.get("use_default_graph_as_union"))
        remote = fetch(self._sock, {"text": sent, "is_graph": is_graph, "is_union": is_union, **dataset})
        self._remote = remote
        return self._triples(remote) if is_graph else _read(remote, "store-failed")

    def graph(self, name: ox.NamedNode) -> Iterator[ox.Quad]:
        """The quads of a whole graph."""
        for triple in self.query(self._whole.text, default_graph=[name], named_graphs=[]):
            yield ox.Quad(triple.subject, triple.predicate, triple.object, name)
        self.finish(0)

    def finish(self, rows: int) -> None:
        """Raises JobError where what was read is not all there is; `rows` were read of it."""
        remote, self._remote = self._remote, None
        if remote is None:
            return
        remote.drain()
        if remote.most_rows is not None and rows >= remote.most_rows:
            message = f"it gives no more than {remote.most_rows} rows (Virtuoso: raise ResultSetMaxRows)"
            raise JobError("store-failed", message=message)

    def forget(self) -> None:
        """Lets go of what a job that has failed left unread: `worker.run` passes over it."""
        self._remote = None

    def reason(self, error: Exception) -> JobError:
        """Why reading failed: what the front said, else what the parser did."""
        failure = self._remote.failure if self._remote else None
        return failure or JobError("store-failed", message=f"its answer cannot be read: {error}")

    def _triples(self, remote: Remote) -> Iterable[ox.Triple]:
        if remote.kind not in _GRAPHS:
            raise JobError("store-failed", message=f"its answer is {remote.kind}, not a graph")
        return (quad.triple for quad in ox.parse(cast("IO[bytes]", remote), _GRAPHS[remote.kind]))


def _iris(graphs: Graphs) -> list[str] | None:
    return None if graphs is None else [graph.value for graph in graphs]


#: What a job asks of the graph, wherever that is.
Store = ox.Store | Elsewhere
