"""The home page: what is in the graph, and where to go from here."""

from __future__ import annotations

from flask import Blueprint, Response

from .asking import asking
from .pages import page
from .reading import rows
from .service import service

__all__ = ["blueprint"]

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> Response:
    """What the graph holds."""
    with asking(service()) as asked:
        return page(asked, "home.html", lambda: {"plans": rows(asked, "plans")})
