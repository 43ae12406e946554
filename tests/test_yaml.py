"""YAML written is the YAML that was read, in the manner of the records."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.records import yaml
from policygraph.records.yaml import read, write

ROOT = Path(__file__).resolve().parents[1]

#: What no YAML holds: half a surrogate pair, control characters, what is no character.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1) | st.sampled_from(
    ["a: b", "a #b", "- x", "null", "1.0", "@x", "{x}", "[", "a,b", "x\ny", "it's", '"q"', "é\x85", "#char=1,2", " x "]
)
THINGS = st.recursive(
    st.dictionaries(WORDS, WORDS | st.lists(WORDS, min_size=1), min_size=1),
    lambda inner: st.fixed_dictionaries({"id": WORDS, "label": inner, "parts": st.lists(inner, min_size=1)}),
    max_leaves=6,
)


@given(value=THINGS)
def test_whatever_is_written_is_read_again(value: object) -> None:
    assert read(write(value).encode()) == value


@pytest.mark.parametrize("path", sorted((ROOT / "data").rglob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_file_is_written_as_it_was_read(path: Path) -> None:
    value = read(path.read_bytes())
    assert read(write(value).encode()) == value


def test_a_record_is_written_as_people_write_it() -> None:
    parts = [{"id": "g1", "number": "（一）"}, {"id": "g2", "altLabel": {"zh": ["甲", "a, b"]}}]
    value = {"id": "document:a", "label": {"zh": "甲", "en": "A: b"}, "evidence": ["#char=1,2"], "parts": parts}
    expected = """\
id: document:a
label: {zh: 甲, en: "A: b"}
evidence: ["#char=1,2"]

parts:
  - id: g1
    number: （一）

  - id: g2
    altLabel: {zh: [甲, "a, b"]}
"""
    assert write(value) == expected


@given(value=THINGS)
def test_what_is_written_directly_is_what_pyyaml_writes(value: dict[str, Any]) -> None:
    lines: list[str] = []
    with suppress(yaml._UnusualError):
        yaml._write_mapping(value, 0, lines)
        assert "".join(lines) == yaml._written_by_yaml(value)
