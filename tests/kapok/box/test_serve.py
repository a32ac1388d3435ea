"""The port that pages are served from."""

import socket

import pytest

from kapok.box import serve
from kapok.errors import Refused


@pytest.mark.parametrize("said", ["eight", "0", "65536", "-1", "8000.5", "８０００"])
def test_what_is_no_port_is_refused(monkeypatch, said):
    monkeypatch.setenv("KAPOK_PORT", said)

    with pytest.raises(Refused, match=f"KAPOK_PORT is “{said}”"):
        serve.chosen_port()


def test_a_port_in_use_is_refused(monkeypatch):
    with socket.create_server((serve.ADDRESS, 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("KAPOK_PORT", str(port))

        with pytest.raises(Refused, match=f"Port {port} is in use"):
            serve.chosen_port()


def test_a_free_port_is_taken_as_it_is(monkeypatch):
    with socket.create_server((serve.ADDRESS, 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("KAPOK_PORT", str(port))

    assert serve.chosen_port() == port
