"""Spans of a text in, the words they hold as one passage out, with the way back to where each character stands.

A paragraph that was wrapped, or cut at the end of a column, is read as if it were whole; what is found in it is told
in places of the text as it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

__all__ = ["Passage", "Span"]

Span = tuple[int, int]


class Passage:
    r"""The text of spans that follow one another.

    >>> passage = Passage("企\n业达到3万家", [(0, 1), (2, 8)])
    >>> passage.text, passage.span(0, 2), passage.spans(0, 2)
    ('企业达到3万家', (0, 3), [(0, 1), (2, 3)])
    """

    __slots__ = ("_offsets", "_pieces", "text")

    def __init__(self, text: str, pieces: Sequence[Span]) -> None:
        self._pieces = list(pieces)
        if len(pieces) == 1:  # as most have
            self.text = text[slice(*pieces[0])]
            self._offsets = [0, len(self.text)]
        else:
            self._offsets = [0, *accumulate(end - start for start, end in pieces)]
            self.text = "".join(text[start:end] for start, end in pieces)

    def at(self, place: int) -> int:
        """Where a character of the passage stands in the text."""
        index = min(bisect_right(self._offsets, place) - 1, len(self._pieces) - 1)
        return self._pieces[index][0] + place - self._offsets[index]

    def span(self, start: int, end: int) -> Span:
        """The span of the text from the first to the last character of a part of the passage."""
        return self.at(start), (self.at(end - 1) + 1 if end > start else self.at(start))

    def spans(self, start: int, end: int) -> list[Span]:
        """The spans of the text that a part of the passage consists of."""
        spans = []
        for (left, right), offset in zip(self._pieces, self._offsets, strict=False):
            low, high = max(left, left + start - offset), min(right, left + end - offset)
            if low < high:
                spans.append((low, high))
        return spans

    def local(self, place: int) -> int:
        """Where a place of the text stands in the passage; the nearest one behind where it is in none."""
        for (left, right), offset in zip(self._pieces, self._offsets, strict=False):
            if place < right:
                return offset + max(0, place - left)
        return self._offsets[-1]
