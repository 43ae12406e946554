"""An outline in, its rules on responsibility for several parts out: 列第一位的为牵头单位，下同; 以下均需各区落实.

Such a rule holds from where it stands, for the lists of units behind it or for all later items. One that says nothing
of what follows (no 下同, and inside a list) holds for its own list alone.

>>> leading_rule("市文旅局，市交通局；逗号前为牵头单位，下同")
('comma', True)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Passage

__all__ = ["Default", "LeadingRules", "leading_rule", "read_defaults", "read_leading_rules"]

_FIRST = (
    r"(?:列|排|排名|名列|位列|排列|居)(?:名|位|在)?(?:第一|首)(?:位|名)?"
    r"|首位|(?:第一|首|前面?)(?:个|家)?(?=单位|部门|责任单位)|首(?:个|家)"
)
#: How a text says which units of a list lead -> which: the first one, those before the first comma, those with a sign.
_LEADING = {
    "comma": re.compile(r"(?:第一个)?(?:逗号|，|分号)(?:之)?前(?:面)?的?(?:单位|部门)?(?:均)?[为是](?:牵头|主办|主责)"),
    "first": re.compile(rf"(?:{_FIRST})(?:者)?的?(?:责任)?(?:单位|部门)?(?:均)?[为是](?:牵头|主办|主责)"),
    "starred": re.compile(
        r"(?:标|带|加|注|有)(?:有|注)?[“\"]?(?P<sign>[*＊★☆▲△●])[”\"]?(?:号)?的?(?:单位|部门)?(?:均)?[为是](?:牵头|主办)"
    ),
}
#: What says that a rule holds for what follows.
_FROM_HERE = re.compile(r"下同|以下同|以下(?:各条|各项)?(?:均)?(?:如此|同此|相同)|下列(?:各项)?(?:均)?(?:同|如此)|余同")
_REACH = 24
_LONGEST_LIST = 400
#: What all later items have, and are not told again.
_DEFAULT = re.compile(
    r"(?P<scope>以下|下列|后续)(?:各|所有|全部)?(?:条|项|款)?(?:任务|措施|事项|工作|政策)?"
    r"(?:均|都|皆)?(?:需|由|须|要|应|涉及)(?:由)?"
    r"(?P<agents>[^。；;]{2,80}?)(?P<verb>负责|落实|组织实施|配合|承担|参与|实施)"
    r"[^。；;]{0,8}[，,](?:均?不再(?:另行|一一|逐[条项一])?(?:列出|列|重复|注明|说明|标注|赘述)|下同)"
)


@dataclass(frozen=True, slots=True)
class Default:
    """Who answers for every item behind a place: the part that says so, where the agents stand in it, and the verb."""

    part: Part
    passage: Passage
    start: int
    end: int
    verb: str


def leading_rule(words: str) -> tuple[str, bool] | None:
    """How some words say which units of a list lead, and whether for what follows too; None where they do not."""
    for kind, pattern in _LEADING.items():
        if match := pattern.search(words):
            return kind, _FROM_HERE.search(words, match.end(), match.end() + _REACH) is not None
    return None


class LeadingRules:
    """The rules of a text, in its order: which one holds for a list at a place."""

    def __init__(self, places: list[int], kinds: list[str]) -> None:
        self._places = places
        self._kinds = kinds

    def at(self, place: int) -> str | None:
        """The kind of the last rule that was stated up to a place."""
        index = bisect_right(self._places, place) - 1
        return self._kinds[index] if index >= 0 else None


def read_leading_rules(text: str, outline: Outline) -> LeadingRules:
    """The rules of an outline that hold for what follows them; each from the beginning of its own list on."""
    places: list[tuple[int, str]] = []
    for part in outline.root.walk():
        for pieces in part.paragraphs:
            passage = Passage(text, pieces)
            for kind, pattern in _LEADING.items():
                for match in pattern.finditer(passage.text):
                    in_list = _open_bracket(passage.text, match.start())
                    is_standing = _FROM_HERE.search(passage.text, match.end(), match.end() + _REACH) is not None
                    if is_standing or in_list is None:
                        places.append((passage.at(in_list or 0), kind))
    places.sort()
    return LeadingRules([place for place, _ in places], [kind for _, kind in places])


def _open_bracket(text: str, place: int) -> int | None:
    """Where the bracket opens that a place stands in; None where it stands in none."""
    depth = 0
    for at in range(place - 1, max(-1, place - _LONGEST_LIST), -1):
        if text[at] in "）)】]〕":
            depth += 1
        elif text[at] in "（(【[〔":
            depth -= 1
            if depth < 0:
                return at
    return None


def read_defaults(text: str, outline: Outline) -> Iterator[Default]:
    """The agents that a statement makes responsible for all later items."""
    for part in outline.root.walk():
        for pieces in part.paragraphs:
            passage = Passage(text, pieces)
            for match in _DEFAULT.finditer(passage.text):
                yield Default(part, passage, *match.span("agents"), match["verb"])
