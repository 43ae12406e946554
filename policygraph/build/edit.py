"""A build and a change of its quads in, the next build out: the graph edited where it stands, without its records.

    base = read(output)
    graph = changed(base, Checks(folders), added, removed)
    if graph.is_valid:
        write(base, graph, entry)

Only what records say can be edited; the rest is made of it anew. Every update is written into the journal beside the
build, which is never shortened: one JSON line that holds who, what, when, and the statements that came and went.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import build, evidence, queries, renderings, store, surroundings, validate, vocab
from policygraph.findings import Finding, located
from policygraph.manifest import QUADS, DamagedError, require_whole
from policygraph.paths import Folders

__all__ = ["DERIVED", "Base", "Checks", "changed", "journal_of", "last_update", "mend_journal", "read", "write"]

#: The graphs that cannot be edited: the ontology has its own files, and the others are derived.
DERIVED = (
    vocab.GRAPH_ONTOLOGY,
    vocab.GRAPH_INFERRED,
    vocab.GRAPH_SUGGESTED,
    vocab.GRAPH_BUILD,
    vocab.GRAPH_META,
)


@dataclass(frozen=True)
class Base:
    """A build as it stands: the folder behind the link `output`, its manifest, and its quads by graph."""

    output: Path
    folder: Path
    manifest: Mapping[str, Any]
    graphs: Mapping[ox.NamedNode, list[ox.Quad]]

    @property
    def snapshot(self) -> str:
        return str(self.manifest["snapshot"])

    @cached_property
    def ontology(self) -> list[ox.Quad]:
        return self.graphs.get(vocab.GRAPH_ONTOLOGY, [])

    @cached_property
    def asserted(self) -> list[ox.Quad]:
        return [quad for name, quads in self.graphs.items() if name not in DERIVED for quad in quads]

    @cached_property
    def expanded(self) -> set[ox.Quad]:
        """Of the asserted quads those that only spell out the evidence."""
        return set(evidence.expand(self.asserted))

    @cached_property
    def types(self) -> dict[str, set[str]]:
        return validate.types_of([*self.asserted, *self.graphs.get(vocab.GRAPH_INFERRED, [])])

    @cached_property
    def findings(self) -> list[Finding]:
        """What was found in it when it was written, without places in records."""
        report = ox.parse(path=os.fspath(self.folder / "report.ttl"), format=ox.RdfFormat.TURTLE)
        return validate.read_report(report)


def read(output: Path) -> Base:
    """The build behind the link `output`. Raises BuildError where there is none, or one that cannot be edited."""
    if not output.is_symlink():
        raise build.BuildError(f"{output} is not a link to a build: run `policygraph build` first")
    folder = output.resolve()
    try:
        opened = require_whole(folder, is_thorough=True)
    except (FileNotFoundError, DamagedError) as error:
        raise build.BuildError(str(error)) from None
    quads = ox.parse(path=os.fspath(folder / QUADS), format=ox.RdfFormat.N_QUADS)
    return Base(output, folder, opened, validate.by_graph(quads))


class Checks:
    """What an edited graph is held to; read once, for many updates."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self.shapes = validate.read_shapes(*folders.shapes)[1]
        self.hygiene = queries.read_all(*folders.queries_of("hygiene"))


def changed(base: Base, checks: Checks, added: Iterable[ox.Quad], removed: Iterable[ox.Quad]) -> build.Graph:
    """The graph after a change, inferred and checked as `build` does it.

    A graph that the change does not bear on is not validated again: it keeps what was found in it.
    """
    new, gone = set(added), set(removed) | base.expanded
    stated = [quad for quad in base.asserted if quad not in gone]
    stated += sorted(new - base.expanded - set(stated), key=str)
    expanded = evidence.expand(stated)
    spelt = set(expanded)
    graph = build.Graph(checks.folders, ontology=base.ontology, stated=[quad for quad in stated if quad not in spelt])
    graph.asserted = [*graph.stated, *expanded]
    build.infer(graph)
    _check(base, checks, graph, {quad.graph_name for quad in {*new, *removed}})
    graph.left_out_before = base.manifest.get("leftOut", ())
    graph.suggested = list(base.graphs.get(vocab.GRAPH_SUGGESTED, ()))
    graph.omitted = list(base.graphs.get(vocab.GRAPH_BUILD, ()))
    return graph


def _check(base: Base, checks: Checks, graph: build.Graph, touched: set[Any]) -> None:
    """As build.check, over quads that have no records."""
    texts = evidence.read_texts(graph.folders, graph.stated)
    graph.texts, graph.missing_texts = dict(texts.by_slug), texts.missing
    types = validate.types_of([*graph.asserted, *graph.inferred])
    parts = validate.by_graph(graph.stated)
    due = {name: quads for name, quads in parts.items() if name in touched or _mentions(quads, _retyped(base, types))}
    kept = [finding for finding in base.findings if "/" in finding.check or finding.check == validate.WRONG_TYPE]
    if any(finding.node is None for finding in kept):
        due, kept = parts, []  # a blank node has no name by which its graph could be found
    settled = {iri for name in parts.keys() - due.keys() for iri in validate.types_of(parts[name])}
    settled |= {str(quad.subject)[1:-1] for quad in base.ontology}
    survey = validate.Survey.of(graph.asserted, types) if build.derives_only_labels(graph.folders) else None
    terms = validate.Terms(graph.whole, checks.folders.names, survey, base.ontology)
    graph.findings += [
        *texts.findings,
        *evidence.check(graph.stated, texts.by_slug),
        *surroundings.check(graph.stated, texts.by_slug, surroundings.names_of(graph.stated)),
        *renderings.check(graph.stated),
        *(finding for finding in kept if finding.node in settled),
        *validate.check_shapes(due, types, checks.shapes),
        *validate.check_hygiene(graph.whole, checks.hygiene, terms.names, partial(validate.rows_of, terms)),
    ]
    graph.findings = located(graph.findings, {}, store.labels(graph.quads))


def _retyped(base: Base, types: Mapping[str, set[str]]) -> set[str]:
    """The things whose classes have changed: what refers to them may have become right or wrong."""
    return {iri for iri in base.types.keys() | types.keys() if base.types.get(iri) != types.get(iri)}


def _mentions(quads: Iterable[ox.Quad], things: set[str]) -> bool:
    return bool(things) and any(
        isinstance(term, ox.NamedNode) and term.value in things
        for quad in quads
        for term in (quad.subject, quad.object)
    )


def write(base: Base, graph: build.Graph, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Writes the graph as the version after `base`, and its entry into the journal; the entry as written.

    The entry travels with the version, so that a journal that lacks it after a crash is completed by the next update.
    Raises MovedError where the build is another one by now, and BuildError or OSError where the update does not stand:
    what fails after the link has been replaced (a full disk) does not undo it, and the next update completes the
    journal.
    """
    before = base.manifest.get("edited", {})
    graph.edited = {
        "number": before.get("updates", 0) + 1,
        "built": before.get("builtAs", base.snapshot),
        "before": base.snapshot,
        **entry,
    }
    mend_journal(base.output)
    try:
        build.write(graph, base.output, instead_of=base.folder)
        return mend_journal(base.output) or {}
    except OSError:
        standing = last_update(base.output)
        if base.output.resolve() == base.folder or not standing:
            raise
        return standing


def last_update(output: Path) -> Mapping[str, Any] | None:
    """The update that the build behind the link is of, whether the journal has it yet or not; None for any other."""
    path = output / build.UPDATE
    if not path.is_file():
        return None
    entry: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return entry


def journal_of(output: Path) -> Path:
    """The journal of all updates of a build; made no more open than the build's own files."""
    return build.versions_of(output) / "updates.jsonl"


def mend_journal(output: Path) -> Mapping[str, Any] | None:
    """Adds the last update of the build to the journal where it is missing there; that update, if there was one."""
    path = output / build.UPDATE
    if not path.is_file():
        return None
    line = path.read_bytes()
    mode = stat.S_IMODE(path.stat().st_mode)
    with build.locked(output), open(journal_of(output), "ab+", opener=partial(os.open, mode=mode)) as journal:
        journal.seek(-min(journal.tell(), len(line)), os.SEEK_END)
        end = journal.read()
        if end != line:
            # what a crash has cut off stays, on a line of its own
            journal.write(b"\n" * (end[-1:] not in (b"", b"\n")) + line)
            journal.flush()
            os.fsync(journal.fileno())
    build.sync(journal_of(output).parent)
    entry: Mapping[str, Any] = json.loads(line)
    return entry
