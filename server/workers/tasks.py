"""The arguments of a task in, its exit status out: a process of its own does it, forked from one that is kept for that.

The kept process (task_zygote.py) has imported what the task needs, which takes longer than most tasks do.
"""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import time
import weakref
from collections.abc import Callable, Sequence
from threading import Lock
from typing import IO

from ..failures import RequestError
from . import task_zygote
from .messages import JOB, send_json
from .pool import spawn

__all__ = ["Tasks"]

#: Seconds between two looks at a process that works: whether its client is there.
_GLANCE = 0.05
#: How often a task is ordered: the process that tasks come from may have been killed since the last one, or may be
#: killed with the order not yet read.
_ORDERS = 2
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
        status = None
        for _ in range(_ORDERS):
            source.seek(0)
            output.seek(0)
            output.truncate()
            news, theirs = socket.socketpair()
            with news:
                with theirs:
                    control = self._order(order, [source.fileno(), output.fileno(), theirs.fileno()])
                news.settimeout(_GLANCE)
                while (status := _news(news)) is None:
                    if time.monotonic() > until:
                        raise RequestError("timeout", seconds=seconds)
                    if is_gone():
                        raise RequestError("gone")
            # without one, who was to tell it has been killed: an order is lost with the process that tasks come from
            if status or not _has_ended(control):
                break
        return task_zygote.STATUS.unpack(status)[0] if status else _KILLED

    def close(self) -> None:
        """Ends the process that tasks come from; those at work are done to their end."""
        with self._turn:
            self._control = None
            self._end()

    def _order(self, order: Sequence[str], descriptors: list[int]) -> socket.socket:
        """Has a process of its own do a task; returns where it was ordered. Raises RequestError where there is none."""
        with self._turn:
            for _ in range(_ORDERS):
                control = self._control = self._control or self._start()
                try:
                    socket.send_fds(control, [b"F"], descriptors)
                    send_json(control, JOB, {"arguments": list(order)})
                except OSError:
                    self._control = None
                    self._end()
                else:
                    return control
        raise RequestError("crash")

    def _start(self) -> socket.socket:
        control, process = spawn("task_zygote", self._name)
        # who asks pages of a service in its own process closes none
        self._end = weakref.finalize(self, _end, control, process)
        return control


def _news(news: socket.socket) -> bytes | None:
    """How a task ended, empty where nobody is left to tell it; None where that is not known yet."""
    try:
        return news.recv(task_zygote.STATUS.size)
    except TimeoutError:
        return None


def _has_ended(control: socket.socket) -> bool:
    """Whether the process is gone that takes orders here, which itself says nothing."""
    try:
        return bool(select.select([control], [], [], _GLANCE)[0])
    except (OSError, ValueError):  # another order has found that out, and closed it
        return True


def _nothing() -> None:
    """What ends a process that was not started."""


def _end(control: socket.socket, process: subprocess.Popen[bytes]) -> None:
    control.close()
    process.wait()
