"""Settings: where they are read from, what wins, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from server import ServiceError, Settings
from server.settings import table

ROOT = Path(__file__).resolve().parents[2]


def test_the_environment_wins_over_the_file_and_the_caller_over_both(tmp_path: Path) -> None:
    path = tmp_path / "server.toml"
    path.write_text('[server]\nport = 1\nhost = "::1"\nworkers = 2\ntrusted_proxies = ["10.0.0.0/8"]\n')
    environ = {"POLICYGRAPH_SERVER_PORT": "2", "POLICYGRAPH_SERVER_WORKERS": "3", "HOME": "/"}
    expected = Settings(host="::1", port=4, workers=3, trusted_proxies=("10.0.0.0/8",), build=Path("b"))
    assert Settings.read(path, environ, port=4, build=Path("b")) == expected


def test_a_list_in_the_environment_is_written_with_commas() -> None:
    environ = {"POLICYGRAPH_SERVER_TRUSTED_PROXIES": "10.0.0.0/8, ::1/128"}
    assert Settings.read(None, environ) == Settings(trusted_proxies=("10.0.0.0/8", "::1/128"))


REFUSED = {
    "[server]\ndedline = 3": "{path}: there is no option “dedline”; did you mean deadline?",
    "[server]\nport = 70000": "port is 70000; it must be from 0 to 65535",
    '[server]\nport = "many"': "{path}: port cannot be “many”; it is like 8000",
    "[server]\nport = 1.5": "{path}: port cannot be “1.5”; it is like 8000",
    "[server]\nport = true": "{path}: port cannot be “True”; it is like 8000",
    '[server]\nlanguage = "fr"': "language is “fr”; it must be zh or en",
    '[server]\nstore = "tape"': "store is “tape”; it must be memory or disk or the address of a SPARQL endpoint",
    '[server]\nstore = "http://user:secret@a.org/"': "store is “http://…@a.org/”; it must be http:// or https://, a "
    "host and a path, no user, no #",
    '[server]\nstore = "ftp://a.org/"': "store is “ftp://a.org/”; it must be http:// or https://, a host and a path, "
    "no user, no #",
    '[server]\nstore_graphs = "some"': "store_graphs is “some”; it must be union or listed",
    '[server]\nstore_token = "abc"': "{path}: store_token is a secret; set POLICYGRAPH_SERVER_STORE_TOKEN in the "
    "environment instead",
    '[server]\nservice_allowed = ["http://a/ b"]': "service_allowed is “http://a/ b”; it must be http:// or https://, "
    "a host and a path, no user, no #",
    '[server]\nservice_private = ["10.0.0.1/8"]': "service_private: 10.0.0.1/8 has host bits set",
    '[server]\ntrusted_proxies = ["proxy"]': "trusted_proxies: 'proxy' does not appear to be an IPv4 or IPv6 network",
    "[server]\nthreads = 20": "threads is 20; it must be more than workers (6) and waiting (16) together",
    "port = 1": "{path}: options stand below one heading, [server]",
    "[server": "{path}: Expected ']' at the end of a table declaration (at end of document)",
}


@pytest.mark.parametrize(("content", "words"), REFUSED.items())
def test_what_cannot_be_used_is_refused_by_name(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "server.toml"
    path.write_text(content)
    with pytest.raises(ServiceError) as caught:
        Settings.read(path, {})
    assert str(caught.value) == words.format(path=path)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServiceError) as caught:
        Settings.read(tmp_path / "none.toml", {})
    assert str(caught.value) == f"{tmp_path}/none.toml: No such file or directory"


def test_the_documentation_has_every_option() -> None:
    documented = (ROOT / "server" / "README.md").read_text(encoding="utf-8")
    assert documented.partition("<!-- options -->\n")[2].partition("<!-- /options -->")[0] == table()
