"""Records in, the alignments that a machine suggests between their plans out, as quads of `graph/suggested`.

A suggestion is a `pg:Alignment` with its confidence, its method (`pg:hasReadingRule`) and its reason; it is described
in no document, waits for review, and stands apart from what is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.linking.alignment import Statement, Suggestion
from policygraph.linking.decision import digest_of
from policygraph.linking.resolver import names_of
from policygraph.vocab import pg

__all__ = ["as_quads", "statements"]

_RELATION = "https://w3id.org/policygraph/concept/relation/"
_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
_TRUE = ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))


def statements(
    records: Mapping[str, Mapping[str, Any]],
    names: vocab.Names = vocab.SHARED,
    themes: Mapping[str, str] | None = None,
) -> Iterator[Statement]:
    """The targets and elements of the plans that the records (by slug) are, with what is compared of them.

    `themes` are those of indicators; an element has the theme that its record says, else those of what its targets set.
    """
    for slug in sorted(records):
        record = records[slug]
        area = str(record.get("coversArea", ""))
        for plan in record.get("plans", ())[:1]:
            place = _Place(_iri(str(plan.get("id", "")), slug, names), area, slug)
            yield from _below(plan, place, names, themes or {})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands: the IRI of its plan, the area of its document, the slug of its record."""

    plan: str
    area: str
    slug: str


def _below(
    thing: Mapping[str, Any], place: _Place, names: vocab.Names, themes: Mapping[str, str]
) -> Iterator[Statement]:
    for target in thing.get("targets", ()):
        yield Statement(
            _iri(str(target.get("id", "")), place.slug, names),
            place.plan,
            str(target.get("ofArea", place.area)),
            "",
            str(target.get("ofIndicator", "")),
            str(target.get("valueKind", "")),
            str(target.get("deadline", "")),
        )
    for part in thing.get("parts", ()):
        label = next(iter(names_of(part)), "")
        if label:
            iri = _iri(str(part["id"]), place.slug, names)
            yield Statement(iri, place.plan, place.area, label, themes=_themes(part, themes))
        yield from _below(part, place, names, themes)


def _themes(part: Mapping[str, Any], themes: Mapping[str, str]) -> tuple[str, ...]:
    own = part.get("theme", ())
    stated = {own} if isinstance(own, str) else set(own)
    measured = {themes.get(str(target.get("ofIndicator", "")), "") for target in part.get("targets", ())}
    return tuple(sorted(stated or measured - {""}))


def _iri(identifier: str, slug: str, names: vocab.Names) -> str:
    return names.expand(identifier) if ":" in identifier else f"{names.id}{slug}/{identifier}"


def as_quads(suggestions: Iterable[Suggestion], names: vocab.Names = vocab.SHARED) -> Iterator[ox.Quad]:
    """The suggestions as alignments, each with an IRI that follows from its ends."""
    for each in suggestions:
        node = ox.NamedNode(f"{names.id}suggested/{digest_of([each.first, each.second, each.method])}")
        for predicate, value in (
            (vocab.rdf_type, pg("Alignment")),
            (pg("alignsFrom"), ox.NamedNode(each.first)),
            (pg("alignsTo"), ox.NamedNode(each.second)),
            (pg("hasRelation"), ox.NamedNode(_RELATION + each.relation)),
            (pg("hasConfidence"), ox.Literal(f"{each.confidence:g}", datatype=_DECIMAL)),
            (pg("hasReadingRule"), ox.Literal(each.method)),
            (pg("hasReason"), ox.Literal(each.reason["zh"], language="zh")),
            (pg("hasReason"), ox.Literal(each.reason["en"], language="en")),
            (pg("needsReview"), _TRUE),
        ):
            yield ox.Quad(node, predicate, value, vocab.GRAPH_SUGGESTED)
