"""Decisions on a draft and what the draft holds now in, the decisions with the places of a text that was corrected out.

A word that is put in moves all that stands behind it. What is stated once in both readings shows by how much; what
stands between two such statements moves as one of them does.

>>> moved([("targets@20-24: 20家", "")], ["targets@23-27: 20家"])
[('targets@23-27: 20家', '')]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["moved"]

_ABOUT = re.compile(r"(?P<section>[^@:]*)@(?P<places>\d+-\d+(?:\+\d+-\d+)*): (?P<words>.*)", re.DOTALL)
_SPAN = re.compile(r"(\d+)-(\d+)")
_FRAGMENT = re.compile(r"#char=(\d+),(\d+)")


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement as a decision knows it: its section, its places, and its words."""

    section: str
    spans: tuple[tuple[int, int], ...]
    words: str

    @classmethod
    def read(cls, about: str) -> _Statement | None:
        match = _ABOUT.fullmatch(about)
        if match is None:
            return None
        spans = tuple((int(start), int(end)) for start, end in _SPAN.findall(match["places"]))
        return cls(match["section"], spans, match["words"])

    @property
    def likeness(self) -> tuple[str, tuple[int, ...], str]:
        """What a statement has in all readings of a text: all but where it stands."""
        return self.section, tuple(end - start for start, end in self.spans), self.words

    def shifted(self, shift: int, at_end: int | None = None) -> str:
        """What a decision on it is about where its places have moved; their ends farther where a word was put in."""
        behind = shift if at_end is None else at_end
        places = "+".join(f"{start + shift}-{end + behind}" for start, end in self.spans)
        return f"{self.section}@{places}: {self.words}"


def moved(decisions: Sequence[tuple[str, str]], abouts: Collection[str]) -> list[tuple[str, str]]:
    """What each decision is about and the places in its value (`#char=`), as the draft now has them.

    What the draft holds at its old place stays, and so does all where nothing is known again.
    """
    statements = [_Statement.read(about) for about, _ in decisions]
    anchors = sorted({(0, 0), *_anchors([each for each in statements if each], abouts)})
    if not any(new - old for old, new in anchors):
        return list(decisions)
    starts = [old for old, _ in anchors]
    here = {(each.likeness, each.spans[0][0]) for each in map(_Statement.read, abouts) if each}
    places = dict(anchors)

    def shifts(place: int) -> list[int]:
        at = bisect_right(starts, place)
        return [new - old for old, new in anchors[at - 1 : at + 1]]

    results = []
    for (about, value), each in zip(decisions, statements, strict=True):
        if each is None:
            results.append((about, _shifted(value, lambda place: shifts(place)[0])))
            continue
        start = each.spans[0][0]
        options = [about] if about in abouts else list(_options(each, shifts(start)))
        if (each.likeness, places.get(start)) in here:
            options = [each.shifted(places[start] - start)]
        chosen = next((option for option in options if option in abouts), options[0])
        results.append((chosen, _shifted(value, _same(chosen, start))))
    return results


def _same(about: str, start: int) -> Callable[[int], int]:
    """The shift of a statement that began at `start`, for all that is in the value of its decision."""
    now = _Statement.read(about)
    shift = now.spans[0][0] - start if now else 0
    return lambda _: shift


def _options(statement: _Statement, shifts: Sequence[int]) -> Iterator[str]:
    """Where a statement may stand now: moved as the one before it, as the one behind it, or its end as that."""
    yield from (statement.shifted(shift) for shift in shifts)
    yield statement.shifted(shifts[0], shifts[-1])


def _anchors(statements: Sequence[_Statement], abouts: Collection[str]) -> Iterator[tuple[int, int]]:
    """The first places, old and new, of statements that a reading has once, or has where they were."""
    now = [each for each in map(_Statement.read, abouts) if each]
    before = Counter(each.likeness for each in set(statements))
    after = Counter(each.likeness for each in now)
    places = {each.likeness: each.spans[0][0] for each in now}
    for each in set(statements):
        if each.shifted(0) in abouts:
            yield each.spans[0][0], each.spans[0][0]
        elif before[each.likeness] == after[each.likeness] == 1:
            yield each.spans[0][0], places[each.likeness]


def _shifted(value: str, shift_of: Callable[[int], int]) -> str:
    """A value with the places in it moved, each by what is due there."""

    def fragment(match: re.Match[str]) -> str:
        shift = shift_of(int(match[1]))
        return f"#char={int(match[1]) + shift},{int(match[2]) + shift}"

    return _FRAGMENT.sub(fragment, value)
