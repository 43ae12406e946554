"""Values, positionings or silence of areas in, a tile map of the areas they belong to out.

Which places the tiles have is a table of the base layer (`data/base/tiles.csv`), by area code: the provinces of China,
the districts of Shenyang. Areas that it does not have stand in rows, in order of their codes, which the map says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from flask_babel import gettext

from policygraph import paths
from policygraph.draw.tile_map import Entry, Tile, TileMap, in_rows, shades

from ..web import preferences
from ..web.ask import rows
from ..web.names import shorten
from ..web.request import RequestContext
from ..web.urls import address
from .axes import Value, unit_label
from .citations import row_label
from .hierarchy import node
from .silence import REASONS, documents_of, why_silent

__all__ = [
    "Axis",
    "Layout",
    "Part",
    "Spot",
    "Wording",
    "Words",
    "axes_of",
    "laid",
    "layout_of",
    "map_of_silence",
    "map_of_values",
    "map_of_words",
    "spots_of",
    "states_of_knowledge",
]

#: Shade of a tile that states something, and of one with words.
_STATED, _WITH_WORDS = 3, 1
#: State of an empty tile -> its sign.
_SIGNS = {"not-stated": "–", "not-read": "?"}
_SILENT = ("not-stated", "not-read", "no-document")


@dataclass(frozen=True, slots=True)
class Part:
    """An area of the map: its IRI, empty where the graph does not have it, its code, its name in full and in short."""

    iri: str
    code: str
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of an area with their places, and whether these were laid by hand."""

    places: Mapping[Part, tuple[int, int]]
    is_laid: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """What values must share to stand on one scale: a name for the address, and one for people."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Spot:
    """What the map says of one part: its values, or the reason (of silence.REASONS) why there are none."""

    part: Part
    values: Sequence[Value]
    reason: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Words:
    """A positioning of a part: its label, where it is read, and its IRI."""

    label: str
    href: str
    iri: str


@lru_cache(1)
def laid() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Id of an area -> the rows of its parts in the table of tiles, which is read once."""
    parts: dict[str, list[Mapping[str, str]]] = {}
    for row in paths.base_layer().tables.rows("tiles"):
        parts.setdefault(row["within"], []).append(row.cells)
    return parts


def layout_of(context: RequestContext, whole: str) -> Layout:
    """The parts of an area that the graph or the table has, each at its place."""
    language = preferences.language()
    parts = {row["part"].value: row for row in rows(context, "map-parts", {"area": node(whole)})}
    by_code = {row["code"].value: iri for iri, row in parts.items() if "code" in row}
    laid_out = laid().get(shorten(whole).partition(":")[2], ())
    places: dict[Part, tuple[int, int]] = {}
    for cells in laid_out:
        iri = by_code.get(cells["code"], "")
        label = row_label(parts[iri], "") if iri else cells[language]
        places[Part(iri, cells["code"], label or cells[language], cells[language])] = (
            int(cells["column"]),
            int(cells["row"]),
        )
    others = [
        _part(iri, row_label(row, ""), row) for iri, row in parts.items() if iri not in {part.iri for part in places}
    ]
    below = max((row for _, row in places.values()), default=-1) + 1
    for part, (column, row) in zip(others, in_rows(len(others)), strict=True):
        places[part] = column, below + row
    return Layout(places, bool(laid_out))


def _part(iri: str, label: str, row: Mapping[str, object]) -> Part:
    code = getattr(row.get("code"), "value", "")
    label = label or shorten(iri)
    return Part(iri, code, label, label.removesuffix(" District").removesuffix(" County"))


def axes_of(values: Iterable[Value]) -> dict[Axis, list[Value]]:
    """Scale -> the values that share it, the one that speaks of most areas first."""
    groups: dict[tuple[str, ...], list[Value]] = {}
    for each in values:
        groups.setdefault(each.axis[1:], []).append(each)
    ordered = sorted(groups.values(), key=lambda group: (-len({each.area[0] for each in group}), group[0].axis))
    kinds = Counter(group[0].kind[0] for group in ordered)
    return {_axis(group, is_alone=kinds[group[0].kind[0]] == 1): group for group in ordered}


def _axis(values: Sequence[Value], *, is_alone: bool) -> Axis:
    """The name of a scale: its kind, and where another has that kind its unit, areas and baseline too."""
    first = values[0]
    parts = [
        shorten(iri).rpartition("/")[2].rpartition(":")[2]
        for iri in (first.kind[0], first.unit[0], first.among[0])
        if iri
    ]
    base = first.axis[4]
    label = first.kind[1] or gettext("without a kind")
    if unit := unit_label(values, preferences.language()):
        label += f" ({unit})"
    if first.among[1]:
        label += f", {gettext('among %(area)s', area=first.among[1])}"
    if base:
        label += f", {gettext('against %(year)s', year=base)}"
    key = parts[:1] if is_alone else [*parts, *([base] if base else [])]
    return Axis("-".join(key) or "-", label)


def spots_of(
    context: RequestContext, layout: Layout, values: Sequence[Value], year: int | None, *, targets: bool
) -> list[Spot]:
    """What each part states for a year; without one, what it states last."""
    latest = max((each.year for each in values if each.year is not None), default=None)
    documents = documents_of(context, [part.iri for part in layout.places], reports=not targets)
    spots = []
    for part in layout.places:
        own = [each for each in values if part.iri and each.area[0] == part.iri]
        wanted = year if year is not None else max((each.year for each in own if each.year is not None), default=None)
        stated = [each for each in own if each.year == wanted]
        when = wanted if wanted is not None else latest
        reason = "" if stated else why_silent(documents.get(part.iri, ()), when)
        spots.append(Spot(part, stated, reason, wanted if stated else when))
    return spots


@dataclass(frozen=True, slots=True)
class Wording:
    """How a page says what tiles show: a value in print, all of a spot, where a value leads, why a tile is empty."""

    value: Callable[[Value], str]
    spot: Callable[[Spot], str]
    lead: Callable[[Value], str]
    reasons: Mapping[str, str]


def map_of_values(title: str, layout: Layout, spots: Sequence[Spot], wording: Wording) -> TileMap:
    """The map of one scale: each tile prints its value with its bound, and its year where the years differ."""
    firsts = {spot.part: _first(spot.values) for spot in spots if spot.values}
    shade_of, ranges = shades(each.amount for each in firsts.values() if each.amount is not None)
    has_years = len({spot.year for spot in spots if spot.values}) > 1
    tiles = [_tile_of(spot, layout, shade_of, wording, has_years=has_years) for spot in spots]
    printed = {each.amount: wording.value(replace(each, upper=None, bound="point")) for each in firsts.values()}
    legend = [
        Entry("stated", printed[low] if low == high else f"{printed[low]} – {printed[high]}", shade_of[low])
        for low, high in ranges
    ]
    if any(each.amount is None for each in firsts.values()):
        legend.append(Entry("stated", gettext("stated without a number")))
    notes = [gettext("A range has the shade of its lower end.")] if any(_has_range(spot) for spot in spots) else []
    return _map(title, layout, spots, tiles, legend, *notes)


def map_of_silence(title: str, layout: Layout, spots: Sequence[Spot], wording: Wording) -> TileMap:
    """The map of who states it and who does not, and why not: no values, the states alone."""
    states = states_of_knowledge()
    tiles = []
    for spot in spots:
        tile = _tile_of(spot, layout, {}, wording, has_years=True)
        shade = _STATED if spot.values else None
        more = str(spot.year) if spot.values and spot.year is not None else ""
        tiles.append(replace(tile, value=states[tile.state], more=more, shade=shade))
    legend = [Entry("stated", states["stated"], _STATED)] * any(spot.values for spot in spots)
    return _map(title, layout, spots, tiles, legend)


def map_of_words(
    title: str, layout: Layout, words: Mapping[Part, Sequence[Words]], reasons: Mapping[Part, str], wording: Wording
) -> TileMap:
    """The map of positionings: what each part is to become; the rest by the reason why nothing is stated."""
    spots, tiles = [], []
    for part, (column, row) in layout.places.items():
        shown = words.get(part, ())
        spot = Spot(part, (), "" if shown else reasons.get(part, "no-document"), None)
        spots.append(spot)
        if shown:
            more = f"+{len(shown) - 1}" if len(shown) > 1 else ""
            tooltip = "; ".join(each.label for each in shown)
            tiles.append(
                Tile(part.name, column, row, "stated", shown[0].label, more, _WITH_WORDS, tooltip, shown[0].href)
            )
        else:
            tiles.append(_tile_of(spot, layout, {}, wording, has_years=False))
    legend = [Entry("stated", gettext("is to become"), _WITH_WORDS)] * any(words.get(part) for part in layout.places)
    return _map(title, layout, spots, tiles, legend)


def _tile_of(spot: Spot, layout: Layout, shade_of: Mapping[float, int], wording: Wording, *, has_years: bool) -> Tile:
    """The tile of a spot, with its value or with the sign of its silence."""
    column, row = layout.places[spot.part]
    if not spot.values:
        state = REASONS[spot.reason]
        href = address(spot.part.iri) if spot.part.iri else ""
        sign = _SIGNS.get(state, "")
        return Tile(spot.part.name, column, row, state, sign, tooltip=wording.reasons[spot.reason], href=href)
    first = _first(spot.values)
    more = [str(spot.year)] if has_years and spot.year is not None else []
    more += [f"+{len(spot.values) - 1}"] if len(spot.values) > 1 else []
    shade = shade_of.get(first.amount) if first.amount is not None else None
    words = wording.value(first), " · ".join(more)
    return Tile(spot.part.name, column, row, "stated", *words, shade, wording.spot(spot), wording.lead(first))


def _map(
    title: str, layout: Layout, spots: Sequence[Spot], tiles: Sequence[Tile], legend: Sequence[Entry], *notes: str
) -> TileMap:
    """The map with what every map says: how many areas state it, the signs of silence, where places come from."""
    present = {tile.state for tile in tiles}
    states = states_of_knowledge()
    are_signed = any(tile.value == _SIGNS.get(tile.state) for tile in tiles)
    signs = _SIGNS if are_signed else {}
    silence = [Entry(state, states[state], None, signs.get(state, "")) for state in _SILENT if state in present]
    basis = (
        gettext("Tiles of one size, laid by hand: no borders and no sizes.")
        if layout.is_laid
        else gettext("Nobody has laid a map of these areas: they stand in order of their codes, not of place.")
    )
    stated = sum(tile.state == "stated" for tile in tiles)
    years = sorted({spot.year for spot in spots if spot.values and spot.year is not None})
    span = [f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])] if years else []
    counted = gettext("%(stated)s of %(all)s areas state it", stated=stated, all=len(tiles))
    return TileMap(
        title, " · ".join([counted, *span]), tiles, [*legend, *silence], [*notes, basis], preferences.language()
    )


def _first(values: Sequence[Value]) -> Value:
    """The value that a tile prints of several: one with a number before one without."""
    return min(values, key=lambda each: (each.amount is None, each.iri))


def _has_range(spot: Spot) -> bool:
    return bool(spot.values) and _first(spot.values).upper is not None


def states_of_knowledge() -> dict[str, str]:
    """State of a tile -> how it is called."""
    return {
        "stated": gettext("stated"),
        "not-stated": gettext("not stated"),
        "not-read": gettext("not read"),
        "no-document": gettext("no document"),
    }
