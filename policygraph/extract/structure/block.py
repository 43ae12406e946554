"""A line of a text: where it stands, what it looks like, and its number if it has one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from policygraph.extract.structure.numbering import Marker
from policygraph.extract.structure.passages import Span

__all__ = ["Block", "squeeze"]


@dataclass(slots=True)
class Block:
    """A line or paragraph: where its text is, its number if it has one, and what it looks like.

    `kind` is text, heading (a short line without a full stop), marker (it begins with a printed number), annex, table,
    or one of the kinds of `furniture`, which say nothing of the plan.
    """

    start: int
    end: int
    kind: str
    marker: Marker | None = None
    #: How many # a markdown heading has; 0 for any other.
    depth: int = 0
    #: Whether an empty line stands in front.
    spaced: bool = False
    #: The spans of its text: one a printed line.
    pieces: list[Span] = field(default_factory=list)
    #: Its words where it is a short line, else empty.
    words: str = ""
    #: Of an annex with its title on the same line, where the title begins.
    title: int = 0

    def __post_init__(self) -> None:
        self.pieces = self.pieces or [(self.start, self.end)]


def squeeze(text: str) -> str:
    """The text without white space, markdown signs and leaders, for comparing lines."""
    return re.sub(r"[\s　#*.…·．]+[0-9]*$|[\s　#*]+", "", text)
