"""A TOML file and the environment in, checked settings out: every option once, with all that is said of it.

An option `name` is read from the file's table `[server]`, and from `POLICYGRAPH_SERVER_NAME`, which wins. What cannot
be used is refused at start, by name. `table` documents all options, and `example` is a file of them.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
        {
            "zh": "所服务的构建所在的文件夹；链接指向新的构建时自动换用。",
            "en": "Folder of the build to serve; a link to a new one is taken up by itself.",
        },
    )
    store: str = option(
        "memory",
        {
            "zh": "工作进程从何处读图谱：memory，共用内存；disk，图谱很大时读构建的 `store/`；或别的 SPARQL 端点。",
            "en": "Where workers read the graph: memory, shared by all; disk (`store/` of the build) where it is "
            "large; or the address of another SPARQL endpoint.",
        },
        check=store_place,
    )
    store_graphs: str = option(
        "union",
        {
            "zh": "该端点以什么为默认图：union，所有图的并集；否则 listed，每次查询都列出构建中的图。",
            "en": "What that endpoint takes for its default graph: the union of all graphs; else listed, which names "
            "the graphs of the build with each query.",
        },
        choices=("union", "listed"),
    )
    store_timeout: str = option(
        "none",
        {
            "zh": "该端点的参数 `timeout` 用什么单位：none（没有此参数）、milliseconds、seconds，或 unit（`30s`）。",
            "en": "How that endpoint takes a time-out in its parameter `timeout`: none, milliseconds, seconds, or unit "
            "(`30s`).",
        },
        choices=("none", "milliseconds", "seconds", "unit"),
    )
    store_user: str = option("", {"zh": "该端点的用户名（HTTP Basic）。", "en": "Name for that endpoint (HTTP Basic)."})
    store_password: str = option(
        "",
        {"zh": "该端点的密码；只从环境变量读取。", "en": "Password for that endpoint; read from the environment only."},
        secret=True,
    )
    store_token: str = option(
        "",
        {
            "zh": "该端点的 Bearer 令牌；只从环境变量读取。",
            "en": "Bearer token for that endpoint; read from the environment only.",
        },
        secret=True,
    )
    host: str = option("127.0.0.1", {"zh": "监听的地址。", "en": "Address to listen on."})
    port: int = option(8000, {"zh": "监听的端口。", "en": "Port to listen on."}, low=0, high=65535)
    public_url: str = option(
        "",
        {
            "zh": "服务对外的网址，用于链接；不填则取请求自己的。",
            "en": "The service's address as the world knows it, for links; else the request's own.",
        },
    )
    language: str = option(
        "en",
        {
            "zh": "客户端没有指明语言时消息所用的语言：zh 或 en。",
            "en": "Language of messages where a client names none: zh or en.",
        },
        choices=("zh", "en"),
    )
    quotations: str = option(
        "on",
        {
            "zh": "手边有源文本时页面显示什么：on，原文室里显示全文；passages，只显示引文；off，只显示位置。",
            "en": "What pages show of the source texts that are at hand: on, the whole text in the reading room; "
            "passages, quotations alone; off, positions alone.",
        },
        choices=("on", "passages", "off"),
    )
    quotation_context: int = option(
        60,
        {"zh": "引文前后各显示多少个字符。", "en": "Characters that are shown before and after a quotation."},
        low=0,
        high=400,
    )
    embedding: tuple[str, ...] = option(
        (),
        {
            "zh": "哪些网站可以嵌入阶梯、图表、树或表格（`?embed=1`）：列出来源，或以 * 表示全部；不填则都不行。",
            "en": "Sites whose pages may embed a ladder, chart, tree or table (`?embed=1`): origins, or * for all; "
            "else none.",
        },
        check=origins,
    )

    # what runs at once, and for how long
    threads: int = option(
        32,
        {
            "zh": "同时处理多少个请求；须多于 `workers` 与 `waiting` 之和。",
            "en": "Requests handled at once; more than `workers` and `waiting` together.",
        },
        low=3,
        high=1000,
    )
    workers: int = option(
        6,
        {
            "zh": "同时运行多少个查询，每个各用一个进程。",
            "en": "Queries that run at once, each in a process of its own.",
        },
        low=1,
        high=256,
    )
    spares: int = option(
        1,
        {"zh": "备用多少个工作进程，以替换被终止的。", "en": "Workers that stand by to replace one that is killed."},
        low=0,
        high=64,
    )
    waiting: int = option(
        16,
        {
            "zh": "可有多少个查询等待空闲的工作进程；再多的请稍后再来。",
            "en": "Queries that may wait for a free worker; more are told to come back.",
        },
        low=1,
        high=1000,
    )
    queue: float = option(
        5.0,
        {
            "zh": "查询等待空闲工作进程的最长时间，超过即请稍后再来。",
            "en": "How long a query waits for a free worker before it is told to come back.",
        },
        low=0,
        high=600,
    )
    deadline: float = option(
        30.0,
        {
            "zh": "查询最长可运行多久；客户端可以要求更短。",
            "en": "The longest a query may run; a client may ask for less.",
        },
        low=0.01,
        high=86400,
    )
    memory: int = option(
        1024,
        {
            "zh": "工作进程可为一个查询使用多少 MiB 内存，图谱所占的不算。",
            "en": "MiB that a worker may use for a query, above what the graph takes.",
        },
        low=16,
    )
    exports: int = option(
        2,
        {
            "zh": "同时写出多少个导出，每个各用一个进程，内存限于 `memory`。",
            "en": "Exports written at once, each in a process of its own, within `memory`.",
        },
        low=1,
        high=64,
    )

    # what a request may be
    query_bytes: int = option(64 * 1024, {"zh": "查询的最大长度。", "en": "Longest query."}, low=1)
    body_bytes: int = option(
        256 * 1024,
        {
            "zh": "请求体的最大长度；中文经百分号编码后长三倍。",
            "en": "Longest request body; percent-encoding triples Chinese text.",
        },
        low=1,
    )
    uri_bytes: int = option(64 * 1024, {"zh": "请求网址的最大长度。", "en": "Longest address of a request."}, low=1)
    nesting: int = option(
        64, {"zh": "查询中括号最多嵌套几层。", "en": "Deepest nesting of brackets in a query."}, low=1, high=256
    )
    brackets: int = option(
        1000, {"zh": "查询中最多有多少个左括号。", "en": "Most brackets that a query may open."}, low=1, high=2000
    )
    operators: int = option(
        2000,
        {
            "zh": "查询的表达式和路径中最多有多少个运算符。",
            "en": "Most operators, of expressions and paths, in a query.",
        },
        low=1,
        high=4000,
    )

    # what an answer may be
    rows: int = option(
        1_000_000, {"zh": "答案最多有多少行或多少个三元组。", "en": "Most rows, or triples, of an answer."}, low=1
    )
    answer_bytes: int = option(
        64 * 1024 * 1024,
        {"zh": "整体生成后再发送的答案的最大长度。", "en": "Largest answer that is kept whole before it is sent."},
        low=1,
    )
    stream_bytes: int = option(
        1024 * 1024 * 1024, {"zh": "`stream=1` 时答案的最大长度。", "en": "Largest answer under `stream=1`."}, low=1
    )
    cache_bytes: int = option(
        64 * 1024 * 1024,
        {"zh": "用于保存答案的内存；0 表示不保存。", "en": "Memory for answers that are kept; 0 keeps none."},
        low=0,
    )
    cache_entry_bytes: int = option(
        1024 * 1024, {"zh": "可以保存的答案的最大长度。", "en": "Largest answer that is kept."}, low=0
    )

    # what one client may use
    client_seconds: float = option(
        60.0,
        {"zh": "一个客户端一次最多可用多少秒查询时间。", "en": "Seconds of query time a client may use at once."},
        low=0.01,
    )
    client_seconds_rate: float = option(
        1.0,
        {"zh": "客户端每秒恢复多少秒查询时间。", "en": "Seconds of query time a client regains each second."},
        low=0.001,
    )
    client_errors: float = option(
        30.0,
        {"zh": "一个客户端一次最多可发多少个失败的查询。", "en": "Failed queries a client may send at once."},
        low=1,
    )
    client_errors_rate: float = option(
        0.5,
        {"zh": "客户端每秒恢复多少个失败查询的额度。", "en": "Failed queries a client regains each second."},
        low=0.001,
    )
    client_queries: int = option(
        4, {"zh": "一个客户端同时可运行多少个查询。", "en": "Queries of one client that may run at once."}, low=1
    )
    trusted_proxies: tuple[str, ...] = option(
        (),
        {
            "zh": "相信哪些网络的 X-Forwarded-For，如 10.0.0.0/8。",
            "en": "Networks whose X-Forwarded-For is believed, such as 10.0.0.0/8.",
        },
        check=networks,
    )
    metrics_clients: tuple[str, ...] = option(
        ("127.0.0.0/8", "::1/128"),
        {"zh": "哪些网络可以读取 /metrics。", "en": "Networks that may read /metrics."},
        check=networks,
    )

    # SERVICE
    service_allowed: tuple[str, ...] = option(
        (),
        {
            "zh": "查询可用 SERVICE 访问哪些端点；各写完整的 IRI。",
            "en": "Endpoints that a query may ask with SERVICE; each a whole IRI.",
        },
        check=endpoints,
    )
    service_private: tuple[str, ...] = option(
        (),
        {
            "zh": "允许的端点可以位于哪些不属于公共互联网的网络，如 10.1.2.0/24。",
            "en": "Networks that are not of the public internet in which allowed endpoints may stand, such as "
            "10.1.2.0/24.",
        },
        check=networks,
    )
    service_bytes: int = option(
        4 * 1024 * 1024,
        {"zh": "从允许的端点最多接收多长的答案。", "en": "Largest answer that is taken from an allowed endpoint."},
        low=1,
    )
    service_seconds: float = option(
        10.0,
        {
            "zh": "允许的端点最长可用多久；`deadline` 同样有效。",
            "en": "How long an allowed endpoint may take; the `deadline` holds too.",
        },
        low=0.01,
    )

    # writing
    curators: tuple[str, ...] = option(
        (),
        {
            "zh": "谁可以写入，照 `policygraph token` 所输出的填写：name=hash 或 name+force=hash；不填则无人可以。",
            "en": "Who may write, as `policygraph token` prints it: name=hash, or name+force=hash; nobody where it is "
            "empty.",
        },
    )
    update_bytes: int = option(
        8 * 1024 * 1024, {"zh": "更新或图的内容的最大长度。", "en": "Largest update, or body of a graph."}, low=1
    )
    update_deadline: float = option(
        120.0,
        {
            "zh": "一次更新从文本到新的构建最长可用多久。",
            "en": "The longest an update may take, from its text to the new build.",
        },
        low=1,
        high=86400,
    )
    update_memory: int = option(
        2048,
        {
            "zh": "更新可使用多少 MiB 内存，图谱所占的不算。",
            "en": "MiB that an update may use, above what the graph takes.",
        },
        low=64,
    )
    update_queue: float = option(
        30.0,
        {"zh": "更新等待前一个更新的最长时间。", "en": "How long an update waits for the one before it."},
        low=0,
        high=600,
    )

    # new builds, and the end
    watch: float = option(
        2.0,
        {
            "zh": "每隔多久查看有无新的构建；0 表示等待 SIGHUP。",
            "en": "How often to look for a new build; 0 waits for SIGHUP.",
        },
        low=0,
        high=86400,
    )
    grace: float = option(
        10.0,
        {
            "zh": "要求停止后，请求最长还可用多久结束。",
            "en": "How long requests may take to end once the service is told to stop.",
        },
        low=0,
        high=3600,
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            check(field, getattr(self, field.name))
        if self.threads <= self.workers + self.waiting:
            # else queries that wait would keep out those that are in the cache, and those who ask if we are well
            raise ServiceError(
                {
                    "zh": f"threads 为 {self.threads}，须多于 workers（{self.workers}）与 waiting（{self.waiting}）"
                    "之和",
                    "en": f"threads is {self.threads}; it must be more than workers ({self.workers}) and waiting "
                    f"({self.waiting}) together",
                }
            )
        if self.store_token and self.store_user:
            raise ServiceError(
                {
                    "zh": "store_token 与 store_user 都已设置；存储只凭其中之一认得我们",
                    "en": "store_token and store_user are both set; a store knows us by one of them",
                }
            )

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
            ({"zh": "环境变量", "en": "the environment"}, _from_environment(environ)),
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
    return ServiceError(
        {
            "zh": f"{origin['zh']}：没有选项“{name}”" + (f"；是否为 {near}？" if near else ""),
            "en": f"{origin['en']}: there is no option “{name}”" + (f"; did you mean {near}?" if near else ""),
        }
    )


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ServiceError({"zh": f"{path}：{error.strerror}", "en": f"{path}: {error.strerror}"}) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ServiceError({"zh": f"{path}：{error}", "en": f"{path}: {error}"}) from None
    section = content.get("server", {})
    if not isinstance(section, dict) or content.keys() - {"server"}:
        raise ServiceError(
            {
                "zh": f"{path}：各选项都写在 [server] 之下",
                "en": f"{path}: options stand below one heading, [server]",
            }
        )
    for field in dataclasses.fields(Settings):
        if field.metadata["secret"] and field.name in section:
            name = PREFIX + field.name.upper()
            raise ServiceError(
                {
                    "zh": f"{path}：{field.name} 是机密，请改设环境变量 {name}",
                    "en": f"{path}: {field.name} is a secret; set {name} in the environment instead",
                }
            )
    return section


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    return {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
