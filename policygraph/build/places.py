"""Lines that spell out evidence in, what is made of one such place out, for all of them: they are alike but for names.

    pattern = Pattern(b"".join(make(SAMPLE_LINES)))
    lines = [pattern.of(place) for place in evidence.places_in(spelt)]

A third of all lines spell out places. What the general way makes of one sample is made of each by putting its own terms
where those of the sample stand.
"""

from __future__ import annotations

import re
from operator import itemgetter

from policygraph.evidence import Place, written

__all__ = ["SAMPLE", "SAMPLE_LINES", "Pattern"]

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
        slots = list(map(SAMPLE.index, pieces[1::2]))
        self._format = b"%b".join(piece.replace(b"%", b"%%") for piece in pieces[::2])
        self._terms = itemgetter(slice(0)) if not slots else itemgetter(*slots)

    def of(self, place: Place) -> bytes:
        """The same, made of a place."""
        made: bytes = self._format % self._terms(place)
        return made
