"""A key and bytes in, the same bytes out while their inputs are unchanged: results that are not computed again.

An entry is a file named by its key, which is a hash of everything that the work depends on, this program included.
It starts with a hash of the key and the rest: one that is damaged, cut off, or was made for another key is ignored.
Where the cache cannot be read or written (disk full, no permission), work is done without it and does not fail.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from policygraph.messages import catalogues

__all__ = ["NOTHING_KEPT", "Bundle", "Cache", "key_of", "pack", "unpack"]

_DAYS = 14
#: Seconds of a day.
_DAY = 86400
#: The file whose time tells when a folder was swept: to look at all entries costs more than some builds.
_SWEPT = "swept"
#: Bytes of the hash that an entry starts with.
_SEAL = 32
_LIBRARIES = ("pyoxigraph", "pypinyin", "pyshacl", "rdflib")


@cache
def _program() -> bytes:
    """A fingerprint of this program: sizes and times of modules and messages, and versions of libraries."""
    digest = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    modules = sorted(_modules(os.path.dirname(os.path.realpath(__file__))))  # noqa: PTH120 - a tenth of the time
    for path in (*modules, *map(str, catalogues())):
        status = os.stat(path)  # noqa: PTH116
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.digest()


def _modules(folder: str) -> Iterator[str]:
    """The modules of a folder and of those below it."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _modules(entry.path)
            elif entry.name.endswith(".py"):
                yield entry.path


def key_of(kind: str, parts: Iterable[bytes]) -> str:
    """The key of a piece of work: its kind, all that it reads, in order, and the program."""
    digest = hashlib.sha256(_program() + kind.encode())
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def pack(head: Any, pieces: Sequence[bytes]) -> bytes:
    """What JSON can hold, and pieces of bytes, as one payload."""
    first = json.dumps([head, [len(piece) for piece in pieces]], ensure_ascii=False).encode()
    return b"\n".join([first, b"".join(pieces)])


def unpack(payload: bytes) -> tuple[Any, list[bytes]]:
    """What `pack` was given."""
    start = payload.index(b"\n") + 1
    head, sizes = json.loads(payload[:start])
    pieces = []
    for size in sizes:
        pieces.append(payload[start : start + size])
        start += size
    return head, pieces


class Cache:
    """The entries of a folder; without one, nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def keeps(self) -> bool:
        """Whether there is a folder: without one, keys need not be made."""
        return self._folder is not None

    @property
    def folder(self) -> Path | None:
        """Where the entries are."""
        return self._folder

    def has(self, key: str) -> bool:
        """Whether there is an entry of a key, whole or not."""
        return self._folder is not None and self._path(key).exists()

    def get(self, key: str) -> bytes | None:
        """What was kept under a key; None where there is no entry or its hash does not fit."""
        if self._folder is None:
            return None
        path = self._path(key)
        try:
            with path.open("rb", buffering=0) as file:
                seal, payload = file.read(_SEAL), file.readall()  # apart, so that megabytes are not copied once more
        except OSError:
            return None
        if seal != _seal(key, payload):
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return payload

    def put(self, key: str, payload: bytes) -> None:
        """Keeps bytes under a key; the entry appears whole or not at all."""
        if self._folder is None:
            return
        path = self._path(key)
        name = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix="new-")
            with os.fdopen(descriptor, "wb") as file:
                file.write(_seal(key, payload))
                file.write(payload)
            Path(name).rename(path)
        except OSError:
            if name is not None:
                with suppress(OSError):
                    Path(name).unlink()

    def sweep(self) -> None:
        """Removes entries that were not read for two weeks, and temporary files of killed processes: once a day."""
        if self._folder is None:
            return
        mark, now = self._folder / _SWEPT, time.time()
        with suppress(OSError):
            if 0 <= now - mark.stat().st_mtime < _DAY:
                return
        for entry in _entries(self._folder):
            with suppress(OSError):
                if entry.stat().st_mtime < now - _DAYS * _DAY:
                    Path(entry).unlink()
        with suppress(OSError):
            mark.touch()

    def _path(self, key: str) -> Path:
        assert self._folder is not None  # noqa: S101 - callers have asked
        return self._folder / key[:2] / key[2:]


class Bundle:
    """Small payloads in one entry of a cache, each under a key of its own: those that were asked for or put last.

    A file for each would cost more than what it holds.
    """

    def __init__(self, cache: Cache, kind: str, *parts: bytes) -> None:
        self._cache = cache
        self._key = key_of(kind, parts) if cache.keeps else ""
        kept = cache.get(self._key)
        keys, payloads = unpack(kept) if kept is not None else ([], [])
        self._before: dict[str, bytes] = dict(zip(keys, payloads, strict=True))
        self._now: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """What was put under a key in this process or by the last that kept the bundle."""
        payload = self._before.get(key)
        if payload is not None:
            self._now[key] = payload
        return payload

    def put(self, key: str, payload: bytes) -> None:
        """Adds a payload to those that `keep` writes."""
        self._now[key] = payload

    def keep(self) -> None:
        """Writes the entry, where it has others than before."""
        if self._now.keys() != self._before.keys():
            self._cache.put(self._key, pack(list(self._now), list(self._now.values())))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The files of the folders of a folder, as far as these can be read."""
    with suppress(OSError), os.scandir(folder) as folders:
        for each in folders:
            with suppress(OSError), os.scandir(each) as entries:
                yield from entries


def _seal(key: str, payload: bytes) -> bytes:
    digest = hashlib.sha256(key.encode())
    digest.update(payload)
    return digest.digest()


#: The cache of those who keep nothing.
NOTHING_KEPT = Cache(None)
