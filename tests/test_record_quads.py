"""What records say is what the library's JSON-LD makes of them, whatever stands in them."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from policygraph import paths, records, store, vocab
from policygraph.records import quads
from policygraph.records.reader import Context, Reader
from policygraph.records.yaml import read

if TYPE_CHECKING:
    from policygraph.records.record import Extract

_SLUG = "x-2022"
_GRAPH = vocab.document_graph(_SLUG)
#: What names and texts may hold, and what none of them should.
_STRANGE = (
    *("a b", "a%20b", "../a", "../../../../../a", "./a", "..", "a/../b", "a//b", "//a", "/a", "?a", "#", "#a#b", "a#b"),
    *(
        "x:y",
        "area:shenyang",
        "area://a",
        "label:a",
        "label",
        "unit",
        "http://例.cn/雨",
        "urn:x:y",
        "HTTP://a",
        "_:b",
        "",
    ),
    *('"', "\\", 'a\\"b', "a\nb", "\x07", "\x7f", "\x85", "\ufffe", "\u200f", "雨", "𠀀", "<a>", "@zh", "1.50", "true"),
)
#: Definitions of keys as a project's own context may have them.
_KEYS: dict[str, Any] = {
    "a": {"@id": "own:a", "@type": "@id", "@context": {"@base": "https://example.org/a/"}},
    "b": {"@id": "own:b", "@type": "@vocab", "@context": {"@vocab": "https://example.org/b#", "y": "urn:x:y"}},
    "c": {"@id": "own:c", "@container": "@list"},
    "d": {"@id": "own:d", "@language": "en"},
    "e": {"@id": "own:e", "@type": "xsd:date"},
    "f": {"@id": "f"},
    "g": {"@reverse": "own:g", "@type": "@id"},
    "h": {"@id": "own:h", "@type": "@json"},
}


@cache
def _context() -> Context:
    folders = paths.find()
    parsed = [store.turtle(folders.ontology / f"{name}.ttl", vocab.GRAPH_ONTOLOGY) for name in ("policy", "concepts")]
    made = records.read_context(folders, [quad for each in parsed for quad in each])
    return Context({**made.terms, "own": "https://example.org/own#", **_KEYS}, made.declared, made.names)


def _by_library(value: Any) -> Extract:
    walk = quads._Walk(_SLUG, _GRAPH, _context())
    walk.take(quads._as_library_reads(value, _SLUG, _context()))
    return quads._extract(walk)


def _value(chance: random.Random) -> dict[str, Any]:
    """A thing with keys of every kind, some of which hold what is strange."""

    def word(usual: str) -> str:
        return chance.choice(_STRANGE) if chance.random() < 0.02 else usual

    def thing(name: str, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": word(name),
            "type": chance.choice(["Plan", ["Plan", word("Goal")], "schema:Thing"]),
            "label": {"zh": [word("雨"), '“a” "b"'], "en": word("rain")},
            "theme": word("economy"),
            "comparator": word(chance.choice(["eq", "approximately"])),
            "infers": [word("implements"), "hasDeadline"],
            "evidence": [word("#char=1,2"), "#char=3,4"],
            "value": word("1.50"),
            "implements": [word("plan:x"), word("../other/g1")],
            "printedLabel": word("a"),
        }
        made |= {key: word("x") for key in _KEYS if key != "g" and chance.random() < 0.01}
        if depth:
            made["parts"] = [thing(f"{name}-{number}", depth - 1) for number in range(chance.randrange(3))]
            made["components"] = thing(f"{name}-c", 0)
        return dict(chance.sample(list(made.items()), len(made)))

    return thing("g1", 2)


def _outcome(make: Any, *arguments: Any) -> Any:
    """What a function gives, its lines in order and blank nodes of one name, or the kind of its error."""
    try:
        content: Extract = make(*arguments)
    except (SyntaxError, ValueError) as error:
        return type(error)
    lines = sorted(re.sub(rb"_:[0-9a-f]+", b"_:b", content.lines).splitlines())
    return replace(content, held=(b"\n".join(lines), content.spelt))


@pytest.mark.parametrize("seed", range(80))
def test_lines_are_those_of_the_library(seed: int) -> None:
    value = _value(random.Random(seed))  # noqa: S311 - the same for a seed is what is wanted
    assert _outcome(quads.extract_of, value, _SLUG, _GRAPH, _context()) == _outcome(_by_library, value)


def test_usual_records_are_not_left_to_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = paths.find()
    context = _context()
    values: list[Any] = []
    for path in sorted((folders.data / "records").glob("*.yaml")):
        value = read(path.read_bytes())
        Reader(path.name, path.stem, context).document(value)
        values.append((value, path.stem, context.names.document_graph(path.stem), context))
    expected = [quads._as_library_reads(value, slug, context) for value, slug, _, _ in values]
    lines = [
        ox.serialize((ox.Quad(q.subject, q.predicate, q.object, each[2]) for q in own), format=ox.RdfFormat.N_QUADS)
        for each, own in zip(values, expected, strict=True)
    ]
    monkeypatch.setattr(quads, "_as_library_reads", None)
    assert [quads.extract_of(*each).lines for each in values] == lines
    assert len(lines) >= 5
