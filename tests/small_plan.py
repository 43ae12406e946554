"""A plan of one page as a record and as the entry of its text: what tests spoil, and other projects rename."""

from __future__ import annotations

__all__ = ["RECORD", "SOURCES"]

RECORD = """\
id: document:pioneer
type: PolicyDocument
label: {zh: 先锋市行动方案, en: Action plan of Pioneer City}
documentKind: plan-digest
coversArea: area:pioneer
evidence: ["#char=0,7"]
plans:
  - id: plan:pioneer
    label: {zh: 先锋市行动方案, en: Action plan of Pioneer City}
    planKind: action-plan
    level: municipal
    coversArea: area:pioneer
    periodStart: "2023"
    periodEnd: "2025"
    evidence: ["#char=0,7"]
    parts:
      - id: g1
        type: TaskGroup
        number: （一）
        label: {zh: 发展产业, en: Develop industry}
        evidence: ["#char=8,15"]
        targets:
          - id: g1-output
            ofIndicator: indicator:output
            ofArea: area:pioneer
            value: "1500000000000"
            inUnit: unit:CCY_CNY
            valueKind: level
            comparator: gteq
            deadline: "2025"
            printedValue: 1.5万亿元以上
            evidence: ["#char=32,46"]
        parts:
          - id: g1-t1
            type: Task
            number: "1."
            label: {zh: 做强装备制造, en: Strengthen equipment manufacturing}
            evidence: ["#char=16,24"]
"""

SOURCES = """\
- id: source:pioneer
  type: SourceText
  label: {zh: 先锋市行动方案文本, en: Text of the action plan}
  fileName: pioneer.txt
  textOf: document:pioneer
  sha256: 7c8a4b7c4d3f3b0f
  length: "61"
"""
