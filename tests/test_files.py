"""Files in, texts out: what is read from each format, what is said about it, and what is refused."""

from __future__ import annotations

import doctest
import importlib
import re
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from office import Line, pdf, saved

from policygraph import cli, extract
from policygraph.extract import files
from policygraph.extract.files import table_rows

ROOT = Path(__file__).resolve().parents[1]
PLAN = "东陵县三年行动方案\n\n一、总体要求\n到2026年，地区生产总值达到400亿元。\n"

PAGE = """\
<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>清单 - 东陵县人民政府</title><style>p {{ margin: 0 }}</style></head>
<body><div class="nav"><a href="/">首页</a><a href="/zw">政务公开</a></div>
<div class="content">
<h1>东陵县2024年重点工作任务清单</h1>
<p><strong>一、招商引资</strong></p>
<p>全年引进亿元以上项目25个，<b>完成</b>固定资产投资80亿元，增长10%。</p>
<h3>二、民生保障</h3>
<table><tr><th>序号</th><th>任务</th><th>牵头单位</th><th>责任单位</th><th>完成时限</th></tr>
<tr><td>1</td><td>新增公办幼儿园学位600个</td>
<td rowspan="2">县教育局</td><td>县财政局<br>县住建局</td><td>9月底前</td></tr>
<tr><td>2</td><td>新建中学2所</td><td>县住建局</td><td>年底前</td></tr></table>
<table><tr><td>指标</td><td>2023年</td><td>2024年</td></tr>
<tr><td>地区生产总值（亿元）</td><td>352</td><td>380</td></tr></table>
<ol><li>加强领导。</li><li>严格考核。</li></ol><ul><li>（一）按月调度</li></ul><section><span>三、附则</span></section>
<p>以上任务由各乡镇<br>落实。</p></div>
<div class="footer">主办：东陵县人民政府 <a href="/map">网站地图</a></div></body></html>
"""
READ_PAGE = """\
# 东陵县2024年重点工作任务清单
**一、招商引资**
全年引进亿元以上项目25个，完成固定资产投资80亿元，增长10%。
### 二、民生保障

1. 新增公办幼儿园学位600个
牵头单位：县教育局
责任单位：县财政局、县住建局
完成时限：9月底前
2. 新建中学2所
牵头单位：县教育局
责任单位：县住建局
完成时限：年底前

指标\t2023年\t2024年
地区生产总值（亿元）\t352\t380

1. 加强领导。
2. 严格考核。
（一）按月调度
三、附则
以上任务由各乡镇
落实。
"""


def _said(taken: files.Intake) -> list[str]:
    return [note.text("en") for note in taken.notes]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (PLAN.encode(), []),
        (PLAN.encode("utf-8-sig"), ["the byte order mark was taken off"]),
        (PLAN.encode("gbk"), ["converted from GB18030 to UTF-8"]),
        (PLAN.encode("gb18030"), ["converted from GB18030 to UTF-8"]),
        (PLAN.encode("utf-16"), ["converted from UTF-16-LE to UTF-8"]),
        (b"\xfe\xff" + PLAN.encode("utf-16-be"), ["converted from UTF-16-BE to UTF-8"]),
        (PLAN.encode("utf-16-le"), ["converted from UTF-16-LE to UTF-8"]),
        (PLAN.encode("utf-16-be"), ["converted from UTF-16-BE to UTF-8"]),
    ],
)
def test_encodings_are_recognised_converted_and_said(data: bytes, said: list[str]) -> None:
    taken = files.read_bytes(data, "方案.txt")
    assert (taken.text, _said(taken)) == (PLAN, said)


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_gives_its_main_text_with_headings_and_tables(charset: str) -> None:
    taken = files.read_bytes(PAGE.format(charset=charset).encode(charset), "清单.html")
    converted = [] if charset == "utf-8" else ["converted from GB18030 to UTF-8"]
    assert (taken.text, _said(taken)) == (
        READ_PAGE,
        [*converted, "20 characters around the main text left out"],
    )


def _document() -> docx.document.Document:
    document = docx.Document()
    document.add_paragraph("东陵县三年行动方案", style="Title")
    document.add_heading("总体要求", level=1)
    document.add_paragraph("").add_run("（一）指导思想").bold = True
    paragraph = document.add_paragraph("")
    paragraph.add_run("坚持创新。").bold = True
    paragraph.add_run("把创新摆在首位，")
    inserted = parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="a"><w:r><w:t>走在前列。</w:t></w:r></w:ins>')
    deleted = parse_xml(f'<w:del {nsdecls("w")} w:id="2" w:author="a"><w:r><w:delText>旧文。</w:delText></w:r></w:del>')
    paragraph._p.extend([inserted, deleted])
    for words in ("新建学校2所", "新建医院1所"):
        document.add_paragraph(words, style="List Number")
    table = document.add_table(rows=3, cols=4)
    cells = ["类别", "工作任务", "牵头领导", "责任部门", "民生", "新增就业5000人", "李伟", "县人社局"]
    for place, words in enumerate([*cells, "", "改造老旧小区12个", "王芳", "县住建局\n县城管局"]):
        table.cell(place // 4, place % 4).text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    return document


def test_what_stands_around_the_body_of_a_word_document_is_left_out_and_told() -> None:
    document = docx.Document()
    document.add_paragraph("到2028年，建成茶社6家。")
    section = document.sections[0]
    section.header.paragraphs[0].text = "东陵县人民政府文件"
    section.footer.paragraphs[0].text = "— 1 —"
    section.footer.add_paragraph("此件公开发布")
    taken = files.read_bytes(saved(document), "方案.docx")
    assert (taken.text, _said(taken)) == (
        "到2028年，建成茶社6家。\n",
        ["2 headers, footers and notes left out: “东陵县人民政府文件” “此件公开发布”"],
    )


def test_a_word_document_keeps_headings_bold_leads_numbers_and_tables() -> None:
    document = _document()
    for level in document.part.numbering_part.element.iter(qn("w:lvl")):
        level.find(qn("w:numFmt")).set(qn("w:val"), "chineseCounting")
        level.find(qn("w:lvlText")).set(qn("w:val"), "%1、")
    box = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>本方案自印发之日起施行。</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    document.element.body.insert(-1, box)
    taken = files.read_bytes(saved(document), "方案.docx")
    assert (taken.text, _said(taken)) == (
        """\
# 东陵县三年行动方案
## 总体要求
**（一）指导思想**
**坚持创新。**把创新摆在首位，走在前列。
一、新建学校2所
二、新建医院1所

**民生**
- 新增就业5000人
牵头领导：李伟
责任部门：县人社局
- 改造老旧小区12个
牵头领导：王芳
责任部门：县住建局、县城管局

本方案自印发之日起施行。
""",
        ["2 automatic numbers were written out", "changes are tracked: read as if all of them were accepted"],
    )


def _pages() -> list[list[Line]]:
    """Three pages with a running head and a number each; a paragraph goes on over the first page's end."""
    middle: list[list[Line]] = [
        [
            ("东陵县三年行动方案", 200, 760, 22),
            ("一、总体要求", 72, 720, 16),
            ("　　到2026年，全县地区生产总值达到四百亿元，年均增长百分", 72, 700, 16),
            ("之七以上，固定资产投资年均增长百分之十以上，规模以上工业", 72, 680, 16),
        ],
        [
            ("增加值年均增长百分之八。", 72, 760, 16),
            ("　　全县粮食产量稳定在八十万吨。", 72, 740, 16),
            ("（一）加快产业升级，推动传统产业改造提升，培育新兴产业和", 72, 720, 16),
            ("未来产业。", 72, 700, 16),
        ],
        [("二、保障措施", 72, 760, 16), ("　　加强组织领导。", 72, 740, 16)],
    ]
    return [
        [("东陵县人民政府公报", 72, 810, 10), *lines, (f"— {number} —", 280, 40, 10)]
        for number, lines in enumerate(middle, start=1)
    ]


def test_a_pdf_gives_whole_paragraphs_without_the_furniture_of_its_pages() -> None:
    taken = files.read_bytes(pdf([*_pages(), []]), "方案.pdf")
    assert (taken.text, _said(taken)) == (
        """\
东陵县三年行动方案
一、总体要求
到2026年，全县地区生产总值达到四百亿元，年均增长百分之七以上，固定资产投资年均增长百分之十以上，规模以上工业增加值年均增长百分之八。
全县粮食产量稳定在八十万吨。
（一）加快产业升级，推动传统产业改造提升，培育新兴产业和未来产业。
二、保障措施
加强组织领导。
""",
        ["page numbers and running heads dropped: “— # —” “东陵县人民政府公报”", "pages without text: 4"],
    )


_ENCRYPTED = "/Encrypt << /Filter /Standard /V 1 /R 2 /O <{0}> /U <{0}> /P -4 >> /ID [<00><00>]".format("00" * 32)


def _archive(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", "一、任务".encode()[:-1] + ("。二、任务" * 9).encode(), "byte 9 is not UTF-8"),
        ("a.txt", b"\x7fELF\2\1\1\0" + bytes(range(256)), "is not UTF-8"),
        ("a.txt", b"1. a\0b", "character 4 is NUL: this is not a text"),
        ("a.txt", b"\xef\xbb\xbf \n", "the file has no words"),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), ".doc is not read; save it as .docx"),
        ("a.doc", b"\xd0\xcf\x11\xe0", ".doc is not read; save it as .docx"),
        ("a.html", b'<!DOCTYPE a [<!ENTITY b "c">]><html><body><p>&b;</p></body></html>', "declares entities"),
        ("a.html", b"<html><body></body></html>", "the file has no words"),
        ("a.docx", b"PK\x03\x04junk", "this is not a Word document"),
        ("a.docx", _archive(word__document=b"<a/>"), "this is not a Word document"),
        ("a.docx", _archive(a=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), "refused: a.xml declares a document type"),
        ("a.docx", _archive(a=bytes(8 * 2**20)), "refused: a.xml would grow to 8,388,608 bytes"),
        ("a.pdf", b"%PDF-1.7 junk", "this is not a PDF, or it is damaged"),
        (
            "a.pdf",
            pdf([[], []]),
            "its 2 pages have no text, and none is read from their pictures (pip install policygraph[ocr])",
        ),
        ("a.pdf", pdf([[("一", 72, 700, 12)]], _ENCRYPTED), "the PDF is encrypted"),
    ],
)
def test_what_gives_no_text_is_told(name: str, data: bytes, said: str) -> None:
    with pytest.raises(files.IntakeError, match=re.escape(said)):
        files.read_bytes(data, name)


def test_a_page_nested_beyond_all_bounds_is_read_as_deep_as_parsers_go() -> None:
    page = "<html><body>" + "<div>" * 20_000 + "一、任务" + "</div>" * 20_000 + "<p>二、保障</p></body></html>"
    with pytest.raises(files.IntakeError, match=r"nested too deeply|no words"):
        files.read_bytes(page.encode(), "a.html")


@pytest.mark.parametrize(("ending", "library"), [("html", "trafilatura"), ("docx", "docx"), ("pdf", "pypdfium2")])
def test_without_the_extra_it_is_named(ending: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == library else found(name))
    with pytest.raises(files.IntakeError) as told:
        files.read_bytes(b"", f"a.{ending}")
    assert (told.value.message("en"), told.value.message("zh")) == (
        f"a.{ending}: .{ending} is read with {library}: pip install policygraph[extract]",
        f"a.{ending}：读取 .{ending} 需要 {library}：pip install policygraph[extract]",
    )


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([["", ""], []], []),
        ([["引言：\n一、任务"]], ["引言：", "一、任务"]),
        ([["甲", "乙"], ["1", "2"]], ["", "甲\t乙", "1\t2", ""]),
        (
            [
                ["序号", "要做的事", "责任 单位"],
                ["民生", "民生", "民生"],
                ["（一）", "（一）办学", "县教育局"],
                ["3", "办医", ""],
            ],
            ["", "**民生**", "（一）办学", "责任单位：县教育局", "3. 办医", ""],
        ),
        (
            [["重点任务", "具体举措", "牵头部门"], ["兴业", "建园区", "甲局"], ["兴业", "引企业", "乙局"]],
            ["", "**兴业**", "- 建园区", "牵头部门：甲局", "- 引企业", "牵头部门：乙局", ""],
        ),
    ],
)
def test_tables_become_lines(rows: list[list[str]], lines: list[str]) -> None:
    assert table_rows.lines_of(rows) == lines


def test_the_tasks_of_a_table_have_those_who_answer_for_them(whole_gazetteer: extract.Gazetteer) -> None:
    text = files.read_bytes(PAGE.format(charset="utf-8").encode(), "a.html").text
    draft = extract.extract(text, "a", whole_gazetteer)
    names = {thing["id"]: thing["label"]["zh"] for thing in draft.record["organisations"]}
    found: list[tuple[str, str, str]] = []
    pending = [draft.record["plans"][0]]
    while pending:
        part = pending.pop(0)
        pending += part.get("parts", [])
        found += [(part["label"]["zh"], one["role"], names[one["agent"]]) for one in part.get("responsibilities", [])]
    assert [one for one in found if one[0] == "新增公办幼儿园学位600个"] == [
        ("新增公办幼儿园学位600个", "lead", "东陵县教育局"),
        ("新增公办幼儿园学位600个", "responsible", "东陵县财政局"),
        ("新增公办幼儿园学位600个", "responsible", "东陵县住建局"),
    ]


def test_the_command_says_what_it_did_and_registers_the_text(tmp_path: Path) -> None:
    page = tmp_path / "清单.html"
    page.write_bytes(PAGE.format(charset="gbk").encode("gbk"))
    record = tmp_path / "out" / "list.yaml"
    asked = ["--language", "zh", "--root", str(ROOT), "extract", str(page), "-o", str(record)]
    result = CliRunner().invoke(cli.main, asked)
    assert (result.exit_code, result.stderr.splitlines()) == (
        0,
        ["已由 GB18030 转为 UTF-8", "略去正文之外的 20 个字符"],
    )
    assert record.with_suffix(".txt").read_text(encoding="utf-8") == READ_PAGE
    registered = record.with_name("list.sources.yaml").read_text(encoding="utf-8")
    assert f"length: {len(READ_PAGE)}\n" in registered


def test_the_command_tells_what_it_cannot_read(tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(pdf([[]]))
    result = CliRunner().invoke(cli.main, ["--language", "en", "--root", str(ROOT), "extract", str(scan)])
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: scan.pdf: its 1 pages have no text, and none is read from their pictures"
        " (pip install policygraph[ocr])\n",
    )


def test_the_example_in_the_documentation_is_true() -> None:
    assert doctest.testmod(importlib.import_module("policygraph.extract.files.encodings")).failed == 0


@pytest.mark.parametrize(
    ("head", "body", "first"),
    [
        ('<meta name="PubDate" content="2026-1-16 09:30">', "", ["东陵县茶业新政", "发布时间：2026-01-16"]),
        (
            '<meta property="article:published_time" content="2026-01-16T09:30:00+08:00">',
            "",
            ["东陵县茶业新政", "发布时间：2026-01-16"],
        ),
        # the text tells a day itself; the page tells none; a plan's year is no day of the page
        (
            '<meta name="PubDate" content="2026-01-16">',
            "<p>东陵县茶业局 2025年12月30日</p>",
            ["东陵县茶业新政", "建设茶园5万亩，培育茶企30家。"],
        ),
        ("", "", ["东陵县茶业新政", "建设茶园5万亩，培育茶企30家。"]),
        ('<meta name="viewport" content="2026-01-16">', "", ["东陵县茶业新政", "建设茶园5万亩，培育茶企30家。"]),
    ],
)
def test_a_page_without_a_date_in_its_text_has_that_of_its_head(head: str, body: str, first: list[str]) -> None:
    words = "<p>东陵县茶业新政</p><p>建设茶园5万亩，培育茶企30家。</p>"
    page = f"<html><head>{head}</head><body>{words}{body}</body></html>"
    taken = files.read_bytes(page.encode(), "a.html")
    lines = [line for line in taken.text.splitlines() if line]
    notes = [note.text("en") for note in taken.notes if "own date" in note.text("en")]
    expected = ["the page's own date, 2026-01-16, put at the head of its text"] if "发布时间" in first[1] else []
    assert (lines[:2], notes) == (first, expected)


def test_a_word_document_is_read_as_one_whatever_its_name(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("一、主要任务")
    for name in ("plan.doc", "plan.txt", "方案"):
        path = tmp_path / name
        document.save(str(path))
        assert files.can_read(path), name
        intake = files.read(path)
        assert (intake.text, [note.text("en") for note in intake.notes]) == (
            "一、主要任务\n",
            ["read as .docx, which it is by its content"],
        )
    (tmp_path / "table.xlsx").write_bytes(b"PK\3\4" + bytes(40))
    assert not files.can_read(tmp_path / "table.xlsx")
    assert not files.can_read(tmp_path / "nothing.xlsx")
