"""The passes of the number reader: mentions, the time that governs a value, target or observation, confidence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policygraph.extract.figures import benefits, dating, mentions, role
from policygraph.extract.figures.contexts import Context, sentences
from policygraph.extract.figures.statements import Value, read_statements
from policygraph.extract.figures.times import Calendar, find_times
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
