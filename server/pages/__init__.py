"""A template and what to ask for it in, a page out: in the reader's language and theme, kept and compared by its tag.

    @blueprint.get("/plans")
    def plans() -> Response:
        with request_context(service()) as context:
            return page(context, "plans.html", lambda: {"plans": rows(context, "plans")})

A page is settled by the edition of the graph, the templates and bundles, its address, the language and the theme. What
it shows is asked for only where it is neither kept here nor with the client.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import Babel, get_translations, gettext, lazy_gettext

from policygraph import grammar, network
from policygraph.bindings import places
from policygraph.text import SIGN, signed

from ..formats import Choice
from ..graph.labels import names
from ..graph.passages import phrase_address
from ..graph.search import index_of
from ..graph.tile_map import laid
from ..service import Service
from ..service.journal import Record
from ..service.rate_limit import Visit
from ..web import preferences
from ..web.answers import compose
from ..web.headers import is_embedded
from ..web.names import about, hold, shorten
from ..web.request import RequestContext
from ..web.urls import address, ladder_slug, place_address, room_of
from . import citing, compiled, wording
from .bundle import Bundle, Entry

__all__ = ["MORE", "NAVIGATION", "data", "install", "keep", "page", "prepare", "register"]

_LISTED = "policygraph-listed"
_HTML = Choice("html", "text/html")
_JSON = Choice("json", "application/json")
#: Endpoint -> its name in the navigation. Those that an app does not have are left out.
NAVIGATION = {
    "things.documents": lazy_gettext("Documents"),
    "things.plans": lazy_gettext("Plans"),
    "hierarchy.hierarchy": lazy_gettext("Hierarchies"),
    "things.areas": lazy_gettext("Areas"),
    "things.indicators": lazy_gettext("Indicators"),
    "things.organisations": lazy_gettext("Organisations"),
    "trajectory.trajectory": lazy_gettext("Trajectories"),
    "tile_map.tile_map": lazy_gettext("Map"),
    "alignment.alignment": lazy_gettext("Alignment"),
    "positionings.positionings": lazy_gettext("Positionings"),
    "counts.counts": lazy_gettext("Counts"),
    "questions.listed": lazy_gettext("Questions"),
    "query.query": lazy_gettext("Query"),
    "linked.ontology": lazy_gettext("Ontology"),
    "reference.api": lazy_gettext("API"),
}
#: Endpoint -> its name in the list of lists at the foot of every page; a page adds its own as `LISTED`.
MORE = {
    "things.documents": lazy_gettext("Documents"),
    "things.plans": lazy_gettext("Plans"),
    "things.areas": lazy_gettext("Areas"),
    "things.indicators": lazy_gettext("Indicators"),
    "things.organisations": lazy_gettext("Organisations"),
    "things.initiatives": lazy_gettext("Initiatives"),
    "exports.listed": lazy_gettext("Downloads"),
}


def install(app: Flask, front_end: Bundle) -> None:
    """Gives an app its languages and what its templates use."""
    app.extensions["policygraph-bundle"] = front_end
    app.extensions[_LISTED] = {}
    Babel(app, default_locale="en", locale_selector=preferences.language)
    # the method is of the extension that Babel has added
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue().ugettext(text),
        lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, number: _catalogue().unpgettext(context, one, many, number),
    )
    app.jinja_env.filters.update(short=shorten, ladder_slug=ladder_slug)
    app.jinja_env.globals.update(
        address=address,
        place_address=place_address,
        phrase_address=phrase_address,
        room_of=room_of,
        here=preferences.here,
        entry=_entry,
    )
    wording.install(app)
    app.jinja_env.globals.update(citation=citing.citation)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    compiled.install(app)
    app.context_processor(_reader)


def prepare(app: Flask) -> None:
    """Does once what the first pages would wait for.

    That is templates, words of languages, where values stand in queries, names, and the search's index.
    """
    compiled.prepare(app)
    grammar.warm()
    network.warm()
    laid()
    running: Service = app.extensions["policygraph"]
    for query in running.questions.values():
        for parameter in query.parameters:
            places(query.text, f"?{parameter.name}")
    for code in preferences.languages():
        with app.test_request_context(query_string={"lang": code}):
            _catalogue()
    with app.test_request_context(), running.current.use() as pool:
        if pool.folder is not None:  # the store of a remote one may be slow, or away
            hold(pool.about)
            context = RequestContext(running, pool, Visit(), Record())
            index_of(context)
            names(context, ())  # which plans are called alike


def register(app: Flask, module: ModuleType) -> None:
    """Gives an app the page of a module: its `blueprint`, and at the foot of every page its name, `LISTED`, if any.

    What is listed is the view that is called like the blueprint; where the module has `is_listed`, if that says so.
    """
    app.register_blueprint(module.blueprint)
    if hasattr(module, "LISTED"):
        is_listed = getattr(module, "is_listed", lambda: True)
        app.extensions[_LISTED][f"{module.blueprint.name}.{module.blueprint.name}"] = module.LISTED, is_listed


def page(
    context: RequestContext, template: str, ask: Callable[[], Mapping[str, Any]], *, also: str = "", **values: Any
) -> Response:
    """The page of a template; `ask` gives what it shows of the graph and is called only where that is needed.

    `also` changes with whatever else the page depends on. A page with English that a machine composed says so.
    """
    looking = (preferences.language(), preferences.theme())
    made_of = current_app.extensions["policygraph-bundle"].edition
    # a page says how it is cited, with the day on which it was read
    day = citing.today()
    key = json.dumps([" page", made_of, looking, also, day, request.base_url, list(request.args.items(multi=True))])

    def write() -> tuple[bytes, int]:
        content = render_template(template, snapshot=context.pool.snapshot, **values, **ask())
        return _signed(content).encode(), 0

    response = compose(context, key, _HTML, write)
    response.headers["Content-Language"] = preferences.languages()[looking[0]][0]
    response.vary.update(("Accept-Language", "Cookie"))
    preferences.remember(response)
    return response


def _signed(content: str) -> str:
    """A page whose machine-made English is signed as people read it (text.signed), with a note where there is any."""
    content = signed(content)
    if SIGN not in content:
        return content
    note = gettext("† English composed of known words by a program; nobody has reviewed it yet.")
    return content.replace("</main>", f'<p class="soft">{note}</p></main>', 1)


def keep(context: RequestContext, choice: Choice, make: Callable[[], bytes], *, also: str = "") -> Response:
    """What this address gives to readers of one language in a format, kept and compared as pages are."""
    key = json.dumps([" reader", also, preferences.language(), request.base_url, list(request.args.items(multi=True))])
    response = compose(context, key, choice, lambda: (make(), 0))
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def data(context: RequestContext, make: Callable[[], Any], *, also: str = "") -> Response:
    """The same as JSON, for the scripts of a page."""
    return keep(context, _JSON, lambda: signed(json.dumps(make(), ensure_ascii=False)).encode(), also=also)


def _catalogue() -> Any:
    """The words of the reader's language, looked up once for a page: Babel does it once for each word."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def _entry(name: str) -> Entry:
    """The files of an entry of the front end. Raises KeyError for one that src/pages/ does not have."""
    front_end: Bundle = current_app.extensions["policygraph-bundle"]
    return front_end.entries[name]


def _there(names: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Those endpoints of a table that this app has."""
    return [(endpoint, name) for endpoint, name in names.items() if endpoint in current_app.view_functions]


def _listed() -> dict[str, Any]:
    """Endpoint -> name of the pages that modules have listed."""
    return {endpoint: name for endpoint, (name, is_listed) in current_app.extensions[_LISTED].items() if is_listed()}


def _reader() -> dict[str, Any]:
    """What every template knows of its reader."""
    spoken = preferences.language()
    return {
        "language": spoken,
        "project": about(),
        "project_name": about().called(spoken),
        "tag": preferences.languages()[spoken][0],
        "languages": preferences.languages(),
        "theme": preferences.theme(),
        "themes": preferences.THEMES,
        "navigation": _there(NAVIGATION),
        "more": _there({**MORE, **_listed()}),
        "endpoints": current_app.view_functions,
        "embed": is_embedded(),
        "embedding": current_app.extensions["policygraph"].settings.embedding,
    }
