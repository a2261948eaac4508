"""Where a message may be posted by webhook: an address that is safe to call, judged by its words and its numbers."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

LONGEST = 254
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
WRITTEN = re.compile(r"[\x21-\x7e]+")
HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")


def fault_of(address: str, allowed: Collection[str] = ()) -> str:
    """What is wrong with the address of a webhook, as a sentence; empty where nothing is.

    ``allowed`` are the hosts that the settings let stand in a private network. Plain http is taken for one of
    those alone, and only where it is this machine.
    """
    if not WRITTEN.fullmatch(address) or len(address) > LONGEST:
        return f"Give one web address of at most {LONGEST} characters, without spaces."
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "This is not a web address."
    if not HOST.fullmatch(host) or port == 0:
        return "This is not a web address."
    local = host in THIS_MACHINE and host in allowed
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        return "Give an address that begins with https://."
    if parts.username is not None or parts.query or parts.fragment:
        return "Leave out names, passwords and anything after a question mark: the address is no secret."
    if host in allowed:
        return ""
    try:
        public = is_public(host)
    except ValueError:  # a name, whose numbers are looked at when it is called
        public = host not in THIS_MACHINE
    return "" if public else "This address is inside a private network."


def is_public(number: str) -> bool:
    """Whether a network address belongs to the internet at large, also the one inside another."""
    ip = ipaddress.ip_address(number)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in NAT64:
            inner = ipaddress.IPv4Address(ip.packed[-4:])
        if inner:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
