"""Kinds of forms that plans, measures and reports of many places use, each with a small text and its right value."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from policygraph import extract
from policygraph.extract.actors.mechanisms import read_mechanisms
from policygraph.extract.actors.roles import read_roles
from policygraph.extract.actors.unit_lists import split_agents
from policygraph.extract.concepts import read_concepts
from policygraph.extract.figures.statements import read_statements
from policygraph.extract.figures.times import Calendar
from policygraph.extract.imprint import attachments, issuers, publication_date
from policygraph.extract.metadata import plan_kind_of
from policygraph.extract.period import read_period
from policygraph.extract.plans_cited import read_cited
from policygraph.extract.structure.outline import Outline
from policygraph.extract.structure.parser import read_outline
from policygraph.quantity import find

_TITLE = "东陵县茶业发展行动计划"


def _outline(lines: str, title: str = _TITLE) -> tuple[str, Outline]:
    text = f"{title}\n\n{lines}\n"
    return text, read_outline(text)


def _values(lines: str, title: str = _TITLE, calendar: Calendar | None = None) -> list[tuple[object, ...]]:
    text, outline = _outline(lines, title)
    values = read_statements(text, outline, calendar or Calendar(2026, 2026, 2030)).values
    return [(value.indicator, value.quantity.printed, value.kind, value.first, value.year) for value in values]


# ── what a number measures ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("总产值连续迈上4个万亿元台阶、达14.2万亿元。", [("总产值", "14.2万亿元")]),
        ("成为全国第三个过10万亿元省份。", []),
        ("统筹国内国际两个大局，守好发展和生态两条底线，形成需求和能力两张清单。", []),
        ("从13个领域细化任务。", []),
        ("建设省级百强镇。", []),
        ("建设粮油千亩高产示范片。", []),
        ("实际使用外资连续8年居全国第一。", [("实际使用外资", "第一")]),
        ("茶业竞争力跃升至全国第9位。", [("茶业竞争力", "第9位")]),
        ("总规模居中西部第1位。", [("总规模", "第1位")]),
        ("在综合考核评价中居全国第一。", [("综合考核评价", "第一")]),
        ("项目签约35亿元。", [("项目签约", "35亿元")]),
        ("实施对口支援协作项目80个。", [("对口支援协作项目", "80个")]),
        ("在园师生规模达到1.5万人。", [("在园师生规模", "1.5万人")]),
        ("新增四星级饭店30家、等级民宿100家。", [("四星级饭店", "30家"), ("等级民宿", "100家")]),
        ("共建茶路国家进出口占比首次超50%。", [("共建茶路国家进出口占比", "超50%")]),
        ("建设和改造城镇地下管网4000公里。", [("城镇地下管网", "4000公里")]),
        ("巩固提升80万亩蔬菜应急保供基地。", [("蔬菜应急保供基地", "80万亩")]),
        ("新（改）建高标准茶园300万亩。", [("高标准茶园", "300万亩")]),
        ("新能源开工16万千瓦、投产10万千瓦。", [("新能源开工", "16万千瓦"), ("新能源投产", "10万千瓦")]),
        ("改造茶园3座，在建8座。", [("茶园", "3座"), ("茶园", "8座")]),
        ("识别监测对象20.9万户69.3万人。", [("识别监测对象", "20.9万户"), ("识别监测对象", "69.3万人")]),
        ("惠及超50万名3岁以下婴幼儿。", [("3岁以下婴幼儿", "超50万名")]),
        (
            "203个地表水考核断面水质优良率达98%。",
            [("地表水考核断面", "203个"), ("地表水考核断面水质优良率", "98%")],
        ),
        ("150项民生实事全面完成。", [("民生实事", "150项")]),
        ("推动1万家工业企业技术改造。", [("工业企业", "1万家")]),
        ("选树“茶师之星”100名。", [("茶师之星", "100名")]),
        ("打造107款公共数据产品。", [("公共数据产品", "107款")]),
        (
            "建成百个茶社，培育千家茶企，集聚万名茶师。",
            [("茶社", "百个"), ("茶企", "千家"), ("茶师", "万名")],
        ),
        ("建设社区健身路径或3人制篮球场。", []),
        ("深入学习全会精神，落实八次全会部署。", []),
        ("在甲川、乙陵、丙江等8个重点县建设冬春茶园基地6.2万亩。", [("冬春茶园基地", "6.2万亩")]),
        ("低保标准每月提高50元。", [("低保标准", "50元")]),
        ("茶叶产量目标设定为6万吨。", [("茶叶产量", "6万吨")]),
    ],
)
def test_what_a_number_measures(line: str, named: list[tuple[str, str]]) -> None:
    assert [value[:2] for value in _values(f"一、工业升级\n{line}")] == named


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("PM2.5年均浓度较“十三五”末改善16.5%。", "reduction-rate"),
        ("优良水体比例较上年改善3%。", "growth-rate"),
        ("新（改）建茶园300万亩。", "increment"),
    ],
)
def test_which_kind_of_value_the_words_say(line: str, kind: str) -> None:
    assert [value[2] for value in _values(f"一、工业升级\n{line}")] == [kind]


def test_the_noun_of_a_sentence_is_not_that_of_the_next() -> None:
    values = _values("一、乡村建设\n新建乡村厕所320户。力争达到6000公里以上。")
    assert [value[:2] for value in values] == [("乡村厕所", "320户"), ("乡村建设", "6000公里以上")]


def test_the_second_end_of_neighbours_in_a_share_is_kept() -> None:
    quantities = [(str(each.value), str(each.upper), each.unit) for each in find("增长百分之三五，下降百分之二三")]
    assert quantities == [("3", "5", "unit:PERCENT"), ("2", "3", "unit:PERCENT")]


def test_round_numbers_in_the_name_of_a_campaign_are_none() -> None:
    assert find("开展千名茶师下乡行动，吸引万名茶客品茶活动，百人千企") == []


def test_a_report_on_a_year_and_on_five_keeps_the_two_apart() -> None:
    lines = (
        "一、2025年和“十四五”时期工作回顾\n"
        "2025年是很不平凡的一年。新建茶园15家。\n"
        "五年来，我们牢记嘱托。新建茶园90家。\n"
    )
    assert _values(lines, "东陵县2026年政府工作报告", Calendar(2026, 2026, 2026)) == [
        ("茶园", "15家", "increment", None, 2025),
        ("茶园", "90家", "increment", 2021, 2025),
    ]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("城乡居民收入比缩小至2.1∶1左右。", [("城乡居民收入比", "2.1∶1左右", "2.1", "multiple", None)]),
        ("城乡居民收入比收窄至2：1以内。", [("城乡居民收入比", "2：1以内", "2", "multiple", None)]),
        ("茶叶与茶食产值之比突破1：1。", [("茶叶与茶食产值之比", "突破1：1", "1", "multiple", None)]),
        ("收入比由2.90:1缩小至2.52:1。", [("收入比", "2.52:1", "2.52", "multiple", "2.9")]),
        ("三次产业比重为4.0∶37.7∶58.3。", []),
        ("按照不低于1:1比例配套茶园。", []),
        ("茶赛比分为3:1，比例尺为1:500。", []),
        ("全员劳动生产率达58万元/人左右。", [("全员劳动生产率", "58万元/人左右", "580000", "per-capita", None)]),
    ],
)
def test_so_much_to_one_is_one_value_and_so_much_per_head_another(line: str, values: list[tuple[object, ...]]) -> None:
    text, outline = _outline(line)
    read = [
        (each.indicator, each.quantity.printed, str(each.quantity.value), each.kind, each.before and str(each.before))
        for each in read_statements(text, outline, Calendar(2026, 2026, 2030)).values
    ]
    assert read == values


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("茶社500米内换乘比例提升至93%。", [("茶社500米内换乘比例", "93%")]),
        ("治理长川沿线1公里茶园。", []),
        ("茶路长度控制在5公里以内。", [("茶路长度", "5公里以内")]),
        ("推进二轮土地承包延期试点，开展2轮检查。", [("检查", "2轮")]),
        ("新建30家标杆茶社和10家茶叶工坊。", [("标杆茶社", "30家"), ("茶叶工坊", "10家")]),
        ("形成3个万亿级和7个千亿级茶业集群。", [("千亿级茶业集群", "7个")]),
        ("推进3个茶业先导区、6个茶园建设。", [("茶业先导区", "3个"), ("茶园", "6个")]),
        ("完成老旧小区改造600个、棚户区改造20户。", [("老旧小区改造", "600个"), ("棚户区改造", "20户")]),
        ("东陵区改造茶园600个。", [("茶园", "600个")]),
        ("美丽乡村整县建成比例达到30%。", [("美丽乡村整县建成比例", "30%")]),
        ("办好12类茶事。", [("茶事", "12类")]),
        ("办好12类45件茶事。", [("茶事", "45件")]),
    ],
)
def test_a_number_has_the_whole_name_of_what_it_counts(line: str, named: list[tuple[str, str]]) -> None:
    assert [value[:2] for value in _values(line)] == named


@pytest.mark.parametrize(
    ("opening", "first"),
    [
        ("2025年是“十四五”收官之年。五年来，我们牢记嘱托。", 2021),
        ("2025年是“十四五”收官之年，我们牢记嘱托。", None),
        ("各位代表！2025年主要目标任务的完成，标志着“十四五”规划顺利收官。回望过去五年，我们牢记嘱托。", 2021),
        ("过去五年，我们牢记嘱托。2025年茶价比2020年提高9%。", 2021),
    ],
)
def test_what_five_years_have_brought_is_not_dated_to_the_last_of_them(opening: str, first: int | None) -> None:
    lines = f"一、2025年和“十四五”时期工作回顾\n{opening}新建茶园90家。\n——茶路成环。新改建茶路4.2万公里。\n"
    assert _values(lines, "东陵县2026年政府工作报告", Calendar(2026, 2026, 2026))[-2:] == [
        ("茶园", "90家", "increment", first, 2025),
        ("茶路", "4.2万公里", "increment", first, 2025),
    ]


def test_how_long_it_took_for_the_first_time_is_no_time_of_what_follows() -> None:
    lines = "一、2025年工作回顾\n湖水30年来首次达良好水平，建成幸福河湖47个。"
    assert _values(lines, "东陵县2026年政府工作报告", Calendar(2026, 2026, 2026)) == [
        ("幸福河湖", "47个", "increment", None, 2025)
    ]


def test_a_report_on_what_was_granted_has_observations_and_no_terms() -> None:
    lines = "一、2025年工作回顾\n居民门诊报销比例达到65%、提高15个百分点，失业保险金标准每月提高165元。"
    text, outline = _outline(lines, "东陵县2026年政府工作报告")
    statements = read_statements(text, outline, Calendar(2026, 2026, 2026))
    assert (statements.terms, [(value.indicator, value.quantity.printed) for value in statements.values]) == (
        [],
        [("居民门诊报销比例", "65%"), ("居民门诊报销比例", "15个百分点"), ("失业保险金标准", "165元")],
    )


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("以三大模块构建生态：工具支持、导师领队、成长陪伴，形成闭环。", [(3, "三大模块")]),
        ("茶叶、茶具和茶点三大品类对增长贡献超五成。", [(3, "三大品类")]),
        ("用心办好每一件民生实事。", []),
    ],
)
def test_counts_whose_names_stand_in_front_or_behind(line: str, counts: list[tuple[int, str]]) -> None:
    text, outline = _outline(f"一、工业升级\n{line}")
    declared = read_statements(text, outline, Calendar(2026, 2026, 2030)).counts
    assert [(count.number, text[count.start : count.end]) for count in declared] == counts


# ── what is granted ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "terms"),
    [
        ("为入驻茶社的主体提供最长2年免费工位。", [("exemption", "2年", "lteq", "主体")]),
        ("对符合入驻条件的茶企给予最高三年零租工位支持。", [("exemption", "最高三年", "lteq", "茶企")]),
        ("对茶叶企业租用符合条件的场地，给予最高20万元补贴。", [("ceiling", "最高20万元", "lteq", "茶叶企业")]),
        (
            "鼓励茶企使用优质茶种，对购买茶种的费用给予补贴，最高补贴金额100万元。",
            [("ceiling", "100万元", "lteq", "茶企")],
        ),
        ("给予实施主体不高于 10 万元的资金奖励。", [("ceiling", "不高于 10 万元", "lteq", "实施主体")]),
        (
            "为初级茶师提供礼包，为注册茶师按照实际支付的20%给予补贴。",
            [("rate", "20%", "eq", "注册茶师")],
        ),
        ("符合《细则》第三条的茶企，可给予最高20万元扶持。", [("ceiling", "最高20万元", "lteq", "")]),
    ],
)
def test_who_is_granted_what_for_how_long(line: str, terms: list[tuple[str, ...]]) -> None:
    text, outline = _outline(f"一、扶持政策\n{line}")
    statements = read_statements(text, outline, Calendar(2026, 2026, 2030), granting=True)
    read = [(term.kind, term.quantity.printed, term.comparator, term.beneficiary) for term in statements.terms]
    assert read == terms


# ── who, which plans, when ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        (
            "本措施由东陵县商务局会同东陵县新型工业化推进办公室、东陵县财政局等负责解释。",
            [
                ("东陵县商务局", "interpreting"),
                ("东陵县新型工业化推进办公室", "interpreting"),
                ("东陵县财政局", "interpreting"),
            ],
        ),
        ("本措施由县茶业局负责解释。", [("县茶业局", "interpreting")]),
        ("本措施由县茶业局负责统筹推进。", [("县茶业局", "responsible")]),
        (
            "成立领导小组，县长任组长，各有关局、各镇（街道）、重点茶园负责人为成员。",
            [("各有关局", "participating"), ("各镇（街道）", "participating"), ("重点茶园", "participating")],
        ),
        ("成员单位：县茶业局、县财政局。", [("县茶业局", "participating"), ("县财政局", "participating")]),
        ("县茶业局负责人为召集人。", []),
        ("万融中心（东湖区）", []),
        ("【打造茶师服务专区】", []),
        ("建设茶园。（县财政局）", [("县财政局", "responsible")]),
    ],
)
def test_who_answers(line: str, roles: list[tuple[str, str]]) -> None:
    text, outline = _outline(f"一、主要任务\n{line}")
    assert [(each.agent.name, each.role) for each in read_roles(text, outline)] == roles


def test_places_of_a_list_share_the_end_of_the_last() -> None:
    listed = "县财政局，甲川、广州、丙江市政府"
    names = [(name, listed[start:end]) for name, start, end, _ in split_agents(listed)]
    assert names == [
        ("县财政局", "县财政局"),
        ("甲川市政府", "甲川"),
        ("广州市政府", "广州"),
        ("丙江市政府", "丙江市政府"),
    ]


def test_a_shared_end_makes_each_place_responsible_where_it_is_printed(gazetteer: extract.Gazetteer) -> None:
    """A name that no place prints whole is no mention: `evidence_beside_claim` would refuse the draft."""
    text = "东陵县茶业若干措施\n\n一、建设茶园\n支持建园。（责任单位：广州、深圳市政府）\n二、建设茶社\n支持建社。\n"
    record = extract.extract(text, "x", gazetteer).record
    names = {each["id"]: each["label"]["zh"] for each in record["organisations"]}
    parts = record["plans"][0]["parts"]
    roles = [(names[role["agent"]], role["evidence"]) for role in parts[0]["responsibilities"]]
    first, last = text.index("广州"), text.index("深圳市政府")
    assert roles == [
        ("广州市政府", [f"#char={first},{first + 2}"]),
        ("深圳市政府", [f"#char={last},{last + 5}"]),
    ]
    assert [each.get("evidence", []) for each in record["organisations"]] == [[], [f"#char={last},{last + 5}"]]


def test_a_group_is_called_by_its_name_and_next_year_is_no_frequency() -> None:
    text, outline = _outline(
        "一、成立工作专班\n成立东陵县茶业发展工作专班，定期调度。\n二、扶持\n提供“首年全免、次年评估续免”的支持。"
    )
    groups, mechanisms = read_mechanisms(text, outline)
    assert ([group.name for group in groups], mechanisms) == (["东陵县茶业发展工作专班"], [])
    text, outline = _outline("一、法治\n建立市县政府主要负责人担任主任的行政复议委员会。")
    assert [group.name for group in read_mechanisms(text, outline)[0]] == ["行政复议委员会"]


@pytest.mark.parametrize(
    ("line", "plans"),
    [
        (
            "为贯彻落实《甲省茶业规划》《乙市茶业行动计划》，制定本方案。",
            [("甲省茶业规划", True), ("乙市茶业行动计划", True)],
        ),
        (
            "依据《国务院关于发展茶业的意见》，以及《甲省茶业规划纲要》，制定本措施。",
            [("国务院关于发展茶业的意见", True), ("甲省茶业规划纲要", True)],
        ),
        ("支持年轻人创业的“满天星计划”，用好“青茶十条”政策。", [("“满天星计划”", False), ("“青茶十条”", False)]),
        ("纳入《茶叶算法备案清单》，推行《茶事公证服务清单》。", []),
        ("落实《东陵县茶业任务清单》。", [("东陵县茶业任务清单", True)]),
    ],
)
def test_which_plans_a_text_names(line: str, plans: list[tuple[str, bool]]) -> None:
    assert [(plan.name, plan.is_implemented) for plan in read_cited(line)] == plans


@pytest.mark.parametrize(
    ("last", "names", "date"),
    [
        ("东陵县发展和改革局、东陵县科技局2026年3月20日发布。", ["东陵县发展和改革局", "东陵县科技局"], "2026-03-20"),
        ("东陵县大数据局于2026年2月5日，在“茶事”大会上发布。内容根据报道整理。", ["东陵县大数据局"], "2026-02-05"),
        ("2026年5月12日，东陵县人民政府发布，内容根据发布会整理。", ["东陵县人民政府"], "2026-05-12"),
    ],
)
def test_the_last_line_says_who_issued_it_and_when(last: str, names: list[str], date: str) -> None:
    text, outline = _outline(
        f"为发展茶业，制定本措施。\n一、建茶园\n支持建园。\n二、建茶社\n支持建社。\n{last}", "东陵县茶业若干措施"
    )
    assert [text[slice(*span)] for span in issuers(text, outline.title or (0, 0), outline)] == names
    assert publication_date(text, outline) == date


def _years(lines: Iterable[str]) -> tuple[int | None, int | None]:
    title = "东陵县茶业若干措施"
    text, outline = _outline("\n".join(lines) + "\n东陵县商务局2026年3月6日发布。", title)
    calendar = read_period(text, title, title, outline, {}).calendar
    return calendar.first, calendar.last


@pytest.mark.parametrize(
    ("line", "years"),
    [
        ("本措施自发布之日起施行，有效期两年。", (2026, 2028)),
        ("本措施自2026年4月1日起施行，有效期至2028年12月31日。", (2026, 2028)),
        ("本措施自印发之日起施行，试行一年。", (2026, 2027)),
        ("本措施试行期二年。", (2026, 2028)),
        ("贯彻《甲省茶业行动方案（2026—2029年）》。", (None, None)),
    ],
)
def test_measures_are_planned_for_as_long_as_they_are_in_force(line: str, years: tuple[int | None, int | None]) -> None:
    assert _years(["为发展茶业，制定本措施。", line, "一、建茶园", "支持建园。", "二、建茶社", "支持建社。"]) == years


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("东陵县发展茶业若干措施（征求意见稿）", "measure-package"),
        ("东陵县茶业护航十条（征求意见稿）", "measure-package"),
        ("关于发展茶业的若干举措", "measure-package"),
        ("关于发展茶业的实施意见（试行）", "implementation-opinion"),
    ],
)
def test_what_kind_a_plan_is_by_its_name(name: str, kind: str) -> None:
    assert plan_kind_of(name) == kind


# ── structure ─────────────────────────────────────────────────────────────────────────────────────


def test_labels_of_articles_and_of_headings_in_two_halves_are_whole() -> None:
    _, outline = _outline(
        "第一条 【适用范围】\n适用于茶企。\n第二条 【建设茶园】\n支持建园。\n第三条 【建设茶社】\n支持建社。",
        "东陵县茶业发展措施",
    )
    assert [part.label for part in outline.root.parts] == ["适用范围", "建设茶园", "建设茶社"]
    _, outline = _outline("一、生态运营——全程护航\n建立体系。\n二、要素普惠 —— 人人可用\n发放茶券。")
    assert [part.label for part in outline.root.parts] == ["生态运营——全程护航", "要素普惠 —— 人人可用"]


def test_a_sentence_that_a_page_has_set_apart_is_one_again() -> None:
    lines = (
        "一、工作安排\n今年是关键一年。今年发展的\n主要预期目标\n是：茶叶产值增长5%。\n"
        "（一）建设茶园。支持建园。\n（二）建设茶社。支持建社。"
    )
    text, outline = _outline(lines, "东陵县2026年政府工作报告")
    assert [(part.depth, part.label) for part in outline.root.walk() if part.parent] == [
        (1, "工作安排"),
        (2, "建设茶园"),
        (2, "建设茶社"),
    ]
    values = read_statements(text, outline, Calendar(2026, 2026, 2026)).values
    assert [(value.indicator, value.quantity.printed) for value in values] == [("茶叶产值", "5%")]


def test_a_bracket_that_says_when_a_report_was_given_is_no_part_of_its_title() -> None:
    occasion = "（2026年1月27日在东陵县第十届人民代表大会第四次会议上）"
    text = f"政府工作报告\n{occasion}\n各位代表：\n一、2025年工作回顾\n新建茶园5家。\n"
    outline = read_outline(text)
    assert (text[slice(*(outline.title or (0, 0)))], publication_date(text, outline)) == ("政府工作报告", "2026-01-27")


def test_what_is_attached_is_no_part_of_the_last_task_and_its_titles_are_kept() -> None:
    text, outline = _outline(
        "一、建设茶园\n支持建园。\n二、建设茶社\n支持建社。\n附：首批茶社名单\n甲茶社——位于城东，经营绿茶。"
    )
    assert [part.label for part in outline.root.parts] == ["建设茶园", "建设茶社", "首批茶社名单"]
    assert attachments(text, outline) == ["首批茶社名单"]
    text, outline = _outline("一、建设茶园\n支持建园。\n附件：1.重点任务清单\n2.责任分工表\n东陵县商务局\n2026年3月6日")
    assert attachments(text, outline) == ["重点任务清单", "责任分工表"]


def test_a_draft_has_the_titles_of_what_is_attached(gazetteer: extract.Gazetteer) -> None:
    title = "《东陵县茶业若干措施》（试行）"
    text = f"{title}\n\n一、建设茶园\n支持建园。\n二、建设茶社\n支持建社。\n附：首批茶社名单\n甲茶社。\n"
    record = extract.extract(text, "x", gazetteer).record
    assert (record["label"]["zh"], record["printedAttachments"]) == ("东陵县茶业若干措施（试行）", ["首批茶社名单"])
    assert record["plans"][0]["label"]["zh"] == "东陵县茶业若干措施（试行）"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("东陵县人民政府", ["东陵县人民政府"]),
        ("中共东陵县委办公室　东陵县人民政府办公室", ["中共东陵县委办公室", "东陵县人民政府办公室"]),
        ("东陵县发展茶业", []),
    ],
)
def test_the_line_below_a_title_that_names_bodies_alone_is_the_issuers(line: str, names: list[str]) -> None:
    text, outline = _outline(f"{line}\n为加快发展，制定本方案。\n一、总体要求\n坚持创新。\n二、重点任务\n建设茶园。")
    title = (0, len(_TITLE))
    assert [text[slice(*span)] for span in issuers(text, title, outline)] == names
    parts = [part.label for part in outline.root.parts]
    assert parts == (["总体要求", "重点任务"] if names else [line])


@pytest.mark.parametrize(
    ("goals", "years"),
    [
        (["到2026年底：建园10个。", "到2028年底：建园15个。"], (2026, 2028)),
        (["到2027年，建园10个。", "到2029年，建园15个。", "到2031年，建园20个。"], (2026, 2031)),
        (["到2028年，建园10个。", "到2035年，建成茶乡。"], (2026, 2028)),
        (["到2028年，建园10个。", "茶农增收。到2030年，建园20个。"], (2026, 2028)),
    ],
)
def test_goals_in_steps_are_planned_for_until_the_last(goals: list[str], years: tuple[int, int]) -> None:
    lines = ["为发展茶业，制定本措施。", "一、发展目标", *goals, "二、建茶园", "支持建园。"]
    assert _years(lines) == years


def test_a_line_below_the_text_without_a_day_tells_the_month(gazetteer: extract.Gazetteer) -> None:
    lines = ["东陵县茶业若干措施", "一、扶持茶园", "支持建园。", "东陵县茶业局2026年3月中旬印发"]
    record = extract.extract("\n".join(lines) + "\n", "x", gazetteer).record
    assert {key: record[key] for key in record if key.startswith("publication")} == {"publicationMonth": "2026-03"}


@pytest.mark.parametrize(
    ("line", "fund"),
    [
        ("组建总规模10亿元的县级茶业基金，扶持茶企。", ("县级茶业基金", "10亿元")),
        ("设立1亿元茶业风险基金。", ("茶业风险基金", "1亿元")),
        ("推动茶业基金规模达到50亿元。", ("茶业基金规模", "50亿元")),
    ],
)
def test_the_size_of_a_fund_is_measured_of_the_fund(line: str, fund: tuple[str, str]) -> None:
    text, outline = _outline(f"一、做强茶业\n{line}")
    values = read_statements(text, outline, Calendar(2026, 2026, 2030)).values
    assert [(value.indicator, value.quantity.printed) for value in values] == [fund]


def test_what_repeats_a_goal_without_a_year_is_the_goal(gazetteer: extract.Gazetteer) -> None:
    lines = ["东陵县茶业行动方案", "一、目标", "到2026年，建成茶社200个。", "到2028年，建成茶社500个。"]
    record = extract.extract("\n".join([*lines, "二、建茶社", "建成茶社200个。"]) + "\n", "x", gazetteer).record
    goals, task = record["plans"][0]["parts"]
    assert [(each["value"], each["deadline"], len(each["evidence"])) for each in goals["targets"]] == [
        ("200", "2026", 2),
        ("500", "2028", 1),
    ]
    assert "targets" not in task


def test_what_there_is_already_is_no_time_of_what_is_made_with_it() -> None:
    text, outline = _outline("一、做强茶业\n依托现有茶园，建成茶社6家。现有茶园9万亩。")
    values = read_statements(text, outline, Calendar(2026, 2026, 2030)).values
    assert [(value.role, value.year) for value in values] == [("target", 2030), ("observation", 2026)]


@pytest.mark.parametrize(
    ("title", "closing", "counts"),
    [
        ("东陵县茶业三大行动（试行）", "", [("TaskGroup", 3, "三大行动")]),
        ("东陵县扶持茶业三条措施", "施行说明：本措施由县茶业局负责解释。", [("Measure", 3, "三条措施")]),
        ("东陵县扶持茶业四条措施", "", []),
    ],
)
def test_a_title_declares_a_count_that_its_parts_bear_out(
    title: str, closing: str, counts: list[tuple[str, int, str]]
) -> None:
    lines = [title, "为发展茶业，制定本措施。", *(f"第{number}条 建茶园。支持建园。" for number in "一二三"), closing]
    text = "\n".join(lines)
    said = read_statements(text, read_outline(text), Calendar(2026, 2026, 2030)).counts
    assert [(each.counted, each.number, text[each.start : each.end]) for each in said] == counts


def test_what_others_are_to_set_up_is_no_positioning() -> None:
    text, outline = _outline("一、做强茶业\n鼓励高校创建全国茶业创新示范区。打造全国茶业创新示范区。")
    places = [text.index("打造全国") + 2]
    assert [each.start for each in read_concepts(text, outline).positionings] == places


def test_who_interprets_a_document_is_told_of_the_whole_below_its_last_part() -> None:
    lines = ["东陵县茶业行动方案", "一、建茶园。支持建园。", "二、建茶社。支持建社。", "本方案由县茶业局负责解释。"]
    text = "\n".join(lines) + "\n"
    (said,) = read_roles(text, read_outline(text))
    assert (said.role, said.part.parent) == ("interpreting", None)


def test_a_noun_ends_in_front_of_a_bracket() -> None:
    text, outline = _outline("一、做强茶业\n组织茶社对接活动（全年不少于15场）。")
    (value,) = read_statements(text, outline, Calendar(2026, 2026, 2030)).values
    assert (value.indicator, value.year) == ("茶社对接活动", 2026)


_BOTH_WAYS = """2026年东陵县政府工作报告

一、“十四五”时期发展成就和“十五五”时期主要目标任务
“十四五”时期极不平凡。
这五年，茶园面积从2020年的5万亩扩大到8万亩。
这五年，茶企达到30家。
“十五五”时期是关键时期。
围绕上述目标，设置主要指标，包括：茶园面积10万亩，茶企达到50家。
二是做强茶企。茶企总产值达到9亿元。
"""


def test_a_heading_that_looks_both_ways_is_read_paragraph_by_paragraph() -> None:
    values = read_statements(_BOTH_WAYS, read_outline(_BOTH_WAYS), Calendar(2026, 2026, 2030)).values
    assert [(each.role, each.indicator, each.quantity.printed, each.year, each.baseline) for each in values] == [
        ("observation", "茶园面积", "8万亩", 2025, 2020),
        ("observation", "茶企", "30家", 2025, None),
        ("target", "茶园面积", "10万亩", 2030, None),
        ("target", "茶企", "50家", 2030, None),
        ("target", "茶企总产值", "9亿元", 2030, None),
    ]


@pytest.mark.parametrize("heading", ["2025年目标任务完成情况", "一年来工作回顾", "发展成就"])
def test_a_heading_that_only_looks_back_does_so_throughout(heading: str) -> None:
    lines = f"一、{heading}\n茶园面积达到5万亩。\n“十五五”时期是关键时期。\n茶企达到30家。"
    text, outline = _outline(lines)
    values = read_statements(text, outline, Calendar(2026, 2026, 2030)).values
    assert [value.role for value in values] == ["observation", "observation"]


@pytest.mark.parametrize(
    ("line", "quantities"),
    [
        ("死亡率控制在0.6人/百亿元以下，茶园达到5万亩。", ["5万亩"]),
        ("劳动生产率达到58万元/人左右。", ["58万元/人左右"]),
        ("补助500元/人·月，另补300元/人次。", []),
        ("能耗降至0.3吨标准煤/万元。", []),
        ("每千人床位6.5张/千人。", ["6.5张"]),
        ("培训茶师20名/年。", ["20名"]),
    ],
)
def test_the_two_numbers_of_a_ratio_are_no_quantities(line: str, quantities: list[str]) -> None:
    """Invariant: no quantity stands behind the stroke of a ratio."""
    read = find(line)
    assert [each.printed for each in read] == quantities
    assert not any(line[each.start - 1] == "/" for each in read)


def test_an_amount_of_each_year_is_not_called_after_the_year() -> None:
    assert _values("一、茶师\n培训茶师20名/年。") == [("茶师", "20名", "per-year", 2026, 2030)]


@pytest.mark.parametrize(
    ("line", "terms"),
    [
        (
            "对获得特等奖、一等奖、二等奖的茶企，分别给予100万元、50万元、30万元奖励。",
            [("特等奖", "100万元"), ("一等奖", "50万元"), ("二等奖", "30万元")],
        ),
        (
            "对获得一、二、三等奖的茶企，分别给予30万元、20万元、10万元支持。",
            [("一等奖", "30万元"), ("二等奖", "20万元"), ("三等奖", "10万元")],
        ),
        (
            "设特等奖1名，奖金50万元；一等奖2名，每名奖励20万元；优秀奖5个，奖金3万元。",
            [("特等奖", "50万元"), ("一等奖", "20万元"), ("优秀奖", "3万元")],
        ),
        ("获金奖、银奖的茶师，分别奖励5万元、3万元。", [("金奖", "5万元"), ("银奖", "3万元")]),
        (
            "对获得国家茶业特等奖的，给予200万元奖励；获得一等奖的，给予100万元。",
            [("获得国家茶业特等奖", "200万元"), ("获得一等奖", "100万元")],
        ),
        ("对新建茶社的，给予10万元奖励。", [("新建茶社", "10万元")]),
    ],
)
def test_prizes_are_granted_by_their_rank_and_how_many_there_are_is_no_target(
    line: str, terms: list[tuple[str, str]]
) -> None:
    text, outline = _outline(f"一、奖励\n{line}")
    statements = read_statements(text, outline, Calendar(2026, 2026, 2030), granting=True)
    assert [(term.purpose, term.quantity.printed) for term in statements.terms] == terms
    assert statements.values == []


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("茶业总产值稳居全省前十强。", [("茶业总产值", "前十强", "rank")]),
        ("3家茶企进入全国500强。", [("茶企进入全国500强", "3家", "level")]),
        ("茶业综合实力进入全国百强。", [("茶业综合实力", "百强", "rank")]),
    ],
)
def test_a_list_that_counted_things_enter_is_no_rank_of_theirs(line: str, values: list[tuple[str, str, str]]) -> None:
    assert [value[:3] for value in _values(f"一、做强茶业\n{line}")] == values


@pytest.mark.parametrize(
    ("line", "measured"),
    [
        ("规上工业企业营收达到5万亿元。", ("indicator:above-scale-industrial-revenue", "规上工业企业营收")),
        ("经济总量达到6万亿元。", ("indicator:gdp", "经济总量")),
        ("大湾区经济总量达到15万亿元。", ("indicator:gdp", "经济总量")),  # the region stands as area beside it
        ("地区生产总值达到6万亿元。", ("indicator:gdp", None)),
        ("中欧（亚）班列开行超1万列。", ("indicator:china-europe-and-central-asia-trains", "中欧（亚）班列开行")),
    ],
)
def test_a_value_keeps_the_name_that_the_text_prints_beside_the_indicator(
    line: str, measured: tuple[str, str | None], whole_gazetteer: extract.Gazetteer
) -> None:
    text = f"广东省茶业发展行动计划（2026—2028年）\n\n一、发展目标\n{line}\n"
    (target,) = extract.extract(text, "x", whole_gazetteer).record["plans"][0]["parts"][0]["targets"]
    assert (target["ofIndicator"], target.get("printedIndicator")) == measured


def test_a_name_is_kept_as_printed_only_where_the_evidence_prints_it(whole_gazetteer: extract.Gazetteer) -> None:
    text = "广东省茶业行动计划（2026—2028年）\n\n一、目标\n全社会研发投入、外贸进出口分别达到60亿元、80亿元。\n"
    targets = extract.extract(text, "x", whole_gazetteer).record["plans"][0]["parts"][0]["targets"]
    printed = [(each["ofIndicator"], each.get("printedIndicator")) for each in targets]
    assert printed == [("indicator:rd-expenditure", "全社会研发投入"), ("indicator:imports-exports", None)]
    text = text.replace("全社会研发投入、外贸进出口", "茶企、茶社产值")
    targets = extract.extract(text, "x", whole_gazetteer).record["plans"][0]["parts"][0]["targets"]
    assert ["printedIndicator" in each for each in targets] == [False, False]


@pytest.mark.parametrize(
    ("heading", "line", "counts"),
    [
        # what was done is no part of what is planned
        ("一、2025年工作回顾", "出台稳就业20条政策措施，实施茶企上市等8项行动。", []),
        ("一、2025年工作回顾", "围绕“茶园、茶社、茶师”三大要素，实施旅游行动。", [(3, "三大要素")]),
        ("一、工作要求", "重点办好20件民生实事，明确8项重点任务。", [(20, "20件民生实事"), (8, "8项重点任务")]),
        # nor are areas, bodies and what is built
        ("一、做强茶业", "在甲川、乙陵、丙江等3个重点县建设茶园6万亩。", []),
        ("一、做强茶业", "做大做强智慧、创新两大教育集团。", []),
        ("一、做强茶业", "新开工甲川至乙陵等2个项目，建成通车甲川至丙江等5个项目。", []),
        ("一、做强茶业", "推进100个标志性工程。", []),
        ("一、做强茶业", "建成甲川、乙陵、丙江等3个茶业社区。", [(3, "3个茶业社区")]),
        ("一、做强茶业", "实施育苗、建园、制茶三大工程。", [(3, "三大工程")]),
    ],
)
def test_what_was_done_or_is_built_or_governs_is_no_count_of_parts(
    heading: str, line: str, counts: list[tuple[int, str]]
) -> None:
    text, outline = _outline(f"{heading}\n{line}", "2026年东陵县政府工作报告")
    declared = read_statements(text, outline, Calendar(2026, 2026, 2026)).counts
    assert [(count.number, text[count.start : count.end]) for count in declared] == counts


def test_what_was_done_is_an_observation_instead() -> None:
    text, outline = _outline("一、2025年工作回顾\n出台稳就业20条政策措施。", "2026年东陵县政府工作报告")
    (value,) = read_statements(text, outline, Calendar(2026, 2026, 2026)).values
    assert (value.role, value.quantity.printed, value.year) == ("observation", "20条", 2025)


def test_a_count_that_is_said_again_elsewhere_is_one_with_two_places(gazetteer: extract.Gazetteer) -> None:
    """The part that has so many keeps it; smaller numbers, of two lists, and those of leaves stay apart."""
    tasks = [f"{number}．建茶园{number}。" for number in range(1, 13)]
    lines = ["东陵县茶业行动方案", "一、总体要求", "提出12项重点任务。"]
    lines += ["（一）思路。提出3项措施。", "（二）原则。自愿。"]
    text = "\n".join([*lines, "二、重点任务", "共部署12项重点任务。", *tasks, "三、保障", "提出3项措施。"]) + "\n"
    plan = extract.extract(text, "x", gazetteer).record["plans"][0]
    claims = [
        (part["label"]["zh"], claim["declared"], len(claim["evidence"]))
        for part in (*plan["parts"], *plan["parts"][0].get("parts", ()))
        for claim in part.get("counts", ())
    ]
    assert claims == [("重点任务", "12", 2), ("保障", "3", 1), ("思路", "3", 1)]


def test_the_number_of_a_slogan_is_to_be_reviewed(gazetteer: extract.Gazetteer) -> None:
    lines = ["东陵县茶业行动方案", "一、打造“三个高地”", "支持建园。", "二、重点工作", "明确8项重点任务。"]
    plan = extract.extract("\n".join(lines) + "\n", "x", gazetteer).record["plans"][0]
    claims = [claim for part in plan["parts"] for claim in part["counts"]]
    assert [(claim["declared"], claim.get("needsReview")) for claim in claims] == [("3", "true"), ("8", None)]


def test_a_page_that_prints_no_year_has_no_deadlines_and_says_why(gazetteer: extract.Gazetteer) -> None:
    lines = ["东陵县出台茶业新政", "来源：东陵日报 发布时间：01-16 09:30", "一、目标", "今年底前，茶园达到5万亩。"]
    text = "\n".join([*lines, "去年，茶企达到30家。"]) + "\n"
    record = extract.extract(text, "x", gazetteer).record
    (target,) = record["plans"][0]["parts"][0]["targets"]
    (issue,) = record["issues"]
    places = [text[slice(*map(int, place.removeprefix("#char=").split(",")))] for place in issue["evidence"]]
    assert ("deadline" in target, "observations" in record, issue["issueKind"], issue["rule"], places) == (
        *(False, False, "omission", "date/missing"),
        ["茶园达到5万亩", "茶企达到30家"],
    )
    dated = extract.extract(text.replace("01-16", "2026-01-16"), "x", gazetteer).record
    assert (dated["plans"][0]["parts"][0]["targets"][0]["deadline"], "issues" in dated) == ("2026", False)
