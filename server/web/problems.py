"""A failure in, a problem document out (RFC 9457), in Chinese or English, and never a trace.

Clauses: SPARQL 1.1 Protocol 2.1.6 and 2.2 (400 for what is not SPARQL, 500 for what cannot be done), RFC 9110 15.5.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from policygraph import vocab

from ..failures import RequestError
from ..syntax.messages import describe
from . import preferences

__all__ = ["MEDIA_TYPE", "PROBLEMS", "Problem", "install", "render"]

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("policygraph.server")


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem: its status, its title and its words, which `RequestError.said` fills.

    `is_fault` is true where the client is to blame or has cost us a worker: those are counted against it.
    """

    status: int
    title: Mapping[str, str]
    detail: Mapping[str, str]
    is_fault: bool = True


def _problem(status: int, zh: tuple[str, str], en: tuple[str, str], *, is_fault: bool = True) -> Problem:
    return Problem(status, {"zh": zh[0], "en": en[0]}, {"zh": zh[1], "en": en[1]}, is_fault)


#: Kind -> what is told of it.
PROBLEMS: Mapping[str, Problem] = {
    # the request
    "bad-request": _problem(400, ("请求有误", "{message}"), ("The request is malformed", "{message}")),
    "no-query": _problem(
        400,
        ("没有查询", "请求里没有 query 参数。"),
        ("There is no query", "The request has no parameter `query`."),
    ),
    "repeated": _problem(
        400,
        ("参数重复", "参数 {name} 出现了 {count} 次，只能有一次。"),
        ("A parameter is repeated", "`{name}` is given {count} times; it may be given once."),
    ),
    "bad-parameter": _problem(
        400,
        ("参数值有误", "{name} 不能是“{value}”；应为{wanted_zh}。"),
        ("A parameter cannot be used", "`{name}` cannot be “{value}”; it must be {wanted}."),
    ),
    "unknown-parameter": _problem(
        400,
        ("没有这个参数", "没有参数 {name}。最接近的是 {near}；可用的有：{known}。"),
        (
            "There is no such parameter",
            "There is no parameter `{name}`. The nearest is {near}; these are known: {known}.",
        ),
    ),
    "parameter-missing": _problem(
        400,
        ("缺少参数", "需要参数 {name}。"),
        ("A parameter is missing", "`{name}` must be given."),
    ),
    "parameters-exclude": _problem(
        400,
        ("参数不能并用", "{one} 和 {other} 只能给一个。"),
        ("Parameters exclude each other", "Give `{one}` or `{other}`, not both."),
    ),
    "no-export": _problem(
        404,
        ("没有这种导出", "没有名为 {name} 的导出。最接近的是 {near}；/export 列出全部。"),
        ("There is no such export", "There is no export {name}. The nearest is {near}; /export lists all."),
        is_fault=False,
    ),
    "export-empty": _problem(
        404,
        ("没有可导出的内容", "图里没有所要的方案或文献的任何内容可供 {name} 导出。"),
        ("There is nothing to export", "The graph holds nothing of that plan or document for {name}."),
        is_fault=False,
    ),
    "export-missing": _problem(
        501,
        ("此处不能这样导出", "写出 {name} 的库没有安装：pip install policygraph[export]。"),
        ("This export is not to be had here", "The library that writes {name} is not installed: policygraph[export]."),
        is_fault=False,
    ),
    "unknown-thing": _problem(
        404,
        ("图里没有它", "图里没有关于 {iri} 的陈述。最接近的是 {near}。"),
        ("The graph knows nothing of it", "Nothing is said of {iri}. The nearest is {near}."),
        is_fault=False,
    ),
    "unknown-query": _problem(
        404,
        ("没有这个问题", "没有名为 {name} 的查询。最接近的是 {near}。"),
        ("There is no such query", "No query is called {name}. The nearest is {near}."),
    ),
    "unknown-graph": _problem(
        400,
        ("图不存在", "这里没有图 {graph}。最接近的是 {near}。"),
        ("There is no such graph", "{graph} is not a graph of this dataset. The nearest is {near}."),
    ),
    "not-utf8": _problem(
        400,
        ("不是 UTF-8", "请求不是有效的 UTF-8：第 {position} 个字节有误。"),
        ("The request is not UTF-8", "The request is not valid UTF-8 at byte {position}."),
    ),
    "update": _problem(
        400,
        ("只接受查询", "{word} 属于 SPARQL Update；这个端点只回答查询。"),
        ("Only queries are answered", "{word} belongs to SPARQL Update; this endpoint answers queries only."),
    ),
    "not-found": _problem(
        404,
        ("没有这个页面", "{path} 不存在。"),
        ("Nothing is here", "There is nothing at {path}."),
        is_fault=False,
    ),
    "forbidden": _problem(
        403,
        ("不允许访问", "这个地址不对外开放。"),
        ("This is not open to you", "This address is not open to the outside."),
    ),
    "method": _problem(
        405,
        ("方法不允许", "{method} 在这里不可用；可用的有：{allowed}。"),
        ("The method is not allowed", "{method} cannot be used here; these can: {allowed}."),
    ),
    "not-acceptable": _problem(
        406,
        ("没有合适的格式", "给不出所要的格式；可用的有：{offered}。"),
        ("No format fits", "None of the formats you accept can be given; these can: {offered}."),
    ),
    "other-snapshot": _problem(
        410,
        ("快照已不再提供", "链接所指的快照 {wanted} 已被 {current} 取代。去掉 snapshot 参数即可查询当前快照。"),
        (
            "The snapshot is no longer served",
            "The link names snapshot {wanted}; {current} is served now. Leave out `snapshot` to ask that.",
        ),
        is_fault=False,
    ),
    "body-too-large": _problem(
        413,
        ("请求体过大", "请求体超过 {limit} 字节。"),
        ("The request is too large", "The body is larger than {limit} bytes."),
    ),
    "query-too-long": _problem(
        413,
        ("查询过长", "查询有 {size} 字节，上限为 {limit}。"),
        ("The query is too long", "The query has {size} bytes; {limit} are allowed."),
    ),
    "uri-too-long": _problem(
        414,
        ("地址过长", "地址超过 {limit} 字节；请用 POST 发送查询。"),
        ("The address is too long", "The address is longer than {limit} bytes; send the query by POST."),
    ),
    "no-download": _problem(
        404,
        ("没有这个文件", "没有可下载的文件 {name}；可用的有：{known}。"),
        ("There is no such file", "There is no file {name} to download; these can be had: {known}."),
        is_fault=False,
    ),
    "range": _problem(
        416,
        ("范围超出文件", "文件有 {complete} 字节，所要的范围在此之外。"),
        ("The range is outside the file", "The file has {complete} bytes; the range asked for is beyond them."),
    ),
    "media-type": _problem(
        415,
        (
            "不支持的内容类型",
            "不接受“{given}”；请用 application/sparql-query 或 application/x-www-form-urlencoded（UTF-8）。",
        ),
        (
            "The content type is not supported",
            "“{given}” is not taken; send application/sparql-query or application/x-www-form-urlencoded, in UTF-8.",
        ),
    ),
    # writing
    "update-get": _problem(
        400,
        ("更新须用 POST", "更新请求要用 POST 发送，不能写在地址里。"),
        ("An update is sent by POST", "An update stands in the body of a POST, and never in an address."),
    ),
    "unauthorized": _problem(
        401,
        ("需要令牌", "写入需要有效的令牌：Authorization: Bearer …。"),
        ("A token is needed", "Writing needs a token that is known here: Authorization: Bearer …."),
    ),
    "updates-off": _problem(
        403,
        ("不接受写入", "这个服务只供读取。"),
        ("Nothing can be written", "This service is there to be read only."),
    ),
    "updates-elsewhere": _problem(
        403,
        ("图在别处", "这个服务读取的是另一个存储；请在那里写入，这里不转发更新。"),
        ("The graph is elsewhere", "This service reads another store: write there; no update is passed on from here."),
    ),
    "force-forbidden": _problem(
        403,
        ("无权强制写入", "{name} 的令牌不允许 force。"),
        ("Force is not permitted", "The token of {name} does not permit `force`."),
        is_fault=False,
    ),
    "derived-graph": _problem(
        403,
        ("此图不能写入", "{graph} 由其余各图推导而来，或来自本体文件；请修改它所依据的内容。"),
        (
            "The graph cannot be written",
            "{graph} is made of the other graphs, or comes from the ontology's files; change what it is made of.",
        ),
        is_fault=False,
    ),
    "default-graph": _problem(
        400,
        ("缺少图名", "每条陈述都属于一个命名图：请写 GRAPH <…> {{ … }} 或 WITH <…>，或在地址中给出 graph。"),
        (
            "A graph has to be named",
            "Every statement stands in a named graph: write GRAPH <…> {{ … }} or WITH <…>, or name it in the address.",
        ),
        is_fault=False,
    ),
    "which-graph": _problem(
        400,
        ("没有说明是哪个图", "请给出 graph=IRI 或 default，二者取一。"),
        ("Which graph is meant is not clear", "Give either `graph` with an IRI, or `default`."),
    ),
    "no-graph": _problem(
        404,
        ("图不存在", "这里没有图 {graph}。"),
        ("There is no such graph", "{graph} is not a graph of this dataset."),
        is_fault=False,
    ),
    "two-datasets": _problem(
        400,
        ("数据集重复", "using-graph-uri 等参数与文本中的 USING、WITH 不能同时出现。"),
        (
            "There are two datasets",
            "The parameters using-graph-uri and using-named-graph-uri exclude USING and WITH in the text.",
        ),
        is_fault=False,
    ),
    "load": _problem(
        400,
        ("不允许 LOAD", "这里不抓取任何地址；请把内容放进 INSERT DATA，或用 PUT 发送。"),
        ("LOAD is refused", "Nothing is fetched here: put the statements into INSERT DATA, or send them by PUT."),
    ),
    "word": _problem(
        400,
        ("更新语法有误", "“{word}”在这里不是关键字（关键字之间要有空格）。"),
        ("The update is not SPARQL", "“{word}” is no keyword here (keywords need a space between them)."),
        is_fault=False,
    ),
    "update-syntax": _problem(
        400, ("更新语法有误", "{message}"), ("The update is not SPARQL", "{message}"), is_fault=False
    ),
    "rdf-syntax": _problem(400, ("内容有误", "{message}"), ("The body cannot be read", "{message}"), is_fault=False),
    "triple-term": _problem(
        400,
        ("不接受三元组项", "陈述的宾语不能是另一条陈述。"),
        ("Triple terms are refused", "The object of a statement cannot be a statement."),
        is_fault=False,
    ),
    "doctype": _problem(
        400,
        ("不允许 DOCTYPE", "RDF/XML 中不能有 DOCTYPE：其实体展开后可能极大。"),
        ("DOCTYPE is refused", "RDF/XML may have no DOCTYPE here: its entities can grow without bounds."),
    ),
    "body-type": _problem(
        415,
        ("不支持的内容类型", "不接受“{given}”；可用的有：{wanted}。"),
        ("The content type is not supported", "“{given}” is not taken; these are: {wanted}."),
    ),
    "precondition": _problem(
        412,
        ("图已被改动", "您看到的状态已经过时：当前快照为 {current}。请重新读取后再改。"),
        (
            "The graph has changed",
            "What you have seen is not what stands here: the snapshot is {current} now. Read it again, then write.",
        ),
        is_fault=False,
    ),
    "invalid": _problem(
        422,
        ("更新会造成错误", "更新后的图有 {count} 处违规，因此没有写入；见 findings。"),
        ("The update would be wrong", "{count} violations would stand, so nothing was written; see `findings`."),
        is_fault=False,
    ),
    "not-written": _problem(
        500,
        ("未能写入", "{message}"),
        ("It could not be written", "{message}"),
        is_fault=False,
    ),
    "not-served": _problem(
        500,
        ("已写入，尚未提供", "更新已写成快照 {snapshot}，但未能载入：{message}"),
        ("Written, and not served yet", "The update stands as snapshot {snapshot}, but cannot be loaded: {message}"),
        is_fault=False,
    ),
    "busy-writing": _problem(
        503,
        ("正在写入", "另一个更新尚未完成；请在 {retry} 秒后再试。"),
        ("Another update is at work", "The update before yours is not done; come back in {retry} seconds."),
        is_fault=False,
    ),
    # the query
    "syntax": _problem(400, ("查询语法有误", "{message}"), ("The query is not SPARQL", "{message}")),
    "open-string": _problem(
        400,
        ("字符串没有结束", "第 {line} 行第 {column} 列开始的字符串没有结束。"),
        ("A string has no end", "The string that starts at line {line}, column {column} has no end."),
    ),
    "too-nested": _problem(
        400,
        ("嵌套过深", "括号嵌套超过 {limit} 层。"),
        ("The query is nested too deeply", "Its brackets are nested more than {limit} deep."),
    ),
    "too-many-brackets": _problem(
        400,
        ("括号过多", "查询中的括号超过 {limit} 对。"),
        ("The query has too many brackets", "It opens more than {limit} brackets."),
    ),
    "too-many-operators": _problem(
        400,
        ("运算符过多", "查询中的运算符超过 {limit} 个。"),
        ("The query has too many operators", "It has more than {limit} operators."),
    ),
    "service": _problem(
        400,
        ("不允许 SERVICE", "这个端点不查询其他端点。"),
        ("SERVICE is refused", "This endpoint does not ask other endpoints."),
    ),
    "service-not-allowed": _problem(
        400,
        ("不允许查询该端点", "SERVICE 不得查询 {endpoint}；可用的有：{allowed}。"),
        ("SERVICE may not ask this endpoint", "{endpoint} may not be asked; these may: {allowed}."),
    ),
    "service-unclear": _problem(
        400,
        ("SERVICE 写法不明确", "SERVICE 后必须写出完整的端点 IRI 和一个花括号组；不接受变量和带前缀的名称。"),
        (
            "A SERVICE clause is not clear",
            "SERVICE takes the whole IRI of an endpoint and a group in braces; no variable and no prefixed name.",
        ),
    ),
    "service-nested": _problem(
        400,
        ("SERVICE 不能嵌套", "一个 SERVICE 子句里不能再有 SERVICE。"),
        ("SERVICE cannot be nested", "Within a SERVICE clause there may be no other."),
    ),
    "service-too-many": _problem(
        400,
        ("SERVICE 过多", "一个查询最多有 {limit} 个 SERVICE 子句。"),
        ("There are too many SERVICE clauses", "A query may have {limit} of them."),
    ),
    "service-failed": _problem(
        502,
        ("外部端点没有给出完整的回答", "{endpoint}：{message}"),
        ("Another endpoint gave no whole answer", "{endpoint}: {message}"),
    ),
    "service-in-name": _problem(
        400,
        ("名称里有 SERVICE", "“{name}”可能被读作关键字 SERVICE；请改用别的前缀，或写出完整的 IRI。"),
        (
            "A name contains SERVICE",
            "“{name}” could be read as the keyword SERVICE; use another prefix, or write the whole IRI.",
        ),
    ),
    "ambiguous": _problem(
        400,
        ("IRI 有歧义", "“{iri}”可能被读作比较；请写出完整的 IRI，或在 < 后加空格。"),
        (
            "An IRI is ambiguous",
            "“{iri}” could be read as a comparison; write the whole IRI, or put a space after the <.",
        ),
    ),
    "unexplained": _problem(
        422,
        ("无法解释", "第 {line} 行第 {column} 列的“{word}”不属于 SPARQL 1.1，无法逐个检查这个查询的模式。"),
        (
            "The query cannot be explained",
            "“{word}” at line {line}, column {column} is none of SPARQL 1.1, so the patterns cannot be told apart.",
        ),
        is_fault=False,
    ),
    "evaluation": _problem(500, ("查询无法执行", "{message}"), ("The query cannot be evaluated", "{message}")),
    "too-many-rows": _problem(
        422,
        ("结果过多", "结果超过 {limit} 行；请加 LIMIT。"),
        ("The answer has too many rows", "It has more than {limit} rows; add a LIMIT."),
    ),
    "answer-too-large": _problem(
        422,
        ("结果过大", "结果超过 {limit} 字节；请加 LIMIT，或用 stream=1 接收。"),
        ("The answer is too large", "It has more than {limit} bytes; add a LIMIT, or take it with stream=1."),
    ),
    # the service
    "too-many-requests": _problem(
        429,
        ("请求过多", "您的查询用时、错误或并发已达上限；请在 {retry} 秒后再试。"),
        ("Too many requests", "You have used up your query time, errors or places; come back in {retry} seconds."),
        is_fault=False,
    ),
    "memory": _problem(
        500,
        ("内存不足", "查询需要的内存超过允许的上限；请缩小范围。"),
        ("The query needs too much memory", "It needed more memory than a query may use; ask for less."),
    ),
    "too-deep": _problem(
        500,
        ("查询过于复杂", "查询的结构过深，无法执行。"),
        ("The query is too complex", "Its structure is too deep to be evaluated."),
    ),
    "crash": _problem(
        500,
        ("查询中断", "执行查询的进程意外结束；服务仍在运行。"),
        ("The query was cut off", "The process that evaluated it ended; the service goes on."),
    ),
    "internal": _problem(
        500,
        ("服务出错", "服务出错，已记录在案。"),
        ("The service failed", "The service failed; it has been logged."),
        is_fault=False,
    ),
    "store-failed": _problem(
        502,
        ("图数据库没有给出完整的回答", "没有返回任何部分结果：{message}"),
        ("The store gave no whole answer", "No part of it is returned: {message}"),
        is_fault=False,
    ),
    "store-down": _problem(
        503,
        ("图数据库无法连接", "{message}"),
        ("The store cannot be reached", "{message}"),
        is_fault=False,
    ),
    "timeout": _problem(
        503,
        ("查询超时", "查询在 {seconds} 秒内没有完成，已被终止；没有返回任何部分结果。"),
        ("The query took too long", "It was not done in {seconds} seconds and was stopped; no part of it is returned."),
    ),
    "busy": _problem(
        503,
        ("服务繁忙", "所有查询进程都在工作；请在 {retry} 秒后再试。"),
        ("The service is busy", "Every query process is at work; come back in {retry} seconds."),
        is_fault=False,
    ),
    "gone": _problem(
        503,
        ("客户端已离开", "客户端在结果完成前断开了连接。"),
        ("The client has left", "The client closed the connection before the answer was done."),
        is_fault=False,
    ),
    "not-ready": _problem(
        503,
        ("尚未就绪", "服务正在启动或停止。"),
        ("The service is not ready", "The service is starting or stopping."),
        is_fault=False,
    ),
}

#: Field of a failure -> the header that repeats it.
_SAID = {
    "challenge": ("WWW-Authenticate", "{}"),
    "complete": ("Content-Range", "bytes */{}"),
    "retry": ("Retry-After", "{}"),
}
#: What HTTP itself refuses -> our kind.
_HTTP = {404: "not-found", 405: "method", 413: "body-too-large", 414: "uri-too-long", 415: "media-type"}


def render(failure: RequestError) -> Response:
    """The problem document of a failure, in the client's language; as a page for who would rather have one."""
    problem = PROBLEMS[failure.kind]
    spoken = preferences.language()
    content = {
        "type": f"{vocab.BASE}problem/{failure.kind}",
        "title": problem.title[spoken],
        "status": problem.status,
        "detail": _detail(problem, failure, spoken),
        **failure.said,
    }
    if preferences.prefers_html():
        page = render_template("problem.html", problem=content)
        response = Response(page, problem.status, mimetype="text/html")
        preferences.remember(response)
    else:
        response = Response(json.dumps(content, ensure_ascii=False) + "\n", problem.status, mimetype=MEDIA_TYPE)
    is_page = response.mimetype == "text/html"
    response.headers["Content-Language"] = preferences.LANGUAGES[spoken][0] if is_page else spoken
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept", "Accept-Language", "Cookie"))
    for name in _SAID.keys() & failure.said.keys():
        header, form = _SAID[name]
        response.headers[header] = form.format(failure.said[name])
    return response


def _detail(problem: Problem, failure: RequestError, spoken: str) -> str:
    if "reason" in failure.said:
        return describe(failure.said, spoken)
    return problem.detail[spoken].format(**failure.said)


def install(app: Flask) -> None:
    """Makes every error of an app a problem document."""
    app.register_error_handler(RequestError, render)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_bug)


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
    failure = RequestError(
        _HTTP.get(status, "bad-request" if status < 500 else "internal"),
        **{
            "not-found": {"path": request.path},
            "method": {"method": request.method, "allowed": allowed},
            "body-too-large": {"limit": current_app.config["MAX_CONTENT_LENGTH"]},
            "media-type": {"given": request.mimetype},
            "uri-too-long": {"limit": current_app.extensions["policygraph"].settings.uri_bytes},
        }.get(_HTTP.get(status, ""), {"message": error.name} if status < 500 else {}),
    )
    response = render(failure)
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _from_bug(error: Exception) -> Response:
    _LOG.error("a request failed", exc_info=error)
    return render(RequestError("internal"))
