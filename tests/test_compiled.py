"""Compiled shapes: what they judge as pySHACL does, and what they refuse to judge."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from mutations import mutated

import examples
from policygraph import paths, store, validate, vocab
from policygraph.validate.compiled import Data

if TYPE_CHECKING:
    from conftest import Project

    from policygraph import build
    from policygraph.findings import Finding

#: Mutated things that a run judges; `POLICYGRAPH_MUTATIONS=2000` for all of them.
MUTATIONS = int(os.environ.get("POLICYGRAPH_MUTATIONS", "240"))
_AT_ONCE = 40
_PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())


@pytest.fixture(scope="module")
def shapes() -> validate.Shapes:
    return validate.read_shapes(*examples.FOLDERS.shapes)[1]


@pytest.mark.parametrize("seed", range(max(1, MUTATIONS // _AT_ONCE)))
def test_mutated_records_are_judged_as_pyshacl_judges_them(
    built: build.Graph, shapes: validate.Shapes, seed: int
) -> None:
    quads = mutated(built.stated, _AT_ONCE, seed)
    types = validate.types_of([*built.stated, *built.inferred])
    for name, kinds in validate.types_of(quads).items():  # what a mutation says a thing is, it is
        types.setdefault(name, set()).update(kinds)
    parts = validate.by_graph(quads)
    expected = validate.check_shapes(parts, types, shapes, compiled=False)
    assert validate.check_shapes(parts, types, shapes) == expected
    broken = {str(node)[1:-1] for node in shapes.screen.broken(Data(quads, types))}
    assert broken == {finding.node for finding in expected}
    assert len(broken) > _AT_ONCE // 2


def test_the_shipped_graph_is_judged_as_pyshacl_judges_it(built: build.Graph, shapes: validate.Shapes) -> None:
    types = validate.types_of([*built.stated, *built.inferred])
    parts = validate.by_graph(built.stated)
    spoilt = {
        name: [q for q in quads if not q.predicate.value.endswith("PrintedValue")] for name, quads in parts.items()
    }
    found = validate.check_shapes(spoilt, types, shapes)
    assert found == validate.check_shapes(spoilt, types, shapes, compiled=False)
    assert len(found) > 100
    assert validate.check_shapes(parts, types, shapes) == []


def _shapes(turtle: str) -> validate.Shapes:
    quads = ox.parse(_PREFIXES + turtle, ox.RdfFormat.TURTLE)
    return validate.Shapes([ox.Quad(q.subject, q.predicate, q.object, vocab.GRAPH_ONTOLOGY) for q in quads])


def _data(turtle: str) -> list[ox.Quad]:
    quads = ox.parse(_PREFIXES + turtle, ox.RdfFormat.TURTLE)
    graph = vocab.document_graph("x")
    return [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads]


def _findings(shapes: validate.Shapes, data: list[ox.Quad], *, compiled: bool = True) -> list[Finding]:
    graph = vocab.document_graph("x")
    return validate.check_shapes({graph: data}, validate.types_of(data), shapes, compiled=compiled)


#: Shapes of constructs that the shipped ones do not have, and things of which some conform.
_OTHERS = {
    "and": "sh:and ( [ sh:path pg:a ; sh:minCount 1 ] [ sh:path pg:b ; sh:maxCount 0 ] )",
    "xone": "sh:xone ( [ sh:path pg:a ; sh:minCount 1 ] [ sh:path pg:b ; sh:minCount 1 ] )",
    "node": "sh:property [ sh:path pg:c ; sh:node [ sh:property [ sh:path pg:a ; sh:minCount 1 ] ] ]",
    "nested": "sh:property [ sh:path pg:c ; sh:property [ sh:path pg:c ; sh:property [ sh:path pg:d ; sh:in () ] ] ]",
    "closed inside": "sh:property [ sh:path pg:c ; sh:node [ sh:closed true ; sh:ignoredProperties ( rdf:type ) ] ]",
    "exclusive": "sh:property [ sh:path pg:b ; sh:minExclusive 1 ; sh:maxExclusive 3.5 ]",
    "not a number": "sh:not [ sh:path pg:a ; sh:minInclusive 2 ]",
    "flags": 'sh:property [ sh:path pg:d ; sh:pattern "^AB" ; sh:flags "i" ]',
    "any language": 'sh:property [ sh:path pg:d ; sh:languageIn ( "zh" "en" ) ]',
    "deactivated": "sh:deactivated true ; sh:property [ sh:path pg:a ; sh:minCount 9 ]",
    "deactivated part": "sh:property [ sh:deactivated true ; sh:path pg:a ; sh:minCount 9 ]",
    "value": "sh:property [ sh:path rdf:type ; sh:hasValue pg:Plan ]",
    "blank": "sh:property [ sh:path pg:c ; sh:nodeKind sh:BlankNode ]",
    "dateTime": "sh:property [ sh:path pg:a ; sh:datatype xsd:dateTime ]",
}
_THINGS = """
    id:1 a pg:Task ; pg:a "x" ; pg:d "abc" .
    id:2 a pg:Task ; pg:b 2 ; pg:c id:1 , id:3 ; pg:d "ABC"@zh-hans .
    id:3 a pg:Task , pg:Plan ; pg:a 7, "2020-01-01T00:00:00"^^xsd:dateTime ; pg:b 3.5 ; pg:c id:2 , [ pg:a 1 ] .
    id:4 a pg:Task ; pg:a "2020"^^xsd:dateTime ; pg:b "x" ; pg:c id:4 ; pg:d 1 .
"""


@pytest.mark.parametrize("name", _OTHERS)
def test_constructs_that_a_project_may_use_are_judged_as_pyshacl_judges_them(name: str) -> None:
    shapes = _shapes(f"""
        shape:X a sh:NodeShape ; sh:targetClass pg:Task ; {_OTHERS[name]} ;
            sh:message "没有"@zh, "it has not"@en ; sh:description "请补"@zh, "Mend it."@en .
    """)
    assert shapes.unknown is None
    data = _data(_THINGS)
    assert _findings(shapes, data) == _findings(shapes, data, compiled=False)


def test_a_class_below_another_in_the_graph_itself_is_held_to_the_shapes_of_both() -> None:
    shapes = _shapes("shape:X a sh:NodeShape ; sh:targetClass pg:C ; sh:property [ sh:path pg:a ; sh:minCount 1 ] .")
    data = _data("pg:A rdfs:subClassOf pg:B . pg:B rdfs:subClassOf pg:C . id:1 a pg:A . id:2 a pg:A ; pg:a 1 .")
    found = _findings(shapes, data)
    assert [finding.node for finding in found] == [vocab.ID + "1"]
    assert found == _findings(shapes, data, compiled=False)


@pytest.mark.parametrize(
    ("turtle", "construct"),
    [
        ("sh:sparql [ sh:select 'SELECT $this {}' ]", "sh:sparql of <https://w3id.org/policygraph/shape/X>"),
        ("sh:property [ sh:path [ sh:inversePath pg:a ] ; sh:minCount 1 ]", "sh:inversePath of _:"),
        ("sh:property [ sh:path ( pg:a pg:b ) ; sh:minCount 1 ]", "the path _:"),
        ("sh:targetNode id:1", "sh:targetNode of <https://w3id.org/policygraph/shape/X>"),
        ("a rdfs:Class", "the type http://www.w3.org/2000/01/rdf-schema#Class of"),
        ("sh:node shape:X", "<https://w3id.org/policygraph/shape/X>, a shape that refers to itself"),
        ("sh:property [ sh:path pg:a ; sh:minInclusive '2020-01-01'^^xsd:date ]", 'the bound "2020-01-01"'),
        ("sh:in <urn:no-list>", "<urn:no-list>, which is no list"),
    ],
)
def test_a_construct_that_is_not_known_is_refused_by_name(turtle: str, construct: str) -> None:
    shapes = _shapes(f"shape:X a sh:NodeShape ; sh:targetClass pg:Task ; {turtle} .")
    with pytest.raises(validate.UnknownConstructError) as refused:
        _ = shapes.screen
    assert str(refused.value).startswith(construct)


def test_shapes_that_are_not_compiled_hold_all_the_same_and_it_is_told(project: Project) -> None:
    (project.root / "shapes" / "own.ttl").write_text(
        _PREFIXES
        + """
        shape:NoGroup a sh:NodeShape ; sh:targetClass pg:TaskGroup ;
            sh:sparql [ sh:select "SELECT $this WHERE { $this a <https://w3id.org/policygraph/ontology#TaskGroup> }" ] ;
            sh:message "不应有"@zh, "there should be none"@en .
        """,
        encoding="utf-8",
    )
    texts = [f"{finding.severity.name}: {finding.check}" for finding in project.run().findings]
    assert texts == ["VIOLATION: NoGroup/sPARQL", "INFO: shapes_not_compiled"]


def test_the_ontology_is_judged_as_pyshacl_judges_it() -> None:
    about_ontology = validate.read_shapes(*paths.find().shapes)[0]
    spoilt = [quad for quad in examples.ontology() if not str(quad.object).endswith("@zh")]
    found = validate.check_ontology(spoilt, about_ontology)
    assert found == validate.check_ontology(spoilt, about_ontology, compiled=False)
    assert len(found) > 100
    assert len(store.in_memory(spoilt)) > 1000
