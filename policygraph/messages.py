"""A sentence in English in, the same in every language that has a catalogue out: messages for people.

    message("{name} is a project already.", name=root)["zh"]

The English sentence is the identifier of a message. The other languages are GNU gettext catalogues (`.po`), one folder
for each language below `translations/` of the library, of the service, and of `POLICYGRAPH_TRANSLATIONS` where that is
set. They are read when the first text in their language is asked for, as they are: nothing has to be compiled.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from numbers import Number
from pathlib import Path

__all__ = [
    "EMPTY",
    "SOURCE",
    "Message",
    "catalogues",
    "in_all",
    "languages",
    "listed",
    "message",
    "pmessage",
    "text_in",
]

#: The language of the identifiers.
SOURCE = "en"
_PACKAGE = Path(__file__).resolve().parent


class Message(Mapping[str, str]):
    """Language -> text, looked up when it is asked for; equal to any mapping with the same texts.

    Fields of the sentence are `{named}` as for `str.format`. A value that is itself a mapping from languages to texts
    is given in the language of the sentence. Without values (None) the texts are as written, braces and all.
    """

    __slots__ = ("_context", "_msgid", "_values")

    def __init__(self, msgid: str, context: str | None = None, values: Mapping[str, object] | None = None) -> None:
        self._msgid = msgid
        self._context = context
        self._values = None if values is None else {name: _plain(value) for name, value in values.items()}

    def format(self, **values: object) -> Message:
        """The message with its fields filled.

        >>> message("{count} rows").format(count=3)["en"]
        '3 rows'
        """
        return Message(self._msgid, self._context, {**(self._values or {}), **values})

    @property
    def parts(self) -> dict[str, object]:
        """What a message is made of, for JSON: `Message(**parts)` is the message again, and no catalogue is read."""
        return {"msgid": self._msgid, "context": self._context, "values": self._values}

    def __getitem__(self, language: str) -> str:
        if language not in languages():
            raise KeyError(language)
        if language == SOURCE or not self._msgid:
            return self._filled(self._msgid, language)
        translation = _translation(language, self._context, self._msgid)
        try:
            return self._filled(translation, language)
        except (LookupError, ValueError, AttributeError):  # a catalogue with a field that the sentence does not have
            return self._filled(self._msgid, language)

    def _filled(self, text: str, language: str) -> str:
        if self._values is None:
            return text
        return text.format(**{name: _spoken(value, language) for name, value in self._values.items()})

    def __iter__(self) -> Iterator[str]:
        return iter(languages())

    def __len__(self) -> int:
        return len(languages())

    def __hash__(self) -> int:
        return hash(self[SOURCE])

    def __str__(self) -> str:
        return self[SOURCE]

    def __repr__(self) -> str:
        return f"Message({self[SOURCE]!r})"

    def __reduce__(self) -> tuple[type[Message], tuple[str, str | None, Mapping[str, object] | None]]:
        return Message, (self._msgid, self._context, self._values)


def message(msgid: str, /, **values: object) -> Message:
    """The message of an English sentence, its fields filled where values are given.

    >>> message("{count} rows", count=3)["en"]
    '3 rows'
    """
    return Message(msgid, None, values or None)


def pmessage(context: str, msgid: str, /, **values: object) -> Message:
    """The message of an English word that other languages have several words for; `context` (msgctxt) tells which."""
    return Message(msgid, context, values or None)


#: The empty message.
EMPTY = Message("")


def text_in(texts: Mapping[str, str], language: str) -> str:
    """The text in a language, in English where there is none; empty where there is neither."""
    return texts.get(language) or texts.get(SOURCE, "")


def listed(names: Iterable[str]) -> Mapping[str, str]:
    """Names in a row, with the comma of each language.

    >>> listed(["a", "b"])["en"]
    'a, b'
    """
    names = list(names)
    return {language: comma.join(names) for language, comma in message(", ").items()}


def in_all(texts: Mapping[str, str], between: str = " · ") -> str:
    """The texts of all languages in one, English last: for what every reader gets the same."""
    others = [text for language, text in texts.items() if language != SOURCE]
    return between.join([*others, texts[SOURCE]])


def languages() -> tuple[str, ...]:
    """The languages of messages: English first, then each that has a catalogue."""
    return _languages(_folders())


def catalogues() -> list[Path]:
    """The files of all catalogues, in a fixed order."""
    return [path for folder in _folders() for path in sorted(Path(folder).glob("*/*.po"))]


def _plain(value: object) -> object:
    """A value that can be kept, compared and sent: what is neither text, number nor texts is said now."""
    return value if isinstance(value, (str, Number, Mapping)) else str(value)


def _spoken(value: object, language: str) -> object:
    return text_in(value, language) if isinstance(value, Mapping) else value


def _folders() -> tuple[str, ...]:
    """The folders of catalogues; what stands in an earlier one goes before the same in a later one."""
    own = os.environ.get("POLICYGRAPH_TRANSLATIONS")
    return (own, *_shipped()) if own else _shipped()


@cache
def _shipped() -> tuple[str, ...]:
    within = _PACKAGE / "server"  # in a wheel; in a clone the service stands beside the library
    service = within if within.is_dir() else _PACKAGE.with_name("server")
    return str(_PACKAGE / "translations"), str(service / "translations")


@lru_cache
def _languages(folders: tuple[str, ...]) -> tuple[str, ...]:
    names = {path.parent.name for folder in folders for path in Path(folder).glob("*/*.po")}
    return (SOURCE, *sorted(names - {SOURCE}))


def _translation(language: str, context: str | None, msgid: str) -> str:
    """The text of a message in a language; the English one where no catalogue has it."""
    for folder in _folders():
        if text := _catalogue(folder, language).get((context, msgid)):
            return text
    return msgid


@lru_cache
def _catalogue(folder: str, language: str) -> Mapping[tuple[str | None, str], str]:
    """The messages of a language in a folder, by context and identifier."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - 50 ms, and English needs none of it

    texts: dict[tuple[str | None, str], str] = {}
    for path in sorted(Path(folder, language).glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file):
                if isinstance(entry.id, str) and entry.id and isinstance(entry.string, str) and not entry.fuzzy:
                    texts[entry.context, entry.id] = entry.string
    return texts
