"""How wide words are, and where their lines break."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.draw import text_width
from policygraph.draw.text_width import width, wrap


@pytest.mark.parametrize(
    ("text", "em"),
    [("规划", 2.0), ("（一）", 3.0), ("“", 1.0), ("plan", 2.1), ("ｐｌａｎ", 4.0), ("e\u0301", 0.6), ("", 0.0)],
)
def test_an_ideograph_is_one_em_and_a_letter_less(text: str, em: float) -> None:
    assert width(text) == em


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        (
            "沈阳市全面振兴新突破三年行动方案（2023—2025年）",
            10,
            ["沈阳市全面振兴新突", "破三年行动方案", "（2023—2025年）"],
        ),
        ("到2025年GDP增长5.5%以上", 6, ["到2025年", "GDP增长", "5.5%以上"]),
        ("枢纽、中心、示范", 2.5, ["枢", "纽、", "中", "心、", "示范"]),
        ("build a national centre city", 8, ["build a national", "centre city"]),
        ("Donaudampfschiffahrt", 6, ["Donaudam-", "pfschiffahrt"]),
        ("  two\n words ", 20, ["two words"]),
        ("", 5, [""]),
    ],
)
def test_lines_break_where_a_typesetter_would(text: str, most: float, lines: list[str]) -> None:
    assert wrap(text, most) == lines


@given(st.text(st.sampled_from("规划（）“”，。1a%. "), max_size=60), st.integers(3, 20))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, most: int) -> None:
    lines = wrap(text, most)
    assert ("".join("".join(lines).split()), [line for line in lines if width(line) > most]) == (
        "".join(text.split()),
        [],
    )


def test_the_examples_are_right() -> None:
    assert doctest.testmod(text_width).failed == 0
