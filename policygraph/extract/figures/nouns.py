"""A quantity in its context in, the noun that it measures out: in front of it, or behind the classifier that counts it.

>>> from policygraph.quantity import find
>>> text = "新建社区书屋20家"
>>> noun_in_front(text, 0, find(text)[0], []).noun
'社区书屋'
>>> text = "建成20家社区书屋。"
>>> noun_behind(text, find(text)[0], len(text))
'社区书屋'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from policygraph.extract.figures.times import Time
from policygraph.extract.figures.words import LEADING_VERBS, PREDICATES, SCOPES, TRAILING_WORDS
from policygraph.quantity import PEOPLE, Quantity
from policygraph.quantity.value_words import RATES, is_money

__all__ = ["FOR_EACH", "Front", "noun_behind", "noun_in_front", "without_scope"]

#: Where a rank is one: 进入全省, 保持东北, 位居全国同类城市.
_RANKED = re.compile(
    r"(?:综合)?(?:进入|位居|位列|居|列|保持|稳居|跻身|迈入|跃居|排名|排在|达到|[跃攀上提]?升至|跃升|升到|晋升)*"
    r"(?:全国|全省|全市|全区|全县|东北|中西部|[东中西]部|内地|沿海|长三角|长江经济带|全球|各省区?|世界|国内|省内"
    r"|(?!居|列)[一-鿿]{2,3}省|(?!居|列)[一-鿿]{1,3}地区)[^，。、]{0,8}$|(?:[跃攀上提]?升至|[跃攀上]升|升到)$"
)
#: Places in which something is done, in a list that ends in their number.
_IN_PLACES = re.compile(
    rf"在?[^，。；]{{0,60}}等(?:[0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}})个[一-鿿]{{0,4}}?(?:[县市区镇乡村州]|城市|地区|园区)(?=(?:{LEADING_VERBS}))"
)
#: A place or a body that does what follows, and is not measured; 老旧小区 and 整县 do nothing.
_ACTOR = re.compile(
    r"(?:我们|本届政府|[一-鿿]{2,6}(?:市|(?<!整)县|(?<![小社园景校片街灌林库港矿牧厂户])区|省|州|旗|政府|市委|县委|区委))"
    r"(?=将|要|已|计划|力争|完成|新建|新增|建成(?!比例|占比|率)|累计|改造|统筹|安排|确保|争取|实施|推进)"
)
#: 比2020年 in front of 翻一番: the word that compares, and no part of a noun.
_COMPARING = re.compile(r"(?:(?<![占环对])比|较)$")
#: That an aim is set, between what is measured and how it is to grow: 增速目标设定为年均增长5%.
_SET = re.compile(rf"(?:{'|'.join(RATES)})?的?(?:预期)?目标(?:设定|确定|安排|定)(?:为|在)$")
#: How long something has been so, and that it is so at last, behind a noun: 外资连续8年, 出口首次.
_FOR_YEARS = re.compile(
    r"(?:(?:已|持续)?(?:连续|接连|近|过去|这)?(?:[一二两三四五六七八九十]|\d{1,2})(?:年|个月|个季度)(?:来|间)?|接连|连续|首次|率先|历史性地?"
    r"|(?:连续|接连|先后)?(?:迈上|跨过|跨越|跨入|登上|迈过|越过|突破|站上)(?:了)?(?:\d|[一二两三四五六七八九])个[百千万亿元]*(?:台阶|大关|关口|级)?、?)+$"
)
#: Steps that a sum has passed, in front of the sum itself: 总量连续迈上4个万亿元台阶、达14.2万亿元.
_STEPS = re.compile(
    r"(?:连续|接连|先后)?(?:迈上|跨过|跨越|跨入|登上|迈过|越过|突破|站上|连跨)[^，,。；]{0,8}?(?:台阶|大关|关口)[、，]?"
)
#: Verbs behind the noun that a classifier counts.
_STOPPING = re.compile(
    r"(?<=.)(?:(?:全面|全部|顺利|加快|圆满|高效|技术)?(?:开工|完工|竣工|建设|投用|投入|实现|达到|达标|纳入|列入|上云|完成|改造|整治|治理|修复|安全评估|开展"
    r"|通过|参与|(?:免费)?提供"
    r"|建成|得到|享受|全覆盖|分别|揭牌|运行|投运|落地|推进)|全面|[一-鿿]{2,4}(?:率|占比|比重|比例)(?=[达为超在约]|\d))"
)
#: A predicate is no longer than this.
_SHORT_PREDICATE = 6
_COUNTED = re.compile(
    r"(?:以上)?(?:[（(][一-鿿]{1,2}[）)])?(?P<noun>(?![0-9.]+[余多]?[万亿]?[户人名个家件项次]|[0-9.]+[^，,。；]{1,3}[，,。；])"
    r"(?:和(?=[美谐平]))?(?:[县市区州](?:[（(][县市区州旗、]{1,5}[）)]))?(?:(?!—[0-9])[^，,。；;：:、和\n！（(]){1,30})"
)
#: What says which ones of the noun behind its 的: 具有硕士、博士学位的软件工程师, 在全国有影响的作家.
_QUALIFIED = re.compile(
    r"(?:以上)?(?:具有|具备|拥有|从事|掌握|熟悉|在[^，。；0-9]{2,10}?(?:有|具有|具)|能够?|面向|符合|来自|适合|以[^，。；0-9]{2,12}?为)[^，,。；;：:\n0-9]{1,24}?的"
    r"(?P<noun>[^，,。；;：:、和\n！（(的]{2,20})"
)
#: A share of things that something is true of: 60%以上的机构达标.
_SHARE_OF = re.compile(
    r"的(?P<noun>[^，,。；;：:\n0-9的]{2,20}?(?:达标|建成|开展|纳入|实现|完成|覆盖|通过|配备|设立|建立|达到|用上|参与|接入)[^，,。；;：:\n]{0,10})(?=[，,。；;\n]|$)"
)
#: What stands behind a classifier and is no noun that it counts.
_NO_NOUN = re.compile(r"(?:/|左右|以上|以内|不等|的|并|且|及|以|为|在|到|至|等|是|占|与|由|实现)")


#: How often and to whom an amount goes, behind what is paid: 低保标准每月, 补贴从每人每月.
FOR_EACH = re.compile(r"(?<=.)(?:从|由)?(?:每(?:人|户|月|年))+$")
#: What somebody is ranked in: 在综合评价中居第一.
_IN_A_CONTEST = ("评价中", "考核中", "评估中", "排名中", "测评中", "评比中", "竞赛中")


class Front(NamedTuple):
    """The noun in front of a quantity, the verb that led it, and where the noun starts."""

    noun: str
    verb: str
    start: int


def noun_in_front(text: str, left: int, quantity: Quantity, times: Sequence[Time]) -> Front:
    """The noun between `left` and a quantity, without times, scopes and verbs."""
    stripped = _without_times(text, left, quantity, times).rstrip()
    if quantity.classifier == "位":
        stripped = _RANKED.sub("", stripped)
    steps = next(reversed(list(_STEPS.finditer(stripped))), None)
    if steps and len(stripped) - steps.end() <= _SHORT_PREDICATE:
        stripped = stripped[: steps.start()] + " " * (steps.end() - steps.start()) + stripped[steps.end() :]
    predicate = PREDICATES.search(stripped)
    stripped = stripped[: predicate.start()] if predicate else stripped
    stripped = _SET.sub("", stripped)
    if lasting := _FOR_YEARS.search(stripped):
        stripped = stripped[: lasting.start()]
    body = stripped.lstrip(" 　，,、：:—“\"'（(")
    start = left + len(stripped) - len(body)
    if (gap := re.search(r"\s+(?=\S)", body)) and len(body) - gap.end() > 1:
        body, start = body[gap.end() :], start + gap.end()
    if places := _IN_PLACES.match(body):  # 在甲川、乙陵等8个重点县建设…
        body, start = body[places.end() :], start + places.end()
    body, start = _after_scope(body, start)
    body, start, verb = _after_verbs(body, start)
    body, start = _after_scope(body, start)
    body = re.sub(r"\s+", "", body)
    if (quotes := body.count("”") - body.count("“")) > 0:
        body = body.replace("”", "", quotes)
    if any(time.role == "baseline" and not text[time.end : quantity.start].strip() for time in times):
        body = _COMPARING.sub("", body)
    if body.endswith(_IN_A_CONTEST):
        body = body[:-1]
    body = FOR_EACH.sub("", body)
    return Front(body.rstrip("的，,、由从（("), verb or (predicate[0] if predicate else ""), start)


def _without_times(text: str, left: int, quantity: Quantity, times: Sequence[Time]) -> str:
    """The words in front of a quantity with blanks for the times among them."""
    front = text[left : quantity.start]
    for time in times:
        if not (left <= time.start and time.end <= quantity.start):
            continue
        before = text[left : time.start]
        between = time.start > left and len(before.strip()) > 1 and not re.search(r"[到在]$", before)
        if time.role == "baseline" or between:
            # the time stands between the noun and its verb
            front = front.replace(time.printed, " " * len(time.printed), 1)
        else:
            front = " " * (time.end - left) + text[time.end : quantity.start]
    return front


def _after_verbs(body: str, start: int) -> tuple[str, int, str]:
    """A noun phrase without the verbs that lead it, and those verbs."""
    verb = ""
    while leading := re.match(LEADING_VERBS, body):
        verb, start = verb + leading[0], start + leading.end()
        body = body[leading.end() :]
        start, body = start + len(body) - len(body.lstrip("、")), body.lstrip("、")
        if joined := re.match(rf"[和与及](?={LEADING_VERBS})", body):
            start, body = start + joined.end(), body[joined.end() :]
    return body, start, verb


def noun_behind(text: str, quantity: Quantity, stop: int) -> str:
    """The noun that a classifier counts, behind it; empty where something else stands there."""
    if quantity.unit == "unit:PERCENT":
        share = _SHARE_OF.match(text[quantity.end : min(stop, quantity.end + 40)])
        return share["noun"] if share else ""
    is_counted = quantity.unit == "unit:NUM" and quantity.classifier not in (None, "位", "倍", "人次", "户次")
    if fund := _fund_behind(text, quantity, stop):
        return fund
    if quantity.unit == "unit:NUM" and quantity.classifier is None and (people := PEOPLE.match(text, quantity.end)):
        return people[0]
    if not is_counted and not _is_extended(text, quantity):
        return ""
    behind = text[quantity.end : min(stop, quantity.end + 40)]
    match = _QUALIFIED.match(behind) or _COUNTED.match(behind)
    if not match:
        return ""
    noun = TRAILING_WORDS.sub("", _STOPPING.split(match["noun"])[0]).strip()
    return "" if len(noun) < 2 or _NO_NOUN.match(noun) else noun


#: A fund behind its size: 规模10亿元的茶业基金, 设立1亿元茶业基金.
_FUND_OF = re.compile(r"(?:的)?(?P<noun>[^，,。；;、：:\n的0-9]{1,20}?基金(?:群|池)?)(?=[，,。；;、（(\n]|$)")
_SIZED = re.compile(
    r"(?:规模(?:为|达到?|约|超过?|不低于|不少于)?|(?:设立|组建|成立|建立|发起|筹设|新设|打造|形成)(?:了|总额|首期)?)[约近超]?$"
)


def _fund_behind(text: str, quantity: Quantity, stop: int) -> str:
    """The fund that an amount of money is the size of."""
    if not is_money(quantity.unit) or not _SIZED.search(text, max(0, quantity.start - 12), quantity.start):
        return ""
    fund = _FUND_OF.match(text, quantity.end, min(stop, quantity.end + 32))
    return fund["noun"] if fund else ""


#: What is measured by how far it extends, and not counted.
_EXTENDED = frozenset({"pgunit:mu", "unit:M2", "unit:HA", "unit:KiloM", "unit:KiloM2"})
_MADE_ALONE = re.compile(rf"(?:^|[，,。；;：:、\s])(?:{LEADING_VERBS})+(?:超过|超|约|近|不少于|不低于)?$")


def _is_extended(text: str, quantity: Quantity) -> bool:
    """Whether nothing but verbs stands in front of an extent, and what extends stands behind it: 新建80万亩茶园."""
    front = text[max(0, quantity.start - 16) : quantity.start]
    return quantity.unit in _EXTENDED and _MADE_ALONE.search(front) is not None


def without_scope(front: str) -> str:
    """The noun phrase of a clause: without the words that say where or when in general, and without its verb."""
    body = _after_scope(front.strip(" 　，,"), 0)[0]
    predicate = PREDICATES.search(body)
    return body[: predicate.start()] if predicate else body


def _after_scope(body: str, start: int) -> tuple[str, int]:
    """A noun phrase without the words in front that say where or when in general: 全市, 力争, 每年."""
    while scope := re.match(SCOPES, body) or _ACTOR.match(body):
        if not scope[0]:
            break
        body, start = body[scope.end() :], start + scope.end()
    return body, start
