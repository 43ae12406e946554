"""A store and what is wanted in, a file for other people's tools out: every export is a line of one table.

An export is called like its file (`graph.ttl`, `targets.csv`): what it holds, and the format. It reads the answers to
query files and nothing else, so that the same line serves the command line, the service and a store elsewhere.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

import pyoxigraph as ox

from policygraph import queries, rdf, records, tables, vocab
from policygraph.paths import Folders

__all__ = [
    "EXPORTS",
    "OPTIONS",
    "TABLES",
    "Export",
    "ExportError",
    "Material",
    "Wanted",
    "find",
    "questions",
    "run",
    "write",
]

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
    """What a writer writes: what is wanted, the queries that were asked, and the rows of each, in the same order."""

    folders: Folders
    wanted: Wanted
    asked: Sequence[queries.Query]
    rows: Sequence[queries.Rows]

    @property
    def quads(self) -> list[ox.Quad]:
        """The statements of queries/export/, as far as they are wanted."""
        (found,) = self.rows
        places = [found.variables.index(name) for name in ("subject", "predicate", "object", "graph")]
        quads: Iterable[ox.Quad] = (ox.Quad(*(row[place] for place in places)) for row in found.rows)  # type: ignore[arg-type] # a query of statements binds all four
        quads = quads if self.wanted.inferred else rdf.asserted(quads)
        return list(quads if self.wanted.evidence else rdf.without_evidence(quads))

    @property
    def tables(self) -> list[tables.Table]:
        """The tables of queries/tables/."""
        pairs = zip(self.asked, self.rows, strict=True)
        return [tables.table(query, rows, has_evidence=self.wanted.evidence) for query, rows in pairs]


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
#: Table -> the options that narrow it; the others are what these name, and always whole.
TABLES: Mapping[str, frozenset[str]] = {
    "documents": frozenset(),
    "plans": frozenset(["plan", "document"]),
    "elements": frozenset(["plan", "document"]),
    "targets": frozenset(["plan", "document"]),
    "observations": frozenset(["document"]),
    "roles": frozenset(["plan", "document"]),
    "counts": frozenset(["plan", "document"]),
    "areas": frozenset(),
    "indicators": frozenset(),
    "organisations": frozenset(),
}


def _of_tables(wanted: Wanted) -> Sequence[str]:
    """All tables that are of what is wanted: a document has observations, a plan has none."""
    return [f"tables/{name}" for name, narrows in TABLES.items() if not narrows or wanted.values.keys() <= narrows]


def _delimited(delimiter: str) -> Writer:
    return lambda material: tables.delimited(material.tables[0], delimiter, has_mark=material.wanted.bom)


def _of_one(write: Callable[[tables.Table], bytes]) -> Writer:
    return lambda material: write(material.tables[0])


def _of_all(write: Callable[[list[tables.Table]], bytes]) -> Writer:
    return lambda material: write(material.tables)


def _workbook(material: Material) -> bytes:
    return _of_module("_workbook", "write")(material.tables, material.wanted.language)


#: Format of one table -> media type, writer, and the options it takes beside the table's own.
_TABLE_FORMATS: Mapping[str, tuple[str, Writer, frozenset[str]]] = {
    "csv": ("text/csv", _delimited(","), frozenset(["bom"])),
    "tsv": ("text/tab-separated-values", _delimited("\t"), frozenset(["bom"])),
    "parquet": ("application/vnd.apache.parquet", _of_one(_of_module("_parquet", "write")), frozenset()),
}
#: Exports of all tables together: name -> media type, writer, what it is in zh and en.
_ALL_TABLES: Mapping[str, tuple[str, Writer, str, str]] = {
    "tables.xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _workbook,
        "Excel：每个表一页，表头固定，单元格有类型，绝无公式",
        "Excel: a sheet for each table, headers frozen, cells typed, no formula ever",
    ),
    "tables.zip": (
        "application/zip",
        _of_all(tables.package),
        "Data Package：所有表的 CSV 和 datapackage.json",
        "Data Package: all tables as CSV, with datapackage.json",
    ),
    "datapackage.json": (
        "application/json",
        _of_all(tables.descriptor),
        "Data Package 描述：各 CSV 表的列、类型、主键和外键",
        "the descriptor of the CSV tables: columns, types, primary and foreign keys",
    ),
}
_TITLES = {
    "documents": ("文献及其中的文章，每份一行", "documents and their articles, a row for each"),
    "plans": ("规划方案，每个一行", "plans, a row for each"),
    "elements": ("规划方案的要素，按原文顺序", "elements of plans, in the order of the text"),
    "targets": ("目标值，已归一到单位，并列印刷数值", "targets, normalised to their units, with the values as printed"),
    "observations": ("观测值，即文献报告已达到的数值", "observations: values that documents report as reached"),
    "roles": ("责任分工，每项一行", "responsibilities: who does what for which element"),
    "counts": ("声明的计数，并列列出的数量", "declared counts, with the numbers that are enumerated"),
    "areas": ("区域", "areas"),
    "indicators": ("指标", "indicators"),
    "organisations": ("机构和群体", "organisations and groups"),
}
_EVIDENCE = frozenset(["evidence"])
_CUT = frozenset(["plan", "document"])


def _statement_exports() -> Iterable[Export]:
    for name, (media_type, writer, zh, en) in _STATEMENTS.items():
        is_plan = name.startswith("plan.")
        takes = _EVIDENCE | {"inferred", "plan"} | (frozenset() if is_plan else _CUT)
        needs = frozenset(["plan"]) if is_plan else frozenset()
        yield Export(name, media_type, {"zh": zh, "en": en}, _of_statements, writer, takes, needs)


def _table_exports() -> Iterable[Export]:
    for table, narrows in TABLES.items():
        about = dict(zip(("zh", "en"), _TITLES[table], strict=True))
        reads = partial(_one, f"tables/{table}")
        for ending, (media_type, writer, takes) in _TABLE_FORMATS.items():
            yield Export(f"{table}.{ending}", media_type, about, reads, writer, _EVIDENCE | takes | narrows)
    for name, (media_type, writer, zh, en) in _ALL_TABLES.items():
        yield Export(name, media_type, {"zh": zh, "en": en}, _of_tables, writer, _EVIDENCE | _CUT)


def _one(name: str, _: Wanted) -> Sequence[str]:
    return [name]


#: Every export, by its name.
EXPORTS: Mapping[str, Export] = {export.name: export for export in (*_statement_exports(), *_table_exports())}


def listed() -> list[tuple[str, Mapping[str, str]]]:
    """The table for people: names, those of one content together (`targets.csv .tsv .parquet`), and what they are."""
    groups = groupby(EXPORTS.values(), key=lambda export: export.about)
    return [(_together([export.name for export in group]), about) for about, group in groups]


def _together(names: list[str]) -> str:
    return " ".join([names[0], *(f".{name.partition('.')[2]}" for name in names[1:])])


def find(name: str) -> Export:
    """The export of a name. Raises ExportError with the nearest names for one that is not there."""
    if name not in EXPORTS:
        near = ", ".join(difflib.get_close_matches(name, EXPORTS, n=3, cutoff=0.4))
        raise ExportError(f"there is no export “{name}”" + (f"; did you mean {near}?" if near else ""))
    return EXPORTS[name]


def questions(export: Export, folders: Folders, wanted: Wanted) -> list[queries.Query]:
    """The queries that an export reads, with what is wanted bound in their texts: to be asked as they are.

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
    return [_bound(queries.read(folders.queries / f"{name}.rq"), wanted) for name in export.reads(wanted)]


def _bound(query: queries.Query, wanted: Wanted) -> queries.Query:
    values = {each.name: each.term(wanted.values[each.name]) for each in query.parameters if each.name in wanted.values}
    return replace(query, text=queries.with_values(query, values), parameters=())


def write(export: Export, material: Material) -> bytes:
    """The file. Raises ExportError where a library is missing, or nothing is known of the plan or document wanted."""
    if material.wanted.values and not any(rows.rows for rows in material.rows):
        named = vocab.shorten(*material.wanted.values.values())
        raise ExportError(f"the graph holds nothing of {named} for {export.name}")
    return export.write(material)


def run(name: str, store: ox.Store, folders: Folders, wanted: Wanted) -> bytes:
    """An export of a store: its queries asked, its file written. Raises ExportError."""
    export = find(name)
    asked = questions(export, folders, wanted)
    return write(export, Material(folders, wanted, asked, [queries.run(query, store) for query in asked]))
