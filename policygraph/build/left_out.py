"""The documents that a build leaves out in, what is known of them out, as quads of `graph/build`.

Answers tell an area that states nothing from one whose document was not read. So the graph names a document that
was left out, the area and the years that it is for, and how many faults it has; none of its statements.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.findings import Finding
from policygraph.messages import listed, message
from policygraph.paths import Folders
from policygraph.records.yaml import YamlError, read
from policygraph.vocab import pg, rdf_type, skos

__all__ = ["as_quads"]

_XSD = vocab.PREFIXES["xsd"]
#: A line of a record that is one key and one word: what is read of a record that is not YAML.
_LINE = re.compile(r"(?m)^(\w+):[ \t]+(\S+)[ \t]*$")
_DOCUMENT = re.compile(r"document:[\w.~-]+")
_AREA = re.compile(r"area:[\w.~-]+")
#: The keys of a date of publication, and the length of a date -> its datatype.
_DATE_KEYS = ("publicationDate", "publicationMonth", "publicationYear")
_DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}

_Fact = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def as_quads(
    folders: Folders, left_out: Mapping[str, Sequence[Finding]], defined: Container[str] = ()
) -> list[ox.Quad]:
    """What is known of the documents of these slugs, and of the areas they are for where these are not `defined`.

    `defined` are the IRIs of what the rest of the graph describes. The order is that of the slugs.
    """
    facts: dict[_Fact, None] = {}
    for slug in sorted(left_out):
        record = _header(folders, slug)
        area = _text(record.get("coversArea"))
        facts |= dict.fromkeys(_of_document(folders, slug, record, left_out[slug]))
        if _AREA.fullmatch(area) and folders.names.expand(area) not in defined:
            facts |= dict.fromkeys(_of_area(folders, area))
    return [ox.Quad(subject, predicate, value, vocab.GRAPH_BUILD) for subject, predicate, value in facts]


def _header(folders: Folders, slug: str) -> Mapping[str, Any]:
    """The record of a document; of one that is not YAML its plain lines, of one that is not there nothing."""
    path = folders.data / "records" / f"{slug}.yaml"
    data = path.read_bytes() if path.is_file() else b""
    try:
        record = read(data)
    except YamlError:
        record = dict(_LINE.findall(data.decode("utf-8", "replace")))
    return record if isinstance(record, dict) else {}


def _of_document(
    folders: Folders, slug: str, record: Mapping[str, Any], findings: Sequence[Finding]
) -> Iterator[_Fact]:
    names = folders.names
    name = _text(record.get("id"))
    document = ox.NamedNode(names.expand(name if _DOCUMENT.fullmatch(name) else f"document:{slug}"))
    yield document, pg("isLeftOut"), ox.Literal("true", datatype=ox.NamedNode(f"{_XSD}boolean"))
    for language, words in _labels(record, slug).items():
        yield document, skos("prefLabel"), ox.Literal(words, language=language)
    reason = _reason(findings)
    for language in ("zh", "en"):
        yield document, pg("hasReason"), ox.Literal(reason[language], language=language)
    yield from _times(document, record)
    area = _text(record.get("coversArea"))
    if _AREA.fullmatch(area):
        yield document, pg("coversArea"), ox.NamedNode(names.expand(area))


def _times(document: ox.NamedNode, record: Mapping[str, Any]) -> Iterator[_Fact]:
    """When a document came out, and the period of its first plan."""
    date = next((text for key in _DATE_KEYS if (text := _text(record.get(key)))), "")
    if len(date) in _DATES:
        yield document, pg("hasPublicationDate"), ox.Literal(date, datatype=ox.NamedNode(_XSD + _DATES[len(date)]))
    plans = record.get("plans")
    plan = plans[0] if isinstance(plans, list) and plans and isinstance(plans[0], dict) else {}
    for key, predicate in (("periodStart", "hasPeriodStart"), ("periodEnd", "hasPeriodEnd")):
        year = _text(plan.get(key))
        if re.fullmatch(r"\d{4}", year):
            yield document, pg(predicate), ox.Literal(year, datatype=ox.NamedNode(f"{_XSD}gYear"))


def _of_area(folders: Folders, name: str) -> Iterator[_Fact]:
    """What the base layer says of an area, which nothing else in the graph may refer to."""
    entry = folders.tables.entries.get(name)
    if entry is None:
        return
    area, value = ox.NamedNode(folders.names.expand(name)), entry.value
    for kind in (value["type"], "AdministrativeArea"):
        yield area, rdf_type, pg(kind)
    for language, words in value["label"].items():
        yield area, skos("prefLabel"), ox.Literal(words, language=language)
    if entry.code:
        yield area, skos("notation"), ox.Literal(entry.code, datatype=pg("GB2260"))
    if "subdivisionOf" in value:
        yield area, pg("isSubdivisionOf"), ox.NamedNode(folders.names.expand(value["subdivisionOf"]))


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _labels(record: Mapping[str, Any], slug: str) -> Mapping[str, str]:
    label = record.get("label")
    words = {each: _text(label.get(each)) for each in ("zh", "en")} if isinstance(label, dict) else {}
    return {each: words.get(each) or slug for each in ("zh", "en")}


def _reason(findings: Sequence[Finding]) -> Mapping[str, str]:
    """How many violations a document has, and of what sort; never their words, which may quote the text."""
    counts = Counter(finding.check for finding in findings)
    checks = listed(f"{check} ({number})" for check, number in sorted(counts.items()))
    if len(findings) == 1:
        return message("1 violation: {checks}", checks=checks)
    return message("{count} violations: {checks}", count=len(findings), checks=checks)
