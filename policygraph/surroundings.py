"""Statements, source texts and names of areas in, findings out: what stands around evidence speaks against a statement.

`policygraph.evidence` looks at what stands inside a span. Here its two ends are looked at, the characters beside a
printed value, and whether the text prints the year and the area of a statement. Only spans of the given texts are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from policygraph import vocab
from policygraph.evidence import Span, span_of
from policygraph.findings import Fault, Finding, Severity
from policygraph.messages import message
from policygraph.quantity import QuantityError
from policygraph.quantity.numerals import ANY_NUMERAL, read_numeral
from policygraph.vocab import pg

__all__ = ["area_names", "check"]

_CUT = Fault(
    "evidence_cut",
    message("{where} begins or ends inside “{word}”."),
    message("Cite the place anew with `policygraph cite`, whole words and numerals."),
)
_MOVED = Fault(
    "evidence_moved",
    message("{where} seems to be moved by one character: {other} begins and ends with whole words."),
    message("Cite the place anew with `policygraph cite`, whole words and numerals."),
    Severity.WARNING,
)
_PRINTED_CUT = Fault(
    "printed_value_cut",
    message("“{printed}” is a piece of what is printed: “{whole}”."),
    message("Give the printed form whole, and the value that it says."),
)
_BOUND_LEFT_OUT = Fault(
    "printed_bound_left_out",
    message("“{printed}” leaves out a bound that is printed: “{whole}”."),
    message("Give the printed form with its bound, and the `comparator:` that it says."),
    Severity.WARNING,
)
_YEAR_NOT_PRINTED = Fault(
    "year_not_printed",
    message("neither its evidence nor what stands around it prints the year {year}."),
    message("Mend the year, or mark it as inferred, with a reason."),
    Severity.WARNING,
)
_YEAR_DIFFERS = Fault(
    "year_differs",
    message("its evidence prints {printed}, and not the year {year}."),
    message("Mend the year, or mark it as inferred, with a reason."),
    Severity.WARNING,
)
_BOUND_NOT_PRINTED = Fault(
    "bound_not_printed",
    message("nothing in or beside its evidence says {comparator}."),
    message("Mend the `comparator:`; a bare figure is eq."),
    Severity.WARNING,
)
_COUNT_DIFFERS = Fault(
    "printed_count_differs",
    message("“{printed}” reads as {read}, declared is {declared}."),
    message("Mend `declared:` or `printedCount:`."),
)
_AREA_NOT_PRINTED = Fault(
    "area_not_printed",
    message("neither its evidence nor what stands around it prints “{area}”."),
    message("Mend the area, or mark it as inferred, with a reason."),
    Severity.WARNING,
)

#: What is not cut: a numeral with its points, a word in Latin letters.
_WHOLE = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+")
#: Characters on either side of a position within which such a word lies.
_LONGEST_WORD = 24
#: Characters on either side of evidence in which the year and the area of a statement are looked for.
_AROUND = 300
#: What stands between sentences and their parts.
_STOPS = frozenset("，。；、：！？,;:!? \t\r\n\u3000")
#: What words begin or end with, too.
_EDGES = _STOPS | frozenset("（）()《》“”【】")
_MORE_OF_NUMERAL = re.compile(r"[十百千万亿]*(?:[十百千万亿%‰]|个百分点)")
_BOUND = re.compile(r"(?:及|或)?(?:以上|以下|以内|左右)")
_ENDS_IN_NUMERAL = re.compile(r"[0-9十百千万亿]$")
_PRINTED = ("hasPrintedCount", "hasPrintedValue")
_YEARS = ("hasBaselineYear", "hasDeadline", "hasEarliestDeadline", "hasPeriodEnd", "hasPeriodStart", "inPeriod")
_AREAS = ("comparesWithArea", "ofArea")
_GENERIC = re.compile(r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|[省市区县旗镇乡])$")
#: The five-year plans by name, and the year before the first of each.
_FIVE_YEARS = {"十一五": 2005, "十二五": 2010, "十三五": 2015, "十四五": 2020, "十五五": 2025, "十六五": 2030}
#: Years of which the evidence itself should be the place, and how one is printed.
_DATED = ("hasDeadline", "inPeriod")
_PRINTED_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?=年|[—–-](?:19|20)[0-9]{2})")
#: Comparator -> words of which one stands in or beside the evidence of a value that has it.
_BOUND_WORDS = {
    "gteq": re.compile("以上|超|不低|不少|至少|突破|达|力争|高于|多|余|翻|率先|前"),
    "lteq": re.compile("以内|以下|不超|低于|控制|不高|压|小于|降|少于|减|前|强"),
    "approximately": re.compile("左右|约|近|上下"),
}
#: Characters beside evidence in which such a word may stand.
_BESIDE = 12
_Values = Mapping[str, Sequence[str]]


def area_names(quads: Iterable[ox.Quad]) -> dict[str, list[str]]:
    """IRI -> Chinese labels of the areas among some things, shortest forms included (`沈阳` for `沈阳市`)."""
    names: dict[str, set[str]] = defaultdict(set)
    labels = {vocab.skos("prefLabel"), vocab.skos("altLabel")}
    for quad in quads:
        if quad.predicate not in labels or not isinstance(quad.object, ox.Literal) or quad.object.language != "zh":
            continue
        if isinstance(quad.subject, ox.NamedNode) and "/area/" in quad.subject.value:
            name = quad.object.value
            names[quad.subject.value] |= {name, short if len(short := _GENERIC.sub("", name)) > 1 else name}
    return {iri: sorted(each) for iri, each in names.items()}


def check(
    quads: Iterable[ox.Quad], texts: Mapping[str, str], names: Mapping[str, Sequence[str]] | None = None
) -> list[Finding]:
    """What stands around the evidence of each thing and speaks against it; `names` are those of areas by IRI."""
    things: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads if texts else ():
        _note(things, quad)
    settled = {term for values in things.values() for term in _of_document(values)}
    settled |= {str(first + step) for name, first in _FIVE_YEARS.items() if _named(name, texts) for step in (1, 5)}
    findings: list[Finding] = []
    for iri, values in sorted(things.items()):
        spans = [span for each in _all(values, "hasEvidence") if (span := span_of(each)) and _is_in(span, texts)]
        if spans:
            findings += _ends(iri, spans, texts)
            findings += _printed(iri, values, spans, texts)
            around = "\n".join(texts[s.slug][max(0, s.start - _AROUND) : s.end + _AROUND] for s in spans)
            findings += _years(iri, values, around, settled)
            findings += _counts(iri, values)
            findings += _differing_years(iri, values, [texts[span.slug][span.start : span.end] for span in spans])
            beside = [texts[s.slug][max(0, s.start - _BESIDE) : s.end + _BESIDE] for s in spans]
            findings += _bounds(iri, values, beside)
            findings += _areas(iri, values, around, settled, names or {})
    return findings


def _note(things: Mapping[str, dict[str, list[str]]], quad: ox.Quad) -> None:
    """Adds what a quad says of a thing, but for texts in English."""
    if not isinstance(quad.subject, ox.NamedNode) or isinstance(quad.object, ox.Triple):
        return
    if not (isinstance(quad.object, ox.Literal) and quad.object.language == "en"):
        things[quad.subject.value][quad.predicate.value].append(quad.object.value)


def _all(values: _Values, *properties: str) -> Iterator[str]:
    for name in properties:
        yield from values.get(pg(name).value, ())


def _of_document(values: _Values) -> Iterator[str]:
    """What a document settles for all that stands in it: its area, its year and those beside it, its plan's period."""
    yield from _all(values, "coversArea")
    for year in _all(values, "hasPublicationDate"):
        if year[:4].isdecimal():
            yield from (str(int(year[:4]) + step) for step in (-1, 0, 1))
    if pg("Plan").value in values.get(vocab.rdf_type.value, ()):
        yield from _all(values, "hasPeriodStart", "hasPeriodEnd")


def _named(name: str, texts: Mapping[str, str]) -> bool:
    return any(f"“{name}”" in text for text in texts.values())


def _is_in(span: Span, texts: Mapping[str, str]) -> bool:
    return span.slug in texts and span.start < span.end <= len(texts[span.slug])


def _ends(iri: str, spans: Iterable[Span], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Spans that begin or end inside a word, and those that are moved by one."""
    for span in spans:
        text = texts[span.slug]
        where = f"#char={span.start},{span.end}"
        if word := _cut(text, span.start) or _cut(text, span.end):
            yield _CUT.finding(node=iri, path=pg("hasEvidence").value, where=where, word=word)
        elif step := _step(text, span):
            other = f"#char={span.start + step},{span.end + step}"
            yield _MOVED.finding(node=iri, path=pg("hasEvidence").value, where=where, other=other)


def _cut(text: str, position: int) -> str | None:
    """The numeral or the Latin word that a position lies inside of."""
    matches = _WHOLE.finditer(text, max(0, position - _LONGEST_WORD), position + _LONGEST_WORD)
    return next((match[0] for match in matches if match.start() < position < match.end()), None)


def _step(text: str, span: Span) -> int:
    """By how much a span is to be moved to begin and end where a part of a sentence does; 0 where nothing says so."""
    before = text[max(0, span.start - 2) : span.start].rjust(2, "\n")
    after = text[span.end : span.end + 2].ljust(2, "\n")
    first, last = text[span.start], text[span.end - 1]
    if before[0] in _STOPS and before[1] not in _EDGES and first not in _EDGES and last in _STOPS:
        return -1
    if first in _STOPS and last not in _EDGES and after[0] not in _EDGES and after[1] in _STOPS:
        return 1
    return 0


def _printed(iri: str, values: _Values, spans: Iterable[Span], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Printed values that are pieces of what is printed, wherever they stand in the evidence."""
    for name in _PRINTED:
        for printed in _all(values, name):
            pattern = r"\s*".join(re.escape(character) for character in re.sub(r"\s+", "", printed))
            places = [
                (texts[span.slug], match.start() + span.start, match.end() + span.start)
                for span in spans
                for match in re.finditer(pattern, texts[span.slug][span.start : span.end])
            ]
            wholes = [_whole(*place) for place in places]
            bounded = [place for place in places if _BOUND.match(place[0], place[2])]
            path = pg(name).value
            if wholes and all(wholes):
                yield _PRINTED_CUT.finding(node=iri, path=path, printed=printed, whole=wholes[0])
            elif places and len(bounded) == len(places) and not _BOUND.search(printed):
                text, start, end = places[0]
                whole = _BOUND.match(text, end)
                yield _BOUND_LEFT_OUT.finding(
                    node=iri, path=path, printed=printed, whole=text[start : whole.end() if whole else end]
                )


def _whole(text: str, start: int, end: int) -> str | None:
    """What is printed, where a part of it from `start` to `end` begins or ends inside a numeral."""
    before, after = _cut(text, start), _cut(text, end)
    if before or after:
        return " … ".join(word for word in (before, after) if word)
    more = _MORE_OF_NUMERAL.match(text, end) if _ENDS_IN_NUMERAL.search(text[start:end]) else None
    return text[start : more.end()] if more else None


def _years(iri: str, values: _Values, around: str, settled: set[str]) -> Iterator[Finding]:
    for name in _YEARS:
        path = pg(name).value
        for value in _all(values, name) if not _is_inferred(values, path) else ():
            years = re.findall(r"[0-9]{4}", value)
            for year in years:
                if year not in around and year not in settled and not _is_of_five_years(int(year), around):
                    yield _YEAR_NOT_PRINTED.finding(node=iri, path=path, year=year)


def _counts(iri: str, values: _Values) -> Iterator[Finding]:
    """Declared counts that are not the one number of the printed count."""
    for printed in _all(values, "hasPrintedCount"):
        numerals = re.findall(f"[{ANY_NUMERAL}]+", printed)
        try:
            number = read_numeral(numerals[0], 0).value if len(numerals) == 1 else None
        except QuantityError:
            continue
        for declared in _all(values, "hasDeclaredCount") if number is not None else ():
            if number != int(declared):
                path = pg("hasDeclaredCount").value
                yield _COUNT_DIFFERS.finding(node=iri, path=path, printed=printed, read=number, declared=declared)


def _differing_years(iri: str, values: _Values, quotations: Sequence[str]) -> Iterator[Finding]:
    """Years of a thing whose evidence prints other ones."""
    printed = sorted({year for quotation in quotations for year in _PRINTED_YEAR.findall(quotation)})
    printed += [
        text[-4:] for quotation in quotations for text in re.findall(r"(?:19|20)[0-9]{2}[—–-][0-9]{4}", quotation)
    ]
    for name in _DATED if printed else ():
        path = pg(name).value
        for value in _all(values, name) if not _is_inferred(values, path) else ():
            if not set(re.findall("[0-9]{4}", value)) <= set(printed):
                shown = ", ".join(dict.fromkeys(printed))
                yield _YEAR_DIFFERS.finding(node=iri, path=path, printed=shown, year=value[:4])


def _bounds(iri: str, values: _Values, beside: Iterable[str]) -> Iterator[Finding]:
    """Comparators for which no word stands in or beside the evidence."""
    path = pg("hasComparator").value
    whole = "\n".join(beside)
    for term in _all(values, "hasComparator") if not _is_inferred(values, path) else ():
        comparator = term.rpartition("/")[2].rpartition("#")[2]
        words = _BOUND_WORDS.get(comparator)
        if words and not words.search(whole):
            yield _BOUND_NOT_PRINTED.finding(node=iri, path=path, comparator=comparator)


def _is_of_five_years(year: int, around: str) -> bool:
    """Whether the period of a five-year plan that is named holds a year, its base year included."""
    return any(name in around and 0 <= year - first <= 5 for name, first in _FIVE_YEARS.items())


def _areas(
    iri: str, values: _Values, around: str, settled: set[str], names: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    for name in _AREAS:
        path = pg(name).value
        for area in _all(values, name) if not _is_inferred(values, path) else ():
            own = names.get(area, ())
            if own and area not in settled and not any(each in around for each in own):
                yield _AREA_NOT_PRINTED.finding(node=iri, path=path, area=own[-1])


def _is_inferred(values: _Values, path: str) -> bool:
    """Whether a property is marked as inferred: by name, or with all that its thing says."""
    inferred = list(_all(values, "hasInferredProperty"))
    return path in inferred or (not inferred and "true" in _all(values, "isInferred"))
