"""The tile map as a page, as files and beside a ladder: each area says its value or why there is none."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
import serving

from server import Settings, create_app
from server.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

TRIG = Path(__file__).with_name("tiles.trig")
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    link = tmp_path_factory.mktemp("tiles") / "build"
    serving.write_build(link, TRIG.read_text(encoding="utf-8"))
    service = Service(Settings(build=link, workers=2, watch=0, client_seconds=1e6, client_errors=1e6, embedding=("*",)))
    yield create_app(service=service).test_client(use_cookies=False)
    service.close()


def _picture(html: str) -> ElementTree.Element:
    start = html.index("<svg xmlns")
    return ElementTree.fromstring(html[start : html.index("</svg>", start) + 6])  # noqa: S314 - our own


def _tiles(html: str) -> dict[str, tuple[str, ...]]:
    """Name of a tile -> what else is printed in it, what its tooltip says, and where it leads."""
    tiles = {}
    for group in _picture(html).iter():
        square = group.find(f"{_SVG}rect")
        if square is not None and square.get("pointer-events") == "all":
            name, *words = [text.text or "" for text in group.findall(f"{_SVG}text")]
            tooltip = square.findtext(f"{_SVG}title") or ""
            tiles[name] = (*words, tooltip.removeprefix(f"{name}: "), group.get("href") or "")
    return tiles


def _html(client: FlaskClient, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_tile_prints_the_latest_value_with_its_bound_and_leads_to_the_statement(client: FlaskClient) -> None:
    tiles = _tiles(_html(client, "/map?show=values&indicator=indicator:output&of=area:china", "zh"))
    unread = "已知有涵盖该年的方案或文献，但尚未读取"
    nothing = "不知有涵盖该年的方案或文献"
    assert (len(tiles), {name: tiles[name] for name in ("北京", "河北", "海南", "西藏", "别处")}) == (
        35,
        {
            "北京": (
                "≥5万亿元",
                "2026 · +1",
                "不少于 5万亿元 (2026); 等于 5.1万亿元 (2026)",
                "/id/source/all#char=5,9",
            ),
            "河北": ("4万亿–4.5万亿元", "2025", "区间 4万亿–4.5万亿元 (2025)", "/id/h"),
            "海南": ("?", unread, "/id/area/hainan"),
            "西藏": (nothing, ""),
            "别处": (nothing, "/id/area/elsewhere"),
        },
    )


def test_a_year_that_was_chosen_is_the_only_one(client: FlaskClient) -> None:
    tiles = _tiles(_html(client, "/map?indicator=indicator:output&of=area:china&year=2025"))
    assert (tiles["Hebei"][:2], tiles["Beijing"][:1]) == (
        ("4 trillion–4.5", "trillion CNY"),
        ("no plan or document for this year is known",),
    )


def test_silence_says_what_is_known(client: FlaskClient) -> None:
    tiles = _tiles(_html(client, "/map?show=silence&indicator=indicator:output&of=area:china"))
    assert {name: tiles[name][0] for name in ("Beijing", "Hainan", "Xizang")} == {
        "Beijing": "stated",
        "Hainan": "not read",
        "Xizang": "no document",
    }


def test_areas_that_nobody_has_laid_out_stand_in_order_of_their_codes_and_say_so(client: FlaskClient) -> None:
    html = _html(client, "/map?show=positioning&of=area:hebei")
    places = [
        group.get("transform") for group in _picture(html).iter() if group.find(f"{_SVG}rect/{_SVG}title") is not None
    ]
    assert ("Nobody has laid a map of these areas" in html, places[:2]) == (
        True,
        ["translate(0 0)", "translate(112 0)"],
    )
    assert _tiles(html) == {
        "East": ("High ground", "of the east", "High ground of the east", "/id/p"),
        "West": ("no plan or document for this year is known", "/id/area/west"),
    }


def test_positionings_are_those_with_the_words(client: FlaskClient) -> None:
    shown = _tiles(_html(client, "/map?show=positioning&words=高地", "zh"))["东区"]
    assert (shown, _tiles(_html(client, "/map?show=positioning&words=低地", "zh"))["东区"][-1]) == (
        ("东部“高地”<b>", "东部“高地”<b>", "/id/p"),
        "/id/area/east",
    )


def test_a_value_without_a_number_is_printed_as_it_is(client: FlaskClient) -> None:
    html = _html(client, "/map?indicator=indicator:mood&of=area:china")
    assert (_tiles(html)["Hebei"][0], "stated without a number" in html) == ("好", True)


def test_the_map_is_taken_home_as_a_table_and_as_a_picture(client: FlaskClient) -> None:
    address = "/map{}?indicator=indicator:output&of=area:china&lang=en"
    table = client.get(address.format("") + "&format=csv").text.removeprefix("\ufeff")
    rows = {row["area"]: row for row in csv.DictReader(io.StringIO(table))}
    assert {
        name: rows["Hebei Province"][name] for name in ("code", "stated or not", "bound", "value", "to at most")
    } == {
        "code": "130000",
        "stated or not": "stated",
        "bound": "from – to",
        "value": "4000000000000",
        "to at most": "4500000000000",
    }
    assert rows["Hainan Province"]["stated or not"] == "not read"
    picture = client.get(address.format(".svg") + "&paper=dark")
    root = ElementTree.fromstring(picture.text)  # noqa: S314 - our own
    paper = root.find(f"{_SVG}rect")
    assert (picture.mimetype, paper is not None and paper.get("fill"), "light-dark" in picture.text) == (
        "image/svg+xml",
        "#14181d",
        False,
    )
    assert client.get(address.format(".svg") + "&paper=pink").status_code == 400


def test_the_map_stands_on_the_page_of_its_indicator(client: FlaskClient) -> None:
    html = _html(client, "/indicators/output")
    assert (_tiles(html)["Beijing"][0], 'href="/map?indicator=indicator:output&amp;of=area:china"' in html) == (
        "≥5 trillion CNY",
        True,
    )
    assert "<svg xmlns" not in _html(client, "/indicators/mood")


def test_an_indicator_that_nobody_sets_is_refused_and_the_page_may_be_embedded(client: FlaskClient) -> None:
    refused = client.get("/map?indicator=indicator:none")
    embedded = client.get("/map?indicator=indicator:output&embed=1")
    assert (refused.status_code, "frame-ancestors *" in embedded.headers["Content-Security-Policy"]) == (404, True)
