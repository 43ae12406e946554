"""A graph in, the plans and documents out whose names do not tell them apart: each with the area or year that does.

Governments call their plans alike: reports on the work of the government bear no other name. Where plans of several
areas have one name, years and what stands in brackets aside, the area is added to those that do not say it, and where
plans of several years still have one name, the year. This is the one place where that is settled: labels (labels.py)
and the words of rows (citations.py) come through it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ..service.editions import Editions
from ..web.ask import Row, rows
from ..web.request import RequestContext

__all__ = ["PlanNames", "plan_names"]

#: What does not tell plans of one kind apart: years, brackets and what stands in them, space.
_YEARS = re.compile(r"[（(].*?[)）]|\d{4}\s*年?|[\s,，]+")
#: What the name of an area ends in and a title may leave out.
_RANKS = re.compile(r"(?<=..)(特别行政区|[壮回维吾尔]*族?自治区|省|市|区|县)$|\s+(Province|City|District|County)$")


@dataclass(frozen=True, slots=True)
class PlanNames:
    """Thing and its label as stated -> the label with the area or year. Things that need none are not in it."""

    by_label: Mapping[tuple[str, str], str]

    def label(self, thing: str, label: str) -> str:
        """What a thing is called that the graph calls so."""
        return self.by_label.get((thing, label), label)

    def in_row(self, row: Row, label: str) -> str:
        """What is called so in a row, which names the thing itself in whatever column."""
        if self.by_label:
            for term in row.values():
                if isinstance(term, ox.NamedNode) and (term.value, label) in self.by_label:
                    return self.by_label[term.value, label]
        return label


def plan_names(context: RequestContext) -> PlanNames:
    """Those of the edition that is served."""
    editions: Editions[PlanNames] = context.service.plan_names
    return editions.of(context.pool.edition, lambda: PlanNames(_told_apart(rows(context, "plan-names"))))


def _told_apart(solutions: Sequence[Row]) -> dict[tuple[str, str], str]:
    by_area = _with_areas(solutions)
    alike: dict[tuple[str, str, str], dict[tuple[str, str], str]] = {}
    for row in solutions:
        label = row["label"]
        thing = row["thing"].value, label.value
        language = label.language or "" if isinstance(label, ox.Literal) else ""
        key = row["class"].value, language, by_area.get(thing, label.value).casefold()
        alike.setdefault(key, {}).setdefault(thing, row["year"].value if "year" in row else "")
    years = {
        thing: _with(by_area.get(thing, thing[1]), year, language)
        for (_, language, name), things in alike.items()
        if len(set(things.values())) > 1
        for thing, year in things.items()
        if year and year not in name
    }
    return {**by_area, **years}


def _with_areas(solutions: Iterable[Row]) -> dict[tuple[str, str], str]:
    alike: dict[tuple[str, str, str], dict[tuple[str, str], tuple[str, str]]] = {}
    for row in solutions:
        label, area = row["label"], row["areaLabel"]
        language = label.language or "" if isinstance(label, ox.Literal) else ""
        key = row["class"].value, language, _YEARS.sub("", label.value).casefold()
        named = (row["area"].value, _with_area(label.value, area.value, language))
        # a plan of several areas is told by the first
        alike.setdefault(key, {}).setdefault((row["thing"].value, label.value), named)
    return {
        thing: name
        for things in alike.values()
        if len({area for area, _ in things.values()}) > 1
        for thing, (_, name) in things.items()
    }


def _with_area(label: str, area: str, language: str) -> str:
    """A label with the name of its area, where it does not say it."""
    return label if _RANKS.sub("", area) in label else _with(label, area, language)


def _with(label: str, words: str, language: str) -> str:
    return f"{label}（{words}）" if language == "zh" else f"{label} ({words})"
