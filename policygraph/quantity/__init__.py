"""Text in, the quantities it prints out: value, unit, comparator, hedge and where they stand.

`parse` reads a text that is one quantity, `distribute` one that lists several, `find` all that a running text holds.
The rule of `find`: a numeral is a quantity where a unit, a classifier, a per cent sign or a comparator goes with it.
Rows that are no number (十四五), years and dates, ordinals (第三条), denominators (每10万人), vague counts (数十家) and
names ("1+5", “四个意识”, 一件事, 百人千企) are none. What is missed can be added by hand, what is invented is believed:
in doubt `find` is silent, and `parse`, which is asked about one text, is not. A numeral is taken whole or not at all:
no quantity begins or ends beside a character of a numeral, blanks that writers and PDF leave inside one aside.

>>> find("到2025年新建5G基站1.2万余个，失业率控制在3.7%以内。")[0]
Quantity(value=Decimal('12000'), unit='unit:NUM', classifier='个', upper=None, comparator='gt', hedge=None, \
start=12, end=18, printed='1.2万余个')
>>> [quantity.printed for quantity in find("提高3—5个百分点，一网通办，迈入百强，稳居全省第一。")]
['3—5个百分点', '百强', '第一']
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from policygraph.quantity.numerals import MULTIPLIERS, QuantityError, normalise, skip_numeral
from policygraph.quantity.phrases import COUNT, START, Phrase, ends_here, read_phrase, shown
from policygraph.quantity.units import (
    CLASSIFIERS,
    COMPARATORS,
    COMPARATORS_BEHIND,
    COMPARATORS_BEHIND_TIME,
    HEDGE_WITH_TIME,
    HEDGES,
    PEOPLE,
    UNITS,
    WITH_DIGITS_ONLY,
    WORDS,
)
from policygraph.quantity.value_words import is_money

__all__ = [
    "CLASSIFIERS",
    "COMPARATORS",
    "COMPARATORS_BEHIND",
    "COMPARATORS_BEHIND_TIME",
    "HEDGES",
    "HEDGE_WITH_TIME",
    "MULTIPLIERS",
    "PEOPLE",
    "UNITS",
    "WORDS",
    "Quantity",
    "QuantityError",
    "distribute",
    "find",
    "parse",
    "parse_apart",
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as printed; numbers are in `unit`, without exponent or idle zeros.

    `unit` is a compact IRI. Per mille are tenths of per cent. Counts are `unit:NUM` with their classifier: ranks
    (第六位, 前十, 50强) with 位, multiples (6.8倍, 翻一番, 2.1∶1) with 倍, fractions (三分之一, 28 digits) with none.
    `upper` is the second end of a range. `comparator` is gteq, lteq, gt, lt or eq as in ODRL, or approximately, where
    a word says so; 达到 says nothing. `printed` is `text[start:end]`, in code points: it holds the comparator words in
    front and behind, never the hedge, which counts where nothing but words like 达到 or 新增 stands between.
    """

    value: Decimal
    unit: str
    classifier: str | None
    upper: Decimal | None
    comparator: str | None
    hedge: str | None
    start: int
    end: int
    printed: str


def parse(text: str) -> Quantity:
    """The one quantity that the text is, white space and words like 力争, 达到 aside.

    Raises QuantityError where there is none, more than one, or anything else besides.

    >>> parse("力争达到１.３万亿元以上")
    Quantity(value=Decimal('1300000000000'), unit='unit:CCY_CNY', classifier=None, upper=None, comparator='gteq', \
hedge='力争', start=4, end=12, printed='１.３万亿元以上')
    """
    plain, begin = _stripped(text)
    phrase = _phrase_at(plain, begin)
    if phrase.end < len(plain):
        raise QuantityError(f"cannot read {shown(plain, phrase.end)}, behind the quantity")
    return _quantity(text, phrase)


def parse_apart(text: str, unit: str) -> Quantity:
    """The quantity whose unit is printed apart from it, as in the head of a table: 7左右 in a column of %.

    Places are those in the text with its unit put in. Raises QuantityError as `parse` does.

    >>> quantity = parse_apart("7左右", "%")
    >>> (str(quantity.value), quantity.unit, quantity.comparator)
    ('7', 'unit:PERCENT', 'approximately')
    """
    return parse(_NUMBER_ALONE.sub(lambda match: match[0] + unit, text))


def distribute(text: str) -> list[Quantity]:
    """The quantities of a list in which unit, multiplier, comparator or hedge may be printed once.

    What stands in front (力争, 不少于) holds for all that follow and have none of their own. What stands behind holds
    for the numbers that share its unit: of both in 60、120个以上, of the second in 60个、120个以上.
    Raises QuantityError where the text holds anything but such a list.

    >>> [(str(each.value), each.classifier, each.comparator) for each in distribute("分别不少于10、15万个")]
    [('100000', '个', 'gteq'), ('150000', '个', 'gteq')]
    """
    plain, begin = _stripped(text)
    phrases = [_phrase_at(plain, begin)]
    while (end := phrases[-1].end) < len(plain):
        link = _AND.match(plain, end)
        if link is None:
            raise QuantityError(f"cannot read {shown(plain, end)}, as a list goes on")
        phrases.append(_phrase_at(plain, link.end()))
    return [_quantity(text, phrase) for phrase in _following(_leaning(phrases))]


def find(text: str) -> list[Quantity]:
    """Every quantity of a running text, in order, none overlapping; the rule is at the top of the module.

    >>> find("“十四五”时期，2023—2025年，第十四届，一批5G基站，“12+1”个方面")
    []
    """
    plain, quantities, floor, position = normalise(text), list[Quantity](), 0, 0
    while start := START.search(plain, position):
        try:
            phrase = read_phrase(plain, start.start(), floor, tied=bool(quantities))
            _refuse(plain, phrase)
            if _TIED_BY_COMMA.search(text, max(0, phrase.at - 2), phrase.at):
                raise QuantityError(f"part of a numeral: {shown(plain, phrase.at)}")
        except QuantityError:
            position = skip_numeral(plain, start.start())
        else:
            quantities.append(_quantity(text, phrase))
            floor = position = phrase.end
    return quantities


_NUMBER_ALONE = re.compile(r"[0-9０-９][0-9０-９.,．，]*(?![0-9０-９.,．，])(?!\s?[—–~～-]\s?[0-9])[百千万亿]*")
#: A narrow comma between digits is inside a numeral, also where its groups are not of three: 1,2345.
_TIED_BY_COMMA = re.compile(r"[0-9],(?=\Z)")
_AND = re.compile(" ?(?:[、,;]|和|及|与|以及) ?")


def _stripped(text: str) -> tuple[str, int]:
    """The normal form without white space at its end, and where the white space in front ends."""
    plain = normalise(text).rstrip()
    return plain, len(plain) - len(plain.lstrip())


def _phrase_at(plain: str, begin: int) -> Phrase:
    """The phrase whose words in front begin at `begin`."""
    start = START.search(plain, begin)
    if start is None:
        raise QuantityError(f"no numeral in {shown(plain, begin)}")
    phrase = read_phrase(plain, start.start(), begin)
    if phrase.front.begin != begin:
        raise QuantityError(f"cannot read {shown(plain, begin)}, in front of the quantity")
    return phrase


def _quantity(text: str, phrase: Phrase) -> Quantity:
    unit, start = phrase.unit or COUNT, phrase.front.start
    return Quantity(
        value=phrase.low.amount(unit),
        unit=unit.iri,
        classifier=unit.classifier,
        upper=phrase.high.amount(unit) if phrase.high else None,
        comparator=phrase.comparator,
        hedge=phrase.front.hedge or None,
        start=start,
        end=phrase.end,
        printed=text[start : phrase.end],
    )


def _leaning(phrases: list[Phrase]) -> list[Phrase]:
    """A list in which the numbers without a unit have that of the next one that has one."""
    bare = [phrase for phrase in phrases if phrase.unit is None]
    if len(bare) == len(phrases):
        return phrases
    if phrases[-1].unit is None:
        raise QuantityError(f"no unit behind the last number of the list, at {phrases[-1].at}")
    shares = all(phrase.low.scale == 1 for phrase in bare)
    leaning = [phrases[-1]]
    for phrase in phrases[-2::-1]:
        leaning.append(phrase if phrase.unit else _leaning_on(leaning[-1], phrase, shares=shares))
    return leaning[::-1]


def _leaning_on(holder: Phrase, phrase: Phrase, *, shares: bool) -> Phrase:
    """The number with the unit of another, its words behind and, where none has its own, its multiplier."""
    low, last = phrase.low, holder.high or holder.low
    if shares and last.scale != 1:
        if low.numeral.value >= 100 * last.numeral.value:
            raise QuantityError(f"no telling which multiplier belongs to {low.numeral.printed} at {phrase.at}")
        low = low._replace(scale=last.scale)
    return phrase._replace(low=low, unit=holder.unit, behind=phrase.behind or holder.behind)


def _following(phrases: list[Phrase]) -> list[Phrase]:
    """A list in which the words in front hold for all that follow and have none of their own."""
    led = phrases[:1]
    for phrase in phrases[1:]:
        front, before = phrase.front, led[-1].front
        if not front.comparator and not phrase.behind:
            front = front._replace(comparator=before.comparator)
        led.append(phrase._replace(front=front._replace(hedge=front.hedge or before.hedge)))
    return led


def _refuse(plain: str, phrase: Phrase) -> None:
    """Raise QuantityError for what looks like a quantity and in running text is none."""
    for reason, holds in _NONE.items():
        if holds(plain, phrase):
            raise QuantityError(f"{reason}: {shown(plain, phrase.at)}")


def _has_no_unit(plain: str, phrase: Phrase) -> bool:
    bounded = phrase.behind or ends_here(plain, phrase.end)
    worth = (phrase.comparator or _is_sum(plain, phrase)) and bounded
    return phrase.unit is None and not (worth or _counts_people(plain, phrase))


def _counts_people(plain: str, phrase: Phrase) -> bool:
    """Whether people are counted by ten thousands, without a classifier: 惠及50万群众."""
    is_large = phrase.low.scale >= _LEAST_SUM and not phrase.low.numeral.bare
    return is_large and PEOPLE.match(plain, phrase.end) is not None


def _is_sum(plain: str, phrase: Phrase) -> bool:
    """Whether a number of ten thousands or more is one of money, whose unit the text leaves out: 付息金额4120亿."""
    front = plain[max(0, phrase.front.start - _SUM_REACH) : phrase.front.start]
    return phrase.low.scale >= _LEAST_SUM and not phrase.low.numeral.bare and _SUM.search(front) is not None


def _is_list_number(plain: str, phrase: Phrase) -> bool:
    low = phrase.low
    small = low.scale == 1 and low.numeral.value < _LEAST_NUMBERED and low.numeral.value == int(low.numeral.value)
    counts = phrase.unit is None or phrase.unit.iri != "unit:PERCENT"
    begins = _LINE_START.search(plain, max(0, phrase.at - 9), phrase.at) is not None
    return low.spaced and small and counts and begins


def _is_firstly(plain: str, phrase: Phrase) -> bool:
    before, behind = _before(plain, phrase.front.start), plain[phrase.end : phrase.end + 1]
    opens = not before.isalnum() and before not in _QUOTES
    return phrase.front.rank == "第" and opens and behind in (",", ":", "、", ".", " ")


def _is_denominator(plain: str, phrase: Phrase) -> bool:
    return _before(plain, phrase.front.start) in ("每", "/")


def _is_numerator(plain: str, phrase: Phrase) -> bool:
    return _DENOMINATOR.match(plain, phrase.end) is not None


def _is_ratio_alone(plain: str, phrase: Phrase) -> bool:
    """Whether so much to one is no value of a ratio that is named in front of it."""
    is_ratio = plain.endswith(":1", 0, (phrase.high or phrase.low).end)
    return is_ratio and _RATIO_NAMED.search(plain, max(0, phrase.at - _RATIO_REACH), phrase.at) is None


def _is_vague(plain: str, phrase: Phrase) -> bool:
    numeral = phrase.low.numeral
    few = numeral.upper is not None and numeral.upper < 10 and numeral.scale == 1 and not numeral.percent  # 两三个
    return few or (numeral.chinese and _before(plain, phrase.at) in ("几", "数"))


def _is_article(_: str, phrase: Phrase) -> bool:
    return phrase.counts and phrase.low.numeral.printed == "一" and _is_plain(phrase)


def _is_slogan(plain: str, phrase: Phrase) -> bool:
    if plain[max(0, phrase.at - 2) : phrase.at] in ("最后", "最先", "最初") and phrase.low.numeral.total == 1:
        return True  # 最后一公里
    quoted = _before(plain, phrase.at) in _QUOTES
    return quoted and phrase.counts and phrase.low.numeral.chinese and _is_plain(phrase)


def _is_figure_of_speech(plain: str, phrase: Phrase) -> bool:
    bare = phrase.low.numeral.bare and (phrase.counts or phrase.lasts) and _is_plain(phrase)
    return bare and not _is_built(plain, phrase)


def _is_built(plain: str, phrase: Phrase) -> bool:
    """Whether round numbers of things are to be made: 建成百个社区, 培育千家企业; not what names a campaign."""
    built = _BUILDS.search(plain, max(0, phrase.front.start - 4), phrase.front.start)
    return phrase.counts and built is not None and _CAMPAIGN.match(plain, phrase.end) is None


def _is_other_word(_: str, phrase: Phrase) -> bool:
    unit, total = phrase.unit or COUNT, phrase.low.numeral.total
    money = is_money(unit.iri) and total < 10
    part = unit.classifier in WITH_DIGITS_ONLY and total <= 10
    return phrase.low.numeral.chinese and (money or part) and _is_plain(phrase)


def _is_model_number(plain: str, phrase: Phrase) -> bool:
    letter = _before(plain, phrase.at)
    named = phrase.counts or phrase.lasts or (phrase.unit is not None and phrase.unit.iri == "pgunit:petaflops")
    return letter.isascii() and letter.isalpha() and named


def _is_unit_alone(plain: str, phrase: Phrase) -> bool:
    alone = phrase.low.numeral.bare and phrase.low.numeral.printed in ("万", "亿") and _is_plain(phrase)
    return alone and not _is_built(plain, phrase)


def _is_set_phrase(plain: str, phrase: Phrase) -> bool:
    small = phrase.low.numeral.chinese and phrase.low.numeral.total <= 10 and _is_plain(phrase)
    return small and phrase.counts and _SET_PHRASE.match(plain, phrase.end) is not None


def _is_ordinal_row(_: str, phrase: Phrase) -> bool:
    unit = phrase.unit
    return phrase.low.numeral.upper is not None and unit is not None and unit.classifier in _NUMBERED


def _is_resolution(_: str, phrase: Phrase) -> bool:
    unit = phrase.unit
    return unit is not None and unit.iri == "pgunit:petaflops" and phrase.low.numeral.printed in _RESOLUTIONS


def _is_plain(phrase: Phrase) -> bool:
    return phrase.comparator is None and phrase.high is None


def _before(plain: str, at: int) -> str:
    return plain[at - 1] if at else ""


_LINE_START = re.compile(r"(?:\A|\n) {0,8}\Z")
#: What a sum of money is called, in front of its number.
_SUM = re.compile(
    r"(?:金额|收入|营收|投资|产值|增加值|利润|税收|资金|贷款|存款|融资|支出|总额|授信额?|GDP|生产总值|经费|预算|人民币)"
    r"[^,，。;；:：、\n]{0,6}\Z"
)
_SUM_REACH, _LEAST_SUM = 16, 10_000
#: What is counted in a slogan or a name without quotation marks: 两个翻番, 三个提升, 八项规定精神.
_SET_PHRASE = re.compile(
    "翻番|倍增|坚持|提升(?!工程|项目|行动)|确保|转变|突破(?!口)|率先|全面|到位|必须|不低于|第一|百分百|加快|更加|持续|显著|统筹|同步"
    "|结合|支撑|联动|融合|贯通|全覆盖|务必|维护|意识|自信|确立|区分|一批|一流|规定(?=精神|及其)|基本原则"
)
#: By what one of a ratio is measured; 20项/年 is an amount of each year, 6张/千人 one per head.
_DENOMINATOR = re.compile(
    "/[十百千万亿]{0,3}(?:元|美元|亩|度|吨|标准煤|公顷|公里|千米|平方米|平方公里|立方米|千瓦时|公斤|千克)"
)
#: What is called a ratio, with what it was before: 收入比由2.9:1缩小至.
_RATIO_NAMED = re.compile(r"比(?![分赛])[^,;。:\n]{0,10}(?:[0-9.]{1,6}:1[^,;。:\n]{0,8})?\Z")
_RATIO_REACH = 32
#: Classifiers of what is numbered rather than counted: 一二批, 二三类.
_NUMBERED = frozenset("类批组层部轮")
#: Heights of pictures: 1080P.
_RESOLUTIONS = frozenset({"360", "480", "540", "720", "1080", "1440", "2160", "4320"})
#: Lists are shorter than this.
_LEAST_NUMBERED = 100
#: Verbs of making, right in front of a number, and what makes it part of the name of a campaign.
_BUILDS = re.compile(r"(?:建成|打造|培育|引进|引育|招引|集聚|汇聚|聚集|吸引|新增|新建|孵化|培养)\Z")
_CAMPAIGN = re.compile(r"[^,，。；;、\n]{0,16}(?:工程|行动|计划|活动)")
_QUOTES = ("“", "‘", "「", "『", "《", '"', "'")

#: Why a phrase in running text is no quantity -> the rule that says so.
_NONE: dict[str, Callable[[str, Phrase], bool]] = {
    "no unit, classifier or comparator": _has_no_unit,
    "the number of an item of a list": _is_list_number,
    "an item of a list (第一，…)": _is_firstly,
    "a denominator (每10万人)": _is_denominator,
    "a part of a ratio (0.6人/百亿元)": _is_numerator,
    "a ratio of what is not told (按1:1配套)": _is_ratio_alone,
    "a vague count (数十家, 两三个)": _is_vague,
    "an article or part of a name (一个)": _is_article,
    "a slogan (“四个意识”)": _is_slogan,
    "a figure of speech (千家万户)": _is_figure_of_speech,
    "part of another word (二元, 三组)": _is_other_word,
    "part of a name (A4)": _is_model_number,
    "a unit without a number (万元)": _is_unit_alone,
    "a set phrase (两个翻番)": _is_set_phrase,
    "numbers of classes (二三类)": _is_ordinal_row,
    "the height of a picture (1080P)": _is_resolution,
}
