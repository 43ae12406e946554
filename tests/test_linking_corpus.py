"""What only all documents tell: decisions of people, plans that are cited, alignments, wording that is used again."""

from __future__ import annotations

import functools
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygraph import text_reuse
from policygraph.base import Tables
from policygraph.linking import alignment, areas, bodies, corpus, decisions, indicators, succession
from policygraph.linking.decision import Scope
from policygraph.linking.explanations import RULES, explain
from policygraph.linking.labels import Lexicon
from policygraph.linking.plans import Plan
from policygraph.linking.resolver import Resolver

ROOT = Path(__file__).resolve().parents[1]
CHENGDU = Scope("area:chengdu", 2026)


@functools.cache
def _tables() -> Tables:
    return Tables(ROOT / "data" / "base", ROOT)


def _resolver(rulings: str = "") -> Resolver:
    return Resolver.of(_tables(), (), decisions.Rulings.of_bytes(rulings.encode()))


# ── decisions ─────────────────────────────────────────────────────────────────────────────────────


def test_a_decision_is_written_read_and_holds() -> None:
    decision = _resolver().body("市茶办", CHENGDU)
    ruling = replace(
        decisions.ruling_of(decision, "same", since="2026-11-29", by="a curator", reason="农业农村局内设"),
        thing="organisation:cn-510100-agriculture-and-rural-affairs",
    )
    text = decisions.as_yaml([ruling])
    assert text.partition("- ")[2] == (
        '{kind: organisation, name: 市茶办, in: "area:chengdu", verdict: same, '
        'thing: "organisation:cn-510100-agriculture-and-rural-affairs", reason: 农业农村局内设, '
        f"digest: {decision.digest}, since: 2026-11-29, by: a curator}}\n"
    )
    resolver = _resolver(text)
    meanings = [resolver.body("市茶办", scope) for scope in (CHENGDU, Scope("area:mianyang", 2026))]
    assert [(each.identifier.startswith("organisation:cn-5101"), each.rule) for each in meanings] == [
        (True, "decided/same"),
        (False, "body/new-of-place"),
    ]
    assert (meanings[0].identifier, resolver.rulings.report()) == (ruling.thing, [])


def test_a_decision_whose_evidence_changed_is_open_again_and_one_for_no_name_is_told() -> None:
    resolver = _resolver("""\
- {kind: organisation, name: 市茶办, in: area:chengdu, verdict: same, thing: organisation:x, digest: a, since: 2026}
- {kind: area, name: 茶乡, verdict: different, thing: area:y, since: 2026-01-03}
""")
    assert resolver.body("市茶办", CHENGDU).rule == "body/new-of-place"
    assert [each.text() for each in resolver.rulings.report()] == [
        "data/reference/decisions.yaml:1: warning: 市茶办: what was compared for “市茶办” has changed since the "
        "decision of 2026. Decide again: `policygraph link --explain 市茶办` shows what is compared now. "
        "[decision_reopened]",
        "data/reference/decisions.yaml:2: warning: 茶乡: “茶乡” no longer occurs in any document. Take the decision "
        "out, or leave it for when the name comes back. [decision_without_name]",
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("- kind: area\n  name: 甲\n", "no verdict"),
        ("- {kind: area, name: 甲, verdict: perhaps, thing: area:x}\n", "unknown verdict “perhaps”"),
        ("- {kind: tree, name: 甲, verdict: same, thing: area:x}\n", "unknown kind “tree”"),
        ("- {kind: area, name: 甲, verdict: same}\n", "no thing"),
        ("- {kind: area, name: 甲, verdict: renamed, thing: area:x}\n", "no year of the renaming"),
        ("- {kind: area, name: 甲, verdict: same, thing: area:x, whom: b}\n", "unknown key “whom”"),
        ("- 甲\n", "not a mapping"),
        ("甲: 1\n", "unknown key “甲”"),
    ],
)
def test_a_decision_that_cannot_be_read_is_told_with_its_line(entry: str, reason: str) -> None:
    rulings = decisions.Rulings.of_bytes(entry.encode())
    assert [(str(each.position), each.message["en"]) for each in rulings.findings] == [
        ("data/reference/decisions.yaml:1", f"the decision cannot be read: {reason}.")
    ]


def test_different_takes_the_next_candidate_and_unsure_waits() -> None:
    before = _resolver().area("朝阳", Scope("area:liaoning"))
    resolver = _resolver(
        f"- {{kind: area, name: 朝阳, in: area:liaoning, verdict: different, thing: '{before.identifier}'}}\n"
        "- {kind: area, name: 沈阳, in: area:liaoning, verdict: unsure}\n"
    )
    after = [resolver.area(name, Scope("area:liaoning")) for name in ("朝阳", "沈阳")]
    assert (before.identifier, [(each.rule, each.waits) for each in after]) == (
        "area:chaoyang-211300",
        [("decided/different", after[0].waits), ("decided/unsure", True)],
    )
    assert after[0].identifier != before.identifier


def test_every_rule_is_explained_in_both_languages() -> None:
    kinds = "area|body|indicator|plan|initiative|decided"
    modules = [path for path in (ROOT / "policygraph" / "linking").glob("*.py") if path.stem != "explanations"]
    stated = {code for path in modules for code in re.findall(rf'"((?:{kinds})/[a-z-]+)"', path.read_text("utf-8"))}
    built = {f"area/{nearness}" for nearness in areas.NEARNESS} | {f"body/{way}" for way in bodies.WAYS}
    built |= {f"indicator/{rule}" for rule, _, _ in indicators.names_of("全市茶馆增速", "growth-rate", lambda _: False)}
    assert RULES.keys() == stated | built
    decision = _resolver().body("市财政局", CHENGDU)
    assert (explain(decision, "en"), explain(decision, "zh")) == (
        [
            "“市财政局” (in a document of area:chengdu)",
            "→ organisation:cn-510100-finance  成都市财政局",
            "because an area and a kind of body (body/place)",
            "confidence 97%",
            f"digest {decision.digest}",
        ],
        [
            "“市财政局”（文件所属：area:chengdu）",
            "→ organisation:cn-510100-finance  成都市财政局",
            "理由：区域加机构种类（body/place）",
            "把握：97%",
            f"digest {decision.digest}",
        ],
    )


# ── across documents ──────────────────────────────────────────────────────────────────────────────


def _records() -> dict[str, dict[str, object]]:
    plan = {"id": "plan:a", "label": {"zh": "成都市茶业行动计划（2026—2028年）"}, "coversArea": "area:chengdu"}
    citing = {
        "id": "plan:b",
        "label": {"zh": "武侯区茶业措施"},
        "implements": ["plan:cha-1"],
        "coversArea": "area:wuhou",
    }
    other = {"id": "plan:c", "label": {"zh": "绵阳市茶业措施"}, "cites": ["plan:cha-2"], "coversArea": "area:mianyang"}
    return {
        "a": {"coversArea": "area:chengdu", "publicationYear": "2026", "plans": [plan]},
        "b": {"coversArea": "area:wuhou", "plans": [citing]},
        "c": {"coversArea": "area:mianyang", "plans": [other]},
    }


_PROPOSED = [
    {"id": "plan:cha-1", "type": "Plan", "label": {"zh": "成都市茶业行动计划（2026-2028年）"}},
    {"id": "plan:cha-2", "type": "Plan", "label": {"zh": "茶业行动计划（2026—2028年）"}},
    {"id": "indicator:gdp-1", "type": "Indicator", "label": {"zh": "全市地区生产总值"}, "dimension": "currency"},
]


def test_a_plan_that_another_document_is_is_joined_and_one_of_another_city_is_not() -> None:
    links = corpus.link(_records(), _PROPOSED, _resolver())
    assert (links.everywhere, links.by_document) == (
        {"indicator:gdp-1": "indicator:gdp"},
        {"b": {"plan:cha-1": "plan:a"}},
    )
    assert (
        corpus.replaced("implements: [plan:cha-1, plan:cha-10]\n", links.of("b"))
        == "implements: [plan:a, plan:cha-10]\n"
    )


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_order_of_documents_changes_what_is_joined(shuffle: random.Random) -> None:
    resolver = _shared()
    expected = corpus.link(_records(), _PROPOSED, resolver)
    records, proposed = list(_records().items()), list(_PROPOSED)
    shuffle.shuffle(records)
    shuffle.shuffle(proposed)
    assert corpus.link(dict(records), proposed, resolver) == expected


@functools.cache
def _shared() -> Resolver:
    return _resolver()


def test_a_decision_about_a_name_changes_the_documents_of_its_area_alone() -> None:
    resolver = _resolver(
        "- {kind: organisation, name: 市茶办, in: area:chengdu, verdict: same, thing: organisation:tea}\n"
    )
    links = corpus.link(_records(), [], resolver)
    before = resolver.bodies.resolve("市茶办", CHENGDU).identifier
    assert links.by_document == {"a": {before: "organisation:tea"}}


def test_plans_that_succeed_one_another_in_a_circle_are_told_once() -> None:
    records = {
        slug: {"plans": [{"id": f"plan:{slug}", "succeeds": [f"plan:{after}"]}]}
        for slug, after in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))
    }
    assert [each.text() for each in corpus.succession_cycles(records)] == [
        "data/records/a.yaml:1: warning: plan:a: plans that succeed one another in a circle: "
        "plan:a → plan:b → plan:c → plan:a. Take one `succeeds:` out. [succession_in_a_circle]"
    ]


def test_alignments_are_suggested_within_an_area_and_by_wording() -> None:
    statements = [
        alignment.Statement(
            "t:city", "plan:a", "area:chengdu", indicator="indicator:gdp", value_kind="growth-rate", year="2026"
        ),
        alignment.Statement(
            "t:district", "plan:b", "area:wuhou", indicator="indicator:gdp", value_kind="growth-rate", year="2026"
        ),
        alignment.Statement(
            "t:elsewhere", "plan:c", "area:mianyang", indicator="indicator:gdp", value_kind="growth-rate"
        ),
        alignment.Statement("e:city", "plan:a", "area:chengdu", "推动茶馆高质量发展"),
        alignment.Statement("e:district", "plan:b", "area:wuhou", "推动茶馆高质量发展"),
        alignment.Statement("e:elsewhere", "plan:c", "area:mianyang", "推动全部茶馆高质量发展"),
        alignment.Statement("e:short", "plan:c", "area:mianyang", "保障措施"),
        alignment.Statement("e:short-too", "plan:a", "area:chengdu", "保障措施"),
    ]
    suggested = alignment.suggest(statements, _shared().areas.lies_in)
    assert [(each.first, each.second, each.relation, each.confidence, each.method) for each in suggested] == [
        ("e:city", "e:district", "equal-to", 0.9, "align/same-words"),
        ("e:city", "e:elsewhere", "equivalent-to", 0.64, "align/like-words"),
        ("e:district", "e:elsewhere", "equivalent-to", 0.64, "align/like-words"),
        ("t:district", "t:city", "subset-of", 0.85, "align/indicator"),
    ]


def test_like_wording_of_one_theme_is_suggested_and_of_two_themes_not() -> None:
    words = {
        "e:a": "实施人工智能产业创新提升行动",
        "e:b": "实施人工智能人才创新行动",
        "e:c": "实施人工智能产业集群行动",
    }
    themes = {"e:a": ("digital",), "e:b": ("digital", "talent"), "e:c": ("industry",)}
    suggested = alignment.suggest(
        (alignment.Statement(iri, f"plan:{iri}", "", words[iri], themes=themes[iri]) for iri in words), lambda *_: False
    )
    assert [(each.first, each.second, each.relation, each.confidence, each.method) for each in suggested] == [
        ("e:a", "e:b", "intersects-with", 0.6, "align/theme-and-words")
    ]


def test_the_next_plan_of_a_series_is_suggested_to_succeed_the_one_before() -> None:
    plans = [
        Plan("plan:a", "成都市国民经济和社会发展第十四个五年规划", "area:chengdu"),
        Plan("plan:b", "成都市国民经济和社会发展第十五个五年规划", "area:chengdu"),
        Plan("plan:c", "绵阳市国民经济和社会发展第十五个五年规划", "area:mianyang"),
        Plan("plan:d", "成都市茶业发展行动方案（2021—2023年）"),
        Plan("plan:e", "成都市新一轮茶业发展行动方案（2025—2027年）"),
        Plan("plan:f", "2026年成都市政府工作报告", "area:chengdu", "2026", "2026"),
        Plan("plan:g", "2025年成都市政府工作报告", "area:chengdu"),
        Plan("plan:h", "成都市“十三五”茶业规划"),
        Plan("plan:i", "成都市“十五五”茶业规划"),
    ]
    areas = _shared().areas
    suggested = succession.successions(plans, areas)
    assert [(each.first, each.second, each.relation, each.confidence) for each in suggested] == [
        ("plan:b", "plan:a", "succeeds", 0.85),
        ("plan:e", "plan:d", "succeeds", 0.65),
        ("plan:f", "plan:g", "succeeds", 0.85),
    ]
    assert succession.successions(reversed(plans), areas) == suggested
    assert [each.first for each in succession.successions(plans, areas, {"plan:b": ["plan:a"]})] == ["plan:e", "plan:f"]


def test_wording_that_is_used_again_is_told_by_its_places() -> None:
    passage = "鼓励社区茶馆面向老年人提供低价茶点和免费座位服务"
    texts = [
        text_reuse.Text("b", f"前言。{passage}，期限三年。", "2026-03"),
        text_reuse.Text("a", f"一、总则\n{passage[:10]}\n{passage[10:]}。", "2025"),
        text_reuse.Text("c", "本文件说的是另一件事情，与茶馆没有任何关系可言。", "2024"),
    ]
    assert text_reuse.passages(texts) == [
        text_reuse.Passage(text_reuse.Place("a", 5, 30), text_reuse.Place("b", 3, 27), 24, 1.0, "a"),
    ]
    like = [
        text_reuse.Text("a", "鼓励社区茶馆面向老年人提供低价茶点和免费座位服务"),
        text_reuse.Text("b", "鼓励社区茶馆面向老年人等提供低价茶点和免费座位"),
    ]
    assert [(each.one, each.other, each.likeness < 1, each.first) for each in text_reuse.passages(like)] == [
        (text_reuse.Place("a", 0, 24), text_reuse.Place("b", 0, 23), True, "")
    ]


@pytest.mark.parametrize(
    "words",
    ["依据《关于支持社区茶馆面向老年人提供低价茶点的若干措施》", "支持OPC（One Person Company，一人公司）茶馆的"],
)
def test_a_cited_title_and_a_gloss_in_letters_are_no_wording_used_again(words: str) -> None:
    texts = [text_reuse.Text("a", f"一、{words}。"), text_reuse.Text("b", f"前言，{words}。")]
    assert text_reuse.passages(texts) == []
    longer = [text_reuse.Text(text.slug, f"{text.words}鼓励社区茶馆面向老年人提供低价茶点和免费座位") for text in texts]
    assert len(text_reuse.passages(longer)) == 1


# ── labels ────────────────────────────────────────────────────────────────────────────────────────


def test_a_label_is_composed_of_words_that_are_known_or_not_at_all() -> None:
    lexicon = Lexicon.of_rows(
        [
            {"zh": "推动", "en": "promote", "kind": "verb", "note": ""},
            {"zh": "茶馆", "en": "teahouses", "kind": "noun", "note": ""},
            {"zh": "社区", "en": "community", "kind": "noun", "note": ""},
            {"zh": "建设", "en": "build", "kind": "verb", "note": "as a noun: building"},
            {"zh": "聚焦", "en": "focus on", "kind": "verb", "note": ""},
            {"zh": "高质量", "en": "high-quality", "kind": "modifier", "note": ""},
        ]
    )
    labels = (
        "推动茶馆、社区",
        "社区茶馆建设",
        "聚焦建设茶馆",
        "社区的茶馆",
        "高质量的茶馆",
        "推动会飞的茶馆",
        "",
        "、",
    )
    assert [lexicon.compose(label) for label in labels] == [
        "Promote teahouses, community",
        "Building of community teahouses",
        "Focus on building teahouses",
        "Teahouses of community",
        "High-quality teahouses",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("title", "english"),
    [
        ("武侯区支持茶馆建设若干措施", "Several measures of Wuhou District to support building of teahouses"),
        (
            "成都市关于推进茶馆发展的实施意见（征求意见稿）",
            "Implementation opinions of Chengdu on advancing teahouse development (draft for comment)",
        ),
        (
            "关于印发《成都市茶馆行动计划（2025—2027年）》的通知",
            "Notice on issuing “action plan of Chengdu for teahouses (2025–2027)”",
        ),
        ("2026年成都市人民政府工作报告", "Work report of Chengdu people's government, 2026"),
        ("茶馆“雨前”发展规划", "Development plan for teahouses “yuqian”"),
        ("武侯区茶馆护航十条（征求意见稿）", "Ten escort measures of Wuhou District for teahouses (draft for comment)"),
        ("武侯区支持茶馆十大政策举措", "Ten major policy measures of Wuhou District to support teahouses"),
        ("制定实施方案", "Formulate implementation plan"),
        ("推进茶馆专项行动", "Advance teahouses special action"),
        ("打造茶馆，支持企业若干措施", "Build teahouses, support enterprises several measures"),
    ],
)
def test_a_title_says_first_what_kind_of_plan_it_is(title: str, english: str) -> None:
    """What is done to a plan, and a sentence with a comma, stay as they are."""
    resolver = _shared()
    lexicon = replace(resolver.lexicon, words=dict(resolver.lexicon.words), _kept={})
    for row in ("茶馆,teahouses", "茶馆发展,teahouse development", "雨前,yuqian"):
        lexicon.add(*row.split(","))
    assert lexicon.compose(title) == english


@pytest.mark.parametrize(
    ("label", "english"),
    [
        ("深入实施行动", "Thoroughly implement action"),
        ("强化风险防范化解", "Strengthen preventing and defusing of risks"),
        ("支持数据产品研发", "Support research and development of data products"),
        ("2026年重点工作", "2026 key work"),
        # what develops stands behind its development, unless it is one word with it
        ("支持数据产品创新发展", "Support innovative development of data products"),
        ("科技创新引领数据产品发展", "Scientific and technological innovation lead development of data products"),
        ("全国数据产品", "National data products"),
        ("推动全国", "Promote the whole country"),
    ],
)
def test_verbs_and_headings_in_the_middle_of_a_label(label: str, english: str) -> None:
    assert _shared().lexicon.compose(label) == english


def test_names_are_translated_in_the_official_style() -> None:
    resolver = _shared()
    bodies = [resolver.body(name, CHENGDU) for name in ("市财政局", "省财政厅", "武侯区财政局", "市委宣传部", "财政部")]
    assert [resolver.english_of(each) for each in bodies] == [
        "Chengdu Municipal Finance Bureau",
        "Sichuan Provincial Department of Finance",
        "Wuhou District Finance Bureau",
        "Publicity Department of the Chengdu Municipal Party Committee",
        "Ministry of Finance",
    ]
    assert [resolver.english(name) for name in ("四川省", "成都", "推动成都高质量发展")] == [
        "Sichuan Province",
        "Chengdu",
        "Promote high-quality development of Chengdu",
    ]


@pytest.mark.parametrize(
    ("label", "english"),
    [
        ("2026年1月27日会议", "27 January 2026 meeting"),
        ("2026年会议", "2026 meeting"),
        ("2027年3月会议", "March 2027 meeting"),
        ("12月会议", "December meeting"),
        ("会议（2026—2028年）", "Meeting (2026–2028)"),
        ("会议（2026年—2028年）", "Meeting (2026–2028)"),
        ("2026年13月会议", ""),
    ],
)
def test_a_date_is_one_word_of_a_label(label: str, english: str) -> None:
    """Not “2026 1 month 27 day”; a month that is none is not translated."""
    lexicon = Lexicon.of_rows([{"zh": "会议", "en": "meeting", "kind": "noun"}])
    assert lexicon.compose(label) == english
