"""A small OpenID Connect server on 127.0.0.1: real HTTP, real signatures, ways to misbehave."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "kapok", "only-for-tests"


def variables(issuer: str) -> dict[str, str]:
    """What Kapok's environment says of the service."""
    return {
        "KAPOK_OIDC_ISSUER": issuer,
        "KAPOK_OIDC_CLIENT_ID": CLIENT,
        "KAPOK_OIDC_CLIENT_SECRET": SECRET,
        "KAPOK_OIDC_NAME": "Town login",
    }


@dataclass
class Service:
    """Another service: who signs in there next, and how its answer is spoilt, if at all."""

    issuer: str = ""
    subject: str = "s-1"
    claims: dict[str, Any] = field(default_factory=dict)
    signed_by: Any = None  # another key than the one that is published
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def authorize(self, url: str) -> str:
        """Somebody signs in at the service; the address that their browser is led back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.grants[code] = asked
        query = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{query}"

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "1", "alg": "RS256", "use": "sig"}]}

    def token(self, sent: dict[str, str]) -> dict[str, Any]:
        asked = self.grants.pop(sent["code"])
        assert sent["client_secret"] == SECRET
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
        } | self.claims
        signed = jwt.encode(claims, self.signed_by or self.key, "RS256", headers={"kid": "1"})
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}


@contextmanager
def serving() -> Iterator[Service]:
    """The service, for a while."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/authorize?"):
                self.send_response(302)
                self.send_header("Location", service.authorize(self.path))
                self.end_headers()
                return
            pages = {
                "/.well-known/openid-configuration": service.configuration,
                "/keys": service.keys,
            }
            self.answer(pages[urlsplit(self.path).path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(service.token({k: v[0] for k, v in parse_qs(body).items()}))

        def answer(self, data: dict[str, Any]) -> None:
            body = json.dumps(data).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
