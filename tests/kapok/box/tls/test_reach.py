"""From where a box is reached, and what follows from it."""

import pytest

from kapok.box.tls import reach
from kapok.errors import Refused


def test_a_box_of_its_own_is_for_the_machine_alone():
    here = reach.of({})

    assert here.hosts == ("127.0.0.1", "localhost")
    assert (here.is_encrypted, here.is_beyond, here.origins) == (False, False, [])
    assert here.base == "http://127.0.0.1:8000"


def test_with_a_certificate_its_names_are_answered_and_their_forms_trusted(make):
    make("grid.lan")

    here = reach.of({"KAPOK_ADDRESS": "0.0.0.0", "KAPOK_PORT": "8443"})

    assert set(here.hosts) == {"192.168.1.10", "grid.lan", "127.0.0.1", "localhost", "[::1]"}
    assert "https://grid.lan:8443" in here.origins
    assert here.base == "https://192.168.1.10:8443"
    assert here.is_encrypted
    assert here.is_beyond


def test_on_the_port_of_https_no_port_is_said(make):
    make("grid.lan")

    here = reach.of({"KAPOK_ADDRESS": "0.0.0.0", "KAPOK_PORT": "443"})

    assert here.base == "https://192.168.1.10"
    assert "https://grid.lan" in here.origins


def test_a_certificate_alone_lets_nobody_in(make):
    make("grid.lan")

    here = reach.of({})

    assert not here.is_beyond
    assert here.base == "https://127.0.0.1:8000"


def test_names_that_are_said_go_before_the_certificates(make):
    make("grid.lan", "desk.grid.lan")

    here = reach.of({"KAPOK_HOSTS": "desk.grid.lan", "KAPOK_ADDRESS": "192.168.1.10"})

    assert here.hosts == ("desk.grid.lan",)
    assert here.base == "https://desk.grid.lan:8000"


def test_a_wildcard_is_answered_as_a_domain(elsewhere):
    from kapok.box.tls import store  # noqa: PLC0415

    certificate, key = elsewhere.server(hosts=("*.example.org",))
    store.keep([certificate, elsewhere.root], key)

    here = reach.of({"KAPOK_PORT": "443"})

    assert ".example.org" in here.hosts
    assert "https://*.example.org" in here.origins


def test_behind_a_proxy_its_names_have_no_port():
    here = reach.of({"KAPOK_TLS": "yes", "KAPOK_HOSTS": "kapok.example.org"})

    assert here.base == "https://kapok.example.org"
    assert here.origins == ["https://kapok.example.org"]
    assert here.is_beyond


@pytest.mark.parametrize(
    "env",
    [
        {"KAPOK_TLS": "yes"},
        {"KAPOK_PLAIN": "yes"},
        {"KAPOK_HOSTS": "localhost,grid.lan"},
        {"KAPOK_ADDRESS": "192.168.1.10"},
    ],
)
def test_whatever_lets_other_machines_in_counts_as_beyond(env):
    assert reach.of(env).is_beyond
    assert not reach.of({"KAPOK_HOSTS": "localhost,127.0.0.1"}).is_beyond


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.10", "::"])
def test_beyond_the_machine_nothing_is_served_in_the_clear(address):
    with pytest.raises(Refused, match="kapok tls make"):
        reach.refuse_unprotected(reach.of({"KAPOK_ADDRESS": address}))


def test_a_server_in_front_is_said(make):
    env = {"KAPOK_ADDRESS": "0.0.0.0", "KAPOK_PLAIN": "yes", "KAPOK_TLS": "yes"}
    make()

    here = reach.of(env)
    reach.refuse_unprotected(here)

    assert here.held is None


def test_with_a_certificate_other_machines_may_come_in(make):
    make()

    reach.refuse_unprotected(reach.of({"KAPOK_ADDRESS": "0.0.0.0"}))


@pytest.mark.parametrize("address", ["localhost", "grid.lan", "1.2.3", "127.0.0.1:8000"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(Refused, match="KAPOK_ADDRESS is “"):
        _ = reach.of({"KAPOK_ADDRESS": address}).ip
