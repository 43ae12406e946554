"""The context of a value in, its role out: target (to be reached) or observation (reached); named rules.

The first rule that holds decides. Each has an example, a line of a plan of 2026 to 2030 and the section it stands in;
a test reads every example by its rule and by no other.

>>> decide(Evidence(role="past")).name
'a time that is over'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from policygraph.extract.figures.contexts import Context
from policygraph.extract.figures.dating import Governing, Section
from policygraph.extract.figures.words import FUTURE, LEADING_VERBS, PAST, SUMS_UP

__all__ = ["RULES", "Evidence", "Rule", "decide", "evidence_of"]

_LOOKED_AT = 60
#: A verb of doing, without 了, at the head of a clause.
_STARTS = re.compile(rf"\s*(?:{LEADING_VERBS})(?!了)(?<!了)")


class Evidence(NamedTuple):
    """The input of the rules: what the context of a value says of its role, target or observation."""

    #: The role of the time that governs the value; empty without one.
    role: str = ""
    #: The time is printed, not reckoned from another.
    stated: bool = False
    #: Its year is after the reference year of the document.
    later: bool = False
    #: The sentence has a word that looks ahead, in front of the value: 力争, 将.
    ahead: bool = False
    #: The clause has a word that reports: 已建成, 同比增长.
    reports: bool = False
    #: The section looks back.
    retrospective: bool = False
    #: The value before it in the sentence was reported, and no verb of doing begins its own clause.
    continues: bool = False
    #: The sentence sums up what there is: 今年以来, 较年初.
    sums_up: bool = False


class Rule(NamedTuple):
    """A rule: its name, what it makes of a value, when it holds, and an example (heading, line)."""

    name: str
    role: str
    holds: Callable[[Evidence], bool]
    example: tuple[str, str]


def evidence_of(context: Context, given: Governing, section: Section, *, continues: bool = False) -> Evidence:
    """The input of the rules for a quantity and the time that governs it.

    `continues` says that the value before it in the sentence was reported.
    """
    text, time, now = context.text, given.time, section.calendar.now
    sentence = text[max(0, context.start - _LOOKED_AT) : context.quantity.start]
    sentence = sentence[max(sentence.rfind(stop) for stop in "。；;") + 1 :]
    return Evidence(
        role=time.role if time else "",
        stated=time is not None and not time.inferred,
        later=now is not None and (time.year if time and time.year else 0) > now,
        ahead=FUTURE.search(sentence) is not None,
        reports=PAST.search(text[context.start : context.quantity.end] + context.behind.partition("、")[0]) is not None,
        continues=continues and not _STARTS.match(context.front),
        sums_up=SUMS_UP.search(context.sentence) is not None and not _STARTS.match(context.front),
        retrospective=section.retrospective,
    )


def decide(evidence: Evidence) -> Rule:
    """The first rule that holds; the last holds always."""
    return next(rule for rule in RULES if rule.holds(evidence))


def _announced(evidence: Evidence) -> bool:
    """A year to come that a section which looks back names as one to reach."""
    by = evidence.role == "by" and evidence.stated
    return evidence.later and (by or (evidence.ahead and evidence.role in ("by", "span")))


#: What makes a value a target or an observation; the first that holds decides.
RULES = (
    Rule(
        "the value before a change",
        "observation",
        lambda evidence: evidence.role == "baseline",
        ("一、工业升级", "工业增加值占比是2020年的12%。"),
    ),
    Rule(
        "a time that is over",
        "observation",
        lambda evidence: evidence.role == "past",
        ("一、工业升级", "2024年工业增加值增长5%。"),
    ),
    Rule(
        "the present",
        "observation",
        lambda evidence: evidence.role == "now" and not evidence.ahead,
        ("一、工业升级", "目前茶园面积达到5万亩。"),
    ),
    Rule(
        "a word that reports",
        "observation",
        lambda evidence: evidence.reports and not evidence.ahead,
        ("一、工业升级", "已建成茶园5万亩。"),
    ),
    Rule(
        "what follows a report",
        "observation",
        lambda evidence: evidence.continues and not (evidence.ahead or evidence.later),
        ("一、工业升级", "全县已建成茶社6个，入驻茶师100余名。"),
    ),
    Rule(
        "a sentence that sums up",
        "observation",
        lambda evidence: evidence.sums_up and not (evidence.ahead or evidence.later),
        ("一、工业升级", "茶园面积达5万亩，较2025年初增长8%，今年以来已开工多个项目。"),
    ),
    Rule(
        "a year to come in a section that looks back",
        "target",
        lambda evidence: evidence.retrospective and _announced(evidence),
        ("一、工作回顾", "到2028年茶园面积达到5万亩。"),
    ),
    Rule(
        "a section that looks back",
        "observation",
        lambda evidence: evidence.retrospective,
        ("一、工作回顾", "茶园面积达到5万亩。"),
    ),
    Rule("what a plan says", "target", lambda _: True, ("一、工业升级", "茶园面积达到5万亩。")),
)
