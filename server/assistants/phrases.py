"""Words of a question in, the terms that labels may hold out, in their order and without what only asks or joins."""

from __future__ import annotations

import re

__all__ = ["terms"]

#: A run of one script; a word of letters may have a hyphen.
_RUN = re.compile(r"[^\W\d_\u4e00-\u9fff]+(?:-[^\W\d_\u4e00-\u9fff]+)*|\d+(?:[.]\d+)?|[\u4e00-\u9fff]+")
#: What asks or joins within a run of Chinese; 年 only behind a year, since 青年 is a word, and 和 never, since 和平 is.
_PARTICLES = re.compile("请问|是?多少|有多少|什么|哪些|哪个|哪里|怎么|怎样|如何|的|是|吗|呢")
_YEAR = re.compile(r"(?<=\d)\s*年度?")
#: Words that are particles where they stand alone.
_ALONE = frozenset("和与在了及年")
_STOP_WORDS = frozenset(
    {
        *("a", "about", "an", "and", "are", "by", "do", "does", "for", "from", "had", "has"),
        *("have", "how", "in", "is", "it", "its", "many", "much", "of", "on", "or", "that"),
        *("the", "to", "was", "were", "what", "when", "where", "which", "who", "will", "with"),
    }
)


def terms(text: str) -> list[str]:
    """The terms of a text, each once."""
    runs = [part for run in _RUN.findall(_YEAR.sub(" ", text)) for part in _PARTICLES.sub(" ", run).split()]
    return list(dict.fromkeys(run for run in runs if run not in _ALONE and run.casefold() not in _STOP_WORDS))
