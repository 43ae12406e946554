"""Two plans side by side: what matches, what meets, and what stands alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from policygraph import vocab
from policygraph.draw import symbols

from ..failures import RequestError
from ..graph.citations import said
from ..graph.correspondence import Link, Side, compare, pairs
from ..service import service
from ..web import preferences
from ..web.ask import rows
from ..web.request import RequestContext, request_context
from . import page

__all__ = ["blueprint"]

blueprint = Blueprint("alignment", __name__)


@blueprint.get("/alignment")
def alignment() -> Response:
    """The plans that `one` and `other` name; with `all` every part of them, not only what is linked."""
    with request_context(service()) as context:
        return page(context, "alignment.html", lambda: _shown(context))


def _shown(context: RequestContext) -> Mapping[str, Any]:
    plans = {
        row["plan"].value: said(row, "") or vocab.shorten(row["plan"].value) for row in rows(context, "hierarchies")
    }
    comparable = [(pair, count) for pair, count in pairs(context).items() if set(pair) <= plans.keys()]
    default = comparable[0][0] if comparable else ("", "")
    one, other = (
        vocab.expand(request.args[name]) if request.args.get(name) else default[place]
        for place, name in enumerate(("one", "other"))
    )
    is_whole = bool(request.args.get("all"))
    content: dict[str, Any] = {
        "options": sorted(((vocab.shorten(iri), label) for iri, label in plans.items()), key=lambda each: each[1]),
        "pairs": [
            {
                "one": vocab.shorten(pair[0]),
                "other": vocab.shorten(pair[1]),
                "count": count,
                "labels": (plans[pair[0]], plans[pair[1]]),
            }
            for pair, count in comparable
        ],
        "one": vocab.shorten(one),
        "other": vocab.shorten(other),
        "is_whole": is_whole,
        "sides": None,
        "marks": symbols,
    }
    if one and other:
        compared = compare(context, one, other, is_whole=is_whole)
        if compared is None:
            raise RequestError("not-found", path=vocab.shorten(other if one in plans else one))
        left, right, links = compared
        content |= {"sides": (left, right), "links": links, "flows": _flows(left, right, links)}
    return content


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
