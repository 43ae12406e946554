"""Words, ids and queries of an assistant in, answers out that carry where they come from.

Each method is a tool. An answer is a mapping: `answer`, the `snapshot` that it was read from, and for everything it
speaks of the `sources` (document, place, words where the text is at hand, and how to cite it), the `confidence` and the
`review` status. That a document states nothing is an answer, told apart from a document that is not there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyoxigraph as ox
from flask import Flask

from policygraph import queries, vocab
from policygraph.errors import PolicygraphError
from policygraph.messages import listed, message, text_in

from ..failures import RequestError
from ..graph import quotations, search
from ..graph.axes import Value, value
from ..graph.catalogue import catalogue
from ..graph.hierarchy import pieces
from ..graph.labels import in_rows, names
from ..graph.silence import REASONS, documents_of, why_silent
from ..service import service
from ..web import preferences
from ..web.ask import Row, rows
from ..web.names import expand, shorten
from ..web.names import names as project_names
from ..web.problems import PROBLEMS
from ..web.request import RequestContext, request_context
from .phrases import terms
from .terms import undeclared

__all__ = ["LANGUAGES", "RefusalError", "Tools"]

LANGUAGES = ("en", "zh")
#: Rows of an answer, things whose sources are told, and sources of one thing, at most: answers stay short.
_MOST_ROWS, _MOST_THINGS, _MOST_SOURCES = 200, 50, 5
#: Namespaces whose terms must be declared to be used in a query.
_NAMESPACES = (vocab.PREFIXES["pg"], vocab.CONCEPT, vocab.PREFIXES["pgunit"])
#: State of what is not stated -> what an assistant is told.
_SILENT = {
    "not-stated": message("its documents were read and state no value"),
    "not-read": message("its documents are known and were not read"),
    "no-document": message("no document of this area is in the graph"),
}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_CLASS = vocab.expand("owl:Class")


class RefusalError(PolicygraphError, ValueError):
    """A tool call that is refused; the message says why and what to call instead."""


class Tools:
    """The tools over an app of the service, in one language (`en` or `zh`) unless a call says another."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.app = app
        self.language = language

    def find(self, words: str, kind: str = "", language: str = "") -> dict[str, Any]:
        """Things of which a label holds the words; `kind` is a class (`Plan`, `Indicator`, `District` …) or empty.

        Where no label holds all, the terms of a question are looked for, first without its particles.
        """
        with self._context(language) as context:
            spoken = language or self.language
            chosen = {"kind": self._classes(context, kind, spoken)} if kind else {}
            hits, wanted = search.find(context, words, 0, search.LIMIT, chosen), words
            for phrase in [] if hits.total else _shortened(context, words):
                hits, wanted = search.find(context, phrase, 0, search.LIMIT, chosen), phrase
                if hits.total:
                    break
            things = [
                {
                    "id": shorten(hit.thing),
                    "label": hits.names.label(hit.thing, spoken),
                    "kind": _local(hits.kinds.get(hit.thing, "")),
                    **({"within": shorten(hits.wholes[hit.thing])} if hit.thing in hits.wholes else {}),
                }
                for hit in hits.shown
            ]
            note = "" if things else _say(spoken, message("nothing of the graph is called so"))
            if things and (hits.words or wanted != words):
                note = _say(
                    spoken, message("nothing is called so; these are for “{words}”", words=hits.words or wanted)
                )
            return self._answered(
                context, {"total": hits.total, "things": things}, [hit.thing for hit in hits.shown], note
            )

    def show(self, thing: str, language: str = "") -> dict[str, Any]:
        """What the graph states of a thing, by id (`plan:…`), IRI or whole label: properties with labels and values."""
        with self._context(language) as context:
            node = self._in_graph(context, thing, language)
            solutions = rows(context, "page-statements", {"thing": node})
            statements = self._statements(context, solutions, language or self.language)
            return self._answered(context, {"id": shorten(node.value), **statements}, [node.value])

    def evidence(self, thing: str, language: str = "") -> dict[str, Any]:
        """Where a thing stands in the texts: places, the words there if the text is at hand, and how to cite each."""
        with self._context(language) as context:
            node = self._in_graph(context, thing, language)
            spoken = language or self.language
            answer = self._answered(context, {"id": shorten(node.value)}, [node.value])
            if not answer["sources"]:
                answer["note"] = _say(spoken, message("no text is evidence for this thing"))
            return answer

    def questions(self, language: str = "") -> dict[str, Any]:
        """The questions that are ready: name, question, parameters with their types and defaults."""
        with self._context(language) as context:
            ready = [
                {
                    "name": query.name,
                    "question": query.header_text("question", language or self.language),
                    "parameters": [
                        {"name": each.name, "type": each.type, "default": str(each.default or "")}
                        for each in query.parameters
                    ],
                }
                for query in catalogue(context).values()
            ]
            return {"answer": ready, "snapshot": context.pool.snapshot}

    def ask(self, question: str, parameters: Mapping[str, str] | None = None, language: str = "") -> dict[str, Any]:
        """The answer to a question that is ready, by its name or the beginning of it (`cq-10`)."""
        with self._context(language) as context:
            try:
                query = queries.named(list(catalogue(context).values()), question)
                given = self._with_ids(context, query, parameters or {}, language)
                values = _values(query, given)
            except (queries.QueryError, queries.UnclearNameError, ValueError) as error:
                raise RefusalError(str(error)) from None
            answer = self._table(context, rows(context, query, values), language)
            if not answer["answer"]["total"] and (meaning := query.header_text("empty", language or self.language)):
                answer["note"] = meaning
            return answer

    def sparql(self, query: str, language: str = "") -> dict[str, Any]:
        """The answer to a SELECT or ASK of the assistant's own, the usual prefixes known; terms must be declared."""
        spoken = language or self.language
        with self._context(language) as context:
            declared = [row["term"].value for row in rows(context, "declared-terms")]
            if missing := undeclared(query, declared, project_names().prefixes, _NAMESPACES):
                raise RefusalError(_undeclared_text(missing, spoken))
        form = {"query": query, "format": "json"}
        with self.app.test_client(use_cookies=False) as client:
            response = client.post("/sparql", data=form, headers={"Accept-Language": spoken})
            body, status = response.get_data(), response.status_code
            response.close()
        content = json.loads(body)
        if status != 200:
            raise RefusalError(f"{content.get('title', '')}: {content.get('detail', '')}")
        with self._context(language) as context:
            if "boolean" in content:
                return self._answered(context, {"boolean": content["boolean"]}, [])
            solutions = queries.received(body, ox.QueryResultsFormat.JSON)
            return self._table(
                context,
                [
                    {name: term for name, term in zip(solutions.variables, row, strict=True) if term is not None}
                    for row in solutions.rows
                ],
                language,
            )

    def compare(self, indicator: str, areas: Sequence[str] = (), language: str = "") -> dict[str, Any]:
        """What areas state on one indicator, year by year; for an area without a value, why there is none."""
        spoken = language or self.language
        with self._context(language) as context:
            node = self._in_graph(context, indicator, language)
            by_value = {row["value"].value: row for row in reversed(rows(context, "trajectory", {"indicator": node}))}
            wanted = [self._in_graph(context, each, language).value for each in areas]
            values = [value(row, {}) for row in reversed(by_value.values())]
            visible = [each for each in values if not wanted or each.area[0] in wanted]
            stated = {each.area[0] for each in visible}
            silent = [area for area in wanted if area not in stated]
            documents = documents_of(context, silent)
            reasons = {area: REASONS[why_silent(documents.get(area, ()), None)] for area in silent}
            absent = {shorten(area): _say(spoken, _SILENT[reason]) for area, reason in reasons.items()}
            answer = {
                "indicator": shorten(node.value),
                "values": [_value_json(each) for each in visible[:_MOST_ROWS]],
                "total": len(visible),
                "absent": absent,
            }
            note = "" if visible else _say(spoken, message("no document states a value for this indicator"))
            return self._answered(context, answer, [each.iri for each in visible], note)

    @contextmanager
    def _context(self, language: str) -> Iterator[RequestContext]:
        """A request of the service's own. Raises RefusalError for what the service refuses, in its words."""
        spoken = language or self.language
        if spoken not in LANGUAGES:
            raise RefusalError(f"language is “{spoken}”; it must be one of {', '.join(LANGUAGES)}")
        try:
            with (
                self.app.test_request_context("/", headers={"Accept-Language": spoken}),
                request_context(service()) as context,
            ):
                yield context
        except RequestError as failure:
            problem = PROBLEMS[failure.kind]
            detail = text_in(problem.detail.format(**{"message": "", **failure.details}), spoken)
            raise RefusalError(f"{problem.title[spoken]}: {detail}") from None

    def _in_graph(self, context: RequestContext, thing: str, language: str) -> ox.NamedNode:
        """The thing of an id, an IRI, or a whole label that it alone has. Raises RefusalError where there is none."""
        node = _node(thing)
        if node and rows(context, "page-statements", {"thing": node}):
            return node
        hits = search.find(context, thing, 0, search.MOST).shown
        called = sorted({hit.thing for hit in hits if hit.label.casefold() == thing.strip().casefold()})
        if len(called) == 1:
            return ox.NamedNode(called[0])
        spoken = language or self.language
        if called:
            listing = listed([shorten(each) for each in called])
            raise RefusalError(
                _say(spoken, message("several things are called “{name}”: {names}", name=thing, names=listing))
            )
        if node is None and not hits:
            raise RefusalError(
                _say(
                    spoken,
                    message(
                        "“{name}” is no id: ids read plan:…, indicator:…, area:…, id:…; `find` gives them", name=thing
                    ),
                )
            )
        local = thing.rpartition("/")[2].rpartition(":")[2].replace("-", " ")
        near = [shorten(hit.thing) for hit in search.find(context, local, 0, 3).shown]
        nearest = _say(spoken, message("; the nearest: {names}", names=listed(near))) if near else ""
        raise RefusalError(_say(spoken, message("the graph does not know {thing}", thing=thing)) + nearest)

    def _classes(self, context: RequestContext, kind: str, language: str) -> frozenset[str]:
        """A class by its short name, and all below it. Raises RefusalError for one that is not declared."""
        written = f"pg:{kind.removeprefix('pg:')}"
        try:
            node = ox.NamedNode(expand(written))
        except ValueError:
            raise RefusalError(_no_class(kind, language)) from None
        below = rows(context, "narrower-classes", {"class": node})
        if not below:
            declared = [
                term for row in rows(context, "declared-terms") if _local(term := row["term"].value)[:1].isupper()
            ]
            nearest = [
                name
                for each in undeclared(written, declared, project_names().prefixes, _NAMESPACES)
                for name in each.nearest
            ]
            raise RefusalError(_no_class(kind, language, nearest))
        return frozenset(row["narrower"].value for row in below)

    def _with_ids(
        self, context: RequestContext, query: queries.Query, parameters: Mapping[str, str], language: str
    ) -> dict[str, str]:
        """The parameters of a question, things by their IRIs.

        Raises RefusalError for a thing the graph does not know: no rows would read as a text that is silent.
        """
        things = {each.name for each in query.parameters if each.type == "iri"}
        return {
            name: self._in_graph(context, str(value), language).value if name in things else str(value)
            for name, value in parameters.items()
        }

    def _statements(self, context: RequestContext, solutions: Sequence[Row], language: str) -> dict[str, Any]:
        labels = names(context, in_rows(solutions))
        asserted: dict[str, list[Any]] = {}
        inferred: dict[str, list[Any]] = {}
        for row in solutions:
            side = inferred if row["graph"].value == vocab.GRAPH_INFERRED.value else asserted
            term = row["value"]
            shown = _plain(term)
            if isinstance(term, ox.NamedNode):
                shown = {"id": shorten(term.value), "label": labels.label(term.value, language)}
            values = side.setdefault(shorten(row["property"].value), [])
            if shown not in values:
                values.append(shown)
        return {"stated": asserted, "inferred": inferred}

    def _table(self, context: RequestContext, solutions: Sequence[Row], language: str) -> dict[str, Any]:
        spoken = language or self.language
        shown = solutions[:_MOST_ROWS]
        answer = {
            "rows": [{name: _plain(term) for name, term in row.items()} for row in shown],
            "total": len(solutions),
        }
        note = "" if solutions else _say(spoken, message("the graph states nothing of this kind"))
        if len(solutions) > len(shown):
            note = _say(spoken, message("the first {shown} of {total} rows", shown=len(shown), total=len(solutions)))
        things = dict.fromkeys(term.value for row in shown for term in row.values() if isinstance(term, ox.NamedNode))
        return self._answered(context, answer, things, note)

    def _answered(
        self, context: RequestContext, answer: Mapping[str, Any], things: Iterable[str], note: str = ""
    ) -> dict[str, Any]:
        """An answer with the sources, confidence and review status of the first of its things that have any."""
        sources: dict[str, list[dict[str, Any]]] = {}
        standing: dict[str, dict[str, Any]] = {}
        nodes = list(dict.fromkeys(things))
        solutions = [row for some in pieces(nodes) for row in rows(context, "provenance", {"thing": some})]
        traced = {row["thing"].value for row in solutions}
        nodes = [thing for thing in nodes if thing in traced]
        if len(nodes) > _MOST_THINGS:
            untold = message(
                "sources are given for the first {shown} of {total} things; `evidence` gives those of the others",
                shown=_MOST_THINGS,
                total=len(nodes),
            )
            note = "; ".join(filter(None, (note, _say(preferences.language(), untold))))
        visible = set(nodes[:_MOST_THINGS])
        solutions = [row for row in solutions if row["thing"].value in visible]
        quote = quotations.quoting(context, {row["evidence"].value.partition("#")[0] for row in solutions})
        for row in solutions:
            name = shorten(row["thing"].value)
            places = sources.setdefault(name, [])
            place = _place(row, quote, context.pool.snapshot)
            if len(places) < _MOST_SOURCES and place not in places:
                places.append(place)
            standing[name] = {
                **({"confidence": float(row["confidence"].value)} if "confidence" in row else {}),
                "review": _local(row["status"].value) if "status" in row else "not recorded",
                **({"needsReview": row["waits"].value == "true"} if "waits" in row else {}),
            }
        return {
            "answer": answer,
            "snapshot": context.pool.snapshot,
            "sources": sources,
            "standing": standing,
            **({"note": note} if note else {}),
        }


def _shortened(context: RequestContext, words: str) -> Iterator[str]:
    """The terms of a question together, those of things together and one by one, and those that some label has."""
    left = terms(words)
    by_term = {term: search.find(context, term, 0, 1).shown for term in left}
    some = [term for term in left if by_term[term]]
    things = [term for term in some if not _names_class(context, by_term[term][0], term)]
    phrases = (" ".join(left), " ".join(things), *things, " ".join(some))
    yield from (phrase for phrase in phrases if phrase)


def _names_class(context: RequestContext, hit: search.Hit, term: str) -> bool:
    return hit.label.casefold() == term.casefold() and search.index_of(context).kind(hit.thing) == _CLASS


def _node(name: str) -> ox.NamedNode | None:
    """The IRI of an id; None for what is none."""
    try:
        return ox.NamedNode(expand(name))
    except (ValueError, KeyError):
        return None


def _values(query: queries.Query, parameters: Mapping[str, str]) -> dict[str, queries.Value]:
    """The parameters of a question as terms, those that are not given by their defaults. Raises QueryError."""
    by_name = {each.name: each for each in query.parameters}
    if unknown := sorted(parameters.keys() - by_name.keys()):
        takes = ", ".join(by_name) or "none"
        raise queries.QueryError(f"{query.name} has no parameter {unknown[0]}; it takes: {takes}")
    given = {name: by_name[name].term(str(text), project_names()) for name, text in parameters.items()}
    return {**queries.defaults(query, project_names()), **given}


def _place(row: Row, quote: Any, snapshot: str) -> dict[str, Any]:
    evidence = row["evidence"].value
    place: dict[str, Any] = {"evidence": evidence}
    if "start" not in row:
        return place
    start, end = int(row["start"].value), int(row["end"].value)
    labels = {language: row[language].value for language in ("zh", "en") if language in row}
    quotation = quote(evidence.partition("#")[0], start, end)
    title = labels.get("zh") or labels.get("en") or evidence
    words = {"title": title, "start": start, "end": end, "snapshot": snapshot[:12]}
    undated = message("{title}, characters {start}–{end}; policygraph snapshot {snapshot}", **words)
    dated = message(
        "{title}, {date}, characters {start}–{end}; policygraph snapshot {snapshot}",
        date=row["date"].value if "date" in row else "",
        **words,
    )
    return {
        **place,
        "document": labels,
        "characters": [start, end],
        **({"quotation": quotation.words} if quotation else {}),
        "citation": _say(preferences.language(), dated if "date" in row else undated),
    }


def _value_json(each: Value) -> dict[str, Any]:
    """A value of a comparison: what is not known is left out."""
    content = {
        "id": shorten(each.iri),
        "role": "target" if each.is_target else "observation",
        "area": {"id": shorten(each.area[0]), "label": each.area[1]} if each.area[0] else None,
        "value": each.amount,
        "upperValue": each.upper,
        "unit": each.symbol or each.unit[1],
        "bound": each.bound,
        "hedge": each.hedge,
        "printed": each.printed,
        "year": each.time,
        "kind": each.kind[1],
        "baseYear": each.base_year,
        "isInferred": each.is_inferred,
        "plan": each.plan[1],
        "document": each.document[1],
    }
    return {name: item for name, item in content.items() if item not in (None, "")}


def _plain(term: Any) -> Any:
    """A term as JSON has it: numbers and truth values as such, IRIs by their short names."""
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if not isinstance(term, ox.Literal):
        return str(term)
    kind = term.datatype.value.removeprefix(_XSD)
    if kind == "boolean":
        return term.value == "true"
    if kind in ("integer", "nonNegativeInteger", "gYear"):
        return int(term.value) if term.value.lstrip("+-").isdigit() else term.value
    return float(term.value) if kind in ("decimal", "double", "float") else term.value


def _no_class(kind: str, language: str, nearest: Sequence[str] = ()) -> str:
    near = _say(language, message("; the nearest: {names}", names=listed(nearest))) if nearest else ""
    return _say(language, message("“{name}” is no class", name=kind)) + near


def _undeclared_text(missing: Sequence[Any], language: str) -> str:
    parts = []
    for each in missing:
        nearest = ", ".join(each.nearest)
        hint = _say(language, message(" (the nearest: {nearest})", nearest=nearest)) if nearest else ""
        parts.append(f"{each.term}{hint}")
    head = _say(language, message("the query was not run; these terms are not declared: "))
    return head + "; ".join(parts)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _say(language: str, texts: Mapping[str, str]) -> str:
    return text_in(texts, language)
