"""The tidy tree: nothing touches, order is kept, a parent is in the middle, like subtrees look alike."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.draw.layout import tidy


def test_a_small_tree_is_as_narrow_as_it_can_be() -> None:
    children = [[1, 2, 3], [4, 5], [], [6], [], [], []]
    assert tidy(children, [10.0] * 7, 2, 6) == [23, 11, 23, 35, 5, 17, 35]


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[list[int]], list[float]]:
    """The children of each box, and its height."""
    parents = [draw(st.integers(0, box)) for box in range(draw(st.integers(0, 60)))]
    children: list[list[int]] = [[] for _ in range(len(parents) + 1)]
    for box, parent in enumerate(parents, start=1):
        children[parent].append(box)
    return children, [draw(st.sampled_from([10.0, 20.0, 40.0])) for _ in children]


def _layers(children: list[list[int]]) -> list[list[int]]:
    layers = [[0]]
    while following := [child for box in layers[-1] for child in children[box]]:
        layers.append(following)
    return layers


@given(trees())
def test_boxes_of_a_layer_keep_their_order_and_their_distance(tree: tuple[list[list[int]], list[float]]) -> None:
    children, heights = tree
    middles = tidy(children, heights, 2, 6)
    siblings = {pair for parts in children for pair in itertools.pairwise(parts)}
    touching = [
        (upper, lower)
        for layer in _layers(children)
        for upper, lower in itertools.pairwise(layer)
        if middles[lower] - middles[upper]
        < (heights[upper] + heights[lower]) / 2 + (2 if (upper, lower) in siblings else 6) - 1e-6
    ]
    assert touching == []


@given(trees())
def test_a_parent_is_between_its_children_and_the_top_is_zero(tree: tuple[list[list[int]], list[float]]) -> None:
    children, heights = tree
    middles = tidy(children, heights, 2, 6)
    off = [
        box
        for box, parts in enumerate(children)
        if parts and abs(middles[box] - (middles[parts[0]] + middles[parts[-1]]) / 2) > 1e-6
    ]
    top = min(middle - height / 2 for middle, height in zip(middles, heights, strict=True))
    assert (off, round(top, 6)) == ([], 0)


def test_like_subtrees_are_drawn_alike() -> None:
    children = [[1, 2, 3], [4, 5], [], [6, 7], [], [], [], []]
    middles = tidy(children, [10.0] * 8, 2, 6)
    assert [middles[part] - middles[1] for part in (4, 5)] == [middles[part] - middles[3] for part in (6, 7)]


@pytest.mark.parametrize("shape", ["deep", "broad", "any"])
def test_a_tree_may_be_large_and_as_deep_as_it_likes(shape: str) -> None:
    count = 20_000
    choose = random.Random(1)  # noqa: S311 - no secret
    parent = {"deep": lambda box: box - 1, "broad": lambda _: 0, "any": choose.randrange}[shape]
    children: list[list[int]] = [[] for _ in range(count)]
    for box in range(1, count):
        children[parent(box)].append(box)
    middles = tidy(children, [10.0] * count, 0, 0)
    assert all(
        one < other for layer in _layers(children) for one, other in itertools.pairwise(map(middles.__getitem__, layer))
    )
