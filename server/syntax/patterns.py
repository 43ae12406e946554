"""A query in, its patterns one by one out: each as text that can stand alone in a query, with its place.

    outline(text, base, prefixes)["where"] -> {"steps": [{"kind": "triple", "pattern": "?s a pg:Plan .", "line": 1, …}]}

Abbreviations are written out: `;` and `,` as triples of their own, `[ … ]` as triples about a variable of ours. The
steps of a group are its patterns in the order written and then its filters, which hold for the whole group wherever
they stand (SPARQL 1.1 Query 5.2.2). A step with an `inner` group names what can be looked into.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin

from policygraph.grammar import Node, Token, tree

from .excerpt import excerpt

__all__ = ["Outline", "outline"]

Outline = dict[str, Any]
Step = dict[str, Any]

#: A variable that stands for `[ … ]`; the prefix makes a clash with a variable of a query unlikely.
_OURS = "?policygraph_blank_"
_ESCAPE = re.compile(r"\\(.)")


def outline(text: str, base: str | None, prefixes: Mapping[str, str]) -> Outline:
    """What a query is made of, as JSON. Raises grammar.MistakeError for what the grammar does not know."""
    root = tree(text)
    query = root.nodes("SelectQuery", "AskQuery", "ConstructQuery", "DescribeQuery")[0]
    (prologue,) = root.nodes("Prologue")
    return _Writer(text, _Names(prologue, base, prefixes)).whole(root, query, prologue)


class _Names:
    """Names of a query -> IRIs."""

    def __init__(self, prologue: Node, base: str | None, prefixes: Mapping[str, str]) -> None:
        self._base, self._prefixes = base or "", dict(prefixes)
        leaves = list(prologue.leaves())
        for before, token in pairwise(leaves):
            if before.kind == "BASE":
                self._base = urljoin(self._base, token.text[1:-1])
            elif before.kind == "PNAME":
                self._prefixes[before.text[:-1]] = urljoin(self._base, token.text[1:-1])

    def iri(self, token: Token) -> str:
        if token.kind == "IRIREF":
            return urljoin(self._base, token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        return self._prefixes.get(prefix, prefix + ":") + _ESCAPE.sub(r"\1", local)

    def all(self, node: Node) -> dict[str, str]:
        """The names in a node as written -> their IRIs."""
        return {leaf.text: self.iri(leaf) for leaf in node.leaves() if leaf.kind in ("IRIREF", "PNAME")}


class _Writer:
    """Writes the steps of one query."""

    def __init__(self, text: str, names: _Names) -> None:
        self._text, self._names = text, names
        self._blanks = 0

    def whole(self, root: Node, query: Node, prologue: Node) -> Outline:
        where = next(iter([*query.nodes("WhereClause"), *query.all("ConstructWhere")]), None)
        group = where.nodes("Group", "Template")[0] if where else None
        datasets = query.all("DatasetClause")
        report = {
            "form": next(query.leaves()).kind,
            "prologue": self._slice(prologue),
            "dataset": "\n".join(map(self._slice, datasets)),
            "where": self._group(group) if group else {"steps": []},
            "variables": sorted({leaf.text for leaf in root.leaves() if leaf.kind == "VAR"}),
            "is_one_row": _is_one_row(query),
            "described": self._described(query),
        }
        return {**report, **self._tail(query, root.nodes("ValuesClause")[0])}

    def _described(self, query: Node) -> dict[str, str]:
        descriptions: dict[str, str] = {}
        for node in query.nodes("VarOrIri"):
            descriptions |= self._names.all(node)
        return descriptions

    def _tail(self, query: Node, values: Node) -> Outline:
        """What follows the patterns and may leave nothing of them; `whole` is the query as a pattern."""
        modifiers = query.nodes("SolutionModifier")[0].nodes("HavingClause", "Offset", "Limit")
        steps = [self._step(_TAILS[part.name], part) for part in [*modifiers, *([values] if values.parts else [])]]
        if query.name not in ("SelectQuery", "SubSelect"):
            groups = [group for where in query.nodes("WhereClause") for group in where.nodes("Group")]
            return {"tail": [], "whole": "".join(map(self._slice, groups))}
        pieces = [self._slice(part) for part in query.parts if isinstance(part, Node) and part.name != "DatasetClause"]
        trailing = [self._slice(values)] if values.parts and query.name == "SelectQuery" else []
        return {"tail": steps, "whole": "{ " + "\n".join(filter(None, [*pieces, *trailing])) + "\n}"}

    def _group(self, group: Node) -> Outline:
        if sub := group.nodes("SubSelect"):
            return {"steps": [self._select(sub[0], sub[0])]}
        patterns: list[Step] = []
        filters: list[Step] = []
        for part in group.nodes("TriplesBlock", "NotTriples"):
            if part.name == "TriplesBlock":
                patterns += [step for triples in part.all("Triples") for step in self._triples(triples)]
                continue
            (inner,) = (each for each in part.parts if isinstance(each, Node))
            (filters if inner.name == "Filter" else patterns).append(_KINDS[inner.name](self, inner))
        return {"steps": [*patterns, *filters]}

    def _step(self, kind: str, node: Node, **more: Any) -> Step:
        variables = sorted({leaf.text for leaf in node.leaves() if leaf.kind == "VAR"})
        text = self._slice(node)
        step = {"kind": kind, "text": text, "pattern": text, "variables": variables, "names": self._names.all(node)}
        return {**step, **excerpt(self._text, node.start), **more}

    def _select(self, select: Node, place: Node) -> Step:
        (where,) = select.nodes("WhereClause")
        (group,) = where.nodes("Group")
        inner = {**self._group(group), **self._tail(select, select.nodes("ValuesClause")[0])}
        pattern = "{ " + self._slice(select) + "\n}"
        return self._step("select", place, pattern=pattern, inner=[inner], is_one_row=_is_one_row(select))

    def _union(self, node: Node) -> Step:
        groups = node.nodes("Group")
        if len(groups) == 1 and (sub := groups[0].nodes("SubSelect")):
            return self._select(sub[0], node)
        return self._step("union" if len(groups) > 1 else "group", node, inner=[self._group(each) for each in groups])

    def _nested(self, kind: str) -> Callable[[Node], Step]:
        return lambda node: self._step(kind, node, inner=[self._group(node.nodes("Group")[0])])

    def optional(self, node: Node) -> Step:
        return self._nested("optional")(node)

    def minus(self, node: Node) -> Step:
        return self._nested("minus")(node)

    def graph(self, node: Node) -> Step:
        (group,) = node.nodes("Group")
        opening = self._text[node.start : group.start + 1]
        return self._step("graph", node, inner=[self._group(group)], opening=opening, closing="}")

    def filter(self, node: Node) -> Step:
        literals = [self._slice(each) for each in node.all("Literal")]
        exists = node.nodes("Constraint")[0].nodes("BuiltIn")
        nested = [each for part in exists for each in part.nodes("Exists")]
        inner = [self._group(each.nodes("Group")[0]) for each in nested]
        kind = "filter" if not nested else "not-exists" if nested[0].has("NOT") else "exists"
        return self._step(kind, node, literals=literals, inner=inner)

    def values(self, node: Node) -> Step:
        return self._step("values", node, literals=[self._slice(each) for each in node.all("Literal")])

    def bind(self, node: Node) -> Step:
        return self._step("bind", node)

    def service(self, node: Node) -> Step:
        return self._step("service", node)

    def _triples(self, triples: Node) -> Iterator[Step]:
        """The triples of one subject, each a step; those about a `[ … ]` follow the one that names it."""
        first = triples.parts[0]
        assert isinstance(first, Node)  # noqa: S101 - by the grammar
        subject, about = self._term(first)
        yield from about
        for properties in triples.nodes("Properties"):
            yield from self._properties(subject, properties, triples.start)

    def _properties(self, subject: str, properties: Node, place: int) -> Iterator[Step]:
        """A triple starts for a reader where its first own word stands: its subject, its verb, or its object."""
        verbs, objects = properties.nodes("Verb"), properties.nodes("Objects")
        for number, (verb, several) in enumerate(zip(verbs, objects, strict=True)):
            for each, node in enumerate(several.nodes("Object")):
                start = node.start if each else verb.start if number else place
                yield from self._triple(subject, verb, node, start)

    def _triple(self, subject: str, verb: Node, node: Node, place: int) -> Iterator[Step]:
        inner = node.parts[0]
        assert isinstance(inner, Node)  # noqa: S101 - by the grammar
        value, about = self._term(inner)
        how = self._slice(verb)
        label = "[ … ]" if about else value
        subject_label = "[ … ]" if subject.startswith(_OURS) else subject
        leaves = list(verb.leaves())
        single = leaves[0].kind if len(leaves) == 1 else "path"
        more = {
            "text": f"{subject_label} {how} {label}",
            "pattern": f"{subject} {how} {value} .",
            "subject": subject,
            "verb": how,
            "verb_kind": {"IRIREF": "iri", "PNAME": "iri", "VAR": "variable"}.get(single, single),
            "object": value,
            "object_kind": _kind(inner),
            "variables": sorted({text for text in (subject, how, value) if text[:1] in "?$"}),
            "names": {**self._names.all(verb), **self._named(subject), **({} if about else self._names.all(node))},
        }
        yield {**self._step("triple", verb), **excerpt(self._text, place), **more}
        yield from about

    def _named(self, subject: str) -> dict[str, str]:
        token = Token("IRIREF" if subject.startswith("<") else "PNAME", subject, 0)
        is_name = subject[:1] not in ("?", "$", '"', "'", "_", "[", "(") and ":" in subject
        return {subject: self._names.iri(token)} if is_name else {}

    def _term(self, node: Node) -> tuple[str, list[Step]]:
        """A term as text, and the steps about it where it is `[ … ]`."""
        blanks = node.nodes("BlankProperties") if node.name == "TriplesNode" else []
        if not blanks:
            return self._slice(node), []
        self._blanks += 1
        name = f"{_OURS}{self._blanks}"
        (properties,) = blanks[0].nodes("Properties")
        return name, list(self._properties(name, properties, properties.start))

    def _slice(self, node: Node) -> str:
        leaves = list(node.leaves())
        return self._text[leaves[0].start : leaves[-1].end] if leaves else ""


def _kind(node: Node) -> str:
    """What an object is: variable, iri, literal, or other."""
    inner = node.parts[0]
    if isinstance(inner, Token):
        return {"VAR": "variable"}.get(inner.kind, "other")
    return {"Iri": "iri", "Literal": "literal"}.get(inner.name, "other")


def _is_one_row(query: Node) -> bool:
    """Whether a SELECT sums up all solutions in one row, so that there is one even where there are none."""
    clauses = query.nodes("SelectClause")
    groups = [group for modifier in query.nodes("SolutionModifier") for group in modifier.nodes("GroupClause")]
    return any(clause.all("Aggregate") for clause in clauses) and not groups


#: Rule of the grammar -> what writes its step.
_KINDS: Mapping[str, Callable[[_Writer, Node], Step]] = {
    "GroupOrUnion": _Writer._union,
    "Optional": _Writer.optional,
    "Minus": _Writer.minus,
    "GraphGroup": _Writer.graph,
    "Service": _Writer.service,
    "Filter": _Writer.filter,
    "Bind": _Writer.bind,
    "InlineData": _Writer.values,
}
#: Rule of the grammar -> kind of a step that follows the patterns.
_TAILS = {"HavingClause": "having", "Offset": "offset", "Limit": "limit", "ValuesClause": "values"}
