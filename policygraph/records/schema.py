"""The context of records and the ontology in, a JSON Schema of records out: for editors that complete and check YAML.

One schema says what any thing of a record may have: every key with its label and definition in zh and en, its lexical
form, and the concepts that it may name. What a thing of a class may have is for SHACL to say, and for `policygraph
check`. Editors read 2025 as a number where records hold a word: both are allowed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.datatypes import DATATYPES
from policygraph.messages import in_all, message
from policygraph.records.reader import Context

__all__ = ["Key", "described_keys", "record_schema"]

_CONCEPT = vocab.CONCEPT
_TEXT = {"type": ["string", "number", "boolean"]}
_PREFIXED = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9-]*:.+"}


def record_schema(context: Context, ontology: Iterable[ox.Quad]) -> str:
    """The JSON Schema (draft-07, which YAML editors read) of a record, in a fixed order."""
    words = _Words(ontology)
    properties = {key: _property(key, context.definition(key), words) for key in sorted(context.keys - {"id", "type"})}
    classes = sorted(name.removeprefix(vocab.PREFIXES["pg"]) for name in words.classes)
    thing: dict[str, Any] = {
        "type": "object",
        "required": ["id"],
        "additionalProperties": False,
        "properties": {
            "id": {
                "type": "string",
                "minLength": 1,
                "description": in_all(message("Its id, unique in the project."), "\n"),
            },
            "type": _several({"anyOf": [{"enum": classes}, _PREFIXED]})
            | {"description": in_all(message("Its class."), "\n")},
            **properties,
        },
    }
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A record of policygraph",
        "$ref": "#/definitions/thing",
        "definitions": {"thing": thing},
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of records for a form: its labels (zh, en), and each word that it may have, with the labels of that."""

    labels: tuple[str, str]
    values: tuple[tuple[str, str, str], ...] = ()


def described_keys(context: Context, ontology: Iterable[ox.Quad]) -> dict[str, Key]:
    """Every key that holds one value, with the words that it may have where these are told; `type` has the classes."""
    words = _Words(ontology)
    keys: dict[str, Key] = {}
    for key in sorted(context.keys - {"id", "type", "evidence"}):
        definition = context.definition(key)
        term = vocab.expand(str(definition.get("@id", "")))
        if "@reverse" not in definition:
            zh, en = words.labels(term)
            # the name of a property is a verb, that of a field is not
            keys[key] = Key((zh, en.removeprefix("has ").removeprefix("is ")), _words_of(definition, words))
    classes = sorted(words.classes)
    own = tuple((iri.removeprefix(vocab.PREFIXES["pg"]), *words.labels(iri)) for iri in classes)
    return {**keys, "type": Key((message("class")["zh"], message("class")["en"]), own)}


def _words_of(definition: Mapping[str, Any], words: _Words) -> tuple[tuple[str, str, str], ...]:
    if definition.get("@type") not in ("@id", "@vocab"):
        return ()
    scoped = definition.get("@context", {})
    space = str(scoped.get("@base") or scoped.get("@vocab") or "")
    named = _named(scoped, space, words)
    return tuple((name, *words.labels(vocab.expand(str(scoped.get(name, space + name))))) for name in named)


class _Words:
    """What the ontology says of its terms: classes, definitions, and the concepts below each scheme."""

    def __init__(self, ontology: Iterable[ox.Quad]) -> None:
        self.classes: set[str] = set()
        self.concepts: dict[str, list[str]] = defaultdict(list)
        self._texts: dict[tuple[str, str, str], str] = {}
        for quad in ontology:
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            iri = quad.subject.value
            if quad.predicate == vocab.rdf_type and isinstance(quad.object, ox.NamedNode):
                if quad.object.value.endswith("#Class") and iri.startswith(vocab.PREFIXES["pg"]):
                    self.classes.add(iri)
                if quad.object.value.endswith("#Concept") and iri.startswith(_CONCEPT):
                    scheme, _, name = iri.rpartition("/")
                    self.concepts[scheme + "/"].append(name)
            elif isinstance(quad.object, ox.Literal) and quad.object.language:
                kind = quad.predicate.value.rpartition("#")[2]
                self._texts[iri, kind, quad.object.language] = quad.object.value

    def labels(self, iri: str) -> tuple[str, str]:
        """The label of a term in zh and en; its last part where it has none."""
        name = vocab.shorten(iri).rpartition(":")[2].rpartition("/")[2]
        zh, en = (
            self._texts.get((iri, "prefLabel", language)) or self._texts.get((iri, "label", language)) or name
            for language in ("zh", "en")
        )
        return zh, en

    def about(self, iri: str) -> str:
        """The label and the definition of a term, Chinese first, then English."""
        lines = []
        for language, between in (("zh", "："), ("en", ": ")):
            label = self._texts.get((iri, "label", language)) or self._texts.get((iri, "prefLabel", language), "")
            text = self._texts.get((iri, "definition", language)) or self._texts.get((iri, "comment", language), "")
            lines.append(between.join(filter(None, (label, text))))
        return "\n".join(filter(None, lines))


def _property(key: str, definition: Mapping[str, Any], words: _Words) -> dict[str, Any]:
    term = str(definition.get("@id") or definition.get("@reverse", ""))
    about = words.about(vocab.expand(term)) if term else ""
    return {**_value(key, definition, words), **({"description": about} if about else {})}


def _value(key: str, definition: Mapping[str, Any], words: _Words) -> dict[str, Any]:
    """What may stand under a key."""
    if definition.get("@container") == "@language":
        texts = _several(_TEXT)
        return {"type": "object", "additionalProperties": False, "properties": {"zh": texts, "en": texts}}
    if "@reverse" in definition or key == "components":
        return {"type": "array", "items": {"$ref": "#/definitions/thing"}}
    if key == "evidence":
        return _several({"type": "string", "pattern": "^#char=[0-9]+,[0-9]+$"})
    kind = str(definition.get("@type", ""))
    if kind in DATATYPES:
        return _several({**_TEXT, "pattern": f"^(?:{DATATYPES[kind].pattern})$"})
    if kind in ("@id", "@vocab"):
        return _several(_reference(definition, words))
    return _several(_TEXT)


def _reference(definition: Mapping[str, Any], words: _Words) -> dict[str, Any]:
    """The concepts of the key's scheme, or the words that the context gives it; any id where it has neither."""
    scoped = definition.get("@context", {})
    space = str(scoped.get("@base") or scoped.get("@vocab") or "")
    named = _named(scoped, space, words)
    return {"anyOf": [{"enum": named}, _PREFIXED]} if named else {"type": "string", "minLength": 1}


def _named(scoped: Mapping[str, Any], space: str, words: _Words) -> list[str]:
    concepts = words.concepts.get(space, ())
    return sorted({*concepts, *(word for word in scoped if not word.startswith("@"))}) if concepts or not space else []


def _several(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [dict(one), {"type": "array", "items": dict(one)}]}
