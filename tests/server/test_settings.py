"""Settings: where they are read from, what wins, and what is refused with which words."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from policygraph import cli
from policygraph.cli.service import serve_command
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
    "[server]\nhost = 5": "{path}: host cannot be “5”; it is like 127.0.0.1",
    "[server]\ntrusted_proxies = [5]": "{path}: trusted_proxies cannot be “[5]”; it is like a, b",
    "[server]\nmemory = 1": "memory is 1; it must be at least 16",
    '[server]\nquotations = "all"': "quotations is “all”; it must be one of on, passages, off",
    '[server]\nlanguage = "fr"': "language is “fr”; it must be one of zh, en",
    '[server]\nstore = "tape"': "store is “tape”; it must be auto, memory, disk or the address of a SPARQL endpoint",
    '[server]\nstore = "http://user:secret@a.org/"': "store is “http://…@a.org/”; it must be http:// or https://, a "
    "host and a path, no user, no #",
    '[server]\nstore = "ftp://a.org/"': "store is “ftp://a.org/”; it must be http:// or https://, a host and a path, "
    "no user, no #",
    '[server]\nstore_graphs = "some"': "store_graphs is “some”; it must be one of union, listed",
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


IN_CHINESE = {
    "[server]\ndedline = 3": "{path}：没有选项“dedline”；是否为 deadline？",
    "[server]\nport = 70000": "port 为 70000；应为：0—65535",
    "[server]\nmemory = 1": "memory 为 1；应为：至少 16",
    '[server]\nport = "many"': "{path}：port 不能是“many”，应类似 8000",
    '[server]\nlanguage = "fr"': "language 为“fr”，须为 zh、en 之一",
    "[server]\nthreads = 20": "threads 为 20，须多于 workers（6）与 waiting（16）之和",
    "port = 1": "{path}：各选项都写在 [server] 之下",
}


@pytest.mark.parametrize(("content", "words"), IN_CHINESE.items())
def test_what_is_wrong_is_told_in_chinese_too(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "server.toml"
    path.write_text(content)
    result = CliRunner().invoke(cli.main, ["--language", "zh", "serve", "--config", str(path)])
    assert (result.exit_code, result.stderr) == (1, f"错误：{words.format(path=path)}\n")


def test_a_secret_of_a_wrong_type_is_not_shown() -> None:
    with pytest.raises(ServiceError) as caught:
        Settings.read(None, {"POLICYGRAPH_SERVER_STORE_TOKEN": "abc", "POLICYGRAPH_SERVER_STORE_USER": "x"})
    assert "abc" not in str(caught.value)
    assert "abc" not in repr(Settings(store_token="abc"))  # noqa: S106 - no real one


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_example_has_every_option_with_its_default(language: str, tmp_path: Path) -> None:
    listed = CliRunner().invoke(cli.main, ["--language", language, "serve", "--options"]).stdout
    path = tmp_path / "server.toml"
    path.write_text(listed, encoding="utf-8")
    assert Settings.read(path, {}) == Settings()
    names = {field.name for field in dataclasses.fields(Settings) if not field.metadata["secret"]}
    path.write_text(re.sub(r"(?m)^# (?=[a-z_]+ = )", "", listed), encoding="utf-8")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["server"].keys() == names
    assert Settings.read(path, {}) == Settings()


def test_an_option_says_all_of_itself() -> None:
    for field in dataclasses.fields(Settings):
        assert {language for language, words in field.metadata["words"].items() if words} == {"zh", "en"}, field.name
        assert isinstance(field.default, (int, float)) is (field.metadata["low"] > float("-inf")), field.name
        assert "`" + field.name + "`" in table("zh")


def test_the_options_of_the_command_say_what_the_table_says() -> None:
    words = {field.name: field.metadata["words"]["en"].rstrip(".") for field in dataclasses.fields(Settings)}
    shown = [option for option in serve_command.params if not getattr(option, "hidden", False)]
    given = {option.name: getattr(option, "help", "") for option in shown}
    assert {name: given[name].partition(";")[0] for name in ("host", "port")} == {
        name: words[name] for name in ("host", "port")
    }
    assert given.keys() - words.keys() == {"config", "is_listing"}


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServiceError) as caught:
        Settings.read(tmp_path / "none.toml", {})
    assert str(caught.value) == f"{tmp_path}/none.toml: No such file or directory"


def test_the_documentation_has_every_option() -> None:
    documented = (ROOT / "server" / "README.md").read_text(encoding="utf-8")
    assert documented.partition("<!-- options -->\n")[2].partition("<!-- /options -->")[0] == table()


DEPLOYMENT = ROOT / "examples" / "deployment"


def test_the_deployment_that_is_shown_fits_the_options() -> None:
    """The proxy takes what the service takes, waits as long, and is the one that is trusted."""
    settings = Settings.read(DEPLOYMENT / "server.toml", {})
    nginx = (DEPLOYMENT / "nginx.conf").read_text(encoding="utf-8")
    unit = (DEPLOYMENT / "policygraph.service").read_text(encoding="utf-8")
    given = dict(re.findall(r"^ *([a-z_]+) ([^;{]+);$", nginx, re.MULTILINE))
    assert given["server"] == f"{settings.host}:{settings.port}"
    assert settings.trusted_proxies == ("127.0.0.1/32",)
    assert int(given["client_max_body_size"].removesuffix("m")) * 1024**2 >= settings.update_bytes
    assert int(given["large_client_header_buffers"].split()[1].removesuffix("k")) * 1024 > settings.uri_bytes
    assert int(given["proxy_read_timeout"].removesuffix("s")) > max(settings.deadline, settings.update_deadline)
    assert (given["proxy_buffering"], given["proxy_next_upstream"]) == ("off", "off")
    assert int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) > settings.grace
    assert "policygraph serve --config /etc/policygraph/server.toml\n" in unit
