"""Every word of the pages has its Chinese, and no Chinese has lost its word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

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
    assert (sorted(used - known), sorted(known - used)) == ([], [])


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
