"""What a thing is said to be in, findings out: a hedge, kind, role, theme or instrument of which no word is there.

A concept is doubted where none of its words stands in the sentence, and more so where a word of another one does. The
tables are wide on the side of the concept that is stated: what they do not know is not doubted. Those of themes and
instruments are of `policygraph.coding`, which drafts are coded by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from policygraph import coding, vocab
from policygraph.evidence import Span
from policygraph.findings import Fault, Finding, Severity
from policygraph.messages import message
from policygraph.quantity import HEDGE_WITH_TIME
from policygraph.surroundings.context import Values, all_of, is_inferred, paragraph, sentence
from policygraph.surroundings.words import (
    ADDED,
    DECISIVE_ROLES,
    HEDGES,
    KINDS,
    RANK,
    REACHED,
    ROLES,
    STATED_HEDGE,
    WITHOUT_PERCENT,
)
from policygraph.vocab import pg

__all__ = ["hedges", "instruments", "kinds", "roles", "themes"]

_HEDGE_NOT_PRINTED = Fault(
    "hedge_not_printed",
    message("no word of its sentence is a hedge of the kind {concept}."),
    message("Mend `hedge:` or take it out, or cite the place that prints it."),
    Severity.WARNING,
)
_HEDGE_LEFT_OUT = Fault(
    "hedge_left_out",
    message("“{word}” stands before “{printed}”, and it has no `hedge:`."),
    message("Give `hedge:`, or cite the place that prints the value without it."),
    Severity.WARNING,
)
_KIND_NOT_PRINTED = Fault(
    "value_kind_not_printed",
    message("no word of its sentence says that its value is of the kind {concept}."),
    message("Mend the `valueKind:`."),
    Severity.WARNING,
)
_KIND_DIFFERS = Fault(
    "value_kind_differs",
    message("“{printed}” is no value of the kind {concept}."),
    message("Mend the `valueKind:`."),
    Severity.WARNING,
)
_ROLE_NOT_PRINTED = Fault(
    "role_not_printed",
    message("no word of its evidence says that the agent has the role {concept}."),
    message("Mend `role:`, or give the words that say it as `printedRole:`."),
    Severity.WARNING,
)
_ROLE_DIFFERS = Fault(
    "role_differs",
    message("“{word}” says the role {other}, and its role is {concept}."),
    message("Mend `role:` or `printedRole:`."),
    Severity.WARNING,
)
_THEME_DIFFERS = Fault(
    "theme_differs",
    message("no word in or beside it is of the theme {concept}; “{word}” is of {other}."),
    message("Look at `theme:` again."),
    Severity.WARNING,
)
_INSTRUMENT_DIFFERS = Fault(
    "instrument_differs",
    message("no word of “{measure}” is of the instrument {concept}; “{word}” is of {other}."),
    message("Look at `instrument:` again."),
    Severity.WARNING,
)

_CLAUSE = re.compile("[，,：]")
_SENTENCE = re.compile("[。；;\n]")
#: Characters before a printed value within which its clause begins.
_WIDEST = 120
_PERCENT = re.compile("[%％]")
#: All of something, in percent.
_WHOLE = 100


def _concept(term: str) -> str:
    return term.rpartition("/")[2]


def hedges(iri: str, values: Values, spans: Sequence[Span], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Hedges of which no word stands in the sentence, and targets without the hedge that governs their value."""
    path = pg("hasHedge").value
    terms = list(all_of(values, "hasHedge"))
    for term in terms if not is_inferred(values, path) else ():
        words = HEDGES.get(_concept(term))
        if words and not any(words.search(sentence(texts[span.slug], span)) for span in spans):
            yield _HEDGE_NOT_PRINTED.finding(node=iri, path=path, concept=_concept(term))
    if not terms and pg("IndicatorTarget").value in values.get(vocab.rdf_type.value, ()):
        for printed in all_of(values, "hasPrintedValue"):
            words_before = [_hedge_before(printed, span, texts[span.slug]) for span in spans]
            if all(words_before) and words_before:
                yield _HEDGE_LEFT_OUT.finding(
                    node=iri, path=pg("hasPrintedValue").value, word=words_before[0], printed=printed
                )


def _hedge_before(printed: str, span: Span, text: str) -> str | None:
    """The hedge in the clause of a printed value, in front of it, or at the head of its sentence with a time alone."""
    clauses = _clauses_before(printed, span, text)
    if not clauses:
        return None
    *heads, clause = clauses
    match = STATED_HEDGE.search(clause) or next(filter(None, map(HEDGE_WITH_TIME.search, heads)), None)
    return match[1] if match else None


def _clauses_before(printed: str, span: Span, text: str) -> list[str]:
    """The clauses of a sentence in front of a printed value, the last the value's own; none where it is not there."""
    place = text.find(printed, span.start, span.end)
    return _CLAUSE.split(_SENTENCE.split(text[max(0, place - _WIDEST) : place])[-1]) if place >= 0 else []


def kinds(iri: str, values: Values, spans: Sequence[Span], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Kinds of values of which no word stands in the sentence, or that the printed value or its unit is none of."""
    path = pg("hasValueKind").value
    printed = next(all_of(values, "hasPrintedValue"), "")
    for term in all_of(values, "hasValueKind") if not is_inferred(values, path) else ():
        concept = _concept(term)
        words = KINDS.get(concept)
        if words and not any(words.search(sentence(texts[span.slug], span)) for span in spans):
            yield _KIND_NOT_PRINTED.finding(node=iri, path=path, concept=concept)
        elif _is_another(concept, printed, values) or (
            concept == "increment" and spans and all(_is_reached(printed, span, texts[span.slug]) for span in spans)
        ):
            yield _KIND_DIFFERS.finding(node=iri, path=path, printed=printed, concept=concept)


def _is_another(concept: str, printed: str, values: Values) -> bool:
    """Whether a printed value is a rank or a share, and its kind neither."""
    return concept in WITHOUT_PERCENT and bool(RANK.search(printed) or _is_share(printed, values))


def _is_reached(printed: str, span: Span, text: str) -> bool:
    """Whether the words before a printed value say that so much is there in the end, and none that it is added."""
    clauses = _clauses_before(printed, span, text) if printed else []
    return bool(clauses and REACHED.search(clauses[-1])) and not ADDED.search(clauses[-1])


def _is_share(printed: str, values: Values) -> bool:
    """Whether a value is a percentage that can be a share of a whole."""
    return bool(_PERCENT.search(printed)) and all(Decimal(value) <= _WHOLE for value in all_of(values, "hasValue"))


def roles(iri: str, values: Values, spans: Sequence[Span], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Roles of which no word stands in the evidence or its printed role, or of which that says another."""
    path = pg("hasRole").value
    printed = "，".join(all_of(values, "hasPrintedRole"))
    for term in all_of(values, "hasRole") if not is_inferred(values, path) else ():
        concept = _concept(term)
        words = ROLES.get(concept)
        near = [printed, *(paragraph(texts[span.slug], span) for span in spans)]
        if words:
            if not any(words.search(each) for each in near):
                yield _ROLE_NOT_PRINTED.finding(node=iri, path=path, concept=concept)
        elif match := _decisive(printed):
            yield _ROLE_DIFFERS.finding(node=iri, path=path, word=match[1], other=match[0], concept=concept)


def _decisive(printed: str) -> tuple[str, str] | None:
    """The role that a printed role plainly says, and the word that does."""
    matches = ((role, pattern.search(printed)) for role, pattern in DECISIVE_ROLES.items())
    return next(((role, match[0]) for role, match in matches if match), None)


def themes(
    iri: str, values: Values, labels: Sequence[str], quotations: Sequence[str], near: Sequence[Values]
) -> Iterator[Finding]:
    """Themes of which no word stands in the labels or the evidence, where a word of a theme of what is near does.

    `near` is what is said of the part above, of the parts below it and of those beside.
    """
    path = pg("hasTheme").value
    of_table = coding.concepts("theme")
    terms = [_concept(term) for term in all_of(values, "hasTheme")]
    if len(terms) != 1 or terms[0] not in of_table or is_inferred(values, path):
        return
    if any(coding.may_say("theme", terms[0], each) for each in (*labels, *quotations)):
        return
    beside = {_concept(term) for each in near for term in all_of(each, "hasTheme")}
    for other in sorted(beside & of_table.keys()) if terms[0] not in beside else ():
        if match := next((each for label in labels if (each := of_table[other].widest.search(label))), None):
            yield _THEME_DIFFERS.finding(node=iri, path=path, concept=terms[0], word=match[0], other=other)
            return


def instruments(iri: str, values: Values, label: str, quotations: Sequence[str]) -> Iterator[Finding]:
    """Instruments of a classification of which what it classifies has no word, where it has a plain one of another."""
    path = pg("hasInstrument").value
    terms = {_concept(term) for term in all_of(values, "hasInstrument")}
    words = (label, *quotations)
    if not terms or not terms <= coding.concepts("instrument").keys() or is_inferred(values, path):
        return
    if any(coding.may_say("instrument", term, each) for term in terms for each in words):
        return
    hits = [(each[hit.start : hit.end], hit) for each in words for hit in coding.hits("instrument", each)]
    for word, hit in sorted(hits, key=lambda pair: pair[1].is_broad)[:1]:
        concept = ", ".join(sorted(terms))
        yield _INSTRUMENT_DIFFERS.finding(
            node=iri, path=path, measure=label, concept=concept, word=word, other=hit.code
        )
