"""What a phone sends arrives once; what it is given is what its holder has to do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import OperationalError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import factories
from tests.kapok.phone.handset import Handset, strange

from kapok.access import scope
from kapok.access.models import Look
from kapok.ids import uuid7
from kapok.matters.models import CommandEntry, Matter, MatterEvent
from kapok.phone.models import HeldCommand
from kapok.phone.operations import syncing

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
DOOR = uuid7()


@pytest.fixture
def phone(town):
    return Handset(town.worker, timezone.now())


def seen(model, **wanted):
    with scope.acting(scope.of_intake(DOOR, at=timezone.now())):
        return list(model.objects.filter(**wanted))


def lamp(phone, town, **more):
    return phone.command("report", kind="lamp", building=str(town.here.pk), **more)


def test_a_batch_is_carried_out_once_however_often_it_comes(phone, town):
    found = lamp(phone, town, text="路灯坏了 💡")
    done = phone.command("settle", found["matter"], outcome="settled")
    first = phone.answers(found, done)
    assert [each["status"] for each in first] == ["TAKEN", "TAKEN"]
    assert first[1]["state"] == "CLOSED"
    assert first[0]["number"] == first[1]["number"]
    assert [each["status"] for each in phone.answers(done, found)] == ["TAKEN", "TAKEN"]
    assert len(seen(Matter)) == 1
    events = seen(MatterEvent)
    assert [event.move for event in events] == ["report", "assign", "settle"]
    assert str(events[0].device) == phone.id


def test_one_bad_command_holds_up_no_other(phone, town):
    good = lamp(phone, town)
    other = Handset(town.neighbour, phone.at)
    long = phone.command("report", kind="lamp", building=str(town.here.pk), text="x" * 10**6)
    broken = phone.sign(str(uuid7()), "AAAA")
    forged = other.seal(lamp(phone, town))
    moved = phone.seal(lamp(phone, town)) | {"id": str(uuid7())}
    nul = lamp(phone, town, text="a\0b")
    half = lamp(phone, town, text="\ud800")
    words = [
        each["sentence"] for each in phone.answers(long, broken, forged, moved, nul, half, good)
    ]
    unread = "This was not sealed by this phone for this box. It cannot be read."
    stored = "The data holds a character that cannot be stored (such as NUL). Leave it out."
    assert words == [
        "“text” is too long: at most 5000 characters.", unread, unread, unread, stored, stored, ""
    ]  # fmt: skip
    assert len(seen(Matter)) == 1


def test_the_same_identifier_with_other_content_is_refused(phone, town):
    first = lamp(phone, town)
    other = lamp(phone, town, text="other") | {"id": first["id"]}
    assert [a["status"] for a in phone.answers(first, other)] == ["TAKEN", "REFUSED"]
    [again] = phone.answers(other)
    assert again["sentence"].startswith("This identifier was used for something else.")


def test_a_clock_that_is_ahead_by_days_is_not_believed(phone, town):
    phone.answers(lamp(phone, town, at=timezone.now() + timedelta(days=3)))
    event = seen(MatterEvent, move="report")[0]
    assert abs((event.at - timezone.now()).total_seconds()) < 60


def test_what_was_made_offline_three_days_ago_keeps_its_moment(phone, town):
    then = timezone.now() - timedelta(days=3)
    phone.answers(lamp(phone, town, at=then))
    assert seen(MatterEvent, move="report")[0].at == then


def test_somebody_who_signed_out_still_gets_rid_of_what_waits(phone, town):
    [answer] = phone.answers(lamp(phone, town), signed_in=False)
    assert answer["status"] == "TAKEN"
    assert phone.send(signed_in=False, pull=True)["changes"] is None


def test_whose_appointment_ended_is_held_and_a_colleague_takes_it(phone, town, client):
    before = lamp(phone, town)
    phone.answers(before)
    with factories.as_owner_of_rows():
        town.worker.ends_at = timezone.now()
        town.worker.save(update_fields=["ends_at"])
    late = lamp(phone, town, text="发现火情")
    assert [a["status"] for a in phone.answers(before, late, signed_in=False)] == ["TAKEN", "HELD"]
    assert phone.answers(late, signed_in=False)[0]["status"] == "HELD"
    assert len(seen(Matter)) == 1
    client.force_login(town.lead.account)
    page = client.get("/matters/held/", headers={"accept-language": "en"})
    assert "发现火情" in page.content.decode()
    taken = client.post("/matters/held/", {"command": late["id"], "do": "take", "reason": "true"})
    assert taken.status_code == 302, taken.content.decode()[-1500:]
    assert len(seen(Matter)) == 2
    event = seen(MatterEvent, pk=late["id"])[0]
    assert (event.account, event.role) == (town.worker.account_id, "grid_worker")
    with scope.acting(
        scope.of_appointment(town.lead, at=timezone.now(), purpose="matter_handling")
    ):
        held = HeldCommand.objects.get()
        assert (held.verdict, held.decided_by) == ("TAKEN", town.lead.account_id)


def test_held_commands_are_seen_by_who_answers_for_the_place_alone(phone, town, client):
    phone.client.post(f"/account/phones/{phone.id}/give-up/")
    assert phone.answers(lamp(phone, town))[0]["status"] == "HELD"
    for who in (town.neighbour, town.stranger, town.police, town.auditor):
        with scope.acting(scope.of_appointment(who, at=timezone.now())):
            assert not HeldCommand.objects.exists()
        client.force_login(who.account)
        assert client.get("/matters/held/").status_code == 403


def test_what_waits_of_care_is_seen_and_decided_by_who_works_in_care(phone, town, client, send):
    need = send(town.lead, "report", kind="visit", building=str(town.here.pk)).matter
    phone.client.post(f"/account/phones/{phone.id}/give-up/")
    lost = phone.command("report", kind="help", building=str(town.here.pk), text="没有胰岛素了")
    ill = phone.command(
        "report", kind="breakout", why="ill", building=str(town.here.pk), text="出来看病"
    )
    note = phone.command("note", need, text="老人住院了")
    more = phone.command("note", lost["matter"], text="已送药")
    later = phone.command("note", lost["matter"], text="又要药了")
    bright = lamp(phone, town, text="路灯又亮了")
    assert {a["status"] for a in phone.answers(lost, ill, note, more, bright)} == {"HELD"}
    assert phone.answers(later)[0]["status"] == "HELD"
    of_care = ("没有胰岛素了", "出来看病", "老人住院了", "已送药", "又要药了")
    for who, sees in ((town.lead, True), (town.dispatcher, False), (town.street, False)):
        client.force_login(who.account)
        page = client.get("/matters/held/").content.decode()
        assert "路灯又亮了" in page
        assert [words in page for words in of_care] == [sees] * 5
    for do in ("take", "drop"):
        said = {"command": lost["id"], "do": do, "reason": "because"}
        assert client.post("/matters/held/", said).status_code == 409
    assert len(seen(Matter, kind="help")) == 0
    client.force_login(town.lead.account)
    assert client.post("/matters/held/", said | {"do": "take"}).status_code == 302
    assert len(seen(Matter, kind="help")) == 1


def test_a_role_that_is_still_to_come_lends_nothing_to_what_was_held(phone, town):
    with factories.as_owner_of_rows():
        town.worker.starts_at = timezone.now() + timedelta(days=1)
        town.worker.save(update_fields=["starts_at"])
    assert phone.answers(lamp(phone, town), signed_in=False)[0]["status"] == "HELD"
    with factories.as_owner_of_rows():
        assert HeldCommand.objects.get().role == ""


def test_what_changed_of_other_realms_is_not_even_told_by_its_key(town, send):
    keys = [
        send(town.lead, "report", kind=kind, building=str(town.here.pk)).matter
        for kind in ("visit", "help")
    ]
    wrong = send(town.gate, "report", kind="breakout", why="defiant", building=str(town.here.pk))
    police = factories.Appointment(role="police_member", place=town.here.place)
    assert set(Handset(police, timezone.now()).gone_since(1)) == {str(wrong.matter)}
    assert set(Handset(town.worker, timezone.now()).gone_since(1)).isdisjoint(map(str, keys))


def test_every_matter_that_was_pulled_is_in_the_trace(phone, town, send):
    mine = send(town.lead, "report", kind="visit", building=str(town.here.pk), text="看望王阿姨")
    phone.send(pull=True)
    with factories.as_owner_of_rows():
        look = Look.objects.filter(account=town.worker.account_id, action="LIST").latest("at")
    assert (look.subjects, look.purpose) == ([mine.matter], "matter_handling")


@pytest.mark.parametrize("cursor", ["1.2", "a.b.c.d", f"{10**30}.0..", f"0.{2**63}..", "-1.0.."])
def test_a_cursor_of_another_make_is_refused_with_a_sentence(phone, cursor):
    said = phone.post(
        phone.client, "/api/sync/", device=phone.id, commands=[], pull=True, cursor=cursor
    )
    assert said.status_code == 400
    assert said.json()["detail"] == "This cursor is not one of ours. Ask for everything anew."


def test_a_phone_that_was_given_up_pulls_nothing(phone):
    phone.client.post(f"/account/phones/{phone.id}/give-up/")
    said = phone.post(phone.client, "/api/sync/", device=phone.id, commands=[], pull=True)
    assert (said.status_code, said.json()["title"]) == (403, "DeviceRevoked")


def test_an_unknown_phone_and_a_bad_body_get_a_sentence(phone):
    said = phone.post(phone.loose, "/api/sync/", device=strange(), commands=[])
    assert (said.status_code, said.json()["title"]) == (403, "DeviceUnknown")
    for body in (b"\xff\xfe", b"[1]", b"{", "中文".encode("gb18030"), b'{"device": 7}'):
        said = phone.loose.post("/api/sync/", body, content_type="application/json")
        assert said.status_code == 400
        assert said.json()["detail"]
    many = [phone.sign(str(uuid7()), "AAAA")] * 201
    said = phone.post(phone.client, "/api/sync/", device=phone.id, commands=many)
    assert "At most 200 commands" in said.json()["detail"]


def test_a_pull_gives_what_changed_and_what_is_no_longer_theirs(phone, town, send):
    mine = send(town.lead, "report", kind="visit", building=str(town.here.pk), text="看望王阿姨")
    send(town.lead, "report", kind="visit", building=str(town.next_to.pk), text="别人的")
    first = phone.send(pull=True)["changes"]
    assert [each["id"] for each in first["matters"]] == [str(mine.matter)]
    assert first["matters"][0]["text"] == "看望王阿姨"
    assert {kind["code"] for kind in first["kinds"]} == {"lamp", "visit", "help", "breakout"}
    assert first["profile"]["places"][0]["name"] == "第1网格"
    assert phone.send(pull=True)["changes"]["kinds"] == []
    send(town.lead, "note", mine.matter, text="下午在家")
    changed = phone.send(pull=True)["changes"]["matters"]
    assert changed[0]["entries"][-1]["data"]["text"] == "下午在家"
    send(town.lead, "assign", mine.matter, to={"account": str(town.neighbour.account_id)})
    assert str(mine.matter) in phone.send(pull=True)["changes"]["gone"]


def test_grids_that_lie_side_by_side_are_all_named(town):
    grids = [town.here.place, town.next_to.place]
    held = factories.Appointment(
        role="grid_worker", ranges=((grids[0], grids[1] + 1),),
        areas=[[code, "GRID", f"{code}"] for code in grids],
    )  # fmt: skip
    profile = Handset(held, timezone.now()).send(pull=True)["changes"]["profile"]
    assert [place["code"] for place in profile["places"]] == grids
    whole = factories.Appointment(role="community_lead")
    profile = Handset(whole, timezone.now()).send(pull=True)["changes"]["profile"]
    assert [place["name"] for place in profile["places"]] == ["河畔社区"]


def test_if_the_database_refuses_one_of_a_set_the_others_go_through(phone, town, monkeypatch):
    real = syncing.apply

    def fussy(commands, **more):
        from django.db import IntegrityError  # noqa: PLC0415

        if any(command.data.get("text") == "bad" for command in commands):
            raise IntegrityError("as if")
        return real(commands, **more)

    monkeypatch.setattr(syncing, "apply", fussy)
    found = [lamp(phone, town, text=text) for text in ("one", "bad", "two")]
    assert [a["status"] for a in phone.answers(*found)] == ["TAKEN", "REFUSED", "TAKEN"]


@given(st.data())
@settings(max_examples=12, deadline=None)
def test_batches_in_any_parts_and_repeated_give_the_same_end(data):
    from tests.kapok.matters.conftest import build  # noqa: PLC0415

    moves = ["start", "note", "arrive", "note", "finish"]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(moves)), max_size=4)))
    repeats = data.draw(st.lists(st.integers(0, 5), min_size=6, max_size=6))
    assert _played(build, moves, cuts, repeats) == ["start", "note", "arrive", "note", "finish"]


def _played(build, moves, cuts, repeats):
    from types import SimpleNamespace  # noqa: PLC0415

    from django.db import transaction  # noqa: PLC0415

    class Undo(Exception):
        pass

    found = []
    try:
        with transaction.atomic():
            town = SimpleNamespace(**build(factories))
            phone = Handset(town.worker, timezone.now())
            report = lamp(phone, town)
            data = {"note": {"text": "x"}, "finish": {"outcome": "settled"}}
            sent = [phone.command(m, report["matter"], **data.get(m, {})) for m in moves]
            phone.answers(report)
            edges = [0, *cuts, len(sent)]
            for start, end in pairwise(edges):
                part = [phone.seal(each) for each in sent[start:end]]
                for _ in range(1 + repeats[start % 6] % 2):
                    phone.answers(*part)
            found = [e.move for e in seen(MatterEvent) if e.move in set(moves)]
            assert len(seen(CommandEntry)) == 0  # they are their owner's alone
            raise Undo
    except Undo:
        return found


test_batches_in_any_parts_and_repeated_give_the_same_end = pytest.mark.django_db(
    test_batches_in_any_parts_and_repeated_give_the_same_end
)


@pytest.mark.parametrize("code", ["08006", "57P01", "40P01", None])
def test_if_the_database_is_gone_nothing_is_answered_and_all_of_it_is_sent_again(
    phone, town, monkeypatch, code
):
    """It is never refused: a phone forgets what was refused."""
    cause = type("Gone", (Exception,), {"sqlstate": code})

    def gone(commands, **more):
        raise OperationalError("as if") from cause()

    found = lamp(phone, town)
    with monkeypatch.context() as patched:
        patched.setattr(syncing, "apply", gone)
        sealed = [phone.seal(found)]
        said = phone.post(phone.loose, "/api/sync/", device=phone.id, commands=sealed)
    assert (said.status_code, said.json()["title"]) == (503, "NotNow")
    assert [a["status"] for a in phone.answers(found)] == ["TAKEN"]


def test_moments_of_any_zone_are_stored(phone, town):
    for zone, status in (("+23:59", "TAKEN"), ("-23:59", "TAKEN"), ("+08:00", "TAKEN")):
        said = lamp(phone, town) | {"at": f"2026-03-02T12:00:00{zone}"}
        assert phone.answers(said)[0]["status"] == status
    for at in ("0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "2026-03-02T12:00:00"):
        assert phone.answers(lamp(phone, town) | {"at": at})[0]["status"] == "REFUSED"


def test_emoji_rare_signs_and_unknown_fields_hold_nothing_up(phone, town):
    rare = lamp(phone, town, text="𠮷野家 㐂 👩‍🚒 \ufffe")  # signs that only GB18030 has of old
    strange_field = lamp(phone, town, colour="red")
    beside = lamp(phone, town) | {"colour": "red"}
    answers = phone.answers(rare, strange_field, beside)
    assert [each["status"] for each in answers] == ["TAKEN", "REFUSED", "TAKEN"]
    assert "colour" in str(answers[1]["sentence"]) + str(answers[1]["faults"])
    assert len(seen(Matter)) == 2


def test_a_batch_of_ten_megabytes_is_refused_as_a_whole_with_a_sentence(phone, town):
    sealed = phone.seal(lamp(phone, town, text="灯" * (10 * 2**20 // 3)))
    said = phone.post(phone.loose, "/api/sync/", device=phone.id, commands=[sealed])
    assert said.status_code == 400
    assert said.json()["detail"].startswith("This is more than 2 MB.")
