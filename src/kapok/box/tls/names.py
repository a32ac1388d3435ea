"""Under which names and addresses a box is reached, as its certificate says them."""

import contextlib
import fcntl
import ipaddress
import re
import socket
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kapok.errors import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
LOCAL_NAMES = ("localhost",)
LOCAL_ADDRESSES = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
ASK_FOR_ADDRESS = 0x8915  # SIOCGIFADDR of Linux
IPV6_FILE = Path("/proc/net/if_inet6")
FIRST_LINK = "00"  # the scope of IPv6 addresses that reach beyond one cable
# What a router may give the box instead of its address of today, without a new authority.
NEIGHBOURS = {4: 24, 6: 64}


@dataclass(frozen=True)
class Names:
    """Names and addresses, each once, those that people type first."""

    names: tuple[str, ...]
    addresses: tuple[Address, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        """All of them as they stand in an address of a page, addresses first.

        Browsers that were told to use HTTPS for a name do so at every port of it, which would
        lead them past the page for phones; they do not for an address. So it is shown first.
        """
        ordered = sorted(self.addresses, key=lambda each: (each.is_loopback, each.version))
        return (*map(host_of, ordered), *self.names)

    @property
    def reached(self) -> tuple[str, ...]:
        """Those of :attr:`hosts` that other machines can use; else all."""
        beyond = tuple(host for host in self.hosts if host not in LOCAL_HOSTS)
        return beyond or self.hosts


def host_of(address: Address) -> str:
    """An address as it stands in the address of a page: IPv6 in brackets."""
    return f"[{address}]" if address.version == 6 else str(address)


def checked(names: Iterable[str], addresses: Iterable[str]) -> Names:
    """What somebody typed, in its one way of writing.

    Raises :class:`~kapok.errors.Refused` for what cannot be a name or an address.
    """
    return Names(
        tuple(dict.fromkeys(_name(each) for each in names)),
        tuple(dict.fromkeys(_address(each) for each in addresses)),
    )


def with_local(names: Names) -> Names:
    """These and the names of the machine for itself."""
    return Names(
        tuple(dict.fromkeys((*names.names, *LOCAL_NAMES))),
        tuple(dict.fromkeys((*names.addresses, *LOCAL_ADDRESSES))),
    )


def of_this_machine() -> Names:
    """The machine's name in the local network, and the addresses of its interfaces."""
    host = socket.gethostname().lower()
    named = host if "." in host else f"{host}.local"
    names: tuple[str, ...] = ()
    with contextlib.suppress(Refused):  # a machine may be called what no certificate can hold
        names = (_name(named),)
    found = (address for address in _interfaces() if not address.is_loopback)
    return Names(names, tuple(dict.fromkeys(found)))


def permitted(addresses: Iterable[Address]) -> list[Network]:
    """The addresses for which an authority may sign: for private ones, their neighbours too."""
    found = []
    for address in addresses:
        wide = address.is_private and not address.is_loopback
        prefix = NEIGHBOURS[address.version] if wide else address.max_prefixlen
        found.append(ipaddress.ip_network((address, prefix), strict=False))
    return list(dict.fromkeys(found))


def _name(said: str) -> str:
    """A name of a host in lower case, in the letters that networks know."""
    text = said.strip().rstrip(".").lower()
    try:
        name = text if text.isascii() else text.encode("idna").decode()
    except UnicodeError:
        name = ""
    labels = name.split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise Refused(f"“{said}” cannot be the name of a host. Give one such as kapok.village.lan.")
    if labels[-1].isdigit():
        raise Refused(f"“{said}” is not a name. Give an address with --ip.")
    if len(labels) == 1 and name not in LOCAL_NAMES:
        raise Refused(
            f"“{said}” has no dot: an authority for it could speak for everything under “.{name}”. "
            f"Give a longer name, such as {name}.lan."
        )
    return name


def _address(said: str) -> Address:
    try:
        address = ipaddress.ip_address(said.strip().strip("[]"))
    except ValueError as error:
        raise Refused(f"“{said}” is not an address. Give one such as 192.168.1.10.") from error
    if address.is_unspecified or address.is_multicast or address.is_link_local:
        raise Refused(f"{address} is not an address under which a box can be opened.")
    return address


def _interfaces() -> Iterator[Address]:
    """The addresses of this machine's network interfaces, IPv4 first, as Linux tells them."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _number, name in socket.if_nameindex():
            with contextlib.suppress(OSError):  # this one has no IPv4 address
                asked = struct.pack("256s", name.encode()[:15])
                answer = fcntl.ioctl(asking.fileno(), ASK_FOR_ADDRESS, asked)
                yield ipaddress.ip_address(answer[20:24])
    lines = IPV6_FILE.read_text().splitlines() if IPV6_FILE.exists() else []
    for digits, _link, _prefix, reach, *_rest in map(str.split, lines):
        if reach == FIRST_LINK:
            yield ipaddress.ip_address(bytes.fromhex(digits))
