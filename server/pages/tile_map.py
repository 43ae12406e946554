"""A tile map: the areas of a country or a city as squares, with an indicator, their positionings, or their silence.

`/map` is the page, `/map.svg` the picture to take home; what is shown stands in the address: `show` (values, silence,
positioning), `indicator`, `of` (the whole), `scale`, `what` (target, observation), `year`, `words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from policygraph.draw.symbols import THEMES
from policygraph.draw.tile_map import write

from ..failures import RequestError
from ..formats import Choice
from ..service import service
from ..web.request import request_context
from . import keep, page
from .take_home import file_of, offered, wanted_format
from .tiles import SHOWS, WHATS, map_of_request, on_page

__all__ = ["blueprint"]

blueprint = Blueprint("tile_map", __name__)
_SVG = Choice("svg", "image/svg+xml")


@blueprint.get("/map")
def tile_map() -> Response:
    """The map as a page, or as the table of what it shows."""
    with request_context(service()) as context:
        if wanted_format():
            return file_of(context, "map", "map", lambda: map_of_request(context).table)

        def ask() -> Mapping[str, Any]:
            made = map_of_request(context)
            return {"picture": made.picture, "svg": on_page(made.picture), **made.choices}

        return page(context, "map.html", ask, shows=SHOWS, whats=WHATS, formats=offered())


@blueprint.get("/map.svg")
def export() -> Response:
    """The map as a picture to take home, in the colours that `paper` names."""
    with request_context(service()) as context:
        paper = request.args.get("paper", "light")
        if paper not in THEMES:
            raise RequestError("bad-parameter", name="paper", value=paper, wanted=", ".join(THEMES))

        def make() -> bytes:
            return write(map_of_request(context).picture, THEMES[paper])[0].encode()

        response = keep(context, _SVG, make)
        disposition = "inline" if "inline" in request.args else "attachment"
        response.headers.set("Content-Disposition", disposition, filename="map.svg")
        return response
