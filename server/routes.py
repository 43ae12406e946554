"""What OpenAPI says of an address: declared beside its route as `ROUTES`, put together by `api/openapi`.

    ROUTES = (
        Route("/api/search", "questions", message("Things with a label of these words"), JSON, HITS, (Q, LANG)),
    )

A parameter or schema that several addresses have stands once among the components of the document, under its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policygraph.messages import message

__all__ = [
    "BOM",
    "COUNT",
    "DESCRIBED",
    "FAILURES",
    "FORMAT",
    "JSON",
    "LABEL",
    "LANG",
    "MISSING",
    "NAMES",
    "OFFSET",
    "PATH",
    "SNAPSHOT",
    "TAGS",
    "TEXT",
    "WORDS",
    "Argument",
    "Route",
    "Schema",
    "obj",
]

#: Statuses that an address may answer beside those of success: where nothing is looked up, and where a graph is asked.
MISSING = (404, 405)
FAILURES = (*MISSING, 400, 406, 410, 413, 414, 422, 429, 500, 503)
#: The media type of answers for programs.
JSON = ("application/json",)

TEXT: Mapping[str, Any] = {"type": "string"}
COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
#: A label, or null where there is none; text in both languages; a list of names.
LABEL: Mapping[str, Any] = {"type": ["string", "null"]}
WORDS: Mapping[str, Any] = {"type": "object", "properties": {"zh": TEXT, "en": TEXT}, "required": ["zh", "en"]}
NAMES: Mapping[str, Any] = {"type": "array", "items": TEXT}


def obj(properties: Mapping[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON Schema of an object that has all of these properties, but for those that are optional."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema with a name among the components of the document."""

    name: str
    schema: Mapping[str, Any]

    @property
    def reference(self) -> dict[str, str]:
        """Where the document has it."""
        return {"$ref": f"#/components/schemas/{self.name}"}


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of addresses: its key, the JSON Schema of its value, what it does, and where it stands.

    The key is its name; where another parameter has the same, something and a dot stand before it: `hits.limit`.
    """

    key: str
    schema: Mapping[str, Any]
    about: Mapping[str, str]
    place: str = "query"

    @property
    def name(self) -> str:
        """What an address calls it."""
        return self.key.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its path, where it stands, what it is, what it answers, and what it takes.

    With `body`, a media type, a POST takes the first argument as its body, or all of them in a form; where the body is
    no form and nothing `is_read` without one, there is no GET.
    """

    path: str
    tag: str
    about: Mapping[str, str]
    media_types: tuple[str, ...]
    schema: Schema | Mapping[str, Any]
    arguments: tuple[Argument, ...] = ()
    failures: tuple[int, ...] = FAILURES
    status: int = 200
    body: str = ""
    is_read: bool = True


#: Parameters that addresses of several parts have.
FORMAT = Argument("format", TEXT, message("The format; goes before Accept"))
SNAPSHOT = Argument("snapshot", TEXT, message("The snapshot that the answer must be of"))
LANG = Argument("lang", {"enum": ["zh", "en"]}, message("The language of words"))
BOM = Argument("bom", {"enum": ["0", "1"]}, message("1: mark CSV as UTF-8, for Excel"))
OFFSET = Argument("offset", {**COUNT, "maximum": 2**31, "default": 0}, message("Rows before the page"))
PATH = Argument("path", {"type": "string", "minLength": 1}, message("The rest of the IRI"), "path")

#: Where an app keeps the routes that it describes.
DESCRIBED = "policygraph.routes"
#: Tag -> what it groups.
TAGS = {
    "questions": message("Questions for those who write no SPARQL"),
    "sparql": message("The SPARQL 1.1 endpoint"),
    "linked data": message("Linked data and downloads"),
    "exports": message("Files for other tools"),
    "reconciliation": message("Cells of tables to things: OpenRefine and other clients of the Reconciliation API"),
    "service": message("The service itself"),
}
