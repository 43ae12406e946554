"""Labels in, the things that a person means by some words out: Chinese of two characters and English alike.

Labels and words are made alike first: width and case (NFKD, case folding), marks on letters and punctuation do not
count, and neither does space, but between words of letters. All labels stand in one text, which is searched from end
to end: that takes 1 ms a million characters, less than an index of pairs of characters would save before it is made.
What is found is ranked: the whole label before its beginning, that before the beginning of a word in it, that
before any other place; what documents share before what stands in one of them; a preferred label before an alternative;
a short one before a long one.
"""

from __future__ import annotations

import heapq
import re
import threading
import unicodedata
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from policygraph import vocab

from .similar_names import SimilarNames

__all__ = ["Hit", "Index", "Indexes", "fold"]

#: Words that are looked for at once; further ones are passed over.
_WORDS = 12
#: Editions whose index is kept: the one that is served, and one that is on its way out or in.
_EDITIONS = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing, the label by which it was found, and that label's language."""

    thing: str
    label: str
    language: str


#: What ends a label in the one text of all labels.
_END = ord("\n")


class _Characters(dict[int, str]):
    """Character -> as it is compared: letters, digits and symbols that tell (%, +, °) stay, all else is space."""

    def __missing__(self, code: int) -> str:
        category = unicodedata.category(chr(code))
        is_kept = category[0] in "LN" or category in ("So", "Sm", "Sc") or chr(code) == "%"
        self[code] = replacement = "" if category == "Mn" else chr(code) if is_kept or code == _END else " "
        return replacement


_CHARACTERS = _Characters()
#: Space that does not stand between two words of letters; space that is more than one.
_GAP, _WIDE = re.compile(r"(?<![a-z]) +| +(?![a-z0-9])"), re.compile(r" {2,}")


def fold(text: str) -> str:
    """A text as it is compared.

    >>> fold("“十四五”规划 ２０２５ High-Tech")
    '十四五规划2025high tech'
    """
    return _fold(text.replace("\n", " "))


def _fold(text: str) -> str:
    """Lines as they are compared."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_CHARACTERS)
    return _GAP.sub("", _WIDE.sub(" ", plain))


class Index:
    """The labels of one edition of the graph. Entries are thing, label, language, and whether it is an alternative.

    `names` are those of the build: they tell what stands in a document's own folder.
    """

    def __init__(self, entries: Iterable[tuple[str, str, str, bool]], names: vocab.Names = vocab.SHARED) -> None:
        self._entries = sorted(set(entries))
        self._names = names
        # once for all labels: a call for each would take ten times as long
        self._text = _fold("\n".join([label.replace("\n", " ") for _, label, _, _ in self._entries]) + "\n")
        self._ends = array("Q", (match.start() for match in re.finditer("\n", self._text)))
        self._lock = threading.Lock()
        self._similar: SimilarNames | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, text: str, language: str = "", start: int = 0, limit: int = 20) -> tuple[int, list[Hit]]:
        """How many things have a label with all the words, and some of them, the best first, each once.

        What is found by a label in `language` comes before what is found by another.
        """
        words = [word for word in map(fold, text.split()[:_WORDS]) if word]
        whole = fold(text)
        best: dict[str, tuple[tuple[int, ...], int]] = {}
        for number in self._candidates(words):
            label = self._folded(number)
            if all(word in label for word in words):
                ranked = (self._rank(number, words[0], whole, language), number)
                thing = self._entries[number][0]
                if thing not in best or ranked < best[thing]:
                    best[thing] = ranked
        chosen = heapq.nsmallest(start + limit, best.values())[start:]
        return len(best), [Hit(*self._entries[number][:3]) for _, number in chosen]

    def similar(self, text: str, limit: int = 20) -> list[tuple[Hit, float]]:
        """The labels that are most like a text, each with its similarity from 0 to 100, the best first."""
        with self._lock:
            if self._similar is None:  # only who reconciles names needs it
                self._similar = SimilarNames(self._text.split("\n")[:-1])
        near = self._similar.near(fold(text), limit)
        return [(Hit(*self._entries[number][:3]), score) for number, score in near]

    def _candidates(self, words: Sequence[str]) -> Iterator[int]:
        """The labels that have the longest of the words."""
        word = max(words, key=len, default="")
        place = self._text.find(word) if word else -1
        while place >= 0:
            number = bisect_left(self._ends, place)
            yield number
            place = self._text.find(word, self._ends[number])

    def _folded(self, number: int) -> str:
        return self._text[self._ends[number - 1] + 1 if number else 0 : self._ends[number]]

    def _rank(self, number: int, first: str, whole: str, language: str) -> tuple[int, ...]:
        """Smaller where a label fits better."""
        thing, _, spoken, is_alias = self._entries[number]
        text = self._folded(number)
        place = text.find(whole)
        is_apart = place < 0
        if is_apart:
            place = text.find(first)
        if text == whole:
            fit = 0
        elif place == 0:
            fit = 1
        else:  # at the beginning of a word, which in Chinese is anywhere
            fit = 2 if text[place - 1] == " " or not text[place].isascii() else 3
        # what stands in a document's own folder comes after what documents share
        is_inner = self._names.shorten(thing).startswith("id:")
        return fit, is_apart, is_inner, is_alias, spoken != language, len(text)


class Indexes:
    """The indexes of the editions that were searched last. Each is made once, also under concurrent requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[str, Index] = OrderedDict()

    def of(self, edition: str, make: Callable[[], Index]) -> Index:
        """The index of an edition of the graph."""
        with self._lock:
            if edition not in self._made:
                self._made[edition] = make()
            self._made.move_to_end(edition)
            while len(self._made) > _EDITIONS:
                self._made.popitem(last=False)
            return self._made[edition]
