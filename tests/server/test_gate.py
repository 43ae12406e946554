"""The gate: what is refused before any parser sees it, what passes, and that looking takes no time."""

from __future__ import annotations

import random
import time

import pytest

from policygraph import paths
from server.failures import RequestError
from server.settings import Settings
from server.syntax.gate import Checked, check, check_update
from server.syntax.service_prefixes import renamed

SETTINGS = Settings(query_bytes=70_000)

#: Attack -> the kind of problem it is refused as.
ATTACKS = {
    "ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }": "service",
    "ASK { service silent <http://127.0.0.1/> { ?s ?p ?o } }": "service",
    "ASK{?s ?p 1SERVICE<http://127.0.0.1/>{}}": "service",
    "ASK { ?s ?p true SERVICE<http://127.0.0.1/> {} }": "service",
    "ASK { ?s ?p trueSERVICE<http://127.0.0.1/> {} }": "service",
    "ASK { # comment\rSERVICE <http://127.0.0.1/> {} }": "service",
    'ASK { ?s ?p """ " \\""" """ SERVICE <http://127.0.0.1/> {} }': "service",
    "ASK { ?s ?p 'a'@en-GB SERVICE <http://127.0.0.1/> {} }": "service",
    "ASK { ?s ?p ex:a\\' SERVICE <http://127.0.0.1/> {} # '\n }": "service",
    "ASK { ?s ?p <http://x/\\u0061'> SERVICE <http://127.0.0.1/> {} # '\n }": "service",
    # the engine's parser needs no space after a keyword, and ends a name before a second dot
    "PREFIX ex: <http://127.0.0.1/> ASK { SERVICEex:a { ?s ?p ?o } }": "service-in-name",
    "PREFIX ex: <http://127.0.0.1/> ASK { ?s ?p ex:a.b.SERVICE <http://127.0.0.1/> {} }": "service-in-name",
    "ASK { ?s ?p _:b.SERVICE <http://127.0.0.1/> {} }": "service-in-name",
    # a prefix that is declared in a string or a comment is none
    "PREFIX ex: <http://127.0.0.1/> ASK { ?s ?p 'PREFIX SERVICEex: ' . SERVICEex:a {} }": "service-in-name",
    "# PREFIX service: <x:y>\nPREFIX : <http://127.0.0.1/> ASK { service:a {} }": "service-in-name",
    "PREFIX SERVICE: <http://x/> PREFIX : <http://127.0.0.1/> ASK { service:a {} }": "service-in-name",
    # the keyword beside a prefix that is called so
    "PREFIX service: <http://x/> ASK { service:a ?p ?o SERVICE <http://127.0.0.1/> {} }": "service",
    "PREFIX service: <http://127.0.0.1/> ASK { SERVICE service:a {} }": "service",
    "PREFIX service: <http://127.0.0.1/> ASK { SERVICE\nservice: {} }": "service",
    "PREFIX service: <http://x/> ASK { ?s ?p service:a.SERVICE <http://127.0.0.1/> {} }": "service-in-name",
    "PREFIX service: <http://x/> ASK { ?s ?p 'serv1ce serv4ce serv5ce serv7ce serv9ce' }": "service-in-name",
    # a comparison with a string, or one followed by a comment, that looks like an IRI
    "ASK { FILTER(1<'>' || EXISTS { SERVICE <http://127.0.0.1/> {} } || 'x'='x') }": "ambiguous",
    "ASK { FILTER(?a<#>'''\n 1) SERVICE <http://127.0.0.1/> {} #'''\n }": "ambiguous",
    "ASK { FILTER(?a<x:y'>'' || EXISTS { SERVICE <http://127.0.0.1/> {} } || ''='') }": "ambiguous",
    # a stack that would overflow
    "ASK " + "{" * 30_000 + "}" * 30_000: "too-nested",
    "ASK { FILTER(" + "(" * 65 + "1" + ")" * 65 + ") }": "too-nested",
    "ASK { ?s ?p " + "[ ?p " * 65 + "1" + "]" * 65 + " }": "too-nested",
    "ASK { {} " + "UNION {} " * 1000 + "}": "too-many-brackets",
    "ASK { FILTER(1" + "+1" * 2001 + " > 0) }": "too-many-operators",
    "ASK { FILTER(1" + "||1" * 1001 + ") }": "too-many-operators",
    "ASK { ?s <p:p>" + "/<p:p>" * 2001 + " ?o }": "too-many-operators",
    "ASK { ?s " + "^" * 2001 + "<p:p> ?o }": "too-many-operators",
    "ASK {} #" + "中" * 30_000: "query-too-long",
    # writing
    "INSERT DATA { <a:a> <b:b> 1 }": "update",
    "PREFIX x: <http://x/> delete where { ?s ?p ?o }": "update",
    "LOAD <http://127.0.0.1/>": "update",
    "CLEAR ALL": "update",
    "ASK {} ; DROP ALL": "update",
    "ASK { ?s ?p 'open }": "open-string",
    'ASK { ?s ?p """open" }': "open-string",
}

#: Harmless text that holds the same words.
HARMLESS = [
    "PREFIX service: <http://x/> ASK { service:a service:b.c service: }",
    "prefix SERVICE: <x:x> PREFIX service: <y:y> PREFIX my-Service: <z:z> ASK { SERVICE:a service:a my-Service:a }",
    "PREFIX service: <http://x/> # SERVICE <http://y/> {}\nASK { service:a ?SERVICE 'SERVICE <http://y/> {}' }",
    "PREFIX service: <http://x/> PREFIX serv1ce: <http://y/> ASK { service:a serv1ce:a ?o }",
    "ASK { ?service ex:service 'SERVICE', \"INSERT\" # SERVICE <http://x/>\n ; <http://x/#service> 'a'@en-service }",
    "PREFIX : <#> ASK { :a :b <urn:x#y> , <#it> }",
    "ASK { FILTER(?insert < 3 && ?delete > 2) }",
    "ASK { <http://x/it's> ?p '''it's \"'' fine''' }",
    "ASK " + "{" * 60 + "}" * 60,
    "SELECT * { VALUES ?x { " + "1 " * 5000 + "} }",
]


def _refusal(text: str) -> str | None:
    try:
        check(text, SETTINGS)
    except RequestError as error:
        return error.kind
    return None


@pytest.mark.parametrize(("attack", "kind"), ATTACKS.items(), ids=lambda value: value[:40])
def test_an_attack_is_refused(attack: str, kind: str) -> None:
    assert _refusal(attack) == kind


@pytest.mark.parametrize("text", HARMLESS, ids=lambda value: value[:40])
def test_harmless_words_pass(text: str) -> None:
    assert _refusal(text) is None


def test_what_the_text_of_a_query_tells() -> None:
    text = (
        "# all\nPREFIX select: <http://x/#>\n\tCONSTRUCT  {?s select:a '  # '}\r\nFROM <g:g> WHERE { ?s ?p ?o } # end"
    )
    normal = "PREFIX select: <http://x/#> CONSTRUCT {?s select:a '  # '} FROM <g:g> WHERE { ?s ?p ?o }"
    assert check(text, SETTINGS) == Checked(text, normal, "CONSTRUCT", has_from=True, is_volatile=False)


@pytest.mark.parametrize("function", ["RAND", "now", "UUID", "StrUUID", "BNODE"])
def test_an_answer_that_changes_is_known_by_its_function(function: str) -> None:
    assert check(f"SELECT ({function}() AS ?x) {{}}", SETTINGS).is_volatile


@pytest.mark.parametrize(
    "piece",
    ['"""', "'''", '"', "<", "<a", "\\", "a.", "a-", "a.:", ":a\\", "@a-", "?", "-a", "·", "#", '"\\', "a" * 99],
)
def test_looking_at_a_text_takes_time_in_proportion(piece: str) -> None:
    """A lexer that looks back takes 20 s for such a text (the first one of this module did); this one some 20 ms."""
    started = time.thread_time()
    _refusal(piece * (64_000 // len(piece.encode())))
    assert time.thread_time() - started < 2


#: What may stand anywhere in a text and be read in two ways.
PIECES = [
    *"\"'\\<>#{}()[]:;.?@ \n\t\r+-|^!=_中ß",
    *(
        "\u3000",
        "\xa0",
        "\x85",
        '"""',
        "'''",
        "SELECT",
        "FROM",
        "NOW",
        "RAND",
        "SERVICE",
        "ſervice",
        "servıce",
        "INSERT",
        "  ",
    ),
    *(
        "<a#b>",
        "<http://x/#>",
        "<x'>",
        "\\ ",
        "\\\n",
        "ex:a\\ b",
        "_:b.SERVICE",
        "CONSTRUCT.SELECT",
        "a-FROM",
        "x:SERVICE",
        "# c\n",
    ),
]


def _reading(text: str) -> tuple[object, ...]:
    try:
        checked = check(text, LOW)
    except RequestError as error:
        return (error.kind,)
    return checked.normal, checked.form, checked.has_from, checked.is_volatile


def test_a_usual_text_tells_the_same_as_one_that_is_looked_at_token_by_token() -> None:
    """A text with a long comment behind it is too long for the first way of looking, and says the same."""
    behind = "#" * 9000
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths.find().queries.rglob("*.rq"))]
    chance = random.Random(13)  # noqa: S311 - the same texts each time
    for number in range(800):
        text = texts[number % len(texts)]
        start = chance.randrange(len(text))
        text = text[start : start + chance.randrange(5, 300)] if number % 3 else text[:2000]
        for _ in range(chance.randrange(8)):
            place = chance.randrange(len(text) + 1)
            text = text[:place] + chance.choice(PIECES) + text[place + chance.randrange(3) :]
        assert (text, _reading(text + "\n")) == (text, _reading(f"{text}\n{behind}"))


LOW = Settings(nesting=8, brackets=20, operators=20)
SMALL = Settings(query_bytes=100, nesting=3, brackets=5, operators=4)
#: Bound -> a text that reaches it, the same with one more of it, and the refusal of that.
BOUNDS = {
    "query_bytes": ("ASK {} #" + "x" * 92, "ASK {} #" + "x" * 93, "query-too-long"),
    "query_bytes in UTF-8": ("ASK {} #" + "中" * 30, "ASK {} #" + "中" * 31, "query-too-long"),
    "nesting": ("ASK {{{}}}", "ASK {{{{}}}}", "too-nested"),
    "nesting of other brackets": ("ASK {(1[])}", "ASK {(1[(2)])}", "too-nested"),
    "nesting that closed before": ("ASK {{{}}{}}", "ASK {{{}}{{{}}}}", "too-nested"),
    "brackets": ("ASK {{}{}{}{}}", "ASK {{}{}{}{}{}}", "too-many-brackets"),
    "operators": ("ASK {1+1+1+1+1}", "ASK {1+1+1+1+1+1}", "too-many-operators"),
}


@pytest.mark.parametrize(("reaching", "beyond", "kind"), BOUNDS.values(), ids=BOUNDS.keys())
def test_a_bound_is_reached_and_not_passed(reaching: str, beyond: str, kind: str) -> None:
    check(reaching, SMALL)
    with pytest.raises(RequestError) as refusal:
        check(beyond, SMALL)
    assert refusal.value.kind == kind


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("PREFIX x: <http://x/> CONSTRUCT {} { SELECT * {} }", "CONSTRUCT"),
        ("BASE <http://x/> ASK { SELECT * {} }", "ASK"),
        ("PREFIX x: <http://x/>", None),
    ],
)
def test_the_form_is_the_first_keyword_of_a_form(text: str, form: str | None) -> None:
    assert check(text, SETTINGS).form == form


def test_a_name_that_may_hide_a_service_is_named_whole() -> None:
    with pytest.raises(RequestError) as caught:
        check("ASK { xservice:a ?p ?o }", SETTINGS)
    assert (caught.value.kind, caught.value.details["name"]) == ("service-in-name", "xservice:a")


def test_two_prefixes_called_like_the_keyword_stay_two_in_their_places() -> None:
    text = "PREFIX service: <x:1> PREFIX serVIce: <x:2> ASK { service:b serVIce:b a:service , 'service:b' }"
    safe = "PREFIX serv1ce: <x:1> PREFIX serV2ce: <x:2> ASK { serv1ce:b serV2ce:b a:service , 'service:b' }"
    assert renamed(text) == safe


def test_an_allowed_service_is_cut_out_and_bounded_alone() -> None:
    allowed = Settings(service_allowed=("http://x/sparql",), brackets=3, nesting=2)
    text = "SELECT * { SERVICE <http://x/sparql> { ?s ?p ?o } }"
    checked = check(text, allowed)
    assert ([text[clause.start : clause.end] for clause in checked.services], checked.is_volatile) == (
        ["SERVICE <http://x/sparql> { ?s ?p ?o }"],
        True,
    )
    with pytest.raises(RequestError) as caught:
        check("SELECT * { SERVICE <http://x/sparql> { ?s ?p ?o } SERVICE <http://y/sparql> {} }", allowed)
    assert caught.value.kind == "service-not-allowed"


def test_words_of_comments_are_no_words_of_an_update() -> None:
    assert check_update("# LOAD <http://x/>\nCLEAR ALL", SETTINGS) == {"CLEAR", "ALL"}
