"""The rows of a table in, lines of text out that can be read without it.

A table of tasks (序号 任务 目标 牵头单位 完成时限) becomes what a list of tasks looks like in running text: the task
with its number, and below it a line for each of the other columns, `目标：…`, `牵头单位：…`. What a cell groups is a
heading. Any other table keeps its rows, with tabs between the cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["lines_of"]

Row = Sequence[str]

#: What a column is, by its head; the first that fits.
_HEADS = {
    "number": re.compile(r"序号|编号|序"),
    "target": re.compile(
        r"(?:工作|年度|主要|预期|具体|任务|完成|发展|量化|考核|20\d\d年)*(?:目标|成效|成果)(?:值|任务|要求|内容)?(?:[（(].{1,12}[）)])?"
    ),
    "task": re.compile(
        r"(?:重点|主要|工作|具体|年度|任务)*(?:任务|事项|举措|措施|内容|项目|工作)(?:名称|内容|事项|清单)?"
        r"|项目名称|实事名称"
    ),
    "group": re.compile(r"类别|分类|领域|板块|方面|类型|专项|专班|工程|一级任务|任务类别|工作类别|项目类别"),
    "told": re.compile(r".*(?:单位|部门|领导|责任人|负责人|主体|专班)|.*(?:时限|时间|期限|节点|进度|年限)"),
}
_INDICATOR = re.compile(r"指\s*标(?!体系)")
_NUMBER = re.compile(r"[0-9０-９]{1,4}")
_ENDS = "。；;，,、：:"


def lines_of(rows: Sequence[Row]) -> list[str]:
    """The lines of a table, an empty one before and behind; rows that are empty are left out."""
    kept = [[_plain(cell) for cell in row] for row in rows]
    kept = [row for row in kept if any(row)]
    if not kept:
        return []
    if _is_frame(kept):
        return [line for row in rows for cell in row[:1] for line in cell.splitlines() if line.strip()]
    roles = _roles(kept)
    if "task" in roles and ("told" in roles or "target" in roles):
        return ["", *_tasks(kept, roles), ""]
    return ["", *("\t".join(row) for row in kept), ""]


def _is_frame(rows: Sequence[Row]) -> bool:
    """Whether a table has one cell, and is a frame around text."""
    return len({cell for row in rows for cell in row if cell}) == 1 or max(map(len, rows)) == 1


def _roles(rows: list[list[str]]) -> list[str]:
    """What each column is. Of a table that says who and no task, targets are the tasks, else the widest column is."""
    roles = [_role(head) for head in rows[0]]
    if any(_INDICATOR.search(head) for head in rows[0]):
        return [""] * len(roles)  # in such a table 单位 heads units of measurement, not organisations
    if "told" in roles and "task" not in roles:
        candidates = [n for n, role in enumerate(roles) if role == "target"] or [
            n for n, role in enumerate(roles) if not role
        ]
        if candidates:
            roles[max(candidates, key=lambda n: _width(rows, n))] = "task"
    tasks = [n for n, role in enumerate(roles) if role == "task"]
    # a second column of tasks is what the first one groups
    for n in tasks[:-1]:
        roles[n] = "group"
    return roles


def _plain(cell: str) -> str:
    """A cell on one line: lines that go on are joined, names below one another are listed."""
    lines = [" ".join(line.split()) for line in cell.splitlines()]
    lines = [line for line in lines if line]
    joined = ""
    for line in lines:
        is_name = joined and len(line) > 1 and len(lines) > 1 and _is_name(line) and _is_name(lines[0])
        joined += ("、" if is_name and joined[-1] not in _ENDS else "") + line
    return joined


def _is_name(line: str) -> bool:
    return re.search(r"(?:局|委|办|厅|部|院|中心|政府|公司|集团|银行|管委会|大队|支队|街道|乡|镇)$", line) is not None


def _width(rows: list[list[str]], column: int) -> int:
    return sum(len(row[column]) for row in rows if column < len(row))


def _role(head: str) -> str:
    plain = re.sub(r"\s+", "", head)
    return next((role for role, pattern in _HEADS.items() if pattern.fullmatch(plain)), "")


def _tasks(rows: list[list[str]], roles: list[str]) -> Iterator[str]:
    """The rows of a table of tasks as running text."""
    group = ""
    for row in rows[1:]:
        words = [row[place] for place in range(min(len(roles), len(row))) if row[place]]
        if row == rows[0]:
            continue
        if len(set(words)) == 1 and (len(words) > 1 or len(row) == 1 or not _cell(row, roles.index("task"))):
            yield f"**{words[0]}**"  # one cell across the row
            continue
        for name in (_cell(row, place) for place, role in enumerate(roles) if role == "group"):
            if name and name != group:
                group = name
                yield f"**{group}**"
        yield from _task(row, rows[0], roles)


def _task(row: Row, heads: Row, roles: Sequence[str]) -> Iterator[str]:
    """A row of tasks: the task with its number, and a line for each of the other columns."""
    number = next((_cell(row, place) for place, role in enumerate(roles) if role == "number"), "")
    if words := _cell(row, roles.index("task")):
        yield _numbered(number, words)
    for place, role in enumerate(roles):
        if role in ("told", "target", "") and _cell(row, place):
            yield f"{''.join(heads[place].split())}：{row[place]}" if heads[place] else row[place]


def _cell(row: Row, place: int) -> str:
    return row[place] if place < len(row) else ""


def _numbered(number: str, words: str) -> str:
    """A task with its number, unless it has one."""
    if re.match(r"[0-9０-９]{1,3}[.．、)）]|[（(〔]?[一二三四五六七八九十0-9]{1,3}[、）)〕]", words):
        return words
    if _NUMBER.fullmatch(number):
        return f"{number}. {words}"
    return f"{number} {words}" if number else f"- {words}"
