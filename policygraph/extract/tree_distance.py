"""Two ordered trees in, how many nodes have to be put in, taken out or renamed to make one of the other out.

The algorithm of Zhang and Shasha (SIAM Journal on Computing 18, 1989): every node is one step, whatever its label.

>>> one = Tree("", [Tree("a", [Tree("b"), Tree("c")])])
>>> tree_distance(one, Tree("", [Tree("a", [Tree("b")]), Tree("c")])), tree_distance(one, one)
(2, 0)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Tree", "tree_distance"]


@dataclass(slots=True)
class Tree:
    """A node with its label and the nodes below it, in order."""

    label: str
    children: list[Tree] = field(default_factory=list)

    def walk(self) -> Iterator[Tree]:
        """The nodes from the leaves up, in post-order."""
        pending: list[tuple[Tree, bool]] = [(self, False)]
        while pending:
            node, is_done = pending.pop()
            if is_done:
                yield node
                continue
            pending.append((node, True))
            pending += ((child, False) for child in reversed(node.children))


@dataclass(slots=True)
class _Numbered:
    """A tree in post-order: its labels, for each node the first leaf below it, and the roots that are looked at."""

    labels: list[str]
    leaves: list[int]
    roots: list[int]


def _number(tree: Tree) -> _Numbered:
    labels: list[str] = []
    leaves: list[int] = []
    first: dict[int, int] = {}
    for place, node in enumerate(tree.walk()):
        leaf = first[id(node.children[0])] if node.children else place
        first[id(node)] = leaf
        labels.append(node.label)
        leaves.append(leaf)
    last = {leaf: place for place, leaf in enumerate(leaves)}
    return _Numbered(labels, leaves, sorted(last.values()))


def tree_distance(one: Tree, other: Tree) -> int:
    """The least number of steps from one tree to another."""
    left, right = _number(one), _number(other)
    distances = [[0] * len(right.labels) for _ in left.labels]
    for i in left.roots:
        for j in right.roots:
            _compare(i, j, left, right, distances)
    return distances[-1][-1]


def _compare(i: int, j: int, left: _Numbered, right: _Numbered, distances: list[list[int]]) -> None:
    """Puts in the distances of the trees below two roots."""
    first, second = left.leaves[i], right.leaves[j]
    rows, columns = i - first + 2, j - second + 2
    forest = [[0] * columns for _ in range(rows)]
    for x in range(1, rows):
        forest[x][0] = x
    forest[0] = list(range(columns))
    for x in range(1, rows):
        a = first + x - 1
        for y in range(1, columns):
            b = second + y - 1
            steps = min(forest[x - 1][y], forest[x][y - 1]) + 1
            if left.leaves[a] == first and right.leaves[b] == second:
                steps = min(steps, forest[x - 1][y - 1] + (left.labels[a] != right.labels[b]))
                distances[a][b] = steps
            else:
                steps = min(steps, forest[left.leaves[a] - first][right.leaves[b] - second] + distances[a][b])
            forest[x][y] = steps
