"""A running service's pages in, a folder of files out that works from a disk and from any static host.

    site.write(ask, Path("public"), everything=False)

`ask` gives the answer to a path in a language. What is linked is followed from the home page on; addresses become
relative, and a link to what is not part of the site becomes plain text, so that none leads nowhere.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from policygraph.messages import Message
from policygraph.site import contents, links, query, search
from policygraph.site.crew import crew
from policygraph.site.pages import Answer, Ask, Page, Whole, read, text_of

__all__ = ["LANGUAGES", "Answer", "Ask", "Report", "Tell", "write"]

LANGUAGES = ("zh", "en")
#: Told as the work goes on: `read` or `write`, how many files are done, how many are known.
Tell = Callable[[str, int, int], None]


@dataclass(slots=True)
class Report:
    """What was written: how many pages and other files, and how many bytes; `lost` are links that were made plain.

    `why_no_query` says why the site has no query page, where it has none.
    """

    pages: int = 0
    files: int = 0
    size: int = 0
    lost: set[str] = field(default_factory=set)
    why_no_query: Message | None = None


def write(ask: Ask, folder: Path, *, everything: bool = False, workers: int = 1, tell: Tell | None = None) -> Report:
    """Writes the site into a folder that is replaced as a whole; the bytes do not depend on the number of `workers`.

    More workers than one are forks of this process: `ask` must stand that, so no thread of its may hold a lock. With
    `everything` there is a page of every thing; else of documents, plans, areas, indicators, initiatives and
    organisations, and the rest is read in the reading rooms. Raises FileExistsError for a folder that holds something
    else than a site.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / links.STAMP).is_file():
        raise FileExistsError(str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        raw, root = Path(temporary) / "raw", Path(temporary) / "site"
        raw.mkdir()
        pages = _collect(partial(read, ask, raw, everything, query.plain_scripts(ask)), workers, tell or _silent)
        report = _fill(pages, (raw, root), workers, tell or _silent, query.read(ask))
        shutil.rmtree(folder, ignore_errors=True)
        root.rename(folder)
    return report


def _silent(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


def _collect(task: Callable[[links.Key], Page | None], workers: int, tell: Tell) -> dict[links.Key, Page]:
    """All pages and other files, followed from the home pages on; what has no page, or repeats one, is left out."""
    pages: dict[links.Key, Page] = {}
    waiting: list[links.Key] = [("/", language) for language in LANGUAGES]
    seen = set(waiting)
    views = set[links.Key]()
    with crew(task, workers) as work:
        while waiting:
            following: set[links.Key] = set()
            done = len(seen) - len(waiting)
            for number, page in enumerate(work(waiting), done + 1):
                tell("read", number, len(seen))
                if page is not None:
                    pages[page.key] = page
                    following.update(page.targets)
                    views |= page.views
            waiting = sorted(following - seen)
            seen.update(waiting)
    return {key: page for key, page in pages.items() if key not in views or page.is_drawn}


def _fill(
    pages: dict[links.Key, Page], folders: tuple[Path, Path], workers: int, tell: Tell, bench: query.Workbench
) -> Report:
    """Writes all that was read, and what a site has of its own: the search, the query page and the front."""
    raw, root = folders
    keys = sorted(pages)
    report = Report(sum(pages[key].is_page for key in keys), why_no_query=bench.why_not)
    report.files = len(keys) - report.pages
    examples = {} if bench.why_not else {language: _examples(pages, raw, language) for language in LANGUAGES}
    own = {(query.ADDRESS, language): frozenset(each.place for each in those) for language, those in examples.items()}
    whole = Whole(pages, raw, root, own)
    names = whole.names
    with crew(whole.finish, workers) as work:
        for number, (size, lost) in enumerate(work(keys), 1):
            tell("write", number, len(keys))
            report.size += size
            report.lost |= lost
    styles = sorted(name for name in names.values() if "/site-" in name and name.endswith(".css"))
    for language in LANGUAGES:
        letters = names.get(("/index", language), "").rpartition("/")[2]
        _put(root / language / "search-index.js", _search_index(pages, raw, language), report)
        text = search.page(language, [f"../{style}" for style in styles], letters)
        _put(root / language / "search.html", text.encode(), report)
    for language, those in examples.items():
        text = bench.page(language, [f"../{style}" for style in styles], those)
        _put(root / names[query.ADDRESS, language], text.encode(), report)
    for name, body in bench.files.items():
        _put(root / name, body, report)
    _put(root / "search.js", bench.search, report)
    _put(root / "index.html", search.front(styles).encode(), report)
    _put(root / links.STAMP, b"policygraph site\n", report)
    return report


def _search_index(pages: dict[links.Key, Page], raw: Path, language: str) -> bytes:
    """What the search of a language looks through: the pages, with what lists say of them."""
    keys = [key for key in sorted(pages) if pages[key].is_page and key[1] == language]
    rows: dict[str, search.Row] = {}
    for key in keys:
        if key[0].partition("?")[0] in contents.LISTS:
            rows |= search.rows_of(text_of(raw, key))
    entries = [(key[0], pages[key].entry) for key in keys if not search.is_view(key[0])]
    return search.index(entries, rows, language).encode()


def _examples(pages: dict[links.Key, Page], raw: Path, language: str) -> list[query.Example]:
    """The questions of the graph in a language, each once."""
    keys = [key for key in sorted(pages) if key[1] == language and key[0].startswith("/questions/")]
    read_there = [query.example(text_of(raw, key)) for key in keys if pages[key].is_page]
    return list({each.place: each for each in read_there if each}.values())


def _put(path: Path, body: bytes, report: Report) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    report.size += len(body)
