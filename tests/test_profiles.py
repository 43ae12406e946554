"""The graph in other vocabularies: a data cube that keeps its constraints, SKOS vocabularies, ELI descriptions."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from policygraph import queries, store, vocab
from policygraph.formats import data_cube
from policygraph.paths import find

FOLDERS = find()
CHECKS = queries.read_all(FOLDERS.queries / "cube")
PREFIXES = "".join(f"PREFIX {name}: <{space}>\n" for name, space in vocab.PREFIXES.items()) + "PREFIX e: <https://e/>\n"


def _quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(input=PREFIXES + text, format=ox.RdfFormat.TRIG))


def _constructed(name: str, opened: ox.Store) -> list[ox.Quad]:
    query = queries.read(FOLDERS.queries / "export" / f"{name}.rq")
    return [ox.Quad(triple.subject, triple.predicate, triple.object) for triple in queries.construct(query, opened)]


#: A cube with one of everything that the constraints speak of.
CUBE = """
e:set a qb:DataSet ; qb:structure e:dsd ; qb:slice e:slice .
e:dsd a qb:DataStructureDefinition ; qb:sliceKey e:key ; qb:component
  [ qb:dimension e:area ] , [ qb:dimension e:code ] , [ qb:measure e:value ] ,
  [ qb:attribute e:unit ; qb:componentRequired true ] , [ qb:attribute e:note ; qb:componentRequired false ] .
e:area a qb:DimensionProperty ; rdfs:range pg:AdministrativeArea .
e:code a qb:DimensionProperty ; rdfs:range skos:Concept ; qb:codeList e:list .
e:value a qb:MeasureProperty . e:unit a qb:AttributeProperty . e:note a qb:AttributeProperty .
e:list a skos:ConceptScheme . e:c1 a skos:Concept ; skos:inScheme e:list .
e:key a qb:SliceKey ; qb:componentProperty e:area .
e:slice a qb:Slice ; qb:sliceStructure e:key ; e:area e:shenyang ; qb:observation e:o1 .
e:o1 a qb:Observation ; qb:dataSet e:set ; e:area e:shenyang ; e:code e:c1 ; e:value 1 ; e:unit unit:NUM .
"""
#: A second cube, with a measure dimension, and a third and a fourth with hierarchical code lists.
MORE = """
e:mset a qb:DataSet ; qb:structure e:mdsd .
e:mdsd a qb:DataStructureDefinition ; qb:component [ qb:dimension e:area ] , [ qb:dimension qb:measureType ] ,
  [ qb:measure e:value ] , [ qb:measure e:weight ] .
e:weight a qb:MeasureProperty . qb:measureType a qb:DimensionProperty ; rdfs:range rdf:Property .
e:m1 a qb:Observation ; qb:dataSet e:mset ; e:area e:shenyang ; qb:measureType e:value ; e:value 1 .
e:m2 a qb:Observation ; qb:dataSet e:mset ; e:area e:shenyang ; qb:measureType e:weight ; e:weight 2 .
e:hset a qb:DataSet ; qb:structure e:hdsd .
e:hdsd a qb:DataStructureDefinition ; qb:component [ qb:dimension e:level ] , [ qb:measure e:value ] .
e:level a qb:DimensionProperty ; rdfs:range pg:AdministrativeArea ; qb:codeList e:levels .
e:levels a qb:HierarchicalCodeList ; qb:hierarchyRoot e:top ; qb:parentChildProperty skos:narrower .
e:top skos:narrower e:low .
e:h1 a qb:Observation ; qb:dataSet e:hset ; e:level e:low ; e:value 1 .
e:iset a qb:DataSet ; qb:structure e:idsd .
e:idsd a qb:DataStructureDefinition ; qb:component [ qb:dimension e:ilevel ] , [ qb:measure e:value ] .
e:ilevel a qb:DimensionProperty ; rdfs:range pg:AdministrativeArea ; qb:codeList e:ilevels .
e:ilevels a qb:HierarchicalCodeList ; qb:hierarchyRoot e:itop ; qb:parentChildProperty e:up .
e:up owl:inverseOf skos:broader . e:ilow skos:broader e:itop .
e:i1 a qb:Observation ; qb:dataSet e:iset ; e:ilevel e:ilow ; e:value 1 .
"""
WHOLE = CUBE + MORE

#: Constraint -> what is taken out, what is put in, and the node that is then at fault.
BROKEN = {
    "ic-01-one-dataset": ("", "e:o1 qb:dataSet e:other .", "o1"),
    "ic-02-one-structure": ("", "e:empty a qb:DataSet .", "empty"),
    "ic-03-structure-has-measure": (", [ qb:measure e:value ] .\ne:level", " .\ne:level", "hdsd"),
    "ic-04-dimension-has-range": ("; rdfs:range pg:AdministrativeArea .\ne:code", ".\ne:code", "area"),
    "ic-05-concept-dimension-has-code-list": (
        "rdfs:range skos:Concept ; qb:codeList e:list",
        "rdfs:range skos:Concept",
        "code",
    ),
    "ic-06-only-attributes-optional": (
        "[ qb:dimension e:area ] , [ qb:dimension e:code ]",
        "[ qb:dimension e:area ; qb:componentRequired false ] , [ qb:dimension e:code ]",
        "area",
    ),
    "ic-07-slice-key-declared": (" qb:sliceKey e:key ;", "", "key"),
    "ic-08-slice-key-consistent": ("", "e:key qb:componentProperty e:elsewhere . e:slice e:elsewhere 1 .", "key"),
    "ic-09-one-slice-structure": ("", "e:bare a qb:Slice .", "bare"),
    "ic-10-slice-complete": ("qb:sliceStructure e:key ; e:area e:shenyang", "qb:sliceStructure e:key", "slice"),
    "ic-11-all-dimensions": ("qb:dataSet e:set ; e:area e:shenyang ;", "qb:dataSet e:set ;", "o1"),
    "ic-12-no-duplicates": (
        "",
        "e:o0 a qb:Observation ; qb:dataSet e:set ; e:area e:shenyang ; e:code e:c1 ; e:value 2 ; e:unit unit:NUM .",
        "o0",
    ),
    "ic-13-required-attributes": ("; e:unit unit:NUM .", ".", "o1"),
    "ic-14-all-measures": ("e:code e:c1 ; e:value 1 ;", "e:code e:c1 ;", "o1"),
    "ic-15-measure-type-present": ("qb:measureType e:value ; e:value 1", "qb:measureType e:value", "m1"),
    "ic-16-single-measure": (
        "qb:measureType e:value ; e:value 1",
        "qb:measureType e:value ; e:value 1 ; e:weight 3",
        "m1",
    ),
    "ic-17-all-measures-of-a-cell": (
        "e:m2 a qb:Observation ; qb:dataSet e:mset ; e:area e:shenyang",
        "e:m2 a qb:Observation ; qb:dataSet e:mset ; e:area e:dalian",
        "m1",
    ),
    "ic-18-slice-in-its-dataset": ("", "e:slice qb:observation e:h1 .", "h1"),
    "ic-19-code-of-the-list": ("e:c1 a skos:Concept ; skos:inScheme e:list .", "", "o1"),
    "ic-20-code-of-the-hierarchy": ("e:top skos:narrower e:low .", "", "h1"),
    "ic-21-code-of-the-inverse-hierarchy": ("e:ilow skos:broader e:itop .", "", "i1"),
}


def test_a_sound_cube_keeps_every_constraint() -> None:
    assert data_cube.faults(_quads(WHOLE), CHECKS) == {}


def test_every_constraint_has_an_example() -> None:
    assert [check.name for check in CHECKS] == sorted(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_a_constraint_finds_what_breaks_it(name: str) -> None:
    old, new, node = BROKEN[name]
    assert WHOLE.count(old) == 1 or not old
    found = data_cube.faults(_quads(WHOLE.replace(old, new) if old else WHOLE + new), CHECKS)
    assert found[name][0] == f"<https://e/{node}>"


def test_the_shipped_cube_keeps_every_constraint_and_names_what_it_leaves_out(shipped: ox.Store) -> None:
    quads = data_cube.whole(_constructed("cube", shipped), FOLDERS.ontology)
    assert data_cube.faults(quads, CHECKS) == {}
    held = store.in_memory(quads)
    counts = {
        name: sum(1 for _ in held.quads_for_pattern(None, predicate, None))
        for name, predicate in (
            ("cells", ox.NamedNode(vocab.PREFIXES["qb"] + "dataSet")),
            ("left", ox.NamedNode(vocab.PREFIXES["cube"] + "leavesOut")),
        )
    }
    kinds = ("IndicatorTarget", "IndicatorObservation")
    statements = sum(1 for kind in kinds for _ in shipped.quads_for_pattern(None, vocab.rdf_type, vocab.pg(kind)))
    assert counts["cells"] > 150
    assert counts["cells"] + counts["left"] == statements


SMALL = """
indicator:gdp a pg:Indicator ; skos:prefLabel "生产总值"@zh .
indicator:service a pg:Indicator ; skos:prefLabel "服务业"@zh ; skos:broader indicator:gdp ; pg:hasDimension e:d .
pg:Indicator skos:prefLabel "指标"@zh .
"""


def test_indicators_are_a_vocabulary_of_their_own() -> None:
    scheme = "<https://w3id.org/policygraph/concept/indicator>"
    expected = f"""
    PREFIX scheme: {scheme}
    scheme: a skos:ConceptScheme ; skos:prefLabel "指标"@zh ; skos:hasTopConcept indicator:gdp .
    indicator:gdp a skos:Concept ; skos:inScheme scheme: ; skos:topConceptOf scheme: ; skos:prefLabel "生产总值"@zh .
    indicator:service a skos:Concept ; skos:inScheme scheme: ; skos:broader indicator:gdp ; skos:prefLabel "服务业"@zh .
    """
    assert set(_constructed("skos", store.in_memory(_quads(SMALL)))) == set(_quads(expected))


def test_every_concept_of_the_shipped_vocabularies_can_be_reached_and_read(shipped: ox.Store) -> None:
    """What qSKOS asks first: no concept outside a scheme, none without a label, none that no top concept leads to."""
    held = store.in_memory(_constructed("skos", shipped))
    lost = queries.Query(
        "lost",
        {},
        (),
        """SELECT ?node {
      ?node a skos:Concept .
      FILTER (!EXISTS { ?node skos:inScheme ?scheme } || !EXISTS { ?node skos:prefLabel ?zh FILTER (LANG(?zh) = "zh") }
        || !EXISTS { ?node skos:broader*/skos:topConceptOf ?any })
    }""",
    )
    assert queries.run(lost, held).rows == []
    assert sum(1 for _ in held.quads_for_pattern(None, vocab.skos("inScheme"), None)) > 400


PLAN = """
plan:a a pg:Plan ; pg:isDescribedIn document:d ; skos:prefLabel "甲"@zh , "A"@en ; pg:isIssuedBy organisation:o ;
  pg:coversArea area:c ; pg:implements plan:b .
plan:b a pg:Plan ; pg:isDescribedIn document:d ; skos:prefLabel "乙"@zh .
document:d a pg:PolicyDocument ; pg:hasPublicationDate "2023-02-01"^^xsd:date .
"""
ELI = """
<https://w3id.org/policygraph/eli/plan/a> a eli:LegalResource ; eli:id_local "plan/a" ; eli:related_to plan:a ;
  eli:is_realized_by <https://w3id.org/policygraph/eli/plan/a/zho> ; eli:passed_by organisation:o ;
  eli:relevant_for area:c ; eli:applies <https://w3id.org/policygraph/eli/plan/b> .
<https://w3id.org/policygraph/eli/plan/a/zho> a eli:LegalExpression ; eli:title "甲"@zh ; eli:title_alternative "A"@en ;
  eli:realizes <https://w3id.org/policygraph/eli/plan/a> ; eli:date_publication "2023-02-01"^^xsd:date ;
  eli:language <http://publications.europa.eu/resource/authority/language/ZHO> .
<https://w3id.org/policygraph/eli/plan/b> a eli:LegalResource ; eli:id_local "plan/b" ; eli:related_to plan:b ;
  eli:is_realized_by <https://w3id.org/policygraph/eli/plan/b/zho> .
<https://w3id.org/policygraph/eli/plan/b/zho> a eli:LegalExpression ; eli:title "乙"@zh ;
  eli:realizes <https://w3id.org/policygraph/eli/plan/b> ; eli:date_publication "2023-02-01"^^xsd:date ;
  eli:language <http://publications.europa.eu/resource/authority/language/ZHO> .
"""


def test_plans_are_legal_resources_under_iris_of_their_own() -> None:
    assert set(_constructed("eli", store.in_memory(_quads(PLAN)))) == set(_quads(ELI))
