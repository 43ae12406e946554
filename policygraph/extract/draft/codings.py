"""An outline and its entries in, the codings proposed for them out: instruments, themes, whom it serves, who pays.

A coding is an entry of the section `classifications`: one concept, the places of the words that say it, and how sure
such words are (`policygraph.coding`). What no word says is not coded. The heading of a part decides; the sentences
below it are asked where a part has no parts and its heading says nothing. Instruments are those of what is to be done:
of measures, and of tasks and groups without parts; not of what a section reports. So are beneficiaries and sources of
funding, which only words that name them say. Words of two themes that weigh nearly the same are one proposal, to be
reviewed, with both in its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from policygraph import coding
from policygraph.coding import Concept, Hit, Lexicon
from policygraph.extract.clauses import Clause
from policygraph.extract.draft.entries import Entry, evidence, recorded
from policygraph.extract.figures.dating import looks_back
from policygraph.extract.figures.times import Calendar
from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Passage, Span
from policygraph.messages import message

__all__ = ["SURE", "Words", "instruments", "named", "propose", "theme"]

#: The classes of elements whose themes, and whose instruments, are proposed.
_WITH_THEME = frozenset({"TaskGroup", "Task", "Measure", "Project", "SubGoal", "Goal"})
_WITH_INSTRUMENTS = frozenset({"TaskGroup", "Task", "Measure"})
#: A label that says how things have become, and not what is done.
_BECAME = re.compile(
    r"(?:显著|明显|持续|不断|大幅|进一步|更加|更|全面|基本|稳步|逐步|取得|实现|迈出|迈上)"
    r"[^，。；]{0,12}(?:提升|提高|增强|优化|改善|完善|健全|增加|扩大|凸显|形成|巩固|稳定|进展|成效|突破|见效|升级|好转"
    r"|步伐|台阶|成果|向好|向优|推进|拓展)(?=$|[，,；;])"
)
#: A label that speaks of its own document, as the last articles of one do.
_OF_ITSELF = re.compile(r"^本(?:[《“]|政策|措施|意见|办法|方案|规定|通知|细则|条例|实施)")
#: A coding less sure than this is marked for review.
SURE = 0.8
#: What is right less often than this is not proposed.
_LEAST = 0.5
#: A part has so many instruments at most, as curated records do.
_MOST_INSTRUMENTS = 2
#: So large a share of the weight of the foremost theme makes another one near it.
_NEAR = 2 / 3
#: The confidence of a theme that another one is near.
_OPEN = 0.5
#: A part has so many beneficiaries, and so many sources of funding, at most.
_MOST_NAMED = 2
#: The sentences below a heading say an instrument where so many different words of it stand there.
_LEAST_WORDS = 2
#: What parts two clauses of a label.
_CLAUSE = re.compile("[，,；;：:｜|—　 ]")
#: Labels of parts that set goals, look back or around: what stands there is not what is done.
_NOT_DONE = re.compile("目标|愿景|展望|形势|指导思想|总体要求|施行说明|适用范围|附则|名词解释")
#: A coding names so many places at most.
_MOST_PLACES = 3
_TWO_NEAR = message("Words of two themes stand there: {words} of “{theme}”, {others} of “{other}”.")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a part: its label and the running text below it, each with the way to its places in the text."""

    label: Passage
    body: Sequence[Passage] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A concept that passages say: the different words, in order, and their places."""

    code: str
    words: tuple[str, ...]
    places: tuple[Span, ...]

    @property
    def weight(self) -> int:
        """How many characters its different words have."""
        return sum(map(len, self.words))


def propose(
    text: str,
    outline: Outline,
    calendar: Calendar,
    entries: Mapping[int, Entry],
    stated: Iterable[tuple[Clause, Entry]] = (),
) -> None:
    """Puts the codings into the entries of parts (by the id of the part), and of clauses that sentences state."""
    themes: dict[int, str] = {}
    for part in outline.root.walk():
        above = themes.get(id(part.parent), "")
        if part.parent and not part.is_time:
            entry = entries[id(part)]
            is_whole = all(each["type"] == "GovernanceMechanism" for each in entry.get("parts", ()))
            is_done = is_whole and entry["type"] in _WITH_INSTRUMENTS and not looks_back(text, part, calendar)
            above = _code(entry, _words_of(text, part, is_whole=is_done), above, is_done=is_done)
        themes[id(part)] = above
    reports: dict[int, bool] = {}
    for clause, entry in stated:
        if id(clause.part) not in reports:
            reports[id(clause.part)] = looks_back(text, clause.part, calendar)
        words = Words(Passage(text, [(clause.start, clause.end)]))
        is_done = entry["type"] in _WITH_INSTRUMENTS and not reports[id(clause.part)]
        _code(entry, words, themes[id(clause.part)], is_done=is_done)


def _code(entry: Entry, words: Words, above: str, *, is_done: bool) -> str:
    """Puts its codings into an entry that stands below a theme, or none; gives the theme of what stands below it."""
    if _OF_ITSELF.search(words.label.text):
        return above
    proposals: list[Entry] = []
    is_done = is_done and not _BECAME.search(words.label.text) and not _NOT_DONE.search(words.label.text)
    if is_done:
        proposals += instruments(words)
    own = theme(words) if entry["type"] in _WITH_THEME else None
    # a measure has the theme of what it stands in: the same once more says nothing
    if own and not (entry["type"] == "Measure" and own["theme"] == above):
        proposals.append(own)
    if is_done:
        proposals += [*named("beneficiary", words), *named("funding", words)]
    if proposals:
        entry["classifications"] = [
            {"id": f"{entry['id']}-k{number}", **each} for number, each in enumerate(proposals, start=1)
        ]
    return own["theme"] if own else above


def _words_of(text: str, part: Part, *, is_whole: bool) -> Words:
    """The words of the label of a part and, with `is_whole`, those of the sentences below it."""
    label = Passage(text, [(part.start, part.end)])
    if not is_whole:
        return Words(label)
    body = [Passage(text, list(_behind(pieces, part.end))) for pieces in part.paragraphs]
    return Words(label, [each for each in body if each.text])


def _behind(pieces: Iterable[Span], place: int) -> Iterator[Span]:
    """The spans behind a place."""
    return ((max(start, place), end) for start, end in pieces if end > place)


def instruments(words: Words, lexicon: Lexicon | None = None) -> Iterator[Entry]:
    """The instruments by which a part acts, the foremost first, without ids; by another lexicon than the table's."""
    lexicon = lexicon or coding.lexicon("instrument")
    candidates = _candidates(_hits(lexicon, [words.label]))
    where = "label" if candidates else "body"
    if not candidates:
        hits = [(passage, hit) for passage, hit in _hits(lexicon, words.body) if not hit.is_broad]
        candidates = [each for each in _candidates(hits) if len(each.words) >= _LEAST_WORDS]
    entries = (_entry("instrument", lexicon.concepts[each.code], each, where) for each in candidates)
    yield from islice(filter(None, entries), _MOST_INSTRUMENTS)


def named(scheme: str, words: Words, lexicon: Lexicon | None = None) -> Iterator[Entry]:
    """The beneficiaries, or the sources of funding, that a part names: in its label, else in the sentences below it."""
    lexicon = lexicon or coding.lexicon(scheme)
    for where, passages in (("label", [words.label]), ("body", words.body)):
        hits = [(passage, hit) for passage, hit in _hits(lexicon, passages) if where == "label" or not hit.is_broad]
        entries = (_entry(scheme, lexicon.concepts[each.code], each, where) for each in _candidates(hits))
        if chosen := list(islice(filter(None, entries), _MOST_NAMED)):
            yield from chosen
            return


def theme(words: Words, lexicon: Lexicon | None = None) -> Entry | None:
    """The theme of a part, without an id: of the first clause of its label that says one; None where none does."""
    lexicon = lexicon or coding.lexicon("theme")
    hits = _hits(lexicon, [words.label])
    if not hits:
        return None
    behind = _CLAUSE.search(words.label.text, hits[0][1].end)
    first, *others = _candidates([(passage, hit) for passage, hit in hits if not behind or hit.start < behind.start()])
    entry = _entry("theme", lexicon.concepts[first.code], first, "label")
    if entry and others and others[0].weight >= first.weight * _NEAR:
        reason = _TWO_NEAR.format(
            words="、".join(first.words),
            theme=lexicon.concepts[first.code].names,
            others="、".join(others[0].words),
            other=lexicon.concepts[others[0].code].names,
        )
        entry |= {"confidence": f"{_OPEN:g}", "needsReview": "true", "reason": recorded(reason)}
        entry["evidence"] = evidence((*first.places, *others[0].places))
    return entry


def _hits(lexicon: Lexicon, passages: Iterable[Passage]) -> list[tuple[Passage, Hit]]:
    """The words of passages that say concepts, in order."""
    return [(passage, hit) for passage in passages for hit in lexicon.hits(passage.text)]


def _candidates(hits: Sequence[tuple[Passage, Hit]]) -> list[_Candidate]:
    """The concepts that words say, the weightiest first; broad words only where no other one speaks."""
    decided = {hit.code for _, hit in hits if not hit.is_broad}
    words: dict[str, dict[str, None]] = {}
    places: dict[str, list[Span]] = {}
    for passage, hit in hits:
        if not hit.is_broad or decided <= {hit.code}:
            words.setdefault(hit.code, {})[passage.text[hit.start : hit.end]] = None
            places.setdefault(hit.code, []).append(passage.span(hit.start, hit.end))
    candidates = [_Candidate(code, tuple(words[code]), tuple(places[code][:_MOST_PLACES])) for code in words]
    return sorted(candidates, key=lambda each: -each.weight)


def _entry(scheme: str, concept: Concept, candidate: _Candidate, where: str) -> Entry | None:
    """The coding of what a label or a body says; None where such words say it too rarely."""
    share = concept.label if where == "label" else concept.body
    if share < _LEAST:
        return None
    flag = {"needsReview": "true"} if share < SURE else {}
    return {
        scheme: candidate.code,
        "confidence": f"{share:g}",
        "rule": f"coding/{where}",
        **flag,
        "evidence": evidence(candidate.places),
    }
