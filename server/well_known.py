"""What the world looks for at a fixed place: `/.well-known/void` (VoID section 7.2, RFC 8615)."""

from __future__ import annotations

from flask import Blueprint, Response

from .answers import deliver
from .asking import asking
from .description import void
from .formats import GRAPHS
from .negotiation import required
from .service import service
from .sparql import root

__all__ = ["blueprint"]

blueprint = Blueprint("well_known", __name__)


@blueprint.get("/.well-known/void")
def well_known_void() -> Response:
    """The dataset's description: VoID, DCAT, partitions and the query catalogue."""
    with asking(service()) as asked:
        return deliver(asked, void(asked, root(), required(GRAPHS)))
