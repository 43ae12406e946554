"""Labels in two languages: numbers of the English one that the Chinese one has not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from policygraph import renderings, vocab

THING = ox.NamedNode(vocab.ID + "x/task")
SOUND = {
    "the same number": ("建成35个园区", "Build 35 parks"),
    "a number in words": ("建成35个园区", "Build thirty-five parks"),
    "a number in another measure": ("营收超100亿元的企业", "Firms with revenue above 10 billion yuan"),
    "a Chinese numeral": ("党的二十大精神", "The spirit of the 20th National Party Congress"),
    "the number of a five-year plan": ("2025年和“十四五”时期", "2025 and the 14th Five-Year Plan"),
    "no Chinese number": ("各年目标", "Targets for 2024"),
    "the first phase": ("实验室一期", "Phase 1 of the laboratory"),
    "two numbers in another order": (
        "占比“40%” 包含于 2022年“38%以上”",
        "“40%” is a subset of “at least 38%” for 2022",
    ),
}


def _lines(chinese: str, english: str, kind: str = "Task") -> list[str]:
    label = vocab.skos("prefLabel")
    quads = [
        ox.Quad(THING, vocab.rdf_type, vocab.pg(kind)),
        ox.Quad(THING, label, ox.Literal(chinese, language="zh")),
        ox.Quad(THING, label, ox.Literal(english, language="en")),
    ]
    return [f"{finding.check}: {finding.message['en']}" for finding in renderings.check(quads)]


@pytest.mark.parametrize("name", SOUND)
def test_numbers_may_be_written_in_another_way(name: str) -> None:
    assert _lines(*SOUND[name]) == []


def test_a_number_that_only_the_english_label_has_is_told() -> None:
    assert _lines("建成35个园区", "Build 36 parks") == [
        "english_number_differs: its English label has the number 36, which its Chinese label, “建成35个园区”, has not."
    ]


@pytest.mark.parametrize(
    ("chinese", "english", "expected"),
    [
        (
            "行动方案（2023—2025年）",
            "Action plan (2025–2025)",
            "english_number_lost: its Chinese label has the number 2023, ",
        ),
        (
            "“5+3”20条产业链",
            "Build the 50 chains of “5+3”",
            "english_number_differs: its English label has the number 50, ",
        ),
        ("实验室一期", "Phase 5 of the laboratory", "english_number_differs: its English label has the number 5, "),
    ],
)
def test_a_number_that_one_label_alone_has_is_told(chinese: str, english: str, expected: str) -> None:
    (line,) = _lines(chinese, english)
    assert line.startswith(expected)


def test_the_titles_of_documents_are_our_own() -> None:
    assert _lines("特别报道（第2版）", "Special report, 2022", "PolicyDocument") == []


def test_a_formula_is_the_same_in_both_languages() -> None:
    assert _lines("打造“5+3+7+5”20条产业链", "Build the 20 industry chains of “5+3+7+5”") == []
    (line,) = _lines("“6＋6＋3”产业体系", "The “6+3+3” industrial system")
    assert line.startswith("english_number_differs: its English label has the number 6+3+3, which its Chinese label, ")
