"""Editing a build: as if it had been built so, never by halves, and never lost by the next build."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from policygraph import build, paths, validate, vocab
from policygraph.build import edit

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import LayBuild, Project

ID = vocab.ID
DOCUMENT = vocab.document_graph("pioneer")
TASK = ox.NamedNode(ID + "pioneer/g1-t1")


def _quad(name: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(TASK, ox.NamedNode(vocab.expand(name)), value, DOCUMENT)


LABEL = _quad("skos:prefLabel", ox.Literal("Strengthen equipment manufacturing", language="en"))
BETTER = _quad("skos:prefLabel", ox.Literal("Make equipment stronger", language="en"))
ENTRY = {"who": "alice", "when": "2026-01-02T03:04:05+00:00", "forced": False}


@pytest.fixture
def output(project: Project, tmp_path: Path, lay_build: LayBuild) -> Path:
    lay_build(project, tmp_path / "build")
    return tmp_path / "build"


def _change(project: Project, output: Path, added: list[ox.Quad], removed: list[ox.Quad]) -> build.Graph:
    return edit.changed(edit.read(output), edit.Checks(paths.find(project.root)), added, removed)


def _journal(output: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in edit.journal_of(output).read_text(encoding="utf-8").splitlines()]


def test_an_edited_build_is_what_the_edited_record_would_give(project: Project, output: Path) -> None:
    """The same snapshot and the same findings, without places in records."""
    graph = _change(project, output, [BETTER], [LABEL])
    project.edit("Strengthen equipment manufacturing", "Make equipment stronger")
    expected = project.run()
    assert build.snapshot(graph.quads)[0] == build.snapshot(expected.quads)[0]
    assert [(f.check, f.node, f.sentences()) for f in graph.findings] == [
        (f.check, f.node, f.sentences()) for f in expected.findings
    ]


def test_evidence_is_spelt_out_anew(project: Project, output: Path) -> None:
    """What a curator took along of the old spelling, and what is new, comes out as a build would write it."""
    old, new = (_quad("pg:hasEvidence", ox.NamedNode(f"{ID}source/pioneer#char={span}")) for span in ("16,24", "18,24"))
    graph = _change(project, output, [new], [old])
    project.edit('"#char=16,24"', '"#char=18,24"')
    assert build.snapshot(graph.quads)[0] == build.snapshot(project.run().quads)[0]


#: A change (what comes, what goes) -> the checks that find something then.
FAULTS: dict[str, tuple[list[ox.Quad], list[ox.Quad], set[str]]] = {
    "a shape": ([], [LABEL], {"needsPrefLabel/minCount"}),
    "a reference to nothing": (
        [_quad("pg:isLocatedIn", ox.NamedNode(ID + "area/atlantis"))],
        [],
        {"dangling_reference", "isLocatedIn/class"},
    ),
    "evidence beyond the text": (
        [_quad("pg:hasEvidence", ox.NamedNode(ID + "source/pioneer#char=900,901"))],
        [],
        {"evidence_out_of_range"},
    ),
    "a clash with the ontology": (
        [_quad("rdf:type", vocab.pg("City"))],
        [],
        {"wrong_type", "disjoint_classes"},
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_found(project: Project, output: Path, case: str) -> None:
    added, removed, checks = FAULTS[case]
    graph = _change(project, output, added, removed)
    found = {finding.check for finding in graph.findings if finding.severity.name == "VIOLATION"}
    assert (graph.is_valid, found) == (False, checks)


def test_what_is_found_without_validating_anew_is_what_a_whole_check_finds(project: Project, output: Path) -> None:
    """Faults in graphs that an update does not touch stay, those of a touched one are looked for again."""
    base = edit.read(output)
    area = ox.NamedNode(ID + "area/pioneer")
    english = ox.Quad(area, vocab.skos("prefLabel"), ox.Literal("Pioneer City", language="en"), vocab.GRAPH_REFERENCE)
    folders = paths.find(project.root)
    spoilt = edit.changed(base, edit.Checks(folders), [], [english])
    assert not spoilt.is_valid
    edit.write(base, spoilt, {**ENTRY, "forced": True})
    graph = _change(project, output, [BETTER], [LABEL])
    whole = validate.check(folders, graph.ontology, graph.stated, graph.inferred)
    assert sorted((f.check, f.node, f.sentences("zh")) for f in graph.findings) == sorted(
        (f.check, f.node, f.sentences("zh")) for f in whole
    )
    assert any("/" in finding.check for finding in graph.findings)


def test_a_class_that_changes_brings_other_graphs_back_to_be_checked(project: Project, output: Path) -> None:
    """The record is not touched, but what it refers to is no area any more."""
    area = ox.NamedNode(ID + "area/pioneer")
    kinds = [ox.Quad(area, vocab.rdf_type, vocab.pg(name), vocab.GRAPH_REFERENCE) for name in ("City", "Event")]
    graph = _change(project, output, kinds[1:], kinds[:1])
    folders = paths.find(project.root)
    whole = validate.check(folders, graph.ontology, graph.stated, graph.inferred)
    assert {f.check for f in whole if "/" in f.check} != set()
    assert {(f.check, f.node) for f in graph.findings} == {(f.check, f.node) for f in whole}


def test_an_update_is_written_into_the_manifest_and_the_journal(project: Project, output: Path) -> None:
    base = edit.read(output)
    graph = _change(project, output, [BETTER], [LABEL])
    entry = edit.write(base, graph, {**ENTRY, "what": "update"})
    manifest = build.read_manifest(output)
    after = build.snapshot(graph.quads)[0]
    assert manifest["edited"] == {
        "updates": 1,
        "builtAs": base.snapshot,
        "lastBy": "alice",
        "lastAt": ENTRY["when"],
        "forced": False,
    }
    assert _journal(output) == [entry]
    assert entry == {
        **ENTRY,
        "number": 1,
        "built": base.snapshot,
        "before": base.snapshot,
        "after": after,
        "what": "update",
    }
    assert manifest["snapshot"] == after


def test_a_journal_that_a_crash_cut_off_is_completed(project: Project, output: Path) -> None:
    edit.write(edit.read(output), _change(project, output, [BETTER], [LABEL]), ENTRY)
    edit.write(edit.read(output), _change(project, output, [LABEL], [BETTER]), ENTRY)
    journal = edit.journal_of(output)
    whole = journal.read_bytes()
    first, second = whole.splitlines(keepends=True)
    journal.write_bytes(first)
    edit.mend_journal(output)
    edit.mend_journal(output)
    assert journal.read_bytes() == whole
    journal.write_bytes(first + second[:10])
    edit.mend_journal(output)
    assert journal.read_bytes() == first + second[:10] + b"\n" + second


def test_an_update_of_a_build_that_has_moved_is_refused(project: Project, output: Path) -> None:
    base = edit.read(output)
    graph = _change(project, output, [BETTER], [LABEL])
    edit.write(base, graph, ENTRY)
    folder = output.resolve()
    with pytest.raises(build.MovedError, match="has become another build"):
        edit.write(base, graph, ENTRY)
    assert (output.resolve(), len(_journal(output))) == (folder, 1)


def test_a_build_from_records_does_not_throw_an_edit_away(project: Project, output: Path) -> None:
    edit.write(edit.read(output), _change(project, output, [BETTER], [LABEL]), ENTRY)
    folder = output.resolve()
    command = [sys.executable, "-m", "policygraph", "--root", str(project.root), "build", "-o", str(output)]
    refused = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (refused.returncode, " ".join(refused.stderr.split())) == (
        1,
        f"Error: {output} holds 1 update(s) that were made through the service and that the records do not have. "
        f"`policygraph import {output}/policygraph.trig` tells what they are, and takes them over into the records "
        "with --write; `policygraph build --discard-edits` gives them up",
    )
    assert output.resolve() == folder
    subprocess.run([*command, "--discard-edits"], check=True, capture_output=True)
    assert "edited" not in build.read_manifest(output)
    assert len(_journal(output)) == 1


def test_records_that_have_the_edit_need_no_flag(project: Project, output: Path) -> None:
    edit.write(edit.read(output), _change(project, output, [BETTER], [LABEL]), ENTRY)
    project.edit("Strengthen equipment manufacturing", "Make equipment stronger")
    build.write(project.run(), output)
    assert "edited" not in build.read_manifest(output)


def test_what_cannot_be_edited_is_told(tmp_path: Path) -> None:
    for make in (lambda: None, (tmp_path / "build").mkdir):
        make()
        with pytest.raises(build.BuildError, match="is not a link to a build: run `policygraph build` first"):
            edit.read(tmp_path / "build")


def test_what_stands_in_namespaces_of_others_is_described_too(project: Project, output: Path) -> None:
    kind = ox.NamedNode("http://www.w3.org/2006/vcard/ns#VCard")
    graph = _change(project, output, [ox.Quad(kind, vocab.rdf_type, kind, ox.NamedNode("x:g"))], [])
    edit.write(edit.read(output), graph, {**ENTRY, "forced": True})
    node = ox.NamedNode("https://w3id.org/policygraph/graph/meta#class-http://www.w3.org/2006/vcard/ns%23VCard")
    found = {quad.object.value for quad in build.open_build(output).quads_for_pattern(node, None, None)}
    assert found >= {kind.value, "1"}
