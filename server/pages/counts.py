"""The count check: what plans say they hold, beside what is listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from ..graph.citations import cited, row_label
from ..service import service
from ..web.ask import rows
from ..web.names import shorten
from ..web.request import RequestContext, request_context
from . import page
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
    """The counts of every plan, or of the one that `plan` names; with `gaps` only those that do not add up."""
    with request_context(service()) as context:
        if wanted_format():
            return file_of(context, "counts", "counts", lambda: of_query(context, "count_check"))
        only_gaps = bool(request.args.get("gaps"))
        start = max(0, request.args.get("from", 0, int))

        def ask() -> Mapping[str, Any]:
            plans = _plans(context)
            chosen = request.args.get("plan", "")
            matches = [plan for plan in plans if chosen in ("", shorten(plan.iri))]
            if only_gaps:
                matches = [plan for plan in matches if plan.met < len(plan.claims)]
            visible = matches[start : start + _AT_ONCE]
            return {
                "plans": plans,
                "shown": visible,
                "places_of": cited(context, [claim.iri for plan in visible for claim in plan.claims]),
                "chosen": chosen,
                "only_gaps": only_gaps,
                "before": max(0, start - _AT_ONCE) if start else None,
                "after": start + _AT_ONCE if start + _AT_ONCE < len(matches) else None,
            }

        return page(context, "counts.html", ask, formats=offered())


def _plans(context: RequestContext) -> list[_Plan]:
    claims = {row["claim"].value: row for row in rows(context, "count_check")}
    plans: dict[str, _Plan] = {}
    for iri, row in claims.items():
        plan = row["plan"].value
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
        label = row_label(row, "plan") or shorten(plan)
        plans.setdefault(plan, _Plan(plan, label, [])).claims.append(claim)
    return sorted(plans.values(), key=lambda plan: plan.label)
