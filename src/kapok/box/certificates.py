"""``kapok tls``: HTTPS of a box's own, and the phones that trust it."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kapok.box.tls.enrolment import Enrolment
    from kapok.box.tls.store import Held

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def make(
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="A name under which the box is opened; repeat it."),
    ] = None,
    ip: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="An address of the box, if not those it has now."),
    ] = None,
    new_authority: Annotated[
        bool, typer.Option("--new-authority", help="Make another one: enrol every phone again.")
    ] = False,
) -> None:
    """Make a certificate for this box, and at first the authority that signs it.

    The machine's name and addresses are always in it. The authority may speak for these names and
    the networks of these addresses alone.
    """
    from kapok.box import folder
    from kapok.box.tls import names, operations

    folder.prepared()
    given, found = names.checked(name or [], ip or []), names.of_this_machine()
    if given.addresses:
        found = names.Names(found.names, ())
    wanted = operations.all_names(given, found)
    made = operations.make(wanted, at=_now(), new_authority=new_authority)
    if made.is_new_authority:
        _say("This box has an authority of its own now. Enrol the phones: kapok tls qr.")
    else:
        _say("The authority is the same: phones that trust it notice nothing.")
    _show(made.held)
    _say("Start Kapok again; KAPOK_ADDRESS=0.0.0.0 lets other machines in.")


@app.command()
def show(
    pem: Annotated[
        bool, typer.Option("--pem", help="Print the authority's certificate instead.")
    ] = False,
) -> None:
    """Say which certificate this box has, for which names, until when, and what phones compare."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from kapok.box.tls import store
    from kapok.errors import Refused

    if pem:
        _say(store.authority().certificate.public_bytes(Encoding.PEM).decode().strip())
        return
    held = store.held()
    if held is None:
        raise Refused("This box has no certificate yet. Make one: kapok tls make.")
    _show(held)


@app.command()
def renew() -> None:
    """Make a new certificate by the same authority: phones notice nothing.

    Kapok does so by itself when it starts and less than 30 days are left.
    """
    from kapok.box.tls import operations

    _show(operations.renew(at=_now()))
    _say("Start Kapok again to use it.")


@app.command()
def use(
    certificate: Annotated[
        Path, typer.Argument(metavar="CERT", help="The certificate, then those that lead on; PEM.")
    ],
    key: Annotated[Path, typer.Argument(metavar="KEY", help="Its private key; PEM.")],
) -> None:
    """Serve with a certificate of your own, from an authority that phones know already."""
    from kapok.box import folder
    from kapok.box.tls import foreign

    folder.prepared()
    _show(foreign.use(certificate, key, at=_now()))
    _say("Start Kapok again to use it.")


@app.command()
def qr(
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a picture.")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a drawing.")] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the whole sheet (HTML) to be printed."),
    ] = None,
) -> None:
    """Show the QR code that leads phones to the page on which they come to trust this box.

    Set KAPOK_ADDRESS, KAPOK_PORT and KAPOK_ENROL_PORT as for kapok up.
    """
    from kapok.box.tls import enrolment

    found = _enrolment()
    for path, ending in ((png, ".png"), (svg, ".svg")):
        if path:
            enrolment.save(found, _ending_with(path, ending))
            _say(f"{path} leads to {found.page}")
    if sheet:
        _write_sheet(found, sheet)
    if not (png or svg or sheet):
        _say(enrolment.on_terminal(found))
        _say(found.page)
        _say(f"Fingerprint (SHA-256), to be compared on each phone:\n{found.fingerprint}")


def _enrolment() -> "Enrolment":
    from kapok.box.tls import enrolment, reach
    from kapok.errors import Refused

    found = enrolment.of(reach.of(os.environ), os.environ)
    if found is None:
        raise Refused(
            "Phones need not be enrolled: this box has no certificate of its own authority in use. "
            "Make one with kapok tls make; KAPOK_PLAIN and KAPOK_ENROL_PORT must not say no."
        )
    if found.page.startswith(("http://127.", "http://localhost", "http://[::1]")):
        _warn(
            "This leads to the machine itself, where no phone comes in. Set KAPOK_ADDRESS=0.0.0.0 "
            "here as for kapok up."
        )
    return found


def _write_sheet(found: "Enrolment", path: Path) -> None:
    from kapok.box import session
    from kapok.errors import Refused

    with session.running(untouched=True):
        from kapok.box.tls import pages

        text = pages.sheet(found)
    try:
        path.write_text(text)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from error
    _say(f"{path} is the sheet. Print it here, so that its fingerprint can be trusted.")


def _ending_with(path: Path, ending: str) -> Path:
    from kapok.errors import Refused

    if path.suffix.lower() != ending:
        raise Refused(f"{path} must end with {ending}.")
    return path


def _show(held: "Held") -> None:
    from kapok.box.tls import store

    by = "this box's own authority" if held.is_own_authoritys else held.certificate.issuer
    issuer = by if isinstance(by, str) else by.rfc4514_string()
    _say(f"Signed by   {issuer}")
    _say(f"Good until  {held.ends_at:%Y-%m-%d}, {held.n_days(_now())} more days")
    _say(f"For         {', '.join(held.names.hosts)}")
    authority = store.authority_certificate()
    if authority and held.is_own_authoritys:
        _say(f"Authority   {store.called(authority)}, {authority.not_valid_after_utc:%Y-%m-%d}")
        _say(f"SHA-256     {store.fingerprint(authority)}")


def _now() -> datetime:
    return datetime.now(UTC)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _warn(text: str) -> None:
    sys.stderr.write(f"{text}\n")
