"""Labels and what is said of their things in, what a search looks through out: made once for a build, kept beside it.

Labels and words are made alike first: width and case (NFKD, case folding), marks on letters and punctuation do not
count, and neither does space, but between words of letters. All labels stand in one text; what is known of their things
stands in columns of numbers, so that an index of a large graph is read in a fraction of a second.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, chain
from pathlib import Path

import pyoxigraph as ox

from policygraph.vocab import pg, skos

__all__ = ["FACETS", "FACTS", "FILE", "LABELS", "LISTS", "Columns", "collect", "fold", "of_store", "read", "write"]

#: The file of a build, and the queries of the service (queries/service/) that it is made of.
FILE, LABELS, FACTS = "search.json", "search-labels", "search-facts"
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
_FORMAT = 1
#: Words of letters that a misspelt word may be meant for.
_WORD = re.compile(r"[a-z]{4,}")
#: What ends a label in the one text of all labels.
_END = ord("\n")
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
#: Space that does not stand between two words of letters; space that is more than one.
_GAP, _WIDE = re.compile(r"(?<![a-z]) +| +(?![a-z0-9])"), re.compile(r" {2,}")


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

    `things` has a line for each thing. `values` are the values of each facet; `facets` the numbers of those that things
    have (all years of a target, the class of a thing), one after another, and before them where those of each thing
    start. `lists` are the things that lists hold; `pinyin` has a line for each label: how it is read, where it is a
    Chinese one of such a thing, else nothing. `words` are those of letters, frequent ones first.
    """

    labels: str
    folded: str
    of: Sequence[int]
    languages: Sequence[str]
    language: Sequence[int]
    alias: Sequence[int]
    things: str
    values: Mapping[str, Sequence[str]]
    facets: Mapping[str, tuple[Sequence[int], Sequence[int]]]
    lists: Mapping[str, Sequence[int]]
    pinyin: str
    words: str
    format: int = _FORMAT

    def held(self, facet: str, thing: int) -> Sequence[int]:
        """The numbers of the values of a facet that a thing has."""
        starts, values = self.facets[facet]
        return values[starts[thing] : starts[thing + 1]]


def collect(labels: Iterable[tuple[str, str, str, bool]], facts: Iterable[tuple[str, str, str]]) -> Columns:
    """The index of labels (thing, label, language, whether it is an alternative) and facts (thing, facet, value).

    Facts of the facet `broader` say of a class which class it is a kind of: a thing has its narrowest one.
    """
    entries = sorted({(thing, label.replace("\n", " "), language, alias) for thing, label, language, alias in labels})
    things = sorted({thing for thing, *_ in entries})
    numbers = {thing: number for number, thing in enumerate(things)}
    languages = sorted({language for _, _, language, _ in entries})
    # once for all labels: a call for each would take ten times as long
    text = "".join(f"{label}\n" for _, label, _, _ in entries)
    folded = _fold(text)
    words = Counter(_WORD.findall(folded))
    values, facets, lists = _columns(numbers, facts)
    listed = {number for members in lists.values() for number in members}
    is_read = [numbers[thing] in listed and language == "zh" and not alias for thing, _, language, alias in entries]
    return Columns(
        text,
        folded,
        [numbers[thing] for thing, *_ in entries],
        languages,
        [languages.index(language) for _, _, language, _ in entries],
        [int(alias) for *_, alias in entries],
        "".join(f"{thing}\n" for thing in things),
        values,
        facets,
        lists,
        "".join(f"{_pinyin(entry[1]) if each else ''}\n" for entry, each in zip(entries, is_read, strict=True)),
        " ".join(sorted(words, key=lambda word: (-words[word], word))),
    )


def _pinyin(label: str) -> str:
    """How a label is read, to sort it by."""
    from policygraph.linking import pinyin  # noqa: PLC0415 - a service that reads an index needs none of it

    return pinyin(label)


def _columns(
    numbers: Mapping[str, int], facts: Iterable[tuple[str, str, str]]
) -> tuple[dict[str, list[str]], dict[str, tuple[list[int], list[int]]], dict[str, list[int]]]:
    """The values of facets, those that things have with where those of each start, and the things of lists."""
    statements: dict[str, dict[str, set[str]]] = {facet: {} for facet in (*FACETS, "broader")}
    for thing, facet, value in facts:
        statements[facet].setdefault(thing, set()).add(value)
    broader = statements.pop("broader")
    lists = {
        name: sorted(
            numbers[thing]
            for thing, kinds in statements["kind"].items()
            if kind in kinds and thing in numbers and _UNLISTED not in kinds
        )
        for name, kind in LISTS.items()
    }
    statements["kind"] = {thing: {_narrowest(kinds, broader)} for thing, kinds in statements["kind"].items()}
    values: dict[str, list[str]] = {}
    facets: dict[str, tuple[list[int], list[int]]] = {}
    for facet, by_thing in statements.items():
        values[facet] = sorted({value for thing, held in by_thing.items() if thing in numbers for value in held})
        places = {value: place for place, value in enumerate(values[facet])}
        held_by = [sorted(places[value] for value in by_thing.get(thing, ())) for thing in numbers]
        facets[facet] = [0, *accumulate(map(len, held_by))], list(chain.from_iterable(held_by))
    return values, facets, lists


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


def write(columns: Columns, folder: Path) -> None:
    """Puts an index beside the files of a build."""
    text = json.dumps(
        {each.name: getattr(columns, each.name) for each in fields(columns)}, ensure_ascii=False, separators=(",", ":")
    )
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read(folder: Path | None) -> Columns | None:
    """The index that stands in the folder of a build; None where it has none of this format."""
    path = folder / FILE if folder else None
    if path is None or not path.is_file():
        return None
    content = json.loads(path.read_bytes())
    return Columns(**content) if content.get("format") == _FORMAT else None
