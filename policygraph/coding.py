"""Words in, the concepts that they say out: which instrument, theme, beneficiary or source of funding, and where.

One table, `coding.csv`, is behind the codings that drafts propose and the checks that doubt a coding. Of each concept
it has the labels of the ontology (`zh`, `en`), the words that hardly say anything else (`words`), those that say it
where no word of another one does (`broad`), the phrases that hold such a word and mean something else (`exceptions`),
and, as a regular expression, all words that may be of it in the widest sense (`widest`). `…` in a word stands for up to
twelve characters of one clause. `label` and
`body` are how often a coding by the words of a heading, and of the sentences below one, was right, from 0 to 1; without
one nothing is proposed so. `python -m benchmarks.coding` measures them.

>>> [(hit.code, hit.start, hit.end) for hit in hits("instrument", "对企业给予50万元补贴")]
[('subsidy', 3, 9), ('subsidy', 9, 11)]
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["KINDS", "SCHEMES", "Concept", "Hit", "Lexicon", "concepts", "hits", "lexicon", "may_say"]

#: The schemes that the table has words of, by the last part of their IRIs.
SCHEMES = ("beneficiary", "funding", "instrument", "theme")
#: What `…` stands for.
_BETWEEN = "[^，。；：、！？\n]{0,12}"
_GAP = "…"
#: The kinds of words of a concept, columns of the table.
KINDS = ("words", "broad", "exceptions")


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a scheme with its labels by language, and its words; `label` and `body` are shares from 0 to 1."""

    code: str
    names: Mapping[str, str]
    words: tuple[str, ...]
    broad: tuple[str, ...]
    exceptions: tuple[str, ...]
    widest: re.Pattern[str]
    label: float
    body: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that says a concept, and where it stands; `is_broad` where it does so only if none says another one."""

    code: str
    start: int
    end: int
    is_broad: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a concept; `pattern` is None where it has no gap, `end` what stands behind the gap."""

    code: str
    kind: str
    word: str
    end: str
    pattern: re.Pattern[str] | None

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the word stands in a text that has its first two characters."""
        if self.pattern:
            return [match.span() for match in self.pattern.finditer(text)] if self.end in text else []
        places: list[tuple[int, int]] = []
        place = text.find(self.word)
        while place >= 0:
            places.append((place, place + len(self.word)))
            place = text.find(self.word, place + 1)
        return places


class Lexicon:
    """The words of the concepts of a scheme, by their first two characters."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.code: concept for concept in concepts}
        self._words: dict[str, list[_Word]] = {}
        for concept in self.concepts.values():
            for kind in KINDS:
                for word in getattr(concept, kind):
                    first, *rest = word.split(_GAP)
                    pattern = re.compile(_BETWEEN.join(map(re.escape, (first, *rest)))) if rest else None
                    entry = _Word(concept.code, kind, word, rest[-1] if rest else "", pattern)
                    self._words.setdefault(word[:2], []).append(entry)

    def hits(self, text: str) -> list[Hit]:
        """The words of a text that say concepts, in order.

        A word inside a longer one, Latin ones included, or inside a phrase that means something else, says nothing.
        """
        own: dict[Hit, None] = {}
        other: list[Hit] = []
        for beginning in self._words.keys() & set(map(str.__add__, text, text[1:])):
            for word in self._words[beginning]:
                for start, end in word.places(text):
                    if _is_cut(text, start) or _is_cut(text, end):
                        continue
                    hit = Hit(word.code, start, end, word.kind == "broad")
                    if word.kind == "exceptions":
                        other.append(hit)
                    else:
                        own[hit] = None
        kept = [hit for hit in own if not any(_is_inside(hit, phrase) for phrase in other if phrase.code == hit.code)]
        whole = [hit for hit in kept if not any(_is_inside(hit, longer) for longer in kept)]
        return sorted(whole, key=lambda hit: (hit.start, -hit.end, hit.code))


@cache
def lexicon(scheme: str) -> Lexicon:
    """The words of one of SCHEMES, as the table has them."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["scheme"] == scheme]
    return Lexicon(
        Concept(
            row["code"],
            {"zh": row["zh"], "en": row["en"]},
            _listed(row["words"]),
            _listed(row["broad"]),
            _listed(row["exceptions"]),
            re.compile(row["widest"]),
            float(row["label"] or 0),
            float(row["body"] or 0),
        )
        for row in rows
    )


def _listed(words: str) -> tuple[str, ...]:
    return tuple(filter(None, words.split("|")))


def concepts(scheme: str) -> Mapping[str, Concept]:
    """The concepts of one of SCHEMES by their codes, the last parts of their IRIs."""
    return lexicon(scheme).concepts


def hits(scheme: str, text: str) -> list[Hit]:
    """The words of a text that say concepts of one of SCHEMES, in order."""
    return lexicon(scheme).hits(text)


def may_say(scheme: str, code: str, text: str) -> bool:
    """Whether any word of a text may be of a concept, in the widest sense."""
    concept = concepts(scheme)[code]
    return bool(concept.widest.search(text)) or any(hit.code == code for hit in hits(scheme, text))


def _is_cut(text: str, place: int) -> bool:
    """Whether a place is inside a Latin word or a number: AI is no word of AIGC."""
    return 0 < place < len(text) and bool(_LATIN.fullmatch(text, place - 1, place + 1))


_LATIN = re.compile("[A-Za-z0-9]{2}")


def _is_inside(hit: Hit, other: Hit) -> bool:
    """Whether a hit is a part of another that is longer, or a phrase as long."""
    is_longer = other.end - other.start > hit.end - hit.start
    return other.start <= hit.start and hit.end <= other.end and is_longer
