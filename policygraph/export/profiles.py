"""Exports in vocabularies of others: StratML, the RDF Data Cube, SKOS and ELI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from policygraph.export.registry import Export, Material, Writer, of_one
from policygraph.formats import data_cube, rdf, stratml
from policygraph.messages import Message, message

__all__ = ["profiles"]


def _stratml(material: Material) -> bytes:
    return stratml.write(material.quads, material.wanted.plan, material.wanted.language)


def _cube(material: Material) -> bytes:
    return rdf.turtle(data_cube.whole(material.triples, material.folders.ontology), material.names)


def _made(material: Material) -> bytes:
    return rdf.turtle(material.triples, material.names)


#: Name -> media type, query file, writer, and what it is.
_PROFILES: Mapping[str, tuple[str, str, Writer, Message]] = {
    "plan.stratml.xml": (
        "application/xml",
        "export/plan",
        _stratml,
        message("StratML Part 2 (ISO 17469): one plan; what it cannot say is told in the file"),
    ),
    "cube.ttl": (
        "text/turtle",
        "export/cube",
        _cube,
        message("RDF Data Cube: targets and observations, keeping IC-1 to IC-21"),
    ),
    "skos.ttl": (
        "text/turtle",
        "export/skos",
        _made,
        message("SKOS: indicators, initiatives and concept schemes, for Skosmos"),
    ),
    "eli.ttl": (
        "text/turtle",
        "export/eli",
        _made,
        message("ELI: plans as legal resources, under IRIs with /eli/"),
    ),
}


def profiles() -> Iterable[Export]:
    """Every export in a vocabulary of others."""
    for name, (media_type, query, writer, about) in _PROFILES.items():
        takes = frozenset(["plan"]) if name.startswith("plan.") else frozenset[str]()
        yield Export(name, media_type, about, partial(of_one, query), writer, takes, takes)
