"""A store in, findings out: each row of the hygiene queries (SPARQL) over the union of all graphs is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import pyoxigraph as ox

from policygraph import queries, store, vocab
from policygraph.findings import Finding, Severity
from policygraph.validate.narrowing import Narrowed, Terms, narrowed

__all__ = ["Answer", "check_hygiene", "rows_by", "rows_of"]

#: Gives the rows of a hygiene query.
Answer = Callable[[queries.Query], queries.Rows]

_LANGUAGES = ("en", "zh")
_PLACEHOLDER = re.compile(r"{(\w+)}")
#: Severity as a hygiene query's header writes it.
_SEVERITIES = {severity.name.lower(): severity for severity in Severity}


def check_hygiene(
    whole: ox.Store,
    catalogue: Iterable[queries.Query],
    names: vocab.Names = vocab.SHARED,
    answer: Answer | None = None,
) -> list[Finding]:
    """A finding for each row of the hygiene queries over the union of all graphs.

    A query's first variable is the node at fault. The others fill the `{name}` placeholders of its header's fault and
    cure: a thing by its label in the text's language, else its short name. Raises queries.QueryError for a query
    without a severity, or whose first variable is not `node`, or that does not select what its texts name. A header's
    `property` is the one at fault: the finding names the line of its key. `answer` gives the rows of a query; without
    it they are looked for in the store.
    """
    answer = answer or partial(rows_of, Terms(whole, names))
    words = _Words(whole, names)
    return [finding for query in catalogue for finding in _findings(query, answer(query), words)]


def rows_of(terms: Terms, query: queries.Query) -> queries.Rows:
    """The rows of a hygiene query over the graph that the terms are of. Raises queries.QueryError as `run` does."""
    return rows_by(narrowed(query.text, terms), terms, query)


def rows_by(own: Narrowed | None, terms: Terms, query: queries.Query) -> queries.Rows:
    """As `rows_of`, by what the query is narrowed to; None where it has no answer."""
    if own is None:
        return queries.Rows([], [])
    return queries.run(replace(query, text=own.text), terms.whole, names=terms.names)


class _Words:
    """What things are called in texts: by their label in a language, else their short name."""

    def __init__(self, whole: ox.Store, names: vocab.Names) -> None:
        self._whole = whole
        self._names = names
        self._labels: dict[ox.NamedNode, Mapping[str | None, str]] = {}

    def of(self, term: queries.Term | None, language: str) -> str:
        if term is None:
            return "–"
        return self._label(term, language) or self._names.shorten(term.value)

    def _label(self, term: queries.Term, language: str) -> str | None:
        if not isinstance(term, ox.NamedNode):
            return None
        if term not in self._labels:
            self._labels[term] = store.labels_of(self._whole, term)
        return self._labels[term].get(language)


def _findings(query: queries.Query, rows: queries.Rows, words: _Words) -> list[Finding]:
    severity = _SEVERITIES.get(query.header_text("severity"))
    if severity is None:
        raise queries.QueryError(f"{query.name}: `#+ severity:` is one of {', '.join(_SEVERITIES)}")
    texts = {key: {language: query.header_text(key, language) for language in _LANGUAGES} for key in ("fault", "cure")}
    named = {name for each in texts.values() for text in each.values() for name in _PLACEHOLDER.findall(text)}
    if rows.variables and (rows.variables[:1] != ["node"] or not named <= set(rows.variables)):
        raise queries.QueryError(f"{query.name} selects ?node first, and ?{', ?'.join(sorted(named))}")
    property_named = query.header_text("property")
    findings = []
    for row in rows.rows:
        cells = dict(zip(rows.variables, row, strict=True))
        filled = {
            key: {language: _filled(text, cells, words, language) for language, text in each.items()}
            for key, each in texts.items()
        }
        node = row[0].value if isinstance(row[0], ox.NamedNode) else None
        findings.append(
            Finding(severity, query.name, filled["fault"], filled["cure"], node, path=_path(property_named, cells))
        )
    return sorted(findings, key=lambda finding: (finding.node or "", finding.text(), finding.path or ""))


def _path(name: str, cells: Mapping[str, queries.Term | None]) -> str | None:
    """The property at fault: the one that a header names, or that stands under the variable it names."""
    if not name.startswith("?"):
        return vocab.expand(name) if name else None
    term = cells.get(name.removeprefix("?"))
    return term.value if isinstance(term, ox.NamedNode) else None


def _filled(text: str, cells: Mapping[str, queries.Term | None], words: _Words, language: str) -> str:
    return _PLACEHOLDER.sub(lambda match: words.of(cells[match[1]], language), text)
