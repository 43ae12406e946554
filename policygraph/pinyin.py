"""Chinese words in, how they are read out."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["pinyin"]


@lru_cache(maxsize=65536)
def pinyin(words: str) -> str:
    """The words in pinyin without tones, hyphens between syllables; what is not Chinese stays."""
    # 0.2 s and 30 MB that no other command should pay for
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    syllables = lazy_pinyin(words, errors=lambda rest: rest)
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9]+", "-", "-".join(syllables).lower())).strip("-")
