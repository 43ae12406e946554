"""A pool of processes that has lost one in, the same pool with nothing left that its end would wait for out.

    with ProcessPoolExecutor(4) as pool, ended_when_broken(pool):
        ...

In Python 3.11 the end of a pool can wait for ever: a job that is handed in while a process dies may start another one,
which is not ended with the others; and before 3.11.5 the thread that hands jobs out may be writing one, longer than a
pipe holds, that nobody reads any more (CPython gh-94777). It gives up when the other end of its pipe is closed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

__all__ = ["end_broken", "ended_when_broken"]


#: Seconds after which a pool that has lost a process does not end by itself.
_PATIENCE = 1.0


def end_broken(pool: ProcessPoolExecutor) -> None:
    """Ends all processes of a pool that has lost one, and lets go of what was to be handed to them."""
    for process in list((pool._processes or {}).values()):
        process.terminate()
    # neither is there any more once the pool was told to end
    manager: threading.Thread | None = getattr(pool, "_executor_manager_thread", None)
    jobs: Any = getattr(pool, "_call_queue", None)
    if manager is not None and jobs is not None:
        manager.join(_PATIENCE)
        if manager.is_alive():
            jobs._reader.close()


@contextmanager
def ended_when_broken(pool: ProcessPoolExecutor) -> Iterator[None]:
    """Within it, a pool that turns out to have lost a process is ended before its own end is waited for."""
    try:
        yield
    except BrokenProcessPool:
        end_broken(pool)
        raise
