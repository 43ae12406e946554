"""Rows of hygiene queries are kept while nothing that they read has changed, and are those of the whole graph."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

import examples
from policygraph import queries, store, validate, vocab
from policygraph.build.kept_rows import Answers, listed, named_by, reads, restored
from policygraph.build.parts import LABEL, Part, Selection, digests_of, index_of, types_in
from policygraph.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EXAMPLES = examples.ROOT / "tests" / "hygiene"
CATALOGUE = queries.read_all(examples.FOLDERS.queries / "hygiene")

#: Pattern -> the names that it reads, those of `pg:` without the prefix; None for any predicate.
READ = {
    "?node pg:hasValue ?value": ["hasValue"],
    "?node a pg:Plan ; pg:hasValue|^pg:hasUnit ?value": ["Plan", "hasUnit", "hasValue"],
    "?node pg:isPartOf+ ?whole . ?whole pg:hasValue 5, 6": ["hasValue", "isPartOf"],
    "GRAPH ?graph { ?node pg:hasValue ?value } FILTER (?value != 3 && !BOUND(?node))": ["hasValue"],
    "VALUES (?node ?value) { (pg:a pg:b) } ?node pg:hasValue ?value": ["a", "b", "hasValue"],
    "SELECT ?node ?value WHERE { ?node pg:hasValue ?value } GROUP BY ?node ?value": ["hasValue"],
    "VALUES ?property { pg:hasValue <x:y> } ?node ?property ?value": ["hasValue", "x:y"],
    "VALUES ?property { pg:hasValue UNDEF } ?node ?property ?value": None,
    "OPTIONAL { ?node ?property 5 } VALUES ?property { pg:hasValue } ?node ?property ?value": None,
    "VALUES ?property { pg:hasValue } { SELECT ?node { ?node ?property ?value } }": None,
    "?node pg:hasUnit ?unit OPTIONAL { VALUES ?property { pg:hasValue } ?unit ?property 5 }": ["hasUnit", "hasValue"],
    "OPTIONAL { VALUES ?property { pg:hasValue } ?unit ?property 5 } ?node ?property ?value": None,
    "?node ?property ?value": None,
    "?node pg:hasUnit ?unit ; ?property 5": None,
    "pg:Plan ?property pg:Task": None,
    "pg:Plan ?property 5": None,
    "pg:Plan ?property true": None,
    "[ ?property pg:Task ] pg:hasValue ?value": None,
    "?node pg:isPartOf* ?whole": None,
    "?node (pg:isPartOf|pg:isWithin)* ?whole": None,
    "?node pg:isPartOf? ?whole": None,
    "?node !pg:isPartOf ?whole": None,
    "?node !(pg:isPartOf|pg:isWithin) ?whole": None,
    "?node !a ?whole": None,
    "GRAPH ?graph {}": None,
    "?node unknown:hasValue ?value": None,
    "_:x pg:hasValue ?value": None,
}
#: Pattern -> whether it asks of which classes things are, and not only whether they are of one that it names.
CLASSES = {
    "?node a pg:Plan": False,
    "?node a ?class": True,
    "?node a pg:Plan, ?class": True,
    "?node a|pg:isDescribedIn ?value": True,
    "?node rdf:type pg:Plan": True,
    "?node a pg:Evidence": False,
}


def _query(pattern: str) -> queries.Query:
    return queries.Query("query", {}, (), f"SELECT ?node WHERE {{ {pattern} }}")


@pytest.mark.parametrize("pattern", READ)
def test_a_query_reads_the_predicates_and_classes_that_it_names(pattern: str) -> None:
    names = READ[pattern]
    expected = frozenset(name if ":" in name else vocab.pg(name).value for name in names) if names is not None else None
    assert reads(_query(pattern), vocab.SHARED) == expected


@pytest.mark.parametrize("pattern", CLASSES)
def test_a_query_that_asks_for_classes_reads_all_of_them(pattern: str) -> None:
    assert (vocab.rdf_type.value in (reads(_query(pattern), vocab.SHARED) or ())) is CLASSES[pattern]


def test_what_is_read_of_the_form_of_evidence_hangs_on_evidence() -> None:
    for pattern in ("?node oa:start ?start", "?node a pg:Evidence", "?node a ?class"):
        assert vocab.pg("hasEvidence").value in (reads(_query(pattern), vocab.SHARED) or ())


class Graph:
    """A graph that changes, and what its queries answer with one cache for all its states."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cache = Cache(folder)
        #: Queries that were asked in the last state.
        self.asked: set[str] = set()
        rows_of = validate.rows_of

        def counted(terms: validate.Terms, query: queries.Query) -> queries.Rows:
            self.asked.add(query.name)
            return rows_of(terms, query)

        monkeypatch.setattr(validate, "rows_of", counted)

    def rows(self, quads: list[ox.Quad]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """The rows of each query: those that are kept or asked for, and those of the whole graph."""
        self.asked = set()
        inferred = examples.closure(quads)
        whole = store.in_memory([*examples.ontology(), *quads, *inferred])
        survey = validate.Survey.of(quads, validate.types_of([*quads, *inferred]))
        terms = validate.Terms(whole, vocab.SHARED, survey)
        parts = [ox.serialize(each, format=ox.RdfFormat.N_QUADS) or b"" for each in (quads, inferred)]
        answers = Answers(self.cache, vocab.SHARED, map(digests_of, parts), [b"the ontology"])
        kept = answers.kept("hygiene", CATALOGUE)

        def answer(query: queries.Query) -> queries.Rows:
            if query.text in kept:
                return restored(kept[query.text])
            rows = validate.rows_of(terms, query)
            answers.keep("hygiene", query, listed(rows))
            return rows

        return _rows(answer), _rows(lambda query: queries.run(query, whole))


def _rows(answer: Callable[[queries.Query], queries.Rows]) -> dict[str, list[str]]:
    return {query.name: sorted(map(str, answer(query).rows)) for query in CATALOGUE}


def test_rows_are_those_of_the_whole_graph_whatever_came_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = Graph(tmp_path, monkeypatch)
    chance = random.Random(7)  # noqa: S311 - the same for a seed is what is wanted
    names = sorted(query.name for query in CATALOGUE)
    base = examples.read(EXAMPLES / "base.trig")
    present: set[str] = set()
    kept = 0
    for _ in range(5):
        present ^= set(chance.sample(names, 3))  # some faults come, others go
        quads = [*base, *(quad for name in sorted(present) for quad in examples.read(EXAMPLES / name / "xfail.trig"))]
        chance.shuffle(quads)
        rows, expected = graph.rows(quads)
        assert rows == expected
        kept += len(names) - len(graph.asked)
    assert kept > len(names)


def test_only_queries_that_read_what_has_changed_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph(tmp_path, monkeypatch)
    quads = examples.read(EXAMPLES / "base.trig")
    node, where = quads[0].subject, quads[0].graph_name
    graph.rows(quads)
    assert len(graph.asked) == len(CATALOGUE)
    graph.rows(quads[::-1])
    assert graph.asked == set()
    graph.rows([*quads, ox.Quad(node, vocab.pg("hasMemberCount"), ox.Literal(3), where)])
    everything = {query.name for query in CATALOGUE if reads(query, vocab.SHARED) is None}
    assert graph.asked == {"member_count_not_met", *everything}


def test_nothing_is_kept_without_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    graph = Graph(tmp_path, monkeypatch)
    graph.cache = Cache(None)
    for _ in range(2):
        rows, expected = graph.rows(examples.read(EXAMPLES / "base.trig"))
        assert rows == expected
        assert len(graph.asked) == len(CATALOGUE)


def test_a_selection_answers_as_the_whole_does(tmp_path: Path) -> None:
    quads = [quad for path in sorted(EXAMPLES.glob("*/xfail.trig")) for quad in examples.read(path)]
    lines = [ox.serialize(each, format=ox.RdfFormat.N_QUADS) or b"" for each in (quads, examples.closure(quads))]
    part = Part(lines[0], following=lines[1])
    indexed = [(part, index_of(part, Cache(tmp_path)))]
    whole = store.in_memory([*examples.ontology(), *ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS)])
    terms = validate.Terms(whole, vocab.SHARED, validate.Survey.of(quads, types_in(index for _, index in indexed)))
    expected = _rows(partial(queries.run, store=whole))
    for _ in range(2):  # made, and kept
        selections = {query.name: Selection(indexed, examples.ontology(), Cache(tmp_path)) for query in CATALOGUE}
        assert _rows(lambda query, of=selections: _selected(query, of[query.name], terms)) == expected


def _selected(query: queries.Query, selection: Selection, terms: validate.Terms) -> queries.Rows:
    """The rows of a query in a store that has what it reads and no more."""
    is_of_statements = validate.is_of_statements(query.text)
    own = validate.narrowed(query.text, terms) if is_of_statements else validate.Narrowed(query.text)
    if own is None:
        return queries.Rows([], [])
    narrower = replace(query, text=own.text)
    if own.things is not None:
        selection.about(own.things)
        return queries.run(narrower, selection.of(named_by(narrower, vocab.SHARED)))
    return queries.run(narrower, selection.of(reads(narrower, vocab.SHARED)))


def test_an_index_is_the_same_made_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policygraph.build.parts._LEAST", 0)
    quads = examples.read(EXAMPLES / "base.trig")
    part = Part(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    made, kept = (index_of(part, Cache(tmp_path)) for _ in range(2))
    assert made == kept
    assert {thing: kinds for kinds, things in made.kinds.items() if kinds for thing in things} == {
        thing: frozenset(kinds) for thing, kinds in validate.types_of(quads).items()
    }


def test_words_that_look_like_a_type_are_no_type() -> None:
    type_of = f"<{vocab.rdf_type.value}>"
    text = f'<urn:t> <urn:p> "<urn:t> {type_of} <urn:no> <urn:g> ." <urn:g> .\n<urn:t> {type_of} <urn:K> <urn:g> .\n'
    indexes = [index_of(Part(text.encode()), Cache(None), is_brief=is_brief) for is_brief in (True, False)]
    assert [index.kinds for index in indexes] == [{frozenset({"urn:K"}): ["urn:t"]}] * 2


def test_a_label_of_evidence_stands_under_all_its_classes(tmp_path: Path) -> None:
    label, type_of = f"<{LABEL}>", f"<{vocab.rdf_type.value}>"
    lines = f'<urn:e> {label} "e" <urn:g> .\n'.encode()
    spelt = f"<urn:e> {type_of} <urn:Evidence> <urn:g> .\n".encode()
    padding = b"".join(b"<urn:%d> <urn:p> <urn:o> <urn:g> .\n" % number for number in range(4_000))
    part, cache = Part(lines, spelt, padding), Cache(tmp_path)
    index = index_of(part, cache, "of the test")
    name = f"{LABEL} urn:Evidence"
    assert name in index.digests
    selected = Selection([(part, index)], (), cache).of({name})
    assert [quad.object.value for quad in selected] == ["e"]
