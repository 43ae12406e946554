"""Lines of time: how dates become days, where ticks stand, and what a small picture looks like."""

from __future__ import annotations

import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from policygraph.draw.symbols import THEMES
from policygraph.draw.tile_map import PAGE
from policygraph.draw.timeline import MARKS, Event, Link, Timeline, period, ticks, write

DRAWINGS = Path(__file__).parent / "drawings"
SMALL = Timeline(
    "“一步到位”",
    "4 份文献用到",
    [
        Event("甲市方案", "2025-12-25", "first", "2025-12-25 · 甲市", "最早", "/document/a#char=1,5"),
        Event("乙县措施，名称很长，一行放不下，所以在行末以省略号结束", "2026-03", "later", "2026-03"),
        Event("丙 & <b>", "2026-03-10", "later"),
        Event("丁", "", "undated", "日期不明"),
    ],
    [Link(0, 2, "2 处段落，60 字")],
    {"first": "最早", "later": "较晚", "undated": "日期不明"},
    ["有 1 份文献日期不明，可能比最早的更早。"],
    "zh",
)


def test_a_small_line_is_drawn_like_this() -> None:
    assert write(SMALL, THEMES["light"])[0] == (DRAWINGS / "timeline-zh.svg").read_text(encoding="utf-8")


def test_a_page_has_both_colours_and_a_line_without_dates_has_no_axis() -> None:
    undated = Timeline("“词”", "", [Event("丁", "", "undated")])
    roots = [ElementTree.fromstring(write(each, PAGE, is_alone=False)[0]) for each in (SMALL, undated)]  # noqa: S314 - ours
    colours = {element.get(name) for root in roots for element in root.iter() for name in ("fill", "stroke")}
    words = [[element.text for element in root.iter() if element.tag.endswith("}text")] for root in roots]
    assert {
        colour for colour in colours if colour and colour != "none" and not colour.startswith("light-dark(")
    } == set()
    assert (words[0][:5], words[1]) == (["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"], ["丁"])


@pytest.mark.parametrize(
    ("date", "days"),
    [
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2025", ("2025-01-01", "2025-12-31")),
        ("2025-13", None),
        ("2025-06-31", None),
        ("", None),
        ("XX", None),
        ("0000", None),
    ],
)
def test_a_date_is_as_long_as_it_is_printed(date: str, days: tuple[str, str] | None) -> None:
    span = period(date)
    assert (span and tuple(map(str, span))) == days


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-03-01", "2026-03-01", ["2026-03-01", "2026-04-01"]),
        ("2016-04-10", "2026-03-24", ["2016", "2018", "2020", "2022", "2024", "2026", "2028"]),
    ],
)
def test_ticks_stand_around_the_dates(first: str, last: str, days: list[str]) -> None:
    stands = ticks(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    assert [str(day)[: len(days[0])] for day in stands] == days


def test_marks_are_told_apart_by_shape() -> None:
    assert len({mark.shape for mark in MARKS.values()}) == len(MARKS)
