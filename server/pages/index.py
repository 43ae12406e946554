"""Things from A to Z: a letter in, the documents, plans, areas, indicators, organisations and initiatives under it out.

In Chinese a name stands under the letter of its pinyin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext

from policygraph.search_index import LISTS

from ..graph.answer_table import AnswerTable, Cell
from ..graph.labels import Names
from ..graph.search import index_of
from ..service import service
from ..web import preferences
from ..web.request import RequestContext, request_context
from . import MORE, page, paging
from .take_home import file_of, offered, wanted_format

__all__ = ["LISTED", "blueprint"]

blueprint = Blueprint("index", __name__)
LISTED = lazy_gettext("A to Z")

#: How many names a page shows.
_AT_ONCE = 300


@blueprint.get("/index")
def index() -> Response:
    """The names under `letter`, the first there is where none is given; of the list that `of` names, or of all."""
    with request_context(service()) as context:
        if wanted_format():
            return file_of(context, "index", "index", lambda: _table(context))
        return page(context, "index.html", lambda: _shown(context), formats=offered())


def _table(context: RequestContext) -> AnswerTable:
    """Every name of the list that is chosen, or of all, under its letter."""
    language, chosen = preferences.language(), request.args.get("of", "")
    index_ = index_of(context)
    entries = [
        (letter, each, str(MORE[f"things.{name}"]))
        for name in LISTS
        if chosen in ("", name)
        for letter, each in index_.listed(name, language)
    ]
    entries.sort(key=lambda entry: (entry[0] == "#", entry[0]))
    rows_ = [[Cell(letter), Cell(each.label, iri=each.thing), Cell(kind)] for letter, each, kind in entries]
    return AnswerTable(("letter", "label", "kind"), rows_)


def _shown(context: RequestContext) -> Mapping[str, Any]:
    language = preferences.language()
    index_, chosen = index_of(context), request.args.get("of", "")
    by_list = {name: index_.listed(name, language) for name in LISTS}
    entries = [
        (letter, each.label, each.thing, name)
        for name, members in by_list.items()
        if chosen in ("", name)
        for letter, each in members
    ]
    letters = Counter(letter for letter, *_ in entries)
    letter = request.args.get("letter", "")
    letter = letter if letter in letters else min(letters, key=lambda each: (each == "#", each), default="")
    start = paging.start()
    under = [each for each in entries if each[0] == letter]
    visible = under[start : start + _AT_ONCE]
    return {
        "letters": sorted(letters.items(), key=lambda each: (each[0] == "#", each[0])),
        "letter": letter,
        "lists": {name: (MORE[f"things.{name}"], len(members)) for name, members in by_list.items()},
        "chosen": chosen,
        "entries": visible,
        "names": Names({}),
        **paging.turns(start, _AT_ONCE, len(under)),
    }
