"""A text and the place of a numeral in, the phrase around it out: numeral, unit, and the words that belong to both.

`quantity` decides what a phrase is worth; this module only reads it, with the numerals of `_numerals` and the words of
`_measures`. The text has been through `normalise`. No repetition is without bound and no search reaches farther than
24 characters, so that a text is read in a time proportional to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from policygraph.quantity.numerals import (
    ANY_NUMERAL,
    CHINESE_NUMERAL,
    MULTIPLIERS,
    Numeral,
    QuantityError,
    decimal_product,
    read_numeral,
)
from policygraph.quantity.units import (
    BEFORE_BARE,
    BOUNDARY,
    CLASSIFIERS,
    COMPARATORS,
    COMPARATORS_BEHIND,
    COMPARATORS_BEHIND_TIME,
    COMPARATORS_WITHIN,
    HEDGES,
    LEADS,
    NOT_AFTER,
    TIMES,
    UNITS,
    WORDS,
    alternatives,
)

__all__ = ["COUNT", "START", "Front", "Part", "Phrase", "Unit", "ends_here", "read_phrase", "shown"]


class Unit(NamedTuple):
    """What is measured in, what the printed unit is worth in it, and the classifier of a count."""

    iri: str
    size: Decimal = Decimal(1)
    classifier: str | None = None


class Part(NamedTuple):
    """A numeral with what stands between it and its unit, and the unit if there is one."""

    numeral: Numeral
    scale: Decimal
    unit: Unit | None
    end: int
    within: str | None = None
    spaced: bool = False
    negative: bool = False

    def amount(self, unit: Unit) -> Decimal:
        """The number in the measure of the unit, the part's own before the one given."""
        size = (self.unit or unit).size
        number = decimal_product(self.numeral.value, self.scale)
        return decimal_product(number, size.copy_negate() if self.negative else size)


class Front(NamedTuple):
    """The words in front of a numeral: where they and the printed quantity begin, and which they are."""

    begin: int
    start: int
    hedge: str = ""
    comparator: str = ""
    sign: str = ""
    rank: str = ""


class Phrase(NamedTuple):
    """A quantity as it stands at a place of the text; in a list its unit may stand elsewhere."""

    at: int
    end: int
    front: Front
    low: Part
    high: Part | None
    unit: Unit | None
    behind: str | None

    @property
    def comparator(self) -> str | None:
        """What the comparator words say, those in front before those behind before those within."""
        front = COMPARATORS[self.front.comparator] if self.front.comparator else None
        return front or self.behind or (self.high or self.low).within

    @property
    def counts(self) -> bool:
        """Whether things are counted, by a classifier."""
        return self.unit is not None and self.unit.classifier not in (None, "倍", "位")

    @property
    def lasts(self) -> bool:
        """Whether time is measured."""
        return self.unit is not None and self.unit.iri in TIMES


COUNT = Unit("unit:NUM")
_PER_CENT = Unit("unit:PERCENT")
_YUAN = Unit("unit:CCY_CNY")
_RANK = Unit("unit:NUM", classifier="位")
_MULTIPLE = Unit("unit:NUM", classifier="倍")


def _backwards(words: Iterable[str], not_after: Mapping[str, str]) -> str:
    """The regular expression of words in a text that is read backwards."""
    guards = {word[::-1]: f"(?![{characters}])" for word, characters in not_after.items()}
    return alternatives([word[::-1] for word in words], guards)


def _spaced(words: Iterable[str], guards: Mapping[str, str]) -> str:
    """`alternatives`, where blanks may stand inside a word in Chinese: 个 百分点."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join((re.escape(word) if word.isascii() else " ?".join(word)) + guards.get(word, "") for word in ordered)


#: How far in front of a numeral its words are looked for.
_REACH = 24

_SCALES = alternatives(MULTIPLIERS)
#: Read backwards from the numeral, so that one match does for a search.
_FRONT = re.compile(
    r"(?:(?P<rank>第|前(?![目当提以此日从先面超生年月天]))|(?P<sign>[-+¥]|下零|负(?![减担背欺])))? ?"
    rf"(?P<comparator>{_backwards(COMPARATORS, NOT_AFTER)})?(?:{_backwards(LEADS, {})}| ){{0,4}}"
    rf"(?P<hedge>{_backwards(HEDGES, {})})?"
)
#: Half a unit more, behind a unit of time: 一年半, 两个半小时.
_HALF = re.compile("个半(?P<unit>小时|月)|(?P<whole>年|天)半(?![载导])")
_TAIL = re.compile(
    rf"(?: ?(?P<within>{alternatives(COMPARATORS_WITHIN)})(?P<scale>{_SCALES})?)?"
    rf"(?:(?P<space> ?)(?:(?P<unit>{_spaced(UNITS, {word: row[2] for word, row in UNITS.items()})})"
    rf"|(?P<classifier>{alternatives(CLASSIFIERS, CLASSIFIERS)}))|{BOUNDARY})"
)
_RANK_TAIL = re.compile("位次|位|名(?!列|录|称|单|片|牌|义|额)|强")
_RANK_END = re.compile(
    rf"(?![-~—]|[、和与及] ?[第{ANY_NUMERAL}])(?:(?=的|行列|序列|之列|以内|之内|水平|左右)|{BOUNDARY})"
)
_BEHIND_WORDS = {word: row[1] for word, row in COMPARATORS_BEHIND.items()}
_BEHIND = re.compile(rf"(?:\(含[^()\n]{{0,6}}\))?(?P<word>{alternatives(_BEHIND_WORDS, _BEHIND_WORDS)})")
_BEHIND_TIME_WORDS = {word: row[1] for word, row in COMPARATORS_BEHIND_TIME.items()}
_BEHIND_TIME = re.compile(f"(?P<word>{alternatives(_BEHIND_TIME_WORDS, _BEHIND_TIME_WORDS)})")
_SAYS = {word: row[0] for word, row in (COMPARATORS_BEHIND | COMPARATORS_BEHIND_TIME).items()}
_WORD = re.compile("|".join(f"({word})" for word in WORDS))
_WORDS = tuple(WORDS.values())
_RANGE = re.compile(rf" ?(?:—{{1,2}}|[-~至到]) ?(?P<sign>[-负])?(?=[{ANY_NUMERAL}])")
_MINUS = ("-", "负", "零下")
_TIED = re.compile(rf"[{ANY_NUMERAL}A-Za-z%][-+×*/.:·—~]\Z")
#: A numeral in front of another, which together may be one: what is cut by a blank or a line is not read in part.
_CUT_BEFORE = re.compile(
    rf"(?P<near>[{ANY_NUMERAL}])\Z|(?P<digit>[0-9])[ \n]{{1,4}}\Z|[{CHINESE_NUMERAL}][ \n]{{1,4}}\Z"
    r"|(?P<point>[0-9] +\.|(?<![0-9])0\.) ?\Z"
)
#: A numeral that goes on: 百分点, 千瓦 and the like are other words.
_GOES_ON = "百(?!分[之点])|千(?!分[之点]|[克瓦米])|[万亿]"
_CUT_BEHIND = re.compile(
    rf"[0-9{re.sub('[百千万亿]', '', CHINESE_NUMERAL)}]|{_GOES_ON}| +(?P<digit>[0-9])| +(?:{_GOES_ON})"
)
_END = re.compile(BOUNDARY)

#: The first character of every numeral and of every word of WORDS. What such words begin with is in one class with
#: numerals, which is searched for fast; only then the whole word is asked for, as 首 opens many others.
START = re.compile(f"[{ANY_NUMERAL}翻半倍首榜](?<=(?!零下)[{ANY_NUMERAL}]|(?={'|'.join(WORDS)}).)")


def shown(plain: str, at: int) -> str:
    """A few characters and their position, for a message."""
    return f"{plain[at : at + 16]!r} at {at}"


def ends_here(plain: str, at: int) -> bool:
    """Whether a number without a unit may end at this position."""
    return _END.match(plain, at) is not None


def read_phrase(plain: str, at: int, floor: int, *, tied: bool = False) -> Phrase:
    """The phrase whose numeral begins at `at`; nothing in front of `floor` belongs to it.

    `tied` says that another quantity ends at `floor`, where a hyphen is then no minus sign. Raises QuantityError for
    numerals that cannot be read, parts of names (12+1) and dates, years, ordinals.
    """
    front = _front(plain, at, floor)
    if _TIED.search(plain, max(0, at - 2), at):
        raise QuantityError(f"part of a name or a date: {shown(plain, at)}")
    if _is_cut_in_front(plain, at):
        raise QuantityError(f"part of a numeral: {shown(plain, at)}")
    dash = tied and front.start == floor
    low, high = _range(plain, _part(plain, at, front.rank), front, signed=front.sign in _MINUS and not dash)
    unit, end = low.unit or (high.unit if high else None), (high or low).end
    if front.sign == "¥" and (unit is None or unit.iri == _YUAN.iri):
        unit, low = unit or _YUAN, low._replace(unit=unit or _YUAN)
    behind = _BEHIND.match(plain, end)
    if behind is None and unit and unit.iri in TIMES:
        behind = _BEHIND_TIME.match(plain, end)
    return Phrase(
        at=at,
        end=behind.end() if behind else end,
        front=_fitting(front, low, unit, at, dash=dash),
        low=low,
        high=high,
        unit=unit,
        behind=_SAYS[behind["word"]] if behind else None,
    )


def _is_cut_in_front(plain: str, at: int) -> bool:
    """Whether the numeral at a place is the end of a longer one; 十五五 5个 are two."""
    cut = _CUT_BEFORE.search(plain, max(0, at - 5), at)
    return cut is not None and bool(
        cut["near"] or cut["digit"] or cut["point"] or not (plain[at].isascii() and plain[at].isdigit())
    )


def _is_cut_behind(plain: str, numeral: Numeral) -> bool:
    """Whether a numeral goes on behind its end, where it could not be read: 3 5家."""
    cut = _CUT_BEHIND.match(plain, numeral.end)
    return cut is not None and not (cut["digit"] and numeral.chinese)


def _front(plain: str, at: int, floor: int) -> Front:
    match = _FRONT.match(plain[max(floor, at - _REACH) : at][::-1])
    if match is None:  # it matches the empty string
        return Front(at, at)
    start = at - max(match.end(group) for group in ("rank", "sign", "comparator"))
    words = {name: word[::-1] for name, word in match.groupdict(default="").items()}
    return Front(at - match.end(), min(start, at), **words)


def _fitting(front: Front, low: Part, unit: Unit | None, at: int, *, dash: bool) -> Front:
    """The words in front that fit what follows; those that do not belong to other words."""
    if front.sign and (dash or _counts(unit)):
        return Front(at, at)
    if front.rank and unit != _RANK:
        if front.rank == "第":
            raise QuantityError(f"an ordinal, not a quantity, at {front.start}")
        return Front(at if front.comparator else front.begin, at, front.hedge)
    start = at - len(front.sign + front.rank)
    if front.comparator in BEFORE_BARE and not low.numeral.bare:
        return Front(start, start, sign=front.sign, rank=front.rank)
    if front.comparator == "近" and unit and unit.iri in TIMES:
        return front._replace(start=start, comparator="")  # 近三年 are the last three
    return front


def _part(plain: str, at: int, rank: str) -> Part:
    """The numeral or word at `at` with its unit, if one stands behind it."""
    if word := _WORD.match(plain, at):
        value, iri, classifier = _WORDS[(word.lastindex or 1) - 1]
        numeral = Numeral(Decimal(value), Decimal(1), word[0], word.end(), chinese=True)
        if word[0].endswith("百") and _is_cut_behind(plain, numeral):
            raise QuantityError(f"part of a numeral: {shown(plain, at)}")
        return Part(numeral, numeral.scale, Unit(iri, classifier=classifier), word.end())
    numeral = read_numeral(plain, at)
    if _is_cut_behind(plain, numeral):
        raise QuantityError(f"part of a numeral: {shown(plain, at)}")
    if half := _HALF.match(plain, numeral.end):
        return _with_half(numeral, half)
    tail = _TAIL.match(plain, numeral.end)
    if numeral.percent:
        tail = None if tail and (tail["unit"] or tail["classifier"]) else tail
        unit: Unit | None = _PER_CENT
    else:
        unit = _unit(tail) if tail else None
    if rank and (ranked := _ranked(plain, numeral.end, unit)):
        return Part(numeral, numeral.scale, _RANK, ranked.end())
    if unit and numeral.is_year and plain.startswith("年", numeral.end):
        raise QuantityError(f"a year, not a quantity: {shown(plain, at)}")
    if tail is None:
        return Part(numeral, numeral.scale, unit, numeral.end)
    scale = decimal_product(numeral.scale, MULTIPLIERS.get(tail["scale"], Decimal(1)))
    within = COMPARATORS_WITHIN.get(tail["within"])
    return Part(numeral, scale, unit, tail.end(), within, spaced=bool(tail["space"]))


def _with_half(numeral: Numeral, half: re.Match[str]) -> Part:
    """A time and half a unit of it: two and a half hours of 两个半小时."""
    iri, size, _ = UNITS[("个" if half["unit"] == "月" else "") + (half["unit"] or half["whole"])]
    longer = replace(numeral, value=numeral.total + Decimal("0.5"), scale=Decimal(1))
    return Part(longer, Decimal(1), Unit(iri, Decimal(size)), half.end())


def _ranked(plain: str, end: int, unit: Unit | None) -> re.Match[str] | None:
    """What makes a rank of 前十, 第六位; 前 and another unit (前10%) do not."""
    return _RANK_TAIL.match(plain, end) or (_RANK_END.match(plain, end) if unit is None else None)


def _unit(tail: re.Match[str]) -> Unit | None:
    if tail["unit"]:
        iri, size, _ = UNITS[tail["unit"].replace(" ", "")]
        return Unit(iri, Decimal(size))
    if tail["classifier"] == "强":
        return _RANK
    if tail["classifier"] == ":1":
        return _MULTIPLE
    return COUNT._replace(classifier=tail["classifier"]) if tail["classifier"] else None


def _range(plain: str, low: Part, front: Front, *, signed: bool) -> tuple[Part, Part | None]:
    """The two ends of a range, or the one part where no range follows; `signed` is the first with a minus sign."""
    if low.numeral.upper is not None:
        return low, low._replace(numeral=replace(low.numeral, value=low.numeral.upper, upper=None))
    high = _second(plain, low, front.rank)
    if high:
        unit = low.unit or high.unit or COUNT
        first = low._replace(negative=signed and not _counts(unit))
        if low.unit is None and low.scale == 1 and low.numeral.value < high.numeral.value:
            first = first._replace(scale=high.scale)  # 3—5万
        if first.amount(unit) < high.amount(unit) and not (high.negative and _counts(unit)):
            return first, high
    return low._replace(negative=signed and not _counts(low.unit)), None


def _counts(unit: Unit | None) -> bool:
    """Whether the unit has a classifier: what it counts is never negative, and a hyphen in front of it is a dash."""
    return unit is not None and unit.classifier is not None


def _second(plain: str, low: Part, rank: str) -> Part | None:
    """The second end of what may be a range: its unit is that of the first, or printed once."""
    link = _RANGE.match(plain, low.end)
    if link is None or low.within:
        return None
    try:
        high = _part(plain, link.end(), rank)
    except QuantityError:
        return None
    if high.numeral.upper is not None:
        return None
    if low.numeral.percent and high.unit is None:
        high = high._replace(unit=_PER_CENT)
    if low.unit and (high.unit is None or low.unit._replace(size=high.unit.size) != high.unit):
        return None
    return high._replace(negative=bool(link["sign"]))
