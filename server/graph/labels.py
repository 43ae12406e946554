"""IRIs in, their labels out, in every language that the graph has, looked up together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from flask_babel import lazy_gettext

from policygraph.text import UNTRANSLATED, signed

from ..web.ask import Row, rows
from ..web.names import shorten
from ..web.request import RequestContext
from .plan_names import plan_names

__all__ = ["FOREIGN", "LANGUAGES", "Names", "in_rows", "names"]

#: The languages in which labels are looked up, as the query `labels` has them.
LANGUAGES = frozenset({"zh", "en"})
#: How many labels are looked up at once: other stores bound the length of a query.
_AT_ONCE = 500


#: Terms of other vocabularies that pages show, which the graph does not name.
FOREIGN = {
    "odrl:eq": lazy_gettext("equal to"),
    "odrl:gt": lazy_gettext("more than"),
    "odrl:gteq": lazy_gettext("at least"),
    "odrl:lt": lazy_gettext("less than"),
    "odrl:lteq": lazy_gettext("at most"),
    "owl:Class": lazy_gettext("class"),
    "owl:DatatypeProperty": lazy_gettext("property with values"),
    "owl:ObjectProperty": lazy_gettext("property between things"),
    "qudt:Unit": lazy_gettext("unit"),
    "skos:Concept": lazy_gettext("concept"),
    "skos:ConceptScheme": lazy_gettext("concept scheme"),
    "qudt:conversionMultiplier": lazy_gettext("conversion multiplier"),
    "qudt:hasReferenceUnit": lazy_gettext("reference unit"),
    "qudt:symbol": lazy_gettext("symbol"),
    "rdf:type": lazy_gettext("is a"),
    "rdfs:isDefinedBy": lazy_gettext("is defined by"),
    "sh:SPARQLExecutable": lazy_gettext("question"),
    "schema:repeatFrequency": lazy_gettext("how often"),
    "skos:broader": lazy_gettext("broader"),
    "skos:closeMatch": lazy_gettext("close match"),
    "skos:exactMatch": lazy_gettext("exact match"),
    "skos:inScheme": lazy_gettext("in the scheme"),
    "skos:notation": lazy_gettext("code"),
    "skos:prefLabel": lazy_gettext("label"),
    "skos:related": lazy_gettext("related"),
    "skos:relatedMatch": lazy_gettext("related match"),
}


class Names:
    """The labels of some things."""

    def __init__(self, labels: Mapping[str, Mapping[str, str]]) -> None:
        self.by_iri = labels

    def label_with_language(self, iri: str, language: str) -> tuple[str, str]:
        """The label of a thing and the language it is in: the one asked for, else another, else its short name.

        A label that is still to be translated is in the other language; one that a machine composed is signed.
        """
        labels = self.by_iri.get(iri, {})
        for spoken in (language, *sorted(labels)):
            if spoken in labels and not labels[spoken].startswith(UNTRANSLATED):
                return signed(labels[spoken]), spoken
        return str(FOREIGN.get(shorten(iri), shorten(iri))), ""

    def label(self, iri: str, language: str) -> str:
        """The label alone."""
        return self.label_with_language(iri, language)[0]


def names(context: RequestContext, things: Iterable[str]) -> Names:
    """The names of things; where one has several labels in a language, the first in order.

    Plans that are called alike are called by their area too (plan_names).
    """
    nodes = [ox.NamedNode(iri) for iri in sorted(set(things))]
    labels: dict[str, dict[str, str]] = {}
    own = plan_names(context)
    for start in range(0, len(nodes), _AT_ONCE):
        for row in rows(context, "labels", {"thing": nodes[start : start + _AT_ONCE]}):
            label = row["label"]
            if isinstance(label, ox.Literal) and label.language:
                thing = row["thing"].value
                labels.setdefault(thing, {}).setdefault(label.language, own.label(thing, label.value))
    return Names(labels)


def in_rows(solutions: Iterable[Row]) -> set[str]:
    """Every IRI of an answer."""
    return {term.value for row in solutions for term in row.values() if isinstance(term, ox.NamedNode)}
