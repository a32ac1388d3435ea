"""What ``kapok doctor`` says of the ways into a box: certificates, names and addresses."""

import stat
from datetime import datetime
from pathlib import Path

from django.conf import settings

from kapok.box.findings import Findings, heed, well, wrong
from kapok.box.tls import names, store
from kapok.box.tls.names import LOCAL_HOSTS


def certificate(at: datetime) -> Findings:
    """Whether the certificate is good, for how long, and for the addresses of today."""
    held = store.held()
    if held is None:
        yield well("There is no certificate: Kapok itself speaks no HTTPS.")
        return
    chain_key = store.private_key(store.server_file())
    if not store.fits(chain_key, held.certificate):
        yield wrong("The certificate has the key of another. Run kapok tls make or kapok tls use.")
    for path in (store.server_file(), store.authority_file()):
        yield from _readable(path)
    until = f"The certificate is good until {held.ends_at:%Y-%m-%d}"
    means = (
        "Start Kapok again, which renews it."
        if held.is_own_authoritys
        else "Get a new one, and give it with kapok tls use CERT KEY."
    )
    if held.ends_at <= at:
        yield wrong(f"The certificate ran out on {held.ends_at:%Y-%m-%d}. {means}")
    elif held.ends_soon(at):
        yield heed(f"{until}. {means}")
    else:
        signer = "this box's own authority" if held.is_own_authoritys else "another authority"
        yield well(f"{until}; {signer} signed it for {', '.join(held.names.reached)}.")
    if held.is_own_authoritys:
        yield from _authority(at)
        yield from _new_addresses(held)


def reach(_at: datetime) -> Findings:
    """Whether what goes beyond this machine is encrypted."""
    beyond = sorted(set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS)
    if not settings.REACH.ip.is_loopback:
        beyond = beyond or [settings.REACH.address]
    if beyond and not settings.IS_ENCRYPTED:
        yield wrong(
            f"Kapok answers to {', '.join(beyond)} without TLS. Make a certificate with kapok "
            "tls make, or put a proxy with one in front and set KAPOK_TLS=yes."
        )
    elif beyond:
        yield well("What goes beyond this machine is encrypted.")
    else:
        yield well("Kapok answers on this machine alone.")


CHECKS = (certificate, reach)


def _readable(path: Path) -> Findings:
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield wrong(f"Others may read {path}. Run: chmod 600 {path}")


def _authority(at: datetime) -> Findings:
    """Whether the authority can go on renewing."""
    found = store.authority().certificate  # refuses where its key is another's
    left = (found.not_valid_after_utc - at).days
    if left < 2 * store.SOON.days:
        yield heed(
            f"This box's authority ends in {left} days. Run kapok tls make --new-authority, and "
            "enrol every phone again."
        )


def _new_addresses(held: store.Held) -> Findings:
    """Whether the machine has addresses that the certificate does not hold."""
    missing = [a for a in names.of_this_machine().addresses if a not in held.names.addresses]
    if missing and not settings.REACH.ip.is_loopback:
        yield heed(
            f"The certificate does not hold {', '.join(map(str, missing))}, an address of this "
            "machine. Where phones come in by it: kapok tls renew, and print the QR code again."
        )
