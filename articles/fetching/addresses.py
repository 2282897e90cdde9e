"""Which network addresses are public. What is not public is never connected to on a user's behalf."""

import ipaddress

# All of IPv6 that is handed out for the public internet (IANA, IPv6 Global Unicast Address Assignments).
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Parts of it that are not a host of its own: they stand for an IPv4 address behind a translator, or for nobody.
_NOT_HOSTS = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocols; Teredo, ORCHID and benchmarks are in it (RFC 2928)
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4: the IPv4 address follows (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
]
# ISATAP (RFC 5214): these eight bytes of an address are followed by an IPv4 address.
_ISATAP = {bytes.fromhex("00005efe"), bytes.fromhex("02005efe")}
# Public by the registries, and yet no stranger's host.
_NOT_STRANGERS = [
    ipaddress.IPv4Network(network)
    for network in (
        "100.64.0.0/10",  # behind a provider's translator (RFC 6598)
        "168.63.129.16/32",  # the host beneath a virtual machine of Azure
        "192.0.0.0/24",  # IETF protocols (RFC 6890)
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
    )
]


def is_public(address: str) -> bool:
    """Whether an address, as a resolver gives it, is a host of the public internet.

    Private, loopback, link-local, multicast, reserved and unspecified ones are not, nor those of providers' networks
    and of documentation; and no IPv6 address that another network may turn into an IPv4 address: v4-mapped, NAT64,
    6to4, Teredo, ISATAP. Text that is no address is not public either.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast and not any(found in network for network in _NOT_STRANGERS)
    return (
        found in _GLOBAL_UNICAST
        and found.scope_id is None
        and not any(found in network for network in _NOT_HOSTS)
        and found.packed[8:12] not in _ISATAP
    )
