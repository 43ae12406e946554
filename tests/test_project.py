"""Projects: found upward, checked, standing on the base layer, with a base of their own."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
import small_plan
import yaml
from click.testing import CliRunner, Result

from policygraph import __version__, base, build, cli, extract, paths, project, queries, records, store, things, vocab
from policygraph.records.yaml import read

ROOT = Path(__file__).resolve().parents[1]
BASE = "https://example.org/towns/"
SHARED = "https://w3id.org/policygraph/id/"

AREAS = """\
id,code,parent,level,zh,en,short,abbreviation,alternatives,from,until,successor,note
china,100000,,country,中国,China,,,全国,,,,
sichuan,510000,china,province,四川省,Sichuan Province,四川,川,,,,,
chengdu,510100,sichuan,prefecture,成都市,Chengdu,成都,,,,,,
wenjiang,510115,chengdu,county,温江区,Wenjiang District,温江,,,2002,,,
wenjiang-510123,510123,chengdu,county,温江县,Wenjiang County,温江,,,,2002,wenjiang,class changed
fujian,350000,china,province,福建省,Fujian Province,福建,,,,,,
"""
INDICATORS = """\
id,zh,en,forms,dimension,unit,rise,numerator,denominator,theme,sdg,base_of,note
gdp,地区生产总值,gross regional product,GDP|生产总值,currency,亿元,better,,,economy,8.1,,
"""
#: The small plan as one of Wenjiang, with the indicator and the value that tests of projects speak of.
_RENAMED = {
    "document:pioneer": "document:plan",
    "source:pioneer": "source:plan",
    "pioneer.txt": "plan.txt",
    "pioneer": "wenjiang",
    "先锋市": "温江区",
    "Pioneer City": "Wenjiang District",
    "level: municipal": "level: district",
    "indicator:output": "indicator:gdp",
    "g1-output": "g1-gdp",
    "1500000000000": "100000000000",
    "1.5万亿元以上": "1000亿元以上",
    "7c8a4b7c4d3f3b0f": "0" * 64,
}


def _renamed(text: str) -> str:
    for old, new in _RENAMED.items():
        text = text.replace(old, new)
    return text


RECORD, SOURCES = _renamed(small_plan.RECORD), _renamed(small_plan.SOURCES)


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base layer of few areas and one indicator."""
    folder = tmp_path_factory.mktemp("layer")
    for name in ("ontology", "shapes", "queries"):
        (folder / name).symlink_to(ROOT / name)
    tables = folder / "data" / "base"
    tables.mkdir(parents=True)
    shutil.copy(ROOT / "data" / "base" / "units.yaml", tables)
    (tables / "areas.csv").write_text(AREAS, encoding="utf-8")
    (tables / "indicators.csv").write_text(INDICATORS, encoding="utf-8")
    return folder


@pytest.fixture
def folders(layer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> paths.Folders:
    """A project with a base of its own and one record, on that layer."""
    monkeypatch.delenv("POLICYGRAPH_SOURCES", raising=False)
    root = tmp_path / "towns"
    settings = project.Settings(name="城镇", name_en="Towns", base=BASE, publisher="A. Nobody")
    project.init(root, settings, "{}\n")
    (root / "data" / "records" / "plan.yaml").write_text(RECORD, encoding="utf-8")
    (root / "data" / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    return paths.Folders(root, layer, settings)


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["--language", "en", *arguments])


def _texts(graph: build.Graph) -> list[str]:
    return [finding.text() for finding in graph.findings if finding.severity.name != "INFO"]


# ── the file ──────────────────────────────────────────────────────────────────────────────────────


def test_a_new_project_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert _invoke("init", "here", "--name", "试验", "--base", BASE).exit_code == 0
    monkeypatch.chdir(tmp_path / "here" / "data")
    result = _invoke("build")
    assert (result.exit_code, result.stderr) == (0, "")
    assert build.read_manifest(tmp_path / "here" / "build")["base"] == BASE
    again = _invoke("init", str(tmp_path / "here"))
    assert (again.exit_code, "is a project already" in again.stderr) == (1, True)


def test_a_data_repository_has_a_workflow_and_a_hook_whose_commands_there_are(tmp_path: Path) -> None:
    result = _invoke("init", str(tmp_path / "one"), "--name", "Plans of One", "--repository")
    names = {"README.md", "requirements.txt", ".pre-commit-config.yaml", ".github/workflows/graph.yml"}
    assert (result.exit_code, {name for name in names if (tmp_path / "one" / name).is_file()}) == (0, names)
    assert (tmp_path / "one" / "README.md").read_text("utf-8").startswith("# Plans of One\n")
    assert f"policygraph[export]=={__version__}\n" in (tmp_path / "one" / "requirements.txt").read_text("utf-8")

    workflow = yaml.safe_load((tmp_path / "one" / ".github/workflows/graph.yml").read_text("utf-8"))
    steps = workflow["jobs"]["graph"]["steps"]
    # YAML 1.1, which PyYAML reads and GitHub does not, takes `on` for true
    assert (workflow[True], workflow["permissions"]) == (
        {"push": {"branches": ["main"]}, "pull_request": None},
        {"contents": "read"},
    )
    assert [step.keys() & {"uses", "run"} for step in steps if len(step.keys() & {"uses", "run"}) != 1] == []
    hook = yaml.safe_load((tmp_path / "one" / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"][0]
    [offered] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {key: offered[key] for key in ("id", "entry", "files", "pass_filenames")} == {
        key: hook[key] for key in ("id", "entry", "files", "pass_filenames")
    }
    commands = [line.split() for line in (*(step.get("run", "") for step in steps), hook["entry"])]
    called = [words[1:] for words in commands if words[:1] == ["policygraph"]]
    assert called == [
        ["check", "--format", "github"],
        ["build"],
        ["export", "crate.zip", "-o", "crate.zip"],
        ["check", "--format", "github"],
    ]
    for command, *arguments in called:  # an option that there is not raises UsageError
        cli.main.commands[command].make_context(command, arguments)
    matched = [
        re.search(hook["files"], name) is not None for name in ("data/records/a.yaml", "policygraph.toml", "a.md")
    ]
    assert matched == [True, True, False]


def test_a_project_that_is_there_becomes_a_repository_and_keeps_what_it_has(tmp_path: Path) -> None:
    assert _invoke("init", str(tmp_path / "one"), "--name", "One").exit_code == 0
    (tmp_path / "one" / "README.md").write_text("mine\n", encoding="utf-8")
    result = _invoke("init", str(tmp_path / "one"), "--repository")
    assert (result.exit_code, (tmp_path / "one" / "README.md").read_text("utf-8")) == (0, "mine\n")
    assert (tmp_path / "one" / ".github/workflows/graph.yml").is_file()
    assert _invoke("init", str(tmp_path / "one")).exit_code == 1


def test_every_setting_is_checked_by_name(tmp_path: Path) -> None:
    (tmp_path / project.FILE).write_text(
        '[project]\nbase = "https://example.org/x"\npublsher = "A"\nname = 3\n[other]\n', encoding="utf-8"
    )
    settings, findings = project.read(tmp_path)
    assert settings == project.Settings()
    assert [finding.text() for finding in findings] == [
        "policygraph.toml:5: violation: “other” is not known here. Settings stand below one heading, [project]. "
        "[project_unknown_key]",
        "policygraph.toml:2: violation: “base” cannot be “https://example.org/x”. Write an address that ends in “/”, "
        "such as https://example.org/provinces/. [project_wrong_value]",
        "policygraph.toml:3: violation: the key “publsher” is not known. Did you mean “publisher”? "
        "[project_unknown_key]",
        "policygraph.toml:4: violation: “name” cannot be “3”. Write words. [project_wrong_value]",
    ]


@pytest.mark.parametrize(
    ("text", "check", "line"),
    [
        ("[project\n", "project_file_unreadable", 1),
        ('[project]\nname = "x"\n', "project_without_base", 1),
        (f'[project]\nbase = "{vocab.BASE}"\n', "project_base_taken", 2),
    ],
)
def test_a_file_without_a_base_of_its_own_is_told(tmp_path: Path, text: str, check: str, line: int) -> None:
    (tmp_path / project.FILE).write_text(text, encoding="utf-8")
    _, findings = project.read(tmp_path)
    assert [(finding.check, finding.position and finding.position.line) for finding in findings] == [(check, line)]


def test_two_projects_side_by_side_cannot_have_one_base(tmp_path: Path) -> None:
    project.init(tmp_path / "one", project.Settings(base=BASE), "")
    with pytest.raises(project.ProjectError, match="two things would have one IRI"):
        project.init(tmp_path / "two", project.Settings(base=BASE), "")
    (tmp_path / "two").mkdir()
    text = (tmp_path / "one" / project.FILE).read_text(encoding="utf-8")
    (tmp_path / "two" / project.FILE).write_text(text.replace('name = "', 'name = "another '), encoding="utf-8")
    assert [finding.check for finding in project.read(tmp_path / "two")[1]] == ["project_base_taken"]


def test_a_second_clone_of_a_project_is_the_same_project(tmp_path: Path) -> None:
    project.init(tmp_path / "one", project.Settings(base=BASE), "")
    shutil.copytree(tmp_path / "one", tmp_path / "clone")
    assert project.read(tmp_path / "clone")[1] == []


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    settings = project.Settings('引号"与\\', "A “name”", BASE, "P", "https://example.org/l", "texts", "out")
    project.init(tmp_path / "own", settings, "")
    assert project.read(tmp_path / "own") == (settings, [])


def test_commands_stop_at_a_broken_project_and_check_tells_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.init(tmp_path / "own", project.Settings(base=BASE), "")
    monkeypatch.chdir(tmp_path / "own")
    with Path(project.FILE).open("a", encoding="utf-8") as file:
        file.write("colour = 'red'\n")
    line = "the key “colour” is not known"
    for command in (["ask"], ["check"], ["build"]):
        result = _invoke(*command)
        assert (result.exit_code, line in result.stderr) == (1, True), command


def test_a_data_folder_in_no_project_is_told_to_be_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data" / "records").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    result = _invoke("ask")
    assert result.exit_code == 0
    assert "data is not read: there is no policygraph.toml here or above" in result.stderr


def test_the_settings_table_names_every_setting() -> None:
    assert [line.split("`")[1] for line in project.table().splitlines()[2:]] == list(project.SETTINGS)


# ── on the base layer ─────────────────────────────────────────────────────────────────────────────


def test_of_the_base_layer_a_graph_holds_what_is_referred_to_and_what_lies_above(folders: paths.Folders) -> None:
    graph = build.run(folders)
    assert _texts(graph) == []
    areas = {
        quad.subject.value
        for quad in graph.asserted
        if quad.predicate == vocab.rdf_type
        and "/id/area/" in str(quad.subject)
        and isinstance(quad.subject, ox.NamedNode)
    }
    assert areas == {f"{SHARED}area/{name}" for name in ("china", "sichuan", "chengdu", "wenjiang")}
    plan = ox.NamedNode(f"{BASE}id/plan/wenjiang")
    stated = {
        (quad.predicate.value.rpartition("#")[2], quad.graph_name.value)
        for quad in graph.stated
        if quad.subject == plan
    }
    assert ("coversArea", f"{BASE}graph/document/plan") in stated
    evidence = {quad.object.value for quad in graph.stated if quad.predicate == vocab.pg("hasEvidence")}
    assert f"{BASE}id/source/plan#char=8,15" in evidence


def test_a_former_name_of_the_same_place_is_a_name_with_its_years(layer: Path) -> None:
    tables = base.Tables(layer / "data" / "base", layer)
    assert tables.entries["area:wenjiang"].value == {
        "id": "area:wenjiang",
        "type": "District",
        "label": {"zh": "温江区", "en": "Wenjiang District"},
        "altLabel": {"zh": ["温江", "温江县"]},
        "note": {
            "zh": "2002 年前为温江县，代码 510123。",
            "en": "Wenjiang County until 2002, code 510123.",
        },
        "subdivisionOf": "area:chengdu",
        "gbCode": "510115",
    }


def test_an_area_with_the_code_of_one_of_the_base_layer_is_that_area(folders: paths.Folders) -> None:
    (folders.data / "reference" / "areas.yaml").write_text(
        "- id: area:our-chengdu\n  type: City\n  label: {zh: 成都市, en: Chengdu}\n  subdivisionOf: area:sichuan\n"
        '  gbCode: "510100"\n',
        encoding="utf-8",
    )
    graph = build.run(folders)
    assert _texts(graph) == []
    above = {
        quad.object.value
        for quad in graph.stated
        if quad.subject.value == f"{SHARED}area/wenjiang" and quad.predicate == vocab.pg("isSubdivisionOf")
    }
    assert above == {f"{BASE}id/area/our-chengdu"}
    whole = store.in_memory(graph.quads)
    codes = folders.tables.codes
    meant = {
        name: things.resolve(whole, name, folders.names, codes).value for name in ("area:chengdu", "area:our-chengdu")
    }
    assert meant == dict.fromkeys(meant, f"{BASE}id/area/our-chengdu")


def test_what_contradicts_the_base_layer_is_told(folders: paths.Folders) -> None:
    (folders.data / "reference" / "areas.yaml").write_text(
        "- id: area:wenjiang\n  type: City\n  label: {zh: 温江市, en: Wenjiang}\n  subdivisionOf: area:chengdu\n"
        '  gbCode: "510199"\n',
        encoding="utf-8",
    )
    found = [text for text in _texts(build.run(folders)) if "base_replaced" in text]
    assert found == [
        "data/reference/areas.yaml:1: violation: 温江市: its gbCode is “510199”; the base layer has “510115” "
        "(data/base/areas.csv:5). Give it an id of its own, or say what the base layer says. [base_replaced]",
        "data/reference/areas.yaml:1: violation: 温江市: its type is “City”; the base layer has “District” "
        "(data/base/areas.csv:5). Give it an id of its own, or say what the base layer says. [base_replaced]",
    ]


def test_a_name_that_nothing_has_is_told_with_the_nearest_of_the_base_layer(folders: paths.Folders) -> None:
    path = folders.data / "records" / "plan.yaml"
    path.write_text(RECORD.replace("ofArea: area:wenjiang", "ofArea: area:wenjang"), encoding="utf-8")
    assert _texts(build.run(folders)) == [
        "data/records/plan.yaml:25: violation: area:wenjang: “area:wenjang” is not defined anywhere. Define it, or "
        "mend the reference. Did you mean “area:wenjiang”? [dangling_id]"
    ]


def test_a_table_tells_a_row_that_stands_twice_and_one_that_lacks_a_cell(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text(
        AREAS + AREAS.splitlines()[2] + "\nfoo,,,county,,Foo,,,,,,,\n", encoding="utf-8"
    )
    (tmp_path / "zones.csv").write_bytes(b"id,class\n\xff")
    (tmp_path / "bodies.csv").write_text("id,zh\n", encoding="utf-8")
    tables = base.Tables(tmp_path, tmp_path)
    assert len(tables.rows("areas")) == 6
    assert [(finding.check, str(finding.position)) for finding in tables.findings] == [
        ("base_row_twice", "areas.csv:8"),
        ("base_row_incomplete", "areas.csv:9"),
        ("base_table_unreadable", "zones.csv:1"),
        ("base_row_incomplete", "bodies.csv:1"),
    ]


def test_a_table_is_read_when_it_is_first_asked_for_and_no_other_is(tmp_path: Path) -> None:
    """The service wants the tiles for a map, not what a megabyte of other tables says."""
    tables = base.Tables(tmp_path, tmp_path)
    assert tables.rows("tiles") == []
    (tmp_path / "bodies.csv").write_text("id,zh,en\noffice,办公室,office\n", encoding="utf-8")
    assert [row["id"] for row in tables.rows("bodies")] == ["office"]
    (tmp_path / "bodies.csv").unlink()
    assert [row["id"] for row in tables.rows("bodies")] == ["office"]


# ── what a project adds ───────────────────────────────────────────────────────────────────────────


def test_a_project_adds_terms_keys_shapes_and_questions(folders: paths.Folders) -> None:
    for name in ("ontology", "shapes", "queries/hygiene", "queries/competency"):
        (folders.root / name).mkdir(parents=True)
    (folders.root / "ontology" / "own.ttl").write_text(
        f"@prefix own: <{BASE}ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix pg: <https://w3id.org/policygraph/ontology#> .\n"
        "own:Pilot a owl:Class ; rdfs:subClassOf pg:TaskGroup .\n",
        encoding="utf-8",
    )
    path = folders.data / "records" / "plan.yaml"
    path.write_text(RECORD.replace("type: TaskGroup", "type: own:Pilot"), encoding="utf-8")
    (folders.root / "queries" / "hygiene" / "pilot_found.rq").write_text(
        "#+ fault: 试点。\n#+ fault@en: it is a pilot.\n#+ cure: 无。\n#+ cure@en: Nothing.\n#+ severity: warning\n"
        "SELECT ?node WHERE { ?node a own:Pilot }\n",
        encoding="utf-8",
    )
    (folders.root / "queries" / "competency" / "my-pilots.rq").write_text(
        "#+ question: 有哪些试点？\nSELECT ?pilot WHERE { ?pilot a own:Pilot }\n", encoding="utf-8"
    )
    graph = build.run(folders)
    assert [finding.check for finding in graph.findings if finding.severity.name == "WARNING"] == ["pilot_found"]
    (mine,) = [query for query in queries.read_all(*folders.queries_of("competency")) if query.name == "my-pilots"]
    rows = queries.run(mine, store.in_memory(graph.quads), names=folders.names)
    assert rows.rows == [[ox.NamedNode(f"{BASE}id/plan/g1")]]


def test_what_would_replace_a_part_of_the_base_layer_is_told(folders: paths.Folders) -> None:
    for name in ("ontology", "shapes", "queries/competency"):
        (folders.root / name).mkdir(parents=True)
    (folders.root / "ontology" / "own.ttl").write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix pg: <https://w3id.org/policygraph/ontology#> .\n"
        "pg:Plan rdfs:subClassOf pg:Task .\n",
        encoding="utf-8",
    )
    (folders.root / "ontology" / "context.yaml").write_text('label: {"@id": "own:label"}\n', encoding="utf-8")
    (folders.root / "shapes" / "classes.ttl").write_text("", encoding="utf-8")
    (folders.root / "queries" / "competency" / "cq-28-plans.rq").write_text("SELECT ?x WHERE { ?x ?y ?z }\n")
    assert [(finding.check, str(finding.position)) for finding in build.load(folders).findings if finding.position] == [
        ("base_replaced", "ontology/own.ttl:1"),
        ("base_replaced", "queries/competency/cq-28-plans.rq:1"),
        ("base_replaced", "shapes/classes.ttl:1"),
        ("base_replaced", "ontology/context.yaml:1"),
    ]


# ── names ─────────────────────────────────────────────────────────────────────────────────────────


def test_short_names_go_both_ways() -> None:
    names = vocab.Names(BASE, frozenset({"area:sichuan"}))
    iris = {
        "area:sichuan": f"{SHARED}area/sichuan",
        "shared-area:fujian": f"{SHARED}area/fujian",
        "area:my-town": f"{BASE}id/area/my-town",
        "pg:Plan": "https://w3id.org/policygraph/ontology#Plan",
        "concept:hedge/strive": "https://w3id.org/policygraph/concept/hedge/strive",
        "id:plan/g1": f"{BASE}id/plan/g1".replace("plan/g1", "three/g1"),
    }
    iris["id:three/g1"] = iris.pop("id:plan/g1")
    assert {name: names.expand(name) for name in iris} == iris
    assert {name: names.shorten(iri) for name, iri in iris.items()} == {name: name for name in iris}


def test_paths_of_pages_go_both_ways() -> None:
    names = vocab.Names(BASE, frozenset({"area:sichuan"}))
    iris = [
        f"{SHARED}area/sichuan",
        f"{BASE}id/area/my-town",
        f"{BASE}graph/document/plan",
        "https://w3id.org/policygraph/graph/meta",
        "https://w3id.org/policygraph/concept/hedge/strive",
        "https://w3id.org/policygraph/id/query/competency/cq-01-plan-tree",
    ]
    assert [names.at(path) for iri in iris if (path := names.path(iri)) is not None] == iris
    assert names.path("https://example.com/else") is None


def test_the_build_of_a_project_names_it_and_asks_its_own_defaults(folders: paths.Folders, tmp_path: Path) -> None:
    graph = build.run(folders)
    build.write(graph, tmp_path / "out")
    meta = {
        (quad.predicate.value.rpartition("/")[2], quad.object.value)
        for quad in build.open_build(tmp_path / "out").quads_for_pattern(
            ox.NamedNode(f"{BASE}graph/meta#dataset"), None, None, None
        )
        if isinstance(quad.object, ox.Literal)
    }
    assert {("title", "城镇"), ("title", "Towns"), ("publisher", "A. Nobody")} <= meta
    (tree,) = [query for query in queries.read_all(folders.queries / "competency") if query.name.startswith("cq-05")]
    here = queries.at_home(tree, build.open_build(tmp_path / "out"), folders.names)
    assert [each.default for each in here.parameters] == ["plan:wenjiang"]
    assert len(queries.run(here, build.open_build(tmp_path / "out"), names=folders.names).rows) == 1


def test_what_is_imported_without_a_change_changes_nothing(folders: paths.Folders, tmp_path: Path) -> None:
    from policygraph import importing

    graph = build.run(folders)
    context = records.read_context(folders, graph.ontology)
    home = importing.Home(
        folders, records.Loaded(graph.records), context, graph.ontology, [*graph.asserted, *graph.inferred]
    )
    proposal = importing.propose(graph.quads, home)
    assert (proposal.texts, proposal.left) == ({}, [])


# ── one bad document does not stop the others ─────────────────────────────────────────────────────


def test_a_build_leaves_out_a_document_with_a_violation(folders: paths.Folders, tmp_path: Path) -> None:
    bad = RECORD.replace("document:plan", "document:bad").replace("plan:wenjiang", "plan:bad")
    bad = bad.replace("g1", "b1").replace("indicator:gdp", "indicator:nothing")
    (folders.data / "records" / "bad.yaml").write_text(bad, encoding="utf-8")
    sources = SOURCES + "\n" + SOURCES.replace("source:plan", "source:bad").replace("document:plan", "document:bad")
    (folders.data / "sources.yaml").write_text(sources.replace("plan.txt", "plan.txt"), encoding="utf-8")
    assert not build.run(folders).is_valid
    graph = build.run(folders, leave_out=True)
    assert (graph.is_valid, list(graph.left_out)) == (True, ["bad"])
    build.write(graph, tmp_path / "out")
    manifest = build.read_manifest(tmp_path / "out")
    (left,) = manifest["leftOut"]
    assert (left["document"], left["violations"]) == ("bad", 1)
    assert "“indicator:nothing” is not defined anywhere" in left["first"]
    assert manifest["documents"] == [f"{BASE}graph/document/plan"]
    report = (tmp_path / "out" / "report.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in report if line.startswith("left out: ")] == [f"left out: bad: {left['first']}"]


def test_a_violation_of_no_document_stops_the_build_all_the_same(folders: paths.Folders) -> None:
    (folders.data / "reference" / "areas.yaml").write_text("- id: area:x\n  typo: City\n", encoding="utf-8")
    graph = build.run(folders, leave_out=True)
    assert (graph.is_valid, graph.left_out) == (False, {})


def test_findings_are_told_to_editors_and_to_workflows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.init(tmp_path / "own", project.Settings(base=BASE), "")
    monkeypatch.chdir(tmp_path / "own")
    Path("data/reference/areas.yaml").write_text("- id: area:x\n  type: City\n  typo: 100%\n", encoding="utf-8")
    result = _invoke("check", "--format", "github")
    assert (result.exit_code, result.stdout) == (
        1,
        "::error file=data/reference/areas.yaml,line=3,title=unknown_key::area:x: the key “typo” is not known. "
        "Did you mean “type”?\n",
    )
    (finding,) = json.loads(_invoke("check", "--format", "json").stdout)
    assert finding == {
        "file": "data/reference/areas.yaml",
        "line": 3,
        "severity": "violation",
        "check": "unknown_key",
        "thing": f"{BASE}id/area/x",
        "label": "area:x",
        "message": "the key “typo” is not known.",
        "cure": "Did you mean “type”?",
    }


# ── drafts of a project ───────────────────────────────────────────────────────────────────────────

TEXTS = {
    "wenjiang": "温江区行动方案\n一、任务\n1.做强产业。到2025年，地区生产总值达到1000亿元，产业基金规模达到5亿元。"
    "（牵头单位：区财政局）\n",
    "chengdu": "成都市行动方案\n一、任务\n1.做强产业。到2025年，产业基金规模达到50亿元。（牵头单位：温江区财政局）\n",
}


@pytest.mark.parametrize("order", [["wenjiang", "chengdu"], ["chengdu", "wenjiang"]])
def test_drafts_build_together_and_what_they_propose_stands_once(folders: paths.Folders, order: list[str]) -> None:
    (folders.data / "records" / "plan.yaml").unlink()
    (folders.data / "sources.yaml").write_text("[]\n", encoding="utf-8")
    gazetteer = extract.read_gazetteer(folders)
    for slug in order:
        draft = extract.extract(TEXTS[slug], slug, gazetteer)
        extract.write(draft, TEXTS[slug], folders.data / "records" / f"{slug}.yaml", folders)
    graph = build.run(folders)
    assert [text for text in _texts(graph) if "violation" in text] == []
    proposed = read((folders.data / extract.PROPOSED).read_bytes())
    assert [entry["label"]["zh"] for entry in proposed] == ["产业基金规模（金额）", "温江区财政局"]
    areas = {read(path.read_bytes())["coversArea"] for path in (folders.data / "records").glob("*.yaml")}
    assert areas == {"area:wenjiang", "area:chengdu"}


@pytest.mark.parametrize("registry", ["", "[]\n", "# none\n", "[{id: source:old, type: SourceText}]\n"])
def test_a_text_is_registered_in_a_registry_of_any_form(folders: paths.Folders, registry: str) -> None:
    (folders.data / "sources.yaml").write_text(registry, encoding="utf-8")
    draft = extract.extract(TEXTS["chengdu"], "chengdu", extract.read_gazetteer(folders))
    extract.write(draft, TEXTS["chengdu"], folders.data / "records" / "chengdu.yaml", folders)
    names = [entry["id"] for entry in read((folders.data / "sources.yaml").read_bytes())]
    assert names == [*(["source:old"] if "old" in registry else []), "source:chengdu"]


def test_a_registry_that_is_no_list_is_left_as_it_is(folders: paths.Folders) -> None:
    (folders.data / "sources.yaml").write_text("id: source:old\n", encoding="utf-8")
    draft = extract.extract(TEXTS["chengdu"], "chengdu", extract.read_gazetteer(folders))
    with pytest.raises(extract.ExtractError, match="a registry is a list of things"):
        extract.write(draft, TEXTS["chengdu"], folders.data / "records" / "chengdu.yaml", folders)
    assert (folders.data / "sources.yaml").read_text(encoding="utf-8") == "id: source:old\n"


# ── the schema of records ─────────────────────────────────────────────────────────────────────────


def test_the_schema_takes_every_shipped_record_and_refuses_what_check_refuses() -> None:
    import jsonschema

    schema = json.loads(_invoke("--root", str(ROOT), "schema").stdout)
    validator = jsonschema.Draft7Validator(schema)
    paths_ = sorted((ROOT / "data" / "records").glob("*.yaml"))
    assert len(paths_) > 4
    assert [error.message for path in paths_ for error in validator.iter_errors(read(path.read_bytes()))] == []
    record = read(RECORD.encode())
    assert list(validator.iter_errors(record)) == []
    for key, value in (("typo", "x"), ("evidence", ["page 3"]), ("documentKind", "novel"), ("label", {"fr": "plan"})):
        assert list(validator.iter_errors({**record, key: value})) != [], key
    about = schema["definitions"]["thing"]["properties"]["deadline"]["description"]
    assert [len(line) > 4 for line in about.splitlines()] == [True, True]
