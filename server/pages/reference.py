"""The page of the interface: the service's own description, opened by Swagger UI from the bundle."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from policygraph.describe import DISTRIBUTIONS

from ..service import service
from ..web.request import request_context
from . import page

__all__ = ["blueprint"]

blueprint = Blueprint("reference", __name__)


@blueprint.get("/api")
def api() -> Response:
    """Every address that a program may ask."""
    with request_context(service()) as context:
        return page(
            context, "reference.html", dict, description=url_for("openapi.openapi"), downloads=sorted(DISTRIBUTIONS)
        )
