"""Endpoints for operators: liveness, readiness, and counters for Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response, request

from policygraph.messages import message

from .failures import RequestError
from .routes import MISSING, TEXT, Route
from .service import service
from .service.rate_limit import client
from .workers.addresses import is_within

__all__ = ["ROUTES", "blueprint"]

blueprint = Blueprint("operations", __name__)

_PLAIN = ("text/plain",)
ROUTES = (
    Route("/healthz", "service", message("Whether the process is alive"), _PLAIN, TEXT, (), MISSING),
    Route("/readyz", "service", message("Whether queries are answered"), _PLAIN, TEXT, (), (*MISSING, 503)),
    Route("/metrics", "service", message("Counters for Prometheus"), _PLAIN, TEXT, (), (*MISSING, 403)),
)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 as long as the process answers (liveness: a supervisor restarts it otherwise)."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 while queries are answered, 503 while starting or stopping (readiness, for load balancers)."""
    running = service()
    if running.is_stopping or not running.current.is_ready:
        raise RequestError("not-ready", retry=1)
    return Response("ready\n", mimetype="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counters for Prometheus, for the networks of `metrics_clients`."""
    running = service()
    if not is_within(client(request.environ, running.settings.trusted_proxies), running.settings.metrics_clients):
        raise RequestError("forbidden")
    return Response(running.journal.metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")
