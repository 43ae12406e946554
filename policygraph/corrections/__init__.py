"""A query in, the same in words out of which the engine makes what SPARQL 1.1 says, where it makes something else.

What the words alone tell is put right by `corrected`; what depends on the store, by `for_store`, which has both: paths
of no steps at terms that are in no statement, and what stands in `GRAPH ?g`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from .absent_terms import with_absent_terms
from .graph_groups import by_graph
from .texts import corrected

__all__ = ["corrected", "for_store"]


def for_store(text: str, store: ox.Store, options: Mapping[str, Any]) -> str:
    """The text for the engine; `options` are those with which `store.query` is given it.

    Raises ValueError where it gets too long, and what the store raises where it is asked for a term.
    """

    def has(question: str) -> bool:
        return bool(store.query(question, **options))

    def graphs() -> list[str]:
        named = options.get("named_graphs", store.named_graphs())
        return sorted(graph.value for graph in named if isinstance(graph, ox.NamedNode))

    return by_graph(with_absent_terms(corrected(text), has), graphs)
