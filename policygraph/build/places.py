"""Lines that spell out evidence in, what is made of one such place out, for all of them: they are alike but for names.

    pattern = Pattern(b"".join(make(SAMPLE_LINES)))
    lines = [pattern.of(place) for place in evidence.places_in(spelt)]

A third of all lines spell out places. What the general way makes of one sample is made of each by putting its own terms
where those of the sample stand.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain, groupby, repeat
from operator import itemgetter

from policygraph import statistics
from policygraph.evidence import Place, written
from policygraph.formats import blocks
from policygraph.lines import Statement, statements_of

__all__ = ["SAMPLE", "SAMPLE_LINES", "Pattern", "run_of", "things"]

#: A place whose terms stand nowhere else, and in none of each other.
SAMPLE = Place(
    b"urn:policygraph-sample:iri",
    b"urn:policygraph-sample:source",
    b"urn:policygraph-sample:selector",
    b"123454321000",
    b"123454321001",
    b"urn:policygraph-sample:graph",
)
SAMPLE_LINES = written([SAMPLE])
_TERM = re.compile(b"(" + b"|".join(map(re.escape, SAMPLE)) + b")")


class Pattern:
    """Bytes that were made of the sample, to be made of any place."""

    def __init__(self, made: bytes) -> None:
        pieces = _TERM.split(made)
        self._between, self._slots = pieces[::2], list(map(SAMPLE.index, pieces[1::2]))
        self._format = b"%b".join(piece.replace(b"%", b"%%") for piece in self._between)
        self._terms = itemgetter(*self._slots) if self._slots else itemgetter(slice(0))

    def of(self, place: Place) -> bytes:
        """The same, made of a place."""
        made: bytes = self._format % self._terms(place)
        return made

    def of_all(self, columns: Sequence[Sequence[bytes]]) -> tuple[bytes, list[int]]:
        """The same, made of each of some places, one after the other; and how long each is.

        There is a column for each term of a place.
        """
        number = len(columns[0])
        *before, last = self._between
        own = [columns[term] for term in self._slots]
        slots = chain.from_iterable((repeat(piece, number), terms) for piece, terms in zip(before, own, strict=True))
        made = b"".join(chain.from_iterable(zip(*slots, repeat(last, number), strict=True)))
        fixed = sum(map(len, self._between))
        lengths = map(sum, zip(repeat(fixed, number), *(map(len, terms) for terms in own), strict=True))
        return made, list(lengths)

    @property
    def is_constant(self) -> bool:
        """Whether it is the same for all places."""
        return not self._slots


def things(place: Place) -> tuple[bytes, bytes]:
    """The terms that the lines of a place describe: the evidence, and its selector."""
    return b"<" + place.iri + b">", b"<" + place.selector + b">"


def run_of(
    places: Sequence[Place], following: tuple[Sequence[bytes], Sequence[bytes]], prefixes: Mapping[str, str]
) -> tuple[blocks.Run, statistics.Part] | None:
    """The run of the lines of places of one graph, and the statistics of these.

    `following` is what else is said of each evidence, and of each selector: lines from where their subject ends. No two
    places have the same things. None where not all places are written as a sample is.
    """
    namespaces = tuple(name.encode() for name in prefixes.values())
    sample = SAMPLE._replace(graph=places[0].graph)
    lines = written([sample]).splitlines(keepends=True)
    lines += [thing + end for thing, ends in zip(things(sample), following, strict=True) for end in ends]
    ordered = sorted(set(lines))
    statements = statements_of(ordered)
    if not _is_plain(statements) or any(_is_written_otherwise(place, namespaces) for place in (sample, *places)):
        return None
    counted = statistics.repeated(statistics.part_of(statements), len(places), _Terms(places))
    return _repeated(blocks.run_of(ordered, statements, prefixes), places), counted


def _is_plain(statements: Sequence[Statement]) -> bool:
    """Whether the order of what is said of the sample is that of any: where two values stand, both are constants."""
    first = {(subject, name): value for subject, name, value, _ in reversed(statements)}
    again = [(first[subject, name], value) for subject, name, value, _ in statements if first[subject, name] != value]
    return not any(_TERM.search(value) for values in again for value in values)


def _is_written_otherwise(place: Place, namespaces: tuple[bytes, ...]) -> bool:
    """Whether a term of a place may be shortened or escaped."""
    iris = place.iri, place.source, place.selector
    return any(iri.startswith(namespaces) or b"\\" in iri for iri in iris)


class _Terms:
    """What places have where the sample has a term; the same objects, however often it is asked for."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._made: dict[bytes, list[bytes]] = {}

    def __call__(self, term: bytes) -> list[bytes]:
        if term not in self._made:
            pattern = Pattern(term)
            self._made[term] = [term] if pattern.is_constant else list(map(pattern.of, self._places))
        return self._made[term]


def _repeated(sample: blocks.Run, places: Sequence[Place]) -> blocks.Run:
    """The run of places, made of that of the sample."""
    heads = [Pattern(subject).of for subject in sample.subjects]
    entries = sorted((head(place), number, place) for number, head in enumerate(heads) for place in places)
    # things of one kind that follow each other, in columns of their terms
    groups = [
        (number, list(zip(*(place for _, _, place in group), strict=True)))
        for number, group in groupby(entries, key=itemgetter(1))
    ]
    forms: dict[str, tuple[bytes, array[int]]] = {}
    for name, (content, ends) in sample.forms.items():
        patterns = [Pattern(content[start:end]) for start, end in zip((0, *ends), ends, strict=False)]
        made = [patterns[number].of_all(columns) for number, columns in groups]
        lengths = chain.from_iterable(sizes for _, sizes in made)
        forms[name] = b"".join([content for content, _ in made]), array("Q", accumulate(lengths))
    return blocks.Run([subject for subject, _, _ in entries], forms)
