"""From where a box can be reached, and under which names: what the environment says of it."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from kapok.box.tls import store
from kapok.box.tls.names import LOCAL_HOSTS, Address, host_of
from kapok.errors import Refused

DEFAULT_ADDRESS = "127.0.0.1"
DEFAULT_PORT = "8000"
HTTPS_PORT = "443"


@dataclass(frozen=True)
class Reach:
    """Where Kapok listens and how it speaks.

    ``held`` is the certificate that it speaks HTTPS with; ``is_behind_tls`` says that a server in
    front of it speaks HTTPS; ``is_plain`` that HTTP is meant, whatever certificate there is.
    """

    address: str
    port: str
    held: store.Held | None
    is_behind_tls: bool
    is_plain: bool
    said_hosts: tuple[str, ...]

    @property
    def ip(self) -> Address:
        """The address to listen at.

        Raises :class:`~kapok.errors.Refused` when it is none.
        """
        try:
            return ipaddress.ip_address(self.address)
        except ValueError as error:
            raise Refused(
                f"KAPOK_ADDRESS is “{self.address}”; it must be an address of this machine, such "
                "as 192.168.1.10, or 0.0.0.0 for all of them."
            ) from error

    @property
    def is_encrypted(self) -> bool:
        """Whether browsers speak HTTPS with it."""
        return self.is_behind_tls or self.held is not None

    @property
    def is_beyond(self) -> bool:
        """Whether somebody on another machine can come in, also through a server in front."""
        is_fronted = self.is_behind_tls or self.is_plain or set(self.said_hosts) - LOCAL_HOSTS
        return not self.ip.is_loopback or bool(is_fronted)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Under which names pages may be asked for: those said, or else the certificate's."""
        if self.said_hosts:
            return self.said_hosts
        named = self.held.names.hosts if self.held else ()
        names = [name[1:] if name.startswith("*.") else name for name in named]
        return tuple(dict.fromkeys([*names, DEFAULT_ADDRESS, "localhost"]))

    @property
    def origins(self) -> list[str]:
        """The origins from which forms of these names come, where they are encrypted."""
        if not self.is_encrypted:
            return []
        return [
            f"https://{'*' if host.startswith('.') else ''}{host}{self.colon_port}"
            for host in self.hosts
            if host != "*"
        ]

    @property
    def colon_port(self) -> str:
        """The port as it stands in addresses of pages: none where browsers know it."""
        if self.is_behind_tls or (self.held and self.port == HTTPS_PORT):
            return ""
        return f":{self.port}"

    @property
    def base(self) -> str:
        """The address under which people open the box."""
        scheme = "https" if self.is_encrypted else "http"
        return f"{scheme}://{self._shown_host}{self.colon_port}"

    @property
    def _shown_host(self) -> str:
        """What is said first, or else the address that is listened at, or the certificate's."""
        if self.said_hosts or self.is_behind_tls:
            return self.hosts[0].lstrip(".")
        if self.held is None or not self.ip.is_unspecified:
            return host_of(self.ip)
        return self.held.names.reached[0]


def of(env: Mapping[str, str]) -> Reach:
    """What the environment says. Raises :class:`~kapok.errors.Refused` for a spoilt certificate."""
    is_plain = env.get("KAPOK_PLAIN") == "yes"
    said = env.get("KAPOK_HOSTS") or ""
    return Reach(
        address=env.get("KAPOK_ADDRESS") or DEFAULT_ADDRESS,
        port=env.get("KAPOK_PORT") or DEFAULT_PORT,
        held=None if is_plain else store.held(),
        is_behind_tls=env.get("KAPOK_TLS") == "yes",
        is_plain=is_plain,
        said_hosts=tuple(host.strip() for host in said.split(",") if host.strip()),
    )


def refuse_unprotected(reach: Reach) -> None:
    """Raise :class:`~kapok.errors.Refused` where pages would go over a network in the clear."""
    if reach.ip.is_loopback or reach.held or reach.is_plain:
        return
    raise Refused(
        f"KAPOK_ADDRESS is {reach.address}, which other machines reach, and this box has no "
        "certificate: everything would be readable on the way. Make one with kapok tls make, or "
        "give one with kapok tls use CERT KEY. Where a server in front speaks HTTPS, say "
        "KAPOK_PLAIN=yes and KAPOK_TLS=yes."
    )
