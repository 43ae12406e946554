"""A query's text in, of which things it reads labels out: of those of a class, or with statements of a predicate.

    bounds_of("SELECT ?zh { ?plan a pg:Plan ; pg:coversArea/skos:prefLabel ?zh }")     # [['values', 'pg:coversArea']]

Labels are what is changed most. Where each label that a query asks for is one of such a thing, those of other things do
not touch its answer. A query of which this is not certain may read all labels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import pyoxigraph as ox

from policygraph import vocab
from policygraph.build.parts import LABEL, UNTYPED_LABEL, Index, label_name
from policygraph.grammar import MistakeError, Node, Token, tree
from policygraph.remembered import remembered

__all__ = ["LabelsRead", "bounds_of"]

#: How a text may write the predicates of labels and of classes.
_LABELS = frozenset({"skos:prefLabel", f"<{LABEL}>"})
_TYPES = frozenset({"a", "rdf:type", str(vocab.rdf_type)})
#: `class` and the name of one, or `values` or `holders` and the name of a predicate, whose objects or subjects are
#: meant, as the text writes them.
_Bound = tuple[str, str]


#: Kinds of bounds, the one that means the fewest things first.
_PREFERRED = ("class", "values", "holders")


class _UnboundedError(Exception):
    """A label may be one of any thing."""


@remembered
@lru_cache(maxsize=512)
def bounds_of(text: str) -> list[_Bound] | None:
    """The bounds of all things whose labels are read, each once, in order; None where there may be others.

    Names are as the text writes them, which says itself what none of its prefixes mean.
    """
    try:
        query = tree(text)
    except MistakeError:
        return None
    if query.all("TriplesNode") or query.nodes("Prologue")[0].parts:
        return None
    groups = [
        group
        for form in query.nodes("SelectQuery")
        for clause in form.nodes("WhereClause")
        for group in clause.nodes("Group")
    ]
    try:
        bounds = [bound for group in groups for bound in _in_group(group, {})]
    except _UnboundedError:
        return None
    written = sum(token.text in _LABELS for token in query.leaves())
    return sorted(set(bounds)) if len(bounds) == written else None


def _in_group(group: Node, around: Mapping[str, _Bound]) -> Iterator[_Bound]:
    """The bound of each label that is read in a group. Raises _UnboundedError.

    `around` has the bounds of variables without which a row of the group comes to nothing. An optional pattern, or one
    that is taken away, is read apart from them: there, only what stands before it in the group itself binds a variable.
    """
    own = {**around, **_bounds(group.parts)}
    for block in group.nodes("TriplesBlock"):
        for each in block.all("Triples"):
            yield from _of_triples(each, own)
    for number, part in enumerate(group.parts):
        if isinstance(part, Node) and part.name != "TriplesBlock":
            yield from _in_pattern(part, group.parts[:number], own)


def _in_pattern(part: Node, before: list[Node | Token], own: Mapping[str, _Bound]) -> Iterator[_Bound]:
    for select in [part] if part.name == "SubSelect" else part.nodes("SubSelect"):
        for clause in select.nodes("WhereClause"):
            for group in clause.nodes("Group"):
                yield from _in_group(group, {})
    for pattern in part.nodes("Optional", "Minus", "Filter", "Bind", "GraphGroup", "GroupOrUnion"):
        is_joined = pattern.name in {"GraphGroup", "GroupOrUnion"}
        bounds = own if is_joined else _bound_before(before, own)
        for group in pattern.outermost("Group"):
            yield from _in_group(group, bounds)


def _bound_before(parts: list[Node | Token], own: Mapping[str, _Bound]) -> dict[str, _Bound]:
    """The bounds of the variables that some parts of a group bind for sure."""
    return {name: own[name] for name in _bounds(parts)}


def _bounds(parts: Sequence[Node | Token]) -> dict[str, _Bound]:
    """The bounds of variables that parts of a group bind for sure: their class where it is said, else a predicate."""
    nodes = [part for part in parts if isinstance(part, Node)]
    bounds = [bound for part in nodes if part.name == "TriplesBlock" for bound in _bounds_of_triples(part)]
    for part in nodes:
        selects = [part] if part.name == "SubSelect" else part.nodes("SubSelect")
        bounds += [bound for select in selects for bound in _bounds_of_select(select)]
        for groups in ([*pattern.nodes("Group")] for pattern in part.nodes("GraphGroup", "GroupOrUnion")):
            own = [_bounds(group.parts).items() for group in groups]
            bounds += [bound for bound in own[0] if all(bound in each for each in own[1:])]
    return dict(sorted(bounds, key=lambda bound: _PREFERRED.index(bound[1][0]), reverse=True))


def _bounds_of_triples(block: Node) -> Iterator[tuple[str, _Bound]]:
    for each in block.all("Triples"):
        subject = _variable(each.nodes("Term")[0])
        for steps, term in _pairs(each):
            name = _variable(term)
            if subject and len(steps) == 1 and steps[0] in _TYPES and not name:
                yield subject, ("class", _written(term))
            if subject and steps and steps[0] and steps[0] not in _TYPES | _LABELS:
                yield subject, ("holders", steps[0])
            if name and steps and steps[-1] and steps[-1] not in _TYPES | _LABELS:
                yield name, ("values", steps[-1])


def _bounds_of_select(select: Node) -> Iterator[tuple[str, _Bound]]:
    """The bounds of the variables that a sub-select gives as they are."""
    projected = {_variable(each) for clause in select.nodes("SelectClause") for each in clause.nodes("Projected")}
    for clause in select.nodes("WhereClause"):
        for group in clause.nodes("Group"):
            yield from ((name, bound) for name, bound in _bounds(group.parts).items() if name in projected)


def _of_triples(triples: Node, own: Mapping[str, _Bound]) -> Iterator[_Bound]:
    """The bound of each label that triples read."""
    subject = _variable(triples.nodes("Term")[0])
    for verb in triples.all("Verb"):
        steps, count = _steps(verb), sum(token.text in _LABELS for token in verb.leaves())
        if not count:
            continue
        if count > 1 or not steps or steps[-1] not in _LABELS:
            raise _UnboundedError
        if len(steps) == 1 and subject in own:
            yield own[subject]
        elif len(steps) > 1 and steps[-2] and steps[-2] not in _TYPES:
            yield "values", steps[-2]
        else:
            raise _UnboundedError


def _pairs(triples: Node) -> Iterator[tuple[list[str], Node]]:
    """The steps of each path with each of its objects."""
    steps: list[str] = []
    for part in (part for properties in triples.nodes("Properties") for part in properties.parts):
        if isinstance(part, Node) and part.name == "Verb":
            steps = _steps(part)
        elif isinstance(part, Node):
            yield from ((steps, term) for each in part.nodes("Object") for term in each.nodes("Term"))


def _steps(verb: Node) -> list[str]:
    """The names of the steps of a path, empty for one that is not a name alone; none where it has alternatives."""
    sequences = [sequence for path in verb.nodes("Path") for sequence in path.nodes("PathSequence")]
    if len(sequences) != 1:
        return []
    leaves = [list(step.leaves()) for step in sequences[0].nodes("PathStep")]
    return [tokens[0].text if len(tokens) == 1 and tokens[0].kind != "VAR" else "" for tokens in leaves]


def _variable(term: Node) -> str:
    leaves = list(term.leaves())
    return leaves[0].text[1:] if len(leaves) == 1 and leaves[0].kind == "VAR" else ""


def _written(term: Node) -> str:
    return "".join(token.text for token in term.leaves())


class LabelsRead:
    """Which labels of a graph queries read, as the names under which parts have them (parts.label_name).

    `indexes` are those of the parts that records make and of what follows elsewhere, `types` the classes of all things,
    and `beside` what is added to the graph for those who ask it. A part tells the classes only of things
    that it alone describes: labels of others must stand under UNTYPED_LABEL too, which is read with any.
    """

    def __init__(
        self,
        indexes: Sequence[Index],
        types: Mapping[str, frozenset[str]],
        beside: Iterable[ox.Quad],
        names: vocab.Names,
    ) -> None:
        self._indexes = indexes
        self._types = types
        self._prefixes = names.prefixes
        self._holders: dict[str, set[str]] = defaultdict(set)
        self._values: dict[str, set[str]] = defaultdict(set)
        self._is_certain = True
        for quad in beside:
            if isinstance(quad.subject, ox.NamedNode):
                self._holders[quad.predicate.value].add(quad.subject.value)
                self._is_certain &= quad.predicate != vocab.rdf_type or quad.subject.value not in types
            if isinstance(quad.object, ox.NamedNode):
                self._values[quad.predicate.value].add(quad.object.value)

    def of(self, text: str, names: frozenset[str]) -> frozenset[str]:
        """The names that a query reads, without the labels of things that it cannot ask for."""
        bounds = bounds_of(text) if LABEL in names and self._is_certain else None
        if bounds is None:
            return names
        read = {UNTYPED_LABEL}
        for kind, written in bounds:
            iri = self._expanded(written)
            if not iri:
                return names
            read.update(map(label_name, self._kinds(kind, iri)))
        return names - {LABEL} | read

    def _expanded(self, written: str) -> str:
        """The IRI of a name; empty for one that is not known for sure."""
        prefix, _, local = written.partition(":")
        return self._prefixes[prefix] + local if prefix in self._prefixes else ""

    def _kinds(self, bound: str, iri: str) -> Iterator[Iterable[str]]:
        """The sets of classes that things within a bound have."""
        if bound == "class":
            yield from (kinds for index in self._indexes for kinds in index.kinds if iri in kinds)
            return
        beside = self._holders if bound == "holders" else self._values
        yield from (self._types.get(thing, ()) for thing in beside.get(iri, ()))
        for index in self._indexes:
            yield from (index.holders if bound == "holders" else index.values).get(iri, ())
            if bound == "values":
                yield from (self._types.get(thing, ()) for thing in index.foreign.get(iri, ()))
