"""Mistakes in a query: each is told where it is, what it is, and what to type instead, in Chinese and English."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policygraph import grammar, paths, vocab
from server.syntax import diagnose, messages
from server.syntax.excerpt import excerpt

if TYPE_CHECKING:
    from flask.testing import FlaskClient

W3C = os.environ.get("POLICYGRAPH_W3C")

#: A query -> why it is refused, line, column, what stands there, the nearest that could.
MISTAKES: dict[str, tuple[str, int, int, object, str | None]] = {
    # words
    "SELCT * { ?s ?p ?o }": ("word", 1, 1, "SELCT", "SELECT"),
    "PREFX ex: <http://x/> SELECT * {}": ("word", 1, 1, "PREFX", "PREFIX"),
    "SELECT * { ?s ?p ?o\n  FILTR(?o > 5) }": ("word", 2, 3, "FILTR", "FILTER"),
    "SELECT * { ?s ?p ?o } ORDR BY ?s": ("word", 1, 23, "ORDR", "ORDER"),
    "ASK { FILTER(CONTAIN('浑南区', 'a')) }": ("word", 1, 14, "CONTAIN", "CONTAINS"),
    "ASK { ?s ?p ?o FILTER NOT EXIST { ?s ?p ?o } }": ("word", 1, 27, "EXIST", "EXISTS"),
    "ASK { 浑南区 ?p ?o }": ("word", 1, 7, "浑南区", None),
    "ASK { ?s ?p ?o } LIMIT ten": ("word", 1, 24, "ten", None),
    # prefixes
    "SELECT * {\n\t?浑南 skoss:prefLabel ?o }": ("prefix", 2, 6, "skoss:", "skos:"),
    "PREFIX ex: <http://x/> ASK { ?s ex:a/exx:b ?o }": ("prefix", 1, 38, "exx:", "ex:"),
    "ASK { ?s zzzz:a ?o }": ("prefix", 1, 10, "zzzz:", None),
    # what a Chinese keyboard writes
    "SELECT * { ?s a pg:Plan ； ?p ?o }": ("wide", 1, 25, "；", ";"),
    "SELECT * { ?s a pg:Plan；?p ?o }": ("wide", 1, 24, "；", ";"),
    "SELECT （COUNT（*） AS ?n） {}": ("wide", 1, 8, "（", "("),
    "SELECT ？s { ?s ?p ?o }": ("wide", 1, 8, "？", "?"),
    "SELECT * { ?s ?p ?o。 ?o ?q ?r }": ("wide", 1, 20, "。", "."),
    "SELECT * { ?s rdfs:label “浑南区” }": ("quote", 1, 26, "“", '"'),
    "SELECT * { ?s rdfs:label '甲'@zh ; rdfs:comment ‘乙’ }": ("quote", 1, 48, "‘", "'"),
    "SELECT　* { ?s ?p ?o }": ("wide-space", 1, 7, "U+3000", " "),
    "\ufeffSELECT * { ?s ?p ?o": ("wide-space", 1, 1, "U+FEFF", ""),
    # brackets
    "SELECT * {\n ?s ?p ?o ": ("unclosed", 2, 10, "end", "}"),
    "ASK { ?s ?p ?o . FILTER(?o > 5 }": ("unclosed", 1, 32, "}", ")"),
    "ASK { ?s ?p ?o FILTER(CONTAINS(?o, 'a') ?s ?q ?r }": ("unclosed", 1, 41, "?s", ")"),
    "ASK { ?s ?p [ ?q ?o }": ("unclosed", 1, 21, "}", "]"),
    "ASK { ?s ?p ?o } }": ("extra-bracket", 1, 18, "}", None),
    "ASK { ?s ?p ?o ) }": ("extra-bracket", 1, 16, ")", None),
    # separators
    "ASK { ?s a pg:Plan ?s rdfs:label ?x }": ("dot", 1, 20, "?s", "."),
    "SELECT ?a, ?b { ?a ?p ?b }": ("comma", 1, 10, ",", None),
    # words of RDF
    "ASK { <http://x/a b> ?p ?o }": ("iri", 1, 7, "<", None),
    "ASK { ?s <http://x/{y}> ?o }": ("iri", 1, 10, "<", None),
    r"ASK { ?s ?p '中\q' }": ("escape", 1, 15, r"\q", None),
    # what is missing
    "": ("end", 1, 1, "end", None),
    "DESCRIBE": ("end", 1, 9, "end", None),
    "SELECT ?s WHERE ?s ?p ?o": ("expected", 1, 17, "?s", None),
    "SELECT (COUNT(*) ?n) {}": ("expected", 1, 18, "?n", None),
    # what no grammar says
    "SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }": ("ungrouped", 1, 8, "?x", None),
    "SELECT (?y + 1 AS ?n) { ?x ?p ?y } GROUP BY ?x": ("ungrouped", 1, 9, "?y", None),
    "SELECT (1 AS ?x) { ?x ?p ?o }": ("named-twice", 1, 14, "?x", None),
    "SELECT * { ?x ?p ?o BIND(1 AS ?x) }": ("named-twice", 1, 31, "?x", None),
    "ASK { VALUES (?a ?b) { (1 2) (3) } }": ("row", 1, 30, 1, None),
    "ASK { _:a ?p ?o OPTIONAL { _:a ?q ?r } }": ("label", 1, 28, "_:a", None),
    "ASK { FILTER(ABS('a', 1) = 1) }": ("engine", 1, 28, None, None),
}


def _refused(text: str) -> dict[str, Any]:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text, prefixes=vocab.PREFIXES, base_iri="http://localhost/sparql")
    return diagnose.diagnose(text, str(caught.value), vocab.PREFIXES)


@pytest.mark.parametrize("text", MISTAKES, ids=lambda text: text[:40])
def test_a_mistake_is_told_where_it_is_and_what_would_do(text: str) -> None:
    said = _refused(text)
    got = (said["reason"], said["line"], said["column"], said.get("found"), said.get("nearest"))
    assert got == MISTAKES[text]


def test_every_reason_is_met_and_speaks_both_languages_about_the_same() -> None:
    def blanks(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    assert {reason for reason, *_ in MISTAKES.values()} == messages.REASONS.keys()
    assert [name for name, words in messages.REASONS.items() if blanks(words["zh"]) != blanks(words["en"])] == []


#: A query -> what is said of it in Chinese and in English.
SENTENCES = {
    "PREFX ex: <http://x/> ASK {}": (
        "第 1 行第 1 列：“PREFX”不是 SPARQL 的词。是不是 PREFIX？",
        "Line 1, column 1: “PREFX” is not a word of SPARQL. Did you mean PREFIX?",
    ),
    "ASK { 浑南 ?p ?o }": (
        '第 1 行第 7 列：“浑南”不是 SPARQL 的词。名称写作 前缀:名称 或 <IRI>，变量以 ? 开头，文字放在直引号 " 里。',
        "Line 1, column 7: “浑南” is not a word of SPARQL. A name is written prefix:name or <IRI>, a variable starts "
        'with ?, text stands in straight ".',
    ),
    "ASK { ?s ?p “浑南” }": (
        '第 1 行第 13 列：“ 是弯引号，SPARQL 的字符串用直引号；请切换到英文输入法，输入 " 。',
        'Line 1, column 13: “ is a curly quotation mark; strings stand in straight ones: type " instead.',
    ),
    "ASK { ?s ?p ?o FILTER(?o > 5 }": (
        "第 1 行第 30 列：这里缺少 )：第 1 行第 22 列的 ( 没有关闭。",
        "Line 1, column 30: A ) is missing here: the ( at line 1, column 22 is not closed.",
    ),
    "SELECT * { ?s ?p ?o } LIMIT": (
        "第 1 行第 28 列：查询在这里突然结束。这里应该是：数字。",
        "Line 1, column 28: The query ends here, too early. Expected: number.",
    ),
}


@pytest.mark.parametrize("text", SENTENCES, ids=lambda text: text[:30])
def test_a_mistake_is_told_in_one_sentence(text: str) -> None:
    said = _refused(text)
    assert (messages.describe(said, "zh"), messages.describe(said, "en")) == SENTENCES[text]


def test_the_problem_document_has_what_an_editor_needs(client: FlaskClient) -> None:
    query = "SELECT * {\n\t?浑南区 skoss:prefLabel ?o }"
    answer = client.get("/sparql?" + urlencode({"query": query}), headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.get_json(force=True)) == (
        400,
        {
            "type": "https://w3id.org/policygraph/problem/syntax",
            "title": "查询语法有误",
            "status": 400,
            "detail": "第 2 行第 7 列：前缀 skoss: 没有声明；请加上 PREFIX skoss: <…>，"
            "或写出完整的 IRI。是不是 skos:？",
            "reason": "prefix",
            "line": 2,
            "column": 7,
            "excerpt": "\t?浑南区 skoss:prefLabel ?o }",
            "caret": "\t 　　　 ^",
            "found": "skoss:",
            "nearest": "skos:",
        },
    )


def test_a_word_of_update_is_told_with_its_place(client: FlaskClient) -> None:
    query = "PREFIX x: <http://x/>\nDELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }"
    content = client.get("/sparql?" + urlencode({"query": query})).get_json(force=True)
    assert {name: content[name] for name in ("word", "line", "column", "caret")} == {
        "word": "DELETE",
        "line": 2,
        "column": 1,
        "caret": "^",
    }


def test_a_long_line_is_shown_around_its_place() -> None:
    text = "ASK {}\r\n" + "区" * 100 + "x" * 100 + "\r\n"
    assert excerpt(text, 8 + 100) == {
        "line": 2,
        "column": 101,
        "excerpt": "区" * 60 + "x" * 60,
        "caret": "　" * 60 + "^",
    }


# the grammar


def test_one_token_always_tells_how_to_go_on() -> None:
    """LL(1): where two alternatives of a rule start with the same token, the table keeps one and the other is lost."""
    assert grammar.conflicts() == []


def test_the_grammar_takes_every_query_of_the_project() -> None:
    files = sorted(paths.find().queries.glob("*/*.rq"))
    trees = [grammar.tree(path.read_text(encoding="utf-8")) for path in files]
    assert [tree.name for tree in trees] == ["QueryUnit"] * len(files)


def test_a_tree_has_every_token_at_its_place() -> None:
    text = "SELECT ?x { ?x pg:isPartOf+/^pg:a [ ?p 1 ] ; a pg:Task . FILTER (?x != 'a'@zh) } # end"
    root = grammar.tree(text)
    assert [text[leaf.start : leaf.end] for leaf in root.leaves()] == [
        *("SELECT", "?x", "{", "?x", "pg:isPartOf", "+", "/", "^", "pg:a", "[", "?p", "1", "]", ";", "a", "pg:Task"),
        *(".", "FILTER", "(", "?x", "!=", "'a'", "@zh", ")", "}"),
    ]
    (path, *_) = root.all("Verb")
    assert text[path.start : path.end] == "pg:isPartOf+/^pg:a"


def test_deep_nesting_costs_no_stack() -> None:
    depth = 20_000
    assert len(grammar.tree("ASK " + "{" * depth + "}" * depth).all("Group")) == depth


@pytest.mark.skipif(not W3C, reason="2026-11-25: needs a checkout of w3c/rdf-tests in POLICYGRAPH_W3C")
def test_the_grammar_takes_what_the_engine_takes() -> None:
    """Every SPARQL 1.0 and 1.1 test of the W3C, but for one that the specification reads otherwise than the engine."""
    refused = []
    for path in sorted(Path(str(W3C), "sparql").glob("sparql1[01]/**/*.r[qu]")):
        text = path.read_bytes().decode("utf-8", "replace")
        start = "QueryUnit" if path.suffix == ".rq" else "UpdateUnit"
        try:
            grammar.tree(text, start)
        except grammar.MistakeError:
            refused += [path.name] if _is_taken(text, start) else []
    assert refused == ["syn-bad-26.rq"]


def _is_taken(text: str, start: str) -> bool:
    store = ox.Store()
    try:
        (store.query if start == "QueryUnit" else store.update)(text, base_iri="http://localhost/")
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):
        return True
    return True


_WORDS = """
SELECT * { } ( ) [ ] ?x a pg:a x: “ ； 'a' " < <a:a> . ; , FILTER GROUP BY AS COUNT VALUES 1 -1 \\ UNDEF @ ^^ 中
"""
_PIECES = [*_WORDS.split(), "\n", "　"]


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map(" ".join), st.sampled_from(["QueryUnit", "UpdateUnit"]))
@example("SELECT * { VALUES ( ?x ) { ( 1 1 ) } }", "QueryUnit")
@example("SELECT ( 1 AS ?x ) ( 1 AS ?x ) { }", "QueryUnit")
def test_whatever_is_written_something_is_said(text: str, start: str) -> None:
    said = diagnose.diagnose(text, "error at 1:1: expected [_]", vocab.PREFIXES, start)
    line = text.split("\n")[said["line"] - 1]
    assert 1 <= said["column"] <= len(line) + 1
    assert all(messages.describe(said, language) for language in ("zh", "en"))


@pytest.mark.parametrize(
    "piece", [*"?<'\\；中", "a.", "a:", "_:a.", "<a", "((", "[ ", "1.", "1e", "@a-", "a-", "%a", ":\\"]
)
def test_looking_takes_time_in_proportion(piece: str) -> None:
    """In this process's own time, which others on the machine do not lengthen; what looks back takes 5 s and more."""
    started = time.process_time()
    diagnose.diagnose("ASK { " + piece * (32_000 // len(piece.encode())), "", vocab.PREFIXES)
    assert time.process_time() - started < 3
