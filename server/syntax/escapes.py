r"""A query in, the same with its codepoint escapes read out, wherever no string and no IRI does so itself.

SPARQL 1.1 Query 19.2: `\u03B1:a` is the name `α:a`. The engine reads escapes within strings and IRIs; here those of
names, variables and keywords are read, before the gate looks: so it and the parser see the same text.
"""

from __future__ import annotations

import re

from policygraph.tokens import COMMENT, IRI, STRING_LONG

from ..failures import RequestError

__all__ = ["decoded"]

_PART = re.compile(
    rf"""{COMMENT} | {IRI} | {STRING_LONG}
      | "[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*" | '[^'\\\n\r]*(?:\\[^\n\r][^'\\\n\r]*)*'
      | \\u(?P<short>[0-9A-Fa-f]{{4}}) | \\U(?P<long>[0-9A-Fa-f]{{8}}) | \\.""",
    re.VERBOSE | re.DOTALL,
)
_LAST, _SURROGATES = 0x10FFFF, range(0xD800, 0xE000)


def decoded(text: str) -> str:
    """The text that is meant. Raises RequestError for an escape of what is no character."""
    return _PART.sub(_read, text) if "\\u" in text or "\\U" in text else text


def _read(part: re.Match[str]) -> str:
    digits = part["short"] or part["long"]
    if digits is None:
        return part[0]
    number = int(digits, 16)
    if number > _LAST or number in _SURROGATES:
        raise RequestError("bad-request", message=f"{part[0]} is no character")
    return chr(number)
