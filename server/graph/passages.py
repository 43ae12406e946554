"""Words in, the passages of the source texts that hold them out, for as far as the texts are at hand and may be quoted.

Space and line ends within words do not count, as newspaper pages break lines anywhere; neither do case and the width of
letters and digits. Of several words, each stands within so many characters of the longest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..web.ask import Row, rows
from ..web.request import RequestContext
from ..web.urls import place_address
from . import quotations
from .quotations import Quotation

__all__ = ["Passage", "Passages", "find"]

#: Words longer than this are cut; so many characters may lie between words; so many words are looked for.
_LONGEST, _NEAR, _WORDS = 40, 120, 6
#: How far full-width letters and digits stand behind ASCII.
_WIDE = 0xFEE0


@dataclass(frozen=True, slots=True)
class Passage:
    """A place of a document's text that holds the words, and the address where it is read."""

    document: str
    address: str
    quotation: Quotation


@dataclass(frozen=True, slots=True)
class Passages:
    """How many places hold the words, in which documents how many, and some of them."""

    total: int
    documents: Mapping[str, int]
    shown: list[Passage]


def find(context: RequestContext, text: str, document: str = "", start: int = 0, limit: int = 20) -> Passages:
    """The places that hold all the words, in the order of documents and texts; `document` bounds them to one."""
    words = sorted(dict.fromkeys(word[:_LONGEST] for word in text.split()[:_WORDS]), key=len, reverse=True)
    if not words or context.service.settings.quotations == "off":
        return Passages(0, {}, [])
    texts = [row for row in rows(context, "texts") if document in ("", row["document"].value)]
    patterns = [_pattern(word) for word in words]
    counts: dict[str, int] = {}
    places: list[tuple[Row, int, int]] = []
    for row in texts:
        spans = list(_spans(quotations.registered(row["file"].value, row["sha256"].value) or "", words, patterns))
        if spans:
            counts[row["document"].value] = counts.get(row["document"].value, 0) + len(spans)
            places += [(row, *span) for span in spans]
    visible = places[start : start + limit]
    quote = quotations.quoting(context, {row["source"].value for row, _, _ in visible})
    return Passages(
        len(places),
        counts,
        [
            Passage(
                row["document"].value,
                place_address(f"{row['source'].value}#char={first},{last}", row["document"].value),
                quotation,
            )
            for row, first, last in visible
            if (quotation := quote(row["source"].value, first, last))
        ],
    )


def _pattern(word: str) -> re.Pattern[str]:
    """A word as it may be printed."""
    return re.compile(r"\s*".join(map(_character, word)), re.IGNORECASE)


def _character(char: str) -> str:
    wide = chr(ord(char) + _WIDE) if char.isascii() else char
    narrow = chr(ord(wide) - _WIDE) if ord(wide) > _WIDE else char
    return f"[{narrow}{wide}]" if narrow.isascii() and narrow.isalnum() else re.escape(char)


def _spans(text: str, words: list[str], patterns: list[re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """Where the first word stands in a text with all the others near."""
    # most texts lack a character of the words: that is seen in a tenth of the time
    if not all(char in text for word in words for char in word if unicodedata.category(char) == "Lo"):
        return
    for match in patterns[0].finditer(text):
        around = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if all(pattern.search(around) for pattern in patterns[1:]):
            yield match.span()
