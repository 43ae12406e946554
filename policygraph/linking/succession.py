"""Plans in, which of them may take over from which out: one title of one area, and the next period.

十四五 and 十五五, 2021—2023年 and 2024—2026年, the report of one year and that of the next. What a text itself says
(在…基础上, …同时废止) its record states under `succeeds`; this is what titles alone suggest, for a person to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from policygraph.linking.alignment import Suggestion
from policygraph.linking.areas import Areas
from policygraph.linking.decision import Scope
from policygraph.linking.plans import Plan, read_title
from policygraph.messages import message

__all__ = ["successions"]

#: A plan that begins more years than this after another's end takes nothing over from it.
_LONGEST_GAP = 3
_SHORTEST = 4
#: Words of a series that its titles may have or not.
_ROUND = re.compile(r"新一轮|上一轮|第[一二三四五六七八九十]轮")
_WORDS = {
    True: message("One title of one area; its period begins where the other's ends."),
    False: message("One title of one area; its period comes after the other's."),
}


@dataclass(frozen=True, slots=True, order=True)
class _Member:
    """A plan of a series: its years, its id."""

    first: int
    last: int
    identifier: str


def successions(
    plans: Iterable[Plan], areas: Areas, stated: Mapping[str, Iterable[str]] | None = None
) -> list[Suggestion]:
    """The plans that may succeed others, each with the nearest before it, sorted; not what is `stated` (id -> ids)."""
    series: dict[tuple[str, str], set[_Member]] = {}
    for plan in plans:
        title = read_title(plan.title, areas, Scope(plan.area))
        area, words = plan.area or title.area, _ROUND.sub("", title.words)
        first, last = plan.first or title.first, plan.last or title.last
        if area and len(words) >= _SHORTEST and first.isdigit() and last.isdigit():
            series.setdefault((area, words), set()).add(_Member(int(first), int(last), plan.identifier))
    pairs = {(one, other) for one, others in (stated or {}).items() for other in others}
    return sorted(
        each for members in series.values() for each in _of(members) if (each.first, each.second) not in pairs
    )


def _of(members: set[_Member]) -> Iterator[Suggestion]:
    """The suggestions of one series, in which each period should have one plan."""
    periods: dict[tuple[int, int], list[str]] = {}
    for member in sorted(members):
        periods.setdefault((member.first, member.last), []).append(member.identifier)
    for (before, earlier), (after, later) in pairwise(periods.items()):
        gap = after[0] - before[1]
        if len(earlier) == len(later) == 1 and earlier != later and 0 <= gap <= _LONGEST_GAP and after[0] > before[0]:
            is_next = gap == 1
            confidence = 0.85 if is_next else 0.65
            yield Suggestion(later[0], earlier[0], "succeeds", confidence, "align/next-period", _WORDS[is_next])
