"""What the address of a tile map asks for in, the map out: its picture, its table, and what else may be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from policygraph.draw.tile_map import NARROW, PAGE, SHEET, TileMap, write

from ..failures import RequestError
from ..graph.answer_table import AnswerTable, Cell, text_cell
from ..graph.axes import Value, value
from ..graph.citations import cited, pick, row_label
from ..graph.hierarchy import node
from ..graph.ladder import areas_of, peer_areas
from ..graph.silence import REASONS, documents_of, why_silent
from ..graph.tile_map import (
    Layout,
    Part,
    Spot,
    Wording,
    Words,
    axes_of,
    layout_of,
    map_of_silence,
    map_of_values,
    map_of_words,
    spots_of,
)
from ..web.ask import Row, rows
from ..web.names import expand, shorten
from ..web.request import RequestContext
from ..web.urls import address
from .wording import SILENCE, STATES, bound_in_words, value_in_print, when

__all__ = ["SHOWS", "WHATS", "Beside", "Shown", "map_of_request", "of_ladder", "of_widest", "on_page"]

#: What a map shows -> its name.
SHOWS = {
    "values": lazy_gettext("an indicator"),
    "silence": lazy_gettext("who says nothing of it"),
    "positioning": lazy_gettext("positionings"),
}
WHATS = {"target": lazy_gettext("Targets"), "observation": lazy_gettext("Observations")}
_WORDS = 60
#: Areas that make a map worth a home page.
_MANY = 5
#: The columns of the map as a file.
_COLUMNS = ("area", "code", "state", "bound", "value", "upper", "unit", "printed", "year", "evidence", "thing")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the address asks for: the picture, what it is made of as rows, and what else may be chosen."""

    picture: TileMap
    table: AnswerTable
    choices: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beside:
    """The map on another page: what it shows, the picture, where it stands alone, and where its file is."""

    words: str
    svg: Markup
    href: str
    file: str


def map_of_request(context: RequestContext) -> Shown:
    """What the address asks for. Raises RequestError for an indicator without values."""
    indicators = rows(context, "indicators_with_values")
    show = request.args.get("show", "")
    if show not in SHOWS:
        widest = max((int(row["areas"].value) for row in indicators), default=0)
        positioned = max((int(row["parts"].value) for row in rows(context, "cities")), default=0)
        # of what most areas speak: a reader who names an indicator has chosen
        show = "positioning" if positioned > widest and not request.args.get("indicator") else "values"
    return _positionings(context) if show == "positioning" else _of_indicator(context, show, indicators)


def of_widest(context: RequestContext) -> tuple[str, Beside] | None:
    """The indicator that most areas speak of, and its map; None where fewer than five do."""
    widest = max(rows(context, "indicators_with_values"), key=lambda row: int(row["areas"].value), default=None)
    if widest is None or int(widest["areas"].value) < _MANY:
        return None
    iri = widest["indicator"].value
    title = row_label(widest, "") or shorten(iri)
    made = of_ladder(context, values_of(context, iri), title)
    return (title, made) if made else None


def on_page(picture: TileMap) -> Markup:
    """The picture as a page holds it: in the size for broad screens and for narrow ones; the style sheet shows one."""
    return Markup("".join(write(picture, PAGE, is_alone=False, sizes=sizes)[0] for sizes in (SHEET, NARROW)))  # noqa: S704 - ours


def _of_indicator(context: RequestContext, show: str, indicators: Sequence[Row]) -> Shown:
    widest = max(indicators, key=lambda row: int(row["areas"].value), default=None)
    chosen = request.args.get("indicator", "") or (widest["indicator"].value if widest else "")
    chosen = shorten(expand(chosen)) if chosen else ""
    labels = {shorten(row["indicator"].value): row_label(row, "") for row in indicators}
    if chosen and chosen not in labels:
        raise RequestError("not-found", path=chosen)
    made = _map_of(context, values_of(context, expand(chosen)) if chosen else [], labels.get(chosen, ""), show)
    options = sorted(((name, label or name) for name, label in labels.items()), key=lambda option: option[1])
    choices = {"indicators": options, "indicator": chosen, "show": show, "words": ""}
    return Shown(made.picture, made.table, {**made.choices, **choices})


def values_of(context: RequestContext, indicator: str) -> list[Value]:
    """The values of an indicator, each once, with the places where they are read."""
    by_value = {row["value"].value: row for row in rows(context, "trajectory", {"indicator": node(indicator)})}
    places = cited(context, by_value)
    return [value(row, places) for row in by_value.values()]


def of_ladder(context: RequestContext, values: Sequence[Value], title: str) -> Beside | None:
    """The map of an indicator's values beside its ladder; None for less than two areas."""
    made = _map_of(context, values, title, "values")
    if sum(tile.state == "stated" for tile in made.picture.tiles) < 2:
        return None
    svg = on_page(made.picture)
    words = f"{made.picture.title.partition(' · ')[2]} · {made.picture.description}"
    choices = {"indicator": shorten(values[0].indicator), "of": made.choices["of"]}
    return Beside(words, svg, url_for("tile_map.tile_map", **choices), url_for("tile_map.export", **choices))


def _map_of(context: RequestContext, values: Sequence[Value], label: str, show: str) -> Shown:
    wholes = _wholes(context, values)
    of = pick("of", [name for name, _ in wholes])
    layout = layout_of(context, expand(of)) if of else Layout({}, is_laid=False)
    kinds = _by_kind(values, {part.iri for part in layout.places if part.iri})
    what = pick("what", [name for name, some in kinds.items() if some] or ["target"])
    scales = axes_of(kinds[what])
    scale = pick("scale", [axis.key for axis in scales])
    axis, own = next(((axis, some) for axis, some in scales.items() if axis.key == scale), (None, []))
    years = sorted({each.year for each in own if each.year is not None}, reverse=True)
    year = pick("year", ["", *map(str, years)])
    spots = spots_of(context, layout, own, int(year) if year else None, targets=what == "target")
    title = " · ".join(filter(None, [label, axis.label if axis else "", str(WHATS[what])]))
    draw = map_of_silence if show == "silence" else map_of_values
    choices = {
        "wholes": wholes,
        "of": of,
        "what": what,
        "what_options": [(name, str(WHATS[name])) for name, some in kinds.items() if some],
        "scales": [(each.key, each.label) for each in scales],
        "scale": scale,
        "years": [("", gettext("the latest of each")), *((str(each), str(each)) for each in years)],
        "year": year,
        "spots": spots,
    }
    return Shown(draw(title, layout, spots, _wording()), _table(spots), choices)


def _by_kind(values: Iterable[Value], areas: Container[str]) -> dict[str, list[Value]]:
    """The targets and the observations of some areas."""
    kinds: dict[str, list[Value]] = {"target": [], "observation": []}
    for each in values:
        if each.area[0] in areas:
            kinds["target" if each.is_target else "observation"].append(each)
    return kinds


def _wording() -> Wording:
    return Wording(value_in_print, _tooltip, _lead, {name: str(words) for name, (_, words) in SILENCE.items()})


def _wholes(context: RequestContext, values: Sequence[Value]) -> list[tuple[str, str]]:
    """The areas whose parts these values are of, that with most of them first; else those that documents are for."""
    stated = {each.area[0] for each in values if each.area[0]}
    uppers = [area.upper for area in areas_of(context, stated).values() if area.upper[0]]
    if not uppers:
        uppers = [area.upper for area in areas_of(context, peer_areas(context)).values() if area.upper[0]]
    counts = Counter(uppers)
    return [
        (shorten(iri), label or shorten(iri))
        for (iri, label), _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]


def _lead(each: Value) -> str:
    return each.places[0].address if each.places else address(each.iri)


def _tooltip(spot: Spot) -> str:
    """All that a part states, in words."""
    return "; ".join(_words_for(each) for each in spot.values)


def _words_for(each: Value) -> str:
    bound = bound_in_words(each)
    time = f"({when(each.time)})" if each.time else ""
    return " ".join(filter(None, [bound, value_in_print(each, signed=False), time, each.hedge]))


def _table(spots: Sequence[Spot]) -> AnswerTable:
    return AnswerTable(_COLUMNS, [row for spot in spots for row in _rows_of(spot)])


def _rows_of(spot: Spot) -> list[list[Cell | None]]:
    area = Cell(spot.part.label, iri=spot.part.iri)
    if not spot.values:
        year = Cell(str(spot.year), "integer") if spot.year is not None else None
        return [[area, Cell(spot.part.code), Cell(str(STATES[REASONS[spot.reason]])), *[None] * 5, year, None, None]]
    return [
        [
            area,
            Cell(spot.part.code),
            Cell(gettext("stated")),
            Cell(bound_in_words(each)) if each.shows_bound else None,
            Cell(f"{each.amount:f}".rstrip("0").rstrip("."), "decimal") if each.amount is not None else None,
            Cell(f"{each.upper:f}".rstrip("0").rstrip("."), "decimal") if each.upper is not None else None,
            Cell(each.unit[1], iri=each.unit[0]) if each.unit[0] else None,
            text_cell(each.printed),
            Cell(str(each.year), "integer") if each.year is not None else None,
            Cell(each.places[0].iri) if each.places else None,
            Cell(each.label or shorten(each.iri), iri=each.iri),
        ]
        for each in spot.values
    ]


def _positionings(context: RequestContext) -> Shown:
    """What each part is to become; with `words`, only the positionings that have them in their name."""
    wholes = [
        (shorten(row["area"].value), row_label(row, "") or shorten(row["area"].value))
        for row in rows(context, "cities")
    ]
    of = pick("of", [name for name, _ in wholes])
    wanted = request.args.get("words", "").strip()[:_WORDS]
    layout = layout_of(context, expand(of)) if of else Layout({}, is_laid=False)
    shown = _words_of(context, expand(of), layout, wanted) if of else {}
    documents = documents_of(context, [part.iri for part in layout.places])
    reasons = {part: why_silent(documents.get(part.iri, ()), None) for part in layout.places}
    wording = _wording()
    title = " · ".join(filter(None, [dict(wholes).get(of, ""), gettext("Positionings"), wanted]))
    table = AnswerTable(
        ("area", "code", "state", "positioning"),
        [
            _word_row(part, each, reasons)
            for part in layout.places
            for each in [*shown.get(part, ()), *([] if part in shown else [None])]
        ],
    )
    choices = dict.fromkeys(("spots", "indicators", "what_options", "scales", "years"), ())
    names = {"wholes": wholes, "of": of, "words": wanted, "show": "positioning", "indicator": ""}
    return Shown(map_of_words(title, layout, shown, reasons, wording), table, {**choices, **names})


def _words_of(context: RequestContext, whole: str, layout: Layout, wanted: str) -> dict[Part, list[Words]]:
    by_iri = {part.iri: part for part in layout.places}
    labels: dict[str, tuple[str, str]] = {}
    for row in rows(context, "positionings", {"area": node(whole)}):
        if "positioning" in row and wanted.lower() in (label := row_label(row, "")).lower():
            labels.setdefault(row["positioning"].value, (row["part"].value, label))
    places = cited(context, labels)
    shown: dict[Part, list[Words]] = {}
    for iri, (part, label) in labels.items():
        href = places[iri][0].address if places.get(iri) else address(iri)
        if label not in {each.label for each in shown.setdefault(by_iri[part], [])}:
            shown[by_iri[part]].append(Words(label, href, iri))
    return shown


def _word_row(part: Part, each: Words | None, reasons: Mapping[Part, str]) -> list[Cell | None]:
    state = gettext("stated") if each else str(STATES[REASONS[reasons[part]]])
    tail = [Cell(each.label, iri=each.iri)] if each else [None]
    return [Cell(part.label, iri=part.iri), Cell(part.code), Cell(state), *tail]
