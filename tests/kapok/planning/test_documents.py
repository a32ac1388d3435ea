"""Documents: fingerprints, and made-up cases that begin when somebody begins them."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kapok.planning.documents import DAY, fingerprint, from_day, written
from kapok.planning.planners import WHERE, planner_of

DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


@given(st.lists(DAYS, min_size=1), DAYS)
def test_days_are_moved_by_whole_weeks_and_no_farther_than_needed(days, first):
    document = {"of": [day.isoformat() for day in days], "note": "2nd of 12-05"}
    moved = from_day(document, first)
    found = [date.fromisoformat(day) for day in moved["of"]]
    steps = {(after - before).days for after, before in zip(found, days, strict=True)}
    assert len(steps) == 1
    [step] = steps
    assert step % 7 == 0
    assert min(found) >= first
    assert step == 0 or min(found) < date.fromordinal(first.toordinal() + 7)
    assert moved["note"] == "2nd of 12-05"


@given(st.dictionaries(st.text(), st.integers()))
def test_equal_documents_have_equal_fingerprints_whatever_the_order(document):
    turned = dict(reversed(document.items()))
    assert fingerprint("site", document) == fingerprint("site", turned)
    assert fingerprint("site", document) != fingerprint("roster", document)


def test_every_example_can_be_planned_from_tomorrow():
    for kind in WHERE:
        planner = planner_of(kind)
        moved = from_day(planner.example(), date(2031, 3, 5))
        assert planner.read(moved) is not None, kind
        assert min(DAY.findall(written(moved))) >= "2031-03-05"
