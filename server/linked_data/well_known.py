"""`/.well-known/void`: the description of the dataset at its registered address (VoID section 7.2, RFC 8615)."""

from __future__ import annotations

from flask import Blueprint, Response

from policygraph.messages import message

from ..formats import GRAPHS, media_types
from ..routes import Route
from ..service import service
from ..web.answers import deliver
from ..web.negotiation import required
from ..web.request import request_context
from ..web.urls import root
from .description import void

__all__ = ["ROUTES", "blueprint"]

blueprint = Blueprint("well_known", __name__)

ROUTES = (
    Route(
        "/.well-known/void",
        "linked data",
        message("The dataset's description: VoID, DCAT and the queries"),
        media_types(GRAPHS),
        {},
    ),
)


@blueprint.get("/.well-known/void")
def well_known_void() -> Response:
    """The dataset's description: VoID, DCAT, partitions and the query catalogue."""
    with request_context(service()) as context:
        return deliver(context, void(context, root(), required(GRAPHS)))
