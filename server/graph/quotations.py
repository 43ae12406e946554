"""A place in a source text in, the words that stand there out, with a little of what stands around them.

The texts are the user's own copies. They are read where the graph's registered SHA-256 fits the file, and no more of
one is ever shown than a bounded quotation with a bounded context; the setting `quotations` turns even that off.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from policygraph import paths

from ..web.ask import rows
from ..web.request import RequestContext

__all__ = ["Quotation", "quoting", "state"]

#: The longest quotation that is shown, in code points; what is longer is cut in the middle.
_LONGEST = 240
_REMEMBERED = 256
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
    quotable = set(sources) if settings.quotations == "on" else set()
    registered = {row["source"].value: row for row in rows(context, "sources")} if quotable else {}
    texts: Mapping[str, str | None] = {
        source: _text(paths.find().sources / Path(row["file"].value).name, row["sha256"].value)
        for source, row in registered.items()
        if source in quotable
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


def state() -> str:
    """What changes when texts are put in their place or taken away: a page with quotations is kept no longer."""
    folder = paths.find().sources
    return str(folder.stat().st_mtime_ns) if folder.is_dir() else ""


def _cut(words: str) -> str:
    half = _LONGEST // 2
    return words if len(words) <= _LONGEST else f"{words[:half]} […] {words[-half:]}"


@lru_cache(_REMEMBERED)
def _read(path: Path, changed: int, sha256: str) -> str | None:  # noqa: ARG001 - a file that changed is another file
    data = path.read_bytes()
    return data.decode() if hashlib.sha256(data).hexdigest() == sha256 else None


def _text(path: Path, sha256: str) -> str | None:
    return _read(path, path.stat().st_mtime_ns, sha256) if path.is_file() else None
