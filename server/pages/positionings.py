"""What the districts of a city are meant to become, according to every plan, on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, request
from flask_babel import lazy_gettext

from ..graph.citations import Place, cited, pick, row_label, wanted
from ..graph.hierarchy import node
from ..service import service
from ..web.ask import Row, rows
from ..web.names import expand, shorten
from ..web.request import RequestContext, request_context
from . import page
from .take_home import file_of, of_query, offered, wanted_format

__all__ = ["LISTED", "blueprint"]

blueprint = Blueprint("positionings", __name__)
LISTED = lazy_gettext("Positionings of districts")


@dataclass(slots=True)
class _Positioning:
    """One positioning: the plans that set it, by when, how firmly, and the targets that are to carry it."""

    iri: str
    label: str
    hedge: str
    time: str
    plans: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    places: Sequence[Place] = ()


@dataclass(slots=True)
class _Area:
    """A subdivision with its code and its positionings, of which there may be none."""

    iri: str
    label: str
    code: str
    positionings: dict[str, _Positioning] = field(default_factory=dict)


def _of_area() -> dict[str, ox.NamedNode]:
    """The area that the address names, as a parameter."""
    return {"area": ox.NamedNode(wanted("area"))} if request.args.get("area") else {}


@blueprint.get("/positionings")
def positionings() -> Response:
    """The subdivisions of the area that `area` names, or of the one with the most positionings."""
    with request_context(service()) as context:
        if wanted_format():
            return file_of(
                context, "positionings", "positionings", lambda: of_query(context, "positionings", _of_area())
            )

        def ask() -> Mapping[str, Any]:
            cities = rows(context, "cities")
            options = [(shorten(row["area"].value), row_label(row, "") or shorten(row["area"].value)) for row in cities]
            chosen = pick("area", [name for name, _ in options])
            areas = _areas(context, expand(chosen)) if chosen else []
            return {"options": options, "chosen": chosen, "label": dict(options).get(chosen, ""), "areas": areas}

        return page(context, "positionings.html", ask, formats=offered())


def _areas(context: RequestContext, whole: str) -> list[_Area]:
    areas: dict[str, _Area] = {}
    for row in rows(context, "positionings", {"area": node(whole)}):
        iri = row["part"].value
        code = row["code"].value if "code" in row else ""
        area = areas.setdefault(iri, _Area(iri, row_label(row, "part") or shorten(iri), code))
        if "positioning" in row:
            _add(area.positionings, row)
    positionings = [positioning for area in areas.values() for positioning in area.positionings.values()]
    places = cited(context, [positioning.iri for positioning in positionings])
    for positioning in positionings:
        positioning.places = places.get(positioning.iri, ())
    return list(areas.values())


def _add(positionings_: dict[str, _Positioning], row: Row) -> None:
    iri = row["positioning"].value
    time = row.get("period") or row.get("deadline")
    entry = positionings_.setdefault(
        iri, _Positioning(iri, row_label(row, "") or shorten(iri), row_label(row, "hedge"), time.value if time else "")
    )
    for name, things in (("plan", entry.plans), ("target", entry.targets)):
        if name in row:
            things[row[name].value] = row_label(row, name) or shorten(row[name].value)
