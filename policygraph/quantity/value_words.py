"""The words that tell what a value is, in tables: rising and falling, rates of change, money; and kinds of values.

What reads figures and what looks up the names of indicators build their patterns of the same words, so that the words
that one takes for a change are not a part of the name for the other.
"""

from __future__ import annotations

import re

__all__ = [
    "CHANGES",
    "COUNTING",
    "FALLING",
    "FALLING_RATES",
    "GROWTH",
    "MONEY",
    "RATES",
    "RISING",
    "RISING_RATES",
    "is_money",
]

#: Verbs of a value that grows, and of one that shrinks.
RISING = ("增长", "提高", "提升", "上升", "上涨", "增加", "递增", "扩大")
FALLING = ("下降", "降低", "减少", "压减", "压缩", "缩短", "削减", "回落", "缩减", "缩小", "收窄")
#: Nouns of how much it grows or shrinks.
RISING_RATES = ("增速", "增长速度", "增长率", "增幅", "升幅", "涨幅")
FALLING_RATES = ("降幅", "下降率", "降低率")
RATES = (*RISING_RATES, *FALLING_RATES)

#: What is measured in money, also where the text leaves the unit out.
MONEY = (
    *("金额", "收入", "营收", "投资", "产值", "增加值", "利润", "税收", "资金", "贷款", "存款", "融资", "支出", "总额"),
    *("授信", "GDP", "生产总值", "经费", "预算", "人民币", "销售额", "交易额"),
)

#: Kinds of value that are growth.
GROWTH = frozenset({"growth-rate", "average-annual-growth"})
#: Kinds of value that have a unit of their own, whatever the indicator is measured in.
CHANGES = GROWTH | {"reduction-rate", "percentage-point-change", "rank", "multiple", "multiple-increase"}

#: What the name of an indicator ends in where it says that things are counted; 人数 and 天数 are words of their own.
COUNTING = re.compile(r"(?:数量|总数|总量|个数|家数|(?<![人起次天件例户指系倍分])数)$")


def is_money(unit: str) -> bool:
    """Whether a unit, as a compact IRI, is a currency."""
    return unit.startswith("unit:CCY_")
