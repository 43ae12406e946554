"""The prefixes that need no declaration and a query's text in, those that the text may use out.

Each prefix that the engine is given costs it time, used or not.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import lru_cache

__all__ = ["used_prefixes"]

#: Characters of the names of these prefixes, and the most that one has.
_NAME, _LONGEST = string.ascii_letters + string.digits + "_.-", 40
_NONE: frozenset[str] = frozenset()


def used_prefixes(prefixes: Mapping[str, str], text: str) -> dict[str, str]:
    """Those whose name stands before a colon; all where an escape could hide one.

    >>> used_prefixes({"xsd": "http://www.w3.org/2001/XMLSchema#", "sh": "…"}, "ASK { xsd:a ?p 1 }")
    {'xsd': 'http://www.w3.org/2001/XMLSchema#'}
    """
    if "\\" in text:  # an escape could hide one
        return dict(prefixes)
    names = _NONE.union(*[_endings(part[-_LONGEST:]) for part in text.split(":")[:-1]])
    return {name: prefixes[name] for name in names & prefixes.keys()}


@lru_cache(1024)
def _endings(text: str) -> frozenset[str]:
    """All names that a text may end with: the engine needs no space after a keyword (`FILTERpg:a`)."""
    word = text[len(text.rstrip(_NAME)) :]
    return frozenset(word[start:] for start in range(len(word)))
