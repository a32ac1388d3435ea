"""The log: where it happened and what kind it was, never whom it was about."""

import io
import logging

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import path
from tests import factories

from kapok.access.logs import WithoutValues, blotted
from kapok.box import postgres
from kapok.people.models import Contact

NAME, PHONE, IDENTITY, NRIC = "陈小明", "+8615412345678", "440199198001010013", "T5123456Z"


@pytest.fixture
def log():
    """What the handler of the settings would write."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    line = django_settings.LOGGING["formatters"]["plain"]["format"]
    handler.setFormatter(WithoutValues(line))
    logging.getLogger().addHandler(handler)
    yield said
    logging.getLogger().removeHandler(handler)


def test_the_settings_write_with_it():
    assert django_settings.LOGGING["formatters"]["plain"]["()"].endswith("WithoutValues")


@pytest.mark.parametrize(
    "text", [IDENTITY, PHONE, NRIC, "154-1234-5678", "440199800101001", "43019919800101001X"]
)
def test_numbers_of_people_are_blotted_out(text):
    assert blotted(f"not found: {text}, again") == "not found: ***, again"


@pytest.mark.parametrize("text", ["port 8000", "0193f5c2-3a4b-7c1d-9e8f-0123456789ab", "12 rows"])
def test_what_helps_and_tells_nobody_stays(text):
    assert blotted(text) == text


def test_messages_of_errors_stay_out_and_their_kinds_stay(log):
    try:
        try:
            raise ValueError(f"bad: {NAME}")
        except ValueError as error:
            raise KeyError(IDENTITY) from error
    except KeyError:
        logging.getLogger("kapok.test").exception("Could not read %s", PHONE)

    said = log.getvalue()
    assert "builtins.KeyError" in said
    assert "builtins.ValueError" in said
    assert "test_logs.py" in said
    assert NAME not in said
    assert IDENTITY not in said
    assert PHONE not in said


@pytest.mark.django_db
def test_a_broken_rule_of_the_database_is_named_without_the_row(log):
    with factories.as_owner_of_rows():
        person = factories.Person(name=NAME)
        row = {"place": person.place, "value": b"x", "value_index": b"abc", "tail_index": b"d"}
        try:
            with transaction.atomic():
                person.contacts.create(**row)
                Contact.objects.create(person=person, **row)
        except IntegrityError:
            logging.getLogger("kapok.test").exception("Not stored")

    said = log.getvalue()
    assert "contact_is_known_once_for_a_person" in said
    assert "already exists" not in said
    assert str(person.pk) not in said


@login_not_required
def crash(request):
    raise RuntimeError(f"{request.POST} {request.GET}")


urlpatterns = [path("crash/", crash), path("", crash, name="start")]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_request_that_crashes_leaves_no_name_phone_or_identity_number(log):
    client = Client(raise_request_exception=False)
    typed = {"q": NAME, "phone": PHONE, "identity": IDENTITY}

    answers = [client.post("/crash/", typed), client.get("/crash/", typed)]

    said = log.getvalue()
    assert {answer.status_code for answer in answers} == {500}
    assert "builtins.RuntimeError" in said
    for value in (NAME, PHONE, IDENTITY, PHONE[1:], "%E9%99%88"):
        assert value not in said


def test_the_server_in_the_box_writes_no_statements_or_details():
    assert postgres.ALWAYS["log_min_error_statement"] == "panic"
    assert postgres.ALWAYS["log_error_verbosity"] == "terse"
    assert postgres.ALWAYS["log_parameter_max_length_on_error"] == "0"
