"""A request in, whose build it reads out: what the project says of itself, and what short names mean in it.

A project's things stand under its own base, those of the base layer under ours, and a path of the service stands for
either (`vocab.Names.path`, `at`). Which base it is, the build says.
"""

from __future__ import annotations

from flask import g, has_app_context, has_request_context

from policygraph import vocab
from policygraph.describe import SHIPPED, About

from ..service import service

__all__ = ["about", "expand", "hold", "names", "path", "shorten"]


def hold(project: About) -> None:
    """Settles, for the rest of this request, that it reads from a build of this project."""
    g.about = project


def about() -> About:
    """What the project says of itself whose build this request reads; outside a request, the shipped one."""
    held: About | None = g.get("about") if has_app_context() else None
    if held is None:
        if not has_request_context():
            return SHIPPED
        held = service().current.about
        hold(held)
    return held


def names() -> vocab.Names:
    """What short names mean in that build."""
    return about().names


def shorten(iri: str) -> str:
    """An IRI with the longest prefix that fits; as it is where none does."""
    return names().shorten(iri)


def expand(name: str) -> str:
    """A short name or an IRI as an IRI."""
    return names().expand(name)


def path(iri: str) -> str:
    """The path below the service of what an IRI names; empty for an IRI that the project does not answer for."""
    return names().path(iri) or ""
