"""A failure in, a problem document out (RFC 9457), in the language of the client, without a stack trace.

Clauses: SPARQL 1.1 Protocol 2.1.6 and 2.2 (400 for what is not SPARQL, 500 for what cannot be done), RFC 9110 15.5.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from policygraph import vocab
from policygraph.messages import SOURCE, Message, message, text_in

from ..failures import RequestError
from ..front.wsgi import FAILURE
from ..syntax.messages import describe
from . import preferences

__all__ = ["MEDIA_TYPE", "PROBLEMS", "Problem", "install", "render"]

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("policygraph.server")


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem: its status, its title and its words, which `RequestError.details` fills.

    `is_fault` is true where the client caused the failure or the loss of a worker: it counts against its budget.
    """

    status: int
    title: Message
    detail: Message
    is_fault: bool = True


#: Kind -> what is told of it.
PROBLEMS: Mapping[str, Problem] = {
    # the request
    "bad-request": Problem(400, message("The request is malformed"), message("{message}")),
    "no-query": Problem(
        400,
        message("There is no query"),
        message("The request has no parameter `query`."),
    ),
    "repeated": Problem(
        400,
        message("A parameter is repeated"),
        message("`{name}` is given {count} times; it may be given once."),
    ),
    "bad-parameter": Problem(
        400,
        message("A parameter cannot be used"),
        message("`{name}` cannot be “{value}”; it must be {wanted}."),
    ),
    "unknown-parameter": Problem(
        400,
        message("There is no such parameter"),
        message("There is no parameter `{name}`. The nearest is {near}; these are known: {known}."),
    ),
    "parameter-missing": Problem(
        400,
        message("A parameter is missing"),
        message("`{name}` must be given."),
    ),
    "parameters-exclude": Problem(
        400,
        message("Parameters exclude each other"),
        message("Give `{one}` or `{other}`, not both."),
    ),
    "no-export": Problem(
        404,
        message("There is no such export"),
        message("There is no export {name}. The nearest is {near}; /export lists all."),
        is_fault=False,
    ),
    "export-empty": Problem(
        404,
        message("There is nothing to export"),
        message("The graph holds nothing of that plan or document for {name}."),
        is_fault=False,
    ),
    "export-missing": Problem(
        501,
        message("This export is not to be had here"),
        message("The library that writes {name} is not installed: policygraph[export]."),
        is_fault=False,
    ),
    "unknown-thing": Problem(
        404,
        message("The graph knows nothing of it"),
        message("Nothing is said of {iri}. The nearest is {near}."),
        is_fault=False,
    ),
    "unknown-query": Problem(
        404,
        message("There is no such query"),
        message("No query is called {name}. The nearest is {near}."),
    ),
    "not-utf8": Problem(
        400,
        message("The request is not UTF-8"),
        message("The request is not valid UTF-8 at byte {position}."),
    ),
    "update": Problem(
        400,
        message("Only queries are answered"),
        message("{word} belongs to SPARQL Update; this endpoint answers queries only."),
    ),
    "not-found": Problem(
        404,
        message("Nothing is here"),
        message("There is nothing at {path}."),
        is_fault=False,
    ),
    "forbidden": Problem(
        403,
        message("This is not open to you"),
        message("This address is not open to the outside."),
    ),
    "method": Problem(
        405,
        message("The method is not allowed"),
        message("{method} cannot be used here; these can: {allowed}."),
    ),
    "not-acceptable": Problem(
        406,
        message("No format fits"),
        message("None of the formats you accept can be given; these can: {offered}."),
    ),
    "unsayable": Problem(
        406,
        message("The format cannot hold the answer"),
        message(
            "XML has no control characters and no element without a name, and the answer has one: {format} cannot be "
            "written. Take another format, such as JSON or Turtle."
        ),
        is_fault=False,
    ),
    "other-snapshot": Problem(
        410,
        message("The snapshot is no longer served"),
        message("The link names snapshot {wanted}; {current} is served now. Leave out `snapshot` to ask that."),
        is_fault=False,
    ),
    "body-too-large": Problem(
        413,
        message("The request is too large"),
        message("The body is larger than {limit} bytes."),
    ),
    "batch-too-large": Problem(
        413,
        message("The batch is too large"),
        message("`{name}` has {count} parts; {limit} are allowed."),
    ),
    "query-too-long": Problem(
        413,
        message("The query is too long"),
        message("The query has {size} bytes; {limit} are allowed."),
    ),
    "uri-too-long": Problem(
        414,
        message("The address is too long"),
        message("The address is longer than {limit} bytes; send the query by POST."),
    ),
    "no-download": Problem(
        404,
        message("There is no such file"),
        message("There is no file {name} to download; these can be had: {known}."),
        is_fault=False,
    ),
    "range": Problem(
        416,
        message("The range is outside the file"),
        message("The file has {complete} bytes; the range asked for is beyond them."),
    ),
    "media-type": Problem(
        415,
        message("The content type is not supported"),
        message(
            "“{given}” is not taken; send application/sparql-query or application/x-www-form-urlencoded, in UTF-8."
        ),
    ),
    # writing
    "update-get": Problem(
        400,
        message("An update is sent by POST"),
        message("An update stands in the body of a POST, and never in an address."),
    ),
    "unauthorized": Problem(
        401,
        message("A token is needed"),
        message("Writing needs a token that is known here: Authorization: Bearer …."),
    ),
    "updates-off": Problem(
        403,
        message("Nothing can be written"),
        message("This service is there to be read only."),
    ),
    "updates-elsewhere": Problem(
        403,
        message("The graph is elsewhere"),
        message("This service reads another store: write there; no update is passed on from here."),
    ),
    "force-forbidden": Problem(
        403,
        message("Force is not permitted"),
        message("The token of {name} does not permit `force`."),
        is_fault=False,
    ),
    "sweeping": Problem(
        403,
        message("Emptying all graphs needs force"),
        message("{word} takes everything that can be written: name the graphs, or repeat it with `force=1`."),
        is_fault=False,
    ),
    "derived-graph": Problem(
        403,
        message("The graph cannot be written"),
        message("{graph} is made of the other graphs, or comes from the ontology's files; change what it is made of."),
        is_fault=False,
    ),
    "default-graph": Problem(
        400,
        message("A graph has to be named"),
        message(
            "Every statement stands in a named graph: write GRAPH <…> {{ … }} or WITH <…>, or name it in the address."
        ),
        is_fault=False,
    ),
    "which-graph": Problem(
        400,
        message("Which graph is meant is not clear"),
        message("Give either `graph` with an IRI, or `default`."),
    ),
    "no-graph": Problem(
        404,
        message("There is no such graph"),
        message("{graph} is not a graph of this dataset."),
        is_fault=False,
    ),
    "two-datasets": Problem(
        400,
        message("There are two datasets"),
        message("The parameters using-graph-uri and using-named-graph-uri exclude USING and WITH in the text."),
        is_fault=False,
    ),
    "load": Problem(
        400,
        message("LOAD is refused"),
        message("Nothing is fetched here: put the statements into INSERT DATA, or send them by PUT."),
    ),
    "word": Problem(
        400,
        message("The update is not SPARQL"),
        message("“{word}” is no keyword here (keywords need a space between them)."),
        is_fault=False,
    ),
    "update-syntax": Problem(400, message("The update is not SPARQL"), message("{message}"), is_fault=False),
    "rdf-syntax": Problem(400, message("The body cannot be read"), message("{message}"), is_fault=False),
    "triple-term": Problem(
        400,
        message("Triple terms are refused"),
        message("The object of a statement cannot be a statement."),
        is_fault=False,
    ),
    "doctype": Problem(
        400,
        message("DOCTYPE is refused"),
        message("RDF/XML may have no DOCTYPE here: its entities can grow without bounds."),
    ),
    "body-type": Problem(
        415,
        message("The content type is not supported"),
        message("“{given}” is not taken; these are: {wanted}."),
    ),
    "precondition": Problem(
        412,
        message("The graph has changed"),
        message(
            "What you have seen is not what stands here: the snapshot is {current} now. Read it again, then write."
        ),
        is_fault=False,
    ),
    "review-off": Problem(403, message("Nothing can be reviewed here"), message("{how}"), is_fault=False),
    "no-draft": Problem(
        404,
        message("There is no such record"),
        message("The project has no record {slug}."),
        is_fault=False,
    ),
    "unseen": Problem(
        428,
        message("If-Match is missing"),
        message("Say in If-Match which state of the record you have seen."),
        is_fault=False,
    ),
    "record-changed": Problem(
        412,
        message("The record has changed"),
        message("What you have seen is not what stands there now; `since` has what was decided. Nothing was written."),
        is_fault=False,
    ),
    "not-taken": Problem(
        409,
        message("This decision cannot be taken"),
        message("It was refused: {why}."),
        is_fault=False,
    ),
    "unreadable-record": Problem(
        409,
        message("The record cannot be read"),
        message("{why}. Mend it in an editor."),
        is_fault=False,
    ),
    "not-checked": Problem(503, message("The check was not finished"), message("{message}"), is_fault=False),
    "invalid": Problem(
        422,
        message("The update would be wrong"),
        message("{count} violations would stand, so nothing was written; see `findings`."),
        is_fault=False,
    ),
    "not-written": Problem(
        500,
        message("It could not be written"),
        message("{message}"),
        is_fault=False,
    ),
    "not-served": Problem(
        500,
        message("Written, and not served yet"),
        message("The update stands as snapshot {snapshot}, but cannot be loaded: {message}"),
        is_fault=False,
    ),
    "busy-writing": Problem(
        503,
        message("Another update is at work"),
        message("The update before yours is not done; come back in {retry} seconds."),
        is_fault=False,
    ),
    # the query
    "syntax": Problem(400, message("The query is not SPARQL"), message("{message}")),
    "open-string": Problem(
        400,
        message("A string has no end"),
        message("The string that starts at line {line}, column {column} has no end."),
    ),
    "too-nested": Problem(
        400,
        message("The query is nested too deeply"),
        message("Its brackets are nested more than {limit} deep."),
    ),
    "too-many-brackets": Problem(
        400,
        message("The query has too many brackets"),
        message("It opens more than {limit} brackets."),
    ),
    "too-many-operators": Problem(
        400,
        message("The query has too many operators"),
        message("It has more than {limit} operators."),
    ),
    "service": Problem(
        400,
        message("SERVICE is refused"),
        message("This endpoint does not ask other endpoints."),
    ),
    "service-not-allowed": Problem(
        400,
        message("SERVICE may not ask this endpoint"),
        message("{endpoint} may not be asked; these may: {allowed}."),
    ),
    "service-unclear": Problem(
        400,
        message("A SERVICE clause is not clear"),
        message("SERVICE takes the whole IRI of an endpoint and a group in braces; no variable and no prefixed name."),
    ),
    "service-nested": Problem(
        400,
        message("SERVICE cannot be nested"),
        message("Within a SERVICE clause there may be no other."),
    ),
    "service-too-many": Problem(
        400,
        message("There are too many SERVICE clauses"),
        message("A query may have {limit} of them."),
    ),
    "service-failed": Problem(
        502,
        message("Another endpoint gave no whole answer"),
        message("{endpoint}: {message}"),
    ),
    "service-in-name": Problem(
        400,
        message("A name contains SERVICE"),
        message("“{name}” could be read as the keyword SERVICE; use another prefix, or write the whole IRI."),
    ),
    "ambiguous": Problem(
        400,
        message("An IRI is ambiguous"),
        message("“{iri}” could be read as a comparison; write the whole IRI, or put a space after the <."),
    ),
    "unexplained": Problem(
        422,
        message("The query cannot be explained"),
        message(
            "“{word}” at line {line}, column {column} is none of SPARQL 1.1, so the patterns cannot be told apart."
        ),
        is_fault=False,
    ),
    "evaluation": Problem(500, message("The query cannot be evaluated"), message("{message}")),
    "too-many-rows": Problem(
        422,
        message("The answer has too many rows"),
        message("It has more than {limit} rows; add a LIMIT."),
    ),
    "answer-too-large": Problem(
        422,
        message("The answer is too large"),
        message("It has more than {limit} bytes; add a LIMIT, or take it with stream=1."),
    ),
    # the service
    "too-many-requests": Problem(
        429,
        message("Too many requests"),
        message("You have used up your query time, errors or places; come back in {retry} seconds."),
        is_fault=False,
    ),
    "memory": Problem(
        500,
        message("The query needs too much memory"),
        message("It needed more memory than a query may use; ask for less."),
    ),
    "too-deep": Problem(
        500,
        message("The query is too complex"),
        message("Its structure is too deep to be evaluated."),
    ),
    "crash": Problem(
        500,
        message("The query was cut off"),
        message("The process that evaluated it ended; the service goes on."),
    ),
    "internal": Problem(
        500,
        message("The service failed"),
        message("The service failed; it has been logged."),
        is_fault=False,
    ),
    "store-failed": Problem(
        502,
        message("The store gave no whole answer"),
        message("No part of it is returned: {message}"),
        is_fault=False,
    ),
    "store-down": Problem(
        503,
        message("The store cannot be reached"),
        message("{message}"),
        is_fault=False,
    ),
    "timeout": Problem(
        503,
        message("The query took too long"),
        message("It was not done in {seconds} seconds and was stopped; no part of it is returned."),
    ),
    "busy": Problem(
        503,
        message("The service is busy"),
        message("Every query process is at work; come back in {retry} seconds."),
        is_fault=False,
    ),
    "gone": Problem(
        503,
        message("The client has left"),
        message("The client closed the connection before the answer was done."),
        is_fault=False,
    ),
    "not-ready": Problem(
        503,
        message("The service is not ready"),
        message("The service is starting or stopping."),
        is_fault=False,
    ),
}

#: Field of a failure -> the header that repeats it.
_HEADERS = {
    "challenge": ("WWW-Authenticate", "{}"),
    "complete": ("Content-Range", "bytes */{}"),
    "retry": ("Retry-After", "{}"),
}
#: What HTTP itself refuses -> our kind.
_HTTP = {404: "not-found", 405: "method", 413: "body-too-large", 414: "uri-too-long", 415: "media-type"}


def render(failure: RequestError) -> Response:
    """The problem document of a failure, in the client's language; as a page for who would rather have one."""
    problem = PROBLEMS[failure.kind]
    spoken = preferences.language()
    details = {name: text_in(v, spoken).strip() if _is_message(v) else v for name, v in failure.details.items()}
    content = {
        "type": f"{vocab.BASE}problem/{failure.kind}",
        "title": text_in(problem.title, spoken),
        "status": problem.status,
        "detail": _detail(problem, failure, spoken),
        **details,
    }
    if preferences.prefers_html():
        page = render_template("problem.html", problem=content)
        response = Response(page, problem.status, mimetype="text/html")
        preferences.remember(response)
    else:
        response = Response(json.dumps(content, ensure_ascii=False) + "\n", problem.status, mimetype=MEDIA_TYPE)
    is_page = response.mimetype == "text/html"
    response.headers["Content-Language"] = preferences.languages()[spoken][0] if is_page else spoken
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept", "Accept-Language", "Cookie"))
    for name in _HEADERS.keys() & failure.details.keys():
        header, form = _HEADERS[name]
        response.headers[header] = form.format(failure.details[name])
    return response


def _detail(problem: Problem, failure: RequestError, spoken: str) -> str:
    if "reason" in failure.details:
        return describe(failure.details, spoken)
    return text_in(problem.detail.format(**failure.details), spoken)


def _is_message(value: object) -> TypeGuard[Mapping[str, str]]:
    """Whether a detail is a text in several languages; one that came from a worker is a plain mapping."""
    return isinstance(value, Mapping) and SOURCE in value


def install(app: Flask) -> None:
    """Makes every error of an app a problem document."""
    app.before_request(_tell)
    app.register_error_handler(RequestError, render)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_bug)


def _tell() -> None:
    """Raises the failure of a request that was answered without Flask up to there."""
    if FAILURE in request.environ:
        raise request.environ[FAILURE]


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
    failure = RequestError(
        _HTTP.get(status, "bad-request" if status < 500 else "internal"),
        **{
            "not-found": {"path": request.path},
            "method": {"method": request.method, "allowed": allowed},
            "body-too-large": {"limit": current_app.config["MAX_CONTENT_LENGTH"]},
            "media-type": {"given": request.mimetype},
            "uri-too-long": {"limit": current_app.extensions["policygraph"].settings.uri_bytes},
        }.get(_HTTP.get(status, ""), {"message": error.name} if status < 500 else {}),
    )
    response = render(failure)
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _from_bug(error: Exception) -> Response:
    _LOG.error("a request failed", exc_info=error)
    return render(RequestError("internal"))
