"""The text of an update in, its operations out, each with the dataset that its WHERE reads (SPARQL 1.1 Update 3.1).

The engine knows no dataset for updates but the one in the text, so that of the request, or the union of all graphs that
queries read, is written into the text as USING clauses. Every statement stands in a named graph here: a template that
would write to the default graph is refused with its place, as it would change nothing that anybody sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..failures import RequestError
from .excerpt import excerpt
from .gate import tokens

__all__ = ["Dataset", "Operation", "operations"]

_STARTS = frozenset({"INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
#: Every word that can stand outside of braces. The engine reads INSERTDATA and the like too, and we would not.
_WORDS = _STARTS | {
    *("BASE", "PREFIX", "DATA", "WHERE", "USING", "NAMED", "SILENT", "INTO", "GRAPH", "DEFAULT", "ALL", "TO"),
}
_PROLOGUE = frozenset({"BASE", "PREFIX"})
#: What is done already is blanked out for the operations after it, so that places in messages stay true.
_BLANKED = re.compile(r"[^\n]")
_COPIES = frozenset({"ADD", "MOVE", "COPY"})
_NAMES = frozenset({"iri", "local", "blank", "variable"})


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a WHERE reads, as IRIs in angle brackets: in its default graph, and by name."""

    default: Sequence[str]
    named: Sequence[str]

    @property
    def clauses(self) -> str:
        return " ".join([*(f"USING {iri}" for iri in self.default), *(f"USING NAMED {iri}" for iri in self.named)])


@dataclass(slots=True)
class Operation:
    """One operation: where it starts and ends in the text, its words outside of braces, and its blocks in braces."""

    text: str
    prologues: str
    start: int
    end: int = 0
    words: list[str] = field(default_factory=list)
    blocks: list[tuple[int, int]] = field(default_factory=list)
    where: int | None = None

    @property
    def is_sweeping(self) -> bool:
        """Whether it empties all graphs, whatever they are called."""
        return self.words[:1] in (["CLEAR"], ["DROP"]) and not {"ALL", "NAMED"}.isdisjoint(self.words)

    @property
    def writes_to_default(self) -> bool:
        """Whether statements without GRAPH in the block that follows its words are written to the default graph."""
        is_pattern = self.words[-1:] == ["WHERE"] and self.words != ["DELETE", "WHERE"]
        return not is_pattern and "WITH" not in self.words

    def over(self, dataset: Dataset | None) -> str:
        """The operation as the engine is to read it, places as they were: over a dataset where it names none itself."""
        body = self.text[self.start : self.end]
        if dataset is None or self.where is None or not {"USING", "WITH"}.isdisjoint(self.words):
            return self.prologues + body
        if self.words[:2] == ["DELETE", "WHERE"]:
            first, last = self.blocks[0]
            pattern = self.text[first:last]
            body = f"DELETE {pattern} {dataset.clauses} WHERE {pattern}"
        else:
            place = self.where - self.start
            body = f"{body[:place]}{dataset.clauses} {body[place:]}"
        return self.prologues + body


def operations(text: str) -> Iterator[Operation]:
    """The operations of an update, in order. Raises RequestError for one that writes to the default graph."""
    prologues, start, depth = "", 0, 0
    words: list[re.Match[str]] = []
    for token in tokens(text):
        depth += (token.lastgroup == "opener") - (token.lastgroup == "closer")
        if token.lastgroup != "separator" or depth > 0:
            words.append(token)
            continue
        operation = _operation(text, prologues, start, token.start(), words)
        yield operation
        prologues = operation.prologues + _BLANKED.sub(" ", text[operation.start : token.end()])
        start, words = token.end(), []
    yield _operation(text, prologues, start, len(text), words)


def _operation(text: str, prologues: str, start: int, end: int, words: Sequence[re.Match[str]]) -> Operation:
    """The operation of one stretch of text; without a keyword that starts one, the parser will say what it is."""
    first = next((t.start() for t in words if t.lastgroup == "word" and t[0].upper() in _STARTS), end)
    operation = Operation(text, prologues + text[start:first], first, end)
    _walk(operation, words)
    if operation.words[:1] and operation.words[0] in _COPIES and "DEFAULT" in operation.words:
        raise RequestError("default-graph", **excerpt(text, first))
    return operation


def _walk(operation: Operation, words: Sequence[re.Match[str]]) -> None:
    """Notes the words and blocks of an operation, and holds its templates to named graphs."""
    depth, opened = 0, 0
    is_template, after_graph = False, False
    for token in words:
        kind, word = token.lastgroup, token[0].upper()
        if kind == "word" and depth == 0:
            _note(operation, token, word)
        elif kind == "opener":
            depth += 1
            if depth == 1:
                opened, after_graph = token.start(), False
                is_template = operation.writes_to_default
            elif depth == 2 and is_template and not after_graph:
                raise RequestError("default-graph", **excerpt(operation.text, token.start()))
        elif kind == "closer":
            depth -= 1
            after_graph = False
            if depth == 0:
                operation.blocks.append((opened, token.end()))
        elif depth == 1 and is_template:
            is_name = after_graph and kind in _NAMES
            if not is_name and not (kind == "word" and word == "GRAPH"):
                raise RequestError("default-graph", **excerpt(operation.text, token.start()))
            after_graph = True


def _note(operation: Operation, token: re.Match[str], word: str) -> None:
    if word not in _WORDS:
        raise RequestError("word", word=token[0], **excerpt(operation.text, token.start()))
    if word not in _PROLOGUE:
        operation.words.append(word)
    if word == "WHERE":
        operation.where = token.start()
