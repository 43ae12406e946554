"""The pages that are made from what they are about, whenever the site is built: a hook of MkDocs.

`PAGES` has them all: the ontology, the concepts, the query files, the commands, the exports, the façade, the REST
description and the settings as reference; the READMEs of folders and the decisions as they stand. None is committed.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from policygraph import cli, export, facade, paths, queries, store, vocab
from server import ROUTES
from server.api.openapi import document
from server.settings import PREFIX, table

__all__ = ["PAGES", "on_files"]

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = paths.find(ROOT)
_LANGUAGES = ("zh", "en")
_LINK = re.compile(r"\[([^\]]*)\]\((?!https?://|#)[^)]*\)")
#: Property of a term -> what its row is called.
_SAID = {
    "rdfs:subClassOf": "narrower than",
    "rdfs:subPropertyOf": "narrower than",
    "owl:inverseOf": "inverse of",
    "schema:domainIncludes": "of",
    "schema:rangeIncludes": "to",
}
_KINDS = {
    "Classes": ("owl:Class",),
    "Properties": ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"),
}


_ONTOLOGY = ox.NamedNode(vocab.BASE + "ontology")
_VANN = "http://purl.org/vocab/vann/"
#: Property of the ontology -> what its row of the metadata is called.
_METADATA = {
    "dcterms:title": "title",
    "dcterms:creator": "creator",
    "dcterms:created": "created",
    "dcterms:modified": "modified",
    "owl:versionInfo": "version",
    "owl:versionIRI": "IRI of the version",
    "owl:priorVersion": "prior version",
    "dcterms:license": "licence",
    f"{_VANN}preferredNamespacePrefix": "prefix",
    f"{_VANN}preferredNamespaceUri": "namespace",
    "dcterms:bibliographicCitation": "cite as",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The site's files with the generated pages among them."""
    for path, page in PAGES.items():
        files.append(File.generated(config, path, content=page()))
    return files


class _Terms:
    """The statements of Turtle files, as pages ask for them."""

    def __init__(self, *names: str) -> None:
        paths = (FOLDERS.ontology / f"{name}.ttl" for name in names)
        self.store = store.in_memory(quad for path in paths for quad in store.turtle(path, vocab.GRAPH_ONTOLOGY))

    def subjects(self, predicate: str, value: str | ox.Literal) -> list[ox.NamedNode]:
        term = value if isinstance(value, ox.Literal) else ox.NamedNode(vocab.expand(value))
        nodes = {
            quad.subject for quad in self.store.quads_for_pattern(None, ox.NamedNode(vocab.expand(predicate)), term)
        }
        return sorted((node for node in nodes if isinstance(node, ox.NamedNode)), key=str)

    def objects(self, node: ox.NamedNode | ox.BlankNode, predicate: str) -> list[Any]:
        quads = self.store.quads_for_pattern(node, ox.NamedNode(vocab.expand(predicate)), None)
        return sorted((quad.object for quad in quads), key=str)

    def text(self, node: ox.NamedNode, predicate: str, language: str) -> str:
        values = self.objects(node, predicate)
        return next((value.value for value in values if getattr(value, "language", "") == language), "")


def vocabulary() -> str:
    """Every class and property of the ontology."""
    terms = _Terms("policy")
    lines = [
        "# Vocabulary",
        "",
        f"Prefix `pg:` is `<{vocab.PREFIXES['pg']}>`.",
        "",
        *_metadata(terms),
        *_changes(terms),
    ]
    for heading, kinds in _KINDS.items():
        nodes = {node for kind in kinds for node in terms.subjects("rdf:type", kind)}
        ours = sorted((node for node in nodes if node.value.startswith(vocab.PREFIXES["pg"])), key=str)
        lines += [f"## {heading}", ""]
        for node in ours:
            lines += _term(terms, node)
    return "\n".join([*lines, *_axioms(terms), *_namespaces(terms)])


def _metadata(terms: _Terms) -> Iterable[str]:
    """What the ontology says of itself, as a table."""
    yield from ("## Metadata", "", "| | |", "| --- | --- |")
    for predicate, words in _METADATA.items():
        values = [value.value for value in terms.objects(_ONTOLOGY, predicate)]
        yield f"| {words} | {_cell(' · '.join(values))} |"
    yield ""


def _changes(terms: _Terms) -> Iterable[str]:
    """What the version before did not have."""
    version = terms.objects(_ONTOLOGY, "owl:versionInfo")[0].value
    new = terms.subjects("owl:versionInfo", ox.Literal(version))
    yield from (f"## Changes in {version}", "")
    for language in ("en", "zh"):
        yield from (terms.text(_ONTOLOGY, "skos:changeNote", language), "")
    yield from (f"*new* {', '.join(_linked(node) for node in new if node != _ONTOLOGY)}", "")


def _axioms(terms: _Terms) -> Iterable[str]:
    """Sets of disjoint classes and chains of properties; the rest stands with each term."""
    yield from ("## Axioms", "")
    lists = {"owl:members": "disjoint", "owl:propertyChainAxiom": "follows from the chain"}
    lines: list[str] = []
    for predicate, words in lists.items():
        for quad in terms.store.quads_for_pattern(None, ox.NamedNode(vocab.expand(predicate)), None):
            owner = f"{_linked(quad.subject)} " if isinstance(quad.subject, ox.NamedNode) else ""
            joint = " → " if owner else ", "
            lines.append(f"- {owner}*{words}* {joint.join(map(_linked, _members(terms, quad.object)))}")
    yield from sorted(lines)
    yield ""


def _members(terms: _Terms, head: Any) -> Iterable[ox.NamedNode]:
    """The members of an RDF list."""
    while rest := terms.objects(head, "rdf:rest"):
        yield terms.objects(head, "rdf:first")[0]
        head = rest[0]


def _namespaces(terms: _Terms) -> Iterable[str]:
    """Every vocabulary that the terms are described by or linked to."""
    iris = {
        node.value for quad in terms.store for node in (quad.predicate, quad.object) if isinstance(node, ox.NamedNode)
    }
    used = {vocab.shorten(iri).partition(":")[0] for iri in iris}
    yield from ("## Namespaces", "", "| prefix | namespace |", "| --- | --- |")
    yield from (f"| `{name}:` | `{iri}` |" for name, iri in sorted(vocab.PREFIXES.items()) if name in used)
    yield ""


def _term(terms: _Terms, node: ox.NamedNode) -> Iterable[str]:
    name = node.value.removeprefix(vocab.PREFIXES["pg"])
    labels = " · ".join(filter(None, (terms.text(node, "skos:prefLabel", language) for language in _LANGUAGES)))
    yield from (f"### `pg:{name}` {labels} {{ #{name} }}", "")
    for language in ("en", "zh"):
        yield from (terms.text(node, "skos:definition", language), "")
    for language in ("en", "zh"):
        if note := terms.text(node, "skos:scopeNote", language):
            yield from (note, "")
    for predicate, words in _SAID.items():
        named = [value for value in terms.objects(node, predicate) if isinstance(value, ox.NamedNode)]
        if named:
            yield from (f"*{words}* {', '.join(map(_linked, named))}", "")
    examples = [value.value for value in terms.objects(node, "skos:example")]
    if examples:
        yield from (f"*for example* {' / '.join(examples)}", "")


def _linked(node: ox.NamedNode) -> str:
    short = vocab.shorten(node.value)
    is_ours = node.value.startswith(vocab.PREFIXES["pg"])
    return f"[`{short}`](#{short.removeprefix('pg:')})" if is_ours else f"`{short}`"


def concepts() -> str:
    """Every concept scheme, with its concepts."""
    terms = _Terms("concepts")
    lines = ["# Concepts", "", "Values that properties take from a list, as SKOS.", ""]
    for scheme in terms.subjects("rdf:type", "skos:ConceptScheme"):
        labels = " · ".join(terms.text(scheme, "skos:prefLabel", language) for language in _LANGUAGES)
        lines += [f"## {labels}", "", "| concept | 中文 | English | definition |", "| --- | --- | --- | --- |"]
        for concept in terms.subjects("skos:inScheme", vocab.shorten(scheme.value)):
            cells = [terms.text(concept, "skos:prefLabel", language) for language in _LANGUAGES]
            cells.append(terms.text(concept, "skos:definition", "en"))
            lines.append(f"| `{vocab.shorten(concept.value)}` | {' | '.join(map(_cell, cells))} |")
        lines.append("")
    return "\n".join(lines)


def _question(query: queries.Query) -> list[str]:
    """A competency question with its parameters and its text."""
    body = "\n".join(line for line in query.text.splitlines() if not line.startswith("#+"))
    lines = [f"### {query.name}", "", query.header_text("question", "zh"), "", query.header_text("question", "en"), ""]
    lines += [f"*{query.header_text('why', 'en')}*", ""]
    for each in query.parameters:
        lines += [f"- `{each.name}`: {each.type}" + (f", `{each.default}` if not given" if each.default else "")]
    return [*lines, "", "```sparql", body.strip(), "```", ""]


def catalogue() -> str:
    """Every competency question with its parameters and its text, and the faults that checks look for."""
    lines = [
        "# Query catalogue",
        "",
        "`policygraph ask NAME PARAMETER=VALUE`, `/api/queries/NAME?PARAMETER=VALUE`.",
        "",
    ]
    for group, members in queries.grouped(queries.read_all(FOLDERS.queries / "competency")).items():
        lines += [f"## {queries.GROUPS[group]['en']}", ""]
        for query in members:
            lines += _question(query)
    lines += [
        "## Hygiene",
        "",
        "A row of one of these is a fault.",
        "",
        "| query | fault | cure |",
        "| --- | --- | --- |",
    ]
    for query in queries.read_all(FOLDERS.queries / "hygiene"):
        texts = (_cell(query.header_text(key, "en")) for key in ("fault", "cure"))
        lines.append(f"| `{query.name}` | {' | '.join(texts)} |")
    return "\n".join(lines)


def commands() -> str:
    """The help of the program and of every command."""
    lines = ["# Commands", "", "```text", _help(cli.main, "policygraph"), "```", ""]
    for name, command in sorted(cli.main.commands.items()):
        lines += [f"## {name}", "", "```text", _help(command, f"policygraph {name}"), "```", ""]
    return "\n".join(lines)


def _help(command: click.Command, name: str) -> str:
    return command.get_help(click.Context(command, info_name=name, max_content_width=100, terminal_width=100))


def exports() -> str:
    """Every export, and what may be wanted of it."""
    lines = ["# Exports", "", "`policygraph export NAME -o FILE`, or `/export/NAME` of the service.", ""]
    lines += ["| export | 内容 | what it is |", "| --- | --- | --- |"]
    lines += [f"| `{names}` | {_cell(about['zh'])} | {_cell(about['en'])} |" for names, about in export.listed()]
    lines += ["", "| option | what it does |", "| --- | --- |"]
    lines += [f"| `{name}` | {about['en']} |" for name, about in export.OPTIONS.items()]
    return "\n".join(lines)


def python() -> str:
    """The façade, from its docstrings."""
    lines = ["# Python", "", inspect.getdoc(facade) or "", ""]
    for name in facade.__all__:
        documented = getattr(facade, name)
        if documented.__module__ != facade.__name__:
            continue
        lines += [f"## {name}", "", *_documented(name, documented)]
        members = inspect.classify_class_attrs(documented) if inspect.isclass(documented) else []
        for member in members:
            docstring = inspect.getdoc(member.object)
            if member.defining_class is documented and not member.name.startswith("_") and docstring:
                lines += _member(member.name, member.object)
    return re.sub(r"(?m)^(>>> .*(?:\n(?!\n).*)*)", r"```pycon\n\1\n```", "\n".join(lines))


def _documented(name: str, documented: Any) -> Iterable[str]:
    if inspect.isfunction(documented):
        yield from (f"```python\n{name}{_signature(documented)}\n```", "")
    yield from (inspect.getdoc(documented) or "", "")


def _member(name: str, documented: Any) -> Iterable[str]:
    yield from (f"### .{name}", "", *_documented(f".{name}", documented))


def _signature(documented: Any) -> str:
    signature = inspect.signature(documented)
    kept = [each for name, each in signature.parameters.items() if name != "self"]
    return str(signature.replace(parameters=kept)).replace("'", "")


def rest() -> str:
    """Every address of the service that programs ask, from its OpenAPI description."""
    catalogue = queries.read_all(FOLDERS.queries / "competency")
    described = document(ROUTES, catalogue, "http://127.0.0.1:8000/", "en")
    lines = ["# REST", "", "OpenAPI 3.1 at `/openapi.json` of a running service; this is made from it.", ""]
    lines += ["| address | parameters | what it answers |", "| --- | --- | --- |"]
    shared = described["components"]["parameters"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            given = [
                shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
                for each in operation.get("parameters", [])
            ]
            names = " ".join(f"`{each['name']}`" for each in given)
            lines.append(f"| `{method.upper()} {path}` | {names} | {_cell(operation.get('summary', ''))} |")
    return "\n".join(lines)


def settings() -> str:
    """Every option of the service."""
    words = f"In the table `[server]` of a TOML file (`--config`), or `{PREFIX}NAME` in the environment, which wins."
    return f"# Settings\n\n{words}\n\n{table()}"


def standing(path: str) -> Callable[[], str]:
    """A page of the repository as it stands; a link to a file that is no page of the site is its words."""
    return lambda: _LINK.sub(r"\1", (ROOT / path).read_text(encoding="utf-8"))


def decisions() -> str:
    """The dated decisions of CONTRIBUTING.md."""
    return "# Decisions\n" + standing("CONTRIBUTING.md")().partition("## Decisions")[2]


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


#: Page of the site -> what makes it.
PAGES: dict[str, Callable[[], str]] = {
    "reference/vocabulary.md": vocabulary,
    "reference/concepts.md": concepts,
    "reference/queries.md": catalogue,
    "reference/commands.md": commands,
    "reference/exports.md": exports,
    "reference/python.md": python,
    "reference/rest.md": rest,
    "reference/settings.md": settings,
    "depth/data.md": standing("data/README.md"),
    "depth/service.md": standing("server/README.md"),
    "depth/decisions.md": decisions,
}
