"""Quads in, a pyoxigraph store out: in memory, or on disk for larger graphs; and common look-ups in stores."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox

from policygraph import vocab
from policygraph.errors import PolicygraphError
from policygraph.manifest import QUADS, require_whole

__all__ = [
    "ENDINGS",
    "UnreadableError",
    "in_memory",
    "labels",
    "labels_of",
    "on_disk",
    "open_in_memory",
    "open_read_only",
    "open_whole",
    "read_file",
    "turtle",
    "turtle_of",
]

#: File ending -> how it is read.
_FORMATS = {
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
}
#: Every ending that `read_file` knows.
ENDINGS = tuple(_FORMATS)
#: Quads that are looked up at most to open the files of a store, and graphs of which one is.
_LOOKED_UP, _GRAPHS = 65536, 256


class UnreadableError(PolicygraphError, ValueError):
    """A file that holds no RDF we can read; the message names it and says why."""


def in_memory(quads: Iterable[ox.Quad]) -> ox.Store:
    """A store that holds the quads in memory, each in its named graph."""
    store = ox.Store()
    store.bulk_extend(quads)
    return store


def on_disk(folder: Path) -> None:
    """Writes `store/` beside the N-Quads of a build's folder, where it is not there yet: RocksDB, compacted.

    Without that, whole-graph aggregates are slow. The store appears whole or not at all; several processes may make it.
    Raises FileNotFoundError where there is no build, OSError where it cannot be written.
    """
    final = folder / "store"
    if (final / "CURRENT").is_file():
        return
    quads = _quads_of(folder)
    made = Path(tempfile.mkdtemp(dir=folder, prefix="store-"))
    try:
        store = ox.Store(str(made))
        store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS, lenient=True)
        store.optimize()
        store.flush()
        del store
        try:
            made.rename(final)
        except OSError:
            if not (final / "CURRENT").is_file():  # another process may have made it in the meantime
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def open_in_memory(folder: Path, *, is_whole: bool = False) -> ox.Store:
    """The quads of a build's folder in memory: a graph that fits answers faster there.

    `is_whole` says that they have just been compared with their manifest.

    Raises FileNotFoundError with the command that makes one, where there is none, and DamagedError for quads that are
    not those of the manifest beside them.
    """
    path = _quads_of(folder)
    if not is_whole:
        require_whole(folder)
    opened = ox.Store()
    # what was written by a build is not checked again term by term: that takes a fifth of the time
    opened.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True)
    return opened


def _quads_of(folder: Path) -> Path:
    path = folder / QUADS
    if not path.is_file():
        raise FileNotFoundError(f"no build in {folder}: run `policygraph build` first")
    return path


def open_read_only(folder: Path) -> ox.Store:
    """The store that `on_disk` wrote; several processes may read it at once.

    Raises FileNotFoundError with the command that makes one, where there is none.
    """
    if not (folder / "CURRENT").is_file():
        raise FileNotFoundError(f"no store in {folder}: run `policygraph build --store` first")
    return ox.Store.read_only(str(folder))


def open_whole(folder: Path) -> ox.Store:
    """The store of a build's folder with all of its files open, for a process that can open none later on.

    RocksDB opens sixteen files at first, and each of the others when it is first read: of a store of some million quads
    a process that has shut its doors could read only parts. Every file holds a range of an index of quads or of terms,
    so that quads from all over the build, looked up in every index, come to all of them. Raises FileNotFoundError as
    open_read_only, and OSError where a file stays closed.
    """
    store = open_read_only(folder / "store")
    files = set((folder / "store").resolve().glob("*.sst"))
    rounds = (_quads_all_over(folder / QUADS, 2**power) for power in range(6, _LOOKED_UP.bit_length()))
    for quads in chain([_quads_in_small_graphs(store)], rounds):
        if files <= _open_files():
            return store
        for quad in quads:
            _look_up(store, quad)
    if closed := files - _open_files():
        raise OSError(f"files of the store stay closed: {', '.join(map(str, sorted(closed)))}")
    return store


def _open_files() -> set[Path]:
    """The files that this process has open."""
    files = set()
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the folder's own descriptor is closed by now
            files.add(link.readlink())
    return files


def _quads_in_small_graphs(store: ox.Store) -> Iterator[ox.Quad]:
    """One quad of each of some graphs, and of the default graph: theirs may be files of their own."""
    for graph in (ox.DefaultGraph(), *islice(store.named_graphs(), _GRAPHS)):
        yield from islice(store.quads_for_pattern(None, None, None, graph), 1)


def _quads_all_over(path: Path, number: int) -> Iterator[ox.Quad]:
    """So many quads, at equal distances in a file of N-Quads."""
    size = path.stat().st_size
    with path.open("rb") as lines:
        for place in range(number):
            lines.seek(size * place // number)
            lines.readline()  # the rest of a line
            yield from ox.parse(lines.readline(), format=ox.RdfFormat.N_QUADS)


def _look_up(store: ox.Store, quad: ox.Quad) -> None:
    """Looks a quad up in every index: of all graphs, of its own, and of the default graph."""
    subject, predicate, value, own = quad
    for graph in (None, own, ox.DefaultGraph()):
        next(store.quads_for_pattern(subject, None, None, graph), None)
        next(store.quads_for_pattern(None, predicate, value, graph), None)
        next(store.quads_for_pattern(None, None, value, graph), None)


def read_file(path: Path) -> list[ox.Quad]:
    """The statements of an RDF file, in the format of its ending.

    Raises UnreadableError for an ending that is not known, a file that is not there and one that cannot be parsed.
    """
    if path.suffix not in _FORMATS:
        raise UnreadableError(f"{path}: the ending is not one of {', '.join(_FORMATS)}")
    try:
        return list(ox.parse(path=str(path), format=_FORMATS[path.suffix]))
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from None
    except SyntaxError as error:
        raise UnreadableError(f"{path}: {error}") from None


def turtle(path: Path, graph: ox.NamedNode) -> list[ox.Quad]:
    """The triples of a Turtle file as quads of a graph, blank nodes renamed so that files cannot share them.

    A file that has not changed is parsed once a process: its blank nodes keep their names, and what is compiled of its
    statements can be kept as well.
    """
    try:
        return list(turtle_of(path.read_bytes(), graph))
    except SyntaxError as error:
        error.filename = str(path)
        raise


@lru_cache(maxsize=32)
def turtle_of(content: bytes, graph: ox.NamedNode) -> tuple[ox.Quad, ...]:
    """As `turtle`, of what a file holds: parsed once for all who look at it. Raises SyntaxError."""
    parsed = ox.parse(content, ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return tuple(ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed)


def labels(quads: Iterable[ox.Quad], language: str = "zh") -> dict[str, str]:
    """IRI -> preferred label in one language (BCP 47)."""
    predicate = vocab.skos("prefLabel")
    return {
        quad.subject.value: quad.object.value
        for quad in quads
        if quad.predicate == predicate
        and isinstance(quad.object, ox.Literal)
        and quad.object.language == language
        and isinstance(quad.subject, ox.NamedNode)
    }


def labels_of(store: ox.Store, node: ox.NamedNode) -> dict[str | None, str]:
    """Language (BCP 47) -> preferred label of one thing; where a language has several, the first in order."""
    labels: dict[str | None, str] = {}
    for quad in store.quads_for_pattern(node, vocab.skos("prefLabel"), None):
        if isinstance(quad.object, ox.Literal):
            text = quad.object.value
            labels[quad.object.language] = min(text, labels.get(quad.object.language, text))
    return labels
