"""A text and a position in, what a person needs to find the place out: line, column, the line itself, a caret below.

Lines and columns are counted from 1, columns in code points; a tab is one of them. Below a Chinese character the line
of the caret has a space as wide as it, so that the caret stands under its place where fonts are monospaced.
"""

from __future__ import annotations

import unicodedata
from typing import Any

__all__ = ["excerpt", "place"]

#: Code points of a line that are shown, before and after the place.
_BEFORE, _AFTER = 60, 60
_WIDE_SPACE = "\u3000"


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a position."""
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def excerpt(text: str, position: int) -> dict[str, Any]:
    """The place as fields of a problem document: `line`, `column`, `excerpt`, `caret`."""
    line, column = place(text, position)
    whole = text.split("\n")[line - 1].rstrip("\r")
    start = max(0, column - 1 - _BEFORE)
    window = whole[start : column - 1 + _AFTER]
    caret = "".join(map(_blank, window[: column - 1 - start])) + "^"
    return {"line": line, "column": column, "excerpt": window, "caret": caret}


def _blank(character: str) -> str:
    if character == "\t":
        return character
    return _WIDE_SPACE if unicodedata.east_asian_width(character) in "WF" else " "
