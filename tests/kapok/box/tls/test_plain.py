"""The port without HTTPS."""

import http.client
import ipaddress
import socket
import time

import pytest

from kapok.box.tls import plain

FILES = {"/tls/": ("text/html; charset=utf-8", b"<p>Trust</p>")}
PATIENCE_S = 60
HOSTS = frozenset({"192.168.1.10", "grid.lan", "[fd00::2]"})


@pytest.fixture
def port():
    answers = plain.Answers(FILES, "https://192.168.1.10:8443", HOSTS)
    with plain.beside(ipaddress.ip_address("127.0.0.1"), 0, answers) as port:
        yield port


def ask(port, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer, answer.read()


def test_the_page_is_given_and_framed_by_nobody(port):
    answer, content = ask(port, "/tls/?from=qr")

    assert (answer.status, content) == (200, b"<p>Trust</p>")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_its_head_is_given_without_the_content(port):
    answer, content = ask(port, "/tls/", "HEAD")

    assert (answer.status, answer.headers["Content-Length"], content) == (200, "12", b"")


def test_a_forgotten_slash_is_put_there(port):
    assert ask(port, "/tls")[0].headers["Location"] == "/tls/"


@pytest.mark.parametrize(
    ("host", "to"),
    [
        ("grid.lan:8080", "https://grid.lan:8443"),
        ("GRID.LAN", "https://grid.lan:8443"),
        ("[fd00::2]:8080", "https://[fd00::2]:8443"),
        ("evil.example.org", "https://192.168.1.10:8443"),
        ("", "https://192.168.1.10:8443"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/desk/?q=1", "/tls/server.pem", "//evil.example.org/"])
def test_everything_else_is_led_to_https_under_a_name_of_the_box(port, host, to, path):
    answer, content = ask(port, path, Host=host)

    assert (answer.status, content) == (307, b"")
    place = answer.headers["Location"]
    assert place.startswith(f"{to}/")
    assert place.endswith(path.lstrip("/"))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_taken(port, method):
    assert ask(port, "/tls/", method)[0].status == 501


def test_without_a_port_none_is_said():
    answers = plain.Answers({}, "https://[fd00::2]", HOSTS)

    assert answers.place("grid.lan", "/") == "https://grid.lan/"
    assert answers.place("elsewhere", "/") == "https://[fd00::2]/"


def is_answered(port):
    try:
        return ask(port, "/tls/")[0].status == 200
    except (OSError, http.client.HTTPException):
        return False


def comes_to_be(answered, port):
    """Whether the port comes to answer, or to answer no more, while there is patience."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if is_answered(port) == answered:
            return True
    return False


def test_phones_that_hang_take_what_room_there_is_and_give_it_back(port):
    hanging = [socket.create_connection(("127.0.0.1", port)) for _ in range(plain.AT_ONCE)]
    assert comes_to_be(False, port)

    for each in hanging:
        each.close()

    assert comes_to_be(True, port)
