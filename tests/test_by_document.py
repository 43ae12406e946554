"""Answers that are kept by document are those of the whole graph, whatever has changed since they were kept."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import build, prepared, queries, vocab
from policygraph.build import by_document, kept_rows, parts
from policygraph.build.rooted import classes_by, root_of, variables_of
from policygraph.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_P = "PREFIX t: <urn:t:> "
#: Queries with a root: what leads on from it is optional, asked for, ruled out, one of several, of a graph, far away.
_ROOTED = [
    "SELECT ?node ?label WHERE { ?node t:label ?label }",
    "SELECT ?node ?label WHERE { ?node a t:A ; t:to/t:label ?label }",
    "SELECT DISTINCT ?node WHERE { ?node t:to ?x . FILTER NOT EXISTS { ?x t:label ?label } }",
    "SELECT ?node ?x ?y WHERE { ?node t:to ?x OPTIONAL { ?x t:by/t:label ?y } }",
    "SELECT ?node ?label WHERE { { ?node t:to ?x } UNION { ?node t:by ?x } ?x t:label ?label }",
    "SELECT ?node ?x WHERE { ?node t:to+ ?x . ?x a t:A }",
    "SELECT ?node ?g WHERE { GRAPH ?g { ?node t:to ?x } ?x t:by ?y FILTER EXISTS { ?y t:to ?node } }",
    "SELECT ?node ?kind WHERE { ?node t:by ?x . ?x a ?kind }",
    "SELECT ?node ?label WHERE { ?node t:to ?x ; t:label ?label FILTER NOT EXISTS { ?x t:label ?label } }",
]
#: Those without one: a row hangs on others, on what leads to its thing, or on what no thing leads to.
_UNROOTED = [
    "SELECT ?node (COUNT(?x) AS ?n) WHERE { ?node t:to ?x } GROUP BY ?node",
    "SELECT (MAX(?x) AS ?node) WHERE { ?x t:to ?y }",
    "SELECT ?node WHERE { ?x t:to ?node }",
    "SELECT ?node WHERE { ?node ^t:to ?x }",
    "SELECT ?node WHERE { ?node a t:A FILTER NOT EXISTS { ?x t:to ?node } }",
    "SELECT ?node ?other WHERE { ?node t:label ?label . ?other t:label ?label }",
    "SELECT ?node WHERE { ?node t:to ?x } LIMIT 3",
    "SELECT ?node ?y WHERE { ?node a t:A OPTIONAL { ?node t:to ?x } OPTIONAL { ?x t:label ?y } }",
    "SELECT ?node ?y WHERE { ?node a t:A OPTIONAL { ?x t:label ?y } ?node t:to ?x }",
    "SELECT ?node ?y WHERE { { ?node t:to ?x } UNION { ?node a t:A . ?x t:label ?y } }",
    "SELECT ?node ?y WHERE { ?node t:to ?x { ?x a t:A OPTIONAL { ?node t:label ?y } } }",
    "SELECT ?node WHERE { ?node t:to ?x MINUS { ?x t:label ?y } }",
    "SELECT ?node WHERE { { SELECT ?node WHERE { ?node t:to ?x } } }",
    "SELECT ?node WHERE { OPTIONAL { ?node t:to ?x } }",
    "SELECT ?node (RAND() AS ?x) WHERE { ?node t:to ?y }",
    "SELECT ?node WHERE { ?node t:to [ t:label ?x ] }",
    "SELECT ?node WHERE { ?node t:to ?x . t:one t:label ?y }",
    "ASK { ?node t:to ?x }",
    "SELECT ?node WHERE {",
]


@pytest.mark.parametrize("text", _ROOTED)
def test_a_root_leads_to_all_that_a_row_reads(text: str) -> None:
    assert root_of(_P + text) == "node"


@pytest.mark.parametrize("text", _UNROOTED)
def test_where_a_row_reads_more_there_is_no_root(text: str) -> None:
    assert root_of(_P + text) is None


def test_what_a_construct_makes_is_about_its_root() -> None:
    assert root_of(_P + "CONSTRUCT { ?x t:label ?y, ?z } WHERE { ?x t:label ?y ; t:to/t:label ?z }") == "x"
    assert root_of(_P + "CONSTRUCT { ?x t:label ?y . ?z t:label ?y } WHERE { ?x t:label ?y ; t:to ?z }") is None


def test_a_select_has_its_variables_in_order() -> None:
    assert variables_of(_P + "SELECT ?b (STR(?c) AS ?a) ?c WHERE { ?b t:to ?c }") == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("pattern", "predicates"),
    [
        ("?claim pg:countsClass ?class . ?part a ?class", ["countsClass"]),
        ("?claim pg:countsClass ?class OPTIONAL { ?part rdf:type ?class }", ["countsClass"]),
        (
            "?claim pg:countsClass ?class FILTER EXISTS { { ?part a ?class } UNION { ?part a pg:Plan } }",
            ["countsClass"],
        ),
        ("?claim pg:countsClass ?x . ?y pg:p ?z { SELECT ?a { ?a pg:p ?x . ?a a ?x } } ?y a ?z", ["p"]),
        ("?claim pg:countsClass ?class . ?part a pg:Plan", None),
        ("?part a ?class", None),
        ("?claim pg:countsClass ?class . ?part a ?class, ?other", None),
        ("?claim pg:countsClass|pg:p ?class . ?part a ?class", None),
        ("OPTIONAL { ?claim pg:countsClass ?class } ?part a ?class", None),
        ("{ ?claim pg:countsClass ?class } UNION { ?part a ?class }", None),
        ("?claim pg:countsClass ?class { SELECT ?class { ?part a ?class } }", None),
        ("?claim pg:countsClass ?class . ?part a/rdfs:subClassOf ?class", None),
        ("?claim pg:countsClass ?class . ?part a ?class . ?part a/skos:prefLabel ?label", None),
        ("?claim nobody:countsClass ?class . ?part a ?class", None),
        ("?claim ?countsClass ?class . ?part a ?class", None),
    ],
)
def test_classes_that_a_predicate_leads_to_are_all_that_is_asked_for(
    pattern: str, predicates: list[str] | None
) -> None:
    classes = classes_by(f"SELECT * WHERE {{ {pattern} }}", vocab.Names())
    assert classes == (None if predicates is None else frozenset(vocab.pg(name).value for name in predicates))


def test_a_text_with_prefixes_of_its_own_or_a_condition_on_groups_may_ask_for_any_class() -> None:
    text = "SELECT ?x WHERE { ?x pg:countsClass ?class . ?y a ?class }"
    assert classes_by(text, vocab.Names()) is not None
    assert classes_by("PREFIX pg: <urn:x:> " + text, vocab.Names()) is None
    assert classes_by(text + " GROUP BY ?x HAVING (EXISTS { ?z a ?class })", vocab.Names()) is None


def test_questions_about_what_is_counted_are_answered_of_its_classes(
    built: build.Graph, shipped: ox.Store, tmp_path: Path
) -> None:
    folders, names = built.folders, built.folders.names
    catalogue = [*queries.read_all(folders.queries / "service"), *queries.read_all(folders.queries / "competency")]
    texts = prepared.texts(catalogue, catalogue, names)
    asked_of = [queries.Query("", {}, (), text) for text in texts if classes_by(text, names)]
    graph = build.Graph(folders, built.ontology, parts=built.parts, others=built.others, kept=Cache(tmp_path))
    limited = graph.store_for(asked_of)
    assert vocab.rdf_type.value not in frozenset().union(*(graph.read_by(query) or () for query in asked_of))
    assert len(asked_of) == 4
    for query in asked_of:
        assert prepared.answer(limited, query.text, names) == prepared.answer(shipped, query.text, names)


class _World:
    """Documents with things that lead to each other's, and shared things of which some documents speak as well."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same for a seed is what is wanted
        self.documents = {number: self._lines(number) for number in range(5)}
        self.shared = self._lines(9)
        self.derived = b""

    def _lines(self, number: int) -> set[str]:
        return {self._line(number) for _ in range(12)}

    def _thing(self, number: int) -> str:
        others = self.chance.choice([number, number, number, 9, self.chance.randrange(6)])
        return f"<urn:t:{others}-{self.chance.randrange(4)}>"

    def _line(self, number: int) -> str:
        subject = self._thing(number if self.chance.random() < 0.9 else self.chance.choice([9, 0, 1]))
        statement = self.chance.choice(
            [
                f"<urn:t:to> {self._thing(number)}",
                f"<urn:t:by> {self._thing(number)}",
                f'<urn:t:label> "{self.chance.randrange(3)}"',
                f"<{vocab.rdf_type.value}> <urn:t:{self.chance.choice('AB')}>",
            ]
        )
        return f"{subject} {statement} <urn:g:{number}> .\n"

    def change(self) -> None:
        act = self.chance.randrange(6)
        if act == 0:
            self.documents[self.chance.randrange(6)] = self._lines(self.chance.randrange(6))
        elif act == 1 and len(self.documents) > 2:
            del self.documents[self.chance.choice(sorted(self.documents))]
        elif act == 2:
            self.shared = {*sorted(self.shared)[1:], self._line(9)}
        elif act == 3:
            self.derived = self._line(self.chance.randrange(6)).encode()
        else:
            number = self.chance.choice(sorted(self.documents))
            self.documents[number] = {*sorted(self.documents[number])[1:], self._line(number)}

    def parts(self) -> list[parts.Part]:
        return [parts.Part("".join(sorted(each)).encode()) for each in (*self.documents.values(), self.shared)]

    def store(self) -> ox.Store:
        store = ox.Store()
        store.load(b"".join([*(part.lines for part in self.parts()), self.derived]), format=ox.RdfFormat.N_QUADS)
        return store


def _rows(query: queries.Query, store: ox.Store) -> list[by_document.Row]:
    rows = queries.run(query, store)
    return [(row[0].value if row[0] else "", line) for row, line in zip(rows.rows, kept_rows.lines(rows), strict=True)]


@pytest.mark.parametrize("seed", range(12))
def test_after_any_changes_answers_are_those_of_the_whole(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_LEAST", 0)
    monkeypatch.setattr(by_document, "_ONE_OF", 3 * (seed % 3 == 0))
    catalogue = [queries.Query(str(number), {}, (), _P + text) for number, text in enumerate(_ROOTED)]
    world, cache = _World(seed), Cache(tmp_path)
    sizes: list[int] = []

    def ask(query: queries.Query, store: ox.Store) -> list[by_document.Row]:
        sizes.append(len(store))
        return _rows(query, store)

    def whole(wanted: Sequence[queries.Query]) -> Iterator[Iterable[by_document.Row]]:
        return (_rows(query, world.store()) for query in wanted)

    names = vocab.Names()
    monkeypatch.setattr(vocab, "PREFIXES", {**vocab.PREFIXES, "t": "urn:t:"})
    for _ in range(12):
        *documents, shared = [(part, parts.index_of(part, cache)) for part in world.parts()]
        units = by_document.Units(documents, [shared], rest=b"", cache=cache, names=names)
        units.add(units.dealt(world.derived))
        answers = units.answers("test", catalogue, (), ask=ask, ask_whole=whole, common=())
        expected = {query.text: sorted(line for _, line in _rows(query, world.store())) for query in catalogue}
        assert {
            text: sorted(b"".join(each.values()).splitlines(keepends=True)) for text, each in answers.items()
        } == expected
        world.change()
    assert sizes or seed % 3 == 0, "some answers were made of a part of the graph"
