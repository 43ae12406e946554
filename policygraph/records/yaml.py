"""YAML text in, plain mappings, lists and strings out, each mapping knowing the lines of its keys; and back again.

A strict part of YAML 1.2: one document, every scalar a string, no repeated key, no anchors or tags
(a reference to an anchor could make kilobytes grow to gigabytes), bounds on size and depth. The
parser's events are followed with a stack of our own, so that no nesting can exhaust Python's.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.emitter import Emitter, ScalarAnalysis
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

from policygraph.errors import PolicygraphError
from policygraph.messages import SOURCE, message

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "REGISTRY_BYTES",
    "LineDict",
    "LineList",
    "YamlError",
    "bound",
    "read",
    "read_file",
    "write",
]

#: A record is some tens of kilobytes; a file beyond this is a mistake, refused before it is parsed.
MAX_BYTES = 4 * 1024 * 1024
#: The registry of proposals is written by machine, some ten kilobytes for each document: it may hold thousands.
REGISTRY_BYTES = 64 * 1024 * 1024
_REGISTRY = "reference/proposed.yaml"
#: Plans nest some ten levels deep, and each takes two in YAML.
MAX_DEPTH = 64


class YamlError(PolicygraphError, ValueError):
    """A text that is not YAML of the kind we read: the line (from 1), and what is wrong."""

    def __init__(self, line: int, texts: Mapping[str, str]) -> None:
        super().__init__(line, texts)
        self.line = line
        self.texts = texts

    def __str__(self) -> str:
        return f"line {self.line}: {self.texts[SOURCE]}"


class LineDict(dict[str, Any]):
    """A mapping that knows its line (`line`) and those of its keys (`lines`)."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class LineList(list[Any]):
    """A list that knows its line (`line`) and those of its items (`lines`)."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def bound(file: str | Path) -> int:
    """How many bytes a file may have, by its name."""
    return REGISTRY_BYTES if Path(file).as_posix().endswith(_REGISTRY) else MAX_BYTES


def read_file(path: Path) -> Any:
    """The value of a file, within its `bound`. Raises YamlError, and OSError for a file that cannot be read."""
    return read(path.read_bytes(), bound(path))


def read(data: bytes, most: int = MAX_BYTES) -> Any:
    """The one value of a YAML text: LineDict, LineList, str, or None for an empty text.

    Raises YamlError for bytes that are not UTF-8, broken YAML, a repeated key, an anchor, alias or
    tag, a second document, and whatever is over `most` bytes or MAX_DEPTH.
    """
    if len(data) > most:
        raise YamlError(
            1,
            message("the file has {size:,} bytes; a record may have {max_bytes:,}", size=len(data), max_bytes=most),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        at = error.start
        raise YamlError(line, message("byte {at} is not UTF-8", at=at)) from None
    try:
        return _build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(str(error.problem or error.context).split())
        line = mark.line + 1 if mark else 1
        raise YamlError(line, message("this is not YAML: {reason}", reason=reason)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError(line, message("a control character stands here")) from None


def write(value: Any) -> str:
    """A value of mappings, lists and strings as YAML in the manner of the records; `read` gives the same value again.

    Mappings of languages and lists of words stand on one line; things stand apart. What records are made of is written
    directly, since PyYAML takes a dozen calls for each word; it writes what is not so, and the words that need quotes.
    """
    lines: list[str] = []
    try:
        if isinstance(value, dict) and value:
            _write_mapping(value, 0, lines)
        elif isinstance(value, list) and value:
            _write_list(value, 0, lines)
        text = "".join(lines)
    except _UnusualError:
        text = ""
    text = text or _written_by_yaml(value)
    return _ITEM.sub(r"\n\1", _SECTION.sub(r"\n\1", text)).lstrip("\n")


class _UnusualError(Exception):
    """A value that records do not have."""


def _write_mapping(value: dict[str, Any], indent: int, lines: list[str], *, begun: bool = False) -> None:
    """Writes a mapping line by line; the first line is `begun` behind the dash of a list."""
    for key, item in value.items():
        lead = "" if begun else " " * indent
        begun = False
        name = _scalar(key, is_flow=False, is_key=True)
        if isinstance(item, dict) and "id" in item:
            lines.append(f"{lead}{name}:\n")
            _write_mapping(item, indent + 2, lines)
        elif isinstance(item, list) and not all(isinstance(each, str) for each in item):
            lines.append(f"{lead}{name}:\n")
            _write_list(item, indent + 2, lines)
        else:
            words = _scalar(item, is_flow=False) if isinstance(item, str) else _flow(item)
            lines.append(f"{lead}{name}: {words}\n")


def _write_list(value: list[Any], indent: int, lines: list[str]) -> None:
    for item in value:
        if not isinstance(item, dict):
            raise _UnusualError
        if "id" in item:
            lines.append(" " * indent + "- ")
            _write_mapping(item, indent + 2, lines, begun=True)
        else:
            lines.append(f"{' ' * indent}- {_flow(item)}\n")


def _flow(value: Any) -> str:
    """A mapping or a list on one line."""
    if isinstance(value, dict):
        pairs = (f"{_scalar(key, is_flow=True, is_key=True)}: {_flow(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, is_flow=True)


def _scalar(value: Any, *, is_flow: bool, is_key: bool = False) -> str:
    """A word as YAML has it: plain where it would be read so, else as PyYAML quotes it."""
    if not isinstance(value, str) or (is_key and len(value) > _LONGEST_KEY):
        raise _UnusualError
    if _PLAIN.fullmatch(value) and not (is_flow and ":" in value):
        return value
    if is_key:
        raise _UnusualError
    if _QUOTED.fullmatch(value):
        return f'"{value}"'
    return _quoted(value, is_flow=is_flow)


@lru_cache(maxsize=100_000)
def _quoted(value: str, *, is_flow: bool) -> str:
    text = _written_by_yaml({"k": [value] if is_flow else value})
    return text[4:-2] if is_flow else text[3:-1]


_LONGEST_KEY = 100


def _written_by_yaml(value: Any) -> str:
    """A value as PyYAML writes it."""
    stream = io.StringIO()
    writer = _Writer(stream)
    writer.open()
    writer.serialize(_node(value, is_top=True))
    writer.close()
    writer.dispose()
    return stream.getvalue()


class _Writer(Emitter, Serializer, BaseResolver):
    """PyYAML's way out without types: every scalar is a string, quoted only where it would be read otherwise."""

    def __init__(self, stream: io.StringIO) -> None:
        Emitter.__init__(self, stream, width=2**31, allow_unicode=True)
        Serializer.__init__(self, encoding=None)
        BaseResolver.__init__(self)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """A list in a mapping is indented, as people do it; PyYAML would not."""
        super().increase_indent(flow, False)

    def analyze_scalar(self, scalar: str) -> ScalarAnalysis:
        """What PyYAML finds out character by character; of words without a sign that YAML reads it is known at once."""
        if _PLAIN.fullmatch(scalar) is None:
            return super().analyze_scalar(scalar)
        return ScalarAnalysis(
            scalar=scalar,
            empty=False,
            multiline=False,
            allow_flow_plain=":" not in scalar,
            allow_block_plain=True,
            allow_single_quoted=True,
            allow_double_quoted=True,
            allow_block=True,
        )

    def write_plain(self, text: str, split: bool = True) -> None:
        """Writes words at once that have no line break; PyYAML looks at each character."""
        if _PLAIN.fullmatch(text) is None:
            super().write_plain(text, split)
            return
        if self.root_context:
            self.open_ended = True
        if not self.whitespace:
            self.column += 1
            self.stream.write(" ")
        self.whitespace = self.indention = False
        self.column += len(text)
        self.stream.write(text)

    def choose_scalar_style(self) -> str:
        """Double quotes where quotes are needed."""
        style: str = super().choose_scalar_style()
        return '"' if style == "'" else style


#: Words without a character that is a sign in YAML, or a blank or colon where it would be one.
_PLAIN = re.compile(
    r"[A-Za-z0-9一-鿿（）“”《》、，。；：…]"
    r"(?:[A-Za-z0-9一-鿿（）“”《》、，。；：…—_./%+=()-]| (?=[A-Za-z0-9一-鿿（“])|:(?=[A-Za-z0-9一-鿿]))*"
)
#: Words that begin with a sign that YAML reads, so that they are quoted, and have none that is escaped: a fragment
#: (#char=…), a label to be checked ([composed] …). They are half of what is quoted.
_QUOTED = re.compile("[#\\[{][ !#-\\[\\]-~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")
#: A thing below another of its list, and a section of the top mapping: a blank line goes before each.
_ITEM = re.compile(r"(?<=\n)(?<!:\n)( *- id: )")
_SECTION = re.compile(r"(?<=\n)(\w+:\n)")
_BREAK = re.compile(r"[\n\r\x85\u2028\u2029]")
_STRING, _MAP, _LIST = (f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))


def _node(value: Any, *, is_top: bool = False) -> yaml.Node:
    if isinstance(value, dict):
        is_flow = not is_top and "id" not in value
        pairs = [(_node(key), _node(item)) for key, item in value.items()]
        return yaml.MappingNode(_MAP, pairs, flow_style=is_flow)
    if isinstance(value, list):
        is_flow = all(isinstance(item, str) for item in value)
        return yaml.SequenceNode(_LIST, [_node(item) for item in value], flow_style=is_flow)
    # a fragment (#char=…) is always quoted, since unquoted it looks like a comment
    style = '"' if value.startswith("#") or _BREAK.search(value) else None
    return yaml.ScalarNode(_STRING, value, style=style)


class _Open:
    """A collection under construction, the key that waits for its value, and the lines of keys; a list has none."""

    __slots__ = ("key", "lines", "value")

    def __init__(self, value: LineDict | LineList) -> None:
        self.value: Any = value
        self.lines = value.lines if isinstance(value, LineDict) else None
        self.key: str | None = None


def _build(text: str) -> Any:
    loader = yaml.CBaseLoader(text)
    try:
        return _Builder().built(iter(loader.get_event, None))  # as yaml.parse, which asks for each event twice
    finally:
        loader.dispose()


class _Builder:
    """The one value of a document, made of its events."""

    def __init__(self) -> None:
        self._stack: list[_Open] = []
        self._result: Any = None
        self._has_document = False

    def built(self, events: Iterator[Any]) -> Any:
        """The value of all events. Nearly all are keys and values of mappings, for which nothing is called."""
        stack, scalar = self._stack, yaml.ScalarEvent
        for event in events:
            kind = type(event)
            if kind is not scalar or not stack:
                self._take(event)
                continue
            if event.anchor is not None or event.tag is not None:
                _refuse_references(event)
            top = stack[-1]
            if top.key is not None:
                top.value[top.key] = event.value
                top.key = None
            elif top.lines is not None and event.value not in top.lines:
                top.key = event.value
                top.lines[top.key] = event.start_mark.line + 1
            else:
                _put(top, event.value, event.start_mark.line + 1)
        return self._result

    def _take(self, event: Any) -> None:
        """Takes what is no scalar in a collection."""
        kind, line = type(event), event.start_mark.line + 1
        if issubclass(kind, yaml.CollectionEndEvent):
            self._stack.pop()
        elif issubclass(kind, yaml.CollectionStartEvent):
            self._open(event, line)
        elif issubclass(kind, yaml.NodeEvent):  # a scalar, or an alias, which is refused
            _refuse_references(event)
            self._result = event.value or None
        elif issubclass(kind, yaml.DocumentStartEvent):
            if self._has_document:
                raise YamlError(line, message("a second YAML document starts here"))
            self._has_document = True

    def _open(self, event: Any, line: int) -> None:
        _refuse_references(event)
        if len(self._stack) >= MAX_DEPTH:
            raise YamlError(line, message("nested more than {max_depth} deep", max_depth=MAX_DEPTH))
        value = LineDict(line) if isinstance(event, yaml.MappingStartEvent) else LineList(line)
        if self._stack:
            _put(self._stack[-1], value, line)
        else:
            self._result = value
        self._stack.append(_Open(value))


def _refuse_references(event: Any) -> None:
    tag = getattr(event, "tag", None)
    if event.anchor is not None or (tag is not None and tag != "!"):
        raise YamlError(event.start_mark.line + 1, message("anchors, aliases and tags are not read"))


def _put(top: _Open, value: Any, line: int) -> None:
    """Hangs a value into the open collection: as an item, a key or the value of the waiting key."""
    if isinstance(top.value, LineList):
        top.value.append(value)
        top.value.lines.append(line)
    elif top.key is not None:
        top.value[top.key] = value
        top.key = None
    elif not isinstance(value, str):
        raise YamlError(line, message("a key must be a word"))
    elif value in top.value.lines:
        first = top.value.lines[value]
        raise YamlError(
            line,
            message("the key “{value}” stands here again; it first stands at line {first}", value=value, first=first),
        )
    else:
        top.key = value
        top.value.lines[value] = line
