"""Evidence and what stands around it: cut words and values, years and areas that are not there."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from policygraph import surroundings, vocab

TEXT = "某市三年行动方案（2023—2025年）\n到2025年，产值达到1.5万亿元以上，建成35个园区，GDP增速高于全省。\n"
SOURCE = f"{vocab.ID}source/x#char="
THING = ox.NamedNode(vocab.ID + "x/target")
AREAS = {f"{vocab.ID}area/a": ["某市"], f"{vocab.ID}area/b": ["他市"]}


def _span(words: str, first: int = 0, last: int = 0) -> str:
    start = TEXT.index(words)
    return f"{start + first},{start + len(words) + last}"


def _lines(span: str, **values: str) -> list[str]:
    """What is found of a thing with evidence at a span, and printed values, years or areas."""
    quads = [ox.Quad(THING, vocab.pg("hasEvidence"), ox.NamedNode(SOURCE + span))]
    for name, value in values.items():
        term = ox.NamedNode(value) if ":" in value else ox.Literal(value)
        quads.append(ox.Quad(THING, vocab.pg(name), term))
    return [f"{finding.check}: {finding.message['en']}" for finding in surroundings.check(quads, {"x": TEXT}, AREAS)]


WHOLE = "产值达到1.5万亿元以上"
SOUND = {
    "whole words": (_span(WHOLE), {"hasPrintedValue": "1.5万亿元以上"}),
    "a sentence with its stop": (_span(f"{WHOLE}，"), {}),
    "a count": (_span("建成35个园区"), {"hasPrintedCount": "35个"}),
    "a year that is printed": (_span(WHOLE), {"hasDeadline": "2025"}),
    "an area that is printed": (_span(WHOLE), {"ofArea": f"{vocab.ID}area/a"}),
    "a year that was inferred": (_span(WHOLE), {"hasDeadline": "2031", "isInferred": "true"}),
    "an area that was inferred": (
        _span(WHOLE),
        {"ofArea": f"{vocab.ID}area/b", "hasInferredProperty": vocab.pg("ofArea").value},
    ),
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
        {"hasDeadline": "2031"},
        "year_not_printed: neither its evidence nor what stands around it prints the year 2031.",
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
    assert surroundings.area_names(quads) == {area.value: ["沈阳", "沈阳市"]}
