"""A need becomes a matter once, is answered, or is referred; nothing typed is lost."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.talking import a_call, a_family, as_, browser, text

from kapok.errors import Refused
from kapok.hotline.models import Need
from kapok.hotline.operations import needs
from kapok.matters.models import Matter, Report, Tasking
from kapok.phone.queries import pulling

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>' OR 1=1 --\x00 {{ 7*7 }} 💊"
TYPED = {"address": "示例花园1栋 501", "contact.phone": "13800138000", "text": "孕 34 周"}


def sent(call, code, **more):
    return f"/hotline/calls/{call.pk}/needs/{code}/", {"key": str(uuid4())} | more


def rows(model, **wanted):
    with factories.as_owner_of_rows():
        return list(model.objects.filter(**wanted))


def test_her_medicine_is_a_matter_of_her_grid_worker_with_address_and_number(town):
    a_family(town)
    call = a_call(town)
    client = browser(town.operator)
    form = text(client.get(f"/hotline/calls/{call.pk}/needs/medicine/"))
    assert 'value="示例花园1栋 501"' in form
    assert 'value="+8613800138000"' in form
    path, _said = sent(call, "medicine")
    answer = client.post(
        path,
        _said | TYPED | {
            "contact.name": "魏女士", "building": str(town.block.pk), "answers.need": "medicine",
            "answers.medicine_kind": "pregnancy", "answers.days_left": "1",
        },
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert answer.status_code == 200
    [matter] = rows(Matter)
    assert (matter.kind, matter.door, matter.urgency) == ("help", "PHONE", "RED")
    assert matter.building_id == town.block.pk
    [given] = rows(Tasking, matter=matter.pk)
    assert given.account == town.worker.account_id
    with as_(town.worker):
        [pulled] = pulling.pull(pulling.Cursor())[0]["matters"]
    assert pulled["caller"] == {"name": "魏女士", "phone": "+8613800138000"}
    shown = text(answer)
    assert f"No. {matter.number}" in shown
    assert str(town.worker.account) in shown
    assert "Stay inside" not in shown


def test_a_double_click_opens_one_matter(town):
    call = a_call(town)
    path, said = sent(call, "medicine", **TYPED)
    said |= {"answers.need": "medicine", "place": "440103022001000"}
    client = browser(town.operator)
    for _turn in range(2):
        assert client.post(path, said).status_code == 302
    assert len(rows(Matter)) == len(rows(Need)) == 1


def test_what_is_refused_stays_typed_with_the_sentence_beside_its_field(town):
    call = a_call(town)
    path, said = sent(call, "emergency", **TYPED | {"contact.phone": "12", "text": HOSTILE[:40]})
    for headers in ({"HX-Request": "true"}, {}):
        answer = browser(town.operator).post(path, said, headers=headers)
        assert answer.status_code == 422
        shown = text(answer)
        assert 'value="示例花园1栋 501"' in shown
        assert 'value="12"' in shown
        assert "&lt;script&gt;" in shown
        assert "<script>alert" not in shown
    assert rows(Matter) == []


def test_hostile_words_are_kept_as_words(town):
    call = a_call(town, phone=None)
    path, said = sent(call, "complaint", **{
        "address": HOSTILE, "contact.name": HOSTILE, "text": HOSTILE, "answers.title": HOSTILE,
        "place": "440103022001000",
    })  # fmt: skip
    answer = browser(town.operator).post(path, said)
    assert answer.status_code in {302, 422}
    shown = text(browser(town.operator).get(f"/hotline/calls/{call.pk}/"))
    assert "<script>alert" not in shown


def test_an_emergency_needs_the_address_and_the_danger_alone(town):
    call = a_call(town, phone=None)
    path, said = sent(call, "emergency", address="示例花园1栋 501", building=str(town.block.pk))
    answer = browser(town.operator).post(path, said | {"answers.danger": "illness"})
    assert answer.status_code == 302
    [matter] = rows(Matter)
    assert (matter.kind, matter.urgency) == ("urgent_help", "RED")


def test_a_need_that_nobody_has_says_so_and_one_by_a_typed_address_has_its_worker(town):
    call = a_call(town, phone=None)
    client = browser(town.operator)
    path, said = sent(
        call,
        "medicine",
        address="无名村7号",
        place="440103022000000",
        **{"answers.need": "medicine"},
    )
    answer = client.post(path, said | {"contact.phone": "13800138000", "text": "药"})
    assert answer.status_code == 302, text(answer)
    [matter] = rows(Matter)
    assert (matter.state, matter.building_id) == ("REPORTED", None)
    loud = "Nobody has it yet. Open it and send somebody now, or call them."
    assert loud in text(client.get(f"/hotline/calls/{call.pk}/needs/"))
    path, said = sent(
        call, "medicine", address="示例花园1栋 501", place="440103022000000",
        **{"answers.need": "medicine"},
    )  # fmt: skip
    client.post(path, said | {"contact.phone": "13800138001", "text": "另一种药"})
    assert town.block.pk in {each.building_id for each in rows(Matter)}
    shown = text(client.get(f"/hotline/calls/{call.pk}/needs/"))
    assert shown.count(loud) == 1  # the first one alone
    assert str(town.worker.account) in shown


def test_a_child_in_danger_has_its_script_and_says_that_reporting_is_a_duty(town):
    shown = text(browser(town.operator).get(f"/hotline/calls/{a_call(town).pk}/?need=child"))
    assert "we must report it at once" in shown


def test_a_need_is_answered_with_one_click_or_referred_with_words(town):
    call = a_call(town)
    client = browser(town.operator)
    path, said = sent(call, "knowledge", how="answered")
    for _turn in range(2):
        client.post(path, said)
    path, said = sent(call, "money", how="referred", to="")
    refused = client.post(path, said)
    assert refused.status_code == 422
    assert "to which service" in text(refused)
    client.post(path, said | {"to": "民政局"})
    assert [(each.category, each.referred_to) for each in rows(Need)] == [
        ("knowledge", ""), ("money", "民政局"),
    ]  # fmt: skip
    shown = text(client.get(f"/hotline/calls/{call.pk}/needs/"))
    assert "answered on the call" in shown
    assert "referred to 民政局" in shown


def test_distress_is_to_be_screened_from_then_on(town):
    call = a_call(town)
    browser(town.operator).get(f"/hotline/calls/{call.pk}/needs/talk/")
    with factories.as_owner_of_rows():
        call.refresh_from_db()
    assert call.screen_due_at is not None


@pytest.mark.parametrize("who", ["second", "hotline_lead"])
def test_nobody_else_adds_a_need(town, who):
    call = a_call(town)
    other = getattr(town, who)
    with as_(other), pytest.raises(Refused, match="is user-"):
        needs.answered(
            call_id=call.pk, category="knowledge", key=uuid4(), by=other.account,
            at=timezone.now(),
        )  # fmt: skip
    path, said = sent(call, "knowledge", how="answered")
    assert browser(other).post(path, said).status_code == 404


def test_an_unknown_need_is_refused(town):
    call = a_call(town)
    path, said = sent(call, "no_such", how="answered")
    assert browser(town.operator).post(path, said).status_code == 404
    path, said = sent(call, "talk")
    assert "Say that it was answered" in text(browser(town.operator).post(path, said))


def test_the_list_says_when_the_matter_is_done(town):
    call = a_call(town)
    path, said = sent(call, "repair", **TYPED, **{
        "answers.need": "repair", "building": str(town.block.pk),
    })  # fmt: skip
    client = browser(town.operator)
    client.post(path, said)
    [matter] = rows(Matter)
    with factories.as_owner_of_rows():
        Matter.objects.filter(pk=matter.pk).update(state="DONE")
    shown = text(client.get(f"/hotline/calls/{call.pk}/needs/"))
    assert "is-done" in shown


@pytest.mark.django_db(transaction=True)
def test_the_same_need_sent_twice_at_once_is_one(transactional_db):
    from tests.kapok.hotline.conftest import make  # noqa: PLC0415

    town = make()
    call = a_call(town)
    path, said = sent(call, "medicine", **TYPED)
    said |= {"answers.need": "medicine", "building": str(town.block.pk)}
    clients = [browser(town.operator) for _turn in range(2)]

    def post(client):
        try:
            return client.post(path, said).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(post, clients)) == [302, 302]
    assert len(rows(Matter)) == len(rows(Need)) == len(rows(Report)) == 1
