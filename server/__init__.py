"""A build in, its web service out: `create_app` makes the Flask app, `serve` runs it as an HTTP server.

flask --app server run                            for development, settings from the environment
server.serve(server.Settings(build=Path("build")))  for everything else

The app is imported when the first of its names is used: the processes that evaluate, write and export are modules of
this package too, and start without Flask and the pages.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .failures import ServiceError
from .settings import Settings

if TYPE_CHECKING:
    from .app import ROUTES, create_app, serve, serve_assistants
    from .service.curators import make as make_token

__all__ = ["ROUTES", "ServiceError", "Settings", "create_app", "make_token", "serve", "serve_assistants"]

#: Name -> the module that defines it, and what it is called there.
_LAZY = {
    "ROUTES": (".app", "ROUTES"),
    "create_app": (".app", "create_app"),
    "make_token": (".service.curators", "make"),
    "serve": (".app", "serve"),
    "serve_assistants": (".app", "serve_assistants"),
}


def __getattr__(name: str) -> Any:
    """A name of the app, imported with all it needs when it is first used."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _LAZY[name]
    return getattr(importlib.import_module(module, __name__), attribute)


def __dir__() -> list[str]:
    return __all__
