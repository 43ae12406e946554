"""A build's folder in, the graph as notebooks want it out: plans, trees, tables, queries, pictures.

    >>> import policygraph as pg
    >>> g = pg.open()
    >>> plan = g.plan("三年行动")
    >>> plan.label("en")
    'Three-year action plan of Shenyang for new breakthroughs in full revitalisation (2023–2025)'
    >>> plan.parts[-1].kind, plan.parts[-1].parent == plan, len(plan.parts[-1].tree)
    ('TaskGroup', True, 7)
    >>> g.sparql("SELECT (COUNT(*) AS ?plans) { ?plan a pg:Plan }")["plans"].to_list() == [len(g.plans)]
    True

    >>> "plan:shenyang-three-year-action-2023" in g, g["area:hunnan"].label(), len(g.documents) > 5
    (True, '浑南区', True)

Names are those of people: an IRI, a short name (`plan:hunnan-development`), a label in any language, or a part of one.
Data frames come with `pip install policygraph[export]`; everything else needs nothing more.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import draw, evidence, export, network, paths, queries, store, things, vocab
from policygraph.draw import chart as charts
from policygraph.draw import picture
from policygraph.formats import tables, templates
from policygraph.formats.python_terms import Plain, plain
from policygraph.queries import QueryError, UnclearNameError
from policygraph.vocab import pg

__all__ = [
    "Answer",
    "Drawing",
    "Element",
    "Evidence",
    "Graph",
    "Plan",
    "QueryError",
    "Thing",
    "Things",
    "Tree",
    "UnclearNameError",
    "open",
]

DataFrame = Any  # pandas is an optional dependency without type information

#: Lines of a tree or a list, and rows of an answer, that a notebook shows before it says how many more there are.
_SHOWN = 200
#: How many of the things that an unclear name fits an error lists.
_LISTED = 8
_LANGUAGES = ("zh", "en")


def open(  # noqa: A001 - it is called `pg.open`
    path: str | Path | None = None,
    *,
    language: str = "zh",
    root: str | Path | None = None,
    quotations: bool = False,
) -> Graph:
    """The graph of a build's folder, or of an RDF file in our vocabulary (.trig, .nq, .ttl, .jsonld, …).

    Without a path it is `build` in this folder, else that of the project: the one above this folder, or the one that
    the package stands in. `language` is that of labels where nothing is said. `root` is the folder of the project
    whose queries and source texts are used, where that is not the one the package stands in. With `quotations`,
    `sparql` and `ask` know the words of evidence (`oa:exact`) where the texts are at hand, and exported tables of
    figures have them in a column; other exports never hold them.

    Raises FileNotFoundError with the command that makes a build, where there is none, DamagedError for a build that is
    not whole, and ValueError for a file that holds no RDF.
    """
    folders = paths.find(Path(root) if root else None)
    here = Path("build")
    where = Path(path) if path is not None else here if here.exists() else folders.build
    if where.suffix in store.ENDINGS and not where.is_dir():
        if not where.is_file():
            raise FileNotFoundError(f"no file {where}: `policygraph build` writes one into build/")
        opened = store.in_memory(store.read_file(where))
    else:
        opened = store.open_in_memory(where)
    return Graph(opened, folders, language, quotations=quotations)


def _restored(content: bytes, root: Path, language: str, quotations: bool) -> Graph:
    """A graph that was pickled."""
    opened = ox.Store()
    opened.bulk_load(content, format=ox.RdfFormat.N_QUADS)
    return Graph(opened, paths.find(root), language, quotations=quotations)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in a source text: code points from `start` up to `end`; the words there, where the text is at hand."""

    source: str
    start: int
    end: int
    quotation: str | None = None

    def __str__(self) -> str:
        return f"{self.source}#char={self.start},{self.end}" + (f" “{self.quotation}”" if self.quotation else "")


class Graph:
    """A graph of policy structure, in memory. `open` makes one."""

    def __init__(
        self, opened: ox.Store, folders: paths.Folders, language: str = "zh", *, quotations: bool = False
    ) -> None:
        if language not in _LANGUAGES:
            raise ValueError(f"language is “{language}”; it must be zh or en")
        self.store = opened
        self.folders = folders
        self.language = language
        self._names = folders.names
        self._quotes = quotations

    @cached_property
    def _quoted(self) -> ox.Store:
        """What questions are put to: the graph, with the words of its evidence where they are wanted."""
        return evidence.quoted(self.store, self.folders) if self._quotes else self.store

    def __len__(self) -> int:
        """How many statements there are, each in its named graph."""
        return len(self.store)

    def __repr__(self) -> str:
        return f"<policygraph.Graph: {len(self.plans)} plans, {len(self)} statements>"

    def _repr_html_(self) -> str:
        rows = self._cut(queries.read(self.folders.queries / "tables" / "plans.rq"), "", "")
        plans: list[dict[str, Any]] = [dict(zip(rows.variables, map(plain, row), strict=True)) for row in rows.rows]
        whole = sorted((plan for plan in plans if plan["elements"]), key=lambda plan: -plan["elements"])
        named = [plan for plan in plans if not plan["elements"]]
        return self._html("graph.html", graph=self, counts=self._counts(), whole=whole, named=named, short=_short)

    def __iter__(self) -> Iterator[Thing]:
        """Every thing of the project and of the base layer that is of a class of ours, by IRI."""
        ours = vocab.PREFIXES["pg"]
        nodes = {
            quad.subject
            for quad in self.store.quads_for_pattern(None, vocab.rdf_type, None)
            if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(ours)
        }
        named = [node for node in nodes if isinstance(node, ox.NamedNode) and self._names.is_thing(node.value)]
        return (self._thing(node) for node in sorted(named, key=str))

    def __contains__(self, name: object) -> bool:
        """Whether anything is said of a thing, an IRI or a short name (`plan:hunnan-development`)."""
        node = self._node(name)
        return node is not None and next(self.store.quads_for_pattern(node, None, None), None) is not None

    def __getitem__(self, name: str) -> Thing:
        """The thing of an IRI or a short name. Raises KeyError with the nearest short names where there is none."""
        if name not in self:
            near = difflib.get_close_matches(str(name), [thing.id for thing in self], n=3)
            raise KeyError(f"nothing has the id {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
        node = self._node(name)
        assert node is not None  # noqa: S101 - it is in the graph
        return self._thing(node)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as its statements, and read again with the project of the same folder."""
        content = self.store.dump(format=ox.RdfFormat.N_QUADS)
        return _restored, (content, self.folders.root, self.language, self._quotes)

    @property
    def plans(self) -> Things:
        """Every plan, those that are part of others too, by IRI."""
        return self._of_class("Plan")

    @property
    def documents(self) -> Things:
        """Every policy document, those that are only cited too, by IRI."""
        return self._of_class("PolicyDocument")

    @property
    def indicators(self) -> Things:
        """Every indicator, by IRI."""
        return self._of_class("Indicator")

    @property
    def areas(self) -> Things:
        """Every administrative area, by IRI."""
        return self._of_class("AdministrativeArea")

    @property
    def organisations(self) -> Things:
        """Every organisation, by IRI."""
        return self._of_class("Organisation")

    def _of_class(self, kind: str) -> Things:
        nodes = {
            quad.subject
            for quad in self.store.quads_for_pattern(None, vocab.rdf_type, pg(kind))
            if isinstance(quad.subject, ox.NamedNode)
        }
        return Things(self, (self._thing(node) for node in sorted(nodes, key=str)))

    def _node(self, name: object) -> ox.NamedNode | None:
        """What an IRI or a short name stands for; None for what is none."""
        try:
            return name.node if isinstance(name, Thing) else ox.NamedNode(self._names.expand(str(name)))
        except ValueError:
            return None

    def to_rdflib(self) -> Any:
        """All statements as a Dataset of rdflib, each graph by its name."""
        from policygraph.formats import rdflib_terms  # noqa: PLC0415 - rdflib is slow to import

        return rdflib_terms.dataset(self.store)

    @cached_property
    def _properties(self) -> frozenset[str]:
        """The local names of our properties: those declared, and those used."""
        ours = vocab.PREFIXES["pg"]
        owl = (ox.NamedNode(vocab.expand(f"owl:{kind}Property")) for kind in ("Object", "Datatype", "Annotation"))
        declared = (quad.subject for kind in owl for quad in self.store.quads_for_pattern(None, vocab.rdf_type, kind))
        names = {str(term)[1:-1] for term in (*declared, *(quad.predicate for quad in self.store))}
        return frozenset(iri.removeprefix(ours) for iri in names if iri.startswith(ours))

    def plan(self, name: str) -> Plan:
        """The plan that a name means; of several, the one that has parts. Raises UnclearNameError."""
        return Plan(self, ox.NamedNode(self._iri(name, "Plan")))

    def thing(self, name: str) -> Thing:
        """The one thing that a name means: a plan, an element, a district, an indicator… Raises UnclearNameError."""
        return self._thing(self._only(name, things.find(self.store, name, names=self._names), "thing"))

    def find(self, words: str, kind: str = "") -> Things:
        """Everything that a name may mean, of one class (`Task`) where that is said."""
        return Things(self, (self._thing(node) for node in things.find(self.store, words, kind, self._names)))

    @property
    def targets(self) -> DataFrame:
        """The targets of all plans, a row for each, as `policygraph export targets.csv` has them."""
        return self.table("targets")

    @property
    def observations(self) -> DataFrame:
        """The values that documents report as reached, a row for each."""
        return self.table("observations")

    @property
    def elements(self) -> DataFrame:
        """The elements of all plans, a row for each, in the order of the text."""
        return self.table("elements")

    def table(self, name: str, *, plan: Plan | str = "", document: Thing | str = "", exact: bool = False) -> DataFrame:
        """One of the tables (plans, elements, targets, roles, areas…) as a frame, whole or of a plan or a document.

        Columns have their types and may lack values: whole numbers and years are Int64, others Float64; with `exact`
        Decimal, digit for digit. `.plot()` of targets and observations is their chart, as of `trajectory`, of the
        indicator that most rows are of. Raises ValueError for an unknown table.
        """
        if name not in export.TABLES:
            raise ValueError(f"there is no table “{name}”; there are: {', '.join(export.TABLES)}")
        query = queries.read(self.folders.queries / "tables" / f"{name}.rq")
        rows = self._cut(query, plan, document)
        with export.optional_library():
            from policygraph.formats import frames  # noqa: PLC0415 - its library is optional
        # a partial of a function, so that a frame can be pickled
        drawer = partial(_drawn, self.folders.templates / "notebook", self.language, self._kinds(rows))
        return frames.of_table(tables.table(query, rows), is_exact=exact, drawer=drawer)

    def sparql(self, query: str, *, raw: bool = False) -> Any:
        """The answer to a SPARQL query over the union of all graphs, the usual prefixes known.

        SELECT: a data frame of Python values; with `raw`, an Answer of rdflib's terms. ASK: a truth value. CONSTRUCT
        and DESCRIBE: a graph of rdflib. Raises QueryError for what cannot be evaluated.
        """
        parsed = queries.parse("query", query)
        answer = queries.evaluate(parsed, self._quoted)
        if isinstance(answer, bool):
            return answer
        from policygraph.formats import rdflib_terms  # noqa: PLC0415 - rdflib is slow to import

        if not isinstance(answer, queries.Rows):
            return rdflib_terms.graph(answer)
        if raw:
            return Answer(self, parsed, answer.variables, [tuple(map(rdflib_terms.native, row)) for row in answer.rows])
        return self._answer(parsed, answer).frame

    def ask(self, name: str, **values: object) -> Answer:
        """The answer to a competency question, whose name may be shortened as long as it is clear (`cq-10`).

        Parameters take a thing, a name, a number, as the question's header types them.
        """
        query = queries.named(queries.read_all(*self.folders.queries_of("competency")), name)
        types = {each.name: each.type for each in query.parameters}
        arguments = {key: self._value(value, types.get(key, "")) for key, value in values.items()}
        return self._answer(query, queries.run(query, self._quoted, arguments, self._names))

    @property
    def questions(self) -> dict[str, str]:
        """Name of each competency question -> the question, in the graph's language."""
        catalogue = queries.read_all(*self.folders.queries_of("competency"))
        return {query.name: query.header_text("question", self.language) for query in catalogue}

    def to_networkx(self, view: str = "hierarchy", *, plan: Plan | str = "", document: Thing | str = "") -> Any:
        """A view (hierarchy, co-responsibility, alignment, initiatives) as a networkx graph. Raises ValueError."""
        if view not in export.VIEWS:
            raise ValueError(f"there is no view “{view}”; there are: {', '.join(export.VIEWS)}")
        files = (queries.read(self.folders.queries / "views" / f"{view}-{side}.rq") for side in ("nodes", "edges"))
        rows = [self._cut(query, plan, document) for query in files]
        return network.of_rows(*rows, is_directed=export.VIEWS[view].is_directed)

    def export(
        self, name: str, to: str | Path | None = None, *, plan: Plan | str = "", document: Thing | str = "", **how: Any
    ) -> Path:
        """Writes an export (`graph.ttl`, `targets.xlsx`, `plan.stratml.xml`…) and says where: else under its own name.

        Options are those of `policygraph export`: inferred, evidence, quotations, language, bom, only. Raises
        export.ExportError.
        """
        words = {"quotations": self._quotes} if "quotations" in export.find(name).takes else {}
        options = export.Wanted(**{"language": self.language, **words, **self._parts(plan, document), **how})
        path = Path(to or name)
        path.write_bytes(export.run(name, self.store, self.folders, options))
        return path

    def trajectory(self, indicator: Thing | str) -> Drawing:
        """The values of an indicator year by year, targets and observations, as a chart. Raises UnclearNameError."""
        iri = self._iri(indicator, "Indicator")
        query = queries.read(self.folders.queries / "service" / "trajectory.rq")
        rows = queries.run(query, self.store, {"indicator": iri})
        records = [dict(zip(rows.variables, map(plain, row), strict=True)) for row in rows.rows]
        chart = charts.chart(self._thing(ox.NamedNode(iri)).label(), records, self.language)
        return Drawing(self._html("trajectory.svg", chart=chart))

    def _parts(self, plan: Plan | str, document: Thing | str) -> dict[str, str]:
        """The IRIs of what a table, a view or an export is cut to, as far as they are named."""
        selections = (("plan", "Plan", plan), ("document", "PolicyDocument", document))
        return {key: self._iri(name, kind) for key, kind, name in selections if name}

    def _cut(self, query: queries.Query, plan: Plan | str, document: Thing | str) -> queries.Rows:
        """The rows of a table or a view. Its filters ask whether a parameter is bound: so it is bound in the text."""
        return queries.run(queries.bound(query, self._parts(plan, document)), self.store, names=self._names)

    def _answer(self, query: queries.Query, rows: queries.Rows) -> Answer:
        return Answer(self, query, rows.variables, [tuple(map(plain, row)) for row in rows.rows])

    def _kinds(self, rows: queries.Rows) -> dict[str, str]:
        """The labels of the kinds of values that the rows of a table have, by their words; of other tables none."""
        if "valueKind" not in rows.variables:
            return {}
        column = rows.variables.index("valueKind")
        words = {term.value for row in rows.rows if isinstance(term := row[column], ox.Literal)}
        nodes = {word: ox.NamedNode(f"{vocab.CONCEPT}value-kind/{word}") for word in words}
        return {word: things.label(self.store, node, self.language) for word, node in nodes.items()}

    def _value(self, value: object, kind: str) -> str:
        """A parameter's value as a person types it; a name becomes the IRI of what it means."""
        if isinstance(value, Thing):
            return value.iri
        return self._iri(str(value)) if kind == "iri" else str(value).lower() if kind == "boolean" else str(value)

    def _iri(self, name: Thing | str, kind: str = "") -> str:
        """The IRI of what a name means, of one class where that is said."""
        if isinstance(name, Thing):
            return name.iri
        matches = things.find(self.store, name, kind, self._names)
        whole = [node for node in matches if things.has_parts(self.store, node)] if kind == "Plan" else []
        return self._only(name, whole if len(whole) == 1 else matches, kind or "thing").value

    def _only(self, name: str, matches: Sequence[ox.NamedNode], what: str) -> ox.NamedNode:
        if len(matches) == 1:
            return matches[0]
        choices = [
            f"{self._names.shorten(node.value)} {things.label(self.store, node, self.language)}" for node in matches
        ]
        more = [f"… {len(choices) - _LISTED} more"] if len(choices) > _LISTED else []
        listed = "; ".join([*choices[:_LISTED], *more])
        raise UnclearNameError(f"“{name}” may be {listed}: say which" if matches else f"no {what} is called “{name}”")

    def _thing(self, node: ox.NamedNode) -> Thing:
        """The thing as the most special class that this module has for it."""
        kinds = {quad.object for quad in self.store.quads_for_pattern(node, vocab.rdf_type, None)}
        constructor = next((constructor for name, constructor in _CLASSES.items() if pg(name) in kinds), Thing)
        return constructor(self, node)

    def _html(self, template: str, **values: object) -> str:
        return templates.render(self.folders.templates / "notebook", template, language=self.language, **values)

    def _counts(self) -> list[tuple[str, str, int]]:
        """The classes of ours that things of the data belong to: labels in zh and en, and how many."""
        values: dict[ox.NamedNode, set[object]] = {}
        for quad in self.store.quads_for_pattern(None, vocab.rdf_type, None):
            ours = isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(vocab.PREFIXES["pg"])
            if ours and isinstance(quad.subject, ox.NamedNode) and self._names.is_thing(quad.subject.value):
                values.setdefault(quad.object, set()).add(quad.subject)  # type: ignore[arg-type] # seen to be a name
        counted = [
            (things.label(self.store, kind, "zh"), things.label(self.store, kind, "en"), len(members))
            for kind, members in values.items()
        ]
        return sorted(counted, key=lambda each: (-each[2], each[1]))

    @cached_property
    def _texts(self) -> evidence.Texts:
        """The source texts at hand."""
        return evidence.texts_of(self.store, self.folders)


class Thing:
    """A thing of the graph: its names, class, statements and evidence. Two objects of one IRI are equal."""

    def __init__(self, graph: Graph, node: ox.NamedNode) -> None:
        self.graph = graph
        self.node = node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and (self.node, self.graph) == (other.node, other.graph)

    def __hash__(self) -> int:
        return hash(self.node)

    def __repr__(self) -> str:
        return f"<{self.kind or 'Thing'} {self.id}: {self.label()}>"

    def _repr_html_(self) -> str:
        rows = list(zip_longest(self.tell("zh"), self.tell("en"), fillvalue=""))
        return self.graph._html("thing.html", thing=self, told=rows)

    @property
    def iri(self) -> str:
        return self.node.value

    @property
    def id(self) -> str:
        """The short name, as records have it."""
        return self.graph.folders.names.shorten(self.iri)

    @property
    def kind(self) -> str:
        """The local name of the most special class: `Plan`, `Task`, `District`…; empty for none of ours."""
        node = things.kind(self.graph.store, self.node)
        return node.value.removeprefix(vocab.PREFIXES["pg"]) if node else ""

    def kind_label(self, language: str = "") -> str:
        """The label of the class in a language (zh or en)."""
        node = things.kind(self.graph.store, self.node)
        return things.label(self.graph.store, node, language or self.graph.language) if node else ""

    def label(self, language: str = "") -> str:
        """The label in a language (zh or en), else in any; without one, in the graph's."""
        return things.label(self.graph.store, self.node, language or self.graph.language)

    def get(self, name: str) -> list[Thing | Plain]:
        """The values of a property (`coversArea` or `pg:coversArea`) in order: things, or values of Python."""
        predicate = pg(name) if ":" not in name else ox.NamedNode(self.graph.folders.names.expand(name))
        values = {quad.object for quad in self.graph.store.quads_for_pattern(self.node, predicate, None)}
        return [
            self.graph._thing(value) if isinstance(value, ox.NamedNode) else plain(value)
            for value in sorted(values, key=str)
            if not isinstance(value, ox.Triple)
        ]

    def __getattr__(self, name: str) -> Any:
        """A property by its name, its name without `has`, or in snake case: `hasValue`, `value`, `printed_value`.

        One value as it is, several as a list, None where the thing has none. Raises AttributeError, with the nearest,
        for what is no property of the ontology.
        """
        if name.startswith("_"):  # what Python itself looks for; and the graph may not be there yet (pickle)
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0], name=name, obj=self) from None

    def __getitem__(self, name: str) -> Any:
        """As an attribute; raises KeyError with the nearest."""
        head, *rest = name.split("_")
        camel = head + "".join(word[:1].upper() + word[1:] for word in rest)
        properties = self.graph._properties
        for candidate in (name, camel, f"has{camel[:1].upper()}{camel[1:]}", f"is{camel[:1].upper()}{camel[1:]}"):
            if candidate in properties:
                values = self.get(candidate)
                return values if len(values) > 1 else values[0] if values else None
        near = difflib.get_close_matches(name, {*properties, *map(_bare, properties)}, n=3)
        raise KeyError(f"there is no property {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))

    def tell(self, language: str = "") -> list[str]:
        """What it says of itself, a line for each property."""
        lines = things.tree(self.graph.store, self.node, language or self.graph.language, depth=0)
        return [branch.text for branch in lines.children]

    @property
    def evidence(self) -> list[Evidence]:
        """Where in the texts it is said, in order; with the words, where the texts are at hand."""
        nodes = (quad.object for quad in self.graph.store.quads_for_pattern(self.node, pg("hasEvidence"), None))
        spans = {span for term in nodes if isinstance(term, ox.NamedNode) and (span := evidence.span_of(term.value))}
        texts = self.graph._texts.by_slug
        return [
            Evidence(
                span.slug, span.start, span.end, texts[span.slug][span.start : span.end] if span.slug in texts else None
            )
            for span in sorted(spans, key=lambda span: (span.slug, span.start, span.end))
        ]


def _bare(name: str) -> str:
    """The name of a property as an attribute is called: without `has`."""
    word = name.removeprefix("has")
    return word[:1].lower() + word[1:] if word[:1].isupper() else name


class Things(list[Thing]):
    """A list of things that shows itself as a table."""

    def __init__(self, graph: Graph, members: Iterable[Thing]) -> None:
        super().__init__(members)
        self._graph = graph

    def _repr_html_(self) -> str:
        return self._graph._html("things.html", things=self[:_SHOWN], more=max(0, len(self) - _SHOWN))


class Element(Thing):
    """A part of a plan, or a plan: what it is part of, its parts, and the targets they set."""

    @property
    def number(self) -> str:
        """The number as printed, “（十二）”; empty where none is."""
        number = self.get("hasPrintedNumber")
        return str(number[0]) if number else ""

    @property
    def parts(self) -> list[Element]:
        """Its own parts, in the order of the document."""
        opened = self.graph.store
        nodes = {quad.subject for quad in opened.quads_for_pattern(None, pg("isPartOf"), self.node)}
        named = [node for node in nodes if isinstance(node, ox.NamedNode)]
        return [_element(self.graph, node) for node in sorted(named, key=lambda node: things.ordinal(opened, node))]

    @property
    def parents(self) -> list[Element]:
        """The wholes that it is part of; mostly one."""
        nodes = (quad.object for quad in self.graph.store.quads_for_pattern(self.node, pg("isPartOf"), None))
        named = {node for node in nodes if isinstance(node, ox.NamedNode)}
        return [_element(self.graph, node) for node in sorted(named, key=str)]

    @property
    def parent(self) -> Element | None:
        """The whole that it is part of, the first of several; None for a plan that stands by itself."""
        return next(iter(self.parents), None)

    @property
    def plan(self) -> Plan | None:
        """The plan that it is part of, or is: the first on the way up."""
        seen: set[Thing] = set()
        whole: Element | None = self
        while whole and not isinstance(whole, Plan) and whole not in seen:
            seen.add(whole)
            whole = whole.parent
        return whole if isinstance(whole, Plan) else None

    @property
    def tree(self) -> Tree:
        """It and all below it."""
        return Tree(self)

    @property
    def targets(self) -> DataFrame:
        """The targets that it and its parts set."""
        frame = self.graph.table("targets")
        return frame[frame["setBy"].isin([element.iri for element in self.tree])].reset_index(drop=True)

    def to_networkx(self) -> Any:
        """It and all below it as a directed graph of networkx, an edge from each whole to each of its parts."""
        return network.hierarchy(self.graph.store, self.iri)

    def draw(
        self, *, language: str = "", colour: str = "type", depth: int | None = None, theme: str = "light"
    ) -> Drawing:
        """Its hierarchy as a picture, as of `policygraph draw`. Raises ValueError for an unknown colour or theme."""
        for name, value, choices in (("colour", colour, picture.COLOURINGS), ("theme", theme, draw.THEMES)):
            if value not in choices:
                raise ValueError(f"{name} is “{value}”; it must be {' or '.join(choices)}")
        graph, spoken = self.to_networkx(), language or self.graph.language
        kinds = picture.class_labels(self.graph.store, graph, spoken)
        drawing = picture.picture(graph, self.iri, kinds, language=spoken, colouring=colour, depth=depth)
        return Drawing(draw.svg(drawing, theme))


class Plan(Element):
    """A plan: an action plan, a special action, an outline, a task list, or a system of documents."""

    @property
    def period(self) -> tuple[int | None, int | None]:
        """Its first and last year, None where the text has none."""
        start, end = (next(iter(self.get(name)), None) for name in ("hasPeriodStart", "hasPeriodEnd"))
        return start if isinstance(start, int) else None, end if isinstance(end, int) else None

    @property
    def elements(self) -> DataFrame:
        """Its elements, a row for each, in the order of the text."""
        return self.graph.table("elements", plan=self)

    @property
    def targets(self) -> DataFrame:
        """The targets it sets, a row for each."""
        return self.graph.table("targets", plan=self)

    def export(self, name: str, to: str | Path | None = None, **how: Any) -> Path:
        """Writes an export of this plan only, and says where: see Graph.export."""
        return self.graph.export(name, to, plan=self, **how)


#: Class -> what its things are here, the most special first.
_CLASSES: dict[str, type[Thing]] = {"Plan": Plan, "PlanElement": Element}


def _element(graph: Graph, node: ox.NamedNode) -> Element:
    thing = graph._thing(node)
    return thing if isinstance(thing, Element) else Element(graph, node)


class Tree:
    """An element and all below it: goes over them in reading order, each once; printed, it is an outline."""

    def __init__(self, root: Element) -> None:
        self.root = root

    def __iter__(self) -> Iterator[Element]:
        return (element for element, place in self._places() if not place.is_repeated)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __str__(self) -> str:
        return "\n".join(f"{'  ' * place.depth}{_line(element)}" for element, place in self._places())

    def __repr__(self) -> str:
        return f"<Tree of {self.root.id}: {len(self)} elements>"

    def _repr_html_(self) -> str:
        places = self._places()
        visible, more = places[:_SHOWN], max(0, len(places) - _SHOWN)
        return self.root.graph._html("tree.html", root=self.root, places=visible, more=more)

    @property
    def parts(self) -> list[Element]:
        return self.root.parts

    def _places(self) -> list[tuple[Element, network.Place]]:
        graph = self.root.graph
        unfolded = network.unfold(self.root.to_networkx(), self.root.iri)
        return [(_element(graph, ox.NamedNode(place.node)), place) for place in unfolded]


def _line(element: Element) -> str:
    return f"{element.number} {element.label()}".lstrip()


class Answer(Sequence[tuple[Any, ...]]):
    """The rows of an answer, with the question: tuples in the order of `variables`, None where nothing is bound."""

    def __init__(
        self, graph: Graph, query: queries.Query, variables: Sequence[str], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        self._graph = graph
        self._query = query
        self.variables = list(variables)
        self.rows = list(rows)

    def __getitem__(self, place: Any) -> Any:
        return self.rows[place]

    def __len__(self) -> int:
        return len(self.rows)

    def __getattr__(self, name: str) -> Any:
        """What a data frame has and an answer has not is asked of `frame`; this says so."""
        raise AttributeError(f"an answer has no “{name}”: its data frame is `.frame`", name=name, obj=self)

    def __repr__(self) -> str:
        return f"<Answer: {len(self)} rows of {', '.join(self.variables)}>"

    def _repr_html_(self) -> str:
        return self._graph._html(
            "answer.html", answer=self, rows=self.rows[:_SHOWN], more=max(0, len(self) - _SHOWN), short=_short
        )

    def question(self, language: str = "") -> str:
        """The question that is answered, in a language; empty for a query of one's own."""
        return self._query.header_text("question", language or self._graph.language)

    @property
    def frame(self) -> DataFrame:
        """The rows as a data frame."""
        with export.optional_library():
            from policygraph.formats import frames  # noqa: PLC0415 - its library is optional
        return frames.of_values(self.variables, self.rows)


def _drawn(folder: Path, language: str, kinds: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> Drawing:
    """The chart of rows of the tables of targets and observations, of the indicator that most of them are of.

    `kinds` are the labels of kinds of values in that language.
    """
    listed = list(rows)
    indicators = Counter(row["ofIndicator"] for row in listed)
    common = max(indicators, key=lambda iri: (indicators[iri], str(iri)), default="")
    chosen = [row for row in listed if row["ofIndicator"] == common]
    title = chosen[0].get(f"ofIndicator{language.capitalize()}") or vocab.shorten(str(common)) if chosen else ""
    chart = charts.chart(title, (_record(row, kinds) for row in chosen), language)
    whole = replace(chart, left_out=chart.left_out + len(listed) - len(chosen))
    return Drawing(templates.render(folder, "trajectory.svg", language=language, chart=whole))


def _record(row: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """A row of a table as `charts.chart` takes it: as one of queries/service/trajectory.rq."""
    amount, kind = row["value"], row.get("valueKind")
    record = {
        "value": row.get("id"),
        "class": "#IndicatorTarget" if "deadline" in row else "#IndicatorObservation",
        "amount": None if amount is None else float(amount),
        "year": row.get("deadline", row.get("year")),
        "printed": row.get("printedValue"),
        "kind": row.get("valueKind"),
        "unit": (row.get("inUnit"), row.get("classifier")),
    }
    # a classifier (家, 个) is a word of Chinese
    units = {"Zh": row.get("unitSymbol") or row.get("classifier"), "En": row.get("unitSymbol")}
    for language, unit in units.items():
        record[f"area{language}"] = row.get(f"ofArea{language}")
        record[f"plan{language}"] = row.get(f"withinPlan{language}")
        record[f"kind{language}"], record[f"unit{language}"] = kinds.get(kind or "", kind), unit
    return record


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.12g}"
    return "" if value is None else vocab.shorten(value) if isinstance(value, str) else str(value)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as SVG, which a notebook shows and `save` writes."""

    svg: str

    def __repr__(self) -> str:
        return f"<Drawing: {len(self.svg):,} characters of SVG>"

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> Path:
        """Writes the SVG file, and says where."""
        Path(path).write_text(self.svg, encoding="utf-8")
        return Path(path)
