"""Quads in, JSON-LD out in the words of the records: things side by side, or a plan as one nested document.

Keys are those of `ontology/context.yaml`; what that has no key for is written with the prefixes of the project. The
context stands in the file, so that a reader fetches nothing. Both forms hold the union of the graphs.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin

import pyoxigraph as ox
from pyld import jsonld

from policygraph import vocab
from policygraph.formats import rdf
from policygraph.vocab import pg

__all__ = ["compact", "nested"]

#: Properties whose subjects stand inside their object in a nested document, under the context's key for it.
_NESTED = tuple(
    pg(name) for name in ("isPartOf", "isSetBy", "supportsPositioning", "countsPartsOf", "assignsElement", "isReadIn")
)
#: Properties whose objects stand inside their subject.
_HOLDS = (pg("hasComponent"),)
#: Two keys of the context stand for one property, and a thing's class tells which: compaction takes the shorter.
_SPLIT = {"targets": ("Positioning", "positionings")}
#: The keys that a thing starts with, and those of the things inside it, with which it ends.
_FIRST = ("id", "type", "number", "label")
_LAST = ("counts", "responsibilities", "positionings", "targets", "subTargets", "@reverse", "parts", "@included")
#: Prefixes that are left out: `id` is a key, and the context gives concepts their short names.
_UNSAID = ("id", "concept")
#: Keywords by which other terms are chosen for a value; none of them is written here.
_DECISIVE = frozenset(("@direction", "@graph", "@index", "@list", "@preserve", "@set"))
_STRING = vocab.PREFIXES["xsd"] + "string"
_PLACE = re.compile(r"#char=(\d+)")

Node = dict[str, Any]


def compact(quads: Iterable[ox.Quad], context: Mapping[str, Any], names: vocab.Names = vocab.SHARED) -> bytes:
    """Every thing with what is said of it, in order of its IRI; `context` are the terms of the records' context.

    Things are called by what follows `id/` of the project that has the `names`, others by their prefixes.
    """
    return _written(list(_nodes(quads).values()), context, names)


def nested(quads: Iterable[ox.Quad], plan: str, context: Mapping[str, Any], names: vocab.Names = vocab.SHARED) -> bytes:
    """A plan with its parts inside it, in the order of the text, and with what they set, assign and count.

    What the plan only names follows under `@included`. A part that is its own whole stands inside it once.
    Raises KeyError for a plan of which nothing is said.
    """
    nodes = _nodes(quads)
    wholes = _wholes(nodes)
    root = _take(nodes.pop(plan), nodes, wholes)
    root["@included"] = list(nodes.values())
    return _written(root, context, names)


def _nodes(quads: Iterable[ox.Quad]) -> dict[str, Node]:
    """Identifier -> node object in expanded form (JSON-LD 1.1, section 9.2)."""
    nodes: dict[str, Node] = {}
    for triple in rdf.named_union(quads):
        name = _name(triple.subject)
        node = nodes.setdefault(name, {"@id": name})
        if triple.predicate == vocab.rdf_type:
            node.setdefault("@type", []).append(_name(triple.object))
        else:
            node.setdefault(triple.predicate.value, []).append(_value(triple.object))
    return nodes


def _name(term: object) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else str(getattr(term, "value", term))


def _value(term: object) -> Node:
    if not isinstance(term, ox.Literal):
        return {"@id": _name(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    typed = {} if term.datatype.value == _STRING else {"@type": term.datatype.value}
    return {"@value": term.value, **typed}


def _wholes(nodes: Mapping[str, Node]) -> dict[tuple[str, str], list[str]]:
    """(identifier, property) -> those that stand inside the thing by that property, in the order of the text."""
    wholes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(nodes, key=lambda name: _place(nodes[name])):
        for predicate in _NESTED:
            for value in nodes[name].get(predicate.value, []):
                wholes[value["@id"], predicate.value].append(name)
    return wholes


def _place(node: Node) -> tuple[int, int, str]:
    ordinals = [int(value["@value"]) for value in node.get(pg("hasOrdinal").value, [])]
    places = [int(start) for value in node.get(pg("hasEvidence").value, []) for start in _PLACE.findall(value["@id"])]
    return min(ordinals, default=0), min(places, default=0), node["@id"]


def _take(node: Node, nodes: dict[str, Node], wholes: Mapping[tuple[str, str], list[str]]) -> Node:
    """The node with all that stands inside it, taken out of `nodes`; what the nesting says is not said again."""
    inside: dict[str, list[Node]] = {}
    for predicate in _NESTED:
        for name in wholes.get((node["@id"], predicate.value), []):
            child = nodes.pop(name, None)
            if child is None:
                continue
            others = [value for value in child[predicate.value] if value["@id"] != node["@id"]]
            child[predicate.value] = others
            inside.setdefault(predicate.value, []).append(_take(child, nodes, wholes))
    for predicate in _HOLDS:
        held = sorted((nodes.pop(value["@id"], value) for value in node.get(predicate.value, [])), key=_place)
        node[predicate.value] = [_take(child, nodes, wholes) for child in held]
    if inside:
        node["@reverse"] = inside
    return {key: value for key, value in node.items() if value}


def _written(content: Any, context: Mapping[str, Any], names: vocab.Names) -> bytes:
    prefixes = {prefix: name for prefix, name in names.prefixes.items() if prefix not in {*_UNSAID, *context}}
    words = {"@context": {**prefixes, **context, "@base": names.id}}
    compacted = _Compaction().compact(content, words, {"skipExpansion": True, "documentLoader": _no_loader})
    body = _as_record({key: value for key, value in compacted.items() if key != "@context"}, names.id)
    return (json.dumps({**words, **body}, ensure_ascii=False, indent=2) + "\n").encode()


class _Compaction(jsonld.JsonLdProcessor):  # type: ignore[misc] # pyld has no types
    """pyld's processor, which compares every IRI with every term of the context each time: here once per context.

    Which term an IRI takes beside a value depends on what kind of value it is: it is looked for once for each kind.
    """

    def __init__(self) -> None:
        super().__init__()
        #: Identity of a context -> the context, so that no other takes its identity, and its IRIs in short.
        self._short: dict[int, tuple[object, dict[object, Any]]] = {}

    def _compact_iri(self, active_ctx: Any, iri: str | None, value: Any = None, **options: Any) -> Any:
        kind = self._kind(active_ctx, value)
        if kind is None:
            return super()._compact_iri(active_ctx, iri, value, **options)
        _, short = self._short.setdefault(id(active_ctx), (active_ctx, {}))
        key = (iri, kind, *sorted(options.items()))
        if key not in short:
            short[key] = super()._compact_iri(active_ctx, iri, value, **options)
        return short[key]

    def _kind(self, active_ctx: Any, value: Any) -> tuple[object, ...] | None:
        """What the choice of a term depends on, of a value (JSON-LD API 1.1, section 6.1); None for all of it."""
        if value is None:
            return ()
        if not isinstance(value, dict) or not _DECISIVE.isdisjoint(value):
            return None
        if "@value" in value:
            return "@value", len(value), value.get("@language"), value.get("@type")
        return ("@id", self._is_term(active_ctx, value["@id"])) if "@id" in value else None

    def _is_term(self, active_ctx: Any, iri: str) -> bool:
        """Whether an IRI is one that a term of the context stands for."""
        if iri not in self._get_inverse_context(active_ctx):
            return False
        mapping = active_ctx["mappings"].get(self._compact_iri(active_ctx, iri, vocab=True))
        return bool(mapping) and mapping["@id"] == iri


def _no_loader(url: str, _: object) -> Any:
    raise ValueError(f"{url}: nothing is fetched to write JSON-LD")


def _as_record(value: Any, base: str) -> Any:
    """Compacted JSON-LD in the order of a record: what a thing is called, what is said of it, what stands inside it.

    What does not stand below `base` is called by its whole IRI.
    """
    if isinstance(value, list):
        return [_as_record(item, base) for item in value]
    if not isinstance(value, dict):
        return value
    entries = {key: _as_record(value[key], base) for key in sorted(value, key=_rank)}
    if str(entries.get("id", "")).startswith("../"):
        entries["id"] = urljoin(base, entries["id"])
    for key, (kind, other) in _SPLIT.items():
        things = entries.pop(key, [])
        things = things if isinstance(things, list) else [things]
        for name in (key, other):
            own = [thing for thing in things if (kind in _types(thing)) == (name == other)]
            entries |= {name: own} if own else {}
    for key in _LAST:
        if key in entries:
            things = entries.pop(key)
            entries[key] = [things] if isinstance(things, dict) and not key.startswith("@") else things
    return entries


def _rank(key: str) -> tuple[int, str]:
    return _FIRST.index(key) if key in _FIRST else len(_FIRST), key


def _types(thing: Any) -> list[str]:
    types = thing.get("type", []) if isinstance(thing, dict) else []
    return types if isinstance(types, list) else [types]
