"""What the page of a thing shows in, the same as tables out: its statements, and each of its sections, by title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox
from flask_babel import lazy_gettext

from policygraph import vocab
from policygraph.queries import Term
from policygraph.vocab import pg, skos

from ..graph.answer_table import AnswerTable, Cell, cell_of
from ..graph.profile import Profile
from ..web import preferences
from ..web.request import RequestContext
from .take_home import of_rows
from .wording import spoken

__all__ = ["tables_of"]

#: Section of a page -> its title there; those of values stand apart.
_TITLES = {
    "parts": lazy_gettext("Parts"),
    "positionings": lazy_gettext("Positionings"),
    "readings": lazy_gettext("Readings of initiatives"),
    "roles": lazy_gettext("Responsibilities"),
    "claims": lazy_gettext("Declared counts"),
    "issues": lazy_gettext("Doubtful in the text"),
    "evidence": lazy_gettext("Evidence"),
}
_VALUES = {
    pg("IndicatorTarget").value: lazy_gettext("Targets"),
    pg("IndicatorObservation").value: lazy_gettext("Observations"),
}
#: Variables of sections that say no more than the page itself.
_FIXED = ("thing", "ordinal")


def tables_of(context: RequestContext, content: Profile) -> dict[str, AnswerTable]:
    """Title -> table, in the order of the page; sections without rows are left out."""
    tables = {str(lazy_gettext("Statements")): _statements(content)}
    for kind, title in _VALUES.items():
        values = [row for row in content.sections["values"] if row["class"].value == kind]
        tables[str(title)] = of_rows(context, "page-values", values, (*_FIXED, "class"))
    for name, title in _TITLES.items():
        tables[str(title)] = _section(context, content, name)
    tables[str(lazy_gettext("What points here"))] = _incoming(content)
    tables[str(lazy_gettext("What follows"))] = _inferred(content)
    first = next(iter(tables))
    return {title: table for title, table in tables.items() if table.rows or title == first}


def _statements(content: Profile) -> AnswerTable:
    """Every statement that the page shows of the thing itself, as property and value."""
    language = preferences.language()
    pairs: list[tuple[str, Sequence[Term]]] = [
        (vocab.rdf_type.value, [ox.NamedNode(kind) for kind in content.kinds]),
        (skos("prefLabel").value, [ox.Literal(text, language=tag) for tag, text in content.titles.items()]),
        (skos("altLabel").value, _literals(content.aliases)),
        (skos("note").value, _literals(content.notes)),
        (pg("hasReason").value, _literals(content.reasons)),
        (pg("hasInferredProperty").value, [ox.NamedNode(iri) for iri in content.unstated]),
        (pg("hasConfidence").value, [ox.Literal(content.confidence)] if content.confidence else []),
        *((name, [term for term in terms if term in spoken(terms, language)]) for name, terms in content.facts),
    ]
    rows = [
        [Cell(content.names.label(name, language), iri=name), cell_of(term, content.names, language)]
        for name, terms in pairs
        for term in terms
    ]
    return AnswerTable(("property", "value"), rows)


def _literals(texts: Mapping[str, Iterable[str]]) -> list[Term]:
    return [
        ox.Literal(text, language=tag) if tag else ox.Literal(text) for tag, those in texts.items() for text in those
    ]


def _section(context: RequestContext, content: Profile, name: str) -> AnswerTable:
    """The table of a section; places of texts with their words, where the page quotes them."""
    table = of_rows(context, f"page-{name}", content.sections[name], _FIXED)
    if name != "evidence" or not content.quotes:
        return table
    rows = []
    for row in table.rows:
        place = next((cell.iri for cell in row if cell and cell.iri in content.quotes), "")
        rows.append([*row, Cell(content.quotes[place].words) if place else None])
    return AnswerTable([*table.columns, "words"], rows)


def _incoming(content: Profile) -> AnswerTable:
    """What points here: the property, and each thing that the page knows of it."""
    language, names = preferences.language(), content.names
    rows = [
        [Cell(names.label(name, language), iri=name), Cell(names.label(iri, language), iri=iri)]
        for name, (_, items) in content.incoming.items()
        for iri in items
    ]
    return AnswerTable(("property", "thing"), rows)


def _inferred(content: Profile) -> AnswerTable:
    """What follows of the thing by the axioms of the ontology: statements, and the rules that they follow by."""
    language, names = preferences.language(), content.names
    rows = [
        [
            Cell(names.label(each.property, language), iri=each.property),
            cell_of(each.value, names, language),
            Cell(", ".join(dict.fromkeys(reason.rule for reason in each.reasons))) if each.reasons else None,
        ]
        for each in content.inferred
    ]
    return AnswerTable(("property", "value", "reason"), rows)
