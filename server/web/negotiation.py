"""A request and the formats on offer in, the format of the response out, or 406."""

from __future__ import annotations

from flask import request

from ..failures import RequestError
from ..formats import Choice, Formats, choose

__all__ = ["required"]


def required(formats: Formats, name: str | None = None) -> Choice:
    """The choice for `format=`, else for the Accept header. Raises RequestError("not-acceptable") where none fits."""
    choice = choose(formats, name, request.accept_mimetypes)
    if choice is None:
        raise RequestError("not-acceptable", offered=", ".join(form.media_types[0] for form in formats.values()))
    return choice
