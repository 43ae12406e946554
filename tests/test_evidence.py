"""Evidence: citing, spans, and the shipped records against their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import build, coverage, evidence, paths, vocab
from policygraph.evidence import Span

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "https://w3id.org/policygraph/id/source/x"


def test_a_quotation_is_cited_at_every_place_in_code_points() -> None:
    assert evidence.cite("𠮷a沈阳\n市，沈阳市", "沈阳市") == ["#char=2,6", "#char=7,10"]


def test_words_that_do_not_stand_there_are_not_cited() -> None:
    assert (evidence.cite("沈阳市", "大连市"), evidence.cite("沈阳市", " ")) == ([], [])


@pytest.mark.parametrize(
    ("iri", "span"),
    [
        (f"{SOURCE}#char=3,5", Span("x", 3, 5)),
        (f"{SOURCE}#line=3,5", None),
        ("https://example.org/x#char=3,5", None),
    ],
)
def test_an_evidence_iri_names_a_span(iri: str, span: Span | None) -> None:
    assert evidence.span_of(iri) == span


def test_evidence_becomes_a_web_annotation_selector() -> None:
    graph = vocab.document_graph("x")
    thing = ox.NamedNode("https://w3id.org/policygraph/id/x/g1")
    quad = ox.Quad(thing, vocab.pg("hasEvidence"), ox.NamedNode(f"{SOURCE}#char=3,5"), graph)
    lines = sorted(str(quad) for quad in evidence.expand([quad]))
    number = "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"
    selector = "<https://w3id.org/policygraph/id/selector/x/3-5>"
    in_graph = f"<{graph.value}>"
    is_a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    oa = "http://www.w3.org/ns/oa#"
    assert lines == sorted(
        [
            f"<{SOURCE}#char=3,5> {is_a} <https://w3id.org/policygraph/ontology#Evidence> {in_graph}",
            f"<{SOURCE}#char=3,5> <{oa}hasSource> <{SOURCE}> {in_graph}",
            f"<{SOURCE}#char=3,5> <{oa}hasSelector> {selector} {in_graph}",
            f"{selector} {is_a} <{oa}TextPositionSelector> {in_graph}",
            f'{selector} <{oa}start> "3"^^<{number}> {in_graph}',
            f'{selector} <{oa}end> "5"^^<{number}> {in_graph}',
        ]
    )


def test_every_shipped_statement_stands_where_it_says(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYGRAPH_SOURCES", str(sources))
    graph = build.load(paths.find())
    texts = evidence.read_texts(graph.folders, graph.stated)
    findings = [*graph.findings, *texts.findings, *evidence.check(graph.stated, texts.by_slug)]
    assert [finding.text() for finding in findings] == []
    assert (len(texts.by_slug), texts.missing) == (5, [])


def test_printed_values_are_read_without_the_texts(built: build.Graph) -> None:
    assert [finding.text() for finding in evidence.check(built.stated, {})] == []


def test_every_figure_of_the_shipped_texts_is_evidence(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYGRAPH_SOURCES", str(sources))
    graph = build.load(paths.find())
    texts = evidence.read_texts(graph.folders, graph.stated).by_slug
    covered = {slug: coverage.cover(text, slug, graph.stated) for slug, text in texts.items()}
    forgotten = {slug: [found.context(run) for run in found.uncovered_figures] for slug, found in covered.items()}
    assert forgotten == {slug: [] for slug in texts}
