"""Lines of canonical N-Quads in, their terms out, as the lines write them: read once for all that looks at them."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Statement", "statements_of"]

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
