"""Review in the browser: the drafts of the project, and the desk where a curator decides on one beside its text.

The pages themselves hold nothing of a draft: their script asks `/api/review` with the curator's token, which it keeps
for as long as the tab is open. Without curators or without a project at hand the page says how to turn it on.
"""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import lazy_gettext

from policygraph.messages import text_in

from ..service import service
from ..web import preferences
from ..web.request import request_context
from . import page
from .wording import EVIDENCE_KINDS

__all__ = ["LISTED", "blueprint", "is_listed"]

blueprint = Blueprint("review", __name__)

LISTED = lazy_gettext("Review")
#: Kind of statement that may be added (`extract.additions`) -> its name in the form.
ADDABLE = {
    "target": lazy_gettext("target"),
    "task": lazy_gettext("task"),
    "measure": lazy_gettext("measure"),
    "goal": lazy_gettext("goal"),
    "task-group": lazy_gettext("task group"),
    "project": lazy_gettext("project"),
    "safeguard": lazy_gettext("safeguard"),
    "principle": lazy_gettext("principle"),
    "responsibility": lazy_gettext("responsibility"),
    "positioning": lazy_gettext("positioning"),
    "observation": lazy_gettext("observation"),
}
#: Key -> what it does.
KEYS = {
    "A": lazy_gettext("accept; of a label without English: take what is suggested"),
    "C": lazy_gettext("correct: into the first field (Enter writes it)"),
    "R": lazy_gettext("reject, with what hangs on it"),
    "X": lazy_gettext("its place is what is selected in the text"),
    "⇧X": lazy_gettext("what is selected is one more place of it"),
    "M": lazy_gettext("move: hang it on another part"),
    "E": lazy_gettext("into its English label"),
    "N": lazy_gettext("new: add what is selected in the text"),
    "U": lazy_gettext("undo the last decision"),
    "S": lazy_gettext("skip it for now"),
    "J": lazy_gettext("next, without deciding"),
    "K": lazy_gettext("previous"),
    "Esc": lazy_gettext("out of a field; nothing selected"),
    "?": lazy_gettext("this list"),
}


def is_listed() -> bool:
    """Whether there is anything to lead to."""
    return service().why_no_review() is None


@blueprint.get("/review")
def review() -> Response:
    """The drafts, with how much of each is left."""
    return _page("drafts.html")


@blueprint.get("/review/<slug>")
def desk(slug: str) -> Response:
    """One draft beside its text."""
    return _page("review.html", slug)


def _page(template: str, slug: str = "") -> Response:
    reason = service().why_no_review()
    off = text_in(reason, preferences.language()) if reason else ""
    with request_context(service()) as context:
        return page(
            context, template, dict, also=off, off=off, slug=slug, kinds=EVIDENCE_KINDS, addable=ADDABLE, bindings=KEYS
        )
