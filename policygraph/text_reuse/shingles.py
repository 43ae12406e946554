"""Texts in, sketches out by which like ones meet: shingles, their hashes, and the smallest of these (MinHash).

Hashes are CRC-32 of UTF-8, the same on every machine and in every run.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import TypeVar

__all__ = ["candidates", "hashes", "jaccard", "sketch"]

#: The number of smallest hashes in the sketch of a text; two texts that share one are compared.
_SKETCH = 6
#: A hash shared by more texts than this is ignored as boilerplate, which keeps the time linear.
_MOST_SHARED = 50
Key = TypeVar("Key", bound=Hashable)


def hashes(words: str, size: int) -> list[int]:
    """The hashes of all pieces of a text of `size` characters, in their order; of a shorter text, its own."""
    if len(words) <= size:
        return [zlib.crc32(words.encode())]
    return [zlib.crc32(words[start : start + size].encode()) for start in range(len(words) - size + 1)]


def sketch(values: Iterable[int], length: int = _SKETCH) -> tuple[int, ...]:
    """The smallest of some hashes (bottom-k MinHash): like texts share some of theirs."""
    return tuple(sorted(set(values))[:length])


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """How much two sets of hashes have in common, from 0 to 1."""
    return len(one & other) / max(1, len(one | other))


def candidates(sketches: Mapping[Key, Sequence[int]]) -> list[tuple[Key, Key]]:
    """The pairs of texts whose sketches share a hash, each once, in the order of the mapping."""
    holders: dict[int, list[Key]] = {}
    for key, values in sketches.items():
        for value in values:
            holders.setdefault(value, []).append(key)
    order = {key: place for place, key in enumerate(sketches)}
    pairs = {
        pair
        for keys in holders.values()
        if 1 < len(keys) <= _MOST_SHARED
        for pair in combinations(sorted(keys, key=order.__getitem__), 2)
    }
    return sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]]))
