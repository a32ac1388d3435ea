"""What ``kapok doctor`` says of certificates, names and addresses."""

from datetime import timedelta

import pytest
from tests.factories import NOON

from kapok.box import reached
from kapok.box.findings import Grade
from kapok.box.tls import authority, names, operations, reach, store

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _box(monkeypatch, settings, tmp_path):
    monkeypatch.setenv("KAPOK_DATA", str(tmp_path))
    settings.REACH = reach.of({"KAPOK_ADDRESS": "0.0.0.0"})
    here = names.checked([], ["192.168.1.10"])
    monkeypatch.setattr(names, "of_this_machine", lambda: here)
    monkeypatch.setattr(operations, "of_this_machine", lambda: here)


def make(at=NOON):
    return operations.make(names.checked(["grid.lan"], ["192.168.1.10"]), at=at)


def said(at=NOON):
    return [(finding.grade, finding.sentence) for finding in reached.certificate(at)]


def only(grade, at=NOON):
    return [sentence for found, sentence in said(at) if found == grade]


def test_a_box_without_one_is_well():
    assert said() == [(Grade.WELL, "There is no certificate: Kapok itself speaks no HTTPS.")]


def test_a_good_one_is_well():
    make()

    [(grade, sentence)] = said()
    assert grade == Grade.WELL
    assert "good until 2027-" in sentence
    assert "192.168.1.10, grid.lan" in sentence


def test_one_that_ends_soon_is_to_be_heeded_and_one_that_ended_is_wrong():
    make()

    assert "which renews it" in only(Grade.HEED, NOON + 380 * DAY)[0]
    assert "ran out on" in only(Grade.WRONG, NOON + 400 * DAY)[0]


def test_keys_that_others_may_read_are_wrong():
    make()
    store.authority_file().chmod(0o640)

    assert "chmod 600" in only(Grade.WRONG)[0]


def test_a_certificate_with_the_key_of_another_is_wrong():
    make()
    key = store.KEY.search(store.authority_file().read_bytes())[0]
    store.server_file().write_bytes(store.KEY.sub(key, store.server_file().read_bytes()))

    assert "the key of another" in only(Grade.WRONG)[0]


def test_an_authority_that_ends_is_said_in_time():
    make(NOON - authority.AUTHORITY_AGE + 50 * DAY)
    operations.renew(at=NOON)

    assert "enrol every phone again" in " ".join(only(Grade.HEED))


def test_an_address_that_the_router_gave_since_is_said(monkeypatch):
    make()
    monkeypatch.setattr(names, "of_this_machine", lambda: names.checked([], ["192.168.1.99"]))

    assert "does not hold 192.168.1.99" in only(Grade.HEED)[0]


def test_listening_beyond_the_machine_in_the_clear_is_wrong(settings):
    settings.ALLOWED_HOSTS, settings.IS_ENCRYPTED = ["localhost"], False

    [finding] = reached.reach(NOON)

    assert "Kapok answers to 0.0.0.0 without TLS" in finding.sentence
