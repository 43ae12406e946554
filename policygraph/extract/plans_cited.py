"""A text in, the plans that it names out, in 《》 or not, each with how it stands to the plan of the text.

Titles in 《》 count where they end as those of plans do. Without 《》 a name is what stands between a verb (制定, 落实)
and a noun of plans (行动方案, 规划, 三年行动); 计划 and 战略 name one only behind verbs of carrying out, for tasks
start programmes and follow strategies in every other sentence. What is carried out, followed or taken up
(贯彻, 落实, 承接, 根据, 依据) is implemented; in the clause of purpose that opens a plan (为深入实施…) every verb says
so. What is taken over from is succeeded: 在…基础上, 接续…, 上一轮…, …同时废止.

>>> plans = read_cited("贯彻落实《全省茶业规划》，制定茶馆提升行动方案，实施游园计划。")
>>> [(plan.name, plan.is_implemented) for plan in plans]
[('全省茶业规划', True), ('茶馆提升行动方案', False)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from policygraph.extract.structure.passages import Span

__all__ = ["Cited", "read_cited"]


@dataclass(frozen=True, slots=True)
class Cited:
    """A plan that a text names: its name, its kind, where it stands, and whether the text carries it out."""

    name: str
    kind: str
    span: Span
    is_implemented: bool
    #: Whether its name is printed in 《》.
    is_titled: bool
    #: Whether the text says that it takes over from it: 在…基础上, 接续…, …同时废止.
    is_succeeded: bool = False
    #: Whether the text has it made (编制, 出台): one without an area is the document's own area's.
    is_made: bool = False


#: How the name of a plan ends -> its kind, the longer first.
_KINDS = (
    ("三年行动计划", "three-year-action-plan"),
    ("三年行动方案", "three-year-action-plan"),
    ("三年行动", "three-year-action-plan"),
    ("五年规划", "five-year-plan"),
    ("规划纲要", "outline"),
    ("规划建议", "five-year-plan"),
    ("纲要", "outline"),
    ("规划", "five-year-plan"),
    ("行动计划", "action-plan"),
    ("行动方案", "action-plan"),
    ("实施方案", "implementation-plan"),
    ("方案", "implementation-plan"),
    ("意见", "implementation-opinion"),
    ("清单", "task-list"),
    ("计划", "programme"),
    ("措施", "measure-package"),
    ("政策", "policy-package"),
    ("举措", "measure-package"),
    ("要点", "annual-action-plan"),
    ("建议", "outline"),
    ("战略", "outline"),
    ("工程", "programme"),
    ("行动", "action-plan"),
)
_TITLED = re.compile(r"(?P<front>[^，。；：《》\s]{0,20})《(?P<name>[^《》]{2,60})》")
#: A name whose end alone stands in 《》: 省委“十五五”规划《建议》.
_SHORT_TITLES = frozenset({"建议", "纲要", "规划", "意见", "方案", "计划", "决定"})
_SHORT_FRONT = re.compile(r"(?:根据|按照|依据|依照|落实|贯彻|对照|围绕|参照)+(?P<front>[^，。；：《》\s]{2,20})$")

#: What stands between two titles of a list.
_AND_TITLE = re.compile(r"》(?:（[^（）]{1,40}）)?(?:[，,]?以及|[、和及与])?《")
#: Lists that are no plans: what has been filed, named or offered.
_NO_PLAN = re.compile(r"(?:备案|服务|名|负面|收费|证明|产品|物品|权力|目录)清单$")

#: Verbs of carrying out, and those of making.
_CARRY_OUT = (
    "贯彻落实|深入贯彻|全面贯彻|认真贯彻|贯彻|全面落实|抓好落实|落实|有效承接|主动承接|承接|对接落实|根据|依据|按照|依照"
    "|遵循|衔接"
)
_MAKE = (
    "制定实施|制定出台|研究制定|制定|编制好|编制|出台|印发|深入实施|全面实施|组织实施|扎实实施|启动实施|实施|扎实推进|深入推进|推进"
    "|深入开展|开展|持续深化|深化|全力打好|打好|启动|执行|完善|修订"
)
#: Verbs of making that stand in front of a name.
_MADE = re.compile(
    r"(?:编制|制定|制订|出台|起草)(?:好|了|完成)?(?:和|并)?(?:深入|全面|组织)?(?:实施|落实|推进|执行|印发)?好?[《“]?$"
)
_NAME = r"[^，。；：、“”《》（）()\s！？]"
#: A plan whose noun names one behind any verb.
_STRONG = re.compile(
    rf"(?:(?:{_CARRY_OUT}|{_MAKE})(?:好|了)?)+(?P<name>(?:{_NAME}|“[^“”]{{2,16}}”|、(?={_NAME}{{2,12}}(?:行动|规划|方案))){{3,36}}?"
    r"(?:行动方案|行动计划|实施方案|工作方案|[二三四五]年[^，。；：、“”《》\s]{0,6}?行动(?:计划|方案)?|规划(?:纲要|的建议)?|若干(?:政策)?措施))"
    r"(?=[，。；、：！（(]|$|的|和|与|及|要求|精神|部署|任务|收官|目标)"
)
#: Plans whose nouns name one behind verbs of carrying out alone.
_CARRIED_OUT = re.compile(
    rf"(?:{_CARRY_OUT})+(?:关于)?(?P<name>{_NAME}{{4,30}}?(?:计划|战略|行动(?=部署|要求|精神)))"
    r"(?=[，。；、！]|$|的|和|与|及|部署|要求|精神|任务|决策)"
)
#: Strategies in a row: 落实山区振兴、流域保护等战略部署.
_STRATEGIES = re.compile(
    rf"(?:{_CARRY_OUT})+(?P<list>{_NAME}{{4,24}}(?:、{_NAME}{{4,24}}){{0,4}})等?(?:国家|重大)?战略(?:部署)?(?=[，。；、]|$|的|要求)"
)
#: Quoted programmes: 深入实施“百人计划”, 申报“江畔人才工程”, 为实施“人工智能+”行动.
_QUOTED = re.compile(
    r"(?P<verb>贯彻落实|贯彻|落实|承接|实施|推进|开展|申报|入选|纳入|列入|参加|对接|依托)?(?:国家|省|市|全国|全省)?"
    r"(?P<name>“[^“”，。；]{2,16}计划”|\"[^\"“”，。；\n]{2,16}计划\"|“[^“”，。；]{2,14}”计划"
    r"|(?<=申报|入选|纳入|列入)“[^“”，。；]{2,14}工程”"
    r"|[“\"][^“”\"，。；\n0-9一二三四五六七八九十]{2,8}(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})条[”\"])"
)
_QUOTED_ACTION = re.compile(
    r"(?:深入|全面|认真)?(?:贯彻落实|贯彻|落实|实施|推进|开展)好?"
    r"(?:(?:国家|省|市|区|县)(?:[、和及](?:国家|省|市|区|县))+)?"
    r"(?P<name>(?:国家|全国|全省)?[“\"][^“”\"，。；]{2,12}[”\"](?:行动(?:计划|方案)?|战略))"
    r"(?=战略|部署|要求|[，。；、]|$)"
)
#: The clause of purpose that opens a plan.
_PURPOSE = re.compile(r"(?:^|[。\n　 ])为(?:了)?(?:进一步|深入|全面|认真|切实|更好|加快)*[^，。；]{0,24}$")
#: What stands in front of a plan that another takes over from, and what stands behind it.
_TAKES_OVER = re.compile(
    r"(?:接续|续接|接替|替代|取代|延续)(?:实施|推进|落实)?(?:原有?|上一轮|上轮|前一轮)?(?:的)?[《“]?$"
    r"|(?:承接|衔接|接续|巩固|总结)(?:好)?(?:上一轮|上轮|前一轮|首轮|上一个|上一周期|第[一二三四五六七八九]轮)[^。；《》]{0,12}[《“]?$"
)
_LAST_ROUND = re.compile(r"[《“]?(?:上一轮|上轮|前一轮)")
_ON_ITS_GROUND = re.compile(
    r"(?:在|基于)(?:全面|认真|系统|充分)?(?:总结|评估|完成|实施|巩固|执行)?(?:好|了)?(?:原|上一轮)?[《“]?$"
)
_AS_GROUND = re.compile(
    r"[》”]?(?:（[^（）]{0,30}）)?(?:的)?(?:圆满|全面|顺利|胜利|实施|执行|成效|成果|评估|总结|完成|收官|工作|情况|经验)*的?(?:基础上|基础之上)"
)
_ENDED = re.compile(
    r"[》”]?(?:（[^（）]{0,40}）)?(?:已|将|均|自|也)?(?:实施|执行|有效)?(?:到期|期满|届满)(?:后|，)"
    r"|[》”]?(?:（[^（）]{0,40}）)?(?:文件)?(?:同时|自行|相应|即行|予以|自本[^，。；]{2,12}起|自[^，。；]{2,16}起)?(?:废止|停止执行|不再执行|停止施行)"
)
_IMPLEMENTED = re.compile(rf"(?:{_CARRY_OUT}|执行|对照)[^。；《》]{{0,16}}$")
#: A name that is none: 国家规划, 有关战略, 党中央决策部署.
_NO_NAME = re.compile(
    r"^(?:本|该|此|各|有关|相关|上述|以上|年度|中长期|工作|投资|建设|发展|总体|国土空间|城乡|国家|全国|上级|专项)?"
    r"(?:行动方案|行动计划|实施方案|工作方案|规划|计划|战略|行动)$|决策|城乡规划|规划(?:建设|设计|编制)"
    r"|等(?:专项)?规划$|(?:深化|加强|做好)[一-鿿]{2,4}规划$"
    r"|^(?:落实)?(?:国家|党中央|中央)?(?:区域|重大|发展|重点|协调)*战略$|^新一轮[二三四五]年行动$"
)
#: Names of plans that stand above others.
_UPPER = ("战略", "纲要", "行动", "建议")
_LEAST = 6
_BEFORE = 40


def read_cited(text: str) -> list[Cited]:
    """The plans that a text names, in its order; of names that meet in the same words the first."""
    plans: list[Cited] = []
    taken: set[int] = set()
    for plan in sorted(_candidates(text), key=lambda plan: (not plan.is_titled, plan.span)):
        if not taken.intersection(range(*plan.span)):
            taken.update(range(*plan.span))
            plans.append(replace(plan, is_succeeded=_is_succeeded(text, plan.span), is_made=_is_made(text, plan.span)))
    return sorted(plans, key=lambda plan: plan.span)


def _candidates(text: str) -> Iterator[Cited]:
    yield from _titled(text)
    for pattern in (_STRONG, _CARRIED_OUT):
        for match in pattern.finditer(text):
            if len(match["name"]) >= _LEAST and not _NO_NAME.search(match["name"]):
                verb = text[match.start() : match.start("name")]
                yield _cited(text, match.span("name"), verb, upper=match["name"].endswith(_UPPER))
    for match in _STRATEGIES.finditer(text):
        start = match.start("list")
        for item in re.finditer(r"[^、]+", match["list"]):
            words = item[0].removesuffix("等")
            span = start + item.start(), start + item.start() + len(words)
            if not _NO_NAME.search(words + "战略"):
                yield Cited(words + "战略", "outline", span, is_implemented=True, is_titled=False)
    for match in _QUOTED.finditer(text):
        plan = _cited(text, match.span("name"), match["verb"] or "", upper=True)
        yield replace(plan, kind="policy-package") if match["name"].endswith(("条”", '条"')) else plan
    for match in _QUOTED_ACTION.finditer(text):
        if _is_purpose(text, match.start()):
            yield Cited(match["name"], "action-plan", match.span("name"), is_implemented=True, is_titled=False)


def _titled(text: str) -> Iterator[Cited]:
    before_it: Cited | None = None
    for match in _TITLED.finditer(text):
        name, span = match["name"], match.span("name")
        if name in _SHORT_TITLES:
            front = _SHORT_FRONT.search(match["front"])
            if front is None:
                continue
            span = match.start() + front.start("front"), match.end()
            name = front["front"] + name
        kind = _kind(re.sub(r"[（(][^（()）]*[）)]$|草案$", "", re.sub(r"\s+", "", name)))
        if kind and not _NO_PLAN.search(name):
            before = text[max(0, span[0] - _BEFORE) : span[0]]
            is_implemented = _IMPLEMENTED.search(before.rstrip("《")) is not None or _is_purpose(text, span[0] - 1)
            if before_it and _AND_TITLE.fullmatch(text, before_it.span[1], span[0]):
                is_implemented = before_it.is_implemented  # 《A》《B》: what is said of the first is said of the next
            before_it = Cited(re.sub(r"\s+", "", name), kind, span, is_implemented=is_implemented, is_titled=True)
            yield before_it


def _cited(text: str, span: Span, verb: str, *, upper: bool) -> Cited:
    """A plan without 《》. `upper` are those that stand above others: carried out wherever the verb says so."""
    name = text[slice(*span)]
    carries = re.match(_CARRY_OUT, verb) is not None
    is_implemented = (carries and upper) or _is_purpose(text, span[0])
    return Cited(name, _kind(name.strip('“”"')) or "action-plan", span, is_implemented=is_implemented, is_titled=False)


def _is_made(text: str, span: Span) -> bool:
    """Whether the words in front of a plan have it made, and not only carried out."""
    return _MADE.search(text[max(0, span[0] - _BEFORE) : span[0]]) is not None


def _is_succeeded(text: str, span: Span) -> bool:
    """Whether the words around a plan say that another takes over from it."""
    front = text[max(0, span[0] - _BEFORE) : span[0]].rpartition("\n")[2]
    back = text[span[1] : span[1] + _BEFORE + 20].partition("\n")[0]
    if _LAST_ROUND.match(text, span[0]):
        return True
    on_its_ground = _ON_ITS_GROUND.search(front) is not None and _AS_GROUND.match(back) is not None
    return on_its_ground or _TAKES_OVER.search(front) is not None or _ENDED.match(back) is not None


def _is_purpose(text: str, place: int) -> bool:
    """Whether a place stands in the clause of purpose that opens a paragraph: 为深入实施…."""
    return _PURPOSE.search(text[max(0, place - _BEFORE) : place]) is not None


def _kind(name: str) -> str | None:
    return next((kind for ending, kind in _KINDS if name.endswith(ending)), None)
