"""Network addresses: which are the public Internet's, by a table of our own, and which IPv4 address one carries inside.

The table is the registries of special-purpose addresses of IANA (RFC 6890), as of November 2026. What stands there is
refused even where a packet might reach it: no identity provider lives on any of it, and which of it leads into one's
own network depends on that network. Python's `ipaddress` follows these registries late, and differently by version.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_SPECIAL_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # between a provider and its subscribers
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, where clouds tell machines their secrets
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments: DS-Lite, dummy, NAT and TURN at hand
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # relays of 6to4, deprecated
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)

_UNICAST_V6 = IPv6Network("2000::/3")
"""All that is given out as global unicast. Loopback, IPv4-compatible and translated forms, 64:ff9b:1::/48, 100::/64,
5f00::/16, fc00::/7, fe80::/10, fec0::/10 and ff00::/8 lie outside of it."""

_SPECIAL_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: benchmarks, ORCHID, AMT, DRIP and the like
            "2001:db8::/32",  # documentation
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)

_MAPPED, _NAT64 = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR, _TEREDO = IPv6Network("2002::/16"), IPv6Network("2001::/32")
_LOW = 0xFFFFFFFF


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet's. One that carries IPv4 addresses is what they are."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv4Address):
        return _is_outside(parsed, _SPECIAL_V4)
    carried = embedded(parsed)
    if carried:
        return all(_is_outside(inner, _SPECIAL_V4) for inner in carried)
    return parsed in _UNICAST_V6 and _is_outside(parsed, _SPECIAL_V6)


def embedded(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses to which packets for an IPv6 address go: mapped, NAT64's, 6to4's, and Teredo's client and
    server. Empty for any other; of Teredo the client is the first."""
    number = int(address)
    if address in _MAPPED or address in _NAT64:
        return (IPv4Address(number & _LOW),)
    if address in _SIX_TO_FOUR:
        return (IPv4Address(number >> 80 & _LOW),)
    if address in _TEREDO:
        return IPv4Address(~number & _LOW), IPv4Address(number >> 64 & _LOW)
    return ()


def _is_outside(address: IPv4Address | IPv6Address, networks: Iterable[IPv4Network] | Iterable[IPv6Network]) -> bool:
    return not any(address in network for network in networks)
