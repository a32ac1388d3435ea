"""Names and addresses of a box."""

import ipaddress

import pytest

from kapok.box.tls import names
from kapok.errors import Refused


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Grid.Village.LAN", "grid.village.lan"),
        ("grid.lan.", "grid.lan"),
        ("村.lan", "村.lan"),
    ],
)
def test_a_name_has_one_way_of_writing(said, kept):
    assert names.checked([said], []).names == (kept.encode("idna").decode(),)


@pytest.mark.parametrize(
    "said", ["", "a b.lan", "-grid.lan", "grid_.lan", "*.grid.lan", "a..b", "x" * 64 + ".lan", "."]
)
def test_what_no_host_is_called_is_refused(said):
    with pytest.raises(Refused, match="cannot be the name of a host"):
        names.checked([said], [])


def test_an_authority_never_speaks_for_a_whole_top_level():
    with pytest.raises(Refused, match=r"everything under “\.com”"):
        names.checked(["com"], [])


def test_an_address_given_as_a_name_is_refused():
    with pytest.raises(Refused, match="with --ip"):
        names.checked(["192.168.1.10"], [])


@pytest.mark.parametrize("said", ["192.168.1", "192.168.1.256", "grid.lan", ""])
def test_what_is_no_address_is_refused(said):
    with pytest.raises(Refused, match="is not an address"):
        names.checked([], [said])


@pytest.mark.parametrize("said", ["0.0.0.0", "::", "224.0.0.1", "fe80::1"])
def test_addresses_that_open_no_box_are_refused(said):
    with pytest.raises(Refused, match="under which a box can be opened"):
        names.checked([], [said])


def test_addresses_are_said_before_names_and_those_of_the_machine_itself_last():
    both = names.with_local(names.checked(["grid.lan"], ["fd00::2", "192.168.1.10"]))

    assert both.hosts == (
        "192.168.1.10", "[fd00::2]", "127.0.0.1", "[::1]", "grid.lan", "localhost",
    )  # fmt: skip
    assert both.reached == ("192.168.1.10", "[fd00::2]", "grid.lan")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.168.1.10", "192.168.1.0/24"),
        ("fd00::2", "fd00::/64"),
        ("127.0.0.1", "127.0.0.1/32"),
        ("8.8.8.8", "8.8.8.8/32"),
        ("2400:3200::1", "2400:3200::1/128"),
    ],
)
def test_private_addresses_bring_their_neighbours_and_others_do_not(address, network):
    found = names.permitted([ipaddress.ip_address(address)])

    assert found == [ipaddress.ip_network(network)]


def test_the_interfaces_of_this_machine_are_found():
    assert ipaddress.ip_address("127.0.0.1") in names._interfaces()
