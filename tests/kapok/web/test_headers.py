"""What every page tells the browser, so that nothing else gets in or out."""

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse

from kapok.access.middleware import Security

pytestmark = pytest.mark.django_db
PATHS = ["/", "/accounts/login/", "/no-such-page", "/api/places/440103022001000", "/health/"]


@pytest.mark.parametrize("path", PATHS)
def test_each_answer_forbids_framing_sniffing_and_foreign_code(client, path):
    answer = client.get(path)

    policy = answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("host", "is_told"),
    [
        ("grid.lan:8443", True),
        ("grid.lan", True),
        ("localhost:8443", False),
        ("127.0.0.1:8443", False),
        ("[::1]:8443", False),
        ("localhost", False),
        ("[::1]", False),
        ("[::1", True),
    ],
)
def test_behind_tls_browsers_are_told_to_stay_there_but_not_on_the_machine_itself(
    rf, settings, host, is_told
):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    request = rf.get("/", secure=True, HTTP_HOST=host)

    answer = Security(lambda _request: HttpResponse())(request)

    said = answer.headers.get("Strict-Transport-Security", "")
    assert said.startswith("max-age=31536000") == is_told


def test_cookies_cannot_be_read_by_scripts_or_sent_from_elsewhere():
    assert django_settings.SESSION_COOKIE_HTTPONLY
    assert django_settings.CSRF_COOKIE_HTTPONLY
    assert django_settings.SESSION_COOKIE_SAMESITE in ("Lax", "Strict")
    assert django_settings.IS_ENCRYPTED == django_settings.SESSION_COOKIE_SECURE
