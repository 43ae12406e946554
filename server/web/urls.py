"""Addresses of this service: its own, and the page of a thing."""

from __future__ import annotations

from flask import request

from policygraph import vocab

from ..service import service

__all__ = ["address", "root"]


def root() -> str:
    """The service's own address, ending in a slash."""
    public = service().settings.public_url
    return public.rstrip("/") + "/" if public else request.url_root


def address(iri: str) -> str:
    """Where a thing is told of: IRIs of ours are paths of this service, others are their own address."""
    return f"{request.script_root}/{iri.removeprefix(vocab.BASE)}" if iri.startswith(vocab.BASE) else iri
