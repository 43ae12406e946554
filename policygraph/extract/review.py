"""A draft in, the statements to review out; decisions in, the corrected draft out.

    draft ─ waiting ─► items: a statement, where it stands in the text, its rule and confidence
    item + answer ─ decide ─► the draft in memory, a line in the log ─ save ─► the record, its proposals

A decision is known by what it is about: the place in the text and what is stated there, not by an id. So the log
(`<slug>.decisions.jsonl`, beside the record) fits the draft of another reading of the same text: `replay` takes the
decisions again. What nobody decided stays as it was, byte for byte.

Several may work on one draft, at a terminal and in the browser: `save` takes the decisions again on what another has
written in between. A statement on which another has decided otherwise stays as the other left it, and the decision on
it is handed back.
"""

from __future__ import annotations

import copy
import difflib
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from policygraph.errors import SpokenError
from policygraph.extract import COMPOSED, PROPOSED, UNTRANSLATED, registry
from policygraph.extract.additions import filled, section_of
from policygraph.extract.moved import moved
from policygraph.messages import SOURCE, message
from policygraph.paths import Folders
from policygraph.records.yaml import YamlError, read_file
from policygraph.records.yaml import read as read_yaml
from policygraph.records.yaml import write as write_yaml

__all__ = ["Decision", "Item", "Review", "ReviewError", "decisions_in", "log_of", "replay", "writing"]

Thing = dict[str, Any]

#: Keys that say how a machine made a statement; who decides takes them away.
_MACHINE = ("confidence", "rule", "needsReview")
#: Of a coding the rule stays: it says who coded, where no curator did.
_CODED = "classifications"
_RULE = "rule"
#: What a statement says, for knowing it again: the first of these that it has.
_SAYING = (
    "printedValue",
    "printedCount",
    "label",
    "agent",
    "role",
    "issueKind",
    "instrument",
    "theme",
    "beneficiary",
    "funding",
)
#: Keys whose values have no id that other statements refer to.
_PLAIN = frozenset({"label", "printedLabel", "reason", "decision", "evidence", "id", "printedValue", "note"})
_FRAGMENT = re.compile(r"#char=(\d+),(\d+)")
#: What may stand in front of things of the class of a part, for a parent to be told: its parts.
_PARTS = "parts"
#: The line of the log behind decisions that the draft has in it.
_SAVED = "saved"
#: The number of lines above which versions are compared without looking for the best match.
_LARGE = 4000
#: The folders that each thread holds against others.
_HELD = threading.local()


class ReviewError(SpokenError):
    """A draft that cannot be reviewed, or a correction that cannot be made: why, in en and zh."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the log: about what, and accept, reject, correct (a field and its value) or translate (a label).

    `add` has the id of the parent as its field (none: the document), and the statement as JSON as its value. `by` is
    the curator, where the service knows who it is.
    """

    about: str = ""
    act: str = ""
    field: str = ""
    value: str = ""
    by: str = ""

    def line(self) -> str:
        return json.dumps({key: value for key, value in asdict(self).items() if value}, ensure_ascii=False) + "\n"


@dataclass(slots=True)
class Item:
    """One question for the reviewer: a statement (`thing`), or the Chinese label of things without an English one."""

    about: str
    section: str
    thing: Thing
    spans: list[tuple[int, int]] = field(default_factory=list)
    is_label: bool = False
    #: The id of what it hangs on; that of the document for what hangs on nothing else.
    parent: str = ""

    @property
    def confidence(self) -> float:
        """The confidence of the extraction, from 0 to 1; 1 for a statement without one."""
        try:
            share = float(self.thing.get("confidence", 1))
        except (TypeError, ValueError):
            return 0.0
        return share if 0 <= share <= 1 else 0.0

    @property
    def is_flagged(self) -> bool:
        return "needsReview" in self.thing


@dataclass(slots=True)
class _Place:
    """A thing of a draft: the section and list that it stands in, and what it hangs on."""

    section: str
    thing: Thing
    holder: list[Any]
    owner: Thing | None


def _machine_keys(place: _Place) -> tuple[str, ...]:
    """The keys of a statement that say that nobody has looked at it."""
    return tuple(key for key in _MACHINE if not (key == _RULE and place.section == _CODED))


def log_of(record: Path) -> Path:
    """Where the decisions about a draft are kept."""
    return record.with_name(f"{record.stem}.decisions.jsonl")


class Review:
    """A draft under review: its record, the entries it proposes, its text, and the decisions taken.

    `fields` are the keys that a record may have. Raises ReviewError for what is no draft.
    """

    def __init__(
        self, record: Path, folders: Folders, fields: frozenset[str] = frozenset(), *, resume: bool = True
    ) -> None:
        self.path = record
        self.fields = fields
        at_home = record.resolve().parent == (folders.data / "records").resolve()
        self.home = folders if at_home else None
        self.reference_path = folders.data / PROPOSED if at_home else record.with_name(f"{record.stem}.reference.yaml")
        self.text, self.length, self.text_state = _text(record, folders if at_home else None)
        self.decisions: list[Decision] = []
        #: What each of the decisions was about before and after it was taken.
        self._states: list[tuple[Any, Any]] = []
        self._open()
        # the log may hold decisions of a review that was killed before it saved the draft
        for decision in _unsaved(log_of(record)) if resume else ():
            before = self._state(decision)
            if self.repeat(decision):
                self._note(decision, before)

    def _open(self) -> None:
        self._opened = _digest(self.path)
        self.record = _read(self.path)
        self.reference: list[Thing] = _read(self.reference_path) if self.reference_path.is_file() else []
        if not isinstance(self.record, dict) or not isinstance(self.reference, list):
            raise ReviewError(message("{path}: this is not a draft", path=self.path))
        self._names_before = set(_names(self.record))
        self._index()

    def _index(self) -> None:
        """What each decision may be about, anew."""
        self._places: dict[str, _Place] = {}
        self._decided: dict[str, _Place] = {}
        self._labels: dict[str, list[Thing]] = {}
        seen: Counter[str] = Counter()
        for place in self._things():
            label = place.thing.get("label")
            if isinstance(label, dict) and str(label.get("en", "")).startswith((UNTRANSLATED, COMPOSED)):
                self._labels.setdefault(_about_label(str(label.get("zh", ""))), []).append(place.thing)
            about = _about(place)
            seen[about] += 1
            is_open = any(key in place.thing for key in _machine_keys(place))
            if is_open or "evidence" in place.thing:
                places = self._places if is_open else self._decided
                places[about if seen[about] == 1 else f"{about}#{seen[about]}"] = place

    def _things(self) -> Iterator[_Place]:
        yield from _walk("", self.record, [self.record], None)
        mine = set(_names(self.record)) if self.home else set()
        for entry in self.reference:
            if not self.home or entry.get("id") in mine:
                yield from _walk("reference", entry, self.reference, None)

    # ── what waits ────────────────────────────────────────────────────────────────────────────────

    def waiting(self, *, everything: bool = False) -> list[Item]:
        """What is flagged, the least sure first; labels without English; then, if asked, the other statements."""
        items = _items(self._places)
        items.sort(key=lambda item: (item.confidence, (item.spans or [(0, 0)])[0]))
        labels = [Item(about, "label", things[0], _spans(things[0]), True) for about, things in self._labels.items()]
        flagged = [item for item in items if item.is_flagged]
        rest = [item for item in items if not item.is_flagged] if everything else []
        return [*flagged, *labels, *rest]

    def decided(self) -> list[Item]:
        """The statements that have been reviewed, in the order of the record."""
        return _items(self._decided)

    def abouts(self) -> Set[str]:
        """What decisions on the statements of the draft would be about."""
        return self._places.keys() | self._decided.keys()

    def about(self, thing: Thing) -> str | None:
        """What a decision on a statement of the draft is about now; None for what the draft does not hold."""
        both = (*self._places.items(), *self._decided.items())
        return next((about for about, place in both if place.thing is thing), None)

    def statement(self, about: str) -> Thing | None:
        """The statement that a decision would be about."""
        place = self._places.get(about) or self._decided.get(about)
        return place.thing if place else None

    def outline(self) -> list[tuple[int, str, str]]:
        """What a statement may hang on, in the order of the record: level from 1, id, Chinese label."""
        level = {id(self.record): 0}
        lines = []
        for place in _walk("", self.record, [self.record], None):
            if place.section in (_PARTS, "plans") and place.owner is not None:
                level[id(place.thing)] = level.get(id(place.owner), 0) + 1
                label = place.thing.get("label")
                words = str(label.get("zh", "")) if isinstance(label, dict) else ""
                lines.append((level[id(place.thing)], str(place.thing.get("id", "")), words))
        return lines

    def needed(self, right: float = 0.95) -> int:
        """How many of the least sure statements have to be reviewed for so large a share of all to be right.

        A statement that was decided is right; the others are so as often as their confidence says.
        """
        doubts = sorted(
            (1 - Item(about, place.section, place.thing).confidence for about, place in self._places.items()),
            reverse=True,
        )
        total = sum("evidence" in place.thing for place in self._things())
        wrong = sum(doubts)
        for number, doubt in enumerate(doubts):
            if wrong <= (1 - right) * total:
                return number
            wrong -= doubt
        return len(doubts)

    def names(self) -> dict[str, str]:
        """The Chinese labels of what the draft itself names or proposes, by id."""
        entries = [*_listed(self.record, "organisations"), *_listed(self.record, "people"), *self.reference]
        labels = ((entry.get("id"), entry.get("label")) for entry in entries if isinstance(entry, dict))
        return {str(name): str(label.get("zh", "")) if isinstance(label, dict) else "" for name, label in labels}

    def context(self, item: Item, around: int = 30) -> tuple[str, str, str] | None:
        """The words before the first place of an item, those it points at, and those behind; None without the text."""
        if not item.spans or self.text is None or item.spans[0][1] > len(self.text):
            return None
        start, end = item.spans[0]
        before, words, behind = self.text[max(0, start - around) : start], self.text[start:end], self.text[end:]
        return before.rpartition("\n")[2], words, behind[:around].partition("\n")[0]

    # ── decisions ─────────────────────────────────────────────────────────────────────────────────

    def decide(self, decision: Decision) -> None:
        """Takes a decision, and notes it in the log. Raises ReviewError where it cannot be taken."""
        before = self._state(decision)
        self._take(decision)
        self._note(decision, before)
        _append(log_of(self.path), decision)

    def _note(self, decision: Decision, before: Any) -> None:
        self.decisions.append(decision)
        self._states.append((before, self._state(decision)))

    def _state(self, decision: Decision) -> Any:
        """What a decision is about, as it is now: a statement, or the English labels; None where it is not there."""
        if decision.act == "add":
            return None
        if decision.act == "translate":
            labels = [place.thing.get("label") for place in self._things()]
            same = [
                each for each in labels if isinstance(each, dict) and _about_label(each.get("zh", "")) == decision.about
            ]
            return sorted({str(each.get("en", "")) for each in same})
        statement = self.statement(decision.about)
        if statement is None or decision.act == "reject":
            return copy.deepcopy(statement)
        # what hangs on it is decided on by itself
        return {key: copy.deepcopy(value) for key, value in statement.items() if not _is_of_things(value)}

    def undo(self) -> Decision | None:
        """Takes back the last decision of this review; None where there is none."""
        if not self.decisions:
            return None
        taken_back = self.decisions.pop()
        self._states.pop()
        self._open()
        for decision in self.decisions:
            self._take(decision)
        _strike(log_of(self.path), taken_back)
        return taken_back

    def repeat(self, decision: Decision) -> bool:
        """Takes a decision of another time, if there is anything that it is about; whether there was."""
        try:
            self._take(decision)
        except ReviewError:
            return False
        return True

    def _take(self, decision: Decision) -> None:
        if decision.act == "translate":
            self._translate(decision)
            return
        if decision.act == "add":
            self._add(decision)
            return
        if decision.act not in _ACTS:
            raise ReviewError(message("“{act}” is no decision", act=decision.act))
        place = self._places.get(decision.about)
        if place is None and decision.act != "accept":
            # a statement that was accepted may be corrected or rejected later
            place = self._decided.get(decision.about)
        if place is None:
            raise ReviewError(message("there is no such statement in the draft"))
        _ACTS[decision.act](self, place, decision)

    def _accept(self, place: _Place, decision: Decision) -> None:
        for key in _machine_keys(place):
            place.thing.pop(key, None)
        del self._places[decision.about]
        self._decided[decision.about] = place

    def _translate(self, decision: Decision) -> None:
        if decision.about not in self._labels:
            raise ReviewError(message("no label of the draft reads so"))
        if not decision.value.strip():
            raise ReviewError(message("the label is empty"))
        for thing in self._labels.pop(decision.about):
            thing["label"]["en"] = decision.value

    def _correct(self, place: _Place, decision: Decision) -> None:
        name, _, language = decision.field.partition(".")
        value = decision.value.strip()
        if name == "parent":
            self._move(place, value)
            return
        if name == "evidence" and (fragments := [match[0] for match in _FRAGMENT.finditer(value)]):
            self._require_places(_spans({"evidence": fragments}))
            place.thing["evidence"] = fragments
            self._index()
            return
        keys = self.fields or frozenset(place.thing) | {"label"}
        is_single = not isinstance(place.thing.get(name), list) and language in ("", "zh", "en")
        if name not in keys or name in ("id", *_MACHINE) or not is_single or not value:
            raise ReviewError(
                message(
                    "“{field}” cannot be set: give FIELD=VALUE, with a key of a record or `parent`",
                    field=decision.field,
                ),
            )
        if name == "label":
            labels = place.thing.get("label", {})
            place.thing["label"] = {**(labels if isinstance(labels, dict) else {}), language or "zh": value}
        else:
            place.thing[name] = value
        self._index()

    def _require_places(self, spans: Sequence[tuple[int, int]]) -> None:
        """Raises ReviewError for a place that the registered text does not have."""
        for start, end in spans:
            if start >= end or (self.length is not None and end > self.length):
                raise ReviewError(
                    message(
                        "characters {start}–{end} are no place of the text, which has {length}",
                        start=start,
                        end=end,
                        length=self.length or 0,
                    )
                )

    def _add(self, decision: Decision) -> None:
        """Puts a statement that the machine has missed in its place in the text."""
        try:
            section = section_of(decision.about)
            thing = filled(section, json.loads(decision.value), self.fields)
        except SpokenError as error:
            raise ReviewError(error.texts) from None
        except (ValueError, RecursionError):
            raise ReviewError(message("the statement is not written as JSON")) from None
        spans = _spans(thing)
        self._require_places(spans)
        if not spans:
            raise ReviewError(message("a statement needs its place in the text"))
        owner = self._owner(decision.field)
        holder = owner.get(section, [])
        if not isinstance(holder, list) or any(_is_same(thing, other) for other in holder if isinstance(other, dict)):
            raise ReviewError(message("the draft has this statement already"))
        taken = {str(place.thing.get("id")) for place in self._things()}
        prefix = "" if owner is self.record or ":" in str(owner["id"]) else f"{owner['id']}-"
        number = next(number for number in range(1, len(taken) + 2) if f"{prefix}{section[0]}{number}" not in taken)
        owner[section] = holder
        holder.append({"id": f"{prefix}{section[0]}{number}", **thing})
        holder.sort(key=lambda each: (_spans(each) or [(0, 0)])[0])
        self._index()

    def _owner(self, parent: str) -> Thing:
        """The part or plan of an id; the document where none is named."""
        if not parent or parent == self.record.get("id"):
            whole: Thing = self.record
            return whole
        for place in self._things():
            if place.thing.get("id") == parent and place.section in (_PARTS, "plans"):
                owner: Thing = place.thing
                return owner
        raise ReviewError(message("“{parent}” is no part that it can hang on", parent=parent))

    def _move(self, place: _Place, parent: str) -> None:
        """Hangs a part, a target or the like on another part or plan."""
        inside = {id(below.thing) for below in _walk(place.section, place.thing, place.holder, place.owner)}
        parts = [
            other.thing
            for other in self._things()
            if other.thing.get("id") == parent and other.section in (_PARTS, "plans")
        ]
        if not parts or id(parts[0]) in inside or place.owner is None:
            raise ReviewError(message("“{parent}” is no part that it can hang on", parent=parent))
        place.holder.remove(place.thing)
        if not place.holder:
            del place.owner[place.section]
        place.holder = parts[0].setdefault(place.section, [])
        place.owner = parts[0]
        place.holder.append(place.thing)
        place.holder.sort(key=lambda thing: (_spans(thing) or [(0, 0)])[0])
        self._index()

    def _reject(self, place: _Place, decision: Decision) -> None:  # noqa: ARG002 - all acts are called alike
        """Removes a thing, what hangs on it, what refers to it, and proposals that nothing else names."""
        if place.owner is None and place.section != "reference":
            raise ReviewError(message("the document itself cannot be rejected"))
        removed = [below.thing for below in _walk(place.section, place.thing, place.holder, place.owner)]
        gone = {str(thing.get("id")) for thing in removed}
        named = set(_names(place.thing))
        place.holder[:] = [thing for thing in place.holder if thing is not place.thing]
        if not place.holder and place.owner is not None:
            del place.owner[place.section]
        _forget(self.record, gone)
        used = set(_names({key: value for key, value in self.record.items() if key not in ("organisations", "people")}))
        used |= set(_names(self.record.get("organisations", []))) | set(_names(self.reference))
        # in a project other records may name a proposal; `save` removes proposals that no record names
        proposals = [] if self.home else self.reference
        for entries in (_listed(self.record, "organisations"), _listed(self.record, "people"), proposals):
            superfluous = named - used
            entries[:] = [
                each for each in entries if not (isinstance(each, dict) and str(each.get("id")) in superfluous)
            ]
        for section in ("organisations", "people"):
            if self.record.get(section) == []:
                del self.record[section]
        self._index()

    # ── out ───────────────────────────────────────────────────────────────────────────────────────

    def save(self) -> list[Decision]:
        """Writes the record and the proposals, each line that no decision was about as it was.

        Where another has written the record since it was read, the decisions are taken on that. Those on statements
        that are neither as they were nor as they were to be are not, and leave the log: these are given.
        """
        refused: list[Decision] = []
        with writing(self.path):
            if _digest(self.path) != self._opened:
                self._open()
                refused = self._take_again()
            self._write()
        return refused

    def _take_again(self) -> list[Decision]:
        """Takes the decisions on a record that another has written; those that it contradicts are given."""
        taken, refused = [], []
        for decision, (before, after) in zip(self.decisions, self._states, strict=True):
            now = self._state(decision)
            if (now == before and self.repeat(decision)) or (now == after and decision.act != "add"):
                taken.append((decision, (before, after)))
            else:
                refused.append(decision)
                _strike(log_of(self.path), decision)
        self.decisions, self._states = [each for each, _ in taken], [states for _, states in taken]
        return refused

    def _write(self) -> None:
        is_begun = bool(self.decisions) or log_of(self.path).is_file()
        is_machine_read = self.record.get("reviewStatus") == "machine-read"
        if is_begun and is_machine_read and not any(item.is_flagged for item in self.waiting()):
            self.record["reviewStatus"] = "reviewed"
        _save(self.path, self.record)
        if self.reference_path.is_file():
            if self.reference:
                _save(self.reference_path, self.reference)
            else:
                self.reference_path.unlink()
        # reading every record is slow, so it is done only where a reference was removed
        if self.home and not self._names_before <= set(_names(self.record)):
            registry.settle(self.home.data, ())
        if self.decisions:
            _append(log_of(self.path), Decision(act=_SAVED))
            self.decisions, self._states = [], []
        self._opened = _digest(self.path)
        self._names_before = set(_names(self.record))


#: What a person may do with a statement.
_ACTS = {"accept": Review._accept, "correct": Review._correct, "reject": Review._reject}


def replay(record: Path, folders: Folders, fields: frozenset[str] = frozenset()) -> tuple[int, int]:
    """Takes the decisions of a draft's log again, on a draft that was read anew: how many fitted, how many did not.

    Where the text was corrected meanwhile, the log has the new places from then on.
    """
    log = log_of(record)
    taken = decisions_in(log)
    if not taken:
        return 0, 0
    review = Review(record, folders, fields, resume=False)
    pairs = moved([(decision.about, decision.value) for decision in taken], review.abouts())
    placed = [replace(each, about=about, value=value) for each, (about, value) in zip(taken, pairs, strict=True)]
    fitted = [review.repeat(decision) for decision in placed]
    review.save()
    if placed != taken:
        _write(log, "".join(each.line() for each in (*placed, Decision(act=_SAVED))))
    return sum(fitted), len(fitted) - sum(fitted)


@contextmanager
def writing(record: Path) -> Iterator[None]:
    """Holds the folder of a record against others who write drafts there, in this process or another.

    The lock is the folder's own, so that nothing is left behind; who holds it may take it again in the same thread.
    """
    folder = str(record.resolve().parent)
    held: set[str] = _HELD.__dict__.setdefault("folders", set())
    if folder in held:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        held.add(folder)
        yield
    finally:
        held.discard(folder)
        os.close(descriptor)


def decisions_in(log: Path) -> list[Decision]:
    """The decisions of a log, in order, those taken back left out. Raises ReviewError for a line that is none."""
    return [decision for decision in _decisions(log) if decision.act != _SAVED]


def _unsaved(log: Path) -> list[Decision]:
    """The decisions behind the last line that says they were saved."""
    decisions: list[Decision] = []
    for decision in _decisions(log):
        decisions = [] if decision.act == _SAVED else [*decisions, decision]
    return decisions


def _append(log: Path, decision: Decision) -> None:
    """Adds a line to a log; one that was cut off when the power went is taken out before."""
    if log.is_file() and not log.read_bytes().endswith(b"\n"):
        _write(log, "".join(each.line() for each in _decisions(log)))
    with log.open("a", encoding="utf-8") as file:
        file.write(decision.line())


def _strike(log: Path, decision: Decision) -> None:
    """Takes the last line of a decision out of a log; another may have written behind it."""
    lines = [f"{line}\n" for line in log.read_text(encoding="utf-8").split("\n")[:-1]]
    last = max((number for number, line in enumerate(lines) if line == decision.line()), default=len(lines))
    _write(log, "".join([*lines[:last], *lines[last + 1 :]]))


def _decisions(log: Path) -> list[Decision]:
    decisions = []
    # not at what Unicode too calls the end of a line, which may stand in a label
    *lines, torn = log.read_text(encoding="utf-8").split("\n") if log.is_file() else [""]
    for number, line in enumerate(lines, start=1):
        try:
            decisions.append(Decision(**json.loads(line)))
        except (ValueError, TypeError):
            raise ReviewError(message("{log}:{number}: this is no decision", log=log, number=number)) from None
    try:
        # a last line without an end: whole where a person wrote it, else what was being written when the power went
        return [*decisions, Decision(**json.loads(torn))] if torn else decisions
    except (ValueError, TypeError):
        return decisions


# ── reading and knowing again ─────────────────────────────────────────────────────────────────────


def _read(path: Path) -> Any:
    try:
        return read_file(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        texts = {**(error.texts if isinstance(error, YamlError) else {}), SOURCE: reason}
        raise ReviewError(message("{path}: {reason}", path=path, reason=texts)) from None


def _text(record: Path, home: Folders | None) -> tuple[str | None, int | None, str]:
    """The text that a draft was read from, its registered length, and `shown`.

    Without the text, None and why: `unregistered`, `missing`, or `changed` where another stands in its place.
    """
    registry = home.data / "sources.yaml" if home else record.with_name(f"{record.stem}.sources.yaml")
    try:
        entries = read_yaml(registry.read_bytes())
        entry = next(one for one in entries if one["id"] == f"source:{record.stem}")
        path, length = (home.sources if home else record.parent) / entry["fileName"], int(entry["length"])
    except (OSError, ValueError, StopIteration, KeyError, TypeError):
        return None, None, "unregistered"
    try:
        content = path.read_bytes()
        text = content.decode()
    except OSError:
        return None, length, "missing"
    except ValueError:
        return None, length, "changed"
    is_same = len(text) == length and entry.get("sha256") in (None, hashlib.sha256(content).hexdigest())
    return (text, length, "shown") if is_same else (None, length, "changed")


def _listed(record: Thing, section: str) -> list[Any]:
    """The things of a section; none where it is no list, which a check tells."""
    things = record.get(section)
    return things if isinstance(things, list) else []


def _items(places: Mapping[str, _Place]) -> list[Item]:
    return [
        Item(about, place.section, place.thing, _spans(place.thing), parent=str((place.owner or {}).get("id", "")))
        for about, place in places.items()
    ]


def _is_same(thing: Thing, other: Thing) -> bool:
    """Whether two statements say the same of the same places."""
    return all(other.get(key) == value for key, value in thing.items())


def _walk(section: str, thing: Thing, holder: list[Any], owner: Thing | None) -> Iterator[_Place]:
    """A thing and all that hangs on it, in order."""
    pending = [_Place(section, thing, holder, owner)]
    while pending:
        place = pending.pop()
        yield place
        below = [
            _Place(key, item, value, place.thing)
            for key, value in place.thing.items()
            if isinstance(value, list)
            for item in value
            if isinstance(item, dict)
        ]
        pending += reversed(below)


def _spans(thing: Mapping[str, Any]) -> list[tuple[int, int]]:
    spans = thing.get("evidence")
    matches = [_FRAGMENT.fullmatch(one) for one in spans if isinstance(one, str)] if isinstance(spans, list) else []
    return [(int(match[1]), int(match[2])) for match in matches if match]


def _about(place: _Place) -> str:
    """What a decision is about: the section, the places in the text, and what is stated there."""
    words: Any = next((place.thing[key] for key in _SAYING if key in place.thing), "")
    if isinstance(words, dict):
        words = words.get("zh", "")
    places = "+".join(f"{start}-{end}" for start, end in _spans(place.thing))
    return f"{place.section}@{places}: {words}"


def _is_of_things(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _about_label(words: str) -> str:
    return f"label: {words}"


def _names(value: Any) -> Iterator[str]:
    """All ids that things below a value refer to."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            for key, member in one.items():
                if key not in _PLAIN:
                    pending.append(member)
        elif isinstance(one, list):
            pending += one
        elif isinstance(one, str) and ":" in one:
            yield one


def _forget(record: Thing, gone: set[str]) -> None:
    """Takes references to things that are gone out of a record; a reading issue about nothing else goes with them."""
    for place in list(_walk("", record, [record], None)):
        for key, value in list(place.thing.items()):
            if key in _PLAIN:
                continue
            if isinstance(value, str) and value in gone:
                del place.thing[key]
            elif isinstance(value, list) and any(isinstance(one, str) and one in gone for one in value):
                left = [one for one in value if one not in gone]
                if left:
                    place.thing[key] = left
                elif key == "affects":
                    place.holder[:] = [thing for thing in place.holder if thing is not place.thing]
                else:
                    del place.thing[key]
    if record.get("issues") == []:
        del record["issues"]


# ── writing ───────────────────────────────────────────────────────────────────────────────────────


def _save(path: Path, value: Any) -> None:
    old = path.read_bytes().decode("utf-8-sig")
    comment = re.match(r"(?:#[^\n]*\n)*", old)
    head = comment[0] if comment else ""
    was, now = write_yaml(read_yaml(old.encode())), write_yaml(value)
    body = now if was == old[len(head) :] else _merged(old[len(head) :], was, now)
    _write(path, head + body)


def _opcodes(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """What makes the one the other, as difflib tells it, in a time that grows with what differs.

    Of much that differs, lines that stand there again and again (`rule: …`) are not matched by themselves.
    """
    shorter = min(len(one), len(other))
    head = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    tail = next((at for at in range(shorter - head) if one[-1 - at] != other[-1 - at]), shorter - head)
    ends = len(one) - tail, len(other) - tail
    yield "equal", 0, head, 0, head
    is_large = max(ends) - head > _LARGE
    matcher = difflib.SequenceMatcher(None, one[head : ends[0]], other[head : ends[1]], autojunk=is_large)
    for tag, low, high, left, right in matcher.get_opcodes():
        yield tag, low + head, high + head, left + head, right + head
    yield "equal", ends[0], len(one), ends[1], len(other)


def _write(path: Path, text: str) -> None:
    """Writes a file whole or not at all, whatever happens in between."""
    place = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if place.exists():
            shutil.copymode(place, name)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _merged(old: str, was: str, now: str) -> str:
    """Merges a change between two generated texts into a text with a manual layout."""
    lines, before, after = (text.splitlines(keepends=True) for text in (old, was, now))
    place: dict[int, int] = {}
    for tag, low, high, left, _ in _opcodes(before, lines):
        if tag == "equal":
            place |= {low + step: left + step for step in range(high - low)}
    changes: list[tuple[int, int, Sequence[str]]] = []
    for tag, low, high, left, right in _opcodes(before, after):
        if tag == "equal":
            continue
        start = place.get(low, len(lines)) if low == high else place.get(low)
        end = start if low == high else place.get(high - 1)
        if start is None or end is None:
            # a line of another layout is itself what changes: then the layout is ours
            return now
        changes.append((start, end if low == high else end + 1, after[left:right]))
    for start, end, new in reversed(changes):
        lines[start:end] = new
    merged = "".join(lines)
    return merged if read_yaml(merged.encode()) == read_yaml(now.encode()) else now
