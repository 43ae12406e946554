"""The text of a policy document in, a draft of its record out: structure, numbers, who answers, what is named.

    text ─ structure ─► outline ─┬─ figures.statements ─► values, counts ────────────────┐
                                 ├─ actors.roles ─► assignments, groups, mechanisms ─────┼─ draft.composer ─► record
                                 ├─ metadata ─► title, period, area, issuers ────────────┤
                                 └─ concepts, clauses ─► positionings, initiatives ──────┘
    beside: files (what a text is read from), draft.gazetteer (the graph as a list of names), batch, evaluate, review

Each step is a function of its arguments, deterministic, and takes a time proportional to the length of the text.
Where others attach:

- **Readers of files** (HTML, DOCX, PDF, other encodings) come before `read`: they hand over plain text, one paragraph a
  line, headings of known depth as markdown `#`, and write that text, UTF-8, where `Source` says; evidence counts in it.
- **Review** comes after `write`: a draft is a record whose statements have `confidence`, `rule` and, where they are not
  sure, `needsReview`; English labels to be translated begin with `COMPOSED` or `UNTRANSLATED`. Reviewing takes these
  keys away.
- **Many at once**: `extract(text, slug, …)` shares nothing but the `Gazetteer`, which is read once and never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from policygraph.errors import PolicygraphError
from policygraph.extract import registry
from policygraph.extract.actors.mechanisms import read_mechanisms
from policygraph.extract.actors.roles import read_roles
from policygraph.extract.clauses import read_clauses
from policygraph.extract.concepts import read_concepts
from policygraph.extract.confidence import calibrate
from policygraph.extract.draft.composer import REVIEW_BELOW, Draft, Reading, compose
from policygraph.extract.draft.gazetteer import COMPOSED, PROPOSED, UNTRANSLATED, Gazetteer, read_gazetteer, slug_of
from policygraph.extract.figures.statements import read_statements
from policygraph.extract.metadata import read_metadata
from policygraph.extract.scripts import as_printed, read_script
from policygraph.extract.structure.parser import read_outline
from policygraph.paths import Folders
from policygraph.records.yaml import read as read_yaml
from policygraph.records.yaml import write as write_yaml

__all__ = [
    "COMPOSED",
    "PROPOSED",
    "REVIEW_BELOW",
    "UNTRANSLATED",
    "Draft",
    "ExtractError",
    "Gazetteer",
    "Reading",
    "Rendered",
    "Written",
    "as_yaml",
    "extract",
    "is_at_home",
    "put",
    "read",
    "read_gazetteer",
    "render",
    "settle",
    "slug_of",
    "write",
]


#: A text of a million characters gives some 60,000 parts and statements; what gives more is no policy document.
_MOST_THINGS = 150_000


class ExtractError(PolicygraphError, ValueError):
    """A text that no draft can be made of, or a place where none can be written; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a draft."""

    record: Path
    reference: Path | None
    sources: Path
    text: Path
    is_at_home: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """A draft as it is written: record, proposals (empty where there are none), the text and its entry.

    In a project the proposals of all drafts stand together: `shared` is the record that only mentions them, and
    `entries` are the proposals.
    """

    record: str
    reference: str
    shared: str
    entries: list[Mapping[str, Any]]
    source: Mapping[str, Any]
    text: str


def read(text: str, gazetteer: Gazetteer, *, clauses: bool = False, is_traditional: bool = False) -> Reading:
    """All that is read from a text, with the places where it stands; with `clauses`, down to single clauses.

    The text is in simplified characters; `is_traditional` says that it was not, and counts years from 1912.
    """
    outline = read_outline(text)
    metadata = read_metadata(text, outline, gazetteer.areas())
    metadata.calendar = replace(metadata.calendar, republican=is_traditional)
    statements = read_statements(
        text,
        outline,
        metadata.calendar,
        granting=metadata.plan_kind in _GRANTING or _GRANTS.search(metadata.title) is not None,
        requiring=_REQUIRES.search(metadata.title) is not None,
    )
    assignments = read_roles(text, outline)
    groups, mechanisms = read_mechanisms(text, outline)
    # 每年资助50名 is an amount for each year, not a recurring mechanism
    yearly = [value for value in statements.values if value.kind == "per-year"]
    mechanisms = [
        each for each in mechanisms if not any(each.start < value.end and value.start < each.end for value in yearly)
    ]
    concepts = read_concepts(text, outline)
    stated = read_clauses(text, outline) if clauses else []
    return Reading(text, outline, metadata, statements, assignments, groups, mechanisms, concepts, stated)


#: Kinds of documents that grant more than they aim at, and words of their titles.
_GRANTING = frozenset({"measure-package", "policy-package"})
_GRANTS = re.compile(
    r"措施|政策|若干意见|扶持|奖励|补贴|补助|支持[^，。]{2,30}(?:意见|办法|细则|规定|举措)|[一-鿿]条(?=[（(]|$)"
)
#: Titles of guides to what has to be met.
_REQUIRES = re.compile(r"指[引南]|(?:认定|评定|评价|管理)(?:标准|办法|细则)|规范")


def extract(
    text: str,
    slug: str,
    gazetteer: Gazetteer,
    file_name: str | None = None,
    *,
    clauses: bool = False,
    doubts: Iterable[tuple[int, int, float]] = (),
) -> Draft:
    """The draft record of a text. The slug names it in the graph: lower-case letters, digits and hyphens.

    Its parts are headings and items; with `clauses`, also the measures and goals that sentences state. `doubts` are
    places that were read from a picture and not surely (`files.Intake.doubts`): each becomes a reading issue.

    Raises ExtractError for a text without words, one in another language, and for another slug.
    """
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug):
        raise ExtractError(f"“{slug}” cannot name a record: use lower-case letters, digits and hyphens")
    if not re.search(r"\w", text):
        raise ExtractError("the text has no words")
    script = read_script(text)
    if script.refusal:
        raise ExtractError(f"{script.refusal}: only plans in Chinese are read")
    reading = read(script.simplified, gazetteer, clauses=clauses, is_traditional=script.is_traditional)
    reading.doubts = list(doubts)
    draft = compose(reading, slug, file_name or f"{slug}.txt", text.encode(), gazetteer)
    names = {str(entry["id"]): entry["label"]["zh"] for entry in draft.reference}
    calibrate(draft.record, script.simplified, names)
    if script.is_traditional:
        for entry in (draft.record, *draft.reference, draft.source):
            as_printed(entry, script.simplified, text)
    return draft


def as_yaml(draft: Draft) -> str:
    """The record of a draft as it is written to a file."""
    return _HEAD + write_yaml(draft.record)


def render(draft: Draft, text: str) -> Rendered:
    """All that is written of a draft, as text. Raises ExtractError for one of more things than any document has."""
    number = sum(draft.counted().values())
    if number > _MOST_THINGS:
        raise ExtractError(f"the text would give {number:,} parts and statements, a draft may have {_MOST_THINGS:,}")
    reference = _REFERENCE_HEAD + write_yaml(draft.reference) if draft.reference else ""
    record, entries = registry.shared(draft.record, draft.reference)
    return Rendered(as_yaml(draft), reference, _HEAD + write_yaml(record), list(entries), draft.source, text)


def write(draft: Draft, text: str, record: Path, folders: Folders) -> Written:
    """Writes a draft to a file, and what it needs where a build looks for it: `put` of its `render`, and `settle`."""
    rendered = render(draft, text)
    written = put(rendered, record, folders)
    if written.is_at_home:
        settle(folders, rendered.entries)
    return written


def put(rendered: Rendered, record: Path, folders: Folders) -> Written:
    """Writes the files of a rendered draft.

    A record below the project's `data/records/` has its text in the folder of the source texts and its entry in
    `data/sources.yaml`; its proposals are for the caller to `settle`. Any other has all three beside it.
    Raises ExtractError where a file cannot be written.
    """
    slug = record.stem
    at_home = is_at_home(record, folders)
    reference = None if at_home else record.with_name(f"{slug}.reference.yaml")
    sources = (folders.data / "sources.yaml") if at_home else record.with_name(f"{slug}.sources.yaml")
    copy = (folders.sources if at_home else record.parent) / rendered.source["fileName"]
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(rendered.text.encode())
        record.write_text(rendered.shared if at_home else rendered.record, encoding="utf-8")
        if reference and rendered.reference:
            reference.write_text(rendered.reference, encoding="utf-8")
        elif reference:
            reference.unlink(missing_ok=True)
        _register(sources, rendered.source, keep=at_home)
    except OSError as error:
        raise ExtractError(f"{error.filename}: {error.strerror}") from None
    if at_home:
        reference = folders.data / PROPOSED if rendered.entries else None
    elif not rendered.reference:
        reference = None
    return Written(record, reference, sources, copy, at_home)


def is_at_home(record: Path, folders: Folders) -> bool:
    """Whether a record stands where the project's build finds it."""
    return record.resolve().parent == (folders.data / "records").resolve()


def settle(folders: Folders, proposals: Iterable[Mapping[str, Any]] = ()) -> None:
    """Puts proposals into the registry of the project. Raises ExtractError where it cannot be read or written."""
    try:
        registry.settle(folders.data, [dict(entry) for entry in proposals])
    except (ValueError, OSError) as error:
        raise ExtractError(f"{folders.data / PROPOSED}: {error}") from None


def _register(sources: Path, source: Mapping[str, Any], *, keep: bool) -> None:
    """Puts the text's entry into a registry; the others and their comments stay as they are.

    A registry of another form than a list of `- id:` (flow style, an empty list) is written anew. Raises ExtractError
    for what is no list.
    """
    entry = write_yaml([source])
    if not keep or not sources.is_file():
        sources.write_text(entry, encoding="utf-8")
        return
    content = sources.read_text(encoding="utf-8")
    try:
        listed = read_yaml(content.encode())
    except ValueError as error:
        raise ExtractError(f"{sources}: {error}") from None
    if listed is not None and not isinstance(listed, list):
        raise ExtractError(f"{sources}: a registry is a list of things: write `- id: …` with its keys below")
    blocks = re.split(r"(?m)^(?=- id: )", content)
    if len(blocks) - 1 != len(listed or ()) or listed == []:
        head = "".join(line for line in content.splitlines(keepends=True) if line.startswith("#"))
        blocks = [head, *(write_yaml([each]) + "\n" for each in listed or ())]
    others = [block for block in blocks if not re.match(rf"- id: {re.escape(source['id'])}\s", block)]
    kept = "".join(others).rstrip()
    sources.write_text(f"{kept}\n\n{entry}" if kept else entry, encoding="utf-8")


_HEAD = """\
# A draft, read by machine: `rule` says how each statement was made, `confidence` how sure it is; what is not sure is
# marked `needsReview`, and English labels that begin with [composed] or [untranslated] wait for a person.
"""
_REFERENCE_HEAD = """\
# What a draft names and the reference data does not have: proposals, to be merged with it or taken out.
"""
