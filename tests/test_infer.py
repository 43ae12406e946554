"""The compiled rules entail what owlrl entails, and the ontology is consistent."""

from __future__ import annotations

import shutil
import warnings
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import build, infer, vocab

if TYPE_CHECKING:
    from pathlib import Path

    from policygraph.findings import Finding

PREFIXES = """
@prefix : <https://w3id.org/policygraph/id/t/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""

#: Axiom -> ontology, facts, and what follows from them.
AXIOMS = {
    "subClassOf": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", ":x a :A .", {":x a :B", ":x a :C"}),
    "equivalentClass": (":A owl:equivalentClass :B .", ":x a :B .", {":x a :A"}),
    "subPropertyOf": (":p rdfs:subPropertyOf :q .", ":x :p :y .", {":x :q :y"}),
    "equivalentProperty": (":p owl:equivalentProperty :q .", ":x :q :y .", {":x :p :y"}),
    "domain": (":p rdfs:domain :A .", ":x :p :y .", {":x a :A"}),
    "range": (":p rdfs:range :A .", ":x :p :y .", {":y a :A"}),
    "inverseOf": (":p owl:inverseOf :q .", ":x :p :y . :z :q :x .", {":y :q :x", ":x :p :z"}),
    "SymmetricProperty": (":p a owl:SymmetricProperty .", ":x :p :y .", {":y :p :x"}),
    "TransitiveProperty": (
        ":p a owl:TransitiveProperty .",
        ":x :p :y . :y :p :z . :z :p :u .",
        {":x :p :z", ":x :p :u", ":y :p :u"},
    ),
    "propertyChainAxiom": (
        ":p owl:propertyChainAxiom ( :q :r :s ) .",
        ":x :q :y . :y :r :z . :z :s :u .",
        {":x :p :u"},
    ),
    "chain into itself": (
        ":p owl:propertyChainAxiom ( :q :p ) .",
        ":x :q :y . :y :q :z . :z :p :u .",
        {":y :p :u", ":x :p :u"},
    ),
}


def _quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE))


def _short(quads: list[ox.Quad]) -> set[str]:
    base = "https://w3id.org/policygraph/id/t/"
    return {
        " ".join(
            "a" if term == vocab.rdf_type else f":{term.value.removeprefix(base)}"
            for term in (quad.subject, quad.predicate, quad.object)
        )
        for quad in quads
    }


@pytest.mark.parametrize("axiom", AXIOMS)
def test_an_axiom_entails(axiom: str) -> None:
    ontology, facts, expected = AXIOMS[axiom]
    inferred, clashes = infer.infer(_quads(ontology), _quads(facts))
    assert (_short(inferred), clashes) == (expected, [])


@pytest.mark.parametrize("axiom", AXIOMS)
def test_owlrl_agrees_on_an_axiom(axiom: str) -> None:
    ontology, facts, expected = AXIOMS[axiom]
    assert _short(infer.owlrl_closure(_quads(ontology), _quads(facts))) == expected


CLASHES = {
    "disjointWith": (
        ":A owl:disjointWith :B .",
        ":x a :A, :B .",
        "violation: id:t/x: it is both id:t/A and id:t/B, and nothing can be both. "
        "Take one of the two types away. [disjoint_classes]",
    ),
    "AllDisjointClasses": (
        "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) . :D rdfs:subClassOf :C .",
        ":x a :A, :D .",
        "violation: id:t/x: it is both id:t/A and id:t/C, and nothing can be both. "
        "Take one of the two types away. [disjoint_classes]",
    ),
    "IrreflexiveProperty": (
        ":p a owl:IrreflexiveProperty .",
        ":x :p :x .",
        "violation: id:t/x: id:t/p leads from it to itself. Mend the reference. [irreflexive_property]",
    ),
}


@pytest.mark.parametrize("axiom", CLASHES)
def test_a_contradiction_is_a_finding(axiom: str) -> None:
    ontology, facts, expected = CLASHES[axiom]
    _, clashes = infer.infer(_quads(ontology), _quads(facts))
    assert [clash.text().replace("https://w3id.org/policygraph/id/t/x", "id:t/x") for clash in clashes] == [expected]


def test_an_asymmetric_property_clashes_from_both_sides() -> None:
    _, clashes = infer.infer(_quads(":p a owl:AsymmetricProperty ."), _quads(":x :p :y . :y :p :x ."))
    assert [(clash.check, clash.node) for clash in clashes] == [
        ("asymmetric_property", "https://w3id.org/policygraph/id/t/x"),
        ("asymmetric_property", "https://w3id.org/policygraph/id/t/y"),
    ]


@pytest.mark.parametrize(
    ("ontology", "named"),
    [
        (":p a owl:FunctionalProperty .", "FunctionalProperty <https://w3id.org/policygraph/id/t/p>"),
        (":A owl:complementOf :B .", "complementOf of <https://w3id.org/policygraph/id/t/A>"),
        (":A owl:hasKey ( :p ) .", "hasKey between <https://w3id.org/policygraph/id/t/A> and _:"),
    ],
)
def test_an_unknown_axiom_is_refused_by_name(ontology: str, named: str) -> None:
    with pytest.raises(infer.UnknownAxiomError) as caught:
        infer.compile_rules(_quads(ontology))
    assert str(caught.value).startswith(named)
    with pytest.raises(infer.UnknownAxiomError):
        infer.compile_rules(_axioms_in(_quads(ontology)))


def test_what_is_compiled_of_an_ontology_is_all_that_its_rules_are_made_of(built: build.Graph) -> None:
    axioms = _axioms_in(built.ontology)
    assert len(axioms) < len(built.ontology) / 10
    assert infer.compile_rules(axioms) == infer.compile_rules(built.ontology)


def _axioms_in(ontology: list[ox.Quad]) -> list[ox.Quad]:
    lines = ox.serialize(ontology, format=ox.RdfFormat.N_QUADS)
    assert lines is not None
    return list(ox.parse(infer.axioms_in(lines), ox.RdfFormat.N_QUADS))


def test_documents_fed_one_by_one_end_in_the_whole_closure(built: build.Graph) -> None:
    rules = infer.compile_rules(built.ontology)
    whole = infer.Materialiser(rules)
    whole.add(built.asserted)
    parts = infer.Materialiser(rules)
    for graph in sorted({quad.graph_name for quad in built.asserted}, key=str):
        parts.add([quad for quad in built.asserted if quad.graph_name == graph])
    assert parts.facts == whole.facts


@pytest.fixture(scope="module")
def closure(built: build.Graph) -> tuple[list[ox.Quad], list[Finding]]:
    """What the compiled rules entail of the shipped graph."""
    return infer.infer(built.ontology, built.asserted)


#: Properties of which one statement for each class does: no chain is made of several, and most statements have them.
_ONE_FOR_A_CLASS = {vocab.pg("hasEvidence")}


def _kind(quad: ox.Quad) -> object:
    return quad.object if quad.predicate == vocab.rdf_type else quad.predicate


def _of_every_kind(quads: list[ox.Quad]) -> list[ox.Quad]:
    """What is said of one thing of each class and with each property, and of whatever these lead to.

    Of statements with a text, and of those about evidence, there is one for each class and property.
    """
    types = {quad.subject: quad.object for quad in quads if quad.predicate == vocab.rdf_type}
    of: dict[object, list[ox.Quad]] = {}
    first: dict[object, object] = {}
    leaves = set[object]()
    for quad in sorted(quads, key=str):
        first.setdefault(_kind(quad), quad.subject)
        if isinstance(quad.object, ox.Literal) or quad.predicate in _ONE_FOR_A_CLASS:
            leaf = types.get(quad.subject), quad.predicate
            if leaf in leaves:
                continue
            leaves.add(leaf)
        of.setdefault(quad.subject, []).append(quad)
    waiting, chosen = list(first.values()), set[object]()
    while waiting:
        node = waiting.pop()
        if node in of and node not in chosen:
            chosen.add(node)
            waiting += [quad.object for quad in of[node]]
    return [quad for node in chosen for quad in of[node]]


def _kinds(quads: list[ox.Quad]) -> set[object]:
    """The classes and properties that statements have."""
    return {_kind(quad) for quad in quads}


def test_both_closures_of_things_of_every_kind_are_equal(
    built: build.Graph, closure: tuple[list[ox.Quad], list[Finding]]
) -> None:
    """owlrl needs minutes for the whole graph: each class, each property and each chain of the data is in the part."""
    part = _of_every_kind(built.asserted)
    compiled, _ = infer.infer(built.ontology, part)
    assert (_kinds(part), _kinds(compiled)) == (_kinds(built.asserted), _kinds(closure[0]))
    assert len(compiled) > 1000
    assert compiled == infer.owlrl_closure(built.ontology, part)


def test_the_shipped_graph_contradicts_nothing(closure: tuple[list[ox.Quad], list[Finding]]) -> None:
    assert closure[1] == []


def _without_members(quads: list[ox.Quad], folder: Path) -> list[str]:
    """The classes that HermiT finds nothing can belong to."""
    import owlready2

    path = folder / "ontology.nt"
    path.write_bytes(ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b"")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of terms of other vocabularies, which nothing imports
        world = owlready2.World()
        world.get_ontology(path.as_uri()).load()
        owlready2.sync_reasoner_hermit(world, debug=0)
    return sorted(found.iri for found in world.inconsistent_classes())


@pytest.mark.skipif(shutil.which("java") is None, reason="2026-11-22: HermiT is a Java program; CI installs Java")
def test_the_ontology_is_consistent_and_every_class_can_have_members(built: build.Graph, tmp_path: Path) -> None:
    """An axiom more takes members away and gives none, so that what has members beside the spoiled class has them."""
    pg = vocab.PREFIXES["pg"]
    spoiled = _quads(f"<{pg}Hybrid> a owl:Class ; rdfs:subClassOf <{pg}City>, <{pg}District> .")
    nothing = "http://www.w3.org/2002/07/owl#Nothing"
    assert _without_members([*built.ontology, *spoiled], tmp_path) == [nothing, f"{pg}Hybrid"]
