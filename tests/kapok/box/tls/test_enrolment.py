"""What phones are given."""

import plistlib

import pytest
from cryptography import x509

from kapok.box.tls import enrolment, pages, reach, store
from kapok.errors import Refused

OPEN = {"KAPOK_ADDRESS": "0.0.0.0", "KAPOK_PORT": "8443"}


@pytest.fixture
def enrolled(make):
    """How phones are enrolled at a box in a village's network."""
    make("grid.lan")
    return enrolment.of(reach.of(OPEN), OPEN)


def test_the_page_is_at_an_address_that_no_browser_turns_into_https(enrolled):
    assert enrolled.page == "http://192.168.1.10:8080/tls/"
    assert enrolled.box == "https://192.168.1.10:8443"


def test_beside_the_port_of_https_it_is_at_that_of_http(make):
    make()
    env = OPEN | {"KAPOK_PORT": "443"}

    assert enrolment.of(reach.of(env), env).page == "http://192.168.1.10/tls/"


@pytest.mark.parametrize(
    "env", [{"KAPOK_ENROL_PORT": "no"}, {"KAPOK_PLAIN": "yes"}, {"KAPOK_PLAIN": "yes"} | OPEN]
)
def test_it_can_be_left_out(make, env):
    make()

    assert enrolment.of(reach.of(env), env) is None


def test_a_certificate_of_ones_own_needs_no_enrolment(make, elsewhere):
    make()
    certificate, key = elsewhere.server()
    store.keep([certificate, elsewhere.root], key)

    assert enrolment.of(reach.of(OPEN), OPEN) is None


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "8443"])
def test_what_cannot_be_its_port_is_refused(make, port):
    env = OPEN | {"KAPOK_ENROL_PORT": port}

    with pytest.raises(Refused, match="KAPOK_ENROL_PORT is"):
        enrolment.of(reach.of(env), env)


def test_the_certificate_comes_in_three_forms(enrolled):
    authority = store.authority_certificate()
    files = enrolment.files(enrolled)

    kind, der = files["/tls/kapok-authority.crt"]
    profile = plistlib.loads(files["/tls/kapok-authority.mobileconfig"][1])
    [root] = profile["PayloadContent"]
    assert kind == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(der) == authority
    assert x509.load_pem_x509_certificate(files["/tls/kapok-authority.pem"][1]) == authority
    assert (profile["PayloadType"], root["PayloadType"]) == (
        "Configuration",
        "com.apple.security.root",
    )
    assert root["PayloadContent"] == der
    assert not any(b"PRIVATE" in content for _kind, content in files.values())


def test_a_profile_replaces_the_one_before_it(enrolled):
    assert enrolment.profile(enrolled) == enrolment.profile(enrolled)


def test_the_page_says_in_both_languages_what_to_do_on_each_device(enrolled):
    page = pages.files(enrolled)["/tls/"][1].decode()

    assert page.count('lang="zh-CN"') >= 2
    assert '<article id="en" lang="en">' in page
    for device in ("Android", "iPhone", "Windows", "macOS", "Linux"):
        assert page.count(f"<h2>{device}") == 2
    assert enrolled.fingerprint in page
    assert enrolled.fingerprint.replace("\n", " ").replace(" ", "") == (
        store.fingerprint(enrolled.authority).replace(":", "")
    )
    assert enrolled.box in page
    assert "<script" not in page
    assert "<style" not in page


def test_the_sheet_is_one_file_that_needs_no_other(enrolled):
    sheet = pages.sheet(enrolled)

    assert "data:image/svg+xml;base64," in sheet
    assert "<style>" in sheet
    assert "page.css" not in sheet
    assert 'href="http://192.168.1.10:8080/tls/kapok-authority.crt"' in sheet


def test_the_code_is_drawn_for_screens_files_and_terminals(enrolled, tmp_path):
    enrolment.save(enrolled, tmp_path / "code.png")
    enrolment.save(enrolled, tmp_path / "code.svg")

    assert (tmp_path / "code.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (tmp_path / "code.svg").read_bytes()
    assert "▄" in enrolment.on_terminal(enrolled)
    with pytest.raises(Refused, match="cannot be written"):
        enrolment.save(enrolled, tmp_path / "absent" / "code.png")
