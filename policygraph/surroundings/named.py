"""What a thing names in, findings out: an area, an indicator, an agent or words of a label that no text prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from policygraph import vocab
from policygraph.evidence import Span
from policygraph.findings import Fault, Finding, Severity
from policygraph.messages import message
from policygraph.surroundings.context import Values, all_of, around, is_inferred, paragraph
from policygraph.vocab import pg

__all__ = ["agents", "areas", "indicators", "labels"]

_AREA_NOT_PRINTED = Fault(
    "area_not_printed",
    message("neither its evidence nor what stands around it prints “{area}”."),
    message("Mend the area, or mark it as inferred, with a reason."),
    Severity.WARNING,
)
_INDICATOR_NOT_PRINTED = Fault(
    "indicator_not_printed",
    message("hardly anything of the name “{name}” stands in or before its sentence."),
    message("Mend `ofIndicator:`, or give the indicator the words that are printed as altLabel."),
    Severity.WARNING,
)
_INITIATIVE_NOT_PRINTED = Fault(
    "initiative_not_printed",
    message("hardly anything of the name “{name}” stands in its evidence."),
    message("Cite the place that names it, or mend `readsInitiative:`."),
    Severity.WARNING,
)
_AGENT_NOT_PRINTED = Fault(
    "agent_not_printed",
    message("neither its evidence nor what stands around it names “{agent}”."),
    message("Mend `agent:`, or give the agent the name that is printed as altLabel."),
    Severity.WARNING,
)
_LABEL_CUT = Fault(
    "label_character_lost",
    message("“{word}” of its label stands nowhere in the text; its evidence prints “{whole}”."),
    message("Mend the label."),
    Severity.WARNING,
)
_LABEL_SHORT = Fault(
    "label_shorter_than_evidence",
    message("its label “{short}” is one character short of its evidence, “{whole}”."),
    message("Mend the label or the evidence."),
    Severity.WARNING,
)

_AREAS = ("comparesWithArea", "ofArea")
_IDEOGRAPHS = re.compile("[一-鿿]+")
#: Characters that lists and connections have and that labels leave out.
_CONNECTING = "等指并和与及的之在把将对为以了其各"
#: What stands between the names of a list.
_BETWEEN = re.compile("[，、；。：:（）()\\s]+")
#: What signs and blanks are left out of names and texts that are compared.
_BLANKS = re.compile("[“”《》、，—–\\s]+")
#: Property -> the share of a name that must stand near, and what is wrong where less does.
_PRINTED = (
    ("ofIndicator", 1 / 6, _INDICATOR_NOT_PRINTED),
    ("readsInitiative", 1 / 2, _INITIATIVE_NOT_PRINTED),
)
#: Characters at the end of a name that stand for it in its evidence (志愿者).
_TAIL = 3
_Names = Mapping[str, Sequence[str]]


def areas(
    iri: str,
    values: Values,
    spans: Sequence[Span],
    texts: Mapping[str, str],
    names: Mapping[str, Sequence[str]],
) -> Iterator[Finding]:
    """Areas that are not the document's own and that nothing near prints.

    A stated one stands in the same paragraph, before or in the sentence, or in the heading before it; an inferred one
    within some sentences, or in the reason.
    """
    for name in _AREAS:
        path = pg(name).value
        for area in all_of(values, name):
            own = names.get(area, ())
            if not own:
                continue
            if is_inferred(values, path):
                near = [around(texts[span.slug], span) for span in spans]
                near += all_of(values, "hasReason")
            else:
                near = [paragraph(texts[span.slug], span) for span in spans]
            if not any(each in text for each in own for text in near):
                yield _AREA_NOT_PRINTED.finding(node=iri, path=path, area=own[-1])


def indicators(
    iri: str, values: Values, spans: Sequence[Span], texts: Mapping[str, str], names: _Names
) -> Iterator[Finding]:
    """Indicators and initiatives of whose names too little stands near: in the paragraph, or in the evidence."""
    for name, share, fault in _PRINTED:
        path = pg(name).value
        for term in all_of(values, name):
            own = [_BLANKS.sub("", each) for each in names.get(term, ())]
            if is_inferred(values, path) and name == "ofIndicator":
                continue
            if name == "ofIndicator":
                near = "".join(paragraph(texts[span.slug], span) for span in spans)
            else:
                near = "".join(texts[span.slug][span.start : span.end] for span in spans)
                near += "".join(all_of(values, "hasReason")) if is_inferred(values, path) else ""
            if own and not any(_share(each, _BLANKS.sub("", near)) >= share for each in own):
                yield fault.finding(node=iri, path=path, name=names[term][-1])


def _share(name: str, text: str) -> float:
    """How many of the pairs of characters of a name a text has; 1 for a name of one character."""
    pairs = {first + second for first, second in pairwise(name)}
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 1.0


def agents(
    iri: str, values: Values, spans: Sequence[Span], texts: Mapping[str, str], names: _Names
) -> Iterator[Finding]:
    """Agents that nothing near names: by a name, or by some of its characters in their order (市发改委).

    An inferred one stands within some sentences, or in the reason.
    """
    path = pg("assignsAgent").value
    reasons = "".join(all_of(values, "hasReason")) if is_inferred(values, path) else ""
    for agent in all_of(values, "assignsAgent"):
        own = [name for name in names.get(agent, ()) if len(name) > 1]
        if is_inferred(values, path) and any(_is_near(own, texts[span.slug], span, reasons) for span in spans):
            continue
        if own and not any(_is_named(own, texts[span.slug], span) for span in spans):
            yield _AGENT_NOT_PRINTED.finding(node=iri, path=path, agent=own[-1])


def _is_near(names: Iterable[str], text: str, span: Span, reasons: str) -> bool:
    """Whether a name stands within some sentences, or in the reasons."""
    near = around(text, span)
    return any(name in near or name in reasons for name in names)


def _is_named(names: Iterable[str], text: str, span: Span) -> bool:
    quotation = text[span.start : span.end]
    near = _BLANKS.sub("", paragraph(text, span))
    pieces = [piece for piece in _BETWEEN.split(quotation) if len(piece) > 1]
    return any(
        _BLANKS.sub("", name) in near
        or (len(name) > _TAIL and name[-_TAIL:] in quotation)
        or any(_is_abbreviation(piece, name) for piece in pieces)
        for name in names
    )


def _is_abbreviation(short: str, name: str) -> bool:
    """Whether a name has all characters of a shorter one, in their order."""
    rest = iter(name)
    return all(character in rest for character in short)


def _with_one_between(pair: str, text: str) -> str | None:
    """The first place of a text where one ideograph, none that connects, stands between two characters.

    A pattern for each pair would have to be compiled, which takes longer than to look at every place of the first.
    """
    first, second = pair[0], pair[1]
    place = text.find(first)
    while place >= 0:
        between = text[place + 1 : place + 2]
        if text[place + 2 : place + 3] == second and _IDEOGRAPHS.fullmatch(between) and between not in _CONNECTING:
            return text[place : place + 3]
        place = text.find(first, place + 1)
    return None


def labels(iri: str, values: Values, spans: Sequence[Span], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Labels in which a character is missing between two that the text has with one between them, and never alone."""
    path = vocab.skos("prefLabel").value
    quotations = [texts[span.slug][span.start : span.end] for span in spans]
    for label in values.get(path, ()):
        if whole := next((each for each in quotations if label in each), None):
            if len(whole) == len(label) + 1 and _IDEOGRAPHS.fullmatch(whole):
                yield _LABEL_SHORT.finding(node=iri, path=path, short=label, whole=whole)
            continue
        for first, second in pairwise(label):
            pair = first + second
            if not _IDEOGRAPHS.fullmatch(pair) or any(pair in texts[span.slug] for span in spans):
                continue
            if whole := next((word for each in quotations if (word := _with_one_between(pair, each))), None):
                yield _LABEL_CUT.finding(node=iri, path=path, word=pair, whole=whole)
