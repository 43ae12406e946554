"""The pitfalls of OOPS! and the criteria of FOOPS! that can be checked offline: the table of ontology/README.md holds.

Each check counts its cases in ontology/*.ttl, finds the case that it is shown, and agrees with the column "cases".
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from policygraph import paths, store, vocab

ROOT = Path(__file__).resolve().parents[1]
FOLDER = paths.find(ROOT).ontology
PREFIXES = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in vocab.PREFIXES.items())
TERM = (
    "VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty } ?term a ?kind . "
    "FILTER (STRSTARTS(STR(?term), STR(pg:)))"
)
PROPERTY = TERM.replace("owl:Class ", "")
#: A pitfall or criterion of the table -> what finds its cases, and Turtle that makes one more.
CHECKS = {
    "P02, P32": (
        f"{TERM} ?term skos:prefLabel ?label . ?other a ?kind ; skos:prefLabel ?label . "
        "FILTER (STR(?term) < STR(?other))",
        'pg:Scheme a owl:Class ; skos:prefLabel "plan"@en .',
    ),
    "P04": (
        f"{TERM} FILTER (?kind = owl:Class) FILTER NOT EXISTS {{ ?term rdfs:subClassOf ?upper }} "
        "FILTER NOT EXISTS { ?lower rdfs:subClassOf ?term } "
        "FILTER NOT EXISTS { ?property schema:domainIncludes|schema:rangeIncludes ?term }",
        "pg:Alone a owl:Class .",
    ),
    "P06": (
        f"{TERM} ?term (rdfs:subClassOf|rdfs:subPropertyOf)+ ?term",
        "pg:Plan rdfs:subClassOf pg:PlanElement . pg:PlanElement rdfs:subClassOf pg:Plan .",
    ),
    "P08": (
        f"{TERM} VALUES ?property {{ skos:prefLabel skos:definition }} VALUES ?language {{ 'zh' 'en' }} "
        "FILTER NOT EXISTS { ?term ?property ?text FILTER (LANG(?text) = ?language) }",
        "pg:Scheme a owl:Class ; rdfs:subClassOf pg:Plan .",
    ),
    "P10": (
        "FILTER NOT EXISTS { ?set a owl:AllDisjointClasses }",
        "",
    ),
    "P11": (
        f"{PROPERTY} FILTER NOT EXISTS {{ ?term schema:domainIncludes|skos:scopeNote ?domain }}",
        "pg:hasColour a owl:DatatypeProperty .",
    ),
    "P13": (
        f"{TERM} FILTER (?kind = owl:ObjectProperty) FILTER NOT EXISTS {{ ?term owl:inverseOf|^owl:inverseOf ?other }} "
        "FILTER NOT EXISTS { ?term a owl:SymmetricProperty }",
        "pg:isLike a owl:ObjectProperty .",
    ),
    "P19": (
        f"{TERM} ?term rdfs:domain|rdfs:range ?class",
        "pg:concerns rdfs:range pg:Place .",
    ),
    "P22": (
        f"{TERM} BIND (STRAFTER(STR(?term), '#') AS ?name) "
        "FILTER (!REGEX(?name, IF(?kind = owl:Class, '^[A-Z][A-Za-z]+$', '^[a-z]+([A-Z0-9][a-z0-9]*)*$')))",
        "pg:plan_kind a owl:DatatypeProperty .",
    ),
    "P24": (
        f"{TERM} ?term skos:prefLabel ?label ; skos:definition ?text . "
        "FILTER (LANG(?label) = 'en' && LANG(?text) = 'en' && REGEX(?text, CONCAT('^An? ', ?label, '[ .]'), 'i'))",
        'pg:Plan skos:definition "A plan that plans."@en .',
    ),
    "P34, P35": (
        "?any ?property ?value BIND (?property AS ?term) FILTER (STRSTARTS(STR(?term), STR(pg:))) "
        "FILTER NOT EXISTS { ?term a ?kind }",
        "pg:Plan pg:undeclared pg:Task .",
    ),
    "P36": (
        f"{TERM} FILTER (REGEX(STR(?term), '\\\\.(owl|rdf|ttl|html)', 'i'))",
        "<https://w3id.org/policygraph/ontology#a.owl> a owl:Class .",
    ),
    "P38, P41": (
        "FILTER NOT EXISTS { ?ontology a owl:Ontology ; dcterms:license ?licence }",
        "",
    ),
    "P40": (
        "?term a ?kind ; skos:definition ?text VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty } "
        "FILTER (!STRSTARTS(STR(?term), STR(pg:)))",
        'org:Organization a owl:Class ; skos:definition "A body."@en .',
    ),
    "Definitions": (
        f"{TERM} ?term skos:definition ?text FILTER (LANG(?text) = 'en' && "
        "REGEX(?text, '^(Links|Relates|Connects|Associates|Specifies|Indicates|Denotes|Describes|Has|Is) '))",
        'pg:governs skos:definition "Links an organisation to an area."@en .',
    ),
    "FOOPS! metadata": (
        "VALUES ?property { dcterms:title dcterms:description dcterms:creator dcterms:created dcterms:modified "
        "owl:versionIRI owl:versionInfo owl:priorVersion dcterms:license dcterms:bibliographicCitation "
        "<http://purl.org/vocab/vann/preferredNamespacePrefix> "
        "<http://purl.org/vocab/vann/preferredNamespaceUri> skos:changeNote } "
        "FILTER NOT EXISTS { <https://w3id.org/policygraph/ontology> ?property ?value }",
        "",
    ),
}


def _ontology(without: str = "") -> ox.Store:
    """The terms of the ontology and its concepts; without the statements of a property."""
    quads = [
        quad for name in ("policy", "concepts") for quad in store.turtle(FOLDER / f"{name}.ttl", vocab.GRAPH_ONTOLOGY)
    ]
    return store.in_memory(quad for quad in quads if vocab.shorten(quad.predicate.value) != without)


def _cases(check: str, opened: ox.Store) -> int:
    query = f"{PREFIXES}SELECT DISTINCT * {{ {CHECKS[check][0]} }}"
    solutions = opened.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    return len(list(solutions))


def _rows() -> dict[str, list[str]]:
    """The cells of the table of pitfalls, by the name before the colon."""
    lines = (FOLDER / "README.md").read_text("utf-8").partition("## Pitfalls")[2].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][2:]
    return {first.partition(":")[0]: rest for first, *rest in cells}


def test_the_table_of_pitfalls_has_the_outcome_of_each_check() -> None:
    opened = _ontology()
    counted = {check: str(_cases(check, opened)) for check in CHECKS}
    assert {check: cells[0] for check, cells in _rows().items() if cells[0] != "–"} == counted


@pytest.mark.parametrize("check", [check for check, (_, example) in CHECKS.items() if example])
def test_a_check_finds_its_pitfall(check: str) -> None:
    opened = _ontology()
    before = _cases(check, opened)
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in vocab.PREFIXES.items())
    opened.load(f"{head}{CHECKS[check][1]}".encode(), ox.RdfFormat.TURTLE, to_graph=vocab.GRAPH_ONTOLOGY)
    assert _cases(check, opened) > before


@pytest.mark.parametrize(
    ("check", "without"),
    [("P10", "rdf:type"), ("P38, P41", "dcterms:license"), ("FOOPS! metadata", "skos:changeNote")],
)
def test_a_check_finds_what_is_missing(check: str, without: str) -> None:
    assert _cases(check, _ontology(without)) == 1


def test_what_holds_a_row_is_there() -> None:
    """Every file and document that the table names."""
    names = [name for cells in _rows().values() for name in re.findall(r"`([\w./]+/[\w.]*|\w+\.(?:md|ttl))`", cells[2])]
    assert [name for name in names if not (ROOT / name).exists() and not (FOLDER / name).exists()] == []
    assert len(names) >= 10


def test_a_new_term_names_the_version_that_it_came_with() -> None:
    opened = _ontology()
    texts = Counter(
        quad.object.value
        for quad in opened.quads_for_pattern(None, ox.NamedNode(vocab.expand("owl:versionInfo")), None)
        if isinstance(quad.object, ox.Literal)
    )
    assert texts == {"0.2.0": 29}
