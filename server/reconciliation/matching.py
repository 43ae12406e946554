"""Reconciliation queries in, candidates out, scored from 0 to 100, and of each query the one that is a match, if any.

Candidates are the labels that are most like the name (`service/similar_names`), what an id names, or, where only
properties are given, the things that have one of the values. Classes and required conditions sift them; the score
weighs the name against the other conditions. A candidate is a match where it is as good as the query says and no other
comes near.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from policygraph import vocab
from policygraph.linking import spelling

from ..failures import RequestError
from ..graph.labels import Names, names
from ..graph.search import similar
from ..web.ask import rows
from ..web.request import RequestContext
from .requests import Condition, Query
from .values import AT_ONCE, Values, as_iri, objects, read, similarity

__all__ = ["FEATURES", "Answer", "Candidate", "answers"]

#: Feature of a candidate -> what it says, in English; its value is from 0 to 1 but for `name`, from 0 to 100.
FEATURES = ("name", "type", "properties")
#: Labels that are looked at for one name: where no class is wanted, and where one is.
_LABELS, _LABELS_OF_CLASS = 100, 400
#: A candidate below this similarity of names is none.
_LEAST_NAME = 40.0
#: What a name without what stands in brackets at its end counts.
_SHORTENED = 0.95
#: The part of a score that the name has where there are other conditions too.
_NAME_SHARE = 0.7
#: What a candidate of no wanted class counts where classes are only wished for.
_OTHER_CLASS = 0.8
#: A match has at least this score, and every other candidate at least so much less.
_MATCH, _APART = 95.0, 5.0
#: A condition is met from this similarity on.
_MET = 0.9
#: Forms in which the graph may have a value that is given as a text.
_DATATYPES = tuple(f"{vocab.PREFIXES['xsd']}{name}" for name in ("integer", "decimal", "gYear", "date", "boolean"))
_LANGUAGES = ("zh", "en")
#: Terms of the vocabulary are no things that a table speaks of.
_TERMS = vocab.PREFIXES["pg"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant: its classes, the most special ones, and what its score is made of."""

    iri: str
    kinds: tuple[str, ...]
    score: float
    features: Mapping[str, float]
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The candidates of each query of a batch, the best first, and the names of things and classes."""

    candidates: Sequence[Sequence[Candidate]]
    names: Names


@dataclass(slots=True)
class _Pool:
    """What is known of the things that any query of a batch may mean."""

    kinds: dict[str, list[str]] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    names: Names = field(default_factory=lambda: Names({}))


def answers(context: RequestContext, queries: Sequence[Query]) -> Answer:
    """The candidates of each query, found apart from those of the others. Raises RequestError past the deadline."""
    seconds = context.service.settings.deadline
    until = time.monotonic() + seconds
    by_name: list[dict[str, float]] = []
    for query in queries:
        if time.monotonic() > until:
            raise RequestError("timeout", seconds=seconds)
        by_name.append(_named(context, query))
    pool = _Pool(_kinds(context, {iri for each in by_name for iri in each}))
    wider = {name: _narrower(context, name) for query in queries for name in query.types}
    properties = {as_iri(each.property) for query in queries for each in query.properties}
    pool.values = read(context, pool.kinds, (node.value for node in properties if node is not None))
    pool.names = names(context, objects(pool.values))
    chosen = [
        _ranked(query, scores, pool, [wider[name] for name in query.types])
        for query, scores in zip(queries, by_name, strict=True)
    ]
    shown = {each.iri for candidates in chosen for each in candidates}
    kinds = {kind for candidates in chosen for each in candidates for kind in each.kinds}
    return Answer(chosen, names(context, shown | kinds))


def _named(context: RequestContext, query: Query) -> dict[str, float]:
    """Thing -> how far it is called as the query says, from 0 to 100."""
    if not query.names:
        return dict.fromkeys(_with_values(context, query.properties), 100.0)
    limit = _LABELS_OF_CLASS if query.types else _LABELS
    scores: dict[str, float] = {}
    for condition in query.names:
        for value in condition.values:
            for iri, score in _called(context, value, limit, is_id=condition.sort == "id").items():
                scores[iri] = max(scores.get(iri, 0.0), score)
    return scores


def _called(context: RequestContext, text: str, limit: int, *, is_id: bool) -> dict[str, float]:
    node = as_iri(text)
    if node is not None:
        return {node.value: 100.0}
    if is_id:
        return {}
    scores: dict[str, float] = {}
    for weight, spelt in zip((1.0, _SHORTENED), (text, *spelling.variants(text)[1:]), strict=False):
        for label, score in similar(context, spelt, limit):
            if score >= _LEAST_NAME and not label.thing.startswith(_TERMS):
                scores[label.thing] = max(scores.get(label.thing, 0.0), score * weight)
    return scores


def _with_values(context: RequestContext, conditions: Iterable[Condition]) -> list[str]:
    """The things that have one of the values, of the first condition that any thing meets."""
    for condition in conditions:
        node = as_iri(condition.property)
        values = [term for text in condition.values for term in _terms(context, text)]
        if node is None or not values:
            continue
        some = rows(context, "reconcile-subjects", {"property": node, "value": values[:AT_ONCE]})
        if some:
            return list(dict.fromkeys(row["thing"].value for row in some))[:AT_ONCE]
    return []


def _terms(context: RequestContext, text: str) -> list[ox.NamedNode | ox.Literal]:
    """A text as the graph may have it as a value: the thing that it names or is called so, and literals."""
    node = as_iri(text)
    if node is not None:
        return [node]
    things = [ox.NamedNode(label.thing) for label, score in similar(context, text, 20) if score >= 100 * _MET]
    typed = [ox.Literal(text, datatype=ox.NamedNode(name)) for name in _DATATYPES]
    return [*things, ox.Literal(text), *(ox.Literal(text, language=spoken) for spoken in _LANGUAGES), *typed]


def _kinds(context: RequestContext, things: Iterable[str]) -> dict[str, list[str]]:
    nodes = [ox.NamedNode(iri) for iri in sorted(things)]
    kinds: dict[str, list[str]] = {}
    for start in range(0, len(nodes), AT_ONCE):
        for row in rows(context, "page-kinds", {"thing": nodes[start : start + AT_ONCE]}):
            kinds.setdefault(row["thing"].value, []).append(row["kind"].value)
    return kinds


def _narrower(context: RequestContext, name: str) -> frozenset[str]:
    """A class and every class below it; empty for what is no class."""
    node = as_iri(name)
    if node is None:
        return frozenset()
    below = rows(context, "narrower-classes", {"class": node})
    return frozenset({node.value, *(row["narrower"].value for row in below)})


def _ranked(query: Query, scores: Mapping[str, float], pool: _Pool, types: list[frozenset[str]]) -> list[Candidate]:
    scored = [
        candidate
        for iri, name in scores.items()
        if iri in pool.kinds and (candidate := _scored(query, iri, name, pool, types)) is not None
    ]
    best = sorted(scored, key=lambda each: (-each.score, each.iri))
    return _decided(best)[: query.limit]


def _scored(query: Query, iri: str, name: float, pool: _Pool, types: list[frozenset[str]]) -> Candidate | None:
    kinds = pool.kinds[iri]
    fitting = [any(kind in wanted for kind in kinds) for wanted in types]
    is_of_type = not types or (all(fitting) if query.strictness == "all" else any(fitting))
    if not is_of_type and query.strictness != "should":
        return None
    met = [_met(each, pool.values.get(iri, {}), pool.names) for each in query.properties]
    if any(each.is_required and share < _MET for each, share in zip(query.properties, met, strict=True)):
        return None
    share = sum(met) / len(met) if met else 1.0
    score = name * (_NAME_SHARE + (1 - _NAME_SHARE) * share) if met else name
    score *= 1.0 if is_of_type else _OTHER_CLASS
    features = {"name": round(name, 2), "type": float(is_of_type), "properties": round(share, 4)}
    return Candidate(iri, tuple(kinds), round(score, 2), features)


def _met(
    condition: Condition, values: Mapping[str, Sequence[ox.NamedNode | ox.Literal | ox.BlankNode]], labels: Names
) -> float:
    """How far the values of a thing meet a condition, from 0 to 1."""
    node = as_iri(condition.property)
    terms = values.get(node.value, ()) if node is not None else ()
    each = [max((similarity(term, text, labels) for term in terms), default=0.0) for text in condition.values]
    if condition.quantifier == "all":
        return min(each)
    return float(max(each) < _MET) if condition.quantifier == "none" else max(each)


def _decided(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, the first marked as a match where it is one."""
    if not candidates:
        return []
    first, *others = candidates
    is_match = first.score >= _MATCH and all(each.score <= first.score - _APART for each in others[:1])
    return [Candidate(first.iri, first.kinds, first.score, first.features, is_match), *others]
