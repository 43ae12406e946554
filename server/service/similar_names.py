"""Folded labels in, those that are most like a folded name out, however either is misspelt.

Candidates share pairs of characters with the name: the rarest pairs are looked up first, and only so many labels are
compared that a common word costs no more than a rare one. The similarity is the normalised indel distance (rapidfuzz).
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process

__all__ = ["SimilarNames"]

#: Labels that are counted, and of those that are compared, for one name at most.
_COUNTED, _COMPARED = 20_000, 400
#: Characters of a label or name that count.
_LONGEST = 200
#: What stands before and after a name, so that a name of one character has pairs too.
_START, _END = "\x02", "\x03"


def _pairs(text: str) -> set[str]:
    whole = _START + text[:_LONGEST] + _END
    return {whole[at : at + 2] for at in range(len(whole) - 1)}


class SimilarNames:
    """The labels of one edition of the graph by their pairs of characters."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self._having: dict[str, array[int]] = {}
        for number, label in enumerate(labels):
            for pair in _pairs(label) if label else ():
                self._having.setdefault(pair, array("L")).append(number)

    def near(self, name: str, limit: int) -> list[tuple[int, float]]:
        """The numbers of the labels that are most like a name, each with its similarity from 0 to 100, best first."""
        pairs = _pairs(name) if name else set()
        having = sorted((self._having[pair] for pair in pairs if pair in self._having), key=len)
        shared: Counter[int] = Counter()
        counted = 0
        for place, numbers in enumerate(having):
            counted += len(numbers)
            if place > 1 and counted > _COUNTED:
                break
            shared.update(numbers[:_COUNTED])
        length = len(pairs)
        best = heapq.nsmallest(
            _COMPARED, shared, key=lambda number: (-shared[number] / (length + len(self._labels[number]) + 1), number)
        )
        compared = process.extract(
            name[:_LONGEST],
            {number: self._labels[number][:_LONGEST] for number in best},
            scorer=fuzz.ratio,
            processor=None,
            limit=limit,
        )
        return [(number, score) for _, score, number in compared]
