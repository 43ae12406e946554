"""A query's text in, the terms of our vocabularies that are not declared out, each with the nearest that are.

A query with an invented property has an empty answer, which reads like a fact; so it is refused before it runs.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policygraph.tokens import TOKEN

__all__ = ["Undeclared", "undeclared"]

_NEAREST = 3
_PREFIX = re.compile(r"(?i)\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>")


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A term as the query writes it, and the short names of declared terms that are most like it."""

    term: str
    nearest: tuple[str, ...]


def undeclared(
    text: str, declared: Iterable[str], prefixes: Mapping[str, str], namespaces: Iterable[str]
) -> list[Undeclared]:
    """The terms of `namespaces` in a query that are not among the `declared` IRIs, in the order of the text.

    `prefixes` are those that are known without being declared; a prefix that the query declares itself counts first.
    """
    terms, ours = frozenset(declared), tuple(namespaces)
    given = {**prefixes, **dict(_PREFIX.findall(text))}
    missing = {iri: written for written, iri in _names(text, given) if iri.startswith(ours) and iri not in terms}
    missing = {iri: written for iri, written in missing.items() if iri not in ours}
    by_namespace: dict[str, dict[str, str]] = {namespace: {} for namespace in ours}
    for iri in sorted(terms):
        if namespace := next((each for each in ours if iri.startswith(each)), ""):
            by_namespace[namespace][iri.removeprefix(namespace)] = _short(iri, given)
    return [Undeclared(written, _nearest(iri, by_namespace)) for iri, written in missing.items()]


def _nearest(iri: str, by_namespace: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The terms of the same vocabulary whose local names are most like that of an IRI."""
    namespace = next(each for each in by_namespace if iri.startswith(each))
    names = by_namespace[namespace]
    near = difflib.get_close_matches(iri.removeprefix(namespace), names, n=_NEAREST, cutoff=0.5)
    return tuple(names[name] for name in near)


def _names(text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The IRIs and prefixed names of a query: as written, and whole."""
    for match in TOKEN.finditer(text):
        if match["iri"]:
            yield match["iri"], match["iri"][1:-1]
        elif match["local"] and match["word"] in prefixes:
            local = re.sub(r"\\(.)", r"\1", match["local"][1:]).rstrip(".")
            yield f"{match['word']}:{local}", prefixes[match["word"]] + local


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI by the longest prefix that fits it."""
    fitting = [(namespace, prefix) for prefix, namespace in prefixes.items() if namespace and iri.startswith(namespace)]
    if not fitting:
        return iri
    namespace, prefix = max(fitting, key=lambda pair: len(pair[0]))
    return f"{prefix}:{iri[len(namespace) :]}"
