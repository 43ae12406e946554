"""Text in, how wide it is and its lines out: Chinese and Latin letters counted as type sets them.

Widths are in em and rather a little too wide than too narrow: the reader's font is not known here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

__all__ = ["cut", "shortened", "width", "wrap"]

#: Latin letters that are not as wide as most (Helvetica and its like); the others take `_LETTER`.
_WIDTHS = {
    **dict.fromkeys("ijl|'!.,:;", 0.3),
    **dict.fromkeys('frt()[]{}/\\-I "`*', 0.4),
    **dict.fromkeys("mwMW%@&", 0.95),
    **dict.fromkeys("ABCDEGHKNOPQRSUVXYZ+<=>~", 0.74),
}
_LETTER = 0.6
#: East Asian widths (UAX #11) that take a whole em; the ambiguous ones do in Chinese fonts.
_WHOLE = frozenset("WFA")
#: Marks that are set on the letter before them, and signs that are not seen.
_UNSEEN = frozenset({"Mn", "Me", "Cf"})

_OPENING, _CLOSING = "（《〈「『【〔“‘([{", "，。、；：？！…—～·）》〉」』】〕”’)]},.;:?!%"
#: Scripts without blanks between words: any letter may start a line.
_IDEOGRAPHS = "⺀-鿿豈-﫿＀-￯"
#: What stays on one line (after UAX #14): a word or one ideograph, with the signs that open and close it.
_PIECE = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[^\s{_IDEOGRAPHS}{re.escape(_OPENING)}]+|\S)[{re.escape(_CLOSING)}]*|\s+"
)


def width(text: str) -> float:
    """How wide a text is, in em.

    >>> width("规划"), width("plan")
    (2.0, 2.1)
    """
    return round(sum(map(_advance, text)), 3)


@lru_cache(4096)
def _advance(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if unicodedata.category(letter) in _UNSEEN:
        return 0.0
    return 1.0 if unicodedata.east_asian_width(letter) in _WHOLE else _LETTER


def shortened(text: str, most: float) -> str:
    """A text on one line of `most` em; what does not fit ends in an ellipsis.

    >>> shortened("发展规划", 3), shortened("规划", 3)
    ('发展…', '规划')
    """
    return text if width(text) <= most else cut(text, most)


def cut(text: str, most: float) -> str:
    """The beginning of a text with an ellipsis, both on one line of `most` em."""
    while text and width(text + "…") > most:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, most: float) -> list[str]:
    """The lines of a text, none wider than `most` em and all about as wide as the others; at least one.

    A line breaks between words and between ideographs, never before a sign that closes or after one that opens. A word
    that is wider than a line is broken where the line is full, with a hyphen between Latin letters.

    >>> wrap("加快建设“一枢纽、四中心”", 7), wrap("Interconnection", 5)
    (['加快建设“一枢', '纽、四中心”'], ['Intercon-', 'nection'])
    """
    pieces = list(_pieces(" ".join(text.split()), most))
    lines = _lines(pieces, most)
    narrower = math.ceil(width(text) / len(lines))
    for narrow in range(narrower, math.floor(most)):
        narrow_lines = _lines(pieces, narrow)
        if len(narrow_lines) == len(lines):
            return narrow_lines
    return lines


def _lines(pieces: Iterable[tuple[str, float]], most: float) -> list[str]:
    lines, line, used = [], "", 0.0
    for piece, wide in pieces:
        if line and used + wide > most:
            lines.append(line.rstrip())
            line, used = "", 0.0
        if line or not piece.isspace():
            line += piece
            used += wide
    return [*lines, line.rstrip()]


def _pieces(text: str, most: float) -> Iterator[tuple[str, float]]:
    """What stays together, with its width; what is wider than a line comes in parts that are not, words hyphenated."""
    for match in _PIECE.finditer(text):
        word, wide = match[0], width(match[0])
        while wide > most and len(word) > 1:
            at = _end_of_line(word, most)
            sign = "-" if _is_in_word(word, at) else ""
            yield word[:at] + sign, width(word[:at] + sign)
            word = word[at:]
            wide = width(word)
        yield word, wide


def _end_of_line(word: str, most: float) -> int:
    """Where a word that is too wide for a line is broken: at least one letter stands before."""
    used = 0.0
    for at, letter in enumerate(word):
        used += _advance(letter)
        if at and used + (_advance("-") if _is_in_word(word, at + 1) else 0) > most:
            return at
    return len(word)


def _is_in_word(word: str, at: int) -> bool:
    """Whether letters stand on both sides of a place, of a script that hyphenates."""
    return at < len(word) and all(unicodedata.category(letter) in ("Lu", "Ll") for letter in word[at - 1 : at + 1])
