"""A text that the engine refused in, why and where out: fields of a problem document, found by the grammar.

The reasons are those of messages.py. The engine's own message counts only where the grammar finds nothing wrong: then
it is something that no grammar can say, such as a variable that is selected and not grouped.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policygraph.grammar import FUNCTIONS, KEYWORDS, MistakeError, Node, Token, tokens, tree

from .excerpt import excerpt, place

__all__ = ["WIDE", "diagnose"]

#: What is typed with a Chinese keyboard, or put there by a word processor -> what SPARQL wants there.
WIDE: Mapping[str, str] = {
    **{sign: unicodedata.normalize("NFKC", sign) for sign in map(chr, range(0xFF01, 0xFF5F)) if not sign.isalnum()},
    **dict.fromkeys("“”„‟«»「」『』", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("《〈", "<"),
    **dict.fromkeys("》〉", ">"),
    **dict.fromkeys("—–−", "-"),
    **dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009", " "),
    **dict.fromkeys("\u200b\ufeff", ""),
    "、": ",",
    "。": ".",
    "【": "[",
    "】": "]",
    "×": "*",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
}
_WIDE = re.compile(f"[{''.join(map(re.escape, WIDE))}]")
_ESCAPE = re.compile(r"""\\([tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})?""")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPENERS = {closer: opener for opener, closer in _CLOSERS.items()}
#: Kind of token -> its name for people, empty for one that is never expected. Signs and keywords stand for themselves.
_CALLED = {
    **dict.fromkeys(("IRIREF", "PNAME"), "IRI"),
    **dict.fromkeys(("NUMBER", "SIGNED"), "number"),
    **dict.fromkeys(("FUNCTION", "AGGREGATE"), "function"),
    **dict.fromkeys(("BLANK", "ANON", "NIL", "TRUE", "FALSE"), ""),
    "VAR": "variable",
    "STRING": "string",
    "LANGUAGE": "language tag",
    "END": "end",
}
#: Tokens that a triple may start with.
_TERMS = frozenset(["VAR", "IRIREF", "PNAME", "STRING", "NUMBER", "SIGNED", "BLANK", "ANON", "NIL", "[", "(", "TRUE"])
#: What is named first of all that is expected.
_FIRST = frozenset(["AS", "language tag"])
_ENGINE = re.compile(r"error at (\d+):(\d+)")

Mistake = tuple[int, str, dict[str, Any]]


def diagnose(text: str, message: str, prefixes: Mapping[str, str], start: str = "QueryUnit") -> dict[str, Any]:
    """What is wrong with a text, its first mistake: the fields `reason`, `line`, `column`, `found`, and what applies.

    `message` is what the engine said, `prefixes` are those that need no declaration, `start` is the rule that the text
    should follow.
    """
    words = tokens(text)
    try:
        root = tree(text, start)
    except MistakeError as mistake:
        grammar = [_of_grammar(_Seen(text, words, mistake.token, mistake.expected))]
    else:
        grammar = []
    early = [*_wide(words), *_escapes(words), *_prefixes(words, prefixes), *grammar]
    if early:
        position, reason, details = min(early, key=lambda fault: fault[0])
    else:
        late = [fault for look in _MEANINGS for fault in look(root)]
        position, reason, details = min(late, key=lambda fault: fault[0], default=_of_engine(text, message))
    return {"reason": reason, **excerpt(text, position), **details}


def _wide(words: Sequence[Token]) -> Iterator[Mistake]:
    for word in words:
        if word.kind in ("STRING", "IRIREF"):
            continue
        for match in _WIDE.finditer(word.text):
            typed = WIDE[match[0]]
            reason = "wide-space" if not typed.strip() else "quote" if typed in "'\"" else "wide"
            character = match[0] if typed.strip() else f"U+{ord(match[0]):04X}"
            yield word.start + match.start(), reason, {"found": character, "nearest": typed}


def _escapes(words: Sequence[Token]) -> Iterator[Mistake]:
    for word in words:
        for match in _ESCAPE.finditer(word.text) if word.kind == "STRING" else ():
            if not match[1]:
                yield word.start + match.start(), "escape", {"found": word.text[match.start() : match.start() + 2]}


def _prefixes(words: Sequence[Token], prefixes: Mapping[str, str]) -> Iterator[Mistake]:
    """Names whose prefix is declared neither in the query before them nor by the service."""
    declared = {name + ":" for name in prefixes}
    for before, word in zip([words[0], *words], words, strict=False):
        if word.kind != "PNAME":
            continue
        if before.kind == "PREFIX":
            declared.add(word.text)
        else:
            prefix = word.text.partition(":")[0] + ":"
            if prefix not in declared:
                yield word.start, "prefix", {"found": prefix, **_nearest(prefix, sorted(declared))}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A mistake of grammar, and all that stands around it."""

    text: str
    words: Sequence[Token]
    token: Token
    expected: Sequence[str]

    def is_open(self) -> list[Token]:
        """The brackets that are open where the mistake is, the innermost last."""
        brackets: list[Token] = []
        for word in self.words:
            if word.start >= self.token.start:
                break
            if word.kind in _CLOSERS:
                brackets.append(word)
            elif word.kind in _OPENERS and brackets:
                brackets.pop()
        return brackets


def _of_grammar(seen: _Seen) -> Mistake:
    details = {"found": seen.token.text or "end", "expected": _called(seen.expected)}
    for look in _LOOKS:
        if mistake := look(seen):
            reason, more = mistake
            return seen.token.start, reason, {**details, **more}
    return seen.token.start, "end" if seen.token.kind == "END" else "expected", details


def _called(expected: Sequence[str]) -> list[str]:
    """What was expected as people call it: what alone would help first, then signs, then words."""
    called = {_CALLED.get(kind, kind) for kind in expected} - {""}
    return sorted(called, key=lambda name: (name not in _FIRST, name.isalpha(), name))


def _bracket(seen: _Seen) -> Look:
    """A bracket that nothing opened, or one that should have been closed before this token."""
    token, is_open = seen.token, seen.is_open()
    if token.kind in _OPENERS and _OPENERS[token.kind] not in [word.kind for word in is_open]:
        return "extra-bracket", {}
    closer = _CLOSERS[is_open[-1].kind] if is_open else ""
    # where a dot could stand too, a bracket that is not closed is only one of the things that may be missing
    is_due = closer in seen.expected and (token.kind in (*_OPENERS, "END") or "." not in seen.expected)
    if not is_due or token.kind in ("WORD", "BAD") or "AS" in seen.expected:
        return None
    line, column = place(seen.text, is_open[-1].start)
    return "unclosed", {"nearest": closer, "opened": is_open[-1].kind, "opened_line": line, "opened_column": column}


def _word(seen: _Seen) -> Look:
    """A word that is none of SPARQL's: the nearest of those that fit here, else of all."""
    if seen.token.kind != "WORD":
        return None
    word = seen.token.text.upper()
    fitting = [kind for kind in seen.expected if kind in KEYWORDS]
    fitting += sorted(FUNCTIONS) if "FUNCTION" in seen.expected else []
    return "word", _nearest(word, fitting) or _nearest(word, sorted(KEYWORDS | FUNCTIONS), 0.8)


def _select_comma(seen: _Seen) -> Look:
    """A comma between the variables of a SELECT."""
    return ("comma", {}) if seen.token.kind == "," and "WHERE" in seen.expected else None


def _iri(seen: _Seen) -> Look:
    """An IRI that holds what none may hold, so that it was read as a comparison."""
    return ("iri", {}) if seen.token.kind == "<" and "IRIREF" in seen.expected else None


def _dot(seen: _Seen) -> Look:
    """A triple that starts where the one before has not ended."""
    is_start = seen.token.kind in _TERMS and "." in seen.expected
    return ("dot", {"nearest": "."}) if is_start else None


Look = tuple[str, dict[str, Any]] | None
#: What is looked for in a mistake of grammar, in this order.
_LOOKS: Sequence[Callable[[_Seen], Look]] = (_word, _select_comma, _iri, _bracket, _dot)


def _ungrouped(root: Node) -> Iterator[Mistake]:
    """A variable that is selected from groups and is not the same in all of a group (SPARQL 1.1 Query 19.8 note 13)."""
    for query in root.all("SelectQuery", "SubSelect"):
        (clause,) = query.nodes("SelectClause")
        (modifier,) = query.nodes("SolutionModifier")
        groups = modifier.nodes("GroupClause")
        if not groups and not clause.all("Aggregate"):
            continue
        grouped = {name for group in groups for name in _variables(group)}
        for projected in clause.nodes("Projected"):
            inside = {id(leaf) for aggregate in projected.all("Aggregate") for leaf in aggregate.leaves()}
            variables = [leaf for leaf in projected.leaves() if leaf.kind == "VAR" and id(leaf) not in inside]
            is_named = projected.has("(")
            for leaf in variables[:-1] if is_named else variables:
                if leaf.text[1:] not in grouped:
                    yield leaf.start, "ungrouped", {"found": leaf.text}
            grouped |= {variables[-1].text[1:]} if is_named else set()


def _selected_twice(root: Node) -> Iterator[Mistake]:
    """A variable that AS names in a SELECT and that has a value already, or is selected before (note 13)."""
    for query in root.all("SelectQuery", "SubSelect"):
        (clause,) = query.nodes("SelectClause")
        (where,) = query.nodes("WhereClause")
        inside = _variables(where)
        selected: set[str] = set()
        for projected in clause.nodes("Projected"):
            leaves = list(projected.leaves())
            name = leaves[-2] if leaves[0].kind == "(" else leaves[0]
            names = selected | (inside if leaves[0].kind == "(" else set())
            if name.text[1:] in names:
                yield name.start, "named-twice", {"found": name.text}
            selected.add(name.text[1:])


def _bound_twice(root: Node) -> Iterator[Mistake]:
    """A variable that BIND names and that has a value already in its group (note 12)."""
    for group in root.all("Group"):
        names: set[str] = set()
        for part in (part for part in group.parts if isinstance(part, Node)):
            for bind in part.nodes("Bind"):
                name = list(bind.leaves())[-2]
                if name.text[1:] in names:
                    yield name.start, "named-twice", {"found": name.text}
            names |= _variables(part)


def _variables(node: Node) -> set[str]:
    return {leaf.text[1:] for leaf in node.leaves() if leaf.kind == "VAR"}


def _rows(root: Node) -> Iterator[Mistake]:
    """A row of VALUES that has more or fewer values than there are variables."""
    for block in root.all("DataBlock"):
        if not block.has("("):
            continue
        width: int | None = None
        count, start = 0, block.parts[0]
        for part in block.parts:
            if isinstance(part, Token) and part.kind == "(":
                count, start = 0, part
            elif isinstance(part, Token) and part.kind == ")":
                if width is not None and count != width:
                    yield start.start, "row", {"found": count, "wanted": width}
                width = count if width is None else width
            else:
                count += 1


def _labels(root: Node) -> Iterator[Mistake]:
    """A label of a blank node in two basic graph patterns (5.1.1): only a FILTER may stand within one."""
    block = 0
    seen: dict[str, int] = {}
    for part in [part for group in root.all("Group") for part in [group, *group.parts]]:
        inner = part.parts[0] if isinstance(part, Node) and part.name == "NotTriples" else part
        if isinstance(inner, Node) and inner.name == "TriplesBlock":
            for leaf in inner.leaves():
                if leaf.kind == "BLANK" and seen.setdefault(leaf.text, block) != block:
                    yield leaf.start, "label", {"found": leaf.text}
        elif isinstance(inner, Node) and inner.name != "Filter":
            block += 1


#: What is looked for where the grammar finds nothing.
_MEANINGS: Sequence[Callable[[Node], Iterator[Mistake]]] = (_ungrouped, _selected_twice, _bound_twice, _rows, _labels)


def _of_engine(text: str, message: str) -> Mistake:
    """What the engine says, at the place it names; that may stand a little behind the mistake."""
    match = _ENGINE.match(message)
    lines = text.split("\n")
    position = 0
    if match:
        line, column = int(match[1]), int(match[2])
        position = min(len(text), sum(len(before) + 1 for before in lines[: line - 1]) + column - 1)
    inner = [word for word in tokens(text) if word.kind == "IRIREF" and word.start < position <= word.end]
    if "IRI parsing failed" in message and inner:
        return inner[0].start, "iri", {"found": inner[0].text}
    return position, "engine", {"message": " ".join(message.split())}


def _nearest(word: str, candidates: Sequence[str], like: float = 0.6) -> dict[str, Any]:
    near = difflib.get_close_matches(word, candidates, 1, like)
    return {"nearest": near[0]} if near else {}
