"""A project and a slug in, the graph of that one document and of what it refers to out: checked in a second or two.

What other documents say is left out, whatever their number, but for those that define something that this one names.
What only shows across all documents (two that contradict each other) is found by a whole build alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from policygraph import build
from policygraph.build.documents import Documents
from policygraph.cache import Cache
from policygraph.findings import Finding
from policygraph.paths import Folders

__all__ = ["check_document"]

#: What a record may define for others: its document, its plans, things of its own under their full names.
_DEFINED = re.compile(rb"^[ \-{]*id: *[\"']?([a-z]+:[\w.-]+)", re.MULTILINE)
_NAMED = re.compile(rb"\b[a-z]+:[\w.-]+")


def check_document(
    folders: Folders, slug: str, documents: Documents | None = None
) -> tuple[build.Graph, list[Finding]]:
    """The graph, and what is found in the record of the document, in its registration and in what it proposes.

    Raises FileNotFoundError where there is no such record.
    """
    record = folders.data / "records" / f"{slug}.yaml"
    content = record.read_bytes()
    named = set(_NAMED.findall(content))
    others = {path.stem for path in record.parent.glob("*.yaml") if path != record and not _defines(path, named)}
    documents = documents or Documents(Cache(folders.cache))
    graph = build.load(folders, documents, others)
    build.infer(graph, documents=documents)
    build.check(graph, documents)
    return graph, list(_own(graph, slug, named))


def _defines(path: Path, named: set[bytes]) -> bool:
    return any(name in named for name in _DEFINED.findall(path.read_bytes()))


def _own(graph: build.Graph, slug: str, named: set[bytes]) -> Iterator[Finding]:
    """The findings in files that the reviewer of the document can change."""
    record, reference = f"data/records/{slug}.yaml", "data/reference/"
    for finding in graph.findings:
        file = finding.position.file if finding.position else ""
        node = finding.node or ""
        is_proposed = file.startswith(reference) and graph.folders.names.shorten(node).encode() in named
        is_source = file == "data/sources.yaml" and node.rpartition("/")[2] == slug
        if file == record or is_proposed or is_source or not file:
            yield finding
