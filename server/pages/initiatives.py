"""Slogans and frameworks: their components according to each document, and what was added or dropped in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext

from policygraph import vocab

from ..graph.citations import Place, cited, said
from ..service import service
from ..web.ask import Row, rows
from ..web.request import RequestContext, request_context
from . import page

__all__ = ["LISTED", "blueprint"]

blueprint = Blueprint("initiatives", __name__)
LISTED = lazy_gettext("Initiatives over time")


@dataclass(slots=True)
class _Reading:
    """What one document says: the components by what they are called in Chinese, which is what is compared."""

    iri: str
    document: str = ""
    document_label: str = ""
    date: str = ""
    components: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: Sequence[Place] = ()


@dataclass(slots=True)
class _Initiative:
    """A slogan or framework with all its readings."""

    iri: str
    label: str
    readings: dict[str, _Reading] = field(default_factory=dict)

    @property
    def told(self) -> list[_Reading]:
        """The readings that name components, the earlier document first."""
        readings = [reading for reading in self.readings.values() if reading.components]
        return sorted(readings, key=lambda reading: (reading.date, reading.iri))

    @property
    def lines(self) -> list[tuple[str, list[_Cell]]]:
        """Every component, in the order in which readings bring it up, with its state in each reading."""
        names: dict[str, str] = {}
        for reading in self.told:
            for key, (_, label) in reading.components.items():
                names.setdefault(key, label)
        return [(label, self._states(key)) for key, label in names.items()]

    def _states(self, key: str) -> list[_Cell]:
        cells: list[_Cell] = []
        before: bool | None = None
        for reading in self.told:
            is_there = key in reading.components
            change = "" if before is None or before == is_there else "added" if is_there else "dropped"
            cells.append(_Cell(reading.components[key][0] if is_there else "", change))
            before = is_there
        return cells

    @property
    def is_changed(self) -> bool:
        """Whether two readings have different components."""
        return len({frozenset(reading.components) for reading in self.told}) > 1


@dataclass(frozen=True, slots=True)
class _Cell:
    """A component in a reading: its IRI, empty where it is not there, and whether that is a change."""

    iri: str
    change: str


@blueprint.get("/initiatives/readings")
def initiatives() -> Response:
    """Every initiative that is read somewhere, those that changed first; or the one that `initiative` names."""
    with request_context(service()) as context:

        def ask() -> Mapping[str, Any]:
            chosen = request.args.get("initiative")
            matches = [each for each in _initiatives(context) if chosen in (None, vocab.shorten(each.iri))]
            order = sorted(matches, key=lambda each: (not each.is_changed, -len(each.told), each.label))
            return {"initiatives": [each for each in order if each.told]}

        return page(context, "initiatives.html", ask)


def _initiatives(context: RequestContext) -> list[_Initiative]:
    by_iri: dict[str, _Initiative] = {}
    for row in rows(context, "initiative_readings"):
        iri = row["initiative"].value
        each = by_iri.setdefault(iri, _Initiative(iri, said(row, "initiative") or vocab.shorten(iri)))
        _add(each.readings.setdefault(row["reading"].value, _Reading(row["reading"].value)), row)
    places = cited(context, [iri for each in by_iri.values() for iri in each.readings])
    for each in by_iri.values():
        for reading in each.readings.values():
            reading.places = places.get(reading.iri, ())
    return list(by_iri.values())


def _add(reading: _Reading, row: Row) -> None:
    if "document" in row:
        reading.document, reading.document_label = row["document"].value, said(row, "document")
        reading.date = row["date"].value if "date" in row else ""
    if "component" in row:
        iri = row["component"].value
        label = said(row, "") or vocab.shorten(iri)
        reading.components.setdefault(row["zh"].value if "zh" in row else label, (iri, label))
