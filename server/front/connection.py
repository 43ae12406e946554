"""Bytes of one client in, whole requests out to a handler one after another, and the answers back in their order.

RFC 9112: what could be taken for two different requests is answered 400 and the connection closed (6.1, 11.2); one
`Host` and no more (3.2). A request has so many seconds for its head and its body together; a client that is still
sending when it is refused is read for a while, so that it gets the response (9.6). The parser is llhttp (httptools).
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import httptools

from policygraph import vocab

from .crowd import Crowd
from .exchange import Exchange, Request, head_of

__all__ = ["Connection", "Handler", "Limits"]

_LOG = logging.getLogger("policygraph.server")
#: Bytes of answers that wait for a client to read them before no more are written.
_HIGH_WATER = 256 * 1024
#: Bytes that a client may send ahead of the request that is answered.
_AHEAD = 256 * 1024
#: Seconds, and bytes, for which a refused client is still read from.
_LINGER_SECONDS, _LINGER_BYTES = 5.0, 64 * 1024 * 1024
#: Seconds that a client may let wait what is written to it, and the bytes for each of which it has a second more.
_STALL_SECONDS, _SLOWEST = 60.0, 1024
_MOST_HEADERS = 200
#: Bytes of header fields that a connection keeps between two requests.
_FEW_FIELDS = 2048
#: A host as RFC 3986 3.2.2 has it, as far as it is used: a name or an address, and a port.
_HOST = re.compile(rb"(?:[A-Za-z0-9._~-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{0,5})?")
_START = re.compile(rb"[A-Z-]{1,20} ")
_ABSOLUTE = re.compile(rb"https?://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_VERSIONS = ("1.0", "1.1")
#: A request line in which no parser sees anything else: no fragment, and no sign that some take and others do not.
_PLAIN_LINE = re.compile(rb"GET (/[A-Za-z0-9%&'()*+,./:;=?@!$~_-]*) HTTP/1\.1")
_UNENCODED = "the address has a space or a character beyond ASCII: percent-encode it, as curl --data-urlencode does"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for a request's head and body, and for a connection without one; bytes of a head."""

    request_seconds: float
    idle_seconds: float
    head_bytes: int


class Handler(Protocol):
    """Who answers."""

    def repeated(self, connection: Connection, data: bytes) -> bool:
        """Answers bytes that were a whole request before; False where they are not known."""
        ...

    def most(self, request: Request) -> int:
        """Bytes that the body of a request may have."""
        ...

    def handle(self, exchange: Exchange) -> None:
        """Answers a request, now or later."""
        ...


class _RefusedError(Exception):
    """A request that HTTP itself refuses: its status and why."""

    def __init__(self, status: int, why: str) -> None:
        self.status, self.why = status, why


class Connection(asyncio.Protocol):
    """One connection of a client."""

    def __init__(
        self,
        handler: Handler,
        crowd: Crowd,
        limits: Limits,
        loop: asyncio.AbstractEventLoop,
        client_of: Callable[[str], tuple[str, bool]],
    ) -> None:
        self._handler, self._crowd, self._limits, self._loop = handler, crowd, limits, loop
        self._client_of = client_of
        self.transport: asyncio.Transport = cast("asyncio.Transport", None)
        self.peer = self.client = ""
        self.is_trusted = False
        self.deadline = float("inf")
        self.since = 0.0
        self.is_waiting = True
        self.is_paused = False
        self.resume: Callable[[], None] | None = None
        self._buffer = b""
        self._scanned = 0
        self._exchange: Exchange | None = None
        self._is_advancing = self._is_lingering = self._is_over = self._is_held_up = False
        self._lingered = 0
        self._stalled = self._paused_at = 0.0
        self._sent = 0
        self._request: Request | None = None
        #: of the last plain GET: its head without the first line, and the fields and the host that were read in it
        self._fields = b""
        self._last: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")
        self._refusal: _RefusedError | None = None
        self._length: int | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._is_kept = self._is_whole = self._is_cut = self._in_body = False
        self._parser = httptools.HttpRequestParser(self)
        self._fresh()

    # the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if peer else ""
        self.client, self.is_trusted = self._client_of(self.peer)
        self.since = self._loop.time()
        self.deadline = self.since + self._limits.request_seconds
        self.transport.set_write_buffer_limits(high=_HIGH_WATER)
        if not self._crowd.add(self, is_trusted=self.is_trusted):
            self.drop()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - the protocol's form
        self._is_over = True
        self._crowd.remove(self)
        self._leave()

    def eof_received(self) -> bool:
        """Closes the connection: a client that only stops sending cannot be told from one that has left."""
        self._leave()
        self._close()
        return False

    def _close(self) -> None:
        """Sends what is still to be sent, as long as the client reads it, and closes."""
        self._is_over = True
        self.is_waiting = False
        self.deadline = self._loop.time() + _STALL_SECONDS + self.transport.get_write_buffer_size() / _SLOWEST
        self.transport.close()

    def _leave(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange:
            exchange.leave()

    def drop(self) -> None:
        """Closes the connection at once."""
        self._is_over = True
        self.transport.abort()

    def expire(self, now: float) -> None:  # noqa: ARG002 - the crowd's form
        """Ends the connection at a time-out, with a 408 where a part of a request has arrived."""
        is_begun = bool(self._buffer or self._in_body)
        if self._is_lingering or not self.is_waiting or not is_begun:
            self.drop()
        else:
            self._refuse(_RefusedError(408, "the request was not whole in time"))

    @property
    def is_busy(self) -> bool:
        """Whether an answer is being made or sent."""
        return self._exchange is not None or self.transport.get_write_buffer_size() > 0

    def address(self) -> tuple[str, int]:
        """Address and port that the client has connected to."""
        name = self.transport.get_extra_info("sockname")
        return (str(name[0]), int(name[1])) if name else ("", 0)

    # answers

    def pause_writing(self) -> None:
        self.is_paused = True
        self._paused_at = self._loop.time()
        self.deadline = self._paused_at + _STALL_SECONDS + self._sent / _SLOWEST - self._stalled

    def resume_writing(self) -> None:
        self.is_paused = False
        self._stalled += self._loop.time() - self._paused_at
        if self._is_over:
            return
        self.deadline = float("inf")
        call, self.resume = self.resume, None
        if call:
            call()
        elif self._exchange is None:
            self._wait()
            self._advance()

    def send(self, data: bytes) -> None:
        """Bytes for the client."""
        if not self._is_over:
            self._sent += len(data)
            self.transport.write(data)

    def finish(self, *, is_kept: bool) -> None:
        """The answer to the request is written; the next one's turn, or the end."""
        self._exchange = None
        if not is_kept:
            self._linger()
            return
        self._wait()
        self._advance()

    def again(self, data: bytes) -> None:
        """A whole answer to a request that was known by its bytes."""
        self.transport.write(data)
        self.since = self._loop.time()
        self.deadline = self.since + self._limits.idle_seconds

    def _wait(self) -> None:
        self.since = self._loop.time()
        self.is_waiting = True
        if not self.is_paused:
            self._stalled = self._sent = 0
            self.deadline = self.since + self._limits.idle_seconds

    def _linger(self) -> None:
        """Closes for writing, and reads what still comes before it closes altogether (RFC 9112 9.6)."""
        if self._is_over:
            return
        is_unread = bool(self._buffer) or self._in_body
        self.resume = None
        if not is_unread:
            self._close()
            return
        self._is_lingering = self.is_waiting = True
        self._buffer = b""
        self.deadline = self._loop.time() + _LINGER_SECONDS
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._read_on()

    def _read_on(self) -> None:
        if self._is_held_up:
            self._is_held_up = False
            self.transport.resume_reading()

    def _refuse(self, refusal: _RefusedError) -> None:
        content = {
            "type": f"{vocab.BASE}problem/bad-request",
            "title": "The request is malformed",
            "status": refusal.status,
            "detail": refusal.why,
        }
        body = json.dumps(content).encode() + b"\n"
        headers = (
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Connection", "close"),
        )
        self.send(head_of("1.1", refusal.status, headers) + b"\r\n" + body)
        self._in_body = True
        self._linger()

    # requests

    def data_received(self, data: bytes) -> None:
        if self._is_over:
            return
        if self._is_lingering:
            self._lingered += len(data)
            if self._lingered > _LINGER_BYTES:
                self.drop()
            return
        if self._exchange is None and not self._buffer and not self._in_body and not self.is_paused:
            if self._handler.repeated(self, data):
                return
            # a new request: its time begins now, and is not renewed by more of it
            self.deadline = self._loop.time() + self._limits.request_seconds
        self._buffer = self._buffer + data if self._buffer else data
        if self._exchange is not None and len(self._buffer) > _AHEAD:
            self._is_held_up = True
            self.transport.pause_reading()
        self._advance()

    def _advance(self) -> None:
        """Reads on until a request is whole, and gives it to the handler."""
        if self._is_advancing:
            return
        self._is_advancing = True
        try:
            while self._is_reading and self._buffer and self._step():
                pass
        except _RefusedError as refusal:
            self._refuse(refusal)
        except httptools.HttpParserError as error:
            self._refuse(_RefusedError(400, str(error) or type(error).__name__))
        finally:
            self._is_advancing = False
        if self._is_reading:
            self._read_on()

    @property
    def _is_reading(self) -> bool:
        return self._exchange is None and not (self.is_paused or self._is_over or self._is_lingering)

    def _step(self) -> bool:
        """Reads a head, or more of a body; False where more has to come first."""
        if self._in_body:
            if not self._read_body():
                return False
        else:
            end = self._buffer.find(b"\r\n\r\n", max(0, self._scanned - 3))
            if end < 0:
                self._require_plausible()
                self._scanned = len(self._buffer)
                return False
            head, self._buffer = self._buffer[: end + 4], self._buffer[end + 4 :]
            self._scanned = 0
            if self._is_like_the_last(head):
                self._dispatch()
                return True
            if not head.strip():  # empty lines before a request are passed over (RFC 9112 2.2)
                return True
            self._read_head(head)
        if self._is_whole or self._is_cut:
            self._dispatch()
        return True

    def _is_like_the_last(self, head: bytes) -> bool:
        """Takes a GET whose fields are, byte for byte, those of the last one on this connection, which were parsed."""
        line, _, fields = head.partition(b"\r\n")
        if fields != self._fields or len(head) > self._limits.head_bytes or not (plain := _PLAIN_LINE.fullmatch(line)):
            return False
        headers, host = self._last
        request = self._request = Request("GET", plain[1], "1.1", headers, self.peer)
        request.host, request.head = host, head
        self._is_whole = self._is_kept = True
        return True

    def _read_body(self) -> bool:
        """Reads what there is of a body, and nothing of the request behind it."""
        view, start = memoryview(self._buffer), 0
        if self._length is not None:
            start = min(self._length - len(self._body), len(view))
            self._parser.feed_data(view[:start])
        while self._length is None and not (self._is_whole or self._is_cut):
            # chunks end with an empty line, so no request can begin before one
            end = self._buffer.find(b"\r\n\r\n", start)
            stop = end + 4 if end >= 0 else len(view) - 3
            if stop <= start:
                break
            self._parser.feed_data(view[start:stop])
            start = stop
        self._buffer = self._buffer[start:]
        return start > 0

    def _require_plausible(self) -> None:
        if len(self._buffer) > self._limits.head_bytes:
            raise _RefusedError(431, "the head of the request is too long")
        start = self._buffer[:64].lstrip(b"\r\n")
        if len(start) > 20 and not _START.match(start):
            raise _RefusedError(400, "this is not a request of HTTP")
        if self._buffer.find(b"\n\n", max(0, self._scanned - 1)) >= 0:
            raise _RefusedError(400, "lines end with CR and LF")

    def _read_head(self, head: bytes) -> None:
        if len(head) > self._limits.head_bytes:
            raise _RefusedError(431, "the head of the request is too long")
        line = head.lstrip(b"\r\n").partition(b"\r\n")[0]
        if line.count(b" ") > 2 or not line.isascii():
            raise _RefusedError(400, _UNENCODED)
        try:
            self._parser.feed_data(head)
        except httptools.HttpParserUpgrade:
            # no other protocol is spoken here: the request is answered, and what follows it is not read
            self._is_upgrade = True
        if self._refusal:
            raise self._refusal
        request = self._request = self._made()
        if self._is_whole:
            if not self._has_body:
                request.head = head
                self._keep_fields(request, head)
            return
        self._in_body = True
        most = self._handler.most(request)
        self._most = most
        if self._length is not None and self._length > most:
            self._is_cut = True
            request.declared = self._length
            return
        if (request.first(b"expect") or b"").lower() == b"100-continue" and request.version == "1.1":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _keep_fields(self, request: Request, head: bytes) -> None:
        """Keeps the fields of a plain GET that leaves the connection open, for the next one."""
        line, _, fields = head.partition(b"\r\n")
        is_plain = len(fields) <= _FEW_FIELDS and not self._is_upgrade and _PLAIN_LINE.fullmatch(line)
        if is_plain and self._is_kept:
            self._fields, self._last = fields, (request.headers, request.host)

    def _made(self) -> Request:
        """The request of a head that was read. Raises _RefusedError."""
        version = self._parser.get_http_version()
        if version not in _VERSIONS:
            raise _RefusedError(505, f"HTTP/{version} is not spoken here")
        method = self._parser.get_method().decode("ascii")
        target, host = _target(method, self._url, _host(self._headers, version))
        self._has_body = self._length is not None
        for coding in (value for name, value in self._headers if name == b"transfer-encoding"):
            self._has_body = True
            if version == "1.0" or coding.strip().lower() != b"chunked":
                raise _RefusedError(501 if version == "1.1" else 400, "no transfer coding but chunked is read")
        request = Request(method, target, version, self._headers, self.peer)
        request.host = host
        return request

    def _dispatch(self) -> None:
        request = self._request
        assert request is not None  # noqa: S101 - a head comes first
        is_kept = self._is_kept and not (self._is_cut or self._is_upgrade)
        request.body = bytes(self._body)
        exchange = self._exchange = Exchange(request, self, is_kept=is_kept)
        if not self._is_cut:  # else the rest of the body is still to come
            self._fresh()
        self.is_waiting = False
        self.deadline = float("inf")
        try:
            self._handler.handle(exchange)
        except Exception:  # a failure of one request must not end other connections
            _LOG.exception("a request could not be begun")
            exchange.is_kept = False
            exchange.whole(head_of(request.version, 500, [("Content-Length", "0")]), b"")

    def _fresh(self) -> None:
        """Ready for the next request."""
        self._url = b""
        self._headers = []
        self._body = bytearray()
        self._most = 0
        self._length = None
        self._request = None
        self._refusal = None
        self._in_body = self._is_kept = self._is_whole = self._is_cut = self._is_upgrade = False
        self._has_headers = self._has_body = False

    # what the parser reads

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._has_headers:  # trailers are ignored (RFC 9110 6.5.1)
            return
        if len(self._headers) >= _MOST_HEADERS:
            self._refusal = _RefusedError(431, f"there are more than {_MOST_HEADERS} headers")
            return
        key = name.lower()
        if key == b"content-length":
            self._length = int(value)
        self._headers.append((key, value))

    def on_headers_complete(self) -> None:
        self._has_headers = True

    def on_body(self, part: bytes) -> None:
        size = len(self._body) + len(part)
        if size <= self._most:
            self._body += part
        elif self._request is not None and not self._is_cut:
            # its length was not told before: it is answered as one that is too long
            self._is_cut = True
            self._request.declared = size

    def on_message_complete(self) -> None:
        self._is_whole = True
        self._is_kept = self._parser.should_keep_alive()  # the parser's state is reset when this returns


def _host(headers: Sequence[tuple[bytes, bytes]], version: str) -> bytes:
    """The one Host of a request (RFC 9112 3.2); HTTP/1.0 may have none. Raises _RefusedError."""
    hosts = [value.strip() for name, value in headers if name == b"host"]
    if len(hosts) > 1 or (not hosts and version == "1.1"):
        raise _RefusedError(400, "a request has one Host header")
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise _RefusedError(400, "the Host header is not a host")
    return hosts[0] if hosts else b""


def _target(method: str, url: bytes, host: bytes) -> tuple[bytes, bytes]:
    """Path with query, and the host that is meant (RFC 9112 3.2, 3.3). Raises _RefusedError."""
    if url.startswith(b"/") and b"#" not in url:
        return url, host
    if url == b"*" and method == "OPTIONS":
        return url, host
    absolute = _ABSOLUTE.fullmatch(url)
    if not absolute or b"#" in url or not _HOST.fullmatch(absolute[1]) or method == "CONNECT":
        raise _RefusedError(400, "the target is a path, or an address of http without a fragment")
    return (absolute[2] if absolute[2].startswith(b"/") else b"/" + absolute[2]), absolute[1]
