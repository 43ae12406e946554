"""A TOML file and the environment in, checked settings out: every option once, with its default and its words.

An option `name` is read from the file's table `[server]`, and from `POLICYGRAPH_SERVER_NAME`, which wins. What cannot
be used is refused at start, by name. `table` is the documentation of them all.
"""

from __future__ import annotations

import dataclasses
import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from policygraph.messages import languages
from policygraph.paths import Folders, find

from .failures import ServiceError

__all__ = ["PREFIX", "Settings", "table"]

PREFIX = "POLICYGRAPH_SERVER_"
_BUILD = Path("build")


def _option(default: Any, words: str, low: float = 0, high: float = float("inf"), *, secret: bool = False) -> Any:
    metadata = {"words": words, "low": low, "high": high, "secret": secret}
    return dataclasses.field(default=default, metadata=metadata, repr=not secret)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every option of the service. Sizes are bytes unless they say otherwise; times are seconds."""

    build: Path = _option(  # noqa: RUF009 - it makes a field
        _BUILD, "Folder of the build to serve; a link to a new one is taken up by itself."
    )
    project: str = _option(
        "",
        "Folder of the project whose build it is, for its texts and settings; else the nearest with a "
        "policygraph.toml, upward from the working folder.",
    )
    store: str = _option(
        "memory",
        "Where workers read the graph: memory, shared by all; disk (`store/` of the build) where it is large; or the "
        "address of another SPARQL endpoint.",
    )
    store_graphs: str = _option(
        "union",
        "What that endpoint takes for its default graph: the union of all graphs; else listed, which names the "
        "graphs of the build with each query.",
    )
    store_timeout: str = _option(
        "none",
        "How that endpoint takes a time-out in its parameter `timeout`: none, milliseconds, seconds, or unit (`30s`).",
    )
    store_user: str = _option("", "Name for that endpoint (HTTP Basic).")
    store_password: str = _option("", "Password for that endpoint; read from the environment only.", secret=True)
    store_token: str = _option("", "Bearer token for that endpoint; read from the environment only.", secret=True)
    host: str = _option("127.0.0.1", "Address to listen on.")
    port: int = _option(8000, "Port to listen on.", 0, 65535)
    public_url: str = _option("", "The service's address as the world knows it, for links; else the request's own.")
    language: str = _option("en", "Language of messages where a client names none: zh or en.")
    quotations: str = _option(
        "on",
        "What pages show of the source texts that are at hand: on, the whole text in the reading room; passages, "
        "quotations alone; off, positions alone.",
    )
    quotation_context: int = _option(60, "Characters that are shown before and after a quotation.", 0, 400)

    embedding: tuple[str, ...] = _option(
        (), "Sites whose pages may embed a ladder, chart, tree or table (`?embed=1`): origins, or * for all; else none."
    )

    threads: int = _option(32, "Requests handled at once; more than `workers` and `waiting` together.", 3, 1000)
    workers: int = _option(6, "Queries that run at once, each in a process of its own.", 1, 256)
    spares: int = _option(1, "Workers that stand by to replace one that is killed.", 0, 64)
    waiting: int = _option(16, "Queries that may wait for a free worker; more are told to come back.", 1, 1000)
    queue: float = _option(5.0, "How long a query waits for a free worker before it is told to come back.", 0, 600)
    deadline: float = _option(30.0, "The longest a query may run; a client may ask for less.", 0.01, 86400)
    memory: int = _option(1024, "MiB that a worker may use for a query, above what the graph takes.", 16)

    exports: int = _option(2, "Exports written at once, each in a process of its own, within `memory`.", 1, 64)

    query_bytes: int = _option(64 * 1024, "Longest query.", 1)
    body_bytes: int = _option(256 * 1024, "Longest request body; percent-encoding triples Chinese text.", 1)
    uri_bytes: int = _option(64 * 1024, "Longest address of a request.", 1)
    nesting: int = _option(64, "Deepest nesting of brackets in a query.", 1, 256)
    brackets: int = _option(1000, "Most brackets that a query may open.", 1, 2000)
    operators: int = _option(2000, "Most operators, of expressions and paths, in a query.", 1, 4000)

    rows: int = _option(1_000_000, "Most rows, or triples, of an answer.", 1)
    answer_bytes: int = _option(64 * 1024 * 1024, "Largest answer that is kept whole before it is sent.", 1)
    stream_bytes: int = _option(1024 * 1024 * 1024, "Largest answer under `stream=1`.", 1)
    cache_bytes: int = _option(64 * 1024 * 1024, "Memory for answers that are kept; 0 keeps none.")
    cache_entry_bytes: int = _option(1024 * 1024, "Largest answer that is kept.")

    client_seconds: float = _option(60.0, "Seconds of query time a client may use at once.", 0.01)
    client_seconds_rate: float = _option(1.0, "Seconds of query time a client regains each second.", 0.001)
    client_errors: float = _option(30.0, "Failed queries a client may send at once.", 1)
    client_errors_rate: float = _option(0.5, "Failed queries a client regains each second.", 0.001)
    client_queries: int = _option(4, "Queries of one client that may run at once.", 1)
    trusted_proxies: tuple[str, ...] = _option((), "Networks whose X-Forwarded-For is believed, such as 10.0.0.0/8.")
    metrics_clients: tuple[str, ...] = _option(("127.0.0.0/8", "::1/128"), "Networks that may read /metrics.")

    service_allowed: tuple[str, ...] = _option((), "Endpoints that a query may ask with SERVICE; each a whole IRI.")
    service_private: tuple[str, ...] = _option(
        (), "Networks that are not of the public internet in which allowed endpoints may stand, such as 10.1.2.0/24."
    )
    service_bytes: int = _option(4 * 1024 * 1024, "Largest answer that is taken from an allowed endpoint.", 1)
    service_seconds: float = _option(10.0, "How long an allowed endpoint may take; the `deadline` holds too.", 0.01)

    curators: tuple[str, ...] = _option(
        (), "Who may write, as `policygraph token` prints it: name=hash, or name+force=hash; nobody where it is empty."
    )
    update_bytes: int = _option(8 * 1024 * 1024, "Largest update, or body of a graph.", 1)
    update_deadline: float = _option(120.0, "The longest an update may take, from its text to the new build.", 1, 86400)
    update_memory: int = _option(2048, "MiB that an update may use, above what the graph takes.", 64)
    update_queue: float = _option(30.0, "How long an update waits for the one before it.", 0, 600)

    watch: float = _option(2.0, "How often to look for a new build; 0 waits for SIGHUP.", 0, 86400)
    grace: float = _option(10.0, "How long requests may take to end once the service is told to stop.", 0, 3600)

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check(field, getattr(self, field.name))
        if self.threads <= self.workers + self.waiting:
            # else queries that wait would keep out those that are in the cache, and those who ask if we are well
            raise ServiceError(
                f"threads is {self.threads}; it must be more than workers ({self.workers}) and waiting "
                f"({self.waiting}) together"
            )
        if self.project:
            try:
                self.folders  # noqa: B018 - whether there is one
            except FileNotFoundError as error:
                raise ServiceError(f"project: {error}") from None
        if self.store_token and self.store_user:
            raise ServiceError("store_token and store_user are both set; a store knows us by one of them")

    @property
    def folders(self) -> Folders:
        """The folders of the project. Raises FileNotFoundError where `project` is none."""
        return find(Path(self.project) if self.project else None)

    @property
    def is_remote(self) -> bool:
        """Whether the graph is in another endpoint."""
        return "://" in self.store

    @classmethod
    def read(cls, path: Path | None = None, environ: Mapping[str, str] = os.environ, **options: Any) -> Settings:
        """Settings from a file, then the environment, then what the caller gives. Raises ServiceError."""
        values: dict[str, Any] = {}
        for origin, read_values in ((str(path), _from_file(path)), ("the environment", _from_environment(environ))):
            for name, value in read_values.items():
                values[name] = _typed(name, value, origin)
        return cls(**{**values, **options})


def table() -> str:
    """Every option as a Markdown table."""
    lines = ["| option | default | what it is |", "| --- | --- | --- |"]
    for field in dataclasses.fields(Settings):
        value = field.default
        default = ", ".join(value) if isinstance(value, tuple) else str(value)
        lines.append(f"| `{field.name}` | {f'`{default}`' if default else ''} | {field.metadata['words']} |")
    return "\n".join(lines) + "\n"


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ServiceError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ServiceError(f"{path}: {error}") from None
    section = content.get("server", {})
    if not isinstance(section, dict) or content.keys() - {"server"}:
        raise ServiceError(f"{path}: options stand below one heading, [server]")
    for field in dataclasses.fields(Settings):
        if field.metadata["secret"] and field.name in section:
            name = PREFIX + field.name.upper()
            raise ServiceError(f"{path}: {field.name} is a secret; set {name} in the environment instead")
    return section


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    return {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}


def _whole(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    return int(value)


def _list(value: Any) -> tuple[str, ...]:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(map(str, value))


#: Type of an option's default -> what makes such a value of TOML or of text.
_READERS: Mapping[type, Callable[[Any], Any]] = {int: _whole, float: float, str: str, tuple: _list}

#: Option -> the words it may be.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "language": languages(),
    "store": ("memory", "disk", "the address of a SPARQL endpoint"),
    "store_graphs": ("union", "listed"),
    "store_timeout": ("none", "milliseconds", "seconds", "unit"),
    "quotations": ("on", "passages", "off"),
}
_ADDRESS = re.compile(r"[!-~]+")
_USER = re.compile(r"//[^/]*@")


def _typed(name: str, value: Any, origin: str) -> Any:
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    if name not in fields:
        near = difflib.get_close_matches(name, fields, 1)
        raise ServiceError(f"{origin}: there is no option “{name}”" + (f"; did you mean {near[0]}?" if near else ""))
    default = fields[name].default
    try:
        return _READERS.get(type(default), Path)(value)
    except (TypeError, ValueError):
        raise ServiceError(f"{origin}: {name} cannot be “{value}”; it is like {default}") from None


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    if isinstance(value, (int, float)):
        low, high = field.metadata["low"], field.metadata["high"]
        if not low <= value <= high:
            raise ServiceError(f"{field.name} is {value}; it must be from {low} to {high}")
    for check in _CHECKS.get(field.name, ()):
        check(field.name, value)


def _word(name: str, value: str) -> None:
    if value not in _WORDS[name]:
        raise ServiceError(f"{name} is “{value}”; it must be {' or '.join(_WORDS[name])}")


def _networks(name: str, value: tuple[str, ...]) -> None:
    for network in value:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ServiceError(f"{name}: {error}") from None


def _place(name: str, value: str) -> None:
    if "://" in value:
        _endpoints(name, (value,))
    else:
        _word(name, value)


_ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.*-]+(:\d{1,5})?")


def _origins(name: str, value: tuple[str, ...]) -> None:
    """Sites as a Content-Security-Policy takes them, and nothing that could say more there."""
    for origin in value:
        if not _ORIGIN.fullmatch(origin):
            raise ServiceError(f"{name} is “{origin}”; it must be an origin such as https://example.org, or *")


def _endpoints(name: str, value: tuple[str, ...]) -> None:
    """Addresses that can be asked, and that tell no secret: a password in one would stand in every log."""
    for address in value:
        try:
            parts = urlsplit(address)
            is_sound = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
        except ValueError:
            is_sound = False
        if not is_sound or not _ADDRESS.fullmatch(address) or parts.username is not None or parts.fragment:
            masked = _USER.sub("//…@", address)
            raise ServiceError(
                f"{name} is “{masked}”; it must be http:// or https://, a host and a path, no user, no #"
            )


#: Option -> what its values must be, beside their type and bounds.
_CHECKS: Mapping[str, tuple[Callable[[str, Any], None], ...]] = {
    "language": (_word,),
    "store": (_place,),
    "store_graphs": (_word,),
    "store_timeout": (_word,),
    "trusted_proxies": (_networks,),
    "metrics_clients": (_networks,),
    "embedding": (_origins,),
    "service_allowed": (_endpoints,),
    "service_private": (_networks,),
}
