"""The commands, as a person types them."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from policygraph import cli
from policygraph.draw.symbols import THEMES
from policygraph.formats import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project


@pytest.fixture
def run(project: Project, monkeypatch: pytest.MonkeyPatch) -> object:
    """Runs a command on the small project, in its folder, in English unless told otherwise."""
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*words: str, language: str = "en") -> Result:
        return CliRunner().invoke(cli.main, ["--language", language, "--root", str(project.root), *words])

    return invoke


def test_build_tells_what_is_in_the_graph(run) -> None:
    result = run("build")
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[:6] == ["In the graph", "class number", "policy document 1", "plan 1", "task group 1", "task 1"]
    assert "Action plan of Pioneer City 2 1" in lines
    assert lines[-2].endswith("0 violations, 0 warnings, 0 notes; evidence checked against 1 source texts.")
    assert lines[-1] == "build/: policygraph.ttl .trig .nq .jsonld, report.txt, report.ttl, manifest.json"


def test_build_speaks_chinese(run) -> None:
    result = run("build", language="zh")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[:4] == ["图谱中有", "类 数量", "政策文献 1", "规划方案 1"]
    assert lines[-2].endswith("违规 0，警告 0，提示 0；证据已与 1 个源文本核对。")


def test_check_writes_nothing_and_tells_a_fault(run, project: Project) -> None:
    project.edit("planKind: action-plan", "planKnd: action-plan")
    result = run("check")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "data/records/pioneer.yaml:10: violation: 先锋市行动方案: the key “planKnd” is not known. "
        "Did you mean “planKind”? [unknown_key]"
    ]
    assert not (project.root / "build").exists()


def test_a_build_that_is_not_written_tells_without_what_it_would_be(run, project: Project) -> None:
    project.edit("planKind: action-plan", "planKnd: action-plan")
    built = run("build")
    assert (built.exit_code, built.stderr.splitlines()[-1]) == (
        1,
        "no build was written; --leave-out writes one without pioneer",
    )
    project.edit("planKnd: action-plan", "planKind: action-plan")
    content = project.reference.read_text(encoding="utf-8")
    project.reference.write_text(content.replace("label:", "labl:"), encoding="utf-8")
    assert run("build").stderr.splitlines()[-1] == "no build was written"


def test_cite_prints_the_fragment_of_a_registered_text(run) -> None:
    result = run("cite", "pioneer", "做强装备制造")
    assert (result.exit_code, result.stdout) == (0, '"#char=18,24"\n')


def test_cite_prints_the_fragment_of_a_file(run, tmp_path: Path) -> None:
    path = tmp_path / "new.txt"
    path.write_text("到2025年\n建成", encoding="utf-8")
    result = run("cite", str(path), "年建成")
    assert (result.exit_code, result.stdout) == (0, '"#char=5,9"\n')


def test_cite_says_where_words_do_not_stand(run) -> None:
    result = run("cite", "pioneer", "做大")
    assert (result.exit_code, result.stderr) == (1, "Error: “做大” does not stand in pioneer\n")


def test_cite_says_where_a_text_should_be(run, project: Project) -> None:
    result = run("cite", "nowhere", "做大")
    assert result.exit_code == 1
    folder = project.root / "data" / "sources"
    assert result.stderr == f"Error: no text of “nowhere” in {folder}: put your copy there (see data/README.md)\n"


@pytest.mark.usefixtures("built_project")
def test_show_draws_a_plan_as_a_tree(run) -> None:
    result = run("show", "plan:pioneer")
    assert [line.rstrip() for line in result.stdout.splitlines()] == [
        "Action plan of Pioneer City  plan",
        "├── covers area: Pioneer City",
        "├── has level: municipal",
        "├── has period end: 2025",
        "├── has period start: 2023",
        "├── has plan kind: action plan",
        "└── parts",
        "    └── （一） Develop industry  task group",
        "        ├── 1. Strengthen equipment manufacturing  task",
        "        └── Pioneer City: industrial output, ≥ 1.5 trillion CNY, by 2025  indicator target",
    ]


@pytest.mark.usefixtures("built_project")
def test_show_finds_things_by_a_part_of_their_label(run) -> None:
    assert run("show", "装备").stdout.splitlines()[0] == "Strengthen equipment manufacturing  task"


@pytest.mark.usefixtures("built_project")
def test_show_lists_what_a_name_may_mean(run) -> None:
    assert run("show", "工业").exit_code == 0
    assert run("show", "先锋").stdout.splitlines() == [
        "area:pioneer  Pioneer City",
        "document:pioneer  Action plan of Pioneer City",
        "id:pioneer/g1-output  Pioneer City: industrial output, ≥ 1.5 trillion CNY, by 2025",
        "plan:pioneer  Action plan of Pioneer City",
        "id:source/pioneer  Text of the action plan",
    ]


@pytest.mark.usefixtures("built_project")
def test_show_says_when_nothing_has_the_name(run) -> None:
    result = run("show", "月球")
    assert (result.exit_code, result.stderr) == (2, "Error: “月球” is not in the graph\n")


def test_draw_makes_a_picture_of_a_plan(run, built_project: Project) -> None:
    result = run("draw", "先锋市行动方案", "-o", "plan.svg", "--language", "zh", "--colour", "targets")
    assert (result.exit_code, result.stdout) == (0, "plan.svg: 先锋市行动方案: 2 个部分，3 层\n")
    assert "设有目标值 1" in (built_project.root / "plan.svg").read_text(encoding="utf-8")


def test_draw_refuses_what_has_no_parts(run, built_project: Project) -> None:
    target = built_project.root / "area.svg"
    result = run("draw", "area:pioneer", "-o", str(target))
    assert (result.exit_code, target.exists()) == (1, False)
    assert "has no parts to draw: name one of the plans for it: plan:pioneer" in " ".join(result.output.split())
    result = run("draw", "indicator:output", "-o", str(target))
    assert "has no parts to draw: name a plan, or a part of one that has parts" in " ".join(result.output.split())


def test_draw_makes_a_map_of_an_area_as_the_page_does(run, project: Project) -> None:
    areas = project.reference.read_text(encoding="utf-8").replace("locatedIn: area:china", "subdivisionOf: area:china")
    project.reference.write_text(areas, encoding="utf-8")
    run("build")
    result = run("draw", "中国", "--indicator", "工业产值", "-o", "map.svg", "--language", "zh", "--theme", "dark")
    assert (result.exit_code, result.stdout) == (
        0,
        "map.svg: 工业产值 · 水平值 (元) · 目标值. 35 个区域中有 1 个提出 · 2025\n",
    )
    svg = (project.root / "map.svg").read_text(encoding="utf-8")
    assert ("≥1.5万亿元" in svg, "先锋" in svg, THEMES["dark"].paper in svg) == (True, True, True)


def test_phrase_says_who_prints_it_and_writes_the_line_of_time(run, built_project: Project) -> None:
    printed = run("phrase", "装备制造", "--language", "zh").stdout
    drawn = run("phrase", "装备制造", "-o", "line.svg")
    tabled = run("phrase", "装备制造", "-o", "line.csv")
    lines = ((built_project.root / f"line.{ending}").read_text(encoding="utf-8-sig") for ending in ("svg", "csv"))
    assert ["装备制造" in text for text in (printed, *lines)] == [True] * 3
    assert (drawn.stdout, tabled.stdout) == ("line.svg: 1 documents\n", "line.csv: 1 documents\n")


@pytest.mark.usefixtures("built_project")
def test_phrase_refuses_what_nobody_prints_and_endings_that_it_does_not_know(run) -> None:
    results = [run("phrase", "没有的词"), run("phrase", "装备", "-o", "line.dot"), run("phrase", "长" * 61)]
    assert [(result.exit_code, result.stderr.splitlines()[-1]) for result in results] == [
        (1, "Error: no text at hand prints “没有的词”"),
        (2, "Error: line.dot: the ending is not one of .csv, .xlsx, .json, .svg, .png"),
        (1, f"Error: “{'长' * 61}” cannot be looked for: 400"),
    ]


def test_phrase_looks_for_nothing_where_texts_are_not_quoted(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYGRAPH_SERVER_QUOTATIONS", "off")
    result = run("phrase", "装备")
    assert (result.exit_code, result.stdout, result.stderr.splitlines()[-1]) == (
        1,
        "",
        "Error: source texts are not quoted (quotations = off), so no phrase is looked for in them",
    )


def test_draw_refuses_a_map_that_cannot_be_meant(run, built_project: Project) -> None:
    errors = {
        ("--silence",): "a map shows either --indicator NAME or --positionings",
        ("--indicator", "x", "--positionings"): "a map shows either --indicator NAME or --positionings",
        ("--positionings", "--year", "2025"): "--silence, --year, --what and --scale are of an indicator",
        ("--indicator", "x", "--words", "y"): "--words are of positionings",
        ("--positionings", "--depth", "2"): "--colour and --depth are of a hierarchy, not of a map",
        ("--positionings",): "no subdivision of “area:china” has a positioning",
        ("--indicator", "output", "-o", "map.dot"): "map.dot: a map is written as .svg or .png",
    }
    results = {options: run("draw", "area:china", "-o", "map.svg", *options) for options in errors}
    lines = {options: result.stderr.splitlines()[-1].removeprefix("Error: ") for options, result in results.items()}
    assert (lines, (built_project.root / "map.svg").exists()) == (errors, False)


@pytest.mark.usefixtures("built_project")
def test_draw_says_which_endings_it_knows(run) -> None:
    result = run("draw", "plan:pioneer", "-o", "plan.xls")
    expected = "Error: plan.xls: the ending is not one of .svg, .png, .dot, .gv, .mmd\n"
    assert (result.exit_code, result.stderr) == (1, expected)


def test_ask_without_a_build_says_what_to_do(run) -> None:
    result = run("ask", "cq-01")
    assert (result.exit_code, result.stderr) == (1, "Error: no build in build: run `policygraph build` first\n")


def test_ask_answers_in_every_format(run, project: Project) -> None:
    query = (
        "#+ question: 哪些方案？\n#+ question@en: Which plans?\n#+ param plan: iri\n"
        "SELECT ?plan ?start WHERE { ?plan a pg:Plan ; pg:hasPeriodStart ?start } ORDER BY ?plan\n"
    )
    folder = project.root / "queries" / "competency"
    (folder / "zz-plans.rq").write_text(query, encoding="utf-8")
    run("build")
    plan = "https://w3id.org/policygraph/id/plan/pioneer"
    assert run("ask", "zz-plans", "--format", "csv").stdout == f"plan,start\n{plan},2023\n"
    assert run("ask", "zz-plans", "--format", "tsv").stdout == f"plan\tstart\n{plan}\t2023\n"
    assert (
        run("ask", "zz-pl", "--format", "json").stdout
        == f'[\n  {{\n    "plan": "{plan}",\n    "start": "2023"\n  }}\n]\n'
    )
    table = [" ".join(line.split()) for line in run("ask", "zz-plans", "plan=plan:pioneer").stdout.splitlines()]
    assert table == ["Which plans?", "plan start", "Action plan of Pioneer City 2023"]
    # the label of a concept is meant, though things have it in theirs
    kind = "#+ question: 谁？\n#+ question@en: Who?\n#+ param kind: iri\nSELECT ?kind { ?kind skos:inScheme ?any }\n"
    (folder / "zz-kind.rq").write_text(kind, encoding="utf-8")
    growth = "https://w3id.org/policygraph/concept/value-kind/growth-rate"
    assert run("ask", "zz-kind", "kind=增长率", "--format", "csv").stdout == f"kind\n{growth}\n"
    unknown = run("ask", "zz-plans", "plan=plan:pionner", "--format", "csv")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert unknown.stderr.endswith("Error: “plan:pionner” is not in the graph; did you mean plan:pioneer?\n")
    assert run("ask", "zz-plans", "year=2023").stderr == "Error: zz-plans has no parameter year; it has: plan\n"


def test_ask_writes_the_format_that_an_ending_says(run, project: Project) -> None:
    query = (
        "#+ question: 哪些方案？\n#+ question@en: Which plans?\n"
        "SELECT ?plan ?zh ?en ?start ?printed WHERE {\n  ?plan a pg:Plan ; pg:hasPeriodStart ?start ;"
        ' skos:prefLabel ?zh, ?en .\n  FILTER (LANG(?zh) = "zh" && LANG(?en) = "en")\n'
        '  BIND ("5%左右" AS ?printed)\n}\n'
    )
    (project.root / "queries" / "competency" / "zz-plans.rq").write_text(query, encoding="utf-8")
    run("build")
    target = project.root / "plans.XLSX"
    assert run("ask", "zz-plans", "-o", str(target)).exit_code == 0
    plan = "https://w3id.org/policygraph/id/plan/pioneer"
    book = workbook.read(target.read_bytes())
    snapshot = json.loads((project.root / "build" / "manifest.json").read_text(encoding="utf-8"))["snapshot"]
    assert book["Source"][1:] == [
        ["Question", "Which plans?"],
        ["Query", "zz-plans"],
        ["Parameters", ""],
        ["Graph", "Knowledge graph of policy structure"],
        ["Address", "https://w3id.org/policygraph/"],
        ["Snapshot", snapshot],
        [
            "To be cited as",
            f"Knowledge graph of policy structure. Which plans?[DB]. Snapshot {snapshot[:12]}. https://w3id.org/policygraph/",
        ],
    ]
    rows = book["zz-plans"]
    assert rows == [
        ["plan", "zh", "en", "start", "printed"],
        [plan, "先锋市行动方案", "Action plan of Pioneer City", "2023", "5%左右"],
    ]
    english = run("ask", "zz-plans", "--only", "en", "--format", "csv").stdout
    assert english == f"plan,en,start,printedEn\n{plan},Action plan of Pioneer City,2023,about 5%\n"
    chinese = run("ask", "zz-plans", "--only", "zh", "--format", "csv").stdout
    assert chinese == f"plan,zh,start,printed\n{plan},先锋市行动方案,2023,5%左右\n"
    other = run("ask", "zz-plans", "-o", "plans.ods")
    assert other.exit_code == 2
    assert other.stderr.endswith("Error: plans.ods: the ending is not one of .csv, .json, .tsv, .xlsx\n")
    crossed = run("ask", "zz-plans", "--format", "json", "-o", "plans.csv")
    assert crossed.stderr.endswith("Error: plans.csv: its ending is not that of --format json\n")


def test_ask_says_what_an_answer_without_rows_means(run, project: Project) -> None:
    run("build")
    answer = run("ask", "cq-52", "--format", "csv")
    assert answer.stdout.count("\n") == 1
    assert answer.stderr.startswith("No document spells out an initiative, and no statement concerns one: ")


def test_ask_gives_each_figure_with_its_words(run, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    query = (
        "#+ question: 哪些目标？\n#+ question@en: Which targets?\n"
        "SELECT ?printed ?target WHERE { ?target a pg:IndicatorTarget ; pg:hasPrintedValue ?printed }\n"
    )
    (project.root / "queries" / "competency" / "zz-targets.rq").write_text(query, encoding="utf-8")
    run("build")
    (row,) = csv.DictReader(run("ask", "zz-targets", "--format", "csv").stdout.splitlines())
    assert row["quotation"] == project.text.read_text(encoding="utf-8")[32:46]
    monkeypatch.setenv("POLICYGRAPH_SERVER_QUOTATIONS", "off")
    assert run("ask", "zz-targets", "--format", "csv").stdout.splitlines()[0] == "printed,target"


def test_ask_takes_the_label_of_a_thing(run, project: Project) -> None:
    query = (
        "#+ question: 哪些部分？\n#+ question@en: Which parts?\n#+ param part: iri\n"
        "SELECT ?part WHERE { ?part pg:isPartOf ?whole }\n"
    )
    (project.root / "queries" / "competency" / "zz-parts.rq").write_text(query, encoding="utf-8")
    run("build")
    by_label = run("ask", "zz-parts", "part=装备", "--format", "csv")
    assert by_label.stdout.splitlines()[1:] == ["https://w3id.org/policygraph/id/pioneer/g1-t1"]
    several = run("ask", "zz-parts", "part=Pioneer", "--format", "csv")
    assert (several.exit_code, several.stdout) == (1, "")
    assert several.stderr.splitlines()[0] == "Error: “Pioneer” may be one of these: say which"


def test_an_answer_too_wide_for_the_terminal_is_written_row_by_row(
    run, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"column{number}" for number in range(9)]
    binds = " ".join(f'BIND ("{name}-of-a-row" AS ?{name})' for name in names)
    query = (
        f"#+ question: 宽？\n#+ question@en: Wide?\nSELECT ?plan ?en {' '.join('?' + name for name in names)}\n"
        f"WHERE {{ ?plan a pg:Plan ; skos:prefLabel ?en FILTER (LANG(?en) = 'en') {binds} }}\n"
    )
    (project.root / "queries" / "competency" / "zz-wide.rq").write_text(query, encoding="utf-8")
    run("build")
    monkeypatch.setenv("COLUMNS", "80")
    lines = [" ".join(line.split()) for line in run("ask", "zz-wide").stdout.splitlines()]
    plan = "plan Action plan of Pioneer City"
    assert lines == ["Wide?", "", plan, *(f"{name} {name}-of-a-row" for name in names)]
    monkeypatch.setenv("COLUMNS", "200")
    lines = [" ".join(line.split()) for line in run("ask", "zz-wide").stdout.splitlines()]
    assert lines[:2] == ["Wide?", " ".join(["plan", *names])]


def test_ask_without_a_name_lists_the_questions(run, project: Project) -> None:
    listed = run("ask").stdout
    names = {path.stem for path in (project.root / "queries" / "competency").glob("*.rq")}
    assert {line.split()[0] for line in listed.splitlines() if line[:1].strip()} == names


def test_coverage_names_the_figures_that_are_evidence_for_nothing(run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = run("coverage", "pioneer", "--html", str(page))
    lines = result.stdout.splitlines()
    assert lines[-3:] == [
        "figures that are evidence for nothing:",
        "  #char=26,30  业 1.做强装备制造 到[2025]年，工业产值达到1.5万",
        "  #char=51,53  .5万亿元以上，优良天数[80]%。",
    ]
    assert lines[-4] == "69.2% is evidence"
    assert '<span class="forgotten">80</span>' in page.read_text(encoding="utf-8")


def test_a_root_that_is_no_project_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.main, ["--root", str(tmp_path), "check"])
    assert (result.exit_code, result.stderr) == (
        1,
        f"Error: no policygraph.toml in {tmp_path}: `policygraph init {tmp_path}` makes a project of it\n",
    )


def test_serve_without_a_build_says_what_to_do(run, tmp_path: Path) -> None:
    result = run("serve", "--build", str(tmp_path / "none"), "--port", "0")
    assert (result.exit_code, result.stderr) == (
        1,
        f"Error: no build in {tmp_path}/none: run `policygraph build` first\n",
    )


def test_serve_refuses_an_option_that_is_not_there(run, tmp_path: Path) -> None:
    path = tmp_path / "service.toml"
    path.write_text("[server]\nprot = 8000\n", encoding="utf-8")
    result = run("serve", "--config", str(path))
    assert result.exit_code == 1
    assert result.stderr == f"Error: {path}: there is no option “prot”; did you mean port?\n"
