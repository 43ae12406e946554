"""Questions for people: the catalogue, and each question as a form and a table in the reader's language.

`/questions` lists them, `/questions/<name>?plan=plan:x` answers one; with `format=csv`, `xlsx` or `json`,
its table is a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, request

from policygraph import vocab
from policygraph.queries import GROUPS, Query, Value, grouped, with_values

from ..api.parameters import read
from ..graph.answer_table import Answer, AnswerTable, Cell
from ..graph.catalogue import catalogue, competency_query
from ..graph.labels import names
from ..graph.thing import require_known
from ..service import service
from ..web import preferences
from ..web.ask import answer, rows
from ..web.names import shorten
from ..web.request import RequestContext, request_context
from . import page, paging
from .take_home import file_of, offered, wanted_format

__all__ = ["blueprint"]

blueprint = Blueprint("questions", __name__)

#: How many rows a page shows at once; a file has all of them.
_AT_ONCE = 200
#: Parameter -> the class of the things that are meant, by which suggestions are chosen.
_CLASSES = {
    "plan": "Plan",
    "area": "AdministrativeArea",
    "city": "City",
    "district": "District",
    "indicator": "Indicator",
    "initiative": "Initiative",
    "agent": "Agent",
    "organisation": "Organisation",
    "document": "PolicyDocument",
    "element": "PlanElement",
}
#: Parameters of the page itself, beside the language and the theme in which it is looked at.
_RESERVED = frozenset({"format", "from", "embed", "only"})


@blueprint.get("/questions")
def listed() -> Response:
    """Every question of the catalogue, by group."""
    with request_context(service()) as context:
        if wanted_format():
            return file_of(context, "questions", "questions", lambda: _catalogue_table(context))

        def ask() -> Mapping[str, Any]:
            questions = catalogue(context)
            return {"groups": grouped(questions.values()), "titles": GROUPS, "total": len(questions)}

        # a question is no thing that Turtle would describe
        formats = {form: called for form, called in offered().items() if form != "ttl"}
        return page(context, "questions.html", ask, formats=formats)


def _catalogue_table(context: RequestContext) -> AnswerTable:
    """The questions as rows, by group: the name by which REST asks it, the question, and why one asks."""
    language = preferences.language()
    rows_ = [
        [
            Cell(GROUPS[group][language]),
            Cell(each.name),
            Cell(each.header_text("question", language)),
            Cell(each.header_text("why", language)),
        ]
        for group, members in grouped(catalogue(context).values()).items()
        for each in members
    ]
    return AnswerTable(("group", "code", "question", "reason"), rows_)


@blueprint.get("/questions/<name>")
def question(name: str) -> Response:
    """One question, its form, and its answer."""
    start = paging.start()
    with request_context(service()) as context:
        query = competency_query(context, name)
        selection = read(query, [pair for pair in request.args.items(multi=True) if _is_of_query(*pair)])
        require_known(context, selection.given)
        values = selection.values
        if wanted_format():
            title = query.header_text("question", preferences.language())
            return file_of(context, name, title, lambda: _answer(context, query, values).table(partial(names, context)))

        def ask() -> Mapping[str, Any]:
            whole = _answer(context, query, values)
            return {
                "table": whole.table(partial(names, context), start, _AT_ONCE),
                "total": len(whole),
                "after": start + _AT_ONCE if start + _AT_ONCE < len(whole) else None,
                "names": names(context, _iris(values)),
                "values": {key: [_typed(term) for term in terms] for key, terms in values.items()},
                "text": with_values(query, values),
                "classes": _classes(context, query),
            }

        return page(
            context,
            "question.html",
            ask,
            query=query,
            start=start,
            formats=offered(),
        )


def _is_of_query(name: str, value: str) -> bool:
    return name not in _RESERVED and not preferences.chooses(name, value)


def _answer(context: RequestContext, query: Query, values: Mapping[str, Sequence[Value]]) -> Answer:
    fixed = [name for name, terms in values.items() if len(terms) == 1]
    content = answer(context, with_values(query, values), "tsv")
    return Answer(content, preferences.language(), fixed, text=query.text)


def _classes(context: RequestContext, query: Query) -> dict[str, list[str]]:
    """Parameter -> the classes of the things that are meant; one that is not here takes things of any."""
    wanted = {each.name: vocab.pg(_CLASSES[each.name]) for each in query.parameters if each.name in _CLASSES}
    below: dict[str, list[str]] = {}
    for row in rows(context, "narrower-classes", {"class": list(wanted.values())}) if wanted else ():
        below.setdefault(row["class"].value, []).append(row["narrower"].value)
    return {name: below.get(iri.value, []) for name, iri in wanted.items()}


def _typed(term: Value) -> str:
    return shorten(term.value) if isinstance(term, ox.NamedNode) else term.value


def _iris(values: Mapping[str, Sequence[Value]]) -> list[str]:
    return [term.value for terms in values.values() for term in terms if isinstance(term, ox.NamedNode)]
