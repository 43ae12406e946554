"""An address of a service in, whether a site of files holds it out: its pages, their tables, and what is drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlencode

__all__ = ["CHART", "FILES", "LISTS", "belongs", "views_of"]

#: Pages without a query, as they are called and below; not those that answer any words: `/search`, `/phrases`.
_PAGES = re.compile(
    r"/(|documents|plans|areas|indicators|organisations|initiatives|counts|positionings|alignment|hierarchy|map|trajectory"
    r"|questions|ontology|index|initiatives/readings|document/.+|indicators/.+|questions/.+)"
)
#: Pages of things that the rest refers to; all others only where everything is wanted.
_MAIN = re.compile(r"/(id|about/id)/(document|plan|area|indicator|initiative|organisation|source)/[^/#]+")
_THINGS = re.compile(r"/(id|about/id|concept|about/concept)/.+")
#: What is the same in every language.
FILES = re.compile(
    r"/static/.+|/download/policygraph\.ttl|/export/(targets|observations|plans|elements)\.csv"
    r"|/ontology\.(ttl|jsonld|nt|rdf)|/about/(id|concept)/.+\.ttl"
)
#: Documents about things, and tables of the ontology: which formats of them a site has.
_SUFFIXED = re.compile(r"(?P<stem>/(?:ontology|about/(?:id|concept)/.+))\.(?P<suffix>csv|xlsx|jsonld|nt|rdf|ttl)")
_OF_THINGS = ("csv", "ttl")
#: What is drawn on a page, with the query of the page.
_DRAWN = re.compile(r"/(?:hierarchy/)?(?P<page>map|hierarchy)\.svg")
#: Pages -> the formats in which a site has their tables; what is drawn of an indicator is in the file of its ladder.
_TABLES = (
    (re.compile(r"/indicators/.+"), ("csv",)),
    (re.compile(r"/(document|questions)/.+|/hierarchy\?.+"), ("csv", "xlsx")),
    (re.compile(r"/trajectory\?.+"), ()),
    (re.compile(r"/map\?.+"), ("csv",)),
    (re.compile(r"/index"), ("csv", "xlsx")),
    (re.compile(r"/[^/?]*|/initiatives/readings"), ("csv", "xlsx", "json", "ttl")),
)
#: Pages that are lists of things.
LISTS = ("/documents", "/plans", "/areas", "/indicators", "/organisations", "/initiatives")
#: Page -> the parameters with which it is another page of the site.
_QUERIES = {
    "/hierarchy": {"of"},
    "/map": {"indicator", "of"},
    "/trajectory": {"indicator"},
    "/positionings": {"area"},
    "/index": {"letter", "from"},
    **{page: {"from"} for page in (*LISTS, "/counts", "/initiatives/readings")},
}


#: A ladder where no two values stand side by side: each is a sentence.
_RUNGS = '<table class="rungs">'
#: What a page with a chart has.
CHART = ' data-chart="'


def views_of(path: str, text: str) -> tuple[str, ...]:
    """The addresses that would show what a page says: the table and the chart of a ladder of single values."""
    slug = path.removeprefix("/indicators/")
    if slug == path or "?" in path or _RUNGS in text:
        return ()
    return (f"{path}?view=table", f"/trajectory?indicator=indicator:{unquote(slug)}")


def belongs(path: str, *, everything: bool) -> bool:
    """Whether an address is part of the site; with `everything`, pages of all things are."""
    stem, _, query = path.partition("?")
    things = _THINGS if everything else _MAIN
    if suffixed := _SUFFIXED.fullmatch(stem):
        page = suffixed["stem"]
        return not query and (page == "/ontology" or bool(suffixed["suffix"] in _OF_THINGS and things.fullmatch(page)))
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    if drawn := _DRAWN.fullmatch(stem):
        return pairs.keys() <= _QUERIES[f"/{drawn['page']}"]
    if not pairs:
        return any(each.fullmatch(stem) for each in (_PAGES, FILES, things))
    if "format" in pairs:
        return _is_table(stem, pairs)
    return pairs.keys() <= _QUERIES.get(stem, set()) or (stem.startswith("/indicators/") and pairs == {"view": "table"})


def _is_table(stem: str, pairs: Mapping[str, str]) -> bool:
    """Whether a site has the table of a page in the format that its query names: that of the whole, not of a part."""
    rest = {name: value for name, value in pairs.items() if name != "format"}
    page = f"{stem}?{urlencode(rest)}" if rest else stem
    formats = next((those for pages, those in _TABLES if pages.fullmatch(page)), ())
    is_page = rest.keys() <= _QUERIES.get(stem, set()) - {"from"} and bool(rest or _PAGES.fullmatch(stem))
    return is_page and pairs["format"] in formats
