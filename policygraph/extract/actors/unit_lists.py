"""A list of units in, their names out: split at separators, but not inside brackets and not within one name.

>>> is_list("市财政局、市商务局"), is_list("加快发展")
(True, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["is_list", "is_person", "is_unit", "split_agents"]

_SEPARATORS = "、，,；;/ \t　\n"
#: Signs that open a bracket inside a list, and that close one.
_OPENING, _CLOSING = "（([〔【〈<［{", "）)]〕】〉>］}"
#: What may stand in brackets behind a name, of any kind.
_BRACKETED = r"[（(\[〔【〈<［][^（）()\[\]〔〕【】〈〉<>［］]{1,40}[）)\]〕】〉>］]"
#: Ends of names that stand for an organisation.
_UNIT = re.compile(
    r"(?:局|委|办|部|厅|院|处|署|会|站|所|社|团|校|园|区|县|州|旗|镇|乡|街道|中心|政府|公司|集团|银行|支队|总队"
    r"|大队|法院|检察院|大学|学院|医院|单位|部门|机构|管委会|办公室|办事处|委员会|指挥部|领导小组|专班|研究院"
    r"|联合会|协会|商会|工会|团委|妇联|残联|科协|文联|企业|分局|分行|供电公司|组|市|省|村|社区|党组|党委|工委|联盟"
    r"|平台|人社|发改|住建)"
    rf"(?:{_BRACKETED})?$"
)
#: A part of a name that a separator may stand behind: 各区、县（市）人民政府, 各有关区、县级市.
_FRAGMENT = re.compile(
    r"^(?:各有关|各相关|各|有关|相关)?(?:区|县|市|州|旗|盟|镇|乡|乡镇|街道|县区|市区|区县|开发区|县级市|县（市）|县\(市\)|区（县）|地|市州"
    rf"|功能区|园区|镇街|地区|村)(?:{_BRACKETED})?$"
)
_OPEN = re.compile(
    r"^(?:市直|县直|区直|州直|省直|市级|县级|区级|直属)?(?:各|有关|相关|其他|所有|各级|各有关|各相关)|(?:有关|相关"
    r"|各)(?:部门|单位)|各成员单位|等(?:有关|相关)?(?:部门|单位)?$"
)
_ETC = re.compile(
    r"等(?P<rest>(?:有关|相关|[省市区县州]直|[省市区县州]级|各)*(?:部门|单位|成员单位|机构|企业)?(?:及单位|和单位)?)$"
)
_BARE = frozenset({"部门", "单位", "机构", "企业"})
_PERSON = re.compile(r"[一-鿿]{2,4}")
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴"
    "夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "欧阳司徒上官樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜"
    "路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边净阴闫佟佘"
)


def split_agents(listed: str) -> list[tuple[str, int, int, bool]]:
    """The names of a list with where they stand in it, and whether each stands for an open set.

    >>> [name for name, *_ in split_agents("市委宣传部（市文明办）、市教育局，各区、县（市）人民政府")]
    ['市委宣传部（市文明办）', '市教育局', '各区、县（市）人民政府']
    """
    names: list[tuple[str, int, int]] = []
    depth = start = 0
    for place, character in enumerate(listed + "、"):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif not depth and (character in _SEPARATORS or (character in "和与及" and _parts_at(listed, place, start))):
            if name := listed[start:place].strip():
                begin = start + listed[start:place].index(name)
                names.append((name, begin, begin + len(name)))
            start = place + 1
    joined: list[tuple[str, int, int]] = []
    for name, begin, end in names:
        if joined and _is_one_name(joined[-1][0], name):
            first = joined.pop()[1]
            joined.append((listed[first:end], first, end))
        else:
            joined.append((name, begin, end))
    return list(_opened(_with_shared_ends(joined)))


#: The end that several names of places share: 甲川、乙陵市政府.
_SHARED_END = re.compile(r"(?P<place>[一-鿿]{2,4}?)(?P<end>[市县区州](?:委、[市县区州])?(?:人民)?政府)")
#: A name of a place without its level; 广州 ends like a unit.
_PLACE = re.compile(r"[一-鿿]州|(?![一-鿿]*(?:局|委|办|部|厅|院|会|区|县|市|镇|乡|组|校)$)[一-鿿]{2,4}")


def _with_shared_ends(names: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The names, those of places alone with the end of the one that they stand in front of.

    >>> [name for name, *_ in split_agents("甲川、乙陵、丙江市政府，丁山区")]
    ['甲川市政府', '乙陵市政府', '丙江市政府', '丁山区']
    """
    end, whole = "", list[tuple[str, int, int]]()
    for name, start, stop in reversed(names):
        if match := _SHARED_END.fullmatch(name):
            end = match["end"]
        elif not (end and _PLACE.fullmatch(name)):
            end = ""
        whole.append((name + end if end and not match else name, start, stop))
    return whole[::-1]


def _is_one_name(before: str, name: str) -> bool:
    """Whether a separator stands inside a name: 各区、县（市）人民政府."""
    ends = _FRAGMENT.match(name) or _UNIT.search(name)
    goes_on = _FRAGMENT.match(before) is not None and ends is not None and not name.startswith("各")
    return goes_on and (before[-1] not in _CLOSING or _PLACE_LEVEL.match(name) is not None)


#: How the second half of such a name begins, where the first ends in a bracket: 各镇（街道）、园区管委会.
_PLACE_LEVEL = re.compile(r"(?:[省市县区州旗盟镇乡村]|街道|园区|功能区|开发区|地区|管委会|政府|人民政府)")


def _parts_at(listed: str, place: int, start: int) -> bool:
    """Whether 和, 与, 及 stands between two names, and not inside one (发展和改革委员会)."""
    before = listed[start:place]
    if listed[place] == "及" and before.endswith("以"):
        before = before[:-1]
    return _UNIT.search(before) is not None and not re.match(
        r"(?:改革|信息化|建设局|建设委|规划|旅游|计划|社会保障|生育|体育|应急|国资|电视|林业|草原|农村局|民生|数据"
        r"|城乡|自然|科技局|市场)",
        listed[place + 1 :],
    )


def _opened(names: list[tuple[str, int, int]]) -> Iterator[tuple[str, int, int, bool]]:
    for printed, start, end in names:
        name = re.sub(r"(?:以|同志)$", "", printed)
        etc = _ETC.search(name)
        if etc and len(name) > len(etc[0]):
            yield name[: etc.start()], start, start + etc.start(), False
            if etc["rest"]:
                # 相关部门 names a set by itself, 部门 does so with 等 alone
                begin = 0 if etc["rest"] in _BARE else 1
                yield etc[0][begin:], start + etc.start() + begin, end, True
        else:
            # a name with the end of another is longer than what is printed of it
            yield name, start, min(start + len(name), end), _OPEN.search(name) is not None


def is_list(words: str) -> bool:
    """Whether words are a list of names of units."""
    names = split_agents(words)
    return bool(names) and sum(_UNIT.search(name) is not None and len(name) <= 24 for name, *_ in names) * 2 > len(
        names
    )


def is_person(name: str, *, expected: bool) -> bool:
    """Whether a name is that of a person: a surname and one to three characters; `expected` where the label says so."""
    plausible = 2 <= len(name) <= 4 and name[0] in _SURNAMES and _PERSON.fullmatch(name) is not None
    return plausible and (expected or _UNIT.search(name) is None)


def is_unit(name: str) -> bool:
    """Whether a name ends as those of organisations do."""
    return _UNIT.search(name) is not None
