"""Labels and what is said of their things in, what a search looks through out: made once for a build, kept beside it.

    piece = piece_of(statements, names)     # of each document, which can be kept
    columns = merged(pieces)

Labels and words are made alike first: width and case (NFKD, case folding), marks on letters and punctuation do not
count, and neither does space, but between words of letters. All labels stand in one text; what is known of their things
stands in columns of numbers, so that an index of a large graph is read in a fraction of a second.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, chain, repeat
from operator import itemgetter
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from policygraph import name_pairs, vocab
from policygraph.cache import pack, unpack
from policygraph.lines import Statement
from policygraph.pinyin import pinyin
from policygraph.vocab import pg, skos

__all__ = [
    "FACETS",
    "FACTS",
    "FILE",
    "FILES",
    "LABELS",
    "LISTS",
    "Columns",
    "Piece",
    "collect",
    "dump",
    "fold",
    "merged",
    "merged_with_pairs",
    "of_store",
    "piece_of",
    "read",
    "restore",
    "write",
]

#: The file of a build, and the queries of the service (queries/service/) that it is made of.
FILE, LABELS, FACTS = "search.json", "search-labels", "search-facts"
#: What `write` writes: what a search looks through, and what finds names that are like a name.
FILES = (FILE, name_pairs.FILE)
#: What things are told apart by, in the order of a page.
FACETS = ("kind", "document", "area", "year")
#: What is found by its name alone -> the class of it.
LISTS = {
    "documents": pg("PolicyDocument").value,
    "plans": pg("Plan").value,
    "areas": pg("AdministrativeArea").value,
    "indicators": pg("Indicator").value,
    "organisations": pg("Organisation").value,
    "initiatives": pg("Initiative").value,
}
#: Documents of this class stand in the page that prints them: lists count documents without them.
_UNLISTED = pg("Article").value
_FORMAT = 2
#: Words of letters that a misspelt word may be meant for.
_WORD = re.compile(r"[a-z]{4,}")
#: What ends a label in the one text of all labels.
_END = ord("\n")
_DOCUMENT = pg("PolicyDocument").value
#: Where the things of the base layer have their names.
_SHARED = vocab.PREFIXES["id"]
#: Predicate, as N-Quads writes it, -> what it says of a thing, in the words of `_STATED`.
_LABEL, _KIND = ("label",), ("kind",)
_READ: Mapping[bytes, tuple[str, ...]] = {
    str(name).encode(): facets
    for facets, names in {
        _LABEL: (skos("prefLabel"), skos("altLabel")),
        _KIND: (vocab.rdf_type,),
        ("broader",): (ox.NamedNode(vocab.PREFIXES["rdfs"] + "subClassOf"),),
        ("described",): (pg("isDescribedIn"),),
        ("area",): (pg("ofArea"),),
        ("area", "covered"): (pg("coversArea"),),
        ("within",): (pg("isWithin"), pg("isSetWithin")),
        ("year",): tuple(map(pg, ("hasDeadline", "hasDate", "hasReportDate", "hasPublicationDate", "hasPeriodStart"))),
    }.items()
    for name in names
}
#: Classes beside ours that things are told apart by.
_KINDS = frozenset(
    vocab.expand(name)
    for name in (
        "owl:Class",
        "owl:ObjectProperty",
        "owl:DatatypeProperty",
        "skos:Concept",
        "skos:ConceptScheme",
        "qudt:Unit",
    )
)
#: Classes that say nothing where a thing has another one.
_GENERAL = frozenset({pg("PlanElement").value, skos("Concept").value})


class _Characters(dict[int, str]):
    """Character -> as it is compared: letters, digits and symbols that tell (%, +, °) stay, all else is space."""

    def __missing__(self, code: int) -> str:
        category = unicodedata.category(chr(code))
        is_kept = category[0] in "LN" or category in ("So", "Sm", "Sc") or chr(code) == "%"
        self[code] = replacement = "" if category == "Mn" else chr(code) if is_kept or code == _END else " "
        return replacement


_CHARACTERS = _Characters()
#: A space that does not stand between two words of letters; space that is more than one. Patterns that begin with a
#: character are found several times as fast as those that look behind them first.
_GAP, _WIDE = re.compile(r" (?:(?<![a-z] )|(?![a-z0-9]))"), re.compile(r"  +")


def fold(text: str) -> str:
    """A text as it is compared.

    >>> fold("“十四五”规划 ２０２５ High-Tech")
    '十四五规划2025high tech'
    """
    return _fold(text.replace("\n", " "))


def _fold(text: str) -> str:
    """Lines as they are compared."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_CHARACTERS)
    return _GAP.sub("", _WIDE.sub(" ", plain))


@dataclass(frozen=True, slots=True)
class Columns:
    """An index as it is kept. `labels` and `folded` have a line for each label, `of`, `language` and `alias` an entry.

    `things` has a line for each thing, `profile` the number of what is said of it, which it may share with others.
    `values` are the values of each facet; `facets` the numbers of those that profiles have (all years of a target, the
    class of a thing), one after another, and before them where those of each profile start. `lists` are the things that
    lists hold; `pinyin` has a line for each label: how it is read, where it is a Chinese one of such a thing, else
    nothing. `words` are those of letters, frequent ones first.
    """

    labels: str
    folded: str
    of: Sequence[int]
    languages: Sequence[str]
    language: Sequence[int]
    alias: Sequence[int]
    things: str
    profile: Sequence[int]
    values: Mapping[str, Sequence[str]]
    facets: Mapping[str, tuple[Sequence[int], Sequence[int]]]
    lists: Mapping[str, Sequence[int]]
    pinyin: str
    words: str
    format: int = _FORMAT

    def held(self, facet: str, thing: int) -> Sequence[int]:
        """The numbers of the values of a facet that a thing has."""
        starts, values = self.facets[facet]
        number = self.profile[thing]
        return values[starts[number] : starts[number + 1]]


#: What is said of a thing, each in order: its classes; its documents, and what it is described in, which may be one;
#: its areas, and what it is within, whose areas are its own; its years. Most things share theirs with others.
_Profile = tuple[tuple[str, ...], ...]
_STATED = ("kind", "document", "described", "area", "within", "year")


@dataclass(frozen=True, slots=True)
class Piece:
    """The index of some things that no other piece speaks of.

    `things` are those with labels, in order. `profile` has for each the number of what is said of it in `profiles`, and
    `counts` how many labels it has: of each of these `labels`, `folded` and `pinyin` have a line, `language` and
    `alias` an entry. `documents`, `covered` (thing -> areas) and `broader` are what other pieces may refer to.
    """

    things: Sequence[str]
    profiles: Sequence[_Profile]
    profile: Sequence[int]
    counts: Sequence[int]
    labels: Sequence[str]
    folded: Sequence[str]
    pinyin: Sequence[str]
    languages: Sequence[str]
    language: Sequence[int]
    alias: Sequence[int]
    words: Mapping[str, int]
    documents: Sequence[str]
    covered: Mapping[str, Sequence[str]]
    broader: Mapping[str, Sequence[str]]
    #: Which of its lines have each pair of characters, where that is known.
    pairs: name_pairs.Pairs | None = None


#: What is said of things, by what it says: the values of each thing.
_Stated = Mapping[str, dict[str, set[str]]]


def collect(labels: Iterable[tuple[str, str, str, bool]], facts: Iterable[tuple[str, str, str]]) -> Columns:
    """The index of labels (thing, label, language, whether it is an alternative) and facts (thing, facet, value).

    Facts of the facet `broader` say of a class which class it is a kind of: a thing has its narrowest one.
    """
    return merged([_piece(labels, _stated(facts), pinyin)])


def _stated(facts: Iterable[tuple[str, str, str]]) -> _Stated:
    """Facts of `_STATED`, `broader` and `covered`, by what they say."""
    stated: _Stated = {name: {} for name in (*_STATED, "covered", "broader")}
    for thing, name, value in facts:
        stated[name].setdefault(thing, set()).add(value)
    return stated


def _piece(labels: Iterable[tuple[str, str, str, bool]], stated: _Stated, read_as: Callable[[str], str]) -> Piece:
    """The piece of labels and what is said of things."""
    entries = sorted({(thing, label.replace("\n", " "), language, alias) for thing, label, language, alias in labels})
    counts = Counter(map(itemgetter(0), entries))
    numbers: dict[_Profile, int] = {}
    facets = [stated[name] for name in _STATED]
    profile = [
        numbers.setdefault(
            tuple([tuple(sorted(values[thing])) if thing in values else () for values in facets]), len(numbers)
        )
        for thing in counts
    ]
    languages = sorted({language for _, _, language, _ in entries})
    # once for all labels: a call for each would take ten times as long
    folded = _fold(_text([label for _, label, _, _ in entries]))
    return Piece(
        list(counts),
        list(numbers),
        profile,
        list(counts.values()),
        [label for _, label, _, _ in entries],
        _lines(folded),
        _readings(entries, stated["kind"], read_as),
        languages,
        [languages.index(language) for _, _, language, _ in entries],
        [int(alias) for *_, alias in entries],
        Counter(_WORD.findall(folded)),
        sorted(thing for thing, kinds in stated["kind"].items() if _DOCUMENT in kinds),
        {thing: sorted(areas) for thing, areas in stated["covered"].items()},
        {thing: sorted(classes) for thing, classes in stated["broader"].items()},
    )


def _readings(
    entries: Iterable[tuple[str, str, str, bool]], kinds: Mapping[str, Collection[str]], read_as: Callable[[str], str]
) -> list[str]:
    """How the Chinese label of each thing that stands in a list is read; nothing for other labels."""
    listed = {thing for thing, each in kinds.items() if any(_lists(each))}
    return [
        read_as(label) if language == "zh" and not alias and thing in listed else ""
        for thing, label, language, alias in entries
    ]


def _lists(kinds: Collection[str]) -> Iterable[str]:
    """The lists in which a thing of some classes stands."""
    return [name for name, kind in LISTS.items() if kind in kinds and _UNLISTED not in kinds]


def piece_of(statements: Iterable[Statement], names: vocab.Names, read_as: Callable[[str], str] = pinyin) -> Piece:
    """The piece of what the lines about some things say, as the queries LABELS and FACTS find what is in it.

    `read_as` gives the `pinyin` of a label, where that of many is known.
    """
    namespaces = {names.prefixes["pg"], names.prefixes["id"], _SHARED, names.prefixes["concept"]}
    beginnings = tuple(f"<{namespace}".encode() for namespace in namespaces)
    labels: list[tuple[bytes, bytes, bytes]] = []
    kinds: list[tuple[bytes, bytes]] = []
    stated = _stated(())
    for subject, predicate, value, _ in [each for each in statements if each[1] in _READ]:
        facets = _READ[predicate]
        if facets == _KIND:
            kinds.append((subject, value))
        elif not subject.startswith(b"<"):
            continue
        elif value.startswith(b'"'):
            labels.append((subject, predicate, value))
        elif value.startswith(b"<") and facets != _LABEL:
            _add(stated, _iri(subject), facets, _iri(value))
    _add_kinds(stated, [pair for pair in kinds if pair[0].startswith(beginnings)])
    return _piece(list(_labels(labels, beginnings, stated)), stated, read_as)


def _add(stated: _Stated, thing: str, facets: Iterable[str], value: str) -> None:
    """Adds what a statement says of a thing."""
    for facet in facets:
        stated[facet].setdefault(thing, set()).add(value if facet != "year" else value[:4])


def _add_kinds(stated: _Stated, kinds: Iterable[tuple[bytes, bytes]]) -> None:
    """Adds what follows from the classes of things, pairs of terms, that these may be told apart by."""
    names: dict[bytes, str] = {}
    of_things = stated["kind"]
    for subject, value in kinds:
        if value not in names:
            kind = _iri(value) if value.startswith(b"<") else ""
            names[value] = kind if kind.startswith(vocab.PREFIXES["pg"]) or kind in _KINDS else ""
        if names[value]:
            of_things.setdefault(_iri(subject), set()).add(names[value])
    stated["document"].update({thing: {thing} for thing, each in of_things.items() if _DOCUMENT in each})


def _labels(
    statements: Sequence[tuple[bytes, bytes, bytes]], beginnings: tuple[bytes, ...], stated: _Stated
) -> Iterator[tuple[str, str, str, bool]]:
    """The labels of things that begin so; what else has a literal is added to what is stated."""
    alternative = str(skos("altLabel")).encode()
    written = _unescaped([value for _, _, value in statements if b"\\" in value])
    for subject, predicate, value in statements:
        text, language = written[value] if value in written else _literal(value)
        if _READ[predicate] != _LABEL:
            _add(stated, _iri(subject), _READ[predicate], text)
        elif subject.startswith(beginnings):
            yield _iri(subject), text, language, predicate == alternative


def _literal(term: bytes) -> tuple[str, str]:
    """The text and the language of a literal without escapes."""
    text, _, rest = term[1:].decode().rpartition('"')
    return text, rest[1:] if rest.startswith("@") else ""


def _unescaped(terms: Sequence[bytes]) -> dict[bytes, tuple[str, str]]:
    """The texts and the languages of literals."""
    lines = b"".join(b"<urn:x> <urn:x> %b .\n" % term for term in terms)
    literals = (quad.object for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES, lenient=True))
    pairs = [(each.value, each.language or "") for each in literals if isinstance(each, ox.Literal)]
    return dict(zip(terms, pairs, strict=True))


def _iri(term: bytes) -> str:
    return term[1:-1].decode()


def merged(pieces: Sequence[Piece]) -> Columns:
    """The index of several pieces."""
    return _merged(pieces, _segments(pieces))


def merged_with_pairs(pieces: Sequence[Piece]) -> tuple[Columns, name_pairs.Pairs]:
    """The index of several pieces, and the pairs of its folded labels."""
    segments = _segments(pieces)
    numbers = {id(piece): [0] * len(piece.labels) for piece in pieces}
    starts = {id(piece): [0, *accumulate(piece.counts)] for piece in pieces}
    line = 0
    for piece, first, end in segments:
        place, after = starts[id(piece)][first], starts[id(piece)][end]
        numbers[id(piece)][place:after] = range(line, line + after - place)
        line += after - place
    pairs = name_pairs.merged((piece.pairs or piece.folded, numbers[id(piece)]) for piece in pieces)
    return _merged(pieces, segments), pairs


def _merged(pieces: Sequence[Piece], segments: Sequence[tuple[Piece, int, int]]) -> Columns:
    languages = sorted({language for piece in pieces for language in piece.languages})
    words: Counter[str] = Counter()
    for piece in pieces:
        words.update(piece.words)
    counts = [count for piece, first, end in segments for count in piece.counts[first:end]]
    lines: dict[str, list[str]] = {"labels": [], "folded": [], "pinyin": [""]}
    language: list[int] = []
    alias: list[int] = []
    starts = {id(piece): [0, *accumulate(piece.counts)] for piece in pieces}
    numbers = {id(piece): [languages.index(name) for name in piece.languages] for piece in pieces}
    for piece, first, end in segments:
        place = slice(starts[id(piece)][first], starts[id(piece)][end])
        lines["labels"] += piece.labels[place]
        lines["folded"] += piece.folded[place]
        lines["pinyin"] += piece.pinyin[place]
        language += map(numbers[id(piece)].__getitem__, piece.language[place])
        alias += piece.alias[place]
    profile, values, facets, lists = _columns(pieces, segments)
    return Columns(
        _text(lines["labels"]),
        _text(lines["folded"]),
        list(chain.from_iterable(map(repeat, range(len(counts)), counts))),
        languages,
        language,
        alias,
        _text([thing for piece, first, end in segments for thing in piece.things[first:end]]),
        profile,
        values,
        facets,
        lists,
        _text(lines["pinyin"][1:]),
        " ".join(sorted(words, key=lambda word: (-words[word], word))),
    )


def _text(lines: Sequence[str]) -> str:
    return "\n".join([*lines, ""])


def _lines(text: str) -> list[str]:
    return text.split("\n")[:-1]


def _segments(pieces: Sequence[Piece]) -> list[tuple[Piece, int, int]]:
    """All things in order, as long stretches of pieces: the piece, where it begins in its things, where it ends."""
    ends: list[list[int]] = []
    of_all = sorted(
        chain.from_iterable(zip(piece.things, repeat(n), range(len(piece.things))) for n, piece in enumerate(pieces))
    )
    for _, number, place in of_all:
        if ends and ends[-1][0] == number and ends[-1][2] == place:
            ends[-1][2] += 1
        else:
            ends.append([number, place, place + 1])
    return [(pieces[number], first, end) for number, first, end in ends]


def _columns(
    pieces: Sequence[Piece], segments: Sequence[tuple[Piece, int, int]]
) -> tuple[list[int], dict[str, list[str]], dict[str, tuple[list[int], list[int]]], dict[str, list[int]]]:
    """The profiles of things, the values of facets, those that profiles have, and the things of lists.

    Profiles are numbered as things have them first, whatever the order of the pieces.
    """
    profiles: dict[_Profile, int] = {}
    own = {id(each): [profiles.setdefault(profile, len(profiles)) for profile in each.profiles] for each in pieces}
    of_things: list[int] = []
    for piece, first, end in segments:
        of_things += map(own[id(piece)].__getitem__, piece.profile[first:end])
    order = {number: place for place, number in enumerate(dict.fromkeys(of_things))}
    numbered = list(profiles)
    used = [numbered[number] for number in order]
    of_things = list(map(order.__getitem__, of_things))
    documents = {iri for piece in pieces for iri in piece.documents}
    covered = {thing: areas for piece in pieces for thing, areas in piece.covered.items()}
    broader = {kind: set(above) for piece in pieces for kind, above in piece.broader.items()}
    values: dict[str, list[str]] = {}
    facets: dict[str, tuple[list[int], list[int]]] = {}
    for facet, resolve in _resolvers(documents, covered, broader):
        sets = [resolve(each) for each in used]
        values[facet] = sorted(set().union(*sets))
        facets[facet] = _numbered(values[facet], sets)
    return of_things, values, facets, _members(used, of_things)


def _numbered(values: Sequence[str], sets: Sequence[set[str]]) -> tuple[list[int], list[int]]:
    """Where the numbers of the values of each set start, and these numbers."""
    places = {value: place for place, value in enumerate(values)}
    numbers = [sorted(map(places.__getitem__, each)) for each in sets]
    return [0, *accumulate(map(len, numbers))], list(chain.from_iterable(numbers))


def _members(profiles: Iterable[_Profile], of_things: Iterable[int]) -> dict[str, list[int]]:
    """The things of each list."""
    standing = [list(_lists(profile[0])) for profile in profiles]
    members: dict[str, list[int]] = {name: [] for name in LISTS}
    for thing, number in enumerate(of_things):
        for name in standing[number]:
            members[name].append(thing)
    return members


def _resolvers(
    documents: set[str], covered: Mapping[str, Sequence[str]], broader: Mapping[str, set[str]]
) -> Iterator[tuple[str, Callable[[_Profile], set[str]]]]:
    """What gives the values of each facet that what is said of a thing stands for."""
    yield "kind", lambda profile: {_narrowest(set(profile[0]), broader)} if profile[0] else set()
    yield "document", lambda profile: documents.intersection(profile[2]).union(profile[1])
    yield "area", lambda profile: {area for plan in profile[4] for area in covered.get(plan, ())}.union(profile[3])
    yield "year", lambda profile: set(profile[5])


#: Fields of a piece that are lists of lines, and of numbers: what is many is not written as JSON.
_OF_LINES, _OF_NUMBERS = ("things", "labels", "folded", "pinyin"), ("profile", "counts", "language", "alias")
_OTHERS = ("profiles", "languages", "words", "documents", "covered", "broader")
_NUMBER: Final = "I"


def dump(piece: Piece, *, with_pairs: bool = True) -> bytes:
    """A piece as bytes, for this machine. Without its pairs it takes less time, but more when pieces are merged."""
    lines = [_text(getattr(piece, name)).encode() for name in _OF_LINES]
    numbers = [array(_NUMBER, getattr(piece, name)).tobytes() for name in _OF_NUMBERS]
    pairs = name_pairs.dump(piece.pairs or name_pairs.pairs_of(_text(piece.folded))) if with_pairs else b""
    return pack([getattr(piece, name) for name in _OTHERS], [*lines, *numbers, pairs])


def restore(data: bytes) -> Piece:
    """What `dump` wrote."""
    head, pieces = unpack(data)
    lines = (_lines(each.decode()) for each in pieces[: len(_OF_LINES)])
    numbers = (array(_NUMBER, each).tolist() for each in pieces[len(_OF_LINES) : -1])
    named = dict(zip((*_OTHERS, *_OF_LINES, *_OF_NUMBERS), (*head, *lines, *numbers), strict=True))
    named["profiles"] = [tuple(map(tuple, profile)) for profile in named["profiles"]]
    return Piece(**named, pairs=name_pairs.restore(pieces[-1]) if pieces[-1] else None)


def _narrowest(kinds: set[str], broader: Mapping[str, set[str]]) -> str:
    """The class of several that is no superclass of another; the first of those that are left."""
    above = {upper for kind in kinds for upper in broader.get(kind, ()) if upper != kind}
    left = sorted(kinds - above) or sorted(kinds)
    return next((kind for kind in left if kind not in _GENERAL), left[0])


def of_store(rows_of_labels: Iterable[Sequence[object]], rows_of_facts: Iterable[Sequence[object]]) -> Columns:
    """The index of the answers to both queries, as terms."""
    return collect(
        (
            (thing.value, label.value, label.language or "", alias is not None)
            for thing, label, alias in rows_of_labels
            if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal)
        ),
        (
            (thing.value, facet.value, value.value)
            for thing, facet, value in rows_of_facts
            if isinstance(thing, ox.NamedNode)
            and isinstance(facet, ox.Literal)
            and isinstance(value, (ox.NamedNode, ox.Literal))
        ),
    )


def write(columns: Columns, folder: Path, pairs: name_pairs.Pairs | None = None) -> None:
    """Puts an index beside the files of a build: the FILES. `pairs` are those of its labels, where they are known."""
    text = json.dumps(
        {each.name: getattr(columns, each.name) for each in fields(columns)}, ensure_ascii=False, separators=(",", ":")
    )
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    name_pairs.write(pairs or name_pairs.pairs_of(columns.folded), columns.folded, folder)


def read(folder: Path | None) -> Columns | None:
    """The index that stands in the folder of a build; None where it has none of this format."""
    path = folder / FILE if folder else None
    if path is None or not path.is_file():
        return None
    content = json.loads(path.read_bytes())
    return Columns(**content) if content.get("format") == _FORMAT else None
