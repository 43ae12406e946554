"""A phrase in, the documents that print it out by date: who first as far as dates tell, and what they took over.

The words are those of the texts at hand and are shown as quotations are; nothing of them is kept in the graph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from policygraph.text_reuse import Passage, Place

from ..service.cache import tag
from ..web.ask import kept, rows
from ..web.request import RequestContext
from ..web.urls import place_address
from ..workers.job_types import bounds_of, passages_job
from . import quotations
from .hierarchy import pieces
from .passages import Occurrences, Span, occurrences
from .quotations import Quotation

__all__ = [
    "Missing",
    "QuotedReuse",
    "Reuse",
    "Sentence",
    "Spread",
    "Use",
    "compared",
    "perhaps_earlier",
    "quoted",
    "reused",
    "spread",
    "standings",
    "years_ahead",
]

#: How many characters of its sentence stand before and after a phrase.
_AROUND = 90
#: What a sentence ends with.
_END = re.compile(r"[。！？；\n]")
#: From so many years on before all others, a date is doubtful.
_FAR = 5
#: How many documents and characters are compared: some 400,000 characters take a worker a second.
_COMPARED, _CHARACTERS = 40, 400_000
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The sentence of a place, with the words that are meant between what stands before and after them."""

    before: str
    words: str
    after: str

    def __str__(self) -> str:
        return self.before + self.words + self.after


@dataclass(frozen=True, slots=True)
class Use:
    """A document that prints a phrase: its date (ISO 8601, empty where unknown), areas, issuers, and the first place.

    `standing` is first, among-first (dates do not tell), later or undated; `count` says how often it prints it.
    """

    document: str
    date: str
    areas: Sequence[str]
    issuers: Sequence[str]
    standing: str
    count: int
    sentence: Sentence
    address: str


@dataclass(frozen=True, slots=True)
class Reuse:
    """A passage of two documents, the earlier one first where `is_ordered`: its characters, likeness (1: the same)."""

    one: str
    other: str
    is_ordered: bool
    characters: int
    likeness: float
    places: tuple[Span, Span]


@dataclass(frozen=True, slots=True)
class QuotedReuse:
    """A passage of two documents with the sentences in which it stands, and the addresses where they are read."""

    reuse: Reuse
    sentences: tuple[Sentence, Sentence]
    addresses: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Missing:
    """A document of which a text is not at hand: its date, empty where unknown, and whether it may be the first."""

    document: str
    date: str
    is_perhaps_earlier: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """The uses of a phrase, the earlier one first, undated ones last; the places that they were read from.

    `missing` are the documents that were not looked through, those that may be earlier first.
    """

    uses: Sequence[Use]
    occurrences: Occurrences
    missing: Sequence[Missing]

    @property
    def undated(self) -> int:
        """How many of the documents have no date."""
        return sum(use.standing == "undated" for use in self.uses)


def spread(context: RequestContext, phrase: str) -> Spread:
    """Who prints a phrase, and when."""
    printed = occurrences(context, phrase)
    about = _about(context, sorted((*printed.places, *printed.missing)))
    dates = {document: _text(about[document]["date"]) for document in printed.places}
    stands = standings(dates)
    ordered = sorted(printed.places, key=lambda document: (not dates[document], dates[document], document))
    quote = quotations.quoting(context, printed.texts)
    uses = []
    for document in ordered:
        first = printed.places[document][0]
        facts = about[document]
        uses.append(
            Use(
                document,
                dates[document],
                sorted(facts["area"]),
                sorted(facts["issuer"] or facts["publisher"]),
                stands[document],
                len(printed.places[document]),
                _sentence(quote, printed.texts[first.source], first),
                _address(document, first),
            )
        )
    absent = {document: _text(about[document]["date"]) for document in printed.missing}
    earlier = perhaps_earlier(absent, dates.values())
    missing = [Missing(document, date, document in earlier) for document, date in absent.items()]
    missing.sort(key=lambda each: (not each.is_perhaps_earlier, not each.date, each.date, each.document))
    return Spread(uses, printed, missing)


def perhaps_earlier(missing: Mapping[str, str], dates: Iterable[str]) -> frozenset[str]:
    """Those documents, by their dates, of which the dates of others do not tell that they are later than the first.

    >>> sorted(perhaps_earlier({"a": "2025", "b": "", "c": "2026-01", "d": "2025-12-25"}, ["2025-12-25", ""]))
    ['a', 'b', 'd']
    """
    dated = [date for date in dates if date]
    return frozenset(
        document for document, date in missing.items() if not date or not any(_is_after(date, each) for each in dated)
    )


def standings(dates: Mapping[str, str]) -> dict[str, str]:
    """Document -> how it stands in time: first, among-first, later, undated. A year is not later than a day of it.

    >>> standings({"a": "2025-12", "b": "2025-12-25", "c": "2026", "d": ""})
    {'a': 'among-first', 'b': 'among-first', 'c': 'later', 'd': 'undated'}
    """
    dated = [date for date in dates.values() if date]
    # whoever is not after the earliest of all, as far as both dates go
    is_first = {
        document: bool(date) and not any(_is_after(date, each) for each in dated) for document, date in dates.items()
    }
    name = "first" if sum(is_first.values()) == 1 else "among-first"
    return {
        document: "undated" if not date else name if is_first[document] else "later" for document, date in dates.items()
    }


def _is_after(date: str, other: str) -> bool:
    size = min(len(date), len(other))
    return date[:size] > other[:size]


def years_ahead(uses: Sequence[Use]) -> int:
    """By how many years the first use stands before the next one, where that is so many that its date is doubtful."""
    years = [int(match[0]) for use in uses if use.date and (match := _YEAR.match(use.date))]
    gap = years[1] - years[0] if len(years) > 1 else 0
    return gap if gap >= _FAR else 0


def compared(answer: Spread) -> list[Use]:
    """Those of the uses whose texts are compared: the first, as many as have `_CHARACTERS` together."""
    size = 0
    some: list[Use] = []
    for use in answer.uses[:_COMPARED]:
        size += sum(len(answer.occurrences.texts[source]) for source in _sources(answer, use))
        if size > _CHARACTERS and some:
            break
        some.append(use)
    return some


def reused(context: RequestContext, answer: Spread) -> list[Reuse]:
    """The passages that the texts of these documents share: the same words before like ones, long ones first.

    A worker compares them, as a query is answered. Raises RequestError where that costs more than a query may.
    """
    texts = [
        (source, answer.occurrences.texts[source], use.date)
        for use in compared(answer)
        for source in _sources(answer, use)
    ]
    documents = {source: use.document for use in answer.uses for source in _sources(answer, use)}
    shared = [_reuse(each, documents) for each in _shared(context, texts)]
    return sorted(
        (each for each in shared if each.one != each.other),
        key=lambda each: (-each.likeness, -each.characters, each.one, each.other, each.places),
    )


def quoted(context: RequestContext, answer: Spread, some: Sequence[Reuse]) -> list[QuotedReuse]:
    """Shared passages with the words around them, as far as they may be quoted."""
    texts = answer.occurrences.texts
    quote = quotations.quoting(context, {place.source for each in some for place in each.places})

    def with_words(each: Reuse) -> QuotedReuse:
        one, other = each.places
        return QuotedReuse(
            each,
            (_sentence(quote, texts[one.source], one), _sentence(quote, texts[other.source], other)),
            (_address(each.one, one), _address(each.other, other)),
        )

    return [with_words(each) for each in some]


def _shared(context: RequestContext, texts: Sequence[tuple[str, str, str]]) -> list[Passage]:
    if len(texts) < 2:
        return []
    # the graph settles what the text of a source is
    key = tag(context.pool.edition, "passages that texts share", [(source, date) for source, _, date in texts], "json")
    answer = kept(context, key, lambda: passages_job(texts, bounds_of(context.service.settings)))
    return [Passage(Place(*one), Place(*other), *rest) for one, other, *rest in json.loads(answer)]


def _sources(answer: Spread, use: Use) -> list[str]:
    """The texts of a document that print the phrase."""
    return list(dict.fromkeys(span.source for span in answer.occurrences.places[use.document]))


def _reuse(passage: Passage, documents: Mapping[str, str]) -> Reuse:
    one, other = passage.one, passage.other
    if passage.first == other.slug:
        one, other = other, one
    places = Span(one.slug, one.start, one.end), Span(other.slug, other.start, other.end)
    return Reuse(
        documents[one.slug],
        documents[other.slug],
        bool(passage.first),
        passage.characters,
        passage.likeness,
        places,
    )


def _about(context: RequestContext, documents: Iterable[str]) -> dict[str, dict[str, set[str]]]:
    """Document -> its dates, areas, issuers and publishers."""
    about: dict[str, dict[str, set[str]]] = {
        document: {"date": set(), "area": set(), "issuer": set(), "publisher": set()} for document in documents
    }
    for some in pieces(list(about)):
        for row in rows(context, "dated-documents", {"document": some}):
            for name, values in about[row["document"].value].items():
                if name in row:
                    values.add(row[name].value)
    return about


def _text(dates: set[str]) -> str:
    return min(dates, default="")


def _address(document: str, span: Span) -> str:
    return place_address(f"{span.source}#char={span.start},{span.end}", document)


def _sentence(quote: Callable[[str, int, int], Quotation | None], text: str, span: Span) -> Sentence:
    """The sentence around a place, cut where it is long."""
    low, high = max(0, span.start - _AROUND), min(len(text), span.end + _AROUND)
    before = [match.end() for match in _END.finditer(text, max(0, low - 1), span.start)]
    start = before[-1] if before else low
    # a passage may end with its sentence
    after = _END.search(text, max(span.start, span.end - 1), high)
    end = max(span.end, after.end()) if after else high

    def words(first: int, last: int) -> str:
        quotation = quote(span.source, first, last) if first < last else None
        return quotation.words if quotation else ""

    return Sentence(
        "…" * (not before and low > 0) + words(start, span.start).lstrip(),
        words(span.start, span.end),
        words(span.end, end).rstrip() + "…" * (after is None and high < len(text)),
    )
