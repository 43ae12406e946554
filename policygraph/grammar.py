r"""A text of SPARQL in, its tree out; or the one token that cannot stand where it stands, and what could.

The grammar is that of SPARQL 1.1 Query (19.8) and Update, which its authors made LL(1): one token always tells how to
go on. So the place of a mistake is exact, and what was expected is known. The engine's own parser backtracks, and names
a place further on. Built-in functions are one kind of token here: numbers of arguments are left to the engine.

Positions are counted in code points. Nothing recurses: a text may be nested as deeply as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from policygraph.errors import PolicygraphError
from policygraph.tokens import IRI, STRING_LONG

__all__ = ["FUNCTIONS", "KEYWORDS", "MistakeError", "Node", "Token", "conflicts", "tokens", "tree", "warm"]

_GRAMMAR = """
QueryUnit ::= Prologue ( SelectQuery | ConstructQuery | DescribeQuery | AskQuery ) ValuesClause END
UpdateUnit ::= Prologue ( Update1 ( ';' Prologue Update1? )* )? END
Prologue ::= ( 'BASE' IRIREF | 'PREFIX' PNAME IRIREF )*
SelectQuery ::= SelectClause DatasetClause* WhereClause SolutionModifier
SubSelect ::= SelectClause WhereClause SolutionModifier ValuesClause
SelectClause ::= 'SELECT' ( 'DISTINCT' | 'REDUCED' )? ( Projected+ | '*' )
Projected ::= VAR | '(' Expression 'AS' VAR ')'
ConstructQuery ::= 'CONSTRUCT' ( Template DatasetClause* WhereClause | ConstructWhere ) SolutionModifier
ConstructWhere ::= DatasetClause* 'WHERE' Template
DescribeQuery ::= 'DESCRIBE' ( VarOrIri+ | '*' ) DatasetClause* WhereClause? SolutionModifier
AskQuery ::= 'ASK' DatasetClause* WhereClause SolutionModifier
DatasetClause ::= 'FROM' 'NAMED'? Iri
WhereClause ::= 'WHERE'? Group
SolutionModifier ::= GroupClause? HavingClause? OrderClause? ( Limit Offset? | Offset Limit? )?
GroupClause ::= 'GROUP' 'BY' GroupCondition+
GroupCondition ::= BuiltIn | FunctionCall | '(' Expression ( 'AS' VAR )? ')' | VAR
HavingClause ::= 'HAVING' Constraint+
OrderClause ::= 'ORDER' 'BY' OrderCondition+
OrderCondition ::= ( 'ASC' | 'DESC' ) Bracketed | Constraint | VAR
Limit ::= 'LIMIT' NUMBER
Offset ::= 'OFFSET' NUMBER
ValuesClause ::= ( 'VALUES' DataBlock )?

Update1 ::= Load | Clear | Create | Transfer | Insert | Delete | Modify
Load ::= 'LOAD' 'SILENT'? Iri ( 'INTO' 'GRAPH' Iri )?
Clear ::= ( 'CLEAR' | 'DROP' ) 'SILENT'? ( 'GRAPH' Iri | 'DEFAULT' | 'NAMED' | 'ALL' )
Create ::= 'CREATE' 'SILENT'? 'GRAPH' Iri
Transfer ::= ( 'ADD' | 'MOVE' | 'COPY' ) 'SILENT'? GraphOrDefault 'TO' GraphOrDefault
GraphOrDefault ::= 'DEFAULT' | 'GRAPH'? Iri
Insert ::= 'INSERT' ( 'DATA' Quads | Quads Using )
Delete ::= 'DELETE' ( 'DATA' Quads | 'WHERE' Quads | Quads ( 'INSERT' Quads )? Using )
Modify ::= 'WITH' Iri ( 'DELETE' Quads ( 'INSERT' Quads )? | 'INSERT' Quads ) Using
Using ::= ( 'USING' 'NAMED'? Iri )* 'WHERE' Group
Quads ::= '{' TriplesBlock? ( 'GRAPH' VarOrIri '{' TriplesBlock? '}' '.'? TriplesBlock? )* '}'

Group ::= '{' ( SubSelect | TriplesBlock? ( NotTriples '.'? TriplesBlock? )* ) '}'
Template ::= '{' TriplesBlock? '}'
TriplesBlock ::= Triples ( '.' TriplesBlock? )?
NotTriples ::= GroupOrUnion | Optional | Minus | GraphGroup | Service | Filter | Bind | InlineData
GroupOrUnion ::= Group ( 'UNION' Group )*
Optional ::= 'OPTIONAL' Group
Minus ::= 'MINUS' Group
GraphGroup ::= 'GRAPH' VarOrIri Group
Service ::= 'SERVICE' 'SILENT'? VarOrIri Group
Filter ::= 'FILTER' Constraint
Bind ::= 'BIND' '(' Expression 'AS' VAR ')'
InlineData ::= 'VALUES' DataBlock
DataBlock ::= VAR '{' DataValue* '}' | ( NIL | '(' VAR* ')' ) '{' ( '(' DataValue* ')' | NIL )* '}'
DataValue ::= Iri | Literal | 'UNDEF'

Triples ::= Term Properties | TriplesNode Properties?
Properties ::= Verb Objects ( ';' ( Verb Objects )? )*
Verb ::= VAR | Path
Objects ::= Object ( ',' Object )*
Object ::= Term | TriplesNode
TriplesNode ::= List | BlankProperties
List ::= '(' Object+ ')'
BlankProperties ::= '[' Properties ']'
Term ::= VAR | Iri | Literal | BLANK | ANON | NIL
VarOrIri ::= VAR | Iri
Path ::= PathSequence ( '|' PathSequence )*
PathSequence ::= PathStep ( '/' PathStep )*
PathStep ::= '^'? PathPrimary ( '?' | '*' | '+' )?
PathPrimary ::= Iri | 'a' | '!' ( PathOne | NIL | '(' PathOne ( '|' PathOne )* ')' ) | '(' Path ')'
PathOne ::= '^'? ( Iri | 'a' )

Constraint ::= Bracketed | BuiltIn | FunctionCall
FunctionCall ::= Iri Arguments
Arguments ::= NIL | '(' 'DISTINCT'? Expression ( ',' Expression )* ')'
Bracketed ::= '(' Expression ')'
Expression ::= And ( '||' And )*
And ::= Relation ( '&&' Relation )*
Relation ::= Sum ( Comparison Sum | 'NOT'? 'IN' ExpressionList )?
Comparison ::= '=' | '!=' | '<' | '>' | '<=' | '>='
ExpressionList ::= NIL | '(' Expression ( ',' Expression )* ')'
Sum ::= Product ( ( '+' | '-' ) Product | SIGNED ( ( '*' | '/' ) Unary )* )*
Product ::= Unary ( ( '*' | '/' ) Unary )*
Unary ::= '!' Unary | '+' Unary | '-' Unary | Primary
Primary ::= Bracketed | BuiltIn | IriOrCall | Literal | VAR
IriOrCall ::= Iri Arguments?
BuiltIn ::= FUNCTION Arguments | Aggregate | Exists
Aggregate ::= AGGREGATE '(' 'DISTINCT'? ( '*' | Expression ) ( ';' 'SEPARATOR' '=' STRING )? ')'
Exists ::= 'NOT'? 'EXISTS' Group
Literal ::= STRING ( LANGUAGE | '^^' Iri )? | NUMBER | SIGNED | 'TRUE' | 'FALSE'
Iri ::= IRIREF | PNAME
"""

_FUNCTIONS = """
STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN SUBSTR UCASE LCASE
ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ
NOW UUID STRUUID MD5 SHA1 SHA256
SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX REPLACE
"""
#: Built-in functions; aggregates have a form of their own.
FUNCTIONS = frozenset(_FUNCTIONS.split())
_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])

#: What neither PN_CHARS_BASE nor PN_CHARS has beyond ASCII, and what only the second has.
_NEITHER = (
    r"\u0080-\u00B6\u00B8-\u00BF\u00D7\u00F7\u037E\u2000-\u200B\u200E-\u203E\u2041-\u206F\u2190-\u2BFF\u2FF0-\u3000"
    r"\uD800-\uF8FF\uFDD0-\uFDEF\uFFFE\uFFFF\U000F0000-\U0010FFFF"
)
_WITHIN = r"\u00B7\u0300-\u036F\u203F\u2040"


def _set(outside: str, ascii_signs: str = "") -> str:
    """The set of characters that has ASCII's letters, some of its other characters, and beyond it all but `outside`.

    The ranges of letters are long, what lies between them is short: a set is compiled in a fifth of the time by that.
    """
    others = "".join(sign for sign in map(chr, range(128)) if not sign.isalpha() and sign not in ascii_signs)
    return f"[^{re.escape(others)}{outside}]"


_DIGITS = "0123456789"
_BASE = _set(_NEITHER + _WITHIN)
_START, _START_LOCAL = _set(_NEITHER + _WITHIN, f"_{_DIGITS}"), _set(_NEITHER + _WITHIN, f"_:{_DIGITS}")
_NAME, _CHARS = _set(_NEITHER, f"_{_DIGITS}"), _set(_NEITHER, f"_-{_DIGITS}")
_CHARS_DOT, _CHARS_COLON = _set(_NEITHER, f"_-.{_DIGITS}"), _set(_NEITHER, f"_-:{_DIGITS}")
_CHARS_LOCAL = _set(_NEITHER, f"_-:%\\{_DIGITS}")
_PERCENT = r"%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?#@%-]"
# a prefix is short: without a bound `a.a.a.…` would be looked through from each of its letters
_PREFIX = rf"{_BASE}(?:{_CHARS_DOT}{{0,99}}{_CHARS})?"
_LOCAL = rf"(?:{_START_LOCAL}|{_PERCENT})(?:{_CHARS_COLON}|{_PERCENT}|\.+(?={_CHARS_LOCAL}))*"
_TOKEN = rf"""(?P<space>[ \t\r\n]+|\#[^\n\r]*)
  | (?P<IRIREF>{IRI})
  | (?P<STRING>{STRING_LONG}
      | "[^"\\\n\r]*(?:\\.[^"\\\n\r]*)*" | '[^'\\\n\r]*(?:\\.[^'\\\n\r]*)*')
  | (?P<LANGUAGE>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<BLANK>_:{_START}(?:{_CHARS_DOT}*{_CHARS})?)
  | (?P<PNAME>(?:{_PREFIX})?:(?:{_LOCAL})?)
  | (?P<VAR>[?$]{_START}{_NAME}*)
  | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+\.[0-9]+|[0-9]+))
  | (?P<word>{_BASE}{_CHARS}*)
  | (?P<NIL>\([ \t\r\n]*\)) | (?P<ANON>\[[ \t\r\n]*\])
  | (?P<sign>\^\^|&&|\|\||!=|<=|>=|[{{}}()\[\].,;=<>!|/^?*+-])
  | (?P<BAD>.)"""


class Token(NamedTuple):
    """A word of the text; `kind` is the word itself for keywords and signs, else what kind of word it is."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(slots=True)
class Node:
    """A rule of the grammar and what it was found to be made of, from `start` to `end` of the text."""

    name: str
    parts: list[Node | Token] = field(default_factory=list)

    @property
    def start(self) -> int:
        return next(self.leaves()).start

    @property
    def end(self) -> int:
        return list(self.leaves())[-1].end

    def leaves(self) -> Iterator[Token]:
        """Its tokens in order."""
        waiting: list[Node | Token] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Token):
                yield part
            else:
                waiting += reversed(part.parts)

    def nodes(self, *names: str) -> list[Node]:
        """Its own parts of some names, in order."""
        return [part for part in self.parts if isinstance(part, Node) and part.name in names]

    def all(self, *names: str) -> list[Node]:
        """Every node of some names in it, itself too, in order."""
        nodes: list[Node] = []
        waiting: list[Node | Token] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Node):
                if part.name in names:
                    nodes.append(part)
                waiting += part.parts[::-1]
        return nodes

    def outermost(self, name: str) -> Iterator[Node]:
        """The nodes of a name in it, in order, without those inside of them."""
        for part in self.parts:
            if isinstance(part, Node):
                yield from [part] if part.name == name else part.outermost(name)

    def has(self, kind: str) -> bool:
        """Whether one of its own parts is such a token."""
        return any(isinstance(part, Token) and part.kind == kind for part in self.parts)


class MistakeError(PolicygraphError, ValueError):
    """A token that cannot stand where it stands, and the kinds of token that could."""

    def __init__(self, token: Token, expected: Sequence[str]) -> None:
        super().__init__(f"{token.text!r} at {token.start}")
        self.token = token
        self.expected = expected


@lru_cache(maxsize=1)
def _token() -> re.Pattern[str]:
    """The pattern of a token. Its many ranges take 20 ms to compile, and most commands parse nothing."""
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


def tokens(text: str) -> list[Token]:
    """The tokens of a text, without space and comments, and END after them."""
    sequence = []
    kinds: dict[str, str] = {}  # of the words of this text, most of which stand in it several times
    for match in _token().finditer(text):
        group, word = match.lastgroup or "", match[0]
        if group == "space":
            continue
        kind = kinds.get(word)
        if kind is None:
            kind = kinds[word] = _KINDS[group](word) if group in _KINDS else group
        sequence.append(Token(kind, word, match.start()))
    return [*sequence, Token("END", "", len(text.rstrip()))]


def _word(text: str) -> str:
    upper = text.upper()
    if upper in FUNCTIONS:
        return "FUNCTION"
    if upper in _AGGREGATES:
        return "AGGREGATE"
    if text == "a":
        return "a"
    return upper if upper in KEYWORDS else "WORD"


#: Group of the token pattern -> what kind of token it is; others are called as their group is.
_KINDS: Mapping[str, Callable[[str], str]] = {
    "word": _word,
    "sign": str,
    "number": lambda text: "SIGNED" if text[0] in "+-" else "NUMBER",
}
#: Characters of a text whose tree is remembered: that of a long one takes megabytes.
_REMEMBERED = 8192
#: The words that are part of the grammar.
KEYWORDS = frozenset(word.strip("'") for word in re.findall(r"'[A-Z_]+'", _GRAMMAR))


def tree(text: str, start: str = "QueryUnit") -> Node:
    """The tree of a query, or of an update (`UpdateUnit`), to be read only. Raises MistakeError.

    Several steps look at one text after another: the trees of the last texts are remembered.
    """
    return _tree(text, start) if len(text) <= _REMEMBERED else _tree.__wrapped__(text, start)


@lru_cache(maxsize=16)
def _tree(text: str, start: str) -> Node:
    rules = _rules()
    table, nullable = rules.table, rules.nullable
    root = Node("")
    stack = [start]
    nodes = [root]
    parts = root.parts
    # what has been taken off the stack since the last token, from below `low`: the stack as it was then
    low, productions = 1, list[str]()
    waiting = iter(tokens(text))
    token = next(waiting)
    kind = token.kind
    while stack:
        symbol = stack.pop()
        if len(stack) < low:
            low = len(stack)
            productions.append(symbol)
        if not symbol:
            nodes.pop()
            parts = nodes[-1].parts
        elif symbol == kind:
            if symbol != "END":
                parts.append(token)
                token = next(waiting)
                kind = token.kind
            low, productions = len(stack), []
        elif symbol not in table or (kind not in table[symbol] and symbol not in nullable):
            raise MistakeError(token, rules.first([*stack[:low], *reversed(productions)]))
        else:
            if symbol[0] != "_":
                node = Node(symbol)
                parts.append(node)
                nodes.append(node)
                parts = node.parts
                stack.append("")
            stack += table[symbol].get(kind, ())
    return next(part for part in root.parts if isinstance(part, Node))


def conflicts() -> list[tuple[str, str]]:
    """Rules and tokens for which the grammar is not LL(1); there are none, and a test holds that."""
    rules = _rules()
    pairs = []
    for name, alternatives in rules.choices.items():
        seen: set[str] = set()
        for symbols in alternatives:
            first = set(rules.first(tuple(reversed(symbols))))
            pairs += [(name, kind) for kind in sorted(first & seen)]
            seen |= first
    return pairs


def warm() -> None:
    """Prepares the tables and the pattern of tokens, which takes some milliseconds once."""
    _rules()
    _token()


@dataclass(frozen=True, slots=True)
class _Rules:
    """`choices` is symbol -> its alternatives; `table` selects one by the kind of the next token, its end first."""

    choices: Mapping[str, Sequence[tuple[str, ...]]]
    table: Mapping[str, Mapping[str, tuple[str, ...]]]
    nullable: frozenset[str]
    firsts: Mapping[str, frozenset[str]]

    def first(self, stack: Sequence[str]) -> list[str]:
        """Every kind of token that could come next where these symbols are still to come, the last one first."""
        firsts: set[str] = set()
        for symbol in reversed(stack):
            if symbol:
                firsts |= self.firsts.get(symbol, frozenset([symbol]))
            if symbol and symbol not in self.nullable:
                break
        return sorted(firsts)


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    choices: dict[str, list[tuple[str, ...]]] = {}
    for line in filter(None, _GRAMMAR.splitlines()):
        name, _, body = line.partition(" ::= ")
        parts = iter(re.findall(r"'[^']+'|\w+|[()|?*+]", body))
        choices[name] = _alternatives(list(parts), name, choices)
    firsts: dict[str, set[str]] = {name: set() for name in choices}
    nullable: set[str] = set()

    def first_of(symbols: Sequence[str]) -> tuple[set[str], bool]:
        symbols_first: set[str] = set()
        for symbol in symbols:
            symbols_first |= firsts.get(symbol, {symbol})
            if symbol not in nullable:
                return symbols_first, False
        return symbols_first, True

    size = -1
    while size != sum(map(len, firsts.values())) + len(nullable):
        size = sum(map(len, firsts.values())) + len(nullable)
        for name, alternatives in choices.items():
            for symbols in alternatives:
                starts, is_empty = first_of(symbols)
                firsts[name] |= starts
                nullable |= {name} if is_empty else set()
    table = {
        name: {k: symbols[::-1] for symbols in them for k in first_of(symbols)[0]} for name, them in choices.items()
    }
    return _Rules(choices, table, frozenset(nullable), {name: frozenset(starts) for name, starts in firsts.items()})


def _alternatives(parts: list[str], name: str, choices: dict[str, list[tuple[str, ...]]]) -> list[tuple[str, ...]]:
    """The alternatives up to the end or the closing bracket. What is bracketed or repeated becomes a rule `_name…`."""
    alternatives: list[list[str]] = [[]]
    while parts:
        part = parts.pop(0)
        if part == ")":
            break
        if part == "|":
            alternatives.append([])
            continue
        if part in ("?", "*", "+"):
            inner, helper = alternatives[-1].pop(), f"_{name}{len(choices)}"
            choices[helper] = [(inner,) if part == "?" else (inner, helper), ()]
            alternatives[-1] += [inner, helper] if part == "+" else [helper]
        elif part == "(":
            helper = f"_{name}{len(choices)}"
            choices[helper] = []
            choices[helper] = _alternatives(parts, name, choices)
            alternatives[-1].append(helper)
        else:
            alternatives[-1].append(part.strip("'"))
    return [tuple(symbols) for symbols in alternatives]
