"""The tokens of a query in, its SERVICE clauses out; or a refusal where one cannot be delimited exactly.

A clause is taken only as it is written out: the keyword, SILENT or not, a whole IRI that is on the list, and a group in
braces. It is evaluated by itself and then joined (SPARQL 1.1 Federated Query 2), so the group can be sent as a query of
its own, and what comes back stand in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..failures import RequestError

__all__ = ["Clause", "clauses"]

#: The most SERVICE clauses of a query: each causes a request to another endpoint.
_MOST = 8
#: What the group of a clause is asked for.
_EVERYTHING = "SELECT * WHERE "
_COMMENT = re.compile(r"#[^\n\r]*")


@dataclass(frozen=True, slots=True)
class Clause:
    """One SERVICE clause: where it stands in the text, whom it asks, and what: its group by itself, as a query."""

    start: int
    end: int
    endpoint: str
    query: str
    is_silent: bool


def clauses(text: str, tokens: Iterable[re.Match[str]], form: int, allowed: tuple[str, ...]) -> tuple[Clause, ...]:
    """Every SERVICE clause of a text, in its order; `form` is where its prologue ends. Raises RequestError."""
    words = [token for token in tokens if token.lastgroup != "comment"]
    matches: list[Clause] = []
    place = 0
    while place < len(words):
        if words[place][0].upper() == "SERVICE":
            opened, endpoint = _head(text, words, place, allowed)
            last = _closer(words, opened)
            group = text[words[opened].start() : words[last].end()]
            is_silent = words[place + 1][0].upper() == "SILENT"
            query = f"{text[:form]}{_EVERYTHING}{group}"
            matches.append(Clause(words[place].start(), words[last].end(), endpoint, query, is_silent))
            place = last
        place += 1
    if len(matches) > _MOST:
        raise RequestError("service-too-many", limit=_MOST)
    return tuple(matches)


def _head(text: str, words: Sequence[re.Match[str]], place: int, allowed: tuple[str, ...]) -> tuple[int, str]:
    """Where the group of a clause opens, and whom it asks."""
    here = place + 1
    here += here < len(words) and words[here][0].upper() == "SILENT"
    following = [token.lastgroup for token in words[here : here + 2]]
    if following != ["iri", "opener"] or words[here + 1][0] != "{" or _has_more(text, words[place : here + 2]):
        raise RequestError("service-unclear")
    endpoint = words[here][0][1:-1]
    if endpoint not in allowed:
        raise RequestError("service-not-allowed", endpoint=endpoint, allowed=", ".join(allowed))
    return here + 1, endpoint


def _closer(words: Sequence[re.Match[str]], opened: int) -> int:
    """Where the group ends that opens at a token."""
    depth = 0
    for place in range(opened, len(words)):
        token = words[place]
        if token.lastgroup == "word" and "SERVICE" in token[0].upper():
            raise RequestError("service-nested")
        depth += (token.lastgroup == "opener") - (token.lastgroup == "closer")
        if not depth:
            return place
    raise RequestError("service-unclear")


def _has_more(text: str, words: Sequence[re.Match[str]]) -> bool:
    """Whether anything but space and comments stands between tokens that follow each other."""
    return any(_COMMENT.sub("", text[a.end() : b.start()]).strip() for a, b in pairwise(words))
