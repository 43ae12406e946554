"""Every word of the service has its Chinese, no Chinese has lost its word, and another language needs no Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from babel.messages.catalog import Message
    from flask.testing import FlaskClient

SERVER = Path(__file__).resolve().parents[2] / "server"
_KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "message": None, "pmessage": ((1, "c"), 2)}
_METHODS = [("frontend/**", "ignore"), ("templates/**", "jinja2"), ("**.py", "python")]


Word = tuple[str | None, str]


def _used() -> set[Word]:
    found = extract_from_dir(SERVER, _METHODS, {"templates/**": {"trimmed": "true"}}, _KEYWORDS)
    return {(context, message if isinstance(message, str) else message[0]) for _, _, message, _, context in found}


def _translated() -> Iterator[tuple[str, Message]]:
    for path in sorted((SERVER / "translations" / "zh").glob("*.po")):
        with path.open("rb") as file:
            yield from ((path.name, message) for message in read_po(file, locale="zh") if message.id)


def _word(message: Message) -> Word:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def test_what_pages_say_is_what_is_translated() -> None:
    known = {_word(message) for _, message in _translated()}
    used = _used()
    assert {
        (None, "Hierarchy"),
        (None, "Search"),
        (None, "No group passes HAVING."),
        ("expected", "variable"),
    } <= used, "templates and modules are read"
    assert (sorted(used - known), sorted(known - used)) == ([], []), (
        "left: to be added to a file of server/translations/zh/; right: to be removed there"
    )


def test_a_word_is_translated_once_and_whole() -> None:
    seen: dict[Word, str] = {}
    faults = []
    for file, message in _translated():
        word = _word(message)
        if word in seen:
            faults.append(f"{file}: {word} is in {seen[word]} too")
        seen[word] = file
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        if message.fuzzy or not all(said):
            faults.append(f"{file}: {word} has no Chinese")
        faults += [f"{file}: {word}: {error}" for error in message.check()]
    assert faults == []


GERMAN = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "A parameter cannot be used"
msgstr "Ein Parameter ist unbrauchbar"

msgid "`{name}` cannot be “{value}”; it must be {wanted}."
msgstr "`{name}` kann nicht „{value}“ sein, sondern {wanted}."

msgid "a whole number from {low} to {high}"
msgstr "eine ganze Zahl von {low} bis {high}"
"""


def test_a_problem_speaks_a_language_that_only_has_a_catalogue(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "problems.po").write_text(GERMAN, encoding="utf-8")
    monkeypatch.setenv("POLICYGRAPH_TRANSLATIONS", str(tmp_path))
    response = client.get("/api/search?q=x&limit=0", headers={"Accept-Language": "de"})
    assert (response.headers["Content-Language"], response.json) == (
        "de",
        {
            "type": "https://w3id.org/policygraph/problem/bad-parameter",
            "title": "Ein Parameter ist unbrauchbar",
            "status": 400,
            "detail": "`limit` kann nicht „0“ sein, sondern eine ganze Zahl von 1 bis 100.",
            "name": "limit",
            "value": "0",
            "wanted": "eine ganze Zahl von 1 bis 100",
        },
    )
    page = client.get("/plans?lang=de", headers={"Accept": "text/html"})
    assert (page.status_code, '<html lang="de"' in page.text, "Deutsch" in page.text) == (200, True, True)
