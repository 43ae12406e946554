"""The address of another SPARQL endpoint in, a pool out whose workers answer from there.

It is a pool like that of a build: the same workers, deadlines and caps. Only its workers hold no graph and ask the
front for what they need of it (remote_store.py, fetching.py). Which build the store holds is read from its
meta graph, and read again as often as a local service looks for a new build.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from policygraph import __version__, paths, queries, vocab
from policygraph.describe import SHIPPED, About
from policygraph.manifest import read_manifest

from ..failures import RequestError, ServiceError
from ..settings import Settings
from .job_types import Bounds, bounds_of, query_job
from .jobs import Run
from .pool import Pool, about

__all__ = ["RemotePool"]

_LOG = logging.getLogger("policygraph.server")
#: Rows and bytes of the answer that tells what a store holds: a row for each graph.
_ROWS, _BYTES = 100_000, 16 * 1024 * 1024

#: What the description of a dataset says once, by the variables of queries/store/dataset.rq.
_FACTS = ("snapshot", "version", "things", "licence", "zh", "en")
#: Whether the build stands here too -> what is told of it.
_BESIDE = {
    True: "the build in %s is the one in the store: what was prepared with it is used",
    False: "%s is not the build in the store: what it has prepared is asked of the store; name a copy with --build",
}


@dataclass(frozen=True, slots=True)
class _Held:
    """What a store says of itself: its snapshot, our version that made it, whose it is, its graphs with their triples.

    `things` is what the IRIs of its things start with, empty in a build that does not say so; its title is zh and en.
    """

    snapshot: str
    version: str
    things: str
    licence: str
    zh: str
    en: str
    graphs: tuple[tuple[str, int], ...]

    @property
    def about(self) -> About:
        """What the project of the build says of itself."""
        title = {"zh": self.zh or SHIPPED.title["zh"], "en": self.en or SHIPPED.title["en"]}
        return about(self.things.removesuffix("id/") or vocab.BASE, {"title": title, "licence": self.licence})


class RemotePool(Pool):
    """The workers of a remote store. Raises ServiceError where it cannot be asked, or holds no build."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        super().__init__(folder, settings)
        self._question = queries.read(paths.find().queries / "store" / "dataset.rq").text
        self._is_reachable = True
        try:
            self._held = self._read()
        except (ServiceError, RequestError) as error:
            self.close()
            why = error if isinstance(error, ServiceError) else error.details.get("message", error.kind)
            raise ServiceError(f"the store at {settings.store} cannot be served: {why}") from None
        held = self._held
        self.snapshot, self.about = held.snapshot, held.about
        self.graphs = sorted({graph for graph, _ in held.graphs} | {vocab.GRAPH_META.value})
        self.quads = sum(triples for _, triples in held.graphs)
        identity = json.dumps([asdict(held), __version__])
        self.edition = hashlib.sha256(identity.encode()).hexdigest()
        self._errands.graphs = self.graphs
        # the same build may stand here too: then its files are downloads, and hold what pages begin with
        self.folder = folder if read_manifest(folder).get("snapshot") == self.snapshot else None
        _LOG.info(_BESIDE[self.folder is not None], folder)

    @property
    def is_ready(self) -> bool:
        return self.is_alive and self._is_reachable

    @property
    def is_current(self) -> bool:
        """Whether the store still holds what it did; a store that cannot be asked is left as it is, and not ready."""
        try:
            is_same = self._read() == self._held
        except RequestError as error:
            if error.kind != "busy":
                self._tell(False, str(error.details.get("message", error.kind)))
            return True
        except ServiceError as error:
            self._tell(False, str(error))
            return True
        self._tell(True, "it answers again")
        return is_same

    def _tell(self, is_reachable: bool, words: str) -> None:
        if is_reachable != self._is_reachable:
            _LOG.log(
                logging.INFO if is_reachable else logging.ERROR, "the store at %s: %s", self._settings.store, words
            )
        self._is_reachable = is_reachable

    def _read(self) -> _Held:
        bounds: Bounds = {**bounds_of(self._settings), "rows": _ROWS, "bytes": _BYTES}
        # its graph is named: the default graph does not matter
        job = query_job(self._question, "json", bounds, has_from=True)
        solutions = queries.received(b"".join(Run(self, job, self._settings.queue)), ox.QueryResultsFormat.JSON)
        rows = [
            {name: term.value for name, term in zip(solutions.variables, row, strict=True) if term}
            for row in solutions.rows
        ]
        editions = sorted({tuple(row.get(name, "") for name in _FACTS) for row in rows})
        if not editions:
            raise ServiceError("it holds no build: load policygraph.trig or policygraph.nq, all graphs of it")
        if len(editions) > 1:
            raise ServiceError("it holds more than one build: load each into an empty store")
        graphs = {row["graph"]: int(row["triples"]) for row in rows if "graph" in row}
        return _Held(**dict(zip(_FACTS, editions[0], strict=True)), graphs=tuple(graphs.items()))
