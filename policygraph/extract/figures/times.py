"""A span of a text in, the times that it names out: 到2025年, 2024年6月底前, “十四五”时期, 去年, 三年内, 目前.

The year of a relative time depends on the document's reference year and its plan's years: its `Calendar`.

>>> times = find_times("到2025年，比2020年下降；今年10月底前", Calendar(2023))
>>> [(time.printed, time.year, time.role) for time in times]
[('到2025年', 2025, 'by'), ('2020年', 2020, 'baseline'), ('今年', 2023, 'by'), ('10月底前', 2023, 'by')]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

__all__ = ["Calendar", "Time", "find_times", "years_in"]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The reference year of a document, and the first and last year of its plan; None where it is not known."""

    now: int | None
    first: int | None = None
    last: int | None = None
    #: Whether years without a name of their era (119年) are those of the Republic of China: 119 is 2030.
    republican: bool = False
    #: Whether the document is of the last weeks of its year, so that years to come do not count that one.
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Time:
    """A time as printed: its role, its year, and whether the year had to be reckoned (`inferred`).

    The role is `by` (a year to reach), `past`, `now`, `span` (the years from first to year), `each` (every year) or
    `baseline` (what a change is measured from).
    """

    start: int
    end: int
    printed: str
    role: str
    year: int | None
    first: int | None = None
    month: int | None = None
    inferred: bool = False
    #: The earlier end of what is due within a number of years: 2028 of 三到五年内, seen in 2025.
    earliest: int | None = None


_YEAR = r"(?:[12]\d{3}|[１２][０-９]{3}|[一二][〇○零一二三四五六七八九]{3}|民国\d{2,3})"
#: A year of the Republic of China without 民国, from 2011 on.
_REPUBLICAN = r"(?<!\d)1[0-4]\d"
_BEFORE_REPUBLIC = 1911
_COUNT = r"(?:[一二两三四五六七八九十]|\d{1,2})"
_ROW = str.maketrans("〇○零一二三四五六七八九０１２３４５６７８９", "00" + "01234567890123456789")
_DIGITS = {"两": 2, "十": 10}
_PLANS = {"十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026, "十六五": 2031}

_FORM = (
    rf"(?P<base>(?:比|较|由|从|以)(?=(?:{_YEAR}年|上年|去年|上一年|同期|“十))|是(?={_YEAR}年的)"
    rf"|[与和](?=(?:{_YEAR}年|上年|去年|上一年)[^，。；]{{0,4}}(?:相比|比较|持平|同期|基本))|[与和]同期)?"
    rf"(?:(?:自|从)?(?P<from>{_YEAR})年起[，,]?(?:的)?(?P<for>{_COUNT})年(?:内|期间|时间|之内)?"
    rf"|(?P<pre>展望到|展望|到|至|截至|截止|自|力争到"
    rf"|确保到)?(?P<year>{_YEAR})(?:年?\s?[—–\-~～至到－]+\s?(?P<last>{_YEAR}))?年"
    r"(?:\s?(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:\d{1,2}日)?(?:份)?)?(?P<tail>(?:年?底|年?末|初|中期"
    r"|全年)?(?:前|之前|以前|以来|起|后)?)"
    r"|[“‘\"](?P<plan>十[二三四五六]五)[”’\"](?P<planned>期末|末|期间|时期|以来|前四年|前三年)?"
    r"|(?P<word>今年以来|今年(?:上半年|前三季度|前三个季度|一季度|前[一-九\d]+个?月|1(?:月份?)?[至到—–-]\d{1,2}月份?)|今年|本年度|本年|全年|年内|当年|年底前?|年末|去年底|去年|上年|上一年|过去一年|前年|明年"
    r"|来年|后年)"
    rf"|(?P<before>过去|近|前|这|上)的?(?P<past>{_COUNT})年(?:来|间|多来)?"
    rf"|(?P<since>{_COUNT})年(?:多)?来(?!说|看|到)"
    rf"|(?P<ahead>未来|今后|经过|通过|再用|用|力争用|力争|争取用|争取"
    rf"|的)?(?P<years>{_COUNT}(?:[到至—-]{_COUNT})?)(?P<unit>年|个?年度)(?P<within>内|时间|左右时间|左右|努力"
    rf"|的努力|累计|后)?"
    r"|(?P<only>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:\d{1,2}日)?(?P<only_tail>底|末|中旬|上旬"
    r"|下旬)?(?P<only_before>前|之前|以前)"
    r"|(?P<now>截至目前|截止目前|到目前为止|目前|当前|现已|现有)"
    r"|(?P<each>每年))"
)
_PATTERN = re.compile(_FORM)
_REPUBLICAN_PATTERN = re.compile(_FORM.replace(_YEAR, f"{_YEAR[:-1]}|{_REPUBLICAN})"))


def find_times(text: str, calendar: Calendar, start: int = 0, stop: int | None = None) -> list[Time]:
    """The times of a span, in order. What is no time (三年行动, 五年规划, 2023年度 in a name) is passed over."""
    stop = len(text) if stop is None else stop
    times: list[Time] = []
    pattern = _REPUBLICAN_PATTERN if calendar.republican else _PATTERN
    for match in pattern.finditer(text, start, stop):
        time = _read(text, match, calendar)
        if time:
            times.append(time)
    return times


def years_in(text: str) -> list[int]:
    """The years that a text prints, in order."""
    return [_number(row) for row in re.findall(rf"({_YEAR})(?=年|[—–\-~～至－]+{_YEAR})", text)]


def _read(text: str, match: re.Match[str], calendar: Calendar) -> Time | None:
    # what stands before decides: 比2020年 names the year that is compared with
    kind = next(name for name in _READERS if match[name])
    start = match.end("base") if match["base"] else match.start()
    return _READERS[kind](text, match, calendar, start)


def _time(
    match: re.Match[str],
    start: int,
    role: str,
    year: int | None,
    first: int | None = None,
    *,
    inferred: bool = False,
    month: int | None = None,
) -> Time:
    role = "baseline" if match["base"] else role
    return Time(start, match.end(), match.string[start : match.end()], role, year, first, month, inferred)


def _from_year(_text: str, match: re.Match[str], calendar: Calendar, start: int) -> Time | None:
    """2021年起5年内: the first year counts."""
    first = _number(match["from"])
    last = first + _count(match["for"]) - 1
    past = calendar.now is not None and last < calendar.now
    return _time(match, start, "past" if past else "span", last, first)


def _since_years(_text: str, match: re.Match[str], calendar: Calendar, start: int) -> Time | None:
    """五年来, 一年来: up to the year before the reference year of the document; 30年来首次 is no time of a value."""
    if _FOR_THE_FIRST_TIME.match(match.string, match.end()):
        return None
    now = calendar.now
    count = _count(match["since"])
    return _time(match, start, "past", now - 1 if now else None, now - count if now else None, inferred=True)


_FOR_THE_FIRST_TIME = re.compile(r"的?(?:首次|首个|第一次|最|历史性|新高|新低)")


def _dated(_text: str, match: re.Match[str], calendar: Calendar, start: int) -> Time | None:
    year = _number(match["year"])
    if not 1949 <= year <= 2099:
        return None
    month = int(_number(match["month"])) if match["month"] else None
    if match["last"]:
        return _time(match, start, "span", _number(match["last"]), year)
    past = calendar.now is not None and year < calendar.now
    if match["tail"] == "起":
        return _time(match, start, "each", None, year)
    if match["tail"] == "以来":
        return _time(match, start, "past" if past else "by", calendar.now if past else year, year, month=month)
    if past or (match["pre"] in ("截至", "截止") and calendar.now is not None and year <= calendar.now):
        return _time(match, start, "past", year, month=month)
    return _time(match, start, "by", year, month=month)


#: “十四五”提前一年实现: before the end of the plan.
_EARLY = re.compile(r"(?:规划)?(?:目标)?提前(?P<years>[一二两])年")
#: What is said of the first year of a five-year plan alone: “十五五”开好局、起好步.
_FIRST_YEAR = re.compile(r"(?:规划)?(?:的)?(?:开好局|开新局|良好开局|开局|起好步|首年|第一年)")


def _planned(_text: str, match: re.Match[str], calendar: Calendar, start: int) -> Time | None:
    first = _PLANS[match["plan"]]
    last = first + 4
    if match.string[match.end() : match.end() + 2] in ("规划", "纲要", "计划"):
        return None
    if _FIRST_YEAR.match(match.string, match.end()):
        last = first
    if early := _EARLY.match(match.string, match.end()):
        last -= _count(early["years"])
    past = calendar.now is not None and (last < calendar.now or match["planned"] in ("以来", "前三年", "前四年"))
    return _time(match, start, "past" if past else "span", last, first)


_WORDS = {
    "今年以来": (0, "past"),
    "今年": (0, "by"),
    "本年度": (0, "by"),
    "本年": (0, "by"),
    "全年": (0, "by"),
    "年内": (0, "by"),
    "当年": (0, "by"),
    "年底": (0, "by"),
    "年底前": (0, "by"),
    "年末": (0, "by"),
    "去年底": (-1, "past"),
    "去年": (-1, "past"),
    "上年": (-1, "past"),
    "上一年": (-1, "past"),
    "过去一年": (-1, "past"),
    "前年": (-2, "past"),
    "明年": (1, "by"),
    "来年": (1, "by"),
    "后年": (2, "by"),
}


def _worded(_text: str, match: re.Match[str], calendar: Calendar, start: int) -> Time | None:
    steps, role = _WORDS.get(match["word"], (0, "past"))  # 今年上半年 and the like
    year = calendar.now + steps if calendar.now is not None else None
    return _time(match, start, role, year, inferred=True)


def _past_years(_text: str, match: re.Match[str], calendar: Calendar, start: int) -> Time | None:
    if match["before"] in ("前", "上", "这") and match.end("past") + 1 == match.end():
        return None
    now = calendar.now
    return _time(
        match, start, "past", now - 1 if now else None, now - _count(match["past"]) if now else None, inferred=True
    )


def _coming_years(text: str, match: re.Match[str], calendar: Calendar, start: int) -> Time | None:
    marked = match["within"] or match["ahead"] not in (None, "的")
    if not marked or text[match.end() : match.end() + 2] in ("行动", "规划", "计划", "方案", "任务", "滚动"):
        return None
    if _OF_PERSONS.search(text, max(0, match.start() - 6), match.start()):
        return None
    if match["ahead"] in _USING and _UNTIL.search(text, max(0, match.start() - 16), match.start()):
        return None
    lengths = [_count(part) for part in re.split("[到至—-]", match["years"])]
    year = calendar.last
    if match["within"] == "累计" and year is not None:
        return _time(match, start, "span", year, calendar.first, inferred=True)
    if calendar.now is not None and (
        calendar.last is None or max(lengths) != calendar.last - (calendar.first or 0) + 1
    ):
        year = calendar.now + max(lengths) - _counts_this_year(match, lengths, calendar)
    time = _time(match, start, "span", year, None, inferred=True)
    if len(lengths) > 1 and calendar.now is not None and year == calendar.now + max(lengths):
        return replace(time, earliest=calendar.now + min(lengths))
    return time


#: Words in front of a number of years that count the present year in: 未来三年 of 2022 are 2022 to 2024.
_COUNTED_FROM_NOW = frozenset({"未来", "今后", "力争", "争取"})


def _counts_this_year(match: re.Match[str], lengths: list[int], calendar: Calendar) -> bool:
    """Whether the present year is one of the years to come."""
    return match["ahead"] in _COUNTED_FROM_NOW and not match["within"] and not calendar.closing and len(lengths) == 1


#: 到二〇三五年，用13年时间: how long it is until a year that is printed in front of it, which governs.
_UNTIL = re.compile(rf"(?:到|至){_YEAR}年[底末]?[，,]\s*$")
_USING = frozenset({"用", "再用", "力争用", "争取用", "经过", "通过"})

#: 毕业3年内, 自租赁之日起3年内: conditions on beneficiaries, not times of the plan.
_OF_PERSONS = re.compile(
    r"(?:毕业|离校|注册|成立|登记|入驻|取得|认定|落户|创办|创业|就业|参保|缴费|工作|服务|入职|之日起?|之后|到期|期满|享受|最长|连续)$"
)


def _month_only(_text: str, match: re.Match[str], calendar: Calendar, start: int) -> Time | None:
    return _time(match, start, "by", calendar.now, inferred=True, month=_number(match["only"]))


#: What is there already is used for what comes: 依托现有园区，设立….
_USED = re.compile(r"(?:依托|利用|整合|盘活|用好|结合|发挥|推动|支持|对|将|把|在|以)$")


def _present(text: str, match: re.Match[str], calendar: Calendar, start: int) -> Time | None:
    if match["now"] == "现有" and _USED.search(text, max(0, start - 2), start):
        return None
    return _time(match, start, "now", calendar.now, inferred=True)


def _each(_text: str, match: re.Match[str], _calendar: Calendar, start: int) -> Time | None:
    return _time(match, start, "each", None)


#: Group of the pattern -> how the time it names is read.
_READERS: dict[str, Callable[[str, re.Match[str], Calendar, int], Time | None]] = {
    "from": _from_year,
    "year": _dated,
    "plan": _planned,
    "word": _worded,
    "past": _past_years,
    "since": _since_years,
    "years": _coming_years,
    "only": _month_only,
    "now": _present,
    "each": _each,
}


def _number(row: str) -> int:
    """The number of a row of digits, 2025 or 二〇二五; of 十二 too."""
    if "十" in row:
        tens, _, ones = row.partition("十")
        return (_number(tens) if tens else 1) * 10 + (_number(ones) if ones else 0)
    if row.startswith("民国") or len(row) == len("119"):
        return _BEFORE_REPUBLIC + int(row.removeprefix("民国"))
    return int(row.translate(_ROW))


def _count(row: str) -> int:
    return _DIGITS.get(row) or _number(row)
