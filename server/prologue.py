"""A query that leans on our prefixes in, one that stands by itself out, for stores and endpoints that have none."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from .gate import TOKEN

__all__ = ["asks_others", "standalone"]


def standalone(text: str, prefixes: Mapping[str, str], base: str | None) -> str:
    """A query with the prefixes and the base that it takes for granted declared, in its first line.

    None is declared twice: some stores refuse that.

    >>> standalone("SELECT * { ?s a pg:Plan }", {"pg": "http://x/", "id": "http://y/"}, "http://z/")
    'BASE <http://z/> PREFIX pg: <http://x/> SELECT * { ?s a pg:Plan }'
    """
    tokens = [token for token in TOKEN.finditer(text) if token.lastgroup != "comment"]
    known = {
        label[0].partition(":")[0]
        for word, label in pairwise(tokens)
        if word[0].upper() == "PREFIX" and label.lastgroup in ("local", "blank")
    }
    has_base = any(word[0].upper() == "BASE" and iri.lastgroup == "iri" for word, iri in pairwise(tokens))
    missing = [name for name in prefixes if name not in known and f"{name}:" in text]
    bases = [f"BASE <{base}> "] if base and not has_base else []
    return "".join([*bases, *(f"PREFIX {name}: <{prefixes[name]}> " for name in missing), text])


def asks_others(text: str) -> bool:
    """Whether the keyword SERVICE stands in a query: a second look, after the gate's."""
    return any(token.lastgroup == "word" and "SERVICE" in token[0].upper() for token in TOKEN.finditer(text))
