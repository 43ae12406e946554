"""A sentence and its quantities in, what each quantity stands in out: its clause, the times near it, what came before.

A context is all that is looked at to say what a quantity measures, by when, and whether it is to be reached. It is
bounded, so that a text without punctuation costs no more than another.

>>> from policygraph.quantity import find
>>> from policygraph.extract.figures.times import Calendar, find_times
>>> text = "到2028年，绿地达到5公顷，湖泊3个。"
>>> sentence = Sentence(text, 0, len(text), find(text), find_times(text, Calendar(2026)))
>>> [(each.words, each.quantity.printed) for each in sentence.contexts({})]
[('绿地达到', '5公顷'), ('湖泊', '3个')]
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from policygraph.extract.figures.changes import Change
from policygraph.extract.figures.times import Time
from policygraph.quantity import HEDGE_WITH_TIME, Quantity

__all__ = ["JOINERS", "Context", "Sentence", "hedge_in", "sentences"]

_SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;\n]?")
_COMMA = re.compile(r"[，,：:](?![0-9]{3}(?![0-9]))")
#: What stands between the quantities of a list.
JOINERS = "、和或及与以及/—, ，"
#: A hedge that governs a clause, its noun between hedge and quantity: 力争技术合同成交额3000亿元. Those that are also
#: nouns or verbs (争取资金, 共同努力) count at the head of a clause or behind a year only, or not at all.
_HEDGED = re.compile(r"(力争|力求|确保)|^\s*(?:到?20\d\d年[底末]?)?(努力|预计|有望)")
#: How far around a quantity its clause is looked at.
_WIDEST = 120


def hedge_in(words: str) -> str | None:
    """The last hedge that governs the words of a clause which stand in front of a value."""
    hedges = [match[1] or match[2] for match in _HEDGED.finditer(words)]
    return hedges[-1] if hedges else None


@dataclass
class Context:
    """A quantity, its clause (`start`, `end`), its sentence (`begin`, `stop`), and the times near it."""

    text: str
    quantity: Quantity
    start: int
    end: int
    begin: int
    stop: int
    times: Sequence[Time]
    change: Change | None = None
    #: The quantity in front of it in the sentence; the reader puts it in, since mentions are passed over.
    previous: Quantity | None = None

    @property
    def subject(self) -> Quantity:
        """The quantity that the noun stands in front of: the first of a change."""
        return self.change.before if self.change else self.quantity

    @cached_property
    def left(self) -> int:
        """Where its own words begin: behind the quantity before it, where that stands in the same clause."""
        left = self.start
        if self.previous and self.previous.end > self.start:
            left = self.previous.end
            while left < self.quantity.start and self.text[left] in JOINERS:
                left += 1
        return left

    @property
    def words(self) -> str:
        """The words between the quantity before and this one."""
        return self.text[self.left : self.quantity.start]

    @property
    def front(self) -> str:
        """The words of the clause in front of the quantity."""
        return self.text[self.start : self.quantity.start]

    @property
    def behind(self) -> str:
        """The words of the clause behind the quantity."""
        return self.text[self.quantity.end : self.end]

    @property
    def clause(self) -> str:
        """The words of the clause."""
        return self.text[self.start : self.end]

    @property
    def sentence(self) -> str:
        """The words of the sentence, as far as it is looked at."""
        return self.text[self.begin : self.stop]

    @property
    def hedge(self) -> str | None:
        """The hedge that is printed with the quantity, else the last in front of it in its clause, or at the head."""
        if self.quantity.hedge:
            return self.quantity.hedge
        hedge = hedge_in(self.front)
        hedges = [hedge] if hedge else []
        heads = _COMMA.split(self.text[max(self.begin, self.start - _WIDEST) : self.start])
        hedges = hedges or [match[1] for clause in heads if (match := HEDGE_WITH_TIME.search(clause))]
        return hedges[-1] if hedges else None

    @property
    def between(self) -> str:
        """What stands between the quantity before and this one; empty for the first of a sentence."""
        return self.text[self.previous.end : self.quantity.start] if self.previous else ""

    @property
    def times_of_change(self) -> list[Time]:
        """The times that say when the first value of a change was."""
        if not self.change:
            return []
        first, last = self.change.when
        return [time for time in self.times if first <= time.start < last]


@dataclass(frozen=True)
class Sentence:
    """A sentence of a paragraph, with the quantities and the times that stand in it."""

    text: str
    start: int
    end: int
    quantities: list[Quantity]
    times: list[Time]

    @cached_property
    def clauses(self) -> list[tuple[int, int]]:
        """The spans between commas and colons."""
        cuts = [self.start, *(match.end() for match in _COMMA.finditer(self.text, self.start, self.end)), self.end]
        return [(left, right) for left, right in pairwise(cuts) if left < right]

    def clause_at(self, place: int) -> tuple[int, int]:
        """The clause that holds a place, else the last one."""
        return next((each for each in self.clauses if each[0] <= place < each[1]), self.clauses[-1])

    def contexts(self, changes: Mapping[int, Change]) -> Iterator[Context]:
        """What each quantity stands in; `changes` are those of the paragraph, by the start of the second value."""
        starts, openings = [time.start for time in self.times], [start for start, _ in self.clauses]
        for quantity in self.quantities:
            change = changes.get(quantity.start)
            at = change.before.start if change else quantity.start
            first = self.clauses[max(0, bisect_right(openings, at) - 1)]
            whole = self.clauses[max(0, bisect_right(openings, quantity.start) - 1)]
            low = bisect_left(starts, quantity.start - 2 * _WIDEST)
            yield Context(
                self.text,
                quantity,
                max(first[0], at - _WIDEST),
                min(whole[1], quantity.end + _WIDEST),
                max(self.start, at - 2 * _WIDEST),
                min(self.end, quantity.end + 2 * _WIDEST),
                self.times[max(0, low - 2) : bisect_right(starts, quantity.end + _WIDEST)],
                change,
            )


def sentences(text: str, quantities: Sequence[Quantity], times: Sequence[Time]) -> Iterator[Sentence]:
    """The sentences of a paragraph, each with its own quantities and times."""
    quantity, time = 0, 0
    for match in _SENTENCE.finditer(text):
        first_quantity, first_time = quantity, time
        while quantity < len(quantities) and quantities[quantity].start < match.end():
            quantity += 1
        while time < len(times) and times[time].start < match.end():
            time += 1
        yield Sentence(
            text, match.start(), match.end(), list(quantities[first_quantity:quantity]), list(times[first_time:time])
        )
