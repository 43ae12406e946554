"""A phrase on a line of time: who prints it first in the texts at hand, who later, and which passages they share.

`/phrases?q=…` is the page and its tables, `/phrases.svg?q=…` the picture to take home.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup

from policygraph.draw.symbols import THEMES
from policygraph.draw.tile_map import PAGE
from policygraph.draw.timeline import Event, Link, Timeline, write
from policygraph.messages import message

from ..failures import RequestError
from ..formats import Choice
from ..graph import quotations
from ..graph.answer_table import AnswerTable, Cell, text_cell, truth_cell
from ..graph.labels import Names, names
from ..graph.passages import LONGEST_PHRASE, phrase_pattern
from ..graph.phrases import QuotedReuse, Reuse, Spread, Use, compared, quoted, reused, spread, years_ahead
from ..service import service
from ..web import preferences
from ..web.request import RequestContext, request_context
from ..web.urls import absolute
from . import keep, page
from .take_home import file_of, offered, wanted_format

__all__ = ["LISTED", "blueprint"]

blueprint = Blueprint("phrases", __name__)
LISTED = lazy_gettext("Phrases over time")

#: A phrase that stands in quotation marks as a whole.
_QUOTED = re.compile(r"[“\"「『]([^“”\"「」『』]+)[”\"」』]")
_SVG = Choice("svg", "image/svg+xml")
#: Standing of a document -> what it is called.
_STANDINGS = {
    "first": lazy_gettext("prints it first"),
    "among-first": lazy_gettext("among the first; the dates do not tell which"),
    "later": lazy_gettext("prints it later"),
    "undated": lazy_gettext("no date known: perhaps earlier"),
}
#: The columns of the passages that documents share.
_SHARED = (
    *("one", "other", "orderKnown", "characters", "likeness"),
    *("sentence", "otherSentence", "inText", "otherInText"),
)
#: How many shared passages, and documents that were not looked through, the page shows; files have all.
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the page says of a phrase: who prints it when, what they share, what all of them are called, doubts."""

    phrase: str
    spread: Spread
    shared: Sequence[Reuse]
    names: Names
    notes: Sequence[str]

    def joined(self, iris: Sequence[str]) -> str:
        """The labels of some things, in one line."""
        return ", ".join(self.names.label(iri, preferences.language()) for iri in iris)


@blueprint.get("/phrases")
def phrases() -> Response:
    """The line of time of the phrase that `q` has, with its table; or the box to write it in."""
    with request_context(service()) as context:
        phrase = _phrase()
        if wanted_format():
            return file_of(
                context, "phrase", phrase, lambda: _tables(context, _answer(context, phrase)), also=quotations.state()
            )

        def ask() -> Mapping[str, Any]:
            answer = _answer(context, phrase)
            svg = write(_picture(answer), PAGE, is_alone=False)[0]
            return {
                "answer": answer,
                "names": answer.names,
                "svg": Markup(svg),  # noqa: S704 - written by us
                "shown": quoted(context, answer.spread, answer.shared[:_SHOWN]),
                "missing": answer.spread.missing[:_SHOWN],
            }

        return page(
            context,
            "phrases.html",
            ask,
            also=quotations.state(),
            wanted=phrase,
            is_phrase=phrase_pattern(phrase) is not None,
            longest=LONGEST_PHRASE,
            standings=_STANDINGS,
            quotable=context.service.settings.quotations != "off",
            formats=offered(),
        )


@blueprint.get("/phrases.svg")
def export() -> Response:
    """The line of time as a picture to take home, in the colours that `paper` names."""
    with request_context(service()) as context:
        phrase, paper = _phrase(), request.args.get("paper", "light")
        if paper not in THEMES:
            raise RequestError("bad-parameter", name="paper", value=paper, wanted=", ".join(THEMES))

        def make() -> bytes:
            return write(_picture(_answer(context, phrase)), THEMES[paper])[0].encode()

        response = keep(context, _SVG, make, also=quotations.state())
        disposition = "inline" if "inline" in request.args else "attachment"
        response.headers.set("Content-Disposition", disposition, filename="phrase.svg")
        return response


def _phrase() -> str:
    phrase = " ".join(request.args.get("q", "").split())
    if quotation := _QUOTED.fullmatch(phrase):  # the page has quotation marks of its own
        phrase = quotation[1]
    if len(phrase) > LONGEST_PHRASE:
        wanted = message("a phrase of up to {number} characters", number=LONGEST_PHRASE)
        raise RequestError("bad-parameter", name="q", value=phrase, wanted=wanted)
    return phrase


def _answer(context: RequestContext, phrase: str) -> _Answer:
    uses = spread(context, phrase)
    shared = reused(context, uses)
    things = {iri for use in uses.uses for iri in (use.document, *use.areas, *use.issuers)}
    things |= {each.document for each in uses.missing}
    return _Answer(phrase, uses, shared, names(context, things), _notes(context, uses))


def _notes(context: RequestContext, printed: Spread) -> list[str]:
    """What the reader must know before they believe who was first."""
    if context.service.settings.quotations == "off":
        return []
    notes = []
    missing = printed.occurrences.registered - printed.occurrences.at_hand
    if missing:
        notes.append(
            ngettext(
                "%(num)s registered text is not at hand and was not looked through.",
                "%(num)s registered texts are not at hand and were not looked through.",
                missing,
            )
        )
    earlier = sum(each.is_perhaps_earlier for each in printed.missing)
    if earlier and printed.uses:
        notes.append(
            ngettext(
                "%(num)s document that was not looked through may be earlier than the first.",
                "%(num)s documents that were not looked through may be earlier than the first.",
                earlier,
            )
        )
    if printed.undated and len(printed.uses) > 1:
        notes.append(
            ngettext(
                "%(num)s document has no date: it may be earlier than the first.",
                "%(num)s documents have no date: they may be earlier than the first.",
                printed.undated,
            )
        )
    if any(use.standing == "among-first" for use in printed.uses):
        notes.append(gettext("Several documents may be the first: they have the same date, or a date without a day."))
    if years := years_ahead(printed.uses):
        notes.append(
            gettext("The first is dated %(years)s years before the next: see whether that is its date.", years=years)
        )
    if (count := len(compared(printed))) < len(printed.uses):
        notes.append(gettext("Documents compared for shared passages: the first %(count)s.", count=count))
    return notes


def _picture(answer: _Answer) -> Timeline:
    """The line of time, with an arc to each document from the one before it whose wording it shares most of."""
    uses = answer.spread.uses
    language = preferences.language()
    events = [
        Event(
            answer.names.label(use.document, language),
            use.date,
            use.standing,
            " · ".join(filter(None, (use.date or str(_STANDINGS["undated"]), answer.joined(use.issuers or use.areas)))),
            f"{_STANDINGS[use.standing]} · {use.date} · {use.sentence}" if use.date else f"{use.sentence}",
            use.address,
        )
        for use in uses
    ]
    legend = {key: str(words) for key, words in _STANDINGS.items() if any(use.standing == key for use in uses)}
    links = _links(uses, answer.shared)
    notes = [*answer.notes]
    if links:
        notes.append(
            gettext("Arcs lead to a document from the earlier one with which it shares most characters word for word.")
        )
    described = ngettext("%(num)s document prints it", "%(num)s documents print it", len(uses))
    return Timeline(f"“{answer.phrase}”", described, events, links, legend, notes, language)


def _links(uses: Sequence[Use], shared: Sequence[Reuse]) -> list[Link]:
    """For each document the earlier one with which it shares most: how many passages and characters."""
    places = {use.document: place for place, use in enumerate(uses)}
    sizes: dict[str, dict[str, list[int]]] = {}
    for each in shared:
        if each.is_ordered and each.likeness == 1:
            sizes.setdefault(each.other, {}).setdefault(each.one, []).append(each.characters)
    links = []
    for later, others in sizes.items():
        earlier = min(others, key=lambda other: (-sum(others[other]), places[other]))
        passages = ngettext("%(num)s passage", "%(num)s passages", len(others[earlier]))
        text = gettext("%(passages)s, %(characters)s characters", passages=passages, characters=sum(others[earlier]))
        links.append(Link(places[earlier], places[later], text))
    return sorted(links, key=lambda link: (link.later, link.earlier))


def _tables(context: RequestContext, answer: _Answer) -> dict[str, AnswerTable]:
    """The documents by date, the passages that they share, and what bears on who was first, as files have them."""
    language = preferences.language()

    def thing(iri: str) -> Cell:
        return Cell(answer.names.label(iri, language), iri=iri)

    uses = [
        [
            text_cell(use.date),
            Cell(str(_STANDINGS[use.standing])),
            thing(use.document),
            text_cell(answer.joined(use.issuers)),
            text_cell(answer.joined(use.areas)),
            Cell(str(use.count), "integer"),
            Cell(str(use.sentence)),
            Cell(absolute(use.address)),
        ]
        for use in answer.spread.uses
    ]
    tables = {
        answer.phrase: AnswerTable(
            ("date", "isFirst", "document", "issuers", "area", "times", "sentence", "inText"), uses
        )
    }
    if answer.shared:
        shared = [_cells(each, thing) for each in quoted(context, answer.spread, answer.shared)]
        tables[gettext("Passages that they share")] = AnswerTable(_SHARED, shared)
    if missing := answer.spread.missing:
        rows = [
            [
                text_cell(each.date),
                thing(each.document),
                truth_cell(is_true=each.is_perhaps_earlier),
            ]
            for each in missing
        ]
        tables[gettext("Not looked through")] = AnswerTable(("date", "document", "perhapsEarlier"), rows)
    if answer.notes:
        tables[gettext("To be known first")] = AnswerTable(("reason",), [[Cell(note)] for note in answer.notes])
    return tables


def _cells(quoted_reuse: QuotedReuse, thing: Callable[[str], Cell]) -> list[Cell | None]:
    """A shared passage as a row of `_SHARED`."""
    reuse = quoted_reuse.reuse
    return [
        thing(reuse.one),
        thing(reuse.other),
        truth_cell(is_true=reuse.is_ordered),
        Cell(str(reuse.characters), "integer"),
        Cell(f"{reuse.likeness:g}", "decimal"),
        *(Cell(str(sentence)) for sentence in quoted_reuse.sentences),
        *(Cell(absolute(address)) for address in quoted_reuse.addresses),
    ]
