"""The name of a public body and its scope in, the body it means out: an area and a kind, or a new body of that area.

A body is an area and a kind of `bodies.csv`, so that its id follows from the two (`organisation:cn-510100-finance`) and
is the same for 市财政局 in a document of 成都市 and for 成都市财政局 anywhere. A name that no kind has belongs to its
area all the same: 市低空经济专班 of two cities are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from policygraph.linking.areas import COUNTRY, Areas, Place
from policygraph.linking.decision import Candidate, Decision, Scope
from policygraph.linking.identifiers import new_identifier, slug_of
from policygraph.linking.spelling import bare, variants

__all__ = ["WAYS", "Bodies", "Kind"]

#: Levels of areas -> the column of the table that has the names of their bodies.
_COLUMNS = {
    "province": "province",
    "prefecture": "prefecture",
    "county": "county",
    "zone": "county",
    "township": "county",
}
#: Level words that stand for the document's own area in front of the name of a body.
_LEVEL_WORDS = ("自治区", "自治州", "自治县", "自治旗", "省", "市", "区", "县", "州", "旗", "盟", "镇", "乡", "街道")
_NATIONAL = ("国务院", "国家", "中央", "全国", "中国")
_PARTY = re.compile(r"^(?:中国共产党|中共)(?!中央)")
_GOVERNMENT = re.compile(r"^(?:人民政府|政府)(?=.)")
_FORMER = re.compile(r"(?P<names>[^()]+)\((?:until|from) (?P<year>\d{4}), (?P<how>\w+)\)")
_YEARS = re.compile(r"(?P<name>[^()]+)\((?P<way>until|from) (?P<year>\d{4})\)")
_PLACEHOLDER = re.compile(r"\{(place|level)\}")
#: Offices that a central body has in a place bear its short name: 国家金融监督管理总局甲川监管局, not 甲川省监管局.
_SUPERVISING = re.compile(r"\{place\}监管")
_SHORTENED = frozenset({"province", "prefecture"})
#: What a line says behind the name of a body: 市商务局2026年3月印发.
_TAIL = re.compile(r"(?:(?:19|20)\d\d年.*|(?:牵头|负责|印发|发布|会同|等|、)+)$")
#: 水务管理局 is printed for 水务局.
_MANAGING = re.compile(r"管理(?=局$)")
#: How names of bodies end -> the short form that they are compared in.
_ENDINGS = (("委员会办公室", "委办"), ("办公室", "办"), ("委员会", "委"), ("管理局", "局"))
#: Words that may stand or not in names of groups and offices: 工作领导小组 and 领导小组.
_SOFT = re.compile(r"工作(?=领导小组|专班|办公室$)|的|和|与|及")
#: How sure a link is by how it was made.
WAYS = {
    "national": 0.98,
    "place": 0.95,
    "alone": 0.9,
    "alone-above": 0.88,
    "template": 0.95,
    "new-of-place": 0.8,
    "new-alone": 0.7,
    "place-unclear": 0.5,
}


#: How sure a link by a former name is at most, and by a name of another level.
_FORMER_NAME, _OTHER_LEVEL = 0.85, 0.8


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of `bodies.csv`."""

    slug: str
    zh: str
    organisation_kind: str
    names: Mapping[str, tuple[str, ...]]
    english: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Form:
    """A name of a kind of body: at which levels and in which years, and of which body that is no more."""

    kind: str
    levels: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None
    #: The first name of a body that went into others: a body of its own.
    predecessor: str = ""
    is_former: bool = False

    def fits(self, year: int | None) -> bool:
        """Whether the name means this in a year; reforms take a year to reach everybody."""
        if self.since is not None and year is not None and year < self.since:
            return False
        return self.until is None or (year is not None and year <= self.until + 1)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to take a name apart."""

    place: str
    form: _Form
    own: int
    way: str
    confidence: float
    #: The form that it is read as.
    words: str = ""


def _present(row: Mapping[str, str]) -> Iterator[tuple[str, _Form]]:
    """The names of a kind of bodies today: at which levels, and from or until when for a name that is ambiguous."""
    timed = {match["name"]: match for match in _YEARS.finditer(row["ambiguous"].replace("|", ""))}
    levels: dict[str, set[str]] = {}
    for column in ("province", "prefecture", "county"):
        for name in _words(row[column]):
            levels.setdefault(name, set()).add(column)
    for name in (*_words(row["short"]), row["zh"]):
        levels.setdefault(name, set())
    for name, at in levels.items():
        match = timed.get(name)
        year = int(match["year"]) if match else None
        since, until = (year, None) if match and match["way"] == "from" else (None, year)
        yield name, _Form(row["id"], frozenset(at), since, until)


def _former(slug: str, cell: str) -> Iterator[tuple[str, _Form]]:
    """The names of bodies that one of today came of, with the year in which they ended."""
    for match in filter(None, map(_FORMER.fullmatch, _words(cell))):
        names = [name for name in match["names"].split("、") if name]
        before = "" if match["how"] == "renamed" else names[0]
        for name in names:
            yield name, _Form(slug, until=int(match["year"]), predecessor=before, is_former=True)


@dataclass
class Bodies:
    """The kinds of bodies and the names they go by, over a table of areas."""

    areas: Areas
    kinds: dict[str, Kind] = field(default_factory=dict)
    _forms: dict[str, list[_Form]] = field(default_factory=dict)
    _templates: list[tuple[str, str, str, _Form]] = field(default_factory=list)
    _national: dict[str, _Form] = field(default_factory=dict)
    #: Body by its id -> the id that the project's own data gives it.
    own: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_table(cls, rows: Iterable[Mapping[str, str]], areas: Areas) -> Bodies:
        """The kinds of the rows of `bodies.csv`."""
        bodies = cls(areas)
        for row in rows:
            bodies.add(row)
        return bodies

    def add(self, row: Mapping[str, str]) -> None:
        """Takes in a row of `bodies.csv`."""
        slug = row["id"]
        english = {level: row[f"en_{level}"] for level in ("national", "province", "prefecture", "county")}
        names = {column: _words(row[column]) for column in ("national", "province", "prefecture", "county")}
        first = {column: tuple(forms) for column, forms in names.items() if forms}
        self.kinds[slug] = Kind(slug, row["zh"], row["organisation_kind"], first, {**english, "": row["en"]})
        for name, form in _present(row):
            self._learn(name, form)
        for name, form in _former(slug, row["former"]):
            self._learn(name, form)
        for name in _words(row["national"]):
            self._national.setdefault(bare(name), _Form(slug))
        for name, form in _former(slug, row["former_national"]):
            self._national.setdefault(bare(name), replace(form, until=None))

    def _learn(self, name: str, form: _Form) -> None:
        if match := _PLACEHOLDER.search(name):
            head, tail = bare(name[: match.start()]), bare(name[match.end() :])
            self._templates.append((head, tail, match[1], form))
        else:
            self._forms.setdefault(bare(name), []).append(form)

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def resolve(self, name: str, scope: Scope) -> Decision:
        """The body that a name means in a document about an area."""
        printed = bare(name)
        for variant in variants(name):
            was, plain = _without_former(_TAIL.sub("", variant) or variant)
            readings = list(self._readings(_PARTY.sub("", plain), scope)) or list(self._readings(plain, scope))
            if readings:
                return self._decide(printed, scope, readings, was=was)
        return self._new(printed, _without_former(_TAIL.sub("", variants(name)[-1]) or printed)[1], scope)

    def _readings(self, name: str, scope: Scope) -> Iterator[_Reading]:
        if form := self._national.get(name):
            yield _Reading(COUNTRY, form, len(name), "national", WAYS["national"])
        yield from self._by_template(name, scope)
        for cut in range(min(len(name) - 1, 24), 0, -1):
            rest = self._form_of(name[cut:])
            if not rest:
                continue
            place, confidence = self._place(name[:cut], scope)
            if not place and name[cut - 1] in _LEVEL_WORDS and name[cut - 2 : cut - 1] == name[cut - 1]:
                place, confidence = self._place(name[: cut - 1], scope)  # 浦东新区区委
            if place:
                for form in self._forms[rest]:
                    yield _Reading(place, form, len(rest), "place", confidence, rest)
            elif confidence:
                for form in self._forms[rest]:
                    yield _Reading("", form, len(rest), "place-unclear", confidence)
        if form_name := self._form_of(name):
            for form in self._forms[form_name]:
                yield self._alone(name, form, scope)

    def _form_of(self, words: str) -> str:
        """The form that words are, behind the name of an area: as they are, and without 人民政府 or 员会."""
        for form in (words, _GOVERNMENT.sub("", words), re.sub("^委员会", "委", words), _MANAGING.sub("", words)):
            if form in self._forms:
                return form
        return ""

    def _by_template(self, name: str, scope: Scope) -> Iterator[_Reading]:
        for head, tail, slot, form in self._templates:
            middle = name[len(head) : len(name) - len(tail)]
            if not middle or not (name.startswith(head) and name.endswith(tail)) or len(middle) > 20:
                continue
            if slot == "level" and middle not in _LEVEL_WORDS:
                continue
            place, confidence = self._place(middle, scope)
            if place:
                yield _Reading(place, form, len(head) + len(tail), "template", confidence)

    def _place(self, words: str, scope: Scope) -> tuple[str, float]:
        """The area that words in front of a body mean, and how surely; ("", x) where they are a level word of none."""
        if words in _NATIONAL:
            return COUNTRY, 0.95
        if words in _LEVEL_WORDS:
            place = self.areas.word(words, scope)
            return (place.identifier, 0.97) if place else ("", WAYS["place-unclear"])
        if len(words) < 2:
            return "", 0.0
        decision = self.areas.resolve(words, scope)
        if decision.identifier and not decision.rule.endswith("/own"):
            return decision.identifier, decision.confidence
        if decision.identifier:
            return decision.identifier, 0.97
        return "", WAYS["place-unclear"] if decision.rule in ("area/ambiguous", "area/doubtful") else 0.0

    def _alone(self, name: str, form: _Form, scope: Scope) -> _Reading:
        """A name without an area: the body of the document's own area, or of the one above it at the form's level."""
        here = self.areas.chain(scope.area)
        for place in here:
            if not form.levels or _COLUMNS.get(place.level) in form.levels:
                way = "alone" if place is here[0] else "alone-above"
                return _Reading(place.identifier, form, len(name), way, WAYS[way], name)
        place_id = scope.area
        return _Reading(place_id, form, len(name), "alone" if place_id else "place-unclear", 0.6)

    def _decide(self, name: str, scope: Scope, readings: list[_Reading], *, was: bool) -> Decision:
        most = max(reading.own for reading in readings)
        best = sorted(
            (reading for reading in readings if reading.own == most), key=lambda each: self._rank(each, scope, was=was)
        )
        reading = best[0]
        candidates = tuple(
            dict.fromkeys(
                Candidate(self._identifier(each), self._label(each), round(each.confidence, 2)) for each in best[:5]
            )
        )
        if not reading.place:
            return self._unclear(name, scope, candidates)
        confidence = reading.confidence
        if reading.form.is_former:
            confidence = min(confidence, _FORMER_NAME)
        elif not self._is_of_level(reading):
            confidence = min(confidence, _OTHER_LEVEL)
        identifier = self._identifier(reading)
        return Decision(
            "organisation",
            name,
            scope,
            self.own.get(identifier, identifier),
            f"body/{reading.way}",
            round(confidence, 4),
            self._label(reading),
            is_new=identifier not in self.own,
            area=reading.place,
            concept=reading.form.kind,
            candidates=candidates,
        )

    def _rank(self, reading: _Reading, scope: Scope, *, was: bool) -> tuple[bool, bool, bool, bool, float]:
        form = reading.form
        year = scope.year if scope.year is not None else (None if not was else 0)
        return (
            not reading.place,
            not form.fits(year),
            not self._is_of_level(reading),
            form.is_former,
            -reading.confidence,
        )

    def _is_of_level(self, reading: _Reading) -> bool:
        place = self.areas.places.get(reading.place)
        return not reading.form.levels or place is None or _COLUMNS.get(place.level) in reading.form.levels

    def _identifier(self, reading: _Reading) -> str:
        if not reading.place:
            return ""
        kind = reading.form.kind
        if reading.form.predecessor:
            kind = f"{kind}-before-{slug_of(reading.form.predecessor)}"
        return f"organisation:{self._slug(reading.place)}-{kind}"

    def _slug(self, place: str) -> str:
        area = self.areas.places.get(place)
        return area.slug if area else place.partition(":")[2]

    def _column(self, place: Place | None) -> str:
        """The column of the names of an area's bodies: municipalities have bureaux, as cities do."""
        if place and place.level == "province" and place.is_municipality:
            return "prefecture"
        return _COLUMNS.get(place.level, "") if place else ""

    def _label(self, reading: _Reading) -> str:
        place = self.areas.places.get(reading.place)
        zh = place.zh if place else ""
        kind = self.kinds[reading.form.kind]
        if reading.form.predecessor:
            name = reading.form.predecessor
        elif place and place.level == "country":
            return kind.names.get("national", (kind.zh,))[0]
        else:
            names = kind.names.get(self._column(place), (kind.zh,))
            name = reading.words if reading.words in names else names[0]
        if place and place.level in _SHORTENED and place.short and _SUPERVISING.search(name):
            zh = place.short[0]
        return _PLACEHOLDER.sub(zh, name) if _PLACEHOLDER.search(name) else _joined(zh, name)

    def english(self, decision: Decision) -> str:
        """The official English style of a body of a known kind, empty for any other."""
        kind = self.kinds.get(decision.concept)
        place = self.areas.places.get(decision.area)
        if not kind or not place or "-before-" in decision.identifier:
            return ""
        if place.level == "country":
            return kind.english["national"]
        pattern = kind.english.get(self._column(place), "") or f"{{place}} {kind.english['']}"
        return pattern.replace("{place}", _adjective(place))

    def _unclear(self, name: str, scope: Scope, candidates: tuple[Candidate, ...]) -> Decision:
        """A body of an area that is not clear: one of its own for this name in documents about this area."""
        return Decision(
            "organisation",
            name,
            scope,
            new_identifier("organisation", name, self._slug(scope.area) if scope.area else ""),
            "body/place-unclear",
            WAYS["place-unclear"],
            name,
            is_new=True,
            area=scope.area,
            candidates=tuple(each for each in candidates if each.identifier),
        )

    def _new(self, name: str, plain: str, scope: Scope) -> Decision:
        """A body that is of no known kind: a new one of the area that its name begins with, else of the document's."""
        place, rest, way = self._front(_PARTY.sub("", plain), scope)
        if not place:
            return self._unclear(name, scope, ())
        stem = _stem(rest)
        area = self.areas.places.get(place)
        identifier = new_identifier("organisation", stem, self._slug(place))
        return Decision(
            "organisation",
            name,
            scope,
            self.own.get(identifier, identifier),
            f"body/{way}",
            WAYS[way],
            _full(area, rest, plain),
            is_new=identifier not in self.own,
            area=place,
        )

    def _front(self, name: str, scope: Scope) -> tuple[str, str, str]:
        """The area that a name begins with, what stands behind it, and the rule."""
        for cut in range(min(len(name) - 2, 16), 0, -1):
            words = name[:cut]
            if words in _LEVEL_WORDS and not name.startswith(("市场", "区块", "区域", "县域", "省际", "州际")):
                place = self.areas.word(words, scope)
                return (place.identifier, name[cut:], "new-of-place") if place else ("", name, "place-unclear")
            if words in _NATIONAL[:3]:
                return COUNTRY, name[cut:], "new-of-place"
            if cut > 1 and self.areas.is_name(words):
                decision = self.areas.resolve(words, scope)
                if decision.identifier:
                    return decision.identifier, name[cut:], "new-of-place"
        return scope.area, name, "new-alone"

    def place_of(self, identifier: str) -> Place | None:
        """The area of a short name."""
        return self.areas.places.get(identifier)


def _adjective(place: Place) -> str:
    """The English of an area in front of a body: Sichuan Provincial, Chengdu Municipal, Wuhou District."""
    name = place.en
    if place.zh.endswith("省"):
        return f"{name.removesuffix(' Province')} Provincial"
    if place.zh.endswith("市") and place.level in ("province", "prefecture", "county"):
        return f"{name.removesuffix(' City').removesuffix(' Municipality')} Municipal"
    return name


def _joined(place: str, name: str) -> str:
    """A place and a name of a body, what ends the one and begins the other once: 合作区 and 合作区执行委员会."""
    shared = next((size for size in range(4, 1, -1) if place.endswith(name[:size])), 0)
    return place + name[shared:]


#: How a department is named behind its area; other bodies (甲川资本, 甲川水务集团) have names of their own.
_DEPARTMENT = re.compile(
    r"[^国区园]{1,12}(?:局|委|办|厅|部|处|室|政府|委员会|办公室|中心|专班|领导小组|指挥部|队|院|会|站)"
)


def _full(area: Place | None, rest: str, name: str) -> str:
    """The name of a new body in full: with that of its area, where it is a department's or begins with a level word."""
    if not area or area.level in ("country", "zone"):
        return rest
    begins = name.removesuffix(rest)
    is_own = begins and begins not in _LEVEL_WORDS and begins != area.zh and not _DEPARTMENT.fullmatch(rest)
    return name if is_own else f"{area.zh}{rest}"


def _stem(rest: str) -> str:
    """What names of a body of no known kind are compared by: without soft words, the ending in its short form."""
    stem = _SOFT.sub("", _GOVERNMENT.sub("", rest))
    for ending, short in _ENDINGS:
        if stem.endswith(ending) and len(stem) > len(ending):
            stem = stem.removesuffix(ending) + short
    return stem or rest


def _words(cell: str | None) -> list[str]:
    return [word for word in (cell or "").split("|") if word]


def _without_former(name: str) -> tuple[bool, str]:
    """Whether a name says that it is a former one (原市环保局), and the name."""
    return (True, name[1:]) if name.startswith("原") and len(name) > 3 else (False, name)
