"""A curator's request in, the response to it out: authorisation, preconditions, and the result of the update.

RFC 6750 (bearer tokens), RFC 9110 13.1 (preconditions). The response comes once the new build is served.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from policygraph.messages import message

from ..failures import RequestError, ServiceError
from ..formats import GRAPHS, Choice, choose
from ..service.curators import Curator
from ..service.journal import digest
from ..web import preferences
from ..web.problems import PROBLEMS
from ..web.request import RequestContext, note

__all__ = ["admit", "apply", "body", "require_absolute", "require_unchanged"]

#: Media types that mean JSON or text for people where they could mean RDF.
_PLAIN = frozenset({"application/json", "application/xml", "text/xml", "text/plain"})

_SWITCH = {"": True, "1": True, "true": True, "0": False, "false": False}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\\]*")


def admit(context: RequestContext) -> Curator:
    """The curator who asks, whose body may be as large as an update. Raises RequestError for other clients."""
    if context.service.writer is None:
        raise RequestError("updates-elsewhere" if context.service.settings.is_remote else "updates-off")
    curator = context.service.curators.known_by(request.headers.get("Authorization", ""))
    request.max_content_length = context.service.settings.update_bytes
    return curator


def body() -> bytes:
    """The body of the request, in bytes. Raises RequestError for one compressed, too large, or declared not UTF-8."""
    charset = request.mimetype_params.get("charset", "utf-8").lower().replace("utf8", "utf-8")
    coding = request.headers.get("Content-Encoding", "identity")
    if charset != "utf-8" or coding != "identity":
        raise RequestError("body-type", given=request.headers.get("Content-Type", ""), wanted="UTF-8")
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise RequestError("body-too-large", limit=request.max_content_length) from None


def require_absolute(*iris: str) -> None:
    """Raises RequestError for what is no absolute IRI (Graph Store Protocol 4.2)."""
    for iri in iris:
        if not _ABSOLUTE.fullmatch(iri):
            raise RequestError("bad-parameter", name="graph", value=iri, wanted=message("an absolute IRI"))


def require_unchanged(context: RequestContext, tags: Iterable[str], *, exists: bool = True) -> str | None:
    """The snapshot that must still stand when the update is made; None where the client sent no precondition.

    `tags` are the entity tags that name what is there now, the snapshot's own beside them. Raises RequestError where
    the client has seen another state than this one.
    """
    current = context.pool.snapshot
    names = {current, *tags}
    if request.if_match:
        is_met = exists if request.if_match.star_tag else any(request.if_match.is_strong(name) for name in names)
        if not is_met:
            raise RequestError("precondition", current=current)
        return current
    if request.if_none_match.star_tag:
        if exists:
            raise RequestError("precondition", current=current)
        return current
    return None


def apply(
    context: RequestContext,
    curator: Curator,
    job: Mapping[str, Any],
    content: bytes,
    *,
    force: Sequence[str],
    status: int = 200,
) -> Response:
    """Has an update made, serves the build that has it, and says what became of it.

    `job` is what changes.py does and, as `what`, how the journal tells it; `force` the values of the parameter.
    Raises RequestError where the update fails; the graph is then unchanged.
    """
    is_forced = any(map(_switch, force))
    if is_forced and not curator.may_force:
        raise RequestError("force-forbidden", name=curator.name)
    report = _report()
    summary = {
        "request": uuid.uuid4().hex,
        "who": curator.name,
        "force": is_forced,
        "language": preferences.language(),
        "report": report.name if report else None,
        "using": [],
        "using_named": [],
        "prefixes": dict(context.pool.names.prefixes),
        **job,
    }
    writer = context.service.writer
    assert writer is not None  # noqa: S101 - `admit` has let nobody in otherwise
    context.record.form, context.record.query = job["do"].upper(), digest(content.decode(errors="replace"))
    try:
        outcome = writer.submit(summary, content)
    except RequestError as failure:
        shacl = failure.details.pop("report", b"")
        if not report or not isinstance(shacl, bytes) or not shacl:
            raise
        note(context, failure)
        return _sent(PROBLEMS[failure.kind].status, context.pool.snapshot, shacl, report)
    try:
        context.service.current.take_up()
    except ServiceError as error:
        raise RequestError("not-served", snapshot=outcome.details["after"], message=str(error)) from None
    context.record.snapshot = outcome.details["after"]
    return _sent(status, outcome.details["after"], outcome.report or outcome.details, report)


def _report() -> Choice | None:
    """The format of the SHACL report, where the client names one of RDF in Accept; None for JSON, which is plainer."""
    choice = choose(GRAPHS, None, request.accept_mimetypes)
    is_named = choice is not None and choice.media_type in set(request.accept_mimetypes.values())
    return choice if is_named and choice and choice.media_type not in _PLAIN else None


def _sent(status: int, snapshot: str, content: bytes | Mapping[str, Any], report: Choice | None) -> Response:
    if isinstance(content, bytes) and report:
        response = Response(content, status, content_type=report.content_type)
    else:
        response = Response(json.dumps(content, ensure_ascii=False) + "\n", status, mimetype="application/json")
    response.headers["Policygraph-Snapshot"] = snapshot
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _switch(value: str) -> bool:
    if value.lower() not in _SWITCH:
        raise RequestError("bad-parameter", name="force", value=value, wanted=message("1 or 0"))
    return _SWITCH[value.lower()]
