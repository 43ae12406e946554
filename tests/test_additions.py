"""What a curator adds to a draft: as drafts have it, and refused with a reason where it cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from policygraph.errors import SpokenError
from policygraph.extract import additions

PLACE = {"evidence": ["#char=3,9"]}


@pytest.mark.parametrize(
    ("section", "given", "thing"),
    [
        (
            "targets",
            {"printedValue": "确保超过１.５万亿元", "valueKind": "increment", "deadline": "2025"},
            {
                "value": "1500000000000",
                "inUnit": "unit:CCY_CNY",
                "valueKind": "increment",
                "comparator": "gt",
                "hedge": "ensure",
                "deadline": "2025",
                "printedValue": "超过１.５万亿元",
            },
        ),
        (
            "observations",
            {"printedValue": "3%—5%", "year": "2024"},
            {
                "value": "3",
                "upperValue": "5",
                "inUnit": "unit:PERCENT",
                "valueKind": "level",
                "year": "2024",
                "printedValue": "3%—5%",
            },
        ),
        ("targets", {"printedValue": "八成", "value": "80"}, {"value": "80", "printedValue": "八成"}),
        (
            "parts",
            {"type": "Task", "label": {"zh": " 做强\u2028产业 ", "en": ""}},
            {"type": "Task", "label": {"zh": "做强 产业", "en": "[untranslated] 做强 产业"}},
        ),
        (
            "positionings",
            {"label": {"zh": "第一区", "en": "First District"}, "ofArea": "area:x"},
            {"label": {"zh": "第一区", "en": "First District"}, "ofArea": "area:x"},
        ),
        ("responsibilities", {"agent": "organisation:x", "role": ""}, {"agent": "organisation:x"}),
    ],
)
def test_a_statement_is_filled_in(section: str, given: dict[str, Any], thing: dict[str, Any]) -> None:
    filled = additions.filled(section, {**given, **PLACE}, ())
    assert (filled, list(filled)[-1]) == ({**thing, **PLACE}, "evidence")


@pytest.mark.parametrize(
    ("section", "given", "reason"),
    [
        ("parts", [], "the statement is no mapping"),
        ("parts", {"type": "Task"}, "`label` is missing"),
        ("parts", {"label": "x"}, "“” cannot be added"),
        ("targets", {"printedValue": "不少"}, "“不少” cannot be read"),
        ("targets", {"printedValue": "3%", "id": "x"}, "“id” cannot be given"),
        ("targets", {"printedValue": "3%", "secret": "x"}, "“secret” cannot be given"),
        ("targets", {"printedValue": 3}, "`printedValue` is no text of up to 2000 characters"),
        ("targets", {"printedValue": "3" * 2001}, "`printedValue` is no text of up to 2000 characters"),
        ("parts", {"type": "Task", "label": {"zh": "\x07"}}, "`label` is no text of up to 2000 characters"),
        ("parts", {"type": "Task", "label": "x", "evidence": "#char=1,2"}, "`evidence` is no list of places"),
    ],
)
def test_what_cannot_be_added_is_refused(section: str, given: Any, reason: str) -> None:
    keys = ("type", "label", "printedValue", "evidence")
    with pytest.raises(SpokenError) as raised:
        additions.filled(section, given, keys)
    assert str(raised.value).startswith(reason)
    assert raised.value.message("zh") != str(raised.value)


def test_nothing_is_added_elsewhere() -> None:
    with pytest.raises(SpokenError, match="nothing can be added to “organisations”"):
        additions.section_of("organisations@1-2: x")


def test_every_kind_needs_what_its_form_asks_for() -> None:
    assert [name for name, kind in additions.ADDABLE.items() if not set(kind.needed) <= set(kind.keys)] == []


@pytest.mark.parametrize("text", ["\ud800", "a\x00", "\x7f", "\ufffe"])
def test_what_yaml_cannot_hold_is_known(text: str) -> None:
    assert (additions.is_writable(text), additions.is_writable("مرحبا 😀\n<b>")) == (False, True)
