"""Rows of a gold JSONL in, what was read by hand in one text, the record that they are out.

A row has `kind`, `offset` and `len` (code points) and what its kind asks for: elements with `id`, `label`, `parent` and
`number_text`; `indicator_target` and `indicator_actual` with `value`, `unit`, `comparator`, `year` or `period`;
`structure_count` with `declared`; `org_role` with `org`, `role` and `target`, an element or a range (`M02..M18`);
`plan` with `name` (`mention_only` where it is only cited); `relation`; `text_issue`, of which `number_not_target` are
numbers that set and report nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from policygraph.errors import PolicygraphError

__all__ = ["GoldError", "as_record", "read_gold"]

Thing = dict[str, Any]


class GoldError(PolicygraphError, ValueError):
    """A file that has no rows of gold; the message says which line and why."""


#: What a unit is scaled by, the longest first.
_SCALES = {"万亿": 10**12, "亿": 10**8, "万": 10**4}
#: Unit as the gold prints it -> the compact IRI of a record; what is not here is a classifier.
_UNITS = {
    "%": "unit:PERCENT",
    "元": "unit:CCY_CNY",
    "平方米": "unit:M2",
    "平方公里": "unit:KiloM2",
    "公顷": "unit:HA",
    "公里": "unit:KiloM",
    "吨": "unit:TON_Metric",
    "亩": "pgunit:mu",
    "斤": "pgunit:jin",
    "立方米": "pgunit:cubic-metre",
    "千瓦": "pgunit:kilowatt",
    "千瓦时": "pgunit:kilowatt-hour",
    "个百分点": "pgunit:percentage-point",
    "微克/立方米": "pgunit:microgram-per-cubic-metre",
    "年": "pgunit:year",
    "月": "pgunit:month",
    "天": "pgunit:day",
    "小时": "pgunit:hour",
    "个工作日": "pgunit:working-day",
    "百亿亿次/秒": "pgunit:petaflops",
}
#: Unit as the gold prints it -> how much of the unit of the record it is, where that is not one.
_SIZES = {"百亿亿次/秒": 1000}
_COMPARATORS = {">=": "gteq", ">": "gt", "=": "eq", "≈": "approximately", "<=": "lteq", "<": "lt"}
_ROLES = {
    "support": "cooperating",
    "responsible(inherited)": "responsible",
    "office": "hosting",
    "interpreter": "interpreting",
    "member": "participating",
}
_WORDS_ALONE = frozenset({"qualitative", "relative", "grade"})


def read_gold(path: Path) -> Thing:
    """The record of a file of gold. Raises GoldError."""
    rows: list[Thing] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: {error}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise GoldError(f"{path}:{number}: this is not JSON") from None
        if not isinstance(row, dict) or "kind" not in row:
            raise GoldError(f"{path}:{number}: a row of gold is an object with a kind")
        rows.append(row)
    if not rows:
        raise GoldError(f"{path}: there are no rows")
    return as_record(rows, path.stem)


def as_record(rows: Iterable[Mapping[str, Any]], name: str = "gold") -> Thing:
    """The record that rows of gold are: elements in their tree, what is said in each, what is cited."""
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        kinds.setdefault(str(row["kind"]), []).append(row)
    document: Mapping[str, Any] = next(iter(kinds.get("document", ())), {})
    plan: Thing = {"id": f"plan:{name}", "parts": []}
    elements = {str(row["id"]): _element(row) for row in kinds.get("element", ())}
    for row in kinds.get("element", ()):
        parent = elements.get(str(row.get("parent")), plan)
        parent.setdefault("parts", []).append(elements[str(row["id"])])
    observations: list[Thing] = []
    for row in kinds.get("indicator_target", ()):
        elements.get(str(row.get("parent")), plan).setdefault("targets", []).append(_value(row, "deadline"))
    observations += (_value(row, "year") for row in kinds.get("indicator_actual", ()))
    for row in kinds.get("structure_count", ()):
        if str(row.get("declared")).isdigit():
            count = {"declared": str(row["declared"]), "evidence": _evidence(row)}
            elements.get(str(row.get("element")), plan).setdefault("counts", []).append(count)
    for row in kinds.get("org_role", ()):
        target = str(row.get("target")).partition("..")[0]  # of M02..M18 the first stands for all
        elements.get(target, plan).setdefault("responsibilities", []).append(_role(row))
    plan["implements"] = [
        str(row.get("object")) for row in kinds.get("relation", ()) if row.get("predicate") == "implements"
    ]
    return {
        "id": f"document:{name}",
        "isGold": "true",
        "label": {"zh": str(document.get("title") or "")},
        "printedPlace": str(document.get("place") or ""),
        **({"publicationDate": str(document["date"])} if document.get("date") else {}),
        "plans": [plan, *_cited(kinds.get("plan", ()))],
        "observations": observations,
        "mentions": [
            {"evidence": _evidence(row)}
            for row in kinds.get("text_issue", ())
            if "number_not_target" in str(row.get("issue"))
        ],
    }


def _evidence(row: Mapping[str, Any]) -> list[str]:
    start = int(row["offset"])
    return [f"#char={start},{start + int(row['len'])}"]


def _element(row: Mapping[str, Any]) -> Thing:
    entry: Thing = {"id": str(row["id"]), "type": "Element", "label": {"zh": str(row.get("label") or "")}}
    if row.get("number_text"):
        entry["number"] = str(row["number_text"])
    return entry | {"evidence": _evidence(row)}


def _value(row: Mapping[str, Any], key: str) -> Thing:
    entry: Thing = {"id": str(row.get("id")), "label": {"zh": str(row.get("indicator") or "")}}
    years = re.findall(r"\d{4}", str(row.get("year") or row.get("period") or ""))
    if years:
        entry[key] = years[-1]
        if len(years) > 1 and years[0] != years[-1]:
            entry["periodStart"] = years[0]
    number = _number(row.get("value"))
    if number is None or row.get("value_text") or row.get("value_type") in _WORDS_ALONE:
        return entry | {"valueKind": "qualitative", "evidence": _evidence(row)}
    unit = re.sub(r"（[^）]*）|\(.*?\)", "", str(row.get("unit") or ""))
    scale = next((size for word, size in _SCALES.items() if unit.startswith(word)), 1)
    bare = unit.removeprefix(next((word for word in _SCALES if unit.startswith(word)), "")).removesuffix("/年")
    entry["value"] = f"{(number * scale * _SIZES.get(bare, 1)).normalize():f}"
    entry["inUnit"] = _UNITS.get(bare, "unit:NUM")
    if entry["inUnit"] == "unit:NUM" and bare:
        entry["classifier"] = bare
    entry["comparator"] = _COMPARATORS.get(str(row.get("comparator")), "eq")
    return entry | {"evidence": _evidence(row)}


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _role(row: Mapping[str, Any]) -> Thing:
    role = str(row.get("role"))
    labelled = bool(row.get("clause")) or "单位" in str(row.get("role_text")) or "部门" in str(row.get("role_text"))
    agent = str(row.get("org"))
    return {
        "agent": agent,
        "names": [agent],
        "role": _ROLES.get(role, role),
        "labelled": labelled,
        "evidence": _evidence(row),
    }


def _cited(rows: Iterable[Mapping[str, Any]]) -> Iterator[Thing]:
    for row in rows:
        if row.get("mention_only"):
            yield {"id": f"plan:{row['id']}", "label": {"zh": str(row.get("name"))}, "evidence": _evidence(row)}
