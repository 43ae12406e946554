"""A region, or a whole, that a sentence speaks of has values of its own, which are never the document's area's."""

from __future__ import annotations

import pytest

from policygraph import extract
from policygraph.extract.draft.regions import Regions
from policygraph.linking import Scope

_REPORT = "2026年四川省政府工作报告\n\n一、2025年工作回顾\n{line}\n"
_PLAN = "沈阳市茶业发展行动计划（2026—2028年）\n\n一、发展形势\n{line}\n"


def _values(text: str, gazetteer: extract.Gazetteer) -> list[tuple[str, str, str, object]]:
    """Area, indicator, printed value of each observation, and whether its area was inferred."""
    draft = extract.extract(text, "x", gazetteer)
    names = {each["id"]: each["label"]["zh"] for each in draft.reference}
    return [
        (
            names.get(each["ofArea"], each["ofArea"]),
            names.get(each["ofIndicator"], each["ofIndicator"]),
            each["printedValue"],
            "ofArea" in each.get("infers", ()),
        )
        for each in draft.record.get("observations", ())
    ]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        # the region leads the noun
        (
            "预计大湾区经济总量突破15万亿元。",
            [("area:guangdong-hong-kong-macao-greater-bay-area", "indicator:gdp", "突破15万亿元", False)],
        ),
        ("川南经济区经济总量突破9000亿元。", [("area:southern-sichuan", "indicator:gdp", "突破9000亿元", False)]),
        ("川南渝西经济总量突破1万亿元。", [("川南渝西", "indicator:gdp", "突破1万亿元", False)]),
        ("川南渝西融合发展试验区加快建设，经济总量突破1万亿元。", [("川南渝西", "indicator:gdp", "突破1万亿元", True)]),
        ("成都平原经济区经济总量达到4万亿元。", [("成都平原经济区", "indicator:gdp", "4万亿元", False)]),
        ("全国粮食产量达到1.4万亿斤。", [("area:china", "indicator:grain-output", "1.4万亿斤", False)]),
        # the sentence begins with it
        (
            "成渝地区双城经济圈建设走深走实，经济总量超9万亿元。",
            [("area:chengdu-chongqing-economic-circle", "indicator:gdp", "超9万亿元", True)],
        ),
        ("川渝一体化加速形成，地区生产总值突破10万亿元。", [("川渝", "indicator:gdp", "突破10万亿元", True)]),
        (
            "成都都市圈经济总量突破3万亿元，占全省48%。",
            [
                ("area:chengdu-metropolitan-area", "indicator:gdp", "突破3万亿元", False),
                ("area:chengdu-metropolitan-area", "经济总量占全省（比率）", "48%", False),
            ],
        ),
        # a part of it, which no table has: the document's area until somebody looks
        ("大湾区内地九市进出口总额9万亿元。", [("area:sichuan", "内地九市进出口总额", "9万亿元", True)]),
        # what is the document's own stays its own
        (
            "全国铁路营业里程达到16万公里，其中我省7000公里。",
            [
                ("area:china", "indicator:railway-length", "16万公里", False),
                ("area:sichuan", "indicator:railway-length", "7000公里", False),
            ],
        ),
        (
            "成渝地区双城经济圈建设走深走实，全省地区生产总值达到6万亿元。",
            [("area:sichuan", "indicator:gdp", "6万亿元", False)],
        ),
        (
            "成渝地区双城经济圈建设走深走实，粮食产量达到700亿斤。",
            [("area:sichuan", "indicator:grain-output", "700亿斤", False)],
        ),
        ("积极融入长三角一体化，经济总量达到6万亿元。", [("area:sichuan", "indicator:gdp", "6万亿元", False)]),
        ("全国文明城市达到20个。", [("area:sichuan", "indicator:civilised-cities", "20个", False)]),
        ("国家技术创新中心达到5家。", [("area:sichuan", "国家技术创新中心", "5家", False)]),
    ],
)
def test_a_region_that_a_sentence_speaks_of_has_its_own_values(
    line: str, values: list[tuple[str, str, str, bool]], whole_gazetteer: extract.Gazetteer
) -> None:
    assert _values(_REPORT.format(line=line), whole_gazetteer) == values


@pytest.mark.parametrize(
    ("line", "areas"),
    [
        ("2025年全省地区生产总值达到3万亿元。", ["area:liaoning"]),
        ("2025年全市地区生产总值达到9000亿元。", ["area:shenyang"]),
        ("2025年全省首批示范企业3家。", ["area:shenyang"]),
        ("2025年地区生产总值9000亿元、居全省第二位。", ["area:shenyang", "area:shenyang"]),
    ],
)
def test_what_lies_above_a_city_has_its_own_values(
    line: str, areas: list[str], whole_gazetteer: extract.Gazetteer
) -> None:
    assert [area for area, *_ in _values(_PLAN.format(line=line), whole_gazetteer)] == areas


def test_a_value_of_the_region_that_a_sentence_begins_with_is_to_be_reviewed(
    whole_gazetteer: extract.Gazetteer,
) -> None:
    text = _REPORT.format(line="川渝一体化加速形成，地区生产总值突破10万亿元。")
    (value,) = extract.extract(text, "x", whole_gazetteer).record["observations"]
    reason = "The sentence speaks of a region; the value is taken to be that of the region."
    assert (value["needsReview"], reason in value["reason"]["en"]) == ("true", True)


def test_no_listed_region_lends_its_whole_economy_to_another_area(whole_gazetteer: extract.Gazetteer) -> None:
    areas, scope = whole_gazetteer.resolver.areas, Scope("area:shenyang", 2026)
    regions = Regions(whole_gazetteer.resolver)
    listed = [place for place in areas.places.values() if place.kind in ("Region", "UrbanRegion")]
    read = {place.zh: regions.of_words("", f"{place.zh}经济总量", scope) for place in listed}
    assert {name: region.identifier if region else None for name, region in read.items()} == {
        place.zh: areas.resolve(place.zh, scope).identifier for place in listed
    }
