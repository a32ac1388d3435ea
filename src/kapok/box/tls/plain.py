"""The port without HTTPS: the page that enrols phones; everything else is led to HTTPS."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from typing import Any

from kapok.box.tls.enrolment import PATH
from kapok.box.tls.names import Address

WAIT_S = 10  # for a slow phone to ask
AT_ONCE = 32
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Answers:
    """What the port says: the files by their path, and where everything else is led."""

    files: Mapping[str, tuple[str, bytes]]
    base: str  # the address under which people open the box
    hosts: frozenset[str]  # under which it is opened as well

    def place(self, host: str, path: str) -> str:
        """Where a request is led: to the same path, under a name that the certificate has."""
        asked = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        known = asked.lower() in self.hosts
        scheme, _, rest = self.base.partition("://")
        name, colon, port = rest.rpartition(":")
        if not port.isdigit():  # no port, or the end of an IPv6 address
            name, colon, port = rest, "", ""
        return f"{scheme}://{asked.lower() if known else name}{colon}{port}{path}"


class _Server(ThreadingMixIn, HTTPServer):
    """A thread for each phone, but not for more than :data:`AT_ONCE` at once."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = AT_ONCE

    def __init__(self, address: Address, port: int, answers: Answers) -> None:
        self.address_family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        self.answers = answers
        self.free = threading.Semaphore(AT_ONCE)
        super().__init__((str(address), port), _Asked)

    def server_bind(self) -> None:
        """Bind, without asking a name server who this is, which may take long."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "kapok", self.socket.getsockname()[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread; where too many are being answered, hang up."""
        if self.free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one request, and make room for the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of phones that went away."""


class _Asked(BaseHTTPRequestHandler):
    """One request, answered and over."""

    server: _Server
    timeout = WAIT_S
    server_version, sys_version = "Kapok", ""
    error_message_format = "%(code)d\n"
    error_content_type = "text/plain"

    def do_GET(self) -> None:  # the library's name
        """Give the page or a file, or lead to HTTPS."""
        path = self.path.partition("?")[0]
        found = self.server.answers.files.get(path)
        if found is None:
            self._lead(PATH if path == PATH.rstrip("/") else None)
            return
        kind, content = found
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self._end(content)

    def do_HEAD(self) -> None:  # the library's name
        """The same without the content."""
        self.do_GET()

    def _lead(self, path: str | None) -> None:
        """Lead to HTTPS, or to another path of this port."""
        place = path
        if place is None:
            asked = self.path if self.path.startswith("/") else "/"
            place = self.server.answers.place(self.headers.get("Host", ""), asked)
        self.send_response(HTTPStatus.TEMPORARY_REDIRECT)
        self.send_header("Location", place)
        self._end(b"")

    def _end(self, content: bytes) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's name
        """Write nothing down of who came."""


@contextmanager
def beside(address: Address, port: int, answers: Answers) -> Iterator[int]:
    """The port, open for as long as this lasts; its number."""
    server = _Server(address, port, answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
