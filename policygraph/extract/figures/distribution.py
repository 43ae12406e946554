"""A sentence in, which value of a list belongs to which time or noun out: 分别, and lists that say it again.

>>> from policygraph.quantity import find
>>> from policygraph.extract.figures.contexts import Sentence
>>> text = "粮食、蔬菜产量分别达到30万吨、50万吨。"
>>> dealt = dealt_out(Sentence(text, 0, len(text), find(text), []))
>>> [share.noun for share in dealt.values()]
['粮食产量', '蔬菜产量']
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from policygraph.extract.figures.contexts import Sentence
from policygraph.extract.figures.nouns import FOR_EACH, noun_behind, without_scope
from policygraph.extract.figures.times import Time
from policygraph.extract.figures.values import Value
from policygraph.quantity import Quantity
from policygraph.quantity.value_words import FALLING, RATES, RISING

__all__ = ["Share", "dealt_out", "repeated"]


class Share(NamedTuple):
    """What a list deals out to one of its values; None and empty where it deals out no time or no noun."""

    time: Time | None
    noun: str
    #: The comparator in front of the whole list: 分别不少于10个、20个.
    comparator: str | None = None


#: What links the names of a list, and is part of another word in 普及率 and 和谐.
_LINKS = re.compile(r"、|(?<![普以涉触波危遍])及|(?<![共平温饱])和(?![谐平])|与(?!会)")
#: Words that share what follows the other: 城市、农村居民收入.
_PAIRED = frozenset(
    {"城市", "农村", "城镇", "乡村", "城区", "中央", "地方", "省级", "市级", "县级", "国家级", "公办", "民办"}
    | {"男性", "女性", "小学", "初中", "高中"}
)
#: What the names of a list share where the last alone has it, and names too short to be measured by themselves.
_SHARED = re.compile(
    r"(?:总产量|产量|总产值|产值|增加值|面积|里程|占比|比重|浓度|覆盖率|普及率|利用率|合格率|达标率|建成率|完成率"
    r"|(?:领域|行业)?投资额?|(?:限上)?(?:零售|销售|交易|出口)额|(?:市场)?[进出]口|警情|案件)$"
)
_SHORT = re.compile(
    r"(?!就业|消费|投资|税收|出口|进口|外贸|外资|存款|贷款|人口)[一-鿿]{2,6}(?<![率比重值量额入数情件资])"
)
#: Sectors of the economy in a row: 一二三产, 第一、二、三产业, 二三次产业.
_SECTORS = re.compile(r"第?(?P<numbers>[一二三](?:[、和]?第?[一二三]){1,2})(?:次产业|产业|产)")
_EACH = re.compile("分别")
#: A list of values that another says again is shorter than this; a sentence deals out fewer.
_MOST_DEALT = 8
#: What stands between two lists of values of the same things.
_AGAIN = re.compile(
    r"[，,](?:并|且|同比|均|都|将|要|分别|比上年|较上年|比去年|较去年|年均|预计|力争|各|约)*"
    rf"(?:{'|'.join((*RISING, *FALLING, *RATES))}|占比)?(?:分别|到|至|为|达到?|约|超过|各)*"
)


def dealt_out(sentence: Sentence) -> dict[int, Share]:
    """What 分别 deals out in a sentence: start of a quantity -> its share."""
    dealt: dict[int, Share] = {}
    for match in islice(_EACH.finditer(sentence.text, sentence.start, sentence.end), _MOST_DEALT):
        for key, share in _dealt_at(match.start(), sentence).items():
            dealt.setdefault(key, share)
    return dealt


def _dealt_at(at: int, sentence: Sentence) -> dict[int, Share]:
    """What the 分别 at a place deals out: times, where there are enough, else nouns."""
    row = _row(sentence.text, [quantity for quantity in sentence.quantities if quantity.end > at])
    if len(row) < 2:
        return {}
    start, end = sentence.clause_at(at)
    front = _front_without_times(sentence, start, at)
    times = [time for time in sentence.times if time.role in ("by", "past", "span") and time.end <= at + 2]
    if len(times) >= len(row):
        noun = noun_behind(sentence.text, row[-1], end) if not without_scope(front.strip("、和")) else ""
        dated = zip(row, times[-len(row) :], _comparators(row), strict=True)
        return {quantity.start: Share(time, noun, comparator) for quantity, time, comparator in dated}
    names = _names_in(front)
    if len(row) == 2 and len(names) < 2 and "城乡" in front:
        names = _names_in(front.replace("城乡", "城镇、农村", 1))
    if len(names) < len(row):
        return {}
    names = _completed(names[-len(row) :])
    named = zip(row, names, _comparators(row), strict=True)
    return {quantity.start: Share(None, name, comparator) for quantity, name, comparator in named}


def _comparators(row: Sequence[Quantity]) -> list[str | None]:
    """The comparator of each value of a list: what stands in front of the first holds for those without their own."""
    leads = _IN_FRONT.match(row[0].printed) is not None
    return [quantity.comparator or (row[0].comparator if leads else None) for quantity in row]


#: A comparator in front of a number, and not behind it.
_IN_FRONT = re.compile(r"[^0-9一二两三四五六七八九十百千万亿]")


def _names_in(front: str) -> list[str]:
    return [FOR_EACH.sub("", name) for name in _LINKS.split(_each_sector(without_scope(front))) if name]


def _each_sector(front: str) -> str:
    """Sectors of the economy that share one noun, each with its own: 一二三产增加值 is 一产、二产、三产增加值."""
    match = _SECTORS.search(front)
    if not match:
        return front
    numbers = [char for char in match["numbers"] if char in "一二三"]
    return front[: match.start()] + "、".join(f"第{number}产业" for number in numbers) + front[match.end() :]


def _front_without_times(sentence: Sentence, start: int, at: int) -> str:
    front = sentence.text[start:at]
    for time in reversed(sentence.times):
        if start <= time.start and time.end <= at:
            front = front.replace(time.printed, "")
    return front


def repeated(text: str, following: Sequence[Quantity], values: Sequence[Value]) -> dict[int, Share]:
    """What a list without nouns says again of the values before it: 达到5万元和2万元，增长5%、7%.

    `following` are the quantities from the first of the list on, `values` those that the sentence has said.
    """
    row = _row(text, following[:_MOST_DEALT])
    before = values[-len(row) :]
    if not 2 <= len(row) == len(before) < _MOST_DEALT:
        return {}
    if not _AGAIN.fullmatch(text[before[-1].end : row[0].start]):
        return {}
    names = {value.indicator for value in before}
    pairs = list(zip(row, before, strict=True))
    if len(names) == len(row):
        return {quantity.start: Share(None, value.indicator) for quantity, value in pairs}
    if len(names) == 1 and all(value.time for value in before):
        return {quantity.start: Share(value.time, value.indicator) for quantity, value in pairs}
    return {}


def _row(text: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities that stand in one list with the first."""
    row = list(quantities[:1])
    for quantity in quantities[1:]:
        between = text[row[-1].end : quantity.start]
        if len(between) > 6 or re.search(r"[，,；;]", between):
            break
        row.append(quantity)
    return row


def _completed(names: list[str]) -> list[str]:
    """城市居民收入 of 城市、农村居民收入, 粮食产量 of 粮食、蔬菜产量: short names share what follows in the last."""
    last = names[-1]
    head = _SHARED.search(last)
    if head and len(head[0]) < len(last) and all(_SHORT.fullmatch(name) for name in names[:-1]):
        return [*(name + head[0] for name in names[:-1]), last]
    return [name + last[len(name) :] if name in _PAIRED and len(last) > len(name) + 2 else name for name in names]
