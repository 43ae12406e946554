"""Words find what is meant: Chinese of two characters, English, other widths, abbreviations; the best comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from policygraph import name_pairs, search_index, vocab
from policygraph.pinyin import pinyin
from policygraph.search_index import collect, fold
from server.service.label_index import Hit, Index

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

AREA, PLAN, TASK, INDICATOR = (vocab.expand(name) for name in ("area:x", "plan:x", "x/t1", "indicator:x"))
#: A thing, what it is told apart by, the value.
FACTS = [
    *((AREA, "kind", vocab.expand(f"pg:{name}")) for name in ("City", "AdministrativeArea")),
    (vocab.expand("pg:City"), "broader", vocab.expand("pg:AdministrativeArea")),
    (PLAN, "kind", vocab.expand("pg:Plan")),
    (PLAN, "area", AREA),
    (PLAN, "year", "2021"),
    (TASK, "kind", vocab.expand("pg:Task")),
    (TASK, "area", AREA),
    (INDICATOR, "kind", vocab.expand("pg:Indicator")),
]
LABELS = [
    (AREA, "沈阳市", "zh", False),
    (AREA, "Shenyang", "en", False),
    (AREA, "沈", "zh", True),
    (PLAN, "沈阳市“十四五”规划", "zh", False),
    (PLAN, "14th Five-Year Plan of Shenyang", "en", False),
    (TASK, "编制规划", "zh", False),
    (TASK, "Draw up the plan for high-tech zones", "en", False),
    (INDICATOR, "地区生产总值", "zh", False),
    (INDICATOR, "gross regional product", "en", False),
    (INDICATOR, "GDP", "", True),
]
INDEX = Index(collect(LABELS, FACTS))


def _index(*labels: str) -> Index:
    """An index of places with a label each."""
    return Index(collect(((vocab.expand(f"place:{at:04}"), label, "zh", False) for at, label in enumerate(labels)), []))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“十四五”规划", "十四五规划"),
        ("ＧＤＰ", "gdp"),
        ("振兴新突破 我要当先锋", "振兴新突破我要当先锋"),
        ("High-Tech  Zones", "high tech zones"),
        ("2025 年", "2025年"),
        ("café", "cafe"),
        ("≥ 5 %", "≥5%"),
        ("——", ""),
    ],
)
def test_what_does_not_count_is_left_out(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("规划", [PLAN, TASK]),
        ("十四五规划", [PLAN]),
        ("ｇｄｐ", [INDICATOR]),
        ("shenyang", [AREA, PLAN]),
        ("SHENYANG plan", [PLAN]),
        ("plan", [PLAN, TASK]),
        ("high tech", [TASK]),
        ("沈", [AREA, PLAN]),
        ("划规", []),
        ("规划 zones", []),
        ("", []),
        ("“”", []),
    ],
)
def test_the_best_comes_first(text: str, things: list[str]) -> None:
    matches = INDEX.find(text, "zh")
    assert (matches.total, [each.thing for each in matches.shown], matches.words) == (len(things), things, "")


def test_what_was_found_says_by_which_label() -> None:
    assert INDEX.find("gdp", "zh").shown == [Hit(INDICATOR, "GDP", "")]


@pytest.mark.parametrize(
    ("text", "words", "things"),
    [
        ("shenyagn", "shenyang", [AREA, PLAN]),  # two letters have changed places
        ("regionl prodct", "regional product", [INDICATOR]),
        ("Hgih-Tech", "high tech", [TASK]),
        ("zone", "", [TASK]),  # a part of a word that is there
        ("zoo", "", []),  # too short to be a mistake
        ("unrelated", "", []),
        ("规画", "", []),
    ],
)
def test_a_misspelt_word_of_letters_is_taken_for_the_nearest(text: str, words: str, things: list[str]) -> None:
    matches = INDEX.find(text, "en")
    assert ([each.thing for each in matches.shown], matches.words) == (things, words)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("发改委", ["甲市发展和改革委员会", "国家发展和改革委员会"]),
        ("甲市发改委", ["甲市发展和改革委员会"]),
        ("人社局", ["乙区人力资源和社会保障局"]),
        ("发改", []),  # two characters stand in too many names
        ("发委改", []),
        ("发改委 甲市", []),
        ("新片", []),
    ],
)
def test_a_body_is_found_by_what_it_is_called_in_short(text: str, names: list[str]) -> None:
    bodies = ("甲市发展和改革委员会", "国家发展和改革委员会", "乙区人力资源和社会保障局")
    things = {name: vocab.expand(f"organisation:b{number}") for number, name in enumerate(bodies)}
    # a task that has the characters too, but is no body
    labels = [*((thing, name, "zh", False) for name, thing in things.items()), (TASK, "发展改革任务委托", "zh", False)]
    kinds = [(thing, "kind", vocab.expand("pg:Organisation")) for thing in things.values()]
    index = Index(collect(labels, [*kinds, (TASK, "kind", vocab.expand("pg:Task"))]))
    assert [hit.label for hit in index.find(text, "zh").shown] == names


def test_a_plan_goes_before_its_parts_and_those_before_counts_and_concepts() -> None:
    names = ("x/count", "x/task", "concept:theme/x", "document:x", "indicator:y")
    kinds = ("pg:CountClaim", "pg:Task", "skos:Concept", "pg:PolicyDocument", "pg:Indicator")
    things = [vocab.expand(name) for name in names]
    labels = [(thing, f"发展{'事' * at}", "zh", False) for at, thing in enumerate(things)]
    facts = [(thing, "kind", vocab.expand(kind)) for thing, kind in zip(things, kinds, strict=True)]
    matches = Index(collect(labels[1:], facts[1:])).find("发展", "zh")
    assert [each.thing for each in matches.shown] == [things[at] for at in (3, 4, 1, 2)]
    assert Index(collect(labels, facts)).find("发展", "zh").shown[0].thing == things[0]  # the whole label


def test_facets_count_what_each_value_would_leave() -> None:
    plan, task, city = (vocab.expand(f"pg:{name}") for name in ("Plan", "Task", "City"))
    assert INDEX.find("plan", "en").facets == {
        "kind": [(plan, 1), (task, 1)],
        "document": [],
        "area": [(AREA, 2)],
        "year": [("2021", 1)],
    }
    # the values of a facet are counted as if none of them were chosen
    chosen = INDEX.find("plan", "en", chosen={"kind": task})
    assert ([each.thing for each in chosen.shown], chosen.total) == ([TASK], 1)
    assert chosen.facets["kind"] == [(plan, 1), (task, 1)]
    assert chosen.facets["year"] == []
    assert INDEX.find("plan", "en", chosen={"year": "2021", "kind": task}).total == 0
    assert INDEX.kind(AREA) == city
    assert INDEX.kind("https://example.org/none") == ""


def test_an_exact_label_goes_before_a_beginning_and_that_before_a_place_inside() -> None:
    matches = _index("城市规划馆", "规划馆", "规划", "北京规划").find("规划", "zh")
    assert [each.label for each in matches.shown] == ["规划", "规划馆", "北京规划", "城市规划馆"]


def test_results_are_cut_in_order() -> None:
    matches = _index(*(f"规划{number:04}" for number in range(500))).find("规划", "zh", start=100, limit=2)
    assert (matches.total, [each.label for each in matches.shown]) == (500, ["规划0100", "规划0101"])


def test_names_stand_under_their_letter_in_chinese_under_that_of_the_pinyin() -> None:
    assert INDEX.listed("areas", "zh") == [("S", Hit(AREA, "沈阳市", "zh"))]
    assert INDEX.listed("plans", "en") == [("#", Hit(PLAN, "14th Five-Year Plan of Shenyang", "en"))]
    assert INDEX.listed("indicators", "zh") == [("D", Hit(INDICATOR, "地区生产总值", "zh"))]
    assert INDEX.listed("indicators", "en") == [("G", Hit(INDICATOR, "gross regional product", "en"))]


def test_things_that_are_alike_are_held_to_what_is_chosen_once(monkeypatch: pytest.MonkeyPatch) -> None:
    things = [vocab.expand(f"place:{number:03}") for number in range(300)]
    kinds = [
        (thing, "kind", vocab.expand("pg:Task" if number % 3 else "pg:Goal")) for number, thing in enumerate(things)
    ]
    years = [(thing, "year", str(2020 + number % 2)) for number, thing in enumerate(things)]
    index = Index(collect([(thing, f"规划{thing[-3:]}", "zh", False) for thing in things], [*kinds, *years]))
    held: list[int] = []
    has = Index._has

    def noted(index: Index, thing: int, chosen: Mapping[str, Collection[str]]) -> bool:
        held.append(thing)
        return has(index, thing, chosen)

    monkeypatch.setattr(Index, "_has", noted)
    matches = index.find("规划", "zh", 0, 2, {"kind": vocab.expand("pg:Task"), "year": "2021"})
    assert (matches.total, [hit.label for hit in matches.shown]) == (100, ["规划001", "规划005"])
    assert matches.facets["kind"] == [(vocab.expand("pg:Task"), 100), (vocab.expand("pg:Goal"), 50)]
    assert matches.facets["year"] == [("2020", 100), ("2021", 100)]
    assert len(held) == 5 * 4  # the things that are found, and those of each of four facets, by what they are


def test_a_list_is_put_in_order_once() -> None:
    assert INDEX.listed("plans", "zh") is INDEX.listed("plans", "zh")


def test_an_index_is_kept_as_it_was_made(tmp_path: Path) -> None:
    columns = collect(LABELS, FACTS)
    search_index.write(columns, tmp_path)
    kept = search_index.read(tmp_path)
    assert kept is not None
    assert Index(kept).find("plan", "en") == INDEX.find("plan", "en")
    assert Index(kept, folder=tmp_path).similar("沈阳是", 2) == INDEX.similar("沈阳是", 2)
    assert search_index.read(None) is None
    assert search_index.read(tmp_path / "none") is None


def test_of_several_words_each_must_be_there_and_a_thing_is_known_among_those_that_begin_alike() -> None:
    place, longer = vocab.expand("place:a"), vocab.expand("place:a-b")
    labels = [(place, "重点发展", "zh", False), (longer, "发展", "zh", False)]
    index = Index(collect(labels, [(longer, "kind", vocab.expand("pg:City"))]))
    assert [each.thing for each in index.find("发展 重点", "zh").shown] == [place]
    kinds = [index.kind(thing) for thing in (place, longer, f"{place}-", "", vocab.expand("place:z"))]
    assert kinds == ["", vocab.expand("pg:City"), "", "", ""]


def test_the_order_of_pieces_does_not_change_an_index() -> None:
    one = search_index._piece(LABELS[:3], search_index._stated(FACTS[:3]), pinyin)
    other = search_index._piece(LABELS[3:], search_index._stated(FACTS[3:]), pinyin)
    assert search_index.merged([one, other]) == search_index.merged([other, one]) == collect(LABELS, FACTS)


def test_pieces_are_kept_with_the_pairs_of_their_labels_or_without_and_make_one_index() -> None:
    pieces = [search_index._piece(own, search_index._stated(FACTS), pinyin) for own in (LABELS[:3], LABELS[3:])]
    with_pairs = [search_index.restore(search_index.dump(piece)) for piece in pieces]
    without = [search_index.restore(search_index.dump(piece, with_pairs=False)) for piece in pieces]
    assert without == pieces
    assert [replace(piece, pairs=None) for piece in with_pairs] == pieces
    columns, pairs = search_index.merged_with_pairs(pieces)
    for each in (with_pairs, without, [with_pairs[0], without[1]]):
        merged, own = search_index.merged_with_pairs(each)
        assert merged == columns
        assert {pair: list(own.having(pair)) for pair in own.places} == {
            pair: list(pairs.having(pair)) for pair in pairs.places
        }
    assert pairs.places == name_pairs.pairs_of(columns.folded).places


def test_a_thing_has_its_preferred_labels_the_first_of_each_language() -> None:
    index = Index(collect([*LABELS, (AREA, "Shen Yang", "en", False)], FACTS))
    assert [index.labels(thing) for thing in (AREA, INDICATOR, vocab.expand("area:none"))] == [
        {"zh": "沈阳市", "en": "Shen Yang"},
        {"zh": "地区生产总值", "en": "gross regional product"},
        {},
    ]
