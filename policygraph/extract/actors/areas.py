"""Words in, the name of the area that they are about out: of a title, of a line below it, of the text.

A name ends in a word for what it names (市, 县, 新区); what only looks like one (老旧小区, 责任单位：市) is none,
and none goes on over punctuation or over a word that cannot stand in a name.

>>> area_in("临江市加快数字经济发展实施方案"), area_in("深化城市更新行动方案")
(('临江市', '市'), None)
>>> area_in("深圳市工作要点"), area_in("在梧湾州市第八届人民代表大会第四次会议上"), area_in("改造老旧小区的意见")
(('深圳市', '市'), ('梧湾州市', '市'), None)
>>> area_in("盐城市2024年工作要点"), area_in("建设中心城市的意见")
(('盐城市', '市'), None)
"""

from __future__ import annotations

import re
from collections import Counter

from policygraph.extract.structure.outline import Outline

__all__ = ["AREA_KINDS", "area_in", "covered_area", "suffix_of"]

#: How the name of an area ends -> its class, its level.
AREA_KINDS = {
    "自治区": ("Province", "provincial"),
    "省": ("Province", "provincial"),
    "自治州": ("City", "municipal"),
    "地区": ("City", "municipal"),
    "州": ("City", "municipal"),
    "盟": ("City", "municipal"),
    "市": ("City", "municipal"),
    "新区": ("FunctionalZone", "district"),
    "高新区": ("FunctionalZone", "district"),
    "开发区": ("FunctionalZone", "district"),
    "县": ("District", "district"),
    "旗": ("District", "district"),
    "区": ("District", "district"),
    "街道": ("Subdistrict", "subdistrict"),
    "镇": ("Subdistrict", "subdistrict"),
    "乡": ("Subdistrict", "subdistrict"),
}
_BY_LENGTH = sorted(AREA_KINDS, key=len, reverse=True)
_SUFFIXES = "|".join(_BY_LENGTH)
#: Characters that stand in names of areas too seldom to be taken for a part of one behind other words.
_NOT_INSIDE = "深化加快推进关于建设实施促进全本我各年月日的和与做好开展印发构筑打造提升强化第届优在为对向次会及"
#: Words that no name holds, not even that at the beginning of a title: 深化 is none of 深圳市.
_NOT_IN_FRONT = (
    "深化|深入|加快|加大|加强|推进|推动|全面|关于|建设|建立|建好|实施|促进|开展|印发|发布|构筑|构建|打造|提升|强化|优化"
    "|做好|做强|做大|改造|支持|创建|创新|落实|贯彻|完善|健全|培育|发展|改善|保障|大力|统筹|着力|奋力|聚焦|高质量|部署"
    "|在|向|各|第[一二三四五六七八九十]"
)
#: What stands behind the suffix where it ends no name: 市场, 县级, 区域, 县（市、区）.
_GOES_ON = r"(?![市县区旗]|场|民|级|域|直|委员|内|外|容|值|情|政(?!府|协)|（[市县区旗]|、[市县区旗](?![一-鿿]))"
_IN_FRONT = rf"(?:(?!{_NOT_IN_FRONT})[一-鿿])"
_FIRST = re.compile(
    rf"(?P<name>{_IN_FRONT}{{2,8}}?自治[区州县旗]|{_IN_FRONT}{{2,6}}?(?:{_SUFFIXES})|{_IN_FRONT}县){_GOES_ON}"
)
_INSIDE = "深化加快推进关于建设实施促进全本我各年月日的和与做好开展印发构筑打造提升强化第届优在为对向次会及"
#: Words that no name holds, not even that at the beginning of a title: 深化 is none of 深圳市.
_NOT_IN_FRONT = (
    "深化|深入|加快|加大|加强|推进|推动|全面|关于|建设|建立|建好|实施|促进|开展|印发|发布|构筑|构建|打造|提升|强化|优化"
    "|做好|做强|做大|改造|支持|创建|创新|落实|贯彻|完善|健全|培育|发展|改善|保障|大力|统筹|着力|奋力|聚焦|高质量|部署"
    "|在|向|各|第[一二三四五六七八九十]"
)
#: What stands behind the suffix where it ends no name: 市场, 县级, 区域, 县（市、区）.
_GOES_ON = r"(?![市县区旗]|场|民|级|域|直|委员|内|外|容|值|情|政(?!府|协)|（[市县区旗]|、[市县区旗](?![一-鿿]))"
_NATIONAL = "[一-鿿]{2,8}?自治[区州县旗]"
_FIRST = re.compile(rf"(?!{_NOT_IN_FRONT})(?P<name>{_NATIONAL}|[一-鿿]{{2,6}}?(?:{_SUFFIXES})|[一-鿿]县){_GOES_ON}")
_INSIDE = rf"(?:(?![{_NOT_INSIDE}])[一-鿿])"
_AREA = re.compile(rf"(?P<name>{_INSIDE}{{2,5}}?(?:{_SUFFIXES})|{_INSIDE}县){_GOES_ON}")
_FALSE_AREA = re.compile(
    r"城市$|都市$|超市$|上市$|(?:示范|先行|试验|实验|园|小|社|片|城|郊|辖|市|县|灾|疫|景|库|牧|林|校|厂|街|港|湿地|工业|经济"
    r"|保税|保护|功能|聚集|集聚|集中|核心|引领|样板|度假|合作|先导|管控|产业|商务|生活|自贸|农|山|老)区$"
    r"|^(?:省|市|县|区)|^[全我本各]|专区$|单位|部门|责任|领导|机关|各级|城镇$|乡镇$"
)
#: Areas whose names end as those of none do: 南山区, 柯城区, 盐城市.
_TRUE_AREA = re.compile(r"^[^老旧新主大小中古农本各全](?:山|城|港|林)区$|^[^大小新老县主中该每座型级个]城市$")
_PARTY = re.compile("中国共产党|中共")
#: An occasion below the title that says whose it is: 在云溪市第八届人民代表大会第四次会议上.
_OCCASION = re.compile(
    r"(?P<words>[^\n，。；]{2,24})第[一二三四五六七八九十百]{1,4}(?:届|次)[^\n，。；]{0,8}(?:代表大会|委员会|全体会议)"
)
#: How a text speaks of its own area where it does not name it -> the class.
_SELF = (
    ("全省", "Province"),
    ("全市", "City"),
    ("全州", "City"),
    ("全县", "District"),
    ("全区", "District"),
    ("我市", "City"),
    ("我县", "District"),
)
#: How many characters of a text say whose it is.
_HEAD = 3000
_BESIDE_TITLE = 300


def area_in(words: str) -> tuple[str, str] | None:
    """The first name of an area in a title, and its suffix; None where there is none."""
    words = _PARTY.sub("", words)
    first = _FIRST.match(words)
    for name in ([first["name"]] if first else []) + [match["name"] for match in _AREA.finditer(words)]:
        if _is_area(name):
            return name, suffix_of(name)
    return None


def covered_area(text: str, titles: tuple[str, ...], outline: Outline, known: dict[str, str]) -> tuple[str | None, str]:
    """The area a document is about, and the suffix or class of its name.

    The titles say it (that of the document, that of its plan), then the occasion below the title, the signature, the
    docket number; else what the beginning of the text names most. `known` are names that need no suffix, with their
    classes.
    """
    end = outline.title[1] if outline.title else 0
    occasion = _OCCASION.search(text, end, end + _BESIDE_TITLE)
    asides = [text[start:stop] for kind, start, stop in outline.asides if kind in ("signature", "docket")]
    for words in (*titles, occasion["words"] if occasion else "", *asides):
        named = area_in(words)
        fitting = [name for name in known if name in words and len(name) > 1]
        longest = max(fitting, key=len, default=None)
        if longest and (named is None or words.index(longest) <= words.index(named[0])):
            return longest, known[longest]
        if named:
            return named
    head = text[:_HEAD]
    counted = Counter({name: head.count(name) for name in known if len(name) > 2})
    counted.update(
        match["name"] for match in _AREA.finditer(head) if len(match["name"]) > 2 and _is_area(match["name"])
    )
    if counted:
        name, times = max(counted.items(), key=lambda item: (item[1], len(item[0]), item[0]))
        if times >= 2 or (times and known.get(name)):
            return name, known.get(name, suffix_of(name))
    return None, next((kind for word, kind in _SELF if word in text), "City")


def _is_area(name: str) -> bool:
    long_enough = len(name) >= 3 - name.endswith("县")
    return long_enough and (_FALSE_AREA.search(name) is None or _TRUE_AREA.search(name) is not None)


def suffix_of(name: str) -> str:
    """The longest suffix of `AREA_KINDS` that a name ends in; that of a city where it ends in none."""
    return next((suffix for suffix in _BY_LENGTH if name.endswith(suffix)), "市")
