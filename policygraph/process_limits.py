"""Bytes and seconds in, this process held to them: one that works for strangers bounds itself before it begins."""

from __future__ import annotations

import resource

__all__ = ["bound", "limit", "size"]


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
