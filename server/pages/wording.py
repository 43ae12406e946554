"""A term of the graph in, as pages write it out: numbers in groups, IRIs by their last part, classes by family."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pyoxigraph as ox
from babel.dates import get_month_names
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import get_locale, gettext, lazy_gettext

from policygraph import vocab
from policygraph.formats.tables import PRINTED
from policygraph.quantity.english import english

from ..graph.axes import Value
from ..web.names import shorten

__all__ = [
    "BOUNDS",
    "BOUND_SIGNS",
    "EVIDENCE_KINDS",
    "HEADS",
    "RELATIONS",
    "SILENCE",
    "STATES",
    "columns",
    "family",
    "head",
    "install",
    "is_iri",
    "is_number",
    "local",
    "measured",
    "percent",
    "plain",
    "spoken",
    "value_in_print",
    "when",
]

#: Group of what a span is evidence of -> its name in the legend.
EVIDENCE_KINDS = {
    "part": lazy_gettext("elements of plans"),
    "target": lazy_gettext("targets"),
    "observation": lazy_gettext("observations"),
    "count": lazy_gettext("declared counts"),
    "role": lazy_gettext("roles"),
    "positioning": lazy_gettext("positionings"),
    "coding": lazy_gettext("instruments and themes"),
    "issue": lazy_gettext("doubts about the text"),
    "other": lazy_gettext("other things"),
}
#: A month (ISO 8601), and how many there are.
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_MONTHS = 12
_XSD = vocab.PREFIXES["xsd"]
_NUMBERS = frozenset(_XSD + name for name in ("integer", "decimal", "int", "long", "nonNegativeInteger"))
#: Class -> the family whose colour it has, the same in lists, trees and charts.
_FAMILIES = {
    "plan": ("Plan", "PolicyDocument", "Article", "SourceText", "Directive"),
    "group": ("TaskGroup", "Principle", "Safeguard", "GuidingIdeology", "GovernanceMechanism"),
    "task": ("Task", "ContentItem"),
    "measure": ("Measure", "Project"),
    "target": ("Goal", "SubGoal", "OverallGoal", "IndicatorTarget", "IndicatorObservation", "Indicator", "CountClaim"),
    "area": (
        *("AdministrativeArea", "Country", "Province", "City", "District", "Subdistrict", "Community"),
        *("FunctionalZone", "UrbanRegion", "Region", "Place", "Positioning"),
    ),
    "agent": ("Organisation", "OrganisationGroup", "LeadingGroup", "Person", "ResponsibilityAssignment"),
}
#: Variables of the project's query files as heads of columns.
HEADS = {
    "about": lazy_gettext("about"),
    "above": lazy_gettext("above it"),
    "adoptedAt": lazy_gettext("adopted at"),
    "affected": lazy_gettext("concerns"),
    "agent": lazy_gettext("who"),
    "alignment": lazy_gettext("alignment"),
    "among": lazy_gettext("of how many areas"),
    "area": lazy_gettext("area"),
    "areas": lazy_gettext("areas"),
    "assignment": lazy_gettext("assignment"),
    "atLeast": lazy_gettext("at least"),
    "atMost": lazy_gettext("at most"),
    "awarder": lazy_gettext("awarded by"),
    "baseline": lazy_gettext("baseline"),
    "baselineYear": lazy_gettext("baseline year"),
    "basis": lazy_gettext("basis"),
    "belongsTo": lazy_gettext("Belongs to"),
    "beneficiary": lazy_gettext("beneficiary"),
    "bound": lazy_gettext("bound"),
    "carrier": lazy_gettext("carried by"),
    "change": lazy_gettext("change"),
    "characters": lazy_gettext("characters"),
    "city": lazy_gettext("city"),
    "claim": lazy_gettext("declared count"),
    "class": lazy_gettext("class"),
    "classifier": lazy_gettext("classifier"),
    "code": lazy_gettext("code"),
    "comparator": lazy_gettext("comparator"),
    "component": lazy_gettext("component"),
    "components": lazy_gettext("components"),
    "confidence": lazy_gettext("confidence"),
    "contents": lazy_gettext("contents"),
    "date": lazy_gettext("date"),
    "days": lazy_gettext("days"),
    "deadline": lazy_gettext("by"),
    "decision": lazy_gettext("decision"),
    "declared": lazy_gettext("declared"),
    "definition": lazy_gettext("definition"),
    "denominator": lazy_gettext("divided by"),
    "denoted": lazy_gettext("stands for"),
    "denotes": lazy_gettext("stands for"),
    "depth": lazy_gettext("depth"),
    "difference": lazy_gettext("difference in value"),
    "dimension": lazy_gettext("dimension"),
    "directive": lazy_gettext("directive"),
    "distance": lazy_gettext("distance"),
    "district": lazy_gettext("district"),
    "document": lazy_gettext("document"),
    "documents": lazy_gettext("documents"),
    "earlier": lazy_gettext("earlier"),
    "element": lazy_gettext("element"),
    "elements": lazy_gettext("elements"),
    "end": lazy_gettext("to"),
    "ensured": lazy_gettext("ensured"),
    "enumerated": lazy_gettext("enumerated"),
    "event": lazy_gettext("event"),
    "evidence": lazy_gettext("evidence"),
    "exact": lazy_gettext("exactly"),
    "example": lazy_gettext("example"),
    "file": lazy_gettext("file"),
    "first": lazy_gettext("first"),
    "firstPrinted": lazy_gettext("first, as printed"),
    "form": lazy_gettext("form"),
    "frequency": lazy_gettext("how often"),
    "from": lazy_gettext("from"),
    "gap": lazy_gettext("difference"),
    "goal": lazy_gettext("goal"),
    "group": lazy_gettext("group"),
    "growth": lazy_gettext("growth needed"),
    "growthUnit": lazy_gettext("unit of the growth"),
    "hedge": lazy_gettext("hedge"),
    "honour": lazy_gettext("honour"),
    "host": lazy_gettext("host"),
    "implemented": lazy_gettext("implemented"),
    "inText": lazy_gettext("where in the text"),
    "indicator": lazy_gettext("indicator"),
    "inferred": lazy_gettext("inferred"),
    "initiative": lazy_gettext("initiative"),
    "instrument": lazy_gettext("policy instrument"),
    "isFirst": lazy_gettext("first to say it"),
    "issue": lazy_gettext("doubt"),
    "issuers": lazy_gettext("issued by"),
    "issues": lazy_gettext("doubts"),
    "item": lazy_gettext("item"),
    "kind": lazy_gettext("kind"),
    "label": lazy_gettext("name"),
    "last": lazy_gettext("last"),
    "later": lazy_gettext("later"),
    "letter": lazy_gettext("letter"),
    "level": lazy_gettext("level"),
    "likeness": lazy_gettext("likeness"),
    "link": lazy_gettext("link"),
    "machineRead": lazy_gettext("read only by machine"),
    "maker": lazy_gettext("maker"),
    "measure": lazy_gettext("measure"),
    "measures": lazy_gettext("measures"),
    "mechanism": lazy_gettext("mechanism"),
    "members": lazy_gettext("members"),
    "method": lazy_gettext("method"),
    "missing": lazy_gettext("missing"),
    "number": lazy_gettext("number"),
    "numerator": lazy_gettext("counted"),
    "observation": lazy_gettext("observation"),
    "observations": lazy_gettext("observations"),
    "observed": lazy_gettext("observed"),
    "observedPrinted": lazy_gettext("observed, as printed"),
    "one": lazy_gettext("one"),
    "openEnded": lazy_gettext("open-ended"),
    "order": lazy_gettext("which is earlier"),
    "orderKnown": lazy_gettext("order known"),
    "ordinal": lazy_gettext("place in order"),
    "organisation": lazy_gettext("organisation"),
    "organisers": lazy_gettext("organised by"),
    "other": lazy_gettext("other"),
    "otherArea": lazy_gettext("other area"),
    "otherDocument": lazy_gettext("not in"),
    "otherInText": lazy_gettext("where in the other text"),
    "otherPrinted": lazy_gettext("other, as printed"),
    "otherSentence": lazy_gettext("sentence of the other"),
    "otherSetter": lazy_gettext("other, set by"),
    "otherSetterLabel": lazy_gettext("other plan’s part"),
    "parent": lazy_gettext("stands in"),
    "part": lazy_gettext("part"),
    "parts": lazy_gettext("number of parts"),
    "perhapsEarlier": lazy_gettext("perhaps earlier"),
    "period": lazy_gettext("period"),
    "place": lazy_gettext("place"),
    "places": lazy_gettext("places"),
    "plan": lazy_gettext("plan"),
    "plans": lazy_gettext("plans"),
    "position": lazy_gettext("position"),
    "positioning": lazy_gettext("positioning"),
    "positionings": lazy_gettext("positionings"),
    "printed": lazy_gettext("as printed"),
    "printing": lazy_gettext("printing"),
    "property": lazy_gettext("property"),
    "publisher": lazy_gettext("publisher"),
    "question": lazy_gettext("question"),
    "ranges": lazy_gettext("from – to"),
    "readIn": lazy_gettext("read in"),
    "reading": lazy_gettext("reading"),
    "readings": lazy_gettext("readings"),
    "readsAs": lazy_gettext("reads as"),
    "reason": lazy_gettext("reason"),
    "recipients": lazy_gettext("recipients"),
    "relation": lazy_gettext("relation"),
    "report": lazy_gettext("status report"),
    "review": lazy_gettext("review"),
    "role": lazy_gettext("role"),
    "roles": lazy_gettext("roles"),
    "runner": lazy_gettext("run by"),
    "second": lazy_gettext("second"),
    "secondPrinted": lazy_gettext("second, as printed"),
    "section": lazy_gettext("section"),
    "sections": lazy_gettext("sections"),
    "sentence": lazy_gettext("sentence"),
    "setter": lazy_gettext("set by"),
    "setterLabel": lazy_gettext("set by"),
    "side": lazy_gettext("side"),
    "silent": lazy_gettext("not stated"),
    "soft": lazy_gettext("soft in all"),
    "softShare": lazy_gettext("soft, %"),
    "softer": lazy_gettext("softened otherwise"),
    "source": lazy_gettext("source text"),
    "speaker": lazy_gettext("speaker"),
    "spread": lazy_gettext("spread"),
    "start": lazy_gettext("from"),
    "state": lazy_gettext("stated or not"),
    "statements": lazy_gettext("statements"),
    "status": lazy_gettext("status"),
    "striven": lazy_gettext("strive for"),
    "subject": lazy_gettext("subject"),
    "suggested": lazy_gettext("suggested"),
    "sum": lazy_gettext("sum"),
    "superior": lazy_gettext("superior"),
    "symbol": lazy_gettext("symbol"),
    "target": lazy_gettext("target"),
    "targetPrinted": lazy_gettext("target, as printed"),
    "targets": lazy_gettext("targets"),
    "tasks": lazy_gettext("tasks"),
    "theme": lazy_gettext("theme"),
    "thing": lazy_gettext("thing"),
    "time": lazy_gettext("time"),
    "times": lazy_gettext("times printed"),
    "to": lazy_gettext("to"),
    "two": lazy_gettext("other"),
    "unit": lazy_gettext("unit"),
    "upper": lazy_gettext("to at most"),
    "value": lazy_gettext("value"),
    "verdict": lazy_gettext("verdict"),
    "wanted": lazy_gettext("wanted"),
    "where": lazy_gettext("read in"),
    "whole": lazy_gettext("whole"),
    "with": lazy_gettext("together with"),
    "withoutNumber": lazy_gettext("without a number"),
    "words": lazy_gettext("words"),
    "year": lazy_gettext("year"),
    "yearly": lazy_gettext("each year"),
    "years": lazy_gettext("years"),
    "zoneTargets": lazy_gettext("targets of its zones"),
}
#: Why nothing is stated -> its sign in a cell, and how it is said.
SILENCE = {
    "not-stated": ("–", lazy_gettext("a plan or document for this year was read and does not state it")),
    "machine-read": ("?", lazy_gettext("for this year there is but a draft by machine that nobody has reviewed")),
    "left-out": ("?", lazy_gettext("a document for this year is left out of this build")),
    "not-read": ("?", lazy_gettext("a plan or document for this year is known and was not read")),
    "no-document": ("", lazy_gettext("no plan or document for this year is known")),
    "not-asked": ("", ""),
}
#: State of knowledge -> its title.
STATES = {
    "not-stated": lazy_gettext("not stated"),
    "not-read": lazy_gettext("not read"),
    "no-document": lazy_gettext("no document"),
}
#: How a target binds -> what that is called.
BOUNDS = {
    "floor": lazy_gettext("at least"),
    "ceiling": lazy_gettext("at most"),
    "point": lazy_gettext("exactly"),
    "about": lazy_gettext("about"),
    "range": lazy_gettext("from – to"),
}
#: How the areas of two targets relate -> what that is called.
RELATIONS = {
    "same": lazy_gettext("the same area"),
    "part": lazy_gettext("an area and its part"),
    "whole": lazy_gettext("a part and its area"),
    "elsewhere": lazy_gettext("other areas"),
}
#: Bound -> its sign before a number.
BOUND_SIGNS = {"floor": "≥", "ceiling": "≤", "about": "≈", "point": "", "range": ""}
#: Language -> how large numbers are called, the largest first.
_SIZES = {
    "zh": ((Decimal(10) ** 12, "万亿"), (Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")),
    "en": ((Decimal(10) ** 12, " trillion"), (Decimal(10) ** 9, " billion"), (Decimal(10) ** 6, " million")),
}
_FAMILY_OF = {vocab.pg(name).value: family for family, names in _FAMILIES.items() for name in names}


def install(app: Flask) -> None:
    """Gives the templates of an app these words as filters, `is iri` and `is number` as tests."""
    app.jinja_env.filters.update(bound=bound_in_words, role_and_bound=role_and_bound)
    app.jinja_env.filters.update(english=english, exact=exact, measured=measured, quantity=quantity, when=when)
    app.jinja_env.filters.update(
        family=family, head=head, local=local, percent=percent, plain=plain, short=shorten, spoken=spoken
    )
    app.jinja_env.tests.update(iri=is_iri, number=is_number)


def plain(term: object) -> str:
    """A literal, or a number, as the reader's language writes it: 4,500; a year as it is."""
    if isinstance(term, (int, Decimal)):
        return _number(Decimal(term))
    if not isinstance(term, ox.Literal):
        return str(getattr(term, "value", term))
    if term.datatype.value in _NUMBERS:
        return _number(Decimal(term.value))
    if term.datatype.value == _XSD + "boolean":
        return str(gettext("yes") if term.value == "true" else gettext("no"))
    return term.value


def _number(value: Decimal) -> str:
    return format_decimal(value, locale=get_locale(), decimal_quantization=False)


def quantity(number: object, language: str | None = None) -> str:
    """A number as people write it: 1.5万亿 or 1.5 trillion; small ones in groups of three.

    >>> quantity(Decimal("1500000000000"), "zh"), quantity(Decimal("1500000000000"), "en")
    ('1.5万亿', '1.5 trillion')
    >>> quantity(Decimal("4500"), "zh"), quantity(Decimal("45000"), "zh"), quantity(Decimal("45000"), "en")
    ('4,500', '4.5万', '45,000')
    """
    value = Decimal(str(getattr(number, "value", number)))
    spoken = language or str(get_locale())[:2]
    for size, name in _SIZES.get(spoken, _SIZES["en"]):
        if abs(value) >= size:
            short = (value / size).quantize(Decimal("0.0001")).normalize()
            return f"{short:,f}{name}"
    return f"{value.normalize():,f}"


def measured(amount: str, symbol: str, unit: tuple[str, str], classifier: str, language: str | None = None) -> str:
    """An amount with its unit as the reader's language writes it; a count without a classifier is a number alone.

    >>> measured("1万亿", "CNY", ("unit:CNY", "元"), "", "zh")
    '1万亿元'
    """
    spoken = language or str(get_locale())[:2]
    is_word = symbol.isalpha()
    if symbol:
        gap = " " if (spoken == "en" and symbol != "%") or (is_word and spoken != "zh") else ""
        return f"{amount}{gap}{unit[1] if is_word and spoken == 'zh' else symbol}"
    if classifier and spoken == "zh":
        return amount + classifier
    if not unit[1] or unit[0].endswith("/unit/NUM"):
        return amount
    return f"{amount}{'' if spoken == 'zh' else ' '}{unit[1]}"


def value_in_print(each: Value, *, signed: bool = True) -> str:
    """A value as a reader of this page writes it, with the sign of its bound: ≥5%; without a number, as printed."""
    if each.amount is None or (each.printed and not each.can_be_written):
        return each.printed or each.label
    amount = quantity(each.amount) + (f"–{quantity(each.upper)}" if each.upper is not None else "")
    sign = BOUND_SIGNS[each.bound] if signed and each.shows_bound else ""
    return sign + measured(amount, each.symbol, each.unit, each.classifier)


def bound_in_words(each: Value) -> str:
    """How a value binds, where that is told: at least; of a bare figure that was reached, nothing."""
    return str(BOUNDS[each.bound]) if each.shows_bound else ""


def role_and_bound(each: Value) -> str:
    """What a value is, in a word or two: at least; observed; observed, at least."""
    role = "" if each.is_target else str(gettext("observed"))
    words = [role, bound_in_words(each)] if role or each.shows_bound else [str(gettext("target"))]
    return str(gettext(", ")).join(filter(None, words))


def when(time: str, language: str | None = None) -> str:
    """A year as it is; months, and spans of them (ISO 8601), as people write them; all else as it is.

    >>> when("2022"), when("2022-01/2022-06", "zh"), when("2022-09", "en"), when("2022-11/2023-01", "en")
    ('2022', '2022年1—6月', 'September 2022', 'November 2022 – January 2023')
    """
    spoken = language or str(get_locale())[:2]
    ends = [_MONTH.fullmatch(end) for end in time.split("/")]
    pairs = [(end[1], int(end[2])) for end in ends if end and 1 <= int(end[2]) <= _MONTHS]
    if len(pairs) != len(ends) or len(pairs) > 2:
        return time
    (year, month), (last_year, last_month) = pairs[0], pairs[-1]
    names = get_month_names("wide", "format", spoken) if spoken != "zh" else {}
    if len(pairs) == 1:
        return f"{year}年{month}月" if spoken == "zh" else f"{names[month]} {year}"
    if year == last_year:
        return f"{year}年{month}—{last_month}月" if spoken == "zh" else f"{names[month]}–{names[last_month]} {year}"
    between = "—" if spoken == "zh" else " – "
    return between.join(when(f"{each[0]}-{each[1]:02d}", spoken) for each in pairs)


def exact(term: object) -> str:
    """A number to its last digit, for those who want it."""
    return f"{Decimal(str(getattr(term, 'value', term))):,f}"


def percent(share: float) -> str:
    """A share from 0 to 1 as a percentage; what is not all of it is not called 100%."""
    shown = min(share, 0.999) if share < 1 else share
    return format_percent(shown, format="0.0%" if shown < 1 else "0%", locale=get_locale())


def local(iri: str) -> str:
    """The last part of an IRI.

    >>> local("http://www.w3.org/ns/odrl/2/gteq")
    'gteq'
    """
    return iri.replace("#", "/").rpartition("/")[2]


def columns(solutions: Sequence[Mapping[str, object]], language: str | None = None) -> list[str]:
    """The variables of an answer that are for people: without IRIs, and without labels in the other language.

    A file of the project calls a label in Chinese `areaZh` or `zh`, in English `areaEn` or `en`.
    """
    spoken = language or str(get_locale())[:2]
    other = "en" if spoken == "zh" else "zh"
    names = dict.fromkeys(name for row in solutions for name in row)
    iris = {name for row in solutions for name, term in row.items() if is_iri(term)}
    return [name for name in names if name not in iris and name != other and not name.endswith(other.capitalize())]


def head(variable: str) -> str:
    """The head of a column for people."""
    stem = variable.removesuffix("Zh").removesuffix("En")
    stem = "label" if stem in ("zh", "en") else stem
    title = str(HEADS.get(stem, stem))
    return gettext("%(column)s, in English", column=title) if variable != stem and PRINTED.search(stem) else title


def family(iri: str) -> str:
    """The family of a class, `other` for those that have none.

    >>> family("https://w3id.org/policygraph/ontology#District")
    'area'
    """
    return _FAMILY_OF.get(iri, "other")


def spoken(terms: Sequence[object], language: str) -> list[object]:
    """The terms without what is said in another language, where the same is said in this one."""
    tags = [term.language if isinstance(term, ox.Literal) else None for term in terms]
    return [term for term, tag in zip(terms, tags, strict=True) if not tag or tag == language or language not in tags]


def is_iri(term: object) -> bool:
    """Whether a term of the graph is an IRI."""
    return isinstance(term, ox.NamedNode)


def is_number(term: object) -> bool:
    """Whether a term of the graph is a number that stands in a column of such."""
    return isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS
