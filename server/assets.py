"""What pages load, from the bundle: every file has the hash of its content in its name, so it is kept for good."""

from __future__ import annotations

from flask import Blueprint, Response, send_from_directory

from .bundle import FOLDER

__all__ = ["blueprint"]

blueprint = Blueprint("assets", __name__)

_FOR_GOOD = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"


@blueprint.get("/static/vendor/<path:name>")
def vendor(name: str) -> Response:
    """A file of the bundle."""
    response = send_from_directory(FOLDER, name)
    response.headers["Cache-Control"] = _FOR_GOOD
    return response


@blueprint.get("/static/icon.svg")
def icon() -> Response:
    """The site's icon, the only picture that is not of the bundle."""
    response = send_from_directory(FOLDER.parent, "icon.svg")
    response.headers["Cache-Control"] = _FOR_A_DAY
    return response
