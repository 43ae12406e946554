"""What a statement's evidence holds of the signs that stand in pairs: both, or neither."""

from __future__ import annotations

import pytest

from policygraph import extract

TITLE = "江城市行动计划（2026年）\n一、服务\n1.扩大供给。"


@pytest.mark.parametrize(
    ("sentence", "quotation"),
    [
        ("组织企业参与对接活动（全年不少于15场），联动全市。", "企业参与对接活动（全年不少于15场）"),
        ("引育“小巨人”企业30家。", "“小巨人”企业30家"),
        ("建成养老床位(含护理型床位)2000张。", "养老床位(含护理型床位)2000张"),
    ],
)
def test_evidence_has_both_signs_of_a_pair(sentence: str, quotation: str, gazetteer: extract.Gazetteer) -> None:
    text = TITLE + sentence
    [plan] = extract.extract(text, "x", gazetteer).record["plans"]
    [target] = plan["parts"][0]["parts"][0]["targets"]
    start, end = map(int, target["evidence"][0].removeprefix("#char=").split(","))
    assert text[start:end] == quotation
