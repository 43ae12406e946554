"""The words of a value in, the area that they speak of out, where that is not the document's own: a region, a whole.

What a report says of a region that it lies in (大湾区经济总量, 川渝一体化…，地区生产总值突破10万亿元), of one within it
(三亚经济圈经济总量) or of what lies above it (全国, 全省 in a city's plan) is no value of its own area. The words count
where the area leads the noun and the rest of it is an indicator that is known (no count, behind 全国, so that
全国重点实验室 stays what it is); and, of the whole economy, where a clause before it begins with a region.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from policygraph.extract.figures.words import LEADING_VERBS
from policygraph.linking import Resolver, Scope

__all__ = ["Region", "Regions"]


class Region(NamedTuple):
    """An area that some words speak of: its name as printed, what is measured of it, its id, class and how it was told.

    `identifier` is empty where no table has the area; `above` is what it lies in then. `why` is empty where the words
    say it plainly, else a key of `entries.REASONS`: the sentence began with it, or it is only a part of a longer name.
    """

    name: str
    indicator: str
    identifier: str
    concept: str
    above: str
    why: str = ""


#: How the names of regions end -> class.
_KINDS = {
    "经济圈": "UrbanRegion",
    "都市圈": "UrbanRegion",
    "城市群": "UrbanRegion",
    "大湾区": "UrbanRegion",
    "经济区": "Region",
    "经济带": "Region",
    "经济走廊": "Region",
    "三角洲": "Region",
}
#: A name of a region: not a number of them, nor what is done for them.
_NAMED = re.compile(
    rf"(?![一二两三四五六七八九十各多全本该每我其第0-9])(?P<name>[一-鿿]{{2,8}}?(?P<kind>{'|'.join(_KINDS)}))"
)
#: What is done for a region, in front of its name.
_DONE = re.compile(rf"{LEADING_VERBS}|融入|对接|服务|支持|联动|参与|共建|带动|促进|深化|优化|强化|做强|做大|建好|以")
#: Classes of the regions that are listed, some without the word for their kind: 川南经济区 is 川南.
_LISTED_KINDS = frozenset({"Region", "UrbanRegion"})
#: Behind the signs of several provinces, what makes one region of them: 川渝地区, 川渝一体化发展格局.
_TOGETHER = re.compile(r"地区|区域|[两三四]地|[两三四]省市?|一体化|协同|合作|共建")
_SIGNS = 4
_DIRECTIONS = tuple("东南西北中")
#: What says whose rank something has, in front of its name, and not where it is: 国家制造业单项冠军企业.
_RANKS = frozenset({"国家", "国内", "中央", "中国"})
#: What stands between the name of a region and what is measured of it.
_OF = re.compile(r"^(?:地区|区域|全域)?(?:的|年)?")
#: Times and hedges at the head of a clause, then an area above the document's own: 2025年全省….
_ABOVE = re.compile(
    r"(?:[\s　，,、：:]|到|至|截至|预计|力争|目前|其中|去年|今年|同期|当前|此外|20\d\d年(?:底|末|全年)?){0,12}"
    r"(?P<name>全(?:省|市|州|盟|自治区)|[我本]省)(?!首|第|率先|前列|最|各|性|统一|范围|领先|平均|唯一|其他|其它)"
)
#: What is said of an economy as a whole, in a clause that names no area.
_WHOLE = re.compile(r"(?:(?:年)?(?:人均)?(?:地区|国内)?生产总值|GDP|(?:年)?经济(?:总量|规模)?)(?:占.{0,8})?")
#: A clause that names whose it is: no topic before it counts.
_OWN = re.compile(r"\s*(?:其中)?(?:全[省市县区州旗盟域]|[我本][省市县区州旗盟])")
_CLAUSES = re.compile("[，,：:]")
_SENTENCES = "。；;！？!?\n"
#: How far in front of a value its sentence is looked at.
_FARTHEST = 160


class Regions:
    """What tells that words speak of an area other than the document's own."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._areas = resolver.areas

    def of_words(self, words: str, indicator: str, scope: Scope) -> Region | None:
        """The region that leads a noun, or the area above that the clause in front of it begins with."""
        region = self._leading(indicator, scope)
        rest = _OF.sub("", indicator[len(region.name) :]) if region else ""
        if region and rest and not self._is_printed(indicator):
            dimension = self._dimension_of(rest) or ("ratio" if _WHOLE.fullmatch(rest) else "")
            is_country = region.identifier == _COUNTRY
            if dimension and not (is_country and dimension == "count"):
                # 全国铁路里程16万公里，其中我省7000公里: the noun is that of before, and whose it is stands here
                is_own = region.name not in words and _OWN.match(words) is not None
                return Region("", rest, scope.area, "", "") if is_own else region._replace(indicator=rest)
            if not dimension and not is_country:
                return region._replace(indicator=indicator, why="named")
        above = _ABOVE.match(words)
        return self._above(above["name"], indicator, scope) if above else None

    def _above(self, name: str, indicator: str, scope: Scope) -> Region | None:
        """What lies above the document's area, by its level: 全省 in the plan of a city."""
        decision = self._areas.resolve(name, scope)
        is_above = decision.identifier != scope.area and self._areas.lies_in(scope.area, decision.identifier)
        if not (decision.identifier and is_above and self._dimension_of(indicator)):
            return None
        return None if self._is_printed(name + indicator) else Region(name, indicator, decision.identifier, "", "")

    def of_sentence(self, text: str, place: int, indicator: str, scope: Scope) -> Region | None:
        """The region that a sentence speaks of in front of a value of a whole economy that stands at a place."""
        if not _WHOLE.fullmatch(indicator):
            return None
        front = text[max(0, place - _FARTHEST) : place]
        front = front[max(front.rfind(stop) for stop in _SENTENCES) + 1 :]
        for clause in reversed(_CLAUSES.split(front)):
            if _OWN.match(clause):
                return None
            if region := self._leading(clause.lstrip(" 　“"), scope, is_topic=True):
                return region._replace(indicator=indicator, why="region")
        return None

    def _dimension_of(self, name: str) -> str:
        """The dimension of the indicator that is known by a name, or by what is left of it; empty where none is."""
        decision = self._resolver.indicator(name, "", "growth-rate", Scope())
        return "" if decision.is_new else decision.concept

    def _is_printed(self, name: str) -> bool:
        """Whether an indicator is known by a name as it stands, with what else would be an area."""
        decision = self._resolver.indicator(name, "", "", Scope())
        return not decision.is_new and decision.rule in ("indicator/printed", "indicator/spelling")

    def _leading(self, words: str, scope: Scope, *, is_topic: bool = False) -> Region | None:
        """The region that words begin with; a topic is none that is the whole country."""
        name, decision = self._areas.leading(words[:_LONGEST].replace("—", "-"), scope)  # as names are kept
        named = _NAMED.match(words)
        if named and len(named["name"]) > len(name) and not _DONE.match(words):
            return self._of_name(named["name"], _KINDS[named["kind"]], scope)
        if several := self._several(words):
            return self._of_name(several, "Region", scope)
        place = self._areas.places.get(decision.identifier) if decision else None
        kinds = _LISTED_KINDS if is_topic else _LISTED_KINDS | {"Country"}
        is_rank = name in _RANKS
        if place is None or is_rank or place.kind not in kinds or place.identifier == scope.area:
            return None
        return Region(name, "", place.identifier, place.kind, "")

    def _several(self, words: str) -> str:
        """Provinces, or parts of them, that words begin with together, told by signs: 川渝一体化, 川南渝西."""
        if pieces := self._pieces(words):
            return pieces
        size = next((at for at, sign in enumerate(words[: _SIGNS + 1]) if sign not in self._areas.signs), 0)
        is_region = 1 < size <= _SIGNS and len(set(words[:size])) == size and _TOGETHER.match(words, size)
        return words[:size] if is_region else ""

    def _pieces(self, words: str) -> str:
        """Parts of provinces that are named together, each by a sign and a direction: 川南渝西."""
        size = 0
        while words[size : size + 1] in self._areas.signs and words[size + 1 : size + 2] in _DIRECTIONS:
            size += 2
        return words[:size] if size > 2 else ""  # one alone is a region that a table may have

    def _of_name(self, name: str, concept: str, scope: Scope) -> Region:
        """The region of a name: listed, in whole or without the word for its kind, else a new one."""
        stem = next((name.removesuffix(kind) for kind in _KINDS if name.endswith(kind)), name)
        for form in (name, stem):
            place = self._areas.places.get(self._areas.resolve(form, scope).identifier) if len(form) > 1 else None
            if place and (place.kind in _LISTED_KINDS or form == name):
                return Region(name, "", place.identifier, place.kind, "")
        around = self._areas.leading(stem, scope)[1]
        is_within = around is not None and self._areas.lies_in(around.identifier, scope.area)
        return Region(name, "", "", concept, scope.area if is_within else _COUNTRY)


#: How many characters the name of a region that begins some words may have.
_LONGEST = 24
_COUNTRY = "area:china"
