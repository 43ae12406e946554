"""A job in, its answer out as it arrives, from a worker that is killed past its deadline or without a client."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Any

from ..failures import RequestError
from .in_process import InProcess, answer
from .job_types import Job, for_names
from .messages import ASK, DATA, END, JOB, read_json, send_json
from .pool import Pool, Worker

__all__ = ["SLOW", "Run", "death"]

#: How often a run that waits looks whether its client is still there, and after how many seconds of processor time its
#: worker gives way to others: one that waits for a processor is not slow.
_GLANCE = 0.2
SLOW = 0.5
#: How a worker died -> the problem to tell: out of memory and stack overflow end a process, no exception reaches us.
_DEATHS = {signal.SIGABRT: "memory", signal.SIGSEGV: "too-deep", signal.SIGBUS: "memory"}


def death(number: int) -> str:
    """The kind of problem that a worker's death is; `number` is the signal it died of, or not positive."""
    return _DEATHS.get(signal.Signals(number), "crash") if number > 0 else "crash"


class Run:
    """One job in one worker: iterating gives the answer's bytes as they come, `summary` what was counted.

    Iterating raises RequestError where the answer cannot be completed, after however many bytes; only an iteration that
    ends by itself was a whole answer. Leaving it early kills the worker.
    """

    def __init__(self, pool: Pool, job: Job, patience: float, is_gone: Callable[[], bool] = lambda: False) -> None:
        self._pool = pool
        self._job = for_names(job, pool.names)
        self._patience = patience
        self._is_gone = is_gone
        self.summary: dict[str, Any] = {}
        self.seconds = 0.0

    def __iter__(self) -> Generator[bytes]:
        if isinstance(self._pool, InProcess):
            yield from answer(self._pool, self._job, self.summary)
            return
        worker = self._pool.take(self._patience)
        started, used = time.monotonic(), worker.cpu_seconds
        is_fit = is_dead = False
        try:
            with suppress(OSError):
                send_json(worker.channel.sock, JOB, self._job)
            yield from self._pieces(worker, started, used)
            is_fit = True
        except EOFError:
            is_dead = True
            died = -self._pool.retire(worker)
            raise RequestError(death(died)) from None
        except RequestError as failure:
            is_fit = failure.is_answered
            raise
        finally:
            self.seconds = time.monotonic() - started
            # a lowered priority cannot be raised again, and a worker that worked long may hold much memory
            is_fresh = worker.cpu_seconds - used < SLOW and not self._pool.is_worn(worker)
            if is_fit and is_fresh and worker.is_fed:
                self._pool.give_back(worker)
            elif not is_dead:
                self._pool.retire(worker)

    def _pieces(self, worker: Worker, started: float, used: float) -> Iterator[bytes]:
        until = started + self._job["seconds"]
        is_slow = False
        while True:
            while not worker.channel.wait(min(_GLANCE, until - time.monotonic())):
                now = time.monotonic()
                if now >= until:
                    raise RequestError("timeout", seconds=self._job["seconds"])
                if self._is_gone():
                    raise RequestError("gone")
                if not is_slow and worker.cpu_seconds - used > SLOW:
                    is_slow = True
                    self._pool.slow(worker)
            kind, payload = worker.channel.receive()
            if kind == DATA:
                yield payload
                continue
            content = read_json(payload)
            if kind == ASK:
                self._pool.fetch(worker, content, self._job)
                continue
            if kind == END:
                self.summary = content
                worker.copied = content["copied"]
                return
            raise RequestError(content.pop("kind"), is_answered=True, **content)
