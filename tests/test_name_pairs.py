"""Which labels have which pairs of characters: as they are made, and as a build keeps them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from policygraph import name_pairs
from policygraph.name_pairs import FILE, Pairs, pairs_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Lines of folded labels; the last but one is empty, and the last of one character.
TEXT = "沈阳市\n沈阳规划\n\n市\n"


def _having(pairs: Pairs) -> dict[str, list[int]]:
    return {pair: list(pairs.having(pair)) for pair in pairs.places}


def test_each_pair_has_its_labels_in_order() -> None:
    assert _having(pairs_of(TEXT)) == {
        "\x02市": [3],
        "\x02沈": [0, 1],
        "划\x03": [1],
        "市\x03": [0, 3],
        "沈阳": [0, 1],
        "规划": [1],
        "阳市": [0],
        "阳规": [1],
    }
    assert list(pairs_of(TEXT).having("沈市")) == []


@pytest.mark.parametrize("text", [TEXT, "", "a😀\n"])
def test_pairs_are_kept_as_they_were_made(tmp_path: Path, text: str) -> None:
    name_pairs.write(pairs_of(text), text, tmp_path)
    kept = name_pairs.read(tmp_path, text)
    assert kept is not None
    assert _having(kept) == _having(pairs_of(text))


def test_pairs_of_several_texts_are_those_of_all_their_lines() -> None:
    lines = TEXT.splitlines()
    numbers = [[2, 0], [], [3, 1]]
    parts = [(pairs_of("".join(f"{lines[number]}\n" for number in each)), each) for each in numbers]
    kept = [(name_pairs.restore(name_pairs.dump(pairs)), each) for pairs, each in parts]
    assert _having(name_pairs.merged(parts)) == _having(name_pairs.merged(kept)) == _having(pairs_of(TEXT))


def _head(**changes: object) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        line, _, rest = content.partition(b"\n")
        return json.dumps({**json.loads(line), **changes}).encode() + b"\n" + rest

    return changed


@pytest.mark.parametrize(
    "damage",
    [
        _head(format=0),
        _head(order="middle"),
        _head(pairs=3),
        lambda content: content[:-4],
        lambda content: content[:10],
        lambda _: b"",
        lambda _: b"[]\n",
    ],
)
def test_pairs_that_are_no_whole_ones_are_not_believed(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    name_pairs.write(pairs_of(TEXT), TEXT, tmp_path)
    (tmp_path / FILE).write_bytes(damage((tmp_path / FILE).read_bytes()))
    assert name_pairs.read(tmp_path, TEXT) is None


def test_pairs_of_another_text_are_not_believed(tmp_path: Path) -> None:
    name_pairs.write(pairs_of(TEXT), TEXT, tmp_path)
    assert name_pairs.read(tmp_path, f"{TEXT}区\n") is None
    assert name_pairs.read(tmp_path / "none", TEXT) is None
    assert name_pairs.read(None, TEXT) is None
