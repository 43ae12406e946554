"""Descriptions beside the tables: Data Package, Croissant and RO-Crate, read by the programs that they are for."""

from __future__ import annotations

import io
import json
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from policygraph import __version__, export, paths, store
from policygraph.export import TABLES, Wanted
from policygraph.formats import metadata, tables
from policygraph.formats.metadata import Dataset
from policygraph.queries import Column

FOLDERS = paths.find()
TITLES = {"zh": "表", "en": "Table"}
TABLE = tables.Table(
    "places",
    TITLES,
    TITLES,
    [
        Column("id", "key", "", TITLES),
        Column("partOf", "iri", "places", TITLES),
        Column("value", "decimal", "", TITLES),
        Column("since", "year", "", TITLES),
    ],
    [
        [ox.NamedNode("https://x.example/a"), None, ox.Literal("1.50"), ox.Literal("2021")],
        [ox.NamedNode("https://x.example/b"), ox.NamedNode("https://x.example/a"), None, None],
    ],
)
ABOUT = Dataset(
    "https://x.example/graph/meta#dataset",
    {"zh": "图谱", "en": "Graph"},
    "https://creativecommons.org/publicdomain/zero/1.0/",
    "某研究所",
    "0123abcd",
    "1.2.0",
)
ROOT = Path(__file__).resolve().parents[1]
#: mlcroissant 1.1 parses with a class of rdflib that is deprecated since rdflib 7.
OLD_GRAPH = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def test_the_graph_says_what_data_set_it_is(shipped_build: Path) -> None:
    package = json.loads(export.run("datapackage.json", store.open_in_memory(shipped_build), FOLDERS, Wanted()))
    assert {key: package[key] for key in ("id", "title", "licenses")} == {
        "id": "https://w3id.org/policygraph/graph/meta#dataset",
        "title": "政策结构知识图谱 · Knowledge graph of policy structure",
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
                "title": "Creative Commons Attribution 4.0",
            }
        ],
    }


def test_a_data_package_names_licence_publisher_and_version() -> None:
    package = json.loads(metadata.data_package(ABOUT, [TABLE]))
    assert {key: package[key] for key in ("id", "title", "version", "licenses", "contributors")} == {
        "id": "https://x.example/graph/meta#dataset",
        "title": "图谱 · Graph",
        "version": "1.2.0",
        "licenses": [
            {
                "name": "CC0-1.0",
                "path": "https://creativecommons.org/publicdomain/zero/1.0/",
                "title": "Creative Commons Zero 1.0",
            }
        ],
        "contributors": [{"title": "某研究所", "roles": ["publisher"]}],
    }


def test_a_store_that_says_nothing_of_itself_is_described_all_the_same() -> None:
    package = json.loads(metadata.data_package(Dataset(), []))
    assert {key: package[key] for key in ("name", "title", "resources")} == {
        "name": "policygraph",
        "title": "policygraph",
        "resources": [],
    }


@OLD_GRAPH
def test_mlcroissant_reads_every_table_of_a_package(pioneer: ox.Store, tmp_path: Path) -> None:
    """The reader of MLCommons: no error, and as many records as the tables have rows."""
    import mlcroissant

    archive = zipfile.ZipFile(io.BytesIO(export.run("tables.zip", pioneer, FOLDERS, Wanted())))
    archive.extractall(tmp_path)
    described = mlcroissant.Dataset(tmp_path / "croissant.json")
    assert described.metadata.ctx.issues.errors == set()
    counts = {name: len(list(described.records(name))) for name in TABLES}
    assert counts == {name: len((tmp_path / f"{name}.csv").read_text("utf-8").splitlines()) - 1 for name in TABLES}
    assert (min(counts.values()), counts["plans"]) == (0, 1)


@OLD_GRAPH
def test_mlcroissant_reads_values_by_their_types(tmp_path: Path) -> None:
    import mlcroissant

    with zipfile.ZipFile(io.BytesIO(metadata.package(ABOUT, [TABLE]))) as archive:
        archive.extractall(tmp_path)
    (first, _) = mlcroissant.Dataset(tmp_path / "croissant.json").records("places")
    assert {name.partition("/")[2]: value for name, value in first.items() if not name.endswith("partOf")} == {
        "id": b"https://x.example/a",
        "value": 1.5,
        "since": 2021,
    }


def test_a_crate_lists_what_lies_in_it() -> None:
    """RO-Crate 1.1: the descriptor, the root with what it must have, its licence, and an entity for each file."""
    archive = zipfile.ZipFile(io.BytesIO(metadata.crate(ABOUT, [TABLE], "2026-11-29")))
    document = json.loads(archive.read("ro-crate-metadata.json"))
    entities: dict[str, Any] = {entity["@id"]: entity for entity in document["@graph"]}
    names = sorted(name for name in archive.namelist() if name != "ro-crate-metadata.json")
    assert document["@context"] == "https://w3id.org/ro/crate/1.1/context"
    assert entities["ro-crate-metadata.json"] == {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    root = entities["./"]
    assert {key: root[key] for key in ("@type", "name", "datePublished", "license", "publisher", "identifier")} == {
        "@type": "Dataset",
        "name": "图谱 · Graph",
        "datePublished": "2026-11-29",
        "license": {"@id": "https://creativecommons.org/publicdomain/zero/1.0/"},
        "publisher": {"@id": "#publisher"},
        "identifier": "0123abcd",
    }
    assert (
        sorted(part["@id"] for part in root["hasPart"]) == names == ["croissant.json", "datapackage.json", "places.csv"]
    )
    assert {name: int(entities[name]["contentSize"]) for name in names} == {
        name: len(archive.read(name)) for name in names
    }
    references = {value["@id"] for key in ("license", "publisher") for value in [root[key]]}
    assert references - entities.keys() == set()


def test_a_crate_is_issued_on_the_day_that_is_set(pioneer: ox.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    archive = zipfile.ZipFile(io.BytesIO(export.run("crate.zip", pioneer, FOLDERS, Wanted())))
    graph = json.loads(archive.read("ro-crate-metadata.json"))["@graph"]
    assert [entity["datePublished"] for entity in graph if entity["@id"] == "./"] == ["1970-01-02"]


def _described() -> dict[str, Any]:
    """What pyproject.toml says, as far as the files for citation repeat it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    libraries = sorted(re.split(r"[<>=]", line)[0] for line in project["dependencies"])
    return {"name": project["name"], "license": project["license"], "version": __version__, "libraries": libraries}


def test_the_files_for_citation_say_what_the_project_says() -> None:
    """CITATION.cff, codemeta.json and .zenodo.json agree with it and with each other."""
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    codemeta = json.loads((ROOT / "codemeta.json").read_text("utf-8"))
    zenodo = json.loads((ROOT / ".zenodo.json").read_text("utf-8"))
    project = _described()
    assert (cff["version"], codemeta["version"], zenodo["version"]) == (project["version"],) * 3
    assert (cff["license"], codemeta["license"], zenodo["license"]) == (
        project["license"],
        f"https://spdx.org/licenses/{project['license']}",
        project["license"],
    )
    assert cff["date-released"] == codemeta["datePublished"] == zenodo["publication_date"]
    assert cff["title"] == zenodo["title"]
    assert cff["keywords"] == codemeta["keywords"] == zenodo["keywords"]
    assert (codemeta["name"], codemeta["softwareRequirements"]) == (project["name"], project["libraries"])
