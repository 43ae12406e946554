"""A place in a source text in, the words that stand there out, with a little of what stands around them.

The texts are the user's own copies. They are read where the graph's registered SHA-256 fits the file. A quotation is
bounded, and so is its context; the reading room alone shows a whole text. The setting `quotations` bounds it to
`passages`, or turns it `off`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from ..service import service
from ..web.ask import rows
from ..web.request import RequestContext

__all__ = ["Quotation", "files", "quoting", "registered", "state", "whole_text"]

#: The longest quotation that is shown, in code points; what is longer is cut in the middle.
_LONGEST = 240
_REMEMBERED = 2048
#: Empty lines, which newspaper pages have many of.
_BLANK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words of a place, and what stands before and after them in the same paragraphs."""

    before: str
    words: str
    after: str


def quoting(context: RequestContext, sources: Iterable[str]) -> Callable[[str, int, int], Quotation | None]:
    """What gives the words of a place, by source text, start and end; None where the text is not at hand."""
    settings = context.service.settings
    quotable = sorted(set(sources)) if settings.quotations != "off" else []
    entries = rows(context, "sources", {"source": [ox.NamedNode(each) for each in quotable]}) if quotable else []
    texts: Mapping[str, str | None] = {
        row["source"].value: registered(row["file"].value, row["sha256"].value) for row in entries
    }

    def quotation(source: str, start: int, end: int) -> Quotation | None:
        text = texts.get(source)
        if text is None or not 0 <= start < end <= len(text):
            return None
        around = settings.quotation_context
        before, after = text[max(0, start - around) : start], text[end : end + around]
        return Quotation(
            "…" * (start > around) + _BLANK.sub("\n", before).lstrip(),
            _cut(_BLANK.sub("\n", text[start:end])),
            _BLANK.sub("\n", after).rstrip() + "…" * (end + around < len(text)),
        )

    return quotation


def whole_text(context: RequestContext, file: str, sha256: str) -> tuple[str | None, str]:
    """A registered text, and `shown`; else None and why not: `off`, `passages`, `missing` or `changed`."""
    setting = context.service.settings.quotations
    if setting != "on":
        return None, setting
    text = registered(file, sha256)
    return text, "shown" if text is not None else "changed" if _copies(file) else "missing"


def _copies(name: str) -> list[Path]:
    """The user's copies of a text; a name with folders does not lead out of the folders of texts."""
    return service().folders.copies(Path(name).name)


def files() -> set[str]:
    """The names of all files in the folders of texts."""
    folders = service().folders.text_folders
    return {path.name for folder in folders if folder.is_dir() for path in folder.iterdir()}


def state() -> str:
    """What changes when texts are put in their place or taken away: a page with quotations is kept no longer."""
    folders = service().folders.text_folders
    return " ".join(str(folder.stat().st_mtime_ns) for folder in folders if folder.is_dir())


def _cut(words: str) -> str:
    half = _LONGEST // 2
    return words if len(words) <= _LONGEST else f"{words[:half]} […] {words[-half:]}"


@lru_cache(_REMEMBERED)
def _read(path: Path, changed: int, sha256: str) -> str | None:  # noqa: ARG001 - a file that changed is another file
    data = path.read_bytes()
    return data.decode() if hashlib.sha256(data).hexdigest() == sha256 else None


def registered(name: str, sha256: str) -> str | None:
    """The text of a file name, where a copy is at hand whose SHA-256 is the registered one."""
    texts = (_read(path, path.stat().st_mtime_ns, sha256) for path in _copies(name))
    return next((text for text in texts if text is not None), None)
