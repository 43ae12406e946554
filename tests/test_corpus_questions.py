"""Questions over a corpus: two provinces and a city in two years, one document left out and one not reviewed.

The records are in `corpus/`, the answers in `corpus/answers/`, worked out by hand from the records. What each document
is there for stands in the first line of its record.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import answers
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from policygraph import build, cli, paths, project, queries, store

CORPUS = Path(__file__).parent / "corpus"
ANSWERS = sorted((CORPUS / "answers").glob("*.csv"))
QUERIES = {query.name: query for query in queries.read_all(paths.find().queries / "competency")}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> build.Graph:
    """The corpus as a project of its own, linked, built without what has violations."""
    root = tmp_path_factory.mktemp("corpus") / "provinces"
    project.init(root, project.Settings(base="https://example.org/provinces/"), "{}\n")
    shutil.copytree(CORPUS, root / "data", dirs_exist_ok=True, ignore=shutil.ignore_patterns("answers"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        result = CliRunner().invoke(cli.main, ["--language", "en", "link"])
        assert result.exit_code == 0, result.output
        return build.run(paths.find(root), leave_out=True)


def test_the_corpus_is_built_without_the_document_at_fault(corpus: build.Graph) -> None:
    assert (corpus.is_valid, list(corpus.left_out)) == (True, ["guizhou-2025"])


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_answer_over_a_corpus_is_the_one_worked_out_by_hand(path: Path, corpus: build.Graph) -> None:
    parameters, columns, rows = answers.written(path)
    graph = store.in_memory(corpus.quads)
    query = QUERIES[path.stem.partition("@")[0]]
    assert answers.given(query, graph, parameters, columns, corpus.folders.names) == rows


def test_what_several_years_sum_up_to_says_nothing_of_a_target_for_one(corpus: build.Graph) -> None:
    _, columns, rows = answers.written(CORPUS / "answers" / "cq-51-promised-and-reached.csv")
    graph = store.in_memory(corpus.quads)
    update = """INSERT { GRAPH ?g { ?observation pg:hasPeriodStart "2021"^^xsd:gYear } }
    WHERE { GRAPH ?g { ?observation a pg:IndicatorObservation ; pg:ofIndicator ?indicator } }"""
    graph.update(update, prefixes=corpus.folders.names.prefixes)
    levels = [row for row in rows if row[columns.index("zh")] != "地区生产总值"]
    query = QUERIES["cq-51-promised-and-reached"]
    assert answers.given(query, graph, {}, columns, corpus.folders.names) == levels


def test_every_question_over_a_corpus_has_an_answer_over_one() -> None:
    first = "cq-48-league-table"
    assert {path.stem.partition("@")[0] for path in ANSWERS} == {name for name in QUERIES if name >= first}


def test_what_is_left_out_is_a_fact_of_the_graph_and_nothing_else_of_it_is(corpus: build.Graph) -> None:
    graph = store.in_memory(corpus.quads)
    text = """SELECT ?property ?value {
      GRAPH graph:build { document:guizhou-2025 ?property ?value }
    } ORDER BY STR(?property) STR(?value)"""
    solutions = graph.query(text, prefixes=corpus.folders.names.prefixes)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [(corpus.folders.names.shorten(row["property"].value), row["value"].value) for row in solutions] == [
        ("skos:prefLabel", "Work of the second province in 2025"),
        ("skos:prefLabel", "乙省2025年工作要点"),
        ("pg:coversArea", "https://w3id.org/policygraph/id/area/guizhou"),
        ("pg:hasPeriodEnd", "2025"),
        ("pg:hasPeriodStart", "2025"),
        ("pg:hasPublicationDate", "2025-01-25"),
        ("pg:hasReason", "1 violation: dangling_id (1)"),
        ("pg:hasReason", "1 处违规：dangling_id (1)"),
        ("pg:isLeftOut", "true"),
    ]
