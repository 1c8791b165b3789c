"""Which internet addresses may be contacted: a pure judgement of the address, never of a name."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Network = IPv4Network | IPv6Network

# `ipaddress.is_global` differs between patch releases of Python and says yes to multicast, to
# 192.88.99.1 and to fec0::1; so the registries are written down here, and it has a second say.
# Source: IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates).
_NOT_PUBLIC_V4: Final = tuple(
    map(
        IPv4Network,
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24"
        " 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24"
        " 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4".split(),
    )
)
# Everything outside 2000::/3 is unassigned, local or multicast (RFC 4291, section 2.4).
_GLOBAL_UNICAST_V6: Final = IPv6Network("2000::/3")
_NOT_PUBLIC_V6: Final = tuple(
    map(IPv6Network, "2001::/23 2001:db8::/32 3fff::/20 3ffe::/16 5f00::/16".split())
)
# Forms of an IPv4 address that a router on the way turns back into it: these are that address.
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_6TO4: Final = IPv6Network("2002::/16")


def refusal(address: str, allowed_networks: Sequence[Network] = ()) -> str | None:
    """Return why `address`, as a resolver gave it, must not be contacted, or None when it may.

    Teredo and IPv4-compatible addresses are refused whatever they contain.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "is not an internet address"
    if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
        return "has a zone"
    if any(parsed in network for network in allowed_networks):
        return None
    if isinstance(parsed, IPv4Address):
        return None if _is_public_v4(parsed) else "is not public"
    if parsed in _MAPPED or parsed in _NAT64:
        inner = IPv4Address(int(parsed) & 0xFFFFFFFF)
        return None if _is_public_v4(inner) else f"means {inner}, which is not public"
    if parsed in _6TO4:
        inner = IPv4Address(int(parsed) >> 80 & 0xFFFFFFFF)
        return None if _is_public_v4(inner) else f"means {inner}, which is not public"
    return None if _is_public_v6(parsed) else "is not public"


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in _NOT_PUBLIC_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    return (
        address in _GLOBAL_UNICAST_V6
        and address.is_global
        and not any(address in network for network in _NOT_PUBLIC_V6)
    )
