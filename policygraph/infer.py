"""The ontology's axioms and asserted quads in, entailed triples and clashes out: OWL 2 RL, compiled.

`compile_rules` reads the axioms that the ontology uses and refuses by name any that it does not know, so that
no axiom is skipped; `owlrl_closure` is the reference implementation of all of OWL 2 RL. The rule names in the
comments are those of the OWL 2 Profiles recommendation, section 4.3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import owlrl
import pyoxigraph as ox
import rdflib

from policygraph import vocab
from policygraph.errors import PolicygraphError
from policygraph.findings import Fault, Finding
from policygraph.messages import message

__all__ = ["Materialiser", "Rules", "UnknownAxiomError", "compile_rules", "infer", "owlrl_closure"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Fact = tuple[Term, ox.NamedNode, Term]

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


def compile_rules(ontology: Iterable[ox.Quad]) -> Rules:
    """The rules of an ontology's quads. Raises UnknownAxiomError, naming the axiom, for one it cannot compile."""
    facts: set[Fact] = {(quad.subject, quad.predicate, quad.object) for quad in ontology}
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

    def __init__(self, facts: set[Fact]) -> None:
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


@dataclass(slots=True)
class _Plan:
    """All that follows from a fact of one property: with its place taken by the property, the rules need no search."""

    #: Classes of the subject, and of the value where that is no literal.
    domains: tuple[ox.NamedNode, ...]
    ranges: tuple[ox.NamedNode, ...]
    upper: tuple[ox.NamedNode, ...]
    inverses: tuple[ox.NamedNode, ...]
    #: Chains that have the property: what stands before it (backwards), after it, and what the chain is.
    chains: tuple[tuple[tuple[ox.NamedNode, ...], tuple[ox.NamedNode, ...], ox.NamedNode], ...]
    is_type: bool
    is_joined: bool


class Materialiser:
    """The closure of what it has been fed, one document after another; each triple is worked on once."""

    def __init__(self, rules: Rules) -> None:
        self.facts: set[Fact] = set()
        self._rules = rules
        self._joined = {name for chain, _ in rules.chains for name in chain}
        self._plans: dict[ox.NamedNode, _Plan | None] = {}
        self._objects: dict[tuple[ox.NamedNode, Term], list[Term]] = defaultdict(list)
        self._subjects: dict[tuple[ox.NamedNode, Term], list[Term]] = defaultdict(list)

    def add(self, quads: Iterable[ox.Quad]) -> list[Fact]:
        """Feeds quads (their graphs do not matter); returns what is new, they themselves included."""
        return self.follow((quad.subject, quad.predicate, quad.object) for quad in quads)

    def follow(self, facts: Iterable[Fact]) -> list[Fact]:
        """As `add`, for facts."""
        waiting = list(facts)
        new: list[Fact] = []
        all_facts, plans = self.facts, self._plans
        while waiting:
            fact = waiting.pop()
            if fact in all_facts:
                continue
            all_facts.add(fact)
            new.append(fact)
            predicate = fact[1]
            plan = plans[predicate] if predicate in plans else self._plan(predicate)
            if plan is not None:
                self._follow(plan, fact, waiting)
        return new

    def _plan(self, predicate: ox.NamedNode) -> _Plan | None:
        """The plan of a property, made at its first fact; None where nothing follows from one."""
        rules = self._rules
        chains = tuple(
            (chain[:place], chain[place + 1 :], whole)
            for chain, whole in rules.chains
            for place, link in enumerate(chain)
            if link == predicate
        )
        plan = _Plan(
            tuple(rules.domains.get(predicate, ())),
            tuple(rules.ranges.get(predicate, ())),
            tuple(rules.super_properties.get(predicate, ())),
            tuple(rules.inverses.get(predicate, ())),
            chains,
            is_type=predicate == vocab.rdf_type,
            is_joined=predicate in self._joined,
        )
        says = any((plan.domains, plan.ranges, plan.upper, plan.inverses, chains, plan.is_type, plan.is_joined))
        self._plans[predicate] = plan if says else None
        return self._plans[predicate]

    def _follow(self, plan: _Plan, fact: Fact, waiting: list[Fact]) -> None:
        """Adds what one fact entails together with the facts at hand."""
        subject, predicate, value = fact
        if plan.is_joined:
            self._objects[predicate, subject].append(value)
            self._subjects[predicate, value].append(subject)
        if plan.is_type and isinstance(value, ox.NamedNode):  # cax-sco
            for upper in self._rules.super_classes.get(value, ()):
                waiting.append((subject, predicate, upper))
        for upper in plan.upper:  # prp-spo1
            waiting.append((subject, upper, value))
        for kind in plan.domains:  # prp-dom
            waiting.append((subject, vocab.rdf_type, kind))
        if isinstance(value, ox.Literal):
            return
        for kind in plan.ranges:  # prp-rng
            waiting.append((value, vocab.rdf_type, kind))
        for inverse in plan.inverses:  # prp-inv1, prp-inv2, prp-symp
            waiting.append((value, inverse, subject))
        for before, after, whole in plan.chains:  # prp-spo2, prp-trp
            starts = self._backwards(before, subject)
            if starts:
                ends = self._forwards(after, value)
                waiting.extend((first, whole, last) for first in starts for last in ends)

    def _forwards(self, chain: tuple[ox.NamedNode, ...], start: Term) -> list[Term]:
        reached = [start]
        for link in chain:
            reached = [value for term in reached for value in self._objects.get((link, term), ())]
        return reached

    def _backwards(self, chain: tuple[ox.NamedNode, ...], start: Term) -> list[Term]:
        reached = [start]
        for link in reversed(chain):
            reached = [value for term in reached for value in self._subjects.get((link, term), ())]
        return reached

    def clashes(self) -> list[Finding]:
        """Where the facts contradict the ontology: cax-dw, prp-irp, prp-asyp."""
        types: dict[Term, set[Term]] = defaultdict(set)
        findings: list[Finding] = []
        looked_at = {vocab.rdf_type, *self._rules.irreflexive, *self._rules.asymmetric}
        for subject, predicate, value in self.facts:
            if predicate not in looked_at:
                continue
            if predicate == vocab.rdf_type:
                types[subject].add(value)
            if predicate in self._rules.irreflexive and subject == value:
                findings.append(_IRREFLEXIVE.finding(node=_iri(subject), property=_name(predicate)))
            if predicate in self._rules.asymmetric and (value, predicate, subject) in self.facts:
                findings.append(_ASYMMETRIC.finding(node=_iri(subject), property=_name(predicate), other=_name(value)))
        clashing: dict[frozenset[Term], list[frozenset[ox.NamedNode]]] = {}  # things of the same classes clash alike
        for subject, kinds in types.items():
            key = frozenset(kinds)
            if key not in clashing:
                clashing[key] = [pair for pair in self._rules.disjoint if pair <= kinds]
            for pair in clashing[key]:
                one, other = sorted(map(_name, pair))
                findings.append(_DISJOINT.finding(node=_iri(subject), one=one, other=other))
        return sorted(findings, key=lambda finding: (finding.node or "", finding.text()))


def _iri(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _name(term: Term) -> str:
    return vocab.shorten(_iri(term))


def infer(ontology: Iterable[ox.Quad], quads: Iterable[ox.Quad]) -> tuple[list[ox.Quad], list[Finding]]:
    """What the quads entail beyond themselves, as quads of graph/inferred in a fixed order, and the clashes."""
    asserted: list[Fact] = [(quad.subject, quad.predicate, quad.object) for quad in quads]
    materialiser = Materialiser(compile_rules(ontology))
    materialiser.follow(asserted)
    return _inferred(materialiser.facts.difference(asserted)), materialiser.clashes()


def owlrl_closure(ontology: Iterable[ox.Quad], quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """What owlrl's OWL 2 RL entails of the quads beyond themselves, in the form of `infer`.

    Only what is about the data is kept: statements about terms, datatypes, literals and identity say nothing of
    it. Minutes for tens of thousands of triples.
    """
    schema = list(ontology)
    asserted = [(quad.subject, quad.predicate, quad.object) for quad in quads]
    triples = [*asserted, *((quad.subject, quad.predicate, quad.object) for quad in schema)]
    lines = "\n".join(f"{subject} {predicate} {value} ." for subject, predicate, value in triples)
    graph = rdflib.Graph().parse(data=lines, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    terms = {quad.subject for quad in schema}
    before = set(asserted)
    named = (triple for triple in graph if not isinstance(triple[0], rdflib.Literal))
    lines = "\n".join(f"{s.n3()} {p.n3()} {o.n3()} ." for s, p, o in named)
    parsed = ox.parse(lines, ox.RdfFormat.N_TRIPLES, lenient=True)
    entailed = {(triple.subject, triple.predicate, triple.object) for triple in parsed}
    return _inferred(fact for fact in entailed if fact not in before and _is_about_things(fact, terms))


def _is_about_things(fact: Fact, schema: set[Subject]) -> bool:
    """Whether a fact of owlrl's is about the data, rather than about terms, datatypes and identity."""
    subject, predicate, value = fact
    language = (_OWL, _RDFS, _RDF, vocab.PREFIXES["xsd"])
    if not isinstance(subject, ox.NamedNode) or subject in schema or subject.value.startswith(language):
        return False
    if predicate == vocab.rdf_type:
        return isinstance(value, ox.NamedNode) and not value.value.startswith(language)
    return not predicate.value.startswith((_OWL, _RDFS))


def _inferred(facts: Iterable[Fact]) -> list[ox.Quad]:
    quads = [
        ox.Quad(subject, predicate, value, vocab.GRAPH_INFERRED)
        for subject, predicate, value in facts
        if not isinstance(subject, ox.Literal)
    ]
    return sorted(quads, key=str)
