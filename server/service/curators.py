"""A bearer token in, the curator it belongs to out; tokens are made here too, and only their hashes are kept.

    curators = ["alice=scrypt:32768:8:1$…", "bob+force=scrypt:32768:8:1$…"]

A token starts with its curator's name, so that one scrypt settles it. `+force` lets its owner write in spite of
violations. Neither a token nor any part of it is ever logged.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.security import check_password_hash, generate_password_hash

from policygraph.messages import message
from policygraph.paths import Folders

from ..failures import RequestError, ServiceError

__all__ = ["CHALLENGE", "Curator", "Curators", "make", "why_no_review"]

#: The WWW-Authenticate challenge to a client without a valid token (RFC 6750 3).
CHALLENGE = 'Bearer realm="policygraph"'

_ENTRY = re.compile(r"(?P<name>[a-z0-9-]+)(?P<force>\+force)?=(?P<hash>scrypt:\d+:\d+:\d+\$[^$\s]+\$[0-9a-f]+)")
_NAME = re.compile(r"[a-z0-9-]+")
#: Random bytes in a token.
_CHANCE = 32
#: Bytes of a scrypt hash.
_HASH = 64


@dataclass(frozen=True, slots=True)
class Curator:
    """A curator: the name, and whether updates may be forced in spite of violations."""

    name: str
    may_force: bool
    hash: str


def make(name: str, *, may_force: bool = False) -> tuple[str, str]:
    """A new token, and the entry of the option `curators` that lets it in. Raises ServiceError for a strange name."""
    if not _NAME.fullmatch(name):
        raise ServiceError(f"a curator's name has small letters, digits and hyphens, not “{name}”")
    token = f"{name}.{secrets.token_urlsafe(_CHANCE)}"
    return token, f"{name}{'+force' * may_force}={generate_password_hash(token, 'scrypt')}"


def _is_usable(hashed: str) -> bool:
    """Whether the system can compute such a hash: its parameters may ask for more memory than there is."""
    try:
        check_password_hash(hashed, "")
    except ValueError:
        return False
    return True


class Curators:
    """Everyone who may write. Raises ServiceError for an entry that cannot be read, without repeating it."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._by_name: dict[str, Curator] = {}
        # 32 MiB for each comparison: one at a time
        self._turn = threading.Lock()
        for number, entry in enumerate(entries, start=1):
            match = _ENTRY.fullmatch(entry)
            if not match or not _is_usable(match["hash"]):
                raise ServiceError(f"curators: entry {number} is not as `policygraph token` writes it")
            if match["name"] in self._by_name:
                raise ServiceError(f"curators: {match['name']} is there twice")
            self._by_name[match["name"]] = Curator(match["name"], bool(match["force"]), match["hash"])
        self._nobody = self._hash_of_nobody()

    def _hash_of_nobody(self) -> str:
        """What a token of an unknown name is compared with: it takes as long as for a known one, so that none is told.

        No token has this hash: it is drawn, not computed, as 0.1 s of each start of a service would be too much for it.
        """
        for curator in self._by_name.values():
            return f"{curator.hash.partition('$')[0]}${secrets.token_hex(8)}${secrets.token_hex(_HASH)}"
        return ""

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def known_by(self, authorization: str) -> Curator:
        """The curator of an Authorization header (RFC 6750 2.1). Raises RequestError("unauthorized") for others."""
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise RequestError("unauthorized", challenge=CHALLENGE)
        candidate = self._by_name.get(token.partition(".")[0])
        with self._turn:
            is_right = check_password_hash(candidate.hash if candidate else self._nobody, token)
        if not candidate or not is_right:
            raise RequestError("unauthorized", challenge=f'{CHALLENGE}, error="invalid_token"')
        return candidate


def why_no_review(curators: Sequence[str], folders: Folders) -> Mapping[str, str] | None:
    """Why no draft can be reviewed by these curators in these folders, and what to do; None where it can."""
    if not curators:
        return message(
            "Nobody may write: make a token with `policygraph token NAME`, and put the entry that it prints into "
            "the table [server] of a file for `policygraph serve --config`."
        )
    if folders.is_fallback or not (folders.data / "records").is_dir():
        return message(
            "No project is at hand: start `policygraph serve` in the folder of a project, where policygraph.toml "
            "and data/records/ are."
        )
    return None
