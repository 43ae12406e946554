"""What a page shows in, how it is cited out: GB/T 7714, BibTeX, CSL-JSON, and the metadata that Zotero reads.

A page is cited with its address and the snapshot of the graph; a document that was printed as what it is.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import current_app, request
from markupsafe import escape

from ..graph.hierarchy import node
from ..graph.labels import Names, names
from ..web import preferences
from ..web.ask import Row, rows
from ..web.names import about
from ..web.request import RequestContext
from ..web.urls import root

__all__ = ["Citation", "citation", "persons", "printed", "today"]

#: What BibTeX reads as markup -> how it is written.
_TEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "\\": r"\textbackslash{}"}

#: What a printed author did, before or behind the name: 本报记者 陶阳, 摄影:张文魁, 关欣/整理.
_PRINTED_WORK = re.compile(r"^[^:： ]*(?:记者|通讯员|摄影|制图|整理|编辑|文|图)\s*[:： ]\s*|\s*/[^/]*$")
#: A credit that names no author: 本版图片由……提供.
_CREDIT = re.compile(r"由.+(?:提供|供图)$")


@dataclass(frozen=True, slots=True)
class Citation:
    """A thing to be cited. `published` is a date or empty; `container` is the newspaper or site it stands in.

    `kind` is N for what a newspaper printed, else DB (a database, read online).
    """

    title: str
    url: str
    accessed: str
    snapshot: str
    container: str = "policygraph"
    published: str = ""
    authors: Sequence[str] = ()
    kind: str = "DB"

    @property
    def version(self) -> str:
        """The snapshot as people name it."""
        return self.snapshot[:12]

    @property
    def gbt(self) -> str:
        """GB/T 7714-2015: a newspaper article (8.5), else an electronic resource (8.8)."""
        names = ", ".join(self.authors)
        read = f"[{self.accessed}]" if self.accessed else ""
        if self.kind == "N":
            printed = f"{self.container}, {self.published}" if self.published else self.container
            return f"{names + '. ' if names else ''}{self.title}[N/OL]. {printed}{read}. {self.url}."
        who = names or self.container
        published = f"({self.published})" if self.published else ""
        return f"{who}. {self.title}[DB/OL]. 快照 {self.version}{published}{read}. {self.url}."

    @property
    def bibtex(self) -> str:
        """An entry of BibTeX; its key is the end of the address and the snapshot."""
        name = re.sub(r"[^A-Za-z0-9]+", "-", self.url.partition("://")[2].partition("/")[2]).strip("-") or "policygraph"
        fields = {
            "title": "{" + _tex(self.title) + "}",
            "author": " and ".join("{" + _tex(each) + "}" for each in self.authors),
            "howpublished": _tex(self.container),
            "date": self.published,
            "url": self.url,
            "urldate": self.accessed,
            "note": f"Snapshot {self.version}",
        }
        lines = [f"  {key} = {{{value}}}" for key, value in fields.items() if value]
        return "@misc{" + ",\n".join([f"{name}-{self.version}", *lines]) + "\n}\n"

    @property
    def csl(self) -> str:
        """An item of CSL-JSON."""
        item: dict[str, Any] = {
            "id": self.url,
            "type": "article-newspaper" if self.kind == "N" else "dataset",
            "title": self.title,
            "container-title": self.container,
            "URL": self.url,
            "version": self.snapshot,
        }
        if self.accessed:
            item["accessed"] = {"date-parts": [_parts(self.accessed)]}
        if self.published:
            item["issued"] = {"date-parts": [_parts(self.published)]}
        if self.authors:
            item["author"] = [{"literal": each} for each in self.authors]
        return json.dumps([item], ensure_ascii=False, indent=1)

    def frame(self, language: str) -> str:
        """The page as an iframe (HTML) for another page, in a language; its address and title are escaped."""
        page, _, query = self.url.partition("?")
        address = f"{page}?{urlencode(dict(parse_qsl(query)) | {'embed': 1, 'lang': language})}"
        return (
            f'<iframe src="{escape(address)}" width="100%" height="480" loading="lazy" title="{escape(self.title)}">'
            "</iframe>"
        )

    @property
    def metadata(self) -> list[tuple[str, str]]:
        """What stands in the head of the page, as Google Scholar and Zotero read it."""
        pairs = [
            ("citation_title", self.title),
            *(("citation_author", each) for each in self.authors),
            ("citation_journal_title" if self.kind == "N" else "citation_publisher", self.container),
            ("citation_publication_date", self.published.replace("-", "/")),
            ("citation_public_url", self.url),
        ]
        return [(name, value) for name, value in pairs if value]


def today() -> str:
    """The day on which a page is read, which a citation of it names; a page with one is made anew each day."""
    given = current_app.config.get("TODAY")  # a site of files names none: it is the same whenever it is made
    return given if given is not None else datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def persons(printed: Sequence[str]) -> list[str]:
    """The names of printed authors as a citation has them, without what each did and without credits of pictures.

    >>> persons(["关欣/整理", "摄影:张文魁", "本报记者 陶阳", "本版图片由宣传部提供", "市发展改革委"])
    ['关欣', '张文魁', '陶阳', '市发展改革委']
    """
    names = (_PRINTED_WORK.sub("", each).strip() for each in printed if not _CREDIT.search(each))
    return list(dict.fromkeys(name for name in names if name))


def citation(title: str, snapshot: str, path: str = "", **more: Any) -> Citation:
    """The citation of this page, or of another path of the service."""
    own = request.full_path.rstrip("?") if request.query_string else request.path
    named = {"container": about().publisher or about().called(preferences.language()), **more}
    named["authors"] = persons(named.get("authors", ()))
    return Citation(title, root().rstrip("/") + (path or own), today(), snapshot, **named)


def printed(context: RequestContext, places: Mapping[str, str]) -> list[Citation]:
    """Documents as they were printed, each with the address of a place in it: document -> address."""
    nodes = [node(document) for document in places]
    heads: dict[str, list[Row]] = {}
    for row in rows(context, "reading-document", {"document": nodes}) if nodes else ():
        heads.setdefault(row["document"].value, []).append(row)
    publishers = [row["publisher"].value for those in heads.values() for row in those if "publisher" in row]
    labels = names(context, [*heads, *publishers])
    return [
        _as_printed(context, document, places[document], heads[document], labels)
        for document in places
        if document in heads
    ]


def _as_printed(context: RequestContext, document: str, path: str, heads: Sequence[Row], labels: Names) -> Citation:
    """A document by the rows that its reading room begins with."""
    first = heads[0]
    publisher = labels.label(first["publisher"].value, "zh") if "publisher" in first else ""
    return citation(
        labels.label(document, "zh"),
        context.pool.snapshot,
        path,
        published=first["date"].value if "date" in first else "",
        container=publisher or about().called("zh"),
        authors=list(dict.fromkeys(row["author"].value for row in heads if "author" in row)),
        kind="N" if publisher else "DB",
    )


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)


def _parts(date: str) -> list[int]:
    return [int(part) for part in date.split("-") if part.isdigit()]
