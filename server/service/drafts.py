"""The drafts of a project in, what waits for review in each out; a curator's decision in, the record on disk changed.

Everything is as `policygraph review` has it: the same decisions, in the same log, on the same files. Each request reads
the record anew, so that what was written meanwhile, by whomever, is seen; a tag names the state of record and log, and
a decision on another state is refused with what was decided since. Decisions are on disk when they are answered.
"""

from __future__ import annotations

import hashlib
import re
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from policygraph import paths, records, store, vocab
from policygraph.extract import review
from policygraph.messages import message
from policygraph.records.schema import Key, described_keys
from policygraph.records.yaml import read as read_yaml
from policygraph.text import COMPOSED, UNTRANSLATED

from ..failures import RequestError
from ..settings import Settings
from ..workers.checks import Checks
from .curators import why_no_review
from .draft_content import Content, difference, label
from .draft_content import content as content_of

__all__ = ["Change", "Draft", "Drafts", "Summary"]

#: How many decisions on a document can be taken back, the last first.
_UNDOABLE = 200
#: Bytes that a record has where it is a draft, before it is read.
_MARKS = (
    b"confidence:",
    b"needsReview:",
    *(mark.rstrip().encode() for mark in (UNTRANSLATED, COMPOSED)),
    b"reviewStatus: machine-read",
)
#: A line of a record that begins a thing.
_ID = re.compile(r"[\s\-{]*id: *[\"']?([\w:.-]+)")
#: How many names a search gives.
_FEW = 20


@dataclass(frozen=True, slots=True)
class Summary:
    """A draft in a list: what is flagged, labels without English, and how many are left until 95 % are right."""

    slug: str
    label: str
    status: str
    flagged: int
    labels: int
    open: int
    needed: int
    problem: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands: its tag, and what a page shows of it."""

    tag: str
    content: Content


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision has done: the new tag, what is about what now, and the parts of the content that differ."""

    tag: str
    content: Content


@dataclass(frozen=True, slots=True)
class _Step:
    """A decision that can be taken back: the tag that it led to, and the files before and after it."""

    tag: str
    decision: review.Decision
    before: Mapping[Path, bytes | None]
    after: Mapping[Path, bytes]


class Drafts:
    """The drafts of the project that the service stands in. Files are read on the first request."""

    def __init__(self, settings: Settings, checks: Checks) -> None:
        self._settings = settings
        self._checks = checks
        self._steps: dict[str, deque[_Step]] = {}
        self._summaries: dict[Path, tuple[tuple[int, ...], Summary]] = {}
        self._names: tuple[tuple[int, ...], dict[str, str]] = ((), {})
        self._findings: dict[tuple[str, str, str], list[Content]] = {}
        # one decision at a time in this process; `review.writing` keeps others out
        self._turn = threading.Lock()
        # a check takes a core for seconds
        self._check_turn = threading.Lock()

    @cached_property
    def _folders(self) -> paths.Folders:
        return self._settings.folders

    def listed(self) -> list[str]:
        """The slugs of the records that hold anything to review, in order."""
        folder = self._at_hand().data / "records"
        return [path.stem for path in sorted(folder.glob("*.yaml")) if _is_draft(path)]

    def summary(self, slug: str) -> Summary:
        """What is left of one; kept until the record changes."""
        path = self._path(slug)
        state = _state(path, review.log_of(path))
        kept = self._summaries.get(path)
        if kept is None or kept[0] != state:
            kept = self._summaries[path] = (state, self._summarised(path))
        return kept[1]

    def _summarised(self, path: Path) -> Summary:
        try:
            reviewed = review.Review(path, self._at_hand(), self._fields)
        except review.ReviewError as error:
            return Summary(path.stem, path.stem, "", 0, 0, 0, 0, error.texts)
        waiting = reviewed.waiting(everything=True)
        return Summary(
            path.stem,
            label(reviewed.record).get("zh", "") or path.stem,
            str(reviewed.record.get("reviewStatus", "")),
            sum(item.is_flagged and not item.is_label for item in waiting),
            sum(item.is_label for item in waiting),
            sum(not item.is_label for item in waiting),
            reviewed.needed(),
        )

    def draft(self, slug: str) -> Draft:
        """A draft whole, its text too: who may review it has it at hand, whatever the setting `quotations` shows."""
        path = self._path(slug)
        with self._turn, review.writing(path):
            reviewed = self._read(path)
            tag = _tag(path)
        content = content_of(reviewed)
        content |= {
            "slug": slug,
            "label": label(reviewed.record),
            "text": reviewed.text,
            "state": reviewed.text_state,
            "length": reviewed.length,
            "names": self._names_in(content["items"], reviewed),
            "undo": self._undoable(slug, tag),
        }
        return Draft(tag, content)

    def decide(self, slug: str, tag: str, decision: review.Decision) -> Change:
        """Takes a decision on the state that a tag names, and writes the files.

        Raises RequestError where the state is another now, and for what cannot be taken.
        """
        path = self._path(slug)
        with self._turn, review.writing(path):
            self._require(path, tag)
            reviewed = self._read(path)
            before, files = content_of(reviewed), _bytes(_files(reviewed))
            thing = reviewed.statement(decision.about)
            existing = {id(item.thing) for item in reviewed.decided()}
            try:
                reviewed.decide(decision)
                reviewed.save()
            except review.ReviewError as error:
                raise RequestError("not-taken", why=error.texts) from None
            except OSError as error:
                _restore(files)
                raise RequestError("not-written", message=f"{path.name}: {error.strerror}") from None
            if decision.act == "add":
                thing = next((item.thing for item in reviewed.decided() if id(item.thing) not in existing), None)
            about = reviewed.about(thing) if thing is not None else None
            now = _tag(path)
            changed = {each: data for each, data in files.items() if _bytes([each])[each] != data}
            step = _Step(now, decision, _packed(changed), {each: _digest(each) for each in changed})
            self._steps.setdefault(slug, deque(maxlen=_UNDOABLE)).append(step)
            return Change(now, {**difference(before, content_of(reviewed)), "about": about, "undo": decision.act})

    def undo(self, slug: str, tag: str) -> Change:
        """Takes back the last decision that was taken here. Raises RequestError where there is none."""
        path = self._path(slug)
        with self._turn, review.writing(path):
            self._require(path, tag)
            steps = self._steps.get(slug)
            if not steps or steps[-1].tag != tag:
                raise RequestError("not-taken", why=message("there is nothing to undo"))
            step = steps[-1]
            changed = [each for each in step.before if _digest(each) != step.after[each]]
            if changed:
                names = ", ".join(each.name for each in changed)
                raise RequestError("not-taken", why=message("{names} has changed since", names=names))
            before = content_of(self._read(path))
            _restore({each: zlib.decompress(data) if data else data for each, data in step.before.items()})
            steps.pop()
            now = _tag(path)
            content = difference(before, content_of(self._read(path)))
            return Change(
                now,
                {
                    **content,
                    "about": step.decision.about,
                    "undo": self._undoable(slug, now),
                    "undone": step.decision.act,
                },
            )

    def since(self, slug: str, tag: str) -> list[dict[str, str]]:
        """The decisions since the state that a tag names, as far as it can be told."""
        path = self._path(slug)
        taken = _decisions(path)
        number = tag.rpartition("-")[2]
        start = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else len(taken)
        return [{key: value for key, value in _decision_json(each).items() if value} for each in taken[start:]]

    def names(self, key: str, words: str) -> list[tuple[str, str]]:
        """What a field may name: ids and labels that hold all the words; ids of the kind that the field takes first."""
        wanted = _KINDS.get(key, ())
        parts = words.lower().split()
        matches = [
            (name, label)
            for name, label in self._labels().items()
            if (not wanted or name.startswith(wanted)) and all(part in f"{name} {label}".lower() for part in parts)
        ]
        return sorted(matches, key=lambda pair: (pair[1] != words, len(pair[1]), pair[0]))[:_FEW]

    @cached_property
    def keys(self) -> Mapping[str, Key]:
        """The keys of records, as forms show them."""
        ontology = [
            quad
            for name in ("policy", "concepts")
            for quad in store.turtle(self._at_hand().ontology / f"{name}.ttl", vocab.GRAPH_ONTOLOGY)
        ]
        return described_keys(records.read_context(self._at_hand(), ontology), ontology)

    def findings(self, slug: str, language: str) -> tuple[str, list[Content]]:
        """The tag of a draft, and what shapes, evidence and hygiene find in it, each with the statement it is about.

        Raises RequestError where the check fails or takes too long.
        """
        path = self._path(slug)
        with self._check_turn:
            tag = _tag(path)
            key = (slug, tag, language)
            if key not in self._findings:
                result = self._checked(slug, language)
                self._findings = {kept: value for kept, value in self._findings.items() if kept[0] != slug}
                self._findings[key] = result
            return tag, self._findings[key]

    def _checked(self, slug: str, language: str) -> list[Content]:
        listed = self._checks.findings(self._at_hand().root, slug, language)
        path = self._path(slug)
        about, at_line = self._about(path), _things_by_line(path)
        place = f"data/records/{path.name}"
        for finding in listed:
            # for things that cannot be read or are not defined, the line gives the statement
            here = self._iri(path, at_line(finding["line"])) if finding["file"] == place else ""
            finding["about"] = about.get(str(finding["thing"])) or about.get(here, "")
        return listed

    def _about(self, path: Path) -> dict[str, str]:
        """IRI of a thing of a draft -> what a decision on it is about."""
        reviewed = self._read(path)
        items = [*reviewed.waiting(everything=True), *reviewed.decided()]
        return {self._iri(path, str(item.thing.get("id", ""))): item.about for item in items if not item.is_label}

    def _iri(self, path: Path, name: str) -> str:
        """The IRI of a thing of a record, by its id there."""
        names = self._at_hand().names
        return names.expand(name) if ":" in name else f"{names.id}{path.stem}/{name}"

    # ── what is at hand ───────────────────────────────────────────────────────────────────────────

    def _at_hand(self) -> paths.Folders:
        if reason := why_no_review(self._settings.curators, self._folders):
            raise RequestError("review-off", how=reason)
        return self._folders

    @property
    def _fields(self) -> frozenset[str]:
        return frozenset({*self.keys, "evidence"})

    def _path(self, slug: str) -> Path:
        """The record of a slug: a name of a file, that leads nowhere else."""
        folder = self._at_hand().data / "records"
        if slug not in {path.stem for path in folder.glob("*.yaml")}:
            raise RequestError("no-draft", slug=slug)
        return folder / f"{slug}.yaml"

    def _read(self, path: Path) -> review.Review:
        try:
            return review.Review(path, self._at_hand(), self._fields)
        except review.ReviewError as error:
            raise RequestError("unreadable-record", why=error.texts) from None

    def _require(self, path: Path, tag: str) -> None:
        now = _tag(path)
        if tag != now:
            raise RequestError("record-changed", current=now, since=self.since(path.stem, tag))

    def _undoable(self, slug: str, tag: str) -> str:
        """The act that can be taken back in a state; empty where there is none."""
        steps = self._steps.get(slug)
        return steps[-1].decision.act if steps and steps[-1].tag == tag else ""

    def _labels(self) -> Mapping[str, str]:
        """Id -> Chinese label of what the base layer and the project's reference files name."""
        folders = self._at_hand()
        files = sorted((folders.data / "reference").glob("*.yaml"))
        state = _state(*files)
        if not self._names[1] or self._names[0] != state:
            names = {name: str(entry.value["label"]["zh"]) for name, entry in folders.tables.entries.items()}
            for path in files:
                names |= dict(_named(path))
            self._names = (state, names)
        return self._names[1]

    def _names_in(self, items: Sequence[Content], reviewed: review.Review) -> dict[str, str]:
        """The labels of what the fields of statements name."""
        labels = {**self._labels(), **reviewed.names()}
        values = {value for item in items for value in item["fields"].values()}
        return {value: labels[value] for value in sorted(values) if labels.get(value)}


#: Field -> how the ids begin that it takes.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "ofIndicator": ("indicator:",),
    "comparesWithIndicator": ("indicator:",),
    "ofArea": ("area:",),
    "coversArea": ("area:",),
    "comparesWithArea": ("area:",),
    "agent": ("organisation:", "person:"),
    "issuedBy": ("organisation:",),
    "publisher": ("organisation:",),
    "inUnit": ("unit:", "pgunit:"),
}


def _named(path: Path) -> Iterator[tuple[str, str]]:
    """The ids and Chinese labels of a reference file; none of one that cannot be read, which `check` tells."""
    try:
        entries = read_yaml(path.read_bytes())
    except (OSError, ValueError):
        return
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield str(entry.get("id", "")), label(entry).get("zh", "")


def _things_by_line(path: Path) -> Callable[[int | None], str]:
    """What gives the id of the thing that a line of a record belongs to; empty before the first."""
    ids = [
        (number, match[1])
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), start=1)
        if (match := _ID.match(line))
    ]
    return lambda line: next((name for number, name in reversed(ids) if line is not None and number <= line), "")


def _is_draft(path: Path) -> bool:
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return any(mark in content for mark in _MARKS)


# ── states ────────────────────────────────────────────────────────────────────────────────────────


def _tag(record: Path) -> str:
    """The name of a state: what record and log say, and how many decisions that were."""
    log = review.log_of(record)
    content = record.read_bytes() + b"\0" + (log.read_bytes() if log.is_file() else b"")
    return f"{hashlib.sha256(content).hexdigest()[:32]}-{len(_decisions(record))}"


def _decisions(record: Path) -> list[review.Decision]:
    try:
        return review.decisions_in(review.log_of(record))
    except review.ReviewError as error:
        raise RequestError("unreadable-record", why=error.texts) from None


def _decision_json(decision: review.Decision) -> dict[str, str]:
    return {name: getattr(decision, name) for name in ("about", "act", "field", "value", "by")}


def _files(reviewed: review.Review) -> tuple[Path, ...]:
    return reviewed.path, review.log_of(reviewed.path), reviewed.reference_path


def _bytes(files: Sequence[Path]) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in files}


def _packed(files: Mapping[Path, bytes | None]) -> dict[Path, bytes | None]:
    return {path: None if data is None else zlib.compress(data) for path, data in files.items()}


def _restore(files: Mapping[Path, bytes | None]) -> None:
    for path, data in files.items():
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(data)


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""


def _state(*files: Path) -> tuple[int, ...]:
    """The modification time and size of a file, which change with it."""
    stats = [path.stat() for path in files if path.is_file()]
    return tuple(number for stat in stats for number in (stat.st_mtime_ns, stat.st_size, stat.st_ino))
