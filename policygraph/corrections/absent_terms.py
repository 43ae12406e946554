"""A query in, the same with paths that may have no steps written out where they end at a term of no statement.

Such a path joins each term with itself (SPARQL 1.1, 18.4), a term that stands in no statement too. The engine looks for
the term in the graph first and matches nothing. Where the graph has no such term, that match is the only one: the
triple becomes VALUES.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from policygraph.grammar import MistakeError, Node, Token, tree

__all__ = ["with_absent_terms"]

#: A path that ends with a sign for "no step or more" beside a term: more than there are, and cheap to look for.
_SUSPECT = re.compile(
    r"""[*?]\)?\s*(?:<|["'0-9]|[\w.-]{0,200}:\w)            # before it
      | (?:>|:[\w.%-]{0,200})\s*[^\s{};.]{0,200}[*?][\s)]  # behind it""",
    re.VERBOSE,
)
#: A sign that is no part of a variable: one stands in whatever _SUSPECT finds, and is sooner found.
_SIGN = re.compile(r"[*]|\?(?!\w)")
_PLAIN = frozenset(["Iri", "Literal"])


def with_absent_terms(text: str, has: Callable[[str], bool]) -> str:
    """The text for the engine; `has` tells of an ASK whether it is true."""
    if not (_SIGN.search(text) and _SUSPECT.search(text)):
        return text
    try:
        root = tree(text)
    except MistakeError:
        return text
    (prologue,) = root.nodes("Prologue")
    declared = text[prologue.start : prologue.end] if prologue.parts else ""

    def is_absent(term: Node) -> bool:
        return not has(f"{declared}\nASK {_anywhere(text, term)}")

    edits = [(triples, _written(text, triples, is_absent)) for triples in root.all("Triples")]
    result = text
    for triples, written in reversed(edits):
        if written:
            result = result[: triples.start] + written + result[triples.end :]
    return result


def _anywhere(text: str, term: Node) -> str:
    """A group that matches every statement with a term."""
    written = text[term.start : term.end]
    is_literal = bool(term.nodes("Literal"))  # which is no subject
    either = f"?s ?p {written}" if is_literal else f"{{ {written} ?p ?o }} UNION {{ ?s ?p {written} }}"
    return f"{{ {{ {either} }} UNION {{ GRAPH ?g {{ {either} }} }} }}"


def _written(text: str, triples: Node, is_absent: Callable[[Node], bool]) -> str:
    """What stands for a triple of one path whose term is absent; empty where it stays."""
    ends = _ends(triples)
    if ends is None:
        return ""
    start, end = (text[node.start : node.end] for node in ends)
    kinds = [_kind(node) for node in ends]
    if kinds == ["VAR", "term"] and is_absent(ends[1]):
        return f"VALUES {start} {{ {end} }}"
    if kinds == ["term", "VAR"] and is_absent(ends[0]):
        return f"VALUES {end} {{ {start} }}"
    if kinds == ["term", "term"] and is_absent(ends[0]):
        return f"FILTER(SAMETERM({start}, {end}))"
    return ""


def _ends(triples: Node) -> tuple[Node, Node] | None:
    """Subject and object of a single triple whose path may have no steps."""
    (properties,) = triples.nodes("Properties") or [Node("")]
    verbs, objects = properties.nodes("Verb"), properties.nodes("Objects")
    if len(verbs) != 1 or not triples.nodes("Term"):
        return None
    them = objects[0].nodes("Object")
    paths = verbs[0].nodes("Path")
    if len(them) != 1 or not them[0].nodes("Term") or not paths or not _may_be_empty(paths[0]):
        return None
    return triples.nodes("Term")[0], them[0].nodes("Term")[0]


def _may_be_empty(path: Node) -> bool:
    """Whether every step may be none; alternatives are left out, of which two could match."""
    sequences = path.nodes("PathSequence")
    steps = sequences[0].nodes("PathStep")
    return len(sequences) == 1 and all(step.has("*") or step.has("?") for step in steps)


def _kind(node: Node) -> str:
    (part,) = node.parts
    if isinstance(part, Token):
        return part.kind
    return "term" if part.name in _PLAIN else part.name
