"""Findings in, a sh:ValidationReport out (SHACL, section 3.6), and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from policygraph import vocab
from policygraph.findings import Finding, Severity

__all__ = ["read_report", "report"]

_LANGUAGES = ("en", "zh")
_REPORT = vocab.GRAPH + "report"


def report(findings: Iterable[Finding]) -> list[ox.Quad]:
    """The findings as a sh:ValidationReport of numbered results, in the order given, without blank nodes."""
    listed = list(findings)
    whole = ox.NamedNode(_REPORT)
    is_valid = all(finding.severity is not Severity.VIOLATION for finding in listed)
    quads = [
        ox.Quad(whole, vocab.rdf_type, _sh("ValidationReport")),
        ox.Quad(whole, _sh("conforms"), ox.Literal(is_valid)),
    ]
    for number, finding in enumerate(listed, start=1):
        result = ox.NamedNode(f"{_REPORT}#{number}")
        quads.append(ox.Quad(whole, _sh("result"), result))
        quads += [ox.Quad(result, predicate, value) for predicate, value in _result(finding)]
    return quads


def _result(finding: Finding) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    """What a validation result says; the check is a shape and its constraint, or the name of a query."""
    shape, slash, constraint = finding.check.partition("/")
    component = f"{constraint[:1].upper()}{constraint[1:]}" if slash else "SPARQL"
    yield vocab.rdf_type, _sh("ValidationResult")
    yield _sh("focusNode"), ox.NamedNode(finding.node) if finding.node else ox.Literal(str(finding.position))
    yield _sh("resultSeverity"), _sh(finding.severity.term)
    yield _sh("sourceConstraintComponent"), _sh(f"{component}ConstraintComponent")
    if finding.path:
        yield _sh("resultPath"), ox.NamedNode(finding.path)
    if slash:
        yield _sh("sourceShape"), ox.NamedNode(vocab.PREFIXES["shape"] + shape)
    for language in _LANGUAGES:
        yield _sh("resultMessage"), ox.Literal(finding.sentences(language), language=language)
    yield ox.NamedNode(vocab.PREFIXES["dcterms"] + "identifier"), ox.Literal(finding.check)
    if finding.position:
        yield ox.NamedNode(vocab.PREFIXES["dcterms"] + "source"), ox.Literal(str(finding.position))


def read_report(triples: Iterable[ox.Triple | ox.Quad]) -> list[Finding]:
    """The findings of a report as `report` writes it; what is wrong and what to do are one text, without labels."""
    results: dict[str, dict[ox.NamedNode, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            results[triple.subject.value][triple.predicate].append(triple.object)
    identifier = ox.NamedNode(vocab.PREFIXES["dcterms"] + "identifier")
    return [
        Finding(
            Severity[messages[_sh("resultSeverity")][0].value.rpartition("#")[2].upper()],
            messages[identifier][0].value,
            {
                text.language or "": text.value
                for text in messages[_sh("resultMessage")]
                if isinstance(text, ox.Literal)
            },
            {},
            next((node.value for node in messages[_sh("focusNode")] if isinstance(node, ox.NamedNode)), None),
            path=next((path.value for path in messages[_sh("resultPath")]), None),
        )
        for messages in results.values()
        if identifier in messages
    ]


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(vocab.PREFIXES["sh"] + name)
