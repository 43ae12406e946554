"""What a text is written in: traditional characters are read and printed as they are, other languages are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph import extract
from policygraph.extract.scripts import read_script

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def gazetteer(whole_gazetteer: extract.Gazetteer) -> extract.Gazetteer:
    return whole_gazetteer


TRADITIONAL = (
    "東陵區綠屋頂推動計畫\n壹、計畫目標\n119年本區綠屋頂達到200處。\n貳、推動策略\n一、推廣綠屋頂\n辦理補助及輔導。\n"
    "主辦機關：環境保護局\n協辦機關：都市發展局\n"
)


def test_a_text_in_traditional_characters_is_read_and_printed_as_it_is(gazetteer: extract.Gazetteer) -> None:
    draft = extract.extract(TRADITIONAL, "x", gazetteer)
    (plan,) = draft.record["plans"]
    first, second = plan["parts"]
    (target,) = first["targets"]
    (task,) = second["parts"]
    names = {one["id"]: one["label"]["zh"] for one in draft.record["organisations"]}
    assert plan["label"]["zh"] == "東陵區綠屋頂推動計畫"
    assert [(part["number"], part["label"]["zh"]) for part in (first, second, task)] == [
        ("壹、", "計畫目標"),
        ("貳、", "推動策略"),
        ("一、", "推廣綠屋頂"),
    ]
    assert (target["value"], target["printedValue"], target["deadline"]) == ("200", "200處", "2030")
    assert [(names[role["agent"]], role["role"]) for role in task["responsibilities"]] == [
        ("環境保護局", "lead"),
        ("都市發展局", "cooperating"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1. Energy\nReduce emissions by 45% by 2030.\nLead department: Public Works.\n", "Latin letters"),
        ("第1章 総合計画\nまちづくりを進め、みどりをふやします。\n", "Japanese"),
        ("제1장 총칙\n2030년까지 45% 감축한다.\n", "Korean"),
        ("1. Энергетика\nСократить выбросы на 45% к 2030 году.\n", "Cyrillic"),
    ],
)
def test_a_text_in_another_language_is_refused(text: str, reason: str, gazetteer: extract.Gazetteer) -> None:
    with pytest.raises(extract.ExtractError, match=f"not in Chinese, but in {reason}: only plans in Chinese are read"):
        extract.extract(text, "x", gazetteer)


def test_chinese_with_foreign_names_in_it_is_read() -> None:
    text = "支持OpenClaw和OPC（One Person Company）发展，建设AI平台。"
    assert (read_script(text).refusal, read_script(text).simplified) == ("", text)


def test_every_character_stays_where_it_is() -> None:
    text = "臺灣的乾淨水庫與後臺系統，于是發展計畫。" * 20
    assert len(read_script(text).simplified) == len(text)
