"""Text in, the quantities it prints out: value, unit, comparator, hedge and where they stand.

`parse` reads a text that is one quantity, `distribute` one that lists several, `find` all that a running text holds.
The rule of `find`: a numeral is a quantity where a unit, a classifier, a per cent sign or a comparator goes with it.
Rows that are no number (十四五), years and dates, ordinals (第三条), denominators (每10万人), vague counts (数十家) and
names ("1+5", “四个意识”, 一件事, 百人千企) are none. What is missed can be added by hand, what is invented is believed:
in doubt `find` is silent, and `parse`, which is asked about one text, is not.

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
    HEDGES,
    UNITS,
    WITH_DIGITS_ONLY,
    WORDS,
)

__all__ = [
    "CLASSIFIERS",
    "COMPARATORS",
    "COMPARATORS_BEHIND",
    "COMPARATORS_BEHIND_TIME",
    "HEDGES",
    "MULTIPLIERS",
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
    (第六位, 前十, 50强) with 位, multiples (6.8倍, 翻一番) with 倍, fractions (三分之一, to 28 digits) with none.
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
    for the numbers that lean on its unit: 60、120个以上 says it of both, 60个、120个以上 of the second.

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
    plain, found, floor, position = normalise(text), list[Quantity](), 0, 0
    while start := START.search(plain, position):
        try:
            phrase = read_phrase(plain, start.start(), floor, tied=bool(found))
            _refuse(plain, phrase)
        except QuantityError:
            position = skip_numeral(plain, start.start())
        else:
            found.append(_quantity(text, phrase))
            floor = position = phrase.end
    return found


_NUMBER_ALONE = re.compile(r"[0-9０-９][0-9０-９.,．，]*(?![0-9０-９.,．，])(?!\s?[—–~～-]\s?[0-9])[百千万亿]*")
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
    told = [phrases[-1]]
    for phrase in phrases[-2::-1]:
        told.append(phrase if phrase.unit else _leaning_on(told[-1], phrase, shares=shares))
    return told[::-1]


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
    told = phrases[:1]
    for phrase in phrases[1:]:
        front, before = phrase.front, told[-1].front
        if not front.comparator and not phrase.behind:
            front = front._replace(comparator=before.comparator)
        told.append(phrase._replace(front=front._replace(hedge=front.hedge or before.hedge)))
    return told


def _refuse(plain: str, phrase: Phrase) -> None:
    """Raise QuantityError for what looks like a quantity and in running text is none."""
    for reason, holds in _NONE.items():
        if holds(plain, phrase):
            raise QuantityError(f"{reason}: {shown(plain, phrase.at)}")


def _has_no_unit(plain: str, phrase: Phrase) -> bool:
    bounded = phrase.behind or ends_here(plain, phrase.end)
    return phrase.unit is None and not (phrase.comparator and bounded)


def _is_list_number(plain: str, phrase: Phrase) -> bool:
    return phrase.low.spaced and _LINE_START.search(plain, max(0, phrase.at - 9), phrase.at) is not None


def _is_firstly(plain: str, phrase: Phrase) -> bool:
    before, behind = _before(plain, phrase.front.start), plain[phrase.end : phrase.end + 1]
    opens = not before.isalnum() and before not in _QUOTES
    return phrase.front.rank == "第" and opens and behind in (",", ":", "、", ".", " ")


def _is_denominator(plain: str, phrase: Phrase) -> bool:
    return _before(plain, phrase.front.start) == "每"


def _is_vague(plain: str, phrase: Phrase) -> bool:
    return phrase.low.numeral.chinese and _before(plain, phrase.at) in ("几", "数")


def _is_article(_: str, phrase: Phrase) -> bool:
    return phrase.counts and phrase.low.numeral.printed == "一" and _is_plain(phrase)


def _is_slogan(plain: str, phrase: Phrase) -> bool:
    quoted = _before(plain, phrase.at) in _QUOTES
    return quoted and phrase.counts and phrase.low.numeral.chinese and _is_plain(phrase)


def _is_figure_of_speech(_: str, phrase: Phrase) -> bool:
    return phrase.low.numeral.bare and (phrase.counts or phrase.lasts) and _is_plain(phrase)


def _is_other_word(_: str, phrase: Phrase) -> bool:
    unit, total = phrase.unit or COUNT, phrase.low.numeral.total
    money = unit.iri.startswith("unit:CCY_") and total < 10
    part = unit.classifier in WITH_DIGITS_ONLY and total <= 10
    return phrase.low.numeral.chinese and (money or part) and _is_plain(phrase)


def _is_model_number(plain: str, phrase: Phrase) -> bool:
    letter = _before(plain, phrase.at)
    return letter.isascii() and letter.isalpha() and (phrase.counts or phrase.lasts)


def _is_plain(phrase: Phrase) -> bool:
    return phrase.comparator is None and phrase.high is None


def _before(plain: str, at: int) -> str:
    return plain[at - 1] if at else ""


_LINE_START = re.compile(r"(?:\A|\n) {0,8}\Z")
_QUOTES = ("“", "‘", "「", "『", "《", '"', "'")

#: Why a phrase in running text is no quantity -> the rule that says so.
_NONE: dict[str, Callable[[str, Phrase], bool]] = {
    "no unit, classifier or comparator": _has_no_unit,
    "the number of an item of a list": _is_list_number,
    "an item of a list (第一，…)": _is_firstly,
    "a denominator (每10万人)": _is_denominator,
    "a vague count (数十家)": _is_vague,
    "an article or part of a name (一个)": _is_article,
    "a slogan (“四个意识”)": _is_slogan,
    "a figure of speech (千家万户)": _is_figure_of_speech,
    "part of another word (二元, 三组)": _is_other_word,
    "part of a name (A4)": _is_model_number,
}
