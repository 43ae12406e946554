"""What a worker asks for in, the request that the front sends for it out: to a SERVICE endpoint, or to the store.

Both are asked by POST with a form (SPARQL 1.1 Protocol 2.1.2), which every store knows, and for formats from which any
other can be made.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from policygraph import __version__

from ..settings import Settings
from ..syntax.prologue import NOTHING
from .addresses import anywhere, public
from .fetching import Errand

__all__ = ["Errands"]

_TABLE = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_GRAPH = "application/n-triples, text/turtle;q=0.9"
#: No `Connection` header is sent: some servers (Jetty) answer `Connection: close` with a body without visible end.
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept-Encoding": "identity",
    "User-Agent": f"policygraph/{__version__}",
}
#: How much later than ours a time-out of the store's ends a query that it has not been told to give up.
_GRACE = 1.0
#: How a store takes a time-out in seconds -> what it is sent.
_TIMEOUTS: Mapping[str, Callable[[float], dict[str, str]]] = {
    "none": lambda _: {},
    "milliseconds": lambda seconds: {"timeout": str(math.ceil(seconds * 1000))},
    "seconds": lambda seconds: {"timeout": str(math.ceil(seconds))},
    "unit": lambda seconds: {"timeout": f"{math.ceil(seconds)}s"},
}


class Errands:
    """The requests that workers of one pool may cause; `graphs` are those of the build in the store, once known."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.graphs: Sequence[str] = ()

    def errand(self, order: Mapping[str, Any], job: Mapping[str, Any]) -> Errand:
        """The request for what a worker wants: one of its job's SERVICE clauses by number, or a query of the store."""
        return self._service(job["services"][order["service"]]) if "service" in order else self._store(order, job)

    def _service(self, clause: Mapping[str, Any]) -> Errand:
        settings = self._settings
        return Errand(
            url=clause["endpoint"],
            body=urlencode({"query": clause["query"]}).encode(),
            headers={**_HEADERS, "Accept": _TABLE},
            may=public(settings.service_private),
            seconds=settings.service_seconds,
            most_bytes=settings.service_bytes,
            kind="service-failed",
            down="service-failed",
            details={"endpoint": clause["endpoint"]},
            allowed=settings.service_allowed,
        )

    def _store(self, order: Mapping[str, Any], job: Mapping[str, Any]) -> Errand:
        settings = self._settings
        seconds = job["seconds"] + _GRACE
        pairs = [("query", order["text"]), *self._dataset(order)]
        pairs += _TIMEOUTS[settings.store_timeout](seconds).items()
        return Errand(
            url=settings.store,
            body=urlencode(pairs).encode(),
            headers={**_HEADERS, "Accept": _GRAPH if order["is_graph"] else _TABLE, **_authorization(settings)},
            may=anywhere,
            seconds=seconds,
            most_bytes=settings.stream_bytes,
            kind="store-failed",
            down="store-down",
        )

    def _dataset(self, order: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The graphs to name (SPARQL Protocol 2.1.4): those asked for; else all, if the default is not their union."""
        default, named = order["default"], order["named"]
        if default is None and order["is_union"] and self._settings.store_graphs == "listed":
            default = named = self.graphs
        if default is None:
            return []
        return [
            *(("default-graph-uri", iri) for iri in default),
            *(("named-graph-uri", iri) for iri in named or (NOTHING,)),
        ]


def _authorization(settings: Settings) -> dict[str, str]:
    if settings.store_token:
        return {"Authorization": f"Bearer {settings.store_token}"}
    if settings.store_user:
        pair = f"{settings.store_user}:{settings.store_password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return {}
