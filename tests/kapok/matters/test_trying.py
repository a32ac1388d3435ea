"""New rules tried on the matters of a day: what would have been otherwise, and who sees what."""

import json
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories
from tests.kapok.matters.conftest import BODY, CLOCKS, FAR_GRID, STREET, kind, text
from tests.kapok.matters.test_desk_pages import browser

from kapok.access import scope
from kapok.access.models import Look
from kapok.box import session
from kapok.errors import NotAllowed, Refused
from kapok.matters import commands
from kapok.matters.models import Matter, MatterEvent, Report
from kapok.matters.queries import trying
from kapok.packs import look_up
from kapok.packs.documents import read
from kapok.packs.models import Pack

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
DISTRICT = 440103000000000
LATER = datetime(2026, 3, 3, 4, tzinfo=UTC)


@pytest.fixture
def administrator(town):
    return factories.Appointment(role="administrator", place=STREET)


def changed(**kinds):
    """The pack of the town with some kinds otherwise; ``None`` takes one away."""
    body = deepcopy(BODY)
    body["kinds"] = [
        each | kinds.get(each["code"], {})
        for each in body["kinds"]
        if kinds.get(each["code"], {}) is not None
    ] + [each for code, each in kinds.items() if each and each.get("code") == code]
    return body


def tried(who, body, *, day=DAY, at=LATER):
    found = read(json.dumps(body, ensure_ascii=False))
    assert found.faults == ()
    with scope.acting(scope.of_appointment(who, at=at)):
        return trying.try_on(found.body, day=day, at=at)


def rows(found, part):
    return [row for row in found.rows if row.part == part]


def lamps(town, send, n=1, **more):
    return [
        send(
            town.dispatcher, "report", kind="lamp", door="PHONE", building=str(town.here.pk), **more
        ).matter
        for _turn in range(n)
    ]


def test_the_same_rules_change_nothing(town, send, administrator):
    lamps(town, send, 2)
    found = tried(administrator, BODY)
    assert (found.n_matters, found.n_differing, found.rows) == (2, 0, ())


def test_a_shorter_clock_tells_how_many_would_have_been_late(town, send, administrator):
    lamps(town, send, 2)
    [settled] = lamps(town, send)
    send(town.worker, "settle", settled, outcome="settled", later=timedelta(hours=2))
    clocks = [clock | {"limit": {"hours": 3}, "by_urgency": {}} for clock in CLOCKS]
    clocks[0] = CLOCKS[0]
    [row] = rows(tried(administrator, changed(lamp={"clocks": clocks})), "clock")
    assert (row.what, row.before, row.after) == ("Settle", "10 hours", "3 hours")
    assert (row.n, row.n_late) == (3, (2, 2))
    soon = [*clocks[:1], clocks[1] | {"limit": {"minutes": 90}}]
    [row] = rows(tried(administrator, changed(lamp={"clocks": soon})), "clock")
    assert row.n_late == (2, 3)


def test_another_urgency_other_hands_and_other_words_are_said(town, send, administrator):
    lamps(town, send)
    body = changed(
        lamp={
            "urgency": {"default": "RED"},
            "route": [{"to": "COMMUNITY"}],
            "messages": {"report": text("Received")},
        }
    )
    found = tried(administrator, body)
    assert [(r.before, r.after) for r in rows(found, "urgency")] == [("Ordinary", "At once")]
    assert [(r.before, r.after) for r in rows(found, "hands")] == [
        ("grid worker", "the desk of the community")
    ]
    assert [(r.what, r.before, r.after) for r in rows(found, "message")] == [
        ("Report", "", "Received")
    ]
    assert found.n_differing == 1


def test_kept_answers_that_the_new_form_would_refuse_are_counted(town, send, administrator):
    lamps(town, send)
    asked = {"name": "pole", "type": "text", "label": text("Number of the pole"), "required": True}
    found = tried(administrator, changed(lamp={"report_form": {"fields": [asked]}}))
    [row] = rows(found, "form")
    assert (row.what, row.after, row.n) == ("Number of the pole", "This must be answered.", 1)


def test_kinds_that_vanish_and_appear_are_named(town, send, administrator):
    lamps(town, send)
    found = tried(administrator, changed(lamp=None, storm=kind("storm")))
    assert (found.kinds_new, found.kinds_gone) == (("storm",), ("lamp",))
    assert [(row.kind, row.n) for row in rows(found, "gone")] == [("lamp", 1)]


def test_an_outcome_that_is_gone_is_counted_where_it_was_used(town, send, administrator):
    [lamp] = lamps(town, send)
    send(town.worker, "settle", lamp, outcome="settled")
    left = [{"code": "mended", "label": text("Mended")}]
    found = tried(administrator, changed(lamp={"outcomes": left}))
    assert [(row.before, row.n) for row in rows(found, "outcome")] == [("Settled", 1)]


def test_a_pack_of_a_smaller_area_is_tried_there_alone(town, send, administrator):
    lamps(town, send)
    send(town.stranger, "report", kind="lamp", door="PATROL", building=str(town.far.pk))
    body = changed(lamp={"urgency": {"default": "RED"}})
    body |= {"code": "far", "jurisdiction": FAR_GRID - FAR_GRID % 1000}
    wider = factories.Appointment(role="administrator", place=DISTRICT)
    [row] = rows(tried(wider, body), "urgency")
    assert row.n == 1


def test_few_matters_of_another_realm_are_not_told_at_all(town, send, administrator):
    visit = {"kind": "visit", "door": "PATROL", "building": str(town.here.pk)}
    send(town.worker, "report", **visit)
    body = changed(visit={"urgency": {"default": "RED"}})
    found = tried(administrator, body)
    assert (found.n_matters, found.n_differing, found.rows) == (0, 0, ())
    for _turn in range(trying.FEWEST_TOLD - 1):
        send(town.worker, "report", **visit)
    found = tried(administrator, body)
    [row] = rows(found, "urgency")
    assert row.n == found.n_matters == found.n_differing == trying.FEWEST_TOLD


def test_no_condition_finds_out_what_was_said_about_somebody(town, send, administrator):
    """An answer that is personal is not read: a pack cannot be written to ask for it."""
    own = {"name": "who", "type": "text", "label": text("Who"), "personal": True}
    asking = {"fields": [own]}
    with factories.as_owner_of_rows():
        pack = Pack.objects.get(code="test-town")
        Pack.objects.filter(pk=pack.pk).update(state="WITHDRAWN")
        Pack.objects.create(
            code="test-town", version=2, jurisdiction=pack.jurisdiction, title=pack.title,
            body=read(json.dumps(changed(lamp={"report_form": asking}), ensure_ascii=False))
            .body.model_dump(mode="json", by_alias=True),
            text="", sha256="2" * 64, valid_from=pack.valid_from, state="IN_FORCE",
            made_at=pack.made_at, in_force_at=pack.made_at,
        )  # fmt: skip
    look_up.forget()
    lamps(town, send, answers={"who": "陈小明"})
    asked = {"when": [{"if": "answers.who == '陈小明'", "then": "RED"}]}
    body = changed(lamp={"report_form": asking, "urgency": asked})
    assert tried(administrator, body).rows == ()
    refused = {"fields": [own | {"max_length": 1}]}
    assert tried(administrator, changed(lamp={"report_form": refused})).rows == ()


def test_a_try_writes_nothing(town, send, administrator):
    lamps(town, send, 2)
    with factories.as_owner_of_rows():
        before = [
            (model.objects.count(), model.objects.order_by("pk").values_list().first())
            for model in (Matter, MatterEvent, Report, Pack, Look)
        ]
    tried(administrator, changed(lamp={"urgency": {"default": "RED"}}))
    with factories.as_owner_of_rows():
        after = [
            (model.objects.count(), model.objects.order_by("pk").values_list().first())
            for model in (Matter, MatterEvent, Report, Pack, Look)
        ]
    assert before == after


@pytest.mark.parametrize("role", ["grid_worker", "auditor", "dispatcher"])
def test_only_who_writes_or_decides_rules_tries_them(town, role):
    who = factories.Appointment(role=role, place=STREET if role != "grid_worker" else FAR_GRID)
    with pytest.raises(NotAllowed):
        tried(who, BODY)


def test_a_day_to_come_and_another_area_are_refused(town, administrator):
    with pytest.raises(Refused, match="still to come"):
        tried(administrator, BODY, day=date(2026, 3, 9))
    elsewhere = BODY | {"code": "elsewhere", "jurisdiction": 450000000000000}
    with pytest.raises(Refused, match="another area"):
        tried(administrator, elsewhere)


def test_reading_the_day_takes_as_many_queries_for_many_matters(town, send, administrator):
    body = changed(lamp={"urgency": {"default": "RED"}})
    lamps(town, send)
    tried(administrator, body)
    with CaptureQueriesContext(connection) as few:
        tried(administrator, body)
    lamps(town, send, 12)
    with CaptureQueriesContext(connection) as many:
        tried(administrator, body)
    assert len(many) == len(few)


def page(client, body, **more):
    sent = {"text": json.dumps(body, ensure_ascii=False), "day": "2026-03-02"} | more
    return client.post("/packs/try/", sent)


def test_each_count_opens_the_matters_that_may_be_seen(town, send, administrator):
    [lamp] = lamps(town, send)
    body = changed(lamp={"urgency": {"default": "RED"}})
    answer = page(browser(town.street), body)
    [row] = rows(answer.context["found"], "urgency")
    opened = page(browser(town.street), body, show=row.key)
    assert f"/matters/{lamp}/" in opened.content.decode()
    hidden = page(browser(administrator), body, show=row.key)
    assert f"/matters/{lamp}/" not in hidden.content.decode()
    assert "1 matter lies outside of what you may see" in hidden.content.decode()


def test_a_kept_draft_is_tried_from_its_page(town, send, administrator):
    lamps(town, send)
    client = browser(administrator)
    body = changed(lamp={"urgency": {"default": "RED"}}) | {"code": "own", "jurisdiction": STREET}
    client.post("/packs/new/", {"text": json.dumps(body, ensure_ascii=False)})
    draft = Pack.objects.get(code="own")
    assert f"/packs/{draft.pk}/try/" in client.get(f"/packs/{draft.pk}/").content.decode()
    shown = client.get(f"/packs/{draft.pk}/try/?day=2026-03-02")
    assert shown.context["found"].n_differing == 1
    assert client.get(f"/packs/{draft.pk}/try/").context["day"] == trying.yesterday(
        datetime.now(UTC)
    )


def test_a_file_is_tried_and_its_faults_are_said_with_their_lines(town, administrator):
    client = browser(administrator)
    wrong = SimpleUploadedFile("p.yaml", b"code: own\nkindz: []\n")
    answer = client.post("/packs/try/", {"file": wrong})
    assert answer.status_code == 422
    assert "nothing could be tried" in answer.content.decode()
    latin = SimpleUploadedFile("p.yaml", "title: caf\xe9".encode("latin-1"))
    assert "no text in UTF-8" in client.post("/packs/try/", {"file": latin}).content.decode()
    assert "choose its file" in client.post("/packs/try/", {"text": " "}).content.decode()
    right = SimpleUploadedFile("p.yaml", json.dumps(BODY | {"code": "own"}).encode())
    assert client.post("/packs/new/", {"file": right}).status_code in {302, 403, 422}


def test_the_command_prints_the_counts(town, send, tmp_path, monkeypatch, capsys):
    @contextmanager
    def acting():
        with scope.acting(scope.of_box(at=LATER)):
            yield

    monkeypatch.setattr(session, "acting", acting)
    lamps(town, send)
    path = tmp_path / "pack.yaml"
    path.write_text(json.dumps(changed(lamp={"urgency": {"default": "RED"}}), ensure_ascii=False))
    commands.try_on(path, "2026-03-02")
    said = capsys.readouterr().out
    assert "2026-03-02: 1 matters; 1 would have gone otherwise" in said
    assert "urgency  lamp: Ordinary → At once" in said
    with pytest.raises(Refused, match="is no day"):
        commands.try_on(path, "yesterday")
