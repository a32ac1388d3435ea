"""Signing in through another service (OpenID Connect): what the environment says of it."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from kapok.errors import Refused

VARIABLES = ("KAPOK_OIDC_ISSUER", "KAPOK_OIDC_CLIENT_ID", "KAPOK_OIDC_CLIENT_SECRET")
DIGITS = 8


def providers(environment: Mapping[str, str]) -> dict[str, Any]:
    """Allauth's settings of the other service; empty where none is named.

    Raises :class:`~kapok.errors.Refused` where only some of its variables are set, or where
    passwords would travel without encryption.
    """
    issuer, client_id, secret = (environment.get(name, "") for name in VARIABLES)
    if not any((issuer, client_id, secret)):
        return {}
    if not all((issuer, client_id, secret)):
        raise Refused(f"Set all of {', '.join(VARIABLES)}, or none of them. See dotenv-sample.")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise Refused("KAPOK_OIDC_ISSUER must begin with https://, as the service itself gives it.")
    app = {
        "provider_id": provider_id(issuer),
        "name": environment.get("KAPOK_OIDC_NAME") or parts.hostname,
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": issuer,
            "fetch_userinfo": False,  # the signed token says enough: who it is
            "oauth_pkce_enabled": True,
        },
    }
    return {"openid_connect": {"APPS": [app]}}


def origins(environment: Mapping[str, str]) -> list[str]:
    """Where a form may lead besides Kapok itself: to the other service."""
    parts = urlsplit(environment.get("KAPOK_OIDC_ISSUER", ""))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def provider_id(issuer: str) -> str:
    """How links to accounts name the service: another issuer never takes over its links."""
    return "oidc-" + hashlib.sha256(issuer.rstrip("/").encode()).hexdigest()[:DIGITS]
