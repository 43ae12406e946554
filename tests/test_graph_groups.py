"""Groups in GRAPH ?g, and paths of no steps, as SPARQL 1.1 evaluates them, whatever the engine makes of them alone."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from policygraph.corrections.absent_terms import with_absent_terms
from policygraph.corrections.graph_groups import by_graph

DATA = """
@prefix : <urn:> .
:g1 { :a :p :o , :b . }
:g2 { :b :p :o . }
:g3 { :x :q 1 . }
"""
GRAPHS = ("urn:g1", "urn:g2", "urn:g3")
PREFIX = "PREFIX : <urn:> "


@pytest.fixture(scope="module")
def store() -> ox.Store:
    made = ox.Store()
    made.load(DATA, ox.RdfFormat.TRIG)
    return made


def _rows(store: ox.Store, text: str) -> list[dict[str, str]]:
    def ask(question: str) -> bool:
        return bool(store.query(question, use_default_graph_as_union=True))

    written = by_graph(with_absent_terms(text, ask), lambda: GRAPHS)
    solutions = store.query(written, use_default_graph_as_union="FROM" not in text)
    if isinstance(solutions, ox.QueryBoolean):
        return [{}] * bool(solutions)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    rows = [{name: row[name].value.removeprefix("urn:") for name in names if row[name]} for row in solutions]
    return sorted(rows, key=str)


#: A pattern -> its solutions by SPARQL 1.1 18.6.
SOLUTIONS = {
    "GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s :p ?o } }": [
        {"g": "g1", "n": "2"},
        {"g": "g2", "n": "1"},
        {"g": "g3", "n": "0"},
    ],
    "GRAPH ?g { :a :p :b { SELECT (COUNT(*) AS ?n) { ?s :p ?o } } }": [{"g": "g1", "n": "2"}],
    "GRAPH ?g { SELECT ?s { ?s ?p ?o } LIMIT 1 } FILTER(?g = :g3)": [{"g": "g3", "s": "x"}],
    'GRAPH ?g { VALUES ?t { "foo" } }': [{"g": each, "t": "foo"} for each in ("g1", "g2", "g3")],
    'GRAPH ?g { VALUES (?g ?t) { (UNDEF "foo") (:g1 "bar") } }': [
        {"g": "g1", "t": "bar"},
        *({"g": each, "t": "foo"} for each in ("g1", "g2", "g3")),
    ],
    "GRAPH ?g { ?a :p :o MINUS { ?b :p :o } }": [{"a": "a", "g": "g1"}, {"a": "b", "g": "g2"}],
    "GRAPH ?g { ?a :p :o MINUS { ?a :p :b } }": [{"a": "b", "g": "g2"}],
    "GRAPH ?g { OPTIONAL { ?a :p :b } }": [{"a": "a", "g": "g1"}, {"g": "g2"}, {"g": "g3"}],
    "GRAPH ?g { { ?a :p :b } UNION { VALUES ?a { :z } } }": [
        {"a": "a", "g": "g1"},
        *({"a": "z", "g": each} for each in ("g1", "g2", "g3")),
    ],
    "VALUES ?g { :g2 } GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s :p ?o } }": [{"g": "g2", "n": "1"}],
    "GRAPH ?g { ?a :p :o MINUS { ?b :p :o } FILTER(?g != :g1) }": [{"a": "b", "g": "g2"}],
    "GRAPH ?g { VALUES ?t { 1 } BIND(:g1 AS ?g) }": [{"g": "g1", "t": "1"}],
    "GRAPH ?g { _:x :p :b . { SELECT (COUNT(*) AS ?n) { _:y :p ?o } } }": [{"g": "g1", "n": "2"}],
    "GRAPH ?g { :x :q ?o { GRAPH ?h { SELECT (COUNT(*) AS ?n) { ?s :p ?t } } } }": [
        {"g": "g3", "h": "g1", "n": "2", "o": "1"},
        {"g": "g3", "h": "g2", "n": "1", "o": "1"},
        {"g": "g3", "h": "g3", "n": "0", "o": "1"},
    ],
    # a path of no steps joins a term with itself, wherever it stands
    ":none :p* ?x": [{"x": "none"}],
    ":none :p? ?x": [{"x": "none"}],
    "?x (:p|:q)* :none": [{"x": "none"}],
    '?x :p? "none"': [{"x": "none"}],
    ":none :p*/^:q? ?x": [{"x": "none"}],
    ":none :p* :none": [{}],
    ":none :p* :other": [],
    ":none :p+ ?x": [],
    ":none :p*/:q ?x": [],
    ":a :p* ?x": [{"x": "a"}, {"x": "b"}, {"x": "o"}],
    ":b :p ?y . :none :p* ?x": [{"x": "none", "y": "o"}],
    "GRAPH ?g { :none :p* ?x }": [{"g": each, "x": "none"} for each in ("g1", "g2", "g3")],
}


@pytest.mark.parametrize("pattern", SOLUTIONS)
def test_a_pattern_has_the_solutions_of_sparql(store: ox.Store, pattern: str) -> None:
    assert _rows(store, f"{PREFIX}SELECT * {{ {pattern} }}") == SOLUTIONS[pattern]


def test_only_graphs_of_the_dataset_are_counted(store: ox.Store) -> None:
    query = "SELECT * FROM NAMED :g1 FROM NAMED :g3 { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }"
    assert _rows(store, PREFIX + query) == [{"g": "g1", "n": "2"}, {"g": "g3", "n": "1"}]


@pytest.mark.parametrize(
    "pattern",
    [
        "GRAPH ?g { ?s ?p ?o OPTIONAL { ?a ?b ?c } VALUES ?s { :a } }",
        "GRAPH ?g { { ?s :p ?o } UNION { ?s :q ?o } FILTER(?g != :g1) }",
        "GRAPH ?g {} GRAPH :g1 { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }",
        "?s :p* ?o . ?s :p ?x",
        "'GRAPH ?g { SELECT * {} }' ?p ?o .",
        "GRAPH ?g { SELECT ",
    ],
)
def test_what_the_engine_reads_rightly_stays_as_it_is(pattern: str) -> None:
    text = f"{PREFIX}SELECT * {{ {pattern} }}"
    assert by_graph(with_absent_terms(text, lambda _: False), lambda: GRAPHS) == text


def test_a_text_that_would_become_too_long_is_refused() -> None:
    text = "SELECT * { GRAPH ?g { GRAPH ?h { GRAPH ?i { SELECT ?s { ?s ?p ?o } } } } }"
    with pytest.raises(ValueError, match=r"over 200 graphs"):
        by_graph(text, lambda: [f"urn:g{number}" for number in range(200)])


def test_looking_at_a_text_takes_time_in_proportion() -> None:
    for piece in ("GRAPH ?", "GRAPH #\n", "* ", "a:b* ", ": ", ":", "<a>", "?a", "*"):
        assert by_graph(with_absent_terms(piece * 8_000, lambda _: True), lambda: GRAPHS) == piece * 8_000
