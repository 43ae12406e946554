"""Messages between the front, the zygote and its workers: one kind byte, four bytes of length, then the payload.

Both ends are ours and stand on one machine, so a payload is raw bytes or JSON and nothing that could run.
"""

from __future__ import annotations

import json
import select
import socket
import struct
from collections.abc import Mapping
from typing import Any

from policygraph.messages import Message

__all__ = [
    "ASK",
    "BURY",
    "DATA",
    "END",
    "FAIL",
    "FORK",
    "JOB",
    "ORDER",
    "QUESTION",
    "READY",
    "SLOW",
    "Channel",
    "Inbox",
    "framed",
    "read_json",
    "send",
    "send_json",
    "whole",
]

#: Kinds of messages: bytes of an answer, its end, its failure, a job, the job of a query (`job_types.read_query`), a
#: greeting, a request to fetch.
DATA, END, FAIL, JOB, QUESTION, READY, ASK = b"D", b"E", b"F", b"J", b"Q", b"R", b"A"

#: An order to the zygote, or its answer: what to do, and a process id or a result.
ORDER = struct.Struct("!ci")
#: Fork a worker (its socket comes along); end one and tell how it ended; let one give way to others.
FORK, BURY, SLOW = b"F", b"B", b"S"

_HEAD = struct.Struct("!cI")
#: The key of a text for people.
_MESSAGE = "policygraph.messages"
_PIECE = 256 * 1024


def whole(buffer: bytearray) -> list[tuple[bytes, bytes]]:
    """The messages that stand whole at the start of a buffer: kind and payload; they are taken out of it."""
    messages, end = _split(buffer)
    del buffer[:end]
    return messages


def _split(data: bytearray | memoryview) -> tuple[list[tuple[bytes, bytes]], int]:
    """The messages that stand whole at the start of some bytes, and where the last of them ends."""
    messages, start, size = [], 0, len(data)
    while size - start >= _HEAD.size:
        kind, length = _HEAD.unpack_from(data, start)
        end = start + _HEAD.size + length
        if size < end:
            break
        messages.append((kind, bytes(data[start + _HEAD.size : end])))
        start = end
    return messages, start


class Inbox:
    """Bytes of a socket in, whole messages out; what is no whole message yet is held.

    Room to read into is made once: as much anew for each message costs as much as ten system calls.
    """

    def __init__(self, room: bytearray | None = None) -> None:
        self._room = bytearray(_PIECE) if room is None else room
        self._held = bytearray()

    def take(self, sock: socket.socket, flags: int = 0) -> list[tuple[bytes, bytes]] | None:
        """Reads once: the messages that are whole now, None at the end of the socket.

        Raises BlockingIOError where nothing can be read and the socket, or `flags`, does not wait.
        """
        try:
            size = sock.recv_into(self._room, 0, flags)
        except ConnectionError:
            return None
        if not size:
            return None
        with memoryview(self._room)[:size] as view:
            if self._held:
                self._held += view
                return whole(self._held)
            messages, end = _split(view)
            if end < size:
                self._held += view[end:]
            return messages


def framed(kind: bytes, payload: bytes) -> bytes:
    """One message as it goes over a socket."""
    return _HEAD.pack(kind, len(payload)) + payload


def send(sock: socket.socket, kind: bytes, payload: bytes) -> None:
    """Writes one message whole."""
    sock.sendall(framed(kind, payload))


def send_json(sock: socket.socket, kind: bytes, content: Mapping[str, Any]) -> None:
    """Writes one message whose payload is a JSON object.

    What it tells people goes untranslated, since a worker can open no catalogue; `read_json` is the way back.
    """
    send(sock, kind, json.dumps(content, default=_packed).encode())


def read_json(payload: bytes) -> Any:
    """The payload that `send_json` wrote."""
    return json.loads(payload, object_hook=_unpacked)


def _packed(value: object) -> dict[str, object]:
    if isinstance(value, Message):
        return {_MESSAGE: value.parts}
    raise TypeError(f"{type(value).__name__} is not sent")


def _unpacked(content: dict[str, Any]) -> Any:
    return Message(**content[_MESSAGE]) if content.keys() == {_MESSAGE} else content


class Channel:
    """The reading end of a socket: whole messages out, and a wait that has a limit."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def offer(self, data: bytes) -> int:
        """Writes as much as goes at once, and says how many bytes that were."""
        try:
            return self.sock.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0

    def wait(self, seconds: float) -> bool:
        """Whether something can be read (a message, or the end) within so many seconds."""
        return bool(self._poll.poll(max(0.0, seconds) * 1000))

    def receive(self) -> tuple[bytes, bytes]:
        """The next message: its kind and payload. Raises EOFError where the other side has gone."""
        kind, length = _HEAD.unpack(self._exactly(_HEAD.size))
        return kind, self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        buffer = bytearray(size)
        view = memoryview(buffer)
        read = 0
        while read < size:
            try:
                got = self.sock.recv_into(view[read:])
            except ConnectionError:
                got = 0
            if not got:
                raise EOFError
            read += got
        return bytes(buffer)
