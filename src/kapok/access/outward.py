"""Addresses that the box calls for somebody: looked up, and never those of the machine itself.

Machines in clouds ask for their own secrets at addresses that nobody else reaches. Whoever sets a
webhook up might have the box ask there.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.utils.translation import gettext as _

from kapok.errors import Refused

METADATA = frozenset(map(ip_address, ("100.100.100.200", "192.0.0.192", "fd00:ec2::254")))
NAT64 = ip_network("64:ff9b::/96")


def looked_up(host: str, port: int) -> str:
    """The address of a host. Raises ``Refused`` for one of the machine, ``OSError`` for none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    address = str(found[0][4][0])
    if is_of_the_machine(ip_address(address.partition("%")[0])):
        raise Refused(_("This address is one of the machine itself, and is not called."))
    return address


def is_of_the_machine(address: IPv4Address | IPv6Address) -> bool:
    """Whether machines in clouds ask there for their own secrets, however it is written."""
    inner = address
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or address
        if address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return address.is_link_local or inner.is_link_local or inner in METADATA
