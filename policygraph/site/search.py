"""Pages in, a search without a service out: an index in one file for each language, read by a small script.

The script is none of the modules of the pages, and the index no JSON: a browser reads neither from a disk. Facets are
what the lists of things say of each: its kind, its area, its year.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from policygraph.formats.templates import render
from policygraph.messages import message, text_in
from policygraph.site import links

__all__ = ["Entry", "Row", "entry", "front", "index", "is_view", "page", "rows_of"]

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_KINDS = re.compile(r'<p class="(?:kinds|sort)">(.*?)</p>', re.DOTALL)
#: The title of a thing in the other language, and its short and former names behind what introduces them.
_OTHER_NAMES = re.compile(r'<p class="(?:other-title"[^>]*>|aliases">[^<:：]*[:：])(.*?)</p>', re.DOTALL)
_COUNT = re.compile(r'<span class="count">.*?</span>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_TABLE = re.compile(r'<table class="listing"[^>]*>(.*?)</table>', re.DOTALL)
_COLUMN = re.compile(r"<th scope=\"col\"([^>]*)>")
_ROW = re.compile(
    r'<tr(?: data-also="([^"]*)")?>\s*<th scope="row"><a href="([^"#?]+)"[^>]*>.*?</th>(.*?)</tr>', re.DOTALL
)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
_VIEW = re.compile(r"[?&](?:view|from|letter)=")
_FACET = re.compile(r'data-facet="([^"]*)"( data-year)?')
#: What the search tells pages apart by beside the columns of lists: what a page is of.
_KIND = message("What it is")

#: A page's line of the index: its file as its language's folder sees it, its heading, what it is of, its other names.
Entry = tuple[str, str, str, str]
#: What a list says of a thing: its names in other languages, and title of a facet -> its value.
Row = tuple[str, Mapping[str, str]]


def entry(text: str, file: str) -> Entry:
    """A page's line of the index."""
    heading, kinds = _HEADING.search(text), _KINDS.search(text)
    name = str(PurePosixPath(*PurePosixPath(file).parts[1:]))
    others = " ".join(_plain(words) for words in _OTHER_NAMES.findall(text))
    return name, _plain(heading[1]) if heading else name, _plain(kinds[1]) if kinds else "", others


def is_view(path: str) -> bool:
    """Whether a page shows what another shows: a further part of a list, a letter, the table of a ladder."""
    return bool(_VIEW.search(path))


def rows_of(text: str) -> dict[str, Row]:
    """Path of a thing -> what a list of things says of it; nothing for a page that is no such list."""
    table = _TABLE.search(text)
    if table is None:
        return {}
    # the first column is that of the things themselves
    columns = [_FACET.search(attributes) for attributes in _COLUMN.findall(table[1])][1:]
    rows: dict[str, Row] = {}
    for also, path, cells in _ROW.findall(table[1]):
        values = {
            html.unescape(column[1]): _plain(cell)[:4] if column[2] else _plain(cell)
            for column, cell in zip(columns, _CELL.findall(cells), strict=False)
            if column and _plain(cell)
        }
        rows[path] = html.unescape(also), values
    return rows


def index(entries: Iterable[tuple[str, Entry]], rows: Mapping[str, Row], language: str) -> str:
    """The script that holds the index: for each page, by its path, its line, and its value of each facet."""
    titles = list(dict.fromkeys(title for _, values in rows.values() for title in values))
    years = {title for _, values in rows.values() for title, value in values.items() if re.fullmatch(r"\d{4}", value)}
    facets = [
        {"name": "kind", "title": text_in(_KIND, language), "isYear": False},
        *({"name": title, "title": title, "isYear": title in years} for title in titles),
    ]
    pages = []
    for path, (file, name, kind, others) in entries:
        also, values = rows.get(path.removeprefix("/about"), ("", {}))
        names = others if also in others else f"{also} {others}".strip()
        pages.append([file, name, kind, names, kind, *(values.get(title, "") for title in titles)])
    content = json.dumps({"facets": facets, "pages": pages}, ensure_ascii=False)
    return f"window.POLICYGRAPH_INDEX = {content};\n"


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", _COUNT.sub("", markup))).split())


def page(language: str, styles: Sequence[str], letters: str) -> str:
    """The page that searches in a language; `letters` is where things stand from A to Z, if anywhere."""
    tag = "zh-Hans" if language == "zh" else language
    return render(
        _TEMPLATES,
        "site/search.html",
        language=language,
        tag=tag,
        styles=styles,
        policy=links.policy(),
        letters=letters,
    )


def front(styles: Sequence[str]) -> str:
    """The page at the top, which leads to either language."""
    return render(_TEMPLATES, "site/front.html", tag="zh-Hans", styles=styles, policy=links.policy())
