"""The whole way from files to a graph on disk: load, infer, check, write. `build_graph.py` is its table of contents.

Each step takes the graph so far and adds to it; the last writes a new version beside the old one and swaps it in by
replacing one symbolic link, so that a build which fails or is killed leaves the old one as it was. What is written has
reached the disk before the link names it.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import json
import os
import secrets
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeGuard

import pyoxigraph as ox

from policygraph import (
    __version__,
    evidence,
    name_pairs,
    prepared,
    process_limits,
    queries,
    records,
    search_index,
    statistics,
    store,
    validate,
    vocab,
)
from policygraph import infer as inference
from policygraph.build import by_document, closure, kept_rows, layout
from policygraph.build.documents import Documents, Settled, extract_of
from policygraph.build.labels_read import LabelsRead
from policygraph.build.left_out import as_quads as left_out_documents
from policygraph.build.parts import (
    LABEL,
    UNTYPED_LABEL,
    Index,
    Part,
    Selection,
    digests_of,
    index_of,
    is_read,
    types_in,
)
from policygraph.build.rooted import classes_by, root_of, variables_of
from policygraph.build.runs import Counted, of_description, runs_of, uncut
from policygraph.build.workers import workers
from policygraph.cache import Cache
from policygraph.describe import DISTRIBUTIONS, About, allowed, dataset, describe
from policygraph.errors import PolicygraphError
from policygraph.findings import Fault, Finding, Position, Severity, located
from policygraph.formats import blocks, rdf
from policygraph.manifest import MANIFEST, QUADS, Hashed, checksums, read_manifest
from policygraph.messages import message
from policygraph.paths import CACHE, SUGGESTED, Folders
from policygraph.records.portable import Extract
from policygraph.remembered import remembering
from policygraph.spilled import IN_MEMORY, Bytes, content_of, size_of

__all__ = [
    "REASONERS",
    "BuildError",
    "Documents",
    "Graph",
    "MovedError",
    "at_home",
    "check",
    "derives_only_labels",
    "documents_at_fault",
    "infer",
    "load",
    "locked",
    "open_build",
    "read_manifest",
    "run",
    "snapshot",
    "sync",
    "versions_of",
    "workers",
    "write",
]

#: How the closure may be computed: by our compiled rules, or by owlrl, which knows all of OWL 2 RL.
REASONERS = ("compiled", "owlrl")
#: File of a build -> what writes it.
_FORMATS: Mapping[str, Callable[[blocks.Merged, blocks.Sink], None]] = {
    "policygraph.trig": blocks.Merged.write_trig,
    "policygraph.ttl": blocks.Merged.write_turtle,
    "policygraph.jsonld": blocks.Merged.write_jsonld,
    "asserted.ttl": partial(blocks.Merged.write_turtle, only_stated=True),
}

#: Property of a term in the Turtle files -> the property by which tools that read no SKOS show the same.
_ANNOTATIONS = {
    vocab.skos("prefLabel"): ox.NamedNode(vocab.PREFIXES["rdfs"] + "label"),
    vocab.skos("definition"): ox.NamedNode(vocab.PREFIXES["rdfs"] + "comment"),
}
_SHAPES_HEAD = b"# All shapes about data, in one file. They hold for asserted.ttl beside it, in any engine of SHACL.\n"

#: What a build that was edited (edit.py) leaves beside its files: the entry of its last update.
UPDATE = "update.json"

Step = Callable[[str], None]


#: The registry of what drafts propose, below a project's data folder (extract.registry).
PROPOSED = "reference/proposed.yaml"
#: Folders of queries to which a project may add.
_QUERIES = ("competency", "derive", "hygiene")
#: How the statements of the reference data end.
_OF_REFERENCE = f" {vocab.GRAPH_REFERENCE} .\n".encode()
#: Bytes of the statements of a graph that is large: more than stay in memory.
_LARGE = IN_MEMORY
#: Predicates whose statements decide what queries are narrowed to.
_LABELS = frozenset(vocab.skos(name).value for name in ("prefLabel", "altLabel", "hiddenLabel"))
_NOT_TURTLE = Fault(
    "ontology_unreadable",
    message("this is not Turtle: {reason}."),
    message("Mend the file."),
)
_TERM_REPLACED = Fault(
    "base_replaced",
    message("the term is one of the base layer's."),
    message("Declare a term of your own (own:…) below or beside it."),
)
_FILE_REPLACED = Fault(
    "base_replaced",
    message("the base layer has a file of this name, which stays in force."),
    message("Give the file another name."),
)


class BuildError(PolicygraphError, RuntimeError):
    """A build that cannot be written or opened where it was asked for; the message says why and what to do."""


class MovedError(BuildError):
    """Another build has been swapped in since the one was read that this one was made of."""


@dataclass(slots=True)
class Graph:
    """Everything that a build knows: the quads of each layer, and what is wrong with them.

    `stated` is what records say, `asserted` that and the Web Annotation form of its evidence, `suggested` what
    `policygraph link` suggests, which nothing follows from. `edited` is the entry of
    the update that made it, where it was not made from records alone.
    """

    folders: Folders
    ontology: list[ox.Quad] = field(default_factory=list)
    records: list[records.Record] = field(default_factory=list)
    stated: Sequence[ox.Quad] = ()
    asserted: Sequence[ox.Quad] = ()
    inferred: Sequence[ox.Quad] = ()
    suggested: list[ox.Quad] = field(default_factory=list)
    #: What is known of the documents that were left out.
    omitted: list[ox.Quad] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    missing_texts: list[str] = field(default_factory=list)
    edited: Mapping[str, object] | None = None
    #: The documents that were left out, by slug, with the violations that they had.
    left_out: dict[str, list[Finding]] = field(default_factory=dict)
    #: Those that the build which was edited had left out, as its manifest says it.
    left_out_before: Sequence[Mapping[str, object]] = ()
    #: What is asserted, with what follows about the things of each record, and what else follows, as N-Quads.
    parts: list[Part] = field(default_factory=list)
    others: list[bytes] = field(default_factory=list)
    #: What is the same for the same parts only; none where they must be looked at to tell.
    part_keys: Sequence[str] = ()
    #: What is added to it for those who ask it: what is suggested and left out, and its description.
    beside: Sequence[ox.Quad] = ()
    #: Where the bytes of documents that have not changed are kept.
    kept: Cache = field(default_factory=lambda: Cache(None))
    #: What is asked by document, between the labels and the checks.
    units: by_document.Units | None = None
    _selection: Selection | None = None
    _indexes: list[Index] | None = None
    _types: dict[str, frozenset[str]] | None = None
    #: The things that several parts describe, and the labels that parts say of them; none where it is not known.
    several: AbstractSet[str] | None = None
    labels_of_several: Mapping[str, str] = field(default_factory=dict)
    #: The indexes of what queries have made, unit by unit; none where it is looked at as a whole.
    made: Sequence[Index] | None = None
    _digests_of_others: list[Mapping[str, str]] | None = None
    _digest_in_common: bytes = b""
    _others: Index | None = None

    @property
    def quads(self) -> list[ox.Quad]:
        return [*self.ontology, *self.asserted, *self.inferred, *self.suggested, *self.omitted]

    @property
    def size(self) -> int:
        """How many statements there are; one that two records make in a graph counts twice."""
        return sum(map(len, (self.ontology, self.asserted, self.inferred, self.suggested, self.omitted)))

    @property
    def indexes(self) -> list[Index]:
        """The index of each part."""
        if self._indexes is None:
            keys = self.part_keys or [""] * len(self.parts)
            # what tells whether an answer that is kept still holds is not needed where none is
            is_brief = not self.kept.keeps
            pairs = zip(self.parts, keys, strict=True)
            self._indexes = [index_of(part, self.kept, key, is_brief=is_brief) for part, key in pairs]
        return self._indexes

    @property
    def is_large(self) -> bool:
        """Whether the graph takes so much memory that it is worth some time to take less."""
        return sum(size_of(piece) for part in self.parts for piece in part.held) > _LARGE

    @property
    def selection(self) -> Selection:
        """What is stated and follows, without what is suggested or left out."""
        if self._selection is None:
            own, reference = self.documents
            self._selection = Selection(own, self.ontology, self.kept)
            # the reference data is little, and nearly all queries read it
            self._selection.add(*self.others, *(piece for part, _ in reference for piece in part))
        return self._selection

    @property
    def documents(self) -> tuple[list[tuple[Part, Index]], list[tuple[Part, Index]]]:
        """The parts of documents, and those of the reference data."""
        pairs = list(zip(self.parts, self.indexes, strict=True))
        own = [pair for pair in pairs if pair[0].graph != _OF_REFERENCE]
        return own, [pair for pair in pairs if pair[0].graph == _OF_REFERENCE]

    @property
    def whole(self) -> ox.Store:
        """What is stated and follows, without what is suggested or left out, in a store made after the closure."""
        return self.selection.of(None)

    def store_for(self, catalogue: Iterable[queries.Query]) -> ox.Store:
        """A store that answers some queries as the whole does; that, of a small graph of which nothing is kept."""
        if not self.kept.keeps and not self.is_large:
            return self.whole
        return self.selection.of(self.read_by_all(catalogue))

    def read_by_all(self, catalogue: Iterable[queries.Query]) -> frozenset[str] | None:
        """What some queries read, as `read_by` has it; None where one of them may read anything."""
        names = [self.read_by(query) for query in catalogue]
        return None if None in names else frozenset[str]().union(*(each for each in names if each))

    def read_by(self, query: queries.Query) -> frozenset[str] | None:
        """The predicates and classes that a query reads, as kept_rows.reads has them.

        Where it asks of things which class they are of, of those that a predicate leads to, these are the classes.
        """
        names = kept_rows.reads(query, self.folders.names)
        sources = classes_by(query.text, self.folders.names) if names and vocab.rdf_type.value in names else None
        if names is None or sources is None:
            return names
        return names - {vocab.rdf_type.value} | frozenset[str]().union(*map(self._values, sources))

    def _values(self, iri: str) -> frozenset[str]:
        """The things that are objects of statements of a predicate."""
        predicate = ox.NamedNode(iri)
        selected = self.selection.of({iri}).quads_for_pattern(None, predicate, None)
        beside = (quad for quad in self.beside if quad.predicate == predicate)
        return frozenset(quad.object.value for quad in chain(selected, beside) if isinstance(quad.object, ox.NamedNode))

    @property
    def _unmade(self) -> list[bytes]:
        """What follows that is in no part, and of which there is no index, once nothing more follows."""
        return self.others if self.made is None else self.others[:1]

    @property
    def digests_of_others(self) -> list[Mapping[str, str]]:
        """The digests of what follows that is in no part, piece by piece, once nothing more follows."""
        if self._digests_of_others is None:
            of_made = (index.digests for index in self.made or ())
            self._digests_of_others = [*map(self.digests_beside, self._unmade), *of_made]
        return self._digests_of_others

    @property
    def digest_in_common(self) -> bytes:
        """The digest of what all queries read: of the reference data, and of what is in no part."""
        if not self._digest_in_common:
            _, reference = self.documents
            common = [*(index.digests for _, index in reference), *self.digests_of_others]
            self._digest_in_common = hashlib.sha256(
                json.dumps([sorted(each.items()) for each in common]).encode()
            ).digest()
        return self._digest_in_common

    def digests_beside(self, lines: bytes) -> Mapping[str, str]:
        """The digests of statements that are in no part, labels under the classes of things of one part."""
        several = self.several or frozenset[str]()
        return digests_of(lines, kinds=lambda thing: self.types.get(thing, ()) if thing not in several else ())

    def labels_read(self) -> LabelsRead | None:
        """Which labels queries read, once nothing more follows; None where it is not known."""
        if self.several is None:
            return None
        indexes = [*self.indexes, self._index_of_others, *(self.made or ())]
        return LabelsRead(indexes, self.types, self.beside, self.folders.names)

    def add(self, lines: bytes) -> None:
        """Adds what follows from the whole."""
        self.others.append(lines)
        if self._selection is not None:
            self._selection.add(lines)

    @property
    def _index_of_others(self) -> Index:
        """The index of what follows that is in no part, but for what has one, once nothing more follows."""
        if self._others is None:
            is_brief = not self.kept.keeps
            self._others = index_of(Part(b"".join(self._unmade)), Cache(None), is_brief=is_brief)
        return self._others

    @property
    def types(self) -> Mapping[str, frozenset[str]]:
        """IRI -> the IRIs of its classes, stated and inferred."""
        if self._types is None:
            self._types = types_in([*self.indexes, self._index_of_others])
        return self._types

    @property
    def is_valid(self) -> bool:
        return all(finding.severity is not Severity.VIOLATION for finding in self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """Things per class of ours, by the class's local name."""
        ours = vocab.PREFIXES["pg"]
        counts: Counter[str] = Counter()
        for kinds, number in Counter(self.types.values()).items():
            counts.update(dict.fromkeys((kind for kind in kinds if kind.startswith(ours)), number))
        return {kind.removeprefix(ours): count for kind, count in sorted(counts.items())}


def load(folders: Folders, documents: Documents | None = None, without: AbstractSet[str] = frozenset()) -> Graph:
    """The ontology and every record, with the Web Annotation form of their evidence.

    `documents` does the work on each of them; without it, nothing is kept. Those whose slugs are in `without` are left
    out.
    """
    graph = Graph(folders)
    if documents:
        graph.kept = documents.cache
    for name in ("policy", "concepts", "alignments"):
        graph.ontology += store.turtle(folders.ontology / f"{name}.ttl", vocab.GRAPH_ONTOLOGY)
    own, replaced = _own_terms(folders, graph.ontology)
    graph.ontology += own
    graph.ontology += _annotations(tuple(graph.ontology))
    context = records.read_context(folders, graph.ontology)
    loaded = records.load(folders, context, documents.read if documents else None, without)
    graph.records = [replace(record, kept=extract_of(record)) for record in loaded.records]
    graph.findings = [*folders.findings, *replaced, *_replaced_queries(folders), *loaded.findings]
    kept = [record.kept for record in graph.records if record.kept]
    graph.stated = records.Statements(*(each.held[0] for each in kept))
    graph.asserted = records.Statements(*(part for each in kept for part in each.held))
    graph.suggested = _suggested(folders)
    return graph


@lru_cache(maxsize=2)
def _annotations(ontology: tuple[ox.Quad, ...]) -> tuple[ox.Quad, ...]:
    """rdfs:label and rdfs:comment beside the SKOS label and definition of each term, for tools that read no SKOS."""
    return tuple(
        ox.Quad(quad.subject, _ANNOTATIONS[quad.predicate], quad.object, quad.graph_name)
        for quad in ontology
        if quad.predicate in _ANNOTATIONS
    )


def _suggested(folders: Folders) -> list[ox.Quad]:
    """The suggested alignments of a project; none where `policygraph link` wrote none, or wrote what is not Turtle."""
    path = folders.data / SUGGESTED
    try:
        return store.turtle(path, vocab.GRAPH_SUGGESTED) if path.is_file() else []
    except SyntaxError:
        return []


def _own_terms(folders: Folders, ontology: list[ox.Quad]) -> tuple[list[ox.Quad], list[Finding]]:
    """The terms of the project's own ontology, and what it says of terms of the base layer, which stay as they are."""
    quads: list[ox.Quad] = []
    findings: list[Finding] = []
    paths = sorted(folders.own_ontology.glob("*.ttl")) if folders.own_ontology else []
    declared = {quad.subject for quad in ontology if isinstance(quad.subject, ox.NamedNode)} if paths else set()
    for path in paths:
        position = Position(path.relative_to(folders.root).as_posix(), 1)
        try:
            read = store.turtle(path, vocab.GRAPH_ONTOLOGY)
        except SyntaxError as error:
            findings.append(_NOT_TURTLE.finding(position=position, reason=error))
            continue
        taken = sorted({quad.subject.value for quad in read if quad.subject in declared and _is_named(quad.subject)})
        findings += [
            _TERM_REPLACED.finding(node=iri, label=folders.names.shorten(iri), position=position) for iri in taken
        ]
        quads += read
    return quads, findings


def _is_named(term: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(term, ox.NamedNode)


def _replaced_queries(folders: Folders) -> Iterator[Finding]:
    """The project's queries and shapes that bear the name of one of the base layer's."""
    for kind, ending in (*((f"queries/{name}", "rq") for name in _QUERIES), ("shapes", "ttl")):
        own, base = folders.root / kind, folders.layer / kind
        for path in sorted(own.glob(f"*.{ending}")) if own != base else ():
            if (base / path.name).is_file():
                position = Position(path.relative_to(folders.root).as_posix(), 1)
                yield _FILE_REPLACED.finding(position=position, name=path.name)


def infer(graph: Graph, reasoner: str = "compiled", documents: Documents | None = None) -> None:
    """Adds what follows: the OWL 2 RL closure, then the labels that queries/derive/ makes of it.

    Nothing follows from records that could not all be read. Raises infer.UnknownAxiomError where the compiled rules
    do not know an axiom of the ontology.
    """
    if not graph.is_valid:
        return
    if reasoner == "owlrl":
        inferred = inference.owlrl_closure(graph.ontology, graph.asserted)
        _split(graph, parts_of(inferred))
    elif graph.records:
        entailed = closure.of_records(documents or Documents(Cache(None)), graph.ontology, graph.records)
        graph.part_keys = entailed.keys
        for group, following in zip(entailed.groups, entailed.own, strict=True):
            extracts = [extract_of(record) for record in group]
            graph.parts.append(Part(*_joined(extracts), following))
        graph.others = [entailed.rest]
        graph.findings += entailed.clashes
        del entailed
        _give_back(graph)
    else:
        facts = [fact for part in parts_of(graph.asserted) for fact in inference.facts_of(part)]
        materialiser = inference.Materialiser(inference.compile_rules(graph.ontology))
        materialiser.follow(facts)
        _split(graph, [b"".join(inference.lines_of(materialiser.facts.difference(facts)))])
        graph.findings += materialiser.clashes()
    graph.add(b"".join(_derived(graph)))
    _give_back(graph)
    graph.inferred = records.Statements(*(part.held[-1] for part in graph.parts), *graph.others)


def _give_back(graph: Graph) -> None:
    """Gives back what a step over a large graph does not need after it."""
    if graph.is_large:
        process_limits.give_back()


def _joined(extracts: Sequence[Extract]) -> tuple[Bytes, Bytes]:
    """What records of one graph say, and the form of its evidence."""
    if len(extracts) == 1:
        return extracts[0].held
    return b"".join(each.lines for each in extracts), b"".join(each.spelt for each in extracts)


def _split(graph: Graph, others: Iterable[bytes]) -> None:
    """Makes the parts of a graph whose statements follow from all that is asserted together."""
    asserted = validate.by_graph(graph.asserted).values()
    graph.parts = [Part(b"".join(parts_of(quads))) for quads in asserted]
    graph.others = list(others)


def _derived(graph: Graph) -> list[bytes]:
    """What each query of queries/derive/ makes of the graph."""
    catalogue = queries.read_all(*graph.folders.queries_of("derive"))
    units = graph.units = _units(graph)
    apart = _rooted(graph, catalogue) if units else []
    others = [query for query in catalogue if query not in apart]
    answers = _kept_answers(graph, map(digests_of, graph.others), graph.read_by)
    kept = answers.kept("derive", others)
    missing = [query for query in others if query.text not in kept]
    store = graph.store_for(missing)
    for query in missing:
        kept[query.text] = b"".join(_made(graph, query, store))
        answers.keep("derive", query, kept[query.text])
    if units:

        def whole(missing: Sequence[queries.Query]) -> Iterator[list[by_document.Row]]:
            store = graph.store_for(missing)
            return (made(query, store) for query in missing)

        def made(query: queries.Query, store: ox.Store) -> list[by_document.Row]:
            return list(map(by_document.row_of, _made(graph, query, store)))

        dealt = units.answers("derive", apart, answers.fixed, ask=made, ask_whole=whole, common=graph.ontology)
        _add_made(graph, units, [*dealt.values(), *map(units.dealt, kept.values())])
        kept |= {text: b"".join(pieces.values()) for text, pieces in dealt.items()}
    return [kept[query.text] for query in catalogue]


def _add_made(graph: Graph, units: by_document.Units, made: Iterable[Mapping[int, bytes]]) -> None:
    """Adds what queries have made of units to these, and its indexes to the graph, where it tells no classes."""
    by_unit: dict[int, list[bytes]] = defaultdict(list)
    for number, piece in chain.from_iterable(pieces.items() for pieces in made):
        by_unit[number].append(piece)
    lines = {number: b"".join(pieces) for number, pieces in by_unit.items()}
    if any(b"_:" in each for each in lines.values()):
        graph.units = None
        return
    indexes = units.add(lines)
    if graph.several is not None:
        graph.made = indexes


def _made(graph: Graph, query: queries.Query, store: ox.Store) -> list[bytes]:
    """The lines that a CONSTRUCT makes."""
    quads = [
        ox.Quad(triple.subject, triple.predicate, triple.object, vocab.GRAPH_INFERRED)
        for triple in queries.construct(query, store, graph.folders.names)
    ]
    return b"".join(parts_of(quads)).splitlines(keepends=True)


def _units(graph: Graph) -> by_document.Units | None:
    """The units of a graph; None where nothing is kept, or where not all things have names."""
    own, reference = graph.documents
    rest = b"".join(graph.others)
    if not graph.kept.keeps or any(index.has_blank for _, index in (*own, *reference)) or b"_:" in rest:
        return None
    described = {quad.subject.value for quad in graph.ontology if isinstance(quad.subject, ox.NamedNode)}
    units = by_document.Units(
        own, reference, rest=rest, elsewhere=described, cache=graph.kept, names=graph.folders.names
    )
    if derives_only_labels(graph.folders):
        graph.several = units.several
        labels = [
            f"{name} {digest}"
            for index in units.of_several
            for name, digest in sorted(index.digests.items())
            if is_read(name, {LABEL})
        ]
        graph.labels_of_several = {UNTYPED_LABEL: hashlib.sha256("\n".join(labels).encode()).hexdigest()}
    return units


def _rooted(graph: Graph, catalogue: Iterable[queries.Query]) -> list[queries.Query]:
    """The queries whose rows are each of one document."""
    names = graph.folders.names
    return [query for query in catalogue if root_of(query.text) and kept_rows.reads(query, names) is not None]


def _answers(
    graph: Graph, *more: bytes, about: Callable[[queries.Query], bytes | None] = lambda _: None
) -> kept_rows.Answers:
    """The answers that are kept to queries over a graph from which nothing more follows, and more N-Quads.

    `about` is as kept_rows.Answers has it.
    """
    labels = graph.labels_read()

    def others() -> Iterator[Mapping[str, str]]:
        yield from graph.digests_of_others
        yield from map(graph.digests_beside, more)
        yield graph.labels_of_several

    def read_by(query: queries.Query) -> frozenset[str] | None:
        names = graph.read_by(query)
        return labels.of(query.text, names) if labels and names is not None else names

    return _kept_answers(graph, others(), read_by, about=about)


def _kept_answers(
    graph: Graph,
    others: Iterable[Mapping[str, str]],
    read_by: Callable[[queries.Query], frozenset[str] | None],
    *,
    about: Callable[[queries.Query], bytes | None] = lambda _: None,
) -> kept_rows.Answers:
    """The answers that are kept to queries; `others` are digests of what is in no part."""
    folders = (graph.folders.ontology, graph.folders.own_ontology)
    ontology = (path.read_bytes() for folder in folders if folder for path in sorted(folder.glob("*.ttl")))
    if not graph.kept.keeps:
        return kept_rows.Answers(graph.kept, graph.folders.names, (), ontology, read_by)
    digests = [*(index.digests for index in graph.indexes), *others]
    return kept_rows.Answers(graph.kept, graph.folders.names, digests, ontology, read_by, about=about)


def _digest_about(graph: Graph, things: Collection[str]) -> bytes:
    """The digest of what `_select_about` makes a store have of any predicate: of things, and of what all queries read.

    It goes with the digests of the predicates that a query names.
    """
    return graph.selection.digest_about(things) + graph.digest_in_common


def parts_of(quads: Sequence[ox.Quad]) -> tuple[bytes, ...]:
    """The N-Quads of quads, in the order of these."""
    if isinstance(quads, records.Statements):
        return tuple(quads.parts)
    return (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"",)


def check(graph: Graph, documents: Documents | None = None) -> None:
    """Adds the findings of evidence, shapes and hygiene, and gives every finding its line and label.

    Where records could not all be read, that alone is told: missing data would cause false findings everywhere else.
    """
    read = records.Loaded(graph.records)
    if graph.is_valid:
        texts = evidence.read_texts(graph.folders, _registered(graph.stated))
        graph.texts, graph.missing_texts = dict(texts.by_slug), texts.missing
        graph.findings += texts.findings
        documents = documents or Documents(Cache(None))
        about_data = validate.shape_files(*graph.folders.shapes)[1]
        graph.findings += documents.judge(graph.records, graph.types, texts.by_slug, about_data, _settled(graph))
        labels = graph.selection.of({vocab.skos("prefLabel").value})
        across = validate.check_across(graph.folders, graph.ontology, labels, _hygiene(graph), graph.kept)
        graph.findings += _without_consequences(across, graph.findings, read)
    graph.findings = _placed(graph, read)


def _settled(graph: Graph) -> Settled | None:
    """What settles the classes of things without looking at all of them; None where more than labels is derived."""
    if graph.several is None:
        return None
    keys: dict[str, list[str]] = defaultdict(list)
    foreign: dict[str, set[str]] = defaultdict(set)
    for part, index, key in zip(graph.parts, graph.indexes, graph.part_keys, strict=False):
        name = part.graph[len(b" <") : -len(b"> .\n")].decode()
        keys[name].append(key)
        foreign[name].update(*index.foreign.values())
    return Settled(keys, foreign, frozenset(graph.several))


def _hygiene(graph: Graph) -> validate.Answer:
    """What gives the rows of hygiene queries over the graph of some records."""
    extracts = [extract_of(record) for record in graph.records]
    survey = kept_rows.survey(extracts, graph.types.keys()) if derives_only_labels(graph.folders) else None
    terms = validate.Terms(graph.store_for(()), graph.folders.names, survey, graph.ontology)
    catalogue = queries.read_all(*graph.folders.queries_of("hygiene"))
    narrower = {query.text: _narrower(query, terms) for query in catalogue}
    checks, narrow = _narrowed(catalogue, narrower)

    def about(query: queries.Query) -> bytes | None:
        return _digest_about(graph, narrow[query.text]) if query.text in narrow else None

    answers = _answers(graph, about=about)
    units, graph.units = graph.units, None
    apart = _rooted(graph, (query for query in catalogue if query.text in checks)) if units else []
    dealt = _dealt(graph, units, apart, (terms, checks), answers.fixed) if units else {}
    others = [check for text, check in checks.items() if text not in dealt]
    kept = answers.kept("hygiene", others)
    missing = [check for check in others if check.text not in kept]
    if missing:
        graph.selection.of(_LABELS)
    scopes = {check.text: validate.narrowed(check.text, terms) for check in missing}
    bounded = [check for check in missing if scopes[check.text] and kept_rows.reads(check, terms.names) is not None]
    graph.store_for(bounded)

    def rows(query: queries.Query) -> queries.Rows:
        own = narrower[query.text]
        if own is None:
            return queries.Rows([], [])
        if query.text in dealt:
            return dealt[query.text]
        check = checks[query.text]
        if check.text in kept:
            return kept_rows.restored(kept[check.text])
        if scopes[check.text] and check not in bounded:
            _select_about(graph, check, own.things)
        made = validate.rows_by(scopes[check.text], terms, check)
        answers.keep("hygiene", check, kept_rows.listed(made))
        return made

    return rows


def _dealt(
    graph: Graph,
    units: by_document.Units,
    catalogue: Sequence[queries.Query],
    narrowing: tuple[validate.Terms, Mapping[str, queries.Query]],
    fixed: Sequence[bytes],
) -> dict[str, queries.Rows]:
    """Text of a hygiene query with a root -> its rows; the whole graph is asked what is narrower."""
    terms, checks = narrowing

    def ask_whole(missing: Sequence[queries.Query]) -> Iterator[list[by_document.Row]]:
        _select(graph, missing)
        narrow = [checks[query.text] for query in missing]
        return (_lines(validate.rows_of(terms, query)) for query in narrow)

    def ask(query: queries.Query, store: ox.Store) -> list[by_document.Row]:
        return _lines(queries.run(query, store, names=graph.folders.names))

    dealt = units.answers("hygiene", catalogue, fixed, ask=ask, ask_whole=ask_whole, common=graph.ontology)
    lines = {query.text: b"".join(dealt[query.text].values()).splitlines() for query in catalogue}
    return {
        query.text: kept_rows.restored(kept_rows.joined(variables_of(query.text), lines[query.text]))
        for query in catalogue
    }


def _lines(rows: queries.Rows) -> list[by_document.Row]:
    """Rows as lines, with the IRIs of what they are about."""
    return [(row[0].value if row[0] else "", line) for row, line in zip(rows.rows, kept_rows.lines(rows), strict=True)]


def _select(graph: Graph, catalogue: Sequence[queries.Query]) -> None:
    """Makes the store have what queries read, and the labels by which some of them are narrowed."""
    graph.selection.of(_LABELS)
    graph.store_for(catalogue)


def _narrower(query: queries.Query, terms: validate.Terms) -> validate.Narrowed | None:
    """The query with the terms out that it can have an answer for, where no label decides; None where it has none."""
    is_of_statements = validate.is_of_statements(query.text)
    return validate.narrowed(query.text, terms) if is_of_statements else validate.Narrowed(query.text)


def _narrowed(
    catalogue: Iterable[queries.Query], narrower: Mapping[str, validate.Narrowed | None]
) -> tuple[Mapping[str, queries.Query], Mapping[str, Collection[str]]]:
    """Queries by their text as they are asked, but for those without an answer; and the things that such ask about."""
    checks = {query.text: replace(query, text=own.text) for query in catalogue if (own := narrower[query.text])}
    narrow = {checks[text].text: own.things for text, own in narrower.items() if own and own.things is not None}
    return checks, narrow


def _select_about(graph: Graph, query: queries.Query, things: Collection[str] | None) -> None:
    """Makes the store have what a query reads that asks for statements of any predicate, of some things or of all."""
    if things is None:
        graph.selection.of(None)
    else:
        graph.selection.of(kept_rows.named_by(query, graph.folders.names))
        graph.selection.about(things)


def derives_only_labels(folders: Folders) -> bool:
    """Whether nothing is derived but labels, as by our own queries: those of a project may construct anything."""
    return not any(path for folder in folders.queries_of("derive")[1:] for path in folder.glob("*.rq"))


def _registered(quads: Sequence[ox.Quad]) -> Sequence[ox.Quad]:
    """Of the statements those that register source texts."""
    return quads.having(*evidence.REGISTERED) if isinstance(quads, records.Statements) else quads


def _placed(graph: Graph, read: records.Loaded) -> list[Finding]:
    """The findings with their lines and labels."""
    things = {finding.node for finding in graph.findings if finding.node}
    keys = read.keys_of((finding.node, finding.path) for finding in graph.findings if finding.node and finding.path)
    if graph.is_valid or graph.inferred:
        named = graph.selection.of({vocab.skos("prefLabel").value})
        pairs = ((iri, store.labels_of(named, ox.NamedNode(iri)).get("zh")) for iri in things if ":" in iri)
        labels = {iri: label for iri, label in pairs if label is not None}
    else:
        labels = store.labels(graph.quads)
    return located(graph.findings, read.positions_of(things), labels, keys)


def _without_consequences(
    findings: Sequence[Finding], before: Iterable[Finding], read: records.Loaded
) -> list[Finding]:
    """The findings of queries without those in a file where a thing was found to be of the wrong type `before`.

    What follows from a type is asked everywhere: one wrong `type:` would be told a dozen times over.
    """
    nodes = {finding.node or "" for finding in before if finding.check == validate.WRONG_TYPE}
    if not nodes:
        return list(findings)
    positions = read.positions_of(nodes.union(finding.node or "" for finding in findings))
    files = {positions[node].file for node in nodes if node in positions}
    return [
        finding
        for finding in findings
        if not files or (place := positions.get(finding.node or "")) is None or place.file not in files
    ]


def snapshot(quads: list[ox.Quad]) -> tuple[str, list[ox.Quad]]:
    """The snapshot id, and the quads in canonical order with blank nodes named by RDFC-1.0.

    The id is the sha256 of the canonical N-Quads (RDF Dataset Canonicalization, section 5).
    """
    content, ordered = rdf.canonical(quads)
    return hashlib.sha256(content).hexdigest(), ordered


def write(
    graph: Graph,
    output: Path,
    progress: Step = lambda _: None,
    *,
    discard_edits: bool = False,
    instead_of: Path | None = None,
    with_store: bool = False,
) -> Path:
    """Writes a graph as a new version of `output` and swaps it in; returns the folder written.

    `with_store` adds the store on disk, which is else made when it is first served from.

    `output` becomes a symbolic link to a folder of `.<name>/` beside it, which also keeps the version before.
    Raises BuildError where `output` is something that no build made, or a build with edits that records do not have
    and that `discard_edits` does not give up; MovedError where it is no longer the folder `instead_of`.
    """
    if output.exists() and not output.is_symlink():
        raise BuildError(f"{output} is not a build of policygraph: move it away, or choose another --output")
    versions = versions_of(output)
    versions.mkdir(parents=True, exist_ok=True)
    with locked(output):
        previous = output.resolve() if output.is_symlink() else None
        if instead_of and previous != instead_of:
            raise MovedError(f"{output} has become another build")
        _sweep_unfinished(versions)
        folder = versions / f"new-{secrets.token_hex(6)}"
        folder.mkdir()  # permissions by the umask: folders of `tempfile` are readable by their owner only
        try:
            with _without_collector(), remembering(graph.kept):
                _write_files(graph, folder, progress, before=previous, with_store=with_store)
            if previous and not graph.edited and not discard_edits:
                _require_no_loss(output, folder)
            sync(folder, *folder.rglob("*"))
            final = folder.rename(versions / folder.name.removeprefix("new-"))
            link = versions / "link"
            link.unlink(missing_ok=True)
            link.symlink_to(Path(versions.name) / final.name)
            sync(versions)
            link.rename(output)
            sync(output.parent)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        _sweep(versions, keep={final, previous})
    return final


def versions_of(output: Path) -> Path:
    """The folder beside `output` that holds its versions."""
    return output.parent / f".{output.name}"


def _require_no_loss(output: Path, folder: Path) -> None:
    """Raises BuildError where the build holds changes made through the service that the new one lacks."""
    old, new = read_manifest(output), read_manifest(folder)
    if "edited" in old and old["snapshot"] != new["snapshot"]:
        raise BuildError(
            f"{output} holds {old['edited']['updates']} update(s) that were made through the service and that the "
            f"records do not have. `policygraph import {output}/policygraph.trig` tells what they are, and takes them "
            "over into the records with --write; `policygraph build --discard-edits` gives them up"
        )


@contextmanager
def locked(output: Path) -> Iterator[None]:
    """Holds the lock of those who write to `output`; the system frees it even when this process is killed."""
    with (versions_of(output) / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def sync(*paths: Path) -> None:
    """Waits until files and folders have reached the disk: what is renamed before that may be empty after a crash."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sweep_unfinished(versions: Path) -> None:
    """Removes what builds that were killed have left, before more is written: a full disk is emptied by it."""
    for path in versions.glob("new-*"):
        shutil.rmtree(path)


def _sweep(versions: Path, keep: set[Path | None]) -> None:
    kept = {path.resolve() for path in keep if path}
    for path in versions.iterdir():
        if path.is_dir() and path.name != CACHE and path.resolve() not in kept:
            shutil.rmtree(path)


def _write_files(graph: Graph, folder: Path, progress: Step, *, before: Path | None, with_store: bool) -> None:
    folders = graph.folders
    with blocks.Spill(folder) as spill, layout.earlier(graph.kept, before) as standing:
        written = _write_graph(graph, folder, progress, spill, standing)
        (folder / "shapes.ttl").write_bytes(_SHAPES_HEAD + b"\n".join(validate.shape_files(*folders.shapes)[1]))
        if with_store:
            progress("store")
            store.on_disk(folder)
        progress("answers")
        _give_back(graph)
        index = search_index.merged_with_pairs(list(_restored(written.pieces)))
    answers = _write_answers(graph, folder, written, index)
    progress("report")
    report = validate.report(graph.findings)
    ox.serialize(report, str(folder / "report.ttl"), ox.RdfFormat.TURTLE, prefixes=rdf.PREFIXES)
    findings = [finding.text() for finding in graph.findings]
    findings += [
        f"left out: {slug}: {finding.text()}" for slug in sorted(graph.left_out) for finding in graph.left_out[slug]
    ]
    (folder / "report.txt").write_text("".join(f"{line}\n" for line in findings), encoding="utf-8")
    if graph.edited:
        entry = {**graph.edited, "after": written.identifier}
        (folder / UPDATE).write_text(json.dumps(entry, ensure_ascii=False) + "\n", encoding="utf-8")
    manifest = _manifest(graph, written.identifier, written.size, with_store=with_store)
    files = sorted({*answers, *(path.name for path in folder.iterdir() if path.is_file())})
    others = [name for name in files if name not in written.checksums]
    manifest["checksums"] = {**written.checksums, **checksums(folder, others)}
    layout.keep(graph.kept, manifest, written.keys, written.places)
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _restored(dumped: list[Bytes]) -> Iterator[search_index.Piece]:
    """The pieces of the index, taken out of a list one by one, so that each is held in one form."""
    dumped.reverse()
    while dumped:
        yield search_index.restore(content_of(dumped.pop()))


class _Written(NamedTuple):
    """What is known of a graph once it is written: its name and size, its description, the questions, the index.

    And the checksums of its files, and where runs stand in them.
    """

    identifier: str
    size: int
    described: list[ox.Quad]
    meta: list[bytes]
    catalogue: list[queries.Query]
    pieces: list[Bytes]
    checksums: dict[str, dict[str, object]]
    keys: list[str]
    places: list[blocks.Place]


def _write_graph(
    graph: Graph, folder: Path, progress: Step, spill: blocks.Spill, standing: layout.Standing
) -> _Written:
    """Writes the graph with its description, in every format."""
    progress("canonicalise")
    folders, settings = graph.folders, graph.folders.settings
    names = rdf.prefixes(folders.names)
    total = statistics.Total()
    counted = _runs(graph, spill, standing, total)
    counts = total.counts()
    _give_back(graph)
    pieces = [each.piece for each in counted]
    catalogue = {name: queries.read_all(*folders.queries_of(name)) for name in ("competency", "hygiene")}
    catalogue["competency"] = at_home(catalogue["competency"], graph, folders)
    about = About(folders.names, {"zh": settings.name, "en": settings.name_en}, settings.licence, settings.publisher)
    with (folder / QUADS).open("wb") as content:
        file = Hashed(content)
        size = _write_quads(blocks.Merged([each.run for each in counted], names), file)
        identifier = file.sha256
        described = describe(counts, catalogue, identifier, __version__, allowed(*folders.shapes), about=about)
        meta = rdf.lines(described)
        file.writelines(meta)
    written = {QUADS: file.checksum}
    progress("serialise")
    of_meta = of_description(meta, dataset(folders.names.base), folders.names, graph.kept)
    pieces += [piece for _, piece in of_meta]
    counted = uncut(counted, sorted(subject for run, _ in of_meta for subject in run.subjects))
    merged = blocks.Merged([*(each.run for each in counted), *(run for run, _ in of_meta)], names)
    for name, write_to in _FORMATS.items():
        with (folder / name).open("wb") as content:
            file = Hashed(content)
            write_to(merged, file)
        written[name] = file.checksum
    keys, places = [each.key for each in counted], merged.places(len(counted))
    return _Written(identifier, size, described, meta, catalogue["competency"], pieces, written, keys, places)


def _write_answers(
    graph: Graph,
    folder: Path,
    written: _Written,
    index: tuple[search_index.Columns, name_pairs.Pairs],
) -> list[str]:
    """Writes what is answered at build time, and the index of the search; the files written."""
    names = graph.folders.names
    beside = [*graph.suggested, *graph.omitted]
    extra = graph.beside = [*beside, *written.described]
    service = queries.read_all(graph.folders.queries / "service")
    answered = [queries.Query("", {}, (), text) for text in prepared.texts(service, written.catalogue, names)]
    answers = _answers(graph, b"".join(rdf.lines(beside)), b"".join(written.meta))
    kept = answers.kept("rows", answered)
    missing = [query for query in answered if query.text not in kept]
    with prepared.extended(graph.store_for(missing), _read_of(extra, graph, missing)) as whole:
        for query in missing:
            kept[query.text] = prepared.answer(whole, query.text, names)
            answers.keep("rows", query, kept[query.text])
    columns, pairs = index
    return prepared.write(kept, columns, folder, pairs)


def _read_of(extra: Sequence[ox.Quad], graph: Graph, catalogue: Sequence[queries.Query]) -> Sequence[ox.Quad]:
    """What queries may read of what is said beside the graph; all of it, where nothing is kept."""
    names = graph.read_by_all(catalogue) if graph.kept.keeps else None
    if names is None:
        return extra
    read = names | {vocab.rdf_type.value}
    return [quad for quad in extra if quad.predicate.value in read]


def _write_quads(merged: blocks.Merged, file: Hashed) -> int:
    """Writes canonical N-Quads piece by piece; how many they are."""
    size = 0
    for piece in merged.quads():
        size += piece.count(b"\n")
        file.write(piece)
    return size


def _runs(graph: Graph, spill: blocks.Spill, standing: layout.Standing, total: statistics.Total) -> list[Counted]:
    """The runs of a graph: one for each of its parts, and for each graph that records do not make."""
    beside = [b"".join(parts_of(quads)) for quads in (graph.ontology, graph.suggested, graph.omitted)]
    documents = zip(graph.parts, graph.indexes, strict=True)
    names = graph.folders.names
    return runs_of(documents, beside, graph.others, names, graph.kept, spill=spill, standing=standing, total=total)


def _manifest(graph: Graph, identifier: str, size: int, *, with_store: bool) -> dict[str, object]:
    libraries = ("owlrl", "pyoxigraph", "pyshacl", "rdflib")
    files = [*DISTRIBUTIONS, "report.ttl", "report.txt", *(["store"] if with_store else [])]
    settings = graph.folders.settings
    named = [
        *(record.graph for record in graph.records if record.quads),
        *({} if graph.records else validate.by_graph(graph.stated)),
    ]
    documents = {name.value for name in named}
    manifest: dict[str, object] = {
        "snapshot": identifier,
        "quads": size,
        "counts": graph.counts,
        "base": graph.folders.names.base,
        "project": {
            "title": {"zh": settings.name, "en": settings.name_en},
            "licence": settings.licence,
            "publisher": settings.publisher,
        },
        "documents": sorted(name for name in documents if "/document/" in name),
        "evidenceChecked": sorted(graph.texts),
        "evidenceNotChecked": sorted(graph.missing_texts),
        "findings": {
            severity.term: sum(finding.severity is severity for finding in graph.findings) for severity in Severity
        },
        "files": sorted(files),
        "versions": {"policygraph": __version__, **{name: version(name) for name in libraries}},
    }
    left_out = [
        *graph.left_out_before,
        *(
            {
                "document": slug,
                "violations": len(findings),
                "first": findings[0].text(),
                "reason": {language: findings[0].sentences(language) for language in ("zh", "en")},
            }
            for slug, findings in sorted(graph.left_out.items())
        ),
    ]
    if left_out:
        manifest["leftOut"] = left_out
    if graph.edited:
        shown = {"updates": "number", "builtAs": "built", "lastBy": "who", "lastAt": "when", "forced": "forced"}
        manifest["edited"] = {name: graph.edited[key] for name, key in shown.items()}
        manifest["files"] = sorted([*files, UPDATE])
    return manifest


def at_home(catalogue: list[queries.Query], graph: Graph, folders: Folders) -> list[queries.Query]:
    """Questions with defaults that the graph has an answer to; those of the shipped project stand as written."""
    if folders.is_shipped:
        return catalogue
    answers = _answers(graph)
    kept = answers.kept("at home", catalogue)
    missing = [query for query in catalogue if query.text not in kept]
    whole = graph.store_for(missing)
    for query in missing:
        kept[query.text] = queries.at_home(query, whole, folders.names).text.encode()
        answers.keep("at home", query, kept[query.text])
    return [queries.parse(query.name, kept[query.text].decode()) for query in catalogue]


def run(
    folders: Folders,
    reasoner: str = "compiled",
    progress: Step = lambda _: None,
    documents: Documents | None = None,
    *,
    leave_out: bool = False,
) -> Graph:
    """Load, infer and check; the caller decides whether to write.

    What is known of documents that have not changed since is taken from the project's cache, unless `documents` says
    otherwise. With `leave_out`, documents that have violations are left out, and what is left is done anew until it is
    valid, or until a violation stands that no document has.
    """
    kept = Cache(folders.cache)
    documents = documents or Documents(kept)
    with _without_collector(), remembering(documents.cache):
        graph = _run(folders, reasoner, progress, documents, {})
        while leave_out and not graph.is_valid and (faulty := documents_at_fault(graph)):
            graph = _run(folders, reasoner, progress, documents, {**graph.left_out, **faulty})
    kept.sweep()
    return graph


def _run(
    folders: Folders, reasoner: str, progress: Step, documents: Documents, left_out: dict[str, list[Finding]]
) -> Graph:
    progress("load")
    graph = load(folders, documents, left_out.keys())
    graph.left_out = left_out
    defined = {iri for record in graph.records for iri in record.defined} if left_out else set()
    graph.omitted = left_out_documents(folders, left_out, defined)
    progress("infer")
    infer(graph, reasoner, documents)
    progress("check")
    check(graph, documents)
    return graph


@contextmanager
def _without_collector() -> Iterator[None]:
    """Turns the garbage collector off: a build makes no reference cycles, and each collection scans the whole graph."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def documents_at_fault(graph: Graph) -> dict[str, list[Finding]]:
    """Slug -> violations of its document: those in its record, and those of proposals that only drafts refer to."""
    slugs = {path.stem for path in records.files(graph.folders) if path.parent.name == "records"}
    users: dict[str, set[str]] = {}
    for record in graph.records:
        slug = Path(record.file).stem
        for iri in (*record.positions, *record.referred) if record.file == f"data/records/{slug}.yaml" else ():
            users.setdefault(iri, set()).add(slug)
    faulty: dict[str, list[Finding]] = {}
    for finding in graph.findings:
        if finding.severity is not Severity.VIOLATION:
            continue
        file = finding.position.file if finding.position else ""
        slug = Path(file).stem
        if file == f"data/records/{slug}.yaml" and slug in slugs:
            faulty.setdefault(slug, []).append(finding)
        elif file in ("", f"data/{PROPOSED}", "data/sources.yaml"):
            named = (finding.node or "").rpartition("/")[2]
            for each in users.get(finding.node or "", {named} & slugs):
                faulty.setdefault(each, []).append(finding)
    return faulty


def open_build(output: Path) -> ox.Store:
    """The store of the last build, in memory: a graph that fits answers faster there.

    Raises BuildError with the command that makes one, where there is none, and DamagedError for one that is not whole.
    """
    try:
        return store.open_in_memory(output)
    except FileNotFoundError as error:
        raise BuildError(str(error)) from None
