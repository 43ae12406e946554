"""The exceptions of the service: a request that fails, and a service that cannot start.

RequestError  one query or request failed; `kind` names its problem document in problems.py
JobError      the same on a worker's side, on its way to the front
ServiceError  the service as a whole cannot run as configured; the message says why and what to do
"""

from __future__ import annotations

from collections.abc import Mapping

from policygraph.errors import PolicygraphError

__all__ = ["JobError", "RequestError", "ServiceError"]


class RequestError(PolicygraphError):
    """A request that cannot be answered. `details` fills the words of the problem document.

    `is_answered` is true where a worker itself told of it: the worker is as good as before.
    """

    def __init__(self, kind: str, *, is_answered: bool = False, **details: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.is_answered = is_answered
        self.details = details


class JobError(PolicygraphError):
    """A job that a worker cannot answer; `kind` names a problem of problems.py, `details` fills its words."""

    def __init__(self, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.details = details


class ServiceError(PolicygraphError, RuntimeError):
    """The service cannot start or go on; the message says why and what to do, in English alone or in both languages."""

    def __init__(self, texts: str | Mapping[str, str]) -> None:
        self.texts = {"en": texts} if isinstance(texts, str) else texts
        super().__init__(self.texts["en"])

    def message(self, language: str) -> str:
        return self.texts.get(language, self.texts["en"])
