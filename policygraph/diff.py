"""Two graphs in, the facts in which they differ out: by thing, and as an RDF Patch that makes the second of the first.

Equal graphs do not differ, whatever their blank nodes are called and in whatever order their statements stand: each
group of blank nodes that hang together is named by the hash of its canonical form (RDFC-1.0), so that a change in one
group renames no other. `between` compares all statements; `paired` first lays the parts of one plan on those of another
that correspond to them, so that two plans can be compared as if they were two versions of one.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from policygraph import store, vocab
from policygraph.errors import PolicygraphError
from policygraph.formats import templates as html_templates
from policygraph.manifest import QUADS, require_whole
from policygraph.messages import message, text_in
from policygraph.vocab import pg

__all__ = [
    "Change",
    "DiffError",
    "Difference",
    "Thing",
    "as_json",
    "between",
    "page",
    "paired",
    "patch",
    "read",
    "text",
]

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

#: Graphs that follow from others: they differ where those do.
_DERIVED = frozenset([vocab.GRAPH_INFERRED, vocab.GRAPH_SUGGESTED, vocab.GRAPH_BUILD, vocab.GRAPH_META])
#: Relations of an alignment that make two parts one and the same for a comparison.
_SAME = frozenset(ox.NamedNode(f"{vocab.CONCEPT}relation/{name}") for name in ("equal-to", "equivalent-to"))
#: What must agree for two targets to be about one and the same.
_TARGET_KEY = ("ofIndicator", "ofArea", "hasValueKind")
#: State of a thing -> the mark in front of its name.
_MARKS = {"added": "+", "removed": "-", "changed": "~"}
#: The last line of a difference in words.
_TOTALS = message(
    "{added} things added, {removed} removed, {changed} changed; {plus} statements added, {minus} removed."
)


class DiffError(PolicygraphError, ValueError):
    """Something that cannot be compared; the message says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a thing says of one property in the one graph and in the other; both sides are sorted."""

    predicate: ox.NamedNode
    graph: Node | ox.DefaultGraph
    removed: tuple[Term, ...]
    added: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing in which the graphs differ; `state` is added or removed where one side lacks it, else changed."""

    node: Node
    state: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All statements in which two graphs differ, sorted; `things` are the same, by subject."""

    removed: tuple[ox.Quad, ...]
    added: tuple[ox.Quad, ...]
    things: tuple[Thing, ...]


def read(path: Path, *, with_inferred: bool = False) -> list[ox.Quad]:
    """The statements of a build's folder or of an RDF file, without what follows from others unless it is asked for.

    Raises DiffError for a folder that is no build and for a file that holds no RDF, DamagedError for a build that is
    not as it was written.
    """
    try:
        if path.is_dir():
            require_whole(path)
        quads = store.read_file(path / QUADS if path.is_dir() else path)
    except FileNotFoundError:
        raise DiffError(f"no build in {path}") from None
    except store.UnreadableError as error:
        raise DiffError(str(error)) from None
    left_out = {vocab.GRAPH_META} if with_inferred else _DERIVED
    return [quad for quad in quads if quad.graph_name not in left_out]


def between(first: Iterable[ox.Quad], second: Iterable[ox.Quad]) -> Difference:
    """What the second graph says and the first does not, and the other way round."""
    one, other = _named(first), _named(second)
    spoken: list[set[Term]] = [{quad.subject for quad in side} for side in (one, other)]
    removed, added = sorted(one - other, key=str), sorted(other - one, key=str)
    changes: dict[Term, dict[tuple[str, str], tuple[list[ox.Quad], list[ox.Quad]]]] = defaultdict(dict)
    for side, quads in enumerate((removed, added)):
        for quad in quads:
            key = str(quad.graph_name), str(quad.predicate)
            changes[quad.subject].setdefault(key, ([], []))[side].append(quad)
    things = [
        Thing(node, _state(node, *spoken), tuple(_change(*sides) for _, sides in sorted(changes[node].items())))
        for node in sorted(changes, key=str)
        if isinstance(node, (ox.NamedNode, ox.BlankNode))
    ]
    return Difference(tuple(removed), tuple(added), tuple(things))


def _state(node: Term, first: set[Term], second: set[Term]) -> str:
    if node not in first:
        return "added"
    return "changed" if node in second else "removed"


def _change(removed: list[ox.Quad], added: list[ox.Quad]) -> Change:
    quad = (removed or added)[0]
    sides = (tuple(each.object for each in side) for side in (removed, added))
    return Change(quad.predicate, quad.graph_name, *sides)


def patch(difference: Difference) -> str:
    """The difference as an RDF Patch (Apache Jena's format, version 1): deletions first, in one transaction."""
    lines = ["TX ."]
    lines += [f"D {_line(quad)} ." for quad in difference.removed]
    lines += [f"A {_line(quad)} ." for quad in difference.added]
    return "\n".join([*lines, "TC ."]) + "\n"


def _line(quad: ox.Quad) -> str:
    """The terms of a statement; a blank node is written `<_:label>`, so that its label holds beyond the file."""
    terms = [quad.subject, quad.predicate, quad.object]
    terms += [] if isinstance(quad.graph_name, ox.DefaultGraph) else [quad.graph_name]
    return " ".join(f"<{term}>" if isinstance(term, ox.BlankNode) else str(term) for term in terms)


def text(difference: Difference, labels: Mapping[str, str], language: str = "en") -> str:
    """The difference in words: a paragraph for each thing, a line for each property, and how much there was.

    Labels are by IRI; what has none is told by its short name.
    """
    lines = [line for thing in difference.things for line in (*_paragraph(thing, labels), "")]
    counts = {
        **{state: sum(thing.state == state for thing in difference.things) for state in _MARKS},
        "plus": len(difference.added),
        "minus": len(difference.removed),
    }
    return "\n".join([*lines, text_in(_TOTALS.format(**counts), language)]) + "\n"


def _paragraph(thing: Thing, labels: Mapping[str, str]) -> Iterable[str]:
    yield f"{_MARKS[thing.state]} {_heading(thing.node, labels)}"
    for change in thing.changes:
        sides = [" | ".join(_shown(term, labels) for term in side) for side in (change.removed, change.added)]
        line = f"{sides[0]} → {sides[1]}" if all(sides) else f"{'-' if sides[0] else '+'} {sides[0] or sides[1]}"
        yield f"    {_shown(change.predicate, labels)}: {line}"


def _heading(node: Node, labels: Mapping[str, str]) -> str:
    name = _shown(node, {})
    label = labels.get(node.value)
    return f"{label}  ({name})" if label else name


def _shown(term: Term, labels: Mapping[str, str]) -> str:
    if isinstance(term, ox.NamedNode):
        return labels.get(term.value) or vocab.shorten(term.value)
    if isinstance(term, ox.Literal):
        return f"“{term.value}”" + (f"@{term.language}" if term.language else "")
    return str(term)


def as_json(difference: Difference, labels: Mapping[str, str]) -> str:
    """The difference as a JSON document: things with their state and changes, terms in N-Triples form."""
    things = [
        {
            "id": thing.node.value if isinstance(thing.node, ox.NamedNode) else str(thing.node),
            "label": labels.get(thing.node.value),
            "state": thing.state,
            "changes": [
                {
                    "property": change.predicate.value,
                    "graph": None if isinstance(change.graph, ox.DefaultGraph) else change.graph.value,
                    "removed": [str(term) for term in change.removed],
                    "added": [str(term) for term in change.added],
                }
                for change in thing.changes
            ],
        }
        for thing in difference.things
    ]
    counts = {"added": len(difference.added), "removed": len(difference.removed)}
    return json.dumps({"statements": counts, "things": things}, ensure_ascii=False, indent=2) + "\n"


def page(
    difference: Difference, labels: Mapping[str, str], templates: Path, names: tuple[str, str], language: str = "en"
) -> str:
    """The difference as one HTML page without scripts; `names` are what the two sides are called."""
    return html_templates.render(
        templates,
        "diff.html",
        difference=difference,
        language=language,
        names=names,
        heading=lambda node: _heading(node, labels),
        shown=lambda term: _shown(term, labels),
    )


def paired(quads: Iterable[ox.Quad], first: ox.NamedNode, second: ox.NamedNode) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """What belongs to each of two plans, the parts of the second named as those of the first that they correspond to.

    Parts correspond where an alignment says that they are equal or equivalent, else where their class and their
    Chinese label agree; targets where their indicator, area and value kind do. What two parts could claim belongs to
    neither. Evidence, ordinals and printed numbers are left out: they differ between any two texts.

    Raises DiffError for a plan of which nothing is said.
    """
    facts = _Facts(quads)
    sides = [facts.belonging(plan) for plan in (first, second)]
    for plan, side in zip((first, second), sides, strict=True):
        if len(side) < 2:
            raise DiffError(f"{vocab.shorten(plan.value)} has no parts")
    names = {second: first, **facts.pairs(sides[0], sides[1])}
    return facts.statements(sides[0], {}), facts.statements(sides[1], names)


class _Facts:
    """The statements of a graph, ready to be asked for one subject or one object."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._of: dict[Term, list[ox.Quad]] = defaultdict(list)
        self._to: dict[tuple[ox.NamedNode, Term], list[Node]] = defaultdict(list)
        for quad in quads:
            if quad.graph_name not in _DERIVED and isinstance(quad.subject, (ox.NamedNode, ox.BlankNode)):
                self._of[quad.subject].append(quad)
                self._to[quad.predicate, quad.object].append(quad.subject)

    def belonging(self, plan: ox.NamedNode) -> dict[Node, None]:
        """A plan, its parts at any depth, and what they set, claim and assign, in the order in which they are found."""
        nodes: dict[Node, None] = {}
        waiting: list[Node] = [plan] if plan in self._of else []
        while waiting:
            node = waiting.pop()
            if node not in nodes:
                nodes[node] = None
                for name in ("isPartOf", "isSetBy", "countsPartsOf", "assignsElement"):
                    waiting += self._to[pg(name), node]
        return nodes

    def pairs(self, first: Mapping[Node, None], second: Mapping[Node, None]) -> dict[Node, Node]:
        """Node of the second plan -> the node of the first that it corresponds to."""
        aligned = self._aligned(first, second)
        paired = set(aligned.values())
        keys = [
            self._by_key(node for node in side if node not in aligned and node not in paired)
            for side in (first, second)
        ]
        aligned |= {other: keys[0][key] for key, other in keys[1].items() if key in keys[0]}
        return aligned

    def _aligned(self, first: Mapping[Node, None], second: Mapping[Node, None]) -> dict[Node, Node]:
        claims: list[tuple[Node, Node]] = []
        for relation in sorted(_SAME, key=str):
            for alignment in self._to[pg("hasRelation"), relation]:
                ends = [self._objects(alignment, name) for name in ("alignsFrom", "alignsTo")]
                pairs = [(one, other) for one in ends[0] for other in ends[1]]
                claims += [
                    pair
                    for one, other in pairs
                    for pair in ((one, other), (other, one))
                    if pair[0] in first and pair[1] in second
                ]
        counts = Counter(node for pair in set(claims) for node in pair)
        return {other: one for one, other in claims if counts[one] == counts[other] == 1}

    def _by_key(self, nodes: Iterable[Node]) -> dict[tuple[str, ...], Node]:
        """Key -> the one node that has it."""
        keyed: dict[tuple[str, ...], list[Node]] = defaultdict(list)
        for node in nodes:
            if key := self._key(node):
                keyed[key].append(node)
        return {key: nodes[0] for key, nodes in keyed.items() if len(nodes) == 1}

    def _key(self, node: Node) -> tuple[str, ...]:
        """What a part is recognised by: its indicator, area and value kind, or its class and label; () for nothing."""
        about = [" ".join(sorted(map(str, self._objects(node, name)))) for name in _TARGET_KEY]
        if about[0]:
            return tuple(about)
        kinds = sorted(str(quad.object) for quad in self._of[node] if quad.predicate == vocab.rdf_type)
        labels = [
            unicodedata.normalize("NFKC", quad.object.value).casefold()
            for quad in self._of[node]
            if quad.predicate == vocab.skos("prefLabel")
            and isinstance(quad.object, ox.Literal)
            and quad.object.language == "zh"
        ]
        return (*kinds, *labels) if labels else ()

    def _objects(self, node: Node, name: str) -> list[Node]:
        objects = (quad.object for quad in self._of[node] if quad.predicate == pg(name))
        return [value for value in objects if isinstance(value, (ox.NamedNode, ox.BlankNode))]

    def statements(self, side: Iterable[Node], names: Mapping[Node, Node]) -> list[ox.Quad]:
        """What the things of one plan say, renamed, outside any graph."""
        idle = {pg(name) for name in ("hasEvidence", "hasOrdinal", "hasPrintedNumber", "isDescribedIn")}
        return [
            ox.Quad(names.get(node, node), quad.predicate, _renamed(quad.object, names))
            for node in side
            for quad in self._of[node]
            if quad.predicate not in idle
        ]


def _renamed(term: Term, names: Mapping[Node, Node]) -> Term:
    return names.get(term, term) if isinstance(term, (ox.NamedNode, ox.BlankNode)) else term


def _named(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """The statements, every blank node named after the group that it hangs together with."""
    whole = list(quads)
    plain = {quad for quad in whole if not _blanks(quad)}
    seen: Counter[str] = Counter()
    for group in _groups([quad for quad in whole if _blanks(quad)]):
        dataset = ox.Dataset(group)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        lines = sorted(str(quad) for quad in dataset)
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
        seen[digest] += 1
        # two groups alike are two, not one
        plain |= {_prefixed(quad, f"b{digest}n{seen[digest]}") for quad in dataset}
    return plain


def _blanks(quad: ox.Quad) -> list[ox.BlankNode]:
    return [term for term in (quad.subject, quad.object, quad.graph_name) if isinstance(term, ox.BlankNode)]


def _groups(quads: list[ox.Quad]) -> list[list[ox.Quad]]:
    """Statements by the blank nodes that they share, directly or through others (union-find)."""
    leader: dict[ox.BlankNode, ox.BlankNode] = {}

    def find(node: ox.BlankNode) -> ox.BlankNode:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for quad in quads:
        first, *others = _blanks(quad)
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[ox.BlankNode, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        groups[find(_blanks(quad)[0])].append(quad)
    return list(groups.values())


def _prefixed(quad: ox.Quad, prefix: str) -> ox.Quad:
    def name(term: Term) -> Term:
        return ox.BlankNode(prefix + term.value) if isinstance(term, ox.BlankNode) else term

    return ox.Quad(name(quad.subject), quad.predicate, name(quad.object), name(quad.graph_name))  # type: ignore[arg-type]
