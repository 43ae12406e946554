"""Lines of canonical N-Quads in, their terms out, as the lines write them: read once for all that looks at them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import compress, count, islice
from operator import eq, ne
from typing import NamedTuple

import pyoxigraph as ox

__all__ = ["AnyQuad", "Quad", "Statement", "in_order", "quads_of", "repetitions", "statements_of"]

#: Subject, property, value and graph of a line.
Statement = tuple[bytes, bytes, bytes, bytes]


def statements_of(lines: Iterable[bytes]) -> list[Statement]:
    r"""The terms of lines, each of which has a graph and a line end.

    A term that stands in many lines is one object, which compares fast.

    >>> statements_of([b'<urn:s> <urn:p> "a <b> ." <urn:g> .\n'])
    [(b'<urn:s>', b'<urn:p>', b'"a <b> ."', b'<urn:g>')]
    """
    same: dict[bytes, bytes] = {}
    one = same.setdefault
    statements: list[Statement] = []
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        end = rest.rindex(b" <")
        value, graph = rest[:end], rest[end + 1 : -3]
        statements.append((one(subject, subject), one(predicate, predicate), value, one(graph, graph)))
    return statements


def in_order(lines: Iterable[bytes]) -> list[bytes]:
    r"""Lines in order, each once. Those that are nearly in order take little time, which a set of them would undo.

    >>> in_order([b"b\n", b"a\n", b"b\n", b"c\n"])
    [b'a\n', b'b\n', b'c\n']
    """
    ordered = sorted(lines)
    return [*ordered[:1], *compress(islice(ordered, 1, None), map(ne, ordered, islice(ordered, 1, None)))]


def repetitions(subjects: Sequence[Hashable], properties: Sequence[bytes], values: Sequence[bytes]) -> Iterator[int]:
    """The places of triples that say the same as the one before: of those in order, what another graph has too.

    >>> list(repetitions([1, 1, 1, 2], [b"p"] * 4, [b"v", b"v", b"w", b"w"]))
    [1]
    """
    for place in compress(count(1), map(eq, values, islice(values, 1, None))):
        if subjects[place] == subjects[place - 1] and properties[place] == properties[place - 1]:
            yield place


class Quad(NamedTuple):
    """A quad whose terms it shares with other quads, so that it is made and looked at faster than the library's."""

    subject: ox.NamedNode | ox.BlankNode
    predicate: ox.NamedNode
    object: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
    graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph


#: A quad of the library's, or one that looks the same.
AnyQuad = ox.Quad | Quad


def quads_of(lines: bytes) -> list[Quad]:
    """The quads of lines that were written here, each term of which is parsed once, without checks."""
    statements = statements_of(lines.splitlines(keepends=True))
    written = list({term for statement in statements for term in statement})
    triples = b"".join([b"<urn:x> <urn:x> %b .\n" % term for term in written])
    parsed = (quad.object for quad in ox.parse(triples, ox.RdfFormat.N_TRIPLES, lenient=True))
    terms = dict(zip(written, parsed, strict=True))
    new, term_of = tuple.__new__, terms.__getitem__  # a third of the time that Quad itself takes
    return [new(Quad, map(term_of, statement)) for statement in statements]
