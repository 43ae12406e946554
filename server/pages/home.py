"""The home page: what is in the graph, what does not add up in it, and questions with the first rows of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response
from flask_babel import lazy_gettext

from policygraph.queries import Query, defaults
from policygraph.vocab import pg

from ..graph.catalogue import catalogue
from ..graph.citations import row_label
from ..graph.labels import in_rows, names
from ..service import service
from ..web.ask import Row, part, rows
from ..web.names import shorten
from ..web.request import RequestContext, request_context
from . import page
from .tiles import of_widest
from .wording import columns

__all__ = ["Bar", "Example", "LeftOut", "Picture", "blueprint"]

blueprint = Blueprint("home", __name__)

#: Class -> what its things are called, and the page that lists them where there is one.
_FIGURES = {
    "PolicyDocument": (lazy_gettext("Documents"), "things.documents"),
    "Plan": (lazy_gettext("Plans"), "things.plans"),
    "PlanElement": (lazy_gettext("Elements of plans"), None),
    "IndicatorTarget": (lazy_gettext("Targets"), None),
    "AdministrativeArea": (lazy_gettext("Areas"), "things.areas"),
    "Indicator": (lazy_gettext("Indicators"), "things.indicators"),
    "Organisation": (lazy_gettext("Organisations"), "things.organisations"),
    "Initiative": (lazy_gettext("Initiatives"), "things.initiatives"),
}
#: Documents, gaps, and rows and columns of answers that are shown; columns that say the same in every row are not.
_DOCUMENTS, _GAPS, _ROWS, _COLUMNS = 12, 6, 4, 5
#: Documents of the list that are looked through at once.
_AT_ONCE = 100
#: Plans that the picture shows.
_BARS = 14


@dataclass(frozen=True, slots=True)
class Example:
    """A question of the catalogue, and the first rows of its answer."""

    query: Query
    columns: Sequence[str]
    rows: Sequence[Row]
    total: int


@blueprint.get("/")
def home() -> Response:
    """What the graph holds."""
    with request_context(service()) as context:
        return page(context, "home.html", lambda: _overview(context))


def _overview(context: RequestContext) -> Mapping[str, Any]:
    numbers = {row["class"].value: row["number"] for row in rows(context, "home-counts")}
    documents = _documents(context)
    gaps, gaps_in_all = part(context, "home-gaps", 0, _GAPS)
    visible = [*documents, *gaps]
    picture = _picture(context)
    # plans of one and the same year make no picture over the years
    tiled = of_widest(context) if picture is None or len(picture.years) == 1 else None
    return {
        "figures": [
            (pg(name).value, title, numbers[pg(name).value], endpoint)
            for name, (title, endpoint) in _FIGURES.items()
            if pg(name).value in numbers
        ],
        "picture": None if tiled else picture,
        "tiled": tiled,
        "comparable": next((shorten(row["area"].value) for row in part(context, "cities", 0, 1)[0]), ""),
        "documents": documents,
        "gaps": gaps,
        "gaps_in_all": gaps_in_all,
        "examples": [_example(context, query) for query in _examples(context)],
        "left_out": _left_out(context),
        "names": names(context, in_rows(visible)),
    }


def _documents(context: RequestContext) -> list[Row]:
    """The first documents of the list that were read, which is known by their elements."""
    documents: list[Row] = []
    start, total = 0, 1
    while start < total and len(documents) < _DOCUMENTS:
        listed, total = part(context, "list-documents", start, _AT_ONCE)
        documents += [row for row in listed if "elements" in row and row["elements"].value != "0"]
        start += _AT_ONCE
    return documents[:_DOCUMENTS]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A document that the build leaves out: why, and the area that it is for, empty where that is not known."""

    iri: str
    label: str
    reason: str
    area: tuple[str, str]


def _left_out(context: RequestContext) -> list[LeftOut]:
    documents: dict[str, LeftOut] = {}
    for row in rows(context, "left-out"):
        iri = row["document"].value
        area = (row["area"].value, row_label(row, "area") or shorten(row["area"].value)) if "area" in row else ("", "")
        documents.setdefault(iri, LeftOut(iri, row_label(row, "") or shorten(iri), row_label(row, "reason"), area))
    return list(documents.values())


@dataclass(frozen=True, slots=True)
class Bar:
    """A plan in the picture: its area, its years, and where its bar stands, in hundredths of the width."""

    iri: str
    label: str
    area: tuple[str, str]
    years: str
    at: float
    width: float
    elements: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Plans over the years, by area: what is in the graph, at a glance."""

    years: Sequence[int]
    bars: Sequence[Bar]


def _picture(context: RequestContext) -> Picture | None:
    """The plans with the most elements that say their years; None where none does."""
    plans = {row["plan"].value: row for row in rows(context, "home-plans")}
    spans = {iri: span for iri, row in plans.items() if (span := _span(row))}
    shown = sorted(list(spans)[:_BARS], key=lambda iri: (row_label(plans[iri], "area"), spans[iri], iri))
    if not shown:
        return None
    first, last = min(spans[iri][0] for iri in shown), max(spans[iri][1] for iri in shown)
    step = 100 / (last - first + 1)
    bars = [
        Bar(
            iri,
            row_label(plans[iri], "") or shorten(iri),
            (plans[iri]["area"].value, row_label(plans[iri], "area")) if "area" in plans[iri] else ("", ""),
            _years(spans[iri], has_end="end" in plans[iri]),
            (spans[iri][0] - first) * step,
            (spans[iri][1] - spans[iri][0] + 1) * step,
            int(plans[iri]["elements"].value),
        )
        for iri in shown
    ]
    return Picture(list(range(first, last + 1)), bars)


def _years(span: tuple[int, int], *, has_end: bool) -> str:
    return f"{span[0]}–" if not has_end else str(span[0]) if span[0] == span[1] else f"{span[0]}–{span[1]}"


def _span(row: Row) -> tuple[int, int] | None:
    """The first and the last year of a plan; one without an end is drawn for its first year."""
    start, end = (row[name].value[:4] if name in row else "" for name in ("start", "end"))
    if not start.isdigit():
        return None
    return int(start), max(int(start), min(int(end), int(start) + 30)) if end.isdigit() else int(start)


def _examples(context: RequestContext) -> list[Query]:
    """The questions whose header puts them on the home page, in that order."""
    return sorted(
        (query for query in catalogue(context).values() if query.header.get("home", "").isdigit()),
        key=lambda query: int(query.header["home"]),
    )


def _example(context: RequestContext, query: Query) -> Example:
    visible, total = part(context, query, 0, _ROWS, defaults(query, context.pool.names))
    telling = [name for name in columns(visible) if len({row.get(name) for row in visible}) > 1]
    return Example(query, telling[:_COLUMNS] or columns(visible)[:_COLUMNS], visible, total)
