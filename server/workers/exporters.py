"""Answers in, the file of an export out, by a process of its own (policygraph.export.process), bounded like a query."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO

import policygraph
from policygraph import vocab
from policygraph.export import Export, Wanted
from policygraph.export import process as export_process

from ..failures import RequestError
from ..settings import Settings

__all__ = ["Scribes"]

#: Seconds between two checks of a process that writes.
_GLANCE = 0.05
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
        settled = export_process.command(
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
            status = self._run(settled, read, output, is_gone)
            if status:
                raise RequestError(
                    _KINDS.get(status, "crash"), name=line.name, limit=settings.answer_bytes, format=line.name
                )
            output.seek(0)
            return output.read()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._settings.queue):
            raise RequestError("busy", retry=1)
        try:
            yield
        finally:
            self._slots.release()

    def _run(self, command: list[str], read: IO[bytes], output: IO[bytes], is_gone: Callable[[], bool]) -> int:
        """How the process ended; it does not outlive the deadline, its client, or this call."""
        root = Path(policygraph.__file__).resolve().parents[1]
        environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        until = time.monotonic() + self._settings.deadline
        with subprocess.Popen(command, stdin=read, stdout=output, stderr=subprocess.DEVNULL, env=environ) as process:  # noqa: S603 - our own interpreter and module
            try:
                while True:
                    try:
                        return process.wait(_GLANCE)
                    except subprocess.TimeoutExpired:
                        pass
                    if time.monotonic() > until:
                        raise RequestError("timeout", seconds=self._settings.deadline)
                    if is_gone():
                        raise RequestError("gone")
            finally:
                process.kill()
