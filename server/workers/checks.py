"""A slug of the project in, what a check finds in its document out, by a process of its own (check_process.py)."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from ..failures import RequestError
from ..settings import Settings
from .tasks import Tasks

__all__ = ["MEMORY", "NOT_CHECKED", "Checks"]

#: Exit statuses of check_process: memory is used up; the check cannot be made, and standard output says why.
MEMORY, NOT_CHECKED = 3, 4


class Checks:
    """The checks of one service, bounded as its updates are; as many are made at once as are asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tasks = Tasks("check")

    def findings(self, root: Path, slug: str, language: str) -> list[dict[str, Any]]:
        """What is found in a document of the project in `root`, as `policygraph check --format json` tells it.

        Raises RequestError (not-checked) where the check fails, takes too long or too much.
        """
        settings = self._settings
        seconds, memory = settings.update_deadline, settings.update_memory * 1024 * 1024
        order = [str(root), slug, language, str(memory), str(seconds)]
        with TemporaryFile() as nothing, TemporaryFile() as output:
            try:
                status = self._tasks.run(order, nothing, output, seconds)
            except RequestError as error:
                reason = f"{seconds:g} s" if error.kind == "timeout" else error.kind
                raise RequestError("not-checked", message=reason) from None
            output.seek(0)
            content = output.read()
        if status:
            raise RequestError("not-checked", message=self._reason(status, content))
        listed: list[dict[str, Any]] = json.loads(content)
        return listed

    def _reason(self, status: int, content: bytes) -> str:
        if status in (MEMORY, -signal.SIGABRT):
            return f"{self._settings.update_memory} MiB"
        if status == NOT_CHECKED:
            return content.decode(errors="replace")
        return f"exit status {status}"

    def close(self) -> None:
        """Ends the process that checks come from."""
        self._tasks.close()
