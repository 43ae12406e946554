"""A Chinese label in, a draft of its English out, composed of the words of the lexicon; none where a word is missing.

The label is cut into the fewest words that the lexicon, the areas and the indicators have. All of it must be covered:
half a translation is none. What is composed so is a machine's and says so; whoever reviews it writes a better one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

__all__ = ["Lexicon", "Word"]

#: The longest label, in characters, that is composed; longer ones are sentences.
_LONGEST_LABEL = 60
#: Characters of a word at most.
_LONGEST_WORD = 24
#: What the English of a whole label may have at most.
_LONGEST_ENGLISH = 180
_PUNCTUATION = {
    "、": ",",
    "，": ",",
    ",": ",",
    "；": ";",
    "：": ":",
    ":": ":",
    "。": ".",
    ".": ".",
    "（": "(",
    "）": ")",
    "(": "(",
    ")": ")",
    "“": "“",
    "”": "”",
    "‘": "‘",
    "’": "’",
    '"': '"',
    "《": "“",
    "》": "”",
    "—": "–",
    "－": "–",
    "-": "-",
    "～": "–",
    "~": "–",
    "·": "·",
    "+": "+",
    "/": "/",
    "%": "%",
    "！": "!",
    "&": "&",
    " ": "",
    "\u3000": "",
}
_LATIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+&%\-]*")
#: A date in a label: a year, a month of it, a day of that; and years from one to another.
_DATE = re.compile(
    r"(?P<first>(?:19|20)\d\d)[年]?[-—–－~～至]{1,2}(?P<last>(?:19|20)\d\d)年"
    r"|(?P<year>(?:19|20)\d\d)年(?:(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号])?)?"
    r"|(?P<alone>1[0-2]|[1-9])月(?:(?P<day_alone>3[01]|[12]\d|0?[1-9])[日号])?"
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:–\d+)?$")
_OF = "的"
#: The English of 关于, and the signs that no title of one plan has in the middle.
_ABOUT = "on"
_STOPS = frozenset(",;:.!")
#: The English of 印发, behind which the title of what is issued stands.
_ISSUE = "issue"
#: What stands behind a name that is no entry: 朝阳 区.
_GENERIC = frozenset({"province", "city", "district", "county", "people's government"})
#: What plans are for: the English of verbs that a title begins with. Another is done to the plan (制定实施方案).
_ENDS = frozenset(
    {
        "support",
        "promote",
        "advance",
        "accelerate",
        "build",
        "encourage",
        "cultivate",
        "foster",
        "drive",
        "help",
        "boost",
    }
)
_AS_NOUN = re.compile(r"as a noun: ([^;]+)")
#: Its English in front of a noun: 全国 is national there, and the whole country else.
_AS_ATTRIBUTE = re.compile(r"attributive: ([^;]+)")
#: A noun of what is done: what stands in front of it at the end of a label is its object. 企业创新发展.
_OF_WHAT = "of what stands in front"
#: English words behind which a verb has -ing.
_PREPOSITION = re.compile(r"(?:^| )(?:on|of|in|to|for|by|with|at)$")
_PAIR = re.compile("([a-z]+) and ([a-z]+)")
_DOUBLED = frozenset({"set", "cut", "get", "run", "plan", "stop", "plug", "put", "step", "control", "commit", "map"})
#: What stands in front of a word without a space, and behind one.
_TIGHT_BEFORE = frozenset(",;:.)”’%!·")
_TIGHT_AFTER = frozenset("(“‘·")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the lexicon: its English, its part of speech, and its English as a noun where it is a verb.

    `attribute` is its English in front of a noun, `is_of` whether it is a noun of what is done with those before it.
    """

    en: str
    kind: str
    noun: str = ""
    attribute: str = ""
    is_of: bool = False


@dataclass
class Lexicon:
    """Chinese words with their English; `name_of` translates names that it does not have (areas, bodies)."""

    words: dict[str, Word] = field(default_factory=dict)
    name_of: Callable[[str], str] | None = None
    _kept: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[str, str]]) -> Lexicon:
        """The words of rows of `lexicon.csv`; of several of one word, the first."""
        lexicon = cls()
        for row in rows:
            lexicon.add_row(row)
        return lexicon

    def add_row(self, row: Mapping[str, str]) -> None:
        """Takes in a row of `lexicon.csv`."""
        note = row.get("note") or ""
        noun, attribute = _AS_NOUN.match(note), _AS_ATTRIBUTE.search(note)
        word = Word(
            row["en"],
            row.get("kind") or "noun",
            noun[1] if noun else "",
            attribute[1] if attribute else "",
            _OF_WHAT in note,
        )
        self._take(row["zh"], word)

    def add(self, zh: str, en: str, kind: str = "noun") -> None:
        """Takes in a word, unless it is there."""
        self._take(zh, Word(en, kind))

    def _take(self, zh: str, word: Word) -> None:
        for spelling in (zh, re.sub("[“”]", "", zh)) if word.en else ():
            if spelling:
                self.words.setdefault(spelling, word)

    def compose(self, zh: str) -> str:
        """The English of a label, empty where a part of it has none."""
        label = re.sub(r"\s+", " ", zh.strip())
        if label not in self._kept:
            self._kept[label] = self._compose(label) if 0 < len(label) <= _LONGEST_LABEL else ""
        return self._kept[label]

    def _compose(self, label: str) -> str:
        pieces = self._cut(label)
        if pieces is None or not any(word.kind != "mark" for word in pieces):
            return ""
        text = _joined(_titled(_folded(pieces)))
        text = re.sub(r"\b(\w+) \1\b", r"\1", text).strip(" ,;")
        return text[0].upper() + text[1:] if 0 < len(text) <= _LONGEST_ENGLISH else ""

    def _cut(self, label: str) -> list[Word] | None:
        """The fewest words that cover a label; of two ways, the one whose first word is longer."""
        best: list[tuple[int, Word, int] | None] = [None] * (len(label) + 1)
        costs = [0] * (len(label) + 1)
        best[len(label)] = (0, Word("", "mark"), len(label))
        for start in range(len(label) - 1, -1, -1):
            for end, word in self._words_at(label, start):
                if best[end] is None:
                    continue
                cost = costs[end] + (1 if word.kind == "mark" else 10)
                if best[start] is None or cost <= costs[start]:
                    costs[start], best[start] = cost, (cost, word, end)
        if best[0] is None:
            return None
        pieces, place = [], 0
        while place < len(label):
            step = best[place]
            if step is None:
                return None
            pieces.append(step[1])
            place = step[2]
        return [_in_the_middle(piece) for piece in pieces if piece.en]

    def _words_at(self, label: str, start: int) -> Iterable[tuple[int, Word]]:
        char = label[start]
        if match := _LATIN.match(label, start):
            yield match.end(), Word(match[0], "noun")
            if date := _DATE.match(label, start):
                yield date.end(), Word(_date(date), "noun")
        if char in _PUNCTUATION:
            yield start + 1, Word(_PUNCTUATION[char], "mark")
        if char == _OF:
            yield start + 1, Word(_OF, "of")
        for end in range(start + 1, min(len(label), start + _LONGEST_WORD) + 1):
            words = label[start:end]
            if word := self.words.get(words):
                yield end, word
            elif end - start > 1 and self.name_of and (name := self.name_of(words)):
                yield end, Word(name, "name")


def _in_the_middle(word: Word) -> Word:
    """A heading of the lexicon, which has a capital, as it stands among other words."""
    is_capital = word.kind == "heading" and word.en[1:2].islower()
    return replace(word, en=word.en[0].lower() + word.en[1:]) if is_capital else word


def _date(date: re.Match[str]) -> str:
    """A date as English has it: 27 January 2026; 2026–2028."""
    if date["first"]:
        return f"{date['first']}–{date['last']}"
    month, day = date["month"] or date["alone"], date["day"] or date["day_alone"]
    parts = (str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", date["year"] or "")
    return " ".join(part for part in parts if part)


def _joined(words: Iterable[str]) -> str:
    """Words and signs as a line of English, with spaces where they belong."""
    text = ""
    for word in words:
        tight = not text or word[0] in _TIGHT_BEFORE or text[-1] in _TIGHT_AFTER or word == "-" or text[-1] == "-"
        text += word if tight else f" {word}"
    return text


def _folded(pieces: list[Word]) -> list[Word]:
    """The words of a label with each quotation, in its own English order, as one name."""
    opened = next((place for place, word in enumerate(pieces) if word.en == "“"), len(pieces))
    closed = next((place for place in range(opened, len(pieces)) if pieces[place].en == "”"), None)
    if closed is None or closed == opened + 1:
        return pieces
    quoted = _joined(["“", *_titled(pieces[opened + 1 : closed]), "”"])
    return [*pieces[:opened], Word(quoted, "noun"), *_folded(pieces[closed + 1 :])]


def _titled(pieces: list[Word]) -> list[str]:
    """The title of a plan or the like in English order, what it is in front: A关于B的措施 is measures of A on B.

    In the order of other labels where its last word, what stands in brackets behind it apart, is no kind of plan, and
    where it has a comma or the like.
    """
    stop = _before_brackets(pieces)
    *body, head = pieces[:stop] or [Word("", "mark")]
    if head.kind != "plan-kind" or not body or any(word.en in _STOPS for word in body):
        return _turned(pieces)
    body = body[:-1] if body[-1].en in (_OF, "of") else body
    dates = body[:1] if body and _YEAR.match(body[0].en) else []
    body = body[len(dates) :]
    names = next((place for place, word in enumerate(body) if not _is_name(word)), len(body))
    about = next((place for place, word in enumerate(body) if word.en == _ABOUT), None)
    end = names if about is None else about
    whose, matter = body[:end], body[end + (about is not None) :]
    aim = _aim(matter, head, is_about=about is not None)
    if aim is None:
        return _turned(pieces)
    text = [head.en, *(["of", *_turned(whose)] if whose else []), *aim]
    return [*text, *(piece for date in dates for piece in (",", date.en)), *_turned(pieces[stop:])]


def _aim(matter: list[Word], head: Word, *, is_about: bool) -> list[str] | None:
    """What a plan is about or for, with its preposition; None where its verb is done to the plan itself."""
    if not matter:
        return []
    first, is_done = matter[0], matter[0].kind == "verb"
    if first.en == _ISSUE and is_about:
        return [_ABOUT, _gerund(_ISSUE), *_titled(matter[1:])]
    words = _turned(matter)
    if is_about:
        return [_ABOUT, _gerund(words[0]) if is_done else words[0], *words[1:]]
    if is_done and (first.en not in _ENDS or head.en.endswith("action") or len(matter) == 1):
        return None
    return ["to" if is_done else "for", *words]


def _is_name(word: Word) -> bool:
    """Whether a word belongs to the name of an area or body that a title begins with."""
    return word.kind == "name" or word.en in "()" or word.en in _GENERIC


def _before_brackets(pieces: list[Word]) -> int:
    """How many words stand in front of the brackets that end a label; all of them where none do."""
    if pieces and pieces[-1].en.startswith("("):
        return len(pieces) - 1
    opened = max((place for place, word in enumerate(pieces) if word.en == "("), default=0)
    return opened if opened and pieces[-1].en == ")" else len(pieces)


def _turned(pieces: list[Word]) -> list[str]:
    """The English words in English order: what 的 joins is turned round, “A 的 B” is B of A."""
    text: list[str] = []
    clause: list[Word] = []
    for piece in [*pieces, Word("", "end")]:
        if piece.kind in ("mark", "end"):
            text += _clause(clause)
            clause = []
            if piece.en:
                text.append(piece.en)
        else:
            clause.append(piece)
    return text


def _clause(words: list[Word]) -> list[str]:
    places = [place for place, word in enumerate(words) if word.kind == "of"]
    if not places or places[0] == 0 or places[-1] == len(words) - 1:
        return _in_a_row([word for word in words if word.kind != "of"])
    cut = places[-1]
    front, back = words[:cut], words[cut + 1 :]
    verbs = [word for word in front[:1] if word.kind == "verb"]
    whose = front[len(verbs) :]
    if not whose:
        return _in_a_row([word for word in words if word.kind != "of"])
    if all(word.kind in ("modifier", "hedge") for word in whose):
        return _in_a_row([*verbs, *whose, *back])
    return [*(word.en for word in verbs), *_clause(back), "of", *_clause(whose)]


def _in_a_row(words: list[Word]) -> list[str]:
    """Words without 的: a verb at the end, or a noun of what is done, is so with the nouns before it."""
    last = words[-1] if words else None
    before = words[-2] if len(words) > 1 else None
    if last and before and (last.kind == "verb" or last.is_of) and before.kind in ("noun", "name"):
        start = next((place for place in range(len(words) - 1, 0, -1) if words[place - 1].kind not in _NOMINAL), 0)
        if start < len(words) - 1:
            done = last.en if last.is_of else last.noun or _gerund(last.en)
            return [*_in_order(words[:start]), done, "of", *_in_a_row(words[start:-1])]
    return _in_order(words)


def _in_order(words: list[Word]) -> list[str]:
    """Words in the order they have, each in the form that it has there."""
    text: list[str] = []
    is_attribute = False
    for place, word in enumerate(words):
        is_object = word.kind == "verb" and text and _PREPOSITION.search(text[-1])
        english = word.en.removeprefix("the ") if is_attribute else word.en
        is_attribute = bool(word.attribute) and place + 1 < len(words) and words[place + 1].kind == "noun"
        text.append(_gerund(word.en) if is_object else word.attribute if is_attribute else english)
    return text


_NOMINAL = frozenset({"noun", "modifier", "name"})


def _gerund(verb: str) -> str:
    """A verb with -ing at its first word, and at the second of two: cultivating and developing."""
    if pair := _PAIR.fullmatch(verb):
        # research and development: nouns already
        return verb if pair[2].endswith(("ment", "ion")) else f"{_gerund(pair[1])} and {_gerund(pair[2])}"
    first, space, rest = verb.partition(" ")
    if first.endswith("ly") and rest:
        return f"{first} {_gerund(rest)}"
    if first.endswith("ing"):
        return verb
    if first.endswith("ie"):
        first = first[:-2] + "y"
    elif first.endswith("e") and not first.endswith("ee"):
        first = first[:-1]
    elif first in _DOUBLED:
        first += first[-1]
    return f"{first}ing{space}{rest}"
