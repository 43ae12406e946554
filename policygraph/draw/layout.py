"""A tree of boxes in, a place for each box out: neat, as narrow as it can be, and the same for like subtrees.

The tidy tree of Reingold and Tilford (1981) for any number of children, in linear time after Buchheim, Jünger and
Leipert, "Improving Walker's algorithm to run in linear time" (2002). Layers are columns, so it is the heights of boxes
that must not touch. Nothing here calls itself: a tree may be as deep as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["tidy"]


def tidy(children: Sequence[Sequence[int]], heights: Sequence[float], gap: float, wide_gap: float) -> list[float]:
    """The middle of each box on the axis along which siblings stand, the topmost edge of all at 0.

    Box 0 is the root, and every box has a higher number than its parent. `gap` is between siblings, `wide_gap` between
    boxes of one layer that have different parents.
    """
    tree = _Tree(children, heights, gap, wide_gap)
    for box in reversed(range(len(children))):
        tree.place_children(box)
    return tree.places()


class _Tree:
    """The arrays of the paper, by box: `prelim`, `mod`, `shift`, `change`, `thread`, `ancestor`."""

    def __init__(
        self, children: Sequence[Sequence[int]], heights: Sequence[float], gap: float, wide_gap: float
    ) -> None:
        count = len(children)
        self.children, self.heights, self.gap, self.wide_gap = children, heights, gap, wide_gap
        self.parent = [-1] * count
        self.order = [0] * count
        for box, parts in enumerate(children):
            for order, part in enumerate(parts):
                self.parent[part], self.order[part] = box, order
        self.prelim, self.mod, self.shift, self.change = ([0.0] * count for _ in range(4))
        self.middle = [0.0] * count
        self.thread = [-1] * count
        self.ancestor = list(range(count))

    def place_children(self, box: int) -> None:
        """FirstWalk: the children of a box beside each other, their own subtrees being placed already."""
        parts = self.children[box]
        if not parts:
            return
        default = parts[0]
        for order, part in enumerate(parts):
            self.prelim[part] = self.middle[part]
            if order:
                left = parts[order - 1]
                self.prelim[part] = self.prelim[left] + self._distance(left, part)
                self.mod[part] = self.prelim[part] - self.middle[part]
                default = self._apportion(part, left, parts[0], default)
        self._execute_shifts(parts)
        self.middle[box] = (self.prelim[parts[0]] + self.prelim[parts[-1]]) / 2

    def places(self) -> list[float]:
        """SecondWalk: what was relative becomes absolute."""
        offsets = [0.0] * len(self.children)
        moved = [0.0] * len(self.children)
        self.prelim[0] = self.middle[0]
        for box, parts in enumerate(self.children):
            offsets[box] = self.prelim[box] + moved[box]
            for part in parts:
                moved[part] = moved[box] + self.mod[box]
        top = min(place - height / 2 for place, height in zip(offsets, self.heights, strict=True))
        return [place - top for place in offsets]

    def _distance(self, upper: int, lower: int) -> float:
        between = self.gap if self.parent[upper] == self.parent[lower] else self.wide_gap
        return (self.heights[upper] + self.heights[lower]) / 2 + between

    def _next(self, box: int, end: int) -> int:
        """The next box on a contour: the first (0) or last (-1) child, else where the thread leads."""
        parts = self.children[box]
        return parts[end] if parts else self.thread[box]

    def _apportion(self, box: int, left: int, first: int, default: int) -> int:
        """Moves a subtree away from those before it, walking along their contours. Returns the default ancestor."""
        inner, outer, inner_left, outer_left = box, box, left, first
        sum_inner, sum_outer = self.mod[inner], self.mod[outer]
        sum_inner_left, sum_outer_left = self.mod[inner_left], self.mod[outer_left]
        while (above := self._next(inner_left, -1)) >= 0 and (below := self._next(inner, 0)) >= 0:
            inner_left, inner = above, below
            outer_left, outer = self._next(outer_left, 0), self._next(outer, -1)
            self.ancestor[outer] = box
            push = self.prelim[inner_left] + sum_inner_left - self.prelim[inner] - sum_inner
            push += self._distance(inner_left, inner)
            if push > 0:
                self._move(self._moved_with(inner_left, box, default), box, push)
                sum_inner += push
                sum_outer += push
            sum_inner_left += self.mod[inner_left]
            sum_inner += self.mod[inner]
            sum_outer_left += self.mod[outer_left]
            sum_outer += self.mod[outer]
        if (rest := self._next(inner_left, -1)) >= 0 and self._next(outer, -1) < 0:
            self.thread[outer] = rest
            self.mod[outer] += sum_inner_left - sum_outer
        if (rest := self._next(inner, 0)) >= 0 and self._next(outer_left, 0) < 0:
            self.thread[outer_left] = rest
            self.mod[outer_left] += sum_inner - sum_outer_left
            default = box
        return default

    def _moved_with(self, inner_left: int, box: int, default: int) -> int:
        """The sibling whose subtree holds the conflicting box (Ancestor in the paper)."""
        ancestor = self.ancestor[inner_left]
        return ancestor if self.parent[ancestor] == self.parent[box] else default

    def _move(self, left: int, box: int, push: float) -> None:
        """MoveSubtree: the push is shared out among the subtrees between the two."""
        share = push / (self.order[box] - self.order[left])
        self.change[box] -= share
        self.shift[box] += push
        self.change[left] += share
        self.prelim[box] += push
        self.mod[box] += push

    def _execute_shifts(self, parts: Sequence[int]) -> None:
        shift = change = 0.0
        for part in reversed(parts):
            self.prelim[part] += shift
            self.mod[part] += shift
            change += self.change[part]
            shift += self.shift[part] + change
