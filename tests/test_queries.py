"""Query files: headers, parameters bound as terms, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import paths, queries, store, vocab
from policygraph.queries import Parameter, Query, QueryError

if TYPE_CHECKING:
    from pathlib import Path

HEADER = """\
#+ question: 哪些方案始于某年？
#+ question@en: Which plans start in a year?
#+ param start: year 2023
#+ param plan: iri
#+ chart: table
SELECT ?plan ?start WHERE { ?plan pg:hasPeriodStart ?start } ORDER BY ?plan
"""


@pytest.fixture
def plans() -> ox.Store:
    text = """
    @prefix pg: <https://w3id.org/policygraph/ontology#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @base <https://w3id.org/policygraph/id/plan/> .
    <a> pg:hasPeriodStart "2021"^^xsd:gYear .
    <b> pg:hasPeriodStart "2023"^^xsd:gYear .
    <c> pg:hasPeriodStart "2023"^^xsd:gYear .
    """
    triples = ox.parse(text, ox.RdfFormat.TURTLE)
    graph = vocab.document_graph("x")
    return store.in_memory(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)


def _query(tmp_path: Path, text: str) -> Query:
    path = tmp_path / "plans.rq"
    path.write_text(text, encoding="utf-8")
    return queries.read(path)


def _names(rows: queries.Rows) -> list[str]:
    return [vocab.shorten(row[0].value) for row in rows.rows if row[0] is not None]


def test_a_header_is_read(tmp_path: Path) -> None:
    assert _query(tmp_path, HEADER) == Query(
        "plans",
        {"question": "哪些方案始于某年？", "question@en": "Which plans start in a year?", "chart": "table"},
        (Parameter("start", "year", "2023"), Parameter("plan", "iri", None)),
        HEADER,
    )


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("# ASK\nSELECT ?x WHERE {}", "SELECT"),
        ("ask {}", "ASK"),
        ("PREFIX select: <urn:ask#> CONSTRUCT WHERE {}", "CONSTRUCT"),
    ],
)
def test_a_query_has_a_form(text: str, form: str) -> None:
    assert queries.parse("x", text).form == form


def test_a_header_speaks_in_the_language_asked_or_in_chinese(tmp_path: Path) -> None:
    query = _query(tmp_path, HEADER)
    assert (query.header_text("question", "en"), query.header_text("chart", "en"), query.header_text("why")) == (
        "Which plans start in a year?",
        "table",
        "",
    )


def test_a_parameter_takes_its_default_a_value_or_stays_free(tmp_path: Path, plans: ox.Store) -> None:
    query = _query(tmp_path, HEADER)
    assert _names(queries.run(query, plans)) == ["plan:b", "plan:c"]
    assert _names(queries.run(query, plans, {"start": "2021"})) == ["plan:a"]
    assert _names(queries.run(query, plans, {"start": ""})) == ["plan:a", "plan:b", "plan:c"]
    assert _names(queries.run(query, plans, {"plan": "plan:c"})) == ["plan:c"]


def test_a_value_is_a_term_and_never_text(tmp_path: Path, plans: ox.Store) -> None:
    text = "#+ question: 名\n#+ param name: string\nSELECT ?name WHERE { BIND (1 AS ?x) }\n"
    rows = queries.run(_query(tmp_path, text), plans, {"name": '" } DROP ALL #'})
    assert rows.rows == [[ox.Literal('" } DROP ALL #')]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#+ question\nSELECT ?x WHERE {}", "plans.rq:1: not a header line: #+ question"),
        (
            "#+ column x: money 元 | yuan\nSELECT ?x WHERE {}",
            "plans.rq:1: a column reads `column name: type table zh | en`",
        ),
        (
            "#+ column x: iris areas 区域 | areas\nSELECT ?x WHERE {}",
            "plans.rq:1: only a column of the type iri names a table, not iris",
        ),
        ("#+ param x: number 3\nSELECT ?x WHERE {}", "plans.rq:1: a parameter reads `param name: type default`"),
    ],
)
def test_a_faulty_header_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        _query(tmp_path, text)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start": "recently"}, "start: “recently” is not a year"),
        ({"plan": "a b"}, "plan: “a b” is not an IRI"),
        ({"end": "2025"}, "plans has no parameter end; it has: start, plan"),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, plans: ox.Store, given: dict[str, str], said: str) -> None:
    with pytest.raises(QueryError) as caught:
        queries.run(_query(tmp_path, HEADER), plans, given)
    assert str(caught.value) == said


def test_a_query_of_another_form_is_refused(tmp_path: Path, plans: ox.Store) -> None:
    with pytest.raises(QueryError, match=r"^plans is not a SELECT$"):
        queries.run(_query(tmp_path, "ASK {}"), plans)
    with pytest.raises(QueryError, match=r"^plans is not a CONSTRUCT$"):
        queries.construct(_query(tmp_path, "SELECT ?s WHERE { ?s ?p ?o }"), plans)
    with pytest.raises(QueryError, match=r"^plans: "):
        queries.run(_query(tmp_path, "SELECT nothing"), plans)


def test_every_unit_that_is_read_is_declared() -> None:
    from policygraph import quantity, records
    from policygraph.paths import find

    folders = find()
    ontology = store.turtle(folders.ontology / "policy.ttl", vocab.GRAPH_ONTOLOGY)
    context = records.read_context(folders, ontology)
    record, findings = records.load_file(folders.layer / "data" / "base" / "units.yaml", folders, context)
    assert record is not None
    assert findings == []
    read = {vocab.expand(row[0]) for row in quantity.UNITS.values()}
    assert read - set(record.defined) == set()


def test_every_query_file_is_read() -> None:
    folder = paths.find().queries
    names = {path.parent.name for path in folder.glob("*/*.rq")}
    asked = {"analysis", "competency", "cube", "derive", "export", "service", "store", "summary", "tables", "views"}
    assert names == {"hygiene", *asked}
    assert [query.name for name in sorted(names) for query in queries.read_all(folder / name) if not query.header] == []


def _asked(query: Query, plans: ox.Store, **values: queries.Value | list[queries.Value]) -> list[str]:
    text = queries.with_values(query, values)
    solutions = plans.query(text, prefixes=vocab.PREFIXES, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    return [vocab.shorten(solution[0].value) for solution in solutions]


def test_values_stand_in_the_text_as_terms(tmp_path: Path) -> None:
    query = _query(tmp_path, HEADER)
    values = {"start": query.parameters[0].term("2021"), "plan": [ox.NamedNode("urn:a"), ox.NamedNode("urn:b")]}
    pattern = "{ ?plan pg:hasPeriodStart ?start }"
    year = '"2021"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    block = f"{{ VALUES ?start {{ {year} }} VALUES ?plan {{ <urn:a> <urn:b> }} ?plan pg:hasPeriodStart ?start }}"
    assert queries.with_values(query, values) == HEADER.replace(pattern, block)
    assert queries.with_values(query, {}) == HEADER


def test_a_value_a_list_and_an_empty_list_narrow_an_answer(tmp_path: Path, plans: ox.Store) -> None:
    query = _query(tmp_path, HEADER)
    a, b, c = (ox.NamedNode(vocab.expand(f"plan:{name}")) for name in "abc")
    assert _asked(query, plans) == ["plan:a", "plan:b", "plan:c"]
    assert _asked(query, plans, plan=[c, a]) == ["plan:a", "plan:c"]
    assert _asked(query, plans, plan=[a, b], start=query.parameters[0].term("2023")) == ["plan:b"]
    assert _asked(query, plans, plan=[]) == []
    assert queries.defaults(query) == {"start": query.parameters[0].term("2023")}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (EXISTS { ?n ?p '}' } AS ?e) ?n WHERE { { ?n a <urn:{> } UNION { ?n a ?c } } # {",
        'CONSTRUCT { ?n a "{" } WHERE { ?n a ?c }',
        'ASK { ?n a """ "{ """, \'\\\'{\' # }\n }',
    ],
)
def test_values_stand_at_the_head_of_the_outermost_pattern(text: str) -> None:
    """A brace in a string, an IRI or a comment is no brace, and a template no pattern."""
    query = queries.parse("x", f"#+ param n: iri\n{text}")
    place = text.index("{ {" if "UNION" in text else "{ ?n a ?c" if "CONSTRUCT" in text else "{ ?n")
    found = queries.with_values(query, {"n": ox.NamedNode("urn:n")})
    assert found == f"#+ param n: iri\n{text[: place + 1]} VALUES ?n {{ <urn:n> }}{text[place + 1 :]}"


def test_a_value_in_the_text_stays_a_term_whatever_it_says(plans: ox.Store) -> None:
    query = queries.parse("x", "#+ param name: string\nSELECT ?name WHERE { BIND (1 AS ?x) }")
    said = "\" } DROP ALL # \\\" \n \u0000 ''' 中"
    solutions = plans.query(queries.with_values(query, {"name": ox.Literal(said)}))
    assert isinstance(solutions, ox.QuerySolutions)
    assert [solution["name"] for solution in solutions] == [ox.Literal(said)]


def test_a_value_for_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError) as caught:
        queries.with_values(_query(tmp_path, HEADER), {"year": ox.Literal("2023")})
    assert str(caught.value) == "plans has no parameter year; it has: start, plan"


def test_a_query_is_named_by_as_much_of_its_name_as_is_clear() -> None:
    catalogue = [queries.parse(name, "SELECT * {}") for name in ("cq-01-plan", "cq-01-plan-tree", "cq-10-values")]
    names = ("cq-10", "VALUES", "cq-01-plan", "cq-01-plan-tree")
    assert [queries.named(catalogue, name).name for name in names] == [
        "cq-10-values",
        "cq-10-values",
        "cq-01-plan",
        "cq-01-plan-tree",
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("plan", "“plan” may be cq-01-plan, cq-02-plan"),
        ("zz", "no question is called “zz”: `policygraph ask`, or `questions` of a graph, lists them"),
    ],
)
def test_a_name_that_is_not_clear_is_refused(name: str, message: str) -> None:
    catalogue = [queries.parse(name, "SELECT * {}") for name in ("cq-01-plan", "cq-02-plan")]
    with pytest.raises(queries.UnclearNameError) as caught:
        queries.named(catalogue, name)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("theme", "ecology", "concept:theme/ecology"),
        ("indicator", "gdp", "indicator:gdp"),
        ("district", "hunnan", "area:hunnan"),
        ("theme", "concept:theme/ecology", "concept:theme/ecology"),
    ],
)
def test_a_bare_name_is_of_the_kind_that_the_parameter_is_of(name: str, value: str, expected: str) -> None:
    assert queries.Parameter(name, "iri", None).term(value) == ox.NamedNode(vocab.expand(expected))


def test_a_bare_name_of_no_kind_is_refused() -> None:
    with pytest.raises(queries.QueryError, match="thing: “gdp” is not an IRI; write it with its kind"):
        queries.Parameter("thing", "iri", None).term("gdp")


#: What is selected within, `@` where the values of ?plan stand in it too.
SUB_SELECTS = (
    "{ SELECT ?plan (COUNT(*) AS ?n) WHERE { @?part pg:isWithin ?plan } GROUP BY ?plan }",
    "{ SELECT ?plan ?part WHERE { @?part pg:isWithin ?plan } ORDER BY ?part }",
    "{ SELECT ?plan (COUNT(*) AS ?n) { SELECT ?plan ?part { @?part pg:isWithin ?plan } } GROUP BY ?plan }",
    "OPTIONAL { SELECT ?plan (COUNT(*) AS ?n) WHERE { @?part pg:isWithin ?plan } GROUP BY ?plan }",
    "{ ?part a ?class } UNION { SELECT ?plan ?part WHERE { @?part pg:isWithin ?plan } }",
    "{ SELECT DISTINCT ?plan ?part WHERE { @GRAPH ?home { ?part pg:isWithin ?plan } } }",
    "{ SELECT ?plan ?part WHERE { @{ ?part pg:isWithin ?plan } UNION { ?plan pg:isWithin ?part } } }",
    "{ SELECT ?plan (COUNT(*) AS ?n) { @?a a ?b { SELECT ?plan { @?part pg:isWithin ?plan } } } GROUP BY ?plan }",
    "OPTIONAL { ?plan a ?b OPTIONAL { SELECT ?plan ?part WHERE { @?part pg:isWithin ?plan } } }",
    "{ SELECT ?plan ?part WHERE { { ?part pg:isWithin ?plan } UNION { ?part a ?class } } }",
    "{ SELECT ?plan ?part WHERE { OPTIONAL { ?part pg:isWithin ?plan } ?plan a ?class } }",
    "{ SELECT ?plan ?part WHERE { BIND (STR(?plan) AS ?text) ?part a ?class } }",
    "{ SELECT ?plan ?part WHERE { ?part pg:isWithin ?plan } LIMIT 3 }",
    "{ SELECT (STR(?plan) AS ?text) ?part WHERE { ?part pg:isWithin ?plan } }",
    "{ SELECT (?part AS ?plan) WHERE { ?part pg:isWithin ?whole } }",
    "{ SELECT ?part (COUNT(?plan) AS ?n) WHERE { ?part pg:isWithin ?plan } GROUP BY ?part }",
    "{ SELECT ?plan ?part WHERE { ?part a ?class OPTIONAL { ?part pg:isWithin ?plan } } }",
    "{ SELECT * WHERE { ?part pg:isWithin ?plan } }",
    "OPTIONAL { ?part a ?class OPTIONAL { SELECT ?plan ?part WHERE { ?part pg:isWithin ?plan } } }",
    "MINUS { SELECT ?plan ?part WHERE { ?part pg:isWithin ?plan } }",
)


@pytest.mark.parametrize("inner", SUB_SELECTS)
def test_values_stand_in_sub_selects_where_that_is_the_same(inner: str) -> None:
    text = f"#+ param plan: iri\nSELECT ?plan WHERE {{ @?plan a pg:Plan . {inner} }}"
    query = queries.parse("x", text.replace("@", ""))
    expected = text.replace("@", "VALUES ?plan { <urn:a> } ")
    assert queries.with_values(query, {"plan": ox.NamedNode("urn:a")}) == expected


@pytest.mark.parametrize("inner", SUB_SELECTS)
def test_values_in_sub_selects_leave_the_answer_as_it_is(inner: str) -> None:
    """Parts of two plans, one of which is in both; a plan without parts, and a part of what is no plan."""
    lines = "a=x=a y=x=a y=x=b z=x=none a=T=P b=T=P c=T=P y=T=Q".replace("x", "isWithin").replace("T", "type").split()
    relations = {"isWithin": vocab.pg("isWithin"), "type": vocab.rdf_type}
    graph = ox.Store()
    for subject, relation, thing in (line.split("=") for line in lines):
        node = vocab.pg("Plan") if thing == "P" else ox.NamedNode(f"urn:{thing}")
        graph.add(ox.Quad(ox.NamedNode(f"urn:{subject}"), relations[relation], node))
    text = f"#+ param plan: iri\nSELECT * WHERE {{ ?plan a pg:Plan . {inner} }}"
    query = queries.parse("x", text.replace("@", ""))

    def answer(text: str) -> list[str]:
        return sorted(map(str, graph.query(text, prefixes=vocab.PREFIXES)))  # type: ignore[arg-type] # it is a SELECT

    for names in ("a", "ab", "c", ""):
        nodes = [ox.NamedNode(f"urn:{name}") for name in names]
        outer = query.text.replace("WHERE {", f"WHERE {{ VALUES ?plan {{ {' '.join(map(str, nodes))} }}", 1)
        assert answer(queries.with_values(query, {"plan": nodes})) == answer(outer)


def test_a_sub_select_names_what_it_takes_without_a_value() -> None:
    text = """#+ param plan: iri
    SELECT ?plan ?part ?n WHERE {
      @BIND (COALESCE(?plan, pg:Plan) AS ?scope) ?part pg:isWithin|a ?scope .
      OPTIONAL {
        SELECT ?plan ?part (COUNT(*) AS ?n) WHERE {
          @BIND (COALESCE(?other, ?plan, pg:Plan) AS ?scope) ?part pg:isWithin|a ?scope ; pg:hasOrdinal ?number
        } GROUP BY ?plan ?part
      }
    }"""
    query = queries.parse("x", text.replace("@", ""))
    bound = queries.with_values(query, {"plan": ox.NamedNode("urn:a")})
    assert bound.split() == text.replace("@", "VALUES ?plan { <urn:a> } ").split()
    graph = ox.Store()
    graph.load(
        b"""PREFIX pg: <https://w3id.org/policygraph/ontology#>
        <urn:x> pg:isWithin <urn:a> ; pg:hasOrdinal 1 . <urn:y> pg:isWithin <urn:b> ; pg:hasOrdinal 2 ; a pg:Plan .""",
        ox.RdfFormat.TURTLE,
    )
    rows = [queries.run(queries.parse("x", each), graph).rows for each in (bound.partition("\n")[2], query.text)]
    node, number = ox.NamedNode, ox.Literal(1)
    assert rows == [[[node("urn:a"), node("urn:x"), number]], [[None, node("urn:y"), number]]]


def test_values_of_run_stand_in_sub_selects_too(plans: ox.Store) -> None:
    """Which `COALESCE` tells: without a value in it the sub-select would count all three plans."""
    text = """#+ param plan: iri
    SELECT ?plan ?n WHERE {
      { SELECT ?plan (COUNT(*) AS ?n) { BIND (COALESCE(?plan, pg:Plan) AS ?scope) ?any a? ?scope } GROUP BY ?plan }
    }"""
    rows = queries.run(queries.parse("x", text), plans, {"plan": "plan:a"}).rows
    assert rows == [[ox.NamedNode(vocab.expand("plan:a")), ox.Literal(1)]]


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("<urn:absent> <urn:p>* ?x", 1),
        ("GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }", 2),
    ],
)
def test_what_depends_on_the_store_is_put_right_everywhere(pattern: str, count: int) -> None:
    graph = ox.Store()
    graph.load(b"<urn:g> { <urn:a> <urn:p> 1 } <urn:h> { <urn:b> <urn:p> 1 }", ox.RdfFormat.TRIG)
    assert len(queries.run(queries.parse("x", f"SELECT * {{ {pattern} }}"), graph).rows) == count
