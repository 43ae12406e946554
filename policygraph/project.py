"""`policygraph.toml` in, a project's settings out, with what is wrong with them; and a new project written.

A project is a folder with a `policygraph.toml`. Commands find it upward from the working folder, as git finds its
repository. Every setting is a row of SETTINGS, which checks the file, documents it and writes it.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from policygraph import __version__, vocab
from policygraph.errors import SpokenError
from policygraph.findings import Fault, Finding, Position, Severity
from policygraph.messages import SOURCE, Message, languages, message, pmessage

__all__ = ["FILE", "SETTINGS", "ProjectError", "Setting", "Settings", "find", "init", "neighbours", "read", "table"]

#: The file that makes a folder a project.
FILE = "policygraph.toml"
_SECTION = "project"


class ProjectError(SpokenError):
    """A folder that no project can be made in, or a setting that it cannot have: why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a project, each with its default."""

    name: str = "政策结构知识图谱"
    name_en: str = "Knowledge graph of policy structure"
    base: str = vocab.BASE
    publisher: str = ""
    licence: str = "https://creativecommons.org/licenses/by/4.0/"
    sources: str = "data/sources"
    build: str = "build"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: what it is, what its value must be, and the check of that."""

    about: Message
    wanted: Message
    is_right: Callable[[str], bool]


def _is_base(value: str) -> bool:
    parts = _address(value)
    return parts is not None and value.endswith("/") and not parts[1]


def _is_address(value: str) -> bool:
    return _address(value) is not None


def _address(value: str) -> tuple[str, str] | None:
    """Host, and query with fragment, of an HTTP address; None for what is none."""
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return (parts.netloc, parts.query + parts.fragment) if parts.netloc else None


def _is_path(value: str) -> bool:
    return bool(value.strip()) and "\0" not in value


_TEXT = message("words")
_FOLDER = message("a folder, from the project's own")
#: Setting -> what it is and may be.
SETTINGS: Mapping[str, Setting] = {
    "name": Setting(message("Name of the graph, in Chinese."), _TEXT, lambda value: bool(value.strip())),
    "name_en": Setting(message("Name of the graph, in English."), _TEXT, lambda value: bool(value.strip())),
    "base": Setting(
        message("What the IRIs of the project's things start with: an address of your own that nobody else uses."),
        message("an address that ends in “/”, such as https://example.org/provinces/"),
        _is_base,
    ),
    "publisher": Setting(message("Who publishes the graph; may be empty."), _TEXT, lambda _: True),
    "licence": Setting(message("Address of the licence of the data."), message("an address"), _is_address),
    "sources": Setting(
        message("Folder of your copies of the source texts, which stay yours (POLICYGRAPH_SOURCES is read first)."),
        _FOLDER,
        _is_path,
    ),
    "build": Setting(message("Folder that `policygraph build` writes."), _FOLDER, _is_path),
}

_NOT_TOML = Fault(
    "project_file_unreadable",
    message("this is not TOML: {reason}."),
    message("Mend the file."),
)
_UNKNOWN_KEY = Fault(
    "project_unknown_key",
    message("the key “{key}” is not known."),
    message("Did you mean “{near}”?"),
)
_UNKNOWN_SECTION = Fault(
    "project_unknown_key",
    message("“{key}” is not known here."),
    message("Settings stand below one heading, [project]."),
)
_WRONG_VALUE = Fault(
    "project_wrong_value",
    message("“{key}” cannot be “{value}”."),
    message("Write {wanted}."),
)
_NO_BASE = Fault(
    "project_without_base",
    message("it does not say what the IRIs of the project's things start with."),
    message('Write base = "https://…/" below [project].'),
)
_BASE_TAKEN = Fault(
    "project_base_taken",
    message("the base {base} is that of {other}: two things would have one IRI."),
    message("Choose an address of your own."),
)


def find(start: Path) -> Path | None:
    """The nearest folder with a project file, from `start` upward; None where there is none."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / FILE).is_file()), None)


def read(root: Path, *, has_layer: bool = False) -> tuple[Settings, list[Finding]]:
    """The settings of the project in a folder, those that are wrong left at their defaults, and what is wrong.

    A folder without the file has the defaults. `has_layer` says that the base layer itself stands in the folder, whose
    base nobody else may take.
    """
    try:
        text = (root / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), []
    except (OSError, UnicodeDecodeError) as error:
        return Settings(), [_NOT_TOML.finding(position=Position(FILE, 1), reason=error)]
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        position = Position(FILE, int(line[1]) if line else max(1, text.count("\n")))
        return Settings(), [_NOT_TOML.finding(position=position, reason=error)]
    settings, findings = _checked(content, text)
    section = content.get(_SECTION)
    if not isinstance(section, dict) or "base" not in section:
        findings += [] if has_layer else [_NO_BASE.finding(position=Position(FILE, _line(text, _SECTION)))]
    elif settings.base == section["base"]:
        findings += _taken(root, settings.base, _line(text, "base"), has_layer=has_layer)
    return settings, findings


def _checked(content: Mapping[str, Any], text: str) -> tuple[Settings, list[Finding]]:
    findings = [
        _UNKNOWN_SECTION.finding(position=Position(FILE, _line(text, key)), key=key)
        for key in content
        if key != _SECTION
    ]
    section = content.get(_SECTION, {})
    if not isinstance(section, dict):
        return Settings(), [
            *findings,
            _UNKNOWN_SECTION.finding(position=Position(FILE, _line(text, _SECTION)), key=_SECTION),
        ]
    values: dict[str, str] = {}
    for key, value in section.items():
        position = Position(FILE, _line(text, key))
        if key not in SETTINGS:
            near = difflib.get_close_matches(key, SETTINGS, n=1, cutoff=0)[0]
            findings.append(_UNKNOWN_KEY.finding(position=position, key=key, near=near))
        elif not isinstance(value, str) or not SETTINGS[key].is_right(value):
            findings.append(_WRONG_VALUE.finding(position=position, key=key, value=value, wanted=SETTINGS[key].wanted))
        else:
            values[key] = value
    return Settings(**values), findings


def _line(text: str, key: str) -> int:
    """The line on which a key or a heading stands."""
    match = re.search(rf"(?m)^[ \t]*(?:\[+\s*)?[\"']?{re.escape(key)}\b", text)
    return text.count("\n", 0, match.start()) + 1 if match else 1


def _taken(root: Path, base: str, line: int, *, has_layer: bool) -> Iterator[Finding]:
    """That the base is the base layer's, or that of a project around or beside this one."""
    position = Position(FILE, line)
    if base == vocab.BASE and not has_layer:
        yield _BASE_TAKEN.finding(position=position, base=base, other=message("policygraph itself"))
        return
    name = _identity(root)[1]
    for other in neighbours(root):
        if _identity(other)[0] == base and (name is None or _identity(other)[1] != name):
            yield _BASE_TAKEN.finding(
                position=position, base=base, other=pmessage("a project", "{file}", file=other / FILE)
            )


def neighbours(root: Path) -> list[Path]:
    """The projects whose base can be known from here: those around a folder, and those beside it."""
    root = root.resolve()
    around = [folder for folder in root.parents if (folder / FILE).is_file()]
    try:
        beside = [path.parent for path in sorted(root.parent.glob(f"*/{FILE}")) if path.parent != root]
    except OSError:
        beside = []
    return [*around, *beside]


def _identity(root: Path) -> tuple[str | None, str | None]:
    """The base and the name of a project, as its file has them: a second clone of a project has both."""
    try:
        state = (root / FILE).stat()
    except OSError:
        return None, None
    return _identity_in(root / FILE, state.st_mtime_ns, state.st_size)


@lru_cache(256)
def _identity_in(path: Path, changed: int, size: int) -> tuple[str | None, str | None]:  # noqa: ARG001 - of one state
    """The same of a file as it was when it had this time and size: a service asks for its folders with every page."""
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get(_SECTION, {})
    except (OSError, ValueError):
        return None, None
    return (section.get("base"), section.get("name")) if isinstance(section, dict) else (None, None)


def table() -> str:
    """Every setting as a Markdown table."""
    lines = ["| setting | default | what it is |", "| --- | --- | --- |"]
    lines += [
        f"| `{key}` | {f'`{default}`' if (default := getattr(Settings(), key)) else ''} | {setting.about[SOURCE]} |"
        for key, setting in SETTINGS.items()
    ]
    return "\n".join(lines) + "\n"


# ── a new project ─────────────────────────────────────────────────────────────────────────────────

_HEAD = message(
    "A project of policygraph: commands find it from any folder below. `policygraph check` checks this file too."
)
_IGNORED = """\
# the source texts are yours, and builds are made anew
/{sources}/*
/{build}
/.{build}/
"""
_REGISTRY = """\
# The source texts: file name, SHA-256 and length of each. `policygraph extract` adds to it.
"""
#: Files of editors -> what they say: which schema a record is held against while one types.
_SCHEMA = ".policygraph/record.schema.json"


#: What a repository of a project's data has beside it -> the template of each file (archives drop names with a dot).
_REPOSITORY = {
    "README.md": "readme.md",
    "requirements.txt": "requirements.txt",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".github/workflows/graph.yml": "workflow.yml",
}
_TEMPLATES = Path(__file__).resolve().parent / "templates" / "repository"


def init(root: Path, settings: Settings, schema: str, *, is_repository: bool = False) -> list[Path]:
    """Writes a new project into a folder, which is made where it is not there; the files written.

    `schema` is the JSON Schema of records, for editors; with `is_repository` come a workflow that checks and builds, a
    hook that checks, and a README, also for a project that is there. What is there already stays as it is. Raises
    ProjectError for a folder that is a project, and for settings that `read` would find fault with.
    """
    if (root / FILE).exists():
        if is_repository:
            return _written(root, _repository(read(root)[0]))
        raise ProjectError(message("{root} is a project already: edit {file}", root=root, file=root / FILE))
    texts = {
        FILE: _toml(settings),
        ".gitignore": _IGNORED.format(sources=settings.sources, build=settings.build),
        "data/sources.yaml": _REGISTRY,
        "data/records/.gitkeep": "",
        "data/reference/.gitkeep": "",
        f"{settings.sources}/.gitkeep": "",
        _SCHEMA: schema,
        ".vscode/settings.json": _editor(),
        **(_repository(settings) if is_repository else {}),
    }
    faults = [*_faults(root, settings)]
    if faults:
        raise ProjectError(
            {
                code: ("" if code == "zh" else " ").join(fault.sentences(code) for fault in faults)
                for code in languages()
            }
        )
    return _written(root, texts)


def _repository(settings: Settings) -> dict[str, str]:
    """The files of a data repository, with the project's name and this program's version filled in."""
    texts = {name: (_TEMPLATES / source).read_text(encoding="utf-8") for name, source in _REPOSITORY.items()}
    return {
        name: text.replace("%NAME%", settings.name).replace("%VERSION%", __version__) for name, text in texts.items()
    }


def _written(root: Path, texts: Mapping[str, str]) -> list[Path]:
    """Writes the files that are not there; which these are."""
    written: list[Path] = []
    try:
        for name, text in texts.items():
            path = root / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                written.append(path)
    except OSError as error:
        raise ProjectError(message("{filename}: {reason}", filename=error.filename, reason=error.strerror)) from None
    return written


def _faults(root: Path, settings: Settings) -> Iterator[Finding]:
    text = _toml(settings)
    yield from _checked(tomllib.loads(text), text)[1]
    yield from _taken(root, settings.base, 1, has_layer=False)


def _toml(settings: Settings) -> str:
    lines = [*(f"# {text}" for text in _HEAD.values()), "", f"[{_SECTION}]"]
    for key, setting in SETTINGS.items():
        # a JSON string is a TOML basic string, but for DEL
        value = json.dumps(getattr(settings, key), ensure_ascii=False).replace("\x7f", "\\u007f")
        lines += [*(f"# {text}" for text in setting.about.values()), f"{key} = {value}"]
    return "\n".join(lines) + "\n"


def _editor() -> str:
    """Settings of VS Code and its kin, whose YAML extension completes and checks by schema."""
    value = {"yaml.schemas": {_SCHEMA: "data/records/*.yaml"}, "files.associations": {"*.rq": "sparql"}}
    return json.dumps(value, indent=2) + "\n"


def is_faulty(findings: list[Finding]) -> bool:
    """Whether a finding about the settings is a violation, so that commands cannot go on."""
    return any(finding.severity is Severity.VIOLATION for finding in findings)
