"""The pages of zones: ordered on one, confirmed on another, reviewed, extended, lifted."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.kapok.zones.conftest import COMMUNITY, GRID, PDF, SQUARE, STREET, photo

from kapok.zones.models import Zone, ZoneOrder

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def browser(appointment):
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(appointment.account)
    return client


def said(**more):
    return {
        "name": "花园街",
        "kind": "closed",
        "place": [str(GRID)],
        "reason": "an outbreak",
        "number": "荔府〔2026〕3号",
        "issuer": "荔湾区人民政府",
        "issued_on": "2026-03-02",
        "document": SimpleUploadedFile("decision.pdf", PDF, "application/pdf"),
    } | more


@pytest.fixture
def now(town):
    """How long after the town's noon it is now: pages look at the clock."""
    return timezone.now() - town.noon


@pytest.fixture
def zone(desk, now):
    return desk.enforce(later=now, ends_at=desk.town.noon + now + 72 * HOUR)


def orders(town, desk):
    with desk.as_(town.officer):
        return list(ZoneOrder.objects.order_by("ordered_at"))


def test_a_zone_is_ordered_looked_at_and_confirmed_by_a_second_person(town, desk, send):
    send(town.worker, "report", kind="lamp", building=str(town.here.pk))
    send(town.lead, "report", kind="help", building=str(town.here.pk), lon=113.24, lat=23.1)
    first, second = browser(town.officer), browser(town.second)
    assert first.get("/zones/new/").status_code == 200
    answer = first.post("/zones/new/", said())
    [order] = orders(town, desk)
    page = first.get(answer.url)
    preview = page.context["preview"]
    assert (preview.n_grids, preview.n_buildings, preview.households) == (1, 1, 20)
    assert preview.n_matters == 1  # that there is a need for help in one grid is not told
    assert [(each.label, each.n, each.moves) for each in preview.kinds] == [
        ("lamp", "1", (("on hold until the zone ends", "1"),)),
    ]
    assert preview.creates == (("visit", 1),)
    assert second.get(answer.url).status_code == 404  # a draft is its writer's
    assert first.post(f"/zones/orders/{order.pk}/hand-over/").status_code == 302
    assert "Confirm" in second.get(answer.url).content.decode()
    own = first.post(f"/zones/orders/{order.pk}/confirm/")
    assert own.status_code == 422
    assert "Whoever ordered a zone does not confirm it" in own.content.decode()
    done = second.post(f"/zones/orders/{order.pk}/confirm/", follow=True)
    assert done.context["zone"].name == "花园街"
    assert done.context["zone"].phase == "NOW"
    assert done.context["card"].n_moved == 3


def test_needs_for_help_are_counted_for_who_works_elsewhere_only_where_they_are_many(
    town, desk, send
):
    for n in range(4):
        send(town.lead, "report", kind="help", building=str(town.here.pk), text=f"需要{n}")
    first = browser(town.officer)
    order = first.post("/zones/new/", said()).url
    preview = first.get(order).context["preview"]
    assert (preview.n_matters, preview.kinds) == (0, ())
    send(town.lead, "report", kind="help", building=str(town.here.pk), text="还需要")
    preview = first.get(order).context["preview"]
    assert preview.n_matters == 5
    assert [(each.label, each.n) for each in preview.kinds] == [("help", "5")]


def test_places_are_picked_without_javascript_level_by_level(town):
    client = browser(town.officer)
    choices = client.get("/zones/new/").context["choices"]
    assert choices.within.code == 440103000000000
    opened = client.post("/zones/new/", {"open": STREET, "place": [COMMUNITY], "name": "名"})
    assert opened.status_code == 200
    assert 'value="名"' in opened.content.decode()
    assert [each.code for each in opened.context["choices"].elsewhere] == [COMMUNITY]


@pytest.mark.parametrize(
    ("area", "sentence"),
    [
        ("{", "This is no GeoJSON"),
        ('{"type": "Point", "coordinates": [113.24, 23.1]}', "holds a Polygon or a MultiPolygon"),
        ('{"type": "Polygon", "coordinates": []}', "The area is empty"),
        ('{"type": "FeatureCollection", "features": []}', "The area is empty"),
        (json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}), "is empty"),
        (
            json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1]]]}),
            "The line of the area crosses itself near 0.5 0.5",
        ),
        (json.dumps({"type": "Polygon", "coordinates": [SQUARE, SQUARE]}), "An area has no holes"),
        (
            json.dumps({"type": "Polygon", "coordinates": [[[23, 113], [24, 113], [24, 114]]]}),
            "lies not on earth",
        ),
        ('{"type": "Polygon", "coordinates": [[["a", 1], [2, 3], [4, 5]]]}', "no pair of"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 3], [4, 5]]]}', "not on earth"),
        (
            json.dumps({"type": "Polygon", "coordinates": [[[10, 10], [11, 10], [11, 11]]]}),
            "No building of the town stands in this area",
        ),
        (
            json.dumps({"type": "Polygon", "coordinates": [[[n / 1e4, 1] for n in range(5_002)]]}),
            "more than 5000 points",
        ),
        ("[" * 100_000, "This is no GeoJSON"),
        (" " * ((1 << 20) + 1) + "{", "more than 1 MB"),
    ],
    ids=range(14),
)
def test_an_area_that_is_none_is_said_in_one_sentence(town, desk, area, sentence):
    file = SimpleUploadedFile("area.geojson", area.encode(), "application/geo+json")
    answer = browser(town.officer).post("/zones/new/", said(place=[], file=file))
    assert answer.status_code == 422
    assert sentence in answer.context["problem"]
    assert not orders(town, desk)


def test_an_area_is_drawn_or_picked_not_both(town, desk):
    square = {"type": "Polygon", "coordinates": [SQUARE]}
    drawn = json.dumps({"type": "Feature", "geometry": square})
    client = browser(town.officer)
    both = client.post("/zones/new/", said(geojson=drawn))
    assert "not both" in both.context["problem"]
    made = client.post("/zones/new/", said(geojson=drawn, place=[]))
    assert made.status_code == 302
    shown = client.get(made.url + "map/").json()
    assert shown["features"][0]["geometry"]["type"] == "MultiPolygon"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issued_on": "yesterday"}, {"starts_at_0": "soon", "starts_at_1": "20:00"},
        {"name": "名" * 101}, {"kind": ""}, {"number": ""}, {"document": ""}, {"reason": " "},
        {"place": ["x", "9" * 40, "-1"]}, {"geojson": "\x00"},
    ],
)  # fmt: skip
def test_bad_input_is_refused_beside_what_was_written(town, desk, wrong):
    answer = browser(town.officer).post("/zones/new/", said(**wrong))
    assert answer.status_code == 422
    assert "花园街" in answer.content.decode() or "name" in wrong
    assert not orders(town, desk)


def test_the_list_shows_what_holds_comes_and_is_past(town, desk, now, zone):
    desk.enforce(later=now, name="明天", starts_at=town.noon + now + 24 * HOUR, codes=(COMMUNITY,))
    client = browser(town.officer)
    assert [each.name for each in client.get("/zones/").context["zones"]] == ["花园街"]
    coming = client.get("/zones/?show=coming")
    assert [each.name for each in coming.context["zones"]] == ["明天"]
    assert client.get("/zones/?show=past").context["zones"] == ()
    assert client.get("/zones/?show=nonsense").context["phase"] == "NOW"
    assert len(client.get("/zones/map/?show=NOW").json()["features"]) == 1
    assert browser(town.elsewhere).get("/zones/").context["zones"] == ()


def test_a_review_that_is_due_stands_on_the_officers_page(town, desk, now, zone):
    with desk.as_(town.officer):
        Zone.objects.update(starts_at=town.noon, review_due_at=town.noon + now - HOUR)
    desk.mind(now)
    client = browser(town.officer)
    assert [each.id for each in client.get("/zones/").context["due"]] == [zone.pk]
    assert client.get("/zones/").content.decode().count("To be reviewed") == 1
    empty = client.post(f"/zones/{zone.pk}/review/", {"reason": ""})
    assert (empty.status_code, empty.context["wrong"]) == (422, "review")
    done = client.post(f"/zones/{zone.pk}/review/", {"reason": "two new cases"})
    assert done.status_code == 302
    assert client.get("/zones/").context["due"] == []
    [review] = client.get(f"/zones/{zone.pk}/").context["card"].reviews
    assert review.note == "two new cases"


def test_a_zone_is_extended_lifted_and_that_is_taken_back(town, desk, now, zone):
    client, second = browser(town.officer), browser(town.second)
    page = f"/zones/{zone.pk}/"
    until = timezone.localtime(zone.ends_at + HOUR)
    longer = {
        "extend-ends_at_0": f"{until:%Y-%m-%d}", "extend-ends_at_1": f"{until:%H:%M}",
        "extend-reason": "still cases", "extend-number": "第二号", "extend-issuer": "区政府",
        "extend-issued_on": "2026-03-02",
    }  # fmt: skip
    without = client.post(f"{page}extend/", longer)
    assert "Without it there is no zone" in without.content.decode()
    late = longer | {"extend-ends_at_0": f"{until + 500 * HOUR:%Y-%m-%d}"}
    assert "One decision is good until" in client.post(f"{page}extend/", late).content.decode()
    assert "Say until when" in client.post(f"{page}extend/", {}).content.decode()
    file = SimpleUploadedFile("p.jpg", photo(), "image/jpeg")
    written = client.post(f"{page}extend/", longer | {"extend-document": file})
    assert client.get(written.url).context["order"].state == "DRAFT"
    shown = client.get(written.url + "document/")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Disposition"].startswith("inline")
    assert client.post(f"{page}lift/", {"reason": ""}).status_code == 422
    assert client.post(f"{page}lift/", {"reason": "over"}).status_code == 302
    card = client.get(page).context["card"]
    assert card.line.was_lifted
    assert card.undoable.what == "LIFT"
    back = client.post(f"{page}undo/", {"order": card.undoable.id, "reason": "too early"})
    assert client.get(back.url).context["order"].state == "ORDERED"
    done = second.post(back.url + "confirm/", follow=True)
    assert done.context["zone"].phase == "NOW"
    whats = [each.what for each in done.context["card"].orders]
    assert whats == ["UNDO", "LIFT", "EXTEND", "ENFORCE"]


def test_the_decision_is_for_who_sees_the_order(town, desk, zone):
    [order] = orders(town, desk)
    path = f"/zones/orders/{order.pk}/document/"
    answer = browser(town.officer).get(path)
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert browser(town.elsewhere).get(path).status_code == 404
    assert browser(town.police).get(path).status_code == 403
    assert browser(town.elsewhere).get(f"/zones/{zone.pk}/").status_code == 404


def test_who_may_not_order_sees_and_does_nothing_more(town, desk, zone):
    client = browser(town.lead)
    page = client.get(f"/zones/{zone.pk}/")
    assert page.status_code == 200
    assert "Lift it now" not in page.content.decode()
    assert client.get("/zones/new/").status_code == 403
    for act in ("lift", "review", "extend", "undo"):
        assert client.post(f"/zones/{zone.pk}/{act}/", {"reason": "x"}).status_code == 403


def test_the_medical_exit_is_on_every_page_of_a_zone(town, zone):
    page = browser(town.lead).get(f"/zones/{zone.pk}/").content.decode()
    assert "To a doctor (always open)" in page
