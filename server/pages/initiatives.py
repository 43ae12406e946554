"""Slogans and frameworks: their components according to each document, and what was added or dropped in between."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext

from ..graph.citations import Place, cited, row_label
from ..graph.hierarchy import node
from ..service import service
from ..web.ask import Row, rows
from ..web.names import shorten
from ..web.request import RequestContext, request_context
from . import page, paging
from .take_home import file_of, of_query, offered, wanted_format

__all__ = ["LISTED", "blueprint"]

blueprint = Blueprint("initiatives", __name__)
LISTED = lazy_gettext("Initiatives over time")

#: From which likeness on, 0 to 1 by common characters, two wordings are one component worded otherwise.
_REWORDED = 0.6
#: How many readings a page shows, but for an initiative that has more by itself.
_AT_ONCE = 120


@dataclass(slots=True)
class _Reading:
    """What one document says: the components by what they are called in Chinese, which is what is compared."""

    iri: str
    document: str = ""
    document_label: str = ""
    date: str = ""
    area: str = ""
    components: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: Sequence[Place] = ()


@dataclass
class _Initiative:
    """A slogan or framework with all its readings; `phrase` is what texts call it, in Chinese."""

    iri: str
    label: str
    phrase: str = ""
    readings: dict[str, _Reading] = field(default_factory=dict)

    @cached_property
    def component_readings(self) -> list[_Reading]:
        """The readings that name components, the earlier document first."""
        readings = [reading for reading in self.readings.values() if reading.components]
        return sorted(readings, key=lambda reading: (reading.date, reading.iri))

    @cached_property
    def lines(self) -> list[tuple[str, str, list[_Cell]]]:
        """Every component by its Chinese words and its label, as readings bring it up, with its state in each."""
        names: dict[str, str] = {}
        for reading in self.component_readings:
            for key, (_, label) in reading.components.items():
                names.setdefault(key, label)
        return [(key, label, self._states(key)) for key, label in names.items()]

    def _states(self, key: str) -> list[_Cell]:
        cells: list[_Cell] = []
        # only documents of one area are compared: a district's text need not repeat the city's components
        latest: dict[str, _Reading] = {}
        for reading in self.component_readings:
            iri = reading.components[key][0] if key in reading.components else ""
            before = latest.get(reading.area)
            change, instead = ("", "") if before is None else _change(key, before.components, reading.components)
            cells.append(_Cell(iri, change, instead))
            latest[reading.area] = reading
        return cells

    @property
    def is_changed(self) -> bool:
        """Whether a document adds or drops a component, or words one otherwise, after another of the same area."""
        return any(cell.change for *_, cells in self.lines for cell in cells)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A component in a reading: its IRI, empty where it is not there, and whether that is a change.

    `change` is added, dropped or reworded; `instead` are the words that stand in the other reading.
    """

    iri: str
    change: str
    instead: str = ""

    def pieces(self, key: str) -> list[tuple[str, bool]]:
        """The other words in runs, each with whether `key` has it too."""
        matcher = difflib.SequenceMatcher(None, key, self.instead, autojunk=False)
        return [
            (self.instead[start:end], tag == "equal") for tag, _, _, start, end in matcher.get_opcodes() if end > start
        ]


def _change(key: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, str]:
    """The change of a component from one reading to the next, and the wording that replaces it."""
    if (key in before) == (key in now):
        return "", ""
    others = now.keys() - before.keys() if key in before else before.keys() - now.keys()
    similar = max(others, key=lambda other: (_likeness(key, other), other), default="")
    if similar and _likeness(key, similar) >= _REWORDED:
        return "reworded", similar
    return ("dropped" if key in before else "added"), ""


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


@blueprint.get("/initiatives/readings")
def initiatives() -> Response:
    """Every initiative that is read somewhere, those that changed first; or the one that `initiative` names."""
    with request_context(service()) as context:
        if wanted_format():
            return file_of(context, "initiatives", "initiatives", lambda: of_query(context, "initiative_readings"))

        start = paging.start()

        def ask() -> Mapping[str, Any]:
            matches = _matches(context, request.args.get("initiative"))
            before, (first, last) = _part(list(matches.values()), start)
            visible = _initiatives(context, list(matches)[first:last])
            _cite(context, visible)
            return {"initiatives": visible, "before": before, "after": last if last < len(matches) else None}

        return page(context, "initiatives.html", ask, formats=offered())


def _matches(context: RequestContext, chosen: str | None) -> dict[str, int]:
    """The initiatives that are to be shown, in their order, each with the number of its readings."""
    summaries = [
        (row["initiative"].value, "changedIn" not in row, -int(row["readings"].value), row_label(row, "initiative"))
        for row in rows(context, "initiatives-read")
    ]
    summaries.sort(key=lambda summary: summary[1:])
    return {iri: -number for iri, _, number, _ in summaries if chosen in (None, shorten(iri))}


def _part(readings: Sequence[int], start: int) -> tuple[int | None, tuple[int, int]]:
    """Where the part before begins, and where the part that holds a place begins and ends.

    `readings` are those of each initiative; a part has as many initiatives as have `_AT_ONCE` readings together.
    """
    starts, size = [0], 0
    for place, number in enumerate(readings):
        if size and size + number > _AT_ONCE:
            starts.append(place)
            size = 0
        size += number
    at = max(index for index, place in enumerate(starts) if place <= start)
    end = starts[at + 1] if at + 1 < len(starts) else len(readings)
    return (starts[at - 1] if at else None), (starts[at], end)


def _initiatives(context: RequestContext, iris: Sequence[str]) -> list[_Initiative]:
    """Some initiatives with their readings, in the same order."""
    by_iri: dict[str, _Initiative] = {iri: _Initiative(iri, shorten(iri)) for iri in iris}
    for row in rows(context, "initiative_readings", {"initiative": [node(iri) for iri in iris]}) if iris else ():
        each = by_iri[row["initiative"].value]
        each.label = row_label(row, "initiative") or each.label
        each.phrase = row["initiativeZh"].value if "initiativeZh" in row else each.phrase
        _add(each.readings.setdefault(row["reading"].value, _Reading(row["reading"].value)), row)
    return list(by_iri.values())


def _cite(context: RequestContext, initiatives_: Sequence[_Initiative]) -> None:
    """Adds to readings where they stand."""
    places = cited(context, [iri for each in initiatives_ for iri in each.readings])
    for each in initiatives_:
        for reading in each.readings.values():
            reading.places = places.get(reading.iri, ())


def _add(reading: _Reading, row: Row) -> None:
    if "document" in row:
        reading.document, reading.document_label = row["document"].value, row_label(row, "document")
        reading.date = row["date"].value if "date" in row else ""
        area = row["area"].value if "area" in row else ""
        reading.area = min(filter(None, (reading.area, area)), default="")
    if "component" in row:
        iri = row["component"].value
        label = row_label(row, "") or shorten(iri)
        reading.components.setdefault(row["zh"].value if "zh" in row else label, (iri, label))
