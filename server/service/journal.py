"""Requests in, one JSON line for each query and counters for Prometheus out: the log for operators."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections import Counter as Tally
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

__all__ = ["Journal", "Record", "digest"]

_LOG = logging.getLogger("policygraph.query")
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


def digest(query: str) -> str:
    """A short name for a query, so that a log holds no more of it than is needed to find it again."""
    return hashlib.sha256(query.encode()).hexdigest()[:16]


@dataclass(slots=True)
class Record:
    """One query: what it was, how it went. `outcome` is ok, cached, unchanged, or the kind of problem."""

    query: str = ""
    form: str = ""
    format: str = ""
    snapshot: str = ""
    outcome: str = "ok"
    ms: float = 0.0
    rows: int = 0
    bytes: int = 0


#: A text as JSON: forms, formats and snapshots are few.
_quoted = lru_cache(1024)(json.dumps)


def _log(line: str) -> None:
    _LOG.info("%s", line)


class Journal:
    """The counters of one service."""

    def __init__(self, idle: Callable[[], float], cached: Callable[[], float]) -> None:
        #: writes a line: to the log by default; the server sets a buffered writer
        self.emit: Callable[[str], None] = _log
        #: has `flush` called soon; None where each query is written down at once
        self.defer: Callable[[], None] | None = None
        self._is_deferred = False
        self._pending: deque[tuple[float, Record]] = deque()
        self._registry = CollectorRegistry()
        self._queries = Counter("policygraph_queries", "Queries by outcome.", ["outcome"], registry=self._registry)
        #: outcome -> its counter; there are as many as there are problems
        self._outcomes: dict[str, Counter] = {}
        self._seconds = Histogram(
            "policygraph_query_seconds", "How long queries took.", buckets=_BUCKETS, registry=self._registry
        )
        self._bytes = Counter("policygraph_answer_bytes", "Bytes of answers.", registry=self._registry)
        Gauge("policygraph_workers_idle", "Workers that wait.", registry=self._registry).set_function(idle)
        Gauge("policygraph_cache_bytes", "Bytes of kept answers.", registry=self._registry).set_function(cached)

    def write(self, record: Record) -> None:
        """One line, and the counters: at once, or with those that follow soon, which takes half the time for each."""
        if self.defer is None:
            self._enter([(time.time(), record)])
            return
        self._pending.append((time.time(), record))
        if not self._is_deferred:
            self._is_deferred = True
            self.defer()

    def flush(self) -> None:
        """Writes down what has waited; from any thread."""
        self._is_deferred = False
        pending = []
        with suppress(IndexError):  # another thread was faster
            while self._pending:
                pending.append(self._pending.popleft())
        self._enter(pending)

    def _enter(self, pending: Sequence[tuple[float, Record]]) -> None:
        """Lines, and the counters, each of which takes a lock: once for all."""
        outcomes, size = Tally[str](), 0
        for moment, record in pending:
            outcomes[record.outcome] += 1
            size += record.bytes
            self._seconds.observe(record.ms / 1000)
            self.emit(_line(moment, record))
        for outcome, count in outcomes.items():
            counter = self._outcomes.get(outcome)
            if counter is None:
                counter = self._outcomes[outcome] = self._queries.labels(outcome)
            counter.inc(count)
        self._bytes.inc(size)

    def metrics(self) -> bytes:
        """The counters in Prometheus's text format."""
        self.flush()
        return generate_latest(self._registry)


def _line(moment: float, record: Record) -> str:
    """A record as a JSON object, written by hand: the general way takes five times as long."""
    now = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return (
        f'{{"time": "{now}", "query": "{record.query}", "form": {_quoted(record.form)}, '
        f'"format": {_quoted(record.format)}, "snapshot": {_quoted(record.snapshot)}, '
        f'"outcome": {_quoted(record.outcome)}, "ms": {record.ms}, "rows": {record.rows}, "bytes": {record.bytes}}}'
    )
