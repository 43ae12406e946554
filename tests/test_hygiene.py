"""Every hygiene query finds nothing in its `pass` example, and in its `xfail` example exactly what that says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import examples
from policygraph import queries, store, validate, vocab

if TYPE_CHECKING:
    import pyoxigraph as ox

    from policygraph.findings import Finding

EXAMPLES = examples.ROOT / "tests" / "hygiene"
CATALOGUE = {query.name: query for query in queries.read_all(examples.FOLDERS.queries / "hygiene")}


def _whole(*files: str) -> ox.Store:
    """The ontology, the examples, and what follows from them."""
    quads = [quad for file in files for quad in examples.read(EXAMPLES / file)]
    return store.in_memory([*examples.ontology(), *quads, *examples.closure(quads)])


def _lines(findings: list[Finding]) -> list[str]:
    return sorted(f"{vocab.shorten(finding.node or '')}: {finding.message['en']}" for finding in findings)


def test_the_graph_that_examples_add_to_has_no_fault() -> None:
    assert _lines(validate.check_hygiene(_whole("base.trig"), CATALOGUE.values())) == []


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_query_finds_the_fault(name: str) -> None:
    expected = examples.expected(EXAMPLES / name / "xfail.trig")
    assert expected != []
    findings = validate.check_hygiene(_whole("base.trig", f"{name}/xfail.trig"), [CATALOGUE[name]])
    assert _lines(findings) == expected
    assert {finding.check for finding in findings} == {name}


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_query_finds_nothing_where_all_is_well(name: str) -> None:
    assert _lines(validate.check_hygiene(_whole("base.trig", f"{name}/pass.trig"), [CATALOGUE[name]])) == []


def test_every_query_has_a_pass_and_an_xfail() -> None:
    found = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*")}
    assert found == {f"{name}/{file}" for name in CATALOGUE for file in ("pass.trig", "xfail.trig")}


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_header_says_fault_cure_and_severity_alike_in_both_languages(name: str) -> None:
    header = CATALOGUE[name].header
    assert set(header) - {"property"} == {"fault", "fault@en", "cure", "cure@en", "severity"}
    assert header["severity"] in {"violation", "warning", "info"}
    for key in ("fault", "cure"):
        chinese, english = (set(re.findall(r"{(\w+)}", header[said])) for said in (key, f"{key}@en"))
        assert chinese == english
        assert header[key].endswith("。")
        assert header[f"{key}@en"].endswith(".")
