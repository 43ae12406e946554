"""Evidence: citing, spans, and the shipped records against their texts."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import build, coverage, evidence, facade, paths, vocab
from policygraph.evidence import Span
from policygraph.vocab import pg

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project

    from policygraph.findings import Finding

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


TEXT = "产值达到1.5万亿元以上，企业\n4500家。"
EVERY = f"<{SOURCE}#char=0,{len(TEXT)}>"
FIGURE = f"<{SOURCE}#char=4,12>"
TARGET = (
    'a pg:IndicatorTarget ; pg:hasPrintedValue "1.5万亿元以上" ; pg:hasValue 1500000000000.0 ;'
    " pg:hasUnit unit:CCY_CNY ; pg:hasComparator odrl:gteq ; pg:hasEvidence " + FIGURE
)
COUNT = (
    'a pg:IndicatorObservation ; pg:hasPrintedValue "4500家" ; pg:hasValue 4500.0 ; pg:hasUnit unit:NUM ;'
    ' pg:hasClassifier "家" ; pg:hasComparator odrl:eq ; pg:hasEvidence ' + EVERY
)


def _quads(turtle: str) -> list[ox.Quad]:
    prefixes = "".join(f"@prefix {name}: <{space}> .\n" for name, space in vocab.PREFIXES.items())
    return list(ox.parse(input=prefixes + turtle, format=ox.RdfFormat.TURTLE))


def _said(turtle: str, texts: dict[str, str] | None = None) -> list[str]:
    findings = evidence.check(_quads(turtle), {"x": TEXT} if texts is None else texts)
    return [f"{vocab.shorten(finding.node or '')} {finding.check}" for finding in findings]


@pytest.mark.parametrize(
    "turtle",
    [
        f"id:t {TARGET} .",
        f"id:t {COUNT} .",
        # one of the claims stands in each span, white space aside, and English is no claim
        f'id:t a pg:Task ; skos:prefLabel "企业4500家"@zh, "absent"@en ; pg:hasEvidence {EVERY} .',
        f'id:t a pg:Task ; skos:altLabel "产值" ; skos:prefLabel "别的"@zh ; pg:hasEvidence <{SOURCE}#char=0,2> .',
        f'id:t a pg:Task ; skos:hiddenLabel "产值" ; pg:hasEvidence <{SOURCE}#char=0,1>, {EVERY} .'.replace(
            "0,1", "0,2"
        ),
        # the last character, and the text's end
        f'id:t a pg:Task ; skos:prefLabel "。"@zh ; pg:hasEvidence <{SOURCE}#char={len(TEXT) - 1},{len(TEXT)}> .',
        # the label of a target is in our words; another text is not at hand; blank nodes are no things
        f'id:t {TARGET} ; skos:prefLabel "别的"@zh .',
        f'id:t a pg:Task ; skos:prefLabel "别的"@zh ; pg:hasEvidence <{SOURCE}y#char=0,2> .',
        f'[] a pg:Task ; skos:prefLabel "别的"@zh ; pg:hasEvidence {EVERY} .',
        # a printed form stands in one of several spans
        'id:t a pg:Task ; pg:hasPrintedLabel "产值" ; skos:altLabel "企业" ;'
        f" pg:hasEvidence <{SOURCE}#char=0,2>, {EVERY} .",
        # the marks of a title are not among its words
        f'id:t a pg:Plan ; skos:prefLabel "《产值》"@zh ; pg:hasEvidence {EVERY} .',
        # what is no number is not compared, and what has no stored value
        f"id:t {TARGET} .".replace(" pg:hasValue 1500000000000.0 ;", ""),
        f"id:t {TARGET} .".replace("pg:IndicatorTarget", "pg:Task").replace("1500000000000.0", "1.0"),
        f"id:t a pg:IndicatorTarget ; pg:hasValue 1.0 ; pg:hasEvidence {EVERY} .",
        # a number without a unit says nothing against a unit that was inferred
        f'id:t a pg:IndicatorTarget ; pg:hasPrintedValue "4500" ; pg:hasValue 4500.0 ; pg:hasUnit unit:PERCENT ;'
        f" pg:hasInferredProperty pg:hasUnit ; pg:hasComparator odrl:eq ; pg:hasEvidence {EVERY} .",
    ],
)
def test_what_stands_where_it_says_is_no_finding(turtle: str) -> None:
    assert _said(turtle) == []


def _difference(finding: Finding) -> str:
    """The field, what is read and what is stored, of a printed value that differs."""
    match = re.search(r"reads as (.*), stored is (\S+)\. Mend", finding.text())
    return f"{match[1]} / {match[2]}" if match else ""


@pytest.mark.parametrize(
    ("turtle", "checks"),
    [
        (f'id:t a pg:Task ; skos:prefLabel "别的"@zh ; pg:hasEvidence {EVERY} .', ["evidence_beside_claim"]),
        (
            f'id:t a pg:Task ; skos:prefLabel "产值"@zh ; pg:hasEvidence <{SOURCE}#char=0,{len(TEXT) + 1}> .',
            ["evidence_out_of_range"],
        ),
        (
            f'id:t a pg:Task ; skos:prefLabel "产值"@zh ; pg:hasEvidence <{SOURCE}#char=5,5> .',
            ["evidence_out_of_range"],
        ),
        (
            f'id:t a pg:Task ; skos:prefLabel "产值"@zh ; pg:hasEvidence <{SOURCE}#char=5,4> .',
            ["evidence_out_of_range"],
        ),
        (
            f'id:t a pg:Task ; skos:prefLabel "产值"@zh ; pg:hasPrintedLabel "产量" ; pg:hasEvidence {EVERY} .',
            ["printed_form_not_in_evidence"],
        ),
        (
            f'id:t a pg:Task ; skos:prefLabel "产值"@zh ; pg:hasPrintedLabel "产" , "量" ;'
            f" pg:hasEvidence <{SOURCE}#char=0,2> .",
            ["printed_form_not_in_evidence"],
        ),
        (f'id:t {TARGET} ; pg:hasPrintedIndicator "总产量" .', ["printed_form_not_in_evidence"]),
        (f"id:t {TARGET} .".replace("1500000000000.0", "1500000000001.0"), ["value 1500000000000 / 1500000000001.0"]),
        (f"id:t {TARGET} .".replace("1500000000000.0", "1499999999999.0"), ["value 1500000000000 / 1499999999999.0"]),
        (f"id:t {TARGET} ; pg:hasUpperValue 2000000000000.0 .", ["upperValue None / 2000000000000.0"]),
        (f"id:t {TARGET} .".replace("CCY_CNY", "CCY_AAA"), ["unit unit:CCY_CNY / unit:CCY_AAA"]),
        (f"id:t {TARGET} .".replace("CCY_CNY", "PERCENT"), ["unit unit:CCY_CNY / unit:PERCENT"]),
        (
            f"id:t {TARGET} ; pg:hasInferredProperty pg:hasUnit .".replace("CCY_CNY", "PERCENT"),
            ["unit unit:CCY_CNY / unit:PERCENT"],
        ),
        (
            f"id:t {COUNT} ; pg:hasInferredProperty pg:hasUnit .".replace("unit:NUM", "unit:PERCENT"),
            ["unit unit:NUM / unit:PERCENT"],
        ),
        (f"id:t {TARGET} .".replace("gteq", "aaa"), ["comparator gteq / aaa"]),
        (f"id:t {TARGET} .".replace("gteq", "lteq"), ["comparator gteq / lteq"]),
        (f"id:t {COUNT} .".replace(' pg:hasClassifier "家" ;', ' pg:hasClassifier "个" ;'), ["classifier 家 / 个"]),
        (f"id:t {COUNT} .".replace(' pg:hasClassifier "家" ;', ' pg:hasClassifier "项" ;'), ["classifier 家 / 项"]),
        (f"id:t {COUNT} .".replace(' pg:hasClassifier "家" ;', ""), ["classifier 家 / None"]),
        (f"id:t {TARGET} .".replace('"1.5万亿元以上"', '"产值"').replace(FIGURE, EVERY), ["printed_value_unreadable"]),
    ],
)
def test_what_stands_elsewhere_or_otherwise_is_found(turtle: str, checks: list[str]) -> None:
    findings = evidence.check(_quads(turtle), {"x": TEXT})
    assert [_difference(finding) or finding.check for finding in findings] == checks


def test_printed_values_need_no_text_and_spans_do() -> None:
    wrong = (
        f"id:t {TARGET} .".replace("1500000000000.0", "1.0")
        + f' id:u a pg:Task ; skos:prefLabel "别的"@zh ; pg:hasEvidence {EVERY} .'
    )
    assert len(_said(wrong, {})) == 1
    assert len(_said(wrong)) == 2


def _registered(text: bytes, **wrong: str) -> list[ox.Quad]:
    entry = {"file": "x.txt", "sha": hashlib.sha256(text).hexdigest(), "length": str(len(text.decode())), **wrong}
    return _quads(
        f'<{SOURCE}> a pg:SourceText ; pg:hasFileName "{entry["file"]}" ; pg:hasSha256 "{entry["sha"]}" ;'
        f" pg:hasLength {entry['length']} ; pg:isTextOf id:d ; rdfs:comment 'x' ."
    )


def test_texts_are_held_to_what_is_registered_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYGRAPH_SOURCES", str(tmp_path))
    folders = paths.find()
    content = "二〇二三\n".encode()
    assert evidence.read_texts(folders, _registered(content)) == evidence.Texts({}, ["x.txt"], [])
    (tmp_path / "x.txt").write_bytes(content)
    assert evidence.read_texts(folders, _registered(content)) == evidence.Texts({"x": "二〇二三\n"}, [], [])
    absent = _quads(f'<{SOURCE.removesuffix("x")}a> a pg:SourceText ; pg:hasFileName "a.txt" .')
    both = evidence.read_texts(folders, [*absent, *_registered(content)])
    assert both == evidence.Texts({"x": "二〇二三\n"}, ["a.txt"], [])
    for wrong, words in (
        ({"sha": "00"}, "SHA-256"),
        ({"sha": "zz"}, "SHA-256"),
        ({"length": "4"}, "length"),
        ({"length": "6"}, "length"),
    ):
        read = evidence.read_texts(folders, _registered(content, **wrong))
        assert (read.by_slug, read.missing, [words in finding.text() for finding in read.findings]) == ({}, [], [True])


def test_spans_are_spelt_out_in_the_order_of_their_iris_and_what_is_none_is_passed_over() -> None:
    graph = vocab.document_graph("x")
    iris = [f"{SOURCE}#char=9,12", f"{SOURCE}#area=2", f"{SOURCE}#char=1,2"]
    quads = [ox.Quad(vocab.pg("t"), vocab.pg("hasEvidence"), ox.NamedNode(iri), graph) for iri in iris]
    quads.append(ox.Quad(vocab.pg("t"), vocab.pg("isDescribedIn"), ox.NamedNode(f"{SOURCE}#char=3,4"), graph))
    subjects = [quad.subject.value for quad in evidence.expand(quads) if quad.object == vocab.pg("Evidence")]
    assert subjects == [f"{SOURCE}#char=1,2", f"{SOURCE}#char=9,12"]


QUOTED = "SELECT ?thing ?words { ?thing pg:hasEvidence/oa:hasSelector/oa:exact ?words }"


def test_those_who_have_the_texts_can_ask_for_the_words_and_no_file_holds_them(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a build nor any export, though the text is at hand."""
    folder = build.write(project.run(), tmp_path / "build")
    opened = facade.open(folder, root=project.root, quotations=True)
    solutions = opened.sparql(QUOTED, raw=True).rows
    text = project.text.read_text("utf-8")
    spans = {
        (str(quad.subject)[1:-1], text[span.start : span.end])
        for quad in opened.store.quads_for_pattern(None, pg("hasEvidence"), None)
        if (span := evidence.span_of(str(quad.object)[1:-1]))
    }
    assert ({(str(thing), str(words)) for thing, words in solutions}, len(spans) >= 3) == (spans, True)
    written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    exports = (
        "graph.ttl",
        "graph.nt",
        "graph.nq",
        "graph.trig",
        "graph.rdf",
        "graph.jsonld",
        "targets.csv",
        "skos.ttl",
    )
    written += [opened.export(name, tmp_path / name).read_bytes() for name in exports]
    assert [content for content in written if b"TextQuoteSelector" in content or b"annotation#exact" in content] == []
    assert len(facade.open(folder, root=project.root).sparql(QUOTED, raw=True).rows) == 0
    monkeypatch.setenv("POLICYGRAPH_SERVER_QUOTATIONS", "off")
    assert len(facade.open(folder, root=project.root, quotations=True).sparql(QUOTED, raw=True).rows) == 0
