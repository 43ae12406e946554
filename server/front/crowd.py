"""Connections in, those to close out: limits on their number, for one client and for all, and on waiting times.

A client is an IPv4 address, or the /64 network of an IPv6 one, which is what one subscriber has. Where one has too
many connections, those that wait for a request, or for the rest of one, are closed, the newest first, so
that connections from before a flood stay open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

__all__ = ["Crowd", "Guest"]


class Guest(Protocol):
    """The interface of a connection that `Crowd` uses."""

    client: str
    #: time after which it may be closed as idle or too slow; infinite while a request is being answered
    deadline: float
    #: whether it waits for a request, or for the rest of one
    is_waiting: bool
    #: when it last began to wait
    since: float

    @property
    def is_busy(self) -> bool:
        """Whether an answer is being made or sent."""
        ...

    def expire(self, now: float) -> None: ...

    def drop(self) -> None: ...


class Crowd:
    """All connections of a server."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._by_client: dict[str, dict[Guest, None]] = {}
        self.count = 0

    def __iter__(self) -> Iterator[Guest]:
        return (guest for guests in list(self._by_client.values()) for guest in list(guests))

    def add(self, guest: Guest, *, is_trusted: bool = False) -> bool:
        """Lets a connection in, closing another where there are too many; False where none can go for it.

        `is_trusted` connections come from a proxy, which brings many clients.
        """
        own = self._by_client.get(guest.client, {})
        if len(own) >= self._most_of_one and not is_trusted and not self._make_room(own):
            return False
        if self.count >= self._most and not self._make_room(max(self._by_client.values(), key=len)):
            return False
        self._by_client.setdefault(guest.client, {})[guest] = None
        self.count += 1
        return True

    def remove(self, guest: Guest) -> None:
        """Forgets a connection that is closed."""
        own = self._by_client.get(guest.client, {})
        if guest in own:
            del own[guest]
            self.count -= 1
            if not own:
                del self._by_client[guest.client]

    def sweep(self, now: float) -> None:
        """Closes those whose time is over."""
        for guest in self:
            if now >= guest.deadline:
                guest.expire(now)

    def _make_room(self, guests: dict[Guest, None]) -> bool:
        waiting = [guest for guest in guests if guest.is_waiting]
        if not waiting:
            return False
        newest = max(waiting, key=lambda guest: guest.since)
        self.remove(newest)
        newest.drop()
        return True
