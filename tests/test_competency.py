"""Every competency query answers its question: the whole answer, written by hand from the source texts (answers.py)."""

from __future__ import annotations

import re
from pathlib import Path

import answers
import pyoxigraph as ox
import pytest

from policygraph import paths, queries, vocab

ANSWERS = sorted((Path(__file__).parent / "competency").glob("*.csv"))
QUERIES = {query.name: query for query in queries.read_all(paths.find().queries / "competency")}


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_answer_is_the_one_written_by_hand(path: Path, shipped: ox.Store) -> None:
    parameters, columns, rows = answers.written(path)
    assert answers.given(QUERIES[path.stem.partition("@")[0]], shipped, parameters, columns) == rows


def test_every_query_has_an_answer_and_every_answer_a_query() -> None:
    assert {path.stem.partition("@")[0] for path in ANSWERS} == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_query_says_in_both_languages_what_it_asks_and_why(name: str) -> None:
    header = QUERIES[name].header
    assert [key for key in ("question", "question@en", "why", "why@en") if not header.get(key)] == []
    assert header["chart"] in {"bar", "line", "table", "tree"}
    assert header["group"] in queries.GROUPS.keys() - {"other"}


@pytest.mark.parametrize("name", QUERIES)
def test_every_column_of_labels_is_in_both_languages(name: str, shipped: ox.Store) -> None:
    variables = queries.run(QUERIES[name], shipped).variables
    stems = {
        language: sorted(variable[:-2] for variable in variables if variable == language or variable.endswith(suffix))
        for language, suffix in (("zh", "Zh"), ("en", "En"))
    }
    assert stems["zh"] == stems["en"]
    assert len(set(variables)) == len(variables)


@pytest.mark.parametrize("name", QUERIES)
def test_query_selects_each_of_its_parameters(name: str, shipped: ox.Store) -> None:
    query = QUERIES[name]
    variables = queries.run(query, shipped).variables
    assert [parameter.name for parameter in query.parameters if parameter.name not in variables] == []
    assert query.parameters, "a question that cannot be narrowed is a report"


@pytest.mark.parametrize(("name", "parameter"), [(q.name, p.name) for q in QUERIES.values() for p in q.parameters])
def test_parameter_narrows_the_answer_and_changes_nothing_else(name: str, parameter: str, shipped: ox.Store) -> None:
    query = QUERIES[name]
    free = {each.name: "" for each in query.parameters}
    whole = queries.run(query, shipped, free)
    place = whole.variables.index(parameter)
    value = next(row[place] for row in whole.rows if row[place] is not None)
    bound = queries.run(query, shipped, {**free, parameter: value.value})
    assert bound.rows == [row for row in whole.rows if row[place] == value]
    text = queries.with_values(query, {parameter: value})
    solutions = shipped.query(text, prefixes=vocab.PREFIXES, use_default_graph_as_union=True)
    assert [[*solution] for solution in solutions] == bound.rows


@pytest.mark.parametrize("name", QUERIES)
def test_query_writes_its_columns_and_its_order_out(name: str) -> None:
    text = re.sub(r"^#.*$", "", QUERIES[name].text, flags=re.MULTILINE)
    assert "SELECT *" not in text
    assert "LIMIT" not in text
    assert re.search(r"\nORDER BY [^{}]+\s*$", text)


@pytest.mark.parametrize("name", QUERIES)
def test_query_has_an_answer_by_default(name: str, shipped: ox.Store) -> None:
    assert queries.run(QUERIES[name], shipped).rows


#: What holds of the shipped graph -> a question that has no answer where it does.
HELD = {
    "every measure is coded by instrument": """SELECT ?measure {
        ?measure a pg:Measure FILTER NOT EXISTS { ?coding pg:classifies ?measure ; pg:hasInstrument ?instrument } }""",
    "every document says how far people have gone over it": """SELECT ?document {
        ?text pg:isTextOf ?document FILTER NOT EXISTS { ?document pg:hasReviewStatus ?status } }""",
}


@pytest.mark.parametrize("claim", HELD)
def test_the_shipped_graph_keeps_what_is_claimed_of_it(claim: str, shipped: ox.Store) -> None:
    assert list(shipped.query(HELD[claim], prefixes=vocab.PREFIXES, use_default_graph_as_union=True)) == []


def test_a_filter_on_durations_finds_mechanisms_by_how_often_they_run(shipped: ox.Store) -> None:
    text = """SELECT ?zh {
        ?mechanism schema:repeatFrequency ?often ; skos:prefLabel ?zh
        FILTER (?often = "P3M"^^xsd:duration && LANG(?zh) = "zh") } ORDER BY ?zh"""
    solutions = shipped.query(text, prefixes=vocab.PREFIXES, use_default_graph_as_union=True)
    assert [solution["zh"].value for solution in solutions] == ["季排名", "每季度听取进展情况"]
