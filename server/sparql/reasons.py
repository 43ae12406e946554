"""The result of `explain` in, a sentence out: why a query has no result, in the language of its reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policygraph.messages import Message, message, text_in

__all__ = ["REASONS", "say", "summary"]

#: Reason -> the cause and the remedy, with placeholders that explain.py fills.
REASONS: Mapping[str, Message] = {
    "unknown-property": message("The graph never uses the property {name}.{nearest}"),
    "unused-property": message("The property {name} is declared, and the graph never uses it.{nearest}"),
    "unknown-class": message("The graph has no class {name}, and nothing of it.{nearest}"),
    "unused-class": message("The class {name} is declared, and the graph holds nothing of it.{nearest}"),
    "unknown-thing": message("The graph does not know {name}.{nearest}"),
    "other-form": message(
        "There is no {given}; {found} reads the same. Language tag and datatype must agree; or compare STR()."
    ),
    "same-text": message(
        "The values of {given} so far read as {found}, but have another language tag or datatype. Compare STR()."
    ),
    "no-number": message(
        "{given} is a number, and the values of {variable} are not: {found}. Types must agree to be compared."
    ),
    "turned-round": message("{verb} runs the other way: {text} has solutions."),
    "of-other-class": message("What stands for {subject} so far is of other classes: {classes}."),
    "not-of-this-class": message(
        "The property {verb} exists, but never of things such as {subject} ({classes}); it is used of {used_of}."
    ),
    "other-values": message("{verb} never has the value {given} here; it has, for example, {found}."),
    "unbound": message(
        "{variable} never has a value in this group of patterns, so what is asked of it fails.{nearest}"
    ),
    "values": message("The values of {variable} are such as {found}, and none of them passes."),
    "branch": message("In branch {number} nothing is left after “{text}”: {why}"),
    "exists-leaves-none": message("For none of the solutions so far does the pattern of EXISTS have one."),
    "not-exists-leaves-none": message(
        "For every solution so far the pattern of NOT EXISTS has one, so all of them are removed."
    ),
    "minus-leaves-none": message("MINUS removes every solution so far."),
    "having-leaves-none": message("No group passes HAVING."),
    "offset-leaves-none": message("OFFSET skips every solution."),
    "limit-leaves-none": message("LIMIT 0 leaves none."),
    "values-leaves-none": message("VALUES at the end of the query fits none of the solutions."),
    "no-common": message("{text} may have solutions of its own, but none that fits those so far."),
    "no-match": message("Nothing in the graph fits {text}."),
}
#: Reason where the role of a name is not known -> the reason whose words it has.
_SAME = {"unknown-name": "unknown-thing", "unused-name": "unknown-thing", "unused-thing": "unknown-thing"}
_NEAREST = message(" The nearest are {names}.")
_NEAR_VARIABLE = message(" Did you mean {names}?")
_COMMA = message(", ")
_SUMMARIES: Mapping[str, Message] = {
    "killer": message("Before “{text}” (line {line}, column {column}) there are {before} solutions, after it none."),
    "first": message("“{text}” (line {line}, column {column}) has no solution."),
    "describe": message("The graph knows nothing of what is to be described."),
    "one_row": message("An aggregate without GROUP BY gives one row even of nothing: a row of 0, or of no value."),
    "full": message("This query has a result: there are solutions after every step."),
    "stopped": message(
        "Looking at “{text}” took too much ({problem}); after every step before it there are solutions."
    ),
}


def say(reason: str, language: str, details: Mapping[str, Any]) -> str:
    """The sentence of a reason."""
    words = {name: _words(value, language) for name, value in details.items()}
    near = details.get("nearest", "")
    if isinstance(near, str):
        words["nearest"] = text_in(_NEAR_VARIABLE.format(names=near), language) if near else ""
    else:
        names = text_in(_COMMA, language).join(_called(each, language) for each in near)
        words["nearest"] = text_in(_NEAREST.format(names=names), language) if names else ""
    return text_in(REASONS[_SAME.get(reason, reason)].format(**words), language)


def _called(labels: Mapping[str, str], language: str) -> str:
    label = labels.get(f"label_{language}")
    return f"{labels['name']} ({label})" if label else labels["name"]


def _words(value: Any, language: str) -> str:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return text_in(_COMMA, language).join(map(str, value)) if is_list else str(value)


def summary(report: Mapping[str, Any], language: str) -> str:
    """One or two sentences for an explanation: the pattern without solutions, and its first reason."""
    killer = report["killer"]
    if not killer:
        return (
            text_in(_SUMMARIES["stopped"].format(**report["stopped"]), language)
            if "stopped" in report
            else text_in(_SUMMARIES["full"], language)
        )
    kind = "describe" if killer["kind"] == "describe" else "first" if killer["alone"] else "killer"
    most = len(killer["reasons"]) if killer["kind"] == "union" else 1
    parts = [
        text_in(_SUMMARIES[kind].format(**killer), language),
        *(reason["detail"] for reason in killer["reasons"][:most]),
    ]
    parts += [text_in(_SUMMARIES["one_row"], language)] if report["one_row"] else []
    return ("" if language == "zh" else " ").join(parts)
