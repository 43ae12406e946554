"""A query in, the same in words out of which the engine makes what SPARQL 1.1 says, where it makes something else.

A text in a language has an effective boolean value (17.2.2), which the engine does not know: where one may stand as a
condition, `policygraph.casts` gives it. A group reference in the replacement of REPLACE ends with its digits (XPath F&O
5.6.4), which the engine reads on: `$1x` is written `${1}x`. What GROUP_CONCAT gives has no language (18.5.1.7), which
the engine keeps where all values share one. Only a text that may have any of these is parsed here at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from policygraph.casts import TRUTH
from policygraph.grammar import MistakeError, Node, Token, tree
from policygraph.remembered import remembered

__all__ = ["corrected"]

_GAP = r"(?:\s|\#[^\n\r]*[\n\r])*"
#: Functions and aggregates that may give a text in a language.
_TEXTUAL = frozenset(
    [
        *("COALESCE", "CONCAT", "IF", "LCASE", "MAX", "MIN", "REPLACE", "SAMPLE", "STRAFTER"),
        *("STRBEFORE", "STRLANG", "SUBSTR", "UCASE"),
    ]
)
#: Functions that give one of their arguments, from which on.
_CHOOSING = {"COALESCE": 0, "IF": 1}
#: Where a condition may be a text, in a query in capitals: more than there are, and cheap to look for.
_SUSPECT = re.compile(
    rf"""(?:FILTER|HAVING|\bIF|!|&&|\|\|){_GAP}(?:\({_GAP})*
         (?:[?$]\w+{_GAP}(?:\)|,|&&|\|\||AS\b) | ["'] | (?:{"|".join(sorted(_TEXTUAL))})\b)
      | !{_GAP}(?:\({_GAP})*[?$]
      | (?:(?<![=<>])(?<![=<>]\ )[?$]\w+|@[\w-]+|\)){_GAP}(?:&&|\|\|)  # what is compared is no operand""",
    re.VERBOSE,
)
#: One of these stands in whatever _SUSPECT finds, and is found in a tenth of the time.
_SIGNS, _KEYWORDS = ("!", "&&", "||"), ("FILTER", "HAVING", "IF")
_REFERENCE = re.compile(r"(?<![\\$])\$([0-9]+)(?=[A-Za-z_])")
#: Rules of which a node with one part is no more than that part.
_LEVELS = ("Expression", "And", "Relation", "Sum", "Product", "Unary", "Primary")
Edit = tuple[int, int, str]
#: Characters of a text that is remembered: no query of the repository has more, and what strangers send takes 8 MB.
_REMEMBERED = 8192


def corrected(text: str, start: str = "QueryUnit") -> str:
    """The text for the engine; as it is where nothing of it is read otherwise, or where it follows no grammar.

    The same few queries are asked of each build and each store: the texts that came last are remembered.
    """
    edits = _edits(text, start) if len(text) <= _REMEMBERED else _edits_of(text, start)
    for begin, end, new in edits:
        text = text[:begin] + new + text[end:]
    return text


@remembered
@lru_cache(maxsize=256)
def _edits(text: str, start: str) -> list[Edit]:
    return _edits_of(text, start)


def _edits_of(text: str, start: str) -> list[Edit]:
    """What is to be put right, from the end on."""
    capitals = text.upper()
    may_decide = any(map(text.__contains__, _SIGNS)) or any(map(capitals.__contains__, _KEYWORDS))
    looks = [
        *([_replacements] if "REPLACE" in capitals and _REFERENCE.search(text) else []),
        *([_joined] if "GROUP_CONCAT" in capitals else []),
        *([_conditions] if may_decide and _SUSPECT.search(capitals) else []),
    ]
    if not looks:
        return []
    try:
        root = tree(text, start)
    except MistakeError:
        return []
    return sorted({edit for look in looks for edit in look(root)}, reverse=True)


def _replacements(root: Node) -> Iterator[Edit]:
    """References in the replacement of each REPLACE, where it is written out."""
    for call in root.all("BuiltIn"):
        if _called(call) != "REPLACE":
            continue
        arguments = [each for part in call.nodes("Arguments") for each in part.nodes("Expression")]
        for token in arguments[2].leaves() if len(arguments) > 2 else ():
            if token.kind == "STRING":
                yield from (
                    (token.start + match.start(), token.start + match.end(), f"${{{match[1]}}}")
                    for match in _REFERENCE.finditer(token.text)
                )


def _joined(root: Node) -> Iterator[Edit]:
    """Each GROUP_CONCAT within a call of STR."""
    for node in root.all("Aggregate"):
        if _called(node) == "GROUP_CONCAT":
            yield node.start, node.start, "STR("
            yield node.end, node.end, ")"


def _conditions(root: Node) -> Iterator[Edit]:
    """Each operand that is taken for true or false and may be a text in a language, within a call of TRUTH."""
    for node in root.all("Filter", "HavingClause", "BuiltIn", "Expression", "And", "Unary"):
        for operand in _operands(node):
            inner = _plain(operand)
            if inner is not None and _may_be_text(inner):
                # two edits, so that one may stand in the other
                yield inner.start, inner.start, f"{TRUTH}("
                yield inner.end, inner.end, ")"


def _operands(node: Node) -> list[Node]:
    if node.name in ("Filter", "HavingClause"):  # what is ordered by is taken for what it is
        return [each for part in node.nodes("Constraint") for each in part.parts if isinstance(each, Node)]
    if node.name == "BuiltIn":
        arguments = [each for part in node.nodes("Arguments") for each in part.nodes("Expression")]
        return arguments[:1] if _called(node) == "IF" else []
    if node.name == "Unary":
        return node.nodes("Unary") if node.has("!") else []
    operands = node.nodes("And", "Relation")
    return operands if len(operands) > 1 else []


def _plain(node: Node) -> Node | Token | None:
    """What an operand is made of, without brackets; None for one that is an operation, whose value is no text."""
    while True:
        if node.name == "Bracketed":
            (node,) = node.nodes("Expression")
        elif node.name in _LEVELS and len(node.parts) == 1:
            part = node.parts[0]
            if isinstance(part, Token):
                return part
            node = part
        else:
            return None if node.name in _LEVELS else node


def _may_be_text(operand: Node | Token) -> bool:
    if isinstance(operand, Token):
        return operand.kind == "VAR"
    if operand.name == "Literal":
        return operand.has("LANGUAGE")
    if operand.name == "BuiltIn":
        return _called(operand) in _TEXTUAL and _has_text(operand)
    return False


def _has_text(call: Node) -> bool:
    """Whether a call may give a text: IF and COALESCE where one of what they choose from may be one."""
    name = _called(call)
    if name not in _CHOOSING:
        return True
    choices = [_plain(each) for part in call.nodes("Arguments") for each in part.nodes("Expression")]
    return any(each is not None and _may_be_text(each) for each in choices[_CHOOSING[name] :])


def _called(call: Node) -> str:
    """The function or aggregate of a call, in capitals."""
    return next(call.leaves()).text.upper()
