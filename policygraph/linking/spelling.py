"""Names as printed in, the names as they are compared out: without quotation marks and spaces, brackets in one form."""

from __future__ import annotations

import re

__all__ = ["LONGEST_NAME", "bare", "variants"]

#: Names are cut to this many characters before they are compared, which bounds the time.
LONGEST_NAME = 200
_DROPPED = re.compile(r"[“”‘’\"'《》〈〉「」『』\s\u3000]")
_FORMS = str.maketrans("()［］[]【】〔〕－—–―•・", "（）（）（）（）（）----··")
_BRACKETED = re.compile(r"（[^（）]*）?$")


def bare(name: str) -> str:
    """A name without quotation marks and white space, with wide brackets and one kind of dash."""
    return _DROPPED.sub("", name[:LONGEST_NAME]).translate(_FORMS)


def variants(name: str) -> tuple[str, ...]:
    """A bare name, and the same without what stands in brackets at its end (another name of the same body)."""
    whole = bare(name)
    short = _BRACKETED.sub("", whole)
    return (whole, short) if short and short != whole else (whole,)
