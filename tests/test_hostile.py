"""Texts and files made to break a reader: a draft or a clear error, in a time that grows as the text does."""

from __future__ import annotations

import re
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from office import pdf, saved

from policygraph import cli, extract
from policygraph.extract import files
from policygraph.extract.scripts import read_script
from policygraph.records.yaml import MAX_BYTES
from policygraph.records.yaml import read as read_yaml

ROOT = Path(__file__).resolve().parents[1]

#: What a text is made of, again and again up to a length.
_REPEATED = {
    "one line": "全县地区生产总值年均增长7%以上",
    "no punctuation": "推动高质量发展建设美好家园",
    "sentences": "一、全县地区生产总值年均增长7%以上，到2026年达到400亿元。\n",
    "windows lines": "一、到2026年达到400亿元。\r\n",
    "numbers": "0123456789",
    "spaced numbers": "1 2 3 ",
    "numbers in lines": "12345\n",
    "numerals": "九百万亿",
    "markers": "一、",
    "markers in lines": "一、\n",
    "worded markers": "一是，二是，",
    "circled markers": "①②③",
    "open brackets": "（县",
    "roles without an end": "【责任单位：",
    "quotation marks": "《",
    "titles": "关于印发《方案》的通知\n",
    "mixed scripts": "Task任务 задача مهمة 課題\u200f",
    "right to left": "\u200f\u202e任务\u202c",
    "control characters": "".join(map(chr, range(1, 32))) + "任务",
    "beyond the basic plane": "任务\U0001f600𠮷",
    "spaces": " 　",
    "empty lines": "\n",
    "hashes": "#",
    "stars": "**",
    "cells": "甲\tb\tc\n",
    "strokes": "|",
    "leaders": ".",
    "dashes": "—",
    "names": "、市财政局",
    "years": "2024年、2025年、2026年分别建设60个、120个、150个",
    "per cents": "%",
    "contents": "总体要求\n",
    "annexes": "附件1\n",
    "boxes": "专栏1 任务\n",
    "shares": "分别",
    "from": "由10%提高到",
    "around": "围绕“",
    "groups": "成立领导小组，",
}
_LENGTH = 6_000


@pytest.fixture(scope="module")
def gazetteer(whole_gazetteer: extract.Gazetteer) -> extract.Gazetteer:
    return whole_gazetteer


def _hold(text: str, gazetteer: extract.Gazetteer) -> None:
    """A text gives a draft that is read back as it is and points into the text; no words or no Chinese is told."""
    if not re.search(r"\w", text):
        with pytest.raises(extract.ExtractError, match="the text has no words"):
            extract.extract(text, "x", gazetteer)
        return
    if read_script(text).refusal:
        with pytest.raises(extract.ExtractError, match="the text is not in Chinese"):
            extract.extract(text, "x", gazetteer)
        return
    draft = extract.extract(text, "x", gazetteer)
    written = extract.as_yaml(draft)
    if len(written.encode()) <= MAX_BYTES:
        assert read_yaml(written.encode()) == draft.record
    assert [place for place in _places(draft.record) if not place[0] < place[1] <= len(text)] == []


def _places(value: Any) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    pending = [value]
    while pending:
        one = pending.pop()
        pending += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        if isinstance(one, str) and (match := re.fullmatch(r"#char=(\d+),(\d+)", one)):
            found.append((int(match[1]), int(match[2])))
    return found


@pytest.mark.parametrize("name", _REPEATED)
def test_a_hostile_text_gives_a_draft(name: str, gazetteer: extract.Gazetteer) -> None:
    unit = _REPEATED[name]
    _hold((unit * (_LENGTH // len(unit) + 1))[:_LENGTH] + "任务", gazetteer)


@pytest.mark.parametrize(
    "text",
    [
        "（" * 10_000 + "任务" + "）" * 10_000,
        "一、任务\n" + "（一）" * 3 + "9" * 5_000 + "亿元",
        "投资" + "9" * 5_000 + "万亿元，增长" + "1" * 400 + "." + "2" * 400 + "%",
        "第" + "九" * 500 + "章 任务",
        "\ufeff一、任务",
        "任务\u2028任务\x85任务\x0b任务",
    ],
)
def test_a_hostile_figure_or_bracket_gives_a_draft(text: str, gazetteer: extract.Gazetteer) -> None:
    _hold(text, gazetteer)


_MARKS = (
    "一、 （一） 1. （1） ① ■ —— 一是 二是 首先， 其次， 专栏1 第一章 第二节 附件1 目录 # ## ** |"
    " 。 ， ； ： “ ” 《 》 （ ） 【 】"
)
_NAMES = (
    "总体要求 基本原则 发展目标 保障措施 云岭县 东陵市 县财政局 市政府 各乡镇 牵头单位： 责任单位： 由 牵头 负责"
    " 等有关部门 领导小组 每月召开一次调度会 打造 中心 一枢纽、四中心 关于印发 《方案》 的通知 本报记者 地区生产总值"
    " 高新技术企业"
)
_FIGURES = (
    "到2025年 2024年、2025年 分别 达到 提高到 下降 增长 累计 力争 不低于 以上 左右 共 3 12 3.5 60% 0 二十 百分之五"
    " 亿元 万亩 个 项任务 个百分点 倍 （2024—2026年） 2024年1月16日"
)
_SPACE = ["\n", "\n\n", "\r\n", "\t", "　", " "]
_WORDS = st.sampled_from([*_MARKS.split(), *_NAMES.split(), *_FIGURES.split(), *_SPACE])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.one_of(_WORDS, st.text(max_size=3)), max_size=40))
@example(words=["一是，二是，"])
def test_any_words_in_any_order_give_a_draft(words: list[str], gazetteer: extract.Gazetteer) -> None:
    _hold("".join(words), gazetteer)


def test_a_text_of_nothing_but_parts_is_refused_before_it_is_written(
    gazetteer: extract.Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "_MOST_THINGS", 99)
    draft = extract.extract("一、任务\n" * 60, "x", gazetteer)
    with pytest.raises(extract.ExtractError, match="would give 120 parts and statements, a draft may have 99"):
        extract.render(draft, "")


def test_a_draft_too_long_to_build_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policygraph.cli.terminal.MAX_BYTES", 99)
    text = tmp_path / "a.txt"
    text.write_text("一、任务\n", encoding="utf-8")
    asked = ["--language", "en", "--root", str(ROOT), "extract", str(text), "-o", str(tmp_path / "a.yaml")]
    assert "a record that builds at most 99: cut the text into parts" in CliRunner().invoke(cli.main, asked).stderr


#: The time of four times the text may be at most so many times as long: quadratic growth would be sixteen.
_MOST_GROWTH = 10


@pytest.mark.parametrize("name", ["sentences", "open brackets", "worded markers", "names", "years", "titles"])
def test_time_grows_as_the_text_does(name: str, gazetteer: extract.Gazetteer) -> None:
    unit = _REPEATED[name]
    short, long = (unit * (length // len(unit)) for length in (4_000, 16_000))

    def taken(text: str) -> float:
        started = time.process_time()
        extract.read(text, gazetteer)
        return time.process_time() - started

    # the least of several: what else the machine does only adds
    assert min(taken(long) for _ in range(2)) < _MOST_GROWTH * max(0.01, min(taken(short) for _ in range(2)))


def _word_file() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("总体要求")
    document.add_paragraph("一、任务")
    return saved(document)


_FILES = {
    "txt": "一、任务\n（一）目标。".encode("gb18030"),
    "html": "<html><body><h1>方案</h1><table><tr><td rowspan=9>一、任务<td>二</table><p>目标".encode(),
    "docx": _word_file(),
    "pdf": pdf([[("一、任务", 72, 700, 12)]]),
}


#: How many damaged files are tried: a page whose text is gone is read from its picture, half a second each.
_DAMAGED = {"pdf": 20}


@pytest.mark.parametrize("ending", _FILES)
def test_a_damaged_file_gives_a_text_or_a_clear_error(ending: str) -> None:
    @settings(max_examples=_DAMAGED.get(ending, 60), deadline=None)
    @given(data=st.data())
    def damaged(data: st.DataObject) -> None:
        content = bytearray(_FILES[ending])
        for _ in range(data.draw(st.integers(0, 6))):
            place = data.draw(st.integers(0, len(content)))
            content[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
        _read(bytes(content), f"a.{ending}")

    damaged()


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200), ending=st.sampled_from(sorted(_FILES)))
@example(data="一、任务".encode("utf-8", "surrogatepass") + b"\xed\xa0\x80", ending="txt")
@example(data=b"\xff\xfe\x00\xd8\x00\xd8", ending="txt")
@example(data=b"\0" * 99, ending="txt")
def test_any_bytes_give_a_text_or_a_clear_error(data: bytes, ending: str) -> None:
    _read(data, f"a.{ending}")


def _read(data: bytes, name: str) -> None:
    """Reads a file; any error but IntakeError goes through and fails the test."""
    said = ""
    try:
        said = files.read_bytes(data, name).text
    except files.IntakeError as error:
        said = error.message("en").partition(f"{name}: ")[2]
    # a text that can be registered, or the reason why there is none
    assert said.encode().decode().strip()


def test_a_page_of_entities_and_a_document_that_grows_are_refused() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    page = f'<!DOCTYPE a [<!ENTITY l0 "哈">{lol}]><html><body><p>&l8;</p></body></html>'
    with pytest.raises(files.IntakeError, match="declares entities"):
        files.read_bytes(page.encode(), "a.html")
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (64 * 2**20))
    with pytest.raises(files.IntakeError, match=r"would grow to 67,108,864 bytes"):
        files.read_bytes(stream.getvalue(), "a.docx")


BAD = {
    "a page of digits and blanks": "".join("0123456789 "[(7 * n) % 11] for n in range(20_000)),
    "lines of digits and blanks": "\n".join("12 345  6 7890 " * 4 for _ in range(500)),
    "scripts mixed in each line": "推动Task任务 задача مهمة 課題增长5%。\n" * 500,
    "a wide table": "# 方案\n" + "\n".join("\t".join(f"{row}项" for _ in range(20)) for row in range(500)),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_bad_input_gives_a_draft(text: str, gazetteer: extract.Gazetteer) -> None:
    _hold(text, gazetteer)


@pytest.mark.parametrize("tag", ["<table>", "<tr>", "<td>", "<table><tr>"])
def test_tables_that_never_end_are_refused_at_once(tag: str) -> None:
    with pytest.raises(files.IntakeError, match="is markup"):
        files.read_bytes(f"任务{tag}".encode() * 50_000, "x.md")


def test_a_table_of_many_cells_is_read() -> None:
    rows = "".join(f"<tr>{f'<td>{row}项</td>' * 20}</tr>" for row in range(2_500))
    taken = files.read_bytes(f"任务<table>{rows}</table>".encode(), "x.md")
    assert taken.text.count("\t") == 2_500 * 19


def test_a_pdf_of_a_thousand_pages_is_read() -> None:
    pages = [[(f"{number}、改造茶园", 72, 700, 16)] for number in range(1000)]
    assert len(files.read_bytes(pdf(pages), "x.pdf").text.splitlines()) == 1000
