"""The page of the search: words in, the things that are meant out, so many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from ..graph.search import find
from ..service import service
from ..web.names import expand
from ..web.request import request_context
from . import page

__all__ = ["blueprint"]

blueprint = Blueprint("search", __name__)

_AT_ONCE = 30


@blueprint.get("/search")
def search() -> Response:
    """What is found, the best first."""
    kind = expand(request.args["kind"]) if request.args.get("kind") else ""
    start = max(0, request.args.get("from", 0, int))
    with request_context(service()) as context:

        def ask() -> Mapping[str, Any]:
            hits = find(context, request.args.get("q", ""), start, _AT_ONCE, kind)
            after = start + _AT_ONCE
            return {"hits": hits, "names": hits.names, "after": after if after < hits.total else None}

        before = max(0, start - _AT_ONCE) if start else None
        return page(
            context, "search.html", ask, wanted=request.args.get("q", "").strip(), start=start, before=before, kind=kind
        )
