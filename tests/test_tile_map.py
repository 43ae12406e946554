"""Tile maps: where tiles stand, what their shades say, and that words can be read on each."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from policygraph import paths
from policygraph.draw.symbols import THEMES
from policygraph.draw.text_width import width
from policygraph.draw.tile_map import NARROW, PAGE, SHADES, Entry, Tile, TileMap, in_rows, shades, write

DRAWINGS = Path(__file__).parent / "drawings"
_SVG = "{http://www.w3.org/2000/svg}"
SMALL = TileMap(
    "产值 · 目标",
    "三个区域中有两个提出",
    [
        Tile("甲", 1, 1, value="≥5%", more="2026", shade=4, tooltip="不少于 5%", href="/id/a"),
        Tile("乙", 2, 1, "not-read", "?", tooltip="未读"),
        Tile("丙", 2, 2, value="全国知名、东北第一的农产品及食品精深加工业重要集聚区", more="+1", shade=0),
        Tile("丁 & <b>", 3, 2, "no-document"),
    ],
    [Entry("stated", "5%", 4), Entry("not-read", "未读", sign="?"), Entry("no-document", "没有文献")],
    ["人工排布。"],
    "zh",
)


def test_a_small_map_is_drawn_like_this() -> None:
    assert write(SMALL, THEMES["light"])[0] == (DRAWINGS / "tiles-zh.svg").read_text(encoding="utf-8")


def test_a_page_has_the_map_in_the_colours_of_both_themes_and_without_its_title() -> None:
    root = ElementTree.fromstring(write(SMALL, PAGE, is_alone=False)[0])  # noqa: S314 - our own
    colours = {element.get(name) for element in root.iter() for name in ("fill", "stroke")} - {None, "none"}
    words = [text.text for text in root.iter(f"{_SVG}text")]
    assert (all(colour.startswith(("light-dark(", "url(#")) for colour in colours if colour), SMALL.title in words) == (
        True,
        False,
    )


def test_a_narrow_screen_has_all_tiles_beside_one_another_large_enough_for_a_finger_and_with_their_words() -> None:
    rows = [row for row in paths.base_layer().tables.rows("tiles") if row["within"] == "china"]
    words = {"Beijing": "of at least 4 trillion CNY", "Hebei": "≥5%"}
    tiles = [
        Tile(row["en"], int(row["column"]), int(row["row"]), value=words.get(row["en"], "–"), more="+1") for row in rows
    ]
    legend = [Entry("not-read", "a document that covers the year is there, and nobody has read it so far")]
    text, (wide, _) = write(TileMap("t", "d", tiles, legend), PAGE, is_alone=False, sizes=NARROW)
    root = ElementTree.fromstring(text)  # noqa: S314 - our own
    groups = [group for group in root.iter(f"{_SVG}g") if group.find(f"{_SVG}rect[@pointer-events]") is not None]
    squares = [group.find(f"{_SVG}rect") for group in groups]
    sizes = {(float(each.get("width", "")), float(each.get("height", ""))) for each in squares if each is not None}
    broader = [
        line.text
        for group in groups
        for line in group.findall(f"{_SVG}text")
        if width(line.text or "") * float(line.get("font-size", "")) > max(sizes)[0]
    ]
    assert (wide, len(groups), len(sizes), min(min(sizes)) >= 24, broader) == (358, len(rows), 1, True, [])
    names = [[line.text for line in group.findall(f"{_SVG}text")[:2]] for group in groups]
    assert [name for name in names if name[0] in ("Inner", "Heilong-")] == [
        ["Heilong-", "jiang"],
        ["Inner", "Mongolia"],
    ]
    assert len(list(root[-1].iter(f"{_SVG}text"))) == 2  # the legend in two lines


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", SHADES)
def test_words_can_be_read_on_every_shade_and_shades_are_told_apart_by_lightness_alone(theme: str) -> None:
    lightness = [(_luminance(ground), _luminance(ink)) for ground, ink in SHADES[theme]]
    contrasts = [(max(pair) + 0.05) / (min(pair) + 0.05) for pair in lightness]
    steps = [(max(a, b) + 0.05) / (min(a, b) + 0.05) for (a, _), (b, _) in pairwise(lightness)]
    grounds = [ground for ground, _ in lightness]
    assert (min(contrasts) >= 4.5, min(steps) >= 1.3, grounds in (sorted(grounds), sorted(grounds, reverse=True))) == (
        True,
        True,
        True,
    )


def test_few_amounts_have_a_shade_each_and_many_share_ranges() -> None:
    shade_of, ranges = shades([1, 2, 3, 50, 99, 100])
    assert (shade_of, ranges) == ({1: 0, 2: 0, 3: 0, 50: 2, 99: 4, 100: 4}, [(1, 3), (50, 50), (99, 100)])
    assert (shades([7]), shades([])) == (({7: 2}, [(7, 7)]), ({}, []))


def test_rows_hold_every_area_once() -> None:
    assert [len(set(in_rows(count))) for count in (0, 1, 13, 200)] == [0, 1, 13, 200]


def test_every_tile_of_the_table_is_an_area_at_a_place_of_its_own() -> None:
    tables = paths.base_layer().tables
    areas = {row["id"]: row for row in tables.rows("areas")}
    tiles = tables.rows("tiles")
    assert [row["id"] for row in tiles if areas[row["id"]]["code"] != row["code"]] == []
    assert [row["id"] for row in tiles if areas[row["id"]]["parent"] != row["within"]] == []
    assert len({(row["within"], row["column"], row["row"]) for row in tiles}) == len(tiles)


@pytest.mark.parametrize("whole", ["china", "shenyang"])
def test_a_whole_that_is_laid_out_has_all_its_present_parts(whole: str) -> None:
    tables = paths.base_layer().tables
    parts = {row["id"] for row in tables.rows("areas") if row["parent"] == whole and not row["until"]}
    assert {row["id"] for row in tables.rows("tiles") if row["within"] == whole} == parts


def test_the_table_is_in_order_of_codes() -> None:
    with (paths.base_layer().tables.folder / "tiles.csv").open(encoding="utf-8", newline="") as file:
        keys = [(row["within"], row["code"]) for row in csv.DictReader(file)]
    assert keys == sorted(keys)
