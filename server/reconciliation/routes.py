"""Requests of clients of the Reconciliation API in, its answers out: `/reconcile` (0.2), `/reconcile/1.0` (the draft).

In 0.2 everything is asked of one address, by GET or in a form, also as JSONP; in 1.0 each service has its own and takes
JSON. The language of names is that of `lang`, else of Accept-Language. Time counts as that of queries does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from policygraph.messages import message

from ..api.parameters import count
from ..failures import RequestError
from ..formats import ANSWERS, Choice
from ..graph.labels import Names, names
from ..graph.profile import profile
from ..routes import COUNT, JSON, LANG, TEXT, Argument, Route, Schema, obj
from ..service import service
from ..web import preferences
from ..web.answers import compose
from ..web.names import shorten
from ..web.negotiation import required
from ..web.protocol import FORM, pairs
from ..web.request import RequestContext, request_context
from ..web.urls import address
from . import requests, suggestions
from .manifest import PATH, PATH_1, manifest, manifest_1
from .matching import FEATURES, Answer, Candidate, answers
from .values import as_iri, in_json, objects, read

__all__ = ["ROUTES", "blueprint"]

blueprint = Blueprint("reconciliation", __name__)

_JSON = {"json": ANSWERS["json"]}
_SCRIPT = Choice("jsonp", "application/javascript")
_HTML = Choice("html", "text/html")
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,99}(?:\.[A-Za-z_$][\w$]{0,99}){0,5}", re.ASCII)
#: Suggestions and proposals at once: where it is not said, and at most.
_LIMIT, _MOST = 20, 100
#: Facts that a preview shows.
_FACTS = 6
#: Feature of a candidate -> its name.
_FEATURE_NAMES = {
    "name": message("Likeness of the name"),
    "type": message("Is of the class"),
    "properties": message("Values that agree"),
}

_TAG = "reconciliation"
_ID = Argument("reconcile.id", TEXT, message("A thing, by its IRI or short name"))
_SORT = Argument("sort", {"enum": list(suggestions.SORTS)}, message("What is suggested"), "path")
_PREFIX = Argument("prefix", TEXT, message("What has been typed of a name or an id"))
_CURSOR = Argument("cursor", {**COUNT, "maximum": 2**31}, message("Suggestions to pass over"))
_OFFSET = Argument("reconcile.offset", {**COUNT, "maximum": 2**31}, message("Suggestions to pass over"))
_MANY = Argument(
    "reconcile.limit",
    {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _LIMIT},
    message("How many at most"),
)
_CLASS = Argument("reconcile.type", TEXT, message("A class, by its IRI or short name"))
_QUERIES = Argument("queries", TEXT, message("A batch of queries, as JSON"))
_EXTEND = Argument("extend", TEXT, message("Things and properties whose values are wanted, as JSON"))
_CALL = Argument("callback", {"type": "string", "pattern": f"^{_CALLBACK.pattern}$"}, message("A function: JSONP"))
_OBJECT: Mapping[str, Any] = {"type": "object"}
_LISTED = {"type": "array", "items": _OBJECT}
_MATCH_BODY = Argument("reconcile.batch", obj({"queries": _LISTED}), message("A batch of queries"))
_EXTEND_BODY = Argument(
    "reconcile.extension",
    obj({"ids": {"type": "array", "items": TEXT}, "properties": _LISTED}),
    message("Things and properties whose values are wanted"),
)
_SUGGESTED = Schema("Suggestions", obj({"result": _LISTED}))
_PROPOSED = Schema("Proposals", obj({"properties": _LISTED}))
_ABOUT_SUGGESTIONS = message("Things, classes or properties that something typed means")
_ABOUT_PREVIEW = message("A thing in a few lines, to stand in a frame")
_ABOUT_VIEW = message("The way to the page of a thing")
_ABOUT_PROPOSALS = message("The properties that things of a class have")
ROUTES = (
    Route(
        f"/{PATH}",
        _TAG,
        message("Cells of a table to things of the graph: Reconciliation API 0.2; without a parameter, its manifest"),
        (*JSON, _SCRIPT.media_type),
        _OBJECT,
        (_QUERIES, _EXTEND, _CALL, LANG),
        body=FORM,
    ),
    Route(f"/{PATH}/view", _TAG, _ABOUT_VIEW, (), {}, (_ID, LANG), status=303),
    Route(f"/{PATH}/preview", _TAG, _ABOUT_PREVIEW, ("text/html",), {}, (_ID, LANG)),
    Route(
        f"/{PATH}/suggest/{{sort}}",
        _TAG,
        _ABOUT_SUGGESTIONS,
        (*JSON, _SCRIPT.media_type),
        _OBJECT,
        (_SORT, _PREFIX, _CURSOR, _MANY, _CALL, LANG),
    ),
    Route(
        f"/{PATH}/extend/propose",
        _TAG,
        _ABOUT_PROPOSALS,
        (*JSON, _SCRIPT.media_type),
        _OBJECT,
        (_CLASS, _MANY, _CALL, LANG),
    ),
    Route(f"/{PATH_1}", _TAG, message("The manifest of the Reconciliation API 1.0 draft"), JSON, _OBJECT, (LANG,)),
    Route(
        f"/{PATH_1}/match",
        _TAG,
        message("Cells of a table to things of the graph: Reconciliation API 1.0 draft"),
        JSON,
        Schema("ReconciliationResults", obj({"results": _LISTED})),
        (_MATCH_BODY,),
        body=JSON[0],
        is_read=False,
    ),
    Route(
        f"/{PATH_1}/extend",
        _TAG,
        message("The values of properties of things"),
        JSON,
        Schema("Extension", obj({"meta": _LISTED, "rows": _LISTED})),
        (_EXTEND_BODY,),
        body=JSON[0],
        is_read=False,
    ),
    Route(f"/{PATH_1}/extend/propose", _TAG, _ABOUT_PROPOSALS, JSON, _PROPOSED, (_CLASS, _MANY, LANG)),
    Route(
        f"/{PATH_1}/suggest/{{sort}}",
        _TAG,
        _ABOUT_SUGGESTIONS,
        JSON,
        _SUGGESTED,
        (_SORT, _PREFIX, _OFFSET, _MANY, LANG),
    ),
    Route(f"/{PATH_1}/preview", _TAG, _ABOUT_PREVIEW, ("text/html",), {}, (_ID, LANG)),
    Route(f"/{PATH_1}/view", _TAG, _ABOUT_VIEW, (), {}, (_ID, LANG), status=303),
)


# ── 0.2 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.route(f"/{PATH}", methods=["GET", "POST"])
def reconcile() -> Response:
    """The manifest; candidates for `queries`; values for `extend` (0.2 sections 3, 4 and 7)."""
    with request_context(service()) as context:
        given = _given()
        if "queries" in given and "extend" in given:
            raise RequestError("parameters-exclude", one="queries", other="extend")
        if "queries" in given:
            value = requests.parsed("queries", given["queries"])
            queries = requests.batch(value)
            return _answered(context, given, value, lambda language: _results(context, queries, language))
        if "extend" in given:
            value = requests.parsed("extend", given["extend"])
            extension = requests.extension(value)
            return _answered(context, given, value, lambda language: _extended(context, extension, language))
        if request.method == "POST":
            raise RequestError("parameter-missing", name="queries")
        chosen = request.args.get("lang", "")[:2]
        chosen = chosen if chosen in preferences.languages() else ""
        return _answered(context, given, ["manifest", chosen], lambda language: manifest(context, language, chosen))


def _given() -> dict[str, str]:
    """The parameters of the address and of the form. Raises RequestError for one that is repeated."""
    given = [pair for pair in pairs(request.query_string) if pair[1]]
    if request.method == "POST":
        given += pairs(_body(FORM))
    single = dict(given)
    for name in ("queries", "extend", "callback"):
        number = sum(each == name for each, _ in given)
        if number > 1:
            raise RequestError("repeated", name=name, count=number)
    return single


def _body(media_type: str) -> bytes:
    if request.mimetype != media_type or request.headers.get("Content-Encoding", "identity") != "identity":
        raise RequestError("body-type", given=request.headers.get("Content-Type", ""), wanted=media_type)
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise RequestError("body-too-large", limit=request.max_content_length) from None


def _answered(context: RequestContext, given: Mapping[str, str], key: object, make: Callable[[str], Any]) -> Response:
    """A JSON answer in the reader's language, or the call of the client's function with it (JSONP)."""
    callback = given.get("callback", "")
    if callback and (request.method != "GET" or not _CALLBACK.fullmatch(callback)):
        raise RequestError(
            "bad-parameter", name="callback", value=callback, wanted=message("the name of a function, in a GET")
        )
    choice = _SCRIPT if callback else required(_JSON)
    language = preferences.language()

    def write() -> tuple[bytes, int]:
        text = json.dumps(make(language), ensure_ascii=False)
        if callback:  # the comment keeps the name from being read as something else than a script
            text = f"/**/{callback}({text.translate(_ESCAPED)});"
        return (text + "\n").encode(), 0

    settled = json.dumps([" reconcile", request.path, language, callback, request.root_url, key], ensure_ascii=False)
    response = compose(context, settled, choice, write)
    response.headers["Content-Language"] = preferences.languages()[language][0]
    response.vary.update(("Accept-Language", "Cookie"))
    return response


#: What ends a line in a script and not in JSON.
_ESCAPED = {0x2028: "\\u2028", 0x2029: "\\u2029"}


def _results(context: RequestContext, queries: Mapping[str, requests.Query], language: str) -> dict[str, Any]:
    answer = answers(context, list(queries.values()))
    return {
        key: {"result": [_candidate(answer, each, language) for each in candidates]}
        for key, candidates in zip(queries, answer.candidates, strict=True)
    }


def _candidate(answer: Answer, candidate: Candidate, language: str) -> dict[str, Any]:
    kinds = [{"id": shorten(kind), "name": answer.names.label(kind, language)} for kind in candidate.kinds]
    return {
        "id": candidate.iri,
        "name": answer.names.label(candidate.iri, language),
        "type": kinds,
        "score": candidate.score,
        "match": candidate.is_match,
        "features": [{"id": name, "value": candidate.features[name]} for name in FEATURES],
    }


def _extended(context: RequestContext, extension: requests.Extension, language: str) -> dict[str, Any]:
    meta, table = _values(context, extension, language, has_language=False)
    rows = {thing: {name: cells or [{}] for name, cells in row.items()} for thing, row in table.items()}
    return {"meta": meta, "rows": rows}


# ── the 1.0 draft ────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get(f"/{PATH_1}")
def manifest_of_1() -> Response:
    """The manifest of the 1.0 draft."""
    with request_context(service()) as context:
        return _answered(context, {}, "manifest", lambda language: manifest_1(context, language))


@blueprint.post(f"/{PATH_1}/match")
def match_1() -> Response:
    """Candidates for a batch of queries, in their order."""
    with request_context(service()) as context:
        value = _json_body()
        queries = requests.batch_1(value)

        def make(language: str) -> dict[str, Any]:
            answer = answers(context, queries)
            return {
                "results": [
                    {"candidates": [_candidate_1(answer, each, language) for each in candidates]}
                    for candidates in answer.candidates
                ]
            }

        return _answered(context, {}, value, make)


def _candidate_1(answer: Answer, candidate: Candidate, language: str) -> dict[str, Any]:
    spoken = answer.names.label_with_language(candidate.iri, language)[1]
    features = [
        {"id": name, "name": _FEATURE_NAMES[name][language], "value": candidate.features[name]} for name in FEATURES
    ]
    content = {**_candidate(answer, candidate, language), "features": features}
    return {**content, **({"lang": spoken} if spoken else {})}


@blueprint.post(f"/{PATH_1}/extend")
def extend_1() -> Response:
    """The values of properties of things."""
    with request_context(service()) as context:
        value = _json_body()
        extension = requests.extension(value)

        def make(language: str) -> dict[str, Any]:
            meta, table = _values(context, extension, language, has_language=True)
            rows = [
                {"id": thing, "properties": [{"id": name, "values": cells} for name, cells in row.items()]}
                for thing, row in table.items()
            ]
            return {"meta": meta, "rows": rows}

        return _answered(context, {}, value, make)


def _json_body() -> Any:
    data = _body("application/json")
    try:
        return requests.parsed("body", data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RequestError("not-utf8", position=error.start) from None


# ── what both have ───────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get(f"/{PATH}/suggest/<any(entity, property, type):sort>")
@blueprint.get(f"/{PATH_1}/suggest/<any(entity, property, type):sort>")
def suggest(sort: str) -> Response:
    """Things, classes or properties that something typed means."""
    with request_context(service()) as context:
        given = _given()
        prefix = given.get("prefix", "")
        start = count("offset", given.get("offset") or given.get("cursor") or "0", 0, 2**31)
        limit = count("limit", given.get("limit") or str(_LIMIT), 1, _MOST)

        def make(language: str) -> dict[str, Any]:
            shown, kinds = suggestions.suggest(context, sort, prefix, start=start, limit=limit, language=language)
            return {"result": [_suggestion(each, kinds, language) for each in shown]}

        return _answered(context, given, [sort, prefix, start, limit], make)


def _suggestion(each: suggestions.Suggestion, kinds: Names, language: str) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        **({"description": each.description} if each.description else {}),
        **({"notable": [{"id": shorten(each.kind), "name": kinds.label(each.kind, language)}]} if each.kind else {}),
    }


@blueprint.get(f"/{PATH}/extend/propose")
@blueprint.get(f"/{PATH_1}/extend/propose")
def propose() -> Response:
    """The properties that things of a class have."""
    with request_context(service()) as context:
        given = _given()
        kind, limit = given.get("type", ""), count("limit", given.get("limit") or str(_LIMIT), 1, _MOST)

        def make(language: str) -> dict[str, Any]:
            listed = suggestions.proposals(context, kind, limit, language)
            return {
                "type": kind,
                "limit": limit,
                "properties": [{"id": each.id, "name": each.name, "description": each.description} for each in listed],
            }

        return _answered(context, given, [kind, limit], make)


@blueprint.get(f"/{PATH}/preview")
@blueprint.get(f"/{PATH_1}/preview")
def preview() -> Response:
    """A thing in a few lines, for the frame that a client holds beside a cell."""
    with request_context(service()) as context:
        iri = _thing()
        language = preferences.language()

        def write() -> tuple[bytes, int]:
            it = profile(context, iri, 0)
            return render_template("preview.html", it=it, names=it.names, facts=it.facts[:_FACTS]).encode(), 0

        settled = json.dumps([" preview", iri, language, preferences.theme(), request.root_url])
        response = compose(context, settled, _HTML, write)
        response.headers["Content-Language"] = preferences.languages()[language][0]
        response.vary.update(("Accept-Language", "Cookie"))
        return response


@blueprint.get(f"/{PATH}/view")
@blueprint.get(f"/{PATH_1}/view")
def view() -> Response:
    """The way to the page of a thing."""
    with request_context(service()):
        response = redirect(address(_thing()), 303)
        assert isinstance(response, Response)  # noqa: S101 - werkzeug types it as its own
        return response


def _thing() -> str:
    """The thing that `id` names. Raises RequestError."""
    text = _given().get("id", "")
    node = as_iri(text)
    if node is None:
        raise RequestError("bad-parameter", name="id", value=text, wanted=message("an IRI"))
    return node.value


def _values(
    context: RequestContext, extension: requests.Extension, language: str, *, has_language: bool
) -> tuple[list[dict[str, Any]], dict[str, dict[str, list[dict[str, Any]]]]]:
    """What is told of the properties, and thing -> property -> values, by the ids that the client gave."""
    nodes = {name: node.value for name in extension.ids if (node := as_iri(name))}
    properties = {name: node.value for name, _ in extension.properties if (node := as_iri(name))}
    values = read(context, nodes.values(), properties.values())
    labels = names(context, {*objects(values), *properties.values()})
    meta = [
        {"id": name, "name": labels.label(properties[name], language) if name in properties else name}
        for name, _ in extension.properties
    ]
    table = {
        thing: {
            name: [
                in_json(term, labels, language, has_language=has_language)
                for term in _wanted(values.get(nodes.get(thing, ""), {}).get(properties.get(name, ""), ()), language)
            ][: most or None]
            for name, most in extension.properties
        }
        for thing in extension.ids
    }
    return meta, table


def _wanted(terms: Sequence[Any], language: str) -> list[Any]:
    """The values; of texts in several languages, those in the reader's where there are some."""
    spoken = [term for term in terms if getattr(term, "language", None) == language]
    return [term for term in terms if not getattr(term, "language", None) or not spoken or term.language == language]
