"""The namespaces of the graph, each written once; a short name in, its IRI out, and the reverse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from pyoxigraph import NamedNode

__all__ = [
    "BASE",
    "CONCEPT",
    "GRAPH",
    "GRAPH_BUILD",
    "GRAPH_INFERRED",
    "GRAPH_META",
    "GRAPH_ONTOLOGY",
    "GRAPH_QUOTATIONS",
    "GRAPH_REFERENCE",
    "GRAPH_SUGGESTED",
    "ID",
    "PREFIXES",
    "SHARED",
    "Names",
    "document_graph",
    "expand",
    "pg",
    "rdf_type",
    "shorten",
    "skos",
]

#: The ontology, the concepts and the things of the base layer stand under it, and so do those of the project shipped
#: with it; the things of another project stand under a base of its own (`Names`).
BASE = "https://w3id.org/policygraph/"
ID = BASE + "id/"
CONCEPT = BASE + "concept/"
GRAPH = BASE + "graph/"

GRAPH_ONTOLOGY = NamedNode(GRAPH + "ontology")
GRAPH_REFERENCE = NamedNode(GRAPH + "reference")
GRAPH_INFERRED = NamedNode(GRAPH + "inferred")
#: What a machine only suggests: alignments between plans. Never mixed with what is stated.
GRAPH_SUGGESTED = NamedNode(GRAPH + "suggested")
#: The words of statements, in the memory of those who have the texts; no build, export or service holds it.
GRAPH_QUOTATIONS = NamedNode(GRAPH + "quotations")
#: What a build says of itself: the documents that it leaves out.
GRAPH_BUILD = NamedNode(GRAPH + "build")
GRAPH_META = NamedNode(GRAPH + "meta")

#: Prefix -> namespace, as exports write them and as `ask` and the endpoint know them.
PREFIXES = {
    "pg": BASE + "ontology#",
    "id": ID,
    "area": ID + "area/",
    "directive": ID + "directive/",
    "document": ID + "document/",
    "event": ID + "event/",
    "indicator": ID + "indicator/",
    "initiative": ID + "initiative/",
    "organisation": ID + "organisation/",
    "person": ID + "person/",
    "place": ID + "place/",
    "plan": ID + "plan/",
    "pgunit": ID + "unit/",
    "concept": CONCEPT,
    "graph": GRAPH,
    "shape": BASE + "shape/",
    "cube": BASE + "cube#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "oa": "http://www.w3.org/ns/oa#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdg": "http://metadata.un.org/sdg/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "unit": "http://qudt.org/vocab/unit/",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

rdf_type = NamedNode(PREFIXES["rdf"] + "type")


@cache
def pg(name: str) -> NamedNode:
    """A term of the ontology.

    >>> pg("Plan").value
    'https://w3id.org/policygraph/ontology#Plan'
    """
    return NamedNode(PREFIXES["pg"] + name)


@cache
def skos(name: str) -> NamedNode:
    """A term of SKOS."""
    return NamedNode(PREFIXES["skos"] + name)


#: Prefixes of things -> their folder below `id/`: what records of a project define, under the project's base.
_KINDS = {
    **{
        kind: f"{kind}/"
        for kind in (
            *("area", "directive", "document", "event", "indicator", "initiative"),
            *("organisation", "person", "place", "plan", "source"),
        )
    },
    "id": "",
    "pgunit": "unit/",
}
#: Kinds of things that the base layer has: in a project with another base, `shared-area:` names its areas in SPARQL.
_SHARED_KINDS = ("area", "indicator", "organisation")


@dataclass(frozen=True)
class Names:
    """What short names and paths mean in one project: its base IRI, and the short names that the base layer has.

    A short name of a thing (`area:sichuan`) means that of the base layer where the base layer has it, else the
    project's own. The graphs of the layers (`graph/inferred` …) are the same in every project: queries name them.
    """

    base: str = BASE
    shared: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """What the IRIs of the project's things start with."""
        return self.base + "id/"

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Prefix -> namespace, for SPARQL and exports: `area:` is the project's, `shared-area:` the base layer's."""
        if self.base == BASE:
            return PREFIXES
        own = {kind: self.id + folder for kind, folder in _KINDS.items() if kind in PREFIXES and kind != "pgunit"}
        own["own"] = self.base + "ontology#"
        return {**PREFIXES, **own, **{f"shared-{kind}": f"{ID}{kind}/" for kind in _SHARED_KINDS}}

    @cached_property
    def _prefix_of(self) -> dict[str, str]:
        """Namespace -> its prefix, the first of several; each ends with a stroke or with `#`."""
        return {namespace: prefix for prefix, namespace in reversed(list(self.prefixes.items()))}

    def namespace(self, kind: str) -> str | None:
        """What the project's things of a kind start with; None for a prefix of something else."""
        return self.id + _KINDS[kind] if kind in _KINDS else None

    def expand(self, name: str) -> str:
        """A short name or an IRI as an IRI; a name without a known prefix is a path below the project's `id/`.

        >>> Names("https://example.org/p/", frozenset({"area:sichuan"})).expand("area:sichuan")
        'https://w3id.org/policygraph/id/area/sichuan'
        >>> Names("https://example.org/p/", frozenset({"area:sichuan"})).expand("area:my-town")
        'https://example.org/p/id/area/my-town'
        """
        prefix, colon, rest = name.partition(":")
        if colon and prefix in _KINDS:
            return (ID if name in self.shared else self.id) + _KINDS[prefix] + rest
        if colon and prefix in self.prefixes:
            return self.prefixes[prefix] + rest
        return name if "://" in name else self.id + name

    def shorten(self, iri: str) -> str:
        """An IRI with the longest prefix that fits; as it is where none does.

        >>> Names("https://example.org/p/").shorten("https://example.org/p/id/area/my-town")
        'area:my-town'
        """
        end = len(iri)
        while end := max(iri.rfind("/", 0, end), iri.rfind("#", 0, end)) + 1:
            prefix = self._prefix_of.get(iri[:end])
            if prefix is not None:
                name = f"{prefix}:{iri[end:]}"
                return name.removeprefix("shared-") if name.removeprefix("shared-") in self.shared else name
            end -= 1
        return iri

    @property
    def of_things(self) -> tuple[str, str]:
        """What IRIs of things start with: those of the project, and those of the base layer."""
        return self.id, ID

    def is_thing(self, iri: str) -> bool:
        """Whether an IRI names a thing of the project or of the base layer."""
        return iri.startswith(self.of_things)

    def is_ours(self, iri: str) -> bool:
        """Whether an IRI is one that the project, the base layer or the ontology answers for."""
        return iri.startswith((self.base, BASE))

    def document_graph(self, slug: str) -> NamedNode:
        """The named graph that holds the record of one document."""
        return NamedNode(f"{self.base}graph/document/{slug}")

    def document_slug(self, graph: str) -> str | None:
        """The slug of the document whose record a named graph holds; None for another graph."""
        start = f"{self.base}graph/document/"
        return graph.removeprefix(start) if graph.startswith(start) else None

    def path(self, iri: str) -> str | None:
        """The path of a page about what an IRI of ours names, on a service of the project; None for another IRI."""
        start = next((base for base in (self.base, BASE) if iri.startswith(base)), None)
        return None if start is None else iri.removeprefix(start)

    def at(self, path: str) -> str:
        """The IRI that a path of a service stands for: the other way round of `path`."""
        if path.startswith("id/"):
            kind, _, rest = path.removeprefix("id/").partition("/")
            prefix = {"unit": "pgunit"}.get(kind, kind)
            is_shared = kind == "query" or f"{prefix}:{rest}" in self.shared
            return (BASE if is_shared else self.base) + path
        return (self.base if path.startswith("graph/document/") else BASE) + path


#: The names of the project that is shipped with the base layer, and of the base layer itself.
SHARED = Names()


def document_graph(slug: str) -> NamedNode:
    """The named graph of one document of the shipped project; `Names.document_graph` is that of any other."""
    return SHARED.document_graph(slug)


def expand(name: str) -> str:
    """A short name or an IRI as an IRI; a name without a known prefix is a path below `id/`.

    >>> expand("pg:Plan")
    'https://w3id.org/policygraph/ontology#Plan'
    >>> expand("three-year/g1")
    'https://w3id.org/policygraph/id/three-year/g1'
    """
    return SHARED.expand(name)


def shorten(iri: str) -> str:
    """An IRI with the longest prefix that fits; as it is where none does.

    >>> shorten("https://w3id.org/policygraph/id/area/shenyang")
    'area:shenyang'
    >>> shorten("https://example.org/x")
    'https://example.org/x'
    """
    return SHARED.shorten(iri)
