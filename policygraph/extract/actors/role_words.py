"""Tables of the labels of responsible agents, and the role of each: 牵头单位：, 责任领导：, 协办機關：."""

from __future__ import annotations

import re

__all__ = ["BEARERS", "COLUMN", "LABEL", "LABELS_ALONE", "ROLES", "WORDS", "is_of_persons"]

#: Word of a label -> role; the longest that fits decides.
ROLES = {
    "牵头": "lead",
    "会同": "lead",
    "主办": "lead",
    "总牵头": "lead",
    "主责": "lead",
    "牵头责任": "lead",
    "责任": "responsible",
    "主要责任": "responsible",
    "落实": "responsible",
    "负责": "responsible",
    "承担": "responsible",
    "主体责任": "responsible",
    "属地责任": "responsible",
    "监管责任": "supervising",
    "主管": "responsible",
    "包抓": "responsible",
    "包保": "responsible",
    "分管": "responsible",
    "实施": "implementing",
    "组织实施": "implementing",
    "责任主体": "responsible",
    "实施主体": "implementing",
    "建设": "implementing",
    "配合": "cooperating",
    "协办": "cooperating",
    "协同": "cooperating",
    "协作": "cooperating",
    "协助": "cooperating",
    "配合责任": "cooperating",
    "协同责任": "cooperating",
    "参与": "participating",
    "参加": "participating",
    "成员": "participating",
    "参与配合": "cooperating",
    "承办": "hosting",
    "督办": "supervising",
    "督导": "supervising",
    "监督": "supervising",
    "督查": "supervising",
    "考核": "evaluating",
    "指导": "coordinating",
    "统筹": "coordinating",
    "协调": "coordinating",
    "支持": "cooperating",
}
WORDS = "|".join(sorted(ROLES, key=len, reverse=True))
BEARERS = "单位|部门|机关|领导|市领导|县领导|区领导|州领导|人|科室|处室|主体|机构|方|责任单位|责任部门|责任人"
#: 牵头单位：, 责任领导:, 牵头市领导：, 牵头单位及责任人：
LABEL = re.compile(
    rf"(?P<word>{WORDS})(?P<bearer>{BEARERS})?(?:及(?:{BEARERS}|责任人))?[】\]］）)]?\s?[：:]\s?"
    rf"|[【\[［](?P<headed>{WORDS})(?P<borne>{BEARERS})(?:及(?:{BEARERS}|责任人))?[】\]］]\s?"
)
#: The head of a column that names agents.
COLUMN = re.compile(rf"(?P<word>{WORDS})")
#: Words that are a label without 单位 or the like behind them.
LABELS_ALONE = frozenset({"牵头", "配合", "责任", "主办", "协办", "主体责任", "监管责任", "属地责任"})


def is_of_persons(word: str, bearer: str) -> bool:
    """Whether a label names people: 牵头领导, 责任人, 分管."""
    return bearer.endswith(("领导", "人")) or word in ("分管", "包抓", "包保")
