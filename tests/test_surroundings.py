"""Evidence and what stands around it: cut words and values, years and areas that are not there."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from policygraph import coding, surroundings, vocab
from policygraph.extract.actors import role_words
from policygraph.surroundings import words

ROOT = Path(__file__).resolve().parents[1]
TEXT = (
    "某市三年行动方案（2023—2025年）\n到2025年，产值达到1.5万亿元以上，建成35个园区，GDP增速高于全省。\n"
    "改造白塔公园，由市发改委牵头。“四大工程”包括：\n力争新增床位800张。\n"
    "力争到2025年，出口稳步增长，占比达到40%以上。\n研发投入强度达到3.2%。\n由市审计局等部门配合，对先进单位给予奖励。\n"
)
SOURCE = f"{vocab.ID}source/x#char="
PREDICATES = {"prefLabel": vocab.skos("prefLabel"), "type": vocab.rdf_type}
ODRL = vocab.PREFIXES["odrl"]
THING = ox.NamedNode(vocab.ID + "x/target")
NAMES = {
    f"{vocab.ID}area/a": ["某市"],
    f"{vocab.ID}area/b": ["他市"],
    f"{vocab.ID}indicator/output": ["工业产值"],
    f"{vocab.ID}indicator/forest": ["森林覆盖率"],
    f"{vocab.ID}initiative/four": ["四大工程"],
    f"{vocab.ID}initiative/two": ["两邻理念"],
    f"{vocab.ID}organisation/reform": ["某市发展和改革委员会"],
    f"{vocab.ID}organisation/audit": ["某市审计局"],
    f"{vocab.ID}organisation/nowhere": ["他省园林局"],
}


def _span(words: str, first: int = 0, last: int = 0) -> str:
    start = TEXT.index(words)
    return f"{start + first},{start + len(words) + last}"


def _lines(span: str, **values: str) -> list[str]:
    """What is found of a thing with evidence at a span, and printed values, years or areas."""
    quads = [ox.Quad(THING, vocab.pg("hasEvidence"), ox.NamedNode(SOURCE + span))]
    for name, value in values.items():
        term = ox.NamedNode(value) if "://" in value else ox.Literal(value)
        predicate = PREDICATES.get(name) or vocab.pg(name)
        quads.append(ox.Quad(THING, predicate, term))
    return [f"{finding.check}: {finding.message['en']}" for finding in surroundings.check(quads, {"x": TEXT}, NAMES)]


WHOLE = "产值达到1.5万亿元以上"
TARGET = {"type": vocab.pg("IndicatorTarget").value}
SOUND = {
    "whole words": (_span(WHOLE), {"hasPrintedValue": "1.5万亿元以上"}),
    "a sentence with its stop": (_span("GDP增速高于全省。"), {}),
    "a count": (_span("建成35个园区"), {"hasPrintedCount": "35个"}),
    "a year that is printed": (_span(WHOLE), {"hasDeadline": "2025"}),
    "an area that is printed": (_span(WHOLE), {"ofArea": f"{vocab.ID}area/a"}),
    "a year that was inferred": (_span(WHOLE), {"hasDeadline": "2031", "isInferred": "true"}),
    "an area that was inferred, with the reason": (
        _span(WHOLE),
        {"ofArea": f"{vocab.ID}area/b", "hasInferredProperty": vocab.pg("ofArea").value, "hasReason": "他市的方案。"},
    ),
    "a year that is counted in the reason": (
        _span(WHOLE),
        {"hasDeadline": "2031", "isInferred": "true", "hasReason": "三到五年自2026年末起算。"},
    ),
    "a bound that is printed": (
        _span(WHOLE),
        {"hasPrintedValue": "1.5万亿元以上", "hasComparator": f"{ODRL}gteq"},
    ),
    "a hedge that is printed": (_span("新增床位800张"), {"hasHedge": f"{vocab.CONCEPT}hedge/strive"}),
    "an indicator of which words are printed": (_span(WHOLE), {"ofIndicator": f"{vocab.ID}indicator/output"}),
    "an initiative that is printed": (_span("“四大工程”"), {"readsInitiative": f"{vocab.ID}initiative/four"}),
    "an agent by its short name": (_span("市发改委"), {"assignsAgent": f"{vocab.ID}organisation/reform"}),
    "a hedge that a change of kind needs": (
        _span("占比达到40%以上"),
        {
            **TARGET,
            "hasPrintedValue": "40%以上",
            "hasHedge": f"{vocab.CONCEPT}hedge/strive",
            "hasValueKind": f"{vocab.CONCEPT}value-kind/share",
        },
    ),
    "a role that is printed beside": (_span("市发改委"), {"hasRole": f"{vocab.CONCEPT}role/lead"}),
    "a role of which nothing is asked": (_span("市发改委"), {"hasRole": f"{vocab.CONCEPT}role/implementing"}),
    "a label without its quotation marks": (_span("四大工程"), {"prefLabel": "四大工程"}),
    "an area without its generic": (_span("力争新增床位"), {"prefLabel": "新增床位"}),
    "a label in other words": (_span("改造白塔公园"), {"prefLabel": "白塔公园改造"}),
}
FAULTY = {
    "an end inside a numeral": (
        _span("产值达到1.5", 0, -1),
        {},
        "evidence_cut: #char={span} begins or ends inside “1.5”.",
    ),
    "a start inside a word": (_span("GDP增速", 1), {}, "evidence_cut: #char={span} begins or ends inside “GDP”."),
    "moved on by one": (
        _span(WHOLE, 1, 1),
        {},
        f"evidence_moved: #char={{span}} seems to be moved by one character: #char={_span(WHOLE)} begins and ends "
        "with whole words.",
    ),
    "moved back by one": (
        _span(WHOLE, -1, -1),
        {},
        f"evidence_moved: #char={{span}} seems to be moved by one character: #char={_span(WHOLE)} begins and ends "
        "with whole words.",
    ),
    "a piece of a numeral": (
        _span(WHOLE),
        {"hasPrintedValue": "5万亿元以上"},
        "printed_value_cut: “5万亿元以上” is a piece of what is printed: “1.5”.",
    ),
    "a numeral without its multiple": (
        _span(WHOLE),
        {"hasPrintedValue": "1.5万"},
        "printed_value_cut: “1.5万” is a piece of what is printed: “1.5万亿”.",
    ),
    "a value without its bound": (
        _span(WHOLE),
        {"hasPrintedValue": "1.5万亿元"},
        "printed_bound_left_out: “1.5万亿元” leaves out a bound that is printed: “1.5万亿元以上”.",
    ),
    "a year that is not there": (
        _span(WHOLE),
        {"hasBaselineYear": "2019"},
        "year_not_printed: neither its evidence nor what stands around it prints the year 2019.",
    ),
    "a year beside another in the sentence": (
        _span(WHOLE),
        {"hasDeadline": "2023"},
        "year_differs: its sentence prints 2025, and not the year 2023.",
    ),
    "a year that its reason does not make": (
        _span(WHOLE),
        {"hasDeadline": "2030", "isInferred": "true", "hasReason": "三到五年自2026年末起算。"},
        "reason_names_another_year: its reason names 2026, which does not make the year 2030.",
    ),
    "a count that is neither a number nor the sum": (
        _span("建成35个园区"),
        {"hasPrintedCount": "35个", "hasDeclaredCount": "36"},
        "printed_count_differs: “35个” reads as 35, declared is 36.",
    ),
    "a bound that is not printed": (
        _span("新增床位800张"),
        {"hasPrintedValue": "800张", "hasComparator": f"{ODRL}gteq"},
        "bound_not_printed: nothing in or beside its evidence says gteq.",
    ),
    "an exact figure that is none": (
        _span("GDP增速高于全省"),
        {"hasPrintedValue": "高于全省", "hasComparator": f"{ODRL}eq"},
        "bound_differs: “高于全省” says a bound, and its comparator is eq.",
    ),
    "a hedge of nothing": (
        _span(WHOLE),
        {"hasHedge": f"{vocab.CONCEPT}hedge/strive"},
        "hedge_not_printed: no word of its sentence is a hedge of the kind strive.",
    ),
    "a kind of value that no word says": (
        _span(WHOLE),
        {"hasValueKind": f"{vocab.CONCEPT}value-kind/average-annual-growth"},
        "value_kind_not_printed: no word of its sentence says that its value is of the kind average-annual-growth.",
    ),
    "a hedge left out": (
        _span("新增床位800张"),
        {**TARGET, "hasPrintedValue": "800张"},
        "hedge_left_out: “力争” stands before “800张”, and it has no `hedge:`.",
    ),
    "a hedge left out that governs the sentence": (
        _span("占比达到40%以上"),
        {**TARGET, "hasPrintedValue": "40%以上"},
        "hedge_left_out: “力争” stands before “40%以上”, and it has no `hedge:`.",
    ),
    "a percentage that is no level": (
        _span("研发投入强度达到3.2%"),
        {"hasPrintedValue": "3.2%", "hasValueKind": f"{vocab.CONCEPT}value-kind/level"},
        "value_kind_differs: “3.2%” is no value of the kind level.",
    ),
    "an increment that is a level": (
        _span("产值达到1.5万亿元以上"),
        {"hasPrintedValue": "1.5万亿元以上", "hasValueKind": f"{vocab.CONCEPT}value-kind/increment"},
        "value_kind_differs: “1.5万亿元以上” is no value of the kind increment.",
    ),
    "a plan of one year with another": (
        _span(WHOLE),
        {"type": vocab.pg("Plan").value, "hasPrintedPeriod": "2025年", "hasPeriodEnd": "2024"},
        "year_differs: its sentence prints 2025, and not the year 2024.",
    ),
    "moved on by one from its label": (
        _span("白塔公园", -1, -1),
        {"prefLabel": "白塔公园"},
        f"evidence_moved: #char={{span}} seems to be moved by one character: #char={_span('白塔公园')} begins and ends "
        "with whole words.",
    ),
    "an inferred agent that is nowhere near": (
        _span("市发改委"),
        {"assignsAgent": f"{vocab.ID}organisation/nowhere", "isInferred": "true", "hasReason": "句中无主语。"},
        "agent_not_printed: neither its evidence nor what stands around it names “他省园林局”.",
    ),
    "a count of neither the first number nor the sum": (
        _span("“四大工程”"),
        {"hasPrintedCount": "“一枢纽四大工程”", "hasDeclaredCount": "4"},
        "printed_count_differs: ““一枢纽四大工程”” reads as 1 + 4, declared is 4.",
    ),
    "a bound of a word that is none": (
        _span("研发投入强度达到3.2%"),
        {"hasPrintedValue": "3.2%", "hasComparator": f"{ODRL}lteq"},
        "bound_not_printed: nothing in or beside its evidence says lteq.",
    ),
    "a role that is not printed": (
        _span("市审计局"),
        {"hasRole": f"{vocab.CONCEPT}role/hosting"},
        "role_not_printed: no word of its evidence says that the agent has the role hosting.",
    ),
    "a role that is printed as another": (
        _span("市发改委牵头"),
        {"hasRole": f"{vocab.CONCEPT}role/implementing", "hasPrintedRole": "牵头"},
        "role_differs: “牵头” says the role lead, and its role is implementing.",
    ),
    "a quotation mark left out": (
        _span("“四大工程"),
        {},
        "evidence_leaves_out_sign: #char={span} leaves out the “””, whose counterpart it has.",
    ),
    "a last character of the label left out": (
        _span("新增床"),
        {"prefLabel": "新增床位"},
        "evidence_short_of_label: #char={span} is one character short of its label: “增床位” stands there.",
    ),
    "a last character of a clause left out": (
        _span("改造白塔公"),
        {},
        "evidence_short_of_clause: #char={span} ends one character before its part of the sentence does: “造白塔公园”.",
    ),
    "another indicator": (
        _span(WHOLE),
        {"ofIndicator": f"{vocab.ID}indicator/forest"},
        "indicator_not_printed: hardly anything of the name “森林覆盖率” stands in or before its sentence.",
    ),
    "another initiative": (
        _span("“四大工程”"),
        {"readsInitiative": f"{vocab.ID}initiative/two"},
        "initiative_not_printed: hardly anything of the name “两邻理念” stands in its evidence.",
    ),
    "another agent": (
        _span("市发改委"),
        {"assignsAgent": f"{vocab.ID}organisation/audit"},
        "agent_not_printed: neither its evidence nor what stands around it names “某市审计局”.",
    ),
    "a character lost": (
        _span("改造白塔公园"),
        {"prefLabel": "改造白公园"},
        "label_character_lost: “白公” of its label stands nowhere in the text; its evidence prints “白塔公”.",
    ),
    "a label one character short": (
        _span("园区"),
        {"prefLabel": "园"},
        "label_shorter_than_evidence: its label “园” is one character short of its evidence, “园区”.",
    ),
    "an end that is a comma": (
        _span("建成35个园区，"),
        {},
        "evidence_at_edge: #char={span} begins or ends with “，”, which belongs to what is beside it.",
    ),
    "a start inside a name": (
        _span("某市三年行动方案", 1),
        {},
        "evidence_cuts_name: #char={span} begins or ends inside the name “某市”.",
    ),
    "an area that is not there": (
        _span(WHOLE),
        {"ofArea": f"{vocab.ID}area/b"},
        "area_not_printed: neither its evidence nor what stands around it prints “他市”.",
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_nothing_speaks_against_what_is_sound(name: str) -> None:
    span, values = SOUND[name]
    assert _lines(span, **values) == []


@pytest.mark.parametrize("name", FAULTY)
def test_what_stands_around_speaks_against_a_mistake(name: str) -> None:
    span, values, expected = FAULTY[name]
    assert _lines(span, **values) == [expected.format(span=span)]


def test_without_the_text_nothing_is_asked() -> None:
    quad = ox.Quad(THING, vocab.pg("hasEvidence"), ox.NamedNode(f"{SOURCE}1,3"))
    assert surroundings.check([quad], {}) == []


def test_areas_have_their_short_names() -> None:
    label = vocab.skos("prefLabel")
    area = ox.NamedNode(f"{vocab.ID}area/shenyang")
    quads = [ox.Quad(area, label, ox.Literal("沈阳市", language="zh")), ox.Quad(area, label, ox.Literal("Shenyang"))]
    assert surroundings.names_of(quads) == {area.value: ["沈阳", "沈阳市"]}


def _findings(*quads: ox.Quad) -> list[str]:
    return [f"{finding.check}: {finding.message['en']}" for finding in surroundings.check(quads, {"x": TEXT}, NAMES)]


def _part(name: str, label: str, theme: str, words: str) -> list[ox.Quad]:
    part = ox.NamedNode(f"{vocab.ID}x/{name}")
    return [
        ox.Quad(part, vocab.skos("prefLabel"), ox.Literal(label, language="zh")),
        ox.Quad(part, vocab.pg("hasTheme"), ox.NamedNode(f"{vocab.CONCEPT}theme/{theme}")),
        ox.Quad(part, vocab.pg("isPartOf"), THING),
        ox.Quad(part, vocab.pg("hasEvidence"), ox.NamedNode(SOURCE + _span(words))),
    ]


def test_a_theme_is_doubted_where_the_words_are_of_the_theme_beside_it() -> None:
    park = _part("park", "改造白塔公园", "urban", "改造白塔公园")
    assert _findings(*park, *_part("garden", "改造公园", "finance", "改造白塔公园")) == [
        "theme_differs: no word in or beside it is of the theme finance; “改造” is of urban."
    ]
    assert _findings(*park, *_part("garden", "改造公园", "urban", "改造白塔公园")) == []
    assert _findings(*_part("garden", "改造公园", "finance", "改造白塔公园")) == []


@pytest.mark.parametrize(
    ("instrument", "expected"),
    [
        ("infrastructure", []),
        (
            "tax",
            ["instrument_differs: no word of “改造白塔公园” is of the instrument tax; “改造” is of infrastructure."],
        ),
    ],
)
def test_an_instrument_is_doubted_where_the_measure_plainly_says_another(instrument: str, expected: list[str]) -> None:
    code = ox.NamedNode(f"{vocab.ID}x/code")
    measure = _part("park", "改造白塔公园", "urban", "改造白塔公园")
    assert (
        _findings(
            *measure,
            ox.Quad(code, vocab.pg("classifies"), measure[0].subject),
            ox.Quad(code, vocab.pg("hasInstrument"), ox.NamedNode(f"{vocab.CONCEPT}instrument/{instrument}")),
        )
        == expected
    )


def test_every_word_that_is_read_as_a_role_is_one_that_says_it() -> None:
    assert [
        word for word, role in role_words.ROLES.items() if role in words.ROLES and not words.ROLES[role].search(word)
    ] == []


def test_every_theme_role_and_instrument_of_the_tables_is_a_concept() -> None:
    concepts = (ROOT / "ontology" / "concepts.ttl").read_text(encoding="utf-8")
    tables = {
        "hedge": words.HEDGES,
        "instrument": coding.concepts("instrument"),
        "role": words.ROLES | words.DECISIVE_ROLES,
        "theme": coding.concepts("theme"),
        "value-kind": words.KINDS | dict.fromkeys(words.WITHOUT_PERCENT),
    }
    assert [
        f"{scheme}/{name}" for scheme, table in tables.items() for name in table if f"/{scheme}/{name}>" not in concepts
    ] == []
