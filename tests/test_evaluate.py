"""A draft against a record: what counts as found, as right, and how the figures are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from policygraph import cli
from policygraph.extract import compared_names, evaluate, gold
from policygraph.extract.tree_distance import Tree, tree_distance
from policygraph.records.yaml import write

ROOT = Path(__file__).resolve().parents[1]


def _element(name: str, start: int, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "type": "Task", "evidence": [f"#char={start},{start + 6}"], "parts": list(parts), **more}


def _target(start: int, value: str, comparator: str, deadline: str) -> dict[str, Any]:
    return {
        "id": f"t{start}",
        "value": value,
        "inUnit": "unit:PERCENT",
        "comparator": comparator,
        "valueKind": "share",
        "deadline": deadline,
        "printedValue": f"{value}%",
        "evidence": [f"#char={start},{start + 8}"],
    }


def _record(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"id": "document:x", "plans": [{"id": "plan:x", "parts": list(parts)}]}


#: One chapter with two tasks; the second task has two targets.
RECORD = _record(
    _element(
        "e1",
        0,
        _element("e2", 10),
        _element("e3", 20, targets=[_target(30, "40", "gteq", "2025"), _target(50, "12", "eq", "2024")]),
    )
)


def _rows(draft: dict[str, Any], record: dict[str, Any] = RECORD) -> dict[str, tuple[int, int, int]]:
    scores = evaluate.evaluate(draft, record)
    return {score.measure: (score.correct, score.drafted, score.recorded) for score in scores}


def test_a_record_agrees_with_itself() -> None:
    assert {score.f1 for score in evaluate.evaluate(RECORD, RECORD)} == {1.0}


def test_a_wrong_field_counts_on_both_sides_and_only_there() -> None:
    draft = _record(
        _element(
            "a",
            0,
            _element("b", 10),
            _element("c", 20, targets=[_target(31, "40", "gt", "2025"), _target(50, "12", "eq", "2025")]),
        )
    )
    rows = _rows(draft)
    assert {name: rows[name] for name in rows if name.startswith("targets")} == {
        "targets": (2, 2, 2),
        "targets: value": (2, 2, 2),
        "targets: unit": (2, 2, 2),
        "targets: comparator": (1, 2, 2),
        "targets: value, unit, comparator": (1, 2, 2),
        "targets: kind": (2, 2, 2),
        "targets: year": (1, 2, 2),
        "targets: all": (0, 2, 2),
    }


def test_a_parent_is_right_where_the_nearest_that_both_have_is_the_same() -> None:
    without_chapter = _record(_element("b", 10), _element("c", 20))
    under_its_sister = _record(_element("a", 0, _element("b", 10, _element("c", 20))))
    assert (_rows(without_chapter)["elements: parent"], _rows(under_its_sister)["elements: parent"]) == (
        (2, 2, 3),
        (2, 3, 3),
    )


def test_what_does_not_overlap_is_not_found() -> None:
    rows = _rows(_record(_element("a", 100)))
    assert (rows["elements"], rows["targets"]) == ((0, 1, 3), (0, 0, 2))


def test_headings_are_told_apart_where_the_text_is_at_hand() -> None:
    text = "重点任务。\n发展产业，并且办好教育。\n"
    record = _record(_element("e1", 0, _element("e2", 6), _element("e3", 13)))
    scores = {score.measure: score.recorded for score in evaluate.evaluate(record, record, text)}
    assert (scores["headings"], scores["elements"]) == (2, 3)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    draft, record = tmp_path / "draft.yaml", tmp_path / "record.yaml"
    draft.write_text(write(_record(_element("a", 0))), encoding="utf-8")
    record.write_text(write(RECORD), encoding="utf-8")
    return str(draft), str(record)


def _run(*words: str) -> Any:
    return CliRunner().invoke(cli.main, ["--language", "en", "--root", str(ROOT), "evaluate", *words])


def test_the_command_tells_a_table(files: tuple[str, str]) -> None:
    result = _run(files[0], "--against", files[1])
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[:4] == [
        "The draft against the record",
        "measure precision recall F1 right drafted recorded",
        "elements 1.000 0.333 0.500 1 1 3",
        "elements: parent 1.000 0.333 0.500 1 1 3",
    ]


def test_the_command_tells_json(files: tuple[str, str]) -> None:
    rows = json.loads(_run(files[0], "--against", files[1], "--format", "json").stdout)
    assert rows[0] == {
        "measure": "elements",
        "correct": 1,
        "drafted": 1,
        "recorded": 3,
        "precision": 1.0,
        "recall": 0.3333,
        "f1": 0.5,
    }


def test_the_command_tells_quality_measurements(files: tuple[str, str]) -> None:
    turtle = _run(files[0], "--against", files[1], "--format", "turtle").stdout
    node = ox.NamedNode("https://w3id.org/policygraph/id/measurement/x/elements-recall")
    found = {
        quad.predicate.value.rpartition("#")[2]: str(quad.object)
        for quad in ox.parse(turtle.encode(), ox.RdfFormat.TURTLE)
        if quad.subject == node
    }
    assert found == {
        "type": "<http://www.w3.org/ns/dqv#QualityMeasurement>",
        "computedOn": "<https://w3id.org/policygraph/id/document/x>",
        "isMeasurementOf": "<https://w3id.org/policygraph/id/metric/elements-recall>",
        "value": '"0.3333"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    }


def test_what_is_no_record_is_said(tmp_path: Path, files: tuple[str, str]) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("- a\n", encoding="utf-8")
    result = _run(str(broken), "--against", files[1])
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, f"Error: {broken}: a record is one mapping")


#: Rows of gold of one document, as `gold` describes them.
GOLD = [
    {"kind": "document", "id": "d", "offset": 0, "len": 4, "title": "茶业计划", "place": "东陵县"},
    {
        "kind": "element",
        "id": "S1",
        "offset": 10,
        "len": 6,
        "label": "做强茶业",
        "number_text": "一、",
        "parent": "DOC",
    },
    {"kind": "element", "id": "S2", "offset": 20, "len": 4, "label": "种好茶", "parent": "S1"},
    {
        "kind": "indicator_target",
        "id": "T1",
        "offset": 30,
        "len": 8,
        "indicator": "茶园面积",
        "value": 5.5,
        "unit": "万亩",
        "comparator": ">=",
        "value_type": "level",
        "year": "2026-2030",
        "parent": "S2",
    },
    {
        "kind": "indicator_target",
        "id": "T2",
        "offset": 40,
        "len": 8,
        "indicator": "茶业",
        "value": None,
        "value_type": "qualitative",
        "year": 2030,
        "parent": "S1",
    },
    {
        "kind": "indicator_actual",
        "id": "O1",
        "offset": 50,
        "len": 6,
        "indicator": "茶社",
        "value": 30,
        "unit": "家",
        "comparator": "=",
        "value_type": "level",
        "period": "2025",
        "parent": "S1",
    },
    {"kind": "structure_count", "id": "C1", "offset": 60, "len": 4, "declared": 2, "element": "S1"},
    {"kind": "org_role", "id": "R1", "offset": 70, "len": 4, "org": "县农业局", "role": "lead", "target": "S2"},
    {"kind": "plan", "id": "P1", "offset": 80, "len": 6, "name": "县乡村振兴规划", "mention_only": True},
    {"kind": "relation", "id": "X1", "offset": 80, "len": 6, "predicate": "implements", "object": "县乡村振兴规划"},
    {"kind": "text_issue", "id": "I1", "offset": 90, "len": 4, "issue": "number_not_target"},
]


def test_gold_is_read_as_the_record_that_it_is() -> None:
    record = gold.as_record(GOLD, "x")
    assert record == {
        "id": "document:x",
        "isGold": "true",
        "label": {"zh": "茶业计划"},
        "printedPlace": "东陵县",
        "plans": [
            {
                "id": "plan:x",
                "implements": ["县乡村振兴规划"],
                "parts": [
                    {
                        "id": "S1",
                        "type": "Element",
                        "label": {"zh": "做强茶业"},
                        "number": "一、",
                        "evidence": ["#char=10,16"],
                        "parts": [
                            {
                                "id": "S2",
                                "type": "Element",
                                "label": {"zh": "种好茶"},
                                "evidence": ["#char=20,24"],
                                "targets": [
                                    {
                                        "id": "T1",
                                        "label": {"zh": "茶园面积"},
                                        "deadline": "2030",
                                        "periodStart": "2026",
                                        "value": "55000",
                                        "inUnit": "pgunit:mu",
                                        "comparator": "gteq",
                                        "evidence": ["#char=30,38"],
                                    }
                                ],
                                "responsibilities": [
                                    {
                                        "agent": "县农业局",
                                        "names": ["县农业局"],
                                        "role": "lead",
                                        "labelled": False,
                                        "evidence": ["#char=70,74"],
                                    }
                                ],
                            }
                        ],
                        "targets": [
                            {
                                "id": "T2",
                                "label": {"zh": "茶业"},
                                "deadline": "2030",
                                "valueKind": "qualitative",
                                "evidence": ["#char=40,48"],
                            }
                        ],
                        "counts": [{"declared": "2", "evidence": ["#char=60,64"]}],
                    }
                ],
            },
            {"id": "plan:P1", "label": {"zh": "县乡村振兴规划"}, "evidence": ["#char=80,86"]},
        ],
        "observations": [
            {
                "id": "O1",
                "label": {"zh": "茶社"},
                "year": "2025",
                "value": "30",
                "inUnit": "unit:NUM",
                "classifier": "家",
                "comparator": "eq",
                "evidence": ["#char=50,56"],
            }
        ],
        "mentions": [{"evidence": ["#char=90,94"]}],
    }


def test_a_draft_is_measured_against_gold() -> None:
    record = gold.as_record(GOLD, "x")
    draft = gold.as_record([row for row in GOLD if row["id"] != "T2"], "y")
    draft["observations"].append({"value": "4", "evidence": ["#char=90,94"]})
    draft["plans"][0]["parts"][0]["parts"][0]["targets"][0]["deadline"] = "2029"
    rows = {score.measure: (score.correct, score.drafted, score.recorded) for score in evaluate.evaluate(draft, record)}
    assert {name: rows[name] for name in ("elements: parent", "figures: value", "deadlines", "plans cited")} == {
        "elements: parent": (2, 2, 2),
        "figures: value": (2, 3, 2),
        "deadlines": (1, 2, 2),
        "plans cited": (1, 1, 1),
    }
    assert evaluate.confusion(draft, record) == {
        ("target", "target"): 1,
        ("target", "nothing"): 1,
        ("observation", "observation"): 1,
        ("mention", "observation"): 1,
    }
    assert evaluate.misses(draft, record) == [
        ("figures", "extra", "#char=90,94"),
        ("figures", "year", "#char=30,38"),
    ]


def test_gold_in_other_units_and_words_is_what_a_record_says() -> None:
    rows = [
        {"kind": "element", "id": "S1", "label": "算力", "offset": 0, "len": 4},
        {
            "kind": "indicator_actual",
            "id": "O1",
            "indicator": "算力",
            "value": 1.5,
            "unit": "百亿亿次/秒",
            "offset": 10,
            "len": 8,
        },
        *(
            {"kind": "org_role", "id": f"R{place}", "org": "县局", "role": role, "target": "S1", "offset": 20, "len": 4}
            for place, role in enumerate(("office", "interpreter", "member"))
        ),
    ]
    record = gold.as_record(rows, "x")
    (value,) = record["observations"]
    roles = [each["role"] for each in record["plans"][0]["parts"][0]["responsibilities"]]
    assert (value["value"], value["inUnit"], roles) == (
        "1500",
        "pgunit:petaflops",
        ["hosting", "interpreting", "participating"],
    )


def test_a_responsibility_is_judged_in_its_own_part() -> None:
    """One line holds for two parts: each has its own, whichever comes first."""

    def role(name: str) -> dict[str, object]:
        return {"id": name, "agent": "县局", "names": ["县局"], "role": "lead", "evidence": ["#char=90,94"]}

    def side(names: tuple[str, str]) -> dict[str, Any]:
        parts = [
            {"id": f"e{place}", "label": {"zh": "茶"}, "evidence": [f"#char={start},{start + 6}"]}
            for place, start in enumerate((10, 30))
        ]
        for part, name in zip(parts, names, strict=True):
            part["responsibilities"] = [role(name)]
        return {"plans": [{"id": "plan:x", "parts": parts}]}

    draft, record = side(("a", "b")), side(("c", "d")) | {"isGold": "true"}
    record["plans"][0]["parts"].reverse()
    verdicts = evaluate.judged(draft, record)
    assert [verdicts[id(part["responsibilities"][0])] for part in draft["plans"][0]["parts"]] == [True, True]


def test_names_are_compared_as_they_are_printed() -> None:
    record = gold.as_record(
        [
            {**GOLD[0], "place": "甲川省东陵县", "date": "2026-03-06"},
            *GOLD[1:],
            {
                "kind": "org_role",
                "id": "R2",
                "offset": 74,
                "len": 4,
                "org": "县财政局",
                "role": "lead",
                "target": "S2",
                "clause": "x",
            },
        ],
        "x",
    )
    draft = {
        "id": "document:y",
        "label": {"zh": "东陵县茶业计划"},
        "coversArea": "area:dongling",
        "publicationDate": "2026-03-07",
        "plans": [
            {
                "id": "plan:y",
                "implements": ["plan:z"],
                "parts": [
                    {
                        "id": "e1",
                        "responsibilities": [
                            {"agent": "organisation:finance", "role": "lead", "rule": "role/label"},
                            {"agent": "organisation:tea", "role": "lead", "rule": "role/label"},
                            {"agent": "organisation:farms", "role": "lead", "rule": "role/duty"},
                        ],
                    }
                ],
            },
            {"id": "plan:z", "label": {"zh": "《县乡村振兴规划》"}},
        ],
        "organisations": [
            {"id": "organisation:finance", "label": {"zh": "东陵县财政局"}, "altLabel": {"zh": ["县财政局"]}},
            {"id": "organisation:tea", "label": {"zh": "茶业协会"}},
        ],
    }
    assert compared_names.compared(draft, record, {"area:dongling": ["东陵县"]}) == [
        ("title", 1, [], []),
        ("date", 0, ["2026-03-07"], ["2026-03-06"]),
        ("area", 1, [], []),
        ("organisations", 1, ["茶业协会"], []),
        ("plans cited", 1, [], []),
        ("implements", 1, [], []),
    ]


def test_an_indicator_is_right_by_its_id_or_by_a_name_that_is_like() -> None:
    record = gold.as_record(GOLD, "x")
    draft = gold.as_record(GOLD, "y")
    area = draft["plans"][0]["parts"][0]["parts"][0]["targets"][0]
    shop = draft["observations"][0]
    del area["label"], shop["label"]
    area["ofIndicator"], shop["ofIndicator"] = "indicator:gardens", "indicator:guests"
    names = {"indicator:gardens": ["种植面积", "高标准茶园面积"], "indicator:guests": ["游客人次"]}
    rows = {score.measure: score.correct for score in evaluate.evaluate(draft, record, names=names)}
    assert (rows["figures: value"], rows["figures: indicator"]) == (2, 1)
    shop["printedIndicator"] = "茶社"
    rows = {score.measure: score.correct for score in evaluate.evaluate(draft, record, names=names)}
    assert rows["figures: indicator"] == 2


def test_scores_of_several_documents_are_pooled() -> None:
    one = [evaluate.Score("targets", 1, 2, 3)]
    assert evaluate.pooled([one, one]) == [evaluate.Score("targets", 2, 4, 6)]


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        (Tree("", [Tree("a"), Tree("b")]), Tree("", [Tree("a"), Tree("b")]), 0),
        (Tree("", [Tree("a"), Tree("b")]), Tree("", [Tree("a", [Tree("b")])]), 2),
        (Tree("", [Tree("a", [Tree("b"), Tree("c")])]), Tree("", [Tree("b"), Tree("c")]), 1),
        (Tree("", [Tree("a")]), Tree("", [Tree("x")]), 1),
        (Tree(""), Tree("", [Tree("a", [Tree("b")])]), 2),
    ],
)
def test_the_distance_of_trees_counts_steps(one: Tree, other: Tree, steps: int) -> None:
    assert (tree_distance(one, other), tree_distance(other, one)) == (steps, steps)


def test_folders_are_compared_by_name_and_pooled(tmp_path: Path) -> None:
    drafts, records = tmp_path / "drafts", tmp_path / "records"
    drafts.mkdir()
    records.mkdir()
    for name in ("a", "b"):
        (drafts / f"{name}.yaml").write_text(write(RECORD), encoding="utf-8")
    (records / "a.yaml").write_text(write(RECORD), encoding="utf-8")
    (records / "b.gold.jsonl").write_text("\n".join(json.dumps(row) for row in GOLD), encoding="utf-8")
    history = tmp_path / "history.md"
    options = ("--format", "json", "--history", str(history))
    rows = json.loads(_run(str(drafts), "--against", str(records), *options).stdout)
    assert {row["measure"]: (row["correct"], row["drafted"], row["recorded"]) for row in rows}["targets"] == (3, 4, 4)
    cells = [cell.strip() for cell in history.read_text(encoding="utf-8").split("|")]
    assert (cells[2], len(cells)) == ("records", 17)


def test_what_is_no_gold_is_said(tmp_path: Path, files: tuple[str, str]) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"kind": "element"}\nnothing\n', encoding="utf-8")
    result = _run(files[0], "--against", str(broken))
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, f"Error: {broken}:2: this is not JSON")
