"""Quads in, RDF files out: each format with our prefixes, in a fixed order, and the same bytes every time.

Blank nodes are named by RDFC-1.0 (RDF Dataset Canonicalization), so that a file does not change unless its graph does.
Formats of triples hold the union of the graphs, formats of quads each graph by its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from policygraph import vocab
from policygraph.formats.xml_text import whole

__all__ = [
    "PREFIXES",
    "asserted",
    "by_graph",
    "canonical",
    "canonical_lines",
    "line",
    "lines",
    "lines_by_graph",
    "lines_of_union",
    "n_quads",
    "n_triples",
    "named_union",
    "prefixes",
    "rdf_xml",
    "readable",
    "trig",
    "turtle",
    "types_first",
    "union",
    "without_evidence",
    "write",
]

#: The prefixes of files: where a name holds a slash, the whole IRI reads better than a name full of escapes.
_UNREADABLE = ("concept", "graph", "id")
PREFIXES = {prefix: name for prefix, name in vocab.PREFIXES.items() if prefix not in _UNREADABLE}

#: The type of a thing in a line, with the spaces around it.
_TYPE = f" {vocab.rdf_type} ".encode()


def prefixes(names: vocab.Names) -> dict[str, str]:
    """The prefixes of a project's files."""
    return readable(names.prefixes)


def readable(prefixes: Mapping[str, str]) -> dict[str, str]:
    """Those of the prefixes that make names which read better than whole IRIs."""
    return {prefix: name for prefix, name in prefixes.items() if prefix not in _UNREADABLE}


def line(quad: ox.Quad) -> bytes:
    """A quad as its line of canonical N-Quads."""
    return ox.serialize([quad], format=ox.RdfFormat.N_QUADS) or b""


def lines(quads: Iterable[ox.Quad]) -> list[bytes]:
    """The lines of a dataset's canonical N-Quads in order (RDFC-1.0, section 5), each once.

    Only statements with blank nodes are canonicalised: the others are their lines.
    """
    # no line of N-Quads has a line end inside
    return canonical_lines((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))


def canonical_lines(written: Iterable[bytes]) -> list[bytes]:
    """As `lines`, for lines of N-Quads."""
    named: set[bytes] = set()
    blank: list[bytes] = []
    for line in written:
        if b"_:" in line:
            blank.append(line)
        else:
            named.add(line)
    if blank:
        dataset = ox.Dataset(ox.parse(b"".join(blank), ox.RdfFormat.N_QUADS))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        named.update((ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    return sorted(named)


def canonical(quads: Iterable[ox.Quad]) -> tuple[bytes, list[ox.Quad]]:
    """The canonical N-Quads of a dataset, and its quads in that order, blank nodes renamed."""
    content = b"".join(lines(quads))
    return content, list(ox.parse(content, ox.RdfFormat.N_QUADS))


def lines_by_graph(ordered: Iterable[bytes]) -> list[bytes]:
    """Lines of N-Quads graph by graph, as people write them: subjects in order, each with its type first."""
    graphs: dict[bytes, list[bytes]] = defaultdict(list)
    for line in ordered:
        graphs[line[line.rindex(b" <") :]].append(line)
    return [line for _, part in sorted(graphs.items()) for line in sorted(part, key=types_first)]


def lines_of_union(ordered: Iterable[bytes]) -> list[bytes]:
    """The lines of N-Triples of all graphs, each once, as people write them."""
    return sorted({line[: line.rindex(b" <")] + b" .\n" for line in ordered}, key=types_first)


def types_first(line: bytes) -> bytes:
    """The key by which people sort statements: by subject, its type first."""
    return line.replace(_TYPE, b" \x00 ", 1)


def write(ordered: Iterable[bytes], path: Path, form: ox.RdfFormat, names: Mapping[str, str]) -> None:
    """Writes lines of N-Quads (or N-Triples, for a format of triples) as a file of another format."""
    read_as = ox.RdfFormat.N_QUADS if form.supports_datasets else ox.RdfFormat.N_TRIPLES
    statements = ox.parse(b"".join(ordered), read_as)
    triples = statements if form.supports_datasets else (quad.triple for quad in statements)
    ox.serialize(triples, str(path), form, prefixes=dict(names))


def by_graph(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Quads graph by graph, as people write them."""
    return sorted(quads, key=lambda quad: (str(quad.graph_name), _order(quad)))


def union(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    """The triples of all graphs, each once, as people write them."""
    return sorted({ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads}, key=_order)


def _order(statement: ox.Quad | ox.Triple) -> tuple[str, bool, str, str]:
    """Subjects in order, each with its type first."""
    is_type = statement.predicate == vocab.rdf_type
    return str(statement.subject), not is_type, str(statement.predicate), str(statement.object)


def asserted(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """What records and the ontology say themselves: all but what follows from it, derived labels too."""
    return [quad for quad in quads if quad.graph_name != vocab.GRAPH_INFERRED]


def without_evidence(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """All but the places in the texts: the links to them, and what is said of them and of their selectors."""
    kept_quads = list(quads)
    places = {quad.object for quad in kept_quads if quad.predicate == vocab.pg("hasEvidence")}
    selector = ox.NamedNode(vocab.PREFIXES["oa"] + "hasSelector")
    places |= {quad.object for quad in kept_quads if quad.predicate == selector}
    return [quad for quad in kept_quads if quad.subject not in places and quad.object not in places]


def turtle(quads: Iterable[ox.Quad], names: vocab.Names = vocab.SHARED) -> bytes:
    """Turtle of the union, with the prefixes of a project."""
    return _serialize(named_union(quads), ox.RdfFormat.TURTLE, names)


def n_triples(quads: Iterable[ox.Quad]) -> bytes:
    """N-Triples of the union, its lines in order of code points."""
    written = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b""
    return b"".join(canonical_lines(written.splitlines(keepends=True)))


def n_quads(quads: Iterable[ox.Quad]) -> bytes:
    """Canonical N-Quads."""
    return b"".join(lines(quads))


def trig(quads: Iterable[ox.Quad], names: vocab.Names = vocab.SHARED) -> bytes:
    """TriG, graph by graph, with the prefixes of a project."""
    kept_quads = list(quads)
    if _is_in_graphs(kept_quads):
        ordered: Iterable[ox.Quad] = ox.parse(b"".join(lines_by_graph(lines(kept_quads))), ox.RdfFormat.N_QUADS)
    else:
        ordered = by_graph(canonical(kept_quads)[1])
    return _serialize(ordered, ox.RdfFormat.TRIG, names)


def rdf_xml(quads: Iterable[ox.Quad], names: vocab.Names = vocab.SHARED) -> bytes:
    """RDF/XML of the union, with the prefixes of a project. Raises UnsayableError for what XML cannot hold."""
    return whole(_serialize(named_union(quads), ox.RdfFormat.RDF_XML, names))


def named_union(quads: Iterable[ox.Quad]) -> Iterable[ox.Triple]:
    """As `union`, with blank nodes as the canonical dataset names them."""
    kept_quads = list(quads)
    if not _is_in_graphs(kept_quads):
        return union(canonical(kept_quads)[1])
    # lines are sorted several times as fast as statements
    statements = ox.parse(b"".join(lines_of_union(lines(kept_quads))), ox.RdfFormat.N_TRIPLES)
    return (quad.triple for quad in statements)


def _is_in_graphs(quads: Iterable[ox.Quad]) -> bool:
    """Whether all quads stand in named graphs, which the orders of lines take for granted."""
    default = ox.DefaultGraph()
    return all(quad.graph_name != default for quad in quads)


def _serialize(statements: Iterable[ox.Quad] | Iterable[ox.Triple], form: ox.RdfFormat, names: vocab.Names) -> bytes:
    return ox.serialize(statements, format=form, prefixes=prefixes(names)) or b""
