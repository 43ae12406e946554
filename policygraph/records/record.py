"""One file of records, read: its quads, and the lines where its things are defined and named."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, overload

import pyoxigraph as ox

from policygraph.findings import Position
from policygraph.spilled import Bytes, content_of

__all__ = ["Extract", "Places", "Record", "Statements"]

_K = TypeVar("_K", bound=Hashable)


class Statements(Sequence[ox.Quad]):
    """The quads of N-Quads, which are parsed when they are first looked at."""

    def __init__(self, *held: Bytes) -> None:
        self._held = held
        self._parsed: list[ox.Quad] | None = None

    @property
    def parts(self) -> Iterator[bytes]:
        """The bytes, piece by piece."""
        return map(content_of, self._held)

    def having(self, *predicates: ox.NamedNode) -> list[ox.Quad]:
        """The quads of some properties, in order."""
        texts = [f" {name} ".encode() for name in predicates]
        places = (sorted({place for text in texts for place in _lines_with(part, text)}) for part in self.parts)
        lines = [part[start:end] for part, each in zip(self.parts, places, strict=True) for start, end in each]
        quads = ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS)
        return [quad for quad in quads if quad.predicate in predicates]

    def _quads(self) -> list[ox.Quad]:
        if self._parsed is None:
            self._parsed = [quad for part in self.parts for quad in ox.parse(part, ox.RdfFormat.N_QUADS)]
        return self._parsed

    @overload
    def __getitem__(self, index: int) -> ox.Quad: ...
    @overload
    def __getitem__(self, index: slice) -> list[ox.Quad]: ...
    def __getitem__(self, index: int | slice) -> ox.Quad | list[ox.Quad]:
        return self._quads()[index]

    def __iter__(self) -> Iterator[ox.Quad]:
        return iter(self._quads())

    def __len__(self) -> int:
        return len(self._quads()) if self._parsed is not None else sum(part.count(b"\n") for part in self.parts)


def _lines_with(part: bytes, text: bytes) -> Iterator[tuple[int, int]]:
    """Where lines that have a text start and end."""
    place = part.find(text)
    while place >= 0:
        end = part.index(b"\n", place) + 1
        yield part.rfind(b"\n", 0, place) + 1, end
        place = part.find(text, end)


class Places(Mapping[_K, Position]):
    """What has a place in one file -> its place, made of the number of its line; `lines` has these numbers."""

    def __init__(self, file: str, lines: Mapping[_K, int]) -> None:
        self._file = file
        self.lines = lines

    def __getitem__(self, name: _K) -> Position:
        return Position(self._file, self.lines[name])

    def __iter__(self) -> Iterator[_K]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: object) -> bool:
        return name in self.lines

    def keys(self) -> KeysView[_K]:
        """Those of a dictionary, which are compared with others at once."""
        return self.lines.keys()


@dataclass(frozen=True, slots=True)
class Extract:
    """A summary of a record without its quads: the lines, the subjects, and the things mentioned.

    `held` are the lines and those of its evidence, or where they stand: they are read each time that they are asked
    for. `spelt` are the lines of the Web Annotation form of its evidence, of which the others do not speak; `sources`
    are the things that these alone mention. `untyped` are the subjects whose class it does not say, `properties` the
    predicates that it uses. `key` is that of the work of which it came, the same for the same lines, if it was kept.
    """

    held: tuple[Bytes, Bytes]
    subjects: list[str]
    mentions: list[str]
    sources: list[str]
    untyped: list[str]
    properties: list[str]
    key: str = ""

    @property
    def lines(self) -> bytes:
        """What the record says, as N-Quads."""
        return content_of(self.held[0])

    @property
    def spelt(self) -> bytes:
        """The form of its evidence, as N-Quads."""
        return content_of(self.held[1])


@dataclass(frozen=True, slots=True)
class Record:
    """One file as read: its quads, and where its things are defined and named.

    `keys` has the line of each property of a thing: (IRI of the thing, IRI of the property) -> place.

    `is_base` says that it is the part of a table of the base layer that the project refers to.
    """

    file: str
    graph: ox.NamedNode
    quads: Sequence[ox.Quad]
    positions: Places[str]
    defined: Places[str]
    referred: Places[str]
    is_base: bool = False
    keys: Mapping[tuple[str, str], Position] = field(default_factory=dict)
    #: What is kept of it, where it was kept.
    kept: Extract | None = None
    #: The same without the form of its evidence, where it was read here.
    content: Extract | None = None
