"""A networkx graph in, a file for graph tools out: GraphML and GEXF (Gephi), Cytoscape JSON.

Attributes keep their types; each node has a `label` in one language beside its labels in both.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from policygraph.text import clean

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["WRITERS", "cytoscape", "gexf", "graphml"]

#: The day on which networkx says it wrote a GEXF file: the same graph is the same file.
_WRITTEN = re.compile(r' lastmodifieddate="[^"]*"')


def graphml(graph: nx.Graph, language: str) -> bytes:
    """GraphML, its keys named like the attributes."""
    import networkx as nx  # noqa: PLC0415 - slow to import

    buffer = io.BytesIO()
    nx.write_graphml_xml(_labelled(graph, language), buffer, named_key_ids=True)
    return buffer.getvalue() + b"\n"


def gexf(graph: nx.Graph, language: str) -> bytes:
    """GEXF 1.2draft."""
    import networkx as nx  # noqa: PLC0415 - slow to import

    buffer = io.BytesIO()
    nx.write_gexf(_labelled(graph, language), buffer)
    return _WRITTEN.sub("", buffer.getvalue().decode()).encode() + b"\n"


def cytoscape(graph: nx.Graph, language: str) -> bytes:
    """Cytoscape JSON (.cyjs), its nodes named by their labels."""
    import networkx as nx  # noqa: PLC0415 - slow to import

    content = nx.cytoscape_data(_labelled(graph, language), name="label")
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _labelled(graph: nx.Graph, language: str) -> nx.Graph:
    """A copy whose nodes have a label, and whose words are all such as XML can hold."""
    other = "zh" if language == "en" else "en"
    copy = graph.__class__()
    for node, attributes in graph.nodes(data=True):
        label = attributes.get(f"label_{language}") or attributes.get(f"label_{other}") or node
        copy.add_node(node, **_clean({"label": label, **attributes}))
    for start, end, attributes in graph.edges(data=True):
        copy.add_edge(start, end, **_clean(attributes))
    return copy


def _clean(attributes: dict[str, object]) -> dict[str, object]:
    return {name: clean(value) if isinstance(value, str) else value for name, value in attributes.items()}


#: Format -> what writes a graph with labels in a language.
WRITERS: Mapping[str, Callable[[nx.Graph, str], bytes]] = {"cyjs": cytoscape, "gexf": gexf, "graphml": graphml}
