"""The arguments of a task in, its exit status out: a process of its own does it, forked from one that is kept for that.

The kept process (task_zygote.py) has imported what the task needs, which takes longer than most tasks do.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock
from typing import IO

from ..failures import RequestError
from . import task_zygote
from .messages import JOB, send_json
from .pool import spawn

__all__ = ["Tasks"]

#: Seconds between two looks at a process that works: whether its client is there.
_GLANCE = 0.05
#: How a task ended that nobody can tell of.
_KILLED = -signal.SIGKILL


class Tasks:
    """Tasks of one kind, each in a process of its own: `name` is one of those of task_zygote."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._turn = Lock()
        #: where tasks are ordered; the process is started for the first, since it imports what few services need
        self._control: socket.socket | None = None
        self._end: Callable[[], object] = _nothing

    def run(
        self,
        order: Sequence[str],
        source: IO[bytes],
        output: IO[bytes],
        seconds: float,
        is_gone: Callable[[], bool] = lambda: False,
    ) -> int:
        """How a task ended that reads `source` and writes `output`: its status, or minus the signal that ended it.

        It does not outlive so many seconds, its client, or this call. Raises RequestError: timeout, gone, crash.
        """
        until = time.monotonic() + seconds
        news, theirs = socket.socketpair()
        with news:
            with theirs:
                self._order(order, [source.fileno(), output.fileno(), theirs.fileno()])
            news.settimeout(_GLANCE)
            while True:
                with suppress(TimeoutError):
                    status = news.recv(task_zygote.STATUS.size)
                    # without one, who was to tell it has been killed
                    return task_zygote.STATUS.unpack(status)[0] if status else _KILLED
                if time.monotonic() > until:
                    raise RequestError("timeout", seconds=seconds)
                if is_gone():
                    raise RequestError("gone")

    def close(self) -> None:
        """Ends the process that tasks come from; those at work are done to their end."""
        with self._turn:
            self._control = None
            self._end()

    def _order(self, order: Sequence[str], descriptors: list[int]) -> None:
        """Has a process of its own do a task. Raises RequestError where there is none to be had."""
        with self._turn:
            for _ in range(2):  # the first may have been killed since the last task
                control = self._control = self._control or self._start()
                try:
                    socket.send_fds(control, [b"F"], descriptors)
                    send_json(control, JOB, {"arguments": list(order)})
                except OSError:
                    self._control = None
                    self._end()
                else:
                    return
        raise RequestError("crash")

    def _start(self) -> socket.socket:
        control, process = spawn("task_zygote", self._name)
        # who asks pages of a service in its own process closes none
        self._end = weakref.finalize(self, _end, control, process)
        return control


def _nothing() -> None:
    """What ends a process that was not started."""


def _end(control: socket.socket, process: subprocess.Popen[bytes]) -> None:
    control.close()
    process.wait()
