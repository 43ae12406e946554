"""An update or an RDF body in, the statements to add and to remove out: the untrusted part of a write.

It runs in a process that has shut its doors like a query worker, over a copy of the graph that nobody else sees. What
it gives back is applied, checked and written by another process, which parses nothing of the request.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.build.edit import DERIVED, Base
from policygraph.casts import FUNCTIONS
from policygraph.corrections import corrected
from policygraph.messages import message

from ..failures import RequestError
from ..formats import GRAPHS
from ..settings import Settings
from ..syntax.gate import check_update
from ..syntax.service_prefixes import renamed
from ..syntax.updates import Dataset, operations
from .messages import DATA, END, FAIL, send, send_json

__all__ = ["BODIES", "Scratch", "evaluate"]

#: Media type of a body -> how it is read; what may hold several graphs is not taken.
BODIES = {
    media_type: GRAPHS[name].engine
    for name in ("turtle", "ntriples", "jsonld", "rdfxml")
    for media_type in GRAPHS[name].media_types
    if media_type not in ("application/json", "application/xml", "text/xml", "text/plain")
}
Job = Mapping[str, Any]
Quads = set[ox.Quad]


class Scratch:
    """A build's quads in a store, to be changed in a forked copy; the store writes some literals in another form."""

    def __init__(self, base: Base) -> None:
        self.store = ox.Store()
        self._written: dict[ox.Quad, list[ox.Quad]] = {}
        quads = [quad for graph in base.graphs.values() for quad in graph]
        self.store.bulk_extend(quads)
        self.before = set(self.store)
        for quad in quads:
            if quad not in self.before:
                self._written.setdefault(_settled([quad]).pop(), []).append(quad)

    def difference(self) -> tuple[Quads, Quads]:
        """What has come and what has gone, the latter as the build writes it."""
        after = set(self.store)
        gone = {quad for each in self.before - after for quad in self._written.get(each, [each])}
        return after - self.before, gone


def _settled(quads: Iterable[ox.Quad]) -> Quads:
    """Quads with their literals as a store writes them."""
    store = ox.Store()
    store.extend(quads)
    return set(store)


def evaluate(scratch: Scratch, sock: socket.socket, job: Job, body: bytes, settings: Settings) -> None:
    """Sends two messages of N-Quads, statements to add and to remove, or one with the kind of problem."""
    # the kernel ends this process at the deadline, even where its parent has died
    signal.setitimer(signal.ITIMER_REAL, settings.update_deadline)
    try:
        _HANDLERS[job["do"]](scratch, job, _text(body) if body else "", settings)
        added, removed = scratch.difference()
        _require_editable({quad.graph_name for quad in added | removed})
        if any(isinstance(quad.object, ox.Triple) for quad in added):
            raise RequestError("triple-term")
    except RequestError as failure:
        send_json(sock, FAIL, {"kind": failure.kind, **failure.details})
        return
    except MemoryError:
        send_json(sock, FAIL, {"kind": "memory"})
        return
    for quads in (added, removed):
        send(sock, DATA, ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    send_json(sock, END, {})


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError("not-utf8", position=error.start) from None


def _require_editable(graphs: Iterable[object]) -> None:
    for graph in graphs:
        if graph in DERIVED:
            raise RequestError("derived-graph", graph=str(graph)[1:-1])
        if not isinstance(graph, ox.NamedNode):
            raise RequestError("default-graph", line="", column="", excerpt="", caret="")


def _update(scratch: Scratch, job: Job, text: str, settings: Settings) -> None:
    """SPARQL 1.1 Update; the dataset of the request and one in the text exclude each other (Protocol 2.2.3)."""
    words = check_update(text, settings)
    dataset = _dataset(job)
    if dataset and not {"USING", "WITH"}.isdisjoint(words):
        raise RequestError("two-datasets")
    for operation in operations(corrected(renamed(text), "UpdateUnit")):
        if operation.is_sweeping and not job["force"]:
            raise RequestError("sweeping", word=" ".join(operation.words))
        try:
            scratch.store.update(
                operation.over(dataset or _all(scratch.store)),
                base_iri=job["base"],
                prefixes=job.get("prefixes", vocab.PREFIXES),
                custom_functions=dict(FUNCTIONS),
            )
        except SyntaxError as error:
            raise RequestError("update-syntax", message=str(error)) from None
        except (ValueError, RuntimeError, OSError) as error:
            raise RequestError("evaluation", message=str(error)) from None
        if operation.is_sweeping:  # all that may be written goes; the rest is not meant
            scratch.store.extend(quad for quad in scratch.before if quad.graph_name in DERIVED)


def _dataset(job: Job) -> Dataset | None:
    if not job["using"] and not job["using_named"]:
        return None
    return Dataset(*([str(_named(iri)) for iri in job[name]] for name in ("using", "using_named")))


def _all(store: ox.Store) -> Dataset:
    """The union of all graphs, which is what queries read too."""
    names = sorted(map(str, store.named_graphs()))
    return Dataset(names, names)


def _named(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise RequestError("bad-parameter", name="graph", value=iri, wanted=message("an IRI")) from None


def _put(scratch: Scratch, job: Job, text: str, settings: Settings) -> None:
    content = _graph(job, text)
    _delete(scratch, job, text, settings)
    scratch.store.extend(content)


def _post(scratch: Scratch, job: Job, text: str, _: Settings) -> None:
    scratch.store.extend(_graph(job, text))


def _delete(scratch: Scratch, job: Job, _: str, __: Settings) -> None:
    for quad in list(scratch.store.quads_for_pattern(None, None, None, _named(job["graph"]))):
        scratch.store.remove(quad)


def _graph(job: Job, text: str) -> list[ox.Quad]:
    """The statements of a body, in the graph that is written to. Entities of XML are not expanded: they can explode."""
    form, graph = BODIES[job["media_type"]], _named(job["graph"])
    if form is ox.RdfFormat.RDF_XML and "<!DOCTYPE" in text:
        raise RequestError("doctype")
    try:
        parsed = list(ox.parse(text, form, base_iri=job["graph"], without_named_graphs=True, rename_blank_nodes=True))
    except (SyntaxError, ValueError, OSError) as error:
        raise RequestError("rdf-syntax", message=str(error)) from None
    return [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]


_HANDLERS: Mapping[str, Callable[[Scratch, Job, str, Settings], None]] = {
    "update": _update,
    "put": _put,
    "post": _post,
    "delete": _delete,
}
