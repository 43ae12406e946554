"""The build's questions and the service's routes in, their OpenAPI 3.1 description out: `/openapi.json`.

Each address is described beside its route (`ROUTES` of its module, gathered by the app), and each competency query is a
path of its own, with its parameters, their types and defaults. Words are Chinese or English, as the reader wishes
(`?lang=`, else Accept-Language).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, current_app

from policygraph import __version__
from policygraph.datatypes import PARAMETER_TYPES
from policygraph.describe import SHIPPED, About
from policygraph.messages import message, pmessage, text_in
from policygraph.queries import Parameter, Query

from ..formats import ANSWERS
from ..graph.catalogue import catalogue
from ..routes import COUNT, DESCRIBED, FAILURES, JSON, LANG, TAGS, TEXT, Argument, Route, Schema, obj
from ..service import service
from ..web import preferences
from ..web.answers import compose
from ..web.negotiation import required
from ..web.problems import MEDIA_TYPE
from ..web.protocol import FORM
from ..web.request import request_context
from ..web.urls import root
from .parameters import RESERVED
from .writers import SCHEMAS

__all__ = ["ROUTES", "blueprint", "describe", "document"]

blueprint = Blueprint("openapi", __name__)

_JSON = {"json": ANSWERS["json"]}
_PROBLEM = Schema(
    "Problem",
    obj({"type": {"type": "string", "format": "uri"}, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}),
)
ROUTES = (
    Route(
        "/openapi.json",
        "service",
        pmessage("openapi", "This document"),
        JSON,
        {"type": "object", "required": ["openapi", "paths"]},
        (LANG,),
    ),
)


def describe(app: Flask, routes: Sequence[Route]) -> None:
    """Lets an app describe these addresses beside the questions of its build."""
    app.extensions[DESCRIBED] = routes


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of the service that is running, with the questions of its build."""
    with request_context(service()) as context:
        choice = required(_JSON)
        language = preferences.language()

        def write() -> tuple[bytes, int]:
            description = document(
                current_app.extensions[DESCRIBED], catalogue(context).values(), root(), language, context.pool.about
            )
            return (json.dumps(description, ensure_ascii=False, indent=1) + "\n").encode(), 0

        response = compose(context, f" openapi in {language} at {root()}", choice, write)
        response.vary.update(("Accept-Language", "Cookie"))
        return response


def document(
    routes: Sequence[Route], queries: Iterable[Query], address: str, language: str, about: About = SHIPPED
) -> dict[str, Any]:
    """The OpenAPI document of a service at an address that has these routes and answers these questions.

    `about` is what the project says of itself: its title and its licence.
    """
    paths: dict[str, dict[str, Any]] = {
        route.path: {"get": _operation(route, language)} if route.is_read else {} for route in routes
    }
    for route in routes:
        if route.body:
            paths[route.path]["post"] = _posted(route, language)
    paths |= {f"/api/queries/{query.name}": {"get": _question(query, language)} for query in queries}
    arguments = [
        *(argument for route in routes if route.is_read for argument in route.arguments),
        *RESERVED.values(),
    ]
    schemas = [*(route.schema for route in routes), *SCHEMAS.values(), _PROBLEM]
    return {
        "openapi": "3.1.1",
        "info": {
            "title": text_in(about.title, language),
            "version": __version__,
            "license": {"name": about.licence_name, "url": about.licence},
        },
        "servers": [{"url": address.rstrip("/")}],
        "tags": [{"name": name, "description": text_in(words, language)} for name, words in TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {each.name: dict(each.schema) for each in schemas if isinstance(each, Schema)},
            "parameters": {argument.key: _argument(argument, language) for argument in arguments},
            "responses": {"Problem": _problem(language)},
        },
    }


def _operation(route: Route, language: str) -> dict[str, Any]:
    success: dict[str, Any] = {"description": text_in(message("As asked"), language)}
    if route.media_types:
        schema = route.schema.reference if isinstance(route.schema, Schema) else dict(route.schema)
        success["content"] = {kind: {"schema": schema} for kind in route.media_types}
    responses = {str(route.status): success, **_failures(route.failures)}
    if 416 in route.failures:
        responses["206"] = success
    return {
        "operationId": route.path.strip("/").replace("/", "-").translate({ord(mark): None for mark in "{}."}),
        "tags": [route.tag],
        "summary": text_in(route.about, language),
        "parameters": _references(route.arguments),
        "responses": dict(sorted(responses.items())),
    }


def _references(arguments: Iterable[Argument]) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{argument.key}"} for argument in arguments]


def _failures(statuses: Iterable[int]) -> dict[str, Any]:
    return {str(status): {"$ref": "#/components/responses/Problem"} for status in statuses}


def _posted(route: Route, language: str) -> dict[str, Any]:
    """The first argument in a body: as such, or in a form (SPARQL 1.1 Protocol 2.1.2, 2.1.3); alone, where only so."""
    first, *others = route.arguments
    fields = {argument.name: dict(argument.schema) for argument in route.arguments}
    form = {"type": "object", "properties": fields, "required": [first.name]}
    content = {route.body: {"schema": dict(first.schema)}}
    if route.is_read:
        content[FORM] = {"schema": form}
    operation = _operation(route, language)
    return {
        **operation,
        "operationId": f"{operation['operationId']}-post",
        "parameters": _references(others),
        "requestBody": {"required": True, "content": content},
        "responses": dict(sorted({**operation["responses"], **_failures([415])}.items())),
    }


def _question(query: Query, language: str) -> dict[str, Any]:
    content = {
        form.media_types[0]: {"schema": SCHEMAS[name].reference if name in SCHEMAS else TEXT}
        for name, form in ANSWERS.items()
    }
    success = {
        "description": text_in(message("A page of the answer"), language),
        "headers": {"Policygraph-Total": {"schema": COUNT}, "Link": {"schema": TEXT}},
        "content": content,
    }
    return {
        "operationId": query.name,
        "tags": ["questions"],
        "summary": query.header_text("question", language),
        "description": query.header_text("why", language),
        "parameters": [*(_own(each, language) for each in query.parameters), *_references(RESERVED.values())],
        "responses": dict(sorted({"200": success, **_failures(FAILURES)}.items())),
    }


def _schema(parameter: Parameter) -> dict[str, Any]:
    """The JSON Schema of a value, which is text in an address; text and IRIs have no form of their own."""
    if parameter.type == "boolean":
        return {"enum": ["true", "false"]}
    form = {} if parameter.type in ("iri", "string") else {"pattern": f"^({PARAMETER_TYPES[parameter.type].pattern})$"}
    return {"type": "string", **form}


def _own(parameter: Parameter, language: str) -> dict[str, Any]:
    """A parameter of a question: once or several times, with the default as its example."""
    description = text_in(PARAMETER_TYPES[parameter.type].about, language).strip()
    schema = {"type": "array", "items": _schema(parameter)}
    fragment = {"name": parameter.name, "in": "query", "description": description, "schema": schema}
    if parameter.default is None:
        return fragment
    return {**fragment, "schema": {**schema, "default": [parameter.default]}, "example": [parameter.default]}


def _argument(argument: Argument, language: str) -> dict[str, Any]:
    return {
        "name": argument.name,
        "in": argument.place,
        "description": text_in(argument.about, language),
        "required": argument.place == "path",
        "schema": dict(argument.schema),
    }


def _problem(language: str) -> dict[str, Any]:
    return {
        "description": text_in(message("It cannot be done: a problem document (RFC 9457)"), language),
        "content": {MEDIA_TYPE: {"schema": _PROBLEM.reference}},
    }
