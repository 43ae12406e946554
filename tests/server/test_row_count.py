"""Counting rows in what the engine wrote: every format, every way to cut it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from server.formats import TABLES
from server.workers.row_count import Statements, counter

#: Values that look like the marks that are counted.
TRAPS = [
    *('"a\\n\\"},{[{\\\\"', "1", "<a:b>", "UNDEF", '"\\\\"', '"x,\\r\\ny"', '"</result>"', '"\\\\\\""', '"\\t"@en'),
    *('"[{"', '"\\"\\""', '"\\n\\n"', '"},{"', '""'),
]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8192])
@pytest.mark.parametrize("times", [0, 1, 30])
def test_rows_are_counted_whatever_they_hold(name: str, size: int, times: int) -> None:
    rows = TRAPS * times
    values = " ".join(f"({row} {row})" for row in rows)
    table = ox.Store().query(f"SELECT * {{ VALUES (?a ?b) {{ {values} }} }}").serialize(format=TABLES[name].engine)
    count = counter(name)
    for start in range(0, len(table), size):
        count.add(table[start : start + size])
    assert count.total == len(rows)


def test_statements_are_counted_as_they_are_drawn() -> None:
    rows = Statements()
    drawn = iter(rows.drawn("abc"))
    totals = [rows.total]
    for _ in range(2):
        next(drawn)
        totals.append(rows.add(b"piece"))
    assert (totals, list(drawn), rows.total) == ([0, 1, 2], ["c"], 3)
