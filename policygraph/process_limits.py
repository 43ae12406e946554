"""Bytes and seconds in, this process held to them: one that works for strangers bounds itself before it begins.

One that has done a step of large work gives back what it needs no more.
"""

from __future__ import annotations

import resource

__all__ = ["bound", "give_back", "limit", "size"]


def size() -> int:
    """The bytes of address space that this process has."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - may be the last file that a process opens
        return int(file.read().split()[0]) * resource.getpagesize()


def limit(which: int, value: int, *, hard: bool = True) -> None:
    """Sets a limit (resource.RLIMIT_…), no higher than it may be; if not `hard`, it can be raised again."""
    ceiling = resource.getrlimit(which)[1]
    if ceiling != resource.RLIM_INFINITY:
        value = min(value, ceiling)
    resource.setrlimit(which, (value, value if hard else ceiling))


def bound(memory: int, seconds: int) -> None:
    """Bytes of address space in all, seconds of work, and no core dump."""
    limit(resource.RLIMIT_AS, memory, hard=False)
    limit(resource.RLIMIT_CPU, seconds, hard=False)
    limit(resource.RLIMIT_CORE, 0, hard=False)


def give_back() -> None:
    """Gives free memory back to the system: glibc keeps what lies below a piece that is in use."""
    import ctypes  # noqa: PLC0415 - small builds need none of it

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
