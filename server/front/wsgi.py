"""A request in, the answer of a WSGI app out: the app runs in threads, and what it gives is sent by the loop.

A thread is held only while the app makes a piece of the answer, never while a client reads it. PEP 3333.
"""

from __future__ import annotations

import asyncio
import io
import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.wsgi import FileWrapper

from ..failures import RequestError
from .exchange import Exchange, head_of

__all__ = ["FAILURE", "GONE", "Bridge", "Threads"]

_LOG = logging.getLogger("policygraph.server")

#: Key of the environment -> a function that tells whether the client has left.
GONE = "policygraph.gone"
#: Key of the environment -> the failure that is to be told, of a request that was answered elsewhere.
FAILURE = "policygraph.failure"

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
_NO_BODY = (204, 304)


class Threads:
    """So many threads that do one thing after another; they end with the process, whatever they do."""

    def __init__(self, count: int) -> None:
        self._work: queue.SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]]] = queue.SimpleQueue()
        for number in range(count):
            threading.Thread(target=self._run, name=f"app-{number}", daemon=True).start()

    def submit(self, do: Callable[..., None], *arguments: Any) -> None:
        """Has it done as soon as a thread is free."""
        self._work.put((do, arguments))

    def _run(self) -> None:
        while True:
            do, arguments = self._work.get()
            try:
                do(*arguments)
            except Exception:
                _LOG.exception("a thread of the service failed")


class Bridge:
    """A WSGI app behind the loop."""

    def __init__(self, app: App, threads: Threads, loop: asyncio.AbstractEventLoop) -> None:
        self._app, self._threads, self._loop = app, threads, loop

    def handle(self, exchange: Exchange, extra: Environ | None = None) -> None:
        """Has the app answer; `extra` is added to its environment."""
        self._threads.submit(_Answer(self._app, exchange, self._threads, self._loop, extra or {}).make)


class _Answer:
    """One answer of the app while it is made and sent."""

    def __init__(
        self, app: App, exchange: Exchange, threads: Threads, loop: asyncio.AbstractEventLoop, extra: Environ
    ) -> None:
        self._app, self._exchange, self._threads, self._loop, self._extra = app, exchange, threads, loop, extra
        self._status, self._headers = 500, list[tuple[str, str]]()
        self._result: Iterable[bytes] = ()
        self._pieces: Iterator[bytes] = iter(())
        self._is_making = False

    # in a thread

    def make(self) -> None:
        """Runs the app, up to the first piece of its answer."""
        try:
            self._result = self._app({**environ(self._exchange), **self._extra}, self._start)
            if self._is_empty or isinstance(self._result, FileWrapper):
                piece = b""
            else:
                self._pieces = iter(self._result)
                piece = next(self._pieces, b"")
        except Exception as error:  # any exception of the app becomes a 500 without details
            self._fail(error)
            return
        length = self._length
        if isinstance(self._result, FileWrapper) and not self._is_empty and length is not None:
            self._post(self._exchange.file, self._head, self._result.file, length, self._close)
        elif self._is_empty or len(piece) == length:
            self._close()
            self._post(self._exchange.whole, self._head, piece)
        else:
            self._post(self._begin, piece)

    def _more(self) -> None:
        try:
            piece = next(self._pieces, None)
        except Exception as error:  # as above
            self._fail(error)
            return
        self._post(self._piece, piece)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, RequestError):  # the failure of a stream has been logged already
            _LOG.error("an answer failed", exc_info=error)
        self._close()
        self._post(self._break_off)

    def _close(self) -> None:
        close = getattr(self._result, "close", None)
        self._result = ()
        if close:
            with suppress(RequestError):
                close()

    def _start(self, status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], None]:
        self._status, self._headers = int(status[:3]), headers
        return _refuse_write

    @property
    def _head(self) -> bytes:
        return head_of(self._exchange.request.version, self._status, self._headers)

    @property
    def _length(self) -> int | None:
        return next((int(value) for name, value in self._headers if name.lower() == "content-length"), None)

    @property
    def _is_empty(self) -> bool:
        return self._exchange.request.method == "HEAD" or self._status in _NO_BODY

    def _post(self, call: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(call, *arguments)

    # in the loop

    def _begin(self, piece: bytes) -> None:
        self._exchange.on_gone = self._left
        self._exchange.begin(self._head, has_length=self._length is not None)
        self._piece(piece)

    def _piece(self, piece: bytes | None) -> None:
        self._is_making = False
        if self._exchange.is_gone:
            self._leave()
        elif piece is None:
            self._exchange.on_gone = None
            self._threads.submit(self._close)
            self._exchange.end()
        else:
            self._exchange.write(piece)
            if self._exchange.is_paused:
                self._exchange.when_ready(self._next)
            else:
                self._next()

    def _next(self) -> None:
        self._is_making = True
        self._threads.submit(self._more)

    def _left(self) -> None:
        if not self._is_making:  # else the working thread returns here and notices it
            self._leave()

    def _leave(self) -> None:
        self._threads.submit(self._close)

    def _break_off(self) -> None:
        self._exchange.on_gone = None
        if self._exchange.is_begun:
            self._exchange.break_off()
        else:
            self._exchange.is_kept = False
            self._status, self._headers = 500, [("Content-Length", "0")]
            self._exchange.whole(self._head, b"")


def _refuse_write(_: bytes) -> None:
    raise NotImplementedError("an app gives its answer as an iterable")


def environ(exchange: Exchange) -> Environ:
    """The environment of a request (PEP 3333). Headers with an underscore are left out: they could pass for others."""
    request = exchange.request
    address, port = exchange.server
    given: Environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query.decode("latin-1"),
        "SERVER_NAME": address,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": request.peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": _Errors(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        GONE: lambda: exchange.is_gone,
    }
    for name, value in request.headers:
        if b"_" not in name:
            _add(given, name.decode("latin-1").upper().replace("-", "_"), value.strip().decode("latin-1"))
    given["HTTP_HOST"] = request.host.decode("latin-1") or f"{address}:{port}"
    # the body is whole: its length is known, however it came
    given.pop("HTTP_TRANSFER_ENCODING", None)
    if "CONTENT_LENGTH" in given or request.body or request.declared:
        given["CONTENT_LENGTH"] = str(request.declared or len(request.body))
    return given


def _add(given: Environ, name: str, value: str) -> None:
    key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
    separator = "; " if name == "COOKIE" else ", "
    given[key] = f"{given[key]}{separator}{value}" if key in given else value


class _Errors(io.TextIOBase):
    """`wsgi.errors`: lines for the log."""

    def write(self, text: str, /) -> int:
        if text.strip():
            _LOG.error("%s", text.rstrip())
        return len(text)
