"""The type of an export: its options, the queries that it reads, its writer; the table of exports is in `export`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyoxigraph as ox

from policygraph import evidence, queries, vocab
from policygraph.errors import PolicygraphError
from policygraph.formats import metadata, rdf, tables
from policygraph.messages import message
from policygraph.paths import Folders

__all__ = [
    "CUT",
    "DATASET",
    "EVIDENCE",
    "OPTIONS",
    "TEXTS",
    "Export",
    "ExportError",
    "Material",
    "MissingLibraryError",
    "Wanted",
    "Writer",
    "of_one",
    "optional_library",
]

#: Libraries that come with the extra `export`.
_EXTRA = ("openpyxl", "pandas", "pyarrow", "pyjelly", "pyld")

#: The query of what the graph says of itself.
DATASET = "dataset"
#: The query of the source texts that are registered.
TEXTS = "sources"
#: The options that narrow an export to a part of the graph, and the one that takes the places in the texts away.
CUT = frozenset(["plan", "document"])
EVIDENCE = frozenset(["evidence"])

#: Option -> what it does, as commands and pages say it. An export takes those it names and refuses the others.
OPTIONS = {
    "document": message("Of one document only."),
    "plan": message("Of one plan, with all that belongs to it, only."),
    "inferred": message("With or without what is inferred."),
    "evidence": message("With or without the places in the texts."),
    "quotations": message("With or without the words at these places, where the texts are at hand."),
    "language": message("Language of labels."),
    "only": tables.ONLY,
    "bom": message("Start with a byte order mark, and keep texts from being formulas, for Excel."),
}


class ExportError(PolicygraphError, ValueError):
    """An export that is not there or cannot be made as wanted; the message says why and what to do."""


class MissingLibraryError(ExportError):
    """An export whose library is not installed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The subject and the options of an export; `document` and `plan` are IRIs, empty for the whole graph.

    `only` is the one language (zh, en) whose columns tables have; empty for both.
    """

    document: str = ""
    plan: str = ""
    inferred: bool = True
    evidence: bool = True
    quotations: bool = True
    language: str = "zh"
    bom: bool = False
    only: str = ""

    @property
    def non_defaults(self) -> set[str]:
        """The options that are not as they are by default, apart from the language."""
        usual = Wanted()
        return {name for name in OPTIONS if name != "language" and getattr(self, name) != getattr(usual, name)}

    @property
    def values(self) -> dict[str, str]:
        """The parameters that queries take."""
        return {name: value for name in ("document", "plan") if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Material:
    """What a writer writes: what is wanted, the queries that were asked, and the rows of each, in the same order.

    `names` are those of the build: what short names and prefixes mean in it.
    """

    folders: Folders
    wanted: Wanted
    queries_run: Sequence[queries.Query]
    rows: Sequence[queries.Rows]
    names: vocab.Names = vocab.SHARED

    @property
    def quads(self) -> list[ox.Quad]:
        """The statements of queries/export/, as far as they are wanted."""
        (answer,) = self.rows
        places = [answer.variables.index(name) for name in ("subject", "predicate", "object", "graph")]
        quads: Iterable[ox.Quad] = (ox.Quad(*(row[place] for place in places)) for row in answer.rows)  # type: ignore[arg-type] # a query of statements binds all four
        quads = quads if self.wanted.inferred else rdf.asserted(quads)
        return list(quads if self.wanted.evidence else rdf.without_evidence(quads))

    @property
    def triples(self) -> list[ox.Quad]:
        """What a CONSTRUCT of queries/export/ makes, outside any graph."""
        (answer,) = self.rows
        return [ox.Quad(*row) for row in answer.rows]  # type: ignore[arg-type] # the terms of a triple

    @property
    def _tables(self) -> list[tables.Table]:
        """The tables of queries/tables/, with all columns."""
        pairs = zip(self.queries_run, self.rows, strict=True)
        made = [
            tables.table(query, rows, has_evidence=self.wanted.evidence)
            for query, rows in pairs
            if query.name not in (DATASET, TEXTS)
        ]
        registry = self._rows_of(TEXTS)
        if registry is None or not (self.wanted.evidence and evidence.may_be_quoted()):
            return made
        texts = evidence.read_registered(self.folders, _registry(registry)).by_slug
        return [tables.with_words(each, lambda places: evidence.words_at(places, texts)) for each in made]

    @property
    def tables(self) -> list[tables.Table]:
        """The same with the columns of the language that is wanted."""
        return [tables.in_one_language(each, self.wanted.only) for each in self._tables]

    @property
    def dataset(self) -> metadata.Dataset:
        """What the graph says of itself, of queries/store/dataset.rq."""
        rows = self._rows_of(DATASET)
        if rows is None:
            raise ExportError("what the graph says of itself was not asked for")
        return metadata.dataset(rows)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of what is wanted is there; the registered texts are there for every plan."""
        pairs = zip(self.queries_run, self.rows, strict=True)
        return not any(rows.rows for query, rows in pairs if query.name != TEXTS)

    def _rows_of(self, name: str) -> queries.Rows | None:
        pairs = zip(self.queries_run, self.rows, strict=True)
        return next((rows for query, rows in pairs if query.name == name), None)


def _registry(rows: queries.Rows) -> dict[str, dict[str, str]]:
    """Source text -> its file, digest and length."""
    values = [dict(zip(rows.variables, row, strict=True)) for row in rows.rows]
    names = ("file", "sha256", "length")
    return {
        str(each["source"].value): {name: str(term.value) for name in names if (term := each[name])}
        for each in values
        if each["source"]
    }


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


@contextmanager
def optional_library() -> Iterator[None]:
    """Around the import of a module whose library may not be installed. Raises MissingLibraryError, with the cure."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        raise MissingLibraryError(f"{error.name} is not installed: pip install policygraph[export]") from None


def of_one(name: str, _: Wanted) -> Sequence[str]:
    """The query files of an export that reads one: `name`, whatever is wanted."""
    return [name]
