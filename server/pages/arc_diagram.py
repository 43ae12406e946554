"""Classes and properties in, an arc diagram out: the hierarchy as lines of text, the properties as arcs beside it.

The result is numbers for a template: where each class stands, and from which line to which an arc runs, how far out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Arc", "Diagram", "Line", "diagram"]

#: Measures in pixels: height of a line, indent of a level, width of the text, the widest arc, and the margin.
_HEIGHT, _INDENT, _TEXT, _WIDEST, _MARGIN = 24, 18, 270, 300, 16


@dataclass(frozen=True, slots=True)
class Line:
    """A class: how deep it stands in the hierarchy, and the middle of its line."""

    iri: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Arc:
    """The properties from one class to another, and the path they are drawn as; `is_loop` where both are one."""

    start: str
    end: str
    properties: tuple[str, ...]
    path: str
    arrow: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing of so many pixels."""

    width: int
    height: int
    text: int
    lines: Sequence[Line]
    arcs: Sequence[Arc]


def diagram(
    roots: Iterable[str], below: Mapping[str, Sequence[str]], links: Mapping[tuple[str, str], Sequence[str]]
) -> Diagram:
    """The diagram of a hierarchy: its uppermost classes in order, what is below each, and what links two of them."""
    lines: list[Line] = []

    def place(iri: str, depth: int) -> None:
        if all(line.iri != iri for line in lines):
            lines.append(Line(iri, _MARGIN + depth * _INDENT, _MARGIN + len(lines) * _HEIGHT + _HEIGHT // 2))
            for each in below.get(iri, ()):
                place(each, depth + 1)

    for root in roots:
        place(root, 0)
    heights = {line.iri: line.y for line in lines}
    longest = max((abs(heights[start] - heights[end]) for start, end in links), default=1) or 1
    arcs = [
        Arc(
            start,
            end,
            tuple(properties),
            _path(heights[start], heights[end], longest),
            _arrow(heights[start], heights[end]),
        )
        for (start, end), properties in sorted(links.items())
    ]
    return Diagram(_TEXT + _WIDEST + 2 * _MARGIN, len(lines) * _HEIGHT + 2 * _MARGIN, _TEXT, lines, arcs)


def _path(y: int, to: int, longest: int) -> str:
    if y == to:
        return f"M{_TEXT},{y - 4} a11,5 0 1 1 0,8"
    # the square root keeps short arcs apart and long ones on the page
    out = _TEXT + round(_WIDEST * (abs(to - y) / longest) ** 0.5)
    return f"M{_TEXT},{y} C{out},{y} {out},{to} {_TEXT},{to}"


def _arrow(y: int, to: int) -> str:
    return f"M{_TEXT},{to + 4 * (y == to)} l7,-3.5 v7 z"
