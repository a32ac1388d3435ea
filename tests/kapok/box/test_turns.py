"""Requests wait in lines that are known; who cannot be answered in time is told so."""

import threading
import time

import pytest

from kapok.box import turns
from kapok.box.turns import TURNED_AWAY, Line, Turns


def at(path, method="GET"):
    return {"PATH_INFO": path, "REQUEST_METHOD": method}


class Slow:
    """An application whose answers take a while; it says whether somebody was turned away."""

    def __init__(self, takes_s):
        self.takes_s, self.threads, self.n_at_once, self.most = takes_s, set(), 0, 0
        self.lock = threading.Lock()

    def __call__(self, environ, begin):
        if environ.get(TURNED_AWAY):
            begin("503 Service Unavailable", [("Retry-After", "15")])
            return [b"come again"]
        with self.lock:
            self.threads.add(threading.current_thread().name)
            self.n_at_once += 1
            self.most = max(self.most, self.n_at_once)
        time.sleep(self.takes_s)
        with self.lock:
            self.n_at_once -= 1
        begin("200 OK", [])
        return [environ["PATH_INFO"].encode()]


def ask_all(application, paths, method="GET"):
    answers = [None] * len(paths)

    def ask(i):
        began = []
        body = application(at(paths[i], method), lambda *given: began.append(given))
        answers[i] = (began[-1][0][:3], b"".join(body))

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(paths))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return answers


@pytest.fixture
def lines(monkeypatch):
    """Small lines, with the names of the real ones."""
    found = (Line("readers", 1, 1, 1.0), Line("residents", 2, 3, 0.3), Line("others", 2))
    for name, line in zip(("READERS", "ACTING", "OTHERS"), found, strict=True):
        monkeypatch.setattr(turns, name, line)
    return found


def test_few_are_answered_at_a_time_and_all_get_their_own_answer(lines):
    slow = Slow(0.05)
    paths = [f"/c/abc/help/{n}/" for n in range(5)]
    answers = ask_all(Turns(slow, lines), paths, "POST")
    assert answers == [("200", path.encode()) for path in paths]
    assert slow.most == 2
    assert all("kapok-residents" in name for name in slow.threads)


def test_whoever_finds_the_line_too_long_is_told_at_once(lines):
    began = time.monotonic()
    answers = ask_all(Turns(Slow(0.2), lines), ["/c/abc/check/"] * 9, "POST")
    statuses = [status for status, _body in answers]
    assert statuses.count("503") >= 4
    assert statuses.count("200") >= 2
    assert {body for status, body in answers if status == "503"} == {b"come again"}
    assert time.monotonic() - began < 1


def test_whoever_has_waited_too_long_is_told_and_is_not_answered_later(lines):
    slow = Slow(0.5)
    answers = ask_all(Turns(slow, lines), ["/c/abc/check/"] * 4, "POST")
    statuses = [status for status, _body in answers]
    assert statuses.count("200") == 2  # those whose turn had come are waited for
    assert statuses.count("503") == 2
    time.sleep(0.7)
    assert slow.n_at_once == 0


def test_a_rush_of_residents_holds_up_neither_readers_nor_desks(lines):
    slow = Slow(0.4)
    application = Turns(slow, lines)
    rush = threading.Thread(
        target=ask_all, args=(application, ["/c/abc/check/"] * 9, "POST"), daemon=True
    )
    rush.start()
    time.sleep(0.05)
    slow.takes_s = 0
    began = time.monotonic()
    answers = ask_all(application, ["/c/abc/", "/desk/"])
    assert [status for status, _body in answers] == ["200", "200"]
    assert time.monotonic() - began < 0.3
    rush.join(5)


def test_desks_wait_as_long_as_it_takes(lines):
    answers = ask_all(Turns(Slow(0.1), lines), ["/desk/"] * 12)
    assert [status for status, _body in answers] == ["200"] * 12


def test_an_error_of_the_application_goes_its_way(lines):
    def broken(environ, begin):
        raise KeyError("as if")

    with pytest.raises(KeyError):
        Turns(broken, lines)(at("/c/abc/check/"), print)


@pytest.mark.parametrize(
    ("path", "method", "line"),
    [
        ("/c/abc/", "GET", "readers"),
        ("/c/abc/", "POST", "residents"),
        ("/c/abc/check/", "GET", "residents"),
        ("/c/", "GET", "residents"),
        ("/report/440103022001000/", "GET", "residents"),
        ("/desk/", "GET", "others"),
        ("/api/sync/", "POST", "others"),
        ("/static/kapok/portal.css", "GET", None),
        ("/hotline/pulse/abc", "GET", None),
        ("/api/calls/", "POST", "telephones"),
        ("/hotline/", "GET", "others"),
        ("/hotline/own/", "GET", "screens"),
        ("/hotline/ringing/", "GET", "screens"),
        ("/hotline/board/now/", "GET", "screens"),
        ("/hotline/board/", "GET", "others"),
    ],
)
def test_everybody_stands_in_the_line_of_what_they_do(path, method, line):
    found = turns.line_of(at(path, method))
    assert (found and found.name) == line
