"""Statements, source texts and names in, findings out: what stands around evidence speaks against a statement.

`policygraph.evidence` looks at what stands inside a span. Here its two ends are looked at, the characters beside a
printed value, whether the text prints the year, the bound, the area, the indicator and the agent of a statement, and
whether its words are of the hedge, the role, the theme and the like that it is said to have. Only spans of the given
texts are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from policygraph import vocab
from policygraph.evidence import Span, span_of
from policygraph.findings import Finding
from policygraph.lines import AnyQuad
from policygraph.surroundings.concepts import hedges, instruments, kinds, roles, themes
from policygraph.surroundings.context import Values, all_of
from policygraph.surroundings.ends import any_of, ends, printed_values
from policygraph.surroundings.named import agents, areas, indicators, labels
from policygraph.surroundings.numbers import FIVE_YEARS, bounds, counts, reasons, years
from policygraph.vocab import pg

__all__ = ["LINES_OF_NAMES", "check", "names_of"]

_PERIOD = ("hasPeriodStart", "hasPeriodEnd")
_GENERIC = re.compile(r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|[省市区县旗镇乡])$")
#: Kinds of things, by a part of their IRI, of which a text must print a name.
_NAMED = re.compile("/(?:area|indicator|initiative|organisation|person)/")
#: Lines of N-Quads that `names_of` may look at.
LINES_OF_NAMES = re.compile(
    rb"^<[^>\n]*" + _NAMED.pattern.encode() + rb"[^>\n]*>"
    rb" <[^>\n]*[/#](?:(?:pref|alt|hidden)Label|hasPrintedLabel)> .*\n",
    re.MULTILINE,
)


def names_of(quads: Iterable[AnyQuad]) -> dict[str, list[str]]:
    """IRI -> Chinese labels of areas, indicators and agents among some things; of areas short forms too (沈阳)."""
    names: dict[str, set[str]] = defaultdict(set)
    properties: dict[ox.NamedNode, str | None]
    properties = {vocab.skos(name): "zh" for name in ("prefLabel", "altLabel", "hiddenLabel")}
    properties[pg("hasPrintedLabel")] = None
    for quad in quads:
        if quad.predicate not in properties or not isinstance(quad.object, ox.Literal):
            continue
        if quad.object.language != properties[quad.predicate]:
            continue
        if isinstance(quad.subject, ox.NamedNode) and _NAMED.search(quad.subject.value):
            name = quad.object.value
            names[quad.subject.value].add(name)
            if "/area/" in quad.subject.value and len(short := _GENERIC.sub("", name)) > 1:
                names[quad.subject.value].add(short)
    return {iri: sorted(each) for iri, each in names.items()}


def check(
    quads: Iterable[AnyQuad], texts: Mapping[str, str], names: Mapping[str, Sequence[str]] | None = None
) -> list[Finding]:
    """What stands around the evidence of each thing and speaks against it; `names` are those of `names_of`."""
    things, statements = _noted(quads if texts else ())
    document = _document(things, texts, _joined(names or {}, names_of(statements)))
    findings: list[Finding] = []
    for iri, values in sorted(things.items()):
        if spans := _spans(values, texts):
            findings += _of_thing(iri, values, spans, document)
        for classified in all_of(values, "classifies"):
            findings += _of_classification(iri, values, classified, document)
    return findings


def _spans(values: Values, texts: Mapping[str, str]) -> list[Span]:
    return [span for each in all_of(values, "hasEvidence") if (span := span_of(each)) and _is_in(span, texts)]


def _quotations(spans: Iterable[Span], texts: Mapping[str, str]) -> list[str]:
    return [texts[span.slug][span.start : span.end] for span in spans]


@dataclass(frozen=True, slots=True)
class _Document:
    """What all things of a document are held against: its texts, names, and what it settles for all of them."""

    things: Mapping[str, Values]
    #: Part -> the part or plan above it, and thing -> the parts below.
    above: Mapping[str, str]
    below: Mapping[str, Sequence[str]]
    texts: Mapping[str, str]
    names: Mapping[str, Sequence[str]]
    #: Names of areas that are not the document's own, among others.
    others: Mapping[str, Sequence[str]]
    years: set[str]
    areas: re.Pattern[str] | None


def _document(things: Mapping[str, Values], texts: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> _Document:
    settled = {term for values in things.values() for term in _of_document(values)}
    settled |= {str(first + step) for name, first in FIVE_YEARS.items() if _named(name, texts) for step in (1, 5)}
    of_plans = {year for values in things.values() if _is_plan(values) for year in all_of(values, *_PERIOD)}
    of_areas = any_of(name for iri, own in names.items() if "/area/" in iri for name in own)
    others = {iri: own for iri, own in names.items() if iri not in settled}
    above = {iri: whole for iri, values in things.items() for whole in all_of(values, "isPartOf")}
    below: dict[str, list[str]] = defaultdict(list)
    for part, whole in above.items():
        below[whole].append(part)
    return _Document(things, above, below, texts, names, others, settled | of_plans, of_areas)


def _of_thing(iri: str, values: Values, spans: Sequence[Span], document: _Document) -> Iterator[Finding]:
    texts = document.texts
    yield from ends(iri, spans, texts, document.areas, _labels(values))
    yield from years(iri, values, spans, texts, document.years)
    yield from areas(iri, values, spans, texts, document.others)
    yield from reasons(iri, values)
    yield from counts(iri, values)
    for act in _OF_TEXTS:
        yield from act(iri, values, spans, texts)
    for ask in _OF_NAMES:
        yield from ask(iri, values, spans, texts, document.names)
    if _THEME in values and not values.get(_CLASSIFIES):
        labels = values.get(_PREFERRED, ())
        yield from themes(iri, values, labels, _quotations(spans, texts), list(_near(iri, document)))


def _labels(values: Values) -> list[str]:
    """What a thing is called: its label, other labels, and the printed one."""
    return [label for path in _LABELS for label in values.get(path, ())]


def _near(iri: str, document: _Document) -> Iterator[Values]:
    """What is said of the part above a thing, of the parts below it and of those beside it."""
    whole = document.above.get(iri, "")
    others = (each for each in document.below.get(whole, ()) if each != iri)
    for each in (whole, *document.below.get(iri, ()), *others):
        yield document.things.get(each, {})


def _of_classification(iri: str, values: Values, classified: str, document: _Document) -> Iterator[Finding]:
    """What the evidence of an element says against a classification of it."""
    element = document.things.get(classified, {})
    if spans := _spans(element, document.texts):
        labels = element.get(_PREFERRED, ())
        quotations = _quotations(spans, document.texts)
        yield from instruments(iri, values, next(iter(labels), ""), quotations)
        yield from themes(iri, values, labels, quotations, list(_near(classified, document)))


_THEME, _CLASSIFIES = pg("hasTheme").value, pg("classifies").value
_PREFERRED = vocab.skos("prefLabel").value
_LABELS = (_PREFERRED, vocab.skos("altLabel").value, pg("hasPrintedLabel").value)


#: What is asked of a thing and its texts, and what of its texts and the names of what it refers to.
_OF_TEXTS = (printed_values, bounds, hedges, kinds, roles, labels)
_OF_NAMES = (indicators, agents)


def _joined(*tables: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The names of all tables, by IRI."""
    joined: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for iri, own in table.items():
            joined[iri].update(own)
    return {iri: sorted(own) for iri, own in joined.items()}


def _noted(quads: Iterable[AnyQuad]) -> tuple[dict[str, dict[str, list[str]]], list[AnyQuad]]:
    """What is said of each thing, and the quads themselves."""
    things: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    statements = list(quads)
    for quad in statements:
        _note(things, quad)
    return things, statements


def _note(things: Mapping[str, dict[str, list[str]]], quad: AnyQuad) -> None:
    """Adds what a quad says of a thing, but for texts in English."""
    if not isinstance(quad.subject, ox.NamedNode) or isinstance(quad.object, ox.Triple):
        return
    if not (isinstance(quad.object, ox.Literal) and quad.object.language == "en"):
        things[quad.subject.value][quad.predicate.value].append(quad.object.value)


def _of_document(values: Values) -> Iterator[str]:
    """What a document settles for all that stands in it: its area, its year and those beside it."""
    yield from all_of(values, "coversArea")
    for year in all_of(values, "hasPublicationDate"):
        if year[:4].isdecimal():
            yield from (str(int(year[:4]) + step) for step in (-1, 0, 1))


def _is_plan(values: Values) -> bool:
    return pg("Plan").value in values.get(vocab.rdf_type.value, ())


def _named(name: str, texts: Mapping[str, str]) -> bool:
    return any(f"“{name}”" in text for text in texts.values())


def _is_in(span: Span, texts: Mapping[str, str]) -> bool:
    return span.slug in texts and span.start < span.end <= len(texts[span.slug])
