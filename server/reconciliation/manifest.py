"""A service in, what it says of itself to clients of the Reconciliation API out: the manifests of 0.2 and 1.0."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from policygraph import __version__
from policygraph.messages import message, text_in

from ..web.names import about
from ..web.request import RequestContext
from ..web.urls import root
from .requests import BATCH
from .suggestions import SORTS, terms_of

__all__ = ["DRAFT", "PATH", "PATH_1", "manifest", "manifest_1"]

#: Where each version is spoken.
PATH, PATH_1 = "reconcile", "reconcile/1.0"
#: What the draft of 1.0 calls itself.
DRAFT = "1.0-draft"
_WIDTH, _HEIGHT = 430, 300
#: Classes that are offered first, where the graph has things of them.
_USUAL = ("Plan", "PolicyDocument", "AdministrativeArea", "Indicator", "Organisation", "Initiative", "PlanElement")
_LIMIT = message("How many values at most; 0 is all")
_LIMIT_NAME = message("Values at most")


def manifest(context: RequestContext, language: str, chosen: str) -> dict[str, Any]:
    """The manifest of 0.2; `chosen` is the language that the address names, which its other addresses then do too."""
    base, language_argument = root(), {"lang": chosen} if chosen else {}

    def path(name: str, **others: str) -> str:
        pairs = {**others, **language_argument}
        return f"/{PATH}/{name}" + (f"?{urlencode(pairs, safe='{}')}" if pairs else "")

    limit = {"name": "limit", "label": text_in(_LIMIT_NAME, language), "type": "number", "default": 0}
    return {
        "versions": ["0.2"],
        **_common(context, language),
        "identifierSpace": about().names.base,
        "schemaSpace": "https://w3id.org/policygraph/ontology#",
        "view": {"url": f"{base}{PATH}/view?" + urlencode({**language_argument, "id": "{{id}}"}, safe="{}")},
        "preview": {
            "url": f"{base}{PATH}/preview?" + urlencode({**language_argument, "id": "{{id}}"}, safe="{}"),
            "width": _WIDTH,
            "height": _HEIGHT,
        },
        "suggest": {sort: {"service_url": base.rstrip("/"), "service_path": path(f"suggest/{sort}")} for sort in SORTS},
        "extend": {
            "propose_properties": {"service_url": base.rstrip("/"), "service_path": path("extend/propose")},
            "property_settings": [{**limit, "help_text": text_in(_LIMIT, language)}],
        },
    }


def manifest_1(context: RequestContext, language: str) -> dict[str, Any]:
    """The manifest of the 1.0 draft, whose other addresses follow from its own."""
    limit = {"id": "limit", "name": text_in(_LIMIT_NAME, language), "type": "number", "default": 0}
    return {
        "versions": [DRAFT],
        **_common(context, language),
        "lang": language,
        "view": {"url": f"{root()}{PATH_1}/view{{?id}}"},
        "preview": {"width": _WIDTH, "height": _HEIGHT},
        "suggest": dict.fromkeys(SORTS, True),
        "extend": {
            "proposeProperties": True,
            "propertySettings": [{**limit, "helpText": text_in(_LIMIT, language)}],
        },
        "standardizedScore": True,
    }


def _common(context: RequestContext, language: str) -> dict[str, Any]:
    there = {each.id: each for each in terms_of(context, "type", language)}
    usual = [there[f"pg:{name}"] for name in _USUAL if f"pg:{name}" in there]
    return {
        "name": text_in(about().title, language),
        "documentation": f"{root()}api",
        "serviceVersion": __version__,
        "logo": f"{root()}static/icon.svg",
        "defaultTypes": [{"id": each.id, "name": each.name} for each in usual],
        "batchSize": BATCH,
    }
