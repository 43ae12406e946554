"""From a text to a draft: what is read from three short texts of three forms, and that the drafts build."""

from __future__ import annotations

import doctest
import importlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from policygraph import build, cli, extract, paths
from policygraph.extract.actors.roles import read_roles
from policygraph.extract.figures.statements import read_statements
from policygraph.extract.figures.times import Calendar
from policygraph.extract.structure.parser import read_outline

ROOT = Path(__file__).resolve().parents[1]
TEXTS = Path(__file__).parent / "extract"

#: What each text holds, in the order of the text: its parts by depth, number and label.
PARTS = {
    "task-list": """\
TaskGroup 一、 招商引资和项目建设（3项）
  Task 1. 全年引进亿元以上项目25个
  Task 2. 推动总投资12亿元的新能源电池项目开工建设
  Task 3. 完成固定资产投资80亿元，增长10%
TaskGroup 二、 乡村振兴（2项）
  Task 4. 新建高标准农田3.5万亩，2024年10月底前完成
  Task 5. 创建省级美丽乡村示范村8个，农村生活污水治理率达到40%以上
TaskGroup 三、 民生保障（2项）
  Task 7. 新增公办幼儿园学位600个
  Task 8. 县中医院新院区9月底前投入使用
""",
    "work-report": """\
TaskGroup 一、 2023年工作回顾
  Task （一） 产业升级步伐加快
TaskGroup 二、 2024年主要工作
  Task （一） 持续深化改革开放
    Measure 一是 优化营商环境
    Measure 二是 推进国企改革
  Task （二） 推动绿色低碳转型
""",
    "action-plan": """\
OverallGoal 总体目标
TaskGroup 主要任务
  TaskGroup 蓝天保卫行动
    Task ● 优化能源结构
    Task ● 治理扬尘污染
  TaskGroup 碧水提升行动
    Task ● 整治城乡黑臭水体
Safeguard 保障措施
  Safeguard 加强领导
    GovernanceMechanism 每月召开一次调度会
  Safeguard 落实责任
""",
    "outline": """\
Task 第一章 发展环境
OverallGoal 第二章 主要目标
  SubGoal —— 经济发展取得新成效
  SubGoal 专栏1 主要指标
""",
    "task-table": """\
TaskGroup 一、 产业发展
  Task 1 推进汽车产业园建设
  Task 2 建设算力中心
""",
}
#: The targets (T), observations (O) and counts (C) of each text.
NUMBERS = {
    "task-list": """\
C Task 3 3项
T 亿元以上项目 | 25个 | increment eq 2024
T 固定资产投资 | 80亿元 | level eq 2024
T 固定资产投资 | 10% | growth-rate eq 2024
C Task 2 2项
T 高标准农田（面积） | 3.5万亩 | increment eq 2024
T 省级美丽乡村示范村 | 8个 | increment eq 2024
T 农村生活污水治理率 | 40%以上 | share gteq 2024
C Task 2 2项
T 公办幼儿园学位 | 600个 | increment eq 2024
""",
    "work-report": """\
C TaskGroup 6 六个方面
T 地区生产总值 | 6.5%左右 | growth-rate approximately 2024
T 城镇登记失业率 | 4%以内 | share lteq 2024
T 粮食总产量（重量） | 85万吨以上 | level gteq 2024
T 企业开办时间 | 0.5天以内 | level lteq 2024
T 国有企业资产总额 | 3000亿元 | level eq 2024
T PM2.5平均浓度 | 30微克/立方米以下 | level lteq 2024
T 单位GDP能耗 | 2.8% | reduction-rate eq 2024
O 地区生产总值 | 3520亿元 | level eq 2023
O 地区生产总值 | 6.1% | growth-rate eq 2023
O 城镇新增就业 | 5.2万人 | increment eq 2023
O 规模以上工业增加值 | 7.4% | growth-rate eq 2023
O 规上工业企业 | 86家 | increment eq 2023
O 高新技术企业数量 | 620家 | level eq 2023
""",
    "action-plan": """\
C TaskGroup 2 2大行动
C Task 3 3项任务
T 空气质量优良天数比例 | 90% | share eq 2024
T 空气质量优良天数比例 | 91% | share eq 2025
T 空气质量优良天数比例 | 92% | share eq 2026
T 营造林（面积） | 12万亩 | increment eq 2026
T 林地（面积） | 3万公顷 | increment eq 2026
T 城市生活垃圾无害化处理率 | 100% | share eq 2026
T 农村生活垃圾无害化处理率 | 95%以上 | share gteq 2026
T 非化石能源消费占比 | 18% | share eq 2026
T 煤炭消费量 | 10% | reduction-rate eq 2026
T 装配式建筑占新建建筑比例 | 35%以上 | share gteq 2026
T 入河排污口 | 28个 | increment eq 2025
""",
    "outline": """\
T 地区生产总值 | 高于全国平均水平 | relative gt 2025
T 地区生产总值 | 2600 | level eq 2025
T 地区生产总值 | 7左右 | average-annual-growth approximately 2025
T 常住人口城镇化率 | 63 | share eq 2025
O 地区生产总值 | 1860亿元 | level eq 2020
O 地区生产总值 | 6.8% | average-annual-growth eq 2020
O 城镇化率 | 58.1% | share eq 2020
O 常住人口城镇化率 | 58.1 | share eq 2020
""",
    "task-table": """\
T 投资 | 20亿元 | level eq 2023
T 规上企业 | 5家 | increment eq 2023
T 机架 | 3000个 | increment eq 2023
""",
}
#: Who answers for what: the first characters of the part, the role, the name.
ROLES = {
    "task-list": """\
东陵县2024 responsible 各乡镇人民政府
东陵县2024 responsible 街道办事处
全年引进亿元以 lead 李伟
全年引进亿元以 responsible 东陵县投资促进中心
全年引进亿元以 responsible 东陵县发改局
推动总投资12 lead 李伟
推动总投资12 responsible 东陵县工信局
推动总投资12 cooperating 东陵县自然资源局
推动总投资12 cooperating 东陵县生态环境分局
完成固定资产投 lead 东陵县发改局
完成固定资产投 responsible 各乡镇人民政府
完成固定资产投 responsible 经济开发区管委会
新建高标准农田 lead 东陵县农业农村局
新建高标准农田 cooperating 东陵县财政局
新建高标准农田 cooperating 东陵县水利局
创建省级美丽乡 responsible 东陵县农业农村局
创建省级美丽乡 responsible 东陵县住建局
创建省级美丽乡 responsible 各乡镇
新增公办幼儿园 responsible 东陵县教育局
县中医院新院区 responsible 东陵县卫健局
县中医院新院区 responsible 东陵县中医院
""",
    "work-report": "",
    "action-plan": """\
加强领导 hosting 云岭县生态环境局
落实责任 lead 云岭县生态环境局
落实责任 responsible 县直各部门
落实责任 responsible 各乡镇（街道）
""",
    "outline": "",
    "task-table": """\
推进汽车产业园 lead 云州市工信局
推进汽车产业园 responsible 云州市发展改革委
推进汽车产业园 responsible 云州市商务局
推进汽车产业园 responsible 高新区管委会
建设算力中心 lead 云州市大数据局
建设算力中心 responsible 云州市经信局
""",
}


@pytest.fixture(scope="module")
def drafts(gazetteer: extract.Gazetteer) -> dict[str, extract.Draft]:
    return {name: extract.extract(_text(name), name, gazetteer) for name in PARTS}


def _text(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_bytes().decode()


def _elements(draft: extract.Draft) -> list[tuple[int, dict[str, Any]]]:
    found: list[tuple[int, dict[str, Any]]] = []
    pending = [(0, draft.record["plans"][0])]
    while pending:
        depth, thing = pending.pop()
        found.append((depth, thing))
        pending += [(depth + 1, part) for part in reversed(thing.get("parts", []))]
    return found


def _names(draft: extract.Draft) -> dict[str, str]:
    things = [*draft.reference, *draft.record.get("organisations", []), *draft.record.get("people", [])]
    return {thing["id"]: thing["label"]["zh"] for thing in things}


@pytest.mark.parametrize("name", PARTS)
def test_parts_stand_under_what_they_belong_to(name: str, drafts: dict[str, extract.Draft]) -> None:
    lines = [
        "  " * (depth - 1) + " ".join(filter(None, (part["type"], part.get("number"), part["label"]["zh"])))
        for depth, part in _elements(drafts[name])[1:]
    ]
    assert "".join(f"{line}\n" for line in lines) == PARTS[name]


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_say_what_is_measured_how_much_and_by_when(
    name: str, drafts: dict[str, extract.Draft], gazetteer: extract.Gazetteer
) -> None:
    draft = drafts[name]
    names = {**gazetteer.labels, **_names(draft)}

    def line(kind: str, value: dict[str, Any]) -> str:
        year = value.get("deadline") or value.get("year")
        what = f"{names[value['ofIndicator']]} | {value['printedValue']}"
        return f"{kind} {what} | {value['valueKind']} {value['comparator']} {year}\n"

    lines = []
    for _, part in _elements(draft):
        lines += [f"C {one['countsClass']} {one['declared']} {one['printedCount']}\n" for one in part.get("counts", [])]
        lines += [line("T", one) for one in part.get("targets", [])]
    lines += [line("O", one) for one in draft.record.get("observations", [])]
    assert "".join(lines) == NUMBERS[name]


@pytest.mark.parametrize("name", ROLES)
def test_roles_name_every_unit_once(name: str, drafts: dict[str, extract.Draft]) -> None:
    names = _names(drafts[name])
    lines = [
        f"{part['label']['zh'][:7]} {one['role']} {names[one['agent']]}\n"
        for _, part in _elements(drafts[name])
        for one in part.get("responsibilities", [])
    ]
    assert "".join(lines) == ROLES[name]


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        ("（市农业农村局牵头，市财政局、市水利局配合）", "lead 市农业农村局, cooperating 市财政局 市水利局"),
        ("[牵头部门：教育局 配合部门：财政局]", "lead 教育局, cooperating 财政局"),
        ("（责任单位：市发展改革委、市卫生健康委按职责分工负责）", "responsible 市发展改革委 市卫生健康委"),
        ("（责任单位：区民政局，区残联配合）", "responsible 区民政局, cooperating 区残联"),
        ("（市经信局、市文化和旅游局，排第一的为牵头单位）", "lead 市经信局, responsible 市文化和旅游局"),
        (
            "责任单位：各区、县（市）人民政府，市委宣传部（市文明办）",
            "responsible 各区、县（市）人民政府 市委宣传部（市文明办）",
        ),
        ("由县教育局牵头，县财政局等单位配合。", "lead 县教育局, cooperating 县财政局 等单位"),
        ("市科技局会同市财政局等部门研究制定政策。", "lead 市科技局, cooperating 市财政局"),
        ("包抓领导：赵敏 副县长", "responsible 赵敏"),
        ("发挥市级资金作用，牵头引领发展。", ""),
    ],
)
def test_a_role_is_read_in_every_way_it_is_printed(said: str, roles: str) -> None:
    text = f"某市行动方案\n\n一、任务\n推进工作。{said}\n"
    told: dict[str, list[str]] = {}
    for one in read_roles(text, read_outline(text)):
        told.setdefault(one.role, []).append(one.agent.name)
    assert ", ".join(" ".join([role, *names]) for role, names in told.items()) == roles


@pytest.mark.parametrize(
    ("said", "years"),
    [
        ("2024年6月底前，完成改造项目20个；年底前再完成30个。", [2024, 2024]),
        ("到二〇二五年，森林覆盖率达到50%，到二〇三五年达到55%。", [2025, 2035]),
        ("2025年、2030年非化石能源消费比重分别达到20%、25%左右。", [2025, 2030]),
        ("到2025年底，建成充电桩1万个（2023年底前5000个）。", [2025, 2023]),
        ("近期（2023—2025年），处理率达到95%；远期（2026—2035年），处理率达到98%以上。", [2025, 2035]),
        ("明年上半年建成停车位5000个。", [2024]),
        ("力争通过三年努力，高新技术企业达到500家。", [2025]),
        ("新建学校10所，2024年9月投入使用。", [2024]),
        ("完成时限：2024年12月底。新建学校10所。", [2024]),
        ("截至2022年底，已建成5G基站8000个，2023年计划新建2000个。", [2022, 2023]),
        ("利用率由2020年的73%提高到85%。", [2025]),
        ("自2022年起，每年安排专项资金5000万元。", [2025]),
        ("GDP突破5000亿元，比2020年翻一番。", [2025, 2025]),
    ],
)
def test_a_year_is_read_in_every_way_it_is_printed(said: str, years: list[int]) -> None:
    text = f"某市行动方案\n\n一、任务\n{said}\n"
    values = read_statements(text, read_outline(text), Calendar(2023, 2023, 2025)).values
    assert [value.year for value in values] == years


def test_a_gap_in_the_numbers_is_told_and_not_mended(drafts: dict[str, extract.Draft]) -> None:
    (issue,) = drafts["task-list"].record["issues"]
    assert issue == {
        "id": "issue-1",
        "issueKind": "omission",
        "decision": {
            "zh": "编号“7.”不接前一编号，此处应为第 6 项；照印著录，不补不改。",
            "en": "The number 7 does not follow the number before it: 6 was due. Recorded as printed.",
        },
        "affects": ["e3-1"],
        "confidence": "0.9",
        "rule": "numbering/gap",
        "evidence": ["#char=369,371"],
    }


def test_a_statement_says_which_rule_made_it_and_how_sure_it_is(drafts: dict[str, extract.Draft]) -> None:
    wrapped = drafts["task-list"].record["plans"][0]["parts"][0]["parts"][2]["targets"][1]
    assert wrapped == {
        "id": "e1-3-t2",
        "ofIndicator": "indicator:fixed-asset-investment",
        "ofArea": "area:dong-ling-xian-93bbc693",
        "value": "10",
        "inUnit": "unit:PERCENT",
        "valueKind": "growth-rate",
        "comparator": "eq",
        "deadline": "2024",
        "printedValue": "10%",
        "isInferred": "true",
        "infers": ["hasDeadline"],
        "reason": {
            "zh": "原文未写期限，取方案的终止年。",
            "en": "The text gives no year; the plan's last year is taken.",
        },
        "confidence": "0.98",
        "rule": "target/subject-of-the-sentence",
        "evidence": ["#char=183,199"],
    }


def test_a_value_of_a_table_has_its_unit_from_the_head(drafts: dict[str, extract.Draft]) -> None:
    box = drafts["outline"].record["plans"][0]["parts"][1]["parts"][1]
    assert [
        (value["value"], value["inUnit"], value["printedValue"], value["printedUnit"]) for value in box["targets"]
    ] == [
        ("260000000000", "unit:CCY_CNY", "2600", "亿元"),
        ("7", "unit:PERCENT", "7左右", "%"),
        ("63", "unit:PERCENT", "63", "%"),
    ]


def test_what_an_area_is_to_become_and_what_a_formula_consists_of(drafts: dict[str, extract.Draft]) -> None:
    record = drafts["outline"].record
    goal = record["plans"][0]["parts"][1]["parts"][0]
    assert [(one["label"]["zh"], one["ofArea"]) for one in goal["positionings"]] == [
        ("区域性先进制造中心", "area:qing-chuan-shi-2747e47e"),
        ("现代物流枢纽", "area:qing-chuan-shi-2747e47e"),
        ("文化旅游目的地", "area:qing-chuan-shi-2747e47e"),
    ]
    (reading,) = record["readings"]
    assert [part["label"]["zh"] for part in reading["components"]] == [
        "区域性先进制造中心",
        "现代物流枢纽",
        "文化旅游目的地",
    ]


def test_a_sentence_cut_at_the_end_of_a_column_is_read_as_one(gazetteer: extract.Gazetteer) -> None:
    text = (
        "先锋市建设新城特别报道\n\n围绕创新格局，加快布局重大平台，推进科技自立自强，到2025年，科技型企\n\n"
        "园区夜景。 本报记者 李强 摄\n\n业达到3万家，专利授权量达到5万件。\n"
    )
    draft = extract.extract(text, "x", gazetteer)
    (target, _) = draft.record["plans"][0]["targets"]
    assert (target["printedValue"], text[slice(*map(int, target["evidence"][0][6:].split(",")))]) == (
        "3万家",
        "科技型企\n\n园区夜景。 本报记者 李强 摄\n\n业达到3万家",
    )


def test_clauses_are_read_where_they_are_asked_for(gazetteer: extract.Gazetteer) -> None:
    text = (
        "先锋市行动方案\n（一）优化环境。深化“放管服”改革，加快建设诚信体系，让企业安心发展，营商环境持续优化。"
        "到2025年，办理时间压缩至3天以内。\n（二）办好教育\n"
    )
    (group, plain) = extract.extract(text, "x", gazetteer, clauses=True).record["plans"][0]["parts"]
    assert [(part["type"], part["label"]["zh"], part["rule"]) for part in group["parts"]] == [
        ("Measure", "深化“放管服”改革", "clause/measure"),
        ("Measure", "加快建设诚信体系", "clause/measure"),
        ("Goal", "让企业安心发展", "clause/goal"),
        ("Goal", "营商环境持续优化", "clause/goal"),
    ]
    assert "parts" not in plain
    assert "parts" not in extract.extract(text, "x", gazetteer).record["plans"][0]["parts"][0]


def test_a_letter_gives_way_to_the_plan_that_it_brings() -> None:
    text = (
        "临江市人民政府关于印发临江市数字经济行动方案的通知\n\n临政发〔2023〕18号\n\n各区人民政府：\n"
        "现将行动方案印发给你们，请认真执行。\n\n临江市人民政府\n2023年4月6日\n\n临江市数字经济行动方案\n\n一、总体要求\n二、重点任务\n"
    )
    outline = read_outline(text)
    assert (outline.root.label, [part.label for part in outline.root.parts]) == (
        "临江市数字经济行动方案",
        ["总体要求", "重点任务"],
    )


HOSTILE = {
    "one line": "发展" * 5_000,
    "brackets": "（" * 5_000 + "甲" + "）" * 5_000,
    "numbers only": "12345.6 " * 1_500,
    "no punctuation": "建设项目100个完成投资20亿元" * 700,
    "markers": "（一）" * 3_000,
    "items": "".join(f"{number % 20 + 1}. 甲\n" for number in range(1_500)),
    "labels": "牵头单位：" * 2_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_makes_it_fail(name: str, gazetteer: extract.Gazetteer) -> None:
    assert extract.extract(HOSTILE[name], "x", gazetteer).record["id"] == "document:x"


def test_numbering_runs_on_across_chapters_and_one_group_has_no_number() -> None:
    text = (
        "先锋市行动方案\n（一）着力发展产业，在兴业上实现新突破\n1.做强装备\n2.做优食品\n"
        "（二）着力改善民生，在富民上实现新突破\n3.扩大就业\n4.办好教育\n"
        "同时，着力兴旺乡村，在振兴上实现新突破\n5.建好农田\n6.美化村庄\n"
    )
    outline = read_outline(text)
    assert [(part.depth, part.label) for part in outline.root.walk()][1:] == [
        (1, "着力发展产业，在兴业上实现新突破"),
        (2, "做强装备"),
        (2, "做优食品"),
        (1, "着力改善民生，在富民上实现新突破"),
        (2, "扩大就业"),
        (2, "办好教育"),
        (1, "同时，着力兴旺乡村，在振兴上实现新突破"),
        (2, "建好农田"),
        (2, "美化村庄"),
    ]
    assert outline.gaps == []


def test_a_date_below_the_title_is_that_of_publication(gazetteer: extract.Gazetteer) -> None:
    head = "政府工作报告\n——2031年1月16日在滨海县第八届人民代表大会上\n县长　王明\n\n"
    text = f"{head}一、工作回顾\n2030年12月1日，大桥通车。\n"
    draft = extract.extract(text, "report", gazetteer)
    assert (draft.record["publicationDate"], "isInferred" in draft.record) == ("2031-01-16", False)


def test_the_deadline_of_a_task_stands_where_its_line_prints_it(gazetteer: extract.Gazetteer) -> None:
    deadlines = {"山前基地": "2027年6月底前", "山后基地": "2027年12月底前", "河边基地": "2027年底前"}
    tasks = [
        f"{number}.{name}\n新建茶园50亩。\n完成时限：{when}\n"
        for number, (name, when) in enumerate(deadlines.items(), 1)
    ]
    text = f"东陵县茶业发展行动方案\n2027年1月5日\n一、主要任务\n{''.join(tasks)}"
    (plan,) = extract.extract(text, "list", gazetteer).record["plans"]
    places = {
        name: [text[slice(*map(int, place[6:].split(",")))] for place in target["evidence"]]
        for name, target in _targets(plan)
    }
    # the same figure in June and in December is two goals; the place of a deadline is cited by what it dates alone
    assert places == {
        "山前基地": ["茶园50亩", "2027年6月底前"],
        "山后基地": ["茶园50亩", "2027年12月底前", "茶园50亩"],
    }


def _targets(part: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The targets of a part and of all below it, each with the label of the part that sets it."""
    own = [(part["label"]["zh"], target) for target in part.get("targets", ())]
    return [*own, *(pair for below in part.get("parts", ()) for pair in _targets(below))]


@pytest.mark.parametrize(
    ("heading", "classes"),
    [
        ("（三）优化人才服务保障", ["TaskGroup", "Task", "Measure"]),
        ("二、服务保障", ["TaskGroup", "Safeguard", "Safeguard"]),
        ("（三）组织保障", ["TaskGroup", "Safeguard", "Safeguard"]),
    ],
)
def test_services_are_a_safeguard_at_the_top_alone(
    heading: str, classes: list[str], gazetteer: extract.Gazetteer
) -> None:
    text = f"东陵县茶业发展方案\n一、茶园建设\n（一）新建茶园\n1.选址。靠近水源。\n{heading}\n1.设立专窗。一次办结。\n"
    kinds = {
        part["label"]["zh"]: part.get("type", "") for _, part in _elements(extract.extract(text, "plan", gazetteer))
    }
    name = heading.lstrip("（三）二、")
    assert [kinds["茶园建设"], kinds[name], kinds["设立专窗"]] == classes


def test_drafts_build_without_an_error(drafts: dict[str, extract.Draft], tmp_path: Path) -> None:
    for folder in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("sources"))
    folders = paths.find(tmp_path)
    for name, draft in drafts.items():
        extract.write(draft, _text(name), folders.data / "records" / f"{name}.yaml", folders)
    graph = build.run(folders)
    assert [finding.text() for finding in graph.findings if finding.severity.term == "Violation"] == []
    assert sorted(name for name in graph.missing_texts if name.removesuffix(".txt") in drafts) == []


def test_the_command_writes_the_draft_and_what_it_needs(tmp_path: Path) -> None:
    text = tmp_path / "清单.txt"
    text.write_bytes((TEXTS / "task-list.txt").read_bytes())
    record = tmp_path / "out" / "dongling-2024.yaml"
    result = CliRunner().invoke(
        cli.main, ["--language", "en", "--root", str(ROOT), "extract", str(text), "-o", str(record)]
    )
    assert result.exit_code == 0, result.output
    assert [" ".join(line.split()) for line in result.stdout.splitlines()[:10]] == [
        "In the draft",
        "class number",
        "elements 10",
        "targets 7",
        "observations 0",
        "responsibilities 21",
        "count claims 3",
        "mechanisms 0",
        "codings 12",
        "proposed reference entries 2",
    ]
    assert sorted(path.name for path in record.parent.iterdir()) == [
        "dongling-2024.reference.yaml",
        "dongling-2024.sources.yaml",
        "dongling-2024.txt",
        "dongling-2024.yaml",
    ]
    assert (record.parent / "dongling-2024.txt").read_bytes() == text.read_bytes()


def test_the_draft_of_one_text_is_named_after_it_in_a_folder(tmp_path: Path) -> None:
    text = tmp_path / "list.txt"
    text.write_text(_text("task-list"), encoding="utf-8")
    result = CliRunner().invoke(cli.main, ["extract", str(text), "-o", str(tmp_path)])
    assert (result.exit_code, sorted(path.name for path in tmp_path.glob("*.yaml"))) == (
        0,
        ["list.reference.yaml", "list.sources.yaml", "list.yaml"],
    )


@pytest.mark.parametrize(("slug", "text", "said"), [("Bad Slug", "一、任务", "cannot name"), ("x", " \n ", "no words")])
def test_what_cannot_be_drafted_is_said(slug: str, text: str, said: str, gazetteer: extract.Gazetteer) -> None:
    with pytest.raises(extract.ExtractError, match=said):
        extract.extract(text, slug, gazetteer)


EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "policygraph" / "extract").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


def test_there_are_examples_in_the_documentation_of_modules() -> None:
    assert "policygraph.extract.structure.numbering" in EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_in_the_documentation_of_modules_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
