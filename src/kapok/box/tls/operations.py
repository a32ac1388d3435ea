"""What is done with the certificates of a box's own authority: made, and renewed."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from kapok.box.tls import authority, store
from kapok.box.tls.names import Names, of_this_machine, with_local
from kapok.errors import Refused


@dataclass(frozen=True)
class Made:
    """A certificate that was made, and whether phones must be enrolled for it."""

    held: store.Held
    is_new_authority: bool


def make(names: Names, *, at: datetime, new_authority: bool = False) -> Made:
    """Make a certificate for these names, and the authority that signs it where there is none.

    Raises :class:`~kapok.errors.Refused` where the authority that there is may not speak for them.
    """
    begins = new_authority or not store.authority_file().exists()
    signer = authority.make(names, at=at) if begins else store.authority()
    _refuse_old(signer.certificate, at)
    signed = authority.sign(signer, names, at=at)
    if begins:
        store.keep_authority(signer)
    return Made(_kept(signed, signer), begins)


def renew(*, at: datetime) -> store.Held:
    """A new certificate by the same authority: phones notice nothing.

    It is for the names of the one there is, and for those that the machine got since and that the
    authority may speak for. What a router gives anew is mostly among them.
    Raises :class:`~kapok.errors.Refused` where the box's authority did not sign the one there is.
    """
    held = store.held()
    if held is None:
        raise Refused("This box has no certificate yet. Make one: kapok tls make.")
    if not held.is_own_authoritys:
        raise Refused(
            "The certificate is not from this box's own authority. Get a new one where it came "
            "from, and give it with kapok tls use CERT KEY."
        )
    signer = store.authority()
    _refuse_old(signer.certificate, at)
    found = authority.own_of(signer.certificate, of_this_machine())
    return _kept(authority.sign(signer, all_names(held.names, found), at=at), signer)


def renew_if_due(*, at: datetime) -> str | None:
    """At a start: renew what ends within 30 days; the line to be said, where there is one.

    Raises :class:`~kapok.errors.Refused` where a certificate of somebody's own has run out.
    """
    held = store.held()
    if held is None or not held.ends_soon(at):
        return None
    if held.is_own_authoritys:
        new = renew(at=at)
        return f"The certificate was renewed; it is good until {new.ends_at:%Y-%m-%d}."
    if held.ends_at <= at:
        raise Refused(
            f"The certificate ran out on {held.ends_at:%Y-%m-%d}, and no browser takes it. "
            "Give a new one: kapok tls use CERT KEY."
        )
    return (
        f"The certificate ends on {held.ends_at:%Y-%m-%d}. Get a new one where it came from, and "
        "give it with kapok tls use CERT KEY."
    )


def all_names(given: Names, found: Names) -> Names:
    """What a certificate is made for: what was asked for first, then what the machine knows."""
    return with_local(
        Names(
            tuple(dict.fromkeys((*given.names, *found.names))),
            tuple(dict.fromkeys((*given.addresses, *found.addresses))),
        )
    )


def _refuse_old(signer: x509.Certificate, at: datetime) -> None:
    """Refuse an authority whose certificates would have to be renewed at once."""
    if signer.not_valid_after_utc < at + store.SOON:
        raise Refused(
            f"The authority of this box ends on {signer.not_valid_after_utc:%Y-%m-%d}. Run kapok "
            "tls make --new-authority, and enrol every phone again."
        )


def _kept(signed: authority.Signed, signer: authority.Signed) -> store.Held:
    """Store a certificate with its authority behind it, for clients that show whole chains."""
    chain = (signed.certificate, signer.certificate)
    store.keep(chain, signed.key)
    return store.Held(chain, is_own_authoritys=True)
