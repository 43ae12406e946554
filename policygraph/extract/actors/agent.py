"""Who is named in a text: the words, where they stand, and what sort of name it is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Agent"]


@dataclass(frozen=True, slots=True)
class Agent:
    """Who is named: the words, where they stand, whether it is a person, and whether it stands for an open set."""

    name: str
    start: int
    end: int
    person: bool = False
    open_ended: bool = False
