"""The outline of a query in, why it has no result out: which of its patterns leaves none of the solutions, and why.

The steps of the outline (syntax/patterns.py) are counted in order, each with those before it. For the first without
solutions, the graph is asked for the usual causes: a name it does not know, a literal
with another language or datatype, a property that things of this class never have. Everything it asks is a query of
queries/service/ that is filled with the query's own text and given to `ask`, so it knows no store.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.queries import Query, Term, with_values

from ..failures import RequestError
from ..web.ask import Row
from ..web.names import shorten
from .reasons import say, summary

__all__ = ["MOST", "Ask", "body", "explain"]

#: Runs a query and gives its rows. Raises RequestError.
Ask = Callable[[str], Sequence[Row]]
Step = Mapping[str, Any]
Reason = dict[str, Any]

#: Solutions are counted up to this number, which is enough for an explanation.
MOST = 1000
#: The variable that replaces an object in a question.
_VALUE = "?policygraph_value"
#: How alike a name must be to be told, and how many are.
_LIKE, _NEAREST = 0.7, 3
#: How many bytes a word must have to be looked for in others: four letters, or two Chinese characters.
_PART = 4
_NUMERIC = re.compile(r"[+-]?[0-9.]")
_NUMBERS = frozenset(vocab.PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float"))
#: What a step of the explanation tells of a step of the outline.
_STEP_FIELDS = ("kind", "text", "line", "column", "excerpt", "caret")
#: Failures of one question for exceeding a limit, after which the explanation goes on without its answer.
_TOO_MUCH = frozenset(["timeout", "memory", "too-deep", "crash", "answer-too-large", "too-many-rows", "evaluation"])


def explain(outline: Mapping[str, Any], ask: Ask, questions: Mapping[str, Query], language: str) -> dict[str, Any]:
    """Why a query has no result, or that it has one: the document that server/README.md describes."""
    return _Explainer(outline, ask, questions, language).run()


class _Explainer:
    def __init__(self, outline: Mapping[str, Any], ask: Ask, questions: Mapping[str, Query], language: str) -> None:
        self._outline, self._ask, self._questions, self._language = outline, ask, questions, language
        self._steps: list[dict[str, Any]] = []
        self._stopped: str | None = None
        self._at = ""

    def run(self) -> dict[str, Any]:
        killer: dict[str, Any] | None = None
        try:
            killer = self._walk(self._outline["where"], "", "", ()) or self._after()
            killer = killer or self._undescribed()
        except RequestError as failure:
            if failure.kind not in _TOO_MUCH:
                raise
            self._stopped = failure.kind
        report: dict[str, Any] = {
            "empty": bool(killer) if killer or not self._stopped else None,
            "one_row": bool(killer) and self._outline["is_one_row"],
            "killer": killer,
            "steps": self._steps,
            "most": MOST,
        }
        if self._stopped:
            report["stopped"] = {"problem": self._stopped, "text": self._at}
        return {"summary": summary(report, self._language), **report}

    # counting

    def _walk(self, group: Step, opening: str, closing: str, outer: Sequence[str]) -> dict[str, Any] | None:
        """The first step of a group that leaves no solution; `outer` are the texts of the steps that it stands in."""
        before: list[str] = []
        solutions = 1
        for step in group["steps"]:
            self._at = step["text"]
            after = self._count([*before, step["pattern"]], opening, closing)
            entry = {name: step[name] for name in _STEP_FIELDS} | {"before": solutions, "after": after}
            self._steps.append({**entry, "depth": len(outer)})
            if not after:
                scope = _Scope(before, opening, closing, solutions)
                return self._look(step, scope, outer) or {
                    **entry,
                    "alone": not before,
                    "inside": list(outer),
                    "reasons": self._reasons(step, scope),
                }
            before.append(step["pattern"])
            solutions = after
        return None

    def _look(self, step: Step, scope: _Scope, outer: Sequence[str]) -> dict[str, Any] | None:
        """The reason inside a step that has no solution even alone; None where there is none inside."""
        opening, closing = scope.opening, scope.closing
        if step["kind"] not in _INSIDE or (scope.before and self._count_alone(step, opening, closing)):
            return None
        inner = step["inner"][0]
        deeper = opening + step.get("opening", ""), step.get("closing", "") + closing
        outcome = self._walk(inner, *deeper, [*outer, step["text"]])
        return outcome or self._tail(inner, opening, closing, [*outer, step["text"]])

    def _count_alone(self, step: Step, opening: str, closing: str) -> int:
        pattern = step["pattern"]
        if step["kind"] == "exists":
            (inner,) = step["inner"]
            pattern = "\n".join(each["pattern"] for each in inner["steps"])
        return self._count([pattern], opening, closing)

    def _after(self) -> dict[str, Any] | None:
        return self._tail(self._outline, "", "", ())

    def _tail(self, query: Step, opening: str, closing: str, outer: Sequence[str]) -> dict[str, Any] | None:
        """What follows the patterns of a query or subquery, and leaves nothing of their solutions."""
        if not query.get("tail"):
            return None
        after = self._count([query["whole"]], opening, closing)
        if after:
            return None
        before = self._steps[-1]["after"] if self._steps else 1
        step = next((each for each in query["tail"] if each["kind"] == "having"), query["tail"][-1])
        entry = {**{name: step[name] for name in _STEP_FIELDS}, "before": before, "after": 0}
        self._steps.append({**entry, "depth": len(outer)})
        reasons = [self._say(f"{step['kind']}-leaves-none")]
        return {**entry, "alone": False, "inside": list(outer), "reasons": reasons}

    def _count(self, patterns: Sequence[str], opening: str = "", closing: str = "") -> int:
        (row,) = self._ask(self._filled("count-solutions", "\n".join([opening, *patterns, closing])))
        return int(_value(row["solutions"]))

    def _filled(
        self, name: str, pattern: str = "", values: Mapping[str, list[ox.NamedNode]] | None = None, **names: str
    ) -> str:
        """A question with its blanks filled from the query, and its parameters with values."""
        query = self._questions[name]
        filled_text = with_values(query, values) if values else query.text
        text = body(filled_text).replace("#dataset", f"{self._outline['dataset']}\n")
        for blank, word in names.items():
            text = text.replace("?" + blank, word)
        filled = text.replace("#pattern", f"{pattern}\n")
        return f"{self._outline['prologue']}\n{filled}"

    # asking why

    def _reasons(self, step: Step, scope: _Scope) -> list[Reason]:
        reasons: list[Reason] = []
        try:
            for look in _LOOKS.get(step["kind"], ()):
                reasons += look(self, step, scope)
                if reasons and look is not _Explainer._samples:
                    break
        except RequestError as failure:
            if failure.kind not in _TOO_MUCH:
                raise
            self._stopped = failure.kind
        return reasons or [self._say("no-common" if scope.before else "no-match", text=step["text"])]

    def _say(self, reason: str, **details: Any) -> Reason:
        return {"reason": reason, "detail": say(reason, self._language, details), **details}

    def _unknown(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        """Names that the graph does not have where the step wants them."""
        del scope
        yield from self._unknown_names(step["names"], step)

    def _unknown_names(self, names: Mapping[str, str], step: Step) -> Iterator[Reason]:
        if not names:
            return
        terms = [ox.NamedNode(iri) for iri in sorted(set(names.values())) if _is_iri(iri)]
        uses = {
            _value(row["iri"]): {use for use in _USES if _value(row.get(use)) == "true"}
            for row in self._ask(self._filled("uses-of-names", values={"iri": terms}))
        }
        for name, iri in names.items():
            role = _role(name, step)
            has = uses.get(iri, set())
            if role in has or (role == "thing" and has & {"subject", "object"}):
                continue
            reason = f"unused-{role}" if "subject" in has and role != "thing" else f"unknown-{role}"
            yield self._say(reason, name=name, iri=iri, nearest=self._nearest(iri, role))

    def _nearest(self, iri: str, role: str) -> list[dict[str, str]]:
        """The known names that are most like an IRI's last part, by their own last part or by a label."""
        labels: dict[str, list[ox.Literal]] = {}
        for row in self._ask(self._filled(_CANDIDATES[role])):
            names = labels.setdefault(_value(row["iri"]), [])
            names += [label for label in [row.get("label")] if isinstance(label, ox.Literal)]
        scored = [(_fit(iri, each, [label.value for label in names]), each) for each, names in labels.items()]
        best = sorted((pair for pair in scored if pair[0] >= _LIKE), key=lambda pair: (-pair[0], pair[1]))
        return [
            {"iri": each, "name": shorten(each)}
            | {f"label_{label.language}": label.value for label in labels[each] if label.language}
            for _, each in best[:_NEAREST]
        ]

    def _other_form(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        """Values that read the same as the object and are not the same term."""
        if step["object_kind"] not in ("literal", "variable") or step["object"] not in scope.bound_text(step):
            return
        pattern = scope.around(f"{step['subject']} {step['verb']} {_VALUE} .")
        forms = self._ask(self._filled("same-text", pattern, asked=_VALUE, given=step["object"]))
        if forms:
            reason = "other-form" if step["object_kind"] == "literal" else "same-text"
            yield self._say(reason, given=step["object"], found=[_shown(row["value"]) for row in forms])

    def _turned(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        """The same property the other way round."""
        if step["object_kind"] == "literal" or step["verb_kind"] in ("a", "variable"):
            return
        turned = f"{step['object']} {step['verb']} {step['subject']}"
        if self._count([*scope.before, turned + " ."], scope.opening, scope.closing):
            yield self._say("turned-round", verb=step["verb"], text=turned)

    def _other_class(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        """The things found so far are of these classes; those that the step holds for are of others."""
        if step["subject"] not in scope.text() or step["subject"][:1] not in "?$":
            return
        have = self._classes(step["subject"], scope.around(""))
        if step["verb_kind"] == "a":
            if have:
                yield self._say("of-other-class", subject=step["subject"], classes=[*have][:_NEAREST])
            return
        pattern = f"{step['subject']} {step['verb']} {_VALUE} ."
        want = self._classes(step["subject"], "\n".join([scope.opening, pattern, scope.closing]))
        other = [name for name in want if name not in have][:_NEAREST]
        if have and other and not self._count([*scope.before, pattern], scope.opening, scope.closing):
            own = [name for name in have if name not in want] or [*have]
            details = {"verb": step["verb"], "subject": step["subject"], "classes": own[:_NEAREST], "used_of": other}
            yield self._say("not-of-this-class", **details)

    def _classes(self, variable: str, pattern: str) -> dict[str, int]:
        rows = self._ask(self._filled("classes-of-variable", pattern, asked=variable))
        return {shorten(_value(row["class"])): int(_value(row["things"])) for row in rows}

    def _values_there(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        """What the property has instead of the value that is asked for."""
        if step["object_kind"] not in ("literal", "iri") or step["verb_kind"] == "variable":
            return
        pattern = scope.around(f"{step['subject']} {step['verb']} {_VALUE} .")
        rows = self._ask(self._filled("values-of-variable", pattern, asked=_VALUE))
        values = [_shown(row["value"]) for row in rows]
        if values:
            yield self._say("other-values", verb=step["verb"], given=step["object"], found=values)

    def _unbound(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        """Variables of a filter that no pattern before it binds."""
        for variable in step["variables"]:
            if step["kind"] == "filter" and not self._samples_of(variable, scope):
                others = sorted(set(self._outline["variables"]) - {variable})
                near = difflib.get_close_matches(variable, others, 1, _LIKE)
                yield self._say("unbound", variable=variable, **({"nearest": near[0]} if near else {}))

    def _filter_forms(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        """Literals of a filter that read as values of its variables and are other terms."""
        for variable in step["variables"]:
            for literal in step["literals"]:
                rows = self._ask(self._filled("same-text", scope.around(""), asked=variable, given=literal))
                if rows:
                    yield self._say("other-form", given=literal, found=[_shown(row["value"]) for row in rows])
            numbers = [literal for literal in step["literals"] if _NUMERIC.match(literal)]
            values = self._samples_of(variable, scope) if numbers else []
            types = {value.datatype.value for value in values if isinstance(value, ox.Literal)}
            if types and not types & _NUMBERS:
                yield self._say("no-number", variable=variable, given=numbers[0], found=[*map(_shown, values)])

    def _samples(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        """What the variables of a filter are, so that a person sees why none passes."""
        for variable in step["variables"]:
            values = self._samples_of(variable, scope)
            if values:
                yield self._say("values", variable=variable, found=[_shown(value) for value in values])

    def _samples_of(self, variable: str, scope: _Scope) -> list[Any]:
        rows = self._ask(self._filled("values-of-variable", scope.around(""), asked=variable))
        return [row["value"] for row in rows]

    def _branches(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        """Each branch of a UNION with the reason why it has no solution."""
        for number, inner in enumerate(step["inner"], start=1):
            killer = self._walk(inner, scope.opening, scope.closing, [step["text"]])
            if killer:
                why = killer["reasons"][0]["detail"]
                yield self._say("branch", number=number, text=killer["text"], why=why, killer=killer)

    def _passed(self, step: Step, scope: _Scope) -> Iterator[Reason]:
        yield self._say(f"{step['kind']}-leaves-none", solutions=scope.solutions)

    def _undescribed(self) -> dict[str, Any] | None:
        """A DESCRIBE of things that the graph does not hold."""
        if self._outline["where"]["steps"] or not self._outline["described"]:
            return None
        reasons = list(self._unknown_names(self._outline["described"], {"kind": "describe"}))
        if len(reasons) < len(self._outline["described"]):
            return None
        return {"kind": "describe", "text": " ".join(self._outline["described"]), "inside": [], "reasons": reasons}


class _Scope:
    """Where a step stands: the patterns before it, and what it is wrapped in."""

    def __init__(self, before: Sequence[str], opening: str, closing: str, solutions: int) -> None:
        self.before, self.opening, self.closing, self.solutions = before, opening, closing, solutions

    def around(self, pattern: str) -> str:
        """The patterns before a step, and another one in its place."""
        return "\n".join([self.opening, *self.before, pattern, self.closing])

    def text(self) -> str:
        return "\n".join(self.before)

    def bound_text(self, step: Step) -> str:
        """Text that holds the object of a step where that has a value before the step."""
        return step["object"] if step["object_kind"] == "literal" else self.text()


def body(text: str) -> str:
    """A query file's text without its header."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+"))


def _role(name: str, step: Step) -> str:
    """What a name should be in a step: property, class, or thing."""
    if step["kind"] != "triple":
        return "thing" if step["kind"] == "describe" else "name"
    if name in step["verb"] and step["verb_kind"] in ("iri", "path"):
        return "property"
    return "class" if step["verb_kind"] == "a" and name == step["object"] else "thing"


def _is_iri(iri: str) -> bool:
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri))


def _value(term: Term | None) -> str:
    return term.value if term else ""


def _local(iri: str) -> str:
    return re.split(r"[/#:]", iri.rstrip("/#"))[-1]


def _fit(iri: str, candidate: str, labels: Sequence[str]) -> float:
    """How well a known IRI fits one that is not known: by last part or label; the same namespace counts a little."""
    if iri == candidate:
        return 0
    local = _local(iri)
    is_near = iri.removesuffix(local) == candidate.removesuffix(_local(candidate))
    return max(_alike(local, word) for word in [_local(candidate), *labels]) + 0.05 * is_near


def _alike(one: str, other: str) -> float:
    """Between 0 and 1; a word that is part of another is more like it than its letters say."""
    one, other = one.casefold(), other.casefold().replace(" ", "")
    matcher = difflib.SequenceMatcher(None, one, other)
    short, long = sorted((one, other), key=len)
    if short in long and len(short.encode()) >= _PART:
        return _LIKE + (1 - _LIKE) * len(short) / len(long)
    return matcher.ratio() if matcher.real_quick_ratio() >= _LIKE and matcher.quick_ratio() >= _LIKE else 0


def _shown(term: Any) -> str:
    """A term as it is written in a query, with the project's prefixes."""
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if isinstance(term, ox.Literal) and term.datatype.value not in (_STRING, _LANGUAGE):
        return f"{ox.Literal(term.value)}^^{shorten(term.datatype.value)}"
    return str(term)


_STRING = vocab.PREFIXES["xsd"] + "string"
_LANGUAGE = vocab.PREFIXES["rdf"] + "langString"
_USES = ("property", "class", "subject", "object")
#: What a name should be -> the question for those that are known.
_CANDIDATES = {
    "property": "known-properties",
    "class": "known-classes",
    "thing": "known-things",
    "name": "known-things",
}
#: Kinds of step that are looked into where they have no solution alone.
_INSIDE = frozenset(["group", "graph", "select", "exists"])
Look = Callable[[_Explainer, Step, _Scope], Iterator[Reason]]
_OF_FILTER: Sequence[Look] = (_Explainer._unbound, _Explainer._filter_forms, _Explainer._samples)
#: Kind of step -> what is looked for, the first that finds something being the reason.
_LOOKS: Mapping[str, Sequence[Look]] = {
    "triple": (
        _Explainer._unknown,
        _Explainer._other_form,
        _Explainer._turned,
        _Explainer._other_class,
        _Explainer._values_there,
    ),
    "filter": _OF_FILTER,
    "values": _OF_FILTER,
    "union": (_Explainer._branches,),
    "exists": (_Explainer._passed,),
    "not-exists": (_Explainer._passed,),
    "minus": (_Explainer._passed,),
}
