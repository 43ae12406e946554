"""Settings in, the web service of a build out: `create_app` makes the Flask app, `serve` runs it as an HTTP server."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from flask import Flask

from . import operations, pages
from .api import exports, openapi, questions, vocabulary
from .api import review as api_review
from .api import search as api_search
from .failures import ServiceError
from .linked_data import documents, downloads, well_known
from .pages import bundle, taking_home, things
from .reconciliation import routes as reconciliation
from .routes import Route
from .run import serve as _serve
from .service import Service
from .settings import Settings
from .sparql import graph_store
from .sparql import query as sparql_query
from .web import headers, problems
from .web.cached import Shortcut

__all__ = ["ROUTES", "create_app", "serve", "serve_assistants"]

#: What programs ask; each module describes its addresses beside its routes.
_DESCRIBED = (
    sparql_query,
    questions,
    api_search,
    vocabulary,
    documents,
    downloads,
    exports,
    openapi,
    well_known,
    reconciliation,
    operations,
)
#: Every address that a program may ask, but for those of the build's questions.
ROUTES: tuple[Route, ...] = tuple(route for part in _DESCRIBED for route in part.ROUTES)


def create_app(settings: Settings | None = None, service: Service | None = None, *, in_process: bool = False) -> Flask:
    """The app, over a service that it starts, or over one that is running. Raises ServiceError.

    Without settings they are read from the environment. The service's processes end with this one; with `in_process`
    it has none, and the app is for its own process to ask.
    """
    front_end = bundle.read()
    running = service or Service(settings or Settings.read(), in_process=in_process)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = running.settings.body_bytes
    app.extensions["policygraph"] = running
    pages.install(app, front_end)
    problems.install(app)
    headers.install(app)
    for part in (*_DESCRIBED, graph_store, api_review):
        app.register_blueprint(part.blueprint)
    for module in _pages():
        pages.register(app, module)
    openapi.describe(app, ROUTES)
    documents.show_pages(app, things.view, things.VIEWED)
    exports.show_page(app, taking_home.view)
    # as Flask documents it for middleware
    app.wsgi_app = Shortcut(app.wsgi_app, running)  # type: ignore[assignment,method-assign]
    return app


def _pages() -> Iterator[ModuleType]:
    """The pages of server/pages/: each module there that has a blueprint, without being listed anywhere."""
    for each in pkgutil.iter_modules(pages.__path__, f"{pages.__name__}."):
        module = importlib.import_module(each.name)
        if hasattr(module, "blueprint"):
            yield module


def serve(settings: Settings) -> None:
    """Serves a build until the process is told to stop. Raises ServiceError where it cannot start."""
    _serve(settings, _prepared)


def _prepared(settings: Settings, service: Service) -> Flask:
    app = create_app(settings, service)
    pages.prepare(app)
    return app


def serve_assistants(settings: Settings, transport: str = "stdio", port: int = 8001, language: str = "en") -> None:
    """Serves the tools for assistants until they go, over `stdio` or over `http` on the loopback.

    Raises ServiceError where the build cannot be served, or the library of the protocol is not installed.
    """
    try:
        from . import assistants  # noqa: PLC0415 - its library is optional
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "mcp":
            raise
        raise ServiceError("the library of the protocol is missing: pip install policygraph[mcp]") from None
    app = create_app(settings)
    try:
        assistants.run(assistants.Tools(app, language), transport, port=port)
    finally:
        app.extensions["policygraph"].close()
