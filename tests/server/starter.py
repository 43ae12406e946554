"""Orders for servers in, running servers out: one process has imported the service, and is forked for each of them.

    python -W error -m tests.server.starter <control socket's descriptor>

What a server imports takes two thirds of its start, and is the same each time. An order is the environment, with the
descriptors of the server's streams and of a socket; on that its process id comes back, and its status when it ends.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from struct import Struct
from typing import NoReturn

import server

__all__ = ["Process", "start"]

_ROOT = Path(__file__).resolve().parents[2]
_NUMBER = Struct("=i")
#: Bytes of an order at most.
_ORDER = 2**20
#: What an order comes with: standard output, standard error, and where the process id and the status go.
_DESCRIPTORS = 3


class Process:
    """A server that was started: what subprocess.Popen has, as far as tests of servers use it."""

    def __init__(self, news: socket.socket) -> None:
        self._news = news
        self._status: int | None = None
        self.pid = self._number(None)

    def _number(self, timeout: float | None) -> int:
        self._news.settimeout(timeout)
        data = self._news.recv(_NUMBER.size)
        assert data, "the process that starts servers has gone"
        return int(_NUMBER.unpack(data)[0])

    def poll(self) -> int | None:
        """The exit status (minus the signal where it was killed), None while it runs."""
        with suppress(BlockingIOError):
            self.wait(0)
        return self._status

    def wait(self, timeout: float) -> int:
        """The exit status, once it has ended. Raises TimeoutError."""
        if self._status is None:
            self._status = self._number(timeout)
            self._news.close()
        return self._status

    def send_signal(self, number: int) -> None:
        """Sends a signal; none where the server has ended, also where its status has not come yet."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(environ: dict[str, str], out: int, err: int) -> Process:
    """A server with an environment and streams; it serves what the environment's settings say."""
    news, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        socket.send_fds(_control(), [json.dumps(environ).encode()], [out, err, theirs.fileno()])
    return Process(news)


@cache
def _control() -> socket.socket:
    """Where orders go, to a process that ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        number = theirs.fileno()
        command = [sys.executable, "-W", "error", "-m", "tests.server.starter", str(number)]
        process = subprocess.Popen(command, cwd=_ROOT, pass_fds=[number])
    # the last first
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def main() -> None:
    """Starts servers until the control socket closes."""
    pages = importlib.import_module("server.app").pages
    for each in pkgutil.iter_modules(pages.__path__, f"{pages.__name__}."):
        importlib.import_module(each.name)
    if _is_server(socket.socket(fileno=int(sys.argv[1]))):
        try:
            server.serve(server.Settings.read())
        except server.ServiceError as error:
            sys.exit(f"error: {error}")


def _is_server(control: socket.socket) -> bool:
    """False when the control socket has closed; true in the process of each server, which is to serve and end."""
    with control:
        while True:
            order, descriptors, _, _ = socket.recv_fds(control, _ORDER, _DESCRIPTORS)
            if not order:
                return False
            if not os.fork():
                break
            for each in descriptors:
                os.close(each)
            _bury()
    out, err, news = descriptors
    with socket.socket(fileno=news) as sock:
        if pid := os.fork():
            _report(pid, sock)
    for stream, number in ((out, 1), (err, 2)):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(json.loads(order))
    return True


def _report(pid: int, news: socket.socket) -> NoReturn:
    """Tells the id of a server's process, and its status when it has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C in the terminal is for the server, which ends in its time
    news.send(_NUMBER.pack(pid))
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(OSError):  # nobody may want to know any more
        news.send(_NUMBER.pack(status))
    os._exit(0)


def _bury() -> None:
    """Lets go of the processes that have reported."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
