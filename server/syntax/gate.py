"""A query's text in, what can be known without parsing it out; or a refusal, before any parser sees it.

A deeply nested query overflows a parser's stack and ends its process, and the engine follows SERVICE wherever it leads,
so the front looks at the text first: its length, its brackets and operators, and its words, those of strings, IRIs,
comments, variables and local names aside (SPARQL 1.1 Query 19.8). It has no grammar. Where the engine's parser could
take characters for something else than this lexer does, the text is refused: a door is only as good as its hinges.

The engine's parser needs no space after a keyword: `SERVICEex:a {}` and `ex:b.SERVICE <…> {}` are followed too. A
prefix that is declared may be called so: parsers are given it under another name (`service_prefixes`).

Where endpoints are allowed, SERVICE clauses that can be told with certainty are cut out of the text (`services`), and
no parser ever sees the keyword: what is left passes this gate as if no endpoint were allowed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from policygraph.tokens import SPACE, TOKEN, UNNAMED

from ..failures import RequestError
from ..settings import Settings
from .excerpt import excerpt
from .service_clauses import Clause, clauses
from .service_prefixes import has_keyword, renamed

__all__ = ["FORMS", "Checked", "check", "check_update", "tokens"]

#: The query forms, by their keywords.
FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
#: Keywords of SPARQL 1.1 Update that no query has.
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
#: Functions whose answer is another one each time: what uses them is not kept.
_VOLATILE = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE"})

#: Kinds of tokens without meaning for the gate: space and comments.
_IDLE = ("comment", "space")
_SHORT = 64
#: Characters of a text whose tokens are remembered, and how many tokens are: 8 MB at most, whatever strangers send.
_USUAL, _REMEMBERED = 8192, 1024
#: What a token adds to a query: nothing, a bracket, an operator, white space that stays, a comment that goes, or
#: a doubt that the query is a usual one. A word that tells something adds itself.
_NOTHING, _BRACKET, _OPERATOR, _SETTLED, _UNUSUAL = "", "{", "+", "#", "!"
_ADDED: Mapping[str | None, str] = {"opener": _BRACKET, "operator": _OPERATOR}
_TELLING = FORMS | _VOLATILE | {"FROM"}
_NONE: frozenset[str] = frozenset()
#: What a token that spans lines has: the others are the same where each line is read by itself.
_SPANNING = ("\\", '"""', "'''")
#: Characters of a line that is remembered.
_SHORT_LINE = 1024
_WORDS = re.compile(r"\w+")
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_LONG_QUOTE = re.compile(r"[^\n\r]*?(?:'''|\"\"\")")


class Checked(NamedTuple):
    """A query that may be run.

    `form` is its keyword (None where it has none: the parser will say what is wrong), `has_from` whether it names its
    own dataset, `is_volatile` whether its answer changes, `normal` its text without comments and idle space, `services`
    its SERVICE clauses.
    """

    text: str
    normal: str
    form: str | None
    has_from: bool
    is_volatile: bool
    services: tuple[Clause, ...] = ()


@dataclass(slots=True)
class _Tally:
    """What was seen of a text so far."""

    settings: Settings
    words: Counter[str] = field(default_factory=Counter)
    places: dict[str, int] = field(default_factory=dict)
    form: str | None = None
    form_start: int = 0
    brackets: int = 0
    depth: int = 0
    operators: int = 0

    def word(self, token: re.Match[str]) -> None:
        content = token[0]
        # only short words are kept, which bounds the memory that a query can use
        for word in _words(content) if len(content) < _SHORT else _WORDS.findall(content.upper()):
            self.words[word] += 1
            if word not in self.places:
                self.places[word] = token.start()
            if self.form is None and word in FORMS:
                self.form, self.form_start = word, token.start()

    def opener(self, _: re.Match[str]) -> None:
        self.brackets += 1
        self.depth += 1
        if self.depth > self.settings.nesting:
            raise RequestError("too-nested", limit=self.settings.nesting)

    def closer(self, _: re.Match[str]) -> None:
        self.depth -= 1

    def operator(self, _: re.Match[str]) -> None:
        self.operators += 1

    def name(self, token: re.Match[str]) -> None:
        """The parser may read the keyword and then a shorter name: in a prefix, or after a dot."""
        if _has_hidden_keyword(token[0]):
            raise RequestError("service-in-name", name=token[0])

    def iri(self, token: re.Match[str]) -> None:
        """`?a<'>` may be a comparison with a string, and `?a<#>` one with a comment: then what follows is misread.

        With `scheme://` it can only be an IRI. A `#` does no harm unless a long string would start on the same line.
        """
        content = token[0]
        is_harmless = "'" not in content and not ("#" in content and _LONG_QUOTE.match(token.string, token.end()))
        if not is_harmless and not _ABSOLUTE.match(content):
            raise RequestError("ambiguous", iri=content)

    def open(self, token: re.Match[str]) -> None:
        raise RequestError("open-string", **excerpt(token.string, token.start()))


#: Kind of token -> what it adds to the tally; the others add nothing.
_SEEN: Mapping[str | None, Callable[[_Tally, re.Match[str]], None]] = {
    "word": _Tally.word,
    "opener": _Tally.opener,
    "closer": _Tally.closer,
    "operator": _Tally.operator,
    "local": _Tally.name,
    "blank": _Tally.name,
    "iri": _Tally.iri,
    "open": _Tally.open,
}


def check(text: str, settings: Settings) -> Checked:
    """What can be read from the text of a query. Raises RequestError for one that may not be run."""
    _require_short(text, settings.query_bytes)
    given, text = text, renamed(text)
    if given is text and len(text) <= _USUAL and (usual := _usual(text, settings)):
        return usual
    return _checked(given, text, settings)


class _Line(NamedTuple):
    """What one line adds to a usual query: brackets, operators, and what else its tokens add; `form` is its first."""

    brackets: int
    operators: int
    added: frozenset[str]
    form: str | None
    normal: str


def _usual(text: str, settings: Settings) -> Checked | None:
    """What `_checked` gives where it would refuse nothing and cut nothing out, in a tenth of the time; None elsewhere.

    Of one query to the next most lines are the same, so what a line adds is remembered; and of most lines the words and
    names, so what a token adds is remembered too, and counted without a step of the interpreter for each.
    """
    if any(map(text.__contains__, _SPANNING)):
        return None
    lines = [_line(line) if len(line) <= _SHORT_LINE else _line_of(line) for line in text.split("\n")]
    brackets, operators, added, forms, normals = zip(*lines, strict=True)
    seen = _NONE.union(*added)
    # with as many brackets as may be open at once it does not matter how they stand
    most = min(settings.nesting, settings.brackets)
    if _UNUSUAL in seen or sum(brackets) > most or sum(operators) > settings.operators:
        return None
    normal = _normal(text) if _SETTLED in seen else " ".join(filter(None, normals))
    form = next(filter(None, forms), None)
    return Checked(text, normal, form, "FROM" in seen, not _VOLATILE.isdisjoint(seen))


def _line_of(line: str) -> _Line:
    counts = Counter(map(_added, UNNAMED.findall(line)))
    form = next((word for word in counts if word in FORMS), None)
    return _Line(counts[_BRACKET], counts[_OPERATOR], frozenset(counts), form, " ".join(line.split()))


_line = lru_cache(_REMEMBERED)(_line_of)


@lru_cache(_REMEMBERED)
def _added(content: str) -> str:
    """What a token adds to a usual query."""
    token = TOKEN.fullmatch(content)
    if token is None or _is_unusual(token):
        return _UNUSUAL
    if token.lastgroup == "comment" or " ".join(content.split()) != content:
        return _SETTLED
    return _telling(content) if token.lastgroup == "word" else _ADDED.get(token.lastgroup, _NOTHING)


def _is_unusual(token: re.Match[str]) -> bool:
    """Whether a token could be refused; of an IRI, where that depends on what follows it."""
    content = token[0]
    if token.lastgroup == "iri":
        return ("'" in content or "#" in content) and not _ABSOLUTE.match(content)
    return token.lastgroup == "open" or (token.lastgroup in ("local", "blank") and _has_hidden_keyword(content))


def _telling(content: str) -> str:
    """The word in a token that tells something of the query, if there is one."""
    words = _WORDS.findall(content.upper())
    telling = [word for word in words if word in _TELLING]
    if len(telling) > 1 or not _UPDATES.isdisjoint(words) or any("SERVICE" in word for word in words):
        return _UNUSUAL
    return telling[0] if telling else _NOTHING


def _checked(given: str, text: str, settings: Settings) -> Checked:
    """As `check`, of any text; `text` is `given` with its prefixes renamed."""
    tally = _bounded(text, settings)
    for word in sorted(_UPDATES & tally.words.keys(), key=tally.places.__getitem__):
        raise RequestError("update", word=word, **excerpt(text, tally.places[word]))
    services: tuple[Clause, ...] = ()
    left = tally.words
    if settings.service_allowed and tally.words["SERVICE"]:
        services = clauses(text, TOKEN.finditer(text), tally.form_start, settings.service_allowed)
        left = _bounded(_without(text, services), settings).words
    _refuse_service(left)
    is_volatile = bool(services) or not _VOLATILE.isdisjoint(tally.words)
    return Checked(given, _normal(given), tally.form, "FROM" in left, is_volatile, services)


def check_update(text: str, settings: Settings) -> frozenset[str]:
    """The words of an update's text. Raises RequestError for one that may not be run: it asks no other endpoint.

    It has as many brackets and operators as its bytes allow, for each update is run in a process of its own.
    """
    _require_short(text, settings.update_bytes)
    text = renamed(text)
    words = _tally(text, settings).words
    _refuse_service(words)
    for token in tokens(text):
        # LOADex:a is read as LOAD ex:a
        if "LOAD" in token[0].upper() and (token.lastgroup == "word" or token[0].upper().startswith("LOAD")):
            raise RequestError("load", **excerpt(text, token.start()))
    return frozenset(words)


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of a text by kind (`lastgroup`), as far as a lexer without a grammar can tell, without comments."""
    return (token for token in TOKEN.finditer(text) if token.lastgroup != "comment")


def _require_short(text: str, limit: int) -> None:
    size = len(text.encode())
    if size > limit:
        raise RequestError("query-too-long", size=size, limit=limit)


def _refuse_service(words: Iterable[str]) -> None:
    if any("SERVICE" in word for word in words):
        raise RequestError("service")


def _bounded(text: str, settings: Settings) -> _Tally:
    tally = _tally(text, settings)
    if tally.brackets > settings.brackets:
        raise RequestError("too-many-brackets", limit=settings.brackets)
    if tally.operators > settings.operators:
        raise RequestError("too-many-operators", limit=settings.operators)
    return tally


def _tally(text: str, settings: Settings) -> _Tally:
    tally = _Tally(settings)
    for token in TOKEN.finditer(text):
        if (seen := _SEEN.get(token.lastgroup)) is not None:
            seen(tally, token)
    return tally


def _has_hidden_keyword(name: str) -> bool:
    return has_keyword(name) or ".service" in name.lower().partition(":")[2]


@lru_cache(4096)
def _words(token: str) -> Sequence[str]:
    return tuple(_WORDS.findall(token.upper()))


def _without(text: str, services: tuple[Clause, ...]) -> str:
    """The text with an empty group for each clause: as deep and as long as what the parser will see, or less."""
    for clause in reversed(services):
        text = f"{text[: clause.start]}{{}}{text[clause.end :]}"
    return text


def _normal(text: str) -> str:
    return SPACE.sub(_settled, text).strip()


def _settled(part: re.Match[str]) -> str:
    return " " if part.lastgroup in _IDLE else part[0]
