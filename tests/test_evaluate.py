"""A draft against a record: what counts as found, as right, and how the figures are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from policygraph import cli
from policygraph.extract import evaluate
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
