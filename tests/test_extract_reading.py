"""Rules of reading, each on short texts of its own: what is to be reached and what was, changes, pairs, areas, news."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policygraph import extract

ROOT = Path(__file__).resolve().parents[1]


def _numbers(draft: extract.Draft, gazetteer: extract.Gazetteer) -> list[str]:
    """The targets (T) and observations (O) of a draft, a line each: indicator, value, kind, year and baseline."""
    names = {**gazetteer.labels, **{thing["id"]: thing["label"]["zh"] for thing in draft.reference}}
    found: list[tuple[str, dict[str, Any]]] = []
    pending = [draft.record["plans"][0]]
    while pending:
        part = pending.pop()
        found += [("T", target) for target in part.get("targets", [])]
        pending += reversed(part.get("parts", []))
    found += [("O", observation) for observation in draft.record.get("observations", [])]
    return [
        " ".join(
            filter(
                None,
                (
                    kind,
                    names[one["ofIndicator"]],
                    one["printedValue"],
                    one["valueKind"],
                    one.get("deadline") or one.get("year"),
                    one.get("baselineYear"),
                    one.get("baselineValue"),
                ),
            )
        )
        for kind, one in found
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (
            "临溪县国民经济和社会发展第十四个五年规划纲要\n\n第一章 发展基础与总体思路\n第一节 主要成就\n"
            "粮食产量达到36万吨。\n第二节 主要目标\n到2025年，工业总产值达到120亿元；常住人口城镇化率达到61%；"
            "森林覆盖率达到48%以上。\n",
            [
                "T 工业总产值 120亿元 level 2025",
                "T 常住人口城镇化率 61% share 2025",
                "T 森林覆盖率 48%以上 share 2025",
                "O 粮食产量 36万吨 level 2020",
            ],
        ),
        (
            "临溪县国民经济和社会发展第十四个五年规划纲要\n\n第一章 发展环境\n第一节 现状与差距\n"
            "粮食产量达到36万吨。到2025年，森林覆盖率达到48%；湿地保护率达到55%。\n",
            [
                "T 森林覆盖率 48% share 2025",
                "T 湿地保护率 55% share 2025",
                "O 粮食产量 36万吨 level 2020",
            ],
        ),
        (
            "临溪县国民经济和社会发展第十四个五年规划纲要\n\n第一章 发展基础和目标愿景\n第一节 远景目标\n"
            "展望2035年，全县工业总产值比2020年翻两番。常住人口城镇化率达到70%。\n",
            ["T 工业总产值 翻两番 multiple 2035 2020", "T 常住人口城镇化率 70% share 2035"],
        ),
    ],
)
def test_goals_in_a_chapter_that_looks_back_are_targets(
    text: str, numbers: list[str], gazetteer: extract.Gazetteer
) -> None:
    assert _numbers(extract.extract(text, "x", gazetteer), gazetteer) == numbers


@pytest.mark.parametrize(
    ("text", "area", "unit"),
    [
        (
            "政府工作报告\n——2025年2月6日在青禾市第三届人民代表大会第五次会议上\n市长 李卫国\n\n一、重点工作\n"
            "1.改造老旧小区30个。（责任单位：市住建局）\n2.提升老旧小区和工业园区。\n",
            "青禾市",
            "青禾市住建局",
        ),
        (
            "柳江州市人民政府关于做好就业工作的意见\n\n各县（市、区）人民政府：\n一、任务\n1.办好夜校。（责任单位：市教育局）\n"
            "2.服务县（市、区）。（责任单位：市人社局、各县（市、区））\n",
            "柳江州市",
            "柳江州市教育局",
        ),
        (
            "会宁县2024年工作要点\n\n一、任务\n1.改造城区片区。（责任单位：县住建局）\n2.扩建库区、景区。\n",
            "会宁县",
            "会宁县住建局",
        ),
        (
            "工作要点\n\n一、任务\n1.改造老旧小区、社区。\n2.老旧小区加装电梯。（责任单位：市住建局）\n",
            None,
            "市住建局",
        ),
    ],
)
def test_the_area_is_that_of_the_title_and_never_a_housing_estate(
    text: str, area: str | None, unit: str, gazetteer: extract.Gazetteer
) -> None:
    draft = extract.extract(text, "x", gazetteer)
    proposed = [thing["label"]["zh"] for thing in draft.reference if thing["id"].startswith("area:")]
    assert proposed == [area or "本市（文中未写其名：x）"]
    names = [one["label"]["zh"] for one in draft.record["organisations"]]
    assert next(name for name in names if name.endswith("局")) == unit


NEWS = (
    "青川市打响制造业翻身仗\n力争2027年工业投资突破300亿元\n"
    "本报讯（记者 王芳）5月6日，青川市举行新闻发布会，出台《青川市制造业振兴行动计划（2025—2027年）》，"
    "部署三大行动、12项重点任务。\n"
    "一是实施强链行动。新增规上企业60家。\n二是实施数字行动。建成智能工厂20个。\n"
    "图为青川经开区车间。本报记者 李强 摄\n三是实施育才行动。引进人才500人。\n"
    "计划提出，北岭区将打造“西部轴承之乡”，河口县要建成“水上运动谷”。\n"
)
REPORT = (
    "江城出台新方案\n本报讯 《江城市养老服务提升实施方案（2024—2026年）》近日正式印发。目前床位达到8000张。\n"
    "首先，扩大供给。新增床位2000张。\n其次，提升质量。护理型床位占比达到60%。\n据悉，江城市去年新增床位900张。\n"
)


@pytest.mark.parametrize(
    ("text", "plan", "parts", "said"),
    [
        (
            NEWS,
            ("青川市制造业振兴行动计划（2025—2027年）", "2025", "2027", "2025"),
            ["TaskGroup 一是 实施强链行动", "TaskGroup 二是 实施数字行动", "TaskGroup 三是 实施育才行动"],
            [
                "北岭区 “西部轴承之乡”",
                "河口县 “水上运动谷”",
                "T 工业投资 突破300亿元 level 2027",
                "T 规上企业 60家 increment 2027",
                "T 智能工厂 20个 increment 2027",
                "T 人才 500人 increment 2027",
            ],
        ),
        (
            REPORT,
            ("江城市养老服务提升实施方案（2024—2026年）", "2024", "2026", "2024"),
            ["Measure 首先 扩大供给", "Measure 其次 提升质量"],
            [
                "T 床位 2000张 increment 2026",
                "T 护理型床位占比 60% share 2026",
                "O 床位 8000张 level 2024",
                "O 床位 900张 increment 2023",
            ],
        ),
    ],
)
def test_a_report_in_a_newspaper_is_about_the_plan_that_it_names(
    text: str,
    plan: tuple[str, ...],
    parts: list[str],
    said: list[str],
    gazetteer: extract.Gazetteer,
) -> None:
    draft = extract.extract(text, "x", gazetteer)
    (told,) = draft.record["plans"]
    assert plan == (told["label"]["zh"], told["periodStart"], told["periodEnd"], draft.record["publicationYear"])
    assert [f"{one['type']} {one['number']} {one['label']['zh']}" for one in told["parts"]] == parts
    areas = {thing["id"]: thing["label"]["zh"] for thing in draft.reference}
    positionings = [f"{areas[one['ofArea']]} {one['label']['zh']}" for one in told.get("positionings", [])]
    assert positionings + _numbers(draft, gazetteer) == said


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        (
            "粮食产量由2020年的86万吨增加到2022年的98万吨；到2025年森林覆盖率由42.5%提高到46%。",
            ["T 森林覆盖率 46% share 2025 42.5", "O 粮食产量 98万吨 level 2022 2020 860000"],
        ),
        (
            "到2025年，规上企业从120家发展到200家以上，企业开办时间由3个工作日压缩至1个工作日。",
            ["T 规上企业 200家以上 level 2025 120", "T 企业开办时间 1个工作日 level 2025 3"],
        ),
        (
            "到2025年，工业投资由56.8增加到90亿元，单位GDP能耗由去年的0.48吨标准煤降到0.4吨标准煤，失业率由3.2%降至0。",
            [
                "T 工业投资 90亿元 level 2025 5680000000",
                "T 单位GDP能耗（能量） 0.4吨标准煤 level 2025 2022 0.48",
                "T 失业率 0 share 2025 3.2",
            ],
        ),
        (
            "到2025年，居民消费价格上涨3%左右，企业成本降低率达到5%，规上企业营收增长8%，算力上涨到90P。",
            [
                "T 居民消费价格 3%左右 growth-rate 2025",
                "T 企业成本 5% reduction-rate 2025",
                "T 规上企业营收 8% growth-rate 2025",
                "T 算力 90P level 2025",
            ],
        ),
        (
            "到2025年，从事研发的规上企业达到30家，从业人员增加到5万人。",
            ["T 从事研发的规上企业 30家 level 2025", "T 从业人员 5万人 level 2025"],
        ),
    ],
)
def test_a_change_is_one_statement_with_what_it_is_measured_from(
    sentence: str, numbers: list[str], gazetteer: extract.Gazetteer
) -> None:
    text = f"青川市工业行动方案（2023—2025年）\n\n一、工作任务\n{sentence}\n"
    assert _numbers(extract.extract(text, "x", gazetteer), gazetteer) == numbers


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        (
            "2022年，工业总产值增长9%；城镇、农村居民人均可支配收入分别达到48000元和22000元，增长6.1%、8.3%。",
            [
                "O 工业总产值 9% growth-rate 2022",
                "O 城镇居民人均可支配收入 48000元 per-capita 2022",
                "O 农村居民人均可支配收入 22000元 per-capita 2022",
                "O 城镇居民人均可支配收入 6.1% growth-rate 2022",
                "O 农村居民人均可支配收入 8.3% growth-rate 2022",
            ],
        ),
        (
            "到2025年，粮食、蔬菜产量分别达到60万吨、90万吨，火灾起数和受伤人数分别下降12%、9%。",
            [
                "T 粮食产量 60万吨 level 2025",
                "T 蔬菜产量（重量） 90万吨 level 2025",
                "T 火灾起数 12% reduction-rate 2025",
                "T 受伤人数 9% reduction-rate 2025",
            ],
        ),
        (
            "到2025年，其中一二三产增加值分别增长3%、6%左右、5%，第二、三产业增加值分别达到80亿元、90亿元。",
            [
                "T 第一产业增加值 3% growth-rate 2025",
                "T 第二产业增加值 6%左右 growth-rate 2025",
                "T 第三产业增加值 5% growth-rate 2025",
                "T 第二产业增加值 80亿元 level 2025",
                "T 第三产业增加值 90亿元 level 2025",
            ],
        ),
        (
            "到2025年，进口额达到20亿元、出口额达到50亿元，分别增长5%、11%；贷款余额达到70亿元，增长4%。",
            [
                "T 进口额 20亿元 level 2025",
                "T 出口额 50亿元 level 2025",
                "T 进口额 5% growth-rate 2025",
                "T 出口额 11% growth-rate 2025",
                "T 贷款余额 70亿元 level 2025",
                "T 贷款余额 4% growth-rate 2025",
            ],
        ),
    ],
)
def test_lists_of_values_are_dealt_out_to_what_they_measure(
    sentence: str, numbers: list[str], gazetteer: extract.Gazetteer
) -> None:
    text = f"青川市工业行动方案（2023—2025年）\n\n一、工作任务\n{sentence}\n"
    assert _numbers(extract.extract(text, "x", gazetteer), gazetteer) == numbers


@pytest.mark.parametrize(
    ("heading", "lead", "year", "why"),
    [
        ("一、重点任务", "", "2026", ""),
        ("一、“十五五”时期重点任务", "", "2030", "printed in a heading"),
        ("一、重点任务", "“十五五”期间，着力推进以下任务。\n", "2030", "text above"),
    ],
)
def test_a_comparison_is_due_as_its_section_says(
    heading: str, lead: str, year: str, why: str, whole_gazetteer: extract.Gazetteer
) -> None:
    """增速高于全国 names no year: that of what stands above it comes before that of the whole report."""
    text = (
        "政府工作报告\n（2026年1月20日在东陵县第十届人民代表大会上）\n"
        f"{heading}\n{lead}（一）做强茶业\n力争茶叶产值增速高于全国平均水平。\n二、2026年主要工作\n（一）建设茶园\n建设茶园5万亩。\n"
    )
    draft = extract.extract(text, "x", whole_gazetteer)
    waiting, targets = list(draft.record["plans"]), []
    while waiting:
        part = waiting.pop()
        waiting += part.get("parts", [])
        targets += [each for each in part.get("targets", []) if each["valueKind"] == "relative"]
    reasons = [each.get("reason", {}).get("en", "") for each in targets]
    assert [(each.get("deadline", ""), each.get("hedge")) for each in targets] == [(year, "strive")]
    assert [why in reason for reason in reasons] == [True]


def test_an_aim_is_read_behind_the_words_that_set_it(whole_gazetteer: extract.Gazetteer) -> None:
    """提出, 包括, 目标设定为 are no part of what is measured, 2035年远景目标 no year of what is set for it."""
    text = (
        "政府工作报告\n（2026年1月20日在东陵县第十届人民代表大会上）\n一、“十五五”时期主要目标\n"
        "综合考虑实现2035年远景目标、现实支撑条件，提出地区生产总值年均增长5%—5.5%。\n"
        "设置主要指标，包括社会消费品零售总额年均增长6%左右。\n一般公共预算收入增速目标设定为年均增长3%。\n"
        "二、2026年主要工作\n（一）建设茶园\n建设茶园5万亩。\n"
    )
    (plan,) = extract.extract(text, "x", whole_gazetteer).record["plans"]
    part = next(part for part in plan["parts"] if part["label"]["zh"].endswith("主要目标"))
    shown = [(each["ofIndicator"], each["printedValue"], each["deadline"]) for each in part["targets"]]
    assert shown == [
        ("indicator:gdp", "5%—5.5%", "2030"),
        ("indicator:retail-sales", "6%左右", "2030"),
        ("indicator:general-public-budget-revenue", "3%", "2030"),
    ]


def test_a_change_over_years_is_not_one_of_its_last_year(whole_gazetteer: extract.Gazetteer) -> None:
    text = (
        "政府工作报告\n（2026年1月20日在东陵县第十届人民代表大会上）\n一、2025年工作回顾\n"
        "一般公共预算收入累计完成37亿元，5年增长18.7%。常住人口城镇化率达到67.5%、五年提高4.5个百分点。\n"
        "全年地区生产总值增长5%。社会消费品零售总额连续5年增长6%。\n"
        "二、2026年主要工作\n（一）建设茶园\n建设茶园5万亩。\n"
    )
    observations = extract.extract(text, "x", whole_gazetteer).record["observations"]
    changes = [(each["printedValue"], each.get("periodStart"), each["year"]) for each in observations]
    assert [change for change in changes if change[0] not in ("37亿元", "67.5%")] == [
        ("18.7%", "2021", "2025"),
        ("4.5个百分点", "2021", "2025"),
        ("5%", None, "2025"),
        ("6%", None, "2025"),
    ]
