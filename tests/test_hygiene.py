"""Every hygiene query finds nothing in its `pass` example, and in its `xfail` example exactly what that says."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

import examples
from policygraph import queries, store, validate, vocab
from policygraph.validate.narrowing import KINDS, narrowed

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


NARROWED = {query.name: query for query in CATALOGUE.values() if re.search("#(among|about)", query.text)}


def _faults(names: list[str]) -> list[ox.Quad]:
    """The examples that break some queries, in one graph with what theirs add to."""
    files = ("base.trig", *(f"{name}/xfail.trig" for name in names))
    return [quad for file in files for quad in examples.read(EXAMPLES / file)]


def test_terms_that_narrow_a_query_leave_its_rows_as_they_are() -> None:
    chance = random.Random(13)  # noqa: S311 - the same for a seed is what is wanted
    with_rows: set[str] = set()
    for names in (*([name] for name in NARROWED), *(chance.sample(sorted(CATALOGUE), 30) for _ in range(3))):
        quads = _faults(names)
        inferred = examples.closure(quads)
        whole = store.in_memory([*examples.ontology(), *quads, *inferred])
        survey = validate.Survey.of(quads, validate.types_of([*quads, *inferred]))
        terms = validate.Terms(whole, vocab.SHARED, survey)
        for query in NARROWED.values():
            rows = sorted(map(str, queries.run(query, whole).rows))
            assert sorted(map(str, validate.rows_of(terms, query).rows)) == rows
            with_rows |= {query.name} if rows else set()
    assert with_rows == set(NARROWED)


def test_every_kind_of_terms_narrows_some_query() -> None:
    kinds = [re.findall(r"#(?:among|about) \?\w+ (\w+)", query.text) for query in NARROWED.values()]
    assert sorted(kind for each in kinds for kind in each) == sorted(KINDS)


def test_a_kind_that_is_not_known_is_refused() -> None:
    terms = validate.Terms(store.in_memory([]), vocab.SHARED)
    with pytest.raises(queries.QueryError, match="`#among \\?node odd`: a kind is one of avoided, chinese, "):
        narrowed("SELECT ?node {\n  #among ?node odd\n}", terms)
