"""An IRI in, the content of the thing's page out: its position, its parts, its statements, and those about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import pyoxigraph as ox

from policygraph import vocab
from policygraph.queries import Term
from policygraph.vocab import pg, skos

from ..web.ask import Row, rows
from ..web.request import RequestContext
from . import inferences, quotations
from .labels import Names, in_rows, names
from .quotations import Quotation
from .thing import unknown

__all__ = ["Profile", "profile"]

#: Sections of a page, each the answer of the query `page-<name>.rq`.
_SECTIONS = (
    "statements",
    "above",
    "parts",
    "values",
    "positionings",
    "roles",
    "claims",
    "readings",
    "evidence",
    "issues",
    "status",
)
#: Properties that a page shows in a section of their own.
_ELSEWHERE = frozenset(
    [vocab.rdf_type.value]
    + [skos(name).value for name in ("prefLabel", "altLabel", "definition", "note", "example", "topConceptOf")]
    + [vocab.expand(f"rdfs:{name}") for name in ("label", "comment")]
    + [
        pg(name).value
        for name in (
            *("hasEvidence", "hasOrdinal", "isInferred", "hasInferredProperty", "hasReason", "hasConfidence"),
            *("isWithin", "isPartOf", "isSetWithin", "hasComponent"),
        )
    ]
)
#: Properties whose subjects a page shows in a section of their own.
_SHOWN = frozenset(
    pg(name).value
    for name in (
        *("isPartOf", "isSetBy", "isSubdivisionOf", "isSubordinateTo", "countsPartsOf", "assignsElement"),
        *("assignsAgent", "readsInitiative", "isReadIn", "affects", "ofIndicator", "ofArea", "supportsPositioning"),
    )
) | {skos("inScheme").value}
#: How many paths upwards are shown, and how long one may be.
_PATHS, _LONGEST = 3, 30
#: The most things in one query.
_AT_ONCE = 500
#: What stands in the IRI of a place of a text (RFC 5147), which has no label: a thing may stand at hundreds of them.
_PLACE = "#char="


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a thing. Texts are by language, `crumbs` are paths from the top down to what holds it."""

    iri: str
    kinds: tuple[str, ...]
    titles: Mapping[str, str]
    aliases: Mapping[str, Sequence[str]]
    notes: Mapping[str, Sequence[str]]
    reasons: Mapping[str, Sequence[str]]
    unstated: tuple[str, ...]
    confidence: str
    crumbs: Sequence[Sequence[str]]
    facts: Sequence[tuple[str, Sequence[Term]]]
    sections: Mapping[str, Sequence[Row]]
    incoming: Mapping[str, tuple[int, Sequence[str]]]
    quotes: Mapping[str, Quotation]
    inferred: Sequence[inferences.Inference]
    #: of the parts, and of what points here
    kinds_of: Mapping[str, str]
    names: Names

    @property
    def is_unreviewed(self) -> bool:
        """Whether it is machine-read and not reviewed: every document that it was read from is marked so."""
        statuses = {row["status"].value.rpartition("/")[2] for row in self.sections["status"]}
        return statuses == {"machine-read"}


def profile(context: RequestContext, iri: str, most: int | None = None) -> Profile:
    """What is known of a thing, and of each property that points to it so many things as the query gives, or `most`.

    Raises RequestError("unknown-thing") where nothing is known.
    """
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        raise unknown(context, iri) from None
    sections = {name: rows(context, f"page-{name}", {"thing": node}) for name in _SECTIONS}
    statements = sections.pop("statements")
    numbers = {
        row["property"].value: int(row["number"].value)
        for row in rows(context, "page-incoming-counts", {"thing": node})
    }
    if not statements and not numbers:
        raise unknown(context, iri)
    incoming = _incoming(context, node, numbers, most)
    inferred = inferences.inferences(context, iri, statements)
    iris = in_rows([*statements, *(row for section in sections.values() for row in section)])
    iris |= {reason for each in inferred for why_ in each.reasons for reason in (why_.premise, why_.by) if reason}
    iris = {each for each in iris if each == iri or _PLACE not in each}
    pointing = {each for _, items in incoming.values() for each in items}
    kinds = _kinds(context, {iri, *(row["part"].value for row in sections["parts"]), *pointing})
    labels = names(context, iris | pointing | set(incoming) | set(kinds.values()))
    above = sections.pop("above")
    return Profile(
        iri,
        tuple(kind for thing, kind in kinds.items() if thing == iri),
        labels.by_iri.get(iri, {}),
        _texts(statements, skos("altLabel")),
        _merged(_texts(statements, skos("definition")), _texts(statements, skos("note"))),
        _texts(statements, pg("hasReason")),
        tuple(sorted(set(_values(statements, pg("hasInferredProperty"))))),
        next(iter(_values(statements, pg("hasConfidence"))), ""),
        _crumbs(iri, above),
        _facts(statements),
        sections,
        incoming,
        _quotes(context, sections["evidence"]),
        inferred,
        kinds,
        labels,
    )


def _kinds(context: RequestContext, iris: Set[str]) -> dict[str, str]:
    """Thing of the graph -> its class, the first of several; asked in requests of bounded length."""
    kinds: dict[str, str] = {}
    things = [ox.NamedNode(iri) for iri in sorted(iris) if context.pool.names.is_ours(iri)]
    for start in range(0, len(things), _AT_ONCE):
        for row in rows(context, "page-kinds", {"thing": things[start : start + _AT_ONCE]}):
            kinds.setdefault(row["thing"].value, row["kind"].value)
    return kinds


def _values(statements: Sequence[Row], name: ox.NamedNode) -> list[str]:
    """The values of a property, as text."""
    return [row["value"].value for row in statements if row["property"] == name]


def _texts(statements: Sequence[Row], name: ox.NamedNode) -> dict[str, list[str]]:
    by_language: dict[str, list[str]] = {}
    for row in statements:
        value = row["value"]
        if row["property"] == name and isinstance(value, ox.Literal):
            texts = by_language.setdefault(value.language or "", [])
            if value.value not in texts:
                texts.append(value.value)
    return by_language


def _merged(*texts: Mapping[str, list[str]]) -> dict[str, list[str]]:
    languages = {language for each in texts for language in each}
    return {language: [text for each in texts for text in each.get(language, ())] for language in sorted(languages)}


def _crumbs(iri: str, above: Sequence[Row]) -> list[list[str]]:
    """The paths from the top down to a thing, without itself; a cycle is followed once."""
    wholes: dict[str, list[str]] = {}
    for row in above:
        wholes.setdefault(row["part"].value, []).append(row["whole"].value)
    done: list[list[str]] = []
    open_paths = [[iri]]
    while open_paths and len(done) < _PATHS:
        path = open_paths.pop(0)
        further = [whole for whole in dict.fromkeys(wholes.get(path[0], ())) if whole not in path]
        if not further or len(path) > _LONGEST:
            done.append(path[:-1])
        open_paths += [[whole, *path] for whole in further]
    return [path for path in done if path]


def _facts(statements: Sequence[Row]) -> list[tuple[str, list[Term]]]:
    """The asserted statements of a thing, without those that other sections of the page show."""
    by_property: dict[str, list[Term]] = {}
    for row in statements:
        name, graph = row["property"].value, row["graph"].value
        if name not in _ELSEWHERE and graph != vocab.GRAPH_INFERRED.value:
            values = by_property.setdefault(name, [])
            if row["value"] not in values:
                values.append(row["value"])
    return list(by_property.items())


def _incoming(
    context: RequestContext, node: ox.NamedNode, numbers: Mapping[str, int], most: int | None
) -> dict[str, tuple[int, list[str]]]:
    """Property -> how many things point here with it, and the first of them; what sections show is left out.

    An answer is bounded: of properties that it did not come to the things are asked for anew.
    """
    listed: dict[str, list[str]] = {}
    while missing := [ox.NamedNode(name) for name in numbers if name not in _SHOWN and name not in listed]:
        links = rows(context, "page-incoming", {"thing": node, "property": missing})
        for row in links:
            listed.setdefault(row["property"].value, []).append(row["item"].value)
        if not links:
            break
    return {name: (numbers[name], items[:most]) for name, items in listed.items()}


def _quotes(context: RequestContext, evidence: Sequence[Row]) -> dict[str, Quotation]:
    """Evidence -> its words, where the text is at hand."""
    quote = quotations.quoting(context, {row["source"].value for row in evidence})
    quotes = {
        row["item"].value: quote(row["source"].value, int(row["start"].value), int(row["end"].value))
        for row in evidence
    }
    return {iri: words for iri, words in quotes.items() if words}
