"""Statements, source texts and names in, findings out: what stands around evidence speaks against a statement.

`policygraph.evidence` looks at what stands inside a span. Here its two ends are looked at, the characters beside a
printed value, and whether the text prints the year, the bound, the area, the indicator and the agent of a statement.
Only spans of the given texts are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from policygraph import vocab
from policygraph.evidence import Span, span_of
from policygraph.findings import Finding
from policygraph.surroundings.context import Values, all_of
from policygraph.surroundings.ends import any_of, ends, printed_values
from policygraph.surroundings.named import agents, areas, indicators, labels
from policygraph.surroundings.numbers import FIVE_YEARS, bounds, counts, reasons, words_of_concepts, years
from policygraph.vocab import pg

__all__ = ["LINES_OF_NAMES", "check", "names_of"]

_PERIOD = ("hasPeriodStart", "hasPeriodEnd")
_GENERIC = re.compile(r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|[省市区县旗镇乡])$")
#: Kinds of things, by a part of their IRI, of which a text must print a name.
_NAMED = re.compile("/(?:area|indicator|initiative|organisation|person)/")
#: Lines of N-Quads that `names_of` may look at.
LINES_OF_NAMES = re.compile(
    rb"^<[^>\n]*/(?:area|indicator|initiative|organisation|person)/[^>\n]*>"
    rb" <[^>\n]*[/#](?:(?:pref|alt|hidden)Label|hasPrintedLabel)> .*\n",
    re.MULTILINE,
)


def names_of(quads: Iterable[ox.Quad]) -> dict[str, list[str]]:
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
    quads: Iterable[ox.Quad], texts: Mapping[str, str], names: Mapping[str, Sequence[str]] | None = None
) -> list[Finding]:
    """What stands around the evidence of each thing and speaks against it; `names` are those of `names_of`."""
    things: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    statements = list(quads) if texts else []
    for quad in statements:
        _note(things, quad)
    all_names = _joined(names or {}, names_of(statements))
    of_parts, of_plans = _contexts(things, texts, all_names)
    findings: list[Finding] = []
    for iri, values in sorted(things.items()):
        spans = [span for each in all_of(values, "hasEvidence") if (span := span_of(each)) and _is_in(span, texts)]
        if spans:
            findings += _of_thing(iri, values, spans, of_plans if _is_plan(values) else of_parts)
    return findings


class _Context(NamedTuple):
    """What the statements of a thing are held against.

    The texts; the names of things by IRI, those of `others` than the document's own; a pattern of the names of areas;
    and the areas and years that need not be printed beside a statement.
    """

    texts: Mapping[str, str]
    names: Mapping[str, Sequence[str]]
    others: Mapping[str, Sequence[str]]
    areas: re.Pattern[str] | None
    settled: set[str]


def _contexts(
    things: Mapping[str, Values], texts: Mapping[str, str], names: Mapping[str, Sequence[str]]
) -> tuple[_Context, _Context]:
    """What all things but plans are held against, and what plans are: not against the years of their own period."""
    settled = {term for values in things.values() for term in _of_document(values)}
    settled |= {str(first + step) for name, first in FIVE_YEARS.items() if _named(name, texts) for step in (1, 5)}
    periods = {year for values in things.values() if _is_plan(values) for year in all_of(values, *_PERIOD)}
    others = {iri: own for iri, own in names.items() if iri not in settled}
    of_areas = any_of(name for iri, own in names.items() if "/area/" in iri for name in own)
    plans = _Context(texts, names, others, of_areas, settled)
    return plans._replace(settled=settled | periods), plans


def _of_thing(iri: str, values: Values, spans: Sequence[Span], context: _Context) -> Iterator[Finding]:
    texts = context.texts
    yield from ends(iri, spans, texts, context.areas)
    yield from printed_values(iri, values, spans, texts)
    yield from years(iri, values, spans, texts, context.settled)
    yield from reasons(iri, values)
    yield from counts(iri, values)
    yield from bounds(iri, values, spans, texts)
    yield from words_of_concepts(iri, values, spans, texts)
    yield from areas(iri, values, spans, texts, context.others)
    yield from indicators(iri, values, spans, texts, context.names)
    yield from agents(iri, values, spans, texts, context.names)
    yield from labels(iri, values, spans, texts)


def _joined(*tables: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The names of all tables, by IRI."""
    joined: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for iri, own in table.items():
            joined[iri].update(own)
    return {iri: sorted(own) for iri, own in joined.items()}


def _note(things: Mapping[str, dict[str, list[str]]], quad: ox.Quad) -> None:
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
