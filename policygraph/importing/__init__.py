"""Statements from another tool in, changed record files out: proposed first, written when they are valid.

The graph may have been edited in Protégé, in a spreadsheet, through the endpoint or by a script. What comes
back is laid beside the records as they are: a document that it describes is replaced, a shared thing
is replaced in the file that defines it, what is new joins the file with things of its kind. A file whose statements are
the same stays as it is, comments and all.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from policygraph import vocab
from policygraph.importing import writer
from policygraph.messages import message
from policygraph.paths import Folders
from policygraph.records import Context, Loaded
from policygraph.records.yaml import write

__all__ = ["Home", "Proposal", "apply", "in_part", "of_part", "propose", "stage"]

#: Where shared things go that have no like among the records.
_ELSEWHERE = "data/reference/imported.yaml"
#: Why a statement is left that changes a thing of the base layer.
_OF_BASE = message("it is about a thing of the base layer: define the thing in data/reference to say otherwise")
_INTEGER = ox.NamedNode(vocab.PREFIXES["xsd"] + "integer")


@dataclass(frozen=True, slots=True)
class Home:
    """The project as it is: its records, its context, its ontology, and what the build derives from them.

    A file without graphs may hold what is derived as well; it is told from what is stated by being known here.
    """

    folders: Folders
    loaded: Loaded
    context: Context
    ontology: Sequence[ox.Quad]
    derived: Sequence[ox.Quad]


@dataclass(slots=True)
class Proposal:
    """What an import would do: the new text of each file, by its path below the root, and the statements that differ.

    `left` are statements that no record can say.
    """

    texts: dict[str, str] = field(default_factory=dict)
    before: list[ox.Quad] = field(default_factory=list)
    after: list[ox.Quad] = field(default_factory=list)
    left: list[writer.Left] = field(default_factory=list)


def _superclasses(ontology: Iterable[ox.Quad]) -> dict[str, frozenset[str]]:
    """Class IRI -> the IRIs of all classes above it."""
    direct: dict[str, set[str]] = defaultdict(set)
    for quad in ontology:
        is_named = isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        if is_named and quad.predicate.value == vocab.PREFIXES["rdfs"] + "subClassOf":
            direct[quad.subject.value].add(quad.object.value)  # type: ignore[union-attr]
    classes: dict[str, frozenset[str]] = {}
    for name in direct:
        above, waiting = set[str](), [name]
        while waiting:
            new = direct.get(waiting.pop(), set()) - above
            above |= new
            waiting += new
        classes[name] = frozenset(above - {name})
    return classes


def propose(quads: Iterable[ox.Quad], home: Home) -> Proposal:
    """The project's records as they would be with these statements."""
    proposal = Proposal()
    old = {record.file: [_in(quad, record.graph) for quad in record.quads] for record in home.loaded.records}
    base = {
        record.file
        for record in home.loaded.records
        if record.is_base and not (home.folders.is_shipped and record.file.endswith(".yaml"))
    }
    lines = {iri: position.line for iri, position in home.loaded.positions.items()}
    typed = _retyped(quads, home.context)
    for file, slug, new in _files(writer.sort_out(typed, _index(home), home.context.names), home):
        before, after = set(old.get(file, [])), set(new)
        if before == after:
            continue
        if file in base:
            proposal.left += [writer.Left(_bare(quad), _OF_BASE) for quad in sorted(before ^ after, key=str)]
            continue
        recorded = writer.record(after, slug, home.context, lines)
        lost = {left.quad for left in recorded.left}
        proposal.left += recorded.left
        proposal.before += sorted(before, key=str)
        proposal.after += [quad for quad in sorted(after, key=str) if _bare(quad) not in lost]
        proposal.texts[file] = _head(home.folders.root / file) + write(recorded.value)
    return proposal


def of_part(quads: Iterable[ox.Quad], exported: Iterable[ox.Quad], home: Home) -> list[ox.Quad]:
    """All that the records would say, where a file holds a part of them: `exported` is that part as it is now.

    What the part has and the file has not is taken out, what only the file has comes in, and all else stays.
    """
    given, before = ({_bare(quad) for quad in _retyped(some, home.context)} for some in (quads, exported))
    stated = {_bare(quad) for record in home.loaded.records for quad in record.quads}
    return sorted((stated - (before - given)) | (given - before), key=str)


def in_part(quads: Sequence[ox.Quad], home: Home) -> list[str]:
    """The documents that a file names by their types and texts alone, though records say more of them: their IRIs.

    So does the export of one plan or document speak of what it refers to.
    """
    more = _with_links(quad for record in home.loaded.records for quad in record.quads)
    here = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    graphs = {record.graph.value for record in home.loaded.records} - {vocab.GRAPH_REFERENCE.value}
    documents = {home.context.names.at(f"id/document/{graph.rpartition('/')[2]}") for graph in graphs}
    return sorted((documents & here & more) - _with_links(quads))


def _with_links(quads: Iterable[ox.Quad]) -> set[str]:
    """The things of which more is said than their types and texts."""
    return {
        quad.subject.value
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode)
        and quad.predicate != vocab.rdf_type
        and not isinstance(quad.object, ox.Literal)
    }


def _retyped(quads: Iterable[ox.Quad], context: Context) -> Iterator[ox.Quad]:
    """The statements with the datatypes of records: a store writes every whole number as an integer."""
    definitions = [value for value in context.terms.values() if isinstance(value, dict)]
    kinds = {
        vocab.expand(value["@id"]): ox.NamedNode(vocab.expand(value["@type"]))
        for value in definitions
        if value.get("@type") == "xsd:nonNegativeInteger"
    }
    for quad in quads:
        kind, value = kinds.get(quad.predicate.value), quad.object
        if kind and isinstance(value, ox.Literal) and value.datatype == _INTEGER:
            yield ox.Quad(quad.subject, quad.predicate, ox.Literal(value.value, datatype=kind), quad.graph_name)
        else:
            yield quad


def _index(home: Home) -> writer.Index:
    stated: dict[ox.Triple, set[str | None]] = defaultdict(set)
    defined: dict[str, str | None] = {}
    for record in home.loaded.records:
        slug = None if record.graph == vocab.GRAPH_REFERENCE else record.graph.value.rpartition("/")[2]
        defined |= dict.fromkeys(record.defined, slug)
        for quad in record.quads:
            stated[quad.triple].add(slug)
    derived = {quad.triple for quad in home.derived} - stated.keys()
    return writer.Index(derived, stated, defined, _superclasses(home.ontology))


def _in(quad: ox.Quad, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _bare(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def _files(
    sorted_out: Mapping[str | None, list[ox.Quad]], home: Home
) -> Iterator[tuple[str, str | None, list[ox.Quad]]]:
    """Each file that the statements are about, its slug, and all that it would say."""
    loaded = home.loaded
    for slug, quads in sorted_out.items():
        if slug is not None:
            graph = home.context.names.document_graph(slug)
            yield f"data/records/{slug}.yaml", slug, [_in(quad, graph) for quad in quads]
    shared = [_in(quad, vocab.GRAPH_REFERENCE) for quad in sorted_out.get(None, [])]
    touched = {quad.subject for quad in shared}
    homes = _homes(loaded, touched)
    entries = {
        record.file: [quad for quad in record.quads if quad.subject not in touched]
        for record in loaded.records
        if record.graph == vocab.GRAPH_REFERENCE
    }
    for file in sorted({homes[subject] for subject in touched}):
        yield file, None, [*entries.get(file, []), *(quad for quad in shared if homes[quad.subject] == file)]


def _homes(loaded: Loaded, subjects: Iterable[object]) -> dict[object, str]:
    """Shared thing -> the file that speaks of it, else the one that holds most things of its kind of name."""
    own: dict[object, str] = {}
    like: dict[str, Counter[str]] = defaultdict(Counter)
    for record in loaded.records:
        if record.graph == vocab.GRAPH_REFERENCE:
            for subject in {quad.subject for quad in record.quads}:
                own.setdefault(subject, record.file)
                like[_kin(subject)][record.file] += 1
    homes = {kin: files.most_common(1)[0][0] for kin, files in like.items()}
    return {subject: own.get(subject) or homes.get(_kin(subject), _ELSEWHERE) for subject in subjects}


def _kin(subject: object) -> str:
    return str(subject).rpartition("/")[0]


def _head(path: Path) -> str:
    """The comment at the head of a file, with the blank line behind it."""
    if not path.is_file():
        return ""
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.startswith("#"):
            break
        lines.append(line)
    return "".join([*lines, "\n"]) if lines else ""


def stage(proposal: Proposal, folders: Folders, root: Path) -> Folders:
    """A copy of the project below `root` in which the proposal has been written, to be checked as a whole."""
    for name in ("ontology", "shapes", "queries"):
        if (folders.root / name).is_dir():
            (root / name).symlink_to(folders.root / name)
    (root / "data").mkdir()
    for name in ("records", "reference", "base"):
        if (folders.data / name).is_dir():
            shutil.copytree(folders.data / name, root / "data" / name)
    if (folders.data / "sources.yaml").is_file():
        shutil.copy(folders.data / "sources.yaml", root / "data")
    if folders.sources.is_dir():
        texts = root / folders.settings.sources
        texts.parent.mkdir(parents=True, exist_ok=True)
        texts.symlink_to(folders.sources.resolve())
    apply(proposal, root)
    staged = root.resolve()
    return replace(folders, root=staged, layer=staged if folders.is_shipped else folders.layer)


def apply(proposal: Proposal, root: Path) -> None:
    """Writes the proposed texts into the project below `root`."""
    for file, text in proposal.texts.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
