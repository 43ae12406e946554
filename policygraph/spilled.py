"""Bytes in, the same bytes out of a file without a name: what is looked at now and then need not be in memory.

    spill = Spill(folder)
    held = spill.keep(content)      # the bytes, or where they stand in the file
    content_of(held)

Where the file cannot be made or written (disk full, no permission), bytes stay in memory.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

__all__ = ["IN_MEMORY", "Bytes", "Spill", "Stretch", "content_of", "cut", "size_of"]

#: Bytes that stay in memory: those of some ten documents.
IN_MEMORY = 64 * 1024 * 1024


class _File:
    """A file without a name, which is closed when nothing refers to it any more."""

    def __init__(self, folder: Path | None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed by __del__
        self.descriptor = self._file.fileno()

    def close(self) -> None:
        self._file.close()

    def __del__(self) -> None:
        with suppress(AttributeError):  # it could not be made
            self._file.close()


class Stretch(NamedTuple):
    """Bytes of a file that is open: as long as `file` is referred to, where that is given."""

    descriptor: int
    start: int
    end: int
    file: _File | None = None

    def read(self) -> bytes:
        """Raises EOFError where the file ends before."""
        descriptor, start, end, _ = self
        pieces: list[bytes] = []
        while start < end:  # a system reads 2 GiB at most at a time
            piece = os.pread(descriptor, end - start, start)
            if not piece:
                raise EOFError("the file has become shorter")
            pieces.append(piece)
            start += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


#: Bytes, or where they stand.
Bytes = bytes | Stretch


def content_of(held: Bytes) -> bytes:
    """The bytes, read where they stand in a file."""
    return held if isinstance(held, bytes) else held.read()


def size_of(held: Bytes) -> int:
    """How many bytes they are."""
    return len(held) if isinstance(held, bytes) else held.end - held.start


def cut(held: Bytes, start: int, end: int) -> Bytes:
    """The bytes from one place to another."""
    if isinstance(held, bytes):
        return held[start:end]
    return held._replace(start=held.start + start, end=min(held.start + end, held.end))


class Spill:
    """A file without a name that takes bytes of which there are too many: `most` stay in memory.

    It is made when it is first needed, in a folder or, where there is none, in the system's folder for such files.
    """

    def __init__(self, folder: Path | None = None, most: int = IN_MEMORY) -> None:
        self._folder = folder
        #: Bytes for which there is room in memory.
        self.free = most
        self._file: _File | None = None
        self._end = 0

    def keep(self, content: bytes) -> Bytes:
        """The bytes themselves while there is room for them, else where they stand in the file."""
        self.free -= len(content)
        if self.free >= 0:
            return content
        try:
            file = self._file = self._file or self._made()
            left = memoryview(content)
            while left:
                left = left[os.pwrite(file.descriptor, left, self._end + len(content) - len(left)) :]
        except OSError:
            return content
        start, self._end = self._end, self._end + len(content)
        return Stretch(file.descriptor, start, self._end, file)

    def _made(self) -> _File:
        if self._folder is not None:
            with suppress(OSError):
                return _File(self._folder)
        return _File(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()
