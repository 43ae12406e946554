"""StratML out and back: after the published structure, nothing dropped in silence, nothing dangerous read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from policygraph import queries, vocab
from policygraph.formats import stratml
from policygraph.paths import find

PREFIXES = "".join(f"PREFIX {name}: <{space}>\n" for name, space in vocab.PREFIXES.items())
PLAN = vocab.expand("plan:p")
TRIG = """
plan:p a pg:Plan ; skos:prefLabel "甲方案"@zh , "Plan A"@en ; pg:isIssuedBy organisation:o ;
  pg:hasPeriodStart "2023"^^xsd:gYear ; pg:hasPeriodEnd "2025"^^xsd:gYear .
organisation:o a pg:Organisation ; skos:prefLabel "市政府"@zh , "City government"@en .
id:p\\/v a pg:OverallGoal ; pg:isPartOf plan:p ; pg:hasOrdinal 1 ; skos:prefLabel "总体目标"@zh , "Overall goal"@en .
id:p\\/g a pg:TaskGroup ; pg:isPartOf plan:p ; pg:hasOrdinal 2 ; skos:prefLabel "产业"@zh , "Industry"@en .
id:p\\/t a pg:Task ; pg:isPartOf id:p\\/g ; pg:hasOrdinal 1 ; skos:prefLabel "装备"@zh , "Equipment"@en .
id:p\\/m a pg:Measure ; pg:isPartOf id:p\\/t ; pg:hasOrdinal 1 ; skos:prefLabel "机床"@zh , "Machine tools"@en .
id:p\\/r pg:assignsElement id:p\\/t ; pg:assignsAgent organisation:o ; pg:hasPrintedRole "牵头"  .
id:p\\/x a pg:IndicatorTarget ; pg:isSetBy id:p\\/g ; pg:ofIndicator indicator:i ; pg:hasValue 1500.0 ;
  pg:hasUnit unit:NUM ; pg:hasClassifier "家" ; pg:hasComparator odrl:gteq ; pg:hasDeadline "2025"^^xsd:gYear ;
  pg:hasPrintedValue "1500家以上" ; pg:hasBaselineValue 900.0 ; pg:hasBaselineYear "2022"^^xsd:gYear .
indicator:i a pg:Indicator ; skos:prefLabel "企业数"@zh , "firms"@en .
id:p\\/c a pg:CountClaim ; pg:countsPartsOf plan:p .
"""
QUADS = list(ox.parse(input=PREFIXES + TRIG, format=ox.RdfFormat.TRIG))

#: The published structure (schema of 2010-12-15): element -> its children in order, `?` at most one, `*` any number.
PART = "Name Description? Identifier? SequenceIndicator? Stakeholder* OtherInformation?"
STRUCTURE = {
    "PerformancePlanOrReport": "Name Description? OtherInformation? StrategicPlanCore AdministrativeInformation? "
    "Submitter?",
    "StrategicPlanCore": "Organization* Vision? Mission? Value* Goal*",
    "Organization": "Name? Acronym? Identifier? Description? Stakeholder*",
    "Vision": "Description? Identifier?",
    "Mission": "Description? Identifier?",
    "Value": "Name? Description?",
    "Goal": f"{PART.replace('Description?', 'Description')} Objective*",
    "Objective": f"{PART.replace('Name', 'Name?')} PerformanceIndicator*",
    "Stakeholder": "Name Description? Role?",
    "Role": "Name Description? RoleType*",
    "PerformanceIndicator": "SequenceIndicator? MeasurementDimension UnitOfMeasurement Identifier? Relationship* "
    "MeasurementInstance* OtherInformation?",
    "MeasurementInstance": "TargetResult* ActualResult*",
    "TargetResult": "Description NumberOfUnits? StartDate? EndDate?",
    "ActualResult": "Description NumberOfUnits? StartDate? EndDate?",
    "AdministrativeInformation": "Identifier? StartDate? EndDate? PublicationDate? Source?",
}


def _faults(data: bytes) -> list[str]:
    """Where a document is not as the schema says: children, identifiers that are no names or stand twice, dates."""
    root = ET.fromstring(data)  # noqa: S314 - what we have written ourselves
    faults, seen = [], set()
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        children = "".join(child.tag.rpartition("}")[2] + " " for child in element)
        pattern = "".join(re.sub(r"(\w+)(.?)", r"(?:\1 )\2", each) for each in STRUCTURE.get(name, "").split())
        if not re.fullmatch(pattern, children):
            faults.append(f"{name}: {children.strip()}")
        text = element.text or ""
        if name == "Identifier" and (not re.fullmatch(r"[^\W\d][\w.-]*", text) or text in seen):
            faults.append(f"identifier {text}")
        if name.endswith("Date") and not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            faults.append(f"{name} {text}")
        if name == "Identifier":
            seen.add(text)
    return faults


def test_a_document_that_is_not_as_published_would_be_found() -> None:
    bad = f'<PerformancePlanOrReport xmlns="{stratml.NAMESPACE}"><StrategicPlanCore/><Name/></PerformancePlanOrReport>'
    assert _faults(bad.encode()) == ["PerformancePlanOrReport: StrategicPlanCore Name"]


WRITTEN = """\
<?xml version='1.0' encoding='utf-8'?>
<PerformancePlanOrReport xmlns="http://www.stratml.net/PerformancePlanOrReport" Type="Performance_Plan">
  <Name>Plan A</Name>
  <Description>2023–2025</Description>
  <OtherInformation>1 parts below the second level follow under their goal, in the order of their sequence indicators. \
not expressed: 1 declared counts</OtherInformation>
  <StrategicPlanCore>
    <Organization>
      <Name>City government</Name>
      <Identifier>_organisation.o</Identifier>
    </Organization>
    <Vision>
      <Description>Overall goal</Description>
      <Identifier>_p.v</Identifier>
    </Vision>
    <Goal>
      <Name>Industry</Name>
      <Description />
      <Identifier>_p.g</Identifier>
      <SequenceIndicator>1</SequenceIndicator>
      <Objective>
        <Name>Industry</Name>
        <PerformanceIndicator PerformanceIndicatorType="Quantitative">
          <MeasurementDimension>firms</MeasurementDimension>
          <UnitOfMeasurement>家</UnitOfMeasurement>
          <Identifier>_p.x</Identifier>
          <MeasurementInstance>
            <TargetResult>
              <Description>1500家以上</Description>
              <NumberOfUnits>1500.0</NumberOfUnits>
              <EndDate>2025-12-31</EndDate>
            </TargetResult>
            <ActualResult>
              <Description>900.0</Description>
              <NumberOfUnits>900.0</NumberOfUnits>
              <EndDate>2022-12-31</EndDate>
            </ActualResult>
          </MeasurementInstance>
          <OtherInformation>bound: at least</OtherInformation>
        </PerformanceIndicator>
      </Objective>
      <Objective>
        <Name>Equipment</Name>
        <Description />
        <Identifier>_p.t</Identifier>
        <SequenceIndicator>1.1</SequenceIndicator>
        <Stakeholder>
          <Name>City government</Name>
          <Role>
            <Name>牵头</Name>
            <RoleType>Performer</RoleType>
          </Role>
        </Stakeholder>
      </Objective>
      <Objective>
        <Name>Machine tools</Name>
        <Description />
        <Identifier>_p.m</Identifier>
        <SequenceIndicator>1.1.1</SequenceIndicator>
        <OtherInformation>part of Equipment</OtherInformation>
      </Objective>
    </Goal>
  </StrategicPlanCore>
  <AdministrativeInformation>
    <Identifier>_plan.plan.p</Identifier>
    <StartDate>2023-01-01</StartDate>
    <EndDate>2025-12-31</EndDate>
    <Source>https://w3id.org/policygraph/id/plan/p</Source>
  </AdministrativeInformation>
</PerformancePlanOrReport>
"""


def test_a_plan_is_written_whole_and_what_cannot_be_said_is_told() -> None:
    data = stratml.write(QUADS, PLAN, "en")
    assert (data.decode(), _faults(data)) == (WRITTEN, [])


def test_what_was_written_is_read_as_the_same_plan() -> None:
    quads, left = stratml.read(stratml.write(QUADS, PLAN), "back")
    store = ox.Store()
    store.bulk_extend(quads)
    query = queries.Query(
        "q",
        {},
        (),
        """SELECT ?part ?whole ?value ?deadline ?before ?agent {
          ?node pg:isPartOf/skos:prefLabel ?whole ; skos:prefLabel ?part
          OPTIONAL { ?t pg:isSetBy ?node ; pg:hasValue ?value ; pg:hasDeadline ?deadline ; pg:hasBaselineValue ?before }
          OPTIONAL { ?r pg:assignsElement ?node ; pg:assignsAgent/skos:prefLabel ?agent }
        } ORDER BY ?node""",
    )
    rows = [[term.value if term else None for term in row] for row in queries.run(query, store).rows]
    assert rows == [
        ["总体目标", "甲方案", None, None, None, None],
        ["产业", "甲方案", "1500", "2025", "900", None],
        ["装备", "产业", None, None, None, "市政府"],
        ["机床", "装备", None, None, None, None],
    ]
    assert left == ["AdministrativeInformation/Source: https://w3id.org/policygraph/id/plan/p"]


def test_every_shipped_plan_is_as_published(shipped: ox.Store) -> None:
    query = queries.read(find().queries / "export" / "plan.rq")
    plans = [quad.subject for quad in shipped.quads_for_pattern(None, vocab.rdf_type, vocab.pg("Plan"))]
    with_parts = [plan for plan in set(plans) if any(shipped.quads_for_pattern(None, vocab.pg("isPartOf"), plan))]
    assert len(with_parts) > 3
    for plan in sorted(with_parts, key=str)[::3]:
        rows = queries.run(query, shipped, {"plan": plan.value})
        at = [rows.variables.index(name) for name in ("subject", "predicate", "object")]
        quads = [ox.Quad(*(row[place] for place in at)) for row in rows.rows]
        assert _faults(stratml.write(quads, plan.value)) == [], plan


def test_a_plan_of_which_nothing_is_said_is_refused() -> None:
    with pytest.raises(KeyError):
        stratml.write(QUADS, vocab.expand("plan:none"))


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
REFUSED = {
    BOMB: "line 1: a DOCTYPE is not read",
    "<x>": "not XML: ",
    "": "not XML: ",
    "<PerformancePlanOrReport/>": "the root is PerformancePlanOrReport; a StratML Part 2 document has ",
    f'<PerformancePlanOrReport xmlns="{stratml.NAMESPACE}"/>': "there is no StrategicPlanCore",
}


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_what_is_no_stratml_is_refused(text: str, words: str) -> None:
    with pytest.raises(stratml.StratmlError, match=f"^{re.escape(words)}"):
        stratml.read(text.encode(), "x")
