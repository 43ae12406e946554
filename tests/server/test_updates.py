"""The text of an update: its operations, the dataset written into them, and statements without a graph."""

from __future__ import annotations

import pytest

from server.failures import RequestError
from server.settings import Settings
from server.syntax.gate import check_update
from server.syntax.updates import Dataset, operations

DATASET = Dataset(["<x:a>"], ["<x:a>", "<x:b>"])
USING = "USING <x:a> USING NAMED <x:a> USING NAMED <x:b>"

#: Text -> what the engine is given, operation by operation.
READ = {
    "INSERT DATA { GRAPH <g:g> { <a:a> <b:b> 1 } }": ["INSERT DATA { GRAPH <g:g> { <a:a> <b:b> 1 } }"],
    "INSERT { GRAPH ?g { ?s a ?t } } WHERE { ?s ?p ?o }": [
        f"INSERT {{ GRAPH ?g {{ ?s a ?t }} }} {USING} WHERE {{ ?s ?p ?o }}"
    ],
    "DELETE{GRAPH<g:g>{?s ?p ?o}}INSERT{GRAPH<g:g>{?s ?p 1}}WHERE{?s ?p ?o}": [
        f"DELETE{{GRAPH<g:g>{{?s ?p ?o}}}}INSERT{{GRAPH<g:g>{{?s ?p 1}}}}{USING} WHERE{{?s ?p ?o}}"
    ],
    "delete where { graph <g:g> { ?s ?p ?o } graph ?h { ?o ?q ?r } }": [
        f"DELETE {{ graph <g:g> {{ ?s ?p ?o }} graph ?h {{ ?o ?q ?r }} }} {USING} "
        "WHERE { graph <g:g> { ?s ?p ?o } graph ?h { ?o ?q ?r } }"
    ],
    # a dataset of its own
    "WITH <g:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }": ["WITH <g:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"],
    "DELETE { GRAPH <g:g> { ?s ?p ?o } } USING <g:h> WHERE { ?s ?p ?o }": [
        "DELETE { GRAPH <g:g> { ?s ?p ?o } } USING <g:h> WHERE { ?s ?p ?o }"
    ],
    # several, with prologues that add up; what was done is blank, so that places stay true
    "PREFIX a: <a:>\nCLEAR GRAPH a:g ;\nPREFIX b: <b:> DROP ALL; # end": [
        "PREFIX a: <a:>\nCLEAR GRAPH a:g ",
        "PREFIX a: <a:>\n                 \nPREFIX b: <b:> DROP ALL",
        "PREFIX a: <a:>\n                 \nPREFIX b: <b:>           # end",
    ],
    "INSERT DATA { GRAPH <g:g> { <a:a> <b:b> ';' ; <c:c> 2 } }": [
        "INSERT DATA { GRAPH <g:g> { <a:a> <b:b> ';' ; <c:c> 2 } }"
    ],
    # words of the WHERE that are no words of the operation
    "PREFIX where: <w:> INSERT { GRAPH <g:g> { ?with ?using 1 } } WHERE { ?with where:x ?using }": [
        f"PREFIX where: <w:> INSERT {{ GRAPH <g:g> {{ ?with ?using 1 }} }} {USING} WHERE {{ ?with where:x ?using }}"
    ],
    "": [""],
}


def _read(text: str) -> list[str]:
    return [operation.over(DATASET) for operation in operations(text)]


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_an_update_is_read_operation_by_operation(text: str, expected: list[str]) -> None:
    assert _read(text) == expected


#: Text that writes without a graph, or that we would read otherwise than the engine -> the problem, and where.
REFUSED = {
    "INSERT DATA { <a:a> <b:b> 1 }": ("default-graph", 15),
    "DELETE DATA { GRAPH <g:g> { <a:a> <b:b> 1 } <a:a> <b:b> 1 }": ("default-graph", 45),
    "INSERT { ?s ?p 1 } WHERE { GRAPH <g:g> { ?s ?p 2 } }": ("default-graph", 10),
    "DELETE WHERE { ?s ?p ?o }": ("default-graph", 16),
    "INSERT DATA { [] <b:b> 1 }": ("default-graph", 15),
    "INSERT DATA { (1 2) <b:b> 1 }": ("default-graph", 15),
    "INSERT DATA { pg:a pg:b 1 }": ("default-graph", 15),
    "COPY DEFAULT TO <g:g>": ("default-graph", 1),
    "CLEAR ALL; MOVE <g:g> TO DEFAULT": ("default-graph", 12),
    "INSERTDATA { GRAPH <g:g> { <a:a> <b:b> 1 } }": ("word", 1),
    "DELETEWHERE { ?s ?p ?o }": ("word", 1),
    "nonsense": ("word", 1),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_would_go_astray_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(RequestError) as caught:
        _read(text)
    assert (caught.value.kind, caught.value.details["column"]) == REFUSED[text]


def test_what_empties_all_graphs_is_known() -> None:
    text = "CLEAR ALL; DROP SILENT NAMED; CLEAR GRAPH <g:all>; INSERT DATA {}; CREATE GRAPH <g:g>; "
    assert [each.is_sweeping for each in operations(text)] == [True, True, False, False, False, False]


#: The gate of updates: attack -> problem.
ATTACKS = {
    "LOAD <http://127.0.0.1/>": "load",
    "load silent <http://127.0.0.1/> INTO GRAPH <g:g>": "load",
    "LOADSILENT <http://127.0.0.1/>": "load",
    "CLEAR ALLLOAD <http://127.0.0.1/>": "load",
    "PREFIX ex: <http://127.0.0.1/> CLEAR ALL;LOADex:a": "load",
    "DELETE { GRAPH <g:g> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }": "service",
    "INSERT { GRAPH <g:g> { ?s ?p ?o } } WHERE { SERVICEex:a { ?s ?p ?o } }": "service-in-name",
    "INSERT DATA { GRAPH <g:g> { <a:a> <b:b> 'open } }": "open-string",
    "DELETE { GRAPH <g:g> { ?s ?p ?o } } WHERE " + "{" * 65 + "}" * 65: "too-nested",
    "INSERT DATA { # " + "x" * 2000 + "\n}": "query-too-long",
}


@pytest.mark.parametrize(("attack", "kind"), ATTACKS.items(), ids=lambda value: value[:40])
def test_an_attack_is_refused(attack: str, kind: str) -> None:
    with pytest.raises(RequestError) as caught:
        check_update(attack, Settings(update_bytes=1000))
    assert caught.value.kind == kind


def test_an_update_may_be_long_and_hold_the_words_where_they_mean_nothing() -> None:
    triples = "<a:load> payload:x 'LOAD SERVICE'^^xsd:string . " * 3000
    words = check_update(f"INSERT DATA {{ GRAPH <g:g> {{ {triples} }} }}", Settings())
    assert words == {"INSERT", "DATA", "GRAPH"}
