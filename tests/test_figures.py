"""The passes of the number reader: mentions, the time that governs a value, target or observation, confidence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policygraph.extract.figures import benefits, dating, mentions, role
from policygraph.extract.figures.contexts import Context, sentences
from policygraph.extract.figures.statements import Value, read_statements
from policygraph.extract.figures.times import Calendar, Time, find_times
from policygraph.extract.structure.outline import Part
from policygraph.extract.structure.parser import read_outline
from policygraph.quantity import find

#: A plan of 2026 to 2030, seen in 2026.
CALENDAR = Calendar(2026, 2026, 2030)


def _contexts(text: str, calendar: Calendar = CALENDAR) -> list[Context]:
    times = find_times(text, calendar)
    return [context for sentence in sentences(text, find(text), times) for context in sentence.contexts({})]


def _values(text: str, calendar: Calendar = CALENDAR) -> list[Value]:
    return read_statements(text, read_outline(text), calendar).values


def _part(heading: str, line: str) -> tuple[str, Part]:
    text = f"东陵县茶业发展行动计划\n\n{heading}\n{line}\n"
    return text, read_outline(text).root.parts[0]


@pytest.mark.parametrize("rule", role.RULES, ids=lambda rule: rule.name)
def test_every_rule_of_roles_decides_its_example(rule: role.Rule) -> None:
    heading, line = rule.example
    text, part = _part(heading, line)
    section = dating.read_section(text, part, CALENDAR)
    context = _contexts(line)[-1]
    given = dating.governing(context, "level", section, None, None)
    evidence = role.evidence_of(context, given, section, continues="，入驻" in line)
    assert (role.decide(evidence).name, rule.role) == (rule.name, _values(text)[-1].role)


@pytest.mark.parametrize("name", mentions.RULES)
def test_every_rule_of_mentions_decides_its_example(name: str) -> None:
    assert mentions.mention(_contexts(mentions.RULES[name].example)[0]) == name


@pytest.mark.parametrize("name", benefits.RULES)
def test_every_rule_of_benefits_decides_its_example(name: str) -> None:
    contexts = _contexts(benefits.RULES[name].example)
    frame = benefits.Frame(
        contexts[-1],
        granting=name == "in a document of measures",
        follows=name == "after another term",
        requirement=name == "what has to be met",
    )
    assert benefits.frame_of(frame) == name


def _terms(line: str, *, granting: bool = False) -> list[tuple[object, ...]]:
    text = f"东陵县茶业发展行动计划\n\n一、做强茶业\n{line}\n"
    return [
        (each.quantity.printed, each.kind, each.comparator, each.beneficiary, each.purpose, each.frequency)
        for each in read_statements(text, read_outline(text), CALENDAR, granting=granting).terms
    ]


@pytest.mark.parametrize(
    ("line", "terms"),
    [
        (
            "符合条件的咖啡师可享受3年内40平方米面积的租金减免，毕业5年内可申请最高60万元贷款；单店最高20万元，"
            "同一企业每年不超过100万元。",
            [
                ("3年内", "relief", "lteq", "咖啡师", "", None),
                ("40平方米", "relief", "eq", "咖啡师", "", None),
                ("5年内", "condition", "lteq", "咖啡师", "", None),
                ("最高60万元", "credit", "lteq", "咖啡师", "", None),
                ("最高20万元", "ceiling", "lteq", "", "", None),
                ("不超过100万元", "ceiling", "lteq", "", "", "P1Y"),
            ],
        ),
        (
            "对年销售额首次达到500万元的茶企，按新增投入的10%给予奖励，最高30万元。",
            [
                ("500万元", "condition", "eq", "茶企", "", None),
                ("10%", "rate", "eq", "茶企", "", None),
                ("最高30万元", "ceiling", "lteq", "茶企", "", None),
            ],
        ),
        (
            "对通过绿色认证的，给予5万元一次性奖励。茶师每人每月补贴800元，最长12个月。",
            [
                ("5万元", "amount", "eq", "", "通过绿色认证", None),
                ("800元", "unit-amount", "eq", "", "", "P1M"),
                ("12个月", "ceiling", "lteq", "", "", None),
            ],
        ),
        # what is to be paid out in all, or raised, is no term
        ("到2028年发放茶业贷款50亿元，茶师补贴标准提高到每人每月900元，补贴覆盖率达到90%。", []),
    ],
)
def test_what_a_measure_grants_is_a_term_and_no_target(line: str, terms: list[tuple[object, ...]]) -> None:
    assert _terms(line) == terms
    targets = [value.quantity.printed for value in _values(f"东陵县茶业发展行动计划\n\n一、做强茶业\n{line}\n")]
    assert not set(targets) & {term[0] for term in terms}


def _dated(lines: str, calendar: Calendar = CALENDAR) -> Iterator[tuple[object, ...]]:
    for value in _values(f"东陵县茶业发展行动计划\n\n{lines}\n", calendar):
        yield value.role, value.quantity.printed, value.first, value.year, value.inferred, round(value.confidence, 2)


@pytest.mark.parametrize(
    ("lines", "calendar", "values"),
    [
        # what a year in the sentence says is surest
        ("一、做强茶业\n到2028年茶园达到5万亩。", CALENDAR, [("target", "5万亩", None, 2028, {}, 0.9)]),
        # nothing says when: the plan's last year, and less sure; without one, less still
        ("一、做强茶业\n茶园达到5万亩。", CALENDAR, [("target", "5万亩", None, 2030, {"year": "plan"}, 0.8)]),
        ("一、做强茶业\n茶园达到5万亩。", Calendar(2026), [("target", "5万亩", None, None, {}, 0.75)]),
        # a heading, and the head of the paragraph
        (
            "一、2027年工作\n茶园达到5万亩。",
            CALENDAR,
            [("target", "5万亩", None, 2027, {"year": "heading"}, 0.85)],
        ),
        (
            "一、做强茶业\n到2028年茶园达到5万亩。茶社达到30家。",
            CALENDAR,
            [("target", "5万亩", None, 2028, {}, 0.9), ("target", "30家", None, 2028, {}, 0.85)],
        ),
        # behind the value, where it is done
        ("一、做强茶业\n茶社达到30家，2027年底前建成。", CALENDAR, [("target", "30家", None, 2027, {}, 0.9)]),
        # the part gives it for all
        (
            "一、做强茶业\n茶园达到5万亩。\n完成时限：2027年6月底前。",
            CALENDAR,
            [("target", "5万亩", None, 2027, {}, 0.9)],
        ),
        # a yearly average begins with the plan
        (
            "一、做强茶业\n茶业产值年均增长6%。",
            CALENDAR,
            [("target", "6%", 2026, 2030, {"year": "plan", "first": "plan"}, 0.8)],
        ),
        # 由2020年的12%: the number is of that year
        (
            "一、做强茶业\n茶业占比是2020年的12%。",
            CALENDAR,
            [("observation", "12%", None, 2020, {}, 0.9)],
        ),
        # a section that looks back reports on the year before
        (
            "一、工作回顾\n茶园达到5万亩。",
            CALENDAR,
            [("observation", "5万亩", None, 2025, {"year": "period"}, 0.9)],
        ),
        (
            "一、工作回顾\n今年茶园达到5万亩。",
            CALENDAR,
            [("observation", "5万亩", None, 2025, {"year": "period"}, 0.9)],
        ),
    ],
)
def test_when_a_value_is_due_and_how_sure_that_is(
    lines: str, calendar: Calendar, values: list[tuple[object, ...]]
) -> None:
    assert list(_dated(lines, calendar)) == values


def test_a_number_that_is_told_of_a_year_has_no_baseline() -> None:
    (value,) = _values("东陵县茶业发展行动计划\n\n一、做强茶业\n茶业占比是2020年的12%。\n")
    assert (value.year, value.baseline) == (2020, None)
    (value,) = _values("东陵县茶业发展行动计划\n\n一、做强茶业\n到2028年茶业能耗比2020年下降12%。\n")
    assert (value.year, value.baseline) == (2028, 2020)


@pytest.mark.parametrize(
    ("lines", "calendar", "values"),
    [
        # from a year on, so many years: the first counts
        (
            "一、做强茶业\n2027年起3年内，引进茶师30名。",
            CALENDAR,
            [("target", "30名", 2027, 2029, {}, 0.9)],
        ),
        (
            "一、做强茶业\n2021年起5年内，引进茶师300名。",
            Calendar(None),
            [("target", "300名", 2021, 2025, {}, 0.9)],
        ),
        # the text above announces the time of what stands below it, a nearer heading is nearer
        (
            "（二）发展目标：“十五五”期间力争实现以下目标：\n1.引进100名茶艺师。",
            CALENDAR,
            [("target", "100名", 2026, 2030, {"year": "above"}, 0.85)],
        ),
        (
            "一、发展目标\n到2028年实现以下目标：\n（一）2027年目标\n引进茶师30名。",
            CALENDAR,
            [("target", "30名", None, 2027, {"year": "heading"}, 0.85)],
        ),
        # 长期 is no deadline
        (
            "一、做强茶业\n巡查茶园30处。\n完成时限：长期坚持。",
            CALENDAR,
            [("target", "30处", None, None, {}, 0.75)],
        ),
        # so many in each year, also behind the number and in the list that follows
        (
            "一、做强茶业\n每年资助茶师50名、培训学徒300人次，银行每年信贷额度不低于50亿元，发布标准20项/年。",
            CALENDAR,
            [
                ("target", "50名", 2026, 2030, {"year": "plan", "first": "plan"}, 0.8),
                ("target", "300人次", 2026, 2030, {"year": "plan", "first": "plan"}, 0.8),
                ("target", "不低于50亿元", 2026, 2030, {"year": "plan", "first": "plan"}, 0.8),
                ("target", "20项", 2026, 2030, {"year": "plan", "first": "plan"}, 0.8),
            ],
        ),
        # how long somebody has done something is no time of the plan's
        (
            "一、做强茶业\n注册3年内的茶企达到40家。",
            CALENDAR,
            [("target", "40家", None, 2030, {"year": "plan"}, 0.8)],
        ),
        # a review of five years, and one of a year behind it
        (
            "一、“十四五”时期和2025年工作回顾\n过去的五年，我们做了这些事。\n做强茶业。改造茶园30处，茶园达到5万亩。\n"
            "刚刚过去的2025年很不平凡。改造茶社6家。",
            Calendar(2026, 2026, 2026),
            [
                ("observation", "30处", 2021, 2025, {"year": "period"}, 0.85),
                ("observation", "5万亩", None, 2025, {"year": "period"}, 0.85),
                ("observation", "6家", None, 2025, {"year": "heading"}, 0.85),
            ],
        ),
    ],
)
def test_times_of_a_section_go_down_to_what_stands_in_it(
    lines: str, calendar: Calendar, values: list[tuple[object, ...]]
) -> None:
    assert list(_dated(lines, calendar)) == values


def test_a_deadline_keeps_the_month_and_the_earlier_end_that_it_has() -> None:
    (value,) = _values("东陵县茶业发展行动计划\n\n一、做强茶业\n2027年6月底前建成茶社5家。\n")
    assert (value.year, value.time and value.time.printed, value.when) == (2027, "2027年6月底前", (20, 29))
    (value,) = _values("东陵县茶业发展行动计划\n\n一、做强茶业\n三到五年内建成茶社5家。\n", Calendar(2025))
    assert (value.earliest, value.year) == (2028, 2030)


def _told(line: str) -> list[tuple[str, str, str, str, int | None]]:
    """Role, indicator, printed value, kind and year of the values of a line in a plan."""
    values = _values(f"东陵县茶业发展行动计划\n\n一、做强茶业\n{line}\n")
    return [(value.role, value.indicator, value.quantity.printed, value.kind, value.year) for value in values]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        # a past that is told without 目前
        (
            "县数据局布局算力中心，全县算力规模达3000P，较2025年初增长86.3%，今年以来已推动多个项目开工建设。",
            [
                ("observation", "算力规模", "3000P", "level", 2026),
                ("observation", "算力规模", "86.3%", "growth-rate", 2026),
            ],
        ),
        (
            "落实创业补贴。全县已建成6个创业社区，入驻创业者100余名。",
            [
                ("observation", "创业社区", "6个", "increment", 2026),
                ("observation", "入驻创业者", "100余名", "increment", 2026),
            ],
        ),
        # and what is to come all the same
        (
            "巩固已建成茶园，力争茶社达到30家。在已有5家的基础上，新建茶社6家。",
            [
                ("target", "茶社", "30家", "level", 2030),
                ("target", "茶社", "6家", "increment", 2030),
            ],
        ),
        # the head of the noun behind the number
        (
            "引进2000名具有硕士、博士学位的软件工程师，培养10名在全国有影响的青年作家，60名在全省有影响的青年画家。",
            [
                ("target", "软件工程师", "2000名", "increment", 2030),
                ("target", "青年作家", "10名", "increment", 2030),
                ("target", "青年画家", "60名", "increment", 2030),
            ],
        ),
        # a share of things that something is true of
        ("推动60%以上的敬老院三级达标。", [("target", "敬老院三级达标", "60%以上", "share", 2030)]),
        # blanks inside numerals
        (
            "地区生产总值力争达到6000 亿元，固定资产投资完成 1.5 万亿元。",
            [
                ("target", "地区生产总值", "6000 亿元", "level", 2030),
                ("target", "固定资产投资", "1.5 万亿元", "level", 2030),
            ],
        ),
        # set phrases
        ("失业率控制在5%以内，实现两个翻番。", [("target", "失业率", "5%以内", "share", 2030)]),
        # a sum without its unit
        ("茶业总营业收入超1000万。", [("target", "茶业总营业收入", "超1000万", "level", 2030)]),
    ],
)
def test_what_a_number_measures_and_whether_it_is_reached(
    line: str, values: list[tuple[str, str, str, str, int | None]]
) -> None:
    assert _told(line) == values


@pytest.mark.parametrize(
    ("lines", "declared"),
    [
        ("二、八大重点任务\n（一）种茶\n种好茶。\n（二）制茶\n制好茶。", [("八大重点任务", "Task", 8)]),
        (
            "一、做强茶业\n实施六大茶艺行动计划，构建“培训、创业、服务”三大支撑体系。",
            [("六大茶艺行动计划", "TaskGroup", 6), ("三大支撑体系", "ContentItem", 3)],
        ),
        ("一、三类服务对象\n茶农、茶商和茶客。", [("三类服务对象", "ContentItem", 3)]),
        ("一、“六个一”工程\n种好茶。", [("六个一", "ContentItem", 6)]),
        (
            "（一）优先发展2个跨境领域\n1.远程教育：办网校。\n2.跨境电商：开网店。",
            [("2个跨境领域", "TaskGroup", 2)],
        ),
        ("一、做强茶业\n建成东山、西山、南山等三个茶社。", [("三个茶社", "ContentItem", 3)]),
        # what is there to be used is counted, and is no part
        (
            "一、做强茶业\n依托东湾、西湾、南湾三大平台开拓市场，依托“培训、创业”两大支撑体系，办好夜校。",
            [("两大支撑体系", "ContentItem", 2)],
        ),
        # what is built, and what is named by a number, are no claims
        ("一、做强茶业\n新建60个项目，学习二十大精神，服务四大流域，联动东山、西山两个县。", []),
    ],
)
def test_counts_of_any_noun_that_something_bears_out(lines: str, declared: list[tuple[str, str, int]]) -> None:
    text = f"东陵县茶业发展行动计划\n\n{lines}\n"
    counts = read_statements(text, read_outline(text), CALENDAR).counts
    assert [(text[count.start : count.end], count.counted, count.number) for count in counts] == declared


@pytest.mark.parametrize(
    ("evidence", "name"),
    [
        (role.Evidence(), "what a plan says"),
        (role.Evidence(role="now"), "the present"),
        (role.Evidence(role="now", ahead=True), "what a plan says"),
        (role.Evidence(reports=True), "a word that reports"),
        (role.Evidence(reports=True, ahead=True), "what a plan says"),
        (role.Evidence(continues=True), "what follows a report"),
        (role.Evidence(continues=True, later=True), "what a plan says"),
        (role.Evidence(sums_up=True), "a sentence that sums up"),
        (role.Evidence(sums_up=True, ahead=True), "what a plan says"),
        (role.Evidence(retrospective=True), "a section that looks back"),
        (
            role.Evidence("by", stated=True, later=True, retrospective=True),
            "a year to come in a section that looks back",
        ),
        (
            role.Evidence("by", later=True, ahead=True, retrospective=True),
            "a year to come in a section that looks back",
        ),
        (
            role.Evidence("span", later=True, ahead=True, retrospective=True),
            "a year to come in a section that looks back",
        ),
        (role.Evidence("span", stated=True, later=True, retrospective=True), "a section that looks back"),
        (role.Evidence("by", stated=True, retrospective=True), "a section that looks back"),
        (role.Evidence("by", later=True, retrospective=True), "a section that looks back"),
    ],
)
def test_what_speaks_for_a_target_or_an_observation_decides(evidence: role.Evidence, name: str) -> None:
    assert role.decide(evidence).name == name


@pytest.mark.parametrize(
    ("line", "evidence"),
    [
        # a word that looks ahead counts in its own sentence only, a year where it is after the document's
        ("力争做好。茶园达到5万亩。", role.Evidence()),
        ("力争茶园达到5万亩。", role.Evidence(ahead=True)),
        ("到2028年茶园达到5万亩。", role.Evidence("by", stated=True, later=True, ahead=True)),
        ("2026年茶园达到5万亩。", role.Evidence("by", stated=True)),
        ("今年茶园达到5万亩。", role.Evidence("by")),
    ],
)
def test_what_speaks_for_a_value_is_read_in_its_sentence(line: str, evidence: role.Evidence) -> None:
    section = dating.Section(CALENDAR)
    context = _contexts(line)[-1]
    assert role.evidence_of(context, dating.governing(context, "level", section, None, None), section) == evidence


@pytest.mark.parametrize(
    ("lines", "calendar", "values"),
    [
        # what a multiple is of is no time of what grows
        ("一、做强茶业\n茶园面积是2020年的2倍。", CALENDAR, [("target", "2倍", None, 2030, {"year": "plan"}, 0.8)]),
        # a year that a report prints stays
        ("一、工作回顾\n2024年茶园达到5万亩。", CALENDAR, [("observation", "5万亩", None, 2024, {}, 0.9)]),
        ("一、工作回顾\n2026年茶园达到5万亩。", CALENDAR, [("observation", "5万亩", None, 2026, {}, 0.9)]),
        # the year of the heading, up to that in which the document speaks
        (
            "一、2026年工作回顾\n今年茶园达到5万亩。",
            CALENDAR,
            [("observation", "5万亩", None, 2026, {"year": "period"}, 0.9)],
        ),
        ("一、2027重点工作\n茶园达到5万亩。", CALENDAR, [("target", "5万亩", None, 2027, {"year": "heading"}, 0.85)]),
        # an average begins with a plan of one year, too
        (
            "一、做强茶业\n茶业产值年均增长6%。",
            Calendar(2026, 2026, 2026),
            [("target", "6%", 2026, 2026, {"year": "plan", "first": "plan"}, 0.8)],
        ),
        # a review goes over three years, not over two
        (
            "一、工作回顾\n过去三年，我们苦干。新增茶社6家。",
            CALENDAR,
            [("observation", "6家", 2023, 2025, {"year": "reckoned"}, 0.85)],
        ),
        (
            "一、工作回顾\n回望过去三年。\n新增茶社6家。",
            CALENDAR,
            [("observation", "6家", 2023, 2025, {"year": "period"}, 0.9)],
        ),
        (
            "一、工作回顾\n回望过去两年。\n新增茶社6家。",
            CALENDAR,
            [("observation", "6家", None, 2025, {"year": "period"}, 0.9)],
        ),
    ],
)
def test_bounds_of_times_are_reached_and_not_passed(
    lines: str, calendar: Calendar, values: list[tuple[object, ...]]
) -> None:
    assert list(_dated(lines, calendar)) == values


def test_a_baseline_stands_in_front_in_the_same_clause() -> None:
    lines = ("到2028年茶业能耗下降12%，好于2020年。", "比2020年，到2028年茶业能耗下降12%。", "能耗比2020年下降12%。")
    values = [_values(f"东陵县茶业发展行动计划\n\n一、做强茶业\n{line}\n")[0] for line in lines]
    assert [value.baseline for value in values] == [None, None, 2020]


def test_a_section_looks_back_where_its_first_words_do() -> None:
    text = (
        "东陵县政府工作报告\n\n一、一步一个脚印\n2025年是丰收之年。一年来，茶园面积增加5万亩。\n\n"
        "二、一张蓝图绘到底\n2026年是开局之年。茶园面积增加6万亩。\n"
    )
    values = _values(text, Calendar(2026, 2026, 2026))
    assert [(int(value.quantity.value), value.role) for value in values] == [(50000, "observation"), (60000, "target")]


def test_the_first_year_of_a_five_year_plan_is_no_more_than_that() -> None:
    text = "三、全力推动“十五五”开好局、起好步，为“十五五”作贡献"
    times = find_times(text, Calendar(2026, 2026, 2026))
    assert [(time.first, time.year) for time in times] == [(2026, 2026), (2026, 2030)]


@pytest.mark.parametrize(
    ("line", "kind", "year"),
    [
        ("茶园面积达到2028年的2倍。", "multiple", None),
        ("到2028年达到2倍。", "multiple", 2028),
        ("茶园面积达到2028年的200亩。", "level", 2028),
    ],
)
def test_the_year_that_a_multiple_is_of_is_not_that_in_which_it_is_due(line: str, kind: str, year: int | None) -> None:
    time = dating.governing(_contexts(line)[-1], kind, dating.Section(CALENDAR), None, None).time
    assert (time.year if time else None) == year


def test_what_is_reported_is_not_of_a_year_to_come() -> None:
    given = dating.governing(_contexts("到2028年达到200亩。")[-1], "level", dating.Section(CALENDAR), None, None)
    section = dating.Section(CALENDAR, retrospective=True)
    assert dating.due_of_observation(given, section, "by") == dating.Due(2025, None, "period")
    unknown = dating.Section(Calendar(None, 2026, 2030), retrospective=True)
    assert dating.due_of_observation(given, unknown, "by").year == 2028


@pytest.mark.parametrize(
    ("line", "hedges"),
    [
        ("力争茶园面积达到8万亩以上。", {"8万亩以上": "力争"}),
        ("力争完成茶园投资80亿元、水利投资30亿元，茶叶产量增长5%。", {"80亿元": "力争", "30亿元": "力争", "5%": None}),
        ("到2028年努力使茶叶产值突破9亿元。", {"突破9亿元": "努力"}),
        ("确保茶叶产量稳定在3万吨以上。", {"3万吨以上": "确保"}),
        (
            "人均预期寿命达到81.2岁，争取资金2亿元，经过共同努力茶叶产量达到4万吨。",
            dict.fromkeys(("81.2岁", "2亿元", "4万吨")),
        ),
    ],
)
def test_a_hedge_governs_the_quantities_of_its_clause(line: str, hedges: dict[str, str | None]) -> None:
    assert {each.quantity.printed: each.hedge for each in _contexts(line)} == hedges
    values = _values(f"东陵县茶业发展行动计划\n\n一、做强茶业\n{line}\n")
    assert {each.quantity.printed: each.quantity.hedge for each in values} == hedges


def test_how_long_it_is_until_a_printed_year_is_no_time_of_its_own() -> None:
    text = "到二〇三五年，用13年时间建成茶业强县；再用三年时间建成茶园8万亩。"
    assert [(each.printed, each.year) for each in find_times(text, Calendar(2026))] == [
        ("到二〇三五年", 2035),
        ("再用三年时间", 2029),
    ]


@pytest.mark.parametrize(
    ("distance", "ahead"),
    [(58, True), (59, False)],  # the 60 characters in front of the clause are looked at, the comma among them
)
def test_a_word_that_looks_ahead_counts_so_far_from_its_clause(distance: int, ahead: bool) -> None:
    (context,) = _contexts(f"拟{'茶' * distance}，达到5万亩。")
    section = dating.Section(CALENDAR)
    given = dating.governing(context, "level", section, None, None)
    assert role.evidence_of(context, given, section) == role.Evidence(ahead=ahead)


def test_what_is_reported_behind_a_value_is_so_of_it_and_not_of_the_next_of_a_list() -> None:
    section = dating.Section(CALENDAR)
    reports = []
    for line in ("茶园5万亩已建成。", "茶园5万亩、茶社已建成6家。", "茶园5万亩、茶社6家。"):
        context = _contexts(line)[0]
        given = dating.governing(context, "level", section, None, None)
        reports.append(role.evidence_of(context, given, section).reports)
    assert reports == [True, False, False]


def _time(printed: str, calendar: Calendar = CALENDAR) -> Time:
    (time,) = find_times(printed, calendar)
    return time


def test_a_section_that_says_nothing_neither_looks_back_nor_goes_on_nor_requires() -> None:
    text, part = _part("一、做强茶业", "茶园达到5万亩。")
    plain = dating.Section(CALENDAR, retrospective=False, open_ended=False, requirement=False)
    assert dating.read_section(text, part, CALENDAR) == dating.Section(CALENDAR) == plain


@pytest.mark.parametrize(
    ("line", "year"),
    [
        # behind the value, done by then; at once behind it, too
        ("茶社达到30家2027年底前建成。", 2027),
        ("茶社达到30家，2027年底前建成。", 2027),
        ("茶社达到30家，2027年底前招商。", None),
        ("茶社达到30家，2024年动工，2027年底前建成。", 2027),
        ("茶社达到30家，2024年建成。", None),
        # within the year is weaker than a year behind, and better than none
        ("年底前建成茶社30家，2027年底前完成改造。", 2027),
        ("年底前建成茶社30家。", 2026),
        # in front: the nearest; what it is compared with, and from when on, is none
        ("2027年开工，2028年建成茶社30家。", 2028),
        ("2028年建成茶社30家，比2020年翻一番。", 2028),
        ("茶社2028年30家。", 2028),
    ],
)
def test_the_time_around_a_value_governs_it(line: str, year: int | None) -> None:
    context = next(each for each in _contexts(line) if each.quantity.printed == "30家")
    time = dating.governing(context, "level", dating.Section(CALENDAR), None, None).time
    assert (time.year if time else None) == year


@pytest.mark.parametrize(
    ("printed", "source", "calendar", "open_ended", "due"),
    [
        ("2028年", "sentence", CALENDAR, False, dating.Due(2028)),
        ("2028年", "heading", CALENDAR, False, dating.Due(2028, None, "heading")),
        ("2028年", "leading", CALENDAR, False, dating.Due(2028)),
        ("2027—2029年", "above", CALENDAR, False, dating.Due(2029, 2027, "above")),
        ("今年", "sentence", CALENDAR, False, dating.Due(2026, None, "reckoned")),
        ("今年", "heading", CALENDAR, False, dating.Due(2026, None, "heading")),
        ("", "sentence", CALENDAR, False, dating.Due(2030, None, "plan")),
        ("", "sentence", Calendar(2026), False, dating.Due(None)),
        ("", "sentence", CALENDAR, True, dating.Due(None)),
        ("2028年", "sentence", CALENDAR, True, dating.Due(2028)),
        # a time whose year nobody knows
        ("今年", "sentence", Calendar(None), False, dating.Due(None)),
        ("今年", "above", Calendar(None), False, dating.Due(None, None, "above")),
        ("今年", "above", Calendar(None, 2026, 2030), False, dating.Due(2030, None, "plan")),
    ],
)
def test_a_target_is_due_as_given_and_else_at_the_end_of_the_plan(
    printed: str, source: str, calendar: Calendar, open_ended: bool, due: dating.Due
) -> None:
    given = dating.Governing(_time(printed, calendar) if printed else None, source)
    assert dating.due_of_target(given, dating.Section(calendar, open_ended=open_ended)) == due


REVIEW = _time("2021—2025年")


@pytest.mark.parametrize(
    ("printed", "source", "section", "due"),
    [
        ("", "sentence", dating.Section(CALENDAR), dating.Due(2026, None, "period")),
        ("", "sentence", dating.Section(CALENDAR, retrospective=True), dating.Due(2025, None, "period")),
        ("", "sentence", dating.Section(CALENDAR, review=REVIEW), dating.Due(2025, 2021, "period")),
        ("2024年", "heading", dating.Section(CALENDAR, review=REVIEW), dating.Due(2025, 2021, "period")),
        ("2024年", "heading", dating.Section(CALENDAR), dating.Due(2024, None, "heading")),
        ("2024年", "sentence", dating.Section(CALENDAR, review=REVIEW), dating.Due(2024)),
        # a year that is reckoned is that of the report only where it is over
        ("去年", "sentence", dating.Section(CALENDAR, retrospective=True), dating.Due(2025, None, "reckoned")),
        ("今年", "sentence", dating.Section(CALENDAR, retrospective=True), dating.Due(2025, None, "period")),
        ("今年", "sentence", dating.Section(CALENDAR), dating.Due(2026, None, "reckoned")),
        # a year to come is not reported, one of the report's own is
        ("2027—2029年", "sentence", dating.Section(CALENDAR), dating.Due(2026, None, "period")),
        ("2026年", "sentence", dating.Section(CALENDAR), dating.Due(2026)),
        ("2027年起", "sentence", dating.Section(CALENDAR), dating.Due(2026, None, "period")),
        # a review whose years nobody knows
        (
            "",
            "sentence",
            dating.Section(CALENDAR, review=_time("过去五年", Calendar(None))),
            dating.Due(2026, None, "period"),
        ),
    ],
)
def test_what_is_reported_was_so_as_given_and_else_in_the_period_of_the_report(
    printed: str, source: str, section: dating.Section, due: dating.Due
) -> None:
    time = _time(printed) if printed else None
    assert dating.due_of_observation(dating.Governing(time, source), section, time.role if time else "") == due


@pytest.mark.parametrize(
    ("kind", "due", "calendar", "first"),
    [
        ("cumulative", dating.Due(2030), CALENDAR, 2026),
        ("per-year", dating.Due(2026), CALENDAR, 2026),
        ("cumulative", dating.Due(2025), CALENDAR, None),
        ("average-annual-growth", dating.Due(None), CALENDAR, 2026),
        ("cumulative", dating.Due(2030, 2027), CALENDAR, None),
        ("cumulative", dating.Due(2030), Calendar(2026), None),
        ("level", dating.Due(2030), CALENDAR, None),
    ],
)
def test_a_sum_begins_with_the_plan_where_it_ends_in_it(
    kind: str, due: dating.Due, calendar: Calendar, first: int | None
) -> None:
    assert dating.first_year(kind, due, calendar) == first


@pytest.mark.parametrize(
    ("heading", "calendar", "retrospective", "year"),
    [
        ("", CALENDAR, False, 2026),
        ("", CALENDAR, True, 2025),
        ("", Calendar(None), True, None),
        ("2024年", CALENDAR, True, 2024),
        ("2026年", CALENDAR, True, 2026),
        ("2028年", CALENDAR, True, 2025),
        ("2028年", Calendar(None), True, 2028),
        ("2027—2029年", CALENDAR, True, 2029),
        ("今年", Calendar(None), True, None),
    ],
)
def test_the_year_of_a_report_is_that_of_its_heading_where_it_can_be(
    heading: str, calendar: Calendar, retrospective: bool, year: int | None
) -> None:
    time = _time(heading, calendar) if heading else None
    assert dating.past_year(dating.Section(calendar, retrospective, time)) == year


def _section(lines: str, calendar: Calendar = CALENDAR) -> dating.Section:
    """What is said of the time of the last part of a plan."""
    text = f"东陵县茶业发展行动计划\n\n{lines}\n"
    return dating.read_section(text, list(read_outline(text).root.walk())[-1], calendar)


@pytest.mark.parametrize(
    ("line", "printed", "open_ended"),
    [
        ("完成时限：2027年6月底前。", "2027年6月底前", False),
        ("完成时限：定在2027年6月底前。", "2027年6月底前", False),
        ("完成时限：最晚在2027年6月底前。", None, False),
        ("完成时限：2027年底前，2028年验收。", "2027年底前", False),
        ("完成时限：长期坚持。", None, True),
        ("完成时限：另定。", None, False),
        ("2027年6月底前完成。", None, False),
    ],
)
def test_a_part_gives_its_deadline_behind_a_label(line: str, printed: str | None, open_ended: bool) -> None:
    section = _section(f"一、做强茶业\n{line}")
    assert (section.due.printed if section.due else None, section.open_ended) == (printed, open_ended)


@pytest.mark.parametrize(
    ("announcement", "year"),
    [
        ("到2028年实现以下目标：", 2028),
        ("到2027年开好头，到2028年实现以下目标：", 2028),
        ("2024年实现了以下目标：", None),
        ("比2020年，实现以下目标：", None),
        ("到2028年做好茶。实现以下目标：", None),
        ("到2028年做好茶。", None),
        ("做好茶。\n到2028年实现以下目标：", 2028),
        ("到2028年实现以下目标：\n做好茶。", None),
        ("今年实现以下目标：", 2026),
        # no more than the last 120 characters are looked at
        (f"2028年{'茶' * 112}目标：", 2028),
        (f"2028年{'茶' * 113}目标：", None),
    ],
)
def test_a_text_announces_the_time_of_what_stands_below_it(announcement: str, year: int | None) -> None:
    text = f"东陵县茶业发展行动计划\n\n一、做强茶业\n{announcement}\n（一）种茶\n茶园达到5万亩。\n"
    outline = read_outline(text)
    above, below = list(outline.root.walk())[-2:]
    time = dating.read_section(text, below, CALENDAR).above
    assert (time.year if time else None, dating.read_section(text, above, CALENDAR).above) == (year, None)


def test_a_time_whose_year_nobody_knows_announces_nothing() -> None:
    assert _section("一、做强茶业\n未来三年实现以下目标：\n（一）种茶\n种好茶。", Calendar(None)).above is None


@pytest.mark.parametrize(
    ("head", "cell", "year"),
    [
        ("完成时限", "2027年", 2027),
        ("时间", "2026年开工，2028年建成", 2028),
        ("期限", "待定", None),
        ("责任单位", "2027年茶办", None),
    ],
)
def test_a_row_of_a_table_of_tasks_is_due_as_its_cell_of_times_says(head: str, cell: str, year: int | None) -> None:
    text = f"种茶|{cell}"
    part = Part(0, 2, "种茶", "row", "table", 1, parent=Part(0, 0, "", "", "", 1), cells=[(head, (3, len(text)))])
    heading = dating.read_section(text, part, CALENDAR).heading
    assert (heading.year if heading else None) == year


@pytest.mark.parametrize(
    ("label", "year"),
    [
        ("2027年工作", 2027),
        ("2026年打基础，2027年见成效", 2027),
        ("到2027年6月的工作", None),
        ("2027年6月工作", 2027),
        ("每年工作", None),
        ("比2020年有进步", None),
        ("2027重点工作", 2027),
        ("做强茶业", None),
    ],
)
def test_a_heading_names_the_year_of_what_stands_below_it(label: str, year: int | None) -> None:
    heading = _section(f"一、{label}\n种好茶。").heading
    assert (heading.year if heading else None) == year


@pytest.mark.parametrize(
    ("opening", "years"),
    [
        ("过去五年，我们苦干。", (2021, 2025)),
        ("过去三年，我们苦干。", (2023, 2025)),
        ("过去两年，我们苦干。", None),
        ("“十四五”时期，我们苦干。", (2021, 2025)),
        ("未来五年，我们苦干。", None),
        ("2024年，我们苦干。", None),
        ("去年，我们苦干。过去五年，我们苦干。", (2021, 2025)),
        # the first 40 characters are looked at
        (f"{'茶' * 36}过去五年", (2021, 2025)),
        (f"{'茶' * 37}过去五年", None),
    ],
)
def test_a_review_goes_over_several_years_where_its_first_words_say_so(
    opening: str, years: tuple[int, int] | None
) -> None:
    review = dating.review_of(opening, None, CALENDAR)
    assert (review and (review.first, review.year)) == years


def test_a_review_goes_on_until_one_year_is_spoken_of() -> None:
    reviews = [dating.review_of(text, REVIEW, CALENDAR) for text in ("种好茶。", "过去一年，种好茶。")]
    assert reviews == [REVIEW, None]


@pytest.mark.parametrize(
    ("lines", "calendar", "retrospective"),
    [
        ("一、工作回顾\n种好茶。", CALENDAR, True),
        ("一、工作回顾\n（一）发展目标\n种好茶。", CALENDAR, False),
        ("一、发展目标\n（一）工作回顾\n种好茶。", CALENDAR, True),
        ("一、做强茶业\n2025年是丰收之年。", CALENDAR, True),
        ("一、做强茶业\n一年来，种好茶。", CALENDAR, True),
        ("一、做强茶业\n2026年是开局之年。", CALENDAR, False),
        ("一、做强茶业\n2025年是丰收之年。2026年是开局之年。", CALENDAR, False),
        ("一、做强茶业\n2025年是丰收之年。", Calendar(None), False),
        ("一、做强茶业\n2025年是丰收之年。\n（一）种茶\n种好茶。", CALENDAR, True),
        # the first paragraph behind the heading, of a section of the first depth
        ("一、做强茶业\n种好茶。\n2025年是丰收之年。", CALENDAR, False),
        ("一、做强茶业\n种好茶。\n（一）种茶\n2025年是丰收之年。", CALENDAR, False),
    ],
)
def test_a_section_looks_back_by_its_heading_or_its_first_words(
    lines: str, calendar: Calendar, retrospective: bool
) -> None:
    assert _section(lines, calendar).retrospective == retrospective


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("茶业能耗比2020年下降12%。", 2020),
        ("比2020年12%，", 2020),
        ("2028年下降12%。", None),
        ("比2020年，下降12%。", None),
        ("下降12%，比2020年好。", None),
        ("比2019年和比2020年下降12%。", 2020),
    ],
)
def test_the_year_that_a_value_is_compared_with(line: str, year: int | None) -> None:
    assert dating.baseline_year(_contexts(line)[0]) == year


#: A line whose every clause has a time, and the same without the first of those that govern.
_LINES = (
    "年内改造，2028年开工，茶社是2020年的30家，2027年底前建成。",
    "年内改造，2028年开工，茶社达30家，2027年底前建成。",
    "年内改造，茶社达30家，2027年底前建成。",
    "年内改造，茶社达30家。",
    "茶社达30家。",
)


@pytest.mark.parametrize(
    ("line", "around", "year", "source"),
    [
        (_LINES[0], "dealt due leading above heading", 2035, "sentence"),
        (_LINES[0], "due leading above heading", 2020, "sentence"),
        (_LINES[1], "due leading above heading", 2028, "sentence"),
        (_LINES[2], "due leading above heading", 2027, "sentence"),
        (_LINES[3], "due leading above heading", 2031, "sentence"),
        (_LINES[3], "leading above heading", 2034, "leading"),
        (_LINES[3], "weak above heading", 2032, "above"),
        (_LINES[3], "heading", 2033, "heading"),
        (_LINES[3], "", 2026, "sentence"),
        (_LINES[4], "", None, "sentence"),
    ],
)
def test_the_first_of_the_times_that_there_are_governs(line: str, around: str, year: int | None, source: str) -> None:
    names = {"due": "2031年", "above": "2032年", "heading": "2033年", "leading": "2034年", "dealt": "2035年"}
    times = {name: _time(printed) for name, printed in names.items() if name in around.split()}
    leading = _time("年内") if "weak" in around else times.get("leading")
    section = dating.Section(CALENDAR, due=times.get("due"), above=times.get("above"), heading=times.get("heading"))
    context = next(each for each in _contexts(line) if each.quantity.printed == "30家")
    given = dating.governing(context, "level", section, leading, times.get("dealt"))
    assert (given.time.year if given.time else None, given.source) == (year, source)


def _said(lines: str, calendar: Calendar = CALENDAR) -> list[tuple[str, str, str | None, int | None, int | None]]:
    """Indicator, printed value, comparator, first and last year of the values of lines in a plan."""
    return [
        (value.indicator, value.quantity.printed, value.quantity.comparator, value.first, value.year)
        for value in _values(f"东陵县茶业发展行动计划\n\n{lines}\n", calendar)
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        # a comparator in front of a list holds for all of it, one behind it for the last
        (
            "2027年茶园、茶社分别不少于10个、15个。",
            [("茶园", "不少于10个", "gteq", None, 2027), ("茶社", "15个", "gteq", None, 2027)],
        ),
        (
            "2027年茶园、茶社分别达到10个、15个以上。",
            [("茶园", "10个", None, None, 2027), ("茶社", "15个以上", "gteq", None, 2027)],
        ),
        # what names share stands in the last of them
        (
            "2027年茶园、茶社、老茶馆警情分别下降3%、4%、5%。",
            [
                ("茶园警情", "3%", None, None, 2027),
                ("茶社警情", "4%", None, None, 2027),
                ("老茶馆警情", "5%", None, None, 2027),
            ],
        ),
        # two nouns are two, also where one begins with 城乡
        (
            "2027年城乡茶农养老金、茶师工资每月分别提高5元、8元。",
            [("城乡茶农养老金", "5元", None, None, 2027), ("茶师工资", "8元", None, None, 2027)],
        ),
        (
            "2027年城乡茶农收入分别增长5%、8%。",
            [
                ("城镇茶农收入", "5%", None, None, 2027),
                ("农村茶农收入", "8%", None, None, 2027),
            ],
        ),
        # 和 begins a noun, people go without a classifier, brackets belong to a classifier or a noun
        (
            "2027年建成6个茶园、8个和美茶村。",
            [("茶园", "6个", None, None, 2027), ("和美茶村", "8个", None, None, 2027)],
        ),
        ("2027年让7.5万农民工用上好茶。", [("农民工", "7.5万", None, None, 2027)]),
        ("2027年改造2万套（间）老茶房。", [("老茶房", "2万套", None, None, 2027)]),
        ("2027年支持9个县（市）整体种茶。", [("县（市）整体种茶", "9个", None, None, 2027)]),
        # so much and more; before the end of a plan; a purpose behind money
        ("2027年茶价增长1倍多。", [("茶价", "1倍多", "gt", None, 2027)]),
        ("“十五五”提前一年实现茶价翻番。", [("茶价", "翻番", None, 2026, 2029)]),
        ("2027年发行茶业债券12亿元支持项目建设。", [("茶业债券", "12亿元", None, None, 2027)]),
        ("2027年办理时限压缩至2个工作日内。", [("办理时限", "2个工作日内", "lteq", None, 2027)]),
        # kinds of enterprises in a list are no ranks
        ("建立世界500强、中国500强等企业名录。", []),
        ("2027年东陵茶社进入全国500强。", [("东陵茶社", "500强", None, None, 2027)]),
    ],
)
def test_values_of_a_line_have_their_noun_comparator_and_years(
    line: str, said: list[tuple[str, str, str | None, int | None, int | None]]
) -> None:
    assert _said(f"一、做强茶业\n{line}") == said


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("茶师工资从每人每月2000元提高到2300元。", [("茶师工资", "2000", "2300")]),
        ("茶农、茶师补贴分别从每人每月20元、30元提高到25元和36元。", [("茶农", "20", "25"), ("茶师补贴", "30", "36")]),
        ("绿化率、硬化率分别由10%、20%提高到15%、30%。", [("绿化率", "10", "15"), ("硬化率", "20", "30")]),
        # lists of different lengths are none
        ("绿化率、硬化率分别由10%、20%提高到15%。", []),
    ],
)
def test_what_is_raised_from_one_amount_to_another_is_one_value(line: str, changes: list[tuple[str, str, str]]) -> None:
    values = _values(f"东陵县茶业发展行动计划\n\n一、做强茶业\n{line}\n")
    raised = [(value.indicator, str(value.before), str(value.quantity.value)) for value in values if value.before]
    assert raised == changes


@pytest.mark.parametrize(
    ("line", "month", "year"),
    [
        # the present year is one of those to come, but in its last weeks
        ("未来三年建成茶社5家。", False, 2028),
        ("未来三年建成茶社5家。", True, 2029),
        ("三年内建成茶社5家。", False, 2029),
    ],
)
def test_years_to_come_begin_with_the_present_one(line: str, month: bool, year: int) -> None:
    assert [each[-1] for each in _said(f"一、做强茶业\n{line}", Calendar(2026, closing=month))] == [year]


def test_a_range_of_years_in_a_heading_is_no_year_of_a_rate() -> None:
    lines = "一、三到五年内实现突破\n茶园达到5万亩，茶价增长6%。"
    assert [each[-1] for each in _said(lines, Calendar(2026, 2026, 2027))] == [2031, 2027]


def test_a_time_behind_a_heading_in_its_line_governs_the_paragraph() -> None:
    values = _values("东陵县茶业发展行动计划\n\n一、做强茶业\n**抓好项目：**2025年建成茶园5个。茶社完成投资6亿元。\n")
    assert [(value.role, value.year) for value in values] == [("observation", 2025), ("observation", 2025)]


def test_the_last_year_of_a_plan_is_one_year() -> None:
    assert dating.review_of("2025年是“十四五”收官之年，我们苦干。", None, CALENDAR) is None
    assert dating.review_of("57个县近3年茶价增长。", None, CALENDAR) is None


@pytest.mark.parametrize(
    ("line", "values"),
    [
        # places that set the same figure are two, whether or not a table has them
        ("浑南区新增企业30家，沈河区新增企业30家。", [("浑南区企业", 30, 0), ("沈河区企业", 30, 0)]),
        (
            "6月，东园区完成投资10亿元，西园区完成投资10亿元。",
            [("东园区完成投资", 10**9, 0), ("西园区完成投资", 10**9, 0)],
        ),
        ("沈阳市浑南区新增企业30家，沈阳市沈河区新增企业30家。", [("浑南区企业", 30, 0), ("沈河区企业", 30, 0)]),
        # what is said twice of one place is one, with both places in the text
        ("全市新建充电桩100个，我市新建充电桩100个。", [("充电桩", 100, 1)]),
        ("浑南区新增企业30家，其中浑南区新增企业30家。", [("企业", 30, 1)]),
    ],
)
def test_equal_figures_of_two_places_stay_two_values(line: str, values: list[tuple[str, int, int]]) -> None:
    read = _values(f"东陵县2026年行动计划\n\n一、工作\n{line}\n")
    assert [(each.indicator, int(each.quantity.value), len(each.also)) for each in read] == values
