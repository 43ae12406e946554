"""A request in, what short names mean in the build that it reads out: those of the project, and of the base layer.

A project's things stand under its own base, those of the base layer under ours, and a path of the service stands for
either (`vocab.Names.path`, `at`). Which base it is, the build says.
"""

from __future__ import annotations

from flask import g, has_request_context

from policygraph import vocab

from ..service import service

__all__ = ["expand", "hold", "names", "path", "shorten"]


def hold(of_build: vocab.Names) -> None:
    """Settles, for the rest of this request, that it reads from a build with these names."""
    g.names = of_build


def names() -> vocab.Names:
    """The names of the build that this request reads from; outside a request, those of the shipped project."""
    if not has_request_context():
        return vocab.SHARED
    if "names" not in g:
        hold(service().current.names)
    held: vocab.Names = g.names
    return held


def shorten(iri: str) -> str:
    """An IRI with the longest prefix that fits; as it is where none does."""
    return names().shorten(iri)


def expand(name: str) -> str:
    """A short name or an IRI as an IRI."""
    return names().expand(name)


def path(iri: str) -> str:
    """The path below the service of what an IRI names; empty for an IRI that the project does not answer for."""
    return names().path(iri) or ""
