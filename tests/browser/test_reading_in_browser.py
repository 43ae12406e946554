"""The reading room in the browser: from a figure to its sentence and back, by mouse and keys, in any text."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from browsing import barriers, look_as

from tests.server import serving, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsing import OpenPage
    from playwright.sync_api import Page

    from tests.server.serving import Live


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server over documents that are hard to show, their texts at hand."""
    folder = tmp_path_factory.mktemp("awkward")
    (folder / "sources").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYGRAPH_SOURCES", str(folder / "sources"))
        serving.write_quads(folder / "build", texts.awkward(folder / "sources"), serving.CATALOGUE)
        with serving.live(folder / "build", client_queries=64, client_seconds=1e6, watch=0) as server:
            yield server
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def root(site: Live) -> str:
    return f"http://127.0.0.1:{site.port}"


#: One visit to the page: each question of its own goes through all elements, which here are a hundred thousand.
_BOX = """box => [
  box.querySelector(".where").innerText,
  [...box.querySelectorAll(".to-text")].map((each) => each.innerText),
]"""


def _here(page: Page) -> tuple[str, list[str]]:
    """What the box says of the place: its characters, and the things, the closest first."""
    where, things = page.locator("#here").evaluate(_BOX)
    return where, things


@pytest.mark.parametrize("slug", ["odd", "twin", "changed", "missing"])
def test_a_room_is_open_to_everybody(open_page: OpenPage, slug: str) -> None:
    narrow = open_page(f"/document/{slug}", language="zh", theme="dark", width=390)
    wide = open_page(f"/document/{slug}", language="en", theme="light", width=1280)
    for page, theme, width in ((narrow, "dark", 390), (wide, "light", 1280), (wide, "light", 1440)):
        look_as(page, theme, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert barriers(page) == []


def test_the_address_of_a_place_shows_it_on_both_sides(open_page: OpenPage) -> None:
    page = open_page("/document/odd#char=1,3")
    assert _here(page) == ("characters 1–3", ["一", "长" * 500])
    assert [each.inner_text() for each in page.locator(".text .on").all()] == ["😀", "乙"]
    assert page.locator(".panels .spot.on .to-text").inner_text() == "一"


def test_a_place_that_is_no_span_is_shown_too(open_page: OpenPage) -> None:
    page = open_page("/document/odd#char=9,10")
    assert _here(page) == ("characters 9–10", ["跨行"])


def test_a_click_in_the_text_shows_what_it_is_and_the_next_click_what_is_around_it(open_page: OpenPage) -> None:
    page = open_page("/document/odd")
    piece = page.locator('mark[data-at="2"]')
    piece.click()
    first = _here(page)[0], page.evaluate("location.hash")
    piece.click()
    piece.click()
    assert (first, _here(page)[0]) == (("characters 1–3", "#char=1,3"), "characters 0–3")


def test_a_click_beside_the_text_shows_its_place(open_page: OpenPage) -> None:
    page = open_page("/document/odd")
    page.locator("#positionings summary").click()
    page.locator("#positionings .to-text").click()
    marked = "".join(page.locator("mark.on").all_inner_texts())
    assert (marked, page.evaluate("location.hash")) == ("乙丙丁，戊己庚", "#char=2,9")


def test_keys_walk_through_the_places(open_page: OpenPage) -> None:
    page = open_page("/document/odd")
    page.locator("#text").focus()
    seen = []
    for key in ("n", "n", "n", "p", "o", "i", "Escape"):
        page.keyboard.press(key)
        seen.append(page.evaluate("location.hash") if page.locator("#here").is_visible() else "")
    assert seen == ["#char=0,3", "#char=1,3", "#char=2,9", "#char=1,3", "#char=0,3", "#char=1,3", ""]


def test_pointing_at_a_place_previews_it(open_page: OpenPage) -> None:
    page = open_page("/document/odd")
    page.locator('mark[data-at="6"]').hover()
    assert page.locator(".preview p").all_inner_texts() == [
        "مرحبا 😀 العالم positionings",
        "跨行 doubts about the text",
    ]


def test_kinds_are_filtered_at_once_and_in_the_address(open_page: OpenPage) -> None:
    page = open_page("/document/odd")
    for name in ("elements of plans", "positionings", "doubts about the text", "declared counts"):
        page.get_by_label(name).uncheck()
    assert (page.locator("mark:not(.off)").all_inner_texts(), page.url.partition("?")[2]) == (
        ["😀", "乙"],
        "kind=target",
    )


def test_five_thousand_spans_answer_at_once(open_page: OpenPage) -> None:
    page = open_page("/document/many#char=15003,15006")
    before = _here(page)[0]
    page.locator("#text").focus()
    page.keyboard.press("n")
    assert (before, _here(page)[0] != before, page.locator("mark").count() > 5_000) == (
        "characters 15003–15006",
        True,
        True,
    )


def test_ten_thousand_spans_on_one_line_are_told_apart(open_page: OpenPage) -> None:
    page = open_page("/document/line#char=4999,8667")
    where, things = _here(page)
    assert (where, things[:2]) == ("characters 4999–8667", ["措施 9999", "措施 9998"])
    assert page.locator("#here li").last.inner_text() == "and 9992 more"


def test_without_the_text_a_place_is_told_by_its_position(open_page: OpenPage) -> None:
    page = open_page("/document/missing#char=0,2")
    assert _here(page) == ("characters 0–2", ["任务"])


def test_the_page_of_a_thing_shows_the_words_and_leads_to_them(open_page: OpenPage) -> None:
    page = open_page("/about/id/odd/one")
    page.locator("figure.place a[href*='#char']").click()
    page.locator("#here .where:not(:empty)").wait_for()  # the script of the room has run
    assert _here(page) == ("characters 1–3", ["一", "长" * 500])


_ON_PAPER = """() => {
  const isShown = (each) => each.checkVisibility({ contentVisibilityAuto: true });
  const seen = (each) => isShown(each) && each.getBoundingClientRect().height > 0;
  const below = document.querySelector(".beside").getBoundingClientRect().top;
  return [
    [...document.querySelectorAll(".panel:not(#bare) li")].every(seen),
    document.querySelector("#text").getBoundingClientRect().bottom <= below,
    [...document.querySelectorAll(".strip, .to-page, #here")].some(seen),
  ];
}"""


def test_on_paper_the_panels_follow_the_text_all_open(open_page: OpenPage) -> None:
    page = open_page("/document/odd")
    page.emulate_media(media="print")
    assert page.evaluate(_ON_PAPER) == [True, True, False]
    numbers = page.locator("#text p[data-from]").evaluate_all("all => all.map(each => Number(each.dataset.from))")
    assert (numbers[0], numbers) == (0, sorted(numbers))
    page.emulate_media(media="screen")
