"""A repeated request in, its answer from the cache out, without Flask's dispatch.

Flask's dispatch costs several times what looking an answer up does. So the headers of an answer that is in the cache
are remembered by all that the answer depends on in its request; when the same request comes again, it is counted for
its client, held to the build that is served now, and written down as any other. In every other case, and for whoever
has overspent, the app answers.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Request

from ..failures import RequestError
from ..service import Service
from ..service.cache import Entry
from ..service.journal import Record
from ..service.rate_limit import Visit, client

__all__ = ["Shortcut", "mark"]

Environ = dict[str, Any]
Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]

#: Where an answer is marked as one that the cache holds.
_MARK = "policygraph.kept"
#: All of a request that its answer depends on: what negotiation and links look at.
_SETTLING = (
    *("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE"),
    *("HTTP_HOST", "wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT"),
)
#: What makes a request another one: conditions, and parts of an answer.
_UNUSUAL = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_RANGE", "HTTP_COOKIE")
_REMEMBERED = 4096
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class _Remembered:
    """An answer: its name in the cache, the edition of the graph it is of, its headers, what the journal says of it."""

    name: str
    edition: str
    headers: list[tuple[str, str]]
    record: tuple[str, str, str, str]


def mark(request: Request, name: str, edition: str, record: Record) -> None:
    """Says of the answer to a request that the cache holds it under a name."""
    request.environ[_MARK] = (name, edition, record)


class Shortcut:
    """The app, with the shortcut before it."""

    def __init__(self, app: App, service: Service) -> None:
        self._app, self._service = app, service
        self._remembered: OrderedDict[tuple[Any, ...], _Remembered] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        is_usual = environ["REQUEST_METHOD"] == "GET" and not any(name in environ for name in _UNUSUAL)
        if not is_usual or len(environ.get("QUERY_STRING", "")) > _LONGEST:
            return self._app(environ, start)
        key = tuple(environ.get(name) for name in _SETTLING)
        entry = self._remembered.get(key)
        answered = self._answer(entry, environ) if entry else None
        if entry and answered:
            start("200 OK", list(entry.headers))
            return [answered.body]
        return self._app(environ, self._watching(key, environ, start))

    def _answer(self, remembered: _Remembered, environ: Environ) -> Entry | None:
        """The answer from the cache, charged and written down; None where the app must see to it."""
        started = time.monotonic()
        name = client(environ, self._service.settings.trusted_proxies)
        try:
            with self._service.current.use() as pool:
                entry = self._service.cache.get(remembered.name) if pool.edition == remembered.edition else None
            if entry is None:
                return None
            self._service.budget.enter(name)
        except RequestError:
            return None
        self._service.budget.leave(name, Visit())
        milliseconds = round((time.monotonic() - started) * 1000, 3)
        query, form, format_, snapshot = remembered.record
        self._service.journal.write(
            Record(query, form, format_, snapshot, "cached", milliseconds, entry.rows, len(entry.body))
        )
        return entry

    def _watching(self, key: tuple[Any, ...], environ: Environ, start: Start) -> Start:
        """`start`, which remembers the headers of an answer that is marked."""

        def watched(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if _MARK in environ and status.startswith("200"):
                name, edition, record = environ[_MARK]
                outcome = (record.query, record.form, record.format, record.snapshot)
                with self._lock:
                    self._remembered[key] = _Remembered(name, edition, list(headers), outcome)
                    while len(self._remembered) > _REMEMBERED:
                        self._remembered.popitem(last=False)
            return start(status, headers, *rest)

        return watched
