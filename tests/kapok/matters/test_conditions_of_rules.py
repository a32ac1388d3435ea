"""What a pack makes hang on the answers and on the place: clocks, ways, the form of a need."""

import pytest
from django.apps import apps
from tests import factories
from tests.kapok.matters.conftest import BODY, CLOCKS, text

from kapok.matters import covers
from kapok.matters.engine.asking import place_of
from kapok.matters.models import Matter, MatterClock, Report
from kapok.packs import look_up, operations
from kapok.packs.models import Pack
from kapok.packs.schema import PackBody

pytestmark = pytest.mark.django_db


@pytest.fixture
def guangdong(town):
    """The street under the rules that are shipped."""
    with factories.as_owner_of_rows():
        Pack.objects.filter(pk=town.pack.pk).update(state="WITHDRAWN")
    with factories.as_box():
        operations.ensure_shipped(at=town.noon)
    look_up.forget()
    return town


DARK = {"fields": [{"name": "dark", "type": "yes_no", "label": text("Dark")}]}


def rewrite(town, code, **more):
    """Another version of the pack of the town, with one kind otherwise."""
    body = BODY | {
        "kinds": [each | more if each["code"] == code else each for each in BODY["kinds"]]
    }
    content = PackBody.model_validate(body).model_dump(mode="json", by_alias=True)
    with factories.as_owner_of_rows():
        Pack.objects.filter(pk=town.pack.pk).update(state="WITHDRAWN")
        Pack.objects.create(
            code="test-town", version=2, jurisdiction=town.pack.jurisdiction,
            title=town.pack.title, body=content, text="", sha256="9" * 64, state="IN_FORCE",
            valid_from=town.pack.valid_from, made_at=town.noon, in_force_at=town.noon,
        )  # fmt: skip
    look_up.forget()


def report(send, town, kind, **more):
    where = {"door": "PHONE", "building": str(town.here.pk)}
    answer = send(town.dispatcher, "report", kind=kind, **where, **more)
    assert answer.status == "TAKEN", answer
    return answer.matter


def clocks(matter):
    with factories.as_owner_of_rows():
        found = MatterClock.objects.filter(matter=matter)
        return {clock.code: (clock.due_at - clock.started_at).total_seconds() for clock in found}


def help_with(send, town, need, **more):
    answer = send(
        town.worker, "report", kind="help", door="PATROL", building=str(town.here.pk),
        answers={"need": need} | more,
    )  # fmt: skip
    assert answer.status == "TAKEN", answer
    return answer.matter


def test_only_the_clocks_run_whose_condition_holds(guangdong, send):
    kind, _hours = look_up.kind_of(
        look_up.packs_at(guangdong.here.place, guangdong.noon).kind("help")[1].id, "help"
    )
    conditional = {clock.code: clock.when for clock in kind.clocks if clock.when}
    running = clocks(help_with(send, guangdong, "food")).keys() & conditional
    assert {conditional[code] for code in running} == {"answers.need in ['food', 'care', 'other']"}


def test_a_clock_that_hangs_on_answers_nobody_gave_runs(town, send):
    """The desk makes another kind of a matter: nobody was asked, so that each clock watches."""
    clocks_of_help = [clock | {"when": "answers.need == 'food'"} for clock in CLOCKS]
    rewrite(town, "help", clocks=clocks_of_help)
    lamp = report(send, town, "lamp")
    send(town.dispatcher, "correct", lamp, kind="help", reason="somebody asks for help")
    with factories.as_owner_of_rows():
        assert Matter.objects.get(pk=lamp).due_at is not None


@pytest.mark.parametrize(
    ("place", "is_urban"),
    [(440103022001001, True), (440232100001001, False), (440103000000000, False)],
)
def test_streets_are_in_town_and_towns_are_not(place, is_urban):
    assert place_of(place)["urban"] is is_urban


def test_a_reason_that_is_a_need_answers_what_follows_from_it(guangdong, send):
    """“Why” said illness: it is asked where the person is, not once more which danger it is."""
    answer = send(
        guangdong.dispatcher, "report", kind="forced_exit", why="illness", door="PHONE",
        building=str(guangdong.here.pk), answers={"where_exactly": "3-201"},
    )  # fmt: skip
    assert answer.status == "TAKEN", answer
    with factories.as_owner_of_rows():
        matter = Matter.objects.get(pk=answer.matter)
        report = Report.objects.get(matter=matter)
    assert (matter.kind, matter.realm, matter.urgency) == ("urgent_help", "CARE", "RED")
    assert report.answers == {"danger": "illness", "where_exactly": "3-201"}


def test_a_way_may_hang_on_the_answers(town, send):
    ways = [{"to": "COMMUNITY", "when": "answers.dark"}, {"to": "GRID_WORKER"}]
    rewrite(town, "lamp", report_form=DARK, route=ways)
    states = []
    for dark in (True, False):
        lamp = report(send, town, "lamp", answers={"dark": dark})
        with factories.as_owner_of_rows():
            states.append(Matter.objects.get(pk=lamp).state)
    assert states == ["REPORTED", "ASSIGNED"]


def test_a_clock_and_a_step_that_come_later_still_know_the_answers(town, send):
    begin = CLOCKS[2] | {"when": "answers.dark", "starts": {"move": "start"}}
    begin |= {"stops": {"state": "DONE"}}
    step = {"code": "light", "label": text("Bring a light"), "show_when": "answers.dark"}
    rewrite(town, "lamp", report_form=DARK, clocks=[begin], steps=[step])
    running, ended = [], []
    for dark in (True, False):
        lamp = report(send, town, "lamp", answers={"dark": dark})
        send(town.worker, "start", lamp)
        running.append(set(clocks(lamp)))
        ended.append(send(town.worker, "finish", lamp, outcome="settled").status)
    assert running == [{"touch"}, set()]
    assert ended == ["REFUSED", "TAKEN"]


def test_what_is_noted_on_the_way_opens_a_matter_with_its_answers(guangdong, send):
    """“Needs medicine” in one touch: the form of that need is not asked at the door."""
    lamp = send(
        guangdong.worker, "report", kind="visit", door="PATROL",
        building=str(guangdong.here.pk), answers={"reason": "due"},
    )  # fmt: skip
    kind = look_up.packs_at(guangdong.here.place, guangdong.noon).find("visit")
    [(step, note)] = [
        (step, note)
        for step in kind.steps
        for note in step.notes
        if note.creates == "help" and note.answers.get("need") == "medicine"
    ][:1]
    send(guangdong.worker, "start", lamp.matter)
    noted = send(guangdong.worker, "step", lamp.matter, step=step.code, noted=note.code)
    assert noted.status == "TAKEN", noted
    with factories.as_owner_of_rows():
        child = Matter.objects.get(parent=lamp.matter)
        assert (child.kind, child.realm) == ("help", "CARE")
        assert Report.objects.get(matter=child).answers["need"] == "medicine"


def test_a_visit_follows_help_though_nobody_was_asked_its_questions(guangdong, send):
    help_ = send(
        guangdong.dispatcher, "report", kind="urgent_help", door="PHONE",
        building=str(guangdong.here.pk), answers={"danger": "illness", "where_exactly": "3-201"},
    )  # fmt: skip
    send(guangdong.lead, "assign", help_.matter, to={"account": str(guangdong.lead.account.pk)})
    send(guangdong.lead, "step", help_.matter, step="reach", answers={"ambulance": True})
    done = send(guangdong.lead, "finish", help_.matter, outcome="taken_to_hospital")
    assert done.status == "TAKEN", done
    with factories.as_owner_of_rows():
        assert Matter.objects.get(parent=help_.matter).kind == "visit"


NEEDS = ["illness", "violence", "fire", "confused", "hunger", "medicine", "child", "child_alone"]
SAID = {"where_exactly": "3-201", "gate": "东门", "still_there": True, "description": "x"}


@pytest.mark.parametrize("why", NEEDS)
def test_no_need_for_help_leaves_a_record_of_order(guangdong, send, monkeypatch, why):
    """Whatever was seen at the gate, who needs help is nowhere written down as who left."""
    zone = covers.Cover(guangdong.station.pk, "lockdown", has_document=True)
    monkeypatch.setattr(covers, "FINDERS", [lambda spots, _at: [zone] * len(spots)])
    kind = look_up.packs_at(guangdong.here.place, guangdong.noon).find("forced_exit")
    assert kind.why.option(why).needs_help
    answer = send(
        guangdong.station.pk, "report", kind="forced_exit", why=why, door="GATE",
        building=str(guangdong.here.pk), text="他要出去", answers=SAID,
    )  # fmt: skip
    assert answer.status == "TAKEN", answer
    with factories.as_owner_of_rows():
        matter = Matter.objects.get(pk=answer.matter)
        assert matter.realm == "CARE"
        assert matter.zone is None
        assert "still_there" not in Report.objects.get(matter=matter).answers
        told = [
            f"{model.__name__}: {row}"
            for model in apps.get_app_config("matters").get_models()
            if model.__name__ not in {"Unit", "ServiceArea"}
            for row in model.objects.values()
            if "forced_exit" in str(row) or "ORDER" in str(row)
        ]
    assert told == []
