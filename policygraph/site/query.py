"""A service's answers in, a page out that queries the graph in the browser: engine and graph as scripts beside it.

A browser lets a page from a disk fetch nothing, so both are plain scripts that hold them packed (gzip, base64). They
are loaded when a reader runs a query.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policygraph.formats.templates import render
from policygraph.messages import Message, message, text_in
from policygraph.site import links
from policygraph.site.pages import Ask

__all__ = ["ADDRESS", "Example", "Workbench", "example", "plain_scripts", "read"]

ADDRESS = "/query"
_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
#: The files of the graph with all its graphs, the smaller one first -> their media types.
_GRAPHS = {"/download/policygraph.trig": "application/trig", "/download/policygraph.nq": "application/n-quads"}
#: Bytes of a packed graph that a browser loads and holds without trouble: some two million quads.
_MOST = 15_000_000
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_TEXT = re.compile(r'<pre tabindex="0">(.*?)</pre>\s*<p><a class="button" href="/query\?example=([^"&]+)', re.DOTALL)
_WORDS = {
    "loading": message("Loading the engine and the graph …"),
    "running": message("Running …"),
    "done": message("{rows} rows in {seconds} s"),
    "failed": message("There is no answer."),
    "more": message("The first {count} rows are shown."),
    "yes": message("Yes"),
    "no": message("No"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A question of the graph: its place on the query page, its words, its query."""

    place: str
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Workbench:
    """What the query page loads, file -> content; the prefixes that need no declaration; or why there is none.

    `search` is the script of the search.
    """

    files: Mapping[str, bytes]
    prefixes: Mapping[str, str]
    format: str = ""
    why_not: Message | None = None
    search: bytes = b""

    def page(self, language: str, styles: Sequence[str], examples: Iterable[Example]) -> str:
        """The page in a language."""
        size = sum(map(len, self.files.values())) / 1e6
        data = {
            "engine": "../engine.js",
            "graph": "../graph.js",
            "format": self.format,
            "prefixes": self.prefixes,
            "words": {name: text_in(words, language) for name, words in _WORDS.items()},
        }
        return render(
            _TEMPLATES,
            "site/query.html",
            language=language,
            tag="zh-Hans" if language == "zh" else language,
            styles=styles,
            examples=list(examples),
            data=data,
            size=f"{size:.1f}",
            policy=links.policy("'wasm-unsafe-eval'"),
        )


def read(ask: Ask) -> Workbench:
    """What the service has of it."""
    files = _built(ask)
    search = ask(links.VENDOR + files["search"], "").body if "search" in files else b""
    graphs = [(form, answer.body) for path, form in _GRAPHS.items() if (answer := ask(path, "")).status == 200]
    if not files or not graphs:
        why_not = message("the service has no engine for browsers, or no file of the graph")
        return Workbench({}, {}, why_not=why_not, search=search)
    form, body = graphs[0]
    packed = gzip.compress(body, 9, mtime=0)
    if len(packed) > _MOST:
        why_not = message("the graph is too large for a browser: {size} MB", size=len(packed) // 10**6)
        return Workbench({}, {}, why_not=why_not, search=search)
    prefixes = json.loads(ask("/api/vocabulary", "").body)["prefixes"]
    scripts = {
        "engine.js": _script("POLICYGRAPH_ENGINE", ask(links.VENDOR + files["engine"], "").body),
        "graph.js": _script("POLICYGRAPH_GRAPH", packed),
        "query.js": ask(links.VENDOR + files["query"], "").body,
    }
    return Workbench(scripts, prefixes, form, search=search)


def plain_scripts(ask: Ask) -> Mapping[str, str]:
    """Module of the front end -> the plain script that does the same."""
    scripts: Mapping[str, str] = _built(ask).get("plain", {})
    return scripts


def _built(ask: Ask) -> Mapping[str, Any]:
    """What the front end holds for a site of files; nothing where it is of an earlier release."""
    built = ask(f"{links.VENDOR}built.json", "")
    files: Mapping[str, Any] = json.loads(built.body).get("files", {}) if built.status == 200 else {}
    return files


def _script(name: str, packed: bytes) -> bytes:
    return f'window.{name} = "{base64.b64encode(packed).decode()}";\n'.encode()


def example(text: str) -> Example | None:
    """The question of a question's page; None for another page."""
    heading, query = _HEADING.search(text), _TEXT.search(text)
    if not heading or not query:
        return None
    return Example(f"example={html.unescape(query[2])}", html.unescape(heading[1]).strip(), html.unescape(query[1]))
