"""A paragraph in, the counts of parts that it declares out: 提出65项重点任务, 共36项, 八大重点任务.

What is counted may have any name where something bears the number out: so many parts stand below (二、五大体系), or so
many names in front (“培训、创业、服务”三大支撑体系). A heading that counts is a claim, however many parts it has.

>>> counts = declared_counts("方案提出六大工程、20项任务。", Holder())
>>> [(count.printed, count.counted, count.number) for count in counts]
[('六大工程', 'Project', 6), ('20项任务', 'Task', 20)]
>>> [(count.printed, count.rule) for count in declared_counts("构建“培训、创业、服务”三大支撑体系。", Holder())]
[('三大支撑体系', 'count/listed')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from policygraph.extract.figures.words import BUILT, CLASSES_COUNTED, COUNTS, DECLARING, TOTALS
from policygraph.extract.structure.outline import Part
from policygraph.quantity import QuantityError, distribute

__all__ = ["Declared", "Holder", "count_in_title", "declared_counts", "holder_of"]

#: How far in front of a count its verb stands, and how far behind one count of a list the next may.
_REACH, _APART = 60, 4
_CLASSIFIER = re.compile("^ ?(?:个|项|条|大类?|类|件)")


class Declared(NamedTuple):
    """A count as printed, where it stands in the paragraph, the class it counts, and how it was told."""

    start: int
    end: int
    printed: str
    counted: str
    number: int
    rule: str
    confidence: float


class Holder(NamedTuple):
    """What is known of the part that a paragraph belongs to: where its label ends, how many parts stand below it."""

    label_end: int = 0
    #: The numbers of its parts, of the parts of those, and so on.
    sizes: frozenset[int] = frozenset()


def holder_of(part: Part, label_end: int) -> Holder:
    """The numbers of parts at each level below a part."""
    sizes, level = set[int](), part.parts
    while level:
        sizes.add(len(level))
        level = [below for each in level for below in each.parts]
    return Holder(label_end, frozenset(sizes))


def declared_counts(text: str, holder: Holder, *, reported: bool = False) -> list[Declared]:
    """The counts of a paragraph, each place once.

    Where the paragraph reports (`reported`), a count that nothing bears out is one of what was done, and of no parts.

    >>> declared_counts("出台稳就业20条政策措施。", Holder(), reported=True)
    []
    """
    claims = [] if reported else [*_claims(text, holder.label_end)]
    for more in (() if reported else _totals(text), _of_any_noun(text, holder)):
        taken = {place for claim in claims for place in range(claim.start, claim.end)}
        claims += [claim for claim in more if claim.start not in taken and claim.end - 1 not in taken]
    return claims


#: The count that a title ends in: …十大行动, …若干措施十条.
_OF_TITLE = re.compile(
    r"(?P<printed>(?<![0-9一二三四五六七八九十第])(?P<number>[0-9]{1,2}|[二两三四五六七八九十]{1,3})"
    r"(?P<by>[大项个条])(?P<noun>[一-鿿A-Za-z]{0,10}))(?=[”\"》（(的\s]|$)"
)


def count_in_title(title: str, holder: Holder) -> Declared | None:
    """The count of parts that a title declares, where so many stand below it.

    >>> count_in_title("东陵县茶业十大行动（试行）", Holder(sizes=frozenset({10})))
    Declared(start=5, end=9, printed='十大行动', counted='TaskGroup', number=10, rule='count/heading', confidence=0.85)
    """
    for match in _OF_TITLE.finditer(title):
        number = _whole_number(match["number"])
        if number in holder.sizes and number is not None:
            counted = _class_named(match["noun"]) if match["noun"] else "Measure"
            return Declared(*match.span("printed"), match["printed"], counted, number, "count/heading", 0.85)
    return None


#: A count of things of any name.
_ANY = re.compile(
    r"(?P<printed>(?<![0-9.第前这那一-鿿][0-9])(?<![0-9.第前这那一二三四五六七八九十百])(?!(?:十八|十九|二十)大)(?P<number>[0-9]{1,2}|[二两三四五六七八九十]{1,3})"
    r"(?P<by>[个大项类条种])(?P<noun>(?!百分点|工作日|月|小时|以上|左右|县|市|区|国家|省|流域|城市|片区)[一-鿿A-Za-z]{2,16}?))"
    r"(?=[，,。；;：:、（(）)”’》\s—和及与]|$|培育|建设|构建|实施|推进|发展|制定|壮大|对(?![外口接象])|占)"
)
#: A formula that counts: “六个一”.
_FORMULA = re.compile(r"(?P<printed>(?P<number>[二两三四五六七八九十])个(?P<noun>[一-鿿]{1,6}))(?=[”’])")
#: Names in front of a count, with what encloses them and 等.
_NAMES = re.compile(r"(?:[“‘](?P<quoted>[^“”‘’]{3,80})[”’]|(?P<plain>[^，,。；;：:“”\n]{3,80}))等?$")
#: What is counted as part of a plan, whether or not its parts are named.
_STRUCTURAL = re.compile(
    r"(?:行动计划|行动|工程|计划|体系|任务|举措|专项|战役|方向|领域|板块|抓手|路径|重点|支撑|对象|定位|目标|原则|方面|环节)$"
)
#: What is counted in the world, and is no part of a plan.
_PLACES = re.compile(
    r"(?:[省市县区]|城市|流域|片区|地区|国家|街道|乡镇|村|企业|公司|单位|部门|集群|产业|基地|园区|枢纽"
    r"|集团|学校|高校|大学|学院|医院|院所|协会|联盟|银行)$"
)
_AREAS = re.compile(r"(?:[省市县旗州]|(?<![社园])区|城市|国家|街道|乡镇|行政村)$")
#: Nouns of other counts -> class; the first that the noun ends in.
_CLASSES = (
    (re.compile(r"(?:领域|方向|板块|行动计划|计划|行动|专项|战役|方面|抓手|环节)$"), "TaskGroup"),
    (re.compile(r"定位$"), "Positioning"),
    (re.compile(r"(?:机制|制度)$"), "GovernanceMechanism"),
)
_LARGEST = 60


def _of_any_noun(text: str, holder: Holder) -> Iterator[Declared]:
    for match in _ANY.finditer(text):
        number = _whole_number(match["number"])
        if number is None or not 2 <= number <= _LARGEST:
            continue
        rule = next((rule for rule, holds in _BORNE_OUT.items() if holds(text, match, number, holder)), None)
        if rule:
            start, end = match.span("printed")
            yield Declared(start, end, match["printed"], _class_named(match["noun"]), number, *_RULES[rule])
    for match in _FORMULA.finditer(text, 0, holder.label_end):
        if number := _whole_number(match["number"]):
            yield Declared(*match.span("printed"), match["printed"], "ContentItem", number, "count/heading", 0.7)


def _in_label(text: str, match: re.Match[str], number: int, holder: Holder) -> bool:
    """In a heading, and so many stand below it; with 大 or 类 whatever stands below."""
    if match.start() >= holder.label_end:
        return False
    return number in holder.sizes or (match["by"] in "大类" and not _is_built(text, match))


def _by_parts(text: str, match: re.Match[str], number: int, holder: Holder) -> bool:
    """So many stand below the part that says so."""
    front = text[max(0, match.start() - _REACH) : match.start()]
    says = match["by"] in "大类" or DECLARING.search(front[-12:]) is not None
    return number in holder.sizes and number > 2 and says and not _is_built(text, match)


def _by_names(text: str, match: re.Match[str], number: int, _: Holder) -> bool:
    """So many names stand in front: “培训、创业、服务”三大支撑体系."""
    among = match["by"] in "大类" and not _PLACES.search(match["noun"]) and not _is_relied_on(text, match)
    if among and (behind := _LIST_BEHIND.match(text, match.end())) and behind["list"].count("、") == number - 1:
        return True
    named = text[: match.start()].endswith("等") and not _AREAS.search(match["noun"])
    return (among or named) and _listed(text, match) == number


#: Names behind a count and a colon: 以三大模块构建生态：工具支持、导师领队、成长陪伴.
_LIST_BEHIND = re.compile(r"[^，,。；;：:、]{0,16}[：:](?P<list>[^，,。；;：:]{4,160})")


def _structural(text: str, match: re.Match[str], _: int, holder: Holder) -> bool:  # noqa: ARG001 - rules are called alike
    front = text[max(0, match.start() - 8) : match.start()]
    return match["by"] == "大" and _STRUCTURAL.search(match["noun"]) is not None and DECLARING.search(front) is not None


def _is_built(text: str, match: re.Match[str]) -> bool:
    return BUILT.search(text[max(0, match.start() - 12) : match.start()]) is not None


def _is_relied_on(text: str, match: re.Match[str]) -> bool:
    """Whether what is counted is there to be used, and no part of a plan: 依托甲、乙、丙三大平台."""
    clause = _NAMES.search(text[max(0, match.start() - _LISTED) : match.start()])
    return bool(clause and _RELIES.match(clause[0]) and not _STRUCTURAL.search(match["noun"]))


#: A verb whose object is the list itself: its first name stands right behind.
_RELIES = re.compile(r"(?:[^，“]{0,6}?)(?:依托|立足|借助|借力|用好|用足|利用|背靠|对接)[^、，“]{2,8}、")


def _listed(text: str, match: re.Match[str]) -> int:
    """How many names stand in front of a count."""
    names = _NAMES.search(text[max(0, match.start() - _LISTED) : match.start()])
    if names is None:
        return 0
    words = names["quoted"] or names["plain"]
    return len(re.split("、|(?<=[一-鿿]{2})[和及与](?=[一-鿿]{2})", words)) if "、" in words else 0


_LISTED = 84
#: Rule -> its name in a draft and how sure it is.
_RULES = {
    "label": ("count/heading", 0.85),
    "parts": ("count/parts", 0.85),
    "names": ("count/listed", 0.8),
    "structural": ("count/declared", 0.7),
}
#: What bears a count of any noun out; the first that holds.
_BORNE_OUT = {"label": _in_label, "parts": _by_parts, "names": _by_names, "structural": _structural}


def _class_named(noun: str) -> str:
    """The class of what a noun counts: by its last words, else a content item."""
    class_name = next((name for word, name in _COUNTED if noun.endswith(word)), None)
    return class_name or next((name for pattern, name in _CLASSES if pattern.search(noun)), "ContentItem")


_COUNTED = sorted(CLASSES_COUNTED.items(), key=lambda item: -len(item[0]))


def _claims(text: str, label_end: int) -> Iterator[Declared]:
    last = -1 - 2 * _APART
    for match in COUNTS.finditer(text):
        front = text[max(0, match.start() - _REACH) : match.start()]
        front = front[max(front.rfind(stop) for stop in "。；;\n") + 1 :]
        declared = DECLARING.search(front) is not None
        if match["bracketed"] is not None:
            if match.end() > label_end + 1:
                continue
        elif not _is_claim(front, declared=declared or match.start() - last <= _APART) or _is_worked_on(front, match):
            continue
        number = _whole_number(match["number"])
        if number is None:
            continue
        start, last = match.span("printed")
        yield Declared(
            start, last, match["printed"], _class_of(match), number, "count/declared", 0.85 if declared else 0.75
        )


def _is_claim(front: str, *, declared: bool) -> bool:
    """Whether the words in front of a count let it be one: declared, or in a list with one that is, and not built."""
    return declared and not (BUILT.search(front) or _BUILT_BEFORE.search(front)) and not front.endswith(("“", "‘"))


def _is_worked_on(front: str, match: re.Match[str]) -> bool:
    """Whether projects are counted that are carried out, and no parts of a plan: 推进100个标志性工程."""
    return _class_of(match) == "Project" and "大" not in match["printed"] and _CARRIED_OUT.search(front) is not None


_CARRIED_OUT = re.compile(r"(?:推进|实施|开展|抓好|抓实)(?:了|好)?$")
#: What is built stands in front of its number: 新开工甲至乙等2个项目.
_BUILT_BEFORE = re.compile(
    r"(?:^|[，,：:])[^，,：:]{0,4}?(?:新开工|续建|建成|开工|竣工|投产|新建|通车)(?:[^，,]{0,60})等$"
)


def _class_of(match: re.Match[str]) -> str:
    noun = match["noun"] or match["inner"] or ""
    whole = _CLASSIFIER.sub("", match["printed"].removeprefix(match["number"]))
    return CLASSES_COUNTED.get(whole) or CLASSES_COUNTED.get(noun, "Task")


def _totals(text: str) -> Iterator[Declared]:
    for match in TOTALS.finditer(text):
        if number := _whole_number(match["number"]):
            yield Declared(*match.span("printed"), match["printed"], "Task", number, "count/total", 0.7)


def _whole_number(printed: str) -> int | None:
    try:
        return int(distribute(printed + "个")[0].value)
    except (QuantityError, ValueError):
        return None
