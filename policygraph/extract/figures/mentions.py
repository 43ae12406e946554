"""A quantity in its context in, why it measures nothing of the plan's out: a table of named rules, first match wins.

A number that is part of a date or a name, that says which thing is meant (亿元以上项目), how long something takes, or
what somebody is given, is a mention and makes no statement.

>>> RULES["in a time"].example
'三年内建成。'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from policygraph.extract.figures.contexts import Context
from policygraph.extract.figures.words import BENEFITS, LEADING_VERBS

__all__ = ["RULES", "Rule", "mention"]


class Rule(NamedTuple):
    """When a quantity is a mention, and a sentence whose first quantity is one by this rule."""

    holds: Callable[[Context], object]
    example: str


def mention(context: Context) -> str | None:
    """The name of the first rule by which a quantity measures nothing; None where none does."""
    return next((name for name, rule in RULES.items() if rule.holds(context)), None)


_TIMES = frozenset(f"pgunit:{unit}" for unit in ("year", "month", "week", "day", "working-day", "hour", "minute"))
#: How far in front of a quantity the words stand that say what it is for.
_NEAR = 24
#: Those who attend a meeting.
_ATTENDING = re.compile(r"出席|列席|参加会议|应到|实到")
#: Above another area's value: the comparison is read, not the points.
_ABOVE = re.compile(r"(?:高于|快于|低于|优于|超过)[^，,。；;]{1,12}?(?:水平|增速|增幅|均值)?$")
#: Verbs in front of a length of time that is a target.
_LASTING = re.compile(r"(?:到|至|在|压缩|缩短|提高|达|不超过|为|减少|降低)$")
_SMALL = re.compile(r"[一二两三四五六七八九十][个大项类种支条层级次轮批部份名者点路]")
#: 年出栏10万头养殖基地2个: the first number is part of a name.
_COUNTED_BEHIND = re.compile(r"[一-鿿]{2,14}[0-9]+[个家座处所条项]")
_PER_HEAD = re.compile(r"\s*(?:原则上)?每(?:名|个|位|户|家|人|县|乡|镇|村|支)")
#: What is meant is said by a quantity in front of it.
_SPECIFIED = re.compile(
    r"(?:以上|级)?[一-鿿]{0,4}?(?:项目|企业|产业|集群|工程|园区|单位|老年?人|老人|人口|以上|人群|面板|生产线"
    r"|GDP|地区生产"
    r"|产值能耗|增加值能耗|规模)"
)


def _in_a_time(context: Context) -> bool:
    quantity = context.quantity
    return any(time.start < quantity.end and quantity.start < time.end for time in context.times)


def _of_a_meeting(context: Context) -> object:
    start = context.quantity.start
    return _ATTENDING.search(context.text[max(0, start - 40) : start])


def _of_a_benefit(context: Context) -> object:
    paid = context.quantity.unit in ("unit:CCY_CNY", "unit:CCY_USD", "unit:PERCENT")
    return paid and (BENEFITS.search(context.front[-_NEAR:]) or BENEFITS.search(context.behind[:10]))


def _above_others(context: Context) -> object:
    return context.quantity.unit == "pgunit:percentage-point" and _ABOVE.search(context.front[-_NEAR:])


def _quoted(context: Context) -> bool:
    """In a short quotation, as a name is."""
    text, quantity = context.text, context.quantity
    if text[max(0, quantity.start - 1) : quantity.start] in ("《", "〔"):
        return True
    opened = max(text.rfind(mark, context.start, quantity.start) for mark in "“《")
    if opened < 0 or quantity.start - opened > 16:
        return False
    closed = min((at for at in (text.find("”", opened), text.find("》", opened)) if at >= 0), default=-1)
    return quantity.end <= closed <= opened + 24 and not re.search(r"[，,]", text[opened:closed])


def _lasting(context: Context) -> bool:
    return context.quantity.unit in _TIMES and not _LASTING.search(context.front[-6:])


def _small(context: Context) -> bool:
    return bool(_SMALL.fullmatch(context.quantity.printed)) and not re.search(LEADING_VERBS, context.front[-6:])


def _counted_behind(context: Context) -> object:
    return _COUNTED_BEHIND.match(context.behind)


def _per_head(context: Context) -> object:
    return _PER_HEAD.match(context.text[context.start : context.end])


def _with_a_head(context: Context) -> bool:
    behind = context.behind
    return (
        behind.startswith("的")
        and len(behind) > 2
        and not re.match(r"的(?:目标|水平|速度|增速|比例|规模|要求)", behind)
    )


def _specifying(context: Context) -> object:
    return context.quantity.classifier is None and _SPECIFIED.match(context.behind)


#: Name -> rule; the first that holds is why a quantity is no value.
RULES = {
    "in a time": Rule(_in_a_time, "三年内建成。"),
    "of a meeting": Rule(_of_a_meeting, "出席会议的代表共120名。"),
    "of a benefit": Rule(_of_a_benefit, "给予最高50万元。"),
    "above others": Rule(_above_others, "工业增速高于全县平均2个百分点。"),
    "quoted": Rule(_quoted, "实施“5个茶园”行动。"),
    "lasting": Rule(_lasting, "试用3个月。"),
    "small": Rule(_small, "茶园有三类。"),
    "counted behind": Rule(_counted_behind, "年产20万吨茶饮基地3个。"),
    "per head": Rule(_per_head, "每户补种20株。"),
    "with a head": Rule(_with_a_head, "面积5公顷的茶园全部改造。"),
    "specifying": Rule(_specifying, "推进20亿元以上项目。"),
}
