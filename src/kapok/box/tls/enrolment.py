"""What phones are given so that they trust a box: the certificate, a profile, a QR code.

It stands on a port without HTTPS, since who does not trust the box yet cannot open any other one.
"""

import io
import plistlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import segno
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kapok.box.tls import store
from kapok.box.tls.reach import HTTPS_PORT, Reach
from kapok.errors import Refused

PATH = "/tls/"
HTTP_PORT = "80"
DEFAULT_PORT = "8080"
NAME = "kapok-authority"
KINDS = {
    "crt": "application/x-x509-ca-cert",
    "pem": "application/x-pem-file",
    "mobileconfig": "application/x-apple-aspen-config",
}
PROFILES = uuid.UUID("5b7f2a0c-6d3f-4d0e-9c9b-6b61706f6b00")
SCALE = 8  # of the QR code's squares, in pixels


@dataclass(frozen=True)
class Enrolment:
    """What a phone needs: which authority, where its page is, and where Kapok is then."""

    authority: x509.Certificate
    page: str
    box: str

    @property
    def fingerprint(self) -> str:
        """The authority's fingerprint, in two lines of eight groups, to be compared by eye."""
        digits = store.fingerprint(self.authority).replace(":", "")
        groups = [digits[start : start + 4] for start in range(0, len(digits), 4)]
        return " ".join(groups[:8]) + "\n" + " ".join(groups[8:])

    @property
    def called(self) -> str:
        """What the phone will call the authority."""
        return store.called(self.authority)


def of(reach: Reach, env: Mapping[str, str]) -> Enrolment | None:
    """How phones are enrolled, or ``None`` where the box's own authority is not in use.

    Raises :class:`~kapok.errors.Refused` where the port cannot be one.
    """
    authority = store.authority_certificate()
    port = chosen_port(reach, env)
    if port is None or authority is None or reach.held is None or not reach.held.is_own_authoritys:
        return None
    host = reach.base.removeprefix("https://").removesuffix(reach.colon_port)
    colon_port = "" if port == int(HTTP_PORT) else f":{port}"
    return Enrolment(authority, f"http://{host}{colon_port}{PATH}", reach.base)


def chosen_port(reach: Reach, env: Mapping[str, str]) -> int | None:
    """The port of the page for phones that ``KAPOK_ENROL_PORT`` says; ``None`` when it is “no”."""
    usual = HTTP_PORT if reach.port == HTTPS_PORT else DEFAULT_PORT
    said = env.get("KAPOK_ENROL_PORT") or usual
    if said == "no":
        return None
    if not (said.isascii() and said.isdigit() and 0 < int(said) < 2**16) or said == reach.port:
        raise Refused(
            f"KAPOK_ENROL_PORT is “{said}”; it must be a port, a number from 1 to 65535 other than "
            "KAPOK_PORT, or “no” for no page that enrols phones."
        )
    return int(said)


def files(enrolment: Enrolment) -> dict[str, tuple[str, bytes]]:
    """What can be fetched beside the page: under which path, of which kind, and its bytes."""
    der = enrolment.authority.public_bytes(Encoding.DER)
    content = {
        "crt": der,
        "pem": enrolment.authority.public_bytes(Encoding.PEM),
        "mobileconfig": profile(enrolment),
    }
    found = {f"{PATH}{NAME}.{ending}": (KINDS[ending], content[ending]) for ending in KINDS}
    return found | {f"{PATH}qr.svg": ("image/svg+xml", svg(enrolment))}


def profile(enrolment: Enrolment) -> bytes:
    """The profile that an iPhone installs. A new one of the same authority replaces it."""
    print_of = store.fingerprint(enrolment.authority)
    name = f"org.kapok.authority.{print_of[:11].replace(':', '').lower()}"
    certificate = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{name}.root",
        "PayloadUUID": str(uuid.uuid5(PROFILES, f"root {print_of}")).upper(),
        "PayloadDisplayName": enrolment.called,
        "PayloadCertificateFileName": f"{NAME}.cer",
        "PayloadContent": enrolment.authority.public_bytes(Encoding.DER),
    }
    whole = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": name,
        "PayloadUUID": str(uuid.uuid5(PROFILES, f"profile {print_of}")).upper(),
        "PayloadDisplayName": enrolment.called,
        "PayloadDescription": f"SHA-256 {print_of}",
        "PayloadOrganization": "Kapok",
        "PayloadContent": [certificate],
    }
    return plistlib.dumps(whole)


def svg(enrolment: Enrolment) -> bytes:
    """The QR code that leads to the page, as a drawing."""
    out = io.BytesIO()
    _code(enrolment).save(out, kind="svg", scale=SCALE, border=4, light="white")
    return out.getvalue()


def save(enrolment: Enrolment, path: Path) -> None:
    """Write the QR code into a file, a drawing or a picture by its ending."""
    try:
        _code(enrolment).save(str(path), scale=SCALE, border=4, light="white")
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from error
    except ValueError as error:
        raise Refused(f"{path} must end with .svg or .png.") from error


def on_terminal(enrolment: Enrolment) -> str:
    """The QR code in the letters of a terminal."""
    out = io.StringIO()
    _code(enrolment).terminal(out, compact=True, border=2)
    return out.getvalue()


def _code(enrolment: Enrolment) -> segno.QRCode:
    return segno.make_qr(enrolment.page, error="m")
