"""Settings in, a running server until it is told to stop: waitress around the app, signals, and a graceful end.

SIGHUP loads the build again. SIGTERM and Ctrl-C close the door, let requests end for `grace` seconds, and stop; a
second one stops at once.
"""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from .failures import RequestError, ServiceError
from .service import Service
from .settings import Settings

__all__ = ["serve"]

_LOG = logging.getLogger("policygraph.server")
_GLANCE = 0.05
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
    try:
        server = _listen(make(settings, service), settings)
        with _obeying(server, service):
            _LOG.info("http://%s:%s/sparql answers from snapshot %s (%s quads)", *_told(server, service))
            server.run()
    finally:
        service.close()


def _told(server: Any, service: Service) -> tuple[str, int, str, int]:
    with service.current.use() as pool:
        return server.effective_host, server.effective_port, pool.snapshot[:12], pool.quads


def _listen(app: Flask, settings: Settings) -> Any:
    return create_server(
        app,
        sockets=[_bind(settings)],
        threads=settings.threads,
        ident=None,
        # tells the app when its client has left, and reads no further than one request ahead
        channel_request_lookahead=1,
        max_request_body_size=max(4 * settings.body_bytes, settings.update_bytes if settings.curators else 0),
        max_request_header_size=settings.uri_bytes + 64 * 1024,
        # who is believed is settled in budget.client
        clear_untrusted_proxy_headers=False,
        connection_limit=1000,
        asyncore_use_poll=True,
    )


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        reason = _REFUSALS.get(error.errno or 0, error.strerror)
        raise ServiceError(f"cannot listen on {settings.host}:{settings.port}: {reason}") from None


@contextmanager
def _obeying(server: Any, service: Service) -> Iterator[None]:
    """Signals while the block runs; afterwards they mean what they meant before."""

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's form
        if service.is_stopping:
            raise SystemExit
        service.is_stopping = True
        wasyncore.dispatcher.close(server)
        threading.Thread(target=_end, args=(server, service.settings.grace), daemon=True).start()

    def reload(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's form
        service.current.reload()

    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(server: Any, grace: float) -> None:
    """Waits until every answer has been sent, or for so long, and stops the server's loop."""
    until = time.monotonic() + grace
    while time.monotonic() < until and any(_is_busy(channel) for channel in list(server.active_channels.values())):
        time.sleep(_GLANCE)
    signal.raise_signal(signal.SIGTERM)


def _is_busy(channel: Any) -> bool:
    return bool(channel.requests or channel.request or channel.total_outbufs_len)


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
    # how many requests wait is what `busy` in the journal tells
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # a stream that broke off is in the journal; its trace says nothing more
    logging.getLogger("waitress").addFilter(lambda record: not _is_told(record))


def _is_told(record: logging.LogRecord) -> bool:
    return bool(record.exc_info and isinstance(record.exc_info[1], RequestError))
