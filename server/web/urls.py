"""Addresses of this service: its own, and the page of a thing."""

from __future__ import annotations

from urllib.parse import quote

from flask import request

from policygraph import vocab

from ..service import service

__all__ = ["address", "ladder_slug", "place_address", "room_of", "root"]

#: Where the IRIs of documents and of their texts stand.
_DOCUMENTS = f"{vocab.ID}document/"
_SOURCES = f"{vocab.ID}source/"
_INDICATORS = f"{vocab.ID}indicator/"


def root() -> str:
    """The service's own address, ending in a slash."""
    public = service().settings.public_url
    return public.rstrip("/") + "/" if public else request.url_root


def address(iri: str) -> str:
    """The address of the page about a thing: IRIs of ours are paths of this service, others are their own address."""
    return f"{request.script_root}/{iri.removeprefix(vocab.BASE)}" if iri.startswith(vocab.BASE) else iri


def room_of(document: str, source: str = "") -> str:
    """Where a document is read beside its graph; the document's own page where it has no such room.

    `source` names one of several texts; the one that is called as the document need not be named.
    """
    if not document.startswith(_DOCUMENTS):
        return address(document)
    slug = document.removeprefix(_DOCUMENTS)
    text = source.partition("#")[0].removeprefix(_SOURCES)
    return f"{request.script_root}/document/{quote(slug)}" + f"?source={quote(text)}" * (text not in ("", slug))


def place_address(evidence: str, document: str) -> str:
    """Where a place of a text is read: evidence is `…/id/source/<slug>#char=a,b`."""
    source, _, fragment = evidence.partition("#")
    room = room_of(document, source) if document.startswith(_DOCUMENTS) else ""
    return f"{room}#{fragment}" if room and fragment else address(evidence)


def ladder_slug(iri: str) -> str:
    """What an indicator is called in the address of its ladder; empty for what has none."""
    return iri.removeprefix(_INDICATORS) if iri.startswith(_INDICATORS) else ""
