"""Lines of canonical N-Quads in, their terms out, as the lines write them: read once for all that looks at them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

__all__ = ["AnyQuad", "Quad", "Statement", "quads_of", "statements_of"]

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
    return [Quad(*map(terms.__getitem__, statement)) for statement in statements]
