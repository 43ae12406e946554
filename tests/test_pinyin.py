"""Words are read out as pypinyin does it, whose files are looked into without it."""

from __future__ import annotations

import random
import re

import pytest
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from policygraph import paths
from policygraph import pinyin as readings
from policygraph.pinyin import pinyin


def _by_package(words: str) -> str:
    syllables = lazy_pinyin(words, errors=lambda rest: rest)
    return re.sub("[^a-z0-9]+", "-", "-".join(syllables).lower()).strip("-")


def _texts() -> list[str]:
    """Names of the base layer; and phrases, beginnings of phrases, characters and signs, put together at random."""
    tables = paths.find().tables
    names = [row["zh"] for table in ("areas", "bodies", "lexicon") for row in tables.rows(table)[::9]]
    chance = random.Random(4)  # noqa: S311 - the same texts each time are what is wanted
    phrases, characters = sorted(PHRASES_DICT), sorted(map(chr, PINYIN_DICT))
    signs = ["GDP", "2023年", "，", " ", "·", "5%", "か", "\U0002a6d6", "Ａ"]

    def piece() -> str:
        phrase = chance.choice(phrases)
        beginning = phrase[: chance.randint(1, len(phrase))]
        return chance.choice([phrase, beginning, chance.choice(characters), chance.choice(signs)])

    return [*names, *("".join(piece() for _ in range(chance.randint(1, 5))) for _ in range(2000)), "", "欸", "上海诶"]


def test_words_are_read_as_pypinyin_reads_them() -> None:
    texts = _texts()
    assert [pinyin(text) for text in texts] == [_by_package(text) for text in texts]


def test_the_first_and_the_last_of_the_files_are_read_as_all_others() -> None:
    characters, phrases = list(map(chr, PINYIN_DICT)), list(PHRASES_DICT)
    for words in (characters[0], characters[-1], phrases[0], phrases[-1], max(characters), max(phrases)):
        assert pinyin(words) == _by_package(words)


def test_pypinyin_itself_is_asked_where_its_files_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for caches in (readings.pinyin, readings._readings):
        caches.cache_clear()
    monkeypatch.setattr(readings, "_LEAST", 1_000_000)
    try:
        assert readings._readings() is None
        assert pinyin("四川省GDP增长") == "si-chuan-sheng-gdp-zeng-zhang"
    finally:
        for caches in (readings.pinyin, readings._readings):
            caches.cache_clear()
