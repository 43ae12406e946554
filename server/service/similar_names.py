"""Folded labels in, those that are most like a folded name out, however either is misspelt.

Candidates share pairs of characters with the name (policygraph.name_pairs): the rarest pairs are looked up first, and
only so many labels are compared that a common word costs no more than a rare one. The similarity is the normalised
indel distance (rapidfuzz).
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from policygraph.name_pairs import LONGEST, Pairs, pairs_in

__all__ = ["SimilarNames"]

#: Labels that are counted, and of those that are compared, for one name at most.
_COUNTED, _COMPARED = 20_000, 400


class SimilarNames:
    """The labels of one edition of the graph, and which of them have each pair of characters."""

    def __init__(self, text: str, ends: Sequence[int], pairs: Pairs) -> None:
        """The text has a line for each label, which ends where `ends` says."""
        self._text, self._ends, self._pairs = text, ends, pairs

    def near(self, name: str, limit: int) -> list[tuple[int, float]]:
        """The numbers of the labels that are most like a name, each with its similarity from 0 to 100, best first."""
        pairs = sorted(pairs_in(name)) if name else []
        having = sorted(filter(len, map(self._pairs.having, pairs)), key=len)
        shared: Counter[int] = Counter()
        counted = 0
        for place, numbers in enumerate(having):
            counted += len(numbers)
            if place > 1 and counted > _COUNTED:
                break
            shared.update(numbers[:_COUNTED])
        length = len(pairs)
        best = heapq.nsmallest(
            _COMPARED, shared, key=lambda number: (-shared[number] / (length + self._length(number) + 1), number)
        )
        compared = process.extract(
            name[:LONGEST],
            {number: self._label(number)[:LONGEST] for number in best},
            scorer=fuzz.ratio,
            processor=None,
            limit=limit,
        )
        return [(number, score) for _, score, number in compared]

    def _start(self, number: int) -> int:
        return self._ends[number - 1] + 1 if number else 0

    def _length(self, number: int) -> int:
        return self._ends[number] - self._start(number)

    def _label(self, number: int) -> str:
        return self._text[self._start(number) : self._ends[number]]
