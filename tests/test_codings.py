"""Words in, codings out: which instruments and themes a draft proposes, with which evidence, and what of it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from policygraph import coding, extract, paths, queries, vocab
from policygraph.extract import evaluate
from policygraph.extract.draft import codings
from policygraph.extract.draft.codings import Words
from policygraph.extract.review import Decision, Review
from policygraph.extract.structure.passages import Passage

ROOT = Path(__file__).resolve().parents[1]
TEXT = """\
云岭市支持一人公司发展若干措施
一、加强人才引进。对新引进的博士给予生活补贴。
二、其他支持。给予最高50万元补助，并优先安排奖励资金。
三、人才与金融并举。由有关单位落实。
四、产业结构更加优化。新增企业20家。
五、推动科技创新，繁荣文化事业。市科技局牵头。
六、附则。本措施由市科技局负责解释。
"""


@pytest.fixture(scope="module")
def record(whole_gazetteer: extract.Gazetteer) -> dict[str, Any]:
    return extract.extract(TEXT, "x", whole_gazetteer).record


def _codings(record: dict[str, Any]) -> list[tuple[str, ...]]:
    """Label, code, rule, the words that say it, and whether it waits for review: of each coding, in order."""
    rows = []
    for part in record["plans"][0]["parts"]:
        for each in part.get("classifications", ()):
            spans = [tuple(map(int, span.removeprefix("#char=").split(","))) for span in each["evidence"]]
            words = "、".join(TEXT[start:end] for start, end in spans)
            code = next(each[scheme] for scheme in coding.SCHEMES if scheme in each)
            rows.append((part["label"]["zh"], code, each["rule"], words, each.get("needsReview", "")))
    return rows


def test_a_part_is_coded_by_its_label_else_by_its_sentences_and_what_no_word_says_is_not(
    record: dict[str, Any],
) -> None:
    assert _codings(record) == [
        ("加强人才引进", "capacity", "coding/label", "人才引进", ""),
        ("加强人才引进", "talent", "coding/label", "人才引进", "true"),
        ("加强人才引进", "talent", "coding/label", "人才", ""),
        ("其他支持", "subsidy", "coding/body", "给予最高50万元、补助、奖励", ""),
        ("人才与金融并举", "capacity", "coding/label", "人才", ""),
        ("人才与金融并举", "finance", "coding/label", "金融", ""),
        ("人才与金融并举", "talent", "coding/label", "人才、金融", "true"),
        ("人才与金融并举", "talent", "coding/label", "人才", ""),
        ("产业结构更加优化", "industry", "coding/label", "产业", ""),
        ("推动科技创新，繁荣文化事业", "innovation", "coding/label", "科技创新", ""),
    ]


def test_words_of_two_themes_are_one_proposal_that_names_both(record: dict[str, Any]) -> None:
    part = next(part for part in record["plans"][0]["parts"] if part["label"]["zh"].startswith("人才与金融"))
    assert part["classifications"][2] == {
        "id": "e3-k3",
        "theme": "talent",
        "confidence": "0.5",
        "rule": "coding/label",
        "needsReview": "true",
        "reason": {
            "zh": "此处有两个主题的词：人才属“人才”，金融属“金融”。",
            "en": "Words of two themes stand there: 人才 of “talent”, 金融 of “finance”.",
        },
        "evidence": ["#char=71,73", "#char=74,76"],
    }


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        ("theme", "推进老旧小区改造", [("urban", "老旧小区")]),
        ("theme", "打造创新生态", [("innovation", "创新")]),
        ("instrument", "设立5亿元产业基金", [("finance", "基金")]),
        ("instrument", "对企业给予一次性50万元补贴", [("subsidy", "给予一次性50万元"), ("subsidy", "补贴")]),
        ("instrument", "中国红十字基金会", []),
        ("theme", "AIGC产品与AI应用", [("digital", "AI")]),
    ],
)
def test_a_word_within_a_longer_one_or_within_what_means_something_else_says_nothing(
    scheme: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(hit.code, text[hit.start : hit.end]) for hit in coding.hits(scheme, text)] == expected


@pytest.mark.parametrize("scheme", coding.SCHEMES)
def test_what_a_draft_says_by_a_word_the_checks_do_not_doubt(scheme: str) -> None:
    assert [
        (code, word)
        for code, concept in coding.concepts(scheme).items()
        for word in (*concept.words, *concept.broad)
        if not coding.may_say(scheme, code, word.replace("…", ""))
    ] == []


def test_an_accepted_coding_keeps_the_rule_that_made_it_and_a_rejected_one_is_gone(
    tmp_path: Path, whole_gazetteer: extract.Gazetteer
) -> None:
    folders = paths.find(ROOT)
    place = tmp_path / "x.yaml"
    extract.write(extract.extract(TEXT, "x", whole_gazetteer), TEXT, place, folders)
    review = Review(place, folders)
    abouts = [item.about for item in review.waiting(everything=True) if item.parent == "e1"]
    assert abouts == [
        "classifications@20-24: talent",
        "classifications@20-24: capacity",
        "classifications@20-22: talent",
    ]
    for about, act in zip(abouts, ("reject", "accept", "reject"), strict=True):
        review.decide(Decision(about, act))
    review.save()
    again = Review(place, folders)
    assert [item.thing for item in again.decided() if item.parent == "e1"] == [
        {"id": "e1-k1", "instrument": "capacity", "rule": "coding/label", "evidence": ["#char=20,24"]}
    ]
    assert [item.about for item in again.waiting(everything=True) if item.parent == "e1"] == []


def test_codes_are_compared_where_the_record_has_some_and_a_theme_counts_for_what_stands_below_it() -> None:
    """One element of the draft has an instrument that is not recorded, the other the theme of the one above it."""
    draft = _record({"classifications": [{"instrument": "tax"}, {"instrument": "subsidy"}, {"theme": "finance"}]}, {})
    record = _record({"classifications": [{"instrument": ["subsidy", "finance"]}]}, {"theme": "finance"})
    scores = {score.measure: score for score in evaluate.evaluate(draft, record)}
    assert [scores[name] for name in ("instruments", "themes")] == [
        evaluate.Score("instruments", correct=1, drafted=2, recorded=2),
        evaluate.Score("themes", correct=1, drafted=1, recorded=1),
    ]
    assert "themes" not in {score.measure for score in evaluate.evaluate(draft, _record({}, {}))}


def _record(upper: dict[str, Any], lower: dict[str, Any]) -> dict[str, Any]:
    """A record of one task with one measure, which have these keys too."""
    below = {"id": "e1-1", "type": "Measure", "label": {"zh": "减税"}, "evidence": ["#char=20,30"], **lower}
    part = {"id": "e1", "type": "Task", "label": {"zh": "奖励"}, "evidence": ["#char=0,10"], **upper, "parts": [below]}
    return {"id": "document:x", "plans": [{"id": "plan:x", "parts": [part]}]}


def test_an_element_has_the_theme_of_its_coding_where_it_says_none() -> None:
    query = queries.read(ROOT / "queries" / "derive" / "classified_theme.rq")
    store = ox.Store()
    own, coded = (ox.NamedNode(f"{vocab.ID}x/{name}") for name in ("own", "coded"))
    ecology, talent = (ox.NamedNode(f"{vocab.CONCEPT}theme/{name}") for name in ("ecology", "talent"))
    store.add(ox.Quad(own, vocab.pg("hasTheme"), ecology))
    for element in (own, coded):
        code = ox.NamedNode(f"{element.value}-k1")
        store.add(ox.Quad(code, vocab.rdf_type, vocab.pg("Classification")))
        store.add(ox.Quad(code, vocab.pg("classifies"), element))
        store.add(ox.Quad(code, vocab.pg("hasTheme"), talent))
    assert [*queries.construct(query, store)] == [ox.Triple(coded, vocab.pg("hasTheme"), talent)]


def test_each_concept_of_the_table_is_called_as_in_the_ontology() -> None:
    graph = ox.Store()
    graph.load(path=ROOT / "ontology" / "concepts.ttl", format=ox.RdfFormat.TURTLE)
    for scheme in coding.SCHEMES:
        for code, concept in coding.concepts(scheme).items():
            node = ox.NamedNode(f"{vocab.CONCEPT}{scheme}/{code}")
            labels = [quad.object for quad in graph.quads_for_pattern(node, vocab.skos("prefLabel"), None)]
            assert {label.language: label.value for label in labels} == concept.names, node


def test_whom_a_measure_serves_and_who_pays_are_coded_by_the_words_that_name_them() -> None:
    sentence = "由市级财政和引导基金共同出资，对农民工、退役军人和残疾人给予培训补贴。"
    words = Words(Passage("扩大就业。", [(0, 4)]), [Passage(sentence, [(0, len(sentence))])])
    served = list(codings.named("beneficiary", words))
    assert [(each["beneficiary"], each["rule"], each["evidence"]) for each in served] == [
        ("veterans", "coding/body", ["#char=20,24"]),
        ("migrant-workers", "coding/body", ["#char=16,19"]),
    ]
    assert [each["funding"] for each in codings.named("funding", words)] == ["government-fund"]
    # bodies that a sentence names mostly do something: only a heading makes them those who are served
    actors = Words(Passage("开放场景。", [(0, 4)]), [Passage("联动国有企业和金融机构。", [(0, 11)])])
    assert list(codings.named("beneficiary", actors)) == []


def test_a_beneficiary_and_an_instrument_that_are_coded_apart_are_of_the_whole_measure() -> None:
    labels = 'skos:prefLabel "x"@zh , "x"@en'
    concept = f"a skos:Concept ; {labels}"
    graph = ox.Store()
    text = f"""
    id:p a pg:Plan ; pg:coversArea id:a ; pg:hasPeriodStart "2026"^^xsd:gYear ; {labels} .
    id:a {labels} .
    id:old {concept} . id:young {concept} . id:tax {concept} . id:land {concept} .
    id:m pg:isWithin id:p . id:n pg:isWithin id:p .
    id:k1 a pg:Classification ; pg:classifies id:m ; pg:hasBeneficiary id:old .
    id:k2 a pg:Classification ; pg:classifies id:m ; pg:hasInstrument id:tax .
    id:k3 a pg:Classification ; pg:classifies id:n ; pg:hasInstrument id:tax ; pg:hasBeneficiary id:young .
    id:k4 a pg:Classification ; pg:classifies id:n ; pg:hasInstrument id:land .
    """
    prefixes = "".join(f"PREFIX {name}: <{vocab.PREFIXES[name]}>\n" for name in ("pg", "skos", "xsd", "id"))
    graph.update(f"{prefixes} INSERT DATA {{ {text} }}")
    query = queries.read(ROOT / "queries" / "competency" / "cq-45-beneficiaries.rq")
    rows = queries.run(query, graph)
    at = [rows.variables.index(name) for name in ("beneficiary", "instrument", "areaEn", "start", "measures")]
    shown = [tuple(term.value.rpartition("/")[2] for place in at if (term := row[place])) for row in rows.rows]
    assert shown == [("old", "tax", "x", "2026", "1"), ("young", "tax", "x", "2026", "1")]
