"""Pools of processes that have lost one end, whatever was being handed to it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress

import pytest

from policygraph.broken_pools import ended_when_broken
from policygraph.build.workers import workers


def _stopped(pool: ProcessPoolExecutor) -> list[int]:
    """Two workers that read nothing any more."""
    wait([pool.submit(time.sleep, 0.1) for _ in range(2)])
    pids = list(pool._processes)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    return pids


def _killed_soon(pids: Sequence[int]) -> threading.Timer:
    """Kills them when the thread that hands jobs out is within one that is longer than a pipe holds."""

    def kill() -> None:
        for pid in pids:
            with suppress(ProcessLookupError):  # the pool has ended it, since the other is dead
                os.kill(pid, signal.SIGKILL)

    timer = threading.Timer(0.2, kill)
    timer.start()
    return timer


def _length(shared: bytes, more: bytes) -> bytes:
    return str(len(shared) + len(more)).encode()


def test_a_build_does_what_was_half_handed_out() -> None:
    with workers(2) as hand_out:
        timer = _killed_soon(_stopped(hand_out.args[0]))  # type: ignore[attr-defined]
        lengths = list(hand_out(_length, bytes(2**20), [(bytes(size),) for size in range(9)]))
        timer.join()
    assert lengths == [str(2**20 + size).encode() for size in range(9)]


def test_a_pool_that_is_lost_is_not_waited_for() -> None:
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        timer = _killed_soon(_stopped(pool))
        futures = [pool.submit(len, bytes(2**20)) for _ in range(4)]
        timer.join()
        with pytest.raises(BrokenProcessPool), ended_when_broken(pool):
            futures[0].result()
