"""A draft under review and lines of answers in, decisions out: the walk over what waits, one thing after another.

The answers come from a person at a terminal or from a file of lines; the end of the lines is as good as `q`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from policygraph.cli.terminal import Terminal
from policygraph.extract.review import Decision, Item, Review, ReviewError

__all__ = ["Told", "interview"]

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
class Told:
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
) -> Told:
    """Asks about what waits until nothing is left, or the answers end (`answer` gives None).

    `names` are labels of shared things by id. Every decision is in the log when this returns; the draft is not saved.
    """
    told = Told()
    skipped: set[str] = set()
    while item := _next(review, skipped, everything=everything):
        left = sum(one.about not in skipped for one in review.waiting(everything=everything))
        terminal.question(item, review.context(item), names, left)
        said = answer()
        if said is None:
            break
        verb, _, rest = said.strip().partition(" ")
        act = _VERBS.get(verb.lower()) or ("translate" if item.is_label and said.strip() else "help")
        if act == "quit":
            break
        if act == "skip":
            skipped.add(item.about)
        elif act == "undo":
            taken_back = review.undo()
            if taken_back:
                setattr(told, taken_back.act, getattr(told, taken_back.act) - 1)
                skipped.discard(taken_back.about)
            terminal.undone(taken_back)
        elif act == "help" or (item.is_label and act != "translate"):
            terminal.help_review(is_label=item.is_label)
        else:
            _decide(review, terminal, Decision(item.about, act, *_said(act, said, rest)), told)
    return told


def _next(review: Review, skipped: set[str], *, everything: bool) -> Item | None:
    return next((item for item in review.waiting(everything=everything) if item.about not in skipped), None)


def _said(act: str, said: str, rest: str) -> tuple[str, str]:
    """The field and the value of an answer."""
    if act == "correct":
        name, _, value = rest.partition("=")
        return name.strip(), value.strip()
    return ("", said.strip()) if act == "translate" else ("", "")


def _decide(review: Review, terminal: Terminal, decision: Decision, told: Told) -> None:
    try:
        review.decide(decision)
    except ReviewError as error:
        terminal.error(error.message(terminal.language))
        return
    setattr(told, decision.act, getattr(told, decision.act) + 1)
