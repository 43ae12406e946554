"""Debian's Chromium over a live server of the shipped graph.

A test asks for `open_page` and gets pages of the site; whatever a page logs as an error, asks of another host, or is
refused by the content security policy fails that test at its end. A worker starts one browser, and lends its pages
from test to test: they keep what the browser has fetched and compiled, and nothing that a page has stored.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import browsing
import pytest
from playwright.sync_api import sync_playwright

from tests.server.serving import live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.server.serving import Live

#: Workers are bounded by Linux limits: elsewhere there is nothing to test.
collect_ignore_glob = [] if sys.platform.startswith("linux") else ["test_*.py"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = browsing.program()  # before the driver is started, which a machine without Chromium may not run either
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=browsing.FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _pages(chromium: Browser) -> browsing.Pages:
    return browsing.Pages(chromium)


@pytest.fixture
def pages(_pages: browsing.Pages) -> Iterator[browsing.Pages]:
    """The pages of the browser, emptied after the test."""
    yield _pages
    _pages.take_back()


@pytest.fixture(scope="session")
def site(shipped_build: Path) -> Iterator[Live]:
    """A server of the shipped graph. Its clients are all one address, which must not run out of places."""
    with live(shipped_build, client_queries=64, client_seconds=1e6, client_errors=1e6, watch=0) as server:
        yield server


@pytest.fixture
def root(site: Live) -> str:
    """The site's address, without a slash at its end."""
    return f"http://127.0.0.1:{site.port}"


@pytest.fixture
def open_page(pages: browsing.Pages, root: str) -> Iterator[browsing.OpenPage]:
    """Opens pages, each in a context of its own, and fails the test for what went wrong on any of them."""
    faults: list[str] = []

    def opened(
        path: str,
        *,
        language: str = "en",
        theme: str = "light",
        width: int = 1280,
        status: int = 200,
        refused: str = "",
    ) -> Page:
        page = pages.lend(root, faults, refused, language=language, theme=theme, width=width)
        answer = page.goto(root + path, wait_until="load")
        assert answer is not None
        assert answer.status == status
        return page

    yield opened
    pages.take_back()
    assert faults == []
