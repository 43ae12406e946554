"""A running service's pages in, a folder of files out that works from a disk and from any static host.

    site.write(ask, Path("public"), everything=False)

`ask` gives the answer to a path in a language. What is linked is followed from the home page on; addresses become
relative, and a link to what is not part of the site becomes plain text, so that none leads nowhere.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from policygraph.site import links, search

__all__ = ["LANGUAGES", "Answer", "Ask", "Report", "write"]

LANGUAGES = ("zh", "en")
#: Pages asked for at once: as many as have a worker each.
_AT_ONCE = 4
_PAGE = "text/html"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path gave: status, media type without parameters, body."""

    status: int
    media_type: str
    body: bytes


#: Path with query, and language -> the answer.
Ask = Callable[[str, str], Answer]


@dataclass(slots=True)
class Report:
    """What was written: how many pages and other files, and how many bytes; `lost` are links that were made plain."""

    pages: int = 0
    files: int = 0
    size: int = 0
    lost: set[str] = field(default_factory=set)


def write(ask: Ask, folder: Path, *, everything: bool = False) -> Report:
    """Writes the site into a folder that is replaced as a whole.

    With `everything` there is a page of every thing; else of documents, plans, areas, indicators, initiatives and
    organisations, and the rest is read in the reading rooms. Raises FileExistsError for a folder that holds something
    else than a site.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / links.STAMP).is_file():
        raise FileExistsError(str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        report = _fill(ask, Path(temporary) / "site", everything=everything)
        shutil.rmtree(folder, ignore_errors=True)
        (Path(temporary) / "site").rename(folder)
    return report


def _fill(ask: Ask, root: Path, *, everything: bool) -> Report:
    pages, files = _collect(ask, everything=everything)
    report = Report(len(pages), len(files))
    names = {key: links.file_of(*key) for key in pages} | {key: links.file_of(*key) for key in files}
    anchors = {key: links.places(answer.body.decode()) for key, answer in pages.items()}
    index: dict[str, list[list[str]]] = {language: [] for language in LANGUAGES}
    for (path, language), answer in sorted(pages.items()):
        text = answer.body.decode()
        index[language].append(search.entry(text, names[path, language]))
        content = links.rewritten(text, (path, language), names, anchors, report.lost)
        _put(root / names[path, language], content.encode(), report)
    for key, answer in sorted(files.items()):
        body = answer.body
        if answer.media_type == "text/css":
            body = links.rewritten_style(body.decode(), key[0], names).encode()
        _put(root / names[key], body, report)
    styles = sorted(name for name in names.values() if "/site-" in name and name.endswith(".css"))
    for language in LANGUAGES:
        script = f"window.POLICYGRAPH_INDEX = {json.dumps(index[language], ensure_ascii=False)};\n"
        _put(root / language / "search-index.js", script.encode(), report)
        _put(
            root / language / "search.html", search.page(language, [f"../{style}" for style in styles]).encode(), report
        )
    _put(root / "search.js", search.script().encode(), report)
    _put(root / "index.html", search.front(styles).encode(), report)
    _put(root / links.STAMP, b"policygraph site\n", report)
    return report


def _put(path: Path, body: bytes, report: Report) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    report.size += len(body)


def _collect(ask: Ask, *, everything: bool) -> tuple[dict[links.Key, Answer], dict[links.Key, Answer]]:
    """All pages by path and language, and all other files; what has no page is left out."""
    pages: dict[links.Key, Answer] = {}
    files: dict[links.Key, Answer] = {}
    seen: set[links.Key] = set()
    waiting: list[links.Key] = [("/", language) for language in LANGUAGES]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while waiting:
            seen.update(waiting)
            following: set[links.Key] = set()
            for key, answer in zip(waiting, pool.map(lambda each: ask(*each), waiting), strict=True):
                if answer.status != 200:
                    continue
                if answer.media_type == _PAGE:
                    pages[key] = answer
                    following.update(_wanted(links.targets(answer.body.decode(), *key), everything=everything))
                else:
                    files[key] = answer
                    if answer.media_type == "text/css":
                        following.update(links.style_targets(answer.body.decode(), key[0]))
            waiting = sorted(following - seen)
    return pages, files


def _wanted(targets: Iterable[links.Key], *, everything: bool) -> Iterable[links.Key]:
    return (key for key in targets if links.belongs(key[0], everything=everything))
