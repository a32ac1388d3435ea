"""A day of matters for a new box."""

import pytest
from tests import factories
from tests.kapok.matters.conftest import STREET, town  # noqa: F401  # a fixture

from kapok.matters.models import Matter, MatterEvent, Report, Unit
from kapok.packs import look_up, operations
from kapok.packs.models import Pack
from kapok.samples import evening

pytestmark = pytest.mark.django_db


@pytest.fixture
def street(town):  # noqa: F811
    """The street under the rules that are shipped."""
    with factories.as_owner_of_rows():
        Pack.objects.filter(pk=town.pack.pk).update(state="WITHDRAWN")
        Unit.objects.exclude(parent=None).delete()
        Unit.objects.all().delete()
    with factories.as_box():
        operations.ensure_shipped(at=town.noon)
    look_up.forget()
    return town


def test_every_story_is_taken_and_says_that_it_is_made_up(street):
    n = evening.bring(street=STREET, cast=[street.dispatcher], at=street.noon)
    with factories.as_owner_of_rows():
        assert n == Matter.objects.count() == evening.N_MATTERS
        assert {story.kind for story in evening.STORIES} == set(
            Matter.objects.values_list("kind", flat=True)
        )
        assert all(
            text.startswith("示例：") for text in Report.objects.values_list("text", flat=True)
        )
        assert Unit.objects.count() == len(evening.UNITS)


def test_the_cast_moves_on_what_it_may_and_nothing_lies_ahead(street):
    evening.bring(street=STREET, cast=[street.dispatcher, street.worker], at=street.noon)
    with factories.as_owner_of_rows():
        moves = set(MatterEvent.objects.values_list("move", flat=True))
        assert {"report", "assign", "start"} <= moves
        assert not MatterEvent.objects.filter(at__gt=street.noon).exists()


def test_a_street_without_homes_stays_empty(street):
    assert evening.bring(street=440103099000000, cast=[], at=street.noon) == 0
    with factories.as_owner_of_rows():
        assert not Unit.objects.exists()
