"""Addresses of this service: its own, and the page of a thing."""

from __future__ import annotations

from urllib.parse import quote

from flask import request

from ..service import service
from .names import path as path_of

__all__ = ["absolute", "address", "document_path", "ladder_slug", "place_address", "room_of", "root"]

#: Where documents, their texts and indicators stand below the service, as their IRIs do below their base.
_DOCUMENTS, _SOURCES, _INDICATORS = "id/document/", "id/source/", "id/indicator/"


def root() -> str:
    """The service's own address, ending in a slash."""
    public = service().settings.public_url
    return public.rstrip("/") + "/" if public else request.url_root


def absolute(local: str) -> str:
    """An address of this service in whole, for files: below the public URL, whose path may be more than a slash."""
    if not local.startswith("/"):
        return local
    return root() + local.removeprefix(request.script_root).removeprefix("/")


def address(iri: str) -> str:
    """The address of the page about a thing: IRIs of ours are paths of this service, others are their own address."""
    path = path_of(iri)
    return f"{request.script_root}/{path}" if path else iri


def document_path(iri: str) -> str:
    """The path of the document about a thing or a concept of ours, to which the suffix of a format is added."""
    return f"{request.script_root}/about/{quote(path_of(iri), safe='/!$&()*+,;=:@~')}"


def room_of(document: str, source: str = "") -> str:
    """Where a document is read beside its graph; the document's own page where it has no such room.

    `source` names one of several texts; the one that is called as the document need not be named.
    """
    slug = _below(_DOCUMENTS, document)
    if not slug:
        return address(document)
    text = _below(_SOURCES, source.partition("#")[0])
    return f"{request.script_root}/document/{quote(slug)}" + f"?source={quote(text)}" * (text not in ("", slug))


def place_address(evidence: str, document: str) -> str:
    """Where a place of a text is read: evidence is `…/id/source/<slug>#char=a,b`."""
    source, _, fragment = evidence.partition("#")
    room = room_of(document, source) if _below(_DOCUMENTS, document) else ""
    return f"{room}#{fragment}" if room and fragment else address(evidence)


def ladder_slug(iri: str) -> str:
    """What an indicator is called in the address of its ladder; empty for what has none."""
    return _below(_INDICATORS, iri)


def _below(folder: str, iri: str) -> str:
    """What follows a folder in the path of an IRI of ours; empty where it does not stand there."""
    path = path_of(iri)
    return path.removeprefix(folder) if path.startswith(folder) else ""
