"""A service in, tools for assistants out: the Model Context Protocol over what the service answers.

`run` serves them over standard input and output, or over HTTP on the loopback. Nothing here evaluates a query: all goes
the way of the service's own requests, in workers, within the same limits.
"""

from __future__ import annotations

from .protocol import protocol_server, run
from .tools import RefusalError, Tools

__all__ = ["RefusalError", "Tools", "protocol_server", "run"]
