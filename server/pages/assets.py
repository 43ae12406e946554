"""What pages load, from the bundle: every file has the hash of its content in its name, so it is kept for good.

The build has compressed what is worth it, and leaves a file's shorter form beside it.
"""

from __future__ import annotations

import mimetypes

from flask import Blueprint, Response, send_from_directory

from ..web.answers import takes_gzip
from .bundle import FOLDER

__all__ = ["blueprint"]

blueprint = Blueprint("assets", __name__)

_FOR_GOOD = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"


@blueprint.get("/static/vendor/<path:name>")
def vendor(name: str) -> Response:
    """A file of the bundle."""
    is_compressed = takes_gzip() and (FOLDER / f"{name}.gz").is_file()
    response = send_from_directory(
        FOLDER, f"{name}.gz" if is_compressed else name, mimetype=mimetypes.guess_type(name)[0]
    )
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = _FOR_GOOD
    return response


@blueprint.get("/static/icon.svg")
def icon() -> Response:
    """The site's icon, the only picture that is not of the bundle."""
    response = send_from_directory(FOLDER.parent, "icon.svg")
    response.headers["Cache-Control"] = _FOR_A_DAY
    return response
