"""Values of one indicator in, its target ladders out: rows are areas by level, columns years, cells what is stated.

Values stand in one ladder only where kind, unit, group to rank among and, for changes, baseline year are the same. An
empty cell says why it is empty: a plan for that year was read and does not state it, is known and was not read, or
there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from ..web.ask import Row, rows
from ..web.names import shorten
from ..web.request import RequestContext
from .axes import Value
from .citations import said

__all__ = ["Area", "Cell", "Ladder", "Rung", "areas_of", "ladders"]

#: Class of an area -> its place from the top.
_LEVELS = {
    "Country": 0,
    "Region": 1,
    "UrbanRegion": 1,
    "Province": 2,
    "City": 3,
    "District": 4,
    "FunctionalZone": 5,
    "Subdistrict": 6,
    "Community": 7,
}
_LOWEST = 9
#: Kinds of value whose size no bar can show.
_NO_BARS = frozenset({"rank", "relative", "qualitative"})


@dataclass(frozen=True, slots=True)
class Area:
    """An area as a row: its level from the top, what that is called, its code, and where it belongs."""

    iri: str
    label: str
    level: int
    kind: str
    code: str
    upper: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """A plan or document of an area: from which year to which, and whether it was read."""

    first: int | None
    last: int | None
    is_read: bool

    def covers(self, year: int) -> bool:
        """Whether it could state a value for a year."""
        return self.first is not None and self.last is not None and self.first <= year <= self.last


@dataclass(slots=True)
class Cell:
    """What one area says for one year; `empty` is why there is nothing: not-stated, not-read or no-document."""

    values: list[Value] = field(default_factory=list)
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """A row: an area and its cells by column."""

    area: Area
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Values that may be compared. `most` is the largest amount, 0 where no bar is drawn; None is no year."""

    first: Value
    years: Sequence[int | None]
    rungs: Sequence[Rung]
    most: float
    numbers: int

    @property
    def only(self) -> Value | None:
        """The value, where there is but one: a sentence says it better than a table."""
        return (
            next(value for rung in self.rungs for cell in rung.cells for value in cell.values)
            if self.numbers == 1
            else None
        )

    def width(self, value: Value) -> float:
        """How long the bar of a value is, from 0 to 100."""
        amount = value.upper if value.upper is not None else value.amount
        return 100 * abs(amount) / self.most if self.most and amount is not None else 0.0


def areas_of(context: RequestContext, iris: Iterable[str]) -> dict[str, Area]:
    """Area -> the row that it is."""
    nodes = [ox.NamedNode(iri) for iri in sorted(set(iris)) if iri]
    areas: dict[str, Area] = {}
    for row in rows(context, "ladder-areas", {"area": nodes}) if nodes else ():
        iri, kind = row["area"].value, row["kind"].value.rpartition("#")[2]
        areas.setdefault(
            iri,
            Area(
                iri,
                said(row, "") or shorten(iri),
                _LEVELS.get(kind, _LOWEST),
                said(row, "kind") or kind,
                row["code"].value if "code" in row else "",
                (row["upper"].value, said(row, "upper")) if "upper" in row else ("", ""),
            ),
        )
    return areas


def ladders(context: RequestContext, values: Sequence[Value], *, with_peers: bool = False) -> list[Ladder]:
    """The ladders of an indicator's values, the one with most of them first; with peers, areas that say nothing too."""
    by_axis: dict[tuple[str, ...], list[Value]] = {}
    for each in values:
        by_axis.setdefault(each.axis[1:], []).append(each)
    peers = [row["area"].value for row in rows(context, "ladder-peers")] if with_peers else []
    areas = areas_of(context, [*(each.area[0] for each in values), *peers])
    documents = _documents(context, areas)
    made = [_ladder(group, areas, documents, peers) for group in by_axis.values()]
    return sorted(made, key=lambda ladder: -ladder.numbers)


def _ladder(
    values: Sequence[Value],
    areas: Mapping[str, Area],
    documents: Mapping[str, Sequence[Document]],
    peers: Sequence[str],
) -> Ladder:
    years = sorted({each.year for each in values if each.year is not None})
    columns: list[int | None] = [*years, *([None] if any(each.year is None for each in values) else [])]
    nowhere = Area("", "", _LOWEST, "", "", ("", ""))
    rows_: dict[str, dict[int | None, Cell]] = {iri: {} for iri in [*(each.area[0] for each in values), *peers]}
    for each in values:
        rows_[each.area[0]].setdefault(each.year, Cell()).values.append(each)
    rungs = [
        Rung(
            areas.get(iri, nowhere),
            [cells.get(year) or Cell(empty=_why_empty(documents.get(iri, ()), year)) for year in columns],
        )
        for iri, cells in rows_.items()
    ]
    rungs.sort(key=lambda rung: (rung.area.level, rung.area.code or "9", rung.area.label))
    kind = values[0].kind[0].rpartition("/")[2]
    amounts = [abs(amount) for each in values for amount in (each.amount, each.upper) if amount is not None]
    return Ladder(values[0], columns, rungs, 0.0 if kind in _NO_BARS else max(amounts, default=0.0), len(values))


def _why_empty(documents: Sequence[Document], year: int | None) -> str:
    if year is None:
        return "not-asked"
    of_year = [each for each in documents if each.covers(year)]
    if any(each.is_read for each in of_year):
        return "not-stated"
    return "not-read" if of_year else "no-document"


def _documents(context: RequestContext, areas: Iterable[str]) -> dict[str, list[Document]]:
    """Area -> its plans and documents. A document without a period may speak of its own year and the one before."""
    nodes = [ox.NamedNode(iri) for iri in sorted(areas)]
    by_area: dict[str, list[Document]] = {}
    for row in rows(context, "ladder-documents", {"area": nodes}) if nodes else ():
        start, end, published = _year(row, "start"), _year(row, "end"), _year(row, "date")
        first = start if start is not None else published - 1 if published is not None else end
        last = end if end is not None else published if published is not None else start
        by_area.setdefault(row["area"].value, []).append(Document(first, last, "text" in row))
    return by_area


def _year(row: Row, name: str) -> int | None:
    text = row[name].value[:4] if name in row else ""
    return int(text) if text.isdigit() else None
