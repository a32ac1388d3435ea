"""What was said in matters goes when the pack says so: whole, once, in batches, and counted."""

from datetime import timedelta

import pytest
from django.db import connection
from tests import factories
from tests.kapok.matters.conftest import GRID
from tests.kapok.matters.test_desk_pages import browser

from kapok.access import retention, scope
from kapok.access.models import Certificate, Look
from kapok.matters.models import Attachment, Matter, MatterEvent, Report
from kapok.matters.operations.retention import RULES
from kapok.packs import look_up
from kapok.packs.models import Pack
from kapok.packs.schema import PackBody

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
[RULE] = RULES


@pytest.fixture
def street(town):
    """The town under a pack that keeps lamps 90 days, and 30 where they were shown by a photo."""
    body = town.pack.body
    for kind in body["kinds"]:
        if kind["code"] == "lamp":
            kind["retention_days"] = {"default": 90, "nothing_there": 30}
    content = PackBody.model_validate(body).model_dump(mode="json", by_alias=True)
    with factories.as_owner_of_rows():
        Pack.objects.filter(pk=town.pack.pk).update(state="WITHDRAWN")
        Pack.objects.create(
            code="test-town", version=2, jurisdiction=town.pack.jurisdiction,
            title=town.pack.title, body=content, text="", sha256="9" * 64, state="IN_FORCE",
            valid_from=town.pack.valid_from, made_at=town.noon, in_force_at=town.noon,
        )  # fmt: skip
    look_up.forget()
    return town


def report(town, send, kind="lamp", who=None):
    answer = send(
        who or town.dispatcher, "report", kind=kind, door="PHONE", building=str(town.here.pk),
        text="陈小明家门口的灯", contact={"name": "陈小明", "phone": "13800138000"},
    )  # fmt: skip
    assert answer.status == "TAKEN", answer
    return answer.matter


def ended(town, send, outcome="settled", **more):
    matter = report(town, send, **more)
    send(town.worker, "note", matter, text="陈小明不在家")
    assert send(town.worker, "settle", matter, outcome=outcome).status == "TAKEN"
    return matter


def photo(town, matter):
    with factories.as_owner_of_rows():
        Attachment.objects.create(
            matter_id=matter, event=matter, kind="PHOTO", media_type="image/webp", size=1,
            digest=b"1", content=b"1", made_at=town.noon,
        )  # fmt: skip


def left(matter):
    """What is left of a matter: reports, photos, entries that say something."""
    with factories.as_owner_of_rows():
        return (
            Report.objects.filter(matter=matter).count(),
            Attachment.objects.filter(matter=matter).count(),
            MatterEvent.objects.filter(matter=matter).exclude(data={}).count(),
        )


def row(matter):
    with factories.as_owner_of_rows():
        return Matter.objects.get(pk=matter)


def test_nothing_goes_before_its_time_and_all_of_it_after(street, send):
    lamp = ended(street, send)
    photo(street, lamp)
    retention.delete_due(at=street.noon + 90 * DAY)
    assert left(lamp) == (1, 1, 3)
    retention.delete_due(at=street.noon + 91 * DAY)
    assert left(lamp) == (0, 0, 0)


def test_the_row_stays_nameless_with_its_numbers_and_who_did_what(street, send):
    lamp = ended(street, send)
    before = row(lamp)
    retention.delete_due(at=street.noon + 91 * DAY)
    after = row(lamp)
    told = ("subject", "reported_by", "building_id", "lon", "lat")
    assert [getattr(after, name) for name in told] == [None] * len(told)
    kept = ("number", "kind", "place", "outcome", "closed_at", "received_at", "state")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    with factories.as_owner_of_rows():
        moves = MatterEvent.objects.filter(matter=lamp).values_list("move", "account")
        assert ("settle", street.worker.account.pk) in set(moves)


def test_each_outcome_has_its_own_time(street, send):
    body = PackBody.model_validate(street.pack.body)
    assert body.kind("lamp").kept_days("nothing_there") == 30
    lamp, gone = ended(street, send), ended(street, send)
    with factories.as_owner_of_rows():
        Matter.objects.filter(pk=gone).update(outcome="nothing_there")
    retention.delete_due(at=street.noon + 31 * DAY)
    assert (left(lamp)[0], left(gone)[0]) == (1, 0)


def test_where_the_pack_says_nothing_the_purpose_does(street, send):
    matter = report(street, send, "help")
    assert send(street.dispatcher, "withdraw", matter, reason="said already").status == "TAKEN"
    retention.delete_due(at=street.noon + YEAR)
    assert left(matter)[0] == 1
    retention.delete_due(at=street.noon + YEAR + DAY)
    assert left(matter)[0] == 0


def test_what_is_open_stays_however_old(street, send):
    lamp = report(street, send)
    retention.delete_due(at=street.noon + 10 * YEAR)
    assert left(lamp)[0] == 1


def test_it_is_done_once_in_batches_with_a_certificate_for_each(street, send):
    lamps = {ended(street, send) for _turn in range(5)}
    later = street.noon + 91 * DAY
    with scope.acting(scope.of_deletion(at=later)):
        assert RULE.count(later) == 5
    n = retention.delete_due(at=later, batch=2)
    assert retention.delete_due(at=later + DAY, batch=2) == 0
    with factories.as_owner_of_rows():
        certificates = list(Certificate.objects.filter(what="matters.Report"))
        looks = Look.objects.filter(action="DELETE")
        named = {key for each in looks for key in each.subjects}
    assert [len(each.subjects) for each in certificates] == [2, 2, 1]
    assert {key for each in certificates for key in each.subjects} == lamps
    assert sum(each.n_rows for each in certificates) == n
    assert lamps <= named


def test_what_was_joined_goes_with_the_matter_that_it_was_joined_to(street, send):
    first, second = report(street, send), report(street, send)
    send(street.dispatcher, "join", second, other=str(first))
    retention.delete_due(at=street.noon + 10 * YEAR)
    assert left(second)[0] == 1  # the first is still open
    send(street.worker, "settle", first, outcome="settled")
    retention.delete_due(at=street.noon + 91 * DAY)
    assert (left(first)[0], left(second)[0]) == (0, 0)


def test_what_was_opened_again_and_ended_again_is_done_again(street, send):
    lamp = ended(street, send)
    later = street.noon + 91 * DAY
    retention.delete_due(at=later)
    with factories.as_owner_of_rows():
        Matter.objects.filter(pk=lamp).update(closed_at=later + DAY)
        Report.objects.create(matter_id=lamp, received_at=later, door="PHONE", text="again")
    retention.delete_due(at=later + 92 * DAY)
    assert left(lamp) == (0, 0, 0)


def test_nobody_else_empties_entries(street, send):
    lamp = ended(street, send)
    elsewhere = ((GRID + 10**6, GRID + 10**6 + 1),)
    for who in (
        scope.of_intake(street.station.pk, at=street.noon),
        scope.of_appointment(street.dispatcher, at=street.noon, purpose="matter_handling"),
        scope.of_deletion(at=street.noon, ranges=elsewhere),
    ):
        with scope.acting(who), connection.cursor() as cursor:
            cursor.execute("SELECT matters_forget_words(%s)", [[lamp]])
            assert cursor.fetchone() == (0,)
    assert left(lamp)[2] == 3


def test_the_page_of_the_desk_goes_on_without_the_words(street, send):
    lamp = ended(street, send)
    retention.delete_due(at=street.noon + 91 * DAY)
    page = browser(street.dispatcher).get(f"/matters/{lamp}/")
    assert page.status_code == 200
    assert "陈小明" not in page.content.decode()
