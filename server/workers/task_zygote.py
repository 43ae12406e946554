"""Orders for tasks in, processes that do them out: one process has imported what all need, and is forked for each.

    python -P -m server.workers.task_zygote <control socket's descriptor> <which task>

An order comes with the descriptors of what the task reads, of what it writes, and of a socket on which the exit status
goes back. When the front closes that socket first, or ends, the task is killed. A task bounds itself, and leaves
nothing behind: the next one is a fork of a process that has done none.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from .messages import Channel, read_json

__all__ = ["DESCRIPTORS", "STATUS", "main"]

#: How many descriptors come with an order: what is read, what is written, the socket for the exit status.
DESCRIPTORS = 3
#: The exit status of a task, minus the signal that ended it.
STATUS = struct.Struct("=i")
#: Does one task on its standard streams, as its arguments say, and returns the exit status.
Task = Callable[[Sequence[str]], int]


def _export() -> Task:
    from policygraph.export import process  # noqa: PLC0415 - each process imports what its own task needs

    return process.main


def _check() -> Task:
    from . import check_process  # noqa: PLC0415

    return check_process.main


#: Which task -> what imports it.
_TASKS: Mapping[str, Callable[[], Task]] = {"check": _check, "export": _export}


def main(arguments: list[str]) -> None:
    """Has tasks done as they are ordered, until the control socket closes."""
    control = socket.socket(fileno=int(arguments[0]))
    task = _TASKS[arguments[1]]()
    channel = Channel(control)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    while True:
        start, descriptors, _, _ = socket.recv_fds(control, 1, DESCRIPTORS)
        if not start:
            return
        order = read_json(channel.receive()[1])["arguments"]
        if not os.fork():
            control.close()
            _supervise(task, order, *descriptors)
        for each in descriptors:
            os.close(each)
        _reap()


def _reap() -> None:
    """Lets go of those that have told how their task ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _supervise(task: Task, order: Sequence[str], source: int, file: int, number: int) -> NoReturn:
    """Has one task done in a child, and tells how that ended."""
    news = socket.socket(fileno=number)
    ended, held = os.pipe()
    pid = os.fork()
    if not pid:
        # what the child alone holds closes with it
        news.close()
        _do(task, order, source, file)
    os.close(held)
    if ended not in select.select([ended, number], [], [])[0]:
        os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(OSError):  # nobody waits for it any more
        news.send(STATUS.pack(status))
    os._exit(0)


def _do(task: Task, order: Sequence[str], source: int, file: int) -> NoReturn:
    """The task itself, on its standard streams."""
    status = 1
    try:
        os.dup2(source, 0)
        os.dup2(file, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        status = task(order)
        sys.stdout.flush()
    except BaseException:  # however it fails, there is no result
        status = status or 1
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
