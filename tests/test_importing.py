"""The way back: what a build wrote is read as the records it came from, and what was edited elsewhere comes home."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from policygraph import build, cli, export, importing, paths, records
from policygraph.importing import writer
from policygraph.records.yaml import read, write

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project


def test_every_shipped_record_comes_back_as_the_same_statements(built: build.Graph, tmp_path: Path) -> None:
    folders = paths.find()
    context = records.read_context(folders, built.ontology)
    (tmp_path / "records").mkdir()
    for record in built.records:
        slug = record.graph.value.rpartition("/")[2] if "/document/" in record.graph.value else None
        recorded = writer.record(record.quads, slug, context)
        path = tmp_path / ("records" if slug else "") / record.file.rpartition("/")[2]
        path.write_text(write(recorded.value), encoding="utf-8")
        again, findings = records.load_file(path, folders, context)
        assert again is not None
        found = [finding.text() for finding in findings], set(again.quads) ^ set(record.quads), recorded.left
        assert found == ([], set(), []), record.file


@pytest.fixture
def run(built_project: Project, monkeypatch: pytest.MonkeyPatch) -> object:
    project = built_project
    monkeypatch.chdir(project.root)

    def invoke(*words: str, language: str = "en") -> Result:
        return CliRunner().invoke(cli.main, ["--language", language, "--root", str(project.root), *words])

    return invoke


@pytest.mark.parametrize("name", ["policygraph.ttl", "policygraph.trig", "policygraph.nq", "policygraph.jsonld"])
def test_what_a_build_wrote_changes_nothing(run, name: str) -> None:
    result = run("import", f"build/{name}")
    assert (result.exit_code, result.output.splitlines()) == (
        0,
        [
            "0 things added, 0 removed, 0 changed; 0 statements added, 0 removed.",
            "0 files would change; --write writes them",
        ],
    )


@pytest.mark.parametrize(("name", "how"), [("graph.ttl", ["--asserted"]), ("graph.trig", []), ("tables.xlsx", [])])
def test_what_was_exported_changes_nothing(run, name: str, how: list[str]) -> None:
    """A store has its own ways with datatypes: what comes out of one comes home all the same."""
    assert run("export", name, *how, "-o", name).exit_code == 0
    result = run("import", name)
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "0 files would change; --write writes them")


def _edited(run, project: Project, *pairs: tuple[str, str], name: str = "policygraph.ttl") -> Path:
    """The build's Turtle with words replaced that stand in it once."""
    path = project.root / f"edited{name[name.index('.') :]}"
    text = (project.root / "build" / name).read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


NEW = """
<https://w3id.org/policygraph/id/pioneer/g1-t2> a pg:Task ; pg:isPartOf <https://w3id.org/policygraph/id/pioneer/g1> ;
  pg:hasOrdinal 2 ; skos:prefLabel "装备制造"@zh , "Make equipment"@en ; pg:hasEvidence
  <https://w3id.org/policygraph/id/source/pioneer#char=20,24> .
area:pioneer skos:altLabel "先锋"@zh .
"""
TOLD = """\
~ Pioneer City  (area:pioneer)
    skos:altLabel: + “先锋”@zh

+ Make equipment  (id:pioneer/g1-t2)
    rdf:type: + task
    skos:prefLabel: + “Make equipment”@en | “装备制造”@zh
    has evidence: + id:source/pioneer#char=20,24
    has ordinal: + “2”
    is part of: + Develop industry

~ Develop industry  (id:pioneer/g1)
    has printed number: “（一）” → “（二）”

1 things added, 0 removed, 2 changed; 8 statements added, 1 removed.
data/records/pioneer.yaml
data/reference/shared.yaml
2 files would change; --write writes them
"""
WRITTEN = """\
          - id: g1-t2
            type: Task
            label: {zh: 装备制造, en: Make equipment}
            evidence: ["#char=20,24"]
"""


def test_what_was_edited_comes_home(run, project: Project) -> None:
    path = _edited(run, project, ('"（一）"', '"（二）"'))
    path.write_text(path.read_text(encoding="utf-8") + NEW, encoding="utf-8")
    project.reference.write_text("# Shared things.\n\n" + project.reference.read_text(encoding="utf-8"), "utf-8")
    told = run("import", str(path))
    assert (told.exit_code, told.stdout) == (0, TOLD)
    assert run("import", str(path), "--write").stdout.endswith("2 files written\n")
    assert run("import", str(path)).stdout.splitlines()[0].startswith("0 things added")
    assert project.reference.read_text(encoding="utf-8").startswith("# Shared things.\n\n- id: area:china\n")
    assert WRITTEN in project.record.read_text(encoding="utf-8")


def test_a_document_that_is_new_gets_a_record_of_its_own(run, project: Project, tmp_path: Path) -> None:
    before = read(project.record.read_bytes())
    written = shutil.move(project.root / "build" / "policygraph.trig", tmp_path / "policygraph.trig")
    project.record.unlink()
    result = run("import", str(written), "--write")
    assert (result.exit_code, result.stdout.splitlines()[-2:]) == (0, ["data/records/pioneer.yaml", "1 files written"])
    assert read(project.record.read_bytes()) == before


PLAN = "https://w3id.org/policygraph/id/plan/shenyang-one-plus-five-system"


@pytest.fixture(scope="module")
def home(built: build.Graph) -> importing.Home:
    context = records.read_context(built.folders, built.ontology)
    loaded = records.Loaded(built.records)
    return importing.Home(built.folders, loaded, context, built.ontology, [*built.asserted, *built.inferred])


@pytest.fixture(scope="module")
def exported(built: build.Graph) -> list[ox.Quad]:
    """One of several plans of a document, as its export has it."""
    opened = ox.Store()
    opened.bulk_extend(built.quads)
    content = export.run("graph.nt", opened, built.folders, export.Wanted(plan=PLAN))
    return list(ox.parse(content, format=ox.RdfFormat.N_TRIPLES))


def test_the_export_of_one_plan_changes_nothing(home: importing.Home, exported: list[ox.Quad]) -> None:
    proposal = importing.propose(importing.of_part(exported, exported, home), home)
    assert (proposal.texts, proposal.left) == ({}, [])


def test_an_edited_export_of_one_plan_touches_only_what_was_edited(
    home: importing.Home, exported: list[ox.Quad]
) -> None:
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    old = next(quad for quad in exported if str(quad.subject) == f"<{PLAN}>" and quad.predicate == label)
    new = ox.Quad(old.subject, label, ox.Literal("Renamed", language=old.object.language))  # type: ignore[union-attr]
    # a part that nothing else hangs on
    held = {quad.object for record in home.loaded.records for quad in record.quads}
    parts = [quad for quad in exported if quad.predicate.value.endswith("#isPartOf") and quad.subject not in held]
    part = min(parts, key=str)
    gone = {quad for quad in exported if quad.subject == part.subject}
    edited = [quad for quad in exported if quad != old and quad not in gone] + [new]
    proposal = importing.propose(importing.of_part(edited, exported, home), home)
    removed = {(quad.subject, quad.predicate, quad.object) for quad in proposal.before} - {
        (quad.subject, quad.predicate, quad.object) for quad in proposal.after
    }
    assert [*proposal.texts] == ["data/records/one-centre-2022.yaml"]
    assert {subject for subject, _, _ in removed} == {old.subject, part.subject}
    assert [triple for triple in removed if triple[0] == old.subject] == [(old.subject, label, old.object)]


def test_an_export_of_one_plan_is_not_taken_for_the_whole(
    built: build.Graph, home: importing.Home, exported: list[ox.Quad]
) -> None:
    document = "https://w3id.org/policygraph/id/document/one-centre-2022"
    assert document in importing.in_part(exported, home)
    assert importing.in_part(built.quads, home) == []


LOST = """
<https://w3id.org/policygraph/id/indicator/output> <http://example.org/x> "y" ; skos:prefLabel "sortie"@fr ;
  rdfs:seeAlso [ a pg:Plan ] .
"""


def test_what_no_record_can_say_is_told(run, project: Project) -> None:
    path = _edited(run, project)
    path.write_text(path.read_text(encoding="utf-8") + LOST, encoding="utf-8")
    result = run("import", str(path), language="zh")
    told = [re.sub(r"_:\w+", "_:b", line) for line in result.stderr.splitlines() if not line.startswith("data/")]
    output = "<https://w3id.org/policygraph/id/indicator/output>"
    assert told == [
        "_:b <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/policygraph/ontology#Plan>: "
        "没有 id 的事物：请给它一个 IRI",
        f'{output} <http://example.org/x> "y": 记录中没有表达它的键',
        f"{output} <http://www.w3.org/2000/01/rdf-schema#seeAlso> _:b: 记录中没有表达它的键",
        f'{output} <http://www.w3.org/2004/02/skos/core#prefLabel> "sortie"@fr: 值的类型不合',
    ]


def test_a_violation_is_told_with_its_line_and_nothing_is_written(run, project: Project) -> None:
    before = project.record.read_text(encoding="utf-8")
    path = _edited(run, project, ('"1500000000000"^^xsd:decimal', '"15"^^xsd:decimal'))
    result = run("import", str(path), "--write")
    assert (result.exit_code, [re.sub(r"^\S+: ", "", line) for line in result.stderr.splitlines()]) == (
        1,
        [
            "violation: 先锋市工业产值 1.5万亿元以上（2025）: “1.5万亿元以上” reads as value 1500000000000, "
            "stored is 15. Mend the stored or the printed form. [printed_value_differs]"
        ],
    )
    assert project.record.read_text(encoding="utf-8") == before


def test_a_file_that_is_no_rdf_is_refused(run, tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<a:a>")
    result = run("import", str(tmp_path / "a.nt"))
    assert (result.exit_code, result.stderr.startswith(f"Error: {tmp_path}/a.nt: ")) == (1, True)


STRATML = """<PerformancePlanOrReport xmlns="http://www.stratml.net/PerformancePlanOrReport" Type="Strategic_Plan">
<Name>先锋计划</Name><StrategicPlanCore><Goal><Name>发展产业</Name><Description/></Goal></StrategicPlanCore>
<Submitter><LastName>王</LastName></Submitter></PerformancePlanOrReport>"""


def test_a_stratml_plan_becomes_a_draft_of_a_record(run, project: Project) -> None:
    (project.root / "starter.xml").write_text(STRATML, encoding="utf-8")
    told = run("import", "starter.xml", "--write")
    written = project.root / "data" / "records" / "starter.yaml"
    assert (told.exit_code, written.exists(), told.stderr.splitlines()[0]) == (1, False, "Submitter: 王")
    assert run("import", "starter.xml", "--draft").exit_code == 0
    assert (
        written.read_text(encoding="utf-8")
        == """\
id: document:starter
type: PolicyDocument
label: {zh: 先锋计划}

plans:
  - id: plan:starter
    label: {zh: 先锋计划}
    parts:
      - id: s1
        type: TaskGroup
        label: {zh: 发展产业}
"""
    )


def test_types_that_follow_are_not_recorded() -> None:
    """A tool that reasons writes every superclass beside the class."""
    upper = {"https://x/Task": frozenset({"https://x/Element"})}
    names = ("https://x/Task", "https://x/Element")
    quads = [ox.Quad(ox.NamedNode("https://e/1"), writer._TYPE, ox.NamedNode(name)) for name in names]
    known = writer.Index(frozenset(), {}, {}, upper)
    assert writer.sort_out(quads, known) == {None: quads[:1]}
