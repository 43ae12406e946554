"""Words in, the things whose labels match out, the best first.

The index is made of the labels of one edition of the graph, by a query like any other, at the first search.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pyoxigraph as ox

from policygraph import vocab
from policygraph.vocab import pg

from ..service.label_index import Hit, Index, fold
from ..web import preferences
from ..web.ask import answer, rows
from ..web.request import RequestContext
from .labels import Names, names

__all__ = ["LIMIT", "MOST", "Hits", "find", "similar"]

#: What stands behind a backslash in a string of tab-separated values -> what it is.
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)")
#: Results at once: unless asked otherwise, and at most. Words longer than this are none.
LIMIT, MOST, _LONGEST = 20, 100, 200


#: How many of the best are put in order by what they are, and counted by kind.
_WINDOW = 300
#: Classes that come first among things that fit equally well, and those that come last.
_FIRST = frozenset(
    pg(name).value
    for name in ("Plan", "PolicyDocument", "Article", "Province", "City", "District", "Indicator", "Initiative")
)
_LAST = frozenset(
    pg(name).value
    for name in ("CountClaim", "InitiativeReading", "ReadingIssue", "Alignment", "ResponsibilityAssignment")
)
_CONCEPTS = frozenset(vocab.expand(name) for name in ("skos:Concept", "skos:ConceptScheme", "qudt:Unit"))


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: how much in all, the part that is shown, the class of each and what it stands in, their names.

    `facets` are the kinds of the best, each with how many there are.
    """

    total: int
    shown: list[Hit]
    kinds: dict[str, str]
    wholes: dict[str, str]
    names: Names
    facets: list[tuple[str, int]]


def find(context: RequestContext, text: str, start: int = 0, limit: int = LIMIT, kind: str = "") -> Hits:
    """The things that are meant by some words, the best first; `kind` is the class that is looked for, any where empty.

    Among those that fit equally well, plans, documents and areas come before counts, readings and concepts.
    """
    index = _index_of(context)
    words = text[:_LONGEST]
    total, best = index.find(words, preferences.language(), 0, max(_WINDOW, start + limit))
    kinds = _kinds(context, best)
    facets = Counter(kinds[each.thing] for each in best if each.thing in kinds)
    if kind:
        best = [each for each in best if kinds.get(each.thing) == kind]
        total = len(best)
    whole = fold(words)
    ordered = sorted(best, key=lambda each: (fold(each.label) != whole, _rank(kinds.get(each.thing, ""))))
    visible = ordered[start : start + limit]
    wholes: dict[str, str] = {}
    things = [ox.NamedNode(each.thing) for each in visible]
    for row in rows(context, "search-within", {"thing": things}) if things else ():
        wholes.setdefault(row["thing"].value, row["whole"].value)
    labels = names(context, {*(each.thing for each in visible), *kinds.values(), *wholes.values()})
    return Hits(total, visible, kinds, wholes, labels, sorted(facets.items(), key=lambda each: (-each[1], each[0])))


def similar(context: RequestContext, text: str, limit: int) -> list[tuple[Hit, float]]:
    """The labels of the graph that are most like a text, each with its similarity from 0 to 100, the best first."""
    return _index_of(context).similar(text[:_LONGEST], limit)


def _index_of(context: RequestContext) -> Index:
    return context.service.indexes.of(context.pool.edition, lambda: _index(context))


def _kinds(context: RequestContext, best: list[Hit]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    things = [ox.NamedNode(each.thing) for each in best]
    for at in range(0, len(things), _WINDOW):
        for row in rows(context, "page-kinds", {"thing": things[at : at + _WINDOW]}):
            kinds.setdefault(row["thing"].value, row["kind"].value)
    return kinds


def _rank(kind: str) -> int:
    """The sort key by class: smaller for classes that are searched for more often."""
    if kind in _FIRST:
        return 0
    return 2 if kind in _LAST or kind in _CONCEPTS else 1


def _index(context: RequestContext) -> Index:
    """The labels of the graph, read as tab-separated values: terms of so many rows would cost more than the index."""
    content = answer(context, context.service.questions["search-labels"].text, "tsv").decode("utf-8")
    return Index((_entry(line) for line in content.split("\n")[1:] if line), context.pool.names)


def _entry(line: str) -> tuple[str, str, str, bool]:
    """A row of `search-labels`: a thing, a label, its language, whether it is an alternative."""
    thing, label, alias = line.split("\t")
    text, _, kind = label[1:].rpartition('"')
    if "\\" in text:
        text = _ESCAPE.sub(lambda match: _ESCAPED[match[1]], text)
    return thing[1:-1], text, kind[1:] if kind.startswith("@") else "", bool(alias)
