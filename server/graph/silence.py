"""Areas and years in, why nothing is stated of them out: a read document without it, an unread one, or none.

A document is for the years of its plan's period, for its year of publication, and for those that it sets targets of the
area for; where observations count as well, also for the year before its publication, of which it reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from policygraph import vocab

from ..web.ask import Row, about, rows
from ..web.request import RequestContext

__all__ = ["REASONS", "Document", "documents_of", "why_silent"]

#: Why there is nothing -> its state, the surest knowledge first.
REASONS = {
    "not-stated": "not-stated",
    "machine-read": "not-read",
    "left-out": "not-read",
    "not-read": "not-read",
    "no-document": "no-document",
}
_MACHINE_READ = f"{vocab.CONCEPT}review-status/machine-read"
_ORDER = tuple(REASONS)


@dataclass(frozen=True, slots=True)
class Document:
    """A plan or document of an area: from which year to which, and the reason where it states nothing."""

    first: int | None
    last: int | None
    reason: str

    def covers(self, year: int) -> bool:
        """Whether it could state a value for a year."""
        return self.first is not None and self.last is not None and self.first <= year <= self.last


def documents_of(
    context: RequestContext, iris: Iterable[str], name: str = "area", *, reports: bool = False
) -> dict[str, list[Document]]:
    """Area -> its plans and documents; with `name` "document", plan or document -> itself.

    With `reports`, those that report on a year are for it, too.
    """
    things = [iri for iri in sorted(set(iris)) if iri]
    if name == "area":
        solutions = about(context, "ladder-documents", name, things)
    else:
        solutions = rows(context, "ladder-documents", {name: [ox.NamedNode(iri) for iri in things]}) if things else []
    by_thing: dict[str, list[Document]] = {}
    for row in solutions:
        by_thing.setdefault(row[name].value, []).append(Document(*_years(row, reports=reports), _reason(row)))
    return by_thing


def _years(row: Row, *, reports: bool) -> tuple[int | None, int | None]:
    """The first and the last year of a row: of its target, its plan's period, or its publication."""
    start, end, published, target = (_year(row, each) for each in ("start", "end", "date", "year"))
    if target is not None:
        return target, target
    earliest = published - reports if published is not None else None
    return _first_of(start, earliest, end), _first_of(end, published, start)


def _first_of(*years: int | None) -> int | None:
    return next((year for year in years if year is not None), None)


def why_silent(documents: Sequence[Document], year: int | None) -> str:
    """The reason (of REASONS) why nothing is stated for a year, or for any: what was read by a person settles it."""
    reasons = (each.reason for each in documents if year is None or each.covers(year))
    return min(reasons, key=_ORDER.index, default="no-document")


def _reason(row: Row) -> str:
    if "isLeftOut" in row:
        return "left-out"
    if "text" not in row:
        return "not-read"
    return "machine-read" if "status" in row and row["status"].value == _MACHINE_READ else "not-stated"


def _year(row: Row, name: str) -> int | None:
    text = row[name].value[:4] if name in row else ""
    return int(text) if text.isdigit() else None
