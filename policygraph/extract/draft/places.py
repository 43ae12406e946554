"""Names of a reading in, the ids of areas and of those who act out; what the graph does not know is proposed.

A short name means what it means in the document's own area: 市财政局 of 临江市 is 临江市财政局, and 全省 is the
province that the area lies in, where the graph knows which.
"""

from __future__ import annotations

import re

from policygraph.extract.actors.agent import Agent
from policygraph.extract.actors.areas import area_in
from policygraph.extract.concepts import Positioning
from policygraph.extract.draft.entries import fragment
from policygraph.extract.draft.gazetteer import Gazetteer, Proposals, area_class
from policygraph.extract.metadata import Metadata
from policygraph.extract.structure.passages import Span

__all__ = ["Places"]

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


class Places:
    """The areas and agents of one document: their ids, the proposals, and where known ones are named."""

    def __init__(self, metadata: Metadata, slug: str, gazetteer: Gazetteer, proposals: Proposals) -> None:
        self.metadata = metadata
        self.slug = slug
        self.gazetteer = gazetteer
        self.proposals = proposals
        self.mentioned: dict[str, list[Span]] = {}
        self.area_slug = ""
        self.area = self._own()

    def _own(self) -> str:
        """The id of the area the document is about, proposed where the graph does not know it."""
        name, area_kind = self.metadata.area, self.metadata.area_kind
        identifier = self.gazetteer.find("area", name) if name else None
        identifier = identifier or (self.gazetteer.official.get(name, ("", ""))[0] if name else None)
        if identifier:
            self.area_slug = identifier.partition(":")[2]
            return identifier
        if name:
            entry = self.proposals.entry("area", name)
            entry |= {"type": area_kind if name != area_kind else area_class(name)}
            entry["label"] = entry.pop("label")
        else:
            kind = {"Province": "省", "City": "市", "District": "县（区）"}.get(area_kind, "市")
            entry = self.proposals.entry("area", f"本{kind}（{self.slug}）")
            entry |= {"type": area_kind, "id": f"area:of-{self.slug}"}
            entry["label"] = {
                "zh": f"本{kind}（文中未写其名：{self.slug}）",
                "en": f"the area of {self.slug}, which the text does not name",
            }
        entry["locatedIn"] = self._above(area_kind)
        self.area_slug = entry["id"].partition(":")[2]
        return str(entry["id"])

    def _above(self, area_kind: str) -> str:
        """Where an area lies that no table has: the province or the city that the title or the signature names."""
        classes = {"Province": (), "City": ("Province",)}.get(area_kind, ("City", "Province"))
        official = self.gazetteer.official
        names = [name for name in official if name in self.metadata.title and official[name][1] in classes]
        return official[max(names, key=len)][0] if names else "area:china"

    def in_words(self, words: str, indicator: str) -> tuple[str, str]:
        """The area that a clause names in front of its indicator, and the indicator without the name."""
        best = ""
        for name in self.gazetteer.names.get("area", {}):
            if len(name) > max(1, len(best)) and name in words and not _GENERAL_AREAS.search(name):
                best = name if self.gazetteer.here(name, self.gazetteer.names["area"][name], self.area) else best
        if best:
            identifier = self.gazetteer.names["area"][best]
            if self.gazetteer.lies_in(identifier, self.area):
                return identifier, indicator.removeprefix(best) or indicator
        return self.area, indicator

    def of_positioning(self, positioning: Positioning) -> str:
        """The area that the sentence names, else that of the document."""
        for start in range(max(0, len(positioning.area or "") - 1)):
            if known := self.gazetteer.find("area", (positioning.area or "")[start:]):
                return known
        named = area_in(positioning.area) if positioning.area else None
        if named and named[0] != self.metadata.area:
            entry = self.proposals.entry("area", named[0])
            entry |= {"type": area_class(named[0]), "locatedIn": self.area}
            return str(entry["id"])
        return self.area

    def named(self, name: str) -> str | None:
        """The area that a name means here: 全国, or 全省 where the province of the document is known."""
        name = {"国家": "全国", "省": "全省", "市": "全市"}.get(name, name)
        known = self.gazetteer.find("area", name)
        if known and self.gazetteer.here(name, known, self.area):
            return known
        if name in ("全省", "全市"):
            above = self.gazetteer.within.get(self.area, "")
            wanted = {"全省": "Province", "全市": "City"}[name]
            return above if self.gazetteer.classes.get(above) == wanted else None
        return None

    def agent(self, agent: Agent) -> str:
        """The id of an agent, proposed where the graph does not know it; its place is noted either way."""
        name = agent.name
        full = self._full_name(name)
        kind = "person" if agent.person else "organisation"
        for candidate in (full, name) if full != name else (name,):
            known = self.gazetteer.written.get(kind, {}).get(candidate)
            if known and name in self.gazetteer.written[kind] and self.gazetteer.here(candidate, known, self.area):
                self.mentioned.setdefault(known, []).append((agent.start, agent.end))
                return known
        entry = self.proposals.entry(kind, full, "" if agent.person or full != name else self.area_slug)
        span = fragment((agent.start, agent.end))
        if "type" in entry:
            entry["evidence"] += [span]
        else:
            if full != name:
                entry["altLabel"] = {"zh": [name]}
            entry["type"] = "Person" if agent.person else "OrganisationGroup" if agent.open_ended else "Organisation"
            if agent.open_ended:
                entry["openEnded"] = "true"
            if not agent.person:
                entry["organisationKind"] = next(
                    (kind for pattern, kind in _ORGANISATION_KINDS if re.search(pattern, name)), "government-department"
                )
            entry["evidence"] = [span]
        return str(entry["id"])

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
