"""Query files in, described queries and their rows out.

A `.rq` file starts with a header of `#+ key: value` lines (grlc's mark), which the tests, `ask`, the service and the
graph's own description read. The default language of a header is zh; `key@en` is its English:

    #+ question: 一个方案的结构是什么样的？
    #+ question@en: What is the tree of a plan?
    #+ why: Where every reading of a plan starts.
    #+ param plan: iri plan:shenyang-three-year-action-2023
    #+ group: plans
    #+ chart: tree
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.bindings import places
from policygraph.casts import FUNCTIONS
from policygraph.corrections import for_store
from policygraph.datatypes import PARAMETER_TYPES
from policygraph.errors import PolicygraphError
from policygraph.messages import Message, message
from policygraph.tokens import TOKEN

__all__ = [
    "GROUPS",
    "Column",
    "Parameter",
    "Query",
    "QueryError",
    "Rows",
    "UnclearNameError",
    "Value",
    "answer",
    "at_home",
    "bound",
    "construct",
    "defaults",
    "evaluate",
    "grouped",
    "named",
    "over_union",
    "parse",
    "read",
    "read_all",
    "received",
    "run",
    "with_values",
]

Term = ox.NamedNode | ox.BlankNode | ox.Literal
#: What a parameter may be bound to.
Value = ox.NamedNode | ox.Literal

_HEADER = re.compile(r"#\+\s*(?P<key>[\w-]+)(?:@(?P<language>\w+))?(?:\s+(?P<name>\w+))?:\s*(?P<value>.*)")
#: What a column holds: the name of its row, another IRI or several, words, or a value; the table it names; its titles.
_COLUMN = re.compile(
    r"(?P<type>key|iri|iris|text|word|integer|decimal|year|boolean)(?: (?P<table>[a-z]+))?"
    r" (?P<zh>[^|a-z][^|]*) \| (?P<en>.+)"
)
#: Group of competency questions, as headers name it -> its title; what has none of these is among the others.
GROUPS: Mapping[str, Message] = {
    "plans": message("What plans are made of"),
    "counts": message("Counts, and what does not add up"),
    "targets": message("Targets and observations"),
    "actors": message("Who acts, and how far things are"),
    "measures": message("Measures, instruments and beneficiaries"),
    "initiatives": message("Initiatives, positionings and events"),
    "documents": message("Documents, evidence and correspondences"),
    "corpus": message("Across areas and documents"),
    "other": message("Others"),
}
#: The keywords of the query forms.
_FORMS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])


class QueryError(PolicygraphError, ValueError):
    """A query file, or a value given for one of its parameters, that cannot be used; the message says why."""


class UnclearNameError(PolicygraphError, LookupError):
    """A name that fits nothing, or several things; the message names them."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a query that a caller may bind; without a value and a default it stays free."""

    name: str
    type: str
    default: str | None

    def term(self, value: str, names: vocab.Names = vocab.SHARED) -> ox.NamedNode | ox.Literal:
        """The RDF term of a value as typed by a person: an IRI or short name, a year, a number, a word.

        `names` says what a short name means. Raises QueryError for a value that the type does not allow.

        >>> Parameter("year", "year", None).term("2025")
        <Literal value=2025 datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#gYear>>
        """
        if self.type == "iri":
            name = self.qualified(value)
            try:
                return ox.NamedNode(names.expand(name))
            except ValueError:
                raise QueryError(f"{self.name}: “{value}” is not an IRI") from None
        if self.type == "string":
            return ox.Literal(value)
        datatype = PARAMETER_TYPES[self.type]
        if not datatype.accepts(value):
            raise QueryError(f"{self.name}: “{value}” is not a {self.type}")
        return ox.Literal(value, datatype=ox.NamedNode(vocab.expand(datatype.name)))

    def qualified(self, value: str) -> str:
        """A name with what it lacks to name a thing of the kind that the parameter is of: `ecology` as a theme.

        Raises QueryError for a bare name where the parameter does not say of what kind its things are.
        """
        if ":" in value or "/" in value:
            return value
        prefix = _PREFIX_OF.get(self.name) or (f"{self.name}:" if vocab.SHARED.namespace(self.name) else None)
        if prefix is None:
            raise QueryError(f"{self.name}: “{value}” is not an IRI; write it with its kind, as in indicator:gdp")
        return prefix + value


#: Parameter -> what stands before the bare name of one of its things, where that is not the parameter's own name.
_PREFIX_OF = {
    **{
        scheme: f"concept:{scheme}/"
        for scheme in ("beneficiary", "hedge", "instrument", "relation", "role", "status", "theme")
    },
    **dict.fromkeys(("city", "district"), "area:"),
    **dict.fromkeys(("class", "property"), "pg:"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its type, the table whose rows its values name (or nothing), and its titles in zh and en."""

    name: str
    type: str
    table: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Query:
    """One query file: its name (the file's, without ending), what its header says, and its text.

    Columns are those that the header declares, `#+ column name: type table title in zh | title in en`.
    """

    name: str
    header: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    text: str
    columns: tuple[Column, ...] = ()

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE: the first outside comments, IRIs and strings. Raises QueryError."""
        for token in TOKEN.finditer(self.text):
            if token["word"] and token["local"] is None and token["word"].upper() in _FORMS:
                return token["word"].upper()
        raise QueryError(f"{self.name}: there is no SELECT, ASK, CONSTRUCT or DESCRIBE")

    def header_text(self, key: str, language: str = "zh") -> str:
        """A line of the header in a language, else in English, else in Chinese, else empty."""
        keys = (key,) if language == "zh" else (f"{key}@{language}", f"{key}@en", key)
        return next((self.header[each] for each in keys if self.header.get(each)), "")


@dataclass(frozen=True, slots=True)
class Rows:
    """The solutions of a SELECT: variable names, and rows with None where a variable is unbound."""

    variables: list[str]
    rows: list[list[Term | None]]


def read(path: Path) -> Query:
    """A query from its file. Raises QueryError for a header line or a parameter type that is not known."""
    return _of_file(path.stem, path.read_text(encoding="utf-8"), path.name)


@lru_cache(maxsize=512)
def _of_file(name: str, text: str, origin: str) -> Query:
    """The query of a file, parsed once a process: each build reads them all."""
    return parse(name, text, origin)


def parse(name: str, text: str, origin: str = "") -> Query:
    """A query from the text of its file; `origin` is what errors call it. Raises QueryError as `read` does."""
    origin = origin or name
    header: dict[str, str] = {}
    parameters: list[Parameter] = []
    columns: list[Column] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#+"):
            break
        match = _HEADER.fullmatch(line.strip())
        if not match:
            raise QueryError(f"{origin}:{number}: not a header line: {line}")
        if match["key"] == "param":
            kind, _, default = match["value"].strip().partition(" ")
            if kind not in PARAMETER_TYPES or not match["name"]:
                raise QueryError(f"{origin}:{number}: a parameter reads `param name: type default`")
            parameters.append(Parameter(match["name"], kind, default.strip() or None))
        elif match["key"] == "column":
            column = _COLUMN.fullmatch(match["value"].strip())
            if not column or not match["name"]:
                raise QueryError(f"{origin}:{number}: a column reads `column name: type table zh | en`")
            if column["table"] and column["type"] != "iri":
                raise QueryError(
                    f"{origin}:{number}: only a column of the type iri names a table, not {column['type']}"
                )
            title = {"zh": column["zh"], "en": column["en"]}
            columns.append(Column(match["name"], column["type"], column["table"] or "", title))
        else:
            key = match["key"] + (f"@{match['language']}" if match["language"] else "")
            header[key] = match["value"].strip()
    return Query(name, header, tuple(parameters), text, tuple(columns))


def read_all(*folders: Path) -> list[Query]:
    """Every query of one or several folders, by name; of two of one name that of the first folder."""
    named = {path.stem: path for folder in reversed(folders) for path in folder.glob("*.rq")}
    return [read(named[name]) for name in sorted(named)]


def grouped(catalogue: Iterable[Query]) -> dict[str, list[Query]]:
    """Group -> its queries in their order; groups stand as GROUPS has them, empty ones are left out."""
    groups: dict[str, list[Query]] = {name: [] for name in GROUPS}
    for query in catalogue:
        name = query.header.get("group", "other")
        groups[name if name in groups else "other"].append(query)
    return {name: members for name, members in groups.items() if members}


def named(catalogue: Sequence[Query], name: str) -> Query:
    """The query of a name, which may be shortened as long as one fits (`cq-10`). Raises UnclearNameError."""
    fitting = [query for query in catalogue if query.name == name] or [
        query for query in catalogue if name.casefold() in query.name
    ]
    if len(fitting) == 1:
        return fitting[0]
    raise UnclearNameError(
        f"“{name}” may be {', '.join(query.name for query in fitting)}"
        if fitting
        else f"no question is called “{name}”: `policygraph ask`, or `questions` of a graph, lists them"
    )


def run(
    query: Query, store: ox.Store, values: Mapping[str, str] | None = None, names: vocab.Names = vocab.SHARED
) -> Rows:
    """The rows of a SELECT over the union of all graphs, its parameters bound as terms, as `with_values` does.

    A parameter without a value takes its default, and stays free without one or with an empty value. `names` are those
    of the graph's project. Raises QueryError for an unknown parameter, a value of the wrong type and a query that is
    not a SELECT.
    """
    solutions = _ask(replace(query, text=with_values(query, _terms_of(query, values or {}, names))), store, names)
    if not isinstance(solutions, ox.QuerySolutions):
        del solutions  # the engine's own object must end in this thread, and not in a traceback
        raise QueryError(f"{query.name} is not a SELECT")
    return Rows(
        [variable.value for variable in solutions.variables],
        [_terms(solution) for solution in solutions],
    )


def with_values(query: Query, values: Mapping[str, Value | Sequence[Value]]) -> str:
    """The query's text with parameters bound by VALUES, for where only text can be sent: to a worker, to another store.

    A list is any of its terms, an empty one none. The terms stand at the head of the outermost pattern, serialised with
    every delimiter escaped; the variable must be bound there too, outside OPTIONAL. They stand in sub-selects as well,
    where that is the same (`bindings`): what is counted is counted of them alone. A parameter without a value stays
    free: `defaults` has those of the header. Raises QueryError for an unknown one.
    """
    _refuse_unknown(query, values)
    blocks: dict[int, list[str]] = {}
    for name, terms in values.items():
        block = f"VALUES ?{name} {{ {' '.join(map(str, terms if isinstance(terms, Sequence) else [terms]))} }}"
        for place in places(query.text, f"?{name}"):
            blocks.setdefault(place, []).append(block)
    text = query.text
    for place in sorted(blocks, reverse=True):
        text = " ".join([text[:place], *blocks[place], text[place:].lstrip(" ")])
    return text


def bound(query: Query, values: Mapping[str, str], names: vocab.Names = vocab.SHARED) -> Query:
    """The query with values, as typed by a person, in its text; those that it has no parameter for are passed over.

    Raises QueryError for a value that the type does not allow.
    """
    terms = {each.name: each.term(values[each.name], names) for each in query.parameters if each.name in values}
    return replace(query, text=with_values(query, terms), parameters=())


def defaults(query: Query, names: vocab.Names = vocab.SHARED) -> dict[str, Value]:
    """The parameters that have a default, each with its term."""
    return {each.name: each.term(each.default, names) for each in query.parameters if each.default}


def at_home(query: Query, store: ox.Store, names: vocab.Names = vocab.SHARED) -> Query:
    """The query with defaults that have an answer in a graph: its own, else those of the first row it has without them.

    A default that nothing in the graph can take the place of is taken out. The text's header is that of the new ones.
    """
    own = defaults(query, names)
    if not own or run(query, store, names=names).rows:
        return query
    free = run(query, store, dict.fromkeys(own, ""), names)
    places = [free.variables.index(name) for name in own if name in free.variables]
    row = next((row for row in free.rows if all(row[place] is not None for place in places)), None)
    values = {free.variables[place]: row[place] for place in places} if row else {}
    return _with_defaults(query, {name: _typed(values.get(name), names) for name in own})


def _typed(term: Term | None, names: vocab.Names) -> str:
    """A term as a person types it, empty for none."""
    if term is None:
        return ""
    return names.shorten(term.value) if isinstance(term, ox.NamedNode) else str(term.value)


def _with_defaults(query: Query, values: Mapping[str, str]) -> Query:
    """The query with other defaults for some parameters, empty for none: in its text too."""

    def line(match: re.Match[str]) -> str:
        return f"{match[1]} {values[match[2]]}".rstrip() if match[2] in values else match[0]

    text = re.sub(r"(?m)^(#\+\s*param\s+(\w+):\s*\w+)\b.*$", line, query.text)
    return parse(query.name, text)


def construct(query: Query, store: ox.Store, names: vocab.Names = vocab.SHARED) -> list[ox.Triple]:
    """The triples of a CONSTRUCT over the union of all graphs, in a fixed order. Raises QueryError for others."""
    triples = _ask(query, store, names)
    if not isinstance(triples, ox.QueryTriples):
        del triples  # the engine's own object must end in this thread, and not in a traceback
        raise QueryError(f"{query.name} is not a CONSTRUCT")
    return sorted(set(triples), key=str)


def evaluate(query: Query, store: ox.Store, names: vocab.Names = vocab.SHARED) -> Rows | bool | list[ox.Triple]:
    """The answer to a query of any form over the union of all graphs: rows, a truth value, or triples in order."""
    answer = _ask(query, store, names)
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    if isinstance(answer, ox.QueryTriples):
        return sorted(set(answer), key=str)
    return Rows([variable.value for variable in answer.variables], [_terms(solution) for solution in answer])


def answer(query: Query, store: ox.Store, names: vocab.Names = vocab.SHARED) -> Rows:
    """The rows of a SELECT; of a CONSTRUCT its triples as rows of subject, predicate and object. Raises QueryError."""
    if query.form != "CONSTRUCT":
        return run(query, store, names=names)
    triples = construct(query, store, names)
    return Rows(["subject", "predicate", "object"], [_terms(triple) for triple in triples])


def received(content: bytes, form: ox.QueryResultsFormat) -> Rows:
    """The rows of a SELECT that another process has answered, in one of SPARQL's result formats.

    The engine's own object ends here, and not in a traceback on another thread.
    """
    solutions = ox.parse_query_results(content, form)
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - the question was a SELECT
    return Rows([variable.value for variable in solutions.variables], [_terms(solution) for solution in solutions])


def _terms_of(query: Query, values: Mapping[str, str], names: vocab.Names) -> dict[str, Value]:
    """The parameters that have a value or a default, each with its term."""
    _refuse_unknown(query, values)
    chosen = {each.name: values.get(each.name, each.default) for each in query.parameters}
    return {each.name: each.term(value, names) for each in query.parameters if (value := chosen[each.name])}


def _refuse_unknown(query: Query, arguments: Iterable[str]) -> None:
    names = [parameter.name for parameter in query.parameters]
    unknown = sorted(set(arguments) - set(names))
    if unknown:
        raise QueryError(f"{query.name} has no parameter {', '.join(unknown)}; it has: {', '.join(names) or 'none'}")


def _ask(query: Query, store: ox.Store, names: vocab.Names) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    try:
        return over_union(query.text, store, names)
    except (SyntaxError, RuntimeError, ValueError) as error:
        raise QueryError(f"{query.name}: {error}") from None


def over_union(
    text: str, store: ox.Store, names: vocab.Names = vocab.SHARED
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """What a query of any form gives over the union of all graphs, as SPARQL 1.1 has it (policygraph.corrections).

    Raises SyntaxError, RuntimeError and ValueError, as the engine does.
    """
    options: dict[str, Any] = {
        "prefixes": dict(names.prefixes),
        "use_default_graph_as_union": True,
        "custom_functions": dict(FUNCTIONS),
    }
    return store.query(for_store(text, store, options), **options)


def _terms(solution: Iterable[object]) -> list[Term | None]:
    return [term if isinstance(term, (ox.NamedNode, ox.BlankNode, ox.Literal)) else None for term in solution]
