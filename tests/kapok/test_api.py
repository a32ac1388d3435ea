"""The two kinds of "no", and the others, are problem documents."""

import json

import pytest
from django.http import Http404
from django.test import RequestFactory
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kapok.api import api
from kapok.errors import NotAllowed, Refused


class CrewBusy(Refused):
    """A refusal of some app."""


@pytest.mark.parametrize(
    ("error", "status", "title", "detail"),
    [
        (CrewBusy("Crew 7 is still out."), 409, "CrewBusy", "Crew 7 is still out."),
        (NotAllowed("Not here."), 403, "NotAllowed", "Not here."),
        (HttpError(415, "No such form."), 415, "UnsupportedMediaType", "No such form."),
    ],
)
def test_a_no_is_a_problem_document(error, status, title, detail):
    answer = _answer(error)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert _body(answer) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }


@pytest.mark.parametrize(("error", "status"), [(Http404(), 404), (AuthenticationError(), 401)])
def test_nothing_here_and_nobody_signed_in_are_problem_documents_too(error, status):
    answer = _answer(error)

    assert answer.status_code == _body(answer)["status"] == status
    assert answer["Content-Type"] == "application/problem+json"
    assert _body(answer)["detail"]


def test_each_field_that_is_wrong_is_named():
    wrong = {"loc": ("body", "low"), "msg": "must be over 0", "type": "value_error"}

    answer = _answer(ValidationError([wrong]))

    assert answer.status_code == 422
    assert "must be over 0" in _body(answer)["detail"]
    assert "low" in _body(answer)["detail"]


def test_a_bug_is_not_dressed_as_a_refusal():
    with pytest.raises(ZeroDivisionError):
        _answer(ZeroDivisionError())


@pytest.mark.django_db
def test_who_is_not_signed_in_learns_so_in_a_problem_document(client):
    answer = client.get("/api/openapi.json")

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def _answer(error):
    return api.on_exception(RequestFactory().get("/api/"), error)


def _body(answer):
    return json.loads(answer.content)
