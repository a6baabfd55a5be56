"""This machine's addresses, as others can reach them."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

import ifaddr

# Any address outside will do (RFC 5737, 3849): connecting a UDP socket sends nothing, it only asks the routing table.
_OUTSIDE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def own_addresses() -> list[str]:
    """Addresses that are not of the loopback or of one link only; the one with the default route first."""
    found = [str(ip.ip[0] if isinstance(ip.ip, tuple) else ip.ip) for card in ifaddr.get_adapters() for ip in card.ips]
    preferred = [address for family, outside in _OUTSIDE if (address := _towards(family, outside))]
    return reachable([*preferred, *found])


def reachable(addresses: Iterable[str]) -> list[str]:
    """Without doubles, IPv4 before IPv6, otherwise in order."""
    parsed = [ipaddress.ip_address(address) for address in addresses]
    usable = [one for one in parsed if not (one.is_loopback or one.is_link_local or one.is_unspecified)]
    return [str(one) for one in sorted(dict.fromkeys(usable), key=lambda one: one.version)]


def _towards(family: socket.AddressFamily, outside: str) -> str | None:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect((outside, 9))
            return str(sock.getsockname()[0])
    except OSError:
        return None
