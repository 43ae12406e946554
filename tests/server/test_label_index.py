"""Words find what is meant: Chinese of two characters, English, other widths, abbreviations; the best comes first."""

from __future__ import annotations

import pytest

from policygraph import vocab
from server.service.label_index import Hit, Index, fold

AREA, PLAN, TASK, INDICATOR = (vocab.expand(name) for name in ("area:x", "plan:x", "x/t1", "indicator:x"))
INDEX = Index(
    [
        (AREA, "沈阳市", "zh", False),
        (AREA, "Shenyang", "en", False),
        (AREA, "沈", "zh", True),
        (PLAN, "沈阳市“十四五”规划", "zh", False),
        (PLAN, "14th Five-Year Plan of Shenyang", "en", False),
        (TASK, "编制规划", "zh", False),
        (TASK, "Draw up the plan for high-tech zones", "en", False),
        (INDICATOR, "地区生产总值", "zh", False),
        (INDICATOR, "gross regional product", "en", False),
        (INDICATOR, "GDP", "", True),
    ]
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“十四五”规划", "十四五规划"),
        ("ＧＤＰ", "gdp"),
        ("振兴新突破 我要当先锋", "振兴新突破我要当先锋"),
        ("High-Tech  Zones", "high tech zones"),
        ("2025 年", "2025年"),
        ("café", "cafe"),
        ("≥ 5 %", "≥5%"),
        ("——", ""),
    ],
)
def test_what_does_not_count_is_left_out(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("规划", [PLAN, TASK]),
        ("十四五规划", [PLAN]),
        ("ｇｄｐ", [INDICATOR]),
        ("shenyang", [AREA, PLAN]),
        ("SHENYANG plan", [PLAN]),
        ("plan", [PLAN, TASK]),
        ("high tech", [TASK]),
        ("沈", [AREA, PLAN]),
        ("划规", []),
        ("规划 zones", []),
        ("", []),
        ("“”", []),
    ],
)
def test_the_best_comes_first(text: str, things: list[str]) -> None:
    total, found = INDEX.find(text, "zh")
    assert (total, [each.thing for each in found]) == (len(things), things)


def test_what_was_found_says_by_which_label() -> None:
    assert INDEX.find("gdp", "zh") == (1, [Hit(INDICATOR, "GDP", "")])


def test_an_exact_label_goes_before_a_beginning_and_that_before_a_place_inside() -> None:
    labels = ["城市规划馆", "规划馆", "规划", "北京规划"]
    index = Index((vocab.expand(f"place:{number}"), label, "zh", False) for number, label in enumerate(labels))
    assert [each.label for each in index.find("规划", "zh")[1]] == ["规划", "规划馆", "北京规划", "城市规划馆"]


def test_results_are_cut_in_order() -> None:
    index = Index((vocab.expand(f"place:{number:04}"), f"规划{number:04}", "zh", False) for number in range(500))
    total, found = index.find("规划", "zh", start=100, limit=2)
    assert (total, [each.label for each in found]) == (500, ["规划0100", "规划0101"])
