"""The tools in, a server of the Model Context Protocol out, over standard input and output or HTTP on the loopback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from policygraph import __version__

from .tools import RefusalError, Tools

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

__all__ = ["TOOLS", "protocol_server", "run"]

#: What an assistant is told before it calls anything.
_INSTRUCTIONS = """\
A knowledge graph of Chinese policy documents: plans, tasks, targets of indicators, responsibilities, positionings, each
with its place in the text. Begin with `find`, which gives ids; `show` and `evidence` take ids; `questions` lists what
`ask` answers; `compare` sets areas side by side; `sparql` takes a SELECT or ASK with the usual prefixes (pg:, skos: …).
Every answer names its snapshot, and for what it speaks of the sources with quotations and citations, the confidence and
the review status: pass them on. Targets are what documents want to reach, observations what they report as reached.
`absent` and `note` say that nothing is stated: that is an answer; do not fill it from elsewhere. What is inferred is
not printed in a text."""
#: Tool -> its title. The description of a tool is the docstring of its method.
TOOLS = {
    "find": "Find things by words",
    "show": "What is stated of a thing",
    "evidence": "Where a thing stands in the texts",
    "questions": "The questions that are ready",
    "ask": "Answer a question that is ready",
    "sparql": "Run a SPARQL query of your own",
    "compare": "Compare areas on one indicator",
}


def protocol_server(tools: Tools) -> MCPServer:
    """The server with every tool, each read-only and without effect on anything outside of the graph."""
    from mcp.server.mcpserver import MCPServer  # noqa: PLC0415 - slow to import
    from mcp.types import ToolAnnotations  # noqa: PLC0415

    server: MCPServer = MCPServer(
        "policygraph",
        title="policygraph",
        description="A knowledge graph of policy structure, each statement with its place in the text",
        instructions=_INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
    )
    annotations = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    for name, title in TOOLS.items():
        method = getattr(tools, name)
        server.add_tool(
            _with_tool_errors(method), name=name, title=title, description=method.__doc__, annotations=annotations
        )
    return server


def run(tools: Tools, transport: str = "stdio", host: str = "127.0.0.1", port: int = 8001) -> None:
    """Serves until the assistant goes (`stdio`) or the process is told to stop (`http`, at `/mcp`)."""
    server = protocol_server(tools)
    if transport == "stdio":
        server.run("stdio")
    else:
        server.run("streamable-http", host=host, port=port, stateless_http=True, json_response=True)


def _with_tool_errors(method: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A refusal as an error of the protocol, which the assistant reads; its signature stays that of the method."""
    from mcp.server.mcpserver.exceptions import ToolError  # noqa: PLC0415 - slow to import

    @wraps(method)
    def tool(*arguments: Any, **values: Any) -> dict[str, Any]:
        try:
            return method(*arguments, **values)
        except RefusalError as refusal:
            raise ToolError(str(refusal)) from None

    return tool
