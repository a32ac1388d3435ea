from datetime import UTC, datetime, timedelta
from uuid import UUID

from kapok.packs.differences import Due, MatterFacts, differences
from kapok.packs.documents import read
from kapok.packs.look_up import Dated, PackRef, Rules, rules_of
from kapok.packs.operations import SHIPPED
from kapok.packs.schema import Urgency

ID = UUID(int=1)
NOON = datetime(2021, 6, 8, 4, tzinfo=UTC)
TEXT = (SHIPPED / "gd-2021.yaml").read_text()


def rules(*changes: tuple[str, str]) -> Rules:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    found = read(text)
    assert found.faults == ()
    return rules_of((Dated(PackRef(ID, "gd-2021", 1), found.body, NOON, None),))


def matter(kind: str, **answers) -> MatterFacts:
    return MatterFacts(ID, kind, NOON, answers, place={"code": "440103022001001"})


LAMP = matter("facility", sort="lamp")
LIFT = matter("facility", sort="lift", people_inside=False)
OLD = rules()


def test_the_same_rules_change_nothing():
    found = differences(OLD, rules(), [LAMP, LIFT, matter("help", need="food")])
    assert (found.n_matters, found.n_same, found.differing) == (3, 3, ())


def test_another_urgency_and_its_due_time_are_found():
    new = rules(("\"answers.sort in ['lift', 'water']\", then: YELLOW", '"true", then: RED'))
    [lamp, lift] = differences(OLD, new, [LAMP, LIFT]).differing
    assert lamp.urgency == (Urgency.ORDINARY, Urgency.RED)
    assert lift.urgency == (Urgency.YELLOW, Urgency.RED)
    due = {one.clock: one for one in lift.due}
    assert due["settle"] == Due("settle", NOON + timedelta(hours=24), NOON + timedelta(hours=2))


def test_another_route_is_found():
    new = rules(("route: &upwards\n      - {to: GRID_WORKER}", "route: &upwards"))
    [found] = differences(OLD, new, [LAMP]).differing
    assert [route.to for route in found.route[0]] == [
        "GRID_WORKER",
        "DEPUTY",
        "COMMUNITY",
        "STREET",
    ]
    assert [route.to for route in found.route[1]] == ["DEPUTY", "COMMUNITY", "STREET"]


def test_answers_that_the_new_form_refuses_are_found():
    new = rules(("{code: smoke, label", "{code: smell, label"))
    smoke, rubbish = (matter("environment", sort=sort) for sort in ("smoke", "rubbish"))
    [found] = differences(OLD, new, [smoke, rubbish]).differing
    assert found.faults[0].field == "sort"


def test_a_kind_that_is_gone_or_new_is_found():
    new, noise = rules(("- code: noise", "- code: sound")), matter("noise", now=False)
    assert differences(OLD, new, [noise]).differing[0].is_kind_missing
    assert differences(new, OLD, [noise]).differing[0].is_kind_new
    assert differences(OLD, new, [matter("never")]).differing == ()
