"""The name of an area and its scope in, the area it means there out: official names, short ones, 全市, 综保区, paths.

A name is looked for where its document stands: the document's own area and what lies above it first, then what lies
below it, then its neighbours, then the country. What is called after its kind alone (综保区, 高新区) is one of the
document's own city, or a new thing of it, and never another city's.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from policygraph.base import AREA_CLASSES
from policygraph.linking.decision import Candidate, Decision, Scope
from policygraph.linking.identifiers import new_identifier
from policygraph.linking.spelling import bare

__all__ = ["COUNTRY", "LEVEL_OF_CLASS", "NEARNESS", "Areas", "Place", "stem_of", "zone_type"]

COUNTRY = "area:china"
#: How far up a level is: the higher, the nearer to the whole country.
_LEVELS = {"country": 5, "province": 4, "prefecture": 3, "county": 2, "zone": 1, "township": 0}
#: Class in the vocabulary -> level.
LEVEL_OF_CLASS = {
    "Country": "country",
    "Province": "province",
    "City": "prefecture",
    "District": "county",
    "FunctionalZone": "zone",
    "UrbanRegion": "zone",
    "Region": "zone",
    "Subdistrict": "township",
    "Community": "township",
}
#: Notes of a row that ended and has one successor for the same place.
_SAME_PLACE = ("renamed", "class changed", "code changed", "directly under")
#: Level words of a document's own: the end of the name of the area they mean.
_DEICTIC = re.compile(
    r"(?:全|我|本|该|敝)?(?P<word>自治区|自治州|自治县|省|市|县|区|州|旗|盟|镇|乡|街道)(?:域|内|境内|级|里|辖区|本级|范围内?)?"
)
_OWN = frozenset({"全域", "辖区", "本地", "本地区", "本辖区", "我地", "全境", "当地", "属地"})
_CAPITALS = frozenset({"省会", "首府", "省会城市"})
#: Names of kinds of zones as they are printed -> the full one; a zone called so alone is the document's own.
_ZONE_TYPES = {
    "综合保税区": "综合保税区",
    "综保区": "综合保税区",
    "保税区": "保税区",
    "自由贸易试验区": "自由贸易试验区",
    "自由贸易试验片区": "自由贸易试验区",
    "自贸试验区": "自由贸易试验区",
    "自贸区": "自由贸易试验区",
    "自贸片区": "自由贸易试验区",
    "自由贸易港": "自由贸易港",
    "自贸港": "自由贸易港",
    "高新技术产业开发区": "高新技术产业开发区",
    "高新技术产业区": "高新技术产业开发区",
    "高新技术开发区": "高新技术产业开发区",
    "高新开发区": "高新技术产业开发区",
    "高新区": "高新技术产业开发区",
    "经济技术开发区": "经济技术开发区",
    "经济开发区": "经济技术开发区",
    "经开区": "经济技术开发区",
    "开发区": "开发区",
    "临空经济区": "临空经济区",
    "临空经济示范区": "临空经济区",
    "临空区": "临空经济区",
    "空港经济区": "空港经济区",
    "空港新城": "空港新城",
    "航空港区": "航空港经济综合实验区",
    "航空港经济综合实验区": "航空港经济综合实验区",
    "航空港实验区": "航空港经济综合实验区",
    "新区": "新区",
    "国家级新区": "新区",
    "起步区": "起步区",
    "示范区": "示范区",
    "工业园区": "工业园区",
    "科学城": "科学城",
    "科技城": "科技城",
    "大学城": "大学城",
    "都市圈": "都市圈",
    "现代化都市圈": "都市圈",
    "城市群": "城市群",
    "风景区": "风景名胜区",
    "风景名胜区": "风景名胜区",
    "旅游度假区": "旅游度假区",
    "度假区": "旅游度假区",
    "边境经济合作区": "边境经济合作区",
    "边合区": "边境经济合作区",
    "跨境电商综试区": "跨境电子商务综合试验区",
    "跨境电子商务综合试验区": "跨境电子商务综合试验区",
    "国际陆港": "国际陆港",
    "陆港": "国际陆港",
}
#: The ids of new zones called after their kind alone.
_TYPE_SLUGS = {
    "综合保税区": "comprehensive-bonded-zone",
    "保税区": "bonded-zone",
    "自由贸易试验区": "pilot-free-trade-zone",
    "自由贸易港": "free-trade-port",
    "高新技术产业开发区": "high-tech-zone",
    "经济技术开发区": "economic-and-technological-development-zone",
    "开发区": "development-zone",
    "临空经济区": "airport-economic-zone",
    "空港经济区": "airport-economic-area",
    "航空港经济综合实验区": "airport-economy-experimental-zone",
    "新区": "new-area",
    "科学城": "science-city",
    "科技城": "science-and-technology-city",
    "都市圈": "metropolitan-area",
    "大学城": "university-town",
}
#: How near what lies in another province is.
_ELSEWHERE = frozenset({"prefecture", "county"})
#: The first digits of the codes of municipalities under the central government.
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
#: The number of resolved (name, scope) pairs that are cached.
_MOST_KEPT = 20_000
#: The lowest score at which a name is linked to a thing.
_LEAST = 0.7
#: Kinds of zones that counties have of their own.
_OF_COUNTIES = frozenset({"高新技术产业开发区", "经济技术开发区", "开发区", "工业园区"})
_PEOPLES = (
    "蒙古族|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族"
    "|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|阿昌族|普米族|塔吉克|怒族|保安族|裕固族|独龙族"
    "|鄂伦春|鄂温克族|蒙古|各族"
)
#: The class word at the end of a name, and the peoples of an autonomous area in front of it.
_CLASS_WORD = re.compile(
    rf"(?:(?<=[一-鿿]{{2}})(?:{_PEOPLES})*自治[区州县旗]|自治[区州县旗]|新区|地区|特区|[省市县区旗盟])$"
)
_VERB = re.compile("助力|支持|推动|带动|打造|建设|服务|引领|促进|赋能|驱动|加快|动|把|将|让|使|为|在|从|向|到|由|对|是")
_TOWNSHIP = re.compile(r"[一-鿿]{1,10}(?:街道|镇|乡|苏木|民族乡)$")
#: What a name of a kind is worth: the full name, a short form, a byname, a sign of one character, a bare stem.
_WORTH = {"full": 1.0, "short": 0.95, "other": 0.85, "sign": 0.9, "stem": 0.95}
#: What stands behind the name of an area where it is a part of another name.
_OTHER_NAME = re.compile("大学|合作|学院|银行|医院|公司|集团|日报|晚报|路|中学|小学|机场|方言|菜|剧")
#: The last character of a name -> what makes another word of it: 城市民生, 新区域.
_GOES_ON = {"市": "民场容值政", "区": "域块间位", "县": "域", "州": "际", "省": "际", "海": "洋关"}
#: How names of areas end.
_ENDS = frozenset("省市县区旗州盟港圈城带镇乡道")
#: How far a name is from its document: own and above, province of that name, below, neighbour, province, country.
NEARNESS = {
    "own": 1.0,
    "in-city": 0.99,
    "province": 0.98,
    "below": 0.97,
    "city": 0.93,
    "in-province": 0.9,
    "prefecture": 0.88,
    "county": 0.72,
}


@dataclass(frozen=True, slots=True)
class Place:
    """An area or zone: a row of the base layer's tables, or of the project's own data."""

    identifier: str
    zh: str
    level: str
    code: str = ""
    above: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    generic: tuple[str, ...] = ()
    abbreviation: tuple[str, ...] = ()
    en: str = ""
    since: int | None = None
    until: int | None = None
    successors: tuple[str, ...] = ()
    note: str = ""
    #: Its class in the vocabulary, empty for what the project alone has.
    kind: str = ""

    @property
    def is_municipality(self) -> bool:
        """Whether it is a municipality under the central government."""
        return self.code[:2] in _MUNICIPALITIES

    @property
    def stands_in(self) -> str:
        """The first area it lies in, empty where there is none."""
        return self.above[0] if self.above else ""

    @property
    def slug(self) -> str:
        """What ids of its bodies and zones begin with: its code, else its own id."""
        return f"cn-{self.code}" if self.code else self.identifier.partition(":")[2]


def zone_type(name: str) -> str:
    """The kind of zone that a name is the name of, empty where it is none."""
    return _ZONE_TYPES.get(bare(name), "")


@dataclass
class Areas:
    """All areas that names are looked up in."""

    places: dict[str, Place] = field(default_factory=dict)
    #: Name -> (short name of the area, score of such a name).
    _names: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    #: Names without their class word that no table gives as short forms, since they are words: 滨海 of 滨海新区.
    _stems: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    _generic: dict[str, list[str]] = field(default_factory=dict)
    #: Area -> the former ones whose one successor it is.
    _before: dict[str, list[str]] = field(default_factory=dict)
    _longest: int = 2
    _codes: dict[str, str] = field(default_factory=dict)
    #: The first two characters of names -> the length of the longest of them.
    _beginnings: dict[str, int] = field(default_factory=dict)
    #: What was worked out before, until another area is taken in.
    _chains: dict[str, list[Place]] = field(default_factory=dict)
    _resolved: dict[tuple[str, Scope], Decision] = field(default_factory=dict)
    _unambiguous: dict[str, Place] = field(default_factory=dict)
    _signs: frozenset[str] = frozenset()

    @classmethod
    def of_tables(cls, areas: Iterable[Mapping[str, str]], zones: Iterable[Mapping[str, str]]) -> Areas:
        """The areas of rows of `areas.csv` and `zones.csv`."""
        table = cls()
        for row in areas:
            table.add_area(row)
        for row in zones:
            table.add_zone(row)
        return table

    def add_area(self, row: Mapping[str, str]) -> None:
        """Takes in a row of `areas.csv`."""
        self.add(_of_area(row))

    def add_zone(self, row: Mapping[str, str]) -> None:
        """Takes in a row of `zones.csv`."""
        self.add(_of_zone(row))

    def add(self, place: Place) -> None:
        """Takes in an area; one of the same id is replaced."""
        self._chains.clear()
        self._resolved.clear()
        self._unambiguous, self._signs = {}, frozenset()
        self.places[place.identifier] = place
        if place.code and (place.until is None or place.code not in self._codes):
            self._codes[place.code] = place.identifier
        for kind, names in (
            ("full", (place.zh,)),
            ("short", place.short),
            ("other", place.others),
            ("sign", place.abbreviation),
        ):
            for name in names:
                self._note(self._names, bare(name), place.identifier, _WORTH[kind])
        stem = stem_of(place.zh) if place.level in ("prefecture", "county") else ""
        if len(stem) > 1 and stem not in place.short:
            self._note(self._stems, stem, place.identifier, _WORTH["stem"])
        for name in place.generic:
            hits = self._generic.setdefault(bare(name), [])
            self._begin(bare(name))
            hits += [] if place.identifier in hits else [place.identifier]
        for identifier in place.successors if len(place.successors) == 1 else ():
            self._before.setdefault(identifier, []).append(place.identifier)

    def replace(self, identifier: str, place: Place) -> None:
        """Puts an area of the project in the place of one of the tables, under an id of its own."""
        for index in (self._names, self._stems):
            for name, hits in index.items():
                if any(other == identifier for other, _ in hits):
                    index[name] = [hit for hit in hits if hit[0] != identifier]
        for generic in self._generic.values():
            generic[:] = [other for other in generic if other != identifier]
        self.places.pop(identifier, None)
        for other in list(self.places.values()):
            if identifier in other.above or identifier in other.successors:
                self.places[other.identifier] = dataclasses.replace(
                    other,
                    above=tuple(place.identifier if each == identifier else each for each in other.above),
                    successors=tuple(place.identifier if each == identifier else each for each in other.successors),
                )
        if identifier in self._before:
            self._before[place.identifier] = self._before.pop(identifier)
        self.add(place)

    @property
    def signs(self) -> frozenset[str]:
        """The signs of one character of the provinces that there are: 川, 渝."""
        if not self._signs:
            now = (place for place in self.places.values() if place.level == "province" and place.until is None)
            self._signs = frozenset(sign for place in now for sign in place.abbreviation if len(sign) == 1)
        return self._signs

    def unambiguous(self) -> Mapping[str, Place]:
        """The names that one area or zone of the tables alone has now, with the short ones of provinces and cities."""
        self._unambiguous = self._unambiguous or self._named_once()
        return self._unambiguous

    def _named_once(self) -> dict[str, Place]:
        places: dict[str, list[Place]] = {}
        for place in self.places.values():
            if place.kind and place.level != "country" and place.until is None:
                short = place.short if place.level in ("province", "prefecture") else ()
                for name in {place.zh, *short}:
                    places.setdefault(name, []).append(place)
        return {name: bearers[0] for name, bearers in places.items() if len(bearers) == 1 and len(name) > 1}

    def with_code(self, code: str) -> Place | None:
        """The area that has a code now."""
        return self.places.get(self._codes.get(code, "")) if code else None

    def _begin(self, name: str) -> None:
        self._beginnings[name[:2]] = max(self._beginnings.get(name[:2], 0), len(name))

    def _note(self, index: dict[str, list[tuple[str, float]]], name: str, identifier: str, worth: float) -> None:
        hits = index.setdefault(name, [])
        self._begin(name)
        if all(other != identifier for other, _ in hits):
            hits.append((identifier, worth))
        self._longest = max(self._longest, len(name))

    # ── where things lie ──────────────────────────────────────────────────────────────────────────

    def chain(self, identifier: str) -> list[Place]:
        """An area and what lies above it, the country last."""
        if (kept := self._chains.get(identifier)) is not None:
            return kept
        places: list[Place] = []
        waiting, first = [identifier], identifier
        while waiting:
            identifier = waiting.pop(0)
            place = self.places.get(identifier)
            if place and place not in places:
                places.append(place)
                now = self.current(identifier)
                waiting += [now] if now != identifier else []
                waiting += place.above
        self._chains[first] = places
        return places

    def lies_in(self, identifier: str, other: str) -> bool:
        """Whether an area is another or lies in it."""
        return any(place.identifier == other for place in self.chain(identifier))

    def current(self, identifier: str) -> str:
        """The area itself, or what an area that was renamed or changed its class is now."""
        seen = {identifier}
        while True:
            place = self.places.get(identifier)
            following = place.successors if place else ()
            after = self.places.get(following[0]) if len(following) == 1 else None
            if not place or not after or after.identifier in seen or not self._lives_on(place, after):
                return identifier
            identifier = after.identifier
            seen.add(identifier)

    def _lives_on(self, place: Place, after: Place) -> bool:
        """Whether an area that ended is the one that came after it: renamed, or made into another class with its land.

        A reorganised one is where what came after it began when it ended and came of it alone.
        """
        if place.level != after.level:
            return False
        if place.note.startswith(_SAME_PLACE):
            return True
        began = after.since is not None and place.until is not None and abs(after.since - place.until) <= 1
        return place.note.startswith("reorganised") and began and self._before[after.identifier] == [place.identifier]

    def own(self, scope: Scope, *levels: str) -> Place | None:
        """The nearest of the scope's area and those above it that has one of the levels."""
        return next((place for place in self.chain(scope.area) if place.level in levels), None)

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def resolve(self, name: str, scope: Scope) -> Decision:
        """What a name means in a document about an area."""
        printed = bare(name)
        decision = self._resolved.get((printed, scope))
        if decision is None:
            if len(self._resolved) > _MOST_KEPT:
                self._resolved.clear()
            decision = self._resolved[printed, scope] = self._resolve(printed, scope)
        return decision

    def _resolve(self, printed: str, scope: Scope) -> Decision:
        for rule in (self._relative, self._own_zone, self._listed, self._stem, self._path, self._local, self._tail):
            decision = rule(printed, scope)
            if decision:
                return decision
        return Decision("area", printed, scope, "", "area/unknown", 0.5)

    def is_name(self, words: str) -> bool:
        """Whether any area bears this name, in full or in short."""
        return words in self._names

    def is_place(self, words: str) -> bool:
        """Whether any area below the whole country bears this name, in full or in short."""
        return words in self._names and all(identifier != COUNTRY for identifier, _ in self._names[words])

    def is_administrative(self, words: str) -> bool:
        """Whether an area with a code bears this name, below the whole country."""
        return any(self.places[each].code and each != COUNTRY for each, _ in self._names.get(words, ()))

    def named_in(self, text: str, scope: Scope) -> list[tuple[int, int, Decision]]:
        """Where a text names areas that a table has, and which: the longest name counts, and only what is sure.

        Names that are words too are taken for names only where nothing speaks against it: a short form of two
        characters needs to be of a province, or of the document's own province; 深圳大学 and 南京路 name no area.
        """
        named: list[tuple[int, int, Decision]] = []
        place, size = 0, len(text)
        while place < size - 1:
            longest = self._beginnings.get(text[place : place + 2], 0)
            for end in range(min(size, place + longest), place + 1, -1):
                name = text[place:end]
                if not self._is_mentioned(name, text[end : end + 2]):
                    continue
                decision = self.resolve(name, scope)
                if decision.identifier and not decision.is_new and self._is_sure(name, decision, scope):
                    named.append((place, end, decision))
                    place = end - 1
                    break
            place += 1
        return named

    def _is_mentioned(self, name: str, behind: str) -> bool:
        """Whether words are a name, and what stands behind them does not make another word of it."""
        if name not in self._names and name not in self._generic:
            return False
        if _OTHER_NAME.match(behind):
            return False
        return behind[:1] not in _GOES_ON.get(name[-1], "")

    def _is_sure(self, name: str, decision: Decision, scope: Scope) -> bool:
        place = self.places[decision.identifier]
        if decision.waits or place.identifier == COUNTRY:
            return False
        if len(name) > 2 or name == place.zh or place.level == "province":
            return True
        province = self.own(scope, "province")
        return province is not None and self.lies_in(place.identifier, province.identifier)

    def ends_as_name(self, words: str) -> bool:
        """Whether words may be the name of an area, or of one behind that of another."""
        return len(words) > 1 and self._may_be_name(words)

    def leading(self, words: str, scope: Scope = Scope()) -> tuple[str, Decision | None]:  # noqa: B008 – a frozen value
        """The longest name of an area that words begin with, and what it means; ("", None) where there is none."""
        for cut in range(min(len(words), 2 * self._longest), 1, -1):
            name = words[:cut]
            if not self._may_be_name(name):
                continue
            decision = self.resolve(name, scope)
            if decision.identifier or decision.candidates:
                return name, decision
        return "", None

    def _may_be_name(self, name: str) -> bool:
        """A quick test before the full look-up: whether a name is listed, or begins with one that is."""
        return name in self._names or (
            name[-1] in _ENDS and any(name[:cut] in self._names for cut in range(len(name) - 1, 1, -1))
        )

    def word(self, word: str, scope: Scope) -> Place | None:
        """The area that a level word (省, 市, 区 …) means in a scope."""
        for place in self.chain(scope.area):
            if place.zh.endswith(word) and place.level in _LEVELS:
                if word == "州" and place.level != "prefecture":
                    continue
                return place
        return None

    def _relative(self, name: str, scope: Scope) -> Decision | None:
        if name in ("全国", "我国", "国家", "中央", "国内", "全中国"):
            return self._settled("area/whole-country", name, scope, COUNTRY, 1.0)
        if name in _OWN and scope.area:
            return self._settled("area/own", name, scope, scope.area, 0.95)
        if name == "首都":
            return self._settled("area/capital", name, scope, "area:beijing", 0.95)
        if name in _CAPITALS:
            return self._capital(name, scope)
        match = _DEICTIC.fullmatch(name)
        if not match:
            return None
        place = self.word(match["word"], scope)
        if place:
            return self._settled("area/level-word", name, scope, place.identifier, 0.97)
        if name in self._names or name in self._stems:
            return None
        return Decision("area", name, scope, "", "area/level-word-without-area", 0.6)

    def _capital(self, name: str, scope: Scope) -> Decision | None:
        """The capital of the scope's province, which GB/T 2260 gives the first code there."""
        province = self.own(scope, "province")
        capital = next((each for each in self._below(province, "prefecture") if each.code.endswith("0100")), None)
        return self._settled("area/capital", name, scope, capital.identifier, 0.9) if capital else None

    def _below(self, place: Place | None, level: str) -> list[Place]:
        if place is None:
            return []
        return [each for each in self.places.values() if each.level == level and place.identifier in each.above]

    def _own_zone(self, name: str, scope: Scope) -> Decision | None:
        """A zone called after its kind alone: the document's own city's, or a new one of it."""
        if name not in self._generic and name not in _ZONE_TYPES:
            return None
        city = self.own(scope, "prefecture") or self.own(scope, "zone", "county", "province")
        if city is None:
            return Decision("area", name, scope, "", "area/zone-without-area", 0.5)
        county = self.own(scope, "county") if _ZONE_TYPES.get(name) in _OF_COUNTIES else None
        around = county if county and county.identifier == scope.area else city
        chosen = self._zones_called(name, scope, city, around)
        candidates = tuple(Candidate(place.identifier, place.zh, 0.9) for place in chosen)
        if len(chosen) == 1:
            return self._settled("area/own-zone", name, scope, chosen[0].identifier, 0.9, candidates)
        return self._new_zone(name, scope, around, candidates) if name in _ZONE_TYPES else None

    def _zones_called(self, name: str, scope: Scope, city: Place, around: Place) -> list[Place]:
        """The zones of this name that a document may mean: those around its own area, else those within it.

        `around` is what they lie in: the document's city, or its county for zones that counties have of their own.
        """
        # 综保区 is a city's, 海西 and 双城经济圈 are of whole provinces
        is_near = self._near if name in _ZONE_TYPES else self._is_around
        zones = [self.places[each] for each in self._generic.get(name, ()) if is_near(each, scope, city)]
        is_of_county = around.identifier == scope.area and _ZONE_TYPES.get(name) in _OF_COUNTIES
        if around.level == "county" and is_of_county:
            zones = [each for each in zones if self.lies_in(each.identifier, around.identifier)]
        if around.level == "province" and around.code[:2] not in _MUNICIPALITIES:
            zones = [each for each in zones if around.identifier in each.above]  # what its cities have is not meant
        own = [place for place in zones if self.lies_in(scope.area, place.identifier)]
        return own or [place for place in zones if self.lies_in(place.identifier, scope.area)] or zones

    def _is_around(self, identifier: str, scope: Scope, city: Place) -> bool:
        """Whether a zone is near, or the document's area lies in what the zone lies in."""
        above = self.places[identifier].above
        return self._near(identifier, scope, city) or any(self.lies_in(scope.area, area) for area in above)

    def _new_zone(self, name: str, scope: Scope, around: Place, candidates: tuple[Candidate, ...]) -> Decision:
        """The zone of a kind that an area has and no table does, less sure where several might be meant."""
        kind = _ZONE_TYPES[name]
        slug = _TYPE_SLUGS.get(kind)
        return Decision(
            "area",
            name,
            scope,
            f"area:{around.slug}-{slug}" if slug else new_identifier("area", kind, around.slug),
            "area/new-own-zone",
            0.6 if candidates else 0.8,
            f"{stem_of(around.zh)}{kind}",
            is_new=True,
            area=around.identifier,
            concept="UrbanRegion" if kind in ("都市圈", "城市群") else "FunctionalZone",
            candidates=candidates,
        )

    def _near(self, identifier: str, scope: Scope, around: Place) -> bool:
        """Whether a zone is of the city of a document, or of its province where the document is the province's."""
        is_named_after = stem_of(around.zh) in self.places[identifier].zh
        return is_named_after or self.lies_in(identifier, around.identifier) or self.lies_in(scope.area, identifier)

    def _listed(self, name: str, scope: Scope) -> Decision | None:
        """A name that tables have: the nearest that bears it."""
        inside = [hit for hit in self._stems.get(name, ()) if self._is_in_city(hit[0], scope)]
        hits = [*self._names.get(name, ()), *inside]
        return self._nearest(name, scope, hits) if hits else None

    def _stem(self, name: str, scope: Scope) -> Decision | None:
        """A name without its class word that is a word too: only of an area below the document's own."""
        hits = [hit for hit in self._stems.get(name, ()) if scope.area and self.lies_in(hit[0], scope.area)]
        return self._nearest(name, scope, hits, most=0.7) if hits else None

    def _is_in_city(self, identifier: str, scope: Scope) -> bool:
        city = self.own(scope, "prefecture", "county")
        return city is not None and self.lies_in(identifier, city.identifier)

    def _nearest(self, name: str, scope: Scope, hits: Iterable[tuple[str, float]], most: float = 0.99) -> Decision:
        ranked: dict[str, tuple[float, str]] = {}
        doubtful: set[str] = set()
        here = self.places.get(scope.area)
        here_is_province = here is not None and here.level == "province" and here.code[:2] not in _MUNICIPALITIES
        for identifier, worth in hits:
            place = self.places[identifier]
            nearness = self._nearness(place, scope)
            score = round(worth * NEARNESS[nearness] * _of_its_time(place, scope), 4)
            if len(name) == 1 and nearness == "province":  # 宁 is Nanjing's in Jiangsu
                score -= 0.05
            now = self.current(identifier)
            is_word = worth < 1 and nearness == "below" and here_is_province and len(name) == 2  # 中原, 新城
            if is_word and place.level == "county" and place.zh.endswith("区"):
                doubtful.add(now)
            if score > ranked.get(now, (0.0, ""))[0]:
                ranked[now] = (score, nearness)
        order = sorted(ranked, key=lambda each: (-ranked[each][0], -_LEVELS[self.places[each].level], each))
        candidates = tuple(Candidate(each, self.places[each].zh, ranked[each][0]) for each in order[:5])
        if len(order) > 1 and not self._is_clear(ranked, order):
            return Decision("area", name, scope, "", "area/ambiguous", 0.4, candidates=candidates)
        score, nearness = ranked[order[0]]
        if (score < _LEAST and len(name) > 1) or order[0] in doubtful:
            return Decision("area", name, scope, "", "area/doubtful", round(score, 4), candidates=candidates)
        confidence = min(score, most if len(name) > 1 else 0.7)
        return self._settled(f"area/{nearness}", name, scope, order[0], confidence, candidates)

    def _is_clear(self, ranked: Mapping[str, tuple[float, str]], order: list[str]) -> bool:
        first, second = order[:2]
        if ranked[first][1] in _ELSEWHERE and self.places[first].level == self.places[second].level == "county":
            return False  # 朝阳区 in a document of neither
        if ranked[first][0] - ranked[second][0] >= 0.01:
            return True
        return _LEVELS[self.places[first].level] > _LEVELS[self.places[second].level]

    def _nearness(self, place: Place, scope: Scope) -> str:
        here = self.chain(scope.area)
        names = {each.identifier for each in here}
        if place.identifier in names or self.current(place.identifier) in names:
            return "own"
        above = {each.identifier for each in self.chain(place.identifier)}
        if scope.area in above and here[0].level in ("prefecture", "county"):
            return "in-city"
        if place.level in ("province", "country"):
            return "province"
        if scope.area in above:
            return "below"
        for level, nearness in (("prefecture", "city"), ("province", "in-province")):
            if any(each.level == level and each.identifier in above for each in here):
                return nearness
        is_known_widely = place.level in ("prefecture", "zone") or place.code[:2] in _MUNICIPALITIES
        return "prefecture" if is_known_widely else "county"

    def _path(self, name: str, scope: Scope) -> Decision | None:
        """A name behind that of the area it lies in: 辽宁省沈阳市, 沈阳高新区."""
        for cut in range(min(len(name) - 2, self._longest), 1, -1):
            if name[:cut] not in self._names:
                continue
            first = self._listed(name[:cut], scope)
            if not first or not first.identifier:
                continue
            rest = self.resolve(name[cut:], Scope(first.identifier, scope.year))
            if rest.identifier and (rest.is_new or self.lies_in(rest.identifier, first.identifier)):
                return Decision(
                    "area",
                    name,
                    scope,
                    rest.identifier,
                    f"area/path+{rest.rule.partition('/')[2]}",
                    round(min(first.confidence, rest.confidence), 4),
                    rest.label,
                    is_new=rest.is_new,
                    area=rest.area,
                    concept=rest.concept,
                    candidates=rest.candidates or first.candidates,
                )
        return None

    def _tail(self, name: str, scope: Scope) -> Decision | None:
        """A name behind a verb that was taken for a part of it: 助力海珠区."""
        match = _VERB.match(name)
        rest = name[match.end() :] if match else ""
        return self._listed(rest, scope) if rest in self._names else None

    def _local(self, name: str, scope: Scope) -> Decision | None:
        """A town or subdistrict, which no table has: one of the document's own county or city."""
        if not _TOWNSHIP.fullmatch(name):
            return None
        around = self.own(scope, "county", "prefecture", "zone")
        if around is None:
            return None
        return Decision(
            "area",
            name,
            scope,
            new_identifier("area", name, around.slug),
            "area/new-township",
            0.8,
            name,
            is_new=True,
            area=around.identifier,
            concept="Subdistrict",
        )

    def _settled(  # noqa: PLR0917 – what a decision is made of
        self,
        rule: str,
        name: str,
        scope: Scope,
        identifier: str,
        confidence: float,
        candidates: tuple[Candidate, ...] = (),
    ) -> Decision:
        now = self.current(identifier)
        place = self.places.get(now)
        label = place.zh if place else ""
        return Decision(
            "area",
            name,
            scope,
            now,
            rule,
            round(confidence, 4),
            label,
            area=place.stands_in if place else "",
            concept=place.level if place else "",
            candidates=candidates or (Candidate(now, label, round(confidence, 4)),),
        )


def _of_its_time(place: Place, scope: Scope) -> float:
    """Less than 1 for an area that had ended in the document's year, or had not begun."""
    if place.until is not None and (scope.year is None or scope.year > place.until):
        return 0.9
    return 0.9 if scope.year and place.since and scope.year < place.since - 1 else 1.0


def stem_of(name: str) -> str:
    """The name of an area without what it is and whose: 滨海新区 is 滨海, 前郭尔罗斯蒙古族自治县 is 前郭尔罗斯."""
    match = _CLASS_WORD.search(name)
    stem = name[: match.start()] if match else name
    if re.fullmatch(_PEOPLES, stem):
        return stem.removesuffix("族")
    return stem if len(stem) > 1 or not match else name


def _words(cell: str | None) -> tuple[str, ...]:
    return tuple(word for word in (cell or "").split("|") if word)


def _year(cell: str | None) -> int | None:
    return int(cell) if cell else None


def _of_area(row: Mapping[str, str]) -> Place:
    others = tuple(word for word in _words(row.get("alternatives")) if not word.isascii())
    return Place(
        f"area:{row['id']}",
        row["zh"],
        row["level"],
        row["code"],
        (f"area:{row['parent']}",) if row["parent"] else (),
        _words(row.get("short")),
        others,
        (),
        _words(row.get("abbreviation")),
        row["en"],
        _year(row.get("from")),
        _year(row.get("until")),
        tuple(f"area:{word}" for word in _words(row.get("successor"))),
        row.get("note") or "",
        AREA_CLASSES.get(row["level"], ""),
    )


def _of_zone(row: Mapping[str, str]) -> Place:
    return Place(
        f"area:{row['id']}",
        row["zh"],
        "zone",
        above=tuple(f"area:{word}" for word in _words(row.get("located_in"))),
        short=_words(row.get("short")),
        generic=_words(row.get("generic")),
        en=row["en"],
        note=row.get("note") or "",
        kind=row["class"],
    )
