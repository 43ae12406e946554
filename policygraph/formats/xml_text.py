"""XML of an engine in, XML that every parser takes out, carriage returns escaped; an error for what XML cannot hold.

XML 1.0 has no U+0000 and no other control character (section 2.2), not even as a reference; a bare carriage return is
read as a line feed (2.11); an element has a name, so RDF/XML cannot say a property whose IRI ends in none.
"""

from __future__ import annotations

import re
from typing import IO

from policygraph.errors import PolicygraphError

__all__ = ["UnsayableError", "Writer", "whole"]

#: What may not stand in a document, in UTF-8: C0 controls, U+FFFE, U+FFFF; and an element that is only a prefix.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|</?[^\s<>/:]+:(?=[\s/>])")
#: The end of a piece that the next piece may complete to what is forbidden: part of a character, or of a tag.
_OPEN = re.compile(rb"(?:\xef\xbf?|<[^<>\s]*)\Z")


class UnsayableError(PolicygraphError, ValueError):
    """Content that XML cannot hold; the message names the character, or says that a property has no name."""


class Writer:
    """A binary file of XML that passes on what is written to it; `finish` is owed at the end. Raises UnsayableError."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._held = b""

    def write(self, data: bytes, /) -> int:
        piece = self._held + bytes(data)
        start = match.start() if (match := _OPEN.search(piece)) else len(piece)
        self._held = piece[start:]
        self._pass(piece[:start])
        return len(data)

    def flush(self) -> None:
        """Nothing: what is held back waits for what completes it."""

    def finish(self) -> None:
        """Passes on what was held back."""
        self._pass(self._held)
        self._held = b""

    def _pass(self, piece: bytes) -> None:
        if piece:
            self._output.write(whole(piece))


def whole(data: bytes) -> bytes:
    """A document, or a piece of one, with each carriage return as `&#13;`. Raises UnsayableError."""
    if match := _FORBIDDEN.search(data):
        raise UnsayableError(_reason(match[0]))
    return data.replace(b"\r", b"&#13;")


def _reason(part: bytes) -> str:
    if part.startswith(b"<"):
        return "XML has no element for a property whose IRI ends in no name"
    return f"XML cannot hold the character U+{ord(part.decode()):04X}"
