"""What the browser tests share: how Chromium is started, what is wrong on a page, and who is kept out of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

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
#: What axe-core holds a page to: WCAG 2.2 A and AA, and good practice.
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
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
        "viewport": {"width": width, "height": 900 if width > 600 else 844},
        "reduced_motion": "reduce",
    }


def watch(page: Page, root: str, faults: list[str], refused: str = "") -> None:
    """Notes what goes wrong on a page from now on: scripts, what the policy refuses, what asks another host.

    A browser logs every answer that is an error: that of the page itself, and that of `refused`, are no faults.
    """

    def hear(said: ConsoleMessage) -> None:
        is_own_status = (
            said.location["url"] in (page.url, root + refused) and "the server responded with a status" in said.text
        )
        if said.type in ("error", "warning") and not is_own_status:
            faults.append(f"console: {said.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("request", lambda asked: faults.append(f"foreign: {asked.url}") if _is_foreign(asked.url, root) else None)


def _is_foreign(url: str, root: str) -> bool:
    return not url.startswith((f"{root}/", f"blob:{root}/", "data:"))


def barriers(page: Page) -> list[str]:
    """What keeps some readers out of a page, as axe-core sees it: rule, place and reason; none where all is well."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", _RULES)
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
