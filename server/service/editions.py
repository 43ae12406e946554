"""An edition of the graph in, what was made of it out: once for each, also under concurrent requests."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Editions"]

#: Editions of which something is kept: the one that is served, and one that is on its way out or in.
_KEPT = 2
_Made = TypeVar("_Made")


class Editions(Generic[_Made]):
    """What is made of the editions that were asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[str, _Made] = OrderedDict()

    def of(self, edition: str, make: Callable[[], _Made]) -> _Made:
        """What is made of an edition of the graph."""
        with self._lock:
            if edition not in self._made:
                self._made[edition] = make()
            self._made.move_to_end(edition)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return self._made[edition]
