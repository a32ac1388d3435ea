"""Exchanging keys: every value is read with the new one, none is lost, and it can be stopped."""

import pytest
from django.db import connection
from tests import factories

from kapok.access import secrets
from kapok.box import owner, rotating
from kapok.errors import Refused
from kapok.people.models import Contact, Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def keys(monkeypatch, tmp_path):
    """Keys of its own."""
    monkeypatch.setenv("KAPOK_KEYS", str(tmp_path / "keys.json"))
    secrets.keys.cache_clear()
    secrets.make_keys()
    yield tmp_path / "keys.json"
    secrets.keys.cache_clear()


@pytest.fixture
def people():
    with factories.as_owner_of_rows():
        for number in range(7):
            identity = f"44019919800101{number:04}"
            person = factories.Person(
                identity_kind="MAINLAND",
                identity=secrets.encrypt(identity, about="identity"),
                identity_index=secrets.blind_index(identity, about="identity"),
            )
            person.contacts.create(
                place=person.place,
                value=secrets.encrypt(f"+86154000000{number}", about="phone"),
                value_index=secrets.blind_index(f"+86154000000{number}", about="phone"),
                tail_index=secrets.blind_index("0000", about="phone-tail"),
            )
            person.name = "另名"
            person.save()  # its former row is in the history


def stored():
    with factories.as_owner_of_rows():
        people = [(p.identity, p.identity_index) for p in Person.objects.order_by("id")]
        return people, [c.value for c in Contact.objects.order_by("id")]


def test_everything_is_encrypted_with_the_new_key_and_the_old_one_is_forgotten(people, monkeypatch):
    monkeypatch.setattr(rotating, "BATCH", 3)
    before, _ = stored()

    done = rotating.rotate()

    after, phones = stored()
    assert done.key_number == 2
    assert set(secrets.keys().data) == {2}
    assert {secrets.key_number(value) for value, _index in after} == {2}
    assert [index for _v, index in after] == [index for _v, index in before]
    assert secrets.decrypt(after[3][0], about="identity") == "440199198001010003"
    assert secrets.decrypt(phones[6], about="phone") == "+861540000006"
    assert done.n_values == 7 + 7 + 7  # people, their former rows, telephones


def test_histories_are_encrypted_anew_without_becoming_longer(people):
    rotating.rotate()

    with owner.connected(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(get_byte(identity, 1)) FROM people_personevent")
        assert cursor.fetchone() == (7, 2)


def test_a_rotation_that_was_stopped_goes_on(people, monkeypatch):
    batches = rotating._batches

    def stops(column, number):
        yield from batches(column, number)
        raise KeyboardInterrupt

    monkeypatch.setattr(rotating, "_batches", stops)
    with pytest.raises(KeyboardInterrupt):
        rotating.rotate()
    assert set(secrets.keys().data) == {1, 2}
    monkeypatch.setattr(rotating, "_batches", batches)

    done = rotating.rotate()

    assert done.key_number == 2
    assert set(secrets.keys().data) == {2}
    assert secrets.decrypt(stored()[1][0], about="phone") == "+861540000000"


def test_no_key_is_forgotten_while_a_value_cannot_be_read(people):
    with factories.as_owner_of_rows():
        Contact.objects.update(value=b"\x01\x09" + bytes(40))

    with pytest.raises(Refused, match="cannot be decrypted"):
        rotating.rotate()

    assert 1 in secrets.keys().data
    with owner.connected(), pytest.raises(Refused, match="does not have"):
        rotating.refuse_lost_keys()
