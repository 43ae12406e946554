"""The build: the same bytes twice, all or nothing, and every format the same graph."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare

from policygraph import build, paths, store, vocab
from policygraph.vocab import pg

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import LayBuild, Project

#: The files of a build that two builds of one tree write alike; RocksDB's own files hold times.
COMPARED = (
    *("policygraph.trig", "policygraph.ttl", "policygraph.nq", "policygraph.jsonld"),
    *("report.ttl", "report.txt", "manifest.json"),
)


def _write(project: Project, output: Path) -> Path:
    graph = project.run()
    assert graph.is_valid
    return build.write(graph, output)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in COMPARED}


def test_two_builds_of_one_tree_are_byte_identical(project: Project, tmp_path: Path, small_build: Path) -> None:
    """Of another copy of the tree too, which many tests take for their own."""
    first, second = _write(project, tmp_path / "a"), _write(project, tmp_path / "b")
    assert _bytes(first) == _bytes(second) == _bytes(small_build)


def test_a_build_in_another_process_is_byte_identical(project: Project, tmp_path: Path, small_build: Path) -> None:
    command = [sys.executable, "-m", "policygraph", "--root", str(project.root), "build", "-o", str(tmp_path / "b")]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    assert _bytes(small_build) == _bytes(tmp_path / "b")


def _as_integer(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> object:
    is_natural = isinstance(term, ox.Literal) and term.datatype.value.endswith("#nonNegativeInteger")
    integer = ox.NamedNode(vocab.PREFIXES["xsd"] + "integer")
    return ox.Literal(term.value, datatype=integer) if is_natural else term


def test_every_format_holds_the_same_graph(project: Project, tmp_path: Path) -> None:
    folder = build.write(project.run(), tmp_path / "build", with_store=True)
    quads = set(ox.parse(path=str(folder / "policygraph.nq"), format=ox.RdfFormat.N_QUADS))
    trig = set(ox.parse(path=str(folder / "policygraph.trig"), format=ox.RdfFormat.TRIG))
    jsonld = ox.Dataset(ox.parse(path=str(folder / "policygraph.jsonld"), format=ox.RdfFormat.JSON_LD))
    stored = set(store.open_read_only(folder / "store"))
    # a store keeps every whole number as xsd:integer
    whole = {ox.Quad(q.subject, q.predicate, _as_integer(q.object), q.graph_name) for q in quads}
    canonical, expected, held = ox.Dataset(quads), ox.Dataset(whole), ox.Dataset(stored)
    for dataset in (canonical, jsonld, expected, held):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert len(quads) > 1000
    assert trig == quads
    assert set(held) == set(expected)
    assert set(jsonld) == set(canonical)


def test_the_turtle_is_the_union_and_opens_in_rdflib(small_build: Path) -> None:
    quads = ox.parse(path=str(small_build / "policygraph.nq"), format=ox.RdfFormat.N_QUADS)
    expected = rdflib.Graph()
    lines = {f"{quad.subject} {quad.predicate} {quad.object} ." for quad in quads}
    expected.parse(data="\n".join(lines), format="nt")
    found = rdflib.Graph().parse(small_build / "policygraph.ttl")
    assert rdflib.compare.isomorphic(found, expected)
    assert (small_build / "policygraph.ttl").read_text(encoding="utf-8").startswith("@prefix ")


def test_the_snapshot_id_is_of_everything_but_the_description(small_build: Path) -> None:
    import hashlib

    lines = (small_build / "policygraph.nq").read_bytes().splitlines(keepends=True)
    own = [line for line in lines if not line.endswith(b"<https://w3id.org/policygraph/graph/meta> .\n")]
    manifest = json.loads((small_build / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["snapshot"] == hashlib.sha256(b"".join(own)).hexdigest()
    assert own == sorted(own)


def test_the_manifest_counts_what_is_there(small_build: Path) -> None:
    manifest = json.loads((small_build / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"] == {
        "AdministrativeArea": 2,
        "City": 1,
        "Country": 1,
        "Evidence": 4,
        "Indicator": 1,
        "IndicatorTarget": 1,
        "Plan": 1,
        "PlanElement": 2,
        "PolicyDocument": 1,
        "SourceText": 1,
        "Task": 1,
        "TaskGroup": 1,
    }
    assert (manifest["evidenceChecked"], manifest["evidenceNotChecked"]) == (["pioneer"], [])
    assert manifest["documents"] == ["https://w3id.org/policygraph/graph/document/pioneer"]


def test_named_graphs_are_as_promised(small_graph: build.Graph) -> None:
    base = "https://w3id.org/policygraph/graph/"
    assert {quad.graph_name.value for quad in small_graph.quads} == {
        f"{base}{name}" for name in ("document/pioneer", "inferred", "ontology", "reference")
    }


def test_terms_have_the_label_and_comment_of_rdfs_beside_those_of_skos(
    project: Project, small_graph: build.Graph
) -> None:
    """No Turtle file doubles them, for these are read by people."""
    pairs = {"skos:prefLabel": "rdfs:label", "skos:definition": "rdfs:comment"}
    said: dict[str, set[tuple[str, str]]] = {name: set() for pair in pairs.items() for name in pair}
    for quad in small_graph.ontology:
        if (name := vocab.shorten(quad.predicate.value)) in said:
            said[name].add((str(quad.subject), str(quad.object)))
    assert {skos: said[skos] ^ said[rdfs] for skos, rdfs in pairs.items()} == {name: set() for name in pairs}
    assert (str(pg("Plan")), '"plan"@en') in said["rdfs:label"]
    folder = project.root / "ontology"
    assert [
        name for name in ("policy", "concepts") if "rdfs:comment" in (folder / f"{name}.ttl").read_text("utf-8")
    ] == []


def test_a_target_gets_its_label_from_its_parts(small_graph: build.Graph) -> None:
    target = "https://w3id.org/policygraph/id/pioneer/g1-output"
    assert {language: store.labels(small_graph.inferred, language)[target] for language in ("zh", "en")} == {
        "zh": "先锋市工业产值 1.5万亿元以上（2025）",
        "en": "Pioneer City: industrial output, ≥ 1.5 trillion CNY, by 2025",
    }


def test_a_target_is_set_within_the_plan_of_its_element(small_graph: build.Graph) -> None:
    within = vocab.pg("isSetWithin")
    found = {quad.object.value for quad in small_graph.inferred if quad.predicate == within}
    assert found == {"https://w3id.org/policygraph/id/pioneer/g1", "https://w3id.org/policygraph/id/plan/pioneer"}


def test_an_invalid_graph_leaves_the_old_build(project: Project, tmp_path: Path, lay_build: LayBuild) -> None:
    output = tmp_path / "build"
    lay_build(project, output)
    command = [sys.executable, "-m", "policygraph", "--root", str(project.root), "build", "-o", str(output)]
    before = _bytes(output)
    project.edit("planKind: action-plan", "planKind: action-plann")
    failed = subprocess.run(command, check=False, capture_output=True)
    assert failed.returncode == 1
    assert b"data/records/pioneer.yaml:10: violation:" in failed.stderr.replace(b"\n", b"")
    assert _bytes(output) == before


def test_a_foreign_folder_is_not_overwritten(project: Project, tmp_path: Path) -> None:
    output = tmp_path / "build"
    output.mkdir()
    (output / "thesis.doc").write_text("years of work", encoding="utf-8")
    with pytest.raises(build.BuildError, match="is not a build of policygraph: move it away"):
        build.write(project.run(), output)
    assert [path.name for path in output.iterdir()] == ["thesis.doc"]


def test_the_version_before_is_kept_and_older_ones_go(project: Project, tmp_path: Path) -> None:
    output = tmp_path / "build"
    folders = [_write(project, output) for _ in range(3)]
    kept = {path for path in (tmp_path / ".build").iterdir() if path.is_dir()}
    assert (kept, output.resolve()) == (set(folders[1:]), folders[2])


def test_a_killed_build_leaves_the_old_one_and_the_next_cleans_up(
    project: Project, tmp_path: Path, lay_build: LayBuild
) -> None:
    output = tmp_path / "build"
    lay_build(project, output)
    before = _bytes(output)
    script = (
        "import sys, time; from pathlib import Path; from policygraph import build, paths\n"
        "def progress(step):\n"
        "    if step == 'serialise': print('midway', flush=True); time.sleep(60)\n"
        "build.write(build.run(paths.find(Path(sys.argv[1]))), Path(sys.argv[2]), progress)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(project.root), str(output)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "midway\n"
        process.send_signal(signal.SIGKILL)
    assert _bytes(output) == before
    left = [path.name for path in (tmp_path / ".build").iterdir() if path.name.startswith("new-")]
    assert len(left) == 1
    _write(project, output)
    assert [path.name for path in (tmp_path / ".build").iterdir() if path.name.startswith("new-")] == []


def test_two_builds_at_once_end_in_a_whole_one(project: Project, tmp_path: Path) -> None:
    output = tmp_path / "build"
    command = [sys.executable, "-m", "policygraph", "--root", str(project.root), "build", "-o", str(output)]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    assert len(_bytes(output)) == len(COMPARED)
    assert len(list(build.open_build(output))) > 1000


def test_without_texts_everything_works_and_it_is_said(project: Project, tmp_path: Path) -> None:
    project.text.unlink()
    folder = _write(project, tmp_path / "build")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["evidenceChecked"], manifest["evidenceNotChecked"]) == ([], ["pioneer.txt"])


def test_owlrl_builds_the_same_snapshot(project: Project) -> None:
    folders = paths.find(project.root)
    ids = [build.snapshot(build.run(folders, reasoner).quads)[0] for reasoner in build.REASONERS]
    assert ids[0] == ids[1]


def test_opening_a_build_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(build.BuildError, match="run `policygraph build` first"):
        build.open_build(tmp_path / "build")


def test_the_shipped_graph_is_valid(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POLICYGRAPH_SOURCES", str(tmp_path))
    graph = build.run(paths.find())
    assert [finding.text() for finding in graph.findings if finding.severity.name == "VIOLATION"] == []
