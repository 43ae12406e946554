"""A folder of files in, a folder of drafts out: over all cores, or over a cluster, with the same bytes.

    jobs ─ without what is done and unchanged ─► read ─ extract ─ render, in processes ─► written here, in order

A worker gets the bytes of a file and gives back the text of a draft, so that it needs no folder of ours. What was done
is kept in `extracted.jsonl` beside the drafts: a line for each file, with the SHA-256 of what it was read from and of
its text. A file that cannot be read, or that ends the process that reads it, does not stop the others. A text that a
draft was made of under another name is not drafted twice: its figures would count twice.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from policygraph import extract
from policygraph.broken_pools import ended_when_broken
from policygraph.errors import SpokenError
from policygraph.extract import cluster, files, review
from policygraph.extract.files import scan
from policygraph.messages import SOURCE, message, text_in
from policygraph.paths import Folders

__all__ = [
    "LOG",
    "BatchError",
    "Drafted",
    "Failure",
    "Job",
    "Outcome",
    "draft",
    "jobs",
    "note_rewritten",
    "passed_over",
    "run",
    "waiting",
]

#: The file beside the drafts that says what was read from what.
LOG = "extracted.jsonl"
#: The number of files per process that are read ahead.
_AHEAD = 3


class BatchError(SpokenError):
    """A batch that cannot start; the message gives the reason in each language."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read, its name below the folder, and the slug of its draft."""

    path: Path
    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft as text, how much is in it, and what was done to read its file."""

    rendered: extract.Rendered
    numbers: Mapping[str, int]
    notes: list[files.Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file gave no draft."""

    texts: Mapping[str, str]

    def text(self, language: str) -> str:
        return text_in(self.texts, language)


Outcome = Drafted | Failure


class _Answer(Protocol):
    """The pending result of a file that was given to a worker."""

    def result(self) -> Outcome: ...


Submit = Callable[[bytes, str, str], _Answer]


def jobs(folder: Path) -> list[Job]:
    """The files below a folder that a text can be read from, by name, each with a slug of its own."""
    listed: list[Job] = []
    taken: set[str] = set()
    for path in _visible(folder):
        if not files.can_read(path):
            continue
        is_slug = re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", path.stem) is not None
        base = path.stem if is_slug else extract.slug_of(path.stem)
        slug, number = base, 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        taken.add(slug)
        listed.append(Job(path, str(path.relative_to(folder)), slug))
    return listed


def passed_over(folder: Path) -> list[str]:
    """The names of the files below a folder that no text can be read from, drafts and logs of a batch aside."""
    own = {".yaml", Path(LOG).suffix}
    return [
        str(path.relative_to(folder))
        for path in _visible(folder)
        if path.suffix.lower() not in own and not files.can_read(path)
    ]


def _visible(folder: Path) -> Iterator[Path]:
    """The files below a folder in the order of their names, but for hidden ones and locks of office programs."""
    for path in sorted(folder.rglob("*")):
        if not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts) and path.is_file():
            yield path


def waiting(todo: Iterable[Job], output: Path) -> list[Job]:
    """The jobs whose draft is not there, or whose file is not the one that the draft was made of."""
    done = _done(output)
    return [
        job
        for job in todo
        if job.slug not in done
        or not (output / f"{job.slug}.yaml").is_file()
        or done[job.slug]["sha256"] != _sha256(_bytes(job.path) or b"")
    ]


def run(
    todo: Iterable[Job],
    output: Path,
    folders: Folders,
    gazetteer: extract.Gazetteer,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    clauses: bool = False,
    fields: frozenset[str] = frozenset(),
) -> Iterator[tuple[Job, Outcome]]:
    """Writes the drafts of files into a folder, and tells of each in the order of the jobs.

    Decisions of a review are taken again (`fields` as there); a draft that was edited without one is left as it is.
    Raises BatchError where the cluster cannot be reached.
    """
    output.mkdir(parents=True, exist_ok=True)
    written = _Written(output, folders)
    for job, digest, outcome in _outcomes(todo, gazetteer, workers, scheduler, clauses=clauses):
        if isinstance(outcome, Failure):
            yield job, outcome
            continue
        record = output / f"{job.slug}.yaml"
        if other := written.twin(job, outcome.rendered):
            yield (
                job,
                Failure(message("{name}: the same text as {other}, and not drafted again", name=job.name, other=other)),
            )
            continue
        if _is_edited(record, output):
            yield (
                job,
                Failure(
                    message(
                        "{name}: {file} was edited since it was drafted: move it away to draft anew",
                        name=job.name,
                        file=record.name,
                    ),
                ),
            )
            continue
        try:
            extract.put(outcome.rendered, record, folders)
            review.replay(record, folders, fields)
            written.add(job, digest, record, outcome.rendered)
        except (extract.ExtractError, review.ReviewError) as error:
            yield job, Failure(error.texts if isinstance(error, review.ReviewError) else {SOURCE: str(error)})
            continue
        yield job, outcome
    written.close()
    _sort_log(output)


#: The registry of proposals is written after this many drafts, and then whenever their number has doubled:
#: it is written as a whole each time, so the total stays within a few times its final size.
_AT_ONCE = 16


class _Written:
    """Drafts that are written, until their proposals are too: only then the log says that they are done."""

    def __init__(self, output: Path, folders: Folders) -> None:
        self._output, self._folders = output, folders
        self._texts = {line["text"]: line for line in _done(output).values() if line["text"]}
        self._waiting: list[tuple[Job, str, Path, str]] = []
        self._proposals: list[Mapping[str, object]] = []
        self._settled = 0

    def twin(self, job: Job, rendered: extract.Rendered) -> str:
        """The name of another file whose draft is there and whose text is the same but for white space; or empty."""
        line = self._texts.get(_text_digest(rendered))
        is_other = line is not None and line["slug"] != job.slug and (self._output / f"{line['slug']}.yaml").is_file()
        return line["file"] if line is not None and is_other else ""

    def add(self, job: Job, digest: str, record: Path, rendered: extract.Rendered) -> None:
        """Takes a draft. Raises ExtractError where the registry cannot be written."""
        text = _text_digest(rendered)
        self._texts[text] = {"slug": job.slug, "file": job.name}
        self._waiting.append((job, digest, record, text))
        self._proposals += rendered.entries
        if len(self._waiting) >= max(_AT_ONCE, self._settled):
            self.close()

    def close(self) -> None:
        """Writes the proposals, then the log. Raises ExtractError."""
        if self._waiting and extract.is_at_home(self._waiting[0][2], self._folders):
            extract.settle(self._folders, self._proposals)
        for job, digest, record, text in self._waiting:
            _note(self._output, job, digest, record, text)
        self._settled += len(self._waiting)
        self._waiting, self._proposals = [], []


def _text_digest(rendered: extract.Rendered) -> str:
    """What tells a text from others: without white space, so that the ends of lines do not matter."""
    return _sha256("".join(rendered.text.split()).encode())


def _is_edited(record: Path, output: Path) -> bool:
    """Whether a record is there that is not as it was drafted, and whose changes no log of decisions holds."""
    if not record.is_file() or review.log_of(record).is_file():
        return False
    data = record.read_bytes()
    done = _done(output).get(record.stem)
    if done is None:  # a run that was stopped has written drafts that its log does not have
        return b"\nreviewStatus: machine-read\n" not in data
    return done["draft"] != _sha256(data)


def draft(
    data: bytes, name: str, slug: str, gazetteer: extract.Gazetteer, *, clauses: bool = False, cores: int | None = None
) -> Outcome:
    """The draft of the bytes of a file, or why there is none; it never raises. Pictures are read on so many cores."""
    try:
        with scan.on_cores(cores):
            taken = files.read_bytes(data, Path(name).name)
        made = extract.extract(taken.text, slug, gazetteer, clauses=clauses, doubts=taken.doubts)
        return Drafted(extract.render(made, taken.text), dict(made.counted()), taken.notes)
    except files.IntakeError as error:
        return Failure(error.texts)
    # any failure of a reader library on one file must not stop the other files
    except Exception as error:
        text = f"{Path(name).name}: {type(error).__name__}: {error}"
        return Failure({SOURCE: text})


def _outcomes(
    todo: Iterable[Job],
    gazetteer: extract.Gazetteer,
    workers: int | None,
    scheduler: str | None,
    *,
    clauses: bool,
) -> Iterator[tuple[Job, str, Outcome]]:
    if scheduler:
        try:
            with cluster.connected(scheduler, draft, gazetteer, clauses=clauses, cores=1) as (submit, width):
                yield from _in_order(todo, submit, width * _AHEAD)
        except cluster.ClusterError as error:
            raise BatchError(
                message("{scheduler}: no cluster answers there: {error}", scheduler=scheduler, error=error)
            ) from None
        return
    width = workers or os.cpu_count() or 1
    if width == 1:
        for job in todo:
            data = _bytes(job.path)
            if data is None:
                yield job, "", _unreadable(job)
            else:
                yield job, _sha256(data), draft(data, job.name, job.slug, gazetteer, clauses=clauses)
        return
    yield from _in_processes(deque(todo), gazetteer, width, clauses=clauses)


def _in_order(todo: Iterable[Job], submit: Submit, ahead: int) -> Iterator[tuple[Job, str, Outcome]]:
    """Hands out work, so much ahead, and gives the outcomes in the order of the jobs."""
    out: deque[tuple[Job, str, _Answer]] = deque()
    for job in todo:
        data = _bytes(job.path)
        if data is None:
            out.append((job, "", _Ready(_unreadable(job))))
        else:
            out.append((job, _sha256(data), submit(data, job.name, job.slug)))
        if len(out) >= ahead:
            yield _come_back(*out.popleft())
    while out:
        yield _come_back(*out.popleft())


@dataclass(frozen=True, slots=True)
class _Ready:
    """The outcome of a file that no worker has to read."""

    outcome: Outcome

    def result(self) -> Outcome:
        return self.outcome


def _unreadable(job: Job) -> Failure:
    return Failure(message("{name}: the file cannot be read", name=job.name))


def _come_back(job: Job, digest: str, answer: _Answer) -> tuple[Job, str, Outcome]:
    try:
        return job, digest, answer.result()
    except BrokenProcessPool:
        raise
    # the exception class for a worker that died depends on the cluster library
    except Exception as error:
        return job, digest, _died(job, str(error))


def _died(job: Job, why: str = "") -> Failure:
    reason = f": {why}" if why else ""
    return Failure(message("{name}: the process that read it died{reason}", name=job.name, reason=reason))


def _in_processes(
    todo: deque[Job], gazetteer: extract.Gazetteer, width: int, *, clauses: bool
) -> Iterator[tuple[Job, str, Outcome]]:
    """The outcomes of a pool. Where a file ends its process, each of those under way is read in one of its own."""
    while todo:
        try:
            with _pool(gazetteer, width, clauses=clauses) as submit:
                for outcome in _in_order(tuple(todo), submit, width * _AHEAD):
                    todo.popleft()
                    yield outcome
        except BrokenProcessPool:
            for job in [todo.popleft() for _ in range(min(len(todo), width * _AHEAD))]:
                try:
                    with _pool(gazetteer, 1, clauses=clauses) as submit:
                        yield from _in_order([job], submit, 1)
                except BrokenProcessPool:
                    yield job, "", _died(job)


@contextmanager
def _pool(gazetteer: extract.Gazetteer, width: int, *, clauses: bool) -> Iterator[Submit]:
    cores = max(1, (os.cpu_count() or 1) // width)
    # spawned, not forked: the terminal's progress runs in a thread
    pool = ProcessPoolExecutor(width, get_context("spawn"), _start, (gazetteer, clauses, cores))
    with pool, ended_when_broken(pool):
        yield lambda data, name, slug: pool.submit(_work, data, name, slug)


#: What a process of the pool was started with.
_STARTED: dict[str, tuple[extract.Gazetteer, bool, int]] = {}


def _start(gazetteer: extract.Gazetteer, clauses: bool, cores: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to workers too: the command ends them
    _STARTED["with"] = (gazetteer, clauses, cores)


def _work(data: bytes, name: str, slug: str) -> Outcome:
    gazetteer, clauses, cores = _STARTED["with"]
    return draft(data, name, slug, gazetteer, clauses=clauses, cores=cores)


# ── what was done ─────────────────────────────────────────────────────────────────────────────────


def _bytes(path: Path) -> bytes | None:
    """The bytes of a file; of one that is too long, enough to be told so; None for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(files.MAX_BYTES + 1)
    except OSError:
        return None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _done(output: Path) -> dict[str, dict[str, str]]:
    """Slug -> the line about its draft; the last one counts, half a line does not."""
    entries: dict[str, dict[str, str]] = {}
    path = output / LOG
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            entry = json.loads(line)
            about = {key: entry[key] for key in ("slug", "file", "sha256", "draft")}
            entries[entry["slug"]] = about | {"text": entry.get("text", "")}
        except (ValueError, KeyError, TypeError):
            continue
    return entries


def _note(output: Path, job: Job, digest: str, record: Path, text: str) -> None:
    draft_ = _sha256(record.read_bytes())
    entry = {"slug": job.slug, "file": job.name, "sha256": digest, "draft": draft_, "text": text}
    with (output / LOG).open("a", encoding="utf-8") as log:
        log.write(json.dumps(entry, ensure_ascii=False) + "\n")


def note_rewritten(record: Path, before: str) -> None:
    """Tells the log beside a draft that it was rewritten by the program; `before` is the SHA-256 of what it was."""
    done = _done(record.parent)
    line = done.get(record.stem)
    if line and line["draft"] == before:
        line["draft"] = _sha256(record.read_bytes())
        lines = [json.dumps(done[slug], ensure_ascii=False) + "\n" for slug in sorted(done)]
        (record.parent / LOG).write_text("".join(lines), encoding="utf-8")


def _sort_log(output: Path) -> None:
    """One line for each draft, sorted: two runs over the same files leave the same log."""
    if done := _done(output):
        lines = [json.dumps(done[slug], ensure_ascii=False) + "\n" for slug in sorted(done)]
        (output / LOG).write_text("".join(lines), encoding="utf-8")
