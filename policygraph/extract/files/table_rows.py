"""The rows of a table in, lines of text out that can be read without it.

A table of tasks (序号 任务 牵头单位 责任单位 完成时限) becomes what a list of tasks looks like in running text: the
task with its number, and below it a line for each of the other columns, `牵头单位：…`. What a cell groups is a
heading. Any other table keeps its rows, with tabs between the cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["lines_of"]

Row = Sequence[str]

#: What a column is, by its head.
_HEADS = {
    "number": re.compile(r"序号|编号|序"),
    "task": re.compile(
        r"(?:重点|主要|工作|目标|具体|年度|任务)*(?:任务|事项|举措|措施|内容|项目|工作|目标)(?:名称|内容|事项|清单)?"
        r"|项目名称|实事名称"
    ),
    "group": re.compile(r"类别|分类|领域|板块|方面|类型|专项|专班|工程|一级任务|任务类别|工作类别|项目类别"),
    "told": re.compile(r".*(?:单位|部门|领导|责任人|负责人|主体|专班)|.*(?:时限|时间|期限|节点|进度|年限)"),
}
_NUMBER = re.compile(r"[0-9０-９]{1,4}")
_ENDS = "。；;，,、：:"


def lines_of(rows: Sequence[Row]) -> list[str]:
    """The lines of a table, an empty one before and behind; rows that are empty are left out."""
    kept = [[_plain(cell) for cell in row] for row in rows]
    kept = [row for row in kept if any(row)]
    if not kept:
        return []
    if len({cell for row in kept for cell in row if cell}) == 1 or max(map(len, kept)) == 1:
        # a table with one cell is a frame around text
        return [line for row in rows for cell in row[:1] for line in cell.splitlines() if line.strip()]
    roles = [_role(head) for head in kept[0]]
    if "told" in roles and "task" not in roles and "" in roles:
        # the widest of the columns that say nothing of themselves
        roles[max((n for n, role in enumerate(roles) if not role), key=lambda n: _width(kept, n))] = "task"
    if "task" in roles and "told" in roles:
        return ["", *_tasks(kept, roles), ""]
    return ["", *("\t".join(row) for row in kept), ""]


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
    heads = rows[0]
    group = ""
    task = roles.index("task")
    # a second column of tasks is what the first one groups
    last = max(place for place, role in enumerate(roles) if role == "task")
    if last != task:
        roles = ["group" if place == task else role for place, role in enumerate(roles)]
        task = last
    for row in rows[1:]:
        if row == heads:
            continue
        cells = dict(enumerate(row))
        said = [row[place] for place in range(min(len(roles), len(row))) if row[place]]
        if len(set(said)) == 1 and (len(said) > 1 or len(row) == 1 or not cells.get(task)):
            # one cell across the row
            yield f"**{said[0]}**"
            continue
        for place, role in enumerate(roles):
            if role == "group" and cells.get(place) and cells[place] != group:
                group = cells[place]
                yield f"**{group}**"
        number = next((cells.get(place, "") for place, role in enumerate(roles) if role == "number"), "")
        if words := cells.get(task):
            yield _numbered(number, words)
        for place, role in enumerate(roles):
            if role in ("told", "") and place != task and cells.get(place):
                yield f"{''.join(heads[place].split())}：{cells[place]}" if heads[place] else cells[place]


def _numbered(number: str, words: str) -> str:
    """A task with its number, unless it has one."""
    if re.match(r"[0-9０-９]{1,3}[.．、)）]|[（(〔]?[一二三四五六七八九十0-9]{1,3}[、）)〕]", words):
        return words
    if _NUMBER.fullmatch(number):
        return f"{number}. {words}"
    return f"{number} {words}" if number else f"- {words}"
