"""What a thing says in numbers in, findings out: its text, or its own reason, says another year, count or bound."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from policygraph import vocab
from policygraph.evidence import Span
from policygraph.findings import Fault, Finding, Severity
from policygraph.messages import message
from policygraph.quantity import QuantityError
from policygraph.quantity.numerals import ANY_NUMERAL, read_numeral
from policygraph.surroundings.context import Values, all_of, around, is_inferred, sentence
from policygraph.vocab import pg

__all__ = ["FIVE_YEARS", "bounds", "counts", "reasons", "years"]

_YEAR_NOT_PRINTED = Fault(
    "year_not_printed",
    message("neither its evidence nor what stands around it prints the year {year}."),
    message("Mend the year, or mark it as inferred, with a reason."),
    Severity.WARNING,
)
_YEAR_DIFFERS = Fault(
    "year_differs",
    message("its sentence prints {printed}, and not the year {year}."),
    message("Mend the year, or mark it as inferred, with a reason."),
    Severity.WARNING,
)
_REASON_DIFFERS = Fault(
    "reason_names_another_year",
    message("its reason names {printed}, which does not make the year {year}."),
    message("Mend the year or its `reason:`."),
    Severity.WARNING,
)
_BOUND_DIFFERS = Fault(
    "bound_differs",
    message("“{printed}” says a bound, and its comparator is {comparator}."),
    message("Mend the `comparator:`."),
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

_YEARS = ("hasBaselineYear", "hasDeadline", "hasEarliestDeadline", "hasPeriodEnd", "hasPeriodStart", "inPeriod")
#: The five-year plans by name, and the year before the first of each.
FIVE_YEARS = {"十一五": 2005, "十二五": 2010, "十三五": 2015, "十四五": 2020, "十五五": 2025, "十六五": 2030}
#: Years of which the sentence of the evidence should be the place, and how one is printed.
_YEAR = re.compile("[0-9]{4}")
_DATED = ("hasDeadline", "inPeriod")
_PRINTED_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?=年|[—–-](?:19|20)[0-9]{2})")
_RANGE = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[—–-]((?:19|20)[0-9]{2})(?![0-9])")
#: The year of a plan of one year, and what says that a plan is of several.
_ONE_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年(?:度|$|[一-鿿])")
_SEVERAL_YEARS = re.compile("(?<![0-9])(?:[0-9]{1,2}|[二两三四五六七八九十]{1,3})年|[—–~～至到-]|规划|远景|以来|前|起")
_SECOND_YEAR = re.compile(r"(?<=(?:19|20)[0-9]{2}[—–-])(?:19|20)[0-9]{2}")
#: Comparator -> words of which one stands in the printed value or beside it.
_BOUND_WORDS = {
    "gt": re.compile("超|突破|高于|大于|多于|好于|优于|快于|多|余"),
    "gteq": re.compile("(?<!规模|限额)以上|不低|不少|不小|不弱|至少|最低|最少|下限|起|达到或超"),
    "lt": re.compile("低于|少于|小于|慢于|不到|不足"),
    "lteq": re.compile(
        "内|以下|不超|未超|[0-9][—–~～-][0-9]|不高|不大|不多|控制|压|前|[0-9十百千]强|之内|降至|降到|最高|最多|最长|最大|至多"
        "|上限|封顶|限(?!额)"
    ),
    "approximately": re.compile("左右|约|近|上下"),
}
#: Words of a printed value without a numeral, or of a rank, that are never an exact figure.
_NOT_EXACT = re.compile("高于|低于|超过|好于|快于|慢于|前[0-9一二三四五六七八九十百]|[0-9十百千]强$")
#: Characters beside a printed value in which such a word may stand; before it, those of a list.
_BESIDE = 12
_BEHIND = 4
#: A number of years in a reason: at most two digits, or Chinese numerals.
_NUMBER_OF_YEARS = re.compile("(?<![0-9])([0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?=[年到至、—-])")
#: A year in a reason that is the end of a period.
_NEIGHBOUR = re.compile("早于|晚于|上年|前一年|去年|今年|明年|次年|下一年|昨|末|底")
_LAST_YEAR = re.compile("(?:至|到|以)(?:19|20)[0-9]{2}")
#: The longest printed count of several numbers that is the name of what is counted (1枢纽4中心).
_NAME = 10


def years(
    iri: str, values: Values, spans: Sequence[Span], texts: Mapping[str, str], settled: set[str]
) -> Iterator[Finding]:
    """Years that the sentence contradicts, or that neither it nor what comes before it has.

    Years of a period may stand in the plan's own, and a year in the name of a five-year plan.
    """
    words = "\n".join(sentence(texts[span.slug], span) for span in spans)
    yield from _periods(iri, values, words)
    dates = list(dict.fromkeys(_PRINTED_YEAR.findall(words) + _SECOND_YEAR.findall(words)))
    for name in _YEARS:
        path = pg(name).value
        if path not in values or is_inferred(values, path):
            continue
        stated = [year for each in all_of(values, name) for year in _YEAR.findall(each)]
        for year in stated:
            if year in words or _is_of_five_years(int(year), words):
                continue
            if dates and name in _DATED:
                yield _YEAR_DIFFERS.finding(node=iri, path=path, printed=", ".join(dates), year=year)
            elif year not in settled and not _is_before(year, spans, texts):
                yield _YEAR_NOT_PRINTED.finding(node=iri, path=path, year=year)


def _periods(iri: str, values: Values, words: str) -> Iterator[Finding]:
    """Periods of plans that begin or end in another year than the one period that is printed."""
    if pg("Plan").value not in values.get(vocab.rdf_type.value, ()):
        return
    yield from _of_one_year(iri, values)
    ranges = set(_RANGE.findall(words))
    if len(ranges) != 1:
        return
    for name, year in zip(("hasPeriodStart", "hasPeriodEnd"), *ranges, strict=True):
        for value in all_of(values, name):
            if value != year and value in words:
                yield _YEAR_DIFFERS.finding(node=iri, path=pg(name).value, printed=year, year=value)


def _of_one_year(iri: str, values: Values) -> Iterator[Finding]:
    """Periods of plans of one year, as their name or printed period says, that begin or end in another."""
    names = [*values.get(vocab.skos("prefLabel").value, ()), *all_of(values, "hasPrintedLabel", "hasPrintedPeriod")]
    years_named = {year for name in names for year in _ONE_YEAR.findall(name)}
    if len(years_named) != 1 or any(_SEVERAL_YEARS.search(name) for name in names):
        return
    (printed,) = years_named
    for name in ("hasPeriodStart", "hasPeriodEnd"):
        path = pg(name).value
        for value in all_of(values, name) if not is_inferred(values, path) else ():
            if value != printed:
                yield _YEAR_DIFFERS.finding(node=iri, path=path, printed=printed, year=value)


def _is_before(year: str, spans: Iterable[Span], texts: Mapping[str, str]) -> bool:
    """Whether a year is the last that is printed before one of some spans, or of a five-year plan named near it."""
    return any(
        year == _year_before(texts[span.slug], span) or _is_of_five_years(int(year), around(texts[span.slug], span))
        for span in spans
    )


def _year_before(text: str, span: Span) -> str:
    """The last year that is printed before evidence."""
    matches = list(_PRINTED_YEAR.finditer(text, 0, span.start))
    return matches[-1][0] if matches else ""


def reasons(iri: str, values: Values) -> Iterator[Finding]:
    """Inferred years that do not follow from the years which their reason names.

    A reason may name the year, or one from which a number of years is counted: N years from the end of a year, or from
    its beginning (one less); without a number, the year before or after.
    """
    reason = " ".join(all_of(values, "hasReason"))
    for name in (*_YEARS, "hasPublicationDate") if reason else ():
        path = pg(name).value
        for value in all_of(values, name) if is_inferred(values, path) else ():
            named = list(dict.fromkeys(re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", reason)))
            possible = {int(year) for year in named}
            for year in _YEAR.findall(value) if possible else ():
                if int(year) not in possible | _counted(possible, reason):
                    yield _REASON_DIFFERS.finding(node=iri, path=path, printed=", ".join(named), year=year)


def _counted(years: set[int], reason: str) -> set[int]:
    """The years that a reason may count from the one which it names, where it is not the last of a period."""
    if len(years) > 1 or _LAST_YEAR.search(reason):
        return set()
    numbers = {number for words in _NUMBER_OF_YEARS.findall(reason) if (number := _number(words)) and number < 100}
    if not numbers:
        return {year + step for year in years for step in (-1, 1)} if _NEIGHBOUR.search(reason) else set()
    steps = {0} if re.search("[年底]末|年底", reason) else {0, 1}
    return {year + number - step for year in years for number in numbers for step in steps}


def _number(words: str) -> int | None:
    try:
        number = read_numeral(words, 0).value
    except QuantityError:
        return None
    return int(number) if number == int(number) else None


def counts(iri: str, values: Values) -> Iterator[Finding]:
    """Declared counts that the printed count does not say: its number, or the sum of several."""
    for printed in all_of(values, "hasPrintedCount"):
        numbers = [
            number for words in re.findall(f"[{ANY_NUMERAL}]+", printed) if (number := _number(words)) is not None
        ]
        is_read = len(numbers) == 1 or (numbers and len(printed) <= _NAME)
        for declared in all_of(values, "hasDeclaredCount") if is_read else ():
            if int(declared) not in {numbers[0], sum(numbers)}:
                path = pg("hasDeclaredCount").value
                read = " + ".join(map(str, numbers))
                yield _COUNT_DIFFERS.finding(node=iri, path=path, printed=printed, read=read, declared=declared)


def bounds(iri: str, values: Values, spans: Sequence[Span], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Comparators that the printed value and what stands beside it do not say, and exact figures that it is not."""
    path = pg("hasComparator").value
    printed = next(all_of(values, "hasPrintedValue"), "")
    is_benefit = pg("BenefitTerm").value in values.get(vocab.rdf_type.value, ())
    for term in all_of(values, "hasComparator") if printed and not is_inferred(values, path) else ():
        comparator = term.rpartition("/")[2].rpartition("#")[2]
        words = _BOUND_WORDS.get(comparator)
        if comparator == "eq" and _NOT_EXACT.search(printed):
            yield _BOUND_DIFFERS.finding(node=iri, path=path, printed=printed, comparator=comparator)
        elif words and not any(words.search(each) for each in _beside(printed, spans, texts, is_benefit=is_benefit)):
            yield _BOUND_NOT_PRINTED.finding(node=iri, path=path, comparator=comparator)


def _beside(printed: str, spans: Iterable[Span], texts: Mapping[str, str], *, is_benefit: bool) -> Iterator[str]:
    """A printed value, and what stands beside it in its part of the sentence; of a benefit the whole sentence."""
    yield printed
    for span in spans:
        text = texts[span.slug]
        if is_benefit:
            yield sentence(text, span)
        place = text.find(printed, span.start, span.end)
        if place >= 0:
            before = text[max(0, place - _BESIDE) : place]
            after = text[place + len(printed) : place + len(printed) + _BEHIND]
            yield re.split("[，。；,;\n]", before)[-1]
            yield re.split("[，。；、,;\n]", after)[0]


def _is_of_five_years(year: int, around: str) -> bool:
    """Whether the period of a five-year plan that is named holds a year, its base year included."""
    return any(name in around and 0 <= year - first <= 5 for name, first in FIVE_YEARS.items())
