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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from policygraph import name_pairs, vocab
from policygraph.search_index import FACETS, Columns, fold

from .similar_names import SimilarNames

__all__ = ["Hit", "Index", "Matches"]

#: Words that are looked for at once; further ones are passed over.
_WORDS = 12
#: Classes by their place among things that fit: what readers look for first, and last; others stand in between.
_PLACES = (
    "pg:Plan pg:PolicyDocument pg:Article pg:Country pg:Province pg:City pg:District pg:FunctionalZone",
    "pg:Indicator pg:Initiative pg:Organisation",
    "",
    "pg:CountClaim pg:InitiativeReading pg:ReadingIssue pg:Alignment pg:ResponsibilityAssignment skos:Concept "
    "skos:ConceptScheme qudt:Unit owl:Class owl:ObjectProperty owl:DatatypeProperty",
)
_IMPORTANCE = {vocab.expand(name): place for place, names in enumerate(_PLACES) for name in names.split()}
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
        #: thing of a label, profile of a thing, and the importance of things of a profile: compact, as search reads all
        self._of, self._profile = array("I", columns.of), array("I", columns.profile)
        starts, kinds = columns.facets["kind"]
        ranks = [_IMPORTANCE.get(kind, _USUAL) for kind in columns.values["kind"]]
        self._importance = [ranks[kinds[start]] if start < end else _USUAL for start, end in pairwise(starts)]
        #: list and language -> what `listed` has of it
        self._orders: dict[tuple[str, str], Sequence[tuple[str, Hit]]] = {}
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

    def listed(self, name: str, language: str) -> Sequence[tuple[str, Hit]]:
        """The things of a list (search_index.LISTS) by their names in a language, as a dictionary has them.

        Each has its letter, `#` for what has none: in Chinese that of the pinyin. A list is put in order once.
        """
        order = self._orders.get((name, language))
        if order is None:
            entries = [self._named(thing, language) for thing in self._columns.lists.get(name, ())]
            entries.sort(key=lambda each: (each[0], each[1].thing))
            order = self._orders[name, language] = [(_letter(key), hit) for key, hit in entries]
        return order

    def labels(self, thing: str) -> dict[str, str]:
        """The preferred labels of a thing by language, the first in order of each; none of what has none here."""
        number = self._number(thing)
        labels: dict[str, str] = {}
        for each in self._labels_of(number) if number is not None else ():
            if not self._columns.alias[each]:
                hit = self._hit(each)
                labels[hit.language] = min(hit.label, labels.get(hit.language, hit.label))
        return labels

    def _labels_of(self, thing: int) -> range:
        """The numbers of the labels of a thing."""
        return range(bisect_left(self._of, thing), bisect_right(self._of, thing))

    def _named(self, thing: int, language: str) -> tuple[str, Hit]:
        """How a thing is called in a language, else in another, and what that is sorted by."""
        columns = self._columns
        numbers = self._labels_of(thing)
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
        whole = fold(text)
        matching = self._matching(words)
        corrected = ""
        if not matching and (likely := [self._likely(word) for word in words]) != words:
            words, whole = likely, " ".join(likely)
            matching, corrected = self._matching(words), whole
        matching = matching or self._abbreviated(words)
        left = {
            facet: (value,) if isinstance(value, str) else value for facet, value in (chosen or {}).items() if value
        }
        facets = {facet: self._facet(facet, matching, left) for facet in FACETS} if matching else {}
        if left:
            matching = {thing: matching[thing] for thing in self._having_values(matching, left)}
        listed = self._best(matching, start + limit, words, whole, language)[start:]
        return Matches(len(matching), [self._hit(number) for number in listed], facets, corrected if matching else "")

    def _matching(self, words: Sequence[str]) -> dict[int, list[int]]:
        """Number of a thing -> its labels that have all the words."""
        matching: dict[int, list[int]] = {}
        longest = max(words, key=len, default="")
        others = [word for word in words if word != longest]
        for number in self._having(longest):
            if not others or all(word in self._folded(number) for word in others):
                matching.setdefault(self._of[number], []).append(number)
        return matching

    def _best(
        self, matching: Mapping[int, Sequence[int]], most: int, words: Sequence[str], whole: str, language: str
    ) -> list[int]:
        """The labels by which so many things are found, best first: of each thing the one that fits best.

        What comes first, the whole label and then the class, is compared for all; the rest, which takes longer, only
        for as many as are shown.
        """
        groups: list[list[int]] = [[] for _ in range(2 * len(_PLACES))]
        exact = {thing for thing, numbers in matching.items() if self._is_called(numbers, whole)}
        for thing in matching:
            importance = self._importance[self._profile[thing]]
            groups[importance if thing in exact else importance + len(_PLACES)].append(thing)
        best: list[int] = []
        for group in groups:
            ranked = (
                min((self._rank(number, words[0], whole, language), number) for number in matching[thing])
                for thing in group
            )
            best += [number for _, number in heapq.nsmallest(most - len(best), ranked)]
            if len(best) >= most:
                break
        return best

    def _abbreviated(self, words: Sequence[str]) -> dict[int, list[int]]:
        """As `_matching` for one word: the bodies that have its characters, in their order and near one another."""
        matching: dict[int, list[int]] = {}
        if len(words) != 1 or not _SHORTEST <= len(words[0]) <= _LONGEST or any(map(str.isascii, words[0])):
            return matching
        pattern = re.compile(_LEFT_OUT.join(words[0]))
        for thing in self._columns.lists.get("organisations", ()):
            if having := [number for number in self._labels_of(thing) if pattern.search(self._folded(number))]:
                matching[thing] = having
        return matching

    def similar(self, text: str, limit: int = 20) -> list[tuple[Hit, float]]:
        """The labels that are most like a text, each with its similarity from 0 to 100, the best first."""
        with self._lock:
            if self._similar is None:  # only who reconciles names needs it
                folded = self._columns.folded
                pairs = name_pairs.read(self._folder, folded) or name_pairs.pairs_of(folded)
                self._similar = SimilarNames(folded, self._ends, pairs)
        near = self._similar.near(fold(text), limit)
        return [(self._hit(number), score) for number, score in near]

    def _having(self, word: str) -> Iterator[int]:
        """The labels that have a word."""
        text, ends, number = self._columns.folded, self._ends, 0
        place = text.find(word) if word else -1
        while place >= 0:
            number = bisect_left(ends, place, number)
            yield number
            place = text.find(word, ends[number])

    def _is_called(self, numbers: Sequence[int], label: str) -> bool:
        """Whether one of some labels is a folded one, and nothing else; most are told apart by their lengths."""
        ends, length = self._ends, len(label)
        return any(
            ends[number] - (ends[number - 1] + 1 if number else 0) == length and self._folded(number) == label
            for number in numbers
        )

    def _folded(self, number: int) -> str:
        return _line(self._columns.folded, self._ends, number)

    def _thing(self, number: int) -> str:
        return _line(self._columns.things, self._thing_ends, number)

    def _number(self, thing: str) -> int | None:
        """The number of a thing; they stand in order."""
        number = bisect_left(range(len(self._thing_ends)), thing, key=self._thing)
        return number if number < len(self._thing_ends) and self._thing(number) == thing else None

    def _hit(self, number: int) -> Hit:
        columns = self._columns
        label = _line(columns.labels, self._label_ends, number)
        return Hit(self._thing(columns.of[number]), label, columns.languages[columns.language[number]])

    def _rank(self, number: int, first: str, whole: str, language: str) -> tuple[int, ...]:
        """Smaller where a label fits better, among those of things of one importance."""
        columns, text = self._columns, self._folded(number)
        place = text.find(whole)
        is_apart = place < 0
        if is_apart:
            place = text.find(first)
        # at the beginning of a word, which in Chinese is anywhere
        fit = 1 if place == 0 else 2 if text[place - 1] == " " or not text[place].isascii() else 3
        # what stands in a document's own folder comes after what documents share
        is_inner = not self._thing(columns.of[number]).startswith(self._spaces)
        is_other = columns.languages[columns.language[number]] != language
        return text != whole, fit, is_apart, is_inner, columns.alias[number], is_other, len(text)

    def _having_values(self, things: Iterable[int], chosen: Mapping[str, Collection[str]]) -> list[int]:
        """The things that have one of the values that are chosen of each facet; most are alike in what they have."""
        things, profile = list(things), self._profile
        one_of_each = {profile[thing]: thing for thing in things}
        fitting = {number for number, thing in one_of_each.items() if self._has(thing, chosen)}
        return [thing for thing in things if profile[thing] in fitting]

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
        others = {name: value for name, value in chosen.items() if name != facet}
        left = self._having_values(things, others) if others else things
        starts, places = self._columns.facets[facet]
        counts: Counter[int] = Counter()
        # most things share what is said of them with others
        for profile, number in Counter(map(self._profile.__getitem__, left)).items():
            for place in places[starts[profile] : starts[profile + 1]]:
                counts[place] += number
        ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        return [(self._columns.values[facet][place], count) for place, count in ordered]

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
