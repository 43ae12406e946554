"""Values of one indicator in, its target ladders out: rows are areas by level, columns years, cells what is stated.

What is of several years, as a change over them, has a column of these years. Values stand in one ladder only where
kind, unit, group to rank among and, for changes, baseline year are the same. An empty cell says why it is
empty (silence.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import pyoxigraph as ox

from ..web import preferences
from ..web.ask import rows
from ..web.names import shorten
from ..web.request import RequestContext
from .axes import Span, Value, unit_label
from .citations import row_label
from .silence import REASONS, Document, documents_of, why_silent

__all__ = ["Area", "Cell", "Ladder", "Rung", "areas_of", "ladders", "peer_areas", "silent_areas"]

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


@dataclass(slots=True)
class Cell:
    """What one area says for one year; `empty` is why there is nothing (silence.REASONS, or not-asked)."""

    values: list[Value] = field(default_factory=list)
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """A row: an area and its cells by column."""

    area: Area
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Values that may be compared, and their unit. `most` is the largest amount, 0 for no bars; None is no time."""

    first: Value
    unit: str
    spans: Sequence[Span | None]
    rungs: Sequence[Rung]
    most: float
    numbers: int

    @property
    def only(self) -> Value | None:
        """The value where there is exactly one, which is shown as a sentence instead of a table; else None."""
        return (
            next(value for rung in self.rungs for cell in rung.cells for value in cell.values)
            if self.numbers == 1
            else None
        )

    @property
    def signs(self) -> Set[str]:
        """What its table shows, for a legend: bounds of targets, observed, inferred, hedged, why cells are empty."""
        signs = set()
        for cell in (cell for rung in self.rungs for cell in rung.cells) if self.numbers > 1 else ():
            signs.add(REASONS.get(cell.empty, cell.empty))
            for value in cell.values:
                signs |= {value.bound if value.is_target else "observed"}
                signs |= {sign for sign, stands in (("inferred", value.is_inferred), ("hedged", value.hedge)) if stands}
        return signs - {""}

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
                row_label(row, "") or shorten(iri),
                _LEVELS.get(kind, _LOWEST),
                row_label(row, "kind") or kind,
                row["code"].value if "code" in row else "",
                (row["upper"].value, row_label(row, "upper")) if "upper" in row else ("", ""),
            ),
        )
    return areas


def peer_areas(context: RequestContext) -> list[str]:
    """The areas that documents are made for."""
    return [row["area"].value for row in rows(context, "ladder-peers")]


def ladders(context: RequestContext, values: Sequence[Value], *, with_peers: bool = False) -> list[Ladder]:
    """The ladders of an indicator's values, the one with most of them first; with peers, areas that say nothing too."""
    by_axis: dict[tuple[str, ...], list[Value]] = {}
    for each in values:
        by_axis.setdefault(each.axis[1:], []).append(each)
    peers = peer_areas(context) if with_peers else []
    areas = areas_of(context, [*(each.area[0] for each in values), *peers])
    documents = documents_of(context, areas, reports=True)
    made = [_ladder(group, areas, documents, peers) for group in by_axis.values()]
    return sorted(made, key=lambda ladder: -ladder.numbers)


def _ladder(
    values: Sequence[Value],
    areas: Mapping[str, Area],
    documents: Mapping[str, Sequence[Document]],
    peers: Sequence[str],
) -> Ladder:
    spans = {each.span for each in values if each.span}
    # by their last year, the years by themselves before those that several end with
    columns: list[Span | None] = [*sorted(spans, key=lambda span: (span[1], -span[0]))]
    columns += [None] if any(each.span is None for each in values) else []
    nowhere = Area("", "", _LOWEST, "", "", ("", ""))
    rows_: dict[str, dict[Span | None, Cell]] = {iri: {} for iri in [*(each.area[0] for each in values), *peers]}
    for each in values:
        rows_[each.area[0]].setdefault(each.span, Cell()).values.append(each)
    rungs = [
        Rung(
            areas.get(iri, nowhere),
            [cells.get(span) or Cell(empty=_why_empty(documents.get(iri, ()), span)) for span in columns],
        )
        for iri, cells in rows_.items()
    ]
    rungs.sort(key=lambda rung: (rung.area.level, rung.area.code or "9", rung.area.label))
    kind = values[0].kind[0].rpartition("/")[2]
    amounts = [abs(amount) for each in values for amount in (each.amount, each.upper) if amount is not None]
    return Ladder(
        values[0],
        unit_label(values, preferences.language()),
        columns,
        rungs,
        0.0 if kind in _NO_BARS else max(amounts, default=0.0),
        len(values),
    )


def _why_empty(documents: Sequence[Document], span: Span | None) -> str:
    return "not-asked" if span is None else why_silent(documents, span[1])


def silent_areas(
    context: RequestContext, values: Sequence[Value], areas: Mapping[str, Area]
) -> list[tuple[Area, int, str]]:
    """The areas with documents that set no target for a year that others set one for: area, year and reason."""
    stated = {(each.area[0], each.year) for each in values if each.is_target}
    years = sorted({year for _, year in stated if year is not None})
    documents = documents_of(context, areas)
    silent = [
        (area, year, why_silent(documents.get(iri, ()), year))
        for iri, area in areas.items()
        for year in years
        if (iri, year) not in stated
    ]
    return sorted(silent, key=lambda each: (each[1], each[0].level, each[0].code or "9", each[0].label))
