"""Files merged from blocks are those that serialising the whole at once gives."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import vocab
from policygraph.formats import blocks, rdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BASE = "https://w3id.org/policygraph/"
_DOCUMENTS = [ox.NamedNode(f"{_BASE}graph/document/{name}") for name in ("a", "b")]
_GRAPHS = [vocab.GRAPH_REFERENCE, vocab.GRAPH_ONTOLOGY, vocab.GRAPH_META]
#: IRIs of which one starts another, and strings that hold what stands between blocks.
_SUBJECTS = [ox.NamedNode(f"{_BASE}id/{name}") for name in ("area/x", "area/x-y", "area/x/y", "b#char=1,2", "π", "c")]
_VALUES = [
    ox.Literal('"]},{"@id":"x"}\n\t<a> .\n'),
    ox.Literal("雨\\", language="zh"),
    ox.Literal("5", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ox.Literal("@prefix : <x> ."),
    ox.Literal("plain"),
    ox.Literal("带“引号”的名称", language="zh"),
    ox.Literal('a "name"\t\x01\x7f\u2028\ufffe', language="en"),
    ox.Literal("臺北", language="zh-hant"),
    ox.Literal("2026", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear")),
    ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")),
    ox.Literal("1.50", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    ox.Literal("x", datatype=ox.NamedNode("urn:datatype")),
    ox.NamedNode(f"{vocab.PREFIXES['pg']}Plan"),
    ox.NamedNode(f"{vocab.PREFIXES['pg']}a/b(c)"),
    ox.NamedNode(vocab.PREFIXES["pg"]),
    *_SUBJECTS,
]
_PROPERTIES = [vocab.rdf_type, vocab.skos("prefLabel"), vocab.pg("isWithin")]


def _lines(seed: int) -> list[bytes]:
    chance = random.Random(seed)  # noqa: S311 - the same for a seed is what is wanted
    graphs = [*_DOCUMENTS, *_GRAPHS, vocab.GRAPH_INFERRED]
    blank = ox.BlankNode("c14n1")
    quads = [
        ox.Quad(
            chance.choice([*_SUBJECTS, blank]),
            chance.choice(_PROPERTIES),
            chance.choice([*_VALUES, blank]),
            chance.choice(graphs),
        )
        for _ in range(chance.randrange(1, 90))
    ]
    return sorted(set((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)))


def _whole(lines: list[bytes], form: ox.RdfFormat) -> bytes:
    """Lines serialised at once."""
    arranged = rdf.lines_by_graph(lines) if form.supports_datasets else rdf.lines_of_union(lines)
    quads = ox.parse(b"".join(arranged), ox.RdfFormat.N_QUADS)
    statements = quads if form.supports_datasets else (quad.triple for quad in quads)
    return ox.serialize(statements, format=form, prefixes=rdf.PREFIXES) or b""


def _stated(lines: list[bytes]) -> list[bytes]:
    """What records say, and the inferred classes of its things."""
    graphs = {line: line[line.rindex(b" <") + 2 : -4].decode() for line in lines}
    names = {each.value for each in (*_DOCUMENTS, vocab.GRAPH_REFERENCE)}
    kept = [line for line in lines if graphs[line] in names]
    things = {line.partition(b" ")[0] for line in kept}
    kind = f" {vocab.rdf_type} ".encode()
    return kept + [
        line
        for line in lines
        if graphs[line] == vocab.GRAPH_INFERRED.value and kind in line and line.partition(b" ")[0] in things
    ]


def _written(write: Callable[[io.BytesIO], None]) -> bytes:
    file = io.BytesIO()
    write(file)
    return file.getvalue()


@pytest.mark.parametrize("seed", range(30))
def test_merged_files_are_those_of_the_whole(seed: int, tmp_path: Path) -> None:
    lines = _lines(seed)
    chance = random.Random(seed)  # noqa: S311 - the same for a seed is what is wanted
    parts: list[list[bytes]] = [[] for _ in range(chance.randrange(1, 5))]
    for line in lines:
        chance.choice(parts).append(line)
        if chance.random() < 0.2:
            chance.choice(parts).append(line)
    runs = [blocks.restore(blocks.dump(blocks.run(part, rdf.PREFIXES))) for part in parts]
    stated = _stated(lines)
    # with a part of the blocks in memory, and a part in a file
    with blocks.Spill(tmp_path, most=chance.randrange(4000)) as spill:
        _require_whole(blocks.Merged([spill.put(each) for each in runs], rdf.PREFIXES), lines, stated)
    assert list(tmp_path.iterdir()) == []


def _require_whole(merged: blocks.Merged, lines: list[bytes], stated: list[bytes]) -> None:
    assert b"".join(merged.quads()) == b"".join(lines)
    assert _written(merged.write_turtle) == _whole(lines, ox.RdfFormat.TURTLE)
    assert _written(merged.write_trig) == _whole(lines, ox.RdfFormat.TRIG)
    assert _written(merged.write_jsonld) == _whole(lines, ox.RdfFormat.JSON_LD)
    if stated:
        assert _written(lambda file: merged.write_turtle(file, only_stated=True)) == _whole(stated, ox.RdfFormat.TURTLE)
