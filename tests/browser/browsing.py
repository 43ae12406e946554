"""What the browser tests share: how Chromium is started, what is wrong on a page, and who is kept out of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, Unpack

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

ROOT = Path(__file__).resolve().parents[2]
#: Seconds for what a loaded machine of two cores does.
PATIENCE = 30
#: Headless, by root or not, with no traffic of the browser's own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--proxy-server=direct://",
]
#: What axe-core holds a page to: WCAG 2.2 A and AA, and good practice. It lists what violates them and nothing else.
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    # style sheets and media need not be fetched again: no rule that is on reads them but for audio, and there is none
    "preload": False,
}
#: A place is told by a selector, which takes as long to make as a rule: it is made where there is a violation.
_QUICK = {**_RULES, "reporter": "no-passes", "selectors": False}
_AXE = ROOT / "server" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_LOCALES = {"zh": "zh-CN", "en": "en-GB"}


class OpenPage(Protocol):
    """Opens a page of the site: its path, and how its reader has set the browser.

    `status` is the page's own; `refused` is the path of what may be refused while it is used, such as a query.
    """

    def __call__(
        self,
        path: str,
        *,
        language: str = "en",
        theme: str = "light",
        width: int = 1280,
        status: int = 200,
        refused: str = "",
    ) -> Page: ...


def program() -> str:
    """Where Chromium is: `POLICYGRAPH_CHROMIUM`, else on the path; without it a test is skipped, and fails in CI."""
    found = os.environ.get("POLICYGRAPH_CHROMIUM") or shutil.which("chromium")
    if found is None:
        words = "the browser tests need Chromium: apt-get install chromium fonts-noto-cjk, or set POLICYGRAPH_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(f"2026-11-25: {words}")
    return found


def settings(language: str, theme: str, width: int) -> dict[str, Any]:
    """How a reader has set the browser."""
    return {
        "locale": _LOCALES[language],
        "color_scheme": theme,
        "viewport": _viewport(width),
        "reduced_motion": "reduce",
    }


def _viewport(width: int) -> ViewportSize:
    return {"width": width, "height": 900 if width > 600 else 844}


def look_as(page: Page, theme: str, width: int) -> None:
    """Shows a page as a reader of another theme and width sees it, without loading it again."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size(_viewport(width))


class Reader(TypedDict):
    """How a reader has set the browser: `zh` or `en`, `light` or `dark`, and the width of the window in pixels."""

    language: str
    theme: str
    width: int


class Pages:
    """The pages of a browser, each in a context of its own, lent to a test and emptied when they come back.

    A page that is kept keeps its process, and what that has fetched and compiled: opening another costs half as much.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: dict[tuple[str, str, int], list[_Lent]] = {}
        self._lent: list[_Lent] = []

    def lend(self, root: str, faults: list[str], refused: str = "", **reader: Unpack[Reader]) -> Page:
        """A page of a reader's settings without cookies and with nothing stored; `faults` gets what goes wrong."""
        key = (reader["language"], reader["theme"], reader["width"])
        idle = self._idle.setdefault(key, [])
        lent = idle.pop() if idle else _Lent(self._browser.new_context(**settings(*key)), key)
        lent.watch(root, faults, refused)
        self._lent.append(lent)
        return lent.page

    def take_back(self) -> None:
        """Empties every page that was lent; one that was closed goes with its context."""
        for lent in self._lent:
            if lent.empty():
                self._idle[lent.key].append(lent)
        self._lent = []


class _Lent:
    """A context with its one page, and who watches it."""

    def __init__(self, context: BrowserContext, key: tuple[str, str, int]) -> None:
        self.key, self._context = key, context
        context.set_default_timeout(PATIENCE * 1000)
        self.page = context.new_page()
        self._watched = ("", list[str](), "")
        watch(self.page, lambda: self._watched)

    def watch(self, root: str, faults: list[str], refused: str) -> None:
        self._watched = (root, faults, refused)

    def empty(self) -> bool:
        """Stops the page and takes away what it has stored; whether it can be lent again."""
        root = self._watched[0]
        if self.page.is_closed() or not self.page.url.startswith(root):
            self._context.close()
            return False
        for page in self._context.pages:
            if page != self.page:
                page.close()
        self.page.unroute_all()
        self.page.evaluate("localStorage.clear(), sessionStorage.clear()")
        self.page.goto("about:blank")
        look_as(self.page, *self.key[1:])
        self._watched = ("", [], "")
        self._context.clear_cookies()
        return True


def watch(page: Page, watched: Callable[[], tuple[str, list[str], str]]) -> None:
    """Notes what goes wrong on a page from now on: scripts, what the policy refuses, what asks another host.

    `watched` gives the root of the site, the list of faults, and the path of what may be refused. A browser logs every
    answer that is an error: that of the page itself, and that of the path, are no faults.
    """

    def hear(entry: ConsoleMessage) -> None:
        root, faults, refused = watched()
        is_own_status = (
            entry.location["url"] in (page.url, root + refused) and "the server responded with a status" in entry.text
        )
        if entry.type in ("error", "warning") and not is_own_status:
            faults.append(f"console: {entry.text}")

    def see(request: Request) -> None:
        root, faults, _ = watched()
        if _is_foreign(request.url, root):
            faults.append(f"foreign: {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: watched()[1].append(f"script: {error}"))
    page.on("request", see)


def _is_foreign(url: str, root: str) -> bool:
    return not url.startswith((f"{root}/", f"blob:{root}/", "data:"))


def barriers(page: Page) -> list[str]:
    """What keeps some readers out of a page, as axe-core sees it: rule, place and reason; none where all is well."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    assert page.locator("audio, video").count() == 0
    if not page.evaluate("async rules => (await axe.run(document, rules)).violations.length", _QUICK):
        return []
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", _RULES)
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


#: The ground of a page in each theme, and whether Swagger UI has its dark colours: without it and with it, which has a
#: ground of its own in the dark.
_GROUNDS = {
    "dark": (("rgb(21, 23, 27)", False), ("rgb(28, 32, 34)", True)),
    "light": (("rgb(251, 250, 247)", False), ("rgb(251, 250, 247)", False)),
}


def barriers_by_theme(page: Page, width: int) -> dict[str, list[str]]:
    """Theme -> what keeps readers out of a page in it; that the page has changed its theme is seen."""
    barriers_in: dict[str, list[str]] = {}
    has_swagger = page.locator("#swagger *").count() > 0
    for theme in ("dark", "light"):
        look_as(page, theme, width)
        ground, is_dark = _GROUNDS[theme][has_swagger]
        # scripts follow the browser a moment later
        expect(page.locator("html")).to_have_css("background-color", ground, timeout=PATIENCE * 1000)
        expect(page.locator("html.dark-mode")).to_have_count(int(is_dark), timeout=PATIENCE * 1000)
        barriers_in[theme] = barriers(page)
    return barriers_in
