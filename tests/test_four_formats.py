"""One document as .txt, .docx, .html and .pdf: the drafts differ in nothing but where the words stand."""

from __future__ import annotations

import html
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from office import saved
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from policygraph import extract
from policygraph.extract import files

ROOT = Path(__file__).resolve().parents[1]

_GOAL = (
    "到2028年，全县茶园面积达到15万亩，规模以上茶企达到36家，“一县一业”布局基本形成；新建标准厂房30万平方米，"
    "引进亿元以上项目50个，茶业总产值突破28.6亿元，农民人均增收8%以上，建成“满园计划”示范区4个。"
)
_TASK = "深入实施“满园计划”，推动传统茶园改造提升，新建生态茶园2万亩，培育茶艺师300名，让“东陵茶”走出去。"
#: Kind of a block -> its words; of a table, its rows.
DOCUMENT: list[tuple[str, Any]] = [
    ("title", "东陵县茶业发展三年行动方案（2026—2028年）"),
    ("heading", "一、总体要求"),
    ("text", _GOAL),
    ("heading", "二、主要指标"),
    (
        "table",
        [
            ["指标", "单位", "2025年", "2028年"],
            ["茶园面积", "万亩", "12", "15"],
            ["“三品一标”茶叶产量", "万吨", "2.4", "3.6"],
            ["茶业总产值", "亿元", "18.2", "28.6"],
        ],
    ),
    ("heading", "三、重点任务"),
    *[
        block
        for number, (name, unit) in enumerate(
            (
                ("建设生态园区", "县茶业局、县财政局"),
                ("培育龙头企业", "县工信局"),
                ("打造茶艺品牌", "县文旅局、县商务局"),
            ),
            start=1,
        )
        for block in (
            ("subheading", f"（{'一二三'[number - 1]}）{name}"),
            ("text", f"{_TASK}（责任单位：{unit}）"),
        )
    ],
    ("heading", "四、保障措施"),
    ("text", "成立茶业发展领导小组，办公室设在县茶业局，每季度调度一次进展情况，确保各项任务落到实处、取得实效。"),
]
_DEPTHS = {"title": 1, "heading": 2, "subheading": 3}


def _txt() -> bytes:
    lines = []
    for kind, words in DOCUMENT:
        lines += ["", *("\t".join(row) for row in words), ""] if kind == "table" else [words]
    return "\n".join(lines).encode()


def _docx() -> bytes:
    document = docx.Document()
    for kind, words in DOCUMENT:
        if kind == "table":
            table = document.add_table(rows=0, cols=len(words[0]))
            for row in words:
                for cell, value in zip(table.add_row().cells, row, strict=True):
                    cell.text = value
        elif kind in _DEPTHS:
            document.add_heading(words, level=_DEPTHS[kind])
        else:
            document.add_paragraph(words)
    return saved(document)


def _html() -> bytes:
    parts = []
    for kind, words in DOCUMENT:
        if kind == "table":
            rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in words)
            parts.append(f"<table>{rows}</table>")
        else:
            tag = f"h{_DEPTHS[kind]}" if kind in _DEPTHS else "p"
            parts.append(f"<{tag}>{html.escape(words)}</{tag}>")
    menu = "<nav><a href='/'>首页</a><a href='/zw'>政务公开</a></nav>"
    return f"<html><body>{menu}<article>{''.join(parts)}</article></body></html>".encode()


def _pdf() -> bytes:
    """Pages with a running head and a number each, in a font that the reader has to find."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    text = ParagraphStyle("text", fontName="STSong-Light", fontSize=16, leading=28, firstLineIndent=32, wordWrap="CJK")
    heading = ParagraphStyle("heading", parent=text, firstLineIndent=0)
    title = ParagraphStyle("title", parent=heading, fontSize=22, leading=34, alignment=1)
    cell = ParagraphStyle("cell", parent=heading, fontSize=10, leading=14)
    styles = {"title": title, "heading": heading, "subheading": heading, "text": text}
    story: list[Any] = []
    for kind, words in DOCUMENT:
        if kind == "table":
            rows = [[Paragraph(value, cell) for value in row] for row in words]
            story.append(
                Table(rows, colWidths=[90] * 4, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
            )
        else:
            story.append(Paragraph(words, styles[kind]))

    def edges(canvas: Any, pages: Any) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(72, 805, "东陵县人民政府公报")
        canvas.drawCentredString(297, 30, f"— {pages.page} —")

    stream = BytesIO()
    template = SimpleDocTemplate(stream, leftMargin=72, rightMargin=72, topMargin=72, bottomMargin=72)
    template.build(story, onFirstPage=edges, onLaterPages=edges)
    return stream.getvalue()


WRITERS = {"txt": _txt, "docx": _docx, "html": _html, "pdf": _pdf}


def _without_places(value: Any) -> Any:
    """A draft without where its statements stand."""
    if isinstance(value, dict):
        return {key: _without_places(one) for key, one in value.items() if key not in ("evidence", "sha256", "length")}
    return [_without_places(one) for one in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def drafts(whole_gazetteer: extract.Gazetteer) -> dict[str, extract.Draft]:
    return {
        ending: extract.extract(files.read_bytes(write(), f"方案.{ending}").text, "x", whole_gazetteer)
        for ending, write in WRITERS.items()
    }


def test_the_pdf_has_two_pages_so_that_there_is_something_to_join() -> None:
    assert len(re.findall(rb"/Type /Page\b", _pdf())) >= 2


def test_the_drafts_have_something_to_differ_in(drafts: dict[str, extract.Draft]) -> None:
    counted = drafts["txt"].counted()
    assert (counted["elements"], counted["targets"] >= 10, counted["roles"] >= 5) == (7, True, True)


@pytest.mark.parametrize("ending", ["docx", "html", "pdf"])
def test_a_document_gives_the_same_draft_in_every_format(ending: str, drafts: dict[str, extract.Draft]) -> None:
    assert _without_places(drafts[ending].record) == _without_places(drafts["txt"].record)
    assert _without_places(drafts[ending].reference) == _without_places(drafts["txt"].reference)
