"""The ontology's axioms and asserted quads in, entailed triples and clashes out: OWL 2 RL, compiled.

`compile_rules` reads the axioms that the ontology uses and refuses by name any that it does not know, so that
no axiom is skipped; `owlrl_closure` is the reference implementation of all of OWL 2 RL. The rule names in the
comments are those of the OWL 2 Profiles recommendation, section 4.3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import pyoxigraph as ox

from policygraph import vocab
from policygraph.errors import PolicygraphError
from policygraph.findings import Fault, Finding
from policygraph.messages import message

__all__ = [
    "Fact",
    "Materialiser",
    "Rules",
    "UnknownAxiomError",
    "axioms_in",
    "clashes",
    "compile_rules",
    "facts_of",
    "infer",
    "lines_of",
    "links_of",
    "mutual_of",
    "owlrl_closure",
    "stated",
]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Subject = ox.NamedNode | ox.BlankNode | ox.Triple
#: Subject, property and value, as N-Quads writes them.
Fact = tuple[bytes, bytes, bytes]
_Axiom = tuple[Term, ox.NamedNode, Term]

_OWL, _RDF, _RDFS = (vocab.PREFIXES[name] for name in ("owl", "rdf", "rdfs"))

#: Classes of OWL and RDFS that declare a term, and predicates that describe one: they entail nothing here.
_DECLARATIONS = frozenset(
    [f"{_OWL}{name}" for name in ("AnnotationProperty", "Class", "DatatypeProperty", "ObjectProperty", "Ontology")]
    + [f"{_RDFS}Class", f"{_RDFS}Datatype", f"{_RDF}Property"]
)
_DESCRIPTIONS = frozenset(
    [f"{_RDFS}{name}" for name in ("comment", "isDefinedBy", "label", "seeAlso")]
    + [f"{_OWL}{name}" for name in ("deprecated", "priorVersion", "versionIRI", "versionInfo")]
)

_DISJOINT = Fault(
    "disjoint_classes",
    message("it is both {one} and {other}, and nothing can be both."),
    message("Take one of the two types away."),
)
_IRREFLEXIVE = Fault(
    "irreflexive_property",
    message("{property} leads from it to itself."),
    message("Mend the reference."),
)
_ASYMMETRIC = Fault(
    "asymmetric_property",
    message("{property} runs both ways between it and {other}."),
    message("Take one of the two away."),
)


class UnknownAxiomError(PolicygraphError, ValueError):
    """An axiom of the ontology that the compiler does not know; `--reasoner owlrl` does."""


@dataclass(slots=True)
class Rules:
    """What the axioms say, ready for the worklist: each property and class with all that follows from it."""

    super_properties: dict[ox.NamedNode, set[ox.NamedNode]] = field(default_factory=dict)
    super_classes: Mapping[ox.NamedNode, set[ox.NamedNode]] = field(default_factory=dict)
    inverses: dict[ox.NamedNode, set[ox.NamedNode]] = field(default_factory=lambda: defaultdict(set))
    domains: dict[ox.NamedNode, set[ox.NamedNode]] = field(default_factory=lambda: defaultdict(set))
    ranges: dict[ox.NamedNode, set[ox.NamedNode]] = field(default_factory=lambda: defaultdict(set))
    chains: list[tuple[tuple[ox.NamedNode, ...], ox.NamedNode]] = field(default_factory=list)
    disjoint: set[frozenset[ox.NamedNode]] = field(default_factory=set)
    irreflexive: set[ox.NamedNode] = field(default_factory=set)
    asymmetric: set[ox.NamedNode] = field(default_factory=set)


def axioms_in(lines: bytes) -> bytes:
    """Of the N-Quads of an ontology those that `compile_rules` looks at: most only describe terms."""
    language = (b"<" + _OWL.encode(), b"<" + _RDFS.encode())
    described = {f"<{name}>".encode() for name in _DESCRIPTIONS}
    of_lists = {f"<{_RDF}{name}>".encode() for name in ("first", "rest")}
    axioms: list[bytes] = []
    for line in lines.splitlines(keepends=True):
        _, predicate, value = line.split(b" ", 2)
        is_type = predicate == _TYPE and value.startswith(language)
        if is_type or predicate in of_lists or (predicate.startswith(language) and predicate not in described):
            axioms.append(line)
    return b"".join(axioms)


def compile_rules(ontology: Iterable[ox.Quad]) -> Rules:
    """The rules of an ontology's quads. Raises UnknownAxiomError, naming the axiom, for one it cannot compile."""
    facts: set[_Axiom] = {(quad.subject, quad.predicate, quad.object) for quad in ontology}
    lists = _Lists(facts)
    rules = Rules()
    sub_properties: set[tuple[ox.NamedNode, ox.NamedNode]] = set()
    sub_classes: set[tuple[ox.NamedNode, ox.NamedNode]] = set()
    for subject, predicate, value in sorted(facts, key=str):
        axiom = predicate.value.removeprefix(_OWL).removeprefix(_RDFS)
        if predicate == vocab.rdf_type:
            _compile_type(rules, subject, value, lists)
        elif not predicate.value.startswith((_OWL, _RDFS)) or predicate.value in _DESCRIPTIONS:
            continue
        elif axiom == "members":
            continue  # read together with the type that owns the list
        elif axiom == "propertyChainAxiom" and isinstance(subject, ox.NamedNode):
            rules.chains.append((tuple(lists.named(value)), subject))
        elif not (isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode)):
            raise UnknownAxiomError(f"{axiom} between {subject} and {value}")
        elif axiom in ("subClassOf", "equivalentClass"):
            sub_classes |= {(subject, value)} | ({(value, subject)} if axiom == "equivalentClass" else set())
        elif axiom in ("subPropertyOf", "equivalentProperty"):
            sub_properties |= {(subject, value)} | ({(value, subject)} if axiom == "equivalentProperty" else set())
        elif axiom == "inverseOf":
            rules.inverses[subject].add(value)
            rules.inverses[value].add(subject)
        elif axiom in ("domain", "range"):
            (rules.domains if axiom == "domain" else rules.ranges)[subject].add(value)
        elif axiom == "disjointWith":
            rules.disjoint.add(frozenset((subject, value)))
        else:
            raise UnknownAxiomError(f"{axiom} of {subject}")
    rules.super_properties = _closed(sub_properties)  # scm-spo
    rules.super_classes = _closed(sub_classes)  # scm-sco
    return rules


def _compile_type(rules: Rules, subject: Term, value: Term, lists: _Lists) -> None:
    if not isinstance(value, ox.NamedNode) or not value.value.startswith((_OWL, _RDFS)):
        return
    kind = value.value.removeprefix(_OWL)
    if kind == "AllDisjointClasses":
        members = lists.members(subject)
        rules.disjoint |= {frozenset((a, b)) for a in members for b in members if a != b}
    elif value.value in _DECLARATIONS:
        return
    elif not isinstance(subject, ox.NamedNode):
        raise UnknownAxiomError(f"{kind} {subject}")
    elif kind == "TransitiveProperty":
        rules.chains.append(((subject, subject), subject))  # prp-trp
    elif kind == "SymmetricProperty":
        rules.inverses[subject].add(subject)  # prp-symp
    elif kind == "IrreflexiveProperty":
        rules.irreflexive.add(subject)
    elif kind == "AsymmetricProperty":
        rules.asymmetric.add(subject)
    else:
        raise UnknownAxiomError(f"{kind} {subject}")


class _Lists:
    """The RDF lists of an ontology."""

    def __init__(self, facts: set[_Axiom]) -> None:
        self._next = {(s, p.value): o for s, p, o in facts if p.value in (f"{_RDF}first", f"{_RDF}rest")}
        self._members = {s: o for s, p, o in facts if p.value == f"{_OWL}members"}

    def named(self, head: Term) -> list[ox.NamedNode]:
        members: list[ox.NamedNode] = []
        while head != ox.NamedNode(f"{_RDF}nil"):
            item = self._next[head, f"{_RDF}first"]
            if not isinstance(item, ox.NamedNode):
                raise UnknownAxiomError(f"a list that holds {item}")
            members.append(item)
            head = self._next[head, f"{_RDF}rest"]
        return members

    def members(self, owner: Term) -> list[ox.NamedNode]:
        return self.named(self._members[owner])


def _closed(pairs: set[tuple[ox.NamedNode, ox.NamedNode]]) -> dict[ox.NamedNode, set[ox.NamedNode]]:
    """Each first of the pairs with everything that it leads to."""
    direct: dict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for lower, upper in pairs:
        direct[lower].add(upper)
    closed: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for start in direct:
        reached: set[ox.NamedNode] = set()
        waiting = [start]
        while waiting:
            for upper in direct.get(waiting.pop(), ()):
                if upper not in reached:
                    reached.add(upper)
                    waiting.append(upper)
        closed[start] = reached - {start}
    return closed


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that follows from a fact of one property without a second fact, closed."""

    #: The properties that hold between the two terms, the property itself first, and those that hold backwards.
    forwards: tuple[bytes, ...]
    backwards: tuple[bytes, ...]
    #: Classes of the subject, and of the value.
    of_subject: tuple[bytes, ...]
    of_value: tuple[bytes, ...]
    #: Whether nothing but the fact itself follows.
    is_plain: bool


_TYPE = str(vocab.rdf_type).encode()
_GRAPH = f" {vocab.GRAPH_INFERRED} .\n".encode()


def facts_of(lines: bytes) -> list[Fact]:
    """The facts of N-Quads: what of each line stands before its graph."""
    facts: list[Fact] = []
    for line in lines.splitlines():
        subject, predicate, rest = line.split(b" ", 2)
        facts.append((subject, predicate, rest[: rest.rindex(b" <")]))
    return facts


def stated(quads: Iterable[ox.Quad]) -> list[Fact]:
    """The facts of quads, whatever their graphs."""
    named = (ox.Quad(quad.subject, quad.predicate, quad.object, vocab.GRAPH_INFERRED) for quad in quads)
    return facts_of(ox.serialize(named, format=ox.RdfFormat.N_QUADS) or b"")


def lines_of(facts: Iterable[Fact]) -> list[bytes]:
    """The lines of facts in graph/inferred, in order; nothing is said of a literal."""
    return sorted([b"%b %b %b" % fact + _GRAPH for fact in facts if not fact[0].startswith(b'"')])


class Materialiser:
    """The closure of what it has been fed, one document after another; each triple is worked on once.

    Terms are as N-Quads writes them: bytes are compared and hashed faster than objects are.
    """

    def __init__(self, rules: Rules) -> None:
        self.facts: set[Fact] = set()
        self._rules = rules
        self._classes = {_text(name): tuple(map(_text, above)) for name, above in rules.super_classes.items()}
        #: Property -> the chains that have it: what stands before it and after it, and the whole.
        self.joined: dict[bytes, list[tuple[tuple[bytes, ...], tuple[bytes, ...], bytes]]] = defaultdict(list)
        for chain, whole in rules.chains:
            links = tuple(map(_text, chain))
            for place, link in enumerate(links):
                self.joined[link].append((links[:place], links[place + 1 :], _text(whole)))
        self._plans: dict[tuple[bytes, bool], _Plan] = {}
        #: Property -> the values of subjects, and the subjects of values.
        self._objects: dict[bytes, dict[bytes, list[bytes]]] = defaultdict(dict)
        self._subjects: dict[bytes, dict[bytes, list[bytes]]] = defaultdict(dict)

    def add(self, quads: Iterable[ox.Quad]) -> list[Fact]:
        """Feeds quads (their graphs do not matter); returns what is new, they themselves included."""
        return self.follow(stated(quads))

    def follow(self, facts: Iterable[Fact]) -> list[Fact]:
        """As `add`, for facts."""
        new: list[Fact] = []
        waiting = list(facts)
        while waiting:
            waiting = self._follow(waiting, new)
        return new

    def _follow(self, facts: Iterable[Fact], new: list[Fact]) -> list[Fact]:
        """Takes facts in with what follows from each alone; what chains make of them has to be followed then."""
        fresh = set(facts).difference(self.facts)
        entailed: set[Fact] = set()
        later: list[Fact] = []
        things: dict[bytes, set[bytes]] = defaultdict(set)
        for (predicate, is_literal), pairs in _by_property(fresh).items():
            plan = self._plan_of(predicate, is_literal=is_literal)
            if predicate == _TYPE:
                for subject, kind in pairs:
                    things[kind].add(subject)
            for name in plan.forwards[1:]:  # prp-spo1
                entailed.update([(subject, name, value) for subject, value in pairs])
            for name in plan.backwards:  # prp-inv1, prp-inv2, prp-symp
                entailed.update([(value, name, subject) for subject, value in pairs])
            for kind in plan.of_subject:  # prp-dom
                things[kind].update([subject for subject, _ in pairs])
            for kind in plan.of_value:  # prp-rng
                things[kind].update([value for _, value in pairs])
        types = self._types(things)
        if self._plan_of(_TYPE, is_literal=False).is_plain and _TYPE not in self.joined:
            entailed |= types
        else:
            later += types - fresh
        added = (fresh | entailed).difference(self.facts)
        self.facts |= added
        new += added
        linked = [fact for fact in added if fact[1] in self.joined]
        for fact in linked:
            self._index(fact)
        for fact in linked:
            self._join(fact, later)
        return later

    def _types(self, things: Mapping[bytes, AbstractSet[bytes]]) -> set[Fact]:
        """The types of things by their classes, with the classes above: cax-sco."""
        types: set[Fact] = set()
        for kind, subjects in things.items():
            for each in (kind, *self._classes.get(kind, ())):
                types.update([(subject, _TYPE, each) for subject in subjects])
        return types

    def _plan_of(self, predicate: bytes, *, is_literal: bool) -> _Plan:
        key = predicate, is_literal
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._plan(predicate, is_literal=is_literal)
        return plan

    def hold(self, facts: Iterable[Fact]) -> None:
        """Takes in facts of which everything that follows from one alone is held elsewhere: it is not worked out."""
        for fact in facts:
            if fact not in self.facts:
                self.facts.add(fact)
                self._index(fact)

    def rejoin(self, facts: Iterable[Fact]) -> list[Fact]:
        """What chains through some of the facts held make that is not held, with all that follows; it is now."""
        waiting: list[Fact] = []
        for fact in facts:
            self._join(fact, waiting)
        return self.follow(waiting)

    def _index(self, fact: Fact) -> None:
        subject, predicate, value = fact
        self._objects[predicate].setdefault(subject, []).append(value)
        self._subjects[predicate].setdefault(value, []).append(subject)

    def _join(self, fact: Fact, waiting: list[Fact]) -> None:
        """Adds what the chains that a fact completes make: prp-spo2, prp-trp."""
        subject, predicate, value = fact
        for before, after, whole in self.joined.get(predicate, ()):
            starts = self._backwards(before, subject)
            if starts:
                ends = self._forwards(after, value)
                waiting.extend((first, whole, last) for first in starts for last in ends)

    def _plan(self, predicate: bytes, *, is_literal: bool) -> _Plan:
        """The plan of a property, for values that are literals or not: of a literal nothing is said."""
        rules, start = self._rules, ox.NamedNode(predicate[1:-1].decode())
        reached = {(start, True): None}
        waiting = [(start, True)]
        of_subject: dict[ox.NamedNode, None] = {}
        of_value: dict[ox.NamedNode, None] = {}
        while waiting:
            name, is_forward = waiting.pop()
            steps = [(upper, is_forward) for upper in rules.super_properties.get(name, ())]
            first, last = (of_subject, of_value) if is_forward else (of_value, of_subject)
            first |= dict.fromkeys(rules.domains.get(name, ()))
            if not is_literal:
                steps += [(inverse, not is_forward) for inverse in rules.inverses.get(name, ())]
                last |= dict.fromkeys(rules.ranges.get(name, ()))
            fresh = [step for step in steps if step not in reached]
            reached |= dict.fromkeys(fresh)
            waiting += fresh
        is_plain = len(reached) == 1 and not of_subject and not of_value
        return _Plan(
            tuple(_text(name) for name, is_forward in reached if is_forward),
            tuple(_text(name) for name, is_forward in reached if not is_forward),
            tuple(map(_text, of_subject)),
            tuple(map(_text, of_value)),
            is_plain,
        )

    def _forwards(self, chain: tuple[bytes, ...], start: bytes) -> list[bytes]:
        reached = [start]
        for link in chain:
            reached = [value for term in reached for value in self._objects[link].get(term, ())]
        return reached

    def _backwards(self, chain: tuple[bytes, ...], start: bytes) -> list[bytes]:
        reached = [start]
        for link in reversed(chain):
            reached = [value for term in reached for value in self._subjects[link].get(term, ())]
        return reached

    def clashes(self) -> list[Finding]:
        """Where the facts contradict the ontology: cax-dw, prp-irp, prp-asyp."""
        return clashes(self._rules, self.facts)


def _by_property(facts: Iterable[Fact]) -> dict[tuple[bytes, bool], list[tuple[bytes, bytes]]]:
    """Subjects and values of facts, by property and by whether the value is a literal."""
    literals: dict[bytes, list[tuple[bytes, bytes]]] = defaultdict(list)
    others: dict[bytes, list[tuple[bytes, bytes]]] = defaultdict(list)
    for subject, predicate, value in facts:
        (literals if value.startswith(b'"') else others)[predicate].append((subject, value))
    return {
        (predicate, is_literal): pairs
        for is_literal, grouped in ((True, literals), (False, others))
        for predicate, pairs in grouped.items()
    }


def links_of(rules: Rules) -> frozenset[bytes]:
    """The properties that a chain holds or makes: what follows from several facts follows from facts of these."""
    return frozenset(_text(name) for chain, whole in rules.chains for name in (*chain, whole))


def mutual_of(rules: Rules) -> frozenset[bytes]:
    """The properties of which two facts may contradict each other."""
    return frozenset(map(_text, rules.asymmetric))


def clashes(rules: Rules, facts: AbstractSet[Fact]) -> list[Finding]:
    """Where facts, which are closed, contradict the ontology: cax-dw, prp-irp, prp-asyp."""
    types: dict[bytes, list[bytes]] = defaultdict(list)
    findings: list[Finding] = []
    irreflexive, asymmetric = (frozenset(map(_text, names)) for names in (rules.irreflexive, rules.asymmetric))
    for fact in facts:
        subject, predicate, value = fact
        if predicate == _TYPE:
            types[subject].append(value)
        elif predicate in irreflexive and subject == value:
            findings.append(_IRREFLEXIVE.finding(node=_iri(subject), property=_name(predicate)))
        if predicate in asymmetric and (value, predicate, subject) in facts:
            findings.append(_ASYMMETRIC.finding(node=_iri(subject), property=_name(predicate), other=_name(value)))
    disjoint = [frozenset(map(_text, pair)) for pair in rules.disjoint]
    clashing: dict[frozenset[bytes], list[frozenset[bytes]]] = {}  # things of the same classes clash alike
    for subject, kinds in types.items():
        key = frozenset(kinds)
        if key not in clashing:
            clashing[key] = [pair for pair in disjoint if pair <= key]
        for pair in clashing[key]:
            one, other = sorted(map(_name, pair))
            findings.append(_DISJOINT.finding(node=_iri(subject), one=one, other=other))
    return sorted(findings, key=lambda finding: (finding.node or "", finding.text()))


def _text(name: ox.NamedNode) -> bytes:
    return str(name).encode()


def _iri(term: bytes) -> str:
    text = term.decode()
    return text[1:-1] if text.startswith("<") else text


def _name(term: bytes) -> str:
    return vocab.shorten(_iri(term))


def infer(ontology: Iterable[ox.Quad], quads: Iterable[ox.Quad]) -> tuple[list[ox.Quad], list[Finding]]:
    """What the quads entail beyond themselves, as quads of graph/inferred in a fixed order, and the clashes."""
    materialiser = Materialiser(compile_rules(ontology))
    asserted = stated(quads)
    materialiser.follow(asserted)
    lines = lines_of(materialiser.facts.difference(asserted))
    return sorted(ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS), key=str), materialiser.clashes()


def owlrl_closure(ontology: Iterable[ox.Quad], quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """What owlrl's OWL 2 RL entails of the quads beyond themselves, in the form of `infer`.

    Only what is about the data is kept: statements about terms, datatypes, literals and identity say nothing of
    it. Minutes for tens of thousands of triples.
    """
    import owlrl  # noqa: PLC0415 - slow to import, and no build but one with `--reasoner owlrl` needs it
    import rdflib  # noqa: PLC0415

    schema = list(ontology)
    asserted = [(quad.subject, quad.predicate, quad.object) for quad in quads]
    triples = [*asserted, *((quad.subject, quad.predicate, quad.object) for quad in schema)]
    lines = "\n".join(f"{subject} {predicate} {value} ." for subject, predicate, value in triples)
    # without contexts, which owlrl asks for nothing, a fact is found in two thirds of the time
    graph = rdflib.Graph("SimpleMemory", bind_namespaces="none").parse(data=lines, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    terms = {quad.subject for quad in schema}
    before = set(asserted)
    named = (triple for triple in graph if not isinstance(triple[0], rdflib.Literal))
    lines = "\n".join(f"{s.n3()} {p.n3()} {o.n3()} ." for s, p, o in named)
    parsed = ox.parse(lines, ox.RdfFormat.N_TRIPLES, lenient=True)
    entailed = {(triple.subject, triple.predicate, triple.object) for triple in parsed}
    return _inferred(fact for fact in entailed if fact not in before and _is_about_things(fact, terms))


def _is_about_things(fact: _Axiom, schema: set[Subject]) -> bool:
    """Whether a fact of owlrl's is about the data, rather than about terms, datatypes and identity."""
    subject, predicate, value = fact
    language = (_OWL, _RDFS, _RDF, vocab.PREFIXES["xsd"])
    if not isinstance(subject, ox.NamedNode) or subject in schema or subject.value.startswith(language):
        return False
    if predicate == vocab.rdf_type:
        return isinstance(value, ox.NamedNode) and not value.value.startswith(language)
    return not predicate.value.startswith((_OWL, _RDFS))


def _inferred(facts: Iterable[_Axiom]) -> list[ox.Quad]:
    quads = [
        ox.Quad(subject, predicate, value, vocab.GRAPH_INFERRED)
        for subject, predicate, value in facts
        if not isinstance(subject, ox.Literal)
    ]
    return sorted(quads, key=str)
