"""Exports in vocabularies of others: StratML, the RDF Data Cube, SKOS and ELI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from policygraph.export.registry import Export, Material, Writer, of_one
from policygraph.formats import data_cube, rdf, stratml

__all__ = ["profiles"]


def _stratml(material: Material) -> bytes:
    return stratml.write(material.quads, material.wanted.plan, material.wanted.language)


def _cube(material: Material) -> bytes:
    return rdf.turtle(data_cube.whole(material.triples, material.folders.ontology), material.names)


def _made(material: Material) -> bytes:
    return rdf.turtle(material.triples, material.names)


#: Name -> media type, query file, writer, and what it is in zh and en.
_PROFILES: Mapping[str, tuple[str, str, Writer, str, str]] = {
    "plan.stratml.xml": (
        "application/xml",
        "export/plan",
        _stratml,
        "StratML 第二部分（ISO 17469）：一个方案；未能表达的内容写明在文件里",
        "StratML Part 2 (ISO 17469): one plan; what it cannot say is told in the file",
    ),
    "cube.ttl": (
        "text/turtle",
        "export/cube",
        _cube,
        "RDF Data Cube：目标值与观测值，满足 IC-1 至 IC-21",
        "RDF Data Cube: targets and observations, keeping IC-1 to IC-21",
    ),
    "skos.ttl": (
        "text/turtle",
        "export/skos",
        _made,
        "SKOS：指标、举措和各概念表，供 Skosmos 浏览",
        "SKOS: indicators, initiatives and concept schemes, for Skosmos",
    ),
    "eli.ttl": (
        "text/turtle",
        "export/eli",
        _made,
        "ELI：规划方案作为法律资源，IRI 含 /eli/",
        "ELI: plans as legal resources, under IRIs with /eli/",
    ),
}


def profiles() -> Iterable[Export]:
    """Every export in a vocabulary of others."""
    for name, (media_type, query, writer, zh, en) in _PROFILES.items():
        takes = frozenset(["plan"]) if name.startswith("plan.") else frozenset[str]()
        yield Export(name, media_type, {"zh": zh, "en": en}, partial(of_one, query), writer, takes, takes)
