"""The ontology as lines and arcs: each class once, below what it is a kind of, and an arc where two are linked."""

from __future__ import annotations

from server.pages.arc_diagram import Arc, Line, diagram

BELOW = {"A": ["B"], "B": ["C"], "C": ["A"]}


def test_a_hierarchy_is_indented_and_an_arc_runs_from_line_to_line() -> None:
    drawn = diagram(["A", "D"], {"A": ["B"]}, {("A", "D"): ["p", "q"], ("D", "D"): ["r"]})
    assert (drawn.height, list(drawn.lines)) == (104, [Line("A", 16, 28), Line("B", 34, 52), Line("D", 16, 76)])
    assert list(drawn.arcs) == [
        Arc("A", "D", ("p", "q"), "M270,28 C570,28 570,76 270,76", "M270,76 l7,-3.5 v7 z"),
        Arc("D", "D", ("r",), "M270,72 a11,5 0 1 1 0,8", "M270,80 l7,-3.5 v7 z"),
    ]


def test_classes_in_a_circle_are_drawn_once() -> None:
    assert [line.iri for line in diagram(["A"], BELOW, {}).lines] == ["A", "B", "C"]
