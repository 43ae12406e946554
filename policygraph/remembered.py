"""Functions of texts in, the same out whose results outlive a process: those of one build are at hand in the next.

    @remembered
    def words_of(text: str) -> list[str]: ...

    with remembering(cache):
        words_of("...")  # computed once for all builds of this program

Such a function has texts for arguments, nothing else decides its result, and JSON can hold that. Outside a `with` it is
called as it is written: a service, which is asked by strangers, remembers nothing by it. What else remembers results
stands below, so that an entry does not depend on what the process has done before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial, wraps
from typing import Any, ParamSpec, TypeVar

from policygraph.cache import Cache, key_of

__all__ = ["remembered", "remembering"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
#: Results that are kept: of more, only those that the last build asked for.
_MOST = 4096
_DIGITS = 32


class _Memory:
    """The results of functions in one entry of a cache, by the hash of function and arguments."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._key = key_of("remembered", ())
        content = cache.get(self._key)
        self._results: dict[str, Any] = json.loads(content) if content is not None else {}
        self._used: set[str] = set()
        self._has_more = False

    def result(self, name: str, arguments: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        written = "\0".join([name, *(each if isinstance(each, str) else _written(each) for each in arguments)])
        key = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
        self._used.add(key)
        if key not in self._results:
            self._results[key] = make()
            self._has_more = True
        return self._results[key]

    def keep(self) -> None:
        """Writes the entry where it has more than was read."""
        if self._has_more:
            if len(self._results) > _MOST:
                self._results = {key: self._results[key] for key in self._used}
            self._cache.put(self._key, json.dumps(self._results, sort_keys=True).encode())


@lru_cache(maxsize=16)
def _written(argument: Hashable) -> str:
    """An argument that is no text, in JSON, which starts otherwise: the prefixes of a project go with every query."""
    return "\0" + json.dumps(argument)


_MEMORY: ContextVar[_Memory | None] = ContextVar("_MEMORY", default=None)


@contextmanager
def remembering(cache: Cache) -> Iterator[None]:
    """Takes the results of remembered functions from a cache, and keeps there those that it lacks."""
    memory = _Memory(cache) if cache.keeps else None
    token = _MEMORY.set(memory)
    try:
        yield
    finally:
        _MEMORY.reset(token)
    if memory:
        memory.keep()


def remembered(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """The function, its results taken from the cache of `remembering` where there is one."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def with_memory(*arguments: _P.args, **options: _P.kwargs) -> _T:
        memory = _MEMORY.get()
        if memory is None or options:
            return function(*arguments, **options)
        result: _T = memory.result(name, arguments, partial(function, *arguments, **options))
        return result

    return with_memory
