"""Chinese words in, how they are read out.

The readings are pypinyin's, which makes tables of all beginnings of its 47,111 phrases when it is imported: 0.2 s and
30 MB. Its two files of readings are looked into here instead, and words are cut as it cuts them: at each place the
longest phrase. A test holds both to be equal; where the files are not what they were, pypinyin itself is asked.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

__all__ = ["pinyin"]

#: A phrase in the file of phrases with the lists of the readings of its characters, whatever stands between them.
_PHRASE = re.compile(r'"([^"]+)":\s*\[([^:]*)\]')
_READING = re.compile(r'\[\s*"([^"]*)"')
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
        of_phrases = (folder / "phrases_dict.json").read_text(encoding="utf-8")
        readings = _Readings(json.loads((folder / "pinyin_dict.json").read_bytes()), of_phrases)
    except (OSError, ValueError):
        return None
    return readings if readings.are_whole else None


class _Readings:
    """Readings of characters by the number of their code point, all of a character in one text, and of phrases."""

    def __init__(self, characters: dict[str, str], of_phrases: str) -> None:
        self._characters = characters
        #: Phrase -> the readings of its characters, as the file has them.
        self._phrases: dict[str, str] = dict(_PHRASE.findall(of_phrases))
        self._starts = {phrase[:2] for phrase in self._phrases}
        self._longest = max(map(len, self._phrases), default=0)
        self._of_word: dict[str, list[str]] = {}
        self._plain: dict[str, str] = {}

    @property
    def are_whole(self) -> bool:
        """Whether characters and phrases were there to read, each phrase with as many readings as it has characters."""
        first = next(iter(self._phrases), "")
        return len(self._characters) > _LEAST < len(self._phrases) and len(self._syllables(first)) == len(first)

    def of(self, words: str) -> list[str]:
        """The syllables of words; what has no reading stays as it is."""
        syllables: list[str] = []
        for is_read, characters in groupby(words, self._is_read):
            run = "".join(characters)
            syllables += self._of_run(run) if is_read else [run]
        return syllables

    def _is_read(self, character: str) -> bool:
        return character >= _FIRST and str(ord(character)) in self._characters

    def _of_run(self, run: str) -> Iterator[str]:
        return (syllable for word in self._cut(run) for syllable in self._syllables(word))

    def _cut(self, run: str) -> Iterator[str]:
        """The phrases of a run, and the characters between them."""
        start = 0
        while start < len(run):
            word = run[start]
            if run[start : start + 2] in self._starts:
                word = self._longest_at(run, start)
                if not word:  # the rest is the beginning of a phrase: it is left in characters
                    yield from run[start:]
                    return
            yield word
            start += len(word)

    def _longest_at(self, run: str, start: int) -> str:
        """The longest phrase at a place, else one character; nothing where no phrase ends there that goes on."""
        for end in range(min(len(run), start + self._longest), start, -1):
            if run[start:end] in self._phrases:
                return run[start:end]
        rest = run[start:]
        place = bisect_left(self._in_order, rest)
        return "" if self._in_order[place : place + 1] and self._in_order[place].startswith(rest) else run[start]

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self._phrases)

    def _syllables(self, word: str) -> list[str]:
        syllables = self._of_word.get(word)
        if syllables is None:
            readings = self._phrases.get(word)
            toned = _READING.findall(readings) if readings else [self._characters[str(ord(word))].partition(",")[0]]
            syllables = self._of_word[word] = [_without_tone(each) for each in toned]
        return syllables


def _without_tone(syllable: str) -> str:
    """A syllable without its tone, with v for ü; only ê is another letter, which no name has."""
    letters = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v").replace("e\u0302", "ê")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
