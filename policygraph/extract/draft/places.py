"""Names of a reading in, the ids of areas and of those who act out; what the graph does not know is proposed.

A short name means what it means in the document's own area: 市财政局 of 临江市 is 临江市财政局, and 全省 is the
province that the area lies in, where the graph knows which.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from policygraph.extract.actors.agent import Agent
from policygraph.extract.actors.areas import area_in
from policygraph.extract.concepts import Positioning
from policygraph.extract.draft.entries import Entry, fragment
from policygraph.extract.draft.gazetteer import Gazetteer, Proposals, area_class
from policygraph.extract.draft.regions import Region, Regions
from policygraph.extract.structure.passages import Span
from policygraph.linking import Decision, Scope, quotations_in

if TYPE_CHECKING:
    from policygraph.extract.draft.composer import Reading

__all__ = ["Places", "Subject", "also_called"]

_ORGANISATION_KINDS = (
    (r"领导小组|专班|联席会议|协调小组|推进组|工作组", "leading-group"),
    (r"指挥部", "headquarters"),
    (r"纪委|监委", "discipline-inspection"),
    (r"审计局|审计厅", "audit"),
    (r"人大", "legislature"),
    (r"政协", "consultative-conference"),
    (r"政府$|街道办事处$|乡镇$|街道$|（街道）$", "government"),
    (r"(?:宣传|组织|统战|政法|网信|编)(?:部|委|办)|党校|市委办|县委办|区委办|省委办", "party-department"),
    (r"党委$|市委$|县委$|区委$|省委$|州委$|工委$", "party-committee"),
    (r"管委会$", "zone-committee"),
    (r"银行|保险|金融|基金|信贷", "financial-institution"),
    (r"大学|学院|学校|中学|小学|职校", "school"),
    (r"研究院|研究所|科学院", "research-institute"),
    (r"总工会|工会|团委|妇联|残联|科协|文联|工商联|红十字", "mass-organisation"),
    (r"电视台|日报|晚报|传媒|报社|融媒体", "media"),
    (r"集团|公司|企业|国资", "enterprise"),
    (r"协会|商会|联盟|联合会", "alliance"),
    (r"社区|村|居委会", "community-organisation"),
    (r"办公室$|办公厅$", "office"),
    (r"服务中心|医院", "service-centre"),
)
_GENERAL_AREAS = re.compile(r"^(?:中国|全国|国家|东北|东北地区|全省|全市)$")

#: What stands behind one area of a list: 册亨、罗甸; 沈阳等城市, and no 等级公路.
_LIST_GOES_ON = re.compile(r"、|等(?!级|高|效|候|待|值|额)")

#: Level of an area in the base layer -> its class, and the level of a plan about it.
_LEVELS = {
    "province": ("Province", "provincial"),
    "prefecture": ("City", "municipal"),
    "county": ("District", "district"),
}


def also_called(entry: Entry, name: str) -> None:
    """Adds to an entry the name that a text prints, where its label is another: what is cited must say so."""
    names = entry.get("altLabel", {}).get("zh", [])
    if name not in (entry["label"]["zh"], *names):
        entry["altLabel"] = {"zh": [*names, name]}


class Subject(NamedTuple):
    """What a value is said of: the id of the area, the name of the indicator without it, why the area was inferred."""

    area: str
    indicator: str
    reason: str = ""


class Places:
    """The areas and agents of one document: their ids, the proposals, and where known ones are named."""

    def __init__(self, reading: Reading, slug: str, gazetteer: Gazetteer, proposals: Proposals) -> None:
        self.metadata = reading.metadata
        self.slug = slug
        self.text = reading.text
        self.gazetteer = gazetteer
        self.resolver = gazetteer.resolver
        self.proposals = proposals
        self.mentioned: dict[str, list[Span]] = {}
        self.area_slug = ""
        self.area = self._own(reading)
        self.scope = Scope(self.area, self.metadata.calendar.now)
        self._regions = Regions(self.resolver)
        self._spoken = list(quotations_in(reading.text, self.resolver.areas, self.scope)) if self.area else []

    def _own(self, reading: Reading) -> str:
        """The id of the area the document is about, proposed where nothing has it."""
        metadata = self.metadata
        issuers = [reading.text[start:end].strip() for start, end in metadata.issuers]
        decision = self.resolver.own_area((metadata.title, metadata.plan), issuers, reading.text, metadata.calendar.now)
        if decision.identifier and not decision.is_new:
            self._settle(decision)
            return decision.identifier
        if decision.identifier and decision.area:  # a town or zone that no table has
            self.area_slug = decision.identifier.partition(":")[2]
            return self._proposed_area(decision)
        name = metadata.area
        identifier = self.gazetteer.find("area", name) if name else None
        if identifier:
            self.area_slug = identifier.partition(":")[2]
            return identifier
        if name:
            entry = self.proposals.entry("area", name)
            entry |= {"type": metadata.area_kind if name != metadata.area_kind else area_class(name)}
        else:
            kind = {"Province": "省", "City": "市", "District": "县（区）"}.get(metadata.area_kind, "市")
            entry = self.proposals.entry("area", f"本{kind}（{self.slug}）")
            entry |= {"type": metadata.area_kind}
            entry["label"] = {
                "zh": f"本{kind}（文中未写其名：{self.slug}）",
                "en": f"The area of {self.slug}, which the text does not name",
            }
        entry["locatedIn"] = self._above(metadata.area_kind)
        self.area_slug = entry["id"].partition(":")[2]
        return str(entry["id"])

    def _settle(self, decision: Decision) -> None:
        """Takes name, class and level of the document's area from the table that has it."""
        place = self.resolver.areas.places.get(decision.identifier)
        self.area_slug = place.slug if place else decision.identifier.partition(":")[2]
        self.metadata.area = place.zh if place else decision.label
        if place and place.level in _LEVELS:
            self.metadata.area_kind, self.metadata.level = _LEVELS[place.level]

    def _proposed_area(self, decision: Decision) -> str:
        """The id of an area that a decision names, proposed where no table has it."""
        if not decision.is_new:
            return decision.identifier
        entry = self.proposals.of_decision(decision)
        entry["type"] = decision.concept or area_class(decision.name)
        entry["locatedIn"] = decision.area or self.area
        return decision.identifier

    def _above(self, area_kind: str) -> str:
        """The area above one that no table has: the province or the city that the title or the signature names."""
        classes = {"Province": (), "City": ("Province",)}.get(area_kind, ("City", "Province"))
        listed = self.resolver.areas.unambiguous()
        names = [name for name, place in listed.items() if name in self.metadata.title and place.kind in classes]
        return listed[max(names, key=len)].identifier if names else "area:china"

    def scope_at(self, place: int) -> Scope:
        """The scope of a name that stands at a place: the document's, but in what another area says of itself."""
        area = next((each.area for each in self._spoken if each.start <= place < each.end), self.area)
        return self.scope if area == self.area else Scope(area, self.scope.year)

    def means_here(self, name: str, identifier: str, place: int) -> bool:
        """Whether a name that stands at a place means this thing there."""
        return self.gazetteer.here(name, identifier, self.scope_at(place).area)

    def in_words(self, words: str, indicator: str, place: int) -> Subject:
        """The area that a clause names in front of its indicator, and the indicator without the name.

        A list of areas (在册亨、罗甸等8个县建设) names no one area: what is said of all is the document's own.
        """
        scope = self.scope_at(place)
        region = self._regions.of_words(words, indicator, scope) if scope.area else None
        if region and not region.why:
            return Subject(self._of_region(region), region.indicator)
        area, name = self._in_clause(words, indicator, place, scope)
        if region and area == scope.area:
            return Subject(area, name, region.why)
        if area == scope.area and (region := self._regions.of_sentence(self.text, place, indicator, scope)):
            return Subject(self._of_region(region), indicator, region.why)
        return Subject(area, name)

    def _of_region(self, region: Region) -> str:
        """The id of a region that a sentence speaks of, proposed where no table has it."""
        if region.identifier:
            return region.identifier
        of = self.resolver.areas.places.get(region.above)
        entry = self.proposals.entry("area", region.name, of.slug if of else self.area_slug)
        entry |= {"type": region.concept, "locatedIn": region.above}
        return str(entry["id"])

    def _in_clause(self, words: str, indicator: str, place: int, scope: Scope) -> tuple[str, str]:
        """The area below the document's own that a clause names, else the document's own; and what is left."""
        best = self._longest_name(words, place)
        if best and _is_listed(best, indicator if best in indicator else words):
            return scope.area, indicator
        identifier = self.gazetteer.names["area"][best] if best else ""
        if best and self.gazetteer.lies_in(identifier, scope.area):
            return identifier, indicator.removeprefix(best) or indicator
        return self._leading(indicator, scope)

    def label_of(self, identifier: str) -> str:
        """The Chinese label of what is known or proposed by an id; empty where nothing is."""
        return self.gazetteer.labels.get(identifier) or self.proposals.label(identifier)

    def _longest_name(self, words: str, place: int) -> str:
        """The longest name of an area of the gazetteer in some words that means it there; empty where there is none."""
        best = ""
        areas = self.gazetteer.names.get("area", {})
        for name in [name for name in areas if name in words]:
            if len(name) > max(1, len(best)) and not _GENERAL_AREAS.search(name):
                best = name if self.means_here(name, areas[name], place) else best
        return best

    def _leading(self, indicator: str, scope: Scope) -> tuple[str, str]:
        """The area that an indicator begins with, where it lies in that of the scope, and the rest of the indicator."""
        name, decision = self.resolver.areas.leading(indicator, scope)
        is_known = decision is not None and decision.identifier not in ("", scope.area) and not decision.is_new
        if is_known and _is_listed(name, indicator):
            return scope.area, indicator
        lies_here = decision and is_known and self.resolver.areas.lies_in(decision.identifier, scope.area)
        if decision and lies_here and len(indicator) - len(name) > 1:
            return decision.identifier, indicator.removeprefix(name)
        return scope.area, indicator

    def of_positioning(self, positioning: Positioning) -> str:
        """The area that the sentence names, else that of the document."""
        words = positioning.area or ""
        for start in range(max(0, len(words) - 1)):
            if identifier := self.gazetteer.find("area", words[start:]):
                return identifier
        named = area_in(words) if words else None
        if not named or named[0] == self.metadata.area:
            return self.area
        decision = self.resolver.area(named[0], self.scope)
        if decision.identifier:
            return self._proposed_area(decision)
        entry = self.proposals.entry("area", named[0], self.area_slug)
        entry |= {"type": area_class(named[0]), "locatedIn": self.area}
        return str(entry["id"])

    def named(self, name: str) -> str | None:
        """The area that a name means here: 全国, or 全省 where the province of the document is known."""
        name = {"国家": "全国", "省": "全省", "市": "全市"}.get(name, name)
        identifier = self.gazetteer.find("area", name)
        if identifier and self.gazetteer.here(name, identifier, self.area):
            return identifier
        decision = self.resolver.area(name, self.scope)
        return decision.identifier if decision.identifier and not decision.is_new else None

    def agent(self, agent: Agent) -> str:
        """The id of an agent, proposed where nothing has it; its place is noted either way."""
        name = agent.name
        scope = self.scope_at(agent.start)
        full = self._full_name(name) if scope == self.scope else name
        kind = "person" if agent.person else "organisation"
        for candidate in (full, name) if full != name else (name,):
            match = self.gazetteer.written.get(kind, {}).get(candidate)
            if match and name in self.gazetteer.written[kind] and self.gazetteer.here(candidate, match, scope.area):
                self.mentioned.setdefault(match, []).extend(self._printed(agent))
                return match
        entry = self._agent_entry(agent, full)
        also_called(entry, name)
        spans = [fragment(span) for span in self._printed(agent)]
        if "type" in entry:
            entry["evidence"] += spans
            return str(entry["id"])
        entry["type"] = "Person" if agent.person else "OrganisationGroup" if agent.open_ended else "Organisation"
        if agent.open_ended:
            entry["openEnded"] = "true"
        if not agent.person:
            label = entry["label"]["zh"]
            entry["organisationKind"] = entry.pop("kind", "") or next(
                (kind for pattern, kind in _ORGANISATION_KINDS if re.search(pattern, label)), "government-department"
            )
        entry["evidence"] = spans
        return str(entry["id"])

    def _printed(self, agent: Agent) -> list[Span]:
        """Where an agent's whole name is printed: nowhere where it shares the end of another (广州、深圳市政府)."""
        printed = re.sub(r"\s", "", self.text[agent.start : agent.end])
        return [(agent.start, agent.end)] if re.sub(r"\s", "", agent.name) in printed else []

    def _agent_entry(self, agent: Agent, full: str) -> Entry:
        """The proposal of an agent: a body by its area and kind, another by its name in the document's area."""
        if agent.person:
            return self.proposals.entry("person", agent.name, self.area_slug)
        # where the area is in no table, its bodies (市财政局) cannot be resolved by the tables
        is_looked_up = not agent.open_ended and self.area in self.resolver.areas.places
        decision = self.resolver.body(agent.name, self.scope_at(agent.start)) if is_looked_up else None
        if decision is None or not decision.identifier:
            return self.proposals.entry("organisation", full, self.area_slug)
        entry = self.proposals.of_decision(decision)
        kind = self.resolver.bodies.kinds.get(decision.concept)
        if kind and kind.organisation_kind and "type" not in entry:
            entry["kind"] = kind.organisation_kind
        return entry

    def _full_name(self, name: str) -> str:
        """市财政局 of 临江市 is 临江市财政局."""
        area = self.metadata.area
        if (
            area
            and name[0] in "市县区州省旗"
            and area.endswith(name[0])
            and not name.startswith(
                ("市场", "区块", "省级", "市级", "县级", "区级", "市直", "县直", "区直", "省直", "州直")
            )
        ):
            return area + name[1:]
        return name


def _is_listed(name: str, words: str) -> bool:
    """Whether an area stands in a list of several: 册亨、罗甸等8个县."""
    at = words.find(name)
    return words[:at].endswith("、") or _LIST_GOES_ON.match(words, at + len(name)) is not None
