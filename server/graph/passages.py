"""Words in, the passages of the source texts that hold them out, for as far as the texts are at hand and may be quoted.

Space and line ends within words do not count, as newspaper pages break lines anywhere; neither do case and the width of
letters and digits. Of several words, each stands within so many characters of the longest. A phrase stands in one
piece; quotation marks, brackets and hyphens in it do not count either, but a comma or a full stop parts two phrases.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlencode

from ..web.ask import Row, rows
from ..web.request import RequestContext
from ..web.urls import place_address
from . import quotations
from .quotations import Quotation

__all__ = [
    "LONGEST_PHRASE",
    "Occurrences",
    "Passage",
    "Passages",
    "Span",
    "find",
    "occurrences",
    "phrase_address",
    "phrase_pattern",
]

#: Words longer than this are cut; so many characters may lie between words; so many words are looked for.
_LONGEST, _NEAR, _WORDS = 40, 120, 6
#: How far full-width letters and digits stand behind ASCII.
_WIDE = 0xFEE0
#: The longest phrase that is looked for, in characters.
LONGEST_PHRASE = 60
#: Signs of a phrase that tell, beside letters and digits; what is neither may stand between any two of its characters
#: where the phrase has punctuation there, else only space, quotation marks, brackets and hyphens may.
_TELLING = "+%°"
_ANY_SIGN, _LIGHT_SIGN = r"[^\w+%°＋％]{0,4}", r"[\s“”‘’\"'＂＇「」『』《》〈〉（）()\[\]［］·•‐-―\-－]{0,4}"
#: What a word of letters, and a number, does not go on with.
_LETTERS, _DIGITS = "A-Za-zＡ-Ｚａ-ｚ", "0-9０-９"


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


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place of a registered text: from `start` to `end`, in code points, of the text of a source."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Document -> the places where it prints a phrase; how many registered texts are at hand, and how many there are.

    `texts` are those of the documents that print it, by source; `missing` the documents that were not looked through
    whole and do not print it in what was.
    """

    places: Mapping[str, list[Span]]
    texts: Mapping[str, str]
    at_hand: int
    registered: int
    missing: Sequence[str] = ()


def occurrences(context: RequestContext, phrase: str) -> Occurrences:
    """Every place of the texts at hand that prints a phrase; none where texts may not be quoted.

    A text that is registered twice for a document counts once. The time it takes is charged to the client.
    """
    pattern = phrase_pattern(phrase)
    if pattern is None or context.service.settings.quotations == "off":
        return Occurrences({}, {}, 0, 0)
    entries = rows(context, "texts")
    started = time.thread_time()
    contents = _contents(entries)
    # of equal texts of a document the last wins here, so that the first source stands
    by_content = {(document, text): source for (document, source), text in reversed(contents.items())}
    places: dict[str, list[Span]] = {}
    texts: dict[str, str] = {}
    for (document, source), text in contents.items():
        if text is None or by_content[document, text] != source:
            continue
        if spans := [Span(source, *match.span()) for match in pattern.finditer(text)]:
            places.setdefault(document, []).extend(spans)
            texts[source] = text
    absent = {document for (document, _), text in contents.items() if text is None}
    context.visit.seconds += time.thread_time() - started
    at_hand = sum(text is not None for text in contents.values())
    return Occurrences(places, texts, at_hand, len(contents), sorted(absent - places.keys()))


def _contents(entries: Iterable[Row]) -> dict[tuple[str, str], str | None]:
    """Document and source -> the text, None where it is not at hand, in the order of the rows of `texts`."""
    # one look into the folders, in place of one for each text that is not there
    files = quotations.files()
    return {
        (row["document"].value, row["source"].value): quotations.registered(row["file"].value, row["sha256"].value)
        if PurePath(row["file"].value).name in files
        else None
        for row in entries
    }


def phrase_address(words: str) -> str:
    """The address of the page that says who prints a phrase; empty for words that are too long, or no phrase."""
    return f"/phrases?{urlencode({'q': words})}" if words and len(words) <= LONGEST_PHRASE else ""


def phrase_pattern(phrase: str) -> re.Pattern[str] | None:
    """A phrase as it may be printed; None where it has no letter or digit.

    Punctuation of a text parts phrases, punctuation of the phrase that is looked for does not: 数字、经济 are two
    things and no place of 数字经济; but who looks for a slogan of two halves means it with any sign between them, or
    with none. Words of Latin letters and numbers are met whole.

    >>> def printed(phrase: str, *texts: str) -> list[bool]:
    ...     pattern = phrase_pattern(phrase)
    ...     return [bool(pattern and pattern.search(text)) for text in texts]
    >>> printed("数字经济", "“数字”经 济", "数字（经济）", "数字、经济", "数字。经济")
    [True, True, False, False]
    >>> printed("两手抓、两手都要硬", "两手抓，两手都要硬", "两手抓两手都要硬")
    [True, True]
    >>> printed("“AI+OPC”、社区", "ＡＩ＋opc，社区", "AI+OPC”社 区", "AI与OPC社区", "VAI+OPC社区")
    [True, True, False, False]
    """
    pieces: list[str] = []
    gap = _LIGHT_SIGN
    plain = unicodedata.normalize("NFKC", phrase)
    kept = [char for char in plain if char.isalnum() or char in _TELLING]
    if not any(char.isalnum() for char in kept):
        return None
    for char in plain:
        if char in kept:
            pieces += [gap, _any_width(char)] if pieces else [_any_width(char)]
            gap = _LIGHT_SIGN
        elif not char.isspace():
            gap = _ANY_SIGN
    before, after = _border(kept[0]), _border(kept[-1])
    return re.compile(
        (f"(?<![{before}])" if before else "") + "".join(pieces) + (f"(?![{after}])" if after else ""), re.IGNORECASE
    )


def _border(char: str) -> str:
    """The characters with which the word of a Latin letter, or the number of a digit, would go on."""
    if not char.isascii() or not char.isalnum():
        return ""
    return _DIGITS if char.isdigit() else _LETTERS


def _any_width(char: str) -> str:
    return f"[{re.escape(char)}{chr(ord(char) + _WIDE)}]" if char.isascii() else re.escape(char)


def find(context: RequestContext, text: str, document: str = "", start: int = 0, limit: int = 20) -> Passages:
    """The places that hold all the words, in the order of documents and texts; `document` bounds them to one."""
    words = sorted(dict.fromkeys(word[:_LONGEST] for word in text.split()[:_WORDS]), key=len, reverse=True)
    if not words or context.service.settings.quotations == "off":
        return Passages(0, {}, [])
    entries = [row for row in rows(context, "texts") if document in ("", row["document"].value)]
    patterns = [_pattern(word) for word in words]
    counts: dict[str, int] = {}
    places: list[tuple[str, Span]] = []
    for (where, source), content in _contents(entries).items():
        if spans := [Span(source, *span) for span in _spans(content or "", words, patterns)]:
            counts[where] = counts.get(where, 0) + len(spans)
            places += [(where, span) for span in spans]
    visible = places[start : start + limit]
    quote = quotations.quoting(context, {span.source for _, span in visible})
    return Passages(
        len(places),
        counts,
        [
            Passage(where, place_address(f"{span.source}#char={span.start},{span.end}", where), quotation)
            for where, span in visible
            if (quotation := quote(span.source, span.start, span.end))
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
