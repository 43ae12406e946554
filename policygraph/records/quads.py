"""The checked value of a record in, its N-Quads out, as JSON-LD means them (JSON-LD 1.1 API, section 5).

The keys of records are compiled once for a context. What a key or a value has that is not of the usual kind is left to
the library's JSON-LD, for the whole of the record: it is the measure of this module (tests/test_record_quads.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.records.reader import Context
from policygraph.records.record import Extract

__all__ = ["extract_of", "with_context"]

#: What the definition of a key may have, and its context.
_OF_KEY = frozenset({"@id", "@type", "@container", "@reverse", "@context"})
#: Names and paths that stand in an IRI as they are, without segments of dots at their beginning.
_PLAIN = re.compile(
    r"#?[A-Za-z0-9_\u4e00-\u9fff](?:[A-Za-z0-9_~,=+/.\u4e00-\u9fff-]*)(?:#[A-Za-z0-9_~,=+/.\u4e00-\u9fff-]*)?"
)
_WHOLE = re.compile(
    r"(?:https?://[a-z0-9.-]+/|urn:[a-z]+:)[A-Za-z0-9_~,=+/.:\u4e00-\u9fff-]*(?:#[A-Za-z0-9_~,=+/.:\u4e00-\u9fff-]*)?"
)
#: Characters of strings that N-Quads may write by their codes; and those that it escapes.
_STRANGE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_USUAL = str.maketrans({'"': '\\"', "\\": "\\\\"})


class _UnusualError(Exception):
    """A key or a value that is left to the library."""


@dataclass(frozen=True, slots=True)
class _Key:
    """What a key stands for: its property as N-Quads writes it, and what its values are."""

    name: str
    is_reverse: bool = False
    holds: str = "literal"
    #: What ends a literal after its text; what names are resolved against, and the terms that stand for an IRI.
    end: str = '"'
    base: str | None = None
    terms: Mapping[str, str] = field(default_factory=dict)


def extract_of(value: Any, slug: str | None, graph: ox.NamedNode, context: Context) -> Extract:
    """What a checked value says, under the context and the file's own bases, without the form of its evidence."""
    walk = _Walk(slug, graph, context)
    try:
        for thing in value if isinstance(value, list) else [value] if value else []:
            walk.thing(thing)
    except _UnusualError:
        walk = _Walk(slug, graph, context)
        walk.take(_as_library_reads(value, slug, context))
    return _extract(walk)


def _extract(walk: _Walk) -> Extract:
    subjects, objects = walk.subjects, walk.objects
    return Extract(
        ("".join(walk.lines).encode(), b""),
        sorted(subjects),
        sorted(objects - subjects),
        [],
        sorted(subjects - walk.typed),
        sorted(name[1:-1] for name in walk.properties),
    )


def with_context(value: Any, slug: str | None, context: Context) -> dict[str, Any]:
    """A value as one JSON-LD document with its context inline."""
    base = context.names.id
    own: dict[str, Any] = {"@base": f"{base}{slug}/" if slug else base}
    if slug:
        own["evidence"] = {**context.terms["evidence"], "@context": {"@base": f"{base}source/{slug}"}}
    content = {"@graph": value or []} if isinstance(value, list) or value is None else value
    return {"@context": [context.terms, own], **content}


def _as_library_reads(value: Any, slug: str | None, context: Context) -> Iterable[ox.Quad]:
    text = json.dumps(with_context(value, slug, context), ensure_ascii=False).encode()
    return ox.parse(text, ox.RdfFormat.JSON_LD)


class _Walk:
    """The walk over one value; afterwards it holds the lines, and what stands in them: IRIs, and properties as written.

    The order is the library's: what joins a thing to the one above, its types, then key by key.
    """

    def __init__(self, slug: str | None, graph: ox.NamedNode, context: Context) -> None:
        self.lines: list[str] = []
        self.subjects: set[str] = set()
        self.objects: set[str] = set()
        self.typed: set[str] = set()
        self.properties: set[str] = set()
        self._keys = _keys_of(_Same(context))
        self._context = context
        self._base = f"{context.names.id}{slug}/" if slug else context.names.id
        self._source = f"{context.names.id}source/{slug}" if slug else self._base
        self._graph = graph
        self._vocabulary = str(context.terms.get("@vocab", ""))
        self._end = f" {graph} .\n"
        self._resolved: dict[tuple[str, str], str] = {}

    def take(self, quads: Iterable[ox.Quad]) -> None:
        """Takes quads in that the library has made."""
        for quad in quads:
            named = ox.Quad(quad.subject, quad.predicate, quad.object, self._graph)
            self.lines.append((ox.serialize([named], format=ox.RdfFormat.N_QUADS) or b"").decode())
            self.properties.add(str(quad.predicate))
            if isinstance(quad.object, ox.NamedNode):
                self.objects.add(quad.object.value)
            if isinstance(quad.subject, ox.NamedNode):
                self.subjects.add(quad.subject.value)
                self.typed |= {quad.subject.value} if quad.predicate == vocab.rdf_type else set()

    def thing(self, item: Mapping[str, Any], above: str | None = None, join: _Key | None = None) -> None:
        """Says what an entry says, and how it belongs to the thing above it."""
        iri = self._resolve(item["id"], self._base)
        if above is not None and join is not None:
            subject, value = (iri, above) if join.is_reverse else (above, iri)
            self._say(subject, join.name, f"<{value}>")
            self.objects.add(value)
        kinds = item.get("type")
        for name in kinds if isinstance(kinds, list) else [kinds] if kinds else []:
            kind = self._in_vocabulary(name, _TYPE)
            self.typed.add(iri)
            self._say(iri, _TYPE.name, kind)
        for key, value in item.items():
            if key not in ("id", "type"):
                self._entry(iri, self._keys.get(key), value)

    def _entry(self, iri: str, key: _Key | None, value: Any) -> None:
        if key is None:
            raise _UnusualError
        if key.holds == "things":
            for item in value if isinstance(value, list) else [value]:
                self.thing(item, iri, key)
        elif key.holds == "texts":
            for language, texts in value.items():
                for text in texts if isinstance(texts, list) else [texts]:
                    self._say(iri, key.name, f"{_literal(text, key)}@{language}")
        else:
            written = _WRITTEN[key.holds]
            for item in value if isinstance(value, list) else [value]:
                self._say(iri, key.name, written(self, item, key))

    def _say(self, subject: str, name: str, value: str) -> None:
        self.lines.append(f"<{subject}> {name} {value}{self._end}")
        self.subjects.add(subject)
        self.properties.add(name)

    def _iri(self, name: str, key: _Key) -> str:
        iri = self._resolve(name, key.base or self._base)
        self.objects.add(iri)
        return f"<{iri}>"

    def _evidence(self, name: str, _: _Key) -> str:
        iri = self._resolve(name, self._source)
        self.objects.add(iri)
        return f"<{iri}>"

    def _in_vocabulary(self, name: str, key: _Key) -> str:
        """A name under a vocabulary; the keys of records are terms too, which a name may be."""
        iri = key.terms.get(name)
        if iri is None:
            if name.startswith("."):
                raise _UnusualError
            definition = self._context.definition(name) if name in self._context.terms else {"@id": name}
            iri = self._resolve(str(definition.get("@id", ":")), key.base or self._vocabulary)
        self.objects.add(iri)
        return f"<{iri}>"

    def _resolve(self, name: str, base: str) -> str:
        pair = name, base
        iri = self._resolved.get(pair)
        if iri is None:
            iri = self._resolved[pair] = _resolved(name, base, self._context)
        return iri


def _resolved(name: str, base: str, context: Context) -> str:
    """The IRI of a name: one with a prefix, a whole IRI, or one relative to a base that ends with a sign."""
    prefix, colon, rest = name.partition(":")
    namespace = context.prefixes.get(prefix) if colon else None
    if namespace is not None and namespace.endswith(("/", "#")) and not rest.startswith("//"):
        iri = namespace + rest
    elif colon and prefix not in context.terms:
        iri = name
    elif not colon and (name.startswith("#") or base.endswith(("/", "#"))):
        while name.startswith("../") and base.count("/") > _LEAST:
            name, base = name[3:], base.rstrip("/").rpartition("/")[0] + "/"
        iri = base + name if _PLAIN.fullmatch(name) else ""
    else:
        iri = ""
    if not _WHOLE.fullmatch(iri) or "/." in iri:
        raise _UnusualError
    return iri


#: Slashes of a base above which there is another: those of https://host/.
_LEAST = 3
_TYPE = _Key(str(vocab.rdf_type))


#: What the values of a key are -> how they are written. Not of the walk itself, which would then be its own part: a
#: build runs without a collector of such.
_WRITTEN: Mapping[str, Callable[[_Walk, str, _Key], str]] = {
    "iri": _Walk._iri,
    "evidence": _Walk._evidence,
    "vocabulary": _Walk._in_vocabulary,
    "literal": lambda _, text, key: _literal(text, key),
}


def _literal(text: str, key: _Key) -> str:
    if _STRANGE.search(text):
        raise _UnusualError
    if '"' in text or "\\" in text:
        text = text.translate(_USUAL)
    return f'"{text}{key.end}'


class _Same:
    """A context that is the same as itself, so that its keys are compiled once."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.context is self.context

    def __hash__(self) -> int:
        return id(self.context)


@lru_cache(maxsize=2)
def _keys_of(same: _Same) -> dict[str, _Key]:
    """The keys of a context, those of them that are of the usual kind."""
    context = same.context
    keys: dict[str, _Key] = {}
    for name in context.keys - {"id", "type"}:
        try:
            keys[name] = _key(name, context)
        except _UnusualError:
            continue
    return keys


def _key(name: str, context: Context) -> _Key:
    definition = context.definition(name)
    scoped = definition.get("@context", {})
    kind, container, is_reverse = definition.get("@type"), definition.get("@container"), "@reverse" in definition
    if not definition.keys() <= _OF_KEY or ("@id" in definition) == is_reverse or not _is_plain(scoped):
        raise _UnusualError
    written = f"<{_resolved(str(definition['@reverse' if is_reverse else '@id']), '', context)}>"
    form = kind if kind in ("@id", "@vocab") else "literal" if kind else ""
    made = _FORMS.get((is_reverse or name == "components", container, form))
    if made is None or not scoped.keys() <= _SCOPED.get(form, scoped.keys()) or (scoped and not form.startswith("@")):
        raise _UnusualError
    return _Key(
        written,
        is_reverse,
        "evidence" if name == "evidence" and made == "iri" else made,
        f'"^^<{_resolved(str(kind), "", context)}>' if form == "literal" else '"',
        scoped.get("@base") or scoped.get("@vocab"),
        {term: iri for term, iri in scoped.items() if not term.startswith("@")},
    )


def _is_plain(scoped: object) -> bool:
    """Whether the context of a key is a mapping of terms and bases to whole IRIs."""
    return isinstance(scoped, dict) and all(isinstance(iri, str) and _WHOLE.fullmatch(iri) for iri in scoped.values())


#: Whether things stand under a key, its container, and the form of its type (any datatype is a literal's) -> what its
#: values are; and what the context of a key of some form may have.
_FORMS: Mapping[tuple[bool, object, str], str] = {
    (True, None, ""): "things",
    (False, "@language", ""): "texts",
    (False, None, "@id"): "iri",
    (False, None, "@vocab"): "vocabulary",
    (False, None, "literal"): "literal",
    (False, None, ""): "literal",
}
_SCOPED: Mapping[str, frozenset[str]] = {"@id": frozenset({"@base"})}
