"""`/api/review/…`: the drafts of the project and a curator's decisions in, records on disk changed: review as JSON.

    GET  /api/review                     drafts, with how many statements are left
    GET  /api/review/<slug>              a draft: text, statements, outline; its ETag names its state
    POST /api/review/<slug>              a decision on that state (If-Match)
    POST /api/review/<slug>/undo         the last decision taken back
    GET  /api/review/<slug>/findings     what shapes, evidence and hygiene find in it
    GET  /api/review/names               what a field may name

A curator's token comes in the Authorization header, which no other site can have a browser send: there is no cookie.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from policygraph.messages import message, text_in

from ..failures import RequestError
from ..service import service
from ..service.curators import Curator
from ..web import preferences
from ..web.request import RequestContext, request_context
from .parameters import count

if TYPE_CHECKING:
    from policygraph.extract.review import Decision

    from ..service.drafts import Change, Summary

__all__ = ["blueprint"]

blueprint = Blueprint("review_api", __name__)

#: Parts of a decision -> the most characters that each may have.
_LONGEST = {"about": 8000, "act": 20, "field": 500, "value": 8000}
_ACTS = frozenset({"accept", "correct", "reject", "translate", "add"})
_PAGE, _MOST = 50, 200


@blueprint.get("/api/review")
def listed() -> Response:
    """The drafts, `limit` of them from `offset`."""
    with request_context(service()) as context:
        _admit(context)
        limit = count("limit", request.args.get("limit", str(_PAGE)), 1, _MOST)
        start = count("offset", request.args.get("offset", "0"), 0, 2**31)
        drafts = context.service.drafts
        slugs = drafts.listed()
        shown = [_summary(drafts.summary(slug)) for slug in slugs[start : start + limit]]
        return _sent({"total": len(slugs), "offset": start, "drafts": shown})


@blueprint.get("/api/review/names")
def names() -> Response:
    """Ids and labels that hold the words of `q`, for the field `key`."""
    with request_context(service()) as context:
        _admit(context)
        words = request.args.get("q", "")[: _LONGEST["field"]]
        return _sent({"names": context.service.drafts.names(request.args.get("key", ""), words)})


@blueprint.get("/api/review/<slug>")
def draft(slug: str) -> Response:
    """A draft whole, with the keys of records and what can be added."""
    from policygraph.extract.additions import ADDABLE  # noqa: PLC0415 - as for Service.drafts

    with request_context(service()) as context:
        curator = _admit(context)
        drafts = context.service.drafts
        content = drafts.draft(slug)
        language = 0 if preferences.language() == "zh" else 1
        keys = {
            key: {"label": each.labels[language], "values": [[value[0], value[1 + language]] for value in each.values]}
            for key, each in drafts.keys.items()
        }
        kinds = {
            name: {"section": kind.section, "type": kind.type, "keys": kind.keys, "isPlaced": kind.is_placed}
            for name, kind in ADDABLE.items()
        }
        return _sent({**content.content, "keys": keys, "kinds": kinds, "curator": curator.name}, content.tag)


@blueprint.post("/api/review/<slug>")
def decide(slug: str) -> Response:
    """A decision: `about`, `act`, and as it needs them `field` and `value`."""
    with request_context(service()) as context:
        curator = _admit(context)
        decision = _decision(curator)
        context.record.form = f"REVIEW {decision.act.upper()}"
        return _changed(context.service.drafts.decide(slug, _seen(), decision))


@blueprint.post("/api/review/<slug>/undo")
def undo(slug: str) -> Response:
    """The last decision that was taken through this service is taken back."""
    with request_context(service()) as context:
        _admit(context)
        context.record.form = "REVIEW UNDO"
        return _changed(context.service.drafts.undo(slug, _seen()))


@blueprint.get("/api/review/<slug>/findings")
def findings(slug: str) -> Response:
    """What is wrong with a draft as it stands."""
    with request_context(service()) as context:
        _admit(context)
        tag, content = context.service.drafts.findings(slug, preferences.language())
        return _sent({"findings": content}, tag)


def _admit(context: RequestContext) -> Curator:
    """The curator who asks. Raises RequestError for other clients, and where no draft can be reviewed."""
    if reason := context.service.why_no_review():
        raise RequestError("review-off", how=reason)
    return context.service.curators.known_by(request.headers.get("Authorization", ""))


def _seen() -> str:
    """The state that the client has seen: the one tag of If-Match."""
    tags = request.if_match.as_set()
    if len(tags) != 1 or request.if_match.star_tag:
        raise RequestError("unseen")
    (tag,) = tags
    return str(tag)


def _decision(curator: Curator) -> Decision:
    from policygraph.extract.additions import is_writable  # noqa: PLC0415 - as for Service.drafts
    from policygraph.extract.review import Decision  # noqa: PLC0415

    if request.mimetype != "application/json":
        raise RequestError("body-type", given=request.headers.get("Content-Type", ""), wanted="application/json")
    try:
        content = request.get_json(silent=True)
    except RecursionError:
        content = None
    if not isinstance(content, dict):
        raise RequestError("bad-parameter", name="body", value="", wanted=message("a JSON object"))
    for name, value in content.items():
        if name not in _LONGEST or not isinstance(value, str) or len(value) > _LONGEST[name] or not is_writable(value):
            wanted = message("one of about, act, field, value, each a text")
            raise RequestError("bad-parameter", name=_printable(name), value=_printable(value), wanted=wanted)
    if content.get("act") not in _ACTS:
        raise RequestError("bad-parameter", name="act", value=content.get("act", ""), wanted=", ".join(sorted(_ACTS)))
    # a value of a record is one line
    value = " ".join(content.get("value", "").split())
    return Decision(**{**content, "value": value}, by=curator.name)


def _printable(value: object) -> str:
    """A value for an error message: at most 100 characters, lone surrogates replaced."""
    return str(value)[:100].encode(errors="replace").decode()


def _summary(summary: Summary) -> dict[str, Any]:
    problem = text_in(summary.problem, preferences.language()) if summary.problem else None
    names = ("slug", "label", "status", "flagged", "labels", "open", "needed")
    return {**{name: getattr(summary, name) for name in names}, "problem": problem}


def _changed(change: Change) -> Response:
    return _sent({**change.content, "tag": change.tag}, change.tag)


def _sent(content: Mapping[str, Any], tag: str = "") -> Response:
    response = Response(json.dumps(content, ensure_ascii=False) + "\n", mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Authorization", "Accept-Language", "Cookie"))
    if tag:
        response.set_etag(tag)
    return response
