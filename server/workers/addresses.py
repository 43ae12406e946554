"""A host's name in, a connection to it out, if its address is one that may be connected to.

The name is resolved once, here, and the connection goes to the very address that was looked at: a name that means
another address a moment later changes nothing. `127.0.0.1`, `2130706433`, `0x7f.1` and `::ffff:127.0.0.1` are one
address by then.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence

from policygraph.errors import PolicygraphError

__all__ = ["AddressError", "Rule", "anywhere", "connect", "is_within", "parse", "public"]

#: Networks that count as global and still lead inside: IPv4 within IPv6 (RFC 6052, 3056, 4380, 4291 2.5.5.1), and the
#: address at which a cloud tells its machines their secrets (Azure; the others' are link-local).
_INSIDE = ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "168.63.129.16/32")

#: Whether an address (as text) may be connected to.
Rule = Callable[[str], bool]


def parse(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address; an IPv4 address within IPv6 is that of IPv4. Raises ValueError."""
    parsed = ipaddress.ip_address(text)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed


def is_within(address: str, networks: Sequence[str]) -> bool:
    """Whether an address stands in one of the networks (CIDR)."""
    try:
        parsed = parse(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(network) for network in networks)


class AddressError(PolicygraphError, OSError):
    """A host whose every address is one that may not be connected to."""


def public(private: Sequence[str] = ()) -> Rule:
    """The rule that lets through addresses of the public internet, and those of some networks beside it."""

    def may(text: str) -> bool:
        address = ipaddress.ip_address(text)
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        plain = str(mapped or address)
        return is_within(plain, private) or (_is_global(mapped or address) and not is_within(plain, _INSIDE))

    return may


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def anywhere(_: str) -> bool:
    """The rule for an address from the service's settings: every address may be connected to."""
    return True


def connect(host: str, port: int, seconds: float, may: Rule) -> socket.socket:
    """A connection to the first address of a host that may be connected to and answers. Raises OSError."""
    candidates = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    open_to_us = [each for each in candidates if may(str(each[4][0]).partition("%")[0])]
    if not open_to_us:
        raise AddressError("its address is not one of the public internet")
    failure: OSError | None = None
    for family, kind, protocol, _, address in open_to_us:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(seconds)
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or OSError("it has no address")
