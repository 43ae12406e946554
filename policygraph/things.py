"""A store and a name in, things out: found by id or label, and listed as a tree with their parts and statements."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import pyoxigraph as ox

from policygraph import vocab
from policygraph.errors import PolicygraphError
from policygraph.messages import SOURCE, listed, message, pmessage, text_in
from policygraph.store import labels_of
from policygraph.vocab import pg

__all__ = ["Branch", "UnknownThingError", "find", "has_parts", "kind", "label", "ordinal", "resolve", "tree", "unknown"]

_NONE: Mapping[str, str] = {}

#: Property -> what its subjects are of its object: these are branches of the tree, in this order.
_BRANCHES = {
    "isPartOf": message("parts"),
    "isSetBy": message("targets and positionings"),
    "supportsPositioning": message("supporting targets"),
    "countsPartsOf": message("declared counts"),
    "assignsElement": message("responsibilities"),
    "readsInitiative": message("readings"),
    "isSubdivisionOf": message("subdivisions"),
    "ofArea": message("targets, observations and positionings"),
    "ofIndicator": message("targets and observations"),
    "assignsAgent": message("roles"),
}
#: Properties that the tree shows elsewhere, or that are for machines.
_UNTOLD = frozenset(
    [
        pg(name)
        for name in ("hasEvidence", "hasOrdinal", "isDescribedIn", "isWithin", "isSetWithin", "isPartOf", "isSetBy")
    ]
    + [vocab.skos("prefLabel"), vocab.rdf_type]
)


@dataclass(slots=True)
class Branch:
    """A line of a thing's tree: what it says, the class of the thing it names (if it does), and what hangs below."""

    text: str
    kind: str = ""
    children: list[Branch] = field(default_factory=list)


def label(store: ox.Store, node: ox.NamedNode, language: str = "zh", names: vocab.Names = vocab.SHARED) -> str:
    """The preferred label of a thing in a language, else in any, else its short name."""
    labels = labels_of(store, node)
    return labels.get(language) or next((labels[key] for key in sorted(labels, key=str)), names.shorten(node.value))


class UnknownThingError(PolicygraphError, ValueError):
    """A name that means no thing of a graph: the name, and the nearest ones that do."""

    def __init__(self, name: str, near: list[str]) -> None:
        self.name, self.near = name, near
        hint = pmessage("things", "; did you mean {near}?", near=listed(near)) if near else ""
        super().__init__(message("“{name}” is not in the graph{hint}", name=name, hint=hint))

    def __str__(self) -> str:
        return self.message(SOURCE)

    def message(self, language: str) -> str:
        return text_in(self.args[0], language)


def resolve(
    store: ox.Store, name: str, names: vocab.Names = vocab.SHARED, codes: Mapping[str, str] = _NONE
) -> ox.NamedNode:
    """The thing of a graph that a short name or an IRI means: the one look-up of commands, REST and pages.

    An area of the base layer that the project defines under an id of its own is found by its code: `codes` has those
    of the base layer, by short name. Raises UnknownThingError where the graph says nothing of it, naming the nearest.
    """
    try:
        node = ox.NamedNode(names.expand(name))
    except ValueError:
        raise UnknownThingError(name, []) from None
    if _is_there(store, node):
        return node
    if code := codes.get(name):
        notation = ox.Literal(code, datatype=pg("GB2260"))
        for quad in store.quads_for_pattern(None, vocab.skos("notation"), notation):
            if isinstance(quad.subject, ox.NamedNode):
                return quad.subject
    raise UnknownThingError(name, _nearest(store, node, names))


def _is_there(store: ox.Store, node: ox.NamedNode) -> bool:
    """Whether a graph says anything of a node, or names it."""
    return any(True for _ in store.quads_for_pattern(node, None, None)) or any(
        True for _ in store.quads_for_pattern(None, None, node)
    )


def _nearest(store: ox.Store, node: ox.NamedNode, names: vocab.Names) -> list[str]:
    """The short names of the things that are called most like a node, of its kind first."""
    wanted = names.shorten(node.value)
    prefix = wanted.partition(":")[0]
    short_names = {
        short
        for quad in store.quads_for_pattern(None, vocab.rdf_type, None)
        if isinstance(quad.subject, ox.NamedNode) and names.is_ours(quad.subject.value)
        for short in (names.shorten(quad.subject.value),)
    }
    like = sorted(short for short in short_names if short.partition(":")[0] == prefix)
    return difflib.get_close_matches(wanted, like or sorted(short_names), n=2, cutoff=0.5)


def find(store: ox.Store, name: str, kind: str = "", names: vocab.Names = vocab.SHARED) -> list[ox.NamedNode]:
    """The things that a person means: by IRI or short name, else by an exact label, else by a part of one.

    Labels are those of every language, preferred and alternative; case does not matter. Things of the data, and of one
    class only where `kind` names it (Plan); where none has this label, a concept that has: 增长率.
    """
    of_kind = {quad.subject for quad in store.quads_for_pattern(None, vocab.rdf_type, pg(kind))} if kind else None
    with suppress(ValueError):  # a label with blanks is no IRI
        node = ox.NamedNode(names.expand(name))
        if any(True for _ in store.quads_for_pattern(node, None, None)) and (of_kind is None or node in of_kind):
            return [node]
    folded = name.casefold()
    exact: set[ox.NamedNode] = set()
    concepts: set[ox.NamedNode] = set()
    partly: set[ox.NamedNode] = set()
    for node, text in _labelled(store):
        is_meant = (of_kind is None or node in of_kind) and folded in text
        if is_meant and names.is_thing(node.value):
            (exact if text == folded else partly).add(node)
        elif is_meant and text == folded and node.value.startswith(vocab.CONCEPT):
            concepts.add(node)
    return sorted(exact or concepts or partly, key=lambda node: node.value)


def _labelled(store: ox.Store) -> Iterator[tuple[ox.NamedNode, str]]:
    """What has a label, and the label, folded; not the catalogue of queries and shapes."""
    for predicate in (vocab.skos("prefLabel"), vocab.skos("altLabel")):
        for quad in store.quads_for_pattern(None, predicate, None):
            if quad.graph_name == vocab.GRAPH_META:
                continue
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                yield quad.subject, quad.object.value.casefold()


def unknown(
    store: ox.Store, name: str, kind: str = "", names: vocab.Names = vocab.SHARED, language: str = "zh"
) -> UnknownThingError:
    """The error of a name that `find` finds nothing for: with the nearest ids, or things with the nearest labels."""
    with suppress(ValueError):
        if ":" in name and (near := _nearest(store, ox.NamedNode(names.expand(name)), names)):
            return UnknownThingError(name, near)
    of_kind = {quad.subject for quad in store.quads_for_pattern(None, vocab.rdf_type, pg(kind) if kind else None)}
    things: dict[str, ox.NamedNode] = {}
    for quad in store.quads_for_pattern(None, vocab.skos("prefLabel"), None):
        if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.Literal):
            continue
        if names.is_thing(quad.subject.value) and quad.graph_name != vocab.GRAPH_META and quad.subject in of_kind:
            things.setdefault(quad.object.value.casefold(), quad.subject)
    near = difflib.get_close_matches(name.casefold(), things, n=2, cutoff=0.4)
    nodes = dict.fromkeys(things[words] for words in near)
    return UnknownThingError(name, [f"{names.shorten(node.value)} ({label(store, node, language)})" for node in nodes])


def has_parts(store: ox.Store, node: ox.NamedNode) -> bool:
    """Whether anything is a part of a thing."""
    return any(True for _ in store.quads_for_pattern(None, pg("isPartOf"), node))


def tree(store: ox.Store, node: ox.NamedNode, language: str = "zh", depth: int = 12) -> Branch:
    """A thing with what it says of itself and, in the order of the document, all that belongs to it.

    `depth` bounds how deep parts are followed; a part that is its own whole is told once.
    """
    root = Branch(label(store, node, language), _kind(store, node, language))
    root.children += _statements(store, node, language)
    root.children += _branches(store, node, language, depth, {node}, named=True)
    return root


def kind(store: ox.Store, node: ox.NamedNode) -> ox.NamedNode | None:
    """The most special class of ours: the one whose superclasses are all there too."""
    kinds = {
        quad.object
        for quad in store.quads_for_pattern(node, vocab.rdf_type, None)
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(vocab.PREFIXES["pg"])
    }
    upper = ox.NamedNode(vocab.PREFIXES["rdfs"] + "subClassOf")
    general = {quad.object for each in kinds for quad in store.quads_for_pattern(each, upper, None)}
    return min((each for each in kinds if each not in general), key=str, default=None)


def _kind(store: ox.Store, node: ox.NamedNode, language: str) -> str:
    class_node = kind(store, node)
    return label(store, class_node, language) if class_node else ""


def _statements(store: ox.Store, node: ox.NamedNode, language: str) -> Iterable[Branch]:
    """What a thing says of itself in our vocabulary, and in its labels' other language."""
    values: dict[ox.NamedNode, list[str]] = {}
    for quad in store.quads_for_pattern(node, None, None):
        ours = quad.predicate.value.startswith((vocab.PREFIXES["pg"], vocab.PREFIXES["skos"]))
        if not ours or quad.predicate in _UNTOLD or isinstance(quad.object, (ox.BlankNode, ox.Triple)):
            continue
        if isinstance(quad.object, ox.Literal):
            if quad.object.language in (None, language):
                values.setdefault(quad.predicate, []).append(quad.object.value)
        else:
            values.setdefault(quad.predicate, []).append(label(store, quad.object, language))
    for predicate in sorted(values, key=str):
        separator = text_in(message(", "), language)
        name = label(store, predicate, language)
        yield Branch(f"{name}: {separator.join(sorted(set(values[predicate])))}")


def _branches(
    store: ox.Store, node: ox.NamedNode, language: str, depth: int, above: set[ox.NamedNode], *, named: bool
) -> Iterable[Branch]:
    """The branches below a thing, under their names for the thing itself and without them further down."""
    if depth == 0:
        return
    for name, names in _BRANCHES.items():
        if not named and name in ("ofArea", "ofIndicator", "assignsAgent", "isSubdivisionOf", "readsInitiative"):
            continue
        subjects = {
            quad.subject
            for quad in store.quads_for_pattern(None, pg(name), node)
            if isinstance(quad.subject, ox.NamedNode) and quad.subject not in above
        }
        children = [
            Branch(
                f"{_number(store, child)}{label(store, child, language)}",
                _kind(store, child, language),
                list(_branches(store, child, language, depth - 1, above | {child}, named=False)),
            )
            for child in sorted(subjects, key=lambda child: ordinal(store, child))
        ]
        if children and named:
            yield Branch(text_in(names, language), "", children)
        else:
            yield from children


def _value(store: ox.Store, node: ox.NamedNode, name: str) -> str | None:
    return next(
        (q.object.value for q in store.quads_for_pattern(node, pg(name), None) if isinstance(q.object, ox.Literal)),
        None,
    )


def _number(store: ox.Store, node: ox.NamedNode) -> str:
    printed = _value(store, node, "hasPrintedNumber")
    return f"{printed} " if printed else ""


def ordinal(store: ox.Store, node: ox.NamedNode) -> tuple[int, str]:
    """What things of one whole are sorted by: their place in the document, then their IRI."""
    return int(_value(store, node, "hasOrdinal") or 0), node.value
