"""The page of the interface: the service's own description, opened by Swagger UI from the bundle."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, url_for

from policygraph.describe import DISTRIBUTIONS
from policygraph.messages import text_in

from ..routes import DESCRIBED, TAGS
from ..service import service
from ..web import preferences
from ..web.request import request_context
from . import page

__all__ = ["blueprint"]

blueprint = Blueprint("reference", __name__)


@blueprint.get("/api")
def api() -> Response:
    """Every address that a program may ask."""
    with request_context(service()) as context:
        return page(
            context,
            "reference.html",
            lambda: {"groups": _groups()},
            description=url_for("openapi.openapi"),
            downloads=sorted(DISTRIBUTIONS),
        )


def _groups() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The groups of addresses, each with what it is for and its addresses with what they answer."""
    language, routes = preferences.language(), current_app.extensions[DESCRIBED]
    return [
        (tag, text_in(about, language), [(r.path, text_in(r.about, language)) for r in routes if r.tag == tag])
        for tag, about in TAGS.items()
    ]
