"""One request of a client in, its answer back to the connection that it came on: the types that both sides share."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from email.utils import formatdate
from http import HTTPStatus
from typing import IO, Protocol

__all__ = ["Exchange", "Outlet", "Request", "date_line", "head_of"]

#: A piece of a file that is sent, in bytes.
PIECE = 64 * 1024

Headers = Sequence[tuple[str, str]]


class Request:
    """One whole request. `headers` are in the order sent, names in lower case; `path` and `query` as bytes of the wire.

    `head` is the request's own bytes where it has no body, so that the same bytes can be known again; None otherwise.
    `declared` is the length of a body that was not read because it is larger than may be sent; None otherwise.
    """

    __slots__ = ("body", "declared", "head", "headers", "host", "method", "path", "peer", "query", "version")

    def __init__(self, method: str, target: bytes, version: str, headers: list[tuple[bytes, bytes]], peer: str) -> None:
        self.method = method
        self.path, _, self.query = target.partition(b"?")
        self.version = version
        self.headers = headers
        self.peer = peer
        self.host = b""
        self.body = b""
        self.head: bytes | None = None
        self.declared: int | None = None

    def all(self, name: bytes) -> list[bytes]:
        """The values of a header (name in lower case)."""
        return [value for key, value in self.headers if key == name]

    def first(self, name: bytes) -> bytes | None:
        """The first value of a header (name in lower case)."""
        for key, value in self.headers:
            if key == name:
                return value
        return None


class Outlet(Protocol):
    """What a connection does for the answer to its request; called in the thread of the loop."""

    is_paused: bool
    resume: Callable[[], None] | None

    def send(self, data: bytes) -> None: ...

    def finish(self, *, is_kept: bool) -> None: ...

    def address(self) -> tuple[str, int]: ...


class Exchange:
    """A request while it is answered. Its methods are called in the thread of the loop, and `is_gone` read anywhere.

    An answer is `whole`; or it is `begin`, any number of `write`, then `end`, or `break_off` where it cannot be
    completed; or a `file`. They do nothing after the client has left.
    """

    __slots__ = ("_file", "_is_begun", "_is_chunked", "_outlet", "is_gone", "is_kept", "on_gone", "request")

    def __init__(self, request: Request, outlet: Outlet, *, is_kept: bool) -> None:
        self.request = request
        self._outlet = outlet
        #: whether the connection serves another request after this one
        self.is_kept = is_kept
        self.is_gone = False
        #: called once when the client leaves before its answer is sent
        self.on_gone: Callable[[], None] | None = None
        self._is_begun = self._is_chunked = False
        self._file: tuple[IO[bytes], int, Callable[[], None]] | None = None

    @property
    def is_paused(self) -> bool:
        """Whether the client reads more slowly than is written to it."""
        return self._outlet.is_paused

    @property
    def server(self) -> tuple[str, int]:
        """Address and port that the connection came to."""
        return self._outlet.address()

    def when_ready(self, call: Callable[[], None]) -> None:
        """Calls back when the client has read enough for more to be written."""
        self._outlet.resume = call

    def leave(self) -> None:
        """The client has left."""
        if not self.is_gone:
            self.is_gone = True
            call, self.on_gone = self.on_gone, None
            if call:
                call()
            self._close_file()

    def raw(self, head: bytes, body: bytes) -> None:
        """A whole answer whose head is written already, but for `Connection` and the line end that closes it."""
        if not self.is_gone:
            self._outlet.send(b"".join((head, self._connection(), b"\r\n", body)))
            self._outlet.finish(is_kept=self.is_kept)

    def whole(self, head: bytes, body: bytes) -> None:
        """An answer whose body is known, and its length in the head where it has one at all."""
        self.raw(head, b"" if self.request.method == "HEAD" else body)

    def begin(self, head: bytes, *, has_length: bool) -> None:
        """The head of an answer whose body follows; without its length it goes in chunks, or ends the connection."""
        if self.is_gone:
            return
        self._is_begun = True
        if not has_length and self.request.version == "1.1":
            self._is_chunked = True
            head += b"Transfer-Encoding: chunked\r\n"
        elif not has_length:
            self.is_kept = False
        self._outlet.send(head + self._connection() + b"\r\n")

    def write(self, piece: bytes) -> None:
        """A part of the body."""
        if piece and not self.is_gone:
            self._outlet.send(b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunked else piece)

    def end(self) -> None:
        """The body is whole."""
        if not self.is_gone:
            if self._is_chunked:
                self._outlet.send(b"0\r\n\r\n")
            self._outlet.finish(is_kept=self.is_kept)

    def break_off(self) -> None:
        """The body cannot be completed: the connection ends without its last chunk, or short of its length."""
        if not self.is_gone:
            self._outlet.finish(is_kept=False)

    @property
    def is_begun(self) -> bool:
        """Whether the head has been sent."""
        return self._is_begun

    def file(self, head: bytes, content: IO[bytes], length: int, close: Callable[[], None]) -> None:
        """An answer from a file, read as fast as the client reads; `close` is called when that is over."""
        if self.is_gone:
            close()
            return
        self.begin(head, has_length=True)
        self._file = (content, length, close)
        self._pump()

    def _pump(self) -> None:
        while self._file and not self.is_gone:
            content, length, close = self._file
            if self._outlet.is_paused:
                self._outlet.resume = self._pump
                return
            piece = content.read(min(PIECE, length)) if length else b""
            if not piece:
                self._close_file()
                self._outlet.finish(is_kept=self.is_kept and not length)
                return
            self._file = (content, length - len(piece), close)
            self._outlet.send(piece)

    def _close_file(self) -> None:
        if self._file:
            close = self._file[2]
            self._file = None
            close()

    def _connection(self) -> bytes:
        if not self.is_kept:
            return b"Connection: close\r\n"
        return b"Connection: keep-alive\r\n" if self.request.version == "1.0" else b""


def head_of(version: str, status: int, headers: Headers) -> bytes:
    """The status line and the headers of an answer, each with its line end, without the empty line."""
    lines = [f"HTTP/{version} {status} {_phrase(status)}\r\n", *(f"{name}: {value}\r\n" for name, value in headers)]
    return "".join(lines).encode("latin-1") + date_line()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


_DATE = (0, b"")


def date_line() -> bytes:
    """The Date header (RFC 9110 6.6.1), made once a second."""
    global _DATE  # noqa: PLW0603 - a clock face
    now = int(time.time())
    if _DATE[0] != now:
        _DATE = (now, b"Date: " + formatdate(now, usegmt=True).encode() + b"\r\n")
    return _DATE[1]
