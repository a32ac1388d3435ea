"""Requests made from the official description of GeoReport v2: every answer is one it promises."""

import os
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)
from tests.kapok.matters.conftest import STREET

from kapok.wsgi import application

DESCRIPTION = Path(os.environ.get("KAPOK_SAMPLE_DATA", "/nowhere"), "open311/georeport_v2-1.yaml")
if not DESCRIPTION.exists():
    pytest.skip(
        "The official description of GeoReport lies in the folder that KAPOK_SAMPLE_DATA names.",
        allow_module_level=True,
    )
pytestmark = [pytest.mark.django_db, pytest.mark.sample]
WHERE = {"jurisdiction_id": str(STREET)}
DESCRIBED = yaml.safe_load(DESCRIPTION.read_text()) | {"basePath": "/open311/v2"}
schema = schemathesis.openapi.from_dict(DESCRIBED)
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


@pytest.mark.usefixtures("_one_connection")
@schema.parametrize()
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_official_description_holds(case, town, make_key):
    case.path_parameters = dict(case.path_parameters or {}) | {"response_format": "json"}
    if case.path_parameters.get("service_code"):
        case.path_parameters["service_code"] = "rubbish"
    case.query = dict(case.query or {}) | WHERE
    if case.method == "POST":
        case.query |= {"api_key": make_key("OPEN311"), "service_code": "rubbish"}
    answer = case.call(headers={"Host": "localhost"})
    checks = [not_a_server_error, content_type_conformance]
    if answer.status_code == 200:
        checks.append(response_schema_conformance)
    case.validate_response(answer, checks=checks)
    assert answer.status_code in {200, 400, 401, 403, 404, 405, 429}
