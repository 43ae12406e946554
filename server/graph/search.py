"""Words in, the things whose labels match out, the best first, and the values by which they can be told apart.

The index is the one that was made with the build (policygraph.search_index); where that is not at hand, as over a
remote store, it is made at the first search of two queries like any other.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from policygraph import search_index

from ..service.label_index import Hit, Index, Matches
from ..web import preferences
from ..web.ask import Row, rows, run, solutions
from ..web.request import RequestContext
from ..workers.job_types import Bounds, bounds_of, query_job
from .labels import LANGUAGES, Names, names
from .plan_names import plan_names

__all__ = ["LIMIT", "MOST", "Hit", "Hits", "find", "index_of", "known_names", "similar"]

#: Results at once: unless asked otherwise, and at most. Words longer than this are none.
LIMIT, MOST, _LONGEST = 20, 100, 200
#: How many values of a facet are offered.
_OFFERED = 12


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: how much in all, the part that is shown, the class of each and what it stands in, their names.

    `facets` has the values of each that are the most frequent, with how many things each would leave; `words` are
    those that were looked for, where they are others than were given.
    """

    total: int
    shown: list[Hit]
    kinds: dict[str, str]
    wholes: dict[str, str]
    names: Names
    facets: dict[str, list[tuple[str, int]]]
    words: str


def find(
    context: RequestContext,
    text: str,
    start: int = 0,
    limit: int = LIMIT,
    chosen: Mapping[str, str | Collection[str]] | None = None,
) -> Hits:
    """The things that are meant by some words, the best first; `chosen` are values of facets that they must have."""
    index = index_of(context)
    matches = index.find(text[:_LONGEST], preferences.language(), start, limit, chosen)
    wholes: dict[str, str] = {}
    things = [ox.NamedNode(each.thing) for each in matches.shown]
    for row in rows(context, "search-within", {"thing": things}) if things else ():
        wholes.setdefault(row["thing"].value, row["whole"].value)
    kinds = {each.thing: kind for each in matches.shown if (kind := index.kind(each.thing))}
    facets = _offered(matches, chosen or {})
    values = {value for name, offered in facets.items() if name != "year" for value, _ in offered}
    labels = names(context, {*(each.thing for each in matches.shown), *kinds.values(), *wholes.values(), *values})
    return Hits(matches.total, matches.shown, kinds, wholes, labels, facets, matches.words)


def similar(context: RequestContext, text: str, limit: int) -> list[tuple[Hit, float]]:
    """The labels of the graph that are most like a text, each with its similarity from 0 to 100, the best first."""
    return index_of(context).similar(text[:_LONGEST], limit)


def known_names(context: RequestContext, things: Collection[str]) -> Names:
    """The names of many things, as `names` has them, from the index in memory: a list of thousands is searched so.

    Of what the index does not have they are asked for.
    """
    index, own = index_of(context), plan_names(context)
    labels: dict[str, dict[str, str]] = {}
    for thing in things:
        spoken = {language: label for language, label in index.labels(thing).items() if language in LANGUAGES}
        if spoken:
            labels[thing] = {language: own.label(thing, label) for language, label in spoken.items()}
    return Names({**labels, **names(context, [each for each in things if each not in labels]).by_iri})


def _offered(matches: Matches, chosen: Mapping[str, str | Collection[str]]) -> dict[str, list[tuple[str, int]]]:
    """The most frequent values of each facet, and the chosen one in any case; a facet of one value tells nothing."""
    facets: dict[str, list[tuple[str, int]]] = {}
    for name, counted in matches.facets.items():
        offered = [each for at, each in enumerate(counted) if at < _OFFERED or each[0] == chosen.get(name)]
        if len(offered) > 1 or chosen.get(name):
            facets[name] = sorted(offered) if name == "year" else offered
    return facets


def index_of(context: RequestContext) -> Index:
    """The index of the edition that is served."""
    return context.service.indexes.of(context.pool.edition, lambda: _made(context))


def _made(context: RequestContext) -> Index:
    columns = search_index.read(context.pool.folder)
    if columns is None:
        labels = [(row["thing"], row["label"], row.get("alias")) for row in _all(context, search_index.LABELS)]
        facts = [(row["thing"], row["facet"], row["value"]) for row in _all(context, search_index.FACTS)]
        columns = search_index.of_store(labels, facts)
    return Index(columns, context.pool.names, context.pool.folder)


def _all(context: RequestContext, name: str) -> list[Row]:
    """All that the index is made of, which grows with the graph: more than a client may have at once, and not kept."""
    settings = context.service.settings
    bounds: Bounds = {**bounds_of(settings), "rows": sys.maxsize, "bytes": settings.stream_bytes}
    body, _ = run(context, query_job(context.service.questions[name].text, "tsv", bounds))
    return solutions(body, ox.QueryResultsFormat.TSV)
