"""A build in, its competency queries out, as its graph holds them: so they are those of a remote store too."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache

from policygraph.queries import Query, parse

from ..failures import RequestError
from ..web.ask import rows
from ..web.request import RequestContext

__all__ = ["catalogue", "competency_query"]

#: The questions of the builds that were served last: a page of one question reads them all.
_parsed = lru_cache(maxsize=512)(parse)


def catalogue(context: RequestContext) -> Mapping[str, Query]:
    """Every competency query of the build that is served, by name and in that order."""
    texts = {row["query"].value.rpartition("/")[2]: row["text"].value for row in rows(context, "catalogue")}
    return {name: _parsed(name, text) for name, text in sorted(texts.items())}


def competency_query(context: RequestContext, name: str) -> Query:
    """One of them. Raises RequestError("unknown-query") with the nearest name."""
    questions = catalogue(context)
    if name not in questions:
        near = [each for each in questions if name in each] or difflib.get_close_matches(name, questions, 1, 0) or ["-"]
        raise RequestError("unknown-query", name=name, near=near[0])
    return questions[name]
