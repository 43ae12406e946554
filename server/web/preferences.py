"""A request in, how its reader wants to see pages out: the language and the theme.

`?lang=` and `?theme=` choose and are remembered as cookies, which hold nothing else; without either the browser's
languages decide (RFC 9110 12.5.4) and the system's own theme.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, current_app, request

__all__ = ["LANGUAGES", "THEMES", "here", "language", "prefers_html", "remember", "theme"]

#: Language of messages and labels -> its BCP 47 tag for documents, and its own name.
LANGUAGES = {"zh": ("zh-Hans", "中文"), "en": ("en", "English")}
THEMES = ("auto", "light", "dark")
_YEAR = 365 * 24 * 3600


def language() -> str:
    """The language, zh or en: as chosen, as remembered, as the browser asks for, as the service is set."""
    default: str = current_app.extensions["policygraph"].settings.language
    chosen = _chosen("lang") or ""
    return chosen[:2] if chosen[:2] in LANGUAGES else request.accept_languages.best_match(LANGUAGES, default) or default


def theme() -> str:
    """The theme, auto, light or dark: as chosen, as remembered, else auto."""
    chosen = _chosen("theme") or ""
    return chosen if chosen in THEMES else "auto"


def _chosen(name: str) -> str | None:
    return request.args.get(name) or request.cookies.get(name)


def here(**changes: str) -> str:
    """The address of the page itself with other parameters."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    return f"{request.script_root}{request.path}?{urlencode([*pairs, *changes.items()])}"


def remember(response: Response) -> None:
    """Keeps what this request chose for those that follow."""
    for name, value in (("lang", language()), ("theme", theme())):
        if name in request.args:
            response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", path=request.script_root or "/")


def prefers_html() -> bool:
    """Whether this client would rather have a page than a document for programs; who does not say so would not."""
    accepted = request.accept_mimetypes
    programs = max(accepted["application/json"], accepted["application/problem+json"], accepted["text/turtle"])
    return accepted["text/html"] > programs
