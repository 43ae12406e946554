"""Conditions and replacements as SPARQL 1.1 has them, whatever the engine makes of them alone."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from policygraph import queries, vocab
from policygraph.casts import FUNCTIONS
from policygraph.corrections import corrected

#: Expression -> its value by SPARQL 1.1; None for an error.
VALUES: dict[str, str | None] = {
    'REPLACE("abc", "(b)", "$1x")': "abxc",
    "REPLACE('abc', '(a)(b)', '$2_$1y$2')": "b_aybc",
    'REPLACE("abc", "(b)", "$1")': "abc",
    'REPLACE("a$1x", "a", "b")': "b$1x",
    'REPLACE("abc", "(b)", CONCAT("$1x", "y"))': "abxyc",
    'IF("规划"@zh, 1, 2)': "1",
    'IF(""@zh, 1, 2)': "2",
    'IF(?label, "y", "n")': "y",
    'IF(?empty, "y", "n")': "n",
    'IF(?iri, "y", "n")': None,
    'IF(?unbound, "y", "n")': None,
    'IF(((?label)), "y", "n")': "y",
    "!?label": "false",
    "!(?empty)": "true",
    "!!?label": "true",
    "?label && ?number": "true",
    "?empty || ?label": "true",
    "?empty && ?label": "false",
    "?unbound || ?label": "true",
    "?label && (?number = 3 && ?label)": "true",
    "3 && ?label": "true",
    '"x" @en && 3': "true",
    'IF(COALESCE(?unbound, ?label), "y", "n")': "y",
    'IF(STRLANG("", "zh"), "y", "n")': "n",
    'IF(IF(?label, ?empty, ?label), "y", "n")': "n",
    'IF(?number, "y", "n")': "y",
    'IF("$1x", "(b)", "no")': "(b)",
}
DATA = 'VALUES (?label ?empty ?number ?iri) { ("规划"@zh ""@en 3 <x:y>) }'


def _rows(text: str) -> list[dict[str, str | None]]:
    solutions = ox.Store().query(corrected(text), prefixes=vocab.PREFIXES, custom_functions=dict(FUNCTIONS))
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [{name: row[name].value if row[name] else None for name in names} for row in solutions]


@pytest.mark.parametrize("expression", VALUES)
def test_a_condition_and_a_replacement_are_those_of_sparql(expression: str) -> None:
    assert _rows(f"SELECT ({expression} AS ?x) {{ {DATA} }}") == [{"x": VALUES[expression]}]


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        (f"{DATA} FILTER(?label)", 1),
        (f"{DATA} FILTER( # a comment\n ( ?label ) )", 1),
        (f"{DATA} FILTER(?empty)", 0),
        (f"{DATA} FILTER(!?empty)", 1),
        (f"{DATA} FILTER COALESCE(?unbound, ?label)", 1),
        (f"{DATA} FILTER('x'@en && EXISTS {{ {DATA} FILTER(?label) }})", 1),
        (f"SELECT ?n (SAMPLE(?label) AS ?l) {{ {DATA} BIND(1 AS ?n) }} GROUP BY ?n HAVING (SAMPLE(?label))", 1),
        (f"{DATA} OPTIONAL {{ BIND(1 AS ?y) FILTER(?label) }} FILTER(BOUND(?y))", 1),
    ],
)
def test_a_filter_takes_a_text_in_a_language(pattern: str, count: int) -> None:
    assert len(_rows(f"SELECT * {{ {pattern} }}")) == count


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o FILTER(?o = 'FILTER(?x)') }",
        "SELECT * { ?s ?p ?o FILTER(BOUND(?o) && ?o > 3) }",
        "SELECT * { ?s ?p 'IF(?x, 1, 2)' . # FILTER(?x)\n }",
        "SELECT * { FILTER(?x ",
        "SELECT (REPLACE('a', 'a', '$1 x') AS ?x) {}",
        "SELECT * { ?s ?p ?o FILTER(LANG(?o) = 'zh' && LANG(?p) = 'en') } ORDER BY (LCASE(?o)) (?p)",
        "SELECT ?s { ?s ?p ?o FILTER(BOUND(?o) && STR(?o) != 'b' || ?p = 'c') } GROUP BY ?s ORDER BY (SAMPLE(?o))",
        "SELECT * { ?s ?p ?o FILTER(BOUND(?o) && IF(BOUND(?p), REGEX(?o, 'x'), false)) }",
    ],
)
def test_what_the_engine_reads_rightly_stays_as_it_is(text: str) -> None:
    assert corrected(text) == text


def test_the_library_asks_what_sparql_means() -> None:
    """What notebooks ask (`sparql`), and questions of a project (`ask`), go the same way as the service's queries."""
    text = f'SELECT ?x {{ {DATA} FILTER(?label) BIND(REPLACE("abc", "(b)", "$1x") AS ?x) }}'
    query, store = queries.parse("x", text), ox.Store()
    rows = [[ox.Literal("abxc")]]
    assert (queries.run(query, store).rows, queries.answer(query, store).rows) == (rows, rows)
    assert queries.evaluate(query, store) == queries.Rows(["x"], rows)
    assert queries.evaluate(queries.parse("x", f"ASK {{ {DATA} FILTER(?empty) }}"), store) is False


def test_looking_at_a_text_takes_time_in_proportion() -> None:
    """The pattern that looks for conditions never goes back over what it has read."""
    for piece in ("!", "(", "FILTER(", "&&", "IF((", "?a", "#\n", "! #", "$1", "REPLACE("):
        assert corrected(piece * 8_000) == piece * 8_000
