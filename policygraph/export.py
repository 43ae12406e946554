"""A store and what is wanted in, a file for other people's tools out: every export is a line of one table.

An export is called like its file (`graph.ttl`, `targets.csv`): what it holds, and the format. It reads the answers to
query files and nothing else, so that the same line serves the command line, the service and a store elsewhere.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from policygraph import queries, rdf, records, vocab
from policygraph.paths import Folders

__all__ = ["EXPORTS", "OPTIONS", "Export", "ExportError", "Material", "Wanted", "find", "questions", "run", "write"]

#: Libraries that come with the extra `export`.
_EXTRA = ("openpyxl", "pyarrow", "pyjelly", "pyld")

#: Option -> what it does, as commands and pages say it. An export takes those it names and refuses the others.
OPTIONS = {
    "document": {"zh": "只导出一份文献", "en": "Of one document only."},
    "plan": {"zh": "只导出一个方案及其全部内容", "en": "Of one plan, with all that belongs to it, only."},
    "inferred": {"zh": "是否含推理所得", "en": "With or without what is inferred."},
    "evidence": {"zh": "是否含原文位置", "en": "With or without the places in the texts."},
    "language": {"zh": "标签的语言", "en": "Language of labels."},
    "bom": {"zh": "文件以 BOM 开头，供 Excel 识别 UTF-8", "en": "Start with a byte order mark, for Excel."},
}


class ExportError(ValueError):
    """An export that is not there or cannot be made as wanted; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of what an export is, and how; `document` and `plan` are IRIs, empty for the whole graph."""

    document: str = ""
    plan: str = ""
    inferred: bool = True
    evidence: bool = True
    language: str = "zh"
    bom: bool = False

    @property
    def said(self) -> set[str]:
        """The options that are not as they are by default, apart from the language."""
        usual = Wanted()
        return {name for name in OPTIONS if name != "language" and getattr(self, name) != getattr(usual, name)}

    @property
    def values(self) -> dict[str, str]:
        """The parameters that queries take."""
        return {name: value for name in ("document", "plan") if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Material:
    """What a writer writes: the rows of each query (by its name), and what is wanted."""

    folders: Folders
    wanted: Wanted
    rows: Mapping[str, queries.Rows]

    @property
    def quads(self) -> list[ox.Quad]:
        """The statements of queries/export/, as far as they are wanted."""
        (found,) = self.rows.values()
        places = [found.variables.index(name) for name in ("subject", "predicate", "object", "graph")]
        quads: Iterable[ox.Quad] = (ox.Quad(*(row[place] for place in places)) for row in found.rows)  # type: ignore[arg-type] # a query of statements binds all four
        quads = quads if self.wanted.inferred else rdf.asserted(quads)
        return list(quads if self.wanted.evidence else rdf.without_evidence(quads))


Writer = Callable[[Material], bytes]


@dataclass(frozen=True, slots=True)
class Export:
    """One line of the table: `about` says in zh and en what it is, `reads` names the query files below queries/."""

    name: str
    media_type: str
    about: Mapping[str, str]
    reads: Callable[[Wanted], Sequence[str]]
    write: Writer
    takes: frozenset[str]
    needs: frozenset[str] = frozenset()

    @property
    def extension(self) -> str:
        """What a file of it ends in, without the first dot."""
        return self.name.partition(".")[2]


def _of_module(module: str, function: str) -> Callable[..., bytes]:
    """A function of a module that is imported when it is called first: its library may be large, or not installed."""

    def call(*given: object) -> bytes:
        try:
            found = importlib.import_module(f"policygraph.{module}")
        except ModuleNotFoundError as error:
            if error.name not in _EXTRA:
                raise
            raise ExportError(f"{error.name} is not installed: pip install policygraph[export]") from None
        result: bytes = getattr(found, function)(*given)
        return result

    return call


def _statements(write: Callable[[list[ox.Quad]], bytes]) -> Writer:
    return lambda material: write(material.quads)


def _compact(material: Material) -> bytes:
    return _of_module("jsonld", "compact")(material.quads, records.read_context(material.folders, []).terms)


def _nested(material: Material) -> bytes:
    terms = records.read_context(material.folders, []).terms
    return _of_module("jsonld", "nested")(material.quads, material.wanted.plan, terms)


def _of_statements(wanted: Wanted) -> Sequence[str]:
    return ["export/plan" if wanted.plan else "export/document" if wanted.document else "export/whole"]


#: Exports of statements: name -> media type, writer, what it is in zh and en.
_STATEMENTS: Mapping[str, tuple[str, Writer, str, str]] = {
    "graph.ttl": (
        "text/turtle",
        _statements(rdf.turtle),
        "Turtle：各图之并，有前缀，有序",
        "Turtle: the union of the graphs, with prefixes, sorted",
    ),
    "graph.nt": (
        "application/n-triples",
        _statements(rdf.n_triples),
        "N-Triples：各图之并，逐行有序",
        "N-Triples: the union of the graphs, sorted lines",
    ),
    "graph.nq": (
        "application/n-quads",
        _statements(rdf.n_quads),
        "N-Quads：含具名图，RDFC-1.0 规范形式",
        "N-Quads: with named graphs, canonical (RDFC-1.0)",
    ),
    "graph.trig": (
        "application/trig",
        _statements(rdf.trig),
        "TriG：含具名图，有前缀，有序",
        "TriG: with named graphs and prefixes, sorted",
    ),
    "graph.rdf": (
        "application/rdf+xml",
        _statements(rdf.rdf_xml),
        "RDF/XML：各图之并，供只读 XML 的工具",
        "RDF/XML: the union of the graphs, for tools that read XML only",
    ),
    "graph.jsonld": (
        "application/ld+json",
        _compact,
        "JSON-LD：紧缩形式，键与记录文件相同",
        "JSON-LD: compact, in the keys of the records",
    ),
    "graph.jelly": (
        "application/x-jelly-rdf",
        _statements(_of_module("_jelly", "write")),
        "Jelly：含具名图的二进制 RDF",
        "Jelly: binary RDF with named graphs",
    ),
    "plan.jsonld": (
        "application/ld+json",
        _nested,
        "JSON-LD：一个方案，各部分按原文顺序逐层嵌套",
        "JSON-LD: one plan, its parts nested in the order of the text",
    ),
}
_ALWAYS = frozenset(["inferred", "evidence"])

#: Every export, by its name.
EXPORTS: Mapping[str, Export] = {
    name: Export(
        name,
        media_type,
        {"zh": zh, "en": en},
        _of_statements,
        writer,
        _ALWAYS | ({"plan"} if name == "plan.jsonld" else {"plan", "document"}),
        frozenset(["plan"]) if name == "plan.jsonld" else frozenset(),
    )
    for name, (media_type, writer, zh, en) in _STATEMENTS.items()
}


def find(name: str) -> Export:
    """The export of a name. Raises ExportError with the nearest names for one that is not there."""
    if name not in EXPORTS:
        near = ", ".join(difflib.get_close_matches(name, EXPORTS, n=3, cutoff=0.4))
        raise ExportError(f"there is no export “{name}”" + (f"; did you mean {near}?" if near else ""))
    return EXPORTS[name]


def questions(export: Export, folders: Folders, wanted: Wanted) -> dict[str, queries.Query]:
    """The queries that an export reads, by the names that its writer knows them by; `wanted.values` are for all.

    Raises ExportError where what is wanted does not go with the export.
    """
    refused = sorted(wanted.said - export.takes)
    if refused:
        taken = ", ".join(sorted(export.takes)) or "none"
        raise ExportError(f"{export.name} does not take {', '.join(refused)}; it takes: {taken}")
    if missing := sorted(export.needs - wanted.said):
        raise ExportError(f"{export.name} is of one {missing[0]}: say which")
    if wanted.plan and wanted.document:
        raise ExportError("of a plan or of a document, not of both")
    return {name: queries.read(folders.queries / f"{name}.rq") for name in export.reads(wanted)}


def write(export: Export, material: Material) -> bytes:
    """The file. Raises ExportError where a library is missing, or nothing is known of the plan or document wanted."""
    if material.wanted.values and not any(rows.rows for rows in material.rows.values()):
        named = vocab.shorten(*material.wanted.values.values())
        raise ExportError(f"the graph says nothing of {named}")
    return export.write(material)


def run(name: str, store: ox.Store, folders: Folders, wanted: Wanted) -> bytes:
    """An export of a store: its queries asked, its file written. Raises ExportError."""
    export = find(name)
    asked = questions(export, folders, wanted)
    rows = {key: queries.run(query, store, wanted.values) for key, query in asked.items()}
    return write(export, Material(folders, wanted, rows))
