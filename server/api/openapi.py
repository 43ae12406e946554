"""The build's questions and the service's routes in, their OpenAPI 3.1 description out: `/openapi.json`.

What holds for every build is a table here; each competency query becomes a path of its own, with its parameters, their
types and defaults. Words are Chinese or English, as the reader wishes (`?lang=`, else Accept-Language).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from policygraph import __version__
from policygraph.datatypes import PARAMETER_TYPES
from policygraph.describe import DISTRIBUTIONS, LICENSE
from policygraph.export import EXPORTS, OPTIONS
from policygraph.queries import Parameter, Query

from ..formats import ANSWERS, GRAPHS, TABLES, TRIPLES, Formats
from ..graph.catalogue import catalogue
from ..graph.search import LIMIT as SEARCH_LIMIT
from ..graph.search import MOST as SEARCH_MOST
from ..service import service
from ..web import preferences
from ..web.answers import compose
from ..web.negotiation import required
from ..web.problems import MEDIA_TYPE
from ..web.protocol import FORM, PARAMETERS, QUERY
from ..web.request import request_context
from ..web.urls import root
from .parameters import LABELS_AT_ONCE, LIMIT, MOST

__all__ = ["blueprint", "document"]

blueprint = Blueprint("openapi", __name__)

_JSON = {"json": ANSWERS["json"]}
#: Statuses that an address may answer beside those of success.
_FREE = (404, 405)
_ASKED = (*_FREE, 400, 406, 410, 413, 414, 422, 429, 500, 503)


@dataclass(frozen=True, slots=True)
class _Route:
    """One address: its path, where it stands, what it is in two languages, what it takes and what it answers."""

    path: str
    tag: str
    zh: str
    en: str
    media_types: tuple[str, ...]
    schema: Mapping[str, Any]
    parameters: tuple[str, ...] = ()
    failures: tuple[int, ...] = _ASKED
    status: int = 200


def _types(*families: Formats) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form.media_types[0] for family in families for form in family.values()))


_TEXT = {"type": "string"}
#: Every address that a program may ask, but for those of the build's questions.
_ROUTES = (
    _Route(
        "/sparql",
        "sparql",
        "SPARQL 1.1 查询；不带 query 时返回端点的描述",
        "A SPARQL 1.1 query; without one, what the endpoint is",
        (*_types(TABLES, GRAPHS), "application/json"),
        {},
        tuple(PARAMETERS),
    ),
    _Route(
        "/api/queries",
        "questions",
        "这个图回答的问题，及其参数",
        "The questions that the graph answers, and their parameters",
        ("application/json",),
        {"$ref": "#/components/schemas/Catalogue"},
    ),
    _Route(
        "/api/search",
        "questions",
        "名称中含有这些词的事物，最合适的在前",
        "The things of which a label holds all the words, the best first",
        ("application/json",),
        {"$ref": "#/components/schemas/Hits"},
        ("q", "hits.limit", "offset", "lang"),
    ),
    _Route(
        "/api/vocabulary",
        "questions",
        "类、属性、前缀及其名称，每类可有的属性：编辑器补全所需",
        "Classes, properties, prefixes and their labels, and what fits each class: what an editor completes with",
        ("application/json",),
        {"$ref": "#/components/schemas/Vocabulary"},
    ),
    _Route(
        "/api/labels",
        "questions",
        "IRI 的名称和页面地址",
        "What IRIs are called, and the addresses of their pages",
        ("application/json",),
        {"$ref": "#/components/schemas/Labels"},
        ("iri", "lang"),
    ),
    _Route(
        "/openapi.json",
        "service",
        "这份文档",
        "This document",
        ("application/json",),
        {"type": "object", "required": ["openapi", "paths"]},
        ("lang",),
    ),
    _Route(
        "/id/{path}",
        "linked data",
        "事物：转到关于它的文档",
        "A thing: the way to the document about it",
        (),
        {},
        ("path",),
        (*_FREE, 414, 500),
        303,
    ),
    _Route(
        "/concept/{path}",
        "linked data",
        "概念：转到关于它的文档",
        "A concept: the way to the document about it",
        (),
        {},
        ("path",),
        (*_FREE, 414, 500),
        303,
    ),
    _Route(
        "/about/{kind}/{path}",
        "linked data",
        "图里关于一个事物或概念的陈述",
        "What the graph says of a thing or a concept",
        _types(TRIPLES),
        {},
        ("kind", "path", "format"),
    ),
    _Route(
        "/ontology", "linked data", "本体的全部术语", "Every term of the ontology", _types(TRIPLES), {}, ("format",)
    ),
    _Route(
        "/ontology.{suffix}",
        "linked data",
        "本体，按后缀所指的格式",
        "The ontology in the format of a suffix",
        _types(TRIPLES),
        {},
        ("suffix",),
    ),
    _Route("/graph/{path}", "linked data", "一个命名图", "A named graph", _types(GRAPHS), {}, ("path", "format")),
    _Route(
        "/download/{name}",
        "linked data",
        "整个图的文件，可分段下载",
        "The whole graph as a file, in ranges where asked",
        tuple(DISTRIBUTIONS.values()),
        {},
        ("name",),
        (*_ASKED, 416),
    ),
    _Route(
        "/export",
        "exports",
        "全部导出及其选项",
        "Every export and its options",
        ("application/json",),
        {"type": "object", "required": ["exports"]},
    ),
    _Route(
        "/export/{name}",
        "exports",
        "整个图、一个方案或一份文献，供其他工具使用",
        "The graph, a plan or a document, for other tools",
        tuple(dict.fromkeys(line.media_type for line in EXPORTS.values())),
        {},
        ("export.name", "plan", "document", "inferred", "evidence", "language", "bom"),
        (*_ASKED, 501),
    ),
    _Route(
        "/.well-known/void",
        "linked data",
        "数据集的描述：VoID、DCAT 与查询目录",
        "The dataset's description: VoID, DCAT and the queries",
        _types(GRAPHS),
        {},
    ),
    _Route("/healthz", "service", "进程是否活着", "Whether the process is alive", ("text/plain",), _TEXT, (), _FREE),
    _Route(
        "/readyz",
        "service",
        "是否在回答查询",
        "Whether queries are answered",
        ("text/plain",),
        _TEXT,
        (),
        (*_FREE, 503),
    ),
    _Route(
        "/metrics",
        "service",
        "给 Prometheus 的计数",
        "Counters for Prometheus",
        ("text/plain",),
        _TEXT,
        (),
        (*_FREE, 403),
    ),
)

#: Tag -> what it groups.
_TAGS = {
    "questions": {"zh": "不写 SPARQL 也能问的问题", "en": "Questions for those who write no SPARQL"},
    "sparql": {"zh": "SPARQL 1.1 端点", "en": "The SPARQL 1.1 endpoint"},
    "linked data": {"zh": "关联数据与下载", "en": "Linked data and downloads"},
    "exports": {"zh": "供其他工具使用的文件", "en": "Files for other tools"},
    "service": {"zh": "服务本身", "en": "The service itself"},
}
_COUNT = {"type": "integer", "minimum": 0}
#: Option of an export -> its schema; `bom` is the same everywhere.
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "plan": _TEXT,
    "document": _TEXT,
    "inferred": {"enum": ["0", "1"]},
    "evidence": {"enum": ["0", "1"]},
    "language": {"enum": ["zh", "en"]},
}
#: Name -> where a parameter stands, its schema, and what it does; before a dot, where it is special.
_PARAMETERS: Mapping[str, tuple[str, Mapping[str, Any], str, str]] = {
    "query": ("query", _TEXT, "查询文本", "The query's text"),
    "default-graph-uri": ("query", {"type": "array", "items": _TEXT}, "默认图", "Graphs of the default graph"),
    "named-graph-uri": ("query", {"type": "array", "items": _TEXT}, "命名图", "Named graphs of the dataset"),
    "format": ("query", _TEXT, "格式；先于 Accept", "The format; goes before Accept"),
    "answer.format": ("query", {"enum": list(ANSWERS)}, "格式；先于 Accept", "The format; goes before Accept"),
    "timeout": ("query", {"type": "number", "exclusiveMinimum": 0}, "限时（秒）", "Seconds that the query may take"),
    "stream": ("query", {"enum": ["0", "1"]}, "边算边发", "1: send while the query runs"),
    "explain": ("query", {"enum": ["empty"]}, "结果为何为空", "Why the query has no result, instead of its result"),
    "snapshot": ("query", _TEXT, "回答须出自的快照", "The snapshot that the answer must be of"),
    "limit": (
        "query",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
        "一页的行数",
        "Rows of a page",
    ),
    "offset": ("query", {**_COUNT, "maximum": 2**31, "default": 0}, "跳过的行数", "Rows before the page"),
    "labels": ("query", {"enum": ["zh", "en"]}, "IRI 旁加名称列", "A column of labels behind each of IRIs"),
    "bom": ("query", {"enum": ["0", "1"]}, "CSV 带 BOM，供 Excel", "1: mark CSV as UTF-8, for Excel"),
    "q": ("query", _TEXT, "要找的词，空格隔开", "The words, with spaces between"),
    "hits.limit": (
        "query",
        {"type": "integer", "minimum": 1, "maximum": SEARCH_MOST, "default": SEARCH_LIMIT},
        "至多给出多少个",
        "How many at most",
    ),
    "iri": (
        "query",
        {"type": "array", "items": {"type": "string", "format": "iri"}, "maxItems": LABELS_AT_ONCE},
        "IRI，可重复",
        "The IRIs, repeated",
    ),
    "lang": ("query", {"enum": ["zh", "en"]}, "文字的语言", "The language of words"),
    "path": ("path", {"type": "string", "minLength": 1}, "IRI 的其余部分", "The rest of the IRI"),
    "kind": ("path", {"enum": ["id", "concept"]}, "事物或概念", "A thing or a concept"),
    "suffix": ("path", {"enum": ["ttl", "nt", "jsonld", "rdf"]}, "格式的后缀", "The format's suffix"),
    "name": ("path", {"enum": list(DISTRIBUTIONS)}, "文件名", "The file's name"),
    "export.name": ("path", {"enum": list(EXPORTS)}, "导出的名称", "The export's name"),
    **{name: ("query", _OPTIONS[name], said["zh"], said["en"]) for name, said in OPTIONS.items() if name in _OPTIONS},
}
#: What a client may say of every question, beside its own parameters.
_EVERY = ("limit", "offset", "answer.format", "labels", "bom", "snapshot")
_WORDS = {"type": "object", "properties": {"zh": _TEXT, "en": _TEXT}, "required": ["zh", "en"]}
_NAMES = {"type": "array", "items": _TEXT}
_LABEL = {"type": ["string", "null"]}
_CELL = {
    "anyOf": [
        {
            "type": "object",
            "properties": {
                "iri": _TEXT,
                "label": {"type": "object", "properties": {"zh": _LABEL, "en": _LABEL}},
            },
            "required": ["iri", "label"],
        },
        {"type": ["string", "number", "boolean", "null"]},
    ]
}
_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "Problem": {
        "type": "object",
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
        },
        "required": ["type", "title", "status", "detail"],
    },
    "Hits": {
        "type": "object",
        "properties": {
            "query": _TEXT,
            "snapshot": _TEXT,
            "total": _COUNT,
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "iri": _TEXT,
                        "href": _TEXT,
                        "label": _TEXT,
                        "labels": {"type": "object", "additionalProperties": _TEXT},
                        "matched": _TEXT,
                        "kind": _LABEL,
                        "class": _LABEL,
                        "within": {
                            "type": ["object", "null"],
                            "properties": {"iri": _TEXT, "label": _TEXT},
                            "required": ["iri", "label"],
                        },
                    },
                    "required": ["iri", "href", "label", "labels", "matched", "kind", "class", "within"],
                },
            },
        },
        "required": ["query", "snapshot", "total", "results"],
    },
    "Vocabulary": {
        "type": "object",
        "properties": {
            "snapshot": _TEXT,
            "prefixes": {"type": "object", "additionalProperties": _TEXT},
            "classes": _NAMES,
            "properties": _NAMES,
            "of": {"type": "object", "additionalProperties": _NAMES},
            "labels": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _TEXT}},
        },
        "required": ["snapshot", "prefixes", "classes", "properties", "of", "labels"],
    },
    "Labels": {
        "type": "object",
        "properties": {
            "snapshot": _TEXT,
            "things": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {"label": _LABEL, "language": _LABEL, "name": _TEXT, "href": _TEXT},
                    "required": ["label", "language", "name", "href"],
                },
            },
        },
        "required": ["snapshot", "things"],
    },
    "Catalogue": {
        "type": "object",
        "properties": {
            "queries": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": _TEXT,
                        "question": _WORDS,
                        "why": _WORDS,
                        "chart": _TEXT,
                        "parameters": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {
                                    "name": _TEXT,
                                    "type": {"enum": list(PARAMETER_TYPES)},
                                    "default": _LABEL,
                                },
                                "required": ["name", "type", "default"],
                            },
                        },
                        "url": _TEXT,
                    },
                    "required": ["name", "question", "why", "chart", "parameters", "url"],
                },
            }
        },
        "required": ["queries"],
    },
    "Answer": {
        "type": "object",
        "properties": {
            "query": _TEXT,
            "question": _WORDS,
            "parameters": {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}},
            "snapshot": _TEXT,
            "total": _COUNT,
            "limit": _COUNT,
            "offset": _COUNT,
            "next": _LABEL,
            "columns": {"type": "array", "items": _TEXT},
            "rows": {"type": "array", "items": {"type": "object", "additionalProperties": _CELL}},
        },
        "required": ["query", "parameters", "snapshot", "total", "limit", "offset", "next", "columns", "rows"],
    },
    "Results": {
        "type": "object",
        "properties": {
            "head": {"type": "object", "properties": {"vars": {"type": "array", "items": _TEXT}}},
            "results": {"type": "object", "properties": {"bindings": {"type": "array", "items": {"type": "object"}}}},
        },
        "required": ["head", "results"],
    },
}


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of the service that is running, with the questions of its build."""
    with request_context(service()) as context:
        choice = required(_JSON)
        language = preferences.language()

        def write() -> tuple[bytes, int]:
            description = document(catalogue(context).values(), root(), language)
            return (json.dumps(description, ensure_ascii=False, indent=1) + "\n").encode(), 0

        response = compose(context, f" openapi in {language} at {root()}", choice, write)
        response.vary.update(("Accept-Language", "Cookie"))
        return response


def document(queries: Iterable[Query], address: str, language: str) -> dict[str, Any]:
    """The OpenAPI document of a service at an address that answers these questions."""
    paths = {route.path: {"get": _operation(route, language)} for route in _ROUTES}
    paths["/sparql"]["post"] = _posted(language)
    paths |= {f"/api/queries/{query.name}": {"get": _question(query, language)} for query in queries}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": {"zh": "政策结构知识图谱", "en": "Knowledge graph of policy structure"}[language],
            "version": __version__,
            "license": {"name": "CC BY 4.0", "url": LICENSE.value},
        },
        "servers": [{"url": address.rstrip("/")}],
        "tags": [{"name": name, "description": words[language]} for name, words in _TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(_SCHEMAS),
            "parameters": {name: _parameter(name, language) for name in _PARAMETERS},
            "responses": {"Problem": _problem(language)},
        },
    }


def _operation(route: _Route, language: str) -> dict[str, Any]:
    success: dict[str, Any] = {"description": {"zh": "成功", "en": "As asked"}[language]}
    if route.media_types:
        success["content"] = {kind: {"schema": dict(route.schema)} for kind in route.media_types}
    responses = {str(route.status): success, **_failures(route.failures)}
    if 416 in route.failures:
        responses["206"] = success
    return {
        "operationId": route.path.strip("/").replace("/", "-").translate({ord(mark): None for mark in "{}."}),
        "tags": [route.tag],
        "summary": {"zh": route.zh, "en": route.en}[language],
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in route.parameters],
        "responses": dict(sorted(responses.items())),
    }


def _failures(statuses: Iterable[int]) -> dict[str, Any]:
    return {str(status): {"$ref": "#/components/responses/Problem"} for status in statuses}


def _posted(language: str) -> dict[str, Any]:
    """The query in a body: as such, or in a form (SPARQL 1.1 Protocol 2.1.2, 2.1.3)."""
    route = next(route for route in _ROUTES if route.path == "/sparql")
    got = _operation(route, language)
    fields = {name: dict(_PARAMETERS[name][1]) for name in route.parameters}
    form = {"type": "object", "properties": fields, "required": ["query"]}
    return {
        **got,
        "operationId": "sparql-post",
        "parameters": [each for each in got["parameters"] if not each["$ref"].endswith("/query")],
        "requestBody": {"required": True, "content": {QUERY: {"schema": _TEXT}, FORM: {"schema": form}}},
        "responses": dict(sorted({**got["responses"], **_failures([415])}.items())),
    }


def _question(query: Query, language: str) -> dict[str, Any]:
    schemas = {"json": "Answer", "srj": "Results"}
    content = {
        form.media_types[0]: {"schema": {"$ref": f"#/components/schemas/{schemas[name]}"} if name in schemas else _TEXT}
        for name, form in ANSWERS.items()
    }
    success = {
        "description": {"zh": "一页回答", "en": "A page of the answer"}[language],
        "headers": {"Policygraph-Total": {"schema": _COUNT}, "Link": {"schema": _TEXT}},
        "content": content,
    }
    return {
        "operationId": query.name,
        "tags": ["questions"],
        "summary": query.said("question", language),
        "description": query.said("why", language),
        "parameters": [
            *(_own(each, language) for each in query.parameters),
            *({"$ref": f"#/components/parameters/{name}"} for name in _EVERY),
        ],
        "responses": dict(sorted({"200": success, **_failures(_ASKED)}.items())),
    }


def _schema(parameter: Parameter) -> dict[str, Any]:
    """The JSON Schema of a value, which is text in an address; text and IRIs have no form of their own."""
    if parameter.type == "boolean":
        return {"enum": ["true", "false"]}
    form = {} if parameter.type in ("iri", "string") else {"pattern": f"^({PARAMETER_TYPES[parameter.type].pattern})$"}
    return {"type": "string", **form}


def _own(parameter: Parameter, language: str) -> dict[str, Any]:
    """A parameter of a question: once or several times, with the default as its example."""
    description = getattr(PARAMETER_TYPES[parameter.type], language).strip()
    schema = {"type": "array", "items": _schema(parameter)}
    fragment = {"name": parameter.name, "in": "query", "description": description, "schema": schema}
    if parameter.default is None:
        return fragment
    return {**fragment, "schema": {**schema, "default": [parameter.default]}, "example": [parameter.default]}


def _parameter(name: str, language: str) -> dict[str, Any]:
    place, schema, zh, en = _PARAMETERS[name]
    return {
        "name": name.rpartition(".")[2],
        "in": place,
        "description": {"zh": zh, "en": en}[language],
        "required": place == "path",
        "schema": dict(schema),
    }


def _problem(language: str) -> dict[str, Any]:
    return {
        "description": {"zh": "做不到：问题文档（RFC 9457）", "en": "It cannot be done: a problem document (RFC 9457)"}[
            language
        ],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
