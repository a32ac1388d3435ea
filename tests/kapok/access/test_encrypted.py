"""Every column of bytes is known: encrypted about something, or plain."""

from django.db.models import BinaryField

from kapok.access import encrypted
from kapok.access.installing import ours


def test_every_column_of_bytes_about_people_is_registered():
    known = set(encrypted._named("COLUMNS")) | encrypted.plain()
    apart = []
    for model in ours():
        if model._meta.app_label == "places" or getattr(model, "pgh_tracked_model", None):
            continue
        for field in model._meta.concrete_fields:
            name = encrypted.label(model, field.name)
            if isinstance(field, BinaryField) and name not in known:
                apart.append(name)

    assert apart == []


def test_histories_are_registered_with_their_models():
    names = {(column.model._meta.db_table, column.field) for column in encrypted.columns()}

    assert {("people_person", "identity"), ("people_personevent", "identity")} <= names
    assert ("people_contactevent", "value") in names


def test_nothing_is_both_encrypted_and_plain():
    assert not set(encrypted._named("COLUMNS")) & encrypted.plain()
