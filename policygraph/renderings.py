"""Labels in Chinese and English in, findings out: numbers that one of them has and the other has not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import pyoxigraph as ox

from policygraph import vocab
from policygraph.findings import Fault, Finding, Severity
from policygraph.lines import AnyQuad
from policygraph.messages import message
from policygraph.quantity import QuantityError
from policygraph.quantity.numerals import ANY_NUMERAL, read_numeral
from policygraph.vocab import pg

__all__ = ["check"]

_NUMBER_DIFFERS = Fault(
    "english_number_differs",
    message("its English label has the number {number}, which its Chinese label, “{chinese}”, has not."),
    message("Mend the label that is wrong."),
    Severity.WARNING,
)

_NUMBER_LOST = Fault(
    "english_number_lost",
    message("its Chinese label has the number {number}, which its English label, “{english}”, has not."),
    message("Mend the label that is wrong."),
    Severity.WARNING,
)

#: Classes whose labels are our own words in both languages: they need not say the same numbers.
_IN_OUR_WORDS = frozenset(pg(name).value for name in ("PolicyDocument",))
_LABEL = vocab.skos("prefLabel")
_DIGITS = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
#: Numbers that are the name of something, such as 5+3+7+5: in both languages they are the same, in the same order.
_FORMULA = re.compile(r"[0-9]+(?:\+[0-9]+)+")
#: A month, which has a name in English.
_MONTH = re.compile("[0-9]{1,2}月")
#: A numeral for one that counts or orders, and is not 一 as in 一体 or 统一.
_FIRST = re.compile("第一|一期|1")
_NUMERALS = re.compile(f"[{ANY_NUMERAL}]+")


def check(quads: Iterable[AnyQuad]) -> list[Finding]:
    """The findings about the labels of the things of one document."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    ours: set[str] = set()
    for quad in quads:
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        if quad.predicate == _LABEL and isinstance(quad.object, ox.Literal) and quad.object.language:
            labels[quad.subject.value][quad.object.language] = quad.object.value
        elif quad.predicate == vocab.rdf_type and isinstance(quad.object, ox.NamedNode):
            ours |= {quad.subject.value} if quad.object.value in _IN_OUR_WORDS else set()
    both = {iri: each for iri, each in sorted(labels.items()) if iri not in ours and {"zh", "en"} <= each.keys()}
    return list(_numbers(both))


def _numbers(labels: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """English labels with a number that the Chinese one has in no form, where that has numbers."""
    for iri, label in labels.items():
        zh = label["zh"].replace("＋", "+")
        chinese = _values(_FORMULA.sub(" ", zh))
        if not chinese - {Decimal(1)} and not _FIRST.search(zh) and not _FORMULA.search(zh):
            continue
        formulas = _FORMULA.findall(zh)
        for words in _FORMULA.findall(label["en"]):
            if words not in formulas:
                yield _NUMBER_DIFFERS.finding(node=iri, path=_LABEL.value, number=words, chinese=label["zh"])
        english = _DIGITS.findall(_FORMULA.sub(" ", label["en"]))
        strange = [words for words in english if not any(_is_multiple(_number(words), each) for each in chinese)]
        for words in strange:
            yield _NUMBER_DIFFERS.finding(node=iri, path=_LABEL.value, number=words, chinese=label["zh"])
        printed = _DIGITS.findall(_MONTH.sub(" ", _FORMULA.sub(" ", zh)))
        for words in printed if not strange and len(printed) == len(english) else ():
            if not any(_is_multiple(_number(words), _number(each)) for each in english):
                yield _NUMBER_LOST.finding(node=iri, path=_LABEL.value, number=words, english=label["en"])


def _number(words: str) -> Decimal:
    return Decimal(words.replace(",", ""))


def _values(text: str) -> set[Decimal]:
    """The numbers of a Chinese label: each run of digits, and what its numerals read as, in whole or sign by sign."""
    values = {Decimal(words.replace(",", "")) for words in _DIGITS.findall(text)}
    for match in _NUMERALS.finditer(text):
        for start in range(match.start(), match.end()):
            try:
                values.add(read_numeral(text, start).value)
            except QuantityError:
                continue
    return values | {Decimal(value) for name, value in _PLANS.items() if name in text}


#: Five-year plans by name, and their numbers.
_PLANS = {"十二五": 12, "十三五": 13, "十四五": 14, "十五五": 15, "十六五": 16}


def _is_multiple(one: Decimal, other: Decimal) -> bool:
    """Whether two numbers have the same digits: thousand and million are not 万 and 亿."""
    return one.normalize().as_tuple().digits == other.normalize().as_tuple().digits
