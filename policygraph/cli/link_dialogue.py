"""Doubtful names of linking and lines of answers in, decisions out: the dialogue of `link --review`.

The answers come from a person at a terminal or from a file of lines; the end of the lines is as good as `q`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from policygraph.cli.terminal import Terminal
from policygraph.linking import Decision, Ruling, explain
from policygraph.messages import message

__all__ = ["Author", "decide"]

#: What may be answered -> what it means.
_VERBS = {
    **dict.fromkeys(("k", "keep", "新"), "keep"),
    **dict.fromkeys(("d", "different", "否"), "different"),
    **dict.fromkeys(("u", "unsure", "不定"), "unsure"),
    **dict.fromkeys(("s", "skip", "跳过"), "skip"),
    **dict.fromkeys(("q", "quit", "退出"), "quit"),
}
_ID = re.compile(r"(?:area|indicator|initiative|organisation|plan):[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides, and on which day (ISO 8601)."""

    name: str
    day: str


def decide(
    waiting: Mapping[Decision, str], terminal: Terminal, answer: Callable[[], str | None], author: Author
) -> list[Ruling]:
    """Asks what each name that waits means until nothing is left, or the answers end (`answer` gives None).

    `waiting` has for each decision the id under which the name is proposed until somebody decides.
    """
    rulings: list[Ruling] = []
    for number, (decision, proposal) in enumerate(waiting.items(), start=1):
        terminal.print("\n".join((f"{number}/{len(waiting)}", *explain(decision, terminal.language))))
        while (line := answer()) is not None:
            verb, _, reason = line.strip().partition(" ")
            verdict, thing = _meaning(verb, decision, proposal)
            if verdict == "quit":
                return rulings
            if verdict:
                if verdict != "skip":
                    rulings.append(_ruling(decision, verdict, thing, reason.strip(), author))
                break
            terminal.say(_HELP)
        else:
            return rulings
    return rulings


_HELP = message(
    "The number of a candidate, or an id (area:sichuan): it is that; k: keep it as a thing of its own; d: it is not "
    "what it was taken for; u: nobody can tell; s: skip; q: stop. Words behind are the reason."
)


def _meaning(verb: str, decision: Decision, proposal: str) -> tuple[str, str]:
    """The verdict that an answer gives, and the thing it is about; empty where it gives none."""
    if verb.isdigit() and 1 <= int(verb) <= len(decision.candidates):
        return "same", decision.candidates[int(verb) - 1].identifier
    if _ID.fullmatch(verb):
        return "same", verb
    act = _VERBS.get(verb.lower(), "")
    if act == "keep":
        return "same", proposal
    if act == "different":
        return ("different", decision.identifier) if decision.identifier else ("", "")
    return act, ""


def _ruling(decision: Decision, verdict: str, thing: str, reason: str, author: Author) -> Ruling:
    return Ruling(
        decision.kind,
        decision.name,
        decision.scope.area,
        verdict,
        thing,
        reason=reason,
        digest=decision.digest,
        since=author.day,
        by=author.name,
    )
