"""A path in, the pool of the build that is served now out: exchanged for a new build, closed at the end.

A new build gets a zygote and workers of its own; when they stand ready the name changes hands, and the old pool is
closed by the last request that still reads from it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from policygraph.describe import SHIPPED, About

from ..failures import RequestError, ServiceError
from ..settings import Settings
from .pool import Pool
from .remote_pool import RemotePool

__all__ = ["Current", "Held"]

_LOG = logging.getLogger("policygraph.server")


class Held:
    """A pool and how many requests hold it."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.holders = 0
        self.is_old = False
        self.is_closed = threading.Event()

    def close(self) -> None:
        """Ends the pool's processes."""
        self.pool.close()
        self.is_closed.set()


class Current:
    """The pool of the build that is served now. Raises ServiceError where there is none to start with.

    `make` gives a pool that is no usual one; nothing looks for a new build where it is not `is_watching`.
    """

    def __init__(
        self,
        settings: Settings,
        make: Callable[[Path, Settings], Pool] | None = None,
        *,
        is_watching: bool = True,
    ) -> None:
        self._settings = settings
        self._make = make or (RemotePool if settings.is_remote else Pool)
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._held: Held | None = self._load()
        self._wake = threading.Event()
        self._is_asked = self._is_closed = False
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)
        if is_watching:
            self._watcher.start()

    @property
    def is_ready(self) -> bool:
        held = self._held
        return held is not None and held.pool.is_ready

    @property
    def idle(self) -> int:
        held = self._held
        return held.pool.idle if held else 0

    @property
    def about(self) -> About:
        """What the project of the build says of itself; without a build, the shipped one."""
        held = self._held
        return held.pool.about if held else SHIPPED

    @property
    def edition(self) -> str:
        """The edition of the build that is served now, empty where there is none."""
        held = self._held
        return held.pool.edition if held else ""

    @contextmanager
    def use(self) -> Iterator[Pool]:
        """The pool, kept open until the block is left."""
        held = self.hold()
        try:
            yield held.pool
        finally:
            self.release(held)

    def hold(self) -> Held:
        """As `use`, for an answer that outlives the function that starts it; `release` is owed."""
        with self._lock:
            if self._held is None:
                raise RequestError("not-ready", retry=1)
            self._held.holders += 1
            return self._held

    def release(self, held: Held) -> None:
        with self._lock:
            held.holders -= 1
            is_over = held.is_old and not held.holders
        if is_over:
            held.close()

    def reload(self) -> None:
        """Asks for the build to be loaded again, soon; safe in a signal handler."""
        self._is_asked = True
        self._wake.set()

    def close(self, patience: float = 0) -> None:
        """Lets go of the build, now or with the last request that reads from it: so many seconds are waited for that.

        A request that is answered may still have a worker to end, in a thread that would end with this process.
        """
        self._is_closed = True
        self._wake.set()
        if self._watcher.is_alive():
            self._watcher.join()
        held = self._held
        self._exchange(None)
        if held and patience:
            held.is_closed.wait(patience)

    def _load(self) -> Held:
        return Held(self._make(self._settings.build.resolve(), self._settings))

    def _watch(self) -> None:
        while not self._is_closed:
            self._wake.wait(self._settings.watch or None)
            self._wake.clear()
            try:
                self.take_up()
            except (ServiceError, OSError) as error:
                _LOG.error("the new build cannot be served, the old one stays: %s", error)

    def take_up(self) -> None:
        """Serves the build that stands behind the link by the time this returns. Raises ServiceError, or OSError."""
        with self._loading:
            if self._is_closed or not self._is_due():
                return
            self._is_asked = False
            self._exchange(self._load())
            _LOG.info("serving the build in %s", self._place)

    @property
    def _place(self) -> str:
        return self._settings.store if self._settings.is_remote else str(self._settings.build.resolve())

    def _is_due(self) -> bool:
        """Whether to load the build again: a new one is there, a reload was asked for, or the zygote has died."""
        held = self._held
        return self._is_asked or held is None or not held.pool.is_alive or not held.pool.is_current

    def _exchange(self, new: Held | None) -> None:
        with self._lock:
            old, self._held = self._held, new
            if old is None:
                return
            old.is_old = True
            is_over = not old.holders
        if is_over:
            old.close()
