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
from collections.abc import Iterator, Mapping

from policygraph.extract.structure.outline import Outline

__all__ = ["AREA_KINDS", "KnownNames", "area_in", "covered_area", "suffix_of"]

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
#: The number of characters at the beginning of a text in which its area is looked for.
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


def covered_area(text: str, titles: tuple[str, ...], outline: Outline, names: KnownNames) -> tuple[str | None, str]:
    """The area a document is about, and the suffix or class of its name.

    The titles say it (that of the document, that of its plan), then the occasion below the title, the signature, the
    docket number, what stands below the text; else what the beginning of the text names most. `names` need no suffix
    to be told.
    """
    for words in _telling(text, titles, outline):
        if named := _named_in(words, names):
            return named
    return _most_named(text[:_HEAD], names) or (
        None,
        next((kind for word, kind in _SELF if word in text), "City"),
    )


class KnownNames:
    """Names of areas, found by their first two characters."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        self.classes = classes
        self._begin: dict[str, list[str]] = {}
        for name in classes:
            if len(name) > 1:
                self._begin.setdefault(name[:2], []).append(name)
        for begin in self._begin.values():
            begin.sort(key=len, reverse=True)

    def at(self, words: str, place: int) -> str | None:
        """The longest name that begins at a place."""
        begin = self._begin.get(words[place : place + 2], ())
        return next((name for name in begin if words.startswith(name, place)), None)

    def all_in(self, words: str) -> Iterator[tuple[int, str]]:
        """The names in some words, each with its place; none within another."""
        place = 0
        while place < len(words) - 1:
            name = self.at(words, place)
            if name:
                yield place, name
            place += len(name) if name else 1


def _telling(text: str, titles: tuple[str, ...], outline: Outline) -> Iterator[str]:
    """The words that say whose a document is, the surest first."""
    yield from titles
    end = outline.title[1] if outline.title else 0
    if occasion := _OCCASION.search(text, end, end + _BESIDE_TITLE):
        yield occasion["words"]
    for kind, start, stop in outline.asides:
        if kind in ("signature", "docket", "colophon", "occasion"):
            yield text[start:stop]


def _named_in(words: str, names: KnownNames) -> tuple[str, str] | None:
    """The first area that some words name, with what it stands in before it left out: 杭州市萧山区 is 萧山区."""
    named = area_in(words)
    first = next(iter(names.all_in(words)), None)
    if first is None or (named and words.index(named[0]) < first[0]):
        return named
    if named and words.index(named[0]) == first[0] and len(named[0]) > len(first[1]) and _ends_in_suffix(named[0]):
        return named
    place, name = first
    while (inner := names.at(words, place + len(name))) and suffix_of(inner) in inner:
        place, name = place + len(name), inner
    unknown = _FIRST.match(words, place + len(name))
    if unknown and names.classes[name] in ("Province", "City") and _is_area(unknown["name"]):
        return unknown["name"], suffix_of(unknown["name"])
    return name, names.classes[name]


def _ends_in_suffix(name: str) -> bool:
    return any(name.endswith(suffix) for suffix in _BY_LENGTH)


def _most_named(head: str, names: KnownNames) -> tuple[str, str] | None:
    """The area that the beginning of a text names most: twice at least, or once where it is known."""
    counted = Counter(name for _, name in names.all_in(head) if len(name) > _SHORT)
    counted.update(
        match["name"]
        for match in _AREA.finditer(head)
        if len(match["name"]) > _SHORT and match["name"] not in names.classes and _is_area(match["name"])
    )
    if not counted:
        return None
    name, times = max(counted.items(), key=lambda item: (item[1], len(item[0]), item[0]))
    if times < _LEAST_NAMED and name not in names.classes:
        return None
    return name, names.classes.get(name, suffix_of(name))


#: A name of two characters alone may be another word.
_SHORT = 2
_LEAST_NAMED = 2


def _is_area(name: str) -> bool:
    long_enough = len(name) >= 3 - name.endswith("县")
    return long_enough and (_FALSE_AREA.search(name) is None or _TRUE_AREA.search(name) is not None)


def suffix_of(name: str) -> str:
    """The longest suffix of `AREA_KINDS` that a name ends in; that of a city where it ends in none."""
    return next((suffix for suffix in _BY_LENGTH if name.endswith(suffix)), "市")
