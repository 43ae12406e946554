"""Statements and source texts in, findings out: each statement stands where it says it stands.

Evidence is an RFC 5147 fragment on a source text's IRI, `…/id/source/<slug>#char=start,end`: code points,
start inclusive, end exclusive. `expand` derives the Web Annotation form of it (section 4.2.4 of the data
model); `check` holds the spans against the texts where the user has them; `cite` finds the fragment of a quotation.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

import pyoxigraph as ox

from policygraph import quantity, vocab
from policygraph.findings import Fault, Finding
from policygraph.lines import AnyQuad
from policygraph.messages import Message, message
from policygraph.paths import Folders
from policygraph.vocab import pg

__all__ = [
    "REGISTERED",
    "Place",
    "Span",
    "Texts",
    "check",
    "cite",
    "expand",
    "may_be_quoted",
    "places_in",
    "quotations",
    "quoted",
    "read_registered",
    "read_texts",
    "span_of",
    "spelt",
    "texts_of",
    "words_at",
    "written",
]

#: What registers a source text -> what that is called here.
REGISTERED = {pg("hasFileName"): "file", pg("hasSha256"): "sha256", pg("hasLength"): "length"}

#: Classes whose words are ours throughout: their spans are held to the text's length only.
_IN_OUR_WORDS = frozenset(
    pg(name) for name in ("Alignment", "InitiativeReading", "ReadingIssue", "ResponsibilityAssignment")
)
#: Properties whose strings stand in the text as they are.
_PRINTED = [
    pg("hasPrintedValue"),
    pg("hasPrintedCount"),
    pg("hasPrintedLabel"),
    pg("hasPrintedPeriod"),
    pg("hasPrintedRole"),
    pg("hasPrintedBeneficiary"),
    pg("hasPrintedIndicator"),
]
_VALUED = frozenset((pg("IndicatorTarget"), pg("IndicatorObservation")))
_WITHOUT_NUMBER = frozenset(ox.NamedNode(f"{vocab.CONCEPT}value-kind/{kind}") for kind in ("qualitative", "relative"))
_SOURCE_CHANGED = Fault(
    "source_changed",
    message("{part} of {file} is {found}, registered is {registered}."),
    message("Use the registered copy, or register this one and cite anew."),
)
_OUT_OF_RANGE = Fault(
    "evidence_out_of_range",
    message("{where} is not a span of a text of {length} characters."),
    message("Cite the place anew with `policygraph cite`."),
)
_BESIDE_CLAIM = Fault(
    "evidence_beside_claim",
    message("none of its words stands at {where}."),
    message("Cite the place that prints it, or give the words printed there as printedLabel or printedValue."),
)
_NOT_IN_EVIDENCE = Fault(
    "printed_form_not_in_evidence",
    message("“{printed}” stands in none of its evidence."),
    message("Cite the place that prints it, or mend the printed form."),
)
_UNREADABLE_VALUE = Fault(
    "printed_value_unreadable",
    message("“{printed}” cannot be read as a quantity: {error}."),
    message("Give the quantity as printed, with its unit and bounds and nothing else."),
)
_DIFFERS = Fault(
    "printed_value_differs",
    message("“{printed}” reads as {name} {said}, stored is {held}."),
    message("Mend the stored or the printed form."),
)
_OA = vocab.PREFIXES["oa"]
#: The setting of the service that says whether words of texts are shown, as the environment has it.
_SETTING = "POLICYGRAPH_SERVER_QUOTATIONS"
#: The statements that name evidence, and what is said of evidence and its place.
_EVIDENCE_IN_LINES = re.compile(rf" {pg('hasEvidence')} <([^>]*)> (<[^>]*>) \.\n".encode())
#: The lines of a place; `Place` has what stands between these pieces, in this order.
_SPELT = "".join(
    f"<{subject}> {name} {value} <%(graph)s> .\n"
    for subject, name, value in (
        ("%(iri)s", vocab.rdf_type, pg("Evidence")),
        ("%(iri)s", f"<{_OA}hasSource>", "<%(source)s>"),
        ("%(iri)s", f"<{_OA}hasSelector>", "<%(selector)s>"),
        ("%(selector)s", vocab.rdf_type, f"<{_OA}TextPositionSelector>"),
        ("%(selector)s", f"<{_OA}start>", f'"%(start)s"^^<{vocab.PREFIXES["xsd"]}nonNegativeInteger>'),
        ("%(selector)s", f"<{_OA}end>", f'"%(end)s"^^<{vocab.PREFIXES["xsd"]}nonNegativeInteger>'),
    )
)
#: Pieces of these lines, and between them the names of what stands there.
_PIECES = re.split(r"%\((\w+)\)s", _SPELT)
_SPELT_OUT = "%b".join(_PIECES[::2]).encode()
_SPELT_IN_LINES = re.compile(
    "".join(
        re.escape(piece)
        if number % 2 == 0
        else f"(?P={piece})"
        if piece in _PIECES[:number]
        else f'(?P<{piece}>[^>"]*)'
        for number, piece in enumerate(_PIECES)
    ).encode()
)
#: What they mention besides the source.
_MENTIONED = frozenset((pg("Evidence").value, f"{_OA}TextPositionSelector"))
_FRAGMENT = re.compile(r"(?P<source>[^#]+/source/(?P<slug>[^#]+))#char=(?P<start>\d+),(?P<end>\d+)")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of code points of one source text."""

    slug: str
    start: int
    end: int


class Place(NamedTuple):
    """An evidence and its selector in a graph: what stands in the lines that spell them out, IRIs without brackets."""

    iri: bytes
    source: bytes
    selector: bytes
    start: bytes
    end: bytes
    graph: bytes


#: Of a place what stands between the pieces of its lines, one after the other.
_BETWEEN = itemgetter(*map(Place._fields.index, _PIECES[1::2]))


@dataclass(frozen=True, slots=True)
class Texts:
    """The source texts at hand, by slug, and what is wrong with their files."""

    by_slug: Mapping[str, str]
    missing: list[str]
    findings: list[Finding]


def span_of(iri: str) -> Span | None:
    """The span that an evidence IRI names, None for any other IRI.

    >>> span_of("https://w3id.org/policygraph/id/source/x#char=3,5")
    Span(slug='x', start=3, end=5)
    """
    match = _FRAGMENT.fullmatch(iri)
    return Span(match["slug"], int(match["start"]), int(match["end"])) if match else None


def cite(text: str, quotation: str) -> list[str]:
    r"""Every place of a quotation in a text, as RFC 5147 fragments; line breaks between characters are overlooked.

    >>> cite("打造35个核心\n板块", "核心板块")
    ['#char=5,10']
    """
    pattern = r"\s*".join(re.escape(character) for character in re.sub(r"\s+", "", quotation))
    return [f"#char={m.start()},{m.end()}" for m in re.finditer(pattern, text)] if pattern else []


def read_texts(folders: Folders, quads: Iterable[ox.Quad]) -> Texts:
    """The registered source texts that the user has a copy of, held to their registered SHA-256 and length."""
    registry: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in quads:
        if quad.predicate in REGISTERED and isinstance(quad.object, ox.Literal):
            registry[str(quad.subject)[1:-1]][REGISTERED[quad.predicate]] = quad.object.value
    return read_registered(folders, registry)


def texts_of(opened: ox.Store, folders: Folders) -> Texts:
    """The texts that a store registers and the user has a copy of."""
    return read_texts(folders, (quad for name in REGISTERED for quad in opened.quads_for_pattern(None, name, None)))


def read_registered(folders: Folders, registry: Mapping[str, Mapping[str, str]]) -> Texts:
    """The texts that the user has a copy of; of the IRI of each its `file`, registered `sha256` and `length`."""
    texts: dict[str, str] = {}
    missing: list[str] = []
    findings: list[Finding] = []
    for iri, entry in sorted(registry.items()):
        copies = [path.read_bytes() for path in folders.copies(entry["file"])] if "file" in entry else []
        if not copies:
            missing.append(entry.get("file", iri))
            continue
        data = next((copy for copy in copies if not any(_differences(copy, entry))), None)
        if data is not None:
            texts[iri.rpartition("/source/")[2]] = data.decode()
        else:
            findings += [
                _SOURCE_CHANGED.finding(node=iri, file=entry["file"], part=part, found=actual, registered=registered)
                for part, actual, registered in _differences(copies[0], entry)
            ]
    return Texts(texts, missing, findings)


def _differences(data: bytes, entry: Mapping[str, str]) -> Iterator[tuple[Message, str, str]]:
    digest = hashlib.sha256(data).hexdigest()
    if digest != entry.get("sha256"):
        yield message("the SHA-256"), digest, str(entry.get("sha256"))
    elif str(len(data.decode())) != entry.get("length"):
        yield message("the length"), str(len(data.decode())), str(entry.get("length"))


def expand(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The oa:SpecificResource and oa:TextPositionSelector of every evidence IRI, in the graph that uses it."""
    stated = (quad for quad in quads if quad.predicate == pg("hasEvidence"))
    lines, _ = spelt(ox.serialize(stated, format=ox.RdfFormat.N_QUADS) or b"")
    return list(ox.parse(lines, ox.RdfFormat.N_QUADS))


def spelt(lines: bytes) -> tuple[bytes, set[str]]:
    """As `expand`, for N-Quads; and the IRIs that are mentioned there and not described."""
    places: list[Place] = []
    for iri, graph in sorted(set(_EVIDENCE_IN_LINES.findall(lines))):
        span = span_of(iri.decode())
        if span:
            source = iri.partition(b"#")[0]
            slug, start, end = span.slug.encode(), b"%d" % span.start, b"%d" % span.end
            selector = b"%bselector/%b/%b-%b" % (source.removesuffix(b"source/" + slug), slug, start, end)
            places.append(Place(iri, source, selector, start, end, graph[1:-1]))
    mentioned = {place.source.decode() for place in places}
    return written(places), mentioned | (_MENTIONED if places else set())


def written(places: Iterable[Place]) -> bytes:
    """The lines that spell out places."""
    return b"".join([_SPELT_OUT % _BETWEEN(place) for place in places])


def places_in(lines: bytes) -> list[Place]:
    """The places that lines spell out, in order: what `written` was given."""
    return [Place(*match.group(*Place._fields)) for match in _SPELT_IN_LINES.finditer(lines)]


def quotations(evidence: Iterable[str], texts: Mapping[str, str]) -> list[ox.Quad]:
    """The words of every evidence IRI whose text is at hand, by slug: an oa:TextQuoteSelector with its oa:exact.

    They stand in the graph `vocab.GRAPH_QUOTATIONS`, beside the oa:TextPositionSelector that `expand` makes.
    """
    quads: list[ox.Quad] = []
    for iri in sorted(set(evidence)):
        span = span_of(iri)
        if not span or span.slug not in texts or not span.start < span.end <= len(texts[span.slug]):
            continue
        things = iri.partition("#")[0].removesuffix(f"source/{span.slug}")
        selector = ox.NamedNode(f"{things}selector/{span.slug}/{span.start}-{span.end}/quote")
        words = ox.Literal(texts[span.slug][span.start : span.end])
        quads += [
            ox.Quad(ox.NamedNode(iri), _oa("hasSelector"), selector, vocab.GRAPH_QUOTATIONS),
            ox.Quad(selector, vocab.rdf_type, _oa("TextQuoteSelector"), vocab.GRAPH_QUOTATIONS),
            ox.Quad(selector, _oa("exact"), words, vocab.GRAPH_QUOTATIONS),
        ]
    return quads


def may_be_quoted() -> bool:
    """Whether words of texts are shown: not where the setting `quotations` is `off` in the environment."""
    return os.environ.get(_SETTING) != "off"


def words_at(places: Iterable[str], texts: Mapping[str, str]) -> str:
    """The words of places in texts that are at hand, by slug: each once, on one line, with an ellipsis between them.

    >>> words_at(["x/source/a#char=0,2", "x/source/a#char=3,5", "x/source/b#char=0,1"], {"a": "增长了百分"})
    '增长 … 百分'
    """
    spans = [span for place in places if (span := span_of(place)) and span.slug in texts]
    words = [re.sub(r"\s*\n\s*", " ", texts[span.slug][span.start : span.end]).strip() for span in spans]
    return " … ".join(dict.fromkeys(filter(None, words)))


def quoted(opened: ox.Store, folders: Folders) -> ox.Store:
    """A copy of a store that has the words of its evidence too, where the user has the texts.

    The store itself is given where the service's setting `quotations` is `off` in the environment.
    """
    if not may_be_quoted():
        return opened
    spans = (quad.object for quad in opened.quads_for_pattern(None, pg("hasEvidence"), None))
    words = quotations(
        (span.value for span in spans if isinstance(span, ox.NamedNode)), texts_of(opened, folders).by_slug
    )
    copy = ox.Store()
    copy.bulk_extend(opened)
    copy.bulk_extend(words)
    return copy


def _oa(name: str) -> ox.NamedNode:
    return ox.NamedNode(_OA + name)


def check(quads: Iterable[AnyQuad], texts: Mapping[str, str]) -> list[Finding]:
    """Holds every evidence span against its text, and every printed value against the stored one.

    A span must lie within its text, and what the thing claims (a label or a printed form) must stand inside it. A
    printed value must read as the stored value, unit and comparator. Printed values are read with or without the texts.
    """
    things: dict[str, _Thing] = defaultdict(_Thing)
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            things[quad.subject.value].add(quad)
    findings: list[Finding] = []
    for iri, thing in sorted(things.items()):
        findings += _check_value(iri, thing)
        findings += _check_texts(iri, thing, texts) if texts else ()
    return findings


class _Thing:
    """What the checks look at in one thing."""

    def __init__(self) -> None:
        self.values: dict[ox.NamedNode, list[ox.NamedNode | ox.BlankNode | ox.Literal]] = defaultdict(list)

    def add(self, quad: AnyQuad) -> None:
        values = self.values[quad.predicate]
        if not isinstance(quad.object, ox.Triple) and quad.object not in values:
            values.append(quad.object)

    @property
    def evidence(self) -> list[str]:
        return [value.value for value in self.values.get(pg("hasEvidence"), [])]

    def strings(self, *properties: ox.NamedNode) -> list[str]:
        return [
            value.value
            for name in properties
            for value in self.values.get(name, [])
            if isinstance(value, ox.Literal) and value.language != "en"
        ]

    def first(self, name: ox.NamedNode) -> str | None:
        values = self.values.get(name)
        return values[0].value if values else None

    def infers(self, name: str) -> bool:
        """Whether a property of it was inferred."""
        return pg(name) in self.values.get(pg("hasInferredProperty"), [])

    def is_a(self, classes: frozenset[ox.NamedNode]) -> bool:
        return any(value in classes for value in self.values.get(vocab.rdf_type, []))

    @property
    def claims(self) -> list[str]:
        """Strings of which each span must hold one."""
        if self.is_a(_IN_OUR_WORDS):
            return []
        return self.strings(vocab.skos("prefLabel"), vocab.skos("altLabel"), vocab.skos("hiddenLabel"), *_PRINTED)


def _check_texts(iri: str, thing: _Thing, texts: Mapping[str, str]) -> Iterator[Finding]:
    """What a thing claims is held against its places in the texts at hand."""
    for evidence in sorted(thing.evidence):
        span = span_of(evidence)
        if span and span.slug in texts:
            yield from _check_span(iri, thing, span, texts[span.slug])
    yield from _check_printed(iri, thing, texts)


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _words(text: str) -> str:
    """A text without white space and the marks of titles: 《…方案》（试行） is …方案（试行）."""
    return re.sub(r"[\s《》]+", "", text)


def _check_span(iri: str, thing: _Thing, span: Span, text: str) -> Iterator[Finding]:
    where = f"#char={span.start},{span.end}"
    if not span.start < span.end <= len(text):
        yield _OUT_OF_RANGE.finding(node=iri, path=pg("hasEvidence").value, where=where, length=len(text))
        return
    inside = _words(text[span.start : span.end])
    claims = thing.claims
    if claims and not any(_words(claim) in inside for claim in claims):
        yield _BESIDE_CLAIM.finding(node=iri, path=pg("hasEvidence").value, where=where)


def _check_printed(iri: str, thing: _Thing, texts: Mapping[str, str]) -> Iterator[Finding]:
    """Every printed form stands in at least one of the thing's spans."""
    spans = [span for span in map(span_of, thing.evidence) if span]
    if not spans or any(span.slug not in texts or span.end > len(texts[span.slug]) for span in spans):
        return
    inside = [_squeeze(texts[span.slug][span.start : span.end]) for span in spans]
    for path, printed in ((name.value, printed) for name in _PRINTED for printed in thing.strings(name)):
        if not any(_squeeze(printed) in text for text in inside):
            yield _NOT_IN_EVIDENCE.finding(node=iri, path=path, printed=printed)


def _check_value(iri: str, thing: _Thing) -> Iterator[Finding]:
    printed = thing.first(pg("hasPrintedValue"))
    stored = thing.first(pg("hasValue"))
    if printed is None or stored is None or not thing.is_a(_VALUED):
        return
    if any(kind in _WITHOUT_NUMBER for kind in thing.values.get(pg("hasValueKind"), [])):
        return
    unit = thing.first(pg("hasPrintedUnit"))
    try:
        read = quantity.parse_apart(printed, unit) if unit else quantity.parse(printed)
    except quantity.QuantityError as error:
        yield _UNREADABLE_VALUE.finding(node=iri, path=pg("hasPrintedValue").value, printed=printed, error=error)
        return
    for name, wording, held in _compare(read, thing):
        path = pg(f"has{name[0].upper()}{name[1:]}")
        path = path if thing.values.get(path) else pg("hasPrintedValue")
        yield _DIFFERS.finding(node=iri, path=path.value, printed=printed, name=name, said=wording, held=held)


def _compare(read: quantity.Quantity, thing: _Thing) -> Iterator[tuple[str, str, str]]:
    """The fields in which a printed quantity reads otherwise than it is stored."""
    stored = thing.first(pg("hasValue"))
    if stored is not None and Decimal(stored) != read.value:
        yield "value", str(read.value), stored
    upper = thing.first(pg("hasUpperValue"))
    if (Decimal(upper) if upper else None) != read.upper:
        yield "upperValue", str(read.upper), str(upper)
    unit = vocab.shorten(thing.first(pg("hasUnit")) or "none")
    # a printed number without a unit does not contradict a unit that was inferred
    silent = read.unit == "unit:NUM" and read.classifier is None and thing.infers("hasUnit")
    if unit != read.unit and not silent:
        yield "unit", read.unit, unit
    classifier = thing.first(pg("hasClassifier"))
    if read.classifier is not None and read.unit == "unit:NUM" and classifier != read.classifier:
        yield "classifier", read.classifier, str(classifier)
    comparator = (thing.first(pg("hasComparator")) or "none").rpartition("/")[2].rpartition("#")[2]
    if read.comparator is not None and comparator != read.comparator:
        yield "comparator", read.comparator, comparator
