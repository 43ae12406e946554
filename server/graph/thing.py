"""An IRI in, what the graph says of it out, as triples in a fixed order: its own statements first.

The description of a thing is what leaves it (with blank nodes and evidence followed), what leads to it up to a bound,
and the labels of what stands on the other side: `queries/service/thing.rq` and `links.rq`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from policygraph import vocab
from policygraph.formats import rdf
from policygraph.queries import Value

from ..failures import RequestError
from ..web.ask import rows, triples
from ..web.names import names
from ..web.request import RequestContext

__all__ = ["describe", "require_known", "serialise", "unknown"]


def describe(context: RequestContext, iri: str) -> list[ox.Triple]:
    """The statements about a thing. Raises RequestError("unknown-thing") where there are none."""
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        raise unknown(context, iri) from None
    statements = {triple for name in ("thing", "links") for triple in triples(context, name, {"thing": node})}
    if not statements:
        raise unknown(context, iri)
    return sorted(statements, key=lambda triple: _place(triple, node))


def _place(triple: ox.Triple, node: ox.NamedNode) -> tuple[bool, str, bool, str, str]:
    """The thing itself first, then the others by name; of each its type first."""
    subject, predicate, value = triple
    return subject != node, str(subject), predicate != vocab.rdf_type, str(predicate), str(value)


def unknown(context: RequestContext, iri: str, candidates: Iterable[str] = ()) -> RequestError:
    """The failure for an IRI that nothing is said of, with the nearest of those that are known, or in the graph."""
    near = difflib.get_close_matches(iri, candidates, 3, 0)
    folder = iri.rpartition("/")[0]
    for path in (f"{folder}/", folder[:-2], folder.rpartition("/")[0] + "/"):
        if not near and context.pool.names.is_ours(path):
            beside = [row["thing"].value for row in rows(context, "beside", {"path": ox.Literal(path)})]
            tails = {each.removeprefix(path): each for each in beside}
            near = [tails[tail] for tail in difflib.get_close_matches(iri.removeprefix(path), tails, 3)]
    return RequestError("unknown-thing", iri=iri, near=", ".join(near) or "-")


def require_known(context: RequestContext, values: Mapping[str, Sequence[Value]]) -> None:
    """Refuses a value that is a thing of which the graph says nothing: no rows would read as a text that is silent.

    Raises RequestError("unknown-thing") with the nearest ones.
    """
    things = list(dict.fromkeys(term for terms in values.values() for term in terms if isinstance(term, ox.NamedNode)))
    present = {row["thing"] for row in rows(context, "things-there", {"thing": things})} if things else set()
    for thing in things:
        if thing not in present:
            raise unknown(context, thing.value)


def serialise(content: Iterable[ox.Triple], form: ox.RdfFormat) -> bytes:
    """The triples in a format, with the prefixes that they use."""
    listed = list(content)
    used = " ".join(str(term) for triple in listed for term in (triple.subject, triple.predicate, triple.object))
    prefixes = {name: space for name, space in rdf.prefixes(names()).items() if f"<{space}" in used}
    return ox.serialize(listed, format=form, prefixes=prefixes) or b""
