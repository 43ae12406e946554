"""A query and the names of graphs in, the query with what stands in `GRAPH ?g` written out for each graph out.

SPARQL 1.1 (18.6) evaluates the group in one named graph after the other and joins each result with the name of its
graph. The engine evaluates a subquery in all of them at once (a COUNT counts over all), and gives no name to what has
no triple of its own: VALUES, or the left side of a MINUS. Only such groups are written out, as a UNION. A FILTER in the
group sees the name, as the engine has it elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from policygraph.grammar import MistakeError, Node, tree
from policygraph.remembered import remembered

__all__ = ["by_graph"]

#: What a text has that may have such a group.
_SUSPECT = re.compile(r"GRAPH(?:\s|#[^\n\r]*[\n\r])*[?$]", re.IGNORECASE)
#: The longest text that is made, in characters.
_LONGEST = 1_000_000
#: Characters of a text of which is remembered that nothing in it is read otherwise.
_REMEMBERED = 8192
#: Patterns to which the engine gives the name by itself.
_NAMED = frozenset(["Filter", "Bind"])


def by_graph(text: str, graphs: Callable[[], Sequence[str]]) -> str:
    """The text for the engine, as it is where nothing is read otherwise. Raises ValueError where it gets too long."""
    # the first is sooner looked for
    if "graph" not in text.lower() or not _SUSPECT.search(text):
        return text
    if len(text) <= _REMEMBERED and _is_as_written(text):
        return text
    names: Sequence[str] | None = None
    while group := _next(text):
        names = graphs() if names is None else names
        written = _union(text, group, names)
        if len(text) + len(written) > _LONGEST:
            raise ValueError(f"a subquery, VALUES or MINUS in GRAPH ?g over {len(names)} graphs: name the graphs")
        text = text[: group.start] + written + text[group.end :]
    return text


@remembered
@lru_cache(maxsize=256)
def _is_as_written(text: str) -> bool:
    """Whether the engine reads every group of a text as SPARQL does; the same few queries are asked of each build."""
    return _next(text) is None


def _next(text: str) -> Node | None:
    """The innermost GRAPH with a variable whose group the engine reads otherwise; None where there is none."""
    try:
        root = tree(text)
    except MistakeError:
        return None
    misread = [node for node in root.all("GraphGroup") if _variable(node) and _is_misread(_group(node))]
    return misread[-1] if misread else None


def _variable(node: Node) -> str:
    """The variable of a GRAPH, empty where it has a name."""
    leaf = next(node.nodes("VarOrIri")[0].leaves())
    return leaf.text if leaf.kind == "VAR" else ""


def _group(node: Node) -> Node:
    return node.nodes("Group")[0]


def _is_misread(group: Node) -> bool:
    if group.all("SubSelect", "Minus"):
        return True
    patterns = {part.name for each in group.nodes("NotTriples") for part in each.parts if isinstance(part, Node)}
    return not (patterns <= _NAMED or _has_triples(group))


def _has_triples(group: Node) -> bool:
    """Whether each solution of a group is one of a triple, which has a graph."""
    unions = [union for part in group.nodes("NotTriples") for union in part.nodes("GroupOrUnion")]
    return bool(group.nodes("TriplesBlock")) or any(all(map(_has_triples, each.nodes("Group"))) for each in unions)


def _union(text: str, node: Node, names: Sequence[str]) -> str:
    variable, group = _variable(node), _group(node)
    if not names:
        return f"{{ VALUES {variable} {{ }} }}"
    is_bound_within = any(list(bind.leaves())[-2].text == variable for bind in _binds(group))
    branches = []
    for number, name in enumerate(names):
        inner = _renamed(text, group, number)
        inner = f"{{{inner}}}" if group.nodes("SubSelect") else inner
        here = f"VALUES {variable} {{ <{name}> }}"
        # the name is in the dataset, which may be a part of the store
        listed = f"GRAPH {variable} {{ }} "
        if is_bound_within:
            branches.append(f"{{ {listed}GRAPH <{name}> {{{inner}}} {here} }}")
        else:
            branches.append(f"{{ {listed}GRAPH <{name}> {{ {here} {inner}}} }}")
    return "{ " + " UNION ".join(branches) + " }"


def _binds(group: Node) -> list[Node]:
    return [bind for part in group.nodes("NotTriples") for bind in part.nodes("Bind")]


def _renamed(text: str, group: Node, number: int) -> str:
    """What stands in the brackets of a group, with labels of blank nodes of its own: no two groups may share one."""
    pieces, place = [], group.start + 1
    for leaf in group.leaves():
        if leaf.kind == "BLANK":
            pieces += [text[place : leaf.end], f"_{number}"]
            place = leaf.end
    return "".join([*pieces, text[place : group.end - 1]])
