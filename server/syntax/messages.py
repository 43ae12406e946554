"""A mistake that `diagnose` found in, a sentence for a person out, in the language of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policygraph.messages import Message, message, pmessage, text_in

__all__ = ["REASONS", "describe"]

#: Reason -> what is wrong, and what to do, with placeholders for the fields of `diagnose`.
REASONS: Mapping[str, Message] = {
    "word": message("“{found}” is not a word of SPARQL."),
    "prefix": message("The prefix {found} is not declared; add PREFIX {found} <…>, or write the whole IRI."),
    "wide": message("{found} is full-width punctuation of a Chinese keyboard; type {nearest} instead."),
    "wide-space": message("This space ({found}) is none that SPARQL knows; type a plain one, or delete it."),
    "quote": message("{found} is a curly quotation mark; strings stand in straight ones: type {nearest} instead."),
    "escape": message("{found} is not an escape that strings know; for a backslash itself, type two."),
    "unclosed": message(
        "A {nearest} is missing here: the {opened} at line {opened_line}, column {opened_column} is not closed."
    ),
    "extra-bracket": message("Nothing opened this {found}; delete it, or add what it should close."),
    "comma": message("The variables of a SELECT stand side by side, without commas."),
    "iri": message(
        "This is no IRI: between < and > stand no spaces, quotation marks, braces, bars, backslashes, ^ or `."
    ),
    "dot": message(
        "A dot is missing before “{found}”: triples are separated by . (by ; with the same subject, "
        "by , with the same property too)."
    ),
    "end": message("The query ends here, too early."),
    "expected": message("“{found}” cannot stand here."),
    "ungrouped": message(
        "{found} is neither grouped nor aggregated; add it to GROUP BY, or select (SAMPLE({found}) AS ?…)."
    ),
    "named-twice": message("{found} has a value already; what follows AS must be a new name."),
    "row": message("This row of VALUES has {found} values for {wanted} variables; write UNDEF where there is none."),
    "label": message("{found} stands in another group of patterns too, where it is another node; use a variable."),
    "engine": message("The engine cannot take what stands here or a little before."),
}
_PLACE = message("Line {line}, column {column}: ")
_NEAREST = message(" Did you mean {nearest}?")
_NAMES = message(' A name is written prefix:name or <IRI>, a variable starts with ?, text stands in straight ".')
_EXPECTED = message(" Expected: {expected}.")
#: What is expected, as `expected` calls it; keywords and signs are the same in every language.
_CALLED = {
    "IRI": pmessage("expected", "IRI"),
    "variable": pmessage("expected", "variable"),
    "string": pmessage("expected", "string"),
    "number": pmessage("expected", "number"),
    "function": pmessage("expected", "function"),
    "language tag": pmessage("expected", "language tag"),
    "end": pmessage("expected", "end"),
}
#: How many expected things a sentence names at most; `expected` has them all.
_MOST = 12
#: Reasons whose sentence is only of use with what follows it.
_WITH_NEAREST = frozenset(["word", "prefix"])
_WITH_EXPECTED = frozenset(["end", "expected"])


def describe(details: Mapping[str, Any], language: str) -> str:
    """One line that says where, what is wrong, and what to do."""
    reason = details["reason"]
    text = "".join(text_in(part.format(**details), language) for part in (_PLACE, REASONS[reason]))
    if reason in _WITH_NEAREST and "nearest" in details:
        text += text_in(_NEAREST.format(**details), language)
    elif reason == "word":
        text += text_in(_NAMES, language)
    elif reason in _WITH_EXPECTED:
        names = [text_in(_CALLED[name], language) if name in _CALLED else name for name in details["expected"]]
        listed = "  ".join(names[:_MOST]) + " …" * (len(names) > _MOST)
        text += text_in(_EXPECTED.format(expected=listed), language)
    return text
