"""A folder in, what a service over two small documents answers out: what a small site of files is written of."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from policygraph import site
from server import Settings, create_app
from server.service import Service
from tests.server import serving, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["answering"]


@contextmanager
def answering(root: Path) -> Iterator[site.Ask]:
    """What the service answers in this process, the texts at hand."""
    (root / "sources").mkdir()
    words = "甲市行动方案：到2026年产值达到1.5万亿元。\n打造😀中心。"
    things = [("t1", "Task", "行动", [(0, 6)]), ("n1", "IndicatorTarget", "<目标>", [(7, 20)])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYGRAPH_SOURCES", str(root / "sources"))
        quads = texts.document("one", words, things, root / "sources")
        serving.write_quads(root / "build", quads, serving.CATALOGUE)
        service = Service(Settings(build=root / "build", client_seconds=1e6, client_queries=64), in_process=True)
        app = create_app(service=service)
        app.config["TODAY"] = ""

        def answer(path: str, language: str) -> site.Answer:
            headers = {"Accept": "text/html, */*;q=0.5", "Accept-Language": language or "en"}
            given = app.test_client(use_cookies=False).get(path, headers=headers)
            content = site.Answer(given.status_code, given.mimetype, given.get_data())
            given.close()
            return content

        yield answer
        service.close()
