"""A query that declares a prefix called like the keyword SERVICE in, the same under another name of that prefix out.

The engine's parser needs no space after a keyword: where `service:x` cannot be a name it is read as `SERVICE :x`, and
followed. So no parser is given such a prefix. The new name is as long as the old one, so that every place in the text
stays where it is; what a client is told quotes its own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from policygraph.tokens import TOKEN

__all__ = ["has_keyword", "renamed"]

_KEYWORD = re.compile("service", re.IGNORECASE)
#: Digits for the letters i and I: two prefixes that differ in case alone stay two.
_DIGITS = ("12", "34", "56", "78", "90")


def has_keyword(name: str) -> bool:
    """Whether the keyword could be read in the prefix of a prefixed name."""
    return _KEYWORD.search(name.partition(":")[0]) is not None


def renamed(text: str) -> str:
    """The text with every prefix that it declares and that has the keyword under a name without it.

    Names whose prefix is not declared stay as they are, and so does a text that leaves no name free: the gate refuses
    both.

    >>> renamed("PREFIX service: <http://x/> ASK { service:a ?p 'service:' }")
    "PREFIX serv1ce: <http://x/> ASK { serv1ce:a ?p 'service:' }"
    """
    if not _may_have_keyword(text):
        return text
    names = [token for token in TOKEN.finditer(text) if token.lastgroup != "comment"]
    declared = set(_declared(names))
    digits = next((pair for pair in _DIGITS if not re.search(f"serv[{pair}]ce", text, re.IGNORECASE)), None)
    if not declared or digits is None:
        return text
    pieces, place = [], 0
    for token in names:
        prefix = token[0].partition(":")[0]
        if token.lastgroup == "local" and prefix in declared:
            end = token.start() + len(prefix)
            pieces += [text[place : token.start()], _KEYWORD.sub(lambda word: _without(word[0], digits), prefix)]
            place = end
    return "".join([*pieces, text[place:]])


def _may_have_keyword(text: str) -> bool:
    # beyond ASCII there are other letters that are one of the keyword's in another case
    return "service" in text.lower() if text.isascii() else _KEYWORD.search(text) is not None


def _declared(names: list[re.Match[str]]) -> Iterator[str]:
    for before, token in pairwise(names):
        is_declared = before[0].upper() == "PREFIX" and token.lastgroup == "local"
        if is_declared and token[0].endswith(":") and has_keyword(token[0]):
            yield token[0][:-1]


def _without(word: str, digits: str) -> str:
    return word.replace("i", digits[0]).replace("I", digits[1])
