"""Whole answers in, the same answers out: a bounded cache (least recently used), and the entity tags of answers.

An answer is settled by the edition of the graph it was asked of, the query without its idle space, the dataset and the
media type; the tag is the hash of these four, so it can be compared before anything is asked (RFC 9110 8.8.3, 13.1.2).
The language of the client does not change an answer, only problem documents.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Cache", "Entry", "Making", "compress", "plain", "tag"]

_json = lru_cache(256)(json.dumps)
#: Answers below this many bytes are not worth the time to compress them.
_WORTHWHILE = 512
_LEVEL = 5


class Entry(NamedTuple):
    """A whole answer as it is sent; `body` is compressed where `is_compressed`."""

    body: bytes
    rows: int
    is_compressed: bool = False


def tag(edition: str, query: str, dataset: Sequence[Sequence[str] | None], media_type: str) -> str:
    """The strong entity tag of an answer, without quotation marks; a compressed one ends in `-gzip` beside it."""
    # a JSON array of the four, of which only the query is another one each time
    settled = f"[{_json(edition)}, {json.dumps(query)}, {_dataset(dataset)}, {_json(media_type)}]"
    return hashlib.sha256(settled.encode()).hexdigest()[:32]


def _dataset(dataset: Sequence[Sequence[str] | None]) -> str:
    try:
        return _json(dataset)
    except TypeError:  # a list
        return json.dumps(dataset)


def compress(entry: Entry) -> Entry:
    """The entry, compressed where that saves something."""
    if len(entry.body) < _WORTHWHILE:
        return entry
    packed = gzip.compress(entry.body, _LEVEL, mtime=0)
    return Entry(packed, entry.rows, True) if len(packed) < len(entry.body) else entry


def plain(entry: Entry) -> bytes:
    """The body as it was before it was compressed."""
    return gzip.decompress(entry.body) if entry.is_compressed else entry.body


class Making:
    """An answer that a request is making, for those who want the same meanwhile: they wait instead of making it too."""

    def __init__(self, entry: Entry | None = None) -> None:
        self._is_over = threading.Event()
        self.entry = entry
        if entry is not None:
            self.end()

    def wait(self, seconds: float) -> bool:
        """Whether it is over; `entry` is the answer then, None where none was made."""
        return self._is_over.wait(seconds)

    def end(self) -> None:
        self._is_over.set()


class Cache:
    """The answers that were asked for last, as many as fit, and those that are being made."""

    def __init__(self, most_bytes: int, most_entry_bytes: int) -> None:
        self._most, self._most_entry = most_bytes, min(most_bytes, most_entry_bytes)
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._made: dict[str, Making] = {}
        self._lock = threading.Lock()
        self.bytes = 0

    def get(self, key: str) -> Entry | None:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def begin(self, key: str) -> Making | None:
        """What another request is making under a key; None where it is the turn of this one, which must `end` it.

        What has been made since the key was looked for is over already.
        """
        with self._lock:
            if (entry := self._entries.get(key)) is not None:
                return Making(entry)
            if (making := self._made.get(key)) is None:
                self._made[key] = Making()
            return making

    def end(self, key: str, entry: Entry | None) -> None:
        """Tells those who wait that the answer is made and kept, or that none was made.

        One too large to be kept is kept compressed, if it is small enough then.
        """
        if entry:
            self.put(key, entry if len(entry.body) <= self._most_entry else compress(entry))
        with self._lock:
            making = self._made.pop(key)
        making.entry = entry
        making.end()

    def put(self, key: str, entry: Entry) -> None:
        """Keeps an answer, and removes the least recently used ones beyond the bounds."""
        if len(entry.body) > self._most_entry:
            return
        with self._lock:
            self._drop(key)
            self._entries[key] = entry
            self.bytes += len(entry.body)
            while self.bytes > self._most:
                self._drop(next(iter(self._entries)))

    def _drop(self, key: str) -> None:
        old = self._entries.pop(key, None)
        self.bytes -= len(old.body) if old else 0
