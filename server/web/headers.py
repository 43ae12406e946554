"""The headers of every response: what a browser may do with it, and who may read it from another site.

Reads are open to every origin and never with credentials (Fetch, CORS protocol); there is nothing else to open.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, request

__all__ = ["EMBEDDED", "SECURITY", "SHARED", "install", "is_embedded"]

#: What every response says.
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
#: Endpoints of pages that may stand in a page of another site, where the setting `embedding` names it.
EMBEDDED = frozenset(
    {"ladder.ladder", "tile_map.tile_map", "trajectory.trajectory", "hierarchy.hierarchy", "questions.question"}
)
#: Endpoints whose pages any site may hold in a frame: they show, and there is nothing to press in them.
_FRAMED = frozenset({"reconciliation.preview"})
#: The headers that let a page of another site read a response (CORS).
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Disposition, Content-Language, Content-Location, "
    "Content-Range, ETag, Link, Policygraph-Snapshot, Policygraph-Total, Retry-After",
}
#: What the answer to a preflight adds.
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match, If-Range, Range",
    "Access-Control-Max-Age": "86400",
}
#: Blueprints whose responses other sites may not read.
_PRIVATE = frozenset({"operations", "review_api"})


def install(app: Flask) -> None:
    """Adds the headers to every response of an app."""
    app.after_request(_add)


def is_embedded() -> bool:
    """Whether this request is for a page without its frame, to stand in another: `?embed=1`."""
    return request.args.get("embed") == "1" and request.endpoint in EMBEDDED


def _add(response: Response) -> Response:
    response.headers.extend(SECURITY)
    sites = current_app.extensions["policygraph"].settings.embedding if is_embedded() else ()
    if request.endpoint in _FRAMED:
        sites = ("*",)
    if sites:
        policy = SECURITY["Content-Security-Policy"].replace(
            "frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}"
        )
        response.headers["Content-Security-Policy"] = policy
        del response.headers["X-Frame-Options"]
    if request.blueprint not in _PRIVATE:
        response.headers.extend(SHARED)
        if request.method == "OPTIONS":
            response.headers.extend(_PREFLIGHT)
    return response
