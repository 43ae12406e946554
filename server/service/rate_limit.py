"""A client in, whether it may ask now out: token buckets of query seconds and of errors for each client.

The scheme is that of the Wikidata Query Service: a client has so many seconds of query time and so many failures to
spend at once, and regains them steadily; a client that has overspent is refused with Retry-After.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ..failures import RequestError
from ..settings import Settings
from ..workers.addresses import is_within, parse

__all__ = ["Budget", "Visit", "client"]

#: The number of clients remembered; the one idle longest is forgotten first, and starts with full budgets.
_REMEMBERED = 10_000
#: Seconds of query time that must be left for another query: its cost is known only afterwards.
_LEAST = 0.001


def client(environ: Mapping[str, str], trusted: Sequence[str]) -> str:
    """The client a request comes from: its peer, or whom trusted proxies name in X-Forwarded-For.

    Read from the right, the first address that is not a trusted proxy's: what stands left of it anyone may have
    written. An IPv6 client is its /64 network, which is what one subscriber has.
    """
    chain = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    address = environ.get("REMOTE_ADDR", "")
    while chain and is_within(address, trusted):
        address = chain.pop()
    try:
        parsed = parse(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


@dataclass(slots=True)
class _Bucket:
    """A token bucket: it refills steadily up to its capacity, and may be overdrawn."""

    brim: float
    rate: float
    left: float
    seen: float

    def level(self, now: float) -> float:
        self.left = min(self.brim, self.left + (now - self.seen) * self.rate)
        self.seen = now
        return self.left


@dataclass(slots=True)
class _Account:
    seconds: _Bucket
    errors: _Bucket
    running: int = 0


@dataclass(slots=True)
class Visit:
    """What one request of a client has cost, to be filled in while it is answered."""

    seconds: float = 0.0
    is_fault: bool = False


_FREE = Visit()


class Budget:
    """The accounts of all clients."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    @contextmanager
    def visit(self, name: str) -> Iterator[Visit]:
        """A request of a client: admitted or not, and charged when it is over.

        Raises RequestError("too-many-requests") with the seconds after which it would be admitted.
        """
        self.enter(name)
        visit = Visit()
        try:
            yield visit
        finally:
            self.leave(name, visit)

    def enter(self, name: str) -> None:
        """Admits a request, or raises RequestError."""
        with self._lock:
            account = self._account(name)
            retry = max(self._wait(account.seconds, _LEAST), self._wait(account.errors, 1.0))
            if account.running >= self._settings.client_queries:
                retry = max(retry, 1)
            if retry:
                raise RequestError("too-many-requests", retry=retry)
            account.running += 1

    def pass_by(self, name: str) -> None:
        """A request that costs nothing: admitted and over at once, or RequestError as for `enter`."""
        self.enter(name)
        self.leave(name, _FREE)

    def leave(self, name: str, visit: Visit) -> None:
        """Charges a request that was admitted."""
        with self._lock:
            account = self._account(name)
            account.running = max(0, account.running - 1)
            account.seconds.left -= visit.seconds
            account.errors.left -= visit.is_fault

    def _wait(self, bucket: _Bucket, needed: float) -> int:
        missing = needed - bucket.level(self._clock())
        return 0 if missing <= 0 else max(1, math.ceil(missing / bucket.rate))

    def _account(self, name: str) -> _Account:
        if name not in self._accounts:
            now, settings = self._clock(), self._settings
            seconds = _Bucket(settings.client_seconds, settings.client_seconds_rate, settings.client_seconds, now)
            errors = _Bucket(settings.client_errors, settings.client_errors_rate, settings.client_errors, now)
            self._accounts[name] = _Account(seconds, errors)
            self._forget()
        self._accounts.move_to_end(name)
        return self._accounts[name]

    def _forget(self) -> None:
        while len(self._accounts) > _REMEMBERED:
            idle = next((name for name, account in self._accounts.items() if not account.running), None)
            if idle is None:
                return
            del self._accounts[idle]
