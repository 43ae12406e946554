"""The web service over a build: `create_app` makes the Flask app, `serve` runs it for the world.

flask --app server run                            for development, settings from the environment
server.serve(server.Settings(build=Path("build")))  for everything else
"""

from __future__ import annotations

from flask import Flask

from . import operations, pages
from .api import exports, openapi, vocabulary
from .api import questions as api_questions
from .api import search as api_search
from .failures import ServiceError
from .linked_data import documents, downloads, well_known
from .pages import (
    alignment,
    assets,
    bundle,
    counts,
    hierarchy,
    home,
    initiatives,
    ladder,
    neighbours,
    positionings,
    query,
    questions,
    reading_room,
    reference,
    search,
    things,
    trajectory,
)
from .run import serve as _serve
from .service import Service
from .service.curators import make as make_token
from .settings import Settings
from .sparql import graph_store
from .sparql import query as sparql_query
from .web import headers, problems
from .web.cached import Shortcut

__all__ = ["ServiceError", "Settings", "create_app", "make_token", "serve"]

#: The pages that show plans and figures as pictures, each with the table or the list behind it.
_PICTURES = (hierarchy, neighbours, trajectory, ladder, alignment, positionings, initiatives, counts)


def create_app(settings: Settings | None = None, service: Service | None = None) -> Flask:
    """The app, over a service that it starts, or over one that is running. Raises ServiceError.

    Without settings they are read from the environment. The service's processes end with this one.
    """
    front_end = bundle.read()
    running = service or Service(settings or Settings.read())
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = running.settings.body_bytes
    app.extensions["policygraph"] = running
    pages.install(app, front_end)
    problems.install(app)
    headers.install(app)
    reading = (
        home,
        things,
        reading_room,
        search,
        questions,
        query,
        sparql_query,
        graph_store,
        api_questions,
        api_search,
        vocabulary,
        documents,
        downloads,
        exports,
    )
    for part in (*reading, reference, assets, openapi, well_known, operations):
        app.register_blueprint(part.blueprint)
    for part in _PICTURES:
        app.register_blueprint(part.blueprint)
    documents.show_pages(app, things.view)
    # as Flask documents it for middleware
    app.wsgi_app = Shortcut(app.wsgi_app, running)  # type: ignore[assignment,method-assign]
    return app


def serve(settings: Settings) -> None:
    """Serves a build until the process is told to stop. Raises ServiceError where it cannot start."""
    _serve(settings, create_app)
