"""A query in, its answer out without Flask and without a thread: the loop looks it up, or has a worker evaluate it.

Three quarters of a light query's time went into dispatch and threads. So the usual request to `/sparql` is answered
here: the same bytes as an answer of the cache had before are known at once (`repeated`); another query goes to a
worker whose socket the loop listens to. It passes the same gate, budget, journal and cache, and its answer has the same
headers. Whatever is not usual, and every failure, is Flask's: conditions, updates, streams, explanations, SERVICE, a
remote store, the description of the endpoint, and problem documents.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple, cast

from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.sansio.utils import get_current_url, get_host

from ..failures import RequestError
from ..formats import Choice, choose, family
from ..front.connection import Connection
from ..front.exchange import Exchange, Request, date_line
from ..front.wsgi import FAILURE, Bridge, Threads
from ..service import Service
from ..service.cache import Entry, compress, tag
from ..service.journal import Record, digest
from ..service.rate_limit import Visit, client
from ..syntax.gate import Checked
from ..web.answers import ASK_AGAIN, IN_MEMORY, LASTING, packed
from ..web.headers import SECURITY, SHARED
from ..web.problems import PROBLEMS
from ..web.protocol import FORM, QUERY, Operation, operation, pairs, require_snapshot
from ..workers.current_build import Held
from ..workers.job_types import query_frame, query_message
from ..workers.jobs import SLOW, death
from ..workers.messages import DATA, END, QUESTION, Inbox, framed, read_json
from ..workers.pool import Pool, Worker
from ..workers.readers import Readers
from .jobs import permanent_link

__all__ = ["Direct"]

_PATH = b"/sparql"
#: Headers that make a request another one than usual.
_UNUSUAL = frozenset(
    (b"authorization", b"content-encoding", b"if-match", b"if-modified-since", b"if-none-match", b"range")
)
#: Media type of a body, as it is written without parameters or with `charset=utf-8` -> what it is.
_BODIES = {
    **dict.fromkeys((QUERY.encode(), f"{QUERY}; charset=utf-8".encode()), QUERY),
    **dict.fromkeys((FORM.encode(), f"{FORM}; charset=utf-8".encode()), FORM),
}
_REMEMBERED, _LONGEST = 4096, 8192
#: Bytes up to which an answer is compressed in the loop.
_AT_ONCE = 64 * 1024
#: Seconds between two checks of the queries at work: of their deadlines, and of processor time used.
_GLANCE = 0.05
#: Seconds in which a small query is answered.
_SMALL = 0.01
#: Seconds below which a query is tiny, and how much one query says of how long they usually take.
_TINY, _WEIGHT = 0.0012, 0.05
#: Bytes that are read of a worker's answer at once.
_ROOM = 256 * 1024
_CONSTANT = "".join(f"{name}: {value}\r\n" for name, value in (*SECURITY.items(), *SHARED.items())).encode()


class _Question(NamedTuple):
    """A query that may be run: the cache key of its answer, and the bytes by which the request is recognised."""

    operation: Operation
    checked: Checked
    choice: Choice
    root: str
    is_packed: bool
    forwarded: str
    head: bytes | None


class _Fields(NamedTuple):
    """What the header fields of a request say: the formats it accepts, the address of the service, and for whom."""

    accept: str
    root: str
    is_packed: bool
    forwarded: str


class _Remembered(NamedTuple):
    """An answer that the cache holds under a name: of which edition, its head, and what the journal says of it."""

    name: str
    edition: str
    head: bytes
    record: tuple[str, str, str, str]
    forwarded: str


class Direct:
    """The handler of a server's connections, before the app behind `bridge`."""

    def __init__(self, service: Service, bridge: Bridge, threads: Threads, loop: asyncio.AbstractEventLoop) -> None:
        self.service, self.bridge, self.threads, self.loop = service, bridge, threads, loop
        self._remembered: OrderedDict[bytes, _Remembered] = OrderedDict()
        self.readers = Readers(loop)
        #: what workers send is read into it
        self.room = bytearray(_ROOM)
        self._waiting: deque[_Run] = deque()
        #: queries that have a slot of the pool and no worker yet; that have a worker; and that have had it for no time
        self._ready: deque[_Run] = deque()
        self._running: set[_Run] = set()
        self._fresh: set[_Run] = set()
        self._processors = len(os.sched_getaffinity(0))
        #: seconds that the last queries took, those before counting less and less
        self._usual_seconds = _SMALL
        #: whether queries are served anyway: then nobody need be told of what is free
        self._is_aging = self._is_serving = False
        self._thread = threading.get_ident()
        self._is_looking = False
        settings = service.settings
        self._body_bytes = settings.body_bytes
        self._update_bytes = max(settings.update_bytes if settings.curators else 0, settings.body_bytes)
        self._is_remote = settings.is_remote

    def most(self, request: Request) -> int:
        """A curator's body may be longer than that of others."""
        return self._update_bytes if request.first(b"authorization") else self._body_bytes

    def repeated(self, connection: Connection, data: bytes) -> bool:
        """Answers from the cache what was asked with the same bytes before."""
        answer = self._remembered.get(data)
        if answer is None:
            return False
        started = time.perf_counter()
        service = self.service
        entry = service.cache.get(answer.name) if service.current.edition == answer.edition else None
        if entry is None:
            del self._remembered[data]
            return False
        try:
            name = connection.client
            if connection.is_trusted:
                name = _client(connection.peer, answer.forwarded, service.settings.trusted_proxies)
            service.budget.pass_by(name)
        except RequestError:
            return False
        connection.again(b"".join((answer.head, date_line(), b"\r\n", entry.body)))
        milliseconds = round((time.perf_counter() - started) * 1000, 3)
        query, form, format_, snapshot = answer.record
        service.journal.write(
            Record(query, form, format_, snapshot, "cached", milliseconds, entry.rows, len(entry.body))
        )
        return True

    def handle(self, exchange: Exchange) -> None:
        """Answers a usual query; hands on everything else."""
        request = exchange.request
        if request.path != _PATH or self._is_remote or not self._begin(exchange):
            self.bridge.handle(exchange)

    def _begin(self, exchange: Exchange) -> bool:
        question = self._question(exchange.request)
        if question is None:
            return False
        request = exchange.request
        name = _client(request.peer, question.forwarded, self.service.settings.trusted_proxies)
        try:
            held = self.service.current.hold()
        except RequestError:
            return False
        try:
            require_snapshot(question.operation.snapshot, held.pool.snapshot)
            self.service.budget.enter(name)
        except RequestError:
            self.service.current.release(held)
            return False
        run = _Run(self, exchange, question, held, name)
        if not run.is_kept():
            held.pool.on_free = self._freed
            self._start(run)
        return True

    def _question(self, request: Request) -> _Question | None:
        """The query of a usual request; None for any other, and for what Flask refuses in words."""
        settings = self.service.settings
        fields = _fields_of(request, settings.public_url) if request.version == "1.1" else None
        if fields is None:
            return None
        try:
            given = _pairs(request, settings.uri_bytes)
            sparql = operation(given, settings) if given else None
            if sparql is None or sparql.is_stream or sparql.is_explain:
                return None
            checked = self.service.check(sparql.text)
        except RequestError:
            return None
        choice = _choice(checked.form, sparql.format, fields.accept)
        if choice is None or checked.services:
            return None
        head = request.head if request.method == "GET" and request.head and len(request.head) <= _LONGEST else None
        return _Question(sparql, checked, choice, fields.root, fields.is_packed, fields.forwarded, head)

    def remember(self, head: bytes, answer: _Remembered) -> None:
        """Remembers the bytes of a request, so that `repeated` recognises it."""
        self._remembered[head] = answer
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)

    # queries at work

    def _start(self, run: _Run) -> None:
        if not self._waiting and run.held.pool.reserve():
            self._ready.append(run)
        elif run.held.pool.enqueue():
            self._waiting.append(run)
        else:
            run.fail(RequestError("busy", retry=1))
            return
        run.exchange.on_gone = run.leave
        self._serve()
        self._look_later()

    def over(self, run: _Run, worker: Worker | None = None) -> None:
        """Removes a query from those at work; its worker, where it can have another job, is the next query's."""
        self._running.discard(run)
        self._fresh.discard(run)
        self._is_serving = True
        try:
            if worker:
                self._pass_on(run.held.pool, worker)
            self._serve()
        finally:
            self._is_serving = False

    def took(self, seconds: float) -> None:
        """Takes into account how long a query has taken."""
        self._usual_seconds += (min(seconds, _SMALL) - self._usual_seconds) * _WEIGHT

    @property
    def _most_fresh(self) -> int:
        """So many queries as there are processors; where they are tiny one more, which is at hand when one is over."""
        return self._processors + (self._usual_seconds < _TINY)

    def _pass_on(self, pool: Pool, worker: Worker) -> None:
        """Gives a worker that has just answered to the next query that has a slot, or back to its pool."""
        run = self._ready[0] if self._ready else None
        if run and not run.is_over and run.held.pool is pool and len(self._fresh) < self._most_fresh:
            self._ready.popleft()
            pool.unreserve()
            self._put_to_work(run, worker)
        else:
            pool.give_back(worker)

    def _freed(self) -> None:
        if (self._waiting or self._ready) and not self._is_serving:
            self.post(self._serve)

    def post(self, call: Callable[..., None], *arguments: Any) -> None:
        """Has something done in the loop, from any thread; nothing where the service has ended."""
        with suppress(RuntimeError):
            if threading.get_ident() == self._thread:
                self.loop.call_soon(call, *arguments)
            else:
                self.loop.call_soon_threadsafe(call, *arguments)

    def _serve(self) -> None:
        """Gives slots to those that wait, and workers to those that have a slot, in their order."""
        while self._waiting and (self._waiting[0].is_over or self._waiting[0].held.pool.reserve()):
            run = self._waiting.popleft()
            run.held.pool.dequeue()
            if run.is_over:
                run.let_go()
            else:
                self._ready.append(run)
        while self._ready and self._is_put_to_work(self._ready[0]):
            self._ready.popleft()

    def _is_put_to_work(self, run: _Run) -> bool:
        """Begins a query that has a slot; False where it is not its turn yet.

        Small queries follow each other in one worker, whose memory the processor has at hand: spread over six they took
        half as much again. A query that is not that small holds up the others for no longer than `_SMALL`.
        """
        if run.is_over:
            run.held.pool.unreserve()
            return True
        if len(self._fresh) >= self._most_fresh:
            if not self._is_aging:
                self._is_aging = True
                self.loop.call_later(_SMALL, self._age)
            return False
        worker = run.held.pool.hire()
        if worker is None:  # one is being replaced
            return False
        self._put_to_work(run, worker)
        return True

    def _put_to_work(self, run: _Run, worker: Worker) -> None:
        self._running.add(run)
        self._fresh.add(run)
        run.begin(worker)

    def _age(self) -> None:
        """No longer waits for queries that are not small."""
        self._is_aging = False
        since = time.monotonic() - _SMALL
        self._fresh = {run for run in self._fresh if run.started > since}
        self._serve()

    def _look_later(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self.loop.call_later(_GLANCE, self._look)

    def _look(self) -> None:
        self._is_looking = False
        now = time.monotonic()
        for run in list(self._running):
            run.look(now)
        for run in (*self._ready, *self._waiting):
            run.look_waiting(now)
        self._serve()
        if self._running or self._ready or self._waiting:
            self._look_later()


class _Run:
    """One query: from its admission to the last byte of its answer, charged and written down when that is known."""

    __slots__ = (
        *("_direct", "_entity", "_inbox", "_is_accounted", "_is_released", "_is_slow", "_name", "_parts", "_question"),
        *("_record", "_since", "_size", "_spool", "_stored", "_used", "_visit", "_worker"),
        *("exchange", "held", "is_over", "started"),
    )

    def __init__(self, direct: Direct, exchange: Exchange, question: _Question, held: Held, name: str) -> None:
        self._direct, self._question, self._name = direct, question, name
        self.exchange, self.held = exchange, held
        operation, checked, pool = question.operation, question.checked, held.pool
        dataset = (operation.default, operation.named, (question.root,))
        form, media_type = question.choice.name, question.choice.media_type
        self._entity = None if checked.is_volatile else tag(pool.edition, checked.normal, dataset, media_type)
        #: what the cache calls the answer, where it may keep it
        self._stored = f"{self._entity}-gzip" if question.is_packed else self._entity or ""
        self._record = Record(digest(checked.normal), checked.form or "", form, pool.snapshot)
        self._visit = Visit()
        self._since = time.monotonic()
        self._worker: Worker | None = None
        self.started = self._used = 0.0
        self._is_slow = self._is_accounted = self._is_released = False
        self.is_over = False
        self._inbox = Inbox(direct.room)
        self._parts: list[bytes] = []
        self._spool: IO[bytes] | None = None
        self._size = 0

    # from the cache

    def is_kept(self) -> bool:
        """Whether the cache has had the answer; then it is sent."""
        entry = self._direct.service.cache.get(self._stored) if self._entity else None
        if entry is None:
            return False
        self._record.outcome = "cached"
        self._send(entry)
        return True

    # in a worker

    def begin(self, worker: Worker) -> None:
        """Gives the job to a worker."""
        self._worker = worker
        self.started, self._used = time.monotonic(), worker.cpu_seconds
        self.exchange.on_gone = self.leave
        self._direct.readers.arm(worker.channel.sock, self._read)
        job = framed(QUESTION, self._job())
        with suppress(OSError):  # the worker has died: reading its socket gives the end
            sent = worker.channel.offer(job)
            if sent < len(job):
                self._direct.threads.submit(self._send_rest, worker, job[sent:])

    def _send_rest(self, worker: Worker, rest: bytes) -> None:
        with suppress(OSError):
            worker.channel.sock.sendall(rest)

    def _job(self) -> bytes:
        operation, settings = self._question.operation, self._direct.service.settings
        frame = query_frame(
            self._question.choice.name,
            (operation.seconds, settings.rows, settings.answer_bytes),
            self.held.pool.names,
            base=self._question.root + "sparql",
            default=operation.default,
            named=operation.named,
            has_from=self._question.checked.has_from,
        )
        return query_message(operation.text, frame)

    def _read(self) -> None:
        worker = self._worker
        assert worker is not None  # noqa: S101 - its socket is listened to
        try:
            messages = self._inbox.take(worker.channel.sock, socket.MSG_DONTWAIT)
        except BlockingIOError:
            messages = []
        if messages is None:
            self._died()
            return
        for kind, payload in messages:
            if kind == DATA:
                self._add(payload)
            elif kind == END:
                summary = json.loads(payload.decode())
                self._record.rows, worker.copied = summary["rows"], summary["copied"]
                self._stop(is_fit=True)
                self._complete()
                return
            else:
                content = read_json(payload)
                self._stop(is_fit=True)
                self.fail(RequestError(content.pop("kind"), is_answered=True, **content))
                return
        self._direct.readers.arm(worker.channel.sock, self._read)

    def _add(self, piece: bytes) -> None:
        """Keeps a piece of the answer: in memory, and on disk where there is much of it."""
        self._size += len(piece)
        if self._spool is None and self._size > IN_MEMORY:
            self._spool = cast("IO[bytes]", TemporaryFile())  # noqa: SIM115 - closed with the answer
            self._spool.write(b"".join(self._parts))
            self._parts = []
        if self._spool is None:
            self._parts.append(piece)
        else:
            self._spool.write(piece)

    def look(self, now: float) -> None:
        """Ends the query past its deadline, and lowers the priority of a worker that has used much processor time."""
        seconds = self._question.operation.seconds
        worker = self._worker
        if now - self.started >= seconds:
            self._stop(is_fit=False)
            self.fail(RequestError("timeout", seconds=seconds))
        elif worker and not self._is_slow and worker.cpu_seconds - self._used > SLOW:
            self._is_slow = True
            self._direct.threads.submit(self.held.pool.slow, worker)

    def look_waiting(self, now: float) -> None:
        """Refuses a query that has waited too long for a worker, with the time to retry."""
        if not self.is_over and now - self._since >= min(
            self._direct.service.settings.queue, self._question.operation.seconds
        ):
            self.fail(RequestError("busy", retry=1))

    def leave(self) -> None:
        """The client has left."""
        if self.is_over:
            return
        self._stop(is_fit=False)
        self._account(RequestError("gone"))
        self._end()

    def _stop(self, *, is_fit: bool) -> None:
        """Gives the worker back; one that has worked long may hold much memory, and is replaced."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        self._direct.readers.disarm(worker.channel.sock)
        seconds = self._visit.seconds = time.monotonic() - self.started
        self._direct.took(seconds)
        # a worker has one thread: it cannot have used more than has passed
        is_quick = not self._is_slow and (seconds < SLOW or worker.cpu_seconds - self._used < SLOW)
        if is_fit and is_quick and not self.held.pool.is_worn(worker):
            self._direct.over(self, worker)
            return
        self._is_released = True  # until the worker is retired
        self._direct.threads.submit(self._retire, worker)
        self._direct.over(self)

    def _retire(self, worker: Worker) -> None:
        self.held.pool.retire(worker)
        self._direct.service.current.release(self.held)

    def _died(self) -> None:
        worker, self._worker = self._worker, None
        assert worker is not None  # noqa: S101 - its end was read
        self._direct.readers.disarm(worker.channel.sock)
        self._visit.seconds = time.monotonic() - self.started
        self._direct.over(self)
        self._direct.threads.submit(self._bury, worker)

    def _bury(self, worker: Worker) -> None:
        died = -self.held.pool.retire(worker)
        self._direct.post(self.fail, RequestError(death(died)))

    # the answer

    def fail(self, failure: RequestError) -> None:
        """Has the app answer with the problem document of a failure."""
        if self.is_over:
            return
        self._account(failure)
        self._end()
        self._direct.bridge.handle(self.exchange, {FAILURE: failure})

    def _complete(self) -> None:
        spool, is_packed = self._spool, self._question.is_packed
        self._spool = None
        if spool is not None:
            spool.seek(0)
            if is_packed:
                self._direct.threads.submit(self._pack_file, spool)
            else:
                self._send_file(spool, self._size)
            return
        entry = Entry(b"".join(self._parts), self._record.rows)
        self._parts = []
        if is_packed and self._size > _AT_ONCE:
            self._direct.threads.submit(self._pack, entry)
        else:
            self._keep(compress(entry) if is_packed else entry)

    def _pack(self, entry: Entry) -> None:
        self._direct.post(self._keep, compress(entry))

    def _pack_file(self, body: IO[bytes]) -> None:
        smaller = cast("IO[bytes]", TemporaryFile())  # noqa: SIM115 - closed with the answer
        size = sum(smaller.write(piece) for piece in packed(iter(lambda: body.read(_AT_ONCE), b"")))
        body.close()
        smaller.seek(0)
        self._direct.post(self._send_file, smaller, size)

    def _keep(self, entry: Entry) -> None:
        if self._entity:
            self._direct.service.cache.put(self._stored, entry)
        self._send(entry)

    def _send(self, entry: Entry) -> None:
        if self.is_over:
            return
        self._record.rows, self._record.bytes = entry.rows, len(entry.body)
        head = self._head(len(entry.body), is_packed=entry.is_compressed)
        question = self._question
        if self._entity and question.head and self.exchange.is_kept:
            record = (self._record.query, self._record.form, self._record.format, self._record.snapshot)
            answer = _Remembered(self._stored, self.held.pool.edition, head, record, question.forwarded)
            self._direct.remember(question.head, answer)
        self._account(None)
        self._end()
        self.exchange.whole(head + date_line(), entry.body)

    def _send_file(self, body: IO[bytes], size: int) -> None:
        if self.is_over:
            body.close()
            return
        self._record.bytes = size
        head = self._head(size, is_packed=self._question.is_packed)
        self._account(None)
        self._end()
        self.exchange.file(head + date_line(), body, size, body.close)

    def _head(self, length: int, *, is_packed: bool) -> bytes:
        """Status line and headers, as Flask would write them."""
        question = self._question
        operation, checked = question.operation, question.checked
        lasting = LASTING if operation.snapshot is not None else ASK_AGAIN
        control = "no-store" if checked.is_volatile else lasting
        snapshot = self.held.pool.snapshot
        before, behind = _lines(question.choice.content_type, snapshot, control, is_packed)
        etag = f'\r\nETag: "{self._entity}{"-gzip" * is_packed}"' if self._entity else ""
        link = permanent_link(operation, question.root, snapshot)
        head = f"{before}{length}{behind}{etag}\r\nLink: {link}" if link else f"{before}{length}{behind}{etag}"
        return head.encode("latin-1") + b"\r\n" + _CONSTANT

    # the account

    def _account(self, failure: RequestError | None) -> None:
        """Charges the client and writes the query down, once."""
        if self._is_accounted:
            return
        self._is_accounted = True
        service = self._direct.service
        if failure:
            self._record.outcome = failure.kind
            self._visit.is_fault = PROBLEMS[failure.kind].is_fault
        self._record.ms = round((time.monotonic() - self._since) * 1000, 3)
        service.budget.leave(self._name, self._visit)
        service.journal.write(self._record)

    def _end(self) -> None:
        self.is_over = True
        self.exchange.on_gone = None
        spool, self._spool = self._spool, None
        if spool:
            spool.close()
        self.let_go()

    def let_go(self) -> None:
        """Releases the build."""
        if not self._is_released:
            self._is_released = True
            self._direct.service.current.release(self.held)


def _pairs(request: Request, most: int) -> list[tuple[str, str]] | None:
    """The parameters of a request; None for one that is not usual. Raises RequestError."""
    if len(request.query) + len(_PATH) > most:
        return None
    if request.method == "GET":
        return pairs(request.query) if request.query else None
    if request.method != "POST" or request.query or request.declared is not None:
        return None
    kinds = request.all(b"content-type")
    kind = _BODIES.get(kinds[0].strip().lower()) if len(kinds) == 1 else None
    if kind == FORM:
        return pairs(request.body)
    return [("query", request.body.decode("utf-8"))] if kind == QUERY and _is_text(request.body) else None


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _fields_of(request: Request, public: str) -> _Fields | None:
    """None for a request that is not usual. A client sends the same fields each time: those of short ones are kept."""
    headers = tuple(request.headers)
    is_short = request.head is not None and len(request.head) <= _LONGEST
    return (_fields if is_short else _fields.__wrapped__)(headers, request.host, public)


@lru_cache(1024)
def _fields(headers: tuple[tuple[bytes, bytes], ...], host: bytes, public: str) -> _Fields | None:
    if any(name in _UNUSUAL for name, _ in headers):
        return None
    accept, coding, forwarded = (
        b", ".join(value for key, value in headers if key == name).decode("latin-1")
        for name in (b"accept", b"accept-encoding", b"x-forwarded-for")
    )
    return _Fields(accept, _root(public, host.decode("ascii")), _takes_gzip(coding), forwarded)


@lru_cache(256)
def _lines(content_type: str, snapshot: str, control: str, is_packed: bool) -> tuple[str, str]:
    """What stands in a head before and behind the length of the body."""
    behind = [f"Policygraph-Snapshot: {snapshot}", f"Cache-Control: {control}", "Vary: Accept, Accept-Encoding"]
    behind += ["Content-Encoding: gzip"] * is_packed
    before = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: "
    return before, "".join(f"\r\n{line}" for line in behind)


@lru_cache(4096)
def _client(peer: str, forwarded: str, trusted: tuple[str, ...]) -> str:
    return client({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}, trusted)


@lru_cache(1024)
def _choice(form: str | None, name: str | None, accept: str) -> Choice | None:
    return choose(family(form), name, parse_accept_header(accept, MIMEAccept))


def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept).quality("gzip") > 0


def _root(public: str, host: str) -> str:
    """As `web.urls.root`, of a request whose host is known to be one."""
    return public.rstrip("/") + "/" if public else get_current_url("http", get_host("http", host))
