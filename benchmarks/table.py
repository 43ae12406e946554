"""Measures of parts in, the lines of the one table out, and those of an earlier table beside them.

A line carries the day and the commit that it was measured at, so that parts measured at different times stand in one
table. The table itself is what is kept of a run: it is read again from benchmarks/RESULTS.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Measure", "lines_of", "merged", "table", "whole_at"]

_HEAD = (
    "| part | what | figure | beside | ratio | goal | met | measured |",
    "| --- | --- | ---: | --- | ---: | ---: | --- | --- |",
)
_CELLS = 8
#: What the line about a part itself is called.
_ITSELF = "the part itself"


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table: what was measured, what it took, what it is compared with, and the goal."""

    what: str
    figure: str
    beside: str = ""
    ratio: float | None = None
    goal: str = ""
    is_met: bool | None = None

    @classmethod
    def at_least(cls, what: str, figure: str, beside: str, ratio: float, goal: float) -> Measure:
        """A ratio to a peer that is to be so large."""
        return cls(what, figure, beside, ratio, f"≥ {goal:g} ×", ratio >= goal)

    @classmethod
    def at_most(cls, what: str, value: float, unit: str, goal: float) -> Measure:
        """A figure that is to be no more than so many of a unit."""
        return cls(what, f"{value:.1f} {unit}", "", None, f"≤ {goal:g} {unit}", value <= goal)

    @classmethod
    def failed(cls, what: str, reason: str, goal: str = "") -> Measure:
        """A figure that could not be taken, and why."""
        return cls(what, f"failed: {reason}", "", None, goal, is_met=False)

    @classmethod
    def itself(cls, seconds: float, bound: float, fault: str | None) -> Measure:
        """What a whole part took by the clock, or why it is not whole."""
        goal = f"≤ {bound:.0f} s"
        return cls.failed(_ITSELF, fault, goal) if fault else cls(_ITSELF, f"{seconds:.0f} s", goal=goal, is_met=True)

    def line(self, part: str, when: str) -> str:
        """The line of the table; what a cell cannot hold is left out of it."""
        ratio = f"{self.ratio:.2f} ×" if self.ratio is not None else ""
        verdict = {None: "", True: "yes", False: "no"}[self.is_met]
        cells = (part, self.what, self.figure, self.beside, ratio, self.goal, verdict, when)
        return f"| {' | '.join(' '.join(cell.replace('|', '/').split()) for cell in cells)} |"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def lines_of(text: str, parts: Iterable[str]) -> dict[str, list[str]]:
    """Part -> its lines in a table that was written before. Lines of another form are left out."""
    lines: dict[str, list[str]] = {part: [] for part in parts}
    for line in text.splitlines():
        cells = _cells(line) if line.startswith("| ") else []
        if len(cells) == _CELLS and cells[0] in lines:
            lines[cells[0]].append(line)
    return lines


def whole_at(lines: Mapping[str, Sequence[str]], commit: str) -> set[str]:
    """The parts that were measured to their end at a commit."""
    ends = {part: _cells(each[-1]) for part, each in lines.items() if each}
    return {
        part
        for part, cells in ends.items()
        if cells[1] == _ITSELF and cells[6] == "yes" and cells[7].split()[-1] == commit
    }


def merged(before: Mapping[str, Sequence[str]], now: Mapping[str, Sequence[str]]) -> list[str]:
    """The lines of all parts in the order of `before`, the new ones in the place of the old."""
    return [line for part, old in before.items() for line in now.get(part, old)]


def table(lines: Iterable[str]) -> str:
    """The whole table."""
    return "\n".join([*_HEAD, *lines]) + "\n"
