"""An option's default, words, range and check in, its dataclass field out; a value in, that value typed or refused out.

What a field's metadata has: `words` (what the option is, zh and en), `low`, `high`, `choices`, `check`, `secret`.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from policygraph.messages import EMPTY, listed, message

from ..failures import ServiceError

__all__ = ["PREFIX", "bounds", "check", "endpoints", "networks", "option", "origins", "store_place", "typed"]

#: What the variable of an option begins with in the environment; its name in capitals follows.
PREFIX = "POLICYGRAPH_SERVER_"
_INFINITE = float("inf")


def option(
    default: Any,
    words: Mapping[str, str],
    *,
    low: float = -_INFINITE,
    high: float = _INFINITE,
    choices: tuple[str, ...] = (),
    check: Callable[[str, Any], None] | None = None,
    secret: bool = False,
) -> Any:
    """The field of an option. `low` and `high` bound a number; `choices` are the words that a text may be.

    `check` raises ServiceError for a value that cannot be used. A secret is read from the environment only,
    and is not shown.
    """
    metadata = {"words": words, "low": low, "high": high, "choices": choices, "check": check, "secret": secret}
    return dataclasses.field(default=default, metadata=metadata, repr=not secret)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _list(value: Any) -> tuple[str, ...]:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(map(_text, value))


#: Type of an option's default -> what makes such a value of TOML or of text; a path of any other.
_READERS: Mapping[type, Callable[[Any], Any]] = {int: _whole, float: _number, str: _text, tuple: _list}


def typed(field: dataclasses.Field[Any], value: Any, origin: Mapping[str, str]) -> Any:
    """A value as the option has it. Raises ServiceError, with where it comes from, for one of another type."""
    default: Any = field.default
    try:
        return _READERS.get(type(default), Path)(value)
    except (TypeError, ValueError):
        like = (", ".join(default) or "a, b") if isinstance(default, tuple) else default or "“…”"
        shown = "…" if field.metadata["secret"] else value
        raise ServiceError(
            message(
                "{origin}: {name} cannot be “{shown}”; it is like {like}",
                origin=origin,
                name=field.name,
                shown=shown,
                like=like,
            )
        ) from None


def check(field: dataclasses.Field[Any], value: Any) -> None:
    """Holds a value to the range, the words and the check of its option. Raises ServiceError."""
    low, high, choices, own = (field.metadata[key] for key in ("low", "high", "choices", "check"))
    if isinstance(value, (int, float)) and not low <= value <= high:
        raise ServiceError(
            message("{name} is {value}; it must be {limits}", name=field.name, value=value, limits=bounds(field))
        )
    if choices and value not in choices:
        raise ServiceError(
            message(
                "{name} is “{value}”; it must be one of {choices}",
                name=field.name,
                value=value,
                choices=listed(choices),
            )
        )
    if own:
        own(field.name, value)


def bounds(field: dataclasses.Field[Any]) -> Mapping[str, str]:
    """What a value may be, in words: a range of numbers, or a choice of words; EMPTY where all is allowed."""
    low, high, choices = (field.metadata[key] for key in ("low", "high", "choices"))
    if choices:
        return listed(choices)
    if high < _INFINITE:
        return message("from {low} to {high}", low=low, high=high)
    return message("at least {low}", low=low) if low > -_INFINITE else EMPTY


# ── checks of single options ──────────────────────────────────────────────────────────────────────


def networks(name: str, value: tuple[str, ...]) -> None:
    """Checks that each value is a network in CIDR form. Raises ServiceError."""
    for network in value:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ServiceError(message("{name}: {error}", name=name, error=error)) from None


def store_place(name: str, value: str) -> None:
    """Checks that the value is `auto`, `memory`, `disk`, or the address of an endpoint. Raises ServiceError."""
    if "://" in value:
        endpoints(name, (value,))
    elif value not in ("auto", "memory", "disk"):
        raise ServiceError(
            message(
                "{name} is “{value}”; it must be auto, memory, disk or the address of a SPARQL endpoint",
                name=name,
                value=value,
            )
        )


_ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.*-]+(:\d{1,5})?")


def origins(name: str, value: tuple[str, ...]) -> None:
    """Checks that each value is `*` or an origin, as a Content-Security-Policy takes them. Raises ServiceError."""
    for origin in value:
        if not _ORIGIN.fullmatch(origin):
            raise ServiceError(
                message(
                    "{name} is “{origin}”; it must be an origin such as https://example.org, or *",
                    name=name,
                    origin=origin,
                )
            )


_ADDRESS = re.compile(r"[!-~]+")
_USER = re.compile(r"//[^/]*@")


def endpoints(name: str, value: tuple[str, ...]) -> None:
    """Checks that each value is an HTTP address without a user or password, as it is logged. Raises ServiceError."""
    for address in value:
        try:
            parts = urlsplit(address)
            is_sound = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
        except ValueError:
            is_sound = False
        if not is_sound or not _ADDRESS.fullmatch(address) or parts.username is not None or parts.fragment:
            masked = _USER.sub("//…@", address)
            raise ServiceError(
                message(
                    "{name} is “{masked}”; it must be http:// or https://, a host and a path, no user, no #",
                    name=name,
                    masked=masked,
                )
            )
