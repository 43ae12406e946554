"""How sure a draft is of what it says: features, weights that are data, and what is marked for review."""

from __future__ import annotations

import math
from typing import Any

from policygraph.extract import confidence

TEXT = "东陵县茶业发展行动计划\n\n一、做强茶业\n到2028年茶园达到5万亩。各个乡镇里都有茶社6家。\n"


def _record(**document: Any) -> dict[str, Any]:
    """A part with a target whose year is printed, and one that has no year and no noun of its own."""
    return {
        **document,
        "plans": [
            {
                "parts": [
                    {
                        "id": "e1",
                        "number": "一、",
                        "label": {"zh": "做强茶业"},
                        "confidence": "0.5",
                        "rule": "numbering/chinese",
                        "needsReview": "true",
                        "evidence": ["#char=13,19"],
                        "targets": [
                            {
                                "id": "t1",
                                "ofIndicator": "indicator:tea",
                                "value": "50000",
                                "deadline": "2028",
                                "printedValue": "5万亩",
                                "confidence": "0.1",
                                "rule": "target/noun-in-front",
                                "evidence": ["#char=26,33"],
                            },
                            {
                                "id": "t2",
                                "value": "6",
                                "printedValue": "6家",
                                "confidence": "0.9",
                                "rule": "target/heading",
                                "evidence": ["#char=41,45"],
                            },
                        ],
                    }
                ]
            }
        ],
    }


def test_the_features_of_a_statement_are_how_it_was_read() -> None:
    names = {"indicator:tea": "茶园"}
    features = {case.entry["id"]: confidence.features_of(case) for case, _ in confidence.cases(_record(), TEXT, names)}
    assert features == {
        "e1": frozenset(),
        "t1": {"year printed", "words that aim"},
        "t2": {"no year", "name of the heading"},
    }
    press = confidence.cases(_record(documentKind="newspaper-page"), TEXT, {})
    assert {"press", "press without a year"} < next(
        confidence.features_of(case) for case, _ in press if case.entry["id"] == "t2"
    )


def test_the_weights_are_summed_and_mark_what_is_below_the_threshold() -> None:
    record = _record()
    confidence.calibrate(record, TEXT, {"indicator:tea": "茶园"})
    part = record["plans"][0]["parts"][0]
    weights = confidence.read_weights()

    def logistic(kind: str, *features: str) -> str:
        total = weights[kind].base + sum(weights[kind].of[feature] for feature in features)
        return f"{round(1 / (1 + math.exp(-total)), 2):g}"

    assert [(each["confidence"], each.get("needsReview")) for each in (part, *part["targets"])] == [
        (logistic("element"), None),
        (logistic("number", "year printed", "words that aim"), None),
        (logistic("number", "no year", "name of the heading"), "true"),
    ]
    assert list(part["targets"][1])[3:6] == ["confidence", "rule", "needsReview"]


def test_every_weight_is_of_a_feature_that_there_is_and_says_why() -> None:
    weights = confidence.read_weights()
    assert set(weights) == set(confidence.CLASSES.values())
    for kind, each in weights.items():
        assert set(each.of) <= set(confidence.FEATURES[kind])
        assert 0.5 < each.threshold < 1
    rows = confidence.read_reasons()
    assert [feature for (_, feature), why in rows.items() if not why] == []
