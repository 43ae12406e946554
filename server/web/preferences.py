"""A request in, how its reader wants to see pages out: the language and the theme.

`?lang=` and `?theme=` choose and are remembered as cookies, which hold nothing else; without either the browser's
languages decide (RFC 9110 12.5.4) and the system's own theme. A question may have a parameter
`theme` too, a policy field: a value that is none of THEMES is meant for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlencode

from babel import Locale
from flask import Response, current_app, request

from policygraph import messages

__all__ = ["THEMES", "chooses", "here", "language", "languages", "prefers_html", "remember", "theme"]

#: Language -> its BCP 47 tag for documents, where that is another.
_TAGS = {"zh": "zh-Hans"}
THEMES = ("auto", "light", "dark")
_YEAR = 365 * 24 * 3600
#: Where a request's environment holds the language of its reader.
_SPOKEN = "policygraph.language"


def languages() -> Mapping[str, tuple[str, str]]:
    """Language of messages -> its BCP 47 tag for documents, and its own name; English last."""
    return _named(messages.languages())


@lru_cache
def _named(codes: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    ordered = [*(code for code in codes if code != messages.SOURCE), messages.SOURCE]
    locales = {code: Locale.negotiate([code], [code]) for code in ordered}
    return {
        code: (_TAGS.get(code, code.replace("_", "-")), (locale.get_display_name() if locale else None) or code)
        for code, locale in locales.items()
    }


def language() -> str:
    """The language, one of `languages`: as chosen, as remembered, as the browser asks for, as the service is set.

    It is worked out once for a request: a page wants it for every label.
    """
    spoken: str | None = request.environ.get(_SPOKEN)
    if spoken is None:
        spoken = request.environ[_SPOKEN] = _language()
    return spoken


def _language() -> str:
    default: str = current_app.extensions["policygraph"].settings.language
    chosen = _chosen("lang") or ""
    spoken = languages()
    return chosen[:2] if chosen[:2] in spoken else request.accept_languages.best_match(spoken, default) or default


def theme() -> str:
    """The theme, auto, light or dark: as chosen, as remembered, else auto."""
    chosen = _chosen("theme") or ""
    return chosen if chosen in THEMES else "auto"


def chooses(name: str, value: str) -> bool:
    """Whether a parameter of an address says how pages are to look; else it is one of what the page shows.

    >>> chooses("theme", "dark"), chooses("theme", "theme:ecology"), chooses("plan", "dark")
    (True, False, False)
    """
    return name == "lang" or (name == "theme" and value in THEMES)


def _given(name: str) -> str | None:
    """What the address chooses."""
    return next((value for value in request.args.getlist(name) if chooses(name, value)), None)


def _chosen(name: str) -> str | None:
    return _given(name) or request.cookies.get(name)


def here(**changes: str | None) -> str:
    """The address of the page itself with other parameters; those that are None are taken out."""
    pairs = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in changes or (name == "theme" and not chooses(name, value))
    ]
    changed = [(name, value) for name, value in changes.items() if value is not None]
    return f"{request.script_root}{request.path}?{urlencode([*pairs, *changed])}"


def remember(response: Response) -> None:
    """Keeps what this request chose for those that follow."""
    for name, value in (("lang", language()), ("theme", theme())):
        if _given(name) is not None:
            response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", path=request.script_root or "/")


def prefers_html() -> bool:
    """Whether Accept ranks HTML above JSON and Turtle; False without an Accept header."""
    accepted = request.accept_mimetypes
    programs = max(accepted["application/json"], accepted["application/problem+json"], accepted["text/turtle"])
    return accepted["text/html"] > programs
