"""The count check: what plans say they hold, beside what is listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from ..graph.citations import cited, row_label
from ..graph.labels import names
from ..service import service
from ..web import preferences
from ..web.ask import about, part, rows
from ..web.names import expand, shorten
from ..web.request import RequestContext, request_context
from . import page, paging
from .choosing import MOST, PLANS, chosen_thing, kinds_of
from .take_home import file_of, of_query, offered, wanted_format

__all__ = ["blueprint"]

blueprint = Blueprint("counts", __name__)

#: How many plans a page shows.
_AT_ONCE = 12
#: Kinds of documents that print a plan in part: what they do not list, the plan may.
_EXCERPTS = frozenset(
    {"newspaper-page", "newspaper-article", "special-report", "commentary", "press-release", "plan-digest"}
)


@dataclass(frozen=True, slots=True)
class _Claim:
    """One declared count: of what it counts the parts, of which class, as printed, as a number, as listed."""

    iri: str
    whole: str
    whole_label: str
    kind: str
    printed: str
    declared: int
    enumerated: int
    is_excerpt: bool

    @property
    def gap(self) -> int:
        """How many more are declared than listed."""
        return self.declared - self.enumerated


@dataclass(frozen=True, slots=True)
class _Plan:
    """A plan with its claims."""

    iri: str
    label: str
    claims: list[_Claim]

    @property
    def met(self) -> int:
        """How many of the claims agree with what is listed."""
        return sum(claim.gap == 0 for claim in self.claims)


@blueprint.get("/counts")
def counts() -> Response:
    """The counts of every plan, or of the one that `plan` names; with `gaps` only those that do not add up.

    Plans with counts that do not add up come first.
    """
    with request_context(service()) as context:
        if wanted_format():
            return file_of(context, "counts", "counts", lambda: of_query(context, "count_check"))
        only_gaps = bool(request.args.get("gaps"))
        start = paging.start()

        def ask() -> Mapping[str, Any]:
            chosen = chosen_thing(context, "plan", PLANS)
            plans, is_over = _chosen(context, chosen) if chosen else _from(context, start, only_gaps=only_gaps)
            offered_plans = _offered(context)
            return {
                "plans": offered_plans,
                "classes": kinds_of(context, PLANS) if offered_plans is None else (),
                "called": plans[0].label if chosen and plans else "",
                "shown": plans,
                "places_of": cited(context, [claim.iri for plan in plans for claim in plan.claims]),
                "chosen": chosen,
                "only_gaps": only_gaps,
                "before": max(0, start - _AT_ONCE) if start else None,
                "after": None if is_over else start + _AT_ONCE,
            }

        return page(context, "counts.html", ask, formats=offered())


def _from(context: RequestContext, start: int, *, only_gaps: bool) -> tuple[list[_Plan], bool]:
    """So many plans from one on, and whether they are the last; those with counts that do not add up stand first."""
    listed, _ = part(context, "counts-plans", start, _AT_ONCE + 1)
    if only_gaps:
        listed = [row for row in listed if row["gaps"].value != "0"]
    shown = {row["plan"].value: row_label(row, "") or shorten(row["plan"].value) for row in listed[:_AT_ONCE]}
    return _with_claims(context, shown), len(listed) <= _AT_ONCE


def _chosen(context: RequestContext, name: str) -> tuple[list[_Plan], bool]:
    iri = expand(name)
    plans = _with_claims(context, {iri: names(context, [iri]).label(iri, preferences.language())})
    return [plan for plan in plans if plan.claims], True


def _offered(context: RequestContext) -> list[tuple[str, str]] | None:
    """The plans to choose from, by name; None where they are too many for a list."""
    if part(context, "counts-plans", 0, 0)[1] > MOST:
        return None
    plans = rows(context, "counts-plans")
    return sorted(
        ((shorten(row["plan"].value), row_label(row, "") or shorten(row["plan"].value)) for row in plans),
        key=lambda option: option[1],
    )


def _with_claims(context: RequestContext, labels: Mapping[str, str]) -> list[_Plan]:
    plans = {iri: _Plan(iri, label, []) for iri, label in labels.items()}
    claims = {row["claim"].value: row for row in about(context, "count_check", "plan", plans)}
    for iri, row in claims.items():
        claim = _Claim(
            iri,
            row["whole"].value,
            row_label(row, "") or shorten(row["whole"].value),
            row_label(row, "class") or shorten(row["class"].value),
            row["printed"].value if "printed" in row else "",
            int(row["declared"].value),
            int(row["enumerated"].value),
            "printedIn" in row and row["printedIn"].value.rpartition("/")[2] in _EXCERPTS,
        )
        plans[row["plan"].value].claims.append(claim)
    return list(plans.values())
