"""A draft under review and lines of answers in, decisions out: the dialogue of `review`, item by item.

The answers come from a person at a terminal or from a file of lines; the end of the lines is as good as `q`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from policygraph.cli.terminal import Terminal
from policygraph.extract.review import Decision, Item, Review, ReviewError

__all__ = ["Tally", "interview"]

#: What may be answered -> what it means.
_VERBS = {
    **dict.fromkeys(("a", "y", "accept", "接受"), "accept"),
    **dict.fromkeys(("c", "correct", "更正"), "correct"),
    **dict.fromkeys(("r", "reject", "删除"), "reject"),
    **dict.fromkeys(("s", "skip", "跳过"), "skip"),
    **dict.fromkeys(("u", "undo", "撤销"), "undo"),
    **dict.fromkeys(("q", "quit", "退出"), "quit"),
    **dict.fromkeys(("?", "？", "h", "help", "帮助"), "help"),
}


@dataclass(slots=True)
class Tally:
    """How many things were accepted, corrected, rejected and translated."""

    accept: int = 0
    correct: int = 0
    reject: int = 0
    translate: int = 0


def interview(
    review: Review,
    terminal: Terminal,
    answer: Callable[[], str | None],
    names: Mapping[str, str],
    *,
    everything: bool = False,
) -> Tally:
    """Asks about what waits until nothing is left, or the answers end (`answer` gives None).

    `names` are labels of shared things by id. Every decision is in the log when this returns; the draft is not saved.
    """
    tally = Tally()
    skipped: set[str] = set()
    while item := _next(review, skipped, everything=everything):
        left = sum(one.about not in skipped for one in review.waiting(everything=everything))
        terminal.question(item, review.context(item), names, left)
        line = answer()
        if line is None:
            break
        verb, _, rest = line.strip().partition(" ")
        act = _VERBS.get(verb.lower()) or ("translate" if item.is_label and line.strip() else "help")
        if act == "quit":
            break
        if act == "skip":
            skipped.add(item.about)
        elif act == "undo":
            taken_back = review.undo()
            if taken_back and hasattr(tally, taken_back.act):
                setattr(tally, taken_back.act, getattr(tally, taken_back.act) - 1)
            if taken_back:
                skipped.discard(taken_back.about)
            terminal.undone(taken_back)
        elif act == "help" or (item.is_label and act != "translate"):
            terminal.help_review(is_label=item.is_label)
        else:
            _decide(review, terminal, Decision(item.about, act, *_field_and_value(act, line, rest)), tally)
    return tally


def _next(review: Review, skipped: set[str], *, everything: bool) -> Item | None:
    return next((item for item in review.waiting(everything=everything) if item.about not in skipped), None)


def _field_and_value(act: str, line: str, rest: str) -> tuple[str, str]:
    """The field and the value of an answer."""
    if act == "correct":
        name, _, value = rest.partition("=")
        return name.strip(), value.strip()
    return ("", line.strip()) if act == "translate" else ("", "")


def _decide(review: Review, terminal: Terminal, decision: Decision, tally: Tally) -> None:
    try:
        review.decide(decision)
    except ReviewError as error:
        terminal.error(error.message(terminal.language))
        return
    setattr(tally, decision.act, getattr(tally, decision.act) + 1)
