"""Runs of N-Quads in, files of every format out: a run is serialised once, and files are merged from its blocks.

    runs = [blocks.run(lines, names) for lines in parts]
    merged = blocks.Merged(runs, names)
    merged.write_turtle(file)

A block is what a run says of one subject, in one format. Blocks follow each other in the order of their subjects, so
that the file of a whole graph is made of long pieces of its runs. Subjects of which several runs speak are serialised
anew, from all that is said of them. The bytes are those that serialising the whole would give (tests/test_blocks.py).
"""

from __future__ import annotations

import json
import re
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, repeat
from operator import itemgetter
from typing import BinaryIO

import pyoxigraph as ox

from policygraph import vocab
from policygraph.cache import pack, unpack
from policygraph.formats.rdf import types_first

__all__ = ["Merged", "Run", "dump", "restore", "run"]

#: The forms of a run: lines of N-Quads; Turtle of the union of its graphs, and of what is stated (`Merged`); TriG and
#: JSON-LD of each graph, whose IRI follows after a space.
_QUADS, _UNION, _STATED, _TRIG, _JSONLD = "nq", "ttl", "stated", "trig", "jsonld"
_TYPE = f" {vocab.rdf_type} ".encode()
_INFERRED = vocab.GRAPH_INFERRED.value
_NOT_STATED = frozenset(
    name.value
    for name in (vocab.GRAPH_ONTOLOGY, vocab.GRAPH_INFERRED, vocab.GRAPH_SUGGESTED, vocab.GRAPH_BUILD, vocab.GRAPH_META)
)
#: What stands before blocks of Turtle that are indented so: no line end is inside of a literal.
_STARTS = {indent: re.compile(b"(?m)^(?!" + indent + rb"\t|\Z)") for indent in (b"", b"\t")}
#: What stands between two nodes of a graph in JSON-LD, and nowhere else: quotation marks in strings are escaped.
_BETWEEN = b']},{"@id":'


@dataclass(frozen=True, slots=True)
class Run:
    """The blocks of some lines, in each form: its bytes, and where the block of each subject ends in them.

    `subjects` are in order, as the lines write them, with the space that follows.
    """

    subjects: list[bytes]
    forms: Mapping[str, tuple[bytes, array[int]]]

    def all_lines(self) -> list[bytes]:
        """The lines of N-Quads, in order."""
        return self.forms[_QUADS][0].splitlines(keepends=True)

    def lines(self, number: int) -> list[bytes]:
        """The lines of N-Quads of a subject."""
        content, ends = self.forms[_QUADS]
        return content[ends[number - 1] if number else 0 : ends[number]].splitlines(keepends=True)


def run(lines: Collection[bytes], prefixes: Mapping[str, str]) -> Run:
    """The run of some lines of canonical N-Quads, in any order.

    Raises ValueError for blocks that cannot be told apart.
    """
    ordered = sorted(set(lines))
    owners = [_subject(line) for line in ordered]
    subjects = list(dict.fromkeys(owners))
    places = {subject: number for number, subject in enumerate(subjects)}
    triples, graphs = _split(ordered)
    keys = list(map(types_first, triples))
    by_triple = sorted(range(len(ordered)), key=keys.__getitem__)
    statements = list(ox.parse(b"".join(ordered), ox.RdfFormat.N_QUADS))
    grouped = [
        (subject, b"".join(map(itemgetter(1), own)))
        for subject, own in groupby(zip(owners, ordered, strict=True), itemgetter(0))
    ]
    forms = {_QUADS: _cut([block for _, block in grouped], owners, places)}
    stated = _stated(ordered, owners, graphs)
    for form, kept in ((_UNION, None), (_STATED, stated)):
        chosen = {triples[n]: n for n in by_triple if kept is None or n in kept}.values()
        content = _serialised((statements[n].triple for n in chosen), ox.RdfFormat.TURTLE, prefixes)
        forms[form] = _cut(_after_tabs(content), [owners[n] for n in chosen], places)
    by_graph: dict[str, list[int]] = defaultdict(list)
    for number in by_triple:
        by_graph[graphs[number]].append(number)
    for name, numbers in by_graph.items():
        own, of = [statements[n] for n in numbers], [owners[n] for n in numbers]
        trig = _serialised(own, ox.RdfFormat.TRIG, prefixes)
        body = trig[trig.index(b"{\n") + 2 : -2] if trig.startswith(b"<") else b""
        forms[f"{_TRIG} {name}"] = _cut(_after_tabs(body, b"\t"), of, places)
        forms[f"{_JSONLD} {name}"] = _cut(_nodes(ox.serialize(own, format=ox.RdfFormat.JSON_LD) or b""), of, places)
    return Run(subjects, forms)


def _subject(line: bytes) -> bytes:
    return line[: line.index(b" ") + 1]


def _split(lines: Iterable[bytes]) -> tuple[list[bytes], list[str]]:
    """The triple of each line, with a space after it, and the IRI of its graph."""
    triples, graphs = [], []
    names: dict[bytes, str] = {}
    for line in lines:
        end = line.rindex(b" <") + 1
        graph = line[end:]
        if graph not in names:
            names[graph] = graph.decode().removeprefix("<").removesuffix("> .\n")
        triples.append(line[:end])
        graphs.append(names[graph])
    return triples, graphs


def _stated(lines: Sequence[bytes], owners: Sequence[bytes], graphs: Sequence[str]) -> set[int]:
    """The lines that are stated, and those that say which inferred classes their subjects have: what shapes are about.

    Target classes need superclasses, which are inferred; what else is inferred would break closed shapes.
    """
    stated = {number for number, graph in enumerate(graphs) if graph not in _NOT_STATED}
    things = {owners[number] for number in stated}
    return stated.union(
        number
        for number, graph in enumerate(graphs)
        if graph == _INFERRED and _TYPE in lines[number] and owners[number] in things
    )


def _serialised(
    statements: Iterable[ox.Quad] | Iterable[ox.Triple], form: ox.RdfFormat, prefixes: Mapping[str, str]
) -> bytes:
    """Statements without the prefixes that stand before them."""
    content = ox.serialize(statements, format=form, prefixes=dict(prefixes)) or b""
    return content.removeprefix(_head(prefixes))


def _head(prefixes: Mapping[str, str]) -> bytes:
    """The lines of prefixes, which a file of no statements does not have."""
    node = ox.NamedNode("urn:x")
    content = ox.serialize([ox.Triple(node, node, node)], format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
    return content[: content.index(b"<urn:x>")]


def _after_tabs(content: bytes, indent: bytes = b"") -> list[bytes]:
    """The blocks of Turtle: a line that is not further indented starts one."""
    return [block for block in _STARTS[indent].split(content) if block]


def _nodes(content: bytes) -> list[bytes]:
    """The nodes of the one graph of a JSON-LD file, each with the comma that may follow it."""
    start = content.find(b'"@graph":[') + 10
    nodes = content[start:-5].split(_BETWEEN) if content.endswith(b"]}]}]") else []
    return [(_BETWEEN[3:] if number else b"") + node + b"]}," for number, node in enumerate(nodes)]


def _cut(blocks: Sequence[bytes], owners: Iterable[bytes], places: Mapping[bytes, int]) -> tuple[bytes, array[int]]:
    """Blocks joined, and where that of each subject ends; `owners` are the subjects of the statements, in order."""
    ends = array("Q", bytes(8 * len(places)))
    written = [places[subject] for subject, _ in groupby(owners)]
    if len(blocks) != len(written):
        raise ValueError(f"{len(blocks)} blocks for {len(written)} subjects")
    for place, block in zip(written, blocks, strict=True):
        ends[place] = len(block)
    length = 0
    for place, size in enumerate(ends):
        length += size
        ends[place] = length
    return b"".join(blocks), ends


def dump(made: Run) -> bytes:
    """A run as bytes."""
    names = list(made.forms)
    subjects = b"\n".join(made.subjects)
    return pack(
        names, [subjects, *(part for content, ends in made.forms.values() for part in (content, ends.tobytes()))]
    )


def restore(data: bytes) -> Run:
    """What `dump` wrote."""
    names, pieces = unpack(data)
    return Run(
        pieces[0].split(b"\n") if pieces[0] else [],
        {name: (pieces[2 * n + 1], array("Q", pieces[2 * n + 2])) for n, name in enumerate(names)},
    )


class Merged:
    """A dataset made of runs; in each format a file of the whole of it. `prefixes` are those of the runs."""

    def __init__(self, runs: Sequence[Run], prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        entries = sorted(
            chain.from_iterable(zip(r.subjects, repeat(n), range(len(r.subjects))) for n, r in enumerate(runs))
        )
        shared: list[bytes] = []
        alone: list[tuple[bytes, int, int]] = []
        for _, group in groupby(entries, key=itemgetter(0)):
            own = list(group)
            if len(own) == 1:
                alone += own
            else:
                shared += (line for _, number, place in own for line in runs[number].lines(place))
        again = run(shared, prefixes)
        self._runs = [*runs, again]
        alone += ((subject, len(runs), place) for place, subject in enumerate(again.subjects))
        #: Run, first block and the end of the last, in the order of subjects.
        self._segments = _segments(sorted(alone))
        self._by_run: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for place, (number, first, end) in enumerate(self._segments):
            self._by_run[number].append((place, first, end))

    def quads(self) -> Iterator[bytes]:
        """Canonical N-Quads, in pieces that end with a line."""
        return self._pieces(_QUADS)

    def write_turtle(self, file: BinaryIO, *, only_stated: bool = False) -> None:
        """Writes the union of the graphs; or what is stated, and the classes of its things."""
        file.write(_head(self._prefixes))
        file.writelines(self._pieces(_STATED if only_stated else _UNION))

    def write_trig(self, file: BinaryIO) -> None:
        """Writes each graph by its name."""
        file.write(_head(self._prefixes))
        for name in self._graphs():
            file.write(f"<{name}> {{\n".encode())
            file.writelines(self._pieces(f"{_TRIG} {name}"))
            file.write(b"}\n")

    def write_jsonld(self, file: BinaryIO) -> None:
        """Writes each graph by its name, as expanded JSON-LD."""
        file.write(b"[")
        for number, name in enumerate(self._graphs()):
            file.write((b"," if number else b"") + b'{"@id":' + _quoted(name) + b',"@graph":[')
            before = b""
            for piece in self._pieces(f"{_JSONLD} {name}"):
                file.write(before)
                before = piece
            file.write(before[:-1] + b"]}")
        file.write(b"]")

    def _graphs(self) -> list[str]:
        names = {form.partition(" ")[2] for each in self._runs for form in each.forms if form.startswith(_TRIG)}
        return sorted(names, key=lambda name: f"<{name}> .".encode())

    def _pieces(self, form: str) -> Iterator[bytes]:
        """The bytes of a form in order, in long pieces, none of them empty."""
        having = [number for number, each in enumerate(self._runs) if form in each.forms]
        for _, number, first, end in sorted((p, n, f, e) for n in having for p, f, e in self._by_run[n]):
            content, ends = self._runs[number].forms[form]
            piece = content[ends[first - 1] if first else 0 : ends[end - 1]]
            if piece:
                yield piece


def _segments(entries: Iterable[tuple[bytes, int, int]]) -> list[tuple[int, int, int]]:
    segments: list[tuple[int, int, int]] = []
    number, first, end = -1, 0, 0
    for _, each, place in entries:
        if each == number and place == end:
            end += 1
            continue
        if number >= 0:
            segments.append((number, first, end))
        number, first, end = each, place, place + 1
    if number >= 0:
        segments.append((number, first, end))
    return segments


def _quoted(name: str) -> bytes:
    return json.dumps(name, ensure_ascii=False).encode()
