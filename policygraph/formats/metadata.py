"""A data set and its tables in, descriptions of them out that other tools read: Data Package, Croissant, RO-Crate.

The descriptions lie beside the CSV files of the tables and name them by their paths: `datapackage.json` (Data Package
2.0), `croissant.json` (Croissant 1.0 of MLCommons, which libraries of machine learning and search engines of data sets
read) and `ro-crate-metadata.json` (RO-Crate 1.1, which repositories of research data read).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policygraph.formats.tables import Table, delimited, zipped
from policygraph.messages import in_all, message
from policygraph.queries import Column, Rows

__all__ = ["Dataset", "crate", "croissant", "data_package", "dataset", "package", "ro_crate"]

_PROFILES = "https://datapackage.org/profiles/2.0/"
_CROISSANT = "http://mlcommons.org/croissant/1.0"
_CRATE = "https://w3id.org/ro/crate/1.1"
_CC_BY = "https://creativecommons.org/licenses/by/4.0/"
#: Address of a licence -> its SPDX identifier and title. A Data Package names a licence by the identifier.
_LICENCES = {
    _CC_BY: ("CC-BY-4.0", "Creative Commons Attribution 4.0"),
    "https://creativecommons.org/licenses/by-sa/4.0/": ("CC-BY-SA-4.0", "Creative Commons Attribution-ShareAlike 4.0"),
    "https://creativecommons.org/publicdomain/zero/1.0/": ("CC0-1.0", "Creative Commons Zero 1.0"),
    "https://opendatacommons.org/licenses/by/1-0/": ("ODC-By-1.0", "Open Data Commons Attribution 1.0"),
    "https://opendatacommons.org/licenses/odbl/1-0/": ("ODbL-1.0", "Open Data Commons Open Database 1.0"),
}


@dataclass(frozen=True, slots=True)
class _Type:
    """How the values of a column are told: type and format of a Table Schema field, and data type of Croissant."""

    name: str
    format: str = "default"
    croissant: str = "sc:Text"


#: Type of a column -> how its values are told.
_TYPES: Mapping[str, _Type] = {
    "key": _Type("string", "uri", "sc:URL"),
    "iri": _Type("string", "uri", "sc:URL"),
    "iris": _Type("string"),
    "text": _Type("string"),
    "word": _Type("string"),
    "integer": _Type("integer", croissant="sc:Integer"),
    "decimal": _Type("number", croissant="sc:Float"),
    "year": _Type("year", croissant="sc:Integer"),
    "boolean": _Type("boolean", croissant="sc:Boolean"),
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a graph says of itself: IRI, titles in zh and en, licence, publisher (may be empty), snapshot, version."""

    iri: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    licence: str = _CC_BY
    publisher: str = ""
    snapshot: str = ""
    version: str = ""

    @property
    def label(self) -> str:
        """The titles as one line; never empty, since every description wants a name."""
        return _both(self.title) or "policygraph"

    @property
    def about(self) -> str:
        """What it is, in a sentence of each language, with the snapshot that a citation names."""
        snapshot = f" · snapshot {self.snapshot}" if self.snapshot else ""
        texts = message(
            "The structure of policy documents: plans, tasks, targets, responsibilities, each with its place in the "
            "text"
        )
        return f"{in_all(texts)}{snapshot}"

    @property
    def citation(self) -> str:
        """The data set as an entry of BibTeX."""
        fields = {
            "title": f"{{{self.label}}}",
            "author": f"{{{self.publisher}}}" if self.publisher else "",
            "version": self.version,
            "note": f"snapshot {self.snapshot}" if self.snapshot else "",
            "url": self.iri,
        }
        return f"@misc{{policygraph, {', '.join(f'{name}={{{text}}}' for name, text in fields.items() if text)}}}"


def dataset(rows: Rows) -> Dataset:
    """The data set of the answer to queries/store/dataset.rq; one without a word on itself where there is no row."""
    if not rows.rows:
        return Dataset()
    values = {name: term.value for name, term in zip(rows.variables, rows.rows[0], strict=True) if term is not None}
    title: Mapping[str, str] = {language: values[language] for language in ("zh", "en") if language in values}
    return Dataset(
        values["dataset"],
        title,
        values.get("licence", _CC_BY),
        values.get("publisher", ""),
        values["snapshot"],
        values["version"],
    )


def data_package(about: Dataset, tables: Sequence[Table]) -> bytes:
    """`datapackage.json` for the tables as CSV files beside it (Data Package 2.0, Table Schema 2.0).

    A column that names rows of a table is a foreign key where that table is there too.
    """
    names = {table.name for table in tables}
    identifier, title = _LICENCES.get(about.licence, ("", ""))
    licence = {"name": identifier, "path": about.licence, "title": title}
    return _written(
        {
            "$schema": _PROFILES + "datapackage.json",
            "name": "policygraph",
            **({"id": about.iri} if about.iri else {}),
            "title": about.label,
            "description": about.about,
            **({"version": about.version} if about.version else {}),
            "licenses": [{key: value for key, value in licence.items() if value}],
            **({"contributors": [{"title": about.publisher, "roles": ["publisher"]}]} if about.publisher else {}),
            "resources": [_resource(table, names) for table in tables],
        }
    )


def _resource(table: Table, names: set[str]) -> dict[str, Any]:
    content = delimited(table)
    return {
        "name": table.name,
        "type": "table",
        "path": _file(table),
        "title": _both(table.title),
        "description": _both(table.about),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "$schema": _PROFILES + "tableschema.json",
            "fields": [_field(column) for column in table.columns],
            "primaryKey": [column.name for column in table.columns if column.type == "key"],
            "foreignKeys": [
                {"fields": [column.name], "reference": _reference(column, table)}
                for column in table.columns
                if column.table in names
            ],
            "missingValues": [""],
        },
    }


def _reference(column: Column, table: Table) -> dict[str, Any]:
    """The key that a column names; a table that names its own rows leaves itself out."""
    other = {} if column.table == table.name else {"resource": column.table}
    return {**other, "fields": ["id"]}


def _field(column: Column) -> dict[str, Any]:
    kind = _TYPES[column.type]
    constraints = {"constraints": {"required": True, "unique": True}} if column.type == "key" else {}
    return {"name": column.name, "type": kind.name, "format": kind.format, "title": _both(column.title), **constraints}


#: The context of Croissant 1.0, as its specification has it (appendix 1).
_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(about: Dataset, tables: Sequence[Table]) -> bytes:
    """`croissant.json` for the tables as CSV files beside it: a record set for each."""
    return _written(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "name": "policygraph",
            "alternateName": about.label,
            "description": about.about,
            "conformsTo": _CROISSANT,
            "citeAs": about.citation,
            "inLanguage": ["zh", "en"],
            "license": about.licence,
            "url": about.iri or "policygraph",
            **({"version": about.version} if about.version else {}),
            **({"identifier": about.snapshot} if about.snapshot else {}),
            **({"publisher": {"@type": "sc:Organization", "name": about.publisher}} if about.publisher else {}),
            "distribution": [
                {
                    "@type": "cr:FileObject",
                    "@id": _file(table),
                    "name": _file(table),
                    "description": _both(table.title),
                    "contentUrl": _file(table),
                    "encodingFormat": "text/csv",
                    "sha256": hashlib.sha256(delimited(table)).hexdigest(),
                }
                for table in tables
            ],
            "recordSet": [_record_set(table) for table in tables],
        }
    )


def _record_set(table: Table) -> dict[str, Any]:
    keys = [{"@id": f"{table.name}/{column.name}"} for column in table.columns if column.type == "key"]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": _both(table.about),
        **({"key": keys[0] if len(keys) == 1 else keys} if keys else {}),
        "field": [_record_field(table, column) for column in table.columns],
    }


def _record_field(table: Table, column: Column) -> dict[str, Any]:
    """A column, without what it refers to: the reader of MLCommons joins by references, and loses rows without one."""
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": _both(column.title),
        "dataType": _TYPES[column.type].croissant,
        "source": {"fileObject": {"@id": _file(table)}, "extract": {"column": column.name}},
    }


#: Files that lie beside the tables -> what they are, as RO-Crate lists them.
_DESCRIPTIONS = {
    "datapackage.json": "Data Package: columns, types and keys of the tables",
    "croissant.json": "Croissant: record sets for machine learning and for search engines of data sets",
}


def ro_crate(about: Dataset, files: Mapping[str, bytes], titles: Mapping[str, str], date: str) -> bytes:
    """`ro-crate-metadata.json` for files beside it, with a title for each; `date` (ISO 8601) is that of issue."""
    identifier, licence_title = _LICENCES.get(about.licence, ("", about.licence))
    publisher = {"@id": "#publisher", "@type": "Organization", "name": about.publisher} if about.publisher else None
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.label,
        "description": about.about,
        "datePublished": date,
        "license": {"@id": about.licence},
        **({"identifier": about.snapshot} if about.snapshot else {}),
        **({"version": about.version} if about.version else {}),
        **({"publisher": {"@id": "#publisher"}} if publisher else {}),
        "hasPart": [{"@id": name} for name in files],
    }
    entities: list[Mapping[str, Any]] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": _CRATE},
            "about": {"@id": "./"},
        },
        root,
        {
            "@id": about.licence,
            "@type": "CreativeWork",
            "name": licence_title,
            "description": f"SPDX: {identifier}" if identifier else licence_title,
        },
        *([publisher] if publisher else []),
        *(
            {
                "@id": name,
                "@type": "File",
                "name": titles.get(name, name),
                "encodingFormat": "text/csv" if name.endswith(".csv") else "application/json",
                "contentSize": str(len(content)),
            }
            for name, content in files.items()
        ),
    ]
    return _written({"@context": f"{_CRATE}/context", "@graph": entities})


def package(about: Dataset, tables: Sequence[Table]) -> bytes:
    """A zip file of the CSV files, with `datapackage.json` and `croissant.json` that describe them."""
    return zipped(_described(about, tables))


def crate(about: Dataset, tables: Sequence[Table], date: str) -> bytes:
    """The same as an RO-Crate: a zip file with `ro-crate-metadata.json` too; `date` (ISO 8601) is that of issue."""
    files = _described(about, tables)
    titles = {**_DESCRIPTIONS, **{_file(table): _both(table.title) for table in tables}}
    return zipped({"ro-crate-metadata.json": ro_crate(about, files, titles, date), **files})


def _described(about: Dataset, tables: Sequence[Table]) -> dict[str, bytes]:
    return {
        "datapackage.json": data_package(about, tables),
        "croissant.json": croissant(about, tables),
        **{_file(table): delimited(table) for table in tables},
    }


def _file(table: Table) -> str:
    return f"{table.name}.csv"


def _both(labels: Mapping[str, str]) -> str:
    return " · ".join(labels[language] for language in ("zh", "en") if labels.get(language))


def _written(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
