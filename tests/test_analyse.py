"""What plans look like as graphs: shape, coverage, centrality, overlap, cycles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from policygraph import analyse, cli, paths, vocab

if TYPE_CHECKING:
    from conftest import Project

FOLDERS = paths.find()
ID = vocab.ID
PREFIXES = "".join(f"PREFIX {name}: <{space}>\n" for name, space in vocab.PREFIXES.items())
#: Two plans that share an indicator, an initiative and an alignment; three agents, one of them between the two others.
SMALL = (
    PREFIXES
    + """
id:p a pg:Plan . id:q a pg:Plan .
id:p1 a pg:Task, pg:PlanElement ; pg:isPartOf id:p ; pg:isWithin id:p ; pg:concerns id:slogan .
id:p2 a pg:Task, pg:PlanElement ; pg:isPartOf id:p ; pg:isWithin id:p .
id:p21 a pg:Measure, pg:PlanElement ; pg:isPartOf id:p2 ; pg:isWithin id:p2, id:p .
id:q1 a pg:Task, pg:PlanElement ; pg:isPartOf id:q ; pg:isWithin id:q ; pg:concerns id:slogan .
id:slogan a pg:Initiative .
id:t1 a pg:IndicatorTarget ; pg:ofIndicator id:i ; pg:isSetBy id:p21 ; pg:isSetWithin id:p21, id:p2, id:p .
id:t2 a pg:IndicatorTarget ; pg:ofIndicator id:i ; pg:isSetBy id:q1 ; pg:isSetWithin id:q1, id:q .
id:al a pg:Alignment ; pg:alignsFrom id:p1 ; pg:alignsTo id:q1 .
id:r1 a pg:ResponsibilityAssignment ; pg:assignsElement id:p1 ; pg:assignsAgent id:a .
id:r2 a pg:ResponsibilityAssignment ; pg:assignsElement id:p1 ; pg:assignsAgent id:b .
id:r3 a pg:ResponsibilityAssignment ; pg:assignsElement id:q1 ; pg:assignsAgent id:b .
id:r4 a pg:ResponsibilityAssignment ; pg:assignsElement id:q1 ; pg:assignsAgent id:c .
id:a a pg:Organisation . id:b a pg:Organisation . id:c a pg:Organisation .
"""
)


def _open(text: str) -> ox.Store:
    opened = ox.Store()
    opened.load(text, ox.RdfFormat.TURTLE)
    return opened


def _found(opened: ox.Store, plan: str = "") -> dict[str, dict[str, Any]]:
    """Section -> short names of things -> measures."""
    return {
        section.name: {"+".join(thing.removeprefix(ID) for thing in line.things): line.values for line in section.lines}
        for section in analyse.analyse(opened, FOLDERS, plan)
    }


def test_every_analysis_of_a_small_graph() -> None:
    assert _found(_open(SMALL)) == {
        "plans": {
            "p": {
                "elements": 3,
                "leaves": 2,
                "depth": 2,
                "breadth": 2,
                "tasks": 2,
                "withoutTargets": 1,
                "withoutResponsible": 1,
            },
            "q": {
                "elements": 1,
                "leaves": 1,
                "depth": 1,
                "breadth": 1,
                "tasks": 1,
                "withoutTargets": 0,
                "withoutResponsible": 0,
            },
        },
        "tasks": {"p1": {"targets": 0, "responsibilities": 2}, "p2": {"targets": 1, "responsibilities": 0}},
        "units": {
            "b": {"degree": 2, "betweenness": 1.0, "assignments": 2},
            "a": {"degree": 1, "betweenness": 0.0, "assignments": 1},
            "c": {"degree": 1, "betweenness": 0.0, "assignments": 1},
        },
        "initiatives": {"slogan": {"degree": 2, "betweenness": 1.0, "readings": 0, "mentions": 2}},
        "overlap": {"p+q": {"indicators": 1, "initiatives": 1, "alignments": 1}},
        "cycles": {},
    }


def test_one_plan_is_analysed_alone() -> None:
    found = _found(_open(SMALL), f"{ID}q")
    assert {name: list(lines) for name, lines in found.items()} == {
        "plans": ["q"],
        "tasks": [],
        "units": ["b", "c"],
        "initiatives": ["slogan"],
        "overlap": ["p+q"],
        "cycles": [],
    }
    with pytest.raises(KeyError):
        analyse.analyse(_open(SMALL), FOLDERS, f"{ID}none")


def test_a_cycle_is_found_and_stops_nothing() -> None:
    found = _found(_open(SMALL + "id:p2 pg:isPartOf id:p21 ."))
    assert found["cycles"] == {"p2+p21": {"length": 2}}
    assert found["plans"]["p"]["elements"] == 3


def test_a_plan_within_a_plan_is_no_overlap() -> None:
    assert _found(_open(SMALL + "id:q pg:isPartOf id:p ; pg:isWithin id:p ."))["overlap"] == {}


def test_measurements_say_what_they_measure_and_of_what() -> None:
    quads = ox.Store()
    quads.load(analyse.as_turtle(analyse.analyse(_open(SMALL), FOLDERS)), ox.RdfFormat.TURTLE)
    query = """
        PREFIX dqv: <http://www.w3.org/ns/dqv#>
        SELECT ?metric ?value (GROUP_CONCAT(STR(?thing)) AS ?things)
        {
          SELECT ?m ?metric ?value ?thing
          {
            ?m a dqv:QualityMeasurement ; dqv:isMeasurementOf ?metric ; dqv:value ?value ; dqv:computedOn ?thing .
            ?metric a dqv:Metric ; dqv:inDimension/skos:prefLabel ?label FILTER(LANG(?label) = "zh")
          }
          ORDER BY ?thing
        }
        GROUP BY ?m ?metric ?value
    """
    rows = {
        (row["metric"].value.removeprefix(vocab.BASE), row["things"].value.replace(ID, "")): row["value"].value
        for row in quads.query(query, prefixes=vocab.PREFIXES)  # type: ignore[union-attr]
    }
    assert len(rows) == 14 + 4 + 9 + 4 + 3
    assert (rows["analysis/overlap/indicators", "p q"], rows["analysis/units/betweenness", "b"]) == ("1", "1")
    assert analyse.as_turtle(analyse.analyse(_open(SMALL), FOLDERS)) == analyse.as_turtle(
        analyse.analyse(_open(SMALL), FOLDERS)
    )


def test_the_shipped_plans_have_no_cycle_and_every_measure_has_its_titles(shipped: ox.Store) -> None:
    sections = {section.name: section for section in analyse.analyse(shipped, FOLDERS)}
    assert sections["cycles"].lines == []
    assert {name for section in sections.values() for line in section.lines for name in line.values} == (
        analyse.MEASURES.keys() - {"length"}
    )
    three_year = {line.things[0]: line.values for line in sections["plans"].lines}[
        vocab.expand("plan:shenyang-three-year-action-2023")
    ]
    assert {name: three_year[name] for name in ("elements", "depth")} == {"elements": 319, "depth": 3}


@pytest.fixture
def run(built_project: Project, monkeypatch: pytest.MonkeyPatch) -> object:
    project = built_project
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("COLUMNS", "120")

    def invoke(*words: str, language: str = "en") -> Result:
        return CliRunner().invoke(cli.main, ["--language", language, "--root", str(project.root), *words])

    return invoke


def test_the_command_tells_it_as_tables_json_and_turtle(run) -> None:
    lines = [" ".join(line.split()) for line in run("analyse").stdout.splitlines()]
    assert lines[:4] == [
        "Plans",
        "elements leaves depth breadth tasks without targets without responsible",
        "Action plan of Pioneer City 2 1 2 1 1 1 1",
        "1 rows",
    ]
    assert run("analyse", language="zh").stdout.startswith("规划方案\n")
    found = json.loads(run("analyse", "--format", "json", "--plan", "先锋").stdout)
    assert found["tasks"] == [
        {
            "things": [f"{ID}pioneer/g1-t1"],
            "label": {"zh": "做强装备制造", "en": "Strengthen equipment manufacturing"},
            "targets": 0,
            "responsibilities": 0,
        }
    ]
    assert b"dqv#QualityMeasurement" in run("analyse", "--format", "turtle").stdout_bytes
    assert run("analyse", "--plan", "月球").stderr == "Error: “月球” is not in the graph\n"
