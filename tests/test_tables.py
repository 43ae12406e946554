"""Tables: one row for each thing, read by the readers that people have."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pyoxigraph as ox
import pytest
from pyarrow import parquet

from policygraph import export, paths, queries, vocab
from policygraph.export import EXPORTS, TABLES, ExportError, Wanted
from policygraph.formats import metadata, tables, workbook
from policygraph.formats.metadata import Dataset
from policygraph.queries import Column

if TYPE_CHECKING:
    from conftest import Project

FOLDERS = paths.find()
#: Table -> the class it has a row for each thing of.
CLASSES = {
    "documents": "PolicyDocument",
    "plans": "Plan",
    "elements": "PlanElement",
    "targets": "IndicatorTarget",
    "observations": "IndicatorObservation",
    "roles": "ResponsibilityAssignment",
    "counts": "CountClaim",
    "areas": "AdministrativeArea",
    "indicators": "Indicator",
    "organisations": "Organisation",
}
ID = vocab.ID


@pytest.fixture(scope="module")
def whole(shipped: ox.Store) -> dict[str, tables.Table]:
    """Every table of the shipped graph."""
    line = EXPORTS["tables.zip"]
    asked = export.questions(line, FOLDERS, Wanted())
    rows = [queries.run(query, shipped) for query in asked]
    return {table.name: table for table in export.Material(FOLDERS, Wanted(), asked, rows).tables}


def test_every_table_is_a_query_file_with_its_options() -> None:
    files = {query.name: query for query in queries.read_all(FOLDERS.queries / "tables")}
    assert {name: {each.name for each in query.parameters} for name, query in files.items()} == {
        name: table.narrows for name, table in TABLES.items()
    }
    for query in files.values():
        declared = [f"?{each.name}" for each in (*query.parameters, *query.columns)]
        selected = query.text.partition("SELECT")[2].partition("WHERE")[0].split()
        assert [name for name in selected if name != "DISTINCT"] == declared, query.name
        assert {each.table for each in query.columns} - {""} <= TABLES.keys()
        assert [each.name for each in query.columns if each.type == "key"] == ["id"]
        assert all(query.header_text(key, "en") for key in ("title", "question", "why"))


def test_there_is_one_row_for_each_thing(whole: dict[str, tables.Table], built) -> None:
    """Also in the order and with the columns that optional patterns, joined wrongly, would multiply."""
    ids = {name: Counter(row[0] for row in table.values()) for name, table in whole.items()}
    assert {name: [key for key, times in found.items() if times > 1] for name, found in ids.items()} == {
        name: [] for name in CLASSES
    }
    expected = {name: built.counts[kind] for name, kind in CLASSES.items()}
    expected["organisations"] += 4  # Shenyang, its metropolitan area, Shenhe and Hunnan, which the texts name as acting
    assert {name: len(found) for name, found in ids.items()} == expected


def test_foreign_keys_name_rows_that_are_there(whole: dict[str, tables.Table]) -> None:
    ids = {name: {row[0] for row in table.values()} for name, table in whole.items()}
    broken = {
        (name, column.name, value)
        for name, table in whole.items()
        for place, column in enumerate(table.columns)
        if column.table
        for value in (row[place] for row in table.values())
        if value is not None and value not in ids[column.table]
    }
    assert broken == set()


def _row(data: bytes) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    return row


TARGET = {
    "id": f"{ID}pioneer/g1-output",
    "zh": "先锋市工业产值 1.5万亿元以上（2025）",
    "en": "Pioneer City: industrial output, ≥ 1.5 trillion CNY, by 2025",
    "withinPlan": f"{ID}plan/pioneer",
    "withinPlanZh": "先锋市行动方案",
    "withinPlanEn": "Action plan of Pioneer City",
    "setBy": f"{ID}pioneer/g1",
    "setByZh": "发展产业",
    "setByEn": "Develop industry",
    "ofIndicator": f"{ID}indicator/output",
    "ofIndicatorZh": "工业产值",
    "ofIndicatorEn": "industrial output",
    "ofArea": f"{ID}area/pioneer",
    "ofAreaZh": "先锋市",
    "ofAreaEn": "Pioneer City",
    "valueKind": "level",
    "comparator": "gteq",
    "value": "1500000000000",
    "upperValue": "",
    "inUnit": "http://qudt.org/vocab/unit/CCY_CNY",
    "unitSymbol": "CNY",
    "classifier": "",
    "printedValue": "1.5万亿元以上",
    "printedIndicator": "",
    "hedge": "",
    "deadline": "2025",
    "periodStart": "",
    "baselineYear": "",
    "baselineValue": "",
    "isInferred": "false",
    "confidence": "",
    "describedIn": f"{ID}document/pioneer",
    "evidence": f"{ID}source/pioneer#char=32,46",
    "quotation": "",
}


def test_a_target_is_a_row_in_two_languages_with_its_place(pioneer: ox.Store) -> None:
    assert _row(export.run("targets.csv", pioneer, FOLDERS, Wanted())) == TARGET
    text = export.run("targets.tsv", pioneer, FOLDERS, Wanted()).decode()
    assert dict(zip(*(line.split("\t") for line in text.splitlines()), strict=True)) == TARGET


def test_a_target_stands_beside_its_words_where_the_text_is_at_hand(
    project: Project, pioneer: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = paths.find(project.root)
    text = project.text.read_text(encoding="utf-8")
    assert _row(export.run("targets.csv", pioneer, folders, Wanted())) == TARGET | {"quotation": text[32:46]}
    bare = {name: value for name, value in TARGET.items() if name != "quotation"}
    assert _row(export.run("targets.csv", pioneer, folders, Wanted(quotations=False))) == bare
    monkeypatch.setenv("POLICYGRAPH_SERVER_QUOTATIONS", "off")
    assert _row(export.run("targets.csv", pioneer, folders, Wanted())) == bare


def test_places_go_and_a_byte_order_mark_comes_when_wanted(pioneer: ox.Store) -> None:
    bare = export.run("targets.csv", pioneer, FOLDERS, Wanted(evidence=False))
    marked = export.run("targets.csv", pioneer, FOLDERS, Wanted(evidence=False, bom=True))
    assert marked == b"\xef\xbb\xbf" + bare
    assert _row(marked) == {name: value for name, value in TARGET.items() if name not in ("evidence", "quotation")}


def test_a_table_has_the_columns_of_one_language_where_only_that_is_wanted(pioneer: ox.Store) -> None:
    english = _row(export.run("targets.csv", pioneer, FOLDERS, Wanted(only="en")))
    in_chinese = {"quotation", "classifier", "printedValue", "printedIndicator"}
    kept = {key: value for key, value in TARGET.items() if key not in in_chinese and not key.lower().endswith("zh")}
    assert english == kept | {"printedValueEn": "at least 1.5 trillion yuan"}
    assert not re.search("[\u4e00-\u9fff]", "".join(english.values()))
    chinese = _row(export.run("targets.csv", pioneer, FOLDERS, Wanted(only="zh", evidence=False)))
    assert chinese == {
        key: value
        for key, value in TARGET.items()
        if key not in ("evidence", "quotation") and key != "en" and not key.endswith("En")
    }
    book = workbook.read(export.run("tables.xlsx", pioneer, FOLDERS, Wanted(only="en", language="en")))
    titles = ["identifier", "English label", "class", "code of GB/T 2260", "area that it is a subdivision of"]
    assert book["Areas"][0][:5] == titles


def test_a_plan_narrows_to_its_own_and_that_of_the_plans_in_it(whole, shipped: ox.Store) -> None:
    plan = vocab.expand("plan:hunnan-development")
    text = export.run("elements.csv", shipped, FOLDERS, Wanted(plan=plan)).decode()
    within = Counter(row["withinPlan"] for row in csv.DictReader(io.StringIO(text)))
    everywhere = Counter(row[7] for row in whole["elements"].values())
    assert (whole["elements"].columns[7].name, within[plan], sum(within.values())) == (
        "withinPlan",
        everywhere[plan],
        239,
    )


def test_a_document_has_observations_and_a_plan_has_none(shipped: ox.Store) -> None:
    document = Wanted(document=vocab.expand("document:one-centre-2022"))
    rows = list(csv.reader(io.StringIO(export.run("observations.csv", shipped, FOLDERS, document).decode())))
    assert len(rows) - 1 == 18
    with pytest.raises(ExportError) as caught:
        export.run("observations.csv", shipped, FOLDERS, Wanted(plan="x"))
    assert (
        str(caught.value) == "observations.csv does not take plan; it takes: bom, document, evidence, only, quotations"
    )
    names = zipfile.ZipFile(
        io.BytesIO(export.run("tables.zip", shipped, FOLDERS, Wanted(plan=vocab.expand("plan:hunnan-development"))))
    ).namelist()
    assert names == [
        "datapackage.json",
        "croissant.json",
        *(f"{name}.csv" for name in TABLES if name != "observations"),
    ]


def test_pandas_reads_parquet_with_types_titles_and_lists(pioneer: ox.Store) -> None:
    data = export.run("targets.parquet", pioneer, FOLDERS, Wanted())
    frame = pd.read_parquet(io.BytesIO(data))
    row = frame.iloc[0]
    assert {name: row[name] for name in ("value", "deadline", "isInferred")} == {
        "value": 1.5e12,
        "deadline": 2025,
        "isInferred": False,
    }
    assert list(row["evidence"]) == [TARGET["evidence"]]
    types = {str(field.type) for field in parquet.read_schema(io.BytesIO(data))}
    assert types == {"string", "double", "int16", "bool", "list<element: string>"}
    field = parquet.read_schema(io.BytesIO(data)).field("deadline")
    assert {key: value.decode() for key, value in field.metadata.items() if key in (b"zh", b"en")} == {
        b"zh": "期限",
        b"en": "deadline",
    }


def test_a_table_without_rows_is_a_file_all_the_same(pioneer: ox.Store) -> None:
    frame = pd.read_parquet(io.BytesIO(export.run("roles.parquet", pioneer, FOLDERS, Wanted())))
    assert (len(frame), list(frame)[:3]) == (0, ["id", "zh", "en"])
    assert export.run("roles.csv", pioneer, FOLDERS, Wanted()).decode().splitlines()[1:] == []


def _book(pioneer: ox.Store, **how: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(export.run("tables.xlsx", pioneer, FOLDERS, Wanted(**how))))


def test_a_workbook_has_a_typed_sheet_for_each_table(pioneer: ox.Store) -> None:
    book = _book(pioneer)
    assert book.sheetnames == [
        *("文献", "规划方案", "要素", "目标值", "观测值", "责任分工", "计数声明", "区域", "指标", "机构")
    ]
    sheet = book["目标值"]
    header, row = (list(cells) for cells in sheet.iter_rows())
    titles = [cell.value for cell in header]
    cells = dict(zip(titles, row, strict=True))
    assert (sheet.freeze_panes, sheet.auto_filter.ref, header[0].font.bold) == ("A2", "A1:AG2", True)
    assert [
        (cells[title].value, cells[title].data_type) for title in ("数值", "期限", "是否推断", "印刷数值", "措辞")
    ] == [
        (1_500_000_000_000, "n"),
        (2025, "n"),
        (False, "b"),
        ("1.5万亿元以上", "s"),
        (None, "n"),
    ]
    # 14 Chinese characters, 8 others, and room
    assert sheet.column_dimensions["B"].width == 14 * 2 + 8 + 1
    assert _book(pioneer, language="en").sheetnames[3] == "Targets"
    assert pd.read_excel(
        io.BytesIO(export.run("tables.xlsx", pioneer, FOLDERS, Wanted())), sheet_name="目标值"
    ).shape == (
        1,
        33,
    )


@pytest.mark.parametrize("label", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "\x07bell"])
def test_no_text_is_ever_a_formula(label: str) -> None:
    from policygraph.formats import workbook

    titles = {"zh": "表", "en": "Table"}
    table = tables.Table(
        "t", titles, titles, [Column("id", "key", "", titles), Column("value", "decimal", "", titles)],
        [[ox.Literal(label), ox.Literal("0.125")]],
    )  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.write([table], "en")))["Table"]
    kinds = [(cell.value, cell.data_type) for cell in sheet[2]]
    assert kinds == [(label.replace("\x07", "_x0007_"), "s"), (0.125, "n")]


@pytest.mark.parametrize(
    "text", ["\x00", "a\x07b", "\x0b", "\x1f", "\ufffe", "\uffff", "l1\rl2\r\nl3\n\t", "_x0007_", "_x005F_x"]
)
def test_what_xml_cannot_hold_comes_back_from_a_workbook(text: str) -> None:
    """Escaped as Office Open XML has it, so that every part of the file is XML and no character is lost."""
    from policygraph.formats import workbook

    titles = {"zh": "表", "en": "Table"}
    table = tables.Table("t", titles, titles, [Column("id", "key", "", titles)], [[ox.Literal(text)]])
    written = workbook.write([table], "en")
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        for name in archive.namelist():
            ET.fromstring(archive.read(name))  # noqa: S314 - written two lines above
    assert workbook.read(written) == {"Table": [["Table"], [text]]}


@pytest.mark.parametrize("name", ["targets.csv", "targets.parquet", "tables.xlsx", "tables.zip"])
def test_the_same_tables_are_the_same_bytes(pioneer: ox.Store, name: str) -> None:
    assert export.run(name, pioneer, FOLDERS, Wanted()) == export.run(name, pioneer, FOLDERS, Wanted())


#: What Data Package 2.0 and Table Schema 2.0 let stand where we write something.
_PACKAGE = {"$schema", "name", "title", "description", "licenses", "resources"}
_RESOURCE = {
    *("name", "type", "path", "title", "description", "format", "mediatype", "encoding", "bytes", "hash", "schema"),
}
_TYPES = {"string", "integer", "number", "year", "boolean"}


def test_the_data_package_describes_the_files_in_it(whole: dict[str, tables.Table]) -> None:
    """The structure of datapackage.org/standard (version 2.0), and each file as it is described."""
    import hashlib

    archive = zipfile.ZipFile(io.BytesIO(metadata.package(Dataset(), list(whole.values()))))
    package = json.loads(archive.read("datapackage.json"))
    assert (package.keys(), package["$schema"]) == (
        _PACKAGE,
        "https://datapackage.org/profiles/2.0/datapackage.json",
    )
    assert [resource["name"] for resource in package["resources"]] == list(TABLES)
    for resource in package["resources"]:
        assert resource.keys() == _RESOURCE
        content = archive.read(resource["path"])
        assert (resource["bytes"], resource["hash"]) == (
            len(content),
            "sha256:" + hashlib.sha256(content).hexdigest(),
        )
        schema = resource["schema"]
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        assert [field["name"] for field in schema["fields"]] == list(rows[0])
        assert {field["type"] for field in schema["fields"]} <= _TYPES
        assert schema["primaryKey"] == ["id"]
        for field in schema["fields"]:
            values = [row[field["name"]] for row in rows if row[field["name"]] not in schema["missingValues"]]
            assert [value for value in values if not _fits(value, field["type"])] == [], field["name"]


def _fits(value: str, kind: str) -> bool:
    """Whether a value is written as its type wants it (Table Schema 2.0, field types)."""
    if kind in ("integer", "number", "year"):
        float(value)
        return kind != "year" or len(value) == 4
    return kind != "boolean" or value in ("true", "false")


def test_keys_of_the_data_package_are_told() -> None:
    titles = {"zh": "表", "en": "Table"}
    columns = [
        Column("id", "key", "", titles),
        Column("partOf", "iri", "b", titles),
        Column("other", "iri", "c", titles),
    ]
    package = json.loads(metadata.data_package(Dataset(), [tables.Table("b", titles, titles, columns, [])]))
    schema = package["resources"][0]["schema"]
    assert (schema["primaryKey"], schema["foreignKeys"], schema["fields"][0]) == (
        ["id"],
        [{"fields": ["partOf"], "reference": {"fields": ["id"]}}],
        {
            "name": "id",
            "type": "string",
            "format": "uri",
            "title": "表 · Table",
            "constraints": {"required": True, "unique": True},
        },
    )
