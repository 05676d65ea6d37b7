"""Where a webhook may go: whoever registers one must not reach into our own network with it.

A host is looked up at every attempt, all of its addresses are judged, and the connection goes to
an address that was judged: what the name means a moment later does not matter.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from chassis.decider import Rejected

LONGEST_URL = 2_000
HTTPS = 443
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# Public numbers behind which clouds answer their own machines.
_METADATA = frozenset({ip_address("168.63.129.16")})
# Addresses that stand for others, which a translator on the way would reach.
_TRANSLATED = (
    IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"),
    IPv6Network("2001::/32"), IPv6Network("::/96"),
)  # fmt: skip


class NotAWebhookAddress(Rejected):
    """A webhook's address is https, of a public host, without a name or a password in it.

    Take the address that the receiver gave you; the operator says which ports and hosts may be.
    """


class Forbidden(Exception):
    """The address is not to be called; the message says why, without naming it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Which ports and hosts are allowed; `loopback` is for development on one machine."""

    ports: frozenset[int] = frozenset({HTTPS})
    hosts: frozenset[str] = frozenset()
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What an address says, taken apart: `path` has the query too."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """Return the host as the request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = HTTPS if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"


def read(url: str, rules: Rules) -> Target:
    """Take an address apart, judging what can be judged without asking anybody.

    Raises NotAWebhookAddress.
    """
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not plain or len(url) > LONGEST_URL:
        raise NotAWebhookAddress
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAWebhookAddress from None
    host = (parts.hostname or "").lower()
    if not host or "%" in host or "@" in parts.netloc or parts.fragment:
        raise NotAWebhookAddress
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port or (HTTPS if parts.scheme == "https" else 80), path)
    if rules.loopback and _is_loopback(host):
        if parts.scheme not in {"http", "https"}:
            raise NotAWebhookAddress
        return target
    if parts.scheme != "https" or target.port not in rules.ports or not _allowed(host, rules):
        raise NotAWebhookAddress
    return target


def host_of(url: str) -> str:
    """Return the host of an address that was read before."""
    return urlsplit(url).hostname or ""


async def choose(target: Target, rules: Rules, resolve: Resolve | None = None) -> Address:
    """Return the address to connect to. Raises Forbidden, or OSError where there is no such host.

    One forbidden address among several forbids them all.
    """
    found = [ip_address(a) for a in await (resolve or look_up)(target.host, target.port)]
    if not found:
        raise OSError("no address")
    for address in found:
        if rules.loopback and _is_loopback(target.host) and address.is_loopback:
            continue
        if not is_public(address):
            raise Forbidden("it leads into a network that is not public")
    return found[0]


def is_public(address: Address) -> bool:
    """Tell whether an address is somebody's on the internet, and nothing of ours or of a cloud."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.is_site_local or any(address in network for network in _TRANSLATED):
            return False
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved or address.is_unspecified)
        and address not in _METADATA
    )


async def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system would connect to it.

    So a number in decimal or octal is judged as what it means.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _allowed(host: str, rules: Rules) -> bool:
    return not rules.hosts or any(
        host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in rules.hosts
    )
