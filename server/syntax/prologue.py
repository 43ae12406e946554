"""A query that uses the service's prefixes in, one that declares them out, for other stores and endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from policygraph import vocab
from policygraph.tokens import TOKEN

__all__ = ["NOTHING", "asks_others", "standalone", "with_dataset"]

#: A graph that no build has. It is named to give an empty set of named graphs: without one Virtuoso reads all.
NOTHING = f"{vocab.GRAPH}none"


def standalone(text: str, prefixes: Mapping[str, str], base: str | None) -> str:
    """A query with the prefixes and the base that it takes for granted declared, in its first line.

    None is declared twice: some stores refuse that.

    >>> standalone("SELECT * { ?s a pg:Plan }", {"pg": "http://x/", "id": "http://y/"}, "http://z/")
    'BASE <http://z/> PREFIX pg: <http://x/> SELECT * { ?s a pg:Plan }'
    """
    tokens = _tokens(text)
    declared = {
        label[0].partition(":")[0]
        for word, label in pairwise(tokens)
        if word[0].upper() == "PREFIX" and label.lastgroup in ("local", "blank")
    }
    has_base = any(word[0].upper() == "BASE" and iri.lastgroup == "iri" for word, iri in pairwise(tokens))
    missing = [name for name in prefixes if name not in declared and f"{name}:" in text]
    bases = [f"BASE <{base}> "] if base and not has_base else []
    return "".join([*bases, *(f"PREFIX {name}: <{prefixes[name]}> " for name in missing), text])


def with_dataset(text: str, *, is_given: bool) -> str:
    """A query whose dataset any store understands: without FROM where the request gives one, which goes before it.

    Else, where it names default graphs and no others, it says so (SPARQL 1.1 Query 13.2).

    >>> with_dataset("ASK FROM <g:a> { ?s ?p ?o }", is_given=True)
    'ASK  { ?s ?p ?o }'
    >>> with_dataset("ASK FROM <g:a> { ?s ?p ?o }", is_given=False)
    'ASK FROM <g:a> FROM NAMED <https://w3id.org/policygraph/graph/none> { ?s ?p ?o }'
    """
    clauses = list(_from(text))
    if is_given:
        for start, end, _ in reversed(clauses):
            text = text[:start] + text[end:]
    elif clauses and not any(is_named for _, _, is_named in clauses):
        end = clauses[-1][1]
        text = f"{text[:end]} FROM NAMED <{NOTHING}>{text[end:]}"
    return text


def _from(text: str) -> Iterator[tuple[int, int, bool]]:
    """Each FROM clause: where it starts and ends, and whether it is a FROM NAMED."""
    tokens = _tokens(text)
    for place, token in enumerate(tokens[:-1]):
        if token.lastgroup == "word" and token[0].upper() == "FROM":
            is_named = tokens[place + 1][0].upper() == "NAMED"
            yield token.start(), tokens[min(place + 1 + is_named, len(tokens) - 1)].end(), is_named


def _tokens(text: str) -> list[re.Match[str]]:
    return [token for token in TOKEN.finditer(text) if token.lastgroup != "comment"]


def asks_others(text: str) -> bool:
    """Whether the keyword SERVICE stands in a query: a second look, after the gate's."""
    return any(token.lastgroup == "word" and "SERVICE" in token[0].upper() for token in TOKEN.finditer(text))
