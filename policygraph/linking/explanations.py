"""A decision in, why it was taken out: the rule in words, the scope, the candidates with their scores; zh and en."""

from __future__ import annotations

from policygraph.linking.decision import Decision
from policygraph.messages import message, text_in

__all__ = ["RULES", "explain"]

#: Rule -> what it says, in zh and en.
RULES = {
    "area/whole-country": message("it means the whole country"),
    "area/own": message("it means the document's own area"),
    "area/in-city": message("it lies in the document's own city or county"),
    "area/below": message("it lies in the document's own area"),
    "area/province": message("the name of a province means the same everywhere"),
    "area/city": message("it lies in the document's city"),
    "area/in-province": message("it lies in the document's province"),
    "area/prefecture": message("a city or zone of another province, the only one of the name"),
    "area/county": message("a county of another province, the only one of the name"),
    "area/level-word": message("a level word means the document's own area, or the one above it"),
    "area/level-word-without-area": message("the document's area has no area of this level"),
    "area/capital": message("the capital of the document's province"),
    "area/own-zone": message("a zone called after its kind is that of the document's city"),
    "area/new-own-zone": message("a zone called after its kind: a new one of the document's city"),
    "area/zone-without-area": message("called after its kind, and the document names no area"),
    "area/new-township": message("a town or subdistrict, which no table has: a new one"),
    "area/ambiguous": message("several areas of the name are equally near"),
    "area/doubtful": message("even the nearest area of the name is doubtful"),
    "area/unknown": message("nothing has this name"),
    "body/national": message("the name of a national body"),
    "body/place": message("an area and a kind of body"),
    "body/template": message("the area stands inside the name"),
    "body/alone": message("without an area: the body of the document's own area"),
    "body/alone-above": message("a name of the level above: the body of the area above"),
    "body/new-of-place": message("a body of this area, of no known kind"),
    "body/new-alone": message("a body of the document's area, of no known kind"),
    "body/place-unclear": message("it is not clear of which area"),
    "indicator/printed": message("printed so in the table"),
    "indicator/spelling": message("the same in another spelling"),
    "indicator/area-word": message("the same without the words for area, time and aim in front"),
    "indicator/change-word": message("the same without the words for the change"),
    "indicator/counting-word": message("the same without or with a word for counting"),
    "indicator/base-name": message("the same base name"),
    "indicator/other-dimension": message("the same name in another dimension: a new one"),
    "indicator/new": message("no table has it: a new one"),
    "plan/own": message("it means the document's own plan"),
    "plan/title": message("title, area and years agree"),
    "plan/short-form": message("a short form that the document itself gives"),
    "plan/several-of-this-title": message("several plans have this title"),
    "plan/new": message("no plan at hand has this title"),
    "initiative/printed": message("a known formula"),
    "initiative/new": message("a new formula"),
    "decided/same": message("somebody decided that it is this"),
    "decided/different": message("somebody decided that it is not that"),
    "decided/unsure": message("somebody decided that nobody can tell"),
}
_PATH = message("the areas in front of it lead down to it")


def explain(decision: Decision, language: str = "en") -> list[str]:
    """Why a name was taken for what it was: lines of text."""
    rule = _PATH if decision.rule.startswith("area/path") else RULES.get(decision.rule, decision.rule)
    nothing = message("it means nothing in particular")
    waits = text_in(message("waits for review"), language)
    candidates = text_in(message("candidates"), language)
    head = message("“{name}” (in a document of {area})", name=decision.name[:60], area=decision.scope.area or "–")
    because = message("because {rule} ({code})", rule=rule, code=decision.rule)
    sure = message("confidence {confidence:.0%}", confidence=decision.confidence)
    lines = [
        text_in(head, language),
        f"→ {decision.identifier}  {decision.label}" if decision.identifier else text_in(nothing, language),
        text_in(because, language),
        text_in(sure, language) + (f" · {waits}" if decision.waits else ""),
    ]
    if len(decision.candidates) > 1 or (decision.candidates and not decision.identifier):
        lines.append(f"{candidates}:")
        lines += [f"  {each.score:.2f}  {each.identifier}  {each.label}" for each in decision.candidates]
    return [*lines, f"digest {decision.digest}"]
