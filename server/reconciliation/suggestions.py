"""What somebody has typed of a name or an id in, the things, classes and properties that are meant out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policygraph import vocab
from policygraph.search_index import fold

from ..graph.labels import Names, names
from ..graph.search import find
from ..web.ask import rows
from ..web.names import shorten
from ..web.request import RequestContext
from .values import as_iri

__all__ = ["SORTS", "Suggestion", "proposals", "suggest", "terms_of"]

#: What can be suggested.
SORTS = ("entity", "property", "type")
#: Sort of suggestion -> sort of term in the graph.
_TERMS = {"property": "property", "type": "class"}
_OURS = vocab.PREFIXES["pg"]
#: Classes of vocabularies that are reused whose things people know by name.
_REUSED = frozenset(vocab.expand(name) for name in ("skos:Concept", "qudt:Unit"))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A thing by its IRI, or a term by its short name: what it is called, in which language, and what it is."""

    id: str
    name: str
    language: str
    kind: str = ""
    description: str = ""


def suggest(
    context: RequestContext, sort: str, prefix: str, *, start: int, limit: int, language: str
) -> tuple[list[Suggestion], Names]:
    """The suggestions, the best first, and the names of their classes."""
    if sort == "entity":
        return _things(context, prefix, start, limit, language)
    terms = _matching(terms_of(context, sort, language), prefix)
    return terms[start : start + limit], Names({})


def terms_of(context: RequestContext, sort: str, language: str) -> list[Suggestion]:
    """Every class that has things, or every property that is used: ours first, then those that are used most."""
    used = [
        row["term"].value
        for row in rows(context, "terms")
        if row["sort"].value == _TERMS[sort] and row["number"].value != "0"
    ]
    if sort == "type":
        used = [iri for iri in used if iri.startswith(_OURS) or iri in _REUSED]
    return _described(context, sorted(used, key=lambda iri: not iri.startswith(_OURS)), language)


def proposals(context: RequestContext, kind: str, limit: int, language: str) -> list[Suggestion]:
    """The properties that things of a class have, the most used first; of no class, all that are used."""
    node = as_iri(kind) if kind else None
    if node is None:
        return [] if kind else terms_of(context, "property", language)[:limit]
    fitting = [row["property"].value for row in rows(context, "properties-of-classes", {"class": node})]
    ordered = sorted(dict.fromkeys(fitting), key=lambda iri: not iri.startswith(_OURS))
    return _described(context, ordered, language)[:limit]


def _things(
    context: RequestContext, prefix: str, start: int, limit: int, language: str
) -> tuple[list[Suggestion], Names]:
    node = as_iri(prefix)
    named = [row["kind"].value for row in rows(context, "page-kinds", {"thing": node})] if node else []
    if node is not None and named:
        labels = names(context, {node.value, *named})
        label, spoken = labels.label_with_language(node.value, language)
        return ([Suggestion(node.value, label, spoken, named[0])] if not start else []), labels
    hits = find(context, prefix, start, limit)
    shown = []
    for hit in hits.shown:
        label, spoken = hits.names.label_with_language(hit.thing, language)
        whole = hits.wholes.get(hit.thing)
        within = hits.names.label(whole, language) if whole else ""
        shown.append(Suggestion(hit.thing, label, spoken, hits.kinds.get(hit.thing, ""), within))
    return shown, hits.names


def _described(context: RequestContext, terms: Iterable[str], language: str) -> list[Suggestion]:
    listed = list(terms)
    labels = names(context, listed)
    return [
        Suggestion(shorten(iri), *labels.label_with_language(iri, language), description=shorten(iri)) for iri in listed
    ]


def _matching(terms: Iterable[Suggestion], prefix: str) -> list[Suggestion]:
    """The terms whose name or short name holds a text, those that begin with it first; all of them for none."""
    wanted = fold(prefix)
    places = [(min(_places(each, wanted, prefix), default=-1), each) for each in terms]
    fitting = [(place, each) for place, each in places if place >= 0]
    whole = {each.id for _, each in fitting if wanted in (fold(each.name), fold(each.id.rpartition(":")[2]))}
    return [each for _, each in sorted(fitting, key=lambda pair: (pair[1].id not in whole, pair[0] > 0))]


def _places(term: Suggestion, wanted: str, prefix: str) -> list[int]:
    local = term.id.rpartition(":")[2]
    places = [fold(term.name).find(wanted), fold(local).find(wanted), term.id.casefold().find(prefix.casefold())]
    return [place for place in places if place >= 0]
