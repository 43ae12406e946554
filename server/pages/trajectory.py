"""Indicators over time: observed values and the targets of every plan, on one axis where they may stand on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext

from ..failures import RequestError
from ..graph.answer_table import AnswerTable, Cell, named_cell, number_cell, text_cell, truth_cell
from ..graph.axes import Chart, Value, charts, differences, unit_label, value
from ..graph.citations import cited, row_label
from ..graph.hierarchy import node
from ..service import service
from ..web import preferences
from ..web.ask import Row, rows
from ..web.names import expand, shorten
from ..web.request import RequestContext, request_context
from ..web.urls import address
from . import page
from .take_home import file_of, of_query, offered, wanted_format
from .wording import bound_in_words, role_and_bound, when

__all__ = ["blueprint"]

blueprint = Blueprint("trajectory", __name__)

#: The columns of the values as a file.
_COLUMNS = (
    *("indicator", "area", "kind", "time", "inferred", "role", "bound", "value", "upper", "unit", "printed", "hedge"),
    *("document", "evidence", "thing"),
)


@blueprint.get("/trajectory")
def trajectory() -> Response:
    """Without `indicator` those to choose from; else its values, and with `beside` another's, where they compare."""
    with request_context(service()) as context:
        if not request.args.get("indicator"):
            if wanted_format():
                return file_of(
                    context, "trajectories", "trajectories", lambda: of_query(context, "indicators_with_values")
                )

            def ask() -> Mapping[str, Any]:
                return {"indicators": rows(context, "indicators_with_values")}

            return page(context, "trajectories.html", ask, formats=offered())
        if wanted_format():
            return file_of(context, "trajectory", "trajectory", lambda: _table(_shown(context)))
        return page(context, "trajectory.html", lambda: _shown(context), formats=offered())


def _shown(context: RequestContext) -> Mapping[str, Any]:
    indicators = {shorten(row["indicator"].value): row for row in rows(context, "indicators_with_values")}
    options = sorted(
        ((name, row_label(row, "") or name) for name, row in indicators.items()), key=lambda option: option[1]
    )
    chosen, beside = _chosen("indicator", indicators), _chosen("beside", indicators)
    terms = [expand(name) for name in (chosen, beside) if name]
    wholes = {
        row["indicator"].value: row
        for row in rows(context, "denominators", {"indicator": [node(term) for term in terms]})
    }
    values = _values(context, terms)
    mine = [each for each in values if each.indicator == terms[0]]
    theirs = [each for each in values if each.indicator != terms[0]]
    refused = _refused(mine, theirs, wholes) if theirs else {}
    areas = {each.area[0]: each.area[1] for each in mine}
    area_filter = request.args.get("area", "")
    visible = _visible([*mine, *([] if "denominator" in refused else _comparable(mine, theirs))], area_filter)
    return {
        "options": options,
        "chosen": chosen,
        "beside": beside,
        "labels": {expand(name): label for name, label in options},
        "areas": [(shorten(iri), label) for iri, label in areas.items()],
        "area": area_filter,
        "charts": visible,
        "apart": _apart(visible),
        "units": [unit_label(chart.values, preferences.language()) for chart in visible],
        "refused": refused,
        "wholes": wholes,
        "lookalikes": _lookalikes(context, terms[0]),
        "thing": terms[0],
        "data": [_chart_json(chart, dict(options)) for chart in visible],
    }


def _visible(values: Sequence[Value], area: str) -> list[Chart]:
    """The charts of values of one area, named by its short IRI; those of all areas where it is empty."""
    return [chart for chart in charts(values) if area in ("", shorten(chart.values[0].area[0]))]


def _table(content: Mapping[str, Any]) -> AnswerTable:
    """The values of all charts as rows, in the order of the page."""
    labels = content["labels"]
    rows_: list[list[Cell | None]] = []
    for chart in content["charts"]:
        for each in chart.values:
            source = each.plan if each.is_target and each.plan[0] else each.document
            rows_.append(
                [
                    Cell(labels.get(each.indicator, ""), iri=each.indicator),
                    named_cell(each.area),
                    named_cell(each.kind),
                    Cell(when(each.time)) if each.time else None,
                    truth_cell(is_true=each.is_inferred),
                    Cell(str(gettext("target") if each.is_target else gettext("observed"))),
                    Cell(bound_in_words(each)) if each.shows_bound else None,
                    number_cell(each.amount),
                    number_cell(each.upper),
                    named_cell(each.unit),
                    text_cell(each.printed),
                    text_cell(each.hedge),
                    named_cell(source),
                    Cell(each.places[0].iri) if each.places else None,
                    named_cell((each.iri, each.label)),
                ]
            )
    return AnswerTable(_COLUMNS, rows_)


def _chosen(name: str, indicators: Mapping[str, Row]) -> str:
    said_ = request.args.get(name, "")
    short = shorten(expand(said_)) if said_ else ""
    if short and short not in indicators:
        raise RequestError("not-found", path=said_)
    return short


def _values(context: RequestContext, terms: Sequence[str]) -> list[Value]:
    """The values of some indicators; one that stands in several rows is told once."""
    values = {
        row["value"].value: row
        for row in reversed(rows(context, "trajectory", {"indicator": [node(term) for term in terms]}))
    }
    places = cited(context, values)
    return [value(row, places) for row in reversed(values.values())]


def _lookalikes(context: RequestContext, indicator: str) -> list[dict[str, str]]:
    """Indicators that read alike and divide by another whole: which, by what, and by what this one is divided."""
    lookalikes = [row for row in rows(context, "denominators", {"indicator": node(indicator)}) if "lookalike" in row]
    if not lookalikes:
        return []
    others = [node(iri) for iri in sorted({row["lookalike"].value for row in lookalikes})]
    theirs = {
        row["indicator"].value: row_label(row, "denominator")
        for row in rows(context, "denominators", {"indicator": others})
    }
    return [
        {
            "iri": row["lookalike"].value,
            "label": row_label(row, "lookalike") or shorten(row["lookalike"].value),
            "theirs": theirs.get(row["lookalike"].value, ""),
            "mine": row_label(row, "denominator"),
        }
        for row in lookalikes
    ]


def _comparable(mine: Sequence[Value], theirs: Sequence[Value]) -> list[Value]:
    axes = {each.axis for each in mine}
    return [each for each in theirs if each.axis in axes]


def _refused(mine: Sequence[Value], theirs: Sequence[Value], wholes: Mapping[str, Row]) -> dict[str, list[Value]]:
    """Reason -> the other indicator's values that may not be drawn beside those of the first."""
    denominators = {
        wholes[each].get("denominator") for each in {mine[0].indicator, theirs[0].indicator} if each in wholes
    }
    if len(denominators) > 1:
        return {"denominator": list(theirs)}
    by_indicator: dict[str, list[Value]] = {}
    for each in theirs:
        reasons = min((differences(one, each) for one in mine), key=len)
        if reasons:
            by_indicator.setdefault(",".join(reasons), []).append(each)
    return by_indicator


def _apart(visible: Sequence[Chart]) -> list[list[str]]:
    """For each chart, in what its axis differs from the first one of the same area; nothing for that one itself."""
    firsts: dict[str, Value] = {}
    return [
        differences(firsts.setdefault(chart.values[0].area[0], chart.values[0]), chart.values[0]) for chart in visible
    ]


def _chart_json(chart: Chart, labels: Mapping[str, str]) -> dict[str, Any]:
    """A chart as scripts read it."""
    first = chart.values[0]
    return {
        "unit": unit_label(chart.values, preferences.language()),
        "isRank": first.kind[0].endswith("/rank"),
        "values": [
            {
                "isTarget": each.is_target,
                "series": each.plan[1] or each.document[1],
                "indicator": labels.get(shorten(each.indicator), ""),
                "at": each.at,
                "time": each.time,
                "amount": each.amount,
                "upper": each.upper,
                "printed": each.printed,
                "bound": each.shown_bound,
                "role": role_and_bound(each),
                "isInferred": each.is_inferred,
                "label": each.label,
                "href": address(each.iri),
            }
            for each in chart.drawn
        ],
        "baselines": [
            {"at": float(each.base_year), "amount": each.base_value, "label": each.label}
            for each in chart.drawn
            if each.base_value is not None and each.base_year.isdigit()
        ],
    }
