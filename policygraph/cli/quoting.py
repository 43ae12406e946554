"""An answer in, the same with the words of its figures out, where the texts are at hand and may be quoted."""

from __future__ import annotations

import pyoxigraph as ox

from policygraph import evidence, paths, queries
from policygraph.formats.tables import WORDS
from policygraph.vocab import pg

__all__ = ["with_words"]


def with_words(rows: queries.Rows, opened: ox.Store, folders: paths.Folders) -> queries.Rows:
    """The rows with a last column: what stands at the places that each target or observation of a row was read from.

    A figure is a thing with a printed value. Rows without any are given as they are, as are all where no text is there.
    """
    if not evidence.may_be_quoted():
        return rows
    places = [list(dict.fromkeys(place for term in row for place in _places(term, opened))) for row in rows.rows]
    if not any(places):
        return rows
    texts = evidence.texts_of(opened, folders).by_slug
    words = [evidence.words_at(each, texts) for each in places]
    if not any(words):
        return rows
    quoted: list[list[queries.Term | None]] = [
        [*row, ox.Literal(each) if each else None] for row, each in zip(rows.rows, words, strict=True)
    ]
    return queries.Rows([*rows.variables, WORDS.name], quoted)


def _places(term: queries.Term | None, opened: ox.Store) -> list[str]:
    """Where a figure was read, in the order of the text; nowhere for what is no figure."""
    if not isinstance(term, ox.NamedNode):
        return []
    if next(opened.quads_for_pattern(term, pg("hasPrintedValue"), None), None) is None:
        return []
    nodes = [quad.object for quad in opened.quads_for_pattern(term, pg("hasEvidence"), None)]
    spans = {
        node.value: span for node in nodes if isinstance(node, ox.NamedNode) and (span := evidence.span_of(node.value))
    }
    return sorted(spans, key=lambda iri: (spans[iri].slug, spans[iri].start, spans[iri].end))
