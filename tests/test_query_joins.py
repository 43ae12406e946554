"""Query files: what the engine would join with all labels of the graph, told by the grammar and not by the clock.

The engine evaluates what stands behind an OPTIONAL by itself and joins it then; names that stand there, or are joined
before groups are made, cost as much as the graph has labels.
"""

from __future__ import annotations

from policygraph import paths, queries
from policygraph.grammar import Node, tree

FOLDERS = paths.find()
EVERY = {
    f"{path.parent.name}/{path.stem}": query.text
    for path in sorted(FOLDERS.queries.glob("*/*.rq"))
    if "#pattern" not in (query := queries.read(path)).text  # a frame for patterns that a person writes
}
AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "GROUP_CONCAT"})


def _text(node: Node) -> str:
    return " ".join(leaf.text for leaf in node.leaves())


def _behind_what_is_optional(text: str) -> list[str]:
    """The triples that stand behind an OPTIONAL of their group."""
    late = []
    for group in tree(text).all("Group"):
        is_behind = False
        for part in group.nodes("TriplesBlock", "NotTriples"):
            if part.name == "TriplesBlock" and is_behind:
                late.append(_text(part))
            is_behind |= bool(part.nodes("Optional"))
    return late


def _names_that_are_counted_over(text: str) -> list[str]:
    """The optional labels that stand in the very group whose rows are counted."""
    labels = []
    for select in tree(text).all("SelectQuery", "SubSelect"):
        (clause,) = select.nodes("SelectClause")
        if AGGREGATES.isdisjoint(leaf.text.upper() for leaf in clause.leaves()):
            continue
        groups = [group for where in select.nodes("WhereClause") for group in where.nodes("Group")]
        patterns = [pattern for group in groups for pattern in group.nodes("NotTriples")]
        optional = [_text(each) for pattern in patterns for each in pattern.nodes("Optional")]
        labels += [each for each in optional if "skos:prefLabel" in each]
    return labels


def test_what_must_match_stands_before_what_is_optional() -> None:
    late = {name: _behind_what_is_optional(text) for name, text in EVERY.items()}
    assert {name: triples for name, triples in late.items() if triples} == {}


def test_names_are_looked_up_after_counting() -> None:
    competency = {name: text for name, text in EVERY.items() if name.startswith("competency/")}
    labels = {name: _names_that_are_counted_over(text) for name, text in competency.items()}
    assert {name: optional for name, optional in labels.items() if optional} == {}


def test_the_guards_find_what_they_look_for() -> None:
    text = """SELECT ?plan ?zh (COUNT(?part) AS ?parts) WHERE {
      ?part pg:isWithin ?plan .
      OPTIONAL { ?plan pg:coversArea/skos:prefLabel ?area }
      ?plan skos:prefLabel ?zh .
    } GROUP BY ?plan ?zh"""
    assert (_behind_what_is_optional(text), _names_that_are_counted_over(text)) == (
        ["?plan skos:prefLabel ?zh ."],
        ["OPTIONAL { ?plan pg:coversArea / skos:prefLabel ?area }"],
    )
