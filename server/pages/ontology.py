"""The ontology for people: every term with its definition, example, place, use and links; as text and as a diagram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
from flask import Response, url_for

from policygraph import vocab
from policygraph.queries import Term

from ..graph.answer_table import AnswerTable, Cell
from ..graph.labels import Names, in_rows, names
from ..web import preferences
from ..web.ask import Row, rows
from ..web.names import names as short_names
from ..web.names import path, shorten
from ..web.request import RequestContext
from . import page
from .arc_diagram import Diagram, diagram
from .take_home import MEDIA_TYPES, documents, file_of

__all__ = ["IRI", "Described", "described", "view"]

IRI = vocab.BASE + "ontology"
#: Type of a term -> the part of the page where it stands.
_PARTS = {"owl:Class": "classes", "owl:ObjectProperty": "between", "owl:DatatypeProperty": "valued"}
#: Properties that make the hierarchy.
_UPPER = ("rdfs:subClassOf", "rdfs:subPropertyOf")


@dataclass(frozen=True, slots=True)
class Described:
    """A term: what the ontology says of it, by property, and what other terms say with it."""

    iri: str
    part: str
    statements: Mapping[str, Sequence[Term]]
    below: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    def iris(self, *properties: str) -> list[str]:
        """The IRIs that it is linked to by some properties, by their short names."""
        return [term.value for name in properties for term in self.statements.get(name, ())]


def view(context: RequestContext, form: str = "html") -> Response:
    """The page of the ontology, or its terms as a table in a format of take_home."""
    if form in MEDIA_TYPES:
        return file_of(context, "ontology", "ontology", lambda: _table(context), form=form)

    def ask() -> Mapping[str, Any]:
        statements = rows(context, "ontology-statements")
        terms = described(statements)
        used = {row["term"].value: row["number"] for row in rows(context, "ontology-usage")}
        schemes = rows(context, "ontology-schemes")
        about = _by_property(row for row in statements if row["term"].value == IRI)
        disjoint, chains = rows(context, "ontology-disjoint"), rows(context, "ontology-chains")
        return {
            "about": about,
            "namespaces": _namespaces(statements),
            "disjoint": _lists(disjoint, "set", "class"),
            "chains": _lists(chains, "whole", "step"),
            "new": _new(terms, about),
            "terms": terms,
            "parts_of": {
                part: [term for term in terms.values() if term.part == part] for part in dict.fromkeys(_PARTS.values())
            },
            "drawn": _drawn(terms),
            "used": used,
            "schemes": schemes,
            "names": names(context, in_rows([*statements, *schemes, *disjoint, *chains])),
        }

    return page(context, "ontology.html", ask, document=url_for("linked.ontology"), iri=IRI, downloads=documents())


def _table(context: RequestContext) -> AnswerTable:
    """Every term as a row: what it is, where it stands, what it means, and how often the graph uses it."""
    language = preferences.language()
    statements = rows(context, "ontology-statements")
    used = {row["term"].value: row["number"].value for row in rows(context, "ontology-usage")}
    labels = names(context, in_rows(statements))
    rows_ = [
        [
            Cell(labels.label(term.iri, language), iri=term.iri),
            _joined(term.iris("rdf:type"), labels, language),
            _joined(term.iris(*_UPPER), labels, language),
            _joined(term.iris("schema:domainIncludes"), labels, language),
            _joined(term.iris("schema:rangeIncludes"), labels, language),
            _text(term, "skos:definition", language),
            _text(term, "skos:example", language),
            Cell(used[term.iri], "integer") if term.iri in used else None,
        ]
        for term in described(statements).values()
    ]
    return AnswerTable(("label", "class", "above", "from", "to", "definition", "example", "statements"), rows_)


def _joined(iris: Sequence[str], labels: Names, language: str) -> Cell | None:
    """Several terms in one cell, by their labels."""
    text = ", ".join(dict.fromkeys(labels.label(iri, language) for iri in iris))
    return Cell(text) if text else None


def _text(term: Described, name: str, language: str) -> Cell | None:
    texts = [each for each in term.statements.get(name, ()) if isinstance(each, ox.Literal)]
    chosen = next((each for each in texts if each.language == language), texts[0] if texts else None)
    return Cell(chosen.value, "text", chosen.language or "") if chosen else None


def described(statements: Iterable[Row]) -> dict[str, Described]:
    """The terms of our namespace by IRI, in order of their names."""
    by_term: dict[str, list[Row]] = defaultdict(list)
    for row in statements:
        by_term[row["term"].value].append(row)
    terms: dict[str, Described] = {}
    for iri, solutions in sorted(by_term.items()):
        values = _by_property(solutions)
        kinds = [_PARTS[kind] for kind in map(_short, values.get("rdf:type", ())) if kind in _PARTS]
        if kinds and path(iri).startswith("ontology#"):
            terms[iri] = Described(iri, kinds[0], values)
    for iri, term in terms.items():
        for upper in term.iris(*_UPPER):
            if upper in terms:
                terms[upper].below.append(iri)
        for owner in term.iris("schema:domainIncludes"):
            if owner in terms:
                terms[owner].properties.append(iri)
        for owner in term.iris("schema:rangeIncludes"):
            if owner in terms:
                terms[owner].values.append(iri)
    return terms


def _by_property(solutions: Iterable[Row]) -> dict[str, list[Term]]:
    values: dict[str, list[Term]] = {}
    for row in solutions:
        values.setdefault(_short(row["property"]), []).append(row["value"])
    return values


def _namespaces(statements: Sequence[Row]) -> list[tuple[str, str]]:
    """Prefix and namespace of every vocabulary that the terms are described by or linked to."""
    iris = {term.value for row in statements for term in row.values() if isinstance(term, ox.NamedNode)}
    used = {_short(ox.NamedNode(iri)).partition(":")[0] for iri in iris}
    return sorted((prefix, namespace) for prefix, namespace in short_names().prefixes.items() if prefix in used)


def _lists(solutions: Iterable[Row], key: str, member: str) -> dict[str, list[str]]:
    """The members of each list by its key, in the order of the rows."""
    lists: dict[str, list[str]] = defaultdict(list)
    for row in solutions:
        lists[row[key].value].append(row[member].value)
    return dict(lists)


def _new(terms: Mapping[str, Described], about: Mapping[str, Sequence[Term]]) -> list[str]:
    """The terms that the version before did not have: they name the version that they came with."""
    current = {term.value for term in about.get("owl:versionInfo", ())}
    return [
        iri
        for iri, term in terms.items()
        if current & {each.value for each in term.statements.get("owl:versionInfo", ())}
    ]


def _short(term: Term) -> str:
    return shorten(term.value)


def _drawn(terms: Mapping[str, Described]) -> Diagram:
    """The classes, and the properties that the ontology documents between them."""
    classes = [term for term in terms.values() if term.part == "classes"]
    iris = {term.iri for term in classes}
    roots = [term for term in classes if not iris & set(term.iris(*_UPPER))]
    links: dict[tuple[str, str], list[str]] = defaultdict(list)
    for term in terms.values():
        for start in iris.intersection(term.iris("schema:domainIncludes")):
            for end in iris.intersection(term.iris("schema:rangeIncludes")):
                links[start, end].append(term.iri)
    # classes with the most properties first, so that most arcs are short
    order = sorted(roots, key=lambda term: (-len(term.properties) - len(term.values), term.iri))
    return diagram([term.iri for term in order], {term.iri: term.below for term in classes}, links)
