"""A query's text in, the variable out whose value alone decides what a row reads: it, and what leads on from it.

    root_of("SELECT ?node { ?node a pg:Plan ; pg:coversArea/skos:prefLabel ?label }")     # 'node'

Such a row is found in any part of a graph that has all that is said of the thing and of what it leads to, so that rows
about other things need not be looked for when that part has changed. A query of which this is not certain has no root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from policygraph import vocab
from policygraph.grammar import MistakeError, Node, Token, tree
from policygraph.remembered import remembered

__all__ = ["classes_by", "root_of", "variables_of"]

#: Rules by which a row hangs on other rows, or on statements that lead to the thing or to none.
_OF_MANY = (
    "Aggregate",
    "DatasetClause",
    "GroupClause",
    "HavingClause",
    "Limit",
    "Minus",
    "Offset",
    "Service",
    "SubSelect",
)
#: Tokens of paths that lead backwards or to anything, of things without a name, and of what is new each time.
_SIGNS = frozenset({"ANON", "BLANK", "NIL"})
_PATH_SIGNS = frozenset({"^", "!", "?", "*"})
#: How a text may say which class a thing is of.
_TYPES = frozenset({"a", "rdf:type", str(vocab.rdf_type)})
_CALLS = frozenset({"BNODE", "NOW", "RAND", "STRUUID", "UUID"})


@remembered
@lru_cache(maxsize=512)
def root_of(text: str) -> str | None:
    """The first variable that a SELECT gives, or the subject of all that a CONSTRUCT makes, where it is a root."""
    try:
        query = tree(text)
    except MistakeError:
        return None
    if query.all(*_OF_MANY) or not _is_plain(query):
        return None
    root = _subject_of(query)
    where = [
        group
        for form in query.parts
        if isinstance(form, Node)
        for clause in form.nodes("WhereClause")
        for group in clause.nodes("Group")
    ]
    if root is None or len(where) != 1:
        return None
    followed = _follow(where[0], frozenset([root]))
    return root.lstrip("?$") if followed is not None and root in followed.bound else None


@remembered
@lru_cache(maxsize=512)
def variables_of(text: str) -> list[str]:
    """The variables that a SELECT gives, in order. Raises MistakeError."""
    clauses = [clause for form in tree(text).nodes("SelectQuery") for clause in form.nodes("SelectClause")]
    projected = [each for clause in clauses for each in clause.nodes("Projected")]
    return [[token for token in each.leaves() if token.kind == "VAR"][-1].text.lstrip("?$") for each in projected]


def _is_plain(query: Node) -> bool:
    """Whether all things have names, paths lead forward, and functions give the same each time."""
    leaves = list(query.leaves())
    paths = {token.kind for path in query.all("Path") for token in path.leaves()}
    return (
        _SIGNS.isdisjoint(token.kind for token in leaves)
        and _PATH_SIGNS.isdisjoint(paths)
        and _CALLS.isdisjoint(token.text.upper() for token in leaves if token.kind == "FUNCTION")
        and not query.all("TriplesNode")
    )


def _subject_of(query: Node) -> str | None:
    for form in query.nodes("SelectQuery"):
        projected = form.nodes("SelectClause")[0].nodes("Projected")
        return _variable(projected[0]) if projected else None
    templates = [template for form in query.nodes("ConstructQuery") for template in form.nodes("Template")]
    subjects = {_variable(triples.nodes("Term")[0]) for each in templates for triples in each.all("Triples")}
    return subjects.pop() if len(subjects) == 1 else None


def _variable(node: Node) -> str | None:
    """The variable that a rule is, if it is one."""
    part = node.parts[0]
    return part.text if isinstance(part, Token) and part.kind == "VAR" and len(node.parts) == 1 else None


@dataclass(frozen=True, slots=True)
class _Followed:
    """The variables that a group binds in each of its rows, and those of them that stand for what a root leads to."""

    bound: frozenset[str]
    reached: frozenset[str]


def _follow(group: Node, roots: frozenset[str]) -> _Followed | None:
    """What a group binds and reaches from some variables; None where one of its patterns is reached from none.

    An optional pattern is joined to what stands before it, and one that is asked for in a filter to the whole group:
    where a variable is not bound there, it stands for anything, whatever it stands for elsewhere.
    """
    whole = _joined(_mandatory(group.parts), roots)
    if whole is None:
        return None
    for number, part in enumerate(group.parts):
        for pattern, is_late in _dependent(part):
            before = whole if is_late else _joined(_mandatory(group.parts[:number]), roots)
            if before is None or _follow(pattern, before.reached & before.bound) is None:
                return None
    return whole


def _dependent(part: Node | Token) -> Iterator[tuple[Node, bool]]:
    """The groups of an optional pattern or of an expression, and whether all of the group around them comes first."""
    for pattern in part.nodes("Optional", "Filter", "Bind") if isinstance(part, Node) else ():
        if pattern.name == "Optional":
            yield pattern.nodes("Group")[0], False
        else:
            yield from ((group, pattern.name == "Filter") for group in pattern.outermost("Group"))


def _mandatory(parts: list[Node | Token]) -> list[Node]:
    """The triples of a group, and the groups that are joined to them."""
    patterns: list[Node] = []
    for part in parts:
        if isinstance(part, Node) and part.name == "TriplesBlock":
            patterns += part.all("Triples")
        elif isinstance(part, Node):
            patterns += part.nodes("GraphGroup", "GroupOrUnion")
    return patterns


def _joined(patterns: list[Node], roots: frozenset[str]) -> _Followed | None:
    """What patterns bind and reach together, in whatever order; None where one of them cannot be reached."""
    bound, reached = frozenset[str](), roots
    waiting = patterns
    while waiting:
        later = []
        for pattern in waiting:
            followed = _of_triples(pattern, reached) if pattern.name == "Triples" else _of_groups(pattern, reached)
            if followed is None:
                later.append(pattern)
            else:
                bound, reached = bound | followed.bound, reached | (followed.reached & followed.bound)
        if len(later) == len(waiting):
            return None
        waiting = later
    return _Followed(bound, reached)


def _of_triples(triples: Node, reached: frozenset[str]) -> _Followed | None:
    """The subject, and all objects; none of a variable for a predicate."""
    subject = _variable(triples.nodes("Term")[0])
    verbs = triples.all("Verb")
    if subject not in reached or any(_variable(verb) for verb in verbs):
        return None
    terms = [term for each in triples.all("Object") for term in each.nodes("Term")]
    variables = frozenset(name for term in terms if (name := _variable(term)) is not None)
    return _Followed(variables | {subject}, variables | {subject})


def _of_groups(pattern: Node, reached: frozenset[str]) -> _Followed | None:
    """What each of the alternatives binds and reaches."""
    followed = [_follow(group, reached) for group in pattern.nodes("Group")]
    alternatives = [each for each in followed if each is not None]
    if len(alternatives) < len(followed):
        return None
    return _Followed(
        frozenset.intersection(*(each.bound for each in alternatives)),
        frozenset.intersection(*(each.reached for each in alternatives)),
    )


def classes_by(text: str, names: vocab.Names) -> frozenset[str] | None:
    """The predicates whose values are all the classes that variables of a query stand for.

    In `?claim pg:countsClass ?class . ?part a ?class` the classes are what claims count. None where a variable stands
    for any class, or none does, and for a text that says itself what prefixes mean.
    """
    sources = _class_predicates(text)
    prefixes = {source.partition(":")[0] for source in sources or ()}
    if not sources or not prefixes <= names.prefixes.keys():
        return None
    return frozenset(names.prefixes[prefix] + local for prefix, _, local in (each.partition(":") for each in sources))


@remembered
@lru_cache(maxsize=512)
def _class_predicates(text: str) -> list[str] | None:
    """As `classes_by`, with the prefixes of the text; each once, in order."""
    try:
        query = tree(text)
    except MistakeError:
        return None
    sources = [source for group in _outermost(query) for source in _class_sources(group, {})]
    asked_of = [name for each in query.all("Triples") for verb, name in _pairs(each) if verb in _TYPES]
    is_all = len(sources) == len(asked_of) and all(sources) and not _passes_by_class(query)
    return sorted(set(sources)) if is_all and not query.nodes("Prologue")[0].parts else None


def _outermost(query: Node) -> list[Node]:
    """The group after WHERE, also of a sub-select."""
    forms = [query, *query.nodes("SelectQuery", "ConstructQuery", "AskQuery")]
    return [group for form in forms for clause in form.nodes("WhereClause") for group in clause.nodes("Group")]


def _class_sources(group: Node, around: Mapping[str, str]) -> Iterator[str]:
    """For each pattern that has a variable for a class: the predicate whose values it stands for, empty for any class.

    `around` has the variables that such a predicate binds in each row of the groups around this one.
    """
    pairs = [pair for block in group.nodes("TriplesBlock") for each in block.all("Triples") for pair in _pairs(each)]
    bound = {**around, **{name: verb for verb, name in pairs if verb not in _TYPES}}
    yield from (bound.get(name, "") for verb, name in pairs if verb in _TYPES)
    for select in group.nodes("SubSelect"):
        for inner in _outermost(select):
            yield from _class_sources(inner, {})
    for pattern in group.nodes("NotTriples"):
        for inner in pattern.outermost("Group"):
            yield from _class_sources(inner, bound)


def _pairs(triples: Node) -> Iterator[tuple[str, str]]:
    """The predicate and the object of each pattern that has a name for the one and a variable for the other."""
    verb = ""
    for part in (part for properties in triples.nodes("Properties") for part in properties.parts):
        if isinstance(part, Node) and part.name == "Verb":
            leaves = list(part.leaves())
            verb = leaves[0].text if len(leaves) == 1 and leaves[0].kind != "VAR" else ""
        elif isinstance(part, Node) and verb:
            terms = [term for each in part.nodes("Object") for term in each.nodes("Term")]
            yield from ((verb, name) for term in terms if (name := _variable(term)) is not None)


def _passes_by_class(query: Node) -> bool:
    """Whether a path goes on from the class of a thing, or begins with what has a class."""
    paths = ([token.text for token in path.leaves()] for path in query.all("Path"))
    return bool(query.all("TriplesNode")) or any(len(path) > 1 and not _TYPES.isdisjoint(path) for path in paths)
