"""No crawl reaches a private address (DESIGN §1, promise 9): names are resolved by us, checked, then connected to.

What is checked is what is connected to: Twisted's endpoint gets its address from this resolver and asks nobody
else. Addresses written as numbers never reach a resolver; ``refusal`` reads every notation of them.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

ALLOW_SETTING = "TOCSIN_ALLOW_PRIVATE_ADDRESSES"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LOCAL_NAME = re.compile(r"(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|home\.arpa)$")
_NUMBERS = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}", re.I)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# addresses seen by the resolver and not handed on: host -> address
refused: dict[str, str] = {}


def is_public(address: Address) -> bool:
    """Whether an address is one of the open Internet; what an IPv6 address carries inside counts too."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and (address in _NAT64 or int(address) >> 32 == 0):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
        if inner is not None and address.ipv4_mapped:
            return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def literal(host: str) -> Address | None:
    """The address that a host written in numbers means (``127.1``, ``0x7f000001``, ``2130706433``, ``[::1]``)."""
    name = unquote(host).strip("[]").split("%")[0].rstrip(".")
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    if not _NUMBERS.fullmatch(name):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except (OSError, ValueError):
        return None


def refusal(url: str) -> str | None:
    """Why a URL may not be fetched, as far as its spelling tells; None where the resolver has to decide."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return f"{url}: not an address"
    if parts.scheme not in {"http", "https"}:
        return f"{url}: only http and https are fetched"
    if not host:
        return f"{url}: no host"
    found = literal(host)
    if found is not None and not is_public(found):
        return f"{host} is a private or reserved address ({found})"
    if found is None and _LOCAL_NAME.search(host):
        return f"{host} is a name of a private network"
    return None


class Refused(DNSLookupError):
    """The name leads to an address that is not public."""


class CheckedResolver(CachingThreadedResolver):
    """Scrapy's resolver, which hands on public addresses only (all, where the operator allows private ones)."""

    def __init__(self, reactor: Any, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allow_private = False

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> CheckedResolver:
        """Made once per process by Scrapy."""
        resolver: CheckedResolver = super().from_crawler(crawler, reactor)
        resolver.allow_private = crawler.settings.getbool(ALLOW_SETTING)
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        """The address of a name; fails with ``Refused`` where it is not public."""
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if not self.allow_private and not is_public(ipaddress.ip_address(address)):
            refused[name] = address
            raise Refused(f"{name} leads to a private or reserved address ({address})")
        return address
