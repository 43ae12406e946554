"""Shapes (SHACL) in, a screen out: it takes a graph and says which of its things break a shape, and not how.

`compile_shapes` makes a closure of each shape and refuses by name any construct that it does not know, so that nothing
is left out in silence; pySHACL knows all of SHACL Core, and speaks about the things that the screen hands over. The
section numbers in the comments are those of the SHACL recommendation. Where a test cannot be sure to decide as pySHACL
does, it hands the thing over too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

import pyoxigraph as ox

from policygraph import vocab
from policygraph.errors import PolicygraphError
from policygraph.lines import AnyQuad
from policygraph.validate.well_typed import is_well_typed

__all__ = ["Data", "Properties", "Screen", "Term", "UnknownConstructError", "compile_shapes"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Properties = dict[str, list[Term]]

_RDF, _RDFS, _SH, _XSD = (vocab.PREFIXES[name] for name in ("rdf", "rdfs", "sh", "xsd"))
_TYPE = f"{_RDF}type"
#: Datatypes whose values compare as numbers without loss.
_EXACT_NUMBERS = frozenset(
    f"{_XSD}{name}" for name in ("decimal", "integer", "nonNegativeInteger", "positiveInteger", "long", "int")
)


class UnknownConstructError(PolicygraphError, ValueError):
    """A construct of the shapes that the compiler does not know; pySHACL does."""


class _UnsureError(PolicygraphError):
    """Raised by a test that cannot decide on a value; pySHACL then checks the thing."""


class Data:
    """A graph as the screen looks at it; `types` are the classes of all things, here and elsewhere."""

    def __init__(self, quads: Iterable[AnyQuad], types: Mapping[str, Iterable[str]]) -> None:
        self._types = types
        self._kinds: dict[Term, frozenset[str]] = {}
        self._supers: dict[str, set[str]] = defaultdict(set)
        self.properties: dict[Term, Properties] = {}
        #: The things that have a type in this graph, with those types.
        self.defined: dict[Term, set[str]] = {}
        for quad in quads:
            self._add(quad.subject, quad.predicate.value, quad.object)
        for node, properties in self.properties.items():
            elsewhere = set(self._types.get(node.value, ())) if isinstance(node, ox.NamedNode) else set()
            more = elsewhere.difference(self.defined.get(node, ()))
            if more:
                properties.setdefault(_TYPE, []).extend(map(ox.NamedNode, sorted(more)))

    def _add(self, subject: Term, predicate: str, value: Term) -> None:
        values = self.properties.setdefault(subject, {}).setdefault(predicate, [])
        if value in values:
            return
        values.append(value)
        if predicate == _TYPE:
            self.defined.setdefault(subject, set())
            if isinstance(value, ox.NamedNode):
                self.defined[subject].add(value.value)
        elif (
            predicate == f"{_RDFS}subClassOf" and isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode)
        ):
            self._supers[subject.value].add(value.value)

    @property
    def has_classes(self) -> bool:
        """Whether the graph says which classes lie above which."""
        return bool(self._supers)

    def of(self, node: Term) -> Properties:
        """What is said of a node, its types elsewhere included."""
        properties = self.properties.get(node)
        if properties is None:
            kinds = self._types.get(node.value, ()) if isinstance(node, ox.NamedNode) else ()
            return {_TYPE: [ox.NamedNode(kind) for kind in kinds]} if kinds else {}
        return properties

    def kinds(self, node: Term) -> frozenset[str]:
        """The classes of a node, and those above them in the graph itself (2.1.3.1)."""
        kinds = self._kinds.get(node)
        if kinds is None:
            own = set(self.defined.get(node, ()))
            own.update(self._types.get(node.value, ()) if isinstance(node, ox.NamedNode) else ())
            waiting = list(own) if self._supers else []
            while waiting:
                above = self._supers.get(waiting.pop(), set()) - own
                own |= above
                waiting += above
            kinds = self._kinds[node] = frozenset(own)
        return kinds


#: A test of one value; of all values of a path at once.
ValueTest = Callable[[Term, Data], bool]
ValuesTest = Callable[[Sequence[Term], Data], bool]


@dataclass(slots=True)
class _Shape:
    """A compiled shape: its path, if it is a property shape, the tests of each value, and those of all values."""

    paths: tuple[str, ...] = ()
    of_value: list[ValueTest] = field(default_factory=list)
    of_values: list[ValuesTest] = field(default_factory=list)
    #: Property shapes that a node shape asks for, and the properties that it allows if it is closed.
    properties: list[_Shape] = field(default_factory=list)
    allowed: frozenset[str] | None = None
    #: How many values there are at least: all that is asked where there are none.
    at_least: int = 0
    #: How many steps from the node it looks.
    depth: int = 0
    is_active: bool = True

    def accepts(self, node: Term, data: Data) -> bool:
        """Whether a node conforms (3.4)."""
        if not self.is_active:
            return True
        if self.paths:
            values = _values(data.of(node), self.paths)
            return self.accepts_values(values, data)
        return self.accepts_values((node,), data)

    def accepts_values(self, values: Sequence[Term], data: Data) -> bool:
        """Whether the values of the path conform, or the node itself for a shape without one."""
        if len(values) < self.at_least:
            return False
        for test_all in self.of_values:
            if not test_all(values, data):
                return False
        for value in values:
            for test in self.of_value:
                if not test(value, data):
                    return False
            if self.allowed is not None and not data.of(value).keys() <= self.allowed:
                return False
            for shape in self.properties:
                if not shape.accepts(value, data):
                    return False
        return True


def _values(properties: Properties, paths: Sequence[str]) -> Sequence[Term]:
    if len(paths) == 1:
        return properties.get(paths[0], ())
    return list(dict.fromkeys(value for path in paths for value in properties.get(path, ())))


#: A graph without statements: what shapes ask of no values looks at nothing in it.
_NOTHING = Data((), {})


class _Plan:
    """All that is asked of things of the same classes: each property shape once, by its property."""

    def __init__(self, shapes: Iterable[_Shape]) -> None:
        self._allowed: frozenset[str] | None = None
        self._by_property: dict[str, list[_Shape]] = defaultdict(list)
        #: Properties of which a thing has a value at least: of others nothing is asked where it has none.
        self._required: set[str] = set()
        self._others: list[_Shape] = []
        parts: dict[int, _Shape] = {}
        for shape in shapes:
            if not shape.is_active:
                continue
            parts |= {id(part): part for part in shape.properties}
            if shape.paths:
                parts[id(shape)] = shape
                continue
            if shape.allowed is not None:
                self._allowed = shape.allowed if self._allowed is None else self._allowed & shape.allowed
            self._others += [_Shape(of_value=shape.of_value, of_values=shape.of_values)]
        for part in parts.values():
            self._add(part)

    def _add(self, part: _Shape) -> None:
        if not part.is_active:
            return
        if len(part.paths) != 1:
            self._others.append(part)
            return
        self._by_property[part.paths[0]].append(part)
        if not part.accepts_values((), _NOTHING):
            self._required.add(part.paths[0])

    def accepts(self, node: Term, data: Data) -> bool:
        properties = data.of(node)
        if self._allowed is not None and not properties.keys() <= self._allowed:
            return False
        if not self._required <= properties.keys():
            return False
        by_property = self._by_property
        for name, values in properties.items():
            for part in by_property.get(name, ()):
                if not part.accepts_values(values, data):
                    return False
        return all(part.accepts(node, data) for part in self._others)


class Screen:
    """Compiled shapes. `steps` says how far from a thing they look: 1 is its own properties and the types of values."""

    def __init__(
        self, by_class: Mapping[str, list[_Shape]], by_subject: Mapping[str, list[_Shape]], steps: int
    ) -> None:
        self._by_class = by_class
        self._by_subject = by_subject
        self._plans: dict[tuple[frozenset[str], frozenset[str]], _Plan] = {}
        self.steps = steps

    def broken(self, data: Data) -> list[Term]:
        """The things defined in a graph that break a shape, and those of which it cannot be said without pySHACL."""
        return [node for node in data.defined if not self._accepts(node, data)]

    def _accepts(self, node: Term, data: Data) -> bool:
        targets = data.kinds(node).intersection(self._by_class)
        subject_of = frozenset(data.of(node)).intersection(self._by_subject)
        key = targets, subject_of
        plan = self._plans.get(key)
        if plan is None:
            shapes = [shape for kind in sorted(targets) for shape in self._by_class[kind]]
            shapes += [shape for name in sorted(subject_of) for shape in self._by_subject[name]]
            plan = self._plans[key] = _Plan(shapes)
        try:
            return plan.accepts(node, data)
        except _UnsureError:
            return False


def compile_shapes(quads: Iterable[ox.Quad]) -> Screen:
    """The screen of a shapes graph. Raises UnknownConstructError, naming the construct, for one it cannot compile."""
    return _Compiler(quads).screen()


#: Properties of shapes without effect on conformance (2.1.4, 2.1.5, 2.3.2), and those read with another property.
_DESCRIBING = frozenset(
    name
    for names in (
        ("alternativePath", "deactivated", "defaultValue", "description", "flags", "group", "ignoredProperties"),
        ("message", "name", "order", "path", "severity", "targetClass", "targetSubjectsOf"),
    )
    for name in names
)
_KINDS_OF_SHAPES = frozenset((f"{_SH}NodeShape", f"{_SH}PropertyShape"))


class _Compiler:
    """Compiles each shape of a graph once."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._statements: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._shapes: dict[Term, _Shape] = {}
        self._open: list[Term] = []
        for quad in quads:
            self._statements[quad.subject][quad.predicate.value].append(quad.object)
        self._refuse_unknown()

    def _refuse_unknown(self) -> None:
        """Checks every statement, so that no shape is skipped because its kind of target is not known."""
        constructs = _DESCRIBING | _OF_VALUE.keys() | _OF_VALUES.keys() | {"closed", "minCount", "property"}
        for subject, properties in sorted(self._statements.items(), key=lambda item: str(item[0])):
            for name in properties:
                if name.startswith(_SH) and name.removeprefix(_SH) not in constructs:
                    raise UnknownConstructError(f"sh:{name.removeprefix(_SH)} of {subject}")
            kinds = {str(kind)[1:-1] for kind in properties.get(_TYPE, ())}
            if kinds - _KINDS_OF_SHAPES:
                raise UnknownConstructError(f"the type {', '.join(sorted(kinds - _KINDS_OF_SHAPES))} of {subject}")

    def screen(self) -> Screen:
        """The closures of all shapes that have targets."""
        targets: dict[str, dict[str, list[_Shape]]] = {
            key: defaultdict(list) for key in ("targetClass", "targetSubjectsOf")
        }
        for node in sorted(self._statements, key=str):
            for key, by_target in targets.items():
                for target in self._statements[node].get(_SH + key, ()):
                    by_target[self.iri(target)].append(self.shape(node))
        steps = max((shape.depth for shape in self._shapes.values()), default=1)
        return Screen(dict(targets["targetClass"]), dict(targets["targetSubjectsOf"]), steps)

    def shape(self, node: Term) -> _Shape:
        """The closure of a shape, a shape inside it included."""
        if node in self._open:
            raise UnknownConstructError(f"{node}, a shape that refers to itself")
        if node not in self._shapes:
            self._open.append(node)
            self._shapes[node] = self._compiled(node)
            self._open.remove(node)
        return self._shapes[node]

    def _compiled(self, node: Term) -> _Shape:
        stated = {
            name.removeprefix(_SH): values for name, values in self._statements[node].items() if name.startswith(_SH)
        }
        shape = _Shape(paths=self._paths(stated.get("path", [])))
        if any(str_of(value) in ("true", "1") for value in stated.get("deactivated", ())):
            shape.is_active = False
            return shape
        shape.at_least = max((self.integer(value) for value in stated.get("minCount", ())), default=0)
        shape.properties = [self.shape(part) for part in stated.get("property", ())]
        inside = [*shape.properties, *map(self.shape, self._inside(stated))]
        shape.depth = bool(shape.paths) + max((each.depth for each in inside), default=0)
        if any(str_of(value) in ("true", "1") for value in stated.get("closed", ())):
            ignored = [self.iri(item) for head in stated.get("ignoredProperties", ()) for item in self.items(head)]
            shape.allowed = frozenset(ignored).union(
                path for part in shape.properties if len(part.paths) == 1 for path in part.paths
            )
            shape.depth = max(shape.depth, 1 + bool(shape.paths))
        for name, values in stated.items():
            for value in values:
                if name in _OF_VALUE:
                    shape.of_value.append(_OF_VALUE[name](self, node, value))
                elif name in _OF_VALUES:
                    shape.of_values.append(_OF_VALUES[name](self, value))
        return shape

    def _inside(self, stated: Mapping[str, Sequence[Term]]) -> Iterator[Term]:
        """The shapes that constraints of a shape name."""
        for name in ("node", "not"):
            yield from stated.get(name, ())
        for name in ("and", "or", "xone"):
            for head in stated.get(name, ()):
                yield from self.items(head)

    def _paths(self, paths: Sequence[Term]) -> tuple[str, ...]:
        """A predicate, or alternatives (2.3.1.1, 2.3.1.3)."""
        if not paths:
            return ()
        (path,) = paths
        if isinstance(path, ox.NamedNode):
            return (path.value,)
        heads = self._statements[path].get(f"{_SH}alternativePath", ())
        if len(heads) != 1:
            raise UnknownConstructError(f"the path {path}")
        return tuple(self.iri(item) for item in self.items(heads[0]))

    def iri(self, term: Term) -> str:
        if not isinstance(term, ox.NamedNode):
            raise UnknownConstructError(f"{term}, where an IRI is read")
        return term.value

    def integer(self, term: Term) -> int:
        return int(str_of(term))

    def items(self, head: Term) -> Iterator[Term]:
        """The members of an RDF list."""
        while head != ox.NamedNode(f"{_RDF}nil"):
            (first,), (rest,) = (self._statements[head].get(f"{_RDF}{name}", [head]) for name in ("first", "rest"))
            if rest == head:
                raise UnknownConstructError(f"{head}, which is no list")
            yield first
            head = rest

    def flags(self, node: Term) -> int:
        flags = "".join(str_of(value).lower() for value in self._statements[node].get(f"{_SH}flags", ()))
        return (re.IGNORECASE if "i" in flags else 0) | (re.MULTILINE if "m" in flags else 0)


def str_of(term: Term) -> str:
    """The text of a term that is no quoted triple."""
    return "" if isinstance(term, ox.Triple) else term.value


# ── Tests of one value ──────────────────────────────────────────────────────────────────────────────────────


def _class(compiler: _Compiler, _: Term, value: Term) -> ValueTest:  # 4.1.1
    kind = compiler.iri(value)
    return lambda term, data: not isinstance(term, ox.Literal) and kind in data.kinds(term)


def _datatype(compiler: _Compiler, _: Term, value: Term) -> ValueTest:  # 4.1.2
    datatype = compiler.iri(value)
    if datatype in (f"{_RDFS}Literal", f"{_RDFS}Datatype"):
        raise UnknownConstructError(f"sh:datatype {value}")

    @lru_cache(1 << 14)
    def is_of(text: str) -> bool:
        return is_well_typed(text, datatype)

    if datatype in (f"{_RDF}langString", f"{_XSD}string"):
        return lambda term, _: isinstance(term, ox.Literal) and term.datatype.value == datatype

    def test(term: Term, _: Data) -> bool:
        return isinstance(term, ox.Literal) and term.datatype.value == datatype and is_of(term.value)

    return test


#: Kind of nodes -> the terms that are of it (4.1.3).
_NODE_KINDS: Mapping[str, tuple[type, ...]] = {
    "IRI": (ox.NamedNode,),
    "BlankNode": (ox.BlankNode,),
    "Literal": (ox.Literal,),
    "BlankNodeOrIRI": (ox.BlankNode, ox.NamedNode),
    "BlankNodeOrLiteral": (ox.BlankNode, ox.Literal),
    "IRIOrLiteral": (ox.NamedNode, ox.Literal),
}


def _node_kind(compiler: _Compiler, _: Term, value: Term) -> ValueTest:
    name = compiler.iri(value).removeprefix(_SH)
    if name not in _NODE_KINDS:
        raise UnknownConstructError(f"sh:nodeKind {value}")
    classes = _NODE_KINDS[name]
    return lambda term, _: isinstance(term, classes)


def _bounded(holds: Callable[[Decimal, Decimal], bool]) -> Callable[[_Compiler, Term, Term], ValueTest]:  # 4.3
    def compiled(_: _Compiler, __: Term, value: Term) -> ValueTest:
        bound = _number(value)
        if bound is None:
            raise UnknownConstructError(f"the bound {value}")

        def test(term: Term, _: Data) -> bool:
            number = _number(term)
            if number is None:
                raise _UnsureError
            return holds(number, bound)

        return test

    return compiled


def _number(term: Term) -> Decimal | None:
    if not isinstance(term, ox.Literal) or term.datatype.value not in _EXACT_NUMBERS:
        return None
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", term.value):
        return None
    return Decimal(term.value)


def _length(holds: Callable[[int, int], bool]) -> Callable[[_Compiler, Term, Term], ValueTest]:  # 4.4.1, 4.4.2
    def compiled(compiler: _Compiler, _: Term, value: Term) -> ValueTest:
        bound = compiler.integer(value)
        return lambda term, _: not isinstance(term, ox.BlankNode) and holds(len(str_of(term)), bound)

    return compiled


def _pattern(compiler: _Compiler, node: Term, value: Term) -> ValueTest:  # 4.4.3
    try:
        search = re.compile(str_of(value), compiler.flags(node)).search
    except re.error as error:
        raise UnknownConstructError(f"the pattern {value}: {error}") from None
    return lambda term, _: not isinstance(term, ox.BlankNode) and search(str_of(term)) is not None


def _language_in(compiler: _Compiler, _: Term, value: Term) -> ValueTest:  # 4.4.4
    languages = frozenset(str_of(item).lower() for item in compiler.items(value))

    def test(term: Term, _: Data) -> bool:
        language = term.language.lower() if isinstance(term, ox.Literal) and term.language else ""
        return bool(language) and bool(languages & {"*", language, language.partition("-")[0]})

    return test


def _in(compiler: _Compiler, _: Term, value: Term) -> ValueTest:  # 4.8.3
    members = frozenset(compiler.items(value))
    return lambda term, _: term in members


def _node(compiler: _Compiler, _: Term, value: Term) -> ValueTest:  # 4.7.1
    return compiler.shape(value).accepts


def _not(compiler: _Compiler, _: Term, value: Term) -> ValueTest:  # 4.6.1
    accepts = compiler.shape(value).accepts
    return lambda term, data: not accepts(term, data)


def _and(compiler: _Compiler, _: Term, value: Term) -> ValueTest:  # 4.6.2
    shapes = [compiler.shape(item) for item in compiler.items(value)]
    return lambda term, data: all(shape.accepts(term, data) for shape in shapes)


def _or(compiler: _Compiler, _: Term, value: Term) -> ValueTest:  # 4.6.3
    shapes = [compiler.shape(item) for item in compiler.items(value)]
    return lambda term, data: any(shape.accepts(term, data) for shape in shapes)


def _xone(compiler: _Compiler, _: Term, value: Term) -> ValueTest:  # 4.6.4
    shapes = [compiler.shape(item) for item in compiler.items(value)]
    return lambda term, data: sum(shape.accepts(term, data) for shape in shapes) == 1


#: Constraint of one value -> what compiles it, given the shape that has it and its parameter.
_OF_VALUE: Mapping[str, Callable[[_Compiler, Term, Term], ValueTest]] = {
    "and": _and,
    "class": _class,
    "datatype": _datatype,
    "in": _in,
    "languageIn": _language_in,
    "maxExclusive": _bounded(lambda number, bound: number < bound),
    "maxInclusive": _bounded(lambda number, bound: number <= bound),
    "maxLength": _length(lambda length, bound: length <= bound),
    "minExclusive": _bounded(lambda number, bound: number > bound),
    "minInclusive": _bounded(lambda number, bound: number >= bound),
    "minLength": _length(lambda length, bound: length >= bound),
    "node": _node,
    "nodeKind": _node_kind,
    "not": _not,
    "or": _or,
    "pattern": _pattern,
    "xone": _xone,
}

# ── Tests of all values of a path ───────────────────────────────────────────────────────────────────────────


def _max_count(compiler: _Compiler, value: Term) -> ValuesTest:  # 4.2.2
    bound = compiler.integer(value)
    return lambda values, _: len(values) <= bound


def _unique_lang(_: _Compiler, value: Term) -> ValuesTest:  # 4.4.5
    if str_of(value) not in ("true", "1"):
        return lambda _, __: True

    def test(values: Sequence[Term], _: Data) -> bool:
        languages = [value.language.lower() for value in values if isinstance(value, ox.Literal) and value.language]
        return len(languages) == len(set(languages))

    return test


def _has_value(_: _Compiler, value: Term) -> ValuesTest:  # 4.8.2
    return lambda values, _: value in values


#: Constraint of all values -> what compiles it, given its parameter.
_OF_VALUES: Mapping[str, Callable[[_Compiler, Term], ValuesTest]] = {
    "hasValue": _has_value,
    "maxCount": _max_count,
    "uniqueLang": _unique_lang,
}
