"""A service in, its description as triples out: SPARQL 1.1 Service Description, VoID and DCAT of the meta graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from policygraph import vocab
from policygraph.describe import DISTRIBUTIONS
from policygraph.describe import dataset as dataset_of

from ..formats import GRAPHS, TABLES, Choice
from ..graph.catalogue import catalogue
from ..service import Service
from ..web.answers import Question
from ..web.request import RequestContext
from ..workers.job_types import bounds_of, graphs_job

__all__ = ["describe", "triples", "void", "whole_graphs"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
#: What is spoken at the endpoint, and what where curators may write.
_LANGUAGES, _UPDATES = ("SPARQL11Query",), ("SPARQL11Update",)
#: In what the engine's answers are otherwise than SPARQL 1.1 has them; tests/test_casts.py holds each.
_DEVIATIONS = (
    "Otherwise than SPARQL 1.1: BNODE gives one blank node for one string in all solutions. "
    "REPLACE reads a group reference with letters behind it as a longer name where its replacement is not written out."
)
#: Format -> its name among the W3C's file formats.
_W3C = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}


def describe(context: RequestContext, root: str, choice: Choice) -> Question:
    """A question whose answer is the description of the endpoint below `root` and its dataset."""
    languages = [*_LANGUAGES, *(_UPDATES if context.service.writer else ())]
    dataset = dataset_of(context.pool.names.base)
    statements = [
        *triples(dataset, context.pool.graphs, root + "sparql", languages),
        *access(dataset, root, catalogue(context)),
    ]
    return _meta(statements, f"description of {root}", choice, context.service)


def void(context: RequestContext, root: str, choice: Choice) -> Question:
    """A question whose answer is the meta graph (VoID, DCAT, the query catalogue) and where it leads below `root`."""
    dataset = dataset_of(context.pool.names.base)
    return _meta(access(dataset, root, catalogue(context)), f"void of {root}", choice, context.service)


def _meta(statements: Iterable[ox.Triple], key: str, choice: Choice, service: Service) -> Question:
    content = b"".join(ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES) or b"" for triple in statements)
    return whole_graphs([vocab.GRAPH_META.value], content.decode(), key, choice, service)


def whole_graphs(graphs: Sequence[str], extra: str, key: str, choice: Choice, service: Service) -> Question:
    """A question whose answer is named graphs and some N-Triples in one order; `key` settles what is asked."""
    settings = service.settings
    job = graphs_job(graphs, extra, choice.name, bounds_of(settings))
    # a space no query starts with: `normal` is stripped
    return Question(job, f" {key}", (), choice)


def access(dataset: ox.NamedNode, root: str, queries: Iterable[str]) -> Iterator[ox.Triple]:
    """Where a dataset is to be had below `root`: to ask (VoID 3.2), and as files (VoID 3.3, DCAT 3 section 6.8).

    Each query, by name, is told the endpoint that answers it, as editors' collections of examples do.
    """
    endpoint = root + "sparql"
    yield from _facts(
        dataset,
        (vocab.expand("void:sparqlEndpoint"), [endpoint]),
        (vocab.expand("rdfs:seeAlso"), [f"{root}reconcile", f"{root}openapi.json"]),
    )
    for name in DISTRIBUTIONS:
        url = f"{root}download/{name}"
        yield from _facts(dataset, (vocab.expand("void:dataDump"), [url]))
        distribution = ox.NamedNode(f"{dataset.value.removesuffix('dataset')}{name}")
        yield from _facts(distribution, *((vocab.expand(f"dcat:{key}"), [url]) for key in ("downloadURL", "accessURL")))
    for name in queries:
        node = ox.NamedNode(f"{vocab.ID}query/competency/{name}")
        yield from _facts(node, (vocab.expand("schema:target"), [endpoint]))


def triples(
    dataset: ox.NamedNode, graphs: Sequence[str], endpoint: str, languages: Sequence[str] = _LANGUAGES
) -> Iterator[ox.Triple]:
    """The service, its dataset and its named graphs, in a fixed order."""
    service = ox.NamedNode(endpoint)
    default = ox.NamedNode(endpoint + "#default-graph")
    yield from _facts(
        service,
        (vocab.rdf_type.value, [_SD + "Service"]),
        (_SD + "endpoint", [endpoint]),
        (_SD + "supportedLanguage", [_SD + name for name in languages]),
        (_SD + "feature", [_SD + "UnionDefaultGraph"]),
        (_SD + "resultFormat", [_FORMATS + _W3C[name] for name in (*TABLES, *GRAPHS)]),
        (_SD + "defaultDataset", [dataset.value]),
        (_SD + "availableGraphs", [endpoint + "#graphs"]),
    )
    yield ox.Triple(service, ox.NamedNode(vocab.expand("rdfs:comment")), ox.Literal(_DEVIATIONS, language="en"))
    yield from _facts(
        dataset,
        (vocab.rdf_type.value, [_SD + "Dataset"]),
        (_SD + "defaultGraph", [default.value]),
        (_SD + "namedGraph", [f"{endpoint}#{iri}" for iri in graphs]),
    )
    yield from _facts(default, (vocab.rdf_type.value, [_SD + "Graph"]))
    collection = ox.NamedNode(endpoint + "#graphs")
    yield from _facts(
        collection,
        (vocab.rdf_type.value, [_SD + "GraphCollection"]),
        (_SD + "namedGraph", [f"{endpoint}#{iri}" for iri in graphs]),
    )
    for iri in graphs:
        node = ox.NamedNode(f"{endpoint}#{iri}")
        yield from _facts(
            node, (vocab.rdf_type.value, [_SD + "NamedGraph"]), (_SD + "name", [iri]), (_SD + "graph", [iri])
        )


def _facts(subject: ox.NamedNode, *facts: tuple[str, Iterable[str]]) -> Iterator[ox.Triple]:
    for predicate, values in facts:
        for value in values:
            yield ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(value))
