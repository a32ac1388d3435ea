"""``kapok tls`` as whoever sets a box up meets it."""

import os
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from kapok.box import certificates, session
from kapok.errors import Refused


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("KAPOK_DATA", str(tmp_path))
    for name in [name for name in os.environ if name.startswith("KAPOK_")]:
        if name not in {"KAPOK_DATA", "KAPOK_SECRET_KEY"}:
            monkeypatch.delenv(name)
    return tmp_path


def run(*words):
    done = CliRunner().invoke(certificates.app, list(words))
    if done.exception:
        raise done.exception
    return done.output


def test_the_first_certificate_says_what_to_do_next():
    said = run("make", "--name", "grid.lan", "--ip", "192.168.1.10")

    assert "Enrol the phones: kapok tls qr." in said
    assert "For         192.168.1.10, 127.0.0.1, [::1], grid.lan" in said
    assert "KAPOK_ADDRESS=0.0.0.0" in said


def test_another_one_says_that_phones_notice_nothing():
    run("make", "--ip", "192.168.1.10")

    assert "phones that trust it notice nothing" in run("make", "--ip", "192.168.1.11")


def test_it_is_shown_and_renewed():
    run("make", "--ip", "192.168.1.10")

    assert "Signed by   this box's own authority" in run("show")
    assert run("show", "--pem").startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in run("show", "--pem")
    assert "Start Kapok again" in run("renew")


@pytest.mark.parametrize("words", [("show",), ("show", "--pem"), ("renew",), ("qr",)])
def test_before_there_is_one_it_is_said_how_to_make_it(words):
    with pytest.raises(Refused, match="kapok tls make"):
        run(*words)


def test_the_code_leads_to_the_page(monkeypatch, tmp_path):
    monkeypatch.setenv("KAPOK_ADDRESS", "0.0.0.0")
    run("make", "--ip", "192.168.1.10")

    assert "http://192.168.1.10:8080/tls/" in run("qr")
    run("qr", "--png", str(tmp_path / "a.png"), "--svg", str(tmp_path / "a.svg"))
    assert (tmp_path / "a.png").exists()
    assert (tmp_path / "a.svg").exists()
    with pytest.raises(Refused, match=r"must end with \.png"):
        run("qr", "--png", str(tmp_path / "a.jpg"))


def test_a_code_that_leads_nowhere_is_said():
    run("make", "--ip", "192.168.1.10")

    assert "Set KAPOK_ADDRESS=0.0.0.0" in run("qr")


def test_the_sheet_is_written(monkeypatch, tmp_path):
    @contextmanager
    def running(**_how):
        yield

    monkeypatch.setattr(session, "running", running)
    run("make", "--ip", "192.168.1.10")

    run("qr", "--sheet", str(tmp_path / "sheet.html"))

    assert "SHA-256" in (tmp_path / "sheet.html").read_text()


def test_a_key_that_does_not_fit_is_refused(home):
    run("make", "--ip", "192.168.1.10")
    before = (home / "tls/server.pem").read_bytes()

    with pytest.raises(Refused, match="not the key of the certificate"):
        run("use", str(home / "tls/server.pem"), str(home / "tls/authority.pem"))

    assert (home / "tls/server.pem").read_bytes() == before
