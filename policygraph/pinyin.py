"""Chinese words in, how they are read out.

The readings are pypinyin's, which makes tables of all beginnings of its 47,111 phrases when it is imported: 0.2 s and
30 MB. Its two files of readings are looked into here instead, and words are cut as it cuts them: at each place the
longest phrase. A test holds both to be equal; where the files are not what they were, pypinyin itself is asked.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

__all__ = ["pinyin"]

#: The first reading of each character in the entry of a phrase.
_READING = re.compile(r'\["([^"]*)"')
#: The first character that is read out, which stands before all others in Unicode.
_FIRST = "〇"
#: There are some 40,000 characters and as many phrases; a file in which fewer are found is another one.
_LEAST = 30_000
_SEPARATORS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=65536)
def pinyin(words: str) -> str:
    """The words in pinyin without tones, hyphens between syllables; what is not Chinese stays."""
    readings = _readings()
    syllables = readings.of(words) if readings else _by_package(words)
    return _SEPARATORS.sub("-", "-".join(syllables).lower()).strip("-")


def _by_package(words: str) -> list[str]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - slow to import

    return lazy_pinyin(words, errors=lambda rest: rest)


@lru_cache(maxsize=1)
def _readings() -> _Readings | None:
    """The readings in the files of pypinyin; None where they are not as they were."""
    spec = find_spec("pypinyin")
    folders = spec.submodule_search_locations if spec else None
    try:
        folder = Path(folders[0]) if folders else Path()
        readings = _Readings(*((folder / f"{name}_dict.json").read_bytes() for name in ("pinyin", "phrases")))
    except OSError:
        return None
    return readings if readings.are_whole else None


class _Readings:
    """Readings of characters by the number of their code point, all of a character in one text, and of phrases.

    Few of them are asked for: the entries of both files stay as they are written, in order, and are looked up by how
    they begin.
    """

    def __init__(self, characters: bytes, phrases: bytes) -> None:
        self._characters = _entries(characters, b'","')
        self._phrases = _entries(phrases, b']],"')
        self._are_plain = b"\\" not in characters and b"\\" not in phrases
        self._first: dict[str, str] = {}
        self._beginning: dict[str, list[str]] = {}
        self._of_word: dict[str, list[str]] = {}

    @property
    def are_whole(self) -> bool:
        """Whether characters and phrases were there to read, each phrase with as many readings as it has characters."""
        if not self._are_plain or min(len(self._characters), len(self._phrases)) <= _LEAST:
            return False
        first = self._phrases[0].partition(b'"')[0].decode()
        return len(self._syllables(first)) == len(first)

    def of(self, words: str) -> list[str]:
        """The syllables of words; what has no reading stays as it is."""
        syllables: list[str] = []
        for is_read, characters in groupby(words, self._is_read):
            run = "".join(characters)
            syllables += self._of_run(run) if is_read else [run]
        return syllables

    def _is_read(self, character: str) -> bool:
        return character >= _FIRST and bool(self._reading(character))

    def _reading(self, character: str) -> str:
        """The first reading of a character; nothing for one that has none."""
        if character not in self._first:
            readings = _value(self._characters, f'{ord(character)}":"')
            self._first[character] = readings.partition(",")[0]
        return self._first[character]

    def _of_run(self, run: str) -> Iterator[str]:
        return (syllable for word in self._cut(run) for syllable in self._syllables(word))

    def _cut(self, run: str) -> Iterator[str]:
        """The phrases of a run, and the characters between them."""
        start = 0
        while start < len(run):
            word = self._longest_at(run, start)
            if not word:  # the rest is the beginning of a phrase: it is left in characters
                yield from run[start:]
                return
            yield word
            start += len(word)

    def _longest_at(self, run: str, start: int) -> str:
        """The longest phrase at a place, else one character; nothing where no phrase ends there that goes on."""
        phrases = self._beginning_with(run[start : start + 2]) if start + 1 < len(run) else []
        fitting = [phrase for phrase in phrases if run.startswith(phrase, start)]
        if fitting:
            return max(fitting, key=len)
        rest = run[start:]
        goes_on = any(phrase.startswith(rest) for phrase in phrases)
        return "" if goes_on and not _value(self._phrases, f'{run[start]}":') else run[start]

    def _beginning_with(self, characters: str) -> list[str]:
        """The phrases that begin with two characters."""
        if characters not in self._beginning:
            start = characters.encode()
            place = end = bisect_left(self._phrases, start)
            while end < len(self._phrases) and self._phrases[end].startswith(start):
                end += 1
            entries = self._phrases[place:end]
            self._beginning[characters] = [entry.partition(b'"')[0].decode() for entry in entries]
        return self._beginning[characters]

    def _syllables(self, word: str) -> list[str]:
        syllables = self._of_word.get(word)
        if syllables is None:
            readings = _value(self._phrases, f'{word}":')
            toned = _READING.findall(readings) if readings else [self._reading(word)]
            syllables = self._of_word[word] = [_without_tone(each) for each in toned]
        return syllables


def _entries(content: bytes, between: bytes) -> list[bytes]:
    """The entries of an object in JSON, in order, without space; each from behind the first quotation mark."""
    whole = content.translate(None, b" \t\r\n").removeprefix(b'{"').removesuffix(between[:-2] + b"}")
    return sorted(whole.split(between))


def _value(entries: Sequence[bytes], begin: str) -> str:
    """What follows a beginning that one of some entries, which are in order, has; nothing where none has it."""
    start = begin.encode()
    place = bisect_left(entries, start)
    is_there = place < len(entries) and entries[place].startswith(start)
    return entries[place][len(start) :].decode() if is_there else ""


@cache
def _without_tone(syllable: str) -> str:
    """A syllable without its tone, with v for ü; only ê is another letter, which no name has."""
    letters = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v").replace("e\u0302", "ê")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
