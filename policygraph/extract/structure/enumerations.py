"""A part with its paragraphs in, the items that they count inside out as parts of it: 一是…二是…, ①…②…, rows of tasks.

A table of tasks becomes a part for each row, with what its other columns say; other tables are left for the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policygraph.extract.structure.blocks import RULE, cells
from policygraph.extract.structure.labels import TRAILING_BRACKET, sentence_end, tidy
from policygraph.extract.structure.numbering import Marker, enumerated
from policygraph.extract.structure.outline import Part
from policygraph.extract.structure.passages import Passage, Span

__all__ = ["enumerate_sentences", "tabulate_tasks"]

#: What a paragraph lists that is no part of a plan.
_PROBLEMS = re.compile(r"问题|困难|不足|短板|差距|挑战|矛盾")
#: Heads of the columns of a table of tasks: the task itself, and who is to do it by when.
_TASK_HEAD = re.compile(r"任务|工作内容|事项|措施|举措|项目名称|工作$|内容$")
_BESIDE_TASK = re.compile(r"单位|部门|领导|责任|牵头|配合|时限|时间|期限")
#: The head of the column of what a task is to reach.
_TARGET_HEAD = re.compile(r"(?:工作|年度|主要|预期|具体|任务|完成|量化|考核)*(?:目标|成效|成果)(?:值|任务|要求|内容)?")


def enumerate_sentences(text: str, part: Part) -> None:
    """Makes parts of the items that the paragraphs of a part count: 一是…二是…, or ①…②…."""
    items: list[Part] = []
    behind: list[list[Span]] = []
    for index, pieces in enumerate(part.paragraphs):
        passage = Passage(text, pieces)
        begin = passage.local(part.end) if index == 0 and part.parent else 0
        markers = enumerated(passage.text, begin, len(passage.text))
        if not markers or _PROBLEMS.search(passage.text, max(0, markers[0].start - 40), markers[0].start):
            continue
        part.paragraphs[index] = passage.spans(0, markers[0].start)
        whole = len(passage.text)
        if bracket := TRAILING_BRACKET.search(passage.text, markers[-1].end, min(whole, markers[-1].end + 400)):
            whole = bracket.start()
            behind.append(passage.spans(whole, len(passage.text)))
        items += _items(part, passage, markers, whole)
    part.paragraphs += behind
    # a paragraph that begins with its first item has nothing in front of it
    part.paragraphs = [pieces for pieces in part.paragraphs if pieces]
    part.parts[:0] = items


def _items(part: Part, passage: Passage, markers: Sequence[Marker], whole: int) -> Iterator[Part]:
    """The items of one paragraph, up to where it ends."""
    for marker, following in zip(markers, [*markers[1:], None], strict=True):
        stop = following.start if following else whole
        end = sentence_end(passage.text, marker.end, stop)
        start, last = passage.span(marker.end, end)
        item = Part(
            start,
            last,
            tidy(passage.text[marker.end : end]),
            marker.style,
            f"enumeration/{marker.style}",
            0.85,
            Marker(marker.style, marker.number, marker.printed, *passage.span(marker.start, marker.end)),
            part,
            bare=False,
        )
        item.paragraphs = [passage.spans(marker.end, stop)]
        yield item


def tabulate_tasks(text: str, part: Part) -> None:
    """The rows of tables of tasks: a part each, with what the other columns say of it."""
    others: list[list[Span]] = []
    for table in part.tables:
        rows = [cells(text, span) for span in table if not RULE.fullmatch(text, *span)]
        heads = [re.sub(r"\s+", "", text[slice(*cell)]) for cell in rows[0]] if rows else []
        names = [at for at, head in enumerate(heads) if _is_task(head)]
        if not names or not any(_BESIDE_TASK.search(head) or _TARGET_HEAD.fullmatch(head) for head in heads):
            others.append(table)
            continue
        for row in rows[1:]:
            if item := _task(text, heads, row, names[0]):
                item.parent = part
                part.parts.append(item)
    part.tables = others


def _is_task(head: str) -> bool:
    """Whether a column holds tasks, by its head."""
    is_task = _TASK_HEAD.search(head) is not None and _BESIDE_TASK.search(head) is None
    return is_task and _TARGET_HEAD.fullmatch(head) is None


def _task(text: str, heads: Sequence[str], row: Sequence[Span], name: int) -> Part | None:
    """A row of a table of tasks as a part; None for one whose task is empty."""
    if name >= len(row) or row[name][0] == row[name][1]:
        return None
    start, end = row[name]
    item = Part(start, end, tidy(text[start:end]), "row", "table/row", 0.85)
    item.paragraphs.append([row[name]])
    for at, (head, cell) in enumerate(zip(heads, row, strict=False)):
        if at == name or cell[0] == cell[1]:
            continue
        words = text[slice(*cell)]
        if re.fullmatch(r"[0-9]{1,3}", words) and re.search("序号|编号|^#$", head):
            item.marker = Marker("row", int(words), words, *cell)
        elif _BESIDE_TASK.search(head):
            item.cells.append((head, cell))
        else:
            item.paragraphs.append([cell])
    return item
