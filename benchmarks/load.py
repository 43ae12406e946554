"""How many requests a server answers: a generator in a process of its own, with one socket for each connection.

    python -m benchmarks.load PORT CONNECTIONS SECONDS < requests      # prints JSON

`requests` are whole HTTP requests, each after its length in four bytes; they are sent in turn, and over again where
they run out. A connection sends its next request when the answer to the last is whole. Threads of http.client would
measure themselves: this is one loop over ready sockets, and what it can reach at most is measured beside the servers.
"""

from __future__ import annotations

import itertools
import json
import selectors
import socket
import statistics
import struct
import sys
import time
from collections.abc import Iterator, Sequence

__all__ = ["main", "measure", "pack"]

_LENGTH = struct.Struct("!I")
#: Seconds that answers are waited for which are under way when the time is over.
_DRAIN = 20.0


class _Connection:
    """One connection: what was read of the answer it waits for, and since when."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.since = 0.0

    def send(self, request: bytes) -> None:
        self.buffer = b""
        self.since = time.perf_counter()
        self.sock.sendall(request)

    def is_done(self) -> bool:
        """Reads what is there; whether the answer is whole. Raises ConnectionError where it ends early."""
        piece = self.sock.recv(262_144)
        if not piece:
            raise ConnectionError("the server closed a connection")
        self.buffer += piece
        head, mark, body = self.buffer.partition(b"\r\n\r\n")
        if not mark:
            return False
        lower = head.lower()
        if b"\r\ncontent-length:" in lower:
            return len(body) >= int(lower.split(b"\r\ncontent-length:")[1].split(b"\r\n")[0])
        return body.endswith(b"0\r\n\r\n")

    @property
    def status(self) -> int:
        return int(self.buffer[9:12])


def pack(requests: Sequence[bytes]) -> bytes:
    """Requests as this program reads them."""
    return b"".join(_LENGTH.pack(len(request)) + request for request in requests)


def _unpack(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        (length,) = _LENGTH.unpack_from(data, start)
        start += _LENGTH.size + length
        yield data[start - length : start]


def measure(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> dict[str, float]:
    """Requests per second and their p50, p95 and p99 in milliseconds; `failed` counts answers that are not 200.

    When the time is over nothing more is sent, and what is under way is waited for, so that no server is left with
    queries that nobody reads: `answered` counts these too, and is what the server's processor time is divided by.
    """
    turns = itertools.cycle(requests)
    selector = selectors.DefaultSelector()
    times: list[float] = []
    failed = 0
    for connection in [_Connection(port) for _ in range(connections)]:
        selector.register(connection.sock, selectors.EVENT_READ, connection)
        connection.send(next(turns))
    late = 0
    started = time.perf_counter()
    until = started + seconds
    while selector.get_map() and (now := time.perf_counter()) < until + _DRAIN:
        for key, _ in selector.select((until if now < until else until + _DRAIN) - now):
            connection = key.data
            if not connection.is_done():
                continue
            failed += connection.status != 200
            if (now := time.perf_counter()) < until:
                times.append(now - connection.since)
                connection.send(next(turns))
            else:
                late += 1
                selector.unregister(connection.sock)
                connection.sock.close()
    for key in list(selector.get_map().values()):
        key.data.sock.close()
    # a server may be so slow that there is one answer or none: then that is all there is to say
    cuts = statistics.quantiles(times if len(times) > 1 else [*times, *times, seconds, seconds][:2], n=100)
    return {
        "rate": len(times) / seconds,
        "answered": len(times) + late,
        "p50": cuts[49] * 1000,
        "p95": cuts[94] * 1000,
        "p99": cuts[98] * 1000,
        "failed": failed,
    }


def main(arguments: Sequence[str]) -> None:
    """Reads the requests, measures, and prints what was found."""
    port, connections, seconds = int(arguments[0]), int(arguments[1]), float(arguments[2])
    print(json.dumps(measure(port, list(_unpack(sys.stdin.buffer.read())), connections, seconds)))


if __name__ == "__main__":
    main(sys.argv[1:])
