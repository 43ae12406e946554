"""A function and its arguments in, its results in their order out: in this process, or in forks of it.

A fork shares what the function refers to, a graph in memory too, so nothing of that is sent.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from policygraph.broken_pools import ended_when_broken

__all__ = ["crew"]

_Argument = TypeVar("_Argument")
_Result = TypeVar("_Result")
#: What a fork does, once it has begun.
_TASK: dict[str, Callable[[Any], Any]] = {}
#: Arguments that a fork gets at once.
_AT_ONCE = 4


@contextmanager
def crew(
    task: Callable[[_Argument], _Result], workers: int
) -> Iterator[Callable[[Iterable[_Argument]], Iterator[_Result]]]:
    """Gives what maps arguments to results, with `workers` processes until the block is left.

    One worker, or a system without fork: the work is done here.
    """
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield lambda arguments: map(task, arguments)
        return
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(task,))
    with pool, ended_when_broken(pool):
        yield lambda arguments: pool.map(_do, arguments, chunksize=_AT_ONCE)


def _begin(task: Callable[[Any], Any]) -> None:
    _TASK["task"] = task


def _do(argument: Any) -> Any:
    return _TASK["task"](argument)
