"""Runs of N-Quads in, files of every format out: a run is serialised once, and files are merged from its blocks.

    runs = [blocks.run(lines, names) for lines in parts]
    merged = blocks.Merged(runs, names)
    merged.write_turtle(file)
    merged.places(len(runs))  # where the blocks of each run stand in it: the next file can take them over from there

A block is what a run says of one subject, in one format. Blocks follow each other in the order of their subjects, so
that the file of a whole graph is made of long pieces of its runs. Subjects of which several runs speak are serialised
anew, from all that is said of them. The bytes are those that serialising the whole would give (tests/test_blocks.py).
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, compress, groupby, repeat
from operator import itemgetter
from typing import NamedTuple, Protocol

import pyoxigraph as ox

from policygraph import spilled, vocab
from policygraph.cache import pack, unpack
from policygraph.lines import Statement, in_order, repetitions, statements_of
from policygraph.spilled import Stretch

__all__ = [
    "JSONLD",
    "QUADS",
    "STATED",
    "TRIG",
    "UNION",
    "Elsewhere",
    "Merged",
    "Place",
    "Run",
    "Sink",
    "Spill",
    "dump",
    "joined",
    "restore",
    "run",
    "run_of",
]

#: The forms of a run: lines of N-Quads; Turtle of the union of its graphs, and of what is stated (`Merged`); TriG and
#: JSON-LD of each graph, whose IRI follows after a space.
QUADS, UNION, STATED, TRIG, JSONLD = "nq", "ttl", "stated", "trig", "jsonld"
_TYPE = str(vocab.rdf_type).encode()
_INFERRED = str(vocab.GRAPH_INFERRED).encode()
_NOT_STATED = frozenset(
    str(name).encode()
    for name in (vocab.GRAPH_ONTOLOGY, vocab.GRAPH_INFERRED, vocab.GRAPH_SUGGESTED, vocab.GRAPH_BUILD, vocab.GRAPH_META)
)
#: What stands before each block until they are cut: no format has it inside of a term.
_MARK = b"\x00"
#: Bytes that are taken over from another file at most at once: so many stay in the processor's cache.
_AT_ONCE = 256 * 1024


class _Content(Protocol):
    """Bytes of blocks, in memory or in a file."""

    def __getitem__(self, place: slice, /) -> bytes: ...
    def __len__(self) -> int: ...


class Sink(Protocol):
    """What files are written to: `tell` gives how many bytes have been."""

    def write(self, content: bytes, /) -> int: ...
    def writelines(self, pieces: Iterable[bytes], /) -> None: ...
    def tell(self) -> int: ...


class Elsewhere:
    """The bytes of blocks that stand in another file, in several stretches; some at the end of one may not."""

    __slots__ = ("_ends", "_pieces")

    def __init__(self, pieces: Sequence[Stretch | bytes]) -> None:
        self._pieces = pieces
        self._ends = list(
            accumulate(each.end - each.start if isinstance(each, Stretch) else len(each) for each in pieces)
        )

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, place: slice) -> bytes:
        start, end, _ = place.indices(len(self))
        return b"".join(each.read() if isinstance(each, Stretch) else each for each in self.pieces(start, end))

    def pieces(self, start: int, end: int) -> Iterator[Stretch | bytes]:
        """What the bytes from one place to another are made of."""
        number = bisect_right(self._ends, start)
        while start < end:
            piece = self._pieces[number]
            before = self._ends[number - 1] if number else 0
            last = min(end, self._ends[number])
            if isinstance(piece, Stretch):
                yield piece._replace(start=piece.start + start - before, end=piece.start + last - before)
            else:
                yield piece[start - before : last - before]
            start, number = last, number + 1


@dataclass(frozen=True, slots=True)
class Run:
    """The blocks of some lines, in each form: its bytes, and where the block of each subject ends in them.

    `subjects` are in order, as the lines write them, with the space that follows. A run may be told in long pieces, as
    blocks of many subjects, between which no other run has one: `subjects` are then the first of each, and `lasts` the
    last.
    """

    subjects: list[bytes]
    forms: Mapping[str, tuple[_Content, array[int]]]
    lasts: Sequence[bytes] | None = None

    def all_lines(self) -> list[bytes]:
        """The lines of N-Quads, in order."""
        return self.forms[QUADS][0][:].splitlines(keepends=True)

    def lines(self, number: int) -> list[bytes]:
        """The lines of N-Quads of a subject."""
        content, ends = self.forms[QUADS]
        return content[ends[number - 1] if number else 0 : ends[number]].splitlines(keepends=True)


def run(lines: Iterable[bytes], prefixes: Mapping[str, str]) -> Run:
    """The run of some lines of canonical N-Quads, in any order."""
    ordered = in_order(lines)
    return run_of(ordered, statements_of(ordered), prefixes)


def run_of(ordered: Sequence[bytes], statements: Sequence[Statement], prefixes: Mapping[str, str]) -> Run:
    """The run of lines of canonical N-Quads in order, each once, and of the terms that each of them has."""
    subjects = list(dict.fromkeys(map(itemgetter(0), statements)))
    numbers = dict(zip(subjects, range(len(subjects)), strict=True))
    names, properties, values, graphs = _columns(_types_first(statements, numbers))
    used = set(properties)
    in_turtle, in_json = _written(used.union(subjects, values), prefixes)
    verbs = {term: in_turtle[term] + b" " for term in used} | {_TYPE: b"a "}
    keys = {term: in_json[term][len(b'{"@id":') : -1] + b":[" for term in used}
    turtle = _Form([in_turtle[subject] + b" " for subject in subjects], verbs, b" ;\n\t", b" , ", b" .\n")
    trig = replace(turtle, heads=[b"\t" + head for head in turtle.heads], joint=b" ;\n\t\t")
    json_of = _Form([in_json[subject][:-1] + b"," for subject in subjects], keys, b"],", b",", b"]},")
    written = [list(map(texts.__getitem__, values)) for texts in (in_turtle, in_json)]
    rows = _Rows(list(map(numbers.__getitem__, names)), properties, values, graphs, *written)
    ends = dict(zip(map(itemgetter(0), statements), accumulate(map(len, ordered)), strict=True))
    once, stated = rows.each_once(), rows.stated().each_once()
    forms: dict[str, tuple[_Content, array[int]]] = {
        QUADS: (b"".join(ordered), array("Q", ends.values())),
        UNION: turtle.blocks(once.breaks(), once.in_turtle),
        STATED: turtle.blocks(stated.breaks(), stated.in_turtle),
    }
    for graph in dict.fromkeys(rows.graphs):
        own = rows.where(map(graph.__eq__, rows.graphs))
        name, breaks = graph[1:-1].decode(), own.breaks()
        forms[f"{TRIG} {name}"] = trig.blocks(breaks, own.in_turtle)
        forms[f"{JSONLD} {name}"] = json_of.blocks(breaks, own.in_json)
    return Run([subject + b" " for subject in subjects], forms)


def joined(runs: Sequence[Run]) -> Run:
    """Several runs in memory as one; none has a subject of another."""
    if len(runs) == 1:
        return runs[0]
    entries = sorted(
        chain.from_iterable(zip(r.subjects, repeat(n), range(len(r.subjects))) for n, r in enumerate(runs))
    )
    segments = _segments(entries)
    forms: dict[str, tuple[_Content, array[int]]] = {}
    for form in dict.fromkeys(name for each in runs for name in each.forms):
        pieces: list[bytes] = []
        ends = array("Q")
        length = 0
        for number, first, end in segments:
            content, own = runs[number].forms.get(form, (b"", array("Q", bytes(8 * len(runs[number].subjects)))))
            start = own[first - 1] if first else 0
            pieces.append(content[start : own[end - 1]])
            ends.extend([length + place - start for place in own[first:end]])
            length += len(pieces[-1])
        forms[form] = b"".join(pieces), ends
    return Run([subject for subject, _, _ in entries], forms)


class _Breaks(NamedTuple):
    """What is new in each of some rows: a subject (its number), a property, or nothing but the value (None).

    `firsts` has the property that each subject begins with, in the order of the subjects.
    """

    keys: Sequence[int | bytes | None]
    firsts: Mapping[int, bytes]


class _Rows(NamedTuple):
    """Statements column by column: the number of the subject, the property, the value and the graph of each.

    And how its value is written in Turtle and in JSON-LD.
    """

    numbers: Sequence[int]
    properties: Sequence[bytes]
    values: Sequence[bytes]
    graphs: Sequence[bytes]
    in_turtle: Sequence[bytes]
    in_json: Sequence[bytes]

    def where(self, chosen: Iterable[bool]) -> _Rows:
        """The rows for which there is a true value."""
        mask = list(chosen)
        numbers, *terms = self
        return _Rows(list(compress(numbers, mask)), *(list(compress(column, mask)) for column in terms))

    def each_once(self) -> _Rows:
        """The rows without those of a triple that another graph has too, which follow each other."""
        again = set(repetitions(self.numbers, self.properties, self.values))
        return self.where(place not in again for place in range(len(self.values))) if again else self

    def stated(self) -> _Rows:
        """The rows that are stated, and those that say which inferred classes their subjects have: for shapes.

        Target classes need superclasses, which are inferred; what else is inferred would break closed shapes.
        """
        in_graph = {graph: graph not in _NOT_STATED for graph in set(self.graphs)}
        mask = list(map(in_graph.__getitem__, self.graphs))
        things = set(compress(self.numbers, mask))
        for place in compress(range(len(mask)), map(_TYPE.__eq__, self.properties)):
            mask[place] |= self.graphs[place] == _INFERRED and self.numbers[place] in things
        return self.where(mask)

    def breaks(self) -> _Breaks:
        """What is new in each row."""
        numbers, properties = self.numbers, self.properties
        keys = [
            number if number != other else name if name != other_name else None
            for number, name, other, other_name in zip(
                numbers, properties, chain((-1,), numbers), chain((b"",), properties), strict=False
            )
        ]
        firsts = dict.fromkeys(numbers, b"") | dict(zip(reversed(numbers), reversed(properties), strict=True))
        return _Breaks(keys, firsts)


def _columns(statements: Sequence[Statement]) -> Iterable[Sequence[bytes]]:
    """The subjects, the properties, the values and the graphs of statements."""
    return zip(*statements, strict=True) if statements else ((),) * 4


def _types_first(statements: Sequence[Statement], numbers: Mapping[bytes, int]) -> Sequence[Statement]:
    """Statements, which are in order, by the numbers of their subjects: of each those of its types first."""
    ranks = [2 * numbers[subject] + (name != _TYPE) for subject, name, _, _ in statements]
    return list(map(statements.__getitem__, sorted(range(len(ranks)), key=ranks.__getitem__)))


@dataclass(frozen=True, slots=True)
class _Form:
    """How blocks are written in a format: pieces that stand between the values of statements.

    `heads` are the subjects, `verbs` has the properties. `joint` stands before another property, `comma` before another
    value, and `end` after a block.
    """

    heads: Sequence[bytes]
    verbs: Mapping[bytes, bytes]
    joint: bytes
    comma: bytes
    end: bytes

    def blocks(self, breaks: _Breaks, values: Iterable[bytes]) -> tuple[bytes, array[int]]:
        """The blocks of rows of some values, and where that of each subject ends."""
        between: dict[int | bytes | None, bytes] = {None: self.comma}
        between |= {name: self.joint + verb for name, verb in self.verbs.items()}
        start = self.end + _MARK
        between |= {number: start + self.heads[number] + self.verbs[name] for number, name in breaks.firsts.items()}
        pieces = zip(map(between.__getitem__, breaks.keys), values, strict=True)
        _, *blocks = b"".join([*chain.from_iterable(pieces), self.end]).split(_MARK)
        sizes = [0] * len(self.heads)
        for number, block in zip(breaks.firsts, blocks, strict=True):
            sizes[number] = len(block)
        return b"".join(blocks), array("Q", accumulate(sizes))


#: Languages whose tags the library writes as they are.
_LANGUAGES = (b'"@zh', b'"@en')


def _written(
    terms: Iterable[bytes], prefixes: Mapping[str, str]
) -> tuple[Mapping[bytes, bytes], Mapping[bytes, bytes]]:
    """Terms -> how the library writes them in Turtle, and as values in JSON-LD.

    Nearly all are IRIs that no prefix shortens, or strings without a character that is escaped: these stand in lines of
    N-Quads as they do in Turtle, and between quotation marks in JSON. The library is asked for the others.
    """
    namespaces = tuple(f"<{name}".encode() for name in prefixes.values())
    in_turtle: dict[bytes, bytes] = {}
    in_json: dict[bytes, bytes] = {}
    others: list[bytes] = []
    for term in terms:
        if b"\\" in term:
            others.append(term)
        elif term.startswith(b"<"):
            in_json[term] = b'{"@id":"' + term[1:-1] + b'"}'
            if not term.startswith(namespaces):
                in_turtle[term] = term
        elif term.endswith(b'"'):
            in_json[term], in_turtle[term] = b'{"@value":' + term + b"}", term
        elif term.endswith(_LANGUAGES):
            in_json[term] = b'{"@language":"' + term[-2:] + b'","@value":' + term[:-3] + b"}"
            in_turtle[term] = term
        else:
            others.append(term)
    shortened = [term for term in in_json if term not in in_turtle]
    in_turtle.update(_in_turtle([*others, *shortened], prefixes))
    in_json.update(_in_json(others))
    return in_turtle, in_json


def _in_turtle(terms: Sequence[bytes], prefixes: Mapping[str, str]) -> dict[bytes, bytes]:
    """Terms -> how the library writes them in Turtle."""
    # subjects that alternate have a line each, and no line end is inside of a term
    triples = b"".join(b"<urn:%d> <urn:x> %b .\n" % (place % 2, term) for place, term in enumerate(terms))
    lines = _serialised(ox.parse(triples, ox.RdfFormat.N_TRIPLES, lenient=True), ox.RdfFormat.TRIG, prefixes).split(
        b"\n"
    )
    return dict(zip(terms, (line[16:-2] for line in lines[:-1]), strict=True))


def _in_json(terms: Sequence[bytes]) -> dict[bytes, bytes]:
    """Terms -> how the library writes them as values in JSON-LD."""
    triples = b"".join(b"<urn:x> <urn:x> %b .\n" % term for term in terms)
    content = ox.serialize(ox.parse(triples, ox.RdfFormat.N_TRIPLES, lenient=True), format=ox.RdfFormat.JSON_LD) or b""
    # quotation marks in strings are escaped
    values = content[len(b'[{"@id":"urn:x","urn:x":[{"@') : -len(b"}]}]")].split(b'},{"@') if terms else []
    return {term: b'{"@' + value + b"}" for term, value in zip(terms, values, strict=True)}


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


class Spill(spilled.Spill):
    """Takes the bytes of runs, so that those of a large graph need not be in memory.

        with Spill(folder) as spill:
            runs = [spill.put(run) for run in runs]

    Runs that were put away can be read until the end of the block.
    """

    def put(self, made: Run) -> Run:
        """The run, with its bytes put away where there are too many."""
        forms = {name: (self._kept(content), ends) for name, (content, ends) in made.forms.items()}
        return replace(made, forms=forms)

    def _kept(self, content: _Content) -> _Content:
        held = self.keep(content[:])
        return held if isinstance(held, bytes) else Elsewhere([held])


def dump(made: Run) -> bytes:
    """A run as bytes."""
    names = list(made.forms)
    subjects = b"\n".join(made.subjects)
    return pack(
        names, [subjects, *(part for content, ends in made.forms.values() for part in (content[:], ends.tobytes()))]
    )


def restore(data: bytes) -> Run:
    """What `dump` wrote."""
    names, pieces = unpack(data)
    return Run(
        pieces[0].split(b"\n") if pieces[0] else [],
        {name: (pieces[2 * n + 1], array("Q", pieces[2 * n + 2])) for n, name in enumerate(names)},
    )


@dataclass(slots=True)
class Place:
    """Where the blocks of a run stand in files, in long pieces: the first and the last subject of each.

    `forms` has for each form of the run where its pieces start in their file, and how many bytes they have. Of those in
    the forms `without_comma`, the last byte of the last piece is not in the file.
    """

    firsts: list[bytes] = field(default_factory=list)
    lasts: list[bytes] = field(default_factory=list)
    forms: dict[str, tuple[array[int], array[int]]] = field(default_factory=dict)
    without_comma: set[str] = field(default_factory=set)

    def run(self, file_of: Callable[[str], int]) -> Run:
        """The run in these pieces; `file_of` gives the descriptor of the file that a form stands in."""
        forms = {form: self._content(form, file_of(form)) for form in self.forms}
        return Run(self.firsts, forms, self.lasts)

    def _content(self, form: str, descriptor: int) -> tuple[Elsewhere, array[int]]:
        starts, sizes = self.forms[form]
        pieces: list[Stretch | bytes] = [
            Stretch(descriptor, start, start + size) for start, size in zip(starts, sizes, strict=True) if size
        ]
        last = pieces[-1] if pieces else b""
        if form in self.without_comma and isinstance(last, Stretch):
            pieces[-1:] = [last._replace(end=last.end - 1), b","]
        return Elsewhere(pieces), array("Q", accumulate(sizes))


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
        self._by_form: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for segment in self._segments:
            for form in self._runs[segment[0]].forms:
                self._by_form[form].append(segment)
        #: Form -> where its blocks begin in the file that was written last.
        self._begin: dict[str, int] = {}

    def quads(self) -> Iterator[bytes]:
        """Canonical N-Quads, in pieces that end with a line."""
        return self._pieces(QUADS)

    def write_turtle(self, file: Sink, *, only_stated: bool = False) -> None:
        """Writes the union of the graphs; or what is stated, and the classes of its things."""
        file.write(_head(self._prefixes))
        self._write(file, STATED if only_stated else UNION)

    def write_trig(self, file: Sink) -> None:
        """Writes each graph by its name."""
        file.write(_head(self._prefixes))
        for name in self._graphs():
            file.write(f"<{name}> {{\n".encode())
            self._write(file, f"{TRIG} {name}")
            file.write(b"}\n")

    def write_jsonld(self, file: Sink) -> None:
        """Writes each graph by its name, as expanded JSON-LD."""
        file.write(b"[")
        for number, name in enumerate(self._graphs()):
            file.write((b"," if number else b"") + b'{"@id":' + _quoted(name) + b',"@graph":[')
            form = f"{JSONLD} {name}"
            self._begin[form] = file.tell()
            before = b""
            for piece in self._pieces(form):
                file.write(before)
                before = piece
            file.write(before[:-1] + b"]}")
        file.write(b"]")

    def _write(self, file: Sink, form: str) -> None:
        self._begin[form] = file.tell()
        file.writelines(self._pieces(form))

    def _graphs(self) -> list[str]:
        names = {form.partition(" ")[2] for each in self._runs for form in each.forms if form.startswith(TRIG)}
        return sorted(names, key=lambda name: f"<{name}> .".encode())

    def places(self, number: int) -> list[Place]:
        """Where the blocks of the first so many runs stand in the files that were written.

        Those of quads stand as they do without the other runs. Nowhere, where several runs speak of a subject.
        """
        if self._runs[-1].subjects:
            return []
        places = [Place() for _ in self._runs]
        for run_number, first, end in self._segments:
            own = self._runs[run_number]
            places[run_number].firsts.append(own.subjects[first])
            places[run_number].lasts.append((own.lasts or own.subjects)[end - 1])
        for form, segments in self._by_form.items():
            self._place(form, segments if form != QUADS else [each for each in segments if each[0] < number], places)
        return places[:number]

    def _place(self, form: str, segments: Iterable[tuple[int, int, int]], places: Sequence[Place]) -> None:
        """Notes where the segments of a form stand."""
        start, last = self._begin.get(form, 0), -1
        for number, first, end in segments:
            ends = self._runs[number].forms[form][1]
            size = ends[end - 1] - (ends[first - 1] if first else 0)
            starts, sizes = places[number].forms.setdefault(form, (array("Q"), array("Q")))
            starts.append(start)
            sizes.append(size)
            start += size
            last = number if size else last
        if last >= 0 and form.startswith(JSONLD):
            places[last].without_comma.add(form)

    def _pieces(self, form: str) -> Iterator[bytes]:
        """The bytes of a form in order, in long pieces, none of them empty."""
        waiting: Stretch | None = None
        for piece in self._contents(form):
            if waiting and isinstance(piece, Stretch) and _follows(piece, waiting):
                waiting = waiting._replace(end=piece.end)
                continue
            if waiting:
                yield waiting.read()
            waiting = piece if isinstance(piece, Stretch) else None
            if isinstance(piece, bytes):
                yield piece
        if waiting:
            yield waiting.read()

    def _contents(self, form: str) -> Iterator[Stretch | bytes]:
        """The bytes of a form, or where they stand, none of them empty."""
        for number, first, end in self._by_form[form]:
            content, ends = self._runs[number].forms[form]
            start, last = ends[first - 1] if first else 0, ends[end - 1]
            if start < last:
                yield from content.pieces(start, last) if isinstance(content, Elsewhere) else (content[start:last],)


def _follows(piece: Stretch, other: Stretch) -> bool:
    """Whether bytes can be read together with others of the same file."""
    return piece.start == other.end and piece.descriptor == other.descriptor and piece.end - other.start <= _AT_ONCE


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
