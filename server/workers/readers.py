"""Sockets of workers in, a call back to each that can be read: one descriptor for the loop, whatever worker answers.

To add a socket to the loop and to remove it takes nine system calls and a handle of the loop; to arm it here takes one.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable

__all__ = ["Readers"]

_ONCE = select.EPOLLIN | select.EPOLLONESHOT


class Readers:
    """The sockets that a loop waits for. Every method is called in its thread; what is called back may arm again."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._epoll = select.epoll()
        self._calls: dict[int, Callable[[], None]] = {}
        loop.add_reader(self._epoll.fileno(), self._call)

    def arm(self, sock: socket.socket, call: Callable[[], None]) -> None:
        """Calls back once, when something can be read: data, or the end."""
        number = sock.fileno()
        self._calls[number] = call
        try:
            self._epoll.modify(number, _ONCE)
        except FileNotFoundError:  # a socket leaves when it is closed, and a new one may have its number
            self._epoll.register(number, _ONCE)

    def disarm(self, sock: socket.socket) -> None:
        """Calls back no more; the socket is still open."""
        self._calls.pop(sock.fileno(), None)

    def _call(self) -> None:
        for number, _ in self._epoll.poll(0):
            call = self._calls.pop(number, None)
            if call:
                call()
