"""Addresses of a service in, names of files and relative links out."""

from __future__ import annotations

import hashlib
import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, quote, unquote, urlencode

from policygraph.messages import message, text_in
from policygraph.site.contents import FILES

__all__ = [
    "STAMP",
    "VENDOR",
    "Key",
    "file_of",
    "places",
    "policy",
    "rewritten",
    "rewritten_style",
    "style_targets",
    "targets",
    "with_plain_scripts",
]

#: The file by which a folder is known to be a site.
STAMP = ".policygraph-site"
#: Where the service has what its front end loads.
VENDOR = "/static/vendor/"
#: A path with its query, and a language; files that are the same in all of them have none.
Key = tuple[str, str]

#: Path -> the name of its file, where that is another: hosts show `index` for a folder.
_NAMES = {"/": "index", "/index": "a-to-z"}
_LINK = re.compile(r'(?P<name>href|src)="(?P<value>/[^"]*)"')
_ID = re.compile(r'\bid="([^"]+)"')
#: A file of a format, by its end.
_SUFFIX = re.compile(r"\.(csv|xlsx|ttl|svg)$")
_DOWNLOAD = re.compile(r"(?:<li>)?<a\b[^>]*? download[^>]*>[^<]*</a>(?:</li>)?")
_STYLE = re.compile(r"url\((?P<quote>[\"']?)(?P<value>(?!data:|#)[^)\"']+)(?P=quote)\)")
#: Scripts that ask the service for nothing: the filter of lists, the reading room, and charts of what the page holds.
_SCRIPT = re.compile(
    r'<script type="module" src="[^"]*/(?!(?:alignment|list|reading_room|trajectory)-)[^"/]+"></script>\s*'
)
_PRELOAD = re.compile(r'<link rel="modulepreload"[^>]*>\s*')
_FORM = re.compile(r'<form class="search".*?</form>', re.DOTALL)
_ACTION = re.compile(r'<form class="(?:chooser|values)[^"]*".*?</form>|<nav class="facets".*?</nav>', re.DOTALL)
_SUBMIT = re.compile(r'<button type="submit" class="without-scripts">.*?</button>', re.DOTALL)
_THEMES = re.compile(r'<nav class="choice themes".*?</nav>', re.DOTALL)
_ALTERNATE = re.compile(r'<link rel="alternate" (?:type|hreflang)="[^>]*>\s*')
#: Text that is printed as it is, its spaces and lines included.
_AS_IT_IS = re.compile(r"(<(?:pre|textarea|script)\b.*?</(?:pre|textarea|script)>)", re.DOTALL)
_INDENT = re.compile(r"\n\s+")
_CHARSET = '<meta charset="utf-8">'


def policy(*scripts: str) -> str:
    """What the browser lets a page of the site do: load what stands beside it, send nothing.

    `scripts` are further sources of scripts. `file:` is the site itself where it is read from a disk.
    """
    own = "'self' file:"
    allowed = " ".join([own, *scripts])
    return f"default-src {own}; script-src {allowed}; base-uri 'none'; form-action 'none'; object-src 'none'"


def file_of(path: str, language: str) -> str:
    """The file of an address, below the folder of its language where it has one.

    >>> file_of("/indicators/gdp", "en"), file_of("/", "zh"), file_of("/hierarchy?of=plan:x", "en")
    ('en/indicators/gdp.html', 'zh/index.html', 'en/hierarchy--of=plan-x-929e2554.html')
    """
    stem, _, query = path.partition("?")
    name = _NAMES.get(stem) or unquote(stem).strip("/")
    if query:
        name += f"--{unquote(query)}"
    safe = "/".join(re.sub(r"[^\w.=~-]", "-", part, flags=re.ASCII) for part in name.split("/"))
    safe = re.sub(r"(?:^|(?<=/))\.+(?=/|$)", "-", safe)
    if safe != name or len(safe) > 120:
        safe = f"{safe[:100]}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"
    if not language:
        return f"{safe}{_ending(stem, query, safe)}" if query else safe
    return f"{language}/{safe}{_ending(stem, query, safe)}"


def _ending(stem: str, query: str, name: str) -> str:
    """What the name of a file still needs at its end, so that a host and a disk know what it is."""
    if form := dict(parse_qsl(query)).get("format"):
        return f".{form}"
    suffix = _SUFFIX.search(stem)
    if suffix is None:
        return ".html"
    return "" if name.endswith(suffix[0]) else suffix[0]


def _key(address: str, language: str) -> tuple[Key, str]:
    """The key of an address as a page has it, and its fragment; a language or theme chosen in it is taken out."""
    plain, _, fragment = html.unescape(address).partition("#")
    stem, _, query = plain.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    chosen = dict(pairs).get("lang", language)
    rest = urlencode([pair for pair in pairs if pair[0] not in ("lang", "theme", "embed")], safe=":/")
    if stem.startswith(("/id/", "/concept/")):
        stem = f"/about{stem}"
    if stem == "/query" and "example" in dict(pairs):
        # a question is a place of the query page
        rest, fragment = "", f"example={quote(dict(pairs)['example'])}"
    form = dict(pairs).get("format")
    if form:
        stem, rest = _table_of(stem, dict(pairs))
    is_alike = form == "ttl" or bool(FILES.fullmatch(stem))
    return (f"{stem}?{rest}" if rest else stem, "" if is_alike else chosen), fragment


def _table_of(stem: str, pairs: Mapping[str, str]) -> tuple[str, str]:
    """The path and query of a page's table; what is shown of one indicator is in one file, that of its ladder."""
    indicator = pairs.get("indicator", "")
    if stem == "/trajectory" and indicator.startswith("indicator:"):
        stem = f"/indicators/{quote(indicator.removeprefix('indicator:'))}"
    kept = pairs if not stem.startswith("/indicators/") else {"format": pairs["format"]}
    return stem, urlencode([pair for pair in kept.items() if pair[0] not in ("lang", "theme", "embed")], safe=":/")


def targets(text: str, path: str, language: str) -> Iterator[Key]:
    """What a page links to and loads, of the service itself."""
    own = path.partition("?")[0]
    for match in _LINK.finditer(_without_service(text)):
        value = match["value"] if not match["value"].startswith("?") else own + match["value"]
        yield _key(value, language)[0]


def places(text: str) -> frozenset[str]:
    """The places of a page that a fragment can name."""
    return frozenset(html.unescape(each) for each in _ID.findall(text))


def rewritten(
    text: str, page: Key, files: Mapping[Key, str], anchors: Mapping[Key, frozenset[str]], lost: set[str]
) -> str:
    """The page with relative links; one to what is not known becomes plain text and is added to `lost`.

    A fragment that its page does not have is left out. A link to what this page shows itself becomes plain text too.
    """
    own, language = posixpath.dirname(files[page]), page[1]

    def relative(match: re.Match[str]) -> str:
        key, fragment = _key(match["value"], language)
        is_itself = key != page and files.get(key) == files[page]
        if key not in files:
            lost.add(key[0])
        if key not in files or is_itself:
            return 'data-elsewhere=""' if match["name"] == "href" else 'data-src=""'
        has_place = fragment and (key not in anchors or unquote(fragment) in anchors[key])
        address = posixpath.relpath(files[key], own) + f"#{fragment}" * bool(has_place)
        return f'{match["name"]}="{html.escape(address)}"'

    def offered(match: re.Match[str]) -> str:
        link = _LINK.search(match[0])
        return match[0] if link is None or _key(link["value"], language)[0] in files else ""

    finder = f'<p class="search"><a href="{posixpath.relpath(f"{language}/search.html", own)}">'
    words = text_in(message("Search"), language)
    shown = _FORM.sub(f"{finder}{words}</a></p>", _DOWNLOAD.sub(offered, _without_service(text)))
    guard = f'{_CHARSET}<meta http-equiv="Content-Security-Policy" content="{html.escape(policy())}">'
    shown = shown.replace(_CHARSET, guard, 1)
    shown = _LINK.sub(lambda match: match[0] if "search.html" in match["value"] else relative(match), shown)
    return shown if page[0].startswith("/document/") else _without_indents(shown)


def _without_indents(text: str) -> str:
    """A page without the spaces in front of its lines, where it does not print them as they are."""
    parts = _AS_IT_IS.split(text)
    return "".join(part if place % 2 else _INDENT.sub("\n", part) for place, part in enumerate(parts))


def _without_service(text: str) -> str:
    """A page without what only a running service answers: its forms, its scripts, its other formats."""
    for pattern in (_SCRIPT, _PRELOAD, _ACTION, _SUBMIT, _THEMES, _ALTERNATE):
        text = pattern.sub("", text)
    return text


def with_plain_scripts(text: str, plain: Mapping[str, str]) -> str:
    """The page with plain scripts for the modules that there are such of: a browser takes no module from a disk."""
    for module, name in plain.items():
        text = text.replace(f'<script type="module" src="{VENDOR}{module}">', f'<script defer src="{VENDOR}{name}">')
    return text


def style_targets(text: str, path: str) -> Iterator[Key]:
    """The pictures and fonts that a style sheet loads."""
    folder = posixpath.dirname(path)
    for match in _STYLE.finditer(text):
        yield posixpath.normpath(posixpath.join(folder, match["value"])), ""


def rewritten_style(text: str, path: str, files: Mapping[Key, str]) -> str:
    """A style sheet whose pictures stand where the site has them."""
    own = posixpath.dirname(files[path, ""])

    def relative(match: re.Match[str]) -> str:
        key = (posixpath.normpath(posixpath.join(posixpath.dirname(path), match["value"])), "")
        return f'url("{posixpath.relpath(files[key], own)}")' if key in files else match[0]

    return _STYLE.sub(relative, text)
