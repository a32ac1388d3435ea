"""The port that pages are served from."""

import socket

import pytest

from kapok.box import serve
from kapok.box.tls import reach
from kapok.errors import Refused

LOOPBACK = "127.0.0.1"


def chosen(port, address=LOOPBACK):
    return serve.chosen_port(reach.of({"KAPOK_PORT": str(port), "KAPOK_ADDRESS": address}))


@pytest.mark.parametrize("said", ["eight", "0", "65536", "-1", "8000.5", "８０００"])
def test_what_is_no_port_is_refused(said):
    with pytest.raises(Refused, match=f"KAPOK_PORT is “{said}”"):
        chosen(said)


def test_a_port_in_use_is_refused():
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(Refused, match=rf"Port {port} is in use.*KAPOK_PORT=8001\."):
            chosen(port)


def test_the_port_that_is_advised_is_another_one(monkeypatch):
    def taken(*_at):
        raise OSError

    monkeypatch.setattr(socket.socket, "bind", taken)

    with pytest.raises(Refused, match=r"KAPOK_PORT=8002\."):
        chosen(8001)


@pytest.mark.parametrize("address", [LOOPBACK, "0.0.0.0"])
def test_a_free_port_is_taken_as_it_is(address):
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]

    assert chosen(port, address) == port


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(Refused, match="which this machine does not have"):
        chosen(8000, "203.0.113.7")
