"""A part of an outline in, the class of the element that it is out: of the section it names or stands in, or by height.

A heading called 总体目标 is a goal and what stands below it sub-goals; a heading above tasks is a task group; what a
task counts is a measure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from policygraph.extract.structure.outline import Part

__all__ = ["class_of"]

#: Name of a section -> the class of what it is, the class of what stands in it.
_ZONES = (
    (re.compile(r"原则"), "Principle", "Principle"),
    (re.compile(r"指导思想|总体要求|总体思路|工作思路|发展思路"), "GuidingIdeology", None),
    (re.compile(r"目标"), "OverallGoal", "SubGoal"),
    (
        re.compile(
            r"(?:组织|实施|政策|要素|工作|措施|制度|强化)保障|保障(?:措施|机制|体系)$|组织实施|组织领导|工作要求|有关要求"
            r"|推进机制|附则|督导考核|加强领导"
        ),
        "Safeguard",
        "Safeguard",
    ),
)
#: A name that is a section's at the top, and below it that of a task: 优化人才服务保障.
_AT_THE_TOP = (re.compile(r"服务保障"), "Safeguard")
_WRAPPERS = re.compile(
    r"(?:重点|主要|工作|具体|目标)任务|重点(?:举措|工作)|主要(?:举措|措施|工作)|工作(?:举措|措施|重点)"
)
_LONGEST_ZONE_NAME = 14
#: Styles that head task groups wherever they stand.
_GROUPING = frozenset({"part", "chapter", "box"})
_TASK_LIKE = frozenset({"Task", "Measure"})


def class_of(part: Part, above: str | None, declared: Mapping[int, set[tuple[str, int]]]) -> str:
    """The class of a part. `above` is that of its parent, None for the whole; `declared` what parts say of theirs.

    `declared` has the id of a part -> how many of which class its text says that it has.
    """
    return next(kind for rule in _RULES if (kind := rule(part, above, declared)))


def _named(part: Part, above: str | None, _: Mapping[int, set[tuple[str, int]]]) -> str | None:
    """By the name of a section that it has: 基本原则."""
    if len(part.label) > _LONGEST_ZONE_NAME or above in _TASK_LIKE or _WRAPPERS.search(part.label):
        return None
    names = [(pattern, kind) for pattern, kind, _ in _ZONES] + ([_AT_THE_TOP] if part.depth == 1 else [])
    return next((kind for pattern, kind in names if part.label and pattern.search(part.label)), None)


def _inside(_: Part, above: str | None, __: Mapping[int, set[tuple[str, int]]]) -> str | None:
    """By the section that it stands in."""
    return next((inner for _, kind, inner in _ZONES if inner and above in (kind, inner)), None)


def _boxed(part: Part, _: str | None, declared: Mapping[int, set[tuple[str, int]]]) -> str | None:
    """In a box, or one of as many task groups as the text above it says."""
    parent = part.parent
    if parent and parent.style == "box":
        return "Project"
    is_declared = parent is not None and ("TaskGroup", len(parent.parts)) in declared.get(id(parent), ())
    return "TaskGroup" if is_declared else None


def _counted(part: Part, above: str | None, _: Mapping[int, set[tuple[str, int]]]) -> str | None:
    """Counted in words, or below a task."""
    return "Measure" if part.style.startswith("worded") or above in (*_TASK_LIKE, "Project") else None


def _high(part: Part, _: str | None, __: Mapping[int, set[tuple[str, int]]]) -> str:
    """By how much stands below it."""
    level = sum(1 for other in part.lineage() if other.parent and not _WRAPPERS.search(other.label))
    least = 1 if level <= 1 or part.style in _GROUPING else 2
    return "TaskGroup" if _height(part) >= least else "Task"


#: Tried in this order; the last has an answer for all.
_RULES: tuple[Callable[[Part, str | None, Mapping[int, set[tuple[str, int]]]], str | None], ...] = (
    _named,
    _inside,
    _boxed,
    _counted,
    _high,
)


def _height(part: Part) -> int:
    """How many levels of headings stand below a part."""
    below = [other for other in part.parts if not other.style.startswith("worded")]
    return 1 + max(_height(other) for other in below) if below else 0
