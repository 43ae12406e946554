"""The files of the build, whole or in ranges: `/download/policygraph.ttl .trig .nq .jsonld`.

The strong entity tag is the hash of the bytes, so that a download which broke off goes on where it stopped and never
mixes two builds (RFC 9110 section 14). Ranges are of the plain bytes: what is asked for in ranges is not compressed.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from policygraph.describe import DISTRIBUTIONS
from policygraph.messages import message

from ..failures import RequestError
from ..routes import FAILURES, Argument, Route
from ..service import service
from ..web.answers import packed, takes_gzip, unchanged
from ..web.request import request_context

__all__ = ["ROUTES", "blueprint"]

blueprint = Blueprint("downloads", __name__)

_PIECE = 256 * 1024
#: One range of bytes: several at once, and other units, are passed over (RFC 9110 14.2), so the whole file is sent.
_RANGE = re.compile(r"bytes=\s*(\d+-\d*|-\d+)\s*", re.ASCII)


ROUTES = (
    Route(
        "/download/{name}",
        "linked data",
        message("The whole graph as a file, in ranges where asked"),
        tuple(DISTRIBUTIONS.values()),
        {},
        (Argument("name", {"enum": list(DISTRIBUTIONS)}, message("The file's name"), "path"),),
        (*FAILURES, 416),
    ),
)


@blueprint.get("/download/<name>")
def download(name: str) -> Response:
    """A file of the build that is served now. Raises RequestError for another name, and a range outside the file."""
    with request_context(service()) as context:
        path = context.pool.folder and context.pool.folder / name
        if name not in DISTRIBUTIONS or not path or not path.is_file():
            raise RequestError("no-download", name=name, known=", ".join(sorted(DISTRIBUTIONS)))
        stat = path.stat()
        entity = _hash(path, stat.st_mtime_ns, stat.st_size)
        # 304 comes before any range (RFC 9110 13.2.2)
        response = unchanged(context, entity) or _file(path, entity, stat.st_size)
        context.record.form, context.record.format = "download", path.suffix.removeprefix(".")
        context.record.bytes = response.content_length or 0
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Content-Type"] = DISTRIBUTIONS[name]
        response.headers["Policygraph-Snapshot"] = context.pool.snapshot
        response.vary.add("Accept-Encoding")
        return response


@lru_cache(64)
def _hash(path: Path, changed: int, size: int) -> str:  # noqa: ARG001 - a file that changed is another file
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]


def _file(path: Path, entity: str, size: int) -> Response:
    span = _wanted_range(entity)
    file = path.open("rb")
    if span is None and takes_gzip():
        response = Response(packed(iter(lambda: file.read(_PIECE), b"")))
        response.call_on_close(file.close)
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(entity + "-gzip")
        return response
    response = Response(wrap_file(request.environ, file, _PIECE), direct_passthrough=True)
    response.content_length = size
    response.set_etag(entity)
    if span is not None:
        try:
            response.make_conditional({"REQUEST_METHOD": "GET", "HTTP_RANGE": span}, "bytes", size)
        except RequestedRangeNotSatisfiable:
            file.close()
            raise RequestError("range", complete=size) from None
    return response


def _wanted_range(entity: str) -> str | None:
    """The range to send; None where the client wants all, or holds a part of another file (RFC 9110 13.1.5)."""
    span, condition = request.headers.get("Range"), request.headers.get("If-Range")
    if span is None or not _RANGE.fullmatch(span) or condition not in (None, f'"{entity}"'):
        return None
    return span
