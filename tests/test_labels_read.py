"""Which labels a query reads is told by its text, and never too few of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import build, paths, queries, vocab
from policygraph.build import parts
from policygraph.build.labels_read import bounds_of
from policygraph.cache import Cache

if TYPE_CHECKING:
    from pathlib import Path

    from policygraph.build.kept_rows import Answers


@pytest.mark.parametrize(
    ("pattern", "bounds"),
    [
        ("?plan a pg:Plan ; skos:prefLabel ?label", [("class", "pg:Plan")]),
        ("?plan skos:prefLabel ?label . FILTER (?label != '') ?plan rdf:type pg:Plan", [("class", "pg:Plan")]),
        ("?plan pg:coversArea/skos:prefLabel ?label", [("values", "pg:coversArea")]),
        ("?plan pg:coversArea ?area OPTIONAL { ?area skos:prefLabel ?label }", [("values", "pg:coversArea")]),
        ("?plan pg:coversArea ?area ; skos:prefLabel ?label", [("holders", "pg:coversArea")]),
        ("?plan a pg:Plan { ?plan skos:prefLabel ?a } UNION { ?plan skos:prefLabel ?b }", 2 * [("class", "pg:Plan")]),
        (
            "{ ?x pg:isWithin ?plan } UNION { ?y pg:isWithin ?plan } ?plan skos:prefLabel ?l",
            [("values", "pg:isWithin")],
        ),
        ("{ SELECT ?p { ?p a pg:Plan } } OPTIONAL { ?p skos:prefLabel ?label }", [("class", "pg:Plan")]),
        ("?p a pg:Plan FILTER EXISTS { ?p skos:prefLabel ?label }", [("class", "pg:Plan")]),
        ("?p a pg:Plan GRAPH ?g { ?p skos:prefLabel ?label }", [("class", "pg:Plan")]),
        ("?p a pg:Plan", []),
        # of any thing
        ("?thing skos:prefLabel ?label", None),
        ("pg:Plan skos:prefLabel ?label", None),
        ("?p a ?class ; skos:prefLabel ?label", None),
        ("?p a pg:Plan . ?other ^skos:prefLabel ?p", None),
        ("?p a pg:Plan ; skos:prefLabel|skos:altLabel ?label", None),
        ("?p a pg:Plan ; skos:prefLabel* ?label", None),
        ("?p pg:isWithin*/skos:prefLabel ?label", None),
        ("?x pg:isWithin ?y { ?x pg:isWithin ?p } UNION { ?p pg:isWithin ?x } ?p skos:prefLabel ?label", None),
        ("[ a pg:Plan ; skos:prefLabel ?label ]", None),
        # bound only after what is optional, or taken away
        ("?x pg:isWithin ?y OPTIONAL { ?p skos:prefLabel ?label } ?p a pg:Plan", None),
        ("?x pg:isWithin ?y MINUS { ?p skos:prefLabel ?y } ?p a pg:Plan", None),
        # bound around what stands between
        ("?p a pg:Plan OPTIONAL { ?x pg:isWithin ?y OPTIONAL { ?p skos:prefLabel ?label } }", None),
        # another variable of the same name
        ("?p a pg:Plan { SELECT ?label { ?p skos:prefLabel ?label } }", None),
        ("{ SELECT (?q AS ?p) { ?q a pg:Plan . ?p a pg:Task } } ?p skos:prefLabel ?label", None),
    ],
)
def test_labels_are_bounded_by_what_binds_their_things(pattern: str, bounds: list[tuple[str, str]] | None) -> None:
    made = bounds_of(f"SELECT * {{ {pattern} }}")
    assert (None if made is None else list(map(tuple, made))) == (None if bounds is None else sorted(set(bounds)))


def test_labels_in_other_places_of_a_text_are_of_anything() -> None:
    assert bounds_of("SELECT ?p { ?p a pg:Plan } ORDER BY (EXISTS { ?p skos:prefLabel ?label })") is None
    assert bounds_of("PREFIX pg: <urn:x> SELECT ?p { ?p a pg:Plan ; skos:prefLabel ?label }") is None
    assert bounds_of("CONSTRUCT { ?p skos:prefLabel 'x' } { ?p a pg:Plan }") is None
    assert bounds_of("SELECT {") is None


_PREFIX = "https://w3id.org/policygraph/ontology#"
_CLASSES = ("Plan", "Task", "Measure")
_PREDICATES = ("isWithin", "coversArea")
_ASKED = (
    "SELECT ?p ?l { ?p a pg:Plan ; skos:prefLabel ?l } ORDER BY ?p ?l",
    "SELECT ?p ?l { ?p a pg:Plan OPTIONAL { ?p skos:prefLabel ?l } } ORDER BY ?p ?l",
    "SELECT ?x ?l { ?x pg:isWithin/skos:prefLabel ?l } ORDER BY ?x ?l",
    "SELECT ?x ?l { ?x pg:coversArea ?y ; skos:prefLabel ?l } ORDER BY ?x ?l",
    "SELECT ?x (COUNT(?l) AS ?n) { ?x a pg:Task . ?x pg:isWithin ?y . ?y skos:prefLabel ?l } GROUP BY ?x ORDER BY ?x",
    "SELECT ?x { ?x a pg:Measure MINUS { ?x skos:prefLabel ?l } } ORDER BY ?x",
    "SELECT ?x ?l { ?x pg:coversArea ?y FILTER EXISTS { ?y skos:prefLabel ?l } } ORDER BY ?x",
)


class Statements:
    """Statements of two documents and the reference data about the same few things, and what follows, at random."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.pieces: list[set[str]] = [set() for _ in range(5)]
        for _ in range(18):
            self._add()

    def change(self) -> None:
        """A statement comes or goes; most often a label."""
        if self._chance.random() < 0.3:
            piece = self._chance.choice([piece for piece in self.pieces if piece])
            piece.remove(self._chance.choice(sorted(piece)))
        else:
            self._add(self._chance.choice(["label", "label", "class", "fact"]))

    def _add(self, kind: str | None = None) -> None:
        number = self._chance.choice([0, 1, 2, 3, 4])  # documents; reference data; what follows; what stands beside
        things = [f"<urn:{name}>" for name in "abcdef"]
        own = things[2 * number : 2 * number + 3] if number < 3 and self._chance.random() < 0.8 else things
        subject = self._chance.choice(own)
        graph = vocab.GRAPH_REFERENCE if number == 2 else f"<urn:graph:{number}>"
        kind = kind or self._chance.choice(["label", "class", "fact"])
        if kind == "label":
            rest = f'{vocab.skos("prefLabel")} "{self._chance.randrange(9)}"@en'
        elif kind == "class":
            rest = f"{vocab.rdf_type} <{_PREFIX}{self._chance.choice(_CLASSES)}>"
        else:
            rest = f"<{_PREFIX}{self._chance.choice(_PREDICATES)}> {self._chance.choice(things)}"
        self.pieces[number].add(f"{subject} {rest} {graph} .\n")

    def lines(self, number: int) -> bytes:
        return "".join(sorted(self.pieces[number])).encode()


def _answers(statements: Statements, folders: paths.Folders, cache: Cache) -> Answers:
    graph = build.Graph(folders, kept=cache)
    graph.parts = [parts.Part(statements.lines(number)) for number in range(3)]
    graph.others = [statements.lines(3)]
    graph.units = build._units(graph)
    assert graph.several is not None
    graph.beside = list(ox.parse(statements.lines(4), ox.RdfFormat.N_QUADS))
    return build._answers(graph, statements.lines(4))


def test_an_answer_is_kept_only_where_it_is_the_same(tmp_path: Path) -> None:
    """Whatever changes: of a part, of what several parts say, of what follows or stands beside."""
    chance = random.Random(2)  # noqa: S311 - the same for a seed is what is wanted
    catalogue = [queries.Query(text, {}, (), text) for text in _ASKED]
    assert None not in map(bounds_of, _ASKED)
    folders, kept = paths.find(), 0
    for number in range(60):
        statements = Statements(chance)
        cache = Cache(tmp_path / str(number))
        for _ in range(8):
            whole = ox.Store()
            whole.bulk_load(b"".join(map(statements.lines, range(5))), format=ox.RdfFormat.N_QUADS)
            answers = _answers(statements, folders, cache)
            expected = {query.text: repr(queries.run(query, whole).rows).encode() for query in catalogue}
            before = answers.kept("answer", catalogue)
            assert before == {text: expected[text] for text in before}
            for query in catalogue:
                answers.keep("answer", query, expected[query.text])
            kept += len(before)
            statements.change()
    assert kept > 800


def test_what_is_made_of_things_has_their_classes_from_where_they_are_described() -> None:
    """A derived statement may be what a query knows a thing by: the labels of all such things are then read."""
    label = vocab.skos("prefLabel")
    lines = f'<urn:a> {label} "a"@en <urn:g> .\n<urn:a> <urn:p> <urn:b> <urn:g> .\n<urn:c> <urn:p> <urn:a> <urn:g> .\n'
    kind = frozenset(["urn:K"])
    made = parts.index_beside(lines.encode(), {"urn:a": kind})
    assert made.holders == {label.value: {kind}, "urn:p": {kind, frozenset()}}
    assert made.foreign == {"urn:p": ["urn:a", "urn:b"]}
    assert set(made.digests) == {"urn:p", parts.label_name(kind)}
    assert made.subjects() == set()
    assert parts.restored(parts.dumped(made)) == made
