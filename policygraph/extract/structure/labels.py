"""A paragraph in, where its label ends out: a heading of its own line, or the first sentence of a glued one.

>>> sentence_end("完善设施。统筹布局。", 0, 10)
4
"""

from __future__ import annotations

import re

from policygraph.extract.structure.passages import Passage

__all__ = ["LONGEST_LABEL", "TRAILING_BRACKET", "label_end", "same_end", "sentence_end", "tidy"]

#: The longest label on a line of its own, in characters.
LONGEST_LABEL = 64
#: The longest sentence, in characters, that is a label; of a longer one its first clause is.
_LONGEST_SENTENCE = 120
_OPENING, _CLOSING = "（(〔[【“‘「《", "）)〕]】”’」》"
#: What ends a label that is glued to its text.
_LABEL_ENDS = re.compile(r"[。！？!?；;：:]|——")
#: A bracket at the end of a label that says who is responsible, or how many parts there are.
TRAILING_BRACKET = re.compile(
    r"[（(【\[〔](?:[^（(【\[〔）)】\]〕]|[（(〔][^（(〔）)〕]{0,20}[）)〕]){0,200}"
    r"(?:单位|部门|负责|牵头|配合|领导|责任|局|委|办|院|中心|政府|公司)(?:[^（(【\[〔）)】\]〕]"
    r"|[（(〔][^（(〔）)〕]{0,20}[）)〕]){0,80}[）)】\]〕]。?$"
)
_ENCLOSED = re.compile(r"^【([^【】]{2,40})】$")
#: A heading of two halves, alone on its line: 生态运营——全程护航.
_HALVES = re.compile(r"[^。！？!?；;：:，,—]{2,20}\s?——?\s?[^。！？!?；;：:，,—]{2,20}")
_COMMA = re.compile("[，,]")


def tidy(words: str) -> str:
    """Words on one line, without markdown signs, and without brackets around all of them: 【适用范围】."""
    words = re.sub(r"\*\*|(?:^|\n)#+\s", "", words)
    return _ENCLOSED.sub(r"\1", re.sub(r"\s+", " ", words).strip())


def label_end(passage: Passage, start: int) -> tuple[int, bool]:
    """Where the label of a numbered item ends in its passage, and whether it has the line for itself."""
    text = passage.text
    bracket = TRAILING_BRACKET.search(text, start, min(len(text), start + 400))
    stop = bracket.start() if bracket else len(text)
    while stop > start and text[stop - 1] in "。；;：:，, ":
        stop -= 1
    end = stop if _HALVES.fullmatch(text, start, stop) else sentence_end(text, start, stop)
    return end, end == stop and stop - start <= LONGEST_LABEL and text[-1] not in "。；;"


def sentence_end(text: str, start: int, stop: int) -> int:
    """Where the first sentence ends; of a very long one, its first clause."""
    depth, end = 0, stop
    for place in range(start, min(stop, start + _LONGEST_SENTENCE)):
        character = text[place]
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 and place > start and _LABEL_ENDS.match(text, place):
            end = place
            break
    if end - start > _LONGEST_SENTENCE:
        comma = _COMMA.search(text, start, start + LONGEST_LABEL)
        end = comma.start() if comma else start + LONGEST_LABEL
    return _trim_end(text, start, end)


def _trim_end(text: str, start: int, end: int) -> int:
    while end > start and (text[end - 1].isspace() or text[end - 1] in "，,、"):
        end -= 1
    return end


def same_end(label: str, other: str) -> bool:
    """Whether two labels end in the same four characters, and are not the same."""
    if len(label) < 6 or len(other) < 6:
        return False
    return label[-4:] == other[-4:] and label != other
