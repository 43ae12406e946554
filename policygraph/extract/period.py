"""A title and a text in, the document's reference year and the years of its plan out, printed or computed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from policygraph.extract.figures.times import Calendar, years_in
from policygraph.extract.imprint import publication_date
from policygraph.extract.structure.outline import Outline
from policygraph.extract.structure.passages import Span

__all__ = ["Period", "read_period"]

_RANGE = re.compile(r"[（(]?(?P<first>(?:19|20)\d\d)年?\s?[—–\-~～－至到]+\s?(?P<last>(?:19|20)\d\d)年?[）)]?")
_FIVE_YEARS = re.compile(r"“?(?P<plan>十[二三四五六]五)”?|第(?P<ordinal>十[二三四五六])个五年")
_FIRST_OF_FIVE = {"十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031}
_SPANNED = re.compile(
    r"(?P<count>[二两三四五六七八九十])年(?:行动|攻坚|提升|倍增|实施|工作|专项|滚动|发展|计划|规划|建设|整治"
    r"|[^，。]{0,12}(?:行动|计划|方案))"
)
_COUNTS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_DATE = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(?:(\d{1,2})日)?")
_DOCKET = re.compile(r"[〔\[（(【](20\d\d)[〕\]）)】]")
_GOAL_YEAR = re.compile(r"(?:到|至|力争到|确保到)(20\d\d)年")
#: A year with the words behind it, in its clause.
_YEAR_SAID = re.compile(
    r"(?<!是)(?P<until>到|至|力争|力争在)?(?P<year>20\d\d)年(?!来|前|以来|代|的|\d{1,2}月\d{1,2}日)(?P<words>[^。；\n]{0,40})"
)
_AHEAD = re.compile(r"将|力争|计划|目标|争取|要(?!求|素|闻|点)|拟|预计|重点工作|底前|分别")
_BEHIND = re.compile(r"完成|增长|获|已|成功|累计|荣")
_SPREAD_YEARS = re.compile(r"(?:20\d\d年、){1,5}20\d\d年分别")
_NEXT_YEAR = re.compile(r"明年|来年")
_NEAR_GOAL = re.compile(
    r"(?:用|经过|通过|未来|今后|再用)(?P<count>[二两三四五六七八九十])年(?:左右)?(?:的)?(?:时间|努力|左右|奋斗)"
)
#: The first year to reach behind a heading of goals.
_FIRST_GOAL = re.compile(r"目标[^\n。]{0,8}[\n。：:][^。]{0,120}?(?:到|至)(?P<year>20\d\d)年")
#: A paragraph with the goals of a later year; the most years and paragraphs that a plan goes on for (not 2035年远景).
_STEP = re.compile(r"[\s　]*(?:到|至)(?P<year>20\d\d)年(?:底|末)?[，,：:]")
_MOST_STEPS = 4
_GOALS_OF = re.compile(r"(20\d\d)年(?:度)?(?:的)?(?:主要)?(?:预期)?(?:工作)?目标")
#: Documents whose tasks are those of the year, where they say nothing else.
_YEARLY = re.compile(r"(?:通知|纪要|要点|清单|台账|任务分[解工]|年度.{0,8}(?:计划|方案))$")
#: A title in 《》, whose years are those of the plan that it names.
_CITED = re.compile(r"《[^《》]{2,80}》")
#: How long a document is in force: 有效期至2028年12月31日, 有效期两年, 试行期二年, 自发布之日起试行一年.
_IN_FORCE = re.compile(
    r"(?:有效期(?:限)?|试行期(?:限)?|(?:施行|实施|执行|生效)[，,]?(?:暂定)?)(?:为|是|暂定|自[^，。；]{2,24}起)?"
    r"(?:至|到|截至)(?P<year>20\d\d)年"
    r"|(?:有效期(?:限)?|试行期(?:限)?|(?:起(?:开始)?(?:正式)?|(?:施行|实施|执行)[，,])试行)(?:为|是|暂定|自[^，。；]{2,24}起)?[：:]?"
    r"(?P<count>[一二两三四五1-5])年"
)
_HEAD = 600
_FIRST_PAGES = 4000


@dataclass(frozen=True, slots=True)
class Period:
    """The years of a plan, its period as printed (None where no words state it), and whether they were reckoned."""

    calendar: Calendar
    printed: str | None = None
    inferred: bool = True


@dataclass(frozen=True, slots=True)
class _Case:
    """What the rules look at: the text, the title of the document and the name of its plan, and when it speaks."""

    text: str
    title: str
    plan: str
    now: int | None
    dated: bool


def read_period(text: str, title: str, plan: str, outline: Outline, asides: Mapping[str, Span]) -> Period:
    """The period of a plan by the first rule that fits; `asides` is where a date and a docket number stand."""
    date = publication_date(text, outline)
    now = int(date[:4]) if date else _now(text, title, asides, outline)
    case = _Case(text, title, plan, now, any(kind == "date" for kind, *_ in outline.asides))
    period = next((period for rule in _RULES if (period := rule(case))), Period(Calendar(now)))
    closing = date[5:7] == _LAST_MONTH if date else _CLOSING.search(text) is not None
    return replace(period, calendar=replace(period.calendar, closing=closing))


#: A document of this month, or that says so, looks ahead to the years behind its own.
_LAST_MONTH = "12"
_CLOSING = re.compile(r"新的一年即将(?:到来|开启)|临近年末|岁末年终")


def _plan_range(case: _Case) -> Period | None:
    """《…行动方案（2024—2026年）》 in a report of it."""
    match = _RANGE.search(case.plan) if case.plan != case.title else None
    if match is None:
        return None
    first, last = int(match["first"]), int(match["last"])
    now = case.now if case.now and case.dated else min(case.now or first, first)
    return Period(Calendar(now, first, last), match[0].strip("（()）"), inferred=False)


def _title_range(case: _Case) -> Period | None:
    """…行动计划（2024—2026年）."""
    match = _RANGE.search(case.title)
    if match is None:
        return None
    first, last = int(match["first"]), int(match["last"])
    return Period(Calendar(case.now or first, first, last), match[0].strip("（()）"), inferred=False)


def _five_years(case: _Case) -> Period | None:
    """“十五五”规划, 第十五个五年规划."""
    match = _FIVE_YEARS.search(case.title)
    if match is None:
        return None
    first = _FIRST_OF_FIVE[(match["plan"] or match["ordinal"])[:2]]
    return Period(Calendar(case.now or first, first, first + 4), match[0], inferred=False)


def _spanned(case: _Case) -> Period | None:
    """三年行动方案."""
    match = _SPANNED.search(case.title)
    if match is None or case.now is None:
        return None
    return Period(Calendar(case.now, case.now, case.now + _COUNTS[match["count"]] - 1), match[0])


def _yearly(case: _Case) -> Period | None:
    """2026年工作要点."""
    years = _title_years(case.title)
    if not years:
        return None
    return Period(Calendar(case.now or years[0], years[0], years[0]), f"{years[0]}年", inferred=False)


def _report(case: _Case) -> Period | None:
    """政府工作报告: its reference year."""
    is_report = case.title.endswith("工作报告") and case.now
    return Period(Calendar(case.now, case.now, case.now)) if is_report else None


def _in_force(case: _Case) -> Period | None:
    """有效期至2028年12月31日, 有效期两年: measures are planned for as long as they are in force."""
    match = _IN_FORCE.search(case.text)
    if match is None or case.now is None:
        return None
    years = _COUNTS.get(match["count"] or "") or int(match["count"] or 0)
    last = int(match["year"]) if match["year"] else case.now + years
    return Period(Calendar(case.now, case.now, last)) if last >= case.now else None


def _near_goal(case: _Case) -> Period | None:
    """用三年左右的时间."""
    match = _NEAR_GOAL.search(case.text[:_FIRST_PAGES])
    return Period(Calendar(case.now, case.now, case.now + _COUNTS[match["count"]])) if match and case.now else None


def _range_in_head(case: _Case) -> Period | None:
    """2024—2026年 in the first lines."""
    head = _CITED.sub(lambda cited: " " * len(cited[0]), case.text[:_HEAD])  # the years of other plans
    match = _RANGE.search(head)
    if match is None or case.now is None or not int(match["first"]) <= case.now <= int(match["last"]):
        return None
    return Period(Calendar(case.now, int(match["first"]), int(match["last"])))


def _first_goal(case: _Case) -> Period | None:
    """工作目标：到2027年…; where goals of later years follow, a paragraph each, the last of them."""
    match = _FIRST_GOAL.search(case.text)
    if match is None or (case.now and int(match["year"]) < case.now):
        return None
    last = int(match["year"])
    _, *following = case.text[match.end() :].split("\n", _MOST_STEPS + 1)
    for step in map(_STEP.match, following[:_MOST_STEPS]):
        if step is None or not last < int(step["year"]) <= int(match["year"]) + _MOST_STEPS:
            break
        last = int(step["year"])
    return Period(Calendar(case.now, _beginning(case.now, last), last))


def _most_named_goal(case: _Case) -> Period | None:
    """到2027年, where it is said most often."""
    years = _GOAL_YEAR.findall(case.text) or _GOALS_OF.findall(case.text)
    goals = Counter(int(year) for year in years if not case.now or int(year) >= case.now)
    if not goals:
        return None
    most = max(goals.values())
    last = max(year for year, count in goals.items() if count == most)
    return Period(Calendar(case.now, _beginning(case.now, last), last))


def _beginning(now: int | None, last: int) -> int | None:
    """The first year of a plan that only states its last one: the reference year, if that is earlier."""
    return now if now is not None and now < last else None


def _next_year(case: _Case) -> Period | None:
    """明年."""
    is_next = case.now and _NEXT_YEAR.search(case.text) and not _YEARLY.search(case.title)
    return Period(Calendar(case.now, case.now, case.now + 1)) if is_next and case.now else None


def _of_its_year(case: _Case) -> Period | None:
    """工作要点, 清单: its reference year."""
    return Period(Calendar(case.now, case.now, case.now)) if _YEARLY.search(case.title) else None


#: Tried in this order; the first that fits.
_RULES: tuple[Callable[[_Case], Period | None], ...] = (
    _plan_range,
    _title_range,
    _five_years,
    _spanned,
    _yearly,
    _report,
    _in_force,
    _near_goal,
    _range_in_head,
    _first_goal,
    _most_named_goal,
    _next_year,
    _of_its_year,
)


#: A year that a plan looks ahead to, beyond its own: 2035年远景目标.
_FAR_GOAL = re.compile(r"(?:到)?20\d\d年(?:的)?(?:远景|远期|愿景|中长期|展望)")


def _title_years(title: str) -> list[int]:
    """The years of a title, those of a date in it aside; 奔向2022 names one too."""
    without = _FAR_GOAL.sub("", _DATE.sub("", title))
    return years_in(without) or [int(year) for year in re.findall(r"(?<!\d)(20[0-4]\d)(?![\d〕\]）)年])", without)]


def _now(text: str, title: str, asides: Mapping[str, Span], outline: Outline) -> int | None:
    """The reference year of a document without a date of its own: that of what stands beside it, or is told in it."""
    for kind in ("date", "docket"):
        if kind in asides and (match := re.search(r"20\d\d", text[slice(*asides[kind])])):
            return int(match[0])
    beside = text[: (outline.title or (0, 0))[1] + 120] if outline.title else ""
    if match := _DATE.search(beside) or _DOCKET.search(beside):
        return int(match[1])
    if match := _RANGE.search(title):
        return int(match["first"])
    if match := _FIVE_YEARS.search(title):
        return _FIRST_OF_FIVE[(match["plan"] or match["ordinal"])[:2]]
    if years := _title_years(title):
        return years[0]
    return _spoken(text)


def _spoken(text: str) -> int | None:
    """The reference year of a text without a date: later than the years it reports on, not than those it plans for."""
    ahead, behind = set[int](), set[int]()
    for match in _YEAR_SAID.finditer(text):
        year, words = int(match["year"]), match["words"]
        if match["until"] or _AHEAD.search(words):
            ahead.add(year)
        elif _BEHIND.search(words):
            behind.add(year)
    for match in _SPREAD_YEARS.finditer(text):
        ahead.update(int(year) for year in re.findall(r"20\d\d", match[0]))
    ahead.update(int(match["first"]) for match in _RANGE.finditer(text[:_HEAD]) if 2000 <= int(match["first"]) <= 2060)
    behind -= ahead
    later = [year for year in ahead if not behind or year > max(behind)]
    if behind:
        return min([max(behind) + 1, *later])
    # a target year (到2028年) says nothing of the reference year
    announced = ahead - {int(match["year"]) for match in _YEAR_SAID.finditer(text) if match["until"]}
    if announced:
        return min(announced) - (1 if _NEXT_YEAR.search(text) else 0)
    return None
