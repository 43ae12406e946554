"""A kind, an area and a name in, the id of a new thing out: the same in any order of documents, and never another's.

Chinese names share their pinyin (山西 and 陕西), so that an id in pinyin always ends in digits of the name's SHA-256:
what an id is depends on the name and its area alone, not on which other names there are.
"""

from __future__ import annotations

from policygraph.linking.decision import digest_of
from policygraph.pinyin import pinyin

__all__ = ["new_identifier", "slug_of"]

_DIGITS = 8
_LONGEST = 48


def new_identifier(kind: str, name: str, of: str = "") -> str:
    """The id of a new thing: its kind, the area it belongs to (a code or slug), its name in pinyin, a digest."""
    return f"{kind}:" + "-".join(filter(None, (of, slug_of(name, _LONGEST), digest_of([kind, of, name], _DIGITS))))


def slug_of(words: str, longest: int = 60) -> str:
    """A name that an id may have: pinyin, cut between syllables."""
    whole = pinyin(words[: longest * 2])
    cut = whole[:longest]
    return (cut if len(whole) <= longest else cut.rpartition("-")[0] or cut) or "unnamed"
