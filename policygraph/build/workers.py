"""A number of processes, or the address of a Dask scheduler, in; a way to hand out the work on documents out.

    with workers(4) as hand_out:
        documents = Documents(cache, hand_out)

A worker that is killed takes nothing with it: what it had not finished is done here.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any

from policygraph.broken_pools import end_broken
from policygraph.build.documents import HandOut, here

__all__ = ["workers"]

#: Pieces of work that wait for each worker.
_AHEAD = 4


@contextmanager
def workers(count: int = 1, scheduler: str | None = None) -> Iterator[HandOut]:
    """A function that runs work in `count` processes, or on a scheduler's workers. Raises cluster.ClusterError."""
    if scheduler:
        yield partial(_on_cluster, scheduler)
    elif count > 1:
        # forked from a process that has no threads and holds nothing yet
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        with ProcessPoolExecutor(count, mp_context=context, initializer=leave_interrupts) as pool:
            try:
                yield partial(_in_processes, pool, width=count)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)  # what waits is of no use to anybody
                raise
    else:
        yield here


def leave_interrupts() -> None:
    """Lets a worker outlive Ctrl-C, which a terminal sends to all processes: the command ends it, and says so once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _in_processes(
    pool: ProcessPoolExecutor,
    act: Callable[..., bytes],
    shared: Any,
    jobs: Iterable[tuple[Any, ...]],
    *,
    width: int,
) -> Iterator[bytes]:
    is_whole = True

    def result(job: tuple[Any, ...], future: Future[bytes] | None) -> bytes:
        nonlocal is_whole
        try:
            return future.result() if future else act(shared, *job)
        except BrokenProcessPool:
            end_broken(pool)
            is_whole = False
            return act(shared, *job)

    running: deque[tuple[tuple[Any, ...], Future[bytes] | None]] = deque()
    for job in jobs:
        future = None
        if is_whole:
            try:
                future = pool.submit(act, shared, *job)
            except (RuntimeError, OSError):  # broken; or it breaks now, and has been told to end or closed its pipes
                end_broken(pool)
                is_whole = False
        running.append((job, future))
        if len(running) >= _AHEAD * width:
            yield result(*running.popleft())
    while running:
        yield result(*running.popleft())


def _on_cluster(
    address: str, act: Callable[..., bytes], shared: Any, jobs: Iterable[tuple[Any, ...]]
) -> Iterator[bytes]:
    waiting = iter(jobs)
    first = next(waiting, None)
    if first is None:
        return
    from policygraph.extract import cluster  # noqa: PLC0415 - only a cluster needs what lies beside it

    with cluster.connected(address, _call, act, shared) as (submit, width):
        running: deque[Any] = deque()
        for job in chain([first], waiting):
            running.append(submit(*job))
            if len(running) >= _AHEAD * width:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _call(*arguments: Any) -> bytes:
    """A call on a worker of a cluster, where what is shared comes last."""
    *job, act, shared = arguments
    result: bytes = act(shared, *job)
    return result
