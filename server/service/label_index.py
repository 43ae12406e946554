"""Words in, the things that a person means by them out: Chinese of two characters and English alike, misspelt too.

All labels stand in one text (policygraph.search_index), which is searched from end to end: that takes 1 ms a million
characters. What is found is ranked: the whole label before all else; plans, documents and areas before indicators,
these before what plans consist of, that before counts, readings and concepts; the beginning of a label before that of a
word in it, that before any other place; what documents share before what stands in one of them; a preferred label
before an alternative; a short one before a long one. A word of letters that no label has is taken for the nearest one,
a Chinese one for a body that is called so in short: 发改委 is 发展和改革委员会.
"""

from __future__ import annotations

import heapq
import re
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from policygraph import name_pairs, vocab
from policygraph.search_index import FACETS, Columns, fold

from .similar_names import SimilarNames

__all__ = ["Hit", "Index", "Matches"]

#: Words that are looked for at once; further ones are passed over.
_WORDS = 12
#: Class -> its place among things that fit: what readers look for first, and last; others stand in between.
_IMPORTANCE = {
    vocab.expand(name): place
    for place, names in enumerate(
        (
            "pg:Plan pg:PolicyDocument pg:Article pg:Country pg:Province pg:City pg:District pg:FunctionalZone",
            "pg:Indicator pg:Initiative pg:Organisation",
            "",
            "pg:CountClaim pg:InitiativeReading pg:ReadingIssue pg:Alignment pg:ResponsibilityAssignment skos:Concept "
            "skos:ConceptScheme qudt:Unit owl:Class owl:ObjectProperty owl:DatatypeProperty",
        )
    )
    for name in names.split()
}
_USUAL = 2
#: Words of so many letters may have one letter wrong, longer ones two.
_ONE, _TWO = 4, 8
_LETTERS = re.compile(r"[a-z]+")
#: Characters of what a body is called in short, and how many of its name stand between two of these.
_SHORTEST, _LONGEST = 3, 8
_LEFT_OUT = ".{0,5}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing, the label by which it was found, and that label's language."""

    thing: str
    label: str
    language: str


@dataclass(frozen=True, slots=True)
class Matches:
    """How many things were found, some of them, the best first, and the values of facets by which they are told apart.

    Each value has the number of things that it would leave. `words` are those that were looked for, where they are
    others than were given.
    """

    total: int
    shown: list[Hit]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    words: str


class Index:
    """The labels of one edition of the graph. `names` are those of the build: they tell what documents share.

    In the folder of the build stands which labels have which pairs of characters (policygraph.name_pairs).
    """

    def __init__(self, columns: Columns, names: vocab.Names = vocab.SHARED, folder: Path | None = None) -> None:
        self._columns, self._folder = columns, folder
        #: where things stand that documents share
        self._spaces = tuple(space for prefix, space in names.prefixes.items() if prefix != "id")
        self._label_ends = _ends(columns.labels)
        self._ends = _ends(columns.folded)
        self._thing_ends = _ends(columns.things)
        self._pinyin_ends = _ends(columns.pinyin)
        kinds = columns.values.get("kind", ())
        self._ranks = [_IMPORTANCE.get(kind, _USUAL) for kind in kinds]
        self._words: list[str] | None = None
        self._lock = threading.Lock()
        self._similar: SimilarNames | None = None

    def __len__(self) -> int:
        return len(self._ends)

    def kind(self, thing: str) -> str:
        """The class of a thing; empty where it has none or has no label."""
        number = self._number(thing)
        of_thing = self._columns.held("kind", number) if number is not None else ()
        return self._columns.values["kind"][of_thing[0]] if of_thing else ""

    def listed(self, name: str, language: str) -> list[tuple[str, Hit]]:
        """The things of a list (search_index.LISTS) by their names in a language, as a dictionary has them.

        Each has its letter, `#` for what has none: in Chinese that of the pinyin.
        """
        entries = [self._named(thing, language) for thing in self._columns.lists.get(name, ())]
        return [(_letter(key), hit) for key, hit in sorted(entries, key=lambda each: (each[0], each[1].thing))]

    def _named(self, thing: int, language: str) -> tuple[str, Hit]:
        """How a thing is called in a language, else in another, and what that is sorted by."""
        columns = self._columns
        numbers = range(bisect_left(columns.of, thing), bisect_right(columns.of, thing))
        names = [number for number in numbers if not columns.alias[number]] or list(numbers)
        number = next((each for each in names if columns.languages[columns.language[each]] == language), names[0])
        hit = self._hit(number)
        return _line(columns.pinyin, self._pinyin_ends, number) or hit.label.casefold(), hit

    def find(
        self,
        text: str,
        language: str = "",
        start: int = 0,
        limit: int = 20,
        chosen: Mapping[str, str | Collection[str]] | None = None,
    ) -> Matches:
        """The things that have a label with all the words and the values that are chosen of facets, each once.

        Of several values of one facet, a thing has one: a class and those below it.
        What is found by a label in `language` comes before what is found by another.
        """
        words = [word for word in map(fold, text.split()[:_WORDS]) if word]
        best = self._matching(words, fold(text), language)
        corrected = ""
        if not best and (likely := [self._likely(word) for word in words]) != words:
            best, corrected = self._matching(likely, " ".join(likely), language), " ".join(likely)
        best = best or self._abbreviated(words, language)
        left = {
            facet: (value,) if isinstance(value, str) else value for facet, value in (chosen or {}).items() if value
        }
        facets = {facet: self._facet(facet, best, left) for facet in FACETS} if best else {}
        best = {thing: ranked for thing, ranked in best.items() if self._has(thing, left)}
        listed = heapq.nsmallest(start + limit, best.values())[start:]
        return Matches(len(best), [self._hit(number) for _, number in listed], facets, corrected if best else "")

    def _matching(self, words: Sequence[str], whole: str, language: str) -> dict[int, tuple[tuple[int, ...], int]]:
        """Number of a thing -> how well its best label fits, and that label."""
        best: dict[int, tuple[tuple[int, ...], int]] = {}
        for number in self._candidates(words):
            label = self._folded(number)
            if all(word in label for word in words):
                ranked = (self._rank(number, label, words[0], whole, language), number)
                thing = self._columns.of[number]
                if thing not in best or ranked < best[thing]:
                    best[thing] = ranked
        return best

    def _abbreviated(self, words: Sequence[str], language: str) -> dict[int, tuple[tuple[int, ...], int]]:
        """As `_matching` for one word: the bodies that have its characters, in their order and near one another."""
        best: dict[int, tuple[tuple[int, ...], int]] = {}
        if len(words) != 1 or not _SHORTEST <= len(words[0]) <= _LONGEST or any(map(str.isascii, words[0])):
            return best
        pattern = re.compile(_LEFT_OUT.join(words[0]))
        for thing in self._columns.lists.get("organisations", ()):
            for number in range(bisect_left(self._columns.of, thing), bisect_right(self._columns.of, thing)):
                if match := pattern.search(self._folded(number)):
                    ranked = (self._rank(number, self._folded(number), match[0], match[0], language), number)
                    best[thing] = min(best.get(thing, ranked), ranked)
        return best

    def similar(self, text: str, limit: int = 20) -> list[tuple[Hit, float]]:
        """The labels that are most like a text, each with its similarity from 0 to 100, the best first."""
        with self._lock:
            if self._similar is None:  # only who reconciles names needs it
                folded = self._columns.folded
                pairs = name_pairs.read(self._folder, folded) or name_pairs.pairs_of(folded)
                self._similar = SimilarNames(folded, self._ends, pairs)
        near = self._similar.near(fold(text), limit)
        return [(self._hit(number), score) for number, score in near]

    def _candidates(self, words: Sequence[str]) -> Iterator[int]:
        """The labels that have the longest of the words."""
        word, text = max(words, key=len, default=""), self._columns.folded
        place = text.find(word) if word else -1
        while place >= 0:
            number = bisect_left(self._ends, place)
            yield number
            place = text.find(word, self._ends[number])

    def _folded(self, number: int) -> str:
        return _line(self._columns.folded, self._ends, number)

    def _thing(self, number: int) -> str:
        return _line(self._columns.things, self._thing_ends, number)

    def _number(self, thing: str) -> int | None:
        place = self._columns.things.find(f"{thing}\n")
        while place > 0 and self._columns.things[place - 1] != "\n":
            place = self._columns.things.find(f"{thing}\n", place + 1)
        return None if place < 0 else bisect_left(self._thing_ends, place)

    def _hit(self, number: int) -> Hit:
        columns = self._columns
        label = _line(columns.labels, self._label_ends, number)
        return Hit(self._thing(columns.of[number]), label, columns.languages[columns.language[number]])

    def _rank(self, number: int, text: str, first: str, whole: str, language: str) -> tuple[int, ...]:
        """Smaller where a label fits better."""
        columns = self._columns
        thing = columns.of[number]
        place = text.find(whole)
        is_apart = place < 0
        if is_apart:
            place = text.find(first)
        # at the beginning of a word, which in Chinese is anywhere
        fit = 1 if place == 0 else 2 if text[place - 1] == " " or not text[place].isascii() else 3
        kinds = columns.held("kind", thing)
        importance = self._ranks[kinds[0]] if kinds else _USUAL
        # what stands in a document's own folder comes after what documents share
        is_inner = not self._thing(thing).startswith(self._spaces)
        is_other = columns.languages[columns.language[number]] != language
        return text != whole, importance, fit, is_apart, is_inner, columns.alias[number], is_other, len(text)

    def _has(self, thing: int, chosen: Mapping[str, Collection[str]]) -> bool:
        """Whether a thing has of each facet one of the values that are chosen."""
        values = self._columns.values
        return all(
            any(values[facet][place] in wanted for place in self._columns.held(facet, thing))
            for facet, wanted in chosen.items()
        )

    def _facet(
        self, facet: str, things: Mapping[int, object], chosen: Mapping[str, Collection[str]]
    ) -> list[tuple[str, int]]:
        """The values of a facet, the most frequent first, each with how many things would be left by it."""
        columns, others = self._columns, {name: value for name, value in chosen.items() if name != facet}
        left = [thing for thing in things if self._has(thing, others)] if others else things
        counts = Counter(chain.from_iterable(columns.held(facet, thing) for thing in left))
        ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        return [(columns.values[facet][place], count) for place, count in ordered]

    def _likely(self, word: str) -> str:
        """The nearest words of letters that labels have, where some are near, in place of those of a word."""
        return _LETTERS.sub(lambda match: self._nearest(match[0]), word)

    def _nearest(self, word: str) -> str:
        if len(word) < _ONE or word in self._columns.folded:
            return word
        if self._words is None:
            self._words = self._columns.words.split()
        most = 1 if len(word) < _TWO else 2
        match = process.extractOne(word, self._words, scorer=OSA.distance, score_cutoff=most)
        return match[0] if match else word


def _letter(key: str) -> str:
    return key[:1].upper() if "a" <= key[:1] <= "z" else "#"


def _ends(text: str) -> array[int]:
    """Where the lines of a text end."""
    return array("Q", (match.start() for match in re.finditer("\n", text)))


def _line(text: str, ends: Sequence[int], number: int) -> str:
    return text[ends[number - 1] + 1 if number else 0 : ends[number]]
