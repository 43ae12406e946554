"""Exports: every line of the table, read by somebody else's reader."""

from __future__ import annotations

import functools
import io
import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner, Result
from pyjelly.integrations.generic import generic_sink
from pyjelly.integrations.generic.parse import parse_jelly_flat

from policygraph import cli, export, paths, queries, vocab
from policygraph.export import EXPORTS, ExportError, Wanted
from policygraph.formats import rdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conftest import Project

FOLDERS = paths.find()
#: What is exported of the shipped graph: all of it, a document, a plan.
CUTS = {
    "whole": Wanted(),
    "document": Wanted(document=vocab.expand("document:hunnan-2022")),
    "plan": Wanted(plan=vocab.expand("plan:shenyang-three-year-action-2023")),
    "bare": Wanted(plan=vocab.expand("plan:hunnan-development"), inferred=False, evidence=False),
}
#: Format of statements -> a reader of it that is not its writer's own, where there is one.
READERS: dict[str, Callable[[bytes], Iterable[Any]]] = {
    "graph.ttl": lambda data: ox.parse(data, ox.RdfFormat.TURTLE),
    "graph.nt": lambda data: ox.parse(data, ox.RdfFormat.N_TRIPLES),
    "graph.nq": lambda data: ox.parse(data, ox.RdfFormat.N_QUADS),
    "graph.trig": lambda data: ox.parse(data, ox.RdfFormat.TRIG),
    "graph.rdf": lambda data: ox.parse(data, ox.RdfFormat.RDF_XML),
    "graph.jsonld": lambda data: ox.parse(data, ox.RdfFormat.JSON_LD),
    "plan.jsonld": lambda data: ox.parse(data, ox.RdfFormat.JSON_LD),
    "graph.jelly": lambda data: (_from_jelly(quad) for quad in parse_jelly_flat(io.BytesIO(data))),
}
WITH_GRAPHS = {"graph.nq", "graph.trig", "graph.jelly"}


def _from_jelly(quad: generic_sink.Quad) -> ox.Quad:
    return ox.Quad(*map(_term, quad))


def _term(term: Any) -> Any:
    if isinstance(term, generic_sink.IRI):
        return ox.NamedNode(term._iri)
    if isinstance(term, generic_sink.BlankNode):
        return ox.BlankNode(term._identifier)
    datatype = ox.NamedNode(term._datatype) if term._datatype else None
    return ox.Literal(term._lex, datatype=datatype, language=term._langtag)


@pytest.fixture(scope="module")
def selected(shipped: ox.Store) -> Callable[[str, str], tuple[export.Export, export.Material]]:
    """The material of an export for a cut; a cut is asked once."""
    kept: dict[str, queries.Rows] = {}

    def select(name: str, cut: str) -> tuple[export.Export, export.Material]:
        line, wanted = EXPORTS[name], CUTS[cut]
        asked = export.questions(line, FOLDERS, wanted)
        for query in asked:
            if query.text not in kept:
                kept[query.text] = queries.run(query, shipped)
        return line, export.Material(FOLDERS, wanted, asked, [kept[query.text] for query in asked])

    return select


def _canonical(statements: Iterable[Any], *, is_union: bool) -> bytes:
    if is_union:
        statements = (ox.Quad(each.subject, each.predicate, each.object) for each in statements)
    return b"".join(rdf.lines(statements))


@pytest.fixture(scope="module")
def expected(selected) -> Callable[[str, str], bytes]:
    """The canonical form of what a file of an export should hold; each is made once."""
    return functools.cache(lambda cut, *, is_union: _canonical(selected("graph.nq", cut)[1].quads, is_union=is_union))


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("name", READERS)
def test_a_file_read_back_is_the_same_graph(selected, expected, name: str, cut: str) -> None:
    if name == "plan.jsonld" and not CUTS[cut].plan:
        with pytest.raises(ExportError):
            selected(name, cut)
        return
    line, material = selected(name, cut)
    is_union = name not in WITH_GRAPHS
    back = READERS[name](export.write(line, material))
    assert _canonical(back, is_union=is_union) == expected(cut, is_union=is_union)


def test_the_whole_graph_is_all_that_the_store_holds(selected, shipped: ox.Store) -> None:
    line, material = selected("graph.nq", "whole")
    assert export.write(line, material) == b"".join(rdf.lines(shipped))


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)  # rdflib's JSON-LD reader uses it
def test_rdflib_reads_turtle_rdf_xml_and_json_ld(selected) -> None:
    graphs = {}
    for name, form in (("graph.ttl", "turtle"), ("graph.rdf", "xml"), ("graph.jsonld", "json-ld"), ("graph.nt", "nt")):
        line, material = selected(name, "bare")
        graphs[name] = set(rdflib.Graph().parse(data=export.write(line, material), format=form))
    sizes = {name: len(graph) for name, graph in graphs.items()}
    assert (len(graphs["graph.nt"]) > 1000, graphs) == (True, dict.fromkeys(graphs, graphs["graph.nt"])), sizes


def test_each_value_has_the_key_of_its_kind() -> None:
    """Of several keys for one property, and as pyld alone chooses them."""
    from policygraph.formats import jsonld

    terms = {
        "year": {"@id": "pg:p", "@type": "xsd:gYear"},
        "thing": {"@id": "pg:p", "@type": "@id"},
        "word": {"@id": "pg:p", "@type": "@vocab"},
        "chinese": {"@id": "pg:p", "@language": "zh"},
        "text": {"@id": "pg:p", "@language": None},
        "good": "pg:good",
    }
    objects = [
        *(ox.Literal("2025", datatype=ox.NamedNode(vocab.PREFIXES["xsd"] + name)) for name in ("gYear", "date")),
        *(ox.Literal("好", language=language) for language in ("zh", "ja")),
        ox.Literal("a"),
        *(vocab.pg(name) for name in ("good", "bad")),
    ]
    quads = [ox.Quad(vocab.pg("x"), vocab.pg("p"), each, vocab.GRAPH_REFERENCE) for each in objects]
    written = json.loads(jsonld.compact(quads, terms))
    del written["@context"]
    assert written == {
        "@id": "pg:x",
        "chinese": "好",
        "pg:p": [{"@type": "xsd:date", "@value": "2025"}, {"@language": "ja", "@value": "好"}],
        "text": "a",
        "thing": "pg:bad",
        "word": "good",
        "year": "2025",
    }


def _of(pioneer: ox.Store, name: str, **how: Any) -> bytes:
    return export.run(name, pioneer, FOLDERS, Wanted(plan=vocab.expand("plan:pioneer"), **how))


def test_a_plan_comes_with_what_it_names_and_no_more(pioneer: ox.Store) -> None:
    text = _of(pioneer, "graph.ttl", inferred=False, evidence=False).decode()
    body = [line for line in text.splitlines() if line and not line.startswith("@prefix")]
    start = body.index("area:pioneer a pg:City ;")
    end = body.index("pg:Evidence a owl:Class ;")
    assert body[start:end] == [
        "area:pioneer a pg:City ;",
        '\tskos:prefLabel "Pioneer City"@en , "先锋市"@zh .',
        "document:pioneer a pg:PolicyDocument ;",
        '\tskos:prefLabel "Action plan of Pioneer City"@en , "先锋市行动方案"@zh .',
        "indicator:output a pg:Indicator ;",
        '\tskos:prefLabel "industrial output"@en , "工业产值"@zh .',
        "<https://w3id.org/policygraph/id/pioneer/g1-output> a pg:IndicatorTarget ;",
        "\tpg:hasComparator odrl:gteq ;",
        '\tpg:hasDeadline "2025"^^xsd:gYear ;',
        '\tpg:hasPrintedValue "1.5万亿元以上" ;',
        "\tpg:hasUnit unit:CCY_CNY ;",
        '\tpg:hasValue "1500000000000"^^xsd:decimal ;',
        "\tpg:hasValueKind <https://w3id.org/policygraph/concept/value-kind/level> ;",
        "\tpg:isSetBy <https://w3id.org/policygraph/id/pioneer/g1> ;",
        "\tpg:ofArea area:pioneer ;",
        "\tpg:ofIndicator indicator:output .",
        "<https://w3id.org/policygraph/id/pioneer/g1-t1> a pg:Task ;",
        '\tskos:prefLabel "Strengthen equipment manufacturing"@en , "做强装备制造"@zh ;',
        "\tpg:hasOrdinal 1 ;",
        '\tpg:hasPrintedNumber "1." ;',
        "\tpg:isPartOf <https://w3id.org/policygraph/id/pioneer/g1> .",
        "<https://w3id.org/policygraph/id/pioneer/g1> a pg:TaskGroup ;",
        '\tskos:prefLabel "Develop industry"@en , "发展产业"@zh ;',
        "\tpg:hasOrdinal 1 ;",
        '\tpg:hasPrintedNumber "（一）" ;',
        "\tpg:isPartOf plan:pioneer .",
        "plan:pioneer a pg:Plan ;",
        '\tskos:prefLabel "Action plan of Pioneer City"@en , "先锋市行动方案"@zh ;',
        "\tpg:coversArea area:pioneer ;",
        "\tpg:hasLevel <https://w3id.org/policygraph/concept/level/municipal> ;",
        '\tpg:hasPeriodEnd "2025"^^xsd:gYear ;',
        '\tpg:hasPeriodStart "2023"^^xsd:gYear ;',
        "\tpg:hasPlanKind <https://w3id.org/policygraph/concept/plan-kind/action-plan> ;",
        "\tpg:isDescribedIn document:pioneer .",
        "<https://w3id.org/policygraph/id/source/pioneer> a pg:SourceText ;",
        '\tskos:prefLabel "Text of the action plan"@en , "先锋市行动方案文本"@zh ;',
        '\tpg:hasFileName "pioneer.txt" ;',
        "\tpg:hasLength 56 ;",
        '\tpg:hasSha256 "807ee6f2cda30b003d8f1ed59d25b177ae84fb6ae2a83a0ffd81a87f42bb896c" .',
    ]


def test_a_plan_reads_like_its_record(pioneer: ox.Store) -> None:
    found = json.loads(_of(pioneer, "plan.jsonld", inferred=False, evidence=False))
    del found["@context"], found["@included"]
    assert found == {
        "id": "plan:pioneer",
        "type": "Plan",
        "label": {"zh": "先锋市行动方案", "en": "Action plan of Pioneer City"},
        "coversArea": "area:pioneer",
        "isDescribedIn": {"id": "document:pioneer"},
        "level": "municipal",
        "periodStart": "2023",
        "periodEnd": "2025",
        "planKind": "action-plan",
        "parts": [
            {
                "id": "pioneer/g1",
                "type": "TaskGroup",
                "number": "（一）",
                "label": {"zh": "发展产业", "en": "Develop industry"},
                "ordinal": "1",
                "targets": [
                    {
                        "id": "pioneer/g1-output",
                        "type": "IndicatorTarget",
                        "comparator": "gteq",
                        "deadline": "2025",
                        "inUnit": "unit:CCY_CNY",
                        "ofArea": "area:pioneer",
                        "ofIndicator": "indicator:output",
                        "printedValue": "1.5万亿元以上",
                        "value": "1500000000000",
                        "valueKind": "level",
                    }
                ],
                "parts": [
                    {
                        "id": "pioneer/g1-t1",
                        "type": "Task",
                        "number": "1.",
                        "label": {"zh": "做强装备制造", "en": "Strengthen equipment manufacturing"},
                        "ordinal": "1",
                    }
                ],
            }
        ],
    }


def test_parts_stand_in_the_order_of_the_text(selected) -> None:
    line, material = selected("plan.jsonld", "plan")
    parts = json.loads(export.write(line, material))["parts"]
    numbers = [part["number"] for part in parts if "TaskGroup" in part["type"] and "number" in part]
    assert numbers == [
        f"({number})" for number in ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
    ]


def test_evidence_and_inferences_go_when_they_are_not_wanted(pioneer: ox.Store) -> None:
    def told(**how: Any) -> tuple[bool, bool]:
        text = _of(pioneer, "graph.nq", **how).decode()
        return "source/pioneer#char=" in text, "/graph/inferred>" in text

    assert [told(), told(evidence=False), told(inferred=False), told(evidence=False, inferred=False)] == [
        (True, True),
        (False, True),
        (True, False),
        (False, False),
    ]


@pytest.mark.parametrize(
    ("name", "wanted", "said"),
    [
        ("graph.tll", Wanted(), "there is no export “graph.tll”; did you mean graph.ttl, graph.nt, graph.jelly?"),
        ("plan.jsonld", Wanted(), "plan.jsonld is of one plan: say which"),
        ("graph.ttl", Wanted(bom=True), "graph.ttl does not take bom; it takes: document, evidence, inferred, plan"),
        ("graph.ttl", Wanted(plan="x", document="y"), "of a plan or of a document, not of both"),
        ("graph.ttl", Wanted(plan=vocab.expand("plan:none")), "the graph holds nothing of plan:none for graph.ttl"),
    ],
)
def test_what_cannot_be_exported_is_said(pioneer: ox.Store, name: str, wanted: Wanted, said: str) -> None:
    with pytest.raises(ExportError) as caught:
        export.run(name, pioneer, FOLDERS, wanted)
    assert str(caught.value) == said


def test_a_missing_library_is_named(pioneer: ox.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyld", None)
    monkeypatch.delitem(sys.modules, "policygraph.formats.jsonld", raising=False)
    monkeypatch.delattr("policygraph.formats.jsonld", raising=False)
    with pytest.raises(ExportError) as caught:
        _of(pioneer, "graph.jsonld")
    assert str(caught.value) == "pyld is not installed: pip install policygraph[export]"


@pytest.fixture
def run(built_project: Project, monkeypatch: pytest.MonkeyPatch) -> object:
    project = built_project
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(cli.main, ["--language", "en", "--root", str(project.root), *words])

    return invoke


def test_the_command_lists_writes_and_refuses(run, project: Project) -> None:
    lines = [" ".join(line.split()) for line in run("export").stdout.splitlines()]
    assert lines == [f"{names} {about['en']}" for names, about in export.listed()]
    (targets,) = [names.split() for names, _ in export.listed() if names.startswith("targets.")]
    assert {"targets.csv", ".tsv", ".parquet"} <= set(targets)
    assert run("export", "graph.nt", "--plan", "先锋", "-o", "plan.nt").exit_code == 0
    text = (project.root / "plan.nt").read_bytes()
    assert run("export", "graph.nt", "--plan", "plan:pioneer").stdout_bytes == text
    assert text.startswith(b"<http://qudt.org/vocab/unit/CCY_CNY> <http://qudt.org/schema/qudt/symbol> ")
    assert run("export", "graph.nt", "--document", "月球").stderr == "Error: “月球” is not in the graph\n"
    assert run("export", "graph.nt", "--build", "none").stderr == (
        "Error: no build in none: run `policygraph build` first\n"
    )
