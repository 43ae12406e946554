"""A store in, findings out: each row of the hygiene queries (SPARQL) over the union of all graphs is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from policygraph import queries, store, vocab
from policygraph.findings import Finding, Severity

__all__ = ["check_hygiene"]

_LANGUAGES = ("en", "zh")
_PLACEHOLDER = re.compile(r"{(\w+)}")
#: Severity as a hygiene query's header writes it.
_SEVERITIES = {severity.name.lower(): severity for severity in Severity}


def check_hygiene(
    whole: ox.Store, catalogue: Iterable[queries.Query], names: vocab.Names = vocab.SHARED
) -> list[Finding]:
    """A finding for each row of the hygiene queries over the union of all graphs.

    A query's first variable is the node at fault. The others fill the `{name}` placeholders of its header's fault and
    cure: a thing by its label in the text's language, else its short name. Raises queries.QueryError for a query
    without a severity, or whose first variable is not `node`, or that does not select what its texts name. A header's
    `property` is the one at fault: the finding names the line of its key.
    """
    return [finding for query in catalogue for finding in _rows(whole, query, names)]


def _rows(whole: ox.Store, query: queries.Query, names: vocab.Names) -> list[Finding]:
    severity = _SEVERITIES.get(query.header_text("severity"))
    if severity is None:
        raise queries.QueryError(f"{query.name}: `#+ severity:` is one of {', '.join(_SEVERITIES)}")
    rows = queries.run(query, whole, names=names)
    texts = {key: {language: query.header_text(key, language) for language in _LANGUAGES} for key in ("fault", "cure")}
    named = {name for words in texts.values() for text in words.values() for name in _PLACEHOLDER.findall(text)}
    if rows.variables[:1] != ["node"] or not named <= set(rows.variables):
        raise queries.QueryError(f"{query.name} selects ?node first, and ?{', ?'.join(sorted(named))}")
    property_named = query.header_text("property")
    findings = []
    for row in rows.rows:
        filled = {
            key: {
                language: _filled(text, _words(whole, rows.variables, row, language, names))
                for language, text in words.items()
            }
            for key, words in texts.items()
        }
        cells = dict(zip(rows.variables, row, strict=True))
        node = row[0].value if isinstance(row[0], ox.NamedNode) else None
        findings.append(
            Finding(severity, query.name, filled["fault"], filled["cure"], node, path=_path(property_named, cells))
        )
    return sorted(findings, key=lambda finding: (finding.node or "", finding.text()))


def _path(name: str, cells: Mapping[str, queries.Term | None]) -> str | None:
    """The property at fault: the one that a header names, or that stands under the variable it names."""
    if not name.startswith("?"):
        return vocab.expand(name) if name else None
    term = cells.get(name.removeprefix("?"))
    return term.value if isinstance(term, ox.NamedNode) else None


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: words[match[1]], text)


def _words(
    whole: ox.Store,
    variables: Iterable[str],
    row: Iterable[queries.Term | None],
    language: str,
    names: vocab.Names,
) -> dict[str, str]:
    return {
        name: _label(whole, term, language) or names.shorten(term.value) if term is not None else "–"
        for name, term in zip(variables, row, strict=True)
    }


def _label(whole: ox.Store, term: queries.Term, language: str) -> str | None:
    return store.labels_of(whole, term).get(language) if isinstance(term, ox.NamedNode) else None
