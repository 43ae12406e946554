"""A request to another endpoint in, its answer out as messages to a worker, from a thread that can be called off.

A worker cannot open a socket, so it asks the front (messages.ASK), which passes on what comes back without parsing it:
the head of the answer, then its bytes, then the end, or why there is none. An answer with fewer bytes than it said, or
that says itself to be a part, is a failure; so is one without a visible end (neither a length nor chunks: it ends with
the connection, RFC 9112 6.3), unless it is JSON, of which the worker's parser refuses a part.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from .addresses import Rule, connect
from .messages import DATA, END, FAIL, READY, send, send_json

__all__ = ["Errand", "Feed"]

_PIECE = 64 * 1024
_REDIRECTS = 3
#: The longest explanation of another endpoint's that is passed on.
_WORDS = 300
#: Media type of answers of which no part is taken for the whole, however they end.
_WHOLE_OR_REFUSED = "application/sparql-results+json"
#: Headers by which Virtuoso says that an answer is a part, or how many rows it gives at most.
_PARTIAL, _MOST_ROWS = "X-SQL-State", "X-SPARQL-MaxRows"


@dataclass(frozen=True, slots=True)
class Errand:
    """One POST to an endpoint. `kind` is the problem where it fails, `down` where the endpoint cannot be reached.

    `allowed` are the addresses that a redirect may lead to, each looked at anew.
    """

    url: str
    body: bytes
    headers: Mapping[str, str]
    may: Rule
    seconds: float
    most_bytes: int
    kind: str
    down: str
    details: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()


class _FetchError(Exception):
    """A request without a whole answer; `kind` where the problem is another than that of its `Errand`."""

    def __init__(self, words: str, kind: str | None = None) -> None:
        super().__init__(words)
        self.kind = kind


class Feed:
    """An errand that is being run for a worker."""

    def __init__(self, errand: Errand, worker: socket.socket) -> None:
        self._errand = errand
        # a duplicated descriptor: the worker's may be closed, and its number reused, at any moment
        self._worker = worker.dup()
        self._lock = threading.Lock()
        self._sock: socket.socket | None = None
        self._is_called_off = self._is_late = False
        self._timer = threading.Timer(errand.seconds, self._end, (True,))
        self._timer.daemon = True
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
        self._timer.start()
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the last message has been sent."""
        return not self._thread.is_alive()

    def call_off(self) -> None:
        """Ends the request by closing its connection, from which the endpoint learns that the answer is not wanted."""
        self._end(False)

    def _end(self, is_late: bool) -> None:
        with self._lock:
            self._is_called_off, self._is_late = True, is_late
            if self._sock:
                with suppress(OSError):
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def _run(self) -> None:
        errand = self._errand
        with self._worker, suppress(OSError):  # the worker may have gone
            try:
                self._fetch(errand, _REDIRECTS)
                send_json(self._worker, END, {})
            except _FetchError as error:
                # the socket has the same deadline as the timer, and either may be the first to say so
                is_late = self._is_late or isinstance(error.__context__, TimeoutError)
                message = f"it took more than {errand.seconds:g} seconds" if is_late else str(error)
                send_json(self._worker, FAIL, {"kind": error.kind or errand.kind, "message": message, **errand.details})
            finally:
                self._timer.cancel()

    def _fetch(self, errand: Errand, redirects: int) -> None:
        parts = urlsplit(errand.url)
        try:
            sock = self._connect(errand)
        except OSError as error:
            raise _FetchError(f"{parts.netloc}: {error.strerror or error}", errand.down) from None
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        connection.sock = sock
        try:
            path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            connection.request("POST", path, errand.body, {**errand.headers, "Host": parts.netloc})
            response = connection.getresponse()
            target = response.getheader("Location")
            if 300 <= response.status < 400 and target:
                self._follow(errand, urljoin(errand.url, target), response.status, redirects)
            else:
                self._pass_on(response, errand)
        except (OSError, http.client.HTTPException) as error:
            raise _FetchError(_reason(error)) from None
        finally:
            with self._lock:
                self._sock = None
                connection.close()
                sock.close()

    def _connect(self, errand: Errand) -> socket.socket:
        parts = urlsplit(errand.url)
        is_safe = parts.scheme == "https"
        plain = connect(parts.hostname or "", parts.port or (443 if is_safe else 80), errand.seconds, errand.may)
        try:
            sock = ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) if is_safe else plain
        except OSError:
            plain.close()
            raise
        with self._lock:
            self._sock = sock
            if self._is_called_off:
                sock.close()
                raise OSError("called off")
        return sock

    def _follow(self, errand: Errand, target: str, status: int, redirects: int) -> None:
        if target not in errand.allowed:
            raise _FetchError(f"it sends on to {target[:_WORDS]} (status {status}), which may not be asked")
        if not redirects:
            raise _FetchError("it sends on and on")
        self._fetch(replace(errand, url=target), redirects - 1)

    def _pass_on(self, response: http.client.HTTPResponse, errand: Errand) -> None:
        kind = response.headers.get_content_type()
        if response.status != http.HTTPStatus.OK:
            raise _FetchError(f"status {response.status}{_explanation(response, kind)}")
        if response.headers.get(_PARTIAL):
            raise _FetchError(f"it gave a part of the answer ({response.headers[_PARTIAL]})")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise _FetchError(f"its answer is encoded ({response.headers['Content-Encoding']})")
        if response.length is None and not response.chunked and kind != _WHOLE_OR_REFUSED:
            raise _FetchError("its answer does not show where it ends (no length, no chunks)")
        send_json(self._worker, READY, {"type": kind, "most_rows": _number(response.headers.get(_MOST_ROWS))})
        size = 0
        while piece := response.read1(_PIECE):
            size += len(piece)
            if size > errand.most_bytes:
                raise _FetchError(f"its answer has more than {errand.most_bytes} bytes")
            send(self._worker, DATA, piece)
        if response.length:
            raise _FetchError("its answer broke off")


def _reason(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "its answer broke off"
    if isinstance(error, http.client.RemoteDisconnected):
        return "it closed the connection without an answer"
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _explanation(response: http.client.HTTPResponse, kind: str) -> str:
    """The first line of what it says, where that is plain text: what follows may be a trace of its own."""
    if kind != "text/plain":
        return ""
    line = response.read1(_WORDS * 4).decode("utf-8", "replace").strip().partition("\n")[0].strip()
    return f": {line[:_WORDS]}" if line else ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None
