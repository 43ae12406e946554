"""A site of files, opened from a disk: it may fetch nothing, and is queried and read all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policygraph import site
from tests import small_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("disk")
    with small_site.answering(root) as ask:
        site.write(ask, root / "site")
    return root / "site"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that fails the test for any error, and for what its policy refuses."""
    context = chromium.new_context()
    opened = context.new_page()
    errors: list[str] = []
    opened.on("console", lambda each: errors.append(each.text) if each.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


def test_a_query_is_answered_without_a_service(folder: Path, page: Page) -> None:
    page.goto((folder / "en" / "query.html").as_uri())
    page.fill("textarea", "SELECT ?name { ?task a pg:Task ; skos:prefLabel ?name FILTER (LANG(?name) = 'zh') }")
    page.get_by_role("button", name="Run").click()
    page.locator(".result td").first.wait_for()
    cells = page.locator(".result td").all_inner_texts()
    assert (cells, page.get_by_role("status").inner_text()[:9]) == (["行动"], "1 rows in")
    page.fill("textarea", "SELECT {")
    page.get_by_role("button", name="Run").click()
    page.locator(".result pre").wait_for()
    assert page.get_by_role("status").inner_text() == "There is no answer."


def test_a_list_is_sorted_and_the_search_narrowed_without_a_service(folder: Path, page: Page) -> None:
    page.goto((folder / "en" / "areas.html").as_uri())
    names = page.locator("tbody th").all_inner_texts()
    page.get_by_role("button", name="Name").click()
    page.get_by_role("button", name="Name").click()
    assert page.locator("tbody th").all_inner_texts() == sorted(names, key=str.casefold, reverse=True)
    assert "sort=-0" in page.url
    page.goto((folder / "en" / "search.html").as_uri())
    value = page.locator(".choices button").nth(1)
    number = int(value.locator(".count").inner_text())
    value.click()
    assert (page.locator("ol a").count(), page.get_by_role("status").inner_text()) == (number, f"pages found: {number}")
    page.get_by_role("searchbox").fill("nothing is called so")
    assert (page.locator("ol a").count(), "kind=" in page.url) == (0, True)


def test_a_reading_room_shows_what_a_click_means(folder: Path, page: Page) -> None:
    page.goto((folder / "en" / "document" / "one.html").as_uri())
    page.locator(".kinds-shown.live").wait_for(state="attached")
    page.locator("#text [data-at]").first.click()
    assert "行动" in page.locator("#here").inner_text()
