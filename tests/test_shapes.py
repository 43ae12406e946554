"""Every shape accepts its `pass` example and finds in its `xfail` example exactly what that says, and nothing else."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.collection import Collection

import examples
from policygraph import store, validate, vocab

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policygraph.findings import Finding

EXAMPLES = examples.ROOT / "tests" / "shapes"
SHACL = rdflib.Namespace(vocab.PREFIXES["sh"])
FILES = sorted((examples.ROOT / "shapes").glob("*.ttl"))


def _parsed(paths: list[Path]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path)
    return graph


ABOUT_ONTOLOGY = [path for path in FILES if path.name == "ontology.ttl"]
ABOUT_DATA = [path for path in FILES if path.name != "ontology.ttl"]


def _names(paths: list[Path]) -> set[str]:
    """The short names of the node shapes of files."""
    quads = [quad for path in paths for quad in store.turtle(path, vocab.GRAPH_ONTOLOGY)]
    shapes = {quad.subject for quad in quads if quad.object == ox.NamedNode(SHACL.NodeShape)}
    return {shape.value.removeprefix(validate.SHAPE) for shape in shapes if isinstance(shape, ox.NamedNode)}


NAMES_ABOUT_ONTOLOGY = _names(ABOUT_ONTOLOGY)
NODE_SHAPES = sorted(NAMES_ABOUT_ONTOLOGY | _names(ABOUT_DATA))


@pytest.fixture(scope="module")
def written() -> rdflib.Graph:
    """The shapes as written."""
    return _parsed(FILES)


@pytest.fixture(scope="module")
def about_data() -> rdflib.Graph:
    """Those about data as written."""
    return _parsed(ABOUT_DATA)


Both = tuple[validate.Shapes, validate.Shapes]


@pytest.fixture(scope="module")
def shapes() -> Both:
    return validate.read_shapes(*examples.FOLDERS.shapes)


@pytest.fixture(scope="module")
def as_written() -> Both:
    """The shapes for pySHACL as they stand in their files, before they are put in batches."""
    quads = [store.turtle(path, vocab.GRAPH_ONTOLOGY) for path in FILES if path.name != "ontology.ttl"]
    about_ontology = store.turtle(examples.ROOT / "shapes" / "ontology.ttl", vocab.GRAPH_ONTOLOGY)
    about_data = [quad for file in quads for quad in file]
    return validate.Shapes(about_ontology, in_batches=False), validate.Shapes(about_data, in_batches=False)


@cache
def _example(path: Path) -> tuple[list[ox.Quad], dict[str, set[str]]]:
    """The quads of an example about data, with the types of its things and of those around it."""
    quads = examples.read(path)
    around = [*examples.read(EXAMPLES / "base.ttl", vocab.GRAPH_REFERENCE), *quads]
    return quads, validate.types_of([*around, *examples.closure(around)])


def _check(path: Path, shapes: Both, *, compiled: bool = True) -> list[Finding]:
    """What the shapes about the ontology, or those about the data, find in an example."""
    about_ontology, about_data = shapes
    if path.parent.name in NAMES_ABOUT_ONTOLOGY:
        return validate.check_ontology(examples.read(path), about_ontology, compiled=compiled)
    quads, types = _example(path)
    return validate.check_shapes(validate.by_graph(quads), types, about_data, compiled=compiled)


@pytest.fixture(scope="module")
def findings_of(shapes: Both) -> Callable[[Path], list[Finding]]:
    """What the shapes as a build has them find in an example; each is checked once."""
    return cache(lambda path: _check(path, shapes))


def _lines(findings: list[Finding]) -> list[str]:
    return sorted(f"{vocab.shorten(finding.node or '')}: {finding.check}" for finding in findings)


@pytest.mark.parametrize("name", NODE_SHAPES)
def test_a_shape_finds_what_breaks_it(name: str, findings_of: Callable[[Path], list[Finding]]) -> None:
    path = EXAMPLES / name / "xfail.ttl"
    assert examples.expected(path) != []
    assert _lines(findings_of(path)) == examples.expected(path)


@pytest.mark.parametrize("name", NODE_SHAPES)
def test_a_shape_accepts_what_keeps_to_it(name: str, findings_of: Callable[[Path], list[Finding]]) -> None:
    assert _lines(findings_of(EXAMPLES / name / "pass.ttl")) == []


def test_compiled_shapes_find_what_pyshacl_finds_of_shapes_as_written(
    shapes: Both, as_written: Both, findings_of: Callable[[Path], list[Finding]]
) -> None:
    paths = sorted(EXAMPLES.glob("*/*.ttl"))
    expected = {path: _check(path, as_written, compiled=False) for path in paths}
    assert {path: findings_of(path) for path in paths} == expected
    assert {path: _check(path, shapes, compiled=False) for path in paths} == expected


def test_every_shape_has_a_pass_and_an_xfail() -> None:
    found = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*")}
    assert found == {f"{name}/{file}" for name in NODE_SHAPES for file in ("pass.ttl", "xfail.ttl")}


def test_every_shape_that_speaks_is_broken_by_an_example(written: rdflib.Graph) -> None:
    speaking = {str(shape).removeprefix(validate.SHAPE) for shape in written.subjects(SHACL.message)}
    lines = [line for path in EXAMPLES.glob("*/xfail.ttl") for line in examples.expected(path)]
    broken = {line.partition(": ")[2].partition("/")[0] for line in lines}
    assert broken == speaking, (
        "each shape with a message (right) needs an example in tests/shapes/<Class>/xfail.ttl (left)"
    )


def test_a_class_allows_the_properties_that_the_ontology_declares_of_it() -> None:
    """What is only inferred or made by the build stands in no record, so that no closed shape allows it."""
    files = [*ABOUT_DATA, examples.ROOT / "ontology" / "policy.ttl"]
    quads = [quad for path in files for quad in store.turtle(path, vocab.GRAPH_ONTOLOGY)]
    rows = store.in_memory(quads).query(
        """
        SELECT DISTINCT ?property ?class {
          ?property schema:domainIncludes ?class .
          FILTER EXISTS { ?shape sh:closed true ; sh:targetClass/rdfs:subClassOf* ?class }
          FILTER NOT EXISTS {
            ?shape sh:closed true ; sh:targetClass/rdfs:subClassOf* ?class ; sh:property/sh:path ?property
          }
        }
        """,
        use_default_graph_as_union=True,
        prefixes=vocab.PREFIXES,
    )
    forbidden = {tuple(vocab.shorten(term.value) for term in row) for row in rows}
    assert forbidden == {
        ("pg:isLeftOut", "pg:PolicyDocument"),
        ("pg:isSetWithin", "pg:IndicatorTarget"),
        ("pg:isSetWithin", "pg:Positioning"),
        ("pg:isWithin", "pg:Plan"),
        ("pg:isWithin", "pg:PlanElement"),
    }, "shapes/classes.ttl does not list, in the shape of a class, a property that ontology/policy.ttl declares of it"


def test_every_shape_asks_something_in_words_of_both_languages(written: rdflib.Graph) -> None:
    asking = set(written.subjects(SHACL.path)) | {
        shape for key in (SHACL.closed, SHACL["or"], SHACL.pattern) for shape in written.subjects(key)
    }
    named = {shape for shape in asking if isinstance(shape, rdflib.URIRef)}
    expected = {
        (shape, key, language) for shape in named for key in ("message", "description") for language in ("en", "zh")
    }
    said = {
        (shape, key, text.language)
        for key in ("message", "description")
        for shape, text in written.subject_objects(SHACL[key])
        if isinstance(text, rdflib.Literal)
    }
    assert said == expected


def test_every_class_has_one_closed_shape_of_its_name_or_of_the_class_above(about_data: rdflib.Graph) -> None:
    classes = {quad.subject.value for quad in examples.ontology() if quad.object.value.endswith("owl#Class")}
    closed = {
        str(target): str(shape).removeprefix(validate.SHAPE)
        for shape in about_data.subjects(SHACL.closed, rdflib.Literal(True))
        for target in about_data.objects(shape, SHACL.targetClass)
    }
    others = {
        "http://qudt.org/schema/qudt/Unit": "Unit",
        "http://www.w3.org/2004/02/skos/core#Concept": "Concept",
        "http://www.w3.org/ns/oa#TextPositionSelector": "TextPositionSelector",
    }
    elements = {vocab.PREFIXES["pg"] + "PlanElement"}
    for _ in range(3):  # goals have two levels of kinds
        elements |= {
            quad.subject.value
            for quad in examples.ontology()
            if quad.predicate.value.endswith("#subClassOf") and quad.object.value in elements
        }
    assert len(elements) == 14
    assert closed == {
        **others,
        **{name: name.rpartition("#")[2] for name in classes if name.startswith(vocab.PREFIXES["pg"])},
        **dict.fromkeys(elements, "PlanElement"),
    }


def test_every_property_of_the_ontology_has_a_shape(about_data: rdflib.Graph) -> None:
    kinds = {vocab.PREFIXES["owl"] + kind for kind in ("ObjectProperty", "DatatypeProperty")}
    properties = {quad.subject.value for quad in examples.ontology() if quad.object.value in kinds}
    shaped = {str(path) for path in about_data.objects(None, SHACL.path) if str(path).startswith(vocab.PREFIXES["pg"])}
    made_by_a_build = ("isLeftOut", "isSetWithin", "isWithin")
    unshaped = {vocab.PREFIXES["pg"] + name for name in (*made_by_a_build, "requiresDimension")}
    assert shaped == {iri for iri in properties if iri.startswith(vocab.PREFIXES["pg"])} - unshaped


def test_a_closed_superclass_allows_what_its_subclasses_allow(about_data: rdflib.Graph) -> None:
    allowed = {
        str(target): {
            str(path)
            for name in about_data.objects(shape, SHACL.property)
            for path in about_data.objects(name, SHACL.path)
        }
        for shape in about_data.subjects(SHACL.closed, rdflib.Literal(True))
        for target in about_data.objects(shape, SHACL.targetClass)
    }
    broader = [
        (quad.subject.value, quad.object.value)
        for quad in examples.ontology()
        if quad.predicate.value.endswith("#subClassOf") and quad.object.value in allowed
    ]
    assert {pair: sorted(allowed[pair[0]] - allowed[pair[1]]) for pair in broader} == {pair: [] for pair in broader}


def test_every_closed_shape_lets_things_have_a_type(about_data: rdflib.Graph) -> None:
    heads = about_data.objects(None, SHACL.ignoredProperties)
    assert {tuple(Collection(about_data, head)) for head in heads} == {(rdflib.RDF.type,)}
