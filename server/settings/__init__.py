"""A TOML file and the environment in, checked settings out: every option once, with all that is said of it.

An option `name` is read from the file's table `[server]`, and from `POLICYGRAPH_SERVER_NAME`, which wins. What cannot
be used is refused at start, by name. `table` documents all options, and `example` is a file with all of them.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policygraph.messages import EMPTY, message
from policygraph.paths import Folders, find

from ..failures import ServiceError
from .listing import example_of, table_of
from .options import PREFIX, check, endpoints, networks, option, origins, store_place, typed

__all__ = ["PREFIX", "Settings", "example", "table"]

_BUILD = Path("build")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every option of the service. Sizes are bytes unless they say otherwise; times are seconds."""

    build: Path = option(  # noqa: RUF009 - it makes a field
        _BUILD,
        message("Folder of the build to serve; a link to a new one is taken up by itself."),
    )
    project: str = option(
        "",
        message(
            "Folder of the project whose build it is, for its texts and settings; else the nearest with a "
            "policygraph.toml, upward from the working folder."
        ),
    )
    store: str = option(
        "auto",
        message(
            "Where workers read the graph: memory, shared by all; disk (`store/` of the build); auto, memory, but disk "
            "for more than 3 million quads where the build has its `store/`; or the address of another SPARQL endpoint."
        ),
        check=store_place,
    )
    store_graphs: str = option(
        "union",
        message(
            "What that endpoint takes for its default graph: the union of all graphs; else listed, which names "
            "the graphs of the build with each query."
        ),
        choices=("union", "listed"),
    )
    store_timeout: str = option(
        "none",
        message(
            "How that endpoint takes a time-out in its parameter `timeout`: none, milliseconds, seconds, or unit "
            "(`30s`)."
        ),
        choices=("none", "milliseconds", "seconds", "unit"),
    )
    store_user: str = option("", message("Name for that endpoint (HTTP Basic)."))
    store_password: str = option(
        "",
        message("Password for that endpoint; read from the environment only."),
        secret=True,
    )
    store_token: str = option(
        "",
        message("Bearer token for that endpoint; read from the environment only."),
        secret=True,
    )
    host: str = option("127.0.0.1", message("Address to listen on."))
    port: int = option(8000, message("Port to listen on."), low=0, high=65535)
    public_url: str = option(
        "",
        message("The service's address as the world knows it, for links; else the request's own."),
    )
    language: str = option(
        "en",
        message("Language of messages where a client names none: zh or en."),
        choices=("zh", "en"),
    )
    quotations: str = option(
        "on",
        message(
            "What pages show of the source texts that are at hand: on, the whole text in the reading room; "
            "passages, quotations alone; off, positions alone."
        ),
        choices=("on", "passages", "off"),
    )
    quotation_context: int = option(
        60,
        message("Characters that are shown before and after a quotation."),
        low=0,
        high=400,
    )
    embedding: tuple[str, ...] = option(
        (),
        message(
            "Sites whose pages may embed a ladder, chart, tree or table (`?embed=1`): origins, or * for all; else none."
        ),
        check=origins,
    )

    # what runs at once, and for how long
    threads: int = option(
        32,
        message("Requests handled at once; more than `workers` and `waiting` together."),
        low=3,
        high=1000,
    )
    workers: int = option(
        6,
        message("Queries that run at once, each in a process of its own."),
        low=1,
        high=256,
    )
    spares: int = option(
        1,
        message("Workers that stand by to replace one that is killed."),
        low=0,
        high=64,
    )
    waiting: int = option(
        16,
        message("Queries that may wait for a free worker; more are told to come back."),
        low=1,
        high=1000,
    )
    queue: float = option(
        5.0,
        message("How long a query waits for a free worker before it is told to come back."),
        low=0,
        high=600,
    )
    deadline: float = option(
        30.0,
        message("The longest a query may run; a client may ask for less."),
        low=0.01,
        high=86400,
    )
    copies: int = option(
        1024,
        message(
            "MiB that all workers together may hold of a graph in memory as copies of their own, which reading it "
            "makes; one that has made its share is replaced."
        ),
        low=1,
    )
    memory: int = option(
        1024,
        message("MiB that a worker may use for a query, above what the graph takes."),
        low=16,
    )
    exports: int = option(
        2,
        message("Exports written at once, each in a process of its own, within `memory`."),
        low=1,
        high=64,
    )

    # what a request may be
    query_bytes: int = option(64 * 1024, message("Longest query."), low=1)
    body_bytes: int = option(
        256 * 1024,
        message("Longest request body; percent-encoding triples Chinese text."),
        low=1,
    )
    uri_bytes: int = option(64 * 1024, message("Longest address of a request."), low=1)
    nesting: int = option(64, message("Deepest nesting of brackets in a query."), low=1, high=256)
    brackets: int = option(1000, message("Most brackets that a query may open."), low=1, high=2000)
    operators: int = option(
        2000,
        message("Most operators, of expressions and paths, in a query."),
        low=1,
        high=4000,
    )

    # what an answer may be
    rows: int = option(1_000_000, message("Most rows, or triples, of an answer."), low=1)
    answer_bytes: int = option(
        64 * 1024 * 1024,
        message("Largest answer that is kept whole before it is sent."),
        low=1,
    )
    stream_bytes: int = option(1024 * 1024 * 1024, message("Largest answer under `stream=1`."), low=1)
    cache_bytes: int = option(
        64 * 1024 * 1024,
        message("Memory for answers that are kept; 0 keeps none."),
        low=0,
    )
    cache_entry_bytes: int = option(1024 * 1024, message("Largest answer that is kept."), low=0)

    # what one client may use
    client_seconds: float = option(
        60.0,
        message("Seconds of query time a client may use at once."),
        low=0.01,
    )
    client_seconds_rate: float = option(
        1.0,
        message("Seconds of query time a client regains each second."),
        low=0.001,
    )
    client_errors: float = option(
        30.0,
        message("Failed queries a client may send at once."),
        low=1,
    )
    client_errors_rate: float = option(
        0.5,
        message("Failed queries a client regains each second."),
        low=0.001,
    )
    client_queries: int = option(4, message("Queries of one client that may run at once."), low=1)
    client_connections: int = option(
        256,
        message("Connections of one client; of more, the newest that wait for a request are closed."),
        low=1,
    )
    connections: int = option(
        1000,
        message("Connections of all clients, as far as the system has descriptors."),
        low=16,
    )
    request_seconds: float = option(
        30.0,
        message("How long a client may take to send a request, head and body."),
        low=0.1,
    )
    idle_seconds: float = option(75.0, message("How long a connection may stand without a request."), low=0.1)
    trusted_proxies: tuple[str, ...] = option(
        (),
        message("Networks whose X-Forwarded-For is believed, such as 10.0.0.0/8."),
        check=networks,
    )
    metrics_clients: tuple[str, ...] = option(
        ("127.0.0.0/8", "::1/128"),
        message("Networks that may read /metrics."),
        check=networks,
    )

    # SERVICE
    service_allowed: tuple[str, ...] = option(
        (),
        message("Endpoints that a query may ask with SERVICE; each a whole IRI."),
        check=endpoints,
    )
    service_private: tuple[str, ...] = option(
        (),
        message(
            "Networks that are not of the public internet in which allowed endpoints may stand, such as 10.1.2.0/24."
        ),
        check=networks,
    )
    service_bytes: int = option(
        4 * 1024 * 1024,
        message("Largest answer that is taken from an allowed endpoint."),
        low=1,
    )
    service_seconds: float = option(
        10.0,
        message("How long an allowed endpoint may take; the `deadline` holds too."),
        low=0.01,
    )

    # writing
    curators: tuple[str, ...] = option(
        (),
        message(
            "Who may write, as `policygraph token` prints it: name=hash, or name+force=hash; nobody where it is empty."
        ),
    )
    update_bytes: int = option(8 * 1024 * 1024, message("Largest update, or body of a graph."), low=1)
    update_deadline: float = option(
        120.0,
        message("The longest an update may take, from its text to the new build."),
        low=1,
        high=86400,
    )
    update_memory: int = option(
        2048,
        message("MiB that an update may use, above what the graph takes."),
        low=64,
    )
    update_queue: float = option(
        30.0,
        message("How long an update waits for the one before it."),
        low=0,
        high=600,
    )

    # new builds, and the end
    watch: float = option(
        2.0,
        message("How often to look for a new build; 0 waits for SIGHUP."),
        low=0,
        high=86400,
    )
    grace: float = option(
        10.0,
        message("How long requests may take to end once the service is told to stop."),
        low=0,
        high=3600,
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            check(field, getattr(self, field.name))
        if self.threads <= self.workers + self.waiting:
            # else waiting queries would block answers from the cache and health checks
            raise ServiceError(
                message(
                    "threads is {threads}; it must be more than workers ({workers}) and waiting ({waiting}) together",
                    threads=self.threads,
                    workers=self.workers,
                    waiting=self.waiting,
                )
            )
        if self.project:
            try:
                self.folders  # noqa: B018 - whether there is one
            except FileNotFoundError as error:
                raise ServiceError(message("project: {error}", error=error)) from None
        if self.store_token and self.store_user:
            raise ServiceError(message("store_token and store_user are both set; a store knows us by one of them"))

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
        fields = {field.name: field for field in dataclasses.fields(cls)}
        values: dict[str, Any] = {}
        for origin, read_values in (
            ({"zh": str(path), "en": str(path)}, _from_file(path)),
            (message("the environment"), _from_environment(environ)),
        ):
            for name, value in read_values.items():
                if name not in fields:
                    raise _unknown(name, fields, origin)
                values[name] = typed(fields[name], value, origin)
        return cls(**{**values, **options})


def table(language: str = "en") -> str:
    """Every option as a Markdown table."""
    return table_of(Settings, language)


def example(language: str = "en") -> str:
    """A TOML file that has every option with its default, each behind a `#`."""
    return example_of(Settings, language)


def _unknown(name: str, fields: Mapping[str, Any], origin: Mapping[str, str]) -> ServiceError:
    near = next(iter(difflib.get_close_matches(name, fields, 1)), "")
    hint = message("; did you mean {near}?", near=near) if near else EMPTY
    return ServiceError(message("{origin}: there is no option “{name}”{hint}", origin=origin, name=name, hint=hint))


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ServiceError(message("{path}: {reason}", path=path, reason=error.strerror)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ServiceError(message("{path}: {error}", path=path, error=error)) from None
    section = content.get("server", {})
    if not isinstance(section, dict) or content.keys() - {"server"}:
        raise ServiceError(message("{path}: options stand below one heading, [server]", path=path))
    for field in dataclasses.fields(Settings):
        if field.metadata["secret"] and field.name in section:
            name = PREFIX + field.name.upper()
            raise ServiceError(
                message(
                    "{path}: {name} is a secret; set {name_2} in the environment instead",
                    path=path,
                    name=field.name,
                    name_2=name,
                )
            )
    return section


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    return {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
