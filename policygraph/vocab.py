"""The namespaces of the graph, each written once, and how an IRI is made short and long again."""

from __future__ import annotations

from pyoxigraph import NamedNode

__all__ = [
    "BASE",
    "CONCEPT",
    "GRAPH",
    "GRAPH_INFERRED",
    "GRAPH_META",
    "GRAPH_ONTOLOGY",
    "GRAPH_REFERENCE",
    "ID",
    "PREFIXES",
    "document_graph",
    "expand",
    "pg",
    "rdf_type",
    "shorten",
    "skos",
]

#: Every IRI of ours starts with this; the ontology, the context and the records are written in it.
BASE = "https://w3id.org/policygraph/"
ID = BASE + "id/"
CONCEPT = BASE + "concept/"
GRAPH = BASE + "graph/"

GRAPH_ONTOLOGY = NamedNode(GRAPH + "ontology")
GRAPH_REFERENCE = NamedNode(GRAPH + "reference")
GRAPH_INFERRED = NamedNode(GRAPH + "inferred")
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


def pg(name: str) -> NamedNode:
    """A term of the ontology.

    >>> pg("Plan").value
    'https://w3id.org/policygraph/ontology#Plan'
    """
    return NamedNode(PREFIXES["pg"] + name)


def skos(name: str) -> NamedNode:
    """A term of SKOS."""
    return NamedNode(PREFIXES["skos"] + name)


def document_graph(slug: str) -> NamedNode:
    """The named graph that holds the record of one document."""
    return NamedNode(f"{GRAPH}document/{slug}")


def expand(name: str) -> str:
    """A short name or an IRI as an IRI; a name without a known prefix is a path below `id/`.

    >>> expand("pg:Plan")
    'https://w3id.org/policygraph/ontology#Plan'
    >>> expand("three-year/g1")
    'https://w3id.org/policygraph/id/three-year/g1'
    """
    prefix, colon, rest = name.partition(":")
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix] + rest
    return name if "://" in name else ID + name


def shorten(iri: str) -> str:
    """An IRI with the longest prefix that fits; as it is where none does.

    >>> shorten("https://w3id.org/policygraph/id/area/shenyang")
    'area:shenyang'
    >>> shorten("https://example.org/x")
    'https://example.org/x'
    """
    fitting = [item for item in PREFIXES.items() if iri.startswith(item[1])]
    if not fitting:
        return iri
    prefix, namespace = max(fitting, key=lambda item: len(item[1]))
    return f"{prefix}:{iri[len(namespace) :]}"
