"""`/export` lists the exports; `/export/<name>` in, the file of the whole graph, a plan or a document out.

The queries of an export are asked like every query of the service, so of a remote store too; the file is written by a
process of its own and kept with the answers, under an entity tag of the edition and of what is wanted.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request

from policygraph.datatypes import PARAMETER_TYPES
from policygraph.export import EXPORTS, OPTIONS, Export, Wanted, questions
from policygraph.export.process import FORMATS
from policygraph.messages import message
from policygraph.queries import Parameter, QueryError

from ..failures import RequestError
from ..formats import ANSWERS, PAGE, Choice
from ..front.wsgi import GONE
from ..graph import quotations
from ..routes import BOM, FAILURES, JSON, TEXT, Argument, Route
from ..service import service
from ..web.answers import compose
from ..web.ask import job_for, run
from ..web.names import names
from ..web.negotiation import required
from ..web.protocol import in_address
from ..web.request import RequestContext, request_context
from ..web.urls import root

__all__ = ["ROUTES", "View", "blueprint", "show_page"]

blueprint = Blueprint("exports", __name__, url_prefix="/export")

#: Writes the page that lists exports for people.
View = Callable[[RequestContext], Response]
_VIEW = "policygraph.exports-view"
#: Option that is a truth value -> whether it is so where nothing is said.
_SWITCHES = {name: getattr(Wanted(), name) for name in ("inferred", "evidence", "quotations", "bom")}


#: Option of an export -> the JSON Schema of its value; `bom` is that of all tables.
_OPTIONS = {
    "plan": TEXT,
    "document": TEXT,
    "inferred": {"enum": ["0", "1"]},
    "evidence": {"enum": ["0", "1"]},
    "quotations": {"enum": ["0", "1"]},
    "language": {"enum": ["zh", "en"]},
    "only": {"enum": ["zh", "en"]},
}
ROUTES = (
    Route(
        "/export",
        "exports",
        message("Every export and its options"),
        JSON,
        {"type": "object", "required": ["exports"]},
    ),
    Route(
        "/export/{name}",
        "exports",
        message("The graph, a plan or a document, for other tools"),
        tuple(dict.fromkeys(line.media_type for line in EXPORTS.values())),
        {},
        (
            Argument("export.name", {"enum": list(EXPORTS)}, message("The export's name"), "path"),
            *(Argument(name, schema, OPTIONS[name]) for name, schema in _OPTIONS.items()),
            BOM,
        ),
        (*FAILURES, 501),
    ),
)


def show_page(app: Flask, view: View) -> None:
    """Lets those who prefer HTML have the list of exports as a page."""
    app.extensions[_VIEW] = view


@blueprint.get("")
def listed() -> Response:
    """Every export: its name, what it is, what it may be asked for, its address."""
    view: View | None = current_app.extensions.get(_VIEW)
    with request_context(service()) as context:
        json_form = {"json": ANSWERS["json"]}
        choice = required({**json_form, **PAGE} if view else json_form)
        if view and choice.name in PAGE:
            response = view(context)
            response.vary.add("Accept")
            return response

        def write() -> tuple[bytes, int]:
            entries = [_about(line) for line in EXPORTS.values()]
            return (json.dumps({"exports": entries}, ensure_ascii=False, indent=1) + "\n").encode(), len(entries)

        return compose(context, f" exports at {root()}", choice, write)


def _about(line: Export) -> dict[str, Any]:
    return {
        "name": line.name,
        "mediaType": line.media_type,
        "about": dict(line.about),
        "options": sorted(line.takes | {"language"}),
        "requires": sorted(line.needs),
        "href": f"{root()}export/{line.name}",
    }


@blueprint.get("/<name>")
def exported(name: str) -> Response:
    """The file of an export. Raises RequestError for a name, an option or a value that is not known."""
    line = EXPORTS.get(name)
    with request_context(service()) as context:
        if line is None:
            near = difflib.get_close_matches(name, EXPORTS, 1, 0)[0]
            raise RequestError("no-export", name=name, near=near)
        choice_of_export = _wanted(line, context)
        context.record.form = "export"
        is_quoted = "quotations" in line.takes and choice_of_export.quotations
        choice = Choice(line.extension, line.media_type)
        response = compose(
            context,
            json.dumps([" export", line.name, str(choice_of_export), quotations.state() if is_quoted else ""]),
            choice,
            lambda: _file(context, line, choice_of_export),
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(line, choice_of_export)}"'
        return response


def _file(context: RequestContext, line: Export, options: Wanted) -> tuple[bytes, int]:
    wording = questions(line, context.service.folders, options)
    answers = [run(context, job_for(context, query.text, FORMATS[query.form])) for query in wording]
    is_gone = request.environ.get(GONE, lambda: False)
    started = time.monotonic()
    try:
        body = context.service.scribes.write(
            line, options, [body for body, _ in answers], is_gone, context.pool.names.base
        )
    finally:
        context.visit.seconds += time.monotonic() - started
    return body, sum(summary["rows"] for _, summary in answers)


def _wanted(line: Export, context: RequestContext) -> Wanted:
    """What the address wants of an export."""
    accepted = sorted(line.takes | {"language"})
    values: dict[str, Any] = {}
    for name, value in in_address(request, context.service.settings):
        if name not in accepted:
            near = difflib.get_close_matches(name, accepted, 1, 0)[0]
            raise RequestError("unknown-parameter", name=name, near=near, known=", ".join(accepted))
        if name in values:
            raise RequestError("repeated", name=name, count=2)
        values[name] = _value(name, value)
    # not the browser's language: an address names one file for every client
    options = Wanted(**{"language": context.service.settings.language, **values})
    if "quotations" in line.takes and context.service.settings.quotations == "off":
        options = dataclasses.replace(options, quotations=False)
    if line.needs - options.non_defaults:
        raise RequestError("parameter-missing", name=min(line.needs))
    if options.plan and options.document:
        raise RequestError("parameters-exclude", one="plan", other="document")
    return options


def _value(name: str, value: str) -> str | bool:
    if name in _SWITCHES:
        if value not in ("0", "1"):
            raise RequestError("bad-parameter", name=name, value=value, wanted=message("0 or 1"))
        return value == "1"
    if name in ("language", "only"):
        if value not in ("zh", "en"):
            raise RequestError("bad-parameter", name=name, value=value, wanted=message("zh or en"))
        return value
    try:
        return Parameter(name, "iri", None).term(value, names()).value
    except QueryError:
        datatype = PARAMETER_TYPES["iri"]
        raise RequestError("bad-parameter", name=name, value=value, wanted=datatype.about) from None


def _file_name(line: Export, options: Wanted) -> str:
    """The export's name, after that of the plan or document where it is of one: hunnan-development-targets.csv."""
    slugs = [value.rpartition("/")[2] for value in options.values.values()]
    safe = [
        "".join(letter for letter in slug if letter.isascii() and (letter.isalnum() or letter in "-_"))
        for slug in slugs
    ]
    return "-".join([*filter(None, safe), line.name])
