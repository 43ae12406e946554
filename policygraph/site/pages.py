"""A path in, what a service answers to it out as a file of the site: read first, written once all names are known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from policygraph.site import contents, links, search

__all__ = ["Answer", "Ask", "Page", "Whole", "read", "text_of"]

_PAGE, _STYLE = "text/html", "text/css"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path gave: status, media type without parameters, body."""

    status: int
    media_type: str
    body: bytes


#: Path with query, and language -> the answer.
Ask = Callable[[str, str], Answer]


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a file of the site once it was read; a page has places, and a line in the index of the search.

    `file` is its name, `targets` what it links to and loads of what belongs to the site, `views` the pages that would
    only repeat it, unless they have a chart (`is_drawn`).
    """

    key: links.Key
    media_type: str
    file: str
    targets: frozenset[links.Key] = frozenset()
    places: frozenset[str] = frozenset()
    entry: search.Entry = ("", "", "", "")
    views: frozenset[links.Key] = frozenset()
    is_drawn: bool = False

    @property
    def is_page(self) -> bool:
        return self.media_type == _PAGE


def read(ask: Ask, raw: Path, everything: bool, plain: Mapping[str, str], key: links.Key) -> Page | None:
    """Keeps the answer to a path in the folder `raw`; None where there is none.

    `plain` are the scripts that stand for modules.
    """
    answer = ask(*key)
    if answer.status != 200:
        return None
    _kept(raw, key).write_bytes(answer.body)
    file = links.file_of(*key)
    if answer.media_type == _STYLE:
        loaded = frozenset(links.style_targets(answer.body.decode(), key[0]))
        return Page(key, answer.media_type, file, loaded)
    if answer.media_type != _PAGE:
        return Page(key, answer.media_type, file)
    text = links.with_plain_scripts(answer.body.decode(), plain)
    _kept(raw, key).write_bytes(text.encode())
    targets = {each for each in links.targets(text, *key) if contents.belongs(each[0], everything=everything)}
    views = frozenset((path, key[1]) for path in contents.views_of(key[0], text))
    entry = search.entry(text, file)
    is_drawn = contents.CHART in text
    return Page(key, answer.media_type, file, frozenset(targets), links.places(text), entry, views, is_drawn)


class Whole:
    """All that was read into the folder `raw`, to be written below `root`."""

    def __init__(
        self, pages: dict[links.Key, Page], raw: Path, root: Path, own: Mapping[links.Key, frozenset[str]]
    ) -> None:
        """`own` are the pages that the site has of its own, with their places."""
        self._pages, self._raw, self._root = pages, raw, root
        shown = {view: page for page in pages.values() for view in page.views} | pages
        self.names = {key: page.file for key, page in shown.items()} | {key: links.file_of(*key) for key in own}
        self._anchors = {key: page.places for key, page in shown.items() if page.is_page} | dict(own)

    def finish(self, key: links.Key) -> tuple[int, set[str]]:
        """Writes the file of a path with the links of the site: how many bytes, and the links that were made plain."""
        page, body, lost = self._pages[key], _kept(self._raw, key).read_bytes(), set[str]()
        if page.is_page:
            body = links.rewritten(body.decode(), key, self.names, self._anchors, lost).encode()
        elif page.media_type == _STYLE:
            body = links.rewritten_style(body.decode(), key[0], self.names).encode()
        path = self._root / page.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return len(body), lost


def text_of(raw: Path, key: links.Key) -> str:
    """A page as the service gave it."""
    return _kept(raw, key).read_bytes().decode()


def _kept(raw: Path, key: links.Key) -> Path:
    return raw / hashlib.sha256("\n".join(key).encode()).hexdigest()
