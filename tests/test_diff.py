"""Differences: equal graphs have none, whatever their blank nodes; what differs is told once, the patch says it all."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from policygraph import cli, diff, manifest, paths, vocab

if TYPE_CHECKING:
    from pathlib import Path

PREFIXES = "".join(f"PREFIX {name}: <{space}>\n" for name, space in vocab.PREFIXES.items())


def _quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(input=PREFIXES + text, format=ox.RdfFormat.TRIG))


FIRST = """
GRAPH graph:reference { area:a skos:prefLabel "甲区"@zh ; pg:isSubdivisionOf area:b . area:c a pg:District . }
plan:a a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty pg:isPartOf ; owl:hasValue 1 ] .
"""
SECOND = """
GRAPH graph:reference { area:a skos:prefLabel "甲市"@zh ; pg:isSubdivisionOf area:b , area:d . area:e a pg:City . }
plan:a rdfs:subClassOf [ owl:hasValue 1 ; owl:onProperty pg:isPartOf ; a owl:Restriction ] ; a owl:Class .
"""
LABELS = {vocab.expand("area:a"): "甲区"}


def test_two_graphs_are_told_apart_by_thing() -> None:
    expected = """\
~ 甲区  (area:a)
    skos:prefLabel: “甲区”@zh → “甲市”@zh
    pg:isSubdivisionOf: + area:d

- area:c
    rdf:type: - pg:District

+ area:e
    rdf:type: + pg:City

1 things added, 1 removed, 1 changed; 3 statements added, 2 removed.
"""
    assert diff.text(diff.between(_quads(FIRST), _quads(SECOND)), LABELS) == expected


def test_the_other_languages_closing_line() -> None:
    told = diff.text(diff.between([], []), {}, "zh")
    assert told == "新增 0 个事物，删除 0 个，改动 0 个；新增陈述 0 条，删除 0 条。\n"


def test_json_holds_terms_as_n_triples_write_them() -> None:
    found = json.loads(diff.as_json(diff.between(_quads("plan:a pg:hasOrdinal 1 ."), []), {}))
    change = {
        "property": vocab.expand("pg:hasOrdinal"),
        "graph": None,
        "removed": ['"1"^^<http://www.w3.org/2001/XMLSchema#integer>'],
        "added": [],
    }
    thing = {"id": vocab.expand("plan:a"), "label": None, "state": "removed", "changes": [change]}
    assert found == {"statements": {"added": 0, "removed": 1}, "things": [thing]}


def _applied(quads: list[ox.Quad], patch: str) -> set[str]:
    """The statements after a patch, its blank nodes taken for the stored ones of the same label."""
    lines = patch.splitlines()
    assert (lines[0], lines[-1]) == ("TX .", "TC .")
    found = {str(quad) for quad in quads}
    for line in lines[1:-1]:
        statement = re.sub(r"<(_:\w+)>", r"\1", line[2:-2])
        found = found - {statement} if line.startswith("D") else found | {statement}
    return found


def test_the_patch_turns_the_first_graph_into_the_second() -> None:
    first, second = _quads(FIRST), _quads(SECOND)
    patched = _applied(first, diff.patch(diff.between(first, second)))
    blank = re.compile(r"_:\w+")
    assert {blank.sub("_:", line) for line in patched} == {blank.sub("_:", str(quad)) for quad in second}


def test_two_groups_of_blank_nodes_alike_are_two() -> None:
    one, two = _quads("plan:a pg:x [ pg:y 1 ] ."), _quads("plan:a pg:x [ pg:y 1 ] , [ pg:y 1 ] .")
    assert (len(diff.between(one, two).added), len(diff.between(two, one).removed)) == (2, 2)


EDGES = st.lists(st.tuples(*[st.integers(0, 5)] * 2, st.sampled_from("pq")), max_size=8)


@settings(max_examples=60, deadline=None)
@given(edges=EDGES, order=st.randoms(use_true_random=False))
def test_neither_names_of_blank_nodes_nor_order_make_a_difference(
    edges: list[tuple[int, int, str]], order: random.Random
) -> None:
    names = list(range(6))
    order.shuffle(names)
    first = [f"_:b{one} pg:{name} _:b{other} ." for one, other, name in edges]
    second = [f"_:x{names[one]} pg:{name} _:x{names[other]} ." for one, other, name in edges]
    order.shuffle(second)
    assert diff.between(_quads("\n".join(first)), _quads("\n".join(second))) == diff.Difference((), (), ())


def test_cycles_of_two_lengths_are_not_taken_for_equal() -> None:
    """Two triangles and a hexagon look alike to whoever only counts neighbours."""

    def cycle(*nodes: str) -> str:
        return "".join(f"_:{one} pg:p _:{other} . " for one, other in zip(nodes, nodes[1:] + nodes[:1], strict=True))

    triangles, hexagon = _quads(cycle(*"abc") + cycle(*"def")), _quads(cycle(*"abcdef"))
    found = diff.between(triangles, hexagon)
    assert (len(found.removed), len(found.added)) == (6, 6)


PLANS = """
plan:one a pg:Plan ; skos:prefLabel "甲"@zh ; pg:hasPeriodEnd "2022"^^xsd:gYear .
plan:two a pg:Plan ; skos:prefLabel "乙"@zh ; pg:hasPeriodEnd "2025"^^xsd:gYear .
id:one\\/g a pg:TaskGroup ; pg:isPartOf plan:one ; skos:prefLabel "产业"@zh ; pg:hasOrdinal 1 .
id:two\\/g a pg:TaskGroup ; pg:isPartOf plan:two ; skos:prefLabel "产业"@zh ; pg:hasOrdinal 7 .
id:one\\/t a pg:IndicatorTarget ; pg:isSetBy id:one\\/g ; pg:ofIndicator indicator:i ; pg:hasValue 1 .
id:two\\/t a pg:IndicatorTarget ; pg:isSetBy id:two\\/g ; pg:ofIndicator indicator:i ; pg:hasValue 2 .
id:one\\/u a pg:Task ; pg:isPartOf id:one\\/g ; skos:prefLabel "旧名"@zh .
id:two\\/u a pg:Task ; pg:isPartOf id:two\\/g ; skos:prefLabel "新名"@zh .
id:align pg:hasRelation concept:relation\\/equivalent-to ; pg:alignsFrom id:two\\/u ; pg:alignsTo id:one\\/u .
"""


def test_two_plans_are_compared_part_by_part() -> None:
    sides = diff.paired(_quads(PLANS), *(ox.NamedNode(vocab.expand(name)) for name in ("plan:one", "plan:two")))
    expected = """\
~ id:one/t
    pg:hasValue: “1” → “2”

~ id:one/u
    skos:prefLabel: “旧名”@zh → “新名”@zh

~ plan:one
    skos:prefLabel: “甲”@zh → “乙”@zh
    pg:hasPeriodEnd: “2022” → “2025”

0 things added, 0 removed, 3 changed; 4 statements added, 4 removed.
"""
    assert diff.text(diff.between(*sides), {}) == expected


def test_a_label_that_two_parts_share_pairs_neither() -> None:
    more = 'id:two\\/h a pg:TaskGroup ; pg:isPartOf plan:two ; skos:prefLabel "产业"@zh .'
    sides = diff.paired(_quads(PLANS + more), *(ox.NamedNode(vocab.expand(n)) for n in ("plan:one", "plan:two")))
    states = {vocab.shorten(thing.node.value): thing.state for thing in diff.between(*sides).things}
    assert [states[name] for name in ("id:one/g", "id:two/g", "id:two/h")] == ["removed", "added", "added"]


def test_a_plan_without_parts_is_refused() -> None:
    with pytest.raises(diff.DiffError, match=r"^plan:three has no parts$"):
        diff.paired(_quads(PLANS), *(ox.NamedNode(vocab.expand(name)) for name in ("plan:one", "plan:three")))


REFUSED = {
    "none": "{path}/none: the ending is not one of .jsonld, .nq, .nt, .rdf, .trig, .ttl",
    "none.ttl": "{path}/none.ttl: No such file or directory",
    "bad.nt": "{path}/bad.nt: ",
    "folder": "no build in {path}/folder",
}


@pytest.mark.parametrize(("name", "words"), REFUSED.items())
def test_what_cannot_be_read_is_told(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.nt").write_text("<a:a> <a:b>")
    with pytest.raises(diff.DiffError, match=f"^{re.escape(words.format(path=tmp_path))}"):
        diff.read(tmp_path / name)


def test_a_build_that_was_cut_is_refused_and_not_compared(tmp_path: Path) -> None:
    quads = tmp_path / manifest.QUADS
    quads.write_bytes(b"<a:a> <a:b> <a:c> .\n<a:a> <a:b> <a:d> .\n")
    content = {"snapshot": "", "checksums": manifest.checksums(tmp_path, [manifest.QUADS])}
    (tmp_path / manifest.MANIFEST).write_text(json.dumps(content))
    assert len(diff.read(tmp_path)) == 2
    quads.write_bytes(b"<a:a> <a:b> <a:c> .\n")
    with pytest.raises(manifest.DamagedError, match=r"policygraph\.nq has 20 bytes where manifest\.json says 40"):
        diff.read(tmp_path)


def test_the_page_shows_what_went_and_what_came() -> None:
    shown = diff.page(
        diff.between(_quads(FIRST), _quads(SECOND)), LABELS, paths.find().templates, ("旧", "新"), language="zh"
    )
    assert re.findall(r"<h2>.*</h2>|<del>.*?</del>|<ins>.*?</ins>", shown) == [
        "<h2>改动：甲区  (area:a)</h2>",
        "<del>“甲区”@zh</del>",
        "<ins>“甲市”@zh</ins>",
        "<ins>area:d</ins>",
        "<h2>删除：area:c</h2>",
        "<del>pg:District</del>",
        "<h2>新增：area:e</h2>",
        "<ins>pg:City</ins>",
    ]


def test_the_shipped_graph_equals_itself_written_anew(shipped: ox.Store) -> None:
    quads = list(shipped)
    text = ox.serialize(quads, format=ox.RdfFormat.TRIG)
    again = list(ox.parse(input=text, format=ox.RdfFormat.TRIG, rename_blank_nodes=True))
    assert diff.between(quads, again) == diff.Difference((), (), ())


def test_the_command_ends_with_one_where_files_differ(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("a.trig", "b.trig")]
    for name, text in zip(names, (FIRST, SECOND), strict=True):
        ox.serialize(_quads(text), name, ox.RdfFormat.TRIG)
    run = CliRunner().invoke
    results = [run(cli.main, ["--language", "en", "diff", names[0], name]) for name in names]
    last = [result.stdout.splitlines()[-1] for result in results]
    assert ([result.exit_code for result in results], last) == (
        [0, 1],
        [
            "0 things added, 0 removed, 0 changed; 0 statements added, 0 removed.",
            "1 things added, 1 removed, 1 changed; 3 statements added, 2 removed.",
        ],
    )


def test_what_follows_is_compared_only_where_it_is_asked_for(tmp_path: Path) -> None:
    stated = ox.Quad(*_quads("plan:a pg:x plan:b .")[0].triple, ox.NamedNode(vocab.expand("graph:document/a")))
    follows = ox.Quad(*_quads("plan:a pg:y plan:b .")[0].triple, vocab.GRAPH_INFERRED)
    about = ox.Quad(*_quads("plan:a pg:z plan:b .")[0].triple, vocab.GRAPH_META)
    path = tmp_path / "x.nq"
    ox.serialize([stated, follows, about], str(path), ox.RdfFormat.N_QUADS)
    assert (diff.read(path), diff.read(path, with_inferred=True)) == ([stated], [stated, follows])


def test_a_patch_deletes_before_it_adds() -> None:
    """A store that applies it line by line keeps a statement that is taken out and put in again elsewhere."""
    lines = diff.patch(diff.between(_quads("plan:a pg:x 1, 2 ."), _quads("plan:a pg:x 3, 4 ."))).splitlines()
    assert [line.split()[0] for line in lines] == ["TX", "D", "D", "A", "A", "TC"]
