"""A curator's mistakes: each is told once, with file and line, and what to do."""

from __future__ import annotations

import contextlib
import functools
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygraph import paths, records, store, vocab
from policygraph.records.yaml import MAX_BYTES, LineDict, LineList, YamlError, read, write

if TYPE_CHECKING:
    from conftest import Project

FILE = "data/records/pioneer.yaml"


def test_a_sound_project_has_no_findings(project: Project) -> None:
    assert project.violations() == []


#: What the curator did (old words, new words) -> what is said of it.
MISTAKES = {
    "broken YAML": (
        "planKind: action-plan",
        "planKind: [action-plan",
        f"{FILE}:11: violation: this is not YAML: did not find expected ',' or ']'. Mend the line. [broken_yaml]",
    ),
    "a repeated key": (
        "    level: municipal\n",
        "    level: municipal\n    level: national\n",
        f"{FILE}:12: violation: the key “level” stands here again; it first stands at line 11. "
        "Mend the line. [broken_yaml]",
    ),
    "an unknown key": (
        "    planKind: action-plan",
        "    planKnd: action-plan",
        f"{FILE}:10: violation: 先锋市行动方案: the key “planKnd” is not known. Did you mean “planKind”? [unknown_key]",
    ),
    "an unknown type": (
        "type: TaskGroup",
        "type: TaskGrup",
        f"{FILE}:18: violation: 发展产业: the type “TaskGrup” is not in the ontology. "
        "Did you mean “TaskGroup”? [unknown_type]",
    ),
    "a wrong datatype": (
        'deadline: "2025"',
        "deadline: 2025年",
        f"{FILE}:30: violation: g1-output: “deadline: 2025年” has the wrong datatype. "
        "It should be a year like 2025. [wrong_datatype]",
    ),
    "a dangling id": (
        "ofIndicator: indicator:output",
        "ofIndicator: indicator:outputs",
        f"{FILE}:24: violation: indicator:outputs: “indicator:outputs” is not defined anywhere. "
        "Define it, or mend the reference. Did you mean “indicator:output”? [dangling_id]",
    ),
    "a concept that is not in its list": (
        "planKind: action-plan",
        "planKind: plan-of-action",
        f"{FILE}:10: violation: concept:plan-kind/plan-of-action: “concept:plan-kind/plan-of-action” is not defined "
        "anywhere. Define it, or mend the reference. [dangling_id]",
    ),
    "a duplicate id": (
        "- id: g1-t1",
        "- id: g1",
        f"{FILE}:34: violation: 做强装备制造: the id is already used at {FILE}:17. "
        "Give one of the two another id. [duplicate_id]",
    ),
    "a thing without an id": (
        "          - id: g1-t1\n            type: Task",
        "          - type: Task",
        f"{FILE}:34: violation: 做强装备制造: it has no id. Give it one that is unique in the file. [missing_id]",
    ),
    "a label without languages": (
        "label: {zh: 发展产业, en: Develop industry}",
        "label: 发展产业",
        f"{FILE}:20: violation: g1: “label” gives each language its text. "
        "Write `label: {zh: …, en: …}`. [wrong_form]",
    ),
    "an unknown language": (
        "label: {zh: 发展产业, en: Develop industry}",
        "label: {zh: 发展产业, en: Develop industry, de: Industrie}",
        f"{FILE}:20: violation: 发展产业: the language “de” is not zh or en. [unknown_language]",
    ),
    "evidence of another form": (
        '"#char=8,15"',
        '"8-15"',
        f"{FILE}:21: violation: 发展产业: “8-15” is not evidence. "
        'Write "#char=start,end" (RFC 5147); `policygraph cite` prints it. [wrong_evidence]',
    ),
    "evidence out of range": (
        '"#char=16,24"',
        '"#char=16,240"',
        f"{FILE}:38: violation: 做强装备制造: #char=16,240 is not a span of a text of 56 characters. "
        "Cite the place anew with `policygraph cite`. [evidence_out_of_range]",
    ),
    "evidence beside the label": (
        '"#char=16,24"',
        '"#char=25,31"',
        f"{FILE}:38: violation: 做强装备制造: none of its words stands at #char=25,31. Cite the place that prints it, "
        "or give the words printed there as printedLabel or printedValue. [evidence_beside_claim]",
    ),
    "a value beside its print": (
        'value: "1500000000000"',
        'value: "150000000000"',
        f"{FILE}:26: violation: 先锋市工业产值 1.5万亿元以上（2025）: “1.5万亿元以上” reads as value 1500000000000, "
        "stored is 150000000000. Mend the stored or the printed form. [printed_value_differs]",
    ),
    "an unknown prefix": (
        "coversArea: area:pioneer\nevidence",
        "coversArea: javascript:pioneer\nevidence",
        f"{FILE}:5: violation: 先锋市行动方案: “javascript:pioneer” has the prefix “javascript”, which is not known. "
        "Did you mean “unit:”? An IRI in full begins with http:// or https://. [unknown_prefix]",
    ),
    "an invisible character": (
        "label: {zh: 发展产业, en: Develop industry}",
        "label: {zh: 发展\u200b产业, en: Develop industry}",
        f"{FILE}:20: violation: 发展\u200b产业: “label.zh” has a character that is not seen: U+200B ZERO WIDTH SPACE. "
        "Delete it, or type the text anew. [invisible_character]",
    ),
    "a control in a printed value": (
        "printedValue: 1.5万亿元以上",
        'printedValue: "1.5万亿元\\v以上"',
        f"{FILE}:31: violation: g1-output: “printedValue” has a character that is not seen: U+000B. "
        "Delete it, or type the text anew. [invisible_character]",
    ),
    "a wrong type": (
        "type: TaskGroup",
        "type: IndicatorTarget",
        f"{FILE}:18: violation: 发展产业: its type pg:IndicatorTarget has no pg:hasOrdinal, pg:hasPrintedNumber, "
        "pg:isPartOf; all its keys are those of pg:ContentItem, pg:Goal, pg:GovernanceMechanism, pg:GuidingIdeology, "
        "pg:Measure. Mend the `type:`. [wrong_type]",
    ),
    "a year of another age": (
        'deadline: "2025"',
        'deadline: "3025"',
        f"{FILE}:30: violation: 先锋市工业产值 1.5万亿元以上（3025）: its year “3025” is not between 1800 and 2150. "
        "Compare the year with the text. [year_not_plausible]",
    ),
    "a key of another class": (
        "number: （一）",
        "declared: 5",
        f"{FILE}:19: violation: 发展产业: a plan element has no such property. Found in a pg:TaskGroup: "
        "pg:hasDeclaredCount “5”. Take the key out, or mend the `type:`. [PlanElement/closed]",
    ),
    "a comparator beside its print": (
        "comparator: gteq",
        "comparator: lteq",
        f"{FILE}:29: violation: 先锋市工业产值 1.5万亿元以上（2025）: “1.5万亿元以上” reads as comparator gteq, "
        "stored is lteq. Mend the stored or the printed form. [printed_value_differs]",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_once_with_line_and_cure(project: Project, mistake: str) -> None:
    old, new, said = MISTAKES[mistake]
    project.edit(old, new)
    assert project.violations() == [said]


def test_files_that_are_not_read_are_told(project: Project) -> None:
    for name in ("a.yml", "below/b.yaml", "c.YAML", "d.decisions.jsonl", ".hidden.yml", "notes.md"):
        path = project.record.parent / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("[]", encoding="utf-8")
    cure = "Rename it or move it there, or take it out of the folder. [file_not_read]"
    assert [finding.text() for finding in project.run().findings if finding.check == "file_not_read"] == [
        f"data/records/{name}:1: warning: this is not read: records are the files data/records/*.yaml. {cure}"
        for name in ("a.yml", "below/b.yaml", "c.YAML")
    ]


def test_a_cycle_is_told_from_both_sides(project: Project) -> None:
    project.edit("number: （一）", "number: （一）\n        partOf: g1-t1")
    cure = "Take one of the two away. [asymmetric_property]"
    assert project.violations() == [
        f"{FILE}:17: violation: 发展产业: pg:isPartOf runs both ways between it and id:pioneer/g1-t1. {cure}",
        f"{FILE}:35: violation: 做强装备制造: pg:isPartOf runs both ways between it and id:pioneer/g1. {cure}",
    ]


def test_a_changed_source_text_is_told(project: Project) -> None:
    project.text.write_text(project.text.read_text(encoding="utf-8").replace("80%", "81%"), encoding="utf-8")
    (said,) = project.violations()
    assert said.startswith("data/sources.yaml:1: violation: 先锋市行动方案文本: the SHA-256 of pioneer.txt is ")
    assert said.endswith("Use the registered copy, or register this one and cite anew. [source_changed]")


def test_bytes_that_are_not_utf8_are_told_with_their_line(project: Project) -> None:
    project.record.write_bytes("id: document:pioneer\nlabel: 先锋".encode("gb18030"))
    assert project.violations()[0] == (f"{FILE}:2: violation: byte 28 is not UTF-8. Mend the line. [broken_yaml]")


def test_findings_speak_chinese(project: Project) -> None:
    project.edit("    planKind: action-plan", "    planKnd: action-plan")
    assert project.violations("zh") == [
        f"{FILE}:10: violation: 先锋市行动方案: 未知的键“planKnd”。是否为“planKind”？ [unknown_key]"
    ]


def test_one_broken_file_does_not_hide_another(project: Project) -> None:
    project.edit("planKind: action-plan", "planKind: [action-plan")
    project.reference.write_text(
        project.reference.read_text(encoding="utf-8") + "- id: area:x\n  type: City\n  lable: {zh: 某, en: X}\n",
        encoding="utf-8",
    )
    checks = {said.rpartition("[")[2] for said in project.violations()}
    assert {"broken_yaml]", "unknown_key]"} <= checks


#: Texts that are refused before or while they are parsed -> line and reason.
REFUSED = {
    "50 MB": (b"a: " + b"x" * 50_000_000, (1, f"the file has 50,000,003 bytes; a record may have {MAX_BYTES:,}")),
    "1,000 brackets": (b"[" * 1000, (1, "nested more than 64 deep")),
    "1,000 levels": (
        b"".join(b" " * depth + b"a:\n" for depth in range(1000)),
        (65, "nested more than 64 deep"),
    ),
    "an anchor": (b"a: &x 1\nb: 2", (1, "anchors, aliases and tags are not read")),
    "an alias": (b"a: 1\nb: *x", (2, "anchors, aliases and tags are not read")),
    "a tag": (b"a: !!python/object 1", (1, "anchors, aliases and tags are not read")),
    "two documents": (b"a: 1\n---\nb: 2", (2, "a second YAML document starts here")),
    "a list as key": (b"? [a]\n: b", (1, "a key must be a word")),
    "a control character": (b"a: \x07", (1, "a control character stands here")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_dangerous_yaml_is_refused(name: str) -> None:
    data, expected = REFUSED[name]
    with pytest.raises(YamlError) as caught:
        read(data)
    assert (caught.value.line, caught.value.texts["en"]) == expected


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("#char=12,34", '"#char=12,34"'),
        ("[composed] One-stop, “茶” 😀", '"[composed] One-stop, “茶” \\U0001F600"'),
        ("[composed] 东陵县的茶园: 5 亩", '"[composed] 东陵县的茶园: 5 亩"'),
        ('[a] "b"\\', '"[a] \\"b\\"\\\\"'),
        ("{a}\u2028b", '"{a}\\Lb"'),
    ],
)
def test_words_that_begin_with_a_sign_of_yaml_are_quoted_and_come_back(words: str, written: str) -> None:
    assert write({"evidence": [words], "label": words}) == f"evidence: [{written}]\nlabel: {written}\n"
    assert read(write({"label": words}).encode()) == {"label": words}


def test_scalars_stay_strings_and_keys_know_their_lines() -> None:
    value = read(b"a: 1\nb: yes\nc: [2023-02-23, ~]\n")
    assert isinstance(value, LineDict)
    assert (dict(value), value.lines) == ({"a": "1", "b": "yes", "c": ["2023-02-23", "~"]}, {"a": 1, "b": 2, "c": 3})


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(YamlError):
        assert read(data) is None or isinstance(read(data), (str, LineDict, LineList))


_WORDS = st.sampled_from(
    ["id", "type", "label", "parts", "value", "evidence", "zh", "en", "Task", "g1", "#char=1,2", "x"]
)
_VALUES = st.recursive(
    _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)


@functools.cache
def _shipped() -> tuple[paths.Folders, records.Context]:
    folders = paths.find()
    return folders, records.read_context(folders, store.turtle(folders.ontology / "policy.ttl", vocab.GRAPH_ONTOLOGY))


@settings(deadline=None)
@given(_VALUES)
def test_any_record_ends_in_quads_or_findings(value: object) -> None:
    folders, context = _shipped()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records" / "any.yaml"
        path.parent.mkdir()
        path.write_text(json.dumps(value), encoding="utf-8")  # JSON is YAML
        record, findings = records.load_file(path, folders, context)
    assert findings or (record and isinstance(value, dict))
