"""Names in their scopes, and what they mean: areas, zones, bodies, indicators, plans; the same in any order."""

from __future__ import annotations

import csv
import functools
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import linking as benchmark
from policygraph.base import Tables
from policygraph.linking.areas import Areas
from policygraph.linking.bodies import Bodies
from policygraph.linking.decision import Scope
from policygraph.linking.identifiers import new_identifier
from policygraph.linking.own_area import own_area
from policygraph.linking.plans import Plan, Plans, Title, read_title, short_forms
from policygraph.linking.quotations import quotations_in
from policygraph.linking.resolver import Resolver

ROOT = Path(__file__).resolve().parents[1]
BASE = ROOT / "data" / "base"
CHENGDU, SHENYANG, SICHUAN = Scope("area:chengdu", 2026), Scope("area:shenyang", 2026), Scope("area:sichuan", 2026)


@functools.cache
def resolver() -> Resolver:
    return Resolver.of(Tables(BASE, ROOT))


@pytest.mark.parametrize(
    ("name", "scope", "meaning"),
    [
        ("全市", CHENGDU, ("area:chengdu", "area/level-word")),
        ("我省", CHENGDU, ("area:sichuan", "area/level-word")),
        ("全市", SICHUAN, ("", "area/level-word-without-area")),
        ("全国", CHENGDU, ("area:china", "area/whole-country")),
        ("全区", Scope("area:qingshan-150204"), ("area:qingshan-150204", "area/level-word")),
        ("省会", Scope("area:baoding"), ("area:shijiazhuang", "area/capital")),
        ("成都", SHENYANG, ("area:chengdu", "area/prefecture")),
        ("四川省成都市武侯区", SHENYANG, ("area:wuhou", "area/path+path+in-city")),
        ("朝阳区", Scope("area:beijing"), ("area:chaoyang-110105", "area/below")),
        ("朝阳区", Scope("area:changchun"), ("area:chaoyang-220104", "area/in-city")),
        ("朝阳区", CHENGDU, ("", "area/ambiguous")),
        ("综保区", CHENGDU, ("area:chengdu-high-tech-comprehensive-bonded-zone", "area/own-zone")),
        ("综保区", SICHUAN, ("area:cn-510000-comprehensive-bonded-zone", "area/new-own-zone")),
        ("临空经济区", Scope("area:jinan-370100"), ("area:cn-370100-airport-economic-zone", "area/new-own-zone")),
        ("综保区", Scope(), ("", "area/zone-without-area")),
        ("大庄镇", CHENGDU, (new_identifier("area", "大庄镇", "cn-510100"), "area/new-township")),
        ("哈密市", Scope("area:xinjiang", 2020), ("area:hami-650500", "area/below")),
        ("郫县", Scope("area:chengdu", 2012), ("area:pidu", "area/in-city")),
        ("中原", Scope("area:henan"), ("", "area/doubtful")),
        ("海西", Scope("area:fujian"), ("area:western-taiwan-straits-economic-zone", "area/own-zone")),
        ("海西", Scope("area:quanzhou-350500"), ("area:western-taiwan-straits-economic-zone", "area/own-zone")),
        ("海西", Scope("area:qinghai"), ("area:haixi", "area/below")),
        ("海西", Scope("area:gansu"), ("area:haixi", "area/prefecture")),
        ("大湾区", Scope("area:hangzhou"), ("area:zhejiang-greater-bay-area", "area/own-zone")),
        ("大湾区", Scope("area:hunan"), ("area:guangdong-hong-kong-macao-greater-bay-area", "area/prefecture")),
        ("双城经济圈", CHENGDU, ("area:chengdu-chongqing-economic-circle", "area/own-zone")),
        ("双城经济圈", Scope("area:hunan"), ("", "area/unknown")),
        ("没有的地方", CHENGDU, ("", "area/unknown")),
    ],
)
def test_a_name_of_an_area_means_what_its_scope_makes_it_mean(
    name: str, scope: Scope, meaning: tuple[str, str]
) -> None:
    decision = resolver().area(name, scope)
    assert (decision.identifier, decision.rule) == meaning


@pytest.mark.parametrize(
    ("name", "scope", "meaning"),
    [
        ("市财政局", CHENGDU, ("organisation:cn-510100-finance", "成都市财政局", "body/place")),
        ("成都市财政局", SHENYANG, ("organisation:cn-510100-finance", "成都市财政局", "body/place")),
        ("财政厅", CHENGDU, ("organisation:cn-510000-finance", "四川省财政厅", "body/alone-above")),
        (
            "中共成都市委员会组织部",
            SICHUAN,
            ("organisation:cn-510100-organisation-department", "成都市委组织部", "body/place"),
        ),
        ("市场监管局", CHENGDU, ("organisation:cn-510100-market-regulation", "成都市市场监督管理局", "body/alone")),
        # offices of central bodies bear the short name of their place
        (
            "四川金融监管局",
            CHENGDU,
            ("organisation:cn-510000-financial-regulation", "国家金融监督管理总局四川监管局", "body/place"),
        ),
        (
            "市环保局",
            Scope("area:chengdu", 2016),
            ("organisation:cn-510100-ecology-and-environment", "成都市生态环境局", "body/place"),
        ),
        (
            "市委改革办（市营商环境局）",
            CHENGDU,
            ("organisation:cn-510100-reform-commission-office", "成都市委全面深化改革委员会办公室", "body/place"),
        ),
        (
            "市低空经济专班",
            CHENGDU,
            (new_identifier("organisation", "低空经济专班", "cn-510100"), "成都市低空经济专班", "body/new-of-place"),
        ),
        (
            "市财政局",
            SICHUAN,
            (new_identifier("organisation", "市财政局", "cn-510000"), "市财政局", "body/place-unclear"),
        ),
    ],
)
def test_a_body_is_an_area_and_a_kind(name: str, scope: Scope, meaning: tuple[str, str, str]) -> None:
    decision = resolver().body(name, scope)
    assert (decision.identifier, decision.label, decision.rule) == meaning


def test_two_bodies_that_were_merged_are_two_and_neither_is_what_became_of_them() -> None:
    names = ("市国税局", "市地税局", "市税务局")
    assert [resolver().body(name, Scope("area:chengdu", 2016)).identifier for name in names] == [
        "organisation:cn-510100-tax-before-guo-jia-shui-wu-ju",
        "organisation:cn-510100-tax-before-di-fang-shui-wu-ju",
        "organisation:cn-510100-tax",
    ]


@pytest.mark.parametrize(
    ("name", "dimension", "kind", "meaning"),
    [
        ("居民消费价格", "ratio", "growth-rate", ("indicator:cpi", "indicator/printed")),
        ("居民消费价格指数涨幅", "ratio", "growth-rate", ("indicator:cpi", "indicator/printed")),
        ("全省地区生产总值", "currency", "level", ("indicator:gdp", "indicator/area-word")),
        ("经济", "ratio", "growth-rate", ("indicator:gdp", "indicator/change-word")),
        ("成都市地区生产总值增速", "ratio", "growth-rate", ("indicator:gdp", "indicator/change-word")),
        (
            "规模工业的增加值",
            "ratio",
            "growth-rate",
            ("indicator:above-scale-industrial-value-added", "indicator/spelling"),
        ),
        (
            "新建会飞的茶馆",
            "count",
            "level",
            ("indicator:xin-jian-hui-fei-cha-guan-d51d3d1c", "indicator/new"),
        ),
    ],
)
def test_an_indicator_is_named_by_its_base_name(name: str, dimension: str, kind: str, meaning: tuple[str, str]) -> None:
    decision = resolver().indicator(name, dimension, kind, CHENGDU)
    assert (decision.identifier, decision.rule) == meaning


def test_one_name_in_two_dimensions_is_two_indicators() -> None:
    decisions = [resolver().indicator("高铁", dimension, "level", CHENGDU) for dimension in ("length", "count")]
    assert [(each.label, each.concept) for each in decisions] == [("高铁里程", "length"), ("高铁线路数", "count")]
    assert len({each.identifier for each in decisions}) == 2
    new = [resolver().indicator("优良天数", dimension, "level", CHENGDU) for dimension in ("ratio", "currency")]
    assert [(each.identifier, each.label, each.rule) for each in new] == [
        ("indicator:good-air-days", "空气质量优良天数比例", "indicator/printed"),
        (
            "indicator:you-liang-tian-shu-5b0ec920",
            "优良天数（金额）",
            "indicator/other-dimension",
        ),
    ]


DIMENSIONS = {
    "computing-power": ("会飞的茶馆（算力）", "(computing power)"),
    "data-size": ("会飞的茶馆（数据量）", "(data size)"),
    "data-rate": ("会飞的茶馆（数据速率）", "(data rate)"),
    "mass": ("会飞的茶馆（重量）", "(mass)"),
    "count": ("会飞的茶馆", ""),
}


@pytest.mark.parametrize(("dimension", "label", "english"), [(key, *value) for key, value in DIMENSIONS.items()])
def test_a_new_indicator_says_its_dimension_where_its_name_does_not(dimension: str, label: str, english: str) -> None:
    decision = resolver().indicator("会飞的茶馆", dimension, "level", CHENGDU)
    assert decision.label == label
    assert resolver().lexicon.compose(f"企业{label.removeprefix('会飞的茶馆')}") == f"Enterprises {english}".strip()


def test_every_unit_has_a_dimension_that_the_ontology_names() -> None:
    tables = Tables(ROOT / "data" / "base", ROOT)
    assert set(tables.units.values()) - tables.dimensions.keys() == set()
    assert {tuple(sorted(labels)) for labels in tables.dimensions.values()} == {("en", "zh")}
    assert {row["dimension"] for row in tables.rows("indicators")} <= tables.dimensions.keys()


def test_a_new_indicator_has_one_id_however_it_is_printed() -> None:
    names = ("规上会飞的茶馆", "全市规模以上会飞的茶馆数量", "规模以上会飞茶馆增速")
    decisions = [resolver().indicator(name, "count", "level", CHENGDU) for name in names]
    assert len({each.identifier for each in decisions}) == 1
    assert [each.label for each in decisions] == ["规上会飞的茶馆", "规模以上会飞的茶馆", "规模以上会飞茶馆"]


@pytest.mark.parametrize(
    ("titles", "issuers", "text", "meaning"),
    [
        (("杭州市萧山区支持茶馆的措施",), (), "", ("area:xiaoshan", "own/title")),
        (("朝阳区支持茶馆的措施",), ("北京市朝阳区商务局",), "", ("area:chaoyang-110105", "own/title")),
        (("朝阳区支持茶馆的措施",), (), "长春市的茶馆。长春市的书屋。", ("area:chaoyang-220104", "own/title")),
        (("支持茶馆的措施",), ("上海市徐汇区商务局",), "", ("area:xuhui", "own/issuer")),
        (("政府工作报告",), (), "——2026年1月在福建省第十四届人民代表大会上\n", ("area:fujian", "own/line")),
        (("政府工作报告",), (), "抢抓大湾区机遇。大湾区。大湾区。", ("", "own/unknown")),
        (
            ("桂城街道支持茶馆的措施",),
            (),
            "佛山市南海区桂城街道办事处发布。",
            (new_identifier("area", "桂城街道", "cn-440605"), "own/title"),
        ),
        (("支持茶馆的措施",), (), "没有地名。", ("", "own/unknown")),
    ],
)
def test_a_document_says_whose_it_is(
    titles: tuple[str, ...], issuers: tuple[str, ...], text: str, meaning: tuple[str, str]
) -> None:
    decision = own_area(resolver().areas, titles, issuers, text, 2026)
    assert (decision.identifier, decision.rule) == meaning


def test_what_another_area_says_of_itself_is_a_quotation_of_that_area() -> None:
    text = (
        "成都市介绍：“我市由市财政局牵头。”据浑南区政府工作报告提出，“本区建成托育园。”我市要做到“应托尽托、就近就便”。"
        "沈阳市要求：“各区按月报告。”学习杭州市的做法：“高新区先行。”"
    )
    spoken = list(quotations_in(text, resolver().areas, Scope("area:shenyang")))
    areas = {"成都市": "area:chengdu", "浑南区": "area:hunnan", "杭州市": "area:hangzhou"}
    assert [(text[each.start : each.end], each.area) for each in spoken] == [
        ("我市由市财政局牵头。", areas["成都市"]),
        ("本区建成托育园。", areas["浑南区"]),
        ("高新区先行。", areas["杭州市"]),
    ]


def test_a_text_names_areas_and_what_only_looks_like_one_is_none() -> None:
    text = "与重庆市共建成渝地区双城经济圈。武侯区的四川大学路，本市民生，南京路，高新区。"
    assert [(text[start:end], each.identifier) for start, end, each in resolver().areas.named_in(text, CHENGDU)] == [
        ("重庆市", "area:chongqing"),
        ("成渝地区双城经济圈", "area:chengdu-chongqing-economic-circle"),
        ("武侯区", "area:wuhou"),
        ("高新区", "area:chengdu-high-tech-zone"),
    ]


def _plans() -> Plans:
    plans = [
        Plan("plan:a", "成都市茶业发展行动计划（2026—2028年）", "area:chengdu"),
        Plan("plan:b", "成都市茶业发展行动计划（2023—2025年）", "area:chengdu"),
        Plan("plan:c", "绵阳市茶业发展行动计划（2026—2028年）", "area:mianyang"),
        Plan("plan:d", "四川省人民政府关于印发《四川省书屋规划》的通知", "area:sichuan"),
    ]
    return Plans.of(plans, resolver().areas)


@pytest.mark.parametrize(
    ("title", "scope", "meaning"),
    [
        ("《成都市茶业发展行动计划（2026-2028年）》", SHENYANG, ("plan:a", "plan/title")),
        ("茶业发展行动计划（2026—2028年）", CHENGDU, ("plan:a", "plan/title")),
        ("茶业发展行动计划（2026—2028年）", SHENYANG, ("", "plan/new")),
        ("四川省书屋规划（征求意见稿）", CHENGDU, ("plan:d", "plan/title")),
        ("《计划》", CHENGDU, ("plan:b", "plan/short-form")),
        ("本行动计划", CHENGDU, ("plan:own", "plan/own")),
        ("成都市茶馆提升行动方案", CHENGDU, ("plan:own", "plan/own")),
        ("茶业发展行动计划", CHENGDU, ("", "plan/several-of-this-title")),
    ],
)
def test_a_plan_is_its_title_area_and_years(title: str, scope: Scope, meaning: tuple[str, str]) -> None:
    shorts = short_forms("按照《成都市茶业发展行动计划（2023—2025年）》（以下简称《计划》），")
    decision = _plans().resolve(title, scope, Plan("plan:own", "茶馆提升行动方案（试行）", scope.area), shorts.items())
    assert ("" if decision.is_new else decision.identifier, decision.rule) == meaning


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        (
            [
                "《中共云南省委关于制定云南省国民经济和社会发展第十五个五年规划的建议》",
                "关于制定云南省国民经济和社会发展第十五个五年规划的建议",
            ],
            Title("国民经济社会发展规划建议", "area:yunnan", "2026", "2030"),
        ),
        (
            ["中共新疆维吾尔自治区委员会关于制定自治区国民经济和社会发展第十五个五年规划的建议"],
            Title("国民经济社会发展规划建议", "area:xinjiang", "2026", "2030"),
        ),
        (
            ["北京市“十五五”茶业规划纲要（草案）", "北京市茶业规划纲要草案（2026—2030年）"],
            Title("茶业规划纲要", "area:beijing", "2026", "2030"),
        ),
        (["国家“人工智能+”行动战略", '国家"人工智能+"行动'], Title("人工智能+行动", "area:china")),
        (["国家级茶园建设方案"], Title("国家级茶园建设方案", "area:china")),
    ],
)
def test_titles_in_other_words_are_one_title(titles: list[str], title: Title) -> None:
    assert [read_title(each, resolver().areas, Scope()) for each in titles] == [title] * len(titles)


def test_a_name_of_ten_thousand_characters_is_unknown_like_another() -> None:
    name = "会飞的茶馆" * 2000
    kinds = resolver().area(name, CHENGDU), resolver().body(name, CHENGDU), resolver().plan(name, CHENGDU)
    assert [each.rule for each in kinds] == ["area/unknown", "body/new-alone", "plan/new"]
    assert max(len(each.identifier) for each in kinds) < 90


def test_a_thousand_documents_with_one_title_are_not_joined() -> None:
    plans = Plans.of([Plan(f"plan:{number}", "茶业方案") for number in range(1000)], resolver().areas)
    decision = plans.resolve("茶业方案", CHENGDU)
    assert (decision.rule, len(decision.candidates), decision.waits) == ("plan/several-of-this-title", 5, True)


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_order_of_names_or_of_tables_changes_what_a_name_means(shuffle: random.Random) -> None:
    tables = {table: _rows(table) for table in ("areas", "zones", "bodies")}
    names = ["朝阳区教育局", "市发改委", "鼓楼区", "综保区管委会", "喀什", "大理", "市委宣传部", "省财政厅", "城关镇"]
    scopes = [CHENGDU, SHENYANG, Scope("area:yunnan"), Scope("area:xinjiang", 2015)]
    expected = _meanings(
        Bodies.of_table(tables["bodies"], Areas.of_tables(tables["areas"], tables["zones"])), names, scopes
    )
    for rows in tables.values():
        shuffle.shuffle(rows)
    asked = list(names)
    shuffle.shuffle(asked)
    shuffled = Bodies.of_table(tables["bodies"], Areas.of_tables(tables["areas"], tables["zones"]))
    assert _meanings(shuffled, asked, scopes) == expected


def _rows(table: str) -> list[dict[str, str]]:
    """Those rows of a table that have to do with the names; all bodies."""
    with (BASE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if table == "bodies":
        return rows
    return [
        row
        for number, row in enumerate(rows)
        if number % 40 == 0
        or row.get("level") in ("country", "province")
        or any(word in row["zh"] for word in ("朝阳", "成都", "沈阳", "鼓楼", "喀什", "大理"))
    ]


def _meanings(bodies: Bodies, names: list[str], scopes: list[Scope]) -> dict[tuple[str, Scope], tuple[str, str, str]]:
    return {
        (name, scope): (
            bodies.resolve(name, scope).identifier,
            bodies.areas.resolve(name, scope).identifier,
            bodies.areas.resolve(name, scope).rule,
        )
        for name in names
        for scope in scopes
    }


def test_pairs_of_citations_are_judged_by_whether_they_have_one_id() -> None:
    judged = [
        {"document": document, "start": start, "end": "9", "printed": f"{document}{start}", "plan": plan}
        for document, start, plan in (
            ("a", "5", "document:a"),
            ("b", "5", "document:a"),
            ("c", "5", "document:a"),
            ("c", "7", "national"),
            ("d", "5", "own of d"),
            ("e", "5", "national"),
        )
    ]
    cited = {
        "b": [(4, 9, "plan:a")],
        "c": [(4, 6, "plan:other"), (6, 9, "plan:national")],
        "d": [(4, 9, "plan:national")],
    }
    score, unread = benchmark.score_citations(judged, cited)
    assert [row["printed"] for row in unread] == ["e5"]
    assert (score.judged, score.right) == (9, 1)
    assert [(pair["a"], pair["b"]) for pair in score.wrong] == [("c7", "d5")]
    assert [(pair["a"], pair["b"]) for pair in score.missed] == [("a5", "c5"), ("b5", "c5")]


def test_the_judged_pairs_are_linked_as_a_reader_did() -> None:
    areas, bodies = resolver().areas, resolver().bodies
    scores = {
        kind: benchmark.score(kind, benchmark.rows(ROOT / "benchmarks" / "names" / f"{kind}.csv"), areas, bodies)
        for kind in ("areas", "bodies")
    }
    right = sum(score.right for score in scores.values())
    wrong = sum(len(score.wrong) for score in scores.values())
    missed = sum(len(score.missed) for score in scores.values())
    assert (right / (right + wrong) >= 0.99, right / (right + missed) >= 0.9) == (True, True)
