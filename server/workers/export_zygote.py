"""Orders for exports in, processes that write them out: one process has imported what all need, and is forked for each.

    python -P -m server.workers.export_zygote <control socket's descriptor>

An order comes with the descriptors of the answers, of the file, and of a socket on which the exit status goes back.
When the front closes that socket first, or ends, the export is killed. An export bounds itself (export.process).
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from policygraph.export import process

from .messages import Channel, read_json

__all__ = ["DESCRIPTORS", "STATUS", "main"]

#: How many descriptors come with an order: the answers, the file, the socket for the exit status.
DESCRIPTORS = 3
#: The exit status of an export, minus the signal that ended it.
STATUS = struct.Struct("=i")


def main(arguments: list[str]) -> None:
    """Has exports written as they are ordered, until the control socket closes."""
    control = socket.socket(fileno=int(arguments[0]))
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
            _supervise(order, *descriptors)
        for each in descriptors:
            os.close(each)
        _reap()


def _reap() -> None:
    """Lets go of those that have told how their export ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _supervise(order: Sequence[str], answers: int, file: int, number: int) -> NoReturn:
    """Has one export written in a child, and tells how that ended."""
    news = socket.socket(fileno=number)
    ended, held = os.pipe()
    pid = os.fork()
    if not pid:
        # what the child alone holds closes with it
        news.close()
        _write(order, answers, file)
    os.close(held)
    if ended not in select.select([ended, number], [], [])[0]:
        os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(OSError):  # nobody waits for it any more
        news.send(STATUS.pack(status))
    os._exit(0)


def _write(order: Sequence[str], answers: int, file: int) -> NoReturn:
    """The export itself, on its standard streams."""
    status = 1
    try:
        os.dup2(answers, 0)
        os.dup2(file, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        status = process.main(list(order))
        sys.stdout.flush()
    except BaseException:  # however it fails, there is no file
        status = status or 1
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
