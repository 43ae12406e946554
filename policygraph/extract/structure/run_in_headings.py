"""Blocks in, the paragraphs that begin with their own heading out: where the label is, and the rule that told it.

A heading may be glued to its text in four ways: a frame (围绕“…”，, 在…方面，), a dash, bold type, or a first sentence
or a word before a colon that several paragraphs in a row have alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policygraph.extract.structure.blocks import Block

__all__ = ["FRAMES", "leading"]

_BOLD = re.compile(r"[“\"]?\*\*(.{2,40}?)[：:]?\*\*")
#: How a paragraph that is a part of its own may begin -> how its label is told; each must be met several times.
_LEADS = {
    "around": (re.compile(r"围绕“([^”]{6,40})”[，,]"), 3),
    "aspect": (re.compile(r"在([^，。；,;]{2,30})方面[，,]"), 3),
    "dash": (re.compile(r"([^，。；：,;:\s]{4,30})——(?=\S)"), 2),
    "bold": (_BOLD, 1),
}
#: Rules whose paragraphs a headline above says nothing new of.
FRAMES = frozenset({"around", "aspect"})
_SENTENCE = re.compile(r"([^，。；：,;:！？\s0-9]{3,18})。")
_COLON = re.compile(r"([^，。；：,;:！？\s]{3,20})[：:](?=\S)")
#: Words in front of a colon that are no label of a part.
_NO_LABEL = re.compile(
    r"单位|领导|时限|部门|责任|牵头|配合|附件|出席|电话|时间|记者|摄影|图为|要求$|如下$|目标$|指出$|强调$|包括$|代表$|同志$|是$|为$"
)


def leading(text: str, blocks: Sequence[Block]) -> dict[int, tuple[int, int, str]]:
    """The paragraphs that begin with their label: start of the block -> where the label is, and the rule."""
    labels: dict[int, tuple[int, int, str]] = {}
    for rule, (pattern, least) in _LEADS.items():
        places = {}
        for block in blocks:
            if (
                block.kind == "text"
                and block.start not in labels
                and (match := pattern.match(text, block.start, block.end))
            ):
                places[block.start] = (match.start(1), match.end(1), rule)
        if len(places) >= least:
            labels |= places
    run: list[Block] = []
    for block in blocks:
        if block.kind == "text" and block.start not in labels:
            run.append(block)
        else:
            labels |= _leading_sentences(text, run)
            run = []
    return labels | _leading_sentences(text, run)


def _leading_sentences(text: str, run: list[Block]) -> dict[int, tuple[int, int, str]]:
    """Of a row of paragraphs, those whose first sentence is their label, where most are so."""
    for pattern, rule in ((_SENTENCE, "sentence"), (_COLON, "colon")):
        matches = {block.start: pattern.match(text, block.start, block.end) for block in run}
        labels = {
            start: match
            for start, match in matches.items()
            if match and not (rule == "colon" and _NO_LABEL.search(match[1]))
        }
        if len(labels) >= 2 and len(labels) * 10 >= 6 * (len(run) - 1):
            return {start: (match.start(1), match.end(1), rule) for start, match in labels.items()}
    return {}
