"""The reading room: a document's text with every span that is evidence, and beside it what the spans are evidence of.

`/document/<slug>#char=a,b` is a place of it, as in the evidence. Where the text is not at hand, or `quotations` is not
`on`, the positions alone are shown. `/quotation/<slug>?char=a,b` has the words of one place, for previews.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, Response, request

from policygraph.messages import message

from ..failures import RequestError
from ..graph import quotations
from ..graph.answer_table import AnswerTable, Cell
from ..graph.reading import GROUPS, Reading, coverage, lines, reading, strip, tree
from ..graph.thing import unknown
from ..service import service
from ..web import preferences
from ..web.request import RequestContext, request_context
from . import data, page
from .take_home import file_of, offered, wanted_format
from .wording import EVIDENCE_KINDS

__all__ = ["blueprint"]

blueprint = Blueprint("reading_room", __name__)

_CHAR = re.compile(r"(\d{1,9}),(\d{1,9})")
#: How many things a preview names.
_FEW = 6


@blueprint.get("/document/<path:slug>")
def room(slug: str) -> Response:
    """A document beside its graph; `source` chooses one of its texts, `kind` the kinds that are marked."""
    with request_context(service()) as context:
        chosen = [kind for kind in request.args.getlist("kind") if kind in GROUPS] or list(GROUPS)
        if wanted_format():
            name = slug.replace("/", "-")
            return file_of(
                context, name, name, lambda: _table(_reading(context, slug), chosen), also=quotations.state()
            )

        def ask() -> Mapping[str, Any]:
            content = _reading(context, slug)
            groups = [each.group for each in content.things]
            visible = [span for span in content.spans if groups[span.thing] in chosen]
            return {
                "it": content,
                "names": content.names,
                "lines": lines(content.text, visible, groups) if content.text is not None else None,
                "coverage": coverage(content.text, content.length, visible),
                "strip": strip(content.spans, content.things, content.length),
                "tree": tree(content.things),
                "place_spans": [[span.start, span.end, span.thing] for span in content.spans],
            }

        reviewable = context.service.why_no_review() is None
        also = f"{quotations.state()} {reviewable}"
        values: dict[str, Any] = {"kinds": EVIDENCE_KINDS, "chosen": chosen, "slug": slug, "reviewable": reviewable}
        values["formats"] = offered()
        return page(context, "reading_room.html", ask, also=also, **values)


@blueprint.get("/quotation/<path:slug>")
def place(slug: str) -> Response:
    """The words of one place and what it is evidence of, as JSON; `words` is null where the text is not shown."""
    match = _CHAR.fullmatch(request.args.get("char", ""))
    if not match:
        form = message("start,end in characters")
        raise RequestError("bad-parameter", name="char", value=request.args.get("char", ""), wanted=form)
    start, end = int(match[1]), int(match[2])
    with request_context(service()) as context:

        def make() -> Any:
            content = _reading(context, slug)
            quote = quotations.quoting(context, [content.source])(content.source, start, end)
            here = [content.things[span.thing] for span in content.spans if (span.start, span.end) == (start, end)]
            language = preferences.language()
            return {
                "before": quote.before if quote else None,
                "words": quote.words if quote else None,
                "after": quote.after if quote else None,
                "things": [{"label": each.label(language), "kind": each.group} for each in here[:_FEW]],
            }

        return data(context, make, also=quotations.state())


def _table(content: Reading, chosen: Collection[str]) -> AnswerTable:
    """The places of the text as rows: from where to where, of what, and the words where the text is shown."""
    language = preferences.language()
    rows = []
    for span in content.spans:
        thing = content.things[span.thing]
        if thing.group not in chosen:
            continue
        rows.append(
            [
                Cell(str(span.start), "integer"),
                Cell(str(span.end), "integer"),
                Cell(str(EVIDENCE_KINDS[thing.group])),
                Cell(content.names.label(thing.kind, language), iri=thing.kind) if thing.kind else None,
                Cell(thing.label(language), iri=thing.iri),
                Cell(content.text[span.start : span.end]) if content.text is not None else None,
            ]
        )
    return AnswerTable(("start", "end", "group", "class", "thing", "words"), rows)


def _reading(context: RequestContext, slug: str) -> Reading:
    names = context.pool.names
    document = names.at(f"id/document/{slug}")
    source = request.args.get("source", "")
    try:
        content = reading(context, document, names.at(f"id/source/{source}") if source else "")
    except ValueError:
        content = None
    if content is None:
        raise unknown(context, document)
    return content
