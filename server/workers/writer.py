"""An update in, what became of it out: the front's side of the one process that writes (update_process.py).

One update at a time; the next waits its turn. An editor that is past its deadline, or has died, is ended with all that
it has started and replaced; the build is whole at every moment, so nothing has to be mended.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ..failures import RequestError, ServiceError
from ..settings import Settings
from .messages import DATA, FAIL, JOB, Channel, read_json, send, send_json
from .pool import greeting, spawn

__all__ = ["OPTIONS", "Outcome", "Writer"]

_LOG = logging.getLogger("policygraph.server")

#: The options of the service that the editor works by.
OPTIONS = ("memory", "nesting", "project", "update_bytes", "update_deadline", "update_memory")
#: How long after its deadline an editor may still take to say what became of an update.
_GRACE = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an update: what is told of it, and the SHACL report where one was asked for."""

    details: Mapping[str, Any]
    report: bytes


class Writer:
    """The editor of one service. Raises ServiceError where the build cannot be edited."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = threading.Lock()
        self._channel, self._editor = self._start()

    def submit(self, job: Mapping[str, Any], body: bytes) -> Outcome:
        """Has an update made. Raises RequestError for one that is refused or fails: the build is as it was then."""
        with self._in_turn():
            if self._editor.poll() is not None:
                self._renew()
            try:
                send_json(self._channel.sock, JOB, job)
                send(self._channel.sock, DATA, body)
                return self._outcome()
            except (OSError, EOFError):
                self._renew()
                raise RequestError("crash") from None

    def close(self) -> None:
        """Lets the update at work end, and ends the editor."""
        with self._turn:
            self._channel.sock.close()
            self._end()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._settings.update_queue):
            raise RequestError("busy-writing", retry=1)
        try:
            yield
        finally:
            self._turn.release()

    def _outcome(self) -> Outcome:
        until = time.monotonic() + self._settings.update_deadline + _GRACE
        report = b""
        while self._channel.wait(until - time.monotonic()):
            kind, payload = self._channel.receive()
            if kind == DATA:
                report += payload
                continue
            outcome = read_json(payload)
            if kind == FAIL:
                raise RequestError(outcome.pop("kind"), **outcome, report=report)
            return Outcome(outcome, report)
        self._renew()
        raise RequestError("timeout", seconds=self._settings.update_deadline)

    def _start(self) -> tuple[Channel, subprocess.Popen[bytes]]:
        options = {name: getattr(self._settings, name) for name in OPTIONS}
        sock, process = spawn("update_process", str(self._settings.build), json.dumps(options))
        try:
            greeting(sock)
        except ServiceError:
            sock.close()
            process.wait()
            raise
        return Channel(sock), process

    def _renew(self) -> None:
        self._channel.sock.close()
        with suppress(ProcessLookupError):
            os.killpg(self._editor.pid, signal.SIGKILL)
        self._end()
        try:
            self._channel, self._editor = self._start()
        except ServiceError as error:
            _LOG.error("the process that writes could not be replaced: %s", error)
            raise RequestError("not-written", message=str(error)) from None

    def _end(self) -> None:
        try:
            self._editor.wait(self._settings.update_deadline + _GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self._editor.pid, signal.SIGKILL)
            self._editor.wait()
