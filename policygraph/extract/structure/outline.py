"""The tree of a document: its parts, where each stands, and what stands around them.

Data only: `parser` builds the tree, and the extractors of statements walk it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from policygraph.extract.structure.numbering import Marker
from policygraph.extract.structure.passages import Span

__all__ = ["Gap", "Outline", "Part"]


@dataclass(slots=True, eq=False)
class Part:
    """A part of a plan: where its label stands, the text that belongs to it alone, and its parts in order."""

    start: int
    end: int
    label: str
    style: str
    #: The rule that found it, and how sure that is.
    rule: str
    confidence: float
    marker: Marker | None = None
    parent: Part | None = None
    #: Whether the label has a line of its own.
    bare: bool = True
    #: Whether its label is nothing but a time (到2028年): its parts belong to what it stands in.
    is_time: bool = False
    #: The paragraphs of its running text, its label in the first; each is the spans that it was printed in.
    paragraphs: list[list[Span]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    #: The tables in it, each the spans of its rows; rows of a box of indicators are one too.
    tables: list[list[Span]] = field(default_factory=list)
    #: Of a row of a table of tasks, its other cells: the head of each, and where it stands.
    cells: list[tuple[str, Span]] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """How many parts it lies in; 0 for the whole."""
        return self.parent.depth + 1 if self.parent else 0

    def walk(self) -> Iterator[Part]:
        """The part and all below it, in order."""
        pending = [self]
        while pending:
            part = pending.pop()
            yield part
            pending += reversed(part.parts)

    def lineage(self) -> Iterator[Part]:
        """The part, what it lies in, and so on up to the whole."""
        part: Part | None = self
        while part:
            yield part
            part = part.parent


@dataclass(frozen=True, slots=True)
class Gap:
    """A printed number that does not follow the one before it: which it is, which it should be, and where."""

    part: Part
    expected: int
    repeats: bool


@dataclass(slots=True)
class Outline:
    """The tree, and what stands around it: the title, a docket number, dates, by-lines, and faulty numbers."""

    root: Part
    title: Span | None
    asides: list[tuple[str, int, int]]
    gaps: list[Gap]
