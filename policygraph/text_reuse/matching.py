"""The texts of several documents in, the passages that stand in more than one out: as places, never as words.

Exact passages are met by winnowing (Schleimer, Wilkerson, Aiken 2003), which misses none of 20 characters; like ones by
MinHash over sentences. White space does not count, nor do titles in 《》, which are cited; a run of Latin
letters counts as one character. Who printed a passage first is the document with the earliest date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policygraph.text_reuse.shingles import candidates, hashes, jaccard, sketch

__all__ = ["SHORTEST", "Passage", "Place", "Text", "passages"]

#: The shortest passage that counts, in characters without white space.
SHORTEST = 20
#: Winnowing: length of a piece in characters, and pieces per window; every passage of SHORTEST shares a fingerprint.
_PIECE = 12
_WINDOW = SHORTEST - _PIECE + 1
#: The most documents with a fingerprint; one in more documents is a usual formula.
_MOST_PLACES = 60
#: From this likeness on two sentences are near ones.
_NEAR = 0.6
_SHINGLE = 4
_SENTENCE = re.compile(r"[^。！？；\n]+")
_SPACE = re.compile(r"\s")
_TITLE = re.compile("《[^《》\n]*》")
_LATIN = re.compile("[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A document's text and its date (ISO 8601, a year at least; empty where unknown)."""

    slug: str
    words: str
    date: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a passage stands: document, and code points from start to end."""

    slug: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of two documents: where, how many characters, how like (1 for the same words), who printed it first."""

    one: Place
    other: Place
    characters: int
    likeness: float
    first: str


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """A text without white space, with the place of each of its characters."""

    words: str
    places: list[int]

    def place(self, slug: str, start: int, end: int) -> Place:
        return Place(slug, self.places[start], self.places[end - 1] + 1)


def passages(texts: Iterable[Text]) -> list[Passage]:
    """All passages of at least SHORTEST characters that two documents share, exact and near, in order of documents."""
    ordered = sorted(texts, key=lambda text: text.slug)
    squeezed = {text.slug: _squeeze(text.words) for text in ordered}
    dates = {text.slug: text.date for text in ordered}
    exact = _exact(squeezed)
    passed = [
        Passage(
            squeezed[one].place(one, start, start + length),
            squeezed[other].place(other, begin, begin + length),
            length,
            1.0,
            _first(one, other, dates),
        )
        for (one, other), runs in sorted(exact.items())
        for start, begin, length in sorted(runs)
    ]
    near = _near(ordered, exact, squeezed)
    passed += [Passage(one, other, size, like, _first(one.slug, other.slug, dates)) for one, other, size, like in near]
    own = {text.slug: _TITLE.sub(lambda title: " " * len(title[0]), text.words) for text in ordered}
    return [each for each in passed if min(_weight(own, each.one), _weight(own, each.other)) >= SHORTEST]


def _weight(own: Mapping[str, str], place: Place) -> int:
    """How many characters count at a place, of texts without the titles that they cite."""
    return len(_LATIN.sub("a", _SPACE.sub("", own[place.slug][place.start : place.end])))


def _squeeze(words: str) -> _Squeezed:
    places = [place for place, char in enumerate(words) if not char.isspace()]
    return _Squeezed("".join(words[place] for place in places), places)


def _first(one: str, other: str, dates: Mapping[str, str]) -> str:
    """The document with the earlier date; empty where the dates are the same or one is unknown."""
    early, late = dates[one], dates[other]
    size = min(len(early), len(late))
    if not size or early[:size] == late[:size]:
        return ""
    return one if early[:size] < late[:size] else other


def _fingerprints(words: str) -> dict[int, list[int]]:
    """Fingerprint -> where it stands: of every window the smallest hash, the last of equal ones."""
    values = hashes(words, _PIECE)
    marks: dict[int, list[int]] = {}
    last = -1
    for start in range(max(1, len(values) - _WINDOW + 1)):
        window = values[start : start + _WINDOW]
        least = min(window)
        place = start + len(window) - 1 - window[::-1].index(least)
        if place != last:
            marks.setdefault(least, []).append(place)
            last = place
    return marks


def _exact(squeezed: Mapping[str, _Squeezed]) -> dict[tuple[str, str], set[tuple[int, int, int]]]:
    """Pairs of documents -> their longest common runs: start in the one, in the other, length."""
    index: dict[int, list[tuple[str, int]]] = {}
    for slug, text in squeezed.items():
        for mark, starts in _fingerprints(text.words).items():
            index.setdefault(mark, []).extend((slug, start) for start in starts)
    runs: dict[tuple[str, str], set[tuple[int, int, int]]] = {}
    covered: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for entries in index.values():
        if not 1 < len(entries) <= _MOST_PLACES:
            continue
        for place, (one, start) in enumerate(entries):
            for other, begin in entries[place + 1 :]:
                pair = (one, other)
                if one == other or _is_covered(covered.get(pair, ()), start, begin):
                    continue
                run = _grown(squeezed[one].words, squeezed[other].words, start, begin)
                if run[2] >= SHORTEST:
                    runs.setdefault(pair, set()).add(run)
                    covered.setdefault(pair, []).append(run)
    return runs


def _is_covered(runs: Iterable[tuple[int, int, int]], start: int, begin: int) -> bool:
    return any(left <= start < left + size and start - left == begin - right for left, right, size in runs)


def _grown(one: str, other: str, start: int, begin: int) -> tuple[int, int, int]:
    """The longest run around two places in which two texts agree."""
    left = 0
    while left < min(start, begin) and one[start - left - 1] == other[begin - left - 1]:
        left += 1
    right, most = 0, min(len(one) - start, len(other) - begin)
    while right < most and one[start + right] == other[begin + right]:
        right += 1
    return start - left, begin - left, left + right


def _near(
    texts: Iterable[Text],
    exact: Mapping[tuple[str, str], set[tuple[int, int, int]]],
    squeezed: Mapping[str, _Squeezed],
) -> list[tuple[Place, Place, int, float]]:
    """Sentences of two documents that are like each other and hold no exact passage of theirs."""
    sets: dict[Place, frozenset[int]] = {}
    sizes: dict[Place, int] = {}
    for text in texts:
        for match in _SENTENCE.finditer(text.words):
            words = _SPACE.sub("", match[0])
            if len(words) >= SHORTEST:
                place = Place(text.slug, *match.span())
                sets[place] = frozenset(hashes(words, _SHINGLE))
                sizes[place] = len(words)
    near = []
    for one, other in candidates({place: sketch(values) for place, values in sets.items()}):
        if one.slug == other.slug:
            continue
        like = round(jaccard(sets[one], sets[other]), 3)
        if like >= _NEAR and not _is_exact(one, other, exact, squeezed):
            near.append((one, other, min(sizes[one], sizes[other]), like))
    return near


def _is_exact(
    one: Place,
    other: Place,
    exact: Mapping[tuple[str, str], set[tuple[int, int, int]]],
    squeezed: Mapping[str, _Squeezed],
) -> bool:
    """Whether an exact passage of two documents covers most of both sentences."""
    left, right = squeezed[one.slug].places, squeezed[other.slug].places
    for start, begin, size in exact.get((one.slug, other.slug), ()):
        in_one = min(one.end, left[start + size - 1] + 1) - max(one.start, left[start])
        in_other = min(other.end, right[begin + size - 1] + 1) - max(other.start, right[begin])
        if min(in_one, in_other) >= 0.8 * min(one.end - one.start, other.end - other.start):
            return True
    return False
