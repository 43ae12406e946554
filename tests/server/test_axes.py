"""When values are, and what stands on one axis."""

from __future__ import annotations

import dataclasses

import pytest

from server.graph.axes import Value, charts, differences, unit_label

_NONE = ("", "")


def _value(**changes: object) -> Value:
    plain = Value(
        "v", "", True, "i", ("a", "A"), ("x/level", ""), ("u", ""), _NONE, 1.0, None, "", "point", "2025", 2025.0,
        "", None, "", False, _NONE, _NONE,
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"area": ("b", "B")}, ["area"]),
        ({"unit": ("w", "")}, ["unit"]),
        ({"kind": ("x/share", ""), "unit": ("w", "")}, ["kind", "unit"]),
        ({"among": ("c", "")}, ["among"]),
        ({"base_year": "2020"}, []),  # a level is a level, whatever it is compared with
    ],
)
def test_values_differ_in_what_an_axis_is_made_of(change: dict[str, object], told: list[str]) -> None:
    assert differences(_value(), _value(**change)) == told


def test_changes_from_two_baselines_do_not_stand_on_one_axis() -> None:
    growth = {"kind": ("x/growth-rate", "")}
    assert differences(_value(**growth, base_year="2020"), _value(**growth, base_year="2022")) == ["baseline"]


def test_values_are_drawn_together_where_they_share_an_axis() -> None:
    values = [_value(iri="late"), _value(iri="other", unit=("w", "")), _value(iri="early", at=2021.0)]
    values += [_value(iri="numberless", amount=None), _value(iri="timeless", at=None)]
    found = charts(values)
    assert [[each.iri for each in chart.values] for chart in found] == [
        ["late", "early", "numberless", "timeless"],
        ["other"],
    ]
    assert [each.iri for each in found[0].drawn] == ["early", "late"]


_NUM = ("http://qudt.org/vocab/unit/NUM", "个")


@pytest.mark.parametrize(
    ("language", "classifiers", "label"),
    [("zh", ["家", "家"], "家"), ("zh", ["家", "个"], ""), ("zh", ["家", ""], ""), ("en", ["家", "家"], "")],
)
def test_what_is_counted_has_the_one_classifier_that_it_is_printed_with(
    language: str, classifiers: list[str], label: str
) -> None:
    assert unit_label([_value(unit=_NUM, classifier=each) for each in classifiers], language) == label


def test_a_unit_is_called_by_its_label_and_else_by_its_name() -> None:
    assert [unit_label([_value(unit=unit)], "en") for unit in (("u", "yuan"), ("u", ""), _NONE)] == ["yuan", "u", ""]


@pytest.mark.parametrize(
    ("time", "at"),
    [
        ("2022", 2022.0),
        ("2022-12", 2022.0),
        ("2022-06", 2021.75),
        ("2022-01/2022-09", 2021.875),
        ("soon", None),
        ("", None),
    ],
)
def test_a_time_is_a_place_on_the_axis_of_years(time: str, at: float | None) -> None:
    from server.graph.axes import _at

    assert _at(time) == at
