"""A query's text and a variable in, the places where its values may stand out: the outermost pattern, and sub-selects.

An engine evaluates a sub-select by itself and then joins it, so that a question about one plan would count the parts of
all plans first. A value stands inside as well where the answer stays the same: where the sub-select has the variable
itself as a column, binds it in a triple of its own, groups by it, and cuts no rows off (SPARQL 1.1, 18.2.4 and 18.5).

A sub-select that may do without a value names what it takes instead: `BIND (COALESCE(?plan, pg:Task) AS ?scope)`. No
value could ever reach that but from here, so that it is how a query asks for it: each sub-select of a table is narrowed
to the rows that the table has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from policygraph.grammar import MistakeError, Node, Token, tree
from policygraph.remembered import remembered
from policygraph.tokens import TOKEN

__all__ = ["outermost", "places"]

#: Parts of a sub-select after which a row more or less inside changes the others.
_CUTTING = ("Limit", "Offset")
#: What stands before the variables that a sub-select may do without.
_INSTEAD = ("BIND", "(", "COALESCE", "(")


def outermost(text: str) -> int:
    """Where the outermost pattern starts: after the last brace that stands in no bracket."""
    depth, place = 0, 0
    for token in TOKEN.finditer(text):
        if token["opener"] == "{" and depth == 0:
            place = token.end()
        depth += bool(token["opener"]) - bool(token["closer"])
    return place


def places(text: str, variable: str) -> tuple[int, ...]:
    """The places for the values of a variable (`?plan`), in order; the first is that of the outermost pattern.

    A text that is no whole query has but that one.
    """
    return tuple(_places(text, variable))


@remembered
@lru_cache(2048)
def _places(text: str, variable: str) -> Sequence[int]:
    head = outermost(text)
    if "SELECT" not in text[head:].upper():
        return (head,)
    try:
        (form, *_) = tree(text).nodes("SelectQuery", "ConstructQuery", "DescribeQuery", "AskQuery")
    except MistakeError:
        return (head,)
    groups = [group for clause in form.nodes("WhereClause") for group in clause.nodes("Group")]
    return (head, *(place for group in groups for place in _within(group, variable, is_bound=True)))


def _within(group: Node, variable: str, *, is_bound: bool) -> Iterator[int]:
    """The places in the sub-selects of a group.

    What is optional counts only where all that it is joined to has the variable bound: an optional part that is found
    for no value must not become one that is found without.
    """
    for pattern in group.nodes("NotTriples"):
        for joined in pattern.nodes("GroupOrUnion", *["Optional"] * is_bound):
            for inner in joined.nodes("Group"):
                yield from _of_group(inner, variable)


def _of_group(group: Node, variable: str) -> Iterator[int]:
    selects = group.nodes("SubSelect")
    if not selects:
        yield from _within(group, variable, is_bound=_binds(group, variable))
    for select in selects:
        yield from _of_select(select, variable)


def _of_select(select: Node, variable: str) -> Iterator[int]:
    if not _keeps(select, variable):
        return
    group = _pattern(select)
    if group.nodes("SubSelect"):
        yield from _of_group(group, variable)
        return
    if (is_bound := _binds(group, variable)) or _does_without(group, variable):
        yield group.start + 1
    yield from _within(group, variable, is_bound=is_bound)


def _binds(group: Node, variable: str) -> bool:
    """Whether every solution of a group has a value of the variable from a triple, before anything is optional."""
    selects = group.nodes("SubSelect")
    if selects:
        return all(_keeps(select, variable) and _binds(_pattern(select), variable) for select in selects)
    for part in group.nodes("TriplesBlock", "NotTriples"):
        if part.name == "TriplesBlock" and any(leaf.text == variable for leaf in part.leaves()):
            return True
        if part.nodes("Optional", "Minus"):
            return False
        joined = [inner for each in part.nodes("GroupOrUnion", "GraphGroup") for inner in each.nodes("Group")]
        if joined and all(_binds(inner, variable) for inner in joined):
            return True
    return False


def _does_without(group: Node, variable: str) -> bool:
    """Whether a group names what it takes where there is no value of the variable."""
    binds = [bind for pattern in group.nodes("NotTriples") for bind in pattern.nodes("Bind")]
    leaves = [[leaf.text for leaf in bind.leaves()] for bind in binds]
    return any(tuple(map(str.upper, each[: len(_INSTEAD)])) == _INSTEAD and variable in each for each in leaves)


def _pattern(select: Node) -> Node:
    (where,) = select.nodes("WhereClause")
    (group,) = where.nodes("Group")
    return group


def _keeps(select: Node, variable: str) -> bool:
    """Whether rows with one value of the variable are the same with and without those of other values."""
    (clause,) = select.nodes("SelectClause")
    (modifier,) = select.nodes("SolutionModifier")
    is_column = any(_is(column, variable) for column in clause.nodes("Projected"))
    keys = [key for group in modifier.nodes("GroupClause") for key in group.nodes("GroupCondition")]
    is_key = not keys or any(_is(key, variable) for key in keys)
    return is_column and is_key and not modifier.nodes(*_CUTTING)


def _is(node: Node, variable: str) -> bool:
    """Whether a column or a key is a variable, and no expression."""
    return len(node.parts) == 1 and isinstance(node.parts[0], Token) and node.parts[0].text == variable
