"""Tables that come back from a spreadsheet: what is the same changes nothing, what is wrong is told by its cell."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from policygraph import cli, queries
from policygraph.importing import cells, sheets
from policygraph.paths import find

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project

TABLES = {query.name: query for query in queries.read_all(find().queries / "tables")}
NOTHING = [
    "0 things added, 0 removed, 0 changed; 0 statements added, 0 removed.",
    "0 files would change; --write writes them",
]


@pytest.fixture
def run(built_project: Project, monkeypatch: pytest.MonkeyPatch) -> object:
    project = built_project
    monkeypatch.chdir(project.root)

    def invoke(*words: str, language: str = "en") -> Result:
        return CliRunner().invoke(cli.main, ["--language", language, "--root", str(project.root), *words])

    return invoke


@pytest.mark.parametrize("name", ["tables.xlsx", "tables.zip", "elements.csv", "targets.tsv"])
def test_what_was_exported_changes_nothing(run, project: Project, name: str) -> None:
    path = str(project.root / name)
    assert run("export", name, "-o", path).exit_code == 0
    result = run("import", path)
    assert (result.exit_code, result.output.splitlines()) == (0, NOTHING)


def _edited(run, project: Project, name: str, **cells: str) -> Path:
    """A table with cells of its first row changed, by column."""
    path = project.root / name
    assert run("export", name, "-o", str(path)).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    rows[0] |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_cell_that_was_changed_comes_home(run, project: Project) -> None:
    path = _edited(run, project, "targets.csv", value="1600000000000", printedValue="1.6万亿元以上")
    source = project.text.read_text(encoding="utf-8").replace("1.5万亿", "1.6万亿")
    project.text.write_text(source, encoding="utf-8")
    project.register()
    result = run("import", str(path), "--write")
    assert (result.exit_code, result.stdout) == (
        0,
        """\
~ Pioneer City: industrial output, at least 1600000000000, by 2025  (id:pioneer/g1-output)
    has printed value: “1.5万亿元以上” → “1.6万亿元以上”
    has value: “1500000000000” → “1600000000000”

0 things added, 0 removed, 1 changed; 2 statements added, 2 removed.
data/records/pioneer.yaml
1 files written
""",
    ) or result.output
    assert "value: 1600000000000\n" in project.record.read_text(encoding="utf-8")


def test_an_empty_cell_takes_the_value_away(run, project: Project) -> None:
    path = _edited(run, project, "elements.csv", number="")
    result = run("import", str(path))
    assert result.stdout.splitlines()[:2] == [
        "~ Develop industry  (id:pioneer/g1)",
        "    has printed number: - “（一）”",
    ]


def test_a_new_row_is_a_new_thing(run, project: Project) -> None:
    cells = {
        "id": "pioneer/g1-t2",
        "type": "Task",
        "zh": "装备制造",
        "en": "Make equipment",
        "partOf": "pioneer/g1",
        "describedIn": "document:pioneer",
        "evidence": "source/pioneer#char=20,24",
    }
    path = project.root / "elements.csv"
    buffer = io.StringIO()
    csv.writer(buffer).writerows([list(cells), list(cells.values())])
    path.write_text("\ufeff" + buffer.getvalue(), encoding="utf-8", newline="")
    result = run("import", str(path))
    assert result.stdout.splitlines()[:6] == [
        "+ Make equipment  (id:pioneer/g1-t2)",
        "    rdf:type: + task",
        "    skos:prefLabel: + “Make equipment”@en | “装备制造”@zh",
        "    has evidence: + id:source/pioneer#char=20,24",
        "    is part of: + Develop industry",
        "",
    ]


def _saved(text: str, form: str) -> str:
    """A table as a spreadsheet saves it that was only opened."""
    lines = list(csv.reader(io.StringIO(text)))
    if form == "truth values":
        return text.replace("true", "TRUE").replace("false", "FALSE")
    if form == "exponents":
        return text.replace("1500000000000", "1.50E+12")
    if form == "sep=":
        return "sep=;\r\n" + "\r\n".join(";".join(line) for line in lines)
    if form == "semicolons":
        return "\r\n".join(
            ";".join(cell.replace(".", ",") if cell == "1.5" else cell for cell in line) for line in lines
        )
    buffer = io.StringIO()
    csv.writer(buffer).writerows(
        [f"“{name}”" for name in line] if not number else line for number, line in enumerate(lines)
    )
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["truth values", "exponents", "sep=", "semicolons", "typographic quotes"])
def test_what_a_spreadsheet_writes_in_its_own_manner_changes_nothing(run, project: Project, form: str) -> None:
    path = project.root / "targets.csv"
    assert run("export", "targets.csv", "-o", str(path)).exit_code == 0
    text = path.read_text(encoding="utf-8")
    saved = _saved(text, form)
    assert saved != text
    path.write_text(saved, encoding="utf-8", newline="")
    result = run("import", str(path))
    assert (result.exit_code, result.output.splitlines()) == (0, NOTHING)


def test_a_csv_for_a_spreadsheet_holds_no_formula_and_comes_back(run, project: Project) -> None:
    project.edit(
        "label: {zh: 做强装备制造, en: Strengthen equipment manufacturing}", "label: {zh: 做强装备制造, en: =1+1}"
    )
    project.edit("number: （一）", "number: '-1'")
    assert run("build").exit_code == 0
    path = project.root / "elements.csv"
    assert run("export", "elements.csv", "--bom", "-o", str(path)).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert [(row["en"], row["number"]) for row in rows] == [("Develop industry", "'-1"), ("'=1+1", "1.")]
    result = run("import", str(path))
    assert (result.exit_code, result.output.splitlines()) == (0, NOTHING)
    path.write_text(path.read_text(encoding="utf-8-sig"), encoding="utf-8")
    result = run("import", str(path))
    assert (result.exit_code, result.output.splitlines()) == (0, NOTHING)


@pytest.mark.parametrize("cell", ["1.23E+18", "1234567890123450000"])
def test_what_excel_cut_is_told_and_not_read(run, project: Project, cell: str) -> None:
    project.edit('value: "1500000000000"', 'value: "1234567890123456789"')
    project.edit("printedValue: 1.5万亿元以上", "printedValue: 1234567890123456789元以上")
    project.edit(
        'evidence: ["#char=32,46"]',
        'isInferred: true\n            reason: {zh: 试, en: Try}\n            evidence: ["#char=32,46"]',
    )
    run("build")
    path = project.root / "targets.csv"
    path.write_text(f"id,value\npioneer/g1-output,{cell}\n", encoding="utf-8")
    result = run("import", str(path))
    assert [line for line in result.output.splitlines() if "cell" in line] == [
        "targets.csv:2: violation: https://w3id.org/policygraph/id/pioneer/g1-output: the column “value” has lost a "
        f"part of what was in it; “{cell}” is not read. "
        "Excel keeps 32,767 characters and 15 digits: mend the cell in the record. [cut_cell]"
    ]


def test_what_excel_cut_of_a_long_text_is_told() -> None:
    long = "长" * 40_000
    assert (cells.is_cut(long[:32_767], [long]), cells.is_cut(long, [long]), cells.is_cut("短", [long])) == (
        True,
        False,
        False,
    )


MISTAKES = {
    ("value", "many"): "targets.csv:2: violation: id:pioneer/g1-output: the column “value” cannot be “many”. "
    "Write it like 12.5. [unreadable_cell]",
    ("deadline", "25年"): "targets.csv:2: violation: id:pioneer/g1-output: the column “deadline” cannot be “25年”. "
    "Write it like 2025. [unreadable_cell]",
    ("ofArea", "<x>"): "targets.csv:2: violation: id:pioneer/g1-output: the column “ofArea” cannot be “<x>”. "
    "Write it like area:shenyang. [unreadable_cell]",
    ("ofAreaZh", "别处"): "targets.csv:2: violation: the column “ofAreaZh” is derived; “别处” is not read. "
    "Change it where it comes from. [derived_cell]",
}


@pytest.mark.parametrize(("column", "cell"), MISTAKES)
def test_a_cell_that_cannot_be_read_is_told_with_its_row(run, project: Project, column: str, cell: str) -> None:
    path = _edited(run, project, "targets.csv", **{column: cell})
    result = run("import", str(path), "--write")
    told = [line.replace("https://w3id.org/policygraph/id/", "id:") for line in result.stderr.splitlines()]
    assert (result.exit_code, told) == (1, [MISTAKES[column, cell]])


ROWS = {
    "id,type,partOf\nx/new,Task,pioneer/g1\n": "elements.csv:2: violation: x/new: the row is new and names no document "
    "that is known. Fill in `describedIn`. [row_without_document]",
    "id,describedIn\nx/new,document:pioneer\n": "elements.csv:2: violation: x/new: the row is new and has no type. "
    "Fill in `type`. [row_without_type]",
    "id,colour\npioneer/g1,red\n": "elements.csv:1: violation: there is no column “colour” in the table elements. "
    "These there are: ",
}


@pytest.mark.parametrize(("text", "words"), ROWS.items())
def test_a_row_that_has_no_place_is_told(run, project: Project, text: str, words: str) -> None:
    (project.root / "elements.csv").write_text(text, encoding="utf-8")
    result = run("import", "elements.csv")
    assert (result.exit_code, result.stderr.startswith(words)) == (1, True), result.stderr


REFUSED = {
    ("none.csv", b"id\n"): "none.csv: a table is named by its file; there are ",
    ("targets.csv", b""): "targets.csv: the file is empty",
    ("targets.csv", b"value\n1\n"): "targets.csv: there is no column “id”",
    ("targets.csv", "id,甲".encode("gb18030")): "targets.csv: byte 3 is not UTF-8; save it as “CSV UTF-8”",
    ("targets.csv", b'id\n"a'): "targets.csv: unexpected end of data",
    ("tables.zip", b"PK"): "{path}: this is not a file of that kind",
    ("tables.xlsx", b"PK"): "{path}: this is not a file of that kind",
}


@pytest.mark.parametrize(("name", "data"), REFUSED)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(sheets.SheetError) as caught:
        sheets.read(path, TABLES)
    assert str(caught.value).startswith(REFUSED[name, data].format(path=path))
