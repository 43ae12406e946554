"""One file of records, read: its quads, and the lines where its things are defined and named."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from policygraph.findings import Position

__all__ = ["Record"]


@dataclass(frozen=True, slots=True)
class Record:
    """One file as read: its quads, and where its things are defined and named.

    `keys` has the line of each property of a thing: (IRI of the thing, IRI of the property) -> place.

    `is_base` says that it is the part of a table of the base layer that the project refers to.
    """

    file: str
    graph: ox.NamedNode
    quads: list[ox.Quad]
    positions: dict[str, Position]
    defined: dict[str, Position]
    referred: dict[str, Position]
    is_base: bool = False
    keys: dict[tuple[str, str], Position] = field(default_factory=dict)
