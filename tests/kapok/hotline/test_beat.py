"""Pulses are answered in front of everything else, as the middleware answers them."""

import time

import pytest
from django.core.handlers.wsgi import WSGIHandler
from tests.kapok.hotline.conftest import STREET

from kapok.hotline import pulse
from kapok.hotline.beat import Beat
from kapok.wsgi import application


@pytest.fixture
def heard(monkeypatch):
    found = pulse.Heard()
    found.begin_anew()
    monkeypatch.setattr(pulse, "HEARD", found)
    monkeypatch.setattr(pulse.LISTENER, "start", lambda: None)
    return found


def ask(path, method="GET"):
    asked, begun = [], []

    def behind(environ, begin):
        asked.append(environ["PATH_INFO"])
        begin("200 OK", [])
        return [b"behind"]

    def begin(status, headers):
        begun.append((status, dict(headers)))

    body = b"".join(Beat(behind)({"PATH_INFO": path, "REQUEST_METHOD": method}, begin))
    [(status, headers)] = begun
    return status, headers, body, bool(asked)


class TestBeat:
    def test_a_pulse_goes_no_further(self, town, heard):
        address = pulse.address(town.operator.account_id, town.operator.ranges, STREET)
        status, headers, body, went_on = ask(address)
        assert (status, went_on) == ("200 OK", False)
        assert body.decode().split()[0] == heard.epoch
        assert headers["Content-Length"] == str(len(body))

    def test_it_says_what_the_middleware_says(self, client, town, heard):
        address = pulse.address(town.operator.account_id, town.operator.ranges, STREET)
        _status, headers, body, _went_on = ask(address)
        answer = client.get(address)
        assert answer.content == body
        assert {name: answer[name] for name in headers} == headers

    def test_a_forged_or_old_token_is_left_to_the_middleware(self, town, heard, monkeypatch):
        assert ask(pulse.PATH + "x")[3]
        address = pulse.address(town.operator.account_id, ())
        later = time.time() + pulse.SHIFT_S + 1
        monkeypatch.setattr(pulse.time, "time", lambda: later)
        assert ask(address)[3]

    @pytest.mark.parametrize("path", ["/", "/hotline/", "/hotline/own/"])
    def test_all_else_goes_on(self, path):
        assert ask(path)[2:] == (b"behind", True)

    def test_who_writes_goes_on(self, town, heard):
        assert ask(pulse.address(town.operator.account_id, ()), "POST")[3]

    def test_the_web_server_asks_it_first(self):
        assert isinstance(application, Beat)
        assert isinstance(application._application._application, WSGIHandler)
