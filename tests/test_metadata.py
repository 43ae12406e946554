"""What a document says of itself: its area, its issuers, its day, its period, each on a short text of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph import extract
from policygraph.extract.draft.composer import Draft

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def gazetteer(whole_gazetteer: extract.Gazetteer) -> extract.Gazetteer:
    return whole_gazetteer


def _drafted(text: str, gazetteer: extract.Gazetteer) -> Draft:
    return extract.extract(text, "x", gazetteer)


AREAS = {
    "成都市茶馆行动计划": "area:chengdu",
    "昌都市茶馆行动计划": "area:qamdo-540300",
    "本溪市茶馆行动计划": "area:benxi-210500",
    "神农架林区茶馆行动计划": "area:shennongjia",
    "四川省成都市茶馆行动计划": "area:chengdu",
    "杭州市萧山区支持茶馆发展若干措施": "area:xiaoshan",
    "四川茶馆发展规划": "area:sichuan",
}


@pytest.mark.parametrize(("title", "area"), AREAS.items())
def test_the_area_is_the_official_one(title: str, area: str, gazetteer: extract.Gazetteer) -> None:
    draft = _drafted(f"{title}\n一、目标\n新建茶馆9家。\n", gazetteer)
    assert draft.record["coversArea"] == area


def test_every_prefecture_is_told_from_its_title(gazetteer: extract.Gazetteer) -> None:
    prefectures = {
        name: place.identifier
        for name, place in gazetteer.resolver.areas.unambiguous().items()
        if place.kind == "City" and name.endswith(("市", "自治州", "盟"))
    }
    assert len(prefectures) > 300
    wrong = {
        name
        for name, identifier in prefectures.items()
        if _drafted(f"{name}茶馆行动计划\n一、目标\n新建茶馆9家。\n", gazetteer).record["coversArea"] != identifier
    }
    assert wrong == set()


def test_a_place_that_no_table_has_is_read_behind_the_one_it_lies_in(gazetteer: extract.Gazetteer) -> None:
    reading = extract.read("四川省甲川市茶馆行动计划\n一、目标\n新建茶馆9家。\n", gazetteer)
    assert reading.metadata.area == "甲川市"


DATES = {
    "below the text": (
        "2035年远景目标纲要\n一、目标\n建成茶乡。\n二、任务\n新建茶馆。\n扩建茶园。\n川阳市望川区商务局2026年3月6日发布\n",
        ("2026-03-06", None),
    ),
    "of the signature": (
        "川阳市关于发展茶业的意见\n各单位：\n请落实。\n川阳市人民政府\n2026年3月6日\n一、目标\n建成茶乡。\n",
        ("2026-03-06", None),
    ),
    "in Chinese": (
        "川阳市关于发展茶业的意见\n各单位：\n请落实。\n川阳市人民政府\n二〇二六年三月十六日\n一、目标\n建成茶乡。\n",
        ("2026-03-16", None),
    ),
    "of the page": (
        "川阳市关于发展茶业的意见\n发布日期：2026-03-09\n成文日期：2026-03-06\n一、目标\n建成茶乡。\n",
        ("2026-03-06", None),
    ),
    "of the meeting": (
        "政府工作报告\n——2026年1月20日在川阳市第九届人民代表大会第三次会议上\n一、目标\n建成茶乡。\n",
        ("2026-01-20", "2026"),
    ),
    "a year to reach begins nothing": (
        "川阳市茶业发展方案\n一、目标\n到2028年，茶园达到9万亩。\n",
        (None, None),
    ),
}


@pytest.mark.parametrize(("text", "expected"), DATES.values(), ids=DATES)
def test_the_day_is_the_printed_one(
    text: str, expected: tuple[str | None, str | None], gazetteer: extract.Gazetteer
) -> None:
    record = _drafted(text, gazetteer).record
    assert (record.get("publicationDate"), record["plans"][0].get("periodStart")) == expected


def test_who_issued_it_stands_in_the_title_the_signature_or_below(gazetteer: extract.Gazetteer) -> None:
    texts = (
        "川阳市商务局 川阳市财政局关于发展茶业的意见\n一、目标\n建成茶乡。\n",
        "关于发展茶业的意见\n各单位：\n请落实。\n川阳市商务局\n川阳市财政局\n2026年3月6日\n一、目标\n建成茶乡。\n",
        "发展茶业的意见\n一、目标\n建成茶乡。\n二、任务\n新建茶馆。\n扩建茶园。\n川阳市商务局、川阳市财政局2026年3月6日发布\n",
        "发展茶业的意见\n发布机构：川阳市商务局\n一、目标\n建成茶乡。\n",
    )
    issuers = []
    for text in texts:
        record = _drafted(text, gazetteer).record
        names = {one["id"]: one["label"]["zh"] for one in record["organisations"]}
        issuers.append([names[issuer] for issuer in record["plans"][0]["issuedBy"]])
    assert issuers == [["川阳市商务局", "川阳市财政局"]] * 3 + [["川阳市商务局"]]


@pytest.mark.parametrize(
    ("words", "area"),
    [
        ("在册亨、罗甸等2个重点县建设蔬菜基地6万亩。", "area:guizhou"),
        ("册亨县建设蔬菜基地6万亩。", "area:ceheng"),
        ("册亨县等级公路里程达到600公里。", "area:ceheng"),
    ],
)
def test_what_is_said_of_several_areas_is_said_of_none_of_them(
    words: str, area: str, gazetteer: extract.Gazetteer
) -> None:
    text = f"贵州省2026年政府工作报告\n一、2026年重点工作\n{words}\n"
    (target,) = _drafted(text, gazetteer).record["plans"][0]["parts"][0]["targets"]
    assert target["ofArea"] == area
