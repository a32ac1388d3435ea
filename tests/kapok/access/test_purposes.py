"""Nothing is stored about anybody that no purpose needs; this is the check of every build."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from kapok.access.personal_fields import GROUPS
from kapok.access.purposes import PURPOSES, groups_of
from kapok.access.roles import ROLES

WITHOUT_PEOPLE = {"kapok.access", "kapok.places", "kapok.packs"}


def fields():
    """``model.field`` of every model that may hold people, histories and primary keys left out."""
    for app in apps.get_app_configs():
        if app.name.startswith("kapok.") and app.name not in WITHOUT_PEOPLE:
            for model in app.get_models():
                if not hasattr(model, "pgh_tracked_model"):
                    for field in model._meta.concrete_fields:
                        if not field.primary_key:
                            yield f"{model._meta.model_name}.{field.name}"


def not_personal():
    found = {}
    for app in apps.get_app_configs():
        if app.name.startswith("kapok.") and find_spec(f"{app.name}.not_personal"):
            found |= import_module(f"{app.name}.not_personal").NOT_PERSONAL
    return found


NEEDED = frozenset().union(*(purpose.fields for purpose in PURPOSES.values()))


def test_every_field_about_people_is_needed_by_a_purpose_or_says_why_it_is_not_personal():
    assert set(fields()) - NEEDED - set(not_personal()) == set()


def test_no_purpose_names_a_field_that_is_not_there():
    assert set(fields()) >= NEEDED


def test_what_is_said_not_to_be_personal_is_there_and_is_needed_by_no_purpose():
    assert set(fields()) >= set(not_personal())
    assert set(not_personal()) & NEEDED == set()
    assert all(reason.strip() for reason in not_personal().values())


def test_every_purpose_has_a_law_an_end_and_roles_that_exist():
    for code, purpose in PURPOSES.items():
        assert purpose.law, code
        assert purpose.retention.days > 0, code
        assert purpose.roles, code
        assert purpose.roles <= set(ROLES), code


def test_residents_can_read_what_each_purpose_needs():
    for code, purpose in PURPOSES.items():
        read = frozenset().union(*(group.fields for group in groups_of(purpose)))
        assert purpose.fields <= read, code
    assert frozenset().union(*(group.fields for group in GROUPS)) == NEEDED
