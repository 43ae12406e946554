"""Queries in, their answers out: those of an earlier build where no statement that a query reads has changed.

    answers = Answers(cache, names, digests, ontology)
    payload = answers.of("derive", query, make)

What a query reads stands in its text: statements of the predicates that it names, in whatever graph. Each part of the
graph (what a record says, what follows) has a digest for every predicate, and for every class of things; the answer to
a query is kept under those of its own. One with a variable for a predicate, or with a path of no length, reads
everything.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain

import pyoxigraph as ox

from policygraph import validate, vocab
from policygraph.build.parts import NamesRead
from policygraph.cache import Cache, key_of
from policygraph.queries import Query, Rows, Term
from policygraph.records import portable
from policygraph.remembered import remembered
from policygraph.tokens import TOKEN
from policygraph.vocab import pg

__all__ = ["Answers", "joined", "lines", "listed", "named_by", "reads", "restored", "survey"]

#: Words after which variables are only listed, and those that end such a list; a brace ends it too.
_LISTS = frozenset({"SELECT", "BY", "VALUES"})
_ENDS = frozenset({"FROM", "HAVING", "LIMIT", "OFFSET", "ORDER", "WHERE"})
#: Where a text reads more than the predicates that it names, in signs for its tokens (`_signs`): a variable in the
#: place of a predicate, a path that may be empty or is anything but some predicates, a pattern that is empty.
_EVERYTHING = re.compile(r"vv|[;\[\]]v|[na]v[ns0t]|[na)]\*|\?|\{\}|!\(?[na^]|<<|b")
#: Where it reads of which class things are, and not only whether they are of one that it names.
_CLASSES = re.compile(r"a(?!n)|an,")
#: What stands between tokens and is none itself: full stops and commas, numbers, the question mark of a path.
_BETWEEN = re.compile(r"[.,?0-9]")
#: The local part of a prefixed name that stands for itself.
_LOCAL = re.compile(r"[\w-]*")
_NAMES = r"VALUES\s+\?(\w+)\s*\{(?:\s*(?:<[^<>{}\s]*>|[\w-]+:[\w-]+))*\s*\}"
#: A pattern that begins with the names that a variable stands for; such a list with what follows in its group.
_BEGINNING = re.compile(rf"\bWHERE\s*\{{\s*{_NAMES}", re.IGNORECASE)
_LISTED = re.compile(rf"\b{_NAMES}[^{{}}]*", re.IGNORECASE)
_COMMENT = re.compile(r"(?m)^\s*#.*$")
_SELECT = re.compile(r"\b(?:SELECT|CONSTRUCT)\b", re.IGNORECASE)
#: What the names start with of what the form of evidence says (evidence.expand).
_OF_EVIDENCE = (vocab.PREFIXES["oa"], pg("Evidence").value, vocab.rdf_type.value)


def reads(query: Query, names: vocab.Names) -> frozenset[str] | None:
    """The names in a query's text, among them the predicates and classes that it reads; None for any predicate.

    `rdf:type` is among them where the text asks for the classes of things. Where it leaves a doubt, it is taken to read
    more than it does.

    >>> reads(Query("q", {}, (), "SELECT ?node { ?node pg:hasValue ?value }"), vocab.SHARED)
    frozenset({'https://w3id.org/policygraph/ontology#hasValue'})
    >>> reads(Query("q", {}, (), "SELECT ?node { ?node ?property ?value }"), vocab.SHARED)
    """
    named, signs = _named(query.text, tuple(names.prefixes.items()))
    return None if _EVERYTHING.search(signs) else named


def named_by(query: Query, names: vocab.Names) -> frozenset[str]:
    """As `reads`, of a query that asks for statements of any predicate, or for any class: without these."""
    return _named(query.text, tuple(names.prefixes.items()))[0] - {vocab.rdf_type.value}


def _named(text: str, prefixes: tuple[tuple[str, str], ...]) -> tuple[frozenset[str], str]:
    """The names in a query's text, and a sign for each of its tokens."""
    named, signs = _tokens(text, prefixes)
    return frozenset(named), signs


@remembered
@lru_cache(maxsize=512)
def _tokens(text: str, prefixes: tuple[tuple[str, str], ...]) -> tuple[list[str], str]:
    """As `_named`, the names in order."""
    named: set[str] = set()
    signs = "".join(_signs(text, dict(prefixes), named, _bounded(text)))
    if _CLASSES.search(signs):
        named.add(vocab.rdf_type.value)
    if any(name.startswith(_OF_EVIDENCE) for name in named):
        named.add(pg("hasEvidence").value)
    return sorted(named), signs


def _bounded(text: str) -> frozenset[str]:
    """The variables that can stand for nothing but names that VALUES lists.

    Of the variables of such a list it is that of one with which the pattern begins, unless there is another SELECT
    inside, where a variable of this name may be another one; and one that is used in the same group alone, after it.
    """
    plain = _COMMENT.sub("", text)
    first = _BEGINNING.search(plain)
    bounded = {first[1]} if first and len(_SELECT.findall(plain)) == 1 else set()
    for match in _LISTED.finditer(plain):
        name = re.compile(rf"[?$]{match[1]}\b")
        if len(name.findall(match[0])) == len(name.findall(plain)):
            bounded.add(match[1])
    return frozenset(bounded)


def _signs(text: str, prefixes: Mapping[str, str], named: set[str], bounded: Container[str]) -> Iterator[str]:
    """A sign for each token outside comments; what is named is added to `named`, as which `bounded` variables count."""
    is_list, end = False, 0
    for match in TOKEN.finditer(text):
        yield from ("0" if between.isdigit() else between for between in _BETWEEN.findall(text, end, match.start()))
        end = match.end()
        if _is_keyword(match):
            is_list = match[0].upper() in _LISTS or (is_list and match[0].upper() not in _ENDS)
        elif match[0] in "{}":
            is_list = False
        if match["variable"] and not is_list and match[0][1:] in bounded:
            yield "n"
        elif not (match["variable"] and is_list):
            yield _sign(match, prefixes, named)


def _is_keyword(match: re.Match[str]) -> bool:
    return bool(match["word"]) and match["local"] is None and match[0] != "a"


def _sign(match: re.Match[str], prefixes: Mapping[str, str], named: set[str]) -> str:
    if _is_keyword(match):
        return "t" if match[0].lower() in {"true", "false"} else "k"
    if match[0] == "a":
        return "a"
    if match["word"] or match["iri"]:
        iri = match[0][1:-1] if match["iri"] else _expanded(match, prefixes)
        named.add(iri)
        return "n" if iri else "b"
    kinds = {"comment": "", "variable": "v", "string": "s", "language": "", "blank": "b", "open": "b", "pair": "b"}
    return next((sign for kind, sign in kinds.items() if match[kind]), match[0])


def _expanded(match: re.Match[str], prefixes: Mapping[str, str]) -> str:
    """The IRI of a prefixed name; empty for one that is not known for sure."""
    local = match["local"][1:]
    return f"{prefixes[match['word']]}{local}" if match["word"] in prefixes and _LOCAL.fullmatch(local) else ""


def survey(extracts: Sequence[portable.Extract], typed: Container[str]) -> validate.Survey:
    """What the statements of records use; `typed` are the things whose class is stated or follows."""
    mentions = set(chain.from_iterable(each.mentions for each in extracts))
    places = set(filter(validate.is_place, mentions))
    return validate.Survey(
        set(chain.from_iterable(each.subjects for each in extracts)),
        mentions - places,
        validate.sources_of(places),
        set(chain.from_iterable(each.untyped for each in extracts)),
        set(chain.from_iterable(each.properties for each in extracts)),
        typed,
    )


class Answers:
    """Answers to queries over one graph, kept. `digests` are those of its parts (parts.digests_of).

    `read_by` gives what a query reads where more is known of it than its text says. `about` gives a digest of the
    statements that one reads which asks for any predicate, beside those of the predicates that it names; None where all
    are read. The digests of the ontology are not
    among those of parts but its files (`ontology`), as blank nodes have other names each time that they are read; nor
    is the form of evidence, which hangs on the evidence alone.
    """

    def __init__(
        self,
        cache: Cache,
        names: vocab.Names,
        digests: Iterable[Mapping[str, str]],
        ontology: Iterable[bytes],
        read_by: Callable[[Query], frozenset[str] | None] | None = None,
        *,
        about: Callable[[Query], bytes | None] = lambda _: None,
    ) -> None:
        self._cache = cache
        self._names = names
        self._read = read_by or partial(reads, names=names)
        self._about = about
        #: The hash of what every query reads: what prefixes mean, and the files of the ontology.
        self.fixed = (key_of("answers", (json.dumps(dict(names.prefixes)).encode(), *ontology)).encode(),)
        by_name: dict[str, list[str]] = defaultdict(list)
        for each in digests:
            for name, digest in each.items():
                by_name[name].append(digest)
        self._by_name = by_name
        self._names_read = NamesRead(by_name)
        self._digests: dict[str, bytes] = {}
        self._keys: dict[tuple[str, str], str] = {}

    def kept(self, kind: str, queries: Iterable[Query]) -> dict[str, bytes]:
        """Text of a query -> its answer, for those whose answers of a kind are kept."""
        answers = ((query.text, self._cache.get(self._key(kind, query))) for query in queries) if self._keeps else ()
        return {text: answer for text, answer in answers if answer is not None}

    def keep(self, kind: str, query: Query, answer: bytes) -> None:
        """Keeps the answer to a query."""
        if self._keeps:
            self._cache.put(self._key(kind, query), answer)

    @property
    def _keeps(self) -> bool:
        return self._cache.keeps

    def _key(self, kind: str, query: Query) -> str:
        key = self._keys.get((kind, query.text))
        if key is None:
            key = key_of(kind, (query.text.encode(), *self.fixed, *self._read_by(query)))
            self._keys[kind, query.text] = key
        return key

    def _read_by(self, query: Query) -> Iterator[bytes]:
        """The digests of what a query reads, each after its name."""
        named = self._read(query)
        if named is None and (digest_about := self._about(query)) is not None:
            yield digest_about
            named = named_by(query, self._names)
        yield from map(self._digest, sorted(self._by_name) if named is None else self._names_read.by(named))

    def _digest(self, name: str) -> bytes:
        """The name, and one digest for those of all parts."""
        digest = self._digests.get(name)
        if digest is None:
            of_parts = hashlib.sha256("".join(self._by_name[name]).encode()).digest()
            digest = self._digests[name] = name.encode() + b" " + of_parts
        return digest


def listed(rows: Rows) -> bytes:
    """Rows as bytes."""
    cells = [[_cell(each) for each in row] for row in rows.rows]
    return json.dumps([rows.variables, cells]).encode()


def lines(rows: Rows) -> list[bytes]:
    """Each row as a line."""
    return [json.dumps(list(map(_cell, row))).encode() + b"\n" for row in rows.rows]


def joined(variables: Sequence[str], rows: Iterable[bytes]) -> bytes:
    """As `listed`, of rows as `lines` writes them."""
    return json.dumps([variables, list(map(json.loads, rows))]).encode()


def _cell(term: Term | None) -> list[str] | None:
    if isinstance(term, ox.Literal):
        return ["literal", term.value, term.language or "", term.datatype.value]
    return [type(term).__name__, term.value] if term is not None else None


def restored(content: bytes) -> Rows:
    """What `listed` wrote."""
    variables, rows = json.loads(content)
    return Rows(variables, [[_term(*cell) if cell else None for cell in row] for row in rows])


def _term(kind: str, value: str, language: str = "", datatype: str = "") -> Term:
    if kind == "literal":
        return ox.Literal(value, language=language) if language else ox.Literal(value, datatype=ox.NamedNode(datatype))
    return ox.NamedNode(value) if kind == "NamedNode" else ox.BlankNode(value)
