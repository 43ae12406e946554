"""One record's value in, findings out; and the value completed with what its form implies.

Walks a file's mappings once: holds every key and scalar against the context, fills in the types that
sections imply and the ordinals that lists imply, and notes which IRI is defined and named where.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from policygraph import vocab
from policygraph.datatypes import DATATYPES
from policygraph.findings import Fault, Finding, Position
from policygraph.messages import message
from policygraph.records.record import Places
from policygraph.records.yaml import LineDict, LineList

__all__ = ["SECTION_TYPES", "Context", "Reader"]

#: Section or key -> the class of what stands under it, where the record does not say.
SECTION_TYPES = {
    "alignments": "Alignment",
    "articles": "Article",
    "benefits": "BenefitTerm",
    "classifications": "Classification",
    "components": "InitiativeComponent",
    "counts": "CountClaim",
    "directives": "Directive",
    "events": "Event",
    "honours": "Honour",
    "issues": "ReadingIssue",
    "observations": "IndicatorObservation",
    "outcomes": "Outcome",
    "people": "Person",
    "places": "Place",
    "plans": "Plan",
    "positionings": "Positioning",
    "readings": "InitiativeReading",
    "responsibilities": "ResponsibilityAssignment",
    "statusReports": "StatusReport",
    "subTargets": "IndicatorTarget",
    "targets": "IndicatorTarget",
}

#: Keys whose list order is the order of the document.
_ORDERED = frozenset({"components", "parts"})

#: How an IRI begins that stands for itself.
_WHOLE_IRI = re.compile(r"https?://[^/]|urn:[a-z0-9-]+:.", re.IGNORECASE)
#: Controls, characters of no width or that turn the direction of text, blanks that look like one: none is ever meant.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\uffff\U000e0000-\U000e0fff\ud800-\udfff]"
)
_EVIDENCE = re.compile(r"#char=\d+,\d+", re.ASCII)
_LANGUAGES = ("en", "zh")

_NOT_A_MAPPING = Fault(
    "wrong_form",
    message("a record is one mapping: the document."),
)
_NOT_A_LIST = Fault("wrong_form", message("a reference file is a list of things."))
_NOT_A_THING = Fault(
    "wrong_form",
    message("“{key}” holds things with an id, not “{value}”."),
    message("Write `- id: …` with its keys below."),
)
_NOT_A_VALUE = Fault(
    "wrong_form",
    message("“{key}” has no value, or one of the wrong form."),
    message("Give it a word or a list of words, or take the key out."),
)
_NOT_TEXTS = Fault(
    "wrong_form",
    message("“{key}” gives each language its text."),
    message("Write `{key}: {{zh: …, en: …}}`."),
)
_MISSING_ID = Fault(
    "missing_id",
    message("it has no id."),
    message("Give it one that is unique in the file."),
)
_DUPLICATE_ID = Fault(
    "duplicate_id",
    message("the id is already used at {first}."),
    message("Give one of the two another id."),
)
_UNKNOWN_KEY = Fault(
    "unknown_key",
    message("the key “{key}” is not known."),
    message("Did you mean “{near}”?"),
)
_UNKNOWN_TYPE = Fault(
    "unknown_type",
    message("the type “{name}” is not in the ontology."),
    message("Did you mean “{near}”?"),
)
_UNKNOWN_LANGUAGE = Fault(
    "unknown_language",
    message("the language “{language}” is not zh or en."),
)
_UNKNOWN_PREFIX = Fault(
    "unknown_prefix",
    message("“{value}” has the prefix “{prefix}”, which is not known."),
    message("Did you mean “{near}”? An IRI in full begins with http:// or https://."),
)
_INVISIBLE_CHARACTER = Fault(
    "invisible_character",
    message("“{key}” has a character that is not seen: {names}."),
    message("Delete it, or type the text anew."),
)
_WRONG_EVIDENCE = Fault(
    "wrong_evidence",
    message("“{value}” is not evidence."),
    message('Write "#char=start,end" (RFC 5147); `policygraph cite` prints it.'),
)
_WRONG_DATATYPE = Fault(
    "wrong_datatype",
    message("“{key}: {value}” has the wrong datatype."),
    message("It should be {form}."),
)


@dataclass(frozen=True)
class Context:
    """What a record may say: the terms of its JSON-LD context, and the IRIs the ontology declares.

    `names` says what short names mean in the project. `same` has the areas of the base layer that the project defines
    under an id of its own: short name -> the project's IRI. `findings` is what is wrong with the project's own terms.
    """

    terms: Mapping[str, Any]
    declared: frozenset[str]
    names: vocab.Names = vocab.SHARED
    same: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @cached_property
    def prefixes(self) -> dict[str, str]:
        return {key: value for key, value in self.terms.items() if isinstance(value, str)}

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of a record: what the context defines, its prefixes apart."""
        own = {key for key, value in self.terms.items() if isinstance(value, dict)}
        return frozenset(own | {"id", "type"})

    @cached_property
    def forms(self) -> dict[str, Form]:
        """The form of each key of a record."""
        return {key: self._form(key) for key in self.keys}

    def _form(self, key: str) -> Form:
        definition = self.definition(key) if key in self.terms else {}
        prefix, _, rest = str(definition.get("@id") or definition.get("@reverse", "")).partition(":")
        iri = self.prefixes.get(prefix, f"{prefix}:") + rest
        if key in ("id", "type"):
            iri = vocab.rdf_type.value if key == "type" else ""
        is_text = definition.get("@container") == "@language"
        kind = next((name for name in ("id", "type") if name == key), "texts" if is_text else "scalars")
        if kind == "scalars" and ("@reverse" in definition or key == "components"):
            kind = "things"
        return Form(iri, kind, str(definition.get("@type")))

    def definition(self, key: str) -> Mapping[str, Any]:
        definition = self.terms[key]
        return definition if isinstance(definition, dict) else {}

    def resolve(self, name: str) -> str | None:
        """The IRI of a short name with a prefix; None for a path, and for an IRI."""
        prefix, colon, rest = name.partition(":")
        if not colon or prefix not in self.prefixes:
            return None
        if name in self.same:
            return self.same[name]
        return self.names.expand(name) if name in self.names.shared else self.prefixes[prefix] + rest


class Form(NamedTuple):
    """What stands under a key: the IRI of its property (of the way back where it is one), its kind, and its datatype.

    The kind is `id`, `type`, `texts` in languages, `things`, or `scalars`.
    """

    iri: str
    kind: str
    datatype: str


class Reader:
    """The walk over one file; afterwards it holds the findings and the lines of every IRI.

    `defined` are things with a type, `positions` all that have an entry, `referred` all that is named, `keys` has each
    property of a thing; each with the number of its line.
    """

    def __init__(self, file: str, slug: str | None, context: Context) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.positions: dict[str, int] = {}
        self.defined: dict[str, int] = {}
        self.referred: dict[str, int] = {}
        self.keys: dict[tuple[str, str], int] = {}
        self._context = context
        self._base = f"{context.names.id}{slug}/" if slug else context.names.id
        self._prefixes = context.prefixes
        self._forms = context.forms

    @property
    def places(self) -> tuple[Places[str], Places[str], Places[str]]:
        """What has an entry, what is defined and what is named, with their places."""
        return Places(self.file, self.positions), Places(self.file, self.defined), Places(self.file, self.referred)

    def document(self, value: Any) -> None:
        """Walks a record: one mapping, the document."""
        if isinstance(value, LineDict):
            self._thing(value, None)
        else:
            self._say(_NOT_A_MAPPING, 1)

    def reference(self, value: Any) -> None:
        """Walks a reference file: a list of things."""
        if isinstance(value, LineList):
            self._things(value, "things")
        elif value is not None:  # a file of comments is a list of nothing
            self._say(_NOT_A_LIST, 1)

    def _things(self, values: Any, key: str) -> None:
        items = values if isinstance(values, LineList) else [values]
        lines = values.lines if isinstance(values, LineList) else []
        for place, item in enumerate(items, start=1):
            if isinstance(item, LineDict):
                if key in _ORDERED:
                    item.setdefault("ordinal", str(place))
                self._thing(item, SECTION_TYPES.get(key))
            else:
                self._say(_NOT_A_THING, lines[place - 1] if lines else 1, key=key, value=item)

    def _thing(self, item: LineDict, section_type: str | None) -> None:
        label = _label_of(item)
        identifier = item.get("id")
        if not isinstance(identifier, str) or not identifier:
            self._say(_MISSING_ID, item.line, label=label)
            return
        line = item.lines.get("id", item.line)
        iri = self._resolve(identifier)
        self._require_prefix(identifier, line, iri, label)
        self._require_visible("id", identifier, line, iri, label)
        self._settle(item, "id", identifier, iri)
        self.positions.setdefault(iri, item.line)
        if section_type:
            item.setdefault("type", section_type)
        if "type" in item:
            if iri in self.defined:
                self._say(_DUPLICATE_ID, item.line, iri, label, first=Position(self.file, self.defined[iri]))
            self.defined.setdefault(iri, item.line)
        for key in list(item):
            self._entry(item, key, iri, label)

    def _entry(self, item: LineDict, key: str, iri: str, label: str | None) -> None:
        line = item.lines.get(key, item.line)
        form = self._forms.get(key)
        if form is None:
            self._say(_UNKNOWN_KEY, line, iri, label, key=key, near=_nearest(key, self._context.keys))
            return
        self.keys.setdefault((iri, form.iri), line)
        value = item[key]
        scalars = value if isinstance(value, LineList) else [value]
        if form.kind == "type":
            self._types(scalars, line, iri, label)
        elif form.kind == "texts":
            self._texts(key, value, line, iri, label)
        elif form.kind == "things":
            self._things(value, key)
        elif form.kind == "scalars":
            for place, scalar in enumerate(scalars):
                self._scalar(key, scalar, line, iri, label)
                if form.datatype == "@id" and isinstance(scalar, str):
                    holder: Any = value if isinstance(value, LineList) else item
                    self._settle(holder, place if isinstance(value, LineList) else key, scalar, self._resolve(scalar))

    def _types(self, names: list[Any], line: int, iri: str, label: str | None) -> None:
        namespace = vocab.PREFIXES["pg"]
        for name in names:
            self._require_prefix(str(name), line, iri, label)
            class_iri = self._in_vocabulary(str(name), namespace)
            if class_iri.startswith(namespace) and class_iri not in self._context.declared:
                ours = {t.rpartition("#")[2] for t in self._context.declared if t.startswith(namespace)}
                self._say(_UNKNOWN_TYPE, line, iri, label, name=name, near=_nearest(str(name), ours))

    def _texts(self, key: str, value: Any, line: int, iri: str, label: str | None) -> None:
        if not isinstance(value, LineDict):
            self._say(_NOT_TEXTS, line, iri, label, key=key)
            return
        for language, texts in value.items():
            if language not in _LANGUAGES:
                at = value.lines[language]
                self._say(_UNKNOWN_LANGUAGE, at, iri, label, language=language)
            for text in texts if isinstance(texts, LineList) else [texts]:
                if not isinstance(text, str) or not text:
                    self._say(_NOT_A_VALUE, line, iri, label, key=f"{key}.{language}")
                else:
                    at = value.lines.get(language, line)
                    self._require_visible(f"{key}.{language}", text, at, iri, label)

    def _scalar(self, key: str, value: Any, line: int, iri: str, label: str | None) -> None:
        datatype = self._forms[key].datatype
        if not isinstance(value, str) or (not value and key != "symbol"):
            self._say(_NOT_A_VALUE, line, iri, label, key=key)
        elif key == "evidence":
            if not _EVIDENCE.fullmatch(value):
                self._say(_WRONG_EVIDENCE, line, iri, label, value=value)
        elif form := DATATYPES.get(datatype):
            if not form.accepts(value):
                self._say(_WRONG_DATATYPE, line, iri, label, key=key, value=value, form=form.about)
        elif datatype in ("@id", "@vocab"):
            self._require_prefix(value, line, iri, label)
            self._require_visible(key, value, line, iri, label)
            self.referred.setdefault(self._refer(key, value), line)
        else:
            self._require_visible(key, value, line, iri, label)

    def _require_prefix(self, value: str, line: int, iri: str, label: str | None) -> None:
        """Tells of a name with a colon that is neither a known prefix's nor an IRI of the web or a URN."""
        prefix, colon, _ = value.partition(":")
        if colon and prefix not in self._prefixes and not _WHOLE_IRI.match(value):
            near = _nearest(prefix, frozenset(self._prefixes))
            self._say(_UNKNOWN_PREFIX, line, iri, label, value=value, prefix=prefix, near=f"{near}:")

    def _require_visible(self, key: str, text: str, line: int, iri: str, label: str | None) -> None:
        if _INVISIBLE.search(text):
            characters = sorted(set(_INVISIBLE.findall(text)))
            names = ", ".join(f"U+{ord(each):04X} {unicodedata.name(each, '')}".rstrip() for each in characters)
            self._say(_INVISIBLE_CHARACTER, line, iri, label, key=key, names=names)

    def _refer(self, key: str, value: str) -> str:
        """The IRI a reference stands for, under the key's own base or vocabulary where it has one."""
        definition = self._context.definition(key)
        scoped = definition.get("@context", {})
        if value in scoped:
            return str(scoped[value])
        if definition["@type"] == "@vocab":
            return self._in_vocabulary(value, scoped.get("@vocab", vocab.PREFIXES["pg"]))
        return self._resolve(value, scoped.get("@base"))

    def _in_vocabulary(self, value: str, namespace: str) -> str:
        prefix, colon, rest = value.partition(":")
        if colon and prefix in self._prefixes:
            return self._prefixes[prefix] + rest
        return namespace + value

    def _settle(self, holder: Any, key: Any, name: str, iri: str) -> None:
        """Writes the IRI in place of a short name that means something else here than JSON-LD would make of it."""
        prefix, colon, rest = name.partition(":")
        if colon and prefix in self._prefixes and self._prefixes[prefix] + rest != iri:
            holder[key] = iri

    def _resolve(self, value: str, base: str | None = None) -> str:
        if (iri := self._context.resolve(value)) is not None:
            return iri
        if ":" in value:
            return value
        root = base or self._base
        while value.startswith("../"):
            value = value[3:]
            root = root.rstrip("/").rpartition("/")[0] + "/"
        return root + value

    def _say(
        self,
        fault: Fault,
        line: int,
        node: str | None = None,
        label: str | None = None,
        **values: Any,
    ) -> None:
        position = Position(self.file, line)
        self.findings.append(fault.finding(node=node, label=label, position=position, **values))


def _label_of(item: LineDict) -> str | None:
    texts = item.get("label")
    named = (texts.get("zh") or texts.get("en")) if isinstance(texts, LineDict) else item.get("id")
    return named if isinstance(named, str) else None


def _nearest(word: str, words: frozenset[str] | set[str]) -> str:
    return difflib.get_close_matches(word, sorted(words), n=1, cutoff=0)[0]
