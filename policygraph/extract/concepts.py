"""An outline in, its other concepts out: positionings, initiatives with their components, events.

A positioning is what an area is to become (打造国家先进制造中心); an initiative is a quoted formula with numerals
(“一枢纽、四中心”), read where as many things as its numerals add up to are listed beside it; an event is a meeting or a
release that the text reports on.

>>> [parts for _, parts in components("建设先进制造中心、科学中心、金融中心“一枢纽、两中心”")]
[['先进制造中心', '科学中心', '金融中心']]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Passage, Span

__all__ = ["Concepts", "Event", "Initiative", "Positioning", "components", "read_concepts"]


@dataclass(frozen=True, slots=True)
class Positioning:
    """What an area is to become: the words, where they stand, and the area where the sentence names one."""

    part: Part
    label: str
    start: int
    end: int
    area: str | None


@dataclass(slots=True)
class Initiative:
    """A quoted formula, its places, and the components that one of them lists: words with their spans."""

    name: str
    places: list[Span] = field(default_factory=list)
    components: list[tuple[str, Span]] = field(default_factory=list)
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting or a release: its words, where they stand, its kind, and its date where the sentence has one."""

    label: str
    start: int
    end: int
    kind: str
    year: int | None
    month: int | None
    day: int | None


@dataclass(slots=True)
class Concepts:
    """All of them, in the order of the text."""

    positionings: list[Positioning] = field(default_factory=list)
    initiatives: dict[str, Initiative] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)


_NUMERAL = "一二两三四五六七八九十"
_VALUES = {numeral: value for value, numeral in enumerate("零一二三四五六七八九十")} | {"两": 2}
#: A quoted formula: “一枢纽、四中心”, “1+5”, “四个意识”.
_FORMULA = re.compile(
    rf"“(?P<name>(?:[{_NUMERAL}][^”“，。{_NUMERAL}]{{1,6}}、?){{1,5}}"
    rf"|\d{{1,2}}(?:\+\d{{1,2}}){{1,4}}|[{_NUMERAL}]{{2}})”"
)
_ITEM = r"[^、，,。；;：:“”《》（）()\n]{2,20}"
_LIST = re.compile(rf"{_ITEM}(?:、{_ITEM}){{1,11}}(?:和{_ITEM})?$")
_MEANS = re.compile(rf"[,，]?(?:指的是|即|是指|包括|——|：|（即?)(?P<list>{_ITEM}(?:、{_ITEM}){{1,11}})")
_VERBS = (
    "着力建设|加快建设|建设成为|建设成|着力打造|全力打造|聚力打造|打造成为|打造成|打造|建成|争创|争当|建设|成为"
    "|构建|创建|锻造|塑造"
)
#: What an area becomes: the end of the words.
_ROLES = (
    "示范区|先行区|引领区|试验区|样板区|核心区|集聚区|承载区|高地|枢纽|中心城市|中心|基地|样板|标杆|增长极|桥头堡"
    "|门户|名城|之都|强市|强县|强区|强省"
    "|大市|新城|典范|目的地|策源地|首选地|副中心|之城|都市|城市|家园|明珠|新区|走廊|腹地|节点|支点|窗口|先锋"
    "|排头兵|第一区|名片|城区"
)
_POSITIONING = re.compile(
    rf"(?:(?P<area>[一-鿿]{{2,6}}(?:区|县|市|州|旗|新区))(?:要|将|着力"
    rf"|全力)?)?(?P<verb>{_VERBS})(?P<list>[^，,。；;：\n]{{4,90}})"
)
#: What an area is to become, in quoted words: whatever they end in.
_QUOTED = re.compile(r"“[^“”，。；]{3,20}”(?=[，。；、,;]|$)")
_ONE = re.compile(rf"(?P<label>[^、，,。；和—]{{0,36}}?(?:{_ROLES}))(?P<quote>”?)(?=[、，,。；;和与及“—\s]|$)")
#: What makes such words those of a whole area, and not of a site or a service.
_SCOPE = re.compile(
    r"国家|全国|世界|国际|区域|东北|华北|华东|华中|华南|西南|西北|西部|东部|中部|全省|省内|省级|大湾区|长三角"
    r"|京津冀|成渝|长江|黄河|亚洲|一流|重要|最|高质量|现代|新型|第一|枢纽型"
    r"|宜居|宜业|生态|创新|数字|智慧|幸福|美丽|文化|旅游|绿色|先进"
)
#: What others are to set up is none either: 鼓励高校创建全国…基地.
_OTHERS_DO = re.compile(r"(?:鼓励|支持|引导|允许)[^，,。；;]{1,20}$")
_OTHERS = 24
_NOT_OF_AN_AREA = re.compile(
    r"(?:服务|数据|指挥|会展|文化|活动|体育|养老|卒中|胸痛|展示|交易|监测|调度|培训|研发|检测|管理|政务|购物|消费"
    r"|物流|创业|实践|医疗|救治|诊疗|运营|运行)中心$"
    r"|[0-9一二两三四五六七八九十]+个|一批|若干|城市家园|老旧|小区|平台"
)
_EVENT = re.compile(
    r"(?P<label>[^，。；：“”《》\n]{2,40}?(?P<kind>全体(?:\(扩大\)|（扩大）)?会议|全会|代表大会第.{1,3}次会议"
    r"|代表大会|常务会议|常委会(?:扩大)?会议|新闻发布会|发布会|座谈会|动员大会|推进会|工作会议|专题会议|学习会议))"
    r"(?=[，。；、举召上提审指强作审通]|$)"
)
_EVENT_KINDS = (
    ("全会|全体", "plenary-session"),
    ("代表大会", "congress"),
    ("发布会", "press-conference"),
    ("学习", "study-session"),
    ("", "conference"),
)
_DATED = re.compile(r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日")


def read_concepts(text: str, outline: Outline) -> Concepts:
    """The positionings, initiatives and events of an outline."""
    concepts = Concepts()
    for part in outline.root.walk():
        for pieces in part.paragraphs:
            passage = Passage(text, pieces)
            concepts.positionings += _positioned(part, passage)
            concepts.events += _met(passage)
            for match in _FORMULA.finditer(passage.text):
                _formula(concepts, part, passage, match)
    return concepts


def components(text: str) -> Iterator[tuple[str, list[str]]]:
    """The formulas of a text with what they are made of, where it is listed beside them."""
    for match in _FORMULA.finditer(text):
        if spans := _listed(text, match):
            yield match["name"], [text[start:end] for start, end in spans]


def _formula(concepts: Concepts, part: Part, passage: Passage, match: re.Match[str]) -> None:
    name = match["name"]
    initiative = concepts.initiatives.setdefault(name, Initiative(f"“{name}”"))
    initiative.places.append(passage.span(*match.span()))
    if not initiative.components and (spans := _listed(passage.text, match)):
        initiative.part = part
        initiative.components = [(passage.text[start:end], passage.span(start, end)) for start, end in spans]


def _listed(text: str, formula: re.Match[str]) -> list[Span]:
    """As many words as the numerals of a formula add up to, listed in front of it or behind it."""
    number = _sum(formula["name"])
    if not 2 <= number <= 12:
        return []
    front = _LIST.search(text, max(0, formula.start() - 160), formula.start())
    behind = _MEANS.match(text, formula.end())
    for listed in (front.span() if front else None, behind.span("list") if behind else None):
        if listed is None:
            continue
        items = [match.span() for match in re.finditer(r"[^、]+", text[slice(*listed)])]
        spans = [(listed[0] + start, listed[0] + end) for start, end in items]
        if len(spans) == number:
            spans[0] = _without_verb(text, spans[0])
            last = text[slice(*spans[-1])]
            spans[-1] = (spans[-1][0], spans[-1][1] - len(last) + len(last.rstrip("等")))
            return spans
    return []


def _without_verb(text: str, span: Span) -> Span:
    """The first word of a list without the verb in front of the list."""
    verb = re.compile(rf"(?:.*?(?:{_VERBS}|围绕|聚焦|推进|实施|坚持|开展))?").match(text, *span)
    end = verb.end() if verb else span[0]
    return (end, span[1]) if span[1] - end >= 2 else span


def _sum(name: str) -> int:
    if "+" in name:
        return sum(int(number) for number in name.split("+"))
    return sum(_VALUES[numeral] for numeral in re.findall(f"[{_NUMERAL}](?=[^{_NUMERAL}])", name))


def _positioned(part: Part, passage: Passage) -> Iterator[Positioning]:
    area, last = None, 0
    for match in _POSITIONING.finditer(passage.text):
        start = match.start("list")
        if not match["area"] and _OTHERS_DO.search(passage.text, max(0, match.start() - _OTHERS), match.start()):
            continue
        area = match["area"] or (None if re.search("[。；;]", passage.text[last : match.start()]) else area)
        last = match.end()
        if match["area"] and (quoted := _quoted(passage.text, match)):
            yield Positioning(part, passage.text[slice(*quoted)], *passage.span(*quoted), area)
            continue
        for one in _ONE.finditer(match["list"]):
            whole = one["label"] + (one["quote"] if "“" in one["label"] else "")
            label = re.sub(rf"^[、和与及的]|^(?:{_VERBS}|高水平|高标准|高质量(?!发展))+", "", whole)
            if not 5 <= len(label) <= 36 or _NOT_OF_AN_AREA.search(label):
                continue
            if area is None and not _SCOPE.search(label):
                continue
            right = start + one.start("label") + len(whole)
            yield Positioning(part, label, *passage.span(right - len(label), right), area)


def _quoted(text: str, match: re.Match[str]) -> Span | None:
    """Where the quoted words stand that a named area is to become: 东湖区将建设“花园之城”."""
    quoted = _QUOTED.match(text, match.start("list"))
    ahead = text[match.end("area") : match.start("verb")] or "建设" not in match["verb"]
    formula = quoted is not None and _FORMULA.fullmatch(quoted[0]) is not None
    return quoted.span() if quoted and ahead and not formula and not _NOT_OF_AN_AREA.search(quoted[0][:-1]) else None


def _met(passage: Passage) -> Iterator[Event]:
    for match in _EVENT.finditer(passage.text):
        label = re.sub(r"^.*?(?:日|近日|召开的?|举行的?|在|经|已经|于|随后|的一场)(?=.{4,})", "", match["label"])
        if len(label) < 5 or not re.search(r"[市省县区州委届次]", label):
            continue
        end = match.end("label")
        date = _DATED.search(passage.text, max(0, match.start() - 40), min(len(passage.text), end + 16))
        kind = next(kind for words, kind in _EVENT_KINDS if re.search(words, match["kind"]))
        yield Event(
            label,
            *passage.span(end - len(label), end),
            kind,
            *(int(date[name]) if date and date[name] else None for name in ("year", "month", "day")),
        )
