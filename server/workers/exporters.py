"""Answers in, the file of an export out, by a process of its own (policygraph.export.process), bounded like a query."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import BoundedSemaphore

from policygraph import vocab
from policygraph.export import Export, Wanted
from policygraph.export import process as export_process

from ..failures import RequestError
from ..settings import Settings
from .tasks import Tasks

__all__ = ["Scribes"]

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
        self._tasks = Tasks("export")

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
            status = self._tasks.run(order, read, output, settings.deadline, is_gone)
            if status:
                raise RequestError(
                    _KINDS.get(status, "crash"), name=line.name, limit=settings.answer_bytes, format=line.name
                )
            output.seek(0)
            return output.read()

    def close(self) -> None:
        """Ends the process that exports come from; those at work are written to their end."""
        self._tasks.close()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._settings.queue):
            raise RequestError("busy", retry=1)
        try:
            yield
        finally:
            self._slots.release()
