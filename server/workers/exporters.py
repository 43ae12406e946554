"""Answers in, the file of an export out, by a process of its own (policygraph.export.process), bounded like a query."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from threading import BoundedSemaphore, Lock
from typing import IO

from policygraph import vocab
from policygraph.export import Export, Wanted
from policygraph.export import process as export_process

from ..failures import RequestError
from ..settings import Settings
from . import export_zygote
from .messages import JOB, send_json
from .pool import spawn

__all__ = ["Scribes"]

#: Seconds between two checks of a process that writes.
_GLANCE = 0.05
#: How an export ended that nobody can tell of.
_KILLED = -signal.SIGKILL
#: How such a process ended -> the problem to tell; all else is a crash.
_KINDS = {
    export_process.NOTHING: "export-empty",
    export_process.MISSING: "export-missing",
    export_process.TOO_LARGE: "answer-too-large",
    export_process.MEMORY: "memory",
    export_process.UNSAYABLE: "unsayable",
    -signal.SIGABRT: "memory",
}


class Scribes:
    """The exports of one service; no more than `exports` are written at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._slots = BoundedSemaphore(settings.exports)
        self._turn = Lock()
        #: where exports are ordered; the process is started for the first, since it imports what few services need
        self._control: socket.socket | None = None
        self._end: Callable[[], object] = _nothing

    def write(
        self,
        line: Export,
        options: Wanted,
        answers: Sequence[bytes],
        is_gone: Callable[[], bool],
        base: str = vocab.BASE,
    ) -> bytes:
        """The file of an export, its queries answered in `export_process.FORMATS`; raises RequestError for none.

        `base` is that of the build.
        """
        settings = self._settings
        order = export_process.arguments(
            line.name,
            options,
            settings.memory * 1024 * 1024,
            settings.deadline,
            settings.answer_bytes,
            root=settings.folders.root,
            base=base,
        )
        with self._slot(), TemporaryFile() as read, TemporaryFile() as output:
            for answer in answers:
                read.write(export_process.LENGTH.pack(len(answer)) + answer)
            read.seek(0)
            status = self._run(order, read, output, is_gone)
            if status:
                raise RequestError(
                    _KINDS.get(status, "crash"), name=line.name, limit=settings.answer_bytes, format=line.name
                )
            output.seek(0)
            return output.read()

    def close(self) -> None:
        """Ends the process that exports come from; those at work are written to their end."""
        with self._turn:
            self._control = None
            self._end()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._settings.queue):
            raise RequestError("busy", retry=1)
        try:
            yield
        finally:
            self._slots.release()

    def _run(self, order: list[str], read: IO[bytes], output: IO[bytes], is_gone: Callable[[], bool]) -> int:
        """How the process ended; it does not outlive the deadline, its client, or this call."""
        until = time.monotonic() + self._settings.deadline
        news, theirs = socket.socketpair()
        with news:
            with theirs:
                self._order(order, [read.fileno(), output.fileno(), theirs.fileno()])
            news.settimeout(_GLANCE)
            while True:
                with suppress(TimeoutError):
                    status = news.recv(export_zygote.STATUS.size)
                    # without one, who was to tell it has been killed
                    return export_zygote.STATUS.unpack(status)[0] if status else _KILLED
                if time.monotonic() > until:
                    raise RequestError("timeout", seconds=self._settings.deadline)
                if is_gone():
                    raise RequestError("gone")

    def _order(self, order: list[str], descriptors: list[int]) -> None:
        """Has a process of its own write an export. Raises RequestError where there is none to be had."""
        with self._turn:
            for _ in range(2):  # the first may have been killed since the last export
                control = self._control = self._control or self._start()
                try:
                    socket.send_fds(control, [b"F"], descriptors)
                    send_json(control, JOB, {"arguments": order})
                except OSError:
                    self._control = None
                    self._end()
                else:
                    return
        raise RequestError("crash")

    def _start(self) -> socket.socket:
        control, process = spawn("export_zygote")
        # who asks pages of a service in its own process closes none
        self._end = weakref.finalize(self, _end, control, process)
        return control


def _nothing() -> None:
    """What ends a process that was not started."""


def _end(control: socket.socket, process: subprocess.Popen[bytes]) -> None:
    control.close()
    process.wait()
