"""Tokens: what lets a curator in, what does not, and that nothing is told of them."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from werkzeug.security import check_password_hash, generate_password_hash

from policygraph.cli import main
from server.failures import RequestError, ServiceError
from server.service.curators import Curator, Curators, make


@pytest.fixture(scope="module")
def tokens() -> dict[str, tuple[str, str]]:
    return {"alice": make("alice"), "bob": make("bob", may_force=True), "another alice": make("alice")}


@pytest.fixture(scope="module")
def curators(tokens: dict[str, tuple[str, str]]) -> Curators:
    return Curators([tokens[name][1] for name in ("alice", "bob")])


def test_a_token_lets_its_curator_in(tokens: dict[str, tuple[str, str]], curators: Curators) -> None:
    cases = (("Bearer", "alice"), ("bearer", "bob"))
    known = [curators.known_by(f"{scheme} {tokens[name][0]}") for scheme, name in cases]
    assert [(curator.name, curator.may_force) for curator in known] == [("alice", False), ("bob", True)]


@pytest.mark.parametrize(
    "form",
    ["{other}", "Bearer", "Bearer ", "Bearer x", "Basic {token}", "{token}", "Bearer {token}x", "Bearer bob{rest}"],
)
def test_anything_else_does_not(tokens: dict[str, tuple[str, str]], curators: Curators, form: str) -> None:
    token = tokens["alice"][0]
    given = form.format(other=f"Bearer {tokens['another alice'][0]}", token=token, rest=token.removeprefix("alice"))
    with pytest.raises(RequestError) as caught:
        curators.known_by(given)
    assert (caught.value.kind, str(caught.value.details["challenge"])[:6]) == ("unauthorized", "Bearer")


def test_an_unknown_name_costs_what_a_known_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work for each: neither parameters nor length of the hash tell who is known."""
    curators = Curators([f"{name}={generate_password_hash('x', 'scrypt:2048:4:1')}" for name in ("alice", "bob")])
    compared: list[tuple[str, int]] = []

    def check(hashed: str, token: str) -> bool:
        method, _, digest = hashed.split("$")
        compared.append((method, len(digest)))
        return check_password_hash(hashed, token)

    monkeypatch.setattr("server.service.curators.check_password_hash", check)
    for name in ("alice", "nobody"):
        with pytest.raises(RequestError):
            curators.known_by(f"Bearer {name}.secret")
    assert compared == [("scrypt:2048:4:1", 128)] * 2


def test_who_starts_without_curators_computes_no_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each start of a service would wait for it."""
    monkeypatch.setattr("hashlib.scrypt", None)
    with pytest.raises(RequestError) as caught:
        Curators([]).known_by("Bearer alice.secret")
    assert caught.value.kind == "unauthorized"


def test_an_entry_holds_a_hash_and_never_the_token(tokens: dict[str, tuple[str, str]]) -> None:
    token, entry = tokens["bob"]
    assert (entry.startswith("bob+force=scrypt:32768:8:1$"), token.partition(".")[2] in entry) == (True, False)
    assert make("bob")[1] != make("bob")[1]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (["alice=secret"], "curators: entry 1 is not as `policygraph token` writes it"),
        (["alice=scrypt:3:1:1$s$0f"], "curators: entry 1 is not as `policygraph token` writes it"),
        (["alice=pbkdf2:sha256:1$a$b"], "curators: entry 1 is not as `policygraph token` writes it"),
        (["a=scrypt:1024:8:1$s$0f", "a+force=scrypt:1024:8:1$s$0f"], "curators: a is there twice"),
    ],
)
def test_an_entry_that_cannot_be_used_stops_the_start_and_is_not_repeated(entries: list[str], words: str) -> None:
    with pytest.raises(ServiceError) as caught:
        Curators(entries)
    assert str(caught.value) == words


def test_the_command_prints_a_token_and_what_lets_it_in() -> None:
    printed = CliRunner().invoke(main, ["token", "carol", "--force"]).output
    match = re.fullmatch(r'token: (carol\.[\w-]{43})\ncurators = \["([^"]+)"\]\n', printed)
    assert match is not None
    known = Curators([match[2]]).known_by(f"Bearer {match[1]}")
    assert (known.name, known.may_force) == ("carol", True)
    refused = CliRunner().invoke(main, ["token", "Carol"])
    expected = "Error: a curator's name has small letters, digits and hyphens, not “Carol”\n"
    assert (refused.exit_code, refused.output) == (1, expected)


def test_a_strange_name_is_refused() -> None:
    with pytest.raises(ServiceError, match="small letters, digits and hyphens, not “Zoë”"):
        make("Zoë")


def test_without_entries_there_is_nobody() -> None:
    assert (bool(Curators([])), Curator("a", True, "h").may_force) == (False, True)
