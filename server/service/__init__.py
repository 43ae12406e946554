"""Settings in, the state of one running service out: its build, cache, accounts, indexes and journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any

from flask import current_app

from policygraph import queries

from ..settings import Settings
from ..syntax.gate import Checked, check
from ..workers.checks import Checks
from ..workers.current_build import Current
from ..workers.exporters import Scribes
from ..workers.in_process import InProcess
from ..workers.writer import Writer
from .cache import Cache
from .curators import Curators, why_no_review
from .editions import Editions
from .journal import Journal
from .label_index import Index
from .rate_limit import Budget

if TYPE_CHECKING:
    from .drafts import Drafts

__all__ = ["Service", "service"]

#: How many queries are remembered as checked, and up to which length.
_REMEMBERED, _SHORT = 256, 8192


class Service:
    """Raises ServiceError where the build cannot be served.

    With `in_process` there are no workers and no threads: for whoever writes the project's own pages.
    """

    def __init__(self, settings: Settings, *, in_process: bool = False) -> None:
        self.settings = settings
        self.curators = Curators(settings.curators)
        #: makes updates; None without curators, and where the graph is in another store
        self.writer = Writer(settings) if self.curators and not settings.is_remote else None
        self.current = Current(settings, InProcess if in_process else None, is_watching=not in_process)
        self.cache = Cache(settings.cache_bytes, settings.cache_entry_bytes)
        self.budget = Budget(settings)
        self.journal = Journal(lambda: self.current.idle, lambda: self.cache.bytes)
        #: of the project, as its settings said when the service started: to read them takes 20 ms
        self.folders = settings.folders
        #: what the service asks for itself, by name
        self.questions = {query.name: query for query in queries.read_all(self.folders.queries / "service")}
        self.indexes: Editions[Index] = Editions()
        #: graph.plan_names has their type
        self.plan_names: Editions[Any] = Editions()
        self.scribes = Scribes(settings)
        self.checks = Checks(settings)
        self.is_stopping = False
        self._check: Callable[[str], Checked] = partial(check, settings=settings)
        self._remembered = lru_cache(_REMEMBERED)(self._check)

    @cached_property
    def drafts(self) -> Drafts:
        """The drafts of the project, for who reviews them: they come with all that reads documents."""
        from .drafts import Drafts  # noqa: PLC0415 - a third of what the service would import, and few review

        return Drafts(self.settings, self.checks)

    def why_no_review(self) -> Mapping[str, str] | None:
        """Why nothing can be reviewed here, and what to do; None where it can."""
        return why_no_review(self.settings.curators, self.folders)

    def check(self, text: str) -> Checked:
        """The gate: what a query tells without being parsed. Raises RequestError for one that may not be run."""
        return self._remembered(text) if len(text) <= _SHORT else self._check(text)

    def close(self, patience: float = 0) -> None:
        """Ends every process that the service started, an update at work when it is done.

        Requests that still read from the build are waited for as many seconds.
        """
        if self.writer:
            self.writer.close()
        self.scribes.close()
        self.checks.close()
        self.current.close(patience)


def service() -> Service:
    """The service of the app that handles this request."""
    running: Service = current_app.extensions["policygraph"]
    return running
