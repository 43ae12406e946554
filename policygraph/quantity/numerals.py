"""A text and a position in, the numeral that stands there out, in digits or in Chinese characters.

`quantity` knows what is counted; this module only knows how numbers are written. It reads text that
`normalise` has been over, which moves no character.

>>> read_numeral(normalise("１．３万亿元"), 0).total
Decimal('1300000000000')
>>> read_numeral("一千二百三十四人", 0).total
Decimal('1234')

Blanks that writers, Word and PDF leave inside a numeral belong to it (1.5 万亿, 100 000); a row of characters that is
cut by a blank and is no number together (3 5) is refused as a whole. Neighbours are a range: 三四十 is from 30 to 40.

>>> read_numeral("6000 亿元", 0).total, read_numeral("14万一千人", 0).total
(Decimal('600000000000'), Decimal('141000'))
>>> read_numeral("三四十家", 0).value, read_numeral("三四十家", 0).upper
(Decimal('30'), Decimal('40'))
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import reduce

from policygraph.errors import PolicygraphError

__all__ = [
    "ANY_NUMERAL",
    "CHINESE_NUMERAL",
    "MULTIPLIERS",
    "Numeral",
    "QuantityError",
    "decimal_product",
    "decimal_ratio",
    "normalise",
    "plain",
    "read_numeral",
    "skip_numeral",
]


class QuantityError(PolicygraphError, ValueError):
    """A text that is not one quantity; the message says what could not be read, and where."""


#: What may follow a number in digits and scale it. 十 alone does not: 3十 is not written.
MULTIPLIERS = {
    "百": Decimal(10**2),
    "千": Decimal(10**3),
    "万": Decimal(10**4),
    "十万": Decimal(10**5),
    "百万": Decimal(10**6),
    "千万": Decimal(10**7),
    "亿": Decimal(10**8),
    "十亿": Decimal(10**9),
    "百亿": Decimal(10**10),
    "千亿": Decimal(10**11),
    "万亿": Decimal(10**12),
    "十万亿": Decimal(10**13),
    "百万亿": Decimal(10**14),
    "亿亿": Decimal(10**16),
    "十亿亿": Decimal(10**17),
    "百亿亿": Decimal(10**18),
    "千亿亿": Decimal(10**19),
}

#: The denominators that make a per cent of what follows 分之: 百分之十二, 千分之三.
PER_CENTS = {"百": Decimal(1), "千": Decimal("0.1"), "万": Decimal("0.01")}

#: Chinese digits; 两 is a digit in 两千 and not in a row of digits.
DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

#: Twenty, thirty and forty in one character.
TENS = {"廿": 2, "卅": 3, "卌": 4}

#: The characters of numerals in Chinese, and every character a numeral can begin with, for a character class.
CHINESE_NUMERAL = "".join(DIGITS) + "".join(TENS) + "十百千万亿"
ANY_NUMERAL = "0-9" + CHINESE_NUMERAL

#: The longest numeral, in characters, that is read as an amount.
_LONGEST = 32

#: Wide enough that no product of a numeral, a multiplier and a unit is rounded.
_EXACT = Context(prec=80)
#: Thirds and sevenths have to stop somewhere.
_ROUNDED = Context(prec=28)

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ALIKE = {
    " ": "\u3000\u00a0\u2002\u2003\u2009\u202f",
    "-": "−‐‑﹣",
    "—": "–―",
    "~": "〜∼",
    "%": "﹪",
    "¥": "￥",
    ":": "∶",
    "万": "萬",
    "亿": "億",
    "两": "兩",
}
#: Characters of cheques and contracts -> those that everybody writes.
_FINANCIAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千")
#: They are numerals in rows: 伍佰, 叁亿; a single one is mostly part of another word (队伍, 大陆).
_FINANCIAL_ROW = re.compile("(?<![队大内着登收])[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万亿零]{2,}")
_NORMAL = _WIDE | {ord(other): char for char, others in _ALIKE.items() for other in others}


# 百分之, 百分点, 千克, 千瓦, 千米 begin no multiplier.
_HUNDRED = "百(?!分[之点])"
_THOUSAND = "千(?!分[之点]|[克瓦米])"
#: A multiplier; its characters may stand apart: 1 万 亿.
_SCALE = "|".join(
    {"百": _HUNDRED, "千": _THOUSAND}.get(word, " ?".join(word)) for word in sorted(MULTIPLIERS, key=len, reverse=True)
)
_NONZERO = "[一二两三四五六七八九]"
_DIGIT = f"[{''.join(DIGITS)}]"
#: Groups of three between commas; between blanks where there are two or the last is 000: 5 200 may be two numbers.
_GROUPED = r"[0-9]{1,3}(?:(?:,[0-9]{3}(?![0-9]))+|(?: [0-9]{3}){1,4} [0-9]{3}(?![0-9])|(?: [0-9]{3}){0,4} 000(?![0-9]))"
_ARABIC = rf"(?:{_GROUPED}|[0-9]++)(?:\.[0-9]++)?"
#: The same, with a blank beside the point: not at the beginning of a line, where 3. is the number of an item.
_ARABIC_LOOSE = rf"(?:{_GROUPED}|[0-9]++)(?: ?\. ?[0-9]++)?"
_ARABIC_RUN = re.compile(rf"(?:{_ARABIC}(?: ?(?:{_SCALE}))?)(?:[0-9]+(?:\.[0-9]++)?(?: ?(?:{_SCALE}))?)*")
_ARABIC_RUN_LOOSE = re.compile(rf"(?:{_ARABIC_LOOSE}(?: ?(?:{_SCALE}))?)(?:[0-9]+(?:\.[0-9]++)?(?: ?(?:{_SCALE}))?)*")
_ARABIC_PART = re.compile(rf"({_ARABIC_LOOSE})(?: ?({_SCALE}))?")
_LINE_START = re.compile(r"(?:\A|\n) {0,8}\Z")
_CHINESE_RUN = re.compile(
    rf"((?:[{''.join(DIGITS)}{''.join(TENS)}十亿]|万(?!分之)|{_HUNDRED}|{_THOUSAND})+)"
    rf"(?:点({_DIGIT}++)({_SCALE})?)?"
)
_FRACTION = re.compile(rf"([0-9]++|[{CHINESE_NUMERAL}]++)分之 ?(?=[{ANY_NUMERAL}])")
#: 2/3 is a fraction where a bound stands behind it, and else a date, a name or a version.
_RATIO = re.compile(r"(?<![0-9/.])([1-9][0-9]?)/([2-9][0-9]?)(?=以[上下内]|左右)")
_DIGIT_ROW = re.compile(r"[〇零一二三四五六七八九]+")
_SECTION = re.compile(
    rf"(?:({_NONZERO})?千)?零?(?:({_NONZERO})?百)?零?(?:({_NONZERO})?十|([{''.join(TENS)}]))?零?({_NONZERO})?"
)
#: Neighbours, which mean from one to the other: 五六, 三四十, 十五六, 七八百万; 三五 too.
_NEIGHBOURS = re.compile(
    r"(?P<tens>[二三四五六七八九]?十)?(?P<low>[一二两三四五六七八])(?P<high>[二三四五六七八九])"
    r"(?P<step>[十百千]?)(?P<scale>万亿|[万亿])?"
)
_STEPS = {"": 1, "十": 10, "百": 100, "千": 1000}
_TRAILING = re.compile(r"(.*?[^万亿百千])([百千]?万?亿|[百千]?万|[百千])")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral as it stands in a text."""

    #: The number in front of the last multiplier: 1.3 in 1.3万亿.
    value: Decimal
    #: The last multiplier: 1000000000000 in 1.3万亿, 1 in 65.
    scale: Decimal
    #: The characters read, and the position behind them.
    printed: str
    end: int
    #: Written in Chinese characters.
    chinese: bool = False
    #: Nothing but multipliers: 千亿, 百, 万.
    bare: bool = False
    #: Already a number of per cent: 百分之十二.
    percent: bool = False
    #: The other end of neighbours, in the same scale: 40 of 三四十.
    upper: Decimal | None = None

    @property
    def total(self) -> Decimal:
        """The number itself."""
        return decimal_product(self.value, self.scale)

    @property
    def is_year(self) -> bool:
        """Whether 年 behind it makes a date: 2025, 二〇二五."""
        return re.fullmatch("[12][0-9]{3}|[一二][〇零一二三四五六七八九]{3}", self.printed) is not None


def normalise(text: str) -> str:
    """The text with full-width signs made narrow and like signs made equal, one character for one."""
    narrow = text.translate(_NORMAL)
    return _FINANCIAL_ROW.sub(lambda row: row[0].translate(_FINANCIAL), narrow)


def plain(number: Decimal) -> Decimal:
    """The number without exponent and without zeros that say nothing.

    >>> plain(Decimal("1.30E+3")), plain(Decimal("12.50"))
    (Decimal('1300'), Decimal('12.5'))
    """
    digits = format(number, "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return Decimal("0" if digits == "-0" else digits)


def decimal_product(left: Decimal, right: Decimal) -> Decimal:
    """The product, never rounded, whatever the caller's decimal context is."""
    return plain(_EXACT.multiply(left, right))


def decimal_ratio(part: Decimal, whole: Decimal) -> Decimal:
    """The quotient, to 28 significant digits."""
    return plain(_ROUNDED.divide(part, whole))


def read_numeral(text: str, start: int) -> Numeral:
    """The numeral that begins at `start`, to its last character.

    Raises QuantityError when none begins there, and when the row of characters is no number
    (十四五, 五六, 一百五): half of a row is never read.
    """
    if fraction := _FRACTION.match(text, start):
        return _read_fraction(text, fraction)
    if (ratio := _RATIO.match(text, start)) and int(ratio[1]) < int(ratio[2]):
        value = decimal_ratio(Decimal(ratio[1]), Decimal(ratio[2]))
        return Numeral(value, Decimal(1), ratio[0], ratio.end())
    return _read_run(text, start)


def skip_numeral(text: str, start: int) -> int:
    """The position behind the row of numeral characters at `start`, readable or not."""
    if fraction := _FRACTION.match(text, start):
        start = fraction.end()
    run = _arabic_run(text, start) or _CHINESE_RUN.match(text, start)
    return run.end() if run else start + 1


def _arabic_run(text: str, start: int) -> re.Match[str] | None:
    begins = _LINE_START.search(text, max(0, start - 9), start)
    return (_ARABIC_RUN if begins else _ARABIC_RUN_LOOSE).match(text, start)


def _read_run(text: str, start: int) -> Numeral:
    if run := _arabic_run(text, start):
        lower = _CHINESE_RUN.match(text, run.end())
        return _read_mixed(text, run, lower) if lower else _read_arabic(run)
    if run := _CHINESE_RUN.match(text, start):
        return _read_chinese(run)
    raise QuantityError(f"no numeral at {start}: {text[start : start + 10]!r}")


def _unreadable(run: re.Match[str]) -> QuantityError:
    printed = run[0] if len(run[0]) <= _LONGEST else run[0][:_LONGEST] + "…"
    return QuantityError(f"cannot read the numeral {printed!r} at {run.start()}")


def _read_fraction(text: str, fraction: re.Match[str]) -> Numeral:
    part = _read_run(text, fraction.end())
    if len(fraction[1]) > _LONGEST:
        raise _unreadable(fraction)
    printed = text[fraction.start() : part.end]
    one = Decimal(1)
    if fraction[1] in PER_CENTS:
        step = PER_CENTS[fraction[1]]
        upper = None if part.upper is None else decimal_product(decimal_product(part.upper, part.scale), step)
        value = decimal_product(part.total, step)
        return Numeral(value, one, printed, part.end, chinese=part.chinese, percent=True, upper=upper)
    whole = _read_run(fraction[1], 0)
    if whole.end != len(fraction[1]) or not whole.total:
        raise _unreadable(fraction)
    return Numeral(decimal_ratio(part.total, whole.total), one, printed, part.end, chinese=True)


def _read_mixed(text: str, run: re.Match[str], lower: re.Match[str]) -> Numeral:
    """Digits that go on in characters: 14万一千."""
    upper = _read_arabic(run)
    number = _chinese_lower(lower[1], int(upper.scale))
    if number is None or upper.scale == 1 or lower[2]:
        raise _unreadable(run)
    total = _EXACT.add(upper.total, Decimal(number))
    return Numeral(total, Decimal(1), text[run.start() : lower.end()], lower.end())


def _read_arabic(run: re.Match[str]) -> Numeral:
    if len(run[0]) > _LONGEST:
        raise _unreadable(run)
    parts = [
        (Decimal(re.sub("[, ]", "", number)), MULTIPLIERS.get(scale.replace(" ", ""), Decimal(1)))
        for number, scale in _ARABIC_PART.findall(run[0])
    ]
    if re.fullmatch(r"(?:19|20)[0-9]{2} .*", run[0]):  # 2025 万人: a year, and another number
        raise _unreadable(run)
    if len(parts) == 1:
        return Numeral(*parts[0], run[0], run.end())
    # 1亿2000万: every part is smaller than one step of the part in front of it.
    totals = [decimal_product(value, scale) for value, scale in parts]
    steps = [scale for _, scale in parts]
    if steps[-1] == 1 or any(low >= step for low, step in zip(totals[1:], steps, strict=False)):
        raise _unreadable(run)
    return Numeral(reduce(_EXACT.add, totals), Decimal(1), run[0], run.end())


def _read_chinese(run: re.Match[str]) -> Numeral:
    if len(run[0]) > _LONGEST:
        raise _unreadable(run)
    whole, decimals, scale = run.groups()
    if not decimals and (numeral := _read_neighbours(run)):
        return numeral
    number = _chinese_integer(whole)
    if number is None:
        raise _unreadable(run)
    if decimals:
        exact = Decimal(f"{number}." + "".join(str(DIGITS[digit]) for digit in decimals))
        step = MULTIPLIERS.get(scale, Decimal(1))
        return Numeral(exact, step, run[0], run.end(), chinese=True)
    bare = not set(whole) - set("百千万亿")
    if (trailing := _TRAILING.fullmatch(whole)) and trailing[2] in MULTIPLIERS:
        value, step = _chinese_integer(trailing[1]), MULTIPLIERS[trailing[2]]
        if value is not None and value * int(step) == number:
            return Numeral(Decimal(value), step, run[0], run.end(), chinese=True)
    return Numeral(Decimal(number), Decimal(1), run[0], run.end(), chinese=True, bare=bare)


def _read_neighbours(run: re.Match[str]) -> Numeral | None:
    """Two digits that follow one another and mean from the one to the other."""
    match = _NEIGHBOURS.fullmatch(run[0])
    if match is None or (match["tens"] and match["step"]):
        return None
    low, high = DIGITS[match["low"]], DIGITS[match["high"]]
    alone = not (match["tens"] or match["step"] or match["scale"])
    follows = high == low + 1 or ((low, high) == (3, 5) and not match["tens"])
    if not follows or (low == 1 and alone) or run[0] == "十四五":  # the plan of 2021 to 2025
        return None
    tens = (_chinese_section(match["tens"]) or 0) if match["tens"] else 0
    step = _STEPS[match["step"]]
    scale = MULTIPLIERS.get(match["scale"], Decimal(1))
    upper = Decimal(tens + high * step)
    return Numeral(Decimal(tens + low * step), scale, run[0], run.end(), chinese=True, upper=upper)


def _chinese_integer(row: str) -> int | None:
    """Read 一千二百三十四, 二〇二五, 千亿; None for a row that is no number or more than one."""
    if _DIGIT_ROW.fullmatch(row) and (len(row) in (1, 4) or set(row) & set("〇零")):
        # 三四 is "three or four" and 一二三 "first to third", but 二〇二五 is a number
        return int("".join(str(DIGITS[digit]) for digit in row))
    for step, power in (("亿", 10**8), ("万", 10**4)):
        high, unit, low = row.rpartition(step)
        if unit:
            upper = _chinese_integer(high) if high else 1
            lower = _chinese_lower(low, power)
            return None if upper is None or lower is None else upper * power + lower
    return _chinese_section(row)


def _chinese_lower(row: str, limit: int) -> int | None:
    """Read what stands behind 万 or 亿; a single digit there (三万五) has two readings."""
    if not row:
        return 0
    if row in DIGITS or row[0] in "百千万亿":
        return None
    number = _chinese_integer(row.removeprefix("零"))
    return number if number is not None and number < limit else None


def _chinese_section(row: str) -> int | None:
    """Read a number below ten thousand."""
    section = _SECTION.fullmatch(row)
    if section is None or not row or row.endswith("零"):
        return None
    thousands, hundreds, tens, twenties, ones = section.groups()
    if "百" in row[1:] and hundreds is None:
        return None  # 一千百
    if ones and len(row) > 1 and row[-2] not in "零十廿卅卌":
        return None  # 一百五 is 105 to some readers and 150 to others
    steps = (("千", thousands, 1000), ("百", hundreds, 100), ("十", tens, 10))
    high = sum(DIGITS[digit or "一"] * power for step, digit, power in steps if step in row)
    return high + 10 * TENS.get(twenties, 0) + (DIGITS[ones] if ones else 0)
