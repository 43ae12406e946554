"""Two plans side by side: what matches, what meets, and what stands alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext

from policygraph.draw import symbols
from policygraph.messages import listed
from policygraph.queries import Value

from ..failures import RequestError
from ..graph.answer_table import AnswerTable, Cell, named_cell, number_cell, text_cell, truth_cell
from ..graph.citations import row_label
from ..graph.comparison import Comparison, Target, compare_targets
from ..graph.correspondence import Link, Side, compare, pairs, stated_between
from ..graph.hierarchy import node
from ..graph.labels import Names, names
from ..graph.silence import REASONS
from ..service import service
from ..web import preferences
from ..web.ask import Row, part, rows
from ..web.names import expand, shorten
from ..web.request import RequestContext, request_context
from . import page, paging
from .choosing import AREAS, MOST, PLANS, chosen_thing, kinds_of
from .take_home import Tables, file_of, offered, wanted_format
from .wording import RELATIONS, SILENCE, STATES

__all__ = ["blueprint"]

blueprint = Blueprint("alignment", __name__)


#: The columns of the targets of both sides, and those of what corresponds.
_TARGETS = (
    *("indicator", "side", "area", "kind", "comparator", "value", "upper", "unit", "printed", "hedge", "year"),
    *("document", "relation", "silent", "target"),
)
_LINKS = ("relation", "one", "other", "reason", "confidence", "suggested")
#: Before the short name of an area: all areas that belong to it, as one side.
_BELOW = "below-"
#: What a side may be.
_SIDES = (*PLANS, *AREAS)
#: Pairs with alignments that are listed at once; rows among which there are two areas.
_PAIRS, _FEW = 50, 8
#: How many areas are named where they state nothing for one reason; the rest is counted.
_NAMED = 3


@blueprint.get("/alignment")
def alignment() -> Response:
    """What `one` and `other` name: plans, areas, or what an area is divided into (`below-area:x`).

    With `all`, every part of two plans, not only what is linked.
    """
    with request_context(service()) as context:
        if wanted_format():
            return file_of(context, "alignment", "alignment", lambda: _tables(_shown(context)))
        return page(context, "alignment.html", lambda: _shown(context), formats=offered())


def _tables(content: Mapping[str, Any]) -> Tables:
    """Every target of either side as a row: its indicator, whose it is, and why the other side has none.

    Correspondences, where there are any, are a table of their own.
    """
    comparison: Comparison | None = content["comparison"]
    rows_: list[list[Cell | None]] = []
    for topic in (*comparison.shared, *comparison.own[0], *comparison.own[1]) if comparison else ():
        silence = "; ".join(
            f"{each.year}: {STATES[REASONS[each.reason]]}{_whose(content['names'], each.things, len(each.things))}"
            for each in topic.silence
        )
        for title, targets in zip(content["titles"], topic.sides, strict=True):
            rows_ += [
                [
                    Cell(topic.label, iri=topic.iri),
                    Cell(title),
                    *_target_cells(each, content["names"]),
                    text_cell(str(RELATIONS[topic.relation]) if topic.relation else ""),
                    text_cell(silence),
                    Cell(each.label, iri=each.iri),
                ]
                for each in targets
            ]
    targets_ = AnswerTable(_TARGETS, rows_)
    links: Sequence[Link] = content["links"]
    if not links:
        return targets_
    return {
        gettext("Targets"): targets_,
        gettext("Correspondences"): AnswerTable(_LINKS, [_link_cells(link) for link in links]),
    }


def _whose(labels: Names, things: Sequence[str], most: int = _NAMED) -> str:
    """Who states nothing, in brackets, where that is told: `most` of them, and how many more there are."""
    if not things:
        return ""
    language = preferences.language()
    shown = [labels.label(iri, language) for iri in things]
    # one more is no longer than that there is one more
    shown, more = (shown, 0) if len(shown) <= most + 1 else (shown[:most], len(shown) - most)
    words = [*shown, *([gettext("%(count)d more", count=more)] if more else [])]
    return str(gettext(" (%(names)s)", names=listed(words)[language]))


def _target_cells(each: Target, labels: Names) -> list[Cell | None]:
    """The cells from `area` to `document` of a target."""
    row, language = each.row, preferences.language()
    comparator, unit = (row[name].value if name in row else "" for name in ("comparator", "unit"))
    return [
        named_cell(each.area),
        text_cell(each.kind),
        text_cell(labels.label(comparator, language) if comparator else ""),
        _number(row, "value"),
        _number(row, "upper"),
        named_cell((unit, labels.label(unit, language))) if unit else None,
        text_cell(each.printed),
        text_cell(each.hedge),
        Cell(each.time, "year" if each.time.isdigit() else "text") if each.time else None,
        named_cell(each.document),
    ]


def _link_cells(link: Link) -> list[Cell | None]:
    language = preferences.language()
    relation = link.relation_label or gettext("the same indicator")
    return [
        Cell(relation, iri=link.iri) if link.iri else Cell(relation),
        *(Cell(end.label(language), iri=end.iri) for end in link.ends),
        text_cell(link.reason),
        Cell(link.confidence, "decimal") if link.confidence else None,
        truth_cell(is_true=link.is_suggested),
    ]


def _number(row: Row, name: str) -> Cell | None:
    return number_cell(float(row[name].value)) if name in row else None


def _shown(context: RequestContext) -> Mapping[str, Any]:
    is_listed = _number_of_sides(context) <= MOST
    one, other = _sides(context)
    plans, areas = _choices(context, () if is_listed else (one, other))
    is_whole = bool(request.args.get("all"))
    start = paging.start()
    linked, number = _linked(context, start)
    content: dict[str, Any] = {
        "plans": _sorted({name: label or name for name, label in plans.items()}),
        "areas": _sorted({name: row_label(row, "") or name for name, row in areas.items()}),
        "wholes": _wholes(areas),
        "is_listed": is_listed,
        "classes": [] if is_listed else kinds_of(context, _SIDES),
        "pairs": linked,
        "pairs_in_all": number,
        **paging.turns(start, _PAIRS, number),
        "one": one,
        "other": other,
        "is_whole": is_whole,
        "sides": None,
        "comparison": None,
        "links": [],
        "is_linked": True,
        "marks": symbols,
        "silence": SILENCE,
        "silent": STATES,
        "reasons": REASONS,
        "relations": RELATIONS,
    }
    if one and other:
        labels = dict([*content["plans"], *content["areas"], *content["wholes"]])
        for name in sorted({one, other} - labels.keys()):
            labels[name] = _without_targets(context, name)
            content["wholes" if name.startswith(_BELOW) else "areas"].append((name, labels[name]))
        content |= {"labels": labels, "titles": [labels[one], labels[other]]}
        comparison = compare_targets(context, *(_scope(context, name) for name in (one, other)))
        content |= {"comparison": comparison, "names": names(context, comparison.units | comparison.silent)}
        content["whose"] = partial(_whose, content["names"])
        if one in plans and other in plans:
            content |= _between_plans(context, expand(one), expand(other), is_whole=is_whole)
        elif one not in plans and other not in plans:
            content["links"] = stated_between(context, *(_scope(context, name) for name in (one, other)))
        else:
            content["is_linked"] = False
    return content


def _number_of_sides(context: RequestContext) -> int:
    """How many plans and areas there are to choose from."""
    return sum(part(context, query, 0, 0)[1] for query in ("hierarchies", "areas-of-targets"))


def _sides(context: RequestContext) -> tuple[str, str]:
    """What the address names; else the pair of plans with most links, else the two areas with most targets."""
    given = [_given(context, name) for name in ("one", "other")]
    if all(given):
        return given[0], given[1]
    pairs_, _ = pairs(context, 0, 1)
    default = next(iter(pairs_), None) or _richest(context)
    one, other = (name or shorten(iri) for name, iri in zip(given, default, strict=True))
    return one, other


def _given(context: RequestContext, name: str) -> str:
    """A side as options have it: a short name, `below-` before it where all that belongs to an area is meant."""
    side = request.args.get(name, "").strip()
    if side.startswith(_BELOW):
        return _BELOW + shorten(expand(side.removeprefix(_BELOW)))
    return chosen_thing(context, name, _SIDES)


def _choices(context: RequestContext, sides: Sequence[str]) -> tuple[dict[str, str], dict[str, Row]]:
    """The plans with a hierarchy, by label, and the areas with targets, by row: all of them, or those of some sides.

    Of these the areas that belong to them too.
    """
    of_plans: dict[str, list[Value]] = {}
    of_areas: dict[str, list[Value]] = {}
    if sides:
        things = [each for side in sides for each in _nodes(side)]
        parts = [row["part"] for each in things for row in rows(context, "map-parts", {"area": each})]
        of_plans, of_areas = {"plan": things}, {"area": [*things, *(node(each.value) for each in parts)]}
        if not things:
            return {}, {}
    return (
        {shorten(row["plan"].value): row_label(row, "") for row in rows(context, "hierarchies", of_plans)},
        {shorten(row["area"].value): row for row in rows(context, "areas-of-targets", of_areas)},
    )


def _nodes(side: str) -> list[Value]:
    """The thing that a side names, as a term; nothing for what is no IRI."""
    with suppress(ValueError):
        return [node(expand(side.removeprefix(_BELOW)))] if side else []
    return []


def _linked(context: RequestContext, start: int) -> tuple[list[dict[str, Any]], int]:
    """Pairs of plans between which alignments are written down, so many from one on, and how many there are."""
    counts, number = pairs(context, start, _PAIRS)
    called, language = names(context, {iri for pair in counts for iri in pair}), preferences.language()
    return [
        {
            "one": shorten(pair[0]),
            "other": shorten(pair[1]),
            "count": count,
            "labels": [called.label(iri, language) for iri in pair],
        }
        for pair, count in counts.items()
    ], number


def _richest(context: RequestContext) -> tuple[str, str]:
    """The two areas with most targets, for a graph without stated links; empty names where there are no two."""
    # an area that belongs to several has a row for each
    areas = list(dict.fromkeys(row["area"].value for row in part(context, "areas-of-targets", 0, _FEW)[0]))
    return (areas[0], areas[1]) if len(areas) > 1 else ("", "")


def _sorted(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(labels.items(), key=lambda each: each[1])


def _wholes(areas: Mapping[str, Row]) -> list[tuple[str, str]]:
    """The areas of which several subdivisions have targets, as sides of a comparison."""
    numbers = Counter(shorten(row["upper"].value) for row in areas.values() if "upper" in row)
    return _sorted({_BELOW + name: _parts_of(row_label(areas[name], "") or name) for name in numbers if name in areas})


def _parts_of(area: str) -> str:
    return str(gettext("what %(area)s is divided into", area=area))


def _without_targets(context: RequestContext, name: str) -> str:
    """The label of a side for which no target is set. Raises RequestError("not-found") for what is no area."""
    try:
        row = next(iter(rows(context, "area_in_short", {"area": node(expand(name.removeprefix(_BELOW)))})), None)
    except ValueError:
        row = None
    if row is None:
        raise RequestError("not-found", path=name)
    label = row_label(row, "") or name.removeprefix(_BELOW)
    return _parts_of(label) if name.startswith(_BELOW) else label


def _scope(context: RequestContext, name: str) -> list[str]:
    """The IRIs of a side; of what an area is divided into, those too for which no target is set: they are silent."""
    if not name.startswith(_BELOW):
        return [expand(name)]
    return [row["part"].value for whole in _nodes(name) for row in rows(context, "map-parts", {"area": whole})]


def _between_plans(context: RequestContext, one: str, other: str, *, is_whole: bool) -> dict[str, Any]:
    """The outlines of two plans, with their links."""
    compared = compare(context, one, other, is_whole=is_whole)
    if compared is None:
        raise RequestError("not-found", path=shorten(one))
    left, right, links = compared
    return {"sides": (left, right), "links": links, "flows": _flows(left, right, links)}


def _flows(left: Side, right: Side, links: list[Link]) -> dict[str, Any]:
    """What a Sankey diagram shows: from the top parts of the one plan through relations to those of the other."""
    spoken = preferences.language()
    flows: Counter[tuple[str, str]] = Counter()
    names: dict[str, str] = {}
    for link in links:
        start, end = left.tops.get(link.number), right.tops.get(link.number)
        if start and end:
            relation = f"relation {link.relation}"
            names |= {
                f"left {start.iri}": start.label(spoken),
                relation: link.relation_label,
                f"right {end.iri}": end.label(spoken),
            }
            flows[f"left {start.iri}", relation] += 1
            flows[relation, f"right {end.iri}"] += 1
    return {
        "nodes": [{"name": name, "label": label} for name, label in names.items()],
        "links": [{"source": source, "target": target, "value": value} for (source, target), value in flows.items()],
    }
