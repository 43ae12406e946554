"""Tables, columns and levels in files of other programs, each rule on a small file of its own."""

from __future__ import annotations

import math
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from office import saved
from PIL import Image
from reportlab.lib import colors
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table as Drawn
from reportlab.platypus import TableStyle

from policygraph import extract
from policygraph.extract import files
from policygraph.extract.files import lacunae, scan
from policygraph.extract.files.layout import Line, ordered, paragraphs
from policygraph.extract.files.pdf import lines_of_pages
from policygraph.extract.files.ruled_tables import Rule, grids

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def gazetteer(whole_gazetteer: extract.Gazetteer) -> extract.Gazetteer:
    return whole_gazetteer


def _styled(document: Any, identifier: str, level: int | None, based_on: str | None = None) -> str:
    """A style of a house's own name, with an outline level or based on another."""
    based = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    outline = "" if level is None else f'<w:pPr><w:outlineLvl w:val="{level}"/></w:pPr>'
    name = f"样式{identifier}"
    document.styles.element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="paragraph" w:customStyle="1" w:styleId="{identifier}">'
            f'<w:name w:val="{name}"/>{based}{outline}</w:style>'
        )
    )
    return name


def test_the_level_of_a_heading_is_that_of_its_style_or_of_the_one_it_is_based_on() -> None:
    document = docx.Document()
    first = _styled(document, "a1", 0)
    second = _styled(document, "a2", 1)
    derived = _styled(document, "a3", None, "a2")
    third = _styled(document, "a4", 2)
    body = _styled(document, "a5", 9)
    for words, style in (
        ("做优现代农业", first),
        ("粮食生产", second),
        ("良种推广", third),
        ("茶业发展", derived),
        ("稳定面积，提高单产。", body),
    ):
        document.add_paragraph(words, style=style)
    assert files.read_bytes(saved(document), "方案.docx").text == (
        "# 做优现代农业\n## 粮食生产\n### 良种推广\n## 茶业发展\n稳定面积，提高单产。\n"
    )


TASKS = [["序号", "重点任务", "目标"], ["1", "建设公办托育园", "新建20家"], ["2", "培训保育员", "培训300人"]]


def _tasks(draft: extract.Draft) -> list[tuple[str, str, list[str]]]:
    (group,) = draft.record["plans"][0]["parts"]
    return [
        (part["type"], part["label"]["zh"], [target["printedValue"] for target in part.get("targets", [])])
        for part in group["parts"]
    ]


@pytest.mark.parametrize("ending", ["md", "docx", "html", "md with html"])
def test_a_column_of_targets_is_a_target_of_the_task_beside_it(ending: str, gazetteer: extract.Gazetteer) -> None:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in TASKS)
    if ending == "docx":
        document = docx.Document()
        document.add_heading("云州市2026年托育工作要点", level=1)
        document.add_heading("一、重点任务", level=2)
        table = document.add_table(rows=0, cols=3)
        for row in TASKS:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
        text = files.read_bytes(saved(document), "x.docx").text
    elif ending == "html":
        page = f"<article><h1>云州市2026年托育工作要点</h1><h2>一、重点任务</h2><table>{rows}</table></article>"
        text = files.read_bytes(f"<html><body>{page}</body></html>".encode(), "x.html").text
    else:
        table = "\n".join(f"| {' | '.join(row)} |" for row in TASKS) if ending == "md" else f"<table>{rows}</table>"
        text = files.read_bytes(f"云州市2026年托育工作要点\n\n## 一、重点任务\n\n{table}\n".encode(), "x.md").text
    assert _tasks(extract.extract(text, "x", gazetteer)) == [
        ("Task", "建设公办托育园", ["20家"]),
        ("Task", "培训保育员", ["300人"]),
    ]


def test_html_in_markdown_is_a_table_or_is_refused() -> None:
    taken = files.read_bytes(
        "# 指标<br>\n<tr><td>粮食</td><td>117</td></tr>\n<tr><td>油料</td><td>120</td></tr>\n".encode(), "x.md"
    )
    assert taken.text.split() == ["#", "指标", "粮食", "117", "油料", "120"]
    with pytest.raises(files.IntakeError, match=r"x\.md: character 2 is markup \(<script>\)"):
        files.read_bytes("甲乙<script>x</script>".encode(), "x.md")
    assert files.read_bytes("规模<5亿元，增速>3%".encode(), "x.md").text == "规模<5亿元，增速>3%"


def test_a_table_of_indicators_with_units_is_no_table_of_tasks() -> None:
    rows = "<tr><td>指标</td><td>单位</td><td>目标</td></tr><tr><td>茶园</td><td>万亩</td><td>15</td></tr>"
    text = files.read_bytes(f"发展目标\n<table>{rows}</table>\n".encode(), "x.md").text
    assert text == "发展目标\n\n指标\t单位\t目标\n茶园\t万亩\t15\n\n"


def test_a_table_says_what_is_over_and_what_has_to_be_met(gazetteer: extract.Gazetteer) -> None:
    rows = [
        ["指标", "单位", "2025年", "2030年", "属性"],
        ["森林覆盖率", "%", "61", "63", "约束性"],
        ["茶业总产值", "亿元", "18", "30", "预期性"],
    ]
    lines = "\n".join("\t".join(row) for row in rows)
    draft = extract.extract(f"东陵县茶业发展规划（2026—2030年）\n一、主要指标\n{lines}\n", "x", gazetteer)
    (part,) = draft.record["plans"][0]["parts"]
    assert [(target["value"], target["deadline"], target["binding"]) for target in part["targets"]] == [
        ("63", "2030", "true"),
        ("3000000000", "2030", "false"),
    ]
    assert [(one["value"], one["year"], "binding" in one) for one in draft.record["observations"]] == [
        ("61", "2025", False),
        ("1800000000", "2025", False),
    ]


def _canvas() -> tuple[BytesIO, Canvas]:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = BytesIO()
    return stream, Canvas(stream, pagesize=(595, 842))


def test_a_ruled_table_of_a_pdf_goes_on_over_the_page_and_its_cells_over_rows() -> None:
    stream, canvas = _canvas()
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light", 12)]
    head = ["序号", "重点任务", "责任单位"]
    for page, rows in enumerate(
        ([head, ["1", "改造茶园", "县茶业局"], ["2", "建设茶厂", ""]], [head, ["3", "开展培训", "县人社局"]]), start=1
    ):
        canvas.setFont("STSong-Light", 16)
        if page == 1:
            canvas.drawString(72, 760, "东陵县茶业重点任务清单")
        spans = [("SPAN", (2, 1), (2, 2))] if page == 1 else []
        table = Drawn(rows, colWidths=[60, 200, 160], style=TableStyle([*style, *spans]))
        table.wrapOn(canvas, 420, 600)
        table.drawOn(canvas, 72, 600)
        canvas.showPage()
    canvas.save()
    assert files.read_bytes(stream.getvalue(), "清单.pdf").text.splitlines() == [
        "东陵县茶业重点任务清单",
        "",
        "1. 改造茶园",
        "责任单位：县茶业局",
        "2. 建设茶厂",
        "责任单位：县茶业局",
        "3. 开展培训",
        "责任单位：县人社局",
    ]


def test_the_columns_of_a_pdf_are_read_one_after_the_other() -> None:
    stream, canvas = _canvas()
    canvas.setFont("STSong-Light", 22)
    canvas.drawString(120, 780, "东陵县茶业发展三年行动方案")
    canvas.setFont("STSong-Light", 12)
    left = "改造传统茶园完善灌溉设施推广绿色防控"
    right = "支持茶企技术改造建成精制茶叶生产线条"
    # without any font for Chinese on the machine pdfium takes equal lines for one drawn twice
    rows = [(f"{left}{mark}", f"{right}{mark}") for mark in "甲乙丙丁戊己庚辛"]
    for number, (one, other) in enumerate(rows):
        # drawn row by row, as some programs do
        stop = "。" if number == 7 else ""
        canvas.drawString(60, 740 - 20 * number, one + stop)
        canvas.drawString(325, 740 - 20 * number, other + stop)
    canvas.save()
    assert files.read_bytes(stream.getvalue(), "版面.pdf").text.splitlines() == [
        "东陵县茶业发展三年行动方案",
        "".join(one for one, _ in rows) + "。",
        "".join(other for _, other in rows) + "。",
    ]


def test_a_list_of_two_short_columns_is_no_page_of_columns() -> None:
    lines = [
        Line(words, left, left + 60, 700 - 20 * n, 12) for n in range(9) for words, left in (("名称", 60), ("数", 300))
    ]
    assert ordered(lines) == [lines]


def test_lines_make_a_grid_whose_cells_may_span() -> None:
    across = [Rule(False, at, 0, 300) for at in (0, 20, 40)]
    down = [Rule(True, 0, 0, 40), Rule(True, 100, 0, 20), Rule(True, 200, 0, 40), Rule(True, 300, 0, 40)]
    (grid,) = grids([*across, *down])
    places = [grid.cell(x, y) for x, y in ((50, 30), (150, 30), (150, 10), (250, 10), (400, 10))]
    assert places == [(0, 0), (0, 0), (1, 1), (1, 2), None]
    assert grid.filled({(0, 0): "甲", (1, 1): "乙"}) == (("甲", "", ""), ("", "乙", ""))


def _column(name: str, left: float, lengths: list[int]) -> list[Line]:
    """Lines of one column from top to bottom, each so many characters of ten points long."""
    return [
        Line(f"{name}{number}", left, left + 10.0 * length, 700.0 - 20 * number, 10.0)
        for number, length in enumerate(lengths)
    ]


@pytest.mark.parametrize(
    "columns",
    [
        # a notice: many short lines, all from one edge
        [_column("左", 50, [20, 9, 20, 8, 20, 12, 20, 20, 6, 7]), _column("右", 270, [20] * 9 + [5])],
        # a newspaper: three columns, of which two stand on one side of each gutter
        [_column("左", 50, [12] * 8), _column("中", 190, [12] * 8), _column("右", 330, [12] * 7 + [4])],
    ],
)
def test_columns_are_read_one_after_the_other(columns: list[list[Line]]) -> None:
    across = [line for row in zip(*columns, strict=True) for line in row]
    assert [item for region in ordered(across) for item in region] == [line for column in columns for line in column]


def _picture(height: int) -> Any:
    """A picture that is not of one colour."""
    picture = Image.new("RGB", (1600, height), "white")
    picture.putpixel((0, 0), (30, 30, 30))
    return picture


def _recognised(columns: list[list[str]], degrees: float) -> Any:
    """An engine that reads columns of rows, 30 dots a letter and 36 between columns, on a page turned by so much.

    Its boxes are larger than the letters, and no line can be read on its own.
    """
    turn = math.radians(degrees)
    width = 30 * max(len(row) for rows in columns for row in rows) + 36
    texts, boxes = [], []
    for column, rows in enumerate(columns):
        for number, row in enumerate(rows):
            left, top = 100 + width * column, 100 + 40 * number
            right, foot = left + 30 * len(row), top + 30
            if row:
                texts.append(row)
                boxes.append(
                    [
                        (x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn))
                        for x, y in (
                            (left - 5, top - 5),
                            (right + 5, top - 5),
                            (right + 5, foot + 5),
                            (left - 5, foot + 5),
                        )
                    ]
                )
    page = SimpleNamespace(txts=texts, boxes=boxes, scores=[0.99] * len(texts))
    return lambda _, use_det=True: page if use_det else SimpleNamespace(scores=None)


@pytest.mark.parametrize("degrees", [-2.0, -0.6, 0.0, 0.6, 2.0])
def test_columns_of_a_turned_picture_are_read_one_after_the_other(degrees: float) -> None:
    columns = [[f"{name}{row:02}" + "字" * (12 - row % 2) for row in range(40)] for name in "左中右"]
    lines = scan.lines_of_image(_picture(2000), _recognised(columns, degrees))
    assert [line.text for line in lines if isinstance(line, Line)] == [row for column in columns for row in column]


def test_an_article_below_an_empty_strip_is_read_after_the_columns_above_it() -> None:
    """A box at the foot of a newspaper's page, whose headline stands below one column and crosses no gutter."""
    columns = [_column("左", 50, [12] * 8), _column("中", 190, [12] * 8), _column("右", 330, [12] * 7 + [4])]
    foot = min(line.top for column in columns for line in column)
    article = [
        Line("街心公园开放", 60, 160, foot - 30, 20),
        Line("公园占地五亩，新增步道，", 60, 180, foot - 60, 10),
        Line("晚上九点关闭。", 200, 270, foot - 60, 10),
    ]
    page = [line for row in zip(*columns, strict=True) for line in row] + article
    assert [item for region in ordered(page) for item in region] == [*(line for c in columns for line in c), *article]


def test_a_gutter_is_not_where_lines_of_a_column_end() -> None:
    """Four columns, the second of which has a short line in each paragraph: a fifth of the page crosses that place."""
    widths = [[12] * 40, [12, 12, 12, 7] * 10, [12] * 40, [12] * 40]
    columns = [_column(name, 50 + 135 * place, widths[place]) for place, name in enumerate("甲乙丙丁")]
    page = [line for row in zip(*columns, strict=True) for line in row]
    assert [item for region in ordered(page) for item in region] == [line for c in columns for line in c]


def _set(rows: list[tuple[str, float, float, float]]) -> list[Line]:
    """Lines of one column: words, left edge, distance from the top, size of letters."""
    return [Line(words, left, left + size * len(words), 800 - down, size) for words, left, down, size in rows]


_BODY = [("　　茶园面积达到五万亩，培育茶企三十家，带动", 50, 100, 10), ("农户增收。", 50, 115, 10)]


@pytest.mark.parametrize(
    ("head", "titles"),
    [
        # set in the middle, or from one edge; letters read a little larger or smaller
        (
            [("东陵县加快茶业发展", 70, 30, 20), ("三年行动正式启动", 80, 58, 21)],
            ["东陵县加快茶业发展三年行动正式启动"],
        ),
        ([("东陵县加快茶业发展", 50, 30, 20), ("三年行动", 50, 58, 18)], ["东陵县加快茶业发展三年行动"]),
        # another size, another place, far apart, a number, a stop: two lines
        ([("东陵县加快茶业发展", 70, 30, 20), ("本报记者甲", 80, 58, 12)], ["东陵县加快茶业发展", "本报记者甲"]),
        ([("茶业发展", 50, 30, 20), ("乡村旅游", 180, 58, 20)], ["茶业发展", "乡村旅游"]),
        ([("茶业发展", 50, 10, 20), ("乡村旅游", 50, 75, 20)], ["茶业发展", "乡村旅游"]),
        ([("茶业发展方案", 50, 30, 20), ("一、总体要求", 50, 58, 20)], ["茶业发展方案", "一、总体要求"]),
        # no larger than the text
        ([("茶业发展", 50, 70, 10), ("乡村旅游", 50, 85, 10)], ["茶业发展", "乡村旅游"]),
    ],
)
def test_the_rows_of_a_headline_are_one_line(head: list[tuple[str, float, float, float]], titles: list[str]) -> None:
    body = [(words, left, down + 20 * row, size) for row in range(4) for words, left, down, size in _BODY]
    lines = _set(head) + _set([(words, left, 100 + 15 * row, size) for row, (words, left, _, size) in enumerate(body)])
    assert paragraphs([lines])[: len(titles)] == titles


def test_a_row_that_a_picture_lacks_is_told_and_a_number_runs_over_the_end_of_a_row() -> None:
    rows = [
        "改造老旧茶园，新建生态茶园不少于10",
        "0个，培育茶艺师不少于1000户，改",
        "",
        "厂房九处，引进亿元以上项目五十个，",
    ]
    rows += [
        "农民增收百分之八以上，建成示范园区",
        "四个，让更多的农户受益于茶叶产业，",
        "带动周边的餐饮和住宿，全县的产值突",
    ]
    rows += ["破二百亿元。"]
    lines = scan.lines_of_image(_picture(1000), _recognised([rows], 0.6))
    pages = lines_of_pages([list(lines)])
    assert (pages.lines, pages.doubtful) == (["".join(rows)], [(rows[1], scan.UNREAD)])


def _justified(rows: list[tuple[str, float, float]], left: float = 50) -> list[Line]:
    """Rows of a column, each with what is left of it: its words, from which letter to which; no words, no row."""
    return [
        Line(words, left + 10 * first, left + 10 * last, 700.0 - 15 * number, 10.0)
        for number, (words, first, last) in enumerate(rows)
        if words
    ]


#: Three paragraphs of a column of eighteen letters.
_PARAGRAPHS: list[tuple[str, float, float]] = [
    ("（一）改造老旧茶园，新建生态茶", 2, 18),
    ("园五万亩，培育茶艺师一百名，让更多的", 0, 18),
    ("农户受益。", 0, 5),
    ("（二）培育龙头企业，引进亿元以", 2, 18),
    ("上项目九个，建成精制茶生产线二十条，", 0, 18),
    ("带动就业三千人。", 0, 8),
    ("（三）每年举办茶文化节，并组织", 2, 18),
    ("茶企参加展会。", 0, 7),
]


@pytest.mark.parametrize(
    ("place", "rows", "marks"),
    [
        (0, [], []),
        # out of focus: the end of a row, its beginning, its end at the foot of a column
        (1, [("园五万亩，培育茶艺师一", 0, 11)], [1]),
        (4, [("线二十条，", 13, 18)], [3]),
        (7, [("茶企参", 0, 3)], [7]),
        # a row that is not there at all
        (2, [("", 0, 0)], [1]),
        # a picture below a heading
        (2, [("农户受益。", 0, 5), ("二、重点工程", 2, 8), ("", 0, 0)], []),
    ],
)
def test_what_is_missing_in_a_column_shows_in_its_setting(
    place: int, rows: list[tuple[str, float, float]], marks: list[int]
) -> None:
    column = _justified([*_PARAGRAPHS[:place], *rows, *_PARAGRAPHS[place + len(rows) :]])
    assert [number for number, row in enumerate(lacunae.marked([column])[0]) if row.is_cut] == marks


def test_a_column_that_ends_above_the_one_beside_it_lacks_its_end() -> None:
    left, right = _justified(_PARAGRAPHS * 2), _justified(_PARAGRAPHS * 2, 260)
    marks = [[row.is_cut for row in rows] for rows in lacunae.marked([left[:-3], right])]
    assert marks == [[False] * 12 + [True], [False] * 16]
    assert [any(row.is_cut for row in rows) for rows in lacunae.marked([left, right])] == [False, False]


def test_room_between_pieces_of_a_row_is_a_gap_in_a_column_alone() -> None:
    """A stain parts a row; date and name of a newspaper stand apart as they should."""
    column = _justified(_PARAGRAPHS)
    column[1] = replace(column[1], is_cut=True)
    head = [Line("2026年4月21日 甬江日报", 50, 500, 800, 10, is_cut=True)]
    rows = lacunae.marked([head, column])
    assert [number for number, row in enumerate([*rows[0], *rows[1]]) if row.is_cut] == [2]


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (["园区不少于10", "0个，培育茶艺师，"], "100个，培育茶艺师"),
        (["园区一百个", "，培育OP"], "培育OP"),
        (["园区一百个。\n", "（一）培育"], "（一）培育"),
        (["园区", "，"], "，"),
    ],
)
def test_the_place_of_a_doubtful_line_has_whole_words(
    lines: list[str], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(lines)
    pages = SimpleNamespace(lines=[text], doubtful=[(lines[1], 0.5)])
    monkeypatch.setattr(scan, "reader", lambda: None)
    monkeypatch.setattr(scan, "image_of", lambda _: None)
    monkeypatch.setattr(scan, "lines_of_image", lambda *_: [])
    monkeypatch.setattr("policygraph.extract.files.pdf.lines_of_pages", lambda _: pages)
    taken = files.read_bytes(b"", "版面.png")
    assert [taken.text[start:end] for start, end, _ in taken.doubts] == [place]
