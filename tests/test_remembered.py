"""Results of functions of texts outlive a process, and are those of the functions whatever is in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policygraph import remembered as module
from policygraph.cache import Cache
from policygraph.remembered import remembered, remembering

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Words = tuple[list[str], "Callable[..., list[str]]"]


@pytest.fixture
def words() -> Words:
    """The texts that a remembered function was called with, and the function."""
    calls: list[str] = []

    @remembered
    def words_of(text: str, least: int = 1) -> list[str]:
        calls.append(text)
        return [word for word in text.split() if len(word) >= least]

    return calls, words_of


def _asked(cache: Cache, words_of: Callable[..., list[str]], *texts: str) -> list[list[str]]:
    with remembering(cache):
        return [words_of(text, 2) for text in texts]


def test_a_text_is_looked_at_once_for_all_builds(tmp_path: Path, words: Words) -> None:
    calls, words_of = words
    for _ in range(3):
        assert _asked(Cache(tmp_path), words_of, "a ab", "b bc", "a ab") == [["ab"], ["bc"], ["ab"]]
    assert calls == ["a ab", "b bc"]


def test_other_arguments_are_another_question(tmp_path: Path, words: Words) -> None:
    calls, words_of = words
    with remembering(Cache(tmp_path)):
        assert [words_of("a ab", 1), words_of("a ab", 2), words_of("a ab", least=2)] == [["a", "ab"], ["ab"], ["ab"]]
    assert len(calls) == 3


def test_without_a_cache_or_a_build_nothing_is_remembered(words: Words) -> None:
    calls, words_of = words
    assert _asked(Cache(None), words_of, "a ab", "a ab") == [["ab"], ["ab"]]
    assert words_of("a ab", 2) == ["ab"]
    assert len(calls) == 3


def test_a_damaged_entry_is_not_believed(tmp_path: Path, words: Words) -> None:
    calls, words_of = words
    _asked(Cache(tmp_path), words_of, "a ab")
    (entry,) = (path for path in tmp_path.glob("*/*") if path.is_file())
    entry.write_bytes(entry.read_bytes().replace(b'"ab"', b'"xx"'))
    assert _asked(Cache(tmp_path), words_of, "a ab") == [["ab"]]
    assert len(calls) == 2


def test_what_no_build_asks_for_any_more_goes(tmp_path: Path, words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, words_of = words
    monkeypatch.setattr(module, "_MOST", 2)
    _asked(Cache(tmp_path), words_of, "a ab", "b bc")
    _asked(Cache(tmp_path), words_of, "b bc", "c cd")
    _asked(Cache(tmp_path), words_of, "b bc", "c cd", "a ab")
    assert calls == ["a ab", "b bc", "c cd", "a ab"]


def test_a_failure_is_not_remembered(tmp_path: Path) -> None:
    @remembered
    def number(text: str) -> int:
        return int(text)

    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"), remembering(Cache(tmp_path)):
            number("x")
    assert list(tmp_path.glob("*/*")) == []
