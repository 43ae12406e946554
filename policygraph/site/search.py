"""Pages in, a search without a service out: an index in one file for each language, read by a small script.

The script is none of the modules of the pages, and the index no JSON: a browser reads neither from a disk.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from policygraph.formats.templates import render
from policygraph.site import links

__all__ = ["entry", "front", "page", "script"]

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_KINDS = re.compile(r'<p class="(?:kinds|sort)">(.*?)</p>', re.DOTALL)
_COUNT = re.compile(r'<span class="count">.*?</span>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def entry(text: str, file: str) -> tuple[str, str, str]:
    """A page's line of the index: its file as its language's folder sees it, its heading, what it is of."""
    heading, kinds = _HEADING.search(text), _KINDS.search(text)
    name = str(PurePosixPath(*PurePosixPath(file).parts[1:]))
    return name, _plain(heading[1]) if heading else name, _plain(kinds[1]) if kinds else ""


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", _COUNT.sub("", markup))).split())


def page(language: str, styles: Sequence[str]) -> str:
    """The page that searches in a language."""
    tag = "zh-Hans" if language == "zh" else language
    return render(_TEMPLATES, "site/search.html", language=language, tag=tag, styles=styles, policy=links.policy())


def front(styles: Sequence[str]) -> str:
    """The page at the top, which leads to either language."""
    return render(_TEMPLATES, "site/front.html", tag="zh-Hans", styles=styles, policy=links.policy())


def script() -> str:
    """The script of the search page."""
    return (_TEMPLATES / "site" / "search.js").read_text(encoding="utf-8")
