"""Settings in, a running server until it is told to stop: a loop before the app, signals, and a graceful end.

SIGHUP loads the build again. After SIGTERM or Ctrl-C no connection is accepted, and requests have `grace`
seconds to end; a second signal stops at once.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import resource
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

import uvloop
from flask import Flask

from .failures import ServiceError
from .front.connection import Connection, Limits
from .front.crowd import Crowd
from .front.wsgi import Bridge, Threads
from .service import Service
from .service.journal import Journal
from .service.rate_limit import client
from .settings import Settings
from .sparql.direct import Direct
from .workers.addresses import is_within

__all__ = ["serve"]

_LOG = logging.getLogger("policygraph.server")
_GLANCE = 0.05
#: Seconds in which what is left to do for requests that are answered is done: a worker may have to be ended.
_LEFT = 2.0
#: Seconds between two checks for slow connections.
_SWEEP = 0.25
#: Seconds that a line of the journal may wait for others.
_PAUSE = 0.02
#: Descriptors that are left for workers, files and the log.
_SPARE = 200
#: Why a port cannot be had -> what to do.
_REFUSALS = {
    errno.EADDRINUSE: "another program listens there; stop it, or choose another `port`",
    errno.EACCES: "ports below 1024 need privileges; choose another `port`",
    errno.EADDRNOTAVAIL: "this machine does not have that address; choose another `host`",
}


def serve(settings: Settings, make: Callable[[Settings, Service], Flask]) -> None:
    """Serves until told to stop. Raises ServiceError for a port that is taken or a build that is missing."""
    _log_to_streams()
    service = Service(settings)
    patience = 0.0
    try:
        with _bind(settings) as sock:
            app = make(settings, service)
            # what stands now stays: the collector need not go through templates and words of languages again and again
            gc.collect()
            gc.freeze()
            patience = _LEFT if uvloop.run(_Server(service, app, sock).run()) else 0.0
    except KeyboardInterrupt:
        _LOG.info("stopped at once")
    finally:
        service.close(patience)


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        reason = _REFUSALS.get(error.errno or 0, error.strerror)
        raise ServiceError(f"cannot listen on {settings.host}:{settings.port}: {reason}") from None


class _Server:
    """The loop of a running service."""

    def __init__(self, service: Service, app: Flask, sock: socket.socket) -> None:
        self._service, self._app, self._sock = service, app, sock
        settings = service.settings
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._crowd = Crowd(max(16, min(settings.connections, files - _SPARE)), settings.client_connections)
        self._limits = Limits(settings.request_seconds, settings.idle_seconds, settings.uri_bytes + 64 * 1024)
        self._stop = asyncio.Event()

    async def run(self) -> bool:
        """Serves until a signal says stop, then lets answers end for `grace` seconds; whether all have ended."""
        loop = asyncio.get_running_loop()
        service, threads = self._service, Threads(self._service.settings.threads)
        lines = _Lines(service.journal, sys.stdout, loop)
        direct = Direct(service, Bridge(self._app, threads, loop), threads, loop)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told_to_stop, loop)
        loop.add_signal_handler(signal.SIGHUP, service.current.reload)
        server = await loop.create_server(
            lambda: Connection(direct, self._crowd, self._limits, loop, self._client), sock=self._sock, backlog=1024
        )
        sweeper = asyncio.create_task(self._sweep(loop))
        with service.current.use() as pool:
            host, port = self._sock.getsockname()[:2]
            _LOG.info(
                "http://%s:%s/ shows the pages, http://%s:%s/sparql answers from snapshot %s (%s quads)",
                *(host, port, host, port),
                pool.snapshot[:12],
                pool.quads,
            )
        await self._stop.wait()
        server.close()
        is_drained = await self._drained(loop)
        sweeper.cancel()
        for guest in self._crowd:
            guest.drop()
        lines.flush()
        return is_drained

    def _client(self, peer: str) -> tuple[str, bool]:
        trusted = self._service.settings.trusted_proxies
        return client({"REMOTE_ADDR": peer}, ()), is_within(peer, trusted)

    def _told_to_stop(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._service.is_stopping:
            loop.stop()
        self._service.is_stopping = True
        self._stop.set()

    async def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            await asyncio.sleep(_SWEEP)
            self._crowd.sweep(loop.time())

    async def _drained(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Waits until every answer has been sent, or for so long; whether every one was."""
        until = loop.time() + self._service.settings.grace
        while loop.time() < until and any(guest.is_busy for guest in self._crowd):
            await asyncio.sleep(_GLANCE)
        return not any(guest.is_busy for guest in self._crowd)


class _Lines:
    """The lines of a journal, written together some times a second; made in the thread of the loop."""

    def __init__(self, journal: Journal, stream: TextIO, loop: asyncio.AbstractEventLoop) -> None:
        self._journal, self._stream, self._loop, self._thread = journal, stream, loop, threading.get_ident()
        self._lines: deque[str] = deque()
        journal.emit = self._lines.append
        journal.defer = self._defer

    def _defer(self) -> None:
        if threading.get_ident() == self._thread:
            self._loop.call_later(_PAUSE, self.flush)
            return
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self.flush)

    def flush(self) -> None:
        """Writes what there is."""
        self._journal.flush()
        lines = []
        while self._lines:
            lines.append(self._lines.popleft())
        if lines:
            self._stream.write("\n".join(lines) + "\n")
            self._stream.flush()


def _log_to_streams() -> None:
    """Queries as JSON lines on standard output, everything else on standard error."""
    for name, stream, form in (
        ("policygraph.query", sys.stdout, "%(message)s"),
        ("policygraph.server", sys.stderr, "%(asctime)s %(levelname)s %(message)s"),
    ):
        logger = logging.getLogger(name)
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logging.Formatter(form))
        logger.handlers[:] = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
