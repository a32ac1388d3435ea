"""Requests made from the OpenAPI document: whatever is asked, the answer is one it promises."""

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from tests import factories, small_town

from kapok.api import api
from kapok.wsgi import application

pytestmark = pytest.mark.django_db
schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/"))
schema.app = application


@pytest.fixture
def _one_connection():
    """Requests leave the connection of the test open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def cookies(db, _one_connection):
    """Somebody signed in over the small town."""
    small_town.load()
    small_town.publish(small_town.draw())
    lead = factories.User(is_demo=True)
    factories.Appointment(account=lead, role="street_command", place=small_town.STREET)
    client = Client()
    client.force_login(lead)
    return {django_settings.SESSION_COOKIE_NAME: client.cookies["sessionid"].value}


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_that_is_asked_breaks_it(case, cookies):
    headers = {"Host": "localhost"}
    answer = case.call(cookies=cookies, headers=headers)
    case.validate_response(answer, checks=[not_a_server_error])
    if answer.status_code == 405:
        assert answer.headers["allow"] == ["GET"]
    elif answer.status_code >= 400:
        assert "application/problem+json" in answer.headers["content-type"][0], answer.content
