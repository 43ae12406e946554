"""Findings come out of shapes and hygiene queries whole: one for each fault, in both languages, and in the report."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import examples
from policygraph import queries, store, validate, vocab
from policygraph.findings import Finding, Position, Severity
from policygraph.validate import well_typed

PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in vocab.PREFIXES.items())
SHAPES = validate.read_shapes(*examples.FOLDERS.shapes)[1]
QUERY = """\
#+ fault: 它与“{other}”同在（{year}）。
#+ fault@en: it stands beside “{other}” ({year}).
#+ cure: 改正 `a: {zh: …}`。
#+ cure@en: Mend `a: {en: …}`.
#+ severity: warning
SELECT ?node ?other ?year WHERE { ?node pg:concerns ?other OPTIONAL { ?other pg:hasDate ?year } }
"""


def _quads(text: str, slug: str = "x") -> list[ox.Quad]:
    graph = vocab.document_graph(slug)
    parsed = ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]


def _check(text: str, around: str = "") -> list[Finding]:
    """What the shapes find in a record, given other records."""
    quads = _quads(text)
    whole = [*quads, *_quads(around, "around")]
    return validate.check_shapes(
        validate.by_graph(quads), validate.types_of([*whole, *examples.closure(whole)]), SHAPES
    )


def _query(tmp_path: Path, text: str) -> queries.Query:
    path = tmp_path / "beside.rq"
    path.write_text(text, encoding="utf-8")
    return queries.read(path)


def test_a_finding_of_a_shape_says_what_is_wrong_and_what_to_do() -> None:
    (finding,) = _check(
        'id:x a pg:Person ; skos:prefLabel "某某"@zh, "So-and-so"@en ; pg:hasDate "2023-02"^^xsd:gYearMonth .'
    )
    assert finding == Finding(
        Severity.VIOLATION,
        "Person/closed",
        {
            "en": "a person has no such property. Found in a pg:Person: pg:hasDate “2023-02”.",
            "zh": "人物没有此属性。pg:Person 实际有 pg:hasDate“2023-02”。",
        },
        {"en": "Take the key out, or mend the `type:`.", "zh": "删去该键，或改正 `type:`。"},
        vocab.ID + "x",
        path=vocab.pg("hasDate").value,
    )


def test_a_shape_may_warn() -> None:
    target = """
        id:t a pg:IndicatorTarget ; pg:hasEvidence <https://w3id.org/policygraph/id/source/x#char=0,2> ;
          pg:ofIndicator indicator:i ; pg:ofArea area:a ; pg:isSetBy plan:p ; pg:hasComparator odrl:eq ;
          pg:hasPrintedValue "20" ; pg:hasValue 20.0 ; pg:hasUnit unit:NUM ;
          pg:hasValueKind <https://w3id.org/policygraph/concept/value-kind/level> .
    """
    around = "indicator:i a pg:Indicator . area:a a pg:City . plan:p a pg:Plan . unit:NUM a qudt:Unit ."
    assert [(f.severity, f.check) for f in _check(target, around)] == [(Severity.WARNING, "ClassifierPresent/or")]


def test_one_fault_is_one_finding_however_many_shapes_and_constraints_find_it() -> None:
    article = """
        id:a a pg:Article ; skos:prefLabel "评论", "评论"@zh, "Commentary"@en ;
          pg:hasOrdinal 1 ; pg:isPartOf document:d ;
          pg:hasEvidence <https://w3id.org/policygraph/id/source/x#char=0,2> ;
          pg:hasDocumentKind <https://w3id.org/policygraph/concept/document-kind/commentary> .
    """
    checks = [finding.check for finding in _check(article, "document:d a pg:PolicyDocument .")]
    assert checks == ["Article/closed", "prefLabel/datatype"]


def test_a_shared_thing_is_validated_where_it_is_defined() -> None:
    mention = "area:a pg:isDescribedIn document:d ; pg:hasRole area:a ."
    around = "area:a a pg:City . document:d a pg:PolicyDocument ."
    assert _check(mention, around) == []
    assert [finding.check for finding in _check("area:a a pg:City .")] == ["needsPrefLabel/minCount"]


def test_a_class_is_known_from_another_record_and_from_inference() -> None:
    person = 'id:x a pg:Person ; skos:prefLabel "某某"@zh, "So-and-so"@en ; pg:isDescribedIn document:d .'
    assert _check(person, "document:d a pg:Article .") == []
    assert [finding.check for finding in _check(person, "document:d a pg:City .")] == ["isDescribedIn/class"]


def test_the_ontology_keeps_to_its_own_style() -> None:
    about_ontology, _ = validate.read_shapes(*examples.FOLDERS.shapes)
    assert validate.check_ontology(examples.ontology(), about_ontology) == []


def test_all_checks_run_together() -> None:
    quads = _quads('id:x a pg:Organisation ; skos:prefLabel "某局"@zh .')
    findings = validate.check(examples.FOLDERS, examples.ontology(), quads, examples.closure(quads))
    assert {(finding.check, finding.node) for finding in findings} == {
        ("needsPrefLabel/minCount", vocab.ID + "x"),
        ("organisation_without_kind", vocab.ID + "x"),
        ("read_thing_without_evidence", vocab.ID + "x"),
    }


_VALUES = st.one_of(
    st.builds(ox.Literal, st.text(max_size=5)),
    st.builds(lambda text: ox.Literal(text, language="zh"), st.text(max_size=5)),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(vocab.PREFIXES["xsd"] + name)),
        st.text("0123456789-+.:/TZPe", max_size=8),
        st.sampled_from(["boolean", "date", "decimal", "gYear", "gYearMonth", "integer", "string"]),
    ),
    st.sampled_from([ox.NamedNode(vocab.ID + "x"), ox.NamedNode("urn:x"), ox.BlankNode("b")]),
)


_THINGS = st.tuples(
    st.sampled_from(["Task", "IndicatorTarget", "IndicatorObservation", "Event", "Organisation"]),
    st.lists(
        st.tuples(
            st.sampled_from(sorted({q.subject.value for q in examples.ontology() if "#has" in str(q.subject)})), _VALUES
        )
    ),
)


# pySHACL takes most of its time for a run, however many things it sees: so they are six at a time
@settings(max_examples=10, deadline=None)
@given(st.lists(_THINGS, min_size=6, max_size=6))
def test_no_value_of_any_property_makes_the_shapes_fail(things: list[tuple[str, list[tuple[str, ox.Literal]]]]) -> None:
    graph = vocab.document_graph("x")
    quads = []
    for number, (kind, statements) in enumerate(things):
        node = ox.NamedNode(f"{vocab.ID}x{number}")
        quads.append(ox.Quad(node, vocab.rdf_type, vocab.pg(kind), graph))
        quads += [ox.Quad(node, ox.NamedNode(name), value, graph) for name, value in statements]
    findings = validate.check_shapes({graph: quads}, validate.types_of(quads), SHAPES)
    assert all(finding.text("zh") and finding.text("en") for finding in findings)


def test_values_of_no_datatype_are_found_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        findings = _check('id:x a pg:Event ; pg:hasDate "February"^^xsd:date .')
    assert "hasDate/or" in [finding.check for finding in findings]
    assert caplog.messages == []


def test_a_row_of_a_hygiene_query_is_a_finding_with_labels_in_each_language(tmp_path: Path) -> None:
    whole = store.in_memory(
        _quads('id:x pg:concerns id:y, id:z . id:y skos:prefLabel "乙"@zh, "Y"@en ; pg:hasDate "2023"^^xsd:gYear .')
    )
    cure = {"en": "Mend `a: {en: …}`.", "zh": "改正 `a: {zh: …}`。"}
    assert validate.check_hygiene(whole, [_query(tmp_path, QUERY)]) == [
        Finding(
            Severity.WARNING,
            "beside",
            {"en": "it stands beside “Y” (2023).", "zh": "它与“乙”同在（2023）。"},
            cure,
            vocab.ID + "x",
        ),
        Finding(
            Severity.WARNING,
            "beside",
            {"en": "it stands beside “id:z” (–).", "zh": "它与“id:z”同在（–）。"},
            cure,
            vocab.ID + "x",
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("warning", "grave", "beside: `#+ severity:` is one of info, warning, violation"),
        ("?node ?other ?year WHERE", "?other ?node ?year WHERE", "beside selects ?node first, and ?other, ?year"),
        ("?node ?other ?year WHERE", "?node ?other WHERE", "beside selects ?node first, and ?other, ?year"),
    ],
)
def test_a_hygiene_query_that_cannot_speak_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(queries.QueryError) as refused:
        validate.check_hygiene(ox.Store(), [_query(tmp_path, QUERY.replace(old, new))])
    assert str(refused.value) == message


def test_the_report_holds_every_finding_as_a_validation_result() -> None:
    said = {"en": "it has no label.", "zh": "没有标签。"}, {"en": "Add one.", "zh": "请补上。"}
    place = Position("data/records/x.yaml", 12)
    findings = [
        Finding(Severity.VIOLATION, "needsPrefLabel/minCount", *said, vocab.ID + "x", "某某", place),
        Finding(Severity.INFO, "broken_yaml", *said, None, None, place),
    ]
    expected = """
        graph:report a sh:ValidationReport ; sh:conforms false ;
          sh:result <https://w3id.org/policygraph/graph/report#1>, <https://w3id.org/policygraph/graph/report#2> .
        <https://w3id.org/policygraph/graph/report#1> a sh:ValidationResult ;
          sh:focusNode id:x ;
          sh:resultSeverity sh:Violation ;
          sh:sourceConstraintComponent sh:MinCountConstraintComponent ;
          sh:sourceShape <https://w3id.org/policygraph/shape/needsPrefLabel> ;
          sh:resultMessage "it has no label. Add one."@en, "没有标签。请补上。"@zh ;
          dcterms:identifier "needsPrefLabel/minCount" ;
          dcterms:source "data/records/x.yaml:12" .
        <https://w3id.org/policygraph/graph/report#2> a sh:ValidationResult ;
          sh:focusNode "data/records/x.yaml:12" ;
          sh:resultSeverity sh:Info ;
          sh:sourceConstraintComponent sh:SPARQLConstraintComponent ;
          sh:resultMessage "it has no label. Add one."@en, "没有标签。请补上。"@zh ;
          dcterms:identifier "broken_yaml" ;
          dcterms:source "data/records/x.yaml:12" .
    """
    parsed = ox.parse(PREFIXES + expected, ox.RdfFormat.TURTLE)
    assert set(validate.report(findings)) == set(parsed)


def test_a_report_without_violations_conforms() -> None:
    conforms = ox.NamedNode(vocab.PREFIXES["sh"] + "conforms")
    assert [quad.object.value for quad in validate.report([]) if quad.predicate == conforms] == ["true"]


_DAYS = [(date(2023, 12, 31) + timedelta(number)).isoformat() for number in range(367)]
#: Datatype -> texts that are of it, and some that are not.
_TEXTS = {
    "xsd:date": [*_DAYS, "2023-02-29", "2023-04-31", "2023-13-01", "23-01-01"],
    "xsd:decimal": ["0.0666666666666666667", "-3.5", "1", "1,5", "0." + "6" * 31],
    "xsd:duration": ["P1D", "P30D", "P6M", "P1Y", "P1W", "PT1H", "P", "1Y"],
    "xsd:gYear": ["2023", "0023", "23"],
    "pg:GB2260": ["210100", ""],
    "pg:MonthInterval": ["2022-01/2022-06", "x"],
}


@pytest.mark.parametrize("datatype", _TEXTS)
def test_what_is_plainly_of_a_datatype_is_so_for_rdflib(datatype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, texts = vocab.expand(datatype), _TEXTS[datatype]
    answers = {text: well_typed.is_well_typed(text, name) for text in texts}
    monkeypatch.setattr(well_typed, "_PLAIN", {})
    monkeypatch.setattr(well_typed, "_OURS", "urn:none")
    assert answers == {text: well_typed.is_well_typed(text, name) for text in texts}
