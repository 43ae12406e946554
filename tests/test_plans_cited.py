"""Plans that a text names, in 《》 or not: what is implemented, what is cited, what is none."""

from __future__ import annotations

import pytest

from policygraph.extract.plans_cited import read_cited

TEXTS = {
    "贯彻落实苏江市茶业发展行动部署，深入实施“百人计划”，有效承接《全省茶馆行动计划》。": [
        "implements 苏江市茶业发展行动",
        "cites “百人计划”",
        "implements 全省茶馆行动计划",
    ],
    "做好《茶馆扶持政策》《茶农专项政策》统筹设计。": ["cites 茶馆扶持政策", "cites 茶农专项政策"],
    "根据省委“十五五”规划《建议》，省政府编制了规划。": ["implements 省委“十五五”规划建议"],
    "落实山区加快振兴、清江流域生态保护等战略部署。": [
        "implements 山区加快振兴战略",
        "implements 清江流域生态保护战略",
    ],
    "制定我省融入全国茶叶市场行动方案，编制好新一轮茶港发展规划，推进茶山修复三年行动。": [
        "cites 我省融入全国茶叶市场行动方案",
        "cites 新一轮茶港发展规划",
        "cites 茶山修复三年行动",
    ],
    "编制实施茶港空间规划，落实茶农增收计划。": ["cites 茶港空间规划", "cites 茶农增收计划"],
    "为深入实施“人工智能+”行动，加快发展。": ["implements “人工智能+”行动"],
    "为落实国家、省、市“茶业+”行动部署要求，制定本措施。": ["implements “茶业+”行动"],
    "为贯彻落实“茶业+”战略部署，制定本方案。": ["implements “茶业+”战略"],
    "对入选“清江人才工程”的给予资助，实施“满园工程”。": ["cites “清江人才工程”"],
    "实施茶艺人才培养支持计划，实施创新驱动战略，落实国家重大战略，贯彻党中央决策部署，完善有关规划。": [],
    "依据《中华人民共和国茶叶法》，按照《清江省茶叶管理条例》执行。": [],
    # a strategy of nobody, several plans at once, and what is done to plans are none
    "全面贯彻落实党中央战略部署，编制出台茶馆绿化等专项规划，推进清江深化茶山规划与土地改革。": [],
    "根据县党委关于“十五五”规划的建议，编制规划。": ["implements 县党委关于“十五五”规划的建议"],
}


@pytest.mark.parametrize(("text", "plans"), TEXTS.items())
def test_a_plan_is_named_in_brackets_or_behind_a_verb(text: str, plans: list[str]) -> None:
    cited = [f"{'implements' if plan.is_implemented else 'cites'} {plan.name}" for plan in read_cited(text)]
    assert cited == plans


@pytest.mark.parametrize(
    ("text", "succeeded"),
    [
        (
            "在总结《清江省茶业行动计划（2021—2023年）》实施成效的基础上，制定本计划。",
            ["清江省茶业行动计划（2021—2023年）"],
        ),
        (
            "本计划接续《清江省茶业三年行动方案》，承接上一轮茶园提升行动方案。",
            ["清江省茶业三年行动方案", "上一轮茶园提升行动方案"],
        ),
        ("《清江市茶业扶持政策》（清政发〔2022〕3号）同时废止。", ["清江市茶业扶持政策"]),
        ("《清江市茶业扶持政策》期满后，按本政策执行。", ["清江市茶业扶持政策"]),
        ("承接《全省茶馆行动计划》，落实《清江省茶业规划》，在此基础上做强茶业。", []),
        ("《清江市茶业扶持政策》自2026年1月1日起施行，有效期三年。", []),
    ],
)
def test_what_a_plan_takes_over_from_is_told_by_the_words_around_it(text: str, succeeded: list[str]) -> None:
    assert [plan.name for plan in read_cited(text) if plan.is_succeeded] == succeeded
