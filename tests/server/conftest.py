"""A service over a small build, started once, and a client that talks to it without a network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
import serving
from flask import Flask
from flask.testing import FlaskClient

from policygraph import build, paths
from server import Settings, create_app
from server.service import Service
from tests.conftest import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse


#: Workers are bounded by Linux limits: elsewhere there is nothing to test.
collect_ignore_glob = [] if sys.platform.startswith("linux") else ["test_*.py"]


class _Client(FlaskClient):
    """Remembers its answers, so that they are closed when the test is over: a server would have closed them."""

    answers: ClassVar[list[TestResponse]] = []

    def open(self, *args: Any, **given: Any) -> TestResponse:
        answer = super().open(*args, **given)
        self.answers.append(answer)
        return answer


Flask.test_client_class = _Client


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _Client.answers:
        _Client.answers.pop().close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The link to a small build."""
    link = tmp_path_factory.mktemp("served") / "build"
    serving.write_build(link)
    return link


@pytest.fixture(scope="session")
def running(folder: Path) -> Iterator[Service]:
    """A service with small bounds for answers and large ones for clients."""
    settings = Settings(
        build=folder,
        workers=3,
        deadline=60.0,  # no test waits for it: a loaded machine is slow
        memory=256,
        rows=2000,
        answer_bytes=2_000_000,
        client_errors=1e6,
        client_seconds=1e6,
        client_queries=100,
        watch=0,
    )
    service = Service(settings)
    yield service
    service.close()


@pytest.fixture
def client(running: Service) -> FlaskClient:
    return create_app(service=running).test_client()


@pytest.fixture(scope="session")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the build of a small project, to be edited."""
    folder = tmp_path_factory.mktemp("curated")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        graph = build.run(paths.find(Project(folder / "project").root))
    assert graph.is_valid
    build.write(graph, folder / "build")
    return folder
