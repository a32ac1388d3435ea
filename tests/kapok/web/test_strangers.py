"""What somebody who has not signed in may see: the whole table of addresses."""

from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.kapok.web.addresses import filled, patterns

# Whoever is not signed in may read these, with what they answer where it is not 200.
OPEN = {
    "start": 200,
    "sign-in": 200,
    "account_login": 200,
    "account_inactive": 200,
    "account_reset_password_from_key": 200,  # says that this link is not good
    "socialaccount_login_cancelled": 200,
    "resident-sign-in": 200,
    "health": 200,
    "purposes": 200,
    "sign-out": 302,
    "account_logout": 302,
    "mfa_authenticate": 302,  # to the sign-in page, before a password was given
    "mfa_login_webauthn": 302,
    "resident-code": 302,
    "openid_connect_login": 404,  # no other service is set up
    "openid_connect_callback": 404,
    "theme": 405,
    "set_language": 302,
    "resident-sign-out": 405,
    "phone": 200,  # the shell of the app: the same for everybody
    "phone-worker": 200,
    "phone-worker-of": 200,
    "phone-manifest": 200,
    "phone-words": 200,
    "phone-token": 401,
    "sync": 405,  # each command is signed by its phone
    "report": 200,  # anybody may report, and follow it with the code that was shown
    "report-done": 302,  # nothing was sent: to the page of codes
    "report-kinds": 404,  # no such place
    "report-form": 404,
    "track": 200,
    "tracked": 302,
    "track-leave": 405,
    "track-move": 404,
    "shift-calendar": 404,  # telephones come with a secret key
    "uploads": 405,
    "upload": 405,
    "api-reports": 405,
    "api-calls": 405,  # telephone systems show a key
    "open311-discovery": 200,
    "open311-services": 400,  # of which place is not said
    "open311-service": 400,
    "open311-requests": 400,
    "open311-request": 400,
    "open311-request-alone": 400,
    "open311-token": 404,
    "openrosa": 401,  # form applications sign in by a key of their own
    "openrosa-form": 401,
    "openrosa-submission": 405,
    "openrosa-key": 401,
    "openrosa-form-key": 401,
    "openrosa-submission-key": 405,
    "portal-find": 200,  # the residents' pages need no account
    "portal-look": 302,
    "portal-home": 404,  # no such short address
    "portal-phone": 404,
    "portal-phone-code": 404,
    "portal-phone-leave": 405,
    "portal-help": 404,
    "portal-help-done": 404,
    "portal-help-form": 404,
    "portal-check": 404,
    "portal-check-done": 404,
    "portal-check-forget": 405,
    "portal-slots": 404,
    "portal-booking-code": 404,
    "portal-booking-cancel": 405,
    "portal-book": 404,
    "portal-booking": 404,
    "portal-for": 404,
    "portal-for-end": 405,
    "portal-track": 404,
    "portal-withdraw": 405,
    "portal-reopen": 405,
    "portal-rate": 405,
    "portal-own": 404,
    "portal-own-request": 404,
    "notice-open": 404,  # a short address that is none
    "notice-read": 405,
    "notice-answer": 405,
    "notice-stop": 405,
}
EXAMPLES = {
    "plan_id": UUID(int=7),
    "planner": "hotline",
    "part": "situation",
    "code": 440103022001000,
    "number": 1,
    "kind": "grids",
    "drawing_id": UUID(int=7),
    "grid_id": UUID(int=7),
    "building_id": UUID(int=7),
    "provider_id": "oidc-00000000",
    "uidb36": "7",
    "key": "not-a-key",
    "pk": 7,
    "session_id": 7,
    "alarm_id": UUID(int=7),
    "request_id": UUID(int=7),
    "emergency_id": UUID(int=7),
    "account_id": UUID(int=7),
    "appointment_id": UUID(int=7),
    "call_id": UUID(int=7),
    "entry_id": UUID(int=7),
    "shift_id": UUID(int=7),
    "seat_id": UUID(int=7),
    "supervision_id": UUID(int=7),
    "back_id": UUID(int=7),
    "line_id": UUID(int=7),
    "swap_id": UUID(int=7),
    "list_id": UUID(int=7),
    "pack_id": UUID(int=7),
    "post_id": UUID(int=7),
    "team_id": UUID(int=7),
    "glass_id": UUID(int=7),
    "merge_id": UUID(int=7),
    "household_id": UUID(int=7),
    "person_id": UUID(int=7),
    "contact_id": UUID(int=7),
    "consent_id": UUID(int=7),
    "item": UUID(int=7),
    "matter_id": UUID(int=7),
    "report_id": UUID(int=7),
    "other_id": UUID(int=7),
    "unit_id": UUID(int=7),
    "filter_id": UUID(int=7),
    "hand_over_id": UUID(int=7),
    "zone_id": UUID(int=7),
    "order_id": UUID(int=7),
    "name": "hold",
    "what": "name",
    "token": "not-a-token",
    "language": "en",
    "worker": "qr",
    "device": UUID(int=7),
    "file": UUID(int=7),
    "hook": UUID(int=7),
    "place": 440103022001000,
    "form": "json",
    "api_key": UUID(int=7),
    "door": "nodoor",
    "need": "food",
    "said": UUID(int=7),
    "slot": UUID(int=7),
    "booking": UUID(int=7),
    "mandate": UUID(int=7),
    "phone": UUID(int=7),
    "notice_id": UUID(int=7),
    "version_id": UUID(int=7),
    "passing_id": UUID(int=7),
    "channel_id": UUID(int=7),
    "message_id": UUID(int=7),
    "representative_id": UUID(int=7),
    "level": "grid",
    "phone_call": UUID(int=7),
    "category": "lamp",
}


ADDRESSES = [(name, filled(route, EXAMPLES)) for name, route in patterns()]


def test_the_table_holds_the_desk_and_the_interface():
    names = {name for name, _ in ADDRESSES}

    assert names >= set(OPEN)
    assert any(path.startswith("/desk/") for _, path in ADDRESSES)
    assert any(path.startswith("/api/") for _, path in ADDRESSES)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, method: str):
    closed = [path for name, path in ADDRESSES if name not in OPEN]
    answers = {path: getattr(client, method)(path) for path in closed}

    assert [path for path, answer in answers.items() if not is_closed(path, answer)] == []


def is_closed(path: str, answer: HttpResponse) -> bool:
    if path.startswith("/api/"):
        return (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    by_telephone = path.startswith("/own/")  # residents have a door of their own
    if by_telephone and answer.status_code == 405:
        return True  # asked in a way that this address does not know
    door = "/own/sign-in/" if by_telephone else "/sign-in/"
    return answer.status_code == 302 and answer["Location"].startswith(door)


@pytest.mark.django_db
def test_strangers_may_ask_for_these(client: Client):
    answers = {name: client.get(path).status_code for name, path in ADDRESSES if name in OPEN}

    assert answers == OPEN


@pytest.mark.django_db
def test_a_fragment_leads_the_whole_page_to_sign_in(client: Client):
    answer = client.get("/desk/", headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/sign-in/?next=/desk/"
    assert answer.content == b""
