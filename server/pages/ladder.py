"""The target ladder of an indicator: areas by level, years, and what is stated; and the same as a table to sort.

`/indicators/<slug>` is the ladder, `/indicators/<slug>?view=table` the league table: one row for each value, with its
sentence, sorted and filtered by parameters of the address, and below it the areas that set no target, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext, lazy_gettext

from ..failures import RequestError
from ..graph import quotations
from ..graph.answer_table import AnswerTable, Cell, named_cell, number_cell, text_cell, truth_cell
from ..graph.axes import Value, value
from ..graph.citations import cited, row_label
from ..graph.hierarchy import node
from ..graph.ladder import Area, areas_of, ladders, peer_areas, silent_areas
from ..graph.quotations import Quotation
from ..graph.silence import REASONS
from ..service import service
from ..web.ask import rows
from ..web.names import shorten
from ..web.request import RequestContext, request_context
from . import page
from .take_home import file_of, offered, wanted_format
from .tiles import of_ladder
from .wording import SILENCE, STATES, bound_in_words

__all__ = ["SORTS", "Entry", "blueprint"]

blueprint = Blueprint("ladder", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table: a value, its area, and its sentence where the text is at hand."""

    value: Value
    area: Area | None
    sentence: Quotation | None


#: The columns of the table as a file.
_COLUMNS = (
    *(
        "area",
        "level",
        "whole",
        "role",
        "bound",
        "value",
        "upper",
        "unit",
        "printed",
        "start",
        "year",
        "inferred",
        "kind",
    ),
    *("hedge", "words", "document", "evidence", "thing"),
)
#: What a table is sorted by: parameter -> its title, and the key; what has no key stands last, whichever way.
SORTS: Mapping[str, tuple[Any, Callable[[Entry], Any]]] = {
    "area": (lazy_gettext("Area"), lambda each: each.area and (each.area.level, each.area.code, each.area.label)),
    "value": (lazy_gettext("Value"), lambda each: each.value.amount),
    "year": (lazy_gettext("Year"), lambda each: each.value.year),
}


@blueprint.get("/indicators/<path:slug>")
def ladder(slug: str) -> Response:
    """The values of an indicator in all areas."""
    with request_context(service()) as context:
        if wanted_format():
            content = _table(context, slug)
            return file_of(context, slug.replace("/", "-"), content["title"], lambda: _as_table(content))
        if request.args.get("view") == "table":
            shown = {"slug": slug, "sorts": SORTS, "silence": SILENCE, "states": STATES, "formats": offered()}
            return page(context, "league.html", lambda: _table(context, slug), also=quotations.state(), **shown)
        return page(
            context, "ladder.html", lambda: _ladder(context, slug), slug=slug, silence=SILENCE, formats=offered()
        )


def _indicator(context: RequestContext, slug: str) -> dict[str, Any]:
    iri = context.pool.names.at(f"id/indicator/{slug}")
    try:
        row = next((row for row in rows(context, "thing_in_short", {"thing": node(iri)}) if "kind" in row), None)
    except ValueError:
        row = None
    if row is None or not row["kind"].value.endswith("#Indicator"):
        raise RequestError("not-found", path=shorten(iri))
    denominators = rows(context, "denominators", {"indicator": node(iri)})
    return {
        "indicator": iri,
        "title": row_label(row, "") or slug,
        "denominator": next((row_label(each, "denominator") for each in denominators if "denominator" in each), ""),
        "lookalikes": [
            (each["lookalike"].value, row_label(each, "lookalike")) for each in denominators if "lookalike" in each
        ],
    }


def _values(context: RequestContext, iri: str) -> list[Value]:
    by_value = {row["value"].value: row for row in reversed(rows(context, "trajectory", {"indicator": node(iri)}))}
    places = cited(context, by_value)
    return [value(row, places) for row in reversed(by_value.values())]


def _ladder(context: RequestContext, slug: str) -> Mapping[str, Any]:
    content = _indicator(context, slug)
    with_peers = bool(request.args.get("all"))
    values = _values(context, content["indicator"])
    each_ladder = ladders(context, values, with_peers=with_peers)
    return content | {
        "ladders": each_ladder,
        "signs": frozenset().union(*(each.signs for each in each_ladder)),
        "with_peers": with_peers,
        "map": of_ladder(context, values, content["title"]),
    }


def _table(context: RequestContext, slug: str) -> Mapping[str, Any]:
    content = _indicator(context, slug)
    values = _values(context, content["indicator"])
    areas = areas_of(context, [each.area[0] for each in values])
    chosen = {name: request.args.get(name, "") for name in ("kind", "year", "level", "within", "what")}
    visible = [each for each in values if _fits(each, areas.get(each.area[0]), chosen)]
    quote = quotations.quoting(context, {place.iri.partition("#")[0] for each in visible for place in each.places})
    entries = [Entry(each, areas.get(each.area[0]), _sentence(quote, each)) for each in visible]
    sort = request.args.get("sort", "")
    if sort.removeprefix("-") in SORTS:
        key = SORTS[sort.removeprefix("-")][1]
        sortable = [each for each in entries if key(each) is not None]
        sortable.sort(key=key, reverse=sort.startswith("-"))
        entries = [*sortable, *(each for each in entries if key(each) is None)]
    return content | {
        "entries": entries,
        "silent": _silent(context, values, chosen),
        "total": len(values),
        "chosen": chosen,
        "sort": sort,
        "kinds": _options((shorten(each.kind[0]), each.kind[1]) for each in values if each.kind[0]),
        "years": _options((str(each.year), str(each.year)) for each in values if each.year is not None),
        "levels": _options((str(each.level), each.kind) for each in areas.values()),
        "uppers": _options((shorten(each.upper[0]), each.upper[1]) for each in areas.values() if each.upper[0]),
    }


def _silent(
    context: RequestContext, values: Sequence[Value], chosen: Mapping[str, str]
) -> list[tuple[Area, int, str, str]]:
    """The areas without a target of the kind, year, level and place that the reader chose: year, state, reason."""
    if chosen["what"] == "observation":
        return []
    peers = areas_of(context, peer_areas(context))
    wanted = [each for each in values if chosen["kind"] in ("", shorten(each.kind[0]) if each.kind[0] else "")]
    return [
        (area, year, REASONS[reason], reason)
        for area, year, reason in silent_areas(context, wanted, peers)
        if chosen["year"] in ("", str(year))
        and chosen["level"] in ("", str(area.level))
        and chosen["within"] in ("", shorten(area.upper[0]) if area.upper[0] else "-")
    ]


def _options(pairs: Any) -> list[tuple[str, str]]:
    return sorted(dict(pairs).items())


def _fits(each: Value, area: Area | None, chosen: Mapping[str, str]) -> bool:
    """Whether a value is among those that the reader chose."""
    held = {
        "kind": shorten(each.kind[0]) if each.kind[0] else "",
        "year": str(each.year),
        "level": str(area.level) if area else "",
        "within": shorten(area.upper[0]) if area and area.upper[0] else "",
        "what": "target" if each.is_target else "observation",
    }
    return all(not wanted or held[name] == wanted for name, wanted in chosen.items())


def _sentence(quote: Callable[[str, int, int], Quotation | None], each: Value) -> Quotation | None:
    for place in each.places[:1]:
        source, _, fragment = place.iri.partition("#char=")
        start, _, end = fragment.partition(",")
        if start.isdigit() and end.isdigit():
            return quote(source, int(start), int(end))
    return None


def _as_table(content: Mapping[str, Any]) -> AnswerTable:
    """The table as a file has it: numbers as numbers, bounds and tone in columns of their own, silent areas last."""
    rows_ = [_as_row(entry) for entry in content["entries"]]
    return AnswerTable(_COLUMNS, [*rows_, *(_as_silent_row(*each) for each in content["silent"])])


def _as_silent_row(area: Area, year: int, state: str, reason: str) -> list[Cell | None]:
    cells: dict[str, Cell | None] = {
        "area": Cell(area.label, iri=area.iri),
        "level": Cell(area.kind),
        "whole": Cell(area.upper[1], iri=area.upper[0]) if area.upper[0] else None,
        "role": Cell(str(STATES[state])),
        "printed": Cell(str(SILENCE[reason][1])),
        "year": Cell(str(year), "integer"),
    }
    return [cells.get(name) for name in _COLUMNS]


def _as_row(entry: Entry) -> list[Cell | None]:
    each, area = entry.value, entry.area
    source = each.plan if each.plan[0] else each.document
    texts = {
        "level": area.kind if area else "",
        "role": str(gettext("target") if each.is_target else gettext("observed")),
        "bound": bound_in_words(each),
        "printed": each.printed,
        "kind": each.kind[1],
        "hedge": each.hedge,
        "words": entry.sentence.words if entry.sentence else "",
    }
    cells: dict[str, Cell | None] = {name: text_cell(text) for name, text in texts.items()}
    cells["area"] = Cell(area.label, iri=area.iri) if area else None
    cells["whole"] = Cell(area.upper[1], iri=area.upper[0]) if area and area.upper[0] else None
    cells["value"] = number_cell(each.amount)
    cells["upper"] = number_cell(each.upper)
    cells["unit"] = named_cell(each.unit)
    cells["start"] = Cell(str(each.span[0]), "integer") if each.span and each.span[0] != each.span[1] else None
    cells["year"] = Cell(str(each.year), "integer") if each.year is not None else None
    cells["inferred"] = truth_cell(is_true=each.is_inferred)
    cells["document"] = named_cell(source)
    cells["evidence"] = Cell(each.places[0].iri) if each.places else None
    cells["thing"] = named_cell((each.iri, each.label))
    return [cells[name] for name in _COLUMNS]
