"""The frame of every page, and that what these tests watch for would be noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import barriers, barriers_by_theme

if TYPE_CHECKING:
    from browsing import OpenPage, Pages

#: What is done to a sound page -> what is then noticed.
FAULTS = {
    "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')": "console: Applying inline style",
    "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))": "console: Executing",
    "document.body.append(Object.assign(new Image(), {src: 'https://example.org/x.png'}))": "foreign: https://example.org",
    "setTimeout(() => nothing.is.here)": "script: nothing is not defined",
    "console.error('said')": "console: said",
    "fetch('/no-such-page')": "console: Failed to load resource",
}


@pytest.mark.parametrize("done", FAULTS)
def test_what_goes_wrong_is_noticed(pages: Pages, root: str, done: str) -> None:
    faults: list[str] = []
    page = pages.lend(root, faults, language="en", theme="light", width=1280)
    page.goto(f"{root}/")
    assert faults == []
    page.evaluate(f"() => {{ {done} }}")
    page.wait_for_timeout(200)
    assert [fault for fault in faults if fault.startswith(FAULTS[done])] != []


def test_a_barrier_is_found(open_page: OpenPage) -> None:
    page = open_page("/")
    page.evaluate("document.querySelector('main').append(new Image())")
    found = barriers(page)
    assert [name.split(":")[0] for name in found] == ["image-alt"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_problem_page_has_no_barriers(open_page: OpenPage, language: str) -> None:
    page = open_page("/no-such-page", language=language, status=404)
    assert barriers_by_theme(page, 1280) == {"dark": [], "light": []}


def test_the_language_follows_the_browser_and_then_the_switch(open_page: OpenPage) -> None:
    page = open_page("/", language="zh")
    before = page.evaluate("document.documentElement.lang")
    page.get_by_role("link", name="English").click()
    page.goto(page.url.split("?")[0])
    assert (before, page.evaluate("document.documentElement.lang")) == ("zh-Hans", "en")


def test_the_theme_is_switched_in_place_and_kept(open_page: OpenPage) -> None:
    page = open_page("/", theme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("link", name="Dark").click()
    dark, address = page.evaluate(ground), page.url
    page.reload()
    assert (light, dark, page.evaluate(ground)) == ("rgb(251, 250, 247)", "rgb(21, 23, 27)", "rgb(21, 23, 27)")
    assert address.endswith("/")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_but_tables_moves_sideways(open_page: OpenPage, width: int) -> None:
    page = open_page("/", language="zh", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_all_sections_are_seen_in_english(open_page: OpenPage) -> None:
    page = open_page("/no-such-page", status=404)
    row = page.locator(".sections ul")
    assert row.evaluate("row => [row.scrollWidth <= row.clientWidth, row.clientHeight < 60]") == [True, True]
